// SPDX-License-Identifier: GPL-2.0
/* Expressions and places: A, A[4K+1K], A[4K..8K]. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "chain_parse.h"
#include "parse.h"

#define NODES	64	/* of one expression: bounds the recursion too */

static struct chain_expr *node(struct chain_parser *p, enum chain_expr_kind kind,
			       struct chain_pos pos)
{
	struct chain_expr *x;

	if (p->nodes++ >= NODES) {
		chain_bad(p->e, pos, "the expression has more than %d parts: make it several",
			  NODES);
		return NULL;
	}
	x = chain_alloc(p->c, sizeof(*x));
	if (!x) {
		chain_no_memory(p);
		return NULL;
	}
	x->kind = kind;
	x->pos = pos;
	return x;
}

static const struct chain_expr *join(struct chain_parser *p, enum chain_expr_kind kind,
				     const struct chain_expr *a, const struct chain_expr *b)
{
	struct chain_expr *x = a && b ? node(p, kind, a->pos) : NULL;

	if (x) {
		x->a = a;
		x->b = b;
	}
	return x;
}

/* A number in text of any origin; @from: where it was asked for. */
static const struct chain_expr *number(struct chain_parser *p, const char *s, size_t n, bool counts,
				       const char *what, struct chain_pos pos)
{
	char text[64] = "";
	struct chain_expr *x;
	uint64_t v = 0;
	int ret = -EINVAL;

	if (n < sizeof(text)) {
		memcpy(text, s, n);
		if (text[0] == '0' && (text[1] | 0x20) == 'x')
			ret = parse_number(text, &v);
		else
			ret = counts ? parse_count(text, &v) : parse_size(text, &v);
	}
	if (ret == -ERANGE || (!ret && v > INT64_MAX)) {
		chain_bad(p->e, pos, "%s'%s' is too large", what, text);
		return NULL;
	}
	if (ret) {
		chain_bad(p->e, pos, "%s'%.*s' is no %s", what, (int)(n > 40 ? 40 : n), s,
			  counts ? "count: a number, k or M" :
				   "number: digits, with K, M or G (powers of 1024), or 0x and "
				   "hexadecimal digits");
		return NULL;
	}
	x = node(p, EXPR_NUMBER, pos);
	if (x)
		x->number = (int64_t)v;
	return x;
}

/* The round of a repeat, else what -D says, else the default. */
static const struct chain_expr *variable(struct chain_parser *p, bool counts)
{
	const struct chain_token t = p->t;
	const struct chain_repeat *repeat = chain_round_find(p, t.s, t.n);
	const char *value = chain_define_find(p, t.s, t.n);
	char what[64];
	struct chain_expr *x;

	if (repeat) {
		x = node(p, EXPR_LOOP, t.pos);
		if (x)
			x->loop = repeat->depth;
		return x;
	}
	snprintf(what, sizeof(what), "$%.*s: ", (int)(t.n > 40 ? 40 : t.n), t.s);
	if (value)
		return number(p, value, strlen(value), counts, what, t.pos);
	if (t.otherwise)
		return number(p, t.otherwise, t.nr_otherwise, counts, what, t.pos);
	chain_bad(p->e, t.pos,
		  "there is no $%.*s: -D %.*s=VALUE gives it a value, "
		  "${%.*s:-VALUE} a default, 'repeat N as %.*s' makes it count rounds",
		  (int)(t.n > 40 ? 40 : t.n), t.s, (int)(t.n > 40 ? 40 : t.n), t.s,
		  (int)(t.n > 40 ? 40 : t.n), t.s, (int)(t.n > 40 ? 40 : t.n), t.s);
	return NULL;
}

static const struct chain_expr *sum(struct chain_parser *p, bool counts,
				    const struct chain_expr **left);

static const struct chain_expr *factor(struct chain_parser *p, bool counts)
{
	const struct chain_expr *x = NULL;

	if (p->t.kind == TOK_NUMBER) {
		x = number(p, p->t.s, p->t.n, counts, "", p->t.pos);
	} else if (p->t.kind == TOK_VAR) {
		x = variable(p, counts);
	} else if (p->t.kind == '(') {
		if (++p->parens > NODES) {
			chain_bad(p->e, p->t.pos,
				  "the expression has more than %d parts: make it several", NODES);
			return NULL;
		}
		chain_next(p);
		x = sum(p, counts, NULL);
		p->parens--;
		if (x && p->t.kind != ')') {
			chain_expected(p, "')'");
			return NULL;
		}
	} else {
		chain_expected(p, "a number, a $variable or '('");
	}
	if (x)
		chain_next(p);
	return x;
}

static const struct chain_expr *product(struct chain_parser *p, bool counts)
{
	const struct chain_expr *x = factor(p, counts);

	while (x && p->t.kind == '*') {
		chain_next(p);
		x = join(p, EXPR_MUL, x, factor(p, counts));
	}
	return x;
}

/*
 * With @left: what stands before the last + is put there, and what stands after it is returned;
 * *left is NULL without a +.
 */
static const struct chain_expr *sum(struct chain_parser *p, bool counts,
				    const struct chain_expr **left)
{
	const struct chain_expr *x = product(p, counts), *before = NULL;

	while (x && (p->t.kind == '+' || p->t.kind == '-')) {
		if (p->t.kind == '-') {
			chain_next(p);
			x = join(p, EXPR_SUB, x, product(p, counts));
			continue;
		}
		if (before)
			x = join(p, EXPR_ADD, before, x);
		before = x;
		chain_next(p);
		x = x ? product(p, counts) : NULL;
	}
	if (left)
		*left = before;
	else if (before && x)
		x = join(p, EXPR_ADD, before, x);
	return x;
}

int chain_take_expr(struct chain_parser *p, bool counts, const struct chain_expr **out)
{
	p->nodes = 0;
	*out = sum(p, counts, NULL);
	return *out ? 0 : -1;
}

static int inside(struct chain_parser *p, struct chain_range *out)
{
	const struct chain_expr *left, *x, *to;
	struct chain_pos pos = p->t.pos;

	p->nodes = 0;
	x = sum(p, false, &left);
	if (!x)
		return -1;
	if (p->t.kind != TOK_DOTS) {
		out->from = left;
		out->len = x;
		if (p->t.kind == ']' && !left)
			return chain_bad(p->e, pos,
					 "a place in a buffer has a length: "
					 "NAME[OFFSET+LENGTH] or NAME[FROM..TO]");
		return 0;
	}
	chain_next(p);
	out->from = left ? join(p, EXPR_ADD, left, x) : x;
	to = out->from ? sum(p, false, NULL) : NULL;
	out->len = to ? join(p, EXPR_SUB, to, out->from) : NULL;
	return out->len ? 0 : -1;
}

int chain_take_range(struct chain_parser *p, struct chain_range *out)
{
	memset(out, 0, sizeof(*out));
	if (chain_take_name(p, &out->name, "the name of a buffer"))
		return -1;
	if (p->t.kind != '[')
		return 0;
	chain_next(p);
	return inside(p, out) || chain_take(p, ']', "']'") ? -1 : 0;
}

int chain_take_ranges(struct chain_parser *p, struct chain_range **v, unsigned int *n)
{
	struct chain_range *r;

	for (;;) {
		if (*n == CHAIN_SOURCES)
			return chain_bad(p->e, p->t.pos,
					 "more than %d sources: make it several operations",
					 CHAIN_SOURCES);
		r = chain_push(p->c, v, n, sizeof(*r));
		if (!r)
			return chain_no_memory(p);
		if (chain_take_range(p, r))
			return -1;
		if (*n > p->c->max_src)
			p->c->max_src = *n;
		if (p->t.kind != ',')
			return 0;
		chain_next(p);
	}
}

int chain_value(const struct chain_expr *x, const int64_t *loops, int64_t *out)
{
	int64_t a, b;
	bool over;

	if (x->kind == EXPR_NUMBER || x->kind == EXPR_LOOP) {
		*out = x->kind == EXPR_NUMBER ? x->number : loops[x->loop];
		return 0;
	}
	if (chain_value(x->a, loops, &a) || chain_value(x->b, loops, &b))
		return -ERANGE;
	if (x->kind == EXPR_ADD)
		over = __builtin_add_overflow(a, b, out);
	else if (x->kind == EXPR_SUB)
		over = __builtin_sub_overflow(a, b, out);
	else
		over = __builtin_mul_overflow(a, b, out);
	return over ? -ERANGE : 0;
}
