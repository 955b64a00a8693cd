#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# make deb: packages that lintian accepts; installed in a guest, where DKMS builds the modules for
# the kernel that runs and for one that comes; and removed without a trace. What was built for the
# one that came is loaded where it runs.
. "$(dirname "$0")/lib.sh"

if [ ! -e "$top/.git" ] || ! command -v dpkg-buildpackage >/dev/null ||
	! dpkg-query -W debhelper dh-dkms >/dev/null 2>&1; then
	skip 'Debian packages' 'no git checkout, or no debhelper and dh-dkms (scripts/setup check)'
	end
fi
export DEBFULLNAME='A Maintainer' DEBEMAIL=maintainer@dmactl.example.org
MAKEFLAGS='' make -s -C "$top" deb BUILD="$T/build" KDIR="$T/none" >"$T/out" 2>&1
point 'make deb'
deb=$T/build/deb
contents=$(for p in "$deb"/dmactl_*.deb "$deb"/dmactl-dkms_*.deb; do dpkg -c "$p"; done)
for f in usr/bin/dmactl usr/share/man/man1/dmactl-memcpy.1.gz usr/lib/udev/rules.d/60-dmactl.rules \
	usr/share/bash-completion/completions/dmactl usr/share/zsh/vendor-completions/_dmactl \
	usr/include/linux/dmactl.h usr/share/pkgconfig/dmactl.pc \
	'usr/src/dmactl-[^/]*/dkms.conf' 'usr/src/dmactl-[^/]*/kmod/sim/main.c'; do
	grep -qE " ./$f\$" <<<"$contents"
	point "they have $f"
done
if command -v lintian >/dev/null; then
	lintian --no-cfg --allow-root --fail-on error,warning "$deb"/*.changes >"$T/out" 2>&1
	point 'lintian has neither an error nor a warning'
else
	skip 'lintian' 'lintian is not installed (scripts/setup check)'
fi

kernel=$(find -L "${DMACTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dmactl}" -maxdepth 2 \
	-path '*/uml-6*/.ready' 2>/dev/null | head -n 1)
kernel=${kernel%/.ready}
if [ -z "$kernel" ] || ! command -v dkms >/dev/null; then
	skip 'installed in a guest' 'no kernel of user-mode Linux in the cache, or no dkms'
	end
fi
# That kernel has no file locks, without which dpkg does not work; nobody else is there.
cat >"$T/lock.c" <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>

int fcntl(int fd, int cmd, ...)
{
	int (*next)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, "fcntl");
	va_list ap;
	void *arg;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	return cmd == F_SETLK || cmd == F_SETLKW ? 0 : next(fd, cmd, arg);
}

int fcntl64(int fd, int cmd, ...) __attribute__((alias("fcntl")));

int flock(int fd, int operation)
{
	return 0;
}
END
cat >"$T/inside" <<'END'
release=$(uname -r)
rm -f "/lib/modules/$release"/updates/*.ko "$(command -v dmactl)"
# DKMS knows no ARCH=um.
build=/lib/modules/$release/build
rm -f "$build"
mkdir "$build"
ln -s "$KERNEL"/* "$KERNEL/.config" "$build"
rm "$build/Makefile"
printf '%%:\n\t$(MAKE) -C %s ARCH=um $@\n' "$KERNEL" >"$build/Makefile"
mark() { echo "@@ $1"; }
ln -sf /bin/true /usr/bin/mandb	# opens more files than that kernel keeps open
export DEBIAN_FRONTEND=noninteractive LD_PRELOAD=$VM_IN/lock.so
# dpkg renames a directory that is new, which this overlay (no xattrs) refuses.
for deb in "$VM_IN"/*.deb; do
	dpkg-deb -c "$deb" | awk '$1 ~ /^d/ { print $6 }'
done | (cd / && xargs mkdir -p)
dpkg -i --force-depends "$VM_IN"/*.deb && mark installed
unset LD_PRELOAD
depmod
[ -x /usr/bin/dmactl ] && case $(modinfo -n dmactl) in */updates/dkms/*) mark built ;; esac
modprobe dmactl && modprobe dma-sim &&
	/usr/bin/dmactl memcpy -c sim:any -n 1000 -v full && mark runs
man -l /usr/share/man/man1/dmactl-memcpy.1.gz >/dev/null 2>&1 ||
	zcat /usr/share/man/man1/dmactl-memcpy.1.gz | grep -q 'SH NAME' && mark page
modprobe -r dmactl dma-sim
# A kernel's packages call these when they are installed and when they go.
if [ -n "$NEWER" ]; then
	new=$(cat "$NEWER/release")
	mkdir -p "/lib/modules/$new"
	cp "$NEWER"/modules/modules.* "/lib/modules/$new/"
	ln -s "$NEWER/modules/kernel" "/lib/modules/$new/kernel"
	ln -s "$NEWER/headers" "/lib/modules/$new/build"
	run-parts --arg="$new" /etc/kernel/header_postinst.d
	run-parts --regex '^dkms$' --arg="$new" /etc/kernel/postinst.d &&
		dkms status -k "$new" | grep -q installed &&
		cp "/lib/modules/$new"/updates/dkms/*.ko* "$VM_OUT" && mark upgraded
fi
export LD_PRELOAD=$VM_IN/lock.so
dpkg -P dmactl dmactl-dkms && mark purged
left=$(find / -xdev \( -name 'dmactl*' -o -name 'dma-sim*' -o -name '_dmactl' \) \
	\( -path '/usr/*' -o -path '/lib/*' -o -path '/var/*' -o -path '/etc/*' \) \
	-not -path "$TOP/*" -not -path '/var/lib/dpkg/*' 2>/dev/null)
[ -z "$left" ] && mark clean || echo "left: $left"
END
cc -shared -fPIC -o "$T/lock.so" "$T/lock.c" -ldl >"$T/out" 2>&1
newer=$(cd "$top" && scripts/fetch-kernel 6.12 amd64 2>/dev/null) || newer=
mkdir "$T/built"
"$top/scripts/vm" --time 1100 --mem 1024 --env "KERNEL=$kernel" --env "TOP=$top" \
	--env "NEWER=$newer" --out "$T/built" --put "$T/lock.so" \
	--put "$(echo "$deb"/dmactl_*.deb)" --put "$(echo "$deb"/dmactl-dkms_*.deb)" -- \
	bash "$T/inside" >"$T/out" 2>&1
told() { # MARK NAME
	grep -qx "@@ $1" "$T/out"
	point "$2"
}
told installed 'both are installed in a guest'
told built 'DKMS has built the modules for the kernel that runs'
told runs 'they load, and the tool copies with them'
told page 'the page of a command is there'
if [ -n "$newer" ]; then
	told upgraded 'a newer kernel comes, and DKMS has built them for it'
else
	skip 'a newer kernel comes' "none of Debian's can be had"
fi
told purged 'both are removed again'
told clean '... without a trace'
if [ -z "$newer" ] || ! command -v qemu-system-x86_64 >/dev/null; then
	skip 'the newer kernel runs' "none of Debian's can be had, or no qemu-system-x86_64"
	end
fi
cat >"$T/newer" <<'END'
release=$(uname -r)
rm -f "/lib/modules/$release"/updates/*.ko "$(command -v dmactl)"
mkdir -p "/lib/modules/$release/updates/dkms"
cp "$VM_IN"/*.ko* "/lib/modules/$release/updates/dkms"
dpkg-deb -x "$VM_IN"/dmactl_*.deb /
depmod
case $(modinfo -n dmactl) in */updates/dkms/*) echo "@@ found" ;; esac
modprobe dmactl && modprobe dma-sim &&
	/usr/bin/dmactl memcpy -c sim:any -n 1000 -v full && echo "@@ runs"
END
put=()
for ko in "$T"/built/*.ko*; do
	put+=(--put "$ko")
done
"$top/scripts/vm" --machine pc --kernel 6.12 --time 500 "${put[@]}" \
	--put "$(echo "$deb"/dmactl_*.deb)" -- bash "$T/newer" >"$T/out" 2>&1
told found 'the newer kernel runs, and finds them'
told runs '... they load, and the tool copies with them'
end
