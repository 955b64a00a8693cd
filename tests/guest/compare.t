#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# compare on what was measured for real: a slow-down a little above the threshold, and none.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"

load_modules

# measure FILE BANDWIDTH: three cells, 4 times each, on an engine that takes its time; added to FILE
measure()
{
	sim t-compare context=timer bandwidth="$2"
	run dmactl memcpy -c sim:t-compare/0 -s 16K,32K,64K -q 2 -n 30 -w 4 --repeat 4 \
		--label engine=simulated --force -o "$tmp/part"
	status_is 0
	sim_gone t-compare
	python3 - "$tmp/$1" "$tmp/part" <<-'END' || bad "$1 cannot be put together"
		import json, os, sys
		whole, part = sys.argv[1:]
		new = json.load(open(part))
		if os.path.exists(whole):
		    old = json.load(open(whole))
		    for r in new["results"]:
		        r["repeat"] += len(old["results"]) // 3
		    new["results"] = old["results"] + new["results"]
		json.dump(new, open(whole, "w"))
	END
}

slower='[r["verdict"] for r in d["results"]] == 3 * ["regression"] and
	all(5 < r["difference_percent"] < 15 for r in d["results"])'

# What the host takes for itself is the less the slower the engine is.
for pace in 1 4 16; do
	t "results are measured and kept, a second time, and with a bandwidth 8 percent less"
	rm -f "$tmp/base" "$tmp/again" "$tmp/slow"
	# In turns: a host that becomes slower does so for all of them.
	for _ in 1 2 3 4 5; do
		measure base $((200000000 / pace))
		measure again $((200000000 / pace))
		measure slow $((184000000 / pace))
	done
	for file in base again slow; do
		json_file "$tmp/$file" 'len(d["results"]) == 60' \
			'len({r["channel_stable"] for r in d["results"]}) == 1'
	done
	dmactl compare "$tmp/base" "$tmp/slow" --metric p50 -j 2>&1 | python3 -c '
import json, sys
d = json.load(sys.stdin)
sys.exit(not eval("(" + sys.argv[1] + ")"))' "$slower" && break
done

# Half of the operations may be held up by a host that is busy, and p50 is still theirs; throughput
# is not.
t "the slow-down is found with 20 repeats"
run dmactl compare "$tmp/base" "$tmp/slow" --metric p50 -j
status_is 2
json 'd["exit_code"] == 2' "$slower" \
	'all(r["base_repeats"] == r["new_repeats"] == 20 for r in d["results"])'

t "the other way round it is an improvement"
run dmactl compare "$tmp/slow" "$tmp/base" --strict --metric p50
status_is 0
out_has '^  p50 .* better$'
out_lacks WORSE
[ "$(wc -L <"$tmp/out")" -le 80 ] || bad "a line is longer than 80 columns"

t "twice the same is no regression"
run dmactl compare "$tmp/base" "$tmp/again" --metric p50 --strict
status_is 0
out_has '^0 worse, 0 better, '

t "a run that is killed leaves what can be compared"
sim t-compare context=timer bandwidth=200000000
dmactl memcpy -c sim:t-compare/0 -s 16K -q 2 -n 30 -w 4 --repeat 100000 \
	-o "$tmp/killed" >/dev/null 2>&1 &
killed=$!
# shellcheck disable=SC2317	# soon calls it
lines()
{
	[ "$(wc -l <"$tmp/killed.partial")" -ge 40 ]
}
soon lines
kill -9 "$killed"
wait "$killed"
run dmactl compare "$tmp/killed.partial" "$tmp/killed.partial"
status_is 0
out_has '^  throughput '
run dmactl compare "$tmp/killed.partial" "$tmp/killed.partial" --strict
status_is 3
soon sim_gone t-compare

leaves_nothing
finish
