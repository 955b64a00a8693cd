/* SPDX-License-Identifier: GPL-2.0 */
/* What became of a chain, as text and as JSON. */
#ifndef DMACTL_CHAIN_REPORT_H
#define DMACTL_CHAIN_REPORT_H

#include "chain_run.h"
#include "out.h"

/* Sums over all statements. */
struct chain_total {
	uint64_t attempted, ok, failed, timed_out, aborted, input_failed, bytes, wrong, checked;
	uint64_t edges[NR_HOW];
};

void chain_sum(const struct chain_run *r, struct chain_total *t);
/* What is trusted, and why; statements; sums. */
void chain_report_text(const struct chain_run *r);
/* An element for each statement, then one for all of them. */
void chain_report_json(const struct chain_run *r, const struct chain_warnings *w, struct out *out);
/* What chain_rounds() says. */
void chain_round_json(struct json_object *o, const char *rounds);
/* At blanks, into lines of at most 78 columns. */
void chain_wrapped(const char *text, int indent);

#endif
