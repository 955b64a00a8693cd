// SPDX-License-Identifier: GPL-2.0
/* Words for what became of a row, and its verdict. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cyclic.h"
#include "machine.h"

const char *ended_name(enum ended e)
{
	static const char *const names[] = {
		"not",	     "count", "time",	 "input",    "pipe",
		"interrupt", "save",  "timeout", "provider", "error",
	};

	return names[e];
}

const char *stopped_name(enum stopped s)
{
	static const char *const names[] = {
		NULL, "synchronized", "not-synchronized", "reopened", "quarantined",
	};

	return names[s];
}

uint64_t crow_lost(const struct crow *r)
{
	return r->overruns + r->underruns + r->skipped;
}

bool crow_cpu_known(const struct crep *rep, const struct crow *r)
{
	return r->periods && (strcmp(rep->platform, "uml") || (double)r->cpu_ns >= machine_least());
}

static void wrong_data(struct crow *r)
{
	if (r->wrong[0])
		snprintf(r->failure, sizeof(r->failure), "wrong data: %s", r->wrong);
	else
		snprintf(r->failure, sizeof(r->failure),
			 "wrong data in %" PRIu64 " of %" PRIu64
			 " checked periods: first in period %" PRIu64 " at offset %" PRIu64
			 ", expected 0x%02x, found 0x%02x",
			 r->mismatches, r->checked, r->first.period, r->first.c.offset,
			 r->first.c.expected, r->first.c.found);
}

static void lost(struct crow *r, uint64_t allowed)
{
	uint64_t n = crow_lost(r);
	char part[3][64] = { "", "", "" }, some[40];

	if (r->overruns)
		snprintf(part[0], sizeof(part[0]), ", %" PRIu64 " to a slow consumer", r->overruns);
	if (r->underruns)
		snprintf(part[1], sizeof(part[1]), ", %" PRIu64 " to a slow producer",
			 r->underruns);
	if (r->skipped)
		snprintf(part[2], sizeof(part[2]), ", %" PRIu64 " left out by the engine",
			 r->skipped);
	some[0] = '\0';
	if (allowed)
		snprintf(some, sizeof(some), " (%" PRIu64 " allowed)", allowed);
	snprintf(r->failure, sizeof(r->failure), "%s%" PRIu64 " period%s lost%s%s%s%s",
		 r->exact ? "" : "at least ", n, n == 1 ? " was" : "s were", some, part[0], part[1],
		 part[2]);
}

void crow_judge(struct crow *r, const struct copts *c)
{
	bool allowed = crow_lost(r) <= c->allow_lost;

	r->only_lost = !r->failure[0] && !r->mismatches && !r->errors && !allowed;
	r->valid = !r->failure[0] && !r->mismatches && !r->errors && r->periods;
	if (!r->failure[0] && r->mismatches)
		wrong_data(r);
	else if (!r->failure[0] && r->errors)
		snprintf(r->failure, sizeof(r->failure),
			 "the engine called %" PRIu64 " period%s failed", r->errors,
			 r->errors == 1 ? "" : "s");
	else if (!r->failure[0] && !allowed)
		lost(r, c->allow_lost);
	if (r->failure[0])
		r->exit = exit_worst(r->exit, EXIT_FAILED);
	if (r->interrupted)
		r->exit = exit_worst(r->exit, EXIT_INTERRUPTED);
}

void crow_free(struct crow *r)
{
	hist_free(&r->interval);
	hist_free(&r->jitter);
	hist_free(&r->wakeup);
	hist_free(&r->end_to_end);
}
