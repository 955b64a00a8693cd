// SPDX-License-Identifier: GPL-2.0
/* Runs last: what is locked down stays so, and no module that is not signed can be loaded again. */
#include <errno.h>
#include <string.h>
#include <sys/mount.h>

#include "dm.h"
#include "sim.h"

#define STATE "/sys/kernel/security/lockdown"
#define RAW   "/sys/module/dmactl/parameters/raw_address"

static int config_raw(const struct rig *r)
{
	struct dmactl_config a = {
		.size = sizeof(a),
		.channel = r->chan,
		.endpoint = DMACTL_EP_RAW,
		.src_width = 4,
		.dst_width = 4,
		.address = 1ULL << 50,	/* dma-sim refuses that one itself */
	};

	return dm_ioctl(r->fd, DMACTL_IOC_CONFIG, &a);
}

TEST("a locked down kernel gives nobody a raw address, and all else works")
{
	struct rig r = rig_on(sim_make("t-lock", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	char state[128];

	mount("none", "/sys/kernel/security", "securityfs", 0, NULL);
	if (read_file(STATE, state, sizeof(state)) <= 0)
		SKIP("this kernel has no lockdown");
	CHECK_EQ(write_file(RAW, "1"), 0);
	if (strstr(state, "[none]")) {
		CHECK_EQ(config_raw(&r), -EINVAL);
		CHECK_EQ(write_file(STATE, "integrity"), 0);
	}
	CHECK_EQ(config_raw(&r), -EPERM);
	CHECK_EQ(write_file(RAW, "0"), 0);
	rig_works(&r);
	rig_close(&r);
}
