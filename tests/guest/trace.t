#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The real dmactl's trace of the real modules' tracepoints: a slice for each operation, a lane for
# each channel, and nothing that stays behind.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"
F=$tmp/trace.json
right=${0%/*}/../cli/trace_right.py
tracing=/sys/kernel/tracing

# trace COMMAND...; its own options in $T
trace()
{
	rm -f "$F"
	# shellcheck disable=SC2086	# several options
	run dmactl trace -o "$F" ${T---buffer 32M} -- "$@"
}

# right EXPRESSION...: the file is right in itself, and these are true of it: trace_right.py
right()
{
	for e; do
		said=$(python3 -I -S "$right" "$F" "$e" 2>&1) ||
			bad "$what: $(printf '%s' "$said" | tail -n 2 | cut -c 1-600)"
	done
}

nothing_left()
{
	! ls -d "$tracing"/instances/dmactl-* 2>/dev/null || bad "$what: an instance is left"
	[ "$(cat "$tracing/events/dmactl/enable")" = 0 ] || bad "$what: events are left enabled"
	[ ! -e "$F.partial" ] || bad "$what: a part of the file is left"
}

ok='all(e["args"]["result"] == "ok" for e in r)'
whole='o["lost_events"] == o["unfinished_requests"] == o["strange_lines"] == 0'

load_modules

for context in inline softirq timer thread; do
	t "depth 4, $context context: as many slices as operations, each with its stages"
	sim t-trace context=$context
	trace memcpy -c sim:t-trace/0 -s 4K -q 4 -n 50 -w 0
	status_is 0
	nothing_left
	right "$whole" "$ok" 'len(r) == 50' '{e["name"] for e in r} == {"memcpy"}' \
		'sorted(e["args"]["request"] for e in r) == list(range(1, 51))' \
		'all(e["args"]["bytes"] == 4096 and "prepare_ns" in e["args"] for e in r)' \
		'all(ns(e["dur"]) == e["args"]["prepare_ns"] + e["args"].get("submit_ns", 0) +
			e["args"]["device_ns"] for e in r)' \
		'[e["name"] for e in i if e["name"] != "issue"] == ["claim", "release"]' \
		'len(n) <= 4 and sum("more" not in name for name in n.values()) == 1'
	dev=$(cat "$sims/t-trace/dev_name")
	right '[m.split(" = ")[1] for m in n.values() if "more" not in m] == ["'"$dev/0"'"]'
	no_sims
done

t "at depth 4 requests do overlap, and at depth 1 none"
sim t-trace context=timer latency_ns=1000000
trace memcpy -c sim:t-trace/0 -q 4 -n 12 -w 0
right "$ok" 'len(n) == 4 and len(r) == 12'
trace memcpy -c sim:t-trace/0 -q 1 -n 12 -w 0
right "$ok" 'len(n) == 1 and len(r) == 12 and all(e["dur"] >= 1000 for e in r)'

for how in "-m submit -b 2" -p --no-latency "--interrupt batch" "-m submit --no-latency"; do
	t "the same with $how"
	# shellcheck disable=SC2086	# several options
	trace memcpy -c sim:t-trace/0 -q 4 -n 40 -w 0 $how
	status_is 0
	right "$whole" "$ok" 'len(r) == 40 and len(n) <= 4'
done

t "by submit each has its sequence number; a RUN has none"
trace memcpy -c sim:t-trace/0 -q 4 -n 40 -w 0 -m submit
right 'len({e["args"]["sequence"] for e in r}) == 40'
trace memcpy -c sim:t-trace/0 -n 4 -w 0
right 'not any("sequence" in e["args"] for e in r)'

t "two channels are two lanes, each with its own"
trace memset -c sim:t-trace/0 -c sim:t-trace/1 -q 1 -n 30 -w 0
status_is 0
right "$whole" "$ok" 'len(n) == 2 and len(r) == 60' \
	'all(sum(e["tid"] == t for e in r) == 30 for t in n)' 'len({e["name"] for e in r}) == 1'

t "an operation of several descriptors is one slice"
sim t-small max_segment=1024
trace memcpy -c sim:t-small/0 -s 16K -n 5 -w 0
status_is 0
right "$whole" "$ok" 'len(r) == 5 and x["args"]["bytes"] == 16384'

t "a chain over two channels, its dependent operations one after the other"
cat >"$tmp/chain" <<-END
	buf a 4K fill=pattern; buf b 4K; buf c 4K
	chan x sim:t-trace/0; chan y sim:t-trace/1
	repeat 5 {
	    L: on x memcpy b <- a
	    on y memcpy c <- b after L
	}
	expect a == c
END
trace chain "$tmp/chain"
status_is 0
right "$whole" "$ok" 'len(r) == 10 and len({e["args"]["sequence"] for e in r}) == 10' \
	'len([name for name in n.values() if "more" not in name]) == 2'
no_sims

t "a stream is a slice, and so is each of its periods, in it"
sim t-trace rate=128000
trace cyclic -c sim:t-trace/0 -d dev-to-mem --period 512 --periods 64 -n 20 -j
status_is 0
right "$whole" "$ok" 'sum(e["name"] == "cyclic" for e in r) == 1 and len(n) == 1' \
	'sorted(e["args"]["callback"] for e in r if e["cat"] == "period") ==
		list(range(1, o["periods"] + 1)) and o["periods"] >= 20' \
	'sum(e["dur"] for e in r if e["cat"] == "period") <= [e["dur"] for e in r
		if e["name"] == "cyclic"][0]'
json 'd["results"][0]["callbacks"] >= 20'
no_sims

t "what failed, and what was stopped, say so"
sim t-trace "error=nth 3"
trace memcpy -c sim:t-trace/0 -n 5 -w 0
status_is 1
right "$whole" 'len(r) == 5 and sum(e["args"]["result"] != "ok" for e in r) == 1' \
	'o["exit_code"] == 1'
sim t-stuck "stall=nth 3"
for how in run submit; do
	trace memcpy -c sim:t-stuck/0 -n 5 -q 2 -w 0 -T 100ms -m $how
	status_is 1
	right "$whole" 'any(e["name"] == "stop" for e in i)' \
		'sum(e["args"]["result"] == "ok" for e in r) >= 2' \
		'any(e["args"]["result"] in ("timed out", "stopped") for e in r)'
	echo off >"$sims/t-stuck/stall"
	echo "nth 3" >"$sims/t-stuck/stall"
done
no_sims

t "a command of any kind is traced, and several of them"
sim t-trace
trace sh -c 'dmactl memcpy -c sim:t-trace/0 -n 3 -w 0
	dmactl memset -c sim:t-trace/0 -n 4 -w 0; exit 9'
status_is 9
right "$ok" '[sum(e["name"] == name for e in r) for name in ("memcpy", "memset")] == [3, 4]' \
	'sum(e["name"] == "claim" for e in i) == 2 and o["exit_code"] == 9'

t "what comes faster than it is read is lost, counted and said; the exit code stays"
T="--buffer 64K" trace memcpy -c sim:t-trace/0 -n 200k -q 4 -w 0
status_is 0
err_has 'events were lost, the trace has gaps'
right 'o["lost_events"] > 0 and 0 < len(r) < 200000 and o["strange_lines"] == 0'
nothing_left

t "Ctrl-C ends the command with its results, then the trace, which is whole"
rm -f "$F"
what="trace of an endless memcpy"
dmactl trace -o "$F" -- memcpy -c sim:t-trace/0 -t 1000 -w 0 >"$tmp/out" 2>"$tmp/err" &
pid=$!
soon grep -q '"cat":"request"' "$F.partial"
kill -TERM $pid
wait $pid
status=$?
status_is 130
out_has '^ +4K '
right 'o["exit_code"] == 130 and len(r) > 0'
nothing_left

t "what a killed one leaves behind, the next one removes; what is in use stays"
# shellcheck disable=SC2016	# the command expands it
sleeper='echo $$ >"$0"; exec sleep 1000'
dmactl trace -o "$F.1" -- sh -c "$sleeper" "$tmp/pid.1" &
other=$!
dmactl trace -o "$F.2" -- sh -c "$sleeper" "$tmp/pid.2" &
pid=$!
soon test -s "$tmp/pid.1"
soon test -s "$tmp/pid.2"
kill -KILL $pid
wait $pid 2>/dev/null
[ -d "$tracing/instances/dmactl-$pid" ] || bad "nothing was left: no test"
trace true
status_is 0
[ ! -d "$tracing/instances/dmactl-$pid" ] || bad "it is still there"
[ -d "$tracing/instances/dmactl-$other" ] || bad "the other one's is gone"
kill "$(cat "$tmp/pid.1")" "$(cat "$tmp/pid.2")"
wait $other
nothing_left

t "tracing of others goes on as it was"
echo 1 >"$tracing/events/dmactl/dmactl_claim/enable"
echo global >"$tracing/trace_clock"
: >"$tracing/trace"
settings=$(cd "$tracing" && cat trace_clock tracing_on buffer_size_kb trace_options set_event)
trace memcpy -c sim:t-trace/0 -n 3 -w 0
right 'len(r) == 3'
[ "$(cd "$tracing" && cat trace_clock tracing_on buffer_size_kb trace_options set_event)" = \
	"$settings" ] || bad "other settings than before"
[ "$(grep -c 'dmactl_claim: ' "$tracing/trace")" = 1 ] || bad "their events are not there"
echo 0 >"$tracing/events/dmactl/dmactl_claim/enable"
echo local >"$tracing/trace_clock"

t "whatever the kernel's own trace is told to look like, this one is read"
for option in context-info raw hex bin verbose latency-format stacktrace; do
	was=$(grep -xE "(no)?$option" "$tracing/trace_options") || continue
	case $was in no*) new=$option ;; *) new=no$option ;; esac
	echo $new >"$tracing/trace_options"
	trace memcpy -c sim:t-trace/0 -n 3 -w 0
	right "$whole" 'len(r) == 3'
	echo "$was" >"$tracing/trace_options"
done

t "who may not trace is told so, and nothing is run"
run_as_user dmactl trace -o "/tmp/dmactl-trace-$$" -- touch "/tmp/dmactl-ran-$$"
status_is 77
err_has 'no permission to trace the kernel: run dmactl trace as root'
err_is_short 2
if [ -e "/tmp/dmactl-trace-$$" ] || [ -e "/tmp/dmactl-ran-$$" ]; then
	bad "something was done"
fi
no_sims

leaves_nothing
finish
