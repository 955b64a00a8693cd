// SPDX-License-Identifier: GPL-2.0-only
/* SUBMIT: check everything, then prepare and submit one by one. */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "dmactl_int.h"
#include "trace.h"

/*
 * A SUBMIT under way. Operations are checked into requests first; a run of consecutive operations
 * of one channel shares a look-up and a locking.
 */
struct dmactl_call {
	struct dmactl_session *s;
	struct dmactl_submit a;
	struct dmactl_scratch *scratch;
	struct list_head reqs;		/* checked, in order */
	bool full;			/* no request left: what follows is only checked */
	int full_err;
};

/* A request for an operation that is right; the rest of it is there already. */
void dmactl_req_begin(struct dmactl_req *req, u64 user_data)
{
	req->user_data = user_data;
	req->x = &req->xfer;
	req->timed = true;
	req->waits = 0;
	req->doomed = false;
	req->input_failed = false;
	req->watched = false;
}

/* Parse operation @i into its request; without one it is only checked. */
static int dmactl_call_parse(struct dmactl_call *call, struct dmactl_chan *c, unsigned int i,
			     struct dmactl_req *req)
{
	struct dmactl_xfer spare, *x = req ? &req->xfer : &spare;
	int err;

	err = dmactl_op_parse(c, &call->scratch->e[i], DMACTL_NO_RUN, x, &call->a.why);
	if (!err && !req)
		dmactl_xfer_put(&spare);
	return err;
}

/* Check operations @i to @end - 1, all of locked channel @c. */
static int dmactl_call_check_run(struct dmactl_call *call, struct dmactl_chan *c, unsigned int i,
				 unsigned int end)
{
	struct dmactl_entry *e = call->scratch->e;
	struct dmactl_req *req;
	LIST_HEAD(fresh);
	int err;

	err = dmactl_chan_enter(c);
	if (err) {
		call->a.bad_op = i;
		call->a.why = DMACTL_WHY_STATE;
		return err;
	}
	if (!call->full) {
		mutex_lock(&call->s->cq_lock);
		call->full_err = dmactl_req_alloc(c, &fresh, end - i);
		mutex_unlock(&call->s->cq_lock);
		call->full = call->full_err;
	}
	for (; i < end && !err; i++) {
		req = list_first_entry_or_null(&fresh, struct dmactl_req, list);
		err = dmactl_deps_check(call->s, e, i, &call->a.why);
		if (!err && dmactl_holds(&e[i]))
			err = dmactl_later(c, &e[i], req, &call->a.why);
		else if (!err)
			err = dmactl_call_parse(call, c, i, req);
		if (err)
			call->a.bad_op = i;
		if (err || !req)
			continue;
		dmactl_req_begin(req, e[i].op->user_data);
		list_move_tail(&req->list, &call->reqs);
		c->before = &req->xfer;
		err = dmactl_deps_room(req, &e[i]);
	}
	c->before = NULL;
	/* Left over after an error: they name nothing, and go back with the rest. */
	list_splice_tail(&fresh, &call->reqs);
	return err;
}

static int dmactl_call_check(struct dmactl_call *call)
{
	unsigned int i, end, nr = call->a.nr_ops;
	struct dmactl_chan *c;
	int err = 0;

	for (i = 0; i < nr && !err; i = end) {
		u32 id = call->scratch->e[i].op->channel;

		for (end = i + 1; end < nr && call->scratch->e[end].op->channel == id; end++)
			;
		c = dmactl_chan_get(call->s, id);
		if (!c) {
			call->a.bad_op = i;
			call->a.why = DMACTL_WHY_CHANNEL;
			return -ENOENT;
		}
		call->scratch->e[i].chan = c;
		if (READ_ONCE(c->running)) {	/* its lock is taken for long */
			call->a.bad_op = i;
			call->a.why = DMACTL_WHY_STATE;
			return -EBUSY;
		}
		mutex_lock(&c->lock);
		err = dmactl_call_check_run(call, c, i, end);
		mutex_unlock(&c->lock);
	}
	return err;
}

/* Requests that were not submitted go back; the others have nothing to tell this call any more. */
static void dmactl_call_drop(struct dmactl_call *call)
{
	struct dmactl_req *req, *next;
	unsigned int i;

	mutex_lock(&call->s->cq_lock);
	for (i = 0; i < call->a.submitted; i++) {
		req = call->scratch->e[i].req;
		if (req->entry == &call->scratch->e[i])
			req->entry = NULL;
	}
	list_for_each_entry_safe(req, next, &call->reqs, list) {
		list_del(&req->list);
		req->ordinal = 0;
		dmactl_req_free(req);
	}
	mutex_unlock(&call->s->cq_lock);
}

/* Kick what was submitted since the last time. Its submitter still owns stamp t2. */
void dmactl_submit_kick(struct dmactl_submitter *sub)
{
	struct dmactl_chan *c = sub->chan;
	u64 now = ktime_get_ns();

	for (; sub->batch; sub->batch = sub->batch->next)
		sub->batch->t2 = now;
	dma_async_issue_pending(c->dma);
	trace_dmactl_issue(c, atomic_read(&c->inflight));
}

/* A tick at most. Return: true when a signal came, and may end it. */
static bool dmactl_submit_sleep(struct dmactl_submitter *sub, int wakes)
{
	struct dmactl_queue *q = &sub->chan->session->queue;
	const struct dmactl_chan *c = sub->chan;

	if (sub->half)
		return wait_event_killable_timeout(q->wait, dmactl_queue_woken(q, wakes) ||
						   dmactl_leaves(c), 1) == -ERESTARTSYS;
	return wait_event_interruptible_timeout(q->wait, dmactl_queue_woken(q, wakes) ||
						dmactl_leaves(c), 1) == -ERESTARTSYS;
}

/* Kick, and wait for own completions, in the hope that descriptors become free. */
int dmactl_submit_wait(struct dmactl_submitter *sub)
{
	struct dmactl_chan *c = sub->chan;
	struct dmactl_session *s = c->session;
	struct dmactl_queue *q = &s->queue;
	unsigned int pieces = READ_ONCE(c->pieces);
	int wakes;

	if (dmactl_leaves(c) || READ_ONCE(c->closed))
		return -ENODEV;
	if (READ_ONCE(c->poked))
		return -ENOBUFS;
	dmactl_submit_kick(sub);
	if (dmactl_queue_want(q, 1, &wakes) && READ_ONCE(c->pieces) == pieces &&
	    dmactl_submit_sleep(sub, wakes))
		return -EINTR;
	mutex_lock(&s->cq_lock);
	dmactl_harvest(s);
	mutex_unlock(&s->cq_lock);
	return 0;
}

static bool dmactl_list_same_chan(struct list_head *reqs, struct dmactl_chan *c)
{
	return !list_empty(reqs) && list_first_entry(reqs, struct dmactl_req, list)->chan == c;
}

/* Requests reaped while their submitter was still busy with them are free from here on. */
void dmactl_submit_settle(struct dmactl_chan *c)
{
	mutex_lock(&c->session->cq_lock);
	WRITE_ONCE(c->settled, c->ordinal);
	list_splice_init(&c->limbo, &c->free);
	mutex_unlock(&c->session->cq_lock);
}

/* The provider refused to queue it: it never ran, and completes at once. */
void dmactl_submit_refused(struct dmactl_req *req)
{
	req->state = REQ_FLYING;
	req->t3 = ktime_get_ns();
	WRITE_ONCE(req->error, -1);
	rcu_read_lock();
	dmactl_complete(req);
	rcu_read_unlock();
}

/*
 * Submit the requests at the head of the list that are of locked channel @c. Returns 0, or why it
 * ended early; then what was submitted was also kicked.
 */
static int dmactl_submit_run(struct dmactl_call *call, struct dmactl_submitter *sub)
{
	struct dmactl_chan *c = sub->chan;
	struct dmactl_entry *e;
	struct dmactl_req *req;
	unsigned int n = 0;
	int err = 0;

	/* What has come back counts as progress: the deadline is that of what is submitted now. */
	mutex_lock(&c->session->cq_lock);
	dmactl_harvest(c->session);
	mutex_unlock(&c->session->cq_lock);
	while (dmactl_list_same_chan(&call->reqs, c)) {
		if (unlikely(fatal_signal_pending(current))) {
			err = -EINTR;
			break;
		}
		req = list_first_entry(&call->reqs, struct dmactl_req, list);
		list_del_init(&req->list);
		req->seq = call->a.first_seq + call->a.submitted;
		e = &call->scratch->e[call->a.submitted];
		e->req = req;
		req->entry = e;
		atomic_inc(&c->inflight);
		if (unlikely(req->nr_edges) &&
		    dmactl_hold(call->s, call->scratch->e, call->a.submitted, call->a.first_seq)) {
			call->a.submitted++;
			continue;
		}
		if (dmactl_with_engine(c) == 1)
			atomic64_set(&c->progress, ktime_get_ns());
		err = dmactl_later_parse(c, req, &call->a.why);
		err = err ?: dmactl_submit_one(sub, req);
		if (err && err != -EREMOTEIO) {
			atomic_dec(&c->inflight);
			req->state = REQ_FREE;
			e->req = NULL;
			req->entry = NULL;
			list_add(&req->list, &call->reqs);
			/* Who saw it in flight waits in vain. */
			dmactl_queue_wake(&c->session->queue);
			break;
		}
		if (err) {
			dmactl_submit_refused(req);
		} else {
			req->next = sub->batch;
			sub->batch = req;
		}
		err = 0;
		call->a.submitted++;
		if (++n == call->a.kick) {
			dmactl_submit_kick(sub);
			n = 0;
		}
	}
	if (n)
		dmactl_submit_kick(sub);
	return err;
}

static int dmactl_call_submit(struct dmactl_call *call)
{
	struct dmactl_submitter sub = { .stamps = true, .wait = dmactl_submit_wait };
	struct dmactl_chan *c;
	int err = 0;

	sub.timeout = dmactl_timeout(call->a.timeout_ns);
	while (!list_empty(&call->reqs) && !err) {
		c = list_first_entry(&call->reqs, struct dmactl_req, list)->chan;
		sub.chan = c;
		sub.retries = 0;
		mutex_lock(&c->lock);
		dmactl_prep_begin(c);
		err = dmactl_chan_enter(c);
		if (!err) {
			WRITE_ONCE(c->timeout, sub.timeout);
			dmactl_deadline_start(c);
			err = dmactl_submit_run(call, &sub);
			dmactl_submit_settle(c);
			dmactl_deadline_arm(c);
			atomic64_add(sub.retries, &c->hw->count.retries);
		}
		dmactl_prep_end(c);
		mutex_unlock(&c->lock);
	}
	return err;
}

/* What the caller learns of a call that submitted less than all. */
static int dmactl_call_short(struct dmactl_call *call, int err)
{
	call->a.bad_op = call->a.submitted;
	if (err == -ENOBUFS)
		call->a.why = DMACTL_WHY_PREP;
	else if (!call->a.why && (err == -ENODEV || err == -EIO || err == -EBUSY))
		call->a.why = DMACTL_WHY_STATE;
	else if (!err && call->full_err == -EAGAIN)
		call->a.why = DMACTL_WHY_DEPTH;
	if (call->a.submitted)
		return 0;
	return err ?: call->full_err;
}

static int dmactl_submit_check(const struct dmactl_submit *a)
{
	if (a->flags)
		return -EOPNOTSUPP;
	if (!a->nr_ops || a->nr_ops > DMACTL_MAX_OPS || a->op_size > PAGE_SIZE ||
	    a->op_size < sizeof(struct dmactl_op))
		return -EINVAL;
	return 0;
}

static int dmactl_call_go(struct dmactl_call *call)
{
	int err;

	err = dmactl_submit_check(&call->a);
	if (err)
		return err;
	call->scratch = dmactl_scratch_get(call->s, call->a.nr_ops);
	if (!call->scratch)
		return -ENOMEM;
	err = dmactl_scratch_fill(call->scratch, call->a.nr_ops, call->a.ops, call->a.op_size,
				  &call->a.bad_op, &call->a.why);
	if (!err)
		err = dmactl_call_check(call);
	if (!err) {
		call->a.first_seq = atomic64_fetch_add(call->a.nr_ops, &call->s->seq) + 1;
		err = dmactl_call_submit(call);
		if (call->a.submitted < call->a.nr_ops)
			err = dmactl_call_short(call, err);
	}
	dmactl_call_drop(call);
	dmactl_scratch_put(call->s, call->scratch);
	return err;
}

int dmactl_ioc_submit(struct dmactl_session *s, void __user *uarg)
{
	struct dmactl_call call = { .s = s, .reqs = LIST_HEAD_INIT(call.reqs) };
	int err, fault;
	u64 seq;

	err = dmactl_copy_in(&call.a, sizeof(call.a), sizeof(call.a), uarg);
	if (err)
		return err;
	call.a.submitted = 0;
	call.a.bad_op = call.a.nr_ops;
	call.a.why = DMACTL_WHY_NONE;
	seq = call.a.first_seq;
	err = dmactl_call_go(&call);
	if (err)
		call.a.first_seq = seq;
	fault = dmactl_copy_out(uarg, &call.a, sizeof(call.a));
	return err ?: fault;
}
