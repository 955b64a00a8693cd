// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "litmus.h"
#include "machine.h"
#include "report.h"
#include "stop.h"

void litmus_head(const struct litmus *l)
{
	const struct trust *t = &l->trust;
	const char *platform = machine_platform(l->ctx->b);
	char size[32];

	printf("litmus on %s (%s)%s%s%s\n", l->ch[0].stable, l->ch[0].driver,
	       chan_simulated(&l->ch[0]) ? ", SIMULATED" : "",
	       strcmp(platform, "hardware") ? ", on " : "",
	       strcmp(platform, "hardware") ? platform : "");
	printf("  %" PRIu64 " rounds of %s each; trusted to keep order: %s\n", l->count,
	       size_text(l->size, size, sizeof(size)),
	       t->in_order && t->fence ? "always, and at a fence" :
	       t->in_order	       ? "always" :
	       t->fence		       ? "at a fence" :
					 "no");
	if (t->source[0]) {
		char text[300];

		snprintf(text, sizeof(text), "(%s: %s)", t->source, t->what);
		chain_wrapped(text, 2);
	}
	printf("\n");
}

void litmus_print(const struct litmus_shape *s, bool first, enum way way, const struct verdict *v,
		  const char *why)
{
	printf("  %-20s %-15s ", first ? s->name : "", litmus_ways[way].text);
	if (why)
		printf("left out: %s\n", why);
	else if (v->wrong)
		printf("violated %" PRIu64 " of %" PRIu64 "%s\n", v->wrong, v->checks,
		       v->promised ? "  ALTHOUGH PROMISED" : "");
	else
		printf("%s\n", v->text);
	out_flush();
}

struct json_object *litmus_json(const struct litmus *l, const struct litmus_shape *s, enum way way,
				const struct verdict *v)
{
	struct json_object *o = json_object_new_object(), *first = NULL;

	js_str(o, "command", "litmus");
	js_str(o, "shape", s->name);
	js_str(o, "what", s->what);
	js_str(o, "way", litmus_ways[way].key);
	js_str(o, "channel", l->ch[0].name);
	js_str(o, "channel_stable", l->ch[0].stable);
	js_str(o, "second_channel", s->two ? l->ch[1].stable : NULL);
	js_str(o, "driver", l->ch[0].driver);
	js_bool(o, "simulated", chan_simulated(&l->ch[0]));
	js_u64(o, "size", s->line ? litmus_part(&l->ch[0]) : l->size);
	js_u64(o, "rounds", l->count);
	js_u64(o, "checks", v->checks);
	js_u64(o, "violated", v->wrong);
	js_str(o, "verdict", v->text);
	js_bool(o, "promised", v->promised);
	js_str(o, "source", l->trust.source[0] ? l->trust.source : NULL);
	if (v->wrong) {
		first = json_object_new_object();
		js_u64(first, "offset", v->first.offset);
		js_u64(first, "wrong_bytes", v->first.bytes);
		js_int(first, "expected", v->first.expected);
		js_int(first, "found", v->first.found);
		chain_round_json(first, v->first.rounds);
	}
	json_object_object_add(o, "first", first);
	js_bool(o, "interrupted", stop_asked);
	js_str(o, "failure", v->failure.exit ? v->failure.text : NULL);
	return o;
}
