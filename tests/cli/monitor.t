#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# monitor: events as they come, in words and as JSON, and how it ends.
. "$(dirname "$0")/lib.sh"

run monitor -t 1
[ "$rc" = 0 ] && [ "$(cat "$T/err")" = listening ] && diff - "$T/out" >"$T/diff" <<'END'
1000.000001  claim        dma-sim.0/0 (dma2chan0), session 3
1000.500000  timeout      dma-sim.0/0 (dma2chan0), session 3, 4 operations
1000.600000  quarantine   dma-sim.0/0 (dma2chan0), session 3, 4 operations, 72K
1001.000000  channel-del  dma-sim.0/0
1001.000500  unknown      dma-sim.0/0, 1 operation
END
point 'a line an event, for a second'
run monitor -n 2
[ "$(wc -l <"$T/out")" = 2 ]
point '-n: no more than so many'
says 0 - monitor -n 2 --quiet
run monitor -n 5 -j
python3 - "$T/out" >"$T/js" 2>&1 <<'PY'
import json, sys
claim, timeout, stuck, gone, other = [json.loads(line) for line in open(sys.argv[1])]
assert claim == {"event": "claim", "time_ns": 1000000001000, "channel": "dma2chan0",
    "channel_stable": "dma-sim.0/0", "session": 3, "requests": None, "bytes": None}, claim
assert (timeout["event"], timeout["requests"], timeout["bytes"]) == ("timeout", 4, 0)
assert (stuck["event"], stuck["requests"], stuck["bytes"]) == ("quarantine", 4, 73728)
assert gone["channel"] is gone["session"] is None and gone["event"] == "channel-del"
assert other["event"] == "unknown" and other["requests"] == 1 and other["bytes"] == 0
PY
point '-j: an object an event'
FAKE=lossy
says 0 'events came faster than they were taken: some are lost' monitor -n 2
prints 'claim'
FAKE=noevents
says 77 'the module has no events' monitor
FAKE=nomodule
says 77 'the module dmactl is not loaded' monitor
FAKE=''
FAULT=event=5
says 1 'events could not be read: Input/output error' monitor
run monitor -j
tail -n 1 "$T/out" >"$T/last"
js_file "$T/last" 'a failure is the last line, a whole document' 'd["kind"] == "monitor" and
	d["exit_code"] == 1 and d["error"] == "events could not be read: Input/output error"'
FAULT='' FAKE=nomodule
run monitor -j
js 'or the only one' 'd["exit_code"] == 77 and d["error"].startswith("the module dmactl is not")'
[ "$(wc -l <"$T/out")" = 1 ]
point '... in one line'
FAKE='' FAULT=interrupt=3
says 130 'listening' monitor
prints 'channel-del'
FAULT='' FAKE=two

# tells WORDS ARGS...: the kinds of what is printed, in order
tells() {
	want=$1
	shift
	run monitor -t 1 "$@"
	[ "$rc" = 0 ] && [ "$(awk '{ print $2 }' "$T/out" | tr '\n' ' ')" = "$want" ]
	point "monitor $*: $want"
}
tells 'claim timeout quarantine channel-del unknown release '
tells 'claim timeout quarantine channel-del unknown ' -c dma-sim.0/0
tells 'release ' --channel=12680000.dma/1
tells 'claim timeout quarantine release ' -c 'dma?chan*'
tells 'release ' -c dma1chan1 -c dma7chan7
oneline "$T/err" | grep -qF 'dmactl: there is no channel dma7chan7 now: it may come listening'
point '... and says what is not there yet'
says 0 - monitor -t 1 --quiet -c dma7chan7
silent
tells 'release ' -c driver:dma-pl330/1
tells 'claim timeout quarantine channel-del unknown ' -c sim:default/0
tells 'timeout release ' -e release,timeout
tells 'claim ' -e leak -e claim -c dma-sim.0/0 -c 'none/*'
says 0 - monitor --quiet -n 1 -e channel-del -j
prints '"event": "channel-del"'
[ "$(wc -l <"$T/out")" = 1 ]
point '-n counts those that are shown'
says 77 'there is no channel driver:dma-pl33/1: did you mean driver:dma-pl330/1?' \
	monitor -c driver:dma-pl33/1
says 64 "-e: 'claims' is not channel-add, channel-del, claim, release, timeout, quarantine, rec" \
	monitor -e leak,claims
says 64 "-e: '' is not channel-add" monitor -e leak,
says 64 "-c: 'sim:any' is any free channel: expected a name, or a glob of names such as 'dma-" \
	monitor -c sim:any
FAKE='two brokennetlink'
says 1 'netlink: out of memory' monitor -c dma1chan1
silent
done_testing
