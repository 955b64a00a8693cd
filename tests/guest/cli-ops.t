#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The real dmactl's xor, pq, interleave, sg and segments on the real modules: all of them in every
# context, memory of every kind, what is split, what fails, and what is refused.

# shellcheck disable=SC2086	# $channel and $loop are several words
# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/guest/cli-ops.sh
. "${0%/*}/cli-ops.sh"

load_modules

for context in inline softirq timer thread; do
	sim t-ops context=$context
	for mode in run submit; do
		t "every operation, verified, $context context, -m $mode"
		commands >"$tmp/list"
		each -m $mode -n 12 -q 3 <"$tmp/list"
		docs 'r["valid"] and r["operations"] == r["attempted"] == 12'
		docs 'r["verify"]["covered_operations"] == 12 and not r["verify"]["mismatches"]'
		docs '(r["parity_checks"] or {"bad": 36})["bad"] >= 36'
		docs 'r["descriptors"] == 1'
	done
	t "a loopback, $context context: what goes out comes back"
	each <<-END
		sg -d mem-to-dev $loop -n 200 -q 3 -s 10004 --segments 3
		sg -d dev-to-mem $loop -n 200 -q 3 -s 10004 --segments 2 -m submit
		sg -d mem-to-dev $loop -n 20 -s 100000
	END
	for time in 50ms 500ms 5s; do	# until something was in time
		run dmactl sg -d mem-to-dev $loop -t $time -w 5 -v full -j
		! grep -q '"operations": *0,' "$tmp/out" || continue
		break
	done
	status_is 0
	cat "$tmp/out" >>"$tmp/docs"
	docs 'r["valid"] and r["operations"] > 0 and r["failed"] == 0'
	docs 'r["channel"] == "all" or r["verify"]["covered_operations"] ==
		(r["operations"] if r["direction"] == "dev-to-mem" else 0)'
	docs 'r["channel"] != "all" or r["operations"] % 2 == 0'
	t "a pq with more sources than the channel takes, $context context"
	each -m submit -n 12 -q 3 -s 10001 $channel <<-END
		pq --sources 9
		pq --sources 33
		pq --sources 33 --no-p
		pq --sources 33 --no-q -b 3
	END
	docs 'r["valid"] and r["operations"] == r["verify"]["covered_operations"] == 12'
	docs 'r["descriptors"] in ([2] if r["sources"] == 9 else [5, 6])'
	docs 'r["latency_ns"]["samples"] == 12'
	no_sims
done

t "operations that pass each other are right all the same"
for order in window execute; do
	sim t-ops order=$order context=thread latency_ns=20000
	commands | grep -v '^sg' >"$tmp/list"
	each -n 64 -q 16 <"$tmp/list"
	docs 'r["valid"] and r["verify"]["covered_operations"] == 64'
	each -n 64 -q 16 -m submit $channel <<-END
		pq --sources 20
	END
	docs 'r["valid"] and r["verify"]["covered_operations"] == 64'
	no_sims
done

t "the parts of a stream that passed each other are known"
sim t-ops order=window context=thread latency_ns=20000
each -n 64 -q 16 $channel <<-END
	sg -d dev-to-mem
END
docs 'r["valid"] and r["verify"]["covered_operations"] == 64'
no_sims

sim t-ops
kinds="user dmabuf:udmabuf pages,user user,coherent"
[ ! -e /dev/dma_heap/system ] || kinds="$kinds dmabuf:heap/system,dmabuf:udmabuf"
for kind in $kinds; do
	t "memory of kind $kind"
	if [ "${kind#*udmabuf}" != "$kind" ] && [ ! -e /dev/udmabuf ]; then
		skip="no /dev/udmabuf here"
		run dmactl memcpy $channel -B "$kind" -n 10
		status_is 77
		err_has "there is no /dev/udmabuf here"
		continue
	fi
	for mode in run submit; do
		commands | grep -v -e '--no-[pq]' -e '-s 1 ' >"$tmp/all"
		# In the kernel a check is one descriptor.
		cp "$tmp/all" "$tmp/list"
		[ $mode = submit ] || grep -v -e --check "$tmp/all" >"$tmp/list"
		each -B "$kind" -m $mode -n 6 -q 2 <"$tmp/list"
		docs 'r["valid"] and r["verify"]["covered_operations"] == 6'
		docs 'r["buffer"] == "'"$kind"'"'
	done
done
t "memory that is not there is 77"
run dmactl memcpy $channel -B dmabuf:heap/none -n 10
status_is 77
err_has "there is no /dev/dma_heap/none here"
err_is_short 1

t "user pages are split where they are not contiguous, and counted"
run dmactl memcpy $channel -B user -s 256K -n 20 -v full -j
status_is 0
json '1 <= d["results"][0]["descriptors"] <= 64'
run dmactl memcpy $channel -B user -s 256K -n 20 --align 4K --offset 100,300 -v full -j
status_is 0
json 'd["results"][0]["descriptors"] > 64'
run dmactl memcpy $channel -B user -s 256K -n 20 --align 4K --offset 100,300
out_has "descriptors per operation"
no_sims

t "above the segment limit an operation is split, and counted"
sim t-ops max_segment=4096
each -n 12 -q 3 $channel <<-END
	memcpy -s 64K
	memset -s 64K
	xor -s 64K
	pq -s 64K
	interleave --frames 64 --chunk 1K --dst-gap 1K
	interleave --frames 8 --chunk 8K --src-gap 64
END
docs 'r["valid"] and r["verify"]["covered_operations"] == 12 and r["descriptors"] == 16'
each -n 12 -q 3 $channel <<-END
	memset --segments 3 -s 64K
	sg -d mem-to-dev --segments 3 -s 64K
	sg -d dev-to-mem --segments 3 -s 64K
END
docs 'r["valid"] and r["verify"]["covered_operations"] == 12'
each -n 12 -q 3 -m submit $channel <<-END
	pq --sources 20 -s 64K
END
docs 'r["valid"] and r["descriptors"] == 16 * 4'
each -n 12 -q 3 -m submit $channel <<-END
	xor --check -s 64K
	pq --check -s 64K
END
docs 'r["valid"] and r["descriptors"] == 16 and r["parity_checks"]["bad"] >= 36'
run dmactl pq --check -s 64K $channel -n 12
status_is 77
err_has "65536 bytes take several descriptors .* needs -m submit"
no_sims

t "limits of sources are those of the channel"
sim t-ops max_xor=3 max_pq=4
run dmactl xor --sources 4 $channel
status_is 77
err_has "takes at most 3, not 4"
run dmactl xor --sources 3 --check $channel
status_is 77
err_has "takes at most 2 and their parity, not 3"
run dmactl pq --sources 5 $channel
status_is 77
err_has "takes at most 4 in one operation, not 5: several operations need -m submit"
each -n 12 -q 3 -m submit $channel <<-END
	xor --sources 3
	pq --sources 4
	pq --sources 7
	pq --sources 7 --no-p
END
docs 'r["valid"] and r["descriptors"] == (1 if r["sources"] < 5 else
	2 if r["bytes_written"] == r["bytes"] else 4)'
no_sims
sim t-ops max_pq=3 pq_continue=0
run dmactl pq --sources 4 -m submit $channel
status_is 77
err_has "cannot go on from P and Q that are there: it takes at most 3 sources"
no_sims

sim t-ops
t "operations that fail are counted, and nothing else is wrong"
knob t-ops error "every 4"
commands | grep -v -e --check >"$tmp/list"
while read -r line; do
	for mode in run submit; do
		run dmactl $line -m $mode -n 40 -q 4 -w 0 -v full
		status_is 1
		err_has "10 of 40 operations failed"
	done
done <"$tmp/list"
run dmactl pq --sources 20 $channel -m submit -n 40 -q 4 -w 0 -v full -j
status_is 1
json 'd["results"][0]["operations"] + d["results"][0]["failed"] == 40'
json 'd["results"][0]["failed"] > 10 and d["results"][0]["verify"]["mismatches"] == 0'
knob t-ops error off

t "an operation that hangs is stopped"
for c in xor "pq --check" "$frames" "sg -d dev-to-mem" "memset --segments 3" \
	"pq --sources 20 -m submit"; do
	knob t-ops stall "nth 10"
	run dmactl $c $channel -n 100 -w 0 -q 4 -T 300ms
	status_is 1
	err_has "timed out: nothing completed for 300ms; it was stopped and can be used again"
done
knob t-ops stall off
t "a loopback needs two channels"
run dmactl sg -d mem-to-dev --endpoint loopback $channel -n 100
status_is 64
err_has "needs two channels"

t "Ctrl-C ends a loopback at both ends"
before=$(dones t-ops)
dmactl sg -d mem-to-dev $loop -t 600 -w 0 -j >"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
what="dmactl sg, interrupted"
soon more_done t-ops "$before"
kill -INT "$pid"
wait "$pid"
status=$?
status_is 130
json 'all(r["interrupted"] and r["valid"] and r["operations"] > 0 for r in d["results"])'
json 'd["results"][0]["operations"] == d["results"][1]["operations"]'

t "what the channel or the module does not have is 77, and nothing is moved"
while IFS='|' read -r args sentence; do
	run dmactl $args $channel -n 10
	status_is 77
	err_has "$sentence"
	err_is_short
done <<END
xor --sources 9|takes at most 8, not 9
pq --sources 9|several operations need -m submit
pq --sources 9 --check|takes at most 8, not 9
memset --segments 257|above the module's limit of 256
sg -d mem-to-dev --width 3 -s 30|does not do 3 bytes
sg -d mem-to-dev --width 16|does not do 16 bytes
sg -d dev-to-mem --burst 17|at most 16 accesses
sg -d mem-to-dev --endpoint line|not taken by its request line
sg -d mem-to-dev --endpoint raw:0x1000|raw_address=1
END
no_sims
sim t-ops directions=2 widths=2 max_burst=4
run dmactl sg -d dev-to-mem --width 1 $channel
status_is 77
err_has "does not go dev-to-mem"
run dmactl sg -d mem-to-dev --width 4 $channel
status_is 77
err_has "does not do 4 bytes"
run dmactl sg -d mem-to-dev --width 1 --burst 5 $channel
status_is 77
err_has "at most 4 accesses"
run dmactl sg -d mem-to-dev --width 1 --burst 4 -n 10 $channel
status_is 0
run dmactl info sim:t-ops/0
out_has "^directions +mem-to-dev$"
no_sims

leaves_nothing
finish
