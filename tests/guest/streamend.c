// SPDX-License-Identifier: GPL-2.0
/* STREAM: what is refused, what a channel refuses meanwhile, and all ways to end. */
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ring.h"

#define REFUSED(err, reason, set)                                               \
	do {                                                                    \
		struct dmactl_stream a_ = ring_arg(&t, 2);                      \
		set;                                                            \
		CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a_), -(err));     \
		CHECK_EQ(a_.why, DMACTL_WHY_##reason);                          \
		CHECK(!a_.state && !a_.position && !a_.callbacks && !a_.stamp); \
	} while (0)

TEST("what no stream can be is refused, and says why; then one starts")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST, "max_periods=32");

	REFUSED(EINVAL, OPCODE, a_.action = 0);
	REFUSED(EINVAL, OPCODE, a_.action = 6);
	REFUSED(EOPNOTSUPP, FLAGS, a_.flags = DMACTL_STREAM_F_REOPEN);
	REFUSED(EOPNOTSUPP, FLAGS, a_.flags = 4);
	REFUSED(EINVAL, RESERVED, a_.reserved = 1);
	REFUSED(EINVAL, RESERVED, (a_.action = DMACTL_STREAM_STOP, a_.direction = 2));
	REFUSED(EINVAL, RESERVED, a_.action = DMACTL_STREAM_POSITION);
	REFUSED(ENOENT, CHANNEL, a_.channel = t.r.chan + 1);
	REFUSED(EINVAL, DIRECTION, a_.direction = 0);
	REFUSED(EINVAL, DIRECTION, a_.direction = 3);
	REFUSED(EINVAL, DIRECTION, a_.direction = ~0U);
	REFUSED(EINVAL, LENGTH, a_.period = 0);
	REFUSED(EINVAL, LENGTH, a_.periods = 0);
	REFUSED(EINVAL, LENGTH, a_.periods = 1);
	REFUSED(EINVAL, ALIGN, a_.period = 254);
	REFUSED(EINVAL, ALIGN, (a_.offset = 2, a_.periods = 2));
	REFUSED(ENOENT, BUFFER, a_.buffer = 1000);
	REFUSED(ERANGE, RANGE, a_.periods = 1000);
	REFUSED(ERANGE, RANGE, (a_.periods = ~0U, a_.period = 1ULL << 63));
	REFUSED(ERANGE, RANGE, a_.offset = ~0ULL - 3);
	REFUSED(ENOBUFS, PREP, (a_.period = 64, a_.periods = 64));
	ring_start(&t, 2);
	ring_stop(&t, 1);
}

TEST("without an endpoint, without the operation, and with nothing to act on")
{
	struct stream t = { .r = rig_on(sim_make("t-stream", "cyclic=0", NULL), DMACTL_BUF_PAGES,
					RIG_BYTES) };
	struct stream u = { .r = rig_on(sim_make("t-other", NULL), DMACTL_BUF_PAGES, RIG_BYTES) };
	struct dmactl_stream a;

	REFUSED(EOPNOTSUPP, LACKS, (void)a_);
	t = u;
	REFUSED(ENOTCONN, ENDPOINT, (void)a_);
	for (u32 action = DMACTL_STREAM_STOP; action <= DMACTL_STREAM_POSITION; action++) {
		CHECK_EQ(ring_act(&t, action, &a), -ENODATA);
		CHECK_EQ(a.why, DMACTL_WHY_STATE);
	}
}

TEST("a ring must be contiguous for the device; pages and a part of a buffer are as good")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST);
	struct dmactl_buf_create b = dm_buf_arg(DMACTL_BUF_USER, DMACTL_NONE, 16 * 4096);
	struct dmactl_stream a = ring_arg(&t, 2);
	void *p = mmap(NULL, b.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	u32 samples = dm_buf(t.r.fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 4096, NULL);

	REFUSED(EINVAL, KIND, a_.buffer = samples);
	CHECK(p != MAP_FAILED);
	memset(p, POISON, b.bytes);
	b.address = (uintptr_t)p;
	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_BUF_CREATE, &b), 0);
	if ((1ULL << b.granule) < b.bytes)
		REFUSED(E2BIG, SPLIT, (a_.buffer = b.buffer, a_.periods = 16, a_.period = 4096));
	a.buffer = t.r.dst;
	a.offset = 64;
	memset(t.r.pdst, POISON, RIG_BYTES);
	CHECK_EQ(dm_sync(t.r.fd, t.r.dst, DMACTL_SYNC_DEVICE, 0, RIG_BYTES), 0);
	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a), 0);
	for (u32 i = 1; i <= 2 * PERIODS; i++) {
		struct dmactl_completion c;

		dm_reap_all(t.r.fd, &c, 1);
		check_event(&t, &c, i);
	}
	ring_stop(&t, 2 * PERIODS + 1);
	CHECK_EQ(dm_sync(t.r.fd, t.r.dst, DMACTL_SYNC_CPU, 0, RIG_BYTES), 0);
	CHECK_BYTES(t.r.pdst, POISON, 64);
	CHECK_BYTES(t.r.pdst + 64 + RING, POISON, 64);
	CHECK(!all_bytes(t.r.pdst + 64, POISON, RING));
}

TEST("a channel with a stream takes nothing else")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST);
	struct dmactl_op op = op_copy(t.r.chan, t.r.dst, 0, t.r.src, 0, 64);
	struct dmactl_run run = dm_run_arg(&op, 1);
	struct dmactl_stream a = ring_arg(&t, 2);
	struct dmactl_submit s = { 0 };

	ring_start(&t, 2);
	CHECK_EQ(dm_submit(t.r.fd, &op, 1, &s), -EBUSY);
	CHECK_EQ(s.why, DMACTL_WHY_STATE);
	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_RUN, &run), -EBUSY);
	CHECK_EQ(ring_config(&t.r, DMACTL_EP_SINK), -EBUSY);
	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a), -EBUSY);
	CHECK_EQ(a.why, DMACTL_WHY_STATE);
	CHECK_EQ(dm_release(t.r.fd, t.r.chan), -EBUSY); /* the coherent ring */
	ring_stop(&t, 1);
	rig_works(&t.r);
}

TEST("operations in flight keep a stream from starting")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, "stall=every 1");
	struct dmactl_op op = op_copy(t.r.chan, t.r.dst, 0, t.r.src, 0, 64);
	struct dmactl_stream a = ring_arg(&t, 2);

	dm_submit_all(t.r.fd, &op, 1);
	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a), -EBUSY);
	CHECK_EQ(a.why, DMACTL_WHY_STATE);
}

TEST("a ring that was destroyed, and a channel that is released, end with the stream")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST);
	struct dmactl_stream a = ring_arg(&t, 2);
	struct dmactl_completion c;

	ring_start(&t, 2);
	munmap(t.p, 4096);
	CHECK_EQ(dm_buf_destroy(t.r.fd, t.ring), 0);
	dm_reap_all(t.r.fd, &c, 1);
	check_event(&t, &c, 1);
	ring_stop(&t, 2);

	a.buffer = t.r.dst;
	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a), 0);
	CHECK_EQ(dm_release(t.r.fd, t.r.chan), 0);
	CHECK_EQ(ring_drain(&t, 1).result, DMACTL_RES_OK);
}

static void stream_and_wait(const struct stream *t, int tell)
{
	struct dmactl_completion c;

	ring_start(t, 2);
	dm_reap_all(t->r.fd, &c, 1);
	CHECK_EQ(write(tell, "", 1), 1);
	for (;;)
		pause();
}

TEST("a session that is closed or killed in mid stream leaves nothing behind")
{
	struct sim sim = sim_make("t-stream", FAST, "channels=2", NULL);
	struct stream t = ring_on(sim, DMACTL_EP_SOURCE);
	int told[2];
	pid_t pid;
	char byte;

	ring_start(&t, 2);
	rig_close(&t.r);
	munmap(t.p, 4096);
	CHECK_EQ(pipe(told), 0);
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		struct stream u = ring_on(sim, DMACTL_EP_SOURCE);

		stream_and_wait(&u, told[1]);
	}
	close(told[1]);
	CHECK_EQ(read(told[0], &byte, 1), 1);
	kill(pid, SIGKILL);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	t = ring_on(sim, DMACTL_EP_SOURCE);
	ring_start(&t, 2);
	ring_stop(&t, 1);
	rig_works(&t.r);
}

TEST("class b: stopped, not synchronized: the channel was given back, and works")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST, "synchronize=0");
	struct dmactl_completion c;

	for (u32 lap = 0; lap < 3; lap++) {
		ring_start(&t, 2);
		dm_reap_all(t.r.fd, &c, 1);
		CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, NULL), 0);
		c = ring_drain(&t, 2);
		CHECK_EQ(c.result, DMACTL_RES_OK);
		CHECK_EQ(c.flags, DMACTL_COMP_F_STREAM | DMACTL_COMP_F_UNSYNCED);
	}
	rig_works(&t.r);
}

TEST("the channel given back and taken again on demand keeps the ring and its endpoint")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST);
	struct dmactl_completion c;

	for (u32 lap = 0; lap < 3; lap++) {
		ring_start(&t, 2);
		dm_reap_all(t.r.fd, &c, 1);
		CHECK_EQ(ring_act_flags(&t, DMACTL_STREAM_STOP, DMACTL_STREAM_F_REOPEN, NULL), 0);
		CHECK_EQ(ring_drain(&t, 2).flags, DMACTL_COMP_F_STREAM);
	}
	rig_works(&t.r);
}

TEST("class c: it cannot be stopped: the ring is the engine's until the provider leaves")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST, "terminate=0", "synchronize=0");
	struct dmactl_stream a = ring_arg(&t, 2);
	struct dmactl_completion c;
	u8 before[RING];

	ring_start(&t, 2);
	dm_reap_all(t.r.fd, &c, 1);
	CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, NULL), 0);
	c = ring_drain(&t, 2);
	CHECK_EQ(c.flags, DMACTL_COMP_F_STREAM | DMACTL_COMP_F_QUARANTINED);
	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a), -EIO);
	CHECK_EQ(a.why, DMACTL_WHY_STATE);
	memcpy(before, t.p, RING);
	CHECK_SOON(memcmp(before, t.p, RING)); /* it still writes, and that is ours to see */
	CHECK_EQ(dm_reap(t.r.fd, &c, 1, 0, 0), 0);
	CHECK_EQ(sim_unbind(&t.r.sim), 0);
	rig_close(&t.r);
	munmap(t.p, 4096);
	CHECK_SOON(!module_unload("dmactl"));
	modules_up();
}

TEST("a provider that leaves in mid stream ends it, after its last event")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST);
	struct pollfd p = { .fd = t.r.fd, .events = POLLIN };
	struct dmactl_stream a;
	struct dmactl_completion c;
	u64 seq = 0;

	ring_start(&t, 2);
	dm_reap_all(t.r.fd, &c, 1);
	CHECK_EQ(sim_unbind(&t.r.sim), 0);
	for (;;) {
		CHECK_EQ(dm_reap(t.r.fd, &c, 1, 1, SEC), 1);
		if (c.flags & DMACTL_COMP_F_STREAM)
			break;
		seq = c.seq;
	}
	CHECK_EQ(c.result, DMACTL_RES_ABORTED);
	CHECK(c.seq >= seq);
	CHECK_EQ(dm_reap(t.r.fd, &c, 1, 1, SEC), -ENODEV);
	CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, &a), -ENODEV);
	CHECK_EQ(poll(&p, 1, 0), 1);
	CHECK(p.revents & POLLHUP);
}

TEST("a stream that its provider aborts while it is paused does not leave the channel so")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST, "stall=after 3");
	struct dmactl_completion c;

	for (u32 lap = 0; lap < 2; lap++) {
		ring_start(&t, 2);
		CHECK_SOON(sim_injected(&t.r.sim, "stall") == lap + 1);
		CHECK_EQ(ring_act(&t, DMACTL_STREAM_PAUSE, NULL), 0);
		sim_set(&t.r.sim, "stall", "off");
		do
			dm_reap_all(t.r.fd, &c, 1);
		while (!(c.flags & DMACTL_COMP_F_STREAM));
		CHECK_EQ(c.result, DMACTL_RES_ABORTED);
		CHECK_EQ(ring_act(&t, DMACTL_STREAM_RESUME, NULL), -ENODATA);
		if (lap)
			break;
		ring_start(&t, 2);
		dm_reap_all(t.r.fd, &c, 1);
		ring_stop(&t, 2);
		sim_set(&t.r.sim, "stall", "after 3");
	}
	rig_works(&t.r);
}

TEST("class c without callbacks: the ring is given back when the provider leaves")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST, "terminate=0", "synchronize=0");
	struct dmactl_stream a = ring_arg(&t, 2);

	a.flags = DMACTL_STREAM_F_NO_INTERRUPT;
	CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a), 0);
	CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, NULL), 0);
	CHECK_EQ(sim_unbind(&t.r.sim), 0);
	rig_close(&t.r);
	munmap(t.p, 4096);
	CHECK_SOON(!module_unload("dmactl"));
	modules_up();
}

TEST("late callbacks of a provider that cannot synchronize are nobody's")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST, "synchronize=0", "late_ns=1000000",
				  "late_terminate=every 2");
	struct dmactl_completion c;

	for (u32 lap = 0; lap < 10; lap++) {
		ring_start(&t, 2);
		dm_reap_all(t.r.fd, &c, 1);
		CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, NULL), 0);
		ring_drain(&t, 2);
	}
	rig_works(&t.r);
}
