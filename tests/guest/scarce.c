// SPDX-License-Identifier: GPL-2.0
/* Providers with fewer descriptors than one call, or one operation, needs. */
#include "dm.h"

static struct rig rig(const char *descriptors, const char *blocks, const char *segment)
{
	return rig_on(sim_make("t-scarce", descriptors, blocks, segment, NULL), DMACTL_BUF_PAGES,
		      RIG_BYTES);
}

#define WHOLE "max_segment=4294967295"
#define CUT   "max_segment=4096" /* a copy of all of a buffer is 16 descriptors */

static void runs(const struct rig *r, u64 len, u64 count, u32 depth, u32 kick)
{
	struct dmactl_op op = op_copy(r->chan, r->dst, 0, r->src, 0, len);
	struct dmactl_run run = dm_run_arg(&op, 1);

	run.count = count;
	run.depth = depth;
	run.kick = kick;
	CHECK_EQ(dm_ioctl(r->fd, DMACTL_IOC_RUN, &run), 0);
	CHECK_EQ(run.outcome, 0);
	CHECK_EQ(run.done, count);
}

static void submits(const struct rig *r, u64 len, u32 n)
{
	struct dmactl_submit s = { .timeout_ns = PATIENCE };
	struct dmactl_completion c;
	struct dmactl_op op[64];

	CHECK(n <= ARRAY_SIZE(op));
	for (u32 i = 0; i < n; i++)
		op[i] = op_copy(r->chan, r->dst, 0, r->src, 0, len);
	CHECK_EQ(dm_submit(r->fd, op, n, &s), 0);
	CHECK_EQ(s.submitted, n);
	for (u32 i = 0; i < n; i++) {
		dm_reap_all(r->fd, &c, 1);
		check_ok(&c);
	}
}

TEST("fewer descriptors than a batch has operations: they wait for one another")
{
	struct rig r = rig("descriptors=4", "prep_blocks=0", WHOLE);

	runs(&r, 64, 200, 32, 20);
	submits(&r, 64, 40);
}

TEST("the same where prep sleeps until one is free")
{
	struct rig r = rig("descriptors=4", "prep_blocks=1", WHOLE);

	runs(&r, 64, 200, 32, 20);
	submits(&r, 64, 40);
}

TEST("fewer descriptors than one operation needs")
{
	struct rig r = rig("descriptors=3", "prep_blocks=0", CUT);

	runs(&r, RIG_BYTES, 20, 4, 2);
	submits(&r, RIG_BYTES, 5);
	rig_works(&r);
}

TEST("the same where prep sleeps, and with one alone")
{
	struct rig r = rig("descriptors=3", "prep_blocks=1", CUT);
	struct rig one =
		rig_on(sim_make("t-one", "descriptors=1", CUT, NULL), DMACTL_BUF_PAGES, RIG_BYTES);

	runs(&r, RIG_BYTES, 20, 4, 2);
	submits(&r, RIG_BYTES, 5);
	runs(&one, RIG_BYTES, 20, 4, 2);
	submits(&one, RIG_BYTES, 5);
}

/* What a signal finds half with the engine is completed. One comes every millisecond. */
static void survives(const char *blocks)
{
	struct rig r = rig_on(sim_make("t-signal", "descriptors=2", "latency_ns=2000000", blocks,
				       CUT, NULL),
			      DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, RIG_BYTES);
	struct dmactl_run run = dm_run_arg(&op, 1);
	struct dmactl_completion c;
	u32 done = 0;

	fill_pattern(r.psrc, RIG_BYTES, 5);
	alarm_every(1);
	for (u32 i = 0; i < 5; i++) {
		int err = dm_submit(r.fd, &op, 1, NULL);

		CHECK(!err || err == -EINTR);
		done += !err;
	}
	run.count = 5;
	run.depth = 1;
	while (dm_ioctl(r.fd, DMACTL_IOC_RUN, &run) == -EBUSY)
		;
	alarm_every(0);
	CHECK_EQ(run.failed + run.aborted + run.timed_out, 0);
	while (done--) {
		dm_reap_all(r.fd, &c, 1);
		CHECK_EQ(c.result, DMACTL_RES_OK);
		CHECK_EQ(c.descriptors, 16);
	}
	rig_works(&r);
}

TEST("a signal does not tear an operation that the engine has in part")
{
	survives("prep_blocks=0");
}

TEST("nor where prep sleeps")
{
	survives("prep_blocks=1");
}
