// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on their way: submitted in calls as large as the module takes, by their place in the
 * call or by their sequence number where one depends on another, and reaped.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain_run.h"
#include "stop.h"

#define COMPLETIONS	256
/* Past the module's own deadline, after which it must have answered. */
#define GRACE_NS	10000000000ULL

static struct run_step failed_mark;
#define FAILED	(&failed_mark)

static int broken(struct chain_run *r, const char *what)
{
	err_set(&r->failure, EXIT_FAILED, "%s", what);
	r->over = true;
	return -1;
}

int chain_queue_add(struct chain_run *r, struct run_step *step)
{
	struct run_step **bigger;
	size_t room = r->room ? 2 * r->room : 1024;

	if (r->next - r->first == r->room) {
		bigger = reallocarray(r->step, room, sizeof(struct run_step *));
		if (!bigger) {
			free(step);
			return broken(r, "out of memory");
		}
		r->step = bigger;
		r->room = room;
	}
	r->step[r->next++ - r->first] = step;
	chain_step_uses(r, step, 1);
	return 0;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

struct run_step *chain_queue_find(struct chain_run *r, uint64_t nr, bool *failed)
{
	struct run_step *step = nr < r->first ? NULL : r->step[nr - r->first];

	*failed = step == FAILED;
	if (nr < r->first && r->failed.n)
		*failed = bsearch(&nr, r->failed.v, r->failed.n, sizeof(nr), by_number);
	return step == FAILED ? NULL : step;
}

/* What is settled at the front goes, seldom and in large pieces; that one failed is kept. */
static void forget(struct chain_run *r)
{
	uint64_t n = 0, all = r->next - r->first, *v;

	while (n < all && (!r->step[n] || r->step[n] == FAILED))
		n++;
	if (!n || (n < all && n < r->room / 2))
		return;
	for (uint64_t i = 0; i < n; i++) {
		if (!r->step[i])
			continue;
		v = vec_add(&r->failed, sizeof(*v));
		if (!v)
			return;
		*v = r->first + i;
	}
	memmove(r->step, r->step + n, (all - n) * sizeof(*r->step));
	r->first += n;
	if (r->unsent < r->first)
		r->unsent = r->first;
}

static void say(struct chain_run *r, const struct run_step *step, const char *what)
{
	char rounds[80];

	if (r->failure.exit)
		return;
	chain_fail(r, &r->failure, EXIT_FAILED, step->stmt->pos, "%s %s on %s%s",
		   chain_kind_name(step->stmt), what, step->chan->claim.name,
		   chain_rounds(step->loops, step->stmt, rounds, sizeof(rounds)));
}

static void count(struct chain_run *r, const struct run_step *step, uint32_t how)
{
	struct run_stmt *st = &r->stmt[step->stmt->index];

	switch (how) {
	case DMACTL_RES_OK:
		st->ok++;
		st->bytes += step->op.len;
		return;
	case DMACTL_RES_ABORTED:
		st->aborted++;
		say(r, step, "was aborted");
		return;
	case DMACTL_RES_TIMED_OUT:
		st->timed_out++;
		return;
	case DMACTL_RES_INPUT_FAILED:
		st->input_failed++; /* what failed has been told */
		return;
	default:
		st->failed++;
		say(r, step,
		    how == DMACTL_RES_READ_FAILED  ? "failed to read" :
		    how == DMACTL_RES_WRITE_FAILED ? "failed to write" :
						     "failed");
	}
}

void chain_queue_end(struct chain_run *r, struct run_step *step, uint32_t how)
{
	chain_step_uses(r, step, -1);
	count(r, step, how);
	r->step[step->nr - r->first] = how == DMACTL_RES_OK ? NULL : FAILED;
	free(step);
}

/*
 * What an operation depends on, as of now. False: a producer that was held for has failed, so that
 * the operation must not run. The module knows only what has not been reaped.
 */
static bool resolve(struct chain_run *r, struct run_step *step)
{
	struct run_step *p;
	uint32_t n = 0;
	bool failed;

	for (uint32_t i = 0; i < step->nr_dep; i++) {
		p = chain_queue_find(r, step->dep[i].producer, &failed);
		if (p)
			step->dep[n++] = step->dep[i];
		else if (failed && step->dep[i].how == DMACTL_DEP_HOLD)
			return false;
		else if (failed)
			step->tainted = true;
	}
	step->nr_dep = n;
	return true;
}

static void encode(struct chain_run *r, const struct run_step *step, struct dmactl_op *op,
		   struct dmactl_dep *dep)
{
	bool failed;

	*op = step->op;
	op->nr_deps = step->nr_dep;
	op->deps = step->nr_dep ? (uintptr_t)dep : 0;
	for (uint32_t i = 0; i < step->nr_dep; i++) {
		const struct run_step *p = chain_queue_find(r, step->dep[i].producer, &failed);

		dep[i] = (struct dmactl_dep){
			.seq = p->submitted ? p->seq : p->index,
			.how = step->dep[i].how,
			.relative = !p->submitted,
		};
	}
}

static int deps_room(struct chain_run *r, size_t n)
{
	struct dmactl_dep *bigger;

	if (n <= r->nr_deps)
		return 0;
	n += n / 2 + 64;
	bigger = reallocarray(r->deps, n, sizeof(*bigger));
	if (!bigger)
		return broken(r, "out of memory");
	r->deps = bigger;
	r->nr_deps = n;
	return 0;
}

/* Fills r->ops with what comes next, up to number @end; their number, or -1. */
static int gather(struct chain_run *r, uint64_t end)
{
	uint64_t nr;
	size_t deps = 0, at = 0;
	uint32_t n = 0;
	struct run_step *step;

	for (nr = r->unsent; nr < end && n < r->info.max_ops; nr++) {
		step = r->step[nr - r->first];
		if (step == FAILED)
			continue;
		if (!resolve(r, step)) {
			r->stmt[step->stmt->index].runs++;
			chain_queue_end(r, step, DMACTL_RES_ABORTED);
			continue;
		}
		if (step->nr_dep > r->info.max_vec)
			break;	/* some have to be complete before */
		step->index = n++;
		deps += step->nr_dep;
	}
	if (deps_room(r, deps))
		return -1;
	for (n = 0; r->unsent + n < nr && r->step[r->unsent + n - r->first] == FAILED; n++)
		;
	r->unsent += n;
	n = 0;
	for (uint64_t i = r->unsent; i < nr; i++) {
		step = r->step[i - r->first];
		if (step == FAILED)
			continue;
		encode(r, step, &r->ops[n++], r->deps + at);
		at += step->nr_dep;
	}
	return (int)n;
}

/* The first @n that are not sent are with the module from here on. */
static void sent(struct chain_run *r, uint32_t n, uint64_t seq)
{
	struct run_step *step;

	for (uint32_t i = 0; i < n; r->unsent++) {
		step = r->step[r->unsent - r->first];
		if (step == FAILED)
			continue;
		step->submitted = true;
		step->seq = seq + i++;
		r->in_flight++;
		r->stmt[step->stmt->index].runs++;
	}
}

static const struct run_step *nth_unsent(const struct chain_run *r, uint32_t n)
{
	for (uint64_t nr = r->unsent; nr < r->next; nr++)
		if (r->step[nr - r->first] != FAILED && !n--)
			return r->step[nr - r->first];
	return NULL;
}

/* One call: how many operations the module took, or -1. */
static int submit(struct chain_run *r, uint32_t n)
{
	struct dmactl_submit s = {
		.ops = (uintptr_t)r->ops,
		.nr_ops = n,
		.timeout_ns = r->o->timeout_ns,
	};
	int ret = r->ctx->b->submit(r->session, &s);

	if (ret == -EBUSY && s.why == DMACTL_WHY_MAPPED && s.bad_op) {
		/* Its buffer is on its way to another device, by what is before it in the call. */
		s.nr_ops = s.bad_op;
		ret = r->ctx->b->submit(r->session, &s);
	}
	if (ret == -EINTR || ret == -EAGAIN ||
	    (ret == -EBUSY && s.why == DMACTL_WHY_MAPPED && r->in_flight))
		return 0;
	if (ret) {
		chain_refused(r, nth_unsent(r, s.bad_op < n ? s.bad_op : 0), ret, s.why);
		r->over = true;
		return -1;
	}
	sent(r, s.submitted, s.first_seq);
	return (int)s.submitted;
}

int chain_queue_submit(struct chain_run *r, uint64_t keep)
{
	int n;

	while (r->unsent + keep < r->next && !r->over && !stop_asked) {
		n = gather(r, r->next - keep);
		if (n > 0)
			n = submit(r, (uint32_t)n);
		if (n < 0)
			return -1;
		if (!n && r->unsent + keep < r->next && !r->in_flight)
			return broken(r, "the module takes no operation although nothing is in "
					 "flight: see dmactl doctor");
		if (chain_queue_reap(r, n ? 0 : 1))
			return -1;
	}
	return 0;
}

static void stopped(struct chain_run *r, const struct run_step *step, uint32_t flags)
{
	const char *how = "it was stopped and can be used again";

	if (flags & DMACTL_COMP_F_QUARANTINED)
		how = "it cannot be stopped and is in quarantine";
	else if (flags & DMACTL_COMP_F_UNSYNCED)
		how = "it was stopped, not synchronized";
	chain_fail(r, &r->failure, EXIT_FAILED, step->stmt->pos, "%s timed out on %s%s: %s",
		   chain_kind_name(step->stmt), step->chan->claim.name,
		   flags & DMACTL_COMP_F_INTERRUPT_LOST ? ", although the engine says that it is "
							  "complete (the interrupt was lost)" :
							  "",
		   how);
	r->over = true;
}

static void complete(struct chain_run *r, const struct dmactl_completion *c)
{
	struct run_step *step = r->step[c->user_data - r->first];
	uint32_t how = c->result;

	if (c->t0 && (!r->begin || c->t0 < r->begin))
		r->begin = c->t0;
	if (c->t3 > r->end)
		r->end = c->t3;
	if (how == DMACTL_RES_TIMED_OUT && !r->over)
		stopped(r, step, c->flags);
	if (how == DMACTL_RES_OK && step->tainted)
		how = DMACTL_RES_INPUT_FAILED;
	r->in_flight--;
	chain_queue_end(r, step, how);
}

int chain_queue_reap(struct chain_run *r, uint32_t min)
{
	struct dmactl_completion comps[COMPLETIONS];
	struct dmactl_reap reap = {
		.comps = (uintptr_t)comps,
		.max = COMPLETIONS,
		.min = min,
		.timeout_ns = 2 * r->o->timeout_ns + GRACE_NS,
	};
	int ret;

	if (!r->in_flight)
		return 0;
	do {
		ret = r->ctx->b->reap(r->session, &reap);
	} while (ret == -EINTR);
	if (!min && (ret == -ETIME || ret == -ENODATA))
		return 0;
	if (ret == -ETIME)
		return broken(r,
			      "the module did not answer: nothing completes, although its time is "
			      "over: see dmactl doctor");
	if (ret == -ENODEV)
		return broken(r, "the channels are gone: their provider was unbound");
	if (ret) {
		err_set(&r->failure, EXIT_FAILED, "completions could not be taken: %s",
			strerror(-ret));
		r->over = true;
		return -1;
	}
	for (uint32_t i = 0; i < reap.taken; i++)
		complete(r, &comps[i]);
	forget(r);
	return 0;
}

int chain_queue_drain(struct chain_run *r)
{
	if (!r->over && !stop_asked && chain_queue_submit(r, 0))
		return -1;
	while (r->in_flight)
		if (chain_queue_reap(r, 1))
			return -1;
	return r->over || stop_asked;
}

void chain_queue_lose(struct chain_run *r)
{
	for (uint64_t nr = r->first; nr < r->next; nr++) {
		struct run_step *step = r->step[nr - r->first];

		if (!step || step == FAILED)
			continue;
		if (step->submitted)
			chain_queue_end(r, step, DMACTL_RES_ABORTED);
		else
			free(step);
	}
	free(r->step);
	r->step = NULL;
	r->next = r->first;
	vec_free(&r->failed);
}
