/* SPDX-License-Identifier: GPL-2.0 */
/* dmactl trace: the module's tracepoints, from the kernel's text to slices in lanes. */
#ifndef DMACTL_TRACE_H
#define DMACTL_TRACE_H

#include <signal.h>
#include <stdio.h>
#include <sys/types.h>

#include "cmd.h"

enum trace_kind {
	TRACE_LOST, /* the kernel says that some are missing here */
	TRACE_CLAIM,
	TRACE_RELEASE,
	TRACE_SUBMIT,
	TRACE_ISSUE,
	TRACE_CALLBACK,
	TRACE_PERIOD,
	TRACE_REAP,
	TRACE_STOP,
	TRACE_QUARANTINE,
};

/* A line; what its kind does not have is 0. */
struct trace_event {
	enum trace_kind kind;
	uint64_t time; /* ns, in steps of 1000 */
	uint64_t session, device, channel;
	uint64_t nr, seq, op, bytes, result, count;
	uint64_t t[4]; /* stamps, exact; 0: not taken */
	char stable[DMACTL_NAME_MAX];
};

/* trace_parse.c: a line without its end. 0, or -EINVAL: it is none of ours. */
int trace_parse(const char *line, struct trace_event *out);

/* What becomes of the events; all times in ns. */
struct trace {
	FILE *f;
	struct vec lanes; /* struct lane: a channel */
	uint64_t last;	  /* time of the latest event */
	uint64_t requests, periods;
	uint64_t unfinished; /* requests that are left out: their ends were lost */
	bool begun;	     /* an event was written */
};

/* trace_lanes.c */
void trace_begin(struct trace *t, FILE *f);
/* -ENOMEM, or 0. */
int trace_take(struct trace *t, const struct trace_event *e);

struct trace_end {
	char **command; /* ended by NULL */
	int exit;
	uint64_t lost, strange; /* events; lines that are none of ours */
};

/* Closes what is open, names the lanes; the document is whole then. */
void trace_end(struct trace *t, const struct trace_end *end);
void trace_free(struct trace *t);

/* trace_write.c */
struct trace_slice {
	const char *name;
	unsigned int lane, slot; /* slot 0 is the lane itself */
	uint64_t start, end;
	uint64_t session, nr, seq, bytes;
	const uint64_t *t; /* four stamps, or NULL */
	const char *result;
};

void trace_write_begin(struct trace *t);
void trace_write_request(struct trace *t, const struct trace_slice *s);
void trace_write_period(struct trace *t, const struct trace_slice *s);
/* An instant; with @key its number. */
void trace_write_instant(struct trace *t, const struct trace_event *e, unsigned int lane,
			 const char *name, const char *key, uint64_t value);
void trace_write_name(struct trace *t, unsigned int lane, unsigned int slot, const char *name);
void trace_write_end(struct trace *t, const struct trace_end *end);

/* trace_fs.c: an instance of the kernel's tracing, which nobody else's sees. */
struct tracefs {
	const struct backend *b;
	char dir[96]; /* "" when there is none */
	int pipe;
};

int tracefs_open(struct tracefs *fs, struct ctx *ctx, uint64_t buffer);
void tracefs_stop(struct tracefs *fs);	   /* from here on nothing is added */
uint64_t tracefs_lost(struct tracefs *fs); /* events that were overwritten or dropped */
int tracefs_close(struct tracefs *fs, struct err *e);

/* trace_child.c: the command that is traced, and the signals, which are its. */
struct child {
	pid_t pid;
	int signals; /* a descriptor that can be polled */
	sigset_t before;
	bool gone;
	int status; /* as the shell has it, once it is gone */
};

int child_prepare(struct child *c, struct err *e);
/* @command: within the arguments of the tool, not the first of them. */
int child_start(struct child *c, char **command, struct err *e);
/* After the descriptor has become readable. */
void child_signals(struct child *c);

#endif
