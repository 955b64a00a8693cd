// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "parse.h"
#include "result.h"

static const struct {
	const char *name;
	enum metric metric;
	unsigned int per_myriad;
} metrics[] = {
	{ "throughput", M_THROUGHPUT, 0 },
	{ "ops", M_OPS, 0 },
	{ "min", M_MIN, 0 },
	{ "mean", M_MEAN, 0 },
	{ "max", M_MAX, 0 },
	{ "p50", M_P50, 5000 },
	{ "p90", M_P90, 9000 },
	{ "p99", M_P99, 9900 },
	{ "p99.9", M_P99_9, 9990 },
	{ "p99.99", M_P99_99, 9999 },
	{ "p99_9", M_P99_9, 9990 },
	{ "p99_99", M_P99_99, 9999 },
};

#define NR_METRICS	(sizeof(metrics) / sizeof(metrics[0]))

unsigned int metric_percentile(enum metric m)
{
	for (size_t i = 0; i < NR_METRICS; i++)
		if (metrics[i].metric == m)
			return metrics[i].per_myriad;
	return 0;
}

bool metric_named(const char *s, size_t n, enum metric *m)
{
	for (size_t i = 0; i < NR_METRICS; i++) {
		if (strlen(metrics[i].name) == n && !strncmp(s, metrics[i].name, n)) {
			*m = metrics[i].metric;
			return true;
		}
	}
	return false;
}

/* METRIC or STAGE.METRIC, of @n characters. */
static int find_metric(const char *s, size_t n, struct limit *l)
{
	bool has_stage = false;

	l->stage = ST_TOTAL;
	for (unsigned int i = 0; i < NR_STAGES; i++) {
		size_t k = strlen(stage_names[i]);

		if (n > k && !strncmp(s, stage_names[i], k) && s[k] == '.') {
			l->stage = i;
			s += k + 1;
			n -= k + 1;
			has_stage = true;
			break;
		}
	}
	if (!metric_named(s, n, &l->metric))
		return -EINVAL;
	return has_stage && (l->metric == M_THROUGHPUT || l->metric == M_OPS) ? -EINVAL : 0;
}

static int one_limit(const char *s, struct limit *l)
{
	size_t n = strcspn(s, "<>");
	const char *op = s + n, *value;
	int ret;

	if (!*op || strlen(s) >= sizeof(l->text))
		return -EINVAL;
	snprintf(l->text, sizeof(l->text), "%s", s);
	value = op + 1 + (op[1] == '=');
	if (*op == '<')
		l->op = op[1] == '=' ? L_LE : L_LT;
	else
		l->op = op[1] == '=' ? L_GE : L_GT;
	ret = find_metric(s, n, l);
	if (ret)
		return ret;
	if (l->metric == M_THROUGHPUT || l->metric == M_OPS)
		return parse_rate(value, &l->value);
	return parse_time(value, &l->value);
}

int parse_limits(const char *s, struct vec *out)
{
	char *copy = strdup(s), *rest = copy, *word;
	struct vec v = { 0 };
	struct limit *l;
	int ret = copy ? 0 : -ENOMEM;

	while (!ret && (word = strsep(&rest, ","))) {
		l = vec_add(&v, sizeof(*l));
		ret = l ? one_limit(word, l) : -ENOMEM;
	}
	free(copy);
	for (size_t i = 0; !ret && i < v.n; i++) {
		l = vec_add(out, sizeof(*l));
		if (l)
			*l = ((struct limit *)v.v)[i];
		else
			ret = -ENOMEM;
	}
	vec_free(&v);
	return ret;
}

bool limit_met(const struct limit *l, double value)
{
	double bound = (double)l->value;

	switch (l->op) {
	case L_LT:
		return value < bound;
	case L_LE:
		return value <= bound;
	case L_GT:
		return value > bound;
	default:
		return value >= bound;
	}
}
