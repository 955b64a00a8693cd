// SPDX-License-Identifier: GPL-2.0
/* Results as cells of series; what cannot be drawn, as notes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "stats.h"

/* All that tells how a result was made, but for its size and its depth. */
static const char *const identity[] = {
	"job",	      "command",   "channel", "channel_stable", "direction",  "endpoint", "mode",
	"completion", "interrupt", "loop",    "rate",		"arrivals",   "map",	  "buffer",
	"cache",      "batch",	   "sources", "segments",	"frames",     "chunk",	  "src_gap",
	"dst_gap",    "width",	   "burst",   "flow_control",	"pinned_cpu", "labels",
};

static const char *const paths[NR_PMETRICS][3] = {
	[P_THROUGHPUT] = { "throughput_bytes_per_second" },
	[P_OPS] = { "operations_per_second" },
	[P_P50] = { "latency_ns", "total", "p50" },
	[P_P90] = { "latency_ns", "total", "p90" },
	[P_P99] = { "latency_ns", "total", "p99" },
	[P_P99_9] = { "latency_ns", "total", "p99_9" },
	[P_P99_99] = { "latency_ns", "total", "p99_99" },
	[P_MAX] = { "latency_ns", "total", "max" },
	[P_PREPARE] = { "latency_ns", "prepare", "mean" },
	[P_SUBMIT] = { "latency_ns", "submit", "mean" },
	[P_DEVICE] = { "latency_ns", "device", "mean" },
	[P_WAKEUP] = { "latency_ns", "wakeup", "mean" },
	[P_PERIODS] = { "periods" },
	[P_LOST] = { "periods_lost" },
	[P_INTERVAL] = { "interval_ns", "p50" },
	[P_INTERVAL_P99] = { "interval_ns", "p99" },
	[P_JITTER] = { "jitter_ns", "p50" },
	[P_JITTER_P99] = { "jitter_ns", "p99" },
	[P_WAKEUP_P50] = { "latency_ns", "wakeup", "p50" },
};

struct json_object *page_get(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	if (json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, key, &v);
	return v;
}

bool page_number(struct json_object *v, double *out)
{
	if (!json_object_is_type(v, json_type_int) && !json_object_is_type(v, json_type_double))
		return false;
	*out = json_object_get_double(v);
	return isfinite(*out) && *out >= 0 && *out < 1e18;
}

static bool is_true(struct json_object *v)
{
	return json_object_is_type(v, json_type_boolean) && json_object_get_boolean(v);
}

static const char *string(struct json_object *v)
{
	return json_object_is_type(v, json_type_string) ? json_object_get_string(v) : NULL;
}

static void *add(struct page *p, struct vec *v, size_t size)
{
	void *one = p->no_memory ? NULL : vec_add(v, size);

	p->no_memory |= !one;
	return one;
}

/* @of is taken. */
static void note(struct page *p, char *of, const char *why)
{
	struct pnote *n = of ? add(p, &p->notes, sizeof(*n)) : NULL;
	char *copy = strdup(why);

	if (!n || !copy) {
		free(of);
		free(copy);
		p->no_memory = true;
		if (n)
			p->notes.n--;
		return;
	}
	n->of = of;
	n->why = copy;
}

static bool has_labels(struct json_object *v)
{
	return json_object_is_type(v, json_type_object) && json_object_object_length(v);
}

static struct json_object *identify(struct json_object *r, size_t file)
{
	struct json_object *what = json_object_new_object(), *v, *labels = page_get(r, "labels");

	json_object_object_add(what, "file", json_object_new_int64((int64_t)file));
	for (size_t i = 0; i < sizeof(identity) / sizeof(identity[0]); i++) {
		v = page_get(r, identity[i]);
		if (v && (v != labels || has_labels(v)))
			json_object_object_add(what, identity[i], json_object_get(v));
	}
	/* A name of sysfs says no more than the stable one. */
	if (page_get(r, "channel_stable"))
		json_object_object_del(what, "channel");
	v = page_get(page_get(r, "verify"), "mode");
	if (v)
		json_object_object_add(what, "verify", json_object_get(v));
	doc_add_later(what, r);
	return what;
}

static size_t series_of(struct page *p, struct json_object *r, size_t file)
{
	struct json_object *what = identify(r, file);
	const char *id = json_object_to_json_string_ext(what, JSON_C_TO_STRING_PLAIN);
	const char *command = string(page_get(what, "command"));
	struct pseries *s = p->series.v;

	for (size_t i = 0; i < p->series.n; i++) {
		if (!strcmp(s[i].id, id)) {
			json_object_put(what);
			return i;
		}
	}
	s = add(p, &p->series, sizeof(*s));
	if (!s) {
		json_object_put(what);
		return 0;
	}
	s->what = what;
	s->id = strdup(id);
	s->cpu = command && !strncmp(command, "cpu-", 4);
	s->driver = string(page_get(r, "driver"));
	s->command = !command ? "unknown" : s->cpu ? command + 4 : command;
	s->file = file;
	s->stream = page_get(r, "interval_ns") || page_get(r, "period");
	s->simulated = is_true(page_get(r, "simulated")) && !s->cpu;
	p->no_memory |= !s->id;
	return p->series.n - 1;
}

static uint64_t whole_number(struct json_object *v)
{
	int64_t n = json_object_is_type(v, json_type_int) ? json_object_get_int64(v) : 0;

	return n > 0 ? (uint64_t)n : 0;
}

static struct pcell *cell_of(struct page *p, size_t series, uint64_t size, uint64_t depth)
{
	struct pcell *c = p->cells.v;

	for (size_t i = 0; i < p->cells.n; i++)
		if (c[i].series == series && c[i].size == size && c[i].depth == depth)
			return &c[i];
	c = add(p, &p->cells, sizeof(*c));
	if (c)
		*c = (struct pcell){ .series = series, .size = size, .depth = depth };
	return c;
}

static void add_result(struct page *p, struct json_object *r, size_t nr)
{
	const char *why = string(page_get(r, "failure"));
	struct pfile *file = (struct pfile *)p->files.v + nr;
	size_t at = series_of(p, r, nr);
	struct pseries *s = p->series.v;
	struct json_object **run;
	struct pcell *c;
	uint64_t size, depth;

	if (p->no_memory)
		return;
	s += at;
	size = whole_number(page_get(r, s->stream ? "period" : "size"));
	depth = whole_number(page_get(r, s->stream ? "ring_periods" : "depth"));
	if (!why)
		why = string(page_get(r, "why_invalid"));
	if (!why && is_true(page_get(r, "interrupted")))
		why = "interrupted";
	if (!why && !is_true(page_get(r, "valid")))
		why = "it is not valid";
	if (why)
		note(p, page_cell_text(p, s, size, depth), why);
	if (!is_true(page_get(r, "valid")) || is_true(page_get(r, "interrupted"))) {
		file->invalid++;
		return;
	}
	file->valid++;
	c = cell_of(p, at, size, depth);
	run = c ? add(p, &c->runs, sizeof(*run)) : NULL;
	if (run)
		*run = r;
}

static void add_skipped(struct page *p, const struct doc *d, const char *label)
{
	struct json_object *list = page_get(d->root, "skipped"), *o;
	bool some = json_object_is_type(list, json_type_array);
	const char *job, *why;
	char *of;

	for (size_t i = 0; some && i < json_object_array_length(list); i++) {
		o = json_object_array_get_idx(list, i);
		job = string(page_get(o, "job"));
		why = string(page_get(o, "why"));
		if (asprintf(&of, "%s: not measured: %s", label, job ? job : "a job") < 0)
			of = NULL;
		note(p, of, why ? why : "no reason is given");
	}
	if (!d->whole)
		note(p, strdup(label), "the document has no end: results may be missing");
}

static int median_order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void summarize(struct page *p, struct pcell *c, enum pmetric m)
{
	struct json_object **run = c->runs.v, *o;
	double *v = calloc(c->runs.n + 1, sizeof(*v));
	struct spread *s = &c->m[m];

	p->no_memory |= !v;
	for (size_t i = 0; v && i < c->runs.n; i++) {
		o = run[i];
		for (int k = 0; k < 3 && paths[m][k]; k++)
			o = page_get(o, paths[m][k]);
		if (page_number(o, &v[s->n]))
			s->n++;
	}
	if (v && s->n) {
		qsort(v, s->n, sizeof(*v), median_order);
		s->min = v[0];
		s->max = v[s->n - 1];
		s->median = stat_median(v, s->n);
	}
	free(v);
}

static int cell_order(const void *a, const void *b)
{
	const struct pcell *x = a, *y = b;

	if (x->series != y->series)
		return x->series < y->series ? -1 : 1;
	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return (x->depth > y->depth) - (x->depth < y->depth);
}

/* The file's name without its directory and .json, but where that is another's as well. */
static char *file_label(const struct page *p, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t n = strlen(name);
	char *label;

	if (n > 5 && !strcmp(name + n - 5, ".json"))
		n -= 5;
	else if (n > 6 && !strcmp(name + n - 6, ".jsonl"))
		n -= 6;
	label = strndup(name, n);
	for (size_t i = 0; label && i < p->files.n; i++) {
		if (!strcmp(((const struct pfile *)p->files.v)[i].label, label)) {
			free(label);
			return strdup(path);
		}
	}
	return label;
}

static int check_kind(struct page *p, const struct doc *d)
{
	for (size_t i = 0; i < json_object_array_length(d->results); i++)
		if (!json_object_object_get_ex(json_object_array_get_idx(d->results, i),
					       "throughput_bytes_per_second", NULL))
			return err_set(&p->ctx->err, EXIT_USAGE,
				       "%s has results of another kind, '%.40s': expected those of "
				       "a measuring command",
				       d->name, d->kind);
	return 0;
}

static int add_files(struct page *p)
{
	const char *const *path = p->paths.v;
	const struct doc *d;
	struct pfile *f;
	size_t from;

	for (size_t i = 0; i < p->paths.n; i++) {
		from = p->docs.n;
		if (doc_read(&p->docs, path[i], &p->ctx->err))
			return -1;
		d = p->docs.v;
		for (size_t k = from; k < p->docs.n; k++)
			if (check_kind(p, &d[k]))
				return -1;
		f = add(p, &p->files, sizeof(*f));
		if (!f)
			return 0;
		p->files.n--;
		f->label = file_label(p, d[from].name);
		f->environment = d[from].environment;
		p->no_memory |= !f->label;
		p->files.n += !!f->label;
		for (size_t k = from; k < p->docs.n && !p->no_memory; k++) {
			for (size_t r = 0; r < json_object_array_length(d[k].results); r++)
				add_result(p, json_object_array_get_idx(d[k].results, r), i);
			add_skipped(p, &d[k], f->label);
		}
	}
	return 0;
}

int page_load(struct page *p)
{
	struct pcell *c;

	if (add_files(p))
		return -1;
	c = p->cells.v;
	if (p->cells.n)
		qsort(c, p->cells.n, sizeof(*c), cell_order);
	for (size_t i = 0; i < p->cells.n; i++)
		for (int m = 0; m < NR_PMETRICS; m++)
			summarize(p, &c[i], m);
	if (!p->no_memory)
		page_names(p);
	return p->no_memory ? err_set(&p->ctx->err, EXIT_FAILED, "out of memory") : 0;
}

void page_free(struct page *p)
{
	struct pseries *s = p->series.v;
	struct pcell *c = p->cells.v;
	struct pnote *n = p->notes.v;
	struct pfile *f = p->files.v;
	struct picture *pic = p->pictures.v;

	for (size_t i = 0; i < p->series.n; i++) {
		free(s[i].id);
		free(s[i].name);
		json_object_put(s[i].what);
	}
	for (size_t i = 0; i < p->cells.n; i++)
		vec_free(&c[i].runs);
	for (size_t i = 0; i < p->notes.n; i++) {
		free(n[i].of);
		free(n[i].why);
	}
	for (size_t i = 0; i < p->files.n; i++)
		free(f[i].label);
	for (size_t i = 0; i < p->pictures.n; i++)
		free(pic[i].title);
	vec_free(&p->series);
	vec_free(&p->cells);
	vec_free(&p->notes);
	vec_free(&p->files);
	vec_free(&p->pictures);
	vec_free(&p->paths);
	docs_free(&p->docs);
	free(p->drawn);
}
