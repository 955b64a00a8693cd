// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stopping a channel: on a time-out, a release, the end of a session, a provider that leaves.
 *
 * A provider with terminate and synchronize stops for certain. One that cannot synchronize may
 * still be in a callback after terminate (31 drivers in 6.12): it is given time, then its channel
 * is released, which ends its tasklet, and claimed again. One without terminate (ioat, idxd, ...)
 * cannot be stopped: what it has stays with it until the callbacks come.
 */
#include <linux/delay.h>
#include <linux/dmaengine.h>
#include <linux/list_sort.h>

#include "dmactl_int.h"
#include "trace.h"

/* Give the provider's channel back, and take it again unless it is not to be used any more. */
void dmactl_chan_reopen(struct dmactl_chan *c)
{
	dmactl_chan_give_back(c);
	if (!READ_ONCE(c->closed) && !dmactl_leaves(c) && !dmactl_chan_request(c))
		dmactl_endpoint_apply(c);
}

/**
 * dmactl_stop() - stop the provider's channel
 * @c: channel, locked, holding its dma_chan
 *
 * Touches no request. After STOP_UNSYNCED the channel may be lost (c->dma is NULL) when it is
 * closed, its provider leaves, or somebody else was quicker to claim it.
 */
enum dmactl_stop_result dmactl_stop(struct dmactl_chan *c)
{
	struct dma_device *d = c->dma->device;

	lockdep_assert_held(&c->lock);
	c->paused = false;
	if (!d->device_terminate_all || dmaengine_terminate_async(c->dma))
		return STOP_QUARANTINED;
	if (d->device_synchronize) {
		dmaengine_synchronize(c->dma);
		return STOP_CLEAN;
	}
	msleep(DMACTL_SETTLE_MS);
	dmactl_chan_reopen(c);
	return STOP_UNSYNCED;
}

/* Does the provider call the oldest operation complete, although its callback never came? */
bool dmactl_interrupt_lost(struct dmactl_chan *c, const struct dmactl_req *oldest)
{
	struct dma_chan *dma = c->dma;

	if (!oldest || dma_has_cap(DMA_COMPLETION_NO_ORDER, dma->device->cap_mask))
		return false;
	return dma_async_is_tx_complete(dma, oldest->cookie, NULL, NULL) == DMA_COMPLETE;
}

/* The request that has been with the engine for the longest time. */
struct dmactl_req *dmactl_oldest(struct dmactl_chan *c)
{
	struct dmactl_req *oldest = NULL;
	unsigned int i;

	for (i = 0; i < c->nr_pool; i++)
		if (c->pool[i]->state == REQ_FLYING && c->pool[i] != c->repeating &&
		    (!oldest || c->pool[i]->ordinal < oldest->ordinal))
			oldest = c->pool[i];
	return oldest;
}

/* The engine keeps the request, and what it names, until its callback comes. */
void dmactl_abandon(struct dmactl_chan *c, struct dmactl_req *req)
{
	lockdep_assert_held(&c->session->cq_lock);
	WRITE_ONCE(req->state, REQ_ABANDONED);
	dmactl_xfer_stuck(req->x, 1);
	WRITE_ONCE(c->owed, c->owed + 1);
}

/* Operations that the engine should complete: neither held, nor repeated, nor a stream. */
int dmactl_with_engine(struct dmactl_chan *c)
{
	return atomic_read(&c->inflight) - atomic_read(&c->held) - !!READ_ONCE(c->repeating) -
	       !!READ_ONCE(c->stream);
}

static unsigned int dmactl_flying(struct dmactl_chan *c)
{
	struct dmactl_session *s = c->session;
	unsigned int n;

	mutex_lock(&s->cq_lock);
	dmactl_harvest(s);
	n = atomic_read(&c->inflight);
	mutex_unlock(&s->cq_lock);
	return n;
}

/* A healthy engine that cannot be stopped needs but a moment. */
static void dmactl_grace(struct dmactl_chan *c)
{
	unsigned int i;

	for (i = 0; i < DMACTL_GRACE_MS / 2 && dmactl_flying(c); i++)
		usleep_range(1000, 2000);
}

/* Those with the engine in its order, the repeated one last, then the held ones in theirs. */
static int dmactl_by_age(void *priv, const struct list_head *a, const struct list_head *b)
{
	const struct dmactl_req *x = container_of(a, struct dmactl_req, list);
	const struct dmactl_req *y = container_of(b, struct dmactl_req, list);

	if (x == x->chan->repeating)
		return y->state == REQ_FLYING;
	if (y == y->chan->repeating)
		return x->state != REQ_FLYING;
	if (x->state == REQ_FLYING && y->state == REQ_FLYING)
		return x->ordinal > y->ordinal;
	if (x->state == REQ_FLYING || y->state == REQ_FLYING)
		return y->state == REQ_FLYING;
	return x->seq > y->seq;
}

/* Not with the engine: it never ran. */
static void dmactl_unhold(struct dmactl_req *req)
{
	if (req->state == REQ_READY)
		list_del(&req->list);
	req->state = REQ_READY;		/* its producers have nothing to tell it any more */
	atomic_dec(&req->chan->held);
	req->residue = 0;
	req->t0 = 0;
	req->t1 = 0;
	req->t2 = 0;
}

/* Report everything that flies, oldest first: that one timed out, if any did. */
static void dmactl_report_stopped(struct dmactl_chan *c, bool timed_out, u32 flags, bool abandon)
{
	struct dmactl_req *req, *next;
	u64 now = ktime_get_ns();
	LIST_HEAD(flying);
	unsigned int i;

	for (i = 0; i < c->nr_pool; i++) {
		req = c->pool[i];
		if (req->state == REQ_HELD || req->state == REQ_READY)
			dmactl_unhold(req);
		else if (req->state != REQ_FLYING)
			continue;
		list_add_tail(&req->list, &flying);
	}
	list_sort(NULL, &flying, dmactl_by_age);
	WRITE_ONCE(c->repeating, NULL);
	list_for_each_entry_safe(req, next, &flying, list) {
		bool held = req->state != REQ_FLYING;

		list_del(&req->list);
		atomic_dec(&c->inflight);
		req->verdict = timed_out ? DMACTL_RES_TIMED_OUT : DMACTL_RES_ABORTED;
		if (req == c->stream && !dmactl_leaves(c))
			req->verdict = DMACTL_RES_OK;
		req->flags = held ? 0 : flags;
		req->stopped = now;
		if (!timed_out)
			req->flags &= ~DMACTL_COMP_F_INTERRUPT_LOST;
		timed_out = false;
		if (abandon && !held)
			dmactl_abandon(c, req);
		else
			WRITE_ONCE(req->state, REQ_DONE);
		dmactl_report(req);
	}
}

/**
 * dmactl_stop_submitted() - stop a channel, and complete what SUBMIT has in flight there
 * @c:         channel, locked
 * @timed_out: the reason: nothing completed in time
 */
void dmactl_stop_submitted(struct dmactl_chan *c, bool timed_out)
{
	struct dmactl_session *s = c->session;
	enum dmactl_stop_result how;
	struct dmactl_req *stream = READ_ONCE(c->stream);	/* a harvest elsewhere may end it */
	bool silent = stream && !(stream->x->flags & DMA_PREP_INTERRUPT);
	unsigned int n;
	u32 flags = 0;

	lockdep_assert_held(&c->lock);
	if (!c->dma || c->state == CHAN_QUARANTINED)
		return;
	if (!timed_out && !c->dma->device->device_terminate_all)
		dmactl_grace(c);
	n = dmactl_flying(c);
	if (!n)
		return;
	WRITE_ONCE(c->state, CHAN_STOPPING);
	trace_dmactl_stop(c, n);
	if (timed_out)
		dmactl_event(DMACTL_EVENT_TYPE_TIMEOUT, c->hw, s, n, 0);
	mutex_lock(&s->cq_lock);
	if (timed_out && dmactl_interrupt_lost(c, dmactl_oldest(c)))
		flags |= DMACTL_COMP_F_INTERRUPT_LOST;
	mutex_unlock(&s->cq_lock);

	how = n > atomic_read(&c->held) ? dmactl_stop(c) : STOP_CLEAN;
	if (how == STOP_UNSYNCED)
		flags |= DMACTL_COMP_F_UNSYNCED;
	else if (how == STOP_QUARANTINED)
		flags |= DMACTL_COMP_F_QUARANTINED;

	mutex_lock(&s->cq_lock);
	dmactl_harvest(s);
	dmactl_report_stopped(c, timed_out, flags, how == STOP_QUARANTINED);
	if (how != STOP_QUARANTINED)
		list_splice_init(&c->worn, &c->free);
	n = c->owed;
	mutex_unlock(&s->cq_lock);
	if (n) {
		c->polled = silent;
		dmactl_quarantine_enter(c);
	} else {
		WRITE_ONCE(c->state, c->dma ? CHAN_READY : CHAN_GONE);
	}
	dmactl_queue_wake(&s->queue);
}

/* What a caller's timeout_ns means: a day at most, far from the end of jiffies on 32 bits. */
u64 dmactl_timeout(u64 ns)
{
	return min_t(u64, ns ?: DMACTL_TIMEOUT_NS, DMACTL_TIMEOUT_MAX_NS);
}

/* A work item that is pending looks again by itself, unless that is too late. */
static void dmactl_deadline_queue(struct dmactl_chan *c)
{
	unsigned long delay = nsecs_to_jiffies(c->timeout) + 1;

	if (!delayed_work_pending(&c->deadline) ||
	    time_after(c->deadline.timer.expires, jiffies + delay))
		mod_delayed_work(dmactl_wq, &c->deadline, delay);
}

/**
 * dmactl_deadline_start() - watch over preps that may sleep, before the first of them
 * @c: channel, locked and usable, with its time-out set
 */
void dmactl_deadline_start(struct dmactl_chan *c)
{
	lockdep_assert_held(&c->lock);
	if (dmactl_with_engine(c) <= 0)
		atomic64_set(&c->progress, ktime_get_ns());
	dmactl_deadline_queue(c);
}

/**
 * dmactl_deadline_arm() - have the channel stopped when nothing completes
 * @c: channel, locked, with its time-out set
 */
void dmactl_deadline_arm(struct dmactl_chan *c)
{
	lockdep_assert_held(&c->lock);
	if (dmactl_with_engine(c) > 0)
		dmactl_deadline_queue(c);
}

void dmactl_deadline_work(struct work_struct *work)
{
	struct dmactl_chan *c = container_of(to_delayed_work(work), struct dmactl_chan, deadline);
	s64 left;

	if (!mutex_trylock(&c->lock)) {
		/*
		 * A RUN has the lock for long, and its own deadline; nothing else is in flight
		 * then.
		 */
		if (READ_ONCE(c->running))
			return;
		/*
		 * Whoever has it may be asleep in the provider's prep: this engine gives nothing
		 * back.
		 */
		if (dmactl_flying(c) && dmactl_with_engine(c) > 0 &&
		    atomic64_read(&c->progress) + READ_ONCE(c->timeout) < ktime_get_ns())
			dmactl_prep_poke(c);
		mod_delayed_work(dmactl_wq, &c->deadline, max(HZ / 50, 1));
		return;
	}
	if (c->polled) {
		dmactl_quarantine_poll(c);
	} else if (!READ_ONCE(c->closed) && c->dma && dmactl_flying(c) &&
		   dmactl_with_engine(c) > 0) {
		if (READ_ONCE(c->pieces) != c->pieces_seen) {
			c->pieces_seen = READ_ONCE(c->pieces);
			atomic64_set(&c->progress, ktime_get_ns());
		}
		left = atomic64_read(&c->progress) + c->timeout - ktime_get_ns();
		if (left <= 0)
			dmactl_stop_submitted(c, true);
		else
			mod_delayed_work(dmactl_wq, &c->deadline, nsecs_to_jiffies(left) + 1);
	}
	mutex_unlock(&c->lock);
}
