// SPDX-License-Identifier: GPL-2.0
/* Operations that depend on others: held, relied on, failed, stopped. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dm.h"
#include "nl.h"

#define PIECE	4096

static struct rig rig(const char *a, const char *b)
{
	return rig_on(sim_make("t-deps", a ? a : b, a ? b : NULL, NULL), DMACTL_BUF_PAGES,
		      RIG_BYTES);
}

/* op[i] copies what op[i - 1] has written, from piece to piece of dst. */
static void chain(const struct rig *r, struct dmactl_op *op, struct dmactl_dep *dep, u32 n, u32 how)
{
	u32 i;

	for (i = 0; i < n; i++) {
		op[i] = op_copy(r->chan, r->dst, (i % 16) * PIECE, i ? r->dst : r->src,
				i ? ((i - 1) % 16) * PIECE : 0, PIECE);
		op[i].user_data = i;
		if (!i)
			continue;
		dep[i] = (struct dmactl_dep){ .seq = i - 1, .how = how, .relative = 1 };
		op[i].deps = (uintptr_t)&dep[i];
		op[i].nr_deps = 1;
	}
}

TEST("a held operation starts after its producer is complete, in every context")
{
	static const char *const contexts[] = {
		"context=inline",
		"context=softirq",
		"context=timer",
		"context=thread",
	};
	struct dmactl_completion c[12];
	struct dmactl_dep dep[12];
	struct dmactl_op op[12];
	size_t k;
	u32 i;

	for (k = 0; k < ARRAY_SIZE(contexts); k++) {
		struct rig r = rig(contexts[k], NULL);

		chain(&r, op, dep, 12, DMACTL_DEP_HOLD);
		dm_submit_all(r.fd, op, 12);
		dm_reap_all(r.fd, c, 12);
		for (i = 0; i < 12; i++) {
			check_ok(&c[i]);
			CHECK_EQ(c[i].user_data, i);
			if (i)
				CHECK(c[i].t0 >= c[i - 1].t3);
			CHECK_MEM(r.pdst + i * PIECE, r.psrc, PIECE);
		}
		sim_remove_all();
	}
}

TEST("a relied on operation goes to the engine at once, in order")
{
	struct rig r = rig("context=thread", "latency_ns=1000000");
	struct dmactl_completion c[12];
	struct dmactl_dep dep[12];
	struct dmactl_op op[12];
	u32 i;

	chain(&r, op, dep, 12, DMACTL_DEP_RELY);
	for (i = 0; i < 12; i++)
		op[i].flags = DMACTL_OP_F_FENCE;
	dm_submit_all(r.fd, op, 12);
	dm_reap_all(r.fd, c, 12);
	for (i = 0; i < 12; i++) {
		check_ok(&c[i]);
		CHECK_MEM(r.pdst + i * PIECE, r.psrc, PIECE);
	}
	CHECK(c[11].t0 < c[0].t3);
}

TEST("a dependency on an earlier call, by sequence number; one that is complete does not hold")
{
	struct rig r = rig("latency_ns=50000000", NULL);
	struct dmactl_op a = op_copy(r.chan, r.dst, 0, r.src, 0, PIECE), b;
	struct dmactl_dep dep = { .how = DMACTL_DEP_HOLD };
	struct dmactl_submit s = { 0 };
	struct dmactl_completion c[2];
	int n;

	for (n = 0; n < 2; n++) {
		memset(r.pdst, POISON, RIG_BYTES);
		CHECK_EQ(dm_submit(r.fd, &a, 1, &s), 0);
		dep.seq = s.first_seq;
		if (n)
			dm_reap_all(r.fd, &c[0], 1);
		b = op_copy(r.chan, r.dst, 8 * PIECE, r.dst, 0, PIECE);
		b.deps = (uintptr_t)&dep;
		b.nr_deps = 1;
		dm_submit_all(r.fd, &b, 1);
		dm_reap_all(r.fd, &c[n], 2 - n);
		check_ok(&c[1]);
		CHECK(c[1].t0 >= c[0].t3);
		CHECK_MEM(r.pdst + 8 * PIECE, r.psrc, PIECE);
	}
}

TEST("5000 operations, each held for the one before, over many calls")
{
	struct rig r = rig(NULL, NULL);
	struct dmactl_submit s = { 0 };
	struct dmactl_completion c[256];
	struct dmactl_dep dep[250];
	struct dmactl_op op[250];
	u64 last = 0;
	u32 i, sent = 0, got = 0;
	int n;

	while (got < 5000 || sent > got) {
		for (i = 0; i < 250; i++) {
			u32 g = sent + i;

			op[i] = op_copy(r.chan, r.dst, (g % 16) * PIECE, g ? r.dst : r.src,
					g ? ((g - 1) % 16) * PIECE : 0, PIECE);
			dep[i] = (struct dmactl_dep){ .how = DMACTL_DEP_HOLD, .relative = !!i };
			dep[i].seq = i ? i - 1 : last;
			op[i].deps = g ? (uintptr_t)&dep[i] : 0;
			op[i].nr_deps = !!g;
		}
		n = sent < 5000 ? dm_submit(r.fd, op, 250, &s) : -EAGAIN;
		CHECK(!n || n == -EAGAIN);
		if (!n) {	/* perhaps not all: those that were not are built anew */
			last = s.first_seq + s.submitted - 1;
			sent += s.submitted;
			continue;
		}
		n = dm_reap(r.fd, c, 256, 1, 0);
		CHECK(n > 0);
		for (i = 0; i < (u32)n; i++)
			check_ok(&c[i]);
		got += (u32)n;
	}
	for (i = 0; i < 16; i++)
		CHECK_MEM(r.pdst + i * PIECE, r.psrc, PIECE);
}

TEST("across devices: buffers move with the work, fan-in waits for all")
{
	struct rig r = rig("latency_ns=30000000", "context=thread");
	struct sim two = sim_make("t-deps2", "context=softirq", NULL);
	u32 other = dm_claim(r.fd, sim_chan(&two, 0));
	struct dmactl_dep dep[3] = {
		{ .seq = 0, .how = DMACTL_DEP_HOLD, .relative = 1 },
		{ .seq = 1, .how = DMACTL_DEP_HOLD, .relative = 1 },
		{ .seq = 2, .how = DMACTL_DEP_HOLD, .relative = 1 },
	};
	struct dmactl_completion c[4];
	struct dmactl_op op[4] = {
		op_copy(r.chan, r.dst, 0, r.src, 0, PIECE),
		op_copy(r.chan, r.dst, PIECE, r.src, PIECE, PIECE),
		op_copy(other, r.dst, 4 * PIECE, r.dst, 0, 2 * PIECE),
		op_copy(r.chan, r.dst, 8 * PIECE, r.dst, 4 * PIECE, 2 * PIECE),
	};
	u32 i;

	op[2].deps = (uintptr_t)dep;
	op[2].nr_deps = 2;
	op[3].deps = (uintptr_t)&dep[2];
	op[3].nr_deps = 1;
	for (i = 0; i < 4; i++)
		op[i].user_data = i;
	dm_submit_all(r.fd, op, 4);
	dm_reap_all(r.fd, c, 4);
	for (i = 0; i < 4; i++)
		check_ok(&c[i]);
	CHECK_MEM(r.pdst + 8 * PIECE, r.psrc, 2 * PIECE);
}

TEST("a producer that fails: held ones are aborted and never run, others say input failed")
{
	struct rig r = rig(NULL, NULL);
	struct dmactl_dep dep[4] = {
		{ .seq = 0, .how = DMACTL_DEP_HOLD, .relative = 1 },
		{ .seq = 1, .how = DMACTL_DEP_HOLD, .relative = 1 },
		{ .seq = 0, .how = DMACTL_DEP_RELY, .relative = 1 },
		{ .seq = 3, .how = DMACTL_DEP_HOLD, .relative = 1 },
	};
	static const u32 want[] = {
		DMACTL_RES_WRITE_FAILED, DMACTL_RES_ABORTED, DMACTL_RES_ABORTED,
		DMACTL_RES_INPUT_FAILED, DMACTL_RES_ABORTED, DMACTL_RES_OK,
	};
	struct dmactl_completion c[6];
	struct dmactl_op op[6];
	u32 i;

	sim_set(&r.sim, "error", "nth 1");
	memset(r.pdst, POISON, RIG_BYTES);
	for (i = 0; i < 6; i++) {
		op[i] = op_copy(r.chan, r.dst, i * PIECE, r.src, 0, PIECE);
		op[i].user_data = i;
		if (i && i < 5) {
			op[i].deps = (uintptr_t)&dep[i - 1];
			op[i].nr_deps = 1;
		}
	}
	dm_submit_all(r.fd, op, 6);
	dm_reap_all(r.fd, c, 6);
	for (i = 0; i < 6; i++)
		CHECK_EQ(c[i].result, want[c[i].user_data]);
	CHECK_BYTES(r.pdst + PIECE, POISON, 2 * PIECE);		/* never ran */
	CHECK_MEM(r.pdst + 3 * PIECE, r.psrc, PIECE);		/* ran */
	CHECK_BYTES(r.pdst + 4 * PIECE, POISON, PIECE);
	rig_works(&r);
}

TEST("dependencies that cannot be: EINVAL, DEPS, and nothing is submitted")
{
	struct rig r = rig(NULL, NULL);
	struct sim two = sim_make("t-deps2", NULL);
	u32 other = dm_claim(r.fd, sim_chan(&two, 0)), i;
	struct dmactl_op op[2] = {
		op_interrupt(other),
		op_copy(r.chan, r.dst, 0, r.src, 0, PIECE),
	};
	const struct dmactl_dep bad[] = {
		{ .seq = 1, .how = DMACTL_DEP_HOLD, .relative = 1 },	/* itself */
		{ .seq = 2, .how = DMACTL_DEP_HOLD, .relative = 1 },	/* not of the call */
		{ .seq = ~0ULL, .how = DMACTL_DEP_HOLD, .relative = 1 },
		{ .seq = 0, .how = DMACTL_DEP_HOLD },			/* none has that number */
		{ .seq = 1000, .how = DMACTL_DEP_HOLD },		/* later */
		{ .seq = 0, .how = 0, .relative = 1 },
		{ .seq = 0, .how = 3, .relative = 1 },
		{ .seq = 0, .how = DMACTL_DEP_HOLD, .relative = 2 },
		{ .seq = 0, .how = DMACTL_DEP_RELY, .relative = 1 },	/* of another channel */
	};
	struct dmactl_submit s = { 0 };
	struct dmactl_completion c;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		op[1].deps = (uintptr_t)&bad[i];
		op[1].nr_deps = 1;
		CHECK_EQ(dm_submit(r.fd, op, 2, &s), -EINVAL);
		CHECK_EQ(s.why, DMACTL_WHY_DEPS);
		CHECK_EQ(s.bad_op, 1);
		CHECK_EQ(s.submitted, 0);
	}
	op[1].deps = 4096;
	CHECK_EQ(dm_submit(r.fd, op, 2, &s), -EFAULT);
	op[1].nr_deps = 100000;
	CHECK_EQ(dm_submit(r.fd, op, 2, &s), -E2BIG);
	op[1].nr_deps = 0;
	CHECK_EQ(dm_submit(r.fd, op, 2, &s), -EINVAL);
	CHECK_EQ(s.why, DMACTL_WHY_RESERVED);
	CHECK_EQ(dm_reap(r.fd, &c, 1, 1, 0), -ENODATA);
	rig_works(&r);
}

TEST("a stop ends held operations as aborted, after the one that timed out, in each stop class")
{
	static const char *const classes[][2] = {
		{ "terminate=1", "synchronize=1" },
		{ "terminate=1", "synchronize=0" },
		{ "terminate=0", "synchronize=0" },
	};
	struct dmactl_submit s = { .timeout_ns = paced(200 * MS) };
	struct dmactl_completion c[8];
	struct dmactl_dep dep[8];
	struct dmactl_op op[8];
	size_t k;
	u32 i;

	for (k = 0; k < ARRAY_SIZE(classes); k++) {
		struct rig r = rig(classes[k][0], classes[k][1]);

		sim_set(&r.sim, "stall", "nth 2");
		chain(&r, op, dep, 8, DMACTL_DEP_HOLD);
		CHECK_EQ(dm_submit(r.fd, op, 8, &s), 0);
		dm_reap_all(r.fd, c, 8);
		IN_TIME(c[0].result == DMACTL_RES_OK);
		check_ok(&c[0]);
		CHECK_EQ(c[1].result, DMACTL_RES_TIMED_OUT);
		for (i = 2; i < 8; i++) {
			CHECK_EQ(c[i].result, DMACTL_RES_ABORTED);
			CHECK_EQ(c[i].t0, 0);
		}
		sim_set(&r.sim, "stall", "off");
		CHECK_SOON(dm_submit(r.fd, op, 1, NULL) == 0);
		dm_reap_all(r.fd, c, 1);
		rig_works(&r);
		sim_remove_all();
	}
}

TEST("RELEASE, close, kill -9 and an unbind end held operations")
{
	struct dmactl_completion c[12];
	struct dmactl_dep dep[12];
	struct dmactl_op op[12];
	int status, i;
	pid_t pid;

	for (i = 0; i < 4; i++) {
		struct rig r = rig("latency_ns=100000000", NULL);
		int other = dm_open();

		chain(&r, op, dep, 12, DMACTL_DEP_HOLD);
		dm_submit_all(r.fd, op, 12);
		if (i == 0) {
			CHECK_EQ(dm_release(r.fd, r.chan), 0);
			dm_reap_all(r.fd, c, 12);
			CHECK_EQ(c[11].result, DMACTL_RES_ABORTED);
		} else if (i == 1) {
			rig_close(&r);
		} else if (i == 2) {
			pid = fork();
			if (!pid)
				pause();
			rig_close(&r);	/* the child has it alone */
			CHECK_EQ(kill(pid, SIGKILL), 0);
			CHECK_EQ(waitpid(pid, &status, 0), pid);
		} else {
			CHECK_EQ(sim_unbind(&r.sim), 0);
			dm_reap_all(r.fd, c, 12);
			CHECK_EQ(c[11].result, DMACTL_RES_ABORTED);
		}
		if (i < 3)
			CHECK_SOON(dm_try_claim(other, sim_chan(&r.sim, 0)) == 0);
		CHECK_EQ(close(other), 0);
		sim_remove_all();
	}
}

TEST("a held operation keeps the buffers that it named, whoever gets their ids")
{
	struct rig r = rig("latency_ns=50000000", NULL);
	struct dmactl_dep dep = { .seq = 0, .how = DMACTL_DEP_HOLD, .relative = 1 };
	struct dmactl_completion c[2];
	struct dmactl_op op[2];
	u32 named, other;
	u8 *pnamed, *pother;

	named = dm_buf(r.fd, DMACTL_BUF_PAGES, DMACTL_NONE, PIECE, (void **)&pnamed);
	op[0] = op_interrupt(r.chan);
	op[1] = op_copy(r.chan, named, 0, r.src, 0, PIECE);
	op[1].deps = (uintptr_t)&dep;
	op[1].nr_deps = 1;
	dm_submit_all(r.fd, op, 2);
	CHECK_EQ(dm_buf_destroy(r.fd, named), 0);
	other = dm_buf(r.fd, DMACTL_BUF_PAGES, DMACTL_NONE, PIECE, (void **)&pother);
	CHECK_EQ(other, named);
	memset(pother, POISON, PIECE);
	dm_reap_all(r.fd, c, 2);
	check_ok(&c[1]);
	CHECK_MEM(pnamed, r.psrc, PIECE);
	CHECK_BYTES(pother, POISON, PIECE);
}

TEST("a producer whose channel was released before it was reaped has failed")
{
	struct rig r = rig("stall=nth 1", NULL);
	struct sim two = sim_make("t-deps2", NULL);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, PIECE);
	struct dmactl_dep dep = { .how = DMACTL_DEP_HOLD };
	struct dmactl_submit s = { .timeout_ns = PATIENCE };
	struct dmactl_completion c[2];

	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), 0);
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	dep.seq = s.first_seq;
	op = op_interrupt(dm_claim(r.fd, sim_chan(&two, 0)));
	op.deps = (uintptr_t)&dep;
	op.nr_deps = 1;
	dm_submit_all(r.fd, &op, 1);
	dm_reap_all(r.fd, c, 2);
	CHECK_EQ(c[0].result, DMACTL_RES_ABORTED);
	CHECK_EQ(c[1].result, DMACTL_RES_ABORTED);
	CHECK_EQ(c[1].t0, 0);
}
