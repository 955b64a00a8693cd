/* SPDX-License-Identifier: GPL-2.0 */
/* A chain that is carried out: its channels and buffers, what is on its way, what became of it. */
#ifndef DMACTL_CHAIN_RUN_H
#define DMACTL_CHAIN_RUN_H

#include "chain_walk.h"
#include "chan.h"
#include "quirk.h"

/* How the order of two operations was kept. */
enum chain_how { HOW_HARDWARE, HOW_IN_ORDER, HOW_EMULATED, HOW_NONE, NR_HOW };

extern const char *const chain_how_names[NR_HOW];

struct chain_opts {
	const char *file;		/* for messages */
	const char *dir;		/* what paths are relative to; "" for the current one */
	const char *channel;		/* for operations that name none */
	uint64_t timeout_ns, seed;
	bool force;			/* SAVE replaces files */
	bool quiet;
};

/* A dependency between two statements, over all rounds. */
struct run_edge {
	const struct chain_stmt *producer, *fence;
	bool prev;
	uint64_t count[NR_HOW];
};

struct run_wrong {
	uint64_t offset;		/* in the buffer; CRC: 0 */
	uint64_t bytes;			/* that are wrong; CRC: 0 */
	uint32_t expected, found;
	char rounds[80];
};

/* What became of a statement. */
struct run_stmt {
	uint64_t runs;			/* times that it was done, or tried */
	uint64_t ok, failed, timed_out, aborted, input_failed;
	uint64_t bytes;			/* at the destinations of those that are ok */
	uint64_t wrong;			/* EXPECT, TALLY */
	struct run_wrong first;
	struct vec edges;		/* struct run_edge */
};

struct run_chan {
	const struct chain_stmt *stmt;	/* NULL: the default channel */
	bool used;
	uint64_t operations;		/* mask that the chain needs */
	unsigned int device;		/* index: equal for channels of one device */
	struct channel ch;
	struct dmactl_claim claim;
	struct trust trust;
	enum chain_how fence;		/* of the fence in force */
	struct dmactl_config config;	/* in force */
	bool configured;
};

struct run_buf {
	uint32_t id;
	uint8_t *p;
	size_t mapped;
	uint32_t *out;			/* [nr_chan]: operations that use it, by device */
};

struct run_dep {
	uint64_t producer;
	uint32_t how;			/* DMACTL_DEP_* */
};

/* An operation that is not complete. */
struct run_step {
	uint64_t nr, seq;
	const struct chain_stmt *stmt;
	struct run_chan *chan;
	struct dmactl_op op;
	struct dmactl_interleave rows;
	int64_t loops[CHAIN_LOOPS];
	bool held;			/* the module may have it for a while */
	bool tainted;			/* relies on one that failed and is no longer known */
	uint32_t index;			/* in the call at hand, when @submitted is false */
	bool submitted;
	uint32_t nr_dep;
	struct run_dep *dep;
	struct dmactl_vec vec[];
};

struct chain_run {
	struct ctx *ctx;
	const struct chain *c;
	const struct chain_opts *o;
	struct dmactl_info info;
	int session;
	struct run_chan *chan;		/* [c->nr_chan + 1]: the last one is the default */
	unsigned int nr_chan;
	struct run_buf *buf;		/* [c->nr_buf] */
	struct run_stmt *stmt;		/* [c->nr_stmt] */
	struct chain_args args;
	uint64_t fills;			/* random ones so far: each is different */

	/* Operations by number: NULL when it ended well, FAILED when it did not. */
	struct run_step **step;
	uint64_t first, next;		/* numbers: of step[0], of the next one */
	uint64_t unsent;		/* the first that is not submitted */
	uint64_t waited;		/* up to this number a statement has waited for all */
	size_t room;
	struct vec failed;		/* uint64_t, numbers below @first, ascending */
	uint64_t in_flight;
	struct dmactl_op *ops;		/* [max_ops] */
	struct dmactl_dep *deps;
	size_t nr_deps;

	bool over;			/* nothing further is to be started */
	bool wrong;			/* an expect or a tally found wrong data */
	uint64_t begin, end;		/* first stamp t0, last stamp t3 */
	struct err failure;		/* the first thing that went wrong, exit 0: nothing */
};

/* chain_open.c: session, channels, buffers, files. -1 with ctx->err; nothing was moved then. */
int chain_open(struct chain_run *r);
void chain_close(struct chain_run *r);
/* FILE:LINE:COLUMN: sentence */
int chain_fail(const struct chain_run *r, struct err *e, int exit, struct chain_pos pos,
	       const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* chain_files.c: whether they are there, or are not, as they should. -1 with ctx->err. */
int chain_files(struct chain_run *r);
/* Relative to the chain, in these rounds; NULL without memory. */
char *chain_path(const struct chain_opts *o, const char *path, const int64_t *loops);

/* chain_run.c: all of it. -1 with ctx->err: not even begun; else the results are in @r. */
int chain_execute(struct chain_run *r);
int chain_exit(const struct chain_run *r);

/* chain_step.c: makes an operation of a statement; its dependencies are known. */
struct run_step *chain_step(struct chain_run *r, struct chain_walk *w, const struct chain_stmt *s,
			    unsigned int nr_dep);
/* chain_queue.c */
int chain_queue_add(struct chain_run *r, struct run_step *step);
/* The operation, unless it is complete; then whether it ended well. */
struct run_step *chain_queue_find(struct chain_run *r, uint64_t nr, bool *failed);
/* Submits all but the last @keep, as far as the module takes them now. */
int chain_queue_submit(struct chain_run *r, uint64_t keep);
int chain_queue_reap(struct chain_run *r, uint32_t min);
/* Until nothing is on its way. */
int chain_queue_drain(struct chain_run *r);
/* What is still on its way will never be heard of. */
void chain_queue_lose(struct chain_run *r);
/* @step has ended: counts it and forgets it. @how: enum dmactl_result. */
void chain_queue_end(struct chain_run *r, struct run_step *step, uint32_t how);
void chain_step_uses(struct chain_run *r, const struct run_step *step, int more);
bool chain_step_foreign(struct chain_run *r, const struct run_step *step);

/* chain_refuse.c: the call for @step was refused; into r->failure. */
void chain_refused(struct chain_run *r, const struct run_step *step, int ret, uint32_t why);

/* chain_cpu.c: what the CPU does; nothing is on its way. */
int chain_cpu_fill(struct chain_run *r, const struct chain_data *d, const int64_t *loops,
		   const struct chain_span *to, uint8_t byte);
int chain_cpu_check(struct chain_run *r, struct chain_walk *w, const struct chain_stmt *s);
int chain_cpu_save(struct chain_run *r, const struct chain_stmt *s, const int64_t *loops,
		   const struct chain_span *from);

#endif
