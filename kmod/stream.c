// SPDX-License-Identifier: GPL-2.0-only
/* STREAM: a cyclic transfer is started, stopped, paused, asked where it is. */
#include <linux/math64.h>
#include <linux/overflow.h>

#include "dmactl_int.h"

static u32 dmactl_stream_flags(const struct dmactl_stream *a)
{
	switch (a->action) {
	case DMACTL_STREAM_START:
		return DMACTL_STREAM_F_NO_INTERRUPT;
	case DMACTL_STREAM_STOP:
		return DMACTL_STREAM_F_REOPEN;
	default:
		return 0;
	}
}

static bool dmactl_stream_unused_zero(const struct dmactl_stream *a)
{
	if (a->reserved)
		return false;
	return a->action == DMACTL_STREAM_START ||
	       !(a->direction || a->buffer || a->periods || a->offset || a->period ||
		 a->user_data);
}

static int dmactl_stream_check(struct dmactl_stream *a)
{
	if (a->action < DMACTL_STREAM_START || a->action > DMACTL_STREAM_POSITION)
		return dmactl_bad(&a->why, DMACTL_WHY_OPCODE, -EINVAL);
	if (a->flags & ~dmactl_stream_flags(a))
		return dmactl_bad(&a->why, DMACTL_WHY_FLAGS, -EOPNOTSUPP);
	if (!dmactl_stream_unused_zero(a))
		return dmactl_bad(&a->why, DMACTL_WHY_RESERVED, -EINVAL);
	return 0;
}

/* What the channel says of the ring; it is usable. */
static int dmactl_stream_check_chan(struct dmactl_chan *c, struct dmactl_stream *a)
{
	struct dma_slave_caps caps;
	u32 width, burst, unit;

	if (!(c->ops & BIT_ULL(DMACTL_OP_CYCLIC)))
		return dmactl_bad(&a->why, DMACTL_WHY_LACKS, -EOPNOTSUPP);
	if ((a->direction != DMA_MEM_TO_DEV && a->direction != DMA_DEV_TO_MEM) ||
	    dma_get_slave_caps(c->dma, &caps) || !(caps.directions & BIT(a->direction)))
		return dmactl_bad(&a->why, DMACTL_WHY_DIRECTION, -EINVAL);
	if (!c->endpoint)
		return dmactl_bad(&a->why, DMACTL_WHY_ENDPOINT, -ENOTCONN);
	if (a->periods < 2 || !a->period)
		return dmactl_bad(&a->why, DMACTL_WHY_LENGTH, -EINVAL);
	width = a->direction == DMA_MEM_TO_DEV ? c->slave.dst_addr_width : c->slave.src_addr_width;
	width = width ?: 1;
	burst = a->direction == DMA_MEM_TO_DEV ? c->slave.dst_maxburst : c->slave.src_maxburst;
	unit = width;
	/* Some drivers move whole bursts only, over the end of a period that has none. */
	if ((c->line && check_mul_overflow(width, max(burst, 1U), &unit)) ||
	    !dmactl_is_multiple(a->period, unit) || !dmactl_is_multiple(a->offset, width))
		return dmactl_bad(&a->why, DMACTL_WHY_ALIGN, -EINVAL);
	return 0;
}

/* The ring as operand of @x, which holds it. */
static int dmactl_stream_ring(struct dmactl_chan *c, struct dmactl_stream *a,
			      struct dmactl_xfer *x)
{
	int err;

	*x = (struct dmactl_xfer){
		.opcode = DMACTL_OP_CYCLIC,
		.direction = a->direction,
		.how = USE_OWNED,
		.nr_desc = 1,
		.flags = DMA_CTRL_ACK,
	};
	if (!(a->flags & DMACTL_STREAM_F_NO_INTERRUPT))
		x->flags |= DMA_PREP_INTERRUPT;
	if (check_mul_overflow(a->period, (u64)a->periods, &x->len))
		return dmactl_bad(&a->why, DMACTL_WHY_RANGE, -ERANGE);
	err = dmactl_use(c, a->buffer, a->offset, x->len, x->how, &x->dst_buf, &a->why);
	if (err)
		return err;
	if (dmactl_chunk_left(x->dst_buf, a->offset) < x->len) {
		dmactl_xfer_put(x);
		return dmactl_bad(&a->why, DMACTL_WHY_SPLIT, -E2BIG);
	}
	x->dst = dmactl_buf_addr(x->dst_buf, a->offset);
	return 0;
}

/* A provider that refuses a ring while nothing is in flight will not take it later. */
static int dmactl_stream_wait(struct dmactl_submitter *sub)
{
	return -ENOBUFS;
}

/*
 * Give the stream to the provider. From tx_submit on it may call back, so all that the callback
 * reads is there before.
 */
static int dmactl_stream_go(struct dmactl_chan *c, struct dmactl_stream *a, struct dmactl_req *req)
{
	struct dmactl_submitter sub = {
		.chan = c,
		.stamps = true,
		.poll = a->flags & DMACTL_STREAM_F_NO_INTERRUPT,
		.wait = dmactl_stream_wait,
		.batch = req,
	};
	int err;

	req->calls = 0;
	req->dropped = 0;
	req->cookie = 0;
	req->next = NULL;
	req->seq = atomic64_inc_return(&c->session->seq);
	c->period = a->period;
	c->paused = false;
	WRITE_ONCE(c->stream, req);
	atomic_inc(&c->inflight);
	err = dmactl_submit_one(&sub, req);
	if (err) {
		WRITE_ONCE(c->stream, NULL);
		atomic_dec(&c->inflight);
		req->ordinal = 0;
		dmactl_queue_wake(&c->session->queue);	/* who waits for it waits in vain */
		return err;
	}
	dmactl_submit_kick(&sub);
	dmactl_submit_settle(c);
	return 0;
}

static int dmactl_stream_start(struct dmactl_chan *c, struct dmactl_stream *a)
{
	struct dmactl_session *s = c->session;
	struct dmactl_req *req;
	LIST_HEAD(fresh);
	int err;

	err = dmactl_chan_enter(c);
	if (!err && atomic_read(&c->inflight))
		err = -EBUSY;
	if (err)
		return dmactl_bad(&a->why, DMACTL_WHY_STATE, err);
	err = dmactl_stream_check_chan(c, a);
	err = err ?: dmactl_events_make(s);
	if (err)
		return err;
	mutex_lock(&s->cq_lock);
	err = dmactl_req_alloc(c, &fresh, 1);
	mutex_unlock(&s->cq_lock);
	if (err)
		return err == -EAGAIN ? dmactl_bad(&a->why, DMACTL_WHY_DEPTH, err) : err;
	req = list_first_entry(&fresh, struct dmactl_req, list);
	dmactl_req_begin(req, a->user_data);
	list_del_init(&req->list);
	err = dmactl_stream_ring(c, a, &req->xfer);
	err = err ?: dmactl_stream_go(c, a, req);
	if (!err)
		return 0;
	if (err == -ENOBUFS)
		a->why = DMACTL_WHY_PREP;
	mutex_lock(&s->cq_lock);
	dmactl_req_free(req);
	mutex_unlock(&s->cq_lock);
	return err;
}

/* Ask the provider, and fill in what the caller is told. */
static void dmactl_stream_tell(struct dmactl_chan *c, struct dmactl_req *req,
			       struct dmactl_stream *a)
{
	u64 len = req->x->len;

	a->stamp = ktime_get_ns();
	a->position = len - dmactl_stream_residue(req);
	if (a->position == len)
		a->position = 0;
	dmactl_stream_counts(req, &a->callbacks, &a->dropped);
	a->state = c->paused ? DMACTL_STREAM_PAUSED : DMACTL_STREAM_RUNNING;
}

static int dmactl_stream_pause(struct dmactl_chan *c, bool pause)
{
	struct dma_device *d = c->dma->device;
	int err;

	if (!(pause ? d->device_pause : d->device_resume))
		return -EOPNOTSUPP;
	err = pause ? dmaengine_pause(c->dma) : dmaengine_resume(c->dma);
	if (!err)
		c->paused = pause;
	return err;
}

/* The request is the completions' afterwards: counters are read while the stream still runs. */
static void dmactl_stream_stop(struct dmactl_chan *c, struct dmactl_req *req,
			       struct dmactl_stream *a)
{
	struct dmactl_session *s = c->session;

	dmactl_stream_tell(c, req, a);
	dmactl_stop_submitted(c, false);
	mutex_lock(&s->cq_lock);
	/* Not taken by a reader and used again: that takes this channel's lock. */
	dmactl_stream_counts(req, &a->callbacks, &a->dropped);
	mutex_unlock(&s->cq_lock);
	a->state = DMACTL_STREAM_STOPPED;
	if (a->flags & DMACTL_STREAM_F_REOPEN && c->state == CHAN_READY) {
		dmactl_chan_reopen(c);
		c->state = c->dma ? CHAN_READY : CHAN_GONE;
	}
}

static int dmactl_stream_locked(struct dmactl_chan *c, struct dmactl_stream *a)
{
	struct dmactl_session *s = c->session;
	struct dmactl_req *req;
	int err = 0;

	mutex_lock(&s->cq_lock);
	dmactl_harvest(s);
	req = c->stream;
	mutex_unlock(&s->cq_lock);
	if (a->action == DMACTL_STREAM_START) {
		err = dmactl_stream_start(c, a);
		a->state = err ? 0 : DMACTL_STREAM_RUNNING;
		return err;
	}
	if (!req)
		return dmactl_bad(&a->why, DMACTL_WHY_STATE, c->dma ? -ENODATA : -ENODEV);
	if (a->action == DMACTL_STREAM_STOP) {
		dmactl_stream_stop(c, req, a);
		return 0;
	}
	if (a->action != DMACTL_STREAM_POSITION)
		err = dmactl_stream_pause(c, a->action == DMACTL_STREAM_PAUSE);
	if (!err)
		dmactl_stream_tell(c, req, a);
	return err;
}

static int dmactl_stream_go_on(struct dmactl_session *s, struct dmactl_stream *a)
{
	struct dmactl_chan *c;
	int err;

	err = dmactl_stream_check(a);
	if (err)
		return err;
	c = dmactl_chan_get(s, a->channel);
	if (!c)
		return dmactl_bad(&a->why, DMACTL_WHY_CHANNEL, -ENOENT);
	if (READ_ONCE(c->running)) {	/* its lock is taken for long */
		err = dmactl_bad(&a->why, DMACTL_WHY_STATE, -EBUSY);
	} else if (mutex_lock_interruptible(&c->lock)) {
		err = -EINTR;
	} else {
		err = dmactl_stream_locked(c, a);
		mutex_unlock(&c->lock);
	}
	dmactl_chan_put(c);
	return err;
}

int dmactl_ioc_stream(struct dmactl_session *s, void __user *uarg)
{
	struct dmactl_stream a;
	int err, fault;

	err = dmactl_copy_in(&a, sizeof(a), sizeof(a), uarg);
	if (err)
		return err;
	a.why = DMACTL_WHY_NONE;
	a.position = 0;
	a.callbacks = 0;
	a.dropped = 0;
	a.stamp = 0;
	a.state = 0;
	err = dmactl_stream_go_on(s, &a);
	fault = dmactl_copy_out(uarg, &a, sizeof(a));
	return err ?: fault;
}
