# SPDX-License-Identifier: GPL-2.0
SUMMARY = "Kernel modules dmactl and dma-sim"
DESCRIPTION = "dmactl lets user space drive any channel of the kernel's dmaengine, in safety; \
dma-sim is a simulated DMA controller. Linux 6.1 or later."
SECTION = "kernel/modules"

require dmactl.inc
inherit module

KBUILD_ARGS = "-C ${STAGING_KERNEL_DIR} O=${STAGING_KERNEL_BUILDDIR} M=${B}/kmod"

# A kernel build writes beside its sources: into a copy.
do_compile() {
	unset CFLAGS CPPFLAGS CXXFLAGS LDFLAGS
	cp -r ${S}/kmod ${S}/include ${B}
	oe_runmake ${KBUILD_ARGS} CC="${KERNEL_CC}" LD="${KERNEL_LD}" AR="${KERNEL_AR}" \
		OBJCOPY="${KERNEL_OBJCOPY}" STRIP="${KERNEL_STRIP}" modules
}

do_install() {
	unset CFLAGS CPPFLAGS CXXFLAGS LDFLAGS
	oe_runmake ${KBUILD_ARGS} CC="${KERNEL_CC}" LD="${KERNEL_LD}" DEPMOD=echo \
		OBJCOPY="${KERNEL_OBJCOPY}" STRIP="${KERNEL_STRIP}" \
		MODLIB="${D}${nonarch_base_libdir}/modules/${KERNEL_VERSION}" modules_install
}
