# SPDX-License-Identifier: GPL-2.0
# make BR2_EXTERNAL=/src/dmactl/scripts/buildroot menuconfig: External options, dmactl
include $(BR2_EXTERNAL_DMACTL_PATH)/dmactl/dmactl.mk
