# SPDX-License-Identifier: GPL-2.0
"""soak.t: the tool, simulated devices, memory, and the ledger of what was done and went wrong."""

import collections
import glob
import json
import os
import subprocess
import threading
import time

SIMS = "/sys/kernel/config/dma-sim"
DEFECTS = ("error", "prep_null", "refuse", "lost_interrupt", "stall", "late", "corrupt",
           "polynomial", "copies", "coefficient", "short", "stale", "skip")


class Wrong(Exception):
    """What should not have happened; the sentence becomes a note of a failed point."""


class Ledger:
    """Sums over all threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.sum = collections.Counter()
        self.wrong = collections.defaultdict(list)      # point: sentences

    def add(self, **what):
        with self.lock:
            self.sum.update(what)

    def fault(self, point, sentence):
        with self.lock:
            self.wrong[point].append(sentence)


LEDGER = Ledger()


def start(*args, **kw):
    """A dmactl that runs beside us."""
    LEDGER.add(**{"command_" + args[0]: 1, "processes": 1})
    return subprocess.Popen(["dmactl", *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, **kw)


def end(process, seconds=120):
    """Its status, output and complaint. One that does not end is the worst that can happen."""
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        raise Wrong(f"{' '.join(process.args)} did not end within {seconds} s") from None
    return process.returncode, out, err


def dmactl(*args, ok=(0,)):
    """Runs a command to its end: its status and its document."""
    status, out, err = end(start(*args, "-j"))
    if status not in ok:
        raise Wrong(f"dmactl {' '.join(args)}: status {status}: {err.strip()[:300]}")
    if args[:2] in (("sim", "fault"), ("sim", "destroy")):
        return status, None             # they have nothing to tell
    try:
        return status, json.loads(out)
    except ValueError:
        raise Wrong(f"dmactl {' '.join(args)}: no document: {out[:200]!r}") from None


def soon(what, test, seconds=60):
    end_at = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end_at:
            raise Wrong(f"not within {seconds} s: {what}")
        time.sleep(0.05)


# A number that becomes free goes to the next device that is made: nobody makes one while a command
# that knows it still runs.
MAKING = threading.Lock()


class Sim:
    """A simulated device."""

    def __init__(self, name, *options):
        self.name, self.options = name, options
        self.path = os.path.join(SIMS, name)
        self.make()

    def make(self):
        with MAKING:
            dmactl("sim", "create", self.name, *self.options)
        self.device = self.read("dev_name").strip()

    def read(self, attribute):
        with open(os.path.join(self.path, attribute), encoding="ascii") as f:
            return f.read()

    def write(self, attribute, value):
        with open(os.path.join(self.path, attribute), "w", encoding="ascii") as f:
            f.write(f"{value}\n")

    def fault(self, kind, *how):
        if kind in ("stall", "lost_interrupt"):
            dmactl("sim", "fault", self.name, kind.replace("_", "-"), *how)
        else:
            self.write(kind, " ".join(how).lstrip("-"))

    def calm(self):
        """No defect any more; what a stall or a lost interrupt held back comes."""
        for kind in DEFECTS:
            self.write(kind, "off")

    def injected(self):
        return {k: int(n) for k, n in (x.split() for x in self.read("injected").splitlines())}

    def channel(self, i=0):
        return f"sim:{self.name}/{i}"

    def counters(self):
        """What the module counted, of all its channels."""
        total = collections.Counter()
        for c in channels():
            if c["device"] == self.device:
                total.update(c["counters"])
        return total

    def free(self):
        """All its channels are, and nothing of it is in quarantine."""
        states = {x["state"] for x in channels() if x["device"] == self.device}
        return states == {"free"}

    def destroy(self):
        dmactl("sim", "destroy", self.name)


def channels():
    """Of all devices; there may be none at the moment."""
    status, doc = dmactl("list", ok=(0, 77))
    return doc["results"] if not status else []


def refcount(module):
    try:
        with open(f"/sys/module/{module}/refcnt", encoding="ascii") as f:
            return int(f.read())
    except OSError:
        return None


def meminfo(key):
    with open("/proc/meminfo", encoding="ascii") as f:
        for line in f:
            if line.startswith(key + ":"):
                return int(line.split()[1]) * 1024
    raise KeyError(key)


def own_memory():
    """Of this process, which writes a ledger."""
    with open("/proc/self/status", encoding="ascii") as f:
        return sum(int(line.split()[1]) * 1024 for line in f if line.startswith("RssAnon:"))


def memory():
    """MemAvailable and Slab, without what the kernel keeps only to be quick, or for KASAN, and
    without what is ours."""
    subprocess.run(["sync"], check=True)
    for _ in range(3):
        with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as f:
            f.write("3\n")
        for cache in glob.glob("/sys/kernel/slab/*/shrink"):
            with open(cache, "w", encoding="ascii") as f:
                f.write("1\n")
        time.sleep(0.2)
    return meminfo("MemAvailable") + own_memory(), meminfo("Slab")
