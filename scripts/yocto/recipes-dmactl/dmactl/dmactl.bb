# SPDX-License-Identifier: GPL-2.0
SUMMARY = "Drive any Linux DMA engine from a shell"
DESCRIPTION = "Runs operations on any channel of the kernel's dmaengine, checks the data and \
measures each stage."
SECTION = "console/utils"
DEPENDS = "json-c libinih libnl ncurses zlib"

require dmactl.inc
inherit pkgconfig useradd

# argp is glibc's.
COMPATIBLE_HOST:libc-musl = "null"

# ncurses is loaded by top alone.
RRECOMMENDS:${PN} = "kernel-module-dmactl kernel-module-dma-sim ncurses-libncursesw"

# The group that the rule gives the node to.
USERADD_PACKAGES = "${PN}"
GROUPADD_PARAM:${PN} = "--system dma"

do_compile() {
	oe_runmake -C ${S}/cli O=${B}/cli CC="${CC}" VERSION=${PV}
}

do_install() {
	install -D -m 0755 ${B}/cli/dmactl ${D}${bindir}/dmactl
	install -D -m 0644 ${S}/udev/60-dmactl.rules \
		${D}${nonarch_base_libdir}/udev/rules.d/60-dmactl.rules
	install -d ${D}${includedir}/linux
	install -m 0644 ${S}/include/uapi/linux/*.h ${D}${includedir}/linux
}

FILES:${PN} += "${nonarch_base_libdir}/udev"
