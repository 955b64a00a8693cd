// SPDX-License-Identifier: GPL-2.0
/* What documents hold, as metrics: a sample for each cell, the median over its repeats. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "metrics.h"
#include "text.h"

struct sample {
	enum pmetric metric;
	const char *label, *value; /* one that only this sample has, NULL without */
};

struct family {
	const char *name, *type, *unit, *help;
	double scale;
	struct sample samples[8];
	size_t n;
};

static const struct family families[] = {
	{ "dmactl_throughput_bytes_per_second",
	  "gauge",
	  "bytes_per_second",
	  "Bytes at the destinations of operations that were right.",
	  1,
	  { { P_THROUGHPUT, NULL, NULL } },
	  1 },
	{ "dmactl_operations_per_second",
	  "gauge",
	  "per_second",
	  "Operations that were right.",
	  1,
	  { { P_OPS, NULL, NULL } },
	  1 },
	{ "dmactl_latency_seconds",
	  "summary",
	  "seconds",
	  "From the preparation of an operation to its completion.",
	  1e-9,
	  { { P_P50, "quantile", "0.5" },
	    { P_P90, "quantile", "0.9" },
	    { P_P99, "quantile", "0.99" },
	    { P_P99_9, "quantile", "0.999" },
	    { P_P99_99, "quantile", "0.9999" } },
	  5 },
	{ "dmactl_stage_mean_seconds",
	  "gauge",
	  "seconds",
	  "Mean time in a stage of an operation.",
	  1e-9,
	  { { P_PREPARE, "stage", "prepare" },
	    { P_SUBMIT, "stage", "submit" },
	    { P_DEVICE, "stage", "device" },
	    { P_WAKEUP, "stage", "wakeup" } },
	  4 },
	{ "dmactl_periods",
	  "gauge",
	  NULL,
	  "Periods of a stream that were handed over.",
	  1,
	  { { P_PERIODS, NULL, NULL } },
	  1 },
	{ "dmactl_periods_lost",
	  "gauge",
	  NULL,
	  "Periods of a stream that were lost.",
	  1,
	  { { P_LOST, NULL, NULL } },
	  1 },
	{ "dmactl_interval_seconds",
	  "summary",
	  "seconds",
	  "Between two periods of a stream.",
	  1e-9,
	  { { P_INTERVAL, "quantile", "0.5" }, { P_INTERVAL_P99, "quantile", "0.99" } },
	  2 },
	{ "dmactl_jitter_seconds",
	  "summary",
	  "seconds",
	  "Between a period's callback and when it was due.",
	  1e-9,
	  { { P_JITTER, "quantile", "0.5" }, { P_JITTER_P99, "quantile", "0.99" } },
	  2 },
};

/* Each odd byte as _xHH, and _x itself as well: different names stay different. */
static void label_name(FILE *f, const char *key)
{
	for (; *key; key++) {
		if ((isalnum((unsigned char)*key) || *key == '_') && (*key != '_' || key[1] != 'x'))
			fputc(*key, f);
		else
			fprintf(f, "_x%02x", (unsigned char)*key);
	}
}

static void user_labels(FILE *f, struct json_object *labels)
{
	json_object_object_foreach(labels, key, v) {
		fprintf(f, ",label_");
		label_name(f, key);
		fprintf(f, "=\"");
		metrics_text(f, v ? json_object_get_string(v) : "");
		fputc('"', f);
	}
}

static void environment(FILE *f, bool *first, const struct pfile *file, const char *key)
{
	struct json_object *v = page_get(file->environment, key);

	if (v || !strcmp(key, "platform"))
		metrics_label(f, first, key, v ? json_object_get_string(v) : "unknown");
}

/* All that tells the cell from others, in the order of the document. */
static void labels(const struct page *p, FILE *f, const struct pcell *c)
{
	const struct pseries *s = (const struct pseries *)p->series.v + c->series;
	const struct pfile *file = (const struct pfile *)p->files.v + s->file;
	bool first = true;
	char text[32];

	if (p->files.n > 1)
		metrics_label(f, &first, "file", file->label);
	json_object_object_foreach(s->what, key, v) {
		if (!v || !strcmp(key, "file") || !strcmp(key, "labels"))
			continue;
		metrics_label(f, &first, !strcmp(key, "channel_stable") ? "channel" : key,
			      json_object_get_string(v));
	}
	snprintf(text, sizeof(text), "%" PRIu64, c->size);
	metrics_label(f, &first, s->stream ? "period" : "size", text);
	snprintf(text, sizeof(text), "%" PRIu64, c->depth);
	metrics_label(f, &first, s->stream ? "ring_periods" : "depth", text);
	if (s->driver)
		metrics_label(f, &first, "driver", s->driver);
	metrics_label(f, &first, "simulated", s->simulated ? "true" : "false");
	environment(f, &first, file, "platform");
	if (json_object_is_type(page_get(s->what, "labels"), json_type_object))
		user_labels(f, page_get(s->what, "labels"));
}

static void one_family(const struct page *p, FILE *f, const struct family *m)
{
	const struct pcell *c = p->cells.v;
	bool begun = false;

	for (size_t i = 0; i < p->cells.n; i++) {
		for (size_t k = 0; k < m->n; k++) {
			const struct sample *s = &m->samples[k];

			if (!c[i].m[s->metric].n)
				continue;
			if (!begun)
				metrics_family(f, m->name, m->type, m->unit, m->help);
			begun = true;
			fprintf(f, "%s{", m->name);
			labels(p, f, &c[i]);
			if (s->label)
				fprintf(f, ",%s=\"%s\"", s->label, s->value);
			fprintf(f, "} %.9g\n", c[i].m[s->metric].median * m->scale);
		}
	}
}

static void repeats(const struct page *p, FILE *f)
{
	const struct pcell *c = p->cells.v;

	if (p->cells.n)
		metrics_family(f, "dmactl_repeats", "gauge", NULL, "Valid repeats of a cell.");
	for (size_t i = 0; i < p->cells.n; i++) {
		fprintf(f, "dmactl_repeats{");
		labels(p, f, &c[i]);
		fprintf(f, "} %zu\n", c[i].runs.n);
	}
}

static void of_file(const struct page *p, FILE *f, bool *first, size_t i)
{
	if (p->files.n > 1)
		metrics_label(f, first, "file", ((const struct pfile *)p->files.v)[i].label);
}

static void results(const struct page *p, FILE *f)
{
	const struct pfile *file = p->files.v;

	metrics_family(f, "dmactl_results", "gauge", NULL, "Results of a document.");
	for (size_t i = 0; i < p->files.n; i++) {
		for (int valid = 0; valid < 2; valid++) {
			bool first = true;

			fprintf(f, "dmactl_results{");
			of_file(p, f, &first, i);
			metrics_label(f, &first, "valid", valid ? "true" : "false");
			fprintf(f, "} %zu\n", valid ? file[i].valid : file[i].invalid);
		}
	}
}

/* When the measurement began: an old one is seen by that. */
static void times(const struct page *p, FILE *f)
{
	static const char name[] = "dmactl_measured_timestamp_seconds";
	const struct pfile *file = p->files.v;
	struct json_object *v;
	bool begun = false, first;
	struct tm tm;
	const char *end;

	for (size_t i = 0; i < p->files.n; i++) {
		tm = (struct tm){ 0 };
		v = page_get(file[i].environment, "time");
		end = v ? strptime(json_object_get_string(v), "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
		if (!end || strcmp(end, "Z"))
			continue;
		if (!begun)
			metrics_family(f, name, "gauge", "seconds", "When it was measured.");
		begun = true;
		fprintf(f, "%s", name);
		first = true;
		if (p->files.n > 1) {
			fputc('{', f);
			of_file(p, f, &first, i);
			fputc('}', f);
		}
		fprintf(f, " %lld\n", (long long)timegm(&tm));
	}
}

static void environments(const struct page *p, FILE *f)
{
	static const char *const keys[] = {
		"hostname", "machine", "platform", "arch", "cpu", "kernel", "dmactl", "module",
	};
	const struct pfile *file = p->files.v;
	bool first;

	metrics_family(f, "dmactl_environment", "gauge", NULL, "Where it was measured; always 1.");
	for (size_t i = 0; i < p->files.n; i++) {
		first = true;
		fprintf(f, "dmactl_environment{");
		of_file(p, f, &first, i);
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
			environment(f, &first, &file[i], keys[k]);
		fprintf(f, "} 1\n");
	}
}

static void write_all(FILE *f, void *arg)
{
	const struct page *p = arg;

	environments(p, f);
	times(p, f);
	results(p, f);
	repeats(p, f);
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		one_family(p, f, &families[i]);
}

int page_metrics(struct page *p)
{
	if (p->ctx->output && outfile_check("-o", p->ctx->output, p->ctx->force, &p->ctx->err))
		return -1;
	return page_load(p) ? -1 : metrics_write(p->ctx, write_all, p);
}
