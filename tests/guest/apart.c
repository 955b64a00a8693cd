// SPDX-License-Identifier: GPL-2.0
/* One session can hurt no other: ids, completions, ends and time-outs are its own. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nl.h"
#include "ring.h"

/* The other session has ids up to these; ours has channel 1 and buffers 1 and 2. */
#define CHAN	3
#define BUF	6

/* Both on devices of their own: @other has work that waits to be taken. */
struct two {
	struct rig me, other;
	u64 seq;	/* of the other's last operation */
};

static struct two both(void)
{
	struct two t;
	struct dmactl_submit s = { 0 };
	struct dmactl_op op;
	int i;

	t.other = rig_on(sim_make("t-other", "channels=3", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	CHECK_EQ(dm_claim(t.other.fd, sim_chan(&t.other.sim, 1)), 2);
	CHECK_EQ(dm_claim(t.other.fd, sim_chan(&t.other.sim, 2)), CHAN);
	for (i = 3; i < BUF; i++)
		dm_buf(t.other.fd, DMACTL_BUF_PAGES, DMACTL_NONE, RIG_BYTES, NULL);
	CHECK_EQ(dm_buf(t.other.fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 4096, NULL), BUF);
	op = op_copy(CHAN, t.other.dst, 0, t.other.src, 0, RIG_BYTES);
	for (i = 0; i < 40; i++)
		CHECK_EQ(dm_submit(t.other.fd, &op, 1, &s), 0);
	t.seq = s.first_seq;
	t.me = rig_on(sim_make("t-me", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	CHECK_EQ(t.me.chan, 1);
	CHECK_EQ(t.me.dst, 2);
	return t;
}

/* Nothing has happened to the other session: its work is there, and it goes on. */
static void other_is_well(struct two *t)
{
	struct dmactl_completion c[40];
	u32 i;

	dm_reap_all(t->other.fd, c, ARRAY_SIZE(c));
	for (i = 0; i < ARRAY_SIZE(c); i++)
		check_ok(&c[i]);
	CHECK_EQ(c[39].seq, t->seq);
	rig_works(&t->other);
	CHECK_EQ(dm_release(t->other.fd, CHAN), 0);
	CHECK_EQ(dm_buf_destroy(t->other.fd, BUF), 0);
}

static void refused(const struct two *t, struct dmactl_op op, int err, u32 why)
{
	struct dmactl_submit s = { 0 };
	struct dmactl_run r = dm_run_arg(&op, 1);

	CHECK_EQ(dm_submit(t->me.fd, &op, 1, &s), err);
	CHECK_EQ(s.why, why);
	if (op.nr_deps)
		return;
	CHECK_EQ(dm_ioctl(t->me.fd, DMACTL_IOC_RUN, &r), err);
	CHECK_EQ(r.why, why);
}

TEST("the ids of another session are none: channels")
{
	struct two t = both();
	struct dmactl_config config = {
		.size = sizeof(config),
		.channel = CHAN,
		.endpoint = DMACTL_EP_SOURCE,
		.src_width = 4,
	};
	struct dmactl_buf_create coherent = dm_buf_arg(DMACTL_BUF_COHERENT, CHAN, 4096);
	struct dmactl_buf_create pages = dm_buf_arg(DMACTL_BUF_PAGES, CHAN, 4096);
	struct dmactl_stream stop = { .size = sizeof(stop), .channel = CHAN };
	u32 action;

	CHECK_EQ(dm_release(t.me.fd, CHAN), -ENOENT);
	CHECK_EQ(dm_ioctl(t.me.fd, DMACTL_IOC_CONFIG, &config), -ENOENT);
	CHECK_EQ(dm_ioctl(t.me.fd, DMACTL_IOC_BUF_CREATE, &coherent), -ENOENT);
	CHECK_EQ(dm_ioctl(t.me.fd, DMACTL_IOC_BUF_CREATE, &pages), -ENOENT);
	refused(&t, op_copy(CHAN, 2, 0, 1, 0, 64), -ENOENT, DMACTL_WHY_CHANNEL);
	refused(&t, op_interrupt(2), -ENOENT, DMACTL_WHY_CHANNEL);
	for (action = DMACTL_STREAM_START; action <= DMACTL_STREAM_POSITION; action++) {
		stop.action = action;
		if (action == DMACTL_STREAM_START) {
			stop.direction = 2;
			stop.buffer = 1;
			stop.periods = 2;
			stop.period = 64;
		}
		CHECK_EQ(dm_ioctl(t.me.fd, DMACTL_IOC_STREAM, &stop), -ENOENT);
		memset(&stop, 0, sizeof(stop));
		stop.size = sizeof(stop);
		stop.channel = CHAN;
	}
	CHECK_EQ(dm_try_claim(t.me.fd, sim_chan(&t.other.sim, 2)), -EBUSY);
	other_is_well(&t);
}

TEST("the ids of another session are none: buffers")
{
	struct two t = both();
	struct dmactl_vec vec[2] = { { .buffer = 1 }, { .buffer = BUF - 1 } };
	struct dmactl_op op = op_copy(1, 2, 0, 1, 0, 64), xor = op_fill(1, 2, 0, 64, 0);
	struct dmactl_run run = dm_run_arg(&op, 1);
	struct stream ring;
	struct dmactl_stream start;
	struct dmactl_config config;

	refused(&t, op_copy(1, 2, 0, BUF - 1, 0, 64), -ENOENT, DMACTL_WHY_BUFFER);
	refused(&t, op_copy(1, BUF - 1, 0, 1, 0, 64), -ENOENT, DMACTL_WHY_BUFFER);
	refused(&t, op_fill(1, BUF - 1, 0, 64, 1), -ENOENT, DMACTL_WHY_BUFFER);
	xor.opcode = DMACTL_OP_XOR;
	xor.vec = (uintptr_t)vec;
	xor.nr_vec = 2;
	refused(&t, xor, -ENOENT, DMACTL_WHY_BUFFER);
	run.samples = BUF;
	run.nr_samples = 1;
	CHECK_EQ(dm_ioctl(t.me.fd, DMACTL_IOC_RUN, &run), -ENOENT);
	CHECK_EQ(dm_sync(t.me.fd, BUF - 1, DMACTL_SYNC_CPU, 0, 64), -ENOENT);
	CHECK_EQ(dm_buf_destroy(t.me.fd, BUF), -ENOENT);
	CHECK(mmap(NULL, 4096, PROT_READ, MAP_SHARED, t.me.fd, (off_t)(BUF - 1) << 32) ==
	      MAP_FAILED);
	CHECK_EQ(errno, ENOENT);

	ring = ring_on(sim_make("t-ring", NULL), DMACTL_EP_SOURCE);
	start = ring_arg(&ring, 2);
	start.buffer = BUF - 1;
	CHECK_EQ(dm_ioctl(ring.r.fd, DMACTL_IOC_STREAM, &start), -ENOENT);
	config = (struct dmactl_config){
		.size = sizeof(config),
		.channel = ring.r.chan,
		.endpoint = DMACTL_EP_BUFFER,
		.src_width = 4,
		.buffer = BUF - 1,
	};
	CHECK_EQ(dm_ioctl(ring.r.fd, DMACTL_IOC_CONFIG, &config), -ENOENT);
	other_is_well(&t);
}

TEST("completions and sequence numbers of another session are none")
{
	struct two t = both();
	struct dmactl_dep dep = { .seq = t.seq, .how = DMACTL_DEP_HOLD };
	struct dmactl_op op = op_interrupt(1);
	struct dmactl_completion c;

	CHECK_EQ(dm_reap(t.me.fd, &c, 1, 0, 0), 0);
	CHECK_EQ(dm_reap(t.me.fd, &c, 1, 1, SEC), -ENODATA);
	op.deps = (uintptr_t)&dep;
	op.nr_deps = 1;
	refused(&t, op, -EINVAL, DMACTL_WHY_DEPS);
	rig_works(&t.me);
	CHECK_EQ(dm_reap(t.me.fd, &c, 1, 0, 0), 0);
	other_is_well(&t);
}

/* A session with an operation on its way that takes its time. */
static struct rig busy(const struct sim *sim, unsigned int chan)
{
	struct rig r = { .sim = *sim, .fd = dm_open() };
	struct dmactl_op op;

	r.chan = dm_claim(r.fd, sim_chan(sim, chan));
	r.src = dm_buf(r.fd, DMACTL_BUF_PAGES, r.chan, RIG_BYTES, (void **)&r.psrc);
	r.dst = dm_buf(r.fd, DMACTL_BUF_PAGES, r.chan, RIG_BYTES, (void **)&r.pdst);
	fill_pattern(r.psrc, RIG_BYTES, 7);
	op = op_copy(r.chan, r.dst, 0, r.src, 0, RIG_BYTES);
	dm_submit_all(r.fd, &op, 1);
	return r;
}

static void busy_ends_well(struct rig *r)
{
	struct dmactl_completion c;

	dm_reap_all(r->fd, &c, 1);
	check_ok(&c);
	CHECK_EQ(dm_sync(r->fd, r->dst, DMACTL_SYNC_CPU, 0, RIG_BYTES), 0);
	CHECK_MEM(r->pdst, r->psrc, RIG_BYTES);
}

/* The first operation of a device stalls and ends by its time; the other's comes after it. */
static void times_out(const struct sim *mine, const struct sim *theirs, unsigned int chan)
{
	struct dmactl_submit s = { .timeout_ns = 60 * MS };
	struct dmactl_completion c[2];
	struct dmactl_op op[2];
	struct rig other;
	int fd = dm_open();

	op[0] = op_interrupt(dm_claim(fd, sim_chan(mine, 0)));
	op[1] = op[0];
	CHECK_EQ(dm_submit(fd, op, 2, &s), 0);
	CHECK_SOON(sim_injected(mine, "stall") == 1);
	other = busy(theirs, chan);
	dm_reap_all(fd, c, 2);
	CHECK_EQ(c[0].result, DMACTL_RES_TIMED_OUT);
	CHECK_EQ(c[1].result, DMACTL_RES_ABORTED);
	busy_ends_well(&other);
	/* And it takes more. */
	op[0] = op_copy(other.chan, other.dst, 0, other.src, 0, 64);
	dm_submit_all(other.fd, op, 1);
	dm_reap_all(other.fd, c, 1);
	check_ok(c);
}

#define SLOW_ENGINE	"latency_ns=250000000", "stall=nth 1"

TEST("a time-out stops one channel: another device does not hear of it")
{
	struct sim mine = sim_make("t-mine", SLOW_ENGINE, NULL);
	struct sim theirs = sim_make("t-theirs", "latency_ns=250000000", NULL);

	times_out(&mine, &theirs, 0);
}

TEST("a time-out stops one channel: nor does another channel of the device, in each class")
{
	struct sim a = sim_make("t-a", SLOW_ENGINE, "channels=2", NULL);
	struct sim b = sim_make("t-b", SLOW_ENGINE, "channels=2", "synchronize=0", NULL);
	struct sim c = sim_make("t-c", SLOW_ENGINE, "channels=2", "terminate=0", NULL);

	times_out(&a, &a, 1);
	times_out(&b, &b, 1);
	times_out(&c, &c, 1);
}

TEST("a session that is killed with work in flight leaves the others theirs")
{
	struct sim sim = sim_make("t-kill", "channels=2", "latency_ns=300000000", NULL);
	struct rig other;
	int ready[2], status;
	pid_t pid;
	char byte;

	CHECK_EQ(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		struct rig mine = busy(&sim, 0);

		CHECK_EQ(write(ready[1], "", 1), 1);
		pause();
		rig_close(&mine);
	}
	CHECK_EQ(read(ready[0], &byte, 1), 1);
	other = busy(&sim, 1);
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	busy_ends_well(&other);
	CHECK_SOON(!dm_try_claim(other.fd, sim_chan(&sim, 0)));
}

TEST("a session that uses up its queue leaves the others theirs")
{
	struct sim sim = sim_make("t-full", "channels=2", "context=inline", NULL);
	struct rig other = rig_on(sim_make("t-well", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_submit s = { 0 };
	struct dmactl_op op;
	int fd = dm_open(), i;
	u32 depth = dm_info(fd).max_depth;

	op = op_interrupt(dm_claim(fd, sim_chan(&sim, 0)));
	for (i = 0; i < (int)depth; i++)
		dm_submit_all(fd, &op, 1);
	CHECK_EQ(dm_submit(fd, &op, 1, &s), -EAGAIN);
	CHECK_EQ(s.why, DMACTL_WHY_DEPTH);
	rig_works(&other);
}
