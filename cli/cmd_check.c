// SPDX-License-Identifier: GPL-2.0
/* check: an acceptance suite over all that a channel claims to do. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "report.h"
#include "opts.h"
#include "stop.h"

enum { OPT_FORMAT = 0x3300, OPT_LIST, OPT_ONLY, OPT_ALIGN };

#define ALIGN_MAX 65536
#define TIME_MAX  (30 * 86400 * 1000000000ULL)

static const struct check_printer *const formats[] = {
	&check_table,
	&check_tap,
	&check_ktap,
	&check_junit,
};

static void format(struct argp_state *st, struct check_opts *o, const char *arg)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (!strcmp(arg, formats[i]->name)) {
			o->format = formats[i];
			return;
		}
	}
	argp_error(st, "--format: '%s' is not table, tap, ktap or junit", arg);
}

static void push(struct argp_state *st, struct vec *v, const char *arg)
{
	const char **p = vec_add(v, sizeof(*p));

	if (!p)
		argp_failure(st, EXIT_FAILED, 0, "out of memory");
	else
		*p = arg;
}

static void finish(struct argp_state *st, struct check_opts *o)
{
	const char *env = getenv("DMACTL_CHANNEL");
	bool some = false;

	if (!out_human(o->ctx)) {
		if (o->format)
			argp_error(st, "--format %s and JSON: one of them", o->format->name);
		o->format = &check_silent;
	}
	if (!o->format)
		o->format = &check_table;
	if (o->list && (o->format != &check_table || o->ctx->output))
		argp_error(st, "--list prints names: it has no formats and no -o");
	o->has_channel = o->channels.n;
	if (!o->channels.n)
		push(st, &o->channels, env && *env ? env : "any");
	for (size_t i = 0; i < nr_check_cases; i++)
		some |= check_wants(o, check_cases[i].name);
	if (!some)
		argp_error(st, "--only: no case has such a name (dmactl check --list)");
	if (o->timeout_ns > TIME_MAX)
		argp_error(st, "-T: at most 30 days");
	if (o->align > ALIGN_MAX)
		argp_error(st, "--align: at most 64K");
}

static error_t check_opt(int key, char *arg, struct argp_state *st)
{
	struct check_opts *o = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = o->ctx;
		return 0;
	case 'c':
		push(st, &o->channels, arg);
		return 0;
	case OPT_FORMAT:
		format(st, o, arg);
		return 0;
	case OPT_LIST:
		o->list = true;
		return 0;
	case OPT_ONLY:
		push(st, &o->only, arg);
		return 0;
	case OPT_ALIGN:
		opt_bad(st,
			parse_size(arg, &o->align) ?:
				(o->align && !(o->align & (o->align - 1)) ? 0 : -EINVAL),
			"--align", arg, "a power of two");
		return 0;
	case 'T':
		opt_bad(st, parse_seconds(arg, &o->timeout_ns) ?: (o->timeout_ns ? 0 : -EINVAL),
			"-T", arg,
			"a time: a number with ns, us, ms, s or min (seconds without one), "
			"above 0");
		return 0;
	case OPT_SEED:
		opt_bad(st, parse_number(arg, &o->seed), "--seed", arg, "a number");
		return 0;
	case ARGP_KEY_ARG:
		argp_error(st, "check takes no argument: '%s' (-c %s checks a channel)", arg, arg);
		return 0;
	case ARGP_KEY_END:
		finish(st, o);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Cases that are wanted, of channels with these operations. */
static size_t plan(const struct check_opts *o, uint64_t operations)
{
	size_t n = 0;

	for (size_t i = 0; i < nr_check_cases; i++)
		n += check_wants(o, check_cases[i].name) &&
		     check_suits(&check_cases[i], operations);
	return n;
}

static void list_cases(const struct check_opts *o, uint64_t operations)
{
	for (size_t i = 0; i < nr_check_cases; i++)
		if (check_wants(o, check_cases[i].name) && check_suits(&check_cases[i], operations))
			printf("%-22s %s\n", check_cases[i].name, check_cases[i].what);
}

static int choose(struct check *c)
{
	struct chan_table t;
	int ret = 0;

	if (chan_table_load(c->ctx, &t))
		return -1;
	for (size_t i = 0; !ret && i < c->o->channels.n; i++)
		ret = chan_take_any(c->ctx, &t, ((const char **)c->o->channels.v)[i], &c->channels,
				    &c->skipped);
	chan_table_free(&t);
	for (size_t i = 0; !ret && !c->ctx->quiet && i < c->skipped.n; i++)
		fprintf(stderr, "dmactl: left out: %s\n", ((struct skip *)c->skipped.v)[i].why);
	return ret;
}

static int prepare(struct check *c)
{
	const struct channel *ch;
	int fd;

	if (out_open(&c->out, c->ctx, "check") || module_ensure(c->ctx))
		return -1;
	fd = module_session(c->ctx, &c->info);
	if (fd < 0)
		return -1;
	c->ctx->b->close(fd);
	if (choose(c))
		return -1;
	ch = c->channels.v;
	for (size_t i = 0; i < c->channels.n; i++)
		c->planned += plan(c->o, ch[i].operations & c->info.operations);
	if (!c->planned)
		return err_set(&c->ctx->err, EXIT_UNAVAILABLE,
			       c->o->only.n ? "no channel has an operation that these cases try" :
					      "no channel has an operation that can be tried");
	return 0;
}

/* Whoever counts cases is to find as many as were planned. */
static void skip_all(struct check *c)
{
	for (size_t i = 0; i < nr_check_cases; i++) {
		const struct check_case *k = &check_cases[i];
		struct finding f = { .name = k->name, .opcode = k->opcode, .verdict = V_SKIPPED };

		if (!check_wants(c->o, k->name) ||
		    !check_suits(k, c->ch->operations & c->info.operations))
			continue;
		snprintf(f.text, sizeof(f.text), "%.700s", c->ctx->err.text);
		check_add(c, &f);
	}
}

/* One channel that cannot be had does not end the others. */
static void check_one(struct check *c, size_t at)
{
	c->ch = (const struct channel *)c->channels.v + at;
	c->at = at;
	c->number_here = 0;
	c->planned_here = plan(c->o, c->ch->operations & c->info.operations);
	memset(c->count_here, 0, sizeof(c->count_here));
	c->o->format->channel(c);
	c->absent = check_channel(c);
	if (c->absent) {
		fprintf(stderr, "dmactl: %s\n", c->ctx->err.text);
		if (!c->error[0])
			snprintf(c->error, sizeof(c->error), "%s", c->ctx->err.text);
		c->exit = exit_worst(c->exit, c->ctx->err.exit);
		skip_all(c);
	}
	c->o->format->channel_end(c);
}

static int run(struct check *c)
{
	out_begin(&c->out, &c->info);
	c->start_ns = c->ctx->b->now();
	c->o->format->begin(c);
	for (size_t i = 0; i < c->channels.n && !stop_asked; i++)
		check_one(c, i);
	c->o->format->end(c);
	out_flush();
	if (stop_asked)
		c->exit = exit_worst(c->exit, EXIT_INTERRUPTED);
	else if (!c->count[V_OK] && !c->count[V_FAILED])
		c->exit = exit_worst(c->exit, EXIT_UNAVAILABLE);
	return out_end(&c->out, report_skipped(&c->skipped), c->exit,
		       c->error[0] ? c->error : NULL);
}

static int list(struct check *c)
{
	const struct channel *ch;
	uint64_t operations = 0;

	if (!c->o->has_channel) {
		list_cases(c->o, UINT64_MAX);
		return 0;
	}
	if (prepare(c))
		return -1;
	ch = c->channels.v;
	for (size_t i = 0; i < c->channels.n; i++)
		operations |= ch[i].operations & c->info.operations;
	list_cases(c->o, operations);
	return 0;
}

static int do_check(struct check *c)
{
	if (c->o->list)
		return list(c);
	stop_catch();
	if (!prepare(c))
		return run(c);
	stop_error(&c->ctx->err);
	return out_finish(&c->out, -1, report_skipped(&c->skipped), 0, NULL);
}

int cmd_check(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "channel", 'c', "CHANNEL", 0,
		  "Channel, glob, driver:NAME, sim:NAME/N, any or "
		  "sim:any; may be repeated (DMACTL_CHANNEL, else any)",
		  1 },
		{ "format", OPT_FORMAT, "FORMAT", 0, "table, tap, ktap or junit (table)", 1 },
		{ "list", OPT_LIST, NULL, 0, "List the cases; with -c those that suit the channel",
		  1 },
		{ "only", OPT_ONLY, "GLOB", 0, "Only cases whose names match; may be repeated", 1 },
		{ "align", OPT_ALIGN, "SIZE", 0,
		  "Lengths and offsets are multiples of it (what the "
		  "channel asks for)",
		  1 },
		{ "timeout", 'T', "TIME", 0,
		  "Stop a channel that completes nothing for so long (5s)", 1 },
		{ "seed", OPT_SEED, "N", 0, "Seed of the data (1)", 1 },
		{ 0 },
	};
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = check_opt,
		.children = children,
		.doc = "Try all that a channel claims to do, and say what is wrong.\v"
		       "Exits 0 when all is right, 1 when a case failed, 77 when nothing could be "
		       "tried. Habits of a driver are notes, no failures.",
	};
	struct check_opts o = { .ctx = ctx, .timeout_ns = 5000000000ULL, .seed = 1 };
	struct check c = { .o = &o, .ctx = ctx };
	int ret;

	cmd_parse(&argp, argc, argv, &o);
	ret = do_check(&c);
	vec_free(&o.channels);
	vec_free(&o.only);
	vec_free(&c.channels);
	vec_free(&c.skipped);
	vec_free(&c.findings);
	return ret;
}
