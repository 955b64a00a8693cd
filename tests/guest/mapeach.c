// SPDX-License-Identifier: GPL-2.0
/* RUN that maps around each operation. */
#define _GNU_SOURCE
#include "dm.h"
#include "nl.h"

#define DEPTH	8
#define PIECE	(RIG_BYTES / DEPTH)

static struct rig rig(const char *attr)
{
	return rig_on(sim_make("t-each", attr, NULL), DMACTL_BUF_PAGES, RIG_BYTES);
}

static void pieces(const struct rig *r, struct dmactl_op op[DEPTH])
{
	u64 i;

	for (i = 0; i < DEPTH; i++)
		op[i] = op_copy(r->chan, r->dst, i * PIECE, r->src, i * PIECE, PIECE);
}

static struct dmactl_run each(const struct dmactl_op *op, u32 n, u32 flags)
{
	struct dmactl_run run = dm_run_arg(op, n);

	run.flags = DMACTL_RUN_F_MAP_EACH | flags;
	run.count = 100;
	run.depth = DEPTH;
	return run;
}

TEST("every operation is mapped for itself, and the data is right, in every context")
{
	static const char *const contexts[] = {
		"context=inline",
		"context=softirq",
		"context=timer",
		"context=thread",
	};
	static const u32 flags[] = { 0, DMACTL_RUN_F_POLL, DMACTL_RUN_F_IRQ_BATCH };
	size_t c, f;

	for (c = 0; c < ARRAY_SIZE(contexts); c++) {
		struct rig r = rig(contexts[c]);
		struct dmactl_op op[DEPTH];

		pieces(&r, op);
		for (f = 0; f < ARRAY_SIZE(flags); f++) {
			struct dmactl_run run = each(op, DEPTH, flags[f]);

			memset(r.pdst, POISON, RIG_BYTES);
			run.kick = 4;
			CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
			CHECK_EQ(run.outcome, 0);
			CHECK_EQ(run.done, 100);
			CHECK_MEM(r.pdst, r.psrc, RIG_BYTES);
		}
		rig_works(&r);		/* as a whole again */
		sim_remove_all();
	}
}

TEST("elements that would be mapped over each other are refused")
{
	struct rig r = rig(NULL);
	struct dmactl_op op[DEPTH];
	struct dmactl_run run;

	pieces(&r, op);
	op[5].dst.offset = op[2].dst.offset + PIECE - 32;
	run = each(op, DEPTH, 0);
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), -EINVAL);
	CHECK_EQ(run.why, DMACTL_WHY_OVERLAP);
	pieces(&r, op);
	op[3].src = op[6].dst;
	run = each(op, DEPTH, 0);
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), -EINVAL);
	CHECK_EQ(run.why, DMACTL_WHY_OVERLAP);
	CHECK(run.bad_op == 3 || run.bad_op == 6);
	pieces(&r, op);
	run = each(op, DEPTH - 1, 0);	/* fewer elements than the depth */
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), -EINVAL);
	rig_works(&r);
}

TEST("only kernel pages that are idle, in one piece each, can be mapped so")
{
	struct rig r = rig("lost_interrupt=nth 1");
	u32 coherent = dm_buf(r.fd, DMACTL_BUF_COHERENT, r.chan, RIG_BYTES, NULL);
	struct dmactl_op op[DEPTH], whole = op_copy(r.chan, r.dst, 0, r.src, 0, 64);
	struct sim other = sim_make("t-each2", NULL);
	u32 chan2 = dm_claim(r.fd, sim_chan(&other, 0));
	struct dmactl_completion c;
	struct dmactl_run run;

	pieces(&r, op);
	op[7].dst.buffer = coherent;
	run = each(op, DEPTH, 0);
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), -EINVAL);
	CHECK_EQ(run.why, DMACTL_WHY_KIND);
	CHECK_EQ(run.bad_op, 7);

	dm_submit_all(r.fd, &whole, 1);
	pieces(&r, op);
	op[0].channel = chan2;
	run = each(op, 1, 0);
	run.depth = 1;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), -EBUSY);
	CHECK_EQ(run.why, DMACTL_WHY_MAPPED);
	sim_set(&r.sim, "lost_interrupt", "off");
	dm_reap_all(r.fd, &c, 1);
	check_ok(&c);
	run.count = 3;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
	CHECK_EQ(run.done, 3);

	sim_remove_all();
	r = rig("max_segment=4096");
	pieces(&r, op);
	run = each(op, DEPTH, 0);
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), -E2BIG);
	CHECK_EQ(run.why, DMACTL_WHY_SPLIT);
	rig_works(&r);
}

TEST("a stall, in each stop class: only what is in quarantine stays mapped, and it is counted")
{
	static const char *const classes[][2] = {
		{ "terminate=1", "synchronize=1" },
		{ "terminate=1", "synchronize=0" },
		{ "terminate=0", "synchronize=0" },
	};
	struct nl nl = nl_open();
	size_t k;

	for (k = 0; k < ARRAY_SIZE(classes); k++) {
		struct rig r = rig_on(sim_make("t-each", classes[k][0], classes[k][1], NULL),
				      DMACTL_BUF_PAGES, RIG_BYTES);
		struct dmactl_op op[DEPTH];
		struct dmactl_run run;

		pieces(&r, op);
		run = each(op, DEPTH, 0);
		run.timeout_ns = 150 * MS;
		sim_set(&r.sim, "stall", "nth 20");
		CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
		CHECK_EQ(run.timed_out, 1);
		CHECK(run.outcome & DMACTL_RUN_O_STOPPED);
		CHECK_EQ(nl_quarantined(&nl), k == 2);
		if (k == 2) {
			const char *name = sim_chan(&r.sim, 0);

			CHECK_EQ(nl_u64(nl_quarantine(&nl, name), DMACTL_A_QUARANTINE_BYTES),
				 2 * RIG_BYTES);
		}
		sim_set(&r.sim, "stall", "off");
		CHECK_SOON(!nl_quarantined(&nl));
		run.timeout_ns = PATIENCE;
		CHECK_SOON(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run) == 0);
		CHECK_EQ(run.done, 100);
		rig_works(&r);
		sim_remove_all();
	}
}
