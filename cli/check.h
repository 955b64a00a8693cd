/* SPDX-License-Identifier: GPL-2.0 */
/* `dmactl check`: what was asked, what was found, and how it is printed. */
#ifndef DMACTL_CHECK_H
#define DMACTL_CHECK_H

#include "chan.h"
#include "out.h"
#include "points.h"

#define NO_OPERATION UINT32_MAX /* of a case that is about the channel */

enum verdict { V_OK, V_FAILED, V_SKIPPED, V_NOTE, NR_VERDICTS };

/* The first wrong byte. */
struct wrong {
	bool there;
	uint64_t length; /* of its operation */
	int64_t offset;	 /* in its destination: below 0 or from the length on is outside */
	uint8_t expected, found;
};

/* What one case has found, or a note. */
struct finding {
	const char *name; /* stable: "xor.sources-max" */
	uint32_t opcode;  /* enum dmactl_opcode, or NO_OPERATION */
	size_t channel;	  /* index of those checked */
	enum verdict verdict;
	char text[800]; /* one sentence, no full stop */
	struct wrong wrong;
	uint64_t operations, elapsed_ns;
};

struct check_opts {
	struct ctx *ctx;
	struct vec channels; /* const char * */
	struct vec only;     /* const char *, globs of case names */
	const struct check_printer *format;
	bool has_channel, list;
	uint64_t align; /* bytes, 0: what the channel asks for */
	uint64_t timeout_ns, seed;
};

/* The whole run. */
struct check {
	const struct check_opts *o;
	struct ctx *ctx;
	struct dmactl_info info;
	struct vec channels; /* struct channel */
	struct vec skipped;  /* struct skip */
	struct vec findings; /* struct finding, of all channels so far */
	struct out out;
	const struct channel *ch;	  /* being checked */
	bool absent;			  /* it was not to be had */
	char error[1024];		  /* why the first such one was not, else "" */
	size_t at;			  /* its index */
	size_t number, planned;		  /* cases: done so far, and in all */
	size_t number_here, planned_here; /* the same of this channel */
	size_t count[NR_VERDICTS], count_here[NR_VERDICTS];
	uint64_t start_ns;
	int exit;
};

/* One for each format. */
struct check_printer {
	const char *name;
	void (*begin)(const struct check *c);
	void (*channel)(const struct check *c); /* begins */
	void (*finding)(const struct check *c, const struct finding *f);
	void (*channel_end)(const struct check *c);
	void (*end)(const struct check *c);
};

extern const struct check_printer check_table, check_tap, check_ktap, check_junit, check_silent;

void check_json(struct check *c, const struct finding *f);

/* Of what is no note, and counts of verdicts. */
enum point check_point(enum verdict v);
struct points check_points(const size_t count[NR_VERDICTS]);

struct rig;

struct check_case {
	const char *name;
	uint32_t opcode;	   /* what the channel must have, or NO_OPERATION */
	int (*run)(struct rig *r); /* 0, or -1 when it ended early; the verdict is in the rig */
	const char *what;
	uint64_t arg; /* for cases of one function */
};

extern const struct check_case check_cases[];
extern const size_t nr_check_cases;

/* Whether the options take a case, and the channel can be asked for it. */
bool check_wants(const struct check_opts *o, const char *name);
bool check_suits(const struct check_case *k, uint64_t operations);

/* Runs all cases on c->ch; each finding goes to check_add(). -1 with ctx->err: it cannot be had. */
int check_channel(struct check *c);
void check_add(struct check *c, struct finding *f);

#endif
