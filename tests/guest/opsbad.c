// SPDX-License-Identifier: GPL-2.0
/* Operations with more than two operands, and endpoints, that are refused: nothing changes. */
#define _GNU_SOURCE
#include <sys/prctl.h>
#include <unistd.h>

#include "dm.h"

static struct rig rig(void)
{
	return rig_on(sim_make("t-bad", "max_xor=4", "max_pq=4", NULL), DMACTL_BUF_PAGES,
		      RIG_BYTES);
}

struct many {
	struct dmactl_vec vec[300];
	struct dmactl_interleave t;
	struct dmactl_op op;
};

static struct many base;

static struct dmactl_op *with(const struct rig *r, u32 opcode, u32 n)
{
	u32 i;

	memset(&base, 0, sizeof(base));
	base.op.opcode = opcode;
	base.op.channel = r->chan;
	base.op.len = 64;
	base.op.nr_vec = n;
	base.op.vec = n ? (uintptr_t)base.vec : 0;
	for (i = 0; i < n; i++)
		base.vec[i] = (struct dmactl_vec){ .buffer = r->src, .offset = 128 * i };
	base.op.dst = (struct dmactl_operand){ r->dst, 0, 0 };
	if (opcode == DMACTL_OP_PQ || opcode == DMACTL_OP_PQ_VAL)
		base.op.dst2 = (struct dmactl_operand){ r->dst, 0, 4096 };
	if (opcode == DMACTL_OP_XOR_VAL || opcode == DMACTL_OP_MEMSET_SG ||
	    opcode == DMACTL_OP_SLAVE_SG)
		base.op.dst = (struct dmactl_operand){ 0 };
	if (opcode == DMACTL_OP_MEMSET_SG || opcode == DMACTL_OP_SLAVE_SG) {
		for (i = 0; i < n; i++) {
			base.vec[i].buffer = r->dst;
			base.vec[i].len = 64;
		}
		base.op.len = 64 * n;
	}
	if (opcode == DMACTL_OP_INTERLEAVED) {
		base.op.src = (struct dmactl_operand){ r->src, 0, 0 };
		base.op.template = (uintptr_t)&base.t;
		base.t = (struct dmactl_interleave){ 4, 16, 8, 8 };
	}
	return &base.op;
}

static void refused(int line, const struct rig *r, int err, u32 why)
{
	struct dmactl_submit s = { 0 };
	struct dmactl_completion c;

	memset(r->pdst, POISON, 4096);
	test_eq(__FILE__, line, "SUBMIT", dm_submit(r->fd, &base.op, 1, &s), -err);
	test_eq(__FILE__, line, "why", s.why, why);
	CHECK_EQ(s.submitted, 0);
	CHECK_BYTES(r->pdst, POISON, 4096);
	CHECK_EQ(dm_reap(r->fd, &c, 1, 0, 0), 0);
}

#define REFUSED(err, why)	refused(__LINE__, &r, err, DMACTL_WHY_##why)

TEST("too many sources, too few, too many segments: SOURCES")
{
	struct rig r = rig();

	with(&r, DMACTL_OP_XOR, 5);
	REFUSED(E2BIG, SOURCES);
	with(&r, DMACTL_OP_XOR, 1);
	REFUSED(EINVAL, SOURCES);
	with(&r, DMACTL_OP_XOR, 0);
	REFUSED(EINVAL, SOURCES);
	with(&r, DMACTL_OP_XOR_VAL, 5);
	REFUSED(E2BIG, SOURCES);
	with(&r, DMACTL_OP_PQ, 5);
	REFUSED(E2BIG, SOURCES);
	with(&r, DMACTL_OP_PQ, 0);
	REFUSED(EINVAL, SOURCES);
	with(&r, DMACTL_OP_MEMSET_SG, 257);
	REFUSED(E2BIG, SOURCES);
	with(&r, DMACTL_OP_XOR, 4);
	base.op.nr_vec = ~0U;
	REFUSED(E2BIG, SOURCES);
	rig_works(&r);
}

TEST("operands that share bytes: OVERLAP")
{
	struct rig r = rig();

	with(&r, DMACTL_OP_XOR, 3);
	base.vec[2] = (struct dmactl_vec){ .buffer = r.dst, .offset = 63 };
	REFUSED(EINVAL, OVERLAP);
	with(&r, DMACTL_OP_PQ, 3);
	base.op.dst2.offset = 32;
	REFUSED(EINVAL, OVERLAP);
	with(&r, DMACTL_OP_MEMSET_SG, 3);
	base.vec[2].offset = 64;
	base.vec[0].len = 65;
	base.op.len++;
	REFUSED(EINVAL, OVERLAP);
	with(&r, DMACTL_OP_INTERLEAVED, 0);
	base.op.src = (struct dmactl_operand){ r.dst, 0, 87 };
	REFUSED(EINVAL, OVERLAP);
	with(&r, DMACTL_OP_XOR, 3);	/* two sources may be the same */
	base.vec[2] = base.vec[1];
	dm_submit_all(r.fd, &base.op, 1);
}

TEST("segments of no length, a wrong sum, a wrong template")
{
	static const struct {
		struct dmactl_interleave t;
		u64 len;
		int err;
	} bad[] = {
		{ { 0, 16, 0, 0 }, 64, EINVAL }, { { 4, 0, 0, 0 }, 64, EINVAL },
		{ { 4, 16, 0, 0 }, 63, EINVAL }, { { ~0ULL, 16, 0, 0 }, 64, ERANGE },
		{ { 4, ~0ULL, 1, 0 }, 64, ERANGE }, { { 3, 1ULL << 63, 0, 0 }, 64, ERANGE },
		{ { 2, 32, ~0ULL, 0 }, 64, ERANGE }, { { 2, 32, 0, ~0ULL - 31 }, 64, ERANGE },
	};
	struct rig r = rig();
	size_t i;

	with(&r, DMACTL_OP_MEMSET_SG, 3);
	base.vec[1].len = 0;
	base.op.len = 128;
	REFUSED(EINVAL, SEGMENT);
	with(&r, DMACTL_OP_MEMSET_SG, 3);
	base.op.len++;
	REFUSED(EINVAL, SEGMENT);
	with(&r, DMACTL_OP_MEMSET_SG, 3);
	base.vec[0].len = ~0ULL;
	base.vec[1].len = 1;
	REFUSED(ERANGE, RANGE);
	with(&r, DMACTL_OP_XOR, 3);
	base.vec[1].len = 64;
	REFUSED(EINVAL, RESERVED);
	with(&r, DMACTL_OP_XOR, 3);
	base.vec[1].coef = 1;
	REFUSED(EINVAL, RESERVED);
	with(&r, DMACTL_OP_PQ, 3);
	base.vec[1].coef = 256;
	REFUSED(EINVAL, RESERVED);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		with(&r, DMACTL_OP_INTERLEAVED, 0);
		base.t = bad[i].t;
		base.op.len = bad[i].len;
		refused(__LINE__, &r, bad[i].err, DMACTL_WHY_TEMPLATE);
	}
	with(&r, DMACTL_OP_INTERLEAVED, 0);
	base.t.dst_gap = RIG_BYTES;
	REFUSED(ERANGE, RANGE);
}

TEST("P and Q that are given and left out, or both left out; REPEAT on an engine without it")
{
	struct rig r = rig();

	with(&r, DMACTL_OP_PQ, 3);
	base.op.flags = DMACTL_OP_F_NO_P;
	REFUSED(EINVAL, RESERVED);
	with(&r, DMACTL_OP_PQ, 3);
	base.op.flags = DMACTL_OP_F_NO_Q;
	REFUSED(EINVAL, RESERVED);
	with(&r, DMACTL_OP_PQ, 3);
	base.op.flags = DMACTL_OP_F_NO_P | DMACTL_OP_F_NO_Q;
	base.op.dst = base.op.dst2 = (struct dmactl_operand){ 0 };
	REFUSED(EINVAL, RESERVED);
	with(&r, DMACTL_OP_PQ_VAL, 3);
	base.op.flags = DMACTL_OP_F_CONTINUE;
	REFUSED(EOPNOTSUPP, FLAGS);
	with(&r, DMACTL_OP_XOR, 3);
	base.op.flags = DMACTL_OP_F_NO_P;
	REFUSED(EOPNOTSUPP, FLAGS);
}

TEST("more pieces than an operation may have, in one segment or in all: SPLIT")
{
	struct rig r =
		rig_on(sim_make("t-bad", "max_segment=8", NULL), DMACTL_BUF_PAGES, RIG_BYTES);

	with(&r, DMACTL_OP_MEMSET_SG, 1);
	base.op.len = base.vec[0].len = 5000 * 8;
	REFUSED(E2BIG, SPLIT);
	with(&r, DMACTL_OP_MEMSET_SG, 2);
	base.vec[0].len = base.vec[1].len = 3000 * 8;
	base.vec[1].offset = 3000 * 8;
	base.op.len = 6000 * 8;
	REFUSED(E2BIG, SPLIT);
}

TEST("from peripheral to peripheral: a segment has no buffer, else RESERVED")
{
	struct rig r = rig();
	struct dmactl_config a = {
		.size = sizeof(a),
		.channel = r.chan,
		.endpoint = DMACTL_EP_LOOPBACK,
		.src_width = 4,
		.dst_width = 4,
	};

	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_CONFIG, &a), 0);
	with(&r, DMACTL_OP_SLAVE_SG, 1);
	base.op.direction = 3;
	REFUSED(EINVAL, RESERVED);
	base.vec[0].buffer = DMACTL_NONE;
	base.vec[0].offset = 4;
	REFUSED(EINVAL, RESERVED);
	rig_works(&r);
}
