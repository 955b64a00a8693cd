// SPDX-License-Identifier: GPL-2.0-only
/* How what is in the queue of a channel comes to an end other than by being done. */
#include "sim.h"

static bool dmasim_is_running(struct dmasim_chan *c)
{
	unsigned long flags;
	bool running;

	spin_lock_irqsave(&c->lock, flags);
	running = c->running;
	spin_unlock_irqrestore(&c->lock, flags);
	return running;
}

static void dmasim_chan_wait_idle(struct dmasim_chan *c)
{
	wait_event(c->idle, !dmasim_is_running(c));
}

static bool dmasim_is_settled(struct dmasim_chan *c)
{
	unsigned long flags;
	bool settled;

	spin_lock_irqsave(&c->lock, flags);
	settled = !c->running && !c->lingering;
	spin_unlock_irqrestore(&c->lock, flags);
	return settled;
}

/* What was terminated calls back now if it is to, and none of it does later. Context: process. */
void dmasim_chan_settle(struct dmasim_chan *c)
{
	struct dmasim_desc *d, *next;
	unsigned long flags;

	dmasim_chan_wait_idle(c);
	spin_lock_irqsave(&c->lock, flags);
	list_for_each_entry_safe(d, next, &c->owed, node)
		if (d->state == DMASIM_TERMINATED)
			list_move_tail(&d->node, &c->done);
	if (c->lingering)
		dmasim_context_wake(c, &flags);
	spin_unlock_irqrestore(&c->lock, flags);

	wait_event(c->idle, dmasim_is_settled(c));
}

/* Serves until nothing can be done and nobody else serves. Context: process. */
static void dmasim_chan_drain(struct dmasim_chan *c)
{
	unsigned long flags;
	bool more, busy;

	do {
		spin_lock_irqsave(&c->lock, flags);
		busy = c->running;
		more = dmasim_chan_serve(c, &flags);
		spin_unlock_irqrestore(&c->lock, flags);
		if (busy)
			dmasim_chan_wait_idle(c);
		cond_resched();
	} while (more || busy);
}

/* But for what lingers. Context: the caller holds the lock. */
static void dmasim_sweep(struct list_head *list, struct list_head *dropped)
{
	struct dmasim_desc *d, *next;

	list_for_each_entry_safe(d, next, list, node)
		if (d->state != DMASIM_TERMINATED)
			list_move_tail(&d->node, dropped);
}

/* Nothing is begun any more. Context: the caller holds the lock. */
static void dmasim_forget(struct dmasim_chan *c)
{
	c->chosen = NULL;
	c->blocked = false;
	c->busy_until = 0;
	c->stream.owed = false;
}

/* Forgets everything submitted, without callbacks, as terminate_all does. */
void dmasim_chan_drop(struct dmasim_chan *c)
{
	struct dmasim_desc *d, *next;
	unsigned long flags;
	LIST_HEAD(dropped);

	spin_lock_irqsave(&c->lock, flags);
	dmasim_sweep(&c->owed, &dropped);
	dmasim_sweep(&c->done, &dropped);
	if (dmasim_is_cyclic(c)) {
		d = c->chosen;
		list_del(&d->node);
		if (!dmasim_linger(c, d))
			list_add_tail(&d->node, &dropped);
	}
	list_splice_tail_init(&c->issued, &dropped);
	list_splice_tail_init(&c->submitted, &dropped);
	dmasim_forget(c);
	WRITE_ONCE(c->paused, false);
	/* Running, and yet the lock is ours: one operation is being served at this moment. */
	WRITE_ONCE(c->abandon, c->running);
	spin_unlock_irqrestore(&c->lock, flags);

	list_for_each_entry_safe(d, next, &dropped, node)
		dmasim_discard(c, d);
}

/* What was executed keeps its result. Context: the caller holds the lock. */
static void dmasim_abort(struct dmasim_chan *c, struct list_head *list)
{
	struct dmasim_desc *d;

	list_for_each_entry(d, list, node)
		dmasim_abort_one(d);
	list_splice_tail_init(list, &c->done);
	dmasim_forget(c);
}

/*
 * The device goes: takes no more work, gives the callbacks that are owed, reports all the rest as
 * aborted, and returns when no callback runs any more; or it forgets all that. Context: process.
 */
void dmasim_chan_kill(struct dmasim_chan *c)
{
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	WRITE_ONCE(c->dead, true);
	if (!c->sim->params.forgets) {
		list_splice_tail_init(&c->owed, &c->done);
		dmasim_abort(c, &c->issued);
		dmasim_abort(c, &c->submitted);
	}
	spin_unlock_irqrestore(&c->lock, flags);

	if (c->sim->params.forgets)
		dmasim_chan_drop(c);
	wake_up_all(&c->room);
	dmasim_chan_drain(c);
	dmasim_context_stop(c);
}

/* The knob "stall" was turned off: what is stuck is aborted. Context: process. */
void dmasim_chan_unstall(struct dmasim_chan *c)
{
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	if (c->chosen && c->chosen->defects & BIT(DMASIM_STALL))
		dmasim_abort(c, &c->issued);
	spin_unlock_irqrestore(&c->lock, flags);

	dmasim_chan_drain(c);
}

/* Context: the caller holds the lock. */
static void dmasim_collect(struct dmasim_chan *c, unsigned int defect, ktime_t now)
{
	struct dmasim_desc *d, *next;

	list_for_each_entry_safe(d, next, &c->owed, node)
		if ((d->defects & defect) || !ktime_after(d->when, now))
			list_move_tail(&d->node, &c->done);
}

/* The knob "lost_interrupt" was turned off: the callbacks come now. Context: process. */
void dmasim_chan_deliver_lost(struct dmasim_chan *c)
{
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	dmasim_collect(c, BIT(DMASIM_LOST_INTERRUPT), 0);
	spin_unlock_irqrestore(&c->lock, flags);

	dmasim_chan_drain(c);
}

/* The late timer fired: callbacks whose time has come. */
void dmasim_chan_ripen(struct dmasim_chan *c)
{
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	dmasim_collect(c, 0, ktime_get());
	dmasim_arm_late(c);
	dmasim_context_kick(c, &flags);
	spin_unlock_irqrestore(&c->lock, flags);
}
