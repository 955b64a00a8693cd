/* SPDX-License-Identifier: GPL-2.0 */
/* The error object: made where a failure is understood, printed by main. */
#ifndef DMACTL_ERR_H
#define DMACTL_ERR_H

#include <stdarg.h>

enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1,		/* failed, timed out, wrong data, quarantine */
	EXIT_WORSE = 2,			/* worse than a --limit allows */
	EXIT_UNJUDGED = 3,		/* a --limit cannot be judged */
	EXIT_USAGE = 64,
	EXIT_UNAVAILABLE = 77,		/* not here; nothing was transferred */
	EXIT_INTERRUPTED = 130,
};

struct err {
	int exit;			/* enum exit_code */
	char text[1024];		/* one sentence, no full stop, no newline */
};

void err_format(struct err *e, int exit, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* -1, so that a caller may say: return err_set(...). A macro: whoever reads the caller sees it. */
#define err_set(...)                  \
	({                                \
		err_format(__VA_ARGS__); \
		-1;                       \
	})

/* "WHERE: WHAT", the latter from the arguments of a function like err_set. */
void verr_format(struct err *e, int exit, const char *where, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

#define verr_set(...)                 \
	({                                \
		verr_format(__VA_ARGS__); \
		-1;                       \
	})

/* The stronger of two exit codes: 1, then 130, 77, 2, 3, 0. */
int exit_worst(int a, int b);

#endif
