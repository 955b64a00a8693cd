// SPDX-License-Identifier: GPL-2.0
/* The samples of all repeats of a cell, as far as their histograms tell. */
#include <math.h>
#include <stdlib.h>

#include "page.h"

static int order(const void *a, const void *b)
{
	const struct bin *x = a, *y = b;

	return (x->upper > y->upper) - (x->upper < y->upper);
}

static void add_pair(struct bins *b, struct json_object *pair)
{
	struct bin one, *to;

	if (!json_object_is_type(pair, json_type_array) || json_object_array_length(pair) != 2 ||
	    !page_number(json_object_array_get_idx(pair, 0), &one.upper) ||
	    !page_number(json_object_array_get_idx(pair, 1), &one.count) || one.count < 1)
		return;
	to = vec_add(&b->v, sizeof(*to));
	if (!to)
		return;
	*to = one;
	b->n += one.count;
}

void bins_read(struct bins *b, const struct pcell *c, const char *key)
{
	struct json_object **run = c->runs.v, *d, *h;

	*b = (struct bins){ 0 };
	for (size_t i = 0; i < c->runs.n; i++) {
		d = page_get(page_get(run[i], "latency_ns"), key);
		h = page_get(d ? d : page_get(run[i], key), "histogram");
		for (size_t k = 0;
		     json_object_is_type(h, json_type_array) && k < json_object_array_length(h);
		     k++)
			add_pair(b, json_object_array_get_idx(h, k));
	}
	if (b->v.n)
		qsort(b->v.v, b->v.n, sizeof(struct bin), order);
}

bool bins_percentile(const struct bins *b, double share, double *out)
{
	const struct bin *v = b->v.v;
	double rank = ceil(share * b->n), seen = 0;

	if (b->n - rank < HIST_ABOVE)
		return false;
	for (size_t i = 0; i < b->v.n; i++) {
		seen += v[i].count;
		*out = v[i].upper;
		if (seen >= rank)
			return true;
	}
	return false;
}
