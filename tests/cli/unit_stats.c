// SPDX-License-Identifier: GPL-2.0
/* Tests and intervals, against all ways that ranks can fall and against published values. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"
#include "tap.h"

static struct ucdf cdf;

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

static struct mwu test(const double *a, size_t n, const double *b, size_t m)
{
	double x[200], y[200];
	struct mwu r = { -1, -1, false };

	memcpy(x, a, n * sizeof(*a));
	memcpy(y, b, m * sizeof(*b));
	stat_sort(x, n);
	stat_sort(y, m);
	if (stat_mwu(&cdf, x, n, y, m, &r))
		r.p = -2;
	return r;
}

/* The definition: of each subset of n of n + m places as the first sample's, its U. */
static void enumerate(size_t n, size_t m, double *ways)
{
	for (unsigned int set = 0; set < 1U << (n + m); set++) {
		size_t u = 0, seen = 0;

		if ((size_t)__builtin_popcount(set) != n)
			continue;
		for (size_t i = 0; i < n + m; i++) {
			if (set >> i & 1)
				seen++;
			else
				u += seen;
		}
		ways[u]++;
	}
}

static bool exact_is_right(size_t n, size_t m)
{
	double *ways = calloc(n * m + 1, sizeof(*ways)), all = 0, a[8], b[8];
	bool right = true;

	enumerate(n, m, ways);
	for (size_t u = 0; u <= n * m; u++)
		all += ways[u];
	for (size_t u = 0; u <= n * m; u++) {
		double low = 0, high = 0;

		for (size_t k = 0; k <= n * m; k++) {
			low += k <= u ? ways[k] / all : 0;
			high += k >= u ? ways[k] / all : 0;
		}
		for (size_t i = 0; i < n; i++)
			a[i] = (double)i;
		/* u pairs in which b is larger: whole rows of n, then a part of one. */
		for (size_t j = 0; j < m; j++) {
			size_t above = u > j * n ? u - j * n : 0;

			b[j] = (double)(above < n ? above : n) - 0.5 + (double)j / 100;
		}
		struct mwu r = test(a, n, b, m);

		right &= r.exact && near(r.u, (double)u) && near(r.p, fmin(1, 2 * fmin(low, high)));
	}
	free(ways);
	return right;
}

static void test_exact(void)
{
	for (size_t n = 1; n <= 7; n++)
		for (size_t m = n; m <= 7; m += 3)
			ok(exact_is_right(n, m) && exact_is_right(m, n),
			   "%zu and %zu: p is that of all ways the ranks can fall", n, m);
}

/* Hollander and Wolfe (1973), page 69: two-sided what R's page of wilcox.test tells one-sided. */
static const double hw_x[] = { 0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46 };
static const double hw_y[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };

static void test_published(void)
{
	struct mwu r = test(hw_y, NR(hw_y), hw_x, NR(hw_x));

	ok(r.exact && near(r.u, 35) && fabs(r.p - 0.2544) < 5e-5, "Hollander and Wolfe: %g, %g",
	   r.u, r.p);
	r = test(hw_x, NR(hw_x), hw_y, NR(hw_y));
	ok(near(r.u, 15) && fabs(r.p - 0.2544) < 5e-5, "and the other way round");
}

/* By the formula, from the midranks. */
static double normal(const double *a, size_t n, const double *b, size_t m)
{
	double all[64], ranks = 0, ties = 0, N = (double)(n + m), u, off;

	memcpy(all, a, n * sizeof(*a));
	memcpy(all + n, b, m * sizeof(*b));
	for (size_t i = 0; i < n + m; i++) {
		double below = 0, equal = 0;

		for (size_t j = 0; j < n + m; j++) {
			below += all[j] < all[i];
			equal += all[j] == all[i];
		}
		ranks += i < n ? below + (equal + 1) / 2 : 0;
		ties += equal * equal - 1; /* t^3 - t, a t-th of it for each of the t */
	}
	u = ranks - (double)(n * (n + 1)) / 2;
	off = fabs(u - (double)(n * m) / 2) - 0.5;
	return off <= 0 ? 1 :
			  erfc(off / sqrt((double)(n * m) / 6 * (N + 1 - ties / (N * (N - 1)))));
}

static void test_ties(void)
{
	static const double same[] = { 4, 4, 4, 4, 4 }, more[] = { 5, 5, 5, 5, 5 };
	double a[30], b[30];
	struct mwu r = test(same, 5, same, 5);
	bool right = true;

	ok(!r.exact && near(r.p, 1) && near(r.u, 12.5), "all equal: nothing can be said");
	r = test(same, 5, more, 5);
	ok(!r.exact && near(r.u, 25) && near(r.p, normal(same, 5, more, 5)) && r.p < 0.01,
	   "two values: %g", r.p);
	for (int round = 0; round < 1000; round++) {
		size_t n = 1 + tap_random() % 30, m = 1 + tap_random() % 30;

		for (size_t i = 0; i < n; i++)
			a[i] = (double)(tap_random() % 4);
		for (size_t i = 0; i < m; i++)
			b[i] = (double)(tap_random() % 5);
		r = test(a, n, b, m);
		right &= r.exact || near(r.p, normal(a, n, b, m));
	}
	ok(right, "ties: p is that of the formula with both corrections");
}

static void test_large(void)
{
	double a[200], b[200], exact;
	struct mwu r;

	for (size_t i = 0; i < 50; i++) {
		a[i] = (double)i;
		b[i] = (double)i + 7.5;
	}
	exact = test(a, 49, b, 49).p;
	r = test(a, 50, b, 50);
	ok(!r.exact && fabs(r.p - exact) < 0.01, "50 a side: near to what 49 give: %g, %g", r.p,
	   exact);
	ok(near(cdf.p[0] * 25477612258980856902730428600.0, 1) && near(cdf.p[49 * 49], 1),
	   "one of all C(98, 49) ways has none");
}

static void test_shift(void)
{
	double x[NR(hw_x)], y[NR(hw_y)], shift, in[2];
	bool right;

	memcpy(x, hw_x, sizeof(x));
	memcpy(y, hw_y, sizeof(y));
	stat_sort(x, NR(x));
	stat_sort(y, NR(y));
	right = !stat_shift(&cdf, y, NR(y), x, NR(x), 0.05, &shift, in);
	ok(right && near(shift, 0.305) && near(in[0], -0.15) && near(in[1], 0.76),
	   "Hollander and Wolfe: %g, from %g to %g", shift, in[0], in[1]);
	ok(stat_shift(&cdf, x, 3, y, 3, 0.05, &shift, in) == -ERANGE,
	   "three values a side have no interval at 95 percent");
	ok(near(stat_median(x, 3), x[1]) && near(stat_median(x, 2), (x[0] + x[1]) / 2),
	   "the median of an odd and of an even number");
}

/* The true shift lies in the interval at least as often as it says. */
static void test_cover(size_t n, unsigned int values)
{
	double a[60], b[60], shift, in[2];
	unsigned int covered = 0;

	for (int round = 0; round < 2000; round++) {
		for (size_t i = 0; i < n; i++) {
			a[i] = (double)(tap_random() % values);
			b[i] = (double)(tap_random() % values) + 5;
		}
		stat_sort(a, n);
		stat_sort(b, n);
		covered += !stat_shift(&cdf, a, n, b, n, 0.05, &shift, in) && in[0] <= 5 &&
			   in[1] >= 5 && in[0] <= shift && shift <= in[1];
	}
	/* 1900, less 4 standard deviations of the binomial distribution. */
	ok(covered >= 1861, "%zu a side of %u values: the interval covers %u of 2000", n, values,
	   covered);
}

static void test_holm(void)
{
	static const double want[] = { 0.03, 0.06, 0.06, 0.02 };
	double p[] = { 0.01, 0.04, 0.03, 0.005 }, most[] = { 0.6, 0.7 };
	bool right = !stat_holm(p, 4);

	for (size_t i = 0; i < 4; i++)
		right &= near(p[i], want[i]);
	ok(right, "Holm: in their order, never smaller than the one before");
	ok(!stat_holm(most, 2) && near(most[0], 1) && near(most[1], 1) && !stat_holm(p, 0),
	   "and never above 1");
}

int main(void)
{
	test_exact();
	test_published();
	test_ties();
	test_large();
	test_shift();
	test_cover(5, 1000000);
	test_cover(20, 1000000);
	test_cover(20, 12);
	test_cover(55, 1000000);
	test_holm();
	ucdf_free(&cdf);
	return tap_done();
}
