/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Value parsers: strict and pure. They return 0 or a negative errno, never print and never exit,
 * and leave *out alone on an error: EINVAL not of the form, ERANGE too large, ENOTUNIQ an `m` that
 * could mean two things.
 */
#ifndef DMACTL_PARSE_H
#define DMACTL_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMLIST_MAX	4096	/* values of one LIST or SWEEP: a guard against 1:1G:+1 */

struct numlist {
	uint64_t *v;
	size_t n;
};

struct warmup {
	bool is_time;
	uint64_t value;		/* operations or ns */
};

typedef int (*parse_fn)(const char *s, uint64_t *out);

int parse_number(const char *s, uint64_t *out);		/* decimal or 0x, no suffix */
int parse_size(const char *s, uint64_t *out);		/* bytes, K M G = powers of 1024 */
int parse_count(const char *s, uint64_t *out);		/* k M = powers of 1000 */
int parse_time(const char *s, uint64_t *out);		/* ns, needs a unit */
int parse_seconds(const char *s, uint64_t *out);	/* the same; a bare number is seconds */
int parse_warmup(const char *s, struct warmup *out);	/* COUNT or TIME */
int parse_rate(const char *s, uint64_t *out);		/* k M G = powers of 1000 */
/* PERCENT[,TIME]: above 0 and up to 100; without a time *@most_ns is 10 s. */
int parse_steady(const char *s, double *percent, uint64_t *most_ns);
int parse_list(const char *s, parse_fn item, struct numlist *out);	/* LIST, SWEEP or both */
int parse_cpus(const char *s, struct numlist *out);	/* 0,2-5 */
int parse_pair(const char *s, parse_fn item, uint64_t out[2]);	/* A or A,B; A alone means both */

#endif
