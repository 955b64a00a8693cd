/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a chain. */
#ifndef DMACTL_CHAIN_LEX_H
#define DMACTL_CHAIN_LEX_H

#include "chain.h"

/* A single character stands for itself. */
enum chain_token_kind {
	TOK_END = 256,
	TOK_LINE,	/* end of a line, or a semicolon */
	TOK_WORD,	/* letters, digits, _ */
	TOK_NUMBER,	/* a digit, and letters and digits after it */
	TOK_VAR,	/* $NAME, ${NAME}, ${NAME:-DEFAULT} */
	TOK_ARROW,	/* <- */
	TOK_SAME,	/* == */
	TOK_DOTS,	/* .. */
	TOK_BAD,	/* a character that nothing begins with */
};

struct chain_token {
	int kind;
	struct chain_pos pos;
	const char *s;			/* its text; of a VAR: the name */
	size_t n;
	const char *otherwise;		/* of a VAR: the default, NULL without */
	size_t nr_otherwise;
	size_t at, end;			/* where it begins and ends in the text */
};

struct chain_lex {
	const char *text;
	size_t len, at;
	struct chain_pos pos;
};

void chain_lex_next(struct chain_lex *l, struct chain_token *t);
/*
 * From where @t begins: what stands there up to the next blank, or in quotes. @more is called with
 * its pieces: text as it is, or (@var) a variable. -1 with @e.
 */
int chain_lex_raw(struct chain_lex *l, const struct chain_token *t,
		  int (*more)(void *arg, const struct chain_token *piece, bool var), void *arg,
		  struct chain_error *e);
/* "'memcpy'", "the end of the line": for sentences. */
const char *chain_token_text(const struct chain_token *t, char *buf, size_t size);

#endif
