/* SPDX-License-Identifier: GPL-2.0 */
/* What every command gets, and the commands themselves. */
#ifndef DMACTL_CMD_H
#define DMACTL_CMD_H

#include <argp.h>
#include <stdbool.h>

#include "backend.h"
#include "err.h"

struct ctx {
	const struct backend *b;
	struct err err;
	const char *name;		/* of the command */
	bool json, jsonl, quiet, require, force;
	bool document;			/* JSON was begun: its end tells of a failure */
	const char *output;		/* -o, NULL without */
};

struct cmd {
	const char *name;
	const char *help;		/* one line */
	/* The exit code, or -1 with ctx->err. */
	int (*run)(struct ctx *ctx, int argc, char **argv);
};

/* Of cmd_parse() they exit: it never asks argp not to. */
void argp_error(const struct argp_state *state, const char *fmt, ...) __attribute__((noreturn));
void argp_failure(const struct argp_state *state, int status, int errnum, const char *fmt, ...)
	__attribute__((noreturn));

extern const char *const version_text;	/* of this tool */

int cmd_list(struct ctx *ctx, int argc, char **argv);
int cmd_info(struct ctx *ctx, int argc, char **argv);
int cmd_doctor(struct ctx *ctx, int argc, char **argv);
int cmd_measure(struct ctx *ctx, int argc, char **argv);
int cmd_cyclic(struct ctx *ctx, int argc, char **argv);
int cmd_bench(struct ctx *ctx, int argc, char **argv);
int cmd_chain(struct ctx *ctx, int argc, char **argv);
int cmd_litmus(struct ctx *ctx, int argc, char **argv);
int cmd_check(struct ctx *ctx, int argc, char **argv);
int cmd_compare(struct ctx *ctx, int argc, char **argv);
int cmd_monitor(struct ctx *ctx, int argc, char **argv);
int cmd_report(struct ctx *ctx, int argc, char **argv);
int cmd_sim(struct ctx *ctx, int argc, char **argv);
int cmd_top(struct ctx *ctx, int argc, char **argv);
int cmd_trace(struct ctx *ctx, int argc, char **argv);

/* The program: tests call it with a fake backend. */
int dmactl_main(const struct backend *b, int argc, char **argv);

/* Whether it is one of them. */
bool cmd_known(const char *name);

/* Options of every command: -h --version --quiet --require -j --json --jsonl -o --force. */
extern const struct argp common_argp;		/* all of them; its input is the ctx */
extern const struct argp common_argp_plain;	/* without output and force */

/*
 * options.c: argp_parse() that exits with 64 on wrong usage, names the option that was probably
 * meant, and prints its tables for a shell when --complete is the only word.
 */
void options_parse(const struct argp *argp, int argc, char **argv, unsigned int flags, int *first,
		   void *input);
/* The same for a command. */
void cmd_parse(const struct argp *argp, int argc, char **argv, void *input);
/* What the shell gets for an exit code: --require turns 77 into 1. */
int cmd_exit(const struct ctx *ctx, int exit);

/* module.c: loads the module when it is not there and may be; connects netlink. */
int module_ensure(struct ctx *ctx);
/* A session of the right version, or -1: the sentence is in ctx->err. */
int module_session(struct ctx *ctx, struct dmactl_info *info);

#endif
