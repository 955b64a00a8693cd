/* SPDX-License-Identifier: GPL-2.0 */
/* A stream: a channel with an endpoint, and a ring; started, taken from, stopped. */
#ifndef DMACTL_TESTS_RING_H
#define DMACTL_TESTS_RING_H

#include "dm.h"

#define PERIOD	256U
#define PERIODS	8U
#define RING	(PERIOD * PERIODS)
/* 500 periods a second: 16 seconds, in which nobody takes them, until events are dropped. */
#define FAST	"rate=128000"
#define MARK	0xabcdef0123456789	/* user_data of all */

struct stream {
	struct rig r;
	u32 ring;	/* coherent */
	u8 *p;
};

/* 0 or -errno; the raw address is one that dma-sim refuses itself: -EINVAL where it is allowed. */
int ring_config(const struct rig *r, u32 endpoint);
struct stream ring_on(struct sim sim, u32 endpoint);
#define RING_ON(endpoint, ...) ring_on(sim_make("t-stream", ##__VA_ARGS__, NULL), endpoint)

/* START of the whole ring; 1 memory to device, 2 device to memory */
struct dmactl_stream ring_arg(const struct stream *t, u32 direction);
void ring_start(const struct stream *t, u32 direction);
/* Waits until so many callbacks have come, taken or not. */
void ring_passes(const struct stream *t, u64 callbacks);
/* Any other action: 0 or -errno; @a may be NULL. */
int ring_act_flags(const struct stream *t, u32 action, u32 flags, struct dmactl_stream *a);
int ring_act(const struct stream *t, u32 action, struct dmactl_stream *a);

/* All that holds for the event of callback @seq. */
void check_event(const struct stream *t, const struct dmactl_completion *c, u64 seq);
/* Takes events from number @seq on until the end of the stream, which it returns. */
struct dmactl_completion ring_drain(const struct stream *t, u64 seq);
void ring_stop(const struct stream *t, u64 next);	/* and drain */

#endif
