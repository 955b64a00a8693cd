#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The pages and README agree with the code, both ways: options, fields, attributes, constants, JSON.
. "$(dirname "$0")/lib.sh"
top=$here/../..
man=$top/man

have() { command -v "$1" >/dev/null 2>&1; }

# agree NAME CHECK ARGS...: a function of the program below, which prints what differs
agree() {
	name=$1
	shift
	python3 "$T/agree.py" "$top" "$T" "$@" >"$T/out" 2>"$T/err"
	rc=$?
	[ "$rc" = 0 ]
	point "$name"
}

cat >"$T/agree.py" <<'PY'
import glob, json, os, re, struct, sys

try:
    import yaml
except ImportError:
    yaml = None

TOP, TMP = sys.argv[1:3]
bad = []


def read(*path):
    with open(os.path.join(TOP, *path), encoding="utf-8") as f:
        return f.read()


def same(what, left, right, there, here):
    """Two sets; what each side lacks."""
    bad.extend(f"{what}: {x} is not in {here}" for x in sorted(set(left) - set(right)))
    bad.extend(f"{what}: {x} is not in {there}" for x in sorted(set(right) - set(left)))


def plain(text):
    text = re.sub(r"\\f(\(..|\[.*?\]|.)", "", text)
    for a, b in (("\\-", "-"), ("\\&", ""), ("\\e", "\\"), ("\\[dq]", '"'), ("\\ ", " ")):
        text = text.replace(a, b)
    return text


def words(line):
    """The text of a macro's line, its fonts gone."""
    m = re.match(r"\.(\w+)\s*(.*)", line)
    if not m:
        return plain(line)
    args = [x or y for x, y in re.findall(r'"([^"]*)"|(\S+)', m.group(2))]
    return plain(("" if re.fullmatch("[BIR]{2}", m.group(1)) else " ").join(args))


class Page:
    """A page as items: their section, their tag (after .TP) and their text."""

    def __init__(self, name):
        self.source = read("man", name)
        self.items, sh, ss, tag = [], "", "", False
        for line in self.source.replace("\\\n", "").splitlines():
            macro = line.split(" ")[0]
            if line.startswith('.\\"'):
                continue
            if macro in (".SH", ".SS"):
                sh, ss = (words(line), "") if macro == ".SH" else (sh, words(line))
                self.items.append([sh, ss, "", ""])
            elif macro in (".PP", ".TP", ".EX", ".EE"):
                self.items.append([sh, ss, "", ""])
                tag = macro == ".TP"
            elif macro not in (".RS", ".RE", ".IP", ".nf", ".fi", ".ta", ".SY", ".YS", ".TH"):
                self.items[-1][2 if tag else 3] += words(line) + " "
                tag = False
        self.items = [[a, b, t.strip(), x.strip()] for a, b, t, x in self.items]

    def tags(self, sh, ss=None):
        return {t: x for a, b, t, x in self.items if t and a == sh and ss in (None, b)}

    def text(self, sh, ss=None):
        return "\n".join(t + " " + x for a, b, t, x in self.items if a == sh and ss in (None, b))


def split(tags):
    return [x for t in tags for x in re.split(r",\s*", t) if x]


def options(text):
    """Left column of a --help, with the default that its text ends with."""
    found, left = {}, None
    for line in text.splitlines():
        m = re.match(r"\s{2,6}((?:-\w, )?--?[\w-]+(?:=\S+)?)\s*(.*)", line)
        if m and line.lstrip().startswith("-"):
            left = m.group(1)
            found[left] = m.group(2)
        elif left and re.match(r"\s{20,}\S", line):
            found[left] += " " + line.strip()
        elif line.strip():
            left = None
    default = {k: re.search(r"\(([^();]+)(;[^()]*)?\)$", v) for k, v in found.items()}
    return {k: m.group(1) if m else None for k, m in default.items()}


def check_options(name):
    page = Page("dmactl.1")
    told = dict(page.tags("COMMON OPTIONS"))
    if name in ("memcpy", "memset", "xor", "pq", "interleave", "sg", "interrupt"):
        told.update(page.tags("MEASURING OPTIONS"))
    if name in ("chain", "litmus", "check", "cyclic", "bench", "compare"):
        told.update(page.tags("MEASURING OPTIONS", "Output"))
    for a, b, t, x in page.items:
        if a == "COMMANDS" and t and (b + " ").startswith(name + " "):
            told[t] = x
    with open(f"{TMP}/help/{name}", encoding="utf-8") as f:
        given = options(f.read())
    same(name, given, told, "--help", "the page")
    for option, default in given.items():
        if default and f"Default: {default}." not in told.get(option, ""):
            bad.append(f"{name} {option}: the page does not say Default: {default}.")


def check_commands():
    usage = []
    for f in glob.glob(f"{TMP}/help/*"):
        with open(f, encoding="utf-8") as h:
            usage += re.findall(r"^Usage: dmactl (.*)$", h.read(), re.M)
    given = {re.sub(r" ?\[OPTION\.\.\.\]", "", u) for u in usage}
    told = {b for a, b, _, _ in Page("dmactl.1").items if a == "COMMANDS" and b}
    same("command", given, told, "the tool", "the page")


def check_environment():
    page = Page("dmactl.1")
    source = "".join(read(f) for f in glob.glob(os.path.join(TOP, "cli/*.c")))
    same("variable", re.findall(r'getenv\("(\w+)"\)', source), page.tags("ENVIRONMENT"), "cli/",
         "the page")
    same("status", re.findall(r"^\tEXIT_\w+ = (\d+)", read("cli/err.h"), re.M),
         page.tags("EXIT STATUS"), "cli/err.h", "the page")


def check_attributes():
    source = read("kmod/sim/config.c")
    page = Page("dma-sim.4")
    told = {t: x for t, x in page.tags("ATTRIBUTES").items() if " " not in t}
    same("attribute", re.findall(r"&dmasim_attr_(\w+),", source), told, "config.c", "the page")
    value = {"U64_MAX": 2**64 - 1, "U32_MAX": 2**32 - 1}
    for n, v in re.findall(r"#define (DMASIM_\w+_MAX)\s+(\S.*?)(?:\s*/\*|$)",
                           read("kmod/sim/sim.h"), re.M):
        value[n] = eval(v.replace("ULL", "").replace("NSEC_PER_SEC", "10**9"))
    ranges = re.findall(r"DMASIM_NUMBER\((\w+), (\w+), (\w+)\);", source)
    ranges += [("public", "0", "1"), ("live", "0", "1"), ("late_ns", "0", "DMASIM_LATE_MAX")]
    for name, least, most in ranges:
        want = f"Range: {value.get(least, least)} to {value.get(most, most)}."
        if want not in told.get(name, ""):
            bad.append(f"{name}: the page does not say {want}")
    block = re.search(r"dmasim_params_default = \{(.*?)\};", source, re.S).group(1)
    given = dict(re.findall(r"\.(\w+) = (\w+)", block))
    for name, _, _ in ranges[:-1]:
        v = given.get(name, "0")
        if f"Default: {value.get(v, v)}." not in told.get(name, ""):
            bad.append(f"{name}: the page does not say Default: {value.get(v, v)}.")
    for name in ("context", "engine", "order", "fence", "residue"):
        word = given[name].split("_")[-1].lower()
        if f"Default: {word}." not in told[name]:
            bad.append(f"{name}: the page does not say Default: {word}.")


def check_parameters():
    for page, section, source in (("dmactl.4", "MODULE PARAMETERS", "kmod/main.c"),
                                  ("dma-sim.4", "MODULE PARAMETER", "kmod/sim/main.c")):
        same("parameter", re.findall(r"module_param_named\((\w+),", read(source)),
             Page(page).tags(section), source, page)


HEADER = "include/uapi/linux/dmactl.h"
NETLINK = "include/uapi/linux/dmactl_netlink.h"


def constants(path, begin=""):
    text = re.sub(r"/\*.*?\*/", "", read(path), flags=re.S)
    found = set(re.findall(rf"\b_*(DMACTL_{begin}[A-Z0-9_]+)", text))
    return found - {"DMACTL_IOC_TYPE"}


def check_constants():
    named = {n for n in re.findall(r"\b(DMACTL_[A-Z0-9_]+)", plain(Page("dmactl.4").source))
             if not n.endswith("_")} - constants(NETLINK)
    same("constant", constants(HEADER), named, "the header", "the page")


def fields(struct_name):
    body = re.search(r"^struct %s \{(.*?)^\};" % struct_name, read(HEADER), re.S | re.M).group(1)
    return [f for f in re.findall(r"(\w+)(?:\[\w+\])?;", body) if f != "size"]


def check_fields():
    page = Page("dmactl.4")
    here = [("OPERATIONS", None, "dmactl_op"), ("COMPLETIONS", None, "dmactl_completion")]
    for ioctl, arg in re.findall(r"#define (DMACTL_IOC_\w+)\s+_IO\(.*\)\s+/\* struct (\w+) \*/",
                                 read(HEADER)):
        if ioctl not in page.text("NOT IN THIS VERSION"):
            here.append(("IOCTLS", ioctl, arg))
    calls = {c for c in constants(HEADER, "IOC_") if c not in page.text("NOT IN THIS VERSION")}
    same("call", calls, {b for a, b, _, _ in page.items if a == "IOCTLS" and b}, "the header",
         "the page")
    for sh, ss, arg in here:
        told = [t for t in split(page.tags(sh, ss)) if re.fullmatch(r"[a-z0-9_]+", t)]
        same(ss or sh, fields(arg), told, arg, "the page")


def errnos(text):
    return sorted(set(re.findall(r"\bE[A-Z0-9]{2,}\b", text)))


def check_reasons():
    page = Page("dmactl.4")
    told = page.tags("REASONS")
    block = re.search(r"enum dmactl_why - .*?\*/", read(HEADER), re.S).group()
    for why, text in re.findall(r"@(DMACTL_WHY_\w+):(.*?)(?= \* @| \*/)", block, re.S):
        if why not in told:
            if why not in page.text("NOT IN THIS VERSION"):
                bad.append(f"{why} is not in the page")
        elif errnos(text) != errnos(told[why]):
            bad.append(f"{why}: {errnos(text)} in the header, {errnos(told[why])} in the page")


def check_netlink():
    page, spec = Page("dmactl-netlink.7"), yaml.safe_load(read("include/netlink/dmactl.yaml"))
    commands = {"DMACTL_CMD_" + o["name"].upper().replace("-", "_")
                for o in spec["operations"]["list"]}
    same("command", commands, page.tags("COMMANDS"), "the specification", "the page")
    for family in spec["attribute-sets"]:
        name = family["name"]
        given = {f"{a['name']} ({a['type']})" for a in family["attributes"] if a["type"] != "pad"}
        sections = [b for a, b, _, _ in page.items if a == "ATTRIBUTES" and b.endswith(" " + name)]
        told = []
        for tag in page.tags("ATTRIBUTES", sections[0] if sections else ""):
            names, kind = tag.rsplit(" ", 1)
            told += [f"{x} {kind}" for x in names.split(", ")]
        same(f"attribute of a {name}", given, told, "the specification", "the page")
    for enum in spec["definitions"]:
        names = {e["name"] for e in enum["entries"]}
        if enum["name"] == "event-type":
            same("event", names, split(page.tags("EVENTS")), "the specification", "the page")
        else:
            text = page.tags("ATTRIBUTES", "Attributes of a channel")["state (u32)"]
            same("state", names, re.findall(r"(\S+) \(", text), "the specification", "the page")
    bad.extend(f"group {g['name']} is not in the page" for g in spec["mcast-groups"]["list"]
               if f"DMACTL_MCGRP_{g['name'].upper()}" not in page.text("EVENTS"))
    used = {n for n in re.findall(r"\b(DMACTL_[A-Z0-9_]+)", plain(page.source))
            if not n.endswith("_")}
    bad.extend(f"there is no {n}" for n in used - constants(NETLINK))


def check_tracepoints():
    source = read("kmod/trace.h")
    given = re.findall(r"TRACE_EVENT\((\w+),", source)
    given += re.findall(r"DEFINE_EVENT\(\w+, (\w+),", source)
    same("tracepoint", given, Page("dmactl.4").tags("TRACEPOINTS"), "trace.h", "the page")


def keys(value, found):
    if isinstance(value, dict):
        for k, v in value.items():
            found.add(k)
            if k != "labels":
                keys(v, found)
    elif isinstance(value, list):
        for v in value:
            keys(v, found)
    return found


def check_json():
    page, given = Page("dmactl.1"), set()
    for f in glob.glob(f"{TMP}/json/*"):
        with open(f, encoding="utf-8") as h:
            keys(json.load(h), given)
    text = page.text("JSON")
    for k in sorted(given):
        if not re.search(r"(?<![\w.-])%s(?![\w-])" % re.escape(k), text):
            bad.append(f"field {k} is not in the page")
    bad.extend(f"field {t} is in no document" for t in split(page.tags("JSON")) if t not in given)
    if len(given) < 100:
        bad.append(f"only {len(given)} fields were printed")


def check_metrics():
    given = set()
    for f in glob.glob(f"{TMP}/metrics/*"):
        with open(f, encoding="utf-8") as h:
            given |= set(re.findall(r"^(\w+)[{ ]", h.read(), re.M))
    same("metric", given, split(Page("dmactl.1").tags("METRICS")), "what is printed", "the page")


def check_samples():
    with open(f"{TMP}/samples", "rb") as f:
        data = f.read()
    layout = re.findall(r"^(\d+)\t(\S+)\t(.*)$", Page("dmactl.1").source, re.M)
    size = {"u32": 4, "u64": 8}
    at = 0
    for offset, kind, what in layout:
        if int(offset) != at:
            bad.append(f"{what}: offset {offset}, but what precedes it ends at {at}")
        at += size.get(kind) or int(re.search(r"\d+", kind).group())
    if at != 104 or "header of 104 bytes" not in Page("dmactl.1").text("SAMPLES FILE"):
        bad.append(f"the header has {at} bytes")
    n = 0
    while data:
        magic, version, record, _, _, depth, batch, repeat, count = struct.unpack_from(
            "=8sII64sQIIII", data)
        if (magic, version, record, depth, batch, repeat) != (b"dmactl-s", 1, 40, 4, 2, 1):
            bad.append(f"odd header: {data[:104]}")
            break
        for i in range(count):
            t = struct.unpack_from("=5Q", data, 104 + 40 * i)
            if not (t[0] <= t[1] <= t[2] <= t[3] and t[4] == 0):
                bad.append(f"odd record: {t}")
        n += count
        data = data[104 + 40 * count:]
    if n != 60:
        bad.append(f"{n} records of 60 operations")


def check_example():
    source = Page("dmactl.4").source
    code = re.search(r"^\.EX\n(#include.*?)\n\.EE$", source, re.S | re.M).group(1)
    with open(f"{TMP}/example.c", "w", encoding="utf-8") as f:
        f.write(plain(code) + "\n")


def check_readme():
    text = read("README.md")
    lines = text.splitlines()
    if lines[0] != "<!-- SPDX-License-Identifier: GPL-2.0 -->":
        bad.append("the first line is no SPDX comment")
    if len(lines) >= 240:
        bad.append(f"{len(lines)} lines")
    # What commands print is as long as it is.
    own = re.sub(r"^```$.*?^```$", "", text, flags=re.S | re.M).splitlines()
    bad.extend(f"too long: {x}" for x in own if len(x) > 100)
    bad.extend(f"there is no {x}" for x in re.findall(r"\]\(([^):]+)\)", text)
               if not os.path.exists(os.path.join(TOP, x)))
    made = set(re.findall(r"^([a-z][\w-]*(?: [\w-]+)*):(?!=)", read("Makefile"), re.M))
    made = {t for line in made for t in line.split()}
    wanted = re.findall(r"(?:^ {4}|`|&& sudo )make ([a-z-]+)", text, re.M)
    wanted += re.findall(r"^\| `(check-\w+)` \|", text, re.M)
    bad.extend(f"there is no make {t}" for t in wanted if t not in made)


globals()["check_" + sys.argv[3]](*sys.argv[4:])
print("\n".join(bad))
sys.exit(1 if bad else 0)
PY

mkdir "$T/help" "$T/json"
for c in list info doctor memcpy memset xor pq interleave sg cyclic interrupt bench chain litmus check \
	compare report top monitor trace 'sim create' 'sim destroy' 'sim list' 'sim profiles' 'sim fault'; do
	# shellcheck disable=SC2086 # a command and its verb
	run $c --help
	cp "$T/out" "$T/help/$c"
	agree "dmactl.1 has the options of $c and no other, with their defaults" options "$c"
done
run sim --help
sed 's/^Usage.*//; s/^  or:.*//' "$T/out" >"$T/sim"
[ "$(sed -n 's/^  *\(-.*\)/\1/p' "$T/sim")" = "$(sed -n 's/^  *\(-.*\)/\1/p' "$T/help/sim list")" ]
point 'sim itself has the options of every command'
run --help
listed=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$T/out" | sort | tr '\n' ' ')
[ "$listed" = "$(cd "$T/help" && printf '%s\n' * | sed 's/ .*//' | sort -u | tr '\n' ' ')" ]
point "this suite knows every command: $listed"
agree 'dmactl.1 has every command and no other' commands
agree 'dmactl.1 has the variables of the environment and the exit statuses' environment

document() { # FILE ARGS...
	file=$1
	shift
	run "$@"
	cp "$T/out" "$T/json/$file"
}

document copy memcpy -c sim:any -n 50 -j
FAULT=corrupt=20 document wrong memcpy -c sim:any -n 50 -w 0 -v full -j --limit 'p50<1s'
FAULT=''
FAKE=able document parity pq --check -c sim:any -n 50 -w 0 -j
FAKE=able FAULT=copies=1 document pq pq -c sim:any -n 50 -w 0 -j
FAULT='' FAKE=''
printf '%s\n' 'buf a 4K; buf b 4K' 'L: memset a <- 1' fence 'memcpy b <- a after L' 'tally b == 2' \
	'expect crc32(b) == 3' >"$T/chain"
FAKE='deps able' document chain chain "$T/chain" -c sim:any -j
FAKE='deps able window=4' document litmus litmus -c sim:any -n 20 --shape pipeline -j
FAKE=able FAULT=corrupt=20 document check check -c sim:any --only 'pq.s*' -j
FAULT='' FAKE=''
FAKE=ring document ring cyclic -c sim:any -d dev-to-mem -n 50 -j
FAKE='ring pl330' FAULT=corrupt=20 document reopened cyclic -c sim:any -d dev-to-mem -n 50 -j
FAULT='' FAKE=''
document glob memcpy -c 'dma-sim.0/*' -n 50 -j
printf '%s\n' '[a]' count=50 repeat=2 '[b]' rate=100k count=50 repeat=1 steady=5 >"$T/jobs"
document bench bench "$T/jobs" -c sim:any -j
run memcpy -c sim:any -n 2000 --repeat 5 -j
cp "$T/out" "$T/base"
sed 's/"hostname": "/&other-/' "$T/base" >"$T/new"
document compare compare "$T/base" "$T/new" -j
document list list -j
document info info -j dma-sim.0/0
document doctor doctor -j
document sims sim list -j
document profiles sim profiles -j
FAKE=events=1 document event monitor -n 1 -j
FAKE=moving document top top -n 1 -j
FAKE=''
agree 'dmactl.1 has every field of the JSON and no other' json
mkdir "$T/metrics"
run list --format openmetrics
cp "$T/out" "$T/metrics/list"
run report --format openmetrics "$T/json/copy" "$T/json/ring"
cp "$T/out" "$T/metrics/report"
agree 'dmactl.1 has every metric and no other' metrics
run memcpy -c sim:any -n 60 -q 4 -b 2 -w 0 --samples "$T/samples"
agree 'dmactl.1 has the format of --samples' samples

agree 'dma-sim.4 has every attribute of configfs, its range and default, and no other' attributes
agree 'both pages have the parameters of their modules' parameters
agree 'dmactl.4 has every constant of the header and no other' constants
agree 'dmactl.4 has every field of every call, operation and completion, and no other' fields
agree 'dmactl.4 has every reason, with the errno of the header' reasons
if python3 -c 'import yaml' 2>/dev/null; then
	agree 'dmactl-netlink.7 is the specification: commands, attributes and types, states, events' netlink
else
	skip 'dmactl-netlink.7 is the specification' 'no python3-yaml here'
fi
agree 'dmactl.4 has every tracepoint and no other' tracepoints
agree "dmactl.4's example is there" example
if have cc; then
	cc -fsyntax-only -std=gnu11 -Wall -Wextra -Werror -I"$top/include/uapi" "$T/example.c" \
		>"$T/out" 2>"$T/err"
	rc=$?
	[ "$rc" = 0 ]
	point '... and compiles'
else
	skip '... and compiles' 'no cc here'
fi

for p in dmactl.1 dmactl.4 dma-sim.4 dmactl-chain.5 dmactl-job.5 dmactl-netlink.7 \
	dmactl-tutorial.7 dmactl-numbers.7; do
	head -n 1 "$man/$p" | grep -qxF '.\" SPDX-License-Identifier: GPL-2.0'
	point "$p begins with its licence"
	if have mandoc; then
		mandoc -T lint -W warning "$man/$p" >"$T/out" 2>"$T/err"
		rc=$?
		[ "$rc" = 0 ] && [ ! -s "$T/out" ]
		point "$p: mandoc has nothing to say"
		mandoc -T utf8 -O width=80 "$man/$p" 2>&1 | sed 's/.\x08//g' >"$T/out"
		! LC_ALL=C.UTF-8 grep -nE '^.{81}' "$T/out" >"$T/err"
		point "$p fits 80 columns"
	else
		skip "$p: mandoc has nothing to say" 'no mandoc here'
		skip "$p fits 80 columns" 'no mandoc here'
	fi
	if have groff; then
		groff -man -ww -Tutf8 "$man/$p" >/dev/null 2>"$T/err"
		rc=$?
		[ "$rc" = 0 ] && [ ! -s "$T/err" ]
		point "$p: groff has nothing to say"
	else
		skip "$p: groff has nothing to say" 'no groff here'
	fi
done
agree 'README is short, and what it names is there' readme
done_testing
