/* SPDX-License-Identifier: GPL-2.0 */
/* The command as a whole: its channels, files and rows. */
#ifndef DMACTL_CYCLIC_JOB_H
#define DMACTL_CYCLIC_JOB_H

#include "cyclic.h"
#include "plot.h"

struct savefile {
	int fd;
	bool file; /* regular: written as PATH.partial */
	char *partial;
	const char *path;
};

struct cjob {
	struct ctx *ctx;
	struct copts *c;
	struct dmactl_info info;
	struct vec chosen;  /* struct channel */
	struct vec ways;    /* uint32_t: which way each of them goes */
	struct vec skipped; /* struct skip */
	struct cyclic *s;
	size_t nr; /* that are open */
	struct report_channel *channels;
	struct crep rep;
	struct out out;
	struct plot plot; /* --plot */
	int in;
	struct savefile save;
	uint64_t unit;		  /* bytes, of a period: accesses, or whole bursts of a line */
	uint64_t least, smallest; /* period that can be tried, that lost nothing */
	int exit;
};

/* cyclic_save.c */
int cyclic_open_input(struct ctx *ctx, const char *path, int *fd);
int cyclic_open_save(struct ctx *ctx, struct savefile *f, const char *path);
int cyclic_close_save(struct ctx *ctx, struct savefile *f);

/* cyclic_rows.c: each size of period, or the search for the smallest. -1 with ctx->err. */
int cyclic_rows(struct cjob *j);

#endif
