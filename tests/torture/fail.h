/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Systematic failure: a path is taken again and again, and the first, second, third ... allocation
 * (or copy from or to user space) in it fails, until it has no more. Each time the answer must be
 * an errno that says so, or success by another way; what the call was given stays as it was, and so
 * does all that the modules tell about themselves; and the same call then succeeds.
 */
#ifndef DMACTL_TESTS_FAIL_H
#define DMACTL_TESTS_FAIL_H

#include "dm.h"

/* After EFAULT what the call did may stay done: only its answer was lost. */
#define FAIL_STAYS 1
/* The modules cannot be asked, or the path changes what they tell. */
#define FAIL_UNSEEN 2
/* The kernel around us answers with errors of its own. */
#define FAIL_ANY_ERROR 4
/* A buffer that cannot be mapped is EIO, whatever the reason. */
#define FAIL_EIO 8

struct fail_path {
	const char *name;
	u32 flags;
	u32 v;		      /* for the three */
	void (*begin)(u32 v); /* makes a fresh state; nothing fails in it */
	int (*fire)(u32 v);   /* 0 or more, or -errno */
	/* Undoes. @whole: the call has succeeded, without a failure in it; else it may have. */
	void (*end)(u32 v, bool whole);
	u32 spared; /* the first so many are left out */
	u32 most;   /* and those after so many more; 0: none are */
};

/* In begin(): what a call that fails must leave alone, and what of that it may change. */
void fail_watch(void *p, size_t len);
void fail_excuse(void *p, size_t len);

/* How many places for a failure a call has. */
u32 fail_count(int (*fire)(u32 v), u32 v);

void fail_paths(const struct fail_path *paths, size_t nr);
u32 fail_total(void);			/* failures made by all cases of this program */
void fail_total_line(const char *what); /* the case that prints it */

#endif
