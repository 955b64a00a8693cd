// SPDX-License-Identifier: GPL-2.0
/* The human's table: at most 80 columns, a row as soon as its cell is done. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "limit.h"
#include "machine.h"
#include "report.h"

static bool colour(void)
{
	return isatty(STDOUT_FILENO);
}

const char *time_text(double ns, char *buf, size_t size)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	int u = 0;

	while (u < 3 && ns >= 999.5) {
		ns /= 1000;
		u++;
	}
	snprintf(buf, size, "%.*f%s", u && ns < 9.995 ? 2 : u && ns < 99.95 ? 1 : 0, ns, units[u]);
	return buf;
}

const char *size_text(uint64_t bytes, char *buf, size_t size)
{
	static const char units[] = " KMG";
	int u = 0;

	while (u < 3 && bytes && !(bytes & 1023)) {
		bytes >>= 10;
		u++;
	}
	snprintf(buf, size, "%" PRIu64 "%.*s", bytes, u ? 1 : 0, units + u);
	return buf;
}

void rate_text(double v, char *buf, size_t size)
{
	static const char units[] = " kMG";
	int u = 0;

	while (u < 3 && v >= 9999.5) {
		v /= 1000;
		u++;
	}
	snprintf(buf, size, "%.*f%.*s", u && v < 99.95 ? 1 : 0, v, u ? 1 : 0, units + u);
}

const char *bold(bool on)
{
	return !colour() ? "" : on ? "\033[1m" : "\033[0m";
}

static void head_channel(const struct report *rep, size_t i)
{
	const struct channel *c = rep->channels[i].ch;
	bool sim = c->traits & DMACTL_TRAIT_SIMULATED;

	if (rep->nr_channels > 1)
		printf("  [%zu] ", i);
	else
		printf("%s on ", rep->command);
	printf("%s%s%s (%s), driver %s%s\n", bold(true), c->stable, bold(false), c->name, c->driver,
	       sim ? ", SIMULATED" : "");
}

/* What only some commands have, on a line of its own. */
static void head_own(const struct mopts *o)
{
	bool q = o->opcode == DMACTL_OP_PQ || o->opcode == DMACTL_OP_PQ_VAL;

	if (o->sources)
		printf("%" PRIu64 " source%s%s%s\n", o->sources, o->sources == 1 ? "" : "s",
		       !q      ? "" :
		       o->no_p ? ", only Q" :
		       o->no_q ? ", only P" :
				 ", P and Q",
		       o->check ? ", parity checked: good and spoiled" : "");
	if (o->opcode == DMACTL_OP_INTERLEAVED)
		printf("%" PRIu64 " frames of %" PRIu64 " bytes, gaps of %" PRIu64 " and %" PRIu64
		       "\n",
		       o->frames, o->chunk, o->src_gap, o->dst_gap);
	if (o->opcode == DMACTL_OP_SLAVE_SG)
		printf("%s, endpoint %s, width %" PRIu64 "%s, ", direction_name(o->direction),
		       endpoint_name(o->endpoint), o->width,
		       o->device_flow ? ", the device controls the flow" : "");
	if (o->segments)
		printf("%" PRIu64 " segment%s\n", o->segments, o->segments == 1 ? "" : "s");
}

void report_how(const struct report *rep)
{
	const struct mopts *o = rep->o;
	char text[32];

	printf("%s, ", !strcmp(rep->platform, "hardware") ? "hardware" :
		       !strcmp(rep->platform, "vm")	  ? "virtual machine (vm)" :
		       !strcmp(rep->platform, "uml")	  ? "user-mode Linux (uml)" :
							    "emulated machine");
	printf("%s, %s", o->submit ? "through user space (submit)" : "in the kernel (run)",
	       o->poll	    ? "polled" :
	       o->irq_batch ? "an interrupt per batch" :
			      "interrupts");
	if (o->opcode != DMACTL_OP_INTERRUPT)
		printf(", verify %s", o->verify == VERIFY_NONE	 ? "none" :
				      o->verify == VERIFY_SAMPLE ? "sample" :
								   "full");
	if (o->rate) {
		rate_text((double)o->rate, text, sizeof(text));
		printf("\nopen loop: %s op/s, %s", text, o->poisson ? "poisson" : "fixed");
	}
	if (o->steady.percent > 0)
		printf("%ssteady within %.3g %%", o->rate ? ", " : "\n", o->steady.percent);
}

void report_head(const struct report *rep)
{
	const struct mopts *o = rep->o;

	if (rep->nr_channels > 1)
		printf("%s on %zu channels side by side\n", rep->command, rep->nr_channels);
	for (size_t i = 0; i < rep->nr_channels; i++)
		head_channel(rep, i);
	head_own(o);
	report_how(rep);
	printf("\n\n%s", bold(true));
	if (rep->nr_channels > 1)
		printf("%4s", "chan");
	printf("%6s%6s", "size", "depth");
	if (rep->show_batch)
		printf("%6s", "batch");
	printf("%10s%8s%8s", "ops", "GB/s", "op/s");
	if (o->latency)
		printf("%8s%8s%8s%8s", "p50", "p99", "p99.9", "max");
	printf("%s\n", bold(false));
	out_flush();
}

static void latency_cell(const struct result *r, int metric)
{
	double v;
	char text[32];

	if (r->stage[ST_TOTAL].n && result_metric(r, ST_TOTAL, metric, &v))
		printf("%8s", time_text(v, text, sizeof(text)));
	else
		printf("%8s", "-");
}

void report_row(const struct report *rep, const struct result *r, size_t channel)
{
	double bytes, ops;
	char text[32];

	if (rep->nr_channels > 1 && r->ch)
		printf("%4zu", channel);
	else if (rep->nr_channels > 1)
		printf("%4s", "all");
	printf("%6s%6" PRIu64,
	       rep->o->opcode == DMACTL_OP_INTERRUPT ? "-" :
						       size_text(r->cell.size, text, sizeof(text)),
	       r->cell.depth);
	if (rep->show_batch)
		printf("%6" PRIu64, r->cell.batch);
	printf("%10" PRIu64, r->operations);
	if (result_throughput(r, &bytes, &ops)) {
		if (rep->o->opcode == DMACTL_OP_INTERRUPT)
			printf("%8s", "-");
		else
			printf("%8.*f",
			       bytes >= 99.95e9 ? 1 :
			       bytes >= 9.995e9 ? 2 :
						  3,
			       bytes / 1e9);
		rate_text(ops, text, sizeof(text));
		printf("%8s", text);
	} else {
		printf("%8s%8s", "-", "-");
	}
	if (rep->o->latency) {
		latency_cell(r, M_P50);
		latency_cell(r, M_P99);
		latency_cell(r, M_P99_9);
		latency_cell(r, M_MAX);
	}
	printf("\n");
	out_flush();
}

static void stage_row(const struct hist *h, const char *name)
{
	static const unsigned int at[] = { 5000, 9000, 9900, 9990 };
	char text[32];
	uint64_t v;

	printf("  %-8s", name);
	printf("%9s", time_text((double)h->min, text, sizeof(text)));
	printf("%9s", time_text(h->mean, text, sizeof(text)));
	printf("%9s", time_text(hist_stddev(h), text, sizeof(text)));
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		printf("%8s", hist_percentile(h, at[i], &v) ?
				      time_text((double)v, text, sizeof(text)) :
				      "-");
	printf("%9s\n", time_text((double)h->max, text, sizeof(text)));
}

static void single_stages(const struct result *r)
{
	static const enum stage order[] = {
		ST_LATE, ST_PREPARE, ST_SUBMIT, ST_DEVICE, ST_WAKEUP, ST_TOTAL,
	};

	printf("\n%s  %-8s%9s%9s%9s%8s%8s%8s%8s%9s%s\n", bold(true), "stage", "min", "mean",
	       "stddev", "p50", "p90", "p99", "p99.9", "max", bold(false));
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (result_stage(r, order[i]))
			stage_row(result_stage(r, order[i]), stage_names[order[i]]);
	if (r->early)
		printf("  the engine starts in tx_submit: device counts from there\n");
}

bool report_cpu_known(const struct report *rep, const struct result *r)
{
	return strcmp(rep->platform, "uml") || (double)r->cpu_ns >= machine_least();
}

/* Why none of the operations could be checked, NULL where that needs no word. */
static const char *uncovered(const struct mopts *o)
{
	if (o->opcode != DMACTL_OP_SLAVE_SG || o->verify == VERIFY_NONE)
		return NULL;
	if (o->endpoint == DMACTL_EP_LINE || o->endpoint == DMACTL_EP_RAW)
		return "nobody knows the data of this peripheral";
	if (o->endpoint == DMACTL_EP_BUFFER)
		return o->direction == DEV_TO_DEV ? "the register is both ends" : NULL;
	return o->direction == DEV_TO_MEM ? NULL : "what the sink got cannot be told";
}

static void verified(const struct report *rep, const struct result *r)
{
	const char *right = r->mismatches ? "WRONG DATA" : "all right", *why;
	uint64_t all = r->operations + r->failed;

	if (r->covered)
		printf("verified %" PRIu64 " of %" PRIu64 " operations: %s\n", r->covered, all,
		       right);
	if (r->last_values)
		printf("verified the last value of %" PRIu64 " of %" PRIu64 " operations: %s\n"
		       "  (a register keeps no more)\n",
		       r->last_values, all, right);
	why = r->covered || r->last_values || r->mismatches || !r->done ? NULL : uncovered(rep->o);
	if (why)
		printf("nothing to verify: %s\n", why);
}

static void steady_line(const struct steady_result *s)
{
	if (s->windows < 5)
		printf("steady state: NOT REACHED in %u windows\n", s->windows);
	else
		printf("steady state: %s after %u windows: range %.1f %%, slope %.1f %%\n",
		       s->reached ? "reached" : "NOT REACHED", s->windows, s->range, s->slope);
}

void report_single(const struct report *rep, const struct result *r)
{
	double each = r->done ? (double)r->descriptors / (double)r->done : 0;
	char text[32];

	if (r->valid && r->stage[ST_TOTAL].n)
		single_stages(r);
	printf("\n");
	if (rep->o->steady.percent > 0)
		steady_line(&r->steady);
	verified(rep, r);
	if (rep->o->check)
		printf("parity: %" PRIu64 " good and %" PRIu64 " spoiled told as they are, %" PRIu64
		       " not%s\n",
		       r->parity_good, r->parity_bad, r->parity_wrong,
		       r->parity_wrong ? ": WRONG" : "");
	if (r->done && each > 1)
		printf("%.*f descriptors per operation\n",
		       each < 100 && r->descriptors % r->done ? 1 : 0, each);
	if (r->operations && r->valid && report_cpu_known(rep, r))
		printf("%s of the submitting CPU per operation%s\n",
		       time_text((double)r->cpu_ns / (double)r->operations, text, sizeof(text)),
		       r->retries ? ", and descriptors ran short at times" : "");
}
