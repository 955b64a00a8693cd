// SPDX-License-Identifier: GPL-2.0
/* Histograms, verdicts, exit codes, numbers as text. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "report.h"
#include "result.h"
#include "tap.h"

static const unsigned int at[] = { 100, 5000, 9000, 9900, 9990, 9999 };

/* Any value, small and large ones alike. */
static uint64_t any_value(void)
{
	return tap_random() >> (tap_random() % 64);
}

static void test_buckets(void)
{
	bool within = true, exact = true, next = true;

	for (int i = 0; i < 1000000; i++) {
		uint64_t v = any_value();
		size_t b = hist_bucket(v);
		uint64_t upper = hist_upper(b);

		within &= b < HIST_BUCKETS && upper >= v && upper - v <= v / 128;
		exact &= v >= 256 || upper == v;
	}
	for (size_t b = 0; b + 1 < HIST_BUCKETS; b++)
		next &= hist_bucket(hist_upper(b)) == b && hist_bucket(hist_upper(b) + 1) == b + 1;
	ok(within, "a bucket's upper end is less than 1/128 above each of its values");
	ok(exact, "values below 256 are exact");
	ok(next, "buckets follow one another without a gap");
	ok(hist_bucket(UINT64_MAX) == HIST_BUCKETS - 1, "the largest value is in the last one");
	ok(hist_upper(HIST_BUCKETS - 1) == UINT64_MAX, "which ends with it");
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* By the definition: the smallest value with at least p percent at or below it. */
static bool nearest_rank(const uint64_t *sorted, size_t n, unsigned int per_myriad, uint64_t *out)
{
	size_t rank = 1;

	while (rank * 10000 < n * per_myriad)
		rank++;
	*out = sorted[rank - 1];
	return n - rank >= 10;
}

static bool percentiles_right(const struct hist *h, const uint64_t *sorted, size_t n)
{
	for (size_t i = 0; i < NR(at); i++) {
		uint64_t want, got = 7;
		bool there = nearest_rank(sorted, n, at[i], &want);

		if (hist_percentile(h, at[i], &got) != there)
			return false;
		if (there ? got < want || got - want > want / 128 || got > h->max : got != 7)
			return false;
	}
	return true;
}

static void test_percentiles(void)
{
	static const size_t sizes[] = { 1, 10, 11, 19, 20, 100, 999, 1000, 1001, 5000, 20000 };
	uint64_t v;

	for (size_t i = 0; i < NR(sizes); i++) {
		uint64_t *all = calloc(sizes[i], sizeof(*all));
		bool right = true;

		for (int how = 0; how < 3; how++) {
			struct hist h = { 0 };

			for (size_t k = 0; k < sizes[i]; k++) {
				all[k] = how == 0 ? any_value() :
					 how == 1 ? 1000 + tap_random() % 1000 :
						    42;
				hist_add(&h, all[k]);
			}
			qsort(all, sizes[i], sizeof(*all), compare);
			right &= percentiles_right(&h, all, sizes[i]);
			right &= h.min == all[0] && h.max == all[sizes[i] - 1] && h.n == sizes[i];
			hist_free(&h);
		}
		ok(right, "percentiles of %zu samples are nearest rank, or not told", sizes[i]);
		free(all);
	}
	ok(!hist_percentile(&(struct hist){ 0 }, 5000, &v), "no samples have no percentile");
}

/* The rule of ten, at its edges. */
static void test_above(void)
{
	static const struct {
		unsigned int n, per_myriad;
		bool told;
	} edges[] = {
		{ 19, 5000, false },   { 20, 5000, true },	{ 99, 9000, false },
		{ 100, 9000, true },   { 999, 9900, false },	{ 1000, 9900, true },
		{ 9999, 9990, false }, { 10000, 9990, true },	{ 99999, 9999, false },
		{ 100000, 9999, true },
	};

	for (size_t i = 0; i < NR(edges); i++) {
		struct hist h = { 0 };
		uint64_t v;

		for (unsigned int k = 0; k < edges[i].n; k++)
			hist_add(&h, k);
		ok(hist_percentile(&h, edges[i].per_myriad, &v) == edges[i].told,
		   "%u hundredths of a percent of %u samples are %s", edges[i].per_myriad,
		   edges[i].n, edges[i].told ? "told" : "not told");
		hist_free(&h);
	}
}

#define TINY 0.000000001

static bool near(double a, double b)
{
	return fabs(a - b) <= TINY * (fabs(b) + 1);
}

static void test_moments(void)
{
	static const uint64_t v[] = { 2, 4, 4, 4, 5, 5, 7, 9 };
	struct hist h = { 0 }, huge = { 0 };
	uint64_t p;

	for (size_t i = 0; i < NR(v); i++)
		hist_add(&h, v[i]);
	ok(near(h.mean, 5) && near(hist_stddev(&h), sqrt(32.0 / 7)), "mean, standard deviation");
	hist_free(&h);
	ok(!h.n && !h.count && !h.max, "a histogram that was freed is empty");
	hist_add(&h, 1ULL << 62);
	ok(h.min == h.max && hist_stddev(&h) == 0, "one value does not deviate");
	hist_free(&h);
	/* As many samples as no test could add. */
	hist_add(&huge, 5);
	huge.count[5] = 1ULL << 60;
	huge.count[7] = 1ULL << 59;
	huge.n = huge.count[5] + huge.count[7];
	huge.max = 7;
	ok(hist_percentile(&huge, 6666, &p) && p == 5 && hist_percentile(&huge, 6667, &p) && p == 7,
	   "percentiles of 10^18 samples");
	hist_free(&huge);
}

static bool same(const struct hist *a, const struct hist *b)
{
	return a->n == b->n && a->min == b->min && a->max == b->max && near(a->mean, b->mean) &&
	       near(hist_stddev(a), hist_stddev(b)) &&
	       !memcmp(a->count, b->count, HIST_BUCKETS * sizeof(*a->count));
}

static void test_merging(void)
{
	struct hist parts[3] = { 0 }, all = { 0 }, merged = { 0 }, none = { 0 };

	for (int i = 0; i < 30000; i++) {
		uint64_t v = tap_random() % 1000000 + (uint64_t)(i % 3) * 5000000;

		hist_add(&parts[i % 3], v);
		hist_add(&all, v);
	}
	for (int i = 0; i < 3; i++)
		hist_merge(&merged, &parts[2 - i]);
	ok(same(&merged, &all), "merging is the same as adding");
	hist_merge(&merged, &none);
	ok(same(&merged, &all), "merging none changes nothing");
	hist_merge(&none, &none);
	ok(!none.n && !none.count, "none and none are none");
	hist_merge(&none, &all);
	ok(same(&none, &all), "merging into none is a copy");
	for (int i = 0; i < 3; i++)
		hist_free(&parts[i]);
	hist_free(&all);
	hist_free(&merged);
	hist_free(&none);
}

struct verdict {
	const char *name;
	struct result r;
	bool valid;
	int exit;
	const char *why, *failure;	/* "" where there is none */
};

#define DONE .operations = 10, .elapsed_ns = 100

/* clang-format off */
static const struct verdict verdicts[] = {
	{ "all right", { DONE }, true, 0, "", "" },
	{ "wrong data", { DONE, .covered = 5, .mismatches = 2,
	  .first = { 3, 4100, 0x0f, 0xa0 } }, false, 1, "wrong data",
	  "wrong data in 2 of 5 checked operations: first in operation 3 at offset 4100, expected "
	  "0x0f, found 0xa0" },
	{ "failed operations", { DONE, .failed = 2 }, true, 1, "",
	  "2 of 12 operations failed" },
	{ "failed in the warm-up", { DONE, .warm_failed = 1 }, true, 1, "",
	  "1 operation failed in the warm-up" },
	{ "failed there too", { DONE, .failed = 1, .warm_failed = 2 }, true, 1, "",
	  "1 of 11 operations failed; 2 operations failed in the warm-up" },
	{ "a time-out", { DONE, .timed_out = 1, .aborted = 3, .failure = "timed out" }, false, 1,
	  "the channel was stopped", "timed out" },
	{ "aborted only", { DONE, .aborted = 3, .failure = "gone" }, false, 1,
	  "the channel was stopped", "gone" },
	{ "a failed call", { DONE, .failure = "no memory" }, false, 1, "it ended early",
	  "no memory" },
	{ "negative time", { DONE, .negative = true }, false, 1, "a stage has negative time",
	  "a stage has negative time" },
	{ "nothing done", { .elapsed_ns = 100 }, false, 1, "no operation was done",
	  "no operation was done" },
	{ "no time passed", { .operations = 10 }, false, 1, "no time passed", "no time passed" },
	{ "interrupted", { DONE, .interrupted = true }, true, 130, "", "" },
	{ "interrupted before the first", { .interrupted = true }, false, 130,
	  "interrupted before an operation was done", "" },
	{ "interrupted and wrong", { DONE, .interrupted = true, .failed = 1 }, true, 1, "",
	  "1 of 11 operations failed" },
	{ "wrong before all else", { DONE, .mismatches = 1, .covered = 1, .negative = true,
	  .timed_out = 1, .failure = "timed out" }, false, 1, "wrong data", "timed out" },
	{ "a limit that was not met", { DONE, .exit = EXIT_WORSE }, true, 2, "", "" },
};

/* clang-format on */

static void test_judging(void)
{
	for (size_t i = 0; i < NR(verdicts); i++) {
		const struct verdict *v = &verdicts[i];
		struct result r = v->r;
		bool good;

		result_judge(&r);
		good = r.valid == v->valid && r.exit == v->exit;
		good = good && !strcmp(r.why_invalid, v->why) && !strcmp(r.failure, v->failure);
		ok(good, "verdict: %s (%s; %s; %d)", v->name, r.why_invalid, r.failure, r.exit);
	}
}

static void test_rates(void)
{
	struct result r = { .operations = 1000, .bytes = 4096000, .elapsed_ns = 2000000 };
	double bytes = 7, ops = 7, v = 7;

	ok(!result_throughput(&r, &bytes, &ops) && bytes == 7 && ops == 7, "invalid: no rate");
	ok(!result_metric(&r, ST_TOTAL, M_OPS, &v) && v == 7, "invalid: no metric");
	result_judge(&r);
	ok(result_throughput(&r, &bytes, &ops) && bytes == 2048e6 && ops == 500e3, "rates");
	ok(result_metric(&r, ST_TOTAL, M_THROUGHPUT, &v) && v == bytes, "throughput as a metric");
	ok(result_metric(&r, ST_TOTAL, M_OPS, &v) && v == ops, "operations as a metric");
	ok(!result_metric(&r, ST_TOTAL, M_MIN, &v), "no latency without samples");
}

static void test_stages(void)
{
	struct result r = { DONE };
	double v = 7;

	for (uint64_t i = 1; i <= 100; i++) {
		hist_add(&r.stage[ST_TOTAL], i);
		hist_add(&r.stage[ST_SUBMIT], i);
		hist_add(&r.stage[ST_DEVICE], 1000 + i);
		hist_add(&r.device_early, 2000 + i);
	}
	result_judge(&r);
	ok(result_metric(&r, ST_TOTAL, M_MIN, &v) && v == 1, "metric min");
	ok(result_metric(&r, ST_TOTAL, M_MAX, &v) && v == 100, "metric max");
	ok(result_metric(&r, ST_TOTAL, M_MEAN, &v) && near(v, 50.5), "metric mean");
	ok(result_metric(&r, ST_TOTAL, M_P50, &v) && v == 50, "metric p50");
	ok(result_metric(&r, ST_TOTAL, M_P90, &v) && v == 90, "metric p90");
	v = 7;
	ok(!result_metric(&r, ST_TOTAL, M_P99, &v) && v == 7, "metric p99: too few above");
	ok(!result_stage(&r, ST_WAKEUP), "a stage that never was");
	ok(result_metric(&r, ST_DEVICE, M_MIN, &v) && v == 1001, "device from issue_pending");
	r.early = 1;
	ok(!result_stage(&r, ST_SUBMIT), "no submit stage where the engine starts in tx_submit");
	ok(result_metric(&r, ST_DEVICE, M_MIN, &v) && v == 2001, "and device from there");
	result_free(&r);
	ok(!r.stage[ST_TOTAL].count && !r.device_early.count, "a result that was freed is empty");
}

static void test_exits(void)
{
	/* The strongest first. */
	static const int order[] = { 1, 130, 77, 2, 3, 0 };
	bool right = true;

	for (size_t i = 0; i < NR(order); i++)
		for (size_t k = 0; k < NR(order); k++)
			right &= exit_worst(order[i], order[k]) == order[i < k ? i : k];
	ok(right, "1 beats 130 beats 77 beats 2 beats 3 beats 0");
}

static void time_is(double ns, const char *want)
{
	char text[32];

	time_text(ns, text, sizeof(text));
	ok(!strcmp(text, want), "%.1f ns are %s", ns, want);
}

static void size_is(uint64_t bytes, const char *want)
{
	char text[32];

	size_text(bytes, text, sizeof(text));
	ok(!strcmp(text, want), "%llu bytes are %s", (unsigned long long)bytes, want);
}

/* Three digits, rounded to the next unit where they would be four. */
static void test_texts(void)
{
	time_is(0, "0ns");
	time_is(7, "7ns");
	time_is(999.4, "999ns");
	time_is(999.5, "1.00us");
	time_is(9994, "9.99us");
	time_is(9995, "10.0us");
	time_is(99949, "99.9us");
	time_is(99950, "100us");
	time_is(999499, "999us");
	time_is(999500, "1.00ms");
	time_is(290e6, "290ms");
	time_is(1.5e9, "1.50s");
	time_is(86400e9, "86400s");
	size_is(0, "0");
	size_is(1, "1");
	size_is(1023, "1023");
	size_is(1024, "1K");
	size_is(1025, "1025");
	size_is(72 << 10, "72K");
	size_is(1536 << 10, "1536K");
	size_is(1 << 30, "1G");
	size_is(1ULL << 40, "1024G");
}

int main(void)
{
	test_buckets();
	test_percentiles();
	test_above();
	test_moments();
	test_merging();
	test_judging();
	test_rates();
	test_stages();
	test_exits();
	test_texts();
	return tap_done();
}
