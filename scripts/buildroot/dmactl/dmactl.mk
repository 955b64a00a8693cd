# SPDX-License-Identifier: GPL-2.0
################################################################################
#
# dmactl
#
################################################################################

DMACTL_SITE = $(BR2_EXTERNAL_DMACTL_PATH)/../..
DMACTL_SITE_METHOD = local
DMACTL_VERSION = $(shell $(DMACTL_SITE)/scripts/version)
DMACTL_LICENSE = GPL-2.0
DMACTL_LICENSE_FILES = COPYING LICENSES/GPL-2.0-only
DMACTL_DEPENDENCIES = host-pkgconf inih json-c libnl zlib

# Without its header top has no screen.
ifeq ($(BR2_PACKAGE_NCURSES),y)
DMACTL_DEPENDENCIES += ncurses
endif

DMACTL_MAKE_OPTS = \
	O=$(@D)/build-cli \
	CC="$(TARGET_CC)" \
	CFLAGS="$(TARGET_CFLAGS)" \
	LDFLAGS="$(TARGET_LDFLAGS)" \
	PKG_CONFIG="$(PKG_CONFIG_HOST_BINARY)" \
	VERSION=$(DMACTL_VERSION)

ifeq ($(BR2_STATIC_LIBS),y)
DMACTL_MAKE_OPTS += STATIC=1
endif

define DMACTL_BUILD_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) -C $(@D)/cli $(DMACTL_MAKE_OPTS)
endef

define DMACTL_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 0755 $(@D)/build-cli/dmactl $(TARGET_DIR)/usr/bin/dmactl
	$(INSTALL) -D -m 0644 $(@D)/udev/60-dmactl.rules \
		$(TARGET_DIR)/lib/udev/rules.d/60-dmactl.rules
endef

# The group that the rule gives the node to.
define DMACTL_USERS
	- - dma -1 - - - - group of /dev/dmactl
endef

ifeq ($(BR2_PACKAGE_DMACTL_MODULES),y)
DMACTL_MODULE_SUBDIRS = kmod

define DMACTL_LINUX_CONFIG_FIXUPS
	$(call KCONFIG_ENABLE_OPT,CONFIG_MODULES)
	$(call KCONFIG_ENABLE_OPT,CONFIG_NET)
	$(call KCONFIG_ENABLE_OPT,CONFIG_DMADEVICES)
	$(call KCONFIG_ENABLE_OPT,CONFIG_CONFIGFS_FS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_CRC32)
endef

$(eval $(kernel-module))
endif

$(eval $(generic-package))
