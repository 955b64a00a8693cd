// SPDX-License-Identifier: GPL-2.0
/* Throughput and latency against size and depth. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "text.h"

static bool of_size(const struct pline *l)
{
	return l->size == ANY;
}

/* The data of a line, in a block named @name: where, the median and the range over repeats. */
static size_t block(const struct page *p, FILE *f, const char *name, size_t i,
		    const struct pline *l, enum pmetric m)
{
	const struct pcell *c = p->cells.v;
	size_t n = 0;

	fprintf(f, "$%s%zu << EOD\n", name, i);
	for (size_t k = 0; k < p->cells.n; k++) {
		const struct spread *s = &c[k].m[m];

		if (!line_has(p, l, &c[k]) || !s->n || s->min <= 0)
			continue;
		fprintf(f, "%" PRIu64 " %.9g %.9g %.9g\n", of_size(l) ? c[k].size : c[k].depth,
			s->median, s->min, s->max);
		n++;
	}
	fprintf(f, "EOD\n");
	return n;
}

struct extent {
	double least, most;
	uint64_t x[64];
	size_t n;
};

static void add_x(struct extent *e, uint64_t x)
{
	size_t i = 0;

	while (i < e->n && e->x[i] != x)
		i++;
	if (i == e->n && e->n < sizeof(e->x) / sizeof(e->x[0]))
		e->x[e->n++] = x;
}

static void extend(const struct page *p, struct extent *e, const struct pline *l, enum pmetric m)
{
	const struct pcell *c = p->cells.v;

	for (size_t k = 0; k < p->cells.n; k++) {
		const struct spread *s = &c[k].m[m];

		if (!line_has(p, l, &c[k]) || !s->n || s->min <= 0)
			continue;
		if (!e->n || s->min < e->least)
			e->least = s->min;
		if (!e->n || s->max > e->most)
			e->most = s->max;
		add_x(e, of_size(l) ? c[k].size : c[k].depth);
	}
}

static void title(struct page *p, FILE *f, const struct pline *lines, size_t n, size_t i, size_t of,
		  const char *more)
{
	char *text = line_label(lines, n, i);

	p->no_memory |= !text;
	curve_style(f, of, "yerrorlines", more[0] && strcmp(more, "p50"));
	fprintf(f, " title '");
	if (text)
		gnuplot_text(f, text, LABEL);
	fprintf(f, "%s%s'", text && text[0] && more[0] ? ", " : "", more);
	free(text);
}

/* The CPU's lines that belong beside these: of the command, and of their series if it is one. */
static size_t cpu_lines(const struct page *p, const struct pline *lines, size_t n,
			struct pline *out, size_t most)
{
	const struct pseries *s = p->series.v, *with = lines[0].series;
	bool one = true;
	size_t found = 0;

	for (size_t i = 1; i < n; i++)
		one &= lines[i].series == with;
	for (size_t i = 0; i < p->series.n && found < most; i++) {
		if (!s[i].cpu || strcmp(s[i].command, with->command))
			continue;
		if (one && (s[i].file != with->file ||
			    !json_object_equal(page_get(s[i].what, "channel_stable"),
					       page_get(with->what, "channel_stable"))))
			continue;
		out[found++] = (struct pline){ &s[i], ANY, ANY };
	}
	return found;
}

static void y_rates(FILE *f, const struct extent *e, bool ops)
{
	double unit = ops ? 1e6 : 1e9;
	const char *name = ops ? "million operations/s" : "GB/s";

	if (e->most < unit / 20) {
		unit /= 1000;
		name = ops ? "thousand operations/s" : "MB/s";
	}
	fprintf(f, "set ylabel '%s'\nunit = %g\n", name, unit);
	if (e->most > 30 * e->least)
		fprintf(f, "set logscale y 10\nset format y '%%g'\nset yrange [%g:%g]\n",
			e->least * 0.7 / unit, e->most * 1.4 / unit);
	else
		fprintf(f, "set yrange [0:%g]\n", e->most * 1.08 / unit);
}

static void x_axis(FILE *f, const struct pline *l, const struct extent *e)
{
	fprintf(f, "set xlabel '%s'\n",
		of_size(l) ? "size of an operation (bytes)" : "operations in flight (depth)");
	axis_powers(f, e->x, e->n, of_size(l));
}

static void throughput(struct page *p, FILE *f, const struct pline *lines, size_t n)
{
	bool ops = !strcmp(lines->series->command, "interrupt");
	enum pmetric m = ops ? P_OPS : P_THROUGHPUT;
	struct pline cpu[4];
	size_t nr_cpu = of_size(lines) ? cpu_lines(p, lines, n, cpu, 4) : 0;
	struct extent e = { 0 };

	for (size_t i = 0; i < n; i++)
		extend(p, &e, &lines[i], m);
	for (size_t i = 0; i < nr_cpu; i++)
		extend(p, &e, &cpu[i], m);
	if (!e.n)
		return;
	picture_begin(p, f, "throughput", "", lines, n, n + nr_cpu);
	x_axis(f, lines, &e);
	y_rates(f, &e, ops);
	for (size_t i = 0; i < n; i++)
		block(p, f, "d", i, &lines[i], m);
	for (size_t i = 0; i < nr_cpu; i++)
		block(p, f, "c", i, &cpu[i], m);
	fprintf(f, "plot ");
	for (size_t i = 0; i < n; i++) {
		fprintf(f, "%s$d%zu using 1:($2/unit):($3/unit):($4/unit)", i ? ", " : "", i);
		title(p, f, lines, n, i, i, "");
	}
	for (size_t i = 0; i < nr_cpu; i++) {
		fprintf(f,
			", $c%zu using 1:($2/unit):($3/unit):($4/unit) with yerrorlines lc rgb "
			"'#606060' dt %zu lw 2 pt 2 title '",
			i, i + 2);
		gnuplot_text(f, cpu[i].series->name, LABEL);
		fprintf(f, "'");
	}
	fprintf(f, "\n");
}

static void latency(struct page *p, FILE *f, const struct pline *lines, size_t n)
{
	struct extent e = { 0 };
	bool comma = false;

	for (size_t i = 0; i < n; i++) {
		extend(p, &e, &lines[i], P_P50);
		extend(p, &e, &lines[i], P_P99);
	}
	if (!e.n)
		return;
	picture_begin(p, f, "latency", "", lines, n, 2 * n);
	x_axis(f, lines, &e);
	fprintf(f, "set ylabel 'latency'\n");
	axis_times(f, 'y', e.least, e.most);
	for (size_t i = 0; i < 2 * n; i++)
		block(p, f, "d", i, &lines[i / 2], i % 2 ? P_P99 : P_P50);
	fprintf(f, "plot ");
	for (size_t i = 0; i < 2 * n; i++) {
		fprintf(f, "%s$d%zu using 1:2:3:4", comma ? ", " : "", i);
		title(p, f, lines, n, i / 2, i / 2, i % 2 ? "p99" : "p50");
		comma = true;
	}
	fprintf(f, "\n");
}

void page_plots(struct page *p, FILE *f)
{
	struct vec lines = { 0 };

	page_lines(p, &lines, true);
	page_group(p, f, &lines, 8, throughput);
	page_lines(p, &lines, false);
	page_group(p, f, &lines, 8, throughput);
	page_lines(p, &lines, true);
	page_group(p, f, &lines, 4, latency);
	page_lines(p, &lines, false);
	page_group(p, f, &lines, 4, latency);
}
