// SPDX-License-Identifier: GPL-2.0
/* Operations with more than two operands, against known answers. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "dm.h"

#define SOURCES	8
#define AREA	4096		/* of one operand; 16 of them in each buffer */

static const char *const contexts[] = {
	"context=inline",
	"context=softirq",
	"context=timer",
	"context=thread",
};

static struct rig rig(const char *a, const char *b)
{
	return rig_on(sim_make("t-ops", a ? a : b, a ? b : NULL, NULL), DMACTL_BUF_PAGES,
		      RIG_BYTES);
}

static u8 gf_mul(u8 a, u8 b)
{
	u8 p = 0;

	for (; b; b >>= 1) {
		if (b & 1)
			p ^= a;
		a = (u8)(a << 1 ^ (a & 0x80 ? 0x1d : 0));
	}
	return p;
}

struct many {
	struct dmactl_vec vec[SOURCES + 4];
	struct dmactl_interleave t;
	struct dmactl_op op;
};

/* Sources lie in src, each in an area of its own, at odd places. */
static void sources(const struct rig *r, struct many *m, u32 opcode, u32 n, u64 len)
{
	u32 i;

	memset(m, 0, sizeof(*m));
	m->op.opcode = opcode;
	m->op.channel = r->chan;
	m->op.len = len;
	m->op.nr_vec = n;
	m->op.vec = (uintptr_t)m->vec;
	for (i = 0; i < n; i++) {
		m->vec[i].buffer = r->src;
		m->vec[i].offset = i * AREA + 7 * i;
	}
}

static const u8 *source(const struct rig *r, const struct many *m, u32 i)
{
	return r->psrc + m->vec[i].offset;
}

static void coefficients(struct many *m, u8 first)
{
	u32 i;

	for (i = 0; i < m->op.nr_vec; i++) {
		m->vec[i].coef = first;
		first = gf_mul(first, 2);
	}
}

static void expect_p(const struct rig *r, const struct many *m, u8 *p)
{
	u32 i;
	u64 k;

	memset(p, 0, m->op.len);
	for (i = 0; i < m->op.nr_vec; i++)
		for (k = 0; k < m->op.len; k++)
			p[k] ^= source(r, m, i)[k];
}

static void expect_q(const struct rig *r, const struct many *m, u8 *q)
{
	u32 i;
	u64 k;

	memset(q, 0, m->op.len);
	for (i = 0; i < m->op.nr_vec; i++)
		for (k = 0; k < m->op.len; k++)
			q[k] ^= gf_mul((u8)m->vec[i].coef, source(r, m, i)[k]);
}

static struct dmactl_completion one(const struct rig *r, const struct dmactl_op *op)
{
	struct dmactl_completion c;

	dm_submit_all(r->fd, op, 1);
	dm_reap_all(r->fd, &c, 1);
	if (op->opcode != DMACTL_OP_XOR_VAL && op->opcode != DMACTL_OP_PQ_VAL)
		check_ok(&c);
	CHECK_EQ(c.result, DMACTL_RES_OK);
	return c;
}

/* Destination @at of dst has these bytes, and poison around them. */
static void check_area(const struct rig *r, u64 at, const u8 *want, u64 len)
{
	CHECK_MEM(r->pdst + at, want, len);
	CHECK_BYTES(r->pdst + at - 64, POISON, 64);
	CHECK_BYTES(r->pdst + at + len, POISON, 64);
}

TEST("xor of 2 to max_xor sources, lengths 1 to 4000, in every context")
{
	static const u64 lengths[] = { 1, 2, 63, 64, 65, 257, 4000 };
	u8 want[AREA];
	struct many m;
	size_t k, l;
	u32 n;

	for (k = 0; k < ARRAY_SIZE(contexts); k++) {
		struct rig r = rig(contexts[k], NULL);

		for (n = 2; n <= SOURCES; n++) {
			for (l = 0; l < ARRAY_SIZE(lengths); l++) {
				sources(&r, &m, DMACTL_OP_XOR, n, lengths[l]);
				m.op.dst =
					(struct dmactl_operand){ .buffer = r.dst, .offset = 100 };
				memset(r.pdst, POISON, RIG_BYTES);
				expect_p(&r, &m, want);
				one(&r, &m.op);
				check_area(&r, 100, want, lengths[l]);
			}
		}
		sim_remove_all();
	}
}

TEST("P and Q with coefficients, one of them alone, and more sources by CONTINUE")
{
	static const u32 without[] = { 0, DMACTL_OP_F_NO_P, DMACTL_OP_F_NO_Q };
	u8 p[AREA], q[AREA];
	struct rig r = rig(NULL, NULL);
	struct many m, more;
	size_t w;
	u32 n, i;

	for (n = 1; n <= SOURCES; n++) {
		for (w = 0; w < ARRAY_SIZE(without); w++) {
			sources(&r, &m, DMACTL_OP_PQ, n, 1000 + n);
			coefficients(&m, 1);
			m.op.flags = without[w];
			memset(r.pdst, POISON, RIG_BYTES);
			expect_p(&r, &m, p);
			expect_q(&r, &m, q);
			if (!(m.op.flags & DMACTL_OP_F_NO_P))
				m.op.dst = (struct dmactl_operand){ r.dst, 0, 200 };
			if (!(m.op.flags & DMACTL_OP_F_NO_Q))
				m.op.dst2 = (struct dmactl_operand){ r.dst, 0, 3 * AREA };
			one(&r, &m.op);
			if (m.op.dst.buffer)
				check_area(&r, 200, p, m.op.len);
			else
				CHECK_BYTES(r.pdst, POISON, AREA);
			if (m.op.dst2.buffer)
				check_area(&r, 3 * AREA, q, m.op.len);
			else
				CHECK_BYTES(r.pdst + 3 * AREA, POISON, AREA);
		}
	}
	/* Eight sources in two steps of four. */
	sources(&r, &m, DMACTL_OP_PQ, 8, 2048);
	coefficients(&m, 1);
	expect_p(&r, &m, p);
	expect_q(&r, &m, q);
	m.op.dst = (struct dmactl_operand){ r.dst, 0, 200 };
	m.op.dst2 = (struct dmactl_operand){ r.dst, 0, 3 * AREA };
	more = m;
	m.op.nr_vec = 4;
	more.op.nr_vec = 4;
	more.op.vec = (uintptr_t)more.vec;
	for (i = 0; i < 4; i++)
		more.vec[i] = m.vec[i + 4];
	more.op.flags = DMACTL_OP_F_CONTINUE;
	memset(r.pdst, POISON, RIG_BYTES);
	one(&r, &m.op);
	one(&r, &more.op);
	check_area(&r, 200, p, 2048);
	check_area(&r, 3 * AREA, q, 2048);
}

TEST("xor_val and pq_val find wrong parity, and only that; in RUN as an outcome")
{
	struct rig r = rig(NULL, NULL);
	u8 p[AREA], q[AREA];
	struct many m;
	u32 bad;

	for (bad = 0; bad < 4; bad++) {
		u32 want = (bad & 1 ? DMACTL_COMP_F_XOR_BAD : 0) |
			   (bad & 2 ? DMACTL_COMP_F_Q_BAD : 0);
		struct dmactl_run run;

		sources(&r, &m, DMACTL_OP_PQ_VAL, 5, 1500);
		coefficients(&m, 1);
		expect_p(&r, &m, p);
		expect_q(&r, &m, q);
		memcpy(r.pdst + 64, p, 1500);
		memcpy(r.pdst + AREA, q, 1500);
		r.pdst[64 + 1499] ^= bad & 1;
		r.pdst[AREA + 700] ^= bad & 2;
		m.op.dst = (struct dmactl_operand){ r.dst, 0, 64 };
		m.op.dst2 = (struct dmactl_operand){ r.dst, 0, AREA };
		CHECK_EQ(one(&r, &m.op).flags, want);
		run = dm_run_arg(&m.op, 1);
		CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
		CHECK_EQ(run.outcome, want ? DMACTL_RUN_O_PARITY : 0);

		sources(&r, &m, DMACTL_OP_XOR_VAL, 5, 1500);
		m.vec[5] = (struct dmactl_vec){ .buffer = r.dst, .offset = 64 };
		m.op.nr_vec = 6;
		CHECK_EQ(one(&r, &m.op).flags, want & DMACTL_COMP_F_XOR_BAD);
	}
}

TEST("memset_sg fills its segments and nothing between them")
{
	struct rig r = rig(NULL, NULL);
	struct many m;
	u32 i;

	sources(&r, &m, DMACTL_OP_MEMSET_SG, 5, 0);
	memset(r.pdst, POISON, RIG_BYTES);
	for (i = 0; i < 5; i++) {
		m.vec[i] = (struct dmactl_vec){ .buffer = r.dst,
						.offset = 100 + 1000 * i,
						.len = 3 * i + 1 };
		m.op.len += m.vec[i].len;
	}
	m.op.value = 0x5b;
	one(&r, &m.op);
	for (i = 0; i < 5; i++) {
		u8 *at = r.pdst + 100 + 1000 * i;

		CHECK_BYTES(at - 64, POISON, 64);
		CHECK_BYTES(at, 0x5b, 3 * i + 1);
		CHECK_BYTES(at + 3 * i + 1, POISON, 64);
	}
}

static void interleaved(struct rig *r, u64 frames, u64 chunk, u64 sgap, u64 dgap, u32 least)
{
	struct dmactl_completion c;
	struct many m;
	u64 i;

	sources(r, &m, DMACTL_OP_INTERLEAVED, 0, frames * chunk);
	m.op.vec = 0;
	m.t = (struct dmactl_interleave){ frames, chunk, sgap, dgap };
	m.op.template = (uintptr_t)&m.t;
	m.op.src = (struct dmactl_operand){ r->src, 0, 11 };
	m.op.dst = (struct dmactl_operand){ r->dst, 0, 200 };
	memset(r->pdst, POISON, RIG_BYTES);
	c = one(r, &m.op);
	CHECK(c.descriptors >= least);
	for (i = 0; i < frames; i++) {
		u8 *at = r->pdst + 200 + i * (chunk + dgap);

		CHECK_MEM(at, r->psrc + 11 + i * (chunk + sgap), chunk);
		CHECK_BYTES(at + chunk, POISON, dgap);
	}
	CHECK_BYTES(r->pdst, POISON, 200);
	CHECK_BYTES(r->pdst + 200 + frames * (chunk + dgap), POISON, 64);
}

TEST("interleaved copies frames with gaps on both sides, split where it must be")
{
	struct rig r = rig(NULL, NULL);

	interleaved(&r, 1, 1, 0, 0, 1);
	interleaved(&r, 10, 100, 28, 5, 1);
	interleaved(&r, 300, 64, 0, 64, 1);
	interleaved(&r, 7, 4096, 0, 3, 1);
	sim_remove_all();
	r = rig("max_segment=100", NULL);
	interleaved(&r, 10, 30, 2, 9, 4);
	interleaved(&r, 5, 350, 1, 1, 20);
}

TEST("what memory or the segment limit divides is split, counted, and right")
{
	struct rig r = rig("max_segment=300", NULL);
	u8 p[AREA], q[AREA];
	struct dmactl_completion c;
	struct many m;

	sources(&r, &m, DMACTL_OP_PQ, 3, 1000);
	coefficients(&m, 1);
	expect_p(&r, &m, p);
	expect_q(&r, &m, q);
	m.op.dst = (struct dmactl_operand){ r.dst, 0, 64 };
	m.op.dst2 = (struct dmactl_operand){ r.dst, 0, AREA };
	memset(r.pdst, POISON, RIG_BYTES);
	c = one(&r, &m.op);
	CHECK_EQ(c.descriptors, 4);
	check_area(&r, 64, p, 1000);
	check_area(&r, AREA, q, 1000);
	/* The first piece is wrong, the last is right: that must not be forgotten. */
	m.op.opcode = DMACTL_OP_PQ_VAL;
	CHECK_EQ(one(&r, &m.op).flags, 0);
	r.pdst[64] ^= 1;
	CHECK_EQ(one(&r, &m.op).flags, DMACTL_COMP_F_XOR_BAD);
	sources(&r, &m, DMACTL_OP_XOR, 4, 2000);
	m.op.dst = (struct dmactl_operand){ r.dst, 0, 64 };
	expect_p(&r, &m, p);
	memset(r.pdst, POISON, RIG_BYTES);
	CHECK_EQ(one(&r, &m.op).descriptors, 7);
	check_area(&r, 64, p, 2000);
}

static void config(const struct rig *r, u32 chan, u32 endpoint)
{
	struct dmactl_config a = {
		.size = sizeof(a),
		.channel = chan,
		.endpoint = endpoint,
		.src_width = 4,
		.dst_width = 4,
	};

	CHECK_EQ(dm_ioctl(r->fd, DMACTL_IOC_CONFIG, &a), 0);
}

static void slave(const struct rig *r, struct many *m, u32 chan, u32 buf, u32 direction, u64 a,
		  u64 b)
{
	sources(r, m, DMACTL_OP_SLAVE_SG, 2, a + b);
	m->op.channel = chan;
	m->op.direction = direction;
	m->vec[0] = (struct dmactl_vec){ .buffer = buf, .offset = 64, .len = a };
	m->vec[1] = (struct dmactl_vec){ .buffer = buf, .offset = AREA, .len = b };
}

TEST("slave: the source's counter, in two segments, on and on; the sink takes as much")
{
	struct rig r = rig(NULL, NULL);
	struct many m;
	u32 i, k, w = 0;

	config(&r, r.chan, DMACTL_EP_SOURCE);
	memset(r.pdst, POISON, RIG_BYTES);
	for (i = 0; i < 3; i++) {
		slave(&r, &m, r.chan, r.dst, 2, 400, 80);
		one(&r, &m.op);
		for (k = 0; k < 120; k++, w++) {
			u32 at = k < 100 ? 64 + 4 * k : AREA + 4 * (k - 100), got;

			memcpy(&got, r.pdst + at, 4);
			CHECK_EQ(got, w);
		}
		CHECK_BYTES(r.pdst + 464, POISON, 64);
		CHECK_BYTES(r.pdst + AREA + 80, POISON, 64);
	}
	config(&r, r.chan, DMACTL_EP_SINK);
	slave(&r, &m, r.chan, r.src, 1, 400, 80);
	one(&r, &m.op);
}

TEST("slave: what goes out through the loopback comes back on another channel")
{
	struct rig r = rig(NULL, NULL);
	u32 back = dm_claim(r.fd, sim_chan(&r.sim, 1));
	struct dmactl_completion c[2];
	struct many out, in;

	config(&r, r.chan, DMACTL_EP_LOOPBACK);
	config(&r, back, DMACTL_EP_LOOPBACK);
	memset(r.pdst, POISON, RIG_BYTES);
	slave(&r, &in, back, r.dst, 2, 1000, 600);
	slave(&r, &out, r.chan, r.src, 1, 1000, 600);
	dm_submit_all(r.fd, &in.op, 1);		/* waits for the other */
	dm_submit_all(r.fd, &out.op, 1);
	dm_reap_all(r.fd, c, 2);
	check_ok(&c[0]);
	check_ok(&c[1]);
	CHECK_MEM(r.pdst + 64, r.psrc + 64, 1000);
	CHECK_MEM(r.pdst + AREA, r.psrc + AREA, 600);
	CHECK_BYTES(r.pdst + 1064, POISON, 64);
}

TEST("slave: a buffer stands for the register, and stays in use until the channel goes")
{
	struct rig r = rig(NULL, NULL);
	u8 *reg;
	u32 buf = dm_buf(r.fd, DMACTL_BUF_PAGES, r.chan, 4096, (void **)&reg);
	struct dmactl_config a = {
		.size = sizeof(a),
		.channel = r.chan,
		.endpoint = DMACTL_EP_BUFFER,
		.buffer = buf,
		.address = 128,
		.src_width = 4,
		.dst_width = 4,
	};
	struct sim two = sim_make("t-ops2", NULL);
	u32 other = dm_claim(r.fd, sim_chan(&two, 0)), i;
	struct dmactl_op elsewhere = op_fill(other, buf, 0, 64, 1);
	struct dmactl_submit s = { 0 };
	struct many m;

	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_CONFIG, &a), 0);
	memset(reg, POISON, 4096);
	memcpy(reg + 128, "\1\2\3\4", 4);
	slave(&r, &m, r.chan, r.dst, 2, 40, 20);
	one(&r, &m.op);
	for (i = 0; i < 10; i++)
		CHECK_MEM(r.pdst + 64 + 4 * i, "\1\2\3\4", 4);
	slave(&r, &m, r.chan, r.src, 1, 40, 20);
	one(&r, &m.op);
	CHECK_MEM(reg + 128, r.psrc + AREA + 16, 4);	/* the last word */
	CHECK_BYTES(reg, POISON, 128);
	CHECK_BYTES(reg + 132, POISON, 4096 - 132);
	CHECK_EQ(dm_submit(r.fd, &elsewhere, 1, &s), -EBUSY);
	CHECK_EQ(s.why, DMACTL_WHY_MAPPED);
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	dm_submit_all(r.fd, &elsewhere, 1);
}
