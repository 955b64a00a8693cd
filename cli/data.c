// SPDX-License-Identifier: GPL-2.0
/* What is in the slots: patterns, poison, guards, and whether the right bytes arrived. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "pattern.h"

#define GUARD_SEED 0x6775617264ULL /* guards differ from all data */
#define GAP_SEED   0x676170ULL
#define BLOCK	   4096

enum state { RIGHT, WRONG, UNTOUCHED };

/* A guard's or a gap's pattern: another one for each destination and use. */
static uint64_t mark(const struct slots *s, const struct slot *v, size_t dst)
{
	return v->use * s->nr_dst + dst;
}

/* Of a file's last piece the place is longer than what is written. */
static uint64_t end_of(const struct slot *v, size_t dst)
{
	return v->data ? v->len : v->dst[dst].len;
}

/* Whether anybody but the peripheral knows what it gives. */
static bool known(const struct slots *s)
{
	return s->o->opcode != DMACTL_OP_SLAVE_SG ||
	       (s->o->endpoint != DMACTL_EP_LINE && s->o->endpoint != DMACTL_EP_RAW);
}

static void poison(const struct slots *s, struct slot *v, size_t dst)
{
	uint8_t *p = v->dst[dst].p;
	struct stretch t;

	if (s->o->opcode == DMACTL_OP_INTERLEAVED)
		pattern_fill(p, v->dst[dst].len, s->o->seed + GAP_SEED, mark(s, v, dst));
	for (uint64_t i = 0; slots_stretch(s, v, dst, i, &t); i++) {
		slots_expect(s, v, dst, t.data, p + t.at, t.len);
		pattern_invert(p + t.at, t.len);
	}
	pattern_fill(p - GUARD, GUARD, s->o->seed + GUARD_SEED, 2 * mark(s, v, dst));
	pattern_fill(p + end_of(v, dst), GUARD, s->o->seed + GUARD_SEED, 2 * mark(s, v, dst) + 1);
}

static void fill(const struct slots *s, struct slot *v, size_t src)
{
	const struct place *p = &v->src[src];
	bool segments = s->o->opcode == DMACTL_OP_SLAVE_SG;

	if (v->data)
		memcpy(p->p, v->data, v->len);
	else if (s->o->check && src >= s->o->sources)
		slots_expect(s, v, src - s->o->sources, 0, p->p, p->len);
	else
		slots_source(s, v, segments ? 0 : src, p->base, p->p, p->len);
}

/* @i: its number among those that are used next. */
static void renew(struct slots *s, size_t i)
{
	struct slot *v = &s->v[i];

	v->use = ++s->uses;
	v->stream = i;
	v->parity = 0;
	v->failed = false;
	for (size_t k = 0; k < s->nr_src; k++)
		fill(s, v, k);
	for (size_t k = 0; k < s->nr_dst; k++)
		poison(s, v, k);
}

int slots_prepare(struct slots *s, size_t n, struct err *e)
{
	if (slots_sync(s, DMACTL_SYNC_CPU, e))
		return -1;
	for (size_t i = 0; i < n; i++)
		renew(s, i);
	return slots_sync(s, DMACTL_SYNC_DEVICE, e);
}

int slots_load(struct slots *s, const uint8_t *data, uint64_t len, size_t n, struct err *e)
{
	if (slots_sync(s, DMACTL_SYNC_CPU, e))
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct slot *v = &s->v[i];

		v->data = data + i * s->size;
		v->len = len - i * s->size < s->size ? len - i * s->size : s->size;
		renew(s, i);
	}
	return slots_sync(s, DMACTL_SYNC_DEVICE, e);
}

/* P, Q, or both of what a source belongs to. */
static uint32_t parities(const struct slots *s, bool p, bool q)
{
	if (s->o->opcode == DMACTL_OP_XOR_VAL)
		return DMACTL_COMP_F_XOR_BAD;
	return (p && !s->o->no_p ? DMACTL_COMP_F_XOR_BAD : 0) |
	       (q && !s->o->no_q ? DMACTL_COMP_F_Q_BAD : 0);
}

/* The last byte of each parity, the first of a source, and any byte of another one. */
size_t slots_spoil_rounds(const struct slots *s)
{
	return s->nr_src - s->o->sources + 2;
}

static void spoil(struct slots *s, size_t i, size_t round)
{
	size_t sources = s->o->sources, at = 0, src;
	struct slot *v = &s->v[i];

	if (sources + round < s->nr_src) {
		src = sources + round;
		at = s->size - 1;
		v->parity = parities(s, !slots_is_q(s, round), slots_is_q(s, round));
	} else {
		src = (v->use + round) % sources;
		if (sources + round > s->nr_src)
			at = v->use * 2654435761U % s->size;
		v->parity = parities(s, true, true);
	}
	v->src[src].p[at] ^= 0x40;
}

int slots_spoil(struct slots *s, size_t n, size_t round, struct err *e)
{
	if (slots_sync(s, DMACTL_SYNC_CPU, e))
		return -1;
	for (size_t i = 0; i < n; i++) {
		renew(s, i);
		spoil(s, i, round);
	}
	return slots_sync(s, DMACTL_SYNC_DEVICE, e);
}

/* The first byte of a stretch that is not what belongs there (@poisoned: not its complement). */
static uint64_t first_wrong(const struct slots *s, const struct slot *v, size_t dst,
			    const struct stretch *t, bool poisoned, uint8_t *expected)
{
	const uint8_t *p = v->dst[dst].p + t->at;
	uint8_t want[BLOCK];

	for (uint64_t done = 0, n; done < t->len; done += n) {
		n = t->len - done < BLOCK ? t->len - done : BLOCK;
		slots_expect(s, v, dst, t->data + done, want, n);
		if (poisoned)
			pattern_invert(want, n);
		if (!memcmp(p + done, want, n))
			continue;
		for (uint64_t i = 0; i < n; i++) {
			if (p[done + i] != want[i]) {
				*expected = want[i];
				return done + i;
			}
		}
	}
	return t->len;
}

static bool untouched(const struct slots *s, const struct slot *v)
{
	struct stretch t;
	uint8_t byte;

	for (size_t k = 0; k < s->nr_dst; k++)
		for (uint64_t i = 0; slots_stretch(s, v, k, i, &t); i++)
			if (first_wrong(s, v, k, &t, true, &byte) < t.len)
				return false;
	return true;
}

static bool guard_wrong(const struct slots *s, const struct slot *v, size_t dst, int64_t at,
			uint64_t use, struct first_wrong *w)
{
	const uint8_t *p = v->dst[dst].p + at;
	size_t i = pattern_check(p, GUARD, s->o->seed + GUARD_SEED, use, &w->expected);

	if (i == GUARD)
		return false;
	w->offset = at + (int64_t)i;
	w->found = p[i];
	return true;
}

static bool gap_wrong(const struct slots *s, const struct slot *v, size_t dst, uint64_t from,
		      uint64_t to, struct first_wrong *w)
{
	uint8_t want[BLOCK];
	const uint8_t *p = v->dst[dst].p;

	for (uint64_t n; from < to; from += n) {
		n = to - from < BLOCK ? to - from : BLOCK;
		pattern_part(want, n, s->o->seed + GAP_SEED, mark(s, v, dst), from);
		for (uint64_t i = 0; i < n; i++) {
			if (p[from + i] != want[i]) {
				w->offset = (int64_t)(from + i);
				w->expected = want[i];
				w->found = p[from + i];
				return true;
			}
		}
	}
	return false;
}

/* Any byte that was not to be written. */
static bool beside_wrong(const struct slots *s, const struct slot *v, size_t dst,
			 struct first_wrong *w)
{
	uint64_t use = 2 * mark(s, v, dst), end = 0;
	struct stretch t;

	if (guard_wrong(s, v, dst, -GUARD, use, w) ||
	    guard_wrong(s, v, dst, (int64_t)end_of(v, dst), use + 1, w))
		return true;
	for (uint64_t i = 0; slots_stretch(s, v, dst, i, &t); i++) {
		if (i && gap_wrong(s, v, dst, end, t.at, w))
			return true;
		end = t.at + t.len;
	}
	return false;
}

static bool data_wrong(const struct slots *s, const struct slot *v, size_t dst,
		       struct first_wrong *w)
{
	struct stretch t;
	uint64_t at;

	for (uint64_t i = 0; slots_stretch(s, v, dst, i, &t); i++) {
		at = first_wrong(s, v, dst, &t, false, &w->expected);
		if (at == t.len)
			continue;
		w->offset = (int64_t)(t.at + at);
		w->found = v->dst[dst].p[w->offset];
		return true;
	}
	return false;
}

static enum state check(const struct slots *s, const struct slot *v, struct first_wrong *w,
			bool *guard)
{
	bool pq = s->o->opcode == DMACTL_OP_PQ;

	for (size_t pass = 0; pass < 1 + (size_t)known(s); pass++) {
		for (size_t k = 0; k < s->nr_dst; k++) {
			*guard = !pass;
			w->destination = pq ? slots_is_q(s, k) : k;
			w->of = pq ? w->destination ? "Q" : "P" : s->nr_dst > 1 ? "segment" : NULL;
			if (pass ? data_wrong(s, v, k, w) : beside_wrong(s, v, k, w))
				return pass && untouched(s, v) ? UNTOUCHED : WRONG;
		}
	}
	return RIGHT;
}

/*
 * Where operations of a stream may have been served in another order, or one that failed may have
 * taken its part or not, the first bytes tell which part a slot got. No part is given twice.
 */
static int find_streams(struct slots *s, size_t n, struct err *e)
{
	bool *taken = calloc(n, sizeof(*taken));
	uint8_t want[8];
	size_t len;

	if (!taken)
		return err_set(e, EXIT_FAILED, "out of memory");
	for (size_t i = 0; i < n; i++) {
		const struct place *p = s->v[i].dst;

		len = p->len < sizeof(want) ? (size_t)p->len : sizeof(want);
		for (size_t k = 0; k < n; k++) {
			slots_stream(k * s->size, want, len);
			if (taken[k] || memcmp(p->p, want, len))
				continue;
			taken[k] = true;
			s->v[i].stream = k;
			break;
		}
	}
	free(taken);
	return 0;
}

static bool stream_moved(const struct slots *s, size_t n, uint64_t excused)
{
	bool moved = excused || s->claim->traits & DMACTL_TRAIT_NO_ORDER;

	for (size_t i = 0; i < n; i++)
		moved |= s->v[i].failed;
	return moved && s->o->opcode == DMACTL_OP_SLAVE_SG && s->o->endpoint == DMACTL_EP_SOURCE;
}

static void check_all(struct slots *s, size_t n, uint64_t excused, uint64_t base, struct result *r)
{
	struct first_wrong w = { 0 };
	uint64_t untouched_slots = 0;
	enum state state;
	bool guard;

	for (size_t i = 0; excused && i < n; i++)
		untouched_slots += !s->v[i].failed && check(s, &s->v[i], &w, &guard) == UNTOUCHED;
	if (untouched_slots > excused)
		untouched_slots = excused;
	excused -= untouched_slots;
	for (size_t i = 0; i < n; i++) {
		if (s->v[i].failed)
			continue;
		state = check(s, &s->v[i], &w, &guard);
		if (state == UNTOUCHED && untouched_slots) {
			untouched_slots--;
			continue;
		}
		if (state != RIGHT && !guard && excused) {
			excused--;
			continue;
		}
		r->covered += known(s);
		if (state == RIGHT || r->mismatches++)
			continue;
		w.operation = base + i;
		r->first = w;
	}
}

int slots_verify(struct slots *s, size_t n, uint64_t excused, uint64_t base, struct result *r,
		 struct err *e)
{
	uint64_t bad = r->mismatches, covered = r->covered;

	if (!s->nr_dst)
		return 0;
	if (slots_sync(s, DMACTL_SYNC_CPU, e))
		return -1;
	if (stream_moved(s, n, excused) && find_streams(s, n, e))
		return -1;
	check_all(s, n, excused, base, r);
	if (!slots_sync(s, DMACTL_SYNC_DEVICE, e))
		return 0;
	/* What went away meanwhile was no data. */
	r->mismatches = bad;
	r->covered = covered;
	return -1;
}
