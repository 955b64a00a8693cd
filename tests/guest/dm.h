/* SPDX-License-Identifier: GPL-2.0 */
/* The calls of /dev/dmactl, as tests want them: 0 or more, or -errno. */
#ifndef DMACTL_TESTS_DM_H
#define DMACTL_TESTS_DM_H

#include <linux/dmactl.h>

#include "harness.h"
#include "sim.h"

#define NODE	"/dev/dmactl"
/* The time-out of what is not to end by its time-out; a call that waits gives up before. */
#define PATIENCE	(60 * SEC)

/* Fills all of @s with the poison, but for its size. */
#define POISONED(s)								\
	do {									\
		memset(&(s), POISON, sizeof(s));				\
		(s).size = sizeof(s);						\
	} while (0)

int dm_open(void);
int dm_ioctl(int fd, unsigned long nr, const void *arg);
struct dmactl_info dm_info(int fd);

/* Out fields are poisoned: what a call that fails must leave alone. */
struct dmactl_claim dm_claim_arg(const char *name, u64 operations);
int dm_try_claim(int fd, const char *name);	/* claims and stays so */
u32 dm_claim(int fd, const char *name);		/* the id; or the case fails */
int dm_release(int fd, u32 chan);

struct dmactl_buf_create dm_buf_arg(u32 kind, u32 chan, u64 bytes);
u32 dm_buf(int fd, u32 kind, u32 chan, u64 bytes, void **map);	/* @map may be NULL */
/* Of pages far from each other, since exporters join neighbours. */
int dm_udmabuf(u32 pages);
int dm_buf_destroy(int fd, u32 buf);
int dm_sync(int fd, u32 buf, u32 direction, u64 offset, u64 len);

struct dmactl_op op_copy(u32 chan, u32 dst, u64 doff, u32 src, u64 soff, u64 len);
struct dmactl_op op_fill(u32 chan, u32 dst, u64 doff, u64 len, u32 value);
struct dmactl_op op_interrupt(u32 chan);

/* SUBMIT; @s (which may be NULL) gives timeout_ns and kick and takes what comes back. */
int dm_submit(int fd, const struct dmactl_op *ops, u32 n, struct dmactl_submit *s);
/* SUBMIT of all of them, with PATIENCE, or the case fails. */
void dm_submit_all(int fd, const struct dmactl_op *ops, u32 n);
/* REAP: completions taken, or -errno. */
int dm_reap(int fd, struct dmactl_completion *c, u32 max, u32 min, u64 timeout_ns);
/* Takes exactly @n; or the case fails. */
void dm_reap_all(int fd, struct dmactl_completion *c, u32 n);
/* All that holds for a completion that went well. */
void check_ok(const struct dmactl_completion *c);

/* A RUN with sensible values: 64 operations, depth 4, kick 1, no samples, PATIENCE. */
struct dmactl_run dm_run_arg(const struct dmactl_op *ops, u32 n);

/* A session with one channel of a new simulated device and two buffers. */
struct rig {
	struct sim sim;
	int fd;
	u32 chan, src, dst;
	u64 bytes;		/* of each buffer */
	u8 *psrc, *pdst;
};

#define RIG_BYTES	65536

/* Makes the channel and the buffers over a device that exists. */
struct rig rig_on(struct sim sim, u32 kind, u64 bytes);
void fill_pattern(void *p, size_t len, u32 seed);
/* Ends the session: its mappings hold it as its descriptor does. */
void rig_close(struct rig *r);
/* Copies all of src to dst and checks it: the channel works. */
void rig_works(struct rig *r);

#endif
