// SPDX-License-Identifier: GPL-2.0
/* Statements, but for operations. */
#include <string.h>

#include "chain_parse.h"

static int keep(struct chain_parser *p, struct chain_stmt ***v, unsigned int *n,
		struct chain_stmt *s)
{
	struct chain_stmt **slot = chain_push(p->c, v, n, sizeof(s));

	if (!slot)
		return chain_no_memory(p);
	*slot = s;
	return 0;
}

/* Declarations hold for all of the chain: a repeat would make them again. */
static int at_top(struct chain_parser *p, const struct chain_stmt *s)
{
	if (!p->depth)
		return 0;
	return chain_bad(p->e, s->pos,
			 "%s belongs outside of any repeat: what it makes is there from the start",
			 chain_kind_name(s));
}

static int take_buf(struct chain_parser *p, struct chain_stmt *s)
{
	struct chain_buf *b = &s->buf;

	s->kind = CHAIN_BUF;
	if (at_top(p, s) || chain_take_name(p, &b->name, "the name of the buffer") ||
	    chain_take_expr(p, false, &b->size))
		return -1;
	while (p->t.kind == TOK_WORD) {
		if (chain_take_word(p, "coherent")) {
			b->coherent = true;
			continue;
		}
		if (!chain_take_word(p, "fill"))
			return chain_expected(p, "fill=KIND or coherent");
		if (chain_take(p, '=', "'=' and what to fill it with") ||
		    chain_take_data(p, &b->data))
			return -1;
	}
	return keep(p, &p->c->buf, &p->c->nr_buf, s);
}

static int take_chan(struct chain_parser *p, struct chain_stmt *s)
{
	struct chain_pos pos;

	s->kind = CHAIN_CHAN;
	if (at_top(p, s) || chain_take_name(p, &s->chan.name, "a name for the channel") ||
	    chain_take_spec(p, "a channel, as -c takes it", &s->chan.spec, &pos))
		return -1;
	return keep(p, &p->c->chan, &p->c->nr_chan, s);
}

static int take_order(struct chain_parser *p, struct chain_stmt *s)
{
	s->kind = CHAIN_ORDER;
	for (int o = ORDER_AUTO; o <= ORDER_NONE; o++) {
		if (!chain_take_word(p, chain_order_name((enum chain_order)o)))
			continue;
		s->order = (enum chain_order)o;
		return 0;
	}
	return chain_expected(p, "auto, hardware, emulated or none");
}

static int take_block(struct chain_parser *p, struct chain_stmt **first, enum chain_order order);

static int take_repeat(struct chain_parser *p, struct chain_stmt *s, enum chain_order order)
{
	struct chain_pos open;
	int ret;

	s->kind = CHAIN_REPEAT;
	s->repeat.depth = p->depth;
	s->repeat.nr = p->c->nr_repeat++;
	if (p->depth == CHAIN_LOOPS)
		return chain_bad(p->e, s->pos, "more than %d repeats inside each other",
				 CHAIN_LOOPS);
	if (chain_take_expr(p, true, &s->repeat.count))
		return -1;
	if (chain_take_word(p, "as") &&
	    chain_take_name(p, &s->repeat.as, "a name for the round, without $"))
		return -1;
	open = p->t.pos;
	if (chain_take(p, '{', s->repeat.as.text ? "'{'" : "'as NAME' or '{'"))
		return -1;
	p->up = s;
	p->depth++;
	ret = take_block(p, &s->repeat.body, order);
	p->depth--;
	p->up = s->up;
	if (ret)
		return ret;
	if (p->t.kind != '}')
		return chain_bad(p->e, p->t.pos,
				 "the block that begins in line %u, column %u has no '}'",
				 open.line, open.column);
	chain_next(p);
	return 0;
}

/* xor(A, B, ...) and q(A, B, ...) */
static int take_reference(struct chain_parser *p, struct chain_check *k)
{
	chain_next(p);
	if (chain_take(p, '(', "'('") || chain_take_ranges(p, &k->src, &k->nr_src) ||
	    chain_take(p, ')', "',' or ')'"))
		return -1;
	return 0;
}

/* Whether the word that is next has a '(' after it: buffers may be called q or crc32. */
static bool calls(const struct chain_parser *p, const char *word)
{
	struct chain_lex l = p->lex;
	struct chain_token t;

	chain_lex_next(&l, &t);
	return chain_at_word(p, word) && t.kind == '(';
}

static int take_check(struct chain_parser *p, struct chain_stmt *s)
{
	struct chain_check *k = &s->check;

	if (calls(p, "crc32")) {
		k->test = TEST_CRC32;
		chain_next(p);
		chain_next(p);
		if (chain_take_range(p, &k->a) || chain_take(p, ')', "')'") ||
		    chain_take(p, TOK_SAME, "'=='") || chain_take_expr(p, false, &k->value))
			return -1;
		return 0;
	}
	if (chain_take_range(p, &k->a) || chain_take(p, TOK_SAME, "'=='"))
		return -1;
	if (calls(p, "xor") || calls(p, "q")) {
		k->test = calls(p, "q") ? TEST_Q : TEST_XOR;
		return take_reference(p, k);
	}
	if (p->t.kind == TOK_WORD) {
		k->test = TEST_SAME;
		k->src = chain_push(p->c, &k->src, &k->nr_src, sizeof(*k->src));
		return k->src ? chain_take_range(p, k->src) : chain_no_memory(p);
	}
	k->test = TEST_BYTE;
	return chain_take_expr(p, false, &k->value);
}

static int take_move(struct chain_parser *p, struct chain_stmt *s)
{
	struct chain_data *d = &s->move.data;

	if (chain_take_range(p, &s->move.range))
		return -1;
	if (s->kind == CHAIN_FILL)
		return chain_take_data(p, d);
	return chain_take_path(p, "the name of a file", &d->path, &d->pos);
}

static int take_statement(struct chain_parser *p, struct chain_stmt *s, enum chain_order order)
{
	if (chain_take_word(p, "buf"))
		return take_buf(p, s);
	if (chain_take_word(p, "chan"))
		return take_chan(p, s);
	if (chain_take_word(p, "order"))
		return take_order(p, s);
	if (chain_take_word(p, "repeat"))
		return take_repeat(p, s, order);
	for (unsigned int k = 0; k < 2; k++) {
		s->kind = k ? CHAIN_WAIT : CHAIN_FENCE;
		if (chain_take_word(p, chain_kind_name(s)))
			return 0;
		s->kind = k ? CHAIN_TALLY : CHAIN_EXPECT;
		if (chain_take_word(p, chain_kind_name(s)))
			return take_check(p, s);
		s->kind = k ? CHAIN_SAVE : CHAIN_FILL;
		if (chain_take_word(p, chain_kind_name(s)))
			return take_move(p, s);
	}
	s->kind = CHAIN_OP;
	if (chain_at_word(p, "on") || (p->t.kind == TOK_WORD && chain_is_op(p->t.s, p->t.n)))
		return chain_take_op(p, s);
	return chain_no_statement(p);
}

/* LABEL: only before operations. */
static int take_label(struct chain_parser *p, struct chain_stmt *s)
{
	struct chain_lex l = p->lex;
	struct chain_token t;

	chain_lex_next(&l, &t);
	if (p->t.kind != TOK_WORD || t.kind != ':')
		return 0;
	if (chain_take_name(p, &s->op.label, "a label"))
		return -1;
	chain_next(p);
	if (chain_at_word(p, "on") || (p->t.kind == TOK_WORD && chain_is_op(p->t.s, p->t.n)))
		return 0;
	return chain_expected(p, "an operation after the label");
}

static struct chain_stmt *new_stmt(struct chain_parser *p)
{
	struct chain_stmt *s = chain_alloc(p->c, sizeof(*s));
	const char *end;

	if (!s || keep(p, &p->c->stmt, &p->c->nr_stmt, s))
		return NULL;
	s->index = p->c->nr_stmt - 1;
	s->pos = p->t.pos;
	s->up = p->up;
	s->text = p->c->text + p->t.at;
	end = memchr(s->text, '\n', p->c->len - p->t.at);
	s->text_len = (unsigned int)(end ? (size_t)(end - s->text) : p->c->len - p->t.at);
	return s;
}

static int take_block(struct chain_parser *p, struct chain_stmt **first, enum chain_order order)
{
	struct chain_stmt *s, **last = first;

	for (;;) {
		while (p->t.kind == TOK_LINE)
			chain_next(p);
		if (p->t.kind == TOK_END || p->t.kind == '}')
			return 0;
		s = new_stmt(p);
		if (!s)
			return chain_no_memory(p);
		s->order = order;
		if (take_label(p, s) || take_statement(p, s, order))
			return -1;
		order = s->kind == CHAIN_ORDER ? s->order : order;
		if (p->t.kind != TOK_LINE && p->t.kind != TOK_END && p->t.kind != '}' &&
		    s->kind != CHAIN_REPEAT)
			return chain_expected(p, "the end of the statement (a new line or ';')");
		if (p->taken < (size_t)(s->text - p->c->text) + s->text_len)
			s->text_len = (unsigned int)(p->taken - (size_t)(s->text - p->c->text));
		*last = s;
		last = &s->next;
	}
}

int chain_parse(struct chain *c, const char *text, size_t len, const struct chain_define *defs,
		size_t nr_defs, struct chain_error *e)
{
	struct chain_parser p = {
		.c = c,
		.lex = { .text = text, .len = len, .pos = { 1, 1 } },
		.e = e,
		.defs = defs,
		.nr_defs = nr_defs,
	};

	memset(c, 0, sizeof(*c));
	c->text = text;
	c->len = len;
	chain_next(&p);
	if (take_block(&p, &c->body, ORDER_AUTO))
		return -1;
	if (p.t.kind == '}')
		return chain_bad(e, p.t.pos, "'}' ends no block: a block begins with repeat N {");
	return 0;
}
