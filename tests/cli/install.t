#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# make install and uninstall, without a kernel tree, and with one that notes what it is asked for.
. "$(dirname "$0")/lib.sh"
mkdir -p "$T/tree" "$T/build" "$(dirname "$O")/cli-host"
ln -s "$(cd "$(dirname "$O")/cli-host" && pwd)" "$T/build/cli-host"
# shellcheck disable=SC2016 # of make
printf 'modules modules_install:\n\t@echo $@ $(M) $(INSTALL_MOD_PATH) >>%s\n' "$T/asked" \
	>"$T/tree/Makefile"

try() { # TARGET KDIR
	MAKEFLAGS='' make -s -C "$here/../.." "$1" KDIR="$2" ID=test BUILD="$T/build" \
		DESTDIR="$T/root" PREFIX=/usr >"$T/out" 2>"$T/err"
}
files='usr/bin/dmactl usr/lib/udev/rules.d/60-dmactl.rules usr/share/man/man1/dmactl.1 usr/share/man/man4/dma-sim.4
usr/share/man/man4/dmactl.4 usr/share/man/man5/dmactl-chain.5
usr/share/man/man5/dmactl-job.5'
there() {
	[ "$(cd "$T/root" && find . -type f | sed 's,^[.]/,,' | LC_ALL=C sort)" = \
		"$(echo "$files" | tr ' ' '\n')" ]
}

for kernel in "$T/none" "$T/tree"; do
	rm -rf "$T/root"
	try install "$kernel" && there
	point "install, kernel tree $(basename "$kernel"): the tool, its pages, the rule for the node"
	"$T/root/usr/bin/dmactl" --version >"$T/out" 2>"$T/err"
	point "... and it runs"
	# One rule, and it names the node as the module does.
	rule=$(grep -v '^#' "$T/root/usr/lib/udev/rules.d/60-dmactl.rules") &&
		[ "$rule" = 'SUBSYSTEM=="misc", KERNEL=="dmactl", GROUP="dma", MODE="0660"' ] &&
		grep -q '\.name = "dmactl",' "$here/../../kmod/cdev.c"
	point "... which gives it to the group dma, and to nobody else"
	try uninstall "$kernel" && [ -z "$(find "$T/root" -type f)" ]
	point "uninstall leaves nothing"
done
grep -qx "modules_install $T/build/test/kmod $T/root" "$T/asked" &&
	! grep -q 'modules_install.*bench' "$T/asked"
point "our modules are installed where they are to go, those of the benchmark are not"
done_testing
