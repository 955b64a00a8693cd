/* SPDX-License-Identifier: GPL-2.0 */
/* Coherent memory goes with its provider: whoever touches it then gets SIGBUS. */
#ifndef DMACTL_GUARD_H
#define DMACTL_GUARD_H

#include <stdbool.h>
#include <stddef.h>

void guard_catch(void); /* from here on guarded_copy() may be called */
/* False: one side is gone. */
bool guarded_copy(void *to, const void *from, size_t len);

#endif
