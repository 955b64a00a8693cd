#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Each message of the covered files of cli/ (messages.table) is provoked, and says what it has to:
the value, what was expected or why, and what to do. A message in such a file that no row provokes
fails, and so does a row that provokes none."""

import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
CLI = os.path.join(HERE, "../../cli")
# The functions that make messages, and which argument is the format.
MAKERS = {"err_set": 2, "err_format": 2, "argp_error": 1, "argp_failure": 3, "opt_error": 1}
SPEC = r"%(?:%|[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|z|j|t)?[a-zA-Z])"


def end_of_literal(text, at):
    """Behind the literal that begins at a quote."""
    quote, at = text[at], at + 1
    while text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    return at + 1


def arguments(text, at):
    """Those of the call whose parenthesis was opened before this place."""
    found, begin, depth = [], at, 0
    while depth >= 0:
        if text[at] in "\"'":
            at = end_of_literal(text, at)
            continue
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth < 0 or (depth == 0 and text[at] == ","):
            found.append(text[begin:at])
            begin = at + 1
        at += 1
    return found


def literals(argument):
    """The strings of an argument: one, or those between which ?: chooses."""
    found, joined = [], None
    for m in re.finditer(r'"((?:[^"\\]|\\.)*)"|(PRI\w+)|([A-Z]\w+)|[?:]', argument):
        text, unit, macro = m.groups()
        if text is None and not unit and not macro:
            found += [] if joined is None else [joined]
            joined = None
        else:
            joined = (joined or "") + ("u" if unit else "%s" if macro else text)
    found += [] if joined is None else [joined]
    return [f.replace('\\"', '"').replace("\\\\", "\\") for f in found]


def passes_on(fmt):
    """It has no words of its own: the text of another message."""
    return len(re.sub(r"[^a-z]", "", re.sub(SPEC, "", fmt))) < 4


def formats(path):
    """Line and format of each message that a file makes."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    for m in re.finditer(r"\b(" + "|".join(MAKERS) + r")\(", text):
        line = text[text.rfind("\n", 0, m.start()) + 1:m.start()]
        if re.match(r"\S", line):   # its definition
            continue
        args = arguments(text, m.end())
        for fmt in literals(args[MAKERS[m.group(1)]]):
            if not passes_on(fmt):
                yield text.count("\n", 0, m.start()) + 1, fmt


def made_by(said, fmt):
    """The words of the format are there, one after the other."""
    at = 0
    for words in re.split(SPEC, fmt):
        at = said.find(words, at)
        if at < 0:
            return False
        at += len(words)
    return True


def one_line(text):
    return re.sub(r"\s+", " ", text)


class Points:
    """TAP."""

    def __init__(self):
        self.nr = self.bad = 0

    def point(self, good, name, *notes):
        self.nr += 1
        self.bad += not good
        print(f"{'' if good else 'not '}ok {self.nr} - {name}")
        if not good:
            for note in notes:
                print("#", note)


def run(program, where, fake, fault, command):
    env = {k: v for k, v in os.environ.items() if not k.startswith("DMACTL_")}
    env.update(LC_ALL="C", TZ="UTC", DMACTL_FAKE=fake, DMACTL_FAULT=fault,
               ASAN_OPTIONS="detect_leaks=1:exitcode=99")
    p = subprocess.run([program, *command.split()], env=env, cwd=where, timeout=120, check=False,
                       stdin=subprocess.DEVNULL, capture_output=True)
    return p.returncode, one_line(p.stderr.decode(errors="replace"))


def sections():
    """File, its rows and its exceptions."""
    name, rows, excused = None, [], {}
    with open(os.path.join(HERE, "messages.table"), encoding="utf-8") as f:
        for line in [*f.read().replace("\\\n", " ").split("\n"), "= "]:
            if line.startswith("= "):
                if name:
                    yield name, rows, excused
                name, rows, excused = line[2:], [], {}
            elif line.startswith("! "):
                fmt, reason = line[2:].split(" | ")
                excused[fmt] = reason
            elif line and not line.startswith("#"):
                machine, *row = re.split(r"\s*\| +", line)
                rows.append([*(x.strip() for x in machine.split(";")), *row])


def check_row(tap, program, where, row, known):
    """What was said; a point for whether it says all that it has to."""
    fake, fault, command, status, *words = row
    rc, said = run(program, where, fake, fault, command)
    lacks = [w for w in words if w != "-" and w not in said]
    name = f"[{fake}]<{fault}> {command}"
    tap.point(len(words) == 3 and words[1:] != ["-", "-"] and rc == int(status) and not lacks and
              any(made_by(said, fmt) for _, fmt in known),
              name, f"exit {rc}, said: {said}", f"it lacks: {lacks}")
    return said


def main():
    tap = Points()
    build = os.environ.get("DMACTL_BUILD", os.path.join(HERE, "../../build"))
    objects = os.environ.get("O") or os.path.join(build, "tests-cli")
    program = os.path.join(os.path.realpath(objects), "dmactl-fake")
    if not os.environ.get("O"):
        subprocess.run(["make", "-s", "-C", HERE, f"O={os.path.realpath(objects)}", program],
                       check=True, stdout=sys.stderr)
    with tempfile.TemporaryDirectory() as where:
        for name, rows, excused in sections():
            known = list(formats(os.path.join(CLI, name)))
            said = [check_row(tap, program, where, row, known) for row in rows]
            for line, fmt in known:
                tap.point(fmt in excused or any(made_by(s, fmt) for s in said),
                          f"{name}: {fmt[:70]}", f"{name}:{line}: no row provokes this message")
            for fmt in excused:
                tap.point(any(fmt == f for _, f in known), f"{name}: excused and there: {fmt}")
    print(f"1..{tap.nr}")
    return tap.bad > 0


sys.exit(main())
