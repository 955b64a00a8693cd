// SPDX-License-Identifier: GPL-2.0
/*
 * What the calls into the module cost: SUBMIT of a batch and REAP of all, beside two calls that
 * do nothing (DMACTL_IOC_NULL). The two kinds take turns, so that what disturbs one disturbs both.
 *
 * calls CHANNEL SIZE BATCH: prints the median round of each kind, in ns a pair of calls.
 */
#include <stdio.h>

#include "bench.h"

#define ROUNDS		41
#define PAIRS		20	/* of one round */
#define BATCH_MAX	1024

static struct dmactl_op ops[BATCH_MAX];
static struct dmactl_completion comps[BATCH_MAX];

/* Operations side by side, each at a cache line of its own. */
static void setup(int fd, const char *name, uint64_t size, uint32_t batch)
{
	uint64_t stride = (size + 63) / 64 * 64;
	uint32_t chan = channel(fd, name), src, dst, i;

	src = buffer(fd, chan, stride * batch);
	dst = buffer(fd, chan, stride * batch);
	for (i = 0; i < batch; i++) {
		ops[i] = (struct dmactl_op){
			.opcode = DMACTL_OP_MEMCPY,
			.channel = chan,
			.len = size,
			.src = { .buffer = src, .offset = i * stride },
			.dst = { .buffer = dst, .offset = i * stride },
		};
	}
}

static void submit_and_reap(int fd, uint32_t batch)
{
	struct dmactl_submit submit = {
		.size = sizeof(submit),
		.op_size = sizeof(*ops),
		.nr_ops = batch,
		.ops = (uintptr_t)ops,
		.kick = batch,
	};
	struct dmactl_reap reap = {
		.size = sizeof(reap),
		.comp_size = sizeof(*comps),
		.max = batch,
		.min = batch,
		.comps = (uintptr_t)comps,
	};
	uint32_t i;

	call(fd, DMACTL_IOC_SUBMIT, &submit, "SUBMIT");
	call(fd, DMACTL_IOC_REAP, &reap, "REAP");
	if (submit.submitted != batch || reap.taken != batch)
		errx(1, "%u submitted and %u taken of %u", submit.submitted, reap.taken, batch);
	for (i = 0; i < batch; i++)
		if (comps[i].result != DMACTL_RES_OK)
			errx(1, "operation %u ended with %u", i, comps[i].result);
}

int main(int argc, char **argv)
{
	double nothing[ROUNDS], both[ROUNDS], start, middle;
	uint64_t size = argc == 4 ? strtoull(argv[2], NULL, 10) : 0;
	uint64_t batch = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;
	int fd, round, i;

	if (!size || !batch || batch > BATCH_MAX)
		errx(64, "usage: calls CHANNEL SIZE BATCH");
	fd = session();
	setup(fd, argv[1], size, batch);
	submit_and_reap(fd, batch);
	for (round = 0; round < ROUNDS; round++) {
		start = now_ns();
		for (i = 0; i < 2 * PAIRS; i++)
			call(fd, DMACTL_IOC_NULL, NULL, "NULL");
		middle = now_ns();
		for (i = 0; i < PAIRS; i++)
			submit_and_reap(fd, batch);
		both[round] = (now_ns() - middle) / PAIRS;
		nothing[round] = (middle - start) / PAIRS;
	}
	printf("%.1f %.1f\n", median(nothing, ROUNDS), median(both, ROUNDS));
	return 0;
}
