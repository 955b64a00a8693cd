// SPDX-License-Identifier: GPL-2.0
/* Every allocation, and every copy from and to the caller, fails once: REAP, RUN, STREAM. */
#define _GNU_SOURCE
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fail.h"
#include "kinds.h"
#include "ring.h"

#define FEW    "descriptors=24", "channels=1"
#define BYTES  (4 * 4096U)
#define COPIES 4

static struct sim sim;	/* one for all of a case */
static struct stream t; /* made afresh each time */
static struct kind kind;
static struct dmactl_op ops[COPIES];
static struct dmactl_completion comps[COPIES];
static struct dmactl_reap reap;
static struct dmactl_run run;
static struct dmactl_stream stream;

static void end_rig(u32 v, bool whole)
{
	(void)v;
	(void)whole;
	rig_close(&t.r);
}

/* Completions wait to be taken. */
static void begin_reap(u32 v)
{
	struct pollfd p = { .events = POLLIN };
	u32 i;

	(void)v;
	t.r = rig_on(sim, DMACTL_BUF_PAGES, BYTES);
	for (i = 0; i < COPIES; i++)
		ops[i] = op_copy(t.r.chan, t.r.dst, i * AREA, t.r.src, i * AREA, AREA);
	dm_submit_all(t.r.fd, ops, COPIES);
	p.fd = t.r.fd;
	CHECK_EQ(poll(&p, 1, 20000), 1);
	memset(comps, POISON, sizeof(comps));
	POISONED(reap);
	reap.flags = 0;
	reap.comp_size = sizeof(comps[0]);
	reap.max = reap.min = COPIES;
	reap.comps = (uintptr_t)comps;
	reap.timeout_ns = 0;
	fail_watch(&reap, sizeof(reap));
}

static int fire_reap(u32 v)
{
	(void)v;
	return dm_ioctl(t.r.fd, DMACTL_IOC_REAP, &reap);
}

static int fire_read(u32 v)
{
	ssize_t n = read(t.r.fd, comps, sizeof(comps));

	(void)v;
	return n < 0 ? -errno : (int)n;
}

static int fire_poll(u32 v)
{
	struct pollfd p = { .fd = t.r.fd, .events = POLLIN };

	(void)v;
	return poll(&p, 1, 0) < 0 ? -errno : 0;
}

static int fire_fdinfo(u32 v)
{
	char path[64], text[4096];

	(void)v;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", t.r.fd);
	return read_file(path, text, sizeof(text));
}

TEST("REAP, read, poll, fdinfo")
{
	static const struct fail_path paths[] = {
		{ "REAP", FAIL_STAYS, 0, begin_reap, fire_reap, end_rig },
		{ "read", FAIL_STAYS, 0, begin_reap, fire_read, end_rig },
		{ "poll", 0, 0, begin_reap, fire_poll, end_rig },
		{ "fdinfo", 0, 0, begin_reap, fire_fdinfo, end_rig },
	};

	/* They are complete when SUBMIT returns: nothing else changes meanwhile. */
	sim = sim_make("t-fail", FEW, "context=inline", NULL);
	fail_paths(paths, ARRAY_SIZE(paths));
}

static void run_is(u32 flags)
{
	run = dm_run_arg(&kind.op, 1);
	run.flags = flags;
	run.count = 6;
	run.depth = flags & DMACTL_RUN_F_MAP_EACH ? 1 : 3;
	fail_watch(&run, sizeof(run));
	fail_excuse(&run.why, 8);
}

static void begin_run(u32 opcode)
{
	t.r = rig_on(sim, DMACTL_BUF_PAGES, BYTES);
	CHECK_EQ(ring_config(&t.r, DMACTL_EP_SOURCE), 0);
	kind_make(&kind, &t.r, opcode);
	run_is(0);
}

static void begin_run_flags(u32 flags)
{
	t.r = rig_on(sim, DMACTL_BUF_PAGES, BYTES);
	kind_make(&kind, &t.r, DMACTL_OP_MEMCPY);
	run_is(flags);
	if (flags)
		return;
	run.samples = dm_buf(t.r.fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 4096, NULL);
	run.nr_samples = 6;
}

static int fire_run(u32 v)
{
	(void)v;
	return dm_ioctl(t.r.fd, DMACTL_IOC_RUN, &run);
}

static void end_run(u32 v, bool whole)
{
	if (whole) {
		CHECK_EQ(run.done, 6);
		CHECK_EQ(run.failed + run.aborted + run.timed_out, 0);
	}
	end_rig(v, whole);
}

static void run_kinds(u32 from, u32 to)
{
	struct fail_path p = {
		.flags = FAIL_STAYS,
		.begin = begin_run,
		.fire = fire_run,
		.end = end_run,
	};
	char name[64];

	sim = sim_make("t-fail", FEW, NULL);
	for (p.v = from; p.v < to; p.v++) {
		snprintf(name, sizeof(name), "RUN %s", kind_names[p.v]);
		p.name = name;
		fail_paths(&p, 1);
	}
}

TEST("RUN of memcpy, memset, interrupt")
{
	run_kinds(0, DMACTL_OP_XOR);
}

TEST("RUN of xor and pq, and their checks")
{
	run_kinds(DMACTL_OP_XOR, DMACTL_OP_MEMSET_SG);
}

TEST("RUN of memset_sg, interleaved, slave_sg")
{
	run_kinds(DMACTL_OP_MEMSET_SG, KINDS);
}

TEST("RUN polled, mapping each, and with samples")
{
	static const struct fail_path paths[] = {
		{ "RUN polled", FAIL_STAYS, DMACTL_RUN_F_POLL, begin_run_flags, fire_run, end_run },
		{ "RUN mapping each", FAIL_STAYS, DMACTL_RUN_F_MAP_EACH, begin_run_flags, fire_run,
		  end_run },
		{ "RUN with samples", FAIL_STAYS, 0, begin_run_flags, fire_run, end_run },
	};

	sim = sim_make("t-fail", FEW, NULL);
	fail_paths(paths, ARRAY_SIZE(paths));
}

/* START of one, or an action on one that runs. */
static void begin_stream(u32 action)
{
	t.r = rig_on(sim, DMACTL_BUF_PAGES, BYTES);
	CHECK_EQ(ring_config(&t.r, DMACTL_EP_SOURCE), 0);
	t.ring = dm_buf(t.r.fd, DMACTL_BUF_COHERENT, t.r.chan, RING, NULL);
	stream = ring_arg(&t, 2);
	if ((action & 15) != DMACTL_STREAM_START) {
		ring_start(&t, 2);
		if (action == DMACTL_STREAM_RESUME)
			CHECK_EQ(ring_act(&t, DMACTL_STREAM_PAUSE, NULL), 0);
		stream = (struct dmactl_stream){
			.size = sizeof(stream),
			.channel = t.r.chan,
			.action = action & 15,
			.flags = action >> 4,
		};
	}
	fail_watch(&stream, offsetof(struct dmactl_stream, why));
	fail_watch(&stream.user_data, 8);
}

static int fire_stream(u32 v)
{
	(void)v;
	return dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &stream);
}

/* The ring is silent (a period an hour), so that nothing changes by itself. */
TEST("STREAM: each action")
{
	static const struct fail_path paths[] = {
		{ "STREAM start", FAIL_STAYS, DMACTL_STREAM_START, begin_stream, fire_stream,
		  end_rig },
		{ "STREAM stop", FAIL_STAYS, DMACTL_STREAM_STOP, begin_stream, fire_stream,
		  end_rig },
		{ "STREAM stop, reopen", FAIL_STAYS,
		  DMACTL_STREAM_STOP | DMACTL_STREAM_F_REOPEN << 4, begin_stream, fire_stream,
		  end_rig },
		{ "STREAM pause", FAIL_STAYS, DMACTL_STREAM_PAUSE, begin_stream, fire_stream,
		  end_rig },
		{ "STREAM resume", FAIL_STAYS, DMACTL_STREAM_RESUME, begin_stream, fire_stream,
		  end_rig },
		{ "STREAM position", FAIL_STAYS, DMACTL_STREAM_POSITION, begin_stream, fire_stream,
		  end_rig },
	};

	sim = sim_make("t-fail", FEW, "rate=1", NULL);
	fail_paths(paths, ARRAY_SIZE(paths));
}

TEST("how many there were")
{
	fail_total_line("REAP, RUN, STREAM");
}
