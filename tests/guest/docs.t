#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0
"""Every command that README and the tutorial show does here what they show, but for its numbers;
every chain of dmactl-chain(5) runs, and what it expects is so.

An example is a line "$ COMMAND" with its "> " lines in a block; what follows is what it prints,
standard error included, and ... stands for anything. Those of a file are run one after the other,
each file in a directory of its own with dma-sim freshly loaded.
"""

import os
import re
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
FILES = ("README.md", "man/dmactl-tutorial.7", "man/dmactl-numbers.7")
nr = bad = 0


def point(name, why):
    global nr, bad
    nr += 1
    for line in why:
        print("#", line)
    bad += bool(why)
    print(f"{'not ' if why else ''}ok {nr} - {name}", flush=True)


def blocks(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as f:
        text = f.read()
    if path.endswith(".md"):
        return re.findall(r"^```\n(.*?)^```$", text, re.S | re.M)
    found = re.findall(r"^\.EX\n(.*?)^\.EE$", text, re.S | re.M)
    for old, new in (("\\-", "-"), ("\\(aq", "'"), ("\\(dq", '"'), ("\\&", ""), ("\\e", "\\")):
        found = [x.replace(old, new) for x in found]
    return found


def examples(block):
    """Commands with the lines that they are to print."""
    found, more = [], False
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], []])
            more = True
        elif more and line.startswith("> "):
            found[-1][0] += "\n" + line[2:]
        elif found:
            found[-1][1].append(line)
            more = False
    return found


def shape(text):
    """A text without its numbers, and without where its lines end."""
    text = re.sub(r"0x[0-9a-f]+", "#", text)
    text = re.sub(r"(?<![a-zA-Z])\d[\d.]*(ns|us|ms|min|s|K|M|G|k|kB)?(?![a-zA-Z])", "#", text)
    text = re.sub(r"(?<=\s)-(?=\s)", "#", text)
    return " ".join(text.split())


def differs(wanted, got):
    """Nothing, or what was wanted and what came."""
    parts = [re.escape(shape(x)) for x in "\n".join(wanted).split("...")]
    if re.fullmatch(r"\s*.*?\s*".join(parts), shape(got), re.S):
        return []
    return ["it is to print:", *wanted, "but prints:", *got.splitlines()[:40]]


def reload(*modules):
    for d in os.listdir("/sys/kernel/config/dma-sim") if os.path.isdir(
            "/sys/kernel/config/dma-sim") else ():
        for knob in ("stall", "lost_interrupt", "late"):
            path = f"/sys/kernel/config/dma-sim/{d}/{knob}"
            if os.path.exists(path):
                with open(path, "w", encoding="ascii") as f:
                    f.write("off")
        if d != "default":  # which goes with the module
            os.rmdir(f"/sys/kernel/config/dma-sim/{d}")
    subprocess.run(["modprobe", "-q", "-r", "dmactl", "dma-sim"], check=False)
    return [m for m in modules if subprocess.run(["modprobe", m], check=False).returncode]


def chains():
    """On a channel that keeps the order, which each of them may rely on."""
    found = blocks("man/dmactl-chain.5")
    with tempfile.NamedTemporaryFile("w", suffix=".chain") as f:
        for i, text in enumerate(found):
            f.seek(0)
            f.truncate()
            f.write(text)
            f.flush()
            p = subprocess.run(["dmactl", "chain", f.name, "-c", "sim:any"], timeout=300,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False,
                               stderr=subprocess.STDOUT, text=True)
            point(f"dmactl-chain(5), example {i + 1}: {text.splitlines()[0]}",
                  p.stdout.splitlines() if p.returncode else [])
    return len(found)


def main():
    if os.environ.get("VM_MACHINE") != "uml" or os.environ.get("VM_DEBUG") != "0":
        print("ok 1 - examples # SKIP the pages show what uml prints, at its speed\n1..1")
        return 0
    ran = 0
    for path in FILES:
        point(f"{path}: the modules load", reload("dmactl", "dma-sim"))
        with tempfile.TemporaryDirectory() as d:
            for block in blocks(path):
                for command, wanted in examples(block):
                    p = subprocess.run(["bash", "-c", command], cwd=d, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                       timeout=300, check=False)
                    point(f"{path}: {command.splitlines()[0]}", differs(wanted, p.stdout))
                    ran += 1
    ran += chains()
    point("there are examples", [] if ran > 35 else [f"only {ran}"])
    point("and all of it unloads", reload())
    print(f"1..{nr}")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
