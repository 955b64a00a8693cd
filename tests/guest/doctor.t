#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dmactl doctor on the real modules: the reasons why there may be nothing that a guest has.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"

# finds REASON GRADE WORDS: a finding of the last run has them, in what was seen or is to be done
finds()
{
	json "any(r['reason'] == '$1' and r['grade'] == '$2' and
		'$3' in r['what'] + ' ' + (r['todo'] or '') for r in d['results'])"
}

quiet()
{
	json "all(r['reason'] != '$1' for r in d['results'])"
}

load_modules

t "no provider: there is no channel, and dma-sim would bring one"
run dmactl doctor -j
status_is 77
finds no-provider problem "modprobe dma-sim"
finds sim-none note "dmactl sim create"

t "a channel: nothing is wrong, and the module is of the tool's release"
sim t-doctor
run dmactl doctor -j
status_is 0
json 'all(r["grade"] in ("ok", "note") for r in d["results"])'
for reason in version node no-provider no-driver idxd async-tx window bounce memlock sim-none; do
	quiet "$reason"
done

t "what the kernel was built with: from the first place that tells it, or that none does"
run dmactl doctor -j
for place in /proc/config.gz "/boot/config-$(uname -r)" "/lib/modules/$(uname -r)/config" \
	"/lib/modules/$(uname -r)/build/.config" none; do
	[ ! -r "$place" ] || break
done
if [ "$place" = none ]; then
	quiet kernel-config
else
	json 'all(r["grade"] == "ok" or "is not set in" in r["what"] for r in d["results"]
		if r["reason"] == "kernel-config")' \
		"'$place' in [r for r in d['results'] if r['reason'] == 'kernel-config'][0]['what']"
fi

t "an option less: which, and what is lost without"
if [ "$place" = /proc/config.gz ]; then
	zcat "$place" | sed 's/^CONFIG_UDMABUF=.*/# CONFIG_UDMABUF is not set/' |
		gzip >"$tmp/config.gz"
	mount --bind "$tmp/config.gz" "$place" || bad "cannot mount"
	run dmactl doctor -j
	umount "$place"
	status_is 0
	finds kernel-config note "CONFIG_UDMABUF is not set in /proc/config.gz"
else
	# shellcheck disable=SC2034 # lib.sh
	skip="this kernel has no /proc/config.gz"
fi

t "an operation is asked for: one that simulated channels have, and a name that is none"
run dmactl doctor --for xor -j
status_is 0
run dmactl doctor sim:t-doctor/0 --for cyclic -j
status_is 0
quiet request-line
run dmactl doctor --for nonsense
status_is 64
err_has "--for: 'nonsense' is no operation"

t "an operation that the channel does not have: what it has instead"
sim t-poor operations=1
run dmactl doctor sim:t-poor/0 --for xor -j
status_is 77
finds operation note "its driver offers memcpy"
no_sims

t "no permission: the node, and how to give it to a group"
sim t-doctor
chmod 600 /dev/dmactl
run_as_user dmactl doctor -j
status_is 77
finds node problem "usermod -aG dma"

t "little memory may be locked: how much, and where that is set"
run_as_user sh -c 'ulimit -l 64; exec dmactl doctor -j'
finds memlock note "you may lock 64K of memory"
run_as_user sh -c 'ulimit -l 64; exec dmactl doctor'
out_has "ulimit -l 65536"
run sh -c 'ulimit -l 64; exec dmactl doctor -j'
quiet memlock

t "a channel that is held: by whom"
dmactl memcpy -c sim:t-doctor/0 -t 600 >/dev/null 2>&1 </dev/null &
pid=$!
soon sh -c "dmactl list | grep '/0 .*busy'"
run dmactl doctor sim:t-doctor/0 -j
status_is 77
finds held note "pid $pid"
run dmactl doctor -j
status_is 0
kill -INT "$pid"
wait "$pid"
no_sims

t "quarantine: what is owed and kept, until the callback comes"
sim t-doctor terminate=0 synchronize=0
knob t-doctor stall "nth 30"
run dmactl memcpy -c sim:t-doctor/0 -n 100 -w 0 -T 2s
status_is 1
run dmactl doctor -j
status_is 1
finds quarantine stuck "dmactl sim fault NAME stall --off"
knob t-doctor stall off
soon sh -c "dmactl list | grep '/0 .*free'"
run dmactl doctor -j
status_is 0
quiet quarantine
no_sims

t "no module: a plain user is told who loads it, and that this kernel has what it needs"
modprobe -r dmactl || bad "cannot unload"
run_as_user dmactl doctor -j
status_is 77
finds module problem "as root: modprobe dmactl"
for reason in cloud-kernel signature version; do
	quiet "$reason"
done
json 'all(r["grade"] != "problem" for r in d["results"] if r["reason"] == "kernel-config")'
modprobe dmactl || bad "cannot load"

leaves_nothing
finish
