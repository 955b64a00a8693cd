// SPDX-License-Identifier: GPL-2.0
/* Controllers that are there and give no channel. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "machine.h"

#define PCI   "/sys/bus/pci/devices"
#define DSA   "/sys/bus/dsa/devices"
#define INTEL 0x8086

/* From the tables of the drivers in Linux 6.12. */
static const struct controller {
	unsigned long vendor, first, last;
	const char *driver, *option, *name;
} controllers[] = {
	{ 0x1022, 0x1498, 0x1498, "ptdma", "CONFIG_AMD_PTDMA", "AMD PTDMA" },
	{ 0x10b5, 0x87d0, 0x87d0, "plx_dma", "CONFIG_PLX_DMA", "PLX switch's DMA" },
	{ INTEL, 0x0b25, 0x0b25, "idxd", "CONFIG_INTEL_IDXD", "Intel DSA" },
	{ INTEL, 0x11fb, 0x11fb, "idxd", "CONFIG_INTEL_IDXD", "Intel DSA" },
	{ INTEL, 0x1212, 0x1212, "idxd", "CONFIG_INTEL_IDXD", "Intel DSA" },
	{ INTEL, 0x0b00, 0x0b00, "ioatdma", "CONFIG_INTEL_IOATDMA", "Intel I/OAT" },
	{ INTEL, 0x0c50, 0x0c53, "ioatdma", "CONFIG_INTEL_IOATDMA", "Intel I/OAT" },
	{ INTEL, 0x0e20, 0x0e27, "ioatdma", "CONFIG_INTEL_IOATDMA", "Intel I/OAT" },
	{ INTEL, 0x2021, 0x2021, "ioatdma", "CONFIG_INTEL_IOATDMA", "Intel I/OAT" },
	{ INTEL, 0x2f20, 0x2f27, "ioatdma", "CONFIG_INTEL_IOATDMA", "Intel I/OAT" },
	{ INTEL, 0x3429, 0x342c, "ioatdma", "CONFIG_INTEL_IOATDMA", "Intel I/OAT" },
	{ INTEL, 0x3430, 0x3433, "ioatdma", "CONFIG_INTEL_IOATDMA", "Intel I/OAT" },
	{ INTEL, 0x3710, 0x3719, "ioatdma", "CONFIG_INTEL_IOATDMA", "Intel I/OAT" },
	{ INTEL, 0x3c20, 0x3c27, "ioatdma", "CONFIG_INTEL_IOATDMA", "Intel I/OAT" },
	{ INTEL, 0x6f20, 0x6f27, "ioatdma", "CONFIG_INTEL_IOATDMA", "Intel I/OAT" },
	{ INTEL, 0x6f50, 0x6f53, "ioatdma", "CONFIG_INTEL_IOATDMA", "Intel I/OAT" },
};

static unsigned long number_in(const struct backend *b, const char *device, const char *attr)
{
	char path[192], text[32];

	snprintf(path, sizeof(path), PCI "/%s/%s", device, attr);
	return machine_line(b, path, text, sizeof(text)) ? strtoul(text, NULL, 16) : 0;
}

static bool bound(const struct backend *b, const char *device)
{
	char path[192], text[1024];

	snprintf(path, sizeof(path), PCI "/%s/uevent", device);
	return b->read_file(path, text, sizeof(text)) > 0 &&
	       (!strncmp(text, "DRIVER=", 7) || strstr(text, "\nDRIVER="));
}

static const struct controller *controller_of(const struct backend *b, const char *device)
{
	unsigned long vendor = number_in(b, device, "vendor"), id = number_in(b, device, "device");

	for (size_t i = 0; i < sizeof(controllers) / sizeof(controllers[0]); i++)
		if (controllers[i].vendor == vendor && controllers[i].first <= id &&
		    id <= controllers[i].last)
			return &controllers[i];
	return NULL;
}

static void find_unbound(struct doctor *d, const struct controller *c, const char *device)
{
	bool debian = !d->ctx->b->access("/etc/debian_version", F_OK);
	char todo[400], means[200];

	if (doctor_config(d, c->option) == 'n') {
		snprintf(means, sizeof(means), "the running kernel was built without %s%s",
			 c->option, debian ? ", as Debian's kernels are" : "");
		snprintf(todo, sizeof(todo),
			 "build a kernel with %s=m (Debian: apt install linux-source), or take "
			 "another controller; modprobe dma-sim for a simulated one",
			 c->option);
	} else {
		snprintf(means, sizeof(means), "its driver %s is not loaded, or has refused it",
			 c->driver);
		snprintf(todo, sizeof(todo), "as root: modprobe %s; then read dmesg's last lines",
			 c->driver);
	}
	doctor_find(d, G_PROBLEM, means, todo, "%s: a controller (%s) without a driver", device,
		    c->name);
}

void doctor_pci(struct doctor *d)
{
	const struct backend *b = d->ctx->b;
	const struct controller *c, *told = NULL;
	struct vec names = { 0 };

	b->list_dir(PCI, &names);
	for (size_t i = 0; i < names.n; i++) {
		const char *device = ((char **)names.v)[i];

		c = controller_of(b, device);
		/* One sentence is enough for the eight functions of one. */
		if (!c || (told && !strcmp(told->driver, c->driver)) || bound(b, device))
			continue;
		find_unbound(d, c, device);
		told = c;
	}
	vec_free_names(&names);
}

static void dsa(const struct backend *b, const char *device, const char *attr, char *buf,
		size_t size)
{
	char path[192];

	snprintf(path, sizeof(path), DSA "/%s/%s", device, attr);
	if (!machine_line(b, path, buf, size))
		buf[0] = '\0';
}

/* Older kernels have no driver_name: there the type alone makes a channel. */
static bool is_channel(const struct backend *b, const char *wq)
{
	char state[32], type[32], driver[64], path[192];

	dsa(b, wq, "state", state, sizeof(state));
	dsa(b, wq, "type", type, sizeof(type));
	dsa(b, wq, "driver_name", driver, sizeof(driver));
	snprintf(path, sizeof(path), DSA "/%s/driver_name", wq);
	return !strcmp(state, "enabled") && !strcmp(type, "kernel") &&
	       (b->access(path, F_OK) || !strncmp(driver, "dmaengine", 9));
}

/* The type first: changing it clears the name. */
static void sysfs_writes(char *buf, size_t size, const char *id, const char *wq, bool has_name,
			 bool used, bool enabled)
{
	size_t n = (size_t)snprintf(buf, size, "as root, cd " DSA ", then:");

	if (used)
		n += (size_t)snprintf(buf + n, size - n,
				      "\necho %s >/sys/bus/dsa/drivers/user/unbind", wq);
	n += (size_t)snprintf(buf + n, size - n, "\necho kernel >%s/type; echo dmaengine >%s/name",
			      wq, wq);
	if (has_name)
		n += (size_t)snprintf(buf + n, size - n, "\necho dmaengine >%s/driver_name", wq);
	if (!enabled)
		n += (size_t)snprintf(buf + n, size - n,
				      "\necho dedicated >%s/mode; echo 16 >%s/size"
				      "\necho 10 >%s/priority; echo 0 >%s/group_id"
				      "\necho 0 >engine%s.0/group_id"
				      "\necho dsa%s >/sys/bus/dsa/drivers/idxd/bind",
				      wq, wq, wq, wq, id, id);
	snprintf(buf + n, size - n, "\necho %s >/sys/bus/dsa/drivers/dmaengine/bind", wq);
}

static void accel_config(char *buf, size_t size, const char *id, const char *wq, bool has_name,
			 bool used, bool enabled)
{
	size_t n = (size_t)snprintf(buf, size, "as root:");

	if (used)
		n += (size_t)snprintf(buf + n, size - n, "\naccel-config disable-wq dsa%s/%s", id,
				      wq);
	n += (size_t)snprintf(
		buf + n, size - n,
		"\naccel-config config-wq dsa%s/%s --type=kernel --name=dmaengine%s%s", id, wq,
		has_name ? " --driver-name=dmaengine" : "",
		enabled ? "" : " --mode=dedicated --wq-size=16 --priority=10 --group-id=0");
	if (!enabled)
		n += (size_t)snprintf(buf + n, size - n,
				      "\naccel-config config-engine dsa%s/engine%s.0 --group-id=0"
				      "\naccel-config enable-device dsa%s",
				      id, id, id);
	snprintf(buf + n, size - n, "\naccel-config enable-wq dsa%s/%s", id, wq);
}

static void find_queue(struct doctor *d, const char *device, const char *wq)
{
	const struct backend *b = d->ctx->b;
	char state[32], type[32], driver[64], dev_state[32], path[192], todo[800];
	bool has_name, used;

	dsa(b, wq, "state", state, sizeof(state));
	dsa(b, wq, "type", type, sizeof(type));
	dsa(b, wq, "driver_name", driver, sizeof(driver));
	dsa(b, device, "state", dev_state, sizeof(dev_state));
	snprintf(path, sizeof(path), DSA "/%s/driver_name", wq);
	has_name = !b->access(path, F_OK);
	used = !strcmp(state, "enabled");
	(b->access("/usr/bin/accel-config", X_OK) ? sysfs_writes : accel_config)(
		todo, sizeof(todo), device + 3, wq, has_name, used, !strcmp(dev_state, "enabled"));
	doctor_find(d, G_PROBLEM,
		    "a work queue becomes a channel when its type is kernel, its driver_name "
		    "dmaengine (where there is such a file), and it is enabled",
		    todo, "%s has no channel: its work queue %s is %s, of type %s, driver_name %s",
		    device, wq, state[0] ? state : "unknown", type[0] ? type : "none",
		    !has_name ? "not there" :
		    driver[0] ? driver :
				"empty");
}

/* The one to be set up: best one that nobody uses. */
static void queue_of(struct doctor *d, const struct vec *names, const char *device)
{
	const struct backend *b = d->ctx->b;
	const char *best = NULL;
	char prefix[32], state[32];
	bool idle = false;

	snprintf(prefix, sizeof(prefix), "wq%s.", device + 3);
	for (size_t i = 0; i < names->n; i++) {
		const char *wq = ((char **)names->v)[i];

		if (strncmp(wq, prefix, strlen(prefix)))
			continue;
		if (is_channel(b, wq))
			return;
		dsa(b, wq, "state", state, sizeof(state));
		if (!best || (!idle && strcmp(state, "enabled"))) {
			best = wq;
			idle = strcmp(state, "enabled");
		}
	}
	if (best)
		find_queue(d, device, best);
}

void doctor_idxd(struct doctor *d)
{
	struct vec names = { 0 };

	d->ctx->b->list_dir(DSA, &names);
	for (size_t i = 0; i < names.n; i++) {
		const char *device = ((char **)names.v)[i];

		if (!strncmp(device, "dsa", 3))
			queue_of(d, &names, device);
	}
	vec_free_names(&names);
}
