#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Files: --input and --save, -o, --samples; existing ones, full disks, what is left behind.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any
F=$T/files
mkdir "$F"
head -c 10000 /dev/urandom >"$F/in"
: >"$F/empty"
echo old >"$F/old"

# fresh: only what was there at first
fresh() {
	find "$F" ! -path "$F" ! -name in ! -name empty ! -name old -delete
	echo old >"$F/old"
}

unchanged() {
	[ "$(cat "$F/old")" = old ] && [ "$(ls "$F")" = "$(printf 'empty\nin\nold')" ]
	point '... and no file was touched'
}

# A file through the engine.
for how in '-s 4K -q 2' '-s 4K -q 2 -m submit -b 2' '-s 16K' '-s 10000 -q 3' \
	'-s 7 -B coherent -q 64' '-s 4K -w 0 -v none' \
	'-s 64 -q 4 --buffers 10 --align 4K --offset 9'; do
	fresh
	# shellcheck disable=SC2086	# several options
	says 0 - memcpy $how --input "$F/in" --save "$F/copy"
	cmp -s "$F/in" "$F/copy"
	point "... and the copy is the same: $how"
	no_file "$F/copy.partial" '... and nothing else is there'
done
run memcpy --input "$F/in" -s 4K -q 2 -j
js 'bytes are those of the file' 'r["bytes"] == 10000 and r["operations"] == 3 and
	r["verify"] == {"mode": "full", "covered_operations": 3, "last_values": 0, "mismatches": 0, "first": None}'
says 0 - memcpy -c sim:default/3 --input "$F/in" -s 64K
says 77 '-s: dma-sim.0/3 asks for multiples of 16 bytes' memcpy -c sim:default/3 --input "$F/in" \
	-s 1000

# What goes wrong on the way: nothing is saved.
for m in run submit; do
	set -- -m $m -w 0 --input "$F/in" --save "$F/copy" -s 4K -q 2
	fresh
	FAULT=corrupt=2
	says 1 'wrong data in 1 of 2 checked operations' memcpy "$@"
	unchanged
	FAULT=error=2
	says 1 '1 of 2 operations failed' memcpy "$@"
	unchanged
	FAULT=stall=2
	says 1 'timed out' memcpy "$@"
	unchanged
	FAULT=interrupt=1
	says 130 - memcpy "$@"
	unchanged
done
FAULT=sync=5
says 1 'a buffer could not be synced: Input/output error' memcpy "$@"
unchanged
FAULT=above=10
says 77 'more than the 4096 descriptors' memcpy "$@"
unchanged
FAULT=''

# The destinations of a measurement.
says 0 - memset -n 10 -s 100 -q 3 --save "$F/copy"
[ "$(tr -d '\245' <"$F/copy" | wc -c)" = 0 ] && [ "$(wc -c <"$F/copy")" = 300 ]
point '... and each slot is in the file'
says 0 - memcpy -n 10 -s 100 --seed 4 --save "$F/copy" --force
cp "$F/copy" "$F/first"
says 0 - memcpy -n 10 -s 100 --seed 4 --save "$F/copy" --force
cmp -s "$F/copy" "$F/first"
point '... and the same seed gives the same data'
says 0 - memcpy -n 10 -s 100 --seed 5 --save "$F/copy" --force
! cmp -s "$F/copy" "$F/first"
point '... and another one others'
fresh
says 64 '--save needs one channel, not 2' memcpy -c 'dma0*' --save "$F/copy"
unchanged

# Stamps.
says 0 - memcpy -n 10 -s 64,128 -q 2 --samples "$F/stamps"
python3 - "$F/stamps" <<'PY'
import struct, sys
data, at, n = open(sys.argv[1], "rb").read(), 0, {}
while at < len(data):
    magic, version, record, name, size, depth, batch, repeat, count = struct.unpack_from(
        "=8sII64sQIIII", data, at)
    at += struct.calcsize("=8sII64sQIIII")
    assert (magic, version, record) == (b"dmactl-s", 1, 40)
    assert name.rstrip(b"\0") == b"dma-sim.0/0" and (depth, batch, repeat) == (2, 1, 1)
    for _ in range(count):
        t0, t1, t2, t3, t4 = struct.unpack_from("=5Q", data, at)
        at += record
        assert t0 < t1 < t2 < t3 and t4 == 0
    n[size] = n.get(size, 0) + count
assert n == {64: 10, 128: 10}, n
PY
point '... and an operation has its stamps'
no_file "$F/stamps.partial" '... under its name'
says 0 - memcpy -n 10 -m submit --samples "$F/stamps" --force
python3 - "$F/stamps" <<'PY'
import struct, sys
data = open(sys.argv[1], "rb").read()
t = struct.unpack_from("=5Q", data, struct.calcsize("=8sII64sQIIII"))
assert list(t) == sorted(t) and t[4] > t[3]
PY
point '... with the time of taking them in submit mode'
fresh
FAULT=stall=9
says 1 'timed out' memcpy -n 100 -w 0 --samples "$F/stamps"
file "$F/stamps" '... what there is of a run that ended early is kept'
FAULT=''

# -o: JSON in a file, whatever standard output has.
fresh
says 0 - memcpy -n 10 -o "$F/o.json"
prints 'memcpy on dma-sim.0/0'
js_file "$F/o.json" '-o: JSON in the file' 'r["operations"] == 10 and d["exit_code"] == 0'
no_file "$F/o.json.partial" '... and the partial one is gone'
run memcpy -n 10 -s 64,128 -j -o "$F/both.json"
cmp -s "$T/out" "$F/both.json"
point '-j -o: the same on standard output'
run memcpy -n 10 -s 64,128 --jsonl -o "$F/lines.json"
js_file "$F/lines.json" '--jsonl -o: a document in the file' 'len(d["results"]) == 2'
[ "$(wc -l <"$T/out")" = 4 ]
point '... and a line a result on standard output'
says 0 - memcpy -n 11 -o "$F/o.json" --force
js_file "$F/o.json" '--force replaces it' 'r["operations"] == 11'
fresh
FAULT=error=2
says 1 'failed' memcpy -n 10 -w 0 -o "$F/o.json"
js_file "$F/o.json" 'so does a failed run' 'd["exit_code"] == 1 and r["failed"] == 5'
fresh
FAULT='interrupt=2'
says 130 - memcpy -n 200000 -w 0 -o "$F/o.json"
js_file "$F/o.json" 'and an interrupted one' 'd["exit_code"] == 130 and r["operations"] > 0'
fresh
FAULT=create=12
says 77 'no memory for a buffer' memcpy -o "$F/o.json"
js_file "$F/o.json" 'and one that was refused' 'd["exit_code"] == 77 and len(d["skipped"]) == 1'
FAULT=''

# Names that cannot be used are told at the start, and nothing is left behind.
fresh
for o in --save --samples; do
	says 64 "$o: $F/old exists already: --force replaces it" memcpy -n 10 $o "$F/old"
	unchanged
	says 64 "$o: $F/none/x.partial cannot be written: No such file or directory" \
		memcpy -n 10 $o "$F/none/x"
done
says 64 "$F/old exists already: --force replaces it" memcpy -n 10 -o "$F/old"
unchanged
says 64 "$F/none/x.partial cannot be written: No such file" memcpy -n 10 -o "$F/none/x" -j
silent
says 64 "$F/old exists already" memcpy -n 10 --save "$F/x" --samples "$F/y" -o "$F/old"
unchanged
says 64 "--input: $F/none: No such file or directory" memcpy --input "$F/none"
says 64 "--input: $F is no regular file" memcpy --input "$F"
says 64 "--input: /dev/null is no regular file" memcpy --input /dev/null
says 64 "--input: $F/empty is empty: nothing to send" memcpy --input "$F/empty"
says 77 'there is no channel none' memcpy -c none -n 10 --save "$F/x" --samples "$F/y"
unchanged
says 77 'is held by' memcpy -c dma2chan1 -n 10 --save "$F/old" --samples "$F/y" --force
unchanged
FAKE=nomodule
says 77 'the module dmactl is not loaded' memcpy -n 10 --save "$F/x" --samples "$F/y"
unchanged
FAKE=''

# A command that fails before it has a result: its document has none, in the file as well.
for c in 'memcpy -c none --save' 'memcpy -c none -j --samples' 'litmus -c none -s' \
	'check -c none -j --seed' 'chain -c none --timeout'; do
	fresh
	printf 'buf a 64\nbuf b 64\nmemcpy b <- a\n' >"$F/c"
	case $c in
	memcpy*) set -- "$F/x" ;;
	chain*) set -- 5s "$F/c" ;;
	*) set -- 64 ;;
	esac
	# shellcheck disable=SC2086	# several words
	says 77 'there is no channel none' $c "$@" -o "$F/z"
	js_file "$F/z" '... which the file of -o says too' 'd["exit_code"] == 77 and
		d["results"] == [] and d["error"].startswith("there is no channel none")'
	# shellcheck disable=SC2086
	says 1 'there is no channel none' $c "$@" -o "$F/old" --force --require
	js_file "$F/old" '... an old one does not stay' 'd["exit_code"] == 1 and d["results"] == []'
	rm -f "$F/c" "$F/z"
	echo old >"$F/old"
	unchanged
done
FAKE=nomodule
says 77 'the module dmactl is not loaded' memcpy -n 10 --save "$F/x" --samples "$F/y" -o "$F/z"
js_file "$F/z" '... nor does it need the module' 'd["exit_code"] == 77 and
	d["error"].startswith("the module dmactl is not loaded")'
FAKE=''
fresh
FAULT=create=12
says 77 'no memory for a buffer' memcpy -j -s 4K,64 -o "$F/o.json"
js 'a cell that is refused: the sentence is in the document' 'd["results"] == [] and
	d["error"].startswith("dma-sim.0/0, size 4K, depth 1: no memory for a buffer")'
FAULT=''

# Names that are none, or no file's, or taken by another option: before anything is measured.
for o in -o --save --samples; do
	fresh
	mkdir "$F/d"
	for f in '' --force; do
		# shellcheck disable=SC2086	# none or one
		says 64 "$o: '' is no name of a file" memcpy -n 10 $o '' $f
		# shellcheck disable=SC2086
		says 64 "$o: $F/d is a directory" memcpy -n 10 $o "$F/d" $f
	done
	rmdir "$F/d"
	unchanged
	[ ! -s "$T/log" ]
	point '... and nothing was done'
done
cd "$F" || exit 1
mkdir sub
ln -s ../a sub/link
for two in 'a a' 'a ./a' './a a' "a $F/a" "a sub/../a" 'a sub/link' 'a a.partial' 'a.partial a'; do
	# shellcheck disable=SC2086	# two names
	set -- $two
	says 64 "-o $1 and --save $2: they need a file each" memcpy -n 10 -o "$1" --save "$2"
	says 64 "-o $2 and --samples $1: they need a file each" \
		memcpy -n 10 --samples "$1" -o "$2" --force
	says 64 "--save $1 and --samples $2: they need a file each" \
		memcpy -n 10 --save "$1" --samples "$2"
done
FAKE='deps able'
echo 'buf a 64;save a ../a' >sub/c
says 64 'sub/c:1:17: sub/../a and -o a: they need a file each' chain sub/c -o a
echo 'buf a 64;save a ""' >sub/c
says 64 "sub/c:1" chain sub/c
echo 'buf a 64;save a /' >sub/c
says 64 'sub/c:1:17: / is a directory' chain sub/c --force
FAKE=''
rm -r sub
unchanged

# What is no regular file is written to, never replaced; links are followed.
fresh
# Nodes of our own: a tool that is wrong here, run by root, would replace those in /dev.
node() { # NAME MINOR
	if [ "$(id -u)" = 0 ]; then
		mknod "$1" c 1 "$2"
	else
		ln -s "/dev/$1" "$1"
	fi
}
node null 3
node full 7
mkfifo fifo
echo 'buf a 8 fill=1;save a null' >c
for how in '-o null' '--save null' '--samples null' '-o null --save null --samples null'; do
	# shellcheck disable=SC2086	# several words
	says 64 'null exists already: --force writes to it' memcpy -n 10 $how
	# shellcheck disable=SC2086
	says 0 - memcpy -n 10 $how --force
done
FAKE='deps able'
says 64 'c:1:23: null exists already: --force writes to it' chain c
says 0 - chain c --force
[ -c null ] && [ ! -e null.partial ]
point '... and it is the device still'
echo 'buf a 8 fill=1;save a full' >c
says 1 'full could not be written: No space left on device' chain c --force
FAKE=''
ln -s full link
for o in -o --samples; do
	says 1 "$o: link could not be written: No space left on device" memcpy -n 10 $o link --force
done
says 1 '--save: link: No space left on device' memcpy -n 10 --save link --force
[ -L link ] && [ -c full ] && [ ! -e full.partial ] && [ ! -e link.partial ]
point '... and link and device are what they were'
timeout 60 cat fifo >passed &
says 0 - memcpy -n 10 -o fifo --force
wait $!
js_file passed 'a FIFO passes it on' 'r["operations"] == 10'
[ -p fifo ]
point '... and is one still'
mkdir sub
ln -s sub/there there
ln -s "$F/old" absolute
ln -s there again
says 0 - memcpy -n 10 -o again
js_file sub/there 'a link to nothing yet' 'r["operations"] == 10'
says 64 '-o: again exists already: --force replaces it' memcpy -n 10 -o again
says 0 - memcpy -n 11 -o absolute --force
js_file old 'a link to a file' 'r["operations"] == 11'
says 0 - memcpy -n 12 -s 8 --save there --force
[ "$(wc -c <sub/there)" = 8 ] && [ -L again ] && [ -L there ] && [ -L absolute ]
point '... and they are links still'
ln -s loop loop
says 64 '-o: loop cannot be written: Too many levels of symbolic links' memcpy -n 10 -o loop
find . ! -name '*.partial' -o -print >"$T/partial"
[ ! -s "$T/partial" ]
point '... and nothing else is left'
rm -r sub
cd / || exit 1

# A disk that is full, a name that somebody else takes meanwhile.
for x in save samples o; do ln -s /dev/full "$F/$x.partial"; done
says 1 "dma-sim.0/0: --save: $F/save: No space left on device" memcpy -n 10 -s 64K --save "$F/save"
prints '64K 1 10 - -'
no_file "$F/save" '... and nothing has its name'
says 1 "--samples: $F/samples could not be written: No space left on device" memcpy -n 10 --samples "$F/samples"
says 1 "--samples: $F/samples could not be written" memcpy -n 100000 --samples "$F/samples"
says 1 "$F/o could not be written: No space left on device" memcpy -n 10 -o "$F/o"
prints 'verified 1 of 10 operations: all right'
fresh
DMACTL_FAKE_APPEAR=$F/o.json
export DMACTL_FAKE_APPEAR
says 1 "$F/o.json appeared meanwhile: the results are in $F/o.json.partial" \
	memcpy -n 10 -o "$F/o.json"
js_file "$F/o.json.partial" '... and so they are' 'r["operations"] == 10'
unset DMACTL_FAKE_APPEAR
DMACTL_FAKE='' "$D" memcpy -n 10 >/dev/full 2>"$T/err"
rc=$?
[ $rc = 1 ] && grep -q 'dmactl: standard output: No space left on device' "$T/err"
point '1: standard output cannot be written'
done_testing
