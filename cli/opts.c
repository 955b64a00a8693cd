// SPDX-License-Identifier: GPL-2.0
/* The options that measuring commands share: each value is parsed strictly, a bad one is 64. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "opts.h"

#define RATE_MAX 1000000000 /* one each nanosecond */

enum {
	O_INTERRUPT = 0x2000,
	O_NODE,
	O_ALIGN,
	O_OFFSET,
	O_BUFFERS,
	O_CACHE,
	O_MAP,
	O_RATE,
	O_LIMIT,
	O_REPEAT,
	O_NO_LATENCY,
	O_SAMPLES,
	O_STEADY,
};

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, "What to measure:", 10 },
	{ "channel", 'c', "CHANNEL", 0,
	  "Channel, glob, driver:NAME, sim:NAME/N, any or sim:any; "
	  "may be repeated (DMACTL_CHANNEL, else any)",
	  10 },
	{ "size", 's', "SIZES", 0, "Bytes of an operation: SIZE, LIST or SWEEP (4K)", 10 },
	{ "depth", 'q', "DEPTHS", 0, "Operations in flight (1)", 10 },
	{ "batch", 'b', "BATCHES", 0, "Operations per submit call and kick (1)", 10 },
	{ "count", 'n', "COUNT", 0, "Operations per channel and cell", 10 },
	{ "time", 't', "TIME", 0, "Time per cell (1s)", 10 },
	{ "repeat", O_REPEAT, "N", 0, "Measure each cell N times (1)", 10 },
	{ "warmup", 'w', "COUNT|TIME", 0,
	  "Thrown away (100ms and at least twice the depth; "
	  "0: none)",
	  10 },
	{ "steady", O_STEADY, "PERCENT[,TIME]", 0,
	  "Warm up until the rate of five windows is within PERCENT, TIME at most (10s)", 10 },
	{ NULL, 0, NULL, 0, "How:", 20 },
	{ "mode", 'm', "run|submit", 0, "In the kernel, or through user space (run)", 20 },
	{ "poll", 'p', NULL, 0, "Find completions by polling", 20 },
	{ "interrupt", O_INTERRUPT, "each|batch", 0,
	  "One interrupt per operation or per batch "
	  "(each)",
	  20 },
	{ "timeout", 'T', "TIME", 0, "Stop a channel that completes nothing for so long (5s)", 20 },
	{ "cpu", 'C', "LIST", 0, "The i-th channel's thread runs on the i-th CPU", 20 },
	{ "rate", O_RATE, "OPS[,fixed|poisson]", 0,
	  "Open loop: start so many a second (fixed), with -m submit", 20 },
	{ NULL, 0, NULL, 0, "Memory and data:", 30 },
	{ "buffer", 'B', "KIND[,KIND]", 0,
	  "pages, coherent, user or dmabuf:...; source and "
	  "destination (pages)",
	  30 },
	{ "buffers", O_BUFFERS, "N", 0, "Buffer pairs, used in turn (the depth)", 30 },
	{ "node", O_NODE, "N[,N]", 0, "NUMA node of source and destination", 30 },
	{ "align", O_ALIGN, "SIZE", 0, "Alignment of the buffers, a power of two", 30 },
	{ "offset", O_OFFSET, "SRC[,DST]", 0, "Bytes past that alignment (0)", 30 },
	{ "cache", O_CACHE, "warm|cold", 0, "CPU caches before each use (warm)", 30 },
	{ "map", O_MAP, "once|each", 0, "Map for the device once, or around each operation (once)",
	  30 },
	{ "verify", 'v', "none|sample|full", 0,
	  "Check the data: never, last use, each use "
	  "(sample)",
	  30 },
	{ "seed", OPT_SEED, "N", 0, "Seed of the data (1)", 30 },
	{ "input", OPT_INPUT, "FILE", 0, "Send FILE once, in pieces of the size", 30 },
	{ "save", OPT_SAVE, "FILE", 0, "Write the destinations to FILE", 30 },
	{ NULL, 0, NULL, 0, "Results:", 40 },
	{ "limit", O_LIMIT, "LIMITS", 0, "Exit 2 when worse: 'p99<50us,throughput>2G'", 40 },
	{ "plot", OPT_PLOT, NULL, 0, "Draw the latencies, or a sweep's throughput", 40 },
	{ "no-latency", O_NO_LATENCY, NULL, 0, "Take no stamps", 40 },
	{ "samples", O_SAMPLES, "FILE", 0, "Write all stamps to FILE (binary, see dmactl(1))", 40 },
	{ "label", OPT_LABEL, "KEY=VALUE", 0, "Put a label into the results; may be repeated", 40 },
	{ 0 },
};

void opt_bad(struct argp_state *st, int ret, const char *option, const char *arg, const char *want)
{
	if (!ret)
		return;
	if (ret == -ENOTUNIQ)
		opt_error(st,
			  "%s: '%s' could mean minutes or milliseconds (or a count of "
			  "millions): write min or ms",
			  option, arg);
	else if (ret == -ERANGE)
		opt_error(st, "%s: '%s' is too large", option, arg);
	else
		opt_error(st, "%s: '%s' is not %s", option, arg, want);
}

static bool choice(struct argp_state *st, const char *option, const char *arg, const char *no,
		   const char *yes)
{
	if (!strcmp(arg, yes))
		return true;
	if (strcmp(arg, no))
		opt_error(st, "%s: '%s' is neither %s nor %s", option, arg, no, yes);
	return false;
}

static void push(struct argp_state *st, struct vec *v, const char *arg)
{
	const char **p = vec_add(v, sizeof(*p));

	if (!p)
		argp_failure(st, EXIT_FAILED, 0, "out of memory");
	else
		*p = arg;
}

static void one_kind(struct argp_state *st, struct mopts *o, enum side side, const char *arg,
		     const char *s)
{
	free(o->dma_buf[side]);
	o->dma_buf[side] = NULL;
	if (!strcmp(s, "pages")) {
		o->kind[side] = DMACTL_BUF_PAGES;
	} else if (!strcmp(s, "coherent")) {
		o->kind[side] = DMACTL_BUF_COHERENT;
	} else if (!strcmp(s, "user")) {
		o->kind[side] = DMACTL_BUF_USER;
	} else if (!strcmp(s, "dmabuf:udmabuf") ||
		   (!strncmp(s, "dmabuf:heap/", 12) && s[12] && !strchr(s + 12, '/'))) {
		o->kind[side] = DMACTL_BUF_DMABUF;
		o->dma_buf[side] = strdup(s);
		if (!o->dma_buf[side])
			argp_failure(st, EXIT_FAILED, 0, "out of memory");
	} else {
		opt_error(st,
			  "-B: '%s' is not pages, coherent, user, dmabuf:heap/NAME or "
			  "dmabuf:udmabuf",
			  arg);
	}
}

static void kinds(struct argp_state *st, struct mopts *o, const char *arg)
{
	char *copy = strdup(arg), *comma = copy ? strchr(copy, ',') : NULL;

	if (!copy)
		argp_failure(st, EXIT_FAILED, 0, "out of memory");
	if (comma)
		*comma++ = '\0';
	one_kind(st, o, SRC, arg, copy ? copy : "");
	one_kind(st, o, DST, arg, comma ? comma : copy ? copy : "");
	free(copy);
}

static void verify(struct argp_state *st, struct mopts *o, const char *arg)
{
	static const char *const names[] = { "none", "sample", "full" };

	for (unsigned int i = 0; i < 3; i++) {
		if (!strcmp(arg, names[i])) {
			o->verify = i;
			return;
		}
	}
	opt_error(st, "-v: '%s' is not none, sample or full", arg);
}

static void rate(struct argp_state *st, struct mopts *o, const char *arg)
{
	char *copy = strdup(arg), *comma = copy ? strchr(copy, ',') : NULL;
	int ret;

	if (comma)
		*comma++ = '\0';
	ret = copy ? parse_rate(copy, &o->rate) : -ENOMEM;
	if (!ret && (!o->rate || (comma && strcmp(comma, "fixed") && strcmp(comma, "poisson"))))
		ret = -EINVAL;
	else if (!ret && o->rate > RATE_MAX)
		ret = -ERANGE;
	o->poisson = comma && !strcmp(comma, "poisson");
	free(copy);
	opt_bad(st, ret, "--rate", arg,
		"a number of operations per second, with ,fixed or ,poisson");
}

static void steady(struct argp_state *st, struct mopts *o, const char *arg)
{
	opt_bad(st, parse_steady(arg, &o->steady.percent, &o->steady.most_ns), "--steady", arg,
		"a percentage above 0 and up to 100, with ,TIME for the longest wait");
}

#define SIZES  "a list of sizes: numbers with K, M or G (powers of 1024), FIRST:LAST:*FACTOR"
#define COUNTS "a list of counts: numbers, k or M (powers of 1000), FIRST:LAST:*FACTOR"
#define TIMES  "a time: a number with ns, us, ms, s or min (seconds without one), above 0"

error_t opt_shared(int key, char *arg, struct argp_state *st, struct mopts *o)
{
	switch (key) {
	case 'c':
		push(st, &o->channels, arg);
		return 0;
	case 'n':
		opt_bad(st, parse_count(arg, &o->count) ?: (o->count ? 0 : -EINVAL), "-n", arg,
			"a count of at least 1: a number, k or M");
		o->has_count = true;
		return 0;
	case 't':
		opt_bad(st, parse_seconds(arg, &o->time_ns) ?: (o->time_ns ? 0 : -EINVAL), "-t",
			arg, TIMES);
		o->has_time = true;
		return 0;
	case 'T':
		opt_bad(st, parse_seconds(arg, &o->timeout_ns) ?: (o->timeout_ns ? 0 : -EINVAL),
			"-T", arg, TIMES);
		return 0;
	case 'p':
		o->poll = true;
		return 0;
	case 'C':
		opt_bad(st, parse_cpus(arg, &o->cpus), "-C", arg, "a list of CPUs such as 0,2-3");
		return 0;
	case OPT_SEED:
		opt_bad(st, parse_number(arg, &o->seed), "--seed", arg, "a number");
		return 0;
	case OPT_INPUT:
		o->input = arg;
		return 0;
	case OPT_SAVE:
		o->save = arg;
		return 0;
	case OPT_PLOT:
		o->plot = true;
		return 0;
	case OPT_LABEL:
		if (!strchr(arg, '=') || arg[0] == '=')
			opt_error(st, "--label: '%s' is not KEY=VALUE", arg);
		push(st, &o->labels, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t data_opt(int key, char *arg, struct argp_state *st, struct mopts *o)
{
	switch (key) {
	case 'B':
		kinds(st, o, arg);
		return 0;
	case O_BUFFERS:
		opt_bad(st, parse_count(arg, &o->buffers) ?: (o->buffers ? 0 : -EINVAL),
			"--buffers", arg, "a number of at least 1");
		return 0;
	case O_NODE:
		opt_bad(st, parse_pair(arg, parse_number, o->node), "--node", arg, "N or N,N");
		return 0;
	case O_ALIGN:
		opt_bad(st,
			parse_size(arg, &o->align) ?:
				(o->align && !(o->align & (o->align - 1)) ? 0 : -EINVAL),
			"--align", arg, "a power of two");
		return 0;
	case O_OFFSET:
		opt_bad(st, parse_pair(arg, parse_size, o->offset), "--offset", arg,
			"a size or two: SRC,DST");
		return 0;
	case O_CACHE:
		o->cold = choice(st, "--cache", arg, "warm", "cold");
		return 0;
	case O_MAP:
		o->map_each = choice(st, "--map", arg, "once", "each");
		return 0;
	case 'v':
		verify(st, o, arg);
		return 0;
	default:
		return opt_shared(key, arg, st, o);
	}
}

static error_t how_opt(int key, char *arg, struct argp_state *st, struct mopts *o)
{
	switch (key) {
	case 'm':
		o->submit = choice(st, "-m", arg, "run", "submit");
		o->has_mode = true;
		return 0;
	case O_INTERRUPT:
		o->irq_batch = choice(st, "--interrupt", arg, "each", "batch");
		return 0;
	case O_RATE:
		rate(st, o, arg);
		return 0;
	case O_LIMIT:
		opt_bad(st, parse_limits(arg, &o->limits), "--limit", arg,
			"a list of METRIC<TIME or throughput>RATE; metrics are throughput, ops, min, "
			"mean, max, p50, p90, p99, p99.9 and p99.99, latencies also as STAGE.METRIC");
		return 0;
	case O_NO_LATENCY:
		o->latency = false;
		return 0;
	case O_SAMPLES:
		o->samples = arg;
		return 0;
	default:
		return data_opt(key, arg, st, o);
	}
}

static error_t measure_opt(int key, char *arg, struct argp_state *st)
{
	struct mopts *o = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = o->ctx;
		return 0;
	case 's':
		opt_bad(st, parse_list(arg, parse_size, &o->size), "-s", arg, SIZES);
		o->has_size = true;
		return 0;
	case 'q':
		opt_bad(st, parse_list(arg, parse_count, &o->depth), "-q", arg, COUNTS);
		o->has_depth = true;
		return 0;
	case 'b':
		opt_bad(st, parse_list(arg, parse_count, &o->batch), "-b", arg, COUNTS);
		o->has_batch = true;
		return 0;
	case O_REPEAT:
		opt_bad(st, parse_count(arg, &o->repeat) ?: (o->repeat ? 0 : -EINVAL), "--repeat",
			arg, "a count of at least 1");
		return 0;
	case 'w':
		opt_bad(st, parse_warmup(arg, &o->warmup), "-w", arg,
			"a count (k, M) or a time (ns, us, ms, s, min)");
		return 0;
	case O_STEADY:
		steady(st, o, arg);
		return 0;
	case ARGP_KEY_END:
		mopts_finish(o, st);
		return 0;
	default:
		return how_opt(key, arg, st, o);
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };

const struct argp measure_argp = {
	.options = options,
	.parser = measure_opt,
	.children = children,
};
