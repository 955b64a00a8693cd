#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# make static: one file below 2 MB, which runs in a root filesystem that has nothing else.
. "$(dirname "$0")/lib.sh"

build() { # MAKE-ARGUMENTS...
	MAKEFLAGS='' make -s -C "$top" static BUILD="$BUILD" "$@" >"$T/out" 2>"$T/err"
}

# small FILE NAME: what there is to say of each, whatever machine it is for
small() {
	readelf -lW "$1" >"$T/out" 2>"$T/err" && grep -q LOAD "$T/out" &&
		! grep -qE 'INTERP|DYNAMIC' "$T/out"
	point "$2 is one static file"
	size=$(stat -c %s "$1" 2>"$T/err")
	echo "$size bytes" >"$T/out"
	[ "${size:-9999999}" -lt 2000000 ]
	point "... below 2 MB ($size bytes)"
}

build
point 'make static'
tool=$BUILD/cli-host-static/dmactl
small "$tool" 'the tool'

# Alone: no /proc, no /dev, no /etc, no library.
mkdir "$T/root"
cp "$tool" "$T/root/dmactl"
alone() { # ARGUMENTS...
	if [ "$(id -u)" = 0 ]; then
		chroot "$T/root" /dmactl "$@" >"$T/out" 2>"$T/err"
	else
		unshare -r chroot "$T/root" /dmactl "$@" >"$T/out" 2>"$T/err"
	fi
	rc=$?
}
if [ "$(id -u)" = 0 ] || unshare -r true 2>/dev/null; then
	alone --version
	[ "$rc" = 0 ] && [ "$(cat "$T/out")" = "dmactl $("$top/scripts/version")" ]
	point 'alone in a root filesystem it tells its version'
	alone memcpy --help
	[ "$rc" = 0 ] && grep -q '^Usage: dmactl memcpy' "$T/out" &&
		grep -q -- --depth "$T/out"
	point '... and its help'
	alone sim profiles
	[ "$rc" = 0 ] && grep -q '^pl330 ' "$T/out"
	point '... and what it knows of controllers'
	if [ -e /sys/module/dmactl ]; then
		for what in 'and lists no channels' 'and doctor says what is missing'; do
			skip "... $what" 'the module is loaded here'
		done
	else
		alone list
		[ "$rc" = 77 ] && [ ! -s "$T/out" ] && grep -q 'dmactl is not loaded' "$T/err"
		point '... and lists no channels'
		alone doctor
		[ "$rc" = 77 ] && grep -q '^PROBLEM  the module dmactl is not loaded' "$T/out" &&
			tr -s ' \n' '  ' <"$T/out" | grep -q '/proc/config.gz is not there'
		point '... and doctor says what is missing'
	fi
else
	skip 'alone in a root filesystem it runs' 'not root, and no user namespaces here'
fi

# For boards, with the libraries that a sysroot has.
while read -r arch triplet machine; do
	name="make static CROSS_COMPILE=$triplet-"
	if ! command -v "$triplet-gcc" >/dev/null; then
		skip "$name" "no $triplet-gcc here"
		continue
	fi
	sysroot=$("$top/scripts/fetch-sysroot" "$arch" 2>"$T/err") || sysroot=
	if [ ! -d "$sysroot/usr/lib/$triplet/pkgconfig" ]; then
		skip "$name" "no libraries of $arch to be had (scripts/fetch-sysroot)"
		continue
	fi
	PKG_CONFIG_SYSROOT_DIR=$sysroot PKG_CONFIG_LIBDIR=$sysroot/usr/lib/$triplet/pkgconfig \
		build CROSS_COMPILE="$triplet-"
	point "$name"
	tool=$BUILD/cli-$triplet-static/dmactl
	small "$tool" "... which"
	readelf -h "$tool" >"$T/out" 2>"$T/err" && grep -q "Machine: *$machine" "$T/out"
	point "... for $machine"
done <<END
armhf arm-linux-gnueabihf ARM
arm64 aarch64-linux-gnu AArch64
END
end
