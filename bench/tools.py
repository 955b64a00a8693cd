# SPDX-License-Identifier: GPL-2.0
"""The programs that are compared, each as a function that returns its numbers."""
import collections
import contextlib
import glob
import json
import math
import os
import re
import select
import shutil
import subprocess
import tempfile
import time

SIM = "/sys/kernel/config/dma-sim"
LIMIT = "/sys/kernel/debug/dmactl-limit/run"
DMATEST = "/sys/module/dmatest/parameters"
TRACING = "/sys/kernel/tracing"
TIMEOUT = 60  # seconds, of any one program


class Failed(Exception):
    """A measurement that cannot be used, and why."""


class Skipped(Exception):
    """One that cannot be made here, and why."""


def need(program, package):
    if not shutil.which(program):
        raise Skipped(f"{program} is not installed (package {package})")


def write(path, text):
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    except OSError as error:
        raise Failed(f"{path} <- {text.strip()}: {error.strerror}") from error
    finally:
        os.close(fd)


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def call(*command, good=(0,)):
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
    if done.returncode not in good:
        raise Failed(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def load(module, *parameters):
    if not os.path.isdir("/sys/module/" + module.replace("-", "_")):
        call("modprobe", module, *parameters)


def clock_step():
    """What differences of CLOCK_MONOTONIC are multiples of: 256 ns on user-mode Linux."""
    step = 0
    last = time.monotonic_ns()
    for _ in range(1000):
        now = time.monotonic_ns()
        step, last = math.gcd(step, now - last), now
    return step


class Engine:
    """A simulated device of one channel."""

    def __init__(self, context, engine, **more):
        self.name = f"{context}-{engine}" + "".join(f"-{value}" for value in more.values())
        self.moves = engine == "copy"
        path = self.path = f"{SIM}/{self.name}"
        os.mkdir(path)
        for key, value in {"channels": 1, "context": context, "engine": engine, **more}.items():
            write(f"{path}/{key}", str(value))
        write(f"{path}/live", "1")
        self.device = read(f"{path}/dev_name")
        self.stable = self.device + "/0"
        self.channel = self.sysfs_name(self.device)

    @staticmethod
    def sysfs_name(device):
        for path in glob.glob("/sys/class/dma/dma*chan0"):
            if os.path.basename(os.path.realpath(path + "/device")) == device:
                return os.path.basename(path)
        raise Failed(f"{device} has no channel in /sys/class/dma")


def bare(engine, cell, count, stamps=False, verify=False):
    """The loop of bench/limit."""
    write(LIMIT, f"channel={engine.channel} size={cell.size} depth={cell.depth} "
                 f"batch={cell.batch} count={count} warmup={count // 10 + 2 * cell.depth} "
                 f"stamps={int(stamps)} verify={int(verify)}")
    result = {}
    for word in read(LIMIT).split():
        key, value = word.split("=")
        result[key] = int(value) if value.isdigit() else value
    if result["ops"] != count or result["errors"] or result.get("wrong"):
        raise Failed(f"bare loop: {result}")
    result["ns"] = result["elapsed_ns"] / count
    return result


def dmactl(engine, cell, count, mode="run", latency=False, poll=False, verify="none"):
    """`dmactl memcpy`, as a user calls it."""
    command = ["dmactl", "memcpy", "-c", engine.stable, "-m", mode, "-s", str(cell.size),
               "-q", str(cell.depth), "-b", str(cell.batch), "-n", str(count),
               "-w", str(count // 10 + 2 * cell.depth), "-v", verify, "--json"]
    command += ["--poll"] if poll else []
    command += [] if latency else ["--no-latency"]
    result = json.loads(call(*command))["results"][0]
    if not result["valid"] or result["operations"] != count:
        raise Failed(f"{' '.join(command)}: {result.get('why_invalid')}")
    result["ns"] = result["elapsed_ns"] / count
    return result


def side_by_side(engine, channels, cell, window_ms):
    """So many channels of one device, a CPU for each: operations per second of all together."""
    command = ["dmactl", "memcpy", "-m", "run", "-s", str(cell.size), "-q", str(cell.depth), "-b",
               str(cell.batch), "-t", f"{int(window_ms)}ms", "-w", "10ms", "-v", "none",
               "--no-latency", "-C", ",".join(map(str, range(channels))), "--json"]
    for number in range(channels):
        command += ["-c", f"{engine.device}/{number}"]
    result = json.loads(call(*command))["results"][-1]
    if not result["valid"] or (result["channel"] == "all") != (channels > 1):
        raise Failed(f"{' '.join(command)}: {result['why_invalid']}")
    return result["operations_per_second"]


def spin(cpu, window_ms, pipe):
    """In a process of its own: how often it goes round."""
    os.sched_setaffinity(0, [cpu])
    rounds, end = 0, time.monotonic() + window_ms / 1e3
    while time.monotonic() < end:
        rounds += sum(range(100)) > 0
    os.write(pipe, rounds.to_bytes(8, "little"))


def busy_loops(cpus, window_ms):
    """What so many CPUs do at once: the host may not give them."""
    pipe, children = os.pipe(), []
    for cpu in range(cpus):
        child = os.fork()
        if not child:
            try:
                spin(cpu, window_ms, pipe[1])
            finally:
                os._exit(0)
        children.append(child)
    os.close(pipe[1])
    for child in children:
        os.waitpid(child, 0)
    told = os.read(pipe[0], 8 * cpus)
    os.close(pipe[0])
    if len(told) != 8 * cpus:
        raise Failed("a busy loop did not tell how often it went round")
    return sum(int.from_bytes(told[i:i + 8], "little") for i in range(0, len(told), 8))


def peak_memory(engine, cell, count):
    """
    What `dmactl memcpy` had at most, in KiB, all its samples taken. JSON of a wider distribution
    has more buckets and takes more: that is of the host's mood, not of the number.
    """
    with tempfile.NamedTemporaryFile("r") as told:
        call("time", "-f", "%M", "-o", told.name, "dmactl", "memcpy", "-c", engine.stable, "-m",
             "run", "-s", str(cell.size), "-q", str(cell.depth), "-b", str(cell.batch), "-n",
             str(count), "-w", "0", "-v", "none")
        return int(told.read())


def instructions(*command):
    """Of the whole process in user space, its libraries and their loading included."""
    with tempfile.NamedTemporaryFile("r") as log:
        call("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
             f"--log-file={log.name}", *command)
        return int(re.search(r"Collected : (\d+)", log.read()).group(1))


def passed(engine):
    """What the simulated engine itself has noted of its last stream."""
    names = ("channel", "periods", "skipped", "callbacks", "due", "fired", "late_max", "late_mean")
    return dict(zip(names, map(int, read(f"{engine.path}/streams").splitlines()[0].split())))


def bare_stream(engine, period, periods, window_ms):
    """A callback that only counts."""
    write(LIMIT, f"channel={engine.channel} size={period} periods={periods} "
                 f"time_ms={int(window_ms)}")
    callbacks = int(re.search(r"callbacks=(\d+)", read(LIMIT)).group(1))
    return {"callbacks": callbacks, "passed": passed(engine)["periods"]}


def stream(engine, period, periods, window_ms, buffer="coherent"):
    """`dmactl cyclic` from the source that counts; lost periods are a result."""
    command = ["dmactl", "cyclic", "-c", engine.stable, "-d", "dev-to-mem", "-B", buffer,
               "--period", str(period), "--periods", str(periods), "-t", f"{window_ms}ms", "--json"]
    for _ in range(3):
        result = json.loads(call(*command, good=(0, 1)))["results"][0]
        if result["verify"]["mismatches"] or not result["periods"]:
            raise Failed(f"cyclic: {result['failure']}")
        if result["lost_exact"]:
            break
    else:
        raise Failed("cyclic: nobody knows how much was lost, three times")
    jitter = result["jitter_ns"] or {}
    return {"periods": result["periods"], "lost": result["periods_lost"],
            "cpu": result["cpu_ns_per_period"], "p50": jitter.get("p50"),
            "mean": jitter.get("mean"), "late_mean": passed(engine)["late_mean"]}


def resubmitted(engine, size, window_ms):
    """The same by slave_sg, two in flight, each submitted anew."""
    result = json.loads(call("dmactl", "sg", "-c", engine.stable, "-d", "dev-to-mem", "-s",
                             str(size), "-q", "2", "-m", "submit", "-t", f"{window_ms}ms", "-v",
                             "none", "--json"))["results"][0]
    return {"operations": result["operations"], "ns": result["elapsed_ns"] / result["operations"],
            "cpu": result["cpu_ns_per_operation"]["submitters"]}


SUMMARY = re.compile(r"summary (\d+) tests, (\d+) failures ([0-9.]+) iops")


def wait_for_summaries(kmsg, number):
    """dmatest's own `wait` returns before a thread that has not started yet."""
    log = ""
    end = time.monotonic() + TIMEOUT
    while len(SUMMARY.findall(log)) < number:
        if not select.select([kmsg], [], [], max(0, end - time.monotonic()))[0]:
            raise Failed(f"dmatest does not end: {log}")
        log += os.read(kmsg, 8192).decode()  # one record
    return SUMMARY.findall(log)


def dmatest(engine, cell, count, threads=1, polled=False):
    """The kernel's own dmatest; count is of all threads together."""
    share = count // threads
    for key, value in (("iterations", share), ("test_buf_size", cell.size), ("norandom", 1),
                       ("noverify", 1), ("threads_per_chan", threads), ("transfer_size", 0),
                       ("polled", int(polled)), ("max_channels", 1), ("timeout", 5000)):
        write(f"{DMATEST}/{key}", str(value))
    kmsg = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
    try:
        os.lseek(kmsg, 0, os.SEEK_END)
        write(f"{DMATEST}/channel", engine.channel)
        start = time.monotonic_ns()
        write(f"{DMATEST}/run", "1")
        found = wait_for_summaries(kmsg, threads)
        elapsed = time.monotonic_ns() - start
    finally:
        os.close(kmsg)
        write(f"{DMATEST}/run", "0")
    # Counted, because a setting that it does not like makes it do nothing, without failures.
    if [(int(tests), int(failures)) for tests, failures, _ in found] != [(share, 0)] * threads:
        raise Failed(f"dmatest: {found}")
    # Threads that take turns each count the time of all: only the whole can be timed.
    ns = 1e9 / float(found[0][2]) if threads == 1 else elapsed / (share * threads)
    return {"ns": ns}


EVENTS = ("kmalloc", "kmalloc_node", "kmem_cache_alloc", "kmem_cache_alloc_node", "mm_page_alloc")


@contextlib.contextmanager
def traced_allocations():
    """Counts the allocations of the whole machine, softirqs and kernel threads included."""
    counts = collections.Counter()
    events = [f"{TRACING}/events/kmem/{event}/enable" for event in EVENTS]
    events = [event for event in events if os.path.exists(event)]
    write(f"{TRACING}/tracing_on", "0")
    write(f"{TRACING}/buffer_size_kb", "32768")
    with open(f"{TRACING}/trace", "w", encoding="ascii"):
        pass  # empties it
    for event in events:
        write(event, "1")
    write(f"{TRACING}/tracing_on", "1")
    try:
        yield counts
    finally:
        write(f"{TRACING}/tracing_on", "0")
        for event in events:
            write(event, "0")
    for stats in glob.glob(f"{TRACING}/per_cpu/cpu*/stats"):
        if not re.search(r"^overrun: 0$", read(stats), re.MULTILINE):
            raise Failed("the trace buffer is too small")
    with open(f"{TRACING}/trace", encoding="utf-8", errors="replace") as trace:
        counts.update(re.findall(r"^[^#\n]*?\d: (\w+): ", trace.read(), re.MULTILINE))
    write(f"{TRACING}/buffer_size_kb", "64")


def allocations(function, few=10000, many=20000):
    """Allocations an operation: what `many` operations need more than `few`."""
    totals = []
    for count in (few, many):
        with traced_allocations() as counts:
            function(count)
        totals.append(sum(counts.values()))
    return {"few": totals[0], "many": totals[1], "per_op": (totals[1] - totals[0]) / (many - few)}


def hyperfine(commands):
    """Whole processes, in ms; what hyperfine exports is kept as it is."""
    path = os.path.join(os.environ["VM_OUT"], "hyperfine.json")
    call("hyperfine", "-N", "--warmup", "3", "--runs", "20", "--style", "none",
         "--export-json", path, *commands)
    with open(path, encoding="utf-8") as file:
        results = json.load(file)["results"]
    os.unlink(path)
    return results
