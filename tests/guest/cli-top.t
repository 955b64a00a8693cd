#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The real dmactl top: rates, holders, quarantine and streams as the module tells them; its screen.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"

here=${0%/*}
load_modules

# looks PROGRAM: Python over the looks d, each a dictionary by stable name; a, b: first and last.
looks()
{
	said=$(python3 -I -S - "$tmp/out" "$1" 2>&1 <<-'END'
		import json, sys
		raw = [json.loads(line) for line in open(sys.argv[1])]
		d = [{c["channel_stable"]: c for c in x["channels"]} for x in raw]
		a, b = d[0], d[-1]
		exec(sys.argv[2])
	END
	) || bad "$what: $(printf '%s' "$said" | tail -n 4)"
}

sim t-top latency_ns=200000
dev=$(cat "$sims/t-top/dev_name")

t "an idle machine: channels that do nothing"
run dmactl top -n 2 -d 100ms
status_is 0
err_is_empty
out_has "^$dev/0 +free +0 +0 +0 +0$"
out_has "0 callbacks owed, 0 kept; 0 streams$"
run dmactl top -n 1 -d 100ms --busy
status_is 0
out_has "0 held, 0 in quarantine; 0 op/s, 0B/s"
out_lacks CHANNEL

t "a channel that works: who holds it, and rates that its counters have"
dmactl memcpy -c sim:t-top/0 -m submit -t 600 -q 4 -s 8K >/dev/null 2>&1 </dev/null &
pid=$!
soon sh -c "dmactl list | grep '$dev/0 .*busy'"
before=$(dones t-top)
soon more_done t-top "$before" 10
run dmactl top -n 3 -d 500ms -j -f "$dev/0"
status_is 0
looks "
assert len(d) == 3 and all(set(x) == {'$dev/0'} for x in d), d
x, y = a['$dev/0'], b['$dev/0']
# Between two batches nothing is in flight.
assert (y['pid'], y['command']) == ($pid, 'dmactl') and y['state'] in ('busy', 'claimed'), y
assert y['session'] and y['operations_per_second'] > 0 and y['in_flight'] <= 4, y
assert not y['streaming'] and y['streams'] == 0
n = y['counters']['latency_count'] - x['counters']['latency_count']
assert n == y['counters']['done'] - x['counters']['done'] > 0, (x, y)
assert 180000 < y['latency_mean_ns'] <= y['counters']['latency_max_ns'], y
took = sum(r['elapsed_ns'] for r in raw[1:])
done = y['counters']['done'] - x['counters']['done']
told = sum(r['channels'][0]['operations_per_second'] * r['elapsed_ns'] for r in raw[1:]) / 1e9
assert abs(told - done) < 0.01 + done / 1e6, (told, done)
assert abs(y['counters']['bytes'] - 8192 * y['counters']['done']) <= 8192, y
assert took == raw[2]['time_ns'] - raw[0]['time_ns'] and raw[0]['elapsed_ns'] >= 500000000
mine = [s for s in raw[2]['sessions'] if s['pid'] == $pid]
assert mine and mine[0]['channels'] == 1 and mine[0]['bytes'] >= 8 * 8192, raw[2]['sessions']
"
run dmactl top -n 2 -d 500ms --busy
status_is 0
out_has "^$dev/0 +(busy|claimed) .* [0-9.]+[um]s +0  "
run_as_user dmactl top -n 1 -d 100ms --busy
status_is 0
out_has "^$dev/0 +(busy|claimed) .* other user$"
kill -INT "$pid"
wait "$pid"

t "a stream: bytes, and no operation that ends"
no_sims
sim t-ring residue=burst rate=409600
dev=$(cat "$sims/t-ring/dev_name")
dmactl cyclic -c sim:t-ring/0 -d dev-to-mem --period 512 -t 600 >/dev/null 2>&1 </dev/null &
pid=$!
soon sh -c "dmactl list | grep '$dev/0 .*busy'"
run dmactl top -n 4 -d 300ms -j --filter "$dev/0"
status_is 0
looks "
s, n = b['$dev/0'], b['$dev/0']['counters']
assert s['streaming'] is True and s['throughput_bytes_per_second'] > 0, s
assert s['operations_per_second'] == 0 and s['command'] == 'dmactl', s
assert s['streams'] == 1 and s['periods_per_second'] > 0 and s['latency_mean_ns'] is None, s
# A look may fall between the two counts of a period.
assert abs(n['periods'] * 512 - n['bytes']) <= 512 and n['periods_dropped'] == 0, n
"
run dmactl top -n 1 -d 300ms --filter "$dev/0"
status_is 0
out_has "0 callbacks owed, 0 kept; 1 stream$"
out_has "^$dev/0 +streaming +[1-9]"
kill -INT "$pid"
wait "$pid"
no_sims

t "an engine that hangs: for how long; then quarantine, callbacks owed and memory kept"
sim t-hang terminate=0 synchronize=0
dev=$(cat "$sims/t-hang/dev_name")
knob t-hang stall "nth 5"
dmactl memcpy -c sim:t-hang/0 -m submit -n 50 -w 0 -T 3s >/dev/null 2>&1 </dev/null &
pid=$!
soon sh -c "dmactl list | grep '$dev/0 .*busy'"
run dmactl top -n 3 -d 200ms -j -f "$dev/0"
looks "
assert b['$dev/0']['still_ns'] >= 200000000 and b['$dev/0']['in_flight'] >= 1, b
"
wait "$pid"
run dmactl top -n 1 -d 100ms --busy
status_is 0
out_has "^$dev/0 +quarantined .* >[0-9.]+m?s +[1-9].* [1-9][0-9]* owed, [1-9]"
out_has " [1-9][0-9]* callbacks? owed, [1-9][0-9]*[KM]? kept; 0 streams$"
run dmactl top -n 1 -d 100ms -j --busy
looks "
q = b['$dev/0']['quarantine']
assert q['requests'] >= 1 and q['bytes'] and q['age_ns'] and not q['leaked'], q
"
no_sims

t "the same in run mode, where the kernel's loop hangs"
sim t-hang
dev=$(cat "$sims/t-hang/dev_name")
knob t-hang stall "nth 5"
dmactl memcpy -c sim:t-hang/0 -n 50 -w 0 -T 600s >/dev/null 2>&1 </dev/null &
pid=$!
soon sh -c "dmactl list | grep '$dev/0 .*busy'"
run dmactl top -n 4 -d 200ms -f "$dev/0"
status_is 0
out_has "^$dev/0 +busy +0 +0 +run +>[0-9.]+m?s +0  .* dmactl \\($pid"
knob t-hang stall off
wait "$pid"
no_sims

t "channels come and go while it looks"
timeout -k 5 100 dmactl top -d 50ms -j --quiet >"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
what="dmactl top"
soon test -s "$tmp/out"
sim t-come channels=3
dev=$(cat "$sims/t-come/dev_name")
soon grep -q "\"$dev/2\"" "$tmp/out"
no_sims
begin=$(wc -l <"$tmp/out")
soon sh -c "[ \$(wc -l <$tmp/out) -gt $((begin + 2)) ] && ! tail -n 1 $tmp/out | grep '\"$dev/'"
kill -INT "$pid"
wait "$pid"
status=$?
status_is 130
err_is_empty

t "the module is unloaded: a sentence, and it is loaded again by nobody"
dmactl top -d 50ms --quiet >"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
soon grep -q op/s "$tmp/out"
soon rmmod dmactl
wait "$pid"
status=$?
status_is 1
err_has "the module dmactl has been unloaded: modprobe dmactl loads it again"
err_is_short 1
[ ! -d /sys/module/dmactl ] || bad "it is there"
modprobe dmactl || bad "it cannot be loaded"

t "the screen: a channel that works; a key ends it"
sim t-seen latency_ns=200000
dev=$(cat "$sims/t-seen/dev_name")
dmactl memcpy -c sim:t-seen/0 -m submit -t 600 >/dev/null 2>&1 </dev/null &
pid=$!
soon sh -c "dmactl list | grep '$dev/0 .*busy'"
cat >"$tmp/steps" <<-END
	sees $dev/0
	keys >>>r
	sees reversed
	keys ri
	lacks $dev/1
	sees dmactl ($pid
	keys i
	keys q
	exit 0
	restored
END
TERM=vt100 python3 -I -S "$here/../cli/screen.py" "$(command -v dmactl)" top -d 100ms \
	<"$tmp/steps" >"$tmp/out" 2>"$tmp/err"
status=$?
what="dmactl top, on a terminal"
status_is 0
kill -INT "$pid"
wait "$pid"
no_sims

leaves_nothing
finish
