// SPDX-License-Identifier: GPL-2.0
/*
 * Habits and defects of dma-sim in a cyclic transfer. "stall=nth N" ends most of them at a period
 * that is known, after which all can be looked at.
 */
#include "lap.h"

TEST("jitter: data and callback of a period are late, those behind it wait; the time base stays")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, SLOW, "jitter=nth 3", "jitter_ns=50000000");
	struct dmactl_completion c[6];
	struct record r;

	ring_start(&t, 2);
	CHECK_SOON((r = record(&t.r.sim, 0)).periods);
	check_no_drift(&t, SLOW_RATE, base(&r, SLOW_RATE), 100);
	for (u32 k = 0; k < 6; k++) {
		c[k] = event(&t);
		CHECK_EQ(c[k].seq, k + 1);
	}
	/* 44 ms, by the seed */
	CHECK(c[2].t3 > base(&r, SLOW_RATE) + 3 * PERIOD * SEC / SLOW_RATE + 40 * MS);
	CHECK(record(&t.r.sim, 0).late_max > 40 * MS);
	ring_stop(&t, 7);
}

TEST("what is late has a callback for each period, or one for all: coalesce")
{
	struct record r;
	struct stream t = lap("jitter=nth 1", "jitter_ns=50000000", &r);

	CHECK_EQ(r.callbacks, PERIODS);
	for (u32 i = 0; i < PERIODS; i++)
		CHECK(lap_holds(&t, i, i));
	lap_close(&t);

	t = RING_ON(DMACTL_EP_SOURCE, SLOW, "coalesce=1", "jitter=nth 1", "jitter_ns=50000000",
		    "residue=segment", "stall=nth 12");
	lap_run(&t, 2, 11);
	CHECK_SOON((r = record(&t.r.sim, 0)).callbacks);
	CHECK_EQ(r.callbacks, 1);
	CHECK_EQ(event(&t).residue, RING - 3 * PERIOD);
	check_no_event(&t);
}

TEST("skip: the period is gone on both sides, and nobody says so")
{
	struct record r;
	struct stream t = lap("skip=nth 3", NULL, &r);

	CHECK_EQ(r.skipped, 1);
	CHECK_EQ(r.callbacks, PERIODS - 1);
	for (u32 i = 0; i < PERIODS; i++)
		CHECK(i == 2 || lap_holds(&t, i, i));
	CHECK_BYTES(t.p + 2 * PERIOD, POISON, PERIOD);
	for (u32 k = 1; k < PERIODS; k++)
		CHECK_EQ(event(&t).residue, RING - (k < 3 ? k : k + 1) % PERIODS * PERIOD);
	check_no_event(&t);
	lap_close(&t);

	t = RING_ON(DMACTL_EP_SINK, SLOW, "skip=nth 3", LAP_AND_STOP);
	lap_run(&t, 1, PERIODS);
	check_sink(&t, PERIODS, 2);
}

TEST("wrong residue, lost interrupt, error: of that period alone")
{
	struct record r;
	struct stream t = lap("wrong_residue=nth 3", NULL, &r);
	struct dmactl_completion c;

	for (u32 k = 1; k <= PERIODS; k++) {
		u64 right = RING - k % PERIODS * PERIOD;

		c = event(&t);
		CHECK(k == 3 ? c.residue > right && c.residue <= right + 255 : c.residue == right);
	}
	lap_close(&t);

	t = lap("lost_interrupt=nth 3", NULL, &r);
	CHECK_EQ(r.callbacks, PERIODS - 1);
	for (u32 k = 1; k < PERIODS; k++)
		CHECK_EQ(event(&t).residue, RING - (k < 3 ? k : k + 1) % PERIODS * PERIOD);
	sim_set(&t.r.sim, "lost_interrupt", "off");
	check_no_event(&t);
	CHECK(lap_holds(&t, 2, 2));
	lap_close(&t);

	t = lap("error=nth 3", NULL, &r);
	for (u32 k = 1; k <= PERIODS; k++)
		CHECK_EQ(event(&t).result, k == 3 ? DMACTL_RES_WRITE_FAILED : DMACTL_RES_OK);
	CHECK_BYTES(t.p + 2 * PERIOD, POISON, PERIOD);
	CHECK(lap_holds(&t, 3, 2));
}

TEST("corrupt, short, stale: the data of that period alone; late does not concern it")
{
	struct record r;
	struct stream t = lap("corrupt=nth 3", NULL, &r);
	u32 wrong = 0;

	for (u32 i = 0; i < RING; i++)
		wrong += t.p[i] != (u8)(i / 4 >> 8 * (i % 4)) && i / PERIOD == 2;
	CHECK_EQ(wrong, 1);
	CHECK(!lap_holds(&t, 2, 2) && lap_holds(&t, 3, 3));
	lap_close(&t);

	t = lap("short=nth 3", NULL, &r);
	CHECK_EQ(t.p[3 * PERIOD - 1], POISON);
	CHECK(lap_holds(&t, 1, 1) && t.p[3 * PERIOD - 2] != POISON);
	lap_close(&t);

	t = lap("stale=nth 3", NULL, &r);
	CHECK_BYTES(t.p + 2 * PERIOD, POISON, PERIOD);
	CHECK(lap_holds(&t, 3, 2));
	lap_close(&t);

	t = lap("late=every 1", NULL, &r);
	CHECK_EQ(r.callbacks, PERIODS);
}

TEST("stall: off ends the stream as aborted")
{
	struct record r;
	struct stream t = lap(NULL, NULL, &r);
	struct dmactl_completion c;

	sim_set(&t.r.sim, "stall", "off");
	for (u32 k = 1; k <= PERIODS; k++)
		event(&t);
	dm_reap_all(t.r.fd, &c, 1);
	CHECK(c.flags & DMACTL_COMP_F_STREAM);
	CHECK_EQ(c.result, DMACTL_RES_ABORTED);
	rig_works(&t.r);
}

TEST("late_terminate: one more callback, before STOP or the release of the channel returns")
{
	struct record r;

	for (u32 i = 0; i < ARRAY_SIZE(contexts) * 2; i++) {
		struct stream t = lap(contexts[i / 2], "late_terminate=every 1", &r);

		CHECK_EQ(r.callbacks, PERIODS);
		sim_set(&t.r.sim, "late_ns", "3600000000000");
		if (i % 2)
			CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, NULL), 0);
		else
			lap_leave(&t);
		CHECK_SOON(record(&t.r.sim, 0).callbacks == PERIODS + 1);
		sleep_ms(5);
		CHECK_EQ(record(&t.r.sim, 0).callbacks, PERIODS + 1);
		if (i % 2)
			lap_leave(&t);
		sim_remove_all();
	}
}

TEST("late_terminate where nothing can wait for it: then as well")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, SLOW, "late_terminate=every 1", "synchronize=0",
				  LAP_AND_STOP, "late_ns=5000000");

	lap_run(&t, 2, PERIODS);
	CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, NULL), 0);
	CHECK_SOON(record(&t.r.sim, 0).callbacks == PERIODS + 1);
}
