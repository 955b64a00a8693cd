// SPDX-License-Identifier: GPL-2.0
/* compare: are new results worse than earlier ones? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

enum { OPT_THRESHOLD = 0x3500, OPT_ALPHA, OPT_METRIC, OPT_STRICT, OPT_POOL, OPT_FORMAT };

static const struct compare_printer *const formats[] = {
	&compare_table,
	&compare_markdown,
	&compare_junit,
};

static void format(struct argp_state *st, struct compare *c, const char *arg)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (!strcmp(arg, formats[i]->name)) {
			c->format = formats[i];
			return;
		}
	}
	argp_error(st, "--format: '%s' is not table, markdown or junit", arg);
}

/* A plain decimal number of at most @most. */
static bool parse_real(const char *s, double *out, double most)
{
	char *end;

	if (*s < '0' || *s > '9' || strspn(s, "0123456789.") != strlen(s))
		return false;
	errno = 0;
	*out = strtod(s, &end);
	return !*end && !errno && *out <= most;
}

static void threshold(struct argp_state *st, struct compare *c, const char *arg)
{
	char text[32];
	size_t n = strlen(arg);

	if (n && arg[n - 1] == '%')
		n--;
	snprintf(text, sizeof(text), "%.*s", (int)n, arg);
	if (n >= sizeof(text) || !parse_real(text, &c->threshold, 1e6))
		argp_error(st, "--threshold: '%s' is not a percentage: a number of at least 0",
			   arg);
}

static void metric(struct argp_state *st, struct compare *c, const char *arg)
{
	int ret = compare_metrics(arg, &c->metrics);

	if (ret == -ENOMEM)
		argp_failure(st, EXIT_FAILED, 0, "out of memory");
	else if (ret)
		argp_error(st,
			   "--metric: '%s' is not a list, each once, of throughput, ops, min, "
			   "mean, max, p50, p90, p99, p99.9, p99.99; latencies may have a stage: "
			   "submit.p99",
			   arg);
	c->named = true;
}

static void add_file(struct argp_state *st, struct compare *c, const char *arg)
{
	const char **f = c->files.v;
	bool twice = false;

	for (size_t i = 0; i < c->files.n; i++)
		twice |= !strcmp(arg, "-") && !strcmp(f[i], "-");
	if (twice)
		argp_error(st, "standard input (-) can be read only once");
	f = vec_add(&c->files, sizeof(*f));
	if (f)
		*f = arg;
	else
		argp_failure(st, EXIT_FAILED, 0, "out of memory");
}

static void finish(struct argp_state *st, struct compare *c)
{
	if (c->files.n < 2)
		argp_error(st, "%s: a file of earlier results, then one or several of new ones",
			   c->files.n ? "compare with what?" : "compare what?");
	if (c->format && !out_human(c->ctx))
		argp_error(st, "--format %s and JSON: one of them", c->format->name);
	if (!c->format)
		c->format = &compare_table;
	if (!c->named && compare_metrics("throughput,p50,p99", &c->metrics))
		argp_failure(st, EXIT_FAILED, 0, "out of memory");
}

static error_t compare_opt(int key, char *arg, struct argp_state *st)
{
	struct compare *c = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = c->ctx;
		return 0;
	case OPT_THRESHOLD:
		threshold(st, c, arg);
		return 0;
	case OPT_ALPHA:
		if (!parse_real(arg, &c->alpha, 0.5) || c->alpha <= 0)
			argp_error(st, "--alpha: '%s' is not a probability above 0 and up to 0.5",
				   arg);
		return 0;
	case OPT_METRIC:
		metric(st, c, arg);
		return 0;
	case OPT_STRICT:
		c->strict = true;
		return 0;
	case OPT_POOL:
		c->pool = true;
		return 0;
	case OPT_FORMAT:
		format(st, c, arg);
		return 0;
	case ARGP_KEY_ARG:
		add_file(st, c, arg);
		return 0;
	case ARGP_KEY_END:
		finish(st, c);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int load(struct compare *c)
{
	const char *const *f = c->files.v;
	struct cset *s = NULL;

	if (cset_add(&c->base, f[0], &c->ctx->err))
		return -1;
	for (size_t i = 1; i < c->files.n; i++) {
		if (!s || !c->pool)
			s = vec_add(&c->news, sizeof(*s));
		if (!s)
			return err_set(&c->ctx->err, EXIT_FAILED, "out of memory");
		if (cset_add(s, f[i], &c->ctx->err))
			return -1;
	}
	for (size_t i = 0; i < c->news.n; i++)
		if (cset_match(&c->base, (const struct cset *)c->news.v + i, &c->ctx->err))
			return -1;
	return 0;
}

static void add_skipped(void *arg, const char *of, const char *text)
{
	struct json_object *o;

	/* Environments have rows of their own. */
	if (!strcmp(of, "environment"))
		return;
	o = json_object_new_object();
	js_str(o, "job", of);
	js_str(o, "why", text);
	json_object_array_add(arg, o);
}

static int show(struct compare *c, struct out *out)
{
	struct json_object *skipped = json_object_new_array();
	const struct crow *r = c->rows.v;

	out_begin(out, NULL);
	for (size_t i = 0; out_wanted(c->ctx) && i < c->rows.n; i++)
		out_result(out, compare_json(c, &r[i]));
	compare_base_notes(c, add_skipped, skipped);
	for (size_t i = 0; i < c->news.n; i++)
		compare_notes(c, i, add_skipped, skipped);
	if (out_human(c->ctx)) {
		c->format->print(c);
		out_flush();
	}
	if (compare_nothing(c))
		fprintf(stderr,
			"dmactl: there is no cell that %s shares with the new results: nothing "
			"was compared\n",
			c->base.name);
	return out_end(out, skipped, compare_exit(c), NULL);
}

static int run(struct compare *c)
{
	struct out out;

	if (out_open(&out, c->ctx, "comparison"))
		return -1;
	if (!load(c) && !compare_judge(c))
		return show(c, &out);
	out_cancel(&out);
	return -1;
}

static void free_all(struct compare *c)
{
	struct cset *s = c->news.v;

	for (size_t i = 0; i < c->news.n; i++)
		cset_free(&s[i]);
	vec_free(&c->news);
	cset_free(&c->base);
	vec_free(&c->metrics);
	vec_free(&c->files);
	vec_free(&c->rows);
}

int cmd_compare(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "threshold", OPT_THRESHOLD, "PERCENT", 0,
		  "Smaller differences of the medians do not count (5)", 1 },
		{ "alpha", OPT_ALPHA, "P", 0,
		  "Probability of a false alarm in the whole call (0.05)", 1 },
		{ "metric", OPT_METRIC, "METRIC,...", 0,
		  "What to compare, as in --limit (throughput,p50,p99)", 1 },
		{ "strict", OPT_STRICT, NULL, 0, "Exit 3 when something could not be judged", 1 },
		{ "pool", OPT_POOL, NULL, 0, "Take all new files as one sample", 1 },
		{ "format", OPT_FORMAT, "FORMAT", 0, "table, markdown or junit (table)", 1 },
		{ 0 },
	};
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = compare_opt,
		.children = children,
		.args_doc = "BASE NEW...",
		.doc = "Compare new results with earlier ones, repeat by repeat.\v"
		       "Files are what -o, -j or --jsonl wrote, - is standard input. Exits 2 when "
		       "something became worse: by more than the threshold, and not by chance.",
	};
	struct compare c = { .ctx = ctx, .threshold = 5, .alpha = 0.05 };
	int ret;

	cmd_parse(&argp, argc, argv, &c);
	ret = run(&c);
	free_all(&c);
	return ret;
}
