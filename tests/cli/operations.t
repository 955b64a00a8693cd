#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# xor, pq, interleave, sg and segments: what they move, what they say, what is not to be had.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any
FAKE=able
pair='-c sim:default/0 -c sim:default/3 --endpoint loopback'

golden pq-check.out pq --check -n 2000 -q 2 -w 5 -s 64
golden sg.out sg -d mem-to-dev --segments 3 -n 2000 -w 5 -s 60
golden interleave.out interleave --frames 3 --chunk 20 --src-gap 4 --dst-gap 12 -n 2000 -w 5
golden pq-steps.out pq --sources 20 -m submit -n 200 -w 5 -s 64
golden sg.json sg -d dev-to-mem --width 2 --burst 8 --flow-control device -n 20 -w 0 -s 64 -j

# Each command, in both modes: what it reads, what it writes, and that it is all checked.
while IFS='|' read -r reads writes args; do
	for m in run submit; do
		# shellcheck disable=SC2086	# several options
		run $args -m $m -n 40 -w 5 -q 3 -v full -j
		js "$m: $args" "d['exit_code'] == 0 and r['operations'] == r['attempted'] == 40 and
			r['bytes'] == 40 * r['size'] and r['verify']['covered_operations'] == 40 and
			r['bytes_read'] == $reads * r['bytes'] and r['valid'] and
			r['bytes_written'] == $writes * r['bytes'] and r['descriptors'] == 1"
	done
done <<END
0|1|memset -s 100
0|1|memset --segments 3 -s 100
0|1|memset --segments 1
4|1|xor
2|1|xor --sources 2 -s 1
8|1|xor --sources 8 -s 4097
3|0|xor --check --sources 2
4|2|pq
1|2|pq --sources 1 -s 1
8|2|pq --sources 8 -s 257
4|1|pq --no-p
4|1|pq --no-q
6|0|pq --check
5|0|pq --check --no-p
5|0|pq --check --no-q
1|1|interleave --frames 1 --chunk 1
1|1|interleave --frames 5 --chunk 33 --src-gap 7
1|1|interleave --frames 5 --chunk 33 --dst-gap 7
1|1|interleave --frames 100 --chunk 33 --src-gap 100 --dst-gap 7 --offset 3,5
1|1|sg -d mem-to-dev
1|1|sg -d mem-to-dev --segments 7 -s 60
1|1|sg -d mem-to-mem
1|1|sg -d dev-to-mem
1|1|sg -d dev-to-mem --segments 7 -s 60 --width 1
1|1|sg -d dev-to-mem -s 63 --width 1
1|1|sg -d dev-to-dev
1|1|sg -d dev-to-dev --endpoint sink
1|1|sg -d dev-to-mem --endpoint buffer --width 8
END
for m in run submit; do
	run sg -d mem-to-dev --endpoint buffer -m $m -n 40 -q 4 -w 5 -v full -j
	js "$m: of a register only the last value is known" 'r["operations"] == 40 and
		r["verify"]["covered_operations"] == 0 and r["verify"]["last_values"] == 10 and r["valid"]'
	run sg -d mem-to-dev --endpoint buffer -m $m -n 40 -w 5 -v full -s 4 -j
	js "$m: which may be all of it" 'r["verify"]["covered_operations"] == 40 and
		r["verify"]["last_values"] == 0 and r["valid"]'
	run sg -d dev-to-dev --endpoint buffer -m $m -n 40 -q 4 -w 5 -v full -j
	js "$m: a register that is both ends tells nothing" 'r["operations"] == 40 and r["valid"] and
		r["verify"]["covered_operations"] == r["verify"]["last_values"] == 0'
	# shellcheck disable=SC2086	# several options
	run sg -d mem-to-dev $pair -m $m -n 40 -q 3 -w 5 -v full --segments 2 -j
	js "$m: a loopback: one sends, the other receives all" '
		[x["direction"] for x in d["results"]] == ["mem-to-dev", "dev-to-mem", None] and
		[x["operations"] for x in d["results"]] == [40, 40, 80] and
		[x["verify"]["covered_operations"] for x in d["results"]] == [0, 40, 40]'
	# shellcheck disable=SC2086
	run sg -d dev-to-mem $pair -m $m -t 1ms -q 3 -w 5 -s 64 -j
	js "$m: for a time, both make as many" 'r["direction"] == "dev-to-mem" and
		r["operations"] == d["results"][1]["operations"] > 100'
done
FAULT=interrupt=1
# shellcheck disable=SC2086
says 130 - sg -d mem-to-dev $pair -t 10
FAULT=''

# Parity: good and spoiled, each way counted.
run xor --check -n 40 -q 4 -w 5 -j
js 'in the kernel all good ones, and three kinds of spoiled ones for each slot' \
	'r["parity_checks"] == {"good": 40, "bad": 12, "wrong": 0, "failed": 0}'
run pq --check -n 40 -q 4 -w 5 -v full -m submit -j
js 'P, Q and two sources are spoiled in turn' \
	'r["parity_checks"] == {"good": 40, "bad": 160, "wrong": 0, "failed": 0}'
run pq --check -n 40 -w 0 -v none -j
js 'nothing is spoiled when nothing is to be checked' \
	'r["parity_checks"] == {"good": 40, "bad": 0, "wrong": 0, "failed": 0}'

# More sources than the channel takes.
run pq --sources 9 -m submit -n 20 -q 4 -b 2 -w 5 -v full -j
js '9 sources are 8 and 1' 'r["descriptors"] == 2 and r["operations"] == 20 == l["samples"] and
	r["verify"]["covered_operations"] == 20 and r["sources"] == 9'
js 'one sample for both' 'l["total"]["min"] > 2 * 2000'
run pq --sources 33 -m submit -n 20 -q 3 --buffers 5 -w 5 -v full -j
js '33 are 8 and five times 5' 'r["descriptors"] == 6 and r["valid"]'
run pq --sources 33 --no-p -m submit -n 20 -w 5 -v full -j
js 'without P 8 and four times 7' 'r["descriptors"] == 5 and r["valid"]'
run pq --sources 33 --no-q -m submit -n 20 -w 5 -v full -j
js 'without Q it is as with both' 'r["descriptors"] == 6 and r["valid"]'
run pq --sources 9 -m submit -n 20 -q 4 -b 4 --interrupt batch -w 5 -v full -j
js 'an interrupt per batch' 'r["interrupt"] == "batch" and r["operations"] == 20'
for FAULT in short one eintr 'short one eintr'; do
	run pq --sources 20 -m submit -w 0 -n 20 -q 4 -b 4 -v full -j
	js "steps, <$FAULT>: all are done once" 'd["exit_code"] == 0 and
		r["operations"] == r["verify"]["covered_operations"] == 20'
done
FAULT=error=7
run pq --sources 20 -m submit -w 0 -n 20 -q 4 -v full -j
js 'a step that fails ends its operation, and no other' 'r["failed"] > 5 and
	r["operations"] + r["failed"] == 20 and r["verify"]["mismatches"] == 0 and
	r["verify"]["covered_operations"] == r["operations"] and d["exit_code"] == 1'
FAULT=stall=9
run pq --sources 20 -m submit -w 0 -n 20 -q 4 -j
js 'a step that hangs' 'r["operations"] == 2 and r["timed_out"] == 1 and r["aborted"] == 1 and
	not r["valid"]'
FAULT=gone=9
says 1 'the channel is gone: its provider was unbound' pq --sources 20 -m submit -w 0 -n 20 -q 4
FAULT=prep=9
says 1 'the provider prepared no descriptor for 5 s' pq --sources 20 -m submit -w 0 -n 20 -q 4
FAULT='short gone=6'
says 1 'the channel is gone' pq --sources 20 -m submit -w 0 -n 20 -q 1
FAULT=eagain
says 1 'takes no operation although nothing is in flight' pq --sources 20 -m submit -w 0 -n 20
FAULT=''
says 77 '--sources: dma-sim.0/0 takes at most 8 in one operation, not 9: several operations need' \
	pq --sources 9
says 77 "-q: a depth of 100, each of several operations, is above the module's limit of 256" \
	pq --sources 20 -m submit -q 100
FAKE='able features=0x13f'
says 77 'takes at most 8, not 9, and the loaded module cannot make one operation wait for' \
	pq --sources 9 -m submit
FAKE='able pq=2'
says 77 '--sources: dma-sim.0/0 cannot go on from P and Q that are there: it takes at most 2' \
	pq --sources 3 -m submit
FAKE='able pq=4'
run pq --sources 6 -m submit -n 20 -w 5 -v full -j
js 'where P and Q leave room for one' 'r["descriptors"] == 3 and r["valid"]'
FAKE=able

# Operations that fail are no wrong data, whatever their stream had moved by then.
for m in run submit; do
	for c in 'xor' 'pq' 'memset --segments 3' 'sg -d dev-to-mem' 'sg -d mem-to-dev' \
		'sg -d dev-to-mem --endpoint buffer' \
		'interleave --frames 5 --chunk 33 --src-gap 7 --dst-gap 3'; do
		FAULT=error=3
		# shellcheck disable=SC2086	# several options
		says 1 '6 of 20 operations failed' $c -m $m -w 0 -n 20 -q 4
		# shellcheck disable=SC2086
		run $c -m $m -w 0 -n 20 -q 4 -v full -j
		js "$m: $c: nor are they wrong data" 'r["verify"]["mismatches"] == 0 and
			r["operations"] == 14 and r["failed"] == 6'
		FAULT=stall=9
		# shellcheck disable=SC2086
		says 1 'timed out: nothing completed for 5 s' $c -m $m -w 0 -n 20 -q 4
	done
done
FAULT=error=3
for m in run submit; do
	says 1 '6 of 20 operations failed' xor --check -m $m -w 0 -n 20 -q 4
	run xor --check -m $m -w 0 -n 20 -q 4 -j
	js "$m: nor are failed checks wrong ones" 'r["parity_checks"] == {"good": 14, "bad": 8, "wrong": 0, "failed": 4}'
done
FAULT=error=22
says 1 '1 operation with spoiled parity failed' xor --check -w 0 -n 20 -q 4
FAULT=''

# --save writes what was moved, without the gaps.
says 0 - interleave --frames 5 --chunk 20 --dst-gap 3 -n 4 -w 0 --save "$T/frames"
says 0 - memcpy -s 100 -n 4 -w 0 --save "$T/whole"
[ "$(wc -c <"$T/frames")" = 100 ]
point '--save of an interleave has the chunks'
cmp -s "$T/frames" "$T/whole"
point '... which are those of a memcpy'
says 0 - pq -s 100 -n 4 -w 0 --save "$T/pq"
says 0 - xor -s 100 -n 4 -w 0 --save "$T/xor"
head -c 100 "$T/pq" | cmp -s - "$T/xor" && [ "$(wc -c <"$T/pq")" = 200 ]
point '--save of a pq has P, which is the xor, and Q'
says 0 - memset -s 100 --segments 9 -n 4 -w 0 --save "$T/segments"
[ "$(tr -d '\245' <"$T/segments" | wc -c)" = 0 ] && [ "$(wc -c <"$T/segments")" = 100 ]
point '--save of segments has all of them'

# What is not to be had here is 77 and one sentence.
says 77 '--sources: dma-sim.0/0 takes at most 8, not 9' xor --sources 9
says 77 '--sources: dma-sim.0/0 takes at most 7 and their parity, not 8' xor --sources 8 --check
says 77 '--sources: dma-sim.0/0 takes at most 8, not 9' pq --sources 9 --check
says 77 "--sources: 300 are above the module's limit of 256" pq --sources 300 -m submit
says 77 "--segments: 257 are above the module's limit of 256" memset --segments 257
says 77 "--segments: 257 are above the module's limit of 256" sg -d mem-to-dev --segments 257
says 77 "--frames: 167247872 bytes are above the module's limit of 67108864 for a buffer" \
	interleave --frames 160 --chunk 512K --dst-gap 512K --src-gap 1
says 77 '--width: dma-sim.0/0 does not do 16 bytes (dmactl info dma-sim.0/0 lists its widths)' \
	sg -d mem-to-dev --width 16
says 77 '--width: dma-sim.0/0 does not do 3 bytes' sg -d dev-to-mem --width 3 -s 30
says 77 '--width: dma-sim.0/0 does not do 32 bytes' sg -d dev-to-mem --width 32
says 77 '--burst: dma-sim.0/0 does at most 16 accesses at a time, not 17' \
	sg -d mem-to-dev --burst 17
FAKE='able oneway'
says 77 '-d: dma-sim.0/0 does not go dev-to-mem (dmactl info dma-sim.0/0 lists its directions)' \
	sg -d dev-to-mem
says 0 - sg -d mem-to-dev -n 10 -w 0
FAKE=able
says 77 '--endpoint sink: only dma-sim has one, and 12680000.dma/1 is of dma-pl330: buffer, line' \
	sg -d mem-to-dev -c dma1chan1
says 77 '--endpoint buffer: 12680000.dma/1 may drive some live peripheral: this is for dma-sim' \
	sg -d mem-to-dev -c dma1chan1 --endpoint buffer
says 77 '--endpoint line: 12680000.dma/1 was not taken by its request line' \
	sg -d mem-to-dev -c dma1chan1 --endpoint line
says 77 "--endpoint raw: an address needs CAP_SYS_RAWIO, the module's parameter raw_address=1" \
	sg -d mem-to-dev -c dma1chan1 --endpoint raw:0x1000
FAKE='able rawaddress' FAULT=config=22
says 77 '--endpoint raw: 12680000.dma/1 does not take the address 0xfffffffffffff000' \
	sg -d mem-to-dev -c dma1chan1 --endpoint raw:0xfffffffffffff000
says 77 '--width: 12680000.dma/1 does not do 3 bytes' \
	sg -d mem-to-dev -c dma1chan1 --endpoint raw:0x1000 --width 3 -s 3
FAULT=''
says 0 - sg -d dev-to-mem -c dma1chan1 --endpoint raw:0xfe001000 -n 10 -w 0 --burst 4
logs 'config endpoint 6 src 4 x 4 dst 0 x 0 flags 0 address 0xfe001000'
run sg -d dev-to-mem -c dma1chan1 --endpoint raw:4096 -n 10 -w 0 -v full -j
js 'what a raw address gives nobody can check' 'r["verify"]["covered_operations"] == 0 and
	r["valid"] and r["endpoint"] == "raw"'
FAULT=guard=1
says 1 'wrong data' sg -d dev-to-mem -c dma1chan1 --endpoint raw:4096 -n 10 -w 0 -v full
FAULT='' FAKE=able
run sg -d mem-to-dev --width 8 --burst 2 -n 10 -w 0
logs 'config endpoint 2 src 0 x 0 dst 8 x 2 flags 0 address 0'
run sg -d dev-to-mem --width 1 --flow-control device -n 10 -w 0
logs 'config endpoint 1 src 1 x 0 dst 0 x 0 flags 1 address 0'
for e in '22 77 --endpoint sink: dma-sim.0/0 does not do a width of 4 bytes with bursts of 0' \
	'95 77 dma-sim.0/0 cannot be told of a peripheral' \
	'19 1 the channel is gone: its provider was unbound' \
	'16 1 dma-sim.0/0 could not be told of its peripheral: Device or resource busy'; do
	FAULT=config=${e%% *} e=${e#* }
	says "${e%% *}" "${e#* }" sg -d mem-to-dev
done
FAULT=create=12
says 77 'no memory for the register: Cannot allocate memory' sg -d mem-to-dev --endpoint buffer
FAULT=map=12
says 1 'the register could not be mapped: Cannot allocate memory' \
	sg -d mem-to-dev --endpoint buffer -m submit
FAULT=sync=5
says 1 'a buffer could not be synced: Input/output error' sg -d mem-to-dev --endpoint buffer
FAULT=''
FAKE='able nosink'
run sg -d mem-to-dev -n 10 -w 0 -v full -j
js 'a sink that cannot be read checks nothing' 'r["verify"]["covered_operations"] == 0 and
	r["valid"]'
FAKE=able
says 0 - sg -d mem-to-dev --endpoint buffer -n 20 -w 0 -v full
prints 'verified the last value of 20 of 20 operations: all right (a register keeps no more)'
says 0 - sg -d mem-to-dev --endpoint buffer -n 20 -w 0 -v full -s 4
prints 'verified 20 of 20 operations: all right'
for f in stale=1 lazy=1 shorter=1; do
	FAULT=$f
	run sg -d dev-to-dev --endpoint buffer -n 20 -w 0 -v full
	! grep -q 'all right' "$T/out" && [ "$rc" = 0 ]
	point "$f: a register that is both ends is not called all right"
	prints 'nothing to verify: the register is both ends'
done
FAULT=corrupt=1
says 1 'wrong data: the register is both ends, and yet it changed: at offset 3, expected 0x' \
	sg -d dev-to-dev --endpoint buffer -n 20 -w 0 -v full
FAULT=''
says 0 - sg -d dev-to-dev --endpoint buffer -n 20 -w 0 -v none
! grep -q 'verify:' "$T/out"
point '... nor is that told when nobody asks'
FAKE='able rawaddress'
says 0 - sg -d dev-to-mem -c dma1chan1 --endpoint raw:4096 -n 10 -w 0 -v full
prints 'nothing to verify: nobody knows the data of this peripheral'
FAKE='able nosink'
says 0 - sg -d mem-to-dev -n 10 -w 0 -v full
prints 'nothing to verify: what the sink got cannot be told'
FAKE='able features=0x3f'
says 77 'the loaded module cannot tell a channel of its peripheral' sg -d mem-to-dev
FAKE=able
says 64 '--endpoint loopback needs two channels, the second for what comes back, not 1' \
	sg -d mem-to-dev --endpoint loopback
says 77 '--endpoint loopback: 12680000.dma/1 and dma-sim.0/0 are not of one device' \
	sg -d mem-to-dev --endpoint loopback -c dma1chan1 -c sim:any
FAKE=''
says 77 'dma-sim.0/0 cannot do xor: it has memcpy, memset, interrupt' xor -c sim:default/0
says 77 'dma-sim.0/0 cannot do pq-val: it has' pq --check -c sim:default/0
says 77 'dma-sim.0/0 cannot do memset-sg: it has' memset --segments 2 -c sim:default/0
says 77 'dma-sim.0/0 cannot do interleaved: it has' interleave --frames 2 --chunk 2 \
	-c sim:default/0
says 77 'dma-sim.0/0 cannot do slave-sg: it has' sg -d mem-to-dev -c sim:default/0
FAKE='able noops'
says 77 'the loaded module cannot do slave-sg' sg -d mem-to-dev
FAKE=able
while IFS='|' read -r why exit sentence args; do
	for m in run submit; do
		FAULT=why=$why
		# shellcheck disable=SC2086	# several options
		says "$exit" "dma-sim.0/0, size 4K, depth 1: $sentence" $args -m $m -w 0 -n 20
	done
done <<END
20|77|--sources: dma-sim.0/0 takes more than 4|xor
20|77|--segments: dma-sim.0/0 does not take 3 segments|memset --segments 3
21|77|--segments: dma-sim.0/0 does not take segments like these|memset --segments 3
22|77|-d: dma-sim.0/0 does not go mem-to-dev (dmactl info|sg -d mem-to-dev
23|1|dma-sim.0/0 has forgotten its peripheral|sg -d mem-to-dev
24|77|--frames, --chunk: the module does not take such|interleave --frames 64 --chunk 64
7|77|-B pages: xor cannot use such buffers|xor
7|77|-B coherent,pages: xor cannot use such buffers|xor -B coherent,pages
END
FAULT=''
done_testing
