// SPDX-License-Identifier: GPL-2.0
/* RUN that is refused, and what a channel refuses while a RUN is under way. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "dm.h"
#include "nl.h"

/* RUN that must fail with @err; only why and bad_op may be written. */
static void refused_at(const char *file, int line, struct rig *r, struct dmactl_run run, int err)
{
	struct dmactl_run was = run;
	int got;

	memset(r->pdst, POISON, 4096);
	got = dm_ioctl(r->fd, DMACTL_IOC_RUN, &run);
	if (got != -err)
		test_fail(file, line, "%s, not %s", strerrorname_np(-got) ?: "0",
			  strerrorname_np(err));
	was.why = run.why;
	was.bad_op = run.bad_op;
	if (memcmp(&was, &run, sizeof(run)))
		test_fail(file, line, "results were written");
	check_bytes(file, line, r->pdst, POISON, 4096);
}

#define REFUSED(r, run, err) refused_at(__FILE__, __LINE__, r, run, err)

static struct rig rig(const char *attr)
{
	return rig_on(sim_make("t-run", attr, "channels=2", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
}

TEST("counts, depth and kick outside their ranges give EINVAL")
{
	struct rig r = rig("context=softirq");
	struct dmactl_op op = op_fill(r.chan, r.dst, 0, 64, 1);
	struct dmactl_run ok = dm_run_arg(&op, 1), q;
	struct dmactl_info info = dm_info(r.fd);

#define BAD(field, v)                   \
	do {                            \
		q = ok;                 \
		q.field = (v);          \
		REFUSED(&r, q, EINVAL); \
	} while (0)
	BAD(depth, 0);
	BAD(depth, info.max_depth + 1);
	BAD(depth, 0xffffffff);
	BAD(kick, 0);
	BAD(kick, ok.depth + 1);
	BAD(kick, 0xffffffff);
	BAD(nr_ops, 0);
	BAD(nr_ops, info.max_ops + 1);
	BAD(nr_ops, 0xffffffff);
	BAD(op_size, 0);
	BAD(op_size, sizeof(op) - 8);
	BAD(count, 0); /* and no time either: it would never end */
#undef BAD
	q = ok;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &q), 0);
	CHECK_EQ(q.done, 64);
}

TEST("max_depth is accepted")
{
	struct rig r = rig("descriptors=4096");
	struct dmactl_op op = op_fill(r.chan, r.dst, 0, 64, 1);
	struct dmactl_run run = dm_run_arg(&op, 1);

	run.timeout_ns = 0; /* the module's own */
	run.depth = run.kick = dm_info(r.fd).max_depth;
	run.count = 2 * (u64)run.depth + 1;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
	CHECK_EQ(run.done, run.count);
}

TEST("unknown flags, and features that are not there, give EOPNOTSUPP")
{
	struct rig r = rig("context=softirq");
	struct dmactl_op op = op_fill(r.chan, r.dst, 0, 64, 1);
	struct dmactl_run run = dm_run_arg(&op, 1);
	struct dmactl_info info = dm_info(r.fd);
	int bit, got;

	for (bit = 3; bit < 32; bit++) {
		run.flags = 1U << bit;
		REFUSED(&r, run, EOPNOTSUPP);
	}
	run.flags = DMACTL_RUN_F_MAP_EACH;
	if (!(info.features & DMACTL_FEAT_MAP_EACH))
		REFUSED(&r, run, EOPNOTSUPP);
	run.flags = 0;
	run.interval_ns = 1000;
	if (!(info.features & DMACTL_FEAT_RATE)) {
		struct dmactl_run q = run;

		got = dm_ioctl(r.fd, DMACTL_IOC_RUN, &q);
		CHECK(got == -EOPNOTSUPP || got == -EINVAL);
		REFUSED(&r, run, -got);
	}
}

TEST("dependencies are refused")
{
	struct rig r = rig("context=softirq");
	struct dmactl_dep dep = { .how = DMACTL_DEP_HOLD, .relative = 1 };
	struct dmactl_op op[2] = {
		op_fill(r.chan, r.dst, 0, 64, 1),
		op_fill(r.chan, r.dst, 64, 64, 1),
	};
	struct dmactl_run run = dm_run_arg(op, 2);

	op[1].deps = (uintptr_t)&dep;
	op[1].nr_deps = 1;
	REFUSED(&r, run, EINVAL);
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), -EINVAL);
	CHECK_EQ(run.why, DMACTL_WHY_DEPS);
	CHECK_EQ(run.bad_op, 1);
}

TEST("a samples buffer that is none, or too small, is refused")
{
	struct rig r = rig("context=softirq");
	struct dmactl_op op = op_fill(r.chan, r.dst, 0, 64, 1);
	struct dmactl_run run = dm_run_arg(&op, 1), q;
	u32 samples = dm_buf(r.fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 4096, NULL);
	static const u32 many[] = { 129, 1 << 27, 0x80000000, 0xffffffff };
	size_t i;
	int got;

	run.nr_samples = 64;
	REFUSED(&r, run, EINVAL); /* and no buffer */
	run.samples = samples;
	run.nr_samples = 0;
	REFUSED(&r, run, EINVAL);
	run.nr_samples = 64;
	run.samples = 0x80000000;
	REFUSED(&r, run, ENOENT);
	run.samples = samples + 1;
	REFUSED(&r, run, ENOENT);
	run.samples = r.src;
	REFUSED(&r, run, EINVAL);
	run.samples = samples;
	for (i = 0; i < ARRAY_SIZE(many); i++) {
		run.nr_samples = many[i];
		q = run;
		got = dm_ioctl(r.fd, DMACTL_IOC_RUN, &q);
		CHECK(got == -EINVAL || got == -ERANGE);
		REFUSED(&r, run, -got);
	}
	run.nr_samples = 128;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
	CHECK_EQ(run.nr_samples, 64);
}

TEST("a bad element is named, and nothing is done")
{
	struct rig r = rig("context=softirq");
	u32 second = dm_claim(r.fd, sim_chan(&r.sim, 1));
	static const struct {
		int err;
		u32 why;
	} want[] = {
		{ EOPNOTSUPP, DMACTL_WHY_OPCODE }, { EOPNOTSUPP, DMACTL_WHY_FLAGS },
		{ EINVAL, DMACTL_WHY_RESERVED },   { ENOENT, DMACTL_WHY_CHANNEL },
		{ ENOENT, DMACTL_WHY_BUFFER },	   { EINVAL, DMACTL_WHY_LENGTH },
		{ ERANGE, DMACTL_WHY_RANGE },	   { EINVAL, DMACTL_WHY_OVERLAP },
		{ EINVAL, DMACTL_WHY_VALUE },
	};
	struct dmactl_op good = op_fill(r.chan, r.dst, 0, 64, 1), op[3] = { good, good, good };
	struct dmactl_op bad[ARRAY_SIZE(want)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		bad[i] = op_copy(r.chan, r.dst, 0, r.src, 0, 64);
	bad[0].opcode = 63;
	bad[1].flags = 1U << 31;
	bad[2].reserved = 1;
	bad[3].channel = 999;
	bad[4].src.buffer = 999;
	bad[5].len = 0;
	bad[6].src.offset = ~0ULL;
	bad[7].src = bad[7].dst;
	bad[8] = op_fill(r.chan, r.dst, 0, 64, 256);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct dmactl_run run;

		op[0] = op[1] = good;
		op[2] = bad[i];
		op[0].channel = op[1].channel = bad[i].channel; /* all of one channel */
		run = dm_run_arg(op, 3);
		REFUSED(&r, run, want[i].err);
		dm_ioctl(r.fd, DMACTL_IOC_RUN, &run);
		CHECK_EQ(run.why, want[i].why);
		CHECK_EQ(run.bad_op, want[i].why == DMACTL_WHY_CHANNEL ? 0 : 2);
	}
	op[0] = op[1] = good;
	op[2] = op_interrupt(second);
	REFUSED(&r, dm_run_arg(op, 3), EINVAL);
}

TEST("elements that cannot be read give EFAULT")
{
	struct rig r = rig("context=softirq");

	REFUSED(&r, dm_run_arg(NULL, 1), EFAULT);
	REFUSED(&r, dm_run_arg((void *)0xffff800000000000UL, 1), EFAULT);
}

TEST("RUN is EBUSY while something of the channel is in flight")
{
	struct rig r = rig("stall=nth 1");
	struct dmactl_op op = op_fill(r.chan, r.dst, 4096, 64, 1);
	struct dmactl_completion c;

	dm_submit_all(r.fd, &op, 1);
	REFUSED(&r, dm_run_arg(&op, 1), EBUSY);
	sim_set(&r.sim, "stall", "off");
	dm_reap_all(r.fd, &c, 1);
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &(struct dmactl_run[]){ dm_run_arg(&op, 1) }), 0);
}

struct busy {
	struct rig *r;
	struct dmactl_run run;
	int err;
	volatile bool over;
};

static void *run_thread(void *arg)
{
	struct busy *b = arg;

	b->err = dm_ioctl(b->r->fd, DMACTL_IOC_RUN, &b->run);
	b->over = true;
	return NULL;
}

static void run_begins(struct busy *b, pthread_t *t)
{
	struct nl nl = nl_open();

	CHECK_EQ(pthread_create(t, NULL, run_thread, b), 0);
	CHECK_SOON(b->over ||
		   nl_channel_state(&nl, sim_chan(&b->r->sim, 0)) == DMACTL_CHANNEL_STATE_BUSY);
}

TEST("during a RUN its channel takes nothing else; another channel does")
{
	struct rig r = rig("latency_ns=1000000");
	struct dmactl_op op = op_fill(r.chan, r.dst, 4096, 64, 1);
	u32 second = dm_claim(r.fd, sim_chan(&r.sim, 1));
	struct dmactl_op there = op_interrupt(second);
	struct busy b = { .r = &r, .run = dm_run_arg(&op, 1) };
	struct dmactl_submit s = { 0 };
	struct dmactl_completion c;
	pthread_t t;

	signal_ends_calls(SIGUSR1);
	b.run.count = ~0ULL; /* until the signal */
	b.run.depth = 1;
	run_begins(&b, &t);
	CHECK_SOON(r.pdst[4096] == 1);
	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), -EBUSY);
	CHECK_EQ(s.why, DMACTL_WHY_STATE);
	CHECK_EQ(s.submitted, 0);
	REFUSED(&r, dm_run_arg(&op, 1), EBUSY);
	CHECK_EQ(dm_release(r.fd, r.chan), -EBUSY);
	dm_submit_all(r.fd, &there, 1);
	dm_reap_all(r.fd, &c, 1);
	CHECK_EQ(c.channel, second);
	check_ok(&c);
	/* Its buffers may lose their ids meanwhile. */
	CHECK_EQ(dm_buf_destroy(r.fd, r.src), 0);
	CHECK_EQ(dm_buf_destroy(r.fd, r.dst), 0);
	CHECK(!b.over);
	CHECK_EQ(pthread_kill(t, SIGUSR1), 0);
	CHECK_EQ(pthread_join(t, NULL), 0);
	CHECK_EQ(b.err, 0);
	CHECK_EQ(b.run.outcome, DMACTL_RUN_O_INTERRUPTED);
	CHECK(b.run.done > 0);
	CHECK_EQ(b.run.failed + b.run.aborted + b.run.timed_out, 0);
	CHECK_BYTES(r.pdst + 4096, 1, 64);
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
}

TEST("a descriptor that is closed during a RUN: the RUN ends as it should")
{
	struct rig r = rig(attr_of("latency_ns", paced(2 * MS)));
	struct dmactl_op op = op_fill(r.chan, r.dst, 0, 64, 1);
	struct busy b = { .r = &r, .run = dm_run_arg(&op, 1) };
	pthread_t t;

	b.run.count = 200;
	b.run.depth = 1;
	run_begins(&b, &t);
	rig_close(&r);
	IN_TIME(!b.over);
	CHECK_EQ(pthread_join(t, NULL), 0);
	CHECK_EQ(b.err, 0);
	CHECK_EQ(b.run.done, 200);
}
