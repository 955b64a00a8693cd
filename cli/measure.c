// SPDX-License-Identifier: GPL-2.0
/* One cell on one channel: buffers, warm-up, windows, verification. Runs in the worker's thread. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "machine.h"
#include "stop.h"
#include "worker.h"

#define WINDOW_NS   200000000ULL /* of one: often enough for Ctrl-C, progress and -t */
#define SLOW_FACTOR 20		 /* times the slowest warm-up operation is no time-out yet */

#define STOPPED                                                                                    \
	(DMACTL_RUN_O_STOPPED | DMACTL_RUN_O_GONE | DMACTL_RUN_O_QUARANTINED | DMACTL_RUN_O_PREP | \
	 DMACTL_RUN_O_MAP)

int worker_run_window(struct worker *w, struct window *win)
{
	int ret = w->o->submit ? window_submit(w, win) : window_run(w, win);

	w->moved |= win->done > 0;
	return ret;
}

bool worker_ended(struct worker *w, const struct window *win)
{
	struct result *r = w->r;

	if (win->outcome & DMACTL_RUN_O_INTERRUPTED)
		r->interrupted = true;
	if (!(win->outcome & STOPPED) && !win->timed_out)
		return false;
	r->timed_out += win->timed_out;
	r->aborted += win->aborted;
	w->dead = true;
	worker_stopped(w, win);
	return true;
}

int worker_build_ops(struct worker *w)
{
	/* Submit mode takes a batch from any slot on: see window_submit(). */
	size_t extra = w->o->submit ? (size_t)w->r->cell.batch - 1 : 0;
	size_t steps = w->slots.nr_steps, n = w->slots.n, all = (n + extra) * steps;

	w->nr_ops = n * steps;
	if (!w->ops)
		w->ops = calloc(all, sizeof(*w->ops));
	if (!w->deps && steps > 1)
		w->deps = calloc(all, sizeof(*w->deps));
	if (!w->comps)
		w->comps = calloc((size_t)w->r->cell.depth * steps, sizeof(*w->comps));
	if (!w->ops || !w->comps || (!w->deps && steps > 1))
		return err_set(&w->err, EXIT_FAILED, "out of memory");
	for (size_t i = 0; i < n + extra; i++) {
		slots_ops(&w->slots, i % n, &w->ops[i * steps]);
		if (w->o->submit && w->o->irq_batch && (i + 1) % w->r->cell.batch)
			w->ops[i * steps + steps - 1].flags |= DMACTL_OP_F_NO_INTERRUPT;
	}
	return 0;
}

/*
 * Whether there is a next window. Both ends of a loopback make the same number of operations, the
 * smaller one of what they would make: a time would end them differently.
 */
static bool agree(struct worker *w, struct window *win, bool on, uint64_t op_ns)
{
	uint64_t in_time = op_ns ? win->time_ns / op_ns : w->r->cell.depth;

	if (!mopts_pair(w->o))
		return on;
	if (win->time_ns && in_time < win->count)
		win->count = in_time ? in_time : 1;
	win->time_ns = 0;
	win->count = team_begin(w->team, on ? win->count : 0);
	return win->count;
}

static uint64_t slowest(const struct worker *w, const struct window *win)
{
	uint64_t most = 0;

	for (uint32_t i = 0; i < win->nr_samples; i++)
		if (w->samples[i].t3 - w->samples[i].t0 > most)
			most = w->samples[i].t3 - w->samples[i].t0;
	return most;
}

static int warm_up(struct worker *w, uint64_t *op_ns)
{
	const struct warmup *want = &w->o->warmup;
	uint64_t least = 2 * w->r->cell.depth, done = 0, most = 0, span = 0;
	uint64_t begin = w->ctx->b->now();

	if (!want->is_time && want->value > least)
		least = want->value;
	if (!want->value)
		return 0;
	for (;;) {
		struct window win = { .count = NR_SAMPLES, .time_ns = WINDOW_NS, .stamps = true };
		uint64_t now = w->ctx->b->now();
		bool on = !stop_asked;

		if (want->is_time && now - begin < want->value)
			win.time_ns = begin + want->value - now < WINDOW_NS ?
					      begin + want->value - now :
					      WINDOW_NS;
		else if (done < least)
			win.count = least - done < NR_SAMPLES ? least - done : NR_SAMPLES;
		else
			on = false;
		if (!agree(w, &win, on, done ? span / done : 0))
			break;
		if (worker_run_window(w, &win))
			return -1;
		done += win.done + win.failed;
		w->r->warm_failed += win.failed;
		span += win.last - win.first;
		if (slowest(w, &win) > most)
			most = slowest(w, &win);
		if (worker_ended(w, &win))
			return 0;
	}
	if (SLOW_FACTOR * most > w->timeout_ns)
		w->timeout_ns = SLOW_FACTOR * most;
	*op_ns = done ? span / done : 0;
	return 0;
}

static int account(struct worker *w, const struct window *win)
{
	struct result *r = w->r;
	uint64_t span = win->last > win->first ? win->last - win->first : 0;

	r->operations += win->done - win->wrong;
	r->failed += win->failed + win->wrong;
	r->retries += win->retries;
	r->done += win->done;
	r->missed += win->missed;
	r->descriptors += win->descriptors;
	if (w->o->check) {
		r->covered += win->done;
		parity_account(w, win, false);
	}
	r->cpu_ns += win->cpu_ns;
	if (win->done || w->o->rate)
		r->elapsed_ns += span;
	team_span(w->team, win->done ? win->first : 0, win->done ? win->last : 0, win->done);
	return win->stamps ? worker_stamps(w, win) : 0;
}

/* A window and its bookkeeping. @propose_ns is what this channel wants of a common window. */
static int window(struct worker *w, struct window *win, uint64_t propose_ns)
{
	uint64_t busy = 0, granted;
	int ret;

	if (w->o->cold)
		machine_evict(w->ctx->b);
	granted = team_begin(w->team, propose_ns);
	if (win->time_ns && granted < win->time_ns)
		win->time_ns = granted;
	win->stamps = w->o->latency;
	busy = machine_busy(w->ctx->b);
	ret = worker_run_window(w, win);
	if (ret)
		return ret;
	if (busy)
		w->r->machine_ns += (double)(machine_busy(w->ctx->b) - busy) -
				    machine_idle_rate() * (double)(win->last - win->first);
	ret = account(w, win);
	worker_ended(w, win);
	return ret;
}

/* All members keep to the window of the one that uses up its samples first. */
static uint64_t propose(const struct worker *w, uint64_t op_ns)
{
	uint64_t most = w->o->latency ? WINDOW_NS : 2 * WINDOW_NS;

	if (!w->o->latency || !op_ns || op_ns > most / NR_SAMPLES * 10 / 8)
		return most;
	return NR_SAMPLES * op_ns / 10 * 8 + 1;
}

/* With new data in each slot before, and all of it checked after. */
int worker_checked_window(struct worker *w, struct window *win, uint64_t base)
{
	size_t n = win->count;
	uint64_t used, bad;

	if (endpoint_reset(w))
		return -1;
	if (!w->o->input && slots_prepare(&w->slots, n, &w->err))
		return -1;
	if (window(w, win, UINT64_MAX))
		return -1;
	used = win->done + win->failed + win->timed_out + win->aborted;
	if (used > n)
		used = n;
	/* A stopped channel's engine may still be writing: nothing there can be judged. */
	if (w->o->verify == VERIFY_NONE || w->dead)
		return 0;
	bad = w->r->mismatches;
	if (slots_verify(&w->slots, used, w->o->submit ? 0 : win->failed, base, w->r, &w->err))
		return -1;
	if (endpoint_verify(w, win, used, base))
		return -1;
	bad = w->r->mismatches - bad;
	w->r->operations -= bad;
	w->r->failed += bad;
	return w->o->check ? parity_trials(w, used) : 0;
}

static uint64_t window_count(const struct worker *w, uint64_t left, bool each)
{
	uint64_t most = w->o->latency ? NR_SAMPLES : UINT64_MAX;

	if (each && most > w->slots.n)
		most = w->slots.n;
	return left < most ? left : most;
}

/* The last use of each buffer, checked. */
static int last_uses(struct worker *w, uint64_t n, uint64_t done)
{
	struct window win = { .count = n };

	if (!agree(w, &win, n && !stop_asked && !w->dead, 0))
		return 0;
	if (worker_checked_window(w, &win, done))
		return -1;
	return w->o->save ? input_save(w, n) : 0;
}

static int measure(struct worker *w, uint64_t op_ns)
{
	const struct mopts *o = w->o;
	bool each = o->verify == VERIFY_FULL || o->cold;
	uint64_t left = o->count ? o->count : UINT64_MAX, done = 0, begin = w->ctx->b->now(), now;
	uint64_t tail = (o->verify == VERIFY_SAMPLE || o->save) ? w->slots.n : 0;

	if (tail > left)
		tail = left;
	for (;;) {
		struct window win = { .time_ns = propose(w, op_ns) };
		bool on = left > tail && !stop_asked && !w->dead;

		now = w->ctx->b->now();
		if (o->time_ns && now - begin >= o->time_ns)
			on = false;
		else if (o->time_ns && o->time_ns - (now - begin) < win.time_ns)
			win.time_ns = o->time_ns - (now - begin);
		win.count = window_count(w, left - tail, each);
		if (!agree(w, &win, on, op_ns))
			break;
		if (each ? worker_checked_window(w, &win, done) : window(w, &win, win.time_ns))
			return -1;
		done += win.done + win.failed;
		left -= o->count ? win.done + win.failed : 0;
		if (win.done)
			op_ns = (win.last - win.first) / win.done;
	}
	return last_uses(w, tail, done);
}

static int prepare(struct worker *w)
{
	uint64_t n = w->o->buffers ? w->o->buffers : w->r->cell.depth;
	const struct slots_for want = { w->o, &w->claim, w->session, w->direction };

	if (slots_make(&w->slots, &want, w->r->cell.size, (size_t)n, &w->err))
		return -1;
	if (worker_build_ops(w))
		return -1;
	return slots_prepare(&w->slots, w->slots.n, &w->err);
}

static void finish(struct worker *w)
{
	struct result *r = w->r;

	slots_free(&w->slots);
	free(w->ops);
	free(w->deps);
	free(w->comps);
	w->ops = NULL;
	w->deps = NULL;
	w->comps = NULL;
	/* The last piece of a file may be short: input_measure() has counted. */
	if (!w->o->input)
		r->bytes = r->operations * r->cell.size;
	if (r->machine_ns > 0 && r->operations && r->machine_ns >= machine_least())
		r->machine_ns /= (double)r->operations;
	else
		r->machine_ns = -1;
	if (stop_asked)
		r->interrupted = true;
}

/* All of the team are idle meanwhile. */
static int cpu_line(struct worker *w)
{
	int ret = 0;

	team_begin(w->team, UINT64_MAX);
	if (w->cpu_line && !stop_asked)
		ret = worker_cpu_line(w);
	team_begin(w->team, UINT64_MAX);
	return ret;
}

void worker_cell(struct worker *w)
{
	int64_t migrations = machine_migrations(w->ctx->b);
	struct result *r = w->r;
	uint64_t op_ns = 0;
	int ret;

	w->timeout_ns = w->o->timeout_ns;
	w->failed = false;
	ret = prepare(w);
	pace_init(&w->pace, w->o->rate, w->o->poisson, w->o->seed + w->r->cell.repeat);
	if (!ret)
		ret = warm_up(w, &op_ns);
	if (!ret && !w->dead && w->o->steady.percent > 0)
		ret = worker_steady(w, &op_ns);
	if (!ret && !w->dead && w->team->cpu_line)
		ret = cpu_line(w);
	if (!ret && !w->dead)
		ret = w->o->input ? input_measure(w) : measure(w, op_ns);
	/* What was measured before a call failed is a result nevertheless. */
	if (ret && (r->operations || r->failed)) {
		snprintf(r->failure, sizeof(r->failure), "%.511s", w->err.text);
		w->dead |= w->err.exit == EXIT_FAILED;
		ret = 0;
	}
	w->failed = ret;
	finish(w);
	team_leave(w->team);
	r->migrations = migrations < 0 ? -1 : machine_migrations(w->ctx->b) - migrations;
}
