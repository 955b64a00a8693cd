#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# doctor: each thing that can be wrong is found, with what to do about it.
. "$(dirname "$0")/lib.sh"

# The whole of it, and the JSON.
golden_1 doctor.out doctor
golden_1 doctor.json doctor -j
js 'findings have a grade' '[x["grade"] for x in d["results"]].count("stuck") == 1 and
	d["kind"] == "doctor" and e["module"] == "1.0-fake"'
FAKE=calm
says 0 - doctor
prints 'ok 5 of 5 channels can be used, 3 of them real'
FAKE='calm user'
says 0 - doctor
FAKE='calm noconfigfs nodebugfs'
golden doctor-surroundings.out doctor

# The module.
FAKE=nomodule
says 77 - doctor
prints 'PROBLEM the module dmactl is not loaded and modprobe could not load it -> build it for the'
prints 'then modprobe dmactl; on a kernel with Secure Boot it must be signed'
run doctor -j
js 'no module in the JSON' 'd["exit_code"] == 77 and r["grade"] == "problem" and
	e["module"] is None and r["todo"].startswith("build it")'
says 1 - doctor --require
FAKE='nomodule user'
says 77 - doctor
prints 'PROBLEM the module dmactl is not loaded -> as root: modprobe dmactl'
FAKE='loadable calm'
says 0 - doctor
logs 'modprobe dmactl'
FAKE=nonetlink
says 77 - doctor
prints 'PROBLEM generic netlink cannot be reached: Protocol not supported -> boot a kernel with'

# Its node: channels can be told nevertheless.
FAKE='calm nonode'
says 77 - doctor
prints 'PROBLEM /dev/dmactl cannot be opened: No such file or directory -> mount -t devtmpfs'
prints 'ok 5 of 5 channels can be used'
FAKE='calm noperm'
says 77 - doctor
prints 'PROBLEM no permission to open /dev/dmactl: run as root, or give your group the node'
prints '-> run as root, or give your group the node'
FAKE='calm abi2'
says 77 - doctor
prints "this dmactl speaks version 1 of the module's interface, the loaded module version 2"
prints '-> the tool is the older one: install the tool and the module from one release, then load'
FAKE='calm notours'
says 77 - doctor
prints "PROBLEM /dev/dmactl does not answer as dmactl's node does: Inappropriate ioctl for device"

# Channels.
FAKE=brokennetlink
says 77 - doctor
prints 'PROBLEM netlink: out of memory -> see dmesg'
FAKE='calm noquarantines'
says 0 - doctor
prints 'PROBLEM netlink: no answer -> see dmesg'
FAKE=nochannels
says 77 - doctor
prints 'PROBLEM no dmaengine provider has probed: there is no channel -> load the driver'
FAKE=onlysim
says 1 - doctor
prints 'ok 2 of 7 channels can be used, 0 of them real'
FAKE=noneusable
says 1 - doctor
prints 'PROBLEM none of 7 channels can be used -> see the notes above'
FAKE=siblingbusy
says 1 - doctor
prints 'note 0000:00:04.0/0 is free, but its device is public and 0000:00:04.0/1 of it is in use'
FAKE=useless
says 1 - doctor
prints 'note 12680000.dma/1 does none of memcpy, memset and interrupt it serves peripherals and'

# Quarantine.
FAKE=''
says 1 - doctor dma2chan2
prints 'STUCK dma-sim.0/2 is in quarantine for 290ms: 4 callbacks owed, 72K of memory kept'
prints '-> it comes back with the callback; else unbind its driver or reboot; for a simulated one:'
says 1 - doctor sim:default/2
prints 'STUCK dma-sim.0/2 is in quarantine'
FAKE=leaked
says 1 - doctor
prints 'STUCK dma-sim.0/2: its provider went while the engine could not be stopped: 72K of memory'
prints '-> only a reboot gives it back'
FAKE='leaked left'
says 1 - doctor dma-sim.0/2
prints 'STUCK dma-sim.0/2: its provider went'
says 1 - doctor dma2chan2
prints 'PROBLEM there is no channel dma2chan2'
says 0 - doctor dma2chan0

# One channel alone.
FAKE=''
says 0 - doctor dma0chan0
prints 'ok 0000:00:04.0/0 can be used note 0000:00:04.0/0 is public: claiming it takes its device'
! grep -q STUCK "$T/out"
point '... and of no other'
says 0 - doctor sim:default/0
prints 'ok dma-sim.0/0 can be used (it is SIMULATED)'
says 77 - doctor dma2chan1
prints 'note dma-sim.0/1 is held by dmactl session 7 (pid 4242, fio) -> take another channel'
says 77 - doctor nonsense
prints 'PROBLEM there is no channel nonsense: dmactl list shows what there is'
! grep -q STUCK "$T/out"
point '... and of no other'

# By what stands for a channel: the first free one.
for name in any driver:ioatdma; do
	says 0 - doctor "$name"
	prints 'ok 0000:00:04.0/0 can be used'
done
for name in sim:any sim:default driver:dma-sim; do
	says 0 - doctor "$name"
	prints 'ok dma-sim.0/0 can be used (it is SIMULATED)'
done
says 77 - doctor sim:nonsense
prints 'PROBLEM there is no channel sim:nonsense: dmactl sim list shows the simulated devices'
says 77 - doctor 'sim:*'
prints "PROBLEM 'sim:*' is a pattern, and one channel is wanted: dmactl list shows what there is"
FAKE=onlysim
says 77 - doctor any
prints 'PROBLEM there is no real channel here: sim:any takes a simulated one'

# Simulated devices.
FAKE=calm
for FAKE in 'calm nosim' 'calm simunloaded'; do
	says 0 - doctor
	prints 'note dma-sim is not loaded, or configfs is not mounted -> as root: modprobe dma-sim'
done
done_testing
