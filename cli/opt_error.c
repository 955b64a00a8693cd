// SPDX-License-Identifier: GPL-2.0
/* What is wrong with an option, wherever it came from. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "opts.h"

static const char *(*source)(const struct argp_state *st);

void opt_source(const char *(*where)(const struct argp_state *st))
{
	source = where;
}

void opt_error(const struct argp_state *st, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (source)
		argp_failure(st, EXIT_USAGE, 0, "%s: %s", source(st), text);
	else
		argp_error(st, "%s", text);
}
