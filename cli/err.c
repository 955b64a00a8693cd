// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "err.h"

void err_format(struct err *e, int exit, const char *fmt, ...)
{
	va_list ap;

	e->exit = exit;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
}

void verr_format(struct err *e, int exit, const char *where, const char *fmt, va_list ap)
{
	char what[sizeof(e->text)];

	vsnprintf(what, sizeof(what), fmt, ap);
	err_format(e, exit, "%s: %s", where, what);
}

int exit_worst(int a, int b)
{
	static const int order[] = {
		EXIT_FAILED, EXIT_INTERRUPTED, EXIT_UNAVAILABLE, EXIT_WORSE, EXIT_UNJUDGED,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return EXIT_OK;
}
