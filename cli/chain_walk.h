/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A chain from its first statement to its last, round by round, with what each operation depends
 * on. Operations are numbered from 1 as they are met.
 */
#ifndef DMACTL_CHAIN_WALK_H
#define DMACTL_CHAIN_WALK_H

#include "chain.h"

/* An operation that another one has to follow. */
struct chain_dep {
	uint64_t producer;		/* its number */
	const struct chain_stmt *stmt;	/* of the producer */
	const struct chain_stmt *fence;	/* the fence that says so; NULL: an after */
	bool prev;
	enum chain_order order;		/* asked for: of the fence; an after is always kept */
};

struct chain_walk {
	const struct chain *c;
	bool sample;			/* of each repeat only some first and last rounds */
	uint64_t most;			/* statements, then it ends; 0: all */
	void *arg;
	/* Each returns 0, or what ends the walk and is returned by it. */
	int (*op)(struct chain_walk *w, const struct chain_stmt *s, const struct chain_dep *dep,
		  unsigned int nr_dep);
	/* @dep: the producer, for the operations that follow on its channel. */
	int (*fence)(struct chain_walk *w, const struct chain_stmt *s, const struct chain_dep *dep);
	int (*other)(struct chain_walk *w, const struct chain_stmt *s);	/* REPEAT: each round */

	/* For the callbacks to read. */
	int64_t loops[CHAIN_LOOPS];
	uint64_t nr_ops;		/* so far: the number of the one at hand */
	struct chain_error *e;

	/* The walk's own. */
	uint64_t steps;
	const struct chain_stmt *last;	/* the operation before */
	uint64_t *latest;		/* [nr_label] */
	uint64_t *round;		/* [nr_repeat], counts on and on */
	struct chain_seen *seen;	/* [nr_slot] */
	struct chain_dep *kept, *none;	/* [nr_chan + 1]: the fence in force; one of order none */
	struct chain_dep *dep;		/* room for one operation's */
};

int chain_walk(struct chain_walk *w);
/* " (i = 3, j = 7)" for sentences; "" outside of any repeat. */
const char *chain_rounds(const int64_t *loops, const struct chain_stmt *s, char *buf, size_t size);
/* Adds them to the error's sentence: the text alone may look right. Returns -1. */
int chain_bad_round(struct chain_walk *w, const struct chain_stmt *s);

#endif
