#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# HighMem: memory of a 32-bit machine that its kernel has no address for, on an ARM board with a
# real controller, and with dma-sim, which must look for each page itself.

# shellcheck source=tests/hardware/lib.sh
. "$(dirname "$0")/lib.sh"

# high COMMAND...: it ends well, and HighMem had 32 MiB less to give meanwhile.
cat >"$dir/job" <<'END'
modprobe -a dmactl dma-sim
dmactl sim create s >/dev/null
left() {
	sed -n 's/^HighFree: *\([0-9]*\) kB/\1/p' /proc/meminfo
}
high() {
	least=$(left)
	before=$least
	"$@" &
	while kill -0 $! 2>/dev/null; do
		now=$(left)
		[ "$now" -ge "$least" ] || least=$now
		sleep .2
	done
	wait $! || return
	echo "HighMem had $before kB, and then $least" >&2
	[ "$least" -lt $((before - 32768)) ]
}
some="-B user --offset 4,8 -s 1M -q 20 -n 20 -w 0 -v full"
for channel in sim:s/0 "$(first)"; do
	name=${channel%:*}
	[ "$name" = sim ] || name=real
	try $name high dmactl memcpy -c "$channel" $some
done
c="-c sim:s/0 -B user -v full -s 10001 -q 8 -n 32"
try memset dmactl memset $c
try xor dmactl xor $c --sources 5
try pq dmactl pq $c --sources 5
try frames dmactl interleave -c sim:s/0 -B user -v full --frames 9 --chunk 1001 --src-gap 77 -n 8
try out dmactl sg -c sim:s/0 -B user -v full -d mem-to-dev --segments 3 -s 20004 -n 8
try in dmactl sg -c sim:s/0 -B user -v full -d dev-to-mem --segments 3 -s 20004 -n 8
try loopback dmactl sg -c sim:s/0 -d mem-to-dev -c sim:s/1 -d dev-to-mem -B user \
	--endpoint loopback -v full -s 20004 -n 8
exit 0
END

echo 1..10
board smdkc210
succeeded real "pl330 copies the user's memory in HighMem, every byte verified"
succeeded sim "dma-sim does"
succeeded memset memset
succeeded xor xor
succeeded pq pq
succeeded frames interleave
succeeded out "a simulated peripheral takes what lies there"
succeeded in "... and gives what comes there"
succeeded loopback "... or hands it on"
exit $failed
