/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DMACTL_LIMIT_H
#define DMACTL_LIMIT_H

#include <linux/bits.h>
#include <linux/dmaengine.h>
#include <linux/sizes.h>
#include <linux/types.h>

#define LIMIT_SIZE_MAX	SZ_4M		/* bytes of one operation, and of one piece of memory */
#define LIMIT_DEPTH_MAX	1024
#define LIMIT_COUNT_MAX	BIT(26)

struct limit_args {
	char channel[32];
	u32 size, depth, batch, count, warmup, stamps, verify;
	u32 periods, time_ms;		/* a stream: periods of @size bytes in the ring */
};

struct limit_sample {
	u64 t0, t1, t2, t3;		/* ns, CLOCK_MONOTONIC; as struct dmactl_sample */
};

struct limit_slot;
struct limit_area;

struct limit_run {
	struct limit_args args;
	struct dma_chan *chan;
	struct device *dev;		/* that the memory is mapped for */
	struct task_struct *task;
	struct limit_slot *slots;	/* args.depth */
	struct limit_sample *samples;	/* args.count, with stamps */
	struct limit_area *areas;	/* sources and destinations in turn */
	unsigned int nr_areas;
	u32 submitted;
	u32 done;			/* by callbacks, which a channel never runs in parallel */
	u32 wake_at;			/* the value of done that @task sleeps for */
	u32 errors;			/* by callbacks, like done */
	u64 elapsed;			/* ns */
	u64 wrong;			/* bytes, with verify */
};

/**
 * limit_run_all() - claim the channel, measure, verify, give the channel back
 * @run: args are set, all else is zero
 *
 * Return: 0, and the results and samples stay in @run until limit_free(). On an error @run is gone.
 */
int limit_run_all(struct limit_run *run);
int limit_run_cyclic(struct limit_run *run);
void limit_free(struct limit_run *run);
bool limit_filter(struct dma_chan *chan, void *name);

#endif
