#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# top: tables and JSON at each look, what is shown of it, and its screen.
. "$(dirname "$0")/lib.sh"

FAKE=moving
golden top.out top -n 2
[ ! -s "$T/err" ]
point '... and nothing else'
golden top-latency.out top -n 3 -d 1.5s --sort latency --filter dma-sim --busy
FAKE='moving old'
golden top-old.out top -n 2 -s bytes --busy
FAKE=moving
golden top-max.out top -n 1 -s max --busy
FAKE='moving long'
golden top-long.out top -b -n 1 -s channel -r
FAKE=leaked
golden top-left.out top -n 1 -i
FAKE='leaked left'
says 0 - top -n 1 -f leaked
prints 'dma-sim.0/2 leaked - - 0 >290ms - 4 owed, 72K'
FAKE='outside noquarantines'
says 1 'netlink: no answer' top -n 1
silent
FAKE=outside
says 0 - top -n 1 -f fio
prints '7 other pid ns'
FAKE=nobodys
says 0 - top -n 1 -f dma-sim.0/4
prints '8 ? (99)'

# Rates are those of two looks.
FAKE=moving
run top -n 2 -d 500ms -j -s bytes
python3 - "$T/out" >"$T/js" 2>&1 <<'PY'
import json, sys
one, two = [json.loads(line) for line in open(sys.argv[1])]
a, b = ({c["channel_stable"]: c for c in x["channels"]} for x in (one, two))
took = two["time_ns"] - one["time_ns"]
assert two["elapsed_ns"] == took and 500000000 <= took < 500001000, took
assert len(a) == len(b) == 12 and two["channels"][0]["channel_stable"] == "dma-sim.0/1"
for name, c in b.items():
    for rate, counter in (("operations_per_second", "done"),
                          ("throughput_bytes_per_second", "bytes")):
        moved = c["counters"][counter] - a[name]["counters"][counter]
        assert abs(c[rate] - moved * 1e9 / took) < 0.001, (name, rate)
fio = b["dma-sim.0/1"]
assert abs(fio["operations_per_second"] - 4000) < 1 and fio["command"] == "fio", fio
assert (fio["session"], fio["pid"], fio["in_flight"], fio["state"]) == (7, 4242, 3, "busy")
assert fio["still_ns"] == 0 and fio["streaming"] is False and fio["quarantine"] is None
sum_, n = (fio["counters"][x] - a["dma-sim.0/1"]["counters"][x]
           for x in ("latency_sum_ns", "latency_count"))
assert n == 2000 and abs(fio["latency_mean_ns"] - sum_ / n) < 1e-3, fio
assert 52300 < fio["latency_mean_ns"] < 52310 and fio["counters"]["latency_max_ns"] == 81000, fio
ring = b["dma-sim.0/3"]
assert ring["streaming"] is True and ring["operations_per_second"] == 0, ring
assert ring["streams"] == 1 and ring["latency_mean_ns"] is None, ring
assert abs(ring["periods_per_second"] - 96) < 0.01 and ring["counters"]["periods"] == 144, ring
assert ring["counters"]["periods_dropped"] == 2 and fio["counters"]["periods_dropped"] == 0
assert fio["periods_per_second"] == fio["streams"] == 0, fio
other = b["dma-sim.0/4"]
assert (other["session"], other["pid"], other["command"]) == (8, None, None), other
assert other["still_ns"] == took + one["elapsed_ns"] and other["counters"]["failed"] == 3, other
assert b["dma-sim.0/2"]["quarantine"] == {"requests": 4, "bytes": 73728, "age_ns": 290000000,
                                          "leaked": False}
seven, eight = two["sessions"]
assert seven == {"session": 7, "pid": 4242, "command": "fio", "channels": 1, "buffers": 2,
                 "bytes": 131072, "in_flight": 3, "unreaped": 0}, seven
assert eight["pid"] is eight["command"] is None and eight["unreaped"] == 4
PY
point '-j: an object a look, with rates that are right'
[ -s "$T/js" ] && sed 's/^/# /' "$T/js"
run top -n 1 --jsonl -f 12680000 -r
python3 - "$T/out" >"$T/js" 2>&1 <<'PY'
import json, sys
names = [c["channel_stable"] for c in json.load(open(sys.argv[1]))["channels"]]
assert names == ["12680000.dma/2", "12680000.dma/1", "12680000.dma/0"], names
PY
point '--jsonl is the same, and what is shown is chosen alike'

# A module that tells neither latencies nor streams.
FAKE='moving old'
run top -n 2 -j
python3 - "$T/out" >"$T/js" 2>&1 <<'PY'
import json, sys
one, two = [{c["channel_stable"]: c for c in json.loads(x)["channels"]} for x in open(sys.argv[1])]
fio, ring, new = two["dma-sim.0/1"], two["dma-sim.0/3"], two["dma-sim.0/0"]
for c in fio, ring, new:
    assert c["latency_mean_ns"] is c["periods_per_second"] is c["streams"] is None, c
    assert all(c["counters"][x] is None for x in ("latency_count", "latency_sum_ns",
               "latency_max_ns", "periods", "periods_dropped")), c
assert ring["streaming"] is True and fio["streaming"] is new["streaming"] is False
assert fio["operations_per_second"] > 1000
PY
point 'an older module: null, and what can be told nevertheless'
[ -s "$T/js" ] && sed 's/^/# /' "$T/js"

# Channels come and go; counters begin anew.
FAKE='moving coming' FAULT=restart=4
run top -n 3 -j
python3 - "$T/out" >"$T/js" 2>&1 <<'PY'
import json, sys
looks = [{c["channel_stable"]: c for c in json.loads(x)["channels"]} for x in open(sys.argv[1])]
assert ["dma-sim.0/6" in x for x in looks] == [True, False, False]
assert ["12680000.dma/2" in x for x in looks] == [False, True, True]
new = [x["12680000.dma/2"]["operations_per_second"] for x in looks[1:]]
assert new == [None, 0.0], new
again = [x["dma-sim.0/1"]["operations_per_second"] for x in looks]
assert again[2] is None and abs(again[1] - 2000) < 1, again
assert looks[2]["dma-sim.0/1"]["still_ns"] is looks[2]["dma-sim.0/1"]["latency_mean_ns"] is None
assert looks[2]["dma-sim.0/1"]["periods_per_second"] is None
PY
point 'a channel that is new, or whose counters fell, has no rate until the next look'
FAULT=''
says 0 - top -n 2
[ "$(grep -c '^12680000.dma/2  kernel            -       -' "$T/out")" = 1 ]
point '... which the table shows as -'

# What there is not.
FAKE=nochannels
says 0 'there is no channel: no dmaengine provider has probed here' top -n 2
[ "$(grep -c '0 channels, 0 held, 0 in quarantine; 0 op/s, 0B/s' "$T/out")" = 2 ] &&
	[ "$(grep -c 'no channel' "$T/err")" = 1 ]
point '... is said once, and the looks go on'
says 0 - top -n 1 --quiet
FAKE=moving
says 0 - top -n 1 -f nothing-has-this
[ "$(wc -l <"$T/out")" = 2 ]
point '... a head without rows'
FAKE=nomodule
says 77 'the module dmactl is not loaded' top -n 1
silent
FAKE=brokennetlink
says 1 'netlink: out of memory' top -n 1
silent
FAKE=moving FAULT=unload=3
says 1 'the module dmactl has been unloaded: modprobe dmactl loads it again' top
[ "$(grep -c 'op/s' "$T/out")" = 1 ]
point '... after the table that there was'
run top -j
tail -n 1 "$T/out" >"$T/last"
js_file "$T/last" '-j: the last line says so, a whole document' 'd["kind"] == "top" and
	d["exit_code"] == 1 and d["error"].startswith("the module dmactl has been unloaded")'
FAULT='unload=3 reload=1'
says 0 - top -n 4
[ "$(grep -c 'op/s' "$T/out")" = 4 ]
point '... unless it was only loaded anew'
FAULT=interrupt=3
says 130 - top
[ "$(grep -c 'op/s' "$T/out")" = 2 ]
point '... Ctrl-C: what was seen until then'
FAULT=wait=5
says 1 'the next look cannot be waited for: Input/output error' top
FAULT=''
while read -r sentence; do
	read -r args
	# shellcheck disable=SC2086	# several options
	says 64 "$sentence" top $args
done <<'END'
-d: '1h' is not a time: a number with ns, us, ms, s or min (seconds without one)
-d 1h
-d: '9ms' is not from 10ms to 60min
-d 9ms
-d: '61min' is not from 10ms to 60min
-d 61min
-n: '0' is not a count of at least 1
-n 0
-s: 'pid' is not channel, state, ops, bytes, flight, latency, max, lost, bad or holder
-s pid
-f: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' has more than 63 characters
-f xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
top takes no argument: 'fio' (-f fio shows those alone)
fio
END
says 64 "has what no name has: expected ASCII" top -f "$(printf 'a\033b')"

# screen NAME ARGS...: steps on standard input, see screen.py
screen() {
	name=$1
	shift
	DMACTL_FAKE=$FAKE DMACTL_FAULT=$FAULT timeout 600 python3 "$here/screen.py" "${P:-$D}" top "$@" \
		>"$T/out" 2>"$T/err"
	rc=$?
	[ "$rc" = 0 ]
	point "screen: $name"
}

MAKEFLAGS='' make -s -C "$here" O="$O" "$(realpath -m "$O")/dmactl-noscreen" >&2 || exit 1
export TERM=vt100
FAKE=moving FAULT='' P=$O/dmactl-noscreen
screen 'a static dmactl has none, and says so' -n 1 -d 20ms <<'END'
size 24 200
line 0 dmactl: this dmactl was built without a screen (it is static, or ncurses was missing): tables instead
sees dma-sim.0/1     busy
exit 0
restored
END
screen '... but not with -b' -b -n 1 -d 20ms <<'END'
sees dma-sim.0/1     busy
lacks without a screen
exit 0
END
P=''

if ! python3 - 2>/dev/null <<'PY'; then
import ctypes
ctypes.CDLL("libncursesw.so.6")
PY
	skip 'the screen' 'libncursesw.so.6 is not installed'
	done_testing
fi
screen 'channels, rates, holders; q quits and restores the terminal' -d 50ms <<'END'
line 0 10
sees 12 channels, 4 held, 1 in quarantine; 40.0k op/s, 262
line 1 2 sessions with 128K of buffers; 4 callbacks owed, 72K kept
line 2 *CHANNEL        STATE          OP/S     B/S  FLIGHT LATENCY    BAD  HOLDER
sees dma-sim.0/1     busy          40.0k   2621M       3  52.
sees dma-sim.0/2     quarantined       0       0       0  >290ms      4  4 owed, 72K
sees dma-sim.0/3     streaming       960   3840k       1              2  9 arecord
line -1 every 50.0ms, by channel  ? help  q quit
keys q
exit 0
restored
END
screen 'sorted by columns' -d 50ms -s bytes <<'END'
line 2 CHANNEL         STATE          OP/S    *B/S
line 3 dma-sim.0/1     busy          40.0k
line 4 dma-sim.0/3     streaming
keys <
line 2 CHANNEL         STATE         *OP/S     B/S
line 4 dma-sim.0/3     streaming
line 5 0000:00:04.0/0
keys \x1bOC\x1bOC
line 2 CHANNEL         STATE          OP/S     B/S *FLIGHT LATENCY
line 3 dma-sim.0/1
line 4 dma-sim.0/4
keys r
line -1 every 50.0ms, by flight reversed
line 3 dma-sim.0/6
keys \x1bOD>>
line 2 CHANNEL         STATE          OP/S     B/S  FLIGHT*LATENCY    BAD  HOLDER
line 14 dma-sim.0/4
keys >
line 2 CHANNEL         STATE          OP/S     B/S  FLIGHT LATENCY    *MAX    BAD  HOLD
keys >
line 2 CHANNEL         STATE          OP/S     B/S  FLIGHT LATENCY  *LOST    BAD  HOLD
keys >
line 2 CHANNEL         STATE          OP/S     B/S  FLIGHT LATENCY   *BAD  HOLDER
size 24 100
sees LATENCY     MAX   LOST   *BAD
keys <
line 2 CHANNEL         STATE          OP/S     B/S  FLIGHT LATENCY     MAX  *LOST    BAD  HOLDER
line 3 dma-sim.0/6     leaving           0       0       0                      0      0
sees dma-sim.0/3     streaming       960   3840k       1                      2      2  9 arecord (77)
keys r<
line 2 CHANNEL         STATE          OP/S     B/S  FLIGHT LATENCY    *MAX   LOST    BAD  HOLDER
line 3 dma-sim.0/1
sees 81.0us      0      0  7 fio (4242)
keys q
exit 0
END
screen 'a text that is typed, and what is busy' -d 50ms <<'END'
sees 12680000.dma/0
keys i
lacks 12680000.dma/0
line 3 dma-sim.0/1
line -1 every 50.0ms, by channel, only busy
keys /FIq
line -1 show only: FIq_
sees no channel is like that
keys \x7fo
line 3 dma-sim.0/1
lacks dma-sim.0/2
keys \n
line -1 every 50.0ms, by channel, only busy, only 'FIo'  ? help
keys /\x1b
line -1 every 50.0ms, by channel, only busy, only 'FIo'  ? help
keys /\x15ring\n
lacks dma-sim.0/1
keys i/\x15\r
sees 12680000.dma/0
keys q
exit 0
END
screen 'pause, delay and help' -d 150ms <<'END'
keys p
line -1 PAUSED, every 150ms
keys +
line -1 PAUSED, every 200ms
keys ---
line -1 PAUSED, every 100ms
keys \x20
line -1 every 100ms
keys ?
line 0 left right < >
sees FLIGHT     operations in flight
lacks CHANNEL
keys xq
exit 0
restored
END
screen 'it takes another size, and rows are reached' -d 50ms <<'END'
size 9 60
line 7 12680000.dma/2
lacks dma-sim.0/0
line -1 1-5 of 12, every 50.0ms
keys G
line 7 dma-sim.0/6
line -1 8-12 of 12, every 50.0ms
keys \x1bOA
line 7 dma-sim.0/5
keys \x1bOB\x1bOBkj
line 7 dma-sim.0/6
keys g
line 3 0000:00:04.0/0
keys G
line 7 dma-sim.0/6
size 24 100
line 0 10
line 14 dma-sim.0/6
sees 9 arecord (77)
line 23 every 50.0ms
size 3 10
line 2 1-1 of 12
size 1 1
size 24 80
line 14 dma-sim.0/6
keys q
exit 0
restored
END
screen '-n: it ends by itself' -d 20ms -n 3 <<'END'
exit 0
restored
END
for s in INT TERM; do
	screen "SIG$s ends it, and the terminal is as before" -d 50ms <<END
sees dma-sim.0/1
signal $s
exit 130
restored
END
done
screen 'Ctrl-C, also in a pause of an hour' <<'END'
sees dma-sim.0/1
keys p
sees PAUSED
keys \x03
exit 130
restored
END
screen 'a terminal that goes takes it along' <<'END'
sees dma-sim.0/1
hangup
exit -1
END
# Nothing is missed: it looks again only when the delay is shortened.
FAKE='moving coming'
screen 'channels come and go' -d 60min <<'END'
sees dma-sim.0/6
lacks 12680000.dma/2
keys ---------
sees 12680000.dma/2
lacks dma-sim.0/6
keys q
exit 0
END
FAULT='unload=1 reload=3'
screen 'the module goes, and comes back' -d 60min <<'END'
sees the module dmactl has been unloaded: modprobe dmactl loads it again
keys ---------
sees dma-sim.0/1     busy          20.0k
lacks unloaded
keys q
exit 0
restored
END
FAULT='' FAKE=nochannels
screen 'there is no channel' -d 50ms <<'END'
sees there is no channel: no dmaengine provider has probed here
keys q
exit 0
END
FAKE=brokennetlink
screen 'netlink does not answer' -d 50ms <<'END'
sees netlink: out of memory
keys q
exit 0
restored
END
FAKE=nomodule
screen 'there is no module: a sentence, and no screen' <<'END'
sees the module dmactl is not loaded and modprobe could not load it
exit 77
restored
END
FAKE=moving FAULT=wait=5
screen 'keys cannot be waited for' <<'END'
sent keys cannot be waited for: Input/output error
exit 1
restored
END
FAULT=''
screen '-b prints tables' -b -n 2 -d 20ms <<'END'
sees HOLDER
exit 0
restored
END
mkdir "$T/lib"
: >"$T/lib/libncursesw.so.6"
cp "$T/lib/libncursesw.so.6" "$T/lib/libncurses.so.6"
export LD_LIBRARY_PATH="$T/lib"
screen 'without ncurses there are tables' -n 1 -d 20ms <<'END'
size 24 200
line 0 dmactl: the screen needs ncurses: libncursesw.so.6 cannot be loaded (Debian's package is libncursesw6): tables instead
sees dma-sim.0/1     busy
exit 0
restored
END
if cc -shared -o "$T/lib/libncursesw.so.6" -x c /dev/null 2>/dev/null; then
	screen 'nor is it another library of that name' --quiet -n 1 -d 20ms <<-'END'
	lacks needs ncurses
	sees dma-sim.0/1     busy
	exit 0
	END
	screen '... which has not what it needs' -n 1 -d 20ms <<-'END'
	sees the screen needs ncurses: libncursesw.so.6 has no newterm
	exit 0
	END
else
	skip 'another library of that name' 'no cc here'
fi
unset LD_LIBRARY_PATH
TERM=no-such-terminal
# What it had begun with, ncurses does not free then.
asan=$ASAN_OPTIONS
ASAN_OPTIONS=detect_leaks=0
screen 'a terminal that nobody knows gets tables' -n 1 -d 20ms <<'END'
size 24 200
line 0 dmactl: ncurses knows no such terminal (the variable TERM says which it is): tables instead
sees dma-sim.0/1     busy
exit 0
restored
END
ASAN_OPTIONS=$asan
TERM=xterm
screen 'what was on the terminal is there again' -d 50ms <<'END'
sent \x1b[?1049h
keys q
exit 0
sent \x1b[?1049l
restored
END
done_testing
