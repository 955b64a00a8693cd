#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# make dist: the tarball is the same each time, builds without git, and passes suites by itself.
. "$(dirname "$0")/lib.sh"
top=$(cd "$here/../.." && pwd)
if [ ! -e "$top/.git" ]; then
	echo 'ok 1 - make dist # SKIP this is no git checkout'
	echo 1..1
	exit 0
fi
version=$("$top/scripts/version")
pack() { # DIRECTORY
	MAKEFLAGS='' make -s -C "$top" dist BUILD="$1" KDIR="$T/none" >"$T/out" 2>"$T/err"
	rc=$?
}
build() { # TARGET...
	MAKEFLAGS='' make -s -j2 "$@" >"$T/out" 2>"$T/err"
	rc=$?
}
mkdir "$T/1" "$T/2"
pack "$T/1" && pack "$T/2" && cmp "$T/1/dmactl-$version.tar.gz" "$T/2/dmactl-$version.tar.gz"
point 'the same sources make the same tarball'
tar -xf "$T/1/dmactl-$version.tar.gz" -C "$T" && [ "$("$T/dmactl-$version/scripts/version")" = "$version" ]
point 'it knows its version without git'
cd "$T/dmactl-$version" || exit 1
mkdir "$T/above" && mv "$T/dmactl-$version" "$T/above" && cd "$T/above/dmactl-$version" || exit 1
git -C "$T/above" init -q && [ "$(scripts/version)" = "$version" ]
point "... and is not misled by another's git around it"
build cli KDIR="$T/none" CFLAGS=-O1 && [ "$(build/cli-host/dmactl --version)" = "dmactl $version" ]
point 'the tool builds from it, and tells that version'
build -C tests/cli O="$PWD/build/tests-cli" SANITIZE= "$PWD/build/tests-cli/dmactl-fake"
for suite in usage docs channels; do
	DMACTL_BUILD=$PWD/build O=$PWD/build/tests-cli tests/cli/$suite.t >"$T/out" 2>"$T/err"
	rc=$?
	[ "$rc" = 0 ] && grep -q '^1\.\.' "$T/out"
	point "the suite $suite passes in it"
done
! MAKEFLAGS='' make -s dist BUILD="$T/3" KDIR="$T/none" >"$T/out" 2>"$T/err" &&
	grep -q 'no git checkout' "$T/err"
point 'a tarball cannot pack itself, and says so'
done_testing
