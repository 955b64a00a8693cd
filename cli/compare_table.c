// SPDX-License-Identifier: GPL-2.0
/* A comparison for people: in 80 columns, or as a table of a merge request. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "report.h"

#define COLUMNS 80
#define NAME	12 /* columns of a metric's name */

static const char *const marks[NR_VERDICTS] = {
	[V_NONE] = "~",	     [V_SMALL] = "small",	  [V_BETTER] = "better",
	[V_WORSE] = "WORSE", [V_UNDECIDED] = "undecided", [V_VANISHED] = "vanished",
	[V_NEW] = "new",
};

/* Words, the lines after the first one indented. */
static void wrap(const char *text)
{
	int at = 0, n;

	while (*text) {
		n = (int)strcspn(text, " ");
		if (at && at + 1 + n > COLUMNS) {
			printf("\n  ");
			at = 2;
		} else if (at) {
			at += printf(" ");
		}
		at += printf("%.*s", n, text);
		text += n + (text[n] == ' ');
	}
	printf("\n");
}

static void __attribute__((format(printf, 1, 2))) say(const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) >= 0) {
		wrap(text);
		free(text);
	}
	va_end(ap);
}

struct columns {
	char median[2][16], percent[16], interval[40], p[16];
};

static void columns(const struct crow *r, struct columns *t)
{
	char low[16], high[16];

	for (int i = 0; i < 2; i++)
		if (r->n[i])
			compare_value_text(r->metric, r->median[i], t->median[i],
					   sizeof(t->median[i]));
		else
			strcpy(t->median[i], "-");
	strcpy(t->percent, "-");
	strcpy(t->interval, "-");
	strcpy(t->p, "-");
	if (r->has_percent)
		compare_percent_text(r->percent, t->percent, sizeof(t->percent));
	if (r->has_interval)
		snprintf(t->interval, sizeof(t->interval), "%s to %s",
			 compare_percent_text(r->interval[0], low, sizeof(low)),
			 compare_percent_text(r->interval[1], high, sizeof(high)));
	if (r->tested)
		compare_p_text(r->p_holm, t->p, sizeof(t->p));
}

static void row(const struct crow *r)
{
	bool strong = r->verdict == V_WORSE || r->verdict == V_BETTER;
	struct columns t;

	columns(r, &t);
	printf("  %-*s", NAME, r->metric->name);
	if (strlen(r->metric->name) > NAME)
		printf("\n  %*s", NAME, "");
	printf(" %9s %9s %7s %19s %6s %s%s%s\n", t.median[0], t.median[1], t.percent, t.interval,
	       t.p, bold(strong), marks[r->verdict], strong ? bold(false) : "");
}

static const struct cset *set_of(const struct compare *c, size_t set)
{
	return (const struct cset *)c->news.v + set;
}

static void cell_line(const struct compare *c, const struct crow *r)
{
	char *label = compare_label(c, r->cell);

	say("%s (%zu and %zu repeats)", label && *label ? label : "the only cell", r->n[0],
	    r->n[1]);
	free(label);
}

static void table_note(void *arg, const char *of, const char *text)
{
	(void)arg;
	say("%s: %s", of, text);
}

static void table_head(const struct compare *c, size_t set)
{
	char where[96], *common = compare_common(c);

	say("%s%s%s against %s%s%s: a difference counts above %g%%, alpha %g", bold(true),
	    set_of(c, set)->name, bold(false), bold(true), c->base.name, bold(false), c->threshold,
	    c->alpha);
	if (*compare_where(c, where, sizeof(where)))
		say("%s", where);
	if (common && *common)
		say("all cells: %s", common);
	free(common);
	compare_base_notes(c, table_note, NULL);
	compare_notes(c, set, table_note, NULL);
}

static void lonely(const struct compare *c, const struct crow *r)
{
	char *label = compare_label(c, r->cell);

	say("%s: %s", r->verdict == V_NEW ? "new, not in the base" : "vanished",
	    label && *label ? label : "the only cell");
	free(label);
}

static void summary(const struct compare *c)
{
	say("%zu worse, %zu better, %zu small, %zu without a difference that can be told (~), %zu "
	    "undecided; %zu cells vanished, %zu new",
	    c->count[V_WORSE], c->count[V_BETTER], c->count[V_SMALL], c->count[V_NONE],
	    c->count[V_UNDECIDED], c->count[V_VANISHED], c->count[V_NEW]);
	if (c->count[V_UNDECIDED])
		say("undecided: fewer than %d repeats a side (--repeat)", COMPARE_LEAST);
}

static void table(const struct compare *c)
{
	const struct crow *r = c->rows.v;
	const struct ccell *last = NULL;
	size_t set = c->news.n;

	for (size_t i = 0; i <= c->rows.n; i++) {
		size_t now = i < c->rows.n ? r[i].set : c->news.n - 1;

		/* Also of those without a row. */
		while (set != now) {
			set = set == c->news.n ? 0 : set + 1;
			printf("%s", set ? "\n" : "");
			table_head(c, set);
			printf("\n%s  %-*s %9s %9s %7s %19s %6s%s\n", bold(true), NAME, "metric",
			       "base", "new", "diff", "interval", "p", bold(false));
			last = NULL;
		}
		if (i == c->rows.n || r[i].verdict == V_DIFFERS)
			continue;
		if (!r[i].metric) {
			lonely(c, &r[i]);
			continue;
		}
		if (r[i].cell != last)
			cell_line(c, &r[i]);
		last = r[i].cell;
		row(&r[i]);
	}
	printf("\n");
	summary(c);
}

const struct compare_printer compare_table = { "table", table };

/* Text in a cell of a table, or in a line. */
static void put(const char *s)
{
	for (; s && *s; s++) {
		if (strchr("|<>*_`[]\\", *s))
			putchar('\\');
		putchar(*s);
	}
}

static void markdown_note(void *arg, const char *of, const char *text)
{
	(void)arg;
	printf("- ");
	put(of);
	printf(": ");
	put(text);
	printf("\n");
}

static void markdown_row(const struct compare *c, const struct crow *r)
{
	char *label = compare_label(c, r->cell);
	bool strong = r->verdict == V_WORSE || r->verdict == V_BETTER;
	struct columns t;

	printf("| ");
	put(label && *label ? label : "the only cell");
	free(label);
	if (!r->metric) {
		printf(" | | | | | | | %s |\n", marks[r->verdict]);
		return;
	}
	columns(r, &t);
	printf(" | ");
	put(r->metric->name);
	printf(" | %s | %s | %s | %s | %s | %s%s%s |\n", t.median[0], t.median[1], t.percent,
	       t.interval, t.p, strong ? "**" : "", marks[r->verdict], strong ? "**" : "");
}

static void markdown(const struct compare *c)
{
	const struct crow *r = c->rows.v;
	char where[96], *common = compare_common(c);

	for (size_t set = 0; set < c->news.n; set++) {
		printf("%s### ", set ? "\n" : "");
		put(set_of(c, set)->name);
		printf(" against ");
		put(c->base.name);
		printf("\n\nA difference counts above %g%%, alpha %g.", c->threshold, c->alpha);
		if (*compare_where(c, where, sizeof(where)))
			printf(" %s.", where);
		printf("\n\n");
		if (common && *common)
			markdown_note(NULL, "all cells", common);
		compare_base_notes(c, markdown_note, NULL);
		compare_notes(c, set, markdown_note, NULL);
		printf("\n| cell | metric | base | new | difference | interval | p | |\n"
		       "| --- | --- | ---: | ---: | ---: | :---: | ---: | --- |\n");
		for (size_t i = 0; i < c->rows.n; i++)
			if (r[i].set == set && r[i].verdict != V_DIFFERS)
				markdown_row(c, &r[i]);
	}
	printf("\n%zu worse, %zu better, %zu small, %zu undecided; %zu cells vanished, %zu new\n",
	       c->count[V_WORSE], c->count[V_BETTER], c->count[V_SMALL], c->count[V_UNDECIDED],
	       c->count[V_VANISHED], c->count[V_NEW]);
	free(common);
}

const struct compare_printer compare_markdown = { "markdown", markdown };
