// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void stat_sort(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), ascending);
}

double stat_median(const double *sorted, size_t n)
{
	return n % 2 ? sorted[n / 2] : sorted[n / 2 - 1] / 2 + sorted[n / 2] / 2;
}

/*
 * U of n and m values is a sum of n parts of at most m: way[k][u] counts those with k parts that
 * are not 0. Nothing is subtracted, so that doubles keep their digits.
 */
static void count_ways(double *way, size_t n, size_t m)
{
	size_t row = n * m + 1;

	way[0] = 1;
	for (size_t part = 1; part <= m; part++)
		for (size_t k = 1; k <= n; k++)
			for (size_t u = part; u <= k * part; u++)
				way[k * row + u] += way[(k - 1) * row + u - part];
}

static int ucdf_make(struct ucdf *c, size_t n, size_t m)
{
	size_t row = n * m + 1;
	double *way, all = 0;

	if (c->p && c->n == n && c->m == m)
		return 0;
	ucdf_free(c);
	way = calloc((n + 1) * row, sizeof(*way));
	c->p = calloc(row, sizeof(*c->p));
	if (!way || !c->p) {
		free(way);
		ucdf_free(c);
		return -ENOMEM;
	}
	count_ways(way, n, m);
	for (size_t u = 0; u < row; u++) {
		for (size_t k = 0; k <= n; k++)
			all += way[k * row + u];
		c->p[u] = all;
	}
	for (size_t u = 0; u < row; u++)
		c->p[u] /= all;
	c->n = n;
	c->m = m;
	free(way);
	return 0;
}

void ucdf_free(struct ucdf *c)
{
	free(c->p);
	*c = (struct ucdf){ 0 };
}

/* U, and the sum of t^3 - t over all groups of t equal values. */
static double count_pairs(const double *a, size_t n, const double *b, size_t m, double *ties)
{
	size_t i = 0, j = 0, less, equal_a, equal_b;
	double u = 0, t, v;

	*ties = 0;
	while (i < n || j < m) {
		v = j == m || (i < n && a[i] < b[j]) ? a[i] : b[j];
		less = i;
		for (equal_a = 0; i < n && a[i] == v; i++)
			equal_a++;
		for (equal_b = 0; j < m && b[j] == v; j++)
			equal_b++;
		u += (double)equal_b * ((double)less + (double)equal_a / 2);
		t = (double)(equal_a + equal_b);
		*ties += t * t * t - t;
	}
	return u;
}

static double normal_p(double u, double n, double m, double ties)
{
	double all = n + m;
	double var = n * m / 12 * (all + 1 - ties / (all * (all - 1)));
	double off = fabs(u - n * m / 2) - 0.5;

	return var > 0 && off > 0 ? erfc(off / sqrt(2 * var)) : 1;
}

int stat_mwu(struct ucdf *c, const double *a, size_t n, const double *b, size_t m, struct mwu *out)
{
	double ties, low;

	out->u = count_pairs(a, n, b, m, &ties);
	out->exact = !ties && n <= STAT_EXACT && m <= STAT_EXACT;
	if (!out->exact) {
		out->p = normal_p(out->u, (double)n, (double)m, ties);
		return 0;
	}
	if (ucdf_make(c, n, m))
		return -ENOMEM;
	low = fmin(out->u, (double)(n * m) - out->u);
	out->p = fmin(1, 2 * c->p[(size_t)low]);
	return 0;
}

/* The z that @p of the normal distribution lies above. */
static double normal_z(double p)
{
	double low = 0, high = 40;

	for (int i = 0; i < 100; i++) {
		double z = (low + high) / 2;

		if (erfc(z / sqrt(2)) / 2 > p)
			low = z;
		else
			high = z;
	}
	return low;
}

/* Which of the sorted differences, from 1, the interval begins with; 0: none. */
static int first_inside(struct ucdf *c, size_t n, size_t m, double alpha, size_t *out)
{
	double pairs = (double)n * (double)m, k;

	if (n > STAT_EXACT || m > STAT_EXACT) {
		k = floor(pairs / 2 - normal_z(alpha / 2) * sqrt(pairs * (double)(n + m + 1) / 12));
		*out = k > 0 ? (size_t)k : 0;
		return 0;
	}
	if (ucdf_make(c, n, m))
		return -ENOMEM;
	for (*out = 0; *out < n * m && c->p[*out] <= alpha / 2;)
		++*out;
	return 0;
}

int stat_shift(struct ucdf *c, const double *a, size_t n, const double *b, size_t m, double alpha,
	       double *shift, double interval[2])
{
	double *all = reallocarray(NULL, n * m, sizeof(*all));
	size_t k;
	int ret;

	if (!all)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < m; j++)
			all[i * m + j] = b[j] - a[i];
	stat_sort(all, n * m);
	*shift = stat_median(all, n * m);
	ret = first_inside(c, n, m, alpha, &k);
	if (!ret && k) {
		interval[0] = all[k - 1];
		interval[1] = all[n * m - k];
	}
	free(all);
	return ret ? ret : k ? 0 : -ERANGE;
}

struct place {
	double p;
	size_t at;
};

static int by_p(const void *a, const void *b)
{
	return ascending(&((const struct place *)a)->p, &((const struct place *)b)->p);
}

int stat_holm(double *p, size_t n)
{
	struct place *s = calloc(n + !n, sizeof(*s));
	double most = 0;

	if (!s)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		s[i] = (struct place){ p[i], i };
	qsort(s, n, sizeof(*s), by_p);
	for (size_t i = 0; i < n; i++) {
		most = fmax(most, fmin(1, s[i].p * (double)(n - i)));
		p[s[i].at] = most;
	}
	free(s);
	return 0;
}
