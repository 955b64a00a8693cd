#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# report: a page that is whole, that needs nothing, and in which no text does anything.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any
P=$T/page.html

# document FILE ARGS...: what a command writes
document() {
	file=$1
	shift
	run "$@" -o "$T/$file"
}

# page EXPRESSION NAME: a Python expression over the page in $P: its text, its elements (name,
# attributes), its pictures (roots of SVG), their titles and texts
cat >"$T/page.py" <<'PY'
import html.parser, re, sys
import xml.etree.ElementTree as ET

VOID = {"meta", "br", "link", "img", "hr", "input"}
source = open(sys.argv[1], encoding="utf-8", newline="").read()
elements, stack, words = [], [], []


class Reader(html.parser.HTMLParser):
    def handle_starttag(self, tag, attrs):
        elements.append((tag, dict(attrs)))
        if tag not in VOID:
            stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert stack and stack.pop() == tag, f"</{tag}> at {self.getpos()}"

    def handle_data(self, data):
        if stack and stack[-1] not in ("style", "text"):
            words.append(data)


reader = Reader()
reader.feed(source)
reader.close()
assert not stack, stack
text = re.sub(r"\s+", " ", "".join(words))
SVG = "{http://www.w3.org/2000/svg}"
pictures = [ET.fromstring(s) for s in re.findall(r"<svg.*?</svg>", source, re.S)]
labels = [[t.text or "" for t in p.iter(SVG + "text")] for p in pictures]
ids = [a["id"] for _, a in elements if "id" in a]
links = [v for _, a in elements for k, v in a.items()
         if k in ("href", "xlink:href", "src", "srcset", "data", "action", "poster")]
links += re.findall(r"url\(\s*['\"]?([^)'\"]*)", source)
handlers = [k for _, a in elements for k in a if k.startswith("on")]
names = {t for t, _ in elements}


def section(name):
    part = re.search(rf'<h2 id="{name}">.*?(?=<h2|</main>)', source, re.S)
    return re.findall(r"<svg.*?</svg>", part.group(0), re.S) if part else []


sys.exit(0 if eval("(" + sys.argv[2] + ")") else 1)
PY
page() {
	python3 "$T/page.py" "$P" "$1" >"$T/js" 2>&1
	point "$2"
	[ -s "$T/js" ] && sed 's/^/# /' "$T/js"
	return 0
}

# Whatever was in the documents.
sound() {
	page 'not names & {"script", "iframe", "object", "embed", "link", "img", "base", "form"}
		and not handlers and all(l.startswith("#") for l in links)' \
		"$1: nothing that runs, and nothing from elsewhere"
	page 'len(ids) == len(set(ids)) and {l[1:] for l in links} <= set(ids)' \
		"$1: each name is there once, each link leads somewhere"
	page 'pictures and all(p.tag == SVG + "svg" and "viewBox" in p.attrib for p in pictures)' \
		"$1: its pictures are SVG"
}

document sweep memcpy -s 64,4K,64K -q 1,8 -n 200 --repeat 3
document pair memcpy -c 'dma-sim.0/*' -s 4K,8K -n 200
FAKE=ring document ring cyclic -d dev-to-mem --period 1K,4K -n 60
FAULT=corrupt=20 FAKE='' document bad memcpy -s 4K,8K -n 100 -w 0 -v full
FAULT=''

# What is wrong with a call.
says 64 'of what? files that -o, -j or --jsonl wrote' report
says 64 '-o FILE.html or -o DIRECTORY: where is the page to go?' report "$T/sweep"
says 64 "--format: 'pdf' is neither html nor openmetrics" report "$T/sweep" --format pdf
says 64 'report reads JSON and writes none' report "$T/sweep" -o "$P" -j
says 64 "$T/sweep is given twice" report "$T/sweep" "$T/sweep" -o "$P"
says 64 "$T/none: No such file or directory" report "$T/none" -o "$P"
echo '{}' >"$T/odd"
says 64 'expected a document that dmactl wrote' report "$T/odd" -o "$P"
run list -j
cp "$T/out" "$T/list"
says 64 "$T/list has results of another kind, 'list'" report "$T/list" -o "$P"
says 64 'No such file or directory' report "$T/sweep" -o "$T/none/page.html"
no_file "$P" 'none of them left a page'
echo mine >"$T/mine.html"
says 64 "-o: $T/mine.html exists already: --force replaces it" report "$T/sweep" -o "$T/mine.html"
[ "$(cat "$T/mine.html")" = mine ]
point '... and is what it was'

# A program that is not there, that fails, and that stops half way.
mkdir "$T/bin"
for tool in timeout sed head grep tr cat; do
	ln -s "$(command -v $tool)" "$T/bin/$tool"
done
PATH=$T/bin says 77 'gnuplot draws the pictures and is not in PATH: install the package gnuplot-nox' \
	report "$T/sweep" -o "$P"
gnuplot() { # a program in its place
	printf '#!/bin/sh\n%s\n' "$1" >"$T/bin/gnuplot"
	chmod +x "$T/bin/gnuplot"
}
gnuplot 'cat >/dev/null; echo "line 7: cannot" >&2; exit 1'
PATH=$T/bin:$PATH says 1 'gnuplot failed: line 7: cannot' report "$T/sweep" -o "$P"
gnuplot 'cat >/dev/null; echo "<svg></svg>"'
PATH=$T/bin:$PATH says 1 'gnuplot drew 1 of' report "$T/sweep" -o "$P"
gnuplot 'kill -9 $$'
PATH=$T/bin:$PATH says 1 'gnuplot failed' report "$T/sweep" -o "$P"
no_file "$P" 'there is no page without pictures'

if ! command -v gnuplot >/dev/null; then
	skip 'the page' 'no gnuplot here'
	done_testing
fi

says 0 - report "$T/sweep" -o "$P"
silent
sound 'a sweep'
page 'len(section("throughput")) == 2 and len(section("latency")) == 2 and
	len(section("heat")) == 1 and len(section("stages")) == 1 and
	len(section("distribution")) >= 2 and not section("streams")' 'all that a sweep has is drawn'
page '"viewport" in [a.get("name") for t, a in elements] and "@media print" in source and
	"prefers-color-scheme" in source' 'made for phones, for paper and for the night'
page '"default-src &#39;none&#39;" in source or "default-src '"'none'"'" in source' \
	'a browser is told to fetch nothing'
page '"SIMULATED channels." in text and "measured on" not in text' 'what is simulated is said to be'
page 'text.count("memcpy") >= 6 and "dma-sim.0/0" in text and "64K" in text' 'the table has each cell'
page 'any("GB/s" in l or "MB/s" in l for l in labels) and
	any("size of an operation (bytes)" in l for l in labels) and
	any("µs" in t for l in labels for t in l)' 'axes have units'
page 'any({"depth 1", "depth 8"} <= set(l) for l in labels)' 'lines have names'
page 'any({"50", "90"} <= set(l) and "percentile" in l for l in labels)' 'percentiles have marks'
says 64 'exists already' report "$T/sweep" -o "$P"
says 0 - report "$T/sweep" -o "$P" --force

# The numbers are those of the document: the median of the repeats.
change sweep three 'for i, x in enumerate(r): x["throughput_bytes_per_second"] = 1e9 * (3, 7, 4)[i % 3]'
says 0 - report "$T/three" -o "$P" --force
page 're.search(r"4\.000\s*3\.000…7\.000", text)' 'repeats are a median and a range'

# Where the buffers lie sets lines apart.
change sweep aligned 'r += [dict(x, align=64, src_offset=8) for x in r]'
says 0 - report "$T/aligned" -o "$P" --force
page 'any("align 64, src_offset 8" in t for l in labels for t in l)' 'a line says how it is aligned'

# Several files, the CPU, two channels, streams, what is not valid.
change pair pair 'e["platform"] = "uml"'
change sweep other 'e["platform"] = "hardware"; e["kernel"] = "9.9"
for x in r: x["simulated"] = False'
change sweep cpu 'c = [dict(x, command="cpu-memcpy", depth=1, latency_ns=None, mode=None)
	for x in r if x["depth"] == 1]; r += c'
says 0 - report "$T/other" "$T/cpu" "$T/pair" "$T/ring" "$T/bad" -o "$P"  --force
sound 'many files'
page 'any({"other", "cpu"} <= {t.split(",")[0] for t in l} for l in labels) or
	any("other" in t for l in labels for t in l)' 'a line says of which file it is'
page 'any("CPU" in t for l in labels for t in l)' 'the CPU is drawn beside the engine'
page '"cpu-memcpy" in text' '... and is in the table'
page 'len(section("streams")) == 2 and "period" in text' 'streams have intervals and jitter'
page '"9.9" in text and "cpu, pair" in text.replace(":", ",")' 'environments stand side by side'
page 'text.count("wrong data in") == 2 and "7 results" in text' 'what is invalid is told'
page '"cpu: SIMULATED channels. pair: SIMULATED channels, measured on no hardware but on user-mode" in
	text and "other:" not in text.split("Environment")[0]' 'no measure of hardware is taken for one'

says 0 - report "$T/bad" -o "$P" --force
page '"There is no valid result" in text and not pictures' 'a page of nothing but failures'
head -c 9000 "$T/sweep" >"$T/torn"
says 0 - report "$T/torn" -o "$P" --force
page '"the document has no end" in text' 'a document that was torn'
"$D" report - -o "$P" --force <"$T/sweep" >"$T/out" 2>"$T/err"
rc=$?
[ $rc = 0 ] && [ ! -s "$T/err" ]
point 'a document from a pipe'
page '"standard input" in text' '... under that name'

# Texts that would like to be more: in HTML, in XML, in gnuplot's commands.
python3 - "$T/sweep" "$T/hostile" "$T" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
touch = f"touch {sys.argv[3]}/pwned"
evil = ['"><script>alert(1)</script>', "' onload='alert(1)", f"'; system '{touch}'; '", f"`{touch}`",
        f"$(  {touch} )", "EOD\n", f"\nsystem '{touch}'\n", "a\\", "</style></svg>&amp;<!--", "]]>",
        "&#x3c;b>", "ü…€𝄞", "\x07\x1b[31m", "{/Symbol a}_b^c", "@GNUTERM", "%s%n", "javascript:x"]
base = d["results"]
d["results"] = []
for i, e in enumerate(evil):
    for x in base[:6]:
        d["results"].append(dict(x, channel_stable=e, driver=e, labels={e: e},
                                 failure=e if i % 2 else None))
d["results"].append(dict(base[0], command=evil[0]))
d["environment"] = {k: evil[i % len(evil)] for i, k in enumerate(d["environment"])}
d["skipped"] = [{"job": e, "why": e} for e in evil]
json.dump(d, open(sys.argv[2], "w"))
raw = json.dumps(dict(d, results=d["results"][:6])).encode().replace(b"alert(1)", b"\xff\xfe\xc0\xaf")
open(sys.argv[2] + "-raw", "wb").write(raw)
PY
says 0 - report "$T/hostile" -o "$P" --force
sound 'hostile texts'
no_file "$T/pwned" 'hostile texts: no command was run'
page 'text.count("<script>alert(1)</script>") > 5 and "ü…€𝄞" in text' 'they are texts'
page 'any("?script?alert(1)?/script?" in t for l in labels for t in l)' 'pictures have no markup'
run report "$T/hostile-raw" -o "$P" --force
if [ $rc = 0 ]; then
	sound 'what is no UTF-8'
	page 'True' '... and the page is UTF-8'
else
	[ $rc = 64 ]
	point 'what is no UTF-8 is refused'
fi
change sweep numbers 'for i, x in enumerate(r):
	x["size"] = [0, -5, 2**63 - 1, "x", None, 1.5][i % 6]
	x["depth"] = [2**62, 0, [], {}, 1, 2][i % 6]
	x["throughput_bytes_per_second"] = [1e300, -1, 0, "9", None, 5][i % 6]
	x["latency_ns"] = [7, [], {"total": 3}, {"total": {"histogram": [[1], "x", [5, -1], [-3, 4]]}},
		{"total": {"p50": 0, "histogram": [[2**63 - 1, 2**62], [0, 50]]}}, None][i % 6]
	x["labels"] = [1, [], None, "x", {"a": None}, {"b": {"c": 1}}][i % 6]
	x["channel_stable"] = [1, [], None, {}, False, "x"][i % 6]'
run report "$T/numbers" -o "$P" --force
[ $rc = 0 ]
point 'values that nobody would measure'
page 'source' '... and a page of them'

# A directory has the pictures as files.
says 0 - report "$T/sweep" -o "$T/dir"
P=$T/dir/index.html
sound 'in a directory'
python3 - "$T/dir" >"$T/js" 2>&1 <<'PY'
import glob, os, re, sys
import xml.etree.ElementTree as ET
files = sorted(glob.glob(sys.argv[1] + "/*.svg"))
page = open(sys.argv[1] + "/index.html", encoding="utf-8").read()
for f in files:
    assert re.fullmatch(r"\d\d-[a-z]+\.svg", os.path.basename(f)), f
    assert ET.parse(f).getroot().tag == "{http://www.w3.org/2000/svg}svg"
assert len(files) == page.count("<svg") and files
assert not glob.glob(sys.argv[1] + "/*.partial")
PY
point 'a file for each picture, all of them XML'
says 64 "-o: $T/dir/index.html exists already" report "$T/sweep" -o "$T/dir"
says 0 - report "$T/sweep" -o "$T/dir" --force
says 64 '-o:' report "$T/sweep" -o "$T/none/dir"

# In a browser.
for browser in chromium chromium-browser google-chrome ''; do
	command -v "$browser" >/dev/null && break
done
in_browser() {
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$T/profile" "$@" \
		2>"$T/err"
}
if [ -z "$browser" ]; then
	skip 'the page is not wider than a phone' 'no Chromium here'
	skip 'the page is not blank' 'no Chromium here'
	done_testing
fi
"$D" report "$T/other" "$T/cpu" "$T/pair" "$T/ring" "$T/bad" "$T/hostile" -o "$T/all.html"
python3 - "$T/all.html" "$T/phone.html" <<'PY'
import json, sys
page = json.dumps(open(sys.argv[1], encoding="utf-8").read()).replace("<", "\\u003c")
open(sys.argv[2], "w", encoding="utf-8").write(f"""<!DOCTYPE html><meta charset="utf-8"><body>
<script>
const f = document.createElement("iframe");
f.width = 390; f.height = 844;
f.onload = () => {{
    const d = f.contentDocument.documentElement;
    document.title = `${{d.scrollWidth}} of ${{d.clientWidth}}, ${{d.scrollHeight}} high`;
}};
f.srcdoc = {page};
document.body.append(f);
</script>""")
PY
in_browser --virtual-time-budget=20000 --dump-dom "file://$T/phone.html" >"$T/dom"
rc=$?
sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p' "$T/dom" >"$T/out"
python3 - "$(cat "$T/out")" <<'PY'
import re, sys
width, seen, height = map(int, re.fullmatch(r"(\d+) of (\d+), (\d+) high", sys.argv[1]).groups())
sys.exit(not (300 < seen <= 390 and width <= seen and height > 2000))
PY
point 'the page is not wider than a phone, and has a length'
in_browser --hide-scrollbars --window-size=1280,3000 --screenshot="$T/page.png" "file://$T/all.html" \
	>"$T/out"
rc=$?
python3 - "$T/page.png" >>"$T/out" 2>&1 <<'PY'
import struct, sys, zlib
data = open(sys.argv[1], "rb").read()
assert data[:8] == b"\x89PNG\r\n\x1a\n"
at, packed = 8, b""
while at < len(data):
    n, kind = struct.unpack_from(">I4s", data, at)
    if kind == b"IHDR":
        width, height, depth, colour = struct.unpack_from(">IIBB", data, at + 8)
    if kind == b"IDAT":
        packed += data[at + 8:at + 8 + n]
    at += n + 12
assert (width, height, depth) == (1280, 3000, 8) and colour in (2, 6)
size = 3 if colour == 2 else 4
raw, line, seen = zlib.decompress(packed), bytearray(width * size), {}
for y in range(height):
    kind, new = raw[y * (width * size + 1)], bytearray(raw[y * (width * size + 1) + 1:][:width * size])
    for x in range(len(new)):
        a = new[x - size] if x >= size else 0
        b, c = line[x], line[x - size] if x >= size else 0
        if kind == 4:
            p = min((a, b, c), key=lambda v: abs(a + b - c - v))
        new[x] = (new[x] + (0, a, b, (a + b) // 2, p if kind == 4 else 0)[kind]) & 255
    line = new
    for x in range(0, len(new), 3 * size):
        k = bytes(new[x:x + 3])
        seen[k] = seen.get(k, 0) + 1
print(len(seen), "colours")
# The first two of the lines' colours, and no page of one colour only.
assert seen[b"\x00\x72\xb2"] > 20 and seen[b"\xd5\x5e\x00"] > 20
assert max(seen.values()) < 0.97 * sum(seen.values())
PY
point 'the page is not blank, and has its lines'
done_testing
