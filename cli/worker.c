// SPDX-License-Identifier: GPL-2.0
/* A worker's session: its channel claimed, its sample buffer made, all undone. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chan.h"
#include "worker.h"

/* The list was read a moment ago: who has it now? */
static int busy(struct worker *w)
{
	struct ctx *ctx = w->ctx;
	struct chan_table t;
	const struct channel *c;
	int ret = 0;

	if (chan_table_load(ctx, &t))
		return -1;
	c = chan_find(ctx, &t, w->ch.stable);
	if (!c || chan_refusal(ctx, &t, c, w->o->opcode, &ctx->err))
		ret = -1;
	else
		ret = chan_claim_failed(w->ch.stable, -EBUSY, &ctx->err);
	chan_table_free(&t);
	return ret;
}

static int claim_failed(struct worker *w, int ret)
{
	if (ret == -EBUSY)
		return busy(w);
	if (ret == -EOPNOTSUPP)
		return err_set(&w->ctx->err, EXIT_UNAVAILABLE, "%s cannot do %s", w->ch.stable,
			       w->ctx->name);
	return chan_claim_failed(w->ch.stable, ret, &w->ctx->err);
}

static int make_samples(struct worker *w)
{
	struct dmactl_buf_create c = {
		.kind = DMACTL_BUF_SAMPLES,
		.channel = DMACTL_NONE,
		.node = DMACTL_NONE,
		.bytes = NR_SAMPLES * sizeof(struct dmactl_sample),
	};
	int ret;

	/* A stream's stamps are in its events. */
	if (w->o->opcode == DMACTL_OP_CYCLIC)
		return 0;
	if (w->o->submit) {
		w->samples = calloc(NR_SAMPLES, sizeof(*w->samples));
		w->taken_at = calloc(NR_SAMPLES, sizeof(*w->taken_at));
		if (w->o->rate)
			w->due_at = calloc(NR_SAMPLES, sizeof(*w->due_at));
		return w->samples && w->taken_at && (w->due_at || !w->o->rate) ?
			       0 :
			       err_set(&w->ctx->err, EXIT_FAILED, "out of memory");
	}
	ret = w->ctx->b->buf_create(w->session, &c);
	if (ret)
		return err_set(&w->ctx->err, EXIT_UNAVAILABLE, "no memory for the stamps: %s%s",
			       strerror(-ret),
			       ret == -ENOMEM ? " (or RLIMIT_MEMLOCK: ulimit -l)" : "");
	w->sample_buf = c.buffer;
	w->samples_mapped = (size_t)c.mapped;
	w->samples = w->ctx->b->buf_map(w->session, c.offset, w->samples_mapped);
	if (!w->samples)
		return err_set(&w->ctx->err, EXIT_FAILED, "the stamps could not be mapped: %s",
			       strerror(errno));
	return 0;
}

int worker_open(struct worker *w)
{
	struct dmactl_info info;
	int ret;

	w->sample_buf = DMACTL_NONE;
	w->session = module_session(w->ctx, &info);
	if (w->session < 0)
		return -1;
	w->claim.operations = 1ULL << w->o->opcode;
	ret = chan_claim(w->ctx, w->session, &w->ch, &w->claim);
	ret = ret ? claim_failed(w, ret) : make_samples(w);
	if (ret)
		worker_close(w);
	return ret;
}

void worker_close(struct worker *w)
{
	if (w->session < 0)
		return;
	if (w->o->submit)
		free(w->samples);
	else if (w->samples)
		w->ctx->b->buf_unmap(w->samples, w->samples_mapped);
	free(w->taken_at);
	free(w->due_at);
	endpoint_close(w);
	/* Closing the session releases the channel and all buffers. */
	w->ctx->b->close(w->session);
	w->samples = NULL;
	w->taken_at = NULL;
	w->due_at = NULL;
	w->session = -1;
}
