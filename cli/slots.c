// SPDX-License-Identifier: GPL-2.0
/* Slots: their places cut out of buffers, their operations. What is in them is data.c's. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gf.h"
#include "slots.h"

#define PACK (64 * 1024) /* small places share buffers of this size */

static uint64_t up(uint64_t v, uint64_t to)
{
	return (v + to - 1) / to * to;
}

/*
 * Where the next @len bytes go at or after @from: aligned as asked, in one piece where they fit
 * into one, else from a piece's start, so that they take no more descriptors than they must.
 * UINT64_MAX when the area is full.
 */
static uint64_t fit(const struct slots *s, const struct area *a, enum side side, uint64_t from,
		    uint64_t len)
{
	uint64_t guard = side == DST ? GUARD : 0, off = s->o->offset[side], at;

	at = up(from + guard, s->align) + off;
	if (len > a->piece)
		at = up(from + guard, s->align > a->piece ? s->align : a->piece) + off;
	else if (at / a->piece != (at + len - 1) / a->piece && off + len <= a->piece)
		at = up((at / a->piece + 1) * a->piece, s->align) + off;
	return at + len + guard <= a->bytes ? at : UINT64_MAX;
}

/* An area with room for at least one place. Its piece size is only known when it is there. */
static struct area *area_add(struct slots *s, enum side side, uint64_t len, size_t left,
			     struct err *e)
{
	uint64_t one = 2 * GUARD + s->align + s->o->offset[side] + len;
	uint64_t stride = up(len + 2 * GUARD, s->align) + s->o->offset[side];
	uint64_t bytes = one, most = one > PACK ? one : PACK;
	struct area a, *to;

	if (left > 1)
		bytes = one + (left - 1) * stride < most ? one + (left - 1) * stride : most;
	for (int tries = 0; tries < 3; tries++) {
		if (area_make(&s->own, side, bytes, &a, e))
			return NULL;
		if (fit(s, &a, side, 0, len) != UINT64_MAX)
			break;
		area_drop(&s->own, &a);
		bytes = one + 2 * a.piece;
		if (tries == 2) {
			err_set(e, EXIT_UNAVAILABLE,
				"memory is too fragmented for operations of "
				"%" PRIu64 " bytes: less -s, or -B coherent",
				s->size);
			return NULL;
		}
	}
	to = vec_add(&s->areas, sizeof(*to));
	if (!to) {
		area_drop(&s->own, &a);
		err_set(e, EXIT_FAILED, "out of memory");
		return NULL;
	}
	*to = a;
	return to;
}

/* The places of one side of all slots, whose lengths are set. */
static int cut(struct slots *s, enum side side, struct err *e)
{
	size_t nr = side == DST ? s->nr_dst : s->nr_src;
	struct area *a = NULL;
	uint64_t from = 0, at;

	for (size_t i = 0; i < s->n * nr; i++) {
		struct slot *v = &s->v[i / nr];
		struct place *p = (side == DST ? v->dst : v->src) + i % nr;

		at = a ? fit(s, a, side, from, p->len) : UINT64_MAX;
		if (at == UINT64_MAX) {
			a = area_add(s, side, p->len, s->n * nr - i, e);
			if (!a)
				return -1;
			at = fit(s, a, side, 0, p->len);
		}
		p->at = (struct dmactl_operand){ .buffer = a->id, .offset = at };
		p->p = a->p + at;
		from = at + p->len + (side == DST ? GUARD : 0);
	}
	return 0;
}

unsigned int slots_align_shift(const struct mopts *o, const struct dmactl_claim *claim)
{
	switch (o->opcode) {
	case DMACTL_OP_MEMSET:
	case DMACTL_OP_MEMSET_SG:
		return claim->align_fill;
	case DMACTL_OP_XOR:
	case DMACTL_OP_XOR_VAL:
		return claim->align_xor;
	case DMACTL_OP_PQ:
	case DMACTL_OP_PQ_VAL:
		return claim->align_pq;
	case DMACTL_OP_SLAVE_SG:
		return 0;
	default:
		return claim->align_copy;
	}
}

static uint64_t choose_align(const struct slots *s, uint64_t len)
{
	unsigned int shift = slots_align_shift(s->o, s->claim);
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t align = len >= page ? page : 64;

	if (s->o->align)
		return s->o->align;
	if (shift < 20 && (1ULL << shift) > align)
		align = 1ULL << shift;
	/* An offset counts from an alignment above it. */
	while (align <= s->o->offset[SRC] || align <= s->o->offset[DST])
		align *= 2;
	return align;
}

/* How many places and steps a slot has. */
static void shape(struct slots *s)
{
	const struct mopts *o = s->o;
	size_t parity = !o->no_p + (size_t)!o->no_q;

	s->nr_steps = 1;
	switch (o->opcode) {
	case DMACTL_OP_INTERRUPT:
		break;
	case DMACTL_OP_MEMSET:
		s->nr_dst = 1;
		break;
	case DMACTL_OP_XOR:
		s->nr_src = o->sources;
		s->nr_vec = s->nr_src;
		s->nr_dst = 1;
		break;
	case DMACTL_OP_XOR_VAL:
		s->nr_src = o->sources + 1;
		s->nr_vec = s->nr_src;
		break;
	case DMACTL_OP_PQ:
		s->nr_src = o->sources;
		s->nr_vec = s->nr_src;
		s->nr_dst = parity;
		s->nr_steps = slots_pq_steps(o, s->claim->max_pq);
		break;
	case DMACTL_OP_PQ_VAL:
		s->nr_vec = o->sources;
		s->nr_src = o->sources + parity;
		break;
	case DMACTL_OP_MEMSET_SG:
	case DMACTL_OP_SLAVE_SG:
		s->nr_vec = o->segments;
		if (o->opcode == DMACTL_OP_MEMSET_SG || s->direction == DEV_TO_MEM)
			s->nr_dst = s->nr_vec;
		else if (s->direction != DEV_TO_DEV)
			s->nr_src = s->nr_vec;
		break;
	default:
		s->nr_src = 1;
		s->nr_dst = 1;
	}
}

static bool cut_into_segments(const struct slots *s)
{
	return s->o->opcode == DMACTL_OP_MEMSET_SG || s->o->opcode == DMACTL_OP_SLAVE_SG;
}

/* Segments of one length, but for whole units that are left over, and bytes that are no unit. */
static void segment(const struct slots *s, size_t i, uint64_t *base, uint64_t *len)
{
	uint64_t unit = 1ULL << slots_align_shift(s->o, s->claim), units, n = s->nr_vec;

	if (unit < s->o->width)
		unit = s->o->width;
	units = s->size / unit;
	if (units < n) {
		unit = 1;
		units = s->size;
	}
	*base = unit * (units / n * i + (i < units % n ? i : units % n));
	*len = unit * (units / n + (i < units % n));
	if (i == n - 1)
		*len = s->size - *base;
}

static void measure_place(const struct slots *s, struct place *p, size_t i, uint64_t gap)
{
	p->len = s->size;
	if (cut_into_segments(s))
		segment(s, i, &p->base, &p->len);
	else if (s->o->opcode == DMACTL_OP_INTERLEAVED)
		p->len = s->size + (s->o->frames - 1) * gap;
}

static int lay_out(struct slots *s, struct err *e)
{
	size_t per = s->nr_src + s->nr_dst;

	s->v = calloc(s->n, sizeof(*s->v));
	s->places = calloc(s->n * per + 1, sizeof(*s->places));
	s->vecs = calloc(s->n * s->nr_vec + 1, sizeof(*s->vecs));
	if (!s->v || !s->places || !s->vecs)
		return err_set(e, EXIT_FAILED, "out of memory");
	for (size_t i = 0; i < s->n; i++) {
		struct slot *v = &s->v[i];

		v->len = s->size;
		v->src = s->places + i * per;
		v->dst = v->src + s->nr_src;
		v->vec = s->vecs + i * s->nr_vec;
		for (size_t k = 0; k < s->nr_src; k++)
			measure_place(s, &v->src[k], k, s->o->src_gap);
		for (size_t k = 0; k < s->nr_dst; k++)
			measure_place(s, &v->dst[k], k, s->o->dst_gap);
	}
	return 0;
}

static void fill_vec(struct slots *s, struct slot *v)
{
	bool pq = s->o->opcode == DMACTL_OP_PQ || s->o->opcode == DMACTL_OP_PQ_VAL;

	for (size_t i = 0; i < s->nr_vec; i++) {
		const struct place *p = s->nr_src ? &v->src[i] : &v->dst[i];
		struct dmactl_vec *e = &v->vec[i];

		if (!s->nr_src && !s->nr_dst) {
			*e = (struct dmactl_vec){ .buffer = DMACTL_NONE, .len = v->len };
			continue;
		}
		e->buffer = p->at.buffer;
		e->offset = p->at.offset;
		e->len = cut_into_segments(s) ? p->len : 0;
		e->coef = pq ? gf_coef((unsigned int)i) : 0;
	}
}

int slots_make(struct slots *s, const struct slots_for *want, uint64_t size, size_t n,
	       struct err *e)
{
	const struct mopts *o = want->o;

	*s = (struct slots){
		.own = { o->ctx->b, want->session, want->claim->channel, o },
		.o = o,
		.claim = want->claim,
		.direction = want->direction,
		.size = size,
		.n = n,
		.frames = { o->frames, o->chunk, o->src_gap, o->dst_gap },
	};
	shape(s);
	if (lay_out(s, e))
		goto fail;
	s->align = choose_align(s, s->nr_dst ? s->v->dst->len : s->nr_src ? s->v->src->len : 1);
	if (cut(s, DST, e) || cut(s, SRC, e))
		goto fail;
	for (size_t i = 0; i < n; i++)
		fill_vec(s, &s->v[i]);
	return 0;
fail:
	slots_free(s);
	return -1;
}

void slots_free(struct slots *s)
{
	for (size_t i = 0; i < s->areas.n; i++)
		area_drop(&s->own, (struct area *)s->areas.v + i);
	vec_free(&s->areas);
	free(s->v);
	free(s->places);
	free(s->vecs);
	s->v = NULL;
	s->places = NULL;
	s->vecs = NULL;
}

int slots_sync(struct slots *s, uint32_t direction, struct err *e)
{
	const struct area *a = s->areas.v;

	for (size_t i = 0; i < s->areas.n; i++)
		if (area_sync(&s->own, &a[i], direction, e))
			return -1;
	return 0;
}
