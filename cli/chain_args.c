// SPDX-License-Identifier: GPL-2.0
/* Statements in figures: for one round of the repeats around them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "chain.h"

int chain_number(const struct chain_expr *x, const int64_t *loops, const char *what, uint64_t least,
		 uint64_t most, uint64_t *out, struct chain_error *e)
{
	int64_t v;

	if (chain_value(x, loops, &v))
		return chain_bad(e, x->pos, "%s is too large to compute", what);
	if (v < 0 || (uint64_t)v < least || (uint64_t)v > most)
		return chain_bad(e, x->pos, "%s is %" PRId64 ": it must be %" PRIu64 " to %" PRIu64,
				 what, v, least, most);
	*out = (uint64_t)v;
	return 0;
}

int chain_span(const struct chain *c, const struct chain_range *r, const int64_t *loops,
	       struct chain_span *out, struct chain_error *e)
{
	const struct chain_buf *b = &c->buf[r->buf]->buf;
	int64_t from, len;

	out->buf = r->buf;
	out->from = 0;
	out->len = b->bytes;
	if (!r->from)
		return 0;
	if (chain_value(r->from, loops, &from) || chain_value(r->len, loops, &len))
		return chain_bad(e, r->name.pos, "the place in %s is too large to compute",
				 b->name.text);
	if (from < 0)
		return chain_bad(e, r->name.pos,
				 "the place in %s begins at %" PRId64 ", before the buffer",
				 b->name.text, from);
	if (len <= 0)
		return chain_bad(e, r->name.pos,
				 "the place in %s has %" PRId64 " bytes: at least 1 is needed",
				 b->name.text, len);
	if ((uint64_t)from > b->bytes || (uint64_t)len > b->bytes - (uint64_t)from)
		return chain_bad(e, r->name.pos,
				 "bytes %" PRId64 " to %" PRIu64 " of %s: it has only %" PRIu64,
				 from, (uint64_t)from + (uint64_t)len - 1, b->name.text, b->bytes);
	out->from = (uint64_t)from;
	out->len = (uint64_t)len;
	return 0;
}

static bool share(const struct chain_span *a, const struct chain_span *b)
{
	return a->buf == b->buf && a->from < b->from + b->len && b->from < a->from + a->len;
}

/* A source against a place that the operation writes, or what the other sources have set. */
static int agree(const struct chain *c, const struct chain_stmt *s, const struct chain_range *r,
		 const struct chain_span *src, const struct chain_span *dst, struct chain_error *e)
{
	const char *name = c->buf[src->buf]->buf.name.text;

	if (dst->buf == CHAIN_NONE)
		return 0;
	if (src->len != dst->len)
		return chain_bad(e, r->name.pos,
				 "%s has %" PRIu64 " bytes here, but %s %" PRIu64
				 ": the lengths of one %s must agree",
				 name, src->len, c->buf[dst->buf]->buf.name.text, dst->len,
				 chain_kind_name(s));
	if (share(src, dst))
		return chain_bad(e, r->name.pos,
				 "source and destination of one %s share bytes of %s",
				 chain_kind_name(s), name);
	return 0;
}

static int parities(const struct chain *c, const struct chain_stmt *s, const int64_t *loops,
		    struct chain_args *out, struct chain_error *e)
{
	const struct chain_op *o = &s->op;
	const struct chain_span *p = &out->dst, *q = &out->dst2;

	if (o->dst2.name.text && chain_span(c, &o->dst2, loops, &out->dst2, e))
		return -1;
	if (p->buf == CHAIN_NONE)
		out->len = q->len;
	if (p->buf == CHAIN_NONE || q->buf == CHAIN_NONE)
		return 0;
	if (p->len != q->len)
		return chain_bad(e, o->dst2.name.pos,
				 "P has %" PRIu64 " bytes, but Q %" PRIu64
				 ": the lengths of one pq must agree",
				 p->len, q->len);
	if (share(p, q))
		return chain_bad(e, o->dst2.name.pos, "P and Q share bytes of %s",
				 c->buf[p->buf]->buf.name.text);
	return 0;
}

/* Bytes from the first to the last row's end, which have to lie in the place. */
static int rows_fit(const struct chain *c, const struct chain_range *r, struct chain_span *span,
		    uint64_t frames, uint64_t chunk, uint64_t gap, struct chain_error *e)
{
	uint64_t all;

	if (__builtin_mul_overflow(frames - 1, chunk + gap, &all) ||
	    __builtin_add_overflow(all, chunk, &all) || all > span->len)
		return chain_bad(e, r->name.pos,
				 "%" PRIu64 " frames of %" PRIu64 " bytes and gaps "
				 "of %" PRIu64 " do not fit into the %" PRIu64 " bytes of %s here",
				 frames, chunk, gap, span->len, c->buf[span->buf]->buf.name.text);
	span->len = all;
	return 0;
}

static int interleave(const struct chain *c, const struct chain_op *o, const int64_t *loops,
		      struct chain_args *out, struct chain_error *e)
{
	uint64_t frames, chunk, gap[2], most = INT64_MAX / 4;

	if (chain_number(o->frames, loops, "frames", 1, most, &frames, e) ||
	    chain_number(o->chunk, loops, "chunk", 1, most, &chunk, e) ||
	    chain_number(o->gap[0], loops, "src_gap", 0, most, &gap[0], e) ||
	    chain_number(o->gap[1], loops, "dst_gap", 0, most, &gap[1], e))
		return -1;
	out->rows = (struct dmactl_interleave){ frames, chunk, gap[0], gap[1] };
	if (rows_fit(c, o->src, &out->src[0], frames, chunk, gap[0], e) ||
	    rows_fit(c, &o->dst, &out->dst, frames, chunk, gap[1], e))
		return -1;
	out->len = frames * chunk;
	if (share(&out->src[0], &out->dst))
		return chain_bad(e, o->src->name.pos,
				 "source and destination of one interleave share bytes of %s",
				 c->buf[out->dst.buf]->buf.name.text);
	return 0;
}

/* A register has the bytes of an access at least. Without a width: see width_of(). */
static int register_fits(const struct chain *c, const struct chain_endpoint *ep,
			 const int64_t *loops, uint64_t len, struct chain_error *e)
{
	const struct chain_buf *b = &c->buf[ep->buf]->buf;
	uint64_t width = 4, narrower = 32;

	if (ep->width && chain_number(ep->width, loops, "the width", 1, 64, &width, e))
		return -1;
	while (!ep->width && len % width)
		width /= 2;
	if (width <= b->bytes)
		return 0;
	while (narrower > b->bytes)
		narrower /= 2;
	return chain_bad(e, ep->buffer.pos,
			 "register %s has %" PRIu64 " byte%s, an access %" PRIu64 " (width=%" PRIu64
			 " is a narrower one)",
			 b->name.text, b->bytes, b->bytes == 1 ? "" : "s", width, narrower);
}

int chain_args(const struct chain *c, const struct chain_stmt *s, const int64_t *loops,
	       struct chain_args *out, struct chain_error *e)
{
	const struct chain_op *o = &s->op;
	uint64_t v = 0;

	out->dst.buf = CHAIN_NONE;
	out->dst2.buf = CHAIN_NONE;
	out->nr_src = o->nr_src;
	out->len = 0;
	if (o->dst.name.text) {
		if (chain_span(c, &o->dst, loops, &out->dst, e))
			return -1;
		out->len = out->dst.len;
	}
	if (o->opcode == DMACTL_OP_PQ && parities(c, s, loops, out, e))
		return -1;
	for (unsigned int i = 0; i < o->nr_src; i++)
		if (chain_span(c, &o->src[i], loops, &out->src[i], e))
			return -1;
	if (o->value && chain_number(o->value, loops, "the byte", 0, 255, &v, e))
		return -1;
	out->value = (uint8_t)v;
	if (o->opcode == DMACTL_OP_INTERLEAVED)
		return interleave(c, o, loops, out, e);
	for (unsigned int i = 0; i < o->nr_src; i++)
		if (agree(c, s, &o->src[i], &out->src[i], &out->dst, e) ||
		    agree(c, s, &o->src[i], &out->src[i], &out->dst2, e))
			return -1;
	if (o->opcode == DMACTL_OP_SLAVE_SG && o->send)
		out->len = out->src[0].len;
	return o->ep.buffer.text ? register_fits(c, &o->ep, loops, out->len, e) : 0;
}

int chain_check_args(const struct chain *c, const struct chain_stmt *s, const int64_t *loops,
		     struct chain_args *out, struct chain_error *e)
{
	const struct chain_check *k = &s->check;
	bool check = s->kind == CHAIN_EXPECT || s->kind == CHAIN_TALLY;
	const struct chain_expr *value = check ? k->value : s->move.data.byte;
	bool crc = check && k->test == TEST_CRC32;
	uint64_t v = 0;

	if (chain_span(c, check ? &k->a : &s->move.range, loops, &out->dst, e))
		return -1;
	out->nr_src = check ? k->nr_src : 0;
	for (unsigned int i = 0; i < out->nr_src; i++) {
		if (chain_span(c, &k->src[i], loops, &out->src[i], e))
			return -1;
		if (out->src[i].len != out->dst.len)
			return chain_bad(e, k->src[i].name.pos,
					 "%s has %" PRIu64 " bytes here, but "
					 "%s %" PRIu64 ": lengths that are compared must agree",
					 k->src[i].name.text, out->src[i].len, k->a.name.text,
					 out->dst.len);
	}
	if (value && chain_number(value, loops, crc ? "the CRC" : "the byte", 0,
				  crc ? UINT32_MAX : 255, &v, e))
		return -1;
	out->number = (uint32_t)v;
	return 0;
}
