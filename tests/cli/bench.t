#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Jobs from a file: what they may say, in which order they are measured, what is kept of them.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any
cd "$T" || exit 1

job() { # LINES...
	printf '%s\n' "$@" >job
}

# refuses SENTENCE LINES...: 64, and nothing was done
refuses() {
	want=$1
	shift
	job "$@"
	says 64 "job:$want" bench job
	[ ! -s "$T/log" ] && [ ! -s "$T/out" ]
	point '... and nothing was done'
}

refuses "2: siz=4K: there is no key 'siz': did you mean size?" '[a]' siz=4K
refuses "3: size=4Q: -s: '4Q' is not a list of sizes" '[a]' '# a comment' size=4Q
refuses "2: time=5m: -t: '5m' could mean minutes or milliseconds" '[global]' time=5m '[a]'
refuses '3: there is a job [a] in line 1 already' '[a]' size=4K '[a]'
refuses "3: 'size' is there twice, first in line 2" '[a]' size=4K size=8K
refuses '2: [global] comes before all jobs' '[a]' '[global]'
refuses '3: [global] is there twice' '[global]' time=1 '[global]' '[a]'
refuses '1: [] is no name of a job' '[]'
refuses "1: 'size' is in no section: a job begins with [NAME]" size=4K
refuses ' there is no job in it: a job begins with [NAME]' '# nothing'
refuses '2: a line is [JOB], KEY=VALUE, or a comment' '[a]' poll
refuses '2: the line is too long: a value may go on in the next one, indented' '[a]' \
	"size=$(seq -s, 1 200)"
refuses "2: command=memcopy: 'memcopy' is not memcpy, memset, xor, pq, interleave, sg, interrupt: did" \
	'[a]' command=memcopy
refuses '1: [a]: -b: a batch of 8 is larger than a depth of 1' '[a]' batch=8
refuses '1: [a]: sg needs a direction' '[a]' command=sg
refuses '2: sources=3: memcpy has no key' '[a]' sources=3
refuses "2: save=x: 'save' is of single measurements" '[a]' save=x
refuses "2: poll=maybe: 'maybe' is neither 1 nor 0" '[a]' poll=maybe
refuses '2: size=: there is no value' '[a]' size=
refuses '2: poll=, ,: there is no value' '[a]' 'poll=, ,'
refuses '2: baseline=gpu: it is cpu or none' '[a]' baseline=gpu
refuses '2: group=a, b: it takes one value' '[a]' 'group=a, b'
refuses "2: rate=0: --rate: '0' is not a number of operations per second" '[a]' rate=0
refuses '4: [b]: jobs of a group need the same repeat' '[a]' group=g repeat=2 '[b]' group=g
refuses '3: [b]: jobs of a group need the same steady' '[a]' group=g '[b]' group=g steady=5
refuses '4: [b]: jobs of a group have as many measurements each, or one' '[a]' group=g size=4K,8K \
	'[b]' group=g size=4K,8K,16K
refuses '1: [a]: in a group each job has one channel' '[a]' group=g 'channel=dma0chan0 & dma0chan1'
job '[a]' 'count=10'
says 64 "--set size=x: -s: 'x' is not a list of sizes" bench job --set size=x
says 64 "--set: 'size' is not KEY=VALUE or JOB.KEY=VALUE" bench job --set size
says 64 "--set b.size=4: job has no job 'b': did you mean a?" bench job --set b.size=4
says 64 '--set siz=4: there is no key' bench job --set siz=4
says 64 "$T/none: No such file or directory" bench "$T/none"
says 64 "one job file at a time: 'b' is a second one" bench job b
says 64 "--repeat: '0' is not a number of at least 1" bench job --repeat 0
says 64 "--shuffle: 'x' is not a number" bench --shuffle=x
says 64 'there is no JSON of it' bench --dry-run -j

# All that a file may say, and what it comes to.
cat >job <<'JOB'
; fio's habits
[global]
count=40
warmup=0
repeat=2        ; each
label=board=test
[copy]
size=64,4K
     64K
depth=1:4:*4
[fill]
command=memset
poll=0,1
value=7
size=4K
JOB
cp job all
golden bench-dry-run.out bench all --dry-run
[ ! -s "$T/log" ]
point '... and nothing was done'
golden bench.out bench all
run bench - -j <all
says 64 'standard input: there is no job in it' bench -
run bench all -j
js 'round after round, the CPU after the engine' '[(x["job"], x["command"], x["size"], x["depth"],
	x["completion"], x["repeat"]) for x in d["results"]] == [y for n in (1, 2) for y in
	[("copy", c, s, q, None if c[3] == "-" else "irq", n) for s in (64, 4096, 65536)
	 for c, q in (("memcpy", 1), ("cpu-memcpy", 1), ("memcpy", 4))] +
	[("fill, poll=%d" % (p == "poll"), c, 4096, 1, p if c == "memset" else None, n) for p in ("irq", "poll")
	 for c in ("memset", "cpu-memset")]]'
js 'the order is told' '[x["sequence"] for x in d["results"] if not x["command"].startswith("cpu-")] ==
	list(range(1, 17))'
js 'each is as a command alone makes it' 'all(x["operations"] == 40 and x["valid"] and
	x["labels"] == {"board": "test"} for x in d["results"])'
js 'the CPU: throughput, and nothing that it has not' 'all(x["bytes"] == 40 * x["size"] and
	x["throughput_bytes_per_second"] > 0 and x["latency_ns"] is None and x["depth"] == 1 and
	x["channel"] == "dma2chan0" for x in d["results"] if x["command"][:4] == "cpu-")'
js 'the break-even of each depth' '[(x["job"], x["depth"], x["size"]) for x in d["break_even"]] ==
	[("copy", 1, None), ("copy", 4, None), ("fill, poll=0", 1, None), ("fill, poll=1", 1, None)]'
run bench all --set copy.size=8K --set depth=2 --repeat 1 --set baseline=none -j
js 'set on the command line' '[(x["job"], x["size"], x["depth"]) for x in d["results"]] ==
	[("copy", 8192, 2), ("fill, poll=0", 4096, 2), ("fill, poll=1", 4096, 2)] and d["break_even"] == []'
run bench all --jsonl
tail -n 1 "$T/out" | grep -q '^{ "break_even": \[ { "job": "copy", .*"skipped": \[ \], "exit_code": 0'
point 'a line a result: the last one has what is told of all'

# Several values of what an option does not take a list of.
job '[a]' 'command=memcpy memset interrupt' 'buffer=pages coherent,pages' 'node=0 1,0' count=5 warmup=0 \
	baseline=none
run bench job --repeat 1 -j
js 'lists: blanks where commas are of the value' 'sorted({(x["command"], x["buffer"]) for x in
	d["results"]}, key=str) == [("interrupt", None), ("memcpy", "coherent,pages"),
	("memcpy", "pages"), ("memset", "coherent,pages"), ("memset", "pages")] and
	len(d["results"]) == 12'
job '[a]' command=memcpy,xor,pq sources=2,3 count=5 warmup=0 channel=sim:any
FAKE=able
run bench job --repeat 1 -j
js 'a key that only some commands have multiplies those' '[(x["command"], x["sources"]) for x in
	d["results"] if not x["command"].startswith("cpu-")] ==
	[("memcpy", None), ("xor", 2), ("xor", 3), ("pq", 2), ("pq", 3)]'
FAKE=''
job '[a]' 'channel=dma0chan0, dma0chan0 & dma0chan1' count=5 warmup=0 'cpu=0,1 2,3' baseline=none
run bench job --repeat 1 -j
js 'channels one after the other, and side by side' '[(x["channel"], x["pinned_cpu"]) for x in
	d["results"]] == [("dma0chan0", 0), ("dma0chan0", 2), ("dma0chan0", 0), ("dma0chan1", 1),
	("all", None), ("dma0chan0", 2), ("dma0chan1", 3), ("all", None)]'
run bench all --set channel=dma0chan1 -c dma0chan0 --repeat 1 -j
js 'a key goes before -c' '{x["channel"] for x in d["results"]} == {"dma0chan1"}'
run bench all -c 'dma0chan0&dma0chan1' --repeat 1 -j
js '... which may have several' '{x["channel"] for x in d["results"]} ==
	{"dma0chan0", "dma0chan1", "all"}'

# Groups.
job '[global]' count=30 warmup=0 repeat=2 '[a]' group=g channel=dma0chan0 size=4K,8K '[alone]' size=64 '[b]' \
	command=memset group=g size=1K
run bench job -j
js 'jobs of a group are one measurement' '[(x["job"], x["size"], x["sequence"], x["channel"]) for x in
	d["results"] if x["repeat"] == 2 and not x["command"].startswith("cpu-")] ==
	[("a", 4096, 4, "dma0chan0"), ("b", 1024, 4, "dma2chan0"), ("a", 8192, 5, "dma0chan0"),
	 ("b", 1024, 5, "dma2chan0"), ("alone", 64, 6, "dma2chan0")]'
js '... without the CPU beside it' '{x["job"] for x in d["results"] if x["command"][:4] == "cpu-"} ==
	{"alone"}'
run bench job
prints 'b: memset, side by side with the group g'
says 64 "job:5: [a]: in a group each job has one channel, not 2" bench job \
	--set a.channel='dma0chan*'

# Another order in each round, the same for the same seed.
job '[a]' size=64:32K:*2 count=5 warmup=0 baseline=none
order() { # FILE OPTION
	run bench job --repeat 3 -j "$2"
	python3 -c 'import json, sys
print([(x["repeat"], x["size"]) for x in json.load(open(sys.argv[1]))["results"]])' "$T/out" >"$1"
}
order "$T/plain" --quiet
order "$T/one" --shuffle=1
order "$T/again" --shuffle=1
order "$T/two" --shuffle=2
cmp -s "$T/one" "$T/again" && ! cmp -s "$T/one" "$T/two" && ! cmp -s "$T/one" "$T/plain"
point 'shuffled by the seed'
python3 - "$T/one" "$T/plain" >"$T/out" 2>"$T/err" <<'PY'
import sys
one, plain = (eval(open(f).read()) for f in sys.argv[1:])
assert sorted(one) == sorted(plain) and [r for r, _ in one] == [r for r, _ in plain]
rounds = [[s for n, s in one if n == r] for r in (1, 2, 3)]
assert rounds[0] != rounds[1] or rounds[1] != rounds[2]
PY
point '... within each round'

# What is not to be had is left out, and told.
export DMACTL_CHANNEL=dma2chan0
job '[a]' count=5 warmup=0 '[b]' command=xor '[c]' command=sg direction=mem-to-dev
says 0 'left out: b: dma-sim.0/0 cannot do xor' bench job --repeat 1 --set baseline=none
run bench job --repeat 2 --set baseline=none -j
js 'the JSON tells what was left out' '[x["job"] for x in d["skipped"]] == ["b", "c"] and
	d["skipped"][0]["why"].startswith("0 of 2 measurements: dma-sim.0/0 cannot do xor") and
	[x["job"] for x in d["results"]] == ["a", "a"] and d["exit_code"] == 0'
run bench job --repeat 1 --require
[ "$rc" = 1 ]
point '--require: a job that cannot be measured is a failure'
job '[b]' command=xor
says 77 'b: dma-sim.0/0 cannot do xor' bench job
silent
job '[a]' count=5 warmup=0 group=g channel=dma0chan0 '[b]' command=xor group=g
says 77 'left out: a: b of its group is left out' bench job

# What fails, fails the exit status; the others go on.
FAULT=error=3
job '[global]' count=9 warmup=0 baseline=none '[a]' size=4K,8K
says 1 '3 of 9 operations failed' bench job --repeat 2
FAULT='stall=30'
run bench job --repeat 3 -j
js 'a channel that is stopped' 'd["exit_code"] == 1 and d["results"][-1]["timed_out"] == 1 and
	d["skipped"][-1]["job"] == "a" and
	"of 6 measurements: nothing more is measured on this channel" in d["skipped"][-1]["why"]'
FAULT=''
says 2 'limit p50<1ns is not met' bench job --set limit='p50<1ns' --set count=50

# Open loop.
job '[a]' count=2000 warmup=0 rate=100k '[b]' count=2000 warmup=0 'rate=100k,poisson' depth=64 '[c]' \
	time=10ms warmup=0 rate=900k
run bench job --repeat 1 --set baseline=none -j
js 'the rate is that which was asked for' 'r["loop"] == "open" and r["rate"] == 100000 and
	r["arrivals"] == "fixed" and r["mode"] == "submit" and r["valid"] and
	abs(r["operations_per_second"] - 100000) < 1000'
js 'latency counts from the intended start' 'l["late"]["max"] < 100 and
	l["total"]["min"] >= l["prepare"]["min"] + l["submit"]["min"] + l["device"]["min"]'
js 'poisson: some come close together, and wait for each other' '[(x["arrivals"], x["valid"],
	x["latency_ns"]["total"]["max"] > 2 * x["latency_ns"]["total"]["min"]) for x in
	d["results"]][1] == ("poisson", True, True)'
js 'a rate that was not held is no result' 'd["exit_code"] == 1 and not d["results"][2]["valid"] and
	d["results"][2]["why_invalid"] == "the rate was not held" and
	d["results"][2]["operations_per_second"] is None and
	d["results"][2]["latency_ns"]["late"]["max"] > 1000000'
run memcpy --rate 100k,poisson -n 500 -w 0 -j
cp "$T/out" "$T/first"
run memcpy --rate 100k,poisson -n 500 -w 0 -j
cmp -s "$T/first" "$T/out"
point 'the same seed gives the same arrivals'
run memcpy --rate 100k,poisson -n 500 -w 0 -j --seed 2
! cmp -s "$T/first" "$T/out"
point '... another one others'

# Steady state.
run memcpy --steady 5 -n 100 -j
js 'steady' 'r["steady"] == {"percent": 5, "reached": True, "windows": 5, "range": 0, "slope": 0}'
run memcpy --steady 2.5%,250ms -n 100 -j
js 'not within the time' 'r["steady"] == {"percent": 2.5, "reached": False, "windows": 3, "range":
	None, "slope": None} and r["valid"]'
says 0 - memcpy --steady 2.5%,250ms -n 100
prints 'steady state: NOT REACHED in 3 windows'
run memcpy --steady 5 -n 100 -c dma0chan0 -c dma0chan1 -j
js 'side by side' '[x["steady"] and x["steady"]["reached"] for x in d["results"][:2]] == [True, True]'

# Ctrl-C: what there is.
job '[global]' count=50 warmup=0 baseline=none '[a]' size=4K,8K '[b]' size=64
FAULT=interrupt=9
run bench job --repeat 4 -j -o "$T/o.json"
js 'interrupted: the results so far' 'd["exit_code"] == 130 and 0 < len(d["results"]) < 12 and
	[x["why"].split(": ")[1] for x in d["skipped"]] == ["interrupted"] * len(d["skipped"]) and
	d["skipped"]'
cmp -s "$T/out" "$T/o.json"
point '... and the file has them'
says 130 - bench job --repeat 4
prints 'a: memcpy'
FAULT=early=2
run bench job -j
js 'before the first' 'd["exit_code"] == 130 and d["results"] == []'

# kill -9: what was measured is in FILE.partial.
FAULT=''
: >"$T/log"
rm -f "$T/k.json"
DMACTL_FAULT=nap=100 DMACTL_FAKE_LOG=$T/log "$D" bench job --repeat 1000 -o "$T/k.json" \
	>"$T/out" 2>"$T/err" </dev/null &
pid=$!
until [ "$(grep -c nap "$T/log")" -gt 12 ] || ! kill -0 $pid; do sleep 0.1; done
kill -9 $pid
wait $pid 2>/dev/null
rc=0
no_file "$T/k.json" 'killed: the file is not there'
(cat "$T/k.json.partial" && echo ']}') >"$T/k.done"
js_file "$T/k.done" '... what was measured is where it grew' 'len(d["results"]) >= 5 and
	all(x["valid"] for x in d["results"])'

# Against an earlier run.
mkdir tmp
export TMPDIR="$T/tmp"
job '[a]' count=200 warmup=0 baseline=none
run bench job --repeat 6 -j -o base.json
says 0 - bench job --repeat 6 --baseline base.json
prints 'this run'
says 0 - bench job --repeat 6 --baseline base.json -j
js '... and the document is as it was' 'len(d["results"]) == 6'
FAULT=slow=9000
says 2 'worse than base.json: ' bench job --repeat 6 --baseline base.json -j -o now.json
says 2 - bench job --repeat 6 --baseline base.json
prints 'worse'
FAULT=''
says 64 "none.json" bench job --baseline none.json
[ ! -s "$T/log" ]
point '... and nothing was done'
[ -z "$(find "$TMPDIR" -name 'dmactl-*')" ]
point 'no file is left'

# As points: a cell is one, over all its repeats.
job '[global]' count=2000 warmup=0 baseline=none repeat=3 '[copy # 1]' size=4K,64K depth=1,4 \
	'limit=p50<5us,p99<1ms' '[b]' command=xor '[few]' count=5 'limit=p99<1s' '[two]' \
	'channel=dma0chan0 & dma0chan1' depth=2 batch=2
golden_rc 2 bench.ktap bench job --format ktap
golden_rc 2 bench.xml bench job --format junit
[ "$(python3 -c 'import sys, xml.dom.minidom as m
print(len(m.parse("out").getElementsByTagName("failure")))')" = 3 ]
point 'the XML can be parsed, and has the failures'
says 0 - bench job --format ktap --set limit='p50<1s' --set b.command=memset \
	--set few.count=50 -o points.json
js_file points.json '... and results in a file' 'len(d["results"]) == 27 and d["exit_code"] == 0'
FAULT=stall=30
run bench job --format ktap
prints 'not ok 1 memcpy.size-4K.depth-1'
prints '1 of 3 repeats: timed out: nothing completed for 5 s'
prints 'ok 4 memcpy.size-64K.depth-4 # SKIP nothing more is measured on this channel'
FAULT=error=3
run bench job --format ktap
prints '# memcpy.size-4K.depth-2.batch-2: 3 of 3 repeats: 0000:00:04.0/0: 666 of 2000 operations failed'
FAULT=interrupt=9
job '[a]' count=50 warmup=0 baseline=none size=4K,8K
says 130 - bench job --format ktap
prints '; 10 repeats were asked for: interrupted'
FAULT=early=2
says 130 - bench job --format ktap
prints 'ok 1 memcpy.size-4K.depth-1 # SKIP interrupted'
prints '# Totals: pass:0 fail:0 xfail:0 xpass:0 skip:2 error:0'
FAULT=prep=1
run bench job --format ktap --repeat 2
[ "$rc" = 1 ] && grep -q '^  not ok 1 memcpy' out
point 'what is refused has failed'
FAULT=''
says 64 "--format: 'tap' is not table, ktap or junit" bench job --format tap
says 64 '--format ktap and JSON: one of them' bench job --format ktap -j
says 64 'it has no --format' bench job --format ktap --dry-run
run bench job --repeat 5 --quiet --format ktap -o earlier.json
says 0 - bench job --repeat 5 --format ktap --baseline earlier.json
[ "$(tail -n 1 out)" = '# Totals: pass:2 fail:0 xfail:0 xpass:0 skip:0 error:0' ]
point '... and no table among the points'

# The examples of the page.
python3 - "$here/../../man/dmactl-job.5" "$T" >"$T/out" 2>"$T/err" <<'PY'
import re, sys
examples = re.findall(r"^\.EX\n(.*?)^\.EE$", open(sys.argv[1]).read(), re.S | re.M)
for i, text in enumerate(examples):
    open(f"{sys.argv[2]}/example{i}", "w").write(text.replace("\\-", "-"))
assert len(examples) == 3
PY
rc=$?
[ $rc = 0 ]
point 'dmactl-job(5) has examples'
for i in 0 1 2; do
	says 0 - bench --dry-run "example$i"
done
prints ' 4K 64 1 10 arrivals, rate=50k,poisson, node=1'

says 0 - bench --dry-run "$here/../../bench/break-even.ini"
prints 'about'

# The built-in job.
golden bench-built-in.out bench --dry-run
run bench -c sim:any --repeat 1 --set count=20 --set warmup=0
prints 'SIMULATED'
done_testing
