// SPDX-License-Identifier: GPL-2.0
/* Programs and calls that mostly make sense; twist() makes some of them wrong. */
#include <sys/mman.h>

#include "border.h"

static u32 pick_fd(const struct model *m, struct rng *r)
{
	if (m->chans && rng_chance(r, 90))
		return m->chan[rng_below(r, m->chans)].fd;
	return rng_below(r, m->fds);
}

static int pick_chan(const struct model *m, struct rng *r, u32 fd)
{
	u32 i, at = rng_below(r, m->chans);

	for (i = 0; i < m->chans; i++, at = (at + 1) % m->chans)
		if (m->chan[at].fd == fd)
			break;
	return (int)at;
}

static struct block *begin(struct program *p, u32 actor, u32 shape, u32 fd)
{
	struct call *c = call_add(p, actor, shape);
	struct block *b;

	if (!c)
		return NULL;
	b = &c->block[0];
	if (shapes[shape].class == IS_IOCTL) {
		set_num(b, "fd", fd);
		if (shapes[shape].bytes)
			set_num(b, "size", shapes[shape].bytes);
	}
	return b;
}

static u64 pick_time(struct rng *r)
{
	static const u64 ms[] = { 1, 2, 5, 10, 20, 50, 100 };

	return ms[rng_below(r, ARRAY_SIZE(ms))] * MS;
}

/* One that nobody has yet, if there is one. */
static void pick_place(const struct model *m, struct rng *r, u32 *dir, u32 *number)
{
	u32 tries = 8, i;

	while (tries--) {
		*dir = rng_below(r, m->dirs);
		*number = rng_below(r, m->dir[*dir].channels);
		for (i = 0; i < m->chans; i++)
			if (m->chan[i].dir == *dir && m->chan[i].number == *number)
				break;
		if (i == m->chans)
			return;
	}
}

static void gen_claim(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	u32 dir = 0, number = 0;
	struct block *b =
		begin(p, actor, S_CLAIM, actor == FIRST ? rng_below(r, m->fds) : pick_fd(m, r));
	char name[TEXT_MAX];

	if (!b)
		return;
	pick_place(m, r, &dir, &number);
	snprintf(name, sizeof(name), "%%%u/%u", dir, number);
	set_text(b, "name", name);
	set_num(b, "to", m->chans < CHANS ? m->chans : rng_below(r, CHANS));
	set_num(b, "operations", rng_chance(r, 90) ? 0 : 1U << rng_below(r, 11));
}

static void gen_buffer(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	static const u32 pages[] = { 1, 1, 2, 3, 4, 4, 8, 16, 64 };
	static const u8 kinds[] = { 1, 1, 1, 2, 2, 3, 4, 4, 5 };
	u32 kind = kinds[rng_below(r, ARRAY_SIZE(kinds) - (m->fds < FDS))], fd = pick_fd(m, r);
	u64 bytes = pages[rng_below(r, ARRAY_SIZE(pages))] * PAGE;
	struct block *b = begin(p, actor, S_BUF_CREATE, fd);

	if (!b)
		return;
	if (m->bufs < 2) /* what is good for any operation */
		kind = DMACTL_BUF_PAGES;
	set_num(b, "kind", kind);
	set_num(b, "to", m->bufs < BUFS ? m->bufs : rng_below(r, BUFS));
	set_num(b, "node", DMACTL_NONE);
	if (m->chans &&
	    (kind == DMACTL_BUF_COHERENT || (kind == DMACTL_BUF_PAGES && rng_chance(r, 50))))
		set_reg(b, "channel", V_CHAN, (u32)pick_chan(m, r, fd));
	else
		set_num(b, "channel", DMACTL_NONE);
	if (kind == DMACTL_BUF_DMABUF) {
		bytes = PAGE;
		set_reg(b, "dmabuf", V_FD, FDS - 1);
	}
	if (kind == DMACTL_BUF_USER) {
		u32 first = rng_below(r, MEM_PAGES - 4);

		bytes = (1 + rng_below(r, 4)) * PAGE;
		arg_set(b, "address", (struct value){ .kind = V_MEM, .num = first * PAGE });
	}
	set_num(b, "bytes", bytes);
}

static void gen_config(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	u32 fd = pick_fd(m, r), endpoint = 1 + rng_below(r, rng_chance(r, 75) ? 3 : 5);
	u32 width = 1U << rng_below(r, 4);
	struct block *b = begin(p, actor, S_CONFIG, fd);

	if (!b)
		return;
	if (width == 8)
		width = 4;
	set_reg(b, "channel", V_CHAN, (u32)pick_chan(m, r, fd));
	set_num(b, "endpoint", endpoint);
	set_num(b, "src_width", width);
	set_num(b, "dst_width", width);
	set_num(b, "src_burst", rng_below(r, 3) * 4);
	set_num(b, "dst_burst", rng_below(r, 3) * 4);
	if (endpoint == DMACTL_EP_BUFFER && m->bufs)
		set_reg(b, "buffer", V_BUF, rng_below(r, m->bufs));
}

static void gen_submit(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	u32 fd = pick_fd(m, r), n = 1 + rng_below(r, 4), i, ops = 0;
	struct block *b = begin(p, actor, S_SUBMIT, fd);
	struct call *c;

	if (!b)
		return;
	c = &p->call[p->n - 1];
	for (i = 0; i < n; i++)
		add_op(c, m, r, fd, pick_chan(m, r, fd), false);
	for (i = 1; i < c->n; i++)
		ops += c->block[i].shape == S_OP;
	set_num(b, "op_size", sizeof(struct dmactl_op));
	set_num(b, "nr_ops", ops);
	set_reg(b, "ops", V_HERE, 0);
	set_num(b, "kick", rng_below(r, 3));
	set_num(b, "timeout_ns", pick_time(r));
	set_num(b, "to", rng_below(r, SEQS));
	set_num(b, "times", rng_chance(r, 15) ? 1 + rng_below(r, 12) : 0);
}

static void gen_run(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	u32 fd = pick_fd(m, r), depth = 1 + rng_below(r, 6), n = 1 + rng_below(r, 3), i, ops = 0;
	struct block *b = begin(p, actor, S_RUN, fd);
	int chan = pick_chan(m, r, fd);
	struct call *c;

	if (!b)
		return;
	c = &p->call[p->n - 1];
	for (i = 0; i < n; i++)
		add_op(c, m, r, fd, chan, true);
	for (i = 1; i < c->n; i++)
		ops += c->block[i].shape == S_OP;
	set_num(b, "op_size", sizeof(struct dmactl_op));
	set_num(b, "nr_ops", ops);
	set_reg(b, "ops", V_HERE, 0);
	set_num(b, "count", 1 + rng_below(r, 80));
	set_num(b, "time_ns", rng_chance(r, 30) ? pick_time(r) : 0);
	set_num(b, "flags", rng_chance(r, 50) ? 0 : rng_below(r, 8));
	if (arg_find(b, "flags") && arg_find(b, "flags")->v.num & DMACTL_RUN_F_MAP_EACH)
		depth = ops;
	set_num(b, "depth", depth);
	set_num(b, "kick", 1 + rng_below(r, depth));
	set_num(b, "timeout_ns", pick_time(r));
	set_num(b, "interval_ns", rng_chance(r, 15) ? 1000 * rng_below(r, 200) : 0);
	set_num(b, "samples", DMACTL_NONE);
	for (i = 0; i < m->bufs; i++)
		if (m->buf[i].fd == fd && m->buf[i].kind == DMACTL_BUF_SAMPLES) {
			set_reg(b, "samples", V_BUF, i);
			set_num(b, "nr_samples", 1 + rng_below(r, 100));
		}
}

static void gen_reap(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	u32 max = 1 + rng_below(r, 16);
	struct block *b = begin(p, actor, S_REAP, pick_fd(m, r));

	if (!b)
		return;
	set_num(b, "comp_size", sizeof(struct dmactl_completion));
	set_num(b, "max", max);
	set_num(b, "min", rng_below(r, max + 1));
	arg_set(b, "comps", (struct value){ .kind = V_MEM, .num = rng_below(r, 8) * PAGE });
	set_num(b, "timeout_ns", rng_chance(r, 90) ? pick_time(r) : 0);
}

static void gen_stream(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	u32 fd = pick_fd(m, r), action = rng_chance(r, 45) ? 1 : 1 + rng_below(r, 5);
	struct block *b = begin(p, actor, S_STREAM, fd);
	int chan = pick_chan(m, r, fd);
	u32 i, endpoint = m->chan[chan].endpoint;

	if (!b)
		return;
	set_reg(b, "channel", V_CHAN, (u32)chan);
	set_num(b, "action", action);
	if (action == DMACTL_STREAM_STOP && rng_chance(r, 30))
		set_num(b, "flags", DMACTL_STREAM_F_REOPEN);
	if (action != DMACTL_STREAM_START)
		return;
	for (i = m->bufs; i-- > 0;)
		if (m->buf[i].fd == fd && m->buf[i].kind <= DMACTL_BUF_COHERENT)
			set_reg(b, "buffer", V_BUF, i);
	set_num(b, "direction",
		endpoint == DMACTL_EP_SINK   ? 1 :
		endpoint == DMACTL_EP_SOURCE ? 2 :
					       1 + rng_below(r, 2));
	set_num(b, "periods", 2 + rng_below(r, 6));
	set_num(b, "period", 64U << rng_below(r, 4));
	set_num(b, "user_data", rng_next(r));
	if (rng_chance(r, 15))
		set_num(b, "flags", DMACTL_STREAM_F_NO_INTERRUPT);
}

static void gen_small(struct program *p, struct model *m, struct rng *r, u32 actor, u32 shape)
{
	u32 fd = pick_fd(m, r);
	struct block *b = begin(p, actor, shape, fd);

	if (!b)
		return;
	switch (shape) {
	case S_RELEASE:
		set_reg(b, "channel", V_CHAN, (u32)pick_chan(m, r, fd));
		break;
	case S_BUF_DESTROY:
		set_reg(b, "buffer", V_BUF, rng_below(r, m->bufs));
		break;
	case S_BUF_SYNC:
		set_reg(b, "buffer", V_BUF, rng_below(r, m->bufs));
		set_num(b, "direction", 1 + rng_below(r, 2));
		set_num(b, "len", 1 + rng_below(r, PAGE));
		set_num(b, "offset", rng_below(r, 64));
		break;
	case S_IOCTL:
		set_num(b, "nr",
			rng_chance(r, 50) ? rng_next(r) & 0xffffffff : 0xdc00 + rng_below(r, 256));
		set_reg(b, "arg", V_HERE, 0);
		break;
	default:
		break;
	}
}

void generate_call(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	static void (*const big[])(struct program *, struct model *, struct rng *, u32) = {
		gen_submit, gen_submit, gen_submit, gen_submit, gen_run,    gen_run,	gen_reap,
		gen_reap,   gen_reap,	gen_stream, gen_stream, gen_config, gen_buffer, gen_claim,
	};
	static const u8 small[] = {
		S_RELEASE, S_BUF_DESTROY, S_BUF_SYNC, S_BUF_SYNC, S_INFO, S_NULL, S_IOCTL,
	};
	u32 before = p->n, kind = rng_below(r, 100);

	if (kind < 50 && m->fds)
		big[rng_below(r, ARRAY_SIZE(big))](p, m, r, actor);
	else if (kind < 62 && m->fds)
		gen_small(p, m, r, actor, small[rng_below(r, ARRAY_SIZE(small))]);
	else
		generate_system(p, m, r, actor);
	if (p->n == before)
		return;
	model_take(m, &p->call[p->n - 1]);
	if (actor != FIRST && rng_chance(r, 25))
		twist(&p->call[p->n - 1], r);
}

static void add_first(struct program *p, struct model *m, struct rng *r,
		      void (*make)(struct program *, struct model *, struct rng *, u32))
{
	u32 before = p->n;

	make(p, m, r, FIRST);
	if (p->n > before)
		model_take(m, &p->call[p->n - 1]);
}

static void setup(struct program *p, struct model *m, struct rng *r)
{
	u32 i, n;
	struct call *c;

	for (i = 1 + rng_below(r, 2); i-- > 0;)
		generate_device(p, m, r);
	for (i = 0, n = rng_chance(r, 70) ? 1 : 2; i < n; i++) {
		c = call_add(p, FIRST, S_OPEN);
		set_num(&c->block[0], "fd", i);
		if (rng_chance(r, 20))
			set_num(&c->block[0], "flags", 04000);
		model_take(m, c);
	}
	for (i = 1 + rng_below(r, 3); i-- > 0;)
		add_first(p, m, r, gen_claim);
	if (rng_chance(r, 15)) {
		c = call_add(p, FIRST, S_UDMABUF);
		set_num(&c->block[0], "fd", FDS - 1);
		set_num(&c->block[0], "len", 3 * PAGE);
		model_take(m, c);
	}
	for (i = 3 + rng_below(r, 3); i-- > 0;)
		add_first(p, m, r, gen_buffer);
	if (rng_chance(r, 60))
		add_first(p, m, r, generate_map);
	for (i = rng_below(r, 3); i-- > 0;)
		add_first(p, m, r, gen_config);
}

void generate(struct program *p, struct rng *r)
{
	u32 i, actors = 1 + rng_below(r, 4), calls = 8 + rng_below(r, 36);
	struct model m;

	p->n = 0;
	memset(&m, 0, sizeof(m));
	setup(p, &m, r);
	for (i = 0; i < actors; i++)
		m.actor[i] = (u8)(i ? rng_below(r, ACTORS) : 0);
	for (i = 0; i < calls; i++)
		generate_call(p, &m, r, m.actor[rng_below(r, actors)]);
}
