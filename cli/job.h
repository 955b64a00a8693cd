/* SPDX-License-Identifier: GPL-2.0 */
/* All cells of a measuring command on all of its channels. */
#ifndef DMACTL_JOB_H
#define DMACTL_JOB_H

#include "chan.h"
#include "plot.h"
#include "report.h"
#include "worker.h"

struct job {
	struct ctx *ctx;
	struct mopts *o;
	struct dmactl_info info;
	struct vec chosen;		/* struct channel */
	struct vec skipped;		/* struct skip */
	struct worker *workers;
	size_t nr_workers;
	struct report report;
	struct plot plot;		/* --plot */
	struct out *out;
	/*
	 * bench: gets each result instead of the table, that of the CPU's work with @cpu, and what
	 * could not be measured, with its exit code and failure.
	 */
	void (*take)(struct job *j, const struct result *r, bool cpu);
	const char *progress; /* bench: how far it is, before the cell's own progress */
	const uint8_t *in;		/* --input */
	uint64_t in_len;
	struct outfile save, raw;	/* --save, --samples */
	int exit;
	char error[1024];		/* of the first cell that was refused, else "" */
};

int job_check(struct job *j);		/* options against the module's features: 77 */
int job_check_cells(struct job *j);	/* cells against its limits and the channels': 77 */
int job_choose(struct job *j);		/* the channels */
/* Claims the channels and checks what is asked of them; -1 with ctx->err. */
int job_open(struct job *j);
void job_close(struct job *j);
bool job_all_dead(const struct job *j);
int job_skip(struct job *j, const char *what, const char *why);

/* The command as a whole: the exit code, or -1 with ctx->err. */
int job_main(struct ctx *ctx, struct mopts *o);

#endif
