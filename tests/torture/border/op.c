// SPDX-License-Identifier: GPL-2.0
/* Operations of SUBMIT and RUN that are right, as far as the generator can know. */
#include "border.h"

#define STEP 256U /* offsets and lengths: any alignment that is tried fits */

static const u8 opcodes[] = {
	DMACTL_OP_MEMCPY,   DMACTL_OP_MEMCPY,	 DMACTL_OP_MEMCPY,    DMACTL_OP_MEMSET,
	DMACTL_OP_MEMSET,   DMACTL_OP_INTERRUPT, DMACTL_OP_XOR,	      DMACTL_OP_XOR_VAL,
	DMACTL_OP_PQ,	    DMACTL_OP_PQ_VAL,	 DMACTL_OP_MEMSET_SG, DMACTL_OP_INTERLEAVED,
	DMACTL_OP_SLAVE_SG,
};

/* An operand's buffer: one that the channel can use, or any at all. */
static u32 pick_buffer(const struct model *m, struct rng *r, u32 fd, int chan, int not )
{
	u32 i, at = rng_below(r, m->bufs);

	for (i = 0; i < m->bufs; i++, at = (at + 1) % m->bufs) {
		if (m->buf[at].fd != fd || (int)at == not || m->buf[at].kind == DMACTL_BUF_SAMPLES)
			continue;
		if (m->buf[at].kind == DMACTL_BUF_COHERENT && m->buf[at].chan != chan)
			continue;
		return at;
	}
	return at;
}

static u64 room(const struct model *m, u32 buf)
{
	return m->buf[buf].bytes ? m->buf[buf].bytes : PAGE;
}

/* A length that fits twice into the buffer, so that offsets up to a half are right as well. */
static u64 pick_len(const struct model *m, struct rng *r, u32 buf)
{
	u64 half = room(m, buf) / 2 / STEP;

	return STEP * (1 + rng_below(r, (u32)(half < 64 ? half : 64)));
}

static void operand(struct block *b, const char *which, u32 buf, u64 offset)
{
	char name[32];

	snprintf(name, sizeof(name), "%s.buffer", which);
	set_reg(b, name, V_BUF, buf);
	snprintf(name, sizeof(name), "%s.offset", which);
	set_num(b, name, offset);
}

static void add_vec(struct call *c, const struct model *m, struct rng *r, u32 buf, u64 offset,
		    u64 len, bool coef)
{
	struct block *v = block_add(c, S_VEC);

	if (!v)
		return;
	set_reg(v, "buffer", V_BUF, buf);
	set_num(v, "offset", offset % room(m, buf));
	set_num(v, "len", len);
	if (coef)
		set_num(v, "coef", rng_below(r, 256));
}

/* Two to three sources from the first half, results in the second half of another. */
static void parity(struct call *c, struct block *b, struct model *m, struct rng *r, u32 fd,
		   int chan, u32 opcode)
{
	bool pq = opcode == DMACTL_OP_PQ || opcode == DMACTL_OP_PQ_VAL;
	u32 dst = pick_buffer(m, r, fd, chan, -1), n = 2 + rng_below(r, 2), i;
	u32 src = pick_buffer(m, r, fd, chan, (int)dst);
	u64 len = STEP * (1 + rng_below(r, 4));
	u32 flags = 0;

	if (pq)
		flags = rng_below(r, 8) ? 0 : DMACTL_OP_F_NO_P << rng_below(r, 2);
	if (opcode == DMACTL_OP_PQ && !rng_below(r, 6))
		flags |= DMACTL_OP_F_CONTINUE;
	set_num(b, "flags", flags);
	set_num(b, "len", len);
	if (opcode != DMACTL_OP_XOR_VAL && !(flags & DMACTL_OP_F_NO_P))
		operand(b, "dst", dst, room(m, dst) / 2);
	if (pq && !(flags & DMACTL_OP_F_NO_Q))
		operand(b, "dst2", dst, room(m, dst) / 2 + len);
	set_num(b, "nr_vec", n);
	set_reg(b, "vec", V_HERE, 0);
	for (i = 0; i < n; i++)
		add_vec(c, m, r, src, STEP * rng_below(r, 4), 0, pq);
}

static void segments(struct call *c, struct block *b, struct model *m, struct rng *r, u32 fd,
		     int chan, bool fill)
{
	u32 buf = pick_buffer(m, r, fd, chan, -1), n = 1 + rng_below(r, 3), i;
	u64 len = STEP * (1 + rng_below(r, 2));

	set_num(b, "len", len * n);
	if (fill)
		set_num(b, "value", rng_below(r, 256));
	else if (m->chan[chan].endpoint == DMACTL_EP_SINK)
		set_num(b, "direction", 1);
	else
		set_num(b, "direction",
			m->chan[chan].endpoint == DMACTL_EP_LOOPBACK ? 1 + rng_below(r, 2) : 2);
	set_num(b, "nr_vec", n);
	set_reg(b, "vec", V_HERE, 0);
	for (i = 0; i < n; i++)
		add_vec(c, m, r, buf, i * len, len, false);
}

static void frames(struct call *c, struct block *b, struct model *m, struct rng *r, u32 fd,
		   int chan)
{
	u32 dst = pick_buffer(m, r, fd, chan, -1), src = pick_buffer(m, r, fd, chan, (int)dst);
	u32 n = 1 + rng_below(r, 3);
	struct block *t;

	set_num(b, "len", (u64)n * STEP);
	operand(b, "dst", dst, 0);
	operand(b, "src", src, src == dst ? room(m, src) / 2 : 0);
	if (!rng_below(r, 6))
		set_num(b, "flags",
			DMACTL_OP_F_LOAD_EOT | (rng_below(r, 2) ? DMACTL_OP_F_REPEAT : 0));
	set_reg(b, "template", V_HERE, 0);
	t = block_add(c, S_TEMPLATE);
	if (!t)
		return;
	set_num(t, "frames", n);
	set_num(t, "chunk", STEP);
	set_num(t, "src_gap", STEP * rng_below(r, 2));
	set_num(t, "dst_gap", STEP * rng_below(r, 2));
}

static void copy_or_fill(struct block *b, struct model *m, struct rng *r, u32 fd, int chan,
			 u32 opcode)
{
	u32 dst = pick_buffer(m, r, fd, chan, -1), src = pick_buffer(m, r, fd, chan, (int)dst);
	u64 len = pick_len(m, r, dst);

	if (src != dst && len > room(m, src) / 2)
		len = room(m, src) / 2;
	set_num(b, "len", len);
	operand(b, "dst", dst, room(m, dst) / 2);
	if (opcode == DMACTL_OP_MEMCPY)
		operand(b, "src", src, src == dst ? 0 : STEP * rng_below(r, 4));
	else
		set_num(b, "value", rng_below(r, 256));
}

/* No earlier operation of the call: this one, the next ones, or far outside. */
static u64 not_earlier(struct rng *r, u32 index)
{
	static const u64 behind[] = { 0, 1, 7, 4096, 1ULL << 31, 1ULL << 60 };

	return index + behind[rng_below(r, ARRAY_SIZE(behind))];
}

static void dependency(struct call *c, struct block *b, struct model *m, struct rng *r, u32 index)
{
	bool relative = index && rng_chance(r, 60);
	struct block *d;

	if (!relative && !m->seqs)
		return;
	d = block_add(c, S_DEP);
	if (!d)
		return;
	if (relative)
		set_num(d, "seq", rng_chance(r, 8) ? not_earlier(r, index) : rng_below(r, index));
	else
		set_reg(d, "seq", V_SEQ, rng_below(r, m->seqs));
	set_num(d, "how", 1 + rng_below(r, 2));
	set_num(d, "relative", relative);
	set_num(b, "nr_deps", 1);
	set_reg(b, "deps", V_HERE, 0);
}

static u32 ops_of(const struct call *c)
{
	u32 i, n = 0;

	for (i = 1; i < c->n; i++)
		n += c->block[i].shape == S_OP;
	return n;
}

void add_op(struct call *c, struct model *m, struct rng *r, u32 fd, int chan, bool run)
{
	u32 opcode = opcodes[rng_below(r, ARRAY_SIZE(opcodes))], index = ops_of(c);
	struct block *b;

	if (c->n + 5 > BLOCKS_MAX || !m->bufs)
		return;
	if (opcode == DMACTL_OP_SLAVE_SG && !m->chan[chan].endpoint)
		opcode = DMACTL_OP_MEMCPY;
	b = block_add(c, S_OP);
	set_num(b, "opcode", opcode);
	set_reg(b, "channel", V_CHAN, (u32)chan);
	if (rng_chance(r, 20))
		set_num(b, "user_data", rng_next(r));
	if (opcode == DMACTL_OP_MEMCPY || opcode == DMACTL_OP_MEMSET)
		copy_or_fill(b, m, r, fd, chan, opcode);
	else if (opcode == DMACTL_OP_MEMSET_SG || opcode == DMACTL_OP_SLAVE_SG)
		segments(c, b, m, r, fd, chan, opcode == DMACTL_OP_MEMSET_SG);
	else if (opcode == DMACTL_OP_INTERLEAVED)
		frames(c, b, m, r, fd, chan);
	else if (opcode != DMACTL_OP_INTERRUPT)
		parity(c, b, m, r, fd, chan, opcode);
	if (!run && rng_chance(r, 25))
		dependency(c, b, m, r, index);
	if (rng_chance(r, 10) && !arg_find(b, "flags"))
		set_num(b, "flags", rng_below(r, 2) ? DMACTL_OP_F_FENCE : DMACTL_OP_F_NO_INTERRUPT);
}
