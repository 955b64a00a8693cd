#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Reaching the module: loaded when it may be, allowed, of this version; what machine this is.
. "$(dirname "$0")/lib.sh"

FAKE=nomodule
for c in list 'info x' 'memcpy -n 1' 'memset -n 1' 'interrupt -n 1' monitor top; do
	# shellcheck disable=SC2086	# a command and its arguments
	says 77 'the module dmactl is not loaded and modprobe could not load it: build and' $c
	silent
	[ "$(cat "$T/log")" = 'modprobe dmactl' ]
	point '... and modprobe was tried once'
done
run memcpy -n 1 -j
js 'a measurement without a module in the JSON' 'd["exit_code"] == 77 and d["results"] == [] and
	d["error"].startswith("the module dmactl is not loaded") and e["module"] is None'
FAKE='nomodule user'
says 77 'the module dmactl is not loaded: load it as root with modprobe dmactl' list
[ ! -s "$T/log" ]
point '... and modprobe was not tried'
FAKE=loadable
says 0 - list
prints 'dma0chan0'
logs 'modprobe dmactl'
says 0 - memcpy -n 10
FAKE=nonetlink
says 77 'generic netlink cannot be reached: Protocol not supported' list
says 77 'generic netlink cannot be reached: Protocol not supported' memcpy

# The node: only measuring needs it.
for FAKE in noperm nonode notours abi2; do
	says 0 - list
done
FAKE=noperm
says 77 'no permission to open /dev/dmactl: run as root, or give your group the node (chgrp GROUP' \
	memcpy
FAKE=nonode
says 77 '/dev/dmactl cannot be opened: No such file or directory' memcpy
FAKE=notours
says 77 "/dev/dmactl does not answer as dmactl's node does: Inappropriate ioctl" memcpy
FAKE=abi2
says 77 "this dmactl speaks version 1 of the module's interface, the loaded module version 2: \
install both from one release" memcpy

# --require: a board whose driver did not probe must not look green.
FAKE=nomodule
for c in 'memcpy -n 1' list 'info x' monitor top; do
	# shellcheck disable=SC2086	# a command and its arguments
	says 1 'the module dmactl is not loaded' $c --require
done
DMACTL_REQUIRE=1
export DMACTL_REQUIRE
says 1 'the module dmactl is not loaded' memcpy
DMACTL_REQUIRE=0
says 77 'the module dmactl is not loaded' memcpy
unset DMACTL_REQUIRE

# The platform, which results on anything but hardware say.
DMACTL_CHANNEL=sim:any
export DMACTL_CHANNEL
for p in ' hardware: hardware, in the' 'uml uml: user-mode Linux (uml), in the' \
	'kvm vm: virtual machine (vm), in the' 'hyper vm: virtual machine (vm), in the' \
	'tcg emulated: emulated machine, in the' 'qemu emulated: emulated machine, in the' \
	'virt emulated: emulated machine, in the' 'board hardware: hardware, in the'; do
	FAKE=${p%% *} p=${p#* }
	run memcpy -n 20 -j
	js "platform ${p%%:*} [$FAKE]" 'e["platform"] == "'"${p%%:*}"'"'
	says 0 - memcpy -n 20
	prints "${p#*: }"
done
FAKE=board
run memcpy -n 20 -j
js 'an ARM board' 'e["cpu"] == "SMDKC210" and e["machine"] == "Samsung SMDKC210"'
FAKE=anonymous
run memcpy -n 20 -j
js 'a machine without a name' 'e["machine"] is None'
FAKE=uml
run memcpy -n 20 -j
js 'UML' 'e["cpu"] is None and e["stamp_cost_ns"] is None'
FAKE=''
run memcpy -n 20 -j
js 'this one' 'e["cpu"] == "Test CPU @ 2.00GHz" and e["machine"] == "Test Board" and
	e["stamp_cost_ns"] == 10 and e["clocksource"] == "tsc" and
	e["governor"] == "performance" and e["module"] == "1.0-fake" and
	e["dmactl"] == "0.0-test" and e["hostname"] == "bench1" and
	e["time"] == "2026-01-01T00:00:00Z"'
for p in dynamic rt full voluntary; do
	FAKE=$p
	run memcpy -n 20 -j
	js "preemption: $p" 'e["preempt"] == {"voluntary": "none"}.get("'$p'", "'$p'")'
done
FAKE=swiotlb
run memcpy -n 20 -j
js 'bounce buffers may be forced' 'r["bounced"] is None and e["cmdline"] == "swiotlb=65536,force"'
FAKE=''
for p in hardware vm emulated uml; do
	DMACTL_PLATFORM=$p
	export DMACTL_PLATFORM
	run memcpy -n 20 -j
	js "DMACTL_PLATFORM=$p" 'e["platform"] == "'$p'"'
done
DMACTL_PLATFORM=nonsense
run memcpy -n 20 -j
js 'DMACTL_PLATFORM=nonsense' 'e["platform"] == "hardware"'
done_testing
