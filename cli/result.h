/* SPDX-License-Identifier: GPL-2.0 */
/* What one cell (size, depth, batch, repeat) gave on one channel. */
#ifndef DMACTL_RESULT_H
#define DMACTL_RESULT_H

#include "backend.h"
#include "hist.h"

enum stage { ST_TOTAL, ST_PREPARE, ST_SUBMIT, ST_DEVICE, ST_WAKEUP, ST_LATE, NR_STAGES };

extern const char *const stage_names[NR_STAGES];

struct cell {
	uint64_t size, depth, batch;
	unsigned int repeat;		/* from 1 */
};

struct first_wrong {
	uint64_t operation;
	int64_t offset;			/* from the destination's start; guards lie beside it */
	uint8_t expected, found;
	const char *of;	    /* "P", "Q", "segment", "register"; NULL where it is clear */
	size_t destination; /* its number; of P and Q, Q is 1 */
};

/* What --steady found. */
struct steady_result {
	unsigned int windows;
	bool reached;
	double range, slope;		/* of the last windows, in percent of their mean */
};

struct result {
	const struct channel *ch;	/* NULL: all channels together */
	struct cell cell;
	uint64_t operations, failed, timed_out, aborted;
	uint64_t retries;		/* run mode only */
	uint64_t warm_failed;		/* failed in the warm-up: no part of the above */
	uint64_t bytes, elapsed_ns;
	uint64_t cpu_ns;		/* of the submitting thread, in the windows */
	double machine_ns;		/* busy time of all CPUs per operation, < 0: not known */
	struct hist stage[NR_STAGES];
	struct hist device_early;	/* t3 - t1: where the engine starts in tx_submit */
	struct steady_result steady;
	uint64_t missed;		/* --rate: operations that were due, and had not started */
	uint64_t early;			/* operations that were done before issue_pending */
	bool negative;			/* a stage had negative time */
	uint64_t covered, mismatches;
	uint64_t last_values;		/* of operations that a register shows no more of */
	struct first_wrong first;
	char wrong[160];	    /* what is wrong where no single byte can be named, else "" */
	uint64_t done, descriptors; /* operations that ended well, right or wrong; what they took */
	uint64_t parity_good, parity_bad,
		parity_wrong;		/* --check: what was found, and wrongly so */
	uint64_t parity_failed;		/* operations with spoiled parity that failed */
	int64_t migrations;		/* of the thread, < 0: not known */
	int cpu;			/* pinned to, < 0: not pinned */
	char absent[160];		/* all channels together: those without a result, else "" */
	bool interrupted, valid;
	char why_invalid[256];
	char failure[512];		/* a sentence, "" when all is right */
	char limit[160];		/* the first that is not met or cannot be judged, else "" */
	int exit;
};

/* Decides valid, why_invalid, failure and exit from the counts. */
void result_judge(struct result *r);
/* Rates: false where there are none. */
bool result_throughput(const struct result *r, double *bytes_per_s, double *ops_per_s);
const struct hist *result_stage(const struct result *r, enum stage s);	/* NULL: does not exist */
bool result_metric(const struct result *r, unsigned int stage, int metric, double *out);
void result_free(struct result *r);

#endif
