// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue of a channel. An operation goes prepared -> submitted -> issued -> served -> callback,
 * in the order that order.c chooses, and back to issued while there is more to do of it. At most
 * one server at a time (dmasim_chan.running) takes operations, with the lock dropped while it works
 * and calls back; whoever else issues meanwhile leaves the work to it. So "not running" means that
 * no callback of the channel is running.
 */
#include "sim.h"

/* Work of one go, in operations of 16 KiB; then softirqs and threads let others run. */
#define DMASIM_BUDGET		64
#define DMASIM_BUDGET_SHIFT	14

/* Gives a descriptor back. Lock-free, because it precedes every callback. */
void dmasim_desc_put(struct dmasim_chan *c, struct dmasim_desc *d)
{
	llist_add(&d->free_node, &c->freed);
	if (c->sim->params.prep_blocks && wq_has_sleeper(&c->room))
		wake_up(&c->room);
}

void dmasim_discard(struct dmasim_chan *c, struct dmasim_desc *d)
{
	dma_descriptor_unmap(&d->tx);
	dmasim_desc_put(c, d);
}

/* With @last, the descriptor is free before the callback: who waits for it may prepare at once. */
static void dmasim_call_back(struct dmasim_chan *c, struct dmasim_desc *d, bool last)
{
	dma_async_tx_callback_result callback_result = d->tx.callback_result;
	dma_async_tx_callback callback = d->tx.callback;
	void *param = d->tx.callback_param;
	struct dmaengine_result result = {
		.result = dmasim_told(c->sim, d->result),
		.residue = dmasim_order_residue(c->sim, d),
	};

	if (result.result != d->result)
		result.residue = 0;
	if (last) {
		dma_descriptor_unmap(&d->tx);
		dma_run_dependencies(&d->tx);
		dmasim_desc_put(c, d);
	}
	if (callback_result)
		callback_result(param, &result);
	else if (callback)
		callback(param);
}

/* Context: the caller holds the lock. */
void dmasim_arm_late(struct dmasim_chan *c)
{
	struct dmasim_desc *d;
	ktime_t first = KTIME_MAX;

	list_for_each_entry(d, &c->owed, node)
		first = min(first, d->when);
	if (first != KTIME_MAX)
		hrtimer_start(&c->late_timer, first, HRTIMER_MODE_ABS_SOFT);
}

/* Holds the callback of a done operation back. Return: false if it must be delivered after all. */
static bool dmasim_park(struct dmasim_chan *c, struct dmasim_desc *d)
{
	struct dmasim_defects *f = &c->sim->defects;
	bool lost = d->defects & BIT(DMASIM_LOST_INTERRUPT);
	unsigned long flags;
	bool parked = true;

	spin_lock_irqsave(&c->lock, flags);
	if (c->abandon) {
		dmasim_discard(c, d);
	} else if (c->dead || (lost && !(READ_ONCE(f->armed) & BIT(DMASIM_LOST_INTERRUPT)))) {
		/* The device or the knob went while it was served; nobody would ever collect it. */
		parked = false;
	} else {
		d->state = DMASIM_OWED;
		d->when = lost ? KTIME_MAX : ktime_add_ns(ktime_get(), READ_ONCE(f->delay.late_ns));
		list_add_tail(&d->node, &c->owed);
		dmasim_arm_late(c);
	}
	spin_unlock_irqrestore(&c->lock, flags);
	return parked;
}

/*
 * The defect "late_terminate": a cyclic that is dropped calls back once more, by itself or when
 * somebody waits for it. Context: the caller holds the lock, @d is in no list.
 * Return: true if it is kept for that.
 */
bool dmasim_linger(struct dmasim_chan *c, struct dmasim_desc *d)
{
	if (!d->period || c->dead || !(d->tx.flags & DMA_PREP_INTERRUPT))
		return false;
	if (unlikely(READ_ONCE(c->sim->defects.armed)) && !d->drawn)
		dmasim_defects_draw(&c->sim->defects, d);
	if (likely(!(d->defects & BIT(DMASIM_LATE_TERMINATE))))
		return false;

	d->state = DMASIM_TERMINATED;
	d->defects = BIT(DMASIM_LATE_TERMINATE);
	d->when = ktime_add_ns(ktime_get(), d->linger);
	list_add_tail(&d->node, &c->owed);
	c->lingering++;
	dmasim_arm_late(c);
	return true;
}

/* Context: this is the server, no lock held. */
static void dmasim_call_terminated(struct dmasim_chan *c, struct dmasim_desc *d)
{
	dma_cookie_t cookie = d->tx.cookie;
	unsigned long flags;

	dmasim_call_back(c, d, true);
	spin_lock_irqsave(&c->lock, flags);
	c->lingering--;
	if (c->stream.cookie == cookie)
		c->stream.callbacks++;
	spin_unlock_irqrestore(&c->lock, flags);
}

/* Brings the operation to d->stop. It may stay behind that, see dmasim_work_fn. */
static void dmasim_perform(struct dmasim_chan *c, struct dmasim_desc *d)
{
	size_t to = d->stop;

	if (unlikely(d->defects & BIT(DMASIM_ERROR))) {
		d->result = DMA_TRANS_WRITE_FAILED;
		return;
	}
	if (!d->work || unlikely(d->defects & BIT(DMASIM_STALE))) {
		d->done = to;
		return;
	}
	if (unlikely(d->defects & BIT(DMASIM_SHORT)) && to == d->len)
		to--;
	d->result = d->work(c, d, to);
	if (d->done == to)
		d->done = d->stop;
}

/*
 * The operation repeats and has come to an end: calls back, and again, unless the one behind it is
 * to take its place. Then this was the last time, and it completes like any other.
 */
static bool dmasim_repeat(struct dmasim_chan *c, struct dmasim_desc *d)
{
	struct dmasim_desc *next;
	unsigned long flags;
	bool again;

	spin_lock_irqsave(&c->lock, flags);
	next = dmasim_first(&c->issued);
	again = !c->abandon && !c->dead && !(next && next->tx.flags & DMA_PREP_LOAD_EOT);
	spin_unlock_irqrestore(&c->lock, flags);
	if (!again)
		return false;

	if (!(d->defects & BIT(DMASIM_LOST_INTERRUPT)))
		dmasim_call_back(c, d, false);
	d->defects = 0;
	d->drawn = false;
	return true;
}

/*
 * Context: this is the server, no lock held.
 * Return: true if the operation goes back to the queue.
 */
static bool dmasim_serve_one(struct dmasim_chan *c, struct dmasim_desc *d)
{
	if (unlikely(d->state == DMASIM_TERMINATED)) {
		dmasim_call_terminated(c, d);
		return false;
	}
	if (d->state == DMASIM_QUEUED && d->period) {
		dmasim_cyclic_go(c, d);
		return true;
	}
	if (d->state == DMASIM_QUEUED) {
		dmasim_perform(c, d);
		if (d->result == DMA_TRANS_NOERROR) {
			if (d->done < d->len)
				return true;
			if (unlikely(d->repeats) && dmasim_repeat(c, d))
				return true;
		}
		if (c->sim->order == DMASIM_EXECUTE) {
			d->state = DMASIM_EXECUTED;
			return true;
		}
	}
	if (READ_ONCE(c->abandon)) {
		dmasim_discard(c, d);
		return false;
	}
	if (d->state != DMASIM_OWED) {
		/* Pairs with tx_status: who sees the cookie complete sees the data. */
		smp_store_release(&c->chan.completed_cookie, d->tx.cookie);
		if (unlikely(d->defects & (BIT(DMASIM_LOST_INTERRUPT) | BIT(DMASIM_LATE))) &&
		    d->state != DMASIM_ABORTED && dmasim_park(c, d))
			return false;
	}
	dmasim_call_back(c, d, true);
	return false;
}

/* Context: the caller holds the lock. */
void dmasim_abort_one(struct dmasim_desc *d)
{
	if (d->state == DMASIM_QUEUED) {
		d->state = DMASIM_ABORTED;
		d->result = DMA_TRANS_ABORTED;
	}
}

/* Context: this is the server, the caller holds the lock. @wakes: c->wakes when @d was taken */
static void dmasim_requeue(struct dmasim_chan *c, struct dmasim_desc *d, u32 wakes)
{
	if (c->abandon) {
		if (!dmasim_linger(c, d))
			dmasim_discard(c, d);
	} else if (c->dead) {
		dmasim_abort_one(d);
		dmasim_order_insert(&c->done, d);
	} else {
		dmasim_order_insert(&c->issued, d);
		if (d->state == DMASIM_EXECUTED)
			return;
		if (d->done == d->stop) {
			dmasim_order_resume(c, d);
		} else {
			c->chosen = d;
			c->blocked = wakes == c->wakes;
		}
	}
}

/* Takes what can be served now, or NULL. Context: the caller holds the lock. */
static struct dmasim_desc *dmasim_next(struct dmasim_chan *c)
{
	struct dmasim_desc *d = dmasim_first(&c->done) ?: dmasim_order_next(c);

	if (d)
		list_del(&d->node);
	return d;
}

/**
 * dmasim_chan_serve() - serve operations unless somebody else does
 * @c:     channel
 * @flags: of the caller's spin_lock_irqsave()
 *
 * Context: the caller holds the lock; it is dropped meanwhile.
 * Return: true if the budget is used up, so that there may be more to do.
 */
bool dmasim_chan_serve(struct dmasim_chan *c, unsigned long *flags) __must_hold(&c->lock)
{
	size_t budget = DMASIM_BUDGET;
	struct dmasim_desc *d;
	ktime_t since = 0;
	bool again;
	u32 wakes;

	lockdep_assert_held(&c->lock);
	if (c->running)
		return false;

	c->running = true;
	for (;;) {
		d = budget ? dmasim_next(c) : NULL;
		if (!d && dmasim_cyclic_flush(c, flags))
			continue;
		if (!d)
			break;
		if (d->period && !since)
			since = ktime_get();
		c->active_cookie = d->tx.cookie;
		c->active_residue = dmasim_order_residue(c->sim, d);
		budget -= min(budget, 1 + ((d->stop - d->done) >> DMASIM_BUDGET_SHIFT));
		wakes = c->wakes;
		spin_unlock_irqrestore(&c->lock, *flags);

		again = dmasim_serve_one(c, d);

		spin_lock_irqsave(&c->lock, *flags);
		if (again)
			dmasim_requeue(c, d, wakes);
		WRITE_ONCE(c->abandon, false);
	}
	if (since && dmasim_is_cyclic(c))
		dmasim_cyclic_rest(c, since);
	c->active_cookie = 0;
	c->running = false;
	/* Who waits looks at @running with the lock held, so no barrier is missing here. */
	if (waitqueue_active(&c->idle))
		wake_up_all(&c->idle);
	return !budget;
}

/* The endpoint that an operation of this channel waited for has moved. */
void dmasim_chan_wake(struct dmasim_chan *c)
{
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	c->wakes++;
	if (c->blocked) {
		c->blocked = false;
		if (c->sim->timed)
			c->busy_until = ktime_get();
		dmasim_context_wake(c, &flags);
	}
	spin_unlock_irqrestore(&c->lock, flags);
}
