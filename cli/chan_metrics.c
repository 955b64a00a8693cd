// SPDX-License-Identifier: GPL-2.0
/* Channels as they are now, as metrics: for whoever looks after many machines. */
#include <inttypes.h>

#include "chan_json.h"
#include "metrics.h"

struct state {
	const struct chan_table *t;
	struct vec quarantines, sessions;
};

struct counter {
	const char *name, *unit, *help, *reason;
	int attr;
	size_t offset;
};

#define COUNTER(name, unit, help, reason, attr, member)            \
	{                                                          \
		name, unit, help, reason, DMACTL_A_CHANNEL_##attr, \
			offsetof(struct channel, member)           \
	}

static const struct counter counters[] = {
	COUNTER("operations", NULL, "Operations that ended well.", NULL, DONE, done),
	COUNTER("bytes", "bytes", "Bytes at the destinations of those.", NULL, BYTES, bytes),
	COUNTER("failures", NULL, "Operations that did not end well.", "failed", FAILED, failed),
	COUNTER("failures", NULL, NULL, "timed_out", TIMED_OUT, timed_out),
	COUNTER("failures", NULL, NULL, "aborted", ABORTED, aborted),
	COUNTER("retries", NULL, "Times that a driver gave no descriptor.", NULL, RETRIES, retries),
	COUNTER("late_callbacks", NULL, "Callbacks after the channel was given up.", NULL, LATE,
		late),
	COUNTER("claims", NULL, "Times that it was claimed.", NULL, CLAIMS, claims),
	COUNTER("periods", NULL, "Periods of streams.", NULL, PERIODS, periods),
	COUNTER("periods_dropped", NULL, "Those of them that nobody took in time.", NULL,
		PERIODS_DROPPED, periods_dropped),
};

struct gauge {
	const char *name, *unit, *help; /* without a unit it is a count */
	int attr;			/* 0: of each channel */
	double (*value)(const struct channel *c);
};

static double in_flight_of(const struct channel *c)
{
	return c->in_flight;
}

static double streams_of(const struct channel *c)
{
	return c->streams;
}

static double latency_max_of(const struct channel *c)
{
	return (double)c->latency_max_ns / 1e9;
}

/* Told of channels that are held; of the others it is 0. */
static const struct gauge in_flight = { "dmactl_channel_in_flight", NULL,
					"Operations of dmactl that are not complete.", 0,
					in_flight_of };

static const struct gauge streams = { "dmactl_channel_streams", NULL, "Streams that run.",
				      DMACTL_A_CHANNEL_STREAMS, streams_of };

static const struct gauge latency_max = { "dmactl_channel_latency_max_seconds", "seconds",
					  "The most that one of those took since the last claim.",
					  DMACTL_A_CHANNEL_LATENCY_MAX_NS, latency_max_of };

static void labels(FILE *f, const struct channel *c)
{
	bool first = true;

	metrics_label(f, &first, "channel", c->stable);
	metrics_label(f, &first, "name", c->name);
	metrics_label(f, &first, "driver", c->driver);
	metrics_label(f, &first, "simulated", chan_simulated(c) ? "true" : "false");
}

/* One of them is 1: rules can ask for a state, and for how long it has been. */
static void states(const struct state *s, FILE *f)
{
	const struct channel *c = s->t->channels.v;
	uint32_t state;

	metrics_family(f, "dmactl_channel_state", "gauge", NULL, "What a channel is doing.");
	for (size_t i = 0; i < s->t->channels.n; i++) {
		for (state = 0; state <= DMACTL_CHANNEL_STATE_LEAVING; state++) {
			fprintf(f, "dmactl_channel_state{");
			labels(f, &c[i]);
			fprintf(f, ",state=\"%s\"} %d\n", chan_state_name(state),
				c[i].state == state);
		}
	}
}

static void gauge(const struct state *s, FILE *f, const struct gauge *g)
{
	const struct channel *c = s->t->channels.v;

	metrics_family(f, g->name, "gauge", g->unit, g->help);
	for (size_t i = 0; i < s->t->channels.n; i++) {
		if (g->attr && !chan_told(&c[i], g->attr))
			continue;
		fprintf(f, "%s{", g->name);
		labels(f, &c[i]);
		fprintf(f, "} %.*f\n", g->unit ? 9 : 0, g->value(&c[i]));
	}
}

static void one_counter(const struct state *s, FILE *f, const struct counter *m)
{
	const struct channel *c = s->t->channels.v;
	char name[64];

	snprintf(name, sizeof(name), "dmactl_channel_%s", m->name);
	if (m->help)
		metrics_family(f, name, "counter", m->unit, m->help);
	for (size_t i = 0; i < s->t->channels.n; i++) {
		if (!chan_told(&c[i], m->attr))
			continue;
		fprintf(f, "%s_total{", name);
		labels(f, &c[i]);
		if (m->reason)
			fprintf(f, ",reason=\"%s\"", m->reason);
		fprintf(f, "} %" PRIu64 "\n", *(const uint64_t *)((const char *)&c[i] + m->offset));
	}
}

/* No quantiles: the module counts, and does no statistics. */
static void latencies(const struct state *s, FILE *f)
{
	static const char name[] = "dmactl_channel_latency_seconds";
	const struct channel *c = s->t->channels.v;

	metrics_family(f, name, "summary", "seconds",
		       "What operations with stamps took that ended well.");
	for (size_t i = 0; i < s->t->channels.n; i++) {
		if (!chan_told(&c[i], DMACTL_A_CHANNEL_LATENCY_SUM_NS))
			continue;
		fprintf(f, "%s_count{", name);
		labels(f, &c[i]);
		fprintf(f, "} %" PRIu64 "\n%s_sum{", c[i].latency_count, name);
		labels(f, &c[i]);
		fprintf(f, "} %.9f\n", (double)c[i].latency_sum_ns / 1e9);
	}
}

static void quarantine_labels(FILE *f, const struct quarantine *q)
{
	char session[16];
	bool first = true;

	snprintf(session, sizeof(session), "%" PRIu32, q->session);
	metrics_label(f, &first, "channel", q->stable);
	metrics_label(f, &first, "session", session);
	metrics_label(f, &first, "leaked", q->leaked ? "true" : "false");
}

static void quarantines(const struct state *s, FILE *f)
{
	const struct quarantine *q = s->quarantines.v;

	metrics_family(f, "dmactl_quarantines", "gauge", NULL,
		       "Channels in quarantine, and memory that is leaked.");
	fprintf(f, "dmactl_quarantines %zu\n", s->quarantines.n);
	metrics_family(f, "dmactl_quarantine_bytes", "gauge", "bytes",
		       "Memory that is kept from an engine that could not be stopped.");
	for (size_t i = 0; i < s->quarantines.n; i++) {
		fprintf(f, "dmactl_quarantine_bytes{");
		quarantine_labels(f, &q[i]);
		fprintf(f, "} %" PRIu64 "\n", q[i].bytes);
	}
	metrics_family(f, "dmactl_quarantine_callbacks_owed", "gauge", NULL,
		       "Callbacks that have to come before it is free again.");
	for (size_t i = 0; i < s->quarantines.n; i++) {
		fprintf(f, "dmactl_quarantine_callbacks_owed{");
		quarantine_labels(f, &q[i]);
		fprintf(f, "} %" PRIu32 "\n", q[i].requests);
	}
	metrics_family(f, "dmactl_quarantine_age_seconds", "gauge", "seconds", "For how long.");
	for (size_t i = 0; i < s->quarantines.n; i++) {
		fprintf(f, "dmactl_quarantine_age_seconds{");
		quarantine_labels(f, &q[i]);
		fprintf(f, "} %.9g\n", (double)q[i].age_ns / 1e9);
	}
}

static void sessions(const struct state *s, FILE *f)
{
	const struct session_info *i = s->sessions.v;
	uint64_t bytes = 0;

	for (size_t k = 0; k < s->sessions.n; k++)
		bytes += i[k].bytes;
	metrics_family(f, "dmactl_sessions", "gauge", NULL, "Opens of /dev/dmactl.");
	fprintf(f, "dmactl_sessions %zu\n", s->sessions.n);
	metrics_family(f, "dmactl_session_buffers_bytes", "gauge", "bytes",
		       "Memory of the buffers of all sessions.");
	fprintf(f, "dmactl_session_buffers_bytes %" PRIu64 "\n", bytes);
}

static void write_all(FILE *f, void *arg)
{
	const struct state *s = arg;

	states(s, f);
	gauge(s, f, &in_flight);
	gauge(s, f, &streams);
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		one_counter(s, f, &counters[i]);
	latencies(s, f);
	gauge(s, f, &latency_max);
	quarantines(s, f);
	sessions(s, f);
}

int chan_metrics(struct ctx *ctx, const struct chan_table *t)
{
	struct state s = { .t = t };
	int ret;

	ret = ctx->b->quarantines(&s.quarantines, &ctx->err);
	if (!ret)
		ret = ctx->b->sessions(&s.sessions, &ctx->err);
	if (!ret)
		ret = metrics_write(ctx, write_all, &s);
	vec_free(&s.quarantines);
	vec_free(&s.sessions);
	return ret ? -1 : 0;
}
