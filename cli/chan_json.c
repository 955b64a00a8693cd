// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "chan_json.h"
#include "report.h"

bool chan_told(const struct channel *c, int attr)
{
	return c->present & (1ULL << attr);
}

const char *chan_stop_class(const struct channel *c)
{
	if (!(c->traits & DMACTL_TRAIT_TERMINATE))
		return "quarantine";
	return c->traits & DMACTL_TRAIT_SYNCHRONIZE ? "stops" : "unsynchronized";
}

const char *residue_name(uint32_t residue)
{
	static const char *const names[] = { "descriptor", "segment", "burst" };

	return residue < 3 ? names[residue] : "unknown";
}

static void number(struct json_object *o, const char *key, const struct channel *c, int attr,
		   uint64_t value)
{
	if (chan_told(c, attr))
		js_u64(o, key, value);
	else
		js_null(o, key);
}

static struct json_object *bits(uint64_t mask, const char *(*name)(unsigned int))
{
	struct json_object *list = json_object_new_array();

	for (unsigned int i = 0; i < 64; i++)
		if (mask & (1ULL << i))
			json_object_array_add(list, json_object_new_string(name(i)));
	return list;
}

static const char *trait_name(unsigned int bit)
{
	static const char *const names[] = {
		"terminate", "synchronize", "pause", "resume", "no-order",
		"private",   "simulated",   "slave", "reuse",  "release",
	};

	return bit < sizeof(names) / sizeof(names[0]) ? names[bit] : "unknown";
}

void chan_json_abilities(struct json_object *o, const struct channel *c)
{
	json_object_object_add(o, "operations", bits(c->operations, op_name));
	json_object_object_add(o, "traits", bits(c->traits, trait_name));
	js_str(o, "stop", chan_stop_class(c));
}

void chan_json_limits(struct json_object *o, const struct channel *c)
{
	number(o, "max_segment", c, DMACTL_A_CHANNEL_MAX_SEGMENT, c->max_segment);
	number(o, "max_mapping", c, DMACTL_A_CHANNEL_MAX_MAPPING, c->max_mapping);
	number(o, "mask_bits", c, DMACTL_A_CHANNEL_MASK_BITS, c->mask_bits);
	number(o, "align_copy", c, DMACTL_A_CHANNEL_ALIGN_COPY, c->align_copy);
	number(o, "align_fill", c, DMACTL_A_CHANNEL_ALIGN_FILL, c->align_fill);
	number(o, "align_xor", c, DMACTL_A_CHANNEL_ALIGN_XOR, c->align_xor);
	number(o, "align_pq", c, DMACTL_A_CHANNEL_ALIGN_PQ, c->align_pq);
	number(o, "max_xor", c, DMACTL_A_CHANNEL_MAX_XOR, c->max_xor);
	number(o, "max_pq", c, DMACTL_A_CHANNEL_MAX_PQ, c->max_pq);
	number(o, "src_widths", c, DMACTL_A_CHANNEL_SRC_WIDTHS, c->src_widths);
	number(o, "dst_widths", c, DMACTL_A_CHANNEL_DST_WIDTHS, c->dst_widths);
	number(o, "directions", c, DMACTL_A_CHANNEL_DIRECTIONS, c->directions);
	number(o, "min_burst", c, DMACTL_A_CHANNEL_MIN_BURST, c->min_burst);
	number(o, "max_burst", c, DMACTL_A_CHANNEL_MAX_BURST, c->max_burst);
	number(o, "max_sg_burst", c, DMACTL_A_CHANNEL_MAX_SG_BURST, c->max_sg_burst);
	js_str(o, "residue",
	       chan_told(c, DMACTL_A_CHANNEL_RESIDUE) ? residue_name(c->residue) : NULL);
}

void chan_json_counters(struct json_object *o, const struct channel *c)
{
	struct json_object *n = json_object_new_object();

	number(n, "done", c, DMACTL_A_CHANNEL_DONE, c->done);
	number(n, "bytes", c, DMACTL_A_CHANNEL_BYTES, c->bytes);
	number(n, "failed", c, DMACTL_A_CHANNEL_FAILED, c->failed);
	number(n, "timed_out", c, DMACTL_A_CHANNEL_TIMED_OUT, c->timed_out);
	number(n, "aborted", c, DMACTL_A_CHANNEL_ABORTED, c->aborted);
	number(n, "retries", c, DMACTL_A_CHANNEL_RETRIES, c->retries);
	number(n, "late", c, DMACTL_A_CHANNEL_LATE, c->late);
	number(n, "claims", c, DMACTL_A_CHANNEL_CLAIMS, c->claims);
	number(n, "latency_count", c, DMACTL_A_CHANNEL_LATENCY_COUNT, c->latency_count);
	number(n, "latency_sum_ns", c, DMACTL_A_CHANNEL_LATENCY_SUM_NS, c->latency_sum_ns);
	number(n, "latency_max_ns", c, DMACTL_A_CHANNEL_LATENCY_MAX_NS, c->latency_max_ns);
	number(n, "periods", c, DMACTL_A_CHANNEL_PERIODS, c->periods);
	number(n, "periods_dropped", c, DMACTL_A_CHANNEL_PERIODS_DROPPED, c->periods_dropped);
	number(n, "submitted", c, DMACTL_A_CHANNEL_SUBMITTED, c->submitted);
	json_object_object_add(o, "counters", n);
}

void chan_json_holder(struct json_object *o, const struct channel *c)
{
	number(o, "session", c, DMACTL_A_CHANNEL_SESSION, c->session);
	number(o, "pid", c, DMACTL_A_CHANNEL_PID, c->pid);
	js_str(o, "command", c->command[0] ? c->command : NULL);
	number(o, "users", c, DMACTL_A_CHANNEL_USERS, c->users);
	number(o, "in_flight", c, DMACTL_A_CHANNEL_IN_FLIGHT, c->in_flight);
	number(o, "streams", c, DMACTL_A_CHANNEL_STREAMS, c->streams);
}

struct json_object *chan_json(const struct backend *b, const struct channel *c)
{
	struct json_object *o = json_object_new_object();
	struct report_channel rc;
	char holder[256];

	report_channel_init(b, c, &rc);
	chan_holder(b, c, holder, sizeof(holder));
	js_str(o, "channel", c->name);
	js_str(o, "channel_stable", c->stable);
	js_str(o, "driver", c->driver);
	js_str(o, "device", c->device);
	number(o, "device_node", c, DMACTL_A_CHANNEL_NODE, c->node);
	js_bool(o, "simulated", chan_simulated(c));
	chan_json_abilities(o, c);
	js_str(o, "iommu", rc.iommu);
	js_str(o, "state", chan_state_name(c->state));
	js_str(o, "holder", holder[0] ? holder : NULL);
	chan_json_holder(o, c);
	chan_json_limits(o, c);
	chan_json_counters(o, c);
	return o;
}
