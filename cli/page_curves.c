// SPDX-License-Identifier: GPL-2.0
/* Distributions: percentile curves and histograms, of latencies and of streams. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "text.h"

#define PER_DECADE 16 /* steps of a histogram's axis, each a seventh wide */
#define STEP	   0.05

/* What is drawn of a cell: a member of latency_ns, or of the result. */
struct pwhat {
	const char *key, *section, *axis;
};

static const struct pwhat latency = { "total", "distribution", "latency" };
static const struct pwhat interval = { "interval_ns", "streams", "interval between periods" };
static const struct pwhat jitter = { "jitter_ns", "streams", "jitter" };

static const struct pcell *cell_of(const struct page *p, const struct pline *l)
{
	const struct pcell *c = p->cells.v;

	for (size_t i = 0; i < p->cells.n; i++)
		if (line_has(p, l, &c[i]))
			return &c[i];
	return NULL;
}

static void plot_lines(struct page *p, FILE *f, const struct pline *lines, size_t n,
		       const char *with)
{
	char *text;

	for (size_t i = 0; i < n; i++) {
		text = line_label(lines, n, i);
		p->no_memory |= !text;
		fprintf(f, "%s $d%zu using 1:2", i ? "," : "plot", i);
		curve_style(f, i, with, false);
		fprintf(f, "%s title '", strcmp(with, "steps") ? " pi 8" : "");
		if (text)
			gnuplot_text(f, text, LABEL);
		fprintf(f, "'");
		free(text);
	}
	fprintf(f, "\n");
}

static void curve(FILE *f, const struct bins *b, double *least, double *most)
{
	double v;

	for (double x = 0; bins_percentile(b, 1 - pow(10, -x), &v); x += STEP) {
		if (v <= 0)
			continue;
		fprintf(f, "%.3f %.9g\n", x, v);
		*least = fmin(*least, v);
		*most = fmax(*most, v);
	}
}

static void percentiles(struct page *p, FILE *f, const struct pline *lines, size_t n)
{
	double least = INFINITY, most = 0;
	struct bins b;

	picture_begin(p, f, p->what->section, "percentiles", lines, n, n);
	for (size_t i = 0; i < n; i++) {
		bins_read(&b, cell_of(p, &lines[i]), p->what->key);
		fprintf(f, "$d%zu << EOD\n", i);
		curve(f, &b, &least, &most);
		fprintf(f, "EOD\n");
		vec_free(&b.v);
	}
	fprintf(f,
		"set xlabel 'percentile'\nset xtics ('50' 0.30103, '90' 1, '99' 2, '99.9' "
		"3, '99.99' 4, '99.999' 5, '99.9999' 6)\nset xrange [0:]\nset ylabel '%s'\n",
		p->what->axis);
	axis_times(f, 'y', least, most);
	plot_lines(p, f, lines, n, "linespoints");
}

static double step_of(double ns)
{
	return floor(log10(ns < 1 ? 1 : ns) * PER_DECADE);
}

/* Shares of all samples in percent, from the first step that has any to the last. */
static void steps(FILE *f, const struct bins *b)
{
	const struct bin *v = b->v.v;
	size_t i = 0;
	double at, sum;

	if (!b->v.n)
		return;
	at = step_of(v[0].upper);
	fprintf(f, "%.9g 0\n", pow(10, at / PER_DECADE));
	for (; i < b->v.n; at++) {
		for (sum = 0; i < b->v.n && step_of(v[i].upper) <= at; i++)
			sum += v[i].count;
		fprintf(f, "%.9g %.6g\n", pow(10, at / PER_DECADE), 100 * sum / b->n);
	}
	fprintf(f, "%.9g 0\n", pow(10, at / PER_DECADE));
}

static void histogram(struct page *p, FILE *f, const struct pline *lines, size_t n)
{
	double least = INFINITY, most = 0;
	struct bins *b = calloc(n, sizeof(*b));

	p->no_memory |= !b;
	if (!b)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct bin *v;

		bins_read(&b[i], cell_of(p, &lines[i]), p->what->key);
		v = b[i].v.v;
		least = fmin(least, fmax(v[0].upper, 1));
		most = fmax(most, fmax(v[b[i].v.n - 1].upper, 1));
	}
	picture_begin(p, f, p->what->section,
		      p->what == &interval ? "intervals" :
		      p->what == &jitter   ? "jitter" :
					     "latencies",
		      lines, n, n);
	for (size_t i = 0; i < n; i++) {
		fprintf(f, "$d%zu << EOD\n", i);
		steps(f, &b[i]);
		fprintf(f, "EOD\n");
		vec_free(&b[i].v);
	}
	free(b);
	fprintf(f, "set xlabel '%s'\nset ylabel 'share of the samples (%%)'\nset yrange [0:]\n",
		p->what->axis);
	axis_times(f, 'x', least, most);
	plot_lines(p, f, lines, n, "steps");
}

/* A line for each cell that has samples of it. */
static void all_cells(struct page *p, struct vec *lines)
{
	const struct pseries *s = p->series.v;
	const struct pcell *c = p->cells.v;
	struct pline *l;
	struct bins b;

	for (size_t i = 0; i < p->cells.n; i++) {
		bins_read(&b, &c[i], p->what->key);
		l = b.v.n ? vec_add(lines, sizeof(*l)) : NULL;
		p->no_memory |= b.v.n && !l;
		if (l)
			*l = (struct pline){ &s[c[i].series], c[i].size, c[i].depth };
		vec_free(&b.v);
	}
}

static bool enough(const struct page *p, const struct pline *l)
{
	double v;
	struct bins b;
	bool ret;

	bins_read(&b, cell_of(p, l), p->what->key);
	ret = bins_percentile(&b, 0.5, &v) && v > 0;
	vec_free(&b.v);
	return ret;
}

static void draw(struct page *p, FILE *f, const struct pwhat *w, draw_fn fn)
{
	struct vec lines = { 0 };
	struct pline *l;
	size_t n = 0;

	p->what = w;
	all_cells(p, &lines);
	l = lines.v;
	for (size_t i = 0; i < lines.n; i++)
		if (fn != percentiles || enough(p, &l[i]))
			l[n++] = l[i];
	lines.n = n;
	if (n)
		page_group(p, f, &lines, 8, fn);
	else
		vec_free(&lines);
}

void page_curves(struct page *p, FILE *f)
{
	draw(p, f, &latency, percentiles);
	draw(p, f, &latency, histogram);
	draw(p, f, &interval, histogram);
	draw(p, f, &jitter, histogram);
}
