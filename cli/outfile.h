/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files that are written. One grows as FILE.partial and gets its name when it is whole; behind a
 * symbolic link that is the file the link stands for. What is no regular file, a device or a FIFO,
 * is never replaced but written to.
 */
#ifndef DMACTL_OUTFILE_H
#define DMACTL_OUTFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "err.h"

struct outfile {
	FILE *f;		/* NULL: not open */
	const char *option;	/* before each sentence, NULL: none */
	const char *name;	/* as it was given */
	char *path, *partial;	/* NULL: written directly */
	bool force;
	int error; /* of the first write that failed, as far as outfile_flush() saw it */
};

/* Whether it can be written at all: -1 with @e (64). Nothing is opened. */
int outfile_check(const char *option, const char *name, bool force, struct err *e);
/* The same name, or one is where the other grows. */
bool outfile_clash(const char *a, const char *b);
/* Checks and opens it; @name and @option are to stay. */
int outfile_open(struct outfile *o, const char *option, const char *name, bool force,
		 struct err *e);
void outfile_flush(struct outfile *o);
/* It is whole; -1 with @e (1) when that failed. */
int outfile_keep(struct outfile *o, struct err *e);
/* As if it had never been opened. */
void outfile_drop(struct outfile *o);

#endif
