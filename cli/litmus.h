/* SPDX-License-Identifier: GPL-2.0 */
/* Litmus shapes: small chains that come out wrong when an order is not kept. */
#ifndef DMACTL_LITMUS_H
#define DMACTL_LITMUS_H

#include "chain_report.h"

struct litmus_shape {
	const char *name;
	const char *what;		/* one clause */
	uint64_t operations;		/* mask: what the channel must have */
	bool two;			/* a second channel: no fence orders it against the first */
	bool cpu;			/* between the CPU and an operation: always promised */
	bool line;			/* within one cache line */
	/*
	 * The language of dmactl-chain(5): declarations, and one round. "%after LABEL" is left out
	 * without order. $S: bytes of an operation; $H: of one that shares a cache line of 64.
	 */
	const char *bufs, *round;
};

/* All of them, the last one without a name. */
extern const struct litmus_shape litmus_shapes[];

enum way { WITHOUT, FENCES, EMULATED, NR_WAYS };

extern const struct litmus_way {
	const char *key, *text;
	const char *order;		/* as the language has it */
} litmus_ways[NR_WAYS];

struct litmus {
	struct ctx *ctx;
	struct vec channels;		/* const char * */
	const struct litmus_shape *shape;	/* NULL: all */
	int only;			/* enum way, < 0: each */
	uint64_t count, size, timeout_ns, seed;
	struct channel ch[2];		/* the second one may not be there: "" */
	struct trust trust;
	struct dmactl_info info;
	struct out out;
	struct json_object *skipped;
	unsigned int ran;
	int exit;
};

/* What a shape gave in one way. */
struct verdict {
	uint64_t checks, wrong;
	bool promised;
	const char *text;		/* "violated", "kept" and so on, see judge() */
	struct run_wrong first;
	struct err failure;
};

/* The command as a whole: the exit code, or -1 with ctx->err. */
int litmus_main(struct litmus *l);
/* Bytes that one operation writes of a cache line of 64 that several share. */
uint64_t litmus_part(const struct channel *c);

/* litmus_report.c */
void litmus_head(const struct litmus *l);
/* A line; the shape's @first one has its name. @why: left out. */
void litmus_print(const struct litmus_shape *s, bool first, enum way way, const struct verdict *v,
		  const char *why);
struct json_object *litmus_json(const struct litmus *l, const struct litmus_shape *s, enum way way,
				const struct verdict *v);

#endif
