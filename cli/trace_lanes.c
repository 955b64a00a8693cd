// SPDX-License-Identifier: GPL-2.0
/*
 * Events become slices. A lane is a channel; requests that are in flight together lie in slots of
 * it, since slices of one thread must be apart or nested. A slot is taken at submit and free at
 * reap.
 *
 * On several CPUs an event may come a little before one that caused it: a request is complete when
 * both its submit and its reap are there.
 */
#include <errno.h>
#include <string.h>

#include "chan.h"
#include "trace.h"

#define OPEN_MAX 2048 /* requests of a lane: twice what a channel may have */

struct request {
	uint64_t session, nr, seq, op, bytes;
	uint64_t submitted, called, reaped; /* 0: not yet */
	uint64_t t[4];
	uint64_t period_end; /* of the last one */
	uint64_t result;
	size_t slot;
};

struct slot {
	uint64_t end; /* of its last slice */
	bool busy;
};

struct lane {
	uint64_t device, channel;
	uint64_t stopped; /* when it was, since its claim; else 0 */
	char stable[DMACTL_NAME_MAX];
	struct vec open; /* struct request, oldest first */
	struct vec slots;
};

static struct lane *lanes(const struct trace *t)
{
	return t->lanes.v;
}

static unsigned int index_of(const struct trace *t, const struct lane *l)
{
	return (unsigned int)(l - lanes(t));
}

static const char *result_text(uint64_t result)
{
	static const char *const texts[] = {
		[DMACTL_RES_OK] = "ok",
		[DMACTL_RES_READ_FAILED] = "read failed",
		[DMACTL_RES_WRITE_FAILED] = "write failed",
		[DMACTL_RES_ABORTED] = "aborted",
		[DMACTL_RES_TIMED_OUT] = "timed out",
		[DMACTL_RES_FAILED] = "failed",
		[DMACTL_RES_INPUT_FAILED] = "input failed",
	};

	return result < sizeof(texts) / sizeof(texts[0]) ? texts[result] : "unknown";
}

static struct lane *lane_of(struct trace *t, const struct trace_event *e)
{
	struct lane *l;

	for (size_t i = 0; i < t->lanes.n; i++)
		if (lanes(t)[i].device == e->device && lanes(t)[i].channel == e->channel)
			return &lanes(t)[i];
	l = vec_add(&t->lanes, sizeof(*l));
	if (!l)
		return NULL;
	l->device = e->device;
	l->channel = e->channel;
	if (vec_add(&l->slots, sizeof(struct slot)))
		return l;
	t->lanes.n--;
	return NULL;
}

static struct request *requests(const struct lane *l)
{
	return l->open.v;
}

static struct slot *slots(const struct lane *l)
{
	return l->slots.v;
}

/* The lowest that is free. */
static int slot_take(struct lane *l, size_t *out)
{
	size_t i;

	for (i = 0; i < l->slots.n; i++)
		if (!slots(l)[i].busy)
			break;
	if (i == l->slots.n && !vec_add(&l->slots, sizeof(struct slot)))
		return -ENOMEM;
	slots(l)[i].busy = true;
	*out = i;
	return 0;
}

static void request_drop(struct lane *l, struct request *r)
{
	if (r->submitted)
		slots(l)[r->slot].busy = false;
	l->open.n--;
	memmove(r, r + 1, (size_t)(requests(l) + l->open.n - r) * sizeof(*r));
}

static void drop_all(struct trace *t, struct lane *l)
{
	for (; l->open.n; request_drop(l, requests(l)))
		t->unfinished += !!requests(l)->submitted;
}

static struct request *request_of(struct trace *t, struct lane *l, const struct trace_event *e)
{
	struct request *r;

	for (size_t i = 0; i < l->open.n; i++) {
		r = &requests(l)[i];
		if (r->nr == e->nr && r->session == e->session)
			return r;
	}
	if (l->open.n == OPEN_MAX) {
		t->unfinished += !!requests(l)->submitted;
		request_drop(l, requests(l));
	}
	r = vec_add(&l->open, sizeof(*r));
	if (!r)
		return NULL;
	r->nr = e->nr;
	r->session = e->session;
	return r;
}

/* Exact where stamps were taken; a stale one, of a request that was refused, is none. */
static bool stamped(const struct request *r)
{
	return r->t[0] && r->t[1] >= r->t[0] && r->t[3] >= r->t[1];
}

/* Its slice, which ends at @end unless its stamps say so. */
static void request_write(struct trace *t, struct lane *l, struct request *r, uint64_t end,
			  const char *result)
{
	struct slot *slot = &slots(l)[r->slot];
	struct trace_slice s = {
		.name = op_name((unsigned int)r->op),
		.lane = index_of(t, l),
		.slot = (unsigned int)r->slot,
		.start = r->t[0] ? r->t[0] : r->submitted,
		.end = end,
		.session = r->session,
		.nr = r->nr,
		.seq = r->seq,
		.bytes = r->bytes,
		.result = result,
	};

	if (stamped(r)) {
		s.t = r->t;
		s.end = r->t[3];
	}
	/* Times of events are rounded. */
	if (s.start < slot->end)
		s.start = slot->end;
	if (s.end < r->period_end)
		s.end = r->period_end;
	if (s.end < s.start)
		s.end = s.start;
	slot->end = s.end;
	t->requests++;
	trace_write_request(t, &s);
}

static void request_done(struct trace *t, struct lane *l, struct request *r)
{
	if (!r->submitted || !r->reaped)
		return;
	request_write(t, l, r, r->called ? r->called : r->reaped, result_text(r->result));
	request_drop(l, r);
}

static int take_submit(struct trace *t, struct lane *l, const struct trace_event *e)
{
	struct request *r = request_of(t, l, e);

	if (!r)
		return -ENOMEM;
	if (r->submitted)
		return 0;
	if (slot_take(l, &r->slot))
		return -ENOMEM;
	r->submitted = e->time;
	r->seq = e->seq;
	r->op = e->op;
	r->bytes = e->bytes;
	if (!r->t[0])
		r->t[0] = e->t[0];
	request_done(t, l, r);
	return 0;
}

static int take_callback(struct trace *t, struct lane *l, const struct trace_event *e)
{
	struct request *r = request_of(t, l, e);

	if (!r)
		return -ENOMEM;
	r->called = e->time;
	if (!r->reaped && e->result)
		r->result = e->result;
	return 0;
}

static int take_reap(struct trace *t, struct lane *l, const struct trace_event *e)
{
	struct request *r;

	if (!e->nr) { /* held, and its time never came */
		trace_write_instant(t, e, index_of(t, l), "not run", "sequence", e->seq);
		return 0;
	}
	r = request_of(t, l, e);
	if (!r)
		return -ENOMEM;
	r->reaped = e->time;
	r->result = e->result;
	if (e->t[0])
		memcpy(r->t, e->t, sizeof(r->t));
	request_done(t, l, r);
	return 0;
}

static int take_period(struct trace *t, struct lane *l, const struct trace_event *e)
{
	struct request *r = request_of(t, l, e);
	struct trace_slice s = {
		.name = "period",
		.lane = index_of(t, l),
		.end = e->t[3],
		.session = e->session,
		.nr = e->nr,
		.seq = e->seq,
		.result = result_text(e->result),
	};

	if (!r)
		return -ENOMEM;
	t->periods++;
	if (!r->submitted) {
		trace_write_instant(t, e, s.lane, "period", "callback", e->seq);
		return 0;
	}
	s.slot = (unsigned int)r->slot;
	s.start = r->period_end ? r->period_end : r->t[0] ? r->t[0] : r->submitted;
	if (s.start < slots(l)[r->slot].end)
		s.start = slots(l)[r->slot].end;
	if (s.end < s.start)
		s.end = s.start;
	r->period_end = s.end;
	trace_write_period(t, &s);
	return 0;
}

/* The channel, or the trace, has ended: what was not reaped is shown as far as it is known. */
static void close_open(struct trace *t, struct lane *l, uint64_t now, const char *how)
{
	struct request *r;

	for (; l->open.n; request_drop(l, r)) {
		r = requests(l);
		if (!r->submitted)
			continue;
		if (r->called)
			request_write(t, l, r, r->called, result_text(r->result));
		else if (l->stopped)
			request_write(t, l, r, l->stopped, "stopped");
		else
			request_write(t, l, r, now, how);
	}
	l->stopped = 0;
}

static void take_claim(struct trace *t, struct lane *l, const struct trace_event *e)
{
	drop_all(t, l);
	l->stopped = 0;
	memcpy(l->stable, e->stable, sizeof(l->stable));
	trace_write_instant(t, e, index_of(t, l), "claim", NULL, 0);
}

void trace_begin(struct trace *t, FILE *f)
{
	*t = (struct trace){ .f = f };
	trace_write_begin(t);
}

static void take_instant(struct trace *t, struct lane *l, const struct trace_event *e)
{
	static const struct {
		const char *name, *key;
	} of[] = {
		[TRACE_RELEASE] = { "release", "owed" },
		[TRACE_ISSUE] = { "issue", "in_flight" },
		[TRACE_STOP] = { "stop", "stopped" },
		[TRACE_QUARANTINE] = { "quarantine", "owed" },
	};

	if (e->kind == TRACE_STOP)
		l->stopped = e->time;
	if (e->kind == TRACE_RELEASE)
		close_open(t, l, e->time, "never completed");
	trace_write_instant(t, e, index_of(t, l), of[e->kind].name, of[e->kind].key, e->count);
}

int trace_take(struct trace *t, const struct trace_event *e)
{
	struct lane *l;

	if (e->kind == TRACE_LOST) {
		for (size_t i = 0; i < t->lanes.n; i++)
			drop_all(t, &lanes(t)[i]);
		return 0;
	}
	if (e->time > t->last)
		t->last = e->time;
	l = lane_of(t, e);
	if (!l)
		return -ENOMEM;
	switch (e->kind) {
	case TRACE_CLAIM:
		take_claim(t, l, e);
		return 0;
	case TRACE_SUBMIT:
		return take_submit(t, l, e);
	case TRACE_CALLBACK:
		return take_callback(t, l, e);
	case TRACE_REAP:
		return take_reap(t, l, e);
	case TRACE_PERIOD:
		return take_period(t, l, e);
	default:
		take_instant(t, l, e);
		return 0;
	}
}

static void name_lane(struct trace *t, const struct lane *l)
{
	char name[2 * DMACTL_NAME_MAX], more[sizeof(name) + 32];

	snprintf(name, sizeof(name), "dma%lluchan%llu%s%s", (unsigned long long)l->device,
		 (unsigned long long)l->channel, l->stable[0] ? " = " : "", l->stable);
	trace_write_name(t, index_of(t, l), 0, name);
	for (unsigned int i = 1; i < l->slots.n; i++) {
		snprintf(more, sizeof(more), "%s, %u more", name, i);
		trace_write_name(t, index_of(t, l), i, more);
	}
}

void trace_end(struct trace *t, const struct trace_end *end)
{
	for (size_t i = 0; i < t->lanes.n; i++)
		close_open(t, &lanes(t)[i], t->last, "in flight");
	for (size_t i = 0; i < t->lanes.n; i++)
		name_lane(t, &lanes(t)[i]);
	trace_write_end(t, end);
}

void trace_free(struct trace *t)
{
	for (size_t i = 0; i < t->lanes.n; i++) {
		vec_free(&lanes(t)[i].open);
		vec_free(&lanes(t)[i].slots);
	}
	vec_free(&t->lanes);
}
