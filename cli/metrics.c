// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "metrics.h"
#include "out.h"
#include "text.h"

void metrics_family(FILE *f, const char *name, const char *type, const char *unit, const char *help)
{
	fprintf(f, "# TYPE %s %s\n", name, type);
	if (unit)
		fprintf(f, "# UNIT %s %s\n", name, unit);
	fprintf(f, "# HELP %s %s\n", name, help);
}

void metrics_label(FILE *f, bool *first, const char *name, const char *value)
{
	fprintf(f, "%s%s=\"", *first ? "" : ",", name);
	metrics_text(f, value);
	fputc('"', f);
	*first = false;
}

int metrics_write(struct ctx *ctx, void (*write)(FILE *f, void *arg), void *arg)
{
	struct outfile o = { .f = stdout };

	if (ctx->output && outfile_open(&o, "-o", ctx->output, ctx->force, &ctx->err))
		return -1;
	write(o.f, arg);
	fprintf(o.f, "# EOF\n");
	if (ctx->output)
		return outfile_keep(&o, &ctx->err);
	out_flush();
	return 0;
}
