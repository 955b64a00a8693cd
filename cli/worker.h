/* SPDX-License-Identifier: GPL-2.0 */
/* One channel, its thread, and the windows in which it is measured. */
#ifndef DMACTL_WORKER_H
#define DMACTL_WORKER_H

#include <stdio.h>

#include "endpoint.h"
#include "pace.h"
#include "slots.h"
#include "team.h"

#define NR_SAMPLES	32768	/* of one window: 1 MiB */

struct worker {
	struct ctx *ctx;
	const struct mopts *o;
	struct team *team;
	const struct dmactl_info *info;
	struct channel ch;		/* as netlink saw it before the claim */
	struct dmactl_claim claim;
	int session;
	int cpu;			/* pinned to, < 0: not */
	uint64_t timeout_ns;		/* of the cell: raised by the warm-up */

	uint32_t sample_buf;		/* DMACTL_NONE without stamps */
	struct dmactl_sample *samples;	/* [NR_SAMPLES]; RUN writes into it, submit mode too */
	size_t samples_mapped;
	uint64_t *taken_at;		/* [NR_SAMPLES], t4: submit mode */
	uint64_t *due_at;		/* [NR_SAMPLES], intended start: --rate */
	struct pace pace;
	struct dmactl_op *ops;		/* of the cell */
	size_t nr_ops;
	struct dmactl_dep *deps; /* one for each of them, where an operation takes several steps */
	uint64_t last_seq;	 /* of what was submitted last */
	struct dmactl_completion *comps;

	enum direction direction; /* SLAVE_SG; a loopback's second channel goes the other way */
	struct endpoint ep;
	struct slots slots;
	struct result *r;		/* of the cell */
	struct result *cpu_line;	/* bench: of the CPU at the same work, NULL without */
	struct err err;			/* valid when @failed */
	bool failed;			/* the cell could not be measured */
	bool dead;			/* timed out or gone: no further cell */
	bool moved;			/* an operation was done, be it in a warm-up */
	const uint8_t *in;		/* --input, NULL without */
	uint64_t in_len;
	FILE *save;
	FILE *raw;			/* --samples */
};

/* One uninterrupted stretch of operations: nothing of the tool's own happens within. */
struct window {
	uint64_t count, time_ns;	/* in: count 0 is without bound, so is time_ns 0 */
	bool stamps;			/* in */
	bool alone;			/* in, run mode: only the operation of slot @at, once */
	size_t at;			/* in */
	uint64_t done, failed, timed_out, aborted, retries, descriptors;
	uint64_t missed;		/* --rate: due, and not started */
	uint64_t good, bad, wrong;	/* *_VAL: parity found good, found bad, or not as it is */
	uint64_t first, last;		/* first start, last end */
	uint64_t cpu_ns;
	uint32_t nr_samples;
	uint32_t outcome;		/* DMACTL_RUN_O_* */
};

/* -1 with w->err when the call itself was refused; what befell the operations is in @win. */
int window_run(struct worker *w, struct window *win);
int window_submit(struct worker *w, struct window *win);
int window_refused(struct worker *w, int ret, uint32_t why); /* sets w->err; refuse.c */

/* With new data before (but for --input) and, as asked, all of it checked after. */
int worker_checked_window(struct worker *w, struct window *win, uint64_t base);
int worker_build_ops(struct worker *w);
/* One window, not accounted for. */
int worker_run_window(struct worker *w, struct window *win);
/* True when the channel has ended with it, whatever the reason: w->dead, and r->failure. */
bool worker_ended(struct worker *w, const struct window *win);
/* parity.c: what *_VAL operations found; the spoiled parity of the first @n slots tried. */
void parity_account(struct worker *w, const struct window *win, bool spoiled);
int parity_trials(struct worker *w, size_t n);
/* steady.c: goes on with the warm-up until the rate is steady. */
int worker_steady(struct worker *w, uint64_t *op_ns);
/* cpu_line.c: the CPU does what the cell asks of the engine. */
int worker_cpu_line(struct worker *w);
/* The whole of one cell, called in the worker's thread. */
void worker_cell(struct worker *w);
/* Stamps of a window into the histograms. */
int worker_stamps(struct worker *w, const struct window *win);
/* What happened to a channel that was stopped, into r->failure. */
void worker_stopped(struct worker *w, const struct window *win);

int worker_open(struct worker *w);	/* session, claim, sample buffer; -1 with ctx->err */
void worker_close(struct worker *w);

#endif
