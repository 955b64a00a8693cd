// SPDX-License-Identifier: GPL-2.0
/* Rows as lines, for the screen and for plain output. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "chan_json.h"
#include "report.h"
#include "top.h"

/* All columns but the first, and what is left for the last of them in 80. */
#define OTHERS	   54
#define LEAST_LAST 12
#define LEAST_NAME 14

static const struct {
	const char *name, *title;
	int width; /* negative: text, to the left */
} columns[TOP_COLUMNS] = {
	[TOP_CHANNEL] = { "channel", "CHANNEL", 0 },
	[TOP_STATE] = { "state", "STATE", -11 },
	[TOP_OPS] = { "ops", "OP/S", 6 },
	[TOP_BYTES] = { "bytes", "B/S", 6 },
	[TOP_FLIGHT] = { "flight", "FLIGHT", 6 },
	[TOP_STILL] = { "still", "STILL", 6 },
	[TOP_BAD] = { "bad", "BAD", 5 },
	[TOP_HOLDER] = { "holder", "HOLDER", 0 },
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

const char *top_state(const struct top_row *r)
{
	if (r->gone)
		return r->leaked ? "leaked" : "gone";
	return r->stream ? "streaming" : chan_state_name(r->c.state);
}

size_t top_name_width(const struct vec *picked, int width)
{
	const struct top_row *const *r = picked->v;
	size_t name = strlen("*CHANNEL"), most = LEAST_NAME;

	if (width > OTHERS + LEAST_LAST + LEAST_NAME)
		most = (size_t)width - OTHERS - LEAST_LAST;
	for (size_t i = 0; i < picked->n; i++)
		if (strlen(r[i]->c.stable) > name)
			name = strlen(r[i]->c.stable);
	return name < most ? name : most;
}

/* Two blanks, then a column. */
static void put(char line[TOP_LINE], enum top_column column, const char *text)
{
	size_t n = strlen(line);

	snprintf(line + n, TOP_LINE - n, "  %*s", columns[column].width, text);
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
void top_head(const struct top_sample *s, int nr, char line[TOP_LINE])
{
	char one[32] = "-", two[32] = "-";

	if (!nr && s->interval_ns) {
		rate_text(s->ops, one, sizeof(one));
		rate_text(s->bytes, two, sizeof(two));
	}
	if (!nr)
		snprintf(line, TOP_LINE,
			 "%" PRIu64 ".%03" PRIu64 "  %zu channel%s, %zu held, %zu in quarantine; "
			 "%s op/s, %sB/s",
			 s->time_ns / 1000000000, s->time_ns / 1000000 % 1000, s->channels,
			 s->channels == 1 ? "" : "s", s->held, s->quarantined, one, two);
	else
		snprintf(line, TOP_LINE,
			 "%zu session%s with %s of buffers; %" PRIu64 " callback%s owed, %s kept",
			 s->sessions.n, s->sessions.n == 1 ? "" : "s",
			 size_text(s->session_bytes, one, sizeof(one)), s->owed,
			 s->owed == 1 ? "" : "s", size_text(s->kept_bytes, two, sizeof(two)));
}

void top_titles(const struct top_view *v, size_t name, int width, char line[TOP_LINE])
{
	char title[16];

	line[0] = '\0';
	for (int i = 0; i < TOP_COLUMNS; i++) {
		int wide = columns[i].width;
		size_t n = strlen(line);

		/* The mark of a column that is full stands before it. */
		snprintf(title, sizeof(title), "%s%s", (int)v->sort == i ? "*" : "",
			 columns[i].title);
		if (!i)
			wide = -(int)name;
		snprintf(line + n, TOP_LINE - n, "%s%*s",
			 !i	  ? "" :
			 wide > 0 ? " " :
				    "  ",
			 wide > 0 ? wide + 1 : wide, title);
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

static void put_rate(char line[TOP_LINE], enum top_column column, const struct top_row *r,
		     double value)
{
	char text[32] = "-";

	if (r->rated)
		rate_text(value, text, sizeof(text));
	put(line, column, text);
}

void top_line(const struct top_row *r, size_t name, int width, char line[TOP_LINE])
{
	uint64_t still = r->kept ? r->age_ns : r->still_ns;
	char text[TOP_LINE];

	put_name(r->c.stable, name, line);
	put(line, TOP_STATE, top_state(r));
	put_rate(line, TOP_OPS, r, r->ops);
	put_rate(line, TOP_BYTES, r, r->bytes);
	snprintf(text, sizeof(text), "%u", r->c.in_flight);
	put(line, TOP_FLIGHT, text);
	put(line, TOP_STILL, still ? time_text((double)still, text, sizeof(text)) : "");
	if (r->gone)
		snprintf(text, sizeof(text), "-");
	else
		rate_text((double)top_bad(&r->c), text, sizeof(text));
	put(line, TOP_BAD, text);
	holder(r, text, sizeof(text));
	put(line, TOP_HOLDER, text);
	cut(line, width);
}
