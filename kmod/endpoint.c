// SPDX-License-Identifier: GPL-2.0-only
/* CONFIG: the peripheral's side of slave operations, and who may choose it. */
#include <linux/capability.h>
#include <linux/dma-mapping.h>
#include <linux/security.h>

#include "dmactl_int.h"

/* A raw address is an arbitrary write for the engine. */
static bool dmactl_raw_allowed(void)
{
	return READ_ONCE(dmactl_raw_address) && capable(CAP_SYS_RAWIO) &&
	       !security_locked_down(LOCKDOWN_DEV_MEM);
}

/* A driver that lists none, as xilinx_dma, may yet know some. */
static bool dmactl_width_ok(u32 width, u32 mask)
{
	return !width || !mask || (width < 32 && mask & BIT(width));
}

/* Beyond what its node says lie other registers, and memory behind the caller's buffer. */
static bool dmactl_line_allows(const struct dmactl_line *l, const struct dmactl_config *a)
{
	return !(a->flags & DMACTL_CONFIG_F_DEVICE_FLOW) &&
	       max(a->src_width, a->dst_width) <= l->width &&
	       max(a->src_burst, a->dst_burst) <= max(l->burst, 1U);
}

static int dmactl_config_check(const struct dmactl_chan *c, const struct dmactl_config *a)
{
	struct dma_slave_caps caps;

	if (dma_get_slave_caps(c->dma, &caps) || !c->dma->device->device_config)
		return -EOPNOTSUPP;
	if (!dmactl_width_ok(a->src_width, caps.src_addr_widths) ||
	    !dmactl_width_ok(a->dst_width, caps.dst_addr_widths))
		return -EINVAL;
	if (caps.max_burst && (a->src_burst > caps.max_burst || a->dst_burst > caps.max_burst))
		return -EINVAL;
	if (c->line && !dmactl_line_allows(c->line, a) && !dmactl_raw_allowed())
		return -EPERM;
	switch (a->endpoint) {
	case DMACTL_EP_SOURCE:
	case DMACTL_EP_SINK:
	case DMACTL_EP_LOOPBACK:
		if (!(dmactl_dma_traits(c->dma) & DMACTL_TRAIT_SIMULATED))
			return -EOPNOTSUPP;
		return a->buffer || a->address ? -EINVAL : 0;
	case DMACTL_EP_BUFFER:
		return 0;
	case DMACTL_EP_RAW:
		if (a->buffer)
			return -EINVAL;
		return dmactl_raw_allowed() ? 0 : -EPERM;
	case DMACTL_EP_LINE:
		if (!c->line)
			return -EOPNOTSUPP;
		return a->buffer || a->address ? -EINVAL : 0;
	default:
		return -EINVAL;
	}
}

static u32 dmactl_config_width(const struct dmactl_config *a)
{
	return max3(a->src_width, a->dst_width, 1U);
}

static void dmactl_reg_put(struct dmactl_buf *b)
{
	if (!b)
		return;
	dmactl_buf_disuse(b);
	dmactl_buf_put(b);
}

/*
 * A buffer as register: drivers take the address as physical or as the bus's. Where both are the
 * same there is no doubt; else the caller says which. Either is as good as a raw address on a
 * channel whose request line may be some live peripheral's; one that came with a line is for this,
 * and its node says which address the provider takes.
 */
static bool dmactl_buffer_allowed(const struct dmactl_chan *c, const struct dmactl_config *a)
{
	if (dmactl_dma_traits(c->dma) & DMACTL_TRAIT_SIMULATED)
		return true;
	return (c->line && (c->line->bus || !(a->flags & DMACTL_CONFIG_F_BUS_ADDRESS))) ||
	       dmactl_raw_allowed();
}

static int dmactl_config_buffer(struct dmactl_chan *c, const struct dmactl_config *a,
				struct dmactl_buf **out, u64 *addr)
{
	struct dmactl_buf *b;
	phys_addr_t phys;
	u32 why;
	u64 in;
	int err;

	if (!dmactl_buffer_allowed(c, a))
		return -EPERM;
	err = dmactl_use(c, a->buffer, a->address, dmactl_config_width(a), USE_OWNED, &b, &why);
	if (err)
		return err;
	in = a->address & ((1ULL << b->shift) - 1);
	*addr = dmactl_buf_addr(b, a->address);
	err = -EINVAL;
	if (b->kind != DMACTL_BUF_PAGES ||
	    dmactl_chunk_left(b, a->address) < dmactl_config_width(a))
		goto err_put;
	phys = page_to_phys(b->pages[dmactl_chunk(b, a->address)]) + in;
	err = -EPERM;
	if (phys != *addr && !(a->flags & DMACTL_CONFIG_F_BUS_ADDRESS))
		goto err_put;
	*out = b;
	return 0;

err_put:
	dmactl_reg_put(b);
	return err;
}

static void dmactl_slave_fill(struct dmactl_chan *c, const struct dmactl_config *a, u64 addr)
{
	struct dma_slave_config *cfg = &c->slave;

	memset(cfg, 0, sizeof(*cfg));
	cfg->src_addr = addr;
	cfg->dst_addr = addr;
	cfg->src_addr_width = a->src_width;
	cfg->dst_addr_width = a->dst_width;
	cfg->src_maxburst = a->src_burst;
	cfg->dst_maxburst = a->dst_burst;
	cfg->device_fc = a->flags & DMACTL_CONFIG_F_DEVICE_FLOW;
	if (a->endpoint > DMACTL_EP_LOOPBACK)
		return;
	c->peripheral.magic = DMASIM_PERIPHERAL_MAGIC;
	c->peripheral.endpoint = a->endpoint;
	cfg->peripheral_config = &c->peripheral;
	cfg->peripheral_size = sizeof(c->peripheral);
}

/* After the channel was released and taken again: the provider has forgotten. */
void dmactl_endpoint_apply(struct dmactl_chan *c)
{
	lockdep_assert_held(&c->lock);
	if (c->endpoint && dmaengine_slave_config(c->dma, &c->slave))
		dmactl_endpoint_drop(c);
}

/* Nothing on the channel refers to the endpoint any more. */
void dmactl_endpoint_drop(struct dmactl_chan *c)
{
	struct dmactl_buf *b = c->reg;

	lockdep_assert_held(&c->lock);
	c->endpoint = 0;
	c->reg = NULL;
	if (!b)
		return;
	if (!list_empty(&c->quarantine))	/* it changes under c->lock only */
		atomic_dec(&b->stuck);
	dmactl_reg_put(b);
}

/* What the caller leaves open the line's node tells. */
static void dmactl_config_line(const struct dmactl_line *l, struct dmactl_config *a, u64 *addr)
{
	a->src_width = a->src_width ?: l->width;
	a->dst_width = a->dst_width ?: l->width;
	a->src_burst = a->src_burst ?: l->burst;
	a->dst_burst = a->dst_burst ?: l->burst;
	*addr = l->addr;
}

static int dmactl_config_locked(struct dmactl_chan *c, struct dmactl_config *a)
{
	struct dmasim_peripheral peripheral = c->peripheral;
	struct dma_slave_config slave = c->slave;
	struct dmactl_buf *b = NULL;
	u64 addr = a->address;
	int err;

	if (a->endpoint == DMACTL_EP_LINE && c->line && !a->address)
		dmactl_config_line(c->line, a, &addr);
	err = dmactl_chan_enter(c);
	if (!err && atomic_read(&c->inflight))
		err = -EBUSY;
	err = err ?: dmactl_config_check(c, a);
	if (!err && a->endpoint == DMACTL_EP_BUFFER)
		err = dmactl_config_buffer(c, a, &b, &addr);
	if (err)
		return err;
	dmactl_slave_fill(c, a, addr);
	err = dmaengine_slave_config(c->dma, &c->slave);
	if (err)
		goto err_put;
	dmactl_endpoint_drop(c);
	c->endpoint = a->endpoint;
	c->reg = b;
	return 0;

err_put:	/* the provider keeps what it had, and so do we */
	c->slave = slave;
	c->peripheral = peripheral;
	dmactl_reg_put(b);
	return err;
}

int dmactl_ioc_config(struct dmactl_session *s, void __user *uarg)
{
	struct dmactl_config a;
	struct dmactl_chan *c;
	int err;

	err = dmactl_copy_in(&a, sizeof(a), sizeof(a), uarg);
	if (err)
		return err;
	if (a.flags & ~(DMACTL_CONFIG_F_DEVICE_FLOW | DMACTL_CONFIG_F_BUS_ADDRESS))
		return -EOPNOTSUPP;
	if (a.reserved)
		return -EINVAL;
	c = dmactl_chan_get(s, a.channel);
	if (!c)
		return -ENOENT;
	if (READ_ONCE(c->running)) {
		err = -EBUSY;
	} else if (mutex_lock_interruptible(&c->lock)) {
		err = -EINTR;
	} else {
		mutex_lock(&s->cq_lock);
		dmactl_harvest(s);
		mutex_unlock(&s->cq_lock);
		err = dmactl_config_locked(c, &a);
		mutex_unlock(&c->lock);
	}
	dmactl_chan_put(c);
	return err;
}
