// SPDX-License-Identifier: GPL-2.0
/* dmactl sim create: attributes are checked here, so that a mistake is told by its option. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "parse.h"
#include "sim_cmd.h"

enum {
	O_CHANNELS = 0x4000,
	O_DESCRIPTORS,
	O_LATENCY,
	O_BANDWIDTH,
	O_CONTEXT,
	O_ENGINE,
	O_ORDER,
	O_FENCE,
	O_SEED,
	O_MAX_SEGMENT,
	O_ALIGN,
	O_MAX_XOR,
	O_MAX_PQ,
	O_NO_CONTINUE,
	O_WIDTHS,
	O_MAX_BURST,
	O_DIRECTIONS,
	O_FIFO,
	O_NO_CYCLIC,
	O_MAX_PERIODS,
	O_RATE,
	O_NO_TERMINATE,
	O_NO_SYNCHRONIZE,
	O_NO_PAUSE,
	O_NO_RESUME,
	O_COALESCE,
	O_RESIDUE,
	O_PREP_BLOCKS,
	O_PUBLIC,
	O_WINDOW,
	O_END,
};

#define ATTR(key) (-O_CHANNELS + (key))
#define NR_ATTRS	ATTR(O_END)
#define VALUE_MAX	32

struct create_args {
	struct ctx *ctx;
	const char *name;
	char value[NR_ATTRS][VALUE_MAX];	/* of the attribute, "" for its default */
};

/* In the order of the keys; O_WINDOW is a part of --order. */
static const struct argp_option options[] = {
	{ "channels", O_CHANNELS, "N", 0, "Channels, 1 to 64 (4)", 1 },
	{ "descriptors", O_DESCRIPTORS, "N", 0, "Descriptors of a channel, 1 to 4096 (1024)", 1 },
	{ "latency", O_LATENCY, "TIME", 0, "Time that an operation takes at least (0ns)", 1 },
	{ "bandwidth", O_BANDWIDTH, "SIZE", 0, "Bytes per second (without limit)", 1 },
	{ "context", O_CONTEXT, "KIND", 0,
	  "Where it completes: softirq, timer, thread or inline "
	  "(softirq)",
	  1 },
	{ "engine", O_ENGINE, "copy|null", 0, "Move data, or only complete (copy)", 1 },
	{ "order", O_ORDER, "ORDER", 0,
	  "What may overtake: fifo, nothing; window=N, any of the "
	  "first N, 2 to 64; execute=N, likewise, but completed in order (fifo)",
	  1 },
	{ "fence", O_FENCE, "honour|ignore", 0, "Whether a fence stops that (honour)", 1 },
	{ "seed", O_SEED, "N", 0, "Seed of all that is random (1)", 1 },
	{ "max-segment", O_MAX_SEGMENT, "SIZE", 0, "Bytes of one descriptor (4G - 1)", 1 },
	{ "align", O_ALIGN, "SIZE", 0, "What it aligns to, a power of two up to 4K (1)", 1 },
	{ "max-xor", O_MAX_XOR, "N", 0, "Sources of one xor, 2 to 255 (8)", 1 },
	{ "max-pq", O_MAX_PQ, "N", 0, "Sources of one pq, 2 to 255 (8)", 1 },
	{ "no-continue", O_NO_CONTINUE, NULL, 0, "Going on from P and Q takes up sources", 1 },
	{ "widths", O_WIDTHS, "LIST", 0,
	  "Bytes of a register's access, of 1, 2, 3, 4 and 8 "
	  "(1,2,4,8)",
	  1 },
	{ "max-burst", O_MAX_BURST, "N", 0, "Accesses of one burst, 1 to 1024 (16)", 1 },
	{ "directions", O_DIRECTIONS, "LIST", 0,
	  "Of sg: mem-to-mem, mem-to-dev, dev-to-mem, "
	  "dev-to-dev, or none (all)",
	  1 },
	{ "fifo", O_FIFO, "SIZE", 0, "Bytes that loopback holds, up to 1M (64K)", 1 },
	{ "no-cyclic", O_NO_CYCLIC, NULL, 0, "It has no cyclic transfers", 1 },
	{ "max-periods", O_MAX_PERIODS, "N", 0, "Periods of a cyclic, 1 to 65536 (1024)", 1 },
	{ "rate", O_RATE, "SIZE", 0, "Bytes per second of a cyclic, 0: what it can (192000)", 1 },
	{ "no-terminate", O_NO_TERMINATE, NULL, 0, "It cannot be stopped", 1 },
	{ "no-synchronize", O_NO_SYNCHRONIZE, NULL, 0, "It cannot tell that it has stopped", 1 },
	{ "no-pause", O_NO_PAUSE, NULL, 0, "It cannot pause", 1 },
	{ "no-resume", O_NO_RESUME, NULL, 0, "It cannot go on after a pause", 1 },
	{ "coalesce", O_COALESCE, NULL, 0, "One callback for all periods that are due", 1 },
	{ "residue", O_RESIDUE, "KIND", 0,
	  "How finely it knows what is left: descriptor, segment "
	  "or burst (descriptor)",
	  1 },
	{ "prep-blocks", O_PREP_BLOCKS, NULL, 0, "prep sleeps while no descriptor is free", 1 },
	{ "public", O_PUBLIC, NULL, 0, "async_tx (md-raid) may take it: in test guests only", 1 },
	{ 0 },
};

static const char *const contexts[] = { "softirq", "timer", "thread", "inline", NULL };
static const char *const engines[] = { "copy", "null", NULL };
static const char *const fences[] = { "honour", "ignore", NULL };
static const char *const residues[] = { "descriptor", "segment", "burst", NULL };

/* How the value of an option becomes that of an attribute: by one of @parse, @words and @set. */
struct rule {
	const char *attr, *want;
	parse_fn parse;
	uint64_t least, most;
	const char *const *words;
	const char *set;		/* the option has no value */
};

/* clang-format off */
static const struct rule rules[NR_ATTRS] = {
	[ATTR(O_CHANNELS)] = { "channels", "a number from 1 to 64", parse_number, 1, 64 },
	[ATTR(O_DESCRIPTORS)] = { "descriptors", "a number from 1 to 4096", parse_number, 1, 4096 },
	[ATTR(O_LATENCY)] = { "latency_ns", "a time up to 10s: a number with ns, us, ms or s",
			      parse_time, 0, 10000000000ULL },
	[ATTR(O_BANDWIDTH)] = { "bandwidth", "a size per second", parse_size, 0, UINT64_MAX },
	[ATTR(O_CONTEXT)] = { "context", "softirq, timer, thread or inline", .words = contexts },
	[ATTR(O_ENGINE)] = { "engine", "copy or null", .words = engines },
	[ATTR(O_ORDER)] = { "order" },
	[ATTR(O_FENCE)] = { "fence", "honour or ignore", .words = fences },
	[ATTR(O_SEED)] = { "seed", "a number", parse_number, 0, UINT64_MAX },
	[ATTR(O_MAX_SEGMENT)] = { "max_segment", "a size from 1 to 4G - 1", parse_size, 1,
				  UINT32_MAX },
	[ATTR(O_ALIGN)] = { "align" },
	[ATTR(O_MAX_XOR)] = { "max_xor", "a number from 2 to 255", parse_number, 2, 255 },
	[ATTR(O_MAX_PQ)] = { "max_pq", "a number from 2 to 255", parse_number, 2, 255 },
	[ATTR(O_NO_CONTINUE)] = { "pq_continue", .set = "0" },
	[ATTR(O_WIDTHS)] = { "widths" },
	[ATTR(O_MAX_BURST)] = { "max_burst", "a number from 1 to 1024", parse_number, 1, 1024 },
	[ATTR(O_DIRECTIONS)] = { "directions" },
	[ATTR(O_FIFO)] = { "fifo", "a size from 4 to 1M", parse_size, 4, 1 << 20 },
	[ATTR(O_NO_CYCLIC)] = { "cyclic", .set = "0" },
	[ATTR(O_MAX_PERIODS)] = { "max_periods", "a number from 1 to 65536", parse_number, 1,
				  65536 },
	[ATTR(O_RATE)] = { "rate", "a size per second up to 10000000000", parse_size, 0,
			   10000000000ULL },
	[ATTR(O_NO_TERMINATE)] = { "terminate", .set = "0" },
	[ATTR(O_NO_SYNCHRONIZE)] = { "synchronize", .set = "0" },
	[ATTR(O_NO_PAUSE)] = { "pause", .set = "0" },
	[ATTR(O_NO_RESUME)] = { "resume", .set = "0" },
	[ATTR(O_COALESCE)] = { "coalesce", .set = "1" },
	[ATTR(O_RESIDUE)] = { "residue", "descriptor, segment or burst", .words = residues },
	[ATTR(O_PREP_BLOCKS)] = { "prep_blocks", .set = "1" },
	[ATTR(O_PUBLIC)] = { "public", .set = "1" },
	[ATTR(O_WINDOW)] = { "window" },
};

/* clang-format on */

static char *value_of(struct argp_state *st, int key)
{
	return ((struct create_args *)st->input)->value[ATTR(key)];
}

static void put_number(struct argp_state *st, int key, uint64_t v)
{
	snprintf(value_of(st, key), VALUE_MAX, "%" PRIu64, v);
}

static void put_word(struct argp_state *st, int key, const char *word)
{
	snprintf(value_of(st, key), VALUE_MAX, "%s", word);
}

static void by_rule(struct argp_state *st, int key, const char *arg)
{
	const struct rule *r = &rules[ATTR(key)];
	uint64_t v;

	if (r->set) {
		put_word(st, key, r->set);
		return;
	}
	for (const char *const *w = r->words; w && *w; w++) {
		if (!strcmp(arg, *w)) {
			put_word(st, key, arg);
			return;
		}
	}
	if (!r->parse || r->parse(arg, &v) || v < r->least || v > r->most)
		argp_error(st, "--%s: '%s' is not %s", options[ATTR(key)].name, arg, r->want);
	put_number(st, key, v);
}

static void order(struct argp_state *st, const char *arg)
{
	size_t n = strcspn(arg, "=");
	uint64_t window = 0;
	bool any = (n == 6 && !strncmp(arg, "window", n)) ||
		   (n == 7 && !strncmp(arg, "execute", n));

	if (strcmp(arg, "fifo") &&
	    (!any || (arg[n] && (parse_number(arg + n + 1, &window) || window < 2 || window > 64))))
		argp_error(st,
			   "--order: '%s' is not fifo, window=N or execute=N with N from 2 to "
			   "64",
			   arg);
	snprintf(value_of(st, O_ORDER), VALUE_MAX, "%.*s", (int)n, arg);
	if (window)
		put_number(st, O_WINDOW, window);
}

static void align(struct argp_state *st, const char *arg)
{
	uint64_t v;

	if (parse_size(arg, &v) || !v || v > 4096 || (v & (v - 1)))
		argp_error(st, "--align: '%s' is not a power of two up to 4K", arg);
	put_number(st, O_ALIGN, __builtin_ctzll(v));
}

static void widths(struct argp_state *st, const char *arg)
{
	struct numlist list = { 0 };
	uint64_t mask = 0;

	if (parse_list(arg, parse_number, &list))
		list.n = 0;
	for (size_t i = 0; i < list.n; i++)
		mask |= list.v[i] <= 8 ? 1ULL << list.v[i] : 1;
	free(list.v);
	if (!mask || mask & ~0x11eULL)
		argp_error(st, "--widths: '%s' is not a list of 1, 2, 3, 4 and 8", arg);
	put_number(st, O_WIDTHS, mask);
}

static void directions(struct argp_state *st, const char *arg)
{
	static const char *const words[] = { "mem-to-mem", "mem-to-dev", "dev-to-mem",
					     "dev-to-dev" };
	uint64_t mask = 0;
	const char *p = strcmp(arg, "none") ? arg : NULL;
	size_t n, i;

	for (; p; p = p[n] ? p + n + 1 : NULL) {
		n = strcspn(p, ",");
		for (i = 0; i < 4 && (strlen(words[i]) != n || strncmp(p, words[i], n)); i++)
			;
		if (i == 4)
			argp_error(st,
				   "--directions: '%.*s' is not mem-to-mem, mem-to-dev, "
				   "dev-to-mem, dev-to-dev or none",
				   (int)n, p);
		mask |= 1 << i;
	}
	put_number(st, O_DIRECTIONS, mask);
}

static bool has(const struct create_args *a, int key, const char *value)
{
	return !strcmp(a->value[ATTR(key)], value);
}

static bool above_zero(const struct create_args *a, int key)
{
	return a->value[ATTR(key)][0] && !has(a, key, "0");
}

/* As dma-sim decides when it goes live; it has no more than an errno to say so. */
static void check_together(const struct create_args *a, struct argp_state *st)
{
	bool public = has(a, O_PUBLIC, "1");

	if (has(a, O_CONTEXT, "inline") && (above_zero(a, O_LATENCY) || above_zero(a, O_BANDWIDTH)))
		argp_error(st, "--context inline completes at once, nothing could wait: not with "
			       "--latency or --bandwidth");
	if (public &&
	    (has(a, O_ORDER, "window") || has(a, O_FENCE, "ignore") || has(a, O_PREP_BLOCKS, "1")))
		argp_error(st, "--public: async_tx trusts in order and fences and cannot sleep: "
			       "not with --order window, --fence ignore or --prep-blocks");
}

static error_t create_opt(int key, char *arg, struct argp_state *st)
{
	struct create_args *a = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = a->ctx;
		return 0;
	case O_ORDER:
		order(st, arg);
		return 0;
	case O_ALIGN:
		align(st, arg);
		return 0;
	case O_WIDTHS:
		widths(st, arg);
		return 0;
	case O_DIRECTIONS:
		directions(st, arg);
		return 0;
	case ARGP_KEY_ARG:
		if (a->name || !sim_good_name(arg))
			argp_error(st,
				   a->name ? "one NAME, '%s' is a second" :
					     "'%s' is no name for a device",
				   arg);
		a->name = arg;
		return 0;
	case ARGP_KEY_END:
		if (!a->name)
			argp_error(st, "which NAME?");
		check_together(a, st);
		return 0;
	default:
		if (key < O_CHANNELS || key >= O_END)
			return ARGP_ERR_UNKNOWN;
		by_rule(st, key, arg);
		return 0;
	}
}

static int configure(struct ctx *ctx, const struct create_args *a)
{
	int ret;

	for (int i = 0; i < NR_ATTRS; i++) {
		if (!a->value[i][0])
			continue;
		ret = simfs_set(ctx->b, a->name, rules[i].attr, a->value[i]);
		if (ret)
			return err_set(&ctx->err, EXIT_FAILED, "dma-sim refuses --%s %s: %s",
				       i == ATTR(O_WINDOW) ? "order" : options[i].name, a->value[i],
				       strerror(-ret));
	}
	ret = simfs_set(ctx->b, a->name, "live", "1");
	if (ret)
		return err_set(&ctx->err, EXIT_FAILED, "dma-sim could not make %s: %s", a->name,
			       strerror(-ret));
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
	for (size_t i = 0; i < NR_ATTRS; i++) {
		simfs_get(b, name, rules[i].attr, text, sizeof(text));
		js_str(o, rules[i].attr, text[0] ? text : NULL);
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
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
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
