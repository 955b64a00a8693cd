#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The real dmactl on engines that fail, hang, leave, or are held by somebody else.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"

load_modules

# injected NAME DEFECT TIMES: that often, says the device, it has done so.
injected()
{
	run cat "$sims/$1/injected"
	out_has "^$2 $3\$"
}

short="-n 200 -w 0"

t "set the knob error: exit 1 and how many; clear it: exit 0"
sim t-fault
knob t-fault error "every 5"
# shellcheck disable=SC2086	# several options
run dmactl memcpy -c sim:t-fault/0 $short
status_is 1
err_has "40 of 200 operations failed"
# shellcheck disable=SC2086
run dmactl memcpy -c sim:t-fault/0 $short -m submit -q 4 -j
status_is 1
json 'd["exit_code"] == 1 and d["results"][0]["failed"] == 40'
json 'd["results"][0]["operations"] == 160 and d["results"][0]["bytes"] == 160 * 4096'
knob t-fault error off
# shellcheck disable=SC2086
run dmactl memcpy -c sim:t-fault/0 $short
status_is 0
injected t-fault error 80

t "set the knob corrupt: exit 1, the place is named, the rate is not; clear it: exit 0"
knob t-fault corrupt "every 10"
run dmactl memcpy -c sim:t-fault/0 -n 50 -w 0 -v full
status_is 1
err_has "operation [0-9]+ at offset [0-9]+, expected 0x[0-9a-f]+, found 0x[0-9a-f]+"
run dmactl memcpy -c sim:t-fault/0 -n 50 -w 0 -v full -j
status_is 1
json 'd["results"][0]["verify"]["mismatches"] > 0 and not d["results"][0]["valid"]'
json 'd["results"][0]["throughput_bytes_per_second"] is None'
json 'd["results"][0]["why_invalid"]'
knob t-fault corrupt off
run dmactl memcpy -c sim:t-fault/0 -n 50 -v full
status_is 0

t "set the knob prep_null: the operations are retried and all go well"
knob t-fault prep_null "every 3"
# shellcheck disable=SC2086
run dmactl memcpy -c sim:t-fault/0 $short -v full -j
status_is 0
json 'd["results"][0]["operations"] == 200 and d["results"][0]["retries"] > 0'
injected t-fault prep_null "$(python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["results"][0]["retries"])' "$tmp/out")"
knob t-fault prep_null "every 1"
run dmactl memcpy -c sim:t-fault/0 -n 10 -w 0 -T 300ms
status_is 1
err_has .
knob t-fault prep_null off
no_sims

# timed_out NAME DEFECT [HABIT...]: a device whose 30th operation has it, and $command on it, with
# a short time-out; again with longer ones where the host was too slow for the operations before.
timed_out()
{
	sim=$1 defect=$2
	shift 2
	for ms in 300 1200 4800; do
		sim "$sim" "$@"
		knob "$sim" "$defect" "nth 30"
		# shellcheck disable=SC2086	# several options
		run dmactl memcpy -c "sim:$sim/0" -n 100 -w 0 $command -T ${ms}ms
		if [ $ms = 4800 ] || ! grep -q "^$defect 0" "$sims/$sim/injected"; then
			break
		fi
		sim_gone "$sim"
	done
}

# stalled NAME MODE SENTENCE [HABIT...]: a stall is exit 1 with that sentence.
stalled()
{
	name_of=$1 command="-q 4 -m $2" sentence=$3
	shift 3
	timed_out "$name_of" stall "$@"
	status_is 1
	err_has "timed out"
	err_has "$sentence"
	err_is_short 3
}

for mode in run submit; do
	t "a stall, class (a), $mode: stopped, and usable at once"
	stalled t-stall "$mode" "stopped"
	run dmactl memcpy -c sim:t-stall/0 -n 50 -v full
	status_is 0
	no_sims

	t "a stall, class (b), $mode: stopped, not synchronized, and usable at once"
	stalled t-stall "$mode" "not synchronized" synchronize=0
	run dmactl memcpy -c sim:t-stall/0 -n 50 -v full
	status_is 0
	no_sims

	t "a stall, class (c), $mode: quarantine, told by all, until the callback comes"
	stalled t-stall "$mode" quarantine terminate=0 synchronize=0
	run dmactl list
	out_has "/0 .*quarantine"
	run dmactl list --format openmetrics
	out_has "^dmactl_channel_state\{channel=\".*/0\".*,state=\"quarantined\"\} 1$"
	out_has "^dmactl_quarantine_callbacks_owed\{.*leaked=\"false\"\} [1-9]"
	run dmactl memcpy -c sim:t-stall/0 -n 50
	status_is 1
	err_has quarantine
	run dmactl doctor
	status_is 1
	out_has quarantine
	run dmactl info sim:t-stall/0
	out_has quarantine
	out_has "^stopping +\(c\)"
	run dmactl memcpy -c sim:t-stall/1 -n 50 -w 0 -v full
	status_is 0
	knob t-stall stall off
	soon sh -c "dmactl list | grep '/0 .*free'"
	run dmactl memcpy -c sim:t-stall/0 -n 50 -v full
	status_is 0
	run dmactl doctor
	status_is 0
	no_sims
done

t "a lost interrupt is told apart from a stall"
command=
timed_out t-lost lost_interrupt
status_is 1
err_has "interrupt"
run dmactl memcpy -c sim:t-lost/0 -n 100 -w 0 -T 300ms -p
status_is 0
no_sims

# leaves STATE OPTION...: a memcpy whose provider goes, once its channel is in that state
leaves()
{
	state=$1
	shift
	sim t-leave
	dev=$(cat "$sims/t-leave/dev_name")
	timeout -k 5 600 dmactl memcpy -c sim:t-leave/0 -t 500 "$@" \
		>"$tmp/out" 2>"$tmp/err" </dev/null &
	pid=$!
	what="dmactl memcpy $*, provider leaving"
	soon sh -c "dmactl list | grep -E '$dev/0 .*($state)'"
	rmdir "$sims/t-leave" || bad "rmdir"
	wait "$pid"
	status=$?
	status_is 1
}

t "a provider that leaves in the middle: exit 1 and a sentence, and no hang"
for mode in run submit; do
	leaves busy -m $mode
	err_has .
	err_is_short 3
done
run dmactl list
status_is 0
out_lacks "$dev/"

t "a provider that leaves while its memory is looked at: no data are wrong, and nobody dies of it"
for _ in 1 2 3 4 5 6; do
	leaves 'busy|claimed' -B coherent -s 1M -v full -j
	err_has "the channel is gone: its provider was unbound"
	json 'd["exit_code"] == 1 and
		all(r["verify"]["mismatches"] == 0 for r in d["results"])'
done

t "a channel that another dmactl holds: the holder is named exactly"
sim t-held
dev=$(cat "$sims/t-held/dev_name")
dmactl memcpy -c sim:t-held/0 -t 600 >/dev/null 2>&1 </dev/null &
pid=$!
soon sh -c "dmactl list | grep '$dev/0 .*busy'"
run dmactl memcpy -c sim:t-held/0 -n 10
status_is 77
err_has "$pid"
err_has dmactl
run dmactl info sim:t-held/0
out_has "$pid"
run dmactl memcpy -c sim:t-held/1 -n 10
status_is 0
kill -INT "$pid"
wait "$pid"

t "a glob takes the free ones and lists those skipped"
dmactl memcpy -c sim:t-held/0 -t 600 >/dev/null 2>&1 </dev/null &
pid=$!
soon sh -c "dmactl list | grep '$dev/0 .*busy'"
run dmactl memcpy -c "$dev/*" -n 50 -j
status_is 0
json 'sorted(r["channel_stable"] for r in d["results"] if r["channel"] != "all") ==
	["'"$dev"'/%d" % i for i in (1, 2, 3)]'
json 'len(d["skipped"]) == 1'
kill -INT "$pid"
wait "$pid"

t "monitor says that it listens, and then what happens, a JSON object a line"
timeout -k 5 60 dmactl monitor -j -n 4 >"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
what="dmactl monitor"
soon grep -q listening "$tmp/err"
dmactl memcpy -c sim:t-held/2 -n 10 -w 0 >/dev/null 2>&1
dmactl memcpy -c sim:t-held/3 -n 10 -w 0 >/dev/null 2>&1
wait "$pid"
status=$?
status_is 0
[ "$(wc -l <"$tmp/out")" = 4 ] || bad "$(wc -l <"$tmp/out") lines, not 4"
said=$(python3 - "$tmp/out" 2>&1 <<-'END'
	import json, sys
	events = [json.loads(line) for line in open(sys.argv[1])]
	text = [json.dumps(e) for e in events]
	assert all("claim" in text[i] and "release" in text[i + 1] for i in (0, 2)), text
	assert "/2" in text[0] and "/3" in text[3], text
END
) || bad "$said"

t "monitor ends by itself after its time"
run dmactl monitor -t 500ms
status_is 0

t "sim: what cannot be made or found is refused with a sentence"
run dmactl sim create t-held
[ "$status" != 0 ] || bad "it was made twice"
err_has t-held
run dmactl sim create t-odd --channels 65
status_is 64
run dmactl sim destroy t-none
[ "$status" != 0 ] || bad "it destroyed what is not there"
err_has t-none
run dmactl sim fault t-held nonsense --every 2
status_is 64
run dmactl sim create t-made --channels 2 --context thread --no-terminate --latency 1ms
status_is 0
run dmactl sim list
out_has "^t-made .* 2 +thread"
run dmactl info sim:t-made/1
out_has "^stopping +\(c\)"
run dmactl sim destroy t-made
status_is 0
[ ! -d "$sims/t-made" ] || bad "it is still there"
no_sims

t "cells that a channel has no part in are told, and all is not all then"
sim t-left
knob t-left stall "nth 5"
run dmactl memcpy -c sim:t-left/0 -c sim:t-left/1 -n 10 -w 0 -T 300ms -j -s 1K,2K,4K
status_is 1
json '{x["job"] for x in d["skipped"]} == {"%s, size %s, depth 1, batch 1, repeat 1" % (c, s)
	for s in ("2K", "4K") for c in {r["channel_stable"] for r in d["results"] if r["timed_out"]
	and r["channel"] != "all"}}'
json 'not any(r["valid"] for r in d["results"] if r["channel"] == "all" and r["size"] > 1024)'
no_sims

t "a signal before the first cell: 130, and the document is whole"
sim t-early
early()
{
	rm -f "$tmp/early.json"
	run timeout --preserve-status "$@" dmactl memcpy -c sim:t-early/0 -t 60 -j \
		-o "$tmp/early.json"
	# Nothing at all: the program had not come to main yet.
	[ -s "$tmp/out" ] || return 0
	came=yes
	status_is 130
	json 'd["exit_code"] == 130 and (d["skipped"] or d["results"][0]["interrupted"])'
	cmp -s "$tmp/out" "$tmp/early.json" || bad "the file has another document"
	[ ! -e "$tmp/early.json.partial" ] || bad "the partial one is left"
}
came=
for after in 0.05 0.1 0.2 0.5 1 2 4 8; do
	[ $after != 2 ] || [ -z "$came" ] || break	# only where the host is too slow so far
	early -s INT $after
	early -s TERM $after
	early --foreground -s INT $after
done
[ -n "$came" ] || bad "it never came to main"

t "a file gets the document of a failure, and no file is standard output"
run dmactl memcpy -c sim:t-none/0 -o "$tmp/none.json"
status_is 77
[ -s "$tmp/none.json" ] || bad "nothing is in the file"
run sh -c "exec dmactl memcpy -c sim:t-early/0 -n 10 -w 0 -s 4K --save '$tmp/z' >&-"
status_is 1
[ "$(wc -c <"$tmp/z")" = 4096 ] || bad "the file has more than the data"
no_sims

t "what dma-sim refuses is said in a sentence"
run dmactl sim create t-clash --context inline --latency 1us
status_is 64
err_has "nothing could wait"
run dmactl sim create t-null --engine null
status_is 0
run dmactl sim fault t-null corrupt
status_is 1
err_has "moves no data that corrupt could spoil"
no_sims

leaves_nothing
finish
