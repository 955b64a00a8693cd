// SPDX-License-Identifier: GPL-2.0
/* dmactl litmus: its options. */
#include <stdio.h>
#include <string.h>

#include "litmus.h"
#include "parse.h"

enum { OPT_SHAPE = 0x4100, OPT_ORDER, OPT_SEED };

static void parse_shape(struct litmus *l, const char *arg, struct argp_state *st)
{
	char names[256] = "";
	size_t n = 0;

	l->shape = NULL;
	if (!strcmp(arg, "all"))
		return;
	for (const struct litmus_shape *s = litmus_shapes; s->name; s++) {
		if (!strcmp(s->name, arg)) {
			l->shape = s;
			return;
		}
		n += (size_t)snprintf(names + n, sizeof(names) - n, ", %s", s->name);
	}
	argp_error(st, "--shape: '%s' is none of all%s", arg, names);
}

static void parse_order(struct litmus *l, const char *arg, struct argp_state *st)
{
	for (unsigned int way = 0; way < NR_WAYS; way++) {
		if (strcmp(arg, litmus_ways[way].order))
			continue;
		l->only = (int)way;
		return;
	}
	argp_error(st, "--order: '%s' is not hardware, emulated or none", arg);
}

static void bad(struct argp_state *st, bool wrong, const char *option, const char *arg,
		const char *want)
{
	if (wrong)
		argp_error(st, "%s: '%s' is not %s", option, arg, want);
}

static error_t litmus_opt(int key, char *arg, struct argp_state *st)
{
	struct litmus *l = st->input;
	const char **p;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = l->ctx;
		return 0;
	case 'c':
		p = l->channels.n < 2 ? vec_add(&l->channels, sizeof(*p)) : NULL;
		if (!p)
			argp_error(st, "-c: two channels at most");
		*p = arg;
		return 0;
	case 'n':
		bad(st, parse_count(arg, &l->count) || !l->count, "-n", arg,
		    "a count of at least 1: a number, k or M");
		return 0;
	case 's':
		bad(st, parse_size(arg, &l->size) || !l->size || l->size > 1ULL << 30, "-s", arg,
		    "a size from 1 to 1G: a number with K, M or G (powers of 1024)");
		return 0;
	case 'T':
		bad(st, parse_seconds(arg, &l->timeout_ns) || !l->timeout_ns, "-T", arg,
		    "a time: a number with ns, us, ms, s or min (seconds without one), above 0");
		return 0;
	case OPT_SEED:
		bad(st, parse_number(arg, &l->seed), "--seed", arg, "a number");
		return 0;
	case OPT_SHAPE:
		parse_shape(l, arg, st);
		return 0;
	case OPT_ORDER:
		parse_order(l, arg, st);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(st, "litmus takes no argument: '%s'", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int cmd_litmus(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "channel", 'c', "CHANNEL", 0,
		  "The channel, and a second one for shapes that take "
		  "two (DMACTL_CHANNEL, else any)",
		  1 },
		{ "shape", OPT_SHAPE, "NAME|all", 0, "The shape (all)", 1 },
		{ "count", 'n', "COUNT", 0, "Rounds of each (1k)", 1 },
		{ "size", 's', "SIZE", 0, "Bytes of an operation (4K)", 1 },
		{ "order", OPT_ORDER, "hardware|emulated|none", 0,
		  "Only with fences, only emulated, only without order", 1 },
		{ "timeout", 'T', "TIME", 0,
		  "Stop a channel that completes nothing for so long (5s)", 1 },
		{ "seed", OPT_SEED, "N", 0, "Seed of the data (1)", 1 },
		{ 0 },
	};
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = litmus_opt,
		.children = children,
		.doc = "Find out which order an engine keeps.\v"
		       "Exit status 1: an order was violated that was promised, by the module or by "
		       "a driver that is known to keep it.",
	};
	struct litmus l = {
		.ctx = ctx,
		.only = -1,
		.count = 1000,
		.size = 4096,
		.seed = 1,
		.timeout_ns = 5000000000ULL,
	};
	int ret;

	cmd_parse(&argp, argc, argv, &l);
	ret = litmus_main(&l);
	vec_free(&l.channels);
	return ret;
}
