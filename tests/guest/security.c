// SPDX-License-Identifier: GPL-2.0
/* Who may what: memory that is paid for, sessions, raw addresses, containers, other sessions. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nl.h"
#include "ring.h"

#define USER		65534
#define MEMLOCK		65536
#define PARAM(name)	"/sys/module/dmactl/parameters/" name

/* What a case and the processes that it begins tell each other. */
struct shared {
	u32 ready;
	int fd;
	pid_t pid;
	struct nl nl;
};

static struct shared *shared;
static struct rig rig;

static void share(void)
{
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(shared != MAP_FAILED);
}

/* Runs @fn in a child as root with the node open to all, and takes the node back. */
static void with_open_node(void (*fn)(void))
{
	int result;

	CHECK_EQ(chmod(NODE, 0666), 0);
	result = test_isolated(fn, PART_LIMIT_S * slow());
	CHECK_EQ(chmod(NODE, 0600), 0);
	if (result == 77)
		SKIP("this kernel has no user namespaces");
	CHECK_EQ(result, 0);
}

static void limit_memory(void)
{
	struct rlimit lim = { MEMLOCK, MEMLOCK };

	CHECK_EQ(setrlimit(RLIMIT_MEMLOCK, &lim), 0);
}

static void become_user(void)
{
	CHECK_EQ(setresgid(USER, USER, USER), 0);
	CHECK_EQ(setresuid(USER, USER, USER), 0);
	CHECK_EQ(prctl(PR_SET_DUMPABLE, 1), 0);
}

static int create(int fd, u64 bytes)
{
	struct dmactl_buf_create b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, bytes);

	return dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &b);
}

static void set_caps(u32 keep)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { .effective = keep, .permitted = keep } };

	CHECK_EQ(syscall(SYS_capset, &head, data), 0);
}

/* A descriptor of another process, which has told its number and waits. */
static int take_fd(pid_t pid, int theirs)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0), fd;

	CHECK(pidfd >= 0);
	fd = (int)syscall(SYS_pidfd_getfd, pidfd, theirs, 0);
	CHECK(fd >= 0);
	close(pidfd);
	return fd;
}

/* A user opens a session and waits; root gets its descriptor, and the user ends. */
static void user_pays_for_what_root_does(void)
{
	pid_t pid;
	int fd, own;

	share();
	pid = fork();
	if (!pid) {
		limit_memory();
		become_user();
		shared->fd = dm_open();
		__atomic_store_n(&shared->ready, 1, __ATOMIC_RELEASE);
		pause();
		_exit(0);
	}
	CHECK_SOON(__atomic_load_n(&shared->ready, __ATOMIC_ACQUIRE));
	fd = take_fd(pid, shared->fd);
	CHECK_EQ(create(fd, MEMLOCK + 1), -ENOMEM);
	CHECK_EQ(create(fd, MEMLOCK), 0);
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	/* Root's own sessions do not know of it, the user's do. */
	own = dm_open();
	CHECK_EQ(create(own, MEMLOCK + 1), 0);
	limit_memory();
	become_user();
	own = dm_open();
	CHECK_EQ(create(own, 1), -ENOMEM);
	CHECK_EQ(close(fd), 0);
	CHECK_SOON(!create(own, 1));
}

TEST("who opened the session pays, wherever the descriptor goes")
{
	with_open_node(user_pays_for_what_root_does);
}

static void root_pays_after_setuid(void)
{
	int fd = dm_open(), own;

	limit_memory();
	become_user();
	CHECK_EQ(create(fd, 4 * MEMLOCK), 0);
	own = dm_open();
	CHECK_EQ(create(own, MEMLOCK), 0);
	CHECK_EQ(create(own, 1), -ENOMEM);
}

TEST("whatever the opener becomes later, the session stays as it was opened")
{
	with_open_node(root_pays_after_setuid);
}

static void lock_without_limit(void)
{
	int fd;

	limit_memory();
	CHECK_EQ(prctl(PR_SET_KEEPCAPS, 1), 0);
	become_user();
	set_caps(1U << CAP_IPC_LOCK);
	fd = dm_open();
	CHECK_EQ(create(fd, 4 * MEMLOCK), 0);
	set_caps(0);
	CHECK_EQ(create(fd, 4 * MEMLOCK), 0);
	/* What it has is the user's, though. */
	fd = dm_open();
	CHECK_EQ(create(fd, 1), -ENOMEM);
}

static void limit_without_lock(void)
{
	limit_memory();
	set_caps(~(1U << CAP_IPC_LOCK));
	CHECK_EQ(create(dm_open(), MEMLOCK + 1), -ENOMEM);
}

TEST("CAP_IPC_LOCK at the time of open takes the limit away, and nothing else does")
{
	with_open_node(lock_without_limit);
	with_open_node(limit_without_lock);
}

static void quarantine_is_paid_for(void)
{
	struct dmactl_submit s = { .timeout_ns = 50 * MS };
	struct dmactl_completion c;
	struct dmactl_op op;
	int fd, chan, buf, later;

	limit_memory();
	become_user();
	fd = dm_open();
	chan = (int)dm_claim(fd, sim_chan(&rig.sim, 0));
	buf = (int)dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, MEMLOCK, NULL);
	op = op_copy((u32)chan, (u32)buf, 0, (u32)buf, MEMLOCK / 2, MEMLOCK / 2);
	CHECK_EQ(dm_submit(fd, &op, 1, &s), 0);
	dm_reap_all(fd, &c, 1);
	CHECK(c.flags & DMACTL_COMP_F_QUARANTINED);
	CHECK_EQ(dm_buf_destroy(fd, (u32)buf), 0);
	CHECK_EQ(close(fd), 0);
	later = dm_open();
	CHECK_EQ(create(later, 1), -ENOMEM);
	shared->ready = 1;
	CHECK_SOON(!create(later, 1));
}

TEST("what is in quarantine stays charged until the engine has let go")
{
	share();
	rig.sim = sim_make("t-paid", "stall=nth 1", "terminate=0", NULL);
	if (!fork()) {	/* the user cannot turn the knob */
		CHECK_SOON(*(volatile u32 *)&shared->ready);
		sim_set(&rig.sim, "stall", "off");
		_exit(0);
	}
	with_open_node(quarantine_is_paid_for);
}

static void sessions_of_a_user(void)
{
	int fd[4], i;

	become_user();
	for (i = 0; i < 3; i++)
		fd[i] = dm_open();
	CHECK_EQ(dm_info(fd[0]).max_sessions, 3);
	CHECK_EQ(open(NODE, O_RDWR), -1);
	CHECK_EQ(errno, EMFILE);
	CHECK_EQ(dm_info(fd[0]).abi, DMACTL_ABI);
	CHECK_EQ(close(fd[1]), 0);
	fd[1] = dm_open();
	CHECK_EQ(open(NODE, O_RDWR), -1);
}

TEST("max_sessions of one user, and one more gives EMFILE; others have theirs")
{
	int fd[3], i, err;

	CHECK_EQ(dm_info(dm_open()).max_sessions, 256);
	CHECK_EQ(write_file(PARAM("max_sessions"), "3"), 0);
	for (i = 0; i < 2; i++)		/* with the one above */
		fd[i] = dm_open();
	err = open(NODE, O_RDWR) < 0 ? errno : 0;
	with_open_node(sessions_of_a_user);
	CHECK_EQ(write_file(PARAM("max_sessions"), "256"), 0);
	CHECK_EQ(err, EMFILE);
	fd[2] = dm_open();
	for (i = 0; i < 3; i++)
		CHECK_EQ(close(fd[i]), 0);
}

/* All capabilities, but in a namespace of its own. */
static void raw_in_namespace(void)
{
	CHECK_EQ(ring_config(&rig, DMACTL_EP_RAW), -EINVAL);
	if (unshare(CLONE_NEWUSER))
		SKIP("no user namespaces: %s", strerror(errno));
	CHECK_EQ(write_file("/proc/self/uid_map", "0 0 1"), 0);
	CHECK_EQ(geteuid(), 0);
	CHECK_EQ(ring_config(&rig, DMACTL_EP_RAW), -EPERM);
}

TEST("root of a user namespace gets no raw address")
{
	int result;

	rig = rig_on(sim_make("t-raw", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	CHECK_EQ(write_file(PARAM("raw_address"), "1"), 0);
	result = test_isolated(raw_in_namespace, PART_LIMIT_S * slow());
	CHECK_EQ(write_file(PARAM("raw_address"), "0"), 0);
	if (result == 77)
		SKIP("this kernel has no user namespaces");
	CHECK_EQ(result, 0);
}

static const struct nlmsg *own_session(struct nl *nl, u32 *others)
{
	struct nlreply *r = nl_ask(nl, DMACTL_CMD_SESSION_GET, NLM_F_DUMP, NULL, 0);
	const struct nlmsg *mine = NULL;
	u32 i;

	CHECK_EQ(r->err, 0);
	for (i = *others = 0; i < r->n; i++)
		if (nl_has(&r->msg[i], DMACTL_A_SESSION_PID))
			mine = &r->msg[i];
		else
			++*others;
	return mine;
}

/* A mapping is not inherited. */
static u8 *map_again(u32 buf)
{
	off_t offset = (off_t)buf << 32;
	void *p = mmap(NULL, RIG_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, rig.fd, offset);

	CHECK(p != MAP_FAILED);
	return p;
}

/* Process 1 of a container that a user has made, with a session that root gave it. */
static void inside(void)
{
	struct nl nl = nl_open();
	const struct nlmsg *m;
	u32 others;
	int fd;

	CHECK_EQ(getpid(), 1);
	rig.psrc = map_again(rig.src);
	rig.pdst = map_again(rig.dst);
	rig_works(&rig);
	fd = dm_open();
	m = own_session(&nl, &others);
	CHECK(m);
	CHECK_EQ(nl_u32(m, DMACTL_A_SESSION_PID), 1);
	CHECK_STR(nl_str(m, DMACTL_A_SESSION_COMMAND), "security.t");
	CHECK(others >= 1);
	m = nl_channel(&nl, sim_chan(&rig.sim, 0));
	CHECK_EQ(nl_u32(m, DMACTL_A_CHANNEL_STATE), DMACTL_CHANNEL_STATE_CLAIMED);
	CHECK(!nl_has(m, DMACTL_A_CHANNEL_PID) && !nl_has(m, DMACTL_A_CHANNEL_COMMAND));
	CHECK_EQ(nl_ask(&nl, DMACTL_CMD_QUARANTINE_GET, NLM_F_DUMP, NULL, 0)->err, 0);
	nl_listen(&nl);
	dm_claim(fd, sim_chan(&rig.sim, 1));
	CHECK(nl_event(&nl, DMACTL_EVENT_TYPE_CLAIM, sim_chan(&rig.sim, 1), 10000));
	CHECK_EQ(nl_u32(nl_channel(&nl, sim_chan(&rig.sim, 1)), DMACTL_A_CHANNEL_PID), 1);
	_exit(0);
}

static void container(void)
{
	int status;
	pid_t pid;

	become_user();
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID))
		SKIP("no user namespaces: %s", strerror(errno));
	CHECK_EQ(write_file("/proc/self/uid_map", "0 65534 1"), 0);
	CHECK_EQ(getuid(), 0);
	pid = fork();
	if (!pid)
		inside();
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
}

TEST("a container that was given the node has all of it, and knows nobody outside")
{
	rig = rig_on(sim_make("t-container", "channels=2", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	with_open_node(container);
}

TEST("a dump that a user asked for tells root, who reads on, no more than the user")
{
	struct sim sim = sim_make("t-many", "channels=64", NULL),
		   more = sim_make("t-more", "channels=64", NULL);
	struct nlreply *r;
	struct nl nl;
	pid_t pid;
	u32 i;
	int fd = dm_open();

	for (i = 0; i < 60; i++)
		dm_claim(fd, sim_chan(i < 30 ? &sim : &more, i));
	share();
	pid = fork();
	if (!pid) {
		become_user();
		shared->nl = nl_open();
		nl_send(&shared->nl, DMACTL_CMD_CHANNEL_GET, NLM_F_DUMP);
		__atomic_store_n(&shared->ready, 1, __ATOMIC_RELEASE);
		pause();
		_exit(0);
	}
	CHECK_SOON(__atomic_load_n(&shared->ready, __ATOMIC_ACQUIRE));
	nl = shared->nl;
	nl.fd = take_fd(pid, nl.fd);
	r = nl_take(&nl);
	CHECK_EQ(r->err, 0);
	CHECK(r->n >= 128);
	for (i = 0; i < r->n; i++)
		CHECK(!nl_has(&r->msg[i], DMACTL_A_CHANNEL_PID) &&
		      !nl_has(&r->msg[i], DMACTL_A_CHANNEL_COMMAND));
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
}
