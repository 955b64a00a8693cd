#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The interface has one layout for all user spaces, 32 bits on a kernel of 64 among them. Nothing is
# run: the compiler checks the literals of tests/guest/layout.c for each ABI.
. "$(dirname "$0")/lib.sh"
uapi=$here/../../include/uapi

# The kernel's headers of types and ioctl numbers are the same text for all of these.
asm=
for dir in /usr/include/*-linux-gnu*; do
	[ ! -e "$dir/asm/ioctl.h" ] || asm=$dir
done

compile() {
	"$@" >"$T/out" 2>"$T/err"
	rc=$?
	return $rc
}

# What tells the ABI of $target from the others: bits of a pointer, alignment of 64 bits in a struct.
cat >"$T/abi.c" <<'END'
struct s {
	char c;
	unsigned long long v;
};
_Static_assert(sizeof(void *) == POINTER, "pointer");
_Static_assert(__builtin_offsetof(struct s, v) == AT, "offset of 64 bits");
END
# A member in front, the last one wider, and a hole that only i386 does not fill.
mkdir -p "$T/front/linux" "$T/wide/linux" "$T/hole/linux"
for kind in front wide hole; do
	cp "$uapi"/linux/*.h "$T/$kind/linux"
done
sed -i 's/^struct dmactl_release {/&\n\t__u32 more;/' "$T/front/linux/dmactl.h"
sed -i '/^struct dmactl_buf_destroy {/,/^}/s/__u32 buffer/__u64 buffer/' "$T/wide/linux/dmactl.h"
sed -i '/^struct dmactl_buf_sync {/,/^}/{/reserved/d;s/__aligned_u64/__u64/}' "$T/hole/linux/dmactl.h"
cp "$here/../guest/layout.c" "$T/front.c"
cp "$here/../guest/layout.c" "$T/wide.c"
sed '/AT(buf_sync, reserved/d' "$here/../guest/layout.c" >"$T/hole.c"

while read -r arch target pointer at cross; do
	# Some have such a compiler without headers.
	if echo '#include <linux/ioctl.h>' | "$cross" -fsyntax-only -xc - 2>"$T/err"; then
		cc="$cross"
	elif command -v clang >/dev/null && [ -n "$asm" ]; then
		cc="clang --target=$target -isystem $asm"
	else
		for what in "the ABI" "the layout" "mistakes"; do
			skip "$arch: $what" "neither $cross nor clang is here"
		done
		continue
	fi
	# Without the C library: it need not be there for that architecture.
	cc="$cc -std=gnu11 -Wall -Werror -fsyntax-only -ffreestanding -DLAYOUT_ONLY"

	# shellcheck disable=SC2086	# a compiler and its options
	compile $cc -DPOINTER="$pointer" -DAT="$at" "$T/abi.c"
	point "$arch: the compiler's ABI is the one ($cc)"
	# shellcheck disable=SC2086
	compile $cc -isystem "$uapi" "$here/../guest/layout.c"
	point "$arch: each size, offset and number is the published one"
	wrong=
	for kind in front wide hole; do
		# shellcheck disable=SC2086
		compile $cc -isystem "$T/$kind" "$T/$kind.c"
		was=$?
		case $kind$at in
		hole8) [ $was = 0 ] || wrong="$wrong $kind-is-filled" ;;
		*) [ $was != 0 ] && grep -qi 'static.\{0,1\}assert' "$T/err" || wrong="$wrong $kind" ;;
		esac
	done
	echo "not noticed:$wrong" >"$T/err"
	[ -z "$wrong" ]
	point "$arch: what moves a member is noticed, and only that"
done <<END
amd64 x86_64-linux-gnu 8 8 x86_64-linux-gnu-gcc
i386 i386-linux-gnu 4 4 i686-linux-gnu-gcc
arm64 aarch64-linux-gnu 8 8 aarch64-linux-gnu-gcc
armhf arm-linux-gnueabihf 4 8 arm-linux-gnueabihf-gcc
riscv64 riscv64-linux-gnu 8 8 riscv64-linux-gnu-gcc
END
done_testing
