// SPDX-License-Identifier: GPL-2.0
/* Runs last: what is locked down stays so, and no module that is not signed can be loaded again. */
#include <errno.h>
#include <string.h>
#include <sys/mount.h>

#include "ring.h"

#define STATE "/sys/kernel/security/lockdown"
#define RAW   "/sys/module/dmactl/parameters/raw_address"

TEST("a locked down kernel gives nobody a raw address, and all else works")
{
	struct rig r = rig_on(sim_make("t-lock", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	char state[128];

	mount("none", "/sys/kernel/security", "securityfs", 0, NULL);
	if (read_file(STATE, state, sizeof(state)) <= 0)
		SKIP("this kernel has no lockdown");
	CHECK_EQ(write_file(RAW, "1"), 0);
	if (strstr(state, "[none]")) {
		CHECK_EQ(ring_config(&r, DMACTL_EP_RAW), -EINVAL);
		CHECK_EQ(write_file(STATE, "integrity"), 0);
	}
	CHECK_EQ(ring_config(&r, DMACTL_EP_RAW), -EPERM);
	CHECK_EQ(write_file(RAW, "0"), 0);
	rig_works(&r);
	rig_close(&r);
}
