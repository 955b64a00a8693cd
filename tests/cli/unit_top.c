// SPDX-License-Identifier: GPL-2.0
/* What top makes of two looks at the counters. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "top.h"

#define SEC 1000000000ULL

static struct vec channels, quarantines;
static struct top_view view;

static struct channel *channel(const char *stable, uint64_t done, uint64_t bytes)
{
	struct channel *c = vec_add(&channels, sizeof(*c));

	strcpy(c->stable, stable);
	strcpy(c->name, "dma0chan0");
	c->done = done;
	c->bytes = bytes;
	return c;
}

static void quarantine(const char *stable, uint32_t requests, uint64_t bytes, uint64_t age)
{
	struct quarantine *q = vec_add(&quarantines, sizeof(*q));

	strcpy(q->stable, stable);
	q->requests = requests;
	q->bytes = bytes;
	q->age_ns = age;
}

/* What was said of channels, at this time; then nothing is said any more. */
static struct top_sample look(uint64_t time_ns)
{
	struct top_sample s = { .time_ns = time_ns };

	top_sample_make(&s, &channels, &quarantines);
	vec_free(&channels);
	vec_free(&quarantines);
	return s;
}

/* The sample is followed by the next one. */
static void then(struct top_sample *s, uint64_t time_ns)
{
	struct top_sample now = look(time_ns);

	top_sample_rate(s, &now);
	top_sample_free(s);
	*s = now;
}

static struct top_row *row(const struct top_sample *s, size_t i)
{
	return (struct top_row *)s->rows.v + i;
}

static void test_rates(void)
{
	struct top_sample s;

	channel("a/0", 100, 1000);
	s = look(5 * SEC);
	top_sample_rate(NULL, &s);
	ok(!row(&s, 0)->rated && !s.interval_ns, "one look alone has no rates");
	channel("a/0", 350, 2001000);
	channel("a/1", 7, 7);
	then(&s, 5 * SEC + SEC / 2);
	ok(row(&s, 0)->rated && fabs(row(&s, 0)->ops - 500) < 1e-9,
	   "250 operations in half a second are 500 a second");
	ok(fabs(row(&s, 0)->bytes - 4e6) < 1e-6, "so are the bytes");
	ok(!row(&s, 1)->rated, "a channel that was not there before has no rate yet");
	ok(fabs(s.ops - 500) < 1e-9 && fabs(s.bytes - 4e6) < 1e-6, "the sum is of those that have");
	ok(s.interval_ns == SEC / 2, "the time between is told");
	channel("a/0", 350, 2001000);
	channel("a/1", 7, 7);
	then(&s, 7 * SEC);
	ok(row(&s, 1)->rated && !row(&s, 1)->ops && !s.bytes, "what stands still has a rate of 0");
	channel("a/0", 350, 2001000);
	then(&s, 7 * SEC);
	ok(!row(&s, 0)->rated, "no time between two looks: no rate, and no division");
	then(&s, 8 * SEC);
	ok(!s.rows.n && !s.channels, "all channels have gone");
	top_sample_free(&s);
}

static void test_again(void)
{
	struct top_sample s;

	channel("a/0", 100, 1000)->claims = 3;
	s = look(SEC);
	channel("a/0", 100, 1000)->claims = 2;
	then(&s, 2 * SEC);
	ok(!row(&s, 0)->rated, "a counter that fell is another channel's: no rate");
	strcpy(channel("a/0", 200, 2000)->name, "dma9chan0");
	then(&s, 3 * SEC);
	ok(!row(&s, 0)->rated, "so is another name in sysfs");
	strcpy(channel("a/0", 300, 2000)->name, "dma9chan0");
	then(&s, 4 * SEC);
	ok(row(&s, 0)->rated && row(&s, 0)->ops == 100, "from then on it has one");
	channel("a/0", UINT64_MAX, UINT64_MAX);
	then(&s, 5 * SEC);
	channel("a/0", 0, 0);
	then(&s, 6 * SEC);
	ok(!row(&s, 0)->rated && !s.ops, "nor is a counter's end a rate");
	top_sample_free(&s);
}

static void took(uint64_t n, uint64_t sum, bool told)
{
	struct channel *c = channel("a/0", n, n);

	c->latency_count = n;
	c->latency_sum_ns = sum;
	c->present = told ? 1ULL << DMACTL_A_CHANNEL_LATENCY_COUNT : 0;
}

static void test_latency(void)
{
	struct top_sample s;
	bool least;

	took(10, 5000, true);
	s = look(SEC);
	top_sample_rate(NULL, &s);
	ok(!row(&s, 0)->timed && !top_takes(row(&s, 0), &least), "one look alone has no latency");
	took(14, 7000, true);
	then(&s, 2 * SEC);
	ok(row(&s, 0)->timed && row(&s, 0)->latency == 500, "4 in 2000 ns: 500 each");
	ok(top_takes(row(&s, 0), &least) == 500 && !least, "which is what is shown");
	took(14, 7000, true);
	then(&s, 3 * SEC);
	ok(!row(&s, 0)->timed && !top_takes(row(&s, 0), &least),
	   "none ended: nothing to divide by");
	took(13, 7001, true);
	then(&s, 4 * SEC);
	ok(!row(&s, 0)->timed, "a count that fell is another channel's");
	took(15, 0, true);
	then(&s, 5 * SEC);
	ok(!row(&s, 0)->timed, "so is a sum");
	took(20, 0, false);
	then(&s, 6 * SEC);
	ok(row(&s, 0)->timed && !row(&s, 0)->latency, "no time at all is a latency");
	took(30, 900, true);
	then(&s, 7 * SEC);
	ok(!row(&s, 0)->timed, "since a look that told none nothing can be told");
	top_sample_free(&s);
}

static void streams(uint64_t periods, uint64_t dropped, uint32_t running)
{
	struct channel *c = channel("a/0", 0, periods * 10);

	c->periods = periods;
	c->periods_dropped = dropped;
	c->streams = running;
	c->in_flight = running;
	c->operations = 1ULL << DMACTL_OP_CYCLIC;
	c->present = 1ULL << DMACTL_A_CHANNEL_STREAMS | 1ULL << DMACTL_A_CHANNEL_PERIODS;
}

static void test_streams(void)
{
	struct top_sample s;

	streams(5, 0, 1);
	s = look(SEC);
	top_sample_rate(NULL, &s);
	ok(row(&s, 0)->stream && s.streams == 1, "that it streams is told at the first look");
	streams(35, 4, 1);
	then(&s, 4 * SEC);
	ok(fabs(row(&s, 0)->periods - 10) < 1e-9 && fabs(top_ends(row(&s, 0)) - 10) < 1e-9,
	   "30 periods in 3 s");
	ok(!row(&s, 0)->ops && !s.ops, "which are no operations");
	ok(top_bad(&row(&s, 0)->c) == 4 && s.lost == 4, "lost ones are bad");
	streams(35, 4, 1);
	then(&s, 6 * SEC);
	ok(row(&s, 0)->stream && row(&s, 0)->still_ns == 2 * SEC, "one that stands still is one");
	streams(40, 4, 0);
	then(&s, 7 * SEC);
	ok(!row(&s, 0)->stream && !top_ends(row(&s, 0)) && !s.streams, "it was stopped");
	top_sample_free(&s);
}

static void flies(uint64_t done, uint64_t bytes, uint64_t ops, uint32_t session)
{
	struct channel *c = channel("a/0", done, bytes);

	c->in_flight = 2;
	c->operations = ops;
	c->session = session;
}

static void runs(uint64_t submitted, uint32_t state, bool told)
{
	struct channel *c = channel("a/0", 1, 10);

	c->session = 3;
	c->state = state;
	c->submitted = submitted;
	c->present = told ? 1ULL << DMACTL_A_CHANNEL_SUBMITTED : 0;
}

static void test_run(void)
{
	struct top_sample s;

	runs(4, DMACTL_CHANNEL_STATE_CLAIMED, true);
	s = look(SEC);
	runs(9, DMACTL_CHANNEL_STATE_BUSY, true);
	then(&s, 2 * SEC);
	ok(top_runs(&row(&s, 0)->c) && !row(&s, 0)->still_ns, "a RUN has begun");
	runs(11, DMACTL_CHANNEL_STATE_BUSY, true);
	then(&s, 3 * SEC);
	ok(!row(&s, 0)->still_ns, "it goes on, though nothing is counted yet");
	runs(11, DMACTL_CHANNEL_STATE_BUSY, true);
	then(&s, 5 * SEC);
	ok(row(&s, 0)->still_ns == 2 * SEC, "it does not");
	runs(11, DMACTL_CHANNEL_STATE_BUSY, false);
	then(&s, 7 * SEC);
	ok(!row(&s, 0)->still_ns, "an older module does not tell that");
	top_sample_free(&s);
}

static void test_still(void)
{
	const uint64_t ring = 1ULL << DMACTL_OP_CYCLIC;
	struct top_sample s;

	flies(1, 10, ring, 3);
	s = look(SEC);
	flies(1, 10, ring, 3);
	then(&s, 2 * SEC);
	flies(1, 10, ring, 3);
	then(&s, 4 * SEC);
	ok(row(&s, 0)->still_ns == 3 * SEC && !row(&s, 0)->stream,
	   "in flight and nothing ends: the time adds up");
	flies(1, 20, ring, 3);
	then(&s, 5 * SEC);
	ok(!row(&s, 0)->still_ns && row(&s, 0)->stream, "bytes without operations are a stream");
	ok(!strcmp(top_state(row(&s, 0)), "streaming"), "and its state says so");
	flies(1, 30, 0, 3);
	then(&s, 6 * SEC);
	ok(!row(&s, 0)->stream, "but not of a channel that has no rings");
	flies(1, 30, 0, 4);
	then(&s, 7 * SEC);
	ok(!row(&s, 0)->still_ns, "another session begins anew");
	flies(1, 30, 0, 4);
	then(&s, 8 * SEC);
	flies(1, 30, 0, 4);
	((struct channel *)channels.v)->failed = 1;
	then(&s, 9 * SEC);
	ok(!row(&s, 0)->still_ns, "what failed has ended, too");
	channel("a/0", 1, 30)->failed = 1;
	then(&s, 10 * SEC);
	ok(row(&s, 0)->rated && !row(&s, 0)->still_ns,
	   "with nothing in flight nothing stands still");
	top_sample_free(&s);
}

static void test_quarantine(void)
{
	struct top_sample s;

	channel("a/0", 0, 0)->state = DMACTL_CHANNEL_STATE_QUARANTINED;
	channel("a/1", 0, 0)->state = DMACTL_CHANNEL_STATE_STOPPING;
	quarantine("a/0", 3, 4096, 5);
	quarantine("b/0", 1, 100, 7);
	quarantine("b/0", 2, 11, 6);
	((struct quarantine *)quarantines.v)[2].leaked = true;
	s = look(SEC);
	ok(s.rows.n == 3 && s.channels == 2 && s.quarantined == 2 && s.held == 1,
	   "what a provider left behind has a row and is no channel");
	ok(row(&s, 0)->kept && row(&s, 0)->owed == 3 && !row(&s, 0)->gone, "callbacks owed");
	ok(row(&s, 2)->owed == 3 && row(&s, 2)->kept_bytes == 111 && row(&s, 2)->age_ns == 7,
	   "two of one channel are added, and the older one is its age");
	ok(row(&s, 2)->gone && !strcmp(top_state(row(&s, 2)), "leaked"), "and it is leaked");
	quarantine("b/0", 1, 100, 7);
	then(&s, 2 * SEC);
	ok(!row(&s, 0)->rated && !strcmp(top_state(row(&s, 0)), "gone"), "it has no rates");
	top_sample_free(&s);
}

/* The stable names that are shown, in order. */
static bool picks(const struct top_sample *s, const char *want)
{
	struct vec picked = { 0 };
	char text[256] = "";

	top_pick(s, &view, &picked);
	for (size_t i = 0; i < picked.n; i++) {
		strcat(text, i ? " " : "");
		strcat(text, ((struct top_row **)picked.v)[i]->c.stable);
	}
	vec_free(&picked);
	if (strcmp(text, want))
		printf("# %s instead of %s\n", text, want);
	return !strcmp(text, want);
}

static struct top_sample some(void)
{
	struct top_sample s;

	channel("a/10", 0, 0)->state = DMACTL_CHANNEL_STATE_KERNEL;
	strcpy(channel("a/9", 5, 0)->driver, "Pl330");
	channel("b/0", 3, 90)->session = 4;
	channel("c/0", 3, 50)->state = DMACTL_CHANNEL_STATE_CLAIMED;
	((struct channel *)channels.v)[3].session = 2;
	((struct channel *)channels.v)[3].in_flight = 9;
	strcpy(((struct channel *)channels.v)[3].command, "fio");
	((struct channel *)channels.v)[2].failed = 2;
	((struct channel *)channels.v)[1].aborted = 1;
	((struct channel *)channels.v)[1].latency_max_ns = 9;
	((struct channel *)channels.v)[2].latency_max_ns = 8;
	((struct channel *)channels.v)[0].periods_dropped = 1;
	((struct channel *)channels.v)[2].present = 1ULL << DMACTL_A_CHANNEL_LATENCY_COUNT;
	quarantine("d/0", 1, 100, 7);
	s = look(SEC);
	for (size_t i = 0; i < 4; i++)
		vec_add(&channels, sizeof(struct channel));
	for (size_t i = 0; i < 4; i++) {
		((struct channel *)channels.v)[i] = row(&s, i)->c;
		((struct channel *)channels.v)[i].done += i == 2;
		((struct channel *)channels.v)[i].bytes += i == 2;
		((struct channel *)channels.v)[i].latency_count += i == 2;
		((struct channel *)channels.v)[i].latency_sum_ns += i == 2 ? 8 : 0;
	}
	quarantine("d/0", 1, 100, 7);
	then(&s, 2 * SEC);
	return s;
}

static void test_pick(void)
{
	static const char *const sorted[TOP_COLUMNS] = {
		[TOP_CHANNEL] = "a/9 a/10 b/0 c/0 d/0", [TOP_STATE] = "c/0 a/9 b/0 d/0 a/10",
		[TOP_OPS] = "b/0 a/9 a/10 c/0 d/0",	[TOP_BYTES] = "b/0 a/9 a/10 c/0 d/0",
		[TOP_FLIGHT] = "c/0 a/9 a/10 b/0 d/0",	[TOP_LATENCY] = "c/0 b/0 d/0 a/9 a/10",
		[TOP_MAX] = "a/9 b/0 a/10 c/0 d/0",	[TOP_LOST] = "a/10 a/9 b/0 c/0 d/0",
		[TOP_BAD] = "b/0 a/9 a/10 c/0 d/0",	[TOP_HOLDER] = "c/0 b/0 a/9 a/10 d/0",
	};
	struct top_sample s = some();

	for (int i = 0; i < TOP_COLUMNS; i++) {
		view = (struct top_view){ .sort = i };
		ok(picks(&s, sorted[i]), "by %s", top_column_name(i));
	}
	view = (struct top_view){ .sort = TOP_CHANNEL, .reverse = true };
	ok(picks(&s, "d/0 c/0 b/0 a/10 a/9"), "the other way round");
	view = (struct top_view){ .busy = true };
	ok(picks(&s, "b/0 c/0 d/0"), "busy: what moved, what is held, what is kept");
	view = (struct top_view){ .filter = "pL3" };
	ok(picks(&s, "a/9"), "a text of the driver's name, in any case");
	strcpy(view.filter, "FIO");
	ok(picks(&s, "c/0"), "of the command");
	strcpy(view.filter, "gone");
	ok(picks(&s, "d/0"), "of the state");
	strcpy(view.filter, "a/");
	ok(picks(&s, "a/9 a/10"), "of the name");
	view.busy = true;
	ok(picks(&s, ""), "or nothing at all");
	top_sample_free(&s);
}

static void test_lines(void)
{
	struct top_sample s;
	struct vec picked = { 0 };
	char line[TOP_LINE];
	size_t name;

	strcpy(channel("soc:bus@40000000:dma-controller@12680000/1", 0, 0)->command,
	       "a-long-command");
	((struct channel *)channels.v)->present = (1ULL << DMACTL_A_CHANNEL_SESSION) |
						  (1ULL << DMACTL_A_CHANNEL_PID);
	((struct channel *)channels.v)->session = UINT32_MAX;
	((struct channel *)channels.v)->pid = UINT32_MAX;
	s = look(SEC);
	view = (struct top_view){ 0 };
	top_pick(&s, &view, &picked);
	for (int width = 0; width < 300; width++) {
		name = top_name_width(&view, &picked, width);
		top_titles(&view, name, width, line);
		if (strlen(line) > (size_t)width)
			break;
		top_line(&view, row(&s, 0), name, width, line);
		if (strlen(line) > (size_t)width)
			break;
		if (width == 80)
			ok(!strncmp(line, "~er@12680000/1  ", 16),
			   "a name that has no room ends as it does: %s", line);
		if (width == 200)
			ok(!strncmp(line, "soc:bus@40000000:dma-controller@12680000/1  ", 44),
			   "with room it is whole");
	}
	ok(strlen(line) > 80 && strlen(line) < 300, "no line is longer than there is room for");
	view.sort = TOP_MAX;
	top_titles(&view, top_name_width(&view, &picked, 80), 80, line);
	ok(strstr(line, " *MAX ") && !strstr(line, "LOST") && strlen(line) <= 80,
	   "the column that is sorted by is there: %s", line);
	vec_free(&picked);
	top_sample_free(&s);
}

static void test_lasts(void)
{
	static const struct {
		double seconds;
		const char *text;
	} long_ago[] = {
		{ 0.01, ">10ms" },  { 0.29, ">290ms" }, { 1, ">1.00s" },    { 99.9, ">99.9s" },
		{ 9999, ">9999s" }, { 10000, ">2h" },	{ 259200, ">72h" },
	};
	struct top_sample s;
	char line[TOP_LINE];

	channel("a/0", 0, 0);
	s = look(SEC);
	view = (struct top_view){ 0 };
	for (size_t i = 0; i < sizeof(long_ago) / sizeof(long_ago[0]); i++) {
		row(&s, 0)->still_ns = (uint64_t)(long_ago[i].seconds * 1e9);
		top_line(&view, row(&s, 0), 14, 80, line);
		ok(strstr(line, long_ago[i].text), "%g s: %s", long_ago[i].seconds, line);
	}
	top_sample_free(&s);
}

int main(void)
{
	test_lasts();
	test_rates();
	test_again();
	test_latency();
	test_streams();
	test_run();
	test_still();
	test_quarantine();
	test_pick();
	test_lines();
	return tap_done();
}
