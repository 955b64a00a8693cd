// SPDX-License-Identifier: GPL-2.0-only
/* Preparing operations on memory. Any context, unless params.prep_blocks. */
#include <linux/overflow.h>
#include <linux/slab.h>

#include "sim.h"

/* Sorts what was given back. Context: the caller holds the lock. */
static void dmasim_sort(struct dmasim_chan *c, struct llist_node *list)
{
	struct llist_node *next;

	for (; list; list = next) {
		struct dmasim_desc *d = container_of(list, struct dmasim_desc, free_node);
		struct llist_node **to = async_tx_test_ack(&d->tx) ? &c->free : &c->unacked;

		next = list->next;
		list->next = *to;
		*to = list;
	}
}

static struct dmasim_desc *dmasim_desc_get(struct dmasim_chan *c)
{
	struct llist_node *node, *unacked;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	if (!c->free) {
		unacked = c->unacked;
		c->unacked = NULL;
		dmasim_sort(c, unacked);
		dmasim_sort(c, llist_del_all(&c->freed));
	}
	node = c->dead ? NULL : c->free;
	if (node)
		c->free = node->next;
	spin_unlock_irqrestore(&c->lock, flags);
	return node ? container_of(node, struct dmasim_desc, free_node) : NULL;
}

/* The habit of idxd: sleeps until there is one, a signal comes, or the device goes. */
static struct dmasim_desc *dmasim_desc_wait(struct dmasim_chan *c)
{
	struct dmasim_desc *d = NULL;

	wait_event_interruptible(c->room, (d = dmasim_desc_get(c)) || READ_ONCE(c->dead));
	return d;
}

static bool dmasim_desc_extend(struct dmasim_desc *d, unsigned int pieces)
{
	struct dmasim_piece *p = kmalloc_array(pieces, sizeof(*p), GFP_NOWAIT | __GFP_NOWARN);

	if (!p)
		return false;
	kfree(d->piece);
	d->piece = p;
	d->room = pieces;
	return true;
}

/* Return: NULL if the ring is full, the device is going or the knob "prep_null" says so. */
struct dmasim_desc *dmasim_prep(struct dmasim_chan *c, unsigned int pieces, unsigned long flags)
{
	struct dmasim_desc *d;

	if (dmasim_defects_call(&c->sim->defects, DMASIM_PREP_NULL))
		return NULL;
	d = dmasim_desc_get(c);
	if (!d && c->sim->params.prep_blocks)
		d = dmasim_desc_wait(c);
	if (!d)
		return NULL;
	if (pieces > d->room && !dmasim_desc_extend(d, pieces)) {
		dmasim_desc_put(c, d);
		return NULL;
	}

	d->tx.flags = flags;
	d->tx.cookie = -EBUSY;
	d->tx.callback = NULL;
	d->tx.callback_result = NULL;
	d->tx.callback_param = NULL;
	d->tx.unmap = NULL;
	d->work = NULL;
	d->len = 0;
	d->done = 0;
	d->stop = 0;
	d->when = 0;
	d->pieces = pieces;
	d->frame = 0;
	d->sums = NULL;
	d->slave.endpoint = DMASIM_UNCONFIGURED;
	d->burst = 0;
	d->result = DMA_TRANS_NOERROR;
	d->state = DMASIM_QUEUED;
	d->defects = 0;
	d->drawn = false;
	d->repeats = false;
	d->period = 0;
	d->jitter = 0;
	return d;
}

static struct dma_async_tx_descriptor *dmasim_ready(struct dmasim_chan *c, struct dmasim_desc *d,
						    size_t len, dmasim_work_fn work)
{
	d->len = len;
	if (c->sim->params.engine == DMASIM_COPY)
		d->work = work;
	return &d->tx;
}

/* Does the engine take a piece of @len? @addresses: of its ends, or-ed; @mask: must be clear. */
bool dmasim_fits(struct dmasim_chan *c, u64 addresses, size_t len, u64 mask)
{
	return len && len <= c->sim->params.max_segment && !((addresses | len) & mask);
}

static struct dma_async_tx_descriptor *
dmasim_prep_memcpy(struct dma_chan *chan, dma_addr_t dst, dma_addr_t src, size_t len,
		   unsigned long flags)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	struct dmasim_desc *d;

	if (!dmasim_fits(c, dst | src, len, c->sim->align_mask))
		return NULL;
	d = dmasim_prep(c, 0, flags);
	if (!d)
		return NULL;

	d->dst = dst;
	d->src = src;
	return dmasim_ready(c, d, len, dmasim_work_memcpy);
}

static struct dma_async_tx_descriptor *
dmasim_prep_memset(struct dma_chan *chan, dma_addr_t dst, int value, size_t len,
		   unsigned long flags)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	struct dmasim_desc *d;

	if (!dmasim_fits(c, dst, len, c->sim->align_mask))
		return NULL;
	d = dmasim_prep(c, 0, flags);
	if (!d)
		return NULL;

	d->dst = dst;
	d->value = value;
	return dmasim_ready(c, d, len, dmasim_work_memset);
}

/**
 * dmasim_prep_sg() - prepare a descriptor whose pieces are the segments of a scatterlist
 * @c:     channel
 * @sgl:   the list, mapped
 * @nents: segments
 * @unit:  bytes of which the length of each must be a multiple
 * @mask:  what addresses and lengths must not have
 * @flags: enum dma_ctrl_flags
 */
struct dmasim_desc *dmasim_prep_sg(struct dmasim_chan *c, struct scatterlist *sgl,
				   unsigned int nents, u32 unit, u64 mask, unsigned long flags)
{
	struct scatterlist *sg;
	struct dmasim_desc *d;
	unsigned int i;
	u64 sum = 0;

	if (!nents || nents > DMASIM_PIECES_MAX)
		return NULL;
	for_each_sg(sgl, sg, nents, i) {
		if (!dmasim_fits(c, sg_dma_address(sg), sg_dma_len(sg), mask) ||
		    sg_dma_len(sg) % unit)
			return NULL;
		sum += sg_dma_len(sg);
	}
	if (sum > U32_MAX)
		return NULL;
	d = dmasim_prep(c, nents, flags);
	if (!d)
		return NULL;

	for_each_sg(sgl, sg, nents, i) {
		d->piece[i].addr = sg_dma_address(sg);
		d->piece[i].len = sg_dma_len(sg);
	}
	d->frame = sum;
	return d;
}

static struct dma_async_tx_descriptor *
dmasim_prep_memset_sg(struct dma_chan *chan, struct scatterlist *sgl, unsigned int nents,
		      int value, unsigned long flags)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	struct dmasim_desc *d = dmasim_prep_sg(c, sgl, nents, 1, c->sim->align_mask, flags);

	if (!d)
		return NULL;
	d->value = value;
	return dmasim_ready(c, d, d->frame, dmasim_work_memset_sg);
}

static struct dma_async_tx_descriptor *dmasim_prep_interrupt(struct dma_chan *chan,
							     unsigned long flags)
{
	struct dmasim_desc *d = dmasim_prep(to_dmasim_chan(chan), 0, flags);

	return d ? &d->tx : NULL;
}

/* @coef is NULL for xor. */
static struct dmasim_desc *dmasim_prep_sources(struct dmasim_chan *c, const dma_addr_t *src,
					       unsigned int n, const unsigned char *coef,
					       unsigned long flags)
{
	struct dmasim_desc *d;
	u64 addresses = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		addresses |= src[i];
	if (!n || addresses & c->sim->align_mask)
		return NULL;
	d = dmasim_prep(c, n, flags);
	if (!d)
		return NULL;

	for (i = 0; i < n; i++) {
		d->piece[i].addr = src[i];
		d->piece[i].coef = coef ? coef[i] : 0;
	}
	d->p = true;
	d->q = false;
	d->more = false;
	return d;
}

static struct dma_async_tx_descriptor *
dmasim_prep_xor(struct dma_chan *chan, dma_addr_t dst, dma_addr_t *src, unsigned int n,
		size_t len, unsigned long flags)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	struct dmasim_desc *d;

	if (!dmasim_fits(c, dst, len, c->sim->align_mask) || n > c->sim->params.max_xor)
		return NULL;
	d = dmasim_prep_sources(c, src, n, NULL, flags);
	if (!d)
		return NULL;

	d->dst = dst;
	return dmasim_ready(c, d, len, dmasim_work_parity);
}

static struct dma_async_tx_descriptor *
dmasim_prep_xor_val(struct dma_chan *chan, dma_addr_t *src, unsigned int n, size_t len,
		    enum sum_check_flags *result, unsigned long flags)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	struct dmasim_desc *d;

	if (n < 2 || n > c->sim->params.max_xor ||
	    !dmasim_fits(c, src[0], len, c->sim->align_mask))
		return NULL;
	d = dmasim_prep_sources(c, src + 1, n - 1, NULL, flags);
	if (!d)
		return NULL;

	d->dst = src[0];
	d->sums = result;
	*result = 0;
	return dmasim_ready(c, d, len, dmasim_work_parity);
}

/* What the flags leave out of P and Q need not be an address. */
static struct dma_async_tx_descriptor *
dmasim_prep_pq(struct dma_chan *chan, dma_addr_t *pq, dma_addr_t *src, unsigned int n,
	       const unsigned char *coef, size_t len, unsigned long flags)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	bool p = !(flags & DMA_PREP_PQ_DISABLE_P), q = !(flags & DMA_PREP_PQ_DISABLE_Q);
	struct dmasim_desc *d;

	if (!(p || q) || (int)n > dma_maxpq(&c->sim->dma, flags) ||
	    !dmasim_fits(c, (p ? pq[0] : 0) | (q ? pq[1] : 0), len, c->sim->align_mask))
		return NULL;
	d = dmasim_prep_sources(c, src, n, coef, flags);
	if (!d)
		return NULL;

	d->dst = pq[0];
	d->dst2 = pq[1];
	d->p = p;
	d->q = q;
	d->more = flags & DMA_PREP_CONTINUE;
	return dmasim_ready(c, d, len, dmasim_work_parity);
}

static struct dma_async_tx_descriptor *
dmasim_prep_pq_val(struct dma_chan *chan, dma_addr_t *pq, dma_addr_t *src, unsigned int n,
		   const unsigned char *coef, size_t len, enum sum_check_flags *result,
		   unsigned long flags)
{
	struct dma_async_tx_descriptor *tx = dmasim_prep_pq(chan, pq, src, n, coef, len, flags);

	if (tx) {
		container_of(tx, struct dmasim_desc, tx)->sums = result;
		*result = 0;
	}
	return tx;
}

/* Lays out one frame. Return: false if it does not fit the engine. */
static bool dmasim_frame(struct dmasim_chan *c, struct dmasim_desc *d,
			 struct dma_interleaved_template *xt)
{
	dma_addr_t src = 0, dst = 0;
	u64 sum = 0, align = xt->src_start | xt->dst_start, total;
	size_t i;

	for (i = 0; i < xt->frame_size; i++) {
		struct data_chunk *chunk = &xt->sgl[i];
		size_t src_gap = dmaengine_get_src_icg(xt, chunk);
		size_t dst_gap = dmaengine_get_dst_icg(xt, chunk);

		align |= src_gap | dst_gap;
		if (!dmasim_fits(c, align, chunk->size, c->sim->align_mask))
			return false;
		d->piece[i].addr = src;
		d->piece[i].dst = dst;
		d->piece[i].len = chunk->size;
		src += chunk->size + src_gap;
		dst += chunk->size + dst_gap;
		sum += chunk->size;
	}
	if (check_mul_overflow(sum, (u64)xt->numf, &total) || total > U32_MAX)
		return false;
	d->frame = sum;
	d->src_step = src;
	d->dst_step = dst;
	return true;
}

static struct dma_async_tx_descriptor *
dmasim_prep_interleaved(struct dma_chan *chan, struct dma_interleaved_template *xt,
			unsigned long flags)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	struct dmasim_desc *d;

	if (xt->dir != DMA_MEM_TO_MEM || !xt->src_inc || !xt->dst_inc || !xt->numf ||
	    !xt->frame_size || xt->frame_size > DMASIM_PIECES_MAX)
		return NULL;
	d = dmasim_prep(c, xt->frame_size, flags);
	if (!d)
		return NULL;
	if (!dmasim_frame(c, d, xt)) {
		dmasim_desc_put(c, d);
		return NULL;
	}

	d->dst = xt->dst_start;
	d->src = xt->src_start;
	d->repeats = flags & DMA_PREP_REPEAT;
	return dmasim_ready(c, d, d->frame * xt->numf, dmasim_work_interleaved);
}

#define DMASIM_OFFER(_op, _cap, _prep, _function)					\
	do {										\
		if (p->operations & BIT(DMASIM_OP_##_op)) {				\
			(_prep) = _function;						\
			dma_cap_set(_cap, dma->cap_mask);				\
		}									\
	} while (0)

/* What there is not has no limits either, as with the drivers that lack it. */
void dmasim_prep_ops(struct dmasim_dev *sim)
{
	const struct dmasim_params *p = &sim->params;
	struct dma_device *dma = &sim->dma;

	DMASIM_OFFER(MEMCPY, DMA_MEMCPY, dma->device_prep_dma_memcpy, dmasim_prep_memcpy);
	DMASIM_OFFER(MEMSET, DMA_MEMSET, dma->device_prep_dma_memset, dmasim_prep_memset);
	DMASIM_OFFER(MEMSET_SG, DMA_MEMSET_SG, dma->device_prep_dma_memset_sg,
		     dmasim_prep_memset_sg);
	DMASIM_OFFER(INTERRUPT, DMA_INTERRUPT, dma->device_prep_dma_interrupt,
		     dmasim_prep_interrupt);
	DMASIM_OFFER(XOR, DMA_XOR, dma->device_prep_dma_xor, dmasim_prep_xor);
	DMASIM_OFFER(XOR_VAL, DMA_XOR_VAL, dma->device_prep_dma_xor_val, dmasim_prep_xor_val);
	DMASIM_OFFER(PQ, DMA_PQ, dma->device_prep_dma_pq, dmasim_prep_pq);
	DMASIM_OFFER(PQ_VAL, DMA_PQ_VAL, dma->device_prep_dma_pq_val, dmasim_prep_pq_val);
	DMASIM_OFFER(INTERLEAVED, DMA_INTERLEAVE, dma->device_prep_interleaved_dma,
		     dmasim_prep_interleaved);
	if (dma->device_prep_interleaved_dma && p->operations & BIT(DMASIM_OP_REPEAT)) {
		dma_cap_set(DMA_REPEAT, dma->cap_mask);
		dma_cap_set(DMA_LOAD_EOT, dma->cap_mask);
	}

	dma->copy_align = p->align;
	if (dma->device_prep_dma_memset || dma->device_prep_dma_memset_sg)
		dma->fill_align = p->align;
	if (dma->device_prep_dma_xor || dma->device_prep_dma_xor_val) {
		dma->xor_align = p->align;
		dma->max_xor = p->max_xor;
	}
	if (dma->device_prep_dma_pq || dma->device_prep_dma_pq_val) {
		dma->pq_align = p->align;
		dma_set_maxpq(dma, p->max_pq, p->pq_continue);
	}
}
