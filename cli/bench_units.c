// SPDX-License-Identifier: GPL-2.0
/* From the keys of a job to its units: the options of a measuring command, each checked by it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "near.h"

#define MOST_UNITS 4096

/* Keys of bench itself. */
static const char *const own_keys[] = { "command", "group", "baseline" };

/* Where commas belong to a value, so that only blanks separate values. */
static const char *const comma_keys[] = { "buffer", "node",  "offset", "rate",
					  "cpu",    "limit", "steady", "label" };

/* Of which the option itself takes a list. */
static const char *const list_keys[] = { "size", "depth", "batch" };

/* A file of them all is no use, and one of each has no name. */
static const char *const no_keys[] = { "save", "samples" };

#define IS(list, key) is_one(list, sizeof(list) / sizeof((list)[0]), key)

static bool is_one(const char *const *list, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i], key))
			return true;
	return false;
}

/* All options of a command but those that every command has. */
static const struct argp_option *next_option(const struct argp *argp, size_t *at)
{
	const struct argp_option *o = argp->options;
	size_t i;

	for (i = 0; o && (o[i].name || o[i].key || o[i].doc); i++)
		if (o[i].name && !(*at)--)
			return &o[i];
	for (i = 0; argp->children && argp->children[i].argp; i++) {
		if (argp->children[i].argp == &common_argp)
			continue;
		o = next_option(argp->children[i].argp, at);
		if (o)
			return o;
	}
	return NULL;
}

static const struct argp_option *option_at(const struct argp *argp, size_t i)
{
	return next_option(argp, &i);
}

static const struct argp_option *find_option(const struct measure_cmd *cmd, const char *key)
{
	const struct argp_option *o;

	if (IS(no_keys, key))
		return NULL;
	/* Theirs is not to be chosen: a key of all jobs does not mean them. */
	if (!strcmp(key, "size") &&
	    (cmd->opcode == DMACTL_OP_INTERRUPT || cmd->opcode == DMACTL_OP_INTERLEAVED))
		return NULL;
	for (size_t i = 0; (o = option_at(cmd->argp, i)); i++)
		if (!strcmp(o->name, key))
			return o;
	return NULL;
}

static void nearer(const char *key, const char *word, const char **best)
{
	if (!*best || near_distance(key, word) < near_distance(key, *best))
		*best = word;
}

static int unknown_key(const struct bench *b, const struct bench_key *k, const char *commands)
{
	const char *best = NULL;
	const struct measure_cmd *c;
	const struct argp_option *o;
	char where[512];

	bench_where(&b->file, k, where, sizeof(where));
	if (IS(no_keys, k->key))
		return err_set(&b->ctx->err, EXIT_USAGE,
			       "%s: '%s' is of single measurements: dmactl memcpy has it", where,
			       k->key);
	for (size_t i = 0; i < sizeof(own_keys) / sizeof(own_keys[0]); i++)
		nearer(k->key, own_keys[i], &best);
	for (size_t i = 0; (c = measure_cmd(i)); i++)
		for (size_t n = 0; (o = option_at(c->argp, n)); n++)
			if (find_option(c, o->name))
				nearer(k->key, o->name, &best);
	if (!strcmp(best, k->key))
		return err_set(&b->ctx->err, EXIT_USAGE, "%s: %s has no key '%s'", where, commands,
			       k->key);
	return err_set(&b->ctx->err, EXIT_USAGE,
		       "%s: there is no key '%s': did you mean %s? (keys are the long options of "
		       "the measuring commands, see dmactl-job(5))",
		       where, k->key, best);
}

/* Channels side by side, A & B, are one value: without the blanks. */
static void squeeze(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s == '&') {
			while (to[-1] == ' ' || to[-1] == '\t')
				to--;
			*to++ = *s;
			s += strspn(s + 1, " \t");
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

static bool add_word(struct vec *to, const char *word)
{
	char *copy = strdup(word), **p = copy ? vec_add(to, sizeof(*p)) : NULL;

	if (p)
		*p = copy;
	else
		free(copy);
	return !p;
}

/* The values of a key (char *). */
static int split(const struct bench_key *k, struct vec *out, struct err *e)
{
	bool whole = !strcmp(k->key, "input") || !strcmp(k->key, "label") ||
		     !strcmp(k->key, "limit");
	const char *separators = whole ? "" : IS(comma_keys, k->key) ? " \t" : " \t,";
	char *copy = strdup(k->value), *s = copy, *word;
	bool bad;

	if (copy && !strcmp(k->key, "channel") && copy[0] != '&')
		squeeze(copy);
	bad = !copy;
	while (!bad && (word = strsep(&s, separators))) {
		if (!*word && *k->value)
			continue;
		bad = add_word(out, word);
	}
	free(copy);
	return bad ? err_set(e, EXIT_FAILED, "out of memory") : 0;
}

/* What takes a list itself has one value: all of them. */
static int join(struct vec *words, struct err *e)
{
	char **w = words->v, *all = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&all, &size);

	if (!f)
		return err_set(e, EXIT_FAILED, "out of memory");
	for (size_t i = 0; i < words->n; i++)
		fprintf(f, "%s%s", i ? "," : "", w[i]);
	if (fclose(f))
		return err_set(e, EXIT_FAILED, "out of memory");
	for (size_t i = 0; i < words->n; i++)
		free(w[i]);
	w[0] = all;
	words->n = 1;
	return 0;
}

/* The keys of a job, the values of each, and which one of each is the next unit's. */
struct choice {
	const struct bench_key *key;
	struct vec values; /* char * */
	size_t at;
};

static const char *value_of(const struct choice *c)
{
	return ((char **)c->values.v)[c->at];
}

static const struct choice *choice_of(const struct vec *choices, const char *key)
{
	const struct choice *c = choices->v;

	for (size_t i = 0; i < choices->n; i++)
		if (!strcmp(c[i].key->key, key))
			return &c[i];
	return NULL;
}

static void free_choices(struct vec *choices)
{
	struct choice *c = choices->v;

	for (size_t i = 0; i < choices->n; i++)
		vec_free_names(&c[i].values);
	vec_free(choices);
}

static int __attribute__((format(printf, 3, 4)))
bad(const struct bench *b, const struct bench_key *k, const char *fmt, ...)
{
	char where[512];
	va_list ap;
	int ret;

	bench_where(&b->file, k, where, sizeof(where));
	va_start(ap, fmt);
	ret = verr_set(&b->ctx->err, EXIT_USAGE, where, fmt, ap);
	va_end(ap);
	return ret;
}

static const struct measure_cmd *command_of(const struct bench *b, const struct choice *c)
{
	const struct measure_cmd *cmd = measure_cmd_find(value_of(c)), *m;
	char names[160] = "";
	const char *best = NULL;

	if (cmd)
		return cmd;
	for (size_t i = 0; (m = measure_cmd(i)); i++) {
		nearer(value_of(c), m->name, &best);
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			 i ? ", " : "", m->name);
	}
	bad(b, c->key, "'%.80s' is not %s: did you mean %s?", value_of(c), names, best);
	return NULL;
}

/* Whether a key is one that any of the job's commands (or for all jobs: any command) has. */
static int check_key(const struct bench *b, const struct bench_key *k,
		     const struct choice *commands)
{
	const struct measure_cmd *c;
	bool known = IS(own_keys, k->key);
	char names[128] = "";

	for (size_t i = 0; k->common && (c = measure_cmd(i)); i++)
		known |= !!find_option(c, k->key);
	for (size_t i = 0; !k->common && i < commands->values.n; i++) {
		c = measure_cmd_find(((char **)commands->values.v)[i]);
		known |= !!find_option(c, k->key);
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			 i ? " or " : "", c->name);
	}
	return known ? 0 : unknown_key(b, k, names[0] ? names : "bench");
}

static int add_choice(const struct bench *b, const struct bench_key *k, struct vec *choices)
{
	struct choice *c = vec_add(choices, sizeof(*c));
	struct err *e = &b->ctx->err;

	if (!c)
		return err_set(e, EXIT_FAILED, "out of memory");
	c->key = k;
	if (!k->value[0])
		return bad(b, k, "there is no value: KEY=VALUE, or no such line");
	if (split(k, &c->values, e))
		return -1;
	if (!c->values.n)
		return bad(b, k, "there is no value: KEY=VALUE, or no such line");
	if (IS(list_keys, k->key))
		return join(&c->values, e);
	if (IS(own_keys, k->key) && strcmp(k->key, "command") && c->values.n > 1)
		return bad(b, k, "it takes one value, not %zu", c->values.n);
	return 0;
}

static int choices_of(const struct bench *b, const struct bench_section *s, struct vec *out)
{
	static struct bench_key memcpy_key = { (char *)"command", (char *)"memcpy", 0, true };
	const struct bench_key *k = bench_key_find(s, "command");
	struct choice *c;

	if (add_choice(b, k ? k : &memcpy_key, out))
		return -1;
	c = out->v;
	for (c->at = 0; c->at < c->values.n; c->at++)
		if (!command_of(b, c))
			return -1;
	c->at = 0;
	for (size_t i = 0; i < s->keys.n; i++) {
		k = (struct bench_key *)s->keys.v + i;
		if (!strcmp(k->key, "command"))
			continue;
		if (check_key(b, k, out->v) || add_choice(b, k, out))
			return -1;
	}
	return 0;
}

/* An option that is there or not: the text of it, NULL where it is not. */
static int flag(const struct bench *b, const struct choice *c, bool *on)
{
	static const char *const yes[] = { "1", "yes", "on", "true" };
	static const char *const no[] = { "0", "no", "off", "false" };
	*on = IS(yes, value_of(c));
	if (*on || IS(no, value_of(c)))
		return 0;
	return bad(b, c->key, "'%.100s' is neither 1 nor 0 (yes, on, true; no, off, false)",
		   value_of(c));
}

static int add_arg(struct unit *u, const struct choice *c, const char *value, struct err *e)
{
	char **argv = reallocarray(u->argv, (size_t)u->argc + 2, sizeof(*argv));
	const struct bench_key **from;
	int ret;

	if (argv)
		u->argv = argv;
	from = reallocarray(u->from, (size_t)u->argc + 2, sizeof(*from));
	if (from)
		u->from = from;
	if (!argv || !from)
		return err_set(e, EXIT_FAILED, "out of memory");
	if (!c)
		ret = asprintf(&argv[u->argc], "%s", value);
	else if (!value)
		ret = asprintf(&argv[u->argc], "--%s", c->key->key);
	else
		ret = asprintf(&argv[u->argc], "--%s=%s", c->key->key, value);
	if (ret < 0)
		return err_set(e, EXIT_FAILED, "out of memory");
	from[u->argc++] = c ? c->key : NULL;
	argv[u->argc] = NULL;
	return 0;
}

static int channels(struct unit *u, const struct choice *c, struct err *e)
{
	char *copy = strdup(value_of(c)), *s = copy, *word;
	int ret = copy ? 0 : err_set(e, EXIT_FAILED, "out of memory");

	while (!ret && (word = strsep(&s, "&")))
		ret = add_arg(u, c, word, e);
	free(copy);
	return ret;
}

static int one_option(const struct bench *b, struct unit *u, const struct choice *c)
{
	const struct argp_option *o = find_option(u->cmd, c->key->key);
	struct err *e = &b->ctx->err;
	bool on;

	if (!o)
		return 0;
	if (!strcmp(o->name, "channel"))
		return channels(u, c, e);
	if (o->arg)
		return add_arg(u, c, value_of(c), e);
	if (flag(b, c, &on))
		return -1;
	return on ? add_arg(u, c, NULL, e) : 0;
}

/* Each option is one word, and a last word follows: the one before the next is the option's. */
static const struct unit *parsed;
static const struct bench *parsing;

static const char *where(const struct argp_state *st)
{
	static char text[512];
	const struct bench_key *k = st->next < st->argc ? parsed->from[st->next - 1] : NULL;

	if (k)
		return bench_where(&parsing->file, k, text, sizeof(text));
	snprintf(text, sizeof(text), "%s:%u: [%s]", parsing->file.name, parsed->section->line,
		 parsed->section->name);
	return text;
}

static bool takes_cpu_line(const struct mopts *o)
{
	return (o->opcode == DMACTL_OP_MEMCPY || o->opcode == DMACTL_OP_MEMSET) && !o->input;
}

static int options(struct bench *b, struct unit *u, const struct vec *choices)
{
	const struct choice *c = choices->v, *base = choice_of(choices, "baseline");
	struct err *e = &b->ctx->err;
	bool off = base && !strcmp(value_of(base), "none");

	if (add_arg(u, NULL, "dmactl bench", e))
		return -1;
	for (size_t i = 0; i < choices->n; i++)
		if (one_option(b, u, &c[i]))
			return -1;
	if (b->channel && !choice_of(choices, "channel")) {
		static struct bench_key key = { (char *)"channel", NULL, 0, true };
		struct choice given = { .key = &key, .values = { &b->channel, 1 } };

		if (channels(u, &given, e))
			return -1;
	}
	if (add_arg(u, NULL, "--", e))
		return -1;
	if (base && !off && strcmp(value_of(base), "cpu"))
		return bad(b, base->key, "it is cpu or none");
	mopts_init(&u->o, b->ctx, u->cmd->opcode);
	u->o.repeat = 10;
	parsed = u;
	parsing = b;
	opt_source(where);
	cmd_parse(u->cmd->argp, u->argc, u->argv, &u->o);
	opt_source(NULL);
	u->o.cpu_line = takes_cpu_line(&u->o) && !off;
	return 0;
}

/* What this unit has and the job's others have otherwise. */
static void title(struct unit *u, const struct vec *choices)
{
	const struct choice *c = choices->v;
	size_t n = (size_t)snprintf(u->title, sizeof(u->title), "%.100s", u->section->name);

	for (size_t i = 0; i < choices->n && n < sizeof(u->title); i++)
		if (c[i].values.n > 1 && (!i || find_option(u->cmd, c[i].key->key)))
			n += (size_t)snprintf(u->title + n, sizeof(u->title) - n, ", %s=%s",
					      c[i].key->key, value_of(&c[i]));
}

static int add_unit(struct bench *b, struct bench_section *s, const struct vec *choices)
{
	struct unit **p, *u;

	if (b->units.n >= MOST_UNITS)
		return err_set(&b->ctx->err, EXIT_USAGE,
			       "%s: these are more than %d jobs: fewer values", b->file.name,
			       MOST_UNITS);
	p = vec_add(&b->units, sizeof(*p));
	u = p ? calloc(1, sizeof(*u)) : NULL;
	if (!u) {
		b->units.n -= p ? 1 : 0;
		return err_set(&b->ctx->err, EXIT_FAILED, "out of memory");
	}
	*p = u;
	u->section = s;
	u->cmd = command_of(b, choices->v);
	title(u, choices);
	return options(b, u, choices);
}

/* Whether an earlier choice differs in nothing that this command has. */
static bool same_again(const struct vec *choices, const struct measure_cmd *cmd)
{
	const struct choice *c = choices->v;

	for (size_t i = 1; i < choices->n; i++)
		if (c[i].at && !find_option(cmd, c[i].key->key))
			return true;
	return false;
}

static bool next_choice(struct vec *choices)
{
	struct choice *c = choices->v;

	for (size_t i = choices->n; i-- > 0; c[i].at = 0)
		if (++c[i].at < c[i].values.n)
			return true;
	return false;
}

int bench_units(struct bench *b)
{
	struct bench_section *s = b->file.jobs.v;
	int ret = 0;

	for (size_t i = 0; i < b->file.jobs.n && !ret; i++) {
		struct vec choices = { 0 };

		ret = choices_of(b, &s[i], &choices);
		if (!ret)
			do {
				const struct measure_cmd *cmd = command_of(b, choices.v);

				if (!same_again(&choices, cmd))
					ret = add_unit(b, &s[i], &choices);
			} while (!ret && next_choice(&choices));
		free_choices(&choices);
	}
	return ret;
}
