// SPDX-License-Identifier: GPL-2.0
/* argp's tables read once more: for the option that was probably meant, and for a shell. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "near.h"

typedef bool option_fn(const struct argp_option *o, void *arg);

static argp_parser_t own_parser;

/* Until @fn is true of one. Neither headers nor notes are options. */
static const struct argp_option *each_option(const struct argp *argp, option_fn *fn, void *arg)
{
	const struct argp_option *o = argp->options, *found;
	const struct argp_child *c = argp->children;

	for (; o && (o->name || o->key || o->doc || o->group); o++)
		if (o->name && !(o->flags & OPTION_DOC) && fn(o, arg))
			return o;
	for (; c && c->argp; c++) {
		found = each_option(c->argp, fn, arg);
		if (found)
			return found;
	}
	return NULL;
}

static bool has_letter(const struct argp_option *o, void *arg)
{
	return o->key == *(const char *)arg;
}

struct name {
	const char *text;
	size_t n;
};

/* An unambiguous beginning is enough for getopt; whether it is one is getopt's to say. */
static bool begins(const struct argp_option *o, void *arg)
{
	const struct name *name = arg;

	return !strncmp(o->name, name->text, name->n);
}

struct nearest {
	const char *word, *best;
	size_t distance;
};

static bool nearer(const struct argp_option *o, void *arg)
{
	struct nearest *near = arg;
	size_t distance = near_distance(near->word, o->name);

	if (!(o->flags & OPTION_HIDDEN) && distance < near->distance) {
		near->best = o->name;
		near->distance = distance;
	}
	return false;
}

static bool takes_next(const struct argp_option *o)
{
	return o && o->arg && !(o->flags & OPTION_ARG_OPTIONAL);
}

/* Whether the value of a letter in this word is the next word. What is unknown is getopt's. */
static bool letters_take_next(const struct argp *argp, const char *word)
{
	for (word++; *word; word++) {
		char letter = *word;
		const struct argp_option *o = each_option(argp, has_letter, &letter);

		if (o && o->arg)
			return takes_next(o) && !word[1];
	}
	return false;
}

/* What getopt will refuse is refused here, if one can be named that was meant. */
static void suggest(const struct argp_state *st)
{
	const struct argp *argp = st->root_argp;

	for (int i = 1; i < st->argc && strcmp(st->argv[i], "--"); i++) {
		const char *word = st->argv[i];
		struct name name = { word + 2, strcspn(word, "=") - 2 };
		const struct argp_option *o;
		struct nearest near;
		char text[64];

		if (word[0] != '-' || !word[1]) {
			if (st->flags & ARGP_IN_ORDER)
				return;
			continue;
		}
		if (word[1] != '-') {
			i += letters_take_next(argp, word);
			continue;
		}
		o = each_option(argp, begins, &name);
		if (o) {
			i += takes_next(o) && !strchr(word, '=');
			continue;
		}
		if (name.n >= sizeof(text))
			return;
		snprintf(text, sizeof(text), "%.*s", (int)name.n, name.text);
		near = (struct nearest){ text, NULL, near_limit(text) };
		each_option(argp, nearer, &near);
		if (near.best)
			argp_error(st, "unrecognized option '--%s': did you mean --%s?", text,
				   near.best);
		return;
	}
}

static bool print_option(const struct argp_option *o, void *arg)
{
	char letter[3] = "-";

	(void)arg;
	if (o->flags & OPTION_HIDDEN)
		return false;
	if (isgraph(o->key))
		snprintf(letter, sizeof(letter), "-%c", o->key);
	printf("--%s\t%s\t%s\t%s\n", o->name, letter, o->arg ? o->arg : "-", o->doc);
	return false;
}

/* A line of tabs each: the words that it takes, then its options: long, letter, value, help. */
static void complete(const struct argp *argp)
{
	const char *line = argp->args_doc;

	while (line && *line) {
		int n = (int)strcspn(line, "\n"), word = (int)strcspn(line, "\n ");

		if (islower(*line))
			printf("%.*s\t-\t%.*s\t-\n", word, line, word < n ? n - word - 1 : 1,
			       word < n ? line + word + 1 : "-");
		else
			printf("%.*s\t-\t-\t-\n", n, line);
		line += n + (line[n] == '\n');
	}
	each_option(argp, print_option, NULL);
}

static error_t parser(int key, char *arg, struct argp_state *st)
{
	char *slash;

	if (key == ARGP_KEY_INIT && st->argc == 2 && !strcmp(st->argv[1], "--complete")) {
		complete(st->root_argp);
		exit(0);
	}
	if (key == ARGP_KEY_INIT) {
		/* As argp does, but it does so later. */
		slash = st->argc ? strrchr(st->argv[0], '/') : NULL;
		st->name = slash ? slash + 1 : st->argc ? st->argv[0] : "dmactl";
		suggest(st);
	}
	return own_parser(key, arg, st);
}

void options_parse(const struct argp *argp, int argc, char **argv, unsigned int flags, int *first,
		   void *input)
{
	struct argp copy = *argp;

	own_parser = argp->parser;
	copy.parser = parser;
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&copy, argc, argv, flags | ARGP_NO_HELP, first, input);
}
