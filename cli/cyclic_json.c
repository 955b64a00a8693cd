// SPDX-License-Identifier: GPL-2.0
/* A row as JSON. */
#include <string.h>

#include "cyclic.h"
#include "quirk.h"

static void add_real(struct json_object *o, const char *key, bool there, double v)
{
	if (there)
		js_real(o, key, v);
	else
		js_null(o, key);
}

static void add_distribution(struct json_object *o, const char *key, const struct hist *h,
			     bool there)
{
	json_object_object_add(o, key, there && h->n ? report_distribution(h) : NULL);
}

/* Of all channels together there are only sums. */
static void add_all(struct json_object *o, const struct crep *rep)
{
	bool simulated = false;

	for (size_t i = 0; i < rep->nr; i++)
		simulated |= rep->s[i].w.ch.traits & DMACTL_TRAIT_SIMULATED;
	js_str(o, "channel", "all");
	js_null(o, "channel_stable");
	js_null(o, "driver");
	js_null(o, "device");
	js_null(o, "device_node");
	js_null(o, "buffer_node");
	js_bool(o, "simulated", simulated);
	js_null(o, "iommu");
	js_null(o, "bounced");
}

static void add_how(struct json_object *o, const struct crep *rep, const struct crow *r,
		    size_t channel)
{
	const struct mopts *m = &rep->c->m, *own = &rep->s[channel].o;
	int cpu = rep->s[channel].w.cpu;

	js_str(o, "direction", r->ch ? direction_name(r->direction) : NULL);
	js_str(o, "endpoint", r->ch ? endpoint_name(own->endpoint) : NULL);
	js_u64(o, "width", m->width);
	js_u64(o, "burst", m->burst);
	js_str(o, "completion", m->poll ? "poll" : "irq");
	js_str(o, "buffer", m->kind[DST] == DMACTL_BUF_PAGES ? "pages" : "coherent");
	js_u64(o, "period", r->period);
	js_u64(o, "ring_periods", r->ring_periods);
	if (r->ch && cpu >= 0)
		js_int(o, "pinned_cpu", cpu);
	else
		js_null(o, "pinned_cpu");
	report_labels(o, m);
}

static void add_counts(struct json_object *o, const struct crow *r)
{
	js_u64(o, "periods", r->periods);
	js_u64(o, "periods_lost", crow_lost(r));
	js_bool(o, "lost_exact", r->exact);
	js_u64(o, "overruns", r->overruns);
	js_u64(o, "underruns", r->underruns);
	js_u64(o, "skipped", r->skipped);
	js_u64(o, "repeated", r->repeated);
	js_u64(o, "callbacks", r->callbacks);
	if (r->coarse)
		js_null(o, "coalesced");
	else
		js_u64(o, "coalesced", r->coalesced > 0 ? (uint64_t)r->coalesced : 0);
	js_u64(o, "residue_jumps", r->jumps);
	js_u64(o, "events_dropped", r->dropped);
	js_u64(o, "period_errors", r->errors);
}

static void add_times(struct json_object *o, const struct crep *rep, const struct crow *r)
{
	struct json_object *l = json_object_new_object();

	add_distribution(o, "interval_ns", &r->interval, true);
	add_distribution(o, "jitter_ns", &r->jitter, r->has_jitter);
	json_object_object_add(l, "wakeup", r->wakeup.n ? report_distribution(&r->wakeup) : NULL);
	json_object_object_add(l, "end_to_end",
			       r->end_to_end.n ? report_distribution(&r->end_to_end) : NULL);
	json_object_object_add(o, "latency_ns", l);
	add_real(o, "fitted_period_ns", r->fitted_ns > 0, r->fitted_ns);
	add_real(o, "cpu_ns_per_period", r->ch && crow_cpu_known(rep, r),
		 (double)r->cpu_ns / (double)(r->periods ? r->periods : 1));
	js_u64(o, "elapsed_ns", r->elapsed_ns);
	add_real(o, "throughput_bytes_per_second", r->valid && r->elapsed_ns,
		 (double)r->bytes * 1e9 / (double)(r->elapsed_ns ? r->elapsed_ns : 1));
}

static void add_data(struct json_object *o, const struct crep *rep, const struct crow *r)
{
	struct json_object *v = json_object_new_object(), *f = NULL;
	char crc[16];

	js_u64(o, "bytes", r->bytes);
	if (rep->c->m.save && r->ch && r->direction == DEV_TO_MEM)
		js_u64(o, "saved_bytes", r->saved);
	else
		js_null(o, "saved_bytes");
	js_u64(o, "padded_bytes", r->padded);
	snprintf(crc, sizeof(crc), "0x%08x", r->crc);
	js_str(o, "crc32", r->ch ? crc : NULL);
	js_u64(v, "covered_periods", r->checked);
	js_u64(v, "mismatches", r->mismatches);
	if (r->mismatches && !r->wrong[0]) {
		f = json_object_new_object();
		js_u64(f, "period", r->first.period);
		js_u64(f, "offset", r->first.c.offset);
		js_int(f, "expected", r->first.c.expected);
		js_int(f, "found", r->first.c.found);
	}
	json_object_object_add(v, "first", f);
	json_object_object_add(o, "verify", v);
}

static void add_end(struct json_object *o, const struct crow *r)
{
	const char *source = r->stopped == STOPPED_REOPEN ? quirk_source(r->ch->driver) : NULL;

	js_u64(o, "position", r->position);
	js_u64(o, "restarts", r->restarts);
	js_u64(o, "pauses", r->pauses);
	js_str(o, "ended_by", r->ch ? ended_name(r->ended) : NULL);
	js_str(o, "stopped_how", stopped_name(r->stopped));
	js_str(o, "quirk_source", source);
	if (r->smallest_told && r->smallest)
		js_u64(o, "min_period", r->smallest);
	else
		js_null(o, "min_period");
	js_bool(o, "interrupted", r->interrupted);
	js_bool(o, "valid", r->valid);
	js_str(o, "note", r->note[0] ? r->note : NULL);
	js_str(o, "failure", r->failure[0] ? r->failure : NULL);
}

struct json_object *cyclic_json(const struct crep *rep, const struct crow *r, size_t channel)
{
	struct json_object *o = json_object_new_object();

	js_str(o, "command", rep->ctx->name);
	if (r->ch)
		report_channel_json(o, &rep->channels[channel], DMACTL_NONE);
	else
		add_all(o, rep);
	add_how(o, rep, r, channel);
	add_counts(o, r);
	add_times(o, rep, r);
	add_data(o, rep, r);
	add_end(o, r);
	return o;
}
