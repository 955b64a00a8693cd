// SPDX-License-Identifier: GPL-2.0
/* Any text is a chain or has one mistake that is told; neither ever does harm. */
#include <stdlib.h>
#include <string.h>

#include "chain_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int on_op(struct chain_walk *w, const struct chain_stmt *s, const struct chain_dep *dep,
		 unsigned int nr_dep)
{
	for (unsigned int i = 0; i < nr_dep; i++)
		if (!dep[i].producer || dep[i].producer >= w->nr_ops || !dep[i].stmt)
			abort();
	if (s->kind != CHAIN_OP)
		abort();
	return 0;
}

static int on_other(struct chain_walk *w, const struct chain_stmt *s)
{
	(void)w;
	return s->kind == CHAIN_OP || s->kind == CHAIN_FENCE ? (abort(), 1) : 0;
}

/* What an error says must be a place in the text and a sentence. */
static void sane(const struct chain_error *e, size_t size)
{
	if (!e->pos.line || !e->pos.column || e->pos.line > size + 1 || e->pos.column > size + 1)
		abort();
	if (!e->text[0] || strnlen(e->text, sizeof(e->text)) == sizeof(e->text))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct chain_define defs[] = { { "N", "3" },
						    { "S", "4K" },
						    { "X", "sim:any" } };
	struct chain_error e = { 0 };
	struct chain_warnings w = { 0 };
	struct chain c;
	struct chain_walk walk = {
		.c = &c,
		.sample = true,
		.most = 1000,
		.op = on_op,
		.other = on_other,
		.e = &e,
	};
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	if (chain_parse(&c, text, size, defs, 3, &e) || chain_check(&c, &w, &e))
		sane(&e, size);
	else if (chain_walk(&walk) < 0)
		sane(&e, size);
	for (unsigned int i = 0; i < c.nr_stmt; i++)
		if (c.stmt[i]->text < text || c.stmt[i]->text + c.stmt[i]->text_len > text + size)
			abort();
	free(w.v);
	chain_free(&c);
	free(text);
	return 0;
}
