#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The acceptance suite on dma-sim: each defect is named, and it can be ended at any time.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/guest/check.sh
. "${0%/*}/check.sh"

load_modules

t "every operation of the default device, a few seconds"
sim t-check
run dmactl check -c sim:t-check/0 -j
status_is 0
verdicts 'not failed and {"memcpy.lengths", "pq.continue", "xor-val.wrong", "interleaved.frames",
	"slave.loopback", "slave.write", "ring.laps", "channel.siblings", "channel.cancel"} <= ok'
verdicts 'next(r for r in d["results"] if r["case"] == "ring.laps")["operations"] == 5000'
verdicts '"habit.stops" in notes and "4 channels of the device at once" == t["channel.siblings"]'
err_is_empty

t "the other formats"
for format in table tap ktap junit; do
	run dmactl check -c sim:t-check/0 --format $format --only 'memcpy.*' --only 'pq.*'
	status_is 0
	err_is_empty
done
python3 -c 'import sys, xml.dom.minidom as x; x.parse(sys.argv[1])' "$tmp/out" ||
	bad "not well-formed"
run dmactl check -c sim:t-check/0 -c sim:t-check/1 --only 'memcpy.l*'
status_is 0
out_has "^all channels: 2 ok"
run dmactl check -c sim:t-check/0 --seed 7 --align 128 -j --only 'xor.*'
status_is 0
verdicts 'not failed and "16448" not in t["xor.lengths"] and "32896" in t["xor.lengths"]'
no_sims

# cancelled SENTENCE ATTRIBUTE=VALUE...: a channel given back with work in flight
cancelled()
{
	sentence=$1
	shift
	t "given back with work in flight: $*"
	for ns in 200000 1000000 5000000; do	# until not all was done before it was given back
		sim t-check latency_ns=$ns "$@"
		run dmactl check -c sim:t-check/0 -j --only channel.cancel --only 'memcpy.l*'
		! grep -q "all of it was done" "$tmp/out" || [ $ns = 5000000 ] || {
			no_sims
			continue
		}
		break
	done
	status_is 0
	verdicts '"channel.cancel" in ok and "in flight" in t["channel.cancel"]'
	out_has "$sentence"
	no_sims
}

cancelled "in flight: it was stopped; taken again it works" context=timer
cancelled "it was stopped, not synchronized" synchronize=0

data='{"memcpy", "memset", "xor", "pq", "memset-sg", "interleaved", "slave"}'
wrong "error every 50" 'ops(failed) >= {"memcpy", "interrupt", "pq"} and
	"failed: a write error" in t["memcpy.lengths"]'
wrong "corrupt every 50" "ops(failed) >= $data"' and "interrupt" not in ops(failed) and
	"expected 0x" in t["memcpy.lengths"] and
	all(r["first"] for r in d["results"] if r["case"] == "memcpy.lengths")'
wrong "polynomial every 1" 'ops(failed) == {"pq", "pq-val", "ring"} and
	{"pq.sources-1", "pq.no-q"} <= ok and "the polynomial was 0x11b" in t["pq.sources-max"]'
wrong "copies every 1" 'ops(failed) == {"xor", "xor-val", "pq", "pq-val", "ring"} and
	"pq.sources-1" in ok and "it is a copy of source 0" in t["xor.sources-max"]'
wrong "coefficient every 1" 'ops(failed) == {"pq", "pq-val", "ring"} and
	{"pq.sources-1", "pq.no-q"} <= ok and "coefficients were taken as 1" in t["pq.no-p"]'
wrong "short every 1" "ops(failed) >= $data"' | {"xor-val", "pq-val"} and
	"the last byte was not written" in t["memcpy.offsets"]'
wrong "stale after 3000" '"memcpy.lengths" in ok and "ring.laps" in failed and
	"it was not written at all" in t["ring.laps"]'
wrong "stale after 40000" '"memcpy" not in ops(failed) and "ring.mixed" in failed'
wrong "lost_interrupt every 700" '"the interrupt was lost" in t[sorted(failed)[0]]'
wrong "stall nth 2000" 'len(failed) == 1 and "timed out: nothing completed" in t[list(failed)[0]]'
wrong "stall every 1" '"memcpy.lengths" in failed and not ok'
wrong "prep_null every 1" '__import__("re").search(r"prepared no descriptor for [0-9.]+ m?s\b",
	t["memcpy.lengths"]) and not ok'
wrong "wrong_residue every 40" 'failed == {n for n in t if n.endswith(".residue")}'

t "a stall of what cannot be stopped: quarantine ends it, and is told the next time"
sim t-check terminate=0 synchronize=0
knob t-check stall "nth 100"
run dmactl check -c sim:t-check/0 -j -T 200ms
status_is 1
verdicts 'len(failed) == 1 and "quarantine" in t["ring.laps"]'
run dmactl check -c sim:t-check/0
status_is 1
err_has "in quarantine"
no_sims

t "a provider that leaves in the middle: what is left is skipped, and no hang"
sim t-check latency_ns=2000000
timeout -k 5 600 dmactl check -c sim:t-check/0 -j --only 'ring.*' \
	>"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
what="dmactl check, provider leaving"
soon more_done t-check 0 300	# 5000 laps take much longer
rmdir "$sims/t-check" || bad "rmdir"
wait "$pid"
status=$?
status_is 1
verdicts '"its provider was unbound" in t["ring.laps"] and failed == {"ring.laps"} and
	"ring.mixed" in skipped'

t "Ctrl-C: what was found so far, and 130"
sim t-check latency_ns=1000000
dmactl check -c sim:t-check/0 -j >"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
what="dmactl check, interrupted"
soon grep -Eq '"verdict": *"ok"' "$tmp/out"
kill -INT "$pid"
wait "$pid"
status=$?
status_is 130
json 'd["exit_code"] == 130'
verdicts 'ok and not failed and t["ring.laps"] == "interrupted"'
no_sims

leaves_nothing
finish
