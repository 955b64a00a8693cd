// SPDX-License-Identifier: GPL-2.0
/* STREAM from many threads, while providers leave and channels are released. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ring.h"

#define STARTS_MAX 65536

struct race {
	struct stream t;
	atomic_bool over;
	atomic_uint starts; /* given out as user_data */
	atomic_uint started, ended;
	u64 last[STARTS_MAX];  /* event of each stream; the reader's */
	bool done[STARTS_MAX]; /* its end was seen; the reader's */
};

/* Only these may come of calls that other threads get in the way of. */
static void check_error(int err)
{
	if (err && err != -EBUSY && err != -ENODATA && err != -ENODEV && err != -ENOENT &&
	    err != -EAGAIN)
		FAIL("%s", strerrorname_np(-err));
}

static void *starter(void *arg)
{
	struct race *x = arg;
	struct dmactl_stream a;
	int err;

	while (!x->over) {
		a = ring_arg(&x->t, 2);
		a.user_data = x->starts++;
		if (a.user_data == STARTS_MAX - 1)
			break;
		err = dm_ioctl(x->t.r.fd, DMACTL_IOC_STREAM, &a);
		check_error(err);
		x->started += !err;
		usleep(100);
	}
	return NULL;
}

static void *actor(void *arg)
{
	static const u32 actions[] = { DMACTL_STREAM_PAUSE, DMACTL_STREAM_POSITION,
				       DMACTL_STREAM_RESUME, DMACTL_STREAM_POSITION,
				       DMACTL_STREAM_STOP };
	struct race *x = arg;

	for (u32 i = 0; !x->over; i++) {
		check_error(ring_act(&x->t, actions[i % ARRAY_SIZE(actions)], NULL));
		usleep(i % 300);
	}
	return NULL;
}

static void *intruder(void *arg)
{
	struct race *x = arg;
	struct dmactl_op op = op_copy(x->t.r.chan, x->t.r.dst, 0, x->t.r.src, 0, 64);

	op.user_data = STARTS_MAX;
	while (!x->over) {
		check_error(dm_submit(x->t.r.fd, &op, 1, NULL));
		check_error(ring_config(&x->t.r, DMACTL_EP_SOURCE));
		usleep(50);
	}
	return NULL;
}

/* What one stream tells: events in order, then its end, then nothing. */
static void take(struct race *x, const struct dmactl_completion *c)
{
	if (c->user_data == STARTS_MAX) /* the intruder's */
		return;
	CHECK(c->user_data < STARTS_MAX);
	CHECK(!x->done[c->user_data]);
	if (c->flags & DMACTL_COMP_F_PERIOD) {
		CHECK(c->seq > x->last[c->user_data]); /* a slow guest drops some */
		x->last[c->user_data] = c->seq;
		return;
	}
	CHECK(c->flags & DMACTL_COMP_F_STREAM);
	CHECK(c->seq >= x->last[c->user_data]);
	x->done[c->user_data] = true;
	x->ended++;
}

static void *reader(void *arg)
{
	struct race *x = arg;
	struct dmactl_completion c[16];
	int n;

	for (;;) {
		n = dm_reap(x->t.r.fd, c, ARRAY_SIZE(c), 1, 20 * MS);
		if (n < 0 && x->over)
			return NULL;
		if (n < 0 && n != -ETIME && n != -ENODATA && n != -ENODEV)
			FAIL("reap: %s", strerrorname_np(-n));
		for (int i = 0; i < n; i++)
			take(x, &c[i]);
	}
}

static void race(struct race *x, unsigned int ms, void (*meanwhile)(struct race *x))
{
	void *(*const roles[])(void *) = { starter, actor, actor, intruder, reader };
	pthread_t threads[ARRAY_SIZE(roles)];

	for (u32 i = 0; i < ARRAY_SIZE(roles); i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, roles[i], x), 0);
	sleep_ms(ms);
	meanwhile(x);
	x->over = true;
	/* The reader last: it takes what is left. */
	for (u32 i = 0; i < ARRAY_SIZE(roles) - 1; i++)
		CHECK_EQ(pthread_join(threads[i], NULL), 0);
	check_error(ring_act(&x->t, DMACTL_STREAM_STOP, NULL));
	CHECK_EQ(pthread_join(threads[ARRAY_SIZE(roles) - 1], NULL), 0);
	for (struct dmactl_completion c; dm_reap(x->t.r.fd, &c, 1, 0, 0) == 1;)
		take(x, &c);
	CHECK_EQ(x->started, x->ended);
}

static struct race x;

/* However slow the guest is. */
static void go_on(struct race *x)
{
	CHECK_SOON(x->ended > 10);
	printf("# %u streams\n", x->ended);
}

TEST("every stream that began has its events in order and one end, whoever else calls")
{
	x.t = RING_ON(DMACTL_EP_SOURCE, "rate=10240000");
	race(&x, 1500, go_on);
	rig_works(&x.t.r);
}

TEST("the same where channels are given back and taken again, and callbacks come late")
{
	x.t = RING_ON(DMACTL_EP_SOURCE, "rate=10240000", "synchronize=0", "context=thread");
	race(&x, 1500, go_on);
	rig_works(&x.t.r);
}

static void leave(struct race *x)
{
	CHECK_EQ(sim_unbind(&x->t.r.sim), 0);
}

TEST("a provider that leaves meanwhile ends what it has")
{
	x.t = RING_ON(DMACTL_EP_SOURCE, "rate=10240000");
	race(&x, 100, leave);
}

static void release(struct race *x)
{
	CHECK_EQ(dm_buf_destroy(x->t.r.fd, x->t.ring), 0);
	CHECK_EQ(munmap(x->t.p, 4096), 0);
	CHECK_SOON(dm_release(x->t.r.fd, x->t.r.chan) == 0);
}

TEST("a channel that is released meanwhile ends what it has")
{
	x.t = RING_ON(DMACTL_EP_SOURCE, "rate=10240000");
	race(&x, 100, release);
}

struct waiter {
	int fd, ret;
	atomic_bool back;
	struct dmactl_completion c[16];
};

/* Takes as many as there are room for, without a limit of time. */
static void *waiter(void *arg)
{
	struct waiter *w = arg;

	w->ret = dm_reap(w->fd, w->c, ARRAY_SIZE(w->c), ARRAY_SIZE(w->c), 0);
	w->back = true;
	return NULL;
}

TEST("who waits for more events than come learns that the provider has ended the stream")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, FAST, "stall=after 3");
	struct waiter w = { .fd = t.r.fd };
	pthread_t thread;

	ring_start(&t, 2);
	CHECK_EQ(pthread_create(&thread, NULL, waiter, &w), 0);
	CHECK_SOON(sim_injected(&t.r.sim, "stall") == 1 && others_wait());
	sim_set(&t.r.sim, "stall", "off");
	CHECK_SOON(w.back);
	CHECK(w.ret > 0);
	CHECK(w.c[w.ret - 1].flags & DMACTL_COMP_F_STREAM);
}

TEST("who waits learns that nothing comes of a stream that does not start")
{
	struct stream t = RING_ON(DMACTL_EP_SOURCE, "max_periods=4");
	struct waiter w = { .fd = t.r.fd };
	struct dmactl_stream a;
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, waiter, &w), 0);
	for (u32 i = 0; i < 300; i++) {
		a = ring_arg(&t, 2);
		CHECK_EQ(dm_ioctl(t.r.fd, DMACTL_IOC_STREAM, &a), -ENOBUFS);
		if (!w.back)
			continue;
		CHECK_EQ(w.ret, -ENODATA);
		w.back = false;
		CHECK_EQ(pthread_create(&thread, NULL, waiter, &w), 0);
	}
	CHECK_SOON(w.back);
}
