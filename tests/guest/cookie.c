// SPDX-License-Identifier: GPL-2.0
/* A provider whose tx_submit gives an error in place of a cookie. */
#define _GNU_SOURCE

#include "nl.h"
#include "ring.h"

#define N	12
#define PIECE	4096

static const char *const contexts[] = {
	"context=inline",
	"context=softirq",
	"context=timer",
	"context=thread",
};

static struct rig rig(const char *attr, const char *more)
{
	return rig_on(sim_make("t-cookie", attr, more, NULL), DMACTL_BUF_PAGES, RIG_BYTES);
}

TEST("SUBMIT: what is refused has failed at once and never runs, the rest is done")
{
	size_t c;

	for (c = 0; c < ARRAY_SIZE(contexts); c++) {
		struct rig r = rig(contexts[c], "refuse=every 3");
		struct dmactl_completion done[N];
		struct dmactl_op op[N];
		struct nl nl = nl_open();
		u32 i;

		memset(r.pdst, POISON, RIG_BYTES);
		for (i = 0; i < N; i++) {
			op[i] = op_copy(r.chan, r.dst, i * PIECE, r.src, i * PIECE, PIECE);
			op[i].user_data = i;
		}
		dm_submit_all(r.fd, op, N);
		dm_reap_all(r.fd, done, N);
		CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_CPU, 0, r.bytes), 0);
		for (i = 0; i < N; i++) {
			u64 at = done[i].user_data * PIECE;

			if (done[i].user_data % 3 == 2) {
				CHECK_EQ(done[i].result, DMACTL_RES_FAILED);
				CHECK_BYTES(r.pdst + at, POISON, PIECE);
			} else {
				CHECK_EQ(done[i].result, DMACTL_RES_OK);
				CHECK_MEM(r.pdst + at, r.psrc + at, PIECE);
			}
		}
		CHECK_EQ(nl_u64(nl_channel(&nl, sim_chan(&r.sim, 0)), DMACTL_A_CHANNEL_FAILED),
			 N / 3);
		sim_set(&r.sim, "refuse", "off");
		rig_works(&r);
		rig_close(&r);
		sim_remove_all();
	}
}

TEST("RUN counts what is refused as failed and goes on, in every context")
{
	size_t c;

	for (c = 0; c < ARRAY_SIZE(contexts); c++) {
		struct rig r = rig(contexts[c], "refuse=every 5");
		struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 512);
		struct dmactl_run run = dm_run_arg(&op, 1);

		run.count = 100;
		run.depth = 8;
		run.kick = 4;
		CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
		CHECK_EQ(run.outcome, 0);
		CHECK_EQ(run.done, 80);
		CHECK_EQ(run.failed, 20);
		CHECK_EQ(run.first_result, DMACTL_RES_FAILED);
		sim_remove_all();
	}
}

TEST("a split operation whose middle is refused ends when what the engine has is done")
{
	static const char *const knobs[] = { "nth 2", "nth 9", "nth 16" };
	size_t k, c;

	for (c = 0; c < ARRAY_SIZE(contexts); c++) {
		for (k = 0; k < ARRAY_SIZE(knobs); k++) {
			struct rig r = rig(contexts[c], "max_segment=4096");
			struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 16 * PIECE);
			struct dmactl_completion done;

			sim_set(&r.sim, "refuse", knobs[k]);
			memset(r.pdst, POISON, RIG_BYTES);
			dm_submit_all(r.fd, &op, 1);
			dm_reap_all(r.fd, &done, 1);
			CHECK_EQ(done.result, DMACTL_RES_FAILED);
			CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_CPU, 0, r.bytes), 0);
			CHECK_MEM(r.pdst, r.psrc, PIECE);
			CHECK_BYTES(r.pdst + 15 * PIECE, POISON, PIECE);
			rig_works(&r);
			rig_close(&r);
			sim_remove_all();
		}
	}
}

TEST("held operations: refused when their time comes, or aborted with a refused producer")
{
	static const struct {
		const char *knob;
		u32 first, second, third;
	} when[] = {
		{ "nth 1", DMACTL_RES_FAILED, DMACTL_RES_ABORTED, DMACTL_RES_ABORTED },
		{ "nth 2", DMACTL_RES_OK, DMACTL_RES_FAILED, DMACTL_RES_ABORTED },
		{ "nth 3", DMACTL_RES_OK, DMACTL_RES_OK, DMACTL_RES_FAILED },
	};
	struct dmactl_dep dep[2] = {
		{ .seq = 0, .how = DMACTL_DEP_HOLD, .relative = 1 },
		{ .seq = 1, .how = DMACTL_DEP_HOLD, .relative = 1 },
	};
	size_t k;
	u32 i;

	for (k = 0; k < ARRAY_SIZE(when); k++) {
		struct rig r = rig(NULL, NULL);
		const u32 want[] = { when[k].first, when[k].second, when[k].third };
		struct dmactl_completion done[3];
		struct dmactl_op op[3];

		for (i = 0; i < 3; i++) {
			op[i] = op_copy(r.chan, r.dst, i * PIECE, r.src, 0, PIECE);
			op[i].user_data = i;
			op[i].deps = i ? (uintptr_t)&dep[i - 1] : 0;
			op[i].nr_deps = i > 0;
		}
		sim_set(&r.sim, "refuse", when[k].knob);
		dm_submit_all(r.fd, op, 3);
		dm_reap_all(r.fd, done, 3);
		for (i = 0; i < 3; i++)
			CHECK_EQ(done[i].result, want[done[i].user_data]);
		rig_works(&r);
		rig_close(&r);
		sim_remove_all();
	}
}

TEST("a stream that is refused has not begun; the next one does")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST, NULL);
	struct dmactl_stream a = ring_arg(&t, 2);
	struct dmactl_completion c;

	sim_set(&t.r.sim, "refuse", "nth 1");
	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a), -EREMOTEIO);
	CHECK_EQ(dm_reap(t.r.fd, &c, 1, 1, SEC), -ENODATA);
	ring_start(&t, 2);
	dm_reap_all(t.r.fd, &c, 1);
	ring_stop(&t, c.seq + 1);
	rig_works(&t.r);
}
