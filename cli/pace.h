/* SPDX-License-Identifier: GPL-2.0 */
/* Open loop: when each operation is to start, whatever became of those before it. */
#ifndef DMACTL_PACE_H
#define DMACTL_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	double gap_ns;			/* on average; 0: closed loop */
	bool poisson;
	uint64_t seed;			/* of the gaps */
	double next;			/* ns since @begin of the next start */
	uint64_t begin;			/* of the window */
};

void pace_init(struct pace *p, uint64_t rate, bool poisson, uint64_t seed);
/* A window begins: a start that was still to come in the one before keeps its distance. */
void pace_begin(struct pace *p, uint64_t now);
/* When the next operation is to start. */
uint64_t pace_due(const struct pace *p);
/* It has started. */
void pace_next(struct pace *p);
/* The window is over: how many operations should have started by now and have not. */
uint64_t pace_end(struct pace *p, uint64_t now);

#endif
