// SPDX-License-Identifier: GPL-2.0
/* What dma-sim does in a cyclic transfer: time, residue, the peripheral, pauses, the end. */
#include "lap.h"

static void check_aborted(const struct stream *t)
{
	struct dmactl_completion c;

	do
		dm_reap_all(t->r.fd, &c, 1);
	while (!(c.flags & DMACTL_COMP_F_STREAM));
	CHECK_EQ(c.result, DMACTL_RES_ABORTED);
	CHECK_EQ(dm_reap(t->r.fd, &c, 1, 1, SEC), -ENODEV);
}

TEST("every period is due to the nanosecond, with a rate that is no round number, in all contexts")
{
	struct dmactl_completion c;
	struct record r;

	for (u32 i = 0; i < ARRAY_SIZE(contexts); i++) {
		struct stream t = RING_ON(DMACTL_EP_SOURCE, "rate=249989", contexts[i]);

		ring_start(&t, 2);
		check_no_drift(&t, 249989, 0, 120);
		r = record(&t.r.sim, 0);
		CHECK(!r.skipped && r.callbacks == r.periods);
		for (u32 k = 1; k <= 100; k++) {
			c = event(&t);
			CHECK_EQ(c.seq, k);
			CHECK(c.t3 >= base(&r, 249989) + k * PERIOD * SEC / 249989);
		}
		ring_stop(&t, 101);
		lap_close(&t);
	}
}

TEST("in the callback the period is done: residue segment and burst; descriptor is the whole ring")
{
	static const char *const kinds[] = { "residue=descriptor", "residue=segment",
					     "residue=burst" };

	for (u32 i = 0; i < ARRAY_SIZE(contexts) * ARRAY_SIZE(kinds); i++) {
		struct stream t = RING_ON(DMACTL_EP_SOURCE, SLOW, contexts[i / 3], kinds[i % 3]);

		ring_start(&t, 2);
		for (u32 k = 1; k <= 3 * PERIODS; k++)
			CHECK_EQ(event(&t).residue, i % 3 ? RING - k % PERIODS * PERIOD : RING);
		ring_stop(&t, 3 * PERIODS + 1);
		lap_close(&t);
	}
}

TEST("residue burst moves within a period, and is never ahead of the data")
{
	for (u32 i = 0; i < ARRAY_SIZE(contexts); i++) {
		struct stream t = RING_ON(DMACTL_EP_SOURCE, attr_of("rate", 25600 / pace()),
					  "residue=burst", LAP_AND_STOP, contexts[i]);
		struct dmactl_stream a;
		u32 last = 0, within = 0;

		memset(t.p, POISON, RING);
		ring_start(&t, 2);
		while (record(&t.r.sim, 0).periods < PERIODS) {
			CHECK_EQ(ring_act(&t, DMACTL_STREAM_POSITION, &a), 0);
			if (!a.position)
				continue;
			CHECK(a.position >= last && a.position % 4 == 0);
			for (; last < a.position; last += 4)
				CHECK_EQ(*(volatile u32 *)(t.p + last), last / 4);
			within += a.position % PERIOD != 0;
		}
		IN_TIME(within);
		ring_stop(&t, 1);
		lap_close(&t);
	}
}

TEST("the source counts on from lap to lap; the sink has what was played, byte for byte")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, SLOW, "stall=nth 20");
	struct record r;

	r = lap_run(&t, 2, 19);
	CHECK_EQ(r.periods, 19);
	for (u32 i = 0; i < PERIODS; i++)
		CHECK(lap_holds(&t, i, i < 3 ? 16 + i : 8 + i));
	ring_stop(&t, 1);
	sim_set(&t.r.sim, "stall", "nth 20");
	CHECK_EQ(ring_config(&t.r, DMACTL_EP_SINK), 0);
	lap_run(&t, 1, 19);
	check_sink(&t, 19, 19);
}

TEST("loopback: what one channel plays another records; each waits for the other")
{
	struct sim sim =
		sim_make("t-stream", SLOW, "fifo=512", "channels=2", "residue=burst", NULL);
	struct stream tx = ring_on(sim, DMACTL_EP_LOOPBACK), rx = tx;
	struct record r;
	void *p;

	rx.r.chan = dm_claim(tx.r.fd, sim_chan(&sim, 1));
	CHECK_EQ(ring_config(&rx.r, DMACTL_EP_LOOPBACK), 0);
	rx.ring = dm_buf(tx.r.fd, DMACTL_BUF_COHERENT, rx.r.chan, RING, &p);
	rx.p = p;
	memset(p, POISON, RING);
	fill_pattern(tx.p, RING, 9);

	ring_start(&rx, 2);
	sleep_ms(5);
	CHECK_EQ(record(&sim, 1).periods, 0);
	CHECK_BYTES(p, POISON, RING);
	ring_start(&tx, 1);
	CHECK_SOON(record(&sim, 1).periods > 3 * PERIODS);
	CHECK_MEM(p, tx.p, RING);
	CHECK_EQ(ring_act(&tx, DMACTL_STREAM_PAUSE, NULL), 0);
	CHECK_SOON((r = record(&sim, 1), sleep_ms(10), r.periods == record(&sim, 1).periods));
	CHECK(r.periods <= record(&sim, 0).periods);
	CHECK_EQ(ring_act(&tx, DMACTL_STREAM_RESUME, NULL), 0);
	CHECK_SOON(record(&sim, 1).periods > r.periods + PERIODS);
	CHECK_MEM(p, tx.p, RING);
	CHECK_EQ(ring_act(&rx, DMACTL_STREAM_STOP, NULL), 0);
	CHECK_SOON((r = record(&sim, 0), sleep_ms(10), r.periods == record(&sim, 0).periods));
}

TEST("paused it stands still and owes nothing; resumed, its time has moved by the pause")
{
	struct dmactl_completion c;
	struct dmactl_stream a, b;
	struct record r, s;

	for (u32 i = 0; i < ARRAY_SIZE(contexts); i++) {
		struct stream t = RING_ON(DMACTL_EP_SOURCE, SLOW, "residue=burst", contexts[i]);

		ring_start(&t, 2);
		event(&t);
		CHECK_EQ(ring_act(&t, DMACTL_STREAM_PAUSE, NULL), 0);
		/* Once a step that was being done is done. */
		CHECK_SOON((ring_act(&t, DMACTL_STREAM_POSITION, &a), r = record(&t.r.sim, 0),
			    sleep_ms(20), ring_act(&t, DMACTL_STREAM_POSITION, &b),
			    s = record(&t.r.sim, 0),
			    !memcmp(&r, &s, sizeof(r)) && b.position == a.position &&
				    b.callbacks == a.callbacks));
		CHECK_EQ(ring_act(&t, DMACTL_STREAM_RESUME, NULL), 0);
		CHECK_SOON((s = record(&t.r.sim, 0)).periods > r.periods);
		CHECK(base(&s, SLOW_RATE) >= base(&r, SLOW_RATE) + 20 * MS);
		check_no_drift(&t, SLOW_RATE, base(&s, SLOW_RATE), s.periods + 20);
		for (u32 k = 2; k < 2 * PERIODS; k++) {
			c = event(&t);
			CHECK_EQ(c.seq, k);
			CHECK_EQ(c.residue, RING - k % PERIODS * PERIOD);
		}
		ring_stop(&t, 2 * PERIODS);
		lap_close(&t);
	}
}

TEST("an unbind in mid-stream aborts it, once, in all contexts; with and without terminate")
{
	static const char *const classes[] = { "terminate=1", "terminate=0" };

	for (u32 i = 0; i < ARRAY_SIZE(contexts) * 2; i++) {
		struct stream t = RING_ON(DMACTL_EP_SOURCE, SLOW, contexts[i / 2], classes[i % 2]);

		ring_start(&t, 2);
		event(&t);
		CHECK_EQ(sim_unbind(&t.r.sim), 0);
		check_aborted(&t);
		lap_close(&t);
	}
}

TEST("what cannot be terminated runs on until its device goes")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, SLOW, "terminate=0");
	struct record r;

	ring_start(&t, 2);
	CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, NULL), 0);
	r = record(&t.r.sim, 0);
	CHECK_SOON(record(&t.r.sim, 0).periods > r.periods + PERIODS);
	CHECK_EQ(sim_unbind(&t.r.sim), 0);
}

TEST("without a rate, and faster than any CPU: others go on, and it stops")
{
	static const char *const rates[] = { "rate=0", "rate=10000000000" };

	for (u32 i = 0; i < ARRAY_SIZE(contexts) * 2; i++) {
		struct stream t =
			RING_ON(DMACTL_EP_SOURCE, rates[i % 2], contexts[i / 2], "residue=burst");
		struct dmactl_stream a;

		ring_start(&t, 2);
		CHECK_SOON(record(&t.r.sim, 0).periods > 100);
		sim_set(&t.r.sim, "lost_interrupt", "nth 1");
		sim_set(&t.r.sim, "lost_interrupt", "off");
		CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, &a), 0);
		CHECK_EQ(a.state, DMACTL_STREAM_STOPPED);
		lap_close(&t);
	}
}

TEST("prep refuses more periods, or longer ones, than there may be; nothing moves with engine null")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, SLOW, "max_periods=7");
	struct dmactl_stream a = ring_arg(&t, 2);

	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a), -ENOBUFS);
	a = ring_arg(&t, 2);
	a.periods = 7;
	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a), 0);
	lap_close(&t);

	t = RING_ON(DMACTL_EP_SOURCE, SLOW, "max_segment=255");
	a = ring_arg(&t, 2);
	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a), -ENOBUFS);
	a = ring_arg(&t, 2);
	a.period = 252;
	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a), 0);
	lap_close(&t);

	t = RING_ON(DMACTL_EP_SOURCE, SLOW, "engine=null", "skip=nth 2", LAP_AND_STOP);
	CHECK_EQ(lap_run(&t, 2, PERIODS).callbacks, PERIODS - 1);
	CHECK_BYTES(t.p, POISON, RING);
}
