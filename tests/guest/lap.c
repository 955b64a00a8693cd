// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lap.h"

#define WORDS	(PERIOD / 4)

const char *const contexts[4] = { "context=softirq", "context=thread", "context=timer",
				  "context=inline" };

static void attr(const struct sim *s, const char *name, char *text, size_t room)
{
	char path[128];

	snprintf(path, sizeof(path), SIM_ROOT "/%s/%s", s->name, name);
	CHECK(read_file(path, text, room) > 0);
}

struct record record(const struct sim *s, unsigned int chan)
{
	char text[4096], *line = text;
	struct record r;
	unsigned int n;

	attr(s, "streams", text, sizeof(text));
	while (chan--)
		line = strchr(line, '\n') + 1;
	if (sscanf(line, "%u %llu %llu %llu %llu %llu %llu %llu", &n, &r.periods, &r.skipped,
		   &r.callbacks, &r.due, &r.fired, &r.late_max, &r.late_mean) != 8)
		FAIL("streams: %s", line);
	return r;
}

struct record lap_run(const struct stream *t, u32 direction, u64 periods)
{
	u64 before = record(&t->r.sim, 0).due;
	struct record r;

	memset(t->p, POISON, RING);
	if (direction == 1)
		fill_pattern(t->p, RING, 3);
	ring_start(t, direction);
	/* The record is that of the one before until this one has begun. */
	CHECK_SOON((r = record(&t->r.sim, 0)).due != before && r.periods >= periods);
	return r;
}

struct stream lap(const char *a, const char *b, struct record *r)
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, SLOW, "residue=segment", LAP_AND_STOP, a, b);

	*r = lap_run(&t, 2, PERIODS);
	CHECK_EQ(r->periods, PERIODS);
	return t;
}

struct dmactl_completion event(const struct stream *t)
{
	struct dmactl_completion c;

	dm_reap_all(t->r.fd, &c, 1);
	CHECK(c.flags & DMACTL_COMP_F_PERIOD);
	return c;
}

void check_no_event(const struct stream *t)
{
	struct dmactl_completion c;

	CHECK_EQ(dm_reap(t->r.fd, &c, 1, 1, 5 * MS), -ETIME);
}

bool lap_holds(const struct stream *t, u32 period, u32 from)
{
	const u32 *w = (const u32 *)(t->p + period * PERIOD);
	u32 i;

	for (i = 0; i < WORDS && w[i] == from * WORDS + i; i++)
		;
	return i == WORDS;
}

void lap_leave(struct stream *t)
{
	rig_close(&t->r);
	CHECK_EQ(munmap(t->p, 4096), 0);
}

void lap_close(struct stream *t)
{
	lap_leave(t);
	sim_remove_all();
}

static u32 crc(u32 sum, const u8 *p, size_t len)
{
	for (sum = ~sum; len--;) {
		sum ^= *p++;
		for (int i = 0; i < 8; i++)
			sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
	}
	return ~sum;
}

u64 base(const struct record *r, u64 rate)
{
	return r->due - r->periods * PERIOD * SEC / rate;
}

void check_no_drift(const struct stream *t, u64 rate, u64 first, u64 until)
{
	struct record r;

	CHECK_SOON((r = record(&t->r.sim, 0)).periods);
	first = first ?: base(&r, rate);
	while (r.periods < until) {
		CHECK_EQ(base(&r, rate), first);
		CHECK(r.fired >= r.due && r.late_max >= r.late_mean);
		sleep_ms(1);
		r = record(&t->r.sim, 0);
	}
}

void check_sink(const struct stream *t, u32 periods, u32 but)
{
	u32 sum = 0, had = 0;
	char text[4096], want[64];

	for (u32 i = 0; i < periods; i++) {
		if (i == but)
			continue;
		sum = crc(sum, t->p + i % PERIODS * PERIOD, PERIOD);
		had++;
	}
	attr(&t->r.sim, "sink", text, sizeof(text));
	text[strcspn(text, "\n")] = 0;
	snprintf(want, sizeof(want), "0 %u %08x", had * PERIOD, sum);
	CHECK_STR(text, want);
}
