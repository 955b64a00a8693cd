#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The chain language under libFuzzer, with ASan and UBSan, for RUNS texts (200,000: some seconds).
# Each is parsed, checked and walked through; none may crash, leak, hang or tell a wrong place.
here=$(cd "$(dirname "$0")" && pwd)
out=${O:-${DMACTL_BUILD:-$here/../../build}/fuzz}
runs=${RUNS:-200000}
nr=0 bad=0

point() { # NAME: the verdict is the last command's status
	[ $? -eq 0 ] && ok='' || ok='not '
	nr=$((nr + 1))
	echo "${ok}ok $nr - $1"
	[ -z "$ok" ] || bad=1
}

if ! command -v clang >/dev/null; then
	echo "ok 1 - $runs texts do no harm # SKIP clang is not installed (scripts/setup check)"
	echo 1..1
	exit 0
fi
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

MAKEFLAGS='' make -s -C "$here" O="$out" >"$log" 2>&1
point 'the target builds'
sed 's/^/# /' "$log" | tail -n 20

# What an earlier run learnt is of no use to a test that has to be the same each time.
rm -rf "$out/learnt"
MAKEFLAGS='' timeout 800 make -s -C "$here" run O="$out" RUNS="$runs" >"$log" 2>&1
point "$runs texts do no harm"
grep -q "Done $runs runs" "$log"
point 'all of them were run'
features=$(sed -n 's/.* ft: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
[ "${features:-0}" -gt 1500 ]
point "they reach most of it: ${features:-0} features"
[ "$bad" = 0 ] || tail -n 60 "$log" | sed 's/^/# /'

# Each text of the corpus is taken by itself, too.
MAKEFLAGS='' "$out/chain" "$here"/corpus/* >"$log" 2>&1
point 'so do the texts of the corpus'
echo "1..$nr"
exit $bad
