#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dmactl bench on the real modules: sweeps, channels side by side, groups, open loop, and what a
# kill leaves.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"

load_modules

sim t-bench channels=2
cat >"$tmp/job" <<-'END'
	[global]
	channel=sim:t-bench/0
	count=200
	warmup=8
	repeat=3

	[copy]
	size=64:64K:*32
	depth=1,8
	poll=0,1

	[both]
	channel=sim:t-bench/0 & sim:t-bench/1
	command=memset
	buffer=coherent

	[left]
	group=pair
	size=4K,8K

	[right]
	group=pair
	channel=sim:t-bench/1
	command=memset
END

t "a job file: every cell, every round, verified, with the CPU beside it"
run dmactl bench "$tmp/job" -j
status_is 0
json 'all(r["valid"] and r["operations"] in (200, 400) and r["simulated"] for r in d["results"])' \
	'all(r["verify"]["covered_operations"] > 0 for r in d["results"]
		if r["command"][:4] != "cpu-" and r["channel"] != "all")' \
	'{(r["size"], r["depth"], r["completion"], r["repeat"]) for r in d["results"]
		if r["job"][:4] == "copy" and r["command"] == "memcpy"} == {(s, q, c, n)
		for s in (64, 2048, 65536) for q in (1, 8) for c in ("irq", "poll")
		for n in (1, 2, 3)}' \
	'[r["repeat"] for r in d["results"]] ==
		sorted(r["repeat"] for r in d["results"])' \
	'len([r for r in d["results"] if r["command"] == "cpu-memcpy"]) == 18' \
	'[r["channel"] for r in d["results"] if r["job"] == "both"
		and r["command"] == "memset" and r["channel"] == "all"] == ["all"] * 3' \
	'len({r["sequence"] for r in d["results"]
		if r["job"] in ("left", "right")}) == 6' \
	'len(d["break_even"]) == 5 and d["skipped"] == []'

t "its table"
run dmactl bench "$tmp/job"
status_is 0
out_has '^copy, poll=1: memcpy'
out_has 'SIMULATED'
out_has '^ +64K +8 .*[0-9]$'
out_has '^break-even at depth 8: '
out_lacks '.{81}'

t "nothing stays claimed"
run dmactl list -j
json 'all(c["state"] == "free" for c in d["results"] if c["simulated"])'

t "open loop: the rate that was asked for, latency from the intended start"
for rate in 2000 500 100; do	# a host that stalls holds none; until one was held
	run dmactl memcpy -c sim:t-bench/0 --rate $rate -t 2s -q 16 -j
	[ "$status" != 0 ] || break
done
status_is 0
json 'd["results"][0]["loop"] == "open" and d["results"][0]["rate"] <= 2000' \
	'abs(d["results"][0]["operations_per_second"] / d["results"][0]["rate"] - 1) < 0.02' \
	'd["results"][0]["latency_ns"]["late"]["max"] <=
		d["results"][0]["latency_ns"]["total"]["max"]'
run dmactl memcpy -c sim:t-bench/0 --rate 100M -t 200ms -q 16 -j
status_is 1
json 'd["results"][0]["why_invalid"] == "the rate was not held"'

t "a slow engine keeps a rate that it can, and no other"
sim t-slow latency_ns=20000000
for rate in 20 10 5; do
	run dmactl memcpy -c sim:t-slow/0 --rate $rate,poisson -n 40 -q 16 -w 2 -j
	[ "$status" != 0 ] || break
done
status_is 0
json 'd["results"][0]["latency_ns"]["total"]["min"] >= 20000000' \
	'd["results"][0]["operations"] == 40'
run dmactl memcpy -c sim:t-slow/0 --rate 1k -n 100 -q 1 -w 2 -j
status_is 1
json 'd["results"][0]["why_invalid"] == "the rate was not held"'

t "steady state is told, reached or not"
run dmactl memcpy -c sim:t-bench/0 --steady 100,2s -n 100 -j
status_is 0
json 'd["results"][0]["steady"]["windows"] >= 5 or not d["results"][0]["steady"]["reached"]'
run dmactl memcpy -c sim:t-bench/0 --steady 50,200ms -n 100 -j
status_is 0
json 'd["results"][0]["steady"]["reached"] is False'

t "a killed one leaves what it measured, and no channel"
dmactl bench "$tmp/job" --repeat 10000 -o "$tmp/killed" >/dev/null 2>&1 &
pid=$!
until [ "$(grep -c '"command"' "$tmp/killed.partial" 2>/dev/null || true)" -gt 20 ]; do
	kill -0 $pid 2>/dev/null || break
	sleep 0.1
done
kill -9 $pid
wait $pid 2>/dev/null || true
{ cat "$tmp/killed.partial"; echo ']}'; } >"$tmp/whole"
json_file "$tmp/whole" 'len(d["results"]) >= 20 and all(r["valid"] for r in d["results"])'
run dmactl memcpy -c sim:t-bench/0 -n 10
status_is 0

no_sims
leaves_nothing
finish
