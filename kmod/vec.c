// SPDX-License-Identifier: GPL-2.0-only
/* Operations with more operands than a source and a destination: xor, P and Q, segments, frames. */
#include <linux/dma-mapping.h>
#include <linux/lcm.h>
#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "dmactl_int.h"

void dmactl_more_put(struct dmactl_more *m)
{
	if (!m || !refcount_dec_and_test(&m->ref))
		return;
	kvfree(m->sums);
	kvfree(m->sgl);
	kvfree(m);
}

/* Room for @nr places, their addresses and coefficients. */
static struct dmactl_more *dmactl_more_new(unsigned int nr)
{
	struct dmactl_more *m;
	size_t addr = struct_size(m, place, nr), coef = addr + nr * sizeof(*m->addr);

	m = kvzalloc(coef + nr, GFP_KERNEL_ACCOUNT);
	if (!m)
		return NULL;
	refcount_set(&m->ref, 1);
	m->addr = (void *)m + addr;
	m->coef = (void *)m + coef;
	m->nr = nr;
	return m;
}

static bool dmactl_is_sg(u8 opcode)
{
	return opcode == DMACTL_OP_MEMSET_SG || opcode == DMACTL_OP_SLAVE_SG;
}

static bool dmactl_is_pq(u8 opcode)
{
	return opcode == DMACTL_OP_PQ || opcode == DMACTL_OP_PQ_VAL;
}

/* Destinations come first: XOR's, or P and Q. */
static unsigned int dmactl_destinations(u8 opcode)
{
	if (dmactl_is_pq(opcode))
		return 2;
	return opcode == DMACTL_OP_XOR || opcode == DMACTL_OP_INTERLEAVED;
}

/* How many sources or segments the channel takes, and the operation needs. */
static int dmactl_check_number(struct dmactl_chan *c, const struct dmactl_op *op,
			       const struct dmactl_xfer *x, u32 *why)
{
	struct dma_device *d = c->dma->device;
	unsigned int least = 1, most = DMACTL_MAX_VEC;

	switch (op->opcode) {
	case DMACTL_OP_XOR:
	case DMACTL_OP_XOR_VAL:
		least = 2;
		most = d->max_xor;
		break;
	case DMACTL_OP_PQ:
	case DMACTL_OP_PQ_VAL:
		most = max(dma_maxpq(d, x->flags), 0);
		break;
	case DMACTL_OP_INTERLEAVED:
		return op->nr_vec ? dmactl_bad(why, DMACTL_WHY_RESERVED, -EINVAL) : 0;
	default:
		if (x->direction == DMA_DEV_TO_DEV)
			most = 1;
	}
	if (op->nr_vec > most)
		return dmactl_bad(why, DMACTL_WHY_SOURCES, -E2BIG);
	return op->nr_vec < least ? dmactl_bad(why, DMACTL_WHY_SOURCES, -EINVAL) : 0;
}

/* What a place may be; its buffer is found and in use from here on. */
static int dmactl_place(struct dmactl_chan *c, struct dmactl_xfer *x, unsigned int i, u32 buffer,
			u64 offset, u64 len, u32 *why)
{
	struct dmactl_place *p = &x->more->place[i];

	p->offset = offset;
	p->len = len;
	return dmactl_use(c, buffer, offset, len, x->how, &p->buf, why);
}

static int dmactl_place_sources(struct dmactl_chan *c, const struct dmactl_entry *e,
				struct dmactl_xfer *x, u32 *why)
{
	unsigned int first = dmactl_destinations(x->opcode), i;
	bool sg = dmactl_is_sg(x->opcode);
	struct dmactl_more *m = x->more;
	u64 sum = 0;
	int err;

	for (i = 0; i < e->op->nr_vec; i++) {
		const struct dmactl_vec *v = &e->args->vec[i];

		if (v->coef > (dmactl_is_pq(x->opcode) ? 0xff : 0) || (!sg && v->len))
			return dmactl_bad(why, DMACTL_WHY_RESERVED, -EINVAL);
		if (sg && (!v->len || check_add_overflow(sum, v->len, &sum)))
			return dmactl_bad(why, DMACTL_WHY_SEGMENT, -EINVAL);
		m->coef[i] = v->coef;
		if (x->direction == DMA_DEV_TO_DEV) {
			if (v->buffer != DMACTL_NONE || v->offset)
				return dmactl_bad(why, DMACTL_WHY_RESERVED, -EINVAL);
			continue;
		}
		err = dmactl_place(c, x, first + i, v->buffer, v->offset, sg ? v->len : x->len,
				   why);
		if (err)
			return err;
	}
	if (sg && sum != x->len)
		return dmactl_bad(why, DMACTL_WHY_SEGMENT, -EINVAL);
	return 0;
}

/* Bytes from the first to the last of @frames chunks. */
static int dmactl_span(const struct dmactl_interleave *t, u64 gap, u64 *span)
{
	u64 step;

	if (check_add_overflow(t->chunk, gap, &step) ||
	    check_mul_overflow(step, t->frames - 1, span) ||
	    check_add_overflow(*span, t->chunk, span))
		return -ERANGE;
	return 0;
}

static int dmactl_place_frames(struct dmactl_chan *c, const struct dmactl_entry *e,
			       struct dmactl_xfer *x, u32 *why)
{
	const struct dmactl_interleave *t = &e->args->template;
	struct dmactl_more *m = x->more;
	u64 dst, src, len;
	int err;

	if (!t->frames || !t->chunk)
		return dmactl_bad(why, DMACTL_WHY_TEMPLATE, -EINVAL);
	if (dmactl_span(t, t->dst_gap, &dst) || dmactl_span(t, t->src_gap, &src) ||
	    check_mul_overflow(t->frames, t->chunk, &len))
		return dmactl_bad(why, DMACTL_WHY_TEMPLATE, -ERANGE);
	if (len != x->len)
		return dmactl_bad(why, DMACTL_WHY_TEMPLATE, -EINVAL);
	m->template = *t;
	err = dmactl_place(c, x, 0, e->op->dst.buffer, e->op->dst.offset, dst, why);
	return err ?: dmactl_place(c, x, 1, e->op->src.buffer, e->op->src.offset, src, why);
}

static int dmactl_place_destinations(struct dmactl_chan *c, const struct dmactl_entry *e,
				     struct dmactl_xfer *x, u32 *why)
{
	const struct dmactl_operand *o[] = { &e->op->dst, &e->op->dst2 };
	static const u32 without[] = { DMACTL_OP_F_NO_P, DMACTL_OP_F_NO_Q };
	unsigned int i;
	int err;

	for (i = 0; i < dmactl_destinations(x->opcode); i++) {
		if (e->op->flags & without[i])
			continue;
		err = dmactl_place(c, x, i, o[i]->buffer, o[i]->offset, x->len, why);
		if (err)
			return err;
	}
	return 0;
}

static bool dmactl_places_meet(const struct dmactl_place *p, const struct dmactl_place *q)
{
	return p->buf && p->buf == q->buf && p->offset < q->offset + q->len &&
	       q->offset < p->offset + p->len;
}

/* What is written must meet nothing else that the operation names. */
static bool dmactl_places_overlap(const struct dmactl_xfer *x)
{
	const struct dmactl_more *m = x->more;
	unsigned int written = dmactl_destinations(x->opcode), i, k;

	if (x->opcode == DMACTL_OP_MEMSET_SG ||
	    (x->opcode == DMACTL_OP_SLAVE_SG && x->direction == DMA_DEV_TO_MEM))
		written = m->nr;
	for (i = 0; i < written; i++)
		for (k = i + 1; k < m->nr; k++)
			if (dmactl_places_meet(&m->place[i], &m->place[k]))
				return true;
	return false;
}

/* What pieces of a segment must be multiples of: whole accesses to the registers. */
static u32 dmactl_sg_unit(const struct dmactl_chan *c, const struct dmactl_xfer *x)
{
	const struct dma_slave_config *s = &c->slave;
	unsigned long from = 1, to = 1;

	if (x->opcode != DMACTL_OP_SLAVE_SG)
		return 1;
	if (x->direction == DMA_DEV_TO_MEM || x->direction == DMA_DEV_TO_DEV)
		from = s->src_addr_width ?: 1;
	if (x->direction != DMA_DEV_TO_MEM)
		to = s->dst_addr_width ?: 1;
	return lcm(from, to);
}

/*
 * The longest piece: whole accesses; whole bursts of them, that begin where memory operations may
 * begin as well, if there is room for one.
 */
static u64 dmactl_sg_limit(const struct dmactl_chan *c, const struct dmactl_xfer *x, u32 unit)
{
	u64 limit = min_t(u64, dmactl_part_limit(c, x), U32_MAX), burst;
	u32 rest;

	if (x->opcode != DMACTL_OP_SLAVE_SG)
		return limit;
	burst = (u64)unit * max3(c->slave.src_maxburst, c->slave.dst_maxburst, 1U);
	if (burst <= limit)
		burst = lcm(burst, dmactl_align_bytes(c->dma->device->copy_align));
	if (burst > limit)
		burst = unit;
	div_u64_rem(limit, burst, &rest);
	return limit > rest ? limit - rest : limit;
}

/*
 * Pieces of a segment, as many as its memory and the segment limit make; @sg NULL only counts.
 * Return: 0 when its memory would have to be cut within an access.
 */
static unsigned int dmactl_sg_segment(const struct dmactl_place *p, u64 limit, u32 unit,
				      struct scatterlist **sg)
{
	unsigned int n = 0;
	u64 done, part;

	for (done = 0; done < p->len; done += part, n++) {
		part = min(p->len - done, limit);
		if (p->buf)
			part = min(part, dmactl_chunk_left(p->buf, p->offset + done));
		if (part < p->len - done && !dmactl_is_multiple(part, unit))
			return 0;
		if (!sg)
			continue;
		sg_dma_address(*sg) = p->buf ? dmactl_buf_addr(p->buf, p->offset + done) : 0;
		sg_dma_len(*sg) = part;
		(*sg)->length = part;
		*sg = sg_next(*sg);
	}
	return n;
}

static int dmactl_sg_make(struct dmactl_chan *c, struct dmactl_xfer *x, u32 *why)
{
	u32 unit = dmactl_sg_unit(c, x);
	u64 limit = dmactl_sg_limit(c, x, unit);
	struct dmactl_more *m = x->more;
	struct scatterlist *sg;
	unsigned int i, n;

	if (x->direction == DMA_DEV_TO_DEV)
		m->place[0].len = x->len;
	for (i = 0; i < m->nr; i++) {
		if (div64_u64(m->place[i].len, limit) > DMACTL_MAX_DESCRIPTORS)
			return dmactl_bad(why, DMACTL_WHY_SPLIT, -E2BIG);
		n = dmactl_sg_segment(&m->place[i], limit, unit, NULL);
		/* A driver may round half an access up, or down to none. */
		if (!n || (c->line && !dmactl_is_multiple(m->place[i].len, unit)))
			return dmactl_bad(why, DMACTL_WHY_ALIGN, -EINVAL);
		m->nents += n;
	}
	if (m->nents > DMACTL_MAX_DESCRIPTORS)
		return dmactl_bad(why, DMACTL_WHY_SPLIT, -E2BIG);
	m->sgl = kvcalloc(m->nents, sizeof(*m->sgl), GFP_KERNEL_ACCOUNT);
	if (!m->sgl)
		return -ENOMEM;
	sg_init_table(m->sgl, m->nents);
	sg = m->sgl;
	for (i = 0; i < m->nr; i++)
		dmactl_sg_segment(&m->place[i], limit, unit, &sg);
	x->nr_desc = 1;
	return 0;
}

/**
 * dmactl_more_parse() - check and find the operands of an operation that has more than two
 * @c:   channel, locked
 * @e:   the operation
 * @x:   result, with opcode, len, direction and flags set; to be put on failure too
 * @why: enum dmactl_why on failure
 */
int dmactl_more_parse(struct dmactl_chan *c, const struct dmactl_entry *e, struct dmactl_xfer *x,
		      u32 *why)
{
	unsigned int nr = dmactl_destinations(x->opcode);
	int err;

	err = dmactl_check_number(c, e->op, x, why);
	if (err)
		return err;
	nr += x->opcode == DMACTL_OP_INTERLEAVED ? 1 : e->op->nr_vec;
	x->more = dmactl_more_new(nr);
	if (!x->more)
		return -ENOMEM;
	if (x->opcode == DMACTL_OP_INTERLEAVED)
		err = dmactl_place_frames(c, e, x, why);
	else
		err = dmactl_place_destinations(c, e, x, why) ?: dmactl_place_sources(c, e, x, why);
	if (err)
		return err;
	if (dmactl_places_overlap(x))
		return dmactl_bad(why, DMACTL_WHY_OVERLAP, -EINVAL);
	return dmactl_is_sg(x->opcode) && x->how != USE_LATER ? dmactl_sg_make(c, x, why) : 0;
}

/* Several descriptors that check: each clears its word before it sets it. */
int dmactl_more_sums(struct dmactl_xfer *x)
{
	if (!dmactl_is_val(x->opcode) || x->nr_desc == 1)
		return 0;
	x->more->sums = kvcalloc(x->nr_desc, sizeof(*x->more->sums), GFP_KERNEL_ACCOUNT);
	return x->more->sums ? 0 : -ENOMEM;
}

/* What the *_VAL operation of a complete request found, as DMACTL_COMP_F_*. */
u32 dmactl_more_parity(const struct dmactl_req *req)
{
	enum sum_check_flags *sums = req->x->more->sums;
	unsigned int i, bad = sums ? 0 : READ_ONCE(req->sum);

	for (i = 0; sums && i < req->x->nr_desc; i++)
		bad |= READ_ONCE(sums[i]);
	return (bad & SUM_CHECK_P_RESULT ? DMACTL_COMP_F_XOR_BAD : 0) |
	       (bad & SUM_CHECK_Q_RESULT ? DMACTL_COMP_F_Q_BAD : 0);
}

/* Whole frames, as many as are contiguous on both sides; or a piece of the one that is not. */
static u64 dmactl_frames_part(const struct dmactl_xfer *x, u64 done, u64 limit)
{
	const struct dmactl_interleave *t = &x->more->template;
	u64 in, frame = div64_u64_rem(done, t->chunk, &in), n = t->frames - frame, part;
	const u64 gap[] = { t->dst_gap, t->src_gap };
	unsigned int i;

	part = t->chunk - in;
	n = min(n, div64_u64(limit, t->chunk));
	for (i = 0; i < 2; i++) {
		const struct dmactl_place *p = &x->more->place[i];
		u64 left = dmactl_chunk_left(p->buf, p->offset + frame * (t->chunk + gap[i]) + in);

		part = min(part, left);
		n = left < t->chunk ? 0 : min(n, div64_u64(left - t->chunk, t->chunk + gap[i]) + 1);
	}
	return in || !n ? min(part, limit) : n * t->chunk;
}

/* The longest piece that one descriptor may move; see dmactl_xfer_part(). */
u64 dmactl_more_part(const struct dmactl_xfer *x, u64 done, u64 limit)
{
	const struct dmactl_more *m = x->more;
	u64 part = min(x->len - done, limit);
	unsigned int i;

	if (m->sgl)
		return x->len;
	if (x->opcode == DMACTL_OP_INTERLEAVED)
		return dmactl_frames_part(x, done, limit);
	for (i = 0; i < m->nr; i++) {
		const struct dmactl_place *p = &m->place[i];

		if (p->buf)
			part = min(part, dmactl_chunk_left(p->buf, p->offset + done));
	}
	return part;
}

static struct dma_async_tx_descriptor *
dmactl_prep_frames(struct dma_chan *dma, const struct dmactl_xfer *x,
		   const struct dmactl_part *part, unsigned long flags)
{
	const struct dmactl_interleave *t = &x->more->template;
	const struct dmactl_place *p = x->more->place;
	union {
		struct dma_interleaved_template t;
		u8 room[sizeof(struct dma_interleaved_template) + sizeof(struct data_chunk)];
	} xt = { };
	u64 in, frame = div64_u64_rem(part->done, t->chunk, &in);
	bool whole = !in && part->len >= t->chunk;

	in += p[0].offset;
	xt.t.dst_start = dmactl_buf_addr(p[0].buf, frame * (t->chunk + t->dst_gap) + in);
	in += p[1].offset - p[0].offset;
	xt.t.src_start = dmactl_buf_addr(p[1].buf, frame * (t->chunk + t->src_gap) + in);
	xt.t.dir = DMA_MEM_TO_MEM;
	xt.t.src_inc = true;
	xt.t.dst_inc = true;
	xt.t.src_sgl = true;
	xt.t.dst_sgl = true;
	xt.t.numf = whole ? div64_u64(part->len, t->chunk) : 1;
	xt.t.frame_size = 1;
	xt.t.sgl[0].size = whole ? t->chunk : part->len;
	xt.t.sgl[0].src_icg = t->src_gap;
	xt.t.sgl[0].dst_icg = t->dst_gap;
	return dma->device->device_prep_interleaved_dma(dma, &xt.t, flags);
}

/* Addresses of a piece; a driver may change the array, so it is made anew. */
static dma_addr_t *dmactl_more_addr(const struct dmactl_more *m, u64 done)
{
	unsigned int i;

	for (i = 0; i < m->nr; i++)
		m->addr[i] = m->place[i].buf ?
			     dmactl_buf_addr(m->place[i].buf, m->place[i].offset + done) : 0;
	return m->addr;
}

/**
 * dmactl_prep_more() - prepare a descriptor of an operation with more than two operands
 * @dma:   channel
 * @req:   request; its operation's scratch is the locked channel's
 * @part:  the piece
 * @flags: enum dma_ctrl_flags
 */
struct dma_async_tx_descriptor *dmactl_prep_more(struct dma_chan *dma, struct dmactl_req *req,
						 const struct dmactl_part *part,
						 unsigned long flags)
{
	const struct dmactl_xfer *x = req->x;
	const struct dmactl_more *m = x->more;
	struct dma_device *d = dma->device;
	enum sum_check_flags *sum = m->sums ? &m->sums[part->index] : &req->sum;
	dma_addr_t *addr;

	switch (x->opcode) {
	case DMACTL_OP_MEMSET_SG:
		return d->device_prep_dma_memset_sg(dma, m->sgl, m->nents, x->value, flags);
	case DMACTL_OP_SLAVE_SG:
		return d->device_prep_slave_sg(dma, m->sgl, m->nents, x->direction, flags, NULL);
	case DMACTL_OP_INTERLEAVED:
		return dmactl_prep_frames(dma, x, part, flags);
	default:
		break;
	}
	*sum = 0;
	addr = dmactl_more_addr(m, part->done);
	switch (x->opcode) {
	case DMACTL_OP_XOR:
		return d->device_prep_dma_xor(dma, addr[0], addr + 1, m->nr - 1, part->len, flags);
	case DMACTL_OP_XOR_VAL:
		return d->device_prep_dma_xor_val(dma, addr, m->nr, part->len, sum, flags);
	case DMACTL_OP_PQ:
		return d->device_prep_dma_pq(dma, addr, addr + 2, m->nr - 2, m->coef, part->len,
					     flags);
	default:
		return d->device_prep_dma_pq_val(dma, addr, addr + 2, m->nr - 2, m->coef, part->len,
						 sum, flags);
	}
}
