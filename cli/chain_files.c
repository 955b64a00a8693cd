// SPDX-License-Identifier: GPL-2.0
/* The files of a chain, before anything is moved. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "chain_run.h"
#include "outfile.h"

static const int64_t no_loops[CHAIN_LOOPS];

char *chain_path(const struct chain_opts *o, const char *path, const int64_t *loops)
{
	char *full = NULL;
	size_t size;
	FILE *f = open_memstream(&full, &size);

	if (!f)
		return NULL;
	if (path[0] != '/' && o->dir[0])
		fprintf(f, "%s/", o->dir);
	for (; *path; path++) {
		if (CHAIN_ROUND_DEPTH(*path) < CHAIN_LOOPS)
			fprintf(f, "%" PRId64, loops[CHAIN_ROUND_DEPTH(*path)]);
		else
			fputc(*path, f);
	}
	if (!fclose(f))
		return full;
	free(full);
	return NULL;
}

/* One that is read: @need bytes of it. */
static int check_read(struct chain_run *r, const struct chain_data *d, const char *path,
		      uint64_t need, const char *rounds)
{
	struct err *e = &r->ctx->err;
	struct stat st;

	if (stat(path, &st))
		return chain_fail(r, e, EXIT_USAGE, d->pos, "%s: %s%s", path, strerror(errno),
				  rounds);
	if (!S_ISREG(st.st_mode))
		return chain_fail(r, e, EXIT_USAGE, d->pos,
				  "%s is no regular file: its length is checked beforehand%s", path,
				  rounds);
	if ((uint64_t)st.st_size < need)
		return chain_fail(r, e, EXIT_USAGE, d->pos,
				  "%s has only %jd bytes, %" PRIu64 " are to be filled%s", path,
				  (intmax_t)st.st_size, need, rounds);
	return 0;
}

static int check_written(struct chain_run *r, const struct chain_data *d, const char *path,
			 const char *rounds)
{
	const char *output = r->ctx->output;
	struct err *e = &r->ctx->err, why;

	if (outfile_check(NULL, path, r->o->force, &why))
		return chain_fail(r, e, why.exit, d->pos, "%s%s", why.text, rounds);
	if (output && outfile_clash(path, output))
		return chain_fail(r, e, EXIT_USAGE, d->pos, "%s and -o %s: they need a file each%s",
				  path, output, rounds);
	return 0;
}

/* @need: bytes that are read of it, 0: it is written. */
static int check_file(struct chain_run *r, const struct chain_stmt *s, const struct chain_data *d,
		      const int64_t *loops, uint64_t need)
{
	char *path = chain_path(r->o, d->path, loops), rounds[80];
	int ret;

	if (!path)
		return err_set(&r->ctx->err, EXIT_FAILED, "out of memory");
	chain_rounds(loops, s, rounds, sizeof(rounds));
	if (need)
		ret = check_read(r, d, path, need, rounds);
	else
		ret = check_written(r, d, path, rounds);
	free(path);
	return ret;
}

static int on_op(struct chain_walk *w, const struct chain_stmt *s, const struct chain_dep *dep,
		 unsigned int nr_dep)
{
	(void)w;
	(void)s;
	(void)dep;
	(void)nr_dep;
	return 0;
}

static int on_other(struct chain_walk *w, const struct chain_stmt *s)
{
	struct chain_run *r = w->arg;

	if ((s->kind != CHAIN_FILL && s->kind != CHAIN_SAVE) || !s->move.data.path)
		return 0;
	/* A place that is none is told when its round comes. */
	if (chain_check_args(r->c, s, w->loops, &r->args, w->e))
		return 0;
	return check_file(r, s, &s->move.data, w->loops,
			  s->kind == CHAIN_FILL ? r->args.dst.len : 0);
}

int chain_files(struct chain_run *r)
{
	struct chain_error e;
	struct chain_walk walk = {
		.c = r->c,
		.arg = r,
		.op = on_op,
		.other = on_other,
		.e = &e,
	};
	bool any = false;

	for (unsigned int i = 0; i < r->c->nr_stmt; i++) {
		const struct chain_stmt *s = r->c->stmt[i];

		any |= (s->kind == CHAIN_FILL || s->kind == CHAIN_SAVE) && s->move.data.path;
		if (s->kind == CHAIN_BUF && s->buf.data.path &&
		    check_file(r, s, &s->buf.data, no_loops, s->buf.bytes))
			return -1;
	}
	r->ctx->err.exit = 0;
	if (any)
		chain_walk(&walk);
	return r->ctx->err.exit ? -1 : 0;
}
