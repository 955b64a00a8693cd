/* SPDX-License-Identifier: GPL-2.0-only */
/* dma_slave_config.peripheral_config: what is at the other end of a simulated channel. */
#ifndef _DMASIM_PERIPHERAL_H
#define _DMASIM_PERIPHERAL_H

#include <linux/types.h>

#define DMASIM_PERIPHERAL_MAGIC	0x646d7369	/* "dmsi" */

struct dmasim_peripheral {
	u32 magic;
	u32 endpoint;	/* enum dmactl_endpoint: 1 source, 2 sink, 3 loopback */
};

#endif /* _DMASIM_PERIPHERAL_H */
