// SPDX-License-Identifier: GPL-2.0
/* Values: what is taken is what was written, what is refused leaves no trace. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "limit.h"
#include "near.h"
#include "parse.h"

#define UNTOUCHED	0x5aa5c33c0ff01221ULL
#define NEAR		256 /* letters; longer words are near to none */

static const struct form {
	parse_fn parse;
	const char *unit;	/* the smallest */
} forms[] = {
	{ parse_number, "" }, { parse_size, "" },  { parse_count, "" },
	{ parse_rate, "" },   { parse_time, "ns" }, { parse_seconds, "ns" },
};

#define FORMS	(sizeof(forms) / sizeof(forms[0]))

static void expect(bool so)
{
	if (!so)
		abort();
}

static void one(const struct form *f, const char *s)
{
	uint64_t v = UNTOUCHED, again;
	int ret = f->parse(s, &v);
	char text[32];

	expect(!ret || ret == -EINVAL || ret == -ERANGE || ret == -ENOTUNIQ);
	if (ret) {
		expect(v == UNTOUCHED);
		return;
	}
	expect(s[0] >= '0' && s[0] <= '9');
	snprintf(text, sizeof(text), "%" PRIu64 "%s", v, f->unit);
	expect(!f->parse(text, &again) && again == v);
}

static void many(const struct form *f, const char *s)
{
	struct numlist l = { 0 }, cpus = { 0 };
	uint64_t pair[2] = { UNTOUCHED, UNTOUCHED }, v;
	int ret = parse_list(s, f->parse, &l);

	expect(ret ? !l.v && !l.n : l.n && l.n <= NUMLIST_MAX);
	if (!ret && !strpbrk(s, ":,"))
		expect(!f->parse(s, &v) && l.n == 1 && l.v[0] == v);
	free(l.v);
	ret = parse_cpus(s, &cpus);
	expect(ret ? !cpus.v && !cpus.n : cpus.n && cpus.n <= NUMLIST_MAX);
	free(cpus.v);
	ret = parse_pair(s, f->parse, pair);
	expect(!ret || (pair[0] == UNTOUCHED && pair[1] == UNTOUCHED));
	if (!ret && !strchr(s, ','))
		expect(pair[0] == pair[1]);
}

static void others(const char *s)
{
	struct warmup w = { false, UNTOUCHED };
	struct vec limits = { 0 };
	int ret = parse_warmup(s, &w);
	uint64_t v;

	if (ret)
		expect(w.value == UNTOUCHED);
	else
		expect(!(w.is_time ? parse_time : parse_count)(s, &v) && v == w.value);
	ret = parse_limits(s, &limits);
	for (size_t i = 0; !ret && i < limits.n; i++) {
		const struct limit *l = (const struct limit *)limits.v + i;

		expect(strnlen(l->text, sizeof(l->text)) < sizeof(l->text));
		expect(metric_percentile(l->metric) <= 10000);
		limit_met(l, 1);
	}
	vec_free(&limits);
	expect(strlen(s) >= NEAR || !near_distance(s, s));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct form *f;
	char *s;

	if (!size)
		return 0;
	f = &forms[data[0] % FORMS];
	s = strndup((const char *)data + 1, size - 1);
	expect(s);
	one(f, s);
	many(f, s);
	others(s);
	free(s);
	return 0;
}
