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
done_testing
