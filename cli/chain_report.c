// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "chain_report.h"
#include "machine.h"
#include "report.h"
#include "stop.h"

#define ROWS	40	/* more are not read: then only what went wrong */

void chain_sum(const struct chain_run *r, struct chain_total *t)
{
	memset(t, 0, sizeof(*t));
	for (unsigned int i = 0; i < r->c->nr_stmt; i++) {
		const struct run_stmt *s = &r->stmt[i];
		const struct run_edge *e = s->edges.v;
		enum chain_kind kind = r->c->stmt[i]->kind;

		if (kind == CHAIN_EXPECT || kind == CHAIN_TALLY) {
			t->checked += s->runs;
			t->wrong += s->wrong;
		}
		if (kind != CHAIN_OP)
			continue;
		t->attempted += s->runs;
		t->ok += s->ok;
		t->failed += s->failed;
		t->timed_out += s->timed_out;
		t->aborted += s->aborted;
		t->input_failed += s->input_failed;
		t->bytes += s->bytes;
		for (size_t k = 0; k < s->edges.n; k++)
			for (int how = 0; how < NR_HOW; how++)
				t->edges[how] += e[k].count[how];
	}
}

static bool shown(const struct chain_run *r, unsigned int i, bool bad_only)
{
	const struct run_stmt *s = &r->stmt[i];

	switch (r->c->stmt[i]->kind) {
	case CHAIN_OP:
		return !bad_only || s->ok < s->runs;
	case CHAIN_EXPECT:
	case CHAIN_TALLY:
		return !bad_only || s->wrong;
	case CHAIN_SAVE:
		return !bad_only || s->failed;
	default:
		return false;
	}
}

static unsigned int nr_shown(const struct chain_run *r, bool bad_only)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < r->c->nr_stmt; i++)
		n += shown(r, i, bad_only);
	return n;
}

static void problems(const struct chain_stmt *s, const struct run_stmt *st)
{
	const struct {
		uint64_t n;
		const char *what;
	} list[] = {
		{ st->failed, "failed" },
		{ st->timed_out, "timed out" },
		{ st->aborted, "aborted" },
		{ st->input_failed, "input failed" },
	};
	const struct run_wrong *w = &st->first;

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (list[i].n)
			printf("        %" PRIu64 " %s\n", list[i].n, list[i].what);
	if (!st->wrong)
		return;
	if (s->check.test == TEST_CRC32)
		printf("        first: 0x%08x, expected 0x%08x%s\n", w->found, w->expected,
		       w->rounds);
	else
		printf("        first: offset %" PRIu64 ", expected 0x%02x, found 0x%02x, %" PRIu64
		       " bytes%s\n",
		       w->offset, w->expected, w->found, w->bytes, w->rounds);
}

static void edges(const struct run_stmt *st)
{
	const struct run_edge *e = st->edges.v;
	char by[64];

	for (size_t i = 0; i < st->edges.n; i++, e++) {
		const struct chain_op *o = &e->producer->op;

		snprintf(by, sizeof(by), "fence in line %u", e->fence ? e->fence->pos.line : 0);
		if (!e->fence)
			snprintf(by, sizeof(by), "after %.40s%s", o->label.text,
				 e->prev ? "@prev" : "");
		for (int how = 0; how < NR_HOW; how++)
			if (e->count[how])
				printf("        follows line %u (%s): %" PRIu64 " %s\n",
				       e->producer->pos.line, by, e->count[how],
				       chain_how_names[how]);
	}
}

static void row(const struct chain_run *r, unsigned int i)
{
	const struct chain_stmt *s = r->c->stmt[i];
	const struct run_stmt *st = &r->stmt[i];
	unsigned int n = 0, at = 0;
	char text[49];

	/* Tabs would break the columns. */
	for (; at < s->text_len && n < sizeof(text) - 1; at++)
		text[n++] = s->text[at] >= ' ' && s->text[at] < 127 ? s->text[at] : ' ';
	if (s->text_len >= sizeof(text))
		memcpy(text + n - 3, "...", 3);
	text[n] = '\0';
	printf("%6u  %-48s %10" PRIu64 " %10" PRIu64 "\n", s->pos.line, text, st->runs,
	       s->kind == CHAIN_OP ? st->ok : st->runs - st->wrong - st->failed);
	edges(st);
	problems(s, st);
}

void chain_wrapped(const char *text, int indent)
{
	size_t n, used = 0;

	for (; *text; text += n + (text[n] == ' ')) {
		n = strcspn(text, " ");
		if (used && (size_t)indent + used + 1 + n > 78) {
			printf("\n");
			used = 0;
		}
		printf("%*s%.*s", used ? 1 : indent, "", (int)n, text);
		used += n + (used ? 1 : 0);
	}
	printf("\n");
}

static void channels(const struct chain_run *r)
{
	char text[300];

	for (unsigned int i = 0; i < r->nr_chan; i++) {
		const struct run_chan *ch = &r->chan[i];
		const struct trust *t = &ch->trust;

		if (!ch->used)
			continue;
		snprintf(text, sizeof(text), "%s%s%s (%s%s)",
			 ch->stmt ? ch->stmt->chan.name.text : "", ch->stmt ? ": " : "",
			 ch->ch.stable, ch->ch.driver,
			 chan_simulated(&ch->ch) ? ", SIMULATED" : "");
		chain_wrapped(text, 2);
		printf("    trusted to keep order: %s\n", t->in_order && t->fence ?
								  "always, and at a fence" :
							  t->in_order ? "always" :
							  t->fence    ? "at a fence" :
									"no");
		if (!t->source[0])
			continue;
		snprintf(text, sizeof(text), "(%s: %s)", t->source, t->what);
		chain_wrapped(text, 4);
	}
}

static void totals(const struct chain_run *r)
{
	struct chain_total t;
	char ns[32];
	bool any = false;

	chain_sum(r, &t);
	printf("\n%" PRIu64 " of %" PRIu64 " operations ended well", t.ok, t.attempted);
	if (r->end > r->begin)
		printf(", in %s", time_text((double)(r->end - r->begin), ns, sizeof(ns)));
	printf("\n");
	if (t.checked)
		printf("%" PRIu64 " of %" PRIu64 " checks found wrong data\n", t.wrong, t.checked);
	for (int how = 0; how < NR_HOW; how++) {
		if (!t.edges[how])
			continue;
		printf("%s%" PRIu64 " %s", any ? ", " : "order between operations: ", t.edges[how],
		       chain_how_names[how]);
		any = true;
	}
	if (any)
		printf("\n");
	if (stop_asked)
		printf("interrupted\n");
}

void chain_report_text(const struct chain_run *r)
{
	const char *platform = machine_platform(r->ctx->b);
	bool bad_only = nr_shown(r, false) > ROWS;
	unsigned int n = 0, all = nr_shown(r, false), bad = nr_shown(r, true);

	printf("chain %s%s%s\n", r->o->file, strcmp(platform, "hardware") ? "   on " : "",
	       strcmp(platform, "hardware") ? platform : "");
	channels(r);
	if (!bad_only || bad)
		printf("\n  line  %-48s %10s %10s\n", "statement", "done", "ok");
	for (unsigned int i = 0; i < r->c->nr_stmt && n < ROWS; i++) {
		if (!shown(r, i, bad_only))
			continue;
		row(r, i);
		n++;
	}
	if (bad_only && bad > n)
		printf("        ... and %u more of this kind\n", bad - n);
	if (bad_only)
		printf("\n%u statements that are all right are not shown (-j has them)\n",
		       all - bad);
	totals(r);
}
