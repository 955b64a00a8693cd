// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dependencies between operations. One that HOLDs stays here until its producers are complete; then
 * its channel's worker submits it, never a callback: a provider's prep may sleep.
 */
#include <linux/nospec.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "dmactl_int.h"
#include "trace.h"

/*
 * The request that has this sequence number and was not taken by a reader; NULL once it was, or
 * when there is none.
 */
static struct dmactl_req *dmactl_req_by_seq(struct dmactl_session *s, u64 seq)
{
	struct dmactl_chan *c;
	struct dmactl_req *req;
	unsigned long id;
	unsigned int i;

	lockdep_assert_held(&s->lock);
	lockdep_assert_held(&s->cq_lock);
	xa_for_each(&s->chans, id, c)
		for (i = 0; i < c->nr_pool; i++)
			if (c->pool[i]->seq == seq && c->pool[i]->state != REQ_FREE)
				return c->pool[i];
	/* Its channel may have been released. */
	list_for_each_entry(req, &s->cq, list)
		if (req->seq == seq)
			return req;
	return NULL;
}

/*
 * What a relative dependency of the @i-th operation names, once it was found to be an earlier one;
 * a CPU that runs ahead of that stays inside the call as well.
 */
static struct dmactl_entry *dmactl_relative(struct dmactl_entry *e, unsigned int i,
					    const struct dmactl_dep *dep)
{
	return &e[array_index_nospec((unsigned long)dep->seq, i)];
}

/**
 * dmactl_deps_check() - check what an operation of a call depends on; changes nothing
 * @s: session
 * @e: the call's operations
 * @i: which
 * @why: enum dmactl_why on failure
 */
int dmactl_deps_check(struct dmactl_session *s, struct dmactl_entry *e, unsigned int i, u32 *why)
{
	const struct dmactl_dep *dep = e[i].op->nr_deps ? e[i].args->deps : NULL;
	u32 k;

	for (k = 0; k < e[i].op->nr_deps; k++, dep++) {
		if (dep->how != DMACTL_DEP_RELY && dep->how != DMACTL_DEP_HOLD)
			return dmactl_bad(why, DMACTL_WHY_DEPS, -EINVAL);
		if (dep->relative > 1 || (dep->relative ? dep->seq >= i :
					  !dep->seq || dep->seq > atomic64_read(&s->seq)))
			return dmactl_bad(why, DMACTL_WHY_DEPS, -EINVAL);
		if (dep->relative && dep->how == DMACTL_DEP_RELY &&
		    dmactl_relative(e, i, dep)->op->channel != e[i].op->channel)
			return dmactl_bad(why, DMACTL_WHY_DEPS, -EINVAL);
	}
	return 0;
}

/* Memory for the dependencies of a checked operation. */
int dmactl_deps_room(struct dmactl_req *req, const struct dmactl_entry *e)
{
	u32 k;

	if (likely(!e->op->nr_deps))
		return 0;
	req->edges = kcalloc(e->op->nr_deps, sizeof(*req->edges), GFP_KERNEL_ACCOUNT);
	if (!req->edges)
		return -ENOMEM;
	req->nr_edges = e->op->nr_deps;
	for (k = 0; k < req->nr_edges; k++) {
		INIT_HLIST_NODE(&req->edges[k].node);
		req->edges[k].dependent = req;
		req->edges[k].how = e->args->deps[k].how;
	}
	return 0;
}

bool dmactl_holds(const struct dmactl_entry *e)
{
	u32 k;

	for (k = 0; k < e->op->nr_deps; k++)
		if (e->args->deps[k].how == DMACTL_DEP_HOLD)
			return true;
	return false;
}

/**
 * dmactl_later() - check an operation that holds; its buffers may be another device's until it runs
 * @c:   channel, locked
 * @e:   the operation
 * @req: its request, to be parsed by dmactl_later_parse(); NULL: only check
 * @why: enum dmactl_why on failure
 */
int dmactl_later(struct dmactl_chan *c, const struct dmactl_entry *e, struct dmactl_req *req,
		 u32 *why)
{
	struct dmactl_later *later;
	struct dmactl_xfer x;
	int err;

	err = dmactl_op_parse(c, e, DMACTL_CHECK_ONLY, &x, why);
	if (err)
		return err;
	later = req ? kzalloc(sizeof(*later), GFP_KERNEL_ACCOUNT) : NULL;
	if (!later) {
		dmactl_xfer_put(&x);
		return req ? -ENOMEM : 0;
	}
	later->e = *e;
	later->op = *e->op;
	later->e.op = &later->op;
	later->names = x;
	req->later = later;
	memset(&req->xfer, 0, sizeof(req->xfer));
	return dmactl_args_keep(&later->e);
}

void dmactl_later_free(struct dmactl_req *req)
{
	if (!req->later)
		return;
	dmactl_entry_free(&req->later->e);
	dmactl_xfer_put(&req->later->names);
	kfree(req->later);
	req->later = NULL;
}

static bool dmactl_failed(const struct dmactl_req *req)
{
	return req->verdict != DMACTL_RES_OK;
}

/* Its producer is complete: what does that mean for the dependent? */
static void dmactl_edge_settle(struct dmactl_edge *edge, bool failed)
{
	if (edge->how == DMACTL_DEP_RELY)
		edge->dependent->input_failed |= failed;
	else
		edge->dependent->doomed |= failed;
}

static void dmactl_edge_link(struct dmactl_edge *edge, struct dmactl_req *producer)
{
	struct dmactl_req *req = edge->dependent;

	if (producer->state == REQ_DONE || producer->state == REQ_ABANDONED) {
		dmactl_edge_settle(edge, dmactl_failed(producer));
		return;
	}
	/*
	 * Nothing can rely on the order of what the channel does not have yet, or of another
	 * channel.
	 */
	if (producer->state != REQ_FLYING || producer->chan != req->chan)
		edge->how = DMACTL_DEP_HOLD;
	hlist_add_head(&edge->node, &producer->out);
	if (edge->how == DMACTL_DEP_HOLD) {
		WRITE_ONCE(producer->watched, true);
		req->waits++;
	}
}

static void dmactl_hold_ready(struct dmactl_req *req)
{
	struct dmactl_chan *c = req->chan;

	req->state = REQ_READY;
	list_add_tail(&req->list, &c->ready);
	kref_get(&c->ref);
	if (!queue_work(dmactl_wq, &c->hold))
		dmactl_chan_put(c);	/* not the last one: what is in flight is in its pool */
}

/**
 * dmactl_hold() - enter the dependencies of an operation whose turn it is
 * @s: session
 * @e: the call's operations
 * @i: which; its channel is locked, its request set and on no list
 * @first_seq: of the call
 *
 * Return: true when it has to wait: the worker will submit it.
 */
bool dmactl_hold(struct dmactl_session *s, struct dmactl_entry *e, unsigned int i, u64 first_seq)
{
	struct dmactl_req *req = e[i].req, *producer;
	bool held;
	u32 k;

	mutex_lock(&s->lock);
	mutex_lock(&s->cq_lock);
	dmactl_harvest(s);
	for (k = 0; k < req->nr_edges; k++) {
		const struct dmactl_dep *dep = &e[i].args->deps[k];
		u64 seq = dep->relative ? first_seq + dep->seq : dep->seq;

		producer = dep->relative ? dmactl_relative(e, i, dep)->req :
					   dmactl_req_by_seq(s, seq);
		if (producer && producer->seq == seq && producer->state != REQ_FREE)
			dmactl_edge_link(&req->edges[k], producer);
		else if (dep->relative)		/* taken by a reader meanwhile */
			dmactl_edge_settle(&req->edges[k], dmactl_relative(e, i, dep)->verdict !=
							   DMACTL_RES_OK);
	}
	held = req->waits || req->doomed;
	if (held) {
		req->ordinal = 0;
		req->state = REQ_HELD;
		atomic_inc(&req->chan->held);
		if (!req->waits)
			dmactl_hold_ready(req);
		/*
		 * A callback that did not see itself watched has queued its request by now: take
		 * it.
		 */
		smp_mb();
		dmactl_harvest(s);
	}
	mutex_unlock(&s->cq_lock);
	mutex_unlock(&s->lock);
	return held;
}

/* The first of a list that has the newest first; NULL when there is none. */
static struct hlist_node *dmactl_oldest_edge(const struct hlist_head *out)
{
	struct hlist_node *node = out->first;

	while (node && node->next)
		node = node->next;
	return node;
}

/**
 * dmactl_hold_release() - an operation is complete: tell those that depend on it, in their order
 * @req: with its verdict
 */
void dmactl_hold_release(struct dmactl_req *req)
{
	struct hlist_node *node, *newer;
	struct dmactl_edge *edge;
	struct dmactl_req *d;

	lockdep_assert_held(&req->chan->session->cq_lock);
	for (node = dmactl_oldest_edge(&req->out); node; node = newer) {
		newer = node->pprev == &req->out.first ? NULL :
			container_of(node->pprev, struct hlist_node, next);
		hlist_del_init(node);
		edge = hlist_entry(node, struct dmactl_edge, node);
		dmactl_edge_settle(edge, dmactl_failed(req));
		d = edge->dependent;
		if (edge->how == DMACTL_DEP_HOLD && !--d->waits && d->state == REQ_HELD)
			dmactl_hold_ready(d);
	}
	WRITE_ONCE(req->watched, false);
}

/* Context: any; the caller has a reference to the session, or is a callback. */
void dmactl_hold_kick(struct dmactl_session *s)
{
	dmactl_session_get(s);
	if (!queue_work(dmactl_wq, &s->harvest))
		dmactl_session_put(s);	/* not the last one */
}

/**
 * dmactl_later_parse() - its time has come: now its buffers may move to this channel's device
 * @c:   channel, locked
 * @req: the request
 * @why: enum dmactl_why on failure
 */
int dmactl_later_parse(struct dmactl_chan *c, struct dmactl_req *req, u32 *why)
{
	struct dmactl_xfer x;
	int err;

	if (likely(!req->later))
		return 0;
	c->names = &req->later->names;
	err = dmactl_op_parse(c, &req->later->e, DMACTL_NO_RUN, &x, why);
	c->names = NULL;
	mutex_lock(&c->session->cq_lock);
	if (!err)
		req->xfer = x;
	dmactl_later_free(req);
	mutex_unlock(&c->session->cq_lock);
	return err;
}

/* A request that will not reach the engine. */
static void dmactl_hold_fail(struct dmactl_req *req, u32 verdict)
{
	lockdep_assert_held(&req->chan->session->cq_lock);
	atomic_dec(&req->chan->inflight);
	req->flags = 0;
	req->t0 = 0;
	req->t1 = 0;
	req->t2 = 0;
	req->verdict = verdict;
	req->stopped = ktime_get_ns();
	req->state = REQ_DONE;
	dmactl_report(req);
}

/* Take what is ready on a channel; what is doomed ends here. */
static void dmactl_hold_take(struct dmactl_chan *c, struct list_head *mine)
{
	struct dmactl_session *s = c->session;
	struct dmactl_req *req, *next;

	/* They count as in flight already: were there others with the engine? */
	if (dmactl_with_engine(c) <= 0)
		atomic64_set(&c->progress, ktime_get_ns());
	mutex_lock(&s->cq_lock);
	dmactl_harvest(s);
	list_for_each_entry_safe(req, next, &c->ready, list) {
		atomic_dec(&c->held);
		if (req->doomed) {
			list_del(&req->list);
			dmactl_hold_fail(req, DMACTL_RES_ABORTED);
		} else {
			list_move_tail(&req->list, mine);
		}
	}
	mutex_unlock(&s->cq_lock);
}

static int dmactl_hold_submit_one(struct dmactl_submitter *sub, struct dmactl_req *req)
{
	int err = dmactl_submit_one(sub, req);

	if (err == -EREMOTEIO) {
		dmactl_submit_refused(req);
		return 0;
	}
	if (!err) {
		req->next = sub->batch;
		sub->batch = req;
	}
	return err;
}

static void dmactl_hold_submit(struct dmactl_chan *c)
{
	struct dmactl_submitter sub = { .chan = c, .stamps = true, .wait = dmactl_submit_wait };
	struct dmactl_req *req;
	LIST_HEAD(mine);
	u32 why = 0;
	int err, one;

	mutex_lock(&c->lock);
	dmactl_prep_begin(c);
	dmactl_hold_take(c, &mine);
	err = dmactl_chan_enter(c);
	if (!err)
		dmactl_deadline_start(c);
	sub.timeout = c->timeout;
	while ((req = list_first_entry_or_null(&mine, struct dmactl_req, list))) {
		list_del_init(&req->list);
		one = err ?: dmactl_later_parse(c, req, &why);
		one = one ?: dmactl_hold_submit_one(&sub, req);
		if (!one)
			continue;
		mutex_lock(&c->session->cq_lock);
		req->ordinal = 0;
		dmactl_hold_fail(req, one == -ENODEV || err ? DMACTL_RES_ABORTED :
				 DMACTL_RES_FAILED);
		mutex_unlock(&c->session->cq_lock);
		if (one == -ENOBUFS)	/* nor for the next: not each after its own time-out */
			err = one;
	}
	dmactl_prep_end(c);
	if (sub.batch)
		dmactl_submit_kick(&sub);
	dmactl_submit_settle(c);
	dmactl_deadline_arm(c);
	atomic64_add(sub.retries, &c->hw->count.retries);
	mutex_unlock(&c->lock);
	dmactl_queue_wake(&c->session->queue);
}

void dmactl_hold_work(struct work_struct *work)
{
	struct dmactl_chan *c = container_of(work, struct dmactl_chan, hold);

	dmactl_hold_submit(c);
	dmactl_chan_put(c);
}

/* A producer's callback has come, and there may be no reader to take it. */
void dmactl_harvest_work(struct work_struct *work)
{
	struct dmactl_session *s = container_of(work, struct dmactl_session, harvest);

	mutex_lock(&s->cq_lock);
	dmactl_harvest(s);
	mutex_unlock(&s->cq_lock);
	dmactl_session_put(s);
}

/*
 * idxd's prep sleeps while its ring is full, with an engine that has stopped for ever, and all who
 * need the channel's lock with it. That sleep is interruptible: whoever must not wait makes a
 * signal seem pending. For a thread from user space it ends on its way back there.
 */
void dmactl_prep_begin(struct dmactl_chan *c)
{
	lockdep_assert_held(&c->lock);
	spin_lock(&c->prep_lock);
	c->preparing = current;
	c->poked = false;
	spin_unlock(&c->prep_lock);
}

void dmactl_prep_end(struct dmactl_chan *c)
{
	spin_lock(&c->prep_lock);
	c->preparing = NULL;
	spin_unlock(&c->prep_lock);
	if (c->poked && current->flags & PF_KTHREAD)
		clear_tsk_thread_flag(current, TIF_NOTIFY_SIGNAL);
}

void dmactl_prep_poke(struct dmactl_chan *c)
{
	spin_lock(&c->prep_lock);
	if (c->preparing) {
		WRITE_ONCE(c->poked, true);
		set_tsk_thread_flag(c->preparing, TIF_NOTIFY_SIGNAL);
		wake_up_process(c->preparing);
	}
	spin_unlock(&c->prep_lock);
}
