// SPDX-License-Identifier: GPL-2.0
/* Trials get their places: aligned, apart, and where asked across the end of a piece of memory. */
#include <string.h>

#include "check_rig.h"

#define FULL 1 /* what is there must be done first */

static uint64_t up(uint64_t v, uint64_t to)
{
	return (v + to - 1) / to * to;
}

static uint64_t base_of(const struct rig *r, const struct trial *t, enum side side)
{
	uint64_t unit = rig_unit(r, t->opcode);

	if (t->off[side])
		return 64 * unit;
	return unit > 64 ? unit : 64;
}

/* Where @len bytes go at or after what is used; UINT64_MAX when there is no room. */
static uint64_t fit(const struct rig *r, const struct trial *t, enum side side, uint64_t len)
{
	const struct arena *a = &r->arena[side];
	uint64_t base = base_of(r, t, side), piece = a->a.piece, at;
	uint64_t from = a->used + (a->used || side == DST ? GUARD : 0);

	if (!a->a.p)
		return UINT64_MAX;
	at = up(from, base) + t->off[side];
	if (t->cross)
		at = up(from + t->cross, piece) - t->cross;
	else if (len <= piece && at / piece != (at + len - 1) / piece)
		at = up((at / piece + 1) * piece, base) + t->off[side];
	return at < a->a.bytes && len + GUARD <= a->a.bytes - at ? at : UINT64_MAX;
}

static bool in_segments(const struct trial *t)
{
	return t->opcode == DMACTL_OP_MEMSET_SG || t->opcode == DMACTL_OP_SLAVE_SG;
}

/* Numbers of operands in memory. */
static void shape(struct trial *t)
{
	size_t parity = !(t->flags & DMACTL_OP_F_NO_P) + !(t->flags & DMACTL_OP_F_NO_Q);

	t->nr_src = 0;
	t->nr_dst = 0;
	switch (t->opcode) {
	case DMACTL_OP_INTERRUPT:
		break;
	case DMACTL_OP_MEMSET:
		t->nr_dst = 1;
		break;
	case DMACTL_OP_XOR:
		t->nr_src = t->n;
		t->nr_dst = 1;
		break;
	case DMACTL_OP_XOR_VAL:
		t->nr_src = t->n + 1;
		break;
	case DMACTL_OP_PQ:
		t->nr_src = t->n;
		t->nr_dst = parity;
		break;
	case DMACTL_OP_PQ_VAL:
		t->nr_src = t->n + parity;
		break;
	case DMACTL_OP_MEMSET_SG:
		t->nr_dst = t->n;
		break;
	case DMACTL_OP_SLAVE_SG:
		if (t->direction == DEV_TO_MEM)
			t->nr_dst = t->n;
		else if (t->direction != DEV_TO_DEV)
			t->nr_src = t->n;
		break;
	default:
		t->nr_src = 1;
		t->nr_dst = 1;
	}
}

/* Whole units shared out, the first ones get what is left over. */
static void segment(const struct rig *r, const struct trial *t, size_t i, struct spot *s)
{
	uint64_t unit = rig_unit(r, t->opcode), units = t->len / unit, n = t->n;

	s->base = unit * (units / n * i + (i < units % n ? i : units % n));
	s->len = unit * (units / n + (i < units % n));
}

static void measure(const struct rig *r, const struct trial *t, enum side side, size_t i,
		    struct spot *s)
{
	*s = (struct spot){ .len = t->len };
	if (in_segments(t))
		segment(r, t, i, s);
	else if (t->opcode == DMACTL_OP_INTERLEAVED)
		s->len += (t->frames - 1) * (side == SRC ? t->src_gap : t->dst_gap);
}

/* Places for one side; FULL leaves the arena as it was. */
static int place(struct rig *r, const struct trial *t, enum side side, struct spot *s, size_t n)
{
	struct arena *a = &r->arena[side];
	uint64_t before = a->used, at;

	for (size_t i = 0; i < n; i++) {
		measure(r, t, side, i, &s[i]);
		at = fit(r, t, side, s[i].len);
		if (at == UINT64_MAX) {
			a->used = before;
			return FULL;
		}
		s[i].at = (struct dmactl_operand){ .buffer = a->a.id, .offset = at };
		a->used = at + s[i].len + GUARD;
	}
	return 0;
}

/* A bound of what one side of the trial takes in an empty arena. */
static uint64_t room(const struct rig *r, const struct trial *t, enum side side, size_t n)
{
	uint64_t base = base_of(r, t, side), bytes = 4096, piece = r->arena[side].a.piece;
	struct spot s;

	for (size_t i = 0; i < n; i++) {
		measure(r, t, side, i, &s);
		bytes += up(s.len + 2 * GUARD, base) + base + t->off[side];
		if (t->cross || (s.len <= piece && s.len > 4096))
			bytes += t->cross ? piece : s.len;
	}
	return bytes;
}

static int add(struct rig *r, struct trial *t)
{
	uint64_t used = r->arena[SRC].used;

	t->src = r->spots + r->nr_spots;
	t->dst = t->src + t->nr_src;
	if (r->nr == MAX_TRIALS || r->nr_spots + t->nr_src + t->nr_dst > MAX_SPOTS ||
	    r->nr_ops + (t->steps ? t->steps : 1) > MAX_TRIALS ||
	    r->nr_ops >= r->check->info.max_ops)
		return FULL;
	if (place(r, t, SRC, t->src, t->nr_src))
		return FULL;
	if (!place(r, t, DST, t->dst, t->nr_dst))
		return 0;
	r->arena[SRC].used = used;
	return FULL;
}

/* An arena that is there tells the size of its pieces, which the room depends on. */
static int grow(struct rig *r, const struct trial *t)
{
	for (int tries = 0; tries < 2; tries++) {
		if (t->nr_src && rig_arena(r, SRC, room(r, t, SRC, t->nr_src)))
			return -1;
		if (t->nr_dst && rig_arena(r, DST, room(r, t, DST, t->nr_dst)))
			return -1;
	}
	return 0;
}

/* More than the module splits one operation into is no fault of the channel. */
static bool too_long(const struct rig *r, const struct trial *t)
{
	uint64_t unit = rig_unit(r, t->opcode), one = r->claim.max_segment / unit * unit;

	return one && t->len / one >= r->check->info.max_descriptors;
}

int rig_try(struct rig *r, const struct trial *want)
{
	struct trial t = *want;
	char text[160];

	if (too_long(r, &t))
		return 0;
	shape(&t);
	if (add(r, &t)) {
		if (r->nr && rig_go(r))
			return -1;
		if (add(r, &t)) {
			if (grow(r, &t))
				return -1;
			if (add(r, &t))
				return rig_skip(r, "memory is too fragmented for %s",
						trial_text(&t, text, sizeof(text)));
		}
	}
	if (!t.use)
		t.use = ++r->uses;
	if (t.opcode == DMACTL_OP_INTERLEAVED)
		t.template = (struct dmactl_interleave){
			t.frames,
			t.len / t.frames,
			t.src_gap,
			t.dst_gap,
		};
	if (t.opcode == DMACTL_OP_SLAVE_SG && t.direction != MEM_TO_DEV) {
		t.stream = r->stream;
		r->stream += t.len;
	}
	r->nr_spots += t.nr_src + t.nr_dst;
	r->nr_ops += t.steps ? t.steps : 1;
	r->trials[r->nr++] = t;
	return 0;
}

void rig_forget(struct rig *r)
{
	r->nr = 0;
	r->nr_spots = 0;
	r->nr_vecs = 0;
	r->nr_ops = 0;
	r->stream = 0;
	r->arena[SRC].used = 0;
	r->arena[DST].used = 0;
}
