// SPDX-License-Identifier: GPL-2.0
/* Operations: [LABEL:] [on NAME] OPERATION [after LABEL[, LABEL@prev]] */
#include <string.h>

#include "chain_parse.h"

static int take_to_from(struct chain_parser *p, struct chain_op *o)
{
	o->src = chain_push(p->c, &o->src, &o->nr_src, sizeof(*o->src));
	if (!o->src)
		return chain_no_memory(p);
	if (chain_take_range(p, &o->dst) || chain_take(p, TOK_ARROW, "'<-'") ||
	    chain_take_range(p, o->src))
		return -1;
	return 0;
}

static int take_memset(struct chain_parser *p, struct chain_op *o)
{
	if (chain_take_range(p, &o->dst) || chain_take(p, TOK_ARROW, "'<-'") ||
	    chain_take_expr(p, false, &o->value))
		return -1;
	return 0;
}

static int take_xor(struct chain_parser *p, struct chain_op *o)
{
	struct chain_pos pos;

	if (chain_take_range(p, &o->dst) || chain_take(p, TOK_ARROW, "'<-'"))
		return -1;
	pos = p->t.pos;
	if (chain_take_ranges(p, &o->src, &o->nr_src))
		return -1;
	if (o->nr_src > 1)
		return 0;
	return chain_bad(p->e, pos, "xor needs at least 2 sources: xor DST <- SRC, SRC");
}

/* A place, or `-` for none. */
static int take_parity(struct chain_parser *p, struct chain_range *r)
{
	if (p->t.kind != '-')
		return chain_take_range(p, r);
	chain_next(p);
	return 0;
}

static int take_pq(struct chain_parser *p, struct chain_op *o)
{
	struct chain_pos pos = p->t.pos;

	if (take_parity(p, &o->dst) || chain_take(p, ',', "',' and Q ('-' for none)") ||
	    take_parity(p, &o->dst2) || chain_take(p, TOK_ARROW, "'<-'") ||
	    chain_take_ranges(p, &o->src, &o->nr_src))
		return -1;
	if (o->dst.name.text || o->dst2.name.text)
		return 0;
	return chain_bad(p->e, pos, "pq makes neither P nor Q: only one of them may be '-'");
}

/* KEY=EXPRESSION of a list; each once, in any order. */
static int take_keys(struct chain_parser *p, const char *const *keys,
		     const struct chain_expr **const *out, unsigned int n, const char *what)
{
	unsigned int i;

	while (p->t.kind == TOK_WORD && !chain_at_word(p, "after")) {
		for (i = 0; i < n && !chain_at_word(p, keys[i]); i++)
			;
		if (i == n)
			return chain_expected(p, what);
		if (*out[i])
			return chain_bad(p->e, p->t.pos, "%s is given twice: leave one away",
					 keys[i]);
		chain_next(p);
		if (chain_take(p, '=', "'='") ||
		    chain_take_expr(p, !strcmp(keys[i], "frames"), out[i]))
			return -1;
	}
	return 0;
}

static int take_interleave(struct chain_parser *p, struct chain_op *o)
{
	static const char *const keys[] = { "frames", "chunk", "src_gap", "dst_gap" };
	const struct chain_expr **const out[] = { &o->frames, &o->chunk, &o->gap[0], &o->gap[1] };

	if (take_to_from(p, o) ||
	    take_keys(p, keys, out, 4, "frames=N, chunk=N, src_gap=N, dst_gap=N or after"))
		return -1;
	for (unsigned int i = 0; i < 4; i++)
		if (!*out[i])
			return chain_bad(p->e, p->t.pos,
					 "%s=N is missing: interleave DST <- SRC "
					 "frames=N chunk=N src_gap=N dst_gap=N",
					 keys[i]);
	return 0;
}

static const struct {
	const char *name;
	uint32_t kind;
	bool to, from;
} endpoints[] = {
	{ "source", DMACTL_EP_SOURCE, false, true },	{ "sink", DMACTL_EP_SINK, true, false },
	{ "loopback", DMACTL_EP_LOOPBACK, true, true }, { "line", DMACTL_EP_LINE, true, true },
	{ "buffer", DMACTL_EP_BUFFER, true, true },	{ "raw", DMACTL_EP_RAW, true, true },
};

/* After the colon: the buffer's name, the address. */
static int take_place(struct chain_parser *p, struct chain_endpoint *ep)
{
	const struct chain_expr *x;

	if (ep->kind != DMACTL_EP_BUFFER && ep->kind != DMACTL_EP_RAW)
		return 0;
	if (chain_take(p, ':',
		       ep->kind == DMACTL_EP_RAW ? "':' and an address" :
						   "':' and the name of a buffer"))
		return -1;
	if (ep->kind == DMACTL_EP_BUFFER)
		return chain_take_name(p, &ep->buffer, "the name of a buffer");
	if (chain_take_expr(p, false, &x))
		return -1;
	if (x->kind != EXPR_NUMBER)
		return chain_bad(p->e, x->pos,
				 "an address is one number: compute it, or -D NAME=ADDRESS and "
				 "raw:$NAME");
	ep->address = (uint64_t)x->number;
	return 0;
}

static int take_endpoint(struct chain_parser *p, struct chain_op *o)
{
	static const char *const keys[] = { "width", "burst" };
	const struct chain_expr **const out[] = { &o->ep.width, &o->ep.burst };

	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
		if (!chain_at_word(p, endpoints[i].name))
			continue;
		if (!(o->send ? endpoints[i].to : endpoints[i].from))
			return chain_bad(p->e, p->t.pos,
					 "%s, loopback, line, buffer:NAME or raw:ADDRESS",
					 o->send ? "a source only gives: send takes sink" :
						   "a sink only takes: receive takes source");
		o->ep.kind = endpoints[i].kind;
		chain_next(p);
		if (take_place(p, &o->ep) ||
		    take_keys(p, keys, out, 2, "width=N, burst=N or after"))
			return -1;
		return 0;
	}
	return chain_expected(p, "an endpoint: source, sink, loopback, line, buffer:NAME or "
				 "raw:ADDRESS");
}

static int take_slave(struct chain_parser *p, struct chain_op *o)
{
	struct chain_range *r = &o->dst;

	if (o->send) {
		o->src = chain_push(p->c, &o->src, &o->nr_src, sizeof(*o->src));
		r = o->src;
	}
	if (!r)
		return chain_no_memory(p);
	if (chain_take_range(p, r) || take_endpoint(p, o))
		return -1;
	return 0;
}

static int take_send(struct chain_parser *p, struct chain_op *o)
{
	o->send = true;
	return take_slave(p, o);
}

static int take_nothing(struct chain_parser *p, struct chain_op *o)
{
	(void)p;
	(void)o;
	return 0;
}

static const struct {
	const char *name;
	unsigned int opcode;
	int (*take)(struct chain_parser *p, struct chain_op *o);
} ops[] = {
	{ "memcpy", DMACTL_OP_MEMCPY, take_to_from },
	{ "memset", DMACTL_OP_MEMSET, take_memset },
	{ "interrupt", DMACTL_OP_INTERRUPT, take_nothing },
	{ "xor", DMACTL_OP_XOR, take_xor },
	{ "pq", DMACTL_OP_PQ, take_pq },
	{ "interleave", DMACTL_OP_INTERLEAVED, take_interleave },
	{ "send", DMACTL_OP_SLAVE_SG, take_send },
	{ "receive", DMACTL_OP_SLAVE_SG, take_slave },
};

#define NR_OPS	(sizeof(ops) / sizeof(ops[0]))

bool chain_is_op(const char *s, size_t n)
{
	for (size_t i = 0; i < NR_OPS; i++)
		if (strlen(ops[i].name) == n && !memcmp(s, ops[i].name, n))
			return true;
	return false;
}

static int take_after(struct chain_parser *p, struct chain_op *o)
{
	struct chain_after *a;

	do {
		chain_next(p);
		a = chain_push(p->c, &o->after, &o->nr_after, sizeof(*a));
		if (!a)
			return chain_no_memory(p);
		if (chain_take_name(p, &a->name, "the label of an earlier operation"))
			return -1;
		if (p->t.kind != '@')
			continue;
		chain_next(p);
		if (!chain_take_word(p, "prev"))
			return chain_expected(p, "prev: LABEL@prev is the label's operation in the "
						 "previous round");
		a->prev = true;
	} while (p->t.kind == ',');
	return 0;
}

int chain_take_op(struct chain_parser *p, struct chain_stmt *s)
{
	struct chain_op *o = &s->op;
	size_t i;

	if (chain_take_word(p, "on") && chain_take_name(p, &o->on, "the name of a channel"))
		return -1;
	for (i = 0; i < NR_OPS && !chain_at_word(p, ops[i].name); i++)
		;
	if (i == NR_OPS)
		return chain_expected(p, "an operation: memcpy, memset, interrupt, xor, pq, "
					 "interleave, send or receive");
	o->opcode = ops[i].opcode;
	chain_next(p);
	if (ops[i].take(p, o))
		return -1;
	return chain_at_word(p, "after") ? take_after(p, o) : 0;
}
