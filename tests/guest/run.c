// SPDX-License-Identifier: GPL-2.0
/* RUN that goes well, and RUN on engines that fail. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dm.h"
#include "nl.h"

static const char *const contexts[] = {
	"context=inline",
	"context=softirq",
	"context=timer",
	"context=thread",
};

static struct rig rig(const char *attr)
{
	return rig_on(sim_make("t-run", attr, NULL), DMACTL_BUF_PAGES, RIG_BYTES);
}

static void run_ok(int fd, struct dmactl_run *run)
{
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_RUN, run), 0);
	CHECK_EQ(run->outcome, 0);
	CHECK_EQ(run->bad_op, run->nr_ops);
	CHECK_EQ(run->first_result, DMACTL_RES_OK);
	CHECK_EQ(run->failed, 0);
	CHECK_EQ(run->timed_out, 0);
	CHECK_EQ(run->aborted, 0);
	CHECK(run->start && run->start <= run->end);
	CHECK(run->end <= clock_ns());
	if (run->count)
		CHECK(run->done <= run->count);
}

static void check_samples(const struct dmactl_sample *s, const struct dmactl_run *run)
{
	u32 i;

	for (i = 0; i < run->nr_samples; i++) {
		CHECK(s[i].t0 >= run->start && s[i].t0 <= s[i].t1);
		CHECK(s[i].t1 <= s[i].t3 && s[i].t3 <= run->end);
		if (s[i].t2)
			CHECK(s[i].t2 >= s[i].t1 && s[i].t2 <= run->end);
	}
}

TEST("count, depth and kick are kept and the data is right, in every context")
{
	static const struct {
		u32 count, depth, kick, flags;
	} how[] = {
		{ 1, 1, 1, 0 },
		{ 100, 1, 1, 0 },
		{ 100, 8, 1, 0 },
		{ 101, 16, 4, 0 },
		{ 64, 32, 32, 0 },
		{ 7, 32, 5, 0 },
		{ 100, 8, 4, DMACTL_RUN_F_IRQ_BATCH },
		{ 100, 1, 1, DMACTL_RUN_F_POLL },
		{ 101, 16, 3, DMACTL_RUN_F_POLL },
	};
	size_t c, h;
	int i;

	for (c = 0; c < ARRAY_SIZE(contexts); c++) {
		struct rig r = rig(contexts[c]);
		struct dmactl_op op[8];

		for (i = 0; i < 8; i++)
			op[i] = op_copy(r.chan, r.dst, 8192 * i, r.src, 8192 * i, 8192);
		for (h = 0; h < ARRAY_SIZE(how); h++) {
			struct dmactl_run run = dm_run_arg(op, 8);
			size_t moved = how[h].count < 8 ? how[h].count * 8192 : RIG_BYTES;

			memset(r.pdst, POISON, RIG_BYTES);
			CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_DEVICE, 0, RIG_BYTES), 0);
			run.count = how[h].count;
			run.depth = how[h].depth;
			run.kick = how[h].kick;
			run.flags = how[h].flags;
			run_ok(r.fd, &run);
			CHECK_EQ(run.done, how[h].count);
			CHECK_EQ(run.bytes, 8192 * (u64)how[h].count);
			CHECK(run.descriptors >= how[h].count);
			CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_CPU, 0, RIG_BYTES), 0);
			CHECK_MEM(r.pdst, r.psrc, moved);
			CHECK_BYTES(r.pdst + moved, POISON, RIG_BYTES - moved);
		}
		sim_remove_all();
	}
}

TEST("each operation that ended well leaves one sample, the rest of the buffer stays")
{
	size_t c;

	for (c = 0; c < ARRAY_SIZE(contexts); c++) {
		struct rig r = rig(contexts[c]);
		struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 512);
		struct dmactl_run run = dm_run_arg(&op, 1);
		struct dmactl_sample *s;
		void *map;
		u32 i;

		run.samples = dm_buf(r.fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 8192, &map);
		s = map;
		memset(s, POISON, 8192);
		run.count = 100;
		run.nr_samples = 200;
		run.depth = 1;
		run_ok(r.fd, &run);
		CHECK_EQ(run.done, 100);
		CHECK_EQ(run.nr_samples, 100);
		check_samples(s, &run);
		for (i = 1; i < 100; i++)	/* at depth 1 one ends before the next begins */
			CHECK(s[i].t0 >= s[i - 1].t3);
		CHECK_BYTES(s + 100, POISON, 8192 - 100 * sizeof(*s));
		sim_remove_all();
	}
}

TEST("a run ends when its samples are used up")
{
	struct rig r = rig(NULL);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 512);
	struct dmactl_run run = dm_run_arg(&op, 1);
	struct dmactl_sample *s;
	void *map;

	run.samples = dm_buf(r.fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 8192, &map);
	s = map;
	memset(s, POISON, 8192);
	run.count = 1000;
	run.nr_samples = 10;
	run_ok(r.fd, &run);
	CHECK_EQ(run.nr_samples, 10);
	CHECK(run.done >= 10 && run.done <= 10 + run.depth);
	check_samples(s, &run);
	CHECK_BYTES(s + 10, POISON, 8192 - 10 * sizeof(*s));
	run.count = 0;
	run.time_ns = 20 * SEC;
	run.nr_samples = 256;
	run_ok(r.fd, &run);
	CHECK_EQ(run.nr_samples, 256);
}

TEST("a run by time ends by itself, and starts nothing after its time")
{
	struct rig r = rig(NULL);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 512);
	struct dmactl_run run = dm_run_arg(&op, 1);

	run.count = 0;
	run.time_ns = paced(50 * MS);
	run_ok(r.fd, &run);
	IN_TIME(run.done > 0);
	CHECK(run.end - run.start >= paced(50 * MS));
	run.count = 3;
	run.time_ns = 20 * SEC;
	run_ok(r.fd, &run);
	CHECK_EQ(run.done, 3);
}

TEST("the engine's latency is seen by the stamps, at depth 1 and polled")
{
	static const u32 flags[] = { 0, DMACTL_RUN_F_POLL };
	struct rig r = rig("latency_ns=3000000");
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 512);
	size_t f;
	u32 i;

	for (f = 0; f < 2; f++) {
		struct dmactl_run run = dm_run_arg(&op, 1);
		struct dmactl_sample *s;
		void *map;

		run.samples = dm_buf(r.fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 4096, &map);
		s = map;
		run.flags = flags[f];
		run.count = run.nr_samples = 10;
		run.depth = 1;
		run_ok(r.fd, &run);
		for (i = 0; i < 10; i++)
			CHECK(s[i].t3 - s[i].t2 >= 3 * MS * 9 / 10);
	}
}

TEST("split operations count their descriptors")
{
	struct sim sim = sim_make("t-run", "max_segment=4096", NULL);
	struct rig r = rig_on(sim, DMACTL_BUF_COHERENT, RIG_BYTES);
	struct dmactl_op op = op_copy(r.chan, r.dst, 1, r.src, 2, 4 * 4096 + 5);
	struct dmactl_run run = dm_run_arg(&op, 1);

	run.count = 20;
	run_ok(r.fd, &run);
	CHECK_EQ(run.done, 20);
	CHECK_EQ(run.descriptors, 100);
	CHECK_MEM(r.pdst + 1, r.psrc + 2, 4 * 4096 + 5);
	CHECK_BYTES(r.pdst + 6 + 4 * 4096, POISON, 4096);
}

TEST("a ring smaller than the depth, and prep that fails now and then, are retried")
{
	struct rig r = rig("descriptors=4");
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 512);
	struct dmactl_run run = dm_run_arg(&op, 1);

	run.count = 300;
	run.depth = 16;
	run_ok(r.fd, &run);
	CHECK_EQ(run.done, 300);
	sim_set(&r.sim, "prep_null", "every 7");
	run.count = 100;
	run_ok(r.fd, &run);
	CHECK_EQ(run.done, 100);
	CHECK(run.retries >= 10);
}

TEST("a ring that is full in the middle of a batch gives every sample its own operation")
{
	static const char *const knobs[] = { "nth 2", "nth 5", "every 3" };
	size_t k, c;

	for (c = 0; c < ARRAY_SIZE(contexts); c++) {
		for (k = 0; k < ARRAY_SIZE(knobs); k++) {
			struct rig r = rig(contexts[c]);
			struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 512);
			struct dmactl_run run = dm_run_arg(&op, 1);
			void *map;

			run.samples = dm_buf(r.fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 8192, &map);
			run.nr_samples = 100;
			run.count = 100;
			run.depth = run.kick = 8;
			sim_set(&r.sim, "prep_null", knobs[k]);
			run_ok(r.fd, &run);
			CHECK_EQ(run.done, 100);
			CHECK_EQ(run.nr_samples, 100);
			CHECK(run.retries > 0);
			check_samples(map, &run);
			sim_remove_all();
		}
	}
}

TEST("prep that never gives anything ends the run with its outcome")
{
	struct rig r = rig("prep_null=every 1");
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 512);
	struct dmactl_run run = dm_run_arg(&op, 1);

	run.timeout_ns = 200 * MS;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
	CHECK_EQ(run.outcome, DMACTL_RUN_O_PREP);
	CHECK_EQ(run.done, 0);
	CHECK_EQ(run.timed_out + run.aborted + run.failed, 0);
	CHECK(run.retries >= 1);
	sim_set(&r.sim, "prep_null", "off");
	rig_works(&r);
}

TEST("errors are counted apart, named, and leave no sample")
{
	struct rig r = rig("error=every 5");
	struct dmactl_op op[3] = {
		op_copy(r.chan, r.dst, 0, r.src, 0, 512),
		op_fill(r.chan, r.dst, 512, 512, 1),
		op_copy(r.chan, r.dst, 1024, r.src, 0, 512),
	};
	struct dmactl_run run = dm_run_arg(op, 3);
	struct nl nl = nl_open();
	void *map;

	run.samples = dm_buf(r.fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 8192, &map);
	run.nr_samples = 256;
	run.count = 100;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
	CHECK_EQ(run.outcome, 0);
	CHECK_EQ(run.done, 80);
	CHECK_EQ(run.bytes, 80 * 512);
	CHECK_EQ(run.failed, 20);
	CHECK_EQ(run.nr_samples, 80);
	CHECK_EQ(run.bad_op, 4 % 3);
	CHECK(run.first_result == DMACTL_RES_WRITE_FAILED ||
	      run.first_result == DMACTL_RES_READ_FAILED);
	CHECK_EQ(nl_u64(nl_channel(&nl, sim_chan(&r.sim, 0)), DMACTL_A_CHANNEL_FAILED), 20);
	CHECK_EQ(nl_u64(nl_channel(&nl, sim_chan(&r.sim, 0)), DMACTL_A_CHANNEL_DONE), 80);
}

TEST("a signal ends a run early and gives the results so far")
{
	struct rig r = rig("latency_ns=1000000");
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 512);
	struct dmactl_run run = dm_run_arg(&op, 1);

	run.count = 0;
	run.time_ns = 3600 * SEC;
	alarm_every(200 * pace());
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
	alarm_every(0);
	CHECK_EQ(run.outcome, DMACTL_RUN_O_INTERRUPTED);
	IN_TIME(run.done > 0);
	CHECK_EQ(run.failed + run.aborted + run.timed_out, 0);
	rig_works(&r);
}

TEST("a signal ends a run on an engine that never waits")
{
	struct rig r = rig("context=inline");
	struct dmactl_op op = op_interrupt(r.chan);
	struct dmactl_run run = dm_run_arg(&op, 1);
	u32 flags;

	for (flags = 0; flags <= DMACTL_RUN_F_POLL; flags += DMACTL_RUN_F_POLL) {
		run.flags = flags;
		run.count = ~0ULL;
		alarm_every(200 * pace());
		CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_RUN, &run), 0);
		alarm_every(0);
		CHECK_EQ(run.outcome, DMACTL_RUN_O_INTERRUPTED);
		IN_TIME(run.done > 0);
	}
}

TEST("SIGKILL ends a run at once, stalled or not, and the channel is free again")
{
	static const char *const attr[] = {
		"latency_ns=1000000",
		"stall=nth 50",
		"context=inline",
		"context=thread",
	};
	struct nl nl = nl_open();
	size_t a;

	for (a = 0; a < ARRAY_SIZE(attr); a++) {
		struct sim sim = sim_make("t-run", attr[a], NULL);
		int status;
		pid_t pid = fork();

		if (!pid) {
			struct rig r = rig_on(sim, DMACTL_BUF_PAGES, RIG_BYTES);
			struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 512);
			struct dmactl_run run = dm_run_arg(&op, 1);

			run.count = 0;
			run.time_ns = run.timeout_ns = 3600 * SEC;
			dm_ioctl(r.fd, DMACTL_IOC_RUN, &run);
			_exit(1);
		}
		CHECK_SOON(nl_channel_state(&nl, sim_chan(&sim, 0)) == DMACTL_CHANNEL_STATE_BUSY);
		sleep_ms(50);
		CHECK_EQ(kill(pid, SIGKILL), 0);
		CHECK_EQ(waitpid(pid, &status, 0), pid);
		CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		CHECK_SOON(dm_try_claim(dm_open(), sim_chan(&sim, 0)) == 0);
		sim_remove_all();
	}
}

TEST("runs on several channels at once, from processes of their own")
{
	struct sim sim = sim_make("t-run", "channels=4", NULL);
	pid_t pid[4];
	int i, status;

	for (i = 0; i < 4; i++) {
		pid[i] = fork();
		if (!pid[i]) {
			int fd = dm_open();
			u32 chan = dm_claim(fd, sim_chan(&sim, (u32)i));
			struct dmactl_op op =
				op_fill(chan, dm_buf(fd, DMACTL_BUF_COHERENT, chan, 4096, NULL), 0,
					4096, 1);
			struct dmactl_run run = dm_run_arg(&op, 1);

			run.count = 2000;
			run_ok(fd, &run);
			_exit(run.done != 2000);
		}
	}
	for (i = 0; i < 4; i++) {
		CHECK_EQ(waitpid(pid[i], &status, 0), pid[i]);
		CHECK_EQ(status, 0);
	}
}
