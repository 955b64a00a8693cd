// SPDX-License-Identifier: GPL-2.0
/* The value parsers: what they take, what they refuse, and that a refusal changes nothing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "parse.h"
#include "result.h"
#include "tap.h"

#define UNTOUCHED 0x5a5a5a5a5a5a5a5aULL
#define MAX	  UINT64_MAX

struct good {
	const char *text;
	uint64_t value;
};

static void takes(const char *name, parse_fn parse, const struct good *g)
{
	for (; g->text; g++) {
		uint64_t v = UNTOUCHED;
		int ret = parse(g->text, &v);

		ok(!ret && v == g->value, "%s: '%s' is %llu", name, g->text,
		   (unsigned long long)g->value);
	}
}

static void refuses(const char *name, parse_fn parse, int want, const char *const *text)
{
	for (; *text; text++) {
		uint64_t v = UNTOUCHED;
		int ret = parse(*text, &v);

		ok(ret == want && v == UNTOUCHED, "%s: '%s' is refused with %s", name, *text,
		   strerror(-want));
	}
}

/* clang-format off */
#define TAKES(parse, ...) \
	takes(#parse, parse, (const struct good[]){ __VA_ARGS__, { NULL, 0 } })
#define REFUSES(parse, want, ...) \
	refuses(#parse, parse, want, (const char *const[]){ __VA_ARGS__, NULL })

static void test_numbers(void)
{
	TAKES(parse_number, { "0", 0 }, { "7", 7 }, { "0010", 10 }, { "0x0", 0 }, { "0xfF", 255 },
	      { "0X10", 16 }, { "18446744073709551615", MAX }, { "0xffffffffffffffff", MAX });
	REFUSES(parse_number, -EINVAL, "", " ", "x", "-1", "+1", " 1", "1 ", "1k", "1.5", "0x",
		"0xg", "0x 1", "0x-1", "0x1h", "1,2", "1e3");
	REFUSES(parse_number, -ERANGE, "18446744073709551616", "0x10000000000000000",
		"99999999999999999999999");

	TAKES(parse_size, { "0", 0 }, { "1", 1 }, { "4k", 4096 }, { "4K", 4096 }, { "4KiB", 4096 },
	      { "4kib", 4096 }, { "3m", 3 << 20 }, { "3MiB", 3 << 20 }, { "2G", 2ULL << 30 },
	      { "2gIb", 2ULL << 30 }, { "17179869183G", 17179869183ULL << 30 },
	      { "18446744073709551615", MAX });
	REFUSES(parse_size, -EINVAL, "", "K", "-4", "+4", " 4", "4 K", "4K ", "4B", "4kb", "4KB",
		"4T", "4x", "0x10", "1.5K", "4KK", "4K,8K");
	REFUSES(parse_size, -ERANGE, "17179869184G", "18446744073709551616",
		"99999999999999999999K");

	TAKES(parse_count, { "0", 0 }, { "12", 12 }, { "5k", 5000 }, { "5K", 5000 },
	      { "2m", 2000000 }, { "2M", 2000000 }, { "18446744073709M", 18446744073709000000ULL });
	REFUSES(parse_count, -EINVAL, "", "k", "-1", "1g", "1G", "1 k", "1ki", "0x1", "1.5k");
	REFUSES(parse_count, -ERANGE, "18446744073710M", "18446744073709551616");

	TAKES(parse_rate, { "0", 0 }, { "5k", 5000 }, { "2M", 2000000 }, { "2G", 2000000000 },
	      { "1g", 1000000000 });
	REFUSES(parse_rate, -EINVAL, "", "G", "-1", "1T", "1GB", "1.5G");
	REFUSES(parse_rate, -ERANGE, "18446744074G", "18446744073709551616");
}

static void test_times(void)
{
	TAKES(parse_time, { "0ns", 0 }, { "7ns", 7 }, { "5us", 5000 }, { "100ms", 100000000 },
	      { "2s", 2000000000 }, { "3min", 180000000000ULL }, { "1.5us", 1500 },
	      { "0.25s", 250000000 }, { "0.5min", 30000000000ULL }, { "1.0ns", 1 },
	      { "1.000ns", 1 }, { "0.000000001s", 1 }, { "0.0000000010s", 1 },
	      { "18446744073709551615ns", MAX }, { "18446744073.709551615s", MAX });
	REFUSES(parse_time, -EINVAL, "", "5", "0", "s", "ns", "-5s", "+5s", " 5s", "5 s", "5s ",
		"5S", "5MS", "5h", "5sec", "5mins", ".5s", "5.s", "5.s5", "1.5.5s", "1.5ns",
		"0.0000000001s", "1e3s", "0x5s", "5ss", "5u");
	REFUSES(parse_time, -ERANGE, "18446744073709551616ns", "18446744073709552us",
		"18446744073.709551616s", "307445735min", "99999999999999999999s");
	REFUSES(parse_time, -ENOTUNIQ, "5m", "5M", "0.5m");

	TAKES(parse_seconds, { "0", 0 }, { "5", 5000000000ULL }, { "0.25", 250000000 },
	      { "5s", 5000000000ULL }, { "10ms", 10000000 }, { "1min", 60000000000ULL });
	REFUSES(parse_seconds, -EINVAL, "", "-5", "5.", ".5", "5h", " 5", "5 ", "0.0000000001");
	REFUSES(parse_seconds, -ERANGE, "18446744074", "99999999999999999999");
	REFUSES(parse_seconds, -ENOTUNIQ, "5m", "5M");
}

/* clang-format on */

static void warmup_is(const char *text, bool is_time, uint64_t value)
{
	struct warmup w = { !is_time, UNTOUCHED };
	int ret = parse_warmup(text, &w);

	ok(!ret && w.is_time == is_time && w.value == value, "parse_warmup: '%s' is a %s", text,
	   is_time ? "time" : "count");
}

static void warmup_refused(const char *text, int want)
{
	struct warmup w = { true, UNTOUCHED };
	int ret = parse_warmup(text, &w);

	ok(ret == want && w.is_time && w.value == UNTOUCHED,
	   "parse_warmup: '%s' is refused with %s", text, strerror(-want));
}

static void test_warmups(void)
{
	static const char *const bad[] = { "", "x", "0.5", "5h", "-1", "1 ", "ms" };

	warmup_is("100ms", true, 100000000);
	warmup_is("0.5s", true, 500000000);
	warmup_is("0", false, 0);
	warmup_is("5k", false, 5000);
	warmup_is("7", false, 7);
	for (size_t i = 0; i < NR(bad); i++)
		warmup_refused(bad[i], -EINVAL);
	warmup_refused("5m", -ENOTUNIQ);
	warmup_refused("5M", -ENOTUNIQ);
	warmup_refused("99999999999999999999", -ERANGE);
	warmup_refused("99999999999999999999s", -ERANGE);
}

typedef int (*list_fn)(const char *s, struct numlist *out);

static int parse_sizes(const char *s, struct numlist *out)
{
	return parse_list(s, parse_size, out);
}

static void list_is(list_fn parse, const char *s, size_t n, const uint64_t *want)
{
	struct numlist l = { malloc(sizeof(uint64_t)), 1 }; /* what was there is freed */
	int ret = parse(s, &l);

	ok(!ret && l.n == n && !memcmp(l.v, want, n * sizeof(*want)), "'%s' has %zu values", s, n);
	free(l.v);
}

static void lists_refused(list_fn parse, int want, const char *const *text)
{
	for (; *text; text++) {
		uint64_t v = UNTOUCHED;
		struct numlist l = { &v, 1 };
		int ret = parse(*text, &l);

		ok(ret == want && l.v == &v && l.n == 1 && v == UNTOUCHED,
		   "the list '%s' is refused with %s", *text, strerror(-want));
	}
}

/* clang-format off */
#define LIST(parse, text, ...) \
	list_is(parse, text, NR(((uint64_t[]){ __VA_ARGS__ })), (const uint64_t[]){ __VA_ARGS__ })
#define LISTS_REFUSED(parse, want, ...) \
	lists_refused(parse, want, (const char *const[]){ __VA_ARGS__, NULL })

static void test_lists(void)
{
	LIST(parse_sizes, "7", 7);
	LIST(parse_sizes, "0", 0);
	LIST(parse_sizes, "64,4K,1M", 64, 4096, 1 << 20);
	LIST(parse_sizes, "64:1M:*16", 64, 1024, 16384, 262144);
	LIST(parse_sizes, "64:16K:*16", 64, 1024, 16384);
	LIST(parse_sizes, "4K:16K:+4K", 4096, 8192, 12288, 16384);
	LIST(parse_sizes, "1:10:*4", 1, 4);
	LIST(parse_sizes, "1:10:+4", 1, 5, 9);
	LIST(parse_sizes, "0:2:+1", 0, 1, 2);
	LIST(parse_sizes, "4:4:*2", 4);
	LIST(parse_sizes, "1,2:8:*2,3", 1, 2, 4, 8, 3);
	LIST(parse_sizes, "18446744073709551614:18446744073709551615:+1", MAX - 1, MAX);
	LIST(parse_sizes, "9223372036854775808:18446744073709551615:*2", 1ULL << 63);
	LISTS_REFUSED(parse_sizes, -EINVAL, "", ",", "1,", ",1", "1,,2", "1;2", "x", "1:2", "1:2:3",
		      "1:2:*", "1:2:+", "1:2:-1", "1:4:*1", "1:4:*0", "1:4:+0", "0:4:*2", "4:1:*2",
		      "4:1:+1", "1:x:*2", "x:4:*2", "1:4:*x", "1:4:+x", "1:4:*2K", "1:4:*2:",
		      "1:4:*2:3", ":4:*2", "1::*2", "1:4:", "5:");
	LISTS_REFUSED(parse_sizes, -ERANGE, "1:4097:+1", "1:1G:+1", "99999999999999999999",
		      "1:99999999999999999999:*2", "1:2:+99999999999999999999");

	LIST(parse_cpus, "0", 0);
	LIST(parse_cpus, "0,2-5", 0, 2, 3, 4, 5);
	LIST(parse_cpus, "3-3,1", 3, 1);
	LISTS_REFUSED(parse_cpus, -EINVAL, "", "1-", "-1", "3-1", "a", "1-a", "1,", "1--2", "1-2-3",
		      "1 2", "1k");
	LISTS_REFUSED(parse_cpus, -ERANGE, "0-4096", "18446744073709551615",
		      "0-18446744073709551616");
}

/* clang-format on */

static void test_long_list(void)
{
	uint64_t all[NUMLIST_MAX];

	for (size_t i = 0; i < NUMLIST_MAX; i++)
		all[i] = i + 1;
	list_is(parse_sizes, "1:4096:+1", NUMLIST_MAX, all);
	list_is(parse_cpus, "1-4096", NUMLIST_MAX, all);
}

static void pair_refused(const char *text, int want)
{
	uint64_t v[2] = { UNTOUCHED, UNTOUCHED };
	int ret = parse_pair(text, parse_size, v);

	ok(ret == want && v[0] == UNTOUCHED && v[1] == UNTOUCHED, "the pair '%s' is refused", text);
}

static void test_pairs(void)
{
	static const char *const bad[] = { "", "1,", ",1", "1,2,3", "x", "1,x", "1 ,2" };
	uint64_t v[2];

	for (size_t i = 0; i < NR(bad); i++)
		pair_refused(bad[i], -EINVAL);
	pair_refused("1,99999999999999999999", -ERANGE);
	ok(!parse_pair("4K", parse_size, v) && v[0] == 4096 && v[1] == 4096, "one value is both");
	ok(!parse_pair("1,2", parse_size, v) && v[0] == 1 && v[1] == 2, "a pair is two values");
}

static void limit_is(const char *text, unsigned int stage, enum metric metric, enum limit_op op,
		     uint64_t value)
{
	struct vec v = { 0 };
	int ret = parse_limits(text, &v);
	const struct limit *l = v.v;
	bool good = !ret && v.n == 1 && l->stage == stage && l->metric == metric;

	good = good && l->op == op && l->value == value && !strcmp(l->text, text);
	ok(good, "the limit %s", text);
	vec_free(&v);
}

static void test_good_limits(void)
{
	struct vec v = { 0 };
	int ret;

	limit_is("p99<50us", ST_TOTAL, M_P99, L_LT, 50000);
	limit_is("p99.9<=1ms", ST_TOTAL, M_P99_9, L_LE, 1000000);
	limit_is("p99_9<1ms", ST_TOTAL, M_P99_9, L_LT, 1000000);
	limit_is("p99.99<1s", ST_TOTAL, M_P99_99, L_LT, 1000000000);
	limit_is("p99_99<1s", ST_TOTAL, M_P99_99, L_LT, 1000000000);
	limit_is("p50>1ns", ST_TOTAL, M_P50, L_GT, 1);
	limit_is("device.p90>=1us", ST_DEVICE, M_P90, L_GE, 1000);
	limit_is("wakeup.max<1us", ST_WAKEUP, M_MAX, L_LT, 1000);
	limit_is("prepare.min<1us", ST_PREPARE, M_MIN, L_LT, 1000);
	limit_is("submit.mean<1us", ST_SUBMIT, M_MEAN, L_LT, 1000);
	limit_is("total.mean<1us", ST_TOTAL, M_MEAN, L_LT, 1000);
	limit_is("throughput>2G", ST_TOTAL, M_THROUGHPUT, L_GT, 2000000000);
	limit_is("ops>=5k", ST_TOTAL, M_OPS, L_GE, 5000);
	ret = parse_limits("p99<5us,ops>1", &v) ?: parse_limits("max<1s,min>1ns,p50<1s", &v);
	ok(!ret && v.n == 5 && ((struct limit *)v.v)[4].metric == M_P50,
	   "a list of limits adds to the one before");
	vec_free(&v);
}

static void limits_refused(int want, const char *const *text)
{
	for (; *text; text++) {
		struct vec v = { &v, 7 };
		int ret = parse_limits(*text, &v);

		ok(ret == want && v.v == &v && v.n == 7, "the limit '%s' is refused with %s", *text,
		   strerror(-want));
	}
}

/* clang-format off */
#define LIMITS_REFUSED(want, ...) \
	limits_refused(want, (const char *const[]){ __VA_ARGS__, NULL })

static void test_bad_limits(void)
{
	LIMITS_REFUSED(-EINVAL, "", "p99", "p99<", "p99=5us", "p99<<5us", "<5us", "p98<5us",
		       "p99 <5us", "p99< 5us", "p99<5", "p99<5us,", ",p99<5us", "ops>5us",
		       "throughput>2GB", "device.ops>1", "total.throughput>1", "nowhere.p99<1us",
		       "device.<1us", "device<1us", "p99<5us,p98<5us",
		       "p99<0000000000000000000000000000000000000000000000000000000001us");
	LIMITS_REFUSED(-ENOTUNIQ, "p99<5m", "p50<1us,p99<5M");
	LIMITS_REFUSED(-ERANGE, "ops>99999999999999999999", "p99<99999999999999999999s");
}

/* clang-format on */

static void test_met_limits(void)
{
	static const char *const ops[] = { "<", "<=", ">", ">=" };
	static const char *const met[] = { "ynn", "yyn", "nny", "nyy" }; /* 9, 10 and 11 */
	static const enum metric percentiles[] = { M_P50, M_P90, M_P99, M_P99_9, M_P99_99 };
	static const unsigned int per_myriad[] = { 5000, 9000, 9900, 9990, 9999 };

	for (enum limit_op op = L_LT; op <= L_GE; op++) {
		struct limit l = { .op = op, .value = 10 };

		for (int i = 0; i < 3; i++)
			ok(limit_met(&l, 9 + i) == (met[op][i] == 'y'), "%d %s 10 is %smet", 9 + i,
			   ops[op], met[op][i] == 'y' ? "" : "not ");
	}
	for (size_t i = 0; i < NR(percentiles); i++)
		ok(metric_percentile(percentiles[i]) == per_myriad[i], "percentile %u of 10000",
		   per_myriad[i]);
	ok(!metric_percentile(M_MAX) && !metric_percentile((enum metric)99), "others have none");
}

int main(void)
{
	test_numbers();
	test_times();
	test_warmups();
	test_lists();
	test_long_list();
	test_pairs();
	test_good_limits();
	test_bad_limits();
	test_met_limits();
	return tap_done();
}
