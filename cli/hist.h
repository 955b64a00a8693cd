/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A log-linear histogram: 128 buckets an octave, so that a bucket's width is at most 1/128 of its
 * values; values below 256 are exact. Its memory does not grow with the number of samples.
 */
#ifndef DMACTL_HIST_H
#define DMACTL_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HIST_BUCKETS	(256 + 56 * 128)	/* all of 64 bits */
#define HIST_ABOVE	10	/* samples that must lie above a percentile for it to be told */

struct hist {
	uint64_t n, min, max;
	double mean, m2;		/* m2: sum of squared differences from the mean */
	uint64_t *count;		/* [HIST_BUCKETS], made at the first sample */
};

size_t hist_bucket(uint64_t v);
uint64_t hist_upper(size_t bucket);	/* largest value of the bucket */

int hist_add(struct hist *h, uint64_t v);		/* 0 or -ENOMEM */
int hist_merge(struct hist *to, const struct hist *from);	/* 0 or -ENOMEM */
void hist_free(struct hist *h);
double hist_stddev(const struct hist *h);
/* Nearest rank; @per_myriad 5000 is the median. False where fewer than HIST_ABOVE lie above. */
bool hist_percentile(const struct hist *h, unsigned int per_myriad, uint64_t *out);

#endif
