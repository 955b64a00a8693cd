// SPDX-License-Identifier: GPL-2.0-only
/* RUN: checks, set-up and results; the loop itself is in runner.c. */
#include <linux/dma-mapping.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "runner.h"

static void dmactl_runner_count(struct dmactl_runner *r)
{
	struct dmactl_counters *count = &r->c->hw->count;

	r->a.retries = r->sub.retries;
	atomic64_add(r->a.done, &count->done);
	atomic64_add(r->a.bytes, &count->bytes);
	atomic64_add(r->a.failed, &count->failed);
	atomic64_add(r->a.timed_out, &count->timed_out);
	atomic64_add(r->a.aborted, &count->aborted);
	atomic64_add(r->a.retries, &count->retries);
	if (r->samples)
		dmactl_count_stamped(count, r->a.nr_samples, r->latency, r->longest);
}

/* As many requests as the depth, chained. */
static int dmactl_runner_requests(struct dmactl_runner *r, struct list_head *list)
{
	struct dmactl_req *req;
	int err;

	mutex_lock(&r->c->session->cq_lock);
	err = dmactl_req_alloc(r->c, list, r->a.depth);
	mutex_unlock(&r->c->session->cq_lock);
	list_for_each_entry(req, list, list) {
		req->timed = r->samples;
		req->seq = 0;
		req->next = r->idle;
		r->idle = req;
	}
	return err;
}

static void dmactl_runner_return(struct dmactl_runner *r, struct list_head *list)
{
	struct dmactl_req *req, *next;

	mutex_lock(&r->c->session->cq_lock);
	WRITE_ONCE(r->c->settled, r->c->ordinal);
	list_for_each_entry_safe(req, next, list, list) {
		list_del(&req->list);
		if (req->state != REQ_ABANDONED)
			dmactl_req_free(req);
	}
	mutex_unlock(&r->c->session->cq_lock);
}

/* The channel is ours, locked, and idle. */
static int dmactl_runner_locked(struct dmactl_runner *r)
{
	LIST_HEAD(reqs);
	int err;

	err = dmactl_runner_requests(r, &reqs);
	if (!err) {
		WRITE_ONCE(r->c->running, true);
		dmactl_prep_begin(r->c);
		dmactl_runner_go(r);
		dmactl_prep_end(r->c);
		dmactl_runner_count(r);
		WRITE_ONCE(r->c->running, false);
	} else if (err == -EAGAIN) {
		r->a.why = DMACTL_WHY_DEPTH;
	}
	dmactl_runner_return(r, &reqs);
	return err;
}

static bool dmactl_chan_known(struct dmactl_session *s, u32 id)
{
	bool known;

	mutex_lock(&s->lock);
	known = xa_load(&s->chans, id);
	mutex_unlock(&s->lock);
	return known;
}

static bool dmactl_share_lines(const struct dmactl_xfer *x, const struct dmactl_buf *b, u64 offset,
			       u64 len)
{
	u64 line = max(dma_get_cache_alignment(), SMP_CACHE_BYTES);

	return x->dst_buf == b && round_down(offset, line) < x->dst_off + x->len &&
	       round_down(x->dst_off, line) < offset + len;
}

/* Elements that are mapped at the same time must not share a cache line that is written. */
static int dmactl_runner_apart(struct dmactl_runner *r)
{
	const struct dmactl_xfer *x, *y;
	unsigned int i, k;

	for (i = 0; i < r->a.nr_ops; i++) {
		x = &r->x[i];
		for (k = 0; k < r->a.nr_ops && x->dst_buf; k++) {
			y = &r->x[k];
			if ((k <= i || !dmactl_share_lines(x, y->dst_buf, y->dst_off, y->len)) &&
			    (!y->src_buf || !dmactl_share_lines(x, y->src_buf, y->src_off, y->len)))
				continue;
			r->a.bad_op = k;
			r->a.why = DMACTL_WHY_OVERLAP;
			return -EINVAL;
		}
	}
	return 0;
}

/*
 * Check the elements. The array has each twice: as it is submitted, and with an interrupt, which
 * IRQ_BATCH gives to the last of a batch; polling asks for none.
 */
static int dmactl_runner_parse(struct dmactl_runner *r, const struct dmactl_entry *e)
{
	u32 nr = r->a.nr_ops, i;
	int err;

	for (i = 0; i < nr; i++) {
		r->a.bad_op = i;
		if (e[i].op->channel != e[0].op->channel) {
			r->a.why = DMACTL_WHY_CHANNEL;
			return dmactl_chan_known(r->c->session, e[i].op->channel) ? -EINVAL :
										   -ENOENT;
		}
		if (e[i].op->nr_deps)
			return dmactl_bad(&r->a.why, DMACTL_WHY_DEPS, -EINVAL);
		err = dmactl_op_parse(r->c, &e[i], r->a.flags, &r->x[i], &r->a.why);
		if (err)
			return err;
		dmactl_xfer_copy(&r->x[nr + i], &r->x[i]);
		if (r->a.flags & (DMACTL_RUN_F_IRQ_BATCH | DMACTL_RUN_F_POLL))
			r->x[i].flags &= ~DMA_PREP_INTERRUPT;
	}
	r->a.bad_op = nr;
	return r->a.flags & DMACTL_RUN_F_MAP_EACH ? dmactl_runner_apart(r) : 0;
}

static int dmactl_runner_check(const struct dmactl_run *a)
{
	if (a->flags & ~(DMACTL_RUN_F_POLL | DMACTL_RUN_F_IRQ_BATCH | DMACTL_RUN_F_MAP_EACH) ||
	    a->interval_ns)
		return -EOPNOTSUPP;
	if (!a->nr_ops || a->nr_ops > DMACTL_MAX_OPS || a->op_size < sizeof(struct dmactl_op) ||
	    a->op_size > PAGE_SIZE)
		return -EINVAL;
	if (!a->depth || a->depth > DMACTL_MAX_DEPTH || !a->kick || a->kick > a->depth)
		return -EINVAL;
	/* An element is in flight once at a time: its bytes are mapped then. */
	if (a->flags & DMACTL_RUN_F_MAP_EACH && a->nr_ops < a->depth)
		return -EINVAL;
	if ((!a->count && !a->time_ns) || a->time_ns > S64_MAX)
		return -EINVAL;
	if (a->samples == DMACTL_NONE ? a->nr_samples : !a->nr_samples)
		return -EINVAL;
	return 0;
}

static int dmactl_runner_samples(struct dmactl_runner *r, struct dmactl_session *s)
{
	struct dmactl_buf *b;

	r->left = r->a.count ?: U64_MAX;
	if (r->a.samples == DMACTL_NONE)
		return 0;
	b = dmactl_buf_get(s, r->a.samples);
	if (!b)
		return -ENOENT;
	r->samples_buf = b;
	if (b->kind != DMACTL_BUF_SAMPLES)
		return -EINVAL;
	if (r->a.nr_samples > b->bytes / sizeof(*r->samples))
		return -ERANGE;
	r->samples = b->vaddr;
	r->sub.stamps = true;
	r->left = min_t(u64, r->left, r->a.nr_samples);
	r->a.nr_samples = 0;
	return 0;
}

static int dmactl_runner_chan(struct dmactl_runner *r, const struct dmactl_entry *e)
{
	struct dmactl_chan *c = r->c;
	int err;

	if (READ_ONCE(c->running)) {
		r->a.why = DMACTL_WHY_STATE;
		return -EBUSY;
	}
	if (mutex_lock_interruptible(&c->lock))
		return -EINTR;
	err = dmactl_chan_enter(c);
	if (!err && atomic_read(&c->inflight)) {
		mutex_lock(&c->session->cq_lock);
		dmactl_harvest(c->session);
		mutex_unlock(&c->session->cq_lock);
		err = atomic_read(&c->inflight) ? -EBUSY : 0;
	}
	if (err)
		r->a.why = DMACTL_WHY_STATE;
	else if (r->sub.poll && dma_has_cap(DMA_COMPLETION_NO_ORDER, c->dma->device->cap_mask))
		err = -EOPNOTSUPP;
	else
		err = dmactl_runner_parse(r, e);
	if (!err)
		err = dmactl_runner_locked(r);
	mutex_unlock(&c->lock);
	return err;
}

static int dmactl_run_ops(struct dmactl_runner *r, struct dmactl_session *s,
			  struct dmactl_scratch *scratch)
{
	struct dmactl_entry *e = scratch->e;
	int err;

	err = dmactl_scratch_fill(scratch, r->a.nr_ops, r->a.ops, r->a.op_size, &r->a.bad_op,
				  &r->a.why);
	if (err)
		return err;
	r->c = dmactl_chan_get(s, e[0].op->channel);
	if (!r->c) {
		r->a.bad_op = 0;
		r->a.why = DMACTL_WHY_CHANNEL;
		return -ENOENT;
	}
	r->sub.chan = r->c;
	err = dmactl_runner_samples(r, s);
	if (!err)
		err = dmactl_runner_chan(r, e);
	if (r->samples_buf)
		dmactl_buf_put(r->samples_buf);
	dmactl_chan_put(r->c);
	return err;
}

static void dmactl_run_clear(struct dmactl_run *a)
{
	a->outcome = 0;
	a->why = DMACTL_WHY_NONE;
	a->bad_op = a->nr_ops;
	a->first_result = DMACTL_RES_OK;
	a->done = 0;
	a->failed = 0;
	a->timed_out = 0;
	a->aborted = 0;
	a->retries = 0;
	a->descriptors = 0;
	a->start = 0;
	a->end = 0;
	a->bytes = 0;
}

int dmactl_ioc_run(struct dmactl_session *s, void __user *uarg)
{
	struct dmactl_runner r = { .sub.wait = dmactl_runner_wait, .feed = true };
	struct dmactl_scratch *scratch;
	struct dmactl_run a;
	int err, fault;
	u32 i;

	err = dmactl_copy_in(&r.a, sizeof(r.a), sizeof(r.a), uarg);
	if (!err)
		err = dmactl_runner_check(&r.a);
	if (err)
		return err;
	a = r.a;
	dmactl_run_clear(&r.a);
	r.tail = &r.head;
	r.sub.poll = r.a.flags & DMACTL_RUN_F_POLL;
	r.sub.timeout = dmactl_timeout(r.a.timeout_ns);
	scratch = dmactl_scratch_get(s, r.a.nr_ops);
	r.x = kvcalloc(r.a.nr_ops * 2, sizeof(*r.x), GFP_KERNEL_ACCOUNT);
	if (!scratch || !r.x) {
		err = -ENOMEM;
		goto out;
	}
	err = dmactl_run_ops(&r, s, scratch);
	if (err) {	/* only these two tell something then */
		a.why = r.a.why;
		a.bad_op = r.a.bad_op;
		r.a = a;
	}
	fault = dmactl_copy_out(uarg, &r.a, sizeof(r.a));
	err = err ?: fault;
out:
	for (i = 0; r.x && i < r.a.nr_ops * 2; i++)
		dmactl_xfer_put(&r.x[i]);
	kvfree(r.x);
	if (scratch)
		dmactl_scratch_put(s, scratch);
	return err;
}
