// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doc.h"

#define FLAGS  (JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS)
#define WANTED "expected a document that dmactl wrote with -j, --jsonl or -o"
#define DEPTH  64

struct reader {
	const char *name, *text;
	size_t len, at; /* @at: where the value that is looked at begins */
	struct vec docs;
	bool open; /* the last one is of lines, and its end has not come */
	struct err *e;
};

/* One sentence about the byte at @at. */
#define refuse(r, at, fmt, ...) refuse_line(r, line_of(r, at), at, fmt, ##__VA_ARGS__)
#define refuse_line(r, line, at, fmt, ...)                                                       \
	err_set((r)->e, EXIT_USAGE, "%s, line %zu, byte %zu: " fmt "; " WANTED, (r)->name, line, \
		at, ##__VA_ARGS__)

static size_t line_of(const struct reader *r, size_t at)
{
	size_t line = 1;

	for (size_t i = 0; i < at && i < r->len; i++)
		line += r->text[i] == '\n';
	return line;
}

static struct doc *last(const struct reader *r)
{
	return (struct doc *)r->docs.v + (r->docs.n - 1);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The value that begins at r->at, r->at behind it. NULL with @why; json_tokener_continue: torn. */
static struct json_object *value(struct reader *r, enum json_tokener_error *why)
{
	struct json_tokener *t = json_tokener_new_ex(DEPTH);
	struct json_object *o;

	if (!t) {
		*why = json_tokener_error_size;
		return NULL;
	}
	json_tokener_set_flags(t, FLAGS);
	o = json_tokener_parse_ex(t, r->text + r->at, (int)(r->len - r->at));
	*why = json_tokener_get_error(t);
	r->at += json_tokener_get_parse_end(t);
	json_tokener_free(t);
	return o;
}

static struct json_object *member(struct json_object *o, const char *key, enum json_type type)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) && json_object_is_type(v, type) ? v : NULL;
}

static void set_exit(struct doc *d, struct json_object *o)
{
	struct json_object *code = member(o, "exit_code", json_type_int);
	int64_t v = code ? json_object_get_int64(code) : -1;

	d->exit = v >= 0 && v <= 255 ? (int)v : -1;
}

static bool all_objects(struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (!json_object_is_type(json_object_array_get_idx(list, i), json_type_object))
			return false;
	return true;
}

static const char *schema_of(struct json_object *o)
{
	struct json_object *s = member(o, "schema", json_type_string);

	return s ? json_object_get_string(s) : NULL;
}

/* A document, or the first line of one; @o is taken when it is good. */
static int begin(struct reader *r, struct json_object *o, size_t at, bool torn)
{
	struct json_object *kind = member(o, "kind", json_type_string), *results;
	bool lines = !json_object_object_get_ex(o, "results", &results);
	const char *schema = schema_of(o);
	struct doc *d;

	if (strcmp(schema, "dmactl/1"))
		return refuse(r, at, "its schema is '%.32s', not 'dmactl/1'", schema);
	if (!kind)
		return refuse(r, at, "a document without a kind");
	if (!lines && (!json_object_is_type(results, json_type_array) || !all_objects(results)))
		return refuse(r, at, "its results are no list of objects");
	d = vec_add(&r->docs, sizeof(*d));
	if (d)
		d->name = strdup(r->name);
	if (!d || !d->name)
		return err_set(r->e, EXIT_FAILED, "out of memory");
	if (lines) {
		results = json_object_new_array();
		json_object_object_add(o, "results", results);
	}
	d->root = o;
	d->kind = json_object_get_string(kind);
	d->environment = member(o, "environment", json_type_object);
	d->results = results;
	d->whole = !lines && !torn;
	set_exit(d, o);
	r->open = lines;
	return 0;
}

/* What follows the first line; @o is taken when it is good. */
static int follow(struct reader *r, struct json_object *o, size_t at)
{
	struct json_object *skipped, *code;

	if (!r->open)
		return refuse(r, at, "an object without a schema");
	if (!json_object_object_get_ex(o, "exit_code", &code)) {
		json_object_array_add(last(r)->results, o);
		return 0;
	}
	skipped = member(o, "skipped", json_type_array);
	if (skipped)
		json_object_object_add(last(r)->root, "skipped", json_object_get(skipped));
	set_exit(last(r), o);
	last(r)->whole = true;
	r->open = false;
	json_object_put(o);
	return 0;
}

static int take(struct reader *r, struct json_object *o, size_t at, bool torn)
{
	int ret;

	if (!json_object_is_type(o, json_type_object))
		ret = refuse(r, at, "a value that is no object");
	else if (schema_of(o))
		ret = begin(r, o, at, torn);
	else
		ret = follow(r, o, at);
	if (ret)
		json_object_put(o);
	return ret;
}

/*
 * How much of a torn document is whole: up to the last of its results, or their end; and what
 * closes it there. 0: it was torn before the results.
 */
static size_t whole_part(const char *s, size_t len, const char **close)
{
	size_t depth = 0, whole = 0;
	bool string = false;

	for (size_t i = 0; i < len; i++) {
		if (string) {
			if (s[i] == '\\')
				i++;
			else
				string = s[i] != '"';
			continue;
		}
		string = s[i] == '"';
		depth += s[i] == '{' || s[i] == '[';
		depth -= (s[i] == '}' || s[i] == ']') && depth;
		if (depth == 2 && (s[i] == '[' || (s[i] == '}' && whole)))
			*close = "]}";
		else if (depth == 1 && s[i] == ']')
			*close = "}";
		else
			continue;
		whole = i + 1;
	}
	return whole;
}

/* The document at @at has no end: what there is of it. */
static int mend(struct reader *r, size_t at)
{
	const char *close = "";
	size_t n = whole_part(r->text + at, r->len - at, &close);
	struct reader part = { .len = n + strlen(close) };
	enum json_tokener_error why;
	struct json_object *o;
	char *text;

	/* The last line of several. */
	if (r->open)
		return 0;
	if (!n)
		return refuse(r, r->len, "it ends before the first result");
	text = malloc(part.len + 1);
	if (!text)
		return err_set(r->e, EXIT_FAILED, "out of memory");
	memcpy(text, r->text + at, n);
	memcpy(text + n, close, strlen(close) + 1);
	part.text = text;
	o = value(&part, &why);
	free(text);
	if (!o)
		return refuse(r, at, "it ends within a value (%s)", json_tokener_error_desc(why));
	return take(r, o, at, true);
}

static int one(struct reader *r)
{
	enum json_tokener_error why;
	size_t at = r->at;
	struct json_object *o = value(r, &why);

	if (o || why == json_tokener_success)
		return take(r, o, at, false);
	if (why != json_tokener_continue)
		return refuse(r, r->at, "%s", json_tokener_error_desc(why));
	r->at = r->len;
	return mend(r, at);
}

/* All of @from to the end of @to. */
static int move(struct vec *to, struct vec *from, struct err *e)
{
	struct doc *all = reallocarray(to->v, to->n + from->n, sizeof(*all));

	if (!all)
		return err_set(e, EXIT_FAILED, "out of memory");
	memcpy(all + to->n, from->v, from->n * sizeof(*all));
	to->v = all;
	to->n += from->n;
	vec_free(from);
	return 0;
}

int doc_parse(struct vec *docs, const char *name, const char *text, size_t len, struct err *e)
{
	struct reader r = { .name = name, .text = text, .len = len, .e = e };
	int ret = 0;

	if (len > INT_MAX)
		return err_set(e, EXIT_USAGE, "%s has more than 2 GiB: make it several files",
			       name);
	while (!ret && r.at < len) {
		if (blank(text[r.at]))
			r.at++;
		else
			ret = one(&r);
	}
	if (!ret && !r.docs.n)
		ret = err_set(e, EXIT_USAGE, "%s is empty: " WANTED, name);
	if (!ret)
		ret = move(docs, &r.docs, e);
	docs_free(&r.docs);
	return ret;
}

static int read_stream(struct vec *docs, const char *name, FILE *f, struct err *e)
{
	char *text = NULL, buf[65536];
	size_t len = 0, n;
	FILE *all = open_memstream(&text, &len);
	int ret = 0;

	while (all && (n = fread(buf, 1, sizeof(buf), f)))
		if (fwrite(buf, 1, n, all) != n)
			break;
	if (ferror(f))
		ret = err_set(e, EXIT_USAGE, "%s: %s", name, strerror(errno));
	if (!all || fclose(all))
		ret = err_set(e, EXIT_FAILED, "out of memory");
	if (!ret)
		ret = doc_parse(docs, name, text, len, e);
	free(text);
	return ret;
}

int doc_read(struct vec *docs, const char *path, struct err *e)
{
	FILE *f;
	int ret;

	if (!strcmp(path, "-"))
		return read_stream(docs, "standard input", stdin, e);
	f = fopen(path, "re");
	if (!f)
		return err_set(e, EXIT_USAGE, "%s: %s", path, strerror(errno));
	ret = read_stream(docs, path, f, e);
	fclose(f);
	return ret;
}

void docs_free(struct vec *docs)
{
	struct doc *d = docs->v;

	for (size_t i = 0; i < docs->n; i++) {
		free(d[i].name);
		json_object_put(d[i].root);
	}
	vec_free(docs);
}

/* What the usual is, is not told: as in older versions, which tell none of these. */
static const struct {
	const char *key, *usual;
} later[] = {
	{ "value", "165" },    { "align", "" },	   { "src_offset", "0" },
	{ "dst_offset", "0" }, { "parity", "pq" },
};

void doc_add_later(struct json_object *what, struct json_object *result)
{
	struct json_object *v;

	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (json_object_object_get_ex(result, later[i].key, &v) && v &&
		    strcmp(json_object_get_string(v), later[i].usual))
			json_object_object_add(what, later[i].key, json_object_get(v));
}

bool doc_lacks_later(struct json_object *result)
{
	return !json_object_object_get_ex(result, "src_offset", NULL);
}
