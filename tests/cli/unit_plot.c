// SPDX-License-Identifier: GPL-2.0
/* Pictures of letters: what a row or a block stands for. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot.h"
#include "tap.h"

static char *text;
static size_t len;

static FILE *begin(void)
{
	free(text);
	text = NULL;
	return open_memstream(&text, &len);
}

static bool has(const char *line)
{
	return strstr(text, line);
}

static void add(struct hist *h, uint64_t v, int n)
{
	while (n--)
		hist_add(h, v);
}

static size_t rows(void)
{
	size_t n = 0;

	for (const char *c = text; *c; c++)
		n += *c == '\n';
	return n;
}

static void histogram(const struct hist *h)
{
	FILE *f = begin();

	plot_histogram(f, "latencies", h);
	fclose(f);
}

static void histograms(void)
{
	struct hist h = { 0 };

	histogram(&h);
	ok(!text[0], "nothing of no samples");
	add(&h, 100, 100);
	histogram(&h);
	ok(rows() == 3 && has("\nlatencies of 100, rows from\n"), "one row where all are the same");
	ok(has("    100ns ######################################## 100.0% p50 p90\n"),
	   "its share, and the percentiles that are in it");
	hist_free(&h);

	add(&h, 100, 8000);
	add(&h, 1000000, 1900);
	add(&h, 50000000, 95);
	add(&h, 1000000000, 5);
	histogram(&h);
	ok(rows() == 18, "sixteen rows from 100 ns to a second");
	ok(has("    100ns ########################################  80.0% p50\n"), "the largest");
	ok(has(" #########                                 19.0% p90 p99\n"),
	   "a share of its length");
	ok(has(" .                                          0.9% p99.9\n"), "a small one is seen");
	ok(has(" .                                         <0.1%\n"), "and a smaller one");
	ok(!has(" \n"), "no blanks at the end of a row");
	hist_free(&h);

	add(&h, 0, 50);
	add(&h, 1, 50);
	histogram(&h);
	ok(rows() == 3, "0 and 1 ns are one row");
	hist_free(&h);
	add(&h, UINT64_MAX, 30);
	add(&h, 1, 30);
	histogram(&h);
	ok(rows() == 18 && has("50.0% p50\n"), "all that 64 bits can hold");
	hist_free(&h);
}

static void point(struct plot *p, size_t channel, uint64_t size, uint64_t depth, double v)
{
	struct plot_point at = { channel, size, depth, 1, 0, 0 };

	plot_add(p, &at, v);
}

static void sweep(const struct plot *p, bool ops)
{
	FILE *f = begin();

	plot_sweep(p, f, "size", ops);
	fclose(f);
}

static void sweeps(void)
{
	struct plot p = { 0 };

	point(&p, 0, 64, 1, 1e9);
	ok(!plot_swept(&p), "one point is no sweep");
	point(&p, 0, 64, 1, 3e9);
	ok(!plot_swept(&p), "nor are its repeats");
	point(&p, 0, 4096, 1, 8e9);
	ok(plot_swept(&p), "two sizes are one");
	sweep(&p, false);
	ok(has("throughput by size, from the first to the last\n"), "which is told");
	ok(has("  :# 2 to 8 GB/s\n"), "the mean of repeats, as eighths of the largest");
	point(&p, 0, 8192, 1, -1);
	sweep(&p, false);
	ok(has("  :#  2 to 8 GB/s\n"), "a gap where there is no rate");
	point(&p, 0, 64, 8, 4e9);
	point(&p, SIZE_MAX, 64, 8, -1);
	sweep(&p, false);
	ok(has("  [0] depth 1       :#  2 to 8 GB/s\n"), "lines have the names of what differs");
	ok(has("  [0] depth 8       = 4 to 4 GB/s\n") && has("  all depth 8         no valid"),
	   "a line for each depth and channel");
	plot_free(&p);

	point(&p, 0, 64, 1, 1000);
	point(&p, 0, 64, 2, 500);
	sweep(&p, true);
	ok(has("operations by depth, from the first to the last\n") &&
		   has(" #= 500 to 1000 op/s\n"),
	   "depths of one size are one line");
	plot_free(&p);
}

static void blocks(void)
{
	struct plot p = { 0 };
	struct hist h = { 0 };

	setenv("LC_ALL", "C.UTF-8", 1);
	add(&h, 100, 100);
	add(&h, 1000, 3);
	histogram(&h);
	ok(has("████████████████████████████████████████  97.1%") && has(" █▏ "),
	   "blocks where the locale has them");
	point(&p, 0, 64, 1, 1e9);
	point(&p, 0, 128, 1, 8e9);
	sweep(&p, false);
	ok(has(" ▂█ 1 to 8 GB/s\n"), "as sparklines too");
	plot_free(&p);
	hist_free(&h);
}

int main(void)
{
	unsetenv("LANG");
	unsetenv("LC_CTYPE");
	setenv("LC_ALL", "C", 1);
	histograms();
	sweeps();
	blocks();
	free(text);
	return tap_done();
}
