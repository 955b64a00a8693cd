// SPDX-License-Identifier: GPL-2.0-only
/* What the dmaengine core and its clients call. */
#include <linux/mm.h>
#include <linux/slab.h>

#include "sim.h"

static void dmasim_issue_pending(struct dma_chan *chan)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	struct dmasim_desc *d;
	unsigned long flags;
	ktime_t now;

	spin_lock_irqsave(&c->lock, flags);
	if (!list_empty(&c->submitted)) {
		if (c->sim->timed) {
			now = ktime_get();
			list_for_each_entry(d, &c->submitted, node)
				d->when = now;
		}
		list_splice_tail_init(&c->submitted, &c->issued);
		dmasim_context_kick(c, &flags);
	}
	spin_unlock_irqrestore(&c->lock, flags);
}

static dma_cookie_t dmasim_tx_submit(struct dma_async_tx_descriptor *tx)
{
	struct dmasim_desc *d = container_of(tx, struct dmasim_desc, tx);
	struct dmasim_chan *c = to_dmasim_chan(tx->chan);
	bool refused = dmasim_defects_call(&c->sim->defects, DMASIM_REFUSE);
	dma_cookie_t cookie = refused ? -EIO : -ENODEV;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	refused |= c->dead;
	if (!refused) {
		cookie = c->chan.cookie + 1;
		if (cookie < DMA_MIN_COOKIE)
			cookie = DMA_MIN_COOKIE;
		tx->cookie = cookie;
		WRITE_ONCE(c->chan.cookie, cookie);
		list_add_tail(&d->node, &c->submitted);
	}
	spin_unlock_irqrestore(&c->lock, flags);

	if (refused) {
		dma_descriptor_unmap(tx);
		dmasim_desc_put(c, d);
	} else if (c->sim->params.prep_blocks) {
		/* Whoever sleeps in prep cannot kick: idxd begins with the submission, too. */
		dmasim_issue_pending(tx->chan);
	}
	return cookie;
}

static u32 dmasim_residue(struct dmasim_chan *c, dma_cookie_t cookie)
{
	struct list_head *lists[] = { &c->issued, &c->submitted };
	struct dmasim_desc *d;
	unsigned long flags;
	u32 residue = 0;
	int i;

	spin_lock_irqsave(&c->lock, flags);
	if (c->active_cookie == cookie) {
		residue = c->active_residue;
		goto out;
	}
	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		list_for_each_entry(d, lists[i], node) {
			if (d->tx.cookie == cookie) {
				residue = dmasim_order_residue(c->sim, d);
				goto out;
			}
		}
	}
out:
	spin_unlock_irqrestore(&c->lock, flags);
	return residue;
}

static enum dma_status dmasim_tx_status(struct dma_chan *chan, dma_cookie_t cookie,
					struct dma_tx_state *state)
{
	dma_cookie_t used = READ_ONCE(chan->cookie);
	/* Pairs with the release of the server: complete means that the data is there. */
	dma_cookie_t complete = smp_load_acquire(&chan->completed_cookie);
	enum dma_status status = dma_async_is_complete(cookie, complete, used);

	if (state) {
		state->last = complete;
		state->used = used;
		state->in_flight_bytes = 0;
		state->residue = 0;
		if (status != DMA_COMPLETE)
			state->residue = dmasim_residue(to_dmasim_chan(chan), cookie);
	}
	if (status == DMA_IN_PROGRESS && READ_ONCE(to_dmasim_chan(chan)->paused))
		status = DMA_PAUSED;
	/* A cookie below the last one to complete may yet be in flight. */
	return to_dmasim_chan(chan)->sim->order == DMASIM_WINDOW ? DMA_OUT_OF_ORDER : status;
}

static int dmasim_terminate_all(struct dma_chan *chan)
{
	dmasim_chan_drop(to_dmasim_chan(chan));
	return 0;
}

static void dmasim_synchronize(struct dma_chan *chan)
{
	dmasim_chan_settle(to_dmasim_chan(chan));
}

/* What is being done at this moment is done, but its callback, if it has a period's, waits. */
static int dmasim_pause(struct dma_chan *chan)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	if (!c->paused) {
		c->paused_at = ktime_get();
		WRITE_ONCE(c->paused, true);
	}
	spin_unlock_irqrestore(&c->lock, flags);
	return 0;
}

static int dmasim_resume(struct dma_chan *chan)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	if (c->paused && !c->dead) {
		WRITE_ONCE(c->paused, false);
		dmasim_order_shift(c, ktime_sub(ktime_get(), c->paused_at));
		dmasim_context_wake(c, &flags);
	}
	spin_unlock_irqrestore(&c->lock, flags);
	return 0;
}

/* Return: not -ENODEV, on which the core takes the device off its list, and later once more. */
static int dmasim_alloc_chan_resources(struct dma_chan *chan)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	struct dmasim_dev *sim = c->sim;
	u32 i, n = sim->params.descriptors;
	int err = 0;

	spin_lock(&sim->lock);
	if (sim->closing)
		err = -ENXIO;
	else
		sim->held++;
	spin_unlock(&sim->lock);
	if (err)
		return err;

	c->descs = kvcalloc(n, sizeof(*c->descs), GFP_KERNEL);
	if (!c->descs) {
		spin_lock(&sim->lock);
		sim->held--;
		spin_unlock(&sim->lock);
		return -ENOMEM;
	}

	for (i = n; i--; ) {
		struct dmasim_desc *d = &c->descs[i];

		dma_async_tx_descriptor_init(&d->tx, chan);
		d->tx.tx_submit = dmasim_tx_submit;
		d->free_node.next = c->free;
		c->free = &d->free_node;
	}
	chan->cookie = DMA_MIN_COOKIE;
	chan->completed_cookie = DMA_MIN_COOKIE;
	c->slave = (struct dmasim_slave){ };
	dmasim_slave_reset(c);
	return n;
}

/* The last client has gone. It should have nothing in flight; if it does, it is not called back. */
static void dmasim_free_chan_resources(struct dma_chan *chan)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	struct dmasim_dev *sim = c->sim;
	u32 i;

	dmasim_chan_drop(c);
	dmasim_chan_settle(c);
	dmasim_context_stop(c);

	init_llist_head(&c->freed);
	c->free = NULL;
	c->unacked = NULL;
	for (i = 0; i < sim->params.descriptors; i++)
		kfree(c->descs[i].piece);
	kvfree(c->descs);
	c->descs = NULL;

	spin_lock(&sim->lock);
	if (!--sim->held)
		dmasim_slave_drain(sim);
	spin_unlock(&sim->lock);
}

void dmasim_chan_setup(struct dmasim_dev *sim, struct dmasim_chan *c)
{
	c->sim = sim;
	c->chan.device = &sim->dma;
	spin_lock_init(&c->lock);
	init_llist_head(&c->freed);
	INIT_LIST_HEAD(&c->submitted);
	INIT_LIST_HEAD(&c->issued);
	INIT_LIST_HEAD(&c->owed);
	INIT_LIST_HEAD(&c->done);
	init_waitqueue_head(&c->idle);
	init_waitqueue_head(&c->room);
	dmasim_seed(&c->rnd, sim->params.seed + (c - sim->chans));
	dmasim_context_setup(c);
	dmasim_slave_reset(c);
	list_add_tail(&c->chan.device_node, &sim->dma.channels);
}

/* A habit that is off is really not there: the pointer stays NULL, as in the drivers without it. */
void dmasim_chan_ops(struct dmasim_dev *sim)
{
	struct dma_device *dma = &sim->dma;

	dma->device_alloc_chan_resources = dmasim_alloc_chan_resources;
	dma->device_free_chan_resources = dmasim_free_chan_resources;
	dma->device_issue_pending = dmasim_issue_pending;
	dma->device_tx_status = dmasim_tx_status;
	if (sim->params.terminate)
		dma->device_terminate_all = dmasim_terminate_all;
	if (sim->params.synchronize)
		dma->device_synchronize = dmasim_synchronize;
	if (sim->params.pause)
		dma->device_pause = dmasim_pause;
	if (sim->params.resume)
		dma->device_resume = dmasim_resume;

	if (sim->order == DMASIM_WINDOW)
		dma_cap_set(DMA_COMPLETION_NO_ORDER, dma->cap_mask);
	dma->residue_granularity = sim->params.residue;
}
