// SPDX-License-Identifier: GPL-2.0
/* What became of trials, as the verdict of a case. */
#include <string.h>

#include "check_rig.h"
#include "stop.h"

static const char *result_text(uint32_t result)
{
	static const char *const texts[] = {
		[DMACTL_RES_READ_FAILED] = "a read error",
		[DMACTL_RES_WRITE_FAILED] = "a write error",
		[DMACTL_RES_ABORTED] = "aborted by its driver",
		[DMACTL_RES_FAILED] = "refused by its driver, or an error without a reason",
		[DMACTL_RES_INPUT_FAILED] = "what it relies on had failed",
	};

	return result < sizeof(texts) / sizeof(texts[0]) && texts[result] ? texts[result] :
									    "an unknown result";
}

static const char *time_of(uint64_t ns, char *buf, size_t size)
{
	static const struct {
		uint64_t ns;
		const char *unit;
	} units[] = { { 1000000000, "s" }, { 1000000, "ms" }, { 1000, "us" }, { 1, "ns" } };
	size_t i = 0;

	while (i < 3 && (ns < units[i].ns || ns % units[i].ns) && ns < 10 * units[i].ns)
		i++;
	snprintf(buf, size, "%llu %s", (unsigned long long)(ns / units[i].ns), units[i].unit);
	return buf;
}

/* Each of these has cost the time-out: an operation that has had some is not tried for ever. */
static void count_timeout(struct rig *r)
{
	uint32_t op = r->now->opcode;

	r->timeouts[op < NR_OPERATIONS - 1 ? op : NR_OPERATIONS - 1]++;
	r->all_timeouts++;
}

static int timed_out(struct rig *r, const struct trial *t)
{
	char text[160], time[40];
	bool lost = t->comp_flags & DMACTL_COMP_F_INTERRUPT_LOST;

	count_timeout(r);
	rig_fail(r, "%s, operation %zu of %zu, timed out: nothing completed for %s%s; %s",
		 trial_text(t, text, sizeof(text)), (size_t)(t - r->trials) + 1, r->nr,
		 time_of(r->timeout_ns, time, sizeof(time)),
		 lost ? "; the engine says that it is complete: the interrupt was lost" : "",
		 stop_text(t->comp_flags));
	rig_again(r);
	return -1;
}

static int no_prep(struct rig *r)
{
	char text[160], time[40];
	const struct trial *t = &r->trials[0];

	if (r->trouble.op < r->nr_ops)
		t = &r->trials[r->ops[r->trouble.op].user_data];
	count_timeout(r);
	rig_fail(r, "%s: the driver prepared no descriptor for %s",
		 trial_text(t, text, sizeof(text)), time_of(r->timeout_ns, time, sizeof(time)));
	rig_again(r);
	return -1;
}

/* What the module knows before an engine has done anything. */
static int judge_calls(struct rig *r)
{
	if (r->trouble.gone)
		return rig_gone(r);
	if (r->trouble.no_answer) {
		r->dead = true;
		snprintf(r->why_dead, sizeof(r->why_dead), "the module does not answer");
		return rig_fail(r, "the module did not answer: the channel is not stopped although "
				   "its time is over");
	}
	if (r->trouble.ret)
		return rig_refused(r);
	return 0;
}

static int judge_results(struct rig *r)
{
	char text[160];

	for (size_t k = 0; k < r->nr; k++)
		if (r->trials[k].result == DMACTL_RES_TIMED_OUT)
			return timed_out(r, &r->trials[k]);
	if (r->trouble.no_prep)
		return no_prep(r);
	for (size_t k = 0; k < r->nr; k++) {
		const struct trial *t = &r->trials[k];

		if (t->result && !t->loose)
			return rig_fail(r, "%s, operation %zu of %zu, failed: %s",
					trial_text(t, text, sizeof(text)), k + 1, r->nr,
					result_text(t->result));
	}
	for (size_t k = 0; k < r->nr; k++) {
		if (r->trials[k].ended)
			continue;
		return stop_asked ? rig_skip(r, "interrupted") :
				    rig_fail(r, "%s, operation %zu of %zu, never completed",
					     trial_text(&r->trials[k], text, sizeof(text)), k + 1,
					     r->nr);
	}
	return 0;
}

static const char *parity_name(uint32_t flags)
{
	if (flags == (DMACTL_COMP_F_XOR_BAD | DMACTL_COMP_F_Q_BAD))
		return "P and Q";
	return flags == DMACTL_COMP_F_Q_BAD ? "Q" : "P";
}

/* A check that finds what is not there, or does not find what is. */
static int judge_parity(struct rig *r)
{
	const uint32_t both = DMACTL_COMP_F_XOR_BAD | DMACTL_COMP_F_Q_BAD;
	bool one = r->how != BY_SUBMIT; /* one answer for all */
	char text[160];

	for (size_t k = 0; k < r->nr; k++) {
		const struct trial *t = &r->trials[k];
		uint32_t found = t->comp_flags & both;

		if (t->opcode != DMACTL_OP_XOR_VAL && t->opcode != DMACTL_OP_PQ_VAL)
			continue;
		if (one ? r->parity == !!t->spoil : found == t->spoil)
			continue;
		trial_text(t, text, sizeof(text));
		if (found & ~t->spoil || (one && r->parity))
			return rig_fail(r, "%s, operation %zu of %zu, calls %s wrong that is right",
					text, k + 1, r->nr, parity_name(found & ~t->spoil));
		r->f.wrong = (struct wrong){ .there = false, .length = t->len };
		return rig_fail(
			r,
			"%s, operation %zu of %zu, calls %s right whose byte at offset %llu "
			"is wrong",
			text, k + 1, r->nr, parity_name(t->spoil & ~found),
			(unsigned long long)t->spoil_at);
	}
	return 0;
}

int rig_go(struct rig *r)
{
	int ret = -1;

	if (!r->nr)
		return 0;
	if (stop_asked) {
		rig_skip(r, "interrupted");
		goto out;
	}
	rig_build(r);
	if (data_fill(r) || (r->before && r->before(r)))
		goto out;
	prep_begin(r);
	rig_do(r);
	if (judge_calls(r) || judge_results(r) || judge_parity(r) || data_check(r))
		goto out;
	ret = (r->after ? r->after(r) : 0) || prep_judge(r) ? -1 : 0;
	if (!ret)
		r->f.operations += r->nr;
out:
	rig_forget(r);
	return ret;
}
