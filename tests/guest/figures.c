// SPDX-License-Identifier: GPL-2.0
/* What the netlink family counts of latencies and streams is what the results report. */
#include <pthread.h>
#include <unistd.h>

#include "nl.h"
#include "ring.h"

#define BATCH 16U

/* Of some results: how many, what they took in all, and the most. */
struct took {
	u64 n, sum, min, max;
};

static void add(struct took *t, u64 t0, u64 t3)
{
	u64 ns = t3 - t0;

	CHECK(t0 && t3 >= t0);
	t->n++;
	t->sum += ns;
	if (t->n == 1 || ns < t->min)
		t->min = ns;
	if (ns > t->max)
		t->max = ns;
}

/* The counters are exactly these; so the mean lies between the least and the most. */
static void check_told(struct nl *nl, const struct rig *r, const struct took *t)
{
	const struct nlmsg *m = nl_channel(nl, sim_chan(&r->sim, 0));
	u64 n = nl_u64(m, DMACTL_A_CHANNEL_LATENCY_COUNT);
	u64 sum = nl_u64(m, DMACTL_A_CHANNEL_LATENCY_SUM_NS);

	CHECK_EQ(n, t->n);
	CHECK_EQ(sum, t->sum);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_LATENCY_MAX_NS), t->max);
	if (n)
		CHECK(sum / n >= t->min && sum / n <= t->max);
}

static struct dmactl_op copy(const struct rig *r)
{
	return op_copy(r->chan, r->dst, 0, r->src, 0, 512);
}

static void submit_some(const struct rig *r, u32 rounds, struct took *t)
{
	struct dmactl_op op[BATCH];
	struct dmactl_completion c[BATCH];

	for (u32 i = 0; i < BATCH; i++)
		op[i] = copy(r);
	while (rounds--) {
		dm_submit_all(r->fd, op, BATCH);
		dm_reap_all(r->fd, c, BATCH);
		for (u32 i = 0; i < BATCH; i++) {
			check_ok(&c[i]);
			add(t, c[i].t0, c[i].t3);
		}
	}
}

TEST("SUBMIT: every operation that ended well is in count, sum and largest")
{
	struct rig r =
		rig_on(sim_make("t-took", "latency_ns=50000", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	struct nl nl = nl_open();
	struct took t = { 0 };

	check_told(&nl, &r, &t);
	submit_some(&r, 10, &t);
	CHECK_EQ(t.n, 160);
	CHECK(t.min >= 45000);
	check_told(&nl, &r, &t);
}

TEST("... one that failed is not, nor is one that was aborted")
{
	struct rig r =
		rig_on(sim_make("t-took", "context=inline", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op[3] = { copy(&r), copy(&r), copy(&r) };
	struct dmactl_completion c[3];
	struct nl nl = nl_open();
	struct took t = { 0 };

	sim_set(&r.sim, "error", "nth 2");
	dm_submit_all(r.fd, op, 3);
	dm_reap_all(r.fd, c, 3);
	sim_set(&r.sim, "error", "off");
	for (u32 i = 0; i < 3; i++)
		if (c[i].result == DMACTL_RES_OK)
			add(&t, c[i].t0, c[i].t3);
	CHECK_EQ(t.n, 2);
	sim_set(&r.sim, "stall", "nth 1");
	dm_submit_all(r.fd, op, 1);
	sim_set(&r.sim, "stall", "off");
	dm_reap_all(r.fd, c, 1);
	CHECK_EQ(c[0].result, DMACTL_RES_ABORTED);
	check_told(&nl, &r, &t);
}

static void run_some(const struct rig *r, u32 flags, u32 count, bool sampled, struct took *t)
{
	struct dmactl_op op = copy(r);
	struct dmactl_run run = dm_run_arg(&op, 1);
	struct dmactl_sample *s;
	void *map;

	run.flags = flags;
	run.count = count;
	if (sampled) {
		run.samples = dm_buf(r->fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 8192, &map);
		run.nr_samples = count;
	}
	CHECK_EQ(dm_ioctl(r->fd, DMACTL_IOC_RUN, &run), 0);
	CHECK_EQ(run.done, count);
	if (!sampled)
		return;
	s = map;
	CHECK_EQ(run.nr_samples, count);
	for (u32 i = 0; i < count; i++)
		add(t, s[i].t0, s[i].t3);
}

TEST("RUN: what has samples is counted with them, by callback and polled; what has none is not")
{
	struct rig r = rig_on(sim_make("t-took", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	const char *name = sim_chan(&r.sim, 0);
	struct nl nl = nl_open();
	struct took t = { 0 };

	run_some(&r, 0, 200, true, &t);
	check_told(&nl, &r, &t);
	run_some(&r, DMACTL_RUN_F_POLL, 100, true, &t);
	check_told(&nl, &r, &t);
	run_some(&r, 0, 500, false, &t);
	check_told(&nl, &r, &t);
	submit_some(&r, 1, &t);
	check_told(&nl, &r, &t);
	CHECK_EQ(t.n, 316);
	CHECK_EQ(nl_u64(nl_channel(&nl, name), DMACTL_A_CHANNEL_DONE), 816);
}

TEST("the largest begins anew with a claim, count and sum do not")
{
	struct rig r =
		rig_on(sim_make("t-took", "latency_ns=3000000", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	const char *name = sim_chan(&r.sim, 0);
	const struct nlmsg *m;
	struct nl nl = nl_open();
	struct took t = { 0 };

	submit_some(&r, 1, &t);
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	check_told(&nl, &r, &t);
	dm_claim(r.fd, name);
	m = nl_channel(&nl, name);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_LATENCY_MAX_NS), 0);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_LATENCY_COUNT), t.n);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_LATENCY_SUM_NS), t.sum);
}

struct hangs {
	int fd, err;
	struct dmactl_run run;
};

static void *run_it(void *arg)
{
	struct hangs *h = arg;

	h->err = dm_ioctl(h->fd, DMACTL_IOC_RUN, &h->run);
	return NULL;
}

TEST("what is submitted is told while a RUN goes on, which counts at its end")
{
	struct rig r =
		rig_on(sim_make("t-took", "stall=nth 30", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	const char *name = sim_chan(&r.sim, 0);
	struct dmactl_op op = copy(&r);
	struct hangs h = { .fd = r.fd, .run = dm_run_arg(&op, 1) };
	struct nl nl = nl_open();
	const struct nlmsg *m;
	pthread_t thread;

	CHECK_EQ(nl_u64(nl_channel(&nl, name), DMACTL_A_CHANNEL_SUBMITTED), 0);
	CHECK_EQ(pthread_create(&thread, NULL, run_it, &h), 0);
	CHECK_SOON(nl_u64(nl_channel(&nl, name), DMACTL_A_CHANNEL_SUBMITTED) >= 30);
	m = nl_channel(&nl, name);
	CHECK(nl_u64(m, DMACTL_A_CHANNEL_SUBMITTED) < 64);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_DONE), 0);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_IN_FLIGHT), 0);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_STATE), DMACTL_CHANNEL_STATE_BUSY);
	sim_set(&r.sim, "stall", "off");
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(h.err, 0);
	m = nl_channel(&nl, name);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_SUBMITTED), 64);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_DONE) + nl_u64(m, DMACTL_A_CHANNEL_FAILED), 64);
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	CHECK_EQ(nl_u64(nl_channel(&nl, name), DMACTL_A_CHANNEL_SUBMITTED), 0);
}

TEST("a stream: it runs, its periods are counted, and it is no latency")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST, "residue=burst");
	const char *name = sim_chan(&t.r.sim, 0);
	struct nl nl = nl_open();
	const struct nlmsg *m = nl_channel(&nl, name);
	struct dmactl_stream a;

	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_STREAMS), 0);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_PERIODS), 0);
	ring_start(&t, 2);
	CHECK_EQ(nl_u32(nl_channel(&nl, name), DMACTL_A_CHANNEL_STREAMS), 1);
	CHECK_SOON(nl_u64(nl_channel(&nl, name), DMACTL_A_CHANNEL_PERIODS) >= 20);
	CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, &a), 0);
	ring_drain(&t, 1);
	m = nl_channel(&nl, name);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_STREAMS), 0);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_PERIODS), a.callbacks);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_BYTES), a.callbacks * PERIOD);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_PERIODS_DROPPED), 0);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_LATENCY_COUNT), 0);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_LATENCY_SUM_NS), 0);
}

TEST("periods that nobody took are told while it runs, and add up over streams")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, "rate=40960000"); /* 160000 a second */
	const char *name = sim_chan(&t.r.sim, 0);
	struct dmactl_completion c;
	struct nl nl = nl_open();
	const struct nlmsg *m;
	struct dmactl_stream a;
	u64 dropped = 0;

	for (int i = 0; i < 2; i++) {
		ring_start(&t, 2);
		CHECK_SOON(nl_u64(nl_channel(&nl, name), DMACTL_A_CHANNEL_PERIODS_DROPPED) >
			   dropped + 10);
		CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, &a), 0);
		CHECK(a.dropped > 10);
		dropped += a.dropped;
		m = nl_channel(&nl, name);
		CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_PERIODS_DROPPED), dropped);
		CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_PERIODS), dropped + 8192 * (i + 1));
		do {
			dm_reap_all(t.r.fd, &c, 1);
		} while (!(c.flags & DMACTL_COMP_F_STREAM));
	}
}
