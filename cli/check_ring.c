// SPDX-License-Identifier: GPL-2.0
/* Cases about queues: many in flight, batches, more than any ring has, and RUN. */
#include <inttypes.h>

#include "check_rig.h"

#define LAPS	    5000
#define MOST_MEMORY (16ULL << 20)

static uint64_t short_len(const struct rig *r, uint32_t opcode)
{
	uint64_t unit = rig_unit(r, opcode);

	return unit > 64 ? unit : 64 / unit * unit;
}

static int try_many(struct rig *r, uint32_t opcode, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		struct trial t = form(r, opcode, short_len(r, opcode));

		if (rig_try(r, &t))
			return -1;
	}
	return 0;
}

/* All of them are to have a place at once. */
static int make_room(struct rig *r, uint32_t opcode, uint64_t n)
{
	struct trial t = form(r, opcode, short_len(r, opcode));
	uint64_t one = 3 * (t.len / (t.n ? t.n : 1) + 2 * GUARD), all;

	all = n * (one + (t.frames ? t.frames * (t.src_gap + t.dst_gap) : 0));
	if (all * 2 > MOST_MEMORY)
		all = MOST_MEMORY / 2;
	return rig_arena(r, DST, all * 2) || rig_arena(r, SRC, all * (t.n ? t.n : 1)) ? -1 : 0;
}

int check_depth(struct rig *r)
{
	uint32_t opcode = r->now->opcode, most = r->check->info.max_depth;
	uint64_t n;

	if (most > r->check->info.max_ops)
		most = r->check->info.max_ops;
	if (most > MAX_TRIALS)
		most = MAX_TRIALS;
	n = rig_count(r, most, 32, short_len(r, opcode), 3);
	r->depth = (uint32_t)n;
	r->batch = r->depth;
	if ((opcode != DMACTL_OP_INTERRUPT && make_room(r, opcode, n)) || try_many(r, opcode, n) ||
	    rig_go(r))
		return -1;
	if (n < most)
		return rig_say(r, "%" PRIu64 " in flight, not %u: it is slow", n, most);
	return rig_say(r, "%" PRIu64 " in flight", n);
}

int check_batch(struct rig *r)
{
	static const uint32_t batches[] = { 1, 2, 3, 7, 16, 64, 255 };
	uint64_t len = short_len(r, r->now->opcode);
	uint32_t most = 0;

	for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
		uint32_t n = batches[i];

		/* Each batch with one kick, and with one for each of its operations. */
		for (uint32_t kick = 0; kick < 2; kick++) {
			if (n > 16 && rig_count(r, 4 * n, 1, len, 2) < 4 * n)
				continue;
			r->depth = 256;
			r->batch = n;
			r->kick = kick;
			if (try_many(r, r->now->opcode, 2 * n + 3) || rig_go(r))
				return -1;
			most = n;
		}
	}
	return rig_say(r, "batches of 1 to %u", most);
}

/* A parity check has one answer for all of RUN: a wrong one is tried alone. */
static int try_spoilt(struct rig *r)
{
	struct trial t = form(r, r->now->opcode, short_len(r, r->now->opcode));

	if (t.opcode != DMACTL_OP_XOR_VAL && t.opcode != DMACTL_OP_PQ_VAL)
		return 0;
	t.spoil = DMACTL_COMP_F_XOR_BAD;
	t.spoil_at = t.len - 1;
	return rig_try(r, &t) || rig_go(r) ? -1 : 0;
}

int check_how(struct rig *r)
{
	uint64_t features = r->check->info.features, n;
	bool poll = r->now->arg == BY_POLL;
	bool val = r->now->opcode == DMACTL_OP_XOR_VAL || r->now->opcode == DMACTL_OP_PQ_VAL;

	if (!(features & DMACTL_FEAT_RUN) || (poll && !(features & DMACTL_FEAT_POLL)))
		return rig_skip(r, "the module cannot do that");
	if (poll && r->claim.traits & DMACTL_TRAIT_NO_ORDER)
		return rig_skip(r, "the channel completes out of order: it cannot be polled");
	if (val && short_len(r, r->now->opcode) > r->claim.max_segment)
		return rig_skip(r, "in RUN the module checks parity only with one descriptor");
	r->how = (enum how)r->now->arg;
	r->depth = 16;
	r->kick = 4;
	n = rig_count(r, 256, 32, short_len(r, r->now->opcode), 3);
	if (try_many(r, r->now->opcode, n) || rig_go(r) || try_spoilt(r))
		return -1;
	/* One by one: none is in flight when the next one is prepared. */
	r->depth = 1;
	n = rig_count(r, 32, 4, short_len(r, r->now->opcode), 1);
	if (try_many(r, r->now->opcode, n) || rig_go(r))
		return -1;
	return rig_say(r, "in the kernel, completions by %s", poll ? "polling" : "interrupt");
}

int check_nothing(struct rig *r)
{
	uint64_t n = rig_count(r, 1000, 32, 0, 3);

	r->depth = 64;
	if (try_many(r, DMACTL_OP_INTERRUPT, n) || rig_go(r))
		return -1;
	return rig_say(r, "each completes once");
}

/* Operations whose outcome is best seen come first. */
static const uint32_t order[] = {
	DMACTL_OP_MEMCPY,      DMACTL_OP_PQ,	 DMACTL_OP_XOR,
	DMACTL_OP_INTERLEAVED, DMACTL_OP_MEMSET, DMACTL_OP_MEMSET_SG,
	DMACTL_OP_XOR_VAL,     DMACTL_OP_PQ_VAL, DMACTL_OP_INTERRUPT,
};

#define NR_ORDER (sizeof(order) / sizeof(order[0]))

static uint32_t usual(const struct rig *r)
{
	for (size_t i = 0; i < NR_ORDER; i++)
		if (rig_has(r, order[i]))
			return order[i];
	return NO_OPERATION;
}

int check_laps(struct rig *r)
{
	uint32_t opcode = usual(r);
	uint64_t n;

	if (opcode == NO_OPERATION)
		return rig_skip(r, "the channel has no operation on memory");
	n = rig_count(r, LAPS, 300, short_len(r, opcode), 10);
	r->depth = 64;
	r->batch = 16;
	if (try_many(r, opcode, n) || rig_go(r))
		return -1;
	if (n < LAPS)
		return rig_say(r, "%" PRIu64 " short operations, not %u: it is slow", n, LAPS);
	return rig_say(r, "more than any ring has, each of them verified");
}

int check_mixed(struct rig *r)
{
	uint64_t n = rig_count(r, 600, 60, 200, 5), kinds = 0;

	r->depth = 64;
	r->batch = 8;
	for (size_t k = 0; k < NR_ORDER; k++)
		kinds += rig_has(r, order[k]);
	if (kinds < 2)
		return rig_skip(r, "the channel has but one operation on memory");
	for (uint64_t i = 0; i < n;) {
		for (size_t k = 0; k < NR_ORDER; k++) {
			struct trial t;

			if (!rig_has(r, order[k]))
				continue;
			t = form(r, order[k], (1 + i * 7 % 97) * rig_unit(r, order[k]));
			if (rig_try(r, &t))
				return -1;
			i++;
		}
	}
	if (rig_go(r))
		return -1;
	return rig_say(r, "%" PRIu64 " kinds of operations in one queue", kinds);
}

/* One by one, and so many before it is told of any, as long as that is quick: see check_prep.c. */
static int try_prep(struct rig *r, uint32_t opcode)
{
	static const uint32_t numbers[] = { 1, 2, 8, 32, 128, 512 };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		uint32_t n = numbers[i];

		if (n > r->check->info.max_ops || (i && r->go_ns > 20000000))
			break;
		r->depth = n;
		r->batch = n;
		r->kick = 0;
		/* Once more when it gave them with an effort. */
		for (int tries = 0; tries < 2 && r->prep.given < n; tries++)
			if (try_many(r, opcode, n > 1 ? n : 16) || rig_go(r))
				return -1;
	}
	r->batch = 8;
	r->kick = 1;
	return 0;
}

/* How fast it is, which decides how often some things are tried. */
int check_rate(struct rig *r)
{
	uint32_t opcode = usual(r);
	uint64_t n = 8, len;
	double ops, bytes = 0;

	if (opcode == NO_OPERATION)
		return rig_skip(r, "the channel has no operation on memory");
	if (try_prep(r, opcode))
		return -1;
	do {
		n *= 2;
		r->depth = 16;
		if (try_many(r, opcode, n) || rig_go(r))
			return -1;
	} while (n < 512 && r->go_ns < 20000000);
	r->op_ns = r->go_ns / n ? r->go_ns / n : 1;
	ops = 1e9 / (double)r->op_ns;
	len = rig_unit(r, opcode) * (rig_unit(r, opcode) < 32768 ? 32768 / rig_unit(r, opcode) : 1);
	for (int i = 0; i < 4 && opcode != DMACTL_OP_INTERRUPT; i++) {
		struct trial t = form(r, opcode, len);

		if (rig_try(r, &t))
			return -1;
	}
	if (r->nr && rig_go(r))
		return -1;
	if (opcode != DMACTL_OP_INTERRUPT && r->go_ns / 4 > r->op_ns)
		r->byte_ns = (double)(r->go_ns / 4 - r->op_ns) / (double)len;
	if (r->byte_ns > 0)
		bytes = 1e9 / r->byte_ns;
	if (bytes <= 0)
		return rig_say(r, "about %.0f short %s operations a second", ops, op_name(opcode));
	return rig_say(r, "about %.0f short %s operations a second, %.1f %s/s of long ones", ops,
		       op_name(opcode), bytes >= 1e9 ? bytes / 1e9 : bytes / 1e6,
		       bytes >= 1e9 ? "GB" : "MB");
}
