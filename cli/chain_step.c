// SPDX-License-Identifier: GPL-2.0
/* From a statement to what the module takes. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "chain_run.h"
#include "gf.h"
#include "opts.h"
#include "quirk.h"

static struct dmactl_operand operand(const struct chain_run *r, const struct chain_span *s)
{
	return (struct dmactl_operand){ .buffer = r->buf[s->buf].id, .offset = s->from };
}

/* Sources of xor and pq, the one segment of a slave operation. */
static void vector(const struct chain_run *r, struct run_step *step)
{
	const struct chain_args *a = &r->args;
	bool slave = step->op.opcode == DMACTL_OP_SLAVE_SG;
	uint32_t n = slave ? 1 : a->nr_src;

	for (uint32_t i = 0; i < n; i++) {
		const struct chain_span *s = slave && !step->stmt->op.send ? &a->dst : &a->src[i];

		step->vec[i] = (struct dmactl_vec){
			.buffer = r->buf[s->buf].id,
			.coef = step->op.opcode == DMACTL_OP_PQ ? gf_coef(i) : 0,
			.offset = s->from,
			.len = slave ? s->len : 0,
		};
	}
	step->op.vec = (uintptr_t)step->vec;
	step->op.nr_vec = n;
}

static void fill_in(const struct chain_run *r, struct run_step *step)
{
	const struct chain_op *o = &step->stmt->op;
	const struct chain_args *a = &r->args;
	struct dmactl_op *op = &step->op;

	op->opcode = o->opcode;
	op->channel = step->chan->claim.channel;
	op->user_data = step->nr;
	op->len = a->len;
	op->value = a->value;
	if (o->opcode == DMACTL_OP_SLAVE_SG)
		op->direction = o->send ? 1 : 2; /* DMA_MEM_TO_DEV, DMA_DEV_TO_MEM */
	else if (a->dst.buf != CHAIN_NONE)
		op->dst = operand(r, &a->dst);
	if (a->dst2.buf != CHAIN_NONE)
		op->dst2 = operand(r, &a->dst2);
	if (o->opcode == DMACTL_OP_MEMCPY || o->opcode == DMACTL_OP_INTERLEAVED)
		op->src = operand(r, &a->src[0]);
	else if (a->nr_src || o->opcode == DMACTL_OP_SLAVE_SG)
		vector(r, step);
	if (o->opcode == DMACTL_OP_PQ) {
		op->flags |= a->dst.buf == CHAIN_NONE ? DMACTL_OP_F_NO_P : 0;
		op->flags |= a->dst2.buf == CHAIN_NONE ? DMACTL_OP_F_NO_Q : 0;
	}
	if (o->opcode == DMACTL_OP_INTERLEAVED) {
		step->rows = a->rows;
		op->template = (uintptr_t)&step->rows;
	}
}

static int config_failed(struct chain_run *r, const struct run_chan *ch, const struct chain_stmt *s,
			 int ret)
{
	const char *name = ch->claim.name;
	struct err *e = &r->failure;

	switch (ret) {
	case -EINVAL:
		return chain_fail(r, e, EXIT_UNAVAILABLE, s->pos,
				  "%s does not do a width of %u "
				  "bytes with bursts of %u (dmactl info %s lists them)",
				  name, ch->config.dst_width | ch->config.src_width,
				  ch->config.dst_burst | ch->config.src_burst, name);
	case -EPERM:
		return chain_fail(r, e, EXIT_UNAVAILABLE, s->pos,
				  "this endpoint is not allowed on %s: it may drive some live "
				  "peripheral, or sees memory at other addresses than the CPU does "
				  "(see EP in dmactl-chain(5))",
				  name);
	case -EOPNOTSUPP:
		return chain_fail(r, e, EXIT_UNAVAILABLE, s->pos,
				  "%s has no endpoint %s: dmactl-chain(5) says which there are",
				  name, endpoint_name(s->op.ep.kind));
	default:
		return chain_fail(r, e, EXIT_FAILED, s->pos,
				  "%s could not be told of its endpoint: %s", name, strerror(-ret));
	}
}

/* The widest access up to 4 bytes that both the channel and the length allow. */
static uint32_t width_of(const struct run_chan *ch, bool send, uint64_t len)
{
	uint32_t can = send ? ch->ch.dst_widths : ch->ch.src_widths;

	for (uint32_t width = 4; width > 1; width /= 2)
		if (len % width == 0 && (!can || can & (1U << width)) &&
		    (!ch->ch.line[0] || width <= ch->ch.line_width))
			return width;
	return 1;
}

/* The peripheral's side. A channel has to be idle when it changes. */
static int configure(struct chain_run *r, struct chain_walk *w, const struct chain_stmt *s,
		     struct run_chan *ch)
{
	const struct chain_endpoint *ep = &s->op.ep;
	/* That of a line is the module's to fill in. */
	uint64_t width = ep->kind == DMACTL_EP_LINE ? 0 : width_of(ch, s->op.send, r->args.len),
		 burst = 0;
	struct dmactl_config c = {
		.channel = ch->claim.channel,
		.endpoint = ep->kind,
		.flags = quirk_config(ch->ch.driver, ep->kind),
		.address = ep->address,
	};
	int ret;

	if (ep->kind == DMACTL_EP_BUFFER)
		c.buffer = r->buf[ep->buf].id;
	if ((ep->width && chain_number(ep->width, w->loops, "the width", 1, 64, &width, w->e)) ||
	    (ep->burst && chain_number(ep->burst, w->loops, "the burst", 1, 1 << 16, &burst, w->e)))
		return chain_bad_round(w, s);
	if (ep->kind != DMACTL_EP_SINK) {
		c.src_width = (uint32_t)width;
		c.src_burst = (uint32_t)burst;
	}
	if (ep->kind != DMACTL_EP_SOURCE) {
		c.dst_width = (uint32_t)width;
		c.dst_burst = (uint32_t)burst;
	}
	/* The one in force has what the backend filled in; compare what was asked for. */
	c.size = ch->config.size;
	if (ch->configured && !memcmp(&c, &ch->config, sizeof(c)))
		return 0;
	if (chain_queue_drain(r))
		return -1;
	ch->config = c;
	ret = r->ctx->b->config(r->session, &ch->config);
	ch->configured = !ret;
	if (!ret)
		return 0;
	config_failed(r, ch, s, ret);
	r->over = true;
	return 1;
}

struct run_step *chain_step(struct chain_run *r, struct chain_walk *w, const struct chain_stmt *s,
			    unsigned int nr_dep)
{
	struct run_chan *ch = &r->chan[s->op.chan == CHAIN_NONE ? r->c->nr_chan : s->op.chan];
	uint32_t nr_vec = s->op.nr_src ? s->op.nr_src : 1;
	struct run_step *step;
	size_t size = sizeof(*step) + nr_vec * sizeof(struct dmactl_vec);

	if (s->op.opcode == DMACTL_OP_SLAVE_SG && configure(r, w, s, ch))
		return NULL;
	step = calloc(1, size + nr_dep * sizeof(*step->dep));
	if (!step) {
		err_set(&r->failure, EXIT_FAILED, "out of memory");
		r->over = true;
		return NULL;
	}
	step->dep = (struct run_dep *)((char *)step + size);
	step->nr = w->nr_ops;
	step->stmt = s;
	step->chan = ch;
	memcpy(step->loops, w->loops, sizeof(step->loops));
	fill_in(r, step);
	return step;
}

/* How often an operation uses a buffer. */
static uint32_t uses(const struct run_step *step, unsigned int buf)
{
	const struct chain_op *o = &step->stmt->op;
	uint32_t n = 0;

	n += o->dst.name.text && o->dst.buf == buf;
	n += o->dst2.name.text && o->dst2.buf == buf;
	n += o->ep.buffer.text && o->ep.buf == buf;
	for (unsigned int i = 0; i < o->nr_src; i++)
		n += o->src[i].buf == buf;
	return n;
}

void chain_step_uses(struct chain_run *r, const struct run_step *step, int more)
{
	const struct chain_op *o = &step->stmt->op;
	unsigned int device = step->chan->device;

	if (o->dst.name.text)
		r->buf[o->dst.buf].out[device] += (uint32_t)more;
	if (o->dst2.name.text)
		r->buf[o->dst2.buf].out[device] += (uint32_t)more;
	if (o->ep.buffer.text)
		r->buf[o->ep.buf].out[device] += (uint32_t)more;
	for (unsigned int i = 0; i < o->nr_src; i++)
		r->buf[o->src[i].buf].out[device] += (uint32_t)more;
}

/* Whether another device still has the buffer, for operations that this one does not wait for. */
static bool foreign(struct chain_run *r, const struct run_step *step, unsigned int buf)
{
	uint32_t others = 0;
	bool failed;

	for (unsigned int i = 0; i < r->nr_chan; i++)
		others += i == step->chan->device ? 0 : r->buf[buf].out[i];
	for (uint32_t i = 0; others && i < step->nr_dep; i++) {
		const struct run_step *p = chain_queue_find(r, step->dep[i].producer, &failed);

		if (p && step->dep[i].how == DMACTL_DEP_HOLD &&
		    p->chan->device != step->chan->device)
			others -= uses(p, buf);
	}
	return others;
}

/*
 * A buffer belongs to one device at a time. The module moves it when an operation that was held is
 * submitted, which only works when nothing else on the other device uses it then.
 */
bool chain_step_foreign(struct chain_run *r, const struct run_step *step)
{
	const struct chain_op *o = &step->stmt->op;
	bool any = false;

	any |= o->dst.name.text && foreign(r, step, o->dst.buf);
	any |= o->dst2.name.text && foreign(r, step, o->dst2.buf);
	any |= o->ep.buffer.text && foreign(r, step, o->ep.buf);
	for (unsigned int i = 0; i < o->nr_src && !any; i++)
		any = foreign(r, step, o->src[i].buf);
	return any;
}
