#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What dma-sim shows to a shell: directories, attributes, live, dev_name, the default device.
# Prints TAP. Needs root in a guest; holding a channel needs a working dmactl, else it is skipped.

root=/sys/kernel/config/dma-sim
driver=/sys/bus/platform/drivers/dma-sim
dir=$root/sim-configfs
points=0
failed=0

ok() { # NAME STATUS
	points=$((points + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $points - $1"
	else
		echo "not ok $points - $1"
		failed=$((failed + 1))
	fi
}

skip() { # NAME WHY
	points=$((points + 1))
	echo "ok $points - $1 # SKIP $2"
}

is() { # NAME FOUND EXPECTED
	[ "$2" = "$3" ]
	ok "$1" $?
	[ "$2" = "$3" ] || echo "#  found '$2', expected '$3'"
}

# The errno's text of writing VALUE to FILE in $dir, empty if it worked. Not the shell's own
# printf: dash calls every failed write an I/O error.
put() { # FILE VALUE
	{ LC_ALL=C env printf '%s\n' "$2" >"$dir/$1"; } 2>&1 | sed 's/.*: //'
}

get() { # FILE
	cat "$dir/$1"
}

refused() { # NAME FILE VALUE ERROR
	before=$(get "$2")
	is "$1" "$(put "$2" "$3")" "$4"
	is "$1: nothing changed" "$(get "$2")" "$before"
}

accepted() { # FILE VALUE [SHOWN]
	why=$(put "$1" "$2")
	is "$1 takes '$2'" "${why:-$(get "$1")}" "${3:-$2}"
}

channels_of() { # DEVICE
	find "/sys/devices/platform/$1/dma" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l
}

leave() {
	for d in "$root"/sim-configfs*; do
		[ ! -d "$d" ] || rmdir "$d"
	done
	modprobe -q -r dmactl
	modprobe -q -r dma-sim
}

BUSY='Device or resource busy'
INVALID='Invalid argument'
RANGE='Numerical result out of range'

# Not everywhere is configfs mounted by whoever boots the guest.
modprobe -q configfs
mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config
if [ ! -d "$root" ] && ! modprobe -q dma-sim default=0; then
	echo "1..0 # skip dma-sim cannot be loaded"
	exit 0
fi
trap leave EXIT

test_default_device() {
	modprobe -q -r dmactl
	modprobe -q -r dma-sim
	modprobe dma-sim default=0
	is "default=0 makes no directory" "$(ls "$root")" ""
	modprobe -r dma-sim

	modprobe dma-sim
	ok "modprobe alone loads it" $?
	dir=$root/default
	is "the default device is live" "$(get live)" 1
	is "it is called dma-sim.0" "$(get dev_name)" dma-sim.0
	is "it has four channels" "$(channels_of dma-sim.0)" 4
	is "it completes in softirq" "$(get context)" softirq
	LC_ALL=C rmdir "$dir" 2>/dev/null
	is "it cannot be removed by rmdir" "$?:$(get live)" 1:1
	is "it can be taken down" "$(put live 0)$(get live)" 0
	is "then it has no channels" "$(channels_of dma-sim.0)" 0
	is "and brought back" "$(put live 1)$(get dev_name)" dma-sim.0
	mkdir "$root/default" 2>/dev/null
	is "a second one of its name is refused" $? 1
	modprobe -r dma-sim
	ok "the module goes while its own device is live and unused" $?
	modprobe dma-sim default=0
	dir=$root/sim-configfs
}

test_defaults() {
	mkdir "$dir"
	ok "mkdir makes a pending device" $?
	is "pending: not live" "$(get live)" 0
	is "pending: no name" "$(get dev_name)" ""
	for pair in channels=4 descriptors=1024 context=softirq engine=copy latency_ns=0 \
		bandwidth=0 order=fifo window=8 fence=honour seed=1 operations=2047 mask_bits=64 \
		max_segment=4294967295 align=0 slave_align=0 max_xor=8 max_pq=8 pq_continue=1 \
		widths=278 min_burst=1 max_burst=16 max_sg_burst=0 directions=15 fifo=65536 \
		sink= cyclic=1 max_periods=1024 rate=192000 streams= public=0 terminate=1 \
		synchronize=1 pause=1 resume=1 coalesce=0 residue=descriptor reports=1 \
		prep_blocks=0 forgets=0 late_ns=1000000000 jitter_ns=1000000 jitter=off skip=off \
		late_terminate=off \
		error=off prep_null=off refuse=off lost_interrupt=off stall=off late=off \
		corrupt=off polynomial=off copies=off coefficient=off short=off stale=off \
		wrong_residue=off injected=; do
		is "default of ${pair%=*}" "$(get "${pair%=*}")" "${pair#*=}"
	done
	is "every attribute is tested here" "$(find "$dir" -type f | wc -l)" 60
}

test_values() {
	accepted channels 64
	accepted channels 1
	refused "no channels" channels 0 "$RANGE"
	refused "65 channels" channels 65 "$RANGE"
	refused "a word for a number" channels many "$INVALID"
	refused "nothing for a number" channels '' "$INVALID"
	refused "a negative number" channels -1 "$INVALID"
	refused "a number and more" channels '4 5' "$INVALID"
	refused "a number with a suffix" bandwidth 1G "$INVALID"
	accepted channels 0x10 16
	accepted descriptors 4096
	refused "4097 descriptors" descriptors 4097 "$RANGE"
	refused "no descriptors" descriptors 0 "$RANGE"
	for word in inline softirq timer thread; do accepted context "$word"; done
	refused "an unknown context" context tasklet "$INVALID"
	for word in null copy; do accepted engine "$word"; done
	refused "an unknown engine" engine fast "$INVALID"
	accepted latency_ns 10000000000
	refused "more than ten seconds of latency" latency_ns 10000000001 "$RANGE"
	accepted bandwidth 18446744073709551615
	refused "a number above 64 bits" bandwidth 18446744073709551616 "$RANGE"
	accepted seed 18446744073709551615
	accepted max_segment 1
	refused "a segment of nothing" max_segment 0 "$RANGE"
	refused "a segment above 32 bits" max_segment 4294967296 "$RANGE"
	for align in align slave_align; do
		accepted $align 12
		refused "an alignment above a page ($align)" $align 13 "$RANGE"
	done
	for word in window execute fifo; do accepted order "$word"; done
	refused "an unknown order" order random "$INVALID"
	accepted window 2
	accepted window 64
	refused "a window of one" window 1 "$RANGE"
	refused "a window of 65" window 65 "$RANGE"
	for word in ignore honour; do accepted fence "$word"; done
	refused "an unknown fence" fence maybe "$INVALID"
	for sources in max_xor max_pq; do
		accepted $sources 2
		accepted $sources 255
		refused "one source ($sources)" $sources 1 "$RANGE"
		refused "256 sources ($sources)" $sources 256 "$RANGE"
	done
	accepted pq_continue 0
	refused "pq_continue is a switch" pq_continue 2 "$RANGE"
	accepted widths 0x110 272
	accepted widths 0
	accepted widths 0x11f 287
	refused "a width of 16" widths 0x10000 "$RANGE"
	for burst in min_burst max_burst; do
		accepted $burst 16777215
		accepted $burst 0
		refused "a burst above 24 bits ($burst)" $burst 16777216 "$RANGE"
	done
	accepted max_sg_burst 65535
	refused "65536 segments at once" max_sg_burst 65536 "$RANGE"
	accepted operations 0
	accepted operations 0x7ff 2047
	refused "an operation that there is not" operations 2048 "$RANGE"
	accepted mask_bits 32
	refused "31 bits of an address" mask_bits 31 "$RANGE"
	refused "65 bits of an address" mask_bits 65 "$RANGE"
	accepted directions 0
	refused "a fifth direction" directions 16 "$RANGE"
	accepted fifo 4
	accepted fifo 1048576
	refused "a FIFO of 3 bytes" fifo 3 "$RANGE"
	refused "a FIFO above 1 MiB" fifo 1048577 "$RANGE"
	for word in segment burst descriptor; do accepted residue "$word"; done
	refused "an unknown residue" residue bytes "$INVALID"
	accepted prep_blocks 1
	refused "prep_blocks is a switch" prep_blocks 2 "$RANGE"
	accepted reports 0
	refused "reports is a switch" reports 2 "$RANGE"
	accepted forgets 1
	refused "forgets is a switch" forgets 2 "$RANGE"
	accepted max_periods 65536
	accepted max_periods 1
	refused "a ring of no periods" max_periods 0 "$RANGE"
	refused "a ring of 65537 periods" max_periods 65537 "$RANGE"
	accepted rate 10000000000
	accepted rate 0
	refused "a rate above 10 GB/s" rate 10000000001 "$RANGE"
	refused "a rate with a suffix" rate 48k "$INVALID"
	accepted coalesce 1
	for switch in terminate synchronize cyclic pause resume; do accepted $switch 0; done
	for switch in terminate synchronize cyclic pause resume coalesce; do
		refused "$switch is a switch" $switch 2 "$RANGE"
	done
	for delay in late_ns jitter_ns; do
		accepted $delay 3600000000000
		refused "later than an hour ($delay)" $delay 3600000000001 "$RANGE"
	done
	refused "live is a switch" live 2 "$RANGE"
	(echo x >"$dir/dev_name") 2>/dev/null
	is "dev_name is read-only" "$(get dev_name)" ""
	(echo x >"$dir/sink") 2>/dev/null
	is "sink is read-only" "$(get sink)" ""
	(echo x >"$dir/streams") 2>/dev/null
	is "streams is read-only" "$(get streams)" ""
	(echo x >"$dir/injected") 2>/dev/null
	is "injected is read-only" "$(get injected)" ""
	rmdir "$dir"
}

knobs='error prep_null refuse lost_interrupt stall late corrupt polynomial copies coefficient
	short stale wrong_residue jitter skip late_terminate'

test_knobs() {
	mkdir "$dir"
	for knob in $knobs; do
		accepted "$knob" 'every 3'
		accepted "$knob" 'nth 4294967295'
		accepted "$knob" 'after 1'
		accepted "$knob" off
	done
	refused "every zeroth" error 'every 0' "$INVALID"
	refused "every without a number" error every "$INVALID"
	refused "a negative count" error 'nth -1' "$INVALID"
	refused "a count above 32 bits" error 'nth 4294967296' "$INVALID"
	refused "after nothing" error 'after 0' "$INVALID"
	refused "a rule and more" error 'after 1 2' "$INVALID"
	refused "half a rule" error 'aft 1' "$INVALID"
	refused "an unknown rule" error 'sometimes 3' "$INVALID"
	refused "on, without saying when" error 1 "$INVALID"
	is "knobs can be set before live" "$(put error 'nth 5')$(put live 1)$(get error)" 'nth 5'
	for knob in $knobs; do
		accepted "$knob" 'nth 1000'
		accepted "$knob" off
	done
	accepted late_ns 5
	accepted jitter_ns 0
	rmdir "$dir"
}

test_live() {
	mkdir "$dir"
	put channels 3 >/dev/null
	is "live=1 works" "$(put live 1)$(get live)" 1
	name=$(get dev_name)
	is "the device has the driver dma-sim" \
		"$(basename "$(readlink "/sys/bus/platform/devices/$name/driver")")" dma-sim
	is "and as many channels as asked for" "$(channels_of "$name")" 3
	is "whose sinks have had nothing" "$(get sink)" "0 0 00000000
1 0 00000000
2 0 00000000"
	is "which have had no cyclic transfer" "$(get streams)" "0 0 0 0 0 0 0 0
1 0 0 0 0 0 0 0
2 0 0 0 0 0 0 0"
	# shellcheck disable=SC2086 # one line for each
	is "which has spoilt nothing" "$(get injected)" "$(printf '%s 0\n' $knobs)"
	is "live=1 twice is once" "$(put live 1)$(get dev_name)" "$name"
	for pair in channels=2 descriptors=2 context=inline engine=null latency_ns=1 bandwidth=1 \
		order=window window=9 fence=ignore seed=2 operations=1 mask_bits=32 \
		max_segment=2 align=1 slave_align=1 max_xor=2 max_pq=2 pq_continue=0 widths=2 \
		min_burst=0 max_burst=1 max_sg_burst=1 directions=1 fifo=4 cyclic=0 max_periods=1 \
		rate=0 public=1 terminate=0 synchronize=0 pause=0 resume=0 coalesce=1 \
		residue=burst reports=0 prep_blocks=1 forgets=1; do
		refused "${pair%=*} is fixed while live" "${pair%=*}" "${pair#*=}" "$BUSY"
	done
	is "live=0 works" "$(put live 0)$(get live)" 0
	is "then the name is gone" "$(get dev_name)" ""
	is "and the device" "$(ls -d "/sys/devices/platform/$name" 2>/dev/null)" ""
	is "live=0 twice is once" "$(put live 0)$(get live)" 0
	is "settings are free again" "$(put channels 2)" ""
	is "live again: the same name" "$(put live 1)$(get dev_name)" "$name"
	is "with the new setting" "$(channels_of "$name")" 2
	mkdir "$dir-2"
	echo 1 >"$dir-2/live"
	[ "$(cat "$dir-2/dev_name")" != "$name" ]
	ok "a second device has another name" $?
	rmdir "$dir-2"
	rmdir "$dir"
	ok "rmdir of a live device works" $?
	is "and takes the device along" "$(ls -d "/sys/devices/platform/$name" 2>/dev/null)" ""
}

test_together() {
	mkdir "$dir"
	put context inline >/dev/null
	put latency_ns 1000 >/dev/null
	is "inline with latency does not start" "$(put live 1)$(get live)" "${INVALID}0"
	put latency_ns 0 >/dev/null
	put bandwidth 1000000 >/dev/null
	is "inline with bandwidth does not start" "$(put live 1)$(get live)" "${INVALID}0"
	put bandwidth 0 >/dev/null
	is "inline without starts" "$(put live 1)$(get live)" 1
	put live 0 >/dev/null
	put engine null >/dev/null
	for knob in corrupt polynomial copies coefficient short stale; do
		put $knob 'every 1' >/dev/null
		is "a null engine does not start with $knob" "$(put live 1)$(get live)" \
			"${INVALID}0"
		put $knob off >/dev/null
		put live 1 >/dev/null
		refused "nor takes $knob while live" $knob 'every 1' "$INVALID"
		put live 0 >/dev/null
	done
	for knob in wrong_residue jitter skip late_terminate; do
		accepted $knob 'every 1'
		is "$knob needs no data" "$(put live 1)$(get live)" 1
		put live 0 >/dev/null
		accepted $knob off
	done
	put widths 0x20 >/dev/null
	is "a register of five bytes does not start" "$(put live 1)$(get live)" "${INVALID}0"
	put widths 278 >/dev/null

	put stall 'every 1' >/dev/null
	refused "a broken device does not become public" public 1 "$BUSY"
	put stall off >/dev/null
	refused "public is 0 or 1" public x "$INVALID"
	accepted public 1
	refused "a public device does not become broken" error 'nth 1' "$BUSY"
	for pair in order=window fence=ignore prep_blocks=1; do
		before=$(get "${pair%=*}")
		put "${pair%=*}" "${pair#*=}" >/dev/null
		is "a public device does not start with $pair" "$(put live 1)$(get live)" \
			"${INVALID}0"
		put "${pair%=*}" "$before" >/dev/null
	done
	put order execute >/dev/null
	is "a public device starts" "$(put live 1)$(get live)" 1
	refused "a live public device does not become broken" late 'nth 1' "$BUSY"
	accepted error off
	rmdir "$dir"
}

test_unbind() {
	mkdir "$dir"
	put live 1 >/dev/null
	name=$(get dev_name)
	echo "$name" >$driver/unbind
	is "unbound by hand: not live" "$(get live):$(get dev_name)" 0:
	is "and settings are free" "$(put channels 7)" ""
	echo "$name" >$driver/bind
	is "bound by hand: live" "$(get live):$(get dev_name)" "1:$name"
	is "with the new setting" "$(channels_of "$name")" 7
	echo "$name" >$driver/unbind
	is "live=1 after an unbind works" "$(put live 1)$(get live)" 1
	echo "$name" >$driver/unbind
	is "live=0 after an unbind works" "$(put live 0)$(get live)" 0
	is "and removes the device" "$(ls -d "/sys/devices/platform/$name" 2>/dev/null)" ""
	if [ -w /sys/bus/platform/drivers_autoprobe ]; then
		echo 0 >/sys/bus/platform/drivers_autoprobe
		is "live=1 fails truly if nothing probes" "$(put live 1)$(get live)" \
			'No such device or address0'
		echo 1 >/sys/bus/platform/drivers_autoprobe
	else
		skip "live=1 fails truly if nothing probes" "autoprobe cannot be switched off"
	fi
	rmdir "$dir"
}

test_module_in_use() {
	mkdir "$dir"
	modprobe -r dma-sim 2>/dev/null
	is "the module stays while there is a directory" $? 1
	is "which is still there" "$(get live)" 0
	rmdir "$dir"
	modprobe -r dma-sim
	ok "and goes afterwards" $?
	modprobe dma-sim default=0
}

# A channel is held while dmactl measures on it; everything else here needs no client.
hold() { # DEVICE
	dmactl memcpy -c "$1/0" -s 4K -t 30 >/dev/null 2>&1 &
	holder=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		grep -q 1 /sys/devices/platform/"$1"/dma/*/in_use && return 0
		kill -0 $holder 2>/dev/null || return 1
		sleep 0.5
	done
	return 1
}

test_held() {
	mkdir "$dir"
	put live 1 >/dev/null
	name=$(get dev_name)
	if ! hold "$name"; then
		kill $holder 2>/dev/null
		for what in "live=0 is refused while held" "and leaves it live" \
			"the module stays while held" "rmdir works while held" \
			"the holder comes to an end"; do
			skip "$what" "dmactl does not work here, nothing can hold a channel"
		done
		rmdir "$dir"
		return
	fi
	is "live=0 is refused while held" "$(put live 0)" "$BUSY"
	is "and leaves it live" "$(get live):$(channels_of "$name")" 1:4
	modprobe -r dma-sim 2>/dev/null
	is "the module stays while held" $? 1
	rmdir "$dir"
	is "rmdir works while held" "$?:$(ls -d "/sys/devices/platform/$name" 2>/dev/null)" 0:
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		kill -0 $holder 2>/dev/null || break
		sleep 0.5
	done
	! kill -0 $holder 2>/dev/null
	ok "the holder comes to an end" $?
	kill -KILL $holder 2>/dev/null
	wait $holder 2>/dev/null
}

test_log() {
	is "mistakes leave no line of ours in the kernel log" \
		"$(dmesg | sed "1,/$mark/d" | grep -i 'dma.sim' | grep -v 'module.*taint')" ""
}

mark="sim-configfs begins $$"
echo "$mark" >/dev/kmsg
test_default_device
test_defaults
test_values
test_knobs
test_live
test_together
test_unbind
test_module_in_use
test_held
test_log
echo "1..$points"
[ $failed -eq 0 ]
