#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The real dmactl's cyclic on the real modules: what goes in comes out, what is lost is counted as
# it was, pipes, pauses, restarts, a loopback, and streams that end in every way. The rings are long
# for their pace: a guest that stands still for a while loses nothing unless it is meant to.

# shellcheck disable=SC2086	# $in, $out and $loop are several words
# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"

load_modules
# 4 ms a period, 4 s a ring
pace="rate=128000"
in="cyclic -c sim:t-ring/0 -d dev-to-mem --period 512 --periods 1024"
out="cyclic -c sim:t-ring/0 -d mem-to-dev --period 512 --periods 1024"
loop="--endpoint loopback -c sim:t-ring/0 -d mem-to-dev -c sim:t-ring/1 -d dev-to-mem"

# gaps FILE BYTES: periods in FILE, and how many are missing between 0 and the last of them, by
# their numbers; every word is looked at.
gaps()
{
	python3 - "$1" "$2" <<-'END'
		import struct, sys
		data, n = open(sys.argv[1], "rb").read(), int(sys.argv[2])
		last, periods, lost = -1, 0, 0
		for at in range(0, len(data) - n + 1, n):
		    words = struct.unpack("<%dI" % (n // 4), data[at:at + n])
		    assert list(words) == list(range(words[0], words[0] + n // 4)), at
		    number = words[0] // (n // 4)
		    assert number > last, (number, last)
		    lost, last, periods = lost + number - last - 1, number, periods + 1
		print(periods, lost)
	END
}

# lost_is FILE BYTES COUNT: the document in $tmp/out says of FILE what its numbers say. What was
# lost after the last period that came cannot be seen there.
lost_is()
{
	seen=$(gaps "$1" "$2") || bad "the words do not count"
	json "d['results'][0]['periods'] == ${seen% *}"
	json "d['results'][0]['periods_lost'] == ${seen#* } and d['results'][0]['lost_exact'] or
		d['results'][0]['periods_lost'] > ${seen#* } and
		d['results'][0]['periods'] + d['results'][0]['periods_lost'] >= $3"
}

for residue in burst segment descriptor; do
	for context in softirq timer thread; do
		t "both directions, residue of a $residue, $context context"
		sim t-ring residue=$residue context=$context $pace
		for kind in coherent pages; do
			run dmactl $in -n 40 -B $kind -j
			status_is 0
			json 'd["results"][0]["periods"] == 40 and d["results"][0]["lost_exact"]' \
				'd["results"][0]["verify"] ==
				{"covered_periods": 40, "mismatches": 0, "first": None}' \
				'd["results"][0]["stopped_how"] == "synchronized"' \
				'd["results"][0]["simulated"]' \
				'd["results"][0]["buffer"] == "'$kind'"'
			run dmactl $out -n 40 -B $kind -j
			status_is 0
			json 'd["results"][0]["periods"] == 40 and
				d["results"][0]["verify"]["mismatches"] == 0' \
				'd["results"][0]["verify"]["covered_periods"] >= 40'
		done
		no_sims
	done
done

t "stopped, not synchronized: the channel is given back, and nothing is lost by that"
sim t-ring synchronize=0 residue=burst $pace
for command in "$in" "$out"; do
	run dmactl $command -n 40 -j
	status_is 0
	json 'd["results"][0]["periods"] == 40 and d["results"][0]["periods_lost"] == 0' \
		'd["results"][0]["verify"]["mismatches"] == 0' \
		'd["results"][0]["stopped_how"] == "not-synchronized"'
done
no_sims

t "the position is polled, and there is no callback"
sim t-ring residue=burst $pace
for command in "$in" "$out"; do
	run dmactl $command -n 60 -p -j
	status_is 0
	json 'd["results"][0]["periods"] == 60 and d["results"][0]["callbacks"] == 0'
done
no_sims
sim t-ring residue=descriptor $pace
run dmactl $in -n 60 -p
status_is 77
err_has "does not tell its position"
err_is_short 1

t "what cannot be known is at least so many"
run dmactl $in --width 2 --period 514 -n 30 -j
status_is 0
json 'd["results"][0]["periods"] == 30 and not d["results"][0]["lost_exact"]'
json 'd["results"][0]["jitter_ns"] is None and d["results"][0]["coalesced"] is None'
no_sims

t "a slow consumer: what is lost is what is missing in the data"
for residue in burst segment descriptor; do
	sim t-ring residue=$residue rate=4096000
	mkfifo "$tmp/fifo"
	# Not before the pipe, the ring and more are full.
	{ soon passed t-ring 200; cat; } <"$tmp/fifo" >"$tmp/saved" &
	run dmactl cyclic -c sim:t-ring/0 -d dev-to-mem --period 4K --periods 8 -n 1500 \
		--save "$tmp/fifo" -j
	wait
	status_is 1
	err_has "to a slow consumer"
	json 'd["results"][0]["periods_lost"] > 0' \
		'd["results"][0]["skipped"] == 0 or not d["results"][0]["lost_exact"]' \
		'd["results"][0]["saved_bytes"] == d["results"][0]["bytes"]' \
		'd["results"][0]["underruns"] == 0'
	lost_is "$tmp/saved" 4096 1500
	rm "$tmp/fifo" "$tmp/saved"
	run dmactl cyclic -c sim:t-ring/0 -d dev-to-mem --period 4K --periods 2 -n 1500 -j \
		--allow-lost 100000
	json 'd["exit_code"] == 0 and d["results"][0]["verify"]["mismatches"] == 0'
	no_sims
done

t "faster than can be read: it ends in time, and counts no more than the engine made"
for rate in 16000000 128000000; do
	sim t-ring residue=burst coalesce=1 rate=$rate
	run dmactl cyclic -c sim:t-ring/0 -d dev-to-mem --period 4000 --periods 32 -t 1s -j \
		--allow-lost 1000000
	status_is 0
	made=$(head -n 1 "$sims/t-ring/streams" | cut -d ' ' -f 2)
	json 'd["results"][0]["ended_by"] == "time" and d["results"][0]["skipped"] == 0' \
		'd["results"][0]["verify"]["mismatches"] == 0' \
		"d['results'][0]['periods'] + d['results'][0]['periods_lost'] <= $made"
	no_sims
done

t "periods that the engine leaves out are found, and counted exactly"
for residue in burst segment descriptor; do
	sim t-ring residue=$residue $pace
	knob t-ring skip "every 10"
	run dmactl $in -n 105 -j --save "$tmp/saved"
	status_is 1
	err_has "10 periods were lost, 10 left out by the engine"
	json 'd["results"][0]["skipped"] == 10 and d["results"][0]["periods"] == 95'
	lost_is "$tmp/saved" 512 1000
	rm -f "$tmp/saved"
	knob t-ring skip off
	run dmactl $in -n 20
	status_is 0
	no_sims
done
sim t-ring residue=burst $pace
knob t-ring skip "every 10"
run dmactl $out -n 50 -j
status_is 1
json 'd["results"][0]["skipped"] == 5 and d["results"][0]["underruns"] == 0'
knob t-ring skip off
no_sims

t "callbacks that stand for several periods"
for residue in burst segment; do
	sim t-ring residue=$residue coalesce=1 rate=0
	run dmactl cyclic -c sim:t-ring/0 -d dev-to-mem --period 256 --periods 1024 -n 4000 -j \
		--allow-lost 4000
	json 'd["results"][0]["lost_exact"] and d["results"][0]["verify"]["mismatches"] == 0' \
		'd["results"][0]["callbacks"] > 0 and d["results"][0]["coalesced"] >= 0'
	no_sims
done

t "wrong bytes are named"
sim t-ring residue=burst $pace
knob t-ring corrupt "every 7"
run dmactl $in -n 30
status_is 1
err_has "wrong data in 4 of 30 checked periods: first in period [0-9]+ at offset [0-9]+"
knob t-ring corrupt off

t "pipes in both directions"
python3 - >"$tmp/want" <<-'END'
	import struct, sys
	sys.stdout.buffer.write(struct.pack("<6400I", *range(6400)))
END
dmactl $in -n 50 --save - 2>"$tmp/err" </dev/null | cmp - "$tmp/want" || bad "other data"
grep -q '25600 bytes saved' "$tmp/err" || bad "the table is not on standard error"
dmactl $in -n 50 --save - 2>"$tmp/err" </dev/null | head -c 600 >/dev/null
grep -q 'the reader has closed its pipe' "$tmp/err" || bad "$(cat "$tmp/err")"
head -c 20000 "$tmp/want" | dmactl $out --input - -j >"$tmp/out" 2>"$tmp/err"
status=$?
what="dmactl cyclic --input -"
status_is 0
json 'd["results"][0]["bytes"] == 20000 and d["results"][0]["padded_bytes"] == 480'
json 'int(d["results"][0]["crc32"], 16) ==
	__import__("zlib").crc32(open("'"$tmp"'/want", "rb").read()[:20000])'
json 'd["results"][0]["verify"]["covered_periods"] >= 40'
run dmactl $in -n 50 --save "$tmp/kept"
status_is 0
cmp -s "$tmp/kept" "$tmp/want" || bad "other data in the file"
run dmactl $in -n 50 --save /dev/full
status_is 1
err_has "/dev/full: No space left on device; 0 bytes were saved"

t "pause and resume, stop and start again"
for command in "$in" "$out"; do
	for n in 60 240 960; do		# more, where they have passed before the pause
		run dmactl $command -n $n --pause 60ms,150ms -j
		! grep -q '"pauses": *0' "$tmp/out" || continue
		break
	done
	status_is 0
	json 'd["results"][0]["pauses"] == 1 and d["results"][0]["periods"] == '$n
	run dmactl $command -n 60 --restart 3 -j
	status_is 0
	json 'd["results"][0]["restarts"] == 3 and d["results"][0]["periods"] == 60'
done
no_sims
sim t-ring residue=burst pause=0 resume=0 $pace
run dmactl $in -n 60 --pause 60ms,150ms
status_is 77
err_has "cannot pause"
no_sims

t "a loopback in both directions, its latency from end to end"
for residue in burst descriptor; do
	sim t-ring residue=$residue $pace
	run dmactl cyclic $loop --period 512 --periods 1024 -n 60 -j
	status_is 0
	json '[r["direction"] for r in d["results"]] == ["mem-to-dev", "dev-to-mem", None]' \
		'd["results"][1]["verify"]["covered_periods"] >= 60' \
		'd["results"][1]["verify"]["mismatches"] == 0' \
		'd["results"][1]["latency_ns"]["end_to_end"]["min"] > 0'
	no_sims
done

t "sizes side by side, and the search for the smallest"
sim t-ring residue=burst rate=1024000
run dmactl cyclic -c sim:t-ring/0 -d dev-to-mem --period 1K:16K:*4 --periods 64 -n 20 -j \
	--allow-lost 100000
status_is 0
json '[r["period"] for r in d["results"]] == [1024, 4096, 16384]'
run dmactl cyclic -c sim:t-ring/0 -d dev-to-mem --period 64K --periods 4 -n 4 --find-min-period -j
json 'd["results"][-1]["min_period"] is None or d["results"][-1]["min_period"] in
	[r["period"] for r in d["results"] if not r["periods_lost"]]'
no_sims

t "Ctrl-C: results so far"
for command in "$in" "$out" "$in -p"; do
	sim t-ring residue=burst $pace
	dmactl $command -t 600 -j --allow-lost 100000 >"$tmp/out" 2>"$tmp/err" </dev/null &
	pid=$!
	what="dmactl $command, interrupted"
	soon passed t-ring 50
	kill -INT "$pid"
	wait "$pid"
	status=$?
	status_is 130
	json 'd["results"][0]["interrupted"] and d["results"][0]["periods"] > 0' \
		'd["results"][0]["stopped_how"] == "synchronized"'
	no_sims
done

t "a stream is busy for others, and told by whom"
sim t-ring residue=burst $pace
dmactl $in -t 600 >/dev/null 2>&1 </dev/null &
pid=$!
soon passed t-ring 1
for command in "$in" "memcpy -c sim:t-ring/0"; do
	run dmactl $command -n 10
	status_is 77
	err_has "held by dmactl session [0-9]+ .pid $pid"
	err_is_short 1
done

t "neither module unloads in mid stream"
rmmod dmactl 2>/dev/null && bad "dmactl did"
rmmod dma-sim 2>/dev/null && bad "dma-sim did"
kill -0 "$pid" || bad "the stream ended"

t "kill -9 leaves a channel that can be used"
kill -KILL "$pid"
wait "$pid" 2>/dev/null
soon sh -c "dmactl list | grep '$(cat "$sims/t-ring/dev_name")/0 .*free'"
run dmactl $in -n 20
status_is 0
run dmactl memcpy -c sim:t-ring/0 -n 20 -v full
status_is 0
no_sims

t "a provider that leaves in mid stream: exit 1 and a sentence"
for command in "$in" "$out" "$in -p" "$in -B pages" "$out -B pages" "$out -p"; do
	sim t-ring residue=burst $pace
	timeout -k 5 600 dmactl $command -t 500 >"$tmp/out" 2>"$tmp/err" </dev/null &
	pid=$!
	what="dmactl $command, provider leaving"
	soon passed t-ring 20
	rmdir "$sims/t-ring" || bad "rmdir"
	wait "$pid"
	status=$?
	status_is 1
	err_has "the channel is gone: its provider was unbound"
	err_is_short 1
done

t "an engine that falls silent, one that cannot synchronize, one that cannot be stopped"
sim t-ring residue=burst $pace
knob t-ring stall "nth 20"
for command in "$in" "$out" "$in -p"; do
	run dmactl $command -n 1000 -T 500ms
	status_is 1
	err_has "no period within 500ms"
	knob t-ring stall off
	knob t-ring stall "nth 20"
done
knob t-ring stall off
no_sims
sim t-ring residue=burst synchronize=0 $pace
run dmactl $in -n 20
status_is 0
out_has "stopped, not synchronized: the channel was given back and claimed again"
run dmactl $in -n 20
status_is 0
no_sims
sim t-ring residue=burst terminate=0 synchronize=0 $pace
run dmactl $in -n 20
status_is 1
err_has "cannot be stopped and is in quarantine"
run dmactl $in -n 20
status_is 1
err_has quarantine
no_sims

t "what the channel does not take is 77, and nothing is moved"
sim t-ring residue=burst max_periods=8 $pace
while IFS='|' read -r args sentence; do
	run dmactl cyclic -c sim:t-ring/0 -n 10 $args
	status_is 77
	err_has "$sentence"
	err_is_short 1
done <<END
-d dev-to-mem --periods 9|does not take a ring of 9 periods of 4096 bytes: fewer --periods
-d dev-to-mem --width 3 --period 9|does not do 3 bytes
-d dev-to-mem --burst 1000|at most 16 accesses
-d dev-to-mem --period 256M|limit of [0-9]+ for a buffer
-d dev-to-mem --period 64M -B pages|(no contiguous memory for a ring|not in one piece|limit)
-d dev-to-mem --endpoint line|not taken by its request line
END
no_sims
sim t-ring directions=2 $pace
run dmactl $in -n 10
status_is 77
err_has "does not go dev-to-mem"
no_sims
sim t-ring cyclic=0
run dmactl $in -n 10
status_is 77
err_has "cannot do cyclic"
no_sims

leaves_nothing
finish
