// SPDX-License-Identifier: GPL-2.0
/* --baseline: what compare says of the results that were just made. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "compare.h"

int bench_base_open(struct bench_base *b, struct ctx *ctx, const char *name)
{
	const char *tmp = getenv("TMPDIR");
	struct cset s = { 0 };
	int ret = cset_add(&s, name, &ctx->err);

	cset_free(&s);
	if (ret)
		return -1;
	b->name = name;
	b->results = ctx->output;
	if (ctx->output)
		return 0;
	/* compare reads a file: one that nobody asked for goes away again. */
	if (asprintf(&b->dir, "%s/dmactl-XXXXXX", tmp && *tmp ? tmp : "/tmp") < 0)
		b->dir = NULL;
	if (!b->dir || !mkdtemp(b->dir))
		return err_set(&ctx->err, EXIT_FAILED,
			       "--baseline: no directory for the results in %s (TMPDIR): %s",
			       tmp && *tmp ? tmp : "/tmp", strerror(errno));
	b->made = true;
	if (asprintf(&b->own, "%s/results", b->dir) < 0) {
		b->own = NULL;
		return err_set(&ctx->err, EXIT_FAILED, "out of memory");
	}
	b->results = b->own;
	ctx->output = b->own;
	return 0;
}

static int compare(struct ctx *ctx, const struct bench_base *b, struct compare *c)
{
	struct cset *now;

	if (compare_metrics("throughput,p50,p99", &c->metrics))
		return err_set(&ctx->err, EXIT_FAILED, "out of memory");
	if (cset_add(&c->base, b->name, &ctx->err))
		return -1;
	now = vec_add(&c->news, sizeof(*now));
	if (!now)
		return err_set(&ctx->err, EXIT_FAILED, "out of memory");
	if (cset_add(now, b->results, &ctx->err) || cset_match(&c->base, now, &ctx->err))
		return -1;
	if (b->own) {
		free(now->name);
		now->name = strdup("this run");
	}
	return compare_judge(c);
}

int bench_base_compare(const struct bench_base *b, struct ctx *ctx, bool table, int exit)
{
	struct compare c = { .ctx = ctx, .threshold = 5, .alpha = 0.05, .format = &compare_table };
	int ret = compare(ctx, b, &c);

	if (!ret && table) {
		printf("\n");
		c.format->print(&c);
		out_flush();
	} else if (!ret && c.count[V_WORSE]) {
		fprintf(stderr, "dmactl: worse than %s: %zu of %zu (dmactl compare tells which)\n",
			b->name, c.count[V_WORSE], c.tests);
	}
	if (!ret)
		ret = exit_worst(exit, compare_exit(&c));
	for (size_t i = 0; i < c.news.n; i++)
		cset_free((struct cset *)c.news.v + i);
	vec_free(&c.news);
	cset_free(&c.base);
	vec_free(&c.metrics);
	vec_free(&c.rows);
	return ret;
}

void bench_base_close(struct bench_base *b)
{
	if (b->own)
		unlink(b->own);
	if (b->made)
		rmdir(b->dir);
	free(b->own);
	free(b->dir);
}
