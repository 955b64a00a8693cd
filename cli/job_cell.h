/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DMACTL_JOB_CELL_H
#define DMACTL_JOB_CELL_H

#include "job.h"

/* A cell of one of several jobs that run side by side; all but the first two are job_cells()'s. */
struct part {
	struct job *j;
	struct cell cell;
	struct result *r, cpu_line;
	pthread_t *threads;
};

/* Measures them together, and reports each. -1 with ctx->err. */
int job_cells(struct part *p, size_t n);
/* Measures a cell on all channels that are still alive, and reports it. -1 with ctx->err. */
int job_cell(struct job *j, const struct cell *cell);
/* What it is called where it is skipped. */
const char *cell_text(const struct cell *cell, char *buf, size_t len);

#endif
