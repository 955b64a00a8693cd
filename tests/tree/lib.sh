# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# TAP for tests of the tree. What the last command said is in $T/out and $T/err: a point that fails
# shows them.

top=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=${DMACTL_BUILD:-$top/build}
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
nr=0 failed=0
: >"$T/out"
: >"$T/err"

point() { # NAME: the verdict is the last command's status
	[ $? -eq 0 ] && ok='' || ok='not ' failed=1
	nr=$((nr + 1))
	echo "${ok}ok $nr - $1"
	[ -z "$ok" ] || sed 's/^/# /' "$T/out" "$T/err" | tail -n 40
}

skip() { # NAME WHY
	nr=$((nr + 1))
	echo "ok $nr - $1 # SKIP $2"
}

end() {
	echo "1..$nr"
	exit $failed
}
