#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The real dmactl on the real modules: what it finds, moves, refuses and writes.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"

load_modules

t "list shows every channel with its names, driver and operations, and that it is simulated"
sim t-list channels=3
dev=$(cat "$sims/t-list/dev_name")
run dmactl list
status_is 0
err_is_empty
for i in 0 1 2; do
	out_has "^dma[0-9]+chan$i +$dev/$i +dma-sim +free +SIMULATED.*memcpy.*memset.*interrupt"
done

t "list -j is one JSON document with the same channels"
run dmactl list -j
status_is 0
json 'd["schema"] == "dmactl/1" and d["kind"] == "list" and d["exit_code"] == 0'
json 'sorted(r["channel_stable"] for r in d["results"]) == ["'"$dev"'/%d" % i for i in range(3)]'
json 'all(r["simulated"] for r in d["results"])'

t "info tells one channel, by each form of its name"
for c in "$dev/1" sim:t-list/1 driver:dma-sim/1; do
	run dmactl info "$c"
	status_is 0
	out_has "^$dev/1 .*SIMULATED"
	out_has "^stopping +\(a\)"
done
run dmactl info "$dev/1" -j
status_is 0
json 'd["kind"] == "info"'

t "doctor finds nothing wrong"
run dmactl doctor
status_is 0
out_lacks PROBLEM
no_sims

for context in inline softirq timer thread; do
	sim t-copy context=$context
	for how in "-m run" "-m submit" "-m run -B coherent" "-m submit -B coherent" "-m run -p"; do
		t "memcpy and memset, verified, $context context, $how"
		# shellcheck disable=SC2086	# several options
		for command in memcpy memset; do
			run dmactl $command -c sim:t-copy/0 $how -s 1,63,4K,100001 -q 1,7 \
				-n 40 -w 20 -v full -j
			status_is 0
			json 'len(d["results"]) == 8'
			json 'all(r["operations"] == r["attempted"] == 40 for r in d["results"])'
			json 'all(r["valid"] for r in d["results"])'
			json 'all(r["verify"]["mismatches"] == 0 for r in d["results"])'
			json 'all(r["verify"]["covered_operations"] == 40 for r in d["results"])'
			json 'all(r["bytes"] == 40 * r["size"] for r in d["results"])'
			json 'all(r["simulated"] and r["environment"] if "environment" in r else
				r["simulated"] for r in d["results"])'
		done
	done
	no_sims
done

t "the human table has a line for each cell and says that it is simulated"
sim t-copy
run dmactl memcpy -c sim:t-copy/0 -s 4K,64K -q 1,4 -n 100 -v full
status_is 0
out_has SIMULATED
for cell in "4K +1" "4K +4" "64K +1" "64K +4"; do
	out_has "^ +$cell +100 "
done
[ "$(wc -L <"$tmp/out")" -le 80 ] || bad "a line is longer than 80 columns"

t "an operation that is only an interrupt"
run dmactl interrupt -c sim:t-copy/0 -n 100 -q 4 -j
status_is 0
json 'd["results"][0]["operations"] == 100 and d["results"][0]["bytes"] == 0'

t "two channels at once: a result each, and one for all"
run dmactl memcpy -c sim:t-copy/0 -c sim:t-copy/1 -n 200 -j
status_is 0
json '[r["channel"] for r in d["results"]][-1] == "all" and len(d["results"]) == 3'
json 'd["results"][2]["operations"] == 400'

t "sim:any takes a simulated channel, any never does"
run dmactl memcpy -c sim:any -n 10 -j
status_is 0
json 'd["results"][0]["simulated"]'
run dmactl memcpy -c any -n 10
status_is 77
err_has .

t "a whole file goes in and comes out the same"
head -c 1000003 /dev/urandom >"$tmp/in"
for how in "-s 4K -q 8" "-s 64K -m submit -q 4 -b 2" "-s 1000003" "-s 7 -B coherent -q 64"; do
	rm -f "$tmp/copy"
	# shellcheck disable=SC2086	# several options
	run dmactl memcpy -c sim:t-copy/0 $how --input "$tmp/in" --save "$tmp/copy"
	status_is 0
	cmp "$tmp/in" "$tmp/copy" >/dev/null 2>&1 || bad "$how: the copy differs"
done

t "an existing file is refused at the start, and taken with --force"
run dmactl memcpy -c sim:t-copy/0 --input "$tmp/in" --save "$tmp/copy"
status_is 64
err_has "$tmp/copy"
cmp "$tmp/in" "$tmp/copy" >/dev/null || bad "it was touched"
run dmactl memcpy -c sim:t-copy/0 --input "$tmp/in" --save "$tmp/copy" --force
status_is 0
echo old >"$tmp/o.json"
run dmactl memcpy -c sim:t-copy/0 -n 10 -o "$tmp/o.json"
status_is 64
[ "$(cat "$tmp/o.json")" = old ] || bad "it was touched"
run dmactl memcpy -c sim:t-copy/0 -n 10 -o "$tmp/o.json" --force
status_is 0
json_file "$tmp/o.json" 'd["results"][0]["operations"] == 10'
[ ! -e "$tmp/o.json.partial" ] || bad "a partial file is left"

t "wrong usage is 64 with a sentence"
while read -r args; do
	# shellcheck disable=SC2086	# several options
	run dmactl $args
	status_is 64
	err_has .
	err_is_short 3
done <<'END'
nonsense
memcpy -c sim:t-copy/0 -s 0
memcpy -c sim:t-copy/0 -s 4X
memcpy -c sim:t-copy/0 -s -1
memcpy -c sim:t-copy/0 -s 99999999999999999999
memcpy -c sim:t-copy/0 -q 0
memcpy -c sim:t-copy/0 -q 2 -b 3
memcpy -c sim:t-copy/0 -t 5m
memcpy -c sim:t-copy/0 -v never
memcpy -c sim:t-copy/0 -B paper
memcpy -c sim:t-copy/0 --no-such-option
memset -c sim:t-copy/0 --value 256
END

t "what is not here is 77, and 1 with --require"
for args in "-c none/0" "-c none:tx" "-c sim:t-copy/99" "-c sim:t-none/0" "-c dma999chan0" \
	"-c sim:t-copy/0 -B dmabuf:heap/none"; do
	# shellcheck disable=SC2086	# several options
	run dmactl memcpy $args -n 10
	status_is 77
	err_has .
	err_is_short
	# shellcheck disable=SC2086
	run dmactl memcpy $args -n 10 --require
	status_is 1
done

t "a length or offset that the channel cannot do is refused before anything is moved"
sim t-align align=4
run dmactl memcpy -c sim:t-align/0 -s 17 -n 10
[ "$status" = 64 ] || [ "$status" = 77 ] || bad "status $status"
err_has 'asks for multiples of 16 bytes'
run dmactl memcpy -c sim:t-align/0 -s 16,4K -n 10 -v full
status_is 0
sim_gone t-align

t "Ctrl-C gives the results so far and 130"
before=$(dones t-copy)
dmactl memcpy -c sim:t-copy/0 -t 600 -w 0 -j >"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
what="dmactl memcpy, interrupted"
soon more_done t-copy "$before"
kill -INT "$pid"
wait "$pid"
status=$?
status_is 130
json 'd["exit_code"] == 130 and d["results"][0]["interrupted"]'
json 'd["results"][0]["operations"] > 0'

t "kill -9 leaves the channel free"
dmactl memcpy -c sim:t-copy/0 -t 600 >/dev/null 2>&1 </dev/null &
pid=$!
soon sh -c "dmactl list | grep '$(cat "$sims/t-copy/dev_name")/0 .*busy'"
kill -9 "$pid"
wait "$pid" 2>/dev/null
soon sh -c "dmactl list | grep '$(cat "$sims/t-copy/dev_name")/0 .*free'"
run dmactl memcpy -c sim:t-copy/0 -n 10
status_is 0

t "what was copied is in the metrics, of the channel and of the document"
sim t-metrics
dev=$(cat "$sims/t-metrics/dev_name")
run dmactl memcpy -c "$dev/0" -n 1000 -w 0 -o "$tmp/metrics.json" --plot
status_is 0
out_has "^latencies of 1000, rows from"
run dmactl list --format openmetrics -o "$tmp/dmactl.prom"
status_is 0
run cat "$tmp/dmactl.prom"
out_has "^dmactl_channel_operations_total\{channel=\"$dev/0\".* 1000$"
out_has "^dmactl_channel_bytes_total\{channel=\"$dev/0\".* 4096000$"
out_has "^dmactl_channel_state\{channel=\"$dev/0\".*simulated=\"true\",state=\"free\"\} 1$"
out_has "^# EOF$"
run dmactl report --format openmetrics "$tmp/metrics.json"
status_is 0
out_has "^dmactl_throughput_bytes_per_second\{command=\"memcpy\",channel=\"$dev/0\".* [0-9.e+]+$"
out_has "^dmactl_latency_seconds\{.*quantile=\"0.5\"\} [0-9.e-]+$"

t "a plain user may look, and is told what to do when he may not claim"
run_as_user dmactl list
status_is 0
out_has "$(cat "$sims/t-copy/dev_name")/0"
run_as_user dmactl memcpy -c sim:t-copy/0 -n 10
status_is 77
err_has /dev/dmactl
err_is_short 3
run_as_user dmactl doctor
status_is 77

t "the module is loaded when it is not there, once; a plain user is told to"
no_sims
modprobe -r dmactl || bad "cannot unload"
run_as_user dmactl list
status_is 77
err_has modprobe
[ ! -d /sys/module/dmactl ] || bad "it was loaded by a plain user"
run dmactl list
status_is 0
[ -d /sys/module/dmactl ] || bad "it was not loaded"

leaves_nothing
finish
