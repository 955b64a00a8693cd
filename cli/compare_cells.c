// SPDX-License-Identifier: GPL-2.0
/* Results that are repeats of the same thing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

/* What was measured, not where: a name that a reboot changes is no part of it. */
static const char *const identity[] = {
	"job",	      "command",   "channel_stable", "direction", "endpoint",	  "mode",
	"completion", "interrupt", "loop",	     "rate",	  "arrivals",	  "map",
	"buffer",     "cache",	   "size",	     "depth",	  "batch",	  "buffers",
	"sources",    "segments",  "frames",	     "chunk",	  "src_gap",	  "dst_gap",
	"width",      "burst",	   "flow_control",   "period",	  "ring_periods", "pinned_cpu",
	"labels",
};

static struct json_object *get(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	if (json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, key, &v);
	return v;
}

static bool is_true(struct json_object *o, const char *key)
{
	struct json_object *v = get(o, key);

	return json_object_is_type(v, json_type_boolean) && json_object_get_boolean(v);
}

static void keep(struct json_object *what, const char *key, struct json_object *v)
{
	if (v)
		json_object_object_add(what, key, json_object_get(v));
}

/* How often each byte was written: with P and Q twice. */
static void keep_written(struct json_object *what, struct json_object *r)
{
	int64_t written = json_object_get_int64(get(r, "bytes_written"));
	int64_t bytes = json_object_get_int64(get(r, "bytes"));

	if (bytes > 0 && written > bytes)
		js_int(what, "destinations", written / bytes);
}

static struct json_object *identify(struct json_object *r)
{
	struct json_object *what = json_object_new_object(), *labels = get(r, "labels");

	for (size_t i = 0; i < sizeof(identity) / sizeof(identity[0]); i++)
		keep(what, identity[i], get(r, identity[i]));
	if (!get(r, "channel_stable"))
		keep(what, "channel", get(r, "channel"));
	if (json_object_is_type(labels, json_type_object) && !json_object_object_length(labels))
		json_object_object_del(what, "labels");
	keep(what, "verify", get(get(r, "verify"), "mode"));
	if (get(r, "parity_checks"))
		js_bool(what, "check", true);
	keep_written(what, r);
	return what;
}

static struct ccell *find(const struct cset *s, const char *id)
{
	struct ccell *c = s->cells.v;

	for (size_t i = 0; i < s->cells.n; i++)
		if (!strcmp(c[i].id, id))
			return &c[i];
	return NULL;
}

static struct ccell *only(const struct cset *s, const char *core)
{
	struct ccell *c = s->cells.v, *one = NULL;

	for (size_t i = 0; i < s->cells.n; i++) {
		if (strcmp(c[i].core, core))
			continue;
		if (one)
			return NULL;
		one = &c[i];
	}
	return one;
}

/* What an older version tells less of is taken for the same where nothing else can be meant. */
struct ccell *cset_pair(const struct cset *from, const struct ccell *c, const struct cset *to)
{
	struct ccell *other = find(to, c->id);

	if (other || only(from, c->core) != c)
		return other;
	other = only(to, c->core);
	return other && (c->old || other->old) ? other : NULL;
}

static const char *plain(struct json_object *o)
{
	return json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
}

/* Its cell, which is made when it is the first. */
static struct ccell *cell_of(struct cset *s, struct json_object *r)
{
	struct json_object *what = identify(r);
	char *core = strdup(plain(what)), *id = NULL;
	struct ccell *c = NULL;

	doc_add_later(what, r);
	if (core)
		c = find(s, plain(what));
	if (core && !c) {
		id = strdup(plain(what));
		c = id ? vec_add(&s->cells, sizeof(*c)) : NULL;
		if (c) {
			c->id = id;
			c->core = core;
			c->what = what;
			c->old = doc_lacks_later(r);
			c->simulated = is_true(r, "simulated");
			return c;
		}
	}
	free(id);
	free(core);
	json_object_put(what);
	return c;
}

/* Of one document; @from: where its results begin in the cell. */
static bool seen(const struct ccell *c, size_t from, struct json_object *repeat)
{
	struct json_object **runs = c->runs.v;

	for (size_t i = from; repeat && i < c->runs.n; i++)
		if (json_object_get_int64(get(runs[i], "repeat")) == json_object_get_int64(repeat))
			return true;
	return false;
}

static int add_result(struct cset *s, struct json_object *r, const size_t *begin, size_t nr_begin)
{
	struct ccell *c = cell_of(s, r);
	struct json_object **run;
	size_t at;

	if (!c)
		return -1;
	s->results++;
	if (!is_true(r, "valid") || is_true(r, "interrupted")) {
		c->invalid++;
		s->invalid++;
		return 0;
	}
	at = (size_t)(c - (struct ccell *)s->cells.v);
	s->twice += seen(c, at < nr_begin ? begin[at] : 0, get(r, "repeat"));
	run = vec_add(&c->runs, sizeof(*run));
	if (!run)
		return -1;
	*run = r;
	return 0;
}

/* Whether there is something to compare: a rate, be it null. */
static bool measured(const struct doc *d)
{
	for (size_t i = 0; i < json_object_array_length(d->results); i++)
		if (!json_object_object_get_ex(json_object_array_get_idx(d->results, i),
					       "throughput_bytes_per_second", NULL))
			return false;
	return true;
}

static int add_doc(struct cset *s, const struct doc *d, struct err *e)
{
	size_t nr = s->cells.n, *begin = calloc(nr + 1, sizeof(*begin));
	int ret = begin ? 0 : -1;

	for (size_t i = 0; begin && i < nr; i++)
		begin[i] = ((struct ccell *)s->cells.v)[i].runs.n;
	for (size_t i = 0; !ret && i < json_object_array_length(d->results); i++)
		ret = add_result(s, json_object_array_get_idx(d->results, i), begin, nr);
	s->broken += !d->whole;
	free(begin);
	return ret ? err_set(e, EXIT_FAILED, "out of memory") : 0;
}

int cset_add(struct cset *s, const char *path, struct err *e)
{
	size_t from = s->docs.n;
	const struct doc *d;
	char *name;

	if (doc_read(&s->docs, path, e))
		return -1;
	d = s->docs.v;
	for (size_t i = from; i < s->docs.n; i++)
		if (!measured(&d[i]))
			return err_set(e, EXIT_USAGE,
				       "%s has results of another kind, '%.40s': expected those of "
				       "a measuring command",
				       d[i].name, d[i].kind);
	if (asprintf(&name, "%s%s%s", s->name ? s->name : "", s->name ? ", " : "", d[from].name) <
	    0)
		return err_set(e, EXIT_FAILED, "out of memory");
	free(s->name);
	s->name = name;
	for (size_t i = from; i < s->docs.n; i++)
		if (add_doc(s, &d[i], e))
			return -1;
	return 0;
}

/* Simulated cells, and real ones. */
static void count(const struct cset *s, size_t kinds[2])
{
	const struct ccell *c = s->cells.v;

	kinds[0] = kinds[1] = 0;
	for (size_t i = 0; i < s->cells.n; i++)
		kinds[c[i].simulated]++;
}

int cset_match(const struct cset *base, const struct cset *other, struct err *e)
{
	size_t a[2], b[2];
	const struct ccell *c = base->cells.v, *with;
	bool mixed;

	count(base, a);
	count(other, b);
	mixed = base->cells.n && other->cells.n && ((!a[0] && !b[1]) || (!a[1] && !b[0]));
	for (size_t i = 0; !mixed && i < base->cells.n; i++) {
		with = cset_pair(base, &c[i], other);
		mixed = with && with->simulated != c[i].simulated;
	}
	if (!mixed)
		return 0;
	return err_set(e, EXIT_USAGE,
		       "%s and %s: one is of a simulated channel, one of a real one; they say "
		       "nothing about each other",
		       base->name, other->name);
}

void cset_free(struct cset *s)
{
	struct ccell *c = s->cells.v;

	for (size_t i = 0; i < s->cells.n; i++) {
		free(c[i].id);
		free(c[i].core);
		json_object_put(c[i].what);
		vec_free(&c[i].runs);
	}
	vec_free(&s->cells);
	docs_free(&s->docs);
	free(s->name);
}
