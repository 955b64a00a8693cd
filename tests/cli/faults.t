#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What goes wrong with an operation, a channel or a call: its sentence, exit code, results so far.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any

FAULT=corrupt=3
golden_1 wrong-data.out memcpy -w 0 -n 20 -q 4
FAULT=error=3
golden_1 failed.out memcpy -w 0 -n 20 -q 4
FAULT='stall=9 lost'
golden_1 timed-out.out memcpy -w 0 -n 20 -q 4

for m in run submit; do
	set -- -m $m -w 0 -n 20 -q 4

	# Wrong data: in the last use of each buffer, or in all of them.
	FAULT=corrupt=3
	says 1 'wrong data in 1 of 4 checked operations: first in operation 17 at offset 2048' \
		memcpy "$@"
	prints 'verified 4 of 20 operations: WRONG DATA'
	says 1 'wrong data in 6 of 20 checked operations: first in operation 2 at offset 2048' \
		memcpy "$@" -v full
	run memcpy "$@" -v full -j
	js "$m: wrong data in the JSON" 'r["verify"]["covered_operations"] == 20 and
		r["verify"]["mismatches"] == 6 and r["verify"]["first"]["operation"] == 2 and
		r["verify"]["first"]["expected"] ^ r["verify"]["first"]["found"] == 0x40'
	js "$m: they have failed, there is no rate" 'r["operations"] == 14 and r["failed"] == 6 and
		r["attempted"] == 20 and not r["valid"] and r["why_invalid"] == "wrong data" and
		r["throughput_bytes_per_second"] is None and d["exit_code"] == 1'
	says 0 - memcpy "$@" -v none
	says 1 'first in operation 2 at offset 2048, expected 0xa5, found 0xe5' \
		memset "$@" -v full
	FAULT=stale=3
	says 1 'first in operation 2 at offset 0, expected 0x' memcpy "$@" -v full
	FAULT=shift=3
	says 1 'first in operation 2 at offset 0, expected 0x' memcpy "$@" -v full
	FAULT=guard=3
	says 1 'first in operation 2 at offset 4099, expected 0x' memcpy "$@" -v full

	# Failed operations: the rate is that of the others.
	FAULT=error=3
	says 1 '6 of 20 operations failed' memcpy "$@"
	prints 'operations: all right'
	run memcpy "$@" -v full -j
	js "$m: failed operations are no throughput" 'r["operations"] == 14 and r["failed"] == 6 and
		r["attempted"] == 20 and r["valid"] and r["bytes"] == 14 * 4096 and
		r["failure"] == "6 of 20 operations failed" and d["exit_code"] == 1'
	js "$m: nor are they wrong data" 'r["verify"]["covered_operations"] == 14 and
		r["verify"]["mismatches"] == 0'
	says 1 'operations failed in the warm-up' memcpy -m $m -n 2 -w 10
	FAULT=abort
	says 1 '20 of 20 operations failed' memcpy "$@"

	# Time-outs, in the three classes of channels.
	FAULT=stall=9
	says 1 'timed out: nothing completed for 5 s; it was stopped and can be used again; 3' \
		memcpy "$@"
	says 1 'timed out: nothing completed for 300ms; it was stopped' memcpy "$@" -T 300ms
	says 1 'timed out: nothing completed for 1.5 s; it was stopped' memcpy "$@" -T 1500ms
	says 1 'it was stopped, not synchronized, as its driver cannot do that; 3 more in' \
		memcpy "$@" -c dma1chan1
	says 1 'it cannot be stopped and is in quarantine, its memory is kept until the' \
		memcpy "$@" -c dma0chan0
	run memcpy "$@" -s 4K,8K -j
	js "$m: a time-out in the JSON" 'r["operations"] == 8 and r["timed_out"] == 1 and
		r["aborted"] == 3 and r["attempted"] == 12 and not r["valid"] and
		r["why_invalid"] == "the channel was stopped" and d["exit_code"] == 1'
	js "$m: what was not measured after it" 'len(d["results"]) == 1 and d["skipped"] ==
		[{"job": "size 8K, depth 4, batch 1, repeat 1",
		  "why": "no channel is left to measure"}]'
	FAULT='stall=9 lost'
	says 1 '5 s; the engine says that it is complete: the interrupt was lost; it was stopped' \
		memcpy "$@"
	FAULT='stall=9 slow=400000000'
	says 1 'nothing completed for 8 s' memcpy -m $m -q 1 -n 20 -w 5

	# The provider: gone, without descriptors, without mappings.
	FAULT=gone=9
	says 1 'the channel is gone: its provider was unbound' memcpy "$@"
	prints '4K 4 8 - -'
	run memcpy "$@" -j
	js "$m: the results so far" 'r["operations"] == 8 and r["aborted"] > 0 and not r["valid"]'
	FAULT=gone=1
	says 1 'the channel is gone: its provider was unbound' memcpy "$@"
	FAULT=gone=5
	says 1 'the channel is gone: its provider was unbound' memcpy -m $m -w 10 -n 20
	FAULT=prep=9
	says 1 'the provider prepared no descriptor for 5 s' memcpy "$@"
	FAULT=prep=1
	says 1 'the provider prepared no descriptor for 100us' memcpy "$@" -T 100us
done

# Coherent memory goes while the tool is at it: no data are wrong, and nobody dies of it.
for n in 1 2 3 4 5 6 7; do
	FAULT=vanish=$n
	says 1 'the channel is gone: its provider was unbound' memcpy -B coherent -w 0 -n 20 -q 4 \
		-v full
	run memcpy -B coherent -w 0 -n 20 -q 4 -v full -j
	js "vanish=$n: the document is whole" 'd["exit_code"] == 1 and
		all(r["verify"]["mismatches"] == 0 for r in d["results"])'
done

# All were submitted by then: nobody is told.
FAULT=gone=20
says 1 '1 of 20 operations failed' memcpy -m submit -w 0 -n 20 -q 4
FAULT=unmapped=9
FAKE=features=0x7f
says 1 'a buffer could not be mapped for an operation' memcpy -w 0 -n 20 --map each
prints '4K 1 8 - -'
FAULT=why=13
says 77 '--map each: 4096 bytes do not fit into one descriptor of dma-sim.0/0' memcpy --map each
FAKE=''

# Calls that are refused: nothing was transferred.
for m in run submit; do
	set -- -m $m -w 0 -n 20
	for why in "12 77 4096 bytes, or their place, do not suit dma-sim.0/0: it asks for" \
		"13 77 4096 bytes would take more than the 4096 descriptors that one operation" \
		"5 77 dma-sim.0/0 cannot do memcpy" "1 77 dma-sim.0/0 cannot do memcpy" \
		"15 1 a buffer could not be mapped for dma-sim.0/0" \
		"18 1 dma-sim.0/0 prepared no descriptor until the deadline" \
		"6 1 dma-sim.0/0 refused the operations: Invalid argument (there is no such buffer)"; do
		FAULT=why=${why%% *} why=${why#* }
		says "${why%% *}" "dma-sim.0/0, size 4K, depth 1: ${why#* }" memcpy "$@"
	done
	FAULT=why=12
	says 77 'it asks for multiples of 16 bytes (-s, --align, --offset)' \
		memset "$@" -c sim:default/3
	FAULT=run=5
	says 1 'dma-sim.0/0 is in quarantine' memcpy "$@"
	FAULT=run=12
	says 77 'no memory in the kernel for a depth of 1' memcpy "$@"
	FAULT=run=22
	says 1 'dma-sim.0/0 refused the operations: Invalid argument (no operation is at fault)' memcpy "$@"
	run memcpy "$@" -j
	js "$m: a refused cell in the JSON" 'd["results"] == [] and d["exit_code"] == 1 and
		d["skipped"][0]["job"] == "dma-sim.0/0, size 4K, depth 1" and
		"Invalid argument" in d["skipped"][0]["why"]'
	# 77 would say that nothing was transferred.
	FAULT=above=5000
	says 1 '8192 bytes would take more than the 4096 descriptors' memcpy "$@" -s 4K,8K
	prints '4K 1 20 1.'
	says 1 '8192 bytes would take more than' memcpy "$@" -s 4K,8K --jsonl
	says 77 '8192 bytes would take more than' memcpy "$@" -s 8K
	says 0 - memcpy "$@" -s 4K
done

# Memory.
for memory in '12 77 no memory for a buffer of 8320 bytes, or RLIMIT_MEMLOCK is used up' \
	'122 77 a session may not have so much memory: less -s, -q or --buffers' \
	'24 77 a session may not have so many buffers: less -s, -q or --buffers' \
	'22 77 the module refuses a buffer of 8320 bytes: it is above its limit' \
	'95 77 this module has no buffers of that kind' \
	'19 1 the channel is gone: its provider was unbound' \
	'5 1 a buffer of 8320 bytes: Input/output error'; do
	FAULT=create=${memory%% *} memory=${memory#* }
	says "${memory%% *}" "${memory#* }" memcpy
done
FAULT=create=22
says 77 'a buffer of 8320 bytes on that node: it is above its limit, or there is no such node' \
	memcpy --node 3
FAULT=map=12
says 1 'the stamps could not be mapped: Cannot allocate memory' memcpy
says 1 'a buffer could not be mapped: Cannot allocate memory' memcpy -m submit
FAULT=stamps=12
says 77 'no memory for the stamps: Cannot allocate memory (or RLIMIT_MEMLOCK: ulimit -l)' memcpy
FAULT=stamps=24
says 77 'no memory for the stamps: Too many open files' memcpy
says 0 - memcpy -m submit -n 10
FAULT=sync=19
says 1 'the channel is gone: its provider was unbound' memcpy
FAULT=sync=5
says 1 'a buffer could not be synced: Input/output error' memcpy

# Completions.
set -- -m submit -w 0 -n 20 -q 4
FAULT=noanswer
says 1 'the module did not answer: dma-sim.0/0 is not stopped although its time is over' \
	memcpy "$@"
FAULT=reap=5
says 1 'completions could not be taken: Input/output error' memcpy "$@"
FAULT=eagain
says 1 'dma-sim.0/0 takes no operation although nothing is in flight' memcpy "$@"
for FAULT in short one eintr 'short one eintr'; do
	run memcpy "$@" -b 4 -v full -j
	js "submit, <$FAULT>: all are done once" 'd["exit_code"] == 0 and
		r["operations"] == r["verify"]["covered_operations"] == 20'
done

# Several channels: one that fails does not end the others.
FAULT=claim=16
says 77 'was taken this moment' memcpy -c dma0chan0 -c dma0chan1
FAULT=error=3
run memcpy -w 0 -n 10 -c dma0chan0 -c dma0chan1 -j
js 'each says what failed' '[x["failed"] for x in d["results"]] == [3, 3, 6] and
	d["results"][2]["failure"] == "a channel failed" and d["exit_code"] == 1'
FAULT=''
says 1 '0000:00:04.0/1, size 4K, depth 1: -C: CPU 9 cannot be used: Invalid argument' \
	memcpy -w 0 -n 10 -c dma0chan0 -c dma0chan1 -C 0,9
prints 'all 4K 1 10 - -'
FAULT='stall=5 only=1'
run memcpy -w 0 -n 10 -s 4K,8K -c dma0chan0 -c dma0chan1 -j
js 'the others go on' '[(x["channel"], x["operations"], x["timed_out"]) for x in d["results"]] ==
	[("dma0chan0", 10, 0), ("dma0chan1", 4, 1), ("all", 14, 1), ("dma0chan0", 10, 0),
	 ("all", 10, 0)] and d["exit_code"] == 1'
js 'a channel that is left out is in skipped' 'd["skipped"] == [{"why":
	"nothing more is measured on this channel", "job": "0000:00:04.0/1, size 8K, depth 1, batch 1, repeat 1"}]'
js '... and "all" is not all of them' '[x["valid"] for x in d["results"]] ==
	[True, False, False, True, False] and d["results"][4]["why_invalid"] ==
	"not measured on 0000:00:04.0/1" and
	d["results"][4]["throughput_bytes_per_second"] is None'
run memcpy -w 0 -n 10 -s 4K,8K,16K -q 1,2 -c dma0chan0 -c dma0chan1 -c dma2chan0 -j
js '... in each later cell' 'len(d["skipped"]) == 5 and
	all(x["job"].startswith("0000:00:04.0/1, size ") for x in d["skipped"]) and
	[x["valid"] for x in d["results"] if x["channel"] == "all"] == 6 * [False]'
FAULT=corrupt=3
run memcpy -w 0 -n 10 -c dma0chan0 -c dma0chan1 -v full -j
js 'wrong data of all channels' 'd["results"][2]["verify"]["mismatches"] == 6 and
	d["results"][2]["verify"]["first"] == d["results"][0]["verify"]["first"]'

# Ctrl-C: the results so far, and 130.
for m in run submit; do
	FAULT=interrupt=2
	run memcpy -m $m -w 0 -n 200000 -s 4K,8K -j
	js "$m: interrupted" 'd["exit_code"] == 130 and r["interrupted"] and r["valid"] and
		0 < r["operations"] < 200000 and r["throughput_bytes_per_second"] > 0'
	js "$m: what was not done" 'd["skipped"] == [{"why": "interrupted",
		"job": "size 8K, depth 1, batch 1, repeat 1"}]'
	says 130 - memcpy -m $m -w 0 -n 200000
	says 130 - memcpy -m $m -w 0 -n 200000 -c dma0chan0 -c dma0chan1
	prints 'memcpy on 2 channels'
	FAULT=interrupt=1
	run memcpy -m $m -n 100 -j
	js "$m: interrupted in the warm-up" 'd["exit_code"] == 130 and r["operations"] == 0 and
		r["why_invalid"] == "interrupted before an operation was done"'
	FAULT='interrupt=1 error=1'
	says 1 'failed' memcpy -m $m -w 0 -n 200000
done

# It ends a call that waits, too.
FAULT=''
for m in run submit; do
	: >"$T/log"
	DMACTL_FAULT=nap=1000000 DMACTL_FAKE_LOG=$T/log timeout 60 "$D" memcpy -m $m -w 0 -n 100 \
		>"$T/out" 2>"$T/err" </dev/null &
	pid=$!
	until grep -q nap "$T/log" || ! kill -0 $pid; do sleep 0.1; done
	kill -INT $pid
	wait $pid
	rc=$?
	[ $rc = 130 ]
	point "$m: Ctrl-C during a call"
done

# Before anything is measured; by SIGTERM as well.
for sig in 2 15; do
	FAULT=early=$sig
	run memcpy -t 3 -j -s 4K,8K -o "$T/early"
	js "signal $sig before the first cell" 'd["exit_code"] == 130 and d["results"] == [] and
		[x["why"] for x in d["skipped"]] == 2 * ["interrupted"]'
	cmp -s "$T/out" "$T/early" && [ ! -e "$T/early.partial" ]
	point '... and the file has it too'
	rm -f "$T/early"
	FAULT="early=$sig claim=4"
	run memcpy -t 3 -j
	js '... in a call that it ends' 'd["exit_code"] == 130 and
		d["error"] == "interrupted before anything was done"'
done
FAKE='deps able' FAULT='early=2'
echo 'buf a 64 fill=1;buf b 64;memcpy b <- a' >"$T/chain"
for c in "chain -c sim:any $T/chain" 'litmus -c sim:any' 'check -c sim:any'; do
	# shellcheck disable=SC2086	# several words
	run $c -j
	js "${c%% *}: likewise" 'd["exit_code"] == 130'
done
FAULT=head=15
for c in "chain -c sim:any $T/chain" 'litmus -c sim:any' 'check -c sim:any' 'memcpy -c sim:any' \
	'cyclic -c sim:any -d dev-to-mem'; do
	[ "${c%% *}" != cyclic ] || FAKE=ring
	# shellcheck disable=SC2086	# several words
	run $c -j
	js "${c%% *}: no document without its end" 'd["exit_code"] == 130'
done
FAKE=''

# timeout(1) signals the process and its group: the second within half a second is the same.
for m in run submit; do
	for ms in 1 300; do
		FAULT="interrupt=2 again=$ms"
		for _ in 1 2 3 4 5; do	# a host that stalls makes the second a later one, which kills
			DMACTL_FAKE='' DMACTL_FAULT=$FAULT timeout 300 "$D" memcpy -m $m -w 0 \
				-n 200000 -j >"$T/out" 2>"$T/err" </dev/null
			rc=$?
			[ $rc = 143 ] || break
		done
		js "$m: two signals in $ms ms are one" 'd["exit_code"] == 130 and r["operations"] > 0'
	done
done
FAULT='interrupt=2 again=900'
DMACTL_FAKE='' DMACTL_FAULT=$FAULT timeout 60 "$D" memcpy -w 0 -n 200000 >"$T/out" 2>"$T/err" </dev/null
rc=$?
[ $rc = 143 ]
point 'a later one kills'
done_testing
