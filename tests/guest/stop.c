// SPDX-License-Identifier: GPL-2.0
/*
 * Engines that hang, under the three stop classes: (a) the provider terminates and synchronizes,
 * (b) it terminates only, (c) it can do neither, so that the channel goes into quarantine.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dm.h"
#include "nl.h"

#define OPS   6
#define PIECE 4096U
#define SHORT paced(150 * MS) /* time-out of an engine that is known to hang */

#define CLASS_A "terminate=1", "synchronize=1"
#define CLASS_B "terminate=1", "synchronize=0"
#define CLASS_C "terminate=0", "synchronize=0"

/* Submits OPS copies with the short time-out, not before the stamp that it returns. */
static u64 submit(struct rig *r)
{
	struct dmactl_submit s = { .timeout_ns = SHORT };
	struct dmactl_op op[OPS];
	u64 begin = clock_ns();
	u32 i;

	for (i = 0; i < OPS; i++) {
		op[i] = op_copy(r->chan, r->dst, PIECE * i, r->src, PIECE * i, PIECE);
		op[i].user_data = i;
	}
	CHECK_EQ(dm_submit(r->fd, op, OPS, &s), 0);
	CHECK_EQ(s.submitted, OPS);
	return begin;
}

/* The stalled one is number @first: what came before went well, it timed out, the rest aborted. */
static void reap_stopped(struct rig *r, u64 begin, u32 first, u32 flags)
{
	struct dmactl_completion c[OPS];
	u32 i;

	dm_reap_all(r->fd, c, OPS);
	for (i = 0; i < OPS; i++) {
		CHECK_EQ(c[i].user_data, i);
		if (i < first) {
			IN_TIME(c[i].result == DMACTL_RES_OK);
			check_ok(&c[i]);
			begin = c[i].t3;
			continue;
		}
		CHECK_EQ(c[i].result, i == first ? DMACTL_RES_TIMED_OUT : DMACTL_RES_ABORTED);
		CHECK_EQ(c[i].flags, flags);
		CHECK(c[i].t0 <= c[i].t1 && c[i].t1 <= c[i].t3);
		CHECK(c[i].t3 <= clock_ns());
		/* Nothing completed for the whole time-out before it was stopped. */
		CHECK(c[i].t3 - begin >= SHORT);
	}
	CHECK_EQ(dm_reap(r->fd, c, 1, 1, SEC), -ENODATA);
}

static void check_counters(struct nl *nl, const char *name, u64 done, u64 timed_out, u64 aborted)
{
	const struct nlmsg *m = nl_channel(nl, name);

	CHECK(m);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_DONE), done);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_TIMED_OUT), timed_out);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_ABORTED), aborted);
}

TEST("class (a): the oldest timed out, the rest aborted, and the channel works on")
{
	struct rig r = rig_on(sim_make("t-stop", CLASS_A, "stall=nth 3", NULL), DMACTL_BUF_PAGES,
			      RIG_BYTES);
	struct nl nl = nl_open(), events = nl_open();
	int i;

	nl_listen(&events);
	for (i = 0; i < 3; i++) {
		sim_set(&r.sim, "stall", "nth 3");
		reap_stopped(&r, submit(&r), 2, 0);
		CHECK(nl_event(&events, DMACTL_EVENT_TYPE_TIMEOUT, sim_chan(&r.sim, 0), 5000));
		CHECK_EQ(nl_quarantined(&nl), 0);
		CHECK_EQ(nl_channel_state(&nl, sim_chan(&r.sim, 0)), DMACTL_CHANNEL_STATE_CLAIMED);
		sim_set(&r.sim, "stall", "off");
		rig_works(&r);
	}
	check_counters(&nl, sim_chan(&r.sim, 0), 3 * 2 + 3, 3, 3 * 3);
}

TEST("class (a): the next operations wait for nobody's knob to be turned")
{
	struct rig r = rig_on(sim_make("t-stop", CLASS_A, "stall=nth 1", NULL), DMACTL_BUF_COHERENT,
			      RIG_BYTES);

	reap_stopped(&r, submit(&r), 0, 0);
	rig_works(&r);
}

TEST("class (b): stopped, not synchronized, said so, and the channel works on")
{
	struct rig r = rig_on(sim_make("t-stop", CLASS_B, "stall=nth 2", NULL), DMACTL_BUF_PAGES,
			      RIG_BYTES);
	struct nl nl = nl_open();
	int i;

	for (i = 0; i < 3; i++) {
		sim_set(&r.sim, "stall", "nth 2");
		reap_stopped(&r, submit(&r), 1, DMACTL_COMP_F_UNSYNCED);
		CHECK_EQ(nl_quarantined(&nl), 0);
		sim_set(&r.sim, "stall", "off");
		rig_works(&r);
		rig_works(&r);
	}
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	CHECK_EQ(dm_try_claim(r.fd, sim_chan(&r.sim, 0)), 0);
}

TEST("class (b): a coherent buffer stays usable over the stop")
{
	struct rig r = rig_on(sim_make("t-stop", CLASS_B, "stall=nth 1", NULL), DMACTL_BUF_COHERENT,
			      RIG_BYTES);

	reap_stopped(&r, submit(&r), 0, DMACTL_COMP_F_UNSYNCED);
	CHECK_EQ(dm_release(r.fd, r.chan), -EBUSY);
	rig_works(&r);
}

/* A session whose channel has just gone into quarantine. */
static struct rig quarantined(struct nl *nl, u32 kind)
{
	struct rig r = rig_on(sim_make("t-stop", CLASS_C, "stall=nth 2", NULL), kind, RIG_BYTES);

	nl_listen(nl);
	reap_stopped(&r, submit(&r), 1, DMACTL_COMP_F_QUARANTINED);
	CHECK(nl_event(nl, DMACTL_EVENT_TYPE_QUARANTINE, sim_chan(&r.sim, 0), 5000));
	return r;
}

static void check_in_quarantine(struct nl *nl, struct rig *r, u32 requests)
{
	const struct nlmsg *m = nl_quarantine(nl, sim_chan(&r->sim, 0));

	CHECK(m);
	CHECK_EQ(nl_u32(m, DMACTL_A_QUARANTINE_REQUESTS), requests);
	CHECK_EQ(nl_u64(m, DMACTL_A_QUARANTINE_BYTES), 2 * r->bytes);
	CHECK(nl_u64(m, DMACTL_A_QUARANTINE_AGE_NS) > 0);
	CHECK(nl_u64(m, DMACTL_A_QUARANTINE_AGE_NS) < 3600 * SEC);
	CHECK(!nl_has(m, DMACTL_A_QUARANTINE_LEAKED));
	CHECK_STR(nl_str(m, DMACTL_A_QUARANTINE_NAME), sim_sysfs_chan(&r->sim, 0));
	CHECK_EQ(nl_channel_state(nl, sim_chan(&r->sim, 0)), DMACTL_CHANNEL_STATE_QUARANTINED);
}

static void check_reclaimed(struct nl *nl, struct nl *events, struct rig *r)
{
	int fd = dm_open();

	sim_set(&r->sim, "stall", "off");
	CHECK(nl_event(events, DMACTL_EVENT_TYPE_RECLAIM, sim_chan(&r->sim, 0), 5000));
	CHECK_SOON(!nl_quarantine(nl, sim_chan(&r->sim, 0)));
	CHECK_EQ(nl_quarantined(nl), 0);
	CHECK_EQ(nl_channel_state(nl, sim_chan(&r->sim, 0)), DMACTL_CHANNEL_STATE_FREE);
	CHECK(nl_u64(nl_channel(nl, sim_chan(&r->sim, 0)), DMACTL_A_CHANNEL_LATE) >= 1);
	CHECK_EQ(dm_try_claim(fd, sim_chan(&r->sim, 0)), 0);
}

TEST("class (c): quarantine is visible, refuses work, and ends with the late callbacks")
{
	struct nl nl = nl_open(), events = nl_open();
	struct rig r = quarantined(&events, DMACTL_BUF_PAGES);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 64);
	struct dmactl_run run = dm_run_arg(&op, 1);
	struct dmactl_submit s = { 0 };

	check_in_quarantine(&nl, &r, OPS - 1);
	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), -EIO);
	CHECK_EQ(s.why, DMACTL_WHY_STATE);
	CHECK_EQ(s.bad_op, 0);
	CHECK_EQ(s.submitted, 0);
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), -EIO);
	CHECK_EQ(dm_try_claim(dm_open(), sim_chan(&r.sim, 0)), -EBUSY);
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	CHECK_EQ(dm_release(r.fd, r.chan), -ENOENT);
	CHECK_EQ(dm_try_claim(r.fd, sim_chan(&r.sim, 0)), -EBUSY);
	check_in_quarantine(&nl, &r, OPS - 1);
	check_reclaimed(&nl, &events, &r);
}

TEST("class (c): quarantine outlives the session")
{
	struct nl nl = nl_open(), events = nl_open();
	struct rig r = quarantined(&events, DMACTL_BUF_PAGES);

	CHECK_EQ(dm_buf_destroy(r.fd, r.src), 0);
	rig_close(&r);
	sleep_ms(200);
	check_in_quarantine(&nl, &r, OPS - 1);
	CHECK_EQ(dm_try_claim(dm_open(), sim_chan(&r.sim, 0)), -EBUSY);
	check_reclaimed(&nl, &events, &r);
}

TEST("class (c): quarantine of coherent memory outlives the session as well")
{
	struct nl nl = nl_open(), events = nl_open();
	struct rig r = quarantined(&events, DMACTL_BUF_COHERENT);

	CHECK_EQ(dm_buf_destroy(r.fd, r.src) | dm_buf_destroy(r.fd, r.dst), 0);
	CHECK_EQ(close(r.fd), 0);
	memset(r.pdst, 1, r.bytes); /* the mapping is whole */
	CHECK_EQ(munmap(r.psrc, r.bytes) | munmap(r.pdst, r.bytes), 0);
	check_in_quarantine(&nl, &r, OPS - 1);
	check_reclaimed(&nl, &events, &r);
}

TEST("class (c): a session may use its other channels, and its claim comes back after")
{
	struct nl nl = nl_open(), events = nl_open();
	struct rig r = quarantined(&events, DMACTL_BUF_PAGES);
	u32 second = dm_claim(r.fd, sim_chan(&r.sim, 1));
	u32 buf = dm_buf(r.fd, DMACTL_BUF_PAGES, second, 4096, NULL);
	struct dmactl_op op = op_fill(second, buf, 0, 4096, 7);
	struct dmactl_completion c;

	/* The simulated device stalls a channel at a time. */
	dm_submit_all(r.fd, &op, 1);
	dm_reap_all(r.fd, &c, 1);
	check_ok(&c);
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	check_reclaimed(&nl, &events, &r);
}

TEST("class (c): a release with work in flight that cannot be stopped goes into quarantine")
{
	struct nl nl = nl_open(), events = nl_open();
	struct rig r = rig_on(sim_make("t-stop", CLASS_C, "stall=nth 1", NULL), DMACTL_BUF_PAGES,
			      RIG_BYTES);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 64);
	struct dmactl_completion c;

	nl_listen(&events);
	dm_submit_all(r.fd, &op, 1);
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	CHECK_EQ(dm_submit(r.fd, &op, 1, NULL), -ENOENT);
	dm_reap_all(r.fd, &c, 1);
	CHECK_EQ(c.result, DMACTL_RES_ABORTED);
	CHECK_EQ(c.flags, DMACTL_COMP_F_QUARANTINED);
	check_in_quarantine(&nl, &r, 1);
	check_reclaimed(&nl, &events, &r);
}

enum { CANARIES = 64, BYTES = 256 * 1024, ANON = 8 << 20 };

/* The canaries are of the size of what was freed, so that they take its place. */
static u8 *make_canaries(int fd, u8 **canary)
{
	u8 *anon;
	u32 i;

	for (i = 0; i < CANARIES; i++) {
		dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, BYTES, (void **)&canary[i]);
		memset(canary[i], 0x11, BYTES);
	}
	anon = mmap(NULL, ANON, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
		    -1, 0);
	CHECK(anon != MAP_FAILED);
	memset(anon, 0x11, ANON);
	return anon;
}

/*
 * The engine copies long after it was given up. With @keep a mapping of the destination stays, so
 * that what it wrote can be seen; without, nothing of the session is left. False when the canaries
 * came too late for the test to mean anything.
 */
static bool late_write(bool keep, u64 seconds)
{
	struct nl nl = nl_open(), events = nl_open();
	char latency[40];
	struct rig r;
	struct dmactl_op op;
	struct dmactl_submit s = { .timeout_ns = SHORT };
	struct dmactl_completion c;
	u8 *canary[CANARIES], *anon, *want = malloc(BYTES);
	int fd = dm_open(), i;
	bool in_time;

	snprintf(latency, sizeof(latency), "latency_ns=%llu", (unsigned long long)(seconds * SEC));
	r = rig_on(sim_make("t-stop", CLASS_C, latency, NULL), DMACTL_BUF_PAGES, BYTES);
	op = op_copy(r.chan, r.dst, 0, r.src, 0, BYTES);
	memcpy(want, r.psrc, BYTES);
	nl_listen(&events);
	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), 0);
	dm_reap_all(r.fd, &c, 1);
	CHECK_EQ(c.result, DMACTL_RES_TIMED_OUT);
	CHECK_EQ(c.flags, DMACTL_COMP_F_QUARANTINED);
	CHECK_EQ(dm_buf_destroy(r.fd, r.src) | dm_buf_destroy(r.fd, r.dst), 0);
	CHECK_EQ(munmap(r.psrc, BYTES), 0);
	if (!keep)
		CHECK_EQ(munmap(r.pdst, BYTES), 0);
	CHECK_EQ(close(r.fd), 0);
	/* Whoever gets memory from now on must never see the engine's bytes in it. */
	anon = make_canaries(fd, canary);
	in_time = nl_quarantined(&nl) == 1;
	CHECK(nl_event(&events, DMACTL_EVENT_TYPE_RECLAIM, sim_chan(&r.sim, 0),
		       seconds * 2000 + 10000));
	for (i = 0; i < CANARIES; i++)
		CHECK_BYTES(canary[i], 0x11, BYTES);
	CHECK_BYTES(anon, 0x11, ANON);
	if (keep)
		CHECK_MEM(r.pdst, want, BYTES);
	CHECK_SOON(!nl_quarantined(&nl));
	CHECK_EQ(munmap(anon, ANON) | close(fd), 0);
	for (i = 0; i < CANARIES; i++)
		CHECK_EQ(munmap(canary[i], BYTES), 0);
	sim_remove_all();
	free(want);
	return in_time;
}

/* However slow the host is, one of these is long enough: 10 s is as long as dma-sim lets it be. */
static void written_late(bool keep)
{
	int tries = 1;

	while (!late_write(keep, tries == 1 ? 4 : 10) && tries < 6)
		tries++;
	CHECK(tries < 6);
}

TEST("class (c): what the engine writes late is seen by a mapping that was kept")
{
	written_late(true);
}

TEST("class (c): what the engine writes late lands in nobody else's memory")
{
	written_late(false);
}

TEST("an interrupt that is lost is told apart, in each class")
{
	static const char *const habits[][2] = { { CLASS_A }, { CLASS_B }, { CLASS_C } };
	static const u32 flags[] = { 0, DMACTL_COMP_F_UNSYNCED, DMACTL_COMP_F_QUARANTINED };
	struct nl nl = nl_open();
	size_t k;

	for (k = 0; k < 3; k++) {
		struct rig r = rig_on(sim_make("t-stop", habits[k][0], habits[k][1],
					       "lost_interrupt=nth 1", NULL),
				      DMACTL_BUF_PAGES, RIG_BYTES);
		struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, RIG_BYTES);
		struct dmactl_submit s = { .timeout_ns = SHORT };
		struct dmactl_completion c;

		CHECK_EQ(dm_submit(r.fd, &op, 1, &s), 0);
		dm_reap_all(r.fd, &c, 1);
		CHECK_EQ(c.result, DMACTL_RES_TIMED_OUT);
		CHECK_EQ(c.flags, flags[k] | DMACTL_COMP_F_INTERRUPT_LOST);
		CHECK_MEM(r.pdst, r.psrc, RIG_BYTES);
		sim_set(&r.sim, "lost_interrupt", "off");
		if (k < 2)
			rig_works(&r);
		CHECK_SOON(!nl_quarantined(&nl));
		sim_remove_all();
	}
}

TEST("a late callback finds its memory, in each class")
{
	static const char *const habits[][2] = { { CLASS_A }, { CLASS_B }, { CLASS_C } };
	struct nl nl = nl_open();
	size_t k;
	int i;

	for (k = 0; k < 3; k++) {
		struct sim sim =
			sim_make("t-stop", habits[k][0], habits[k][1], "late_ns=400000000", NULL);

		for (i = 0; i < 3; i++) {
			struct rig r = rig_on(sim, DMACTL_BUF_PAGES, RIG_BYTES);

			sim_set(&sim, "late", "nth 2");
			submit(&r);
			dm_reap_all(r.fd, (struct dmactl_completion[OPS]){ 0 }, OPS);
			rig_close(&r);
			CHECK_SOON(!nl_quarantined(&nl));
			CHECK_SOON(nl_channel_state(&nl, sim_chan(&sim, 0)) ==
				   DMACTL_CHANNEL_STATE_FREE);
		}
		sim_remove_all();
	}
}

TEST("an operation that is slow but not stuck is no time-out while others complete")
{
	struct rig r = rig_on(sim_make("t-stop", attr_of("latency_ns", paced(60 * MS)), NULL),
			      DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_completion c[OPS];
	int i;

	/* Six of 60 ms each: the last waits longer than the time-out, yet something completes. */
	submit(&r);
	dm_reap_all(r.fd, c, OPS);
	for (i = 0; i < OPS; i++)
		IN_TIME(c[i].result == DMACTL_RES_OK);
	CHECK(c[OPS - 1].t3 - c[OPS - 1].t2 > SHORT * 2);
}

TEST("an operation of many descriptors has time as long as each of them comes in time")
{
	struct rig r = rig_on(sim_make("t-stop", attr_of("latency_ns", paced(20 * MS)),
				       "max_segment=4096", NULL),
			      DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, RIG_BYTES);
	struct dmactl_submit s = { .timeout_ns = SHORT };
	struct dmactl_run run = dm_run_arg(&op, 1);
	struct dmactl_completion c;

	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), 0);
	dm_reap_all(r.fd, &c, 1);
	IN_TIME(c.result == DMACTL_RES_OK);
	check_ok(&c);
	CHECK_EQ(c.descriptors, 16);
	CHECK(c.t3 - c.t2 > paced(300 * MS)); /* or the engine was too fast to tell anything */
	run.count = 2;
	run.depth = 1;
	run.timeout_ns = SHORT;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
	IN_TIME(run.outcome == 0);
	CHECK_EQ(run.done, 2);
}
