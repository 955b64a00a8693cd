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
static const struct pci_controller {
	unsigned long vendor, first, last;
	const char *driver, *option, *name;
} pci[] = {
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

/* The same, of those in device trees that dma-sim has a profile of. */
static const struct tree_controller {
	const char *compatible, *driver, *option, *name;
} trees[] = {
	{ "arm,pl330", "pl330", "CONFIG_PL330_DMA", "ARM PL330" },
	{ "brcm,bcm2835-dma", "bcm2835-dma", "CONFIG_DMA_BCM2835", "BCM2835 DMA" },
	{ "fsl,imx25-sdma", "imx-sdma", "CONFIG_IMX_SDMA", "i.MX SDMA" },
	{ "fsl,imx31-sdma", "imx-sdma", "CONFIG_IMX_SDMA", "i.MX SDMA" },
	{ "fsl,imx35-sdma", "imx-sdma", "CONFIG_IMX_SDMA", "i.MX SDMA" },
	{ "fsl,imx51-sdma", "imx-sdma", "CONFIG_IMX_SDMA", "i.MX SDMA" },
	{ "fsl,imx53-sdma", "imx-sdma", "CONFIG_IMX_SDMA", "i.MX SDMA" },
	{ "fsl,imx6q-sdma", "imx-sdma", "CONFIG_IMX_SDMA", "i.MX SDMA" },
	{ "fsl,imx6ul-sdma", "imx-sdma", "CONFIG_IMX_SDMA", "i.MX SDMA" },
	{ "fsl,imx7d-sdma", "imx-sdma", "CONFIG_IMX_SDMA", "i.MX SDMA" },
	{ "fsl,imx8mq-sdma", "imx-sdma", "CONFIG_IMX_SDMA", "i.MX SDMA" },
	{ "renesas,rzn1-dma", "dw_dmac", "CONFIG_DW_DMAC", "DesignWare DMA" },
	{ "snps,dma-spear1340", "dw_dmac", "CONFIG_DW_DMAC", "DesignWare DMA" },
	{ "st,stm32-dma", "stm32-dma", "CONFIG_STM32_DMA", "STM32 DMA" },
	{ "ti,omap2420-sdma", "omap-dma", "CONFIG_DMA_OMAP", "OMAP sDMA" },
	{ "ti,omap2430-sdma", "omap-dma", "CONFIG_DMA_OMAP", "OMAP sDMA" },
	{ "ti,omap3430-sdma", "omap-dma", "CONFIG_DMA_OMAP", "OMAP sDMA" },
	{ "ti,omap3630-sdma", "omap-dma", "CONFIG_DMA_OMAP", "OMAP sDMA" },
	{ "ti,omap4430-sdma", "omap-dma", "CONFIG_DMA_OMAP", "OMAP sDMA" },
	{ "xlnx,axi-cdma-1.00.a", "xilinx_dma", "CONFIG_XILINX_DMA", "AXI CDMA" },
	{ "xlnx,axi-dma-1.00.a", "xilinx_dma", "CONFIG_XILINX_DMA", "AXI DMA" },
	{ "xlnx,axi-mcdma-1.00.a", "xilinx_dma", "CONFIG_XILINX_DMA", "AXI MCDMA" },
	{ "xlnx,axi-vdma-1.00.a", "xilinx_dma", "CONFIG_XILINX_DMA", "AXI VDMA" },
};

static unsigned long number_in(const struct backend *b, const char *device, const char *attr)
{
	char path[192], text[32];

	snprintf(path, sizeof(path), PCI "/%s/%s", device, attr);
	return machine_line(b, path, text, sizeof(text)) ? strtoul(text, NULL, 16) : 0;
}

/* What the kernel says of a device: lines of KEY=VALUE. */
static bool read_uevent(const struct backend *b, const char *bus, const char *device, char *text,
			size_t size)
{
	char path[192];

	snprintf(path, sizeof(path), "%s/%s/uevent", bus, device);
	return b->read_file(path, text, size) > 0;
}

static bool bound(const char *uevent)
{
	return !strncmp(uevent, "DRIVER=", 7) || strstr(uevent, "\nDRIVER=");
}

static const struct pci_controller *pci_controller_of(const struct backend *b, const char *device)
{
	unsigned long vendor = number_in(b, device, "vendor"), id = number_in(b, device, "device");

	for (size_t i = 0; i < sizeof(pci) / sizeof(pci[0]); i++)
		if (pci[i].vendor == vendor && pci[i].first <= id && id <= pci[i].last)
			return &pci[i];
	return NULL;
}

/* OF_COMPATIBLE_0=st,stm32-dma, and what else it is compatible with. */
static const struct tree_controller *tree_controller_of(const char *uevent)
{
	const char *p = uevent, *value;
	size_t n;

	while ((p = strstr(p, "\nOF_COMPATIBLE_")) && (value = strchr(p, '='))) {
		n = strcspn(++value, "\n");
		for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++)
			if (strlen(trees[i].compatible) == n &&
			    !strncmp(value, trees[i].compatible, n))
				return &trees[i];
		p = value;
	}
	return NULL;
}

static void find_unbound(struct doctor *d, const char *driver, const char *option, const char *name,
			 const char *device)
{
	char todo[400], means[200], set = doctor_config(d, option);

	if (set == 'n') {
		snprintf(means, sizeof(means), "the running kernel was built without %s: %s",
			 option, d->config_path);
		snprintf(todo, sizeof(todo),
			 "build a kernel with %s%s, or take another controller; modprobe dma-sim "
			 "for a simulated one",
			 option,
			 d->ctx->b->access("/etc/debian_version", F_OK) ?
				 "" :
				 " (Debian: apt install linux-source)");
	} else if (set == 'y') {
		snprintf(means, sizeof(means),
			 "its driver %s is in the kernel (%s=y), and has refused it", driver,
			 option);
		snprintf(todo, sizeof(todo), "as root: dmesg | grep -e %s -e %s", device, driver);
	} else {
		snprintf(means, sizeof(means), "its driver %s is not loaded, or has refused it",
			 driver);
		snprintf(todo, sizeof(todo), "as root: modprobe %s; then read dmesg's last lines",
			 driver);
	}
	doctor_find(d, G_PROBLEM, means, todo, "%s: a controller (%s) without a driver", device,
		    name);
}

/* One sentence is enough for the eight functions of one: @told is the last one's driver. */
static void look_at_pci(struct doctor *d, const char *device, const char **told)
{
	const struct pci_controller *c = pci_controller_of(d->ctx->b, device);
	char uevent[1024];

	if (!c || (*told && !strcmp(*told, c->driver)) ||
	    (read_uevent(d->ctx->b, PCI, device, uevent, sizeof(uevent)) && bound(uevent)))
		return;
	find_unbound(d, c->driver, c->option, c->name, device);
	*told = c->driver;
}

static void look_at_tree(struct doctor *d, const char *bus, const char *device, const char **told)
{
	const struct tree_controller *c;
	char uevent[1024];

	if (!read_uevent(d->ctx->b, bus, device, uevent, sizeof(uevent)) || bound(uevent))
		return;
	c = tree_controller_of(uevent);
	if (!c || (*told && !strcmp(*told, c->driver)))
		return;
	find_unbound(d, c->driver, c->option, c->name, device);
	*told = c->driver;
}

void doctor_unbound(struct doctor *d)
{
	static const char *const buses[] = { PCI, "/sys/bus/platform/devices",
					     "/sys/bus/amba/devices" };

	for (size_t i = 0; i < sizeof(buses) / sizeof(buses[0]); i++) {
		struct vec names = { 0 };
		const char *told = NULL;

		d->ctx->b->list_dir(buses[i], &names);
		for (size_t k = 0; k < names.n; k++) {
			if (!i)
				look_at_pci(d, ((char **)names.v)[k], &told);
			else
				look_at_tree(d, buses[i], ((char **)names.v)[k], &told);
		}
		vec_free_names(&names);
	}
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
