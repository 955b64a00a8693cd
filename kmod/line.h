/* SPDX-License-Identifier: GPL-2.0-only */
/* Request lines of consumer nodes. Included by dmactl_int.h only. */
#ifndef _DMACTL_LINE_H
#define _DMACTL_LINE_H

struct device_node;
struct dmactl_chan;
struct dmactl_hw;

/**
 * struct dmactl_line - a request line, from its node's probe to its removal
 * @node:     in the list of lines; reg_lock, then whoever removes it
 * @ref:      the list, a claim
 * @dev:      the consumer node's device (counted); the core remembers it for a channel
 * @provider: node of the provider (counted); constant
 * @dma_name: LINE, in the device tree, which @dev keeps; constant
 * @name:     NODE:LINE; constant
 * @addr:     the peripheral's register for the provider; constant
 * @width:    bytes of an access to it; constant
 * @burst:    accesses of a burst, 0 the driver's choice; constant
 * @bus:      the provider takes addresses of its bus; constant
 * @leaving:  its node is being unbound; set once, under reg_lock, read anywhere
 * @claim:    the claim that holds it; reg_lock
 */
struct dmactl_line {
	struct list_head node;
	struct kref ref;
	struct device *dev;
	struct device_node *provider;
	const char *dma_name;
	char name[DMACTL_NAME_MAX];
	phys_addr_t addr;
	u32 width;
	u32 burst;
	bool bus;
	bool leaving;
	struct dmactl_chan *claim;
};

extern struct list_head dmactl_lines;
struct dmactl_line *dmactl_line_find(const char *name);
struct dmactl_hw *dmactl_line_provider(const struct dmactl_line *l);
void dmactl_line_put(struct dmactl_line *l);
bool dmactl_line_waits(const char *name);
struct dma_chan *dmactl_line_request(struct dmactl_chan *c);
void dmactl_lines_settle(void);
int dmactl_lines_register(void);
void dmactl_lines_unregister(void);

#endif /* _DMACTL_LINE_H */
