// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "limit.h"
#include "result.h"

const char *const stage_names[NR_STAGES] = { "total",  "prepare", "submit",
					     "device", "wakeup",  "late" };

/* "", or which destination it is. */
static void destination_text(const struct first_wrong *w, char *buf, size_t size)
{
	if (!w->of)
		buf[0] = '\0';
	else if (!strcmp(w->of, "segment"))
		snprintf(buf, size, ", segment %zu,", w->destination);
	else
		snprintf(buf, size, ", %s,", w->of);
}

static size_t wrong_data(struct result *r)
{
	char which[40];

	destination_text(&r->first, which, sizeof(which));
	return (size_t)snprintf(r->failure, sizeof(r->failure),
				"wrong data in %" PRIu64 " of %" PRIu64
				" checked operations: first in operation %" PRIu64 "%s at "
				"offset %" PRId64 ", expected 0x%02x, found 0x%02x",
				r->mismatches, r->covered + r->last_values, r->first.operation,
				which, r->first.offset, r->first.expected, r->first.found);
}

static void judge_failure(struct result *r)
{
	size_t n = 0;

	/* A time-out has its own sentence by now. */
	if (r->failure[0])
		return;
	if (r->parity_wrong)
		n = (size_t)snprintf(r->failure, sizeof(r->failure),
				     "%" PRIu64 " of %" PRIu64 " parity checks went wrong: %s",
				     r->parity_wrong,
				     r->parity_good + r->parity_bad + r->parity_wrong, r->wrong);
	else if (r->mismatches && r->wrong[0])
		n = (size_t)snprintf(r->failure, sizeof(r->failure), "wrong data: %s", r->wrong);
	else if (r->mismatches)
		n = wrong_data(r);
	else if (r->failed)
		n = (size_t)snprintf(r->failure, sizeof(r->failure),
				     "%" PRIu64 " of %" PRIu64 " operations failed", r->failed,
				     r->operations + r->failed + r->timed_out + r->aborted);
	else if (r->parity_failed)
		n = (size_t)snprintf(r->failure, sizeof(r->failure),
				     "%" PRIu64 " operation%s with spoiled parity failed",
				     r->parity_failed, r->parity_failed == 1 ? "" : "s");
	if (r->warm_failed && n < sizeof(r->failure))
		snprintf(r->failure + n, sizeof(r->failure) - n,
			 "%s%" PRIu64 " operation%s failed in the warm-up", n ? "; " : "",
			 r->warm_failed, r->warm_failed == 1 ? "" : "s");
}

void result_judge(struct result *r)
{
	char absent[sizeof(r->absent) + 16];
	const char *why = NULL;

	snprintf(absent, sizeof(absent), "not measured on %s", r->absent);
	if (r->mismatches)
		why = "wrong data";
	else if (r->timed_out || r->aborted)
		why = "the channel was stopped";
	else if (r->negative)
		why = "a stage has negative time";
	else if (r->failure[0])
		why = "it ended early";
	else if (r->missed > r->done / 99)
		why = "the rate was not held";
	else if (r->absent[0])
		why = absent;
	else if (!r->operations)
		why = r->interrupted ? "interrupted before an operation was done" :
				       "no operation was done";
	else if (!r->elapsed_ns)
		why = "no time passed";
	r->valid = !why;
	judge_failure(r);
	snprintf(r->why_invalid, sizeof(r->why_invalid), "%s", why ? why : "");
	if (r->failure[0] || (!r->valid && !r->interrupted))
		r->exit = exit_worst(r->exit, EXIT_FAILED);
	if (r->exit == EXIT_FAILED && !r->failure[0] && why)
		snprintf(r->failure, sizeof(r->failure), "%s", why);
	if (r->interrupted)
		r->exit = exit_worst(r->exit, EXIT_INTERRUPTED);
}

bool result_throughput(const struct result *r, double *bytes_per_s, double *ops_per_s)
{
	if (!r->valid || !r->elapsed_ns)
		return false;
	*bytes_per_s = (double)r->bytes * 1e9 / (double)r->elapsed_ns;
	*ops_per_s = (double)r->operations * 1e9 / (double)r->elapsed_ns;
	return true;
}

const struct hist *result_stage(const struct result *r, enum stage s)
{
	const struct hist *h = &r->stage[s];

	if (r->early && s == ST_SUBMIT)
		return NULL;
	if (r->early && s == ST_DEVICE)
		h = &r->device_early;
	return h->n ? h : NULL;
}

bool result_metric(const struct result *r, unsigned int stage, int metric, double *out)
{
	const struct hist *h = result_stage(r, stage);
	double bytes, ops;
	uint64_t v;

	if (metric == M_THROUGHPUT || metric == M_OPS) {
		if (!result_throughput(r, &bytes, &ops))
			return false;
		*out = metric == M_OPS ? ops : bytes;
		return true;
	}
	if (!r->valid || !h)
		return false;
	if (metric == M_MIN || metric == M_MAX || metric == M_MEAN) {
		*out = metric == M_MIN ? (double)h->min :
		       metric == M_MAX ? (double)h->max :
					 h->mean;
		return true;
	}
	if (!hist_percentile(h, metric_percentile(metric), &v))
		return false;
	*out = (double)v;
	return true;
}

void result_free(struct result *r)
{
	for (int i = 0; i < NR_STAGES; i++)
		hist_free(&r->stage[i]);
	hist_free(&r->device_early);
}
