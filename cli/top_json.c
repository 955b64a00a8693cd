// SPDX-License-Identifier: GPL-2.0
#include "chan_json.h"
#include "top.h"

static struct json_object *quarantine(const struct top_row *r)
{
	struct json_object *o;

	if (!r->kept)
		return NULL;
	o = json_object_new_object();
	js_u64(o, "requests", r->owed);
	js_u64(o, "bytes", r->kept_bytes);
	js_u64(o, "age_ns", r->age_ns);
	js_bool(o, "leaked", r->leaked);
	return o;
}

static void real(struct json_object *o, const char *key, bool known, double value)
{
	if (known)
		js_real(o, key, value);
	else
		js_null(o, key);
}

static struct json_object *channel(const struct top_row *r)
{
	struct json_object *o = json_object_new_object();
	const struct channel *c = &r->c;

	js_str(o, "channel", c->name[0] ? c->name : NULL);
	js_str(o, "channel_stable", c->stable);
	js_str(o, "driver", c->driver[0] ? c->driver : NULL);
	js_str(o, "state", r->gone ? top_state(r) : chan_state_name(c->state));
	chan_json_holder(o, c);
	real(o, "operations_per_second", r->rated, r->ops);
	real(o, "throughput_bytes_per_second", r->rated, r->bytes);
	real(o, "periods_per_second", r->rated && chan_told(c, DMACTL_A_CHANNEL_PERIODS),
	     r->periods);
	real(o, "latency_mean_ns", r->timed, r->latency);
	if (r->rated || chan_told(c, DMACTL_A_CHANNEL_STREAMS))
		js_bool(o, "streaming", r->stream);
	else
		js_null(o, "streaming");
	if (r->rated)
		js_u64(o, "still_ns", r->still_ns);
	else
		js_null(o, "still_ns");
	json_object_object_add(o, "quarantine", quarantine(r));
	chan_json_counters(o, c);
	return o;
}

static struct json_object *session(const struct session_info *s)
{
	struct json_object *o = json_object_new_object();

	js_u64(o, "session", s->id);
	if (s->command[0])
		js_u64(o, "pid", s->pid);
	else
		js_null(o, "pid");
	js_str(o, "command", s->command[0] ? s->command : NULL);
	js_u64(o, "channels", s->channels);
	js_u64(o, "buffers", s->buffers);
	js_u64(o, "bytes", s->bytes);
	js_u64(o, "in_flight", s->in_flight);
	js_u64(o, "unreaped", s->unreaped);
	return o;
}

struct json_object *top_json(const struct top_sample *s, const struct vec *picked)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	const struct top_row *const *r = picked->v;
	const struct session_info *info = s->sessions.v;

	js_u64(o, "time_ns", s->time_ns);
	if (s->interval_ns)
		js_u64(o, "elapsed_ns", s->interval_ns);
	else
		js_null(o, "elapsed_ns");
	for (size_t i = 0; i < picked->n; i++)
		json_object_array_add(list, channel(r[i]));
	json_object_object_add(o, "channels", list);
	list = json_object_new_array();
	for (size_t i = 0; i < s->sessions.n; i++)
		json_object_array_add(list, session(info + i));
	json_object_object_add(o, "sessions", list);
	return o;
}
