// SPDX-License-Identifier: GPL-2.0
/* Metrics by their names, and where a result has them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "report.h"

static const struct {
	const char *stage, *object; /* NULL: of latency_ns */
} stages[] = {
	{ "total", NULL },	   { "prepare", NULL },
	{ "submit", NULL },	   { "device", NULL },
	{ "wakeup", NULL },	   { "late", NULL },
	{ "end_to_end", NULL },	   { "interval", "interval_ns" },
	{ "jitter", "jitter_ns" },
};

static const char *const keys[] = {
	[M_THROUGHPUT] = "throughput_bytes_per_second",
	[M_OPS] = "operations_per_second",
	[M_MIN] = "min",
	[M_MEAN] = "mean",
	[M_MAX] = "max",
	[M_P50] = "p50",
	[M_P90] = "p90",
	[M_P99] = "p99",
	[M_P99_9] = "p99_9",
	[M_P99_99] = "p99_99",
};

static bool is_rate(const struct cmetric *m)
{
	return m->metric == M_THROUGHPUT || m->metric == M_OPS;
}

static int one(const char *s, struct cmetric *m)
{
	const char *name = s;

	if (strlen(s) >= sizeof(m->name))
		return -EINVAL;
	strcpy(m->name, s);
	m->stage = NULL;
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		size_t n = strlen(stages[i].stage);

		if (!strncmp(s, stages[i].stage, n) && s[n] == '.') {
			m->stage = stages[i].stage;
			name = s + n + 1;
		}
	}
	if (!metric_named(name, strlen(name), &m->metric))
		return -EINVAL;
	return m->stage && is_rate(m) ? -EINVAL : 0;
}

int compare_metrics(const char *s, struct vec *out)
{
	char *copy = strdup(s), *rest = copy, *word;
	struct cmetric *m, got;
	int ret = copy ? 0 : -ENOMEM;

	while (!ret && (word = strsep(&rest, ","))) {
		ret = one(word, &got);
		/* Named twice it would count twice. */
		for (size_t i = 0; !ret && i < out->n; i++) {
			m = (struct cmetric *)out->v + i;
			if (m->metric == got.metric && m->stage == got.stage)
				ret = -EINVAL;
		}
		m = ret ? NULL : vec_add(out, sizeof(*m));
		if (m)
			*m = got;
		else if (!ret)
			ret = -ENOMEM;
	}
	free(copy);
	return ret;
}

static struct json_object *get(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	if (json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, key, &v);
	return v;
}

/* Without a stage: what the result is of, an operation or a period. */
static struct json_object *distribution(struct json_object *result, const char *stage)
{
	struct json_object *total = get(get(result, "latency_ns"), "total");

	if (!stage)
		return total ? total : get(result, "interval_ns");
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
		if (stage == stages[i].stage && stages[i].object)
			return get(result, stages[i].object);
	return get(get(result, "latency_ns"), stage);
}

bool compare_value(struct json_object *result, const struct cmetric *m, double *out)
{
	struct json_object *from = is_rate(m) ? result : distribution(result, m->stage);
	struct json_object *v = get(from, keys[m->metric]);

	if (!json_object_is_type(v, json_type_double) && !json_object_is_type(v, json_type_int))
		return false;
	*out = json_object_get_double(v);
	/* What moves nothing has no throughput. */
	return *out >= 0 && *out < 1e300 && (*out > 0 || !is_rate(m));
}

bool compare_more_is_better(const struct cmetric *m)
{
	return is_rate(m);
}

const char *compare_unit(const struct cmetric *m)
{
	return m->metric == M_THROUGHPUT ? "bytes/s" : m->metric == M_OPS ? "operations/s" : "ns";
}

const char *compare_value_text(const struct cmetric *m, double v, char *buf, size_t size)
{
	static const char *const units[] = { "", "k", "M", "G", "T" };
	unsigned int u = 0;

	if (!is_rate(m))
		return time_text(v, buf, size);
	while (u < 4 && v >= 999.5) {
		v /= 1000;
		u++;
	}
	snprintf(buf, size, "%.*f%s%s",
		 v < 9.995 ? 2 :
		 v < 99.95 ? 1 :
			     0,
		 v, units[u], m->metric == M_OPS ? "/s" : "B/s");
	return buf;
}
