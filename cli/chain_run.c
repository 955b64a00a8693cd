// SPDX-License-Identifier: GPL-2.0
/* A chain from its first statement to its last: what is done for each, and how order is kept. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "chain_run.h"
#include "stop.h"

const char *const chain_how_names[NR_HOW] = { "hardware", "in-order", "emulated", "none" };

static struct run_chan *chan_of(struct chain_run *r, const struct chain_stmt *s)
{
	return &r->chan[s->op.chan == CHAIN_NONE ? r->c->nr_chan : s->op.chan];
}

static bool ended(const struct chain_run *r)
{
	return r->over || stop_asked;
}

static void note(struct chain_run *r, const struct chain_stmt *s, const struct chain_dep *dep,
		 enum chain_how how)
{
	struct vec *v = &r->stmt[s->index].edges;
	struct run_edge *e = v->v;

	for (size_t i = 0; i < v->n; i++, e++) {
		if (e->producer != dep->stmt || e->fence != dep->fence || e->prev != dep->prev)
			continue;
		e->count[how]++;
		return;
	}
	e = vec_add(v, sizeof(*e));
	if (!e)
		return;
	*e = (struct run_edge){ .producer = dep->stmt, .fence = dep->fence, .prev = dep->prev };
	e->count[how]++;
}

/*
 * Hardware and in-order mean that the channel is given both at once. It cannot keep the order of
 * what it does not have yet, so one that follows an operation that is held is held as well.
 */
static enum chain_how how_of(const struct run_chan *ch, const struct chain_dep *dep,
			     const struct run_step *producer)
{
	if (!dep->fence)
		return HOW_EMULATED;
	if (dep->order == ORDER_NONE)
		return HOW_NONE;
	return producer && producer->held ? HOW_EMULATED : ch->fence;
}

static void depend(struct chain_run *r, struct run_step *step, const struct chain_dep *dep,
		   unsigned int nr_dep)
{
	bool failed;

	for (unsigned int i = 0; i < nr_dep; i++) {
		struct run_step *p = chain_queue_find(r, dep[i].producer, &failed);
		enum chain_how how = how_of(step->chan, &dep[i], p);
		uint32_t k;

		/* What was waited for leaves a fence nothing to order, but a failure to pass on. */
		if (!dep[i].fence || dep[i].producer > r->waited || (failed && how != HOW_NONE))
			note(r, step->stmt, &dep[i], how);
		if (how == HOW_NONE || (!p && !failed))
			continue;
		for (k = 0; k < step->nr_dep && step->dep[k].producer != dep[i].producer; k++)
			;
		step->dep[k].producer = dep[i].producer;
		if (k == step->nr_dep) {
			step->nr_dep++;
			step->dep[k].how = DMACTL_DEP_RELY;
		}
		if (how == HOW_EMULATED) {
			step->dep[k].how = DMACTL_DEP_HOLD;
			step->held |= !!p;
		}
	}
}

static int on_op(struct chain_walk *w, const struct chain_stmt *s, const struct chain_dep *dep,
		 unsigned int nr_dep)
{
	struct chain_run *r = w->arg;
	struct run_step *step;

	if (ended(r))
		return 1;
	if (chain_args(r->c, s, w->loops, &r->args, w->e))
		return chain_bad_round(w, s);
	step = chain_step(r, w, s, nr_dep);
	if (!step)
		return r->over ? 1 : -1;
	depend(r, step, dep, nr_dep);
	if (chain_step_foreign(r, step) && chain_queue_drain(r)) {
		free(step);
		return 1;
	}
	if (chain_queue_add(r, step))
		return 1;
	/* The last one is kept back: a fence may follow, and make it a producer. */
	if (r->next - r->unsent > r->info.max_ops && chain_queue_submit(r, 1))
		return 1;
	return ended(r);
}

static int on_fence(struct chain_walk *w, const struct chain_stmt *s, const struct chain_dep *dep)
{
	struct chain_run *r = w->arg;
	struct run_chan *ch = chan_of(r, dep->stmt);
	struct run_step *p;
	bool failed;

	r->stmt[s->index].runs++;
	if (s->order == ORDER_NONE)
		return 0;
	p = chain_queue_find(r, dep->producer, &failed);
	ch->fence = HOW_EMULATED;
	if (s->order == ORDER_HARDWARE)
		ch->fence = HOW_HARDWARE;
	else if (s->order == ORDER_AUTO && ch->trust.in_order)
		ch->fence = HOW_IN_ORDER;
	else if (s->order == ORDER_AUTO && ch->trust.fence)
		ch->fence = HOW_HARDWARE;
	if (ch->fence != HOW_HARDWARE)
		return 0;
	/* It has been waited for, and too late for a flag: that is an order as good as any. */
	if (!p || p->submitted)
		ch->fence = HOW_EMULATED;
	else
		p->op.flags |= DMACTL_OP_F_FENCE;
	return 0;
}

static int wait_all(struct chain_run *r)
{
	if (chain_queue_drain(r))
		return 1;
	r->waited = r->next - 1;
	return 0;
}

static int on_data(struct chain_walk *w, const struct chain_stmt *s)
{
	struct chain_run *r = w->arg;
	int ret = 0;

	if (chain_check_args(r->c, s, w->loops, &r->args, w->e))
		return chain_bad_round(w, s);
	if (wait_all(r))
		return 1;
	r->stmt[s->index].runs++;
	if (s->kind == CHAIN_FILL)
		ret = chain_cpu_fill(r, &s->move.data, w->loops, &r->args.dst,
				     (uint8_t)r->args.number);
	else if (s->kind == CHAIN_SAVE)
		ret = chain_cpu_save(r, s, w->loops, &r->args.dst);
	else
		ret = chain_cpu_check(r, w, s);
	r->stmt[s->index].failed += ret && (s->kind == CHAIN_FILL || s->kind == CHAIN_SAVE);
	return ret ? 1 : ended(r);
}

static int on_other(struct chain_walk *w, const struct chain_stmt *s)
{
	struct chain_run *r = w->arg;

	switch (s->kind) {
	case CHAIN_FILL:
	case CHAIN_SAVE:
	case CHAIN_EXPECT:
	case CHAIN_TALLY:
		return ended(r) ? 1 : on_data(w, s);
	case CHAIN_WAIT:
		if (wait_all(r))
			return 1;
		break;
	default:
		break;
	}
	r->stmt[s->index].runs++;
	return ended(r);
}

/* What the declarations say, before the first statement is carried out. */
static int first_data(struct chain_run *r)
{
	static const int64_t no_loops[CHAIN_LOOPS];
	struct chain_error ignored;
	uint64_t byte = 0;

	for (unsigned int i = 0; i < r->c->nr_buf; i++) {
		const struct chain_buf *b = &r->c->buf[i]->buf;
		struct chain_span all = { i, 0, b->bytes };

		if (b->data.fill == FILL_NOTHING)
			continue;
		if (b->data.byte)
			chain_number(b->data.byte, no_loops, "", 0, 255, &byte, &ignored);
		if (chain_cpu_fill(r, &b->data, no_loops, &all, (uint8_t)byte))
			return -1;
	}
	return 0;
}

int chain_execute(struct chain_run *r)
{
	struct chain_error e;
	struct chain_walk walk = {
		.c = r->c,
		.arg = r,
		.op = on_op,
		.fence = on_fence,
		.other = on_other,
		.e = &e,
	};
	int ret = first_data(r) ? 1 : chain_walk(&walk);

	if (ret < 0) {
		/* A place that only this round shows to be none. */
		chain_fail(r, &r->failure, EXIT_USAGE, e.pos, "%s", e.text);
		r->over = true;
	}
	chain_queue_drain(r);
	chain_queue_lose(r);
	return 0;
}

int chain_exit(const struct chain_run *r)
{
	int exit = r->failure.exit;

	/* 77 says that nothing was transferred. */
	if (exit == EXIT_UNAVAILABLE && r->begin)
		exit = EXIT_FAILED;
	if (r->wrong)
		exit = exit_worst(exit, EXIT_FAILED);
	if (stop_asked && exit != EXIT_FAILED)
		exit = EXIT_INTERRUPTED;
	return exit;
}
