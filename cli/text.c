// SPDX-License-Identifier: GPL-2.0
/* Texts from elsewhere, in markup, in gnuplot's commands and as labels of metrics. */
#include <string.h>

#include "text.h"

/* Bytes of the UTF-8 character at @s, 0: it is none. */
static size_t utf8(const unsigned char *s)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (s[0] >= 0xf5)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* Spelt too long, halves of UTF-16, beyond Unicode, and what XML has no place for. */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f) ||
	    (s[0] == 0xef && s[1] == 0xbf && s[2] > 0xbd) || (s[0] == 0xc2 && s[1] < 0xa0))
		return 0;
	return s[0] < ' ' || s[0] == 0x7f ? 0 : n;
}

/* Each character of @s, what is none as '?'. */
static const char *next(const char *s, const char **ch, size_t *n)
{
	*n = utf8((const unsigned char *)s);
	*ch = *n ? s : "?";
	s += *n ? *n : 1;
	*n = *n ? *n : 1;
	return s;
}

void markup_text(FILE *f, const char *s)
{
	const char *ch;
	size_t n;

	while (*s) {
		s = next(s, &ch, &n);
		switch (*ch) {
		case '&':
			fputs("&amp;", f);
			break;
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		case '\'':
			fputs("&#39;", f);
			break;
		default:
			fwrite(ch, 1, n, f);
		}
	}
}

void xml_attribute(const char *name, const char *value)
{
	printf(" %s=\"", name);
	markup_text(stdout, value);
	putchar('"');
}

/*
 * Between single quotes nothing but they themselves has a meaning; a backslash may end a line. What
 * is markup goes as well: gnuplot lets &#60; and ]]> through to the SVG.
 */
void gnuplot_text(FILE *f, const char *s, size_t most)
{
	const char *ch;
	size_t n;

	for (size_t i = 0; *s && i < most; i++) {
		s = next(s, &ch, &n);
		if (*s && i + 1 == most)
			fputs("…", f);
		else if (*ch == '\'')
			fputs("''", f);
		else if (strchr("\\`&<>", *ch))
			fputc('?', f);
		else
			fwrite(ch, 1, n, f);
	}
}

void metrics_text(FILE *f, const char *s)
{
	const char *ch;
	size_t n;

	while (*s) {
		s = next(s, &ch, &n);
		if (*ch == '"' || *ch == '\\')
			fputc('\\', f);
		fwrite(ch, 1, n, f);
	}
}
