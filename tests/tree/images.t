#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Buildroot's package and Yocto's recipes: neither system is here, so what they say is read and
# carried out by stand-ins: kconfig by the kernel's, makefiles by make, functions by a shell.
. "$(dirname "$0")/lib.sh"
export T

kdir=$("$top/scripts/fetch-linux" 2>/dev/null) || kdir=
release=$(cat "$kdir/include/config/kernel.release" 2>/dev/null)
br=$top/scripts/buildroot
yocto=$top/scripts/yocto/recipes-dmactl/dmactl
version=$("$top/scripts/version")
mkdir "$T/src"
tar -C "$top" --exclude=./build --exclude=./.git -cf - . | tar -C "$T/src" -xf -

# Buildroot: the options, on a toolchain that has what they want or lacks one thing.
conf=$kdir/scripts/kconfig/conf
configure() { # LINUX-KERNEL SYMBOL-THAT-IS-LACKING
	local s
	for s in TOOLCHAIN_USES_GLIBC TOOLCHAIN_HAS_THREADS TOOLCHAIN_HAS_SYNC_4; do
		printf 'config BR2_%s\n\tdef_bool %s\n' $s "$([ "$2" = $s ] && echo n || echo y)"
	done >"$T/Kconfig"
	for s in PACKAGE_INIH PACKAGE_JSON_C PACKAGE_LIBNL PACKAGE_ZLIB; do
		printf 'config BR2_%s\n\tbool "%s"\n' $s $s
	done >>"$T/Kconfig"
	printf 'config BR2_LINUX_KERNEL\n\tdef_bool %s\nsource "%s"\n' "$1" "$br/Config.in" \
		>>"$T/Kconfig"
	echo BR2_PACKAGE_DMACTL=y >"$T/defconfig"
	(cd "$T" && CONFIG_='' KCONFIG_CONFIG=config "$conf" --defconfig=defconfig Kconfig) \
		>"$T/out" 2>&1 && ! grep -q warning "$T/out" && cat "$T/config" >>"$T/out"
}
if [ -x "$conf" ]; then
	all='^BR2_PACKAGE_(DMACTL|DMACTL_MODULES|INIH|JSON_C|LIBNL|ZLIB)=y'
	configure y none && [ "$(grep -cE "$all" "$T/config")" = 6 ]
	point 'Buildroot: dmactl selects its libraries, and its modules where there is a kernel'
	configure n none && grep -q '^BR2_PACKAGE_DMACTL=y' "$T/config" &&
		! grep -q DMACTL_MODULES=y "$T/config"
	point '... and none where there is none'
	for s in TOOLCHAIN_USES_GLIBC TOOLCHAIN_HAS_THREADS TOOLCHAIN_HAS_SYNC_4; do
		configure y $s && ! grep -q DMACTL=y "$T/config"
		point "... and cannot be chosen without BR2_$s"
	done
else
	skip 'Buildroot: the options' 'no kernel build to be had (scripts/fetch-linux)'
fi
(cd "$top" && sed -n 's/^sha256  //p' "$br/dmactl/dmactl.hash" | sha256sum -c) >"$T/out" 2>&1 &&
	[ "$(sed -n 's/^DMACTL_LICENSE_FILES = //p' "$br/dmactl/dmactl.mk" | tr ' ' '\n')" = \
		"$(sed -n 's/^sha256 .* //p' "$br/dmactl/dmactl.hash")" ]
point "Buildroot: the licences' hashes are right, and of all of them"

# What its infrastructures do with the variables: build and install, modules as hooks.
cat >"$T/Makefile" <<'END'
INSTALL = install
TARGET_CC = gcc
TARGET_CFLAGS = -O1
PKG_CONFIG_HOST_BINARY = pkg-config
TARGET_DIR = $(T)/target
KCONFIG_ENABLE_OPT = @echo $(1)=y >>$(T)/fixups
define generic-package
$$(foreach v,VERSION SITE SITE_METHOD LICENSE DEPENDENCIES,$$(if $$(DMACTL_$$v),,$$(error $$v)))
build: $(T)/src/.stamp_built
install: $(T)/src/.stamp_target_installed
$(T)/src/.stamp_built:
	$$(DMACTL_BUILD_CMDS)
$(T)/src/.stamp_target_installed:
	$$(DMACTL_INSTALL_TARGET_CMDS)
fixups:
	$$(DMACTL_LINUX_CONFIG_FIXUPS)
show:
	@echo '$$(DMACTL_VERSION) $$(DMACTL_DEPENDENCIES)'
endef
define kernel-module
modules modules_install:
	$$(MAKE) -C $$(KDIR) ARCH=um INSTALL_MOD_PATH=$$(T)/target \
		M=$$(T)/src/$$(DMACTL_MODULE_SUBDIRS) $$@
endef
include $(BR2_EXTERNAL_DMACTL_PATH)/external.mk
END
br_make() { # TARGET VARIABLES...
	MAKEFLAGS='' make -s -C "$T" KDIR="$kdir" BR2_EXTERNAL_DMACTL_PATH="$br" "$@" \
		>"$T/out" 2>&1
}
br_make show && [ "$(cat "$T/out")" = "$version host-pkgconf inih json-c libnl zlib" ] &&
	br_make show BR2_PACKAGE_NCURSES=y && grep -q 'libnl zlib ncurses$' "$T/out"
point 'Buildroot: the version is that of the sources, and what it depends on'
br_make build && br_make install &&
	[ "$("$T/target/usr/bin/dmactl" --version)" = "dmactl $version" ] &&
	cmp "$top/udev/60-dmactl.rules" "$T/target/lib/udev/rules.d/60-dmactl.rules"
point '... the tool is built and installed, and knows its version'
br_make fixups BR2_PACKAGE_DMACTL_MODULES=y && grep -q . "$T/fixups" &&
	sed 's/=y//' "$T/fixups" | while read -r option; do
		grep -q "{ \"$option\", NEED_\(DMACTL\|SIM\)," "$top/cli/doctor_config.c" || exit 1
	done
point '... the kernel is given options that doctor knows as needed'
if [ -n "$kdir" ]; then
	br_make modules BR2_PACKAGE_DMACTL_MODULES=y &&
		br_make modules_install BR2_PACKAGE_DMACTL_MODULES=y &&
		[ "$(find "$T/target/lib/modules/$release" -name 'd*.ko' | wc -l)" = 2 ]
	point '... and the modules are built for the kernel, and installed'
else
	skip '... and the modules' 'no kernel build to be had (scripts/fetch-linux)'
fi

# Yocto: a recipe's functions in a shell that has the variables which bitbake would have put in.
# shellcheck disable=SC2016 # of bitbake
grep -q "md5=$(md5sum <"$top/LICENSES/GPL-2.0-only" | cut -c1-32)" "$yocto/dmactl.inc" &&
	up=$(sed -n 's,^EXTERNALSRC = "${THISDIR}/\(.*\)",\1,p' "$yocto/dmactl.inc") &&
	[ -n "$up" ] && [ -d "$yocto/$up/kmod" ]
point "Yocto: the licence's sum is right, and the sources are where the recipes look"
cat >"$T/recipe" <<'END'
set -eu
oe_runmake() { make -s -j2 "$@"; }
S=$T/src B=$T/work D=$T/image PV=$2 CC=gcc PN=dmactl
prefix=/usr bindir=/usr/bin includedir=/usr/include nonarch_base_libdir=/lib
STAGING_KERNEL_DIR=$3 STAGING_KERNEL_BUILDDIR=$3 KERNEL_VERSION=$4
KERNEL_CC=gcc KERNEL_LD=ld KERNEL_AR=ar KERNEL_OBJCOPY=objcopy KERNEL_STRIP=strip
export ARCH=um
rm -rf "$B"
mkdir -p "$B"
KBUILD_ARGS=$(sed -n 's/^KBUILD_ARGS = //p' "$1")
eval "KBUILD_ARGS=$KBUILD_ARGS"
eval "$(sed -n '/^do_[a-z]*() {/,/^}/p' "$1")"
cd "$B"
do_compile
do_install
END
recipe() { # NAME
	MAKEFLAGS='' bash "$T/recipe" "$yocto/$1.bb" 9.9 "$kdir" "$release" >"$T/out" 2>&1
}
recipe dmactl && [ "$("$T/image/usr/bin/dmactl" --version)" = 'dmactl 9.9' ] &&
	[ -f "$T/image/lib/udev/rules.d/60-dmactl.rules" ] &&
	cmp "$top/include/uapi/linux/dmactl.h" "$T/image/usr/include/linux/dmactl.h"
point 'Yocto: the tool is built, apart from the sources, and installed with rule and headers'
if [ -n "$kdir" ]; then
	recipe dmactl-modules &&
		[ "$(find "$T/image/lib/modules/$release" -name 'd*.ko' | wc -l)" = 2 ]
	point 'Yocto: the modules are built, apart from the sources, and installed'
else
	skip 'Yocto: the modules' 'no kernel build to be had (scripts/fetch-linux)'
fi
end
