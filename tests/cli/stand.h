/* SPDX-License-Identifier: GPL-2.0 */
/* Slots on a machine that is just enough for them, for the C suites that look into them. */
#ifndef STAND_H
#define STAND_H

#include "slots.h"

#define SIZE 1001

/* Buffers. */
struct machine {
	uint8_t *p[256];
	uint64_t bytes[256];
	uint32_t made, gone, granule;
	uint32_t cpu, device; /* syncs */
};

extern struct machine m;
extern struct ctx ctx;
extern struct err e;

/* Slots in use. */
struct stand {
	struct mopts o;
	struct dmactl_claim claim;
	struct slots s;
	struct result r;
};

/* In two parts, so that options may be set in between; or at once, with SIZE. */
void stand_init(struct stand *t, unsigned int opcode);
void stand_make(struct stand *t, uint64_t size, size_t n);
void stand_up(struct stand *t, unsigned int opcode, size_t n);
void stand_down(struct stand *t);
/* Checks all slots; what is there to know is in t->r. Operations count from 100. */
void verify(struct stand *t, uint64_t excused);
/* Nothing is wrong with @covered of them. */
bool all_right(const struct stand *t, uint64_t covered);
/* One is wrong, this one, here. */
bool one_wrong(const struct stand *t, uint64_t slot, int64_t offset);

#endif
