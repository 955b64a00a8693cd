// SPDX-License-Identifier: GPL-2.0
/* Channels, their holders and rates, as they are now: a screen, or a table after the other. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "out.h"
#include "parse.h"
#include "stop.h"
#include "top.h"

#define COLUMNS 80

struct top_args {
	struct ctx *ctx;
	struct top_view view;
	uint64_t count; /* 0: without end */
	bool batch;
};

static const struct argp_option options[] = {
	{ "delay", 'd', "TIME", 0, "From one look to the next (1s)", 1 },
	{ "count", 'n', "COUNT", 0, "End after so many tables", 1 },
	{ "batch", 'b', NULL, 0, "Print tables, no screen", 1 },
	{ "sort", 's', "channel|state|ops|bytes|flight|latency|max|lost|bad|holder", 0,
	  "Sort by this column, numbers from the largest (channel)", 1 },
	{ "reverse", 'r', NULL, 0, "Sort the other way round", 1 },
	{ "filter", 'f', "TEXT", 0,
	  "Only channels that have TEXT in a name, driver, state or "
	  "command",
	  1 },
	{ "busy", 'i', NULL, 0,
	  "Only channels that are held, leaving, in quarantine or moving data", 1 },
	{ 0 },
};

static void set_delay(struct argp_state *st, struct top_view *v, const char *arg)
{
	if (parse_seconds(arg, &v->delay_ns))
		argp_error(st,
			   "-d: '%s' is not a time: a number with ns, us, ms, s or min (seconds "
			   "without one)",
			   arg);
	if (v->delay_ns < TOP_LEAST || v->delay_ns > TOP_MOST)
		argp_error(st, "-d: '%s' is not from 10ms to 60min", arg);
}

static void set_filter(struct argp_state *st, struct top_view *v, const char *arg)
{
	if (strlen(arg) >= sizeof(v->filter))
		argp_error(st, "-f: '%s' has more than %zu characters: a part of the name does",
			   arg, sizeof(v->filter) - 1);
	for (const char *p = arg; *p; p++)
		if (*p < ' ' || *p > '~')
			argp_error(st, "-f: '%s' has what no name has: expected ASCII", arg);
	strcpy(v->filter, arg);
}

static error_t top_opt(int key, char *arg, struct argp_state *st)
{
	struct top_args *a = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = a->ctx;
		return 0;
	case 'd':
		set_delay(st, &a->view, arg);
		return 0;
	case 'n':
		if (parse_count(arg, &a->count) || !a->count)
			argp_error(st, "-n: '%s' is not a count of at least 1", arg);
		return 0;
	case 'b':
		a->batch = true;
		return 0;
	case 's':
		if (!top_column_find(arg, &a->view.sort))
			argp_error(st,
				   "-s: '%s' is not channel, state, ops, bytes, flight, latency, "
				   "max, lost, bad or holder",
				   arg);
		return 0;
	case 'r':
		a->view.reverse = true;
		return 0;
	case 'f':
		set_filter(st, &a->view, arg);
		return 0;
	case 'i':
		a->view.busy = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(st, "top takes no argument: '%s' (-f %s shows those alone)", arg, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_json(const struct top_sample *s, const struct vec *picked)
{
	struct json_object *o = top_json(s, picked);

	printf("%s\n", json_object_to_json_string_ext(o, JSON_C_TO_STRING_SPACED |
								 JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}

static void print_table(const struct top_sample *s, const struct top_view *v,
			const struct vec *picked)
{
	const struct top_row *const *r = picked->v;
	size_t name = top_name_width(v, picked, COLUMNS);
	char line[TOP_LINE];

	for (int i = 0; i < TOP_HEADS; i++) {
		top_head(s, i, COLUMNS, line);
		puts(line);
	}
	if (!picked->n)
		return;
	top_titles(v, name, COLUMNS, line);
	puts(line);
	for (size_t i = 0; i < picked->n; i++) {
		top_line(v, r[i], name, COLUMNS, line);
		puts(line);
	}
}

static int print(const struct top_args *a, const struct top_sample *s)
{
	struct vec picked = { 0 };

	if (top_pick(s, &a->view, &picked))
		return err_set(&a->ctx->err, EXIT_FAILED, "out of memory");
	if (!out_human(a->ctx))
		print_json(s, &picked);
	else
		print_table(s, &a->view, &picked);
	vec_free(&picked);
	return 0;
}

static int wait_until(struct ctx *ctx, uint64_t then)
{
	uint64_t now;
	int ret;

	while (!stop_asked && (now = ctx->b->now()) < then) {
		ret = ctx->b->wait(then - now, -1);
		if (ret < 0 && ret != -EINTR)
			return err_set(&ctx->err, EXIT_FAILED,
				       "the next look cannot be waited "
				       "for: %s",
				       strerror(-ret));
	}
	return 0;
}

static int follow(const struct top_args *a, struct top_sample *s)
{
	struct ctx *ctx = a->ctx;

	for (uint64_t n = 0; !a->count || n < a->count; n++) {
		if (wait_until(ctx, s->time_ns + a->view.delay_ns))
			return -1;
		if (stop_asked)
			break;
		if (top_look(ctx, s))
			return -1;
		if (n && out_human(ctx))
			printf("\n");
		if (print(a, s))
			return -1;
		if (out_flush())
			break;
	}
	return stop_asked ? EXIT_INTERRUPTED : EXIT_OK;
}

static int tables(const struct top_args *a)
{
	struct top_sample s = { 0 };
	int ret;

	/* Rates are of two looks: the first one alone has none. */
	if (top_look(a->ctx, &s))
		return -1;
	if (!s.channels && !a->ctx->quiet)
		fprintf(stderr,
			"dmactl: there is no channel: no dmaengine provider has probed here "
			"(modprobe dma-sim makes a simulated one)\n");
	ret = follow(a, &s);
	top_sample_free(&s);
	return ret;
}

/* Signals come while it waits, and never between the question for one and the wait. */
static void hold_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

int cmd_top(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = top_opt,
		.children = children,
		.doc = "Show channels, who holds them, what they do a second, latencies, "
		       "streams and what is in quarantine, on a screen; or, where standard output is no terminal, a table "
		       "at each look; with -j an object a line.",
	};
	struct top_args a = { .ctx = ctx, .view.delay_ns = TOP_DEFAULT };
	int ret = TOP_NO_SCREEN;

	cmd_parse(&argp, argc, argv, &a);
	if (module_ensure(ctx))
		return -1;
	stop_catch();
	hold_signals();
	if (a.batch || !out_human(ctx) || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return tables(&a);
	ret = top_screen(ctx, &a.view, a.count);
	if (ret != TOP_NO_SCREEN)
		return ret;
	if (!ctx->quiet)
		fprintf(stderr, "dmactl: %s: tables instead\n", ctx->err.text);
	return tables(&a);
}
