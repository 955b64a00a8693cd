// SPDX-License-Identifier: GPL-2.0
/* A comparison as JUnit's XML: a cell is a test case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "points.h"

/* The rows of a cell, from @at on. */
static size_t rows_of(const struct compare *c, size_t at)
{
	const struct crow *r = c->rows.v;
	size_t n = 1;

	while (r[at].metric && at + n < c->rows.n && r[at + n].metric &&
	       r[at + n].cell == r[at].cell && r[at + n].set == r[at].set)
		n++;
	return n;
}

/* What is to be said of a cell: a failure of any metric, else why nothing is known. */
static enum verdict verdict_of(const struct crow *r, size_t n)
{
	bool decided = false;

	if (!r->metric)
		return r->verdict;
	for (size_t i = 0; i < n; i++) {
		if (r[i].verdict == V_WORSE)
			return V_WORSE;
		decided |= r[i].verdict != V_UNDECIDED;
	}
	return decided ? V_NONE : V_UNDECIDED;
}

static enum point point(enum verdict v)
{
	return v == V_WORSE ? POINT_FAILED : v == V_NONE ? POINT_OK : POINT_SKIPPED;
}

static void failure(const struct crow *r, size_t n, char *text, size_t size)
{
	char a[32], b[32], percent[32], p[32];
	size_t at = 0;

	for (size_t i = 0; i < n && at < size; i++) {
		if (r[i].verdict != V_WORSE)
			continue;
		at += (size_t)snprintf(
			text + at, size - at, "%s%s %s, from %s to %s (p %s)", at ? "; " : "",
			r[i].metric->name,
			r[i].has_percent ?
				compare_percent_text(r[i].percent, percent, sizeof(percent)) :
				"from nothing",
			compare_value_text(r[i].metric, r[i].median[0], a, sizeof(a)),
			compare_value_text(r[i].metric, r[i].median[1], b, sizeof(b)),
			compare_p_text(r[i].p_holm, p, sizeof(p)));
	}
}

static void one_case(const struct crow *r, size_t n)
{
	enum verdict v = verdict_of(r, n);
	char *name = compare_cell(r->cell), text[400] = "";

	if (v == V_WORSE)
		failure(r, n, text, sizeof(text));
	else if (v == V_UNDECIDED)
		snprintf(text, sizeof(text), "%zu and %zu repeats: %d are needed", r->n[0], r->n[1],
			 COMPARE_LEAST);
	else
		snprintf(text, sizeof(text), "only in the %s", v == V_NEW ? "new results" : "base");
	junit_case("dmactl.compare", name ? name : "", point(v), text, "regression", -1);
	free(name);
}

static void count(const struct compare *c, size_t set, struct points *k)
{
	const struct crow *r = c->rows.v;

	for (size_t i = 0; i < c->rows.n; i += rows_of(c, i)) {
		enum verdict v = verdict_of(&r[i], rows_of(c, i));

		if (r[i].set == set && v != V_DIFFERS)
			k->n[point(v)]++;
	}
}

static void property(void *arg, const char *of, const char *text)
{
	(void)arg;
	junit_property(of, text);
}

static void suite(const struct compare *c, size_t set)
{
	const struct crow *r = c->rows.v;
	struct points k = { 0 };
	char where[96];

	count(c, set, &k);
	junit_suite(((const struct cset *)c->news.v)[set].name, &k, -1);
	junit_property("base", c->base.name);
	if (*compare_where(c, where, sizeof(where)))
		junit_property("where", where);
	compare_base_notes(c, property, NULL);
	compare_notes(c, set, property, NULL);
	junit_cases();
	for (size_t i = 0; i < c->rows.n; i += rows_of(c, i))
		if (r[i].set == set && r[i].verdict != V_DIFFERS)
			one_case(&r[i], rows_of(c, i));
	junit_suite_end();
}

static void junit(const struct compare *c)
{
	struct points all = { 0 };

	for (size_t i = 0; i < c->news.n; i++)
		count(c, i, &all);
	junit_begin("dmactl compare", &all, -1);
	for (size_t i = 0; i < c->news.n; i++)
		suite(c, i);
	junit_end();
}

const struct compare_printer compare_junit = { "junit", junit };
