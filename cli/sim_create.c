// SPDX-License-Identifier: GPL-2.0
/* dmactl sim create and list. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "out.h"
#include "sim_cmd.h"
#include "sim_profile.h"

enum { O_PROFILE = 0x3f00 };

struct create_args {
	struct ctx *ctx;
	const char *name;
	const struct profile *profile; /* or NULL */
	struct sim_attrs attrs;
};

static const struct argp_option options[] = {
	{ "profile", O_PROFILE, "NAME", 0,
	  "Be like a known controller (dmactl sim profiles); the options below go before it", 0 },
	{ 0 },
};

static bool has(const struct create_args *a, int key, const char *value)
{
	return !strcmp(sim_attr_get(&a->attrs, key), value);
}

static bool above_zero(const struct create_args *a, int key)
{
	return sim_attr_get(&a->attrs, key)[0] && !has(a, key, "0");
}

/* As dma-sim decides when it goes live; it has no more than an errno to say so. */
static void check_together(const struct create_args *a, struct argp_state *st)
{
	bool public = has(a, SIM_PUBLIC, "1");

	if (has(a, SIM_CONTEXT, "inline") &&
	    (above_zero(a, SIM_LATENCY) || above_zero(a, SIM_BANDWIDTH)))
		argp_error(st, "--context inline completes at once, nothing could wait: not with "
			       "--latency or --bandwidth");
	if (public && (has(a, SIM_ORDER, "window") || has(a, SIM_FENCE, "ignore") ||
		       has(a, SIM_PREP_BLOCKS, "1")))
		argp_error(st, "--public: async_tx trusts in order and fences and cannot sleep: "
			       "not with --order window, --fence ignore or --prep-blocks");
}

static void profile_arg(struct argp_state *st, const char *arg)
{
	struct create_args *a = st->input;
	char names[256];

	a->profile = profile_find(arg);
	if (!a->profile)
		argp_error(st, "--profile: there is no '%s', but %s; do you mean %s?", arg,
			   profile_names(names, sizeof(names)), profile_nearest(arg));
}

/* What was given by itself goes before the profile, wherever it stands. */
static void apply_profile(struct argp_state *st, struct create_args *a)
{
	struct sim_attrs all = { 0 };

	if (!a->profile)
		return;
	profile_put(st, a->profile, &all);
	for (int key = SIM_CHANNELS; key < SIM_END; key++)
		if (sim_attr_get(&a->attrs, key)[0])
			memcpy(all.value[key - SIM_CHANNELS], sim_attr_get(&a->attrs, key),
			       sizeof(all.value[0]));
	a->attrs = all;
}

static error_t create_opt(int key, char *arg, struct argp_state *st)
{
	struct create_args *a = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = &a->attrs;
		st->child_inputs[1] = a->ctx;
		return 0;
	case O_PROFILE:
		profile_arg(st, arg);
		return 0;
	case ARGP_KEY_ARG:
		if (a->name || !sim_good_name(arg))
			argp_error(st,
				   a->name ? "one NAME, '%s' is a second" :
					     "'%s' is no name for a device: up to 47 characters "
					     "without a blank or any of / : * ? [ ], not a "
					     "dot first",
				   arg);
		a->name = arg;
		return 0;
	case ARGP_KEY_END:
		if (!a->name)
			argp_error(st, "which NAME?");
		apply_profile(st, a);
		check_together(a, st);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int configure(struct ctx *ctx, const struct create_args *a)
{
	const char *value;
	int ret;

	for (int key = SIM_CHANNELS; key < SIM_END; key++) {
		value = sim_attr_get(&a->attrs, key);
		if (!value[0])
			continue;
		ret = simfs_set(ctx->b, a->name, sim_attr_file(key), value);
		if (ret)
			return err_set(&ctx->err, EXIT_FAILED, "dma-sim refuses --%s %s: %s",
				       sim_attr_option(key), value, strerror(-ret));
	}
	ret = simfs_set(ctx->b, a->name, "live", "1");
	if (ret == -EOPNOTSUPP)
		return err_set(
			&ctx->err, EXIT_UNAVAILABLE,
			"%s cannot be made here: DMA addresses are translated (an IOMMU), or "
			"DMA is not coherent, and dma-sim's engine is the CPU (dmesg says "
			"which): boot without",
			a->name);
	if (ret)
		return err_set(&ctx->err, EXIT_FAILED, "dma-sim could not make %s: %s (see dmesg)",
			       a->name, strerror(-ret));
	return 0;
}

static struct json_object *sim_json(const struct backend *b, const char *name)
{
	struct json_object *o = json_object_new_object();
	char text[64];

	js_str(o, "name", name);
	simfs_get(b, name, "dev_name", text, sizeof(text));
	js_str(o, "device", text[0] ? text : NULL);
	simfs_get(b, name, "live", text, sizeof(text));
	js_bool(o, "live", !strcmp(text, "1"));
	for (int key = SIM_CHANNELS; key < SIM_END; key++) {
		simfs_get(b, name, sim_attr_file(key), text, sizeof(text));
		js_str(o, sim_attr_file(key), text[0] ? text : NULL);
	}
	for (const char *const *k = sim_kinds; *k; k++) {
		simfs_get(b, name, *k, text, sizeof(text));
		js_str(o, *k, text[0] ? text : NULL);
	}
	simfs_get(b, name, "late_ns", text, sizeof(text));
	js_str(o, "late_ns", text[0] ? text : NULL);
	simfs_get(b, name, "jitter_ns", text, sizeof(text));
	js_str(o, "jitter_ns", text[0] ? text : NULL);
	return o;
}

static int told(struct ctx *ctx, const char *name)
{
	struct json_object *list;
	char dev[64], n[16];

	if (!out_human(ctx)) {
		list = json_object_new_array();
		json_object_array_add(list, sim_json(ctx->b, name));
		return out_document(ctx, "sim", NULL, list, EXIT_OK);
	}
	simfs_get(ctx->b, name, "dev_name", dev, sizeof(dev));
	simfs_get(ctx->b, name, "channels", n, sizeof(n));
	if (!ctx->quiet)
		printf("%s is %s: %s channel%s, sim:%s/0%s\n", name, dev, n,
		       strcmp(n, "1") ? "s" : "", name, strcmp(n, "1") ? " and so on" : "");
	return EXIT_OK;
}

int sim_create(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_child children[] = { { &sim_attr_argp, 0, NULL, 0 },
						      { &common_argp_plain, 0, NULL, 0 },
						      { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = create_opt,
		.children = children,
		.args_doc = "NAME",
		.doc = "Make a simulated device.",
	};
	struct create_args a = { .ctx = ctx };
	char path[256];
	int ret;

	cmd_parse(&argp, argc, argv, &a);
	if (sim_need(ctx))
		return -1;
	snprintf(path, sizeof(path), SIMFS_ROOT "/%s", a.name);
	ret = ctx->b->make_dir(path);
	if (ret == -EEXIST)
		return err_set(&ctx->err, EXIT_FAILED,
			       "there is a device %s already (dmactl sim "
			       "list)",
			       a.name);
	if (ret)
		return sim_refused(ctx, ret, "make", a.name);
	if (configure(ctx, &a)) {
		ctx->b->remove_dir(path);
		return -1;
	}
	return told(ctx, a.name);
}

static error_t list_opt(int key, char *arg, struct argp_state *st)
{
	if (key == ARGP_KEY_ARG)
		argp_error(st, "list takes no argument: '%s'", arg);
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	st->child_inputs[0] = st->input;
	return 0;
}

/* The order is worth a column where it is not the usual one. */
static void list_order(const struct backend *b, const char *name, char *buf, size_t size)
{
	char order[16], window[16];

	simfs_get(b, name, "order", order, sizeof(order));
	simfs_get(b, name, "window", window, sizeof(window));
	buf[0] = '\0';
	if (strcmp(order, "fifo"))
		snprintf(buf, size, "%s=%s", order, window);
}

static void list_text(struct ctx *ctx, const struct vec *sims)
{
	const struct sim *s = sims->v;
	char channels[16], context[16], engine[16], order[40];
	bool ordered = false;

	if (!sims->n) {
		if (!ctx->quiet)
			fprintf(stderr, "dmactl: there is no simulated device\n");
		return;
	}
	for (size_t i = 0; i < sims->n; i++) {
		list_order(ctx->b, s[i].name, order, sizeof(order));
		ordered |= order[0];
	}
	printf("%-16s %-12s %8s  %-8s %s\n", "NAME", "DEVICE", "CHANNELS", "CONTEXT",
	       ordered ? "ENGINE  ORDER" : "ENGINE");
	for (size_t i = 0; i < sims->n; i++) {
		simfs_get(ctx->b, s[i].name, "channels", channels, sizeof(channels));
		simfs_get(ctx->b, s[i].name, "context", context, sizeof(context));
		simfs_get(ctx->b, s[i].name, "engine", engine, sizeof(engine));
		list_order(ctx->b, s[i].name, order, sizeof(order));
		printf("%-16s %-12s %8s  %-8s %-*s%s\n", s[i].name,
		       s[i].live ? s[i].dev_name : "(not live)", channels, context,
		       order[0] ? 8 : 0, engine, order);
	}
}

int sim_list(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.parser = list_opt,
		.children = children,
		.doc = "List the simulated devices.",
	};
	struct json_object *list;
	struct vec sims = { 0 };
	int ret = EXIT_OK;

	cmd_parse(&argp, argc, argv, ctx);
	if (sim_need(ctx))
		return -1;
	simfs_list(ctx->b, &sims);
	if (!out_human(ctx)) {
		list = json_object_new_array();
		for (size_t i = 0; i < sims.n; i++)
			json_object_array_add(list,
					      sim_json(ctx->b, ((struct sim *)sims.v)[i].name));
		ret = out_document(ctx, "sim", NULL, list, EXIT_OK);
	} else {
		list_text(ctx, &sims);
	}
	vec_free(&sims);
	return ret;
}
