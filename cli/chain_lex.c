// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "chain_lex.h"

static int peek(const struct chain_lex *l, size_t ahead)
{
	return l->at + ahead < l->len ? (unsigned char)l->text[l->at + ahead] : -1;
}

static void step(struct chain_lex *l, size_t n)
{
	for (; n && l->at < l->len; n--) {
		if (l->text[l->at++] == '\n') {
			l->pos.line++;
			l->pos.column = 1;
		} else {
			l->pos.column++;
		}
	}
}

static bool is_name(int ch)
{
	return ch == '_' || (ch >= 0 && ch < 128 && isalnum(ch));
}

static bool is_digit(int ch)
{
	return ch >= '0' && ch <= '9';
}

/* Blanks, comments, and a backslash at the end of a line, which goes on. */
static void skip(struct chain_lex *l)
{
	size_t n;

	for (;;) {
		if (peek(l, 0) == ' ' || peek(l, 0) == '\t' || peek(l, 0) == '\r') {
			step(l, 1);
		} else if (peek(l, 0) == '\\') {
			n = peek(l, 1) == '\r' ? 2 : 1;
			if (peek(l, n) != '\n')
				return;
			step(l, n + 1);
		} else if (peek(l, 0) == '#') {
			while (peek(l, 0) >= 0 && peek(l, 0) != '\n')
				step(l, 1);
		} else {
			return;
		}
	}
}

static void begin(const struct chain_lex *l, struct chain_token *t)
{
	memset(t, 0, sizeof(*t));
	t->pos = l->pos;
	t->at = l->at;
	t->s = l->text + l->at;
}

static void finish(struct chain_lex *l, struct chain_token *t, int kind, size_t n)
{
	t->kind = kind;
	t->n = n;
	step(l, n);
	t->end = l->at;
}

/* After the dollar: false when this is no variable. */
static bool variable(struct chain_lex *l, struct chain_token *t)
{
	size_t open = peek(l, 1) == '{', n = 0, i;

	t->s = l->text + l->at + 1 + open;
	while (is_name(peek(l, 1 + open + n)))
		n++;
	i = 1 + open + n;
	if (!n || is_digit(peek(l, 1 + open)))
		return false;
	if (open && peek(l, i) == ':' && peek(l, i + 1) == '-') {
		i += 2;
		t->otherwise = l->text + l->at + i;
		while (peek(l, i) >= 0 && peek(l, i) != '}' && peek(l, i) != '\n')
			i++;
		t->nr_otherwise = (size_t)(l->text + l->at + i - t->otherwise);
	}
	if (open && peek(l, i++) != '}')
		return false;
	finish(l, t, TOK_VAR, i);
	t->n = n;
	return true;
}

static int pair(const struct chain_lex *l)
{
	static const struct {
		char text[3];
		int kind;
	} pairs[] = { { "<-", TOK_ARROW }, { "==", TOK_SAME }, { "..", TOK_DOTS } };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (peek(l, 0) == pairs[i].text[0] && peek(l, 1) == pairs[i].text[1])
			return pairs[i].kind;
	return 0;
}

void chain_lex_next(struct chain_lex *l, struct chain_token *t)
{
	size_t n = 0;
	int ch;

	skip(l);
	begin(l, t);
	ch = peek(l, 0);
	if (ch < 0) {
		finish(l, t, TOK_END, 0);
	} else if (ch == '\n' || ch == ';') {
		finish(l, t, TOK_LINE, 1);
	} else if (is_name(ch)) {
		while (is_name(peek(l, n)))
			n++;
		finish(l, t, is_digit(ch) ? TOK_NUMBER : TOK_WORD, n);
	} else if (ch == '$') {
		if (!variable(l, t)) {
			begin(l, t);
			finish(l, t, TOK_BAD, 1);
		}
	} else if (pair(l)) {
		finish(l, t, pair(l), 2);
	} else {
		finish(l, t, ch && strchr("{}[](),:=+-*@\"", ch) ? ch : TOK_BAD, 1);
	}
}

/* The end of a raw word: a blank, ; or the end of the line; in quotes, the quote. */
static bool raw_ends(const struct chain_lex *l, bool quoted)
{
	int ch = peek(l, 0);

	if (ch < 0 || ch == '\n')
		return true;
	return quoted ? ch == '"' : ch == ' ' || ch == '\t' || ch == '\r' || ch == ';';
}

int chain_lex_raw(struct chain_lex *l, const struct chain_token *t,
		  int (*more)(void *arg, const struct chain_token *piece, bool var), void *arg,
		  struct chain_error *e)
{
	struct chain_token piece;
	bool quoted;

	l->at = t->at;
	l->pos = t->pos;
	quoted = peek(l, 0) == '"';
	step(l, quoted);
	while (!raw_ends(l, quoted)) {
		begin(l, &piece);
		if (peek(l, 0) == '$') {
			if (!variable(l, &piece))
				return chain_bad(e, l->pos,
						 "'$' begins a variable: $NAME, ${NAME} "
						 "or ${NAME:-DEFAULT}");
		} else {
			piece.n = 1;
			while (peek(l, piece.n) >= 0 && !strchr("$\" \t\r\n;", peek(l, piece.n)))
				piece.n++;
			finish(l, &piece, TOK_WORD, piece.n);
		}
		if (more(arg, &piece, piece.kind == TOK_VAR))
			return -1;
	}
	if (!quoted)
		return 0;
	if (peek(l, 0) != '"')
		return chain_bad(e, t->pos,
				 "the quotes are not closed on this line: "
				 "add a '\"' to its end");
	step(l, 1);
	return 0;
}

const char *chain_token_text(const struct chain_token *t, char *buf, size_t size)
{
	int n = t->end - t->at > 40 ? 40 : (int)(t->end - t->at);

	if (t->kind == TOK_END)
		snprintf(buf, size, "the end of the text");
	else if (t->kind == TOK_LINE)
		snprintf(buf, size, "the end of the %s", t->s[0] == ';' ? "statement" : "line");
	else if (t->kind == TOK_BAD && !(t->s[0] > ' ' && t->s[0] < 127))
		snprintf(buf, size, "byte 0x%02x", (unsigned char)t->s[0]);
	else if (t->kind == TOK_VAR)
		snprintf(buf, size, "'$%.*s'", (int)(t->n > 40 ? 40 : t->n), t->s);
	else
		snprintf(buf, size, "'%.*s'", n, t->s);
	return buf;
}
