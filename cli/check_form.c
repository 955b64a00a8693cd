// SPDX-License-Identifier: GPL-2.0
/* Cases that any operation on memory has: lengths, sizes, places, limits, kinds of memory. */
#include <inttypes.h>
#include <unistd.h>

#include "check_rig.h"

#define LENGTHS	   257
#define LONG	   (256ULL << 10) /* a length is tried for what few bytes do */
#define MOST_BYTES (32ULL << 20)  /* of memory that a limit is worth */
#define MAX_SIZES  40

static size_t least_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Right parity, and in turn one that is wrong at the start, at the end, in the middle. */
static void spoil(struct rig *r, struct trial *t)
{
	static const uint32_t which[] = {
		DMACTL_COMP_F_XOR_BAD,
		DMACTL_COMP_F_Q_BAD,
		DMACTL_COMP_F_XOR_BAD | DMACTL_COMP_F_Q_BAD,
	};
	uint64_t turn = r->nr % 4;

	if (!turn || r->how != BY_SUBMIT)
		return;
	t->spoil = t->opcode == DMACTL_OP_XOR_VAL ? DMACTL_COMP_F_XOR_BAD : which[r->nr / 4 % 3];
	t->spoil_at = turn == 1 ? 0 : turn == 2 ? t->len - 1 : t->len / 2;
}

struct trial form(const struct rig *r, uint32_t opcode, uint64_t len)
{
	uint64_t unit = rig_unit(r, opcode);
	struct trial t = { .opcode = opcode, .len = len };

	switch (opcode) {
	case DMACTL_OP_INTERRUPT:
		t.len = 0;
		break;
	case DMACTL_OP_MEMSET:
		t.value = (uint32_t)(0x5a + 37 * r->nr) & 0xff;
		break;
	case DMACTL_OP_XOR:
		t.n = r->claim.max_xor < 2 ? 2 : least_of(4, r->claim.max_xor);
		break;
	case DMACTL_OP_XOR_VAL:
		t.n = r->claim.max_xor < 3 ? 1 : least_of(3, r->claim.max_xor - 1);
		break;
	case DMACTL_OP_PQ:
	case DMACTL_OP_PQ_VAL:
		t.n = r->claim.max_pq < 1 ? 1 : least_of(4, r->claim.max_pq);
		break;
	case DMACTL_OP_MEMSET_SG:
		t.n = 3;
		t.len = 3 * len;
		t.value = (uint32_t)(0xa5 + 37 * r->nr) & 0xff;
		break;
	case DMACTL_OP_INTERLEAVED:
		t.frames = 3;
		t.len = 3 * len;
		t.src_gap = 5 * unit;
		t.dst_gap = 3 * unit;
		break;
	default:
		break;
	}
	return t;
}

/* One more like any other; @len in bytes. */
static int try_len(struct rig *r, uint64_t len)
{
	struct trial t = form(r, r->now->opcode, len);

	if (t.opcode == DMACTL_OP_XOR_VAL || t.opcode == DMACTL_OP_PQ_VAL)
		spoil(r, &t);
	return rig_try(r, &t);
}

int check_lengths(struct rig *r)
{
	uint64_t unit = rig_unit(r, r->now->opcode), len;

	for (len = 1; len <= LENGTHS && len * unit <= LONG; len++)
		if (try_len(r, len * unit))
			return -1;
	if (rig_go(r))
		return -1;
	return rig_say(r, "every length from %" PRIu64 " to %" PRIu64 " bytes", unit,
		       (len - 1) * unit);
}

static size_t add_size(uint64_t *sizes, size_t n, uint64_t size, uint64_t unit)
{
	size = size / unit * unit;
	if (!size || n == MAX_SIZES)
		return n;
	for (size_t i = 0; i < n; i++)
		if (sizes[i] == size)
			return n;
	sizes[n] = size;
	return n + 1;
}

/* A boundary, and what is just below and just above it. */
static size_t add_around(uint64_t *sizes, size_t n, uint64_t boundary, uint64_t unit)
{
	n = add_size(sizes, n, boundary - (boundary > unit ? unit : 0), unit);
	n = add_size(sizes, n, boundary, unit);
	return add_size(sizes, n, boundary + unit, unit);
}

static int try_sizes(struct rig *r, const uint64_t *sizes, size_t n)
{
	uint64_t most = 0;

	for (size_t i = 0; i < n; i++) {
		if (try_len(r, sizes[i]))
			return -1;
		most = sizes[i] > most ? sizes[i] : most;
	}
	if (rig_go(r))
		return -1;
	return rig_say(r, "%zu sizes up to %" PRIu64 " bytes", n, most);
}

int check_sizes(struct rig *r)
{
	uint64_t unit = rig_unit(r, r->now->opcode), page = (uint64_t)sysconf(_SC_PAGESIZE);
	const uint64_t around[] = {
		unit, 8, 16, 64, 128, 512, 1024, page, 2 * page, 4 * page, 65536
	};
	uint64_t sizes[MAX_SIZES];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++)
		n = add_around(sizes, n, around[i], unit);
	return try_sizes(r, sizes, n);
}

int check_offsets(struct rig *r)
{
	uint64_t unit = rig_unit(r, r->now->opcode);

	for (uint64_t k = 0; k < 64; k++) {
		const uint64_t pairs[][2] = { { k, 0 }, { 0, k }, { k, k }, { k, 63 - k } };

		for (size_t i = 0; i < 4; i++) {
			struct trial t = form(r, r->now->opcode, (64 + k % 5) * unit);

			if (t.opcode == DMACTL_OP_XOR_VAL || t.opcode == DMACTL_OP_PQ_VAL)
				spoil(r, &t);
			t.off[SRC] = pairs[i][0] * unit;
			t.off[DST] = pairs[i][1] * unit;
			if (rig_try(r, &t))
				return -1;
		}
	}
	if (rig_go(r))
		return -1;
	return rig_say(r, "offsets of 0 to %" PRIu64 " bytes past a cache line", 63 * unit);
}

static size_t operands(const struct rig *r)
{
	struct trial t = form(r, r->now->opcode, 1);

	return (t.n ? t.n : 1) * (t.frames ? t.frames : 1);
}

/* Just below, at, and above a limit, and more than twice of it. */
static int around_limit(struct rig *r, uint64_t limit)
{
	uint64_t unit = rig_unit(r, r->now->opcode), sizes[MAX_SIZES];
	size_t n = add_around(sizes, 0, limit, unit);

	n = add_size(sizes, n, 2 * limit + unit, unit);
	return try_sizes(r, sizes, n);
}

int check_segment(struct rig *r)
{
	uint64_t limit = r->claim.max_segment;

	if (!limit || limit > MOST_BYTES / 2 / operands(r))
		return rig_skip(r,
				"one descriptor moves up to %" PRIu64 " bytes: that is too much "
				"memory to try",
				limit);
	return around_limit(r, limit);
}

int check_mapping(struct rig *r)
{
	uint64_t limit = r->claim.max_mapping;

	if (!limit || limit > MOST_BYTES / 2 / operands(r))
		return rig_skip(r, "a mapping has no limit that could be tried");
	return around_limit(r, limit);
}

/* Memory of our own: its pages lie anywhere, so an operation across their ends must be split. */
int check_pieces(struct rig *r)
{
	static const uint64_t before[] = { 1, 2, 3, 7, 63, 64, 65, 127, 128, 255, 256 };
	uint64_t unit = rig_unit(r, r->now->opcode), page = (uint64_t)sysconf(_SC_PAGESIZE);

	if (!(r->check->info.features & DMACTL_FEAT_USER))
		return rig_skip(r, "the module has no buffers of user memory");
	if (257 * unit > page)
		return rig_skip(r,
				"a multiple of %" PRIu64 " bytes never lies across the end of a "
				"page",
				unit);
	rig_kind(r, DMACTL_BUF_USER);
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		struct trial t = form(r, r->now->opcode, 257 * unit);

		t.cross = before[i] * unit;
		if (rig_try(r, &t))
			return -1;
	}
	if (rig_go(r))
		return -1;
	return rig_say(r, "the end of a page after 1 to 256 of 257 units");
}

int check_kind(struct rig *r)
{
	bool user = r->now->arg == DMACTL_BUF_USER;

	if (!(r->check->info.features & (user ? DMACTL_FEAT_USER : DMACTL_FEAT_COHERENT)))
		return rig_skip(r, "the module has no %s buffers", user ? "user" : "coherent");
	rig_kind(r, (uint32_t)r->now->arg);
	return check_sizes(r);
}

int check_residue(struct rig *r)
{
	const struct finding *f = &r->residue[r->now->opcode];
	uint64_t unit = rig_unit(r, r->now->opcode);

	for (uint64_t i = 1; i <= 32; i++)
		if (try_len(r, i * unit * 3))
			return -1;
	if (rig_go(r))
		return -1;
	if (f->text[0])
		return rig_fail(r, "%s", f->text);
	return rig_say(r, "nothing is left of what ended well");
}
