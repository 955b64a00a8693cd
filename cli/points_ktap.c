// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "points.h"

/* A line is a line, and what follows a # in a name is an order. */
static void put(const char *s, char not )
{
	for (; *s; s++)
		putchar((unsigned char)*s < ' ' || *s == 0x7f || *s == not ? '?' : *s);
}

static void counts(const struct points *n, const char *extra)
{
	printf("pass:%zu fail:%zu %sskip:%zu ", n->n[POINT_OK], n->n[POINT_FAILED], extra,
	       n->n[POINT_SKIPPED]);
}

void ktap_begin(size_t subtests)
{
	printf("KTAP version 1\n1..%zu\n", subtests);
}

void ktap_subtest(const char *name, size_t planned)
{
	printf("  KTAP version 1\n  # Subtest: ");
	put(name, '#');
	printf("\n  1..%zu\n", planned);
}

void ktap_note(const char *of, const char *text)
{
	printf("  # %s: ", of);
	put(text, 0);
	putchar('\n');
}

void ktap_point(size_t number, enum point p, const char *name, const char *why_skipped)
{
	printf("  %sok %zu ", p == POINT_FAILED ? "not " : "", number);
	put(name, '#');
	if (p == POINT_SKIPPED) {
		printf(" # SKIP ");
		put(why_skipped, 0);
	}
	putchar('\n');
}

void ktap_subtest_end(size_t number, const char *name, const struct points *n)
{
	size_t tried = n->n[POINT_OK] + n->n[POINT_FAILED];

	printf("  # ");
	counts(n, "");
	printf("total:%zu\n%sok %zu ", tried + n->n[POINT_SKIPPED],
	       n->n[POINT_FAILED] ? "not " : "", number);
	put(name, '#');
	printf("%s\n", tried ? "" : " # SKIP nothing could be tried");
}

void ktap_end(const struct points *n)
{
	printf("# Totals: ");
	counts(n, "xfail:0 xpass:0 ");
	printf("error:0\n");
}
