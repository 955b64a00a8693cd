// SPDX-License-Identifier: GPL-2.0
/* Job files: INI as libinih reads it, lines counted, mistakes told by their line. */
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "near.h"

#define WHAT_IT_IS "a line is [JOB], KEY=VALUE, or a comment that begins with ; or #"

/* About a minute: 16 cells, 10 times, and the CPU's work at each size. */
static const char built_in[] = "[global]\n"
			       "time=250ms\n"
			       "warmup=50ms\n"
			       "[copy]\n"
			       "command=memcpy\n"
			       "size=64:1M:*4\n"
			       "depth=1,32\n";

struct reader {
	struct bench_file *f;
	struct err *e;
	FILE *in;
	unsigned int line;
	bool indented;
	struct bench_section *section; /* NULL before the first */
	bool bad;
};

static int __attribute__((format(printf, 2, 3))) refuse(struct reader *r, const char *fmt, ...)
{
	char where[sizeof(r->e->text)];
	va_list ap;
	int ret;

	r->bad = true;
	snprintf(where, sizeof(where), "%s:%u", r->f->name, r->line);
	va_start(ap, fmt);
	ret = verr_set(r->e, EXIT_USAGE, where, fmt, ap);
	va_end(ap);
	return ret;
}

const struct bench_key *bench_key_find(const struct bench_section *s, const char *key)
{
	const struct bench_key *k = s->keys.v;

	for (size_t i = 0; i < s->keys.n; i++)
		if (!strcmp(k[i].key, key))
			return &k[i];
	return NULL;
}

static int add(struct bench_section *s, const char *key, const char *value, unsigned int line,
	       struct err *e)
{
	struct bench_key *k = vec_add(&s->keys, sizeof(*k));

	if (!k)
		return err_set(e, EXIT_FAILED, "out of memory");
	*k = (struct bench_key){ strdup(key), strdup(value), line, false };
	return k->key && k->value ? 0 : err_set(e, EXIT_FAILED, "out of memory");
}

static struct bench_section *find_job(struct bench_file *f, const char *name)
{
	struct bench_section *s = f->jobs.v;

	for (size_t i = 0; i < f->jobs.n; i++)
		if (!strcmp(s[i].name, name))
			return &s[i];
	return NULL;
}

static void new_section(struct reader *r, char *name)
{
	const struct bench_section *old;

	if (!strcmp(name, "global")) {
		if (r->f->global.line || r->f->jobs.n)
			refuse(r, r->f->jobs.n ?
					  "[global] comes before all jobs: move it to the top" :
					  "[global] is there twice: make it one");
		r->f->global.line = r->line;
		r->section = &r->f->global;
		return;
	}
	old = find_job(r->f, name);
	if (old) {
		refuse(r, "there is a job [%.150s] in line %u already: jobs need a name each", name,
		       old->line);
		return;
	}
	if (!name[0]) {
		refuse(r, "[] is no name of a job: at least a letter");
		return;
	}
	r->section = vec_add(&r->f->jobs, sizeof(*r->section));
	if (r->section)
		*r->section = (struct bench_section){ .name = strdup(name), .line = r->line };
	if (!r->section || !r->section->name) {
		r->bad = true;
		err_set(r->e, EXIT_FAILED, "out of memory");
	}
}

/* libinih tells of neither lines nor sections without keys: both are seen here. */
static char *next_line(char *buf, int size, void *arg)
{
	struct reader *r = arg;
	char *end, *p;
	int c;

	if (r->bad || !fgets(buf, size, r->in))
		return NULL;
	r->line++;
	end = strchr(buf, '\n');
	c = end ? '\n' : getc(r->in);
	if (!end && c != EOF) {
		refuse(r, "the line is too long: a value may go on in the next one, indented");
		return NULL;
	}
	p = buf + strspn(buf, " \t");
	r->indented = p != buf;
	if (*p == '[' && strchr(p, ']')) {
		char name[256];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(p + 1, "]"), p + 1);
		new_section(r, name);
	}
	return r->bad ? NULL : buf;
}

static int goes_on(struct reader *r, const char *value)
{
	struct bench_key *k = (struct bench_key *)r->section->keys.v + r->section->keys.n - 1;
	char *both;

	if (asprintf(&both, "%s %s", k->value, value) < 0) {
		r->bad = true;
		err_set(r->e, EXIT_FAILED, "out of memory");
		return 0;
	}
	free(k->value);
	k->value = both;
	return 1;
}

static int on_key(void *arg, const char *section, const char *key, const char *value)
{
	struct reader *r = arg;
	const struct bench_key *old;

	(void)section;
	if (r->bad)
		return 0;
	if (!r->section)
		return refuse(r, "'%.150s' is in no section: a job begins with [NAME]", key) + 1;
	old = bench_key_find(r->section, key);
	if (old && r->indented &&
	    old == (struct bench_key *)r->section->keys.v + r->section->keys.n - 1)
		return goes_on(r, value);
	if (old)
		return refuse(r,
			      "'%.150s' is there twice, first in line %u: a list has all of its "
			      "values",
			      key, old->line) +
		       1;
	r->bad = add(r->section, key, value, r->line, r->e);
	return !r->bad;
}

static int parse(struct bench_file *f, FILE *in, struct err *e)
{
	struct reader r = { .f = f, .e = e, .in = in };
	int line = ini_parse_stream(next_line, &r, on_key, &r);

	if (r.bad)
		return -1;
	if (line < 0)
		return err_set(e, EXIT_FAILED, "%s: out of memory", f->name);
	if (line)
		return err_set(e, EXIT_USAGE, "%s:%d: %s", f->name, line, WHAT_IT_IS);
	if (!f->jobs.n)
		return err_set(e, EXIT_USAGE, "%s: there is no job in it: a job begins with [NAME]",
			       f->name);
	return 0;
}

int bench_file_parse(struct bench_file *f, const char *name, const char *text, struct err *e)
{
	FILE *in = fmemopen((void *)text, strlen(text), "r");
	int ret;

	*f = (struct bench_file){ .name = name };
	if (!in)
		return err_set(e, EXIT_FAILED, "%s: %s", name, strerror(errno));
	ret = parse(f, in, e);
	fclose(in);
	return ret;
}

int bench_file_read(struct bench_file *f, const char *name, struct err *e)
{
	FILE *in;
	int ret;

	if (!name)
		return bench_file_parse(f, "built-in job", built_in, e);
	*f = (struct bench_file){ .name = strcmp(name, "-") ? name : "standard input" };
	in = strcmp(name, "-") ? fopen(name, "re") : stdin;
	if (!in)
		return err_set(e, EXIT_USAGE, "%s: %s", name, strerror(errno));
	ret = parse(f, in, e);
	if (!ret && ferror(in))
		ret = err_set(e, EXIT_USAGE, "%s: %s", name, strerror(errno));
	if (in != stdin)
		fclose(in);
	return ret;
}

/* @common: of all jobs, for those that it suits. What was there before goes. */
static int put(struct bench_section *s, const char *key, const char *value, bool common,
	       struct err *e)
{
	struct bench_key *k = s->keys.v;

	for (size_t i = 0; i < s->keys.n; i++) {
		if (strcmp(k[i].key, key))
			continue;
		free(k[i].key);
		free(k[i].value);
		k[i] = k[--s->keys.n];
		break;
	}
	if (add(s, key, value, 0, e))
		return -1;
	k = s->keys.v;
	k[s->keys.n - 1].common = common;
	return 0;
}

static int no_job(const struct bench_file *f, const char *arg, const char *name, struct err *e)
{
	const struct bench_section *s = f->jobs.v, *best = s;

	for (size_t i = 1; i < f->jobs.n; i++)
		if (near_distance(name, s[i].name) < near_distance(name, best->name))
			best = &s[i];
	return err_set(e, EXIT_USAGE, "--set %s: %s has no job '%s': did you mean %s?", arg,
		       f->name, name, best->name);
}

int bench_file_set(struct bench_file *f, const char *arg, struct err *e)
{
	const char *eq = strchr(arg, '=');
	char *copy = strdup(arg), *key = copy, *dot, *value;
	struct bench_section *job = NULL;
	int ret = 0;

	if (!copy)
		return err_set(e, EXIT_FAILED, "out of memory");
	if (!eq || eq == arg) {
		free(copy);
		return err_set(e, EXIT_USAGE, "--set: '%s' is not KEY=VALUE or JOB.KEY=VALUE", arg);
	}
	value = copy + (eq - arg);
	*value++ = '\0';
	dot = strrchr(copy, '.');
	if (dot) {
		*dot = '\0';
		key = dot + 1;
		job = find_job(f, copy);
		ret = job ? put(job, key, value, false, e) : no_job(f, arg, copy, e);
	}
	for (size_t i = 0; !dot && !ret && i < f->jobs.n; i++)
		ret = put((struct bench_section *)f->jobs.v + i, key, value, true, e);
	free(copy);
	return ret;
}

int bench_file_inherit(struct bench_file *f, struct err *e)
{
	const struct bench_key *k = f->global.keys.v;
	struct bench_section *s = f->jobs.v;

	for (size_t i = 0; i < f->jobs.n; i++) {
		for (size_t n = 0; n < f->global.keys.n; n++) {
			if (bench_key_find(&s[i], k[n].key))
				continue;
			if (add(&s[i], k[n].key, k[n].value, k[n].line, e))
				return -1;
			((struct bench_key *)s[i].keys.v)[s[i].keys.n - 1].common = true;
		}
	}
	return 0;
}

static void free_keys(struct bench_section *s)
{
	struct bench_key *k = s->keys.v;

	for (size_t i = 0; i < s->keys.n; i++) {
		free(k[i].key);
		free(k[i].value);
	}
	vec_free(&s->keys);
	free(s->name);
}

void bench_file_free(struct bench_file *f)
{
	free_keys(&f->global);
	for (size_t i = 0; i < f->jobs.n; i++)
		free_keys((struct bench_section *)f->jobs.v + i);
	vec_free(&f->jobs);
}

const char *bench_where(const struct bench_file *f, const struct bench_key *k, char *buf,
			size_t size)
{
	if (k->line)
		snprintf(buf, size, "%s:%u: %s=%s", f->name, k->line, k->key, k->value);
	else
		snprintf(buf, size, "--set %s=%s", k->key, k->value);
	return buf;
}
