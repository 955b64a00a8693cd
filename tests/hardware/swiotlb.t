#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Bounce buffers: a PC that forces them on every device, so that a copy that is missing or goes the
# wrong way shows in the data; then one that has memory where its engine's addresses do not reach.

# shellcheck source=tests/hardware/lib.sh
. "$(dirname "$0")/lib.sh"

head -c 100003 /dev/urandom >"$dir/file"
cat >"$dir/job" <<'END'
modprobe -a dmactl dma-sim
dmactl sim create s >/dev/null
try info dmactl info sim:s/0
try doctor dmactl doctor
try measured dmactl memcpy -c sim:s/0 -n 100 -j
c="-c sim:s/0 -v full"
for kind in pages coherent user; do
	try $kind dmactl memcpy $c -B $kind -s 1,257,64K -q 1,8 -n 16 -w 2
done
try odd dmactl memcpy $c -B user --offset 3,1 -s 10001 -q 4 -n 16 -w 2
try each dmactl memcpy $c --map each -s 10001 -q 4 -n 16 -w 2
try large dmactl memcpy $c -s 1M -q 2 -n 4 -w 1
try file dmactl memcpy $c -s 16K -q 2 --input "$VM_IN/file" --save "$VM_OUT/copy"
try memset dmactl memset $c -s 10001 -n 8
try segments dmactl memset $c --segments 3 -s 10001 -n 8
try xor dmactl xor $c --sources 5 -s 10001 -n 8
try pq dmactl pq $c --sources 5 -s 10001 -n 8
try right dmactl pq $c --check -s 10001 -n 8
try frames dmactl interleave $c --frames 9 --chunk 1001 --src-gap 77 --dst-gap 33 -n 8
try out dmactl sg $c -d mem-to-dev --segments 3 -s 10004 -n 8
try in dmactl sg $c -d dev-to-mem --segments 3 -s 10004 -n 8
try register dmactl sg $c -d mem-to-dev --endpoint buffer -n 8
try chain dmactl chain "$VM_IN/chain" -c sim:s/0
ring="-c sim:s/0 --period 4K --periods 8 -n 100 --allow-lost 100"
try source dmactl cyclic $ring -d dev-to-mem -j
try sink dmactl cyclic $ring -d mem-to-dev -j
try check dmactl check -c sim:s/0 -j
exit 0
END

echo 1..29
board pc --append swiotlb=65536,force
same swiotlb
says measured 'd["results"][0]["bounced"] is None' "a measurement claims no direct way to memory"
for kind in pages coherent user; do
	succeeded $kind "memcpy in memory of kind $kind, every byte verified"
done
succeeded odd "... of the user's, from odd places"
succeeded each "... mapped anew for each operation"
succeeded large "... in pieces, since no mapping is as long"
succeeded file "a file through the engine"
cmp "$dir/file" "$out/copy"
ok $? "the copy outside the guest is the file"
succeeded memset memset
succeeded segments "memset of segments"
succeeded xor xor
succeeded pq pq
succeeded right "pq, checked by the engine"
succeeded frames interleave
succeeded out "a simulated peripheral takes what lies in memory"
succeeded in "... and gives what comes there"
told register 77 "at other addresses than the CPU" "no buffer can be a register there (77)"
succeeded chain "a chain of 400 copies that depend on each other"
for way in source sink; do
	says $way 'all(r["verify"]["mismatches"] == 0 and r["verify"]["covered_periods"] > 50
		for r in d["results"])' \
		"cyclic from or to a $way"
done
says check '{x["verdict"] for x in d["results"]} == {"ok", "skipped", "note"} and
	sum(x["verdict"] == "ok" for x in d["results"]) > 100' "the acceptance suite"

# used COMMAND...: the most slots of bounce buffers that were in use while it ran.
cat >"$dir/job" <<'END'
modprobe -a dmactl dma-sim
dmactl sim create n --mask-bits 32 >/dev/null
mount -t debugfs none /sys/kernel/debug 2>/dev/null
used() {
	most=0
	"$@" >/dev/null &
	while kill -0 $! 2>/dev/null; do
		read -r now </sys/kernel/debug/swiotlb/io_tlb_used
		[ "$now" -le "$most" ] || most=$now
	done
	echo $most
	wait $!
}
try above used dmactl memcpy -c sim:n/0 -B user -s 64K -q 8 -t 2s -v full
try below used dmactl memcpy -c sim:n/0 -B pages -s 64K -q 8 -t 2s -v full
exit 0
END
board pc --mem 5120
succeeded above "an engine of 32 bits copies the user's memory, every byte verified"
succeeded below "... and the module's own"
[ "$(cat "$out/above.out")" -gt 0 ] && [ "$(cat "$out/below.out")" = 0 ]
ok $? "the user's went through $(cat "$out/above.out") slots, the module's is where it reaches"
exit $failed
