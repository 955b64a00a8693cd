/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A chain: the language of dmactl-chain(5) as a tree. What is declared here is pure: it reads the
 * text and nothing else, changes nothing outside of the chain, and is fuzzed.
 */
#ifndef DMACTL_CHAIN_H
#define DMACTL_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/dmactl.h>

#define CHAIN_LOOPS	8		/* repeats inside each other */
#define CHAIN_SOURCES	256		/* of one operation */
#define CHAIN_NONE	0xffffffffU	/* no buffer, no channel */
/* In the name of a file, the round of the repeat that deep; no name has such bytes itself. */
#define CHAIN_ROUND(depth)	((char)(1 + (depth)))
/* CHAIN_LOOPS and more: none */
#define CHAIN_ROUND_DEPTH(ch)	(-1U + (unsigned char)(ch))

struct chain_pos {
	unsigned int line, column;	/* from 1; columns are bytes */
};

struct chain_error {
	struct chain_pos pos;
	char text[400];			/* one sentence, no full stop */
};

/* A name as it was written; @text NULL: there is none. */
struct chain_name {
	const char *text;
	struct chain_pos pos;
};

enum chain_expr_kind { EXPR_NUMBER, EXPR_LOOP, EXPR_ADD, EXPR_SUB, EXPR_MUL };

struct chain_expr {
	enum chain_expr_kind kind;
	struct chain_pos pos;
	int64_t number;
	unsigned int loop;		/* how deep the repeat is whose round it stands for */
	const struct chain_expr *a, *b;
};

/* A place in a buffer; @from NULL: all of it. */
struct chain_range {
	struct chain_name name;
	const struct chain_expr *from, *len;
	unsigned int buf;		/* set by the checks */
};

enum chain_order { ORDER_AUTO, ORDER_HARDWARE, ORDER_EMULATED, ORDER_NONE };
enum chain_fill { FILL_NOTHING, FILL_ZERO, FILL_RANDOM, FILL_PATTERN, FILL_FILE, FILL_BYTE };
enum chain_test { TEST_SAME, TEST_BYTE, TEST_XOR, TEST_Q, TEST_CRC32 };

enum chain_kind {
	CHAIN_BUF,
	CHAIN_FILL,
	CHAIN_CHAN,
	CHAIN_OP,
	CHAIN_FENCE,
	CHAIN_WAIT,
	CHAIN_ORDER,
	CHAIN_REPEAT,
	CHAIN_EXPECT,
	CHAIN_TALLY,
	CHAIN_SAVE,
};

struct chain_data {
	enum chain_fill fill;
	const struct chain_expr *byte;
	const char *path;		/* with CHAIN_ROUND() for rounds: see chain_path() */
	struct chain_pos pos;
};

struct chain_buf {
	struct chain_name name;
	const struct chain_expr *size;
	struct chain_data data;
	bool coherent;
	uint64_t bytes;			/* set by the checks */
};

struct chain_chan {
	struct chain_name name;
	const char *spec;		/* as -c takes it */
};

/* "after LABEL" or "after LABEL@prev" */
struct chain_after {
	struct chain_name name;
	bool prev;
	unsigned int label;		/* set by the checks, as is @slot */
	unsigned int slot;		/* @prev: of the label's rounds in the common repeat */
};

struct chain_endpoint {
	uint32_t kind;			/* enum dmactl_endpoint */
	struct chain_name buffer;
	unsigned int buf;		/* set by the checks */
	uint64_t address;
	const struct chain_expr *width, *burst;	/* NULL: what suits the channel */
};

struct chain_op {
	unsigned int opcode;		/* enum dmactl_opcode */
	struct chain_name label, on;
	unsigned int label_nr, chan;	/* set by the checks; CHAIN_NONE without */
	struct chain_range dst, dst2;	/* without a name: not used, or `-` */
	struct chain_range *src;
	unsigned int nr_src;
	const struct chain_expr *value, *frames, *chunk;
	const struct chain_expr *gap[2]; /* source, destination */
	bool send;			/* SLAVE_SG: memory to device */
	struct chain_endpoint ep;
	struct chain_after *after;
	unsigned int nr_after;
};

/* expect and tally: @a is right when it is what @test makes of @src and @value. */
struct chain_check {
	enum chain_test test;
	struct chain_range a, *src;
	unsigned int nr_src;
	const struct chain_expr *value;
};

struct chain_repeat {
	const struct chain_expr *count;
	struct chain_name as;
	unsigned int depth, nr;		/* nr: among all repeats */
	struct chain_stmt *body;
};

struct chain_stmt {
	enum chain_kind kind;
	struct chain_pos pos;
	const char *text;		/* its source, up to the end of its first line */
	unsigned int text_len;
	unsigned int index;		/* in the order of the text */
	struct chain_stmt *next;	/* in its block */
	struct chain_stmt *up;		/* the repeat around it */
	enum chain_order order;		/* in force here; ORDER: from here on */
	union {
		struct chain_buf buf;
		struct chain_chan chan;
		struct chain_op op;
		struct chain_repeat repeat;
		struct chain_check check;
		struct {		/* FILL, SAVE */
			struct chain_range range;
			struct chain_data data;	/* SAVE: the path */
		} move;
	};
};

/* A label's rounds as seen from one repeat: what @prev needs. */
struct chain_slot {
	unsigned int label, repeat;
};

/* Growing arrays of the chain's own memory; see chain_push(). */
struct chain {
	struct chain_block *memory;
	const char *text;
	size_t len;
	struct chain_stmt *body;
	struct chain_stmt **stmt, **buf, **chan, **label;
	struct chain_slot *slot;
	unsigned int nr_stmt, nr_buf, nr_chan, nr_label, nr_slot, nr_repeat;
	unsigned int max_src;		/* sources of one operation */
};

/* -D NAME=VALUE */
struct chain_define {
	const char *name, *value;
};

struct chain_warning {
	struct chain_pos pos;
	unsigned int stmt;		/* index */
	char text[240];
};

struct chain_warnings {
	struct chain_warning *v;
	unsigned int n;
};

/* Zeroed memory that goes with the chain; NULL without memory. */
void *chain_alloc(struct chain *c, size_t size);
char *chain_text(struct chain *c, const char *s, size_t n);
/* Room for one more element at the end of an array, zeroed. */
void *chain_push(struct chain *c, void *array, unsigned int *n, size_t size);
void chain_free(struct chain *c);

void chain_error_format(struct chain_error *e, struct chain_pos pos, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* -1 with @e, always; so that a caller may say: return chain_bad(...). */
#define chain_bad(...)                  \
	({                                \
		chain_error_format(__VA_ARGS__); \
		-1;                       \
	})

/* @text must live as long as @c, which has to be freed in any case. -1 with @e. */
int chain_parse(struct chain *c, const char *text, size_t len, const struct chain_define *defs,
		size_t nr_defs, struct chain_error *e);
/* What the text alone can tell. @w has to be freed: free(w->v). -1 with @e. */
int chain_check(struct chain *c, struct chain_warnings *w, struct chain_error *e);

/* -ERANGE when it overflows. */
int chain_value(const struct chain_expr *x, const int64_t *loops, int64_t *out);

/* A place in figures. */
struct chain_span {
	unsigned int buf;		/* CHAIN_NONE: none */
	uint64_t from, len;
};

/* An operation in figures. */
struct chain_args {
	struct chain_span dst, dst2, src[CHAIN_SOURCES];
	unsigned int nr_src;
	uint64_t len;			/* at the destination */
	uint8_t value;			/* MEMSET */
	uint32_t number;		/* FILL, EXPECT, TALLY: the byte or the CRC */
	struct dmactl_interleave rows;
};

int chain_span(const struct chain *c, const struct chain_range *r, const int64_t *loops,
	       struct chain_span *out, struct chain_error *e);
int chain_args(const struct chain *c, const struct chain_stmt *s, const int64_t *loops,
	       struct chain_args *out, struct chain_error *e);
/* The same of an expect, tally, fill or save: what it is about is @dst. */
int chain_check_args(const struct chain *c, const struct chain_stmt *s, const int64_t *loops,
		     struct chain_args *out, struct chain_error *e);
/* A byte, an address: any number in a range. */
int chain_number(const struct chain_expr *x, const int64_t *loops, const char *what, uint64_t least,
		 uint64_t most, uint64_t *out, struct chain_error *e);

const char *chain_order_name(enum chain_order order);
const char *chain_kind_name(const struct chain_stmt *s);	/* the word that it begins with */

#endif
