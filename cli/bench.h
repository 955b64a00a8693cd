/* SPDX-License-Identifier: GPL-2.0 */
/* dmactl bench: a job file, what it asks for, in which order, and what came of it. */
#ifndef DMACTL_BENCH_H
#define DMACTL_BENCH_H

#include "job_cell.h"
#include "measure_cmd.h"
#include "points.h"

/* KEY=VALUE and where it stands: a line of the file, or --set. */
struct bench_key {
	char *key, *value;
	unsigned int line; /* 0: of --set */
	bool common;	   /* of [global]: for the jobs that it suits */
};

struct bench_section {
	char *name;
	unsigned int line;
	struct vec keys; /* struct bench_key */
};

struct bench_file {
	const char *name; /* in sentences */
	struct bench_section global;
	struct vec jobs; /* struct bench_section */
};

/* The file, - for standard input, NULL for the built-in jobs; -1 with @e (64). */
int bench_file_read(struct bench_file *f, const char *name, struct err *e);
/* A text instead, which is @name in sentences. */
int bench_file_parse(struct bench_file *f, const char *name, const char *text, struct err *e);
/* --set: KEY=VALUE or JOB.KEY=VALUE. */
int bench_file_set(struct bench_file *f, const char *arg, struct err *e);
/* After the sets: each job gets the keys of [global] that it does not have itself. */
int bench_file_inherit(struct bench_file *f, struct err *e);
void bench_file_free(struct bench_file *f);
const struct bench_key *bench_key_find(const struct bench_section *s, const char *key);
/* "FILE:LINE: KEY=VALUE" */
const char *bench_where(const struct bench_file *f, const struct bench_key *k, char *buf,
			size_t size);

/* What is measured at one size, depth and batch, over all repeats. */
struct bench_row {
	struct cell cell;
	struct vec rates, ops, p50, p99, cpu; /* double, one of each repeat that has it */
	uint64_t elapsed_ns;		      /* of all of them */
	/* As a point: the repeats that failed, the last of them, and the first reason. */
	unsigned int bad, bad_repeat;
	enum point verdict;
	char why[512];
};

/* A job with one value of each key that has several, but for size, depth and batch. */
struct unit {
	struct bench_section *section;
	const struct measure_cmd *cmd;
	char title[192]; /* the job's name, and what the variants of a job differ in */
	char **argv;	 /* of its options; strings of it are in @o */
	const struct bench_key **from;
	int argc;
	struct mopts o;
	struct job j;
	struct vec rows; /* struct bench_row */
	unsigned int planned, done;
	bool unusable;
	char why[256]; /* of it */
};

/* What runs side by side: a row of one unit, or of one of each job of a group. */
struct shot {
	struct vec parts; /* struct shot_part */
	unsigned int repeats;
};

struct shot_part {
	struct unit *unit;
	size_t row;
};

struct bench {
	struct ctx *ctx;
	struct bench_file file;
	const char *channel; /* -c, NULL without */
	struct vec units;    /* struct unit * */
	struct vec shots;    /* struct shot */
	bool shuffle;
	uint64_t seed;			    /* of the shuffle */
	struct vec steps;		    /* struct step, in their order */
	const struct bench_printer *format; /* NULL: JSON instead */
	struct out out;
	struct dmactl_info info;
	/* Progress: the time that all takes, and that of the steps so far. */
	uint64_t began, planned_ns, past_ns;
	char progress[96];
	uint64_t told; /* when the last line of progress was */
	uint64_t sequence;
	int exit;
};

struct bench_printer {
	const char *name;
	void (*head)(const struct bench *b); /* before it begins */
	void (*end)(const struct bench *b);
};

extern const struct bench_printer bench_tables, bench_ktap, bench_junit;

struct step {
	const struct shot *shot;
	unsigned int repeat;
};

/* The units of all jobs; -1 with ctx->err. A bad value exits, as on the command line. */
int bench_units(struct bench *b);
/* What is measured together, and in which order. */
int bench_plan(struct bench *b);
uint64_t bench_estimate(const struct step *s); /* ns */
/* Measures all; the exit code, or -1 with ctx->err. */
int bench_run(struct bench *b);
void bench_free(struct bench *b);

/* bench_base.c: an earlier result file, and the one that is compared with it. */
struct bench_base {
	const char *name, *results;
	char *dir, *own; /* of a file that nobody asked for */
	bool made;
};

/* Before the run: reads @name, and sees to a file of results. -1 with ctx->err. */
int bench_base_open(struct bench_base *b, struct ctx *ctx, const char *name);
/* After it, with a table or a sentence: the exit code of both, or -1 with ctx->err. */
int bench_base_compare(const struct bench_base *b, struct ctx *ctx, bool table, int exit);
void bench_base_close(struct bench_base *b);

/* bench_points.c: what a result says of its row; of one of several channels. */
void bench_judge(struct bench_row *row, const struct result *r, bool several);

/* bench_table.c: a result into its row; what is below the tables in the JSON. */
void bench_take(struct job *j, const struct result *r, bool cpu);
const char *bench_duration(uint64_t ns, char *buf, size_t size);
double bench_median(const struct vec *v); /* of doubles, which it sorts; NaN of none */
struct json_object *bench_break_even(const struct bench *b);
/* --dry-run */
void bench_print(const struct bench *b);

#endif
