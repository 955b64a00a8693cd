/* SPDX-License-Identifier: GPL-2.0 */
/* Simulated devices, through configfs. Those of the tests are named t-*. */
#ifndef DMACTL_TESTS_SIM_H
#define DMACTL_TESTS_SIM_H

#define SIM_ROOT	"/sys/kernel/config/dma-sim"
#define SIM_DRIVER	"/sys/bus/platform/drivers/dma-sim"

struct sim {
	char name[32];	/* directory in configfs */
	char dev[64];	/* its device: the first half of a channel's stable name */
};

/* Makes a live device; then come "attribute=value" strings, NULL ends them. */
struct sim sim_make(const char *name, ...) __attribute__((sentinel));
int sim_write(const struct sim *s, const char *attr, const char *value);	/* 0 or -errno */
void sim_set(const struct sim *s, const char *attr, const char *value);
int sim_rmdir(const struct sim *s);		/* 0 or -errno */
int sim_unbind(const struct sim *s);		/* through sysfs; 0 or -errno */
void sim_remove_all(void);
/* How often the device has had a defect; and "name=value" for sim_make(). */
unsigned long long sim_injected(const struct sim *s, const char *defect);
const char *attr_of(const char *name, unsigned long long value);

/* "DEVICE/N" and the name in sysfs (dma0chan0); valid until sixteen calls of these three later. */
const char *sim_chan(const struct sim *s, unsigned int n);
const char *sim_sysfs_chan(const struct sim *s, unsigned int n);

#endif
