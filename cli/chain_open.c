// SPDX-License-Identifier: GPL-2.0
/* What a chain needs: its channels, buffers and files, before anything is moved. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain_run.h"

int chain_fail(const struct chain_run *r, struct err *e, int exit, struct chain_pos pos,
	       const char *fmt, ...)
{
	char where[256];
	va_list ap;
	int ret;

	snprintf(where, sizeof(where), "%.180s:%u:%u", r->o->file, pos.line, pos.column);
	va_start(ap, fmt);
	ret = verr_set(e, exit, where, fmt, ap);
	va_end(ap);
	return ret;
}

static struct run_chan *chan_of(struct chain_run *r, const struct chain_stmt *s)
{
	return &r->chan[s->op.chan == CHAIN_NONE ? r->c->nr_chan : s->op.chan];
}

/* Which operations each channel has to do; whether the module can. */
static int needs(struct chain_run *r)
{
	struct err *e = &r->ctx->err;
	uint64_t deps = 0;

	for (unsigned int i = 0; i < r->c->nr_stmt; i++) {
		const struct chain_stmt *s = r->c->stmt[i];
		struct run_chan *ch;

		deps |= s->kind == CHAIN_FENCE || (s->kind == CHAIN_OP && s->op.nr_after) ?
				DMACTL_FEAT_DEPS :
				0;
		if (deps & ~r->info.features)
			return chain_fail(
				r, e, EXIT_UNAVAILABLE, s->pos,
				"%s: the loaded module keeps no order between operations: "
				"a newer one does, and wait needs none",
				s->kind == CHAIN_FENCE ? "fence" : "after");
		if (s->kind != CHAIN_OP)
			continue;
		ch = chan_of(r, s);
		ch->used = true;
		ch->operations |= 1ULL << s->op.opcode;
		if (!(r->info.operations & (1ULL << s->op.opcode)) ||
		    (s->op.ep.kind && !(r->info.features & DMACTL_FEAT_CONFIG)))
			return chain_fail(r, e, EXIT_UNAVAILABLE, s->pos,
					  "the loaded module cannot do %s: a newer one may",
					  chain_kind_name(s));
	}
	for (unsigned int i = 0; i < r->c->nr_chan; i++)
		r->chan[i].used = true;
	return 0;
}

static int claim_failed(struct chain_run *r, const struct run_chan *ch, int ret)
{
	if (ret == -EMFILE)
		return err_set(&r->ctx->err, EXIT_UNAVAILABLE,
			       "%s is one more: a session may have at most %u channels, so fewer "
			       "chan",
			       ch->ch.stable, r->info.max_channels);
	return chan_claim_failed(ch->ch.stable, ret, &r->ctx->err);
}

/* Two names for one channel are a mistake in the text, not a channel in use. */
static int twice(struct chain_run *r, const struct run_chan *ch, const struct chan_table *t)
{
	const struct chain_stmt *s = ch->stmt;
	const struct channel *c;
	struct err ignored = r->ctx->err;

	c = s && !strpbrk(s->chan.spec, "*?[") ? chan_find(r->ctx, t, s->chan.spec) : NULL;
	r->ctx->err = ignored;
	for (const struct run_chan *o = r->chan; c && o < ch; o++)
		if (o->used && !strcmp(o->ch.stable, c->stable))
			return chain_fail(r, &r->ctx->err, EXIT_USAGE, s->pos,
					  "%s is %s, which is %s of line %u already",
					  s->chan.name.text, c->stable, o->stmt->chan.name.text,
					  o->stmt->pos.line);
	return 0;
}

static int claim(struct chain_run *r, struct run_chan *ch)
{
	const char *spec = ch->stmt ? ch->stmt->chan.spec : r->o->channel;
	struct ctx *ctx = r->ctx;
	struct chan_table t;
	struct err e;
	int ret;

	/* Anew each time, so that `any' does not find what was claimed here a moment ago. */
	if (chan_table_load(ctx, &t))
		return -1;
	ret = twice(r, ch, &t) ? -1 : chan_pick(ctx, &t, spec, ch->operations, &ch->ch);
	chan_table_free(&t);
	if (!ret) {
		ch->claim.operations = ch->operations;
		ret = chan_claim(ctx, r->session, &ch->ch, &ch->claim);
		ret = ret ? claim_failed(r, ch, ret) : 0;
	}
	if (ret && ch->stmt && ctx->err.exit != EXIT_USAGE) {
		e = ctx->err;
		return chain_fail(r, &ctx->err, e.exit, ch->stmt->pos, "%s", e.text);
	}
	if (ret)
		return -1;
	trust_of(ctx->b, &ch->ch, &ch->trust);
	while (strcmp(r->chan[ch->device].ch.device, ch->ch.device))
		ch->device++;
	return 0;
}

/* Limits of the channel that the text alone does not tell. */
static int limits(struct chain_run *r, const struct chain_stmt *s)
{
	const struct run_chan *ch = chan_of(r, s);
	uint32_t most = r->info.max_vec ? r->info.max_vec : 1;

	if (s->op.opcode == DMACTL_OP_XOR && ch->claim.max_xor)
		most = ch->claim.max_xor;
	if (s->op.opcode == DMACTL_OP_PQ && ch->claim.max_pq)
		most = ch->claim.max_pq;
	if (s->op.nr_src <= most)
		return 0;
	return chain_fail(r, &r->ctx->err, EXIT_UNAVAILABLE, s->pos,
			  "%u sources, but one %s of %s takes at most %u", s->op.nr_src,
			  chain_kind_name(s), ch->claim.name, most);
}

struct user {
	struct run_chan *chan;		/* the first that uses a buffer */
	const struct chain_stmt *other;	/* the first on another device */
};

static void use(struct user *u, struct run_chan *ch, const struct chain_stmt *s)
{
	if (!u->chan)
		u->chan = ch;
	else if (u->chan->device != ch->device && !u->other)
		u->other = s;
}

static void users(struct chain_run *r, struct user *u)
{
	for (unsigned int i = 0; i < r->c->nr_stmt; i++) {
		const struct chain_stmt *s = r->c->stmt[i];
		const struct chain_op *o = &s->op;

		if (s->kind != CHAIN_OP)
			continue;
		if (o->dst.name.text)
			use(&u[o->dst.buf], chan_of(r, s), s);
		if (o->dst2.name.text)
			use(&u[o->dst2.buf], chan_of(r, s), s);
		if (o->ep.buffer.text)
			use(&u[o->ep.buf], chan_of(r, s), s);
		for (unsigned int k = 0; k < o->nr_src; k++)
			use(&u[o->src[k].buf], chan_of(r, s), s);
	}
}

static int buf_failed(struct chain_run *r, const struct chain_stmt *s, int ret)
{
	struct err *e = &r->ctx->err;

	switch (ret) {
	case -ENOMEM:
		return chain_fail(r, e, EXIT_UNAVAILABLE, s->pos,
				  "no memory for a buffer of %" PRIu64
				  " bytes, or RLIMIT_MEMLOCK is used up (ulimit -l)",
				  s->buf.bytes);
	case -EDQUOT:
		return chain_fail(r, e, EXIT_UNAVAILABLE, s->pos,
				  "%" PRIu64
				  " bytes more: a session may have %llu bytes of buffers, "
				  "so smaller ones, or fewer",
				  s->buf.bytes, r->info.max_session);
	case -EMFILE:
		return chain_fail(r, e, EXIT_UNAVAILABLE, s->pos,
				  "%s is one more: a session may have %u buffers, so one buffer of "
				  "several places",
				  s->buf.name.text, r->info.max_buffers);
	case -EINVAL:
		return chain_fail(r, e, EXIT_UNAVAILABLE, s->pos,
				  "the module refuses a buffer of %" PRIu64
				  " bytes: it takes at most %llu",
				  s->buf.bytes, r->info.max_buffer);
	default:
		return chain_fail(r, e, EXIT_UNAVAILABLE, s->pos,
				  "a buffer of %" PRIu64 " bytes: %s", s->buf.bytes,
				  strerror(-ret));
	}
}

static int make_buf(struct chain_run *r, unsigned int i, const struct user *u)
{
	const struct chain_stmt *s = r->c->buf[i];
	struct run_buf *b = &r->buf[i];
	struct dmactl_buf_create c = {
		.kind = s->buf.coherent && u->chan ? DMACTL_BUF_COHERENT : DMACTL_BUF_PAGES,
		.channel = u->chan ? u->chan->claim.channel : DMACTL_NONE,
		.node = DMACTL_NONE,
		.bytes = s->buf.bytes,
	};
	int ret;

	if (s->buf.coherent && u->other)
		return chain_fail(r, &r->ctx->err, EXIT_USAGE, s->pos,
				  "%s is coherent, that is, of "
				  "one device, but line %u uses it on another one (%s)",
				  s->buf.name.text, u->other->pos.line,
				  chan_of(r, u->other)->claim.name);
	b->out = calloc(r->nr_chan, sizeof(*b->out));
	if (!b->out)
		return err_set(&r->ctx->err, EXIT_FAILED, "out of memory");
	ret = r->ctx->b->buf_create(r->session, &c);
	if (ret)
		return buf_failed(r, s, ret);
	b->id = c.buffer;
	b->mapped = (size_t)c.mapped;
	b->p = r->ctx->b->buf_map(r->session, c.offset, b->mapped);
	if (!b->p)
		return chain_fail(r, &r->ctx->err, EXIT_FAILED, s->pos,
				  "%s: the buffer could not be mapped: %s", s->buf.name.text,
				  strerror(errno));
	return 0;
}

static int make_bufs(struct chain_run *r)
{
	struct user *u = calloc(r->c->nr_buf + 1UL, sizeof(*u));
	int ret = u ? 0 : err_set(&r->ctx->err, EXIT_FAILED, "out of memory");

	if (u)
		users(r, u);
	for (unsigned int i = 0; i < r->c->nr_buf && !ret; i++)
		ret = make_buf(r, i, &u[i]);
	free(u);
	return ret;
}

static int make_room(struct chain_run *r)
{
	const struct chain *c = r->c;

	r->nr_chan = c->nr_chan + 1;
	r->chan = calloc(r->nr_chan, sizeof(*r->chan));
	r->buf = calloc(c->nr_buf + 1UL, sizeof(*r->buf));
	r->stmt = calloc(c->nr_stmt + 1UL, sizeof(*r->stmt));
	if (!r->chan || !r->buf || !r->stmt)
		return err_set(&r->ctx->err, EXIT_FAILED, "out of memory");
	for (unsigned int i = 0; i < c->nr_chan; i++)
		r->chan[i].stmt = c->chan[i];
	return 0;
}

int chain_open(struct chain_run *r)
{
	r->session = -1;
	r->first = 1;
	r->next = 1;
	r->unsent = 1;
	if (make_room(r) || chain_files(r) || module_ensure(r->ctx))
		return -1;
	r->session = module_session(r->ctx, &r->info);
	if (r->session < 0 || needs(r))
		return -1;
	r->ops = calloc(r->info.max_ops, sizeof(*r->ops));
	if (!r->ops)
		return err_set(&r->ctx->err, EXIT_FAILED, "out of memory");
	for (unsigned int i = 0; i < r->nr_chan; i++)
		if (r->chan[i].used && claim(r, &r->chan[i]))
			return -1;
	for (unsigned int i = 0; i < r->c->nr_stmt; i++)
		if (r->c->stmt[i]->kind == CHAIN_OP && limits(r, r->c->stmt[i]))
			return -1;
	return make_bufs(r);
}

void chain_close(struct chain_run *r)
{
	chain_queue_lose(r);
	for (unsigned int i = 0; r->buf && i < r->c->nr_buf; i++) {
		if (r->buf[i].p)
			r->ctx->b->buf_unmap(r->buf[i].p, r->buf[i].mapped);
		free(r->buf[i].out);
	}
	/* Closing the session releases the channels and all buffers. */
	if (r->session >= 0)
		r->ctx->b->close(r->session);
	for (unsigned int i = 0; r->stmt && i < r->c->nr_stmt; i++)
		vec_free(&r->stmt[i].edges);
	free(r->chan);
	free(r->buf);
	free(r->stmt);
	free(r->ops);
	free(r->deps);
}
