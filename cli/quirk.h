/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a driver does that dmaengine cannot tell. Each row was read in the source of Linux 6.12, and
 * says where. A driver without a row is trusted for nothing.
 */
#ifndef DMACTL_QUIRK_H
#define DMACTL_QUIRK_H

#include "backend.h"

#define QUIRK_IN_ORDER	(1U << 0)	/* an operation starts when the one before it is complete */
#define QUIRK_FENCE	(1U << 1)	/* what follows a DMA_PREP_FENCE waits for it */
#define QUIRK_RELEASE	(1U << 2)	/* stays cyclic until it is released */
#define QUIRK_BUS	(1U << 3)	/* wants a register's bus address, not its physical one */

struct quirk {
	const char *driver;		/* of the provider's device */
	unsigned int flags;		/* QUIRK_*; none: known not to keep any order */
	const char *source;		/* file:line below drivers/dma */
	const char *what;		/* a clause: what stands there */
};

/* All rows, the last one without a driver. */
extern const struct quirk quirks[];

/* What may be relied on, and why. */
struct trust {
	bool in_order, fence;
	char source[128];		/* "" for a driver without a row */
	char what[128];
};

void trust_of(const struct backend *b, const struct channel *ch, struct trust *t);
bool quirk_has(const char *driver, unsigned int flag);
/* DMACTL_CONFIG_F_* that this driver needs for such an endpoint (DMACTL_EP_*). */
uint32_t quirk_config(const char *driver, uint32_t endpoint);
/* Where a driver's row was read, as file:line; NULL without a row. */
const char *quirk_source(const char *driver);

#endif
