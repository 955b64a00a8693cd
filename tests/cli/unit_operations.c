// SPDX-License-Identifier: GPL-2.0
/* Slots of operations with several sources, destinations, segments or frames. */
#include <stdlib.h>
#include <string.h>

#include "gf.h"
#include "pattern.h"
#include "stand.h"
#include "tap.h"

static const struct dmactl_vec *vec(const struct dmactl_op *op)
{
	return (const void *)(uintptr_t)op->vec;
}

static bool at(const struct dmactl_operand *o, const struct place *p)
{
	return o->buffer == p->at.buffer && o->offset == p->at.offset;
}

/* Segments that follow each other in the data, in whole units, and lie apart in memory. */
static bool segments_right(const struct stand *t, uint64_t unit)
{
	const struct slot *v = &t->s.v[0];
	uint64_t base = 0;

	for (size_t i = 0; i < t->s.nr_dst; i++) {
		const struct place *p = &v->dst[i];

		if (p->base != base || !p->len || v->vec[i].len != p->len ||
		    v->vec[i].offset != p->at.offset || v->vec[i].buffer != p->at.buffer ||
		    p->base % unit || (i + 1 < t->s.nr_dst && p->len % unit))
			return false;
		for (size_t k = 0; k < i; k++)
			if (v->dst[k].at.buffer == p->at.buffer &&
			    p->at.offset < v->dst[k].at.offset + v->dst[k].len + GUARD)
				return false;
		base += p->len;
	}
	return base == t->s.size;
}

static void test_segments(void)
{
	static const uint64_t sizes[] = { 20, 64, 100, 4096, 10007, 70000 };
	bool filled = true, received = true;
	struct stand t;
	uint64_t unit;

	for (size_t i = 0; i < NR(sizes) * 20; i++) {
		stand_init(&t, DMACTL_OP_MEMSET_SG);
		t.o.segments = 1 + i % 20;
		t.o.width = 1;
		t.claim.align_fill = i % 3;
		stand_make(&t, sizes[i / 20], 2);
		unit = sizes[i / 20] >> (i % 3) < t.o.segments ? 1 : 1U << (i % 3);
		filled &= segments_right(&t, unit);
		stand_down(&t);
		stand_init(&t, DMACTL_OP_SLAVE_SG);
		t.o.direction = DEV_TO_MEM;
		t.o.segments = 1 + i % 5;
		t.o.width = 4;
		stand_make(&t, sizes[i / 20] / 4 * 4, 2);
		received &= segments_right(&t, 4);
		stand_down(&t);
	}
	ok(filled, "segments to fill are as many as asked, aligned, and apart");
	ok(received, "segments to receive into are whole accesses");
}

/* All sources once, with their coefficients; no step takes more than it may. */
static bool steps_right(const struct stand *t, uint64_t max)
{
	size_t cost = t->o.no_p ? 1 : 3, most = max, next = 0;
	struct dmactl_op *ops = calloc(t->s.nr_steps, sizeof(*ops));
	const struct slot *v = &t->s.v[1];
	bool right = true;

	slots_ops(&t->s, 1, ops);
	for (size_t i = 0; i < t->s.nr_steps; i++) {
		const struct dmactl_op *op = &ops[i];

		right &= op->nr_vec && op->nr_vec <= most && op->len == t->s.size;
		right &= op->user_data == t->s.nr_steps + i;
		right &= op->flags ==
			 ((i ? DMACTL_OP_F_CONTINUE : 0) | (t->o.no_p ? DMACTL_OP_F_NO_P : 0) |
			  (t->o.no_q ? DMACTL_OP_F_NO_Q : 0));
		right &= t->o.no_p ? !op->dst.buffer && !op->dst.offset : at(&op->dst, &v->dst[0]);
		right &= t->o.no_q ? !op->dst2.buffer && !op->dst2.offset :
				     at(&op->dst2, &v->dst[!t->o.no_p]);
		for (uint32_t k = 0; k < op->nr_vec; k++, next++) {
			const struct dmactl_operand o = {
				.buffer = vec(op)[k].buffer,
				.offset = vec(op)[k].offset,
			};

			right &= at(&o, &v->src[next]) && !vec(op)[k].len;
			right &= vec(op)[k].coef == gf_coef((unsigned int)next);
		}
		most = max > cost ? max - cost : 1;
	}
	free(ops);
	return right && next == t->o.sources;
}

static void test_steps(void)
{
	bool right = true, least = true;
	struct stand t;

	for (unsigned int i = 0; i < 3 * 16 * 40; i++) {
		stand_init(&t, DMACTL_OP_PQ);
		t.o.no_p = i % 3 == 1;
		t.o.no_q = i % 3 == 2;
		t.o.sources = 1 + i / 3 / 16;
		t.claim.max_pq = 1 + i / 3 % 16;
		stand_make(&t, 8, 2);
		right &= steps_right(&t, t.claim.max_pq);
		least &= t.s.nr_steps == 1 || t.o.sources > t.claim.max_pq;
		stand_down(&t);
	}
	ok(right,
	   "a pq in steps has each source once, with its coefficient, and goes on from P and Q");
	ok(least, "one that fits takes one step");
}

static void test_ops(void)
{
	const struct slot *v;
	struct dmactl_op op;
	struct stand t;

	stand_init(&t, DMACTL_OP_XOR_VAL);
	t.o.check = true;
	t.o.sources = 3;
	stand_make(&t, SIZE, 2);
	slots_ops(&t.s, 1, &op);
	ok(op.nr_vec == 4 && !op.dst.buffer && !op.dst.offset && op.len == SIZE,
	   "a xor is checked with its parity as the last source");
	stand_down(&t);
	stand_init(&t, DMACTL_OP_PQ_VAL);
	t.o.check = true;
	t.o.sources = 3;
	stand_make(&t, SIZE, 2);
	slots_ops(&t.s, 1, &op);
	v = &t.s.v[1];
	ok(op.nr_vec == 3 && at(&op.dst, &v->src[3]) && at(&op.dst2, &v->src[4]),
	   "P and Q that are checked are no sources");
	stand_down(&t);
	stand_init(&t, DMACTL_OP_INTERLEAVED);
	t.o.frames = 7;
	t.o.chunk = 10;
	t.o.src_gap = 3;
	t.o.dst_gap = 5;
	stand_make(&t, 70, 2);
	slots_ops(&t.s, 1, &op);
	v = &t.s.v[1];
	ok(op.template == (uintptr_t)&t.s.frames && t.s.frames.dst_gap == 5 && op.len == 70,
	   "frames have their template");
	ok(v->src->len == 70 + 6 * 3 && v->dst->len == 70 + 6 * 5, "and room for their gaps");
	stand_down(&t);
	stand_init(&t, DMACTL_OP_SLAVE_SG);
	t.o.direction = DEV_TO_DEV;
	t.o.segments = 1;
	t.o.width = 4;
	stand_make(&t, 64, 2);
	slots_ops(&t.s, 1, &op);
	ok(op.direction == 3 && op.nr_vec == 1 && vec(&op)->buffer == DMACTL_NONE,
	   "from device to device there is one segment of no buffer");
	ok(vec(&op)->len == 64 && !m.made, "which is as long as the operation");
	stand_down(&t);
}

/* P and Q by another way, from the sources as they lie in memory. */
static void test_parity(void)
{
	uint8_t p[SIZE], q[SIZE], want[SIZE], other[SIZE];
	bool right = true, distinct = true;
	const struct slot *v;
	struct stand t;

	stand_init(&t, DMACTL_OP_PQ);
	t.o.sources = 9;
	stand_make(&t, SIZE, 3);
	v = &t.s.v[2];
	memset(p, 0, SIZE);
	memset(q, 0, SIZE);
	for (size_t i = 9; i--;) {
		for (size_t k = 0; k < SIZE; k++) {
			p[k] ^= v->src[i].p[k];
			q[k] = gf_mul(q[k], 2) ^ v->src[i].p[k];
		}
		for (size_t k = 0; k < i; k++)
			distinct &= memcmp(v->src[i].p, v->src[k].p, 16) != 0;
	}
	slots_expect(&t.s, v, 0, 0, want, SIZE);
	right &= !memcmp(want, p, SIZE);
	slots_expect(&t.s, v, 1, 0, want, SIZE);
	right &= !memcmp(want, q, SIZE);
	slots_expect(&t.s, v, 1, 333, other, 400);
	right &= !memcmp(other, want + 333, 400);
	ok(right, "P and Q are those of the sources, from any byte on");
	ok(distinct, "no two sources are the same");
	pattern_invert(p, SIZE);
	ok(!memcmp(v->dst[0].p, p, SIZE), "each byte of P is poisoned");
	verify(&t, 3);
	ok(all_right(&t, 0), "untouched destinations are known as such");
	slots_expect(&t.s, v, 0, 0, v->dst[0].p, SIZE);
	verify(&t, 2);
	ok(one_wrong(&t, 2, 0) && !strcmp(t.r.first.of, "Q") && t.r.first.destination == 1,
	   "of which one is right the other is found");
	stand_down(&t);
}

/* The destinations as they should be. */
static void fill(const struct stand *t)
{
	struct stretch s;

	for (size_t i = 0; i < t->s.n; i++)
		for (size_t k = 0; k < t->s.nr_dst; k++)
			for (uint64_t n = 0; slots_stretch(&t->s, &t->s.v[i], k, n, &s); n++)
				slots_expect(&t->s, &t->s.v[i], k, s.data,
					     t->s.v[i].dst[k].p + s.at, s.len);
}

/* Any wrong byte in or around a destination is found at its place. */
static bool every_byte(struct stand *t, size_t dst)
{
	struct place *p = &t->s.v[1].dst[dst];
	bool found = true;

	fill(t);
	verify(t, 0);
	found &= all_right(t, 2);
	for (int64_t i = -GUARD; i < (int64_t)p->len + GUARD; i++) {
		p->p[i] ^= 0x40;
		verify(t, 0);
		found &= one_wrong(t, 1, i) && t->r.first.destination == dst;
		found &= (t->r.first.expected ^ t->r.first.found) == 0x40;
		p->p[i] ^= 0x40;
	}
	return found;
}

static void test_every_byte(void)
{
	struct stand t;

	stand_init(&t, DMACTL_OP_PQ);
	t.o.sources = 3;
	stand_make(&t, 100, 2);
	ok(every_byte(&t, 0) && every_byte(&t, 1), "any wrong byte of P and Q, or beside them");
	stand_down(&t);
	stand_init(&t, DMACTL_OP_MEMSET_SG);
	t.o.segments = 3;
	stand_make(&t, 100, 2);
	ok(every_byte(&t, 0) && every_byte(&t, 2), "any wrong byte of a segment, or beside it");
	stand_down(&t);
	stand_init(&t, DMACTL_OP_INTERLEAVED);
	t.o.frames = 9;
	t.o.chunk = 11;
	t.o.src_gap = 3;
	t.o.dst_gap = 5;
	stand_make(&t, 99, 2);
	ok(every_byte(&t, 0), "any wrong byte of frames, of the gaps between them, or beside them");
	stand_down(&t);
	stand_init(&t, DMACTL_OP_SLAVE_SG);
	t.o.direction = DEV_TO_MEM;
	t.o.endpoint = DMACTL_EP_SOURCE;
	t.o.segments = 3;
	t.o.width = 4;
	stand_make(&t, 100, 2);
	ok(every_byte(&t, 0) && every_byte(&t, 2), "any wrong byte of what a peripheral gave");
	stand_down(&t);
}

static void swap_data(struct stand *t, size_t a, size_t b)
{
	uint8_t *p = t->s.v[a].dst->p, *q = t->s.v[b].dst->p, x;

	for (uint64_t i = 0; i < t->s.size; i++) {
		x = p[i];
		p[i] = q[i];
		q[i] = x;
	}
}

static void test_streams(void)
{
	struct stand t;
	uint8_t *p;

	stand_init(&t, DMACTL_OP_SLAVE_SG);
	t.o.direction = DEV_TO_MEM;
	t.o.endpoint = DMACTL_EP_SOURCE;
	t.o.segments = 1;
	t.o.width = 1;
	stand_make(&t, 102, 4);
	fill(&t);
	p = t.s.v[2].dst->p;
	ok(p[0] == 204 / 4 && !p[1] && p[4] == 204 / 4 + 1,
	   "a stream counts in words of four bytes");
	swap_data(&t, 1, 3);
	verify(&t, 0);
	ok(t.r.mismatches == 2, "parts of a stream that changed places are wrong");
	t.claim.traits = DMACTL_TRAIT_NO_ORDER;
	verify(&t, 0);
	ok(all_right(&t, 4), "but not where operations may pass each other");
	memcpy(p, t.s.v[0].dst->p, 102);
	verify(&t, 0);
	ok(one_wrong(&t, 2, 0), "no part comes twice");
	t.claim.traits = 0;
	slots_prepare(&t.s, 4, &e);
	t.s.v[0].failed = true;
	for (size_t i = 1; i < 4; i++)
		t.s.v[i].stream = i - 1;
	fill(&t);
	verify(&t, 0);
	ok(all_right(&t, 3), "one that failed may have left its part to the next");
	stand_down(&t);
}

/* Bytes that differ from what belongs to the slot's use. */
static size_t spoiled(const struct stand *t, size_t slot, size_t src)
{
	const struct slot *v = &t->s.v[slot];
	uint8_t want[SIZE];
	size_t n = 0;

	if (src < t->o.sources)
		pattern_fill(want, SIZE, t->o.seed + src * 0x736f75726365ULL, v->use);
	else
		slots_expect(&t->s, v, src - t->o.sources, 0, want, SIZE);
	for (size_t i = 0; i < SIZE; i++)
		n += v->src[src].p[i] != want[i];
	return n;
}

static bool spoils_right(struct stand *t, uint32_t p, uint32_t q)
{
	size_t parities = t->s.nr_src - t->o.sources, in_parity;
	bool right = slots_spoil_rounds(&t->s) == parities + 2;

	for (size_t round = 0; round < slots_spoil_rounds(&t->s); round++) {
		slots_spoil(&t->s, 3, round, &e);
		for (size_t i = 0; i < 3; i++) {
			size_t all = 0;

			for (size_t k = 0; k < t->s.nr_src; k++)
				all += spoiled(t, i, k);
			in_parity = round < parities ? spoiled(t, i, t->o.sources + round) : 0;
			right &= all == 1 && in_parity == (round < parities);
			right &= t->s.v[i].parity == (round >= parities ? p | q :
						      round || !p	? q :
									  p);
		}
	}
	return right;
}

static void test_spoils(void)
{
	struct stand t;

	stand_init(&t, DMACTL_OP_XOR_VAL);
	t.o.check = true;
	t.o.sources = 4;
	stand_make(&t, SIZE, 3);
	ok(spoils_right(&t, DMACTL_COMP_F_XOR_BAD, 0), "a xor is spoiled in one byte at a time");
	stand_down(&t);
	for (int i = 0; i < 3; i++) {
		stand_init(&t, DMACTL_OP_PQ_VAL);
		t.o.check = true;
		t.o.sources = 4;
		t.o.no_p = i == 1;
		t.o.no_q = i == 2;
		stand_make(&t, SIZE, 3);
		ok(spoils_right(&t, t.o.no_p ? 0 : DMACTL_COMP_F_XOR_BAD,
				t.o.no_q ? 0 : DMACTL_COMP_F_Q_BAD),
		   "so are %s, and who is to be blamed is known",
		   i == 1 ? "Q alone" :
		   i == 2 ? "P alone" :
			    "P and Q");
		stand_down(&t);
	}
}

int main(void)
{
	test_segments();
	test_steps();
	test_ops();
	test_parity();
	test_every_byte();
	test_streams();
	test_spoils();
	return tap_done();
}
