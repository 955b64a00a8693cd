// SPDX-License-Identifier: GPL-2.0
/* Windows: RUN in the kernel, or SUBMIT and REAP through user space. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "stop.h"
#include "worker.h"

/* Past the module's own deadline, after which it must have answered. */
#define REAP_GRACE_NS 10000000000ULL
#define OVERSLEEP_NS  100000ULL

static void ends(struct worker *w, struct window *win)
{
	const struct dmactl_sample *s = w->samples;

	for (uint32_t i = 0; i < win->nr_samples; i++) {
		if (!i || s[i].t0 < win->first)
			win->first = s[i].t0;
		if (!i || s[i].t3 > win->last)
			win->last = s[i].t3;
	}
}

/* One answer for all: all of them were good, or there was only one. */
static void parity_of_run(const struct worker *w, struct window *win)
{
	bool found = win->outcome & DMACTL_RUN_O_PARITY;
	bool is = win->alone && w->slots.v[win->at].parity;

	if (found != is)
		win->wrong = win->done ? 1 : 0;
	else if (found)
		win->bad = win->done;
	else
		win->good = win->done;
}

int window_run(struct worker *w, struct window *win)
{
	struct dmactl_run run = {
		.nr_ops = (uint32_t)w->nr_ops,
		.ops = (uintptr_t)w->ops,
		.count = win->count,
		.time_ns = win->time_ns,
		.depth = (uint32_t)w->r->cell.depth,
		.kick = (uint32_t)w->r->cell.batch,
		.timeout_ns = w->timeout_ns,
		.samples = win->stamps ? w->sample_buf : DMACTL_NONE,
		.nr_samples = win->stamps ? NR_SAMPLES : 0,
	};
	uint64_t cpu;
	int ret;

	if (win->alone) {
		run.ops = (uintptr_t)&w->ops[win->at];
		run.nr_ops = 1;
		run.depth = 1;
		run.kick = 1;
	}
	if (w->o->poll)
		run.flags |= DMACTL_RUN_F_POLL;
	if (w->o->irq_batch)
		run.flags |= DMACTL_RUN_F_IRQ_BATCH;
	if (w->o->map_each)
		run.flags |= DMACTL_RUN_F_MAP_EACH;
	cpu = w->ctx->b->cpu_time();
	ret = w->ctx->b->run(w->session, &run);
	cpu = w->ctx->b->cpu_time() - cpu;
	if (ret == -EINTR || ret == -ENODEV) {
		win->outcome = ret == -EINTR ? DMACTL_RUN_O_INTERRUPTED : DMACTL_RUN_O_GONE;
		return 0;
	}
	if (ret)
		return window_refused(w, ret, run.why);
	win->done = run.done;
	win->failed = run.failed;
	win->timed_out = run.timed_out;
	win->aborted = run.aborted;
	win->retries = run.retries;
	win->descriptors = run.descriptors;
	win->cpu_ns = cpu;
	win->outcome = run.outcome;
	win->first = run.start;
	win->last = run.end;
	win->nr_samples = win->stamps ? run.nr_samples : 0;
	if (w->o->check)
		parity_of_run(w, win);
	ends(w, win);
	return 0;
}

static void parity_of_one(struct window *win, const struct slot *slot)
{
	uint32_t found = slot->steps.flags & (DMACTL_COMP_F_XOR_BAD | DMACTL_COMP_F_Q_BAD);

	if (found != slot->parity)
		win->wrong++;
	else if (found)
		win->bad++;
	else
		win->good++;
}

/* A step is done. An operation begins with its first one and ends with its last. */
static bool step(const struct worker *w, const struct dmactl_completion *c, struct slot *slot)
{
	size_t at = c->user_data % w->slots.nr_steps;
	struct steps *t = &slot->steps;

	if (!at)
		*t = (struct steps){ .stamps = { .t0 = c->t0, .t1 = c->t1, .t2 = c->t2 } };
	t->stamps.t3 = c->t3;
	t->flags |= c->flags;
	t->descriptors += c->descriptors;
	if (!t->result)
		t->result = c->result;
	return at + 1 == w->slots.nr_steps;
}

static void count(struct window *win, const struct steps *t)
{
	switch (t->result) {
	case DMACTL_RES_OK:
		win->done++;
		win->descriptors += t->descriptors;
		break;
	case DMACTL_RES_TIMED_OUT:
		win->timed_out++;
		win->outcome |= DMACTL_RUN_O_STOPPED;
		if (t->flags & DMACTL_COMP_F_INTERRUPT_LOST)
			win->outcome |= DMACTL_RUN_O_INTERRUPT_LOST;
		break;
	case DMACTL_RES_ABORTED:
		win->aborted++;
		break;
	default:
		win->failed++;
	}
	if (t->flags & DMACTL_COMP_F_QUARANTINED)
		win->outcome |= DMACTL_RUN_O_QUARANTINED;
	if (t->flags & DMACTL_COMP_F_UNSYNCED)
		win->outcome |= DMACTL_RUN_O_UNSYNCED;
}

/* True when a whole operation is complete. */
static bool take(struct worker *w, struct window *win, const struct dmactl_completion *c,
		 uint64_t now)
{
	struct slot *slot = &w->slots.v[c->user_data / w->slots.nr_steps];

	if (!step(w, c, slot))
		return false;
	slot->failed = slot->steps.result != DMACTL_RES_OK;
	count(win, &slot->steps);
	if (!slot->failed && w->o->check)
		parity_of_one(win, slot);
	if (slot->failed || !win->stamps || win->nr_samples == NR_SAMPLES)
		return true;
	w->samples[win->nr_samples] = slot->steps.stamps;
	if (w->due_at)
		w->due_at[win->nr_samples] = slot->due;
	w->taken_at[win->nr_samples++] = now;
	return true;
}

/* What submit mode has under way, in steps; @started and @ended count whole operations. */
struct flight {
	uint64_t sent, taken, started, ended;
};

/* Until the next operation of an open loop is due, or the window ends; 0: it is. */
static uint64_t idle_ns(const struct worker *w, const struct window *win, uint64_t now)
{
	uint64_t until = pace_due(&w->pace);

	if (win->time_ns && until > win->first + win->time_ns)
		until = win->first + win->time_ns;
	return until > now ? until - now : 0;
}

/*
 * Takes at least one completion; -1 with w->err. An open loop waits for @most_ns only, and may have
 * taken none: its next operation is not kept waiting.
 */
static int reap(struct worker *w, struct window *win, struct flight *f, uint64_t most_ns)
{
	struct dmactl_reap reap = {
		.comps = (uintptr_t)w->comps,
		.max = (uint32_t)(w->r->cell.depth * w->slots.nr_steps),
		.min = 1,
		.timeout_ns = 2 * w->timeout_ns + REAP_GRACE_NS,
	};
	bool may_end = most_ns < reap.timeout_ns;
	uint64_t now;
	int ret;

	if (may_end)
		reap.timeout_ns = most_ns ? most_ns : 1; /* 0 has no end */
	do {
		ret = w->ctx->b->reap(w->session, &reap);
	} while (ret == -EINTR);
	now = w->ctx->b->now();
	if (ret == -ETIME && may_end)
		return 0;
	if (ret == -ETIME)
		return err_set(&w->err, EXIT_FAILED,
			       "the module did not answer: %s is not stopped "
			       "although its time is over: see dmactl doctor",
			       w->claim.name);
	if (ret)
		return err_set(&w->err, EXIT_FAILED, "completions could not be taken: %s",
			       strerror(-ret));
	f->taken += reap.taken;
	for (uint32_t i = 0; i < reap.taken; i++)
		f->ended += take(w, win, &w->comps[i], now);
	return 0;
}

/* A later step waits for the one before it, which may have been submitted by an earlier call. */
static void depend(struct worker *w, size_t at, uint32_t n)
{
	for (uint32_t i = 0; w->deps && i < n; i++) {
		struct dmactl_op *op = &w->ops[at + i];
		struct dmactl_dep *d = &w->deps[at + i];

		if (op->user_data % w->slots.nr_steps == 0)
			continue;
		*d = (struct dmactl_dep){ .how = DMACTL_DEP_HOLD };
		d->relative = i > 0;
		d->seq = i ? i - 1 : w->last_seq;
		op->deps = (uintptr_t)d;
		op->nr_deps = 1;
	}
}

/* Submits @n steps, the next in turn; how many were taken, or -1 with w->err. */
static int submit(struct worker *w, struct window *win, const struct flight *f, uint32_t n)
{
	size_t at = (size_t)(f->sent % w->nr_ops);
	struct dmactl_submit s = {
		.ops = (uintptr_t)&w->ops[at],
		.nr_ops = n,
		.kick = (uint32_t)w->r->cell.batch,
		.timeout_ns = w->timeout_ns,
	};
	int ret;

	depend(w, at, n);
	ret = w->ctx->b->submit(w->session, &s);
	if (ret == -EINTR || ret == -EAGAIN)
		return 0;
	if (ret == -ENOBUFS || ret == -ENODEV) {
		win->outcome |= ret == -ENODEV ? DMACTL_RUN_O_GONE : DMACTL_RUN_O_PREP;
		return 0;
	}
	if (ret)
		return window_refused(w, ret, s.why);
	w->last_seq = s.first_seq + s.submitted - 1;
	return (int)s.submitted;
}

static bool more(const struct worker *w, const struct window *win, uint64_t started, uint64_t now)
{
	/* The other end of a loopback counts on all that was agreed. */
	bool stop = stop_asked && !mopts_pair(w->o);

	return !stop && !win->outcome && (!win->count || started < win->count) &&
	       (!win->time_ns || now < win->first + win->time_ns);
}

/* An operation has begun of which steps are still to be submitted. */
static bool begun(const struct worker *w, const struct window *win, const struct flight *f)
{
	return !win->outcome && f->sent < f->started * w->slots.nr_steps;
}

/* Steps to submit next: the rest of an operation that has begun, else a batch if there is room. */
static uint32_t next_steps(const struct worker *w, const struct window *win, const struct flight *f,
			   uint64_t now)
{
	uint64_t batch = w->r->cell.batch, steps = w->slots.nr_steps;

	if (begun(w, win, f))
		return (uint32_t)(f->started * steps - f->sent);
	if (f->started - f->ended + batch > w->r->cell.depth || !more(w, win, f->started, now))
		return 0;
	if (w->o->rate && pace_due(&w->pace) > now)
		return 0;
	if (win->count && win->count - f->started < batch)
		batch = win->count - f->started;
	return (uint32_t)(batch * steps);
}

static void close_window(struct worker *w, struct window *win, const struct flight *f)
{
	/* Operations of which the channel took only the first steps before it ended. */
	win->aborted += f->started - f->ended;
	/* Not by a stop: the provider itself gave them up, which RUN counts as failed. */
	if (!(win->outcome & (DMACTL_RUN_O_STOPPED | DMACTL_RUN_O_GONE))) {
		win->failed += win->aborted;
		win->aborted = 0;
	}
	if (stop_asked)
		win->outcome |= DMACTL_RUN_O_INTERRUPTED;
	if (w->o->rate)
		win->missed = pace_end(&w->pace, win->last);
	else
		ends(w, win);
}

/* An operation begins: in an open loop it was to begin at a certain time. */
static void starts(struct worker *w, const struct flight *f)
{
	if (!w->o->rate || f->sent % w->slots.nr_steps)
		return;
	w->slots.v[f->sent / w->slots.nr_steps % w->slots.n].due = pace_due(&w->pace);
	pace_next(&w->pace);
}

/* Nothing is under way. True when that is meant to be; it has waited then. */
static bool idle(const struct worker *w, const struct window *win, uint64_t now)
{
	uint64_t ns = w->o->rate ? idle_ns(w, win, now) : 0;
	struct timespec ts;

	/* What the kernel oversleeps would be our delay. */
	if (ns > 2 * OVERSLEEP_NS) {
		ns -= OVERSLEEP_NS;
		ts = (struct timespec){ (time_t)(ns / 1000000000), (long)(ns % 1000000000) };
		nanosleep(&ts, NULL);
	}
	return ns;
}

/* How long to wait for a completion before an operation is due that could be started. */
static uint64_t patience(const struct worker *w, const struct window *win, const struct flight *f)
{
	uint64_t now = w->ctx->b->now();

	if (!w->o->rate || f->started - f->ended >= w->r->cell.depth ||
	    !more(w, win, f->started, now))
		return UINT64_MAX;
	return idle_ns(w, win, now);
}

/*
 * The operations are laid out so that a batch that begins at any slot lies in one row: w->ops has
 * batch - 1 more of them than there are slots.
 */
int window_submit(struct worker *w, struct window *win)
{
	uint64_t cpu = w->ctx->b->cpu_time(), now = w->ctx->b->now();
	struct flight f = { 0 };
	bool go_on = true;
	uint32_t n;
	int ret;

	win->first = now;
	pace_begin(&w->pace, now);
	while (f.sent > f.taken || go_on) {
		while ((n = next_steps(w, win, &f, now))) {
			ret = submit(w, win, &f, n);
			if (ret < 0)
				return -1;
			if (ret)
				starts(w, &f);
			f.sent += (uint64_t)ret;
			f.started = (f.sent + w->slots.nr_steps - 1) / w->slots.nr_steps;
			if (!ret)
				break;
		}
		go_on = more(w, win, f.started, now) || begun(w, win, &f);
		if (f.sent == f.taken && go_on && !idle(w, win, now))
			return err_set(&w->err, EXIT_FAILED,
				       "%s takes no operation although "
				       "nothing is in flight: see dmactl doctor",
				       w->claim.name);
		if (f.sent > f.taken && reap(w, win, &f, patience(w, win, &f)))
			return -1;
		now = w->ctx->b->now();
		go_on = more(w, win, f.started, now) || begun(w, win, &f);
	}
	win->last = now;
	win->cpu_ns = w->ctx->b->cpu_time() - cpu;
	close_window(w, win, &f);
	return 0;
}
