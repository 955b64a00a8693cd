/* SPDX-License-Identifier: GPL-2.0 */
/* Results of measuring commands, as text and as JSON. */
#ifndef DMACTL_REPORT_H
#define DMACTL_REPORT_H

#include "opts.h"
#include "out.h"
#include "result.h"

/* What the results of one channel have in common. */
struct report_channel {
	const struct channel *ch;
	char iommu[16];			/* identity, dma, dma-fq, none */
	bool bounce_free;		/* known not to go through bounce buffers */
};

struct report {
	struct ctx *ctx;
	const char *command;
	const char *job;		/* bench: its name, else NULL */
	uint64_t sequence;		/* bench: which measurement of all, from 1 */
	const struct mopts *o;
	struct report_channel *channels;
	size_t nr_channels;
	size_t nr_cells;
	const char *platform;
	bool show_batch;
};

struct json_object *report_json(const struct report *rep, const struct result *r, size_t channel);
void report_channel_init(const struct backend *b, const struct channel *ch,
			 struct report_channel *out);
/* @node: of the buffer, DMACTL_NONE without. */
void report_channel_json(struct json_object *o, const struct report_channel *rc, uint64_t node);
void report_labels(struct json_object *o, const struct mopts *p);
/* The same of the CPU at the channel's work. */
struct json_object *report_cpu_json(const struct report *rep, const struct result *r,
				    size_t channel);
struct json_object *report_skipped(const struct vec *skipped);	/* struct skip */
struct json_object *report_distribution(const struct hist *h); /* NULL of NULL */
/* A latency as three digits and a unit, right for a column. */
const char *time_text(double ns, char *buf, size_t size);
/* Operations per second, in four digits. */
void rate_text(double v, char *buf, size_t size);
const char *size_text(uint64_t bytes, char *buf, size_t size);
/* On a terminal that wants it, else "". */
const char *bold(bool on);

/* UML accounts a thread's CPU time by ticks: a few of them tell nothing. */
bool report_cpu_known(const struct report *rep, const struct result *r);

/* Mode, completions, verification. */
void report_how(const struct report *rep);
void report_head(const struct report *rep);
void report_row(const struct report *rep, const struct result *r, size_t channel);
/* The stages of a single cell on a single channel, and what was checked. */
void report_single(const struct report *rep, const struct result *r);

#endif
