// SPDX-License-Identifier: GPL-2.0
/* xor and pq: numbers of sources, known answers, coefficients, halves, and the checks of parity. */
#include <inttypes.h>

#include "check_rig.h"

/* Computed by tables of logarithms, which nothing here uses. */
static const struct known answers[] = {
	{ 2, { 0x8e, 0x01 }, 0x8f, 0x8c },
	{ 3, { 0x8e, 0x01, 0xfe }, 0x71, 0x53 },
	{ 4, { 0x8e, 0x01, 0xfe, 0x55 }, 0x24, 0xc1 },
	{ 8, { 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 }, 0x80, 0x80 },
	{ 8, { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80 }, 0x80, 0x13 },
	{ 8, { 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01 }, 0x00, 0xff },
	{ 8, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, 0x00, 0xe2 },
	{ 8, { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef }, 0x00, 0x4a },
	{ 8, { 0x10, 0x20, 0x40, 0x80, 0x08, 0x04, 0x02, 0x01 }, 0xff, 0x39 },
};

static bool is_val(uint32_t opcode)
{
	return opcode == DMACTL_OP_XOR_VAL || opcode == DMACTL_OP_PQ_VAL;
}

/* Sources that one operation takes, its parity not counted. */
static size_t most_sources(const struct rig *r, uint32_t opcode)
{
	bool is_xor = opcode == DMACTL_OP_XOR || opcode == DMACTL_OP_XOR_VAL;
	size_t most = is_xor ? r->claim.max_xor : r->claim.max_pq;

	if (most > r->check->info.max_vec)
		most = r->check->info.max_vec;
	if (most >= MAX_SOURCES)
		most = MAX_SOURCES;
	return opcode == DMACTL_OP_XOR_VAL && most ? most - 1 : most;
}

static size_t least_sources(uint32_t opcode)
{
	return opcode == DMACTL_OP_XOR ? 2 : 1;
}

static int no_sources(struct rig *r)
{
	return rig_fail(r, "the driver states that its %s takes %zu sources",
			op_name(r->now->opcode), most_sources(r, r->now->opcode));
}

int check_sources(struct rig *r)
{
	size_t most = most_sources(r, r->now->opcode), n = least_sources(r->now->opcode);
	static const uint64_t lens[] = { 1, 64, 257, 4096 };
	uint64_t unit = rig_unit(r, r->now->opcode);

	if (most < n)
		return no_sources(r);
	if (r->now->arg == UINT64_MAX)
		n = most;
	else if (r->now->arg)
		n = most = r->now->arg;
	for (; n <= most; n++) {
		for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
			struct trial t = form(r, r->now->opcode,
					      lens[i] < unit ? unit : lens[i] / unit * unit);

			t.n = n;
			if (rig_try(r, &t))
				return -1;
		}
	}
	if (rig_go(r))
		return -1;
	if (r->now->arg)
		return rig_say(r, "%zu source%s, all different", most, most == 1 ? "" : "s");
	return rig_say(r, "%zu to %zu sources, all different", least_sources(r->now->opcode), most);
}

int check_known(struct rig *r)
{
	size_t most = most_sources(r, r->now->opcode), tried = 0;
	uint64_t unit = rig_unit(r, r->now->opcode);

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct trial t = form(r, r->now->opcode, 96 * unit);

		if (answers[i].n > most)
			continue;
		t.n = answers[i].n;
		t.known = &answers[i];
		tried++;
		if (rig_try(r, &t))
			return -1;
	}
	if (!tried)
		return no_sources(r);
	if (rig_go(r))
		return -1;
	return rig_say(r, "%zu answers that were computed elsewhere", tried);
}

/* Only Q, or only P. */
int check_half(struct rig *r)
{
	static const uint64_t lens[] = { 1, 63, 64, 65, 257, 4097 };
	uint64_t unit = rig_unit(r, r->now->opcode);
	size_t most = most_sources(r, r->now->opcode);

	if (!most)
		return no_sources(r);
	for (size_t n = 1; n <= most; n++) {
		for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
			struct trial t = form(r, r->now->opcode, lens[i] * unit);

			/* Not all lengths with all numbers where there are many. */
			if (n > 8 && n < most && i != n % 6)
				continue;
			t.n = n;
			t.flags = (uint32_t)r->now->arg;
			if (is_val(t.opcode) && i % 2) {
				t.spoil = t.flags & DMACTL_OP_F_NO_P ? DMACTL_COMP_F_Q_BAD :
								       DMACTL_COMP_F_XOR_BAD;
				t.spoil_at = t.len - 1;
			}
			if (rig_try(r, &t))
				return -1;
		}
	}
	if (rig_go(r))
		return -1;
	return rig_say(r, "1 to %zu sources, only %s", most,
		       r->now->arg & DMACTL_OP_F_NO_P ? "Q" : "P");
}

/* What goes on from P and Q takes room for them among its sources: see dma_maxpq(). */
static size_t sources_of_step(const struct rig *r, uint32_t flags)
{
	size_t most = most_sources(r, DMACTL_OP_PQ);
	size_t cost = flags & DMACTL_OP_F_NO_P ? 1 : 3;

	return most > cost ? most - cost : 1;
}

int check_continue(struct rig *r)
{
	static const uint32_t halves[] = { 0, DMACTL_OP_F_NO_P, DMACTL_OP_F_NO_Q };
	uint64_t unit = rig_unit(r, DMACTL_OP_PQ);
	size_t most = 0;

	if (!(r->check->info.features & DMACTL_FEAT_DEPS))
		return rig_skip(r, "the module holds no operation back until another is done");
	for (size_t i = 0; i < 3; i++) {
		for (size_t steps = 2; steps <= 4; steps++) {
			struct trial t = form(r, DMACTL_OP_PQ, (61 + 67 * steps) * unit);

			t.flags = halves[i];
			t.n = steps * sources_of_step(r, t.flags);
			t.steps = steps;
			if (t.n > MAX_SOURCES || t.n > r->check->info.max_vec)
				continue;
			most = t.n > most ? t.n : most;
			if (rig_try(r, &t))
				return -1;
		}
	}
	if (!rig_go(r))
		return rig_say(r, "up to %zu sources by operations that go on from P and Q", most);
	if (r->trouble.ret && r->trouble.why == DMACTL_WHY_SOURCES)
		return rig_skip(r, "it takes too few sources to go on from P and Q");
	return -1;
}

int check_coefficients(struct rig *r)
{
	size_t most = most_sources(r, DMACTL_OP_PQ);
	unsigned int n = most < 8 ? (unsigned int)most : 8;

	if (!n)
		return no_sources(r);
	for (unsigned int first = 0; first < 255; first += n) {
		struct trial t = form(r, DMACTL_OP_PQ, 33 * rig_unit(r, DMACTL_OP_PQ));

		t.n = n;
		t.first = first;
		if (rig_try(r, &t))
			return -1;
	}
	if (rig_go(r))
		return -1;
	return rig_say(r, "{02}^0 to {02}^254 over 0x11d");
}

/* Parity that is right (arg 0), or wrong in one byte here or there. */
int check_parity(struct rig *r)
{
	static const uint64_t lens[] = { 1, 2, 63, 64, 65, 257, 4096 };
	uint64_t unit = rig_unit(r, r->now->opcode);
	size_t most = most_sources(r, r->now->opcode);

	if (!most)
		return no_sources(r);
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		uint64_t len = lens[i] * unit;
		const uint64_t at[] = { 0, 1, len / 2, len - 2, len - 1 };

		for (size_t k = 0; k < (r->now->arg ? 5 : 2); k++) {
			struct trial t = form(r, r->now->opcode, len);

			t.n = 1 + (i + k * 3) % most;
			t.spoil = (uint32_t)r->now->arg;
			t.spoil_at = at[k] < len ? at[k] : 0;
			if (rig_try(r, &t))
				return -1;
		}
	}
	if (rig_go(r))
		return -1;
	return r->now->arg ? rig_say(r, "a wrong byte is found wherever it is") :
			     rig_say(r, "right parity is called right");
}
