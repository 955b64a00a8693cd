// SPDX-License-Identifier: GPL-2.0
/* A cell, over all its repeats, as a point: right, or failed, or left out. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "machine.h"
#include "stop.h"

static enum point verdict_of(const struct result *r)
{
	switch (r->exit) {
	case EXIT_OK:
	case EXIT_INTERRUPTED:
		return POINT_OK;
	case EXIT_UNAVAILABLE:
	case EXIT_UNJUDGED:
		return POINT_SKIPPED;
	default:
		return POINT_FAILED;
	}
}

/* The first reason is kept; what has failed goes before what could not be judged. */
void bench_judge(struct bench_row *row, const struct result *r, bool several)
{
	enum point p = verdict_of(r);

	if (p == POINT_OK)
		return;
	if (p == POINT_FAILED && row->bad_repeat != r->cell.repeat) {
		row->bad++;
		row->bad_repeat = r->cell.repeat;
	}
	if (row->verdict == POINT_FAILED || row->verdict == p)
		return;
	row->verdict = p;
	snprintf(row->why, sizeof(row->why), "%s%s%.400s", several && r->ch ? r->ch->stable : "",
		 several && r->ch ? ": " : "", r->failure[0] ? r->failure : r->limit);
}

static void name_of(const struct unit *u, const struct bench_row *r, char *buf, size_t size)
{
	bool batch = u->o.batch.n > 1 || u->o.batch.v[0] > 1;
	char text[32], of_size[48] = "", of_batch[48] = "";

	if (u->o.opcode != DMACTL_OP_INTERRUPT)
		snprintf(of_size, sizeof(of_size), ".size-%s",
			 size_text(r->cell.size, text, sizeof(text)));
	if (batch)
		snprintf(of_batch, sizeof(of_batch), ".batch-%" PRIu64, r->cell.batch);
	snprintf(buf, size, "%s%s.depth-%" PRIu64 "%s", u->cmd->name, of_size, r->cell.depth,
		 of_batch);
}

static const char *why_less(const struct unit *u)
{
	return u->unusable ? u->why : stop_asked ? "interrupted" : "it ended early";
}

static void put_time(FILE *f, const char *name, const struct vec *v)
{
	char text[32];

	if (v->n)
		fprintf(f, ", %s %s", name, time_text(bench_median(v), text, sizeof(text)));
}

static void medians(const struct unit *u, const struct bench_row *r, FILE *f)
{
	double bytes = bench_median(&r->rates);
	char text[32];

	if (u->o.repeat > 1)
		fprintf(f, "median of %zu repeats: ", r->ops.n);
	if (u->o.opcode != DMACTL_OP_INTERRUPT)
		fprintf(f, "%.*f GB/s, ", bytes < 0.1e9 ? 6 : 3, bytes / 1e9);
	rate_text(bench_median(&r->ops), text, sizeof(text));
	fprintf(f, "%s op/s", text);
	put_time(f, "p50", &r->p50);
	put_time(f, "p99", &r->p99);
	if (r->ops.n < u->o.repeat)
		fprintf(f, "; %" PRIu64 " repeats were asked for: %s", u->o.repeat, why_less(u));
}

/* With what is to be said of it. */
static enum point point_of(const struct unit *u, const struct bench_row *r, char *text, size_t size)
{
	enum point p = r->verdict == POINT_OK && !r->ops.n ? POINT_SKIPPED : r->verdict;
	FILE *f = fmemopen(text, size, "w");

	*text = '\0';
	if (!f)
		return p;
	if (p == POINT_OK)
		medians(u, r, f);
	else if (p == POINT_FAILED && u->o.repeat > 1)
		fprintf(f, "%u of %" PRIu64 " repeats: %s", r->bad, u->o.repeat, r->why);
	else
		fputs(r->why[0] ? r->why : why_less(u), f);
	fclose(f);
	return p;
}

static void channels(const struct bench *b, const struct unit *u,
		     void (*tell)(const char *of, const char *text))
{
	const struct channel *c = u->j.chosen.v;
	char text[3 * DMACTL_NAME_MAX];

	for (size_t i = 0; i < u->j.chosen.n; i++) {
		snprintf(text, sizeof(text), "%s (%s), driver %s%s, on %s", c[i].stable, c[i].name,
			 c[i].driver, chan_simulated(&c[i]) ? ", SIMULATED" : "",
			 machine_platform(b->ctx->b));
		tell("channel", text);
	}
}

static struct points count(const struct unit *u)
{
	const struct bench_row *r = u->rows.v;
	struct points n = { 0 };
	char text[600];

	for (size_t i = 0; i < u->rows.n; i++)
		n.n[point_of(u, &r[i], text, sizeof(text))]++;
	return n;
}

static struct points count_all(const struct bench *b)
{
	struct unit **u = b->units.v;
	struct points all = { 0 }, n;

	for (size_t i = 0; i < b->units.n; i++) {
		n = count(u[i]);
		for (int p = 0; p < NR_POINTS; p++)
			all.n[p] += n.n[p];
	}
	return all;
}

static void subtest(const struct bench *b, const struct unit *u)
{
	const struct bench_row *r = u->rows.v;
	char name[160], text[600];
	enum point p;

	ktap_subtest(u->title, u->rows.n);
	channels(b, u, ktap_note);
	for (size_t i = 0; i < u->rows.n; i++) {
		name_of(u, &r[i], name, sizeof(name));
		p = point_of(u, &r[i], text, sizeof(text));
		if (p != POINT_SKIPPED)
			ktap_note(name, text);
		ktap_point(i + 1, p, name, text);
	}
}

static void ktap(const struct bench *b)
{
	struct unit **u = b->units.v;
	struct points n;

	ktap_begin(b->units.n);
	for (size_t i = 0; i < b->units.n; i++) {
		subtest(b, u[i]);
		n = count(u[i]);
		ktap_subtest_end(i + 1, u[i]->title, &n);
	}
	n = count_all(b);
	ktap_end(&n);
}

static void suite(const struct bench *b, const struct unit *u)
{
	const struct bench_row *r = u->rows.v;
	struct points n = count(u);
	char name[160], text[600];
	uint64_t ns = 0;
	enum point p;

	for (size_t i = 0; i < u->rows.n; i++)
		ns += r[i].elapsed_ns;
	junit_suite(u->title, &n, (int64_t)ns);
	channels(b, u, junit_property);
	for (size_t i = 0; i < u->rows.n; i++) {
		name_of(u, &r[i], name, sizeof(name));
		if (point_of(u, &r[i], text, sizeof(text)) == POINT_OK)
			junit_property(name, text);
	}
	junit_cases();
	for (size_t i = 0; i < u->rows.n; i++) {
		name_of(u, &r[i], name, sizeof(name));
		p = point_of(u, &r[i], text, sizeof(text));
		junit_case(u->title, name, p, text, u->cmd->name, (int64_t)r[i].elapsed_ns);
	}
	junit_suite_end();
}

static void junit(const struct bench *b)
{
	struct unit **u = b->units.v;
	struct points n = count_all(b);

	junit_begin("dmactl bench", &n, (int64_t)(b->ctx->b->now() - b->began));
	for (size_t i = 0; i < b->units.n; i++)
		suite(b, u[i]);
	junit_end();
}

static void nothing(const struct bench *b)
{
	(void)b;
}

const struct bench_printer bench_ktap = { "ktap", nothing, ktap };
const struct bench_printer bench_junit = { "junit", nothing, junit };
