/* SPDX-License-Identifier: GPL-2.0 */
/* One buffer of a session, of whatever kind, as the CPU sees it. */
#ifndef DMACTL_AREA_H
#define DMACTL_AREA_H

#include "opts.h"

struct area {
	uint32_t id, kind;
	uint8_t *p;
	uint64_t bytes, mapped;
	uint64_t piece; /* bytes that are contiguous, and their alignment */
	int fd;		/* of a dma-buf */
};

/* Whose buffers they are. */
struct owner {
	const struct backend *b;
	int session;
	uint32_t channel;
	const struct mopts *o;
};

int area_make(const struct owner *own, enum side side, uint64_t bytes, struct area *a,
	      struct err *e);
void area_drop(const struct owner *own, struct area *a);
/* Gives all of it to the CPU or the device: DMACTL_SYNC_*. */
int area_sync(const struct owner *own, const struct area *a, uint32_t direction, struct err *e);
const char *area_kind(const struct mopts *o, enum side side);

#endif
