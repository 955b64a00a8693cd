#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What ARCHITECTURE, CONTRIBUTING, SECURITY and CHANGELOG name is there: files, functions, constants,
make targets, commands, numbers."""

import glob
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
NR = [0, 0]


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as f:
        return f.read()


def point(name, wrong):
    NR[0] += 1
    NR[1] += bool(wrong)
    for x in wrong:
        print("#", x)
    print(f"{'not ' if wrong else ''}ok {NR[0]} - {name}")


def files(pattern):
    return glob.glob(os.path.join(TOP, pattern), recursive=True)


def there(name):
    """A path, or the name of a source."""
    name = name.rstrip("/").replace("SUITE", "usage")
    return os.path.exists(os.path.join(TOP, name)) or \
        ("/" not in name and files(f"*/**/{name}"))


SOURCE = "\n".join(read(os.path.relpath(f, TOP)) for f in
                   files("kmod/**/*.[ch]") + files("include/**/*.h") + files("cli/*.[ch]"))
MAKE = set(" ".join(re.findall(r"^([a-z][\w -]*):(?!=)", read("Makefile"), re.M)).split())
COMMANDS = set(re.findall(r'^\t\{ "(\w+)", ".*", cmd_', read("cli/dmactl.c"), re.M))

for page in PAGES:
    text = read(page)
    point(f"{page} begins with its licence, and no line is long", [
        x for i, x in enumerate(text.splitlines())
        if len(x) > 100 or (i == 0 and "SPDX-License-Identifier: GPL-2.0" not in x)])
    names = re.findall(r"\]\(([^):]+)\)", text)
    names += re.findall(r"(?<![\w/.-])((?:[\w-]+/)+[\w.-]*|[\w-]+\.(?:c|h|t|md))(?![\w/])", text)
    names = [x for x in names if not re.match(r"linux/|dmactl/", x)]
    point(f"{page}: the files that it names are there", [x for x in names if not there(x)])
    words = re.findall(r"(dmactl_\w+|dmasim_\w+)\b", text) + re.findall(r"\b(DMACTL_\w+)", text) + \
        re.findall(r"`(sim_\w+)`", text)
    point(f"{page}: functions, structures and constants", [
        x for x in words if not re.search(rf"\b{x}\b", SOURCE)])
    wanted = re.findall(r"`make ([a-z-]+)", text) + re.findall(r"`make\s+([a-z-]+)", text)
    point(f"{page}: make targets", [x for x in wanted if x not in MAKE])
    told = re.findall(r"`dmactl (\w+)", text)
    point(f"{page}: commands", [x for x in told if x not in COMMANDS])

changes = read("CHANGELOG.md")
defects = len(re.findall(r"^\tDMASIM_\w+,", re.search(
    r"enum dmasim_defect \{(.*?)DMASIM_DEFECTS", read("kmod/sim/params.h"), re.S).group(1), re.M))
quirks = len(re.findall(r'^\t\{ "', read("cli/quirk.c"), re.M))
point("CHANGELOG.md: as many defects and quirks as it says", [
    x for x in (f"{defects} defects", f"quirks of {quirks} drivers") if x not in changes])
version = read("cli/VERSION").strip()
point("CHANGELOG.md, cli/VERSION and the module are of one version", [
    x for x in (re.search(r'DMACTL_VERSION\s+"(.*?)"', read("kmod/dmactl_int.h")).group(1),
                re.search(r"^## .*?(\d+\.\d+)", changes, re.M).group(1))
    if not version.startswith(x)])
print(f"1..{NR[0]}")
sys.exit(bool(NR[1]))
