// SPDX-License-Identifier: GPL-2.0
/* Unloading the modules while they are in use, and the limits that module parameters set. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dm.h"
#include "nl.h"

/* delete_module() of a module that is in use. */
#define CHECK_IN_USE(name)							\
	do {									\
		int err_ = module_unload(name);					\
		if (err_ != -EBUSY)						\
			CHECK_EQ(err_, -EAGAIN);				\
	} while (0)

static void reload(const char *param)
{
	CHECK_SOON(!module_loaded("dmactl") || !module_unload("dmactl"));
	CHECK_EQ(module_load("dmactl", param), 0);
	CHECK_SOON(!access(NODE, F_OK));
}

TEST("dmactl cannot be unloaded while a session is open")
{
	int fd = dm_open();

	CHECK_IN_USE("dmactl");
	CHECK_EQ(dm_info(fd).abi, DMACTL_ABI);
	CHECK_EQ(close(fd), 0);
	CHECK_SOON(!module_unload("dmactl"));
	CHECK(access(NODE, F_OK));
	CHECK_EQ(module_load("dmactl", NULL), 0);
	CHECK_SOON(!access(NODE, F_OK));
	CHECK_EQ(dm_info(dm_open()).abi, DMACTL_ABI);
}

TEST("dmactl cannot be unloaded while a mapping outlives its session")
{
	int fd = dm_open();
	void *p;

	dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, 8192, &p);
	CHECK_EQ(close(fd), 0);
	sleep_ms(100);
	CHECK_IN_USE("dmactl");
	memset(p, 1, 8192);
	CHECK_EQ(munmap(p, 8192), 0);
	reload(NULL);
}

TEST("dma-sim cannot be unloaded while a channel of it is claimed")
{
	struct rig r = rig_on(sim_make("t-unload", NULL), DMACTL_BUF_PAGES, RIG_BYTES);

	CHECK_IN_USE("dma_sim");
	CHECK_IN_USE("dmactl");
	rig_works(&r);
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	sim_remove_all();
	CHECK_SOON(!module_unload("dma_sim"));
	CHECK_EQ(module_load("dma-sim", "default=0"), 0);
}

TEST("neither can be unloaded while something is in quarantine; both can after")
{
	struct rig r = rig_on(sim_make("t-unload", "terminate=0", "stall=nth 1", NULL),
			      DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 4096);
	struct dmactl_submit s = { .timeout_ns = 100 * MS };
	struct dmactl_completion c;
	struct nl nl = nl_open();

	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), 0);
	dm_reap_all(r.fd, &c, 1);
	rig_close(&r);
	sleep_ms(200);
	CHECK_EQ(nl_quarantined(&nl), 1);
	CHECK_IN_USE("dmactl");
	CHECK_IN_USE("dma_sim");
	sim_set(&r.sim, "stall", "off");
	CHECK_SOON(!nl_quarantined(&nl));
	sim_remove_all();
	CHECK_SOON(!module_unload("dmactl"));
	CHECK_SOON(!module_unload("dma_sim"));
	modules_up();
}

TEST("channels that were there before dmactl are found, and it may come and go")
{
	struct sim sim = sim_make("t-before", NULL);
	int i;

	for (i = 0; i < 10; i++) {
		struct nl nl;
		int fd;

		reload(NULL);
		nl = nl_open();
		CHECK_EQ(nl_channel_state(&nl, sim_chan(&sim, 0)), DMACTL_CHANNEL_STATE_FREE);
		fd = dm_open();
		CHECK_EQ(dm_try_claim(fd, sim_chan(&sim, 3)), 0);
		CHECK_EQ(close(fd), 0);
		CHECK_EQ(close(nl.fd), 0);
	}
}

TEST("max_buffer_mb: that many are fine, a byte more gives EINVAL")
{
	struct dmactl_buf_create b;
	int fd;

	reload("max_buffer_mb=1");
	fd = dm_open();
	CHECK_EQ(dm_info(fd).max_buffer, 1 << 20);
	dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, 1 << 20, NULL);
	b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, (1 << 20) + 1);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &b), -EINVAL);
	CHECK_EQ(close(fd), 0);
	reload(NULL);
}

static const char *const session_limit[] = {
	"modprobe", "dmactl", "max_buffer_mb=2", "max_session_mb=4", NULL,
};

TEST("max_session_mb: that many are fine, a page more gives EDQUOT, destroyed ones count no more")
{
	struct dmactl_buf_create b, was;
	struct sim sim;
	u32 chan, first;
	int fd;

	CHECK_SOON(!module_loaded("dmactl") || !module_unload("dmactl"));
	CHECK_EQ(run_program(session_limit), 0);
	CHECK_SOON(!access(NODE, F_OK));
	sim = sim_make("t-limit", NULL);
	fd = dm_open();
	chan = dm_claim(fd, sim_chan(&sim, 0));
	CHECK_EQ(dm_info(fd).max_session, 4 << 20);
	first = dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, 2 << 20, NULL);
	dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, (2 << 20) - 8192, NULL);
	dm_buf(fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 4096, NULL);
	dm_buf(fd, DMACTL_BUF_COHERENT, chan, 1, NULL);
	b = was = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, 1);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &b), -EDQUOT);
	CHECK_SAME(b, was);
	dm_buf(dm_open(), DMACTL_BUF_PAGES, DMACTL_NONE, 2 << 20, NULL);
	CHECK_EQ(dm_buf_destroy(fd, first), 0);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &b), 0);
}

TEST("the usual limits come back")
{
	reload(NULL);
	CHECK(dm_info(dm_open()).max_session > 4 << 20);
}
