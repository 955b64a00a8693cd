// SPDX-License-Identifier: GPL-2.0
/* What a channel reaches and how, what may be locked, and what simulated devices need. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "machine.h"
#include "report.h"
#include "simfs.h"

#define GIB (1ULL << 30)
#define MEMLOCK_LOW \
	(8ULL << 20) /* what the kernel gives since 5.16, include/uapi/linux/resource.h */

/* The first channel of each device, or the one that was asked for. */
static const struct channel *next_device(struct doctor *d, size_t *i)
{
	const struct channel *c = d->t.channels.v, *asked;

	if (d->channel) {
		struct err e = d->ctx->err;

		asked = (*i)++ ? NULL : chan_show(d->ctx, &d->t, d->channel);
		d->ctx->err = e;
		return asked;
	}
	for (; *i < d->t.channels.n; (*i)++)
		if (!*i || strcmp(c[*i].device, c[*i - 1].device))
			return &c[(*i)++];
	return NULL;
}

static bool domain(const struct backend *b, const struct channel *c, char *buf, size_t size)
{
	char path[192];

	snprintf(path, sizeof(path), "/sys/class/dma/%s/device/iommu_group/type", c->name);
	return machine_line(b, path, buf, size);
}

static bool translated(const struct backend *b, const struct channel *c)
{
	char type[32];

	return domain(b, c, type, sizeof(type)) && !strncmp(type, "DMA", 3);
}

/* Not in the way, but part of every number: told of the one that was asked for. */
void doctor_iommu(struct doctor *d)
{
	const struct channel *c;
	char type[32];
	size_t i = 0;

	if (!d->channel)
		return;
	c = next_device(d, &i);
	if (!c || !domain(d->ctx->b, c, type, sizeof(type)))
		return;
	if (!strncmp(type, "DMA", 3))
		doctor_find(d, G_NOTE,
			    "the engine reaches only what is mapped for it, wherever that lies; "
			    "each mapping costs time, which --map each shows",
			    "nothing; to measure without it: boot with iommu=pt (x86) or "
			    "iommu.passthrough=1 (arm64)",
			    "%s is behind an IOMMU that translates (%s)", c->stable, type);
	else
		doctor_find(
			d, G_NOTE, "the engine reaches all memory that its address bits allow",
			"nothing; to be protected from a wrong address: boot with iommu.strict=1 "
			"and without iommu=pt",
			"%s is behind an IOMMU that does not translate (%s)", c->stable, type);
}

static uint64_t memory(const struct backend *b)
{
	char text[256];
	unsigned long long kib;

	if (b->read_file("/proc/meminfo", text, sizeof(text)) <= 0 ||
	    sscanf(text, "MemTotal: %llu kB", &kib) != 1)
		return 0;
	return kib << 10;
}

static double gib(const struct backend *b)
{
	return (double)memory(b) / GIB;
}

/* A list of strings, each with its NUL. */
static bool is_bcm2711(const struct backend *b)
{
	static const char name[] = "brcm,bcm2711";
	char text[512];
	int n = b->read_file("/proc/device-tree/compatible", text, sizeof(text));

	return n > 0 && memmem(text, (size_t)n, name, sizeof(name) - 1);
}

static bool has_window(struct doctor *d, const struct channel *c)
{
	return !strcmp(c->driver, "bcm2835-dma") && is_bcm2711(d->ctx->b);
}

/* dma-ranges of the soc node in bcm2711.dtsi: 0x40000000 bytes from 0. */
void doctor_window(struct doctor *d)
{
	const struct channel *c;
	size_t i = 0;

	while ((c = next_device(d, &i))) {
		if (!has_window(d, c) || memory(d->ctx->b) <= GIB)
			continue;
		doctor_find(
			d, G_NOTE,
			"dmactl's own buffers are taken from there, of which there is little; "
			"other memory is copied through bounce buffers: slower, and in small "
			"pieces",
			"keep to -B pages or -B coherent, and to sizes of a few MiB; user memory "
			"(-B user) shows what bouncing costs",
			"%s reaches the first GiB of the %.1f of this Raspberry Pi 4 only",
			c->device, gib(d->ctx->b));
	}
}

void doctor_bounce(struct doctor *d)
{
	const struct channel *c;
	size_t i = 0;

	if (machine_bounces(d->ctx->b)) {
		doctor_find(d, G_NOTE,
			    "the CPU copies everything to or from a bounce buffer: no number made "
			    "here is the engine's own, and a mapping is of 256K at most",
			    "boot without swiotlb=force (cat /proc/cmdline); in a guest with "
			    "encrypted memory it stays",
			    "swiotlb=force is on the kernel's command line");
		return;
	}
	while ((c = next_device(d, &i))) {
		if (chan_simulated(c) || !(c->present & (1ULL << DMACTL_A_CHANNEL_MASK_BITS)) ||
		    c->mask_bits < 20 || c->mask_bits > 48 || has_window(d, c) ||
		    translated(d->ctx->b, c) || memory(d->ctx->b) <= 1ULL << c->mask_bits)
			continue;
		doctor_find(d, G_NOTE,
			    "memory above that is copied through bounce buffers (SWIOTLB), in "
			    "pieces of 256K at most; dmactl's own buffers lie below it",
			    "keep to -B pages or -B coherent; user memory (-B user) and dma-bufs "
			    "show what bouncing costs",
			    "%s has addresses of %u bits, and the machine %.1f GiB of memory",
			    c->device, c->mask_bits, gib(d->ctx->b));
	}
}

void doctor_memlock(struct doctor *d)
{
	char text[4096], size[32], *line;
	unsigned long long soft;

	/* Root has CAP_IPC_LOCK, which the limit does not bind. */
	if (d->ctx->b->privileged() ||
	    d->ctx->b->read_file("/proc/self/limits", text, sizeof(text)) <= 0)
		return;
	line = strstr(text, "Max locked memory");
	if (!line || sscanf(line, "Max locked memory %llu", &soft) != 1 || soft >= MEMLOCK_LOW)
		return;
	doctor_find(d, G_NOTE,
		    "the module counts all buffers of a user against it: large ones, and many at a "
		    "time (-q), are refused as out of memory",
		    "ulimit -l 65536 where the hard limit allows it; else, as root, a line "
		    "'USER - memlock 65536' in /etc/security/limits.conf, and log in anew",
		    "you may lock %s of memory (RLIMIT_MEMLOCK)",
		    size_text(soft, size, sizeof(size)));
}

static void find_none_live(struct doctor *d)
{
	struct vec sims = { 0 };
	size_t live = 0;

	simfs_list(d->ctx->b, &sims);
	for (size_t i = 0; i < sims.n; i++)
		live += ((const struct sim *)sims.v)[i].live;
	vec_free(&sims);
	if (live)
		return;
	d->reason = "sim-none";
	doctor_find(d, G_NOTE,
		    "it was loaded with default=0, its devices were destroyed, or it has refused: "
		    "it needs DMA addresses that are not translated, and coherent DMA",
		    "as root: dmactl sim create NAME; when that is refused, dmesg's last lines say "
		    "why",
		    "dma-sim is loaded, but no simulated device is live");
}

void doctor_sim(struct doctor *d)
{
	const struct backend *b = d->ctx->b;

	if (b->access("/sys/kernel/config", F_OK))
		doctor_find(d, G_NOTE, "",
			    "as root: modprobe configfs; mount -t configfs none "
			    "/sys/kernel/config",
			    "configfs is not there: dma-sim's devices cannot be "
			    "configured");
	else if (d->loaded && b->access(SIMFS_ROOT, F_OK))
		doctor_find(d, G_NOTE, "",
			    "as root: modprobe dma-sim, when you want simulated channels",
			    "dma-sim is not loaded, or configfs is not mounted");
	else if (d->loaded)
		find_none_live(d);
}

void doctor_debugfs(struct doctor *d)
{
	const struct backend *b = d->ctx->b;

	if (!b->privileged() || !b->access("/sys/kernel/debug/dmaengine/summary", R_OK))
		return;
	doctor_find(d, G_NOTE, "", "mount -t debugfs none /sys/kernel/debug",
		    "debugfs has no dmaengine/summary: kernel users of channels cannot be "
		    "named");
}
