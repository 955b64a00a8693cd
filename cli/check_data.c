// SPDX-License-Identifier: GPL-2.0
/* What the sources have, what belongs into the destinations, and what is there instead. */
#include <inttypes.h>
#include <string.h>

#include "check_rig.h"
#include "gf.h"
#include "pattern.h"

#define SOURCE_SEED 0x736f75726365ULL /* sources differ from each other */
#define AROUND_SEED 0x61726f756e64ULL /* as does what no operation touches */
#define SPOIL	    0x40
#define PART	    1024

static bool is_pq(uint32_t opcode)
{
	return opcode == DMACTL_OP_PQ || opcode == DMACTL_OP_PQ_VAL;
}

bool data_is_q(const struct trial *t, size_t i)
{
	return is_pq(t->opcode) && (i == 1 || t->flags & DMACTL_OP_F_NO_P);
}

/* A source without regard to parity. */
static void plain(const struct rig *r, const struct trial *t, size_t i, uint64_t from, uint8_t *out,
		  uint64_t len)
{
	if (t->known)
		memset(out, t->known->src[i], len);
	else if (t->opcode == DMACTL_OP_SLAVE_SG)
		pattern_part(out, len, r->o->seed, t->use, t->src[i].base + from);
	else
		pattern_part(out, len, r->o->seed + i * SOURCE_SEED, t->use, from);
}

/* The xor of all sources, or for @q their sum with coefficients. */
static void parity(const struct rig *r, const struct trial *t, bool q, uint64_t from, uint8_t *out,
		   uint64_t len)
{
	uint8_t part[PART];
	uint64_t n;

	if (t->known) {
		memset(out, q ? t->known->q : t->known->p, len);
		return;
	}
	memset(out, 0, len);
	for (; len; len -= n, out += n, from += n) {
		n = len < PART ? len : PART;
		for (size_t i = 0; i < t->n; i++) {
			plain(r, t, i, from, part, n);
			gf_mul_add(out, part, q ? gf_coef(t->first + (unsigned int)i) : 1, n);
		}
	}
}

void data_source(const struct rig *r, const struct trial *t, size_t i, uint64_t from, uint8_t *out,
		 uint64_t len)
{
	uint32_t which;
	bool val = t->opcode == DMACTL_OP_XOR_VAL || t->opcode == DMACTL_OP_PQ_VAL;

	if (!val || i < t->n) {
		plain(r, t, i, from, out, len);
		return;
	}
	which = data_is_q(t, i - t->n) ? DMACTL_COMP_F_Q_BAD : DMACTL_COMP_F_XOR_BAD;
	parity(r, t, which == DMACTL_COMP_F_Q_BAD, from, out, len);
	if (t->spoil & which && t->spoil_at >= from && t->spoil_at - from < len)
		out[t->spoil_at - from] ^= SPOIL;
}

/* What a peripheral gives. */
static void received(const struct rig *r, const struct trial *t, uint64_t from, uint8_t *out,
		     uint64_t len)
{
	uint64_t at;

	for (uint64_t k = 0; k < len; k++) {
		at = t->stream + from + k;
		if (r->config.endpoint == DMACTL_EP_BUFFER)
			out[k] = r->reg[(from + k) % r->config.src_width];
		else
			out[k] = (uint8_t)((uint32_t)(at / 4) >> (8 * (at % 4)));
	}
	if (r->config.endpoint == DMACTL_EP_LOOPBACK)
		pattern_part(out, len, r->o->seed, t->use, from);
}

static void chunks(const struct rig *r, const struct trial *t, uint64_t from, uint8_t *out,
		   uint64_t len)
{
	uint64_t chunk = t->template.chunk, in, n;

	for (; len; len -= n, out += n, from += n) {
		in = from % chunk;
		n = len < chunk - in ? len : chunk - in;
		plain(r, t, 0, from / chunk * (chunk + t->src_gap) + in, out, n);
	}
}

void data_expect(const struct rig *r, const struct trial *t, size_t i, uint64_t from, uint8_t *out,
		 uint64_t len)
{
	switch (t->opcode) {
	case DMACTL_OP_MEMSET:
	case DMACTL_OP_MEMSET_SG:
		memset(out, (int)t->value, len);
		break;
	case DMACTL_OP_XOR:
	case DMACTL_OP_PQ:
		parity(r, t, data_is_q(t, i), from, out, len);
		break;
	case DMACTL_OP_INTERLEAVED:
		chunks(r, t, from, out, len);
		break;
	case DMACTL_OP_SLAVE_SG:
		received(r, t, t->dst[i].base + from, out, len);
		break;
	default:
		plain(r, t, 0, from, out, len);
	}
}

uint64_t data_run(const struct trial *t, size_t i, uint64_t from, uint64_t *at)
{
	uint64_t chunk = t->template.chunk;

	*at = from;
	if (t->opcode != DMACTL_OP_INTERLEAVED)
		return t->dst[i].len - from;
	if (from >= t->len)
		return 0;
	*at = from / chunk * (chunk + t->dst_gap) + from % chunk;
	return chunk - from % chunk;
}

/* In the shadow a destination is as it should become, in memory it is the complement of that. */
static void fill_destination(struct rig *r, const struct trial *t, size_t i)
{
	struct arena *a = &r->arena[DST];
	uint64_t start = t->dst[i].at.offset, from = 0, at, len;

	for (; (len = data_run(t, i, from, &at)); from += len) {
		data_expect(r, t, i, from, a->shadow + start + at, len);
		memcpy(a->a.p + start + at, a->shadow + start + at, len);
		pattern_invert(a->a.p + start + at, len);
	}
}

int data_fill(struct rig *r)
{
	struct arena *a;

	for (enum side side = SRC; side <= DST; side++) {
		a = &r->arena[side];
		if (rig_sync(r, side, DMACTL_SYNC_CPU))
			return -1;
		if (a->used)
			pattern_fill(a->shadow, a->used, r->o->seed + AROUND_SEED + side,
				     ++r->uses);
	}
	for (size_t k = 0; k < r->nr; k++) {
		const struct trial *t = &r->trials[k];

		for (size_t i = 0; i < t->nr_src; i++)
			data_source(r, t, i, 0, r->arena[SRC].shadow + t->src[i].at.offset,
				    t->src[i].len);
	}
	for (enum side side = SRC; side <= DST; side++)
		if (r->arena[side].used)
			memcpy(r->arena[side].a.p, r->arena[side].shadow, r->arena[side].used);
	for (size_t k = 0; k < r->nr; k++)
		for (size_t i = 0; i < r->trials[k].nr_dst; i++)
			fill_destination(r, &r->trials[k], i);
	return rig_sync(r, SRC, DMACTL_SYNC_DEVICE) || rig_sync(r, DST, DMACTL_SYNC_DEVICE) ? -1 :
											      0;
}

/* The trial and operand at a place of an arena, or the nearest. */
static const struct trial *owner_of(const struct rig *r, enum side side, uint64_t at,
				    size_t *operand)
{
	const struct trial *best = NULL;
	uint64_t least = UINT64_MAX, d;

	for (size_t k = 0; k < r->nr; k++) {
		const struct trial *t = &r->trials[k];
		const struct spot *s = side == SRC ? t->src : t->dst;

		for (size_t i = 0; i < (side == SRC ? t->nr_src : t->nr_dst); i++) {
			uint64_t start = s[i].at.offset, end = start + s[i].len;

			d = at < start ? start - at : at < end ? 0 : at - end + 1;
			if (d >= least)
				continue;
			least = d;
			best = t;
			*operand = i;
		}
	}
	return best;
}

static bool inside(const struct trial *t, size_t i, uint64_t at)
{
	uint64_t step = t->template.chunk + t->dst_gap;

	if (at >= t->dst[i].len)
		return false;
	return t->opcode != DMACTL_OP_INTERLEAVED || at % step < t->template.chunk;
}

static const char *part_text(const struct trial *t, size_t i, char *buf, size_t size)
{
	if (is_pq(t->opcode))
		return data_is_q(t, i) ? "Q at " : "P at ";
	if (t->nr_dst == 1)
		return "at ";
	snprintf(buf, size, "segment %zu at ", i);
	return buf;
}

/* Byte @at of an arena is not what it should be. */
static int wrong(struct rig *r, enum side side, uint64_t at)
{
	const struct arena *a = &r->arena[side];
	uint8_t want = a->shadow[at], found = a->a.p[at];
	char what[160], part[40];
	const struct trial *t;
	const char *where;
	int64_t offset;
	size_t i = 0;

	t = owner_of(r, side, at, &i);
	if (!t)
		return rig_fail(r, "memory changed that belongs to no operation");
	trial_text(t, what, sizeof(what));
	offset = (int64_t)at - (int64_t)(side == SRC ? t->src : t->dst)[i].at.offset;
	r->f.wrong = (struct wrong){ true, t->len, offset, want, found };
	if (side == SRC)
		return rig_fail(r,
				"%s, operation %zu of %zu, changed a source: at offset %" PRId64
				" expected 0x%02x, found 0x%02x",
				what, (size_t)(t - r->trials) + 1, r->nr, offset, want, found);
	where = inside(t, i, (uint64_t)offset) ? part_text(t, i, part, sizeof(part)) :
						 "wrote outside: at ";
	return rig_fail(r,
			"%s, operation %zu of %zu: %soffset %" PRId64 " expected 0x%02x, found "
			"0x%02x%s",
			what, (size_t)(t - r->trials) + 1, r->nr, where, offset, want, found,
			inside(t, i, (uint64_t)offset) ? data_guess(r, t, i, (uint64_t)offset) :
							 "");
}

/* What nobody knows is right as it is. */
static void excuse(struct rig *r)
{
	struct arena *a = &r->arena[DST];

	for (size_t k = 0; k < r->nr; k++) {
		const struct trial *t = &r->trials[k];

		for (size_t i = 0; t->loose && i < t->nr_dst; i++) {
			uint64_t start = t->dst[i].at.offset, from = 0, at, len;

			for (; (len = data_run(t, i, from, &at)); from += len)
				memcpy(a->shadow + start + at, a->a.p + start + at, len);
		}
	}
}

int data_check(struct rig *r)
{
	for (enum side side = SRC; side <= DST; side++)
		if (rig_sync(r, side, DMACTL_SYNC_CPU))
			return -1;
	excuse(r);
	/* Destinations first: an engine that swapped the two is best seen there. */
	for (int side = DST; side >= (int)SRC; side--) {
		const struct arena *a = &r->arena[side];

		if (!a->used || !memcmp(a->shadow, a->a.p, a->used))
			continue;
		/* What went away meanwhile is no data. */
		if (rig_sync(r, (enum side)side, DMACTL_SYNC_CPU))
			return -1;
		for (uint64_t at = 0; at < a->used; at++)
			if (a->shadow[at] != a->a.p[at])
				return wrong(r, (enum side)side, at);
	}
	return 0;
}
