// SPDX-License-Identifier: GPL-2.0
/*
 * The saboteur: each defect and habit of a simulated engine, with each operation, left in each way,
 * under each stop class. Nothing that the engine may still write is given to anybody else: memory
 * that takes the place of what was freed stays as it was made. SABOTEUR=all takes every combination
 * instead of every pair of values and every triple of defect, leaving and class.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cover.h"
#include "kinds.h"
#include "nl.h"
#include "pass.h"
#include "ring.h"

#define OPS	 2
#define SMALL	 (4 * AREA) /* bytes of a buffer */
#define DEADLINE (60 * MS)
#define LONG	 (3600 * SEC)
#define CANARIES 16
#define CANARY	 0x11

enum { DEFECT, LEAVE, CLASS, OP, HOW, CONTEXT, MEMORY, DIMS };

/* Of an operation that is not done: it stays until the knob is turned, or comes by itself. */
enum { PASSES, STUCK, LATE };

static const struct {
	const char *set, *also, *knob;
	int kind;
} defects[] = {
	{ "corrupt=off", "residue=segment", NULL, PASSES },
	{ "latency_ns=100000000", "seed=2", NULL, LATE },
	{ "stall=nth 1", "seed=3", "stall", STUCK },
	{ "lost_interrupt=nth 1", "seed=4", "lost_interrupt", STUCK },
	{ "late=nth 1", "late_ns=120000000", NULL, LATE },
	{ "error=every 2", "residue=burst", NULL, PASSES },
	{ "prep_null=every 2", "prep_blocks=1", NULL, PASSES },
	{ "corrupt=every 2", "coalesce=1", NULL, PASSES },
	{ "polynomial=every 1", "seed=9", NULL, PASSES },
	{ "copies=every 1", "pause=0", NULL, PASSES },
	{ "fence=ignore", "order=execute", NULL, PASSES },
	{ "wrong_residue=every 1", "resume=0", NULL, PASSES },
	{ "skip=every 2", "coalesce=1", NULL, PASSES },
	{ "late_terminate=every 1", "late_ns=50000000", NULL, PASSES },
	{ "short=every 2", "pq_continue=0", NULL, PASSES },
	{ "stale=every 2", "order=window", NULL, PASSES },
	{ "refuse=every 2", "seed=18", NULL, PASSES },
	{ "coefficient=every 1", "jitter=every 2", NULL, PASSES },
};

enum {
	BY_DEADLINE,
	BY_SIGINT,
	BY_KILL,
	BY_CLOSE,
	BY_RMMOD,
	BY_UNBIND,
	BY_PASSING,
	BY_UNLOAD,
	WAYS
};

static const char *const ways[] = {
	"deadline", "SIGINT", "kill -9", "close", "rmmod", "unbind", "fd passed on", "unload",
};

static const char *const classes[][2] = {
	{ "terminate=1", "synchronize=1" },
	{ "terminate=1", "synchronize=0" },
	{ "terminate=0", "synchronize=0" },
};

static const char *const contexts[] = {
	"context=inline",
	"context=softirq",
	"context=timer",
	"context=thread",
};

enum { SUBMITTED, RUN_LOOP };

static struct {
	u32 cells, faults, kills, quarantined;
} * count; /* of all cases, which are processes */

static struct cover cover;
static const u8 *cell;
static struct nl nl;

/* The process that is left: a session, and what it has in flight. */
static struct stream t;
static struct kind kind[OPS];
static struct dmactl_run run;
static volatile bool run_over;

static bool possible(const u8 *c)
{
	if (c[CONTEXT] == 0 && c[DEFECT] == 1)
		return false; /* an inline engine cannot wait */
	return c[OP] != DMACTL_OP_CYCLIC || c[HOW] == SUBMITTED;
}

static void __attribute__((constructor)) share_count(void)
{
	count = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (count == MAP_FAILED)
		abort();
}

static bool stops(void)
{
	return cell[LEAVE] == BY_DEADLINE || cell[LEAVE] == BY_SIGINT || cell[LEAVE] == BY_PASSING;
}

static void start(void)
{
	struct dmactl_submit s = { .timeout_ns = stops() ? DEADLINE : LONG };
	struct dmactl_op ops[OPS];
	u32 i;

	if (cell[OP] == DMACTL_OP_CYCLIC) {
		ring_start(&t, 2);
		return;
	}
	for (i = 0; i < OPS; i++) {
		kind_make(&kind[i], &t.r, cell[OP]);
		ops[i] = kind[i].op;
	}
	if (cell[HOW] == SUBMITTED) {
		CHECK_EQ(dm_submit(t.r.fd, ops, OPS, &s), 0);
		CHECK_EQ(s.submitted, OPS);
		return;
	}
	run = dm_run_arg(&kind[0].op, 1);
	run.count = 0;
	run.time_ns = stops() ? 30 * MS : LONG;
	run.timeout_ns = s.timeout_ns;
}

static void *run_thread(void *arg)
{
	(void)arg;
	dm_ioctl(t.r.fd, DMACTL_IOC_RUN, &run);
	run_over = true;
	return NULL;
}

/* What a stop reports is what its class allows. */
static void check_stopped(const struct dmactl_completion *c)
{
	static const u32 flags[] = { 0, DMACTL_COMP_F_UNSYNCED, DMACTL_COMP_F_QUARANTINED };
	u32 told = c->flags & (DMACTL_COMP_F_UNSYNCED | DMACTL_COMP_F_QUARANTINED);

	CHECK(c->result <= DMACTL_RES_INPUT_FAILED);
	CHECK(!told || told == flags[cell[CLASS]]);
	if (c->result == DMACTL_RES_TIMED_OUT)
		CHECK_EQ(told, flags[cell[CLASS]]);
}

static void wait_in_call(void)
{
	struct dmactl_completion c;
	u32 got = 0;
	int n;

	if (cell[OP] == DMACTL_OP_CYCLIC) {
		if (stops())
			CHECK_EQ(ring_act(&t, DMACTL_STREAM_STOP, NULL), 0);
		while (dm_reap(t.r.fd, &c, 1, 1, 0) == 1 && !(c.flags & DMACTL_COMP_F_STREAM))
			;
		return;
	}
	if (cell[HOW] == RUN_LOOP) {
		n = dm_ioctl(t.r.fd, DMACTL_IOC_RUN, &run);
		CHECK(!n || n == -ENODEV);
		return;
	}
	while (got < OPS) {
		n = dm_reap(t.r.fd, &c, 1, 1, 0);
		if (n == -EINTR && cell[LEAVE] == BY_SIGINT)
			return;
		CHECK_EQ(n, 1);
		check_stopped(&c);
		got++;
	}
}

static void victim(const struct sim *sim, int sock)
{
	u32 memory = cell[MEMORY] ? DMACTL_BUF_COHERENT : DMACTL_BUF_PAGES;
	pthread_t thread;

	signal_ends_calls(SIGINT);
	t.r = rig_on(*sim, memory, SMALL);
	CHECK_EQ(ring_config(&t.r, DMACTL_EP_SOURCE), 0);
	if (cell[OP] == DMACTL_OP_CYCLIC)
		t.ring = dm_buf(t.r.fd, memory, t.r.chan, RING, (void **)&t.p);
	start();
	if (cell[LEAVE] == BY_CLOSE && cell[HOW] == RUN_LOOP) {
		CHECK_EQ(pthread_create(&thread, NULL, run_thread, NULL), 0);
		/* The parent only waits, so the socket is ours. */
		CHECK_SOON(run_over ||
			   nl_channel_state(&nl, sim_chan(sim, 0)) == DMACTL_CHANNEL_STATE_BUSY);
	}
	/* All is in flight. */
	CHECK_EQ(pass_send(sock, cell[LEAVE] == BY_PASSING ? t.r.fd : -1, 0), 0);
	if (cell[LEAVE] == BY_CLOSE)
		CHECK_EQ(munmap(t.r.psrc, SMALL) | munmap(t.r.pdst, SMALL) | close(t.r.fd), 0);
	else
		wait_in_call();
	if (cell[LEAVE] >= BY_RMMOD || cell[LEAVE] == BY_KILL)
		pause();
	_exit(0);
}

static void check_in_use(const char *name)
{
	int err = module_unload(name);

	CHECK(err == -EBUSY || err == -EAGAIN);
}

/* Sends the victim away. What was passed on to us lives a little longer. */
static void leave(const struct sim *sim, pid_t pid, int fd)
{
	struct dmactl_completion c;
	int status;

	sleep_ms(cell[OP] % 4);
	if (cell[LEAVE] == BY_SIGINT)
		CHECK_EQ(kill(pid, SIGINT), 0);
	if (cell[LEAVE] == BY_RMMOD || cell[LEAVE] == BY_UNLOAD) {
		check_in_use("dmactl");
		check_in_use("dma_sim");
	}
	if (cell[LEAVE] == BY_UNBIND)
		CHECK_EQ(sim_rmdir(sim), 0);
	if (cell[LEAVE] != BY_DEADLINE && cell[LEAVE] != BY_SIGINT && cell[LEAVE] != BY_CLOSE) {
		CHECK_EQ(kill(pid, SIGKILL), 0);
		count->kills++;
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : !WEXITSTATUS(status));
	if (fd < 0)
		return;
	while (cell[OP] != DMACTL_OP_CYCLIC && dm_reap(fd, &c, 1, 1, 2 * SEC * slow()) == 1)
		check_stopped(&c);
	CHECK_EQ(close(fd), 0);
}

/* Only ours may be kept, and only where nothing can be stopped; it says how much. */
static void check_kept(const struct sim *sim)
{
	const struct nlmsg *m = nl_quarantine(&nl, sim_chan(sim, 0));
	u32 n = !!m;

	/* In between it may have ended by itself. */
	CHECK(nl_quarantined(&nl) <= n);
	if (cell[CLASS] != 2 || cell[LEAVE] == BY_UNBIND)
		CHECK_EQ(n, 0);
	else if (cell[OP] == DMACTL_OP_CYCLIC || (cell[DEFECT] == 2 && cell[HOW] == SUBMITTED))
		CHECK_EQ(n, 1);
	if (!m)
		return;
	CHECK(!nl_has(m, DMACTL_A_QUARANTINE_LEAKED));
	CHECK(nl_u64(m, DMACTL_A_QUARANTINE_BYTES) <= 2 * SMALL + 4096);
	if (kind_writes(cell[OP]))
		CHECK(nl_u64(m, DMACTL_A_QUARANTINE_BYTES) >= 4096);
	count->quarantined++;
}

/* The canaries are of the size of what was freed, so that they take its place. */
static void canaries(int fd, u8 **p)
{
	u32 i;

	for (i = 0; i < CANARIES; i++) {
		dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, SMALL, (void **)&p[i]);
		memset(p[i], CANARY, SMALL);
	}
}

/* The defect ends: what was held back, or late, is written now. */
static void let_go(const struct sim *sim)
{
	const char *stuck = defects[cell[DEFECT]].knob;

	if (cell[LEAVE] == BY_UNBIND)
		return;
	if (stuck)
		sim_set(sim, stuck, "off");
	/* A ring goes round until its provider leaves. */
	if (cell[CLASS] == 2 && cell[OP] == DMACTL_OP_CYCLIC)
		CHECK_EQ(sim_rmdir(sim), 0);
	CHECK_SOON(!nl_quarantined(&nl));
	/* What nobody waits for any more is written as well. */
	if (defects[cell[DEFECT]].kind == LATE)
		sleep_ms(OPS * 100 + 50);
}

/* Both modules go and come, in both orders. */
static void unload_all(void)
{
	static const char *const names[] = { "dmactl", "dma_sim" };
	u32 first = cell[OP] & 1;

	CHECK_EQ(close(nl.fd), 0);
	CHECK_SOON(!module_unload(names[first]));
	CHECK_SOON(!module_unload(names[!first]));
	modules_up();
	nl = nl_open();
}

static void works_after(struct sim *sim)
{
	struct rig r;

	if (nl_channel(&nl, sim_chan(sim, 0))) {
		static const char *const off[] = { "late",	 "error",	"prep_null",
						   "corrupt",	 "copies",	"wrong_residue",
						   "polynomial", "skip",	"short",
						   "stale",	 "coefficient", "refuse" };
		size_t i;

		for (i = 0; i < ARRAY_SIZE(off); i++)
			sim_set(sim, off[i], "off");
	} else {
		sim_remove_all();
		*sim = sim_make("t-after", NULL);
	}
	CHECK_SOON(nl_channel_state(&nl, sim_chan(sim, 0)) == DMACTL_CHANNEL_STATE_FREE);
	r = rig_on(*sim, DMACTL_BUF_PAGES, SMALL);
	rig_works(&r);
	rig_close(&r);
}

static void one_cell(void)
{
	struct sim sim = sim_make("t-sabo", "channels=1", "descriptors=32", "cyclic=1",
				  contexts[cell[CONTEXT]], classes[cell[CLASS]][0],
				  classes[cell[CLASS]][1], defects[cell[DEFECT]].set,
				  defects[cell[DEFECT]].also, NULL);
	int sock[2], fd, mine = -1;
	u8 *p[CANARIES];
	pid_t pid;
	u32 i;

	count->cells++;
	count->faults += !!cell[DEFECT];
	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sock), 0);
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		close(sock[0]);
		victim(&sim, sock[1]);
	}
	close(sock[1]);
	mine = pass_take(sock[0], 0);
	close(sock[0]);
	CHECK(mine >= 0 || mine == -ENOMSG);
	leave(&sim, pid, mine);
	fd = dm_open();
	canaries(fd, p);
	check_kept(&sim);
	let_go(&sim);
	for (i = 0; i < CANARIES; i++) {
		CHECK_BYTES(p[i], CANARY, SMALL);
		CHECK_EQ(munmap(p[i], SMALL), 0);
	}
	CHECK_EQ(close(fd), 0);
	works_after(&sim);
	sim_remove_all();
	if (cell[LEAVE] == BY_UNLOAD)
		unload_all();
}

static u32 our_lines(void)
{
	static char log[1 << 18];
	int n = klogctl(3, log, sizeof(log) - 1);
	char *line, *save = NULL;
	u32 ours = 0;

	CHECK(n >= 0);
	log[n] = 0;
	for (line = strtok_r(log, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if ((strstr(line, "dmactl") || strstr(line, "dma-sim") ||
		     strstr(line, "dma_sim")) &&
		    !strstr(line, "taint") && !strstr(line, "dmactl-mark"))
			ours++;
	return ours;
}

static void with_defect(u32 defect, u32 class)
{
	u32 before = our_lines(), i;

	cover = (struct cover){
		.dims = DIMS,
		.size = { ARRAY_SIZE(defects), WAYS, 3, KINDS + 1, 2, 4, 2 },
		.possible = possible,
		.seed = 20261128,
	};
	cover_make(&cover, getenv("SABOTEUR") && !strcmp(getenv("SABOTEUR"), "all"));
	nl = nl_open();
	if (!defect && !class)
		printf("# %u cells, all of %u pairs of values\n", cover.nr, cover.pairs);
	for (i = 0; i < cover.nr; i++) {
		cell = cover.cells[i];
		if (cell[DEFECT] != defect || cell[CLASS] != class)
			continue;
		printf("# %s %s, %s, %s, %s, %s, %s\n", defects[cell[DEFECT]].set,
		       kind_names[cell[OP]], cell[HOW] ? "RUN" : "SUBMIT", ways[cell[LEAVE]],
		       classes[cell[CLASS]][0], classes[cell[CLASS]][1], contexts[cell[CONTEXT]]);
		one_cell();
	}
	CHECK_EQ(our_lines(), before);
}

#define WITH(n, what)                                                           \
	TEST_DEFINE(what ", stopped for certain", sure_##n, put_sure_##n)       \
	{                                                                       \
		with_defect(n, 0);                                              \
	}                                                                       \
	TEST_DEFINE(what ", stopped, not synchronized", soon_##n, put_soon_##n) \
	{                                                                       \
		with_defect(n, 1);                                              \
	}                                                                       \
	TEST_DEFINE(what ", not to be stopped", never_##n, put_never_##n)       \
	{                                                                       \
		with_defect(n, 2);                                              \
	}

WITH(0, "a sound engine")
WITH(1, "a slow engine")
WITH(2, "an engine that stalls")
WITH(3, "an engine that loses an interrupt")
WITH(4, "an engine that calls back late")
WITH(5, "an engine that reports errors")
WITH(6, "an engine short of descriptors")
WITH(7, "an engine that corrupts")
WITH(8, "an engine with a wrong polynomial")
WITH(9, "an engine that copies in place of xor")
WITH(10, "an engine that ignores fences")
WITH(11, "an engine with a wrong residue")
WITH(12, "an engine that skips periods")
WITH(13, "an engine that calls back after terminate")
WITH(14, "an engine that writes too little")
WITH(15, "an engine that writes nothing")
WITH(16, "an engine that ignores coefficients")

TEST("how much that was")
{
	CHECK(count->cells && count->kills && count->quarantined);
	printf("# %u cells, %u with a fault, %u kills survived, %u quarantines reclaimed\n",
	       count->cells, count->faults, count->kills, count->quarantined);
}
