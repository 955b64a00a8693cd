// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "xml.h"

static void escaped(const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", stdout);
			break;
		case '<':
			fputs("&lt;", stdout);
			break;
		case '>':
			fputs("&gt;", stdout);
			break;
		case '"':
			fputs("&quot;", stdout);
			break;
		default:
			/* XML 1.0 has no place for control characters, however they are written. */
			putchar((unsigned char)*text < ' ' ? '?' : *text);
		}
	}
}

void xml_attribute(const char *name, const char *value)
{
	printf(" %s=\"", name);
	escaped(value);
	printf("\"");
}
