// SPDX-License-Identifier: GPL-2.0
/* What two looks at the counters tell. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chan_json.h"
#include "top.h"

static struct top_row *rows(const struct top_sample *s)
{
	return s->rows.v;
}

uint64_t top_bad(const struct channel *c)
{
	return c->failed + c->timed_out + c->aborted + c->periods_dropped;
}

double top_ends(const struct top_row *r)
{
	return r->stream && chan_told(&r->c, DMACTL_A_CHANNEL_PERIODS) ? r->periods : r->ops;
}

bool top_runs(const struct channel *c)
{
	return c->state == DMACTL_CHANNEL_STATE_BUSY && !c->in_flight;
}

double top_takes(const struct top_row *r, bool *least)
{
	uint64_t still = r->kept ? r->age_ns : r->still_ns;

	*least = still;
	return still ? (double)still : r->timed ? r->latency : 0;
}

static struct top_row *find(const struct top_sample *s, const char *stable)
{
	struct top_row *r = s ? rows(s) : NULL;

	for (size_t i = 0; r && i < s->rows.n; i++)
		if (!strcmp(r[i].c.stable, stable))
			return r + i;
	return NULL;
}

/* A channel that left memory behind may be back under its name: it has both then. */
static int add_quarantine(struct top_sample *s, const struct quarantine *q)
{
	struct top_row *r = find(s, q->stable);

	if (!r) {
		r = vec_add(&s->rows, sizeof(*r));
		if (!r)
			return -ENOMEM;
		memcpy(r->c.stable, q->stable, sizeof(r->c.stable));
		memcpy(r->c.name, q->name, sizeof(r->c.name));
		r->gone = true;
	}
	r->leaked |= q->leaked;
	r->kept = true;
	r->owed += q->requests;
	r->kept_bytes += q->bytes;
	if (q->age_ns > r->age_ns)
		r->age_ns = q->age_ns;
	return 0;
}

static bool held(uint32_t state)
{
	return state == DMACTL_CHANNEL_STATE_CLAIMED || state == DMACTL_CHANNEL_STATE_BUSY ||
	       state == DMACTL_CHANNEL_STATE_STOPPING;
}

int top_sample_make(struct top_sample *s, const struct vec *channels, const struct vec *quarantines)
{
	const struct channel *c = channels->v;
	const struct quarantine *q = quarantines->v;
	const struct session_info *info = s->sessions.v;

	for (size_t i = 0; i < channels->n; i++) {
		struct top_row *r = vec_add(&s->rows, sizeof(*r));

		if (!r)
			return -ENOMEM;
		r->c = c[i];
		r->stream = c[i].streams;
		s->channels++;
		s->lost += c[i].periods_dropped;
		s->held += held(c[i].state);
	}
	for (size_t i = 0; i < quarantines->n; i++)
		if (add_quarantine(s, q + i))
			return -ENOMEM;
	for (size_t i = 0; i < s->rows.n; i++) {
		const struct top_row *r = rows(s) + i;

		s->quarantined += r->kept || r->c.state == DMACTL_CHANNEL_STATE_QUARANTINED;
		s->owed += r->owed;
		s->kept_bytes += r->kept_bytes;
	}
	for (size_t i = 0; i < s->sessions.n; i++)
		s->session_bytes += info[i].bytes;
	return 0;
}

void top_sample_free(struct top_sample *s)
{
	vec_free(&s->rows);
	vec_free(&s->sessions);
	*s = (struct top_sample){ 0 };
}

/* Counters never fall: where one did, this is another channel that has the name now. */
static bool same_channel(const struct channel *a, const struct channel *b)
{
	return !strcmp(a->name, b->name) && a->done <= b->done && a->bytes <= b->bytes &&
	       a->failed <= b->failed && a->timed_out <= b->timed_out && a->aborted <= b->aborted &&
	       a->retries <= b->retries && a->late <= b->late && a->claims <= b->claims &&
	       a->latency_count <= b->latency_count && a->latency_sum_ns <= b->latency_sum_ns &&
	       a->periods <= b->periods && a->periods_dropped <= b->periods_dropped;
}

/*
 * Between two looks in which nothing ended: something was in flight all the time, or a RUN, which
 * is counted at its end, has not gone on either.
 */
static bool stands_still(const struct channel *a, const struct channel *b)
{
	if (a->session != b->session || top_bad(a) != top_bad(b))
		return false;
	if (top_runs(a) && top_runs(b))
		return chan_told(b, DMACTL_A_CHANNEL_SUBMITTED) && a->submitted == b->submitted;
	return a->in_flight && b->in_flight;
}

/* An older module tells none. */
static void latency(const struct channel *a, struct top_row *b)
{
	uint64_t n = b->c.latency_count - a->latency_count;

	b->timed = n && chan_told(a, DMACTL_A_CHANNEL_LATENCY_COUNT);
	if (b->timed)
		b->latency = (double)(b->c.latency_sum_ns - a->latency_sum_ns) / (double)n;
}

static void rate(const struct top_row *a, struct top_row *b, uint64_t interval_ns)
{
	uint64_t done, bytes;
	double seconds = (double)interval_ns / 1e9;

	if (a->gone || b->gone || !interval_ns || !same_channel(&a->c, &b->c))
		return;
	done = b->c.done - a->c.done;
	bytes = b->c.bytes - a->c.bytes;
	b->rated = true;
	b->ops = (double)done / seconds;
	b->bytes = (double)bytes / seconds;
	b->periods = (double)(b->c.periods - a->c.periods) / seconds;
	latency(&a->c, b);
	/* An older module does not tell, but this is how streams look. */
	if (!chan_told(&b->c, DMACTL_A_CHANNEL_STREAMS))
		b->stream = bytes && !done && b->c.in_flight && chan_has(&b->c, DMACTL_OP_CYCLIC);
	/* A ring without interrupts counts nothing, however well it runs. */
	b->ticks = b->stream && a->c.session == b->c.session && (a->ticks || b->periods > 0);
	if (!bytes && !done && (!b->stream || b->ticks) && stands_still(&a->c, &b->c))
		b->still_ns = a->still_ns + interval_ns;
}

void top_sample_rate(const struct top_sample *before, struct top_sample *now)
{
	if (before && now->time_ns > before->time_ns)
		now->interval_ns = now->time_ns - before->time_ns;
	for (size_t i = 0; i < now->rows.n; i++) {
		struct top_row *r = rows(now) + i;
		const struct top_row *old = now->interval_ns ? find(before, r->c.stable) : NULL;

		if (old)
			rate(old, r, now->interval_ns);
		now->ops += r->ops;
		now->bytes += r->bytes;
		now->streams += r->stream;
	}
}

static bool busy(const struct top_row *r)
{
	return r->kept || r->ops > 0 || r->bytes > 0 ||
	       (r->c.state != DMACTL_CHANNEL_STATE_FREE &&
		r->c.state != DMACTL_CHANNEL_STATE_KERNEL);
}

static bool shown(const struct top_row *r, const struct top_view *v)
{
	const char *const where[] = { r->c.stable, r->c.name, r->c.driver, r->c.command,
				      top_state(r) };

	if (v->busy && !busy(r))
		return false;
	if (!v->filter[0])
		return true;
	for (size_t i = 0; i < sizeof(where) / sizeof(where[0]); i++)
		if (strcasestr(where[i], v->filter))
			return true;
	return false;
}

/* The largest first. */
static int fall(double a, double b)
{
	return (a < b) - (a > b);
}

static int by_column(const struct top_row *a, const struct top_row *b, enum top_column column)
{
	bool least;

	switch (column) {
	case TOP_STATE:
		return strcmp(top_state(a), top_state(b));
	case TOP_OPS:
		return fall(top_ends(a), top_ends(b));
	case TOP_BYTES:
		return fall(a->bytes, b->bytes);
	case TOP_FLIGHT:
		return fall(a->c.in_flight, b->c.in_flight);
	case TOP_LATENCY:
		return fall(top_takes(a, &least), top_takes(b, &least));
	case TOP_MAX:
		return fall((double)a->c.latency_max_ns, (double)b->c.latency_max_ns);
	case TOP_LOST:
		return fall((double)a->c.periods_dropped, (double)b->c.periods_dropped);
	case TOP_BAD:
		return fall((double)top_bad(&a->c), (double)top_bad(&b->c));
	case TOP_HOLDER:
		/* Those that nobody holds last: 0 is no session. */
		return (a->c.session - 1U > b->c.session - 1U) -
		       (a->c.session - 1U < b->c.session - 1U);
	default:
		return 0;
	}
}

static int compare(const void *x, const void *y, void *arg)
{
	const struct top_row *a = *(struct top_row *const *)x, *b = *(struct top_row *const *)y;
	const struct top_view *v = arg;
	int ret = by_column(a, b, v->sort);

	if (!ret)
		ret = strverscmp(a->c.stable, b->c.stable);
	return v->reverse ? -ret : ret;
}

int top_pick(const struct top_sample *s, const struct top_view *v, struct vec *out)
{
	for (size_t i = 0; i < s->rows.n; i++) {
		struct top_row **p;

		if (!shown(rows(s) + i, v))
			continue;
		p = vec_add(out, sizeof(*p));
		if (!p)
			return -ENOMEM;
		*p = rows(s) + i;
	}
	if (out->n)
		qsort_r(out->v, out->n, sizeof(struct top_row *), compare, (void *)v);
	return 0;
}
