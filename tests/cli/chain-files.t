#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The files of a chain: what it reads and saves, by which names, and what is refused beforehand.
# shellcheck disable=SC2016 # variables of chains are not the shell's
. "$(dirname "$0")/lib.sh"
FAKE='deps able'
export DMACTL_CHANNEL=sim:any
cd "$T" || exit 1

text() { printf '%b\n' "$1" >"$T/c"; }

# sums NAME EXPRESSION: over s (statements by line), t (the total)
sums() {
	js "$1" "[s := {x['line']: x for x in d['results'] if x['statement'] is not None},
		t := d['results'][-1], ($2)][-1]"
}

# They are relative to the chain.
mkdir sub
printf 'hello, world' >sub/data
cat >sub/c <<'END'
buf a 12 fill=file:data
buf b 12; buf z 12 fill=zero; buf r 12 fill=random; buf s 12 fill=random
memcpy b <- a
save b[7..12] "out file"
expect z == 0
tally r == s
save r r1
fill s file:data
expect s == a
END
run chain sub/c -j
sums 'fill=file, save, zero' "d['exit_code'] == 1 and t['wrong'] == 1"
[ "$(cat 'sub/out file')" = world ]
point 'save writes the place'
no_file 'sub/out file.partial' '... and leaves no partial file'
says 64 'sub/out file exists already: --force replaces it' chain sub/c
run chain sub/c --force
mv sub/r1 r1
run chain sub/c --force --seed 1
cmp -s r1 sub/r1
point 'random data is the same each time'
run chain sub/c --force --seed 2
! cmp -s r1 sub/r1
point '... but with another seed'
text 'buf a 13\nfill a file:sub/data'
says 64 "c:2:8: sub/data has only 12 bytes, 13 are to be filled" chain c
text 'buf a 13 fill=file:sub/data'
says 64 "c:1:15: sub/data has only 12 bytes, 13 are to be filled" chain c
silent
text 'buf a 16\nfill a[0+12] file:sub/data\nexpect crc32(a[0+12]) == 0xffab723a\nexpect a[12+4] == 0'
says 0 - chain c
text 'buf a 13\nsave a /nonexistent/x'
says 1 "c:2:1: /nonexistent/x.partial cannot be written: No such file or directory" chain c
prints '2 save a /nonexistent/x 1 0'
prints '1 failed'
run chain c -j
sums 'a save that failed' "s[2]['runs'] == s[2]['failed'] == 1 and d['exit_code'] == 1"

# The number of a round in names.
outs='buf a 4\nrepeat 3 as i { fill a $i; repeat 2 as j { save a sub/o$i-${j}.bin } }'
ins='buf b 4 fill=7\nrepeat 3 as i { fill b[0+($i+1)] file:sub/o${i:-9}-$X.bin; save b "sub/b $i" }'
text "$outs"
says 0 - chain c -D i=5
[ "$(cat sub/o2-0.bin sub/o0-1.bin | od -An -tx1 | tr -d ' \n')" = 0202020200000000 ]
point 'the number of a round in the names of files'
says 64 'c:2:51: sub/o0-0.bin exists already: --force replaces it (j = 0, i = 0)' chain c
rm -f sub/o?-0.bin sub/o0-?.bin
says 64 'c:2:51: sub/o1-1.bin exists already: --force replaces it (j = 1, i = 1)' chain c
says 0 - chain c --force
text "$ins"
says 0 - chain c -D X=1
[ "$(cat 'sub/b 0' 'sub/b 1' 'sub/b 2' | od -An -v -tx1 | tr -d ' \n')" = 000707070101070702020207 ]
point '... that are read'
says 64 'c:2:34: sub/o0-4.bin: No such file or directory (i = 0)' chain c -D X=4 --force
says 64 'there is no $X: -D X=VALUE gives it a value, ${X:-VALUE} a default, '"'repeat N as X' makes it" \
	chain c
truncate -s 2 sub/o0-1.bin sub/o2-1.bin
says 64 'c:2:34: sub/o2-1.bin has only 2 bytes, 3 are to be filled (i = 2)' chain c -D X=1 --force
silent
rm -f sub/o* sub/b*
text 'buf a 4; buf b 4 fill=7\nrepeat 2 as i { repeat 2 as j { save a sub/$i$j } }'
says 0 - chain c
rm -f sub/00 sub/01 sub/10
says 64 'c:2:40: sub/11 exists already: --force replaces it (j = 1, i = 1)' chain c
rm -f sub/11
text 'chan x sim:default/$i\nrepeat 2 as i { interrupt }'
says 64 'c:1:20: there is no $i: -D i=VALUE gives it a value, ${i:-VALUE} a default; a channel is taken before any round' chain c
text 'buf a 64 fill=pattern; buf b 64 fill=pattern; buf c 64 fill=pattern\nfill c pattern\ntally a == b'
run chain c -j
sums 'a pattern is the name of its buffer' "t['wrong'] == 1"
done_testing
