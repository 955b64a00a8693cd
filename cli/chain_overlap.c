// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain_overlap.h"
#include "chain_walk.h"

#define WINDOW		1024	/* operations that one is compared with */
#define STEPS		20000	/* statements that are gone through */
#define WARNINGS	100
#define ROWS		4096	/* of an interleave, compared one by one */

/* Bytes that an operation reads or writes: rows of @chunk bytes, @stride apart. */
struct access {
	unsigned int buf;
	bool write;
	uint64_t from, len;		/* first to last byte */
	uint64_t frames, chunk, stride;
};

struct node {
	uint64_t nr;			/* 0: empty */
	const struct chain_stmt *stmt;
	struct access *access;
	unsigned int nr_access, room;
	uint64_t before[WINDOW / 64];	/* slots of operations that come before for sure */
};

struct overlap {
	struct chain *c;
	struct chain_warnings *w;
	struct chain_args args;
	struct node node[WINDOW];	/* of operation n: n % WINDOW */
	uint64_t first;			/* what is before has been waited for */
	bool *warned;			/* [nr_stmt] */
};

static int add_access(struct node *n, const struct chain_span *s, bool write,
		      const struct dmactl_interleave *rows, uint64_t gap)
{
	struct access *a = n->access;

	if (s->buf == CHAIN_NONE)
		return 0;
	if (n->nr_access == n->room) {
		a = reallocarray(a, n->room + 4UL, sizeof(*a));
		if (!a)
			return -1;
		n->access = a;
		n->room += 4;
	}
	a = &n->access[n->nr_access++];
	*a = (struct access){ s->buf, write, s->from, s->len, 1, s->len, s->len };
	if (rows) {
		a->frames = rows->frames;
		a->chunk = rows->chunk;
		a->stride = rows->chunk + gap;
	}
	return 0;
}

static int accesses(struct node *n, const struct chain_stmt *s, const struct chain_args *args)
{
	const struct dmactl_interleave *rows = s->op.opcode == DMACTL_OP_INTERLEAVED ? &args->rows :
										       NULL;

	n->nr_access = 0;
	if (add_access(n, &args->dst, true, rows, args->rows.dst_gap) ||
	    add_access(n, &args->dst2, true, NULL, 0))
		return -1;
	for (unsigned int i = 0; i < args->nr_src; i++)
		if (add_access(n, &args->src[i], false, rows, args->rows.src_gap))
			return -1;
	return 0;
}

/* Whether @from to @from + @len - 1 meets a row. */
static bool meets(const struct access *a, uint64_t from, uint64_t len)
{
	uint64_t row;

	if (from >= a->from + a->len || a->from >= from + len)
		return false;
	if (from <= a->from)
		return true;
	row = (from - a->from) / a->stride;
	return a->from + row * a->stride + a->chunk > from ||
	       (row + 1 < a->frames && a->from + (row + 1) * a->stride < from + len);
}

static bool touch(const struct access *a, const struct access *b)
{
	if (a->buf != b->buf || a->from >= b->from + b->len || b->from >= a->from + a->len)
		return false;
	if (b->frames < a->frames)
		return touch(b, a);
	if (a->frames > ROWS)
		return true;
	for (uint64_t i = 0; i < a->frames; i++)
		if (meets(b, a->from + i * a->stride, a->chunk))
			return true;
	return false;
}

static const char *verb(bool write, bool also)
{
	if (write)
		return also ? "also writes" : "writes";
	return "reads";
}

static int warn(struct overlap *o, const struct chain_walk *w, const struct node *n,
		const struct access *a, const struct node *old, const struct access *b)
{
	struct chain_warning *v;
	char rounds[80];

	if (o->w->n == WARNINGS)
		return 0;
	v = reallocarray(o->w->v, o->w->n + 1UL, sizeof(*v));
	if (!v)
		return -1;
	o->w->v = v;
	v += o->w->n++;
	v->pos = n->stmt->pos;
	v->stmt = n->stmt->index;
	snprintf(v->text, sizeof(v->text),
		 "this %s bytes of %s that the %s of line %u %s, and no "
		 "order is stated: fence, after or wait%s",
		 verb(a->write, b->write), o->c->buf[a->buf]->buf.name.text,
		 chain_kind_name(old->stmt), old->stmt->pos.line, verb(b->write, false),
		 chain_rounds(w->loops, n->stmt, rounds, sizeof(rounds)));
	o->warned[n->stmt->index] = true;
	return 0;
}

static int compare(struct overlap *o, const struct chain_walk *w, const struct node *n,
		   const struct node *old)
{
	for (unsigned int i = 0; i < n->nr_access; i++) {
		for (unsigned int j = 0; j < old->nr_access; j++) {
			const struct access *a = &n->access[i], *b = &old->access[j];

			if ((a->write || b->write) && touch(a, b))
				return warn(o, w, n, a, old, b);
		}
	}
	return 0;
}

static int bad_memory(struct chain_walk *w, const struct chain_stmt *s)
{
	return chain_bad(w->e, s->pos, "out of memory");
}

static int on_op(struct chain_walk *w, const struct chain_stmt *s, const struct chain_dep *dep,
		 unsigned int nr_dep)
{
	struct overlap *o = w->arg;
	unsigned int slot = w->nr_ops % WINDOW;
	struct node *n = &o->node[slot], *old;
	uint64_t nr;

	if (chain_args(o->c, s, w->loops, &o->args, w->e))
		return chain_bad_round(w, s);
	if (n->nr)
		for (unsigned int i = 0; i < WINDOW; i++)
			o->node[i].before[slot / 64] &= ~(1ULL << slot % 64);
	n->nr = w->nr_ops;
	n->stmt = s;
	memset(n->before, 0, sizeof(n->before));
	if (accesses(n, s, &o->args))
		return bad_memory(w, s);
	for (unsigned int i = 0; i < nr_dep; i++) {
		nr = dep[i].producer;
		if (nr < o->first || nr + WINDOW <= w->nr_ops)
			continue;
		old = &o->node[nr % WINDOW];
		for (unsigned int k = 0; k < WINDOW / 64; k++)
			n->before[k] |= old->before[k];
		n->before[nr % WINDOW / 64] |= 1ULL << nr % 64;
	}
	/* That there is none is stated. */
	if (s->order == ORDER_NONE)
		return 0;
	for (nr = w->nr_ops - 1; nr >= o->first && nr + WINDOW > w->nr_ops; nr--) {
		if (o->warned[s->index])
			break;
		old = &o->node[nr % WINDOW];
		if (!(n->before[nr % WINDOW / 64] & (1ULL << nr % 64)) && compare(o, w, n, old))
			return bad_memory(w, s);
	}
	return 0;
}

static int on_other(struct chain_walk *w, const struct chain_stmt *s)
{
	struct overlap *o = w->arg;

	switch (s->kind) {
	case CHAIN_FILL:
	case CHAIN_EXPECT:
	case CHAIN_TALLY:
	case CHAIN_SAVE:
		if (chain_check_args(o->c, s, w->loops, &o->args, w->e))
			return chain_bad_round(w, s);
		break;
	case CHAIN_WAIT:
		break;
	default:
		return 0;
	}
	o->first = w->nr_ops + 1;
	return 0;
}

int chain_overlap(struct chain *c, struct chain_warnings *w, struct chain_error *e)
{
	struct overlap *o = calloc(1, sizeof(*o));
	struct chain_walk walk = {
		.c = c,
		.sample = true,
		.most = STEPS,
		.arg = o,
		.op = on_op,
		.other = on_other,
		.e = e,
	};
	int ret = -1;

	if (o)
		o->warned = calloc(c->nr_stmt + 1UL, sizeof(*o->warned));
	if (!o || !o->warned) {
		chain_bad(e, (struct chain_pos){ 1, 1 }, "out of memory");
		goto out;
	}
	o->c = c;
	o->w = w;
	o->first = 1;
	ret = chain_walk(&walk) < 0 ? -1 : 0;
out:
	if (o) {
		for (unsigned int i = 0; i < WINDOW; i++)
			free(o->node[i].access);
		free(o->warned);
	}
	free(o);
	return ret;
}
