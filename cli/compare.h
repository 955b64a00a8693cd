/* SPDX-License-Identifier: GPL-2.0 */
/* Results against earlier ones: cells, what is said of each, and how it is shown. */
#ifndef DMACTL_COMPARE_H
#define DMACTL_COMPARE_H

#include "doc.h"
#include "limit.h"
#include "out.h"
#include "stats.h"

#define COMPARE_LEAST 5 /* repeats a side, below that it is undecided */

/* A metric as it was asked for. */
struct cmetric {
	char name[32];
	const char *stage; /* NULL: none was named */
	enum metric metric;
};

/* Results of the same thing: repeats. */
struct ccell {
	char *id;
	char *core;		  /* of it, what all versions tell */
	bool old;		  /* of a version that tells no more */
	struct json_object *what; /* what it is, as far as it is told */
	struct vec runs;	  /* struct json_object *, lie in their documents */
	size_t invalid;
	bool simulated;
};

/* One side: a file, or several as one. */
struct cset {
	char *name;
	struct vec docs;  /* struct doc */
	struct vec cells; /* struct ccell */
	size_t results, invalid, twice, broken;
};

enum verdict {
	V_NONE,	 /* nothing can be said */
	V_SMALL, /* they differ, by no more than the threshold */
	V_BETTER,
	V_WORSE,
	V_UNDECIDED, /* too few repeats */
	V_VANISHED,  /* only in the base */
	V_NEW,
	V_DIFFERS, /* environments */
	NR_VERDICTS
};

extern const char *const verdict_names[NR_VERDICTS];

struct crow {
	size_t set; /* which of the new ones */
	const struct ccell *cell;
	const struct cmetric *metric; /* NULL: V_VANISHED, V_NEW, V_DIFFERS */
	enum verdict verdict;
	size_t n[2];	  /* base, new */
	double median[2]; /* of a side with repeats */
	bool tested, exact, has_percent, has_interval;
	double percent, interval[2]; /* of the base's median */
	double u, p, p_holm;
	const char *key; /* V_DIFFERS: of what, and both values */
	char value[2][96];
};

struct compare {
	struct ctx *ctx;
	double threshold, alpha; /* percent, probability */
	bool strict, pool;
	bool named;	    /* --metric: each of them is told of each cell */
	struct vec metrics; /* struct cmetric */
	struct vec files;   /* const char *, the base first */
	const struct compare_printer *format;

	struct cset base;
	struct vec news; /* struct cset */
	struct vec rows; /* struct crow, those of a set together */
	size_t tests;	 /* that Holm's correction counted */
	size_t count[NR_VERDICTS];
};

struct compare_printer {
	const char *name;
	void (*print)(const struct compare *c);
};

extern const struct compare_printer compare_table, compare_markdown, compare_junit;

/* compare_metric.c: adds to @out; -EINVAL or -ENOMEM. */
int compare_metrics(const char *s, struct vec *out);
/* Of one result; false where it has none. */
bool compare_value(struct json_object *result, const struct cmetric *m, double *out);
bool compare_more_is_better(const struct cmetric *m);
const char *compare_unit(const struct cmetric *m);
const char *compare_value_text(const struct cmetric *m, double v, char *buf, size_t size);

/* compare_cells.c: -1 with @e. */
int cset_add(struct cset *s, const char *path, struct err *e);
/* The same as @c, which is of @from. */
struct ccell *cset_pair(const struct cset *from, const struct ccell *c, const struct cset *to);
/* Simulated against real is refused. */
int cset_match(const struct cset *base, const struct cset *other, struct err *e);
void cset_free(struct cset *s);

/* compare_judge.c: all rows. -1 with ctx->err. */
int compare_judge(struct compare *c);
bool compare_nothing(const struct compare *c); /* no cell is on both sides */
int compare_exit(const struct compare *c);

/* compare_text.c: allocated, no control characters; NULL without memory. */
char *compare_cell(const struct ccell *cell);
/* Only what is not the same in all cells; and only what is. */
char *compare_label(const struct compare *c, const struct ccell *cell);
char *compare_common(const struct compare *c);
/* What was not used and why, and how the environments differ. */
typedef void (*compare_note_fn)(void *arg, const char *of, const char *text);
void compare_base_notes(const struct compare *c, compare_note_fn fn, void *arg);
void compare_notes(const struct compare *c, size_t set, compare_note_fn fn, void *arg);
const char *compare_percent_text(double percent, char *buf, size_t size);
const char *compare_p_text(double p, char *buf, size_t size);
/* "simulated, on a machine that is no hardware: uml", or "". */
const char *compare_where(const struct compare *c, char *buf, size_t size);

struct json_object *compare_json(const struct compare *c, const struct crow *r);

#endif
