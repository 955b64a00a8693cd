// SPDX-License-Identifier: GPL-2.0
/* The numbers of the page, and its pictures as they are put into it. */
#include <inttypes.h>
#include <string.h>

#include "page_html.h"
#include "report.h"
#include "text.h"

enum unit { U_RATE, U_OPS, U_TIME, U_COUNT };

struct column {
	const char *head;
	enum pmetric metric;
	enum unit unit;
};

static const struct column columns[] = {
	{ "GB/s", P_THROUGHPUT, U_RATE }, { "op/s", P_OPS, U_OPS }, { "p50", P_P50, U_TIME },
	{ "p90", P_P90, U_TIME },	  { "p99", P_P99, U_TIME }, { "p99.9", P_P99_9, U_TIME },
	{ "p99.99", P_P99_99, U_TIME },	  { "max", P_MAX, U_TIME },
};

static const struct column of_streams[] = {
	{ "GB/s", P_THROUGHPUT, U_RATE },      { "periods", P_PERIODS, U_COUNT },
	{ "lost", P_LOST, U_COUNT },	       { "interval", P_INTERVAL, U_TIME },
	{ "its p99", P_INTERVAL_P99, U_TIME }, { "jitter", P_JITTER, U_TIME },
	{ "its p99", P_JITTER_P99, U_TIME },   { "wakeup", P_WAKEUP_P50, U_TIME },
};

static void number(FILE *f, double v, enum unit unit)
{
	static const char prefix[] = " kMG";
	char text[32];
	int u = 0;

	switch (unit) {
	case U_RATE:
		fprintf(f, "%.*f", v < 9.995e9 ? 3 : v < 99.95e9 ? 2 : 1, v / 1e9);
		break;
	case U_TIME:
		time_text(v, text, sizeof(text));
		for (const char *c = text; *c; c++)
			fputs(*c == 'u' ? "µ" : (char[]){ *c, '\0' }, f);
		break;
	case U_OPS:
		for (; u < 3 && v >= 9999.5; u++)
			v /= 1000;
		fprintf(f, "%.*f%.*s", u && v < 99.95 ? 1 : 0, v, u ? 1 : 0, prefix + u);
		break;
	default:
		fprintf(f, "%.0f", v);
	}
}

static void value(FILE *f, const struct spread *s, enum unit unit)
{
	fprintf(f, "<td class=\"n\">");
	if (s->n)
		number(f, s->median, unit);
	else
		fputs("–", f);
	if (s->n > 1) {
		fprintf(f, "<small>");
		number(f, s->min, unit);
		fputs("…", f);
		number(f, s->max, unit);
		fprintf(f, "</small>");
	}
	fprintf(f, "</td>");
}

static void row(const struct page *p, FILE *f, const struct pcell *c, const struct column *col,
		size_t n)
{
	const struct pseries *s = (const struct pseries *)p->series.v + c->series;
	char size[32];

	fprintf(f, "<tr><td>%s", s->cpu ? "cpu-" : "");
	markup_text(f, s->command);
	fprintf(f, "</td><td class=\"of\">");
	markup_text(f, s->name);
	fprintf(f,
		"%s</td><td class=\"n\">%s</td><td class=\"n\">%" PRIu64 "</td><td class=\"n\">%zu"
		"</td>",
		s->simulated ? " <strong>SIMULATED</strong>" : "",
		!strcmp(s->command, "interrupt") ? "–" : size_text(c->size, size, sizeof(size)),
		c->depth, c->runs.n);
	for (size_t i = 0; i < n; i++)
		value(f, &c->m[col[i].metric], col[i].unit);
	fprintf(f, "</tr>\n");
}

static void table(const struct page *p, FILE *f, bool streams, const struct column *col, size_t n)
{
	const struct pseries *s = p->series.v;
	const struct pcell *c = p->cells.v;
	bool any = false;

	for (size_t i = 0; i < p->cells.n; i++)
		any |= s[c[i].series].stream == streams;
	if (!any)
		return;
	fprintf(f,
		"<div class=\"scroll\"><table class=\"data\">\n<thead><tr><th>command</th>"
		"<th>of</th>"
		"<th class=\"n\">%s</th><th class=\"n\">%s</th><th class=\"n\">repeats</th>",
		streams ? "period" : "size", streams ? "ring" : "depth");
	for (size_t i = 0; i < n; i++)
		fprintf(f, "<th class=\"n\">%s</th>", col[i].head);
	fprintf(f, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < p->cells.n; i++)
		if (s[c[i].series].stream == streams)
			row(p, f, &c[i], col, n);
	fprintf(f, "</tbody></table></div>\n");
}

void page_tables(const struct page *p, FILE *f)
{
	fprintf(f, "<h2 id=\"summary\">Summary</h2>\n<p class=\"dim\">%s</p>\n",
		p->cells.n ? "Medians over repeats, below them the smallest and the largest." :
			     "There is no valid result.");
	table(p, f, false, columns, sizeof(columns) / sizeof(columns[0]));
	table(p, f, true, of_streams, sizeof(of_streams) / sizeof(of_streams[0]));
}

/* gnuplot gives its marks the same names in each picture: here each has its own. */
void page_svg(const struct picture *pic, size_t nr, FILE *f)
{
	static const char *const names[] = { "id='", "id=\"", "href='#", "href=\"#", "url(#" };
	const char *s = pic->svg, *end = s + pic->len;
	size_t n;

	while (s < end) {
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			n = strlen(names[i]);
			if ((size_t)(end - s) <= n || strncmp(s, names[i], n))
				continue;
			fprintf(f, "%sp%zu-", names[i], nr);
			s += n;
			break;
		}
		fputc(*s++, f);
	}
}
