// SPDX-License-Identifier: GPL-2.0-only
/* What a provider offers, and providers that leave. */
#include <linux/dma-mapping.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "dmactl_int.h"

#define OP_BIT(op) BIT_ULL(DMACTL_OP_##op)

/**
 * dmactl_dma_ops() - mask of the operations of a channel
 * @dma: the channel
 *
 * An operation counts when both the capability and the function are there.
 */
u64 dmactl_dma_ops(struct dma_chan *dma)
{
	struct dma_device *d = dma->device;
	u64 ops = 0;

#define HAS(cap, prep) (dma_has_cap(cap, d->cap_mask) && d->device_prep_##prep)
	if (HAS(DMA_MEMCPY, dma_memcpy))
		ops |= OP_BIT(MEMCPY);
	if (HAS(DMA_MEMSET, dma_memset))
		ops |= OP_BIT(MEMSET);
	if (HAS(DMA_INTERRUPT, dma_interrupt))
		ops |= OP_BIT(INTERRUPT);
	if (HAS(DMA_XOR, dma_xor))
		ops |= OP_BIT(XOR);
	if (HAS(DMA_XOR_VAL, dma_xor_val))
		ops |= OP_BIT(XOR_VAL);
	if (HAS(DMA_PQ, dma_pq))
		ops |= OP_BIT(PQ);
	if (HAS(DMA_PQ_VAL, dma_pq_val))
		ops |= OP_BIT(PQ_VAL);
	if (HAS(DMA_MEMSET_SG, dma_memset_sg))
		ops |= OP_BIT(MEMSET_SG);
	if (HAS(DMA_INTERLEAVE, interleaved_dma))
		ops |= OP_BIT(INTERLEAVED);
	if (HAS(DMA_SLAVE, slave_sg))
		ops |= OP_BIT(SLAVE_SG);
	if (HAS(DMA_CYCLIC, dma_cyclic))
		ops |= OP_BIT(CYCLIC);
#undef HAS
	return ops;
}

/**
 * dmactl_dma_traits() - DMACTL_TRAIT_* of a channel
 * @dma: the channel
 */
u32 dmactl_dma_traits(struct dma_chan *dma)
{
	struct dma_device *d = dma->device;
	struct dma_slave_caps caps;
	u32 traits = 0;

	if (d->device_terminate_all)
		traits |= DMACTL_TRAIT_TERMINATE;
	if (d->device_synchronize)
		traits |= DMACTL_TRAIT_SYNCHRONIZE;
	if (d->device_pause)
		traits |= DMACTL_TRAIT_PAUSE;
	if (d->device_resume)
		traits |= DMACTL_TRAIT_RESUME;
	if (d->device_release)
		traits |= DMACTL_TRAIT_RELEASE;
	if (d->descriptor_reuse)
		traits |= DMACTL_TRAIT_REUSE;
	if (dma_has_cap(DMA_COMPLETION_NO_ORDER, d->cap_mask))
		traits |= DMACTL_TRAIT_NO_ORDER;
	if (dma_has_cap(DMA_PRIVATE, d->cap_mask))
		traits |= DMACTL_TRAIT_PRIVATE;
	if (!strcmp(dev_driver_string(d->dev), "dma-sim"))
		traits |= DMACTL_TRAIT_SIMULATED;
	if (!dma_get_slave_caps(dma, &caps))
		traits |= DMACTL_TRAIT_SLAVE;
	return traits;
}

/*
 * Drivers that never tell a result, yet leave callback_result in a descriptor that somebody else
 * uses next. Who sets but callback then, as UARTs and md-raid do, has our function called with
 * their pointer. Read from 6.12; pl330 clears it from 6.9 on.
 */
static const char * const dmactl_resultless[] = {
	"at_xdmac", "dma-nbpf", "dma-pl330", "dma40", "ep93xx-dma", "fsl-raideng", "imx-dma",
	"mpc512x_dma", "mv_xor", "mv_xor_v2", "mxs-dma", "rcar-dmac", "sh-dma-engine",
	"tegra-apbdma", "xilinx-zynqmp-dma",
};

/* May callback_result be set, or is callback all that may be used? */
bool dmactl_dma_results(struct dma_chan *dma)
{
	const char *driver = dev_driver_string(dma->device->dev);

	return match_string(dmactl_resultless, ARRAY_SIZE(dmactl_resultless), driver) < 0;
}

/**
 * dmactl_align_bytes() - an alignment in bytes
 * @shift: as the driver states it
 *
 * The field is a shift, but a few drivers put a mask or bytes there (dma-axi-dmac in 6.12: mask +
 * 1). No engine asks for more than a page, so a large value is taken for bytes.
 */
unsigned int dmactl_align_bytes(unsigned int shift)
{
	return shift <= 12 ? 1U << shift : roundup_pow_of_two(shift);
}

/* Bytes one descriptor may move. */
u64 dmactl_max_segment(struct device *dev)
{
	return min_t(u64, dma_get_max_seg_size(dev), dma_max_mapping_size(dev));
}

/* A bus whose unbinding we want to hear of; entered once, never removed before the module goes. */
struct dmactl_bus {
	struct list_head node;
	dmactl_const_bus *bus;
	struct notifier_block nb;
};

static LIST_HEAD(dmactl_buses);
static DEFINE_MUTEX(dmactl_bus_lock);	/* guards dmactl_buses */

/*
 * The provider's driver is about to be unbound; its device works as before. Stop and give back
 * every channel of it, then unmap all memory for it. Channels first are all marked, so that nobody
 * submits to the second while we stop the first.
 */
static void dmactl_provider_leaves(struct device *dev)
{
	struct dmactl_chan *c;
	struct dmactl_hw *hw;

	mutex_lock(&dmactl_reg_lock);
	list_for_each_entry(hw, &dmactl_hws, node)
		if (hw->dev == dev)
			WRITE_ONCE(hw->leaving, true);
	mutex_unlock(&dmactl_reg_lock);
	dmactl_lines_settle();
	mutex_lock(&dmactl_reg_lock);
again:
	c = NULL;
	list_for_each_entry(hw, &dmactl_hws, node) {
		if (hw->dev != dev || !hw->claim || READ_ONCE(hw->claim->state) == CHAN_GONE)
			continue;
		c = hw->claim;
		kref_get(&c->ref);
		break;
	}
	mutex_unlock(&dmactl_reg_lock);
	if (c) {
		dmactl_detach(c, false);
		dmactl_chan_put(c);
		mutex_lock(&dmactl_reg_lock);
		goto again;
	}
	dmactl_unmap_device(dev);
}

static int dmactl_bus_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	if (action == BUS_NOTIFY_UNBIND_DRIVER)
		dmactl_provider_leaves(data);
	return NOTIFY_DONE;
}

/**
 * dmactl_watch_bus() - hear of drivers being unbound on a bus
 * @bus: the bus, NULL does nothing
 *
 * Context: holds none of our locks, the notifier takes them inside the bus's.
 */
int dmactl_watch_bus(dmactl_const_bus *bus)
{
	struct dmactl_bus *b;
	int err = 0;

	if (!bus)
		return 0;
	mutex_lock(&dmactl_bus_lock);
	list_for_each_entry(b, &dmactl_buses, node)
		if (b->bus == bus)
			goto out;
	b = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b) {
		err = -ENOMEM;
		goto out;
	}
	b->bus = bus;
	b->nb.notifier_call = dmactl_bus_notify;
	err = bus_register_notifier(bus, &b->nb);
	if (err)
		kfree(b);
	else
		list_add(&b->node, &dmactl_buses);
out:
	mutex_unlock(&dmactl_bus_lock);
	return err;
}

void dmactl_unwatch_buses(void)
{
	struct dmactl_bus *b, *next;

	list_for_each_entry_safe(b, next, &dmactl_buses, node) {
		bus_unregister_notifier(b->bus, &b->nb);
		kfree(b);
	}
}
