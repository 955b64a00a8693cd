// SPDX-License-Identifier: GPL-2.0-only
/* Who serves a channel, and when. */
#include "sim.h"
#include "../compat.h"

/**
 * dmasim_context_kick() - have the channel served soon; context inline: now, here
 * @c:     channel
 * @flags: of the caller's spin_lock_irqsave()
 *
 * Context: the caller holds the lock; inline drops it meanwhile.
 */
void dmasim_context_kick(struct dmasim_chan *c, unsigned long *flags) __must_hold(&c->lock)
{
	if (c->running)
		return;

	switch (c->sim->context) {
	case DMASIM_INLINE:
		while (dmasim_chan_serve(c, flags))
			;
		break;
	case DMASIM_SOFTIRQ:
		tasklet_schedule(&c->tasklet);
		break;
	case DMASIM_TIMER:
		hrtimer_start(&c->timer, 0, HRTIMER_MODE_REL_SOFT);
		break;
	case DMASIM_THREAD:
		queue_work(dmasim_wq, &c->work);
		break;
	}
}

/* The same from within another channel's server, of which this must not become a part. */
void dmasim_context_wake(struct dmasim_chan *c, unsigned long *flags) __must_hold(&c->lock)
{
	if (c->sim->context == DMASIM_INLINE)
		hrtimer_start(&c->timer, 0, HRTIMER_MODE_REL_SOFT);
	else
		dmasim_context_kick(c, flags);
}

/* One go; comes back later for the rest. */
static void dmasim_context_serve(struct dmasim_chan *c)
{
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	if (dmasim_chan_serve(c, &flags))
		dmasim_context_kick(c, &flags);
	spin_unlock_irqrestore(&c->lock, flags);
}

static void dmasim_tasklet(struct tasklet_struct *t)
{
	dmasim_context_serve(container_of(t, struct dmasim_chan, tasklet));
}

static void dmasim_work(struct work_struct *work)
{
	dmasim_context_serve(container_of(work, struct dmasim_chan, work));
}

static enum hrtimer_restart dmasim_timer(struct hrtimer *timer)
{
	struct dmasim_chan *c = container_of(timer, struct dmasim_chan, timer);
	unsigned long flags;

	if (c->sim->context == DMASIM_TIMER) {
		dmasim_context_serve(c);
	} else {
		spin_lock_irqsave(&c->lock, flags);
		dmasim_context_kick(c, &flags);
		spin_unlock_irqrestore(&c->lock, flags);
	}
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart dmasim_late_timer(struct hrtimer *timer)
{
	dmasim_chan_ripen(container_of(timer, struct dmasim_chan, late_timer));
	return HRTIMER_NORESTART;
}

void dmasim_context_setup(struct dmasim_chan *c)
{
	tasklet_setup(&c->tasklet, dmasim_tasklet);
	hrtimer_setup(&c->timer, dmasim_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
	hrtimer_setup(&c->late_timer, dmasim_late_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
	INIT_WORK(&c->work, dmasim_work);
}

/* Nothing of the channel runs or will run. The queue is empty already. Context: process. */
void dmasim_context_stop(struct dmasim_chan *c)
{
	hrtimer_cancel(&c->late_timer);
	hrtimer_cancel(&c->timer);
	tasklet_kill(&c->tasklet);
	cancel_work_sync(&c->work);
}
