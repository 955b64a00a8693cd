#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Engines that do less than they should, or more: none of them passes.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any
FAKE=able
pair='-c sim:default/0 -c sim:default/3 --endpoint loopback'

caught() { # MODE FAULT SENTENCE ARGS...
	mode=$1 FAULT=$2 sentence=$3
	shift 3
	says 1 "$sentence" "$@" -m "$mode" -w 0 -n 20 -q 2
	FAULT=''
}
for m in run submit; do
	for c in xor pq 'pq --no-p' 'pq --no-q' 'xor --sources 2'; do
		# shellcheck disable=SC2086	# several options
		caught $m copies=1 'wrong data in 2 of 2 checked operations: first in op' $c
	done
	for f in polynomial coefficient; do
		caught $m $f=1 'first in operation 18, Q, at offset 0, expected 0x' pq
		caught $m $f=1 'first in operation 18, Q, at offset 0, expected 0x' pq --no-p
		caught $m $f=1 'parity checks went wrong: good parity was called wrong' pq --check
		caught $m $f=1 'parity checks went wrong: good parity was called wrong' \
			pq --check --no-p
		FAULT=$f=1
		says 0 - pq --no-q -m $m -w 0 -n 20
		FAULT=''
	done
	for c in xor pq; do
		caught $m copies=1 'parity checks went wrong: good parity was called wrong' \
			$c --check
		caught $m corrupt=1 'parity checks went wrong: good parity was called wrong' \
			$c --check
		for f in shorter stale lazy; do
			caught $m $f=1 'parity checks went wrong: spoiled parity was called good' \
				$c --check
		done
	done
	while read -r args; do
		for f in shorter=1 stale=1 corrupt=1 lazy=5; do
			# shellcheck disable=SC2086
			caught $m $f 'wrong data' $args
		done
	done <<-END
		memcpy
		memset
		memset --segments 3
		xor
		pq
		pq --no-p
		pq --no-q
		interleave --frames 5 --chunk 33 --src-gap 7 --dst-gap 3
		sg -d mem-to-dev
		sg -d mem-to-dev --segments 3
		sg -d dev-to-mem --segments 3
		sg -d dev-to-dev
		sg -d dev-to-mem --endpoint buffer
	END
	# The last byte alone, also where it is alone in its block.
	for c in memcpy memset xor pq 'sg -d dev-to-mem --width 1'; do
		for size in 1 4097; do
			# shellcheck disable=SC2086
			caught $m shorter=1 'wrong data' $c -s $size
		done
	done
	# corrupt spoils the fourth byte only: the register has the last ones.
	for f in stale=1 lazy=5; do
		caught $m $f 'first in operation 19, register, at offset 0, expected 0x' \
			sg -d mem-to-dev --endpoint buffer
	done
	while IFS='|' read -r where args; do
		# shellcheck disable=SC2086
		caught $m guard=1 "first in operation 18$where at offset" $args
	done <<-END
		|memset
		, segment 0,|memset --segments 3
		|xor
		, P,|pq
		, Q,|pq --no-p
		|interleave --frames 5 --chunk 33 --src-gap 7 --dst-gap 3
		, segment 0,|sg -d dev-to-mem --segments 3
	END
	caught $m gap=1 'first in operation 18 at offset 35, expected 0x' \
		interleave --frames 5 --chunk 33 --src-gap 7 --dst-gap 3
	caught $m nogap=1 'first in operation 18 at offset 33, expected 0x' \
		interleave --frames 5 --chunk 33 --src-gap 7 --dst-gap 3
	caught $m nogap=1 'first in operation 18 at offset 33, expected 0x' \
		interleave --frames 5 --chunk 33 --src-gap 7
	caught $m shorter=1 'first in operation 18, segment 2, at offset 1361, expected 0xa5' \
		memset --segments 3 -s 4086
done
FAULT=corrupt=1
# shellcheck disable=SC2086	# several options
run sg -d mem-to-dev $pair -w 0 -n 20 -j
js 'a loopback that spoils a byte: who receives sees it' 'd["exit_code"] == 1 and
	[x["verify"]["mismatches"] for x in d["results"]] == [0, 1, 1]'
caught submit blame=1 'parity checks went wrong: spoiled parity was called good, or another than' \
	pq --check
FAULT=lazy=5
run sg -d mem-to-dev -w 0 -n 20 -j
js 'what a sink did not get has no first byte' 'r["verify"]["mismatches"] == 1 and
	r["verify"]["first"] is None and not r["valid"] and r["operations"] == 19 and
	r["failure"].startswith("wrong data: the sink took 0 bytes with checksum 0x00000000 inst")'
FAULT=polynomial=1
run pq -w 0 -n 20 -j
js 'the wrong destination in the JSON' 'r["verify"]["first"]["destination"] == 1'
FAULT=coefficient=3
run pq --check -m submit -w 0 -n 20 -v full -j
js 'a wrong answer is no operation that is done' 'r["operations"] + r["failed"] == 20 and
	r["parity_checks"]["good"] == r["operations"] > 5 and r["failed"] > 5 and
	r["parity_checks"]["wrong"] >= r["failed"]'
FAULT=''
done_testing
