// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

const char *const verdict_names[NR_VERDICTS] = {
	[V_NONE] = "none",	  [V_SMALL] = "small",	       [V_BETTER] = "improvement",
	[V_WORSE] = "regression", [V_UNDECIDED] = "undecided", [V_VANISHED] = "vanished",
	[V_NEW] = "new",	  [V_DIFFERS] = "environment",
};

/* Of the machine and its kernel; not the time, nor what is measured anew each time. */
static const char *const environment_keys[] = {
	"dmactl",  "module",   "kernel",   "cmdline",	  "arch",    "cpu",
	"machine", "hostname", "platform", "clocksource", "preempt", "governor",
};

/* Of a channel, the same wherever it is measured. */
static const char *const channel_keys[] = { "driver", "iommu", "bounced", "starts_at" };

static struct crow *add_row(struct compare *c, size_t set)
{
	struct crow *r = vec_add(&c->rows, sizeof(*r));

	if (r)
		r->set = set;
	else
		err_set(&c->ctx->err, EXIT_FAILED, "out of memory");
	return r;
}

static void member_text(struct json_object *o, const char *key, char *buf, size_t size)
{
	struct json_object *v = NULL;

	if (o)
		json_object_object_get_ex(o, key, &v);
	snprintf(buf, size, "%s", v ? json_object_get_string(v) : "unknown");
}

/* A row for each key that differs, once. */
static int differences(struct compare *c, size_t set, struct json_object *a, struct json_object *b,
		       const char *const *keys, size_t nr_keys)
{
	struct crow now = { .set = set, .verdict = V_DIFFERS }, *r;
	bool told;

	for (size_t i = 0; i < nr_keys; i++) {
		member_text(a, keys[i], now.value[0], sizeof(now.value[0]));
		member_text(b, keys[i], now.value[1], sizeof(now.value[1]));
		told = !strcmp(now.value[0], now.value[1]);
		r = c->rows.v;
		for (size_t k = 0; !told && k < c->rows.n; k++)
			told = r[k].set == set && r[k].key == keys[i] &&
			       !strcmp(r[k].value[0], now.value[0]) &&
			       !strcmp(r[k].value[1], now.value[1]);
		if (told)
			continue;
		r = add_row(c, set);
		if (!r)
			return -1;
		*r = now;
		r->key = keys[i];
	}
	return 0;
}

static int environments(struct compare *c, size_t set, const struct cset *s)
{
	const struct doc *base = c->base.docs.v, *d = s->docs.v;
	size_t nr = sizeof(environment_keys) / sizeof(environment_keys[0]);
	int ret = 0;

	for (size_t i = 1; !ret && i < c->base.docs.n; i++)
		ret = differences(c, set, base->environment, base[i].environment, environment_keys,
				  nr);
	for (size_t i = 0; !ret && i < s->docs.n; i++)
		ret = differences(c, set, base->environment, d[i].environment, environment_keys,
				  nr);
	return ret;
}

static int channels(struct compare *c, size_t set, const struct cset *s)
{
	const struct ccell *a = c->base.cells.v, *b;

	for (size_t i = 0; i < c->base.cells.n; i++) {
		b = cset_pair(&c->base, &a[i], s);
		if (!b || !a[i].runs.n || !b->runs.n)
			continue;
		if (differences(c, set, *(struct json_object **)a[i].runs.v,
				*(struct json_object **)b->runs.v, channel_keys,
				sizeof(channel_keys) / sizeof(channel_keys[0])))
			return -1;
	}
	return 0;
}

/* What a side has of a metric, sorted; NULL with *n 0: nothing, or no memory. */
static double *sample(const struct ccell *cell, const struct cmetric *m, size_t *n)
{
	double *v = calloc(cell->runs.n + 1, sizeof(*v));

	*n = 0;
	for (size_t i = 0; v && i < cell->runs.n; i++)
		*n += compare_value(((struct json_object **)cell->runs.v)[i], m, &v[*n]);
	if (v)
		stat_sort(v, *n);
	return v;
}

/* The difference of the medians, and its interval where the number of repeats allows for one. */
static int measure_shift(struct compare *c, struct ucdf *cdf, struct crow *r, double *const v[2])
{
	double shift, in[2];
	int ret;

	if (r->median[0] <= 0)
		return 0;
	r->has_percent = true;
	r->percent = (r->median[1] - r->median[0]) / r->median[0] * 100;
	ret = stat_shift(cdf, v[0], r->n[0], v[1], r->n[1], c->alpha, &shift, in);
	if (ret == -ENOMEM)
		return ret;
	r->has_interval = !ret;
	for (int i = 0; !ret && i < 2; i++)
		r->interval[i] = in[i] / r->median[0] * 100;
	return 0;
}

static int measure(struct compare *c, struct ucdf *cdf, struct crow *r, double *const v[2])
{
	struct mwu t;

	for (int i = 0; i < 2; i++)
		if (r->n[i])
			r->median[i] = stat_median(v[i], r->n[i]);
	if (r->n[0] && r->n[1] && measure_shift(c, cdf, r, v))
		return -ENOMEM;
	if (r->n[0] < COMPARE_LEAST || r->n[1] < COMPARE_LEAST)
		return 0;
	if (stat_mwu(cdf, v[0], r->n[0], v[1], r->n[1], &t))
		return -ENOMEM;
	r->tested = true;
	r->u = t.u;
	r->p = t.p;
	r->exact = t.exact;
	return 0;
}

static int one_metric(struct compare *c, struct ucdf *cdf, struct crow *row,
		      const struct ccell *base, const struct ccell *with)
{
	double *v[2] = { sample(base, row->metric, &row->n[0]),
			 sample(with, row->metric, &row->n[1]) };
	int ret = v[0] && v[1] ? measure(c, cdf, row, v) : -ENOMEM;

	free(v[0]);
	free(v[1]);
	return ret ? err_set(&c->ctx->err, EXIT_FAILED, "out of memory") : 0;
}

static int one_cell(struct compare *c, struct ucdf *cdf, size_t set, const struct ccell *base,
		    const struct ccell *with)
{
	const struct cmetric *m = c->metrics.v;
	bool any = false;

	for (size_t i = 0; i < c->metrics.n; i++) {
		struct crow row = { .set = set, .cell = base, .metric = &m[i] }, *r;

		if (one_metric(c, cdf, &row, base, with))
			return -1;
		any |= row.n[0] || row.n[1];
		if (!row.n[0] && !row.n[1] && !c->named && (any || i + 1 < c->metrics.n))
			continue;
		r = add_row(c, set);
		if (!r)
			return -1;
		*r = row;
	}
	return 0;
}

static int lonely(struct compare *c, size_t set, const struct ccell *cell, enum verdict v)
{
	struct crow *r = add_row(c, set);

	if (!r)
		return -1;
	r->cell = cell;
	r->verdict = v;
	return 0;
}

static int one_set(struct compare *c, struct ucdf *cdf, size_t set)
{
	const struct cset *s = (const struct cset *)c->news.v + set;
	const struct ccell *a = c->base.cells.v, *b = s->cells.v, *with;
	int ret = environments(c, set, s);

	if (!ret)
		ret = channels(c, set, s);
	for (size_t i = 0; !ret && i < c->base.cells.n; i++) {
		with = cset_pair(&c->base, &a[i], s);
		if (with)
			ret = one_cell(c, cdf, set, &a[i], with);
	}
	for (size_t i = 0; !ret && i < c->base.cells.n; i++)
		if (!cset_pair(&c->base, &a[i], s))
			ret = lonely(c, set, &a[i], V_VANISHED);
	for (size_t i = 0; !ret && i < s->cells.n; i++)
		if (!cset_pair(s, &b[i], &c->base))
			ret = lonely(c, set, &b[i], V_NEW);
	return ret;
}

static int holm(struct compare *c)
{
	struct crow *r = c->rows.v;
	double *p = calloc(c->rows.n + 1, sizeof(*p));
	int ret;

	if (!p)
		return -ENOMEM;
	for (size_t i = 0; i < c->rows.n; i++)
		if (r[i].tested)
			p[c->tests++] = r[i].p;
	ret = stat_holm(p, c->tests);
	for (size_t i = 0, k = 0; !ret && i < c->rows.n; i++)
		if (r[i].tested)
			r[i].p_holm = p[k++];
	free(p);
	return ret;
}

static enum verdict decide(const struct compare *c, const struct crow *r)
{
	bool more = r->median[1] > r->median[0];
	/* A base of 0 has no percents: any change of it is beyond them. */
	bool far = r->has_percent ? fabs(r->percent) > c->threshold : more;

	if (!r->tested)
		return V_UNDECIDED;
	if (r->p_holm >= c->alpha)
		return V_NONE;
	if (!far)
		return V_SMALL;
	return more == compare_more_is_better(r->metric) ? V_BETTER : V_WORSE;
}

int compare_judge(struct compare *c)
{
	struct ucdf cdf = { 0 };
	struct crow *r;
	int ret = 0;

	for (size_t i = 0; !ret && i < c->news.n; i++)
		ret = one_set(c, &cdf, i);
	ucdf_free(&cdf);
	if (ret)
		return -1;
	if (holm(c))
		return err_set(&c->ctx->err, EXIT_FAILED, "out of memory");
	r = c->rows.v;
	for (size_t i = 0; i < c->rows.n; i++) {
		if (r[i].metric)
			r[i].verdict = decide(c, &r[i]);
		c->count[r[i].verdict]++;
	}
	return 0;
}

static bool doubtful(const struct cset *s)
{
	return s->invalid || s->broken || s->twice;
}

bool compare_nothing(const struct compare *c)
{
	for (size_t i = 0; i < c->rows.n; i++)
		if (((const struct crow *)c->rows.v)[i].metric)
			return false;
	return true;
}

int compare_exit(const struct compare *c)
{
	const struct cset *s = c->news.v;
	bool doubt = doubtful(&c->base) || c->count[V_UNDECIDED] || c->count[V_VANISHED] ||
		     c->count[V_NEW] || c->count[V_DIFFERS];

	for (size_t i = 0; i < c->news.n; i++)
		doubt |= doubtful(&s[i]);
	if (c->count[V_WORSE])
		return EXIT_WORSE;
	return compare_nothing(c) || (doubt && c->strict) ? EXIT_UNJUDGED : EXIT_OK;
}
