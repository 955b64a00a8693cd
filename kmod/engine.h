/* SPDX-License-Identifier: GPL-2.0-only */
/* What every operation goes through on its way to the engine, inline for the loop of RUN. */
#ifndef _DMACTL_ENGINE_H
#define _DMACTL_ENGINE_H

#include "dmactl_int.h"
#include "trace.h"

int dmactl_submit_started(struct dmactl_submitter *sub, struct dmactl_req *req);
int dmactl_submit_again(struct dmactl_submitter *sub, struct dmactl_req *req);

/*
 * prep and tx_submit stay close together: ioat holds a spinlock in between. Once tx_submit has been
 * called the descriptor is the engine's, and the callback may have run.
 */
static __always_inline int dmactl_submit_tx(struct dmactl_submitter *sub, struct dmactl_req *req,
					    struct dma_async_tx_descriptor *tx, bool lean)
{
	bool poll = !lean && sub->poll;
	dma_cookie_t cookie;

	tx->callback = poll ? NULL : sub->chan->callback;
	tx->callback_result = poll ? NULL : sub->chan->callback_result;
	tx->callback_param = req;
	if (!lean && sub->stamps)
		req->t1 = ktime_get_ns();
	cookie = tx->tx_submit(tx);
	if (dma_submit_error(cookie))
		return -EREMOTEIO;
	WRITE_ONCE(req->cookie, cookie);
	return 0;
}

/*
 * dmactl_submit_one(), with the most frequent case in line. @x: what @req is to do; @lean: without
 * stamps, polling and tracing, which the compiler then leaves out.
 */
static __always_inline int dmactl_submit_hot(struct dmactl_submitter *sub, struct dmactl_req *req,
					     const struct dmactl_xfer *x, bool lean)
{
	struct dmactl_chan *c = sub->chan;
	struct dma_async_tx_descriptor *tx;
	struct dma_chan *dma = c->dma;

	req->state = REQ_FLYING;
	req->ordinal = ++c->ordinal;
	if (!lean && sub->stamps) {
		req->t2 = 0;
		req->t0 = ktime_get_ns();
	}
	if (!lean)
		trace_dmactl_submit(req);
	if (unlikely(!x->plain || x->opcode != DMACTL_OP_MEMCPY))
		return dmactl_submit_started(sub, req);
	tx = dma->device->device_prep_dma_memcpy(dma, x->dst, x->src, x->len, x->flags);
	return likely(tx) ? dmactl_submit_tx(sub, req, tx, lean) : dmactl_submit_again(sub, req);
}

#endif /* _DMACTL_ENGINE_H */
