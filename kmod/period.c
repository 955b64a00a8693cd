// SPDX-License-Identifier: GPL-2.0-only
/* Periods of streams: from the provider's callback to the reader. */
#include <linux/slab.h>

#include "dmactl_int.h"
#include "trace.h"

/* A callback of a stream. */
struct dmactl_period {
	u64 user_data;
	u64 seq;
	u64 t3;
	u32 channel;
	u32 result;
	u32 residue;
};

/**
 * struct dmactl_events - what a session's streams have told and nobody has taken
 * @lock: irqsave, innermost: callbacks; guards @head and, of streams, their ends and counters
 * @head: put in so far; written under @lock, read anywhere
 * @tail: taken so far; written under reap_lock, read anywhere
 * @ring: those between @tail and @head are the reader's
 */
struct dmactl_events {
	spinlock_t lock;		/* see above */
	unsigned int head;
	unsigned int tail;
	struct dmactl_period ring[DMACTL_MAX_EVENTS];
};

/* Once a session streams it has room for events until its end. */
int dmactl_events_make(struct dmactl_session *s)
{
	struct dmactl_events *e;

	if (READ_ONCE(s->events))
		return 0;
	e = kvzalloc(sizeof(*e), GFP_KERNEL_ACCOUNT);
	if (!e)
		return -ENOMEM;
	spin_lock_init(&e->lock);
	if (cmpxchg(&s->events, NULL, e))
		kvfree(e);
	return 0;
}

/* Where the engine is: bytes to the ring's end, as the provider says. Context: any. */
u32 dmactl_stream_residue(struct dmactl_req *req)
{
	dma_cookie_t cookie = READ_ONCE(req->cookie);
	struct dma_tx_state state = { };

	/* Called back within tx_submit, before we know the cookie. */
	if (!cookie)
		return req->x->len;
	dmaengine_tx_status(req->chan->hw->dma, cookie, &state);
	return min_t(u64, state.residue, req->x->len);
}

/* Return: the number of the callback, 0 when the stream has ended meanwhile. */
static u64 dmactl_period_put(struct dmactl_events *e, struct dmactl_req *req,
			     struct dmactl_period *p)
{
	unsigned long flags;
	u64 seq = 0;

	spin_lock_irqsave(&e->lock, flags);
	if (READ_ONCE(req->chan->stream) == req) {
		seq = ++req->calls;
		atomic64_inc(&req->chan->hw->count.periods);
		p->seq = seq;
		/* Pairs with dmactl_events_drop(). */
		if (e->head - smp_load_acquire(&e->tail) == DMACTL_MAX_EVENTS) {
			req->dropped++;
			atomic64_inc(&req->chan->hw->count.dropped);
		} else {
			e->ring[e->head % DMACTL_MAX_EVENTS] = *p;
			/* Pairs with dmactl_events_peek(). */
			smp_store_release(&e->head, e->head + 1);
		}
	}
	spin_unlock_irqrestore(&e->lock, flags);
	return seq;
}

static void dmactl_period_note(struct dmactl_req *req, u64 now, int error)
{
	struct dmactl_chan *c = req->chan;
	struct dmactl_session *s = c->session;
	struct dmactl_period p = {
		.user_data = req->user_data,
		.t3 = now,
		.channel = c->id,
		.result = dmactl_result(error),
		.residue = dmactl_stream_residue(req),
	};
	u64 seq = dmactl_period_put(s->events, req, &p);

	if (!seq)
		return;
	trace_dmactl_period(req, seq, p.result, now);
	atomic64_add(c->period, &c->hw->count.bytes);
	smp_mb();	/* either we see the sleeper's wish, or it sees the event */
	dmactl_queue_tell(&s->queue);
}

/* Whether that was the end of a stream that had none, or is the engine's still. */
static bool dmactl_period_last(struct dmactl_req *req)
{
	struct dmactl_events *e = req->chan->session->events;
	unsigned long flags;
	bool last;

	spin_lock_irqsave(&e->lock, flags);
	last = req->called == CALLED_NEVER &&
	       (READ_ONCE(req->chan->stream) == req ||
		READ_ONCE(req->state) == REQ_ABANDONED);
	if (last)
		req->called = CALLED_QUEUED;
	spin_unlock_irqrestore(&e->lock, flags);
	return last;
}

/**
 * dmactl_period() - a stream calls back
 * @req: its request
 * @res: what the provider says, or NULL
 *
 * No period, but the end, is a transfer that the provider has aborted.
 *
 * Context: any, under rcu_read_lock().
 */
void dmactl_period(struct dmactl_req *req, const struct dmaengine_result *res)
{
	int error = res ? res->result : DMA_TRANS_NOERROR;
	u64 now = ktime_get_ns();

	if (error != DMA_TRANS_ABORTED) {
		/* What an engine that cannot be stopped still says is nobody's. */
		if (READ_ONCE(req->chan->stream) == req)
			dmactl_period_note(req, now, error);
		return;
	}
	if (!dmactl_period_last(req))
		return;
	req->t3 = now;
	WRITE_ONCE(req->error, error);
	dmactl_complete(req);
}

/* A stream has ended: no event of it comes after this. */
void dmactl_stream_end(struct dmactl_req *req)
{
	struct dmactl_chan *c = req->chan;
	struct dmactl_events *e = c->session->events;
	unsigned long flags;

	lockdep_assert_held(&c->session->cq_lock);
	spin_lock_irqsave(&e->lock, flags);
	WRITE_ONCE(c->stream, NULL);
	req->mark = e->head;
	spin_unlock_irqrestore(&e->lock, flags);
	req->flags |= DMACTL_COMP_F_STREAM;
	c->session->nr_ends++;
}

void dmactl_stream_counts(struct dmactl_req *req, u64 *calls, u64 *dropped)
{
	struct dmactl_events *e = req->chan->session->events;
	unsigned long flags;

	spin_lock_irqsave(&e->lock, flags);
	*calls = req->calls;
	*dropped = req->dropped;
	spin_unlock_irqrestore(&e->lock, flags);
}

bool dmactl_events_any(const struct dmactl_session *s)
{
	const struct dmactl_events *e = READ_ONCE(s->events);

	return e && READ_ONCE(e->head) != READ_ONCE(e->tail);
}

/* Events that precede a stream's end. */
unsigned int dmactl_events_before(struct dmactl_session *s, const struct dmactl_req *end)
{
	lockdep_assert_held(&s->reap_lock);
	return max_t(int, end->mark - s->events->tail, 0);
}

/* Look at up to @max events, which stay where they are. */
unsigned int dmactl_events_peek(struct dmactl_session *s, struct dmactl_completion *d,
				unsigned int max)
{
	const struct dmactl_events *e = READ_ONCE(s->events);
	const struct dmactl_period *p;
	unsigned int i, n;

	lockdep_assert_held(&s->reap_lock);
	if (!e)
		return 0;
	/* Pairs with dmactl_period_put(): what is counted has been written. */
	n = min(max, smp_load_acquire(&e->head) - e->tail);
	for (i = 0; i < n; i++) {
		p = &e->ring[(e->tail + i) % DMACTL_MAX_EVENTS];
		d[i] = (struct dmactl_completion){
			.user_data = p->user_data,
			.seq = p->seq,
			.channel = p->channel,
			.result = p->result,
			.flags = DMACTL_COMP_F_PERIOD,
			.residue = p->residue,
			.t3 = p->t3,
		};
	}
	return n;
}

/* They have reached the reader. */
void dmactl_events_drop(struct dmactl_session *s, unsigned int n)
{
	lockdep_assert_held(&s->reap_lock);
	/* They were copied before the callback may write there again. */
	smp_store_release(&s->events->tail, s->events->tail + n);
}
