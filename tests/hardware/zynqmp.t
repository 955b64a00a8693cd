#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Linux's own zynqmp_dma, on an AMD Versal that QEMU emulates: eight devices of one channel each,
# which are public, that is, anybody in the kernel may use them meanwhile. Debian does not build the
# driver: it is built out of its linux-source. It can do memcpy and nothing else.
# shellcheck source=tests/hardware/lib.sh
. "$(dirname "$0")/lib.sh"

# An odd length: the last piece is no full one, and no multiple of any bus width.
head -c 100003 /dev/urandom >"$dir/file"
cat >"$dir/job" <<'END'
try load modprobe dmactl
try driver modprobe zynqmp_dma
try list dmactl list -j
channel=$(first)
try info dmactl info "$channel"
try real dmactl info "$channel" -j
try doctor dmactl doctor
try sweep dmactl memcpy -c "$channel" -s 63,4K,65537 -q 1,4 -n 8 -v full -j
try file dmactl memcpy -c "$channel" -s 16K -q 2 -v full --input "$VM_IN/file" --save "$VM_OUT/copy"
# shellcheck disable=SC2046 # an option and a name each
try all dmactl memcpy $(dmactl list --format names | sed 's/^/-c /') -s 4K -n 50 -v full -j
try again dmactl info "$channel" -j
try sg dmactl sg -c "$channel" -d mem-to-dev --endpoint buffer -n 1
try ring dmactl cyclic -c "$channel" -d dev-to-mem --endpoint buffer --period 4K --periods 4 -n 1
try litmus dmactl litmus -c "$channel" -n 100 -j
try chain dmactl chain "$VM_IN/chain" -c "$channel" -j
try check dmactl check -c "$channel" -j
try gone rmmod zynqmp_dma
try none dmactl list
try back modprobe zynqmp_dma
try after dmactl memcpy -c "$channel" -n 10 -w 0 -v full
try unload rmmod dmactl
exit 0
END

echo 1..25
board versal
succeeded load "the module loads"
succeeded driver "so does the driver, after it"
says list '[x["driver"] for x in d["results"]] == ["xilinx-zynqmp-dma"] * 8' \
	"list shows a channel of each of the eight controllers"
same versal
says real 'd["results"][0]["operations"] == ["memcpy"] and d["results"][0]["mask_bits"] == 44 and
	d["results"][0]["src_widths"] is None and d["results"][0]["residue"] is None' \
	"... memcpy alone, 44 bits, and nothing of a slave channel: the driver answers -ENXIO"
says real '"private" not in d["results"][0]["traits"]' "... the channel is public"
grep -q " and 7 others are public: claiming one takes its device" "$out/doctor.out"
ok $? "doctor says what claiming it means to others"
succeeded sweep "memcpy over sizes and depths, odd ones too, every byte verified"
succeeded file "a file through the engine"
cmp "$dir/file" "$out/copy"
ok $? "the copy outside the guest is the file"
says all 'len({x["channel_stable"] for x in d["results"]} - {None}) == 8 and
	all(x["verify"]["mismatches"] == 0 for x in d["results"])' \
	"memcpy on all eight at once"
says again '"private" not in d["results"][0]["traits"] and d["results"][0]["state"] == "free"' \
	"after its release it is public again"
[ "$(status sg)" = 77 ] && [ "$(status ring)" = 77 ]
ok $? "sg and cyclic, which it lacks, are not available (77)"
succeeded litmus "litmus shapes"
says litmus 'all(x["violated"] == 0 for x in d["results"] if x["promised"])' \
	"... no order is violated that is emulated: this driver is trusted for none itself"
succeeded chain "a chain of 400 copies that depend on each other"
says chain 'd["results"][-1]["order"]["emulated"] == 399' "... each of them held by the module"
succeeded check "the acceptance suite"
says check '{x["verdict"] for x in d["results"]} == {"ok", "skipped", "note"} and
	sum(x["verdict"] == "ok" for x in d["results"]) >= 15' \
	"... fails nothing and tries all of memcpy"
succeeded gone "the driver unloads under dmactl"
[ "$(status none)" = 77 ] || { [ "$(status none)" = 0 ] && [ ! -s "$out/none.out" ]; }
ok $? "... and its channels are gone"
succeeded after "... and loads again: the channel copies as before"
succeeded unload "the module unloads"
exit $failed
