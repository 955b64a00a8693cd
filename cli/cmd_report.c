// SPDX-License-Identifier: GPL-2.0
/* report: what was measured, as a page with pictures, or as metrics. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "metrics.h"
#include "out.h"
#include "page.h"

enum { OPT_FORMAT = 0x3600, OPT_FORCE };

struct ropts {
	struct page page;
	bool metrics;
};

static void format(struct argp_state *st, struct ropts *o, const char *arg)
{
	o->metrics = !strcmp(arg, "openmetrics");
	if (!o->metrics && strcmp(arg, "html"))
		argp_error(st, "--format: '%s' is neither html nor openmetrics", arg);
}

static void add_file(struct argp_state *st, struct page *p, const char *arg)
{
	const char **f = p->paths.v;

	for (size_t i = 0; i < p->paths.n; i++)
		if (!strcmp(f[i], arg))
			argp_error(st, "%s is given twice: leave one away", arg);
	f = vec_add(&p->paths, sizeof(*f));
	if (f)
		*f = arg;
	else
		argp_failure(st, EXIT_FAILED, 0, "out of memory");
}

static void finish(struct argp_state *st, const struct ropts *o)
{
	if (!o->page.paths.n)
		argp_error(st, "of what? files that -o, -j or --jsonl wrote (- is standard input)");
	if (!out_human(o->page.ctx))
		argp_error(st, "-j: report reads JSON and writes none: -o FILE.html has the page");
	if (!o->metrics && !o->page.ctx->output)
		argp_error(st, "-o FILE.html or -o DIRECTORY: where is the page to go?");
}

static error_t report_opt(int key, char *arg, struct argp_state *st)
{
	struct ropts *o = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = o->page.ctx;
		return 0;
	case OPT_FORMAT:
		format(st, o, arg);
		return 0;
	case OPT_FORCE:
		o->page.ctx->force = true;
		return 0;
	case 'o':
		o->page.ctx->output = arg;
		return 0;
	case ARGP_KEY_ARG:
		add_file(st, &o->page, arg);
		return 0;
	case ARGP_KEY_END:
		finish(st, o);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Where each picture lies in what gnuplot wrote: it is one SVG after the other. */
static int find_pictures(struct page *p, size_t len)
{
	struct picture *pic = p->pictures.v;
	const char *at = p->drawn, *end;

	for (size_t i = 0; i < p->pictures.n; i++) {
		at = strstr(at, "<svg");
		end = at ? strstr(at, "</svg>") : NULL;
		if (!end || end > p->drawn + len)
			return err_set(
				&p->ctx->err, EXIT_FAILED,
				"gnuplot drew %zu of %zu pictures: what does gnuplot --version say?",
				i, p->pictures.n);
		pic[i].svg = at;
		pic[i].len = (size_t)(end + 6 - at);
		at = end;
	}
	return 0;
}

static int draw(struct page *p)
{
	char *commands = NULL;
	size_t len = 0, drawn = 0;
	FILE *f = open_memstream(&commands, &len);
	int ret;

	if (!f)
		return err_set(&p->ctx->err, EXIT_FAILED, "out of memory");
	page_plots(p, f);
	page_bars(p, f);
	page_curves(p, f);
	ret = fclose(f) || p->no_memory ?
		      err_set(&p->ctx->err, EXIT_FAILED, "out of memory") :
		      gnuplot_run(commands, len, &p->drawn, &drawn, &p->ctx->err);
	free(commands);
	return ret ? ret : find_pictures(p, drawn);
}

/* A file of the directory; @name is allocated, and taken. */
static int write_file(struct page *p, char *name, const struct picture *pic)
{
	struct outfile o;
	int ret;

	if (!name)
		return err_set(&p->ctx->err, EXIT_FAILED, "out of memory");
	ret = outfile_open(&o, "-o", name, p->ctx->force, &p->ctx->err);
	if (!ret) {
		if (pic)
			fprintf(o.f, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n%.*s\n",
				(int)pic->len, pic->svg);
		else
			page_html(p, o.f);
		ret = outfile_keep(&o, &p->ctx->err);
	}
	free(name);
	return ret;
}

static char *path_of(const char *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

/* The pictures first: a page that is there is whole. */
static int write_directory(struct page *p)
{
	const struct picture *pic = p->pictures.v;
	const char *dir = p->ctx->output;
	char name[80];

	if (mkdir(dir, 0777) && errno != EEXIST)
		return err_set(&p->ctx->err, EXIT_USAGE, "-o: %s: %s", dir, strerror(errno));
	for (size_t i = 0; i < p->pictures.n; i++) {
		snprintf(name, sizeof(name), "%02zu-%s.svg", i + 1, pic[i].section);
		if (write_file(p, path_of(dir, name), &pic[i]))
			return -1;
	}
	return write_file(p, path_of(dir, "index.html"), NULL);
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

/* What a wrong name can make fail comes before the work. */
static int check_output(struct page *p, bool *file)
{
	const char *name = p->ctx->output;
	struct stat st;
	char *index;
	int ret;

	*file = ends_with(name, ".html") || ends_with(name, ".htm") ||
		(!stat(name, &st) && !S_ISDIR(st.st_mode));
	if (*file)
		return outfile_check("-o", name, p->ctx->force, &p->ctx->err);
	index = path_of(name, "index.html");
	ret = index ? outfile_check("-o", index, p->ctx->force, &p->ctx->err) :
		      err_set(&p->ctx->err, EXIT_FAILED, "out of memory");
	free(index);
	return ret;
}

static int page(struct page *p)
{
	bool file;

	if (check_output(p, &file) || page_load(p) || draw(p))
		return -1;
	return file ? write_file(p, strdup(p->ctx->output), NULL) : write_directory(p);
}

int cmd_report(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "output", 'o', "FILE.html|DIR", 0,
		  "The page, or a directory for it and for its pictures as SVG", 1 },
		{ "format", OPT_FORMAT, "FORMAT", 0, "html or openmetrics (html)", 1 },
		{ "force", OPT_FORCE, NULL, 0, "Replace existing files", 1 },
		{ 0 },
	};
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = report_opt,
		.children = children,
		.args_doc = "FILE...",
		.doc = "Draw what was measured: a page that needs nothing else, or metrics.\v"
		       "Files are what -o, -j or --jsonl wrote, - is standard input.",
	};
	struct ropts o = { .page.ctx = ctx };
	int ret;

	cmd_parse(&argp, argc, argv, &o);
	ret = o.metrics ? page_metrics(&o.page) : page(&o.page);
	page_free(&o.page);
	return ret < 0 ? ret : EXIT_OK;
}
