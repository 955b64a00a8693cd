// SPDX-License-Identifier: GPL-2.0
/* What keys do to top's view, and how its last line tells. */
#include <string.h>

#include "tap.h"
#include "top.h"

#define SEC 1000000000ULL

static struct top_view view;

static void keys(const char *s)
{
	for (; *s; s++)
		top_key(&view, *s);
}

static void test_keys(void)
{
	view = (struct top_view){ .delay_ns = SEC, .page = 5 };
	keys("<");
	ok(view.sort == TOP_HOLDER, "before the first column is the last");
	top_key(&view, TOP_RIGHT);
	keys(">");
	ok(view.sort == TOP_STATE, "and so round");
	keys("r");
	ok(view.reverse, "r reverses");
	keys("/fi\x7fq");
	ok(view.typing && !strcmp(view.filter, "fq") && !view.quit, "typed keys are no commands");
	keys("\n");
	ok(!view.typing && !strcmp(view.filter, "fq"), "Enter keeps the text");
	keys("/\x15xy\033");
	ok(!view.typing && !strcmp(view.filter, "fq"), "Esc gives it up");
	keys("/");
	for (int i = 0; i < 100; i++)
		keys("z");
	ok(strlen(view.filter) == sizeof(view.filter) - 1, "it has an end");
	for (int i = 0; i < 100; i++)
		top_key(&view, TOP_BACKSPACE);
	keys("\r");
	ok(!view.filter[0], "and a beginning");
	keys("i");
	ok(view.busy, "i shows what is busy");
	keys("p");
	ok(view.paused, "p pauses");
	keys(" ");
	ok(!view.paused, "the space bar goes on");
	keys("+");
	ok(view.delay_ns == 2 * SEC, "+ looks less often");
	for (int i = 0; i < 20; i++)
		keys("+");
	ok(view.delay_ns == 60 * SEC, "but once a minute");
	for (int i = 0; i < 20; i++)
		keys("-");
	ok(view.delay_ns == SEC / 10, "- ten times a second at most");
	view.delay_ns = 3 * SEC;
	keys("-");
	ok(view.delay_ns == 2 * SEC, "from between two steps to the next one");
	view.delay_ns = TOP_MOST;
	keys("+");
	ok(view.delay_ns == TOP_MOST, "what is longer than all of them stays");
	top_key(&view, TOP_PAGE_DOWN);
	top_key(&view, TOP_DOWN);
	ok(view.first == 6, "down by a page and a row");
	top_key(&view, TOP_UP);
	top_key(&view, TOP_PAGE_UP);
	top_key(&view, TOP_PAGE_UP);
	ok(!view.first, "up no further than the first");
	top_key(&view, TOP_END);
	ok(view.first > 1000000, "the end");
	top_key(&view, TOP_HOME);
	ok(!view.first, "and the beginning");
	keys("?");
	ok(view.help, "? helps");
	keys("r");
	ok(!view.help && view.reverse, "any key ends that and does nothing else");
	keys("hq");
	ok(view.quit, "but q quits");
}

static void test_status(void)
{
	char line[TOP_LINE];

	view = (struct top_view){ .delay_ns = SEC, .page = 19, .rows = 19 };
	top_status(&view, line);
	ok(!strncmp(line, "every 1.00s, by channel", 23), "all rows are there: %s", line);
	view.rows = 40;
	view.first = 21;
	top_status(&view, line);
	ok(!strncmp(line, "22-40 of 40, every", 18), "some are not: %s", line);
	view.paused = true;
	view.first = 0;
	top_status(&view, line);
	ok(!strncmp(line, "PAUSED, 1-19 of 40, every", 25), "nor in a pause: %s", line);
}

int main(void)
{
	test_keys();
	test_status();
	return tap_done();
}
