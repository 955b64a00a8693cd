# SPDX-License-Identifier: GPL-2.0
"""scripts/vm: the machines, how each is started."""

import os
import subprocess

from vmkernel import HERE, Kernel, die, fetch, tool


def release_of(kdir):
    return read(os.path.join(kdir, "include/config/kernel.release")).decode().strip()


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


def module_closure(kernel, names):
    """The files of these modules and of all they need, in loading order."""
    deps = {}
    top = os.path.join(kernel.stage, "lib/modules", kernel.release)
    with open(os.path.join(top, "modules.dep"), encoding="ascii") as f:
        for line in f:
            path, _, needs = line.partition(":")
            deps[os.path.basename(path).split(".")[0]] = [path, *needs.split()]
    order = []
    for n in names:
        for path in reversed(deps.get(n, [])):
            if path not in order:
                order.append(path)
    return [os.path.join(top, p) for p in order]


def cpio(path, entries):
    """An initramfs (newc): entries are (name, mode, bytes), directories first."""
    with open(path, "wb") as f:
        for ino, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")], 1):
            n = name.encode() + b"\0"
            fields = (ino, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(n), 0)
            head = b"070701" + b"".join(b"%08x" % x for x in fields) + n
            f.write(head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4))


def read(path):
    with open(path, "rb") as f:
        return f.read()


def directories(*names):
    return [(n, 0o040755, b"") for n in names]


def debian_kernel(opts, default, flavour, arch, cross=None):
    series = opts.kernel or default
    d = fetch("fetch-kernel", series, flavour)
    release = read(os.path.join(d, "release")).decode().strip()
    flags = ["CONFIG_DEBUG_INFO_BTF_MODULES="]
    return Kernel(os.path.join(d, "headers"), f"debian-{release}", release, arch, cross,
                  modules=os.path.realpath(os.path.join(d, "modules")), flags=flags)


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
    argv = ["qemu-system-x86_64", "-M", "pc", "-nodefaults", "-no-user-config",
            "-display", "none", "-no-reboot", "-accel", accel, "-cpu", cpu, "-smp", "2",
            "-m", f"{opts.mem}M", "-kernel", kernel.image, "-initrd", rd, "-append",
            "console=ttyS0 ignore_loglevel printk.devkmsg=on oops=panic panic=-1 "
            f"watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120 vm_run={guest.run}",
            *chardev(guest, "log"), "-serial", "chardev:log", "-device", "virtio-serial-pci",
            *p9("root", "/", ",readonly=on")]
    for n, port in enumerate(("out", "err", "ctl"), 1):
        argv += [*chardev(guest, port), "-device", f"virtserialport,nr={n},chardev={port}"]
    if opts.out:
        argv += p9("out", os.path.realpath(opts.out), "")
    return argv


def chardev(guest, name):
    return ["-chardev", f"file,id={name},path=/dev/fd/{guest.write_ends[name]}"]


def p9(tag, path, more):
    return ["-fsdev", f"local,id={tag},path={path},multidevs=remap,security_model=none{more}",
            "-device", f"virtio-9p-pci,fsdev={tag},mount_tag={tag}"]


def smdkc210_kernel(opts):
    kernel = debian_kernel(opts, "6.1", "armmp", "arm", "arm-linux-gnueabihf-")
    kernel.sysroot = fetch("fetch-sysroot")
    kernel.env.update(
        PKG_CONFIG_SYSROOT_DIR=kernel.sysroot,
        PKG_CONFIG_LIBDIR=os.path.join(kernel.sysroot, "usr/lib/arm-linux-gnueabihf/pkgconfig"))
    return kernel


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


def smdkc210_argv(guest, kernel, opts):
    for p in ("log", "out", "err", "ctl"):
        guest.pipe(p)
    guest.fill(kernel, {
        "VM_TTY_OUT": "/dev/ttySAC0", "VM_TTY_ERR": "/dev/ttySAC2", "VM_TTY_CTL": "/dev/ttySAC3",
        "VM_OUT_FROM": "tar" if opts.out else "", "DMACTL_PLATFORM": "emulated"})
    guest.tar = bool(opts.out)
    # All of our modules, and what they need; the tool and the files that were put.
    ours = [f[:-3] for f in os.listdir(os.path.join(guest.run, "modules", "updates"))]
    keep = module_closure(kernel, [*ours, "configfs"])
    names = ["bin", "dev", "proc", "sys", "run", "tmp", "root", "lib", "lib/modules", "vm"]
    top = os.path.join(kernel.stage, "lib/modules", kernel.release)
    entries = [("init", 0o100755, read(os.path.join(HERE, "kernel/board-init"))),
               ("bin/busybox", 0o100755, read(os.path.join(kernel.sysroot, "bin/busybox")))]
    for path in ("init", "vm.env", "cmd"):
        entries.append((f"vm/{path}", 0o100755, read(os.path.join(guest.run, path))))
    for sub in ("bin", "in"):
        names.append(f"vm/{sub}")
        for f in os.listdir(os.path.join(guest.run, sub)):
            entries.append((f"vm/{sub}/{f}", 0o100755, read(os.path.join(guest.run, sub, f))))
    names.append("vm/modules")
    for path in [os.path.join(top, "modules.dep"), *keep]:
        rel = os.path.relpath(path, top)
        for i, c in enumerate(rel):
            if c == "/" and f"vm/modules/{rel[:i]}" not in names:
                names.append(f"vm/modules/{rel[:i]}")
        entries.append((f"vm/modules/{rel}", 0o100644, read(path)))
    rd = os.path.join(guest.run, "initramfs")
    cpio(rd, [*directories(*names), *entries])
    root = os.path.dirname(kernel.kdir)
    dtb = device_tree(guest, os.path.join(
        root, f"root/usr/lib/linux-image-{kernel.release}/exynos4210-smdkv310.dtb"), opts.dts)
    return ["qemu-system-arm", "-accel", "tcg,thread=multi", "-M", "smdkc210", "-m", "1G",
            "-display", "none", "-no-reboot", "-nic", "none",
            "-kernel", os.path.join(root, "vmlinuz"), "-dtb", dtb,
            "-initrd", rd, *chardev(guest, "out"), *chardev(guest, "log"),
            *chardev(guest, "err"), *chardev(guest, "ctl"),
            "-serial", "chardev:out", "-serial", "chardev:log",
            "-serial", "chardev:err", "-serial", "chardev:ctl", "-append",
            "console=ttySAC1,115200n8 earlycon=exynos4210,0x13810000 panic=-1 rdinit=/init "
            "ignore_loglevel printk.devkmsg=on pd_ignore_unused clk_ignore_unused"]


MACHINES = {"uml": (uml_kernel, uml_argv), "pc": (pc_kernel, pc_argv),
            "kcsan": (kcsan_kernel, pc_argv), "smdkc210": (smdkc210_kernel, smdkc210_argv)}
WHAT = {"uml": "user-mode Linux 6.12, one CPU, native speed (--debug: KASAN, lockdep, kmemleak; "
               "--smp: that with two CPUs, on the newest kernel; --two: two CPUs alone)",
        "pc": "Debian's own amd64 kernel (--kernel 6.1, 6.12) in QEMU, two CPUs",
        "kcsan": "pc with a kernel 6.12 of our own, which watches for data races (KCSAN)",
        "smdkc210": "ARM board with real pl330 controllers, Debian's armhf kernel, two CPUs"}
