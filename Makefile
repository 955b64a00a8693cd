# SPDX-License-Identifier: GPL-2.0
#
# make help says what there is. Everything that is built goes to build/, nothing into the sources.

TOP   := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
BUILD ?= $(TOP)/build

# Your own kernel tree or headers: make kmod KDIR=... ARCH=... CROSS_COMPILE=...
KDIR    ?= /lib/modules/$(shell uname -r)/build
RELEASE := $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' \
	$(KDIR)/include/generated/utsrelease.h 2>/dev/null)
ID      ?= $(RELEASE)$(if $(ARCH),-$(ARCH))
CC       = $(CROSS_COMPILE)gcc
HOST     = $(if $(CROSS_COMPILE),$(patsubst %-,%,$(notdir $(CROSS_COMPILE))),host)
CLI      = $(BUILD)/cli-$(HOST)$(if $(STATIC),-static)

PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
MANDIR  ?= $(PREFIX)/share/man
UDEVDIR ?= $(PREFIX)/lib/udev/rules.d
DATADIR ?= $(PREFIX)/share
BASHDIR ?= $(DATADIR)/bash-completion/completions
ZSHDIR  ?= $(DATADIR)/zsh/site-functions
INCLUDEDIR ?= $(PREFIX)/include
VERSION := $(shell scripts/version)

have_kernel := $(wildcard $(KDIR)/Makefile)

.PHONY: all kmod cli static demo check check-host check-uml check-debug check-smp check-pc \
	check-kcsan check-kernels check-hardware fuzz soak planted coverage bench lint install \
	install-cli install-dkms \
	install-dkms-source pages dist deb uninstall clean help

all: cli $(if $(have_kernel),kmod)
ifeq ($(have_kernel),)
	@echo "no kernel headers at $(KDIR): modules left out (make kmod KDIR=...)"
endif

# A kernel build writes beside the sources: give each kernel its own tree of links to them.
M     = $(BUILD)/$(ID)
KMODS = kmod $(if $(wildcard bench/limit/Kbuild),bench/limit)
KMAKE = $(MAKE) -C $(KDIR) $(if $(ARCH),ARCH=$(ARCH)) $(if $(W),W=$(W)) $(KFLAGS) \
	$(if $(CROSS_COMPILE),CROSS_COMPILE=$(CROSS_COMPILE))

kmod:
	@test -f $(KDIR)/Makefile || { echo "no kernel headers at $(KDIR): set KDIR" >&2; exit 1; }
	@mkdir -p $(M)/bench
	@find $(M) -xtype l -delete
	@ln -sfn $(TOP)/include $(M)/include
	@cp -rsf $(TOP)/kmod $(M)/
	@if [ -d $(TOP)/bench/limit ]; then cp -rsf $(TOP)/bench/limit $(M)/bench/; fi
	+@set -e; for m in $(KMODS); do $(KMAKE) M=$(M)/$$m modules; done

cli:
	$(MAKE) -C cli O=$(CLI) CC=$(CC)

# One file without libraries, below 2 MB (tests/tree/static.t): copy it to the board, or have it
# installed by make install STATIC=1.
static:
	$(MAKE) cli STATIC=1

demo:
	@scripts/demo

check:
	@scripts/setup check
	@tests/run

check-host check-uml check-pc:
	@tests/run --only $(@:check-%=%)

check-debug:
	@tests/run --only uml-debug,uml-smp

check-smp:
	@tests/run --only uml-smp

# Data races: a kernel that watches memory accesses, in QEMU.
check-kcsan:
	@scripts/setup check
	@tests/run --only kcsan

# Faults put into a copy of the sources, each of which a suite must find.
planted:
	@scripts/setup check
	@scripts/planted

# Both modules without a warning, and all suites, on Linux 6.1, 6.12 and Debian's newest.
check-kernels:
	@scripts/setup check
	@tests/run --only uml,pc,uml-smp

check-hardware:
	@scripts/setup check
	@tests/run --only smdkc210,raspi3b,raspi2b,versal,swiotlb,iommu

# TIME=10m (s, m, h); SEED=N for the programs of an earlier run.
fuzz:
	@scripts/setup check
	@scripts/fuzz $(or $(TIME),10m) $(SEED)

bench:
	@scripts/setup bench
	@bench/run

coverage:
	@scripts/setup coverage
	@scripts/coverage

# An hour, or TIME=20m
soak:
	@scripts/setup check
	@scripts/soak $(TIME)

lint:
	@scripts/setup lint
	@scripts/lint

# What is installed where: MODE:FILE:PLACE. uninstall takes the same places.
in         = scripts/install
pages     := $(shell scripts/manpages --list)
INSTALLED  = 755:$(CLI)/dmactl:$(BINDIR)/dmactl \
	$(foreach s,1 4 5 7,$(foreach p,$(notdir $(wildcard man/*.$s)),644:man/$p:$(MANDIR)/man$s/$p)) \
	$(foreach p,$(pages),644:$(BUILD)/man/$p:$(MANDIR)/man1/$p) \
	644:udev/60-dmactl.rules:$(UDEVDIR)/60-dmactl.rules \
	644:$(in)/dmactl.bash:$(BASHDIR)/dmactl 644:$(in)/_dmactl:$(ZSHDIR)/_dmactl \
	$(foreach h,$(notdir $(wildcard include/uapi/linux/*.h)), \
		644:include/uapi/linux/$h:$(INCLUDEDIR)/linux/$h) \
	644:include/netlink/dmactl.yaml:$(DATADIR)/dmactl/dmactl.yaml \
	644:$(BUILD)/dmactl.pc:$(DATADIR)/pkgconfig/dmactl.pc \
	$(foreach f,$(addprefix $(in)/,modprobe.conf modules-load.conf) $(wildcard include/examples/*.c), \
		644:$f:$(DATADIR)/doc/dmactl/examples/$(notdir $f))

pages:
	@scripts/manpages $(BUILD)/man
	@sed -e 's,@PREFIX@,$(PREFIX),; s,@INCLUDEDIR@,$(INCLUDEDIR),; s,@DATADIR@,$(DATADIR),' \
		-e 's,@VERSION@,$(VERSION),' $(in)/dmactl.pc.in >$(BUILD)/dmactl.pc

# The tool and what belongs to it; the modules, when there are headers, for that one kernel.
install: install-cli $(if $(have_kernel),kmod)
	$(if $(have_kernel),$(KMAKE) M=$(M)/kmod INSTALL_MOD_PATH=$(DESTDIR) modules_install)

install-cli: cli pages
	@set -e; for f in $(INSTALLED); do \
		IFS=:; set -- $$f; unset IFS; \
		install -D -m $$1 $$2 "$(DESTDIR)$$3"; \
	done
	@echo "  installed below $(DESTDIR)$(PREFIX)"

# The sources of the modules, which DKMS builds for this kernel and for each later one.
DKMSSRC = /usr/src/dmactl-$(VERSION)
install-dkms: install-cli install-dkms-source
	$(if $(DESTDIR),,dkms install dmactl/$(VERSION))

install-dkms-source:
	mkdir -p $(DESTDIR)$(DKMSSRC)
	cp -r kmod $(DESTDIR)$(DKMSSRC)
	mkdir -p $(DESTDIR)$(DKMSSRC)/include && cp -r include/uapi $(DESTDIR)$(DKMSSRC)/include
	sed 's,@VERSION@,$(VERSION),' $(in)/dkms.conf.in >$(DESTDIR)$(DKMSSRC)/dkms.conf

uninstall:
	@for f in $(INSTALLED); do rm -f "$(DESTDIR)$${f##*:}"; done
	@rmdir $(foreach d,dmactl doc/dmactl/examples doc/dmactl,$(DESTDIR)$(DATADIR)/$d) \
		2>/dev/null || true
	find $(DESTDIR)/lib/modules/$(RELEASE) \( -name dmactl.ko\* -o -name dma-sim.ko\* \) \
		-delete 2>/dev/null || true
	$(if $(DESTDIR),,-depmod $(RELEASE))
	@set -e; for d in $(DESTDIR)/usr/src/dmactl-*/; do \
		[ ! -f $$d/dkms.conf ] || { \
		$(if $(DESTDIR),,dkms remove dmactl/$$(basename $$d | sed s/dmactl-//) --all || :;) \
		rm -r $$d; }; \
	done

# What is checked out, as one file that needs no git: it knows its version.
DISTNAME = dmactl-$(VERSION)
dist:
	@[ -e .git ] || \
		{ echo "make dist: this is no git checkout, there is nothing to pack" >&2; exit 1; }
	@rm -rf $(BUILD)/dist && mkdir -p $(BUILD)/dist/$(DISTNAME)
	@git archive HEAD | tar -x -C $(BUILD)/dist/$(DISTNAME)
	@echo $(VERSION) >$(BUILD)/dist/$(DISTNAME)/cli/VERSION
	@tar -c -C $(BUILD)/dist --sort=name --owner=0 --group=0 --numeric-owner \
		--mtime="$$(git log -1 --format=%cI)" $(DISTNAME) | gzip -9n >$(BUILD)/$(DISTNAME).tar.gz
	@rm -r $(BUILD)/dist
	@echo "  $(BUILD)/$(DISTNAME).tar.gz"

# Packages of what is checked out; the sources with debian/ where dpkg looks for it stay beside.
DEBVERSION = $(subst -,+,$(VERSION))
deb: dist
	@rm -rf $(BUILD)/deb && mkdir -p $(BUILD)/deb
	@tar -xf $(BUILD)/$(DISTNAME).tar.gz -C $(BUILD)/deb
	@who="$${DEBFULLNAME:-$$(git log -1 --format=%an)} <$${DEBEMAIL:-$$(git log -1 --format=%ae)}>"; \
		when=$$(git log -1 --format=%cD); \
		cd $(BUILD)/deb/$(DISTNAME) && cp -r scripts/debian debian && \
		mkdir debian/source && echo '3.0 (native)' >debian/source/format && \
		sed -i "s/@MAINTAINER@/$$who/" debian/control && \
		printf 'dmactl (%s) unstable; urgency=medium\n\n  * %s\n\n -- %s  %s\n' \
		'$(DEBVERSION)' 'As it is in git: see CHANGELOG.md.' "$$who" "$$when" \
		>debian/changelog && \
		env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u VERSION -u BUILD -u KDIR \
		dpkg-buildpackage -us -uc -b >$(BUILD)/deb/log 2>&1 || \
		{ tail -n 20 $(BUILD)/deb/log >&2; exit 1; }
	@ls $(BUILD)/deb/*.deb

clean:
	rm -rf $(BUILD)

help:
	@echo 'make demo            see it work: boots Debian'\''s kernel in QEMU (about a minute)'
	@echo 'make check           every test; check-host, -uml, -debug, -smp, -pc, -kernels, -hardware, -kcsan'
	@echo 'make fuzz TIME=10m   calls at random across the border of the module, in a debug kernel'
	@echo 'make bench           what it costs, measured; the ratios go to bench/RESULTS.md'
	@echo 'make coverage        lines of the modules that the tests reach'
	@echo 'make soak            a mixed load with kills and faults for an hour, or TIME=20m'
	@echo 'make planted         are the tests worth their time? Faults that they must find'
	@echo 'make lint            style and static checks'
	@echo 'make, make all       the tool, and the modules for the running kernel'
	@echo 'make cli             the tool alone            make static    one file below 2 MB'
	@echo 'make kmod            the modules: KDIR=<kernel or headers> ARCH= CROSS_COMPILE='
	@echo 'make install         DESTDIR= PREFIX=/usr/local STATIC=; uninstall takes it away again'
	@echo 'make install-dkms    the modules by DKMS: built anew with each kernel upgrade'
	@echo 'make dist            a tarball of what is checked out, which builds without git'
	@echo 'make deb             Debian packages of it: dmactl, dmactl-dkms'
	@echo 'make clean           remove build/ (what was fetched stays in ~/.cache/dmactl)'
