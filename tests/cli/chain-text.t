#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Mistakes in the text of a chain: each is 64, with its line, its column and what would be right.
# shellcheck disable=SC2016 # its variables are not the shell's
. "$(dirname "$0")/lib.sh"
FAKE='deps able'
export DMACTL_CHANNEL=sim:any

# mistake PLACE SENTENCE TEXT [ARGS...]: nothing is printed, nothing is opened or moved
mistake() {
	where=$1 sentence=$2
	printf '%b\n' "$3" >"$T/c"
	shift 3
	says 64 "dmactl: $T/c:$where: $sentence" chain "$@" "$T/c"
	[ ! -s "$T/out" ] && [ ! -s "$T/log" ]
	point "... and nothing was done"
}

# fine TEXT [ARGS...]: no mistake and no warning
fine() {
	printf '%b\n' "$1" >"$T/c"
	shift
	says 0 - chain "$@" "$T/c"
}

# Words.
mistake 1:1 "there is no statement 'memcopy': did you mean memcpy?" 'memcopy a <- b'
mistake 3:2 "there is no statement 'flush'" '# comment\n\n flush'
mistake 1:1 "expected a statement, found '<-'" '<- a'
mistake 1:1 "expected a statement, found '7'" '7'
mistake 1:1 'expected a statement, found byte 0x01' '\0001'
mistake 1:5 "expected the end of the statement (a new line or ';'), found '@'" 'wait@'
mistake 1:6 "expected the end of the statement (a new line or ';'), found 'wait'" 'wait wait'
mistake 1:5 'expected the name of the buffer, found the end of the line' 'buf '
mistake 1:5 'expected the name of the buffer, found the end of the statement' 'buf ;'
mistake 1:5 "expected the name of the buffer, found '4'" 'buf 4 4'
mistake 1:5 "expected the name of the buffer, found 'memcpy', which is a word of the language" \
	'buf memcpy 4K'
mistake 1:5 "'$(printf 'n%.0s' $(seq 40))...' has 64 letters: a name has at most 63" \
	"buf $(printf 'n%.0s' $(seq 64)) 4K"
mistake 1:7 'expected auto, hardware, emulated or none, found '"'fast'" 'order fast'
mistake 1:4 "expected an operation after the label, found 'fence'" 'a: fence'
mistake 1:3 'expected the name of a channel, found the end of the line' 'on'
mistake 2:6 "expected an operation: memcpy, memset, interrupt, xor, pq, interleave, send or receive" \
	'chan x sim:any\non x fill b 3'

# Numbers and expressions.
mistake 1:7 "'4x' is no number: digits, with K, M or G (powers of 1024), or 0x" 'buf a 4x'
mistake 1:7 "'99999999999999999999' is too large" 'buf a 99999999999999999999'
mistake 1:6 "expected a number, a \$variable or '(', found the end of the line" 'buf a'
mistake 1:12 "expected ')', found the end of the line" 'buf a (4K+1'
mistake 1:7 'the size is 0: it must be 1 to 1099511627776' 'buf a 0'
mistake 1:7 'the size is -4: it must be' 'buf a 4-8'
mistake 1:7 'the size is too large to compute' 'buf a 0x7fffffffffffffff * 2'
mistake 1:7 'there is no $N: -D N=VALUE gives it a value, ${N:-VALUE} a default, '"'repeat" 'buf a $N'
mistake 1:7 "\$N: 'many' is no number" 'buf a $N' -D N=many
mistake 1:7 "\$N: '4X' is no number" 'buf a ${N:-4X}'
mistake 1:7 "expected a number, a \$variable or '(', found '\$'" 'buf a ${N'
mistake 1:8 "'4G' is no count: a number, k or M" 'repeat 4G { }'
mistake 1:8 'the number of rounds is -1: it must be 0 to' 'repeat 1-2 { }'
mistake 1:7 'the expression has more than 64 parts' "buf a 1$(printf ' + 1%.0s' $(seq 70))"
mistake 1:71 'the expression has more than 64 parts' "buf a $(printf '(%.0s' $(seq 70))1"
fine 'buf a 2 * (3 + $N) - 1\nrepeat 1k * ${M:-2} as i { }\nbuf b 0x10' -D N=4K -D N=8K

# Buffers and what is in them.
mistake 2:5 'buffer a is declared in line 1 already' 'buf a 4\nbuf a 8'
mistake 1:14 "'rando' is not zero, random, pattern, file:PATH or a byte: did you mean random?" \
	'buf a 4 fill=rando'
mistake 1:14 "expected '=' and what to fill it with, found 'zero'" 'buf a 4 fill zero'
mistake 1:9 "expected fill=KIND or coherent, found 'quick'" 'buf a 4 quick'
mistake 1:14 "'file' is not file:PATH" 'buf a 4 fill=file'
mistake 1:14 "'file:' is not file:PATH" 'buf a 4 fill=file:'
mistake 1:14 'the byte is 256: it must be 0 to 255' 'buf a 4 fill=256'
mistake 2:8 'the byte is 1024: it must be' 'buf a 4\nfill a 1K'
mistake 1:14 "$T/none: No such file or directory" "buf a 4 fill=file:none"
mistake 2:8 "$T/. is no regular file" 'buf a 4\nfill a file:.'
mistake 1:17 'buf belongs outside of any repeat' 'repeat 3 as i { buf a 4 }'
mistake 1:14 'chan belongs outside of any repeat' 'repeat 3   { chan a any }'
mistake 1:8 'there is no buffer a (buf a SIZE makes one)' 'memset a <- 1'
mistake 2:8 'there is no buffer ac: did you mean ab? (buf ac SIZE makes one)' 'buf ab 4\nmemset ac <- 1'
mistake 1:8 'buffer a is declared only in line 2: move that line up' 'memset a <- 1\nbuf a 4'

# Places.
mistake 2:14 "expected ']', found '<-'" 'buf a 4\nmemset a[0+2 <- 1'
mistake 2:10 'a place in a buffer has a length: NAME[OFFSET+LENGTH] or NAME[FROM..TO]' \
	'buf a 4\nmemset a[0] <- 1'
mistake 2:8 'bytes 2 to 5 of a: it has only 4' 'buf a 4\nmemset a[2+4] <- 1'
mistake 2:8 'bytes 9 to 9 of a: it has only 4' 'buf a 4\nmemset a[9..10] <- 1'
mistake 2:8 'the place in a has -2 bytes: at least 1 is needed' 'buf a 4\nmemset a[4..2] <- 1'
mistake 2:8 'the place in a has 0 bytes: at least 1 is needed' 'buf a 4\nmemset a[4+0] <- 1'
mistake 2:8 'the place in a begins at -1, before the buffer' 'buf a 4\nmemset a[1-2..3] <- 1'
mistake 2:8 'the place in a is too large to compute' \
	'buf a 4\nmemset a[0x7fffffffffffffff*4..3] <- 1'
mistake 2:26 'bytes 4 to 5 of a: it has only 4 (i = 2)' \
	'buf a 4\nrepeat 3 as i { memset   a[$i*2+2] <- 1; fence }'
mistake 2:40 'bytes 4 to 7 of a: it has only 4 (j = 1, i = 0)' \
	'buf a 4\nrepeat 3 as i { repeat 2 as j { memset a[$j*4+4] <- 1; wait } }'
mistake 2:34 'bytes 998 to 998 of a: it has only 900 (round 0, i = 998)' \
	'buf a 900\nrepeat 1k as i {repeat 1 {memset a[$i+1] <- 1; fence}}'
fine 'buf a 8K\nmemset a[4K+2*512-64..8K-1] <- 1;memset a[1-1+64+64] <- 2'

# Operations.
mistake 3:13 'b has 5 bytes here, but a 4: the lengths of one memcpy must agree' \
	'buf a 4\nbuf b 5\nmemcpy a <- b'
mistake 2:18 'source and destination of one memcpy share bytes of a' \
	'buf a 8\nmemcpy a[0+4] <- a[3+4]'
mistake 2:10 "expected '<-', found the end of the line" 'buf a 4\nmemset a '
mistake 2:13 'the byte is 256: it must be 0 to 255' 'buf a 4\nmemset a <- 256'
mistake 2:10 'xor needs at least 2 sources: xor DST <- SRC, SRC' 'buf a 4\nxor a <- a'
mistake 4:13 'b has 5 bytes here, but p 4' 'buf p 4;buf a 4\nbuf b 5\n\nxor p <- a, b'
mistake 2:4 'pq makes neither P nor Q: only one of them may be' 'buf a 8\npq -, - <- a'
mistake 2:6 "expected ',' and Q ('-' for none), found '<-'" 'buf a 8\npq a <- a'
mistake 3:7 'P and Q share bytes of p' 'buf p 8\nbuf a 8\npq p, p <- a'
mistake 3:12 'P has 8 bytes, but Q 4: the lengths of one pq must agree' \
	'buf p 8; buf q 4\nbuf a 8\npq p,      q <- a'
mistake 2:778 'more than 256 sources' "buf a 8\nxor a <- a$(printf ', a%.0s' $(seq 256))"
mistake 2:38 'src_gap=N is missing: interleave DST <- SRC frames=N chunk=N src_gap=N dst_gap=N' \
	'buf a 8;buf b 8\ninterleave a <- b frames=2 chunk=2   '
mistake 2:28 'frames is given twice' 'buf a 8;buf b 8\ninterleave a <- b frames=1 frames=2'
mistake 2:19 "expected frames=N, chunk=N, src_gap=N, dst_gap=N or after, found 'rows'" \
	'buf a 8;buf b 8\ninterleave a <- b rows=1'
mistake 2:17 '3 frames of 2 bytes and gaps of 2 do not fit into the 8 bytes of b here' \
	'buf a 8;buf b 8\ninterleave a <- b frames=3 chunk=2 src_gap=2 dst_gap=0'
mistake 2:26 'frames is 0: it must be 1 to' \
	'buf a 8;buf b 8\ninterleave a <- b frames=0 chunk=2 src_gap=2 dst_gap=0'
mistake 2:8 'expected an endpoint: source, sink, loopback, line, buffer:NAME or raw:ADDRESS' \
	'buf a 8\nsend a drain'
mistake 2:8 'a source only gives: send takes sink, loopback, line' 'buf a 8\nsend a source'
mistake 2:11 'a sink only takes: receive takes source, loopback' 'buf a 8\nreceive a sink'
mistake 2:14 "expected ':' and the name of a buffer, found the end of the line" 'buf a 8\nsend a buffer'
mistake 2:15 'there is no buffer r' 'buf a 8\nsend a buffer:r'
mistake 2:11 "expected ':' and an address, found the end of the line" 'buf a 8\nsend a raw'
mistake 2:15 'register r has 1 byte, an access 4 (width=1 is a narrower one)' 'buf a 4K; buf r 1\nsend a buffer:r'
mistake 2:18 'register r has 2 bytes, an access 4 (width=2 is' 'buf a 4K; buf r 2\nreceive a buffer:r'
mistake 2:15 'register r has 3 bytes, an access 4 (width=2 is' 'buf a 4K; buf r 3\nsend a buffer:r'
mistake 2:15 'register r has 4 bytes, an access 8 (width=4 is' 'buf a 4K; buf r 4\nsend a buffer:r width=8'
mistake 2:31 'register r has 4 bytes, an access 8 (width=4 is a narrower one) (i = 1)' \
	'buf a 4K; buf r 4\nrepeat 3 as i { send a buffer:r width=4*($i+1); wait }'
fine 'buf a 4K; buf b 6; buf r 4; buf s 1; buf t 2\nsend a buffer:r; send a[1+3] buffer:s
wait; receive a buffer:s width=1; send b buffer:t'
mistake 2:12 'an address is one number' 'buf a 8\nsend a raw:4+4'

# Labels, fences, order.
mistake 2:21 "there is no label q ('q: memcpy ...' makes one)" 'buf a 4\nmemset a <- 1 after q'
mistake 4:21 'there is no label cpoy: did you mean copy?' \
	'buf a 4;buf b 4\ncopy: memset b <- 1\nwait\nmemset a <- 1 after cpoy'
mistake 2:24 'an operation cannot come after itself' 'buf a 4\nQ: memset a <- 1 after Q'
mistake 1:45 'an operation cannot come after itself: in a repeat, LABEL@prev is that of the' \
	'buf a 4;repeat 2{ Q: memset a <- 1 after    Q }'
mistake 2:21 'Q is in line 3, later than this: an operation can only follow an earlier one' \
	'buf a 4\nmemset a <- 1 after Q\nQ: memset a <- 2'
mistake 2:33 'Q is in line 3, later than this: an operation can only follow an earlier one; in a' \
	'buf a 4\nrepeat 2 { memset a <- 1  after Q\nQ: memset a <- 2 }'
mistake 3:4 'label Q is in line 2 already' 'buf a 4\nQ: memset a <- 1\n   Q: memset a <- 1'
mistake 3:21 'Q@prev: there is no repeat here, so no previous round' \
	'buf a 4\nQ: memset a <- 1\nmemset a <- 2 after Q@prev'
mistake 3:34 'Q@prev: Q in line 2 is not in the same repeat, so it has no previous round here' \
	'buf a 4\nQ: memset a <- 1\nrepeat 2 {   memset a <- 2 after Q@prev }'
mistake 2:23 'expected prev: LABEL@prev is the label' 'buf a 4\nmemset a <- 1 after Q@next'
mistake 1:1 'a fence needs an operation before it' 'fence'
mistake 2:1 'there is no statement '"'x'" 'buf a 4\nx a'

# Channels.
mistake 2:6 'channel x is declared in line 1 already' 'chan x any\nchan x any'
mistake 2:4 'there is no channel y (chan y CHANNEL declares one)' \
	'chan x any\non y interrupt'
mistake 1:4 'channel x is declared only in line 2: move that line up' 'on x interrupt\nchan x any'
mistake 2:1 "there are 2 channels: say on which one ('on x interrupt ...')" \
	'chan x any;chan y any\ninterrupt'
mistake 1:7 'expected a channel, as -c takes it, found the end of the line' 'chan x'
mistake 1:8 'there is no $C: -D C=VALUE gives it a value' 'chan x $C'
mistake 1:12 "'\$' begins a variable: \$NAME" 'chan x sim:$'
mistake 1:8 'the quotes are not closed on this line' 'chan x "sim:any'
mistake 2:1 'y is dma-sim.0/0, which is x of line 1 already' 'chan x sim:default/0\nchan y dma2chan0'
fine 'chan x ${C:-sim:any}\nchan y "$D"\non x interrupt;on y interrupt' -D D=sim:default/3

# Blocks.
mistake 2:1 "the block that begins in line 1, column 10 has no '}'" 'repeat 3 {'
mistake 1:1 "'}' ends no block" '}'
mistake 1:9 "expected 'as NAME' or '{', found the end of the line" 'repeat 3'
mistake 1:13 "expected a name for the round, without \$, found '\$i'" 'repeat 3 as $i {}'
mistake 1:81 'more than 8 repeats inside each other' "$(printf 'repeat 1 {%.0s' $(seq 9))"

# Checks and files.
mistake 2:10 "expected '==', found the end of the line" 'buf a 4\nexpect a '
mistake 2:18 'b has 5 bytes here, but a 4: lengths that are compared must agree' \
	'buf a 4;buf b 5\nexpect a ==      b'
mistake 2:13 "expected the name of a buffer, found 'xor', which is a word of the language" \
	'buf a 4;buf b 4\nexpect a == xor b'
mistake 2:21 "expected ',' or ')', found the end of the line" 'buf a 4;buf b 4\nexpect a ==  xor(a,b'
mistake 2:20 'the CRC is 4294967296: it must be 0 to 4294967295' \
	'buf a 4\nexpect crc32(a) == 0x100000000'
mistake 2:13 'the byte is 300: it must be 0 to 255' 'buf a 4\nexpect a == 300'
mistake 2:7 'expected the name of a file, found the end of the line' 'buf a 4\nsave a'
: >"$T/there"
mistake 2:8 "$T/there exists already: --force replaces it" 'buf a 4\nsave a there'
done_testing
