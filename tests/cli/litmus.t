#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Litmus shapes on engines of every temper: what is found, what is promised, what is left out.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any
shapes='read-after-write write-after-write write-after-read pipeline fan-in-xor fan-out hand-over
	ping-pong mid-batch write-then-issue callback-then-read neighbours'

# ways NAME EXPRESSION: over v, the results by shape and way
ways() {
	js "$1" "[v := {(x['shape'], x['way']): x for x in d['results']}, ($2)][-1]"
}

FAKE='deps able'
golden litmus.out litmus -n 20
FAKE='deps able window=4'
golden litmus-window.out litmus -n 20
golden litmus.json litmus -n 20 -j --shape fan-in-xor
FAKE='deps able window=4 ignorefence'
golden litmus-ignore.out litmus -n 20 --shape pipeline

# shellcheck disable=SC2086 # several words
engine=$(printf '"%s", ' $shapes)
engine="[$engine]"
racy='[x for x in '$engine' if x not in ("write-then-issue", "callback-then-read", "neighbours")]'
one='[x for x in '$racy' if x != "hand-over"]'
FAKE='deps able'
run litmus -n 100 -j
ways 'in order: nothing is violated, nothing can be told apart but by two channels' "
	all(x['violated'] == 0 for k, x in v.items() if k[0] != 'hand-over') and d['exit_code'] == 0 and
	all(v[s, 'fences']['verdict'] == v[s, 'emulated']['verdict'] == 'cannot be told apart' and
	    v[s, 'none']['verdict'] == 'never wrong' for s in $one)"
ways 'every shape in every way, but a fence across channels' "len(v) == 35 and
	all((s, w) in v for s in $one for w in ('none', 'fences', 'emulated')) and
	d['skipped'] == [{'job': 'hand-over, with fences', 'why': 'a fence is within one channel'}]"
FAKE='deps able window=8'
run litmus -n 200 -j
ways 'out of order: violated without order, kept with fences' "d['exit_code'] == 0 and
	all(v[s, 'none']['violated'] > 20 and v[s, 'none']['verdict'] == 'violated' for s in $racy) and
	all(v[s, 'fences']['verdict'] == 'kept' and v[s, 'fences']['promised'] for s in $one) and
	all(v[s, 'none']['checks'] >= 200 and v[s, 'none']['rounds'] == 200 for s in $engine)"
ways 'emulated order is kept, and promised' "
	all(v[s, 'emulated']['verdict'] == 'kept' and v[s, 'emulated']['promised'] for s in $racy)"
ways 'the CPU and an operation: promised in any way' "all(v[s, w]['promised'] and
	v[s, w]['verdict'] == 'kept' for s in ('write-then-issue', 'callback-then-read')
	for w in ('none', 'fences', 'emulated'))"
ways 'a violation is told' "0 <= v['pipeline', 'none']['first']['offset'] < 4096 and
	v['pipeline', 'none']['first']['round'].startswith('round ')"
FAKE='deps able window=8 ignorefence'
run litmus -n 200 -j
ways 'fences that are ignored: violated, and not promised' "d['exit_code'] == 0 and
	all(v[s, 'fences']['violated'] > 20 and not v[s, 'fences']['promised'] for s in $one) and
	all(v[s, 'emulated']['violated'] == 0 for s in $engine)"
# The table, or configfs, says that it keeps the fence, but it does not.
FAKE='deps able window=8 ignorefence liar'
run litmus -n 200 --shape pipeline -j
ways 'an order that was promised is violated: exit status 1' "d['exit_code'] == 1 and
	v['pipeline', 'fences']['promised'] and v['pipeline', 'fences']['violated'] > 20"
says 1 - litmus -n 200 --shape pipeline
prints 'ALTHOUGH PROMISED'
FAKE='deps able'
FAULT=corrupt=5
run litmus -n 20 --shape write-then-issue -j
js 'wrong data between the CPU and an operation: exit status 1' 'd["exit_code"] == 1 and
	r["violated"] == 4 and r["promised"]'

# What fails is no violation.
FAULT=error=7
says 1 'litmus read-after-write, without order: read-after-write:' litmus -n 20 --shape read-after-write
run litmus -n 20 --shape read-after-write -j
js 'failed operations' 'd["exit_code"] == 1 and "failed to write on dma-sim.0/0" in r["failure"]'
FAULT=''

for way in none hardware emulated; do
	run litmus -n 20 --order $way --shape pipeline -j
	js "--order $way runs that way alone" 'len(d["results"]) == 1 and
		r["way"] == {"hardware": "fences"}.get("'$way'", "'$way'") and r["verdict"] == "never wrong"'
done
run litmus -n 20 -s 64K --shape fan-out -j --seed 7
js 'other sizes' 'r["size"] == 65536 and d["exit_code"] == 0'
FAKE='deps able'
says 0 - litmus -n 3 -c sim:default/3 --shape neighbours
prints 'neighbours without order never wrong'

# Left out, with the reason.
FAKE=deps
says 0 - litmus -n 3
prints 'fan-in-xor without order left out: it cannot do xor'
says 77 'no shape can be run on dma-sim.0/0' litmus -n 3 --shape fan-in-xor
says 0 - litmus -n 3 -s 100 -c sim:default/3
prints 'write-then-issue without order left out: it takes multiples of 16 with fences left out'
prints 'neighbours without order never wrong with fences cannot be told apart emulated'
! sed '/neighbours/,$d' "$T/out" | grep -E 'kept|never|told'
point '... and nothing is said of what did not run'
says 77 'no shape can be run on dma-sim.0/3' litmus -n 3 -s 100 -c sim:default/3 --shape pipeline
run litmus -n 3 -s 100 -c sim:default/3 --shape pipeline -j
js '... in the JSON' 'd["results"] == [] and len(d["skipped"]) == 3 and d["exit_code"] == 77 and
	d["skipped"][0] == {"job": "pipeline, without order", "why": "it takes multiples of 16"}'
FAKE='deps able'
FAULT=deny=12
says 77 'no shape can be run on dma-sim.0/0' litmus -n 3
prints 'pipeline without order left out: 4096 bytes, or their place, do not suit dma-sim.0/0'
run litmus -n 3 -j
js 'refused by the module: no verdict' 'd["results"] == [] and len(d["skipped"]) == 36 and d["exit_code"] == 77'
FAULT='deny=12 second'
says 1 'litmus pipeline, without order: pipeline:6:1: ' litmus -n 3 --shape pipeline
prints 'pipeline without order never wrong'
FAULT=stall=1
says 1 'litmus pipeline, without order: pipeline:' litmus -n 3 --shape pipeline
prints 'pipeline without order left out: memcpy timed out on dma-sim.0/0'
run litmus -n 3 --shape pipeline -j
js 'timed out before a check: no verdict, and 1' 'd["results"] == [] and d["exit_code"] == 1'
FAULT=''
FAKE=deps
run litmus -n 3 -c dma1chan1 --shape hand-over -j
js 'no second channel' 'd["exit_code"] == 77 and
	[x["why"] for x in d["skipped"]] == ["there is no second channel: -c names one"] * 3'
run litmus -n 3 -c dma1chan1 -c dma0chan0 --shape hand-over -j
js 'a second channel that is named' 'd["exit_code"] == 0 and len(d["results"]) == 2 and
	r["second_channel"] == "0000:00:04.0/0"'

says 64 "--shape: 'x' is none of all, read-after-write, write-after-write" litmus --shape x
says 64 "--order: 'auto' is not hardware, emulated or none" litmus --order auto
says 64 "-n: '0' is not a count" litmus -n 0
says 64 "-s: '0' is not a size from 1 to 1G" litmus -s 0
says 64 "-s: '2G' is not a size from 1 to 1G" litmus -s 2G
says 64 "-T: '0' is not a time" litmus -T 0
says 64 "--seed: 'x' is not a number" litmus --seed x
says 64 "litmus takes no argument: 'x'" litmus x
says 64 '-c: two channels at most' litmus -c a -c b -c c
says 64 '-c: dma-sim.0/0 is named twice' litmus -c sim:any -c sim:default/0
says 77 'there is no channel dma9chan9' litmus -c dma9chan9
FAKE='deps able'
FAULT=create=12
says 77 'no memory for a buffer of 4096 bytes' litmus
FAULT=interrupt=300
says 130 - litmus
run litmus -j
js 'interrupted: what was found so far' 'd["exit_code"] == 130 and
	d["results"][-1]["interrupted"] and len(d["results"]) < 5'
done_testing
