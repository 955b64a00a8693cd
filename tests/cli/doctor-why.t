#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# doctor, one made-up machine for each reason why there may be nothing: what was seen, what it
# means, what to type. No reason of doctor's is without a machine here.
. "$(dirname "$0")/lib.sh"

M=$T/machine
DMACTL_FAKE_ROOT=$M
export DMACTL_FAKE_ROOT
tested='' listed='' R=6.12.0-test

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

findings() {
	# shellcheck disable=SC2086	# doctor's arguments are words
	run doctor -j $args
}

# finds REASON GRADE WHAT MEANS CURE: a finding has these words, - for none at all
finds() {
	tested="$tested $1"
	findings
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

lacks() { # TEXT NAME: no finding has it
	findings
	! grep -q "$1" "$T/out"
	point "$2"
}

quiet_of() { # OPTION: it is not told as lacking
	lacks "CONFIG_$1 is not set" "[$FAKE${args:+, $args}] nothing said of CONFIG_$1"
}

quiet() { # REASON: it is not found
	lacks "\"reason\": \"$1\"" "[$FAKE] no finding: $1"
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
at "boot/config-$R" 'CONFIG_MODULES=y\nCONFIG_NET=y\n# CONFIG_DMADEVICES is not set\n'
finds kernel-config problem "CONFIG_DMADEVICES is not set in /boot/config-$R" 'no DMA engine' \
	"boot the distribution's ordinary kernel"
at "boot/config-$R" 'CONFIG_DMA_ENGINE=y\n'
finds kernel-config problem 'there is no /sys/class/dma' 'without CONFIG_DMA_ENGINE' \
	'CONFIG_DMADEVICES and a driver below it'

# What the kernel was built with, from each place that may tell it, the first one first.
packed() { # [SED]: the options that dmactl(4) lists, changed, as /proc/config.gz
	mkdir -p "$M/proc"
	sed -n 's/^\.B CONFIG_\(.*\)/CONFIG_\1=y/p' "$here/../../man/dmactl.4" |
		sed "${1:-}" >"$T/config"
	# As much else as a distribution has.
	i=0
	while [ $i -lt 4000 ]; do
		i=$((i + 1))
		echo "CONFIG_OTHER_$i=m"
	done >>"$T/config"
	gzip -9c "$T/config" >"$M/proc/config.gz"
}
machine nomodule
finds kernel-config note "the configuration of $R cannot be had: /proc/config.gz is not there" \
	'which options it lacks is not known' "to /boot/config-$R; where it has CONFIG_IKCONFIG=m"
at proc/config.gz 'no gzip'
finds kernel-config note '/proc/config.gz cannot be unpacked, and there is none in /boot' \
	'not known' "copy the .config that it was built with to /boot/config-$R"
machine calm
quiet kernel-config
for fake in nomodule calm; do
	machine $fake
	packed
	finds kernel-config ok 'the kernel has all options that dmactl and dma-sim use (/proc/config.gz)' - -
	packed /CRC32/d
	for place in "lib/modules/$R/build/.config" "lib/modules/$R/config" "boot/config-$R"; do
		at "$place" 'CONFIG_MODULES=y\n'
		mv "$M/proc/config.gz" "$T/kept"
		finds kernel-config note "CONFIG_CONFIGFS_FS is not set in /$place" 'dma-sim cannot' 'boot a kernel'
		mv "$T/kept" "$M/proc/config.gz"
	done
	finds kernel-config note 'CONFIG_CRC32 is not set in /proc/config.gz' 'dma-sim cannot be loaded' \
		'where that is wanted, boot a kernel with CONFIG_CRC32'
	[ "$(grep -c '"reason": "kernel-config"' "$T/out")" = 1 ]
	point '... and of the first place alone'
done
# What is not whole, or too long, is not believed in any part: the next place is asked.
repacked() { # PYTHON: the text t, or what it is packed to, g, is changed
	packed
	mkdir -p "$M/boot"
	cp "$T/config" "$M/boot/config-$R"
	python3 - "$T/config" "$M/proc/config.gz" "$1" <<'PY'
import gzip, sys
text, packed, change = sys.argv[1:]
limit = 1 << 20
t = open(text, "rb").read()
g = bytearray(open(packed, "rb").read())
exec(change)
open(packed, "wb").write(g)
PY
}
machine nomodule
while IFS='|' read -r place how change; do
	repacked "$change"
	run doctor -j
	grep -q "all options that dmactl and dma-sim use (/$place)" "$T/out"
	point "/proc/config.gz $how: /$place is read"
done <<END
proc/config.gz|whole|pass
proc/config.gz|as long as can be|g = gzip.compress(t.ljust(limit - 1, b"#"))
boot/config-$R|a byte longer|g = gzip.compress(t.ljust(limit, b"#"))
boot/config-$R|of no bytes|g = gzip.compress(b"")
boot/config-$R|of another method|g[2] = 7
boot/config-$R|cut in its header|del g[9:]
boot/config-$R|cut in its data|del g[len(g) // 2:]
boot/config-$R|cut in its checksum|del g[-5:]
boot/config-$R|without its last byte|del g[-1]
boot/config-$R|with a bit changed in its data|g[len(g) // 2] ^= 16
boot/config-$R|with a bit changed in its checksum|g[-8] ^= 1
boot/config-$R|with a bit changed in its length|g[-4] ^= 1
END
# Each option alone; what is loaded has what it needs, and a loaded dma-sim too.
while read -r option grade means; do
	machine nomodule
	packed "s/^CONFIG_$option=y/# CONFIG_$option is not set/"
	finds kernel-config "$grade" "CONFIG_$option is not set in /proc/config.gz" "$means" "boot "
	listed="$listed $option"
	FAKE=calm
	[ "$grade" = note ] || quiet_of "$option"
	args=12680000.dma/1
	quiet_of "$option"
	args=''
done <<'END'
MODULES problem loads no modules
NET problem by generic netlink
DMADEVICES problem no DMA engine
DMA_ENGINE problem no driver of a DMA engine is chosen
CONFIGFS_FS note dma-sim's devices are made in configfs
CRC32 note takes checksums
DMA_SHARED_BUFFER note no buffer can be a dma-buf
DMABUF_HEAPS note -B dmabuf:heap/NAME
UDMABUF note -B dmabuf:udmabuf
EVENT_TRACING note dmactl trace
DEBUG_FS note users of channels cannot be named
HIGH_RES_TIMERS note --rate
DEVTMPFS note mdev -s
MODULE_UNLOAD note take a reboot
END
packed '/DMA_SHARED_BUFFER/d; /DMABUF/d'
FAKE=calm
finds kernel-config note CONFIG_DMA_SHARED_BUFFER dma-buf 'boot a kernel with'
quiet_of UDMABUF
packed '/CONFIGFS/d'
mkdir -p "$M/sys/module/dma_sim"
quiet_of CONFIGFS_FS
[ "$(grep -c '^\.B CONFIG_' "$here/../../man/dmactl.4")" = "$(echo "$listed" | wc -w)" ]
point 'dmactl(4) lists the options that were lacking one by one, and no other'
[ "$(sed -n 's/^\t{ "CONFIG_\([A-Z0-9_]*\)", NEED.*/\1/p' "$here/../../cli/doctor_config.c" |
	sort)" = "$(echo "${listed# }" | tr ' ' '\n' | sort)" ]
point '... and so does doctor'

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
finds public note '0000:00:04.0/0 and 1 other are public: claiming one takes its device' - 'md-raid needs'
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
	"without CONFIG_AMD_PTDMA: /boot/config-$R" 'CONFIG_AMD_PTDMA (Debian: apt install linux-source)'
pci 0000:81:00.0 0x1022 0x1498 ptdma
quiet no-driver
for id in 0b00 2021 0e20 342a 3430 6f53; do
	pci 0000:00:04.0 0x8086 0x$id
	finds no-driver problem '0000:00:04.0: a controller (Intel I/OAT)' '' 'build a kernel with CONFIG_INTEL_IOATDMA'
done
pci 0000:00:04.0 0x8086 0x342e
quiet no-driver
FAKE=calm
pci 0000:00:04.0 0x8086 0x0b00
quiet no-driver

tree() { # BUS DEVICE COMPATIBLE [DRIVER]
	at "sys/bus/$1/devices/$2/uevent" \
		"${4:+DRIVER=$4\n}OF_NAME=dma\nOF_COMPATIBLE_0=acme,dma\nOF_COMPATIBLE_1=$3\nOF_COMPATIBLE_N=2\n"
}
while read -r bus compatible driver option name; do
	machine onlysim
	tree "$bus" 40026000.dma "$compatible" "$driver"
	quiet no-driver
	tree "$bus" 40026000.dma "$compatible"
	finds no-driver problem "40026000.dma: a controller ($name) without a driver" \
		"its driver $driver is not loaded" "as root: modprobe $driver"
	at "boot/config-$R" "# $option is not set\n"
	finds no-driver problem "($name)" "built without $option: /boot/config-$R" \
		"build a kernel with $option, or"
	at "boot/config-$R" "$option=y\n"
	finds no-driver problem "($name)" "$driver is in the kernel ($option=y), and has refused" \
		"dmesg | grep -e 40026000.dma -e $driver"
	tree "$bus" 40026000.dma "${compatible}x"
	quiet no-driver
done <<'END'
amba arm,pl330 pl330 CONFIG_PL330_DMA ARM PL330
platform brcm,bcm2835-dma bcm2835-dma CONFIG_DMA_BCM2835 BCM2835 DMA
platform fsl,imx8mq-sdma imx-sdma CONFIG_IMX_SDMA i.MX SDMA
platform snps,dma-spear1340 dw_dmac CONFIG_DW_DMAC DesignWare DMA
platform st,stm32-dma stm32-dma CONFIG_STM32_DMA STM32 DMA
platform ti,omap4430-sdma omap-dma CONFIG_DMA_OMAP OMAP sDMA
platform xlnx,axi-mcdma-1.00.a xilinx_dma CONFIG_XILINX_DMA AXI MCDMA
END
at "sys/bus/platform/devices/a.dma/uevent" 'OF_NAME=dma\nOF_COMPATIBLE_'
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
memory() { # KIB
	at proc/meminfo "$(printf 'MemTotal:%15s kB' "$1")\n"
}
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
memory 948304
quiet window
memory 8123456
finds window note '12680000.dma reaches the first GiB of the 7.7 of this Raspberry Pi 4 only' 'copied through bounce buffers' \
	'keep to -B pages'
quiet bounce
at proc/device-tree/compatible 'raspberrypi,3-model-b\000brcm,bcm2837\000'
quiet window
machine calm
quiet bounce
memory 16303456
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
may_lock() { # BYTES
	at proc/self/limits "Max file locks  unlimited unlimited locks\n$(
		printf 'Max locked memory         %-21s%-21sbytes' "$1" "$1")\n"
}
machine 'calm user'
may_lock 65536
finds memlock note 'you may lock 64K of memory (RLIMIT_MEMLOCK)' 'counts all buffers' 'ulimit -l 65536'
FAKE=calm
quiet memlock
FAKE='calm user'
may_lock 8388608
quiet memlock
may_lock unlimited
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
