// SPDX-License-Identifier: GPL-2.0
/*
 * Steady state, as the SNIA Solid State Storage Performance Test Specification defines it: of five
 * windows the highest rate and the lowest are within a range around their mean, and the line that
 * fits them best rises or falls by no more than half of that.
 */
#include "stop.h"
#include "worker.h"

#define ROUNDS	 5
#define ROUND_NS 100000000ULL
#define NOT_YET	 1 /* proposed to the team, see team_begin() */

/* In percent of the mean; false while there are too few windows or nothing was done in them. */
static bool spread(const double *rate, unsigned int n, double *range, double *slope)
{
	double least = rate[0], most = rate[0], sum = 0, fit = 0, mean;

	if (n < ROUNDS)
		return false;
	for (int i = 0; i < ROUNDS; i++) {
		double v = rate[(n + (unsigned int)i) % ROUNDS];

		least = v < least ? v : least;
		most = v > most ? v : most;
		sum += v;
		fit += v * (i - (ROUNDS - 1) / 2.0);
	}
	mean = sum / ROUNDS;
	if (mean <= 0)
		return false;
	/* The sum of squared distances of 0..4 from 2 is 10; the line runs over four steps. */
	fit = fit / 10 * (ROUNDS - 1);
	*range = (most - least) / mean * 100;
	*slope = (fit < 0 ? -fit : fit) / mean * 100;
	return true;
}

int worker_steady(struct worker *w, uint64_t *op_ns)
{
	const struct steady *want = &w->o->steady;
	struct steady_result *s = &w->r->steady;
	uint64_t begin = w->ctx->b->now();
	double rate[ROUNDS] = { 0 };

	while (!stop_asked && !w->dead) {
		struct window win = { .time_ns = ROUND_NS };
		bool enough;
		uint64_t span;

		s->reached = spread(rate, s->windows, &s->range, &s->slope) &&
			     s->range <= want->percent && s->slope <= want->percent / 2;
		enough = s->reached || w->ctx->b->now() - begin >= want->most_ns;
		/* Side by side they disturb each other: all go on until the last one is steady. */
		if (team_begin(w->team, enough ? UINT64_MAX : NOT_YET) != NOT_YET)
			break;
		if (worker_run_window(w, &win))
			return -1;
		w->r->warm_failed += win.failed;
		if (worker_ended(w, &win))
			break;
		span = win.last > win.first ? win.last - win.first : 0;
		rate[s->windows++ % ROUNDS] = span ? (double)win.done * 1e9 / (double)span : 0;
		if (win.done)
			*op_ns = span / win.done;
	}
	return 0;
}
