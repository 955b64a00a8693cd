// SPDX-License-Identifier: GPL-2.0-only
/*
 * Channels that could not be stopped. Their requests, buffers, mappings and the module stay until
 * the late callbacks have come. What is still owed when the provider goes is lost: it stays for
 * ever, since neither the engine nor a late callback of a half-removed driver can be ruled out.
 */
#include <linux/dmaengine.h>
#include <linux/slab.h>

#include "dmactl_int.h"
#include "trace.h"

/**
 * dmactl_quarantine_enter() - callbacks are owed
 * @c: channel, locked; requests are abandoned and counted in c->owed
 *
 * The callbacks own a reference to the channel together, until the last has come.
 */
void dmactl_quarantine_enter(struct dmactl_chan *c)
{
	u64 bytes = dmactl_stuck_bytes(c);
	unsigned int owed = READ_ONCE(c->owed);

	lockdep_assert_held(&c->lock);
	if (c->reg)
		atomic_inc(&c->reg->stuck);
	WRITE_ONCE(c->state, CHAN_QUARANTINED);
	kref_get(&c->ref);
	mutex_lock(&dmactl_reg_lock);
	list_add_tail(&c->quarantine, &dmactl_quarantine);
	dmactl_lists_changed();
	c->since = ktime_get_ns();
	c->kept_bytes = bytes;
	mutex_unlock(&dmactl_reg_lock);
	trace_dmactl_quarantine(c, owed);
	dmactl_event(DMACTL_EVENT_TYPE_QUARANTINE, c->hw, c->session, owed, bytes);
	/* A callback that came before c->owed was seen did not queue this. */
	queue_work(dmactl_wq, &c->reclaim);
	if (c->polled)
		mod_delayed_work(dmactl_wq, &c->deadline, HZ);
}

static void dmactl_quarantine_leave(struct dmactl_chan *c)
{
	unsigned int i;

	for (i = 0; i < c->nr_kept; i++)
		dmactl_xfer_put(&c->kept[i]);
	kvfree(c->kept);
	c->kept = NULL;
	c->nr_kept = 0;
	if (c->reg)
		atomic_dec(&c->reg->stuck);
	c->polled = false;
	mutex_lock(&dmactl_reg_lock);
	list_del_init(&c->quarantine);
	dmactl_lists_changed();
	mutex_unlock(&dmactl_reg_lock);
}

static bool dmactl_quarantined(struct dmactl_chan *c)
{
	bool in;

	mutex_lock(&dmactl_reg_lock);
	in = !list_empty(&c->quarantine);
	mutex_unlock(&dmactl_reg_lock);
	return in;
}

/* Take late callbacks; true when the last has come. */
static bool dmactl_late(struct dmactl_chan *c)
{
	bool last;

	mutex_lock(&c->session->cq_lock);
	dmactl_harvest(c->session);
	dmactl_harvest_late(c);
	last = !c->owed;
	mutex_unlock(&c->session->cq_lock);
	return last;
}

/* Back to use, or back to the core. */
static void dmactl_reclaim(struct dmactl_chan *c)
{
	dmactl_quarantine_leave(c);
	if (READ_ONCE(c->closed) || dmactl_leaves(c)) {
		WRITE_ONCE(c->state, CHAN_GONE);
		dmactl_endpoint_drop(c);
		dmactl_chan_give_back(c);
	} else {
		WRITE_ONCE(c->state, CHAN_READY);
	}
	dmactl_event(DMACTL_EVENT_TYPE_RECLAIM, c->hw, c->session, 0, c->kept_bytes);
}

void dmactl_reclaim_work(struct work_struct *work)
{
	struct dmactl_chan *c = container_of(work, struct dmactl_chan, reclaim);
	bool closed, last;

	mutex_lock(&c->lock);
	last = dmactl_quarantined(c) && dmactl_late(c);
	if (last)
		dmactl_reclaim(c);
	closed = READ_ONCE(c->closed);
	mutex_unlock(&c->lock);
	if (!last)
		return;
	/*
	 * Wait for callbacks that saw something owed, and take back what they may have queued; but
	 * not what a quarantine that began meanwhile has queued.
	 */
	synchronize_rcu();
	mutex_lock(&c->lock);
	if (!dmactl_quarantined(c))
		cancel_work(&c->reclaim);
	mutex_unlock(&c->lock);
	if (closed)
		cancel_delayed_work_sync(&c->deadline);
	dmactl_chan_put(c);
}

/**
 * dmactl_quarantine_poll() - requests of a polled RUN have no callback: ask for them
 * @c: channel, locked
 */
void dmactl_quarantine_poll(struct dmactl_chan *c)
{
	enum dma_status status;
	struct dmactl_req *req;
	unsigned int i;

	lockdep_assert_held(&c->lock);
	for (i = 0; c->dma && i < c->nr_pool; i++) {
		req = c->pool[i];
		if (req->state != REQ_ABANDONED || req->next == req)
			continue;
		status = dma_async_is_tx_complete(c->dma, req->cookie, NULL, NULL);
		if (status != DMA_COMPLETE && status != DMA_ERROR)
			continue;
		req->next = req;	/* asked and answered */
		rcu_read_lock();
		dmactl_complete(req);
		rcu_read_unlock();
	}
	if (c->dma && READ_ONCE(c->owed))
		mod_delayed_work(dmactl_wq, &c->deadline, HZ);
}

/*
 * The provider is being torn down and its engine may still write; the core's channel goes with it.
 */
static void dmactl_lose(struct dmactl_chan *c)
{
	struct dmactl_session *s = c->session;
	unsigned int i, owed;

	mutex_lock(&s->cq_lock);
	for (i = 0; i < c->nr_pool; i++)
		if (c->pool[i]->state == REQ_ABANDONED)
			dmactl_xfer_bufs(c->pool[i]->x, dmactl_buf_leak, NULL);
	if (c->reg)
		dmactl_buf_leak(c->reg, NULL);
	WRITE_ONCE(c->lost, true);
	owed = c->owed;
	mutex_unlock(&s->cq_lock);
	WRITE_ONCE(c->dma, NULL);
	dmactl_chan_unclaim(c);
	dmactl_event(DMACTL_EVENT_TYPE_LEAK, c->hw, s, owed, c->kept_bytes);
}

/**
 * dmactl_detach() - a provider leaves, or the node whose line the channel was claimed by
 * @c:    channel, counted by the caller
 * @last: the channel is being unregistered: what is owed now is lost
 *
 * The one that leaves is marked, so nobody submits any more, and a RUN under way ends soon.
 */
void dmactl_detach(struct dmactl_chan *c, bool last)
{
	dmactl_queue_wake(&c->queue);
	dmactl_queue_wake(&c->session->queue);
	dmactl_prep_poke(c);
	mutex_lock(&c->lock);
	dmactl_stop_submitted(c, false);
	if (c->polled)
		dmactl_quarantine_poll(c);
	if (c->dma && dmactl_late(c)) {
		dmactl_endpoint_drop(c);
		dmactl_chan_give_back(c);
		if (dmactl_quarantined(c))
			queue_work(dmactl_wq, &c->reclaim);
	}
	if (last && c->dma)
		dmactl_lose(c);
	WRITE_ONCE(c->state, CHAN_GONE);
	mutex_unlock(&c->lock);
	dmactl_queue_wake(&c->session->queue);
	if (READ_ONCE(c->hw->leaving) && c->dmadev && c->dmadev != c->hw->dev)
		dmactl_unmap_device(c->dmadev);
}
