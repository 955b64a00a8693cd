#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The kernel's own dmatest on dma-sim: a client that nobody here wrote, with its own verification.
# shellcheck source=tests/guest/lib.sh
. "$(dirname "$0")/lib.sh"

modprobe -q dma-sim default=0
if ! modprobe -q dmatest; then
	echo "1..0 # skip dmatest is not built for this kernel"
	exit 0
fi
params=/sys/module/dmatest/parameters
lap=0
TRIES=2000

# summaries: the last lines of all threads since the mark
summaries()
{
	dmesg | sed "1,/sim-dmatest $$ $lap\$/d" | grep 'dmatest: .*: summary'
}

# faultless KIND: threads of it that had no failure
faultless()
{
	summaries | grep -c "[0-9]-${1}[0-9]*: summary 100 tests, 0 failures"
}

# measure: two threads each on both channels for memcpy, xor and pq, then memset, xor and pq.
# dmatest stays loaded: KASAN of UML takes a module amiss that comes to where one was before.
measure()
{
	lap=$((lap + 1))
	echo "sim-dmatest $$ $lap" >/dev/kmsg
	for pair in threads_per_chan=2 iterations=100 timeout=60000 xor_sources=7 pq_sources=5 \
		"device=$(cat "$sims/t-dmatest/dev_name")"; do
		echo "${pair#*=}" >"$params/${pair%%=*}"
	done
	for kind in 0 1; do
		echo $kind >$params/dmatest
		echo >$params/channel
		echo 1 >$params/run
		soon grep -q N $params/run
		echo 0 >$params/run
	done
}

for order in fifo window execute; do
	for context in inline softirq timer thread; do
		t "dmatest finds nothing wrong with order $order, context $context"
		sim t-dmatest channels=2 "order=$order" "context=$context" || bad "no device"
		measure
		for pair in copy=4 set=4 xor=8 pq=8; do
			n=$(faultless "${pair%=*}")
			[ "$n" = "${pair#*=}" ] || bad "${pair%=*}: $n without a failure
$(summaries)"
		done
		sim_gone t-dmatest
	done
done

t "dmatest finds an engine that leaves the last byte out"
sim t-dmatest channels=2 || bad "no device"
knob t-dmatest short 'every 1'
measure
for kind in copy set xor pq; do
	[ "$(faultless $kind)" = 0 ] || bad "$kind: $(faultless $kind) without a failure"
done
sim_gone t-dmatest

t "dmatest does not find one that copies: that is why dmactl makes its own checks"
sim t-dmatest channels=2 || bad "no device"
knob t-dmatest copies 'every 1'
measure
[ "$(faultless xor) $(faultless pq)" = '8 8' ] || bad "it did
$(summaries)"
sim_gone t-dmatest

finish
