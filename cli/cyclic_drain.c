// SPDX-License-Identifier: GPL-2.0
/*
 * dev-to-mem: whole periods are copied out of the ring. Only afterwards it is known whether the
 * engine had begun to overwrite one meanwhile: such a copy is torn, and lost.
 */
#include <zlib.h>

#include "cyclic.h"

/*
 * The reader was too slow: it goes on at the oldest period that is still whole. If that does not
 * last for a ring, it is too slow altogether, and nearly every copy would be torn: then it leaves
 * out more at once.
 */
static void overtaken(struct cyclic *s, uint64_t k)
{
	uint64_t ring = s->r->ring_periods, to;

	if (s->r->periods - s->periods_then >= ring)
		s->margin = 1;
	else if (s->margin < ring / 2)
		s->margin *= 2;
	s->periods_then = s->r->periods;
	to = period_oldest(k, s->next, ring, s->margin);
	s->r->overruns += to - s->next;
	s->next = to;
	s->sure = false;
}

static bool overwritten(const struct cyclic *s, uint64_t k)
{
	/* Callbacks that were coalesced unseen tell too little, never too much. */
	return k >= s->next + s->r->ring_periods;
}

static int deliver(struct cyclic *s)
{
	size_t len = (size_t)s->r->period;

	s->r->crc = crc32_z(s->r->crc, s->copy, len);
	s->r->bytes += len;
	s->r->periods++;
	s->next++;
	return s->out < 0 ? 0 : cyclic_save(s, s->copy, len);
}

/* Into copy; -1 with w.err. */
static int copy(struct cyclic *s, uint64_t period)
{
	if (cyclic_sync(s, period, DMACTL_SYNC_CPU))
		return -1;
	cyclic_read_ring(s, period);
	return 0;
}

static void torn(struct cyclic *s)
{
	s->r->overruns++;
	s->next++;
	s->sure = false;
}

/* Period next is in copy, and it is known where the engine was after that. */
static int one(struct cyclic *s)
{
	if (overwritten(s, s->t.now.k)) {
		torn(s);
		return 0;
	}
	switch (cyclic_judge(s, s->next)) {
	case JUDGED_TORN:
		torn(s);
		return 0;
	case JUDGED_OLD:
		s->next++;
		return 0;
	case JUDGED_EARLY:
		track_not_yet(&s->t, s->next);
		return 0;
	default:
		return deliver(s);
	}
}

/*
 * Those that are there, but few at a time: asking where the engine is costs more than to copy some
 * small ones, and what was copied long before that is torn for all that is known.
 */
static int some(struct cyclic *s)
{
	uint64_t first = s->next, n = s->t.now.k - first;
	enum ended why;
	int ret = 0;

	s->seen = s->t.now.place / s->r->period;
	n = n < s->batch ? n : s->batch;
	for (uint64_t i = 0; i < n && !s->why; i++) {
		s->copy = s->copies + i * s->r->period;
		if (copy(s, first + i))
			return -1;
	}
	if (s->why)
		return 0;
	cyclic_look(s);
	why = s->why;
	for (uint64_t i = 0; i < n && !ret && s->why == why; i++) {
		/*
		 * What is no longer below now was told wrong before: it is still there. Where a
		 * round had not been seen, the other copies may be older than it.
		 */
		if (s->next >= s->t.now.k || s->next != first + i || cyclic_full(s))
			break;
		s->copy = s->copies + i * s->r->period;
		ret = one(s);
	}
	return ret;
}

int cyclic_drain(struct cyclic *s)
{
	int ret = 0;

	while (!ret && !s->why && s->next < s->t.now.k) {
		if (overwritten(s, s->t.now.k))
			overtaken(s, s->t.now.k);
		else
			ret = some(s);
		if (!ret)
			cyclic_ends(s);
	}
	s->copy = s->copies;
	return ret;
}

/* Of those that were lost since there were @before, the last came after the end. */
static void not_lost(struct cyclic *s, uint64_t before, uint64_t after)
{
	uint64_t gap = s->r->overruns - before, over = s->next + after;

	over = over > s->t.now.k ? over - s->t.now.k : 0;
	s->r->overruns -= over < gap ? over : gap;
}

/* Without a position nothing but the data tell of periods for which there was no callback. */
static void unseen(struct cyclic *s)
{
	while (!s->why && !cyclic_full(s)) {
		if (copy(s, s->next) || s->why || !cyclic_is_there(s))
			break;
		track_rounds(&s->t, s->next + 1);
		if (cyclic_judge(s, s->next) != JUDGED_GOOD || deliver(s))
			break;
	}
	s->told = !s->why;
}

/*
 * Nothing is written any more, but the engine went on a little after it was asked where it was: by
 * @after periods after the end. How far it came in all is known when the data have told; without
 * such data it may have begun one more.
 */
void cyclic_drain_rest(struct cyclic *s, uint64_t after)
{
	uint64_t before = s->r->overruns, ring = s->r->ring_periods, first;
	uint64_t spare = s->numbered || s->looped ? 0 : 1;
	enum ended why = s->why;
	bool told = false;

	if ((why != END_TIME && why != END_INTERRUPT && why != END_COUNT) || s->torn_save ||
	    cyclic_full(s))
		return;
	s->why = END_NOT;
	if (s->next + ring <= s->t.now.k + spare) {
		first = period_oldest(s->t.now.k, s->next, ring, spare);
		s->r->overruns += first - s->next;
		s->next = first;
		s->sure = false;
	}
	while (s->next < s->t.now.k && !s->why && !cyclic_full(s)) {
		enum judged what;

		s->seen = s->t.now.place / s->r->period;
		if (copy(s, s->next) || s->why)
			break;
		what = cyclic_judge(s, s->next);
		if (what != JUDGED_TORN && !told) {
			told = true;
			not_lost(s, before, after);
		}
		if (what == JUDGED_GOOD)
			deliver(s);
		else if (what == JUDGED_TORN)
			torn(s);
		else
			s->next++;
	}
	if (!told)
		not_lost(s, before, after);
	s->told = told && !s->coarse && !s->t.coarse;
	if (s->coarse && s->numbered)
		unseen(s);
	s->why = s->why ? s->why : why;
}
