# SPDX-License-Identifier: GPL-2.0
"""scripts/vm: a guest while it runs, and the verdict."""

import hashlib
import os
import re
import selectors
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from vmkernel import HERE, say, tool_path
from vmraces import Races

# One of these in the kernel log ends the run with exit 1.
BAD = re.compile(
    r"WARNING:|BUG:|KASAN|KCSAN|UBSAN|kernel BUG|Oops|Call Trace|Kernel panic|ODEBUG:|DMA-API:|"
    r"possible (circular|recursive|irq lock)|inconsistent lock state|suspicious RCU|"
    r"DEBUG_LOCKS_WARN|invalid wait context|lock held when returning|trying to register non-static|"
    r"sleeping function called|scheduling while atomic|unreferenced object|refcount_t:|"
    r"list_(add|del) corruption|blocked for more than|detected stalls|soft lockup|"
    r"general protection|Unable to handle kernel|Internal error|cut here")

# What the guest platform itself says, with nothing of ours loaded.
NOISE = [re.compile(x) for x in (
    # CONFIG_DMA_API_DEBUG introduces itself twice.
    r"DMA-API: preallocated \d+ debug entries",
    r"DMA-API: debugging enabled by kernel config",
)]

# A command may write this and a name to /dev/kmsg: a complaint is then attributed to it.
MARK = "dmactl-mark: "


def is_bad(line):
    return bool(BAD.search(line)) and not any(n.search(line) for n in NOISE)


class Guest:
    """What is common to all machines: the run directory, the pipes, the verdict."""

    def __init__(self, opts):
        self.opts = opts
        self.run = tempfile.mkdtemp(prefix="dmactl-vm-")
        self.pipes = {}
        self.write_ends = {}
        self.log, self.tail = [], b""
        self.bad_at = None
        self.races, self.during = Races(), "the command"
        self.ctl = b""
        # For machines without a shared directory: files come as a tar, and some never turn off.
        self.tar = self.ends = False
        self.proc = None

    def pipe(self, name):
        r, w = os.pipe()
        os.set_inheritable(w, True)
        self.pipes[r] = name
        self.write_ends[name] = w
        return w

    def fill(self, kernel, env):
        """Copies, not links: a rebuild while the guest runs must not pull them away."""
        opts = self.opts
        for d in ("bin", "in"):
            os.mkdir(os.path.join(self.run, d))
        for f in opts.put:
            shutil.copy(f, os.path.join(self.run, "in"))
        for name, arch in kernel.tools.items():
            if os.path.exists(tool_path(arch)):
                shutil.copy(tool_path(arch), os.path.join(self.run, "bin", name))
        shutil.copytree(os.path.join(kernel.stage, "lib/modules", kernel.release),
                        os.path.join(self.run, "modules"), symlinks=True)
        shutil.copy(os.path.join(HERE, "kernel/guest-init"), os.path.join(self.run, "init"))
        os.chmod(self.run, 0o755)
        with open(os.path.join(self.run, "cmd"), "w", encoding="utf-8") as f:
            f.write("exec " + " ".join(shlex.quote(a) for a in opts.command) + "\n")
        env = {"VM_MACHINE": opts.machine, "VM_CWD": os.getcwd(), "VM_OUT": "/run/out",
               "VM_IN": "/run/in", "VM_LEAKS": "1" if opts.debug and opts.leaks else "0",
               "VM_COVERAGE": "1" if opts.coverage else "0",
               "VM_DEBUG": "1" if opts.debug else "0", "HOME": "/root", "LANG": "C.UTF-8", **env}
        for k, v in os.environ.items():
            if k.startswith("DMACTL_") and k not in ("DMACTL_CACHE", "DMACTL_BUILD"):
                env[k] = v
        for e in opts.env:
            k, _, v = e.partition("=")
            env[k] = v
        with open(os.path.join(self.run, "vm.env"), "w", encoding="utf-8") as f:
            for k, v in env.items():
                f.write(f"export {k}={shlex.quote(v)}\n")

    def start(self, argv):
        self.proc = subprocess.Popen(  # pylint: disable=consider-using-with
            argv, stdin=subprocess.DEVNULL, stdout=self.write_ends["log"],
            stderr=self.write_ends["log"], pass_fds=list(self.write_ends.values()),
            start_new_session=True, cwd=self.run, env={**os.environ, "HOME": self.run})
        for w in self.write_ends.values():
            os.close(w)

    def kill(self):
        """Only the process group that start() made."""
        try:
            os.killpg(self.proc.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def on_log(self, data):
        lines = (self.tail + data).split(b"\n")
        self.tail = lines.pop()
        for raw in lines:
            line = raw.decode("utf-8", "replace").rstrip("\r")
            self.log.append(line)
            if self.opts.verbose:
                print(line, file=sys.stderr)
            self.during = line.partition(MARK)[2] or self.during
            race = self.races.take(line, self.during)
            if not race and not self.bad_at and is_bad(line):
                self.bad_at = time.monotonic()

    def watch(self):
        """Pass output on until the guest is gone; why it was ended, or None."""
        end = time.monotonic() + self.opts.time
        why = None
        sel = selectors.DefaultSelector()
        for r in self.pipes:
            sel.register(r, selectors.EVENT_READ)
        while sel.get_map():
            for key, _ in sel.select(0.2):
                data = os.read(key.fd, 65536)
                if not data:
                    sel.unregister(key.fd)
                    os.close(key.fd)
                else:
                    self.route(self.pipes[key.fd], data)
            now = time.monotonic()
            # The rest of the report is still to come: give it two seconds.
            if not why and self.bad_at and now > self.bad_at + 2:
                why = "the kernel complained"
                self.kill()
            elif self.ends and self.ctl.endswith(b"\nend\n"):
                self.kill()
            elif not why and now > end:
                why = f"no end after {self.opts.time} s"
                self.kill()
            elif why and now > end + 20:
                break
        self.proc.wait()
        self.kill()
        if self.tail:
            self.on_log(b"\n")
        return why or ("the kernel complained" if self.bad_at else None)

    def route(self, name, data):
        if name == "log":
            self.on_log(data)
        elif name == "ctl":
            self.ctl += data
        else:
            out = sys.stdout.buffer if name == "out" else sys.stderr.buffer
            try:
                out.write(data)
                out.flush()
            except BrokenPipeError:
                self.kill()

    def finish(self, why):
        """The exit status of the command, or 1 and the log."""
        if self.opts.log:
            with open(self.opts.log, "w", encoding="utf-8") as f:
                f.write("\n".join(self.log) + "\n")
        # Not at its very begin: some serial lines say something when they are opened.
        m = re.search(rb"exit (\d+)\s", self.ctl)
        raced = self.tell_races()
        if why is None and m:
            return int(m.group(1)) if self.unpack() and not raced else 1
        say(f"{why or 'the guest ended before its command did'} ({self.opts.machine}); its log:")
        first = next((i for i, x in enumerate(self.log) if is_bad(x)), len(self.log))
        for line in self.log[max(0, first - 60):first + 200]:
            print(f"  | {line}", file=sys.stderr)
        marks = [x.partition(MARK)[2] for x in self.log[:first] if MARK in x]
        say(f"{why or 'it ended'} during: {marks[-1] if marks else 'the command'}")
        return 1

    def tell_races(self):
        """Whether our modules have any; those of the kernel itself are only named."""
        for race in self.races.others:
            print(f"not ours: {race[0]}", file=sys.stderr)
        for race in self.races.ours:
            print(*race, sep="\n  | ", file=sys.stderr)
        for race in self.races.ours:
            say(race[0])
        return bool(self.races.ours)

    def unpack(self):
        """What came as a tar over the control line (machines without a shared directory)."""
        if not self.tar:
            return True
        m = re.search(rb"^tar (\d+) ([0-9a-f]{64})\r?\n", self.ctl, re.M)
        data = self.ctl[m.end():m.end() + int(m.group(1))] if m else b""
        if not m or hashlib.sha256(data).hexdigest() != m.group(2).decode():
            say("the files of the guest did not come through whole")
            return False
        back = os.path.join(self.run, "back")
        os.mkdir(back)
        subprocess.run(["tar", "-x", "-C", back], input=data, check=True)
        for name in ("out", "err"):
            path = os.path.join(back, "vm", name)
            if os.path.exists(path):
                with open(path, "rb") as f:
                    self.route(name, f.read())
        if self.opts.out:
            shutil.copytree(os.path.join(back, "out"), self.opts.out, dirs_exist_ok=True)
        return True

    def clean(self):
        if self.proc:
            self.kill()
        shutil.rmtree(self.run, ignore_errors=True)
