#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a chain does: operations, order, files, failures, and what is said of them.
# shellcheck disable=SC2016 # variables of chains are not the shell's
. "$(dirname "$0")/lib.sh"
FAKE='deps able'
export DMACTL_CHANNEL=sim:any
cd "$T" || exit 1

text() { printf '%b\n' "$1" >"$T/c"; }

# chain TEXT [ARGS...]; st N: the N-th statement's JSON, tot: that of all
chain() {
	text "$1"
	shift
	run chain c "$@"
}

# sums NAME EXPRESSION: over s (statements by line), t (the total)
sums() {
	js "$1" "[s := {x['line']: x for x in d['results'] if x['statement'] is not None},
		t := d['results'][-1], ($2)][-1]"
}

cat >pipe.chain <<'END'
# three stages, checked
buf a 4K fill=random
buf b 4K fill=0xee
buf c 4K; buf d 4K
repeat ${N:-3} as i {
	fill a random; fill b 0xee; fill c 0xdd
	A: memcpy b <- a
	fence
	memcpy c <- b
	memcpy d <- b after A
	tally c == a
	expect d == a	# as well
}
order emulated
memset b <- 5
fence
order none
memset b[0+64] <- 6
wait
expect b[64..4K] == 5
END
golden chain.out chain pipe.chain
golden chain.json chain pipe.chain -j
golden chain.jsonl.out chain pipe.chain --jsonl -D N=1
FAKE='deps able window=4'
golden chain-window.out chain pipe.chain -D N=20
cat >none.chain <<'END'
order none
buf a 4K; buf b 4K; buf c 4K
repeat 50 {
	fill a random; fill b 1; fill c 2
	memcpy b <- a; fence
	memcpy c <- b
	tally c == a
}
END
golden_1 chain-none.out chain none.chain

# Which order is trusted, by channel and mode: in the table, in configfs, or not at all.
for case in "sim:any|deps able|in-order" "sim:any|deps able window=4|hardware" \
	"sim:any|deps able window=4 ignorefence|emulated" "dma0chan0|deps|hardware" \
	"dma1chan1|deps|emulated"; do
	FAKE=${case#*|} FAKE=${FAKE%|*}
	chain 'buf a 4K fill=random; buf b 4K; buf c 4K\nmemcpy b <- a; fence; memcpy c <- b
expect c == a' -c "${case%%|*}" -j
	sums "auto: ${case%%|*} with <$FAKE> is kept by ${case##*|}" "t['order']['${case##*|}'] == 1 and
		sum(t['order'].values()) == 1 and d['exit_code'] == 0 and
		d['results'][5]['dependencies'] == [{'line': 2, 'label': None, 'by': 'fence',
			'fence_line': 2, 'prev': False, 'order': '${case##*|}', 'count': 1}]"
done
FAKE='deps able window=4 ignorefence'
racy='buf a 4K; buf b 4K; buf c 4K\nrepeat 50 { fill a random; fill b 1; fill c 2
memcpy b <- a; fence; memcpy c <- b; tally c == a }'
for mode in hardware none; do
	chain "order $mode\n$racy" -j
	sums "$mode on an engine that ignores fences: violated, and counted" "t['order']['$mode'] == 50 and
		10 < t['wrong'] < 40 and t['checks'] == 50 and d['exit_code'] == 1 and
		t['operations'] == 100 and t['failed'] == 0"
done
for mode in auto emulated; do
	chain "order $mode\n$racy" -j
	sums "$mode on an engine that ignores fences: kept" "t['order']['emulated'] == 50 and
		t['wrong'] == 0 and d['exit_code'] == 0"
done
FAKE='deps able window=4'
for mode in auto hardware emulated; do
	chain "order $mode\n$racy" -j
	sums "$mode on an engine that honours fences: kept" "t['wrong'] == 0 and d['exit_code'] == 0"
done
chain "repeat 1 { order none\nwait }\n$racy" -j
sums 'order ends with its block' "t['wrong'] == 0 and t['order']['hardware'] == 50"

# A producer that the module holds back: the channel cannot keep the order of what it has not got.
chain 'buf a 4K fill=random; buf b 4K; buf c 4K; buf e 4K\nP: memcpy b <- a\nmemcpy c <- b after P
fence\nmemcpy e <- c\nexpect e == a' -j
sums 'after a fence on one that is held: held' "s[5]['dependencies'][0]['order'] == 'emulated'"

# after: any earlier operation, of any channel, of the round before.
chain 'chan x sim:default/0; chan y sim:default/3
buf a 64K fill=random; buf b 64K; buf c 64K
repeat 16 as i {
P: on x memcpy b[$i*4K+4K] <- a[$i*4K+4K] after Q@prev
Q: on y memcpy c[$i*4K+4K] <- b[$i*4K+4K] after P
}
interrupt_free: on x memset b <- 1 after P, Q
on y memset c[0+8] <- 2 after interrupt_free, Q\nwait\nexpect b == 1\nexpect c[8..64K] == a[8..64K]' -j
sums 'after and @prev across two channels' "d['exit_code'] == 0 and t['order']['emulated'] == 35 and
	s[4]['dependencies'] == [{'line': 5, 'label': 'Q', 'by': 'after', 'fence_line': None,
	'prev': True, 'order': 'emulated', 'count': 15}]"
chain 'buf a 2K fill=random; buf b 2K; buf c 4K
repeat 2 { repeat 3 as i {
L: memset b <- $i after L@prev
}
memset b <- 7 after L; wait }
expect b == 7' -j
sums '@prev is of the repeat around, from its second round on' "d['exit_code'] == 0 and
	s[3]['dependencies'][0]['count'] == 4 and t['operations'] == 8"

# Several devices: a buffer goes from one to the other, when the other has done with it.
FAKE='deps able window=4'
two='chan x sim:default/0; chan y dma0chan0\nbuf a 4K fill=random; buf b 4K; buf c 4K; buf e 4K
repeat 20 {\nP: on x memcpy b <- a after R@prev\nQ: on y memcpy c <- b after P
R: on x memcpy e <- c after Q\non x memcpy a[0+64] <- b[64+64] after R\nexpect e[64..4K] == a[64..4K] }'
chain "$two" -j
sums 'two devices take turns' "d['exit_code'] == 0 and t['operations'] == 80"
chain "$(echo "$two" | sed 's/after [PQR](@prev)\?//')" -j
sums 'also without any order' "t['operations'] == 80 and t['failed'] == 0"

# As many operations as one likes: calls of what the module takes, by number beyond a call.
{
	echo 'buf a 4K fill=random; buf b 4K'
	seq 5000 | while read -r _; do
		echo 'memcpy b <- a; fence'
		echo 'memcpy a <- b; fence'
	done
	echo 'expect a == b'
} >long.chain
for limits in '' 'maxops=100' 'depth=20' 'maxops=64 depth=3' ignorefence 'window=4 depth=64'; do
	FAKE="deps able $limits"
	run chain long.chain -j
	sums "10,000 operations, <$limits>" "d['exit_code'] == 0 and t['operations'] == 10000 and
		sum(t['order'].values()) == 9999"
	! sed -n 's/^submit //p' "$T/log" | awk '$1 > 512 { bad = 1 } END { exit !bad }'
	point '... none of the calls too large'
done
FAKE='deps able maxops=1'
run chain pipe.chain -j
sums 'one operation a call' "d['exit_code'] == 0 and t['operations'] == 11"
FAKE='deps able'
chain 'buf a 64K fill=random; buf b 64K\nrepeat 30k as i { memset b[0+8] <- 3; fence }\nwait' -j
sums 'a repeat of 30,000' "t['operations'] == 30000 and d['exit_code'] == 0"
run chain long.chain
[ "$(wc -l <"$T/out")" -lt 20 ] && oneline "$T/out" | grep -qF '10001 statements that are all right'
point '10,000 lines are not printed'
labels=$(seq 300 | sed 's/.*/L&/')
chain "buf a 300 fill=1; buf b 300\n$(for l in $labels; do
	echo "$l: memset b[${l#L}-1+1] <- 1"
done)\nmemcpy a <- b after $(echo "$labels" | paste -sd,)\nexpect a == 1" -j
sums 'a fan-in of 300' "d['exit_code'] == 0 and t['order']['emulated'] == 300"

# An operation in the middle fails.
fail='buf a 4K fill=random; buf b 4K; buf c 4K; buf e 4K; buf f 4K
memcpy e <- a\nP: memcpy b <- a\nQ: memcpy c <- b after P\nmemcpy f <- c after Q\nmemset e[0+8] <- 1 after P
interrupt'
FAULT=fail=2
chain "$fail" -j
sums 'held dependents are aborted, the rest is as it was' "d['exit_code'] == 1 and
	[s[x]['operations'] for x in (2, 3, 4, 5, 6, 7)] == [1, 0, 0, 0, 0, 1] and
	s[3]['failed'] == 1 and [s[x]['aborted'] for x in (4, 5, 6)] == [1, 1, 1] and
	t['failure'] == d['error'] == 'c:3:1: memcpy failed to write on dma-sim.0/0'"
says 1 "c:3:1: memcpy failed to write on dma-sim.0/0" chain c
prints '1 failed'
prints '1 aborted'
chain "$(echo "$fail" | sed 's/Q: memcpy/wait; Q: memcpy/')" -j
sums 'also when it was waited for before' "[s[x]['aborted'] for x in (4, 5, 6)] == [1, 1, 1] and
	s[7]['operations'] == 1"
rely='buf a 4K fill=random; buf b 4K; buf c 4K
memcpy b <- a\nfence\nmemcpy c <- b\nfence\nmemset b[0+4] <- 1'
for how in in-order hardware; do
	[ $how = hardware ] && FAKE='deps able window=2'
	FAULT=fail=1
	chain "$rely" -j
	sums "one that relied ($how) has an input that failed" "s[2]['failed'] == 1 and
		s[4]['input_failed'] == s[6]['input_failed'] == 1 and d['exit_code'] == 1 and
		t['order']['$how'] == 2"
	says 1 "c:2:1: memcpy failed to write on" chain c
	prints '1 input failed'
	chain "$(echo "$rely" | sed 's/memcpy c/wait; memcpy c/')" -j
	sums "... also when it was waited for, and why is told" "s[4]['input_failed'] == 1 and
		[(x['by'], x['order'], x['count']) for x in s[4]['dependencies']] == [('fence', '$how', 1)]"
done
FAKE='deps able'
FAULT=fail=1
chain 'chan x sim:default/0; chan y sim:default/3; order emulated; buf a 4K; buf b 4K
on y interrupt; on x memset a <- 2; fence; wait\non x memcpy b <- a' -j
sums 'one that is held for what was waited for has its dependency' "t['operations'] == 2 and
	s[3]['aborted'] == 0 and s[3]['dependencies'] == []"
FAULT=fail=2
run chain c -j
sums '... when it failed' "s[3]['aborted'] == 1 and s[3]['dependencies'] == [{'line': 2,
	'label': None, 'by': 'fence', 'fence_line': 2, 'prev': False, 'order': 'emulated', 'count': 1}]"
FAULT=fail=7
chain 'buf a 64; buf b 64 fill=2\nrepeat 10 as i { memset a[$i+1] <- $i after L@prev; L: interrupt }' -j
sums 'the round of the one that failed is told' "t['failure'].endswith('dma-sim.0/0 (i = 3)')"

# Time-outs, channels that go, calls that are refused: what was begun is reported.
FAULT=stall=3
text 'buf a 4K; buf b 4K\nrepeat 5 as i { memcpy b <- a\nfence }\nmemset b <- 3\nexpect b == 3'
says 1 "c:2:17: memcpy timed out on dma-sim.0/0: it was stopped and can be used again" chain c
run chain c -j
sums 'nothing is begun after that' "s[2]['timed_out'] == 1 and
	s[2]['aborted'] == 2 and s[5]['runs'] == 0 and t['operations'] == 2 and d['exit_code'] == 1"
FAULT='stall=3 lost'
says 1 'although the engine says that it is complete (the interrupt was lost)' chain c
FAULT=stall=3
text 'buf a 4K; buf b 4K\nrepeat 5 as i { memcpy b <- a; fence }'
says 1 'it was stopped, not synchronized' chain c -c dma1chan1
says 1 'it cannot be stopped and is in quarantine' chain c -c dma0chan0
FAULT=gone=3
says 1 'was aborted on dma-sim.0/0' chain c
FAULT=noanswer
says 1 'the module did not answer: nothing completes, although its time is over' chain c
FAULT=reap=5
says 1 'completions could not be taken: Input/output error' chain c
FAULT=reap=19
says 1 'the channels are gone: their provider was unbound' chain c
FAULT=eagain
says 1 'the module takes no operation although nothing is in flight' chain c
FAULT=short
says 0 - chain c
FAULT=sync=19
says 1 'the channel is gone: its provider was unbound' chain pipe.chain
for n in 3 4 5 6 7 8 9 10 11; do
	FAULT=vanish=$n
	says 1 'the channel is gone: its provider was unbound' chain pipe.chain
done
FAULT=sync=5
says 1 'a buffer could not be synced: Input/output error' chain pipe.chain
text 'buf a 4K; buf b 4K\nmemcpy b <- a\nfence\nmemset b <- 1'
for why in '12 77 4096 bytes, or their place, do not suit dma-sim.0/0: it asks for multiples of 1' \
	'13 77 4096 bytes would take more than the 4096 descriptors that one operation may have' \
	'7 77 dma-sim.0/0 cannot use a buffer of this kind' \
	'15 1 a buffer could not be mapped for dma-sim.0/0' '20 77 dma-sim.0/0 does not take 0 sources' \
	'22 77 dma-sim.0/0 does not memset (dmactl info dma-sim.0/0 lists its directions)' \
	'18 1 dma-sim.0/0 prepared no descriptor until the deadline' \
	'3 1 dma-sim.0/0 refused the memset: Invalid argument (a field that is not used is not zero)'; do
	FAULT="deny=${why%% *} at=1" why=${why#* }
	says "${why%% *}" "c:4:1: ${why#* }" chain c
done
FAULT=deny=12
text 'buf a 4K; buf b 4K\nmemcpy b <- a\nwait\nmemset b <- 1'
says 77 "c:2:1: 4096 bytes, or their place, do not suit" chain c
FAULT='deny=12 second'
says 1 "c:4:1: 4096 bytes, or their place, do not suit" chain c
text 'buf a 4K\nsend a[0+6] sink width=4'
FAULT=deny=12
says 77 'c:2:1: 6 bytes, or their place, do not suit dma-sim.0/0: it asks for multiples of 4' chain c
text 'buf a 4K; buf b 4K\nmemcpy b <- a\nwait\nmemset b <- 1'
FAULT='deny=16 errno=5'
says 1 "c:2:1: dma-sim.0/0 refused the memcpy: it is in quarantine" chain c
FAULT='deny=16 errno=19'
says 1 'the channel is gone, its provider was unbound' chain c
FAULT=''

# Memory, channels, features: nothing is moved, 77.
for memory in '12 no memory for a buffer of 4096 bytes, or RLIMIT_MEMLOCK' \
	'122 4096 bytes more: a session may have 268435456 bytes of buffers' \
	'24 a is one more: a session may have 4096 buffers' \
	'22 the module refuses a buffer of 4096 bytes: it takes at most 67108864' \
	'95 a buffer of 4096 bytes: Operation not supported'; do
	FAULT=create=${memory%% *}
	says 77 "c:1:1: ${memory#* }" chain c
	silent
done
FAULT=map=12
says 1 "c:1:1: a: the buffer could not be mapped: Cannot allocate memory" chain c
FAULT=claim=16
says 77 'was taken this moment' chain c
FAULT=claim=24
says 77 'a session may have at most 64 channels' chain c
FAULT=''
says 77 'there is no channel dma9chan9' chain c -c dma9chan9
says 77 'cannot do memset: it has memcpy, interrupt, xor' chain c -c dma0chan0
text 'chan x dma9chan9\nbuf a 4K\non x memset a <- 1'
says 77 "c:1:1: there is no channel dma9chan9" chain c
run chain c -j
js '77 in the JSON' 'd["exit_code"] == 77 and d["results"] == [] and "dma9chan9" in d["error"]'
text 'buf a 4K fill=1; buf b 4K\nxor b <- a, a, a, a, a, a, a, a, a\nmemset b <- 1'
says 77 "c:2:1: 9 sources, but one xor of dma-sim.0/0 takes at most 8" chain c
text 'buf a 4K fill=1; buf b 4K\npq b, - <- a, a, a, a, a, a, a, a, a'
says 77 '9 sources, but one pq of dma-sim.0/0 takes at most 8' chain c
FAKE='deps able nodeps'
says 77 "pipe.chain:8:2: fence: the loaded module keeps no order between operations" chain pipe.chain
FAKE='deps able noops'
says 77 'the loaded module cannot do memcpy' chain pipe.chain
FAKE='deps able'
text 'chan x sim:default/0; chan y dma0chan0; buf a 4K coherent; buf b 4K
on x memcpy b <- a\nwait\non y memcpy b <- a'
says 64 "c:1:41: a is coherent, that is, of one device, but line 4 uses it on another one" chain c
text 'chan w any; chan x any; chan y any\nchan z any'
says 77 'c:2:1: none of the 5 channels that any stands for can be taken' chain c
text 'chan x any; chan y any\nbuf a 4K fill=5; buf b 4K; buf e 4K
on x memcpy b <- a; on y memcpy e <- a; wait; expect e == b'
run chain c -j
sums 'any is another one each time' "[x['channel_stable'] for x in t['channels']] ==
	['0000:00:04.0/0', '0000:00:04.0/1']"

# Every operation, against what the CPU makes of it.
chain 'buf a 4K fill=random; buf b 4K fill=random; buf c 4K fill=pattern; buf p 4K; buf q 4K; buf e 8K
xor p <- a, b, c; wait; expect p == xor(a, b, c)
pq p, q <- c, b, a; wait; expect p == xor(c, b, a); expect q == q(c, b, a)
fill q 0; pq -, q <- a, b; wait; expect q == q(a, b); expect p == xor(a, b, c)
fill p 0; fill q 9; pq p, - <- a, b; wait; expect p == xor(a, b); expect q == 9
fill e 7; interleave e[1+3000] <- a[2+2000] frames=3 chunk=100 src_gap=20 dst_gap=50
wait; expect e[1+100] == a[2+100]; expect e[101+50] == 7; expect e[151+100] == a[122+100]
expect e[301+100] == a[242+100]; expect e[401..8K] == 7; expect e[0+1] == 7
memset e[3..8K-3] <- 0x5a; interrupt; wait; expect e[3..8K-3] == 90;' -j
sums 'xor, pq, interleave, memset, interrupt' "d['exit_code'] == 0 and t['checks'] == 14"
python3 -c 'import zlib; print("%#x" % zlib.crc32(b"\x5a" * 4))' >crc
text "buf e 4 fill=0x5a\nexpect crc32(e) == $(cat crc)"
says 0 - chain c
text 'buf e 4 fill=0x5a\nexpect crc32(e) == 0x12345678'
says 1 "c:2:1: not as expected: the CRC of e at offset 0 should be 0x12345678 and is $(cat crc)" chain c
text 'buf a 4K fill=random; buf b 4K\nsend a loopback; receive b loopback; wait; expect a == b'
says 0 - chain c
logs 'config endpoint 3 src 4 x 0 dst 4 x 0 flags 0 address 0'
[ "$(grep -c config "$T/log")" = 1 ]
point 'an endpoint that stays is told once'
text 'buf a 4K fill=random; buf b 4K\nsend a[0+6] sink width=2 burst=8; receive b[0+7] source; receive b raw:0x40'
says 1 "c:2:58: this endpoint is not allowed on dma-sim.0/0" chain c
logs 'config endpoint 2 src 0 x 0 dst 2 x 8 flags 0 address 0'
logs 'config endpoint 1 src 1 x 0 dst 0 x 0 flags 0 address 0'
FAULT=config=22
says 77 'dma-sim.0/0 does not do a width of 2 bytes with bursts of 8' chain c
FAULT=config=95
says 77 'dma-sim.0/0 has no endpoint sink' chain c
FAULT=config=5
says 1 'dma-sim.0/0 could not be told of its endpoint: Input/output error' chain c
for defect in 'polynomial=1 q' 'coefficient=1 q' 'copies=1 p' 'shorter=1 p'; do
	FAULT=${defect% *}
	text 'buf a 4K fill=random; buf b 4K fill=random; buf p 4K; buf q 4K
pq p, q <- a, b; wait\nexpect p == xor(a, b)\nexpect q == q(a, b)'
	[ "${defect#* }" = p ] && where=3:1 || where=4:1
	says 1 "c:$where: not as expected: ${defect#* } at offset" chain c
done

# What is not as expected: line, offset, both values, how many, which round.
FAULT=corrupt=3
text 'buf a 4K fill=0x10; buf b 4K; buf c 8K\nrepeat 3 as i {\nmemcpy c[1K + 4K] <- a\nexpect c[1K .. 5K] == a }'
says 1 "c:4:1: not as expected: c at offset 3072 should be 0x10 and is 0x50 (1 of 4096 bytes are wrong) (i = 2)" \
	chain c
prints 'first: offset 3072, expected 0x10, found 0x50, 1 bytes (i = 2)'
run chain c -j
sums '... in the JSON' "s[4]['runs'] == 3 and s[4]['wrong'] == 1 and s[4]['first'] == {'offset': 3072,
	'wrong_bytes': 1, 'expected': 16, 'found': 80, 'round': 'i = 2'} and d['exit_code'] == 1"
text 'buf a 4K fill=0x10; buf c 4K\nrepeat 7 as i {\nmemcpy c <- a\ntally c == 0x10 }\nmemset c <- 1'
run chain c -j
sums 'a tally goes on, and the exit status is 1' "s[4]['runs'] == 7 and s[4]['wrong'] == 2 and
	s[5]['runs'] == 1 and d['exit_code'] == 1 and t['failure'] is None and d['error'] is None"
says 1 - chain c
FAULT=''

FAKE='deps able'
# shellcheck disable=SC2002 # a pipe is what is tested
cat pipe.chain | DMACTL_FAKE=$FAKE "$D" chain - -j >"$T/out" 2>"$T/err"
rc=$?
sums 'a chain from standard input' "d['exit_code'] == 0 and t['file'] == '(standard input)'"
says 64 'nothing.chain: No such file or directory' chain nothing.chain
says 64 'which chain? A file, or - for standard input' chain
says 64 "chain takes one FILE, 'b' is a second" chain a b
says 64 "-D: 'N' is not NAME=VALUE" chain -D N x
says 64 "-D: '=3' is not NAME=VALUE" chain -D =3 x
says 64 "-D: 'a-b=3' is not NAME=VALUE" chain -D a-b=3 x
says 64 "-D: '1a=3' is not NAME=VALUE" chain -D 1a=3 x
says 64 "-T: '5m' could mean minutes or milliseconds" chain -T 5m x
says 64 "-T: '0' is not a time up to 30 days" chain -T 0 x
says 64 "--seed: 'x' is not a number" chain --seed x x
says 64 "unrecognized option" chain --nonsense x
run chain pipe.chain -o result.json
js_file result.json '-o writes the document' 'd["kind"] == "chain" and d["exit_code"] == 0'
says 64 'result.json exists already: --force replaces it' chain pipe.chain -o result.json

# Overlapping bytes without an order: told, with --strict refused.
text 'buf a 4K; buf b 4K\nmemset a[0+2K] <- 1\n  memcpy b <- a\nmemset b[4K-1..4K] <- 2'
says 0 "c:3:3: warning: this reads bytes of a that the memset of line 2 writes, and no order is stated: fence, after or wait" chain c
says 0 "c:4:1: warning: this also writes bytes of b that the memcpy of line 3 writes, and no order" \
	chain c
says 0 - chain c --quiet
says 64 "c:3:3: this reads bytes of a that the memset of line 2 writes, and no order is stated: fence, after or wait (--strict)" \
	chain c --strict
run chain c -j
sums 'warnings are in the JSON' "len(s[3]['warnings']) == 1 and s[2]['warnings'] == []"
warns() {
	text "$1"
	says 64 "c:$2" chain c --strict
}
calm() {
	text "$1"
	says 0 - chain c --strict
}
warns 'buf a 8;buf b 8\nmemcpy b <- a\nmemset a <- 1' \
	'3:1: this writes bytes of a that the memcpy of line 2 reads'
warns 'buf a 8;buf b 8\nmemset b <- 2\nmemcpy b <- a\nfence\nmemset b <- 1' '3:1: this also writes bytes of b'
warns 'buf a 8;buf b 8;buf c 8\nmemset b <- 2\nmemset c <- 1\nfence\nmemcpy a <- b' \
	'5:1: this reads bytes of b that the memset of line 2 writes'
warns 'chan x any;chan y sim:any;buf a 8;buf b 8\non x memset b <- 2\nfence\non y memcpy a <- b' \
	'4:1: this reads bytes of b that the memset of line 2 writes'
warns 'buf b 64\nrepeat 4 as i {\nmemset b[$i*4+5] <- 1 }' '3:1: this also writes bytes of b that the memset of line 3 writes, and no order is stated: fence, after or wait (i = 1)'
warns 'buf b 64\nL: interrupt\nrepeat 9 as i {\nmemset b[($i*4)..($i*4+4)] <- 1 after L\nmemset b[32-$i*4+4] <- 2 after L }' \
	'4:1: this also writes bytes of b that the memset of line 5 writes'
warns 'buf a 1K;buf b 1K\ninterleave a <- b frames=4 chunk=8 src_gap=8 dst_gap=8\nmemset a[7+4] <- 1' \
	'3:1: this also writes bytes of a that the interleave of line 2 writes'
calm 'buf a 1K;buf b 1K\ninterleave a <- b frames=4 chunk=8 src_gap=8 dst_gap=8
interleave a[8+500] <- b frames=3 chunk=4 src_gap=8 dst_gap=12\nmemset a[56+8] <- 1'
calm 'buf a 1K;buf b 1K\ninterleave a <- b frames=4 chunk=8 src_gap=8 dst_gap=8\nmemset a[8+8] <- 1'
calm 'buf a 8;buf b 8\nmemcpy b <- a\nwait\nmemset a <- 1\nexpect a == 1\nmemset a <- 2'
calm 'buf a 8;buf b 8;buf c 8\nA: memcpy b <- a\nB: interrupt after A\nC: memset c <- 1 after B\nmemset b <- 1 after C'
calm 'buf a 8;buf b 8;buf c 8\nmemcpy b <- a\nmemcpy c <- a'
calm 'order none\nbuf a 8;buf b 8\nmemcpy b <- a\nfence\nmemset b <- 1'
calm 'buf a 4K; order none; memset a <- 3; memset a <- 4'
calm 'buf a 4K; memset a <- 3; order none; memset a <- 4'
warns 'buf a 4K; repeat 1 { order none; memset a <- 3 }; memset a <- 4' \
	'1:51: this also writes bytes of a that the memset of line 1 writes'
calm 'buf b 64\nrepeat 9 as i { memset b[$i*4+4] <- 1 }'
calm 'buf b 64\nrepeat 9 as i { L: memset b <- 1 after L@prev }'

# Ctrl-C: what was done, and 130.
FAULT=interrupt=50
text 'buf a 64; buf b 64\nrepeat 100k { memcpy b <- a; fence }\nmemset b <- 1\nexpect b == 1'
run chain c -j
sums 'interrupted: what was done, nothing after' "d['exit_code'] == 130 and t['interrupted'] and
	0 < t['operations'] < 100000 and t['failed'] == t['aborted'] == 0 and s[3]['runs'] == 0"
says 130 - chain c
prints 'interrupted'
done_testing
