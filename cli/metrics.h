/* SPDX-License-Identifier: GPL-2.0 */
/*
 * OpenMetrics, as far as the text format of Prometheus means the same by it: node_exporter's
 * textfile collector reads it, and so do readers of OpenMetrics.
 */
#ifndef DMACTL_METRICS_H
#define DMACTL_METRICS_H

#include <stdio.h>

#include "chan.h"
#include "page.h"

/* All of them go to -o, under its name when they are whole, else to standard output. */
int metrics_write(struct ctx *ctx, void (*write)(FILE *f, void *arg), void *arg);

/* @unit: what the name ends with, NULL without. */
void metrics_family(FILE *f, const char *name, const char *type, const char *unit,
		    const char *help);
/* NAME="VALUE" of a label, after the others. */
void metrics_label(FILE *f, bool *first, const char *name, const char *value);

/* page_metrics.c: documents. -1 with ctx->err. */
int page_metrics(struct page *p);
/* chan_metrics.c: channels, quarantine and sessions as they are now. -1 with ctx->err. */
int chan_metrics(struct ctx *ctx, const struct chan_table *t);

#endif
