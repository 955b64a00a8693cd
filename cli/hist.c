// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hist.h"

size_t hist_bucket(uint64_t v)
{
	unsigned int shift;

	if (v < 256)
		return v;
	shift = 63 - __builtin_clzll(v) - 7;
	return 256 + (shift - 1) * 128 + (size_t)((v >> shift) - 128);
}

uint64_t hist_upper(size_t bucket)
{
	unsigned int shift;
	uint64_t sub;

	if (bucket < 256)
		return bucket;
	shift = (bucket - 256) / 128 + 1;
	sub = (bucket - 256) % 128 + 128;
	return ((sub + 1) << shift) - 1;	/* wraps to 2^64 - 1 in the last one */
}

static int hist_room(struct hist *h)
{
	if (h->count)
		return 0;
	h->count = malloc(HIST_BUCKETS * sizeof(*h->count));
	if (!h->count)
		return -ENOMEM;
	/* Each page now: no fault in the midst of what is measured, and no more of them later. */
	memset(h->count, 0, HIST_BUCKETS * sizeof(*h->count));
	return 0;
}

int hist_add(struct hist *h, uint64_t v)
{
	double d;

	if (hist_room(h))
		return -ENOMEM;
	if (!h->n || v < h->min)
		h->min = v;
	if (v > h->max)
		h->max = v;
	h->n++;
	d = (double)v - h->mean;
	h->mean += d / (double)h->n;
	h->m2 += d * ((double)v - h->mean);
	h->count[hist_bucket(v)]++;
	return 0;
}

int hist_merge(struct hist *to, const struct hist *from)
{
	double d, n;

	if (!from->n)
		return 0;
	if (hist_room(to))
		return -ENOMEM;
	if (!to->n || from->min < to->min)
		to->min = from->min;
	if (from->max > to->max)
		to->max = from->max;
	d = from->mean - to->mean;
	n = (double)(to->n + from->n);
	to->mean += d * (double)from->n / n;
	to->m2 += from->m2 + d * d * (double)to->n * (double)from->n / n;
	to->n += from->n;
	for (size_t i = 0; i < HIST_BUCKETS; i++)
		to->count[i] += from->count[i];
	return 0;
}

void hist_free(struct hist *h)
{
	free(h->count);
	memset(h, 0, sizeof(*h));
}

double hist_stddev(const struct hist *h)
{
	return h->n > 1 ? sqrt(h->m2 / (double)(h->n - 1)) : 0;
}

bool hist_percentile(const struct hist *h, unsigned int per_myriad, uint64_t *out)
{
	uint64_t rank, seen = 0;

	if (!h->n)
		return false;
	rank = h->n / 10000 * per_myriad + (h->n % 10000 * per_myriad + 9999) / 10000;
	if (h->n - rank < HIST_ABOVE)
		return false;
	for (size_t i = 0; i < HIST_BUCKETS; i++) {
		seen += h->count[i];
		if (seen >= rank) {
			*out = hist_upper(i) < h->max ? hist_upper(i) : h->max;
			return true;
		}
	}
	return false;
}
