// SPDX-License-Identifier: GPL-2.0
/* dmactl chain: a chain from a file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain_report.h"
#include "parse.h"
#include "stop.h"

#define TEXT_MOST	(64 << 20)	/* bytes of a chain */

enum { OPT_STRICT = 0x4000, OPT_SEED };

struct chain_cmd {
	struct ctx *ctx;
	struct chain_opts o;
	struct vec defines;		/* struct chain_define */
	bool strict;
	char *text, *dir;
	size_t len;
	struct chain chain;
	struct chain_warnings warnings;
};

static void define(struct chain_cmd *m, char *arg, struct argp_state *st)
{
	struct chain_define *d;
	char *value = strchr(arg, '=');
	size_t n = value ? (size_t)(value - arg) : 0;

	if (!n || (arg[0] >= '0' && arg[0] <= '9') ||
	    strspn(arg, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != n)
		argp_error(st, "-D: '%s' is not NAME=VALUE, a name of letters, digits and _", arg);
	d = vec_add(&m->defines, sizeof(*d));
	if (!d)
		argp_failure(st, EXIT_FAILED, 0, "out of memory");
	*value = '\0';
	*d = (struct chain_define){ arg, value + 1 };
}

static void parse_timeout(const char *arg, struct argp_state *st, uint64_t *out)
{
	int ret = parse_seconds(arg, out);

	if (ret == -ENOTUNIQ)
		argp_error(st, "-T: '%s' could mean minutes or milliseconds: write min or ms", arg);
	if (ret || !*out || *out > 30ULL * 86400 * 1000000000)
		argp_error(st,
			   "-T: '%s' is not a time up to 30 days: a number with ns, us, ms, s or "
			   "min (seconds without one), above 0",
			   arg);
}

static error_t chain_opt(int key, char *arg, struct argp_state *st)
{
	struct chain_cmd *m = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = m->ctx;
		return 0;
	case 'D':
		define(m, arg, st);
		return 0;
	case 'c':
		m->o.channel = arg;
		return 0;
	case 'T':
		parse_timeout(arg, st, &m->o.timeout_ns);
		return 0;
	case OPT_SEED:
		if (parse_number(arg, &m->o.seed))
			argp_error(st, "--seed: '%s' is not a number", arg);
		return 0;
	case OPT_STRICT:
		m->strict = true;
		return 0;
	case ARGP_KEY_ARG:
		if (m->o.file)
			argp_error(st, "chain takes one FILE, '%s' is a second", arg);
		m->o.file = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(st, "which chain? A file, or - for standard input");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int read_stream(struct chain_cmd *m, FILE *f)
{
	FILE *all = open_memstream(&m->text, &m->len);
	char buf[65536];
	size_t n;
	int ret = 0;

	while (all && (n = fread(buf, 1, sizeof(buf), f))) {
		if (fwrite(buf, 1, n, all) != n || ftell(all) > TEXT_MOST) {
			ret = err_set(&m->ctx->err, EXIT_USAGE, "%s: a chain has at most 64 MiB",
				      m->o.file);
			break;
		}
	}
	if (!ret && ferror(f))
		ret = err_set(&m->ctx->err, EXIT_USAGE, "%s: %s", m->o.file, strerror(errno));
	if (!all || fclose(all))
		ret = err_set(&m->ctx->err, EXIT_FAILED, "out of memory");
	return ret;
}

static int read_text(struct chain_cmd *m)
{
	FILE *f;
	int ret;

	if (!strcmp(m->o.file, "-"))
		return read_stream(m, stdin);
	f = fopen(m->o.file, "re");
	if (!f)
		return err_set(&m->ctx->err, EXIT_USAGE, "%s: %s", m->o.file, strerror(errno));
	ret = read_stream(m, f);
	fclose(f);
	return ret;
}

static int parse(struct chain_cmd *m)
{
	struct chain_run said = { .ctx = m->ctx, .o = &m->o };
	const char *slash = strrchr(m->o.file, '/');
	struct chain_error e;

	m->dir = slash ? strndup(m->o.file, (size_t)(slash - m->o.file) + (slash == m->o.file)) :
			 strdup("");
	if (!m->dir)
		return err_set(&m->ctx->err, EXIT_FAILED, "out of memory");
	m->o.dir = m->dir;
	if (!strcmp(m->o.file, "-"))
		m->o.file = "(standard input)";
	if (chain_parse(&m->chain, m->text, m->len, m->defines.v, m->defines.n, &e) ||
	    chain_check(&m->chain, &m->warnings, &e))
		return chain_fail(&said, &m->ctx->err, EXIT_USAGE, e.pos, "%s", e.text);
	for (unsigned int i = 0; i < m->warnings.n; i++) {
		const struct chain_warning *w = &m->warnings.v[i];

		if (m->strict)
			return chain_fail(&said, &m->ctx->err, EXIT_USAGE, w->pos, "%s (--strict)",
					  w->text);
		if (!m->ctx->quiet)
			fprintf(stderr, "dmactl: %s:%u:%u: warning: %s\n", m->o.file, w->pos.line,
				w->pos.column, w->text);
	}
	return 0;
}

static int run(struct chain_cmd *m, struct chain_run *r, struct out *out)
{
	int exit;

	if (chain_open(r))
		return stop_error(&m->ctx->err);
	out_begin(out, &r->info);
	chain_execute(r);
	if (out_human(m->ctx))
		chain_report_text(r);
	chain_report_json(r, &m->warnings, out);
	exit = chain_exit(r);
	if (r->failure.exit)
		fprintf(stderr, "dmactl: %s\n", r->failure.text);
	return out_end(out, NULL, exit, r->failure.exit ? r->failure.text : NULL);
}

static int chain(struct chain_cmd *m)
{
	struct chain_run r = { .ctx = m->ctx, .o = &m->o, .c = &m->chain, .session = -1 };
	struct ctx *ctx = m->ctx;
	struct out out;
	int ret;

	if (read_text(m) || parse(m))
		return -1;
	stop_catch();
	if (out_open(&out, ctx, "chain"))
		return -1;
	m->o.force = ctx->force;
	ret = run(m, &r, &out);
	chain_close(&r);
	if (ret >= 0)
		return ret;
	/* Not even begun: nothing was moved. */
	return out_finish(&out, -1, NULL, 0, NULL);
}

int cmd_chain(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "define", 'D', "NAME=VALUE", 0, "What $NAME stands for; may be repeated", 1 },
		{ "channel", 'c', "CHANNEL", 0,
		  "For operations that name none (DMACTL_CHANNEL, else any)", 1 },
		{ "strict", OPT_STRICT, NULL, 0, "Take warnings for errors", 1 },
		{ "timeout", 'T', "TIME", 0,
		  "Stop a channel that completes nothing for so long (5s)", 1 },
		{ "seed", OPT_SEED, "N", 0, "Seed of random data (1)", 1 },
		{ 0 },
	};
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = chain_opt,
		.children = children,
		.args_doc = "FILE|-",
		.doc = "Run operations that depend on each other, and check what they made.\v"
		       "The language of FILE is in dmactl-chain(5).",
	};
	const char *channel = getenv("DMACTL_CHANNEL");
	struct chain_cmd m = {
		.ctx = ctx,
		.o = { .channel = channel && channel[0] ? channel : "any",
		       .seed = 1,
		       .timeout_ns = 5000000000ULL,
		       .dir = "" },
	};
	int ret;

	cmd_parse(&argp, argc, argv, &m);
	ret = chain(&m);
	free(m.warnings.v);
	chain_free(&m.chain);
	free(m.text);
	free(m.dir);
	vec_free(&m.defines);
	return ret;
}
