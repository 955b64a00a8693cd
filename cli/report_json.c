// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "chan.h"
#include "area.h"
#include "limit.h"
#include "machine.h"
#include "report.h"

void report_channel_init(const struct backend *b, const struct channel *ch,
			 struct report_channel *out)
{
	char path[192], text[4096];

	out->ch = ch;
	snprintf(path, sizeof(path), "/sys/class/dma/%s/device/iommu_group/type", ch->name);
	if (!machine_line(b, path, text, sizeof(text)))
		snprintf(out->iommu, sizeof(out->iommu), "none");
	else if (!strcasecmp(text, "DMA-FQ"))
		snprintf(out->iommu, sizeof(out->iommu), "dma-fq");
	else if (!strcasecmp(text, "DMA"))
		snprintf(out->iommu, sizeof(out->iommu), "dma");
	else
		snprintf(out->iommu, sizeof(out->iommu), "%.15s", text);
	/* A mask that reaches all memory needs no bounce buffers unless they are forced. */
	out->bounce_free = ch->mask_bits >= 52 && !machine_bounces(b);
}

static void percentile(struct json_object *o, const char *key, const struct hist *h,
		       unsigned int per_myriad)
{
	uint64_t v;

	if (hist_percentile(h, per_myriad, &v))
		js_u64(o, key, v);
	else
		js_null(o, key);
}

struct json_object *report_distribution(const struct hist *h)
{
	struct json_object *o, *list, *pair;

	if (!h)
		return NULL;
	o = json_object_new_object();
	list = json_object_new_array();
	js_u64(o, "min", h->min);
	js_real(o, "mean", h->mean);
	js_real(o, "stddev", hist_stddev(h));
	percentile(o, "p50", h, 5000);
	percentile(o, "p90", h, 9000);
	percentile(o, "p99", h, 9900);
	percentile(o, "p99_9", h, 9990);
	percentile(o, "p99_99", h, 9999);
	js_u64(o, "max", h->max);
	for (size_t i = 0; i < HIST_BUCKETS; i++) {
		if (!h->count[i])
			continue;
		pair = json_object_new_array();
		json_object_array_add(pair, json_object_new_uint64(hist_upper(i)));
		json_object_array_add(pair, json_object_new_uint64(h->count[i]));
		json_object_array_add(list, pair);
	}
	json_object_object_add(o, "histogram", list);
	return o;
}

static void add_latency(struct json_object *o, const struct result *r)
{
	struct json_object *l = json_object_new_object();

	if (!r->stage[ST_TOTAL].n) {
		json_object_put(l);
		js_null(o, "latency_ns");
		return;
	}
	js_u64(l, "samples", r->stage[ST_TOTAL].n);
	for (int i = 0; i < NR_STAGES; i++)
		json_object_object_add(l, stage_names[i], report_distribution(result_stage(r, i)));
	json_object_object_add(o, "latency_ns", l);
}

static void add_verify(struct json_object *o, const struct mopts *opts, const struct result *r)
{
	static const char *const names[] = { "none", "sample", "full" };
	struct json_object *v = json_object_new_object(), *f;

	js_str(v, "mode", names[opts->verify]);
	js_u64(v, "covered_operations", r->covered);
	js_u64(v, "last_values", r->last_values);
	js_u64(v, "mismatches", r->mismatches);
	if (r->mismatches && !r->wrong[0]) {
		f = json_object_new_object();
		js_u64(f, "operation", r->first.operation);
		js_u64(f, "destination", r->first.destination);
		js_int(f, "offset", r->first.offset);
		js_int(f, "expected", r->first.expected);
		js_int(f, "found", r->first.found);
		json_object_object_add(v, "first", f);
	} else {
		js_null(v, "first");
	}
	json_object_object_add(o, "verify", v);
}

static void add_buffer(struct json_object *o, const struct mopts *p)
{
	const char *src = area_kind(p, SRC), *dst = area_kind(p, DST);
	char both[200];

	snprintf(both, sizeof(both), "%s,%s", src, dst);
	js_str(o, "buffer",
	       p->opcode == DMACTL_OP_INTERRUPT ? NULL :
	       strcmp(src, dst)			? both :
						  src);
}

static void add_node(struct json_object *o, uint64_t node)
{
	if (node == DMACTL_NONE)
		js_null(o, "buffer_node");
	else
		js_u64(o, "buffer_node", node);
}

void report_channel_json(struct json_object *o, const struct report_channel *rc, uint64_t node)
{
	const struct channel *ch = rc->ch;

	js_str(o, "channel", ch->name);
	js_str(o, "channel_stable", ch->stable);
	js_str(o, "driver", ch->driver);
	js_str(o, "device", ch->device);
	if (ch->present & (1ULL << DMACTL_A_CHANNEL_NODE))
		js_int(o, "device_node", ch->node);
	else
		js_null(o, "device_node");
	add_node(o, node);
	js_bool(o, "simulated", ch->traits & DMACTL_TRAIT_SIMULATED);
	js_str(o, "iommu", rc->iommu);
	if (rc->bounce_free)
		js_bool(o, "bounced", false);
	else
		js_null(o, "bounced");
}

static void add_all(struct json_object *o, const struct report *rep)
{
	bool simulated = false;

	for (size_t i = 0; i < rep->nr_channels; i++)
		simulated |= rep->channels[i].ch->traits & DMACTL_TRAIT_SIMULATED;
	js_str(o, "channel", "all");
	js_null(o, "channel_stable");
	js_null(o, "driver");
	js_null(o, "device");
	js_null(o, "device_node");
	add_node(o, rep->o->node[DST]);
	js_bool(o, "simulated", simulated);
	js_null(o, "iommu");
	js_null(o, "bounced");
}

void report_labels(struct json_object *o, const struct mopts *p)
{
	struct json_object *labels = json_object_new_object();
	char text[64];

	for (size_t i = 0; i < p->labels.n; i++) {
		const char *kv = ((const char **)p->labels.v)[i], *eq = strchr(kv, '=');

		snprintf(text, sizeof(text), "%.*s", (int)(eq - kv), kv);
		js_str(labels, text, eq + 1);
	}
	json_object_object_add(o, "labels", labels);
}

static void add_number(struct json_object *o, const char *key, bool there, uint64_t v)
{
	if (there)
		js_u64(o, key, v);
	else
		js_null(o, key);
}

static void add_steady(struct json_object *o, const struct mopts *p, const struct steady_result *s)
{
	struct json_object *v;

	if (p->steady.percent <= 0) {
		js_null(o, "steady");
		return;
	}
	v = json_object_new_object();
	js_real(v, "percent", p->steady.percent);
	js_bool(v, "reached", s->reached);
	js_u64(v, "windows", s->windows);
	if (s->windows < 5) {
		js_null(v, "range");
		js_null(v, "slope");
	} else {
		js_real(v, "range", s->range);
		js_real(v, "slope", s->slope);
	}
	json_object_object_add(o, "steady", v);
}

static void add_how(struct json_object *o, const struct report *rep, const struct result *r)
{
	const struct mopts *p = rep->o;

	js_str(o, "map", p->map_each ? "each" : "once");
	js_str(o, "mode", p->submit ? "submit" : "run");
	js_str(o, "completion", p->poll ? "poll" : "irq");
	js_str(o, "interrupt", p->poll ? NULL : p->irq_batch ? "batch" : "each");
	js_str(o, "loop", p->rate ? "open" : "closed");
	add_number(o, "rate", p->rate, p->rate);
	js_str(o, "arrivals", !p->rate ? NULL : p->poisson ? "poisson" : "fixed");
	add_buffer(o, p);
	js_str(o, "cache", p->cold ? "cold" : "warm");
	js_u64(o, "size", r->cell.size);
	js_u64(o, "depth", r->cell.depth);
	js_u64(o, "batch", r->cell.batch);
	js_u64(o, "buffers", p->buffers ? p->buffers : r->cell.depth);
	add_number(o, "align", p->align, p->align);
	js_u64(o, "src_offset", p->offset[SRC]);
	js_u64(o, "dst_offset", p->offset[DST]);
	if (r->cpu >= 0)
		js_int(o, "pinned_cpu", r->cpu);
	else
		js_null(o, "pinned_cpu");
	js_int(o, "repeat", r->cell.repeat);
	add_steady(o, p, &r->steady);
	js_str(o, "job", rep->job);
	add_number(o, "sequence", rep->sequence, rep->sequence);
	report_labels(o, p);
}

/* Times the size that an operation reads, and writes. */
static uint64_t reads(const struct mopts *o)
{
	uint64_t parity = !o->no_p + (uint64_t)!o->no_q;

	switch (o->opcode) {
	case DMACTL_OP_MEMSET:
	case DMACTL_OP_MEMSET_SG:
		return 0;
	case DMACTL_OP_XOR:
	case DMACTL_OP_PQ:
		return o->sources;
	case DMACTL_OP_XOR_VAL:
		return o->sources + 1;
	case DMACTL_OP_PQ_VAL:
		return o->sources + parity;
	default:
		return 1;
	}
}

static uint64_t writes(const struct mopts *o)
{
	if (o->check)
		return 0;
	return o->opcode == DMACTL_OP_PQ ? !o->no_p + (uint64_t)!o->no_q : 1;
}

static void add_parity(struct json_object *o, const struct mopts *p, const struct result *r)
{
	struct json_object *c;

	if (!p->check) {
		js_null(o, "parity_checks");
		return;
	}
	c = json_object_new_object();
	js_u64(c, "good", r->parity_good);
	js_u64(c, "bad", r->parity_bad);
	js_u64(c, "wrong", r->parity_wrong);
	js_u64(c, "failed", r->parity_failed);
	json_object_object_add(o, "parity_checks", c);
}

/* What single commands have; null for the others. @second: of the pair of a loopback. */
static void add_own(struct json_object *o, const struct mopts *p, const struct result *r,
		    bool second)
{
	bool frames = p->opcode == DMACTL_OP_INTERLEAVED, slave = p->opcode == DMACTL_OP_SLAVE_SG;
	bool fill = p->opcode == DMACTL_OP_MEMSET || p->opcode == DMACTL_OP_MEMSET_SG;
	bool pq = p->opcode == DMACTL_OP_PQ || p->opcode == DMACTL_OP_PQ_VAL;
	uint32_t d = second ? MEM_TO_DEV + DEV_TO_MEM - p->direction : p->direction;

	add_number(o, "value", fill, p->value);
	add_number(o, "sources", p->sources, p->sources);
	js_str(o, "parity", !pq ? NULL : p->no_p ? "q" : p->no_q ? "p" : "pq");
	add_number(o, "segments", p->segments, p->segments);
	add_number(o, "frames", frames, p->frames);
	add_number(o, "chunk", frames, p->chunk);
	add_number(o, "src_gap", frames, p->src_gap);
	add_number(o, "dst_gap", frames, p->dst_gap);
	js_str(o, "direction", slave && r->ch ? direction_name(d) : NULL);
	js_str(o, "endpoint", slave ? endpoint_name(p->endpoint) : NULL);
	add_number(o, "width", slave, p->width);
	add_number(o, "burst", slave, p->burst);
	js_str(o, "flow_control", !slave ? NULL : p->device_flow ? "device" : "dma");
}

static void add_counts(struct json_object *o, const struct report *rep, const struct result *r)
{
	double bytes, ops;
	struct json_object *cpu;

	js_u64(o, "operations", r->operations);
	js_u64(o, "attempted", r->operations + r->failed + r->timed_out + r->aborted);
	js_u64(o, "failed", r->failed);
	js_u64(o, "timed_out", r->timed_out);
	js_u64(o, "aborted", r->aborted);
	js_u64(o, "warmup_failed", r->warm_failed);
	if (rep->o->submit)
		js_null(o, "retries");
	else
		js_u64(o, "retries", r->retries);
	js_u64(o, "bytes", r->bytes);
	js_u64(o, "bytes_read", r->bytes * reads(rep->o));
	js_u64(o, "bytes_written", r->bytes * writes(rep->o));
	if (r->done)
		js_real(o, "descriptors", (double)r->descriptors / (double)r->done);
	else
		js_null(o, "descriptors");
	add_parity(o, rep->o, r);
	js_u64(o, "elapsed_ns", r->elapsed_ns);
	if (result_throughput(r, &bytes, &ops)) {
		js_real(o, "throughput_bytes_per_second", bytes);
		js_real(o, "operations_per_second", ops);
	} else {
		js_null(o, "throughput_bytes_per_second");
		js_null(o, "operations_per_second");
	}
	cpu = json_object_new_object();
	if (r->operations && report_cpu_known(rep, r))
		js_real(cpu, "submitters", (double)r->cpu_ns / (double)r->operations);
	else
		js_null(cpu, "submitters");
	if (r->machine_ns >= 0)
		js_real(cpu, "machine", r->machine_ns);
	else
		js_null(cpu, "machine");
	js_str(cpu, "accounting", r->machine_ns >= 0 ? "tick" : NULL);
	json_object_object_add(o, "cpu_ns_per_operation", cpu);
}

static void add_limits(struct json_object *o, const struct report *rep, const struct result *r)
{
	struct json_object *list = json_object_new_array(), *one;
	const struct limit *l = rep->o->limits.v;
	double v;

	for (size_t i = 0; i < rep->o->limits.n; i++) {
		one = json_object_new_object();
		js_str(one, "limit", l[i].text);
		if (result_metric(r, l[i].stage, l[i].metric, &v)) {
			js_real(one, "value", v);
			js_bool(one, "met", limit_met(&l[i], v));
		} else {
			js_null(one, "value");
			js_null(one, "met");
		}
		json_object_array_add(list, one);
	}
	json_object_object_add(o, "limits", list);
}

struct json_object *report_json(const struct report *rep, const struct result *r, size_t channel)
{
	struct json_object *o = json_object_new_object();

	js_str(o, "command", rep->command);
	if (r->ch)
		report_channel_json(o, &rep->channels[channel], rep->o->node[DST]);
	else
		add_all(o, rep);
	add_how(o, rep, r);
	add_own(o, rep->o, r, channel && mopts_pair(rep->o));
	add_counts(o, rep, r);
	js_str(o, "order", "none");
	js_str(o, "starts_at", r->early ? "submit" : "issue");
	add_latency(o, r);
	add_verify(o, rep->o, r);
	add_limits(o, rep, r);
	if (r->migrations >= 0)
		js_int(o, "migrations", r->migrations);
	else
		js_null(o, "migrations");
	js_bool(o, "interrupted", r->interrupted);
	js_bool(o, "valid", r->valid);
	js_str(o, "why_invalid", r->valid ? NULL : r->why_invalid);
	js_str(o, "failure", r->failure[0] ? r->failure : NULL);
	return o;
}

struct json_object *report_cpu_json(const struct report *rep, const struct result *r,
				    size_t channel)
{
	static const char *const none[] = { "map",	  "mode",     "completion",  "interrupt",
					    "latency_ns", "retries",  "descriptors", "steady",
					    "rate",	  "arrivals", "starts_at",   "buffers" };
	struct json_object *o = report_json(rep, r, channel);
	char text[64];

	snprintf(text, sizeof(text), "cpu-%s", rep->command);
	js_str(o, "command", text);
	js_str(o, "loop", "closed");
	js_int(o, "depth", 1);
	js_int(o, "batch", 1);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		js_null(o, none[i]);
	json_object_object_add(o, "limits", json_object_new_array());
	return o;
}

struct json_object *report_skipped(const struct vec *skipped)
{
	struct json_object *list = json_object_new_array(), *o;
	const struct skip *s = skipped->v;

	for (size_t i = 0; i < skipped->n; i++) {
		o = json_object_new_object();
		js_str(o, "job", s[i].job);
		js_str(o, "why", s[i].why);
		json_object_array_add(list, o);
	}
	return list;
}
