/* SPDX-License-Identifier: GPL-2.0 */
/* Coherent memory goes with its provider: whoever touches it then would die of SIGBUS. */
#ifndef DMACTL_GUARD_H
#define DMACTL_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A mapping whose memory may go: zeros take its place when it is touched, and the next sync of the
 * buffer says -ENODEV. What was read is no data unless a sync after it succeeds.
 */
void guard_watch(void *p, size_t len);
void guard_forget(void *p); /* before it is unmapped */

/* For mappings that are watched; false: one side is gone. */
bool guarded_copy(void *to, const void *from, size_t len);

#endif
