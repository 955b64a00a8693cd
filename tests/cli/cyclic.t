#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# cyclic on the fake's rings (fake_stream.c): what is lost and how that is told, where data come from
# and go to, how a stream ends, and what is refused.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any
FAKE=ring
in='cyclic -d dev-to-mem --period 64 -n 200'
out='cyclic -d mem-to-dev --period 64 -n 200'
# A period whose words are cut: its data tell no number.
blind='cyclic -d dev-to-mem --width 2 --period 66 -n 200'
# shellcheck disable=SC2034	# used by eval
polled="$in -p"
# shellcheck disable=SC2034
wide_in="$in --periods 8" wide_out="$out --periods 8"

golden cyclic-in.out cyclic -d dev-to-mem --period 64 -n 2000
golden cyclic-out.out cyclic -d mem-to-dev --period 64,128,4K -n 1500
golden cyclic.json cyclic -d dev-to-mem --period 64 -n 20 -j

# What is lost, and what is known of it: FAKE | FAULT | command | of the result
while IFS='|' read -r f FAULT command want; do
	FAKE="ring $f"
	eval "command=\$$command"
	# shellcheck disable=SC2086	# several options
	run $command -j
	js "[$f] <$FAULT> $command: $want" "r['periods'] + r['periods_lost'] >= 200 and
		r['overruns'] + r['underruns'] + r['skipped'] == r['periods_lost'] and
		d['exit_code'] == (1 if r['periods_lost'] else 0) and ($want)"
done <<'END'
||in|r["periods"] == r["callbacks"] == 200 and r["lost_exact"] and r["jitter_ns"]["max"] == 0
||out|r["periods"] == r["callbacks"] == 200 and r["lost_exact"] and r["fitted_period_ns"] == 1e6
||blind|r["periods"] == 200 and r["lost_exact"] and r["verify"]["covered_periods"] == 0
segment||in|r["periods"] == 200 and r["lost_exact"] and r["coalesced"] == 0
segment||out|r["periods"] == 200 and r["lost_exact"] and r["coalesced"] == 0
|coalesce=3|in|r["periods"] == 200 and r["lost_exact"] and r["coalesced"] == 134
|coalesce=3|out|r["periods"] == 200 and r["lost_exact"] and r["coalesced"] == 134
|coalesce=3|blind|r["periods"] == 200 and r["lost_exact"] and r["coalesced"] == 134
|backlog=5|in|r["periods"] == 200 and r["coalesced"] == 0 and not r["residue_jumps"]
|backlog=5|out|r["periods"] == 200 and r["coalesced"] == 0 and not r["residue_jumps"]
|jump=20|wide_in|r["periods"] == 200 and r["residue_jumps"] == 10 and r["jitter_ns"] is None
|jump=20|wide_in|r["lost_exact"] and r["verify"]["mismatches"] == 0
|jump=20|wide_out|r["periods"] == 200 and r["residue_jumps"] == 10 and r["lost_exact"]
|jump=20|blind|r["periods"] == 200 and r["periods_lost"] == 0 and r["lost_exact"]
|jump=20|in|r["periods"] == 200 and r["verify"]["mismatches"] == 0 and r["lost_exact"]
|hush=50 for=2|blind|r["overruns"] == 0 and r["lost_exact"] and r["coalesced"] == 2
|hush=50 for=4|in|r["overruns"] == 4 and r["lost_exact"] and r["periods_lost"] == 4
|hush=50 for=4|blind|r["periods_lost"] == 0 and not r["lost_exact"] and r["jitter_ns"] is None
|hush=50 for=7|in|r["overruns"] == 6 and r["lost_exact"]
|hush=50 for=7|blind|r["periods_lost"] == 2 and not r["lost_exact"]
|coalesce=4|in|r["overruns"] > 140 and r["lost_exact"] and r["skipped"] == 0
|skip=20|in|r["skipped"] == 9 and r["overruns"] == 0 and r["lost_exact"]
|skip=3|in|r["skipped"] == 50 and r["lost_exact"] and r["verify"]["mismatches"] == 0
|omit=20|in|r["skipped"] == 10 and r["overruns"] == 0 and r["lost_exact"] and r["bytes"] == 12160
|omit=2|in|r["skipped"] == 100 and r["verify"]["mismatches"] == 0 and r["lost_exact"]
|omit=3|in|r["skipped"] == 66 and r["verify"]["mismatches"] == 0 and r["lost_exact"]
|omit=20|out|r["skipped"] == 10 and r["periods"] == 190 and r["underruns"] == 0
coarse|omit=20|in|r["skipped"] == 10 and r["overruns"] == 0 and r["lost_exact"]
|skip=20|blind|r["periods_lost"] == 0 and r["lost_exact"]
|drag=1500000|in|r["overruns"] > 60 and r["lost_exact"] and r["skipped"] == 0
|drag=1500000|blind|r["overruns"] > 60 and r["lost_exact"]
|drag=900000|in|r["overruns"] == 0 and r["lost_exact"]
|drag=1500000|out|r["underruns"] > 100 and r["lost_exact"] and r["overruns"] == 0
|drag=1500000|out|r["periods"] + r["underruns"] == 200 and r["bytes"] == 64 * r["periods"]
|drag=9000000|out|r["underruns"] > 190
|drag=900000|out|r["underruns"] == 0
room=5|drag=2000000|in|r["events_dropped"] == 0 and r["lost_exact"]
room=2|drag=6000000|in|r["events_dropped"] > 100 and r["periods_lost"] > 0
room=2|drag=9000000|blind|r["events_dropped"] > 100 and not r["lost_exact"]
coarse||in|r["periods"] == 200 and r["lost_exact"] and r["coalesced"] is None
coarse||in|r["jitter_ns"] is None and r["interval_ns"]["p50"] == 1000000
coarse||blind|r["periods"] == 200 and not r["lost_exact"]
coarse||out|r["periods"] == 200 and not r["lost_exact"]
coarse|coalesce=3|in|r["overruns"] == 136 and r["lost_exact"]
coarse|skip=20|in|r["skipped"] == 9 and r["lost_exact"]
||polled|r["completion"] == "poll" and r["callbacks"] == 0 and r["periods"] == 200
||polled|r["lost_exact"] and r["interval_ns"] is None and r["latency_ns"]["wakeup"] is None
|drag=5000000|polled|r["overruns"] == 160 and r["skipped"] == 0 and r["lost_exact"]
END
FAKE=ring FAULT=''
# shellcheck disable=SC2086	# several options
run $blind -p -j
js 'polled, and the data tell nothing' 'r["periods"] == 200 and r["lost_exact"]'
FAULT=drag=5000000
# shellcheck disable=SC2086
run $blind -p -j
js 'polled too seldom: nobody knows' 'r["periods_lost"] == 0 and not r["lost_exact"]'
FAULT='hush=50 for=7'
# shellcheck disable=SC2086
says 1 'at least 2 periods were lost, 2 to a slow consumer' $blind
prints 'lost: at least 2 (overruns 2, underruns 0, skipped 0)'
prints 'a whole round may have passed between two looks at the engine'
prints '66 198 >=2'
# Twenty thousand periods, and looking for events takes 30, 300, 3,000 of them.
FAKE='ring step=1000'
for ns in 30000 300000 3000000; do
	FAULT=flood=$ns
	run cyclic -d dev-to-mem --period 64 --periods 64 -t 20ms -j
	js "$FAULT: it ends in time, has read what it could, and counts the rest" \
		"r['ended_by'] == 'time' and 20e6 <= r['elapsed_ns'] < 24.1e6 and
		r['periods'] > 60 and not r['verify']['mismatches'] and r['lost_exact'] and
		abs(r['periods'] + r['periods_lost'] - r['elapsed_ns'] / 1000) < 2"
	run cyclic -d dev-to-mem --width 2 --period 66 --periods 64 -t 20ms -j
	js "$FAULT: never more than were lost, and sure only where it is right" \
		"r['ended_by'] == 'time' and r['periods'] > 60 and
		(20000 if r['lost_exact'] else 0) <= r['periods'] + r['periods_lost'] and
		r['periods'] + r['periods_lost'] <= r['elapsed_ns'] / 1000 + 2"
done
FAKE=ring FAULT='hush=50 for=7'
# shellcheck disable=SC2086
says 1 '6 periods were lost (5 allowed), 6 to a slow consumer' $in --allow-lost 5
# shellcheck disable=SC2086
says 0 - $in --allow-lost 6
prints 'lost: 6 (overruns 6'
FAULT=skip=200
# shellcheck disable=SC2086
says 1 '1 period was lost, 1 left out by the engine' $in -n 201
FAULT=drag=1500000
# shellcheck disable=SC2086
says 1 'to a slow producer' $out
FAULT='' FAKE='ring coarse'
# shellcheck disable=SC2086
says 0 - $out
prints 'lost: at least 0'
prints 'the channel does not tell its position, and the data no number'

# The data.
FAKE=ring FAULT=corrupt=150
# shellcheck disable=SC2086
says 1 'wrong data in 1 of 200 checked periods: first in period 149 at offset 32, expected' $in
prints 'checked 200 periods: WRONG DATA'
FAULT=fail=150
# shellcheck disable=SC2086
says 1 'the engine called 1 period failed' $in
FAULT=''
# shellcheck disable=SC2086
run $in --save "$T/saved" -j
js 'what is saved has the checksum that is told' "r['saved_bytes'] == r['bytes'] == 12800 and
	int(r['crc32'], 16) == __import__('zlib').crc32(open('$T/saved', 'rb').read())"
[ "$(od -An -tu4 -j 12796 "$T/saved" | tr -d ' ')" = 3199 ]
point '... and is what the source gave'
# shellcheck disable=SC2086
says 64 'exists already: --force replaces it' $in --save "$T/saved"
# shellcheck disable=SC2086
says 0 - $in --save "$T/saved" --force
no_file "$T/saved.partial" '... under its own name'
# shellcheck disable=SC2086
DMACTL_FAKE=ring "$D" $in --save - 2>"$T/err" | cmp - "$T/saved" >"$T/out" 2>&1
point 'a pipe has the data'
cp "$T/err" "$T/out"
prints '12800 bytes saved'
export T
# shellcheck disable=SC2086
DMACTL_FAKE=ring sh -c '"$0" "$@" --save - 2>"$T/err"; echo $? >"$T/rc"' "$D" $in --period 4K |
	head -c 100 >/dev/null
rc=$(cat "$T/rc")
[ "$rc" = 0 ] && oneline "$T/err" | grep -qF 'the reader has closed its pipe: ended after'
point 'a reader that closes its pipe ends it, which is no failure'
# shellcheck disable=SC2086
says 1 '--save: /dev/full: No space left on device; 0 bytes were saved' $in --save /dev/full
prints 'stopped after'
# shellcheck disable=SC2086
says 64 '/nowhere/x.partial cannot be written: No such file or directory' $in --save /nowhere/x
mkfifo "$T/fifo"
sha256sum <"$T/fifo" >"$T/sum" &
# shellcheck disable=SC2086
says 0 - $in --save "$T/fifo"
wait
[ "$(cut -d' ' -f1 <"$T/sum")" = "$(sha256sum <"$T/saved" | cut -d' ' -f1)" ]
point '... and what is in it is whole'

head -c 1000 /dev/zero | tr '\0' x >"$T/in"
crc=$(python3 -c 'import zlib; print(zlib.crc32(b"x" * 1000))')
says 0 'the last period was padded with 24 zero bytes' cyclic -d mem-to-dev --period 64 \
	--input "$T/in"
run cyclic -d mem-to-dev --period 64 --input "$T/in" -j
js 'a file is sent once' "r['periods'] == 16 and r['bytes'] == 1000 and r['padded_bytes'] == 24 and
	int(r['crc32'], 16) == $crc and r['ended_by'] == 'input' and
	r['verify']['covered_periods'] == 16"
run cyclic -d mem-to-dev --period 500 --input "$T/in" -j
js 'no padding where it fits' 'r["periods"] == 2 and r["padded_bytes"] == 0 and r["bytes"] == 1000'
run cyclic -d mem-to-dev --period 64 --input "$T/in" -n 3 -j
js '-n ends it before' 'r["periods"] == 3 and r["bytes"] == 192 and r["ended_by"] == "count"'
# shellcheck disable=SC2002	# a pipe is what is tried
cat "$T/in" | DMACTL_FAKE=ring "$D" cyclic -d mem-to-dev --period 64 --input - -j >"$T/out"
js 'standard input is sent as well' "r['bytes'] == 1000 and int(r['crc32'], 16) == $crc"
: >"$T/empty"
says 64 'is empty: nothing to send' cyclic -d mem-to-dev --input "$T/empty"
says 1 '--input: -: nothing came from it' cyclic -d mem-to-dev --input -
says 64 '--input: /nowhere: No such file or directory' cyclic -d mem-to-dev --input /nowhere
says 64 '--input: / is a directory' cyclic -d mem-to-dev --input /
FAULT=drag=1500000
run cyclic -d mem-to-dev --period 64 --input "$T/in" -j
js 'with underruns all of it is sent, later' "r['underruns'] > 0 and r['bytes'] == 1000 and
	r['periods'] == 16 and int(r['crc32'], 16) == $crc"
FAULT=''

# Pause, restart, and how it ends.
# shellcheck disable=SC2086
run $in --pause 20ms,300ms -j
js 'a pause is no interval' 'r["pauses"] == 1 and r["periods"] == 200 and r["lost_exact"] and
	r["interval_ns"]["max"] == 1000000 and r["elapsed_ns"] > 490e6'
logs resume
# shellcheck disable=SC2086
run $out --pause 20ms,300ms -j
js 'in the other direction as well' 'r["pauses"] == 1 and r["underruns"] == 0'
# shellcheck disable=SC2086
run $in --restart 3 -j
js 'three restarts' 'r["restarts"] == 3 and r["periods"] == 200 and r["lost_exact"]'
[ "$(grep -c ^start "$T/log")" = 4 ] && [ "$(grep -c ^stop "$T/log")" = 4 ]
point '... are four streams'
# shellcheck disable=SC2086
run $out --restart 3 -j
js 'in the other direction as well' 'r["restarts"] == 3 and r["periods"] == 200'
run cyclic -d dev-to-mem --period 64 -t 100ms -j
js 'for a time' 'r["ended_by"] == "time" and 98 <= r["periods"] <= 100 and d["exit_code"] == 0'
run cyclic -d dev-to-mem --period 64 -t 100ms --restart 1 -j
js 'for a time, in two parts' 'r["ended_by"] == "time" and 96 <= r["periods"] <= 100'
FAULT=interrupt=30
says 130 - cyclic -d dev-to-mem --period 64 -t 60 -j
js 'interrupted: results so far' 'r["interrupted"] and r["periods"] > 20 and
	r["stopped_how"] == "synchronized"'
says 130 - cyclic -d mem-to-dev --period 64 -t 60
FAULT=leave=50
says 1 'the channel is gone: its provider was unbound in mid stream' cyclic -d dev-to-mem --period 64
# shellcheck disable=SC2086
run $in -j
js 'what came before it left is told' 'r["periods"] >= 49 and not r["valid"] and
	r["stopped_how"] is None and r["ended_by"] == "provider"'
FAKE='ring takesmemory'
for command in "$in" "$out" "$in -B pages" "$in -p" "$out -p"; do
	# shellcheck disable=SC2086
	says 1 'the channel is gone: its provider was unbound in mid stream' $command
done
FAKE=ring FAULT=silent
# shellcheck disable=SC2086
says 1 'no period within 2.00s (-T): does the peripheral run?' $in -T 2
FAULT=from=20
# shellcheck disable=SC2086
says 1 'no period within 2.00s (-T): the peripheral or the engine has fallen silent' $in -T 2
# shellcheck disable=SC2086
says 1 'no period within 2.00s (-T)' $out -T 2
# shellcheck disable=SC2086
says 1 'no period within 2.00s (-T)' $in -T 2 -p
FAULT='' FAKE='ring nosync'
# shellcheck disable=SC2086
says 0 - $in
prints 'stopped, not synchronized: the channel was given back and claimed again'
FAKE='ring nostop'
# shellcheck disable=SC2086
says 1 'it cannot be stopped and is in quarantine, its memory is kept' $in
# shellcheck disable=SC2086
run $in -j
js 'quarantine' 'r["stopped_how"] == "quarantined" and not r["valid"]'
FAKE='ring pl330'
# shellcheck disable=SC2086
run $in -c 12680000.dma/1 --endpoint buffer
prints 'given back and claimed again: its driver stays cyclic until then'
prints '(pl330.c:2172)'
logs 'stop flags 2'
# shellcheck disable=SC2086
run $in -c 12680000.dma/1 --endpoint buffer -j
js '... and why' 'r["stopped_how"] == "reopened" and r["quirk_source"] == "pl330.c:2172"'

# Several channels.
FAKE=ring
pair='-c sim:default/0 -d mem-to-dev -c sim:default/3 -d dev-to-mem'
# shellcheck disable=SC2086
run cyclic $pair --endpoint loopback --period 64 -n 60 -j
js 'a loopback in both directions' '[x["direction"] for x in d["results"]] ==
	["mem-to-dev", "dev-to-mem", None] and d["exit_code"] == 0 and
	d["results"][1]["latency_ns"]["end_to_end"]["min"] > 0 and
	d["results"][1]["verify"] == {"covered_periods": 60, "mismatches": 0, "first": None} and
	d["results"][2]["periods"] == 120'
# shellcheck disable=SC2086
says 0 - cyclic $pair --endpoint loopback --period 64 -n 60
prints 'end to end'
prints '[1] dma-sim.0/3 (dma2chan3), driver dma-sim, SIMULATED dev-to-mem, endpoint loopback'
FAULT=corrupt=30
# shellcheck disable=SC2086
says 1 'wrong data in 2 of 60 checked periods: first in period 29 at offset 32' \
	cyclic $pair --endpoint loopback --period 64 -n 60
FAULT=''
# shellcheck disable=SC2086
run cyclic $pair --period 64 -n 60 -j
js 'source and sink side by side' 'd["exit_code"] == 0 and
	[x["endpoint"] for x in d["results"]] == ["sink", "source", None]'
run cyclic -c sim:default/0 -c sim:default/3 -d dev-to-mem --period 64,128 -n 60 -C 0,1 -j
js 'one direction holds for all' '[x["period"] for x in d["results"]] == [64] * 3 + [128] * 3 and
	[x["pinned_cpu"] for x in d["results"]] == [0, 1, None] * 2 and d["exit_code"] == 0'
says 77 '-C: CPU 9 cannot be used' cyclic -d dev-to-mem -n 10 -C 9

# The smallest period.
FAKE='ring pace=1' FAULT=drag=700
says 0 - cyclic -d dev-to-mem --period 8K --find-min-period -t 10ms --quiet
prints 'smallest period without loss: 2K bytes'
run cyclic -d dev-to-mem --period 8K --find-min-period -t 10ms -j
js 'each that was tried is a row' '[x["period"] for x in d["results"]] == [8192, 4096, 2048, 1024] and
	[x["min_period"] for x in d["results"]] == [None] * 3 + [2048] and d["exit_code"] == 0'
says 1 'lost' cyclic -d dev-to-mem --period 1K --find-min-period -t 10ms
prints 'even the period of 1K bytes loses'
FAULT=''
FAKE=ring
says 0 - cyclic -d dev-to-mem --period 64 --find-min-period -n 20
prints 'smallest period without loss: 4 bytes, the least that can be tried'

# What is wrong, or not to be had.
FAKE=ring
says 64 'cyclic needs a direction: -d mem-to-dev or -d dev-to-mem' cyclic
says 64 "-d: 'mem-to-mem' is not mem-to-dev or dev-to-mem" cyclic -d mem-to-mem
says 64 '--period: 0 is no period' cyclic -d dev-to-mem --period 0
says 64 "--period: 'x' is not a list of sizes" cyclic -d dev-to-mem --period x
says 64 '--period: 10 bytes are no multiple of the width 4: 12 would be' \
	cyclic -d dev-to-mem --period 10
says 64 '--width: at most 64 bytes' cyclic -d dev-to-mem --width 65
says 64 'takes at least 2: with one, what the engine writes is what you read' \
	cyclic -d dev-to-mem --periods 1
says 64 "--periods: '0' is not a number of at least 1" cyclic -d dev-to-mem --periods 0
says 64 'a ring of that size is more than 63 bits' \
	cyclic -d dev-to-mem --period 4000000000G --periods 2000M
says 64 '--input: dev-to-mem sends nothing: -d mem-to-dev, or --save' \
	cyclic -d dev-to-mem --input /etc/passwd
says 64 '--save: nothing comes from mem-to-dev' cyclic -d mem-to-dev --save x
says 64 '--save needs one period' cyclic -d dev-to-mem --save x --period 4K,8K
says 64 '--input needs one period' cyclic -d mem-to-dev --input /etc/passwd --find-min-period
says 64 '--save -: standard output is taken by -j' cyclic -d dev-to-mem --save - -j
says 64 '--input: in a loopback the tool makes the data' \
	cyclic -d mem-to-dev --input /etc/passwd --endpoint loopback
says 64 '--endpoint source: it only gives' cyclic -d mem-to-dev --endpoint source
says 64 '--endpoint sink: it only takes' cyclic -d dev-to-mem --endpoint sink
says 64 '8 bytes: in a loopback each period carries 16 bytes of stamps' \
	cyclic -d dev-to-mem --period 8 --endpoint loopback
says 64 '--endpoint loopback takes two channels' cyclic -d dev-to-mem --endpoint loopback
says 64 '-d: 2 directions for 1 channel: give one for all' cyclic -d dev-to-mem -d mem-to-dev
says 64 '--save is for one channel, not 2' cyclic -c sim:default/0 -c sim:default/3 -d dev-to-mem \
	--save "$T/two"
says 64 '--input is for one channel, not 2' cyclic -c sim:default/0 -c sim:default/3 -d mem-to-dev \
	--input /etc/passwd
says 64 '-C: 1 CPUs for 2 channels' cyclic -c sim:default/0 -c sim:default/3 -d mem-to-dev -C 0
says 64 "-B: 'user' is neither coherent nor pages" cyclic -d dev-to-mem -B user
says 64 "-n: '0' is not a count of at least 1" cyclic -d dev-to-mem -n 0
says 64 "-t: '5m' could mean minutes or milliseconds" cyclic -d dev-to-mem -t 5m
says 64 "-T: '0' is not a time" cyclic -d dev-to-mem -T 0
says 64 "--pause: '5ms' is not two times with a comma" cyclic -d dev-to-mem --pause 5ms
says 64 "--restart: 'x' is not a number" cyclic -d dev-to-mem --restart x
says 64 '--restart: 3 times between 3 periods: more -n, or fewer' cyclic -d dev-to-mem --restart 3 -n 3
says 64 '--restart: what the ring still holds is not sent again' \
	cyclic -d mem-to-dev --restart 3 --input /etc/passwd
says 64 '--find-min-period begins at one period' cyclic -d dev-to-mem --find-min-period --restart 1
says 64 "--allow-lost: '-1' is not a number" cyclic -d dev-to-mem --allow-lost=-1
says 64 "--label: 'x' is not KEY=VALUE" cyclic -d dev-to-mem --label x
says 64 '-t, -T and --pause: at most 30 days' cyclic -d dev-to-mem -t 99999min
silent
while IFS='|' read -r f FAULT args want; do
	FAKE=$f
	# shellcheck disable=SC2086
	says 77 "$want" cyclic -n 10 $args -d dev-to-mem
	! grep -q ^start "$T/log"
	point '... and nothing is started'
done <<'END'
||-c sim:default/0|dma-sim.0/0 cannot do cyclic
ring features=0x1bf|||the loaded module has no cyclic streams
ring nopause||--pause 1,1|--pause: dma-sim.0/0 cannot pause
ring noresume||--pause 1,1|--pause: dma-sim.0/0 can pause, but not resume
ring coarse||-p|-p: dma-sim.0/0 does not tell its position (residue granularity descriptor)
ring||-c sim:default/1|dma-sim.0/1 is held by dmactl session 7 (pid 4242, fio)
ring oneway|||dma-sim.0/0 does not go dev-to-mem
ring||--width 3 --period 9|--width: dma-sim.0/0 does not do 3 bytes
ring||--burst 99|--burst: dma-sim.0/0 does at most 16 accesses at a time, not 99
ring||--period 64M|a ring of 268435456 bytes is above the module's limit of 67108864
ring|create=12||no coherent memory for a ring of 16384 bytes
ring|create=12|-B pages|no contiguous memory for a ring of 16384 bytes
ring|create=95||the loaded module has no coherent buffers: -B pages
ring||--endpoint line|was not taken by its request line
END
while IFS='|' read -r f FAULT rc args want; do
	FAKE="ring $f"
	# shellcheck disable=SC2086
	says "$rc" "$want" cyclic -d dev-to-mem -n 10 $args
done <<'END'
most=8||77|--periods 9|dma-sim.0/0 does not take a ring of 9 periods of 4096 bytes: fewer --periods
|shout=105|77||does not take a ring of 4 periods
|shout=22|77||dma-sim.0/0 does not go dev-to-mem with periods of 4096 bytes
|shout=7|77|-B pages|a ring of 16384 bytes is not in one piece for dma-sim.0/0
|shout=16|77||dma-sim.0/0 has something in flight
|shout=95|77||dma-sim.0/0 cannot do cyclic
|shout=121|1||dma-sim.0/0 refused to queue the ring
|shout=5|1||dma-sim.0/0 is in quarantine, or the ring cannot be mapped for it
|shout=19|1||the channel is gone: its provider was unbound
|shout=12|1||the ring on dma-sim.0/0 could not be started: Cannot allocate memory
|map=12|1||the ring could not be mapped: Cannot allocate memory
|reap=5|1||periods could not be taken: Input/output error
|sync=5|1|-B pages|a period could not be synced: Input/output error
END
done_testing
