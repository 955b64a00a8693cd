// SPDX-License-Identifier: GPL-2.0
/* The file: Chrome's Trace Event format, a thread for each lane and each slot of it. */
#include <inttypes.h>

#include "out.h"
#include "trace.h"

#define SLOTS 4096 /* more than a lane can have */
#define STYLE (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

/* Microseconds, in full. */
#define US     "%" PRIu64 ".%03" PRIu64
#define us(ns) (ns) / 1000, (ns) % 1000

static unsigned int tid(unsigned int lane, unsigned int slot)
{
	return lane * SLOTS + slot + 1;
}

static void next(struct trace *t)
{
	fprintf(t->f, "%s\n", t->begun ? "," : "");
	t->begun = true;
}

void trace_write_begin(struct trace *t)
{
	fprintf(t->f, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
}

static void head(struct trace *t, const struct trace_slice *s, const char *category)
{
	next(t);
	fprintf(t->f,
		"{\"name\":\"%s\",\"cat\":\"%s\",\"ph\":\"X\",\"pid\":1,\"tid\":%u,\"ts\":" US
		",\"dur\":" US ",\"args\":{\"session\":%" PRIu64 ",\"request\":%" PRIu64,
		s->name, category, tid(s->lane, s->slot), us(s->start), us(s->end - s->start),
		s->session, s->nr);
}

/* As man dmactl has it: an engine may have started, and ended, before it was told to issue. */
static void stages(struct trace *t, const uint64_t *x)
{
	bool issued = x[2] && x[2] <= x[3];

	fprintf(t->f, ",\"prepare_ns\":%" PRIu64, x[1] - x[0]);
	if (issued)
		fprintf(t->f, ",\"submit_ns\":%" PRIu64, x[2] - x[1]);
	fprintf(t->f, ",\"device_ns\":%" PRIu64, x[3] - x[issued ? 2 : 1]);
}

void trace_write_request(struct trace *t, const struct trace_slice *s)
{
	head(t, s, "request");
	if (s->seq)
		fprintf(t->f, ",\"sequence\":%" PRIu64, s->seq);
	fprintf(t->f, ",\"bytes\":%" PRIu64, s->bytes);
	if (s->t)
		stages(t, s->t);
	fprintf(t->f, ",\"result\":\"%s\"}}", s->result);
}

void trace_write_period(struct trace *t, const struct trace_slice *s)
{
	head(t, s, "period");
	fprintf(t->f, ",\"callback\":%" PRIu64 ",\"result\":\"%s\"}}", s->seq, s->result);
}

void trace_write_instant(struct trace *t, const struct trace_event *e, unsigned int lane,
			 const char *name, const char *key, uint64_t value)
{
	next(t);
	fprintf(t->f,
		"{\"name\":\"%s\",\"cat\":\"channel\",\"ph\":\"i\",\"s\":\"t\",\"pid\":1,"
		"\"tid\":%u,\"ts\":" US ",\"args\":{\"session\":%" PRIu64,
		name, tid(lane, 0), us(e->time), e->session);
	if (key)
		fprintf(t->f, ",\"%s\":%" PRIu64, key, value);
	fprintf(t->f, "}}");
}

static void metadata(struct trace *t, const char *what, unsigned int thread,
		     struct json_object *value, const char *key)
{
	next(t);
	fprintf(t->f, "{\"name\":\"%s\",\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"args\":{\"%s\":%s}}",
		what, thread, key, json_object_to_json_string_ext(value, STYLE));
	json_object_put(value);
}

void trace_write_name(struct trace *t, unsigned int lane, unsigned int slot, const char *name)
{
	metadata(t, "thread_name", tid(lane, slot), json_object_new_string(name), "name");
	metadata(t, "thread_sort_index", tid(lane, slot), json_object_new_int((int)tid(lane, slot)),
		 "sort_index");
}

void trace_write_end(struct trace *t, const struct trace_end *end)
{
	struct json_object *o = json_object_new_object(), *words = json_object_new_array();

	metadata(t, "process_name", 0, json_object_new_string("dmactl"), "name");
	for (char **c = end->command; *c; c++)
		json_object_array_add(words, json_object_new_string(*c));
	js_str(o, "dmactl", version_text);
	json_object_object_add(o, "command", words);
	js_int(o, "exit_code", end->exit);
	js_u64(o, "requests", t->requests);
	js_u64(o, "periods", t->periods);
	js_u64(o, "lost_events", end->lost);
	js_u64(o, "unfinished_requests", t->unfinished);
	js_u64(o, "strange_lines", end->strange);
	fprintf(t->f, "\n],\"otherData\":%s}\n", json_object_to_json_string_ext(o, STYLE));
	json_object_put(o);
}
