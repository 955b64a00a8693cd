// SPDX-License-Identifier: GPL-2.0
/* Several threads and processes on one session; several sessions at once. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dm.h"

#define THREADS		4
#define ROUNDS		150
#define BATCH		4
#define PIECE		2048

struct worker {
	pthread_t thread;
	int nr, fd;
	u32 chan, src, dst;
	u8 *psrc, *pdst;
};

static void start(pthread_t *t, void *(*fn)(void *), void *arg)
{
	CHECK_EQ(pthread_create(t, NULL, fn, arg), 0);
}

static void *submit_many(void *arg)
{
	struct worker *w = arg;
	int round, i;

	for (round = 0; round < ROUNDS; round++) {
		struct dmactl_op op[BATCH];
		u32 done = 0;

		for (i = 0; i < BATCH; i++) {
			op[i] = op_copy(w->chan, w->dst, PIECE * i, w->src, PIECE * i, PIECE);
			op[i].user_data = ((u64)w->nr << 32) | (u32)(round * BATCH + i);
		}
		while (done < BATCH) {
			struct dmactl_submit s = { .kick = 1 + (u32)round % 3 };
			int err = dm_submit(w->fd, op + done, BATCH - done, &s);

			if (err == -EAGAIN) {
				sleep_ms(1);
				continue;
			}
			CHECK_EQ(err, 0);
			done += s.submitted;
		}
	}
	return NULL;
}

struct reaper {
	pthread_t thread;
	int fd;
	u8 *seen;	/* THREADS x ROUNDS x BATCH: each operation once */
	u32 *total;
};

static void *reap_many(void *arg)
{
	struct reaper *q = arg;
	const u32 all = THREADS * ROUNDS * BATCH;

	while (__atomic_load_n(q->total, __ATOMIC_SEQ_CST) < all) {
		struct dmactl_completion c[8];
		int n = dm_reap(q->fd, c, 8, 1, 200 * MS), i;

		if (n == -ETIME || n == -ENODATA)
			continue;
		CHECK(n > 0);
		for (i = 0; i < n; i++) {
			u64 at = (c[i].user_data >> 32) * ROUNDS * BATCH + (u32)c[i].user_data;

			check_ok(&c[i]);
			CHECK(at < all);
			CHECK_EQ(__atomic_exchange_n(&q->seen[at], 1, __ATOMIC_SEQ_CST), 0);
			__atomic_add_fetch(q->total, 1, __ATOMIC_SEQ_CST);
		}
	}
	return NULL;
}

static void many(const char *context, bool one_channel)
{
	struct sim sim = sim_make("t-many", context, "channels=4", NULL);
	u8 *seen = calloc(THREADS, ROUNDS * BATCH);
	struct worker w[THREADS];
	struct reaper q[2];
	int fd = dm_open(), i;
	u32 total = 0;

	for (i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ .nr = i, .fd = fd };
		w[i].chan = one_channel && i ? w[0].chan : dm_claim(fd, sim_chan(&sim, (u32)i));
		w[i].src =
			dm_buf(fd, DMACTL_BUF_PAGES, w[i].chan, BATCH * PIECE, (void **)&w[i].psrc);
		w[i].dst =
			dm_buf(fd, DMACTL_BUF_PAGES, w[i].chan, BATCH * PIECE, (void **)&w[i].pdst);
		fill_pattern(w[i].psrc, BATCH * PIECE, (u32)i);
	}
	for (i = 0; i < 2; i++) {
		q[i] = (struct reaper){ .fd = fd, .seen = seen, .total = &total };
		start(&q[i].thread, reap_many, &q[i]);
	}
	for (i = 0; i < THREADS; i++)
		start(&w[i].thread, submit_many, &w[i]);
	for (i = 0; i < THREADS; i++)
		pthread_join(w[i].thread, NULL);
	for (i = 0; i < 2; i++)
		pthread_join(q[i].thread, NULL);
	CHECK(all_bytes(seen, 1, THREADS * ROUNDS * BATCH));
	for (i = 0; i < THREADS; i++) {
		CHECK_EQ(dm_sync(fd, w[i].dst, DMACTL_SYNC_CPU, 0, BATCH * PIECE), 0);
		CHECK_MEM(w[i].pdst, w[i].psrc, BATCH * PIECE);
	}
}

TEST("four threads submit to one channel, two reap: each completion comes once")
{
	many("context=softirq", true);
}

TEST("the same with an engine that completes inside issue_pending")
{
	many("context=inline", true);
}

TEST("four threads with a channel each, in thread context")
{
	many("context=thread", false);
}

static void *reap_one(void *arg)
{
	struct dmactl_completion c;
	int fd = *(int *)arg;

	return (void *)(intptr_t)dm_reap(fd, &c, 1, 1, 0);
}

TEST("closing the descriptor in another thread leaves a waiting REAP its result")
{
	struct rig r =
		rig_on(sim_make("t-close", "lost_interrupt=nth 1", NULL), DMACTL_BUF_PAGES, 4096);
	struct dmactl_op op = op_interrupt(r.chan);
	int fd = r.fd, other = dm_open();
	pthread_t t;
	void *ret;

	CHECK_EQ(munmap(r.psrc, 4096) | munmap(r.pdst, 4096), 0);
	dm_submit_all(r.fd, &op, 1);
	start(&t, reap_one, &fd);
	CHECK_SOON(others_wait());
	CHECK_EQ(close(r.fd), 0);
	CHECK_EQ(dm_submit(r.fd, &op, 1, NULL), -EBADF);
	sim_set(&r.sim, "lost_interrupt", "off");
	CHECK_EQ(pthread_join(t, &ret), 0);
	CHECK_EQ((intptr_t)ret, 1);
	CHECK_SOON(dm_try_claim(other, sim_chan(&r.sim, 0)) == 0);
}

static void *call_on_closing_fd(void *arg)
{
	const struct rig *r = arg;
	struct dmactl_op op = op_interrupt(r->chan);
	struct dmactl_completion c;
	int err;

	for (;;) {
		err = dm_submit(r->fd, &op, 1, NULL);
		if (err)
			break;
		err = dm_reap(r->fd, &c, 1, 1, PATIENCE);
		if (err < 0)
			break;
	}
	CHECK_EQ(err, -EBADF);
	return NULL;
}

TEST("closing the descriptor under a busy thread ends its calls with EBADF")
{
	struct sim sim = sim_make("t-close", NULL);
	int i;

	for (i = 0; i < 20; i++) {
		struct rig r = { .sim = sim, .fd = dm_open() };
		pthread_t t;

		CHECK_SOON(dm_try_claim(r.fd, sim_chan(&sim, 0)) == 0);
		CHECK_EQ(close(r.fd), 0);
		r.fd = dm_open();
		sleep_ms(2);
		r.chan = dm_claim(r.fd, sim_chan(&sim, 1));
		start(&t, call_on_closing_fd, &r);
		sleep_ms(5 + (unsigned int)i % 7);
		CHECK_EQ(close(r.fd), 0);
		CHECK_EQ(pthread_join(t, NULL), 0);
		r.fd = dm_open();
		CHECK_SOON(dm_try_claim(r.fd, sim_chan(&sim, 1)) == 0);
		CHECK_EQ(close(r.fd), 0);
	}
}

TEST("a child uses the session that it inherited, and its end does not end the session")
{
	struct rig r = rig_on(sim_make("t-fork", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, RIG_BYTES);
	struct dmactl_completion c;
	int status;
	pid_t pid = fork();

	if (!pid) {
		dm_submit_all(r.fd, &op, 1);
		dm_reap_all(r.fd, &c, 1);
		check_ok(&c);
		dm_submit_all(r.fd, &op, 1);
		_exit(0);
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
	dm_reap_all(r.fd, &c, 1);
	check_ok(&c);
	CHECK_MEM(r.pdst, r.psrc, RIG_BYTES);
	rig_works(&r);
}

TEST("the session ends with its last descriptor")
{
	struct rig r = rig_on(sim_make("t-dup", NULL), DMACTL_BUF_PAGES, 4096);
	int second = dup(r.fd), other = dm_open();

	rig_close(&r);
	CHECK_EQ(dm_try_claim(other, sim_chan(&r.sim, 0)), -EBUSY);
	CHECK_EQ(close(second), 0);
	CHECK_SOON(dm_try_claim(other, sim_chan(&r.sim, 0)) == 0);
}

static void *guess_ids(void *arg)
{
	int fd = (int)(intptr_t)arg, i;
	u32 id;

	for (i = 0; i < 3000; i++) {
		for (id = 1; id <= 3; id++) {
			CHECK(dm_release(fd, id) != -EFAULT);
			CHECK(dm_buf_destroy(fd, id) != -EFAULT);
		}
	}
	return NULL;
}

TEST("ids that another thread guesses and gives up hurt nobody")
{
	struct sim sim = sim_make("t-guess", "channels=1", NULL);
	struct dmactl_buf_create b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, 4096);
	int fd = dm_open(), i, err;
	pthread_t t;

	start(&t, guess_ids, (void *)(intptr_t)fd);
	for (i = 0; i < 1000; i++) {
		struct dmactl_claim c = dm_claim_arg(sim_chan(&sim, 0), 0);

		err = dm_ioctl(fd, DMACTL_IOC_CLAIM, &c);
		CHECK(!err || err == -EBUSY);
		CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &b), 0);
		CHECK_EQ(b.mapped, 4096);
		/* Where the answer cannot be written everything is undone. */
		CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_CLAIM, (void *)4096), -EFAULT);
	}
	CHECK_EQ(pthread_join(t, NULL), 0);
	for (i = 1; i <= 4095; i++)
		dm_buf_destroy(fd, (u32)i);
	dm_release(fd, 1);
	CHECK_EQ(dm_try_claim(fd, sim_chan(&sim, 0)), 0);
}

static void *claim_and_release(void *arg)
{
	const struct sim *sim = arg;
	int i, got = 0;

	for (i = 0; i < 300 || !got; i++) {
		int fd = dm_open();
		struct dmactl_claim c = dm_claim_arg(sim_chan(sim, 0), 0);
		int err = dm_ioctl(fd, DMACTL_IOC_CLAIM, &c);

		CHECK(!err || err == -EBUSY);
		if (!err) {
			got++;
			if (i % 2)
				CHECK_EQ(dm_release(fd, c.channel), 0);
		}
		CHECK_EQ(close(fd), 0);
	}
	return (void *)(intptr_t)got;
}

TEST("sessions that fight for one channel never both have it, and each gets it")
{
	struct sim sim = sim_make("t-fight", "channels=1", NULL);
	pthread_t t[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		start(&t[i], claim_and_release, &sim);
	for (i = 0; i < THREADS; i++) {
		void *got;

		CHECK_EQ(pthread_join(t[i], &got), 0);
		CHECK((intptr_t)got > 0);
	}
}
