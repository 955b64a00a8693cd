// SPDX-License-Identifier: GPL-2.0
/* Test data, the places of operations in buffers, and that every kind of wrong byte is found. */
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "stand.h"
#include "tap.h"

static void test_pattern(void)
{
	uint8_t a[64], b[64], expected;
	bool whole = true, prefix = true, found = true, other = true;

	pattern_fill(a, sizeof(a), 7, 3);
	for (size_t n = 0; n <= sizeof(a); n++) {
		memset(b, 0xee, sizeof(b));
		pattern_fill(b, n, 7, 3);
		prefix &= !memcmp(a, b, n) && (n == sizeof(b) || b[n] == 0xee);
		whole &= pattern_check(b, n, 7, 3, &expected) == n;
		for (size_t i = 0; i < n; i++) {
			b[i] ^= 0x10;
			found &= pattern_check(b, n, 7, 3, &expected) == i && expected == a[i];
			b[i] ^= 0x10;
		}
	}
	ok(prefix, "a pattern of any length begins like a longer one, and writes no further");
	ok(whole, "a pattern is found to be right");
	ok(found, "a wrong byte is found at its place, with what belongs there");
	for (uint64_t k = 1; k < 200; k++) {
		other &= pattern_check(a, sizeof(a), 7 + k, 3, &expected) < 3;
		other &= pattern_check(a, sizeof(a), 7, 3 + k, &expected) < 3;
	}
	ok(other, "another seed or use differs from the first bytes on");
	ok(pattern_check(a + 1, 32, 7, 3, &expected) < 3, "so do shifted data");
	ok(pattern_check(a + 8, 32, 7, 3, &expected) < 3, "even by a whole word");
	memcpy(b, a, sizeof(a));
	pattern_invert(b, 10);
	ok(b[9] != a[9] && b[10] == a[10], "an inversion has its length");
	memcpy(b, a, sizeof(a));
	pattern_invert(b, sizeof(b));
	for (size_t i = 0; i < sizeof(a); i++)
		other &= a[i] != b[i];
	pattern_invert(b, sizeof(b));
	ok(other && !memcmp(a, b, sizeof(a)), "an inverted pattern differs in every byte");
}

/* The same on every machine. */
static void test_pattern_fixed(void)
{
	static const uint8_t want[] = {
		0x3a, 0x63, 0xed, 0xd0, 0x8f, 0x63, 0x91, 0x39, 0x25, 0xf3, 0xc4,
	};
	uint8_t a[sizeof(want)];

	pattern_fill(a, sizeof(a), 1, 1);
	ok(!memcmp(a, want, sizeof(want)), "the bytes of seed 1, use 1");
}

/* Aligned, inside its buffer, in one piece of memory where it fits into one. */
static bool well_placed(const struct slots *s, const struct slot *v, enum side side)
{
	const struct place *p = side == DST ? v->dst : v->src;
	uint64_t guard = side == DST ? GUARD : 0, at = p->at.offset, off = s->o->offset[side];
	uint64_t piece = 1ULL << m.granule;
	uint32_t buffer = p->at.buffer;

	if (p->p != m.p[buffer] + at || (at - off) % s->align || at < guard)
		return false;
	if (at + s->size + guard > m.bytes[buffer])
		return false;
	if (s->size > piece)
		return !((at - off) % piece);
	return off + s->size > piece || at / piece == (at + s->size - 1) / piece;
}

static bool apart(const struct slots *s, enum side side)
{
	uint64_t guard = side == DST ? GUARD : 0;

	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; k < i; k++) {
			const struct slot *v = &s->v[i], *u = &s->v[k];
			const struct dmactl_operand *a = side == DST ? &v->dst->at : &v->src->at;
			const struct dmactl_operand *b = side == DST ? &u->dst->at : &u->src->at;
			uint64_t far = a->offset > b->offset ? a->offset - b->offset :
							       b->offset - a->offset;

			if (a->buffer == b->buffer && far < s->size + guard)
				return false;
		}
	}
	return true;
}

static bool places(const struct mopts *o, uint64_t size, size_t n, unsigned int shift)
{
	struct dmactl_claim claim = { .channel = 5, .align_copy = (uint8_t)shift };
	struct slots s;
	const struct slots_for want = { o, &claim, 0, MEM_TO_MEM };
	bool good = !slots_make(&s, &want, size, n, &e);

	good = good && s.align % (1ULL << shift) == 0 && (!o->align || s.align == o->align);
	good = good && (o->align || size < 4096 || s.align % 4096 == 0);
	for (enum side side = SRC; good && side <= DST; side++) {
		for (size_t i = 0; i < n; i++)
			good = good && well_placed(&s, &s.v[i], side);
		good = good && apart(&s, side);
	}
	slots_free(&s);
	good = good && m.made == m.gone;
	memset(m.p, 0, sizeof(m.p));
	m.made = 0;
	m.gone = 0;
	return good;
}

static void test_places(void)
{
	static const uint64_t sizes[] = { 1, 64, 4000, 4064, 4096, 4097, 65536, 70000, 1 << 20 };
	static const uint64_t aligns[] = { 0, 64, 4096, 1 << 16 };
	static const uint64_t offsets[][2] = { { 0, 0 }, { 3, 5 }, { 63, 0 }, { 0, 62 } };
	static const uint32_t granules[] = { 12, 16, 20 };

	for (size_t g = 0; g < NR(granules); g++) {
		bool good = true;

		m.granule = granules[g];
		for (size_t i = 0; i < NR(sizes); i++) {
			struct mopts o;

			mopts_init(&o, &ctx, DMACTL_OP_MEMCPY);
			o.offset[DST] = 1000; /* above the alignment that it would choose */
			good &= places(&o, sizes[i], 3, 0);
		}
		for (size_t i = 0; i < NR(sizes) * NR(aligns) * NR(offsets); i++) {
			const uint64_t *off = offsets[i / NR(sizes) / NR(aligns)];
			struct mopts o;

			mopts_init(&o, &ctx, DMACTL_OP_MEMCPY);
			o.align = aligns[i / NR(sizes) % NR(aligns)];
			o.offset[SRC] = off[SRC];
			o.offset[DST] = off[DST];
			good &= places(&o, sizes[i % NR(sizes)], 1, 0);
			good &= places(&o, sizes[i % NR(sizes)], 17, o.align ? 0 : 13);
		}
		ok(good, "operations lie where they should, pieces of memory are %u bytes",
		   1U << granules[g]);
	}
}

static void engine(struct stand *t, size_t slot)
{
	struct dmactl_op op;

	slots_ops(&t->s, slot, &op);
	if (op.opcode == DMACTL_OP_MEMSET)
		memset(m.p[op.dst.buffer] + op.dst.offset, (int)op.value, op.len);
	else
		memcpy(m.p[op.dst.buffer] + op.dst.offset, m.p[op.src.buffer] + op.src.offset,
		       op.len);
}

static void engines(struct stand *t)
{
	for (size_t i = 0; i < t->s.n; i++)
		engine(t, i);
}

static void flip(struct stand *t, size_t slot)
{
	t->s.v[slot].dst->p[SIZE / 2] ^= 0x40;
}

enum how { FLIP, POISON, SHIFT };

static void spoil(uint8_t *dst, int64_t at, enum how how)
{
	if (how == SHIFT)
		memmove(dst + 1, dst, SIZE - 1);
	dst[at] ^= how == FLIP ? 0x40 : 0xff;
}

static const struct {
	const char *name;
	int64_t at;
	enum how how;
} spoils[] = {
	{ "the first byte wrong", 0, FLIP },
	{ "a byte wrong", 500, FLIP },
	{ "the last byte wrong", SIZE - 1, FLIP },
	{ "the last byte left out", SIZE - 1, POISON },
	{ "data shifted by one", 0, SHIFT },
	{ "the byte before written", -1, FLIP },
	{ "a byte long before written", -GUARD, FLIP },
	{ "the byte after written", SIZE, FLIP },
	{ "a byte long after written", SIZE + GUARD - 1, FLIP },
};

/* Each is found in the destination that has it, at its place. */
static void test_spoils(unsigned int opcode, const char *name)
{
	struct stand t;

	stand_up(&t, opcode, 3);
	for (size_t i = 0; i < NR(spoils); i++) {
		const struct first_wrong *w = &t.r.first;
		uint8_t *dst = t.s.v[1].dst->p, right, wrong;
		bool good;

		slots_prepare(&t.s, 3, &e);
		engines(&t);
		right = dst[spoils[i].at];
		spoil(dst, spoils[i].at, spoils[i].how);
		wrong = dst[spoils[i].at];
		verify(&t, 0);
		good = t.r.covered == 3 && one_wrong(&t, 1, spoils[i].at);
		good = good && w->expected == right && w->found == wrong;
		ok(good, "%s: %s is found", name, spoils[i].name);
	}
	stand_down(&t);
}

static void test_data(void)
{
	uint8_t old[SIZE], *dst[3];
	struct stand t;

	stand_up(&t, DMACTL_OP_MEMCPY, 3);
	for (int i = 0; i < 3; i++)
		dst[i] = t.s.v[i].dst->p;
	engines(&t);
	memcpy(old, dst[1], SIZE);
	verify(&t, 0);
	ok(all_right(&t, 3), "what the engine did right is right");
	m.cpu = 0;
	m.device = 0;
	slots_prepare(&t.s, 3, &e);
	ok(m.cpu == t.s.areas.n && m.device == m.cpu, "the buffers are the CPU's meanwhile");
	ok(memcmp(t.s.v[1].src->p, old, SIZE), "a new use has new data");
	engines(&t);
	memcpy(dst[1], old, SIZE);
	verify(&t, 0);
	ok(one_wrong(&t, 1, 0), "data of the use before are found");
	slots_prepare(&t.s, 3, &e);
	engines(&t);
	memcpy(old, dst[1], SIZE);
	memcpy(dst[1], dst[2], SIZE);
	memcpy(dst[2], old, SIZE);
	verify(&t, 0);
	ok(t.r.mismatches == 2 && t.r.first.operation == 101, "data that changed places are found");
	slots_prepare(&t.s, 3, &e);
	engine(&t, 1);
	engine(&t, 2);
	verify(&t, 0);
	ok(one_wrong(&t, 0, 0), "an untouched destination is found");
	ok((t.r.first.found ^ t.r.first.expected) == 0xff, "by its poison");
	stand_down(&t);
}

/* So many failed, it is not known which. */
static void test_excused(void)
{
	struct stand t;

	stand_up(&t, DMACTL_OP_MEMCPY, 4);
	engine(&t, 0);
	engine(&t, 1);
	engine(&t, 3);
	verify(&t, 1);
	ok(all_right(&t, 3), "one failed: an untouched one is excused");
	flip(&t, 3);
	verify(&t, 1);
	ok(t.r.covered == 3 && one_wrong(&t, 3, SIZE / 2), "and not a wrong one as well");
	verify(&t, 2);
	ok(all_right(&t, 2), "two failed: a wrong one may be the other");
	t.s.v[0].dst->p[-1] ^= 1;
	verify(&t, 4);
	ok(one_wrong(&t, 0, -1), "a guard byte is never excused");
	slots_prepare(&t.s, 4, &e);
	engines(&t);
	flip(&t, 0);
	flip(&t, 1);
	t.s.v[1].failed = true;
	verify(&t, 0);
	ok(t.r.covered == 3 && one_wrong(&t, 0, SIZE / 2), "one known to have failed is left out");
	slots_prepare(&t.s, 4, &e);
	engines(&t);
	verify(&t, 3);
	ok(all_right(&t, 4), "and checked again at its next use");
	stand_down(&t);
}

/* A file's last piece is shorter than the others. */
static void test_file(void)
{
	uint8_t data[2 * SIZE + 17];
	struct stand t;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	stand_up(&t, DMACTL_OP_MEMCPY, 3);
	slots_load(&t.s, data, sizeof(data), 3, &e);
	engines(&t);
	verify(&t, 0);
	ok(all_right(&t, 3), "a file's pieces are right");
	ok(t.s.v[1].len == SIZE && t.s.v[2].len == 17, "the last one is as long as it is");
	ok(!memcmp(t.s.v[2].dst->p, data + 2 * SIZE, 17), "and has the file's end");
	t.s.v[2].dst->p[16] ^= 1;
	verify(&t, 0);
	ok(one_wrong(&t, 2, 16) && t.r.first.expected == data[2 * SIZE + 16], "which is checked");
	t.s.v[2].dst->p[16] ^= 1;
	t.s.v[2].dst->p[17] ^= 1;
	verify(&t, 0);
	ok(one_wrong(&t, 2, 17), "and the byte behind it");
	slots_load(&t.s, data, sizeof(data), 3, &e);
	verify(&t, 3);
	ok(all_right(&t, 0), "an untouched piece is known as one");
	stand_down(&t);
}

static void test_ops(void)
{
	struct dmactl_op op;
	struct stand t;

	stand_up(&t, DMACTL_OP_MEMCPY, 2);
	slots_ops(&t.s, 1, &op);
	ok(op.opcode == DMACTL_OP_MEMCPY && op.len == SIZE && !op.value, "a memcpy");
	ok(op.channel == 5 && op.user_data == 1, "says whose it is");
	stand_down(&t);
	stand_up(&t, DMACTL_OP_MEMSET, 2);
	slots_ops(&t.s, 1, &op);
	ok(op.opcode == DMACTL_OP_MEMSET && op.len == SIZE && op.value == 0xa5, "a memset");
	ok(!op.src.buffer && !op.src.offset, "has no source");
	stand_down(&t);
	stand_up(&t, DMACTL_OP_INTERRUPT, 2);
	slots_ops(&t.s, 1, &op);
	verify(&t, 0);
	ok(op.opcode == DMACTL_OP_INTERRUPT && !op.len && !op.dst.offset, "an interrupt");
	ok(!m.made && all_right(&t, 0), "has no buffers");
	stand_down(&t);
}

int main(void)
{
	test_pattern();
	test_pattern_fixed();
	test_places();
	test_ops();
	test_data();
	test_spoils(DMACTL_OP_MEMCPY, "memcpy");
	test_spoils(DMACTL_OP_MEMSET, "memset");
	test_excused();
	test_file();
	return tap_done();
}
