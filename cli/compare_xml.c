// SPDX-License-Identifier: GPL-2.0
/* A comparison as JUnit's XML: a cell is a test case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "text.h"

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

static void failure(const struct crow *r, size_t n)
{
	char text[400] = "", a[32], b[32], percent[32], p[32];
	size_t at = 0;

	for (size_t i = 0; i < n && at < sizeof(text); i++) {
		if (r[i].verdict != V_WORSE)
			continue;
		at += (size_t)snprintf(
			text + at, sizeof(text) - at, "%s%s %s, from %s to %s (p %s)",
			at ? "; " : "", r[i].metric->name,
			r[i].has_percent ?
				compare_percent_text(r[i].percent, percent, sizeof(percent)) :
				"from nothing",
			compare_value_text(r[i].metric, r[i].median[0], a, sizeof(a)),
			compare_value_text(r[i].metric, r[i].median[1], b, sizeof(b)),
			compare_p_text(r[i].p_holm, p, sizeof(p)));
	}
	printf("      <failure");
	xml_attribute("message", text);
	xml_attribute("type", "regression");
	printf("/>\n");
}

static void one_case(const struct crow *r, size_t n)
{
	enum verdict v = verdict_of(r, n);
	char *name = compare_cell(r->cell), text[80];

	printf("    <testcase");
	xml_attribute("classname", "dmactl.compare");
	xml_attribute("name", name ? name : "");
	free(name);
	if (v == V_NONE) {
		printf("/>\n");
		return;
	}
	printf(">\n");
	if (v == V_WORSE) {
		failure(r, n);
	} else {
		if (v == V_UNDECIDED)
			snprintf(text, sizeof(text), "%zu and %zu repeats: %d are needed", r->n[0],
				 r->n[1], COMPARE_LEAST);
		else
			snprintf(text, sizeof(text), "only in the %s",
				 v == V_NEW ? "new results" : "base");
		printf("      <skipped");
		xml_attribute("message", text);
		printf("/>\n");
	}
	printf("    </testcase>\n");
}

struct counts {
	size_t tests, failures, skipped;
};

static struct counts count(const struct compare *c, size_t set)
{
	const struct crow *r = c->rows.v;
	struct counts k = { 0 };

	for (size_t i = 0; i < c->rows.n; i += rows_of(c, i)) {
		enum verdict v = verdict_of(&r[i], rows_of(c, i));

		if (r[i].set != set || v == V_DIFFERS)
			continue;
		k.tests++;
		k.failures += v == V_WORSE;
		k.skipped += v != V_WORSE && v != V_NONE;
	}
	return k;
}

static void property(void *arg, const char *of, const char *text)
{
	(void)arg;
	printf("      <property");
	xml_attribute("name", of);
	xml_attribute("value", text);
	printf("/>\n");
}

static void suite(const struct compare *c, size_t set)
{
	const struct crow *r = c->rows.v;
	struct counts k = count(c, set);
	char where[96];

	printf("  <testsuite");
	xml_attribute("name", ((const struct cset *)c->news.v)[set].name);
	printf(" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n    <properties>\n",
	       k.tests, k.failures, k.skipped);
	property(NULL, "base", c->base.name);
	if (*compare_where(c, where, sizeof(where)))
		property(NULL, "where", where);
	compare_base_notes(c, property, NULL);
	compare_notes(c, set, property, NULL);
	printf("    </properties>\n");
	for (size_t i = 0; i < c->rows.n; i += rows_of(c, i))
		if (r[i].set == set && r[i].verdict != V_DIFFERS)
			one_case(&r[i], rows_of(c, i));
	printf("  </testsuite>\n");
}

static void junit(const struct compare *c)
{
	struct counts all = { 0 }, k;

	for (size_t i = 0; i < c->news.n; i++) {
		k = count(c, i);
		all.tests += k.tests;
		all.failures += k.failures;
		all.skipped += k.skipped;
	}
	printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"dmactl compare\" "
	       "tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
	       all.tests, all.failures, all.skipped);
	for (size_t i = 0; i < c->news.n; i++)
		suite(c, i);
	printf("</testsuites>\n");
}

const struct compare_printer compare_junit = { "junit", junit };
