/* SPDX-License-Identifier: GPL-2.0 */
/* Documents as pictures: what is in them, what is drawn of it, and the page around. */
#ifndef DMACTL_PAGE_H
#define DMACTL_PAGE_H

#include <stdio.h>

#include "cmd.h"
#include "doc.h"
#include "hist.h"
#include "outfile.h"

enum pmetric {
	P_THROUGHPUT,
	P_OPS,
	P_P50,
	P_P90,
	P_P99,
	P_P99_9,
	P_P99_99,
	P_MAX,
	P_PREPARE, /* means: they add up */
	P_SUBMIT,
	P_DEVICE,
	P_WAKEUP,
	P_PERIODS, /* of streams from here */
	P_LOST,
	P_INTERVAL,
	P_INTERVAL_P99,
	P_JITTER,
	P_JITTER_P99,
	P_WAKEUP_P50,
	NR_PMETRICS
};

/* Of a metric over repeats; n 0: there is none. */
struct spread {
	double median, min, max;
	size_t n;
};

/* The repeats of one size and depth; of a stream, its period and the periods of its ring. */
struct pcell {
	size_t series;
	uint64_t size, depth;
	struct vec runs; /* struct json_object *, lie in their documents */
	struct spread m[NR_PMETRICS];
};

/* All that was measured in the same way, but for size and depth. */
struct pseries {
	char *id;
	struct json_object *what;
	const char *command; /* without cpu- */
	const char *driver;  /* NULL: none, or not told */
	size_t file;
	bool cpu, stream, simulated;
	char *name; /* what sets it apart from the others */
};

/* A result that is not drawn, or a failure in one that is. */
struct pnote {
	char *of, *why;
};

struct pfile {
	char *label;
	struct json_object *environment; /* NULL: not told */
	size_t valid, invalid;		 /* of its results */
};

struct picture {
	const char *section;
	char *title;
	const char *svg; /* within the text that gnuplot wrote */
	size_t len;
};

struct page {
	struct ctx *ctx;
	struct vec paths;  /* const char * */
	struct vec docs;   /* struct doc */
	struct vec files;  /* struct pfile */
	struct vec series; /* struct pseries */
	struct vec cells;  /* struct pcell, ordered by series, size and depth */
	struct vec notes;  /* struct pnote */
	struct vec pictures;
	const struct pwhat *what; /* of it a distribution is drawn: page_curves.c */
	char *drawn;		  /* what gnuplot wrote */
	bool no_memory;
};

/* page_load.c: -1 with ctx->err. */
int page_load(struct page *p);
void page_free(struct page *p);
/* NULL where it is no member. */
struct json_object *page_get(struct json_object *o, const char *key);
bool page_number(struct json_object *v, double *out);

/* page_names.c: names of series, made when all are known. */
void page_names(struct page *p);
/* "memcpy, size 4K, depth 8 of dma-sim.0/0"; allocated. */
char *page_cell_text(const struct page *p, const struct pseries *s, uint64_t size, uint64_t depth);

/* page_hist.c: all samples of a cell. */
struct bin {
	double upper, count;
};

struct bins {
	struct vec v; /* struct bin, ordered */
	double n;
};

/* @key: of latency_ns, or of the result itself. Empty where there is none. */
void bins_read(struct bins *b, const struct pcell *c, const char *key);
bool bins_percentile(const struct bins *b, double share, double *out);

/* page_plots.c, page_curves.c, page_bars.c: gnuplot's commands for all pictures. */
void page_plots(struct page *p, FILE *f);
void page_curves(struct page *p, FILE *f);
void page_bars(struct page *p, FILE *f);

/* page_lines.c: what may be in one picture. */
#define ANY UINT64_MAX
struct pline {
	const struct pseries *series;
	uint64_t size, depth; /* ANY: that is what the axis tells */
};

typedef void (*draw_fn)(struct page *p, FILE *f, const struct pline *lines, size_t n);
/* At most @most of @lines (struct pline, freed) in a picture, of one command. */
void page_group(struct page *p, FILE *f, struct vec *lines, size_t most, draw_fn draw);
bool line_has(const struct page *p, const struct pline *l, const struct pcell *c);
/* Adds a line for each value of the other axis of which there are at least two points. */
void page_lines(struct page *p, struct vec *lines, bool by_size);
char *line_label(const struct pline *lines, size_t n, size_t i);
/* An axis of sizes, in powers of two, or of times, as nanoseconds from @least to @most. */
void axis_powers(FILE *f, const uint64_t *v, size_t n, bool bytes);
void axis_times(FILE *f, char axis, double least, double most);
/* One curve of a plot command: its end up to the next one. */
void curve_style(FILE *f, size_t i, const char *with, bool dashed);
#define LABEL 30 /* characters of a curve's name */
/* Begins a picture: its number, its title, room for the names of @curves. */
void picture_begin(struct page *p, FILE *f, const char *section, const char *what,
		   const struct pline *lines, size_t n, size_t curves);
extern const char *const line_colours[8];

/* gnuplot.c: its commands in, SVGs one after the other out. -1 with ctx->err. */
int gnuplot_run(const char *commands, size_t len, char **out, size_t *out_len, struct err *e);

/* page_html.c */
void page_html(const struct page *p, FILE *f);
/* An SVG whose names are no other's. */
void page_svg(const struct picture *pic, size_t nr, FILE *f);

#endif
