// SPDX-License-Identifier: GPL-2.0
/* The configuration of the running kernel: where it can be read, and what of it is needed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "doctor.h"

#define PACKED	   "/proc/config.gz"
#define PACKED_MAX (256 << 10)
#define CONFIG_MAX (1 << 20)

enum need {
	NEED_DMACTL, /* the module dmactl cannot be loaded without it */
	NEED_SIM,    /* dma-sim cannot */
	NEED_LESS,   /* something is lost */
};

/* In the order and with the names of CONFIGURATION OF THE KERNEL in dmactl(4). */
static const struct need_row {
	const char *option;
	enum need need;
	const char *under; /* when this one is not set, it is told instead */
	const char *means;
} needs[] = {
	{ "CONFIG_MODULES", NEED_DMACTL, NULL, "this kernel loads no modules at all" },
	{ "CONFIG_NET", NEED_DMACTL, NULL, "the tool asks the module by generic netlink" },
	{ "CONFIG_DMADEVICES", NEED_DMACTL, NULL, "without it there is no DMA engine to use" },
	{ "CONFIG_DMA_ENGINE", NEED_DMACTL, NULL,
	  "no driver of a DMA engine is chosen, and so their common part is not built: the module "
	  "cannot be loaded" },
	{ "CONFIG_CONFIGFS_FS", NEED_SIM, NULL,
	  "dma-sim's devices are made in configfs: dma-sim cannot be loaded" },
	{ "CONFIG_CRC32", NEED_SIM, NULL,
	  "dma-sim takes checksums with it: dma-sim cannot be loaded" },
	{ "CONFIG_DMA_SHARED_BUFFER", NEED_LESS, NULL, "no buffer can be a dma-buf" },
	{ "CONFIG_DMABUF_HEAPS", NEED_LESS, "CONFIG_DMA_SHARED_BUFFER",
	  "there are no buffers of -B dmabuf:heap/NAME" },
	{ "CONFIG_UDMABUF", NEED_LESS, "CONFIG_DMA_SHARED_BUFFER",
	  "there are no buffers of -B dmabuf:udmabuf" },
	{ "CONFIG_EVENT_TRACING", NEED_LESS, NULL, "dmactl trace has no tracepoints to read" },
	{ "CONFIG_DEBUG_FS", NEED_LESS, NULL,
	  "the kernel's own users of channels cannot be named" },
	{ "CONFIG_HIGH_RES_TIMERS", NEED_LESS, NULL,
	  "dma-sim's latencies and rates, and --rate, are no finer than the kernel's tick" },
	{ "CONFIG_DEVTMPFS", NEED_LESS, NULL,
	  "/dev/dmactl is not there by itself: mdev -s, or mknod with the number in /proc/misc" },
	{ "CONFIG_MODULE_UNLOAD", NEED_LESS, "CONFIG_MODULES",
	  "another version of the module, or other parameters, take a reboot" },
	{ 0 },
};

/* dma_bus_init makes the class, whatever drivers there are. */
bool doctor_has_dmaengine(const struct backend *b)
{
	return !b->access("/sys/class/dma", F_OK);
}

/* The length of what is in it, or -1: damaged, cut short, or longer than @size. */
static long unpack(char *gz, size_t len, char *text, size_t size)
{
	z_stream z = {
		.next_in = (Bytef *)gz,
		.avail_in = (uInt)len,
		.next_out = (Bytef *)text,
		.avail_out = (uInt)size,
	};
	/* 16 more: with the header of gzip. */
	bool whole = inflateInit2(&z, MAX_WBITS + 16) == Z_OK &&
		     inflate(&z, Z_FINISH) == Z_STREAM_END;

	inflateEnd(&z);
	return whole ? (long)z.total_out : -1;
}

static bool read_packed(const struct backend *b, char *text)
{
	char *packed = malloc(PACKED_MAX);
	int n = packed ? b->read_file(PACKED, packed, PACKED_MAX) : 0;
	long len = n > 0 ? unpack(packed, (size_t)n, text, CONFIG_MAX - 1) : -1;

	free(packed);
	text[len > 0 ? len : 0] = '\0';
	return len > 0;
}

static bool read_any(struct doctor *d, char *text)
{
	static const char *const files[] = {
		"/boot/config-%s",
		"/lib/modules/%s/config",
		"/lib/modules/%s/build/.config",
	};
	const struct backend *b = d->ctx->b;

	snprintf(d->config_path, sizeof(d->config_path), PACKED);
	if (read_packed(b, text))
		return true;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(d->config_path, sizeof(d->config_path), files[i], d->u.release);
		if (b->read_file(d->config_path, text, CONFIG_MAX) > 0)
			return true;
	}
	return false;
}

char *doctor_config_read(struct doctor *d)
{
	char *text = malloc(CONFIG_MAX);

	if (text && read_any(d, text))
		d->config = text;
	return text;
}

/* Of "CONFIG_X=v" or "# CONFIG_X is not set"; an option that a whole file lacks is not set. */
char doctor_config(const struct doctor *d, const char *option)
{
	size_t n = strlen(option);
	const char *p = d->config;

	while (p && (p = strstr(p, option))) {
		if ((p == d->config || p[-1] == '\n') && p[n] == '=')
			return p[n + 1] == '"' ? 'y' : p[n + 1];
		p += n;
	}
	return d->config ? 'n' : '\0';
}

/* What is loaded has what it needs. */
static bool concerns(const struct doctor *d, const struct need_row *row)
{
	switch (row->need) {
	case NEED_DMACTL:
		return !d->loaded;
	case NEED_SIM:
		return !d->channel && d->ctx->b->access("/sys/module/dma_sim", F_OK);
	default:
		return !d->channel;
	}
}

static unsigned int find_missing(struct doctor *d)
{
	unsigned int found = 0;
	char todo[200];

	for (const struct need_row *row = needs; row->option; row++) {
		bool must = row->need == NEED_DMACTL;

		if (doctor_config(d, row->option) != 'n' || !concerns(d, row) ||
		    (row->under && doctor_config(d, row->under) == 'n'))
			continue;
		found++;
		snprintf(todo, sizeof(todo), "where that is wanted, boot a kernel with %s",
			 row->option);
		doctor_find(d, must ? G_PROBLEM : G_NOTE, row->means,
			    must ? "boot the distribution's ordinary kernel, or build one with it" :
				   todo,
			    "%s is not set in %s", row->option, d->config_path);
	}
	return found;
}

static void find_no_dmaengine(struct doctor *d)
{
	doctor_find(d, G_PROBLEM,
		    "the running kernel was built without CONFIG_DMA_ENGINE: the module cannot be "
		    "loaded",
		    "boot the distribution's ordinary kernel, or build one with CONFIG_DMADEVICES "
		    "and a driver below it",
		    "there is no /sys/class/dma");
}

static void find_unknown(struct doctor *d)
{
	bool packed = !d->ctx->b->access(PACKED, F_OK);
	char todo[300];

	snprintf(todo, sizeof(todo), "copy the .config that it was built with to /boot/config-%s%s",
		 d->u.release,
		 packed ? "" : "; where it has CONFIG_IKCONFIG=m, as root: modprobe configs");
	doctor_find(d, G_NOTE, "which options it lacks is not known", todo,
		    "the configuration of %s cannot be had: " PACKED
		    " %s, and there is none in /boot or /lib/modules/%s",
		    d->u.release, packed ? "cannot be unpacked" : "is not there", d->u.release);
}

void doctor_kconfig(struct doctor *d)
{
	bool has = d->loaded || doctor_has_dmaengine(d->ctx->b);

	if (strstr(d->u.release, "-cloud-") && !has)
		return; /* told, and better */
	if (d->config && !find_missing(d) && has && !d->channel)
		doctor_find(d, G_OK, "", "",
			    "the kernel has all options that dmactl and dma-sim use (%s)",
			    d->config_path);
	if (!has && doctor_config(d, "CONFIG_DMA_ENGINE") != 'n')
		find_no_dmaengine(d);
	if (!d->config && !d->loaded)
		find_unknown(d);
}
