// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "period.h"

#define SLACK  1.5 /* periods that a position may be off from what the time says */
#define STUCK  8   /* callbacks at one place, of which none can be right */
#define STEADY 2   /* on time for so many periods, it has caught up */

/* How a position follows from the mark before it. */
enum step { SURE, ROUND, BEHIND, JUMP };

void track_start(struct track *t, uint64_t periods, uint64_t period, bool coarse, uint64_t at)
{
	*t = (struct track){ .periods = periods, .period = period, .coarse = coarse };
	t->event.at = at;
	t->now.at = at;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

uint64_t track_period_ns(const struct track *t)
{
	return t->median;
}

static uint64_t median(const struct track *t)
{
	size_t n = t->nr_recent < TRACK_RECENT ? t->nr_recent : TRACK_RECENT;
	uint64_t v[TRACK_RECENT];

	if (n < TRACK_LEAST)
		return 0;
	memcpy(v, t->recent, n * sizeof(v[0]));
	qsort(v, n, sizeof(v[0]), by_value);
	return v[n / 2] ? v[n / 2] : 1;
}

static uint64_t since(const struct mark *m, uint64_t at)
{
	return at > m->at ? at - m->at : 0;
}

/* Periods that fit into the time since a mark; 0 where their time is not known. */
static double periods_since(const struct track *t, const struct mark *m, uint64_t at)
{
	uint64_t ns = track_period_ns(t);

	return ns ? (double)since(m, at) / (double)ns : 0;
}

static bool a_round(const struct track *t, double moved)
{
	return moved > (double)t->periods - 0.5;
}

static void note_interval(struct track *t, uint64_t ns)
{
	t->recent[t->nr_recent++ % TRACK_RECENT] = ns;
	t->median = median(t);
	if (t->nr_recent == TRACK_LEAST && a_round(t, t->early / (double)t->median))
		t->rounds++;
}

static uint64_t ahead(const struct track *t, uint64_t raw, uint64_t from)
{
	return (raw + t->periods - from % t->periods) % t->periods;
}

/* A peripheral may be slow, but no engine outruns its own pace by far. */
static bool explained(uint64_t d, double moved)
{
	return (double)d <= moved + SLACK;
}

/*
 * Two CPUs may look at it at the same moment, and be heard in the wrong order: it seems to go back
 * by a moment, where its position is that fine.
 */
static bool back_a_moment(const struct track *t, const struct mark *m, uint64_t place, double moved)
{
	uint64_t ring = t->periods * t->period, back = (m->place + ring - place) % ring;

	return back && 2 * back < t->period && moved < 0.5;
}

/* It went from @m to here, or also a whole round more, since it may be catching up. */
static bool may_be_more(const struct track *t, const struct mark *m, double moved, uint64_t d)
{
	return m->behind >= 1 && (double)(d + t->periods) <= moved + m->behind;
}

/* It stood still, as one does whose guest is not run, and goes on where it would be by now. */
static void catch_up(struct mark *m, double moved, uint64_t d)
{
	double late = moved - (double)d;

	m->steady = fabs(late) < 1 ? m->steady + moved : 0;
	if (late >= 1 || late < 0)
		m->behind = fmax(0, m->behind + late);
	if (m->steady >= STEADY)
		m->behind = 0;
}

static enum step step(const struct track *t, const struct mark *m, uint64_t place, uint64_t at,
		      uint64_t *d)
{
	double moved = periods_since(t, m, at);
	uint64_t raw = place / t->period;

	*d = ahead(t, raw, m->k);
	if (!track_period_ns(t))
		return SURE;
	if (a_round(t, moved) || may_be_more(t, m, moved, *d))
		return ROUND;
	if (back_a_moment(t, m, place, moved)) {
		*d = 0;
		return BEHIND;
	}
	if (explained(*d, moved))
		return SURE;
	/* It said so before: it is there. */
	if (m->jumped && explained(ahead(t, raw, m->place / t->period), moved))
		return *d + 1 == t->periods ? BEHIND : SURE;
	if (*d + 1 == t->periods && moved < 0.5)
		return BEHIND;
	return explained(*d, moved + m->behind) ? SURE : JUMP;
}

static uint64_t by_time(double moved, uint64_t least)
{
	uint64_t d = (uint64_t)llround(moved);

	return d > least ? d : least;
}

/* A whole round may lie between @from and @at, since which it has come to @d periods more. */
static bool unseen_round(const struct track *t, const struct mark *from, uint64_t at, uint64_t d)
{
	double moved = periods_since(t, from, at);

	return a_round(t, moved) || may_be_more(t, from, moved, d);
}

/* So long after the last callback positions that were asked for may tell more. */
static uint64_t over_a_round(struct track *t, uint64_t raw, uint64_t at)
{
	uint64_t d = ahead(t, raw, t->event.k), k;

	if (t->now.at > t->event.at && t->now.at <= at &&
	    !unseen_round(t, &t->now, at, ahead(t, raw, t->now.k)))
		return t->now.k + ahead(t, raw, t->now.k) - t->event.k;
	if (t->now.at > at) {
		struct mark then = { .at = at, .behind = t->event.behind };
		uint64_t since = (t->now.k + t->periods - raw) % t->periods;

		k = t->now.k - since;
		if (!unseen_round(t, &then, t->now.at, since) && k >= t->event.k)
			return k - t->event.k;
	}
	t->rounds++;
	return d || !a_round(t, periods_since(t, &t->event, at)) ? d : t->periods;
}

/* Rounds, none of which was seen, but callbacks were: a period each, or one that is owed. */
static uint64_t at_least(const struct track *t, uint64_t d, uint64_t callbacks)
{
	uint64_t least = callbacks > t->owed ? callbacks - t->owed : 0;

	return d < least ? d + (least - d + t->periods - 1) / t->periods * t->periods : d;
}

/* It did not move, and had not moved too far before. */
static bool stands(const struct track *t, uint64_t raw, double moved)
{
	uint64_t since_then = ahead(t, raw, t->event.place / t->period);

	return moved >= 0.5 && !(t->event.jumped && since_then && explained(since_then, moved));
}

/*
 * Callbacks that come late, one after the other: the first tells of all periods that have passed by
 * then, the others of none.
 */
static bool backlog(struct track *t, uint64_t d, uint64_t callbacks)
{
	if (d) {
		t->owed += d > callbacks ? d - callbacks : 0;
		t->owed = t->owed < t->periods ? t->owed : t->periods;
		return false;
	}
	if (!t->owed)
		return false;
	t->owed--;
	return true;
}

/* What a callback tells that cannot be. */
static uint64_t event_jump(struct track *t, uint64_t place, uint64_t d)
{
	t->jumps++;
	/* A residue that stays where it was tells nothing, unless it goes round and round. */
	t->stuck = t->event.jumped && place == t->event.place ? t->stuck + 1 : 0;
	t->coarse |= t->stuck == STUCK;
	t->event.jumped = true;
	return d;
}

/* Periods since the last callback. */
static uint64_t event_step(struct track *t, uint64_t place, uint64_t at, double moved,
			   uint64_t callbacks)
{
	enum step what;
	uint64_t d;

	what = step(t, &t->event, place, at, &d);
	if (what == JUMP)
		return event_jump(t, place, by_time(moved, callbacks));
	if (what != ROUND && t->event.jumped && place == t->event.place)
		return event_jump(t, place, callbacks);
	if (what == BEHIND) {
		t->event.jumped |= moved >= 0.5;
		return 0;
	}
	if (!track_period_ns(t)) {
		d = d ? d : 1;
		t->early = fmax(t->early, (double)since(&t->event, at));
	} else if (backlog(t, d, callbacks)) {
		t->event.jumped = false;
		t->rounds += what == ROUND;
		return 0;
	} else if (what == ROUND) {
		d = at_least(t, over_a_round(t, place / t->period, at), callbacks);
	} else if (!d && stands(t, place / t->period, moved)) {
		return event_jump(t, place, callbacks);
	}
	if (d && since(&t->event, at))
		note_interval(t, since(&t->event, at) / d);
	t->event.jumped = false;
	return d;
}

static uint64_t place_of(const struct track *t, uint64_t position)
{
	return position % (t->periods * t->period);
}

/* What @k is short of @from, which is not later: rounds that were seen there. */
static uint64_t whole_rounds(const struct track *t, uint64_t k, uint64_t from)
{
	uint64_t by = from > k ? from - k : 0;

	return (by + (t->periods - 1) / 2) / t->periods * t->periods;
}

uint64_t track_event(struct track *t, uint64_t seq, uint64_t at, uint64_t residue)
{
	uint64_t callbacks = seq > t->seq ? seq - t->seq : 1, ring = t->periods * t->period, d;
	uint64_t place = place_of(t, residue < ring ? ring - residue : 0);
	double moved = periods_since(t, &t->event, at);

	t->dropped += callbacks - 1;
	t->seq = seq;
	if (t->coarse) {
		d = callbacks;
		note_interval(t, since(&t->event, at) / d);
	} else {
		d = event_step(t, place, at, moved, callbacks);
		t->coalesced += (int64_t)(d - callbacks);
		catch_up(&t->event, moved, d);
	}
	t->event.k += d;
	t->event.at = at;
	t->event.place = place;
	if (at >= t->now.at)
		t->event.k += whole_rounds(t, t->event.k, t->now.k);
	if (at >= t->now.at && t->event.k >= t->now.k)
		t->now = t->event;
	return t->event.k;
}

uint64_t track_position(struct track *t, uint64_t at, uint64_t position)
{
	double moved = periods_since(t, &t->now, at);
	uint64_t place = place_of(t, position), d;

	if (t->coarse || at < t->now.at)
		return t->now.k;
	t->looks++;
	switch (step(t, &t->now, place, at, &d)) {
	case SURE:
		t->still += !d;
		t->now.jumped = false;
		break;
	case ROUND:
		t->rounds++;
		break;
	case BEHIND:
		/* What the last one said may have been a period too much. */
		if (d && t->now.k)
			t->now.k--;
		return t->now.k;
	case JUMP:
		t->now.jumped = true;
		t->jumps++;
		d = by_time(moved, 0);
	}
	catch_up(&t->now, moved, d);
	/* Without callbacks this is all that tells the pace. */
	if (!t->seq && d) {
		note_interval(t, since(&t->event, at) / d);
		t->event.at = at;
		t->event.k += d;
	}
	t->now.k += d;
	t->now.at = at;
	t->now.place = place;
	return t->now.k;
}

void track_not_yet(struct track *t, uint64_t k)
{
	if (t->now.k > k)
		t->now.k = k;
	if (t->event.k > k)
		t->event.k = k;
}

void track_rounds(struct track *t, uint64_t k)
{
	if (t->now.k >= k)
		return;
	if (t->coarse)
		t->event.k += k - t->now.k;
	t->now.k = t->coarse ? k : k + ahead(t, t->now.place / t->period, k);
}

bool track_old(const struct track *t, uint64_t at)
{
	return !track_period_ns(t) || periods_since(t, &t->now, at) > (double)t->periods / 2;
}

/* With several periods a callback, and jumps, the pace itself is a guess. */
static bool guessed(const struct track *t)
{
	return t->jumps && (t->coalesced >= (int64_t)t->seq || 2 * t->jumps > t->seq);
}

bool track_paced(const struct track *t)
{
	if (!t->median)
		return t->seq && t->now.k == t->seq;
	/* Without callbacks it is looked at several times a period, or there is no telling. */
	return t->seq ? !guessed(t) : 2 * t->still >= t->looks;
}

bool track_exact(const struct track *t)
{
	return !t->coarse && !t->rounds && track_paced(t);
}

uint64_t period_oldest(uint64_t k, uint64_t next, uint64_t periods, uint64_t margin)
{
	uint64_t to = k + 1 + margin > periods ? k + 1 + margin - periods : 0;

	return to > next ? to : next + 1;
}
