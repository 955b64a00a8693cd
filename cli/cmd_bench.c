// SPDX-License-Identifier: GPL-2.0
/* dmactl bench: jobs from a file, or the built-in one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

enum { OPT_SET = 0x3200, OPT_REPEAT, OPT_DRY_RUN, OPT_SHUFFLE, OPT_BASELINE, OPT_FORMAT };

struct options {
	struct ctx *ctx;
	const char *file, *channel, *repeat, *baseline;
	struct vec sets; /* const char * */
	bool dry_run, shuffle;
	uint64_t seed;
	const struct bench_printer *format;
};

static const struct argp_option option_list[] = {
	{ "channel", 'c', "CHANNEL", 0,
	  "Channel, or A&B side by side, of jobs that name none (DMACTL_CHANNEL, else any)", 1 },
	{ "set", OPT_SET, "[JOB.]KEY=VALUE", 0, "Override a key of all jobs, or of one", 1 },
	{ "repeat", OPT_REPEAT, "N", 0, "Measure each cell N times (10)", 1 },
	{ "shuffle", OPT_SHUFFLE, "SEED", 0, "Measure in another order in each round", 1 },
	{ "baseline", OPT_BASELINE, "FILE", 0,
	  "Compare with the results in FILE at the end, as dmactl compare does", 1 },
	{ "format", OPT_FORMAT, "FORMAT", 0, "table, ktap or junit (table)", 1 },
	{ "dry-run", OPT_DRY_RUN, NULL, 0, "Print what would be measured, and how long it takes",
	  1 },
	{ 0 },
};

static void format(struct argp_state *st, struct options *o, const char *arg)
{
	static const struct bench_printer *const formats[] = { &bench_tables, &bench_ktap,
							       &bench_junit };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (!strcmp(arg, formats[i]->name)) {
			o->format = formats[i];
			return;
		}
	}
	argp_error(st, "--format: '%s' is not table, ktap or junit", arg);
}

static void finish(struct argp_state *st, struct options *o)
{
	if (o->dry_run && (o->ctx->json || o->ctx->jsonl || o->ctx->output))
		argp_error(st, "--dry-run measures nothing: there is no JSON of it");
	if (o->dry_run && o->format)
		argp_error(st, "--dry-run measures nothing: it has no --format");
	if (o->format && !out_human(o->ctx))
		argp_error(st, "--format %s and JSON: one of them", o->format->name);
	if (!o->format && out_human(o->ctx))
		o->format = &bench_tables;
}

static error_t on_option(int key, char *arg, struct argp_state *st)
{
	struct options *o = st->input;
	const char **p;
	uint64_t v;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = o->ctx;
		return 0;
	case 'c':
		o->channel = arg;
		return 0;
	case OPT_SET:
		p = vec_add(&o->sets, sizeof(*p));
		if (p)
			*p = arg;
		return p ? 0 : ENOMEM;
	case OPT_REPEAT:
		opt_number(st, "--repeat", arg, 1, &v);
		o->repeat = arg;
		return 0;
	case OPT_SHUFFLE:
		o->shuffle = true;
		opt_bad(st, parse_number(arg, &o->seed), "--shuffle", arg, "a number");
		return 0;
	case OPT_BASELINE:
		o->baseline = arg;
		return 0;
	case OPT_FORMAT:
		format(st, o, arg);
		return 0;
	case OPT_DRY_RUN:
		o->dry_run = true;
		return 0;
	case ARGP_KEY_ARG:
		if (o->file)
			argp_error(st, "one job file at a time: '%s' is a second one", arg);
		o->file = arg;
		return 0;
	case ARGP_KEY_END:
		finish(st, o);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };

static const struct argp bench_argp = {
	.options = option_list,
	.parser = on_option,
	.args_doc = "[JOBFILE|-]",
	.children = children,
	.doc = "Measure the jobs of a file, round after round; see dmactl-job(5).\v"
	       "Without a file: copies from 64 bytes to 1 MiB, at depth 1 and 32, in about a "
	       "minute.",
};

static int read_jobs(struct bench *b, const struct options *o)
{
	struct err *e = &b->ctx->err;
	char repeat[64];

	if (bench_file_read(&b->file, o->file, e))
		return -1;
	for (size_t i = 0; i < o->sets.n; i++)
		if (bench_file_set(&b->file, ((const char **)o->sets.v)[i], e))
			return -1;
	snprintf(repeat, sizeof(repeat), "repeat=%.50s", o->repeat ? o->repeat : "");
	if (o->repeat && bench_file_set(&b->file, repeat, e))
		return -1;
	return bench_file_inherit(&b->file, e);
}

static int measure(struct bench *b, const char *baseline)
{
	struct bench_base base = { 0 };
	int ret = baseline ? bench_base_open(&base, b->ctx, baseline) : 0;

	if (!ret)
		ret = bench_run(b);
	/* What was interrupted says nothing of all. */
	if (baseline && ret >= 0 && ret != EXIT_INTERRUPTED)
		ret = bench_base_compare(&base, b->ctx, b->format == &bench_tables, ret);
	bench_base_close(&base);
	return ret;
}

int cmd_bench(struct ctx *ctx, int argc, char **argv)
{
	struct options o = { .ctx = ctx };
	struct bench b = { .ctx = ctx };
	int ret;

	cmd_parse(&bench_argp, argc, argv, &o);
	b.channel = o.channel;
	b.shuffle = o.shuffle;
	b.seed = o.seed;
	b.format = o.format;
	ret = read_jobs(&b, &o);
	if (!ret)
		ret = bench_units(&b);
	if (!ret)
		ret = bench_plan(&b);
	if (!ret && o.dry_run)
		bench_print(&b);
	else if (!ret)
		ret = measure(&b, o.baseline);
	bench_free(&b);
	vec_free(&o.sets);
	return ret;
}
