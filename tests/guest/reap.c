// SPDX-License-Identifier: GPL-2.0
/* REAP, read(2) and poll(2): waiting, time-outs, signals, bad arguments, nothing is ever lost. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dm.h"

static struct rig rig(const char *attr)
{
	return rig_on(sim_make("t-reap", attr, NULL), DMACTL_BUF_PAGES, RIG_BYTES);
}

static void submit(struct rig *r, u32 n)
{
	struct dmactl_op op[64];
	u32 i;

	for (i = 0; i < n; i++) {
		op[i] = op_interrupt(r->chan);
		op[i].user_data = i;
	}
	dm_submit_all(r->fd, op, n);
}

static short polled(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	CHECK(poll(&p, 1, ms) >= 0);
	return p.revents;
}

/* What an engine has done, but does not tell before come(). */
#define SILENT "lost_interrupt=every 1"

static void come(const struct rig *r)
{
	sim_set(&r->sim, "lost_interrupt", "off");
}

TEST("with min 0 it does not wait, with nothing in flight it says ENODATA")
{
	struct rig r = rig(NULL);
	struct dmactl_completion c[4];

	CHECK_EQ(dm_reap(r.fd, c, 4, 0, 0), 0);
	CHECK_EQ(dm_reap(r.fd, c, 4, 1, 0), -ENODATA);
	CHECK_EQ(dm_reap(r.fd, c, 4, 4, SEC), -ENODATA);
	CHECK_EQ(dm_reap(dm_open(), c, 4, 1, 0), -ENODATA);
	submit(&r, 2);
	/* Two come, nothing more is in flight: it does not wait for four. */
	CHECK_EQ(dm_reap(r.fd, c, 4, 4, 0), 2);
	CHECK_EQ(dm_reap(r.fd, c, 4, 1, 0), -ENODATA);
}

TEST("what completes while it sleeps counts, although it is less than was waited for")
{
	struct rig r = rig("latency_ns=50000000");
	struct dmactl_completion c[4];

	submit(&r, 2);
	CHECK_EQ(dm_reap(r.fd, c, 4, 4, 0), 2);
	sim_set(&r.sim, "stall", "nth 3");
	submit(&r, 4);
	IN_TIME(dm_reap(r.fd, c, 4, 4, paced(SEC)) == 2);
	sim_set(&r.sim, "stall", "off");
	dm_reap_all(r.fd, c, 2);
}

TEST("it takes at most max, in order, each one once")
{
	struct rig r = rig(NULL);
	struct dmactl_completion c[64];
	u32 i, got = 0;

	submit(&r, 50);
	while (got < 50) {
		int n;

		memset(&c[got], POISON, sizeof(c[0]) * (64 - got));
		n = dm_reap(r.fd, &c[got], 7, 1, 0);
		CHECK(n >= 1 && n <= 7);
		CHECK_BYTES(&c[got + (u32)n], POISON, sizeof(c[0]));
		got += (u32)n;
	}
	CHECK_EQ(got, 50);
	for (i = 0; i < 50; i++)
		CHECK_EQ(c[i].user_data, i);
	CHECK_EQ(dm_reap(r.fd, c, 7, 1, 0), -ENODATA);
}

TEST("nothing in time gives ETIME, something in time gives a short count")
{
	struct rig r = rig("stall=nth 3");
	struct dmactl_completion c[4];

	submit(&r, 4);
	IN_TIME(dm_reap(r.fd, c, 4, 4, paced(300 * MS)) == 2);
	CHECK_EQ(dm_reap(r.fd, c, 4, 1, 100 * MS), -ETIME);
	CHECK_EQ(dm_reap(r.fd, c, 4, 1, 1), -ETIME);
	CHECK_EQ(dm_reap(r.fd, c, 4, 0, 0), 0);
	sim_set(&r.sim, "stall", "off");
	dm_reap_all(r.fd, c, 2);
}

TEST("a time-out of 2^64 - 1 is a long one, not a short one")
{
	struct rig r = rig("latency_ns=200000000");
	struct dmactl_completion c;

	submit(&r, 1);
	CHECK_EQ(dm_reap(r.fd, &c, 1, 1, ~0ULL), 1);
	submit(&r, 1);
	CHECK_EQ(dm_reap(r.fd, &c, 1, 1, 1ULL << 63), 1);
	submit(&r, 1);
	CHECK_EQ(dm_reap(r.fd, &c, 1, 1, 0), 1);
}

TEST("a signal while nothing was taken gives EINTR, and the operation lives on")
{
	struct rig r = rig(SILENT);
	struct dmactl_completion c;

	submit(&r, 1);
	alarm_every(100);
	CHECK_EQ(dm_reap(r.fd, &c, 1, 1, 0), -EINTR);
	alarm_every(0);
	come(&r);
	dm_reap_all(r.fd, &c, 1);
	check_ok(&c);
}

TEST("a signal after something was taken gives what was taken")
{
	struct rig r = rig("stall=nth 2");
	struct dmactl_completion c[2];

	submit(&r, 2);
	CHECK_SOON(polled(r.fd, 0) & POLLIN);
	alarm_every(100);
	CHECK_EQ(dm_reap(r.fd, c, 2, 2, 0), 1);
	alarm_every(0);
	check_ok(&c[0]);
	sim_set(&r.sim, "stall", "off");
	dm_reap_all(r.fd, c, 1);
}

TEST("bad arguments of REAP are refused and nothing is taken")
{
	struct rig r = rig(NULL);
	struct dmactl_completion c[4];
	struct dmactl_reap ok = {
		.size = sizeof(ok), .comp_size = sizeof(c[0]), .max = 4, .comps = (uintptr_t)c,
		.taken = 0xcccccccc,
	}, q;
	u32 size;
	int bit;

	submit(&r, 1);
	CHECK_SOON(polled(r.fd, 0) & POLLIN);
	memset(c, POISON, sizeof(c));
#define BAD(field, v, err)                                             \
	do {                                                           \
		q = ok;                                                \
		q.field = (v);                                         \
		CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_REAP, &q), -(err)); \
		CHECK(q.taken == ok.taken || !q.taken);                \
		q.field = ok.field;                                    \
		q.taken = ok.taken;                                    \
		CHECK_SAME(q, ok);                                     \
	} while (0)
	BAD(max, 0, EINVAL);
	BAD(min, 5, EINVAL);
	BAD(min, 0xffffffff, EINVAL);
	for (size = 0; size < sizeof(c[0]); size += 4)
		BAD(comp_size, size, EINVAL);
	for (bit = 0; bit < 32; bit++)
		BAD(flags, 1U << bit, EOPNOTSUPP);
#undef BAD
	CHECK_BYTES(c, POISON, sizeof(c));
	CHECK_EQ(dm_reap(r.fd, c, 4, 0, 0), 1);
}

TEST("completions that cannot be written are EFAULT and are not lost")
{
	struct rig r = rig("context=inline");	/* all there when SUBMIT returns */
	struct dmactl_completion c[4], *edge;
	u8 *two = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int n;

	CHECK_EQ(munmap(two + 4096, 4096), 0);
	submit(&r, 3);
	CHECK_EQ(polled(r.fd, 0), POLLIN);
	CHECK_EQ(dm_reap(r.fd, NULL, 4, 3, 0), -EFAULT);
	CHECK_EQ(dm_reap(r.fd, (void *)0xffff800000000000UL, 4, 3, 0), -EFAULT);
	CHECK_EQ(read(r.fd, (void *)0xffff800000000000UL, sizeof(c)), -1);
	CHECK_EQ(errno, EFAULT);
	/* Room for one and a half: either one is taken, or none. */
	edge = (void *)(two + 4096 - sizeof(*edge) - sizeof(*edge) / 2);
	n = dm_reap(r.fd, edge, 3, 3, 0);
	CHECK(n == 1 || n == -EFAULT);
	if (n == 1)
		CHECK_EQ(edge->user_data, 0);
	n = n == 1 ? 2 : 3;
	CHECK_EQ(dm_reap(r.fd, c, 4, (u32)n, 0), n);
	CHECK_EQ(c[n - 1].user_data, 2);
	CHECK_EQ(c[0].user_data, 3 - n);
}

TEST("larger elements are written at their distance")
{
	struct rig r = rig(NULL);
	struct {
		struct dmactl_completion c;
		u64 tail;
	} c[3];
	struct dmactl_reap q = {
		.size = sizeof(q),
		.comp_size = sizeof(c[0]),
		.max = 3,
		.min = 3,
		.comps = (uintptr_t)c,
	};
	u32 i;

	memset(c, POISON, sizeof(c));
	submit(&r, 3);
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_REAP, &q), 0);
	CHECK_EQ(q.taken, 3);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(c[i].c.user_data, i);
		check_ok(&c[i].c);
		CHECK(all_bytes(&c[i].tail, POISON, 8) || all_bytes(&c[i].tail, 0, 8));
	}
}

TEST("read takes as many whole completions as fit")
{
	struct rig r = rig("context=inline");
	struct dmactl_completion c[8];

	submit(&r, 5);
	CHECK_EQ(read(r.fd, c, sizeof(c[0]) - 1), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(read(r.fd, c, 0), -1);
	memset(c, POISON, sizeof(c));
	CHECK_EQ(read(r.fd, c, 2 * sizeof(c[0]) + 71), 2 * sizeof(c[0]));
	CHECK_BYTES(&c[2], POISON, sizeof(c[0]));
	CHECK_EQ(c[1].user_data, 1);
	CHECK_EQ(read(r.fd, c, sizeof(c)), 3 * sizeof(c[0]));
	CHECK_EQ(c[2].user_data, 4);
}

TEST("read waits; with O_NONBLOCK it gives EAGAIN; a signal gives EINTR")
{
	struct rig r = rig("latency_ns=100000000");
	struct dmactl_completion c;

	submit(&r, 1);
	CHECK_EQ(read(r.fd, &c, sizeof(c)), sizeof(c));
	sim_set(&r.sim, "lost_interrupt", "every 1");
	submit(&r, 1);
	alarm_every(100);
	CHECK_EQ(read(r.fd, &c, sizeof(c)), -1);
	CHECK_EQ(errno, EINTR);
	alarm_every(0);
	come(&r);
	CHECK_EQ(read(r.fd, &c, sizeof(c)), sizeof(c));
	check_ok(&c);
	sim_set(&r.sim, "lost_interrupt", "every 1");
	CHECK_EQ(fcntl(r.fd, F_SETFL, O_NONBLOCK), 0);
	CHECK_EQ(read(r.fd, &c, sizeof(c)), -1);
	CHECK_EQ(errno, EAGAIN);
	submit(&r, 1);
	CHECK_EQ(read(r.fd, &c, sizeof(c)), -1);
	CHECK_EQ(errno, EAGAIN);
	come(&r);
	CHECK_EQ(polled(r.fd, 10000) & POLLIN, POLLIN);
	CHECK_EQ(read(r.fd, &c, sizeof(c)), sizeof(c));
}

/* Two, which poll tells as long as one is there. */
static void take_two(const struct rig *r)
{
	struct dmactl_completion c;

	CHECK_EQ(polled(r->fd, 10000), POLLIN);
	CHECK_EQ(polled(r->fd, 0), POLLIN);
	dm_reap_all(r->fd, &c, 1);
	CHECK_EQ(polled(r->fd, 10000), POLLIN);
	dm_reap_all(r->fd, &c, 1);
	CHECK_EQ(polled(r->fd, 0), 0);
}

TEST("poll says POLLIN as long as there is something to take, and no POLLHUP")
{
	struct rig r = rig("latency_ns=100000000");

	CHECK_EQ(polled(dm_open(), 0), 0);
	CHECK_EQ(polled(r.fd, 0), 0);
	sim_set(&r.sim, "lost_interrupt", "every 1");
	submit(&r, 2);
	CHECK_EQ(polled(r.fd, 0), 0);
	CHECK_EQ(polled(r.fd, 300), 0);
	come(&r);
	take_two(&r);
	submit(&r, 2);
	take_two(&r);
}

TEST("epoll wakes up for each completion, edge triggered as well")
{
	struct rig r = rig("latency_ns=50000000");
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };
	struct dmactl_completion c;
	int ep = epoll_create1(EPOLL_CLOEXEC), i;

	CHECK_EQ(epoll_ctl(ep, EPOLL_CTL_ADD, r.fd, &ev), 0);
	for (i = 0; i < 5; i++) {
		submit(&r, 1);
		CHECK_EQ(epoll_wait(ep, &ev, 1, 10000), 1);
		CHECK(ev.events & EPOLLIN);
		dm_reap_all(r.fd, &c, 1);
	}
}

struct waiter {
	int fd, ret;
	volatile bool back;
};

static void *wait_for_one(void *arg)
{
	struct dmactl_completion c;
	struct waiter *w = arg;

	w->ret = dm_reap(w->fd, &c, 1, 1, 0);
	w->back = true;
	return NULL;
}

static void *submit_one(void *arg)
{
	struct dmactl_submit s = { .timeout_ns = 300 * MS };
	struct rig *r = arg;
	struct dmactl_op op = op_copy(r->chan, r->dst, 0, r->src, 0, 64);

	CHECK_EQ(dm_submit(r->fd, &op, 1, &s), -ENOBUFS);
	return NULL;
}

TEST("who waits learns that nothing comes of a SUBMIT that gave up")
{
	struct rig r = rig("prep_null=every 1");
	struct waiter w = { .fd = r.fd };
	pthread_t submitter, reader;

	CHECK_EQ(pthread_create(&submitter, NULL, submit_one, &r), 0);
	sleep_ms(50);
	CHECK_EQ(pthread_create(&reader, NULL, wait_for_one, &w), 0);
	CHECK_EQ(pthread_join(submitter, NULL), 0);
	CHECK_SOON(w.back);
	CHECK_EQ(w.ret, -ENODATA);
}
