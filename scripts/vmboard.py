# SPDX-License-Identifier: GPL-2.0
"""scripts/vm: emulated boards, whose DMA controllers are served by Linux's own drivers.

All that such a guest needs comes in its initramfs, and all it gives goes out by serial lines.
"""

import os
import subprocess

from vmkernel import CROSS, HERE, die, fetch, tool
from vmparts import chardev, cpio, debian_kernel, directories, module_closure, read


def device_tree(guest, dtb, more):
    """The board's own, or with source added to it: with its labels gone, by way of its source."""
    if not more:
        return dtb
    dts, out = (os.path.join(guest.run, "board" + x) for x in (".dts", ".dtb"))
    dtc = [tool("dtc"), "-q"]
    with open(dts, "wb") as f:
        subprocess.run([*dtc, "-I", "dtb", "-O", "dts", dtb], stdout=f, check=True)
        f.write(b"\n" + read(more))
    p = subprocess.run([*dtc, "-I", "dts", "-O", "dtb", "-o", out, dts], check=False)
    if p.returncode:
        die(f"{more} does not fit the board's device tree")
    return out


class Board:
    """What differs between boards."""

    # The series of Debian's kernel, and whether another one will do.
    series, fixed = "6.1", False
    flavour = deb = arch = qemu = None
    dtb = None
    # The terminals in the guest of QEMU's serial lines, in their order; None is the kernel's log.
    lines = {}
    # Whether poweroff ends QEMU.
    ends = False
    append = ""

    def kernel(self, opts):
        if self.fixed and opts.kernel not in (None, self.series):
            raise SystemExit(f"vm: {opts.machine} is {self.series}")
        kernel = debian_kernel(opts, self.series, self.flavour, self.arch, CROSS[self.deb][0])
        kernel.tools["dmactl"] = self.deb
        return kernel

    def argv(self, guest, kernel, opts):
        for port in self.lines:
            guest.pipe(port)
        guest.fill(kernel, {f"VM_TTY_{p.upper()}": tty and f"/dev/{tty}"
                            for p in ("out", "err", "ctl") for tty in [self.lines.get(p, "")]}
                   | {"VM_OUT_FROM": "tar", "DMACTL_PLATFORM": "emulated"})
        guest.tar, guest.ends = True, not self.ends
        rd = os.path.join(guest.run, "initramfs")
        self.initramfs(rd, guest, kernel)
        root = os.path.dirname(kernel.kdir)
        argv = [*self.qemu, "-display", "none", "-no-reboot", "-nic", "none",
                "-kernel", os.path.join(root, "vmlinuz"), "-initrd", rd, "-append",
                self.append + " panic=-1 rdinit=/init ignore_loglevel printk.devkmsg=on"]
        if self.dtb:
            dtb = f"{root}/root/usr/lib/linux-image-{kernel.release}/{self.dtb}"
            argv += ["-dtb", device_tree(guest, dtb, opts.dts)]
        for port in self.lines:
            argv += [*chardev(guest, port), "-serial", f"chardev:{port}"]
        return argv

    def initramfs(self, path, guest, kernel):
        """All of our modules, and what they need; the tools and the files that were put."""
        ours = [f[:-3] for f in os.listdir(os.path.join(guest.run, "modules", "updates"))]
        top = os.path.join(kernel.stage, "lib/modules", kernel.release)
        busybox = os.path.join(fetch("fetch-sysroot", self.deb), "bin/busybox")
        files = {"init": os.path.join(HERE, "kernel/board-init"), "bin/busybox": busybox}
        for f in ("init", "vm.env", "cmd"):
            files[f"vm/{f}"] = os.path.join(guest.run, f)
        for sub in ("bin", "in"):
            for f in os.listdir(os.path.join(guest.run, sub)):
                files[f"vm/{sub}/{f}"] = os.path.join(guest.run, sub, f)
        for f in [os.path.join(top, "modules.dep"), *module_closure(kernel, [*ours, "configfs"])]:
            files["vm/modules/" + os.path.relpath(f, top)] = f
        names = ["bin", "dev", "proc", "sys", "run", "tmp", "root", "lib", "lib/modules", "vm",
                 "vm/bin", "vm/in", "vm/modules"]
        for f in files:
            names += [f[:i] for i, c in enumerate(f) if c == "/" and f[:i] not in names]
        cpio(path, [*directories(*names), *((f, 0o100755, read(src)) for f, src in files.items())])


class Smdkc210(Board):
    """Exynos 4210."""

    flavour, deb, arch = "armmp", "armhf", "arm"
    qemu = ["qemu-system-arm", "-accel", "tcg,thread=multi", "-M", "smdkc210", "-m", "1G"]
    dtb = "exynos4210-smdkv310.dtb"
    lines = {"out": "ttySAC0", "log": None, "err": "ttySAC2", "ctl": "ttySAC3"}
    ends = True
    # pl330.c:2123 changes its list of free descriptors without the lock of those that take them.
    append = ("console=ttySAC1,115200n8 earlycon=exynos4210,0x13810000 pd_ignore_unused "
              "clk_ignore_unused maxcpus=1")


class Raspi3b(Board):
    """Raspberry Pi 3 with a 64-bit kernel."""

    series, flavour, deb, arch = "6.12", "arm64", "arm64", "arm64"
    qemu = ["qemu-system-aarch64", "-accel", "tcg,thread=single", "-M", "raspi3b"]
    dtb = "broadcom/bcm2837-rpi-3-b.dtb"
    lines = {"log": None, "ctl": "ttyS1"}
    append = "console=ttyAMA0,115200 earlycon=pl011,mmio32,0x3f201000"


class Raspi2b(Raspi3b):
    """Raspberry Pi 2 with a 32-bit kernel. The device tree of the 3 differs in no more than the
    kind of its CPU, and has the second serial line."""

    series, flavour, deb, arch = "6.1", "armmp", "armhf", "arm"
    qemu = ["qemu-system-arm", "-accel", "tcg,thread=single", "-M", "raspi2b"]
    dtb = "bcm2837-rpi-3-b.dtb"


class Versal(Board):
    """Its driver zynqmp_dma is none that Debian builds: of the same series as its source."""

    series, fixed = "6.12", True
    flavour, deb, arch = "arm64", "arm64", "arm64"
    qemu = ["qemu-system-aarch64", "-accel", "tcg,thread=single", "-M", "xlnx-versal-virt",
            "-m", "1G"]
    lines = {"log": None, "ctl": "ttyAMA1"}
    append = "console=ttyAMA0,115200 earlycon=pl011,mmio32,0xff000000"


BOARDS = {"smdkc210": Smdkc210(), "raspi3b": Raspi3b(), "raspi2b": Raspi2b(), "versal": Versal()}
