/* SPDX-License-Identifier: GPL-2.0 */
/* --plot: pictures of letters below a table, blocks where the locale has UTF-8. */
#ifndef DMACTL_PLOT_H
#define DMACTL_PLOT_H

#include <stdio.h>

#include "backend.h"
#include "hist.h"

/* What comes as cells are done. */
struct plot {
	struct vec points; /* struct plot_point */
	struct hist all;   /* the latencies of all channels' cells */
	bool no_memory;
};

struct plot_point {
	size_t channel; /* SIZE_MAX: all together */
	uint64_t size, depth, batch;
	double value, n; /* mean over repeats, and how many: 0 if none was valid */
};

/* @value below 0: it has no rate. */
void plot_add(struct plot *p, const struct plot_point *at, double value);
void plot_samples(struct plot *p, const struct hist *h);
/* A line for each depth (or, with one size, a single one) of GB/s, or op/s where @ops. */
void plot_sweep(const struct plot *p, FILE *f, const char *what, bool ops);
bool plot_swept(const struct plot *p); /* there is more than one size or depth */
void plot_histogram(FILE *f, const char *what, const struct hist *h);
void plot_free(struct plot *p);

#endif
