// SPDX-License-Identifier: GPL-2.0
/* RUN on engines that hang, under the three stop classes; kill -9 in flight at random times. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "dm.h"
#include "nl.h"

static const struct stop_class {
	const char *terminate, *synchronize;
	u32 outcome;
} classes[] = {
	{ "terminate=1", "synchronize=1", DMACTL_RUN_O_STOPPED },
	{ "terminate=1", "synchronize=0", DMACTL_RUN_O_STOPPED | DMACTL_RUN_O_UNSYNCED },
	{ "terminate=0", "synchronize=0", DMACTL_RUN_O_STOPPED | DMACTL_RUN_O_QUARANTINED },
};

static void run_that_hangs(size_t k, const char *knob, const char *value, u32 flags, u32 extra)
{
	struct sim sim = sim_make("t-stop", classes[k].terminate, classes[k].synchronize, NULL);
	struct rig r = rig_on(sim, DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 4096);
	struct dmactl_run run = dm_run_arg(&op, 1);
	struct nl nl = nl_open();
	void *map;

	sim_set(&sim, knob, value);
	run.flags = flags;
	run.count = 100;
	run.depth = 8;
	run.timeout_ns = paced(150 * MS);
	run.samples = dm_buf(r.fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 4096, &map);
	run.nr_samples = 128;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
	IN_TIME(run.done == 10);
	CHECK_EQ(run.outcome, classes[k].outcome | extra);
	CHECK_EQ(run.timed_out, 1);
	CHECK(run.aborted <= 7);
	CHECK_EQ(run.failed, 0);
	CHECK_EQ(run.bad_op, 0);
	CHECK_EQ(run.first_result, DMACTL_RES_TIMED_OUT);
	CHECK_EQ(run.nr_samples, 10);
	CHECK(nl_u64(nl_channel(&nl, sim_chan(&sim, 0)), DMACTL_A_CHANNEL_TIMED_OUT) == 1);
	if (k < 2) {
		CHECK_EQ(nl_quarantined(&nl), 0);
		sim_set(&sim, knob, "off");
		rig_works(&r);
	} else {
		CHECK_EQ(nl_quarantined(&nl), 1);
		CHECK_EQ(dm_submit(r.fd, &op, 1, NULL), -EIO);
		CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), -EIO);
		rig_close(&r);
		CHECK_EQ(nl_quarantined(&nl), 1);
		sim_set(&sim, knob, "off");
		CHECK_SOON(!nl_quarantined(&nl));
	}
	sim_remove_all();
}

TEST("a run on an engine that hangs is stopped, in each class")
{
	size_t k;

	for (k = 0; k < ARRAY_SIZE(classes); k++)
		run_that_hangs(k, "stall", "nth 11", 0, 0);
}

TEST("a polled run on an engine that hangs is stopped, in each class")
{
	size_t k;

	for (k = 0; k < ARRAY_SIZE(classes); k++)
		run_that_hangs(k, "stall", "nth 11", DMACTL_RUN_F_POLL, 0);
}

TEST("a run whose interrupt is lost says so; polling does not need it")
{
	struct sim sim = sim_make("t-stop", "lost_interrupt=every 5", NULL);
	struct rig r = rig_on(sim, DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 4096);
	struct dmactl_run run = dm_run_arg(&op, 1);

	run.depth = 1;
	run.timeout_ns = paced(150 * MS);
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
	IN_TIME(run.done == 4);
	CHECK_EQ(run.outcome, DMACTL_RUN_O_STOPPED | DMACTL_RUN_O_INTERRUPT_LOST);
	CHECK_EQ(run.timed_out, 1);
	run = dm_run_arg(&op, 1);
	run.flags = DMACTL_RUN_F_POLL;
	run.depth = 1;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
	CHECK_EQ(run.outcome, 0);
	CHECK_EQ(run.done, 64);
}

static void busy_child(const struct sim *sim, int how)
{
	struct rig r = rig_on(*sim, how & 1 ? DMACTL_BUF_COHERENT : DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op[8];
	struct dmactl_completion c[8];
	struct dmactl_run run = dm_run_arg(op, 8);
	int i;

	for (i = 0; i < 8; i++)
		op[i] = op_copy(r.chan, r.dst, 8192 * i, r.src, 8192 * i, 8192);
	run.count = 0;
	run.time_ns = run.timeout_ns = 3600 * SEC;
	if (how & 2)
		dm_ioctl(r.fd, DMACTL_IOC_RUN, &run);
	for (;;) {
		struct dmactl_submit s = { .kick = 3, .timeout_ns = 3600 * SEC };

		if (dm_submit(r.fd, op, 8, &s) == -EAGAIN || s.submitted)
			dm_reap(r.fd, c, 8, how & 4 ? 8 : 1, 0);
	}
}

static void kill_many(size_t k, const char *const attr[], size_t nr_attr, int rounds)
{
	struct nl nl = nl_open();
	unsigned int seed = 12345;
	size_t a;
	int i, status;

	for (a = 0; a < nr_attr; a++) {
		struct sim sim = sim_make("t-kill", classes[k].terminate, classes[k].synchronize,
					  attr[a], NULL);

		for (i = 0; i < rounds; i++) {
			pid_t pid = fork();

			if (!pid)
				busy_child(&sim, i);
			CHECK_SOON(nl_channel_state(&nl, sim_chan(&sim, 0)) !=
				   DMACTL_CHANNEL_STATE_FREE);
			sleep_ms((unsigned int)rand_r(&seed) % 30 * slow());
			CHECK_EQ(kill(pid, SIGKILL), 0);
			CHECK_EQ(waitpid(pid, &status, 0), pid);
			CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
			if (!strncmp(attr[a], "stall", 5)) {
				sim_set(&sim, "stall", "off");
				sim_set(&sim, "stall", attr[a] + 6);
			}
			CHECK_SOON(nl_channel_state(&nl, sim_chan(&sim, 0)) ==
				   DMACTL_CHANNEL_STATE_FREE);
		}
		CHECK_SOON(!nl_quarantined(&nl));
		sim_remove_all();
	}
}

static const char *const kill_attr[] = {
	"context=softirq", "context=thread", "context=timer", "latency_ns=700000", "stall=every 23",
};

#define ROUNDS	(slow() > 1 ? 4 : 12)

TEST("kill -9 at any time in flight, class (a)")
{
	kill_many(0, kill_attr, ARRAY_SIZE(kill_attr), ROUNDS);
}

TEST("kill -9 at any time in flight, class (b)")
{
	kill_many(1, kill_attr, ARRAY_SIZE(kill_attr), ROUNDS);
}

TEST("kill -9 at any time in flight, class (c)")
{
	kill_many(2, kill_attr, ARRAY_SIZE(kill_attr), ROUNDS);
}
