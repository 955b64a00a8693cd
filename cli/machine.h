/* SPDX-License-Identifier: GPL-2.0 */
/* The machine below a measurement: caches, CPU time, migrations, what kind of machine it is. */
#ifndef DMACTL_MACHINE_H
#define DMACTL_MACHINE_H

#include "backend.h"

/* Measures the idle machine for a moment, so that machine_busy() means something. */
void machine_idle_window(const struct backend *b);
uint64_t machine_busy(const struct backend *b);	/* ns of all CPUs since boot, 0: not known */
double machine_idle_rate(void);		/* busy ns per ns of the idle window */
double machine_least(void);		/* ns below which tick accounting tells nothing */
int64_t machine_migrations(const struct backend *b);	/* of this thread, < 0: not known */
void machine_evict(const struct backend *b);	/* pushes what is cached out of the caches */

const char *machine_platform(const struct backend *b);	/* hardware, vm, emulated or uml */
bool machine_bounces(const struct backend *b);	/* all memory is copied: swiotlb=force */
/* The value of a "key : value" line of /proc/cpuinfo; false without one. */
bool machine_cpuinfo(const struct backend *b, const char *key, char *buf, size_t size);
/* First line of a file; false where it cannot be read. */
bool machine_line(const struct backend *b, const char *path, char *buf, size_t size);

#endif
