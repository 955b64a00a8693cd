// SPDX-License-Identifier: GPL-2.0
/* Dependencies on what another thread, or another channel, has a part in. */
#define _GNU_SOURCE
#include <pthread.h>

#include "dm.h"

#define PIECE 4096

static struct rig rig(const char *attribute)
{
	return rig_on(sim_make("t-deps", attribute, NULL), DMACTL_BUF_PAGES, RIG_BYTES);
}

/* Takes the first completion while its SUBMIT is kept waiting by another channel. */
struct reader {
	int fd;
	struct sim *slow;
	struct dmactl_op *then;
	struct dmactl_completion c;
};

static void *reader(void *arg)
{
	struct reader *d = arg;
	int n;

	do {	/* until the other thread has submitted it */
		n = dm_reap(d->fd, &d->c, 1, 1, 0);
	} while (n == -ENODATA);
	CHECK_EQ(n, 1);
	if (!d->then)
		return NULL;
	((struct dmactl_dep *)(uintptr_t)d->then->deps)->seq = d->c.seq + 1;
	IN_TIME(!dm_submit(d->fd, d->then, 1, NULL));	/* while the other SUBMIT tries */
	return NULL;
}

static void *opener(void *arg)
{
	struct reader *d = arg;

	reader(d);
	sim_set(d->slow, "prep_null", "off");
	return NULL;
}

TEST("a producer that failed and was taken by a reader before its dependent's turn has failed")
{
	struct rig r = rig(NULL);
	struct sim two = sim_make("t-deps2", NULL);
	struct dmactl_dep dep = { .seq = 0, .how = DMACTL_DEP_HOLD, .relative = 1 };
	struct reader d = { .fd = r.fd, .slow = &two };
	struct dmactl_completion c[2];
	struct dmactl_op op[3] = {
		op_copy(r.chan, r.dst, 0, r.src, 0, PIECE),
		op_interrupt(dm_claim(r.fd, sim_chan(&two, 0))),
		op_copy(r.chan, r.dst, PIECE, r.dst, 0, PIECE),
	};
	pthread_t t;

	sim_set(&r.sim, "error", "nth 1");
	sim_set(&two, "prep_null", "every 1");
	memset(r.pdst, POISON, RIG_BYTES);
	op[2].deps = (uintptr_t)&dep;
	op[2].nr_deps = 1;
	op[2].user_data = 2;
	CHECK_EQ(pthread_create(&t, NULL, opener, &d), 0);
	dm_submit_all(r.fd, op, 3);
	CHECK_EQ(pthread_join(t, NULL), 0);
	CHECK_EQ(d.c.result, DMACTL_RES_WRITE_FAILED);
	dm_reap_all(r.fd, c, 2);
	CHECK_EQ(c[c[0].user_data == 2 ? 0 : 1].result, DMACTL_RES_ABORTED);
	CHECK_BYTES(r.pdst + PIECE, POISON, PIECE);
}

TEST("a producer that was never submitted, though its number was known, has failed")
{
	struct rig r = rig(NULL);
	struct sim two = sim_make("t-deps2", NULL);
	struct dmactl_dep dep = { .how = DMACTL_DEP_HOLD };
	struct dmactl_op then = op_copy(r.chan, r.dst, 0, r.src, 0, PIECE);
	struct reader d = { .fd = r.fd, .slow = &two, .then = &then };
	struct dmactl_submit s = { .timeout_ns = paced(300 * MS) };
	struct dmactl_completion c;
	struct dmactl_op op[2] = {
		op_interrupt(r.chan),
		op_interrupt(dm_claim(r.fd, sim_chan(&two, 0))),
	};
	pthread_t t;

	sim_set(&two, "prep_null", "every 1");
	then.deps = (uintptr_t)&dep;
	then.nr_deps = 1;
	CHECK_EQ(pthread_create(&t, NULL, reader, &d), 0);
	CHECK_EQ(dm_submit(r.fd, op, 2, &s), 0);
	CHECK_EQ(s.submitted, 1);
	CHECK_EQ(s.why, DMACTL_WHY_PREP);
	CHECK_EQ(pthread_join(t, NULL), 0);
	CHECK_EQ(dm_reap(r.fd, &c, 1, 1, 0), 1);
	CHECK_EQ(c.result, DMACTL_RES_ABORTED);
	rig_works(&r);
}

TEST("a channel that is full does not keep another's held operations from running")
{
	struct rig r = rig("descriptors=8");
	struct sim two = sim_make("t-deps3", NULL);
	u32 other = dm_claim(r.fd, sim_chan(&two, 0)), i;
	struct dmactl_dep dep = { .seq = 0, .how = DMACTL_DEP_HOLD, .relative = 1 };
	struct dmactl_submit s = { .timeout_ns = PATIENCE };
	struct sim gate = sim_make("t-deps2", "latency_ns=20000000", NULL);
	struct dmactl_completion c[33];
	struct dmactl_op op[33];

	/* The first channel waits for good; the second must run meanwhile. */
	sim_set(&r.sim, "stall", "nth 1");
	op[0] = op_interrupt(dm_claim(r.fd, sim_chan(&gate, 0)));
	for (i = 1; i < 33; i++) {
		op[i] = op_interrupt(i <= 16 ? r.chan : other);
		op[i].user_data = i;
		op[i].deps = (uintptr_t)&dep;
		op[i].nr_deps = 1;
	}
	CHECK_EQ(dm_submit(r.fd, op, 33, &s), 0);
	dm_reap_all(r.fd, c, 17);
	for (i = 0; i < 17; i++) {
		check_ok(&c[i]);
		CHECK(!c[i].user_data || c[i].user_data > 16);
	}
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	dm_reap_all(r.fd, c, 16);
}
