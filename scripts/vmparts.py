# SPDX-License-Identifier: GPL-2.0
"""scripts/vm: what machines are made of: Debian's kernels, and what an initramfs holds."""

import os

from vmkernel import Kernel, fetch


def release_of(kdir):
    return read(os.path.join(kdir, "include/config/kernel.release")).decode().strip()


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


def chardev(guest, name):
    return ["-chardev", f"file,id={name},path=/dev/fd/{guest.write_ends[name]}"]
