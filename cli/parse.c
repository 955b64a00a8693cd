// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parse.h"

struct unit {
	const char *name;
	uint64_t factor;
};

/* Blanks and signs, which strtoull would accept, are refused by asking for a digit first. */
static int digits(const char *s, const char **end, uint64_t *out)
{
	char *e;

	if (!isdigit((unsigned char)*s))
		return -EINVAL;
	errno = 0;
	*out = strtoull(s, &e, 10);
	*end = e;
	return errno ? -ERANGE : 0;
}

static const struct unit *find_unit(const struct unit *units, const char *s, bool any_case)
{
	for (; units->name; units++)
		if (!(any_case ? strcasecmp : strcmp)(units->name, s))
			return units;
	return NULL;
}

static int with_unit(const char *s, const struct unit *units, uint64_t *out)
{
	const struct unit *u;
	const char *end;
	uint64_t v;
	int ret = digits(s, &end, &v);

	if (ret)
		return ret;
	u = find_unit(units, end, true);
	if (!u)
		return -EINVAL;
	if (v > UINT64_MAX / u->factor)
		return -ERANGE;
	*out = v * u->factor;
	return 0;
}

int parse_number(const char *s, uint64_t *out)
{
	const char *end;
	char *e;
	uint64_t v;
	int ret;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		if (!isxdigit((unsigned char)s[2]))
			return -EINVAL;
		errno = 0;
		v = strtoull(s + 2, &e, 16);
		if (errno)
			return -ERANGE;
		end = e;
	} else {
		ret = digits(s, &end, &v);
		if (ret)
			return ret;
	}
	if (*end)
		return -EINVAL;
	*out = v;
	return 0;
}

int parse_size(const char *s, uint64_t *out)
{
	static const struct unit units[] = {
		{ "", 1 },
		{ "k", 1ULL << 10 },
		{ "m", 1ULL << 20 },
		{ "g", 1ULL << 30 },
		{ "kib", 1ULL << 10 },
		{ "mib", 1ULL << 20 },
		{ "gib", 1ULL << 30 },
		{ NULL, 0 },
	};

	return with_unit(s, units, out);
}

int parse_count(const char *s, uint64_t *out)
{
	static const struct unit units[] = {
		{ "", 1 },
		{ "k", 1000 },
		{ "m", 1000000 },
		{ NULL, 0 },
	};

	return with_unit(s, units, out);
}

int parse_rate(const char *s, uint64_t *out)
{
	static const struct unit units[] = {
		{ "", 1 }, { "k", 1000 }, { "m", 1000000 }, { "g", 1000000000 }, { NULL, 0 },
	};

	return with_unit(s, units, out);
}

/* A decimal fraction is exact down to 1 ns: digits below that are refused. */
static int scale(uint64_t whole, const char *frac, size_t nfrac, uint64_t factor, uint64_t *out)
{
	uint64_t part = 0, weight = factor;

	for (size_t i = 0; i < nfrac; i++) {
		weight /= 10;
		if (!weight && frac[i] != '0')
			return -EINVAL;
		part += weight * (uint64_t)(frac[i] - '0');
	}
	if (whole > (UINT64_MAX - part) / factor)
		return -ERANGE;
	*out = whole * factor + part;
	return 0;
}

static int time_value(const char *s, bool bare_seconds, uint64_t *out)
{
	static const struct unit units[] = {
		{ "ns", 1 },
		{ "us", 1000 },
		{ "ms", 1000000 },
		{ "s", 1000000000 },
		{ "min", 60000000000ULL },
		{ NULL, 0 },
	};
	const struct unit *u;
	const char *end, *frac = "";
	size_t nfrac = 0;
	uint64_t v;
	int ret = digits(s, &end, &v);

	if (ret)
		return ret;
	if (*end == '.') {
		frac = end + 1;
		nfrac = strspn(frac, "0123456789");
		if (!nfrac)
			return -EINVAL;
		end = frac + nfrac;
	}
	if (!strcasecmp(end, "m"))
		return -ENOTUNIQ;
	u = find_unit(units, *end || !bare_seconds ? end : "s", false);
	if (!u)
		return -EINVAL;
	return scale(v, frac, nfrac, u->factor, out);
}

int parse_time(const char *s, uint64_t *out)
{
	return time_value(s, false, out);
}

int parse_seconds(const char *s, uint64_t *out)
{
	return time_value(s, true, out);
}

int parse_warmup(const char *s, struct warmup *out)
{
	uint64_t v;
	int ret = parse_time(s, &v);

	if (ret == -ENOTUNIQ || ret == -ERANGE)
		return ret;
	if (!ret) {
		*out = (struct warmup){ true, v };
		return 0;
	}
	ret = parse_count(s, &v);
	if (!ret)
		*out = (struct warmup){ false, v };
	return ret;
}

int parse_steady(const char *s, double *percent, uint64_t *most_ns)
{
	size_t whole = strspn(s, "0123456789");
	size_t frac = s[whole] == '.' ? strspn(s + whole + 1, "0123456789") : 0;
	const char *end = s + whole + (frac ? frac + 1 : 0);
	uint64_t most = 10000000000ULL;
	double v = strtod(s, NULL);
	int ret = 0;

	end += *end == '%';
	if (!whole || whole > 3 || v <= 0 || v > 100 || (*end && *end != ','))
		return -EINVAL;
	if (*end)
		ret = parse_time(end + 1, &most);
	if (ret)
		return ret;
	if (!most)
		return -EINVAL;
	*percent = v;
	*most_ns = most;
	return 0;
}

static int numlist_add(struct numlist *l, uint64_t v)
{
	uint64_t *p;

	if (l->n >= NUMLIST_MAX)
		return -ERANGE;
	p = reallocarray(l->v, l->n + 1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	l->v = p;
	l->v[l->n++] = v;
	return 0;
}

/* FIRST:LAST:*FACTOR or FIRST:LAST:+STEP; LAST is taken when the steps hit it. */
static int add_sweep(char *s, parse_fn item, struct numlist *l)
{
	char *last = strchr(s, ':'), *step = last ? strchr(last + 1, ':') : NULL;
	uint64_t a, b, d;
	int ret;

	if (!step || (step[1] != '*' && step[1] != '+'))
		return -EINVAL;
	*last++ = '\0';
	*step++ = '\0';
	ret = item(s, &a);
	if (!ret)
		ret = item(last, &b);
	if (!ret)
		ret = *step == '*' ? parse_number(step + 1, &d) : item(step + 1, &d);
	if (ret)
		return ret;
	if (a > b || d < (*step == '*' ? 2 : 1) || (*step == '*' && !a))
		return -EINVAL;
	for (;;) {
		ret = numlist_add(l, a);
		if (ret)
			return ret;
		if (*step == '*' ? a > b / d : d > b - a)
			return 0;
		a = *step == '*' ? a * d : a + d;
	}
}

int parse_list(const char *s, parse_fn item, struct numlist *out)
{
	struct numlist l = { 0 };
	char *copy = strdup(s), *rest = copy, *word;
	uint64_t v;
	int ret = copy ? 0 : -ENOMEM;

	while (!ret && (word = strsep(&rest, ","))) {
		if (strchr(word, ':')) {
			ret = add_sweep(word, item, &l);
			continue;
		}
		ret = item(word, &v);
		if (!ret)
			ret = numlist_add(&l, v);
	}
	free(copy);
	if (ret) {
		free(l.v);
		return ret;
	}
	free(out->v);
	*out = l;
	return 0;
}

int parse_cpus(const char *s, struct numlist *out)
{
	struct numlist l = { 0 };
	char *copy = strdup(s), *rest = copy, *word, *dash;
	uint64_t a, b;
	int ret = copy ? 0 : -ENOMEM;

	while (!ret && (word = strsep(&rest, ","))) {
		dash = strchr(word, '-');
		if (dash)
			*dash++ = '\0';
		ret = parse_number(word, &a) ?: parse_number(dash ? dash : word, &b);
		if (!ret && a > b)
			ret = -EINVAL;
		for (; !ret && a <= b; a++)
			ret = numlist_add(&l, a);
	}
	free(copy);
	if (ret) {
		free(l.v);
		return ret;
	}
	free(out->v);
	*out = l;
	return 0;
}

int parse_pair(const char *s, parse_fn item, uint64_t out[2])
{
	char *copy = strdup(s), *comma = copy ? strchr(copy, ',') : NULL;
	uint64_t a, b;
	int ret = -ENOMEM;

	if (!copy)
		return ret;
	if (comma)
		*comma++ = '\0';
	ret = item(copy, &a);
	b = a;
	if (!ret && comma)
		ret = item(comma, &b);
	free(copy);
	if (ret)
		return ret;
	out[0] = a;
	out[1] = b;
	return 0;
}
