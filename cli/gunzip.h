/* SPDX-License-Identifier: GPL-2.0 */
/* One gzip file in memory: /proc/config.gz is one, and a static dmactl has no library for it. */
#ifndef DMACTL_GUNZIP_H
#define DMACTL_GUNZIP_H

#include <stddef.h>
#include <stdint.h>

/* The length of what is in it, or -1: damaged, cut short, or longer than @size. */
long gunzip(const void *from, size_t len, void *to, size_t size);

#endif
