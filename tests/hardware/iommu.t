#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An IOMMU that translates: a PC with a PCI device whose real DMA reaches only what is mapped for it
# (edu.c), at addresses of 28 bits, and slowly: a piece takes 200 ms. What it does to memory that is
# no longer mapped the IOMMU refuses and reports; that it does so is tried last.

# shellcheck source=tests/hardware/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$dir/pieces" <<'END'
buf a 3K fill=random; buf b 3K
memcpy b <- a; fence; memcpy a[0+1K] <- b[0+1K]; fence
expect a == b
END
# The device without a driver: it may reach for memory, and is told to, where nothing is mapped.
cat >"$dir/stray" <<'END'
import mmap, struct, sys
device = sys.argv[1]
with open(device + "/config", "r+b", buffering=0) as f:
    f.seek(4)
    f.write(struct.pack("<H", 6))
with open(device + "/resource0", "r+b") as f:
    regs = mmap.mmap(f.fileno(), 4096)
for at, value in ((0x80, 0x1000), (0x88, 0x40000), (0x90, 16), (0x98, 1)):
    regs[at:at + 8] = struct.pack("<Q", value)
END
cat >"$dir/job" <<'END'
modprobe -a dmactl edu dma-sim
dmactl sim create s >/dev/null
channel=$(dmactl list --format names | grep ^0000:)
c="-c $channel -v full -w 0"
try info dmactl info "$channel"
try doctor dmactl doctor "$channel"
for kind in pages coherent user; do
	try $kind dmactl memcpy $c -B $kind -s 1,5000 -q 1,2 -n 2 -j
done
try odd dmactl memcpy $c -B user --offset 5,3 -s 5000 -n 2
try each dmactl memcpy $c --map each -s 2000 -n 2
try chain dmactl chain "$VM_IN/pieces" -c "$channel"
try late dmactl memcpy $c -s 64K -n 1 -T 100ms -j
try after dmactl memcpy $c -n 2
moves() {
	awk '$NF == "edu" { print $2 + $3 }' /proc/interrupts
}
begun=$(moves)
dmactl memcpy $c -s 64K -n 1 >/dev/null &
until [ "$(moves)" != "$begun" ]; do
	sleep .05
done
kill -9 $!
wait $!
try killed dmactl memcpy $c -n 2
try sim dmactl memcpy -c sim:s/0 -v full -n 100 -j
echo 1 >/sys/module/edu/parameters/translate
try refused dmactl sim create t
try list dmactl sim list -j
try unload rmmod dmactl edu
try stray python3 "$VM_IN/stray" /sys/bus/pci/devices/"${channel%/*}"
sleep 1
exit 0
END

echo 1..18
board pc --iommu --log "$dir/kernel"
same iommu
for kind in pages coherent user; do
	says $kind 'len(d["results"]) == 4 and all(r["iommu"] == "dma-fq" and not r["simulated"] and
		r["operations"] == 2 and r["verify"]["mismatches"] == 0 for r in d["results"])' \
		"memcpy in memory of kind $kind goes through the IOMMU, every byte verified"
done
succeeded odd "... of the user's, from odd places"
succeeded each "... mapped anew for each operation"
succeeded chain "a chain of copies in pieces"
says late 'd["results"][0]["timed_out"] == 1' "a copy that takes too long is ended"
succeeded after "... and the channel copies again"
succeeded killed "so it does when a copy's process was killed"
says sim 'd["results"][0]["iommu"] == "none" and d["results"][0]["operations"] == 100' \
	"dma-sim, of the same machine, is behind none"
told refused 77 't cannot be made here: DMA addresses are translated' \
	"... and refuses to be made behind one (77)"
grep -q 'DMA addresses are translated here, dma-sim cannot follow them' "$dir/kernel"
ok $? "... the kernel's log says why"
says list '[x["name"] for x in d["results"]] == ["default", "s"]' \
	"... nothing is left of it"
succeeded unload "the module unloads"
faults() {
	sed -n "$1p" "$dir/kernel" | grep -c 'DMAR: \[DMA .*fault addr'
}
[ "$(faults '1,/dmactl-mark: stray/')" = 0 ] && [ "$(faults '/dmactl-mark: stray/,$')" = 1 ]
ok $? "the device never reached for memory that was not mapped; the IOMMU would have told"
[ $failed = 0 ] || grep -E 'DMAR: .*fault|mark' "$dir/kernel" | sed 's/^/# /'
exit $failed
