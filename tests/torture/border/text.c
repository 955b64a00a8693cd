// SPDX-License-Identifier: GPL-2.0
/* Programs as text, and the numbers that everything is decided by. */
#include <stdlib.h>

#include "border.h"

static const struct {
	char letter;
	u8 kind;
	u8 limit;
} registers[] = {
	{ 'c', V_CHAN, CHANS }, { 'b', V_BUF, BUFS }, { 'o', V_OFFSET, BUFS },
	{ 'q', V_SEQ, SEQS },	{ 'f', V_FD, FDS },   { 'm', V_MAP, MAPS },
};

const char *intern(const char *text)
{
	static const char **known;
	static u32 n, room;
	u32 i;

	for (i = n; i-- > 0;)
		if (!strcmp(known[i], text))
			return known[i];
	if (n == room) {
		room = room ? room * 2 : 256;
		known = realloc(known, room * sizeof(*known));
		if (!known)
			abort();
	}
	known[n] = strndup(text, TEXT_MAX - 1);
	return known[n++];
}

static int print_number(char *at, size_t room, u64 n)
{
	return snprintf(at, room, n < 4096 ? "%llu" : "0x%llx", (unsigned long long)n);
}

static int print_behind(char *at, size_t room, u64 n)
{
	if (!n)
		return 0;
	return snprintf(at, room, (int64_t)n < 0 ? "-%llu" : "+%llu",
			(unsigned long long)((int64_t)n < 0 ? -n : n));
}

static size_t print_value(const struct value *v, char *at, size_t room)
{
	int n = 0;
	u32 i;

	if (v->kind == V_NUM)
		return (size_t)print_number(at, room, v->num);
	if (v->kind == V_TEXT)
		return (size_t)snprintf(at, room, "%s", v->text);
	if (v->kind == V_MEM) {
		at[0] = '&';
		return 1 + (size_t)print_number(at + 1, room - 1, v->num);
	}
	if (v->kind == V_HERE || v->kind == V_EDGE) {
		n = snprintf(at, room, v->kind == V_HERE ? "@" : "@end");
		return (size_t)(n + print_behind(at + n, room - (size_t)n, v->num));
	}
	for (i = 0; i < ARRAY_SIZE(registers); i++)
		if (registers[i].kind == v->kind)
			n = snprintf(at, room, "$%c%u", registers[i].letter, v->reg);
	return (size_t)(n + print_behind(at + n, room - (size_t)n, v->num));
}

static size_t print_block(const struct block *b, char *at, size_t room)
{
	const struct shape *s = &shapes[b->shape];
	size_t n = (size_t)snprintf(at, room, "%s", s->name);
	u32 i;

	for (i = 0; i < b->n; i++) {
		n += (size_t)snprintf(at + n, room - n, " %s=", s->field[b->arg[i].field].name);
		n += print_value(&b->arg[i].v, at + n, room - n);
	}
	return n;
}

size_t program_print(const struct program *p, char *text, size_t room)
{
	size_t n = 0;
	u32 i, j;

	text[0] = 0;
	for (i = 0; i < p->n; i++) {
		const struct call *c = &p->call[i];

		/* A line is at most 10 blocks of 20 short words; the rest is cut off. */
		if (room - n < 8192)
			break;
		if (c->actor == FIRST)
			n += (size_t)snprintf(text + n, room - n, "- ");
		else
			n += (size_t)snprintf(text + n, room - n, "%u.%u ", c->actor / THREADS,
					      c->actor % THREADS);
		for (j = 0; j < c->n; j++) {
			if (j)
				n += (size_t)snprintf(text + n, room - n, " | ");
			n += print_block(&c->block[j], text + n, room - n);
		}
		n += (size_t)snprintf(text + n, room - n, "\n");
	}
	return n;
}

static bool parse_behind(const char *text, u64 *num)
{
	char *end;

	if (!*text) {
		*num = 0;
		return true;
	}
	if (*text != '+' && *text != '-')
		return false;
	*num = strtoull(text + 1, &end, 0);
	if (*text == '-')
		*num = -*num;
	return !*end;
}

static bool parse_register(const char *text, struct value *v)
{
	char *end;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(registers); i++) {
		if (registers[i].letter != text[0])
			continue;
		v->kind = registers[i].kind;
		v->reg = (u8)strtoul(text + 1, &end, 10);
		return v->reg < registers[i].limit && parse_behind(end, &v->num);
	}
	return false;
}

static bool parse_value(const char *text, u32 field_kind, struct value *v)
{
	char *end;

	memset(v, 0, sizeof(*v));
	if (field_kind == K_TEXT) {
		v->kind = V_TEXT;
		v->text = intern(text);
		return strlen(text) < TEXT_MAX;
	}
	if (text[0] == '$')
		return parse_register(text + 1, v);
	if (text[0] == '@') {
		bool edge = !strncmp(text, "@end", 4);

		v->kind = edge ? V_EDGE : V_HERE;
		return parse_behind(text + (edge ? 4 : 1), &v->num);
	}
	v->kind = text[0] == '&' ? V_MEM : V_NUM;
	v->num = strtoull(text + (text[0] == '&'), &end, 0);
	return end != text && !*end;
}

static bool parse_block(struct block *b, char *text, u32 from, u32 to)
{
	char *save = NULL, *word = strtok_r(text, " ", &save);

	if (!word)
		return false;
	for (b->shape = (u8)from; b->shape < to; b->shape++)
		if (!strcmp(shapes[b->shape].name, word))
			break;
	if (b->shape == to)
		return false;
	b->n = 0;
	while ((word = strtok_r(NULL, " ", &save))) {
		char *eq = strchr(word, '=');
		struct value v;
		int field;

		if (!eq)
			return false;
		*eq = 0;
		field = field_find(b->shape, word);
		if (field < 0 || !parse_value(eq + 1, shapes[b->shape].field[field].kind, &v) ||
		    !arg_set(b, word, v))
			return false;
	}
	return true;
}

static bool parse_actor(char **at, u8 *actor)
{
	unsigned int p, t;
	int n = 0;

	if (!strncmp(*at, "- ", 2)) {
		*actor = FIRST;
		*at += 2;
		return true;
	}
	if (sscanf(*at, "%u.%u %n", &p, &t, &n) != 2 || !n || p >= PROCS || t >= THREADS)
		return false;
	*actor = (u8)(p * THREADS + t);
	*at += n;
	return true;
}

static bool parse_line(struct call *c, char *line)
{
	char *bar;

	if (!parse_actor(&line, &c->actor))
		return false;
	c->n = 0;
	do {
		bar = strstr(line, " | ");
		if (bar)
			*bar = 0;
		if (c->n == BLOCKS_MAX || !parse_block(&c->block[c->n], line, c->n ? S_CALLS : 0,
						       c->n ? (u32)SHAPES : (u32)S_CALLS))
			return false;
		c->n++;
		line = bar ? bar + 3 : NULL;
	} while (line);
	return true;
}

int program_parse(struct program *p, const char *text)
{
	static char line[PROGRAM_TEXT];
	int nr = 0;

	p->n = 0;
	while (*text) {
		size_t len = strcspn(text, "\n");

		nr++;
		if (len >= sizeof(line))
			return nr;
		memcpy(line, text, len);
		line[len] = 0;
		text += len + (text[len] == '\n');
		if (!len || line[0] == '#')
			continue;
		if (p->n == CALLS_MAX || !parse_line(&p->call[p->n], line))
			return nr;
		p->n++;
	}
	return 0;
}

struct rng rng_from(u64 seed, u64 nr)
{
	struct rng r = { seed ^ (nr * 0x9e3779b97f4a7c15ULL) };

	rng_next(&r);
	return r;
}

/* splitmix64 */
u64 rng_next(struct rng *r)
{
	u64 z = (r->state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

u32 rng_below(struct rng *r, u32 n)
{
	return n ? (u32)((rng_next(r) >> 32) % n) : 0;
}

bool rng_chance(struct rng *r, u32 percent)
{
	return rng_below(r, 100) < percent;
}
