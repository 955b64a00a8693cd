// SPDX-License-Identifier: GPL-2.0
/* Lines, and which of them share a picture: few enough to be told apart. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "report.h"
#include "text.h"

/* Okabe and Ito's, which the colour-blind tell apart, in the order of their contrast on white. */
const char *const line_colours[8] = {
	"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#56b4e9", "#8c6d31",
};

#define WIDTH  480
#define HEIGHT 320
#define TITLE  56 /* characters that fit above a picture */

bool line_has(const struct page *p, const struct pline *l, const struct pcell *c)
{
	const struct pseries *s = p->series.v;

	return &s[c->series] == l->series && (l->size == ANY || l->size == c->size) &&
	       (l->depth == ANY || l->depth == c->depth);
}

static bool known(const struct vec *lines, const struct pline *l)
{
	const struct pline *o = lines->v;

	for (size_t i = 0; i < lines->n; i++)
		if (o[i].series == l->series && o[i].size == l->size && o[i].depth == l->depth)
			return true;
	return false;
}

static size_t points(const struct page *p, const struct pline *l)
{
	const struct pcell *c = p->cells.v;
	size_t n = 0;

	for (size_t i = 0; i < p->cells.n; i++)
		n += line_has(p, l, &c[i]);
	return n;
}

void page_lines(struct page *p, struct vec *lines, bool by_size)
{
	const struct pseries *s = p->series.v;
	const struct pcell *c = p->cells.v;
	struct pline l, *one;

	for (size_t i = 0; i < p->cells.n; i++) {
		l = (struct pline){ &s[c[i].series], by_size ? ANY : c[i].size,
				    by_size ? c[i].depth : ANY };
		if (l.series->stream || l.series->cpu || known(lines, &l) || points(p, &l) < 2)
			continue;
		one = vec_add(lines, sizeof(*one));
		if (one)
			*one = l;
		p->no_memory |= !one;
	}
}

static bool same_series(const struct pline *a, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (a[i].series != a[0].series)
			return false;
	return true;
}

static bool same_size(const struct pline *a, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (a[i].size != a[0].size)
			return false;
	return a[0].size != ANY;
}

static bool same_depth(const struct pline *a, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (a[i].depth != a[0].depth)
			return false;
	return a[0].depth != ANY;
}

static void add_text(FILE *f, const char *of, uint64_t v, bool bytes)
{
	char text[32];

	if (bytes)
		fprintf(f, "%s%s", of, size_text(v, text, sizeof(text)));
	else
		fprintf(f, "%s%" PRIu64, of, v);
}

/* What all have, or what only the i-th has. */
static void describe(FILE *f, const struct pline *a, size_t n, size_t i, bool common)
{
	const struct pline *l = &a[i];
	const char *comma = common ? ", " : "";

	if (same_series(a, n) == common) {
		fprintf(f, "%s%s", comma, l->series->name);
		comma = ", ";
	}
	if (l->size != ANY && same_size(a, n) == common) {
		fputs(comma, f);
		add_text(f, l->series->stream ? "period " : common ? "size " : "", l->size, true);
		comma = ", ";
	}
	if (l->depth != ANY && same_depth(a, n) == common) {
		fputs(comma, f);
		add_text(f, l->series->stream ? "ring of " : "depth ", l->depth, false);
	}
}

char *line_label(const struct pline *lines, size_t n, size_t i)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	describe(f, lines, n, i, false);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

/* About as high as gnuplot makes the names of that many curves. */
static unsigned int key_height(struct page *p, const struct pline *lines, size_t n, size_t curves)
{
	size_t longest = 0, columns, length;
	char *text;

	for (size_t i = 0; i < n; i++) {
		text = line_label(lines, n, i);
		p->no_memory |= !text;
		length = text ? strlen(text) : 0;
		longest = length > longest ? length : longest;
		free(text);
	}
	longest += curves > n ? 5 : 0;
	columns = WIDTH / (60 + 8 * (longest < LABEL ? longest : LABEL));
	columns = columns ? columns : 1;
	return (unsigned int)((curves + columns - 1) / columns * 20);
}

void picture_begin(struct page *p, FILE *f, const char *section, const char *what,
		   const struct pline *lines, size_t n, size_t curves)
{
	struct picture *pic = vec_add(&p->pictures, sizeof(*pic));
	size_t size = 0;
	FILE *t;

	t = pic ? open_memstream(&pic->title, &size) : NULL;
	if (!t) {
		p->no_memory = true;
		return;
	}
	pic->section = section;
	fprintf(t, "%s%s%s", lines->series->command, what[0] ? " " : "", what);
	describe(t, lines, n, 0, true);
	if (fclose(t)) {
		p->no_memory = true;
		return;
	}
	fprintf(f,
		"reset\nset terminal svg size %d,%u dynamic noenhanced font "
		"'Helvetica,Arial,sans-serif,14' linewidth 1.5 background rgb 'white' name 'p%zu'\n"
		"set title '",
		WIDTH, HEIGHT + key_height(p, lines, n, curves), p->pictures.n);
	gnuplot_text(f, pic->title, TITLE);
	fprintf(f, "'\nset key below Left reverse samplen 2.5\nset xlabel offset 0,0.5\n"
		   "set tics nomirror\n"
		   "set grid xtics ytics lc rgb '#d0d0d0' lw 0.5\nset border 3\n");
}

static void in_pieces(struct page *p, FILE *f, const struct pline *a, size_t n, size_t most,
		      draw_fn draw)
{
	for (size_t i = 0; i < n; i += most)
		draw(p, f, a + i, n - i < most ? n - i : most);
}

/* The i-th shares with the first what the step splits by. */
static bool together(const struct pline *a, const struct pline *b, int step)
{
	switch (step) {
	case 0:
		return a->series->stream == b->series->stream &&
		       !strcmp(a->series->command, b->series->command);
	case 1:
		return a->series == b->series;
	case 2:
		return a->depth == b->depth;
	default:
		return a->size == b->size;
	}
}

static size_t distinct(const struct pline *a, size_t n, int step)
{
	size_t count = 0, k;

	for (size_t i = 0; i < n; i++) {
		for (k = 0; k < i && !together(&a[i], &a[k], step); k++)
			;
		count += k == i;
	}
	return count;
}

/* By what the fewer pictures come of, as long as they are of several lines; else they are cut. */
static int next_step(const struct pline *a, size_t n, int step)
{
	size_t depths = distinct(a, n, 2), sizes = distinct(a, n, 3);

	if (step < 1)
		return step + 1;
	if (step > 1 || depths < 2 || sizes < 2)
		return 4;
	return depths <= sizes ? 2 : 3;
}

/* By command, then by series, then by depth or size; what is still too much is cut. */
static void split(struct page *p, FILE *f, struct pline *a, size_t n, size_t most, draw_fn draw,
		  int step)
{
	struct pline *rest = calloc(n, sizeof(*rest)), first;
	size_t same, others;

	p->no_memory |= !rest;
	while (rest && n) {
		same = others = 0;
		first = a[0];
		for (size_t i = 0; i < n; i++) {
			if (together(&first, &a[i], step))
				a[same++] = a[i];
			else
				rest[others++] = a[i];
		}
		if (same <= most)
			draw(p, f, a, same);
		else if (next_step(a, same, step) < 4)
			split(p, f, a, same, most, draw, next_step(a, same, step));
		else
			in_pieces(p, f, a, same, most, draw);
		memcpy(a, rest, others * sizeof(*a));
		n = others;
	}
	free(rest);
}

void page_group(struct page *p, FILE *f, struct vec *lines, size_t most, draw_fn draw)
{
	if (lines->n)
		split(p, f, lines->v, lines->n, most, draw, 0);
	vec_free(lines);
}
