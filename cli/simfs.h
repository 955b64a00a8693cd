/* SPDX-License-Identifier: GPL-2.0 */
/* dma-sim's configfs tree. */
#ifndef DMACTL_SIMFS_H
#define DMACTL_SIMFS_H

#include "backend.h"

#define SIMFS_ROOT	"/sys/kernel/config/dma-sim"
#define SIM_NAME_MAX	48

struct sim {
	char name[SIM_NAME_MAX];
	char dev_name[DMACTL_NAME_MAX];	/* "" while not live */
	bool live;
};

/* Those that there are; none where configfs or the module is missing. */
void simfs_list(const struct backend *b, struct vec *out);
/* An attribute without its newline; "" where it cannot be read. */
void simfs_get(const struct backend *b, const char *sim, const char *attr, char *buf, size_t size);
int simfs_set(const struct backend *b, const char *sim, const char *attr, const char *value);

#endif
