#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A mixed load for minutes or hours: many processes, defects, kills, providers that leave.

SOAK_TIME: seconds (default 150). SEED: of all that is random (empty: a new one).
SOAK_PROGRESS=1: a line each 10 s.
Runs that nobody kills are accounted for to the last operation (soakcases.py); those that are
killed, or whose provider leaves, have devices of their own.
"""

import collections
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import soakcases
from soaklib import (LEDGER, MAKING, Sim, Wrong, channels, dmactl, end, meminfo, memory,
                     refcount, soon, start)

TIME = float(os.environ.get("SOAK_TIME", 150))
# The same in each run of all suites; scripts/soak says that there is none.
SEED = int(os.environ.get("SEED", "20261129") or random.randrange(1, 1 << 31))
STOP = threading.Event()
WARM = 20			# seconds of load before memory is measured for the first time
LEAKS = 3			# provoked in the end
GREW = 4 << 20			# bytes that may be missing after all of it

LONG = (
    ("memcpy", "-t", "100", "-q", "8"),
    ("memcpy", "-t", "100", "-q", "4", "-m", "submit", "-B", "user"),
    ("memset", "-t", "100", "-v", "full"),
    ("xor", "-t", "100", "-m", "submit", "-q", "16"),
    ("pq", "-t", "100", "--check"),
    ("interleave", "-t", "100", "--frames", "16", "--chunk", "64"),
    ("sg", "-t", "100", "-d", "dev-to-mem"),
    ("interrupt", "-t", "100", "-p"),
    ("cyclic", "-t", "100", "-d", "dev-to-mem", "--allow-lost", "1M"),
    ("cyclic", "-t", "100", "-d", "mem-to-dev", "--allow-lost", "1M"),
    ("litmus", "-n", "100k"),
    ("check",),
)


def loop(point, work, seed, enough=lambda: True):
    """A thread: does it again and again; what is wrong ends this thread and fails its point."""
    rnd = random.Random(f"{SEED} {seed}")

    def run():
        turn = 0
        while not STOP.is_set() or not enough():
            try:
                work(rnd, turn)
            except Exception as e:  # pylint: disable=broad-exception-caught
                LEDGER.fault(point, f"{seed}, turn {turn}: {type(e).__name__}: {e}")
                return
            turn += 1

    t = threading.Thread(target=run)
    t.start()
    return t


class Deck:
    """Cases in any order, but each of them before any comes again; for all threads together."""

    def __init__(self):
        self.lock = threading.Lock()
        self.cards = []
        self.dealt = 0

    def through(self):
        return self.dealt >= len(soakcases.ALL)

    def take(self, rnd):
        with self.lock:
            if not self.cards:
                self.cards = list(soakcases.ALL.values())
                rnd.shuffle(self.cards)
            self.dealt += 1
            return self.cards.pop()


DECK = Deck()


def accountant(name):
    """Makes a device, uses it for a while with every command, takes it away."""
    def work(rnd, _):
        sim = soakcases.device(rnd, name, "--channels", "2")
        for _ in range(rnd.randrange(4, 9)):
            if STOP.is_set() and DECK.through():
                break
            DECK.take(rnd)(rnd, sim)
        sim.destroy()
    return work


def crowd(name):
    """Four processes at once on one device: what was injected is in the sum of their reports."""
    def work(rnd, _):
        sim = soakcases.device(rnd, name)
        run = soakcases.Run(sim, "error", ("--every", str(rnd.randrange(3, 30))))
        before = sim.counters()
        n = rnd.randrange(50, 300)
        users = [start("memcpy", "-c", sim.channel(i), "-n", str(n), "-w", "0", "-m",
                       rnd.choice(("run", "submit")), "-q", "4", "-j") for i in range(4)]
        rows = [json.loads(end(p)[1])["results"][0] for p in users]
        hits = sim.injected()["error"] - run.before[0]["error"]
        after = sim.counters()
        failed, done = sum(r["failed"] for r in rows), sum(r["operations"] for r in rows)
        soakcases.equal(f"{name}: four at once", injected=hits, told=failed,
                        counted=after["failed"] - before["failed"])
        soakcases.equal(f"{name}: four at once", done=done, all_but_failed=4 * n - failed,
                        counted=after["done"] - before["done"])
        LEDGER.add(runs=4, operations=done, bytes=sum(r["bytes"] for r in rows), injected=hits,
                   reported=failed, defect_error=hits)
        sim.calm()
        sim.destroy()
    return work


def long_run(rnd, sim):
    """A command that goes on for long, on a device that may have something wrong."""
    kind = rnd.choice((None, None, "error", "late", "stall", "lost_interrupt", "prep_null",
                       "refuse"))
    if kind:
        sim.write("late_ns", 200000000)
        sim.write(kind, f"every {rnd.randrange(20, 2000)}")
    # A ring that cannot be stopped goes round for as long as its provider is there.
    able = [x for x in LONG if x[0] != "cyclic" or "--no-terminate" not in sim.options]
    return start(*rnd.choice(able), "-c", sim.channel(), "-j")


def whole(p, out):
    """Whoever was told to stop by a signal says what there is so far: a document or nothing."""
    try:
        if out.strip():
            json.loads(out)
    except ValueError as e:
        at = getattr(e, "pos", 0)
        raise Wrong(f"{p.args}: no document: {e}: {out[max(at - 100, 0):at + 100]!r}") from None


def errors(sim):
    """Operations that the device has ended, or refused, with an error."""
    hits = sim.injected()
    return hits["error"] + hits["refuse"]


def killer(name):
    """Starts something, kills it, and uses the channel again."""
    def work(rnd, turn):
        if not turn % 8:
            if turn:
                work.sim.destroy()
            work.sim = soakcases.device(rnd, name, "--channels", "2")
        sim = work.sim
        before = errors(sim), sim.counters()
        p = long_run(rnd, sim)
        time.sleep(rnd.choice((0, 0.1, 0.5, 2)) * rnd.random())
        how = rnd.choice((signal.SIGTERM, signal.SIGINT, signal.SIGKILL))
        p.send_signal(how)
        status, out, _ = end(p)
        if how != signal.SIGKILL:
            whole(p, out)
        LEDGER.add(kills=int(status in (130, 143) or status < 0), **{how.name: 1})
        sim.calm()
        soon(f"{name}: a channel is free after {how.name} of {p.args}", sim.free)
        after = sim.counters()
        failed = after["failed"] - before[1]["failed"]
        hits = errors(sim) - before[0]
        if failed > hits:
            raise Wrong(f"{p.args}: {failed} failed, but only {hits} were injected")
        LEDGER.add(killed_operations=after["done"] - before[1]["done"], killed_failed=failed,
                   killed_injected=hits)
        dmactl("memcpy", "-c", sim.channel(), "-n", "10", "-w", "0", "-v", "full")
    work.sim = None
    return work


def unbinder(name):
    """Starts something, and has the provider leave in the middle of it."""
    def work(rnd, turn):
        sim = soakcases.device(rnd, name, "--channels", "2")
        p = long_run(rnd, sim)
        time.sleep(0.5 * rnd.random())
        with MAKING:
            if turn % 2:
                dmactl("sim", "destroy", "--force", name)
            else:
                with open("/sys/bus/platform/drivers/dma-sim/unbind", "w", encoding="ascii") as f:
                    f.write(sim.device)
            status, out, _ = end(p)
        whole(p, out)
        if status not in (1, 77):
            raise Wrong(f"{p.args}: status {status} although its provider left")
        LEDGER.add(unbinds=1)
        if not turn % 2:
            soon(f"{name} is gone", lambda: all(x["device"] != sim.device for x in channels()))
            sim.destroy()
    return work


class Monitor:
    """Events of the whole time, by dmactl monitor."""

    def __init__(self):
        self.process = start("monitor", "-j")
        self.process.stderr.readline()
        self.seen, self.told = collections.Counter(), collections.Counter()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            e = json.loads(line)
            self.seen[e["event"]] += 1
            self.told[e["event"]] += e.get("bytes") or 0

    def count(self, event):
        return self.seen[event]

    def bytes(self, event):
        return self.told[event]

    def finish(self):
        self.process.send_signal(signal.SIGINT)
        self.thread.join(60)
        lost = self.process.stderr.read().strip()
        self.process.wait(60)
        if lost:
            raise Wrong(f"monitor: {lost}")


class Tap:
    def __init__(self):
        self.nr = self.failed = 0

    def point(self, name, notes=()):
        self.nr += 1
        for n in list(notes)[:20]:
            print("# " + n.replace("\n", "\n# "))
        self.failed += bool(notes)
        print(f"{'not ' if notes else ''}ok {self.nr} - {name}", flush=True)


def modprobe(*args):
    subprocess.run(["modprobe", *args], check=True)


def load_for(seconds, turn):
    """The whole load; the modules are there before and gone after it."""
    modprobe("dmactl")
    modprobe("dma-sim", "default=0")
    monitor = Monitor()
    STOP.clear()
    threads = [loop("account", accountant(f"soak-a{i}"), f"a{i}.{turn}",
                    DECK.through if turn else lambda: True) for i in range(3)]
    threads += [loop("account", crowd("soak-m"), f"m.{turn}")]
    threads += [loop("kill", killer(f"soak-k{i}"), f"k{i}.{turn}") for i in range(2)]
    threads += [loop("unbind", unbinder("soak-u"), f"u.{turn}")]
    begin = time.monotonic()
    said = begin
    while time.monotonic() - begin < seconds and any(t.is_alive() for t in threads):
        time.sleep(0.2)
        if os.environ.get("SOAK_PROGRESS") == "1" and time.monotonic() - said >= 10:
            said = time.monotonic()
            print(f"# {said - begin:.0f} of {seconds:.0f} s: {figures()}", flush=True)
    STOP.set()
    for t in threads:
        t.join(300)
    for name in os.listdir("/sys/kernel/config/dma-sim"):
        for kind in ("stall", "lost_interrupt"):
            with open(f"/sys/kernel/config/dma-sim/{name}/{kind}", "w", encoding="ascii") as f:
                f.write("off\n")
        os.rmdir("/sys/kernel/config/dma-sim/" + name)
    return monitor


def figures():
    s = LEDGER.sum
    return (f"{s['processes']} processes, {s['operations']} operations, {s['bytes']} bytes, "
            f"{s['injected']} injected, {s['reported']} reported, {s['kills']} kills, "
            f"{s['unbinds']} unbinds")


def leave(monitor):
    """All that is not as it was; then the modules go."""
    wrong = []
    try:
        soon("no session, no claim and no quarantine is left", lambda: refcount("dmactl") == 0)
        monitor.finish()
        modprobe("-r", "dmactl")
        modprobe("-r", "dma-sim")
    except (Wrong, subprocess.SubprocessError) as e:
        wrong.append(str(e))
    soakcases.LEDGER.add(quarantines=monitor.count("quarantine"))
    for a, b in (("claim", "release"), ("quarantine", "reclaim"), ("channel-add", "channel-del")):
        if monitor.count(a) != monitor.count(b):
            wrong.append(f"{monitor.count(a)} events {a}, but {monitor.count(b)} {b}")
    if monitor.count("leak"):
        wrong.append(f"{monitor.count('leak')} leaks that nobody provoked")
    return wrong


def provoke_leaks(rnd, tap):
    """Providers that go, and forget what their engines could not be stopped to do."""
    modprobe("dmactl")
    modprobe("dma-sim", "default=0")
    before = memory()[0]
    monitor = Monitor()
    kept, wrong = 0, []
    try:
        for i in range(LEAKS):
            sim = Sim(f"soak-l{i}", "--no-terminate", "--no-synchronize", "--channels", "1")
            sim.write("live", 0)
            sim.write("forgets", 1)
            sim.write("live", 1)
            sim.fault("stall", "--nth", str(rnd.randrange(2, 30)))
            size = rnd.choice((256, 512, 1024)) << 10
            dmactl("memcpy", "-c", sim.channel(), "-n", "100", "-w", "0", "-T", "1s", "-s",
                   str(size), ok=(1,))
            soon("its memory is kept", lambda n=i + 1: monitor.count("quarantine") == n)
            kept = monitor.bytes("quarantine")
            dmactl("sim", "destroy", "--force", sim.name)
            LEDGER.add(unbinds=1)
        soon("each leak is told", lambda: monitor.count("leak") == LEAKS)
        monitor.finish()
        stuck = [f for f in dmactl("doctor", ok=(1,))[1]["results"] if f["grade"] == "stuck"]
        soakcases.equal("leaks", provoked=LEAKS, events=monitor.count("leak"),
                        doctor=sum("lost for good" in f["what"] for f in stuck))
        soakcases.equal("bytes leaked", kept=kept, told=monitor.bytes("leak"))
    except Wrong as e:
        wrong.append(str(e))
    LEDGER.add(leaked=monitor.bytes("leak"))
    tap.point("what is deliberately leaked is counted, and nothing else", wrong)
    gone = before - memory()[0]
    tap.point("and it is as much as is missing", [] if abs(gone - kept) <= GREW else
              [f"{gone} bytes are missing, {kept} were leaked"])


def main():
    print(f"# SEED={SEED} SOAK_TIME={TIME:.0f}", flush=True)
    tap = Tap()
    # The first round is for what is allocated once.
    wrong = leave(load_for(WARM, 0))
    before = memory()
    wrong += leave(load_for(max(TIME - WARM, 10), 1))
    after = memory()
    s = LEDGER.sum
    tap.point("runs that nobody killed: what was injected, counted and reported are the same",
              LEDGER.wrong["account"])
    tap.point("and so are their sums", [] if s["injected"] == s["reported"] and s["injected"] else
              [f"{s['injected']} injected, {s['reported']} reported"])
    tap.point("what is killed ends, and its channel can be used again", LEDGER.wrong["kill"])
    tap.point("what loses its provider ends, and tells so", LEDGER.wrong["unbind"])
    used = ("memcpy", "memset", "xor", "pq", "interleave", "sg", "interrupt", "chain", "litmus",
            "check", "cyclic", "list", "info", "doctor", "monitor", "sim")
    tap.point("every command had a part in it",
              [c for c in used if not s["command_" + c]])
    tap.point("nothing is left: every claim was released, every quarantine came back", wrong)
    tap.point(f"memory is as before: at most {GREW >> 20} MiB more are in use",
              [f"{what}: {a} bytes before, {b} after" for what, a, b, grew in
               (("MemAvailable", before[0], after[0], before[0] - after[0]),
                ("Slab", before[1], after[1], after[1] - before[1])) if grew > GREW])
    provoke_leaks(random.Random(f"{SEED} leak"), tap)
    print(f"1..{tap.nr}")
    print(f"# {figures()}, {s['runs']} runs accounted for; killed: {s['killed_operations']} "
          f"operations, {s['killed_failed']} of {s['killed_injected']} injected errors told; "
          f"{s['quarantines']} quarantines, {s['came_late']} late callbacks, "
          f"{s['leaked']} bytes leaked on purpose")
    print(f"# memory: MemAvailable {before[0]} -> {after[0]}, Slab {before[1]} -> {after[1]}, "
          f"of {meminfo('MemTotal')}", flush=True)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
