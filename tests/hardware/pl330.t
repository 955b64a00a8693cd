#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Linux's own pl330 driver, on an ARM board that QEMU emulates: a driver that nobody here wrote.
# One boot does the work and leaves its results; they are judged outside the guest.

# shellcheck source=tests/hardware/lib.sh
. "$(dirname "$0")/lib.sh"

# An odd length: the last piece is no full one, and no multiple of any bus width.
head -c 100003 /dev/urandom >"$dir/file"
cat >"$dir/job" <<'END'
try load modprobe dmactl
try list dmactl list -j
channel=$(first)
try info dmactl info "$channel"
try real dmactl info "$channel" -j
try doctor dmactl doctor
try profile dmactl sim profiles pl330 -j
try sweep dmactl memcpy -c "$channel" -s 64,4K,64K -q 1,4 -n 8 -v full -j
try file dmactl memcpy -c "$channel" -s 16K -q 2 -v full --input "$VM_IN/file" --save "$VM_OUT/copy"
try memset dmactl memset -c "$channel" -s 4K -n 1
try litmus dmactl litmus -c "$channel" -n 100 -j
try chain dmactl chain "$VM_IN/chain" -c "$channel" -j
try check dmactl check -c "$channel" -j
try gate dmactl sg -c "$channel" -d mem-to-dev --endpoint buffer -n 1
try unload rmmod dmactl
modprobe dmactl raw_address=1
try write dmactl sg -c "$channel" -d mem-to-dev --endpoint buffer -s 64,4K --segments 4 -n 8 -v full
try read dmactl sg -c "$channel" -d dev-to-mem --endpoint buffer -s 4,4K -n 8 -v full
try registers dmactl check -c "$channel" --only 'slave.*' -j
# An emulated engine knows no pace: what its reader loses is no fault of either.
ring="cyclic -c $channel --endpoint buffer --period 4K --periods 64 --allow-lost 100000"
try in dmactl $ring -d dev-to-mem -n 500 --save "$VM_OUT/stream" -j
try out dmactl $ring -d mem-to-dev -n 100 --restart 2 -j
try polled dmactl $ring -d dev-to-mem -t 2s -p -j
try pause dmactl $ring -d dev-to-mem --pause 10ms,10ms
try after dmactl memcpy -c "$channel" -n 10 -w 0 -v full
exit 0
END

echo 1..31
board smdkc210
succeeded load "the module loads"
[ "$(grep -o '"driver": *"dma-pl330"' "$out/list.out" 2>/dev/null | wc -l)" -ge 8 ]
ok $? "list shows the channels of the pl330 controllers"
same smdkc210
succeeded profile "the profile pl330 of dma-sim, which needs no module"
matches_profile
succeeded sweep "memcpy over sizes and depths, every byte verified"
succeeded file "a file through the engine"
cmp "$dir/file" "$out/copy"
ok $? "the copy outside the guest is the file"
told memset 77 '' "memset, which a pl330 lacks, is not available (77)"
succeeded litmus "litmus shapes"
says litmus 'all(x["violated"] == 0 for x in d["results"] if x["promised"]) and
	{x["shape"] for x in d["results"] if x["way"] == "emulated"} > {"pipeline", "hand-over"}' \
	"... no order is violated that is emulated: this driver is trusted for none itself"
succeeded chain "a chain of 400 copies that depend on each other"
says chain 'list(d["results"][-1]["order"].values()) == [0, 0, 399, 0]' \
	"... each of them held by the module"
succeeded check "the acceptance suite"
says check '{x["verdict"] for x in d["results"]} == {"ok", "skipped", "note"} and
	sum(x["verdict"] == "ok" for x in d["results"]) >= 15' \
	"... fails nothing and tries all of memcpy"
[ "$(status gate)" != 0 ] && grep -q raw_address "$out/gate.err"
ok $? "a buffer as register is refused ($(status gate)), and the parameter named that allows it"
succeeded unload "the module unloads"
succeeded write "with raw_address=1: memory to a buffer as register"
succeeded read "... and from it, every byte verified"
succeeded registers "the acceptance suite with registers"
says registers 'len([x for x in d["results"] if x["verdict"] == "ok"]) >= 5' \
	"... of all widths, in both directions"
succeeded in "a cyclic transfer from a buffer as register"
says in 'd["results"][0]["stopped_how"] == "not-synchronized" and
	d["results"][0]["callbacks"] > 10 and d["results"][0]["periods"] > 0' \
	"... its callbacks come, and the channel is given back at its end"
python3 -c 'import sys; d = open(sys.argv[1], "rb").read(); n = len(d)
sys.exit(not (n and n % 4096 == 0 and d == d[:4] * (n // 4)))' "$out/stream"
ok $? "... what came is the register's value, in whole periods"
succeeded out "to it, stopped and started again twice"
says out 'd["results"][0]["restarts"] == 2 and d["results"][0]["periods"] > 0' \
	"... without release in between it would have stayed cyclic"
succeeded polled "without interrupts, its position polled"
told pause 77 "can pause, but not resume" "it cannot be resumed, and says so (77)"
succeeded after "afterwards the channel copies as before"
exit $failed
