/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two samples, and whether they differ. Mann and Whitney's test and the interval that belongs to it
 * as in Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3rd edition, 4.1 to 4.3;
 * several tests at once as in Holm, Scandinavian Journal of Statistics 6 (1979).
 */
#ifndef DMACTL_STATS_H
#define DMACTL_STATS_H

#include <stdbool.h>
#include <stddef.h>

#define STAT_EXACT 49 /* values a side up to which U's distribution is counted */

/* P(U <= u) for samples of n and m; kept from one call to the next. All zero at first. */
struct ucdf {
	size_t n, m;
	double *p; /* [n * m + 1] */
};

struct mwu {
	double u;   /* pairs in which the second is larger, ties are halves */
	double p;   /* two-sided */
	bool exact; /* else the normal approximation */
};

void stat_sort(double *v, size_t n);
double stat_median(const double *sorted, size_t n);

/* 0 or -ENOMEM; both sorted, of at least one value. */
int stat_mwu(struct ucdf *c, const double *a, size_t n, const double *b, size_t m, struct mwu *out);
/*
 * How far @b lies above @a: Hodges and Lehmann's estimate and the interval at 1 - alpha. 0,
 * -ENOMEM, or -ERANGE: there is none at that level of so few values, only the estimate.
 */
int stat_shift(struct ucdf *c, const double *a, size_t n, const double *b, size_t m, double alpha,
	       double *shift, double interval[2]);
/* Raises each of @p to what it is among all of them. 0 or -ENOMEM. */
int stat_holm(double *p, size_t n);
void ucdf_free(struct ucdf *c);

#endif
