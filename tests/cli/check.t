#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The acceptance suite on the fake machine: its formats, and that it names what each fault breaks.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any

# verdicts EXPRESSION: over the sets ok, failed, skipped of case names, their texts t, and d as js has it
verdicts() {
	python3 - "$T/out" "$1" >"$T/js" 2>&1 <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
by = {v: {r["case"] for r in d["results"] if r["verdict"] == v}
      for v in ("ok", "failed", "skipped", "note")}
ok, failed, skipped, notes = by["ok"], by["failed"], by["skipped"], by["note"]
t = {r["case"]: r["what"] for r in d["results"]}
ops = lambda names: {n.split(".")[0] for n in names}
sys.exit(0 if eval("(" + sys.argv[2] + ")") else 1)
PY
	point "$2"
	[ -s "$T/js" ] && sed 's/^/# /' "$T/js"
	return 0
}

# A channel that can do everything, one that can do three things, and the bare list.
FAKE=able
golden check.out check
run check -j
verdicts 'not failed and len(ok) > 120 and "pq.continue" in ok and "slave.loopback" in ok' \
	'all is right on a healthy channel'
verdicts 'all("limit" in t[n] for n in skipped)' 'what is skipped has a reason'
verdicts 'all(r["operations"] > 0 for r in d["results"] if r["verdict"] == "ok")' \
	'no case is right without having done an operation'
verdicts 'next(r for r in d["results"] if r["case"] == "ring.laps")["operations"] == 5000' \
	'5,000 operations are more than any ring has'
verdicts 'd["kind"] == "check" and d["exit_code"] == 0 and d["skipped"] == []' 'the document'
golden check-list.out check --list
sed 's/ .*//' "$T/out" | sort | uniq -d >"$T/twice"
[ ! -s "$T/twice" ]
point 'no case has the name of another'
FAKE=''
golden check-plain.out check
golden check-two.out check -c 'dma-sim.0/*' --only 'memcpy.l*'
run check -c dma0chan0 --list
prints xor.sources-max
! grep -q '^pq' "$T/out"
point '... only cases that suit the channel'
run check --list --only '*.residue' --only 'ring.*'
[ "$(grep -c . "$T/out")" = 11 ]
point 'only cases whose names match'

# The formats, with failures, skipped cases and notes.
FAKE=able FAULT=corrupt=30
set -- --only 'pq.s*' --only 'memset.m*' --only channel.rate
golden_1 check-failed.out check "$@"
golden_1 check-failed.tap check "$@" --format tap
golden_1 check-failed.ktap check "$@" --format ktap
golden_1 check-failed.xml check "$@" --format junit
python3 -c 'import sys, xml.dom.minidom as x; x.parse(sys.argv[1])' "$T/out"
point '... is well-formed'
golden_1 check-failed.json check "$@" -j
run check "$@" --jsonl
python3 - "$T/out" <<'PY'
import json, sys
lines = [json.loads(x) for x in open(sys.argv[1])]
assert lines[0]["kind"] == "check" and lines[-1]["exit_code"] == 1 and len(lines) == 10
PY
point 'JSON by lines'
run check "$@" -o "$T/check.json"
js_file "$T/check.json" 'a file, beside the table' 'd["exit_code"] == 1 and len(d["results"]) == 8'
says 64 'exists already' check "$@" -o "$T/check.json"
FAULT=''
for f in tap ktap junit; do
	run check --format $f
	[ $rc = 0 ] && [ ! -s "$T/err" ] && ! grep -q '[[:blank:]]$' "$T/out"
	point "a healthy channel as $f"
	[ $f != junit ] || python3 -c 'import sys, xml.dom.minidom as x; x.parse(sys.argv[1])' "$T/out"
	point '... is well-formed'
done
run check --format tap
[ "$(grep -cE '^(not )?ok ' "$T/out")" = "$(sed -n 's/^1\.\.//p' "$T/out")" ]
point 'TAP has as many points as it planned'

# Each fault: the operations that it breaks fail, and no other. Without the cases that move much.
set --
for n in lengths offsets known sources* coefficients no-? continue right wrong* frames segments values \
	batch residue many; do
	set -- "$@" --only "*.$n"
done
set -- "$@" --only 'slave.*' --only 'ring.*' --only 'channel.*'
few() { run check "$@" -j; }
broken() { # FAULT EXPRESSION
	FAULT=$1 expression=$2
	shift 2
	few -T 100ms "$@"
	[ $rc = 1 ]
	point "<$FAULT>: exit 1"
	verdicts "$expression" "<$FAULT>: $expression"
	FAULT=''
}
memory='{"memcpy", "memset", "xor", "pq", "memset-sg", "interleaved", "slave"}'
broken polynomial=1 'ops(failed) == {"pq", "pq-val", "ring"} and "pq.no-q" in ok and
	"0x11b, not 0x11d" in t["pq.no-p"] and "Q at offset 0" in t["pq.known"]' "$@"
broken coefficient=1 'ops(failed) == {"pq", "pq-val", "ring"} and {"pq.no-q", "pq.sources-1"} <= ok and
	"all coefficients were taken as 1" in t["pq.coefficients"]' "$@"
broken copies=1 'ops(failed) == {"xor", "xor-val", "pq", "pq-val", "ring"} and
	"copy of source 0" in t["xor.sources"] and "pq.sources-1" in ok' "$@"
broken shorter=1 "ops(failed) >= $memory"' | {"xor-val", "pq-val", "ring", "channel"} and
	"the last byte was not written" in t["memcpy.offsets"] and
	"calls P right whose byte at offset" in t["pq-val.wrong-p"] and "xor-val.right" in ok' "$@"
broken lazy=3000 '"memcpy.lengths" in ok and "ring.laps" in failed and "channel.rate" in ok and
	"not written at all" in t["ring.laps"]' "$@"
broken lazy=9000 'ops(failed) >= {"ring"} and "memcpy" not in ops(failed)' "$@"
broken corrupt=50 "ops(failed) >= $memory"' and "interrupt" not in ops(failed)' "$@"
broken guard=7 '"wrote outside: at offset" in t["memcpy.lengths"] and
	"xor-val" not in ops(failed)' "$@"
broken stale=3 "ops(failed) >= $memory" "$@"
broken shift=1 'ops(failed) == {"memcpy", "ring", "channel"}' "$@"
broken gap=1 'ops(failed) == {"interleaved", "ring"} and "wrote outside" in t["interleaved.frames"]' "$@"
broken nogap=1 'ops(failed) == {"interleaved", "ring"}' "$@"
broken error=50 '"failed: a write error" in t["memcpy.lengths"] and "interrupt.many" in failed' "$@"
broken abort '"aborted by its driver" in t["memcpy.lengths"] and not ok' "$@"
broken residue=4 'failed == {n for n in t if n.endswith(".residue")} and
	"of it were not moved" in t["xor.residue"]' "$@"
broken stall=2000 '"memcpy.lengths" in ok and "timed out: nothing completed for 100 ms; it was stopped" in
	t["memcpy.batch"] and "memset has timed out too often" == t["memset.residue"] and
	"the channel has timed out too often" == t["ring.laps"] and len(failed) == 8' "$@"
broken 'stall=300 lost' '"complete: the interrupt was lost" in t["channel.rate"]' "$@"
broken prep=1 '"the driver prepared no descriptor for 100 ms" in t["memcpy.lengths"] and not ok' "$@"
broken gone=1000 't["memcpy.offsets"] == "the channel is gone: its provider was unbound" and
	failed == {"channel.rate"}' "$@"
for n in 2 30 301 302 303 304; do
	broken vanish=$n 'len(failed) == 1 and
		t[min(failed)] == "the channel is gone: its provider was unbound"' "$@"
done
broken why=12 '"not aligned as the channel asks for (--align)" in t["memcpy.lengths"]' "$@"
broken run=22 '"is refused: Invalid argument" in t["memcpy.lengths"]' "$@"
broken noanswer '"the module did not answer" in t["channel.rate"] and skipped and not ok' "$@"
broken sync=5 '"a buffer could not be synced" in t["memcpy.lengths"]' "$@"
FAULT=create=12
says 77 - check --only 'mem*'
run check --only memcpy.lengths --format tap
prints 'SKIP there is no buffer of 1048576 bytes (pages) for it'

# The three ways of stopping.
FAKE='' FAULT=stall=300
for c in 'dma1chan1 it was stopped, not synchronized' 'dma0chan0 cannot be stopped and is in quarantine'; do
	run check -c "${c%% *}" -T 50ms
	[ $rc = 1 ]
	point "a stall on ${c%% *}"
	prints "${c#* }"
done
FAULT=''
run check -c dma1chan1
prints 'note (b) it is stopped, not synchronized'
prints 'skip only dma-sim has such a peripheral'
run check -c dma0chan0
prints 'note (c) it cannot be stopped'
prints 'its device is public'

# What the module lacks is skipped; alignment is asked for.
FAKE='able features=0x1'
few "$@" --only 'memcpy.*'
verdicts 'not failed and {"memcpy.run", "memcpy.poll", "memcpy.user", "memcpy.coherent", "pq.continue",
	"slave.source"} <= skipped' 'a module without features'
FAKE='able pq=2'
few "$@"
verdicts 'not failed and "too few sources" in t["pq.continue"]' 'an engine that cannot go on from P and Q'
FAKE='able oneway'
few "$@"
verdicts 'not failed and "does not go dev-to-mem" in t["slave.source"]' 'a direction that it lacks'
FAKE='able nosink'
few "$@"
verdicts 'not failed and "cannot be read" in t["slave.sink"]' 'a sink that cannot be read'
FAKE=able
few --align 64 "$@"
verdicts 'not failed and t["xor.lengths"].endswith("from 64 to 16448 bytes")' 'a larger alignment'
FAKE=''
says 77 '--align: the driver of dma-sim.0/3 asks for more with memcpy' check -c dma2chan3 --align 8
run check -c 'dma-sim.0/[03]' --align 8 --format tap
[ $rc = 77 ] && [ "$(grep -c '^ok ' "$T/out")" = "$(sed -n 's/^1\.\.//p' "$T/out")" ]
point 'a channel that is not to be had does not end the others, and its cases are skipped'
run check -c dma2chan3
prints 'lengths and offsets are multiples of so many bytes: memcpy 16, memset 16'
prints 'the channel completes out of order: it cannot be polled'

# Not to be had, wrong usage.
says 77 'dma-sim.0/1 is held by dmactl session 7' check -c dma2chan1
says 1 'dma-sim.0/2 is in quarantine' check -c dma2chan2
says 77 'no channel has an operation that these cases try' check --only 'pq.*'
FAKE=noops
says 77 'no channel has an operation that can be tried' check
FAKE=useless
says 77 'no channel has an operation that can be tried' check -c dma1chan1
FAKE=noneusable
says 77 'for any operation' check
FAKE=nomodule
says 77 'the module dmactl is not loaded' check -j
js 'a document nevertheless' 'd["kind"] == "check" and d["exit_code"] == 77 and d["error"]'
FAKE=''
FAULT=claim=16
says 77 'was taken this moment' check
says 1 'was taken this moment' check --require
FAULT=''
says 64 "--format: 'xml' is not table, tap, ktap or junit" check --format xml
says 64 '--format tap and JSON: one of them' check --format tap -j
says 64 '--only: no case has such a name' check --only nothing
says 64 "--align: '3' is not a power of two" check --align 3
says 64 '--align: at most 64K' check --align 128K
says 64 "-T: '0' is not a time" check -T 0
says 64 '-T: at most 30 days' check -T 31000000
says 64 "--seed: 'x' is not a number" check --seed x
says 64 'check takes no argument' check dma0chan0
says 64 '--list prints names' check --list -j
silent

# Ctrl-C: the results so far, and 130.
FAKE=able FAULT=interrupt=200
run check -j
verdicts 'd["exit_code"] == 130 and ok and not failed and t["ring.laps"] == "interrupted"' \
	'interrupted: the results so far'
run check --format tap
[ $rc = 130 ] && [ "$(grep -cE '^ok ' "$T/out")" = "$(sed -n 's/^1\.\.//p' "$T/out")" ]
point 'interrupted: TAP has the points that it planned'
FAULT='interrupt=200 corrupt=3'
says 1 - check
done_testing
