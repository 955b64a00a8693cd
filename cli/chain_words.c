// SPDX-License-Identifier: GPL-2.0
/* The words of the language, names, and names of channels and files. */
#include <stdio.h>
#include <string.h>

#include "chain_parse.h"
#include "near.h"

static const char *const words[] = {
	"buf",	  "fill",	"chan", "fence",   "wait",   "order",	  "repeat",
	"expect", "tally",	"save", "memcpy",  "memset", "interrupt", "xor",
	"pq",	  "interleave", "send", "receive", "on",     "after",	  "as",
};

#define NR_WORDS	(sizeof(words) / sizeof(words[0]))
#define NR_STATEMENTS	(NR_WORDS - 2)	/* those that a statement begins with */

void chain_next(struct chain_parser *p)
{
	p->taken = p->t.end;
	chain_lex_next(&p->lex, &p->t);
}

int chain_no_memory(struct chain_parser *p)
{
	return chain_bad(p->e, p->t.pos, "out of memory");
}

int chain_expected(struct chain_parser *p, const char *what)
{
	char found[64];

	return chain_bad(p->e, p->t.pos, "expected %s, found %s", what,
			 chain_token_text(&p->t, found, sizeof(found)));
}

static bool is(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && !memcmp(s, word, n);
}

bool chain_at_word(const struct chain_parser *p, const char *word)
{
	return p->t.kind == TOK_WORD && is(p->t.s, p->t.n, word);
}

bool chain_take_word(struct chain_parser *p, const char *word)
{
	if (!chain_at_word(p, word))
		return false;
	chain_next(p);
	return true;
}

int chain_take(struct chain_parser *p, int kind, const char *what)
{
	if (p->t.kind != kind)
		return chain_expected(p, what);
	chain_next(p);
	return 0;
}

bool chain_reserved(const char *s, size_t n)
{
	for (size_t i = 0; i < NR_WORDS; i++)
		if (is(s, n, words[i]))
			return true;
	return false;
}

const char *chain_did_you_mean(const char *s, size_t n, const char *const *list, size_t nr,
			       char *buf, size_t size)
{
	char word[32] = "";
	size_t least, d;

	buf[0] = '\0';
	if (n >= sizeof(word))
		return buf;
	memcpy(word, s, n);
	least = near_limit(word);
	for (size_t i = 0; i < nr; i++) {
		d = near_distance(word, list[i]);
		if (d >= least)
			continue;
		least = d;
		snprintf(buf, size, ": did you mean %.40s?", list[i]);
	}
	return buf;
}

int chain_no_statement(struct chain_parser *p)
{
	char hint[64];

	if (p->t.kind != TOK_WORD)
		return chain_expected(p, "a statement");
	return chain_bad(p->e, p->t.pos, "there is no statement '%.*s'%s",
			 (int)(p->t.n > 40 ? 40 : p->t.n), p->t.s,
			 chain_did_you_mean(p->t.s, p->t.n, words, NR_STATEMENTS, hint,
					    sizeof(hint)));
}

int chain_take_name(struct chain_parser *p, struct chain_name *name, const char *what)
{
	if (p->t.kind != TOK_WORD)
		return chain_expected(p, what);
	if (chain_reserved(p->t.s, p->t.n))
		return chain_bad(p->e, p->t.pos,
				 "expected %s, found '%.*s', which is a word of the language", what,
				 (int)p->t.n, p->t.s);
	if (p->t.n > 63)
		return chain_bad(p->e, p->t.pos,
				 "'%.40s...' has %zu letters: a name has at most 63", p->t.s,
				 p->t.n);
	name->text = chain_text(p->c, p->t.s, p->t.n);
	name->pos = p->t.pos;
	if (!name->text)
		return chain_no_memory(p);
	chain_next(p);
	return 0;
}

const char *chain_define_find(const struct chain_parser *p, const char *s, size_t n)
{
	for (size_t i = p->nr_defs; i--;)
		if (is(s, n, p->defs[i].name))
			return p->defs[i].value;
	return NULL;
}

const struct chain_repeat *chain_round_find(const struct chain_parser *p, const char *s, size_t n)
{
	for (const struct chain_stmt *r = p->up; r; r = r->up)
		if (r->repeat.as.text && is(s, n, r->repeat.as.text))
			return &r->repeat;
	return NULL;
}

struct raw {
	struct chain_parser *p;
	bool rounds;			/* may have them */
	char text[1024];
	size_t n;
};

static int raw_add(struct raw *r, const char *s, size_t n, struct chain_pos pos)
{
	if (n >= sizeof(r->text) - r->n)
		return chain_bad(r->p->e, pos,
				 "the name is longer than %zu bytes: shorten the path",
				 sizeof(r->text) - 1);
	memcpy(r->text + r->n, s, n);
	r->n += n;
	return 0;
}

static int no_variable(const struct raw *r, const struct chain_token *var)
{
	char name[41], rounds[80];

	snprintf(name, sizeof(name), "%.*s", (int)(var->n > 40 ? 40 : var->n), var->s);
	snprintf(rounds, sizeof(rounds), ", 'repeat N as %s' makes it count rounds", name);
	return chain_bad(r->p->e, var->pos,
			 "there is no $%s: -D %s=VALUE gives it a value, ${%s:-VALUE} a default%s",
			 name, name, name,
			 r->rounds ? rounds : "; a channel is taken before any round");
}

static int raw_piece(void *arg, const struct chain_token *piece, bool var)
{
	struct raw *r = arg;
	const struct chain_repeat *repeat;
	const char *s = piece->s;
	size_t n = piece->n;

	repeat = var && r->rounds ? chain_round_find(r->p, s, n) : NULL;
	if (repeat)
		return raw_add(r, &(char){ CHAIN_ROUND(repeat->depth) }, 1, piece->pos);
	if (var) {
		s = chain_define_find(r->p, piece->s, piece->n);
		n = s ? strlen(s) : piece->nr_otherwise;
		if (!s)
			s = piece->otherwise;
	}
	if (!s)
		return no_variable(r, piece);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ')
			return chain_bad(r->p->e, piece->pos,
					 "byte 0x%02x in a name: a name has none below 0x20",
					 (unsigned char)s[i]);
	return raw_add(r, s, n, piece->pos);
}

static int take_raw(struct chain_parser *p, struct raw *r, const char *what, const char **out,
		    struct chain_pos *pos)
{
	if (p->t.kind == TOK_LINE || p->t.kind == TOK_END)
		return chain_expected(p, what);
	*pos = p->t.pos;
	if (chain_lex_raw(&p->lex, &p->t, raw_piece, r, p->e))
		return -1;
	if (!r->n)
		return chain_bad(p->e, *pos, "expected %s, found nothing", what);
	*out = chain_text(p->c, r->text, r->n);
	if (!*out)
		return chain_no_memory(p);
	p->t.end = p->lex.at;
	chain_next(p);
	return 0;
}

int chain_take_path(struct chain_parser *p, const char *what, const char **out,
		    struct chain_pos *pos)
{
	struct raw r = { .p = p, .rounds = true };

	return take_raw(p, &r, what, out, pos);
}

int chain_take_spec(struct chain_parser *p, const char *what, const char **out,
		    struct chain_pos *pos)
{
	struct raw r = { .p = p };

	return take_raw(p, &r, what, out, pos);
}

int chain_take_data(struct chain_parser *p, struct chain_data *out)
{
	static const char *const kinds[] = { "zero", "random", "pattern" };
	char hint[64];

	out->pos = p->t.pos;
	for (unsigned int i = 0; i < 3; i++) {
		if (!chain_take_word(p, kinds[i]))
			continue;
		out->fill = FILL_ZERO + i;
		return 0;
	}
	if (chain_at_word(p, "file")) {
		if (chain_take_path(p, "file:PATH", &out->path, &out->pos))
			return -1;
		if (strncmp(out->path, "file:", 5) || !out->path[5])
			return chain_bad(p->e, out->pos, "'%.60s' is not file:PATH", out->path);
		out->path += 5;
		out->fill = FILL_FILE;
		return 0;
	}
	if (p->t.kind == TOK_WORD)
		return chain_bad(p->e, p->t.pos,
				 "'%.*s' is not zero, random, pattern, file:PATH or a byte%s",
				 (int)(p->t.n > 40 ? 40 : p->t.n), p->t.s,
				 chain_did_you_mean(p->t.s, p->t.n, kinds, 3, hint, sizeof(hint)));
	out->fill = FILL_BYTE;
	return chain_take_expr(p, false, &out->byte);
}
