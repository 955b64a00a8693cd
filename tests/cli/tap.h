/* SPDX-License-Identifier: GPL-2.0 */
/* TAP of the C suites: a point each, its name a sentence. */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static unsigned int tap_nr;
static bool tap_failed;

static inline void __attribute__((format(printf, 2, 3))) ok(bool good, const char *fmt, ...)
{
	va_list ap;

	tap_failed |= !good;
	printf("%sok %u - ", good ? "" : "not ", ++tap_nr);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

static inline int tap_done(void)
{
	printf("1..%u\n", tap_nr);
	return tap_failed;
}

/* xorshift64: the same numbers each time. */
static inline uint64_t tap_random(void)
{
	static uint64_t x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

#endif
