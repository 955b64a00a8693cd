// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations from user space: checked, and turned into what a provider wants. Nothing is touched
 * here.
 */
#include <linux/dma-mapping.h>
#include <linux/nospec.h>

#include "dmactl_int.h"

int dmactl_bad(u32 *why, enum dmactl_why reason, int err)
{
	*why = reason;
	return err;
}

static bool dmactl_operand_zero(const struct dmactl_operand *o)
{
	return !o->buffer && !o->reserved && !o->offset;
}

/* What an operation uses besides its length. */
#define USES_DST	BIT(0)
#define USES_SRC	BIT(1)
#define USES_VALUE	BIT(2)
#define USES_VEC	BIT(3)
#define USES_TEMPLATE	BIT(4)
#define USES_DST2	BIT(5)
#define USES_DIRECTION	BIT(6)

static const struct dmactl_kind {
	u8 uses;
	u32 flags;	/* beside NO_INTERRUPT and FENCE */
} dmactl_kinds[] = {
	[DMACTL_OP_MEMCPY] = { USES_DST | USES_SRC },
	[DMACTL_OP_MEMSET] = { USES_DST | USES_VALUE },
	[DMACTL_OP_INTERRUPT] = { 0 },
	[DMACTL_OP_XOR] = { USES_DST | USES_VEC },
	[DMACTL_OP_XOR_VAL] = { USES_VEC },
	[DMACTL_OP_PQ] = { USES_DST | USES_DST2 | USES_VEC,
			   DMACTL_OP_F_NO_P | DMACTL_OP_F_NO_Q | DMACTL_OP_F_CONTINUE },
	[DMACTL_OP_PQ_VAL] = { USES_DST | USES_DST2 | USES_VEC,
			       DMACTL_OP_F_NO_P | DMACTL_OP_F_NO_Q },
	[DMACTL_OP_MEMSET_SG] = { USES_VALUE | USES_VEC },
	[DMACTL_OP_INTERLEAVED] = { USES_DST | USES_SRC | USES_TEMPLATE,
				    DMACTL_OP_F_REPEAT | DMACTL_OP_F_LOAD_EOT },
	[DMACTL_OP_SLAVE_SG] = { USES_VEC | USES_DIRECTION },
};

/* NULL: there is no such operation. A CPU that runs ahead of the check stays in the table. */
static const struct dmactl_kind *dmactl_kind(u32 opcode)
{
	if (opcode >= ARRAY_SIZE(dmactl_kinds))
		return NULL;
	return &dmactl_kinds[array_index_nospec(opcode, ARRAY_SIZE(dmactl_kinds))];
}

bool dmactl_is_val(u8 opcode)
{
	return opcode == DMACTL_OP_XOR_VAL || opcode == DMACTL_OP_PQ_VAL;
}

bool dmactl_uses_vec(u32 opcode)
{
	const struct dmactl_kind *kind = dmactl_kind(opcode);

	return kind && kind->uses & USES_VEC;
}

bool dmactl_uses_template(u32 opcode)
{
	const struct dmactl_kind *kind = dmactl_kind(opcode);

	return kind && kind->uses & USES_TEMPLATE;
}

/* Fields that the operation does not use. */
static bool dmactl_unused_zero(const struct dmactl_op *op, u8 uses)
{
	if (op->flags & DMACTL_OP_F_NO_P)
		uses &= ~USES_DST;
	if (op->flags & DMACTL_OP_F_NO_Q)
		uses &= ~USES_DST2;
	if (op->reserved || op->dst.reserved || op->src.reserved || op->dst2.reserved)
		return false;
	return (uses & USES_DST || dmactl_operand_zero(&op->dst)) &&
	       (uses & USES_SRC || dmactl_operand_zero(&op->src)) &&
	       (uses & USES_DST2 || dmactl_operand_zero(&op->dst2)) &&
	       (uses & USES_VALUE || !op->value) && (uses & USES_DIRECTION || !op->direction) &&
	       (uses & USES_VEC || (!op->nr_vec && !op->vec)) &&
	       (op->nr_deps || !op->deps) && !op->template == !(uses & USES_TEMPLATE);
}

/* log2 of the alignment, as the driver states it. */
unsigned int dmactl_align_shift(const struct dma_device *d, u8 opcode)
{
	switch (opcode) {
	case DMACTL_OP_MEMCPY:
	case DMACTL_OP_INTERLEAVED:
		return d->copy_align;
	case DMACTL_OP_MEMSET:
	case DMACTL_OP_MEMSET_SG:
		return d->fill_align;
	case DMACTL_OP_XOR:
	case DMACTL_OP_XOR_VAL:
		return d->xor_align;
	case DMACTL_OP_PQ:
	case DMACTL_OP_PQ_VAL:
		return d->pq_align;
	default:
		return 0;
	}
}

static bool dmactl_aligned(const struct dmactl_chan *c, const struct dmactl_entry *e)
{
	unsigned int shift = dmactl_align_shift(c->dma->device, e->op->opcode);
	u64 all = e->op->len | e->op->dst.offset | e->op->src.offset | e->op->dst2.offset;
	u32 i;

	for (i = 0; i < e->op->nr_vec; i++)
		all |= e->args->vec[i].offset | e->args->vec[i].len;
	if (e->op->template)
		all |= e->args->template.chunk | e->args->template.src_gap |
		       e->args->template.dst_gap;
	return !(all & (dmactl_align_bytes(shift) - 1));
}

/* The channel's part of it; capabilities beyond the operation itself. */
static int dmactl_op_check_chan(const struct dmactl_chan *c, const struct dmactl_op *op, u32 *why)
{
	struct dma_device *d = c->dma->device;
	struct dma_slave_caps caps;

	if (!(c->ops & BIT_ULL(op->opcode)) ||
	    (op->flags & DMACTL_OP_F_REPEAT && !dma_has_cap(DMA_REPEAT, d->cap_mask)) ||
	    (op->flags & DMACTL_OP_F_LOAD_EOT && !dma_has_cap(DMA_LOAD_EOT, d->cap_mask)))
		return dmactl_bad(why, DMACTL_WHY_LACKS, -EOPNOTSUPP);
	if (op->opcode != DMACTL_OP_SLAVE_SG)
		return 0;
	if (op->direction > DMA_DEV_TO_DEV || dma_get_slave_caps(c->dma, &caps) ||
	    !(caps.directions & BIT(op->direction)))
		return dmactl_bad(why, DMACTL_WHY_DIRECTION, -EINVAL);
	return c->endpoint ? 0 : dmactl_bad(why, DMACTL_WHY_ENDPOINT, -ENOTCONN);
}

static int dmactl_op_check(const struct dmactl_chan *c, const struct dmactl_entry *e, u32 *why)
{
	const struct dmactl_kind *kind = dmactl_kind(e->op->opcode);
	const struct dmactl_op *op = e->op;
	int err;

	if (!kind)
		return dmactl_bad(why, DMACTL_WHY_OPCODE, -EOPNOTSUPP);
	if (op->flags & ~(DMACTL_OP_F_NO_INTERRUPT | DMACTL_OP_F_FENCE | kind->flags))
		return dmactl_bad(why, DMACTL_WHY_FLAGS, -EOPNOTSUPP);
	if (!dmactl_unused_zero(op, kind->uses) ||
	    (op->flags & DMACTL_OP_F_NO_P && op->flags & DMACTL_OP_F_NO_Q))
		return dmactl_bad(why, DMACTL_WHY_RESERVED, -EINVAL);
	err = dmactl_op_check_chan(c, op, why);
	if (err)
		return err;
	if (op->opcode == DMACTL_OP_INTERRUPT ? op->len : !op->len)
		return dmactl_bad(why, DMACTL_WHY_LENGTH, -EINVAL);
	if (op->value > 0xff)
		return dmactl_bad(why, DMACTL_WHY_VALUE, -EINVAL);
	return dmactl_aligned(c, e) ? 0 : dmactl_bad(why, DMACTL_WHY_ALIGN, -EINVAL);
}

struct dmactl_named {
	u32 id;
	struct dmactl_buf *buf;
};

static void dmactl_named_match(struct dmactl_buf *b, void *arg)
{
	struct dmactl_named *named = arg;

	if (b->id == named->id)
		named->buf = b;
}

/* A held operation gets the buffers that it named when it came, whoever has their ids now. */
static struct dmactl_buf *dmactl_named(struct dmactl_chan *c, u32 id)
{
	struct dmactl_named named = { .id = id };

	if (likely(!c->names))
		return dmactl_buf_get(c->session, id);
	dmactl_xfer_bufs(c->names, dmactl_named_match, &named);
	if (named.buf)
		refcount_inc(&named.buf->ref);
	return named.buf;
}

/*
 * Most operations name buffers that the one before them in their call names, too: it has them
 * mapped, so that one more use changes nothing and needs no lock.
 */
static struct dmactl_buf *dmactl_use_again(const struct dmactl_chan *c, u32 id)
{
	const struct dmactl_xfer *x = c->before;
	struct dmactl_buf *b;

	if (!x || x->how != USE_OWNED)
		return NULL;
	if (x->dst_buf && x->dst_buf->id == id)
		b = x->dst_buf;
	else if (x->src_buf && x->src_buf->id == id)
		b = x->src_buf;
	else
		return NULL;
	return b->kind == DMACTL_BUF_DMABUF ? NULL : b;	/* that has fences to be waited for */
}

static bool dmactl_in_range(const struct dmactl_buf *b, u64 offset, u64 len)
{
	return offset <= b->bytes && len <= b->bytes - offset;
}

/**
 * dmactl_use() - find a buffer, check the range, and have the buffer mapped for a channel
 * @c:      channel, locked
 * @id:     of the buffer
 * @offset: bytes
 * @len:    bytes
 * @how:    mapped as a whole, or each time by the channel itself; or to be checked only
 * @out:    the buffer, counted and in use
 * @why:    enum dmactl_why on failure
 */
int dmactl_use(struct dmactl_chan *c, u32 id, u64 offset, u64 len, enum dmactl_use how,
	       struct dmactl_buf **out, u32 *why)
{
	struct dmactl_buf *b = how == USE_OWNED ? dmactl_use_again(c, id) : NULL;
	int err;

	if (b && dmactl_in_range(b, offset, len)) {
		refcount_inc(&b->ref);
		atomic_inc(&b->uses);
		*out = b;
		return 0;
	}
	b = dmactl_named(c, id);
	if (!b)
		return dmactl_bad(why, DMACTL_WHY_BUFFER, -ENOENT);
	if (!dmactl_in_range(b, offset, len)) {
		dmactl_buf_put(b);
		return dmactl_bad(why, DMACTL_WHY_RANGE, -ERANGE);
	}
	if (how == USE_LATER)
		err = dmactl_buf_later(b, c->dmadev);
	else
		err = how == USE_LENT ? dmactl_buf_lend(b, c) : dmactl_buf_own(b, c->dmadev);
	if (!err) {
		*out = b;
		return 0;
	}
	dmactl_buf_put(b);
	switch (err) {
	case -EINVAL:
		return dmactl_bad(why, DMACTL_WHY_KIND, err);
	case -EBUSY:
		return dmactl_bad(why, DMACTL_WHY_MAPPED, err);
	case -ENODEV:
		return dmactl_bad(why, DMACTL_WHY_STATE, err);
	case -EINTR:
		return err;
	default:
		return dmactl_bad(why, DMACTL_WHY_MAP, err);
	}
}

static bool dmactl_overlap(const struct dmactl_xfer *x)
{
	return x->src_buf && x->src_buf == x->dst_buf && x->src_off < x->dst_off + x->len &&
	       x->dst_off < x->src_off + x->len;
}

static unsigned long dmactl_prep_flags(const struct dmactl_op *op)
{
	static const struct {
		u32 ours;
		enum dma_ctrl_flags theirs;
	} flags[] = {
		{ DMACTL_OP_F_FENCE, DMA_PREP_FENCE },
		{ DMACTL_OP_F_NO_P, DMA_PREP_PQ_DISABLE_P },
		{ DMACTL_OP_F_NO_Q, DMA_PREP_PQ_DISABLE_Q },
		{ DMACTL_OP_F_CONTINUE, DMA_PREP_CONTINUE },
		{ DMACTL_OP_F_REPEAT, DMA_PREP_REPEAT },
		{ DMACTL_OP_F_LOAD_EOT, DMA_PREP_LOAD_EOT },
	};
	unsigned long prep = DMA_CTRL_ACK;
	unsigned int i;

	if (!(op->flags & DMACTL_OP_F_NO_INTERRUPT))
		prep |= DMA_PREP_INTERRUPT;
	if (likely(!(op->flags & ~DMACTL_OP_F_NO_INTERRUPT)))
		return prep;
	for (i = 0; i < ARRAY_SIZE(flags); i++)
		if (op->flags & flags[i].ours)
			prep |= flags[i].theirs;
	return prep;
}

static int dmactl_op_operands(struct dmactl_chan *c, const struct dmactl_entry *e,
			      struct dmactl_xfer *x, u32 *why)
{
	const struct dmactl_op *op = e->op;
	int err;

	if (dmactl_uses_vec(op->opcode) || dmactl_uses_template(op->opcode))
		return dmactl_more_parse(c, e, x, why);
	err = dmactl_use(c, op->dst.buffer, op->dst.offset, x->len, x->how, &x->dst_buf, why);
	if (!err && x->opcode == DMACTL_OP_MEMCPY)
		err = dmactl_use(c, op->src.buffer, op->src.offset, x->len, x->how, &x->src_buf,
				 why);
	if (!err && dmactl_overlap(x))
		err = dmactl_bad(why, DMACTL_WHY_OVERLAP, -EINVAL);
	return err;
}

/**
 * dmactl_op_parse() - check an operation and find what it names
 * @c:    channel that holds its dma_chan: c->lock is held
 * @e:    the operation, copied from user space
 * @run:  DMACTL_RUN_F_* where it is an element of a RUN, else DMACTL_NO_RUN, or DMACTL_CHECK_ONLY:
 *        whether it will be right once its buffers may move to this device
 * @x:    result; its buffers are counted
 * @why:  enum dmactl_why on failure
 *
 * Return: 0, or an errno as enum dmactl_why documents; then @x holds nothing.
 */
int dmactl_op_parse(struct dmactl_chan *c, const struct dmactl_entry *e, u32 run,
		    struct dmactl_xfer *x, u32 *why)
{
	const struct dmactl_op *op = e->op;
	bool in_run = run < DMACTL_CHECK_ONLY;
	int err;

	lockdep_assert_held(&c->lock);
	memset(x, 0, sizeof(*x));
	err = dmactl_op_check(c, e, why);
	if (err)
		return err;
	x->each = in_run && run & DMACTL_RUN_F_MAP_EACH;
	x->how = run == DMACTL_CHECK_ONLY ? USE_LATER : x->each ? USE_LENT : USE_OWNED;
	if (x->each && op->opcode > DMACTL_OP_INTERRUPT)
		return dmactl_bad(why, DMACTL_WHY_OPCODE, -EOPNOTSUPP);
	if (in_run && op->flags & (DMACTL_OP_F_REPEAT | DMACTL_OP_F_LOAD_EOT))
		return dmactl_bad(why, DMACTL_WHY_FLAGS, -EOPNOTSUPP);
	x->opcode = op->opcode;
	x->value = op->value;
	x->direction = op->direction;
	x->len = op->len;
	x->dst_off = op->dst.offset;
	x->src_off = op->src.offset;
	x->flags = dmactl_prep_flags(op);
	if (x->opcode == DMACTL_OP_INTERRUPT) {
		x->nr_desc = 1;
	} else {
		err = dmactl_op_operands(c, e, x, why);
		if (!err && !x->nr_desc && x->how != USE_LATER)
			err = dmactl_xfer_count(c, x, x->each || x->flags & DMA_PREP_REPEAT ||
						(in_run && dmactl_is_val(x->opcode)), why);
		if (err)
			dmactl_xfer_put(x);
	}
	x->plain = x->nr_desc == 1 && !x->each && !dmactl_is_val(x->opcode) &&
		   !(x->flags & (DMA_PREP_REPEAT | DMA_PREP_LOAD_EOT));
	return err;
}
