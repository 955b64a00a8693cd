// SPDX-License-Identifier: GPL-2.0
/* CLAIM and RELEASE. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "dm.h"
#include "nl.h"

#define SIM_OPERATIONS \
	(1ULL << DMACTL_OP_MEMCPY | 1ULL << DMACTL_OP_MEMSET | 1ULL << DMACTL_OP_INTERRUPT)

/* CLAIM that must fail with @err and write nothing. */
#define REFUSED(fd, name, operations, err)					\
	do {									\
		struct dmactl_claim c_ = dm_claim_arg(name, operations), was_ = c_;	\
		CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_CLAIM, &c_), -(err));		\
		CHECK_SAME(c_, was_);						\
	} while (0)

TEST("a channel is claimed by its stable name and described")
{
	struct sim sim = sim_make("t-claim", "channels=3", "max_segment=8192", "align=3", NULL);
	struct dmactl_claim c = dm_claim_arg(sim_chan(&sim, 1), 1ULL << DMACTL_OP_MEMCPY);
	int fd = dm_open();

	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_CLAIM, &c), 0);
	CHECK_EQ(c.operations & SIM_OPERATIONS, SIM_OPERATIONS);
	CHECK_STR(c.name, sim_chan(&sim, 1));
	CHECK(c.channel != DMACTL_NONE);
	CHECK_EQ(c.traits, DMACTL_TRAIT_TERMINATE | DMACTL_TRAIT_SYNCHRONIZE | DMACTL_TRAIT_SLAVE |
				   DMACTL_TRAIT_PRIVATE | DMACTL_TRAIT_SIMULATED |
				   DMACTL_TRAIT_RELEASE | DMACTL_TRAIT_PAUSE | DMACTL_TRAIT_RESUME);
	CHECK_EQ(c.max_segment, 8192);
	CHECK(c.max_mapping >= 65536);
	CHECK(c.node == DMACTL_NONE || c.node < 1024);
	CHECK_EQ(c.align_copy, 3);
	CHECK_EQ(c.align_fill, 3);
	CHECK_EQ(c.max_xor, 8);
	CHECK_EQ(c.max_pq, 8);
	CHECK_EQ(dm_release(fd, c.channel), 0);
}

TEST("a channel is claimed by its sysfs name and the stable name comes back")
{
	struct sim sim = sim_make("t-claim", "channels=2", NULL);
	struct dmactl_claim c = dm_claim_arg(sim_sysfs_chan(&sim, 1), 0);
	int fd = dm_open();

	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_CLAIM, &c), 0);
	CHECK_STR(c.name, sim_chan(&sim, 1));
	CHECK_EQ(dm_try_claim(fd, sim_chan(&sim, 1)), -EBUSY);
	CHECK_EQ(dm_try_claim(fd, sim_chan(&sim, 0)), 0);
}

TEST("the traits tell the habits of the provider")
{
	struct sim none = sim_make("t-none", "terminate=0", "synchronize=0", NULL);
	struct sim half = sim_make("t-half", "synchronize=0", NULL);
	struct dmactl_claim c = dm_claim_arg(sim_chan(&none, 0), 0);
	u32 stop = DMACTL_TRAIT_TERMINATE | DMACTL_TRAIT_SYNCHRONIZE;
	int fd = dm_open();

	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_CLAIM, &c), 0);
	CHECK_EQ(c.traits & stop, 0);
	c = dm_claim_arg(sim_chan(&half, 0), 0);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_CLAIM, &c), 0);
	CHECK_EQ(c.traits & stop, DMACTL_TRAIT_TERMINATE);
}

TEST("a name that is no channel's gives ENOENT and writes nothing")
{
	struct sim sim = sim_make("t-claim", "channels=2", NULL);
	static const char *const tails[] = {
		"",	"/",   "/2",   "/-1",  "/+0",	      "/ 0",
		"/0 ",	"/00", "/0x0", "/0/0", "/4294967296", "/18446744073709551616",
		"/0\n", "/0,", "+1/0", "/*",
	};
	int fd = dm_open();
	char name[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tails); i++) {
		snprintf(name, sizeof(name), "%s%s", sim.dev, tails[i]);
		if (dm_try_claim(fd, name) != -ENOENT)
			FAIL("'%s' was not refused with ENOENT", name);
		REFUSED(fd, name, 0, ENOENT);
	}
	REFUSED(fd, "", 0, ENOENT);
	REFUSED(fd, "dma", 0, ENOENT);
	REFUSED(fd, "dma0chan", 0, ENOENT);
	REFUSED(fd, "dma9999chan0", 0, ENOENT);
	REFUSED(fd, "no-such-device/0", 0, ENOENT);
	REFUSED(fd, "no-such-node:tx", 0, ENOENT);
	REFUSED(fd, "a:node:tx", 0, ENOENT);
	REFUSED(fd, ":tx", 0, ENOENT);
	REFUSED(fd, "alarmtimer:", 0, ENOENT);
	REFUSED(fd, ":", 0, ENOENT);
	REFUSED(fd, "%s%n", 0, ENOENT);
}

TEST("a name without its final NUL is refused")
{
	struct dmactl_claim c = dm_claim_arg("", 0), was;
	int fd = dm_open(), ret;

	memset(c.name, 'a', sizeof(c.name));
	was = c;
	ret = dm_ioctl(fd, DMACTL_IOC_CLAIM, &c);
	CHECK(ret == -EINVAL || ret == -ENOENT);
	CHECK_SAME(c, was);
}

TEST("an unknown flag gives EOPNOTSUPP")
{
	struct sim sim = sim_make("t-claim", NULL);
	int fd = dm_open(), bit;

	for (bit = 0; bit < 32; bit++) {
		struct dmactl_claim c = dm_claim_arg(sim_chan(&sim, 0), 0), was;

		c.flags = 1U << bit;
		was = c;
		CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_CLAIM, &c), -EOPNOTSUPP);
		CHECK_SAME(c, was);
	}
	CHECK_EQ(dm_try_claim(fd, sim_chan(&sim, 0)), 0);
}

TEST("a channel that lacks an operation gives EOPNOTSUPP, tells what it has, and stays free")
{
	struct sim sim = sim_make("t-claim", "cyclic=0", NULL);
	u64 wanted[] = {
		1ULL << DMACTL_OP_CYCLIC,
		1ULL << DMACTL_OP_MEMCPY | 1ULL << DMACTL_OP_CYCLIC,
		1ULL << 11,
		1ULL << 63,
		~0ULL,
	};
	int fd = dm_open(), other = dm_open();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		struct dmactl_claim c = dm_claim_arg(sim_chan(&sim, 0), wanted[i]), was = c;

		CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_CLAIM, &c), -EOPNOTSUPP);
		CHECK_EQ(c.operations & SIM_OPERATIONS, SIM_OPERATIONS);
		CHECK(c.operations != wanted[i]);
		c.operations = was.operations;
		CHECK_SAME(c, was);
	}
	CHECK_EQ(dm_try_claim(other, sim_chan(&sim, 0)), 0);
}

TEST("a held channel gives EBUSY to its own session and to another")
{
	struct sim sim = sim_make("t-claim", "channels=2", NULL);
	int fd = dm_open(), other = dm_open();
	u32 chan = dm_claim(fd, sim_chan(&sim, 0));

	REFUSED(fd, sim_chan(&sim, 0), 0, EBUSY);
	REFUSED(other, sim_chan(&sim, 0), 0, EBUSY);
	REFUSED(other, sim_sysfs_chan(&sim, 0), 0, EBUSY);
	CHECK_EQ(dm_try_claim(other, sim_chan(&sim, 1)), 0);
	CHECK_EQ(dm_release(fd, chan), 0);
	CHECK_EQ(dm_try_claim(other, sim_chan(&sim, 0)), 0);
}

TEST("a channel that async_tx holds is EBUSY and in state kernel")
{
	struct sim sim = sim_make("t-public", "public=1", "channels=2", NULL);
	struct nl nl = nl_open();
	char path[160], text[16];
	int fd = dm_open();

	module_load("async_tx", NULL);
	snprintf(path, sizeof(path), "/sys/class/dma/%s/in_use", sim_sysfs_chan(&sim, 0));
	CHECK(read_file(path, text, sizeof(text)) > 0);
	if (!atoi(text)) {
		CHECK_EQ(nl_channel_state(&nl, sim_chan(&sim, 0)), DMACTL_CHANNEL_STATE_FREE);
		SKIP("this kernel has no async_tx");
	}
	REFUSED(fd, sim_chan(&sim, 0), 0, EBUSY);
	CHECK_EQ(nl_channel_state(&nl, sim_chan(&sim, 0)), DMACTL_CHANNEL_STATE_KERNEL);
	CHECK(nl_u32(nl_channel(&nl, sim_chan(&sim, 0)), DMACTL_A_CHANNEL_USERS));
	CHECK_EQ(module_unload("async_tx"), 0);
	CHECK_SOON(dm_try_claim(fd, sim_chan(&sim, 0)) == 0);
}

TEST("closing the session frees its channels")
{
	struct sim sim = sim_make("t-claim", "channels=4", NULL);
	int i, n;

	for (i = 0; i < 20; i++) {
		int fd = dm_open();

		for (n = 0; n < 4; n++)
			CHECK_SOON(dm_try_claim(fd, sim_chan(&sim, n)) == 0);
		CHECK_EQ(close(fd), 0);
	}
}

TEST("one channel more than max_channels gives EMFILE")
{
	struct sim sim[8];
	int fd = dm_open();
	u32 max = dm_info(fd).max_channels, i, nr = max / 64 + 1, *id;
	char name[16];

	if (nr > ARRAY_SIZE(sim))
		SKIP("max_channels is %u", max);
	id = calloc(max, sizeof(*id));
	for (i = 0; i < nr; i++) {
		snprintf(name, sizeof(name), "t-many%u", i);
		sim[i] = sim_make(name, "channels=64", "descriptors=2", NULL);
	}
	for (i = 0; i < max; i++) {
		u32 j;

		id[i] = dm_claim(fd, sim_chan(&sim[i / 64], i % 64));
		for (j = 0; j < i; j++)
			CHECK(id[j] != id[i]);
	}
	REFUSED(fd, sim_chan(&sim[max / 64], max % 64), 0, EMFILE);
	CHECK_EQ(dm_release(fd, id[max / 2]), 0);
	CHECK_EQ(dm_try_claim(fd, sim_chan(&sim[max / 64], max % 64)), 0);
	REFUSED(fd, sim_chan(&sim[max / 2 / 64], max / 2 % 64), 0, EMFILE);
}

TEST("RELEASE of an id that is none gives ENOENT")
{
	struct sim sim = sim_make("t-claim", NULL);
	int fd = dm_open(), other = dm_open();
	u32 chan = dm_claim(fd, sim_chan(&sim, 0));

	CHECK_EQ(dm_release(fd, DMACTL_NONE), -ENOENT);
	CHECK_EQ(dm_release(fd, chan + 1), -ENOENT);
	CHECK_EQ(dm_release(fd, 0x7fffffff), -ENOENT);
	CHECK_EQ(dm_release(fd, 0x80000000), -ENOENT);
	CHECK_EQ(dm_release(other, chan), -ENOENT);
	CHECK_EQ(dm_release(fd, chan), 0);
	CHECK_EQ(dm_release(fd, chan), -ENOENT);
}

TEST("RELEASE is EBUSY while a coherent buffer of the channel exists")
{
	struct sim sim = sim_make("t-claim", NULL);
	int fd = dm_open();
	u32 chan = dm_claim(fd, sim_chan(&sim, 0));
	u32 buf = dm_buf(fd, DMACTL_BUF_COHERENT, chan, 4096, NULL);
	u32 pages = dm_buf(fd, DMACTL_BUF_PAGES, chan, 4096, NULL);

	CHECK_EQ(dm_release(fd, chan), -EBUSY);
	CHECK_EQ(dm_buf_destroy(fd, buf), 0);
	CHECK_EQ(dm_release(fd, chan), 0);
	CHECK_EQ(dm_buf_destroy(fd, pages), 0);
}

TEST("RELEASE stops what is in flight, which completes as ABORTED and can be reaped after")
{
	struct sim sim = sim_make("t-claim", "stall=nth 1", NULL);
	struct rig r = rig_on(sim, DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op[3];
	struct dmactl_completion c[3];
	int i, other = dm_open();

	for (i = 0; i < 3; i++) {
		op[i] = op_copy(r.chan, r.dst, 4096 * i, r.src, 0, 4096);
		op[i].user_data = 100 + i;
	}
	dm_submit_all(r.fd, op, 3);
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	CHECK_EQ(dm_try_claim(other, sim_chan(&sim, 0)), 0);
	dm_reap_all(r.fd, c, 3);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(c[i].result, DMACTL_RES_ABORTED);
		CHECK_EQ(c[i].channel, r.chan);
		CHECK(c[i].user_data >= 100 && c[i].user_data < 103);
		CHECK(c[i].t3 >= c[i].t1);
	}
	CHECK_EQ(dm_submit(r.fd, op, 1, NULL), -ENOENT);
}
