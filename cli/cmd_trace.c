// SPDX-License-Identifier: GPL-2.0
/* A command, and what the module does meanwhile, as a file for Perfetto and Chromium. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "outfile.h"
#include "parse.h"
#include "trace.h"

#define BUFFER_MIN (64ULL << 10)
#define BUFFER_MAX (1ULL << 30)
#define LOOK_MS	   50  /* the kernel tells only of buffers that are half full */
#define READS	   256 /* until the command is looked after */

enum { OPT_BUFFER = 0x2000, OPT_FORCE };

struct trace_args {
	struct ctx *ctx;
	char **command;
	uint64_t buffer;
};

/* A trace under way. */
struct tracing {
	struct tracefs fs;
	struct child child;
	struct trace trace;
	struct outfile file;
	char text[64 << 10]; /* lines that were not taken yet */
	size_t len;
	bool dry; /* nothing will come any more */
	uint64_t strange;
	char example[80]; /* the first strange line, cut */
};

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "Where the trace is written; required", 1 },
	{ "force", OPT_FORCE, NULL, 0, "Replace FILE", 1 },
	{ "buffer", OPT_BUFFER, "SIZE", 0, "Room for events on each CPU (4M)", 1 },
	{ 0 },
};

static error_t trace_opt(int key, char *arg, struct argp_state *st)
{
	struct trace_args *a = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = a->ctx;
		return 0;
	case 'o':
		a->ctx->output = arg;
		return 0;
	case OPT_FORCE:
		a->ctx->force = true;
		return 0;
	case OPT_BUFFER:
		if (parse_size(arg, &a->buffer) || a->buffer < BUFFER_MIN || a->buffer > BUFFER_MAX)
			argp_error(st, "--buffer: '%s' is not a size from 64K to 1G", arg);
		return 0;
	case ARGP_KEY_ARG:
		a->command = &st->argv[st->next - 1];
		st->next = st->argc;
		return 0;
	case ARGP_KEY_END:
		if (!a->command)
			argp_error(st,
				   "which command? (dmactl trace -o FILE -- memcpy -c sim:any)");
		if (!a->ctx->output)
			argp_error(st, "where to? -o FILE");
		if (a->ctx->json || a->ctx->jsonl)
			argp_error(st, "-j and --jsonl are options of the command that is traced: "
				       "give them after it");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* It has the name of a program, which may be anything. */
static void keep_example(struct tracing *x, const char *line)
{
	snprintf(x->example, sizeof(x->example), "%.79s", line);
	for (char *p = x->example; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
}

static int take_line(struct tracing *x, const char *line)
{
	struct trace_event e;

	if (!trace_parse(line, &e))
		return trace_take(&x->trace, &e);
	if (!x->strange++)
		keep_example(x, line);
	return 0;
}

/* All whole lines; what is longer than the buffer is none of ours. */
static int take_text(struct tracing *x)
{
	char *line = x->text, *end;
	int ret = 0;

	while (!ret && (end = memchr(line, '\n', (size_t)(x->text + x->len - line)))) {
		*end = '\0';
		ret = take_line(x, line);
		line = end + 1;
	}
	x->len = (size_t)(x->text + x->len - line);
	memmove(x->text, line, x->len);
	if (x->len == sizeof(x->text)) {
		x->len = 0;
		x->strange++;
	}
	return ret;
}

/* As long as something is there, but not for ever. 0, or a negative errno. */
static int take(struct tracing *x, unsigned int reads)
{
	ssize_t n;
	int ret;

	while (!x->dry && reads--) {
		n = read(x->fs.pipe, x->text + x->len, sizeof(x->text) - x->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		x->dry = !n;
		x->len += (size_t)n;
		ret = take_text(x);
		if (ret)
			return ret;
	}
	return 0;
}

static int follow(struct tracing *x)
{
	struct pollfd p[] = {
		{ .fd = x->child.signals, .events = POLLIN },
		{ .fd = x->fs.pipe, .events = POLLIN },
	};
	int ret = 0, error;

	/* A command that is under way is waited for, whatever happens. */
	while (!x->child.gone) {
		poll(p, ret || x->dry ? 1 : 2, ret || x->dry ? -1 : LOOK_MS);
		child_signals(&x->child);
		error = ret ? 0 : take(x, READS);
		ret = ret ? ret : error;
	}
	tracefs_stop(&x->fs);
	x->dry = false;
	return ret ? ret : take(x, UINT32_MAX);
}

static void tell(struct ctx *ctx, const struct tracing *x, const struct trace_end *end)
{
	const struct trace *t = &x->trace;

	if (!ctx->quiet)
		fprintf(stderr, "%s: %" PRIu64 " requests, %" PRIu64 " periods on %zu channel%s\n",
			ctx->output, t->requests, t->periods, t->lanes.n,
			t->lanes.n == 1 ? "" : "s");
	if (end->lost)
		fprintf(stderr,
			"dmactl: %" PRIu64 " events were lost, the trace has gaps: give a larger "
			"--buffer or trace fewer operations\n",
			end->lost);
	if (end->strange)
		fprintf(stderr,
			"dmactl: %" PRIu64
			" lines of the kernel's trace are not as this dmactl knows "
			"them, the first: %s\n",
			end->strange, x->example);
}

static int finish(struct ctx *ctx, struct tracing *x, const struct trace_args *a, int ret)
{
	struct trace_end end = {
		.command = a->command,
		.exit = x->child.status,
		.lost = tracefs_lost(&x->fs),
		.strange = x->strange,
	};

	trace_end(&x->trace, &end);
	if (outfile_keep(&x->file, &ctx->err))
		return -1;
	if (ret)
		return err_set(&ctx->err, EXIT_FAILED, "the kernel's trace could not be read: %s",
			       strerror(-ret));
	tell(ctx, x, &end);
	return x->child.status;
}

static int trace(struct ctx *ctx, struct tracing *x, const struct trace_args *a)
{
	if (child_prepare(&x->child, &ctx->err) || tracefs_open(&x->fs, ctx, a->buffer))
		return -1;
	trace_begin(&x->trace, x->file.f);
	if (child_start(&x->child, a->command, &ctx->err))
		return -1;
	return finish(ctx, x, a, follow(x));
}

int cmd_trace(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = trace_opt,
		.children = children,
		.args_doc = "-- COMMAND [ARG...]",
		.doc = "Run a command, one of dmactl or any other, and write what the module does "
		       "meanwhile to a file that ui.perfetto.dev and chrome://tracing open: a lane "
		       "for each channel, a slice for each request.",
	};
	struct trace_args a = { .ctx = ctx, .buffer = 4ULL << 20 };
	static struct tracing x;
	struct err left;
	int ret = -1;

	cmd_parse(&argp, argc, argv, &a);
	x.fs.pipe = -1;
	if (outfile_open(&x.file, "-o", ctx->output, ctx->force, &ctx->err))
		return -1;
	if (!module_ensure(ctx))
		ret = trace(ctx, &x, &a);
	if (tracefs_close(&x.fs, &left))
		fprintf(stderr, "dmactl: %s\n", left.text);
	outfile_drop(&x.file);
	trace_free(&x.trace);
	return ret;
}
