# SPDX-License-Identifier: GPL-2.0
"""soak.t: runs whose every figure is known: what the engine was told to spoil, what the module
counted and what the tool reports must be the same numbers."""

import os
import tempfile
from functools import partial

from soaklib import LEDGER, Sim, Wrong, dmactl, soon

# The defects that spoil the data of which command.
SPOILS = {
    "memcpy": ("corrupt", "short", "stale"),
    "memset": ("corrupt", "short", "stale"),
    "xor": ("corrupt", "short", "stale", "copies"),
    "pq": ("corrupt", "short", "stale", "copies", "polynomial", "coefficient"),
    "interleave": ("corrupt", "short", "stale"),
    "sg": ("corrupt",),
    "interrupt": (),
}
ANY = (None, "error", "prep_null", "refuse", "lost_interrupt", "stall", "late")
HABITS = (
    (), (), ("--no-terminate", "--no-synchronize"), ("--no-synchronize",), ("--prep-blocks",),
    ("--order", "execute=8"), ("--order", "window=8"), ("--no-continue",),
)


def device(rnd, name, *more):
    context = rnd.choice(("softirq", "softirq", "timer", "thread", "inline"))
    options = ["--context", context, "--seed", str(rnd.randrange(1, 1 << 32)), *rnd.choice(HABITS)]
    if context != "inline" and rnd.random() < 0.3:
        options += ["--latency", f"{rnd.randrange(1, 200)}us"]
    return Sim(name, *options, *more)


def own_options(rnd, command):
    size = str(rnd.choice((64, 1024, 4096, 16384)))
    return {
        "memcpy": lambda: ["-s", size, "-B", rnd.choice(("pages", "coherent", "user"))],
        "memset": lambda: ["-s", size] + rnd.choice(([], ["--segments", "4"])),
        "xor": lambda: ["-s", size, "--sources", str(rnd.randrange(3, 8))],
        "pq": lambda: ["-s", size, "--sources", str(rnd.randrange(3, 7))],
        "interleave": lambda: ["--frames", "8", "--chunk", "128", "--src-gap",
                               str(rnd.choice((0, 64))), "--dst-gap", "32"],
        "sg": lambda: ["-s", size, "-d", rnd.choice(("dev-to-mem", "mem-to-dev")),
                       "--segments", str(rnd.choice((1, 4)))],
        "interrupt": lambda: [],
    }[command]()


# The descriptors that the largest operation on a user's own pages is cut into.
PIECES = 9


def when(rnd, defect, n, least=3):
    """A time-out ends the run, so one of these; the rest as often as it likes, but never two of one
    operation, which fails once."""
    if defect in ("lost_interrupt", "stall"):
        return ("--nth", str(rnd.randrange(1, n)))
    return ("--every", str(rnd.randrange(least, 40)))


def equal(what, **figures):
    """All of these are the same number."""
    if len(set(figures.values())) > 1:
        told = ", ".join(f"{k} {v}" for k, v in figures.items())
        raise Wrong(f"{what}: {told}")


class Run:
    """One command on a device of which it is the only user."""

    def __init__(self, sim, defect, how):
        self.sim, self.defect = sim, defect
        self.what = sim.name
        if defect == "late":
            sim.write("late_ns", 1000000)
        if defect:
            sim.fault(defect, *how)
        self.before = sim.injected(), sim.counters()

    def go(self, *args, bad=(0, 1)):
        self.what = f"{self.sim.name} ({' '.join(self.sim.options)}), {self.defect}: {args}"
        self.status, doc = dmactl(*args, ok=bad)
        now, counted = self.sim.injected(), self.sim.counters()
        self.injected = {k: now[k] - self.before[0][k] for k in now}
        self.counted = {k: counted[k] - self.before[1][k] for k in counted}
        self.hits = self.injected[self.defect] if self.defect else 0
        others = sum(self.injected.values()) - self.hits
        equal(f"{self.what}: other defects than that one", others=others, none=0)
        return [r for r in doc["results"] if r.get("channel") != "all"]

    def agree(self, **figures):
        equal(self.what, **figures)

    def done(self, operations, size, reported):
        LEDGER.add(runs=1, operations=operations, bytes=size, injected=self.hits,
                   reported=reported, **{"defect_" + (self.defect or "none"): self.hits})

    def settle(self):
        """Back to a device with nothing wrong: what was held back comes now."""
        owed = 0
        if self.defect in ("stall", "lost_interrupt") and "--no-terminate" in self.sim.options:
            owed = self.counted["timed_out"] + self.counted["aborted"]
        self.sim.calm()
        soon(f"{self.what}: channels are free again", self.sim.free)
        late = self.sim.counters()["late"] - self.before[1]["late"]
        self.agree(owed=owed, came_late=late)
        LEDGER.add(came_late=late)


def measure(rnd, sim, command):
    """An operation that is measured: each of them is accounted for."""
    # What a sink took in another order has no sum that could be wrong.
    spoil = () if command == "sg" and "window=8" in sim.options else SPOILS[command]
    defect = rnd.choice(ANY + spoil)
    n = rnd.randrange(40, 200)
    spoils = defect in SPOILS[command]
    mode = rnd.choice(("run", "submit"))
    # The sum of a sink says of all that were in flight together that one was wrong.
    depth = 1 if command == "sg" and spoils else rnd.choice((1, 2, 8))
    own = own_options(rnd, command)
    args = [command, "-c", sim.channel(), "-n", str(n), "-w", "0", "-m", mode,
            "-q", str(depth), *own]
    # xor_val and the like give nothing that could be spoilt.
    parity = (command in ("xor", "pq") and rnd.random() < 0.3 and
              defect in (None, "error", "prep_null", "refuse", "late"))
    if parity:
        args += ["--check"]
    if command != "interrupt":
        args += ["-v", "full" if spoils else rnd.choice(("none", "sample"))]
    if defect in ("stall", "lost_interrupt"):
        args += ["-T", "1s"]
    least = PIECES + 1 if "user" in own else 3
    run = Run(sim, defect, when(rnd, defect, n, least) if defect else ())
    rows = run.go(*args)
    if len(rows) != 1:
        raise Wrong(f"{run.what}: {len(rows)} rows")
    r, c = rows[0], run.counted
    # Wrong data is a failure to the tool only: the module has seen it complete.
    wrong = r["verify"]["mismatches"] if spoils else 0
    done, failed = r["operations"] + wrong, r["failed"] - wrong
    run.agree(attempted=r["attempted"], sum=done + failed + r["timed_out"] + r["aborted"])
    if parity:      # good parity was that of the attempted ones; then it was spoilt
        tried = r["parity_checks"]
        run.agree(told_wrong=tried["wrong"], none=0)
        done, failed = tried["good"] + tried["bad"], failed + tried["failed"]
    run.agree(told_done=done, counted_done=c["done"])
    run.agree(told_failed=failed, counted_failed=c["failed"])
    run.agree(told_timed_out=r["timed_out"], counted_timed_out=c["timed_out"])
    run.agree(told_aborted=r["aborted"], counted_aborted=c["aborted"])
    if defect not in ("stall", "lost_interrupt"):
        run.agree(asked_for=n, attempted=r["attempted"])
        run.agree(timed_out=r["timed_out"], aborted=r["aborted"], none=0)
    reported = {"error": failed, "refuse": failed, "prep_null": c["retries"],
                "stall": r["timed_out"], "lost_interrupt": r["timed_out"], "late": run.hits,
                None: 0}.get(defect, wrong)
    run.agree(injected=run.hits, reported=reported)
    # Those of the spoilt parity are not of what was measured, and so not in its row.
    if defect == "prep_null" and r["retries"] is not None and not parity:
        run.agree(injected=run.hits, told_retries=r["retries"])
    failures = r["failed"] + r["timed_out"] + r["aborted"]
    run.agree(status=run.status, failures=int(bool(failures)))
    run.done(c["done"], c["bytes"], reported)
    run.settle()


CHAIN = """
buf a {size} fill=random
buf b {size}
buf c {size}
buf d {size}
repeat {n} {{
	memcpy b <- a; fence
	xor c <- a, b
	memset d <- 0x5a
	wait
}}
"""


def chain(rnd, sim):
    defect = rnd.choice((None, "error", "refuse", "prep_null"))
    n = rnd.randrange(10, 60)
    run = Run(sim, defect, when(rnd, defect, n) if defect else ())
    with tempfile.NamedTemporaryFile("w", suffix=".chain", delete=False) as f:
        f.write(CHAIN.format(size=rnd.choice((64, 4096)), n=n))
    try:
        rows = run.go("chain", f.name, "-c", sim.channel())
    finally:
        os.unlink(f.name)
    total = [r for r in rows if r["kind"] == "total"][0]
    c = run.counted
    told = total["failed"] + total["aborted"] + total["input_failed"]
    # What has a failed input failed to the tool; if the module did not hold it back, it was done.
    run.agree(told=total["operations"] + total["failed"] + total["input_failed"],
              counted=c["done"] + c["failed"])
    run.agree(told_aborted=total["aborted"], counted_aborted=c["aborted"])
    run.agree(attempted=total["attempted"], sum=total["operations"] + told)
    reported = {"prep_null": c["retries"], None: 0}.get(defect, total["failed"])
    run.agree(injected=run.hits, reported=reported)
    run.agree(status=run.status, failures=int(bool(told)))
    run.done(c["done"], c["bytes"], reported)
    run.settle()


SHAPES = ("read-after-write", "write-after-read", "pipeline", "fan-in-xor", "hand-over",
          "ping-pong", "mid-batch")


def litmus(rnd, sim):
    """It tells the first failure of each way only, so it has none here, but scarce descriptors."""
    defect = rnd.choice((None, "prep_null"))
    run = Run(sim, defect, when(rnd, defect, 0) if defect else ())
    rows = run.go("litmus", "-c", sim.channel(0), "-c", sim.channel(1), "--shape",
                  rnd.choice(SHAPES), "-n", "10", "-s", "256", bad=(0,))
    c = run.counted
    run.agree(injected=run.hits, counted=c["retries"])
    run.agree(counted_failed=c["failed"], told=sum(bool(r["failure"]) for r in rows), none=0)
    run.done(c["done"], c["bytes"], c["retries"])
    run.settle()


CASES = ("memcpy.lengths", "memcpy.pieces", "xor.sources", "pq.no-*", "memset.*", "slave.*",
         "ring.*", "interrupt.*")
# Of one descriptor an operation, and not polled: each error is a failure of its own.
SIMPLE = ("memcpy.lengths", "memset.lengths", "memset.batch", "memset.run")


def check(rnd, sim):
    """An engine that is right passes; each failure of one that is not has been counted."""
    defect = rnd.choice((None, None, "error"))
    run = Run(sim, defect, when(rnd, defect, 0) if defect else ())
    rows = run.go("check", "-c", sim.channel(), "--only",
                  rnd.choice(SIMPLE if defect else CASES), bad=(0, 1, 77))
    c = run.counted
    run.agree(injected=run.hits, counted_failed=c["failed"])
    if not defect:
        run.agree(failed=sum(r.get("status") == "fail" for r in rows), none=0)
        run.agree(status=run.status, none=0)
    run.done(c["done"], c["bytes"], c["failed"])
    run.settle()


def cyclic(rnd, sim):
    """A ring that is longer than the run: nothing can be overrun, however slow we are."""
    if "--no-terminate" in sim.options:     # it would go round until the device is gone
        sim = Sim(sim.name + "-ring", "--channels", "1")
        cyclic(rnd, sim)
        sim.destroy()
        return
    defect = rnd.choice((None, "error", "corrupt", "skip"))
    n = rnd.randrange(12, 40)
    run = Run(sim, defect, ("--nth", str(rnd.randrange(2, 10))) if defect else ())
    rows = run.go("cyclic", "-c", sim.channel(), "-d", "dev-to-mem", "-n", str(n), "--period",
                  "1K", "--periods", "512")
    r = rows[0]
    told = {"error": r["period_errors"], "corrupt": r["verify"]["mismatches"],
            "skip": r["skipped"], None: r["periods_lost"] + r["verify"]["mismatches"]}[defect]
    run.agree(injected=run.hits, reported=told, one=int(bool(defect)))
    run.agree(status=run.status, failed=int(bool(defect)))
    run.done(r["periods"], r["bytes"], told)
    run.settle()


def look(rnd, sim):
    """Commands that only tell something, and leave the counters alone."""
    run = Run(sim, None, ())
    run.go("info", sim.channel(rnd.randrange(2)))
    run.go("doctor", sim.channel(0))
    run.agree(done=run.counted["done"], claims=run.counted["claims"], none=0)


ALL = {"chain": chain, "litmus": litmus, "check": check, "cyclic": cyclic, "look": look,
       **{op: partial(measure, command=op) for op in SPOILS}}
