// SPDX-License-Identifier: GPL-2.0
/* Findings as TAP version 13, and as the kernel's KTAP with a subtest for each channel. */
#include <inttypes.h>
#include <stdio.h>

#include "check.h"

static const char *ok_text(const struct finding *f)
{
	return f->verdict == V_FAILED ? "not ok" : "ok";
}

static void tap_begin(const struct check *c)
{
	printf("TAP version 13\n1..%zu\n", c->planned);
}

static void tap_channel(const struct check *c)
{
	printf("# %s (%s), driver %s%s\n", c->ch->stable, c->ch->name, c->ch->driver,
	       chan_simulated(c->ch) ? ", SIMULATED" : "");
}

/* YAML's double quotes: what is in our sentences needs no more than this. */
static void quoted(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('"');
}

static void diagnosis(const struct finding *f)
{
	printf("  ---\n  message: ");
	quoted(f->text);
	printf("\n  severity: fail\n");
	if (f->opcode != NO_OPERATION)
		printf("  operation: %s\n", op_name(f->opcode));
	if (f->wrong.there)
		printf("  length: %" PRIu64 "\n  offset: %" PRId64 "\n  expected: 0x%02x\n"
		       "  found: 0x%02x\n",
		       f->wrong.length, f->wrong.offset, f->wrong.expected, f->wrong.found);
	printf("  ...\n");
}

static void tap_finding(const struct check *c, const struct finding *f)
{
	if (f->verdict == V_NOTE) {
		printf("# note: %s: %s\n", f->name, f->text);
		return;
	}
	printf("%s %zu - %s %s%s%s\n", ok_text(f), c->number, c->ch->stable, f->name,
	       f->verdict == V_SKIPPED ? " # SKIP " : "", f->verdict == V_SKIPPED ? f->text : "");
	if (f->verdict == V_FAILED)
		diagnosis(f);
	else if (f->verdict == V_OK)
		printf("# %s\n", f->text);
}

static void nothing(const struct check *c)
{
	(void)c;
}

static void tap_end(const struct check *c)
{
	printf("# %zu ok, %zu failed, %zu skipped\n", c->count[V_OK], c->count[V_FAILED],
	       c->count[V_SKIPPED]);
	if (c->number < c->planned)
		printf("Bail out! interrupted\n");
}

const struct check_printer check_tap = {
	"tap", tap_begin, tap_channel, tap_finding, nothing, tap_end,
};

static void begin(const struct check *c)
{
	ktap_begin(c->channels.n);
}

static void channel(const struct check *c)
{
	ktap_subtest(c->ch->stable, c->planned_here);
}

static void finding(const struct check *c, const struct finding *f)
{
	if (f->verdict != V_SKIPPED)
		ktap_note(f->name, f->text);
	if (f->verdict != V_NOTE)
		ktap_point(c->number_here, check_point(f->verdict), f->name, f->text);
}

static void channel_end(const struct check *c)
{
	struct points n = check_points(c->count_here);

	ktap_subtest_end(c->at + 1, c->ch->stable, &n);
}

static void end(const struct check *c)
{
	struct points n = check_points(c->count);

	ktap_end(&n);
}

const struct check_printer check_ktap = {
	"ktap", begin, channel, finding, channel_end, end,
};
