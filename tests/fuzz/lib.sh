# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# fuzz NAME RUNS FEATURES INPUTS...: a program of libFuzzer with ASan and UBSan, for so many runs
# (or $RUNS) that are the same each time, has to reach so many features; then INPUTS one by one.

here=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${O:-${DMACTL_BUILD:-$here/../../build}/fuzz}")
nr=0 bad=0

point() { # NAME: the verdict is the last command's status
	[ $? -eq 0 ] && ok='' || ok='not '
	nr=$((nr + 1))
	echo "${ok}ok $nr - $1"
	[ -z "$ok" ] || bad=1
}

fuzz() {
	name=$1 runs=${RUNS:-$2} want=$3
	shift 3
	if ! command -v clang >/dev/null; then
		echo "ok 1 - $name # SKIP clang is not installed (scripts/setup check)"
		echo 1..1
		exit 0
	fi
	log=$(mktemp) || exit 1
	trap 'rm -f "$log"' EXIT

	MAKEFLAGS='' make -s -j "$(nproc)" -C "$here" O="$out" "$out/$name" >"$log" 2>&1
	point 'the target builds'
	sed 's/^/# /' "$log" | tail -n 20

	# What an earlier run learnt is of no use to a test that has to be the same each time.
	rm -rf "$out/learnt-$name"
	MAKEFLAGS='' timeout 600 make -s -C "$here" "run-$name" O="$out" RUNS="$runs" >"$log" 2>&1
	point "$runs inputs do no harm"
	grep -q "Done $runs runs" "$log"
	point 'all of them were run'
	features=$(sed -n 's/.* ft: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
	[ "${features:-0}" -gt "$want" ]
	point "they reach most of it: ${features:-0} features"
	[ "$bad" = 0 ] || tail -n 60 "$log" | sed 's/^/# /'

	if [ $# = 0 ]; then set -- "$out/from-$name"/*; fi
	MAKEFLAGS='' "$out/$name" "$@" >"$log" 2>&1
	point 'so do the inputs that it began with'
	echo "1..$nr"
	exit $bad
}
