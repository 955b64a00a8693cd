// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cyclic transfers: a ring of periods between memory and the peripheral, round and round until the
 * channel is terminated. One goes through the queue like an operation of many goes that never ends:
 * dmasim_desc.done is where the engine is in the ring, and goes back to 0 at its end.
 */
#include <linux/math64.h>
#include <linux/sizes.h>

#include "sim.h"

/* One go at most, as of other operations; and goes of a period whose residue is seen moving. */
#define DMASIM_CYCLIC_GO	SZ_1M
#define DMASIM_CYCLIC_STEPS	16
#define DMASIM_CYCLIC_STEP_HZ	10000	/* no more often: a timer's interrupt each */

/* From the end of a period to that of the next where no rate is set: leaves the CPU to others. */
#define DMASIM_CYCLIC_NS	(100 * NSEC_PER_USEC)

/* A server rests as long as it worked, within these. */
#define DMASIM_REST_MIN		(50 * NSEC_PER_USEC)
#define DMASIM_REST_MAX		NSEC_PER_MSEC

/* A callback, gathered with the lock held and made without. */
struct dmasim_call {
	dma_async_tx_callback_result with_result;
	dma_async_tx_callback plain;
	void *param;
	struct dmaengine_result result;
};

/* How long @bytes take, exact however many they are: DMASIM_RATE_MAX keeps the rest below 2^64. */
static u64 dmasim_cyclic_time(u64 bytes, u64 rate)
{
	u64 rest, seconds = div64_u64_rem(bytes, rate, &rest);

	return seconds * NSEC_PER_SEC + div64_u64(rest * NSEC_PER_SEC, rate);
}

/* When the engine shall be @in bytes beyond the periods that have passed. */
static ktime_t dmasim_cyclic_due(const struct dmasim_chan *c, const struct dmasim_desc *d,
				 size_t in)
{
	u64 bytes = c->stream.periods * d->period + in;

	return ktime_add_ns(c->stream.base, dmasim_cyclic_time(bytes, c->sim->params.rate));
}

/* Plans the next go. Context: the caller holds the lock. */
void dmasim_cyclic_plan(struct dmasim_chan *c, struct dmasim_desc *d)
{
	const struct dmasim_params *p = &c->sim->params;
	size_t in = d->done % d->period, go = min_t(size_t, d->period - in, DMASIM_CYCLIC_GO), step;

	if (p->rate && p->residue == DMA_RESIDUE_GRANULARITY_BURST) {
		step = max_t(u64, d->period / DMASIM_CYCLIC_STEPS,
			     div_u64(p->rate, DMASIM_CYCLIC_STEP_HZ));
		step = roundup(clamp_t(size_t, step, 1, d->period), d->burst);
		go = min(go, step);
	}
	d->stop = d->done + go;
	if (p->rate)
		d->when = dmasim_cyclic_due(c, d, in + go);
	else if (!in)
		d->when = ktime_add_ns(ktime_get(), DMASIM_CYCLIC_NS);
}

/* The engine comes to it, and its time begins. Context: the caller holds the lock. */
void dmasim_cyclic_begin(struct dmasim_chan *c, struct dmasim_desc *d)
{
	c->stream = (struct dmasim_stream){
		.cookie = d->tx.cookie,
		.base = ktime_get(),
	};
	dmasim_cyclic_plan(c, d);
}

/* Brings the engine to d->stop, or less if the FIFO has nothing. Of an error only time is left. */
static void dmasim_cyclic_move(struct dmasim_chan *c, struct dmasim_desc *d)
{
	size_t to = d->stop;

	if (unlikely(d->defects & BIT(DMASIM_ERROR)))
		d->result = DMA_TRANS_WRITE_FAILED;
	if (!d->work || unlikely(d->result || d->defects & BIT(DMASIM_STALE))) {
		d->done = to;
		return;
	}
	if (unlikely(d->defects & BIT(DMASIM_SHORT)) && to % d->period == 0)
		to--;
	d->result = d->work(c, d, to);
	if (d->result || d->done == to)
		d->done = d->stop;
}

/* Context: the caller holds the lock, and makes the call without it. */
static void dmasim_cyclic_gather(struct dmasim_chan *c, const struct dmasim_desc *d,
				 enum dmaengine_tx_result result, struct dmasim_call *call)
{
	struct dmasim_stream *s = &c->stream;
	s64 late;

	*call = (struct dmasim_call){
		.with_result = d->tx.callback_result,
		.plain = d->tx.callback,
		.param = d->tx.callback_param,
		.result.result = dmasim_told(c->sim, result),
		.result.residue = dmasim_cyclic_residue(c->sim, d),
	};
	if (!call->with_result && !call->plain)
		return;
	s->fired = ktime_get();
	/* Unless the base was shifted meanwhile, it is not below 0. */
	late = max_t(s64, ktime_to_ns(ktime_sub(s->fired, s->due)), 0);
	s->late_max = max_t(u64, s->late_max, late);
	s->late_sum += late;
	s->callbacks++;
}

static void dmasim_cyclic_call(const struct dmasim_call *call)
{
	if (call->with_result)
		call->with_result(call->param, &call->result);
	else if (call->plain)
		call->plain(call->param);
}

/*
 * A period has passed. Context: the caller holds the lock.
 * Return: true if @call is to be made.
 */
static bool dmasim_cyclic_pass(struct dmasim_chan *c, struct dmasim_desc *d,
			       struct dmasim_call *call)
{
	bool silent = c->abandon || c->dead || !(d->tx.flags & DMA_PREP_INTERRUPT) ||
		      d->defects & (BIT(DMASIM_SKIP) | BIT(DMASIM_LOST_INTERRUPT));
	struct dmasim_stream *s = &c->stream;
	bool now = !silent && !c->paused && !c->sim->params.coalesce;

	if (d->done == d->len)
		d->done = 0;
	d->stop = d->done;
	s->periods++;
	s->skipped += !!(d->defects & BIT(DMASIM_SKIP));
	s->due = c->sim->params.rate ? dmasim_cyclic_due(c, d, 0) : d->when;
	s->fired = ktime_get();
	c->active_residue = dmasim_cyclic_residue(c->sim, d);

	if (now) {
		dmasim_cyclic_gather(c, d, d->result, call);
	} else if (!silent) {
		if (!s->owed || !s->owed_result)
			s->owed_result = d->result;
		s->owed = true;
	}
	d->result = DMA_TRANS_NOERROR;
	d->defects = 0;
	d->drawn = false;
	d->jitter = 0;
	return now;
}

/* One go. Context: this is the server, no lock held. */
void dmasim_cyclic_go(struct dmasim_chan *c, struct dmasim_desc *d)
{
	struct dmasim_call call;
	unsigned long flags;
	bool now;

	dmasim_cyclic_move(c, d);
	if (d->done < d->stop || d->done % d->period)
		return;

	spin_lock_irqsave(&c->lock, flags);
	now = dmasim_cyclic_pass(c, d, &call);
	spin_unlock_irqrestore(&c->lock, flags);
	if (now)
		dmasim_cyclic_call(&call);
}

/**
 * dmasim_cyclic_flush() - make the callback that was put off, one for any number of periods
 * @c:     channel
 * @flags: of the caller's spin_lock_irqsave()
 *
 * Context: this is the server, with nothing in hand; the caller holds the lock, which is dropped
 * meanwhile.
 * Return: false if there was none.
 */
bool dmasim_cyclic_flush(struct dmasim_chan *c, unsigned long *flags) __must_hold(&c->lock)
{
	struct dmasim_stream *s = &c->stream;
	struct dmasim_call call;

	if (likely(!s->owed) || c->paused)
		return false;
	/* What is owed belongs to what was begun: the queue forgets both at once. */
	dmasim_cyclic_gather(c, c->chosen, s->owed_result, &call);
	s->owed = false;
	c->active_cookie = 0;
	spin_unlock_irqrestore(&c->lock, *flags);

	dmasim_cyclic_call(&call);

	spin_lock_irqsave(&c->lock, *flags);
	WRITE_ONCE(c->abandon, false);
	return true;
}

/*
 * The channel was served from @since until now. A stream that is faster than the CPU would take it
 * all, in timer interrupts if not in work, and has no end. Context: the caller holds the lock.
 */
void dmasim_cyclic_rest(struct dmasim_chan *c, ktime_t since)
{
	ktime_t now = ktime_get();
	s64 rest = clamp_t(s64, ktime_sub(now, since), DMASIM_REST_MIN, DMASIM_REST_MAX);

	c->stream.rest = max(c->stream.rest, ktime_add_ns(now, rest));
}

/* From the engine to the ring's end, as coarsely as this device knows it. */
u32 dmasim_cyclic_residue(const struct dmasim_dev *sim, const struct dmasim_desc *d)
{
	size_t in = d->done % d->period, at = d->done;

	switch (sim->params.residue) {
	case DMA_RESIDUE_GRANULARITY_SEGMENT:
		at -= in;
		break;
	case DMA_RESIDUE_GRANULARITY_BURST:
		at -= in % d->burst;
		break;
	default:
		at = 0;
	}
	if (unlikely(d->defects & BIT(DMASIM_WRONG_RESIDUE)))
		at -= d->spoil_xor;
	return d->len - at;
}

static struct dma_async_tx_descriptor *
dmasim_prep_cyclic(struct dma_chan *chan, dma_addr_t addr, size_t len, size_t period,
		   enum dma_transfer_direction direction, unsigned long flags)
{
	struct dmasim_chan *c = to_dmasim_chan(chan);
	const struct dmasim_params *p = &c->sim->params;
	struct dmasim_slave s;
	struct dmasim_desc *d;

	if ((direction != DMA_MEM_TO_DEV && direction != DMA_DEV_TO_MEM) ||
	    !dmasim_slave_get(c, direction, &s) ||
	    !dmasim_fits(c, addr, period, c->sim->slave_mask))
		return NULL;
	if (!len || len > U32_MAX || len % period || len / period > p->max_periods ||
	    period % dmasim_slave_width(&s, direction))
		return NULL;
	d = dmasim_prep(c, 1, flags);
	if (!d)
		return NULL;

	d->piece[0].addr = addr;
	d->piece[0].len = len;
	d->frame = len;
	d->period = period;
	d->repeats = true;
	dmasim_slave_ready(c, d, &s, direction);
	return &d->tx;
}

static int dmasim_cyclic_line(struct dmasim_chan *c, char *line, size_t size)
{
	struct dmasim_stream s;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	s = c->stream;
	spin_unlock_irqrestore(&c->lock, flags);
	return scnprintf(line, size, "%td %llu %llu %llu %lld %lld %llu %llu\n",
			 c - c->sim->chans, s.periods, s.skipped, s.callbacks, ktime_to_ns(s.due),
			 ktime_to_ns(s.fired), s.late_max,
			 s.callbacks ? div64_u64(s.late_sum, s.callbacks) : 0);
}

/* The record, of as many channels as a page has room for. */
ssize_t dmasim_stream_show(struct dmasim_dev *sim, char *page)
{
	unsigned int i;
	char line[192];
	ssize_t len = 0;
	int n;

	for (i = 0; i < sim->nr_chans; i++) {
		n = dmasim_cyclic_line(&sim->chans[i], line, sizeof(line));
		if (len + n >= PAGE_SIZE)
			break;
		memcpy(page + len, line, n + 1);
		len += n;
	}
	return len;
}

void dmasim_cyclic_ops(struct dmasim_dev *sim)
{
	const struct dmasim_params *p = &sim->params;

	if (!p->cyclic || !(p->directions & (BIT(DMA_MEM_TO_DEV) | BIT(DMA_DEV_TO_MEM))))
		return;
	dma_cap_set(DMA_CYCLIC, sim->dma.cap_mask);
	sim->dma.device_prep_dma_cyclic = dmasim_prep_cyclic;
}
