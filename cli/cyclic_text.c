// SPDX-License-Identifier: GPL-2.0
/* The table of cyclic, and what there is to say of a single row. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cyclic.h"
#include "quirk.h"

static bool simulated(const struct cyclic *s)
{
	return s->w.ch.traits & DMACTL_TRAIT_SIMULATED;
}

static void head_channel(const struct crep *rep, size_t i)
{
	const struct cyclic *s = &rep->s[i];
	const struct channel *c = &s->w.ch;

	if (rep->nr > 1)
		fprintf(rep->f, "  [%zu] ", i);
	else
		fprintf(rep->f, "cyclic on ");
	fprintf(rep->f, "%s%s%s (%s), driver %s%s\n", rep->f == stdout ? bold(true) : "", c->stable,
		rep->f == stdout ? bold(false) : "", c->name, c->driver,
		simulated(s) ? ", SIMULATED" : "");
	fprintf(rep->f, "%s%s, endpoint %s, width %" PRIu64 "\n", rep->nr > 1 ? "      " : "",
		direction_name(s->o.direction), endpoint_name(s->o.endpoint), s->o.width);
}

void cyclic_head(const struct crep *rep)
{
	const struct mopts *o = &rep->c->m;
	bool is_bold = rep->f == stdout;

	if (rep->nr > 1)
		fprintf(rep->f, "cyclic on %zu channels side by side\n", rep->nr);
	for (size_t i = 0; i < rep->nr; i++)
		head_channel(rep, i);
	fprintf(rep->f, "%s, a ring of %" PRIu64 " periods, %s, %s\n\n",
		!strcmp(rep->platform, "hardware") ? "hardware" :
		!strcmp(rep->platform, "vm")	   ? "virtual machine (vm)" :
		!strcmp(rep->platform, "uml")	   ? "user-mode Linux (uml)" :
						     "emulated machine",
		rep->c->periods, o->kind[DST] == DMACTL_BUF_PAGES ? "pages" : "coherent",
		o->poll ? "polled" : "interrupts");
	fprintf(rep->f, "%s", is_bold ? bold(true) : "");
	if (rep->nr > 1)
		fprintf(rep->f, "%4s", "chan");
	fprintf(rep->f, "%7s%9s%7s%8s%9s%8s%8s%8s%10s%s\n", "period", "periods", "lost", "MB/s",
		"interval", "p99", "jitter", "wakeup", "cpu", is_bold ? bold(false) : "");
	fflush(rep->f);
}

static void percentile(FILE *f, const struct hist *h, unsigned int at, int columns)
{
	char text[32];
	uint64_t v;

	fprintf(f, "%*s", columns,
		hist_percentile(h, at, &v) ? time_text((double)v, text, sizeof(text)) : "-");
}

void cyclic_text(const struct crep *rep, const struct crow *r, size_t channel)
{
	char text[32], lost[32];
	FILE *f = rep->f;

	if (rep->nr > 1 && r->ch)
		fprintf(f, "%4zu", channel);
	else if (rep->nr > 1)
		fprintf(f, "%4s", "all");
	snprintf(lost, sizeof(lost), "%s%" PRIu64, r->exact ? "" : ">=", crow_lost(r));
	fprintf(f, "%7s%9" PRIu64 "%7s", size_text(r->period, text, sizeof(text)), r->periods,
		lost);
	if (r->elapsed_ns && r->valid)
		fprintf(f, "%8.*f", (double)r->bytes * 1e3 / (double)r->elapsed_ns < 99.95 ? 2 : 0,
			(double)r->bytes * 1e3 / (double)r->elapsed_ns);
	else
		fprintf(f, "%8s", "-");
	percentile(f, &r->interval, 5000, 9);
	percentile(f, &r->interval, 9900, 8);
	if (r->has_jitter)
		percentile(f, &r->jitter, 9900, 8);
	else
		fprintf(f, "%8s", "-");
	percentile(f, &r->wakeup, 5000, 8);
	fprintf(f, "%10s\n",
		r->ch && crow_cpu_known(rep, r) ?
			time_text((double)r->cpu_ns / (double)r->periods, text, sizeof(text)) :
			"-");
	fflush(f);
}

static void stage(FILE *f, const char *name, const struct hist *h)
{
	static const unsigned int at[] = { 5000, 9000, 9900, 9990 };
	char text[32];

	if (!h->n)
		return;
	fprintf(f, "  %-10s%8s", name, time_text((double)h->min, text, sizeof(text)));
	fprintf(f, "%9s", time_text(h->mean, text, sizeof(text)));
	fprintf(f, "%9s", time_text(hist_stddev(h), text, sizeof(text)));
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		percentile(f, h, at[i], 8);
	fprintf(f, "%9s\n", time_text((double)h->max, text, sizeof(text)));
}

static void stages(const struct crep *rep, const struct crow *r)
{
	FILE *f = rep->f;

	if (!r->interval.n && !r->end_to_end.n)
		return;
	fprintf(f, "\n  %-10s%8s%9s%9s%8s%8s%8s%8s%9s\n", "", "min", "mean", "stddev", "p50", "p90",
		"p99", "p99.9", "max");
	stage(f, "interval", &r->interval);
	if (r->has_jitter)
		stage(f, "jitter", &r->jitter);
	stage(f, "wakeup", &r->wakeup);
	stage(f, "end to end", &r->end_to_end);
}

static void losses(FILE *f, const struct crow *r)
{
	char text[32];

	fprintf(f, "\nlost: ");
	if (r->exact)
		fprintf(f, "%" PRIu64, crow_lost(r));
	else
		fprintf(f, "at least %" PRIu64, crow_lost(r));
	fprintf(f, " (overruns %" PRIu64 ", underruns %" PRIu64 ", skipped %" PRIu64 ")\n",
		r->overruns, r->underruns, r->skipped);
	if (!r->exact)
		fprintf(f, "  %s\n",
			r->coarse ?
				"the channel does not tell its position, and the data no number" :
				"a whole round may have passed between two looks at the engine");
	if (r->polled)
		fprintf(f, "no callbacks: polled");
	else
		fprintf(f, "callbacks: %" PRIu64, r->callbacks);
	if (!r->coarse && !r->polled)
		fprintf(f, ", coalesced %" PRId64 ", residue jumps %" PRIu64,
			r->coalesced > 0 ? r->coalesced : 0, r->jumps);
	else if (r->polled)
		fprintf(f, ", residue jumps %" PRIu64, r->jumps);
	if (r->dropped)
		fprintf(f, ", dropped events %" PRIu64, r->dropped);
	if (r->fitted_ns > 0)
		fprintf(f, "; a period takes %s", time_text(r->fitted_ns, text, sizeof(text)));
	fprintf(f, "\n");
}

static void stop_line(FILE *f, const struct crow *r)
{
	char text[32];

	if (!r->stopped)
		return;
	fprintf(f, "stopped after %s at byte %" PRIu64 " of the ring",
		time_text((double)r->elapsed_ns, text, sizeof(text)), r->position);
	if (r->stopped == STOPPED_UNSYNC)
		fprintf(f, "\n  stopped, not synchronized: the channel was given back and claimed "
			   "again");
	if (r->stopped == STOPPED_REOPEN)
		fprintf(f,
			"\n  given back and claimed again: its driver stays cyclic until then\n"
			"  (%s)",
			quirk_source(r->ch->driver));
	fprintf(f, "\n");
}

void cyclic_end_to_end(const struct crep *rep, const struct crow *r)
{
	if (r->end_to_end.n)
		stages(rep, r);
}

void cyclic_summary(const struct crep *rep, const struct crow *r)
{
	const struct mopts *o = &rep->c->m;
	FILE *f = rep->f;

	stages(rep, r);
	losses(f, r);
	if (r->checked)
		fprintf(f, "checked %" PRIu64 " periods: %s\n", r->checked,
			r->mismatches ? "WRONG DATA" : "all right");
	fprintf(f, "%" PRIu64 " bytes %s, crc32 0x%08x\n", r->bytes,
		r->direction == MEM_TO_DEV ? "played" : "delivered", r->crc);
	if (o->save)
		fprintf(f, "%" PRIu64 " bytes saved\n", r->saved);
	stop_line(f, r);
	fflush(f);
}
