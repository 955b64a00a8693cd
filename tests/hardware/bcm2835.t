#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Linux's own bcm2835-dma, on a Raspberry Pi that QEMU emulates: the 3 with a 64-bit kernel, where
# a 32-bit dmactl is tried as well, or the 2. QEMU's model copies words of 32 bits and never ends a
# length that is no multiple of 4, nor anything cyclic: both stop the whole machine, so that nothing
# here tries them. They are faults of the model, and no quirks of the driver.
# shellcheck source=tests/hardware/lib.sh
. "$(dirname "$0")/lib.sh"
machine=${DMACTL_BOARD:-raspi3b}

# A multiple of 4 that is none of anything larger.
head -c 100012 /dev/urandom >"$dir/file"
# A node with two request lines, whose registers are words of a page that nobody uses, at the
# addresses that the controller sees.
node=dma-controller
[ "$machine" = raspi3b ] || node=dma
cat >"$dir/lines" <<END
/ {
	reserved-memory {
		#address-cells = <1>;
		#size-cells = <1>;
		ranges;
		page@3b000000 {
			reg = <0x3b000000 0x1000>;
			no-map;
		};
	};
	fifo@fb000000 {
		compatible = "dmactl,client";
		reg = <0xfb000000 0x4>, <0xfb000100 0x4>;
		dmas = <&{/soc/$node@7e007000} 30>, <&{/soc/$node@7e007000} 31>;
		dma-names = "tx", "rx";
		dmactl,width = <4>;
		dmactl,bus-address;
	};
};
END
cat >"$dir/send" <<'END'
buf a 4K fill=file:/run/in/page
send a line
END
head -c 4096 "$dir/file" >"$dir/page"
cat >"$dir/job" <<'END'
try load modprobe dmactl
try list dmactl list -j
channel=$(first)
try info dmactl info "$channel"
try real dmactl info "$channel" -j
try doctor dmactl doctor
try profile dmactl sim profiles bcm2835 -j
try sweep dmactl memcpy -c "$channel" -s 64,4K,64K -q 1,4 -n 8 -v full -j
try file dmactl memcpy -c "$channel" -s 16K -q 2 -v full --input "$VM_IN/file" --save "$VM_OUT/copy"
try memset dmactl memset -c "$channel" -s 4K -n 1
try litmus dmactl litmus -c "$channel" -n 100 -j
try chain dmactl chain "$VM_IN/chain" -c "$channel" -j
try check dmactl check -c "$channel" --align 4 -j
try gate dmactl sg -c "$channel" -d mem-to-dev --endpoint buffer -n 1
if command -v dmactl32 >/dev/null; then
	try list64 dmactl list -j
	try list32 dmactl32 list -j
	try sweep32 dmactl32 memcpy -c "$channel" -s 64,4K,64K -q 1,4 -n 8 -v full -j
	try file32 dmactl32 memcpy -c "$channel" -s 16K -v full --input "$VM_IN/file" \
		--save "$VM_OUT/copy32"
	try check32 dmactl32 check -c "$channel" --align 4 -j
fi
fifo=$(dmactl list -j | sed -n 's/.*"line": "\([^:]*\):tx".*/\1/p')
try line dmactl info "$fifo:tx"
try send dmactl chain "$VM_IN/send" -c "$fifo:tx"
try sent devmem 0x3b000000 32
devmem 0x3b000100 32 0x12345678
try fetch dmactl sg -c "$fifo:rx" -d dev-to-mem --endpoint line -s 4K -n 1 -w 0 \
	--save "$VM_OUT/fetched"
try unload rmmod dmactl
modprobe dmactl raw_address=1
try write dmactl sg -c "$channel" -d mem-to-dev --endpoint buffer -s 64,4K --segments 4 -n 8 \
	-v full
try read dmactl sg -c "$channel" -d dev-to-mem --endpoint buffer -s 4,4K -n 8 -v full
try registers dmactl check -c "$channel" --only 'slave.*' --align 4 -j
if command -v dmactl32 >/dev/null; then
	try registers32 dmactl32 check -c "$channel" --only 'slave.*' --align 4 -j
fi
try after dmactl memcpy -c "$channel" -n 10 -w 0 -v full
modprobe dma-sim
dmactl sim create s >/dev/null
try sim dmactl check -c sim:s/0 -j
exit 0
END

whole='{x["verdict"] for x in d["results"]} == {"ok", "skipped", "note"} and
	sum(x["verdict"] == "ok" for x in d["results"]) >= 15'
slave='{x["case"] for x in d["results"] if x["verdict"] == "ok"} >= {"slave.read", "slave.write"}
	and all(x["verdict"] != "failed" for x in d["results"])'
if [ "$machine" = raspi3b ]; then
	echo 1..36
	board raspi3b --compat --dts "$dir/lines"
else
	echo 1..29
	board "$machine" --dts "$dir/lines"
fi
succeeded load "the module loads"
says list 'sum(x["driver"] == "bcm2835-dma" for x in d["results"]) >= 8' \
	"list shows the channels of the controller"
same "$machine"
succeeded profile "the profile bcm2835 of dma-sim, which needs no module"
matches_profile
succeeded sweep "memcpy over sizes and depths, every byte verified"
succeeded file "a file through the engine"
cmp "$dir/file" "$out/copy"
ok $? "the copy outside the guest is the file"
told memset 77 '' "memset, which it lacks, is not available (77)"
succeeded litmus "litmus shapes"
says litmus 'all(x["violated"] == 0 for x in d["results"] if x["promised"]) and
	any(x["shape"] == "pipeline" and x["promised"] for x in d["results"])' \
	"... no order is violated that is promised: this driver is trusted"
succeeded chain "a chain of 400 copies that depend on each other"
says chain 'list(d["results"][-1]["order"].values()) == [0, 399, 0, 0]' \
	"... each of them right by the driver's own order"
succeeded check "the acceptance suite"
says check "$whole" "... fails nothing and tries all of memcpy"
[ "$(status gate)" != 0 ] && grep -q raw_address "$out/gate.err"
ok $? "a buffer as register is refused ($(status gate)), and the parameter named that allows it"
if [ "$machine" = raspi3b ]; then
	python3 - "$out/list64.out" "$out/list32.out" <<-'END'
	import json, sys
	wide, narrow = (json.load(open(f))["results"] for f in sys.argv[1:])
	sys.exit(wide != narrow)
	END
	ok $? "a 32-bit dmactl on the 64-bit kernel lists the same"
	succeeded sweep32 "... copies over sizes and depths, every byte verified"
	succeeded file32 "... takes a file through the engine"
	cmp "$dir/file" "$out/copy32"
	ok $? "... whose copy is the file"
	succeeded check32 "... goes through the acceptance suite"
	says check32 "$whole" "... which fails nothing"
	says registers32 "$slave" "... nor with registers"
fi
succeeded line "a node of the device tree brings a request line"
succeeded send "memory to the line's register"
last_word sent "$dir/page" "... which has the last word of the file"
succeeded fetch "another line's register to memory"
printf '\x78\x56\x34\x12%.0s' {1..1024} | cmp - "$out/fetched"
ok $? "... every byte"
succeeded unload "the module unloads"
succeeded write "with raw_address=1: memory to a buffer as register, by its bus address"
succeeded read "... and from it, every byte verified"
says registers "$slave" "the acceptance suite with registers"
succeeded after "afterwards the channel copies as before"
says sim '{x["verdict"] for x in d["results"]} <= {"ok", "skipped", "note"} and
	sum(x["verdict"] == "ok" for x in d["results"]) > 100' \
	"dma-sim passes the acceptance suite on this architecture"
exit $failed
