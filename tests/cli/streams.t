#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Standard streams that are closed or full: no file takes their place, and no command is content.
. "$(dirname "$0")/lib.sh"
F=$T/files
mkdir "$F"
cat >"$F/chain" <<'END'
chan c sim:any
buf a 64 fill=1
buf b 64
on c memcpy b <- a
expect b == 1
END

# closed ARGS...: standard output is closed; full ARGS...: it is full
closed() {
	DMACTL_FAKE=$FAKE timeout 300 "$D" "$@" >&- 2>"$T/err" </dev/null
	rc=$?
	: >"$T/out"
	[ $rc = 1 ] && grep -qxF 'dmactl: standard output: Bad file descriptor' "$T/err"
	point "1: closed standard output: $*"
}

full() {
	DMACTL_FAKE=$FAKE timeout 300 "$D" "$@" >/dev/full 2>"$T/err" </dev/null
	rc=$?
	: >"$T/out"
	[ $rc = 1 ] && grep -qxF 'dmactl: standard output: No space left on device' "$T/err"
	point "1: full standard output: $*"
}

measured() { # FILE SIZE NAME
	[ "$(wc -c <"$1")" = "$2" ]
	point "$3"
}

closed memcpy -c sim:any -n 10 -w 0 -s 4K --save "$F/z"
measured "$F/z" 4096 '... and the file has the data alone'
closed memcpy -c sim:any -n 10 -w 0 --samples "$F/z1"
measured "$F/z1" 608 '... and the stamps'
closed memcpy -c sim:any -n 10 -w 0 -o "$F/z2"
js_file "$F/z2" '... and the document' 'r["operations"] == 10'
for how in -j --jsonl --quiet; do
	closed memcpy -c sim:any -n 10 -w 0 $how
	full memcpy -c sim:any -n 10 -w 0 $how
done
FAKE='deps able'
for c in list 'list -j' 'info sim:any' doctor 'check -c sim:any --only memcpy.sizes' 'litmus -c sim:any -n 10' \
	"chain $F/chain" "chain -j $F/chain" 'monitor -t 1' 'monitor -j -t 1' 'top -n 1' 'top -n 1 -j' 'sim list' \
	--help --version --usage 'memcpy --help' 'memcpy --version' 'sim create --help'; do
	# shellcheck disable=SC2086	# several words
	closed $c
	# shellcheck disable=SC2086
	full $c
done
DMACTL_FAKE=$FAKE timeout 300 "$D" chain - -j >&- 2>"$T/err" <"$F/chain"
rc=$?
[ $rc = 1 ] && grep -qF 'standard output: Bad file descriptor' "$T/err"
point '1: a chain that comes on standard input'

# The other two.
DMACTL_FAKE='' timeout 300 "$D" memcpy -c none --save "$F/e" >"$T/out" 2>&-
rc=$?
[ $rc = 77 ] && [ ! -e "$F/e" ]
point '77: closed standard error'
DMACTL_FAKE='' timeout 300 "$D" memcpy -c sim:any -n 10 -w 0 -s 4K --save "$F/e" >"$T/out" 2>&- <&-
rc=$?
[ $rc = 0 ] && [ "$(wc -c <"$F/e")" = 4096 ]
point '0: closed standard input and standard error'
DMACTL_FAKE=$FAKE timeout 300 "$D" chain - >"$T/out" 2>"$T/err" <&-
rc=$?
[ $rc = 64 ] && grep -qF 'Bad file descriptor' "$T/err"
point '64: a chain from a closed standard input'
done_testing
