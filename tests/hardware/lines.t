#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Request lines: the pl330 board of pl330.t with consumer nodes in its device tree (lines.dts),
# whose registers are words of a page that nobody uses. The emulated controller waits for no
# peripheral, so that what a line moves can be checked to the byte.

# shellcheck source=tests/hardware/lib.sh
. "$(dirname "$0")/lib.sh"

if ! command -v dtc >/dev/null; then
	echo "ok 1 - request lines # SKIP dtc is not installed (device-tree-compiler)"
	echo 1..1
	exit 0
fi
head -c 4096 /dev/urandom >"$dir/file"
cat >"$dir/send" <<'END'
buf a 4K fill=file:/run/in/file
send a line
END
cat >"$dir/half" <<'END'
buf a 4K
send a[0+6] line
END
cat >"$dir/job" <<'END'
# A line's holder is at work when the list says so.
hold() {
	holder=$1 line=$2
	shift 2
	"$@" >"$VM_OUT/$holder.out" 2>"$VM_OUT/$holder.err" &
	held=$!
	until dmactl list | grep -q "^$line .*/"; do sleep 1; done
}
ended() {
	wait $held
	echo $? >"$VM_OUT/$holder.status"
}
lines=/sys/bus/platform/drivers/dmactl-line
fifo=60000000.fifo
adc=60000200.adc
modprobe dmactl
try list dmactl list -j
try info dmactl info $fifo:rx
try copy dmactl memcpy -c $fifo:tx -s 4K -n 10 -v full
try memset dmactl memset -c $fifo:tx -n 1
try write dmactl chain "$VM_IN/send" -c $fifo:tx
try wrote devmem 0x60000000 32
devmem 0x60000100 32 0x12345678
try read dmactl sg -c $fifo:rx -d dev-to-mem --endpoint line -s 4K -n 1 -w 0 --save "$VM_OUT/read"
devmem 0x60000200 16 0x4321
try narrow dmactl sg -c $adc:data -d dev-to-mem --endpoint line -s 6 -n 1 -w 0 \
	--save "$VM_OUT/narrow"
try wide dmactl sg -c $fifo:rx -d dev-to-mem --endpoint line --burst 16 -s 4K -n 1
try odd dmactl sg -c $adc:data -d dev-to-mem --endpoint line -s 7 -n 1
try half dmactl chain "$VM_IN/half" -c $fifo:tx
try bursts dmactl cyclic -c $fifo:rx -d dev-to-mem --endpoint line --period 40 --periods 4 -n 1
try buffer dmactl sg -c $fifo:tx -d mem-to-dev --endpoint buffer -n 8 -w 0 -v full
try raw dmactl sg -c $fifo:tx -d mem-to-dev --endpoint raw:0x60000000 -n 1
try both dmactl memcpy -c $fifo:tx -c $fifo:rx -n 10
try late dmactl memcpy -c 60000400.late:tx -n 1
try none dmactl memcpy -c 60000500.none:tx -n 1
try bad dmactl memcpy -c 60000600.bad:tx -n 1
hold held $fifo:tx dmactl memcpy -c $fifo:tx -t 600
try second dmactl memcpy -c $fifo:tx -n 1
try byname dmactl memcpy -c 12680000.dma-controller/24 -n 1
try unload rmmod dmactl
echo $fifo >$lines/unbind
ended
try unbound dmactl memcpy -c $fifo:tx -n 1
try freed dmactl memcpy -c 12680000.dma-controller/24 -n 10
echo $fifo >$lines/bind
hold ring $fifo:rx dmactl cyclic -c $fifo:rx -d dev-to-mem --endpoint line --period 4K \
	--periods 64 --allow-lost 100000 -t 600
echo $fifo >$lines/unbind
ended
echo $fifo >$lines/bind
try again dmactl memcpy -c $fifo:rx -n 10
hold left $adc:data dmactl memcpy -c $adc:data -t 600
echo 12850000.dma-controller >/sys/bus/amba/drivers/dma-pl330/unbind
ended
try gone dmactl memcpy -c $adc:data -n 1
echo 12850000.dma-controller >/sys/bus/amba/drivers/dma-pl330/bind
try back dmactl memcpy -c $adc:data -n 10
hold killed $fifo:tx dmactl memcpy -c $fifo:tx -t 600
kill -9 $held
ended
try unloaded rmmod dmactl
modprobe dmactl
try loaded dmactl memcpy -c $fifo:tx -n 10
exit 0
END

fifo=60000000.fifo

echo 1..36
board smdkc210 --dts "$top/tests/hardware/lines.dts"
says list '[(x["line"], x["width"], x["burst"], x["channel_stable"]) for x in d["lines"]] == [
	("60000000.fifo:tx", 4, 4, None), ("60000000.fifo:rx", 4, 4, None),
	("60000200.adc:data", 2, 0, None), ("60000400.late:tx", 1, 0, None),
	("60000500.none:tx", 4, 0, None)]' \
	"list has the lines, none of which holds a channel, and not that of a node that is wrong"
succeeded info "info tells of the channel that a line leads to"
grep -q '^12680000.dma-controller/25' "$out/info.out"
ok $? "... the one that the tree names"
succeeded copy "memcpy on a channel that was claimed by its line"
told memset 77 'cannot do memset: it has memcpy' "what the channel lacks is refused"
succeeded write "memory to the line's register"
last_word wrote "$dir/file" "... which has the last word of the file"
succeeded read "the other line's register to memory"
printf '\x78\x56\x34\x12%.0s' {1..1024} | cmp - "$out/read"
ok $? "... every byte"
succeeded narrow "a register of 2 bytes, as its node says"
printf '\x21\x43%.0s' {1..3} | cmp - "$out/narrow"
ok $? "... every byte"
told odd 64 "no multiple of the line's width, 2 bytes" "half an access is refused"
told half 77 'it asks for multiples of 4 bytes' "... in a chain, too"
told bursts 64 "40 bytes are no multiple of the line's bursts, 16 bytes" \
	"so is half a burst of a ring"
told wide 77 "the node of $fifo:rx allows accesses of 4 bytes" \
	"a burst beyond what the node says is refused"
succeeded buffer "a buffer may stand for the register of a channel that came with its line"
told raw 77 'raw_address=1' "... but no address"
succeeded both "two lines of a node at once"
told late 77 'its provider is not there yet: no driver has probed' "a provider that is not there"
told none 77 'its provider gives no channel for it' "a request that the controller does not have"
told bad 77 'its provider is not there yet, or its node was unbound' "a node that is not bound"
told second 77 '60000000.fifo:tx is held by dmactl session' "a line that is held, and who has it"
told byname 77 '12680000.dma-controller/24 is held by dmactl session' "... so is its channel"
grep -qx '[1-9][0-9]*' "$out/unload.status"
ok $? "the module cannot be unloaded meanwhile"
told held 1 'the channel is gone' "the node is unbound under it"
told unbound 77 'or its node was unbound' "... the line is gone with it"
succeeded freed "... and the channel is free"
told ring 1 'the channel is gone' "it is unbound under a stream"
succeeded again "... and bound, and used again"
told left 1 'the channel is gone' "the provider is unbound under a line"
told gone 77 'its provider is not there yet' "... the line waits for it"
succeeded back "... until it is back"
told killed 137 '' "a holder is killed"
succeeded unloaded "the module unloads with nodes bound"
succeeded loaded "... and binds them again"
exit $failed
