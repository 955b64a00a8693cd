// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "chain_report.h"
#include "stop.h"

void chain_round_json(struct json_object *o, const char *rounds)
{
	size_t n = strlen(rounds);

	/* Without the blank and the parentheses of a sentence. */
	if (n > 3)
		json_object_object_add(o, "round",
				       json_object_new_string_len(rounds + 2, (int)n - 3));
	else
		js_null(o, "round");
}

static void js_text(struct json_object *o, const char *key, const char *s, size_t n)
{
	json_object_object_add(o, key, json_object_new_string_len(s, (int)n));
}

static const char *channel_name(const struct chain_run *r, const struct chain_stmt *s)
{
	return r->chan[s->op.chan == CHAIN_NONE ? r->c->nr_chan : s->op.chan].ch.stable;
}

static void dependency(struct json_object *list, const struct run_edge *e, enum chain_how how)
{
	struct json_object *o = json_object_new_object();

	js_int(o, "line", e->producer->pos.line);
	js_str(o, "label", e->producer->op.label.text);
	js_str(o, "by", e->fence ? "fence" : "after");
	if (e->fence)
		js_int(o, "fence_line", e->fence->pos.line);
	else
		js_null(o, "fence_line");
	js_bool(o, "prev", e->prev);
	js_str(o, "order", chain_how_names[how]);
	js_u64(o, "count", e->count[how]);
	json_object_array_add(list, o);
}

static void operation(const struct chain_run *r, const struct chain_stmt *s, struct json_object *o)
{
	const struct run_stmt *st = &r->stmt[s->index];
	const struct run_edge *e = st->edges.v;
	struct json_object *list = json_object_new_array();

	js_str(o, "label", s->op.label.text);
	js_str(o, "channel_stable", channel_name(r, s));
	js_u64(o, "operations", st->ok);
	js_u64(o, "attempted", st->runs);
	js_u64(o, "failed", st->failed);
	js_u64(o, "timed_out", st->timed_out);
	js_u64(o, "aborted", st->aborted);
	js_u64(o, "input_failed", st->input_failed);
	js_u64(o, "bytes", st->bytes);
	for (size_t i = 0; i < st->edges.n; i++)
		for (int how = 0; how < NR_HOW; how++)
			if (e[i].count[how])
				dependency(list, &e[i], (enum chain_how)how);
	json_object_object_add(o, "dependencies", list);
}

static void check(const struct chain_run *r, const struct chain_stmt *s, struct json_object *o)
{
	const struct run_stmt *st = &r->stmt[s->index];
	const struct run_wrong *w = &st->first;
	struct json_object *first;

	js_u64(o, "wrong", st->wrong);
	if (!st->wrong) {
		js_null(o, "first");
		return;
	}
	first = json_object_new_object();
	if (s->check.test == TEST_CRC32) {
		js_null(first, "offset");
		js_null(first, "wrong_bytes");
	} else {
		js_u64(first, "offset", w->offset);
		js_u64(first, "wrong_bytes", w->bytes);
	}
	js_int(first, "expected", w->expected);
	js_int(first, "found", w->found);
	chain_round_json(first, w->rounds);
	json_object_object_add(o, "first", first);
}

static struct json_object *statement(const struct chain_run *r, const struct chain_stmt *s,
				     const struct chain_warnings *w)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();

	js_str(o, "command", "chain");
	js_int(o, "statement", s->index);
	js_str(o, "kind", chain_kind_name(s));
	js_int(o, "line", s->pos.line);
	js_int(o, "column", s->pos.column);
	js_text(o, "text", s->text, s->text_len);
	js_u64(o, "runs", r->stmt[s->index].runs);
	if (s->kind == CHAIN_OP)
		operation(r, s, o);
	else if (s->kind == CHAIN_EXPECT || s->kind == CHAIN_TALLY)
		check(r, s, o);
	else if (s->kind == CHAIN_FILL || s->kind == CHAIN_SAVE)
		js_u64(o, "failed", r->stmt[s->index].failed);
	else if (s->kind == CHAIN_FENCE || s->kind == CHAIN_ORDER)
		js_str(o, "order", chain_order_name(s->order));
	for (unsigned int i = 0; i < w->n; i++)
		if (w->v[i].stmt == s->index)
			json_object_array_add(list, json_object_new_string(w->v[i].text));
	json_object_object_add(o, "warnings", list);
	return o;
}

static struct json_object *channel(const struct run_chan *ch)
{
	struct json_object *o = json_object_new_object();

	js_str(o, "name", ch->stmt ? ch->stmt->chan.name.text : NULL);
	js_str(o, "channel", ch->ch.name);
	js_str(o, "channel_stable", ch->ch.stable);
	js_str(o, "driver", ch->ch.driver);
	js_str(o, "device", ch->ch.device);
	js_bool(o, "simulated", chan_simulated(&ch->ch));
	js_bool(o, "in_order", ch->trust.in_order);
	js_bool(o, "honours_fence", ch->trust.fence);
	js_str(o, "source", ch->trust.source[0] ? ch->trust.source : NULL);
	js_str(o, "what", ch->trust.what[0] ? ch->trust.what : NULL);
	return o;
}

static struct json_object *total(const struct chain_run *r)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array(), *kept;
	struct chain_total t;

	chain_sum(r, &t);
	js_str(o, "command", "chain");
	js_null(o, "statement");
	js_str(o, "kind", "total");
	js_str(o, "file", r->o->file);
	for (unsigned int i = 0; i < r->nr_chan; i++)
		if (r->chan[i].used)
			json_object_array_add(list, channel(&r->chan[i]));
	json_object_object_add(o, "channels", list);
	js_u64(o, "operations", t.ok);
	js_u64(o, "attempted", t.attempted);
	js_u64(o, "failed", t.failed);
	js_u64(o, "timed_out", t.timed_out);
	js_u64(o, "aborted", t.aborted);
	js_u64(o, "input_failed", t.input_failed);
	js_u64(o, "bytes", t.bytes);
	js_u64(o, "elapsed_ns", r->end > r->begin ? r->end - r->begin : 0);
	js_u64(o, "checks", t.checked);
	js_u64(o, "wrong", t.wrong);
	kept = json_object_new_object();
	for (int how = 0; how < NR_HOW; how++)
		js_u64(kept, chain_how_names[how], t.edges[how]);
	json_object_object_add(o, "order", kept);
	js_bool(o, "interrupted", stop_asked);
	js_str(o, "failure", r->failure.exit ? r->failure.text : NULL);
	return o;
}

void chain_report_json(const struct chain_run *r, const struct chain_warnings *w, struct out *out)
{
	for (unsigned int i = 0; i < r->c->nr_stmt; i++)
		out_result(out, statement(r, r->c->stmt[i], w));
	out_result(out, total(r));
}
