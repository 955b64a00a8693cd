#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Channels: how they are named, listed, told about and refused.
. "$(dirname "$0")/lib.sh"

golden list.out list
golden info-ioat.out info 0000:00:04.0/0
golden info-pl330.out info dma1chan1
golden info-held.out info dma-sim.0/1
golden info-quarantined.out info sim:default/2
golden info-no-order.out info sim:default/3
FAKE=moving
golden info-latency.out info dma-sim.0/1
golden info-stream.out info dma-sim.0/3
FAKE=''
golden list.json list -j
js 'every channel is in the JSON' 'len(d["results"]) == 12 and d["kind"] == "list"'
js 'and who has it' '[x["state"] for x in d["results"]].count("free") == 5 and
	d["results"][6]["holder"] == "held by dmactl session 7 (pid 4242, fio)"'
golden info.json info dma0chan0 -j
for c in list 'info sim:any' doctor 'sim list' 'monitor -n 2'; do
	# shellcheck disable=SC2086	# several words
	run $c --jsonl
	python3 - "$T/out" "$c" >"$T/js" 2>&1 <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
if sys.argv[2].startswith("monitor"):
    assert [x["event"] for x in lines] == ["claim", "timeout"]
    sys.exit(0)
assert set(lines[0]) == {"schema", "kind", "environment"} and len(lines) > 2
assert lines[-1]["skipped"] == [] and lines[-1]["error"] is None
if sys.argv[2] == "list":
    assert len(lines) == 14 and all(x["channel"] for x in lines[1:-1])
PY
	point "$c --jsonl: the environment first, then a line each"
done
FAKE=rich
golden info-rich.out info dma0chan1
golden list-rich.out list
run info dma0chan1 -j
js 'what it does not know is told as such' 'r["state"] == "unknown" and
	r["operations"][-1] == "unknown" == r["traits"][-1] == r["residue"]'
js 'all limits' 'r["max_mapping"] == 1 << 30 and r["align_xor"] == 64 and r["max_pq"] == 16'
says 77 '0000:00:04.0/1 is in a state that this dmactl does not know (9)' memcpy -c dma0chan1
FAKE=long
golden list-long.out list
FAKE=lines
golden list-lines.out list
run list -j
js 'request lines are listed, with the channel of one that is claimed' 'len(d["lines"]) == 8 and
	d["lines"][1] == {"line": "20000000.fifo:rx", "width": 4, "burst": 8,
	"channel_stable": "dma-sim.0/1"} and d["lines"][0]["channel_stable"] is None'
run list --format names
prints 20000000.fifo:tx
says 0 - info 20000000.fifo:tx
prints 12680000.dma/1
says 0 - info 20000000.fifo:rx
prints 'held by dmactl session 7 (pid 4242, fio)'
says 77 '20000000.fifo:rx is held by dmactl session 7 (pid 4242, fio)' memcpy -c 20000000.fifo:rx
says 0 - memcpy -c 20000000.fifo:tx -n 10
says 0 - check -c 20050000.uart:tx --only 'memcpy.l*'
FAKE='lines able'
says 0 - sg -d mem-to-dev --endpoint line -c 20000000.fifo:tx -n 4
prints 'endpoint line, width 4'
says 0 - sg -d mem-to-dev --endpoint line -c 20000000.fifo:tx -n 4 --width 2 -s 6
prints 'endpoint line, width 2'
says 0 - sg -d mem-to-dev --endpoint line -c 20050000.uart:tx -s 7 -n 4
prints 'endpoint line, width 1'
FAKE=nolines
says 0 - list
FAKE=leaked
says 0 - info dma2chan2
prints 'quarantine 4 callbacks owed for 290ms, 72K of memory leaked: its provider has gone'
FAKE=noquarantines
says 0 - info dma2chan2
! grep -q callbacks "$T/out"
point '... without the callbacks that are owed'
FAKE=noslash
says 1 'the list of channels could not be read' list
FAKE=calm
says 0 - list
! grep -q quarantined "$T/out"
point '... and without the busy ones'
FAKE=''

# Every form of a name finds its channel.
for name in dma0chan0 0000:00:04.0/0 driver:ioatdma/0 'driver:ioatdma' any; do
	says 0 - memcpy -c "$name" -n 10
	prints 'memcpy on 0000:00:04.0/0 (dma0chan0), driver ioatdma'
done
for name in dma2chan0 dma-sim.0/0 sim:default/0 sim:default sim:any driver:dma-sim \
	driver:dma-sim/0; do
	says 0 - memcpy -c "$name" -n 10
	prints 'memcpy on dma-sim.0/0 (dma2chan0), driver dma-sim, SIMULATED'
done
says 0 - memcpy -c driver:dma-pl330 -n 10
prints 'memcpy on 12680000.dma/1'
says 0 - memcpy -c driver:dma-pl330/1 -n 10
prints 'memcpy on 12680000.dma/1'
DMACTL_CHANNEL=sim:any
export DMACTL_CHANNEL
says 0 - memcpy -n 10
prints 'memcpy on dma-sim.0/0'
says 0 - memcpy -n 10 -c any
prints 'memcpy on 0000:00:04.0/0'
unset DMACTL_CHANNEL
says 0 - memcpy -n 10 -c dma0chan0 -c dma0chan0
prints 'memcpy on 0000:00:04.0/0'

# info tells of the one that a measuring command would take, or of the first one where none is free.
for name in any driver:ioatdma; do
	says 0 - info "$name"
	prints '0000:00:04.0/0 sysfs name dma0chan0'
done
for name in sim:any sim:default driver:dma-sim; do
	says 0 - info "$name"
	prints 'dma-sim.0/0 SIMULATED sysfs name dma2chan0'
done
says 0 - info driver:dma-pl330
prints '12680000.dma/1 sysfs name dma1chan1'
FAKE=noneusable
says 0 - info sim:any
prints 'dma-sim.0/1 SIMULATED'
prints 'state held by dmactl session 7'
FAKE=onlysim
says 77 'there is no real channel here: sim:any takes a simulated one' info any
FAKE=''
says 77 'there is no channel sim:nonsense: dmactl sim list shows the simulated devices' \
	info sim:nonsense
says 77 'there is no channel driver:nonsense: dmactl list shows what there is' info driver:nonsense
says 64 "'sim:*' is a pattern, and one channel is wanted: dmactl list shows what there is" \
	info 'sim:*'
silent

# A failure is one JSON document too, with the exit code that the shell sees.
run info nonsense -j
js 'info of no channel' 'd["kind"] == "info" and d["exit_code"] == 77 and d["results"] == [] and
	d["skipped"] == [] and e["module"] == "1.0-fake" and
	d["error"] == "there is no channel nonsense: dmactl list shows what there is"'
FAKE=nomodule
run list -j
js 'list without the module' 'd["kind"] == "list" and d["exit_code"] == 77 and
	"is not loaded" in d["error"]'
for cmd in 'list -j' 'doctor -j' 'memcpy -j' 'litmus -j' 'check -j -c sim:any'; do
	# shellcheck disable=SC2086	# a command and its options
	run $cmd --require
	js "--require is in the document of $cmd" 'd["exit_code"] == 1'
	[ "$rc" = 1 ]
	point '... and the exit code'
done
DMACTL_REQUIRE=1
export DMACTL_REQUIRE
run memcpy --jsonl
[ "$rc" = 1 ] && tail -n 1 "$T/out" | grep -q '"exit_code": 1,'
point 'DMACTL_REQUIRE=1 too'
unset DMACTL_REQUIRE
FAKE=''
run list -j
js 'the module that is loaded' 'e["module"] == "1.0-fake"'
FAKE=noperm
run list -j
js '... or null where the node cannot be opened' 'e["module"] is None and len(d["results"])'
FAKE=''

# A glob takes the free ones and says what it leaves out.
says 0 'left out: 12680000.dma/0 is in use by the kernel: 13800000.serial:tx' \
	memcpy -n 10 -c 'dma1*'
prints 'memcpy on 12680000.dma/1'
says 0 'left out: dma-sim.0/1 is held by dmactl session 7 (pid 4242, fio)' memcpy -n 10 -c 'sim:*'
prints 'memcpy on 2 channels side by side'
run memcpy -n 10 -c 'sim:*' -j
js 'those left out are in the JSON' '[s["job"] for s in d["skipped"]] ==
	["dma-sim.0/%d" % i for i in (1, 2, 4, 5, 6)] and "held by" in d["skipped"][0]["why"]'
says 0 - memcpy -n 10 -c 'sim:*' -c dma0chan0 --quiet
prints 'memcpy on 3 channels side by side'

# Refusals: nothing is transferred, 77 (1 for a channel in quarantine).
says 77 'there is no channel dma0chan9: did you mean dma0chan' memcpy -c dma0chan9
silent
says 77 'there is no channel dma-sim.0/9: did you mean dma-sim.0/0?' memcpy -c dma-sim.0/9
says 77 'there is no channel dmasim.0/0: did you mean dma-sim.0/0?' memcpy -c dmasim.0/0
says 77 'there is no channel dma--sim.0/0: did you mean dma-sim.0/0?' memcpy -c dma--sim.0/0
says 77 'there is no channel m0chan0: did you mean dma0chan0?' memcpy -c m0chan0
says 77 'there is no channel zzzzzzzzzz: dmactl list shows what there is' memcpy -c zzzzzzzzzz
says 77 'there is no channel zzzzzzzzzz: dmactl list shows what there is' info zzzzzzzzzz
says 77 'there is no channel foo:tx: no node of the device tree has this request line' \
	memcpy -c foo:tx
says 77 'there is no channel sim:qqqqqqqqqqqqq/0: dmactl sim list shows' \
	memcpy -c sim:qqqqqqqqqqqqq/0
says 77 'there is no channel driver:qqqqqqqqqqqqqqqqqqq' memcpy -c driver:qqqqqqqqqqqqqqqqqqq
says 77 'no channel matches foo*' memcpy -c 'foo*'
says 77 '12680000.dma/0 is in use by the kernel: 13800000.serial:tx' memcpy -c dma1chan0
says 77 '12680000.dma/2 is in use by the kernel (likely the driver of a peripheral)' \
	memcpy -c dma1chan2
says 77 'dma-sim.0/1 is held by dmactl session 7 (pid 4242, fio)' memcpy -c dma2chan1
says 77 'dma-sim.0/4 is held by dmactl session 8 of another user' memcpy -c dma2chan4
says 77 'dma-sim.0/5 is being stopped after a time-out or a release' memcpy -c dma2chan5
says 77 'dma-sim.0/6 is leaving: its provider is being unbound' memcpy -c dma2chan6
says 1 'dma-sim.0/2 is in quarantine: its engine could not be stopped' memcpy -c dma2chan2
says 77 '0000:00:04.0/0 cannot do memset: it has memcpy, interrupt, xor' memset -c dma0chan0
says 77 '12680000.dma/1 cannot do interrupt: it has memcpy, slave-sg, cyclic' \
	interrupt -c dma1chan1
says 77 'dma1* matches 3 channels, but none can be taken for memset: 12680000.dma/2 cannot' \
	memset -c 'dma1*'
run memcpy -c dma2chan1 -n 10 -j
js 'the reason is in the JSON' 'd["exit_code"] == 77 and d["results"] == [] and
	d["error"] == "dma-sim.0/1 is held by dmactl session 7 (pid 4242, fio)"'
FAKE=outside
says 77 'held by dmactl session 7 of a process outside this pid namespace' memcpy -c dma2chan1
FAKE=nobodys
says 77 'dma-sim.0/1 is held by a dmactl session' memcpy -c dma2chan1
says 77 'held by dmactl session 8 (pid 99, unknown command)' memcpy -c dma2chan4
FAKE=dmatest
says 77 'is in use by the kernel (likely dmatest, or a driver that asked for it alone)' \
	memcpy -c dma1chan1
FAKE=nodebugfs
says 77 '12680000.dma/0 is in use by the kernel (likely the driver of a peripheral)' \
	memcpy -c dma1chan0
FAKE=siblingbusy
says 77 "0000:00:04.0/0 is free, but its device is public and 0000:00:04.0/1 of it is in use by \
the kernel (likely async_tx, that is md-raid, or another public user): the kernel gives no other \
channel of such a device away" memcpy -c dma0chan0
FAKE=onlysim
says 77 'there is no real channel here: sim:any takes a simulated one' memcpy
FAKE=nochannels
says 77 'there is no real channel here and no simulated one either: modprobe dma-sim' memcpy
says 77 'there is no simulated channel: modprobe dma-sim, or dmactl sim create' memcpy -c sim:any
says 77 'there is no channel dma0chan0: no dmaengine provider has probed here' memcpy -c dma0chan0
says 0 'there is no channel: no dmaengine provider has probed here' list
says 0 - list --quiet
FAKE=noneusable
says 77 'none of the 2 channels that any stands for can be taken for memcpy: 12680000.dma/2 is' \
	memcpy
FAKE=brokennetlink
says 1 'netlink: out of memory' list
says 1 'netlink: out of memory' info dma0chan0
says 1 'netlink: out of memory' memcpy
FAKE=''

# The channel was free in the list, and is not when it is claimed.
FAULT=claim=16
says 77 'is in use: it, or another channel of its device, was taken this moment' memcpy -c dma2chan0
FAULT=claim=2
says 77 'there is no channel dma-sim.0/0 any more' memcpy -c dma2chan0
FAULT=claim=19
says 77 'dma-sim.0/0 is leaving: its provider is being unbound' memcpy -c dma2chan0
FAULT=claim=6
says 77 'the provider could not set dma-sim.0/0 up' memcpy -c dma2chan0
FAULT=claim=95
says 77 'dma-sim.0/0 cannot do memcpy' memcpy -c dma2chan0
FAULT=claim=1
says 77 'no permission to claim dma-sim.0/0' memcpy -c dma2chan0
FAULT=claim=24
says 77 'dma-sim.0/0 could not be claimed: Too many open files' memcpy -c dma2chan0
done_testing
