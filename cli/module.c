// SPDX-License-Identifier: GPL-2.0
/* Reaching the module: loaded, allowed, of the same version. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

int module_ensure(struct ctx *ctx)
{
	const struct backend *b = ctx->b;
	int ret = b->connect();

	if (ret == -ENOENT && b->privileged() && !b->modprobe("dmactl", NULL))
		ret = b->connect();
	if (!ret)
		return 0;
	if (ret != -ENOENT)
		return err_set(&ctx->err, EXIT_UNAVAILABLE, "generic netlink cannot be reached: %s",
			       strerror(-ret));
	if (b->privileged())
		return err_set(&ctx->err, EXIT_UNAVAILABLE,
			       "the module dmactl is not loaded and modprobe could not load it: "
			       "build and install it for this kernel (see dmactl doctor)");
	return err_set(&ctx->err, EXIT_UNAVAILABLE,
		       "the module dmactl is not loaded: load it as root with modprobe dmactl");
}

int module_session(struct ctx *ctx, struct dmactl_info *info)
{
	const struct backend *b = ctx->b;
	int fd = b->open(), ret;

	if (fd == -EACCES || fd == -EPERM)
		return err_set(&ctx->err, EXIT_UNAVAILABLE,
			       "no permission to open /dev/dmactl: run as root, or give your group "
			       "the node (chgrp GROUP /dev/dmactl; chmod g+rw /dev/dmactl)");
	if (fd < 0)
		return err_set(&ctx->err, EXIT_UNAVAILABLE, "/dev/dmactl cannot be opened: %s",
			       strerror(-fd));
	memset(info, 0, sizeof(*info));
	ret = b->info(fd, info);
	if (!ret && info->abi == DMACTL_ABI)
		return fd;
	b->close(fd);
	if (ret)
		return err_set(&ctx->err, EXIT_UNAVAILABLE,
			       "/dev/dmactl does not answer as dmactl's node does: %s",
			       strerror(-ret));
	return err_set(&ctx->err, EXIT_UNAVAILABLE,
		       "this dmactl speaks version %u of the module's interface, the loaded module "
		       "version %u: install both from one release",
		       DMACTL_ABI, info->abi);
}
