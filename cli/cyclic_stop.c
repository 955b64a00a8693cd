// SPDX-License-Identifier: GPL-2.0
/* A stream is started, paused and stopped; and what there is to say of its end. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cyclic.h"
#include "quirk.h"
#include "stop.h"

#define END_NS 5000000000ULL /* until its last completion must be there */

static int call(struct cyclic *s, struct dmactl_stream *x, uint32_t action)
{
	int ret;

	x->channel = s->w.claim.channel;
	x->action = action;
	do {
		ret = s->w.ctx->b->stream(s->w.session, x);
	} while (ret == -EINTR);
	return ret;
}

int cyclic_start(struct cyclic *s)
{
	struct dmactl_stream x = {
		.direction = s->o.direction,
		.buffer = s->ring_id,
		.periods = (uint32_t)s->r->ring_periods,
		.period = s->r->period,
		.flags = s->o.poll ? DMACTL_STREAM_F_NO_INTERRUPT : 0,
	};
	int ret;

	s->began = s->w.ctx->b->now();
	ret = call(s, &x, DMACTL_STREAM_START);
	if (ret)
		return cyclic_refused(s, "started", ret);
	s->last_news = s->began;
	track_start(&s->t, s->r->ring_periods, s->r->period, s->coarse, s->began);
	return 0;
}

/* Sleeps, but not through Ctrl-C or the end of the stream. */
static int stand_still(struct cyclic *s, uint64_t until)
{
	uint64_t began = s->began, end = s->until_ns;
	int ret = 0;

	s->was_paused = true;
	s->until_ns = until;
	while (!ret && !s->why && !stop_asked && s->w.ctx->b->now() < until)
		ret = cyclic_take(s, true);
	s->began = began;
	s->until_ns = end;
	return ret;
}

int cyclic_pause(struct cyclic *s)
{
	struct dmactl_stream x = { 0 };
	uint64_t from = s->w.ctx->b->now();
	int ret = call(s, &x, DMACTL_STREAM_PAUSE);

	if (ret)
		return cyclic_refused(s, "paused", ret);
	if (cyclic_take(s, false) || stand_still(s, from + s->c->pause_for))
		return -1;
	if (s->why)
		return 0;
	x = (struct dmactl_stream){ 0 };
	ret = call(s, &x, DMACTL_STREAM_RESUME);
	if (ret)
		return cyclic_refused(s, "resumed", ret);
	s->last_news = s->w.ctx->b->now();
	s->paused_ns += s->last_news - from;
	s->r->pauses++;
	return 0;
}

/* Where it stood, and what it had called back, when it was stopped. */
static void told(struct cyclic *s, const struct dmactl_stream *x, int ret)
{
	struct crow *r = s->r;

	r->callbacks += ret ? s->end_callbacks : x->callbacks;
	r->dropped += ret ? s->t.dropped : x->dropped;
	if (ret)
		return;
	r->position = x->position;
	track_position(&s->t, cyclic_time(s, x->stamp), x->position);
}

/* Periods from @end on until it was asked for the last time. */
static uint64_t periods_after(const struct cyclic *s, uint64_t end)
{
	uint64_t ns = track_period_ns(&s->t);

	end = cyclic_time(s, end);
	return ns && s->t.now.at > end ? (s->t.now.at - end) / ns + 1 : 0;
}

int cyclic_stop(struct cyclic *s)
{
	bool reopen = quirk_has(s->w.ch.driver, QUIRK_RELEASE);
	struct dmactl_stream x = { .flags = reopen ? DMACTL_STREAM_F_REOPEN : 0 };
	uint64_t asked = s->w.ctx->b->now();
	struct crow *r = s->r;
	int ret = -ENODATA, err = 0;

	if (!s->over)
		ret = call(s, &x, DMACTL_STREAM_STOP);
	s->until_ns = 0;
	while (!err && !s->over && s->w.ctx->b->now() < asked + END_NS)
		err = cyclic_take(s, true);
	told(s, &x, ret);
	r->elapsed_ns += asked - s->began;
	if (s->end_flags & DMACTL_COMP_F_QUARANTINED)
		r->stopped = STOPPED_QUARANTINE;
	else if (s->end_flags & DMACTL_COMP_F_UNSYNCED)
		r->stopped = STOPPED_UNSYNC;
	else if (!ret)
		r->stopped = reopen ? STOPPED_REOPEN : STOPPED_SYNC;
	if (ret && ret != -ENODATA && ret != -ENODEV)
		err = cyclic_refused(s, "stopped", ret);
	else if (ret && s->why != END_ERROR)
		s->why = END_PROVIDER;
	if (s->o.direction == MEM_TO_DEV)
		cyclic_feed_rest(s, s->t.now.k);
	else if (r->stopped != STOPPED_QUARANTINE)
		cyclic_drain_rest(s, periods_after(s, asked));
	return err;
}

static void say(struct cyclic *s, const char *text)
{
	if (!s->r->failure[0])
		snprintf(s->r->failure, sizeof(s->r->failure), "%s", text);
}

void cyclic_say_end(struct cyclic *s)
{
	struct crow *r = s->r;
	char text[256], after[32];

	if (r->stopped == STOPPED_QUARANTINE)
		say(s, "it cannot be stopped and is in quarantine, its memory is kept until the "
		       "callback comes (see dmactl doctor)");
	switch (s->why) {
	case END_PROVIDER:
		say(s, "the channel is gone: its provider was unbound in mid stream");
		break;
	case END_TIMEOUT:
		snprintf(text, sizeof(text), "no period within %s (-T): %s",
			 time_text((double)s->o.timeout_ns, after, sizeof(after)),
			 s->moved ? "the peripheral or the engine has fallen silent" :
				    "does the peripheral run?");
		say(s, text);
		break;
	case END_SAVE:
		snprintf(text, sizeof(text), "--save: %s: %.120s; %" PRIu64 " bytes were saved",
			 s->o.save, s->w.err.text, r->saved);
		say(s, text);
		break;
	case END_PIPE:
		snprintf(r->note, sizeof(r->note),
			 "--save: the reader has closed its pipe: ended after %" PRIu64 " bytes",
			 r->saved);
		break;
	case END_INPUT:
		if (r->padded)
			snprintf(r->note, sizeof(r->note),
				 "--input: the last period was padded with %" PRIu64 " zero byte%s",
				 r->padded, r->padded == 1 ? "" : "s");
		break;
	default:
		break;
	}
}
