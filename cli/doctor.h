/* SPDX-License-Identifier: GPL-2.0 */
/* What doctor has found, and where it looks. */
#ifndef DMACTL_DOCTOR_H
#define DMACTL_DOCTOR_H

#include "chan.h"

#define DOCTOR_NODE "/dev/dmactl"

enum grade { G_OK, G_NOTE, G_PROBLEM, G_STUCK };

struct finding {
	enum grade grade;
	const char *reason; /* which check found it: a word for programs */
	char what[400];	    /* that was seen */
	char means[400];    /* "" where the first says it all */
	char todo[800];	    /* lines; "" where there is nothing to do */
};

struct doctor {
	struct ctx *ctx;
	const char *channel;   /* NULL: all */
	const char *operation; /* its name; NULL: memcpy, memset or interrupt */
	uint64_t operations;   /* mask: one of these is wanted */
	const char *reason;    /* of the check that runs */
	struct vec findings;
	struct chan_table t;
	struct dmactl_info info;
	struct utsname u;
	const char *config;    /* text of the kernel's configuration; NULL: unknown */
	char config_path[128]; /* where it was read */
	bool loaded, open, table;
	unsigned int usable, real;
};

/* Adds one. @todo may be "". */
void doctor_find(struct doctor *d, enum grade grade, const char *means, const char *todo,
		 const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* doctor_table.c: all that there is to look at, in the order of what rests on what. */
enum when {
	WHEN_ALWAYS,
	WHEN_UNLOADED,	/* the module cannot be reached */
	WHEN_LISTED,	/* the channels are known */
	WHEN_NONE_REAL, /* no real channel can be used */
};

struct check {
	const char *reason;
	enum when when;
	void (*look)(struct doctor *d);
};

extern const struct check doctor_checks[]; /* the last one has no reason */

void doctor_look(struct doctor *d);

/* doctor_kernel.c: why the module cannot be loaded. */
void doctor_cloud(struct doctor *d);
void doctor_built(struct doctor *d);
void doctor_headers(struct doctor *d);
void doctor_signature(struct doctor *d);

/* doctor_config.c: what the running kernel was built with. */
char *doctor_config_read(struct doctor *d); /* sets config; to be freed at the end */
void doctor_kconfig(struct doctor *d);
/* 'y', 'm' or 'n', '\0': not known. */
char doctor_config(const struct doctor *d, const char *option);
bool doctor_has_dmaengine(const struct backend *b);

/* doctor_module.c: whether it can be reached, and is the right one. */
void doctor_module(struct doctor *d);
void doctor_version(struct doctor *d);

/* doctor_channels.c: which can be used. */
void doctor_quarantine(struct doctor *d);
void doctor_channels(struct doctor *d);
void doctor_public(struct doctor *d);
void doctor_async_tx(struct doctor *d);
void doctor_request_line(struct doctor *d);

/* doctor_device.c: controllers that give no channel. */
void doctor_unbound(struct doctor *d);
void doctor_idxd(struct doctor *d);

/* doctor_memory.c: what a channel reaches, and how. */
void doctor_iommu(struct doctor *d);
void doctor_window(struct doctor *d);
void doctor_bounce(struct doctor *d);
void doctor_memlock(struct doctor *d);
void doctor_sim(struct doctor *d);
void doctor_debugfs(struct doctor *d);

#endif
