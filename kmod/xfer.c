// SPDX-License-Identifier: GPL-2.0-only
/* A checked operation: the pieces it takes, and the buffers it names. */
#include "dmactl_int.h"

/* The segment limit, rounded down to what the engine's alignment allows. */
u64 dmactl_part_limit(const struct dmactl_chan *c, const struct dmactl_xfer *x)
{
	u64 unit = dmactl_align_bytes(dmactl_align_shift(c->dma->device, x->opcode));

	return max_t(u64, dmactl_max_segment(c->dmadev) & ~(unit - 1), 1);
}

/**
 * dmactl_xfer_next() - the longest piece that one descriptor may move
 * @c:    channel
 * @x:    operation
 * @part: with what precedes it in @done; gets its length and, where there are but two operands, its
 *        addresses, which mean nothing in a buffer that is lent
 *
 * Pieces end where memory stops being contiguous and at the segment limit. Buffers are page aligned
 * and so are the chunks, so the rest keeps its alignment.
 */
void dmactl_xfer_next(const struct dmactl_chan *c, const struct dmactl_xfer *x,
		      struct dmactl_part *part)
{
	u64 limit = dmactl_part_limit(c, x), len = x->len - part->done;

	if (x->more) {
		part->len = dmactl_more_part(x, part->done, limit);
		return;
	}
	if (x->dst_buf)
		len = min(len, dmactl_buf_piece(x->dst_buf, x->dst_off + part->done, &part->dst));
	if (x->src_buf)
		len = min(len, dmactl_buf_piece(x->src_buf, x->src_off + part->done, &part->src));
	part->len = min(len, limit);
}

/**
 * dmactl_xfer_count() - the descriptors that an operation takes, and where it takes but one
 * @c:      channel
 * @x:      operation with its operands
 * @single: more than one is an error
 * @why:    enum dmactl_why on failure
 */
int dmactl_xfer_count(struct dmactl_chan *c, struct dmactl_xfer *x, bool single, u32 *why)
{
	struct dmactl_part part = { };

	do {
		if (x->nr_desc++ == (single ? 1 : DMACTL_MAX_DESCRIPTORS))
			return dmactl_bad(why, DMACTL_WHY_SPLIT, -E2BIG);
		dmactl_xfer_next(c, x, &part);
		part.done += part.len;
	} while (part.done < x->len);
	if (x->each)
		return 0;
	if (x->nr_desc == 1) {
		x->dst = part.dst;
		x->src = part.src;
	}
	return x->more ? dmactl_more_sums(x) : 0;
}

/* The i-th buffer that an operation names, NULL where it names none. */
static struct dmactl_buf *dmactl_xfer_buf(const struct dmactl_xfer *x, unsigned int i)
{
	if (i < 2)
		return i ? x->src_buf : x->dst_buf;
	return x->more->place[i - 2].buf;
}

/**
 * dmactl_xfer_bufs() - do something with each buffer that an operation names
 * @x:   operation
 * @fn:  what; may be called more than once with a buffer
 * @arg: for it
 */
void dmactl_xfer_bufs(const struct dmactl_xfer *x, void (*fn)(struct dmactl_buf *b, void *arg),
		      void *arg)
{
	unsigned int i, nr = 2 + (x->more ? x->more->nr : 0);

	for (i = 0; i < nr; i++)
		if (dmactl_xfer_buf(x, i))
			fn(dmactl_xfer_buf(x, i), arg);
}

static void dmactl_xfer_buf_get(struct dmactl_buf *b, void *arg)
{
	refcount_inc(&b->ref);
	atomic_inc(&b->uses);
}

/* A copy uses the buffers as well. */
void dmactl_xfer_copy(struct dmactl_xfer *to, const struct dmactl_xfer *from)
{
	*to = *from;
	if (to->more)
		refcount_inc(&to->more->ref);
	dmactl_xfer_bufs(to, dmactl_xfer_buf_get, NULL);
}

static void dmactl_xfer_buf_put(struct dmactl_buf *b, void *how)
{
	if (*(enum dmactl_use *)how != USE_LATER)
		dmactl_buf_disuse(b);
	dmactl_buf_put(b);
}

/* Let go of the buffers; may be called again. */
void dmactl_xfer_put(struct dmactl_xfer *x)
{
	enum dmactl_use how = x->how;

	dmactl_xfer_bufs(x, dmactl_xfer_buf_put, &how);
	dmactl_more_put(x->more);
	x->more = NULL;
	x->dst_buf = NULL;
	x->src_buf = NULL;
}

static void dmactl_buf_stuck(struct dmactl_buf *b, void *add)
{
	atomic_add(*(int *)add, &b->stuck);
}

/* The engine may still write what the operation names (@add 1), or has let go (-1). */
void dmactl_xfer_stuck(const struct dmactl_xfer *x, int add)
{
	dmactl_xfer_bufs(x, dmactl_buf_stuck, &add);
}
