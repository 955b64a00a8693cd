// SPDX-License-Identifier: GPL-2.0
/* Whether the module can be reached, and is the one that belongs to this tool. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"

/* What to do is the cure's to say: the sentence itself sends people here. */
static void find_no_module(struct doctor *d)
{
	struct ctx *ctx = d->ctx;

	if (ctx->b->connect() != -ENOENT)
		doctor_find(d, G_PROBLEM, "", "boot a kernel with CONFIG_NET", "%s", ctx->err.text);
	else
		doctor_find(d, G_PROBLEM, "",
			    ctx->b->privileged() ?
				    "build it for the running kernel (make kmod; make install), "
				    "then modprobe dmactl; on a kernel with Secure Boot it must be "
				    "signed" :
				    "as root: modprobe dmactl",
			    "%.*s", (int)strcspn(ctx->err.text, ":"), ctx->err.text);
}

static bool has_group(const struct backend *b)
{
	char text[16384];

	if (b->read_file("/etc/group", text, sizeof(text)) < 0)
		return false;
	return !strncmp(text, "dma:", 4) || strstr(text, "\ndma:");
}

static const char *node_cure(const struct doctor *d)
{
	const struct backend *b = d->ctx->b;

	if (b->access(DOCTOR_NODE, F_OK))
		return "mount -t devtmpfs none /dev, or let udev make the node";
	if (b->access(DOCTOR_NODE, R_OK | W_OK))
		return has_group(b) ?
			       "run as root, or give your group the node: as root, "
			       "usermod -aG dma USER; then log in anew" :
			       "run as root, or give your group the node: as root, "
			       "groupadd --system dma; usermod -aG dma USER; udevadm trigger "
			       "--sysname-match=dmactl; then log in anew";
	if (d->info.abi > DMACTL_ABI)
		return "the tool is the older one: install the tool and the module from one "
		       "release, then load the module anew (modprobe -r dmactl; modprobe dmactl)";
	if (d->info.version[0] && d->info.abi < DMACTL_ABI)
		return "the module is the older one: install the tool and the module from one "
		       "release, then load the module anew (modprobe -r dmactl; modprobe dmactl)";
	return "install the tool and the module from one release, then load the module anew";
}

void doctor_module(struct doctor *d)
{
	struct ctx *ctx = d->ctx;
	int fd;

	d->loaded = !module_ensure(ctx);
	if (!d->loaded) {
		find_no_module(d);
		return;
	}
	d->reason = "node";
	fd = module_session(ctx, &d->info);
	if (fd < 0) {
		doctor_find(d, G_PROBLEM, "", node_cure(d), "%s", ctx->err.text);
	} else {
		ctx->b->close(fd);
		d->open = true;
		d->reason = "module";
		doctor_find(d, G_OK, "", "",
			    "the module dmactl %s is loaded and " DOCTOR_NODE " can be opened",
			    d->info.version);
	}
	d->reason = "channel";
	if (chan_table_load(ctx, &d->t))
		doctor_find(d, G_PROBLEM, "", "see dmesg", "%s", ctx->err.text);
	else
		d->table = true;
}

/* Major and minor: what follows names a build. */
static bool same_release(const char *a, const char *b)
{
	unsigned int x[2], y[2];

	if (sscanf(a, "%u.%u", &x[0], &x[1]) != 2 || sscanf(b, "%u.%u", &y[0], &y[1]) != 2)
		return !strcmp(a, b);
	return x[0] == y[0] && x[1] == y[1];
}

/* Of one interface, but not of one release. */
void doctor_version(struct doctor *d)
{
	if (!d->open || same_release(d->info.version, version_text))
		return;
	doctor_find(d, G_NOTE,
		    "they understand each other, but what only the newer one knows is not there",
		    "install both from one release, then modprobe -r dmactl; modprobe dmactl",
		    "the loaded module is of version %s, this tool of version %s", d->info.version,
		    version_text);
}
