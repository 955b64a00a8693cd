// SPDX-License-Identifier: GPL-2.0
/* Rows as lines, for the screen and for plain output. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chan_json.h"
#include "report.h"
#include "top.h"

/* What is left for the last column in 80, and for the first one. */
#define LEAST_LAST 12
#define LEAST_NAME 14

static const struct {
	const char *name, *title;
	int width; /* negative: text, to the left */
	int from;  /* narrower lines do without it */
} columns[TOP_COLUMNS] = {
	[TOP_CHANNEL] = { "channel", "CHANNEL", 0, 0 },
	[TOP_STATE] = { "state", "STATE", -11, 0 },
	[TOP_OPS] = { "ops", "OP/S", 6, 0 },
	[TOP_BYTES] = { "bytes", "B/S", 6, 0 },
	[TOP_FLIGHT] = { "flight", "FLIGHT", 6, 0 },
	[TOP_LATENCY] = { "latency", "LATENCY", 6, 0 },
	[TOP_MAX] = { "max", "MAX", 6, 100 },
	[TOP_LOST] = { "lost", "LOST", 5, 100 },
	[TOP_BAD] = { "bad", "BAD", 5, 0 },
	[TOP_HOLDER] = { "holder", "HOLDER", 0, 0 },
};

const char *top_column_name(enum top_column column)
{
	return columns[column].name;
}

bool top_column_find(const char *name, enum top_column *out)
{
	for (int i = 0; i < TOP_COLUMNS; i++)
		if (!strcmp(columns[i].name, name)) {
			*out = (enum top_column)i;
			return true;
		}
	return false;
}

static bool shown(const struct top_view *v, enum top_column column, int width)
{
	return width >= columns[column].from || v->sort == column;
}

const char *top_state(const struct top_row *r)
{
	if (r->gone)
		return r->leaked ? "leaked" : "gone";
	return r->stream ? "streaming" : chan_state_name(r->c.state);
}

/* All columns but the first, as far as their widths are given. */
static int others(const struct top_view *v, int width)
{
	int n = 0;

	for (int i = 1; i < TOP_COLUMNS; i++)
		if (shown(v, i, width))
			n += 2 + abs(columns[i].width);
	return n;
}

size_t top_name_width(const struct top_view *v, const struct vec *picked, int width)
{
	const struct top_row *const *r = picked->v;
	size_t name = strlen("*CHANNEL"), most = LEAST_NAME;

	if (width > others(v, width) + LEAST_LAST + LEAST_NAME)
		most = (size_t)(width - others(v, width) - LEAST_LAST);
	for (size_t i = 0; i < picked->n; i++)
		if (strlen(r[i]->c.stable) > name)
			name = strlen(r[i]->c.stable);
	return name < most ? name : most;
}

/* As wide as there is room for, and no blanks at the end. */
static void cut(char line[TOP_LINE], int width)
{
	size_t n = strlen(line);

	if (width >= 0 && n > (size_t)width)
		n = (size_t)width;
	while (n && line[n - 1] == ' ')
		n--;
	line[n] = '\0';
}

/* What is done, then what is held. */
void top_head(const struct top_sample *s, int nr, int width, char line[TOP_LINE])
{
	char one[32] = "-", two[32] = "-", lost[32] = "";

	if (!nr && s->interval_ns) {
		rate_text(s->ops, one, sizeof(one));
		rate_text(s->bytes, two, sizeof(two));
	}
	if (s->lost)
		snprintf(lost, sizeof(lost), ", %" PRIu64 " lost", s->lost);
	if (!nr)
		snprintf(line, TOP_LINE,
			 "%" PRIu64 ".%03" PRIu64 "  %zu channel%s, %zu held, %zu in quarantine; "
			 "%s op/s, %sB/s",
			 s->time_ns / 1000000000, s->time_ns / 1000000 % 1000, s->channels,
			 s->channels == 1 ? "" : "s", s->held, s->quarantined, one, two);
	else
		snprintf(line, TOP_LINE,
			 "%zu session%s with %s of buffers; %" PRIu64 " callback%s owed, %s kept; "
			 "%zu stream%s%s",
			 s->sessions.n, s->sessions.n == 1 ? "" : "s",
			 size_text(s->session_bytes, one, sizeof(one)), s->owed,
			 s->owed == 1 ? "" : "s", size_text(s->kept_bytes, two, sizeof(two)),
			 s->streams, s->streams == 1 ? "" : "s", lost);
	cut(line, width);
}

void top_titles(const struct top_view *v, size_t name, int width, char line[TOP_LINE])
{
	char title[16];

	line[0] = '\0';
	for (int i = 0; i < TOP_COLUMNS; i++) {
		int wide = columns[i].width;
		size_t n = strlen(line);

		if (!shown(v, i, width))
			continue;
		/* The mark of a column that is full stands before it. */
		snprintf(title, sizeof(title), "%s%s", (int)v->sort == i ? "*" : "",
			 columns[i].title);
		if (!i)
			snprintf(line, TOP_LINE, "%-*s", (int)name, title);
		else if (wide > 0)
			snprintf(line + n, TOP_LINE - n, "%*s", wide + 2, title);
		else
			snprintf(line + n, TOP_LINE - n, "  %*s", wide, title);
	}
	cut(line, width);
}

/* Its end tells channels of one device apart. */
static void put_name(const char *stable, size_t name, char line[TOP_LINE])
{
	size_t n = strlen(stable);

	if (n > name)
		snprintf(line, TOP_LINE, "~%s", stable + n - name + 1);
	else
		snprintf(line, TOP_LINE, "%-*s", (int)name, stable);
}

static void holder(const struct top_row *r, char *text, size_t size)
{
	const struct channel *c = &r->c;
	char kept[32];

	text[0] = '\0';
	if (r->kept)
		snprintf(text, size, "%u owed, %s", r->owed,
			 size_text(r->kept_bytes, kept, sizeof(kept)));
	else if (!chan_told(c, DMACTL_A_CHANNEL_SESSION))
		return;
	else if (!chan_told(c, DMACTL_A_CHANNEL_PID))
		snprintf(text, size, "%u other user", c->session);
	else if (!c->pid)
		snprintf(text, size, "%u other pid ns", c->session);
	else
		snprintf(text, size, "%u %s (%u)", c->session, c->command[0] ? c->command : "?",
			 c->pid);
}

/* "so long at least" in the column's six places: no tenths, and hours from 10000 s on. */
static void lasts(double ns, char *text, size_t size)
{
	char time[32], *dot;

	time_text(ns, time, sizeof(time));
	dot = strlen(time) > 5 ? strchr(time, '.') : NULL;
	if (dot)
		memmove(dot, dot + 2, strlen(dot + 2) + 1);
	if (ns >= 9999.5e9)
		snprintf(time, sizeof(time), "%.0fh", floor(ns / 3600e9));
	snprintf(text, size, ">%s", time);
}

static void takes(const struct top_row *r, char *text, size_t size)
{
	char time[32];
	bool least;
	double ns = top_takes(r, &least);

	/* Nothing ended, so there is nothing to tell; else none of it had stamps. */
	bool none = r->rated && chan_told(&r->c, DMACTL_A_CHANNEL_LATENCY_COUNT) && !r->ops;

	if (ns && least)
		lasts(ns, text, size);
	else if (ns)
		snprintf(text, size, "%s", time_text(ns, time, sizeof(time)));
	else
		snprintf(text, size, "%s", none ? "" : "-");
}

static void cell(const struct top_row *r, enum top_column column, char *text, size_t size)
{
	const struct channel *c = &r->c;

	snprintf(text, size, "-");
	switch (column) {
	case TOP_STATE:
		snprintf(text, size, "%s", top_state(r));
		break;
	case TOP_OPS:
	case TOP_BYTES:
		if (r->rated)
			rate_text(column == TOP_OPS ? top_ends(r) : r->bytes, text, size);
		break;
	case TOP_FLIGHT:
		if (top_runs(c))
			snprintf(text, size, "run");
		else
			snprintf(text, size, "%u", c->in_flight);
		break;
	case TOP_LATENCY:
		takes(r, text, size);
		break;
	case TOP_MAX:
		if (c->latency_max_ns)
			time_text((double)c->latency_max_ns, text, size);
		else if (chan_told(c, DMACTL_A_CHANNEL_LATENCY_MAX_NS))
			text[0] = '\0';
		break;
	case TOP_LOST:
		if (chan_told(c, DMACTL_A_CHANNEL_PERIODS_DROPPED))
			rate_text((double)c->periods_dropped, text, size);
		break;
	case TOP_BAD:
		if (!r->gone)
			rate_text((double)top_bad(c), text, size);
		break;
	default:
		holder(r, text, size);
	}
}

void top_line(const struct top_view *v, const struct top_row *r, size_t name, int width,
	      char line[TOP_LINE])
{
	char text[TOP_LINE];

	put_name(r->c.stable, name, line);
	for (int i = 1; i < TOP_COLUMNS; i++) {
		size_t n = strlen(line);

		if (!shown(v, i, width))
			continue;
		cell(r, i, text, sizeof(text));
		snprintf(line + n, TOP_LINE - n, "  %*s", columns[i].width, text);
	}
	cut(line, width);
}
