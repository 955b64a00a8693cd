#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# trace: what the kernel says becomes slices in lanes; the command's exit code; what is refused.
. "$(dirname "$0")/lib.sh"
F=$T/trace.json
export DMACTL_FAKE_TRACE="$T/pipe"

# ev TIME EVENT FIELDS: an event of session 1, channel dma2chan0, at so many microseconds
ev() {
	printf '     a b: c-7  [000] d..1.  %5d.%06d: dmactl_%s: session=%s channel=%s%s\n' \
		$(($1 / 1000000)) $(($1 % 1000000)) "$2" "${S:-1}" "${C:-dma2chan0}" "${3:+ $3}"
}

# job NR T0 T3: a request of three stages, at so many microseconds
job() {
	ev "$2" submit "nr=$1 seq=0 op=0 bytes=4096 t0=$(($2 * 1000 + 1))"
	ev "$3" callback "nr=$1 result=0"
}

back() {
	ev "$(($3 + 2))" reap "nr=$1 seq=0 result=0 t=$(($2 * 1000 + 1)),$(($2 * 1000 + 101)),$((
		$2 * 1000 + 201)),$(($3 * 1000))"
}

# trace ARGS...: the kernel's lines are in $T/pipe; a command may exit with what it likes
trace() {
	rm -f "$F"
	: >"$T/log"
	DMACTL_FAKE=$FAKE DMACTL_FAULT=$FAULT DMACTL_FAKE_LOG=$T/log \
		timeout 300 "$D" trace -o "$F" "$@" >"$T/out" 2>"$T/err" </dev/null
	rc=$?
}

# right NAME EXPRESSION: the file is right in itself, and the expression is true of it (trace_right.py)
right() {
	python3 "$here/trace_right.py" "$F" "$2" >"$T/js" 2>&1
	point "$1"
	[ -s "$T/js" ] && sed 's/^/# /' "$T/js"
	return 0
}

{ ev 100 claim stable=dma-sim.0/0
	job 1 200 210
	back 1 200 210
	ev 300 release count=0; } >"$T/pipe"
trace -- true
[ "$rc" = 0 ] && [ "$(cat "$T/err")" = "$F: 1 requests, 0 periods on 1 channel" ]
point 'a request: said in a line, and the exit code of the command'
right '... a slice of its stamps, its stages as arguments' 'len(r) == 1 and
	(x["name"], x["ts"], x["dur"]) == ("memcpy", 200.001, 9.999) and x["args"] == {"session": 1,
	"request": 1, "bytes": 4096, "prepare_ns": 100, "submit_ns": 100, "device_ns": 9799,
	"result": "ok"}'
right '... in the lane of its channel, with both names' 'list(n.values()) ==
	["dma2chan0 = dma-sim.0/0"]'
right '... claim and release beside it' '[(e["name"], e["ts"]) for e in i] ==
	[("claim", 100), ("release", 300)]'
right '... and how it was made' 'o["command"] == ["true"] and o["exit_code"] == 0 and
	o["lost_events"] == o["unfinished_requests"] == o["strange_lines"] == 0'

{ job 1 200 210; job 2 201 220; job 3 202 230
	back 2 201 220; back 1 200 210; back 3 202 230
	job 4 240 250; back 4 240 250; } >"$T/pipe"
trace --quiet -- true
[ ! -s "$T/err" ]
point '--quiet: nothing is said'
right 'requests in flight together lie in slots, the lowest that is free' '
	{e["args"]["request"]: n[e["tid"]] for e in r} == {1: "dma2chan0", 2: "dma2chan0, 1 more",
	3: "dma2chan0, 2 more", 4: "dma2chan0"}'

{ job 1 200 210
	C=dma0chan1 S=2 job 1 205 215
	C=dma0chan1 S=2 back 1 205 215
	back 1 200 210; } >"$T/pipe"
trace -- true
right 'a lane for each channel; the same number on another is another request' 'len(r) == 2 and
	sorted(n.values()) == ["dma0chan1", "dma2chan0"] and {e["args"]["session"] for e in r} == {1, 2}'

{ ev 100 submit "nr=1 seq=5 op=1 bytes=64 t0=0"
	ev 107 callback "nr=1 result=0"
	ev 109 reap "nr=1 seq=5 result=0 t=0,0,0,0"; } >"$T/pipe"
trace -- true
right 'without stamps the events tell, and there are no stages' '(x["name"], x["ts"], x["dur"]) ==
	("memset", 100, 7) and x["args"]["sequence"] == 5 and "device_ns" not in x["args"]'
{ ev 100 submit "nr=1 seq=0 op=0 bytes=64 t0=0"
	ev 109 reap "nr=1 seq=0 result=0 t=0,0,0,0"
	ev 109 submit "nr=2 seq=0 op=0 bytes=64 t0=108900"
	ev 111 reap "nr=2 seq=0 result=0 t=108900,108901,108902,110000"; } >"$T/pipe"
trace -- true
right '... polled as well; times that are rounded do not overlap' '[(e["ts"], e["dur"]) for e in r] ==
	[(100, 9), (109, 1)]'
{ ev 100 submit "nr=1 seq=0 op=0 bytes=64 t0=99000"
	ev 105 callback "nr=1 result=0"
	ev 106 reap "nr=1 seq=0 result=0 t=99000,99100,105500,105000"; } >"$T/pipe"
trace -- true
right 'an engine that was done before issue: device counts from submit' 'x["args"]["prepare_ns"] == 100 and
	x["args"]["device_ns"] == 5900 and "submit_ns" not in x["args"]'
{ ev 100 submit "nr=1 seq=0 op=0 bytes=64 t0=100000"
	ev 106 reap "nr=1 seq=0 result=5 t=100000,100010,0,90000"; } >"$T/pipe"
trace -- true
right 'a request that was refused has an old stamp, which is not taken' 'x["dur"] == 6 and
	x["args"]["result"] == "failed" and "device_ns" not in x["args"]'
{ job 1 200 210; ev 210 callback "nr=1 result=2"
	ev 212 callback "nr=1 result=0"
	ev 214 reap "nr=1 seq=0 result=2 t=0,0,0,0"; } >"$T/pipe"
trace -- true
right 'of several callbacks the last one ends it, and the result is that of the reap' 'x["dur"] == 11.999
	and x["args"]["result"] == "write failed"'
{ ev 210 callback "nr=1 result=0"; back 1 200 210; job 1 200 210; } >"$T/pipe"
trace -- true
right 'events of other CPUs that come early wait for their submit' 'len(r) == 1 and x["dur"] == 9.999'
{ job 1 200 210; job 1 200 210; back 1 200 210; } >"$T/pipe"
trace -- true
right 'the same submit twice is one request' 'len(r) == 1'

{ ev 100 submit "nr=1 seq=1 op=10 bytes=16384 t0=99500"
	ev 200 period "nr=1 seq=1 result=0 t3=199900"
	ev 300 period "nr=1 seq=2 result=0 t3=299900"
	ev 350 stop count=1
	ev 360 reap "nr=1 seq=1 result=0 t=99500,99600,99700,350000"; } >"$T/pipe"
trace -- true
right 'a stream is a slice, its periods are slices in it, one after the other' '[(e["name"], e["ts"],
	round(e["dur"], 3)) for e in r] == [("period", 99.5, 100.4), ("period", 199.9, 100),
	("cyclic", 99.5, 250.5)] and [e["args"]["callback"] for e in r[:2]] == [1, 2]'
{ ev 200 period "nr=1 seq=7 result=0 t3=199900"
	ev 260 reap "nr=1 seq=1 result=0 t=99500,99600,99700,250000"; } >"$T/pipe"
trace -- true
right 'one that began before the trace has instants' 'not r and i[0]["name"] == "period" and
	i[0]["args"]["callback"] == 7 and o["periods"] == 1'
{ ev 100 submit "nr=1 seq=1 op=10 bytes=16384 t0=99500"
	ev 200 period "nr=1 seq=1 result=0 t3=99000"
	ev 360 reap "nr=1 seq=1 result=0 t=99500,99600,99700,99800"; } >"$T/pipe"
trace -- true
right 'nor does a period ever end before it begins' 'all(e["dur"] >= 0 for e in r)'

{ job 1 200 210
	ev 205 submit "nr=2 seq=0 op=0 bytes=4096 t0=205000"
	ev 400 stop count=1
	ev 410 release count=0; } >"$T/pipe"
trace -- true
right 'what was not taken ends with its callback, or with the stop' '[(e["dur"], e["args"]["result"])
	for e in r] == [(9.999, "ok"), (195, "stopped")]'
{ ev 205 submit "nr=2 seq=0 op=0 bytes=4096 t0=205000"
	ev 410 release count=0; } >"$T/pipe"
trace -- true
right '... or with the release' 'x["args"]["result"] == "never completed" and x["dur"] == 205'
{ ev 205 submit "nr=2 seq=0 op=0 bytes=4096 t0=205000"
	ev 410 issue count=1; } >"$T/pipe"
trace -- true
right '... or with the trace' 'x["args"]["result"] == "in flight" and x["dur"] == 205 and
	i[0]["args"] == {"session": 1, "in_flight": 1}'
ev 410 reap "nr=0 seq=9 result=3 t=0,0,0,410000" >"$T/pipe"
trace -- true
right 'what was held and never ran is an instant' 'not r and i[0]["name"] == "not run" and
	i[0]["args"]["sequence"] == 9'
{ ev 300 quarantine count=2; ev 200 callback "nr=4 result=0"; } >"$T/pipe"
trace -- true
right 'a late callback is nothing, its quarantine is shown' 'not r and i[0]["name"] == "quarantine" and
	i[0]["args"]["owed"] == 2'

{ job 1 200 210; back 1 200 210; job 2 220 230
	echo 'CPU:0 [LOST 3 EVENTS]'
	job 5 300 310; back 5 300 310; } >"$T/pipe"
FAKE=lost=3
trace -- true
[ "$rc" = 0 ] && grep -q '^dmactl: 7 events were lost, the trace has gaps' "$T/err"
point 'lost events are said, of all CPUs; the exit code stays'
right '... counted in the file, what lacks its end is left out, its slot free' 'len(r) == 2 and
	o["lost_events"] == 7 and o["unfinished_requests"] == 1 and set(n.values()) == {"dma2chan0"}'
FAKE=''
{ job 1 200 210; echo 'what is this'; printf '\033[31m: dmactl_reap: x\n'; back 1 200 210; } >"$T/pipe"
trace -- true
oneline "$T/err" | grep -qF '2 lines of the kernel'"'"'s trace are not as this dmactl knows them' &&
	oneline "$T/err" | grep -qF 'the first: what is this'
point 'strange lines are said, with one of them'
right '... and counted; the others are right' 'len(r) == 1 and o["strange_lines"] == 2'
printf '\033[31m: dmactl_reap: x\n' >"$T/pipe"
trace -- true
grep -qF 'the first: ?[31m: dmactl_reap: x' "$T/err"
point '... which cannot write to a terminal'
head -c 200000 /dev/zero | tr '\0' x >"$T/pipe"
trace -- true
right 'a line without an end is one as well' 'not r and o["strange_lines"] >= 1'
i=0
while [ $i -lt 3000 ]; do
	i=$((i + 1))
	ev $i submit "nr=$i seq=0 op=0 bytes=1 t0=0"
done >"$T/pipe"
trace -- true
right 'what never comes back takes no room without end' 'o["requests"] + o["unfinished_requests"] == 3000
	and len(n) <= 2048'
: >"$T/pipe"
trace -- true
right 'nothing happened: a file without slices' 'not r and not i and not n'

# The command
: >"$T/pipe"
trace -- memcpy -c sim:any -n 5 -j
js 'one of dmactl is run by dmactl, and has the standard output' 'r["operations"] == 5'
right '... its words are in the file' 'o["command"] == "memcpy -c sim:any -n 5 -j".split()'
: >"$T/pipe"
trace -- sh -c 'echo words; exit 5'
[ "$rc" = 5 ] && [ "$(cat "$T/out")" = words ]
point 'any other as the shell runs it; its exit code is that of the trace'
right '... and in the file' 'o["exit_code"] == 5'
FAKE=nochannels
: >"$T/pipe"
trace -- memcpy -c sim:any
[ "$rc" = 77 ]
point 'so is 77'
: >"$T/pipe"
trace --require -- memcpy -c sim:any
[ "$rc" = 1 ]
point '... which --require makes 1'
FAKE='' FAULT=interrupt=1
job 1 200 210 >"$T/pipe"
trace -- memcpy -c sim:any -t 5s
[ "$rc" = 130 ]
point 'Ctrl-C reaches the command, which ends with 130'
right '... and the file is whole' 'o["exit_code"] == 130 and len(r) == 1'
FAULT=''
# What kill sends to the tool alone is passed on. The shell has it when wait returns.
: >"$T/pipe"
# shellcheck disable=SC2016	# the command expands it
trace -- sh -c 'trap "exit 9" TERM; kill -TERM $PPID; while :; do sleep 0.01; done'
[ "$rc" = 9 ] || [ "$rc" = 143 ]
point 'a signal to the tool alone is passed on, and ends it with the command'
right '... the file is whole' 'o["exit_code"] in (9, 143)'
grep -q "^rmdir /sys/kernel/tracing/instances/dmactl-[0-9]*$" "$T/log"
point '... and the instance of tracefs is gone'
: >"$T/pipe"
# shellcheck disable=SC2016
trace -- sh -c 'kill -KILL $$'
file "$F" 'a command that was killed leaves the trace'
right '... its exit code as the shell has it' 'o["exit_code"] == 137'

# The instance
ev 1 issue count=1 >"$T/pipe"
trace --buffer 1M -- true
I=$(sed -n 's/^mkdir //p' "$T/log")
echo "$I" | grep -qx '/sys/kernel/tracing/instances/dmactl-[0-9]*'
point 'it has an instance of its own'
for set in 'buffer_size_kb 1024' 'trace_clock mono' 'events/dmactl/enable 1' 'tracing_on 0' \
	'trace_options context-info'; do
	logs "write $I/$set"
done
! grep -v "$I" "$T/log" | grep -q tracing
point '... touches nothing beside it'
[ "$(tail -n 1 "$T/log")" = "rmdir $I" ]
point '... and removes it at last'
FAKE=abandoned
: >"$T/pipe"
trace -- true
[ "$(sed -n 's/^rmdir .*instances.//p' "$T/log" | head -n -1)" = dmactl-12 ]
point 'those of tools that are no more are removed, no others'
FAKE=''

# What is refused
echo old >"$F"
says 64 "-o: $F exists already: --force replaces it" trace -o "$F" -- true
[ "$(cat "$F")" = old ] && [ ! -s "$T/log" ]
point '... nothing was done'
says 0 requests trace -o "$F" --force -- true
right '--force: it is replaced' 'o["command"] == ["true"]'
rm -f "$F"
says 64 "-o: $T is a directory" trace -o "$T" -- true
says 64 "$T/no/file.partial cannot be written" trace -o "$T/no/file" -- true
says 64 'where to? -o FILE' trace -- true
says 64 'which command?' trace -o "$F"
says 64 'which command?' trace -o "$F" --
says 64 '-j and --jsonl are options of the command' trace -o "$F" -j -- true
for size in 0 63K 2G x -1; do
	says 64 "--buffer: '$size' is not a size from 64K to 1G" trace -o "$F" --buffer "$size" -- true
done
says 64 "'no-such-command' cannot be run: No such file or directory, and dmactl has no command" \
	trace -o "$F" -- no-such-command
no_file "$F" '... and leaves no file'
no_file "$F.partial" '... nor a part of one'
grep -q '^rmdir .*/instances/dmactl-' "$T/log"
point '... nor an instance'
says 64 "memcpy: unrecognized option '--no-such-option'" trace -o "$F" -- memcpy --no-such-option
rm -f "$F"

# What is not there
FAKE=user
says 77 'no permission to trace the kernel: run dmactl trace as root' trace -o "$F" -- true
FAKE=notracefs
says 77 'mount -t tracefs tracefs /sys/kernel/tracing' trace -o "$F" -- true
FAKE='notracefs user'
says 77 'no permission to trace the kernel: run dmactl trace as root' trace -o "$F" -- true
FAKE=notracepoints
says 77 'the module dmactl has no tracepoints here' trace -o "$F" -- true
grep -q '^rmdir .*/instances/dmactl-' "$T/log"
point '... the instance is gone'
FAKE=nomodule
says 77 'the module dmactl is not loaded' trace -o "$F" -- true
FAKE='' FAULT=mkdir=1
says 77 'no permission to trace the kernel' trace -o "$F" -- true
FAULT=mkdir=12
says 77 'the kernel makes no instance of its tracing' trace -o "$F" -- true
FAULT=write=12
says 77 'the kernel gives no buffers of 4096 KiB for each CPU (Cannot allocate memory)' \
	trace -o "$F" -- true
FAULT=pipe
says 77 'trace_pipe cannot be read: Input/output error' trace -o "$F" -- true
FAULT=rmdir=16
says 0 'is left behind: Device or resource busy' trace -o "$F" -- true
FAULT=''
rm -f "$F"
[ ! -e "$F.partial" ]
point 'none of them left a file'
done_testing
