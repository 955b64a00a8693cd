// SPDX-License-Identifier: GPL-2.0
/* The netlink family: channels, sessions, refusals, who may see what. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dm.h"
#include "nl.h"

static const struct nlmsg *find(const struct nlreply *r, u32 attr, const char *text)
{
	u32 i;

	for (i = 0; i < r->n; i++)
		if (nl_has(&r->msg[i], attr) && !strcmp(nl_str(&r->msg[i], attr), text))
			return &r->msg[i];
	return NULL;
}

static struct nlreply *dump(struct nl *nl, u8 cmd)
{
	struct nlreply *r;

	do {
		r = nl_ask(nl, cmd, NLM_F_DUMP, NULL, 0);
	} while (r->interrupted);
	CHECK_EQ(r->err, 0);
	return r;
}

static const struct nlmsg *session_of(struct nl *nl, u32 id)
{
	struct nlreply *r = dump(nl, DMACTL_CMD_SESSION_GET);
	u32 i;

	for (i = 0; i < r->n; i++)
		if (nl_u32(&r->msg[i], DMACTL_A_SESSION_ID) == id)
			return &r->msg[i];
	return NULL;
}

TEST("channel-get of one tells all that is known about it")
{
	struct sim sim = sim_make("t-nl", "channels=3", "max_segment=65536", "align=2", NULL);
	struct nl nl = nl_open();
	const struct nlmsg *m = nl_channel(&nl, sim_chan(&sim, 2));

	CHECK(m);
	CHECK_STR(nl_str(m, DMACTL_A_CHANNEL_STABLE), sim_chan(&sim, 2));
	CHECK_STR(nl_str(m, DMACTL_A_CHANNEL_NAME), sim_sysfs_chan(&sim, 2));
	CHECK_STR(nl_str(m, DMACTL_A_CHANNEL_DEVICE), sim.dev);
	CHECK_STR(nl_str(m, DMACTL_A_CHANNEL_DRIVER), "dma-sim");
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_STATE), DMACTL_CHANNEL_STATE_FREE);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_TRAITS),
		 DMACTL_TRAIT_TERMINATE | DMACTL_TRAIT_SYNCHRONIZE | DMACTL_TRAIT_PRIVATE |
			 DMACTL_TRAIT_SIMULATED | DMACTL_TRAIT_RELEASE | DMACTL_TRAIT_SLAVE |
			 DMACTL_TRAIT_PAUSE | DMACTL_TRAIT_RESUME);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_OPERATIONS),
		 dm_info(dm_open()).operations | 1ULL << DMACTL_OP_CYCLIC);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_USERS), 0);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_MAX_SEGMENT), 65536);
	CHECK(nl_u64(m, DMACTL_A_CHANNEL_MAX_MAPPING) >= 65536);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_MASK_BITS), 64);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_ALIGN_COPY), 2);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_ALIGN_FILL), 2);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_MAX_XOR), 8);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_MAX_PQ), 8);
	CHECK(!nl_has(m, DMACTL_A_CHANNEL_SESSION));
	CHECK(!nl_has(m, DMACTL_A_CHANNEL_PID));
	CHECK(!nl_has(m, DMACTL_A_CHANNEL_COMMAND));
	m = nl_channel(&nl, sim_sysfs_chan(&sim, 1));
	CHECK_STR(nl_str(m, DMACTL_A_CHANNEL_STABLE), sim_chan(&sim, 1));
}

TEST("a claimed channel tells its holder, its state and its counters")
{
	struct rig r =
		rig_on(sim_make("t-nl", "context=inline", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	const char *name = sim_chan(&r.sim, 0);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 1000);
	struct dmactl_completion c;
	struct nl nl = nl_open();
	const struct nlmsg *m = nl_channel(&nl, name);

	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_STATE), DMACTL_CHANNEL_STATE_CLAIMED);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_PID), (u32)getpid());
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_USERS), 1);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_CLAIMS), 1);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_IN_FLIGHT), 0);
	CHECK(session_of(&nl, nl_u32(m, DMACTL_A_CHANNEL_SESSION)));
	CHECK_STR(nl_str(m, DMACTL_A_CHANNEL_COMMAND), program_invocation_short_name);
	dm_submit_all(r.fd, &op, 1);
	dm_reap_all(r.fd, &c, 1);
	m = nl_channel(&nl, name);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_DONE), 1);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_BYTES), 1000);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_FAILED), 0);
	sim_set(&r.sim, "stall", "nth 1");
	dm_submit_all(r.fd, &op, 1);
	m = nl_channel(&nl, name);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_STATE), DMACTL_CHANNEL_STATE_BUSY);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_IN_FLIGHT), 1);
	sim_set(&r.sim, "stall", "off");
	dm_reap_all(r.fd, &c, 1);
	CHECK_EQ(c.result, DMACTL_RES_ABORTED);
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	m = nl_channel(&nl, name);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_STATE), DMACTL_CHANNEL_STATE_FREE);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_DONE), 1);
	CHECK_EQ(dm_try_claim(r.fd, name), 0);
	CHECK_EQ(nl_u64(nl_channel(&nl, name), DMACTL_A_CHANNEL_CLAIMS), 2);
}

TEST("the dump has every channel once, held ones included")
{
	struct sim a = sim_make("t-a", "channels=64", NULL),
		   b = sim_make("t-b", "channels=2", NULL);
	struct nl nl = nl_open();
	struct nlreply *r;
	int fd = dm_open();
	u32 i, j, mine = 0;

	dm_claim(fd, sim_chan(&a, 5));
	r = dump(&nl, DMACTL_CMD_CHANNEL_GET);
	for (i = 0; i < r->n; i++) {
		for (j = 0; j < i; j++)
			CHECK(strcmp(nl_str(&r->msg[i], DMACTL_A_CHANNEL_STABLE),
				     nl_str(&r->msg[j], DMACTL_A_CHANNEL_STABLE)));
		mine += !strcmp(nl_str(&r->msg[i], DMACTL_A_CHANNEL_DEVICE), a.dev) ||
			!strcmp(nl_str(&r->msg[i], DMACTL_A_CHANNEL_DEVICE), b.dev);
	}
	CHECK_EQ(mine, 66);
	CHECK_EQ(nl_u32(find(r, DMACTL_A_CHANNEL_STABLE, sim_chan(&a, 5)), DMACTL_A_CHANNEL_STATE),
		 DMACTL_CHANNEL_STATE_CLAIMED);
}

TEST("session-get lists each open with what it has")
{
	struct rig r = rig_on(sim_make("t-nl", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	struct nl nl = nl_open();
	u32 id = nl_u32(nl_channel(&nl, sim_chan(&r.sim, 0)), DMACTL_A_CHANNEL_SESSION);
	struct dmactl_op op[3] = {
		op_interrupt(r.chan),
		op_interrupt(r.chan),
		op_interrupt(r.chan),
	};
	const struct nlmsg *m = session_of(&nl, id);
	u32 before = dump(&nl, DMACTL_CMD_SESSION_GET)->n;
	int other = dm_open();

	CHECK(m);
	CHECK_EQ(nl_u32(m, DMACTL_A_SESSION_PID), (u32)getpid());
	CHECK_STR(nl_str(m, DMACTL_A_SESSION_COMMAND), program_invocation_short_name);
	CHECK_EQ(nl_u32(m, DMACTL_A_SESSION_CHANNELS), 1);
	CHECK_EQ(nl_u32(m, DMACTL_A_SESSION_BUFFERS), 2);
	CHECK_EQ(nl_u64(m, DMACTL_A_SESSION_BYTES), 2 * RIG_BYTES);
	CHECK_EQ(dump(&nl, DMACTL_CMD_SESSION_GET)->n, before + 1);
	CHECK_EQ(close(other), 0);
	CHECK_SOON(dump(&nl, DMACTL_CMD_SESSION_GET)->n == before);
	sim_set(&r.sim, "stall", "nth 3");
	dm_submit_all(r.fd, op, 3);
	CHECK_SOON(nl_u32(session_of(&nl, id), DMACTL_A_SESSION_UNREAPED) == 2);
	CHECK_EQ(nl_u32(session_of(&nl, id), DMACTL_A_SESSION_IN_FLIGHT), 1);
	sim_set(&r.sim, "stall", "off");
	CHECK_SOON(nl_u32(session_of(&nl, id), DMACTL_A_SESSION_UNREAPED) == 3);
}

TEST("refusals carry a text: unknown name, missing, unknown, too long and malformed attributes")
{
	struct nl nl = nl_open();
	u8 attrs[512], name[200];
	struct nlreply *r;
	u32 len;

	len = nl_put(attrs, DMACTL_A_CHANNEL_NAME, "no-such/0", 10);
	r = nl_ask(&nl, DMACTL_CMD_CHANNEL_GET, 0, attrs, len);
	CHECK_EQ(r->err, -ENOENT);
	CHECK(r->text[0]);

	r = nl_ask(&nl, DMACTL_CMD_CHANNEL_GET, 0, NULL, 0);
	CHECK_EQ(r->err, -EINVAL);
	CHECK(r->text[0] || r->miss_type == DMACTL_A_CHANNEL_NAME);

	len += nl_put(attrs + len, 60, "x", 2);
	r = nl_ask(&nl, DMACTL_CMD_CHANNEL_GET, 0, attrs, len);
	CHECK_EQ(r->err, -EINVAL);
	CHECK(r->text[0]);

	len = nl_put(attrs, DMACTL_A_CHANNEL_STATE, "\1\0\0", 4);
	r = nl_ask(&nl, DMACTL_CMD_CHANNEL_GET, 0, attrs, len);
	CHECK_EQ(r->err, -EINVAL);
	CHECK(r->text[0]);

	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = 0;
	len = nl_put(attrs, DMACTL_A_CHANNEL_NAME, name, sizeof(name));
	r = nl_ask(&nl, DMACTL_CMD_CHANNEL_GET, 0, attrs, len);
	CHECK(r->err == -EINVAL || r->err == -ERANGE);
	CHECK(r->text[0]);

	len = nl_put(attrs, DMACTL_A_CHANNEL_NAME, "abc", 3);	/* no NUL */
	r = nl_ask(&nl, DMACTL_CMD_CHANNEL_GET, 0, attrs, len);
	CHECK(r->err == -EINVAL || r->err == -ENOENT);
	CHECK(r->text[0]);
}

TEST("attributes that a dump does not take, and unknown commands, are refused")
{
	struct nl nl = nl_open();
	u8 attrs[64], cmd;
	u32 len = nl_put(attrs, 60, "x", 2);

	for (cmd = DMACTL_CMD_CHANNEL_GET; cmd <= DMACTL_CMD_QUARANTINE_GET; cmd++) {
		struct nlreply *r = nl_ask(&nl, cmd, NLM_F_DUMP, attrs, len);

		CHECK_EQ(r->err, -EINVAL);
		CHECK(r->text[0]);
	}
	CHECK_EQ(nl_ask(&nl, DMACTL_CMD_LINE_GET, NLM_F_DUMP, attrs, len)->err, -EINVAL);
	CHECK_EQ(nl_ask(&nl, DMACTL_CMD_LINE_GET, 0, NULL, 0)->err, -EOPNOTSUPP);
	CHECK_EQ(dump(&nl, DMACTL_CMD_LINE_GET)->n, 0);
	/* One that the family knows, in a dump. */
	len = nl_put(attrs, DMACTL_A_CHANNEL_NAME, "x", 2);
	CHECK_EQ(nl_ask(&nl, DMACTL_CMD_CHANNEL_GET, NLM_F_DUMP, attrs, len)->err, -EINVAL);
	CHECK_EQ(nl_ask(&nl, DMACTL_CMD_EVENT, 0, NULL, 0)->err, -EOPNOTSUPP);
	CHECK_EQ(nl_ask(&nl, 99, 0, NULL, 0)->err, -EOPNOTSUPP);
	CHECK_EQ(nl_ask(&nl, DMACTL_CMD_SESSION_GET, 0, NULL, 0)->err, -EOPNOTSUPP);
	CHECK_EQ(nl_ask(&nl, DMACTL_CMD_QUARANTINE_GET, 0, NULL, 0)->err, -EOPNOTSUPP);
}

static char reader_name[160];

static void read_as_user(void)
{
	struct nl nl;
	const struct nlmsg *m;
	struct nlreply *r;
	u32 i;

	CHECK_EQ(setresgid(65534, 65534, 65534) | setresuid(65534, 65534, 65534), 0);
	nl = nl_open();
	m = nl_channel(&nl, reader_name);
	CHECK(m);
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_STATE), DMACTL_CHANNEL_STATE_CLAIMED);
	CHECK(!nl_has(m, DMACTL_A_CHANNEL_PID));
	CHECK(!nl_has(m, DMACTL_A_CHANNEL_COMMAND));
	r = dump(&nl, DMACTL_CMD_CHANNEL_GET);
	m = find(r, DMACTL_A_CHANNEL_STABLE, reader_name);
	CHECK(m && !nl_has(m, DMACTL_A_CHANNEL_PID) && !nl_has(m, DMACTL_A_CHANNEL_COMMAND));
	r = dump(&nl, DMACTL_CMD_SESSION_GET);
	CHECK(r->n >= 1);
	for (i = 0; i < r->n; i++) {
		CHECK(!nl_has(&r->msg[i], DMACTL_A_SESSION_PID));
		CHECK(!nl_has(&r->msg[i], DMACTL_A_SESSION_COMMAND));
	}
	dump(&nl, DMACTL_CMD_QUARANTINE_GET);
	nl_listen(&nl);
}

TEST("a user without rights reads everything but other users' pids and commands")
{
	struct sim sim = sim_make("t-nl", NULL);
	int fd = dm_open();

	dm_claim(fd, sim_chan(&sim, 0));
	snprintf(reader_name, sizeof(reader_name), "%s", sim_chan(&sim, 0));
	CHECK_EQ(test_isolated(read_as_user, PART_LIMIT_S * slow()), 0);
}

static void read_in_namespaces(void)
{
	struct nl nl;
	int status;
	pid_t pid;

	if (unshare(CLONE_NEWPID | CLONE_NEWNET))
		SKIP("no namespaces here: %s", strerror(errno));
	pid = fork();
	if (!pid) {
		nl = nl_open();
		CHECK_EQ(nl_u32(nl_channel(&nl, reader_name), DMACTL_A_CHANNEL_PID), 0);
		CHECK_EQ(nl_u32(nl_channel(&nl, reader_name), DMACTL_A_CHANNEL_STATE),
			 DMACTL_CHANNEL_STATE_CLAIMED);
		_exit(0);
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
}

TEST("in other namespaces the family is there and a pid that is not visible is 0")
{
	struct sim sim = sim_make("t-nl", NULL);
	int fd = dm_open(), result;

	dm_claim(fd, sim_chan(&sim, 0));
	snprintf(reader_name, sizeof(reader_name), "%s", sim_chan(&sim, 0));
	result = test_isolated(read_in_namespaces, PART_LIMIT_S * slow());
	if (result == 77)
		SKIP("no namespaces here");
	CHECK_EQ(result, 0);
}

TEST("dumps survive devices that come and go and sessions that open and close")
{
	struct sim stays = sim_make("t-stays", "channels=40", NULL);
	int rounds = slow() > 1 ? 10 : 60, i, status;
	struct nl nl = nl_open();
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;) {
			struct sim sim = sim_make("t-comes", "channels=30", NULL);
			int fd = dm_open();

			dm_claim(fd, sim_chan(&sim, 7));
			CHECK_EQ(sim_rmdir(&sim), 0);
			CHECK_EQ(close(fd), 0);
		}
	}
	for (i = 0; i < rounds; i++) {
		struct nlreply *r = nl_ask(&nl, DMACTL_CMD_CHANNEL_GET, NLM_F_DUMP, NULL, 0);
		u32 n, mine = 0;

		CHECK_EQ(r->err, 0);
		for (n = 0; n < r->n; n++)
			mine += !strcmp(nl_str(&r->msg[n], DMACTL_A_CHANNEL_DEVICE), stays.dev);
		if (!r->interrupted)
			CHECK_EQ(mine, 40);
		nl_ask(&nl, DMACTL_CMD_SESSION_GET, NLM_F_DUMP, NULL, 0);
		nl_ask(&nl, DMACTL_CMD_QUARANTINE_GET, NLM_F_DUMP, NULL, 0);
		CHECK_EQ(waitpid(pid, &status, WNOHANG), 0);
	}
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
}
