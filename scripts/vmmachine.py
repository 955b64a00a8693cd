# SPDX-License-Identifier: GPL-2.0
"""scripts/vm: the machines, how each is started."""

import os

from vmboard import BOARDS
from vmkernel import HERE, Kernel, fetch
from vmparts import chardev, cpio, debian_kernel, directories, module_closure, read, release_of


def uml_kernel(opts):
    flavour = [name for name in ("--two", "--smp", "--debug") if getattr(opts, name[2:])]
    kdir = fetch("fetch-linux", *flavour[:1])
    # UML never clears the shadow of a module that was unloaded: no poison around its globals then.
    flags = ["CFLAGS_MODULE=--param=asan-globals=0"] if opts.debug else []
    ident = os.path.basename(kdir)
    if opts.coverage:
        ident += "-coverage"
        flags.append("COVERAGE=y")
    return Kernel(kdir, ident, release_of(kdir), arch="um", flags=flags)


def uml_argv(guest, kernel, opts):
    for p in ("log", "out", "err", "ctl"):
        guest.pipe(p)
    w = guest.write_ends
    guest.fill(kernel, {
        "VM_TTY_OUT": "/dev/tty1", "VM_TTY_ERR": "/dev/tty2", "VM_TTY_CTL": "/dev/tty3",
        "VM_OUT_FROM": os.path.realpath(opts.out) if opts.out else ""})
    return [os.path.join(kernel.kdir, "linux"), f"mem={opts.mem}M", "rootfstype=hostfs",
            "rootflags=/", "ro", f"init={guest.run}/init", "con=null", f"con0=null,fd:{w['log']}",
            f"con1=null,fd:{w['out']}", f"con2=null,fd:{w['err']}", f"con3=null,fd:{w['ctl']}",
            "ignore_loglevel", "printk.devkmsg=on",
            f"uml_dir={guest.run}/",
            *(["ncpus=2", "seccomp=on"] if opts.smp or opts.two else []),
            # kmemleak makes UML complain of its own kfree() on a CPU that is not online yet.
            *(["kmemleak=off"] if opts.smp else [])]


def pc_kernel(opts):
    kernel = debian_kernel(opts, "6.1", "amd64", None)
    kernel.image = os.path.join(os.path.dirname(kernel.kdir), "vmlinux")
    return kernel


def kcsan_kernel(_opts):
    kdir = fetch("fetch-linux", "--kcsan")
    kernel = Kernel(kdir, os.path.basename(kdir), release_of(kdir), arch="x86")
    kernel.image = os.path.join(kdir, "vmlinux")
    return kernel


PC_MODULES = ("virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay")


def pc_argv(guest, kernel, opts):
    for p in ("log", "out", "err", "ctl"):
        guest.pipe(p)
    guest.fill(kernel, {
        "VM_TTY_OUT": "/dev/vport0p1", "VM_TTY_ERR": "/dev/vport0p2",
        "VM_TTY_CTL": "/dev/vport0p3", "VM_OUT_FROM": "9p" if opts.out else ""})
    files = module_closure(kernel, PC_MODULES)
    order = "\n".join(os.path.basename(f) for f in files)
    rd = os.path.join(guest.run, "initramfs")
    cpio(rd, [*directories("bin", "dev", "proc", "host", "rw", "new", "modules"),
              ("init", 0o100755, read(os.path.join(HERE, "kernel/pc-init"))),
              ("bin/busybox", 0o100755, read("/bin/busybox")),
              ("modules/order", 0o100644, order.encode()),
              *((f"modules/{os.path.basename(f)}", 0o100644, read(f)) for f in files)])
    accel = "kvm" if os.environ.get("DMACTL_KVM") == "1" else "tcg,thread=multi"
    cpu = "host" if accel == "kvm" else "max,-erms,-fsrm"
    machine, append = ["-M", "pc"], opts.append
    if opts.iommu:
        machine = ["-M", "q35", "-device", "intel-iommu", "-device", "edu"]
        append += " intel_iommu=on"
    argv = ["qemu-system-x86_64", *machine, "-nodefaults", "-no-user-config",
            "-display", "none", "-no-reboot", "-accel", accel, "-cpu", cpu, "-smp", "2",
            "-m", f"{opts.mem}M", "-kernel", kernel.image, "-initrd", rd, "-append",
            "console=ttyS0 ignore_loglevel printk.devkmsg=on oops=panic panic=-1 "
            f"watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120 vm_run={guest.run} "
            + append,
            *chardev(guest, "log"), "-serial", "chardev:log", "-device", "virtio-serial-pci",
            *p9("root", "/", ",readonly=on")]
    for n, port in enumerate(("out", "err", "ctl"), 1):
        argv += [*chardev(guest, port), "-device", f"virtserialport,nr={n},chardev={port}"]
    if opts.out:
        argv += p9("out", os.path.realpath(opts.out), "")
    return argv


def p9(tag, path, more):
    return ["-fsdev", f"local,id={tag},path={path},multidevs=remap,security_model=none{more}",
            "-device", f"virtio-9p-pci,fsdev={tag},mount_tag={tag}"]


MACHINES = {"uml": (uml_kernel, uml_argv), "pc": (pc_kernel, pc_argv),
            "kcsan": (kcsan_kernel, pc_argv),
            **{name: (b.kernel, b.argv) for name, b in BOARDS.items()}}
# Machines whose kernel runs 32-bit programs, too, and of which architecture of Debian.
COMPAT = {"pc": "i386", "raspi3b": "armhf"}
# Linux's own drivers that Debian's kernel for the machine lacks, below drivers/dma.
DRIVERS = {"versal": ["xilinx/zynqmp_dma.c"]}
WHAT = {"uml": "user-mode Linux 6.12, one CPU, native speed (--debug: KASAN, lockdep, kmemleak; "
               "--smp: that with two CPUs, on the newest kernel; --two: two CPUs alone)",
        "pc": "Debian's own amd64 kernel (--kernel 6.1, 6.12) in QEMU, two CPUs",
        "kcsan": "pc with a kernel 6.12 of our own, which watches for data races (KCSAN)",
        "smdkc210": "ARM board with real pl330 controllers, Debian's armhf kernel, one CPU",
        "raspi3b": "Raspberry Pi 3 with its real bcm2835-dma, Debian's arm64 kernel",
        "raspi2b": "Raspberry Pi 2 with its real bcm2835-dma, Debian's armhf kernel",
        "versal": "AMD Versal with real zynqmp_dma controllers, Debian's arm64 kernel"}
