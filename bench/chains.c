// SPDX-License-Identifier: GPL-2.0
/*
 * What order costs: copies of which each reads what the one before has written, on one channel.
 * Held by the module until that is complete; relied on, as an engine in order keeps it anyway; or
 * waited for by user space, one call each to submit and to reap. A call that does nothing is
 * measured beside them.
 *
 * chains CHANNEL COUNT: prints medians in ns an operation: null call, held, relied on, waited for.
 */
#include <stdio.h>

#include "bench.h"

#define ROUNDS		9
#define SIZE		64
#define BATCH		500	/* of one call */

enum way { HELD, RELIED, WAITED, WAYS };

static struct dmactl_op ops[BATCH];
static struct dmactl_dep deps[BATCH];
static struct dmactl_completion comps[BATCH];

static void prepare(uint32_t chan, uint32_t buf, enum way way)
{
	for (uint32_t i = 0; i < BATCH; i++) {
		ops[i] = (struct dmactl_op){
			.opcode = DMACTL_OP_MEMCPY, .channel = chan, .len = SIZE,
			.src = { .buffer = buf, .offset = i % 64 * SIZE },
			.dst = { .buffer = buf, .offset = (i + 1) % 64 * SIZE },
		};
		if (!i || way == WAITED)
			continue;
		deps[i] = (struct dmactl_dep){
			.seq = i - 1, .relative = 1,
			.how = way == HELD ? DMACTL_DEP_HOLD : DMACTL_DEP_RELY,
		};
		ops[i].deps = (uintptr_t)&deps[i];
		ops[i].nr_deps = 1;
	}
}

static void submit_and_reap(int fd, uint32_t first, uint32_t nr)
{
	struct dmactl_submit submit = {
		.size = sizeof(submit), .op_size = sizeof(*ops), .nr_ops = nr,
		.ops = (uintptr_t)&ops[first],
	};
	struct dmactl_reap reap = {
		.size = sizeof(reap), .comp_size = sizeof(*comps), .max = nr, .min = nr,
		.comps = (uintptr_t)comps,
	};

	call(fd, DMACTL_IOC_SUBMIT, &submit, "SUBMIT");
	call(fd, DMACTL_IOC_REAP, &reap, "REAP");
	if (submit.submitted != nr || reap.taken != nr)
		errx(1, "%u submitted and %u taken of %u", submit.submitted, reap.taken, nr);
	for (uint32_t i = 0; i < nr; i++)
		if (comps[i].result != DMACTL_RES_OK)
			errx(1, "operation %u ended with %u", i, comps[i].result);
}

/* @count operations, in calls of as many as one takes, or of one. */
static double chain(int fd, uint32_t count, enum way way)
{
	uint32_t step = way == WAITED ? 1 : BATCH;
	double start = now_ns();

	for (uint32_t done = 0; done < count; done += step)
		submit_and_reap(fd, done % BATCH, count - done < step ? count - done : step);
	return (now_ns() - start) / count;
}

static double nothing(int fd, uint32_t count)
{
	double start = now_ns();

	for (uint32_t i = 0; i < count; i++)
		call(fd, DMACTL_IOC_NULL, NULL, "NULL");
	return (now_ns() - start) / count;
}

int main(int argc, char **argv)
{
	uint32_t count = argc == 3 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0, chan, buf;
	double null[ROUNDS], ns[WAYS][ROUNDS];
	int fd;

	if (!count)
		errx(64, "usage: chains CHANNEL COUNT");
	fd = session();
	chan = channel(fd, argv[1]);
	buf = buffer(fd, chan, 64 * SIZE);
	for (int round = -1; round < ROUNDS; round++) {
		int to = round < 0 ? 0 : round;		/* the first one warms up */

		null[to] = nothing(fd, count);
		for (enum way way = 0; way < WAYS; way++) {
			prepare(chan, buf, way);
			ns[way][to] = chain(fd, count, way);
		}
	}
	printf("%.1f %.1f %.1f %.1f\n", median(null, ROUNDS), median(ns[HELD], ROUNDS),
	       median(ns[RELIED], ROUNDS), median(ns[WAITED], ROUNDS));
	return 0;
}
