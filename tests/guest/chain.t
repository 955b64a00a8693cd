#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Chains on real modules: every operation, order as it is kept, 10,000 operations, what fails.
# shellcheck disable=SC2016	# variables of chains are not the shell's

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"

load_modules

# chain TEXT [ARGS...]
chain()
{
	printf '%b\n' "$1" >"$tmp/chain"
	shift
	run dmactl chain "$tmp/chain" "$@" -j
}

# sums EXPRESSION: over s (the last statement of each line) and t (all of them)
sums()
{
	json "[s := {x['line']: x for x in d['results'] if x['statement'] is not None},
		t := d['results'][-1], ($1)][-1]"
}

t "every operation, against what the CPU makes of it"
sim t-all
chain 'buf a 64K fill=random; buf b 64K fill=random; buf c 64K fill=pattern
buf p 64K; buf q 64K; buf e 128K
xor p <- a, b, c; wait; expect p == xor(a, b, c)
pq p, q <- c, b, a; wait; expect p == xor(c, b, a); expect q == q(c, b, a)
fill q 0; pq -, q <- a, b; wait; expect q == q(a, b); expect p == xor(a, b, c)
fill p 0; fill q 9; pq p, - <- a, b; wait; expect p == xor(a, b); expect q == 9
fill e 7; interleave e[1+3000] <- a[2+2000] frames=3 chunk=100 src_gap=20 dst_gap=50
wait; expect e[1+100] == a[2+100]; expect e[101+50] == 7; expect e[151+100] == a[122+100]
expect e[301+100] == a[242+100]; expect e[401..128K] == 7
memset e[3..128K-3] <- 0x5a; interrupt; wait; expect e[3..128K-3] == 90
memcpy e[64K+60K] <- a[0+60K]; wait; expect e[64K+60K] == a[0+60K]' -c sim:t-all/0
status_is 0
sums 't["failed"] == 0 and t["operations"] == 8'

t "what is sent comes back through the loopback; a source gives its counters"
chain 'chan x sim:t-all/0; chan y sim:t-all/1\nbuf a 16K fill=random; buf b 16K; buf c 64
on x send a loopback\non y receive b loopback\non x receive c source
expect a == b\nexpect c[0+4] == 0\nexpect c[4+1] == 1; expect c[5+3] == 0; expect c[8+1] == 2'
status_is 0
sums 't["operations"] == 3'

t "coherent buffers"
chain 'buf a 64K coherent fill=random; buf b 64K coherent; buf c 64K
memcpy b <- a; fence; memcpy c <- b\nexpect c == a' -c sim:t-all/0
status_is 0
no_sims

racy='buf a 4K; buf b 4K; buf c 4K\nrepeat 200 { fill a random; fill b 1; fill c 2
memcpy b <- a; fence; memcpy c <- b; tally c == a }'
for case in "fifo honour auto in-order 0" "window honour auto hardware 0" \
	"window ignore auto emulated 0" "window ignore hardware hardware 1" \
	"execute honour auto hardware 0" "execute ignore emulated emulated 0" \
	"window honour none none 1"; do
	# shellcheck disable=SC2086	# several words
	set -- $case
	t "order=$1 fence=$2, order $3: $4$([ "$5" = 0 ] || echo ", and wrong data")"
	sim t-order order="$1" fence="$2" window=8
	chain "order $3\n$racy" -c sim:t-order/0
	status_is "$5"
	sums "t['order']['$4'] == 200 == sum(t['order'].values()) and
		(t['wrong'] > 30 if $5 else t['wrong'] == 0) and t['operations'] == 400"
	no_sims
done

t "10,000 operations that depend on each other, in order"
sim t-long
{
	echo 'buf a 4K fill=random; buf b 4K'
	yes 'memcpy b <- a; fence
memcpy a <- b; fence' | head -n 10000
	echo 'expect a == b'
} >"$tmp/long"
run dmactl chain "$tmp/long" -c sim:t-long/0 -j
status_is 0
sums 't["operations"] == 10000 and t["order"]["in-order"] == 9999'
no_sims

t "the same, held by the module, on an engine out of order"
sim t-long order=window fence=ignore
run dmactl chain "$tmp/long" -c sim:t-long/0 -j
status_is 0
sums 't["operations"] == 10000 and t["order"]["emulated"] == 9999'

t "the same without any order: it does not come out right"
sed 's/^buf a/order none\nbuf a/; s/fill=random/fill=random; buf p 4K fill=9/' "$tmp/long" |
	sed '5s/.*/memcpy b <- p; fence/' >"$tmp/none"
run dmactl chain "$tmp/none" -c sim:t-long/0 -j
sums 't["operations"] == 10000 and t["order"]["none"] == 9999'
no_sims

t "by labels across two channels, 10,000 operations"
sim t-two order=window fence=ignore
chain 'chan x sim:t-two/0; chan y sim:t-two/1\nbuf a 4K fill=random; buf b 4K
repeat 5000 {\nP: on x memcpy b <- a after Q@prev\nQ: on y memcpy a <- b after P }\nexpect a == b'
status_is 0
sums 't["operations"] == 10000 and t["order"]["emulated"] == 9999'
no_sims

t "two devices: a buffer goes from one to the other and back"
sim t-a order=window
sim t-b order=window
chain 'chan x sim:t-a/0; chan y sim:t-b/0\nbuf a 16K fill=random; buf b 16K; buf c 16K; buf e 16K
repeat 200 {\nP: on x memcpy b <- a after R@prev\nQ: on y memcpy c <- b after P
R: on x memcpy e <- c after Q\non x memcpy a[0+64] <- b[64+64] after R
expect e[64..16K] == a[64..16K] }'
status_is 0
sums 't["operations"] == 800'

t "also without any order between them"
chain 'chan x sim:t-a/0; chan y sim:t-b/0\nbuf a 16K fill=random; buf b 16K; buf c 16K; buf e 16K
repeat 200 {\non x memcpy b <- a\non y memcpy c <- b\non x memcpy e <- c\non y memcpy b <- e }'
status_is 0
sums 't["operations"] == 800 and t["failed"] == t["aborted"] == 0'
no_sims

fail='buf a 4K fill=random; buf b 4K; buf c 4K; buf e 4K; buf f 4K
memcpy e <- a\nP: memcpy b <- a\nQ: memcpy c <- b after P\nmemcpy f <- c after Q
memset e[0+8] <- 1 after P
interrupt'
t "an operation in the middle fails: what was held for it is aborted, the rest is as it was"
sim t-fail
knob t-fail error 'nth 2'
chain "$fail" -c sim:t-fail/0
status_is 1
sums '[s[x]["operations"] for x in (2, 3, 4, 5, 6, 7)] == [1, 0, 0, 0, 0, 1] and
	s[3]["failed"] == 1 and [s[x]["aborted"] for x in (4, 5, 6)] == [1, 1, 1]'
json '"memcpy failed" in d["error"] and ":3:1: " in d["error"]'

t "the same when it was waited for before"
knob t-fail error 'nth 2'
chain "$(printf '%s' "$fail" | sed 's/Q: memcpy/wait; Q: memcpy/')" -c sim:t-fail/0
status_is 1
sums '[s[x]["aborted"] for x in (4, 5, 6)] == [1, 1, 1] and s[7]["operations"] == 1'

t "those that relied on it have an input that failed"
knob t-fail error 'nth 1'
chain 'buf a 4K fill=random; buf b 4K; buf c 4K
memcpy b <- a\nfence\nmemcpy c <- b\nfence\nmemset b[0+4] <- 1' -c sim:t-fail/0
status_is 1
sums 's[2]["failed"] == 1 and s[4]["input_failed"] == s[6]["input_failed"] == 1'
no_sims

t "a stall: the channel is stopped, what waited is aborted"
sim t-stall
for ms in 300 1200 4800; do	# for a host on which also the first ones come too late
	knob t-stall stall 'nth 3'
	chain 'buf a 4K; buf b 4K
	repeat 6 as i { L: memcpy b <- a after L@prev\n}' -c sim:t-stall/0 -T ${ms}ms
	knob t-stall stall off
	! grep -q '"aborted": *[45]' "$tmp/out" || continue
	break
done
status_is 1
sums 's[2]["operations"] == 2 and s[2]["timed_out"] == 1 and s[2]["aborted"] == 3'
json '"timed out" in d["error"] and "can be used again" in d["error"]'
no_sims

t "the provider goes while a chain runs"
sim t-gone context=timer latency_ns=5000000
printf 'buf a 4K; buf b 4K\nrepeat 100k { memcpy b <- a; fence }\n' >"$tmp/chain"
dmactl chain "$tmp/chain" -c sim:t-gone/0 -j >"$tmp/out" 2>"$tmp/err" &
pid=$!
soon more_done t-gone 0 100
rmdir "$sims/t-gone"
wait $pid
status=$?
what='dmactl chain'
status_is 1
sums 't["operations"] > 0 and t["aborted"] > 0'
err_is_short 2

t "Ctrl-C: what was done, and 130"
sim t-slow context=timer latency_ns=1000000
dmactl chain "$tmp/chain" -c sim:t-slow/0 -j >"$tmp/out" 2>"$tmp/err" &
pid=$!
soon more_done t-slow 0 300
kill -INT $pid
wait $pid
status=$?
status_is 130
sums 't["interrupted"] and 0 < t["operations"] < 100000 and t["failed"] == t["aborted"] == 0'
no_sims

t "what the channel cannot do is 77, and nothing is moved"
sim t-lim align=6 max_xor=4
chain 'buf a 4K\nmemset a[0+3] <- 1' -c sim:t-lim/0
status_is 77
json '"do not suit" in d["error"] and "multiples of 64 bytes" in d["error"]'
chain 'buf a 4K; buf b 4K\nxor b <- a, a, a, a, a' -c sim:t-lim/0
status_is 77
json '"5 sources, but one xor of" in d["error"] and "takes at most 4" in d["error"]'
chain 'buf a 4K\nsend a line' -c sim:t-lim/0
status_is 77
no_sims

t "any takes no simulated channel, and two of sim:any are two"
chain 'buf a 4K\nmemset a <- 1'
status_is 77
sim t-any
chain 'chan x sim:any; chan y sim:any; buf a 4K; buf b 4K
on x memset a <- 1\non y memset b <- 1\nexpect a == b'
status_is 0
sums 'len({x["channel_stable"] for x in t["channels"]}) == 2'
no_sims

leaves_nothing
finish
