// SPDX-License-Identifier: GPL-2.0
/* One row of one channel: legs, the loop within one, events, and where the engine is. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cyclic.h"
#include "stop.h"

#define EVENTS	      256
#define QUEUE	      8192	   /* events that the module keeps */
#define SLICE_NS      200000000ULL /* of waiting: Ctrl-C is looked for in between */
#define POLL_LEAST_NS 20000ULL

static const struct backend *backend(const struct cyclic *s)
{
	return s->w.ctx->b;
}

static int out_of_memory(struct cyclic *s)
{
	return err_set(&s->w.err, EXIT_FAILED, "out of memory");
}

uint64_t cyclic_time(const struct cyclic *s, uint64_t at)
{
	return at > s->paused_ns ? at - s->paused_ns : 0;
}

static int event(struct cyclic *s, const struct dmactl_completion *c, uint64_t now)
{
	uint64_t at = cyclic_time(s, c->t3), k;
	int ret = 0;

	k = track_event(&s->t, c->seq, at, c->residue);
	s->r->errors += c->result != DMACTL_RES_OK;
	if (s->last_at && at >= s->last_at)
		ret |= hist_add(&s->r->interval, at - s->last_at);
	if (now >= c->t3)
		ret |= hist_add(&s->r->wakeup, now - c->t3);
	if (!s->coarse)
		ret |= fit_add(&s->fit, k, at);
	s->last_at = at;
	s->last_news = now;
	s->moved = true;
	return ret ? out_of_memory(s) : 0;
}

/* How long there is nothing to do but wait for an event. */
static uint64_t slice(const struct cyclic *s, uint64_t now)
{
	uint64_t most = SLICE_NS, ns, pause = s->began + s->c->pause_at;

	if (s->o.poll) {
		ns = track_period_ns(&s->t) / 4;
		most = ns < POLL_LEAST_NS ? POLL_LEAST_NS : ns < SLICE_NS ? ns : SLICE_NS;
	}
	if (s->until_ns && s->until_ns < now + most)
		most = s->until_ns > now ? s->until_ns - now : 0;
	if (s->c->has_pause && !s->was_paused && pause < now + most)
		most = pause > now ? pause - now : 0;
	return most ? most : 1;
}

static int reap(struct cyclic *s, struct dmactl_reap *r, bool wait)
{
	uint64_t now = backend(s)->now();
	int ret;

	*r = (struct dmactl_reap){
		.comps = (uintptr_t)s->comps,
		.max = EVENTS,
		.min = wait,
		.timeout_ns = wait ? slice(s, now) : 0,
	};
	ret = backend(s)->reap(s->w.session, r);
	if (ret == -ETIME || ret == -EINTR || (!wait && ret == -EAGAIN)) {
		r->taken = 0;
		return 0;
	}
	if (ret == -ENODATA || ret == -ENODEV) {
		r->taken = 0;
		s->over = true;
		if (!s->why)
			s->why = END_PROVIDER;
		return 0;
	}
	return ret ? err_set(&s->w.err, EXIT_FAILED, "periods could not be taken: %s",
			     strerror(-ret)) :
		     0;
}

int cyclic_take(struct cyclic *s, bool wait)
{
	uint64_t now, until = 0, ring_ns;
	unsigned int rounds = 0;
	struct dmactl_reap r;

	/*
	 * They may come faster than they are looked at: no more than there is room for, and not
	 * until the engine has gone round, of which the position tells.
	 */
	do {
		if (reap(s, &r, wait))
			return -1;
		now = backend(s)->now();
		ring_ns = track_period_ns(&s->t) * s->t.periods;
		until = until ? until : now + ring_ns / 2;
		for (uint32_t i = 0; i < r.taken; i++) {
			const struct dmactl_completion *c = &s->comps[i];

			if (c->flags & DMACTL_COMP_F_STREAM) {
				s->over = true;
				s->end_flags = c->flags;
				s->end_result = c->result;
				s->end_callbacks = c->seq;
				s->why = s->why ? s->why : END_PROVIDER;
			} else if (c->flags & DMACTL_COMP_F_PERIOD && event(s, c, now)) {
				return -1;
			}
		}
		wait = false;
	} while (r.taken == EVENTS && ++rounds < QUEUE / EVENTS && (!ring_ns || now < until));
	return 0;
}

uint64_t cyclic_look(struct cyclic *s)
{
	struct dmactl_stream p = { .channel = s->w.claim.channel,
				   .action = DMACTL_STREAM_POSITION };
	uint64_t k = s->t.now.k, at;
	int ret;

	if (s->over)
		return k;
	ret = backend(s)->stream(s->w.session, &p);
	if (ret == -EINTR)
		return k;
	if (ret) {
		s->why = s->why ? s->why : END_PROVIDER;
		return k;
	}
	at = cyclic_time(s, p.stamp);
	if (!s->o.poll && track_old(&s->t, at) && cyclic_take(s, false))
		s->why = END_ERROR;
	k = track_position(&s->t, at, p.position);
	if (s->o.poll && k > s->polled_k) {
		s->last_news = backend(s)->now();
		s->moved = true;
	}
	s->polled_k = k;
	return k;
}

uint64_t cyclic_handled(const struct cyclic *s)
{
	const struct crow *r = s->r;

	if (s->o.direction == MEM_TO_DEV)
		return s->t.now.k;
	return r->periods + r->repeated + crow_lost(r) - s->handled_before;
}

bool cyclic_full(const struct cyclic *s)
{
	return s->until_periods && cyclic_handled(s) >= s->until_periods;
}

bool cyclic_ends(struct cyclic *s)
{
	uint64_t now = backend(s)->now();

	__atomic_store_n(&s->told_periods, cyclic_handled(s) + s->handled_before, __ATOMIC_RELAXED);
	__atomic_store_n(&s->told_lost, crow_lost(s->r), __ATOMIC_RELAXED);
	if (s->why)
		return true;
	if (stop_asked)
		s->why = END_INTERRUPT;
	else if (cyclic_full(s))
		s->why = END_COUNT;
	else if (s->until_ns && now >= s->until_ns)
		s->why = END_TIME;
	else if (now > s->last_news + s->o.timeout_ns)
		s->why = END_TIMEOUT;
	return s->why;
}

static void leg_begin(struct cyclic *s, uint64_t leg)
{
	uint64_t legs = s->c->restart + 1, n = s->o.count;

	s->next = 0;
	s->shift = 0;
	s->last_number = -1;
	s->early = -1;
	s->olds = 0;
	s->margin = 1;
	s->overruns_then = s->r->overruns;
	s->skipped_then = s->r->skipped;
	s->first_number += s->chunks;
	s->chunks = 0;
	s->data_end = 0;
	s->stale = 0;
	s->rounds = 0;
	s->sure = true;
	s->told = false;
	s->surprised = false;
	s->late_to = 0;
	s->have_chunk = false;
	s->drained = false;
	s->paused_ns = 0;
	s->was_paused = leg > 0;
	s->why = END_NOT;
	s->over = false;
	s->end_flags = 0;
	s->last_at = 0;
	s->polled_k = 0;
	s->fresh = leg > 0;
	s->torn_save = false;
	s->fit.n = 0;
	s->handled_before = s->r->periods + s->r->repeated + crow_lost(s->r);
	s->until_periods = n ? n * (leg + 1) / legs - n * leg / legs : 0;
	s->until_ns = 0;
	memset(&s->t, 0, sizeof(s->t));
}

static int loop(struct cyclic *s)
{
	int ret = 0;

	while (!ret && !cyclic_ends(s)) {
		ret = cyclic_take(s, true);
		if (!ret && s->o.poll)
			cyclic_look(s);
		if (!ret && s->c->has_pause && !s->was_paused && !s->why &&
		    backend(s)->now() >= s->began + s->c->pause_at)
			ret = cyclic_pause(s);
		if (!ret)
			ret = s->o.direction == MEM_TO_DEV ? cyclic_feed(s) : cyclic_drain(s);
	}
	return ret;
}

/* What the leg's callbacks say of the period. */
static void leg_stamps(struct cyclic *s)
{
	struct crow *r = s->r;
	double ns;

	r->coalesced += s->t.coalesced;
	r->jumps += s->t.jumps;
	r->coarse |= s->t.coarse;
	/* Jumps and rounds that were not seen leave no k to compare with. */
	if (!track_exact(&s->t) || s->t.jumps) {
		r->has_jitter = false;
		return;
	}
	if (fit_solve(&s->fit, &ns, &r->jitter))
		r->fitted_ns = ns;
}

/* The data tell of what had passed by then. After that it is the position, if it can be trusted. */
static bool leg_exact(const struct cyclic *s)
{
	bool telling = (s->numbered || s->looped) && s->o.direction == DEV_TO_MEM;

	if (!telling || !s->r->checked)
		return !telling && track_exact(&s->t);
	if (s->told || (s->sure && cyclic_full(s)))
		return true;
	if (s->coarse || s->t.coarse || s->surprised || !track_paced(&s->t))
		return false;
	return track_exact(&s->t) || (s->sure && s->rounds == s->t.rounds);
}

static int leg(struct cyclic *s, uint64_t leg, bool *met)
{
	bool exact;
	int ret;

	leg_begin(s, leg);
	/* The other end of a loopback may be under way. */
	if ((!leg || !s->looped) && endpoint_reset(&s->w))
		return -1;
	if (s->o.direction == MEM_TO_DEV ? cyclic_fill(s) : !cyclic_poison(s))
		return -1;
	if (!*met) {
		*met = true;
		team_begin(s->team, UINT64_MAX);
	}
	if (s->why || cyclic_start(s))
		return s->why ? 0 : -1;
	if (s->o.time_ns)
		s->until_ns = s->began + s->o.time_ns / (s->c->restart + 1);
	ret = loop(s);
	if (ret)
		s->why = END_ERROR;
	exact = leg_exact(s);
	if (cyclic_stop(s))
		ret = -1;
	/* What has been counted to the end is no less sure for what came after. */
	s->r->exact &= leg_exact(s) || (exact && cyclic_full(s) && !s->t.coarse);
	leg_stamps(s);
	team_span(s->team, 0, 0, cyclic_handled(s));
	return ret;
}

static void row_begin(struct cyclic *s)
{
	struct crow *r = s->r;
	bool in = s->o.direction == DEV_TO_MEM;

	r->exact = true;
	r->coarse = s->coarse;
	r->polled = s->o.poll;
	r->has_jitter = !s->o.poll;
	s->looped = s->o.endpoint == DMACTL_EP_LOOPBACK;
	s->numbered = in && s->o.endpoint == DMACTL_EP_SOURCE && r->period % 4 == 0;
	s->first_number = 0;
	s->chunks = 0;
	s->failed = false;
}

void cyclic_row(struct cyclic *s)
{
	bool met = false;
	uint64_t cpu;
	int ret;

	row_begin(s);
	ret = cyclic_ring(s);
	cpu = backend(s)->cpu_time();
	for (uint64_t i = 0; !ret && i <= s->c->restart; i++) {
		ret = leg(s, i, &met);
		s->r->restarts = i;
		if (s->why != END_COUNT && s->why != END_TIME)
			break;
	}
	s->r->cpu_ns = backend(s)->cpu_time() - cpu;
	s->r->ended = s->why;
	s->r->interrupted = s->why == END_INTERRUPT;
	/* What came before a call failed is a result nevertheless. */
	s->failed = ret && !s->moved;
	if (ret)
		snprintf(s->r->failure, sizeof(s->r->failure), "%.511s", s->w.err.text);
	else
		cyclic_say_end(s);
	s->dead |= s->failed ? s->w.err.exit == EXIT_FAILED :
			       s->why == END_PROVIDER || s->r->stopped == STOPPED_QUARANTINE;
	cyclic_ring_drop(s);
	team_leave(s->team);
}
