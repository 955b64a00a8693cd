// SPDX-License-Identifier: GPL-2.0
/* Words for cells, notes and numbers that all forms of output share; and rows as JSON. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "report.h"

/* A file's text may hold anything; a terminal takes some of it for orders. */
static void put_clean(FILE *f, const char *s)
{
	for (; *s; s++)
		fputc((unsigned char)*s < ' ' || *s == 0x7f ? '?' : *s, f);
}

static bool is_size(const char *key)
{
	static const char *const sizes[] = { "size",	"period", "chunk",	"src_gap",
					     "dst_gap", "align",  "src_offset", "dst_offset" };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (!strcmp(key, sizes[i]))
			return true;
	return false;
}

static void put_labels(FILE *f, struct json_object *labels)
{
	const char *sep = "";

	json_object_object_foreach(labels, key, v) {
		fputs(sep, f);
		put_clean(f, key);
		fputc('=', f);
		put_clean(f, json_object_get_string(v) ?: "null");
		sep = ", ";
	}
}

static void put_member(FILE *f, const char *key, struct json_object *v)
{
	bool bare = !strcmp(key, "command") || !strcmp(key, "channel_stable") ||
		    !strcmp(key, "job");
	char text[32];

	if (!strcmp(key, "labels") && json_object_is_type(v, json_type_object)) {
		put_labels(f, v);
		return;
	}
	if (!bare)
		fprintf(f, "%s ", key);
	if (is_size(key) && json_object_is_type(v, json_type_int))
		fputs(size_text(json_object_get_uint64(v), text, sizeof(text)), f);
	else
		put_clean(f, json_object_get_string(v));
}

static bool has(const struct ccell *cell, const char *key, const char *text)
{
	struct json_object *v;

	return json_object_object_get_ex(cell->what, key, &v) &&
	       !strcmp(json_object_get_string(v), text);
}

static bool everywhere(const struct cset *s, const char *key, const char *text)
{
	const struct ccell *cell = s->cells.v;

	for (size_t i = 0; i < s->cells.n; i++)
		if (!has(&cell[i], key, text))
			return false;
	return true;
}

static bool is_common(const struct compare *c, const char *key, struct json_object *v)
{
	const char *text = json_object_get_string(v);
	const struct cset *s = c->news.v;
	bool common = everywhere(&c->base, key, text);

	for (size_t i = 0; common && i < c->news.n; i++)
		common = everywhere(&s[i], key, text);
	return common;
}

/* Members of the cell: all without @c, else those that are the same in all cells, or are not. */
static char *members(const struct compare *c, const struct ccell *cell, bool common)
{
	char *text = NULL;
	const char *sep = "";
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	json_object_object_foreach(cell->what, key, v) {
		if (c && is_common(c, key, v) != common)
			continue;
		fputs(sep, f);
		put_member(f, key, v);
		sep = ", ";
	}
	if (!fclose(f))
		return text;
	free(text);
	return NULL;
}

char *compare_cell(const struct ccell *cell)
{
	return members(NULL, cell, false);
}

char *compare_label(const struct compare *c, const struct ccell *cell)
{
	return members(c, cell, false);
}

char *compare_common(const struct compare *c)
{
	const struct cset *s = c->news.v;

	for (size_t i = 0; !c->base.cells.n && i < c->news.n; i++)
		if (s[i].cells.n)
			return members(c, s[i].cells.v, true);
	return c->base.cells.n ? members(c, c->base.cells.v, true) : strdup("");
}

static void note_set(const struct cset *s, compare_note_fn fn, void *arg)
{
	char text[200];

	if (s->invalid) {
		snprintf(text, sizeof(text),
			 "%zu of %zu results are invalid or were interrupted: not used", s->invalid,
			 s->results);
		fn(arg, s->name, text);
	}
	if (s->broken) {
		snprintf(text, sizeof(text), "%zu of %zu documents have no end: the run broke off",
			 s->broken, s->docs.n);
		fn(arg, s->name, text);
	}
	if (s->twice) {
		snprintf(text, sizeof(text),
			 "%zu results have the cell and the repeat of another one: taken as "
			 "further repeats",
			 s->twice);
		fn(arg, s->name, text);
	}
}

void compare_base_notes(const struct compare *c, compare_note_fn fn, void *arg)
{
	note_set(&c->base, fn, arg);
}

void compare_notes(const struct compare *c, size_t set, compare_note_fn fn, void *arg)
{
	const struct crow *r = c->rows.v;
	char text[240], *clean;
	size_t size;
	FILE *f;

	note_set((const struct cset *)c->news.v + set, fn, arg);
	for (size_t i = 0; i < c->rows.n; i++) {
		if (r[i].set != set || r[i].verdict != V_DIFFERS)
			continue;
		snprintf(text, sizeof(text), "%s: %s, then %s", r[i].key, r[i].value[0],
			 r[i].value[1]);
		f = open_memstream(&clean, &size);
		if (!f)
			return;
		put_clean(f, text);
		fclose(f);
		fn(arg, "environment", clean);
		free(clean);
	}
}

const char *compare_percent_text(double percent, char *buf, size_t size)
{
	double a = fabs(percent);

	if (a >= 99999.5)
		snprintf(buf, size, "%+.0e%%", percent);
	else
		snprintf(buf, size, "%+.*f%%", a < 9.995 ? 2 : a < 99.95 ? 1 : 0, percent);
	return buf;
}

const char *compare_p_text(double p, char *buf, size_t size)
{
	if (p < 0.001)
		snprintf(buf, size, "<0.001");
	else
		snprintf(buf, size, "%.3f", p);
	return buf;
}

const char *compare_where(const struct compare *c, char *buf, size_t size)
{
	const struct doc *d = c->base.docs.v;
	const struct ccell *cell = c->base.cells.v;
	struct json_object *v = NULL;
	const char *platform;
	bool simulated = false, soft;

	if (d->environment)
		json_object_object_get_ex(d->environment, "platform", &v);
	platform = v ? json_object_get_string(v) : "unknown";
	soft = strcmp(platform, "hardware");
	for (size_t i = 0; i < c->base.cells.n; i++)
		simulated |= cell[i].simulated;
	snprintf(buf, size, "%s%s%s%.32s", simulated ? "SIMULATED" : "",
		 simulated && soft ? ", " : "", soft ? "on a machine that is no hardware: " : "",
		 soft ? platform : "");
	return buf;
}

/* Not js_real(): a p may be small. */
static struct json_object *number(double v)
{
	char text[64];

	snprintf(text, sizeof(text), "%.9g", v);
	return json_object_new_double_s(v, text);
}

static void add_number(struct json_object *o, const char *key, bool there, double v)
{
	json_object_object_add(o, key, there ? number(v) : NULL);
}

static void add_test(struct json_object *o, const struct crow *r)
{
	struct json_object *in = r->has_interval ? json_object_new_array() : NULL;

	js_str(o, "metric", r->metric->name);
	js_str(o, "unit", compare_unit(r->metric));
	js_str(o, "better", compare_more_is_better(r->metric) ? "more" : "less");
	js_u64(o, "base_repeats", r->n[0]);
	js_u64(o, "new_repeats", r->n[1]);
	add_number(o, "base_median", r->n[0], r->median[0]);
	add_number(o, "new_median", r->n[1], r->median[1]);
	add_number(o, "difference_percent", r->has_percent, r->percent);
	for (int i = 0; in && i < 2; i++)
		json_object_array_add(in, number(r->interval[i]));
	json_object_object_add(o, "interval_percent", in);
	js_str(o, "method", !r->tested ? NULL : r->exact ? "exact" : "normal");
	add_number(o, "u", r->tested, r->u);
	add_number(o, "p", r->tested, r->p);
	add_number(o, "p_holm", r->tested, r->p_holm);
}

struct json_object *compare_json(const struct compare *c, const struct crow *r)
{
	struct json_object *o = json_object_new_object();

	js_str(o, "command", "compare");
	js_str(o, "base", c->base.name);
	js_str(o, "new", ((const struct cset *)c->news.v)[r->set].name);
	json_object_object_add(o, "cell", r->cell ? json_object_get(r->cell->what) : NULL);
	if (r->metric)
		add_test(o, r);
	else
		js_null(o, "metric");
	if (r->key) {
		js_str(o, "key", r->key);
		js_str(o, "base_value", r->value[0]);
		js_str(o, "new_value", r->value[1]);
	}
	js_str(o, "verdict", verdict_names[r->verdict]);
	return o;
}
