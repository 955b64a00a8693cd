// SPDX-License-Identifier: GPL-2.0
/* Findings as JUnit's XML, all of it at the end because the counts come first; and as JSON. */
#include <stdio.h>
#include <string.h>

#include "check.h"

static void nothing(const struct check *c)
{
	(void)c;
}

static void no_finding(const struct check *c, const struct finding *f)
{
	(void)c;
	(void)f;
}

enum point check_point(enum verdict v)
{
	return v == V_FAILED ? POINT_FAILED : v == V_SKIPPED ? POINT_SKIPPED : POINT_OK;
}

struct points check_points(const size_t count[NR_VERDICTS])
{
	return (struct points){ { count[V_OK], count[V_FAILED], count[V_SKIPPED] } };
}

static void one_case(const struct channel *ch, const struct finding *f)
{
	char class[2 * DMACTL_NAME_MAX];

	snprintf(class, sizeof(class), "%s.%.*s", ch->stable, (int)strcspn(f->name, "."), f->name);
	junit_case(class, f->name, check_point(f->verdict), f->text,
		   f->opcode == NO_OPERATION ? "channel" : op_name(f->opcode),
		   (int64_t)f->elapsed_ns);
}

static void suite(const struct check *c, size_t at)
{
	const struct channel *ch = (const struct channel *)c->channels.v + at;
	const struct finding *f = c->findings.v;
	size_t count[NR_VERDICTS] = { 0 };
	struct points n;
	uint64_t ns = 0;

	for (size_t i = 0; i < c->findings.n; i++) {
		if (f[i].channel != at)
			continue;
		count[f[i].verdict]++;
		ns += f[i].elapsed_ns;
	}
	n = check_points(count);
	junit_suite(ch->stable, &n, (int64_t)ns);
	junit_property("driver", ch->driver);
	junit_property("simulated", chan_simulated(ch) ? "true" : "false");
	for (size_t i = 0; i < c->findings.n; i++)
		if (f[i].channel == at && f[i].verdict == V_NOTE)
			junit_property(f[i].name, f[i].text);
	junit_cases();
	for (size_t i = 0; i < c->findings.n; i++)
		if (f[i].channel == at && f[i].verdict != V_NOTE)
			one_case(ch, &f[i]);
	junit_suite_end();
}

static void end(const struct check *c)
{
	struct points n = check_points(c->count);

	junit_begin("dmactl check", &n, (int64_t)(c->ctx->b->now() - c->start_ns));
	for (size_t i = 0; i < c->channels.n; i++)
		suite(c, i);
	junit_end();
}

const struct check_printer check_junit = {
	"junit", nothing, nothing, no_finding, nothing, end,
};

static void add_wrong(struct json_object *o, const struct wrong *w)
{
	struct json_object *first;

	if (!w->there) {
		js_null(o, "first");
		return;
	}
	first = json_object_new_object();
	js_u64(first, "length", w->length);
	js_int(first, "offset", w->offset);
	js_int(first, "expected", w->expected);
	js_int(first, "found", w->found);
	json_object_object_add(o, "first", first);
}

void check_json(struct check *c, const struct finding *f)
{
	static const char *const verdicts[] = { "ok", "failed", "skipped", "note" };
	struct json_object *o;

	if (!out_wanted(c->ctx))
		return;
	o = json_object_new_object();
	js_str(o, "command", "check");
	js_str(o, "channel", c->ch->name);
	js_str(o, "channel_stable", c->ch->stable);
	js_str(o, "driver", c->ch->driver);
	js_str(o, "device", c->ch->device);
	js_bool(o, "simulated", chan_simulated(c->ch));
	js_str(o, "case", f->name);
	js_str(o, "operation", f->opcode == NO_OPERATION ? NULL : op_name(f->opcode));
	js_str(o, "verdict", verdicts[f->verdict]);
	js_str(o, "what", f->text);
	js_u64(o, "operations", f->operations);
	js_u64(o, "elapsed_ns", f->elapsed_ns);
	add_wrong(o, &f->wrong);
	out_result(&c->out, o);
}
