// SPDX-License-Identifier: GPL-2.0
/* Everything known about one channel. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "chan_json.h"
#include "report.h"

struct info_args {
	struct ctx *ctx;
	const char *channel;
};

static error_t info_opt(int key, char *arg, struct argp_state *st)
{
	struct info_args *a = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = a->ctx;
		return 0;
	case ARGP_KEY_ARG:
		if (a->channel)
			argp_error(st, "info takes one channel, '%s' is a second", arg);
		a->channel = arg;
		return 0;
	case ARGP_KEY_END:
		if (!a->channel)
			argp_error(st, "which channel? (dmactl list shows them)");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void row(const char *key, const char *value)
{
	printf("%-14s%s\n", key, value);
}

static void row_u64(const char *key, uint64_t v, const char *unit)
{
	printf("%-14s%" PRIu64 "%s\n", key, v, unit);
}

/* Text after its key, wrapped to 80 columns. */
static void wrap(const char *key, const char *text)
{
	int at = printf("%-14s", key), n;

	while (*text) {
		n = (int)strcspn(text, " ");
		if (at > 14 && at + 1 + n > 80) {
			printf("\n%-14s", "");
			at = 14;
		}
		at += printf("%s%.*s", at > 14 ? " " : "", n, text);
		text += n + (text[n] == ' ');
	}
	printf("\n");
}

static void align_row(const char *key, uint32_t shift)
{
	if (!shift)
		printf("%-14sany\n", key);
	else if (shift < 63)
		printf("%-14s%llu bytes (shift %u)\n", key, 1ULL << shift, shift);
	else
		printf("%-14sshift %u: no alignment can be that\n", key, shift);
}

static void print_stop(const struct channel *c)
{
	const char *class = chan_stop_class(c);

	if (!strcmp(class, "stops"))
		wrap("stopping", "(a) can be stopped: a time-out ends its work and frees it for "
				 "use");
	else if (!strcmp(class, "unsynchronized"))
		wrap("stopping", "(b) stopped, not synchronized: the driver ends its work, but "
				 "cannot tell when the last callback is over");
	else
		wrap("stopping", "(c) cannot be stopped: a time-out puts it and its memory into "
				 "quarantine until the callback comes");
}

static void print_sharing(const struct channel *c)
{
	if (c->traits & DMACTL_TRAIT_PRIVATE)
		wrap("sharing", "private: async_tx (md-raid) does not use this device");
	else
		wrap("sharing", "public: claiming a channel takes the whole device from async_tx "
				"(md-raid) until it is released");
	if (!(c->traits & DMACTL_TRAIT_RELEASE))
		wrap("unbinding", "the driver has no device_release: do not unbind it while the "
				  "channel is held");
}

static void print_directions(const struct channel *c)
{
	char text[64] = "";
	size_t n = 0;

	for (uint32_t i = 0; i < NR_DIRECTIONS; i++)
		if (c->directions & (1U << i))
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", n ? ", " : "",
					      direction_name(i));
	if (n)
		row("directions", text);
}

static void print_slave(const struct channel *c)
{
	static const struct {
		uint32_t trait;
		const char *name;
	} controls[] = {
		{ DMACTL_TRAIT_PAUSE, "pause" },
		{ DMACTL_TRAIT_RESUME, "resume" },
		{ DMACTL_TRAIT_REUSE, "descriptor reuse" },
	};
	char text[128];
	size_t n = 0;

	if (!(c->traits & DMACTL_TRAIT_SLAVE))
		return;
	text[0] = '\0';
	for (unsigned int i = 0; i < 32 && n < sizeof(text); i++)
		if (c->src_widths & c->dst_widths & (1U << i))
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%u", n ? ", " : "", i);
	print_directions(c);
	row("slave widths", n ? text : "none of its own");
	if (c->max_burst)
		printf("%-14s%u to %u\n", "slave bursts", c->min_burst, c->max_burst);
	if (c->max_sg_burst)
		row_u64("slave sg", c->max_sg_burst, " segments at once");
	row("residue by", residue_name(c->residue));
	n = 0;
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++)
		if (c->traits & controls[i].trait)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", n ? ", " : "",
					      controls[i].name);
	if (n)
		row("slave control", text);
}

static void print_limits(const struct channel *c)
{
	char text[32];

	if (chan_told(c, DMACTL_A_CHANNEL_MAX_SEGMENT))
		printf("%-14s%s%s in one descriptor, longer operations are split\n", "segment",
		       size_text(c->max_segment, text, sizeof(text)),
		       c->max_segment % 1024 ? " bytes" : "");
	if (chan_told(c, DMACTL_A_CHANNEL_MAX_MAPPING) && c->max_mapping < UINT32_MAX)
		printf("%-14sof at most %s\n", "mapping",
		       size_text(c->max_mapping, text, sizeof(text)));
	if (chan_told(c, DMACTL_A_CHANNEL_MASK_BITS))
		row_u64("addresses", c->mask_bits, " bits");
	if (chan_has(c, DMACTL_OP_MEMCPY))
		align_row("align memcpy", c->align_copy);
	if (chan_has(c, DMACTL_OP_MEMSET))
		align_row("align memset", c->align_fill);
	if (chan_has(c, DMACTL_OP_XOR)) {
		align_row("align xor", c->align_xor);
		row_u64("xor sources", c->max_xor, "");
	}
	if (chan_has(c, DMACTL_OP_PQ)) {
		align_row("align pq", c->align_pq);
		row_u64("pq sources", c->max_pq, "");
	}
}

static void print_quarantine(struct ctx *ctx, const struct channel *c)
{
	struct vec q = { 0 };
	const struct quarantine *v;
	struct err e;
	char age[32], size[32], text[256];

	if (ctx->b->quarantines(&q, &e))
		return;
	v = q.v;
	for (size_t i = 0; i < q.n; i++) {
		if (strcmp(v[i].stable, c->stable))
			continue;
		snprintf(text, sizeof(text), "%u callback%s owed for %s, %s of memory %s",
			 v[i].requests, v[i].requests == 1 ? "" : "s",
			 time_text((double)v[i].age_ns, age, sizeof(age)),
			 size_text(v[i].bytes, size, sizeof(size)),
			 v[i].leaked ? "leaked: its provider has gone" : "kept");
		wrap("quarantine", text);
	}
	vec_free(&q);
}

static void print_latency(const struct channel *c)
{
	char mean[32], most[32] = "", text[256];

	if (!c->latency_count)
		return;
	time_text((double)c->latency_sum_ns / (double)c->latency_count, mean, sizeof(mean));
	if (c->latency_max_ns)
		time_text((double)c->latency_max_ns, most, sizeof(most));
	snprintf(text, sizeof(text), "mean %s of %" PRIu64 " operations with stamps%s%s%s", mean,
		 c->latency_count, most[0] ? ", at most " : "", most,
		 most[0] ? " since it was claimed last" : "");
	wrap("latency", text);
}

static void print_text(struct ctx *ctx, const struct channel *c)
{
	struct report_channel rc;
	char text[256];

	report_channel_init(ctx->b, c, &rc);
	printf("%s%s\n\n", c->stable, chan_simulated(c) ? "  SIMULATED" : "");
	printf("%-14s%s (numbered in probe order, not stable)\n", "sysfs name", c->name);
	row("device", c->device);
	row("driver", c->driver);
	if (chan_told(c, DMACTL_A_CHANNEL_NODE))
		row_u64("NUMA node", c->node, "");
	row("iommu", rc.iommu);
	chan_holder(ctx->b, c, text, sizeof(text));
	wrap("state", text[0] ? text : "free");
	if (c->in_flight)
		row_u64("in flight", c->in_flight, "");
	ops_text(c->operations, ", ", text, sizeof(text));
	wrap("operations", text);
	if (c->traits & DMACTL_TRAIT_NO_ORDER)
		wrap("order", "completes out of order: it cannot be polled");
	print_stop(c);
	print_sharing(c);
	print_limits(c);
	print_slave(c);
	snprintf(text, sizeof(text),
		 "%" PRIu64 " done (%" PRIu64 " bytes), %" PRIu64 " failed, %" PRIu64
		 " timed out, %" PRIu64 " aborted, %" PRIu64 " late, %" PRIu64 " retries, %" PRIu64
		 " claims",
		 c->done, c->bytes, c->failed, c->timed_out, c->aborted, c->late, c->retries,
		 c->claims);
	wrap("counters", text);
	print_latency(c);
	if (c->periods || c->streams) {
		snprintf(text, sizeof(text),
			 "%s runs; %" PRIu64 " periods so far, %" PRIu64
			 " lost because nobody took them",
			 c->streams ? "one" : "none", c->periods, c->periods_dropped);
		wrap("streams", text);
	}
	print_quarantine(ctx, c);
}

int cmd_info(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.parser = info_opt,
		.children = children,
		.args_doc = "CHANNEL",
		.doc = "Tell everything known about one channel.",
	};
	struct info_args a = { .ctx = ctx };
	const struct channel *c;
	struct json_object *list;
	struct chan_table t;
	int ret = EXIT_OK;

	cmd_parse(&argp, argc, argv, &a);
	if (module_ensure(ctx) || chan_table_load(ctx, &t))
		return -1;
	c = chan_show(ctx, &t, a.channel);
	if (!c) {
		ret = -1;
	} else if (!out_human(ctx)) {
		list = json_object_new_array();
		json_object_array_add(list, chan_json(ctx->b, c));
		ret = out_document(ctx, "info", NULL, list, EXIT_OK);
	} else {
		print_text(ctx, c);
	}
	chan_table_free(&t);
	return ret;
}
