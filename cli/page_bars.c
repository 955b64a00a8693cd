// SPDX-License-Identifier: GPL-2.0
/* Heat maps of throughput, and what the stages of an operation take. */
#include <inttypes.h>
#include <string.h>

#include "page.h"
#include "report.h"

#define BARS 12 /* whose marks do not touch */

static size_t add_value(uint64_t *v, size_t n, size_t most, uint64_t x)
{
	size_t at = 0;

	while (at < n && v[at] < x)
		at++;
	if ((at < n && v[at] == x) || n == most)
		return n;
	memmove(v + at + 1, v + at, (n - at) * sizeof(*v));
	v[at] = x;
	return n + 1;
}

static size_t index_of(const uint64_t *v, size_t n, uint64_t x)
{
	size_t i = 0;

	while (i < n && v[i] != x)
		i++;
	return i;
}

static void tics(FILE *f, char axis, const uint64_t *v, size_t n, bool bytes)
{
	char text[32];

	fprintf(f, "set %ctics (", axis);
	for (size_t i = 0; i < n; i++) {
		if (bytes)
			size_text(v[i], text, sizeof(text));
		else
			snprintf(text, sizeof(text), "%" PRIu64, v[i]);
		fprintf(f, "%s'%s' %zu", i ? ", " : "", text, i);
	}
	fprintf(f, ") scale 0\nset %crange [-0.5:%zu.5]\n", axis, n - 1);
}

/* Sizes and depths, each a row or a column of the same width. */
static void heat_map(struct page *p, FILE *f, const struct pseries *s)
{
	bool ops = !strcmp(s->command, "interrupt");
	enum pmetric m = ops ? P_OPS : P_THROUGHPUT;
	const struct pcell *c = p->cells.v;
	struct pline l = { s, ANY, ANY };
	uint64_t size[16], depth[16];
	size_t nx = 0, ny = 0, x, y;
	double most = 0, unit = ops ? 1e6 : 1e9;

	for (size_t i = 0; i < p->cells.n; i++) {
		if (!line_has(p, &l, &c[i]) || !c[i].m[m].n)
			continue;
		nx = add_value(size, nx, 16, c[i].size);
		ny = add_value(depth, ny, 16, c[i].depth);
		most = c[i].m[m].median > most ? c[i].m[m].median : most;
	}
	if (nx < 2 || ny < 2 || most <= 0)
		return;
	unit /= most < unit / 20 ? 1000 : 1;
	picture_begin(p, f, "heat", "throughput", &l, 1);
	fprintf(f, "$d << EOD\n");
	for (size_t i = 0; i < p->cells.n; i++) {
		x = index_of(size, nx, c[i].size);
		y = index_of(depth, ny, c[i].depth);
		if (line_has(p, &l, &c[i]) && c[i].m[m].n && x < nx && y < ny)
			fprintf(f, "%zu %zu %.3g\n", x, y, c[i].m[m].median / unit);
	}
	fprintf(f,
		"EOD\nunset key\nunset grid\nset xlabel 'size (bytes)' offset 0,0\nset ylabel 'depth'\n"
		"set palette defined (0 '#f7fbff', 0.5 '#6baed6', 1 '#08306b')\n"
		"set cbrange [0:%.9g]\nset cblabel '%s'\n",
		most / unit,
		unit > 1e8 ? "GB/s" :
		!ops	   ? "MB/s" :
		unit > 1e5 ? "million operations/s" :
			     "thousand operations/s");
	tics(f, 'x', size, nx, true);
	tics(f, 'y', depth, ny, false);
	fprintf(f,
		"plot $d using 1:2:(0.49):(0.48):3 with boxxyerror lc palette fs solid 1 noborder, "
		"$d using 1:($3 < %.9g ? $2 : NaN):3 with labels font ',11' tc rgb 'black', "
		"$d using 1:($3 < %.9g ? NaN : $2):3 with labels font ',11' tc rgb 'white'\n",
		most / unit / 2, most / unit / 2);
}

static void bar(FILE *f, const struct pline *l, const struct pcell *c)
{
	static const enum pmetric stages[] = { P_PREPARE, P_SUBMIT, P_DEVICE, P_WAKEUP };
	char size[32], total[32];
	double sum = 0;

	for (int i = 0; i < 4; i++)
		sum += c->m[stages[i]].n ? c->m[stages[i]].median : 0;
	size_text(l->size, size, sizeof(size));
	time_text(sum, total, sizeof(total));
	fprintf(f, "\"%s, %" PRIu64 "\" %s", size, l->depth, total);
	for (int i = 0; i < 4; i++)
		fprintf(f, " %.4g", c->m[stages[i]].n ? 100 * c->m[stages[i]].median / sum : 0);
	fprintf(f, "\n");
}

static void stages(struct page *p, FILE *f, const struct pline *lines, size_t n)
{
	static const char *const names[] = { "prepare", "submit", "device", "wakeup" };
	static const int colour[] = { 5, 0, 6, 1 };
	const struct pcell *c = p->cells.v;

	picture_begin(p, f, "stages", "stages", lines, n);
	fprintf(f, "$d << EOD\n");
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < p->cells.n; k++)
			if (line_has(p, &lines[i], &c[k]))
				bar(f, &lines[i], &c[k]);
	fprintf(f,
		"EOD\nset style data histograms\nset style histogram rowstacked\nset style fill solid "
		"0.9 border rgb 'white'\nset boxwidth 0.8\nunset grid\nset grid ytics lc rgb "
		"'#d0d0d0' lw 0.5\nset xtics rotate by -40 scale 0\nset xlabel 'size, depth (above: "
		"mean of all stages)'\nset ylabel 'share of the mean (%%)'\nset yrange [0:112]\n"
		"set ytics 0,20,100\nplot ");
	for (int i = 0; i < 4; i++)
		fprintf(f, "$d using %d:xtic(1) title '%s' lc rgb '%s', ", i + 3, names[i],
			line_colours[colour[i]]);
	fprintf(f, "$d using 0:(106):2 with labels font ',11' notitle\n");
}

void page_bars(struct page *p, FILE *f)
{
	const struct pseries *s = p->series.v;
	const struct pcell *c = p->cells.v;
	struct vec lines;
	struct pline *l;

	for (size_t i = 0; i < p->series.n; i++)
		if (!s[i].cpu && !s[i].stream)
			heat_map(p, f, &s[i]);
	for (size_t i = 0; i < p->series.n; i++) {
		lines = (struct vec){ 0 };
		for (size_t k = 0; k < p->cells.n; k++) {
			if (c[k].series != i || s[i].stream || !c[k].m[P_DEVICE].n ||
			    c[k].m[P_DEVICE].median <= 0)
				continue;
			l = vec_add(&lines, sizeof(*l));
			p->no_memory |= !l;
			if (l)
				*l = (struct pline){ &s[i], c[k].size, c[k].depth };
		}
		page_group(p, f, &lines, BARS, stages);
	}
}
