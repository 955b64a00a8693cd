// SPDX-License-Identifier: GPL-2.0
/* The options of cyclic. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cyclic.h"

enum {
	OPT_PERIOD = 0x3500,
	OPT_PERIODS,
	OPT_PAUSE,
	OPT_RESTART,
	OPT_ALLOW,
	OPT_FIND,
};

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, "The ring:", 1 },
	{ "channel", 'c', "CHANNEL", 0,
	  "Channel, glob, driver:NAME, sim:NAME/N, any or sim:any; may be repeated "
	  "(DMACTL_CHANNEL, else any)",
	  1 },
	{ "direction", 'd', "DIRECTION", 0,
	  "mem-to-dev or dev-to-mem; the i-th is of the i-th channel, one is of all", 1 },
	{ "period", OPT_PERIOD, "SIZES", 0, "Bytes of a period: SIZE, LIST or SWEEP (4K)", 1 },
	{ "periods", OPT_PERIODS, "N", 0, "Periods of the ring, at least 2 (4)", 1 },
	{ "endpoint", OPT_ENDPOINT, "EP", 0,
	  "The peripheral: sink, source or loopback (of dma-sim), buffer, line or raw:ADDRESS", 1 },
	{ "width", OPT_WIDTH, "BYTES", 0, "Bytes of an access to the peripheral (4)", 1 },
	{ "burst", OPT_BURST, "N", 0, "Accesses of a burst (the driver's choice)", 1 },
	{ "buffer", 'B', "KIND", 0, "coherent, or pages, each period synced (coherent)", 1 },
	{ NULL, 0, NULL, 0, "How long:", 2 },
	{ "count", 'n', "COUNT", 0, "End after so many periods", 2 },
	{ "time", 't', "TIME", 0, "End after so long (1s)", 2 },
	{ "timeout", 'T', "TIME", 0, "Give up when no period comes for so long (5s)", 2 },
	{ "pause", OPT_PAUSE, "AT,FOR", 0, "Pause once, AT after the start, for so long", 2 },
	{ "restart", OPT_RESTART, "N", 0, "Stop and start again N times (0)", 2 },
	{ "poll", 'p', NULL, 0, "No callbacks: ask where the engine is", 2 },
	{ "cpu", 'C', "LIST", 0, "The i-th channel's thread runs on the i-th CPU", 2 },
	{ NULL, 0, NULL, 0, "Data and results:", 3 },
	{ "input", OPT_INPUT, "FILE|-", 0, "Send FILE or standard input, then end", 3 },
	{ "save", OPT_SAVE, "FILE|-", 0, "Write what comes to FILE or standard output", 3 },
	{ "seed", OPT_SEED, "N", 0, "Seed of the data (1)", 3 },
	{ "allow-lost", OPT_ALLOW, "N", 0, "Lost periods that are no failure (0)", 3 },
	{ "find-min-period", OPT_FIND, NULL, 0,
	  "Halve the period until something is lost; tell the smallest without loss", 3 },
	{ "plot", OPT_PLOT, NULL, 0, "Draw the intervals, or the throughput by period", 3 },
	{ "label", OPT_LABEL, "KEY=VALUE", 0, "Put a label into the results; may be repeated", 3 },
	{ 0 },
};

static void direction(struct argp_state *st, struct copts *c, const char *arg)
{
	uint32_t *d;

	if (strcmp(arg, "mem-to-dev") && strcmp(arg, "dev-to-mem"))
		argp_error(st,
			   "-d: '%s' is not mem-to-dev or dev-to-mem: a ring lies between memory "
			   "and a peripheral",
			   arg);
	d = vec_add(&c->directions, sizeof(*d));
	if (!d)
		argp_failure(st, EXIT_FAILED, 0, "out of memory");
	else
		*d = strcmp(arg, "mem-to-dev") ? DEV_TO_MEM : MEM_TO_DEV;
}

static void kind(struct argp_state *st, struct mopts *o, const char *arg)
{
	if (strcmp(arg, "coherent") && strcmp(arg, "pages"))
		argp_error(st, "-B: '%s' is neither coherent nor pages: nothing else can be a ring",
			   arg);
	o->kind[SRC] = strcmp(arg, "pages") ? DMACTL_BUF_COHERENT : DMACTL_BUF_PAGES;
	o->kind[DST] = o->kind[SRC];
}

static void pause_at(struct argp_state *st, struct copts *c, const char *arg)
{
	char *copy = strdup(arg), *comma = copy ? strchr(copy, ',') : NULL;
	int ret = copy ? -EINVAL : -ENOMEM;

	if (comma) {
		*comma++ = '\0';
		ret = parse_seconds(copy, &c->pause_at) ?: parse_seconds(comma, &c->pause_for);
	}
	free(copy);
	opt_bad(st, ret, "--pause", arg, "two times with a comma between them, such as 100ms,20ms");
	c->has_pause = true;
}

static error_t cyclic_opt(int key, char *arg, struct argp_state *st)
{
	struct copts *c = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = c->m.ctx;
		return 0;
	case 'd':
		direction(st, c, arg);
		return 0;
	case OPT_PERIOD:
		opt_bad(st, parse_list(arg, parse_size, &c->period), "--period", arg,
			"a list of sizes: numbers with K, M or G (powers of 1024), "
			"FIRST:LAST:*FACTOR");
		c->has_period = true;
		return 0;
	case OPT_PERIODS:
		opt_number(st, "--periods", arg, 1, &c->periods);
		return 0;
	case 'B':
		kind(st, &c->m, arg);
		return 0;
	case OPT_PAUSE:
		pause_at(st, c, arg);
		return 0;
	case OPT_RESTART:
		opt_number(st, "--restart", arg, 0, &c->restart);
		return 0;
	case OPT_ALLOW:
		opt_number(st, "--allow-lost", arg, 0, &c->allow_lost);
		return 0;
	case OPT_FIND:
		c->find_min = true;
		return 0;
	case ARGP_KEY_END:
		copts_finish(c, st);
		return 0;
	default:
		if (opt_peripheral(key, arg, st, &c->m) != ARGP_ERR_UNKNOWN)
			return 0;
		return opt_shared(key, arg, st, &c->m);
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };

const struct argp cyclic_argp = {
	.options = options,
	.parser = cyclic_opt,
	.children = children,
	.doc = "Run a ring of periods between memory and a peripheral, and count what is lost.",
};

void copts_init(struct copts *c, struct ctx *ctx)
{
	*c = (struct copts){ .periods = 4 };
	mopts_init(&c->m, ctx, DMACTL_OP_CYCLIC);
	c->m.kind[SRC] = DMACTL_BUF_COHERENT;
	c->m.kind[DST] = DMACTL_BUF_COHERENT;
}

void copts_free(struct copts *c)
{
	vec_free(&c->directions);
	free(c->period.v);
	mopts_free(&c->m);
}
