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


def make(*args, **env):
    p = subprocess.run(["make", "-s", "-C", TOP, f"BUILD={BUILD}", *args], text=True, check=False,
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       env={**plain_env(), **env})
    return p.returncode, p.stdout


# Debian's architectures: the prefix of the cross compiler, the place of the libraries.
CROSS = {"armhf": ("arm-linux-gnueabihf-", "arm-linux-gnueabihf"),
         "arm64": ("aarch64-linux-gnu-", "aarch64-linux-gnu"),
         "i386": ("i686-linux-gnu-", "i386-linux-gnu")}


def tool_path(arch):
    name = f"cli-{CROSS[arch][0].rstrip('-')}-static" if arch else "cli-host"
    return os.path.join(BUILD, name, "dmactl")


def build_tool(arch):
    """dmactl for this host, or without libraries for another architecture: once for all kernels."""
    if not arch:
        rc, log = make("cli")
    else:
        cross, libraries = CROSS[arch]
        root = fetch("fetch-sysroot", arch)
        with open(os.path.join(BUILD, f".lock-{arch}"), "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            rc, log = make("static", f"CROSS_COMPILE={cross}", PKG_CONFIG_SYSROOT_DIR=root,
                           PKG_CONFIG_LIBDIR=os.path.join(root, "usr/lib", libraries,
                                                          "pkgconfig"))
    if rc and os.path.exists(tool_path(arch)):
        os.unlink(tool_path(arch))
    return rc, log


class Kernel:
    """A kernel that can be booted, and what is needed to build modules for it."""

    def __init__(self, kdir, ident, release, arch=None, cross=None, modules=None, flags=()):
        self.kdir, self.ident, self.release = kdir, ident, release
        self.arch, self.cross, self.modules = arch, cross, modules
        self.flags = list(flags)
        self.build = os.path.join(BUILD, ident)
        self.stage = os.path.join(self.build, "stage")
        # The tools' architectures, if not the host's, by the name that each has in the guest.
        self.tools = {"dmactl": None}

    def make_modules(self, *args):
        cmd = ["kmod", f"KDIR={self.kdir}", f"ID={self.ident}", "W=1", *args]
        if self.arch:
            cmd.append(f"ARCH={self.arch}")
        if self.cross:
            cmd.append(f"CROSS_COMPILE={self.cross}")
        if self.flags:
            cmd.append("KFLAGS=" + " ".join(self.flags))
        return make(*cmd)

    def prepare(self, drivers=()):
        """Build and stage both modules, Linux's own drivers (files below drivers/dma) that this
        kernel came without, and the tool, unless no source changed."""
        os.makedirs(self.build, exist_ok=True)
        with open(os.path.join(self.build, ".lock"), "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if drivers and self.modules:
                self.add_drivers(drivers)
            module = os.path.join(self.stage, "lib/modules", self.release, "updates/dmactl.ko")
            ok = self.step("modules", ("kmod", "include", "bench/limit"), module,
                           self.build_modules)
            for name, arch in self.tools.items():
                ok &= self.step(name, ("cli", "include"), tool_path(arch),
                                lambda a=arch: build_tool(a))
        return ok

    def add_drivers(self, files):
        """As they are in the source of the newer kernel that UML is, beside our modules; or a
        test's own."""
        files = {*files, *self.drivers()}
        d = os.path.join(self.build, "linux")
        source = os.path.join(fetch("fetch-linux", "--source"), "drivers/dma")
        for f in (*files, "dmaengine.h", "virt-dma.h"):
            own = os.path.join(TOP, "tests/hardware", f)
            os.makedirs(os.path.dirname(os.path.join(d, f)), exist_ok=True)
            shutil.copy2(own if os.path.exists(own) else os.path.join(source, f),
                         os.path.join(d, f))
        with open(os.path.join(d, "Kbuild"), "w", encoding="ascii") as f:
            f.write("obj-m := " + " ".join(x[:-1] + "o" for x in sorted(files)) + "\n")

    def drivers(self):
        """What add_drivers() has added, now or in an earlier run."""
        kbuild = os.path.join(self.build, "linux/Kbuild")
        if not os.path.exists(kbuild):
            return []
        with open(kbuild, encoding="ascii") as f:
            return [x[:-1] + "c" for x in f.read().split()[2:]]

    def step(self, what, sources, made, build):
        """Unless its stamp is of these sources, and what was made of them is still there."""
        stamp = os.path.join(self.build, ".stamp-" + what)
        drivers = [(f, os.path.getmtime(os.path.join(self.build, "linux", f)))
                   for f in self.drivers()]
        now = fingerprint(sources, self.kdir, self.release, drivers)
        if os.path.exists(stamp):
            with open(stamp, encoding="ascii") as f:
                if f.read() == now and os.path.exists(made):
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
        rc, log = self.make_modules("KCFLAGS=-Werror")
        if rc:
            for root, _, files in os.walk(os.path.join(self.build, "kmod")):
                for f in files:
                    if f.endswith(".ko"):
                        os.unlink(os.path.join(root, f))
            # The provider alone is useful to whoever works on the other one.
            self.make_modules("KMODS=kmod/sim")
        elif self.drivers():
            rc, more = self.make_modules("KMODS=linux", "W=")
            log += more
        self.stage_modules()
        return rc, log

    def stage_modules(self):
        shutil.rmtree(self.stage, ignore_errors=True)
        d = os.path.join(self.stage, "lib/modules", self.release)
        os.makedirs(os.path.join(d, "updates"))
        for sub in ("kmod", "bench", "linux"):
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


def tool(name):
    """Also for a plain user, whose PATH lacks the system directories."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not path:
        die(f"{name} is not installed: run scripts/setup check")
    return path
