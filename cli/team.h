/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Channels that are measured side by side. Their windows begin on a barrier, so that the tool's own
 * work between windows falls into no channel's measured time.
 */
#ifndef DMACTL_TEAM_H
#define DMACTL_TEAM_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct team {
	pthread_mutex_t lock;		/* all below */
	pthread_cond_t turn, left_cond;
	unsigned int members, arrived;
	uint64_t generation;
	uint64_t first, last;		/* of the round, over all members */
	uint64_t elapsed_ns;		/* of all rounds that ended */
	uint64_t window_ns;		/* shortest that a member proposed for the next round */
	uint64_t granted_ns;
	uint64_t done_ops;		/* for the progress line */
	bool cpu_line;			/* one of them lets the CPU do the work first */
};

void team_init(struct team *t, unsigned int members);
void team_destroy(struct team *t);
/* Waits for all members; returns the window that all of them are to keep to. */
uint64_t team_begin(struct team *t, uint64_t propose_ns);
void team_span(struct team *t, uint64_t first, uint64_t last, uint64_t ops);
void team_leave(struct team *t);
/* Waits until all have left, at most @ms milliseconds; members still there. */
unsigned int team_wait(struct team *t, unsigned int ms, uint64_t *done_ops);

#endif
