/* SPDX-License-Identifier: GPL-2.0 */
/* What the programs that measure calls share. */
#ifndef DMACTL_BENCH_H
#define DMACTL_BENCH_H

#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <linux/dmactl.h>

static inline double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static inline void call(int fd, unsigned long cmd, void *arg, const char *name)
{
	if (ioctl(fd, cmd, arg))
		err(1, "%s", name);
}

static inline uint32_t buffer(int fd, uint32_t channel, uint64_t bytes)
{
	struct dmactl_buf_create create = {
		.size = sizeof(create),
		.kind = DMACTL_BUF_PAGES,
		.channel = channel,
		.bytes = bytes,
		.fd = 0,
		.node = DMACTL_NONE,
	};

	call(fd, DMACTL_IOC_BUF_CREATE, &create, "BUF_CREATE");
	return create.buffer;
}

static inline int session(void)
{
	int fd = open("/dev/dmactl", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		err(1, "/dev/dmactl");
	return fd;
}

static inline uint32_t channel(int fd, const char *name)
{
	struct dmactl_claim claim = { .size = sizeof(claim), .operations = 1 << DMACTL_OP_MEMCPY };

	strncpy(claim.name, name, sizeof(claim.name) - 1);
	call(fd, DMACTL_IOC_CLAIM, &claim, "CLAIM");
	return claim.channel;
}

static inline int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static inline double median(double *values, int nr)
{
	qsort(values, (size_t)nr, sizeof(*values), compare);
	return values[nr / 2];
}

#endif
