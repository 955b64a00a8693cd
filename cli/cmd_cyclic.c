// SPDX-License-Identifier: GPL-2.0
#include "cyclic.h"

int cmd_cyclic(struct ctx *ctx, int argc, char **argv)
{
	struct copts c;
	int ret;

	copts_init(&c, ctx);
	cmd_parse(&cyclic_argp, argc, argv, &c);
	ret = cyclic_main(ctx, &c);
	copts_free(&c);
	return ret;
}
