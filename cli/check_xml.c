// SPDX-License-Identifier: GPL-2.0
/* Findings as JUnit's XML, all of it at the end because the counts come first; and as JSON. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "text.h"

static void nothing(const struct check *c)
{
	(void)c;
}

static void no_finding(const struct check *c, const struct finding *f)
{
	(void)c;
	(void)f;
}

static void one_case(const struct channel *ch, const struct finding *f)
{
	char class[2 * DMACTL_NAME_MAX];

	snprintf(class, sizeof(class), "%s.%.*s", ch->stable, (int)strcspn(f->name, "."), f->name);
	printf("    <testcase");
	xml_attribute("classname", class);
	xml_attribute("name", f->name);
	printf(" time=\"%.6f\"", (double)f->elapsed_ns / 1e9);
	if (f->verdict == V_OK) {
		printf("/>\n");
		return;
	}
	printf(">\n      <%s", f->verdict == V_FAILED ? "failure" : "skipped");
	xml_attribute("message", f->text);
	if (f->verdict == V_FAILED)
		xml_attribute("type", f->opcode == NO_OPERATION ? "channel" : op_name(f->opcode));
	printf("/>\n    </testcase>\n");
}

static void suite(const struct check *c, size_t at)
{
	const struct channel *ch = (const struct channel *)c->channels.v + at;
	const struct finding *f = c->findings.v;
	size_t count[NR_VERDICTS] = { 0 };
	uint64_t ns = 0;

	for (size_t i = 0; i < c->findings.n; i++) {
		if (f[i].channel != at)
			continue;
		count[f[i].verdict]++;
		ns += f[i].elapsed_ns;
	}
	printf("  <testsuite");
	xml_attribute("name", ch->stable);
	printf(" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\" time=\"%.6f\">\n",
	       count[V_OK] + count[V_FAILED] + count[V_SKIPPED], count[V_FAILED], count[V_SKIPPED],
	       (double)ns / 1e9);
	printf("    <properties>\n      <property name=\"driver\"");
	xml_attribute("value", ch->driver);
	printf("/>\n      <property name=\"simulated\" value=\"%s\"/>\n",
	       chan_simulated(ch) ? "true" : "false");
	for (size_t i = 0; i < c->findings.n; i++) {
		if (f[i].channel != at || f[i].verdict != V_NOTE)
			continue;
		printf("      <property");
		xml_attribute("name", f[i].name);
		xml_attribute("value", f[i].text);
		printf("/>\n");
	}
	printf("    </properties>\n");
	for (size_t i = 0; i < c->findings.n; i++)
		if (f[i].channel == at && f[i].verdict != V_NOTE)
			one_case(ch, &f[i]);
	printf("  </testsuite>\n");
}

static void end(const struct check *c)
{
	printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"dmactl check\" "
	       "tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\" time=\"%.6f\">\n",
	       c->number, c->count[V_FAILED], c->count[V_SKIPPED],
	       (double)(c->ctx->b->now() - c->start_ns) / 1e9);
	for (size_t i = 0; i < c->channels.n; i++)
		suite(c, i);
	printf("</testsuites>\n");
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
