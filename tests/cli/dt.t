#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The device tree: the binding is one, the overlays fit what they are for, and the binding is what
# tells a right node from a wrong one. No board is needed, and nothing is run.
. "$(dirname "$0")/lib.sh"
dt=$here/../../include/dt
rc=none
: >"$T/err"

for tool in dtc fdtoverlay dt-doc-validate dt-mk-schema dt-validate; do
	command -v "$tool" >/dev/null && continue
	skip "the device tree" "$tool is not installed (device-tree-compiler, dt-schema)"
	done_testing
done

# What each overlay finds on its board: labels, and the addresses that its bus has.
tree() { # LABEL RANGES DMA-LABEL
	cat <<-END
		/dts-v1/;
		/ {
			#address-cells = <1>;
			#size-cells = <1>;
			$1: soc {
				compatible = "simple-bus";
				#address-cells = <1>;
				#size-cells = <1>;
				ranges$2;
				$3: dma-controller@7e007000 {
					reg = <0x7e007000 0x1000>;
					#dma-cells = <1>;
				};
			};
		};
	END
}

# Into $T/out what the binding says of a tree, which is a sketch around our nodes.
validate() { # DTB
	dt-validate -s "$T/schema.json" "$1" >"$T/all" 2>&1 || return 1
	grep 'fifo@' "$T/all" >"$T/out"
	return 0
}

wrong() { # WHAT SED-SCRIPT
	dtc -q -I dtb -O dts "$T/zynq-fifo.dtb" | sed "$2" >"$T/wrong.dts"
	dtc -q -I dts -O dtb -o "$T/wrong.dtb" "$T/wrong.dts" &&
		validate "$T/wrong.dtb" && [ -s "$T/out" ]
	point "the binding refuses $1"
}

dt-doc-validate -u "$dt" "$dt/dmactl,client.yaml" >"$T/out" 2>&1 && [ ! -s "$T/out" ]
point 'the binding is a binding'
# Stands for the kernel's own schemas: dt-mk-schema wants one of them with a pattern for names.
cat >"$T/any-node.yaml" <<'END'
%YAML 1.2
---
$id: http://devicetree.org/schemas/any-node.yaml#
$schema: http://devicetree.org/meta-schemas/core.yaml#
title: any node
maintainers:
  - nobody <nobody@localhost>
select: false
patternProperties:
  '^[a-z][a-z0-9\-]*$':
    type: object
additionalProperties: true
END
dt-mk-schema -j -o "$T/schema.json" "$dt/dmactl,client.yaml" "$T/any-node.yaml" >"$T/out" 2>&1
point '... and a schema'

tree soc ' = <0x7e000000 0x3f000000 0x01000000>' dma >"$T/raspberrypi-spi0.base"
tree amba '' dmac_s >"$T/zynq-fifo.base"
for overlay in "$dt"/*.dtso; do
	name=$(basename "$overlay" .dtso)
	dtc -@ -I dts -O dtb -o "$T/$name.dtbo" "$overlay" >"$T/out" 2>&1 && [ ! -s "$T/out" ]
	point "$name compiles without a warning"
	dtc -q -@ -I dts -O dtb -o "$T/base.dtb" "$T/$name.base" &&
		fdtoverlay -i "$T/base.dtb" -o "$T/$name.dtb" "$T/$name.dtbo" >"$T/out" 2>&1
	point '... fits its board'
	validate "$T/$name.dtb" && [ ! -s "$T/out" ]
	point '... and the binding'
done

wrong 'a node without a width' '/dmactl,width/d'
wrong 'a node without a register' '/fifo@/,/}/s/^\([[:blank:]]*\)reg = .*/\1/'
wrong 'a width of 0' 's/dmactl,width = <0x04>/dmactl,width = <0x00>/'
wrong 'a width above 64 bytes' 's/dmactl,width = <0x04>/dmactl,width = <0x41>/'
wrong 'a property it does not know' 's/dmactl,burst/dmactl,bursts/'
done_testing
