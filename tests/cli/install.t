#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# make install and uninstall, without a kernel tree, and with one that notes what it is asked for.
. "$(dirname "$0")/lib.sh"
top=$(cd "$here/../.." && pwd)
mkdir -p "$T/tree" "$T/build" "$(dirname "$O")/cli-host"
ln -s "$(cd "$(dirname "$O")/cli-host" && pwd)" "$T/build/cli-host"
# shellcheck disable=SC2016 # of make
printf 'modules modules_install:\n\t@echo $@ $(M) $(INSTALL_MOD_PATH) >>%s\n' "$T/asked" \
	>"$T/tree/Makefile"

try() { # TARGET KDIR [VARIABLE=VALUE...]
	target=$1 kdir=$2
	shift 2
	MAKEFLAGS='' make -s -C "$top" "$target" KDIR="$kdir" ID=test BUILD="$T/build" \
		DESTDIR="$T/root" PREFIX=/usr "$@" >"$T/out" 2>"$T/err"
}
pages=$(sed -n '/^Commands:/,/^$/s,^  \([a-z]*\) .*,usr/share/man/man1/dmactl-\1.1,p' \
	"$here/golden/help.out")
files="$pages
usr/bin/dmactl
usr/include/linux/dmactl.h
usr/include/linux/dmactl_netlink.h
usr/lib/udev/rules.d/60-dmactl.rules
usr/share/bash-completion/completions/dmactl
usr/share/dmactl/dmactl.yaml
usr/share/doc/dmactl/examples/modprobe.conf
usr/share/doc/dmactl/examples/modules-load.conf
usr/share/doc/dmactl/examples/copy.c
usr/share/doc/dmactl/examples/stream.c
usr/share/man/man1/dmactl.1
usr/share/man/man4/dma-sim.4
usr/share/man/man4/dmactl.4
usr/share/man/man5/dmactl-chain.5
usr/share/man/man5/dmactl-job.5
usr/share/man/man7/dmactl-netlink.7
usr/share/man/man7/dmactl-numbers.7
usr/share/man/man7/dmactl-tutorial.7
usr/share/pkgconfig/dmactl.pc
usr/share/zsh/site-functions/_dmactl"
there() {
	(cd "$T/root" && find . -type f | sed 's,^[.]/,,' | LC_ALL=C sort) >"$T/is"
	echo "$files" | LC_ALL=C sort | diff - "$T/is" >"$T/out"
}
has() { command -v "$1" >/dev/null; }
for kernel in "$T/none" "$T/tree"; do
	rm -rf "$T/root"
	try install "$kernel" && there
	point "install, kernel tree $(basename "$kernel"): the tool, its pages and all that it is to have"
	"$T/root/usr/bin/dmactl" --version >"$T/out" 2>"$T/err"
	point "... and it runs"
	# One rule, and it names the node as the module does.
	rule=$(grep -v '^#' "$T/root/usr/lib/udev/rules.d/60-dmactl.rules") &&
		[ "$rule" = 'SUBSYSTEM=="misc", KERNEL=="dmactl", GROUP="dma", MODE="0660"' ] &&
		grep -q '\.name = "dmactl",' "$top/kmod/cdev.c"
	point "... which gives it to the group dma, and to nobody else"
	echo 'other' >"$T/root/usr/share/dmactl-other"
	try uninstall "$kernel" && [ "$(find "$T/root" -type f)" = "$T/root/usr/share/dmactl-other" ] &&
		[ ! -d "$T/root/usr/share/dmactl" ] && [ ! -d "$T/root/usr/share/doc/dmactl" ]
	point "uninstall leaves nothing, and what is not ours alone"
done
grep -qx "modules_install $T/build/test/kmod $T/root" "$T/asked" &&
	! grep -q 'modules_install.*bench' "$T/asked"
point "our modules are installed where they are to go, those of the benchmark are not"

# What a program needs that is built against the interface.
rm -rf "$T/root"
try install "$T/none"
{ echo '#include <linux/dmactl.h>' && echo '#include <linux/dmactl_netlink.h>' &&
	echo 'int main(void) { return DMACTL_ABI != 1; }'; } >"$T/program.c"
PKG_CONFIG_PATH=$T/root/usr/share/pkgconfig PKG_CONFIG_SYSROOT_DIR=$T/root
PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_ALLOW_SYSTEM_CFLAGS
# shellcheck disable=SC2046 # several flags
cc -Wall -Werror -o "$T/program" "$T/program.c" $(pkg-config --cflags dmactl) >"$T/out" 2>"$T/err" &&
	"$T/program" && [ "$(pkg-config --modversion dmactl)" = "$("$top/scripts/version")" ] &&
	[ -f "$T/root$(env -u PKG_CONFIG_SYSROOT_DIR pkg-config --variable netlink_spec dmactl)" ]
point "pkg-config dmactl: a program finds the headers, their version and the netlink specification"
# shellcheck disable=SC2013 # words are meant
for v in $(sed -n 's/^#*options [a-z-]* //p' "$top/scripts/install/modprobe.conf"); do
	grep -rqE "module_param_named\\(${v%=*}," "$top/kmod"
	point "the example of modprobe.d: ${v%=*} is a parameter"
done
[ "$(grep -v '^#' "$top/scripts/install/modules-load.conf")" = dmactl ]
point "the example of modules-load.d names the module"

# DKMS: the sources where it looks for them, and what it is told to do with them works.
version=$("$top/scripts/version")
src=$T/root/usr/src/dmactl-$version
try install-dkms "$T/none" && [ -f "$src/kmod/main.c" ] &&
	[ -f "$src/include/uapi/linux/dmactl.h" ] && grep -qF "\"$version\"" "$src/dkms.conf"
point "install-dkms: sources and dkms.conf in /usr/src/dmactl-VERSION"
kernel=$(find -L "${DMACTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dmactl}" -maxdepth 2 \
	-path '*/uml-[0-9]*/.ready' 2>/dev/null | head -n 1)
kernel=${kernel%/.ready}
built='dkms builds and installs both modules, and removes them'
signed='framework.conf names a key: both modules carry its signature, which is right'

# For the headers of whichever kernel it came with: it reads no more than the module.
find_sign_file() {
	for f in "${DMACTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dmactl}"/*/headers/scripts/sign-file \
		/usr/lib/linux-kbuild-*/scripts/sign-file /usr/src/*/scripts/sign-file; do
		[ -x "$f" ] && "$f" 2>&1 | grep -q 'Usage: .*sign-file' && echo "$f" && return
	done
}

# The machine's own configuration of dkms is not touched: ours is there instead for dkms alone.
framework() {
	if [ -n "$sign_file" ]; then
		# shellcheck disable=SC2016 # of that shell
		unshare -m sh -c 'mount --bind "$0" /etc/dkms/framework.conf.d && exec "$@"' \
			"$T/framework" "$@"
	else
		"$@"
	fi
}

make_key() {
	mkdir -p "$T/framework"
	has openssl && [ -d /etc/dkms/framework.conf.d ] && unshare -m true 2>/dev/null &&
		sign_file=$(find_sign_file) && [ -n "$sign_file" ] && framework true 2>/dev/null &&
		openssl req -new -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=dmactl test key/' \
			-keyout "$T/mok.key" -out "$T/mok.pem" 2>/dev/null &&
		openssl x509 -in "$T/mok.pem" -outform DER -out "$T/mok.der" &&
		printf '%s="%s"\n' mok_signing_key "$T/mok.key" mok_certificate "$T/mok.der" \
			sign_file "$sign_file" >"$T/framework/test.conf" || sign_file=''
}

# verify MODULE: cuts what stands behind it, as the kernel does, and checks it with the certificate
verify() {
	python3 - "$1" "$T/content" "$T/signature" <<'PY' &&
import sys
data, magic = open(sys.argv[1], "rb").read(), b"~Module signature appended~\n"
assert data.endswith(magic), "no signature"
data = data[:-len(magic)]
size = int.from_bytes(data[-4:], "big")
open(sys.argv[2], "wb").write(data[:-12 - size])
open(sys.argv[3], "wb").write(data[-12 - size:-12])
PY
		openssl cms -verify -binary -inform DER -in "$T/signature" -content "$T/content" \
			-certfile "$T/mok.pem" -nointern -noverify -out /dev/null
}
if ! has dkms || [ "$(id -u)" != 0 ]; then
	skip "$built" 'no dkms here, or not root, which it insists on'
elif [ -z "$kernel" ]; then
	skip "$built" 'no kernel build in the cache (scripts/fetch-linux)'
else
	mkdir -p "$T/dkms" "$T/lib/modules"
	release=$(sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' "$kernel/include/generated/utsrelease.h")
	dkms_here() {
		framework env ARCH=um dkms "$@" -m dmactl -v "$version" -k "$release" -a um --dkmstree "$T/dkms" \
			--sourcetree "$T/root/usr/src" --installtree "$T/lib/modules" \
			--kernelsourcedir "$kernel" --no-depmod --no-initrd >>"$T/out" 2>>"$T/err"
	}
	: >"$T/out"
	: >"$T/err"
	mkdir -p "$T/lib/modules/$release"
	make_key
	dkms_here build --force && dkms_here install --force
	find "$T/lib/modules" -name '*.ko*' | sed 's,.*/,,; s,[.]ko.*,,' | sort >"$T/is"
	[ "$(tr '\n' ' ' <"$T/is")" = 'dma-sim dmactl ' ]
	point 'dkms builds and installs both modules'
	if [ -z "$sign_file" ]; then
		skip "$signed" 'no sign-file, openssl, framework.conf.d or namespace of mounts here'
	else
		for m in dmactl dma-sim; do
			ko=$(find "$T/lib/modules" -name "$m.ko")
			[ "$(modinfo -F signer "$ko")" = 'dmactl test key' ] && verify "$ko" || break
		done >>"$T/out" 2>>"$T/err" && [ "$m" = dma-sim ]
		point "$signed"
		sed 's/vermagic=/vermagic:/' "$ko" >"$T/changed.ko" && cmp -s "$ko" "$T/changed.ko"
		[ $? -eq 1 ] && ! verify "$T/changed.ko" >>"$T/out" 2>>"$T/err"
		point '... and wrong for a module that was changed'
	fi
	dkms_here remove && [ -z "$(find "$T/lib/modules" -name '*.ko*')" ]
	point '... and takes them away'
fi
try uninstall "$T/none" && [ -z "$(find "$T/root" -type f)" ]
point "uninstall leaves nothing of install-dkms either"
done_testing
