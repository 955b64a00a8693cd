#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# doctor, one made-up machine for each reason why there may be nothing: what was seen, what it
# means, what to type. No reason of doctor's is without a machine here.
. "$(dirname "$0")/lib.sh"

M=$T/machine
DMACTL_FAKE_ROOT=$M
export DMACTL_FAKE_ROOT
tested='' R=6.12.0-test

machine() { # FAKE [RELEASE]: a new one, without files of its own
	rm -rf "$M"
	mkdir -p "$M"
	FAKE=$1 R=${2:-6.12.0-test}
	DMACTL_FAKE_RELEASE=$R
	export DMACTL_FAKE_RELEASE
}

at() { # PATH [TEXT]
	mkdir -p "$M/${1%/*}"
	printf '%b' "$2" >"$M/$1"
}

# finds REASON GRADE WHAT MEANS CURE: a finding has these words, - for none at all
finds() {
	tested="$tested $1"
	# shellcheck disable=SC2086	# doctor's arguments are words
	run doctor -j $args
	REASON=$1 GRADE=$2 WHAT=$3 MEANS=$4 CURE=$5 python3 - "$T/out" >"$T/js" 2>&1 <<'PY'
import json, os, sys
w = os.environ
def has(text, want):
    return text is None if want == "-" else text is not None and want in text
sys.exit(not any(r["reason"] == w["REASON"] and r["grade"] == w["GRADE"] and
    has(r["what"], w["WHAT"]) and has(r["means"], w["MEANS"]) and has(r["todo"], w["CURE"])
    for r in json.load(open(sys.argv[1]))["results"]))
PY
	point "[$FAKE] $1, $2: $(printf '%.60s' "$3")"
	[ -s "$T/js" ] && sed 's/^/# /' "$T/js"
	return 0
}

quiet() { # REASON: it is not found
	# shellcheck disable=SC2086	# doctor's arguments are words
	run doctor -j $args
	! grep -q "\"reason\": \"$1\"" "$T/out"
	point "[$FAKE] no finding: $1"
}

args=''

# The module: not there, not built, built for another kernel.
machine nomodule
finds module problem 'the module dmactl is not loaded' - 'make kmod; make install'
finds not-built note "below /lib/modules/$R" 'never built' 'as root: make install'
at "lib/modules/6.11.0-old/updates/dkms/dmactl.ko.xz"
finds not-built problem "is there for 6.11.0-old, not for the running $R" \
	'the kernel was upgraded since' "dkms autoinstall -k $R"
at "lib/modules/$R/updates/dmactl.ko"
finds not-built note "the module was built for this kernel: /lib/modules/$R/updates/dmactl.ko" - \
	'modprobe -v dmactl'
quiet headers
machine nonetlink
finds module problem 'generic netlink cannot be reached' - 'CONFIG_NET'

# Headers, of Debian and of others.
machine nomodule 6.1.0-21-amd64
finds headers problem "there is no /lib/modules/$R/build" 'built against the headers' \
	"upgrade the kernel with its headers and reboot"
at etc/debian_version '12.5\n'
finds headers problem "there is no /lib/modules/$R/build" 'built against the headers' \
	"apt install linux-headers-$R; when the archive has it no more"
finds headers problem 'there is no' 'headers' 'apt install linux-image-amd64 linux-headers-amd64'
mkdir -p "$M/lib/modules/$R/build"
quiet headers

# Secure Boot and its relatives.
machine nomodule
efi=sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
quiet signature
at $efi '\006\000\000\000\000'
quiet signature
at $efi '\006\000\000\000\001'
finds signature note 'Secure Boot is on' "'Key was rejected by service'" 'mokutil --import'
at sys/kernel/security/lockdown '[none] integrity confidentiality\n'
quiet signature
at sys/kernel/security/lockdown 'none [integrity] confidentiality\n'
at "lib/modules/$R/updates/dkms/dmactl.ko"
finds signature problem 'is locked down (none [integrity] confidentiality) by Secure Boot' \
	"'Operation not permitted'" 'confirm the key in the blue menu'
at sys/module/module/parameters/sig_enforce 'Y\n'
finds signature problem 'module.sig_enforce is on, and Secure Boot too' \
	"'Required key not available'" "switch Secure Boot off in the firmware's setup"
FAKE=calm
quiet signature

# Kernels without DMA engines.
machine 'nomodule nodmaengine' 6.12.9-cloud-amd64
finds cloud-kernel problem "this is the cloud kernel $R" 'without CONFIG_DMADEVICES' \
	'apt install linux-image-amd64 linux-headers-amd64; reboot into it'
quiet kernel-config
FAKE=nomodule
quiet cloud-kernel
machine 'nomodule nodmaengine'
finds kernel-config problem 'there is no /sys/class/dma' 'without CONFIG_DMA_ENGINE' \
	"boot the distribution's ordinary kernel"
at proc/config.gz
finds kernel-config problem 'there is no /sys/class/dma' 'without CONFIG_DMA_ENGINE' \
	'zgrep DMADEVICES /proc/config.gz'
at "boot/config-$R" 'CONFIG_MODULES=y\nCONFIG_NET=y\n# CONFIG_DMADEVICES is not set\n'
finds kernel-config problem "CONFIG_DMADEVICES is not set in /boot/config-$R" 'no DMA engine' \
	"boot the distribution's ordinary kernel"
machine nomodule
at "lib/modules/$R/config" 'CONFIG_NET=y\nCONFIG_DMADEVICES=y\nCONFIG_DMA_ENGINE=y\n'
finds kernel-config problem "CONFIG_MODULES is not set in /lib/modules/$R/config" \
	'loads no modules' 'or build one with it'
at "lib/modules/$R/config" 'CONFIG_MODULES=y\nCONFIG_NET=y\nCONFIG_DMADEVICES=y\nCONFIG_DMA_ENGINE=y\n'
quiet kernel-config

# The node, and who may open it; tool and module of different releases.
machine 'calm noperm'
finds node problem 'no permission to open /dev/dmactl' - 'groupadd --system dma; usermod -aG dma'
at etc/group 'root:x:0:\ndma:x:990:\n'
finds node problem 'no permission to open /dev/dmactl' - 'as root, usermod -aG dma USER; then log in'
machine 'calm nonode'
finds node problem '/dev/dmactl cannot be opened: No such file' - 'mount -t devtmpfs'
machine 'calm abi2'
finds node problem "version 1 of the module's interface, the loaded module version 2" - \
	'the tool is the older one: install'
machine 'calm abi0'
finds node problem 'the loaded module version 0' - 'the module is the older one: install'
machine calm
finds version note 'module is of version 1.0-fake, this tool of version 0.0-test' \
	'what only the newer one knows' 'install both from one release'
FAKE='calm samerelease'
quiet version

# Channels: none, held, in quarantine, without the operation.
machine nochannels
finds no-provider problem 'no dmaengine provider has probed' - 'modprobe dma-sim'
machine ''
finds held note '12680000.dma/0 is in use by the kernel: 13800000.serial:tx' - 'or end its user'
finds quarantine stuck 'dma-sim.0/2 is in quarantine' - 'it comes back with the callback'
machine noneusable
finds channel problem 'none of 7 channels can be used' - 'see the notes above'
machine 'calm lpss'
finds operation note '12680000.dma/1 does none of memcpy' 'an Intel LPSS serves the I2C, SPI' \
	'take another channel'
machine calm
args='--for xor'
finds operation note '12680000.dma/1 does no xor: its driver offers memcpy, slave-sg, cyclic' - \
	'-c sim:any'
[ "$rc" = 0 ]
point '... and another channel does'
args='--for pq'
finds operation problem 'no channel here does pq' 'settled by the hardware' 'take sim:any'
[ "$rc" = 77 ]
point '... and the exit status says so'
args='12680000.dma/1 --for memset'
finds operation note '12680000.dma/1 does no memset' - 'take another channel'
args='--for sg'
finds request-line note '12680000.dma/1 has no request line' 'connected to no peripheral' \
	'modprobe dmactl raw_address=1'
FAKE="lines $FAKE"
args='20000000.fifo:tx --for sg'
quiet request-line
FAKE=${FAKE#lines }
args='--for memcpy'
quiet request-line
args=''
says 64 "--for: 'copy' is no operation: memcpy, memset, xor" doctor --for copy
for op in memcpy memset xor pq interleave sg cyclic interrupt xor-val pq-val memset-sg interleaved; do
	run doctor --for $op
	[ "$rc" = 0 ] || [ "$rc" = 77 ]
	point "--for $op is known"
done

# md-raid.
machine calm
finds public note '0000:00:04.0/0 is public: claiming it takes its device' - 'while md-raid needs it'
machine siblingbusy
quiet async-tx
mkdir -p "$M/sys/module/async_tx"
finds async-tx note 'async_tx is loaded (md-raid: no array with parity), and 0000:00:04.0/1' \
	'one holder blocks them all' 'modprobe -r raid456'
at proc/mdstat 'Personalities : [raid6]\nmd0 : active raid1 sda1[0]\nmd3 : active raid6 sdb1[0]\n'
finds async-tx note 'async_tx is loaded (md-raid: md3), and 0000:00:04.0/1 is in use' \
	'from the moment it is loaded' 'mdadm --stop of md3'
FAKE=calm
quiet async-tx

# Controllers without a driver.
pci() { # ADDRESS VENDOR DEVICE [DRIVER]
	at "sys/bus/pci/devices/$1/vendor" "$2\n"
	at "sys/bus/pci/devices/$1/device" "$3\n"
	at "sys/bus/pci/devices/$1/uevent" "${4:+DRIVER=$4\n}PCI_CLASS=88000\n"
}
machine onlysim
pci 0000:00:1f.0 0x8086 0x1234
quiet no-driver
pci 0000:81:00.0 0x1022 0x1498
finds no-driver problem '0000:81:00.0: a controller (AMD PTDMA) without a driver' \
	'its driver ptdma is not loaded' 'as root: modprobe ptdma'
at etc/debian_version '13.0\n'
at "boot/config-$R" 'CONFIG_DMADEVICES=y\n# CONFIG_AMD_PTDMA is not set\n'
finds no-driver problem '0000:81:00.0: a controller (AMD PTDMA)' \
	"without CONFIG_AMD_PTDMA, as Debian's kernels are" 'a kernel with CONFIG_AMD_PTDMA=m'
pci 0000:81:00.0 0x1022 0x1498 ptdma
quiet no-driver
for id in 0b00 2021 0e20 342a 3430 6f53; do
	pci 0000:00:04.0 0x8086 0x$id
	finds no-driver problem '0000:00:04.0: a controller (Intel I/OAT)' '' 'CONFIG_INTEL_IOATDMA=m'
done
pci 0000:00:04.0 0x8086 0x342e
quiet no-driver
FAKE=calm
pci 0000:00:04.0 0x8086 0x0b00
quiet no-driver

# Work queues of idxd.
dsa=sys/bus/dsa/devices
queue() { # NAME STATE TYPE DRIVER_NAME
	at "$dsa/$1/state" "$2\n"
	at "$dsa/$1/type" "$3\n"
	at "$dsa/$1/driver_name" "$4\n"
}
machine onlysim
at $dsa/dsa0/state 'disabled\n'
queue wq0.0 disabled none ''
finds idxd problem 'dsa0 has no channel: its work queue wq0.0 is disabled, of type none, driver_name empty' \
	'a work queue becomes a channel when its type is kernel' 'echo dmaengine >wq0.0/driver_name'
for line in 'echo kernel >wq0.0/type; echo dmaengine >wq0.0/name' 'echo 0 >engine0.0/group_id' \
	'echo dsa0 >/sys/bus/dsa/drivers/idxd/bind' \
	'echo wq0.0 >/sys/bus/dsa/drivers/dmaengine/bind'; do
	finds idxd problem dsa0 queue "$line"
done
run doctor
grep -qx ' *echo wq0.0 >/sys/bus/dsa/drivers/dmaengine/bind' "$T/out"
point '... each on a line of its own'
at $dsa/dsa0/state 'enabled\n'
queue wq0.0 enabled user ''
finds idxd problem 'wq0.0 is enabled, of type user' queue 'echo wq0.0 >/sys/bus/dsa/drivers/user/unbind'
! grep -q 'idxd/bind' "$T/out"
point '... whose device is enabled already'
queue wq0.1 disabled none ''
finds idxd problem 'its work queue wq0.1 is disabled' queue 'echo kernel >wq0.1/type'
at usr/bin/accel-config
finds idxd problem dsa0 queue \
	'accel-config config-wq dsa0/wq0.1 --type=kernel --name=dmaengine --driver-name=dmaengine'
finds idxd problem dsa0 queue 'accel-config enable-wq dsa0/wq0.1'
queue wq0.0 enabled kernel user
finds idxd problem dsa0 queue 'dsa0/wq0.1'
queue wq0.0 enabled kernel dmaengine
quiet idxd
rm "$M/$dsa/wq0.0/driver_name"
quiet idxd
at $dsa/iax1/state 'disabled\n'
queue wq1.0 disabled none ''
quiet idxd

# What a channel reaches.
machine calm
args=0000:00:04.0/0
finds iommu note '0000:00:04.0/0 is behind an IOMMU that translates (DMA-FQ)' \
	'reaches only what is mapped' 'iommu=pt'
args=0000:00:04.0/1
finds iommu note '0000:00:04.0/1 is behind an IOMMU that does not translate (identity)' \
	'all memory' 'iommu.strict=1'
args=sim:default/0
quiet iommu
args=''
quiet iommu
machine 'calm bcm'
at proc/device-tree/compatible 'raspberrypi,4-model-b\000brcm,bcm2711\000'
at proc/meminfo 'MemTotal:         948304 kB\n'
quiet window
at proc/meminfo 'MemTotal:        8123456 kB\n'
finds window note '12680000.dma reaches the first GiB of the 7.7 of this Raspberry Pi 4 only' 'copied through bounce buffers' \
	'keep to -B pages'
quiet bounce
at proc/device-tree/compatible 'raspberrypi,3-model-b\000brcm,bcm2837\000'
quiet window
machine calm
quiet bounce
at proc/meminfo 'MemTotal:       16303456 kB\n'
args=12680000.dma/1
quiet bounce
rm -rf "$M/sys"
at sys/class/dma/dma1chan1/device/iommu_group/type 'identity\n'
finds bounce note '12680000.dma has addresses of 32 bits, and the machine 15.5 GiB of memory' '(SWIOTLB)' '-B coherent'
args=''
FAKE='calm swiotlb'
finds bounce note "swiotlb=force is on the kernel's command line" 'no number made here' \
	'boot without swiotlb=force'
machine 'calm swiotlb'
at proc/cmdline 'quiet swiotlb=noforce\n'
quiet bounce

# What a user may lock.
machine 'calm user'
at proc/self/limits 'Max file locks  unlimited unlimited locks\nMax locked memory         65536                65536                bytes\n'
finds memlock note 'you may lock 64K of memory (RLIMIT_MEMLOCK)' 'counts all buffers' 'ulimit -l 65536'
FAKE=calm
quiet memlock
FAKE='calm user'
at proc/self/limits 'Max locked memory         8388608                8388608                bytes\n'
quiet memlock
at proc/self/limits 'Max locked memory         unlimited            unlimited            bytes\n'
quiet memlock

# Simulated devices, and what tells of kernel users.
machine 'calm noconfigfs'
finds sim note 'configfs is not there' - 'mount -t configfs'
machine 'calm nosim'
finds sim note 'dma-sim is not loaded' - 'modprobe dma-sim'
machine 'calm nosims'
finds sim-none note 'dma-sim is loaded, but no simulated device is live' \
	'it has refused: it needs DMA addresses that are not translated' 'dmactl sim create NAME'
machine 'calm nodebugfs'
finds debugfs note 'debugfs has no dmaengine/summary' - 'mount -t debugfs'

# Every word that doctor's sources give as a reason was seen above.
reasons=$(cd "$here/../../cli" && sed -nE 's/^\t\{ "([a-z-]+)", WHEN_.*/\1/p' doctor_table.c
	sed -nE 's/.*d->reason = "([a-z-]+)";.*/\1/p' "$here"/../../cli/doctor_*.c)
[ "$(echo "$reasons" | sort -u | wc -l)" -ge 20 ]
point 'doctor knows twenty reasons or more'
for r in $reasons; do
	case "$tested " in
	*" $r "*) ;;
	*)
		false
		point "a machine for the reason $r"
		;;
	esac
done
done_testing
