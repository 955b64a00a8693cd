// SPDX-License-Identifier: GPL-2.0
/*
 * mem-to-dev: the ring is full before it is started, and each period that was played is written
 * anew. Only afterwards it is known whether the engine had begun to play it: then it played what
 * was there before.
 */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "cyclic.h"

static uint64_t marks(const struct cyclic *s)
{
	return s->r->ring_periods + 1;
}

static void stamp(struct cyclic *s)
{
	uint64_t v[2] = { s->first_number + s->chunks, s->w.ctx->b->now() };

	memcpy(s->copy, v, sizeof(v));
}

/* What is in copy becomes period next. Again, where it came too late the first time. */
static int put(struct cyclic *s)
{
	size_t len = (size_t)s->r->period;
	uint64_t q = s->chunks;

	if (s->looped)
		stamp(s);
	if (!cyclic_write_ring(s, s->next))
		return 0;
	if (s->drained)
		s->last_crc = crc32_z(s->crcs[q % marks(s)], s->copy, s->last_len);
	s->crcs[(q + 1) % marks(s)] = crc32_z(s->crcs[q % marks(s)], s->copy, len);
	s->sink_crcs[(s->next + 1) % marks(s)] =
		crc32_z(s->sink_crcs[s->next % marks(s)], s->copy, len);
	return cyclic_sync(s, s->next, DMACTL_SYNC_DEVICE);
}

static void taken(struct cyclic *s)
{
	s->have_chunk = false;
	s->chunks++;
	s->next++;
	if (s->drained)
		s->data_end = s->next;
}

/* After the data nothing is to be heard. */
static int silence(struct cyclic *s)
{
	size_t len = (size_t)s->r->period;

	memset(s->copy, 0, len);
	if (!cyclic_write_ring(s, s->next))
		return 0;
	s->sink_crcs[(s->next + 1) % marks(s)] =
		crc32_z(s->sink_crcs[s->next % marks(s)], s->copy, len);
	s->next++;
	return cyclic_sync(s, s->next - 1, DMACTL_SYNC_DEVICE);
}

/* The end may show only when there is nothing more to read. */
static int fetch(struct cyclic *s)
{
	int ret = cyclic_fetch(s);

	if (s->drained && !s->have_chunk && !s->data_end)
		s->data_end = s->next;
	return ret;
}

int cyclic_fill(struct cyclic *s)
{
	int ret = 0;

	s->crcs[0] = s->r->crc;
	s->sink_crcs[0] = 0;
	while (!ret && !s->why && s->next < s->r->ring_periods) {
		if (!s->drained)
			ret = fetch(s);
		if (ret || s->why)
			break;
		if (!s->have_chunk) {
			ret = silence(s);
			continue;
		}
		ret = put(s);
		taken(s);
	}
	if (!ret && s->drained && !s->chunks)
		return err_set(&s->w.err, EXIT_FAILED,
			       "--input: %s: nothing came from it: at least a byte is needed",
			       s->o.input);
	return ret;
}

/*
 * The engine is at @k: what it began before it was written was played stale. It goes on with a
 * period to spare, or the next one would be late as well.
 */
static bool too_late(struct cyclic *s, uint64_t k)
{
	uint64_t to = k + 1 + (s->r->ring_periods > 2);

	if (k < s->next)
		return false;
	s->r->underruns += to - s->next;
	s->stale += to - s->next;
	s->next = to;
	s->late_to = to;
	return true;
}

/* It was stopped before it had played all of those. */
static void not_that_late(struct cyclic *s, uint64_t k)
{
	uint64_t over = s->late_to > k ? s->late_to - k : 0;

	over = over < s->stale ? over : s->stale;
	s->r->underruns -= over;
	s->stale -= over;
}

static bool finished(struct cyclic *s)
{
	if (!s->drained || s->have_chunk || s->t.now.k < s->data_end)
		return false;
	if (!s->why)
		s->why = END_INPUT;
	return true;
}

int cyclic_feed(struct cyclic *s)
{
	uint64_t p = s->r->ring_periods;
	int ret = 0;

	while (!ret && !s->why && !finished(s)) {
		if (!s->have_chunk && !s->drained) {
			/* Nothing is read ahead of what there is room for. */
			if (s->next >= s->t.now.k + p)
				break;
			ret = fetch(s);
			if (s->o.input)
				cyclic_look(s);
			continue;
		}
		if (s->have_chunk)
			too_late(s, s->t.now.k);
		if (s->next >= s->t.now.k + p)
			break;
		if (!s->have_chunk) {
			ret = silence(s);
			continue;
		}
		ret = put(s);
		if (!ret && !too_late(s, cyclic_look(s)))
			taken(s);
		if (!ret)
			cyclic_ends(s);
	}
	return ret;
}

/*
 * dma-sim's sink has a sum of all that it took, the last period perhaps in part. Returns how many
 * of @k periods it never got.
 */
static uint64_t check_sink(struct cyclic *s, uint64_t k)
{
	struct crow *r = s->r;
	uint64_t bytes, whole, rest;
	uint32_t sum, want;

	/* One that is given back to be stopped begins its sum again. */
	if (s->o.endpoint != DMACTL_EP_SINK || s->end_flags & DMACTL_COMP_F_UNSYNCED ||
	    !endpoint_sink(&s->w, &bytes, &sum))
		return 0;
	whole = bytes / r->period;
	rest = bytes % r->period;
	if (whole < k)
		return k - whole;
	/* Only what is still in the ring can be told. */
	if (s->stale || whole + r->ring_periods < s->next || whole > s->next ||
	    (whole == s->next && rest))
		return 0;
	if (!cyclic_read_ring(s, whole))
		return 0;
	want = crc32_z(s->sink_crcs[whole % marks(s)], s->copy, (size_t)rest);
	r->checked += whole;
	if (want == sum || r->mismatches++)
		return 0;
	snprintf(r->wrong, sizeof(r->wrong),
		 "the sink took %llu bytes with checksum 0x%08x instead of 0x%08x",
		 (unsigned long long)bytes, sum, want);
	return 0;
}

void cyclic_feed_rest(struct cyclic *s, uint64_t k)
{
	bool all = s->drained && !s->have_chunk;
	struct crow *r = s->r;
	uint64_t end, n, skipped = check_sink(s, k);

	if (s->until_periods && k > s->until_periods)
		k = s->until_periods;
	/* The data stayed away until the end. */
	if (!all && k > s->next)
		too_late(s, k - 1);
	not_that_late(s, k);
	end = all ? s->data_end : s->next;
	if (k < end)
		end = k;
	n = end > s->stale ? end - s->stale : 0;
	n = n < s->chunks ? n : s->chunks;
	skipped = skipped < n ? skipped : n;
	r->skipped += skipped;
	r->periods += n - skipped;
	r->bytes += (n - skipped) * r->period;
	r->padded = 0;
	if (n && all && n == s->chunks) {
		r->padded = r->period - s->last_len;
		r->bytes -= r->padded;
		r->crc = s->last_crc;
	} else {
		r->crc = s->crcs[n % marks(s)];
	}
}
