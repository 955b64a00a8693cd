// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot.h"
#include "report.h"

#define ROWS 16
#define BAR  40 /* with all else 80 columns */

static bool utf8(void)
{
	locale_t l = newlocale(LC_CTYPE_MASK, "", NULL);
	bool ret = l && !strcmp(nl_langinfo_l(CODESET, l), "UTF-8");

	if (l)
		freelocale(l);
	return ret;
}

static bool same(const struct plot_point *a, const struct plot_point *b)
{
	return a->channel == b->channel && a->size == b->size && a->depth == b->depth &&
	       a->batch == b->batch;
}

void plot_add(struct plot *p, const struct plot_point *at, double value)
{
	struct plot_point *v = p->points.v;
	size_t i = 0;

	while (i < p->points.n && !same(&v[i], at))
		i++;
	if (i == p->points.n) {
		v = vec_add(&p->points, sizeof(*v));
		p->no_memory |= !v;
		if (!v)
			return;
		*v = *at;
		v->value = v->n = 0;
		v = p->points.v;
	}
	if (value < 0)
		return;
	v[i].n++;
	v[i].value += (value - v[i].value) / v[i].n;
}

void plot_samples(struct plot *p, const struct hist *h)
{
	p->no_memory |= h && hist_merge(&p->all, h);
}

void plot_free(struct plot *p)
{
	vec_free(&p->points);
	hist_free(&p->all);
}

/* The share of the eight steps from nothing to @most. */
static const char *spark(double v, double most, bool blocks)
{
	static const char *const fine[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const plain[] = { "_", ".", ":", "-", "=", "+", "*", "#" };
	int step = most > 0 ? (int)(v / most * 8) : 0;

	step = step > 7 ? 7 : step;
	return blocks ? fine[step] : plain[step];
}

static bool more_sizes(const struct plot *p)
{
	const struct plot_point *v = p->points.v;

	for (size_t i = 1; i < p->points.n; i++)
		if (v[i].size != v[0].size)
			return true;
	return false;
}

static bool differs(const struct plot *p, uint64_t (*of)(const struct plot_point *))
{
	const struct plot_point *v = p->points.v;

	for (size_t i = 1; i < p->points.n; i++)
		if (of(&v[i]) != of(&v[0]))
			return true;
	return false;
}

static uint64_t of_channel(const struct plot_point *v)
{
	return v->channel;
}

static uint64_t of_depth(const struct plot_point *v)
{
	return v->depth;
}

static uint64_t of_batch(const struct plot_point *v)
{
	return v->batch;
}

bool plot_swept(const struct plot *p)
{
	return more_sizes(p) || differs(p, of_depth) || differs(p, of_batch);
}

/* One is of the line that begins with the other: all of it is the same but what the line is over. */
static bool on_line(const struct plot_point *a, const struct plot_point *b, bool sizes)
{
	return a->channel == b->channel && a->batch == b->batch && (!sizes || a->depth == b->depth);
}

static void name_line(const struct plot *p, FILE *f, const struct plot_point *v, bool sizes)
{
	char text[80] = "";
	size_t n = 0;

	if (differs(p, of_channel))
		n += (size_t)(v->channel == SIZE_MAX ?
				      snprintf(text, sizeof(text), "all ") :
				      snprintf(text, sizeof(text), "[%zu] ", v->channel));
	if (sizes && differs(p, of_depth))
		n += (size_t)snprintf(text + n, sizeof(text) - n, "depth %" PRIu64 " ", v->depth);
	if (differs(p, of_batch))
		snprintf(text + n, sizeof(text) - n, "batch %" PRIu64 " ", v->batch);
	fprintf(f, "  %-18.40s", text);
}

static void range(FILE *f, double least, double most, bool ops)
{
	char a[32], b[32];

	if (ops) {
		rate_text(least, a, sizeof(a));
		rate_text(most, b, sizeof(b));
		fprintf(f, " %s to %s op/s\n", a, b);
	} else {
		fprintf(f, " %.3g to %.3g GB/s\n", least / 1e9, most / 1e9);
	}
}

static void sparkline(const struct plot *p, FILE *f, size_t from, bool sizes, double most, bool ops)
{
	const struct plot_point *v = p->points.v;
	double low = INFINITY, high = 0;
	bool blocks = utf8();
	int columns = 0;

	name_line(p, f, &v[from], sizes);
	for (size_t i = from; i < p->points.n && columns < BAR; i++) {
		if (!on_line(&v[from], &v[i], sizes))
			continue;
		columns++;
		fputs(v[i].n ? spark(v[i].value, most, blocks) : " ", f);
		if (!v[i].n)
			continue;
		low = fmin(low, v[i].value);
		high = fmax(high, v[i].value);
	}
	if (high > 0)
		range(f, low, high, ops);
	else
		fputs(" no valid result\n", f);
}

void plot_sweep(const struct plot *p, FILE *f, const char *what, bool ops)
{
	const struct plot_point *v = p->points.v;
	bool sizes = more_sizes(p), first;
	double most = 0;

	for (size_t i = 0; i < p->points.n; i++)
		most = fmax(most, v[i].value);
	fprintf(f, "\n%s by %s, from the first to the last\n", ops ? "operations" : "throughput",
		sizes ? what : "depth");
	for (size_t i = 0; i < p->points.n; i++) {
		first = true;
		for (size_t k = 0; k < i; k++)
			first &= !on_line(&v[k], &v[i], sizes);
		if (first)
			sparkline(p, f, i, sizes, most, ops);
	}
}

/* How many columns are left of it. */
static int bar(FILE *f, double share, bool blocks)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int n = (int)(share * BAR * 8), columns = 0;

	/* What is there is seen. */
	n = share > 0 && n < 1 ? 1 : n;
	for (; columns < n / 8; columns++)
		fputs(blocks ? "█" : "#", f);
	if (n % 8) {
		fputs(blocks ? eighths[n % 8] : columns ? "" : ".", f);
		columns += blocks || !columns;
	}
	return BAR - columns;
}

struct steps {
	double low, ratio; /* a row is as many times the one above */
	double count[ROWS];
	int n;
};

static int step_of(const struct steps *s, double v)
{
	int i = (int)(log(fmax(v, s->low) / s->low) / log(s->ratio));

	return i < s->n ? i : s->n - 1;
}

static void fill(struct steps *s, const struct hist *h)
{
	double span;

	s->low = h->min ? (double)h->min : 1;
	span = fmax((double)h->max, s->low) / s->low;
	s->n = span < 1.05 ? 1 : span < pow(1.05, ROWS) ? (int)ceil(log(span) / log(1.05)) : ROWS;
	s->ratio = fmax(pow(span, 1.0 / s->n) * 1.0001, 1.0001);
	for (size_t i = 0; i < HIST_BUCKETS; i++)
		if (h->count[i])
			s->count[step_of(s, fmin((double)hist_upper(i), (double)h->max))] +=
				(double)h->count[i];
}

static void marks(FILE *f, const struct steps *s, const struct hist *h, int row)
{
	static const struct {
		const char *name;
		unsigned int at;
	} all[] = { { "p50", 5000 }, { "p90", 9000 }, { "p99", 9900 }, { "p99.9", 9990 } };
	uint64_t v;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (hist_percentile(h, all[i].at, &v) && step_of(s, (double)v) == row)
			fprintf(f, " %s", all[i].name);
	fputc('\n', f);
}

void plot_histogram(FILE *f, const char *what, const struct hist *h)
{
	struct steps s = { 0 };
	bool blocks = utf8();
	double most = 0, share;
	char text[32];
	int left;

	if (!h->n)
		return;
	fill(&s, h);
	for (int i = 0; i < s.n; i++)
		most = fmax(most, s.count[i]);
	fprintf(f, "\n%s of %" PRIu64 ", rows from\n", what, h->n);
	for (int i = 0; i < s.n; i++) {
		share = 100 * s.count[i] / (double)h->n;
		time_text(s.low * pow(s.ratio, i), text, sizeof(text));
		fprintf(f, "  %7s%s", text, s.count[i] ? " " : "");
		left = bar(f, s.count[i] / most, blocks);
		if (s.count[i] && share < 0.1)
			fprintf(f, "%*s%7s", left, "", "<0.1%");
		else if (s.count[i])
			fprintf(f, "%*s%6.1f%%", left, "", share);
		marks(f, &s, h, i);
	}
}
