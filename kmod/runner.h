/* SPDX-License-Identifier: GPL-2.0-only */
/* A RUN under way; all of it belongs to the calling thread. */
#ifndef _DMACTL_RUNNER_H
#define _DMACTL_RUNNER_H

#include "dmactl_int.h"

struct dmactl_runner {
	struct dmactl_submitter sub;
	struct dmactl_run a;
	struct dmactl_chan *c;
	struct dmactl_xfer *x;		/* the elements, checked */
	const struct dmactl_xfer *turn;	/* the next one */
	const struct dmactl_xfer *end;	/* behind them; there they are again, with interrupt */
	struct dmactl_buf *samples_buf;
	struct dmactl_sample *samples;	/* NULL: take no stamps */
	u64 latency, longest;		/* ns of those samples: all of them, and the largest */
	struct dmactl_req *idle;	/* chain */
	struct dmactl_req *head, **tail; /* chain, polled: in flight, oldest first */
	unsigned int inflight;
	unsigned long flying[BITS_TO_LONGS(DMACTL_MAX_OPS)]; /* MAP_EACH: elements mapped */
	u64 left;			/* operations to start */
	u64 stop_at;			/* ns, start nothing later; 0 none */
	unsigned long tick;		/* jiffies when the clock was last asked */
	bool feed;
};

void dmactl_runner_go(struct dmactl_runner *r);
int dmactl_runner_wait(struct dmactl_submitter *sub);

#endif /* _DMACTL_RUNNER_H */
