#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# With a kernel tree of one's own, for another machine: all of it lands below DESTDIR, for that
# machine; and a kernel that is too old is told in one sentence.
. "$(dirname "$0")/lib.sh"

try() { # MAKE-ARGUMENTS...
	MAKEFLAGS='' make -s -C "$top" "$@" >"$T/out" 2>&1
}

# Which versions: the file is read as kbuild reads it.
for v in 2.6 3.10 4.19 5.10 5.19 6.0 6.1 6.9 6.10 6.12 7.0 7.2 10.0; do
	printf 'include %s/kmod/Kbuild\nall:;@:\n' "$top" |
		MAKEFLAGS='' make -f - VERSION="${v%.*}" PATCHLEVEL="${v#*.}" src="$T" \
			>"$T/out" 2>&1
	rc=$?
	case $v in
	[2-5].* | 6.0)
		[ $rc != 0 ] &&
			grep -q "needs Linux 6.1 or later, this kernel is ${v}[.] " "$T/out"
		point "Linux $v is too old"
		;;
	*)
		[ $rc = 0 ] && [ ! -s "$T/out" ]
		point "Linux $v is not too old"
		;;
	esac
done
one='a kernel that is too old: one sentence, and no error of the compiler'
if kdir=$("$top/scripts/fetch-linux" 2>/dev/null); then
	! try kmod BUILD="$T/old" ID=old KDIR="$kdir" ARCH=um KFLAGS='VERSION=5 PATCHLEVEL=10' &&
		[ "$(grep -c 'needs Linux 6.1 or later, this kernel is 5.10' "$T/out")" = 1 ] &&
		! grep -q 'error:' "$T/out" && [ -z "$(find "$T/old" -name '*.o')" ]
	point "$one"
else
	skip "$one" 'no kernel build to be had (scripts/fetch-linux)'
fi

# A board: its kernel's headers, its libraries, its compiler.
cross=arm-linux-gnueabihf
what="make install KDIR= ARCH=arm CROSS_COMPILE=$cross- DESTDIR= STATIC=1"
if ! command -v $cross-gcc >/dev/null; then
	skip "$what" "no $cross-gcc here"
elif ! sysroot=$("$top/scripts/fetch-sysroot" armhf 2>/dev/null) ||
	! kernel=$("$top/scripts/fetch-kernel" 6.1 armmp 2>/dev/null); then
	skip "$what" 'no libraries or kernel of armhf to be had (fetch-sysroot, fetch-kernel)'
else
	release=$(cat "$kernel/release")
	PKG_CONFIG_SYSROOT_DIR=$sysroot PKG_CONFIG_LIBDIR=$sysroot/usr/lib/$cross/pkgconfig \
		try install BUILD="$BUILD" ID=own-tree KDIR="$kernel/headers" ARCH=arm \
		CROSS_COMPILE=$cross- DESTDIR="$T/root" PREFIX=/usr STATIC=1
	point "$what"
	(cd "$T/root" && find . -type f | sort) >"$T/out"
	grep -q "^./lib/modules/$release/.*/dmactl[.]ko" "$T/out" &&
		grep -q "^./lib/modules/$release/.*/dma-sim[.]ko" "$T/out" &&
		! grep -q 'dmactl-limit' "$T/out"
	point '... the modules, for that kernel, and not those of the benchmark'
	find "$T/root" -name '*.ko' | while read -r ko; do
		modinfo -F vermagic "$ko" | grep "^$release .*ARMv7" &&
			readelf -h "$ko" | grep 'Machine: *ARM'
	done >"$T/out" 2>&1
	[ "$(grep -c ARM "$T/out")" = 4 ]
	point '... for that machine'
	readelf -h "$T/root/usr/bin/dmactl" >"$T/out" 2>&1 && grep -q 'Machine: *ARM' "$T/out" &&
		! readelf -lW "$T/root/usr/bin/dmactl" | grep -q INTERP
	point '... and the tool, which needs no library there'
	[ -s "$T/root/usr/share/man/man4/dmactl.4" ] &&
		[ -s "$T/root/usr/lib/udev/rules.d/60-dmactl.rules" ]
	point '... with its pages and its rule'
fi
end
