/* SPDX-License-Identifier: GPL-2.0 */
/* The ways of slave operations: which peripheral, in which direction. */
#ifndef DMACTL_CHECK_SLAVE_H
#define DMACTL_CHECK_SLAVE_H

#include <stdint.h>

enum {
	SLAVE_SOURCE,
	SLAVE_SINK,
	SLAVE_TO_SINK,
	SLAVE_THROUGH,
	SLAVE_LOOPBACK,
	SLAVE_READ,
	SLAVE_WRITE,
};

/* What the source gives. */
void slave_stream(uint64_t from, uint8_t *out, uint64_t len);

#endif
