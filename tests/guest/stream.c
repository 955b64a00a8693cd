// SPDX-License-Identifier: GPL-2.0
/* STREAM: cyclic transfers and their events. */
#include <poll.h>
#include <unistd.h>

#include "ring.h"

TEST("every period has its event: number, stamp, residue; the data is there")
{
	struct stream t =
		RING_ON(DMACTL_EP_SOURCE, attr_of("rate", 64000 / pace()), "residue=burst");
	struct dmactl_completion c, last = { 0 };
	struct dmactl_stream a;
	u32 word, data = 0;

	ring_start(&t, 2);
	for (u32 i = 1; i <= 3 * PERIODS || (!data && i < 1000); i++) {
		dm_reap_all(t.r.fd, &c, 1);
		check_event(&t, &c, i);
		CHECK(c.t3 > last.t3);
		/* The callback of a period comes when the engine is in one behind it. */
		CHECK_EQ((RING - c.residue) / PERIOD % PERIODS, i % PERIODS);
		CHECK_EQ(ring_act(&t, DMACTL_STREAM_POSITION, &a), 0);
		CHECK_EQ(a.state, DMACTL_STREAM_RUNNING);
		CHECK(a.callbacks >= i && !a.dropped && a.stamp >= c.t3 && a.position < RING);
		last = c;
		memcpy(&word, t.p + (i - 1) % PERIODS * PERIOD, 4);
		CHECK_EQ(ring_act(&t, DMACTL_STREAM_POSITION, &a), 0);
		if (a.callbacks > i + PERIODS - 2) /* we were slow, it may be overwritten */
			continue;
		CHECK_EQ(word, (i - 1) * PERIOD / 4);
		data++;
	}
	IN_TIME(data);
	ring_stop(&t, c.seq + 1);
	rig_works(&t.r);
}

TEST("memory to device: the peripheral gets the ring, lap after lap")
{
	struct stream t = RING_ON(DMACTL_EP_SINK, FAST);
	struct dmactl_completion c;
	char path[128], text[256];
	unsigned long long bytes;
	unsigned int n;

	fill_pattern(t.p, RING, 7);
	ring_start(&t, 1);
	for (u32 i = 1; i <= 2 * PERIODS; i++) {
		dm_reap_all(t.r.fd, &c, 1);
		check_event(&t, &c, i);
	}
	ring_stop(&t, 2 * PERIODS + 1);
	snprintf(path, sizeof(path), SIM_ROOT "/%s/sink", t.r.sim.name);
	CHECK(read_file(path, text, sizeof(text)) > 0);
	if (sscanf(text, "%u %llu", &n, &bytes) != 2)
		FAIL("sink: %s", text);
	CHECK(bytes >= 2 * RING);
}

TEST("stopped and started again it begins at the ring's start; there is one end each")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST, "residue=segment");
	struct dmactl_completion c;

	for (u32 lap = 0; lap < 20; lap++) {
		ring_start(&t, 2);
		for (u32 i = 1; i <= 3; i++) {
			dm_reap_all(t.r.fd, &c, 1);
			check_event(&t, &c, i);
			if (i == 1)
				CHECK(RING - c.residue >= PERIOD);
		}
		ring_stop(&t, 4);
	}
	rig_works(&t.r);
}

TEST("one read takes many events, poll says when there are some")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST);
	struct pollfd p = { .fd = t.r.fd, .events = POLLIN };
	struct dmactl_completion c[64];
	ssize_t n;
	u64 seq = 1;

	CHECK_EQ(poll(&p, 1, 0), 0);
	ring_start(&t, 2);
	CHECK_EQ(dm_reap(t.r.fd, c, 40, 40, 0), 40);
	for (; seq <= 40; seq++)
		check_event(&t, &c[seq - 1], seq);
	CHECK_EQ(poll(&p, 1, 10000 * slow()), 1);
	CHECK_EQ(p.revents, POLLIN);
	ring_passes(&t, 60);
	n = read(t.r.fd, c, sizeof(c));
	CHECK(n > 0 && n % sizeof(c[0]) == 0);
	for (unsigned int i = 0; i < n / sizeof(c[0]); i++, seq++)
		check_event(&t, &c[i], seq);
	CHECK(seq > 42);
	ring_stop(&t, seq);
}

TEST("what nobody takes is dropped, and counted")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, "rate=40960000"); /* 160000 a second */
	struct dmactl_completion c;
	struct dmactl_stream a;
	u64 seq = 0, lost = 0;

	ring_start(&t, 2);
	do {
		sleep_ms(10);
		CHECK_EQ(ring_act(&t, DMACTL_STREAM_POSITION, &a), 0);
	} while (a.dropped < 10);
	CHECK(a.callbacks >= 8192 + 10);
	CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, &a), 0);
	for (;;) {
		dm_reap_all(t.r.fd, &c, 1);
		if (c.flags & DMACTL_COMP_F_STREAM)
			break;
		lost += c.seq - seq - 1;
		seq = c.seq;
	}
	CHECK_EQ(seq, 8192);
	CHECK_EQ(lost, 0);
	CHECK_EQ(c.seq, a.callbacks);
	CHECK_EQ(a.callbacks, 8192 + a.dropped);
}

TEST("without interrupts there are no events, and the position tells")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST, "residue=burst");
	struct dmactl_stream a = ring_arg(&t, 2), b;
	struct dmactl_completion c;

	a.flags = DMACTL_STREAM_F_NO_INTERRUPT;
	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a), 0);
	CHECK_EQ(ring_act(&t, DMACTL_STREAM_POSITION, &a), 0);
	CHECK_SOON(!ring_act(&t, DMACTL_STREAM_POSITION, &b) && b.position != a.position);
	CHECK_EQ(dm_reap(t.r.fd, &c, 1, 1, 20 * MS), -ETIME);
	CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, &b), 0);
	CHECK_EQ(b.callbacks, 0);
	CHECK_EQ(ring_drain(&t, 1).result, DMACTL_RES_OK);
}

TEST("paused, it stands still; resumed, it goes on; what cannot be paused says so")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST);
	struct stream u =
		ring_on(sim_make("t-other", "pause=0", "resume=0", NULL), DMACTL_EP_SOURCE);
	struct dmactl_stream a, b;
	struct dmactl_completion c;

	ring_start(&t, 2);
	dm_reap_all(t.r.fd, &c, 1);
	CHECK_EQ(ring_act(&t, DMACTL_STREAM_PAUSE, &a), 0);
	CHECK_EQ(a.state, DMACTL_STREAM_PAUSED);
	/* Once what was being done at that moment is done. */
	CHECK_SOON((ring_act(&t, DMACTL_STREAM_POSITION, &a), sleep_ms(20),
		    ring_act(&t, DMACTL_STREAM_POSITION, &b),
		    a.position == b.position && a.callbacks == b.callbacks));
	CHECK_EQ(a.state, DMACTL_STREAM_PAUSED);
	CHECK_EQ(b.state, DMACTL_STREAM_PAUSED);
	CHECK_EQ(ring_act(&t, DMACTL_STREAM_RESUME, &a), 0);
	CHECK_EQ(a.state, DMACTL_STREAM_RUNNING);
	CHECK_SOON(!ring_act(&t, DMACTL_STREAM_POSITION, &a) && a.callbacks > b.callbacks);
	ring_stop(&t, 2);

	ring_start(&u, 2);
	CHECK_EQ(ring_act(&u, DMACTL_STREAM_PAUSE, &a), -EOPNOTSUPP);
	CHECK_EQ(ring_act(&u, DMACTL_STREAM_RESUME, &a), -EOPNOTSUPP);
	CHECK_EQ(ring_act(&u, DMACTL_STREAM_POSITION, &a), 0);
	CHECK_EQ(a.state, DMACTL_STREAM_RUNNING);
	ring_stop(&u, 1);
}

TEST("two streams of one session; each has its events in order")
{
	struct sim sim = sim_make("t-stream", FAST, "channels=2", NULL);
	struct stream t = ring_on(sim, DMACTL_EP_SOURCE), u = t;
	struct dmactl_completion c;
	u64 seq[2] = { 0, 0 };
	void *p;

	u.r.chan = dm_claim(t.r.fd, sim_chan(&sim, 1));
	CHECK_EQ(ring_config(&u.r, DMACTL_EP_SINK), 0);
	u.ring = dm_buf(u.r.fd, DMACTL_BUF_COHERENT, u.r.chan, RING, &p);
	ring_start(&t, 2);
	ring_start(&u, 1);
	while (seq[0] < 50 || seq[1] < 50) {
		dm_reap_all(t.r.fd, &c, 1);
		check_event(c.channel == t.r.chan ? &t : &u, &c, ++seq[c.channel == u.r.chan]);
	}
	CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, NULL), 0);
	CHECK_EQ(ring_act(&u, DMACTL_STREAM_STOP, NULL), 0);
	for (int ends = 0; ends < 2;) {
		dm_reap_all(t.r.fd, &c, 1);
		if (c.flags & DMACTL_COMP_F_STREAM)
			ends++;
		else
			check_event(c.channel == t.r.chan ? &t : &u, &c,
				    ++seq[c.channel == u.r.chan]);
	}
}

TEST("a period that failed says so, and the stream goes on")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST, "error=nth 3");
	struct dmactl_completion c;

	ring_start(&t, 2);
	for (u32 i = 1; i <= 6; i++) {
		dm_reap_all(t.r.fd, &c, 1);
		CHECK_EQ(c.seq, i);
		CHECK_EQ(c.result, i == 3 ? DMACTL_RES_WRITE_FAILED : DMACTL_RES_OK);
	}
	ring_stop(&t, 7);
}

TEST("a stream that is read one by one does not keep operations from their reader")
{
	struct sim sim = sim_make("t-stream", "rate=1024000", "channels=2", "context=inline", NULL);
	struct stream t = ring_on(sim, DMACTL_EP_SOURCE);
	struct dmactl_op op = op_interrupt(dm_claim(t.r.fd, sim_chan(&sim, 1)));
	struct dmactl_completion c;
	u32 reads = 0;

	ring_start(&t, 2);
	CHECK_EQ(dm_reap(t.r.fd, &c, 1, 1, 0), 1);
	ring_passes(&t, 200);
	dm_submit_all(t.r.fd, &op, 1);
	do {
		dm_reap_all(t.r.fd, &c, 1);
	} while (c.flags & DMACTL_COMP_F_PERIOD && ++reads < 30);
	CHECK_EQ(c.flags, 0);
}

TEST("the end of a stream comes between its events and those of the next one")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST);
	struct dmactl_op op = op_copy(t.r.chan, t.r.dst, 0, t.r.src, 0, 64);
	struct dmactl_stream a;
	struct dmactl_completion c;
	u32 seen = 0;

	for (u32 lap = 0; lap < 3; lap++) {
		/* Not while an operation is in flight. */
		CHECK_SOON((a = ring_arg(&t, 2), !dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a)));
		ring_passes(&t, 5);
		CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, NULL), 0);
		dm_submit_all(t.r.fd, &op, 1);
		CHECK_SOON(!dm_submit(t.r.fd, &op, 1, NULL));
	}
	for (u32 ends = 0; ends < 3;) {
		dm_reap_all(t.r.fd, &c, 1);
		if (c.flags & DMACTL_COMP_F_PERIOD)
			check_event(&t, &c, ++seen);
		if (!(c.flags & DMACTL_COMP_F_STREAM))
			continue;
		CHECK_EQ(c.seq, seen);
		seen = 0;
		ends++;
	}
}
