// SPDX-License-Identifier: GPL-2.0
/* Counting the periods of a ring, against an engine whose true count is known. */
#include <string.h>

#include "period.h"
#include "tap.h"

#define MS 1000000ULL

struct engine {
	struct track t;
	uint64_t periods, seq, true_k; /* true_k: at the last callback */
};

static struct engine engine(uint64_t periods)
{
	struct engine e = { .periods = periods };

	track_start(&e.t, periods, 100, false, 0);
	return e;
}

static uint64_t residue(const struct engine *e, uint64_t k, uint64_t part)
{
	return e->periods * 100 - (k * 100 + part) % (e->periods * 100);
}

/* A callback when @k periods were complete, at @at. */
static bool call(struct engine *e, uint64_t k, uint64_t at)
{
	e->true_k = k;
	return track_event(&e->t, ++e->seq, at, residue(e, k, 0)) == k;
}

static bool run(struct engine *e, uint64_t from, uint64_t to)
{
	bool right = true;

	for (uint64_t k = from; k <= to; k++)
		right &= call(e, k, k * MS);
	return right;
}

static void test_plain(void)
{
	struct engine e = engine(4);

	ok(run(&e, 1, 100), "a callback for each period: each is counted");
	ok(e.t.coalesced == 0 && e.t.jumps == 0 && track_exact(&e.t), "and nothing is odd");
	ok(track_period_ns(&e.t) == MS, "the median of the intervals is the period");
	e = engine(2);
	ok(run(&e, 1, 100) && track_exact(&e.t), "the same with two periods");
	e = engine(1000);
	ok(run(&e, 1, 5000) && track_exact(&e.t), "the same with a thousand");
}

static void test_coalesced(void)
{
	struct engine e = engine(8);
	bool right = run(&e, 1, 10);

	for (uint64_t k = 13; k <= 100; k += 3)
		right &= call(&e, k, k * MS);
	ok(right, "one callback for three periods: all are counted");
	ok(e.t.coalesced == 60 && track_exact(&e.t), "and two of three have none of their own");
	e = engine(8);
	right = run(&e, 1, 10) && call(&e, 12, 12 * MS) && call(&e, 12, 12 * MS + 50);
	right &= call(&e, 13, 13 * MS);
	ok(right && e.t.coalesced == 0 && e.t.jumps == 0,
	   "two callbacks in a row for two periods: none is coalesced, and none too many");
	e = engine(4);
	right = run(&e, 1, 10) && call(&e, 12, 12 * MS) && call(&e, 12, 40 * MS);
	ok(right && call(&e, 13, 40 * MS + 50) && e.t.coalesced == 0,
	   "nor with a long time between the two");
}

static void test_rounds(void)
{
	struct engine e = engine(4);

	run(&e, 1, 20);
	ok(call(&e, 23, 23 * MS) && track_exact(&e.t), "three of four periods late: no doubt");
	call(&e, 27, 27 * MS);
	ok(e.t.event.k <= 27 && !track_exact(&e.t), "a whole round after that: doubted");
	e = engine(4);
	run(&e, 1, 20);
	call(&e, 24, 24 * MS);
	ok(e.t.event.k == 24 && !track_exact(&e.t),
	   "a whole round late: at least so many, and perhaps more");
	e = engine(4);
	run(&e, 1, 20);
	call(&e, 25, 25 * MS);
	ok(e.t.event.k == 21 && e.t.rounds == 1, "five of four: at least one, and perhaps more");
	e = engine(4);
	run(&e, 1, 20);
	track_position(&e.t, 22 * MS + 1, 22 * 100);
	track_position(&e.t, 24 * MS + 1, 24 * 100);
	ok(call(&e, 25, 25 * MS) && track_exact(&e.t),
	   "five of four, but its position was asked for in between: no doubt");
	e = engine(4);
	run(&e, 1, 20);
	for (uint64_t k = 22; k <= 26; k += 2)
		track_position(&e.t, k * MS + 1, k * 100);
	ok(call(&e, 25, 25 * MS) && track_exact(&e.t), "or soon afterwards");
	e = engine(4);
	call(&e, 5, 5 * MS);
	run(&e, 6, 12);
	ok(!track_exact(&e.t), "a late first callback is doubted once the pace is known");
}

static void test_jumps(void)
{
	struct engine e = engine(8);

	run(&e, 1, 20);
	track_event(&e.t, ++e.seq, 21 * MS, residue(&e, 16, 0));
	ok(e.t.jumps == 1 && e.t.event.k == 21, "a residue far ahead: told, and time is trusted");
	ok(run(&e, 22, 40) && e.t.jumps == 1, "the next one is believed");
	track_event(&e.t, ++e.seq, 41 * MS, residue(&e, 40, 0));
	ok(e.t.jumps == 2 && e.t.event.k == 41, "a residue that stands still: the same");
	ok(run(&e, 42, 60) && track_exact(&e.t), "and all is exact");
	/* From 60 to 65 in the time of one. */
	track_event(&e.t, ++e.seq, 61 * MS, residue(&e, 65, 0));
	for (uint64_t i = 1; i < 10; i++)
		track_event(&e.t, ++e.seq, (61 + i) * MS, residue(&e, 65 + i, 0));
	ok(e.t.jumps == 3 && e.t.event.k == 74, "a real one is believed when it is seen again");
}

/* A virtual machine was not run for a while: the engine there makes up for it. */
static void test_catching_up(void)
{
	struct engine e = engine(32);
	bool right = run(&e, 1, 20);

	right &= call(&e, 25, 40 * MS) && call(&e, 38, 40 * MS + 50000);
	right &= call(&e, 40, 40 * MS + 90000) && run(&e, 41, 100);
	ok(right && !e.t.jumps && track_exact(&e.t), "behind, then as far as time says: no jump");
	track_event(&e.t, ++e.seq, 101 * MS, residue(&e, 115, 0));
	ok(e.t.jumps == 1, "once it has caught up, such a step is one again");

	e = engine(8);
	run(&e, 1, 20);
	right = call(&e, 22, 26 * MS) && call(&e, 24, 32 * MS);
	call(&e, 34, 32 * MS + 100000);
	ok(right && !e.t.jumps && e.t.event.k == 26 && e.t.rounds == 1,
	   "ten behind in a ring of eight: two, and perhaps a round more");

	e = engine(32);
	run(&e, 1, 20);
	call(&e, 21, 21 * MS);
	right = track_position(&e.t, 35 * MS, 2250) == 22;
	right &= track_position(&e.t, 35 * MS + 50000, 3450) == 34;
	ok(right && !e.t.jumps && track_exact(&e.t), "a position that catches up is none either");
	ok(call(&e, 34, 35 * MS + 60000) && run(&e, 36, 60), "and the callbacks agree");
}

/* Positions and callbacks need not have seen the same rounds. */
static void test_merged(void)
{
	struct engine e = engine(8);

	run(&e, 1, 20);
	track_rounds(&e.t, 34);
	ok(track_position(&e.t, 21 * MS, 2100) == 37, "the data say that it is two rounds on");
	ok(call(&e, 22, 21 * MS - 5) || e.t.event.k == 22, "a callback of before counts on");
	track_event(&e.t, ++e.seq, 23 * MS, residue(&e, 23, 0));
	ok(e.t.event.k == 39 && e.t.now.k == 39, "one of after agrees");
	track_event(&e.t, ++e.seq, 24 * MS, residue(&e, 24, 0));
	ok(e.t.event.k == 40 && e.t.now.k == 40 && !e.t.jumps, "and so do all later ones");
}

static void test_stuck(void)
{
	struct engine e = engine(4);

	run(&e, 1, 20);
	for (uint64_t k = 21; k <= 30; k++)
		track_event(&e.t, ++e.seq, k * MS, residue(&e, 20, 0));
	ok(e.t.event.k == 30 && !track_exact(&e.t),
	   "a residue that is stuck is not believed: callbacks are counted, nothing is exact");
	ok(track_position(&e.t, 31 * MS, 2000) == 30, "nor is a position");
	e = engine(4);
	for (uint64_t k = 4; k <= 80; k += 4)
		track_event(&e.t, ++e.seq, k * MS, residue(&e, k, 0));
	ok(!track_exact(&e.t) && e.t.event.k <= 80,
	   "one callback for each round from the start: at least so many");
}

static void test_dropped(void)
{
	struct engine e = engine(8);

	run(&e, 1, 20);
	e.seq += 4;
	ok(call(&e, 25, 25 * MS) && e.t.dropped == 4 && e.t.coalesced == 0 && track_exact(&e.t),
	   "four events that were dropped: their periods had callbacks");
	e.seq += 20;
	call(&e, 46, 46 * MS);
	ok(e.t.dropped == 24 && !track_exact(&e.t) && e.t.event.k == 46,
	   "twenty of eight: at least as many as called back");
}

static void test_coarse(void)
{
	struct track t;

	track_start(&t, 4, 100, true, 0);
	for (uint64_t k = 1; k <= 10; k++)
		track_event(&t, k, k * MS, 400);
	ok(t.event.k == 10 && t.coalesced == 0 && !track_exact(&t),
	   "without a position callbacks are counted, and nothing is exact");
	track_event(&t, 13, 13 * MS, 400);
	ok(t.event.k == 13 && t.dropped == 2, "those that were dropped as well");
	ok(track_position(&t, 14 * MS, 0) == 13, "a position tells nothing");
}

static void test_position(void)
{
	struct engine e = engine(4);

	run(&e, 1, 20);
	ok(track_position(&e.t, 20 * MS + 10, 2001) == 20, "a position within the period");
	ok(track_position(&e.t, 21 * MS + 10, 2101) == 21, "in the next one, before its callback");
	ok(call(&e, 21, 21 * MS) && call(&e, 22, 22 * MS), "which then says the same");
	ok(track_position(&e.t, 22 * MS + 1, 2199) == 22,
	   "read just before the callback, told just after: not a round on");
	ok(track_position(&e.t, 22 * MS + 2, 2201) == 22, "and then in the next one");
	ok(!track_old(&e.t, 23 * MS) && track_old(&e.t, 25 * MS), "after half a round it is old");
	track_position(&e.t, 40 * MS, 4000);
	ok(!track_exact(&e.t), "after a whole one it is doubted");
}

static void test_polled(void)
{
	struct track t;
	bool right = true;

	track_start(&t, 4, 100, false, 0);
	for (uint64_t at = MS / 4; at < 100 * MS; at += MS / 4)
		right &= track_position(&t, at, at * 100 / MS) == at / MS;
	ok(right && track_exact(&t), "four positions a period: all are counted");
	ok(track_period_ns(&t) == MS, "and the period is known");
	track_start(&t, 4, 100, false, 0);
	for (uint64_t at = 5 * MS; at < 100 * MS; at += 5 * MS)
		track_position(&t, at, at * 100 / MS);
	ok(!track_exact(&t), "one in five periods of a ring of four: doubted");
	track_start(&t, 3, 100, false, 0);
	for (uint64_t i = 1; i < 100; i++)
		track_position(&t, i * 10 * MS, i * 1000 + i % 3);
	ok(!track_exact(&t), "one in ten of three, which look like one in one: doubted");
}

/* Late and coalesced callbacks of an engine that keeps its pace, and looks at it in between. */
static void test_random(void)
{
	bool right = true, exact = true;

	for (int round = 0; round < 200; round++) {
		struct engine e = engine(4 + tap_random() % 12);
		uint64_t now = 0, k = 0;

		run(&e, 1, 10);
		for (now = 10 * MS; now < 500 * MS;) {
			now += MS / 8 + tap_random() % (MS * (e.periods - 2));
			k = now / MS;
			if (k > e.true_k)
				right &= call(&e, k, now);
			else
				right &= track_position(&e.t, now, now * 100 / MS) == k;
		}
		exact &= track_exact(&e.t) && !e.t.jumps;
	}
	ok(right, "200 engines with late callbacks: each count is right");
	ok(exact, "and none is doubted");
}

static void test_oldest(void)
{
	ok(period_oldest(10, 6, 4, 1) == 8, "after a torn copy the oldest whole one but one");
	ok(period_oldest(10, 8, 2, 1) == 10, "of two periods the one that comes next");
	ok(period_oldest(10, 9, 8, 1) == 10, "never backwards");
}

static void test_fit(void)
{
	struct fit f = { 0 };
	struct hist off = { 0 };
	double ns = 0;

	ok(!fit_solve(&f, &ns, &off), "no stamps, no period");
	for (uint64_t k = 1; k <= 1001; k++)
		fit_add(&f, k, 1000000000000ULL + k * MS + (k % 2 ? 1000 : 0));
	ok(fit_solve(&f, &ns, &off) && ns > 999999 && ns < 1000001, "the fitted period");
	ok(off.n == 1001 && off.min > 490 && off.max < 510, "every stamp is half of 1 us off");
	fit_free(&f);
	hist_free(&off);
	for (uint64_t k = 0; k < FIT_MOST + 10; k++)
		fit_add(&f, k, k);
	ok(f.n == FIT_MOST, "memory does not grow for ever");
	fit_free(&f);
}

static void words(uint8_t *p, uint32_t first, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (int b = 0; b < 4; b++)
			p[4 * i + b] = (uint8_t)((first + i) >> 8 * b);
}

static void test_words(void)
{
	struct count_check c;
	uint8_t p[64];

	words(p, 160, 16);
	ok(count_words(p, 64, 256, 160, &c) == COUNTED && !c.ahead, "words that count up");
	ok(count_words(p, 64, 256, 96, &c) == COUNTED && c.ahead == 64, "four periods ahead");
	ok(count_words(p, 64, 256, 224, &c) == COUNTED && c.ahead == -64, "four behind");
	words(p, 0xfffffff8, 16);
	ok(count_words(p, 64, 256, 0xfffffff8, &c) == COUNTED && !c.ahead, "they wrap");
	ok(count_words(p, 64, 256, 0xffffffe8, &c) == COUNTED && c.ahead == 16, "over the wrap");
	words(p, 160, 16);
	words(p, 224, 7);
	ok(count_words(p, 64, 256, 160, &c) == COUNTED_TORN, "the front is a round newer: torn");
	ok(count_words(p, 64, 256, 224, &c) == COUNTED_EARLY && c.offset == 28,
	   "the end is a round older than what is due: not written yet");
	words(p, 160, 16);
	words(p + 28, 160 + 7 + 64, 9);
	ok(count_words(p, 64, 256, 160, &c) == COUNTED_TORN, "the end is a round newer: torn");
	words(p + 48, 160 + 12, 4);
	ok(count_words(p, 64, 256, 160, &c) == COUNTED_TORN, "so is the middle: torn twice");
	words(p + 28, 160 + 7 + 3 * 64, 9);
	words(p + 48, 160 + 12 + 2 * 64, 4);
	ok(count_words(p, 64, 256, 160, &c) == COUNTED_TORN, "and by two rounds and three");
	words(p + 48, 160 + 12 - 64, 4);
	ok(count_words(p, 64, 256, 160, &c) == COUNTED_WRONG && c.offset == 28,
	   "but not back to one before that which is due");
	words(p, 300 + 4, 16);
	words(p + 28, 300 + 4 + 7 - 5 * 16, 9);
	ok(count_words(p, 64, 320, 300 + 4, &c) == COUNTED_EARLY,
	   "not written yet in a ring of five periods, which is no power of two");
	ok(count_words(p, 64, 320, 300 + 4 - 160, &c) == COUNTED_TORN, "and torn there");
	words(p, 160, 16);
	p[21] ^= 1;
	ok(count_words(p, 64, 256, 160, &c) == COUNTED_WRONG && c.offset == 21, "a wrong byte");
	ok(c.expected == 0 && c.found == 1, "is named");
	words(p, 160, 16);
	p[1] ^= 4;
	ok(count_words(p, 64, 256, 160, &c) == COUNTED_WRONG && c.offset == 1 && !c.ahead,
	   "in the first word as well, which is no jump then");
	words(p, 163, 16);
	ok(count_words(p, 64, 256, 160, &c) == COUNTED_WRONG && c.offset == 0,
	   "three words ahead: bytes were lost within a period");
}

int main(void)
{
	test_plain();
	test_coalesced();
	test_rounds();
	test_jumps();
	test_catching_up();
	test_merged();
	test_stuck();
	test_dropped();
	test_coarse();
	test_position();
	test_polled();
	test_random();
	test_oldest();
	test_fit();
	test_words();
	return tap_done();
}
