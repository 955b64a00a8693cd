// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loop of RUN: a list of operations, again and again, at a depth.
 *
 * One thread submits and harvests, so requests need no lock on the way: they go from the idle chain
 * to the engine, come back by the callback's list (or are found by polling), and are idle again.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/sched/signal.h>

#include "engine.h"
#include "runner.h"

/* Each element is there twice: without and with interrupt. */
static unsigned int dmactl_runner_element(struct dmactl_runner *r, const struct dmactl_req *req)
{
	return (req->x - r->x) % r->a.nr_ops;
}

static void dmactl_runner_note(struct dmactl_runner *r, const struct dmactl_req *req)
{
	if (r->a.bad_op != r->a.nr_ops)
		return;
	r->a.bad_op = dmactl_runner_element(r, req);
	r->a.first_result = req->verdict;
}

/* Its operation is not plain, or has failed. */
static noinline void dmactl_runner_finish_more(struct dmactl_runner *r, struct dmactl_req *req)
{
	if (req->x->each) {
		dmactl_req_unmap(req);
		__clear_bit(dmactl_runner_element(r, req), r->flying);
	}
	if (dmactl_is_val(req->x->opcode) && dmactl_more_parity(req))
		r->a.outcome |= DMACTL_RUN_O_PARITY;
	if (req->error == DMA_TRANS_NOERROR) {
		r->a.done++;
		r->a.bytes += req->x->len;
		r->a.descriptors += req->x->nr_desc;
		return;
	}
	req->verdict = dmactl_result(READ_ONCE(req->error));
	r->a.failed++;
	dmactl_runner_note(r, req);
}

/* What one look has found; in registers, where the loop of it is. */
struct dmactl_tally {
	struct dmactl_req *idle;
	unsigned int nr;
	u64 plain, bytes;
};

/* User space may write what it reads there: what is counted is not taken from there. */
static __always_inline void dmactl_runner_sample(struct dmactl_runner *r,
						 const struct dmactl_req *req)
{
	u64 ns = req->t3 - req->t0;

	r->samples[r->a.nr_samples++] = (struct dmactl_sample) {
		req->t0, req->t1, req->t2, req->t3
	};
	r->latency += ns;
	if (ns > r->longest)
		r->longest = ns;
}

/* A request has come back. */
static __always_inline void dmactl_runner_finish(struct dmactl_runner *r, struct dmactl_req *req,
						 struct dmactl_tally *t)
{
	const struct dmactl_xfer *x = req->x;
	bool ok = req->error == DMA_TRANS_NOERROR;

	if (likely(x->plain && ok)) {
		t->plain++;
		t->bytes += x->len;
	} else {
		dmactl_runner_finish_more(r, req);
	}
	if (r->samples && ok)
		dmactl_runner_sample(r, req);
	trace_dmactl_reap(req);
	if (unlikely(!ok))
		req->error = DMA_TRANS_NOERROR;
	req->state = REQ_FREE;
	req->next = t->idle;
	t->idle = req;
	t->nr++;
}

static __always_inline bool dmactl_runner_add(struct dmactl_runner *r, const struct dmactl_tally *t)
{
	r->idle = t->idle;
	r->inflight -= t->nr;
	r->a.done += t->plain;
	r->a.descriptors += t->plain;
	r->a.bytes += t->bytes;
	return t->nr;
}

static bool dmactl_runner_take(struct dmactl_runner *r)
{
	struct dmactl_tally t = { .idle = r->idle };
	struct dmactl_req *req, *next;
	struct llist_node *nodes;

	if (llist_empty(&r->c->queue.done))
		return false;
	nodes = llist_del_all(&r->c->queue.done);
	llist_for_each_entry_safe(req, next, nodes, done)
		dmactl_runner_finish(r, req, &t);
	return dmactl_runner_add(r, &t);
}

/* Ask for the oldest, and those behind it as long as they are complete. */
static bool dmactl_runner_poll(struct dmactl_runner *r)
{
	struct dmactl_tally t = { .idle = r->idle };
	struct dmactl_req *req;
	enum dma_status status;
	bool any;

	while (r->head) {
		req = r->head;
		status = dma_async_is_tx_complete(r->c->dma, req->cookie, NULL, NULL);
		if (status != DMA_COMPLETE && status != DMA_ERROR)
			break;
		if (req->timed)
			req->t3 = ktime_get_ns();
		if (status == DMA_ERROR)
			req->error = -1;
		r->head = req->next;
		if (!r->head)
			r->tail = &r->head;
		dmactl_runner_finish(r, req, &t);
	}
	any = dmactl_runner_add(r, &t);
	/* What was refused comes by the list. */
	return dmactl_runner_take(r) || any;
}

static bool dmactl_runner_harvest(struct dmactl_runner *r)
{
	return r->sub.poll ? dmactl_runner_poll(r) : dmactl_runner_take(r);
}

/* Kick what was submitted since the last time; its requests may come back from here on. */
static void dmactl_runner_kick(struct dmactl_runner *r)
{
	struct dmactl_req *req, *next, *chain = NULL, *last = r->sub.batch;

	if (r->samples) {
		u64 now = ktime_get_ns();

		for (req = last; req; req = req->next)
			req->t2 = now;
	}
	if (r->sub.poll && last) {
		for (req = last; req; req = next) {
			next = req->next;
			req->next = chain;
			chain = req;
		}
		*r->tail = chain;
		r->tail = &last->next;
	}
	r->sub.batch = NULL;
	dma_async_issue_pending(r->c->dma);
	trace_dmactl_issue(r->c, r->inflight);
}

/* @last: of its batch. */
static __always_inline int dmactl_runner_submit(struct dmactl_runner *r, bool last, bool lean)
{
	const struct dmactl_xfer *x = r->turn;
	struct dmactl_req *req = r->idle;
	int err;

	if (unlikely(x->each) && __test_and_set_bit(x - r->x, r->flying))
		return -EAGAIN;
	r->idle = req->next;
	if (unlikely(last && r->a.flags & DMACTL_RUN_F_IRQ_BATCH))
		x += r->a.nr_ops;
	req->x = x;
	r->inflight++;
	err = dmactl_submit_hot(&r->sub, req, x, lean);
	if (unlikely(err && err != -EREMOTEIO)) {
		r->inflight--;
		__clear_bit(r->turn - r->x, r->flying);
		req->state = REQ_FREE;
		req->next = r->idle;
		r->idle = req;
		return err;
	}
	if (++r->turn == r->end)
		r->turn = r->x;
	if (unlikely(err)) {
		req->error = -1;
		rcu_read_lock();
		dmactl_complete(req);
		rcu_read_unlock();
	} else if (!lean) {
		req->next = r->sub.batch;
		r->sub.batch = req;
	}
	return 0;
}

/* Its provider leaves, or its session has let go of the channel. */
static bool dmactl_runner_unwanted(struct dmactl_runner *r)
{
	return dmactl_leaves(r->c) || READ_ONCE(r->c->closed);
}

/* Whether to go on starting operations. The clock is asked once a tick at most: it is not cheap. */
static bool dmactl_runner_more(struct dmactl_runner *r)
{
	if (!r->feed || !r->left)
		return false;
	if (unlikely(dmactl_runner_unwanted(r))) {
		r->feed = false;
	} else if (unlikely(signal_pending(current))) {
		r->a.outcome |= DMACTL_RUN_O_INTERRUPTED;
		r->feed = false;
	} else if (r->stop_at && time_after(jiffies, r->tick)) {
		r->tick = jiffies;
		if (ktime_get_ns() >= r->stop_at)
			r->feed = false;
	}
	return r->feed;
}

/* Start @n operations, fewer after an error, and kick them. */
static __always_inline int dmactl_runner_batch(struct dmactl_runner *r, unsigned int n, bool lean)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < n; i++) {
		err = dmactl_runner_submit(r, i + 1 == n, lean);
		if (unlikely(err))
			break;
	}
	r->left -= i;
	dmactl_runner_kick(r);
	return err;
}

static void dmactl_runner_fill(struct dmactl_runner *r)
{
	unsigned int n;
	int err;

	while (dmactl_runner_more(r)) {
		n = min_t(u64, r->a.kick, r->left);
		if (r->a.depth - r->inflight < n)
			break;
		if (!r->samples && !r->sub.poll && !trace_dmactl_submit_enabled())
			err = dmactl_runner_batch(r, n, true);
		else
			err = dmactl_runner_batch(r, n, false);
		/* Completions out of order: the element in turn is still in flight. */
		if (unlikely(err == -EAGAIN))
			break;
		if (unlikely(err)) {
			r->feed = false;
			if (err == -ENOBUFS)
				r->a.outcome |= DMACTL_RUN_O_PREP;
			else if (err == -EINTR)
				r->a.outcome |= DMACTL_RUN_O_INTERRUPTED;
			else if (err == -EIO)
				r->a.outcome |= DMACTL_RUN_O_MAP;
		}
		if (!llist_empty(&r->c->queue.done))
			break;
	}
}

static bool dmactl_runner_give_up(struct dmactl_runner *r)
{
	return fatal_signal_pending(current) || dmactl_runner_unwanted(r);
}

/* Completions after which it is worth to look: as many as the next batch needs. */
static int dmactl_runner_wish(struct dmactl_runner *r)
{
	unsigned int room = r->a.depth - r->inflight;
	unsigned int need = r->feed && r->left ? min_t(u64, r->a.kick, r->left) : r->inflight;

	if (r->feed && r->left)
		need = need > room ? need - room : 1;
	return min(need, r->inflight);
}

/* Sleep until something has come back; false when nothing did in time, or we must give up. */
static bool dmactl_runner_sleep(struct dmactl_runner *r)
{
	unsigned long timeout = nsecs_to_jiffies(r->sub.timeout) + 1;
	unsigned int pieces = READ_ONCE(r->c->pieces);
	struct dmactl_queue *q = &r->c->queue;
	int wakes;
	long left;

	if (!dmactl_queue_want(q, dmactl_runner_wish(r), &wakes))
		return true;
	/* Who leaves or closes wakes us, but perhaps before we have asked. */
	if (dmactl_runner_unwanted(r))
		return false;
	if (r->feed)
		left = wait_event_interruptible_timeout(q->wait, dmactl_queue_woken(q, wakes),
							timeout);
	else
		left = wait_event_killable_timeout(q->wait, dmactl_queue_woken(q, wakes), timeout);
	if (left == -ERESTARTSYS && !fatal_signal_pending(current))
		return true;
	return !dmactl_runner_give_up(r) &&
	       (left || !llist_empty(&q->done) || READ_ONCE(r->c->pieces) != pieces);
}

/* The same by polling. */
static bool dmactl_runner_spin(struct dmactl_runner *r)
{
	u64 start = ktime_get_ns();

	while (!dmactl_runner_poll(r)) {
		if (dmactl_runner_give_up(r) || ktime_get_ns() - start > r->sub.timeout)
			return false;
		if (r->feed && signal_pending(current))
			return true;
		cond_resched();
		cpu_relax();
	}
	return true;
}

/* For a tick at most. */
static void dmactl_runner_spin_tick(struct dmactl_runner *r)
{
	unsigned long until = jiffies + 1;

	if (r->sub.half)	/* nothing tells when a part of an operation is complete */
		usleep_range(20, 50);
	while (!dmactl_runner_poll(r) && !r->sub.half && time_before_eq(jiffies, until) &&
	       !signal_pending(current)) {
		cond_resched();
		cpu_relax();
	}
}

/*
 * Kick, and wait for own completions, while the provider gives no descriptor; see
 * dmactl_prep_retry().
 */
int dmactl_runner_wait(struct dmactl_submitter *sub)
{
	struct dmactl_runner *r = container_of(sub, struct dmactl_runner, sub);
	struct dmactl_queue *q = &r->c->queue;
	unsigned int pieces = READ_ONCE(r->c->pieces);
	int wakes;

	if (dmactl_runner_unwanted(r))
		return -ENODEV;
	if (sub->half ? fatal_signal_pending(current) : signal_pending(current))
		return -EINTR;
	/*
	 * Before anything is harvested: a request must not come back while it is still in the
	 * batch.
	 */
	dmactl_runner_kick(r);
	if (sub->poll)
		dmactl_runner_spin_tick(r);
	if (sub->poll || dmactl_runner_harvest(r))
		return 0;
	if (!dmactl_queue_want(q, 1, &wakes) || READ_ONCE(r->c->pieces) != pieces)
		return 0;
	if (sub->half)
		wait_event_killable_timeout(q->wait, dmactl_queue_woken(q, wakes), 1);
	else
		wait_event_interruptible_timeout(q->wait, dmactl_queue_woken(q, wakes), 1);
	return 0;
}

/* What still flies is the unstoppable engine's. */
static void dmactl_runner_abandon(struct dmactl_runner *r)
{
	struct dmactl_chan *c = r->c;
	unsigned int i;

	mutex_lock(&c->session->cq_lock);
	for (i = 0; i < c->nr_pool; i++)
		if (c->pool[i]->state == REQ_FLYING)
			dmactl_abandon(c, c->pool[i]);
	mutex_unlock(&c->session->cq_lock);
	c->kept = r->x;
	c->nr_kept = r->a.nr_ops * 2;
	c->polled = r->sub.poll;
	r->x = NULL;
	dmactl_quarantine_enter(c);
}

/* The engine has let go of what still flies. */
static void dmactl_runner_unmap(struct dmactl_runner *r)
{
	struct dmactl_chan *c = r->c;
	unsigned int i;

	for (i = 0; i < c->nr_pool; i++)
		if (c->pool[i]->state == REQ_FLYING && c->pool[i]->x->each)
			dmactl_req_unmap(c->pool[i]);
}

/* Nothing came back in time, the caller was killed, or the provider leaves. */
static void dmactl_runner_stop(struct dmactl_runner *r)
{
	bool timed_out = !dmactl_runner_give_up(r);
	struct dmactl_chan *c = r->c;
	enum dmactl_stop_result how;
	unsigned int i;

	trace_dmactl_stop(c, r->inflight);
	if (timed_out) {
		r->a.outcome |= DMACTL_RUN_O_STOPPED;
		dmactl_event(DMACTL_EVENT_TYPE_TIMEOUT, c->hw, c->session, r->inflight, 0);
		if (dmactl_interrupt_lost(c, dmactl_oldest(c)))
			r->a.outcome |= DMACTL_RUN_O_INTERRUPT_LOST;
	} else if (!c->dma->device->device_terminate_all) {
		for (i = 0; r->inflight && i < DMACTL_GRACE_MS / 2; i++) {
			usleep_range(1000, 2000);
			dmactl_runner_harvest(r);
		}
		if (!r->inflight)
			return;
	}
	WRITE_ONCE(c->state, CHAN_STOPPING);
	how = dmactl_stop(c);
	dmactl_runner_take(r);
	WRITE_ONCE(c->state, c->dma ? CHAN_READY : CHAN_GONE);
	if (!r->inflight)
		return;
	r->a.timed_out = timed_out;
	r->a.aborted = r->inflight - timed_out;
	if (timed_out) {
		dmactl_oldest(c)->verdict = DMACTL_RES_TIMED_OUT;
		dmactl_runner_note(r, dmactl_oldest(c));
	}
	if (how == STOP_UNSYNCED) {
		r->a.outcome |= DMACTL_RUN_O_UNSYNCED;
	} else if (how == STOP_QUARANTINED) {
		r->a.outcome |= DMACTL_RUN_O_QUARANTINED;
		dmactl_runner_abandon(r);
		return;
	}
	dmactl_runner_unmap(r);
}

/**
 * dmactl_runner_go() - carry it out
 * @r: everything set up, its channel locked and idle
 */
void dmactl_runner_go(struct dmactl_runner *r)
{
	bool came;

	r->turn = r->x;
	r->end = r->x + r->a.nr_ops;
	r->tick = jiffies - 1;
	r->a.start = ktime_get_ns();
	if (r->a.time_ns)
		r->stop_at = r->a.start + r->a.time_ns;
	for (;;) {
		dmactl_runner_fill(r);
		if (!r->inflight)
			break;
		cond_resched();
		if (dmactl_runner_harvest(r))
			continue;
		came = r->sub.poll ? dmactl_runner_spin(r) : dmactl_runner_sleep(r);
		if (!came) {
			dmactl_runner_stop(r);
			break;
		}
		if (r->feed && signal_pending(current) && !dmactl_runner_unwanted(r)) {
			r->a.outcome |= DMACTL_RUN_O_INTERRUPTED;
			r->feed = false;
		}
	}
	r->a.end = ktime_get_ns();
	if (dmactl_leaves(r->c))
		r->a.outcome |= DMACTL_RUN_O_GONE;
}
