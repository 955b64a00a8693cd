// SPDX-License-Identifier: GPL-2.0
/* Valid calls made wrong, and programs made of others. */
#include "border.h"

static const u64 edges[] = {
	0,
	1,
	2,
	3,
	7,
	8,
	63,
	64,
	255,
	256,
	257,
	1023,
	1024,
	1025,
	4095,
	4096,
	4097,
	65535,
	65536,
	65537,
	0x7fffffff,
	0x80000000,
	0xfffffff0,
	0xffffffff,
	0x100000000,
	0x7fffffffffffffff,
	0x8000000000000000,
	0xfffffffffffff000,
	0xffffffffffffffff,
};

static u64 edge(struct rng *r)
{
	u64 v = edges[rng_below(r, ARRAY_SIZE(edges))];

	return rng_chance(r, 15) ? v + rng_below(r, 5) - 2 : v;
}

static struct value num(u64 n)
{
	return (struct value){ .kind = V_NUM, .num = n };
}

static struct value pointer(struct rng *r)
{
	static const u64 bad[] = {
		0, 1, 0x1000, 0x7ffffffff000, 0x800000000000, 0xffff888000000000, ~0ULL, ~7ULL,
	};

	switch (rng_below(r, 5)) {
	case 0:
		return num(bad[rng_below(r, ARRAY_SIZE(bad))]);
	case 1: /* in memory that others write */
		return (struct value){ .kind = V_MEM, .num = rng_below(r, MEM_PAGES * PAGE) };
	case 2: /* into what is to read only, or into the hole */
		return (struct value){ .kind = V_MEM,
				       .num = (MEM_PAGES + rng_below(r, 3)) * PAGE -
					      rng_below(r, 128) };
	case 3:
		return (struct value){ .kind = V_EDGE, .num = rng_below(r, 3) };
	default:
		return (struct value){ .kind = V_HERE, .num = rng_below(r, 3) };
	}
}

static struct value size(struct rng *r, u64 right)
{
	static const int by[] = { -8, -4, -1, 1, 4, 8, 16, 4096 };

	return num(rng_chance(r, 70) ? right + (u64)(int64_t)by[rng_below(r, ARRAY_SIZE(by))] :
				       edge(r));
}

/* Another register, one that is near, or none. */
static struct value reference(struct rng *r, u8 kind, u32 limit)
{
	switch (rng_below(r, 3)) {
	case 0:
		return (struct value){ .kind = kind, .reg = (u8)rng_below(r, limit) };
	case 1:
		return (struct value){ .kind = kind,
				       .reg = (u8)rng_below(r, limit),
				       .num = rng_below(r, 3) - 1ULL };
	default:
		return num(edge(r));
	}
}

static void twist_text(struct value *v, struct rng *r)
{
	static const char *const odd[] = {
		"",
		"%0",
		"%0/",
		"%0/99",
		"%0/-1",
		"%0/0x1",
		"%0/00",
		"%9/0",
		"dma0chan0",
		"dma0chan1",
		"dma999chan0",
		"/",
		"//",
		"../0",
		"%0/0/",
		"_",
		"%0/4294967296",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};

	char text[TEXT_MAX];
	u32 i;

	snprintf(text, sizeof(text), "%s", v->kind == V_TEXT ? v->text : "");
	if (rng_chance(r, 80) || !text[0])
		snprintf(text, sizeof(text), "%s", odd[rng_below(r, ARRAY_SIZE(odd))]);
	else
		text[rng_below(r, (u32)strlen(text))] = (char)('0' + rng_below(r, 70));
	/* What would be no single word. */
	for (i = 0; text[i]; i++)
		if (text[i] == '|' || text[i] == '\\')
			text[i] = '_';
	*v = (struct value){ .kind = V_TEXT, .text = intern(text) };
}

static void twist_field(struct block *b, struct rng *r, u32 field)
{
	const struct field *f = &shapes[b->shape].field[field];
	struct arg *a = arg_find(b, f->name);
	struct value v = a ? a->v : num(0);

	switch (f->kind) {
	case K_SIZE:
		v = size(r, v.num);
		break;
	case K_FLAGS:
		v = num(rng_chance(r, 70) ? v.num ^ (1ULL << rng_below(r, f->size * 8U)) : edge(r));
		break;
	case K_CHAN:
		v = reference(r, V_CHAN, CHANS);
		break;
	case K_BUF:
		v = reference(r, V_BUF, BUFS);
		break;
	case K_POINTER:
		v = pointer(r);
		break;
	case K_CODE:
		v = num(rng_chance(r, 70) ? rng_below(r, 12) : edge(r));
		break;
	case K_REG:
		v = num(rng_below(r, 12));
		break;
	case K_FD:
		v = num(rng_below(r, FDS));
		break;
	case K_TEXT:
		twist_text(&v, r);
		break;
	case K_RESERVED:
		v = num(strcmp(f->name, "at") ? edge(r) : rng_below(r, 6));
		break;
	case K_TIME:
		v = num(rng_chance(r, 60) ? rng_below(r, 20000000) : edge(r));
		break;
	default:
		v = num(rng_chance(r, 40) ? v.num + rng_below(r, 3) - 1 : edge(r));
	}
	arg_set(b, f->name, v);
}

void twist(struct call *c, struct rng *r)
{
	u32 n = rng_chance(r, 80) ? 1 : 1 + rng_below(r, 4);

	while (n--) {
		struct block *b = &c->block[rng_below(r, c->n)];

		/* Garbage in all of it, or one field that is wrong. */
		if (rng_chance(r, 4))
			for (u32 i = 0; i < shapes[b->shape].nr_fields; i++)
				twist_field(b, r, i);
		else
			twist_field(b, r, rng_below(r, shapes[b->shape].nr_fields));
	}
}

static void remove_call(struct program *p, u32 at)
{
	memmove(&p->call[at], &p->call[at + 1], (p->n - at - 1) * sizeof(p->call[0]));
	p->n--;
}

static void move_call(struct program *p, u32 from, u32 to)
{
	static struct call moved;

	moved = p->call[from];
	remove_call(p, from);
	memmove(&p->call[to + 1], &p->call[to], (p->n - to) * sizeof(p->call[0]));
	p->call[to] = moved;
	p->n++;
}

/* Calls of another program, from some place on, behind our own. */
static void splice(struct program *p, const struct program *other, struct rng *r)
{
	u32 from = rng_below(r, other->n), keep = 1 + rng_below(r, p->n);

	p->n = keep;
	while (from < other->n && p->n < CALLS_MAX)
		p->call[p->n++] = other->call[from++];
}

static u32 some_actor(const struct model *m, struct rng *r)
{
	if (!m->actors || rng_chance(r, 25))
		return rng_below(r, ACTORS);
	return m->actor[rng_below(r, m->actors)];
}

static void mutate_once(struct program *p, const struct program *other, struct rng *r)
{
	static struct model m;
	u32 at = rng_below(r, p->n), kind = rng_below(r, 100);

	model_of(&m, p);
	if (!m.actors) {
		m.actor[0] = 0;
		m.actors = 1;
	}
	if (kind < 40) {
		u32 before = p->n;

		generate_call(p, &m, r, some_actor(&m, r));
		if (p->n > before)
			move_call(p, p->n - 1, at + rng_below(r, p->n - at));
	} else if (kind < 65) {
		twist(&p->call[at], r);
	} else if (kind < 75 && p->n > 4) {
		remove_call(p, at);
	} else if (kind < 83 && p->n < CALLS_MAX) {
		p->call[p->n++] = p->call[at];
	} else if (kind < 92 && p->call[at].actor != FIRST) {
		p->call[at].actor = (u8)some_actor(&m, r);
	} else if (other && other->n) {
		splice(p, other, r);
	}
}

void mutate(struct program *p, const struct program *other, struct rng *r)
{
	u32 n = 1 + rng_below(r, 5);

	while (n-- && p->n)
		mutate_once(p, other, r);
}
