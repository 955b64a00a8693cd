// SPDX-License-Identifier: GPL-2.0
/* Findings as a table, a line or two each. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "machine.h"
#include "report.h"

#define COLUMNS 80
#define INDENT	29

static const char *const marks[] = { "ok", "FAIL", "skip", "note" };

/* The rest of a line that has begun, wrapped. */
static void wrap(const char *text)
{
	int at = INDENT, n;

	while (*text) {
		n = (int)strcspn(text, " ");
		if (at > INDENT && at + 1 + n > COLUMNS) {
			printf("\n%*s", INDENT, "");
			at = INDENT;
		}
		at += printf("%s%.*s", at > INDENT ? " " : "", n, text);
		text += n + (text[n] == ' ');
	}
	printf("\n");
}

static void begin(const struct check *c)
{
	(void)c;
}

static void channel(const struct check *c)
{
	const char *platform = machine_platform(c->ctx->b);

	if (c->at)
		printf("\n");
	printf("check of %s%s%s (%s), driver %s%s\n", bold(true), c->ch->stable, bold(false),
	       c->ch->name, c->ch->driver, chan_simulated(c->ch) ? ", SIMULATED" : "");
	if (strcmp(platform, "hardware"))
		printf("on a machine that is no hardware: %s\n", platform);
	printf("\n");
}

static void finding(const struct check *c, const struct finding *f)
{
	/* Why it was not to be had is said once, on standard error. */
	if (c->absent)
		return;
	printf("%-22s %s%-5s%s ", f->name, bold(f->verdict == V_FAILED), marks[f->verdict],
	       bold(false));
	wrap(f->text);
}

static void counts(const char *what, const size_t *count, uint64_t ns)
{
	char time[32];

	printf("%s%zu ok, %zu failed, %zu skipped; %s\n", what, count[V_OK], count[V_FAILED],
	       count[V_SKIPPED], time_text((double)ns, time, sizeof(time)));
}

static void channel_end(const struct check *c)
{
	printf("\n");
	if (c->channels.n == 1)
		counts("", c->count_here, c->ctx->b->now() - c->start_ns);
	else
		printf("%zu ok, %zu failed, %zu skipped\n", c->count_here[V_OK],
		       c->count_here[V_FAILED], c->count_here[V_SKIPPED]);
}

static void end(const struct check *c)
{
	if (c->channels.n == 1)
		return;
	printf("\n");
	counts("all channels: ", c->count, c->ctx->b->now() - c->start_ns);
}

const struct check_printer check_table = {
	"table", begin, channel, finding, channel_end, end,
};

static void nothing(const struct check *c)
{
	(void)c;
}

static void no_finding(const struct check *c, const struct finding *f)
{
	(void)c;
	(void)f;
}

/* JSON is all that is wanted on standard output. */
const struct check_printer check_silent = {
	"json", nothing, nothing, no_finding, nothing, nothing,
};
