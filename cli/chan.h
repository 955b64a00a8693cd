/* SPDX-License-Identifier: GPL-2.0 */
/* Channels by the names that users give them. */
#ifndef DMACTL_CHAN_H
#define DMACTL_CHAN_H

#include "cmd.h"

/* A channel that a glob passed over, or a cell that was not run. */
struct skip {
	char job[128];
	char why[256];
};

/* All channels and the names they go by. */
struct chan_table {
	struct vec channels; /* struct channel, ordered by stable name */
	struct vec aliases;  /* struct alias */
	struct vec lines;    /* struct line, as the module has them */
	struct channel *via; /* what the last line led to */
};

int chan_table_load(struct ctx *ctx, struct chan_table *t);
void chan_table_free(struct chan_table *t);

/* chan_line.c: request lines. Whether a name has the form of one; the line, or NULL. */
bool chan_like_line(const char *spec);
const struct line *chan_line(const struct chan_table *t, const char *spec);
/* The channel it leads to, claimed for a moment to know it, with line set; NULL with ctx->err. */
const struct channel *chan_by_line(struct ctx *ctx, const struct chan_table *t, const char *spec);
/* The same, or the channel that it is claimed with. */
const struct channel *chan_show_line(struct ctx *ctx, const struct chan_table *t, const char *spec);
/* Whether a channel or a line has a name much like it: ctx->err asks whether that was meant. */
bool chan_meant(struct ctx *ctx, const struct chan_table *t, const char *spec);
/* Claim it, by its line if it was chosen by one; @c is what was given then. Or -errno. */
int chan_claim(struct ctx *ctx, int session, struct channel *c, struct dmactl_claim *claim);
/*
 * The width of the registers of the lines among the channels, which have to agree, and @sizes of
 * @option have to be multiples of; 4 without any.
 */
struct numlist;
int chan_line_width(struct ctx *ctx, const struct vec *chosen, const char *option,
		    const struct numlist *sizes, uint64_t *width);
/* The longest burst of those registers, in accesses; 1 without any. */
uint64_t chan_line_burst(const struct vec *chosen);

/* The one that a name stands for, whatever its state; NULL with ctx->err (near names are told). */
const struct channel *chan_find(struct ctx *ctx, const struct chan_table *t, const char *spec);

/* The same where none is claimed: any and the like are the first free one, if one is free. */
const struct channel *chan_show(struct ctx *ctx, const struct chan_table *t, const char *spec);

/*
 * Those that @spec takes for an operation: the one named, or the free ones that a glob matches.
 * Each is added to @out (struct channel), passed-over ones to @skipped (struct skip). @operation
 * is an opcode.
 */
int chan_take(struct ctx *ctx, const struct chan_table *t, const char *spec, unsigned int operation,
	      struct vec *out, struct vec *skipped);

/* The same whatever operations they have. */
int chan_take_any(struct ctx *ctx, const struct chan_table *t, const char *spec, struct vec *out,
		  struct vec *skipped);

/* One channel that has all of the operations (a mask): the named one, or the first free one. */
int chan_pick(struct ctx *ctx, const struct chan_table *t, const char *spec, uint64_t operations,
	      struct channel *out);

bool chan_simulated(const struct channel *c);
bool chan_has(const struct channel *c, unsigned int operation);
const char *chan_state_name(uint32_t state);
const char *op_name(unsigned int opcode);
/* "memcpy, memset" of a mask; "nothing" of none. */
void ops_text(uint64_t mask, const char *separator, char *buf, size_t size);
/* Who has it, as a phrase after "is": "held by dmactl session 3 (pid 7, fio)"; "" when free. */
void chan_holder(const struct backend *b, const struct channel *c, char *buf, size_t size);
/* Why it cannot be taken for @operation: a sentence and its exit code, or 0 when it can. */
int chan_refusal(struct ctx *ctx, const struct chan_table *t, const struct channel *c,
		 unsigned int operation, struct err *e);
/* The same for all operations of a mask. */
int chan_refuses(struct ctx *ctx, const struct chan_table *t, const struct channel *c,
		 uint64_t operations, struct err *e);
/* Why the module did not give it, by the errno: -1 with @e. */
int chan_claim_failed(const char *name, int ret, struct err *e);

#endif
