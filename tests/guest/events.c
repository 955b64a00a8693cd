// SPDX-License-Identifier: GPL-2.0
/* Events, fdinfo and tracepoints: what an onlooker sees. */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dm.h"
#include "nl.h"

#define EVENT_MS	5000

static void come_and_go(void)
{
	struct nl nl = nl_open();
	char name[2][160];
	const struct nlmsg *m;
	u64 before = clock_ns();
	struct sim sim;
	int i;

	nl_listen(&nl);
	sim = sim_make("t-event", "channels=2", NULL);
	for (i = 0; i < 2; i++) {
		snprintf(name[i], sizeof(name[i]), "%s", sim_chan(&sim, (u32)i));
		m = nl_event(&nl, DMACTL_EVENT_TYPE_CHANNEL_ADD, name[i], EVENT_MS);
		CHECK(m);
		CHECK_STR(nl_str(m, DMACTL_A_EVENT_NAME), sim_sysfs_chan(&sim, (u32)i));
		CHECK(nl_u64(m, DMACTL_A_EVENT_TIME_NS) >= before);
		CHECK(nl_u64(m, DMACTL_A_EVENT_TIME_NS) <= clock_ns());
	}
	CHECK_EQ(sim_rmdir(&sim), 0);
	CHECK(nl_event(&nl, DMACTL_EVENT_TYPE_CHANNEL_DEL, NULL, EVENT_MS));
	CHECK(nl_event(&nl, DMACTL_EVENT_TYPE_CHANNEL_DEL, NULL, EVENT_MS));
}

TEST("the first channels that the module ever sees are told as well")
{
	CHECK_SOON(!module_unload("dmactl"));
	modules_up();
	come_and_go();
}

TEST("channels that come and go are told, each by name")
{
	sim_make("t-before", NULL);
	CHECK(nl_open().family);
	come_and_go();
}

TEST("claim and release are told with the session, by RELEASE and by close")
{
	struct sim sim = sim_make("t-event", NULL);
	struct nl nl = nl_open(), ask = nl_open();
	const char *name = sim_chan(&sim, 1);
	const struct nlmsg *m;
	int fd = dm_open();
	u32 chan, session;

	nl_listen(&nl);
	chan = dm_claim(fd, name);
	m = nl_event(&nl, DMACTL_EVENT_TYPE_CLAIM, name, EVENT_MS);
	CHECK(m);
	session = nl_u32(nl_channel(&ask, name), DMACTL_A_CHANNEL_SESSION);
	CHECK_EQ(nl_u32(m, DMACTL_A_EVENT_SESSION), session);
	CHECK_EQ(dm_release(fd, chan), 0);
	m = nl_event(&nl, DMACTL_EVENT_TYPE_RELEASE, name, EVENT_MS);
	CHECK(m);
	CHECK_EQ(nl_u32(m, DMACTL_A_EVENT_SESSION), session);
	dm_claim(fd, name);
	CHECK(nl_event(&nl, DMACTL_EVENT_TYPE_CLAIM, name, EVENT_MS));
	CHECK_EQ(close(fd), 0);
	CHECK(nl_event(&nl, DMACTL_EVENT_TYPE_RELEASE, name, EVENT_MS));
}

TEST("a refused claim is no event")
{
	struct sim sim = sim_make("t-event", NULL);
	struct nl nl = nl_open();
	int fd = dm_open(), other = dm_open();

	dm_claim(fd, sim_chan(&sim, 0));
	nl_listen(&nl);
	CHECK_EQ(dm_try_claim(other, sim_chan(&sim, 0)), -EBUSY);
	CHECK_EQ(dm_try_claim(other, "none/0"), -ENOENT);
	CHECK(!nl_event(&nl, DMACTL_EVENT_TYPE_CLAIM, NULL, 200));
}

TEST("time-out, quarantine and reclaim are told with their numbers")
{
	struct rig r =
		rig_on(sim_make("t-event", "terminate=0", "synchronize=0", "stall=nth 1", NULL),
		       DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op[3] = {
		op_copy(r.chan, r.dst, 0, r.src, 0, 64),
		op_copy(r.chan, r.dst, 64, r.src, 0, 64),
		op_copy(r.chan, r.dst, 128, r.src, 0, 64),
	};
	struct dmactl_submit s = { .timeout_ns = 100 * MS };
	const char *name = sim_chan(&r.sim, 0);
	struct nl nl = nl_open();
	const struct nlmsg *m;

	nl_listen(&nl);
	CHECK_EQ(dm_submit(r.fd, op, 3, &s), 0);
	m = nl_event(&nl, DMACTL_EVENT_TYPE_TIMEOUT, name, EVENT_MS);
	CHECK(m);
	CHECK_EQ(nl_u32(m, DMACTL_A_EVENT_REQUESTS), 3);
	m = nl_event(&nl, DMACTL_EVENT_TYPE_QUARANTINE, name, EVENT_MS);
	CHECK(m);
	CHECK_EQ(nl_u32(m, DMACTL_A_EVENT_REQUESTS), 3);
	CHECK_EQ(nl_u64(m, DMACTL_A_EVENT_BYTES), 2 * RIG_BYTES);
	sim_set(&r.sim, "stall", "off");
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	m = nl_event(&nl, DMACTL_EVENT_TYPE_RECLAIM, name, EVENT_MS);
	CHECK(m);
}

static u64 fdinfo(int fd, const char *key)
{
	static char text[8192];
	char path[64], want[64], *at;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	CHECK(read_file(path, text, sizeof(text)) > 0);
	snprintf(want, sizeof(want), "\ndmactl-%s:", key);
	at = strstr(text, want);
	if (!at)
		FAIL("no line dmactl-%s: in\n%s", key, text);
	return strtoull(at + strlen(want), NULL, 10);
}

TEST("fdinfo tells what a session has")
{
	struct rig r = rig_on(sim_make("t-info", "stall=nth 2", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op[2] = { op_interrupt(r.chan), op_interrupt(r.chan) };
	struct nl nl = nl_open();
	int empty = dm_open();
	u32 spare;

	CHECK_EQ(fdinfo(r.fd, "session"),
		 nl_u32(nl_channel(&nl, sim_chan(&r.sim, 0)), DMACTL_A_CHANNEL_SESSION));
	CHECK(fdinfo(empty, "session") != fdinfo(r.fd, "session"));
	CHECK_EQ(fdinfo(empty, "channels") + fdinfo(empty, "buffers") + fdinfo(empty, "bytes"), 0);
	CHECK_EQ(fdinfo(r.fd, "channels"), 1);
	CHECK_EQ(fdinfo(r.fd, "buffers"), 2);
	CHECK_EQ(fdinfo(r.fd, "bytes"), 2 * RIG_BYTES);
	CHECK_EQ(fdinfo(r.fd, "in-flight"), 0);
	CHECK_EQ(fdinfo(r.fd, "quarantined"), 0);
	dm_submit_all(r.fd, op, 2);
	CHECK_SOON(fdinfo(r.fd, "in-flight") == 1);
	spare = dm_buf(r.fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 4096, NULL);
	CHECK_EQ(fdinfo(r.fd, "buffers"), 3);
	CHECK_EQ(fdinfo(r.fd, "bytes"), 2 * RIG_BYTES + 4096);
	CHECK_EQ(dm_buf_destroy(r.fd, spare), 0);
	CHECK_EQ(fdinfo(r.fd, "buffers"), 2);
	CHECK_EQ(fdinfo(r.fd, "bytes"), 2 * RIG_BYTES);
}

TEST("fdinfo tells a quarantine")
{
	struct rig r = rig_on(sim_make("t-info", "stall=nth 1", "terminate=0", NULL),
			      DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 64);
	struct dmactl_submit s = { .timeout_ns = 100 * MS };
	struct dmactl_completion c;

	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), 0);
	dm_reap_all(r.fd, &c, 1);
	CHECK_SOON(fdinfo(r.fd, "quarantined") >= 1);
	sim_set(&r.sim, "stall", "off");
	CHECK_SOON(!fdinfo(r.fd, "quarantined"));
}

TEST("fdinfo shows no kernel address")
{
	struct rig r = rig_on(sim_make("t-info", NULL), DMACTL_BUF_COHERENT, RIG_BYTES);
	char path[64], text[8192], *p;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", r.fd);
	CHECK(read_file(path, text, sizeof(text)) > 0);
	CHECK(!strstr(text, "0x"));
	for (p = text; *p; p += strcspn(p, "\n") + (p[strcspn(p, "\n")] == '\n')) {
		char *value = strchr(p, ':');
		size_t digits = value ? strspn(value + 1, " \t") : 0;

		if (strncmp(p, "dmactl-", 7) || !value)
			continue;
		digits = strspn(value + 1 + digits, "0123456789abcdef");
		if (digits > 11)
			FAIL("a long number: %.60s", p);
	}
}

static const char *tracing(void)
{
	static const char *const at[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	char path[96];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(at); i++) {
		snprintf(path, sizeof(path), "%s/events", at[i]);
		if (!access(path, F_OK))
			return at[i];
	}
	SKIP("this kernel has no tracing");
}

TEST("the tracepoints are there and fire")
{
	static const char *const points[] = {
		"claim", "release", "submit", "issue", "callback", "reap", "stop",
	};
	static char text[1 << 18];
	const char *at = tracing();
	struct rig r;
	struct dmactl_op op;
	struct dmactl_submit s = { .timeout_ns = 100 * MS };
	struct dmactl_completion c;
	char path[160], want[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(points); i++) {
		snprintf(path, sizeof(path), "%s/events/dmactl/dmactl_%s", at, points[i]);
		if (access(path, F_OK))
			snprintf(path, sizeof(path), "%s/events/dmactl/%s", at, points[i]);
		if (access(path, F_OK))
			FAIL("no tracepoint %s", points[i]);
	}
	snprintf(path, sizeof(path), "%s/trace", at);
	CHECK_EQ(write_file(path, ""), 0);
	snprintf(path, sizeof(path), "%s/events/dmactl/enable", at);
	CHECK_EQ(write_file(path, "1"), 0);
	r = rig_on(sim_make("t-trace", NULL), DMACTL_BUF_PAGES, 4096);
	rig_works(&r);
	sim_set(&r.sim, "stall", "nth 1");
	op = op_interrupt(r.chan);
	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), 0);
	dm_reap_all(r.fd, &c, 1);
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	CHECK_EQ(write_file(path, "0"), 0);
	snprintf(path, sizeof(path), "%s/trace", at);
	CHECK(read_file(path, text, sizeof(text)) > 0);
	for (i = 0; i < ARRAY_SIZE(points); i++) {
		snprintf(want, sizeof(want), "%s:", points[i]);
		if (!strstr(text, want))
			FAIL("tracepoint %s did not fire", points[i]);
	}
}
