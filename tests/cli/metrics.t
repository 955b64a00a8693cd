#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Metrics, of documents and of channels: OpenMetrics, and what Prometheus' text format takes as well.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any

# metrics EXPRESSION NAME: a Python expression over the metrics in $M: m(NAME, LABEL=VALUE...) is the
# values of that sample, with at least these labels
cat >"$T/metrics.py" <<'PY'
import re, sys

text = open(sys.argv[1], encoding="utf-8", newline="").read()
families, samples, family, seen = {}, [], None, set()
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
assert text.endswith("# EOF\n"), "no end"
lines = text[:-1].split("\n")
assert lines.index("# EOF") == len(lines) - 1
for line in lines[:-1]:
    meta = re.fullmatch(rf"# (TYPE|UNIT|HELP) ({NAME}) (.+)", line)
    if meta:
        kind, name, value = meta.groups()
        if kind == "TYPE":
            assert name not in families, f"{name} twice"
            assert value in ("gauge", "counter", "summary"), line
            family = name
            families[name] = {"TYPE": value}
        assert name == family and (kind == "TYPE" or kind not in families[name]), line
        assert kind != "UNIT" or name.endswith("_" + value), line
        assert not name.endswith(("_total", "_info", "_count", "_sum", "_bucket", "_created")), name
        families[name][kind] = value
        continue
    got = re.fullmatch(rf"({NAME})(?:\{{(({LABEL})(?:,{LABEL})*)\}})? (\S+)", line)
    assert got, f"no sample: {line}"
    name, value = got.group(1), float(got.groups()[-1])
    labels = re.findall(LABEL, got.group(2) or "")
    assert len({k for k, _ in labels}) == len(labels), f"a label twice: {line}"
    labels = {k: re.sub(r"\\(.)", lambda e: "\n" if e[1] == "n" else e[1], v) for k, v in labels}
    kind = families[family]["TYPE"]
    of = {"counter": ("_total",), "summary": ("", "_sum", "_count")}.get(kind, ("",))
    assert name in [family + end for end in of], line
    assert "HELP" in families[family], name
    assert ("quantile" in labels) == (kind == "summary" and name == family), line
    assert kind == "gauge" or value >= 0, line
    key = (name, tuple(sorted(labels.items())))
    assert key not in seen, f"twice: {line}"
    seen.add(key)
    samples.append((name, labels, value))


def m(name, **labels):
    return [v for n, l, v in samples if n == name and labels.items() <= l.items()]


sys.exit(0 if eval("(" + sys.argv[2] + ")") else 1)
PY
M=$T/out
metrics() {
	python3 "$T/metrics.py" "$M" "$1" >"$T/js" 2>&1
	point "$2"
	[ -s "$T/js" ] && sed 's/^/# /' "$T/js"
	return 0
}

# The parser of Prometheus' own library, for whichever Python has it.
for python in python3 /usr/bin/python3 ''; do
	[ -n "$python" ] && "$python" -c 'import prometheus_client.openmetrics.parser' 2>/dev/null && break
done
parsed() {
	if [ -z "$python" ]; then
		skip "$1: prometheus_client takes it" 'no python3-prometheus-client here'
		return
	fi
	"$python" - "$M" >"$T/js" 2>&1 <<'PY'
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain
text = open(sys.argv[1], encoding="utf-8").read()
count = lambda parse: sum(len(f.samples) for f in parse(text))
assert count(openmetrics) == count(plain) == sum(not l.startswith("#") for l in text.splitlines())
PY
	point "$1: prometheus_client takes it, as OpenMetrics and as Prometheus' text"
	[ -s "$T/js" ] && sed 's/^/# /' "$T/js"
	return 0
}

# Documents.
run memcpy -s 4K,64K -q 1,8 -n 2000 --repeat 3 --label lab=attic -o "$T/sweep"
FAKE=ring run cyclic -d dev-to-mem --period 1K -n 60 -o "$T/ring"
FAKE='' FAULT=corrupt=20 run memcpy -n 100 -w 0 -v full -o "$T/bad"
FAULT=''
change sweep three 'for i, x in enumerate(r):
	x["throughput_bytes_per_second"] = 1e9 * (3, 7, 4)[i % 3]
	x["latency_ns"]["total"]["p99"] = (1500, 2500, 1700)[i % 3]
e["time"] = "2026-01-02T03:04:05Z"; e["kernel"] = "9.9"'
says 0 - report --format openmetrics "$T/three"
metrics 'm("dmactl_throughput_bytes_per_second", command="memcpy", channel="dma-sim.0/0",
	driver="dma-sim", size="4096", depth="8", simulated="true", mode="run") == [4e9]' \
	'the median over repeats, and what it is of'
metrics 'm("dmactl_latency_seconds", size="4096", depth="8", quantile="0.99") == [1.7e-6]' \
	'latencies in seconds, by quantile'
metrics 'm("dmactl_repeats", size="4096", depth="8") == [3] and len(m("dmactl_repeats")) == 4' \
	'and over how many'
metrics 'm("dmactl_repeats", label_lab="attic", size="65536", depth="1") == [3]' 'labels of the user'
metrics 'm("dmactl_measured_timestamp_seconds") == [1767323045]' 'when it was measured'
metrics 'm("dmactl_environment", kernel="9.9", platform="hardware") == [1]' 'and where'
metrics 'm("dmactl_results", valid="true") == [12] and m("dmactl_results", valid="false") == [0]' \
	'how many results there were'
metrics 'm("dmactl_stage_mean_seconds", stage="device", size="4096", depth="8")[0] > 0' 'stages'
metrics 'all("file" not in l for _, l, _ in samples)' 'of a single file no name is told'
parsed 'a sweep'
says 0 - report --format openmetrics "$T/sweep" "$T/ring" "$T/bad"
metrics 'len(m("dmactl_periods_lost", file="ring", period="1024", ring_periods="4")) == 1 and
	m("dmactl_interval_seconds", file="ring", quantile="0.5")[0] > 0' 'streams'
metrics 'm("dmactl_results", file="bad", valid="false") == [1] and not m("dmactl_repeats", file="bad")' \
	'what is not valid is counted, and is no rate'
parsed 'several files'

# Texts that would like to be more.
python3 - "$T/sweep" "$T/hostile" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
evil = ['"} 1\nevil 2', "\\", '\\"', "a\nb", "ü…€𝄞", "\x00\x07\r", "{}", "# EOF", "x" * 300, "'", ","]
base = d["results"]
d["results"] = [dict(base[0], channel_stable=e, driver=e, labels={e: e, "a-b": "1", "a_x2db": "2"})
                for e in evil]
d["results"].append(dict(base[0], command=evil[0], mode=[1, {"a": '"'}], cache={"b": 2}))
d["environment"] = {k: evil[i % len(evil)] for i, k in enumerate(d["environment"])}
json.dump(d, open(sys.argv[2], "w"))
PY
says 0 - report --format openmetrics "$T/hostile"
metrics 'len(m("dmactl_repeats")) == 12 and not m("evil")' 'hostile texts are values of labels'
metrics 'm("dmactl_repeats", channel="\\", driver="\\") and m("dmactl_repeats", channel="ü…€𝄞")' \
	'... and come through'
parsed 'hostile texts'

# A file that a collector may read at any time.
says 0 - report --format openmetrics "$T/sweep" -o "$T/m.prom"
silent
M=$T/m.prom
metrics 'len(m("dmactl_repeats")) == 4' 'a file'
says 64 "-o: $T/m.prom exists already: --force replaces it" report --format openmetrics "$T/bad" -o "$T/m.prom"
before=$(stat -c %i "$T/m.prom")
says 0 - report --format openmetrics "$T/bad" -o "$T/m.prom" --force
[ "$before" != "$(stat -c %i "$T/m.prom")" ] && [ ! -e "$T/m.prom.partial" ]
point 'it is another file, under the same name'
metrics 'not m("dmactl_repeats")' '... with what is new'
says 64 "$T/none: No such file" report --format openmetrics "$T/none" -o "$T/m.prom" --force
metrics 'm("dmactl_results", valid="false") == [1]' 'it stays when there is nothing to put there'
M=$T/out

# Channels as they are.
says 64 '--format openmetrics and JSON: one of them' list --format openmetrics -j
says 64 "--format: 'x' is not table, names or openmetrics" list --format x
says 64 '-o: only of --format openmetrics' list -o "$T/m2.prom"
says 0 - list --format openmetrics
cp "$T/out" "$T/live"
metrics 'sorted(set(m("dmactl_channel_state"))) == [0, 1] and
	all(sum(m("dmactl_channel_state", channel=l["channel"])) == 1
	    for n, l, v in samples if n == "dmactl_channel_state")' 'each channel is in one state'
metrics 'm("dmactl_channel_state", channel="dma-sim.0/1", state="claimed", simulated="true",
	driver="dma-sim") == [1] or
	m("dmactl_channel_state", channel="dma-sim.0/1", state="busy") == [1]' 'the right one'
metrics 'm("dmactl_channel_operations_total", channel="dma-sim.0/0") and
	len(m("dmactl_channel_failures_total", channel="dma-sim.0/0")) == 3' 'counters'
metrics 'm("dmactl_quarantine_bytes") and m("dmactl_quarantine_callbacks_owed")[0] > 0 and
	m("dmactl_quarantine_age_seconds")[0] > 0 and m("dmactl_sessions")[0] > 0' 'quarantine and sessions'
metrics 'm("dmactl_channel_latency_seconds_count", channel="dma-sim.0/1") == [0] and
	m("dmactl_channel_streams", channel="dma-sim.0/3") == [0]' 'latencies and streams: none yet'
parsed 'channels'
FAKE=moving says 0 - list --format openmetrics
metrics 'm("dmactl_channel_latency_seconds_count", channel="dma-sim.0/1") == [2000] and
	m("dmactl_channel_latency_seconds_sum", channel="dma-sim.0/1") == [0.104601] and
	m("dmactl_channel_latency_max_seconds", channel="dma-sim.0/1") == [81e-6]' 'latencies'
metrics 'm("dmactl_channel_streams", channel="dma-sim.0/3") == [1] and
	m("dmactl_channel_periods_total", channel="dma-sim.0/3") == [48] and
	m("dmactl_channel_periods_dropped_total", channel="dma-sim.0/3") == [2]' 'streams'
parsed 'latencies and streams'
FAKE=old says 0 - list --format openmetrics
metrics 'm("dmactl_channel_claims_total") and not m("dmactl_channel_latency_seconds_count") and
	not m("dmactl_channel_streams") and not m("dmactl_channel_periods_total")' \
	'... of which an older module tells nothing'
FAKE=nochannels says 0 - list --format openmetrics
metrics 'not m("dmactl_channel_state") and m("dmactl_sessions")' 'no channel at all'
parsed 'no channel'
FAKE=nomodule says 77 'module' list --format openmetrics -o "$T/m2.prom"
no_file "$T/m2.prom" 'no module, no file'
FAKE='' says 0 - list --format openmetrics -o "$T/m2.prom"
cmp -s "$T/live" "$T/m2.prom"
point 'the same in a file'
done_testing
