#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Litmus shapes on real modules: what an engine out of order violates, what fences and we keep.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"

load_modules

racy='("read-after-write", "write-after-write", "write-after-read", "pipeline", "fan-in-xor",
	"fan-out", "ping-pong", "mid-batch")'
v='{(x["shape"], x["way"]): x for x in d["results"]}'

ways()
{
	json "[v := $v, ($1)][-1]"
}

t "in order: nothing is violated on one channel, and nothing can be told apart"
sim t-fifo
run dmactl litmus -c sim:t-fifo/0 -n 100 -j
status_is 0
ways 'len(v) == 35 and all(x["violated"] == 0 for k, x in v.items() if k[0] != "hand-over")'
ways "all(v[s, \"fences\"][\"verdict\"] == \"cannot be told apart\" for s in $racy)"
no_sims

# Thousands of rounds in all; an engine that violates does so in every second one.
rounds=1000
for order in window execute; do
	t "order $order, fences honoured: violated without them, kept with them"
	sim t-ooo order=$order window=8
	run dmactl litmus -c sim:t-ooo/0 -n $rounds -j
	status_is 0
	ways "all(v[s, \"none\"][\"violated\"] > $rounds / 10 for s in $racy)"
	ways "all(v[s, \"fences\"][\"violated\"] == 0 for s in $racy)"
	ways "all(v[s, \"fences\"][\"verdict\"] == \"kept\" for s in $racy)"
	ways "all(v[s, \"fences\"][\"promised\"] for s in $racy)"

	t "order $order: none at all when the module keeps the order"
	ways 'all(x["violated"] == 0 for k, x in v.items() if k[1] == "emulated")'
	ways 'all(x["failure"] is None for x in v.values())'
	no_sims

	t "order $order, fences ignored: violated with them too, which nobody promised"
	sim t-ooo order=$order window=8 fence=ignore
	run dmactl litmus -c sim:t-ooo/0 -n 300 -j
	status_is 0
	ways "all(v[s, \"fences\"][\"violated\"] > 30 for s in $racy)"
	ways "not any(v[s, \"fences\"][\"promised\"] for s in $racy)"
	ways 'all(x["violated"] == 0 for k, x in v.items() if k[1] == "emulated")'
	ways 'all(x["violated"] == 0 for k, x in v.items() if x["promised"])'
	no_sims
	rounds=300
done

t "a hand-over between two channels: violated without order, kept by the module"
sim t-two context=timer latency_ns=500000
run dmactl litmus -c sim:t-two/0 -c sim:t-two/1 -n 300 --shape hand-over -j
status_is 0
ways 'v["hand-over", "none"]["violated"] > 30 and v["hand-over", "emulated"]["violated"] == 0'
no_sims

t "a hand-over between two devices: one after the other in any case"
sim t-a order=window
sim t-b order=window
run dmactl litmus -c sim:t-a/0 -c sim:t-b/0 -n 200 --shape hand-over -j
status_is 0
ways 'all(x["violated"] == 0 for x in v.values()) and len(v) == 2'
no_sims

for context in inline softirq timer thread; do
	t "every context of completion, out of order: $context"
	sim t-ctx context=$context order=window window=16
	run dmactl litmus -c sim:t-ctx/0 -n 100 -j
	status_is 0
	ways 'all(x["violated"] == 0 for x in v.values() if x["promised"])'
	ways 'v["pipeline", "none"]["violated"] > 10'
	no_sims
done

t "the human table says what it is, in 80 columns"
sim t-ooo order=window
run dmactl litmus -c sim:t-ooo/0 -n 50
status_is 0
err_is_empty
out_has SIMULATED
out_has 'pipeline +without order +violated [0-9]+ of 50'
out_has 'with fences +kept'
out_has 'neighbours +without order +never wrong'
[ "$(wc -L <"$tmp/out")" -le 80 ] || bad "a line is longer than 80 columns"
no_sims

t "what the channel cannot run has no verdict"
sim t-al align=6 order=window
run dmactl litmus -c sim:t-al/0 -s 100 -n 10 -j
status_is 77
json 'd["results"] == [] and len(d["skipped"]) == 36'
json 'd["skipped"][0]["why"] == "it takes multiples of 64"'
run dmactl litmus -c sim:t-al/0 -s 100 -n 10
status_is 77
out_has 'write-then-issue +without order +left out: it takes multiples of 64'
! grep -qE 'kept|never|told' "$tmp/out" || bad "a verdict on what did not run"
no_sims

t "wrong data where nothing can go wrong: exit status 1"
sim t-bad
knob t-bad corrupt 'every 10'
run dmactl litmus -c sim:t-bad/0 -n 50 --shape write-then-issue -j
status_is 1
ways 'v["write-then-issue", "none"]["violated"] == 5'
no_sims

t "Ctrl-C ends it with what was found"
sim t-slow context=timer latency_ns=1000000
dmactl litmus -c sim:t-slow/0 -n 100k -j >"$tmp/out" 2>"$tmp/err" &
pid=$!
soon more_done t-slow 0 300
kill -INT $pid
wait $pid
status=$?
what='dmactl litmus'
status_is 130
json 'd["exit_code"] == 130 and d["results"][-1]["interrupted"] and d["results"][-1]["checks"] > 0'
no_sims

leaves_nothing
finish
