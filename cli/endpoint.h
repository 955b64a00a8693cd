/* SPDX-License-Identifier: GPL-2.0 */
/* The peripheral at the other end of slave operations: chosen, begun anew, asked what it got. */
#ifndef DMACTL_ENDPOINT_H
#define DMACTL_ENDPOINT_H

#include "area.h"

struct worker;
struct window;

struct endpoint {
	uint32_t reg; /* buffer that stands for the register, or DMACTL_NONE */
	uint8_t *reg_p;
	size_t reg_mapped;
	uint64_t resets;     /* which data the register has */
	char sink[192];	     /* configfs file that tells what the sink got, "" without */
	unsigned int number; /* of the channel in its device */
};

/* After the claim, when all is known to fit; -1 with ctx->err. */
int endpoint_open(struct worker *w);
void endpoint_close(struct worker *w);
/* Streams begin again, the register has new data. -1 with w->err. */
int endpoint_reset(struct worker *w);
/* Whether what the first @n slots sent has arrived: into w->r. @base as in slots_verify(). */
int endpoint_verify(struct worker *w, const struct window *win, size_t n, uint64_t base);
/* What dma-sim's sink took since the reset; false where it cannot be known. */
bool endpoint_sink(const struct worker *w, uint64_t *bytes, uint32_t *crc);

#endif
