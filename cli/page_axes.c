// SPDX-License-Identifier: GPL-2.0
/* Axes whose marks are as people say them, and lines that differ in colour, mark and dash. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "page.h"
#include "report.h"

#define MARKS 9 /* of an axis, so that they do not touch */

static int order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void axis_powers(FILE *f, const uint64_t *v, size_t n, bool bytes)
{
	uint64_t *sorted = calloc(n, sizeof(*sorted));
	size_t step = (n + MARKS - 1) / MARKS;
	char text[32];

	fprintf(f, "set logscale x 2\nset xtics (");
	for (size_t i = 0; sorted && i < n; i++)
		sorted[i] = v[i];
	if (sorted)
		qsort(sorted, n, sizeof(*sorted), order);
	for (size_t i = 0; sorted && i < n; i += step) {
		if (bytes)
			size_text(sorted[i], text, sizeof(text));
		else
			snprintf(text, sizeof(text), "%" PRIu64, sorted[i]);
		fprintf(f, "%s'%s' %" PRIu64, i ? ", " : "", text, sorted[i]);
	}
	fprintf(f, ")\n");
	if (sorted && n)
		fprintf(f, "set xrange [%g:%g]\n", (double)sorted[0] / 1.2,
			(double)sorted[n - 1] * 1.2);
	free(sorted);
}

static void time_mark(FILE *f, double ns)
{
	static const char *const units[] = { "ns", "µs", "ms", "s" };
	int u = 0;

	while (u < 3 && ns >= 999.5) {
		ns /= 1000;
		u++;
	}
	fprintf(f, "'%g %s'", ns, units[u]);
}

void axis_times(FILE *f, char axis, double least, double most)
{
	static const double steps[] = { 1, 2, 5 };
	double low = least * 0.8, high = most * 1.25, at;
	bool dense = high / low < 300;
	const char *comma = "";

	fprintf(f, "set logscale %c 10\nset %crange [%.9g:%.9g]\nset %ctics (", axis, axis, low,
		high, axis);
	for (double d = pow(10, floor(log10(low))); d <= high; d *= 10) {
		for (int i = 0; i < (dense ? 3 : 1); i++) {
			at = d * steps[i];
			if (at < low || at > high)
				continue;
			fputs(comma, f);
			time_mark(f, at);
			fprintf(f, " %.9g", at);
			comma = ", ";
		}
	}
	fprintf(f, ")\n");
}

void curve_style(FILE *f, size_t i, const char *with, bool dashed)
{
	static const int marks[8] = { 7, 5, 9, 13, 6, 4, 8, 12 };

	fprintf(f, " with %s lc rgb '%s' pt %d ps 0.8 dt %d", with, line_colours[i % 8],
		marks[i % 8], dashed ? 3 : 1);
}
