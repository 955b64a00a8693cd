// SPDX-License-Identifier: GPL-2.0-only
/* The hot path: prepare and submit one request; the callback. Shared by SUBMIT and RUN. */
#include <linux/dmaengine.h>

#define CREATE_TRACE_POINTS
#include "engine.h"

static struct dmactl_queue *dmactl_req_queue(const struct dmactl_req *req)
{
	return req->x == &req->xfer ? &req->chan->session->queue : &req->chan->queue;
}

/* @ends: whoever sleeps is to look now, however many it still misses. */
static __always_inline void dmactl_enqueue(struct dmactl_req *req, bool ends)
{
	struct dmactl_queue *q = dmactl_req_queue(req);
	struct dmactl_chan *c = req->chan;

	dmactl_llist_add(&req->done, &q->done);
	/* try_cmpxchg() orders: either we see the sleeper's wish, or it sees the request. */
	if (ends)
		dmactl_queue_wake(q);
	else
		dmactl_queue_tell(q);
	/* Others are held until this one is complete; see dmactl_hold(). */
	if (unlikely(READ_ONCE(req->watched) || ends))
		dmactl_hold_kick(c->session);
	if (unlikely(READ_ONCE(c->owed)))
		queue_work(dmactl_wq, &c->reclaim);
}

/**
 * dmactl_complete() - a request is done: hand it to whoever harvests its queue
 * @req: request; the harvester's from now on, its memory stays until the caller's RCU section ends
 *
 * Context: any, under rcu_read_lock().
 */
void dmactl_complete(struct dmactl_req *req)
{
	dmactl_enqueue(req, req->x->opcode == DMACTL_OP_CYCLIC ||	/* nothing comes after it */
			    req->x->flags & DMA_PREP_LOAD_EOT);	/* perhaps another one, too */
}

/* Whether a callback of a repeated operation is one too many: neither the first nor an error. */
static bool dmactl_called_again(struct dmactl_req *req, bool bad)
{
	if (cmpxchg(&req->called, CALLED_NEVER, CALLED_QUEUED) == CALLED_NEVER)
		return false;
	return !bad || cmpxchg(&req->called, CALLED_REPEATS, CALLED_QUEUED) != CALLED_REPEATS;
}

/* One of several descriptors is done, and free for whoever waits for one. */
static void dmactl_callback_piece(struct dmactl_req *req)
{
	struct dmactl_chan *c = req->chan;

	WRITE_ONCE(c->pieces, c->pieces + 1);
	if (unlikely(READ_ONCE(c->starving)))
		dmactl_queue_wake(dmactl_req_queue(req));
}

/* What a callback says. Some say of a good transfer, too, that it was not all of it. */
static __always_inline void dmactl_callback_says(struct dmactl_req *req,
						 const struct dmaengine_result *res)
{
	if (res && unlikely(res->result != DMA_TRANS_NOERROR || res->residue)) {
		cmpxchg(&req->error, DMA_TRANS_NOERROR, res->result);
		req->residue += res->residue;
	}
}

/* Callbacks of what is not plain: of streams, pieces, and what is repeated. */
static noinline void dmactl_callback_more(struct dmactl_req *req,
					  const struct dmaengine_result *res)
{
	if (req->x->opcode == DMACTL_OP_CYCLIC) {
		dmactl_period(req, res);
		return;
	}
	dmactl_callback_says(req, res);
	if (req->x->flags & DMA_PREP_REPEAT &&
	    dmactl_called_again(req, res && res->result != DMA_TRANS_NOERROR))
		return;
	if (req->timed)
		req->t3 = ktime_get_ns();
	trace_dmactl_callback(req, res ? res->result : 0);
	if (req->x->nr_desc == 1 || atomic_dec_and_test(&req->pending))
		dmactl_complete(req);
	else
		dmactl_callback_piece(req);
}

/* The provider's word that a descriptor is done. */
void dmactl_callback(void *param, const struct dmaengine_result *res)
{
	struct dmactl_req *req = param;

	rcu_read_lock();
	if (likely(req->x->plain)) {
		dmactl_callback_says(req, res);
		if (req->timed)
			req->t3 = ktime_get_ns();
		trace_dmactl_callback(req, res ? res->result : 0);
		dmactl_enqueue(req, false);
	} else {
		dmactl_callback_more(req, res);
	}
	rcu_read_unlock();
}

/* For drivers that tell no result. */
void dmactl_callback_only(void *param)
{
	dmactl_callback(param, NULL);
}

static int dmactl_chan_usable(const struct dmactl_chan *c)
{
	if (!c->dma || READ_ONCE(c->closed) || dmactl_leaves(c))
		return -ENODEV;
	if (c->state == CHAN_QUARANTINED)
		return -EIO;
	return c->running || READ_ONCE(c->stream) || c->state != CHAN_READY ? -EBUSY : 0;
}

/* A provider that ended its stream while that was paused is so still, with nothing in flight. */
static void dmactl_chan_unpause(struct dmactl_chan *c)
{
	if (dmactl_stop(c) == STOP_QUARANTINED)
		dmaengine_resume(c->dma);
	if (!c->dma)
		WRITE_ONCE(c->state, CHAN_GONE);
}

/**
 * dmactl_chan_enter() - have the channel ready for something to be submitted
 * @c: channel, locked
 *
 * Return: 0; -ENODEV its provider has left or it was released; -EIO it is in quarantine; -EBUSY a
 * RUN or a stream has it, or it is being stopped.
 */
int dmactl_chan_enter(struct dmactl_chan *c)
{
	lockdep_assert_held(&c->lock);
	if (unlikely(c->paused) && !READ_ONCE(c->stream) && c->dma && c->state == CHAN_READY)
		dmactl_chan_unpause(c);
	return dmactl_chan_usable(c);
}

static struct dma_async_tx_descriptor *dmactl_prep(struct dma_chan *dma, struct dmactl_req *req,
						   const struct dmactl_part *part,
						   unsigned long flags)
{
	struct dma_device *d = dma->device;

	switch (req->x->opcode) {
	case DMACTL_OP_MEMCPY:
		return d->device_prep_dma_memcpy(dma, part->dst, part->src, part->len, flags);
	case DMACTL_OP_MEMSET:
		return d->device_prep_dma_memset(dma, part->dst, req->x->value, part->len, flags);
	case DMACTL_OP_INTERRUPT:
		return d->device_prep_dma_interrupt(dma, flags);
	case DMACTL_OP_CYCLIC:
		return d->device_prep_dma_cyclic(dma, part->dst, part->len, req->chan->period,
						 req->x->direction, flags);
	default:
		return dmactl_prep_more(dma, req, part, flags);
	}
}

/*
 * The provider gave no descriptor. The reasons that can be known beforehand were checked, so it is
 * taken for a full ring: the submitter kicks and waits for own completions, then it is tried again
 * until the deadline.
 */
static noinline struct dma_async_tx_descriptor *
dmactl_prep_retry(struct dmactl_submitter *sub, struct dmactl_req *req,
		  const struct dmactl_part *part, unsigned long flags)
{
	u64 start = ktime_get_ns();
	struct dma_async_tx_descriptor *tx;
	int err;

	WRITE_ONCE(sub->chan->starving, true);
	do {
		sub->retries++;
		err = sub->wait(sub);
		tx = err ? ERR_PTR(err) : dmactl_prep(sub->chan->dma, req, part, flags);
	} while (!tx && ktime_get_ns() - start < sub->timeout);
	WRITE_ONCE(sub->chan->starving, false);
	return tx ?: ERR_PTR(-ENOBUFS);
}

static int dmactl_submit_retried(struct dmactl_submitter *sub, struct dmactl_req *req,
				 const struct dmactl_part *part, unsigned long flags)
{
	struct dma_async_tx_descriptor *tx = dmactl_prep_retry(sub, req, part, flags);

	return IS_ERR(tx) ? PTR_ERR(tx) : dmactl_submit_tx(sub, req, tx, false);
}

static int dmactl_submit_desc(struct dmactl_submitter *sub, struct dmactl_req *req,
			      const struct dmactl_part *part, unsigned long flags)
{
	struct dma_async_tx_descriptor *tx = dmactl_prep(sub->chan->dma, req, part, flags);

	return likely(tx) ? dmactl_submit_tx(sub, req, tx, false) :
			    dmactl_submit_retried(sub, req, part, flags);
}

/*
 * @left descriptors of a request that already has some with the engine will never be submitted:
 * @err -EREMOTEIO the provider refused the first of them, else we gave up.
 */
static void dmactl_submit_cut(struct dmactl_req *req, unsigned int left, int err)
{
	cmpxchg(&req->error, DMA_TRANS_NOERROR, err == -EREMOTEIO ? -1 : DMA_TRANS_ABORTED);
	rcu_read_lock();
	if (atomic_sub_and_test(left, &req->pending))
		dmactl_complete(req);
	rcu_read_unlock();
}

static int dmactl_submit_split(struct dmactl_submitter *sub, struct dmactl_req *req,
			       unsigned long flags)
{
	const struct dmactl_xfer *x = req->x;
	struct dmactl_part part = { };
	int err;

	atomic_set(&req->pending, x->nr_desc);
	for (; part.index < x->nr_desc; part.index++) {
		dmactl_xfer_next(sub->chan, x, &part);
		sub->half = part.index;
		err = dmactl_submit_desc(sub, req, &part, flags);
		if (err && !part.index)
			return err;
		if (err) {
			dmactl_submit_cut(req, x->nr_desc - part.index, err);
			break;
		}
		part.done += part.len;
	}
	sub->half = false;
	return 0;
}

/* Map for this use alone; whoever finishes the request unmaps. */
static int dmactl_submit_mapped(struct dmactl_submitter *sub, struct dmactl_req *req,
				unsigned long flags)
{
	struct dmactl_part part = { .len = req->x->len };
	int err = dmactl_req_map(req);

	if (err)
		return err;
	part.dst = req->dst;
	part.src = req->src;
	err = dmactl_submit_desc(sub, req, &part, flags);
	if (err && err != -EREMOTEIO)
		dmactl_req_unmap(req);
	return err;
}

static struct dmactl_part dmactl_part_whole(const struct dmactl_xfer *x)
{
	return (struct dmactl_part){ .dst = x->dst, .src = x->src, .len = x->len };
}

/* What dmactl_submit_hot() leaves: a request that is not of the most frequent kind; */
int dmactl_submit_started(struct dmactl_submitter *sub, struct dmactl_req *req)
{
	const struct dmactl_xfer *x = req->x;
	struct dmactl_part part;

	if (x->each)
		return dmactl_submit_mapped(sub, req, x->flags);
	if (x->nr_desc > 1)
		return dmactl_submit_split(sub, req, x->flags);
	part = dmactl_part_whole(x);
	return dmactl_submit_desc(sub, req, &part, x->flags);
}

/* and one that the provider gave no descriptor for. */
int dmactl_submit_again(struct dmactl_submitter *sub, struct dmactl_req *req)
{
	struct dmactl_part part = dmactl_part_whole(req->x);

	return dmactl_submit_retried(sub, req, &part, req->x->flags);
}

/**
 * dmactl_submit_one() - prepare a request and submit it, but do not kick
 * @sub: how
 * @req: request as dmactl_req_alloc() gave it, with its operation set
 *
 * Return: 0 it is the engine's (or done already); -EREMOTEIO the provider refused to queue it, it
 * never ran; -ENOBUFS no descriptor until the deadline, -EINTR, -ENODEV, -EIO it could not be
 * mapped: it was not touched.
 */
int dmactl_submit_one(struct dmactl_submitter *sub, struct dmactl_req *req)
{
	return dmactl_submit_hot(sub, req, req->x, false);
}
