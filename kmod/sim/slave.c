// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slave operations, and what is at their other end: a source that counts, a sink that sums, a FIFO
 * of the device that loops back, or memory that stands for a peripheral's register.
 *
 * wire_lock guards all of it. What finds the FIFO empty or full leaves its channel's bit in
 * @waiting, and whoever moves the FIFO wakes all that wait, with the lock dropped.
 */
#include <linux/crc32.h>
#include <linux/dma-direct.h>
#include <linux/highmem.h>
#include <linux/mm.h>

#include "peripheral.h"
#include "sim.h"

/* Bytes that pass from device to device at once. */
#define DMASIM_WIRE		64

/* Bytes that are moved with the lock held. */
#define DMASIM_WIRE_GO		4096

/* The peripheral's part in an operation. Memory to memory is memory to the register. */
static bool dmasim_takes(enum dma_transfer_direction direction)
{
	return direction != DMA_DEV_TO_MEM;
}

static bool dmasim_gives(enum dma_transfer_direction direction)
{
	return direction == DMA_DEV_TO_MEM || direction == DMA_DEV_TO_DEV;
}

static void dmasim_wake_all(struct dmasim_dev *sim, u64 waiting)
{
	struct dmasim_chan *c;

	for (c = sim->chans; waiting; c++, waiting >>= 1)
		if (waiting & 1)
			dmasim_chan_wake(c);
}

/* The peripheral takes bytes. Return: how many; 0 if it has no room. */
static size_t dmasim_give(struct dmasim_chan *c, struct dmasim_desc *d, const u8 *from, size_t len)
{
	struct dmasim_dev *sim = c->sim;
	unsigned long flags;
	u64 waiting = 0;
	size_t i;
	u8 *reg;

	if (d->slave.endpoint == DMASIM_REGISTER) {
		reg = dmasim_map(d->slave.dst);
		for (i = 0; i < len; i++)
			reg[(d->done + i) % d->slave.dst_width] = from[i];
		kunmap_local(reg);
		return len;
	}

	len = min_t(size_t, len, DMASIM_WIRE_GO);
	spin_lock_irqsave(&sim->wire_lock, flags);
	if (d->slave.endpoint == DMASIM_LOOPBACK && d->direction != DMA_DEV_TO_DEV) {
		len = kfifo_in(&sim->fifo, from, len);
		if (len)
			swap(waiting, sim->waiting);
		else
			sim->waiting |= BIT_ULL(c - sim->chans);
	} else {
		c->sink_crc = crc32_le(c->sink_crc, from, len);
		c->sink_bytes += len;
	}
	spin_unlock_irqrestore(&sim->wire_lock, flags);
	dmasim_wake_all(sim, waiting);
	return len;
}

/* The peripheral gives bytes. Return: how many; 0 if it has none. */
static size_t dmasim_take(struct dmasim_chan *c, struct dmasim_desc *d, u8 *to, size_t len)
{
	struct dmasim_dev *sim = c->sim;
	unsigned long flags;
	u64 waiting = 0;
	size_t i;
	u8 *reg;

	if (d->slave.endpoint == DMASIM_REGISTER) {
		reg = dmasim_map(d->slave.src);
		for (i = 0; i < len; i++)
			to[i] = reg[(d->done + i) % d->slave.src_width];
		kunmap_local(reg);
		return len;
	}

	len = min_t(size_t, len, DMASIM_WIRE_GO);
	spin_lock_irqsave(&sim->wire_lock, flags);
	if (d->slave.endpoint == DMASIM_LOOPBACK) {
		len = kfifo_out(&sim->fifo, to, len);
		if (len)
			swap(waiting, sim->waiting);
		else
			sim->waiting |= BIT_ULL(c - sim->chans);
	} else {
		/* 32-bit words that count, little end first */
		for (i = 0; i < len; i++, c->source_at++)
			to[i] = (u32)(c->source_at >> 2) >> (8 * (c->source_at & 3));
	}
	spin_unlock_irqrestore(&sim->wire_lock, flags);
	dmasim_wake_all(sim, waiting);
	return len;
}

/* The defect "corrupt" on the way out, where the byte in memory must stay as it is. */
static size_t dmasim_give_spoilt(struct dmasim_chan *c, struct dmasim_desc *d, const u8 *from,
				 size_t len)
{
	u8 byte;

	if (likely(!(d->defects & BIT(DMASIM_CORRUPT))) || d->done > d->spoil_at)
		return dmasim_give(c, d, from, len);
	if (d->done < d->spoil_at)
		return dmasim_give(c, d, from, min_t(size_t, len, d->spoil_at - d->done));
	byte = *from ^ d->spoil_xor;
	return dmasim_give(c, d, &byte, 1);
}

/* Between memory and the peripheral. Return: bytes moved; 0 if the operation must wait. */
static size_t dmasim_exchange(struct dmasim_chan *c, struct dmasim_desc *d, phys_addr_t phys,
			      size_t len)
{
	u8 *memory = dmasim_map(phys);
	size_t moved;

	len = dmasim_reach(phys, len);
	if (dmasim_takes(d->direction)) {
		moved = dmasim_give_spoilt(c, d, memory, len);
	} else {
		moved = dmasim_take(c, d, memory, len);
		dmasim_spoil(d, d->done, memory, moved);
	}
	kunmap_local(memory);
	return moved;
}

/* From device to device. What a FIFO gives goes to the sink, which never refuses any. */
static size_t dmasim_pass(struct dmasim_chan *c, struct dmasim_desc *d, size_t len)
{
	u8 wire[DMASIM_WIRE];
	size_t moved = dmasim_take(c, d, wire, min(len, sizeof(wire)));

	dmasim_spoil(d, d->done, wire, moved);
	return moved ? dmasim_give(c, d, wire, moved) : 0;
}

/* The defect "skip": what the peripheral gives is gone, and it is not given anything. */
static size_t dmasim_lose(struct dmasim_chan *c, struct dmasim_desc *d, size_t len)
{
	u8 wire[DMASIM_WIRE];

	return dmasim_takes(d->direction) ? len : dmasim_take(c, d, wire, min(len, sizeof(wire)));
}

static enum dmaengine_tx_result dmasim_work_slave(struct dmasim_chan *c, struct dmasim_desc *d,
						  size_t to)
{
	const struct dmasim_piece *p;
	size_t in, n, moved;
	phys_addr_t phys;

	if (d->done == to)
		return DMA_TRANS_NOERROR;
	p = dmasim_piece_at(d, d->done, &in);
	while (d->done < to) {
		n = min(p->len - in, to - d->done);
		if (d->direction == DMA_DEV_TO_DEV) {
			moved = dmasim_pass(c, d, n);
		} else if (unlikely(d->defects & BIT(DMASIM_SKIP))) {
			moved = dmasim_lose(c, d, n);
		} else {
			phys = dma_to_phys(c->sim->dma.dev, p->addr + in);
			if (!dmasim_is_memory(phys, n))
				return dmasim_takes(d->direction) ? DMA_TRANS_READ_FAILED :
							 DMA_TRANS_WRITE_FAILED;
			moved = dmasim_exchange(c, d, phys, n);
		}
		if (!moved)
			break;
		d->done += moved;
		in += moved;
		if (in == p->len) {
			p++;
			in = 0;
		}
	}
	return DMA_TRANS_NOERROR;
}

/* Can the configured peripheral do it? */
static bool dmasim_slave_fits(const struct dmasim_slave *s, enum dma_transfer_direction direction)
{
	switch (s->endpoint) {
	case DMASIM_SOURCE:
		return dmasim_gives(direction);
	case DMASIM_SINK:
		return dmasim_takes(direction);
	case DMASIM_LOOPBACK:
		return true;
	case DMASIM_REGISTER:
		return (!dmasim_takes(direction) || (s->dst && s->dst_width)) &&
		       (!dmasim_gives(direction) || (s->src && s->src_width));
	default:
		return false;
	}
}

u32 dmasim_slave_width(const struct dmasim_slave *s, enum dma_transfer_direction direction)
{
	return (dmasim_takes(direction) ? s->dst_width : s->src_width) ?: 1;
}

/* Takes what is configured into @s. Return: false if that cannot do this direction. */
bool dmasim_slave_get(struct dmasim_chan *c, enum dma_transfer_direction direction,
		      struct dmasim_slave *s)
{
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	*s = c->slave;
	spin_unlock_irqrestore(&c->lock, flags);
	return direction <= DMA_DEV_TO_DEV && c->sim->params.directions & BIT(direction) &&
	       dmasim_slave_fits(s, direction);
}

/* Makes a prepared descriptor one with the peripheral @s at its other end. */
void dmasim_slave_ready(struct dmasim_chan *c, struct dmasim_desc *d, const struct dmasim_slave *s,
			enum dma_transfer_direction direction)
{
	u32 burst = (dmasim_takes(direction) ? s->dst_burst : s->src_burst) ?: 1;

	d->len = d->frame;
	d->slave = *s;
	d->direction = direction;
	d->burst = dmasim_slave_width(s, direction) * burst;
	if (c->sim->params.engine == DMASIM_COPY)
		d->work = dmasim_work_slave;
}

static struct dma_async_tx_descriptor *
dmasim_prep_slave_sg(struct dma_chan *chan, struct scatterlist *sgl, unsigned int nents,
		     enum dma_transfer_direction direction, unsigned long flags, void *context)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	struct dmasim_slave s;
	struct dmasim_desc *d;

	if (!dmasim_slave_get(c, direction, &s))
		return NULL;
	d = dmasim_prep_sg(c, sgl, nents, dmasim_slave_width(&s, direction), c->sim->slave_mask,
			   flags);
	if (!d)
		return NULL;

	dmasim_slave_ready(c, d, &s, direction);
	return &d->tx;
}

/* Only memory that belongs to somebody: not what firmware, the kernel's image or a device has. */
static bool dmasim_register_is_good(phys_addr_t phys, u32 width)
{
	if (!phys)
		return true;
	return pfn_valid(PHYS_PFN(phys)) && !PageReserved(pfn_to_page(PHYS_PFN(phys))) &&
	       offset_in_page(phys) + width <= PAGE_SIZE;
}

static bool dmasim_width_is_good(const struct dmasim_dev *sim, enum dma_slave_buswidth width)
{
	u32 widths = (sim->params.widths ?: DMASIM_WIDTHS_MAX) & ~1;

	return !width || (width <= 8 && widths & BIT(width));
}

/* Operations that are prepared already keep what was configured before. */
static int dmasim_config(struct dma_chan *chan, struct dma_slave_config *config)
{
	const struct dmasim_peripheral *peripheral = config->peripheral_config;
	struct dmasim_chan *c = to_dmasim_chan(chan);
	struct dmasim_slave s = {
		.endpoint = DMASIM_REGISTER,
		.src = config->src_addr,
		.dst = config->dst_addr,
		.src_width = config->src_addr_width,
		.dst_width = config->dst_addr_width,
		.src_burst = config->src_maxburst,
		.dst_burst = config->dst_maxburst,
	};
	u64 max_burst = c->sim->params.max_burst ?: DMASIM_BURST_MAX;
	unsigned long flags;

	if (!dmasim_width_is_good(c->sim, config->src_addr_width) ||
	    !dmasim_width_is_good(c->sim, config->dst_addr_width) ||
	    s.src_burst > max_burst || s.dst_burst > max_burst ||
	    config->src_port_window_size || config->dst_port_window_size)
		return -EINVAL;
	if (peripheral) {
		if (config->peripheral_size != sizeof(*peripheral) ||
		    peripheral->magic != DMASIM_PERIPHERAL_MAGIC ||
		    peripheral->endpoint < DMASIM_SOURCE || peripheral->endpoint > DMASIM_LOOPBACK)
			return -EINVAL;
		s.endpoint = peripheral->endpoint;
	} else if ((!s.src && !s.dst) || !dmasim_register_is_good(s.src, s.src_width) ||
		   !dmasim_register_is_good(s.dst, s.dst_width)) {
		return -EINVAL;
	}

	spin_lock_irqsave(&c->lock, flags);
	c->slave = s;
	spin_unlock_irqrestore(&c->lock, flags);
	dmasim_slave_reset(c);
	return 0;
}

/* The source counts from 0 again, and the sink has had nothing. */
void dmasim_slave_reset(struct dmasim_chan *c)
{
	unsigned long flags;

	spin_lock_irqsave(&c->sim->wire_lock, flags);
	c->source_at = 0;
	c->sink_bytes = 0;
	c->sink_crc = ~0;
	spin_unlock_irqrestore(&c->sim->wire_lock, flags);
}

/* The last client has gone: what it left in the FIFO is nobody's. */
void dmasim_slave_drain(struct dmasim_dev *sim)
{
	unsigned long flags;

	spin_lock_irqsave(&sim->wire_lock, flags);
	kfifo_reset(&sim->fifo);
	spin_unlock_irqrestore(&sim->wire_lock, flags);
}

ssize_t dmasim_slave_show_sink(struct dmasim_dev *sim, char *page)
{
	unsigned long flags;
	unsigned int i;
	ssize_t len = 0;

	spin_lock_irqsave(&sim->wire_lock, flags);
	for (i = 0; i < sim->nr_chans; i++)
		len += sprintf(page + len, "%u %llu %08x\n", i, sim->chans[i].sink_bytes,
			       ~sim->chans[i].sink_crc);
	spin_unlock_irqrestore(&sim->wire_lock, flags);
	return len;
}

void dmasim_slave_ops(struct dmasim_dev *sim)
{
	const struct dmasim_params *p = &sim->params;
	struct dma_device *dma = &sim->dma;

	if (!p->directions)
		return;
	dma_cap_set(DMA_SLAVE, dma->cap_mask);
	if (p->operations & BIT(DMASIM_OP_SLAVE_SG))
		dma->device_prep_slave_sg = dmasim_prep_slave_sg;
	dma->device_config = dmasim_config;
	dma->src_addr_widths = p->widths;
	dma->dst_addr_widths = p->widths;
	dma->directions = p->directions;
	dma->min_burst = p->min_burst;
	dma->max_burst = p->max_burst;
	dma->max_sg_burst = p->max_sg_burst;
	dmasim_cyclic_ops(sim);
}
