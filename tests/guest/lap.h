/* SPDX-License-Identifier: GPL-2.0 */
/* Cyclic transfers of dma-sim itself: its record, and streams that end where it is known. */
#ifndef DMACTL_TESTS_LAP_H
#define DMACTL_TESTS_LAP_H

#include "ring.h"

/* A period of 1 ms: a guest that gets no CPU for seconds must not lose events. */
#define SLOW_RATE	256000ULL
#define SLOW		"rate=256000"
#define LAP_AND_STOP	"stall=nth 9"	/* one lap passes, and it stands still */

extern const char *const contexts[4];

/* A line of the attribute "streams". */
struct record {
	unsigned long long periods, skipped, callbacks, due, fired, late_max, late_mean;
};

struct record record(const struct sim *s, unsigned int chan);
/* When its time began, by what the record says of the last period: the same each time. */
u64 base(const struct record *r, u64 rate);
/* It stays so until that many periods have passed. @first: what it must be, or 0 */
void check_no_drift(const struct stream *t, u64 rate, u64 first, u64 until);

/* Starts it, over poison or from a pattern, and waits until so many periods have passed. */
struct record lap_run(const struct stream *t, u32 direction, u64 periods);
/* A stream from the source that has passed one lap. */
struct stream lap(const char *a, const char *b, struct record *r);
void lap_leave(struct stream *t);	/* ends the session */
void lap_close(struct stream *t);	/* and removes the device */

/* Is that period, from 0, what the source gave as period @from? */
bool lap_holds(const struct stream *t, u32 period, u32 from);
/* The sink has had so many periods, without number @but (from 0). */
void check_sink(const struct stream *t, u32 periods, u32 but);

struct dmactl_completion event(const struct stream *t);
void check_no_event(const struct stream *t);

#endif
