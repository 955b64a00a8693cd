// SPDX-License-Identifier: GPL-2.0
/* What a chain's text means: names, labels, sizes, and what is in front of what. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "chain_overlap.h"
#include "chain_parse.h"

#define SUGGESTIONS	64		/* names compared at most */
#define BUFFER_MOST	(1ULL << 40)	/* beyond any module's limit, far from any overflow */

/* Declared so far: a name is known from its line on. */
struct names {
	struct chain *c;
	struct chain_error *e;
	const char *list[SUGGESTIONS];
	unsigned int nr_buf, nr_chan, last_buf;
};

static const char *suggest(struct names *n, const char *name, struct chain_stmt **v,
			   unsigned int nr, char *buf, size_t size)
{
	if (nr > SUGGESTIONS)
		nr = SUGGESTIONS;
	for (unsigned int i = 0; i < nr; i++)
		n->list[i] = v[i]->kind == CHAIN_BUF ? v[i]->buf.name.text :
			     v[i]->kind == CHAIN_CHAN ? v[i]->chan.name.text :
							v[i]->op.label.text;
	return chain_did_you_mean(name, strlen(name), n->list, nr, buf, size);
}

static int find_buf(struct names *n, const struct chain_name *name, unsigned int *out)
{
	char hint[64];

	/* The one that was meant last is mostly meant again. */
	if (n->last_buf < n->nr_buf && !strcmp(n->c->buf[n->last_buf]->buf.name.text, name->text)) {
		*out = n->last_buf;
		return 0;
	}
	for (unsigned int i = 0; i < n->c->nr_buf; i++) {
		if (strcmp(n->c->buf[i]->buf.name.text, name->text))
			continue;
		if (i >= n->nr_buf)
			return chain_bad(n->e, name->pos,
					 "buffer %s is declared only in line %u: move that line up",
					 name->text, n->c->buf[i]->pos.line);
		*out = n->last_buf = i;
		return 0;
	}
	return chain_bad(n->e, name->pos, "there is no buffer %s%s (buf %s SIZE makes one)",
			 name->text,
			 suggest(n, name->text, n->c->buf, n->nr_buf, hint, sizeof(hint)),
			 name->text);
}

static int find_range(struct names *n, struct chain_range *r)
{
	return r->name.text ? find_buf(n, &r->name, &r->buf) : 0;
}

static int find_chan(struct names *n, const struct chain_stmt *s, struct chain_op *o)
{
	const struct chain_name *name = &o->on;
	char hint[64];

	o->chan = CHAIN_NONE;
	if (!name->text && !n->nr_chan)
		return 0;
	if (!name->text && n->c->nr_chan > 1)
		return chain_bad(n->e, s->pos,
				 "there are %u channels: say on which one ('on %s %s ...')",
				 n->c->nr_chan, n->c->chan[0]->chan.name.text, chain_kind_name(s));
	for (unsigned int i = 0; i < n->c->nr_chan; i++) {
		if (name->text && strcmp(n->c->chan[i]->chan.name.text, name->text))
			continue;
		if (i >= n->nr_chan)
			return chain_bad(n->e, name->pos,
					 "channel %s is declared only in line %u: "
					 "move that line up",
					 name->text, n->c->chan[i]->pos.line);
		o->chan = i;
		return 0;
	}
	return chain_bad(n->e, name->pos, "there is no channel %s%s (chan %s CHANNEL declares one)",
			 name->text,
			 suggest(n, name->text, n->c->chan, n->nr_chan, hint, sizeof(hint)),
			 name->text);
}

static struct chain_stmt *common_repeat(struct chain_stmt *a, const struct chain_stmt *b)
{
	for (struct chain_stmt *r = a->up; r; r = r->up)
		for (const struct chain_stmt *q = b->up; q; q = q->up)
			if (q == r)
				return r;
	return NULL;
}

static int slot_of(struct names *n, struct chain_after *a, unsigned int repeat)
{
	struct chain_slot *s;

	for (a->slot = 0; a->slot < n->c->nr_slot; a->slot++)
		if (n->c->slot[a->slot].label == a->label && n->c->slot[a->slot].repeat == repeat)
			return 0;
	s = chain_push(n->c, &n->c->slot, &n->c->nr_slot, sizeof(*s));
	if (!s)
		return chain_bad(n->e, a->name.pos, "out of memory");
	*s = (struct chain_slot){ a->label, repeat };
	return 0;
}

/* They are sorted. */
static unsigned int label_nr(const struct chain *c, const char *name)
{
	unsigned int low = 0, high = c->nr_label, mid;
	int ret;

	while (low < high) {
		mid = (low + high) / 2;
		ret = strcmp(c->label[mid]->op.label.text, name);
		if (!ret)
			return mid;
		if (ret < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return c->nr_label;
}

/* An earlier operation; with @prev, one of the same repeat, which may come later in the text. */
static int find_label(struct names *n, struct chain_stmt *s, struct chain_after *a)
{
	static const char in_repeat[] = "in a repeat, LABEL@prev is that of the previous round";
	const struct chain_name *name = &a->name;
	struct chain_stmt *at, *repeat;
	char hint[64];

	a->label = label_nr(n->c, name->text);
	if (a->label == n->c->nr_label)
		return chain_bad(n->e, name->pos,
				 "there is no label %s%s ('%s: memcpy ...' makes one)", name->text,
				 suggest(n, name->text, n->c->label, n->c->nr_label, hint,
					 sizeof(hint)),
				 name->text);
	at = n->c->label[a->label];
	repeat = common_repeat(s, at);
	if (a->prev) {
		if (!s->up)
			return chain_bad(n->e, name->pos,
					 "%s@prev: there is no repeat here, so no previous round",
					 name->text);
		if (!repeat)
			return chain_bad(n->e, name->pos,
					 "%s@prev: %s in line %u is not in the "
					 "same repeat, so it has no previous round here",
					 name->text, name->text, at->pos.line);
		return slot_of(n, a, repeat->repeat.nr);
	}
	if (at == s)
		return chain_bad(n->e, name->pos, "an operation cannot come after itself%s%s",
				 s->up ? ": " : "", s->up ? in_repeat : "");
	if (at->index > s->index)
		return chain_bad(n->e, name->pos,
				 "%s is in line %u, later than this: an operation "
				 "can only follow an earlier one%s%s",
				 name->text, at->pos.line, repeat ? "; " : "",
				 repeat ? in_repeat : "");
	return 0;
}

static int find_in_op(struct names *n, struct chain_stmt *s)
{
	struct chain_op *o = &s->op;

	if (find_chan(n, s, o) || find_range(n, &o->dst) || find_range(n, &o->dst2))
		return -1;
	for (unsigned int i = 0; i < o->nr_src; i++)
		if (find_range(n, &o->src[i]))
			return -1;
	if (o->ep.buffer.text && find_buf(n, &o->ep.buffer, &o->ep.buf))
		return -1;
	for (unsigned int i = 0; i < o->nr_after; i++)
		if (find_label(n, s, &o->after[i]))
			return -1;
	return 0;
}

static int declare_buf(struct names *n, struct chain_stmt *s)
{
	static const int64_t no_loops[CHAIN_LOOPS];
	struct chain_buf *b = &s->buf;
	uint64_t byte;

	for (unsigned int i = 0; i < n->nr_buf; i++)
		if (!strcmp(n->c->buf[i]->buf.name.text, b->name.text))
			return chain_bad(n->e, b->name.pos,
					 "buffer %s is declared in line %u already", b->name.text,
					 n->c->buf[i]->pos.line);
	if (chain_number(b->size, no_loops, "the size", 1, BUFFER_MOST, &b->bytes, n->e) ||
	    (b->data.byte && chain_number(b->data.byte, no_loops, "the byte", 0, 255, &byte, n->e)))
		return -1;
	n->nr_buf++;
	return 0;
}

static int declare_chan(struct names *n, const struct chain_stmt *s)
{
	for (unsigned int i = 0; i < n->nr_chan; i++)
		if (!strcmp(n->c->chan[i]->chan.name.text, s->chan.name.text))
			return chain_bad(n->e, s->chan.name.pos,
					 "channel %s is declared in line %u already",
					 s->chan.name.text, n->c->chan[i]->pos.line);
	n->nr_chan++;
	return 0;
}

static int find_in_check(struct names *n, struct chain_check *k)
{
	if (find_range(n, &k->a))
		return -1;
	for (unsigned int i = 0; i < k->nr_src; i++)
		if (find_range(n, &k->src[i]))
			return -1;
	return 0;
}

static int find_names(struct names *n, struct chain_stmt *s)
{
	switch (s->kind) {
	case CHAIN_BUF:
		return declare_buf(n, s);
	case CHAIN_CHAN:
		return declare_chan(n, s);
	case CHAIN_OP:
		return find_in_op(n, s);
	case CHAIN_EXPECT:
	case CHAIN_TALLY:
		return find_in_check(n, &s->check);
	case CHAIN_FILL:
	case CHAIN_SAVE:
		return find_range(n, &s->move.range);
	default:
		return 0;
	}
}

static int by_name(const void *a, const void *b)
{
	const struct chain_stmt *x = *(struct chain_stmt *const *)a;
	const struct chain_stmt *y = *(struct chain_stmt *const *)b;
	int ret = strcmp(x->op.label.text, y->op.label.text);

	return ret ? ret : (x->index > y->index) - (x->index < y->index);
}

static int labels(struct chain *c, struct chain_error *e)
{
	struct chain_stmt **slot, *s;

	for (unsigned int i = 0; i < c->nr_stmt; i++) {
		s = c->stmt[i];
		if (s->kind == CHAIN_OP)
			s->op.label_nr = CHAIN_NONE;
		if (s->kind != CHAIN_OP || !s->op.label.text)
			continue;
		slot = chain_push(c, &c->label, &c->nr_label, sizeof(s));
		if (!slot)
			return chain_bad(e, s->pos, "out of memory");
		*slot = s;
	}
	if (c->nr_label)
		qsort(c->label, c->nr_label, sizeof(s), by_name);
	for (unsigned int i = 0; i < c->nr_label; i++) {
		s = c->label[i];
		s->op.label_nr = i;
		if (i && !strcmp(c->label[i - 1]->op.label.text, s->op.label.text))
			return chain_bad(e, s->op.label.pos, "label %s is in line %u already",
					 s->op.label.text, c->label[i - 1]->pos.line);
	}
	return 0;
}

/* A fence is about the operation before it. */
static int fences(const struct chain *c, struct chain_error *e)
{
	bool op = false;

	for (unsigned int i = 0; i < c->nr_stmt; i++) {
		op |= c->stmt[i]->kind == CHAIN_OP;
		if (c->stmt[i]->kind == CHAIN_FENCE && !op)
			return chain_bad(e, c->stmt[i]->pos,
					 "a fence needs an operation before it: "
					 "later ones of that channel then depend on its result");
	}
	return 0;
}

int chain_check(struct chain *c, struct chain_warnings *w, struct chain_error *e)
{
	struct names n = { .c = c, .e = e };

	memset(w, 0, sizeof(*w));
	if (labels(c, e) || fences(c, e))
		return -1;
	for (unsigned int i = 0; i < c->nr_stmt; i++)
		if (find_names(&n, c->stmt[i]))
			return -1;
	return chain_overlap(c, w, e);
}
