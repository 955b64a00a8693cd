// SPDX-License-Identifier: GPL-2.0
/* What keys do to the view. */
#include <stdio.h>
#include <string.h>

#include "report.h"
#include "top.h"

const char *const top_help[] = {
	"left right < >   sort by the column before or after this one",
	"r                the other way round",
	"/                show what has a text: Enter keeps it, Esc does not",
	"i                show what is busy only, or all",
	"space p          pause, and go on",
	"+ -              look less often, or more often",
	"k j g G          other rows; so do up, down, PgUp, PgDn, Home and End",
	"? h              this help, until any key",
	"q Ctrl-C         quit",
	"",
	"OP/S, B/S  operations (of a stream: periods) and bytes a second; * is sorted by",
	"FLIGHT     operations in flight; run: it is the kernel that repeats them",
	"LATENCY    mean of those that ended with stamps; - they had none; >1s: for so",
	"           long none has ended, or it is in quarantine",
	"MAX, LOST  the most since it was claimed, periods that nobody took: in 100",
	"           columns, or where it is sorted by them",
	"BAD        failed, timed out, aborted and lost, of all time",
	"HOLDER     session, command and (pid); or callbacks owed, memory kept",
	NULL,
};

static const uint64_t steps[] = {
	100000000ULL,  200000000ULL,   500000000ULL,   1000000000ULL,  2000000000ULL,
	5000000000ULL, 10000000000ULL, 30000000000ULL, 60000000000ULL,
};

#define NR_STEPS (sizeof(steps) / sizeof(steps[0]))

static void slower(struct top_view *v)
{
	for (size_t i = 0; i < NR_STEPS; i++)
		if (steps[i] > v->delay_ns) {
			v->delay_ns = steps[i];
			return;
		}
}

static void faster(struct top_view *v)
{
	for (size_t i = NR_STEPS; i--;)
		if (steps[i] < v->delay_ns) {
			v->delay_ns = steps[i];
			return;
		}
}

static void type(struct top_view *v, int key)
{
	size_t n = strlen(v->filter);

	if (key == '\n' || key == '\r') {
		v->typing = false;
	} else if (key == TOP_ESCAPE) {
		memcpy(v->filter, v->before, sizeof(v->filter));
		v->typing = false;
	} else if (key == TOP_BACKSPACE || key == '\b' || key == 127) {
		if (n)
			v->filter[n - 1] = '\0';
	} else if (key == 'U' - '@') {
		v->filter[0] = '\0';
	} else if (key >= ' ' && key <= '~' && n + 1 < sizeof(v->filter)) {
		v->filter[n] = (char)key;
		v->filter[n + 1] = '\0';
	}
	v->first = 0;
}

/* Where the rows end is known when they are drawn. */
static bool scroll(struct top_view *v, int key)
{
	size_t by = key == TOP_PAGE_UP || key == TOP_PAGE_DOWN ? v->page : 1;

	switch (key) {
	case 'k':
	case TOP_UP:
	case TOP_PAGE_UP:
		v->first -= by < v->first ? by : v->first;
		return true;
	case 'j':
	case TOP_DOWN:
	case TOP_PAGE_DOWN:
		v->first += by;
		return true;
	case 'g':
	case TOP_HOME:
		v->first = 0;
		return true;
	case 'G':
	case TOP_END:
		v->first = SIZE_MAX / 2;
		return true;
	default:
		return false;
	}
}

void top_key(struct top_view *v, int key)
{
	if (v->typing) {
		type(v, key);
		return;
	}
	if (v->help && key != 'q') {
		v->help = false;
		return;
	}
	if (scroll(v, key))
		return;
	switch (key) {
	case 'q':
		v->quit = true;
		break;
	case '<':
	case TOP_LEFT:
		v->sort = (v->sort + TOP_COLUMNS - 1) % TOP_COLUMNS;
		break;
	case '>':
	case TOP_RIGHT:
		v->sort = (v->sort + 1) % TOP_COLUMNS;
		break;
	case 'r':
		v->reverse = !v->reverse;
		break;
	case 'i':
		v->busy = !v->busy;
		v->first = 0;
		break;
	case '/':
		v->typing = true;
		memcpy(v->before, v->filter, sizeof(v->before));
		break;
	case ' ':
	case 'p':
		v->paused = !v->paused;
		break;
	case '+':
	case '=':
		slower(v);
		break;
	case '-':
		faster(v);
		break;
	case '?':
	case 'h':
		v->help = true;
		break;
	default:
		break;
	}
}

void top_status(const struct top_view *v, char line[TOP_LINE])
{
	size_t end = v->first + v->page < v->rows ? v->first + v->page : v->rows;
	char delay[32], rows[64] = "";

	if (v->rows > v->page && !v->help)
		snprintf(rows, sizeof(rows), "%zu-%zu of %zu, ", v->first + 1, end, v->rows);
	if (v->typing)
		snprintf(line, TOP_LINE, "show only: %s_", v->filter);
	else
		snprintf(line, TOP_LINE, "%s%severy %s, by %s%s%s%s%s%s  ? help  q quit",
			 v->paused ? "PAUSED, " : "", rows,
			 time_text((double)v->delay_ns, delay, sizeof(delay)),
			 top_column_name(v->sort), v->reverse ? " reversed" : "",
			 v->busy ? ", only busy" : "", v->filter[0] ? ", only '" : "", v->filter,
			 v->filter[0] ? "'" : "");
}
