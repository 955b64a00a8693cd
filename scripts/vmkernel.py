# SPDX-License-Identifier: GPL-2.0
"""scripts/vm: kernels, and the modules and the tool built for them."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.dirname(HERE)
BUILD = os.environ.get("DMACTL_BUILD", os.path.join(TOP, "build"))
CACHE = os.environ.get("DMACTL_CACHE") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "dmactl")


def say(text):
    print(f"vm: {text}", file=sys.stderr, flush=True)


def die(text):
    say(text)
    sys.exit(1)


def plain_env():
    """Our own makes are no part of a make that may have called us."""
    env = {k: v for k, v in os.environ.items()
           if k not in ("MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")}
    env["MAKEFLAGS"] = f"-j{os.cpu_count()}"
    return env


def fetch(script, *args):
    """Have something in the cache; the script says on stderr what it does, and prints where.

    Its exit status 77 says that what is to be fetched cannot be had here now.
    """
    p = subprocess.run([os.path.join(HERE, script), *args], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, text=True, env=plain_env(), check=False)
    if p.returncode:
        sys.exit(p.returncode)
    return p.stdout.strip()


def fingerprint(paths, *extra):
    """Names, sizes and times of the sources: whether a make could do anything at all."""
    h = hashlib.sha256(repr(extra).encode())
    for path in paths:
        for root, dirs, files in os.walk(os.path.join(TOP, path)):
            dirs.sort()
            for f in sorted(files):
                s = os.stat(os.path.join(root, f))
                h.update(f"{root}/{f} {s.st_size} {s.st_mtime_ns}\n".encode())
    return h.hexdigest()


class Kernel:
    """A kernel that can be booted, and what is needed to build modules for it."""

    def __init__(self, kdir, ident, release, arch=None, cross=None, modules=None, flags=()):
        self.kdir, self.ident, self.release = kdir, ident, release
        self.arch, self.cross, self.modules = arch, cross, modules
        self.flags, self.env = list(flags), plain_env()
        self.build = os.path.join(BUILD, ident)
        self.stage = os.path.join(self.build, "stage")

    def make(self, target, *args):
        cmd = ["make", "-s", "-C", TOP, target, f"BUILD={BUILD}", f"KDIR={self.kdir}",
               f"ID={self.ident}", "W=1", *args]
        if self.arch:
            cmd.append(f"ARCH={self.arch}")
        if self.cross:
            cmd.append(f"CROSS_COMPILE={self.cross}")
        if self.flags and target == "kmod":
            cmd.append("KFLAGS=" + " ".join(self.flags))
        p = subprocess.run(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                           stderr=subprocess.STDOUT, env=self.env, check=False)
        return p.returncode, p.stdout

    def prepare(self, dmatest=False):
        """Build and stage both modules and the tool, unless no source changed."""
        os.makedirs(self.build, exist_ok=True)
        with open(os.path.join(self.build, ".lock"), "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if dmatest and self.modules:
                self.add_dmatest()
            ok = self.step("modules", ("kmod", "include", "bench/limit"), self.build_modules)
            ok &= self.step("dmactl", ("cli", "include"), self.build_cli)
        return ok

    def add_dmatest(self):
        """The source of dmatest, of the newer kernel that UML is, beside our modules."""
        d = os.path.join(self.build, "dmatest")
        if not os.path.exists(os.path.join(d, "Kbuild")):
            os.makedirs(d, exist_ok=True)
            shutil.copy(os.path.join(fetch("fetch-linux", "--source"), "drivers/dma/dmatest.c"), d)
            with open(os.path.join(d, "Kbuild"), "w", encoding="ascii") as f:
                f.write("obj-m := dmatest.o\n")

    def step(self, what, sources, build):
        stamp = os.path.join(self.build, ".stamp-" + what)
        now = fingerprint(sources, self.kdir, self.release,
                          os.path.exists(os.path.join(self.build, "dmatest")))
        if os.path.exists(stamp):
            with open(stamp, encoding="ascii") as f:
                if f.read() == now:
                    return True
            os.unlink(stamp)
        say(f"building {what} for {self.ident}")
        rc, log = build()
        sys.stderr.write(log)
        if rc:
            say(f"{what} did not build for {self.ident}")
            return False
        with open(stamp, "w", encoding="ascii") as f:
            f.write(now)
        return True

    def build_modules(self):
        rc, log = self.make("kmod")
        if rc:
            for root, _, files in os.walk(os.path.join(self.build, "kmod")):
                for f in files:
                    if f.endswith(".ko"):
                        os.unlink(os.path.join(root, f))
            # The provider alone is useful to whoever works on the other one.
            self.make("kmod", "KMODS=kmod/sim")
        elif os.path.exists(os.path.join(self.build, "dmatest")):
            rc, more = self.make("kmod", "KMODS=dmatest")
            log += more
        self.stage_modules()
        return rc, log

    def stage_modules(self):
        shutil.rmtree(self.stage, ignore_errors=True)
        d = os.path.join(self.stage, "lib/modules", self.release)
        os.makedirs(os.path.join(d, "updates"))
        for sub in ("kmod", "bench", "dmatest"):
            for root, _, files in os.walk(os.path.join(self.build, sub)):
                for f in files:
                    if f.endswith(".ko"):
                        self.install(os.path.join(root, f), os.path.join(d, "updates", f))
        if self.modules:
            os.symlink(os.path.join(self.modules, "kernel"), os.path.join(d, "kernel"))
        else:
            for name in ("drivers/dma/dmatest.ko",):
                os.makedirs(os.path.join(d, "kernel"), exist_ok=True)
                self.install(os.path.join(self.kdir, name),
                             os.path.join(d, "kernel", os.path.basename(name)))
        for f in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
            shutil.copy(os.path.join(self.modules or self.kdir, f), d)
        subprocess.run([tool("depmod"), "-b", self.stage, self.release], check=True)

    def install(self, src, dst):
        subprocess.run([(self.cross or "") + "strip", "--strip-debug", "-o", dst, src], check=True)

    def build_cli(self):
        rc, log = self.make("static" if self.cross else "cli")
        if rc and os.path.exists(self.cli()):
            os.unlink(self.cli())
        return rc, log

    def cli(self):
        name = f"cli-{self.cross.rstrip('-')}-static" if self.cross else "cli-host"
        return os.path.join(BUILD, name, "dmactl")


def tool(name):
    """Also for a plain user, whose PATH lacks the system directories."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not path:
        die(f"{name} is not installed: run scripts/setup check")
    return path
