// SPDX-License-Identifier: GPL-2.0
/* Readers of one session that wait for different numbers of completions. */
#define _GNU_SOURCE
#include <pthread.h>

#include "dm.h"

#define ROUNDS 400
#define OPS    5

struct reader {
	pthread_t thread;
	pthread_barrier_t *ready;
	int fd, got;
	u32 min;
	u64 delay_ns;
};

static void *wait_for_some(void *arg)
{
	struct reader *r = arg;
	struct dmactl_completion c[OPS];
	u64 begin;

	pthread_barrier_wait(r->ready);
	begin = clock_ns();
	while (clock_ns() - begin < r->delay_ns)
		;
	r->got = dm_reap(r->fd, c, r->min, r->min, 20 * SEC);
	return NULL;
}

/*
 * The second begins to wait while completions come that the first already counts. Whoever does not
 * get as many as it wants learns that no more will come.
 */
TEST("two readers that wait for more than there is are both told at the end")
{
	struct sim sim = sim_make("t-wish", "context=thread", "latency_ns=30000", NULL);
	struct dmactl_op op[OPS];
	struct reader r[2];
	pthread_barrier_t ready;
	int fd = dm_open(), i, k;
	u32 chan = dm_claim(fd, sim_chan(&sim, 0));

	CHECK_EQ(pthread_barrier_init(&ready, NULL, 2), 0);
	for (i = 0; i < OPS; i++)
		op[i] = op_interrupt(chan);
	for (i = 0; i < ROUNDS; i++) {
		struct dmactl_submit s = { .kick = OPS };

		for (k = 0; k < 2; k++) {
			r[k] = (struct reader){ .ready = &ready, .fd = fd, .min = OPS - (u32)k };
			r[k].delay_ns = (u64)k * (u64)(i % 20) * 10000;
		}
		CHECK_EQ(dm_submit(fd, op, OPS, &s), 0);
		CHECK_EQ(s.submitted, OPS);
		for (k = 0; k < 2; k++)
			CHECK_EQ(pthread_create(&r[k].thread, NULL, wait_for_some, &r[k]), 0);
		for (k = 0; k < 2; k++) {
			CHECK_EQ(pthread_join(r[k].thread, NULL), 0);
			CHECK(r[k].got > 0 || r[k].got == -ENODATA);
			r[k].got = r[k].got > 0 ? r[k].got : 0;
		}
		CHECK_EQ(r[0].got + r[1].got, OPS);
	}
	CHECK_EQ(pthread_barrier_destroy(&ready), 0);
}
