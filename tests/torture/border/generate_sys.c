// SPDX-License-Identifier: GPL-2.0
/* Calls beside the ioctls: the simulated devices, descriptors, memory, processes, netlink. */
#include <fcntl.h>
#include <sys/mman.h>

#include "border.h"

struct choice {
	const char *name;
	const char *values[6];
};

/* What can be set before a device is live; and whenever. */
static const struct choice traits[] = {
	{ "channels", { "1", "2", "3" } },
	{ "context", { "inline", "softirq", "timer", "thread" } },
	{ "latency_ns", { "1000", "50000", "1000000", "5000000", "100000000" } },
	{ "bandwidth", { "1000000", "100000000" } },
	{ "engine", { "copy", "null" } },
	{ "order", { "fifo", "window", "execute" } },
	{ "window", { "2", "8", "64" } },
	{ "fence", { "honour", "ignore" } },
	{ "descriptors", { "1", "2", "4", "16", "64" } },
	{ "max_segment", { "256", "1000", "4096", "65536" } },
	{ "align", { "0", "2", "6", "8" } },
	{ "max_xor", { "2", "3", "16" } },
	{ "max_pq", { "2", "3", "16" } },
	{ "pq_continue", { "0", "1" } },
	{ "widths", { "0x116", "2", "0x11e" } },
	{ "directions", { "0", "2", "6", "15" } },
	{ "fifo", { "4", "256", "65536" } },
	{ "cyclic", { "0", "1" } },
	{ "max_periods", { "2", "4", "1024" } },
	{ "rate", { "0", "192000", "1024000", "100000000" } },
	{ "terminate", { "0", "1" } },
	{ "terminate", { "0" } },
	{ "synchronize", { "0", "1" } },
	{ "pause", { "0", "1" } },
	{ "resume", { "0", "1" } },
	{ "coalesce", { "0", "1" } },
	{ "residue", { "descriptor", "segment", "burst" } },
	{ "prep_blocks", { "0", "1" } },
	{ "public", { "1", "0" } },
};

static const struct choice defects[] = {
	{ "error", { "off", "every_2", "nth_1", "after_3" } },
	{ "prep_null", { "off", "every_2", "nth_2", "after_1", "after_4" } },
	{ "refuse", { "off", "every_2", "nth_1", "after_3" } },
	{ "lost_interrupt", { "off", "every_3", "nth_1", "after_2" } },
	{ "stall", { "off", "nth_1", "every_3", "after_2" } },
	{ "stall", { "off" } },
	{ "late", { "off", "every_2", "nth_1", "after_1" } },
	{ "late_ns", { "0", "100000", "20000000", "400000000" } },
	{ "corrupt", { "off", "every_2" } },
	{ "polynomial", { "off", "every_1" } },
	{ "copies", { "off", "every_1" } },
	{ "coefficient", { "off", "every_1" } },
	{ "short", { "off", "every_2" } },
	{ "stale", { "off", "every_2" } },
	{ "wrong_residue", { "off", "every_1" } },
	{ "jitter", { "off", "every_2" } },
	{ "jitter_ns", { "0", "1000000", "50000000" } },
	{ "skip", { "off", "every_3" } },
	{ "late_terminate", { "off", "every_1", "nth_1" } },
	{ "live", { "0", "1" } },
};

static const char *const odd_texts[] = {
	"",
	"-1",
	"0",
	"2",
	"every",
	"every_0",
	"nth_4294967296",
	"after_-1",
	"99999999999999999999",
	"0x",
	"offf",
	"1_1",
	"every_1_1",
	"18446744073709551615",
	"4097",
	"inlin",
};

static const char *one_of(const struct choice *c, struct rng *r)
{
	u32 n = 0;

	while (n < ARRAY_SIZE(c->values) && c->values[n])
		n++;
	return c->values[rng_below(r, n)];
}

static void set_attr(struct program *p, struct rng *r, u32 actor, u32 dir, const struct choice *c)
{
	struct call *call = call_add(p, actor, S_SET);

	if (!call)
		return;
	set_num(&call->block[0], "dir", dir);
	set_text(&call->block[0], "name", c->name);
	set_text(&call->block[0], "value",
		 actor != FIRST && rng_chance(r, 10) ?
			 odd_texts[rng_below(r, ARRAY_SIZE(odd_texts))] :
			 one_of(c, r));
}

void generate_device(struct program *p, struct model *m, struct rng *r)
{
	u32 dir = m->dirs, i, n = rng_below(r, 5), first = p->n;
	struct call *c;

	if (dir == DIRS)
		return;
	c = call_add(p, FIRST, S_MKDIR);
	if (!c)
		return;
	set_num(&c->block[0], "dir", dir);
	/* Fewer channels are quicker to make. */
	set_attr(p, r, FIRST, dir, &traits[0]);
	for (i = 0; i < n; i++)
		set_attr(p, r, FIRST, dir, &traits[1 + rng_below(r, ARRAY_SIZE(traits) - 1)]);
	for (i = rng_chance(r, 35) ? 1 + rng_below(r, 2) : 0; i-- > 0;)
		set_attr(p, r, FIRST, dir, &defects[rng_below(r, ARRAY_SIZE(defects) - 1)]);
	set_attr(p, r, FIRST, dir, &(struct choice){ "live", { "1" } });
	for (; first < p->n; first++)
		model_take(m, &p->call[first]);
}

static void gen_sim(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	u32 dir = rng_below(r, m->dirs), kind = rng_below(r, 20);
	struct call *c;

	if (kind < 11)
		return set_attr(p, r, actor, dir, &defects[rng_below(r, ARRAY_SIZE(defects))]);
	if (kind < 13)
		return set_attr(p, r, actor, dir, &traits[rng_below(r, ARRAY_SIZE(traits))]);
	c = call_add(p, actor,
		     kind < 15 ? S_GET :
		     kind < 17 ? S_RMDIR :
		     kind < 18 ? S_UNBIND :
				 S_MKDIR);
	if (!c)
		return;
	set_num(&c->block[0], "dir", kind == 19 ? rng_below(r, DIRS) : dir);
	if (kind < 15)
		set_text(&c->block[0], "name",
			 rng_chance(r, 50) ? traits[rng_below(r, ARRAY_SIZE(traits))].name :
			 rng_chance(r, 50) ? "streams" :
					     "sink");
}

static void gen_fd(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	static const u8 kinds[] = {
		S_OPEN, S_OPEN, S_CLOSE, S_DUP,	 S_PASS,    S_PASS,   S_TAKE,
		S_READ, S_READ, S_POLL,	 S_POLL, S_UDMABUF, S_FDINFO, S_FDINFO,
	};
	u32 kind = kinds[rng_below(r, ARRAY_SIZE(kinds))];
	struct call *c = call_add(p, actor, kind);
	struct block *b;

	if (!c)
		return;
	b = &c->block[0];
	set_num(b, "fd", rng_below(r, m->fds));
	if (kind == S_OPEN || kind == S_TAKE || kind == S_UDMABUF)
		set_num(b, "fd", m->fds + rng_below(r, 2) < FDS ? m->fds : rng_below(r, FDS));
	if (kind == S_CLOSE && rng_chance(r, 60))
		set_num(b, "fd", FDS - 1 - rng_below(r, FDS - 2));
	if (kind == S_OPEN)
		set_num(b, "flags", rng_below(r, 4) ? 0 : O_NONBLOCK);
	if (kind == S_DUP)
		set_num(b, "to", rng_below(r, FDS));
	if (kind == S_PASS)
		set_num(b, "to", rng_below(r, PROCS));
	if (kind == S_POLL)
		set_num(b, "timeout", rng_below(r, 20));
	if (kind == S_READ) {
		set_num(b, "len", 72 * (1 + rng_below(r, 8)));
		arg_set(b, "address", (struct value){ .kind = V_MEM, .num = rng_below(r, 60000) });
	}
	if (kind == S_UDMABUF)
		set_num(b, "len", PAGE << rng_below(r, 4));
}

void generate_map(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	u32 buf = rng_below(r, actor == FIRST && m->bufs > 2 ? 2 : m->bufs);
	struct call *c = call_add(p, actor, S_MMAP);
	struct block *b;

	if (!c)
		return;
	b = &c->block[0];
	set_num(b, "map", m->maps < MAPS ? m->maps : rng_below(r, m->maps));
	set_num(b, "fd", m->buf[buf].fd);
	set_reg(b, "offset", V_OFFSET, buf);
	set_num(b, "len", m->buf[buf].bytes);
	set_num(b, "prot", actor == FIRST || rng_below(r, 8) ? 3 : rng_below(r, 8));
	set_num(b, "flags", actor == FIRST || rng_below(r, 8) ? MAP_SHARED : MAP_PRIVATE);
}

static void gen_memory(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	static const u8 kinds[] = { S_MMAP, S_MMAP, S_MUNMAP, S_TOUCH, S_TOUCH, S_SCRIBBLE };
	u32 kind = kinds[rng_below(r, ARRAY_SIZE(kinds))];
	struct call *c;
	struct block *b;

	if (kind == S_MMAP || (!m->maps && kind != S_SCRIBBLE))
		return generate_map(p, m, r, actor);
	c = call_add(p, actor, kind);
	if (!c)
		return;
	b = &c->block[0];
	set_num(b, "map", rng_below(r, m->maps));
	set_num(b, "how", rng_below(r, kind == S_SCRIBBLE ? 4 : 6));
	set_num(b, "offset", rng_below(r, 3) * PAGE);
	set_num(b, "len", rng_below(r, 3) * PAGE);
}

static void gen_process(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	static const u8 kinds[] = {
		S_FORK,	 S_FORK,  S_KICK,  S_KICK,  S_KICK,  S_KILL,
		S_TIMER, S_TIMER, S_SLEEP, S_SLEEP, S_SLEEP, S_USER,
	};
	u32 kind = kinds[rng_below(r, ARRAY_SIZE(kinds))];
	struct call *c = call_add(p, actor, kind);
	struct block *b;

	if (!c)
		return;
	b = &c->block[0];
	set_num(b, "us", rng_below(r, 5000));
	if (kind == S_KICK)
		set_num(b, "to", m->actor[rng_below(r, m->actors)]);
	if (kind == S_KILL)
		set_num(b, "to", rng_below(r, PROCS));
	if (kind == S_FORK) {
		set_num(b, "how", rng_below(r, 6));
		set_num(b, "fd", rng_below(r, m->fds));
	}
}

static void gen_netlink(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	static const u8 kinds[] = {
		S_NL_CHANNEL,	 S_NL_CHANNEL, S_NL_CHANNELS, S_NL_SESSIONS,
		S_NL_QUARANTINE, S_NL_JOIN,    S_NL_RAW,
	};
	u32 kind = kinds[rng_below(r, ARRAY_SIZE(kinds))];
	struct call *c = call_add(p, actor, kind);
	struct block *b;
	char name[TEXT_MAX];

	if (!c)
		return;
	b = &c->block[0];
	set_num(b, "how", rng_below(r, 6) ? 0 : rng_below(r, 4));
	if (kind == S_NL_CHANNEL) {
		snprintf(name, sizeof(name), "%%%u/%u", rng_below(r, m->dirs), rng_below(r, 4));
		set_text(b, "name", name);
	}
	if (kind == S_NL_RAW) {
		set_num(b, "cmd", rng_below(r, 8));
		set_num(b, "flags",
			rng_chance(r, 60) ? 0x300 * rng_below(r, 2) : rng_next(r) & 0xffff);
		set_num(b, "type", rng_below(r, 4));
		set_num(b, "len", rng_below(r, 80));
		set_text(b, "name", "x");
		set_num(b, "version", rng_below(r, 4) ? 0 : rng_below(r, 256));
	}
}

void generate_system(struct program *p, struct model *m, struct rng *r, u32 actor)
{
	u32 kind = rng_below(r, 100);

	if (kind < 28)
		gen_sim(p, m, r, actor);
	else if (kind < 52)
		gen_fd(p, m, r, actor);
	else if (kind < 72)
		gen_memory(p, m, r, actor);
	else if (kind < 88)
		gen_process(p, m, r, actor);
	else
		gen_netlink(p, m, r, actor);
}
