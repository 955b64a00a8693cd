// SPDX-License-Identifier: GPL-2.0
/*
 * Known controllers: each value with the line of its driver in Linux that it was read from.
 * Everything is said of each, even where it is dma-sim's default: a default may change. What the
 * driver sets no limit to has the most that dma-sim has.
 */
#include <stddef.h>

#include "sim_profile.h"

/* clang-format off */

static const struct setting pl330_set[] = {
	{ SIM_CHANNELS, "32", "pl330.c:3108 one for each of up to 32 requests (33)" },
	{ SIM_DESCRIPTORS, "4096",
	  "pl330.c:2611 more are allocated; no limit; 4096 is the most of dma-sim" },
	{ SIM_CONTEXT, "softirq", "pl330.c:2070 pl330_tasklet" },
	{ SIM_ORDER, "fifo", "pl330.c:2043 fill_queue" },
	{ SIM_FENCE, "ignore", "pl330.c:2776 DMA_PREP_FENCE is not looked at" },
	{ SIM_OPERATIONS, "memcpy,slave-sg", "pl330.c:3135 pl330_probe" },
	{ SIM_MASK_BITS, "32", "pl330.c:3028 pl330_probe" },
	{ SIM_MAX_SEGMENT, "1900800", "pl330.c:3177 pl330_probe" },
	{ SIM_ALIGN, "1", "pl330.c:2805 accesses become narrower instead" },
	{ SIM_SLAVE_ALIGN, "1", "pl330.c:2848 pl330_prep_slave_sg looks at none" },
	{ SIM_WIDTHS, "0,1,2,4,8", "pl330.c:2916 PL330_DMA_BUSWIDTHS" },
	{ SIM_MIN_BURST, "0", "pl330.c:3156 not set" },
	{ SIM_MAX_BURST, "16", "pl330.c:3156 PL330_MAX_BURST (34)" },
	{ SIM_MAX_SG_BURST, "0", "pl330.c:3156 not set" },
	{ SIM_DIRECTIONS, "mem-to-dev,dev-to-mem", "pl330.c:3154 pl330_probe" },
	{ SIM_CYCLIC, NULL, "pl330.c:3138 pl330_probe" },
	{ SIM_MAX_PERIODS, "65536", "pl330.c:2710 a descriptor a period; no limit" },
	{ SIM_TERMINATE, NULL, "pl330.c:3150 pl330_probe" },
	{ SIM_NO_SYNCHRONIZE, NULL, "pl330.c:3150 not set" },
	{ SIM_PAUSE, NULL, "pl330.c:3149 pl330_probe" },
	{ SIM_NO_RESUME, NULL, "pl330.c:3149 not set" },
	{ SIM_NO_COALESCE, NULL, "pl330.c:2130 a call for each descriptor that is done" },
	{ SIM_RESIDUE, "burst", "pl330.c:3155 pl330_probe" },
	{ SIM_NO_REPORTS, NULL, "pl330.c:2130 the result is NULL, after a fault too (1574)" },
	{ SIM_NO_PREP_BLOCKS, NULL, "pl330.c:2611 GFP_ATOMIC" },
	{ 0, NULL, NULL },
};

static const char *const pl330_notes[] = {
	"after a cyclic transfer the channel stays cyclic until it is released (pl330.c:2172)",
	"no write barrier before the event that ends a transfer (pl330.c:1431): order is not "
	"trusted",
	"a burst above 16 is cut to 16 (pl330.c:2235), not refused",
	NULL,
};

static const struct setting dw_dmac_set[] = {
	{ SIM_CHANNELS, "8", "dw/of.c:64 at most DW_DMA_MAX_NR_CHANNELS" },
	{ SIM_DESCRIPTORS, "4096",
	  "dw/core.c:84 from a dma_pool; no limit; 4096 is the most of dma-sim" },
	{ SIM_CONTEXT, "softirq", "dw/core.c:1228 dw_dma_tasklet" },
	{ SIM_ORDER, "fifo", "dw/core.c:280 the next one is started when one is done" },
	{ SIM_FENCE, "ignore", "dw/core.c:538 DMA_PREP_FENCE is not looked at" },
	{ SIM_OPERATIONS, "memcpy,slave-sg", "dw/core.c:1308 do_dma_probe" },
	{ SIM_MASK_BITS, "32", "dw/platform.c:54 dw_probe" },
	{ SIM_MAX_SEGMENT, "4095", "dw/core.c:1342 a block, of at most 4095 items (1278)" },
	{ SIM_ALIGN, "1", "dw/core.c:566 accesses become narrower instead" },
	{ SIM_SLAVE_ALIGN, "1", "dw/core.c:662 accesses become narrower instead" },
	{ SIM_WIDTHS, "0,1,2,4", "dw/core.c:36 DW_DMA_BUSWIDTHS" },
	{ SIM_MIN_BURST, "1", "dw/core.c:1329 DW_DMA_MIN_BURST" },
	{ SIM_MAX_BURST, "256", "dw/core.c:1330 DW_DMA_MAX_BURST" },
	{ SIM_MAX_SG_BURST, "0", "dw/core.c:1148 dwc_caps, where there are linked lists" },
	{ SIM_DIRECTIONS, "mem-to-mem,mem-to-dev,dev-to-mem", "dw/core.c:1333 do_dma_probe" },
	{ SIM_NO_CYCLIC, NULL, "dw/core.c:1308 not set; \"Cyclic xfer is not implemented\" (480)" },
	{ SIM_TERMINATE, NULL, "dw/core.c:1323 do_dma_probe" },
	{ SIM_NO_SYNCHRONIZE, NULL, "dw/core.c:1323 not set" },
	{ SIM_PAUSE, NULL, "dw/core.c:1321 do_dma_probe" },
	{ SIM_RESUME, NULL, "dw/core.c:1322 do_dma_probe" },
	{ SIM_RESIDUE, "burst", "dw/core.c:1335 do_dma_probe" },
	{ SIM_NO_REPORTS, NULL, "dw/core.c:257 the result is NULL, after an error too (460)" },
	{ SIM_NO_PREP_BLOCKS, NULL, "dw/core.c:84 GFP_ATOMIC" },
	{ 0, NULL, NULL },
};

static const char *const dw_dmac_notes[] = {
	"mem-to-mem is listed, but sg in that direction is refused (dw/core.c:635): here it works",
	"a burst above the most is cut, and to a power of two (dw/core.c:782), not refused",
	"a block counts accesses: wider ones move more than 4095 bytes (dw/dw.c:51)",
	NULL,
};

static const struct setting imx_sdma_set[] = {
	{ SIM_CHANNELS, "31", "imx-sdma.c:2325 all of 32 but the first" },
	{ SIM_DESCRIPTORS, "4096",
	  "imx-sdma.c:1548 allocated; no limit; 4096 is the most of dma-sim" },
	{ SIM_CONTEXT, "softirq", "imx-sdma.c:970 vchan_cookie_complete" },
	{ SIM_ORDER, "fifo", "imx-sdma.c:971 the next one is started when one is done" },
	{ SIM_FENCE, "ignore", "imx-sdma.c:1583 DMA_PREP_FENCE is not looked at" },
	{ SIM_OPERATIONS, "memcpy,slave-sg", "imx-sdma.c:2303 sdma_probe" },
	{ SIM_MASK_BITS, "32", "imx-sdma.c:2346 not set: that of a platform device" },
	{ SIM_MAX_SEGMENT, "65535", "imx-sdma.c:2363 SDMA_BD_MAX_CNT (266)" },
	{ SIM_ALIGN, "4", "imx-sdma.c:2362 copy_align" },
	{ SIM_SLAVE_ALIGN, "1", "imx-sdma.c:1683 only what the width asks for" },
	{ SIM_WIDTHS, "1,2,3,4", "imx-sdma.c:183 SDMA_DMA_BUSWIDTHS" },
	{ SIM_MIN_BURST, "0", "imx-sdma.c:2356 not set" },
	{ SIM_MAX_BURST, "0", "imx-sdma.c:2356 not set" },
	{ SIM_MAX_SG_BURST, "0", "imx-sdma.c:2356 not set" },
	{ SIM_DIRECTIONS, "mem-to-dev,dev-to-mem,dev-to-dev",
	  "imx-sdma.c:188 SDMA_DMA_DIRECTIONS" },
	{ SIM_CYCLIC, NULL, "imx-sdma.c:2304 sdma_probe" },
	{ SIM_MAX_PERIODS, "65536", "imx-sdma.c:1741 a buffer descriptor a period; no limit" },
	{ SIM_TERMINATE, NULL, "imx-sdma.c:2354 sdma_probe" },
	{ SIM_SYNCHRONIZE, NULL, "imx-sdma.c:2355 sdma_probe" },
	{ SIM_NO_PAUSE, NULL, "imx-sdma.c:2354 not set" },
	{ SIM_NO_RESUME, NULL, "imx-sdma.c:2354 not set" },
	{ SIM_NO_COALESCE, NULL, "imx-sdma.c:900 a call for each period" },
	{ SIM_RESIDUE, "segment", "imx-sdma.c:2359 sdma_probe" },
	{ SIM_NO_REPORTS, NULL, "virt-dma.h:66 the result is always DMA_TRANS_NOERROR" },
	{ SIM_NO_PREP_BLOCKS, NULL, "imx-sdma.c:1548 GFP_NOWAIT" },
	{ 0, NULL, NULL },
};

static const char *const imx_sdma_notes[] = {
	"callbacks of periods come from the hard interrupt (imx-sdma.c:900), here from the tasklet",
	"tx_status answers DMA_ERROR after a failure (imx-sdma.c:1912), here never",
	"segments must lie at multiples of the width (imx-sdma.c:1683); here only their length "
	"counts",
	"terminate drops what is queued only while something runs (imx-sdma.c:1210), here always",
	NULL,
};

static const struct setting omap_dma_set[] = {
	{ SIM_CHANNELS, "64",
	  "ti/omap-dma.c:1724 one for each of 127 requests; 64 is the most of dma-sim" },
	{ SIM_DESCRIPTORS, "4096",
	  "ti/omap-dma.c:1249 allocated; no limit; 4096 is the most of dma-sim" },
	{ SIM_CONTEXT, "softirq", "ti/omap-dma.c:623 vchan_cookie_complete" },
	{ SIM_ORDER, "fifo", "ti/omap-dma.c:622 the next one is started when one is done" },
	{ SIM_FENCE, "ignore", "ti/omap-dma.c:1241 DMA_PREP_FENCE is not looked at" },
	{ SIM_OPERATIONS, "memcpy,interleaved,slave-sg", "ti/omap-dma.c:1691 omap_dma_probe" },
	{ SIM_MASK_BITS, "32", "ti/omap-dma.c:1656 not set: that of a platform device" },
	{ SIM_MAX_SEGMENT, "65536", "ti/omap-dma.c:1656 not set: that of any device" },
	{ SIM_ALIGN, "1", "ti/omap-dma.c:1253 accesses become narrower instead" },
	{ SIM_SLAVE_ALIGN, "1", "ti/omap-dma.c:959 omap_dma_prep_slave_sg looks at none" },
	{ SIM_WIDTHS, "1,2,4", "ti/omap-dma.c:1646 OMAP_DMA_BUSWIDTHS" },
	{ SIM_MIN_BURST, "0", "ti/omap-dma.c:1716 not set" },
	{ SIM_MAX_BURST, "16777215", "ti/omap-dma.c:1716 omap_dma_probe" },
	{ SIM_MAX_SG_BURST, "0", "ti/omap-dma.c:1716 not set" },
	{ SIM_DIRECTIONS, "mem-to-dev,dev-to-mem", "ti/omap-dma.c:1710 omap_dma_probe" },
	{ SIM_CYCLIC, NULL, "ti/omap-dma.c:1692 omap_dma_probe" },
	{ SIM_MAX_PERIODS, "65536", "ti/omap-dma.c:1192 a frame a period; no limit" },
	{ SIM_TERMINATE, NULL, "ti/omap-dma.c:1706 omap_dma_probe" },
	{ SIM_SYNCHRONIZE, NULL, "ti/omap-dma.c:1707 omap_dma_probe" },
	{ SIM_PAUSE, NULL, "ti/omap-dma.c:1704 omap_dma_probe" },
	{ SIM_RESUME, NULL, "ti/omap-dma.c:1705 omap_dma_probe" },
	{ SIM_COALESCE, NULL, "ti/omap-dma.c:620 vchan_cyclic_callback" },
	{ SIM_RESIDUE, "burst", "ti/omap-dma.c:1715 omap_dma_probe; not on OMAP15xx" },
	{ SIM_NO_REPORTS, NULL, "virt-dma.h:66 the result is always DMA_TRANS_NOERROR" },
	{ SIM_NO_PREP_BLOCKS, NULL, "ti/omap-dma.c:1249 GFP_ATOMIC" },
	{ 0, NULL, NULL },
};

static const char *const omap_dma_notes[] = {
	"pause refuses memory to device that is not cyclic (ti/omap-dma.c:1465), here nothing",
	"interleaved takes frames of one chunk only (ti/omap-dma.c:1301), here of any number",
	"memcpy without DMA_PREP_INTERRUPT completes only when it is asked for (ti/omap-dma.c:930)",
	"what of a segment is no whole burst is left out without a word (ti/omap-dma.c:1107)",
	NULL,
};

static const struct setting stm32_dma_set[] = {
	{ SIM_CHANNELS, "8", "stm32/stm32-dma.c:1645 STM32_DMA_MAX_CHANNELS (131)" },
	{ SIM_DESCRIPTORS, "4096",
	  "stm32/stm32-dma.c:1104 allocated; no limit; 4096 is the most of dma-sim" },
	{ SIM_CONTEXT, "softirq", "stm32/stm32-dma.c:753 vchan_cookie_complete" },
	{ SIM_ORDER, "fifo", "stm32/stm32-dma.c:756 the next one is started when one is done" },
	{ SIM_FENCE, "ignore", "stm32/stm32-dma.c:1241 DMA_PREP_FENCE is not looked at" },
	{ SIM_OPERATIONS, "memcpy,slave-sg",
	  "stm32/stm32-dma.c:1610 memcpy with st,mem2mem (1640)" },
	{ SIM_MASK_BITS, "32", "stm32/stm32-dma.c:1565 not set: that of a platform device" },
	{ SIM_MAX_SEGMENT, "65520",
	  "stm32/stm32-dma.c:1608 STM32_DMA_ALIGNED_MAX_DATA_ITEMS (129)" },
	{ SIM_ALIGN, "32", "stm32/stm32-dma.c:1632 copy_align" },
	{ SIM_SLAVE_ALIGN, "1", "stm32/stm32-dma.c:1082 stm32_dma_prep_slave_sg looks at none" },
	{ SIM_WIDTHS, "1,2,4", "stm32/stm32-dma.c:1624 stm32_dma_probe" },
	{ SIM_MIN_BURST, "0", "stm32/stm32-dma.c:1633 not set" },
	{ SIM_MAX_BURST, "16", "stm32/stm32-dma.c:1633 STM32_DMA_MAX_BURST (136)" },
	{ SIM_MAX_SG_BURST, "65520", "stm32/stm32-dma.c:1634 stm32_dma_probe" },
	{ SIM_DIRECTIONS, "mem-to-mem,mem-to-dev,dev-to-mem", "stm32/stm32-dma.c:1630 and 1642" },
	{ SIM_CYCLIC, NULL, "stm32/stm32-dma.c:1612 stm32_dma_probe" },
	{ SIM_MAX_PERIODS, "65536", "stm32/stm32-dma.c:1216 allocated; no limit" },
	{ SIM_TERMINATE, NULL, "stm32/stm32-dma.c:1622 stm32_dma_probe" },
	{ SIM_SYNCHRONIZE, NULL, "stm32/stm32-dma.c:1623 stm32_dma_probe" },
	{ SIM_PAUSE, NULL, "stm32/stm32-dma.c:1620 stm32_dma_probe" },
	{ SIM_RESUME, NULL, "stm32/stm32-dma.c:1621 stm32_dma_probe" },
	{ SIM_COALESCE, NULL, "stm32/stm32-dma.c:740 vchan_cyclic_callback" },
	{ SIM_RESIDUE, "burst", "stm32/stm32-dma.c:1631 stm32_dma_probe" },
	{ SIM_NO_REPORTS, NULL, "virt-dma.h:66 the result is always DMA_TRANS_NOERROR" },
	{ SIM_NO_PREP_BLOCKS, NULL, "stm32/stm32-dma.c:1104 GFP_NOWAIT" },
	{ 0, NULL, NULL },
};

static const char *const stm32_dma_notes[] = {
	"mem-to-mem is listed, but sg in that direction is refused (stm32/stm32-dma.c:1062): "
	"here it works",
	"a transfer that fails never calls back (stm32/stm32-dma.c:806): see sim fault NAME stall",
	"prep of a cyclic transfer is refused while the channel is busy (stm32/stm32-dma.c:1188)",
	"pause is refused while nothing runs (stm32/stm32-dma.c:837)",
	"descriptors can be reused (stm32/stm32-dma.c:1635), here not",
	NULL,
};

static const struct setting bcm2835_set[] = {
	{ SIM_CHANNELS, "15", "bcm2835-dma.c:977 as many as the device tree leaves of 15 (37)" },
	{ SIM_DESCRIPTORS, "4096",
	  "bcm2835-dma.c:317 allocated; no limit; 4096 is the most of dma-sim" },
	{ SIM_CONTEXT, "softirq", "bcm2835-dma.c:490 vchan_cookie_complete" },
	{ SIM_ORDER, "fifo", "bcm2835-dma.c:491 the next one is started when one is done" },
	{ SIM_FENCE, "ignore", "bcm2835-dma.c:612 DMA_PREP_FENCE is not looked at" },
	{ SIM_OPERATIONS, "memcpy,slave-sg", "bcm2835-dma.c:910 bcm2835_dma_probe" },
	{ SIM_MASK_BITS, "32", "bcm2835-dma.c:892 bcm2835_dma_probe" },
	{ SIM_MAX_SEGMENT, "1073741823", "bcm2835-dma.c:902 bcm2835_dma_probe" },
	{ SIM_ALIGN, "1", "bcm2835-dma.c:930 not set" },
	{ SIM_SLAVE_ALIGN, "1", "bcm2835-dma.c:640 bcm2835_dma_prep_slave_sg looks at none" },
	{ SIM_WIDTHS, "4", "bcm2835-dma.c:924 bcm2835_dma_probe" },
	{ SIM_MIN_BURST, "0", "bcm2835-dma.c:924 not set" },
	{ SIM_MAX_BURST, "0", "bcm2835-dma.c:924 not set" },
	{ SIM_MAX_SG_BURST, "0", "bcm2835-dma.c:924 not set" },
	{ SIM_DIRECTIONS, "mem-to-mem,mem-to-dev,dev-to-mem",
	  "bcm2835-dma.c:926 bcm2835_dma_probe" },
	{ SIM_CYCLIC, NULL, "bcm2835-dma.c:912 bcm2835_dma_probe" },
	{ SIM_MAX_PERIODS, "65536", "bcm2835-dma.c:754 a control block a period; no limit" },
	{ SIM_TERMINATE, NULL, "bcm2835-dma.c:922 bcm2835_dma_probe" },
	{ SIM_SYNCHRONIZE, NULL, "bcm2835-dma.c:923 bcm2835_dma_probe" },
	{ SIM_NO_PAUSE, NULL, "bcm2835-dma.c:922 not set" },
	{ SIM_NO_RESUME, NULL, "bcm2835-dma.c:922 not set" },
	{ SIM_COALESCE, NULL, "bcm2835-dma.c:488 vchan_cyclic_callback" },
	{ SIM_RESIDUE, "burst", "bcm2835-dma.c:928 bcm2835_dma_probe" },
	{ SIM_NO_REPORTS, NULL, "virt-dma.h:66 the result is always DMA_TRANS_NOERROR" },
	{ SIM_NO_PREP_BLOCKS, NULL, "bcm2835-dma.c:317 allocates; see the notes" },
	{ 0, NULL, NULL },
};

static const char *const bcm2835_notes[] = {
	"mem-to-mem is listed, but sg in that direction is refused (bcm2835-dma.c:655): here it "
	"works",
	"prep of memcpy allocates with GFP_KERNEL (bcm2835-dma.c:633) and may sleep, here it "
	"does not",
	"lite channels take 65532 bytes at a time (bcm2835-dma.c:173) and split; here all are "
	"alike",
	"descriptors can be reused (bcm2835-dma.c:929), here not",
	NULL,
};

static const struct setting xilinx_axidma_set[] = {
	{ SIM_CHANNELS, "2", "xilinx/xilinx_dma.c:3055 max_channels" },
	{ SIM_DESCRIPTORS, "512", "xilinx/xilinx_dma.c:189 XILINX_DMA_NUM_DESCS, a segment each" },
	{ SIM_CONTEXT, "softirq", "xilinx/xilinx_dma.c:1113 xilinx_dma_do_tasklet" },
	{ SIM_ORDER, "fifo", "xilinx/xilinx_dma.c:1742 xilinx_dma_complete_descriptor" },
	{ SIM_FENCE, "ignore", "xilinx/xilinx_dma.c:2218 DMA_PREP_FENCE is not looked at" },
	{ SIM_OPERATIONS, "slave-sg", "xilinx/xilinx_dma.c:3215 xilinx_dma_probe" },
	{ SIM_MASK_BITS, "32",
	  "xilinx/xilinx_dma.c:133 XILINX_DMA_DFAULT_ADDRWIDTH, if xlnx,addrwidth is not more" },
	{ SIM_MAX_SEGMENT, "65536", "xilinx/xilinx_dma.c:3189 not set: that of any device" },
	{ SIM_ALIGN, "4", "xilinx/xilinx_dma.c:2893 of a bus of 32 bits without xlnx,include-dre" },
	{ SIM_SLAVE_ALIGN, "1", "xilinx/xilinx_dma.c:2218 looks at none" },
	{ SIM_WIDTHS, "none", "xilinx/xilinx_dma.c:3212 not set" },
	{ SIM_MIN_BURST, "0", "xilinx/xilinx_dma.c:3212 not set" },
	{ SIM_MAX_BURST, "0", "xilinx/xilinx_dma.c:3212 not set" },
	{ SIM_MAX_SG_BURST, "0", "xilinx/xilinx_dma.c:3212 not set" },
	{ SIM_DIRECTIONS, "mem-to-dev,dev-to-mem",
	  "xilinx/xilinx_dma.c:2944 xilinx_dma_chan_probe" },
	{ SIM_CYCLIC, NULL, "xilinx/xilinx_dma.c:3214 xilinx_dma_probe" },
	{ SIM_MAX_PERIODS, "512", "xilinx/xilinx_dma.c:189 a segment of 512 each, at least" },
	{ SIM_TERMINATE, NULL, "xilinx/xilinx_dma.c:3208 xilinx_dma_probe" },
	{ SIM_SYNCHRONIZE, NULL, "xilinx/xilinx_dma.c:3209 xilinx_dma_probe" },
	{ SIM_NO_PAUSE, NULL, "xilinx/xilinx_dma.c:3208 not set" },
	{ SIM_NO_RESUME, NULL, "xilinx/xilinx_dma.c:3208 not set" },
	{ SIM_COALESCE, NULL, "xilinx/xilinx_dma.c:1070 one call for each run of the tasklet" },
	{ SIM_RESIDUE, "segment", "xilinx/xilinx_dma.c:3219 xilinx_dma_probe" },
	{ SIM_REPORTS, NULL, "xilinx/xilinx_dma.c:1078 xilinx_dma_chan_desc_cleanup" },
	{ SIM_NO_PREP_BLOCKS, NULL, "xilinx/xilinx_dma.c:850 GFP_NOWAIT" },
	{ 0, NULL, NULL },
};

static const char *const xilinx_axidma_notes[] = {
	"each channel has one direction (xilinx/xilinx_dma.c:2915), here both",
	"no metadata of descriptors (xilinx/xilinx_dma.c:3186)",
	NULL,
};

static const struct setting xilinx_cdma_set[] = {
	{ SIM_CHANNELS, "1", "xilinx/xilinx_dma.c:3068 max_channels" },
	{ SIM_DESCRIPTORS, "4096",
	  "xilinx/xilinx_dma.c:1207 from a dma_pool; no limit; 4096 is the most of dma-sim" },
	{ SIM_CONTEXT, "softirq", "xilinx/xilinx_dma.c:1113 xilinx_dma_do_tasklet" },
	{ SIM_ORDER, "fifo", "xilinx/xilinx_dma.c:1742 xilinx_dma_complete_descriptor" },
	{ SIM_FENCE, "ignore", "xilinx/xilinx_dma.c:2162 DMA_PREP_FENCE is not looked at" },
	{ SIM_OPERATIONS, "memcpy", "xilinx/xilinx_dma.c:3222 xilinx_dma_probe" },
	{ SIM_MASK_BITS, "32",
	  "xilinx/xilinx_dma.c:133 XILINX_DMA_DFAULT_ADDRWIDTH, if xlnx,addrwidth is not more" },
	{ SIM_MAX_SEGMENT, "65536", "xilinx/xilinx_dma.c:3189 not set: that of any device" },
	{ SIM_ALIGN, "4", "xilinx/xilinx_dma.c:2893 of a bus of 32 bits without xlnx,include-dre" },
	{ SIM_DIRECTIONS, "none", "xilinx/xilinx_dma.c:3199 no DMA_SLAVE" },
	{ SIM_NO_CYCLIC, NULL, "xilinx/xilinx_dma.c:3222 not set" },
	{ SIM_TERMINATE, NULL, "xilinx/xilinx_dma.c:3208 xilinx_dma_probe" },
	{ SIM_SYNCHRONIZE, NULL, "xilinx/xilinx_dma.c:3209 xilinx_dma_probe" },
	{ SIM_NO_PAUSE, NULL, "xilinx/xilinx_dma.c:3208 not set" },
	{ SIM_NO_RESUME, NULL, "xilinx/xilinx_dma.c:3208 not set" },
	{ SIM_RESIDUE, "segment", "xilinx/xilinx_dma.c:3225 xilinx_dma_probe" },
	{ SIM_REPORTS, NULL, "xilinx/xilinx_dma.c:1078 xilinx_dma_chan_desc_cleanup" },
	{ SIM_NO_PREP_BLOCKS, NULL, "xilinx/xilinx_dma.c:850 GFP_NOWAIT" },
	{ 0, NULL, NULL },
};

static const char *const xilinx_cdma_notes[] = {
	"prep takes up to 8388607 bytes (xilinx/xilinx_dma.c:2170), here no more than a segment",
	NULL,
};

static const struct setting xilinx_mcdma_set[] = {
	{ SIM_CHANNELS, "32", "xilinx/xilinx_dma.c:3062 max_channels" },
	{ SIM_DESCRIPTORS, "512", "xilinx/xilinx_dma.c:189 XILINX_DMA_NUM_DESCS, a segment each" },
	{ SIM_CONTEXT, "softirq", "xilinx/xilinx_dma.c:1113 xilinx_dma_do_tasklet" },
	{ SIM_ORDER, "fifo", "xilinx/xilinx_dma.c:1742 xilinx_dma_complete_descriptor" },
	{ SIM_FENCE, "ignore", "xilinx/xilinx_dma.c:2428 DMA_PREP_FENCE is not looked at" },
	{ SIM_OPERATIONS, "slave-sg", "xilinx/xilinx_dma.c:3228 xilinx_dma_probe" },
	{ SIM_MASK_BITS, "32",
	  "xilinx/xilinx_dma.c:133 XILINX_DMA_DFAULT_ADDRWIDTH, if xlnx,addrwidth is not more" },
	{ SIM_MAX_SEGMENT, "65536", "xilinx/xilinx_dma.c:3189 not set: that of any device" },
	{ SIM_ALIGN, "4", "xilinx/xilinx_dma.c:2893 of a bus of 32 bits without xlnx,include-dre" },
	{ SIM_SLAVE_ALIGN, "1", "xilinx/xilinx_dma.c:2428 looks at none" },
	{ SIM_WIDTHS, "none", "xilinx/xilinx_dma.c:3212 not set" },
	{ SIM_MIN_BURST, "0", "xilinx/xilinx_dma.c:3212 not set" },
	{ SIM_MAX_BURST, "0", "xilinx/xilinx_dma.c:3212 not set" },
	{ SIM_MAX_SG_BURST, "0", "xilinx/xilinx_dma.c:3212 not set" },
	{ SIM_DIRECTIONS, "mem-to-dev,dev-to-mem",
	  "xilinx/xilinx_dma.c:2944 xilinx_dma_chan_probe" },
	{ SIM_NO_CYCLIC, NULL, "xilinx/xilinx_dma.c:3228 not set" },
	{ SIM_TERMINATE, NULL, "xilinx/xilinx_dma.c:3208 xilinx_dma_probe" },
	{ SIM_SYNCHRONIZE, NULL, "xilinx/xilinx_dma.c:3209 xilinx_dma_probe" },
	{ SIM_NO_PAUSE, NULL, "xilinx/xilinx_dma.c:3208 not set" },
	{ SIM_NO_RESUME, NULL, "xilinx/xilinx_dma.c:3208 not set" },
	{ SIM_RESIDUE, "descriptor", "xilinx/xilinx_dma.c:3227 not set" },
	{ SIM_REPORTS, NULL, "xilinx/xilinx_dma.c:1078 xilinx_dma_chan_desc_cleanup" },
	{ SIM_NO_PREP_BLOCKS, NULL, "xilinx/xilinx_dma.c:850 GFP_NOWAIT" },
	{ 0, NULL, NULL },
};

static const char *const xilinx_mcdma_notes[] = {
	"each channel has one direction (xilinx/xilinx_dma.c:2915), here both",
	"no application words from the descriptor (xilinx/xilinx_dma.c:2481)",
	NULL,
};

static const struct setting xilinx_vdma_set[] = {
	{ SIM_CHANNELS, "2", "xilinx/xilinx_dma.c:3075 max_channels" },
	{ SIM_DESCRIPTORS, "4096",
	  "xilinx/xilinx_dma.c:1213 from a dma_pool; no limit; 4096 is the most of dma-sim" },
	{ SIM_CONTEXT, "softirq", "xilinx/xilinx_dma.c:1113 xilinx_dma_do_tasklet" },
	{ SIM_ORDER, "fifo", "xilinx/xilinx_dma.c:1742 xilinx_dma_complete_descriptor" },
	{ SIM_FENCE, "ignore", "xilinx/xilinx_dma.c:2075 DMA_PREP_FENCE is not looked at" },
	{ SIM_OPERATIONS, "none", "xilinx/xilinx_dma.c:3230 xilinx_dma_probe" },
	{ SIM_MASK_BITS, "32",
	  "xilinx/xilinx_dma.c:133 XILINX_DMA_DFAULT_ADDRWIDTH, if xlnx,addrwidth is not more" },
	{ SIM_MAX_SEGMENT, "65536", "xilinx/xilinx_dma.c:3189 not set: that of any device" },
	{ SIM_ALIGN, "4", "xilinx/xilinx_dma.c:2893 of a bus of 32 bits without xlnx,include-dre" },
	{ SIM_SLAVE_ALIGN, "1", "xilinx/xilinx_dma.c:2075 looks at none" },
	{ SIM_WIDTHS, "none", "xilinx/xilinx_dma.c:3212 not set" },
	{ SIM_MIN_BURST, "0", "xilinx/xilinx_dma.c:3212 not set" },
	{ SIM_MAX_BURST, "0", "xilinx/xilinx_dma.c:3212 not set" },
	{ SIM_MAX_SG_BURST, "0", "xilinx/xilinx_dma.c:3212 not set" },
	{ SIM_DIRECTIONS, "mem-to-dev,dev-to-mem",
	  "xilinx/xilinx_dma.c:2944 xilinx_dma_chan_probe" },
	{ SIM_NO_CYCLIC, NULL, "xilinx/xilinx_dma.c:3230 not set" },
	{ SIM_TERMINATE, NULL, "xilinx/xilinx_dma.c:3208 xilinx_dma_probe" },
	{ SIM_SYNCHRONIZE, NULL, "xilinx/xilinx_dma.c:3209 xilinx_dma_probe" },
	{ SIM_NO_PAUSE, NULL, "xilinx/xilinx_dma.c:3208 not set" },
	{ SIM_NO_RESUME, NULL, "xilinx/xilinx_dma.c:3208 not set" },
	{ SIM_RESIDUE, "descriptor", "xilinx/xilinx_dma.c:3229 not set" },
	{ SIM_REPORTS, NULL, "xilinx/xilinx_dma.c:1078 xilinx_dma_chan_desc_cleanup" },
	{ SIM_NO_PREP_BLOCKS, NULL, "xilinx/xilinx_dma.c:850 GFP_NOWAIT" },
	{ 0, NULL, NULL },
};

static const char *const xilinx_vdma_notes[] = {
	"its only operation is interleaved between memory and a device "
	"(xilinx/xilinx_dma.c:2084), offered without DMA_INTERLEAVE: dmactl has nothing for it, "
	"there as here",
	"each channel has one direction (xilinx/xilinx_dma.c:2915), here both",
	NULL,
};

static const struct setting ioat_set[] = {
	{ SIM_CHANNELS, "4", "ioat/dma.h:71 at most IOAT_MAX_CHANS; often 1" },
	{ SIM_DESCRIPTORS, "4096", "ioat/init.c:696 a ring of 65536; 4096 is the most of dma-sim" },
	{ SIM_CONTEXT, "softirq", "ioat/dma.c:693 ioat_cleanup_event" },
	{ SIM_ORDER, "execute=2",
	  "ioat/prep.c:142 completes in order, but reads ahead without a fence" },
	{ SIM_FENCE, "honour", "ioat/prep.c:142 the descriptor has a bit for it" },
	{ SIM_OPERATIONS, "memcpy,interrupt,xor,xor-val,pq,pq-val",
	  "ioat/init.c:1092 ioat3_dma_probe" },
	{ SIM_MASK_BITS, "64", "ioat/init.c:1370 ioat_pci_probe" },
	{ SIM_MAX_SEGMENT, "65536", "ioat/init.c:1370 not set: that of a PCI device" },
	{ SIM_ALIGN, "1", "ioat/init.c:1106 not set" },
	{ SIM_MAX_XOR, "8", "ioat/init.c:1106 ioat3_dma_probe" },
	{ SIM_MAX_PQ, "8", "ioat/init.c:1125 without IOAT_CAP_RAID16SS" },
	{ SIM_NO_CONTINUE, NULL, "ioat/init.c:1125 dma_set_maxpq(dma, 8, 0)" },
	{ SIM_DIRECTIONS, "none", "ioat/init.c:1087 not set" },
	{ SIM_NO_CYCLIC, NULL, "ioat/init.c:1087 not set" },
	{ SIM_NO_TERMINATE, NULL, "ioat/init.c:1087 not set" },
	{ SIM_NO_SYNCHRONIZE, NULL, "ioat/init.c:1087 not set" },
	{ SIM_NO_PAUSE, NULL, "ioat/init.c:1087 not set" },
	{ SIM_NO_RESUME, NULL, "ioat/init.c:1087 not set" },
	{ SIM_RESIDUE, "descriptor", "ioat/init.c:1140 not set" },
	{ SIM_REPORTS, NULL, "ioat/dma.c:851 ioat_eh" },
	{ SIM_NO_PREP_BLOCKS, NULL, "ioat/dma.c:471 refuses when the ring is full" },
	{ 0, NULL, NULL },
};

static const char *const ioat_notes[] = {
	"prep returns with a spinlock held until tx_submit (ioat/dma.c:466), here it does not",
	"a failure aborts everything behind it (ioat/dma.c:862), here only its own operation",
	"prep splits what is longer than a segment (ioat/prep.c:123), here it is refused",
	"how far it reads ahead is not known: the window of 2 is a guess",
	NULL,
};

static const struct setting idxd_set[] = {
	{ SIM_CHANNELS, "1", "idxd/dma.c:248 one for each work queue" },
	{ SIM_DESCRIPTORS, "16", "idxd/device.c:927 WQ_DEFAULT_QUEUE_DEPTH, one each (117)" },
	{ SIM_CONTEXT, "thread", "idxd/device.c:1335 idxd_wq_thread" },
	{ SIM_ORDER, "window=16", "idxd/dma.c:214 DMA_COMPLETION_NO_ORDER; as many as it takes" },
	{ SIM_FENCE, "ignore", "idxd/dma.c:59 op_flag_setup does not look at it" },
	{ SIM_OPERATIONS, "memcpy,interrupt", "idxd/dma.c:212 idxd_register_dma_device" },
	{ SIM_MASK_BITS, "64", "idxd/init.c:803 idxd_pci_probe" },
	{ SIM_MAX_SEGMENT, "65536", "idxd/init.c:803 not set: that of a PCI device" },
	{ SIM_ALIGN, "1", "idxd/dma.c:217 not set" },
	{ SIM_DIRECTIONS, "none", "idxd/dma.c:217 not set" },
	{ SIM_NO_CYCLIC, NULL, "idxd/dma.c:217 not set" },
	{ SIM_NO_TERMINATE, NULL, "idxd/dma.c:223 not set" },
	{ SIM_NO_SYNCHRONIZE, NULL, "idxd/dma.c:223 not set" },
	{ SIM_NO_PAUSE, NULL, "idxd/dma.c:223 not set" },
	{ SIM_NO_RESUME, NULL, "idxd/dma.c:223 not set" },
	{ SIM_RESIDUE, "descriptor", "idxd/dma.c:160 tx_status tells none" },
	{ SIM_REPORTS, NULL, "idxd/dma.c:39 always as DMA_TRANS_WRITE_FAILED" },
	{ SIM_PREP_BLOCKS, NULL, "idxd/dma.c:122 IDXD_OP_BLOCK" },
	{ 0, NULL, NULL },
};

static const char *const idxd_notes[] = {
	"prep takes up to max_xfer_bytes (idxd/dma.c:118), here no more than a segment",
	"channels come and go with the work queue (idxd/dma.c:324), here with the device",
	NULL,
};

const struct profile profiles[] = {
	{ "pl330", "dma-pl330", "ARM PrimeCell DMA-330", pl330_set, pl330_notes },
	{ "dw_dmac", "dw_dmac", "Synopsys DesignWare AHB DMA", dw_dmac_set, dw_dmac_notes },
	{ "imx-sdma", "imx-sdma", "NXP i.MX smart DMA", imx_sdma_set, imx_sdma_notes },
	{ "omap-dma", "omap-dma-engine", "TI OMAP system DMA", omap_dma_set, omap_dma_notes },
	{ "stm32-dma", "stm32-dma", "STMicroelectronics STM32 DMA",
	  stm32_dma_set, stm32_dma_notes },
	{ "bcm2835", "bcm2835-dma", "Broadcom BCM2835 (Raspberry Pi) DMA",
	  bcm2835_set, bcm2835_notes },
	{ "xilinx-axidma", "xilinx-vdma", "AMD (Xilinx) AXI DMA",
	  xilinx_axidma_set, xilinx_axidma_notes },
	{ "xilinx-cdma", "xilinx-vdma", "AMD (Xilinx) AXI CDMA",
	  xilinx_cdma_set, xilinx_cdma_notes },
	{ "xilinx-mcdma", "xilinx-vdma", "AMD (Xilinx) AXI MCDMA",
	  xilinx_mcdma_set, xilinx_mcdma_notes },
	{ "xilinx-vdma", "xilinx-vdma", "AMD (Xilinx) AXI VDMA",
	  xilinx_vdma_set, xilinx_vdma_notes },
	{ "ioat", "ioatdma", "Intel I/OAT (CBDMA), with XOR and PQ", ioat_set, ioat_notes },
	{ "idxd", "idxd", "Intel DSA, a kernel work queue", idxd_set, idxd_notes },
	{ NULL, NULL, NULL, NULL, NULL },
};

const char *const profile_notes[] = {
	"its speed is no hardware's: --latency, --bandwidth and --rate are as without a profile",
	"it is private (but see --public) and can be unbound while held (device_release): of the "
	"drivers some are, and few can",
	"what a driver leaves to its client, alignment for example, is refused by prep",
	NULL,
};

/* clang-format on */
