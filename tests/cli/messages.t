#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Each message of cli/ is provoked by a row of messages.table, and says what it has to: the value,
what was expected or why, and what to do. A message of any file of cli/ that no row provokes fails,
and so does a row that provokes none."""

import functools
import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
CLI = os.path.join(HERE, "../../cli")
# The functions that make messages, and which argument is the format.
MAKERS = {"err_set": 2, "err_format": 2, "argp_error": 1, "argp_failure": 3, "opt_error": 1,
          "chain_bad": 2, "chain_error_format": 2, "chain_fail": 4}
# Those that take a format, too, but make results: of the tables of compare, check and doctor.
RESULTS = {"say", "note", "rig_fail", "rig_skip", "rig_say", "doctor_find"}
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


def enclosing(text, at):
    """The function that a place is in, and its parameters that are texts, "" for others."""
    name, params = re.findall(r"^\w[\w *]*?(\w+)\(([^;{}]*)\)\n\{", text[:at], re.M)[-1]
    return name, [re.sub(r".*?(\w*)\W*$", r"\1", p, flags=re.S) if "const char *" in p else ""
                  for p in params.split(",")]


def calls(text, makers):
    """Where a function of these is called, and its arguments."""
    for m in re.finditer(r"\b(" + "|".join(makers) + r")\(", text):
        line = text[text.rfind("\n", 0, m.start()) + 1:m.start()]
        args = arguments(text, m.end())
        if not re.match(r"\S", line) and "__VA_ARGS__" not in args[-1]:    # no definition
            yield m.start(), m.group(1), args


def printf_like(text):
    """Functions that take a format, by name, and which argument it is: not those whose caller
    has taken its arguments already."""
    for m in re.finditer(r"format\(printf, (\d), [1-9]", text):
        end = re.compile(r"[;{]").search(text, m.end()).start()
        begin = max(text.rfind(c, 0, m.start()) for c in ";}/")
        yield re.search(r"(\w+)\([^()]*\.\.\.", text[begin:end]).group(1), int(m.group(1)) - 1


@functools.lru_cache
def makers_of(text):
    """Functions that make messages there, and which argument is the format."""
    return {**{name: at for name, at in printf_like(text) if name not in RESULTS}, **MAKERS}


def carriers(texts):
    """Functions, with their file where they are static, that put a text of their caller into a
    message: which of their arguments."""
    found = {}

    def look(name, text, wanted, every):
        for at, called, args in calls(text, wanted):
            function, params = enclosing(text, at)
            if function in makers_of(text):
                continue
            local = re.search(rf"^static[^;{{}}]*\b{function}\(", text, re.M)
            for i, arg in enumerate(args):
                if (every or i in wanted[called]) and arg.strip() in params and arg.strip():
                    found.setdefault((name if local else "", function), set()).add(
                        params.index(arg.strip()))

    for name, text in texts.items():
        look(name, text, makers_of(text), True)
    before = None
    while before != str(found):
        before = str(found)
        for name, text in texts.items():
            mine = {f: at for (where, f), at in found.items() if where in ("", name)}
            look(name, text, mine, False)
    return found


def formats(texts):
    """Of each file line and format of each message that it makes, and what it says through others:
    that is more than a word, which would be a name."""
    through = carriers(texts)
    for name, text in texts.items():
        makers = makers_of(text)
        mine = {f: at for (where, f), at in through.items() if where in ("", name)}
        said = [(at, fmt) for at, f, args in calls(text, makers) for fmt in literals(args[makers[f]])]
        said += [(at, fmt) for at, f, args in calls(text, mine) for i in sorted(mine[f])
                 if i < len(args) for fmt in literals(args[i]) if " " in fmt.strip()]
        said += [(at, fmt[len("dmactl: "):].replace("\\n", " ").strip())
                 for at, _, args in calls(text, ["fprintf"]) if args[0] == "stderr"
                 for fmt in literals(args[1]) if fmt.startswith("dmactl: ")]
        yield name, [(text.count("\n", 0, at) + 1, fmt) for at, fmt in said if not passes_on(fmt)]


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


def plain(text):
    """A text of the table: {70* + 1} is one that is there so often."""
    text = re.sub(r"\{(\d+)\*([^}]*)\}", lambda m: m.group(2) * int(m.group(1)), text)
    return re.sub(r"\\(\d{3}|.)", lambda m: {"n": "\n", "t": "\t"}.get(
        m.group(1), chr(int(m.group(1), 8)) if len(m.group(1)) == 3 else m.group(1)), text)


def make_files(where, files):
    for name, text in files:
        if name.endswith("/"):
            os.makedirs(os.path.join(where, name))
            continue
        path = os.path.join(where, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, 0o755 if text.startswith("#!") else 0o644)


def run(program, files, row):
    fake, fault, command, *_ = row
    command, _, text = command.partition(" << ")
    args = [plain(a) for a in shlex.split(command)]
    env = {k: v for k, v in os.environ.items() if not k.startswith("DMACTL_")}
    env.update(LC_ALL="C", TZ="UTC", DMACTL_FAKE=fake, DMACTL_FAULT=fault,
               ASAN_OPTIONS="detect_leaks=1:exitcode=99")
    while args and re.match(r"[A-Z_]+=", args[0]):
        env.update([args.pop(0).split("=", 1)])
    out = args.pop()[1:] if args and args[-1].startswith(">") else os.devnull
    with tempfile.TemporaryDirectory() as where, open(out, "wb") as stdout:
        make_files(where, files)
        try:
            p = subprocess.run([program, *args], env=env, cwd=where, check=False, timeout=300,
                               input=plain(text).encode(), stdout=stdout, stderr=subprocess.PIPE)
        except subprocess.TimeoutExpired:
            return -1, "nothing that ends it"
    return p.returncode, one_line(p.stderr.decode(errors="replace"))


def sections():
    """File, its rows, its exceptions, and what is in the directory of each row."""
    name, rows, excused, files = None, [], {}, []
    with open(os.path.join(HERE, "messages.table"), encoding="utf-8") as f:
        for line in [*re.sub(r"\s*\\\n\s*", " ", f.read()).split("\n"), "= "]:
            if line.startswith("= "):
                if name:
                    yield name, rows, excused, files
                name, rows, excused, files = line[2:], [], {}, []
            elif line.startswith("! "):
                fmt, reason = re.split(r"\s*\| +", line[2:])
                excused[fmt] = reason
            elif line.startswith("> "):
                path, _, text = line[2:].partition(" |")
                files.append((path, plain(text[1:])))
            elif line and not line.startswith("#"):
                machine, *row = re.split(r"\s*\| +", line)
                rows.append([*(x.strip() for x in machine.split(";")), *row])


def check_row(tap, row, ran, known):
    """What was said; a point for whether it says all that it has to."""
    fake, fault, command, status, *words = row
    words = [plain(w) for w in words]
    rc, said = ran
    lacks = [w for w in words if w != "-" and w not in said]
    name = f"[{fake}]<{fault}> {command}"
    tap.point(len(words) == 3 and words[1:] != ["-", "-"] and rc == int(status) and not lacks and
              any(made_by(said, fmt) for _, fmt in known),
              name, f"exit {rc}, said: {said}", f"it lacks: {lacks}")
    return said


def check_file(tap, name, known, said, excused, everywhere):
    """Each message of a file has been said, or why it cannot be is written down, not both."""
    for line, fmt in known:
        provoked = any(made_by(s, fmt) for s in said)
        if fmt not in everywhere:
            tap.point(provoked != (fmt in excused), f"{name}: {fmt[:70]}", f"{name}:{line}: " +
                      ("excused, but a row provokes it" if provoked else
                       "no row of messages.table provokes this message"))
    for fmt in excused:
        tap.point(excused[fmt] and any(fmt == f for _, f in known),
                  f"{name}: excused and there: {fmt}")


def check_makers(tap, texts):
    """No function that makes messages in several files is unknown here."""
    for path, text in texts.items():
        for name, at in printf_like(text) if path.endswith(".h") else []:
            tap.point(MAKERS.get(name) == at or name in RESULTS,
                      f"{name} is known, as one that makes messages or results",
                      f"{path}: it belongs to MAKERS or RESULTS of messages.t")


def sources():
    """All files of the tool, by name."""
    texts = {}
    for path in sorted(glob.glob(os.path.join(CLI, "*.[ch]"))):
        with open(path, encoding="utf-8") as f:
            texts[os.path.basename(path)] = f.read()
    return texts


def program_of():
    build = os.environ.get("DMACTL_BUILD", os.path.join(HERE, "../../build"))
    objects = os.environ.get("O") or os.path.join(build, "tests-cli")
    program = os.path.join(os.path.realpath(objects), "dmactl-fake")
    if not os.environ.get("O"):
        subprocess.run(["make", "-s", "-C", HERE, f"O={os.path.realpath(objects)}", program],
                       check=True, stdout=sys.stderr)
    return program


def main():
    tap = Points()
    program = program_of()
    table = {}
    for name, *rest in sections():
        tap.point(name not in table, f"{name} is in messages.table once")
        table[name] = rest
    everywhere = table.pop("*")[1]
    texts = sources()
    met = set()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        ran = {name: pool.map(lambda row, files=files: run(program, files, row), rows)
               for name, (rows, _, files) in table.items()}
        for name, known in formats(texts):
            rows, excused, _ = table.pop(name, ([], {}, []))
            said = [check_row(tap, *both, known) for both in zip(rows, ran.get(name, []))]
            check_file(tap, name, known, said, excused, everywhere)
            met |= {fmt for _, fmt in known}
    for name in table:
        tap.point(False, f"{name} is a file of cli/")
    for fmt in everywhere:
        tap.point(fmt in met, f"excused everywhere and there: {fmt}")
    check_makers(tap, texts)
    print(f"1..{tap.nr}")
    return tap.bad > 0


sys.exit(main())
