// SPDX-License-Identifier: GPL-2.0
/* Looks at the module. */
#include <errno.h>

#include "top.h"

static int look(struct ctx *ctx, struct top_sample *s)
{
	struct vec channels = { 0 }, quarantines = { 0 };
	struct top_sample now = { .time_ns = ctx->b->now() };
	int ret = -1;

	if (!ctx->b->channels(&channels, &ctx->err) &&
	    !ctx->b->sessions(&now.sessions, &ctx->err) &&
	    !ctx->b->quarantines(&quarantines, &ctx->err))
		ret = top_sample_make(&now, &channels, &quarantines) ?
			      err_set(&ctx->err, EXIT_FAILED, "out of memory") :
			      0;
	vec_free(&channels);
	vec_free(&quarantines);
	if (ret) {
		top_sample_free(&now);
		return -1;
	}
	top_sample_rate(s->time_ns ? s : NULL, &now);
	top_sample_free(s);
	*s = now;
	return 0;
}

int top_look(struct ctx *ctx, struct top_sample *s)
{
	int ret;

	if (!look(ctx, s))
		return 0;
	/* A module that was loaded anew is another family. */
	ctx->b->disconnect();
	ret = ctx->b->connect();
	if (ret == -ENOENT)
		return err_set(&ctx->err, EXIT_FAILED,
			       "the module dmactl has been unloaded: modprobe dmactl loads it "
			       "again");
	return ret ? -1 : look(ctx, s);
}
