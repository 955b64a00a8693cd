/* SPDX-License-Identifier: GPL-2.0 */
/* The parser's parts: statements, operations, operands. Functions return -1 with p->e. */
#ifndef DMACTL_CHAIN_PARSE_H
#define DMACTL_CHAIN_PARSE_H

#include "chain_lex.h"

struct chain_parser {
	struct chain *c;
	struct chain_lex lex;
	struct chain_token t;		/* the next one */
	size_t taken;			/* where the last one ended */
	struct chain_error *e;
	const struct chain_define *defs;
	size_t nr_defs;
	struct chain_stmt *up;		/* the innermost repeat that is open */
	unsigned int depth;		/* of open repeats */
	unsigned int nodes, parens;	/* of the expression at hand */
};

void chain_next(struct chain_parser *p);
/* "expected WHAT, found ...", at the next token. */
int chain_expected(struct chain_parser *p, const char *what);
int chain_no_memory(struct chain_parser *p);
int chain_no_statement(struct chain_parser *p);
bool chain_at_word(const struct chain_parser *p, const char *word);
/* Takes the word if it is next. */
bool chain_take_word(struct chain_parser *p, const char *word);
int chain_take(struct chain_parser *p, int kind, const char *what);
/* A name of the user's: no word of the language. */
int chain_take_name(struct chain_parser *p, struct chain_name *name, const char *what);
/* The name of a file: up to a blank, or in quotes, with its variables filled in. */
int chain_take_path(struct chain_parser *p, const char *what, const char **out,
		    struct chain_pos *pos);
/* The same of a channel, which is there before any round. */
int chain_take_spec(struct chain_parser *p, const char *what, const char **out,
		    struct chain_pos *pos);
bool chain_reserved(const char *s, size_t n);
/* ": did you mean memcpy?" for a word that is none of these; "" for one far from all of them. */
const char *chain_did_you_mean(const char *s, size_t n, const char *const *words, size_t nr,
			       char *buf, size_t size);
/* The repeat whose round has this name here, or NULL. */
const struct chain_repeat *chain_round_find(const struct chain_parser *p, const char *s, size_t n);
const char *chain_define_find(const struct chain_parser *p, const char *s, size_t n);

/* Sizes with K, M, G; with @counts k and M are powers of 1000. */
int chain_take_expr(struct chain_parser *p, bool counts, const struct chain_expr **out);
/* NAME, NAME[OFFSET+LENGTH] or NAME[FROM..TO] */
int chain_take_range(struct chain_parser *p, struct chain_range *out);
int chain_take_ranges(struct chain_parser *p, struct chain_range **v, unsigned int *n);
int chain_take_data(struct chain_parser *p, struct chain_data *out);

/* [LABEL:] [on NAME] OPERATION [after ...], after a label and its colon. */
int chain_take_op(struct chain_parser *p, struct chain_stmt *s);
bool chain_is_op(const char *s, size_t n);

#endif
