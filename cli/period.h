/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The periods of a ring, counted from what an engine tells: pure, and without a backend.
 *
 * A driver may call back once for several periods, and its residue only says where in the ring the
 * engine is. How many periods have passed is the difference of two residues, unless so much time
 * went by that it may have been a whole round more.
 */
#ifndef DMACTL_PERIOD_H
#define DMACTL_PERIOD_H

#include "hist.h"

#define TRACK_RECENT 15 /* intervals of which the median is taken */
#define TRACK_LEAST  3	/* of them before there is one */

/* The last that was seen of the engine. */
struct mark {
	uint64_t k, at; /* periods completed, when that was seen */
	uint64_t place; /* byte of the ring where it said it was */
	bool jumped;	/* which could not be */
	double behind;	/* periods that it had not done in their time, and may catch up with */
	double steady;	/* periods since it was last too early or too late */
};

struct track {
	uint64_t periods, period;      /* of the ring; bytes of one */
	bool coarse;		       /* the residue tells nothing */
	struct mark event, now;	       /* the last callback; the last callback or position */
	uint64_t seq;		       /* of the last callback */
	uint64_t recent[TRACK_RECENT]; /* time of one period */
	size_t nr_recent;
	uint64_t median;       /* of these, 0: too few */
	double early;	       /* longest gap before there was a median */
	uint64_t owed;	       /* periods that late callbacks may still stand for */
	unsigned int stuck;    /* callbacks of late that told of the same place */
	uint64_t looks, still; /* positions, and those of the period that the one before had */
	int64_t coalesced;     /* periods without a callback of their own */
	uint64_t jumps, dropped;
	uint64_t rounds; /* times that a whole round may have passed unseen */
};

void track_start(struct track *t, uint64_t periods, uint64_t period, bool coarse, uint64_t at);
/* A callback and the position after it. Both return the periods completed since the start. */
uint64_t track_event(struct track *t, uint64_t seq, uint64_t at, uint64_t residue);
uint64_t track_position(struct track *t, uint64_t at, uint64_t position);
/* The data say that period @k is not complete, whatever was told. */
void track_not_yet(struct track *t, uint64_t k);
/* The data say that @k periods are complete: it has gone round unseen. */
void track_rounds(struct track *t, uint64_t k);
uint64_t track_period_ns(const struct track *t); /* median of late, 0: not known yet */
/* So much time has passed that events should be looked at before a position is believed. */
bool track_old(const struct track *t, uint64_t at);
/* It is known how long a period takes, or each had its callback: nothing went by unseen. */
bool track_paced(const struct track *t);
/* The number of periods is what it says it is. */
bool track_exact(const struct track *t);

/*
 * Where the reader goes on after its copy of period @next was torn, the engine being in @k: at the
 * oldest that is still whole, and will be so for @margin periods.
 */
uint64_t period_oldest(uint64_t k, uint64_t next, uint64_t periods, uint64_t margin);

/* Stamps of callbacks against the periods that they stand for. */
struct fit_point {
	uint64_t k, at;
};

struct fit {
	struct fit_point *v;
	size_t n, room;
};

#define FIT_MOST 262144 /* later ones are not looked at */

int fit_add(struct fit *f, uint64_t k, uint64_t at); /* 0 or -ENOMEM */
/* Least squares: the time of a period, and how far each stamp is off. False: too few. */
bool fit_solve(const struct fit *f, double *period_ns, struct hist *off);
void fit_free(struct fit *f);

/* What a period of words that count up says. */
enum counted { COUNTED, COUNTED_TORN, COUNTED_EARLY, COUNTED_WRONG };

struct count_check {
	int64_t ahead;	 /* of what was expected, in words */
	uint64_t offset; /* EARLY, WRONG: first byte, what belongs there, what is there */
	uint8_t expected, found;
};

void count_fill(uint8_t *p, uint64_t len, uint32_t first);
/* @len and @ring bytes, both multiples of 4; @first is the word that should come first. */
enum counted count_words(const uint8_t *p, uint64_t len, uint64_t ring, uint32_t first,
			 struct count_check *c);

#endif
