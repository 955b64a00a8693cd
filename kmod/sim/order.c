// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which operation of a channel comes next, how far one go brings it, and when that is due.
 * Context of all but the residue: the caller holds the channel's lock.
 */
#include <linux/math64.h>
#include <linux/sizes.h>

#include "sim.h"

/* One go; a terminate in between finds a long operation half done. */
#define DMASIM_GO		SZ_1M

/* A burst of operations on memory. */
#define DMASIM_MEMORY_BURST	64

/* However fast the engine, a repeated operation leaves the CPU to others. */
#define DMASIM_REPEAT_NS	NSEC_PER_MSEC

/* Cookies have 31 bits and go round. */
static bool dmasim_is_later(const struct dmasim_desc *a, const struct dmasim_desc *b)
{
	return (s32)(((u32)a->tx.cookie - (u32)b->tx.cookie) << 1) > 0;
}

/* Puts @d where it belongs among others in the order of submission. */
void dmasim_order_insert(struct list_head *list, struct dmasim_desc *d)
{
	struct list_head *before = list;
	struct dmasim_desc *other;

	list_for_each_entry(other, list, node) {
		if (dmasim_is_later(other, d)) {
			before = &other->node;
			break;
		}
	}
	list_add_tail(&d->node, before);
}

/*
 * A fence that is honoured sits on a producer: nothing behind it begins until it is done. Nothing
 * passes an operation that repeats, in either direction, or it would never come to an end. What
 * goes through the peripheral is a stream and keeps its order.
 */
static struct dmasim_desc *dmasim_choose(struct dmasim_chan *c)
{
	const struct dmasim_params *p = &c->sim->params;
	struct dmasim_desc *d, *choice = NULL;
	bool stream = false;
	u64 left = p->window;
	u32 n = 0;

	if (c->sim->order == DMASIM_FIFO)
		return dmasim_first(&c->issued);

	list_for_each_entry(d, &c->issued, node) {
		if (d->state == DMASIM_QUEUED) {
			if (d->repeats && !list_is_first(&d->node, &c->issued))
				break;
			if (!(d->slave.endpoint && stream) &&
			    prandom_u32_state(&c->rnd) % ++n == 0)
				choice = d;
			stream |= d->slave.endpoint;
			if (d->repeats ||
			    (p->fence == DMASIM_HONOUR && d->tx.flags & DMA_PREP_FENCE))
				break;
		}
		if (!--left)
			break;
	}
	return choice;
}

/* Bytes of the next go: fewer than all if the residue is to be seen moving meanwhile. */
static size_t dmasim_go(const struct dmasim_dev *sim, const struct dmasim_desc *d)
{
	size_t most = min_t(size_t, d->len - d->done, DMASIM_GO), go = most, in;

	if (!sim->params.bandwidth || !most)
		return most;
	if (sim->params.residue == DMA_RESIDUE_GRANULARITY_SEGMENT && d->frame)
		go = dmasim_piece_at(d, d->done % d->frame, &in)->len - in;
	else if (sim->params.residue == DMA_RESIDUE_GRANULARITY_BURST)
		go = roundup(max_t(size_t, d->len / 16, 1), d->burst ?: DMASIM_MEMORY_BURST);
	return min(go, most);
}

/* Plans the next go, for which the engine is free from @start on. */
static void dmasim_plan(struct dmasim_chan *c, struct dmasim_desc *d, ktime_t start)
{
	const struct dmasim_params *p = &c->sim->params;
	size_t go = dmasim_go(c->sim, d);

	d->stop = d->done + go;
	if (!c->sim->timed)
		return;
	if (!d->done)
		start = ktime_add_ns(start, p->latency_ns);
	if (p->bandwidth)
		start = ktime_add_ns(start, div64_u64((u64)go * NSEC_PER_SEC, p->bandwidth));
	d->when = start;
	c->busy_until = start;
}

/* An operation that was begun is in the queue again, and goes on. */
void dmasim_order_resume(struct dmasim_chan *c, struct dmasim_desc *d)
{
	ktime_t earliest;

	c->chosen = d;
	if (d->period) {
		dmasim_cyclic_plan(c, d);
		return;
	}
	if (d->done < d->len) {
		dmasim_plan(c, d, c->busy_until);
		return;
	}
	/* It repeats. */
	earliest = ktime_add_ns(ktime_get(), DMASIM_REPEAT_NS);
	d->done = 0;
	dmasim_plan(c, d, c->busy_until);
	d->when = max(d->when, earliest);
	c->busy_until = d->when;
}

/* There was a pause of @by: what was begun goes on that much later, and the rest begins now. */
void dmasim_order_shift(struct dmasim_chan *c, ktime_t by)
{
	c->stream.base = ktime_add(c->stream.base, by);
	if (c->sim->timed)
		c->busy_until = max(ktime_add(c->busy_until, by), ktime_get());
	if (c->chosen && c->chosen->when)
		c->chosen->when = ktime_add(c->chosen->when, by);
}

/* The engine comes to the next operation. */
static void dmasim_begin(struct dmasim_chan *c)
{
	struct dmasim_desc *d = dmasim_choose(c);

	c->chosen = d;
	if (d->period)
		dmasim_cyclic_begin(c, d);
	else
		dmasim_plan(c, d, max(c->busy_until, d->when));
}

/* Return: what can be served now; it stays in the queue. NULL if there is nothing. */
struct dmasim_desc *dmasim_order_next(struct dmasim_chan *c)
{
	struct dmasim_desc *d = dmasim_first(&c->issued);
	ktime_t due;

	if (!d || d->state == DMASIM_EXECUTED)
		return d;
	if (unlikely(c->paused))
		return NULL;
	if (!c->chosen)
		dmasim_begin(c);
	d = c->chosen;
	if (unlikely(READ_ONCE(c->sim->defects.armed)) && !d->drawn)
		dmasim_defects_draw(&c->sim->defects, d);
	if (unlikely(c->blocked || d->defects & BIT(DMASIM_STALL)))
		return NULL;
	due = ktime_add_ns(d->when, d->jitter);
	if (d->period)
		due = max(due, c->stream.rest);
	if (due && ktime_after(due, ktime_get())) {
		hrtimer_start(&c->timer, due, HRTIMER_MODE_ABS_SOFT);
		return NULL;
	}
	c->chosen = NULL;
	return d;
}

/* What is not done of an operation, as coarsely as this device knows it. */
u32 dmasim_order_residue(const struct dmasim_dev *sim, const struct dmasim_desc *d)
{
	size_t done = d->done, in = 0;

	if (d->period)
		return dmasim_cyclic_residue(sim, d);
	if (done < d->len) {
		switch (sim->params.residue) {
		case DMA_RESIDUE_GRANULARITY_SEGMENT:
			if (d->frame)
				dmasim_piece_at(d, done % d->frame, &in);
			else
				in = done;
			break;
		case DMA_RESIDUE_GRANULARITY_BURST:
			in = done % (d->burst ?: DMASIM_MEMORY_BURST);
			break;
		default:
			in = done;
		}
	}
	if (unlikely(d->defects & BIT(DMASIM_WRONG_RESIDUE)))
		done -= d->spoil_xor;
	return d->len - done + in;
}
