/* SPDX-License-Identifier: GPL-2.0 */
/* --limit: 'p99<50us,throughput>2G'. */
#ifndef DMACTL_LIMIT_H
#define DMACTL_LIMIT_H

#include <stdbool.h>

#include "backend.h"

enum metric { M_THROUGHPUT, M_OPS, M_MIN, M_MEAN, M_MAX, M_P50, M_P90, M_P99, M_P99_9, M_P99_99 };

enum limit_op { L_LT, L_LE, L_GT, L_GE };

struct limit {
	char text[64];
	enum metric metric;
	enum limit_op op;
	unsigned int stage;	/* enum stage, for the latencies */
	uint64_t value;		/* bytes/s, operations/s or ns */
};

/* Adds to @out (struct limit). Pure: 0, or a negative errno as the parsers of parse.h. */
int parse_limits(const char *s, struct vec *out);
bool limit_met(const struct limit *l, double value);
/* What @n characters name without a stage. */
bool metric_named(const char *s, size_t n, enum metric *m);
/* Hundredths of a percent of a percentile metric, 0 for the others. */
unsigned int metric_percentile(enum metric m);

#endif
