// SPDX-License-Identifier: GPL-2.0-only
/* Completions: from the callback's list to the reader. */
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/uaccess.h>

#include "dmactl_int.h"
#include "trace.h"

#define REAP_BATCH 8	/* completions copied at a time: 576 bytes of stack */

/* What a callback says, enum dmaengine_tx_result or less than 0, as enum dmactl_result. */
u8 dmactl_result(int error)
{
	static const u8 results[] = {
		[DMA_TRANS_NOERROR] = DMACTL_RES_OK,
		[DMA_TRANS_READ_FAILED] = DMACTL_RES_READ_FAILED,
		[DMA_TRANS_WRITE_FAILED] = DMACTL_RES_WRITE_FAILED,
		[DMA_TRANS_ABORTED] = DMACTL_RES_ABORTED,
	};

	return error >= 0 && error < ARRAY_SIZE(results) ? results[error] : DMACTL_RES_FAILED;
}

/* @nr operations with stamps have ended well, after @ns in all; the longest took @longest. */
void dmactl_count_stamped(struct dmactl_counters *count, u64 nr, u64 ns, u64 longest)
{
	s64 old = atomic64_read(&count->longest);

	atomic64_add(nr, &count->stamped);
	atomic64_add(ns, &count->latency);
	while (longest > old && !atomic64_try_cmpxchg(&count->longest, &old, longest))
		;
}

/* What is repeated takes as long as its user wants. */
static void dmactl_count_latency(struct dmactl_counters *count, const struct dmactl_req *req)
{
	u64 ns = req->t3 - req->t0;

	if (likely(!(req->x->flags & DMA_PREP_REPEAT)))
		dmactl_count_stamped(count, 1, ns, ns);
}

static void dmactl_count(struct dmactl_chan *c, const struct dmactl_req *req)
{
	struct dmactl_counters *count = &c->hw->count;

	if (likely(req->verdict == DMACTL_RES_OK)) {
		atomic64_inc(&count->done);
		/* Each period was counted. */
		if (unlikely(req->x->opcode == DMACTL_OP_CYCLIC))
			return;
		atomic64_add(req->x->len, &count->bytes);
		dmactl_count_latency(count, req);
	} else if (req->verdict == DMACTL_RES_TIMED_OUT) {
		atomic64_inc(&count->timed_out);
	} else if (req->verdict == DMACTL_RES_ABORTED) {
		atomic64_inc(&count->aborted);
	} else {
		atomic64_inc(&count->failed);
	}
}

/**
 * dmactl_report() - put a request whose fate is known into the completions
 * @req: request with its verdict
 */
void dmactl_report(struct dmactl_req *req)
{
	struct dmactl_session *s = req->chan->session;

	lockdep_assert_held(&s->cq_lock);
	if (unlikely(req->x->opcode == DMACTL_OP_CYCLIC))
		dmactl_stream_end(req);
	if (unlikely(req->input_failed) && req->verdict == DMACTL_RES_OK)
		req->verdict = DMACTL_RES_INPUT_FAILED;
	if (req->entry)
		req->entry->verdict = req->verdict;
	req->entry = NULL;
	dmactl_count(req->chan, req);
	req->listed = true;
	list_add_tail(&req->list, &s->cq);
	WRITE_ONCE(s->nr_cq, s->nr_cq + 1);
	/* The requests are the channel's: it stays until all have been taken. */
	if (!req->chan->nr_listed++)
		kref_get(&req->chan->ref);
	/* The engine has let go of its buffers; they may move to another device's. */
	if (req->state == REQ_DONE)
		dmactl_xfer_put(&req->xfer);
	if (unlikely(!hlist_empty(&req->out)))
		dmactl_hold_release(req);
}

/**
 * dmactl_unlist() - take a request off the completions
 * @req: request, free from now on unless an engine still has it
 */
void dmactl_unlist(struct dmactl_req *req)
{
	struct dmactl_chan *c = req->chan;

	lockdep_assert_held(&c->session->cq_lock);
	list_del(&req->list);
	WRITE_ONCE(c->session->nr_cq, c->session->nr_cq - 1);
	c->session->nr_ends -= req->x->opcode == DMACTL_OP_CYCLIC;
	req->listed = false;
	if (req->state != REQ_ABANDONED)
		dmactl_req_free(req);
	/* Not the session's last reference: whoever takes completions has one. */
	if (!--c->nr_listed)
		dmactl_chan_put(c);
}

/* Whether an operation that has called back is repeated; then it ends with an error, if at all. */
static bool dmactl_goes_on(struct dmactl_req *req)
{
	if (likely(!(req->x->flags & DMA_PREP_REPEAT)) ||
	    READ_ONCE(req->error) != DMA_TRANS_NOERROR)
		return false;
	xchg(&req->called, CALLED_REPEATS);
	/* An error meanwhile: either its callback has queued the request again, or we end it. */
	return READ_ONCE(req->error) == DMA_TRANS_NOERROR ||
	       cmpxchg(&req->called, CALLED_REPEATS, CALLED_QUEUED) != CALLED_REPEATS;
}

/* A callback that came after its channel had been given up: the engine has let go of one more. */
static void dmactl_arrive_late(struct dmactl_req *req)
{
	struct dmactl_chan *c = req->chan;

	/* After the provider had gone all that it names stays as it is. */
	if (c->lost || dmactl_goes_on(req))
		return;
	dmactl_xfer_stuck(req->x, -1);
	if (req->x->each)
		dmactl_req_unmap(req);
	WRITE_ONCE(c->owed, c->owed - 1);
	/* The callback itself may find nothing owed any more. */
	if (!c->owed)
		queue_work(dmactl_wq, &c->reclaim);
	atomic64_inc(&c->hw->count.late);
	WRITE_ONCE(req->state, REQ_DONE);
	if (!req->listed)
		dmactl_req_free(req);
}

static void dmactl_arrive_now(struct dmactl_req *req)
{
	WRITE_ONCE(req->state, REQ_DONE);
	atomic_dec(&req->chan->inflight);
	req->verdict = dmactl_result(READ_ONCE(req->error));
	if (unlikely(dmactl_is_val(req->x->opcode)))
		req->flags |= dmactl_more_parity(req);
	dmactl_report(req);
}

/* Another was loaded at the end of a repeated operation, which is complete unless it has failed. */
static void dmactl_replace(struct dmactl_req *before, u64 now)
{
	WRITE_ONCE(before->chan->repeating, NULL);
	if (cmpxchg(&before->called, CALLED_REPEATS, CALLED_REPLACED) != CALLED_REPEATS)
		return;
	before->t3 = now;
	dmactl_arrive_now(before);
}

/* An operation that has run once. Return: true when it is repeated, and so not complete. */
static bool dmactl_arrive_repeated(struct dmactl_req *req)
{
	struct dmactl_chan *c = req->chan;
	struct dmactl_req *before = c->repeating;

	if (before == req)		/* once more: that is an error */
		WRITE_ONCE(c->repeating, NULL);
	else if (before && req->x->flags & DMA_PREP_LOAD_EOT && READ_ONCE(req->error) >= 0)
		dmactl_replace(before, req->t3);
	if (!dmactl_goes_on(req))
		return false;
	WRITE_ONCE(c->repeating, req);
	return true;
}

static void dmactl_arrive(struct dmactl_req *req)
{
	struct dmactl_chan *c = req->chan;

	if (unlikely(req->state == REQ_ABANDONED)) {
		dmactl_arrive_late(req);
		return;
	}
	atomic64_set(&c->progress, req->t3);
	if (unlikely(req->x->flags & (DMA_PREP_REPEAT | DMA_PREP_LOAD_EOT)) &&
	    dmactl_arrive_repeated(req))
		return;
	dmactl_arrive_now(req);
}

/**
 * dmactl_harvest() - take what the callbacks of SUBMIT have left, oldest first
 * @s: session, its cq_lock held
 */
void dmactl_harvest(struct dmactl_session *s)
{
	struct dmactl_req *req, *next;
	struct llist_node *nodes;

	lockdep_assert_held(&s->cq_lock);
	if (llist_empty(&s->queue.done))
		return;
	nodes = llist_reverse_order(llist_del_all(&s->queue.done));
	llist_for_each_entry_safe(req, next, nodes, done)
		dmactl_arrive(req);
}

/* The same for the late callbacks of a RUN that ended in quarantine. */
void dmactl_harvest_late(struct dmactl_chan *c)
{
	struct dmactl_req *req, *next;
	struct llist_node *nodes;

	lockdep_assert_held(&c->session->cq_lock);
	nodes = llist_del_all(&c->queue.done);
	llist_for_each_entry_safe(req, next, nodes, done)
		dmactl_arrive_late(req);
}

static void dmactl_completion_fill(struct dmactl_completion *d, const struct dmactl_req *req)
{
	*d = (struct dmactl_completion) {
		.user_data = req->user_data,
		.seq = req->seq,
		.channel = req->chan->id,
		.result = req->verdict,
		.flags = req->flags,
		.descriptors = req->x->nr_desc,
		.t0 = req->t0,
		.t1 = req->t1,
		.t2 = req->t2,
		.t3 = req->t3,
	};
	if (unlikely(req->x->opcode == DMACTL_OP_CYCLIC))
		d->seq = req->calls;
	if (req->stopped)
		d->t3 = req->stopped;
	else
		d->residue = req->residue;
}

/* Events that may be taken before what is in the list: all, or those that precede an end there. */
static unsigned int dmactl_events_first(struct dmactl_session *s)
{
	struct dmactl_req *req;

	if (!s->nr_ends)
		return UINT_MAX;
	list_for_each_entry(req, &s->cq, list)
		if (req->x->opcode == DMACTL_OP_CYCLIC)
			return dmactl_events_before(s, req);
	return UINT_MAX;
}

/* Look at up to @max operations and ends of streams, these after their events only. */
static unsigned int dmactl_peek_cq(struct dmactl_session *s, struct dmactl_completion *d,
				   unsigned int max)
{
	struct dmactl_req *req;
	unsigned int n = 0;

	list_for_each_entry(req, &s->cq, list) {
		if (n == max || (unlikely(req->x->opcode == DMACTL_OP_CYCLIC) &&
				 dmactl_events_before(s, req)))
			break;
		dmactl_completion_fill(&d[n++], req);
	}
	return n;
}

/*
 * Look at up to @max completions, which stay where they are: @events of streams, or operations,
 * in turn if there are both.
 */
static unsigned int dmactl_peek(struct dmactl_session *s, struct dmactl_completion *d,
				unsigned int max, bool *events)
{
	unsigned int n;

	lockdep_assert_held(&s->reap_lock);
	mutex_lock(&s->cq_lock);
	dmactl_harvest(s);
	n = s->turn ? dmactl_peek_cq(s, d, max) : 0;
	*events = !n;
	if (!n)
		n = dmactl_events_peek(s, d, min(max, dmactl_events_first(s)));
	if (!n) {
		n = dmactl_peek_cq(s, d, max);
		*events = false;
	}
	mutex_unlock(&s->cq_lock);
	s->turn = *events;
	return n;
}

/* They have reached the reader: take them off. Only readers do, so they are still the first. */
static void dmactl_drop(struct dmactl_session *s, unsigned int n)
{
	struct dmactl_req *req;

	lockdep_assert_held(&s->reap_lock);
	mutex_lock(&s->cq_lock);
	while (n--) {
		req = list_first_entry(&s->cq, struct dmactl_req, list);
		trace_dmactl_reap(req);
		dmactl_unlist(req);
	}
	mutex_unlock(&s->cq_lock);
}

/* Up to @max completions to user space; those that cannot be written are not taken. */
static int dmactl_take(struct dmactl_session *s, void __user *comps, size_t size, unsigned int max)
{
	struct dmactl_completion d[REAP_BATCH];
	unsigned int n, i;
	bool events;
	int err = 0;

	if (mutex_lock_interruptible(&s->reap_lock))
		return -EINTR;
	n = dmactl_peek(s, d, min_t(unsigned int, max, REAP_BATCH), &events);
	if (size == sizeof(*d))
		i = n - DIV_ROUND_UP(copy_to_user(comps, d, n * sizeof(*d)), sizeof(*d));
	else
		for (i = 0; i < n; i++)
			if (copy_to_user(comps + i * size, &d[i], sizeof(d[i])))
				break;
	if (i < n)
		err = -EFAULT;
	if (events)
		dmactl_events_drop(s, i);
	else
		dmactl_drop(s, i);
	mutex_unlock(&s->reap_lock);
	return i ? i : err;
}

/* Whether there is something to take; @inflight: completions that may still come. */
static bool dmactl_look(struct dmactl_session *s, unsigned int *inflight)
{
	bool some;

	mutex_lock(&s->lock);
	mutex_lock(&s->cq_lock);
	dmactl_harvest(s);
	some = !list_empty(&s->cq) || dmactl_events_any(s);
	*inflight = dmactl_session_streams(s) ? UINT_MAX : dmactl_session_inflight(s);
	mutex_unlock(&s->cq_lock);
	mutex_unlock(&s->lock);
	return some;
}

/* Every channel of the session has gone, and it had some. */
static bool dmactl_hung_up(struct dmactl_session *s)
{
	struct dmactl_chan *c;
	unsigned long id;
	bool hup;

	mutex_lock(&s->lock);
	hup = !xa_empty(&s->chans);
	xa_for_each(&s->chans, id, c)
		hup &= READ_ONCE(c->state) == CHAN_GONE;
	mutex_unlock(&s->lock);
	return hup;
}

/*
 * Sleep until @nr more are there, or all that are in flight (or something else is to be looked at).
 * Return: 0; -ETIME; -EINTR; -ENODATA nothing is in flight; -ENODEV nor will be, the providers
 * left.
 */
static int dmactl_sleep(struct dmactl_session *s, unsigned int nr, ktime_t until)
{
	struct dmactl_queue *q = &s->queue;
	ktime_t left = KTIME_MAX;
	unsigned int inflight;
	int err, wakes;

	for (;;) {
		/* First the wish: what is reported from then on wakes us. */
		if (!dmactl_queue_want(q, nr, &wakes) || dmactl_look(s, &inflight))
			return 0;
		if (!inflight)
			return dmactl_hung_up(s) ? -ENODEV : -ENODATA;
		if (inflight >= nr)
			break;
		nr = inflight;
	}
	if (until != KTIME_MAX) {
		left = ktime_sub(until, ktime_get());
		if (left <= 0)
			return -ETIME;
	}
	err = wait_event_interruptible_hrtimeout(q->wait, dmactl_queue_woken(q, wakes), left);
	return err == -ERESTARTSYS ? -EINTR : err;
}

/**
 * dmactl_reap() - take completions and write them to user space
 * @s:     session
 * @comps: where to
 * @size:  bytes from one to the next
 * @max:   room, at least 1
 * @min:   wait for as many
 * @until: CLOCK_MONOTONIC, or KTIME_MAX
 *
 * Return: how many were taken; without any: 0 or -EFAULT, -ETIME, -EINTR, -ENODATA.
 */
static int dmactl_reap(struct dmactl_session *s, void __user *comps, size_t size, unsigned int max,
		       unsigned int min, ktime_t until)
{
	unsigned int taken = 0;
	int n, err = 0;

	while (taken < max) {
		n = dmactl_take(s, comps + taken * size, size, max - taken);
		if (n < 0)
			return taken ?: n;
		taken += n;
		if (n)
			continue;
		/* What came before the sleep ended badly has just been looked for. */
		if (taken >= min || err)
			break;
		err = dmactl_sleep(s, min - taken, until);
	}
	return taken ?: err;
}

int dmactl_ioc_reap(struct dmactl_session *s, void __user *uarg)
{
	ktime_t until = KTIME_MAX;
	struct dmactl_reap a;
	int n;

	n = dmactl_copy_in(&a, sizeof(a), sizeof(a), uarg);
	if (n)
		return n;
	if (a.flags)
		return -EOPNOTSUPP;
	if (!a.max || a.min > a.max || a.max > INT_MAX / PAGE_SIZE ||
	    a.comp_size < sizeof(struct dmactl_completion) || a.comp_size > PAGE_SIZE)
		return -EINVAL;
	if (a.timeout_ns)
		until = ktime_add_safe(ktime_get(), min_t(u64, a.timeout_ns, KTIME_MAX));
	n = dmactl_reap(s, u64_to_user_ptr(a.comps), a.comp_size, a.max, a.min, until);
	if (n < 0)
		return n;
	a.taken = n;
	return dmactl_copy_out(uarg, &a, sizeof(a));
}

ssize_t dmactl_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	size_t size = sizeof(struct dmactl_completion);
	unsigned int max = min_t(size_t, count / size, DMACTL_MAX_DEPTH);
	struct dmactl_session *s = file->private_data;
	int n;

	if (!max)
		return -EINVAL;
	n = dmactl_reap(s, buf, size, max, !(file->f_flags & O_NONBLOCK), KTIME_MAX);
	if (!n)
		return -EAGAIN;
	return n < 0 ? n : n * size;
}

__poll_t dmactl_poll(struct file *file, struct poll_table_struct *wait)
{
	struct dmactl_session *s = file->private_data;
	__poll_t mask = 0;
	int wakes;

	poll_wait(file, &s->queue.wait, wait);
	dmactl_queue_want(&s->queue, 1, &wakes);
	mutex_lock(&s->cq_lock);
	dmactl_harvest(s);
	if (!list_empty(&s->cq) || dmactl_events_any(s))
		mask |= EPOLLIN | EPOLLRDNORM;
	mutex_unlock(&s->cq_lock);
	if (dmactl_hung_up(s))
		mask |= EPOLLHUP;
	return mask;
}
