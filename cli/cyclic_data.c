// SPDX-License-Identifier: GPL-2.0
/* Where the data come from and go to, and what they say of themselves. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cyclic.h"
#include "pattern.h"
#include "stop.h"

#define SLICE_MS 100

/* A pipe is waited for, and the engine looked after meanwhile. */
static bool wait_for(struct cyclic *s, int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	if (poll(&p, 1, SLICE_MS))
		return true;
	if (stop_asked)
		s->why = s->why ? s->why : END_INTERRUPT;
	if (s->t.periods)
		cyclic_look(s);
	s->last_news = s->w.ctx->b->now();
	return false;
}

/* False: the leg is over. */
static bool can_read(struct cyclic *s)
{
	while (!s->why && !wait_for(s, s->in, POLLIN))
		if (s->until_ns && s->w.ctx->b->now() >= s->until_ns)
			s->why = s->why ? s->why : END_TIME;
	return !s->why;
}

/* False: it was interrupted. A period that has come is saved even where the leg is over by now. */
static bool can_write(struct cyclic *s)
{
	while (!stop_asked)
		if (wait_for(s, s->out, POLLOUT))
			return true;
	return false;
}

/* As much as there is, up to a period. */
static int from_input(struct cyclic *s)
{
	size_t len = (size_t)s->r->period, n = 0;
	ssize_t got = 1;

	while (n < len && got) {
		if (!can_read(s))
			return 0;
		got = read(s->in, s->copy + n, len - n);
		if (got < 0 && errno == EINTR) {
			got = 1;
			continue;
		}
		if (got < 0)
			return err_set(&s->w.err, EXIT_FAILED, "--input: %s: %s", s->o.input,
				       strerror(errno));
		n += (size_t)got;
	}
	s->drained = n < len;
	s->have_chunk = n;
	s->last_len = n ? n : s->last_len;
	memset(s->copy + n, 0, len - n);
	return 0;
}

/* Before the first round the ring has what an earlier one would have left there. */
bool cyclic_poison(struct cyclic *s)
{
	size_t len = (size_t)s->r->period;
	uint64_t old;

	for (uint64_t i = 0; i < s->r->ring_periods; i++) {
		old = i - s->r->ring_periods;
		memset(s->copy, 0, len);
		if (s->numbered)
			count_fill(s->copy, len, (uint32_t)(old * (len / 4)));
		if (s->looped) {
			memcpy(s->copy, &old, sizeof(old));
			pattern_fill(s->copy + STAMP_BYTES, len - STAMP_BYTES, s->o.seed, old);
		}
		if (!cyclic_write_ring(s, i) || cyclic_sync(s, i, DMACTL_SYNC_DEVICE))
			return false;
	}
	return true;
}

int cyclic_fetch(struct cyclic *s)
{
	size_t head = s->looped ? STAMP_BYTES : 0;

	if (s->in >= 0)
		return from_input(s);
	pattern_fill(s->copy + head, (size_t)s->r->period - head, s->o.seed,
		     s->first_number + s->chunks);
	s->last_len = (size_t)s->r->period;
	s->have_chunk = true;
	return 0;
}

/* An error ends the stream, and is no error of the stream. */
int cyclic_save(struct cyclic *s, const uint8_t *p, size_t len)
{
	ssize_t done;

	while (len) {
		s->torn_save = !can_write(s);
		if (s->torn_save)
			return 0;
		done = write(s->out, p, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			s->why = errno == EPIPE ? END_PIPE : END_SAVE;
			err_set(&s->w.err, EXIT_FAILED, "%s", strerror(errno));
			return 0;
		}
		s->r->saved += (uint64_t)done;
		p += done;
		len -= (size_t)done;
	}
	return 0;
}

static void note_wrong(struct cyclic *s, uint64_t period, const struct count_check *c)
{
	if (s->r->mismatches++)
		return;
	s->r->first.period = period;
	s->r->first.c = *c;
}

/*
 * Periods between the last one and this one that nobody had missed yet. The engine left out those
 * that moved the rest to another place in the ring; whole rounds went by unseen.
 */
static void missed(struct cyclic *s, uint64_t n)
{
	uint64_t left_out = n % s->r->ring_periods, rounds = n - left_out;

	s->r->skipped += left_out;
	s->r->overruns += rounds;
	s->surprised |= rounds > 0;
	if (s->looped) { /* that is the other end's number */
		s->shift += (int64_t)n;
		return;
	}
	s->shift += (int64_t)left_out;
	s->next += rounds;
	track_rounds(&s->t, s->next + 1);
}

/* The data have told all that had been lost by then. */
static void told_all(struct cyclic *s)
{
	s->rounds = s->t.rounds;
	s->sure = true;
}

/* More was thought to be lost since the last one than was. */
static enum judged fewer(struct cyclic *s, uint64_t by)
{
	uint64_t left_out = s->r->skipped - s->skipped_then,
		 late = s->r->overruns - s->overruns_then;

	left_out = left_out < by ? left_out : by;
	late = late < by - left_out ? late : by - left_out;
	s->r->skipped -= left_out;
	s->r->overruns -= late;
	s->shift -= (int64_t)by;
	return JUDGED_GOOD;
}

/* What was there in an earlier round: the engine has left this period out, without a callback. */
static enum judged older(struct cyclic *s, uint64_t expected, uint64_t by)
{
	if ((int64_t)(expected - by) > s->last_number)
		return fewer(s, by);
	if (by % s->r->ring_periods == 0) {
		if (s->coarse && ++s->olds > s->r->ring_periods)
			return JUDGED_EARLY;
		s->r->skipped++;
		/* No callback has told of it, and none will. */
		if (s->coarse && !s->over) {
			s->t.now.k++;
			s->t.event.k++;
		}
		return JUDGED_OLD;
	}
	s->r->repeated++;
	s->shift -= (int64_t)by;
	if (!s->r->mismatches++)
		snprintf(s->r->wrong, sizeof(s->r->wrong),
			 "period %" PRIu64 " came again in place of period %" PRIu64, expected - by,
			 expected);
	return JUDGED_OLD;
}

/* An earlier round's, and by its own word, where time may tell more, the engine was not beyond. */
static bool not_there(const struct cyclic *s, uint64_t expected, uint64_t by)
{
	uint64_t ring = s->r->ring_periods, beyond = (s->seen + ring - s->next % ring) % ring;

	if (by % ring || (int64_t)(expected - by) > s->last_number || s->coarse || s->t.coarse)
		return false;
	return s->over ? s->t.now.jumped : !beyond || beyond > ring / 2;
}

bool cyclic_is_there(const struct cyclic *s)
{
	uint64_t len = s->r->period, ring = len * s->r->ring_periods;
	uint32_t first = (uint32_t)((s->next + (uint64_t)s->shift) * (len / 4));
	struct count_check c;

	return count_words(s->copy, len, ring, first, &c) == COUNTED && c.ahead >= 0;
}

/* Words that count up through the whole stream. */
static enum judged by_count(struct cyclic *s, uint64_t period)
{
	uint64_t len = s->r->period, expected = period + (uint64_t)s->shift;
	struct count_check c;
	enum counted what;
	int64_t ahead;

	what = count_words(s->copy, len, len * s->r->ring_periods, (uint32_t)(expected * (len / 4)),
			   &c);
	if (what == COUNTED_TORN)
		return JUDGED_TORN;
	if (what == COUNTED_EARLY && s->early != (int64_t)period) {
		s->early = (int64_t)period;
		return JUDGED_EARLY;
	}
	ahead = c.ahead / (int64_t)(len / 4);
	if (what == COUNTED && ahead < 0 && not_there(s, expected, (uint64_t)-ahead))
		return JUDGED_EARLY;
	s->r->checked++;
	told_all(s);
	if (what != COUNTED) {
		note_wrong(s, period, &c);
		return JUDGED_GOOD;
	}
	if (ahead > 0)
		missed(s, (uint64_t)ahead);
	if (ahead >= 0)
		return JUDGED_GOOD;
	return older(s, expected, (uint64_t)-ahead);
}

/* Written at the other end of the loopback. */
static enum judged by_stamp(struct cyclic *s, uint64_t period)
{
	size_t len = (size_t)s->r->period - STAMP_BYTES, at;
	uint64_t v[2], expected, now = s->w.ctx->b->now();
	struct count_check c = { 0 };

	memcpy(v, s->copy, sizeof(v));
	if (s->fresh)
		s->shift = (int64_t)(v[0] - period);
	s->fresh = false;
	expected = period + (uint64_t)s->shift;
	s->r->checked++;
	told_all(s);
	at = pattern_check(s->copy + STAMP_BYTES, len, s->o.seed, v[0], &c.expected);
	if (at < len) {
		c.offset = STAMP_BYTES + at;
		c.found = s->copy[c.offset];
		note_wrong(s, period, &c);
		return JUDGED_GOOD;
	}
	if ((int64_t)(v[0] - expected) < 0) {
		s->r->repeated++;
		s->shift--;
		return JUDGED_OLD;
	}
	if (v[0] > expected)
		missed(s, v[0] - expected);
	if (now >= v[1] && hist_add(&s->r->end_to_end, now - v[1]))
		s->why = END_ERROR;
	return JUDGED_GOOD;
}

enum judged cyclic_judge(struct cyclic *s, uint64_t period)
{
	enum judged what = JUDGED_GOOD;

	if (s->numbered)
		what = by_count(s, period);
	else if (s->looped)
		what = by_stamp(s, period);
	if (what != JUDGED_GOOD)
		return what;
	s->last_number = (int64_t)s->next + s->shift;
	s->olds = 0;
	s->overruns_then = s->r->overruns;
	s->skipped_then = s->r->skipped;
	return what;
}
