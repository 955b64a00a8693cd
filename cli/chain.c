// SPDX-License-Identifier: GPL-2.0
/* A chain's memory, and its words. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain.h"

#define BLOCK	16384

struct chain_block {
	struct chain_block *next;
	size_t used, size;

	_Alignas(16) char data[];
};

void *chain_alloc(struct chain *c, size_t size)
{
	struct chain_block *b = c->memory;
	size_t room;

	size = (size + 15) & ~(size_t)15;
	if (!b || b->size - b->used < size) {
		room = size > BLOCK ? size : BLOCK;
		b = calloc(1, sizeof(*b) + room);
		if (!b)
			return NULL;
		b->size = room;
		b->next = c->memory;
		c->memory = b;
	}
	b->used += size;
	return b->data + b->used - size;
}

char *chain_text(struct chain *c, const char *s, size_t n)
{
	char *t = chain_alloc(c, n + 1);

	if (t)
		memcpy(t, s, n);
	return t;
}

/* The array doubles each time that it is full; what it leaves behind is as much again at most. */
void *chain_push(struct chain *c, void *array, unsigned int *n, size_t size)
{
	char *v, *bigger;

	memcpy(&v, array, sizeof(v));
	if (!(*n & (*n - 1)) && (!*n || *n >= 4)) {
		bigger = chain_alloc(c, (*n ? 2UL * *n : 4) * size);
		if (!bigger)
			return NULL;
		if (*n)
			memcpy(bigger, v, *n * size);
		v = bigger;
		memcpy(array, &v, sizeof(v));
	}
	return v + (*n)++ * size;
}

void chain_free(struct chain *c)
{
	struct chain_block *b;

	while ((b = c->memory)) {
		c->memory = b->next;
		free(b);
	}
	memset(c, 0, sizeof(*c));
}

void chain_error_format(struct chain_error *e, struct chain_pos pos, const char *fmt, ...)
{
	va_list ap;

	e->pos = pos;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
}

const char *chain_order_name(enum chain_order order)
{
	static const char *const names[] = { "auto", "hardware", "emulated", "none" };

	return names[order];
}

const char *chain_kind_name(const struct chain_stmt *s)
{
	static const char *const kinds[] = {
		"buf",	 "fill",   "chan",   NULL,    "fence", "wait",
		"order", "repeat", "expect", "tally", "save",
	};

	if (s->kind != CHAIN_OP)
		return kinds[s->kind];
	switch (s->op.opcode) {
	case DMACTL_OP_MEMCPY:
		return "memcpy";
	case DMACTL_OP_MEMSET:
		return "memset";
	case DMACTL_OP_INTERRUPT:
		return "interrupt";
	case DMACTL_OP_XOR:
		return "xor";
	case DMACTL_OP_PQ:
		return "pq";
	case DMACTL_OP_INTERLEAVED:
		return "interleave";
	default:
		return s->op.send ? "send" : "receive";
	}
}
