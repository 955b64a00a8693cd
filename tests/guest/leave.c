// SPDX-License-Identifier: GPL-2.0
/* Providers that leave: idle, in flight, under a RUN, with mappings, with a quarantine. */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dm.h"
#include "nl.h"

/* The two ways a provider goes: its configfs directory, or unbind in sysfs. */
static int (*const ways[])(const struct sim *) = { sim_rmdir, sim_unbind };

static short polled(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	CHECK(poll(&p, 1, 0) >= 0);
	return p.revents;
}

/* Every call on a channel whose provider has gone. */
static void check_gone(struct rig *r)
{
	struct dmactl_op op = op_interrupt(r->chan);
	struct dmactl_run run = dm_run_arg(&op, 1);
	struct dmactl_buf_create b = dm_buf_arg(DMACTL_BUF_COHERENT, r->chan, 4096);
	struct dmactl_submit s = { 0 };

	CHECK_EQ(dm_submit(r->fd, &op, 1, &s), -ENODEV);
	CHECK_EQ(s.why, DMACTL_WHY_STATE);
	CHECK_EQ(s.submitted, 0);
	CHECK_EQ(s.bad_op, 0);
	CHECK_EQ(dm_ioctl(r->fd, DMACTL_IOC_RUN, &run), -ENODEV);
	CHECK_EQ(run.why, DMACTL_WHY_STATE);
	CHECK_EQ(dm_ioctl(r->fd, DMACTL_IOC_BUF_CREATE, &b), -ENODEV);
	CHECK_EQ(dm_try_claim(r->fd, sim_chan(&r->sim, 0)), -ENOENT);
	CHECK(polled(r->fd) & POLLHUP);
}

static void check_clean(struct nl *nl, const char *stable)
{
	CHECK(!nl_channel(nl, stable));
	CHECK_SOON(!nl_quarantined(nl));
}

static void touch(u8 *p)
{
	*(volatile u8 *)p = 1;
}

/* The signal that touching @p gives, in a handler's place: 0 when it can be touched. */
static volatile sig_atomic_t caught;
static u8 *spare_page;

static void on_fault(int sig, siginfo_t *info, void *context)
{
	void *page = (void *)((uintptr_t)info->si_addr & ~4095UL);

	(void)context;
	caught = sig;
	/* Something to go on with, where the access was. */
	if (mmap(page, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		 0) == MAP_FAILED)
		_exit(1);
}

static int signal_of(u8 *p)
{
	struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };

	CHECK_EQ(sigaction(SIGBUS, &sa, NULL) | sigaction(SIGSEGV, &sa, NULL), 0);
	caught = 0;
	touch(p);
	spare_page = p;
	return caught;
}

TEST("an idle session: its calls give ENODEV, poll POLLHUP, the close is clean")
{
	struct nl nl = nl_open(), events = nl_open();
	size_t w;

	nl_listen(&events);
	for (w = 0; w < ARRAY_SIZE(ways); w++) {
		struct rig r = rig_on(sim_make("t-leave", NULL), DMACTL_BUF_PAGES, RIG_BYTES);

		rig_works(&r);
		CHECK_EQ(polled(r.fd), 0);
		CHECK_EQ(ways[w](&r.sim), 0);
		check_gone(&r);
		CHECK(nl_event(&events, DMACTL_EVENT_TYPE_CHANNEL_DEL, sim_chan(&r.sim, 0), 5000));
		check_clean(&nl, sim_chan(&r.sim, 0));
		CHECK_EQ(dm_release(r.fd, r.chan), 0);
		rig_close(&r);
		sim_remove_all();
	}
}

TEST("pages buffers belong to the session: they serve the next channel")
{
	struct rig r = rig_on(sim_make("t-leave", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	struct sim next = sim_make("t-next", NULL);

	rig_works(&r);
	CHECK_EQ(sim_rmdir(&r.sim), 0);
	CHECK_EQ(dm_release(r.fd, r.chan), 0);
	r.chan = dm_claim(r.fd, sim_chan(&next, 0));
	CHECK_EQ(polled(r.fd), 0);
	rig_works(&r);
}

TEST("coherent memory goes with its provider: SIGBUS, and nothing left behind")
{
	struct nl nl = nl_open();
	size_t w;

	for (w = 0; w < ARRAY_SIZE(ways); w++) {
		struct rig r = rig_on(sim_make("t-leave", NULL), DMACTL_BUF_COHERENT, RIG_BYTES);

		rig_works(&r);
		touch(r.pdst + RIG_BYTES - 1);
		CHECK_EQ(ways[w](&r.sim), 0);
		CHECK_EQ(signal_of(r.pdst), SIGBUS);
		CHECK_EQ(signal_of(r.pdst + RIG_BYTES - 1), SIGBUS);
		CHECK_EQ(signal_of(r.psrc + 4096), SIGBUS);
		check_gone(&r);
		CHECK_EQ(dm_sync(r.fd, r.src, DMACTL_SYNC_CPU, 0, 4096), -ENODEV);
		CHECK_EQ(dm_buf_destroy(r.fd, r.src), 0);
		CHECK_EQ(munmap(r.pdst, RIG_BYTES), 0);
		CHECK_EQ(close(r.fd), 0);
		CHECK_EQ(munmap(r.psrc, RIG_BYTES), 0);
		check_clean(&nl, sim_chan(&r.sim, 0));
		sim_remove_all();
	}
}

TEST("work in flight completes as ABORTED, and can be reaped after")
{
	static const char *const attr[] = {
		"stall=nth 2",
		"latency_ns=10000000000",
		"lost_interrupt=nth 2",
		"late=nth 2",
	};
	static const char *const habits[][2] = {
		{ "terminate=1", "synchronize=1" },
		{ "terminate=1", "synchronize=0" },
		{ "terminate=0", "synchronize=0" },
	};
	struct nl nl = nl_open();
	size_t a, h;
	int i;

	for (a = 0; a < ARRAY_SIZE(attr); a++) {
		for (h = 0; h < ARRAY_SIZE(habits); h++) {
			struct rig r = rig_on(sim_make("t-leave", attr[a], habits[h][0],
						       habits[h][1], NULL),
					      DMACTL_BUF_PAGES, RIG_BYTES);
			struct dmactl_completion c[4];
			struct dmactl_op op[4];

			for (i = 0; i < 4; i++)
				op[i] = op_copy(r.chan, r.dst, 4096 * i, r.src, 0, 4096);
			dm_submit_all(r.fd, op, 4);
			sleep_ms(20);
			CHECK_EQ(ways[(a + h) % 2](&r.sim), 0);
			dm_reap_all(r.fd, c, 4);
			for (i = 0; i < 4; i++)
				CHECK(c[i].result == DMACTL_RES_ABORTED ||
				      c[i].result == DMACTL_RES_OK);
			CHECK_EQ(c[1].result == DMACTL_RES_OK && a < 2, 0);
			check_gone(&r);
			rig_close(&r);
			check_clean(&nl, sim_chan(&r.sim, 0));
			sim_remove_all();
		}
	}
}

static void *reap_thread(void *arg)
{
	struct dmactl_completion c;
	int fd = *(int *)arg, n = dm_reap(fd, &c, 1, 1, 0);

	return (void *)(intptr_t)(n == 1 ? (int)c.result : n);
}

TEST("a REAP that waits gets the aborted operation")
{
	struct rig r = rig_on(sim_make("t-leave", "stall=nth 1", NULL), DMACTL_BUF_PAGES, 4096);
	struct dmactl_op op = op_interrupt(r.chan);
	pthread_t t;
	void *ret;

	dm_submit_all(r.fd, &op, 1);
	CHECK_EQ(pthread_create(&t, NULL, reap_thread, &r.fd), 0);
	CHECK_SOON(others_wait());
	CHECK_EQ(sim_rmdir(&r.sim), 0);
	CHECK_EQ(pthread_join(t, &ret), 0);
	CHECK_EQ((intptr_t)ret, DMACTL_RES_ABORTED);
}

struct running {
	struct rig r;
	struct dmactl_op op;
	struct dmactl_run run;
	int err;
};

static void *run_thread(void *arg)
{
	struct running *b = arg;

	b->err = dm_ioctl(b->r.fd, DMACTL_IOC_RUN, &b->run);
	return NULL;
}

TEST("a RUN ends with the outcome that its provider went away")
{
	static const char *const attr[] = {
		"context=softirq",    "context=inline", "context=thread",
		"latency_ns=1000000", "stall=nth 20",	"context=timer",
	};
	struct nl nl = nl_open();
	size_t a;

	for (a = 0; a < ARRAY_SIZE(attr); a++) {
		struct running b = { .r = rig_on(sim_make("t-leave", attr[a], NULL),
						 a & 1 ? DMACTL_BUF_COHERENT : DMACTL_BUF_PAGES,
						 RIG_BYTES) };
		pthread_t t;

		b.op = op_copy(b.r.chan, b.r.dst, 0, b.r.src, 0, 4096);
		b.run = dm_run_arg(&b.op, 1);
		b.run.count = 0;
		b.run.time_ns = b.run.timeout_ns = 3600 * SEC;
		b.run.flags = a == 3 ? DMACTL_RUN_F_POLL : 0;
		memset(b.r.pdst, POISON, 4096);
		CHECK_EQ(pthread_create(&t, NULL, run_thread, &b), 0);
		CHECK_SOON(!all_bytes(b.r.pdst, POISON, 4096));
		sleep_ms(20);
		CHECK_EQ(ways[a % 2](&b.r.sim), 0);
		CHECK_EQ(pthread_join(t, NULL), 0);
		CHECK_EQ(b.err, 0);
		CHECK_EQ(b.run.outcome & DMACTL_RUN_O_GONE, DMACTL_RUN_O_GONE);
		CHECK_EQ(b.run.outcome & DMACTL_RUN_O_QUARANTINED, 0);
		CHECK(b.run.done > 0);
		check_gone(&b.r);
		rig_close(&b.r);
		check_clean(&nl, sim_chan(&b.r.sim, 0));
		sim_remove_all();
	}
}

TEST("poll says POLLHUP only when every channel is gone")
{
	struct sim other = sim_make("t-other", NULL);
	struct rig r = rig_on(sim_make("t-leave", NULL), DMACTL_BUF_PAGES, 4096);
	struct dmactl_op op = op_interrupt(dm_claim(r.fd, sim_chan(&other, 0)));
	struct dmactl_completion c;

	CHECK_EQ(sim_rmdir(&r.sim), 0);
	CHECK_EQ(polled(r.fd), 0);
	dm_submit_all(r.fd, &op, 1);
	dm_reap_all(r.fd, &c, 1);
	check_ok(&c);
	CHECK_EQ(sim_rmdir(&other), 0);
	CHECK(polled(r.fd) & POLLHUP);
}

TEST("a quarantine ends with its provider")
{
	size_t w;

	for (w = 0; w < ARRAY_SIZE(ways); w++) {
		struct rig r = rig_on(sim_make("t-leave", "terminate=0", "synchronize=0",
					       "stall=nth 1", NULL),
				      w ? DMACTL_BUF_COHERENT : DMACTL_BUF_PAGES, RIG_BYTES);
		struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 4096);
		struct dmactl_submit s = { .timeout_ns = 100 * MS };
		struct nl nl = nl_open();
		struct dmactl_completion c;

		CHECK_EQ(dm_submit(r.fd, &op, 1, &s), 0);
		dm_reap_all(r.fd, &c, 1);
		CHECK_EQ(c.flags, DMACTL_COMP_F_QUARANTINED);
		CHECK_SOON(nl_quarantined(&nl) == 1);
		if (!w)
			rig_close(&r);
		CHECK_EQ(nl_quarantined(&nl), 1);
		CHECK_EQ(ways[w](&r.sim), 0);
		check_clean(&nl, sim_chan(&r.sim, 0));
		if (w)
			rig_close(&r);
		sim_remove_all();
	}
}

static void busy_child(const struct sim *sim, int how)
{
	struct rig r = rig_on(*sim, how & 1 ? DMACTL_BUF_COHERENT : DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op[4];
	struct dmactl_completion c[4];
	struct dmactl_run run = dm_run_arg(op, 4);
	int i;

	for (i = 0; i < 4; i++)
		op[i] = op_copy(r.chan, r.dst, 4096 * i, r.src, 0, 4096);
	run.count = 500;
	for (;;) {
		int err = how & 2 ? dm_ioctl(r.fd, DMACTL_IOC_RUN, &run) :
				    dm_submit(r.fd, op, 4, NULL);

		if (err == -ENODEV)
			_exit(0);
		dm_reap(r.fd, c, 4, 1, 0);
	}
}

TEST("providers that leave at any time under busy sessions, again and again")
{
	static const char *const attr[] = {
		"context=softirq",
		"context=thread",
		"context=timer",
		"context=inline",
	};
	int rounds = slow() > 1 ? 8 : 32, i, status;
	struct nl nl = nl_open();
	unsigned int seed = 99;

	for (i = 0; i < rounds; i++) {
		struct sim sim = sim_make("t-leave", attr[i % 4],
					  i & 4 ? "terminate=0" : "terminate=1",
					  i & 8 ? "synchronize=0" : "synchronize=1", NULL);
		pid_t pid = fork();

		if (!pid)
			busy_child(&sim, i / 2);
		CHECK_SOON(nl_channel_state(&nl, sim_chan(&sim, 0)) != DMACTL_CHANNEL_STATE_FREE);
		sleep_ms((unsigned int)rand_r(&seed) % 20 * slow());
		CHECK_EQ(ways[i % 2](&sim), 0);
		CHECK_EQ(waitpid(pid, &status, 0), pid);
		/* It saw ENODEV; or it was still setting up, and that failed. */
		CHECK(WIFEXITED(status) || WTERMSIG(status) == SIGBUS);
		check_clean(&nl, sim_chan(&sim, 0));
		sim_remove_all();
	}
}

TEST("a close and an unbind at the same time")
{
	int i, status;

	for (i = 0; i < (slow() > 1 ? 6 : 20); i++) {
		struct sim sim = sim_make("t-leave", i % 2 ? "stall=nth 3" : "latency_ns=2000000",
					  i & 2 ? "terminate=0" : "terminate=1", NULL);
		struct rig r =
			rig_on(sim, i & 4 ? DMACTL_BUF_COHERENT : DMACTL_BUF_PAGES, RIG_BYTES);
		struct dmactl_op op[4];
		struct nl nl;
		int n;
		pid_t pid;

		for (n = 0; n < 4; n++)
			op[n] = op_copy(r.chan, r.dst, 4096 * n, r.src, 0, 4096);
		dm_submit_all(r.fd, op, 4);
		pid = fork();
		if (!pid)
			_exit(!!ways[i % 2](&sim));
		CHECK_EQ(close(r.fd), 0);
		CHECK_EQ(munmap(r.psrc, RIG_BYTES) | munmap(r.pdst, RIG_BYTES), 0);
		CHECK_EQ(waitpid(pid, &status, 0), pid);
		CHECK_EQ(status, 0);
		nl = nl_open();
		check_clean(&nl, sim_chan(&sim, 0));
		close(nl.fd);
		sim_remove_all();
	}
}
