// SPDX-License-Identifier: GPL-2.0
/* Every channel: names, driver, state, operations. */
#include <stdio.h>
#include <string.h>

#include "chan_json.h"
#include "metrics.h"

#define COLUMNS 80

struct widths {
	int name, stable, driver, state;
};

enum { OPT_FORMAT = 0x3700, OPT_FORCE };

struct lopts {
	struct ctx *ctx;
	bool metrics, names;
};

static void finish(struct argp_state *st, const struct lopts *o)
{
	if ((o->metrics || o->names) && !out_human(o->ctx))
		argp_error(st, "--format %s and JSON: one of them",
			   o->metrics ? "openmetrics" : "names");
	if (o->ctx->output && !o->metrics)
		argp_error(st,
			   "-o: only of --format openmetrics; JSON (-j) goes to standard output");
}

static error_t list_opt(int key, char *arg, struct argp_state *st)
{
	struct lopts *o = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = o->ctx;
		return 0;
	case OPT_FORMAT:
		o->metrics = !strcmp(arg, "openmetrics");
		o->names = !strcmp(arg, "names");
		if (!o->metrics && !o->names && strcmp(arg, "table"))
			argp_error(st, "--format: '%s' is not table, names or openmetrics", arg);
		return 0;
	case 'o':
		o->ctx->output = arg;
		return 0;
	case OPT_FORCE:
		o->ctx->force = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(st, "list takes no argument: '%s' (dmactl info %s tells of one)", arg,
			   arg);
	case ARGP_KEY_END:
		finish(st, o);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const char *state_text(const struct channel *c, char *buf, size_t size)
{
	if (c->state == DMACTL_CHANNEL_STATE_CLAIMED || c->state == DMACTL_CHANNEL_STATE_BUSY)
		snprintf(buf, size, "%s%s%s", chan_state_name(c->state),
			 c->command[0] ? " by " : "", c->command);
	else
		snprintf(buf, size, "%s", chan_state_name(c->state));
	return buf;
}

static void widen(int *width, const char *text)
{
	if ((int)strlen(text) > *width)
		*width = (int)strlen(text);
}

/* Operations go last, so that they may go on in the next line. */
static void print_ops(const struct channel *c, int at, int indent)
{
	char text[256], *rest = text, *word;
	const char *space = "";

	if (chan_simulated(c)) {
		at += printf("SIMULATED");
		space = " ";
	}
	ops_text(c->operations, " ", text, sizeof(text));
	while ((word = strsep(&rest, " "))) {
		if (space[0] && at + 1 + (int)strlen(word) > COLUMNS) {
			printf("\n%*s", indent, "");
			at = indent;
			space = "";
		}
		at += printf("%s%s", space, word);
		space = " ";
	}
	printf("\n");
}

/* A line is too short for names this long. */
static void print_narrow(const struct vec *channels, const struct widths *w)
{
	const struct channel *c = channels->v;
	char text[128];
	int at;

	printf("%-*s  STABLE NAME\n    DRIVER, STATE: OPERATIONS\n", w->name, "CHANNEL");
	for (size_t i = 0; i < channels->n; i++) {
		printf("%-*s  %s\n", w->name, c[i].name, c[i].stable);
		at = printf("    %s, %s: ", c[i].driver, state_text(&c[i], text, sizeof(text)));
		print_ops(&c[i], at, 8);
	}
}

static void print_table(const struct vec *channels)
{
	struct widths w = { 7, 11, 6, 5 };
	const struct channel *c = channels->v;
	char text[128];
	int indent;

	for (size_t i = 0; i < channels->n; i++) {
		widen(&w.name, c[i].name);
		widen(&w.stable, c[i].stable);
		widen(&w.driver, c[i].driver);
		widen(&w.state, state_text(&c[i], text, sizeof(text)));
	}
	indent = w.name + w.stable + w.driver + w.state + 8;
	if (indent > COLUMNS - 12) {
		print_narrow(channels, &w);
		return;
	}
	printf("%-*s  %-*s  %-*s  %-*s  %s\n", w.name, "CHANNEL", w.stable, "STABLE NAME", w.driver,
	       "DRIVER", w.state, "STATE", "OPERATIONS");
	for (size_t i = 0; i < channels->n; i++) {
		printf("%-*s  %-*s  %-*s  %-*s  ", w.name, c[i].name, w.stable, c[i].stable,
		       w.driver, c[i].driver, w.state, state_text(&c[i], text, sizeof(text)));
		print_ops(&c[i], indent, indent);
	}
}

static void print_lines(const struct vec *lines)
{
	const struct line *l = lines->v;
	int name = 12;

	for (size_t i = 0; i < lines->n; i++)
		widen(&name, l[i].name);
	printf("\n%-*s  WIDTH  BURST  CHANNEL\n", name, "REQUEST LINE");
	for (size_t i = 0; i < lines->n; i++)
		printf("%-*s  %5u  %5u  %s\n", name, l[i].name, l[i].width, l[i].burst,
		       l[i].stable[0] ? l[i].stable : "none until it is claimed");
}

static struct json_object *lines_json(const struct vec *lines)
{
	struct json_object *list = json_object_new_array(), *o;
	const struct line *l = lines->v;

	for (size_t i = 0; i < lines->n; i++) {
		o = json_object_new_object();
		js_str(o, "line", l[i].name);
		js_u64(o, "width", l[i].width);
		js_u64(o, "burst", l[i].burst);
		js_str(o, "channel_stable", l[i].stable[0] ? l[i].stable : NULL);
		json_object_array_add(list, o);
	}
	return list;
}

static int list_json(struct ctx *ctx, const struct chan_table *t)
{
	struct out o = { .ctx = ctx, .kind = "list", .key = "lines" };
	const struct channel *c = t->channels.v;
	int ret;

	o.value = lines_json(&t->lines);
	out_begin(&o, NULL);
	for (size_t i = 0; i < t->channels.n; i++)
		out_result(&o, chan_json(ctx->b, c + i));
	ret = out_end(&o, NULL, EXIT_OK, NULL);
	json_object_put(o.value);
	return ret;
}

/* For scripts and shells, which ask at each press of a key: that is to load no module. */
static int print_names(struct ctx *ctx)
{
	struct chan_table t;

	if (ctx->b->connect())
		return err_set(&ctx->err, EXIT_UNAVAILABLE,
			       "the module dmactl is not loaded, and names do not load it: "
			       "modprobe dmactl");
	if (chan_table_load(ctx, &t))
		return -1;
	for (size_t i = 0; i < t.channels.n; i++)
		printf("%s\n", ((const struct channel *)t.channels.v)[i].stable);
	for (size_t i = 0; i < t.lines.n; i++)
		printf("%s\n", ((const struct line *)t.lines.v)[i].name);
	chan_table_free(&t);
	return EXIT_OK;
}

int cmd_list(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
	static const struct argp_option options[] = {
		{ "format", OPT_FORMAT, "FORMAT", 0, "table, names or openmetrics (table)", 1 },
		{ "output", 'o', "FILE", 0, "Write openmetrics to FILE", 1 },
		{ "force", OPT_FORCE, NULL, 0, "Replace an existing file", 1 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = list_opt,
		.children = children,
		.doc = "List every dmaengine channel, those that others hold included.",
	};
	struct lopts o = { .ctx = ctx };
	struct chan_table t;
	int ret = EXIT_OK;

	cmd_parse(&argp, argc, argv, &o);
	if (o.names)
		return print_names(ctx);
	if (module_ensure(ctx) || chan_table_load(ctx, &t))
		return -1;
	if (o.metrics) {
		ret = chan_metrics(ctx, &t);
	} else if (!out_human(ctx)) {
		ret = list_json(ctx, &t);
	} else if (t.channels.n) {
		print_table(&t.channels);
		if (t.lines.n)
			print_lines(&t.lines);
	} else if (!ctx->quiet) {
		fprintf(stderr,
			"dmactl: there is no channel: no dmaengine provider has probed here "
			"(modprobe dma-sim makes a simulated one)\n");
	}
	chan_table_free(&t);
	return ret;
}
