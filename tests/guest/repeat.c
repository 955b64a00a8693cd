// SPDX-License-Identifier: GPL-2.0
/* Operations that are repeated until another is loaded at their end, or until they fail. */
#define _GNU_SOURCE
#include <unistd.h>

#include "dm.h"

#define CHUNK	64
#define FRAMES	8

static const struct dmactl_interleave layout = { FRAMES, CHUNK, 0, CHUNK };

static struct rig rig(const char *a, const char *b)
{
	return rig_on(sim_make("t-repeat", a ? a : b, a ? b : NULL, NULL), DMACTL_BUF_PAGES,
		      RIG_BYTES);
}

/* A frame from one of two places of src. */
static struct dmactl_op frame(const struct rig *r, u32 which, u32 flags)
{
	return (struct dmactl_op){
		.opcode = DMACTL_OP_INTERLEAVED,
		.channel = r->chan,
		.flags = flags,
		.len = FRAMES * CHUNK,
		.user_data = which,
		.template = (uintptr_t)&layout,
		.src = { r->src, 0, which * FRAMES * CHUNK },
		.dst = { r->dst, 0, 0 },
	};
}

static void check_frame(const struct rig *r, u32 which)
{
	u32 i;

	for (i = 0; i < FRAMES; i++)
		CHECK_MEM(r->pdst + i * 2 * CHUNK, r->psrc + (which * FRAMES + i) * CHUNK, CHUNK);
}

TEST("a repeated operation is complete when another is loaded at its end; both wake the reader")
{
	struct rig r = rig("context=thread", NULL);
	struct dmactl_op op = frame(&r, 0, DMACTL_OP_F_REPEAT);
	struct dmactl_completion c[2];
	u32 i;

	for (i = 0; i < 50; i++) {
		op = frame(&r, 0, DMACTL_OP_F_REPEAT);
		dm_submit_all(r.fd, &op, 1);
		CHECK_EQ(dm_reap(r.fd, c, 1, 1, 3 * MS), -ETIME);
		op = frame(&r, 1, DMACTL_OP_F_LOAD_EOT);
		dm_submit_all(r.fd, &op, 1);
		CHECK_EQ(dm_reap(r.fd, c, 2, 2, 0), 2);
		check_ok(&c[0]);
		check_ok(&c[1]);
		CHECK_EQ(c[0].user_data, 0);
		CHECK_EQ(c[1].user_data, 1);
		check_frame(&r, 1);
	}
	rig_works(&r);
}

TEST("frames that replace each other for long: more than there are requests")
{
	struct rig r = rig("context=softirq", NULL);
	struct dmactl_op op = frame(&r, 0, DMACTL_OP_F_REPEAT);
	struct dmactl_completion c;
	u32 i;

	dm_submit_all(r.fd, &op, 1);
	for (i = 1; i < 1500; i++) {
		op = frame(&r, i % 2, DMACTL_OP_F_REPEAT | DMACTL_OP_F_LOAD_EOT);
		op.user_data = i;
		dm_submit_all(r.fd, &op, 1);
		CHECK_EQ(dm_reap(r.fd, &c, 1, 1, 0), 1);
		check_ok(&c);
		CHECK_EQ(c.user_data, i - 1);
	}
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	CHECK_EQ(dm_reap(r.fd, &c, 1, 1, 0), 1);
	CHECK_EQ(c.result, DMACTL_RES_ABORTED);
}

TEST("one that depends on a repeated operation is held until that is replaced")
{
	struct rig r = rig("context=thread", NULL);
	struct sim two = sim_make("t-repeat2", NULL);
	struct dmactl_op op[2] = { frame(&r, 0, DMACTL_OP_F_REPEAT), frame(&r, 0, 0) };
	struct dmactl_dep dep = { .seq = 0, .how = DMACTL_DEP_HOLD, .relative = 1 };
	struct dmactl_completion c[3];

	op[1] = op_interrupt(dm_claim(r.fd, sim_chan(&two, 0)));
	op[1].deps = (uintptr_t)&dep;
	op[1].nr_deps = 1;
	dm_submit_all(r.fd, op, 2);
	CHECK_EQ(dm_reap(r.fd, c, 1, 1, 20 * MS), -ETIME);
	op[0] = frame(&r, 1, DMACTL_OP_F_LOAD_EOT);
	dm_submit_all(r.fd, op, 1);
	CHECK_EQ(dm_reap(r.fd, c, 3, 3, 0), 3);
	check_ok(&c[2]);
}

TEST("an error in a later repetition ends it, and its request serves again")
{
	struct rig r = rig("context=thread", NULL);
	struct dmactl_op op = frame(&r, 0, DMACTL_OP_F_REPEAT);
	struct dmactl_completion c;
	u32 i;

	for (i = 0; i < 5; i++) {
		dm_submit_all(r.fd, &op, 1);
		CHECK_EQ(dm_reap(r.fd, &c, 1, 1, 10 * MS), -ETIME);
		sim_set(&r.sim, "error", "nth 1");
		CHECK_EQ(dm_reap(r.fd, &c, 1, 1, 0), 1);
		CHECK_EQ(c.result, DMACTL_RES_WRITE_FAILED);
	}
	rig_works(&r);
}

TEST("it never times out, whatever the deadline; what is behind it does")
{
	struct rig r = rig("context=thread", NULL);
	struct dmactl_op op[2] = { frame(&r, 0, DMACTL_OP_F_REPEAT),
				   frame(&r, 1, DMACTL_OP_F_LOAD_EOT) };
	struct dmactl_submit s = { .timeout_ns = 50 * MS };
	struct dmactl_completion c[2];

	CHECK_EQ(dm_submit(r.fd, &op[0], 1, &s), 0);
	CHECK_EQ(dm_reap(r.fd, c, 1, 1, 200 * MS), -ETIME);
	sim_set(&r.sim, "stall", "every 1");
	CHECK_EQ(dm_submit(r.fd, &op[1], 1, &s), 0);
	CHECK_EQ(dm_reap(r.fd, c, 2, 2, 0), 2);
	CHECK_EQ(c[0].result, DMACTL_RES_TIMED_OUT);
	CHECK_EQ(c[0].user_data, 1);
	CHECK_EQ(c[1].result, DMACTL_RES_ABORTED);
	sim_set(&r.sim, "stall", "off");
	rig_works(&r);
}

TEST("RELEASE and an unbind end it, also where the engine cannot be stopped")
{
	static const char *const classes[] = { "terminate=1", "terminate=0" };
	struct dmactl_completion c;
	u32 i;

	for (i = 0; i < 4; i++) {
		struct rig r = rig("context=thread", classes[i / 2]);
		struct dmactl_op op = frame(&r, 0, DMACTL_OP_F_REPEAT);

		dm_submit_all(r.fd, &op, 1);
		CHECK_EQ(dm_reap(r.fd, &c, 1, 1, 5 * MS), -ETIME);
		CHECK_EQ(i % 2 ? sim_unbind(&r.sim) : dm_release(r.fd, r.chan), 0);
		CHECK_EQ(dm_reap(r.fd, &c, 1, 1, 0), 1);
		CHECK_EQ(c.result, DMACTL_RES_ABORTED);
		CHECK_EQ(!!(c.flags & DMACTL_COMP_F_QUARANTINED), i / 2);
		rig_close(&r);
		sim_remove_all();
	}
}

TEST("one that needs several descriptors cannot be repeated: SPLIT")
{
	struct rig r = rig("max_segment=100", NULL);
	struct dmactl_op op = frame(&r, 0, DMACTL_OP_F_REPEAT);
	struct dmactl_submit s = { 0 };

	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), -E2BIG);
	CHECK_EQ(s.why, DMACTL_WHY_SPLIT);
	op.flags = 0;
	dm_submit_all(r.fd, &op, 1);
	dm_reap_all(r.fd, &(struct dmactl_completion){ 0 }, 1);
	check_frame(&r, 0);
}
