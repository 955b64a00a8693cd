// SPDX-License-Identifier: GPL-2.0
/*
 * The fake's cyclic streams. Simulated channels have them where DMACTL_FAKE has the word ring; its
 * other words here:
 *   step=NS (of a period, 1000000) pace=NS (of a byte) coarse (residue of a descriptor)
 *   segment (of whole periods) most=N (periods of a ring) room=N (events not taken)
 *   takesmemory (a provider that leaves) nosync nostop nopause noresume
 *   pl330 (a real channel too, with a register)
 * DMACTL_FAULT, periods counted from 0 in each stream:
 *   coalesce=N (only each N-th calls back) hush=N for=L (none from N on, L of them)
 *   backlog=N (each N-th call comes with the next one) jump=N (each N-th call tells a wrong place)
 *   skip=N (the source gives a period, of each N, that is not put into the ring)
 *   omit=N (each N-th is left out: memory keeps what it had, and there is no call)
 *   corrupt=N (each N-th has a wrong byte) fail=N (each N-th call tells of an error)
 *   leave=N (the provider) silent (nothing is moved) from=N (silent from then on)
 *   nap=MS (each call for events) flood=NS (it takes so long by the clock)
 *   drag=NS (each look at the position takes so long) shout (a STREAM is refused with this errno)
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fake_node.h"

#define FIFO 64 /* periods */

/* The loopback's wire: periods, and when they were put on it. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t change;
	uint8_t *v[FIFO];
	uint64_t at[FIFO];
	size_t in, out;
} wire = { .lock = PTHREAD_MUTEX_INITIALIZER, .change = PTHREAD_COND_INITIALIZER };

static uint64_t number(const char *word, uint64_t otherwise)
{
	long v = fake_word("DMACTL_FAKE", word);

	return v < 0 ? otherwise : (uint64_t)v;
}

static bool nth(uint64_t n, const char *fault)
{
	uint64_t every = (uint64_t)fake_fault(fault);

	return every && (n + 1) % every == 0;
}

static uint64_t step(const struct fake_stream *f)
{
	return fake_is("pace") ? number("pace", 1) * f->x.period : number("step", 1000000);
}

static uint64_t next_end(const struct fake_stream *f)
{
	return f->began + (f->done + 1) * step(f);
}

static bool silent(const struct fake_stream *f)
{
	return f->paused || f->ended || fake_fault("silent") ||
	       (fake_fault("from") && f->done >= (uint64_t)fake_fault("from"));
}

static void put_event(struct session *s, const struct dmactl_completion *c)
{
	struct fake_stream *f = &s->cyclic;

	if (s->nr_queue >= number("room", 2000) && !(c->flags & DMACTL_COMP_F_STREAM))
		f->dropped++;
	else
		s->queue[s->nr_queue++] = *c;
}

static uint64_t residue(const struct session *s, uint64_t at)
{
	const struct fake_stream *f = &s->cyclic;
	uint64_t len = f->x.period, ring = len * f->x.periods, part = 0, place;

	if (fake_is("coarse"))
		return ring;
	if (!fake_is("segment") && !silent(f) && at > f->began + f->done * step(f))
		part = (at - f->began - f->done * step(f)) * len / step(f);
	place = f->done * len + (part < len ? part : len - 1);
	return ring - place % ring;
}

static void call_back(struct session *s, uint64_t at)
{
	struct fake_stream *f = &s->cyclic;
	struct dmactl_completion c = {
		.flags = DMACTL_COMP_F_PERIOD,
		.user_data = f->x.user_data,
		.channel = f->x.channel,
		.seq = ++f->callbacks,
		.t3 = at,
		.residue = residue(s, at),
		.result = nth(f->done - 1, "fail") ? DMACTL_RES_READ_FAILED : DMACTL_RES_OK,
	};
	uint64_t ring = f->x.period * f->x.periods;

	if (nth(f->done - 1, "jump"))
		c.residue = (c.residue + 3 * f->x.period - 1) % ring + 1;
	put_event(s, &c);
}

static void after_period(struct session *s, uint64_t at)
{
	struct fake_stream *f = &s->cyclic;
	uint64_t hush = (uint64_t)fake_fault("hush"), n = f->done - 1;

	if (f->x.flags & DMACTL_STREAM_F_NO_INTERRUPT)
		return;
	if ((fake_fault("coalesce") && f->done % (uint64_t)fake_fault("coalesce")) ||
	    nth(n, "omit") || (hush && n >= hush && n < hush + (uint64_t)fake_fault("for")))
		return;
	if (nth(n, "backlog")) {
		f->behind++;
		return;
	}
	for (call_back(s, at); f->behind; f->behind--)
		call_back(s, at + 50);
}

static void source(struct fake_stream *f, uint8_t *p)
{
	for (uint64_t i = 0; i < f->x.period; i++, f->bytes++)
		p[i] = (uint8_t)((uint32_t)(f->bytes / 4) >> 8 * (f->bytes % 4));
}

static void on_the_wire(struct fake_stream *f, const uint8_t *p, uint64_t at)
{
	struct timespec until;
	int ret = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 2;
	pthread_mutex_lock(&wire.lock);
	while (wire.in - wire.out == FIFO && !ret)
		ret = pthread_cond_timedwait(&wire.change, &wire.lock, &until);
	if (!ret) {
		wire.v[wire.in % FIFO] = malloc(f->x.period);
		memcpy(wire.v[wire.in % FIFO], p, f->x.period);
		wire.at[wire.in++ % FIFO] = at;
		pthread_cond_broadcast(&wire.change);
	}
	pthread_mutex_unlock(&wire.lock);
}

/* False: nothing came. The clock is not behind what was sent. */
static bool off_the_wire(struct fake_stream *f, uint8_t *p)
{
	struct timespec until;
	int ret = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 2;
	pthread_mutex_lock(&wire.lock);
	while (wire.in == wire.out && !ret)
		ret = pthread_cond_timedwait(&wire.change, &wire.lock, &until);
	if (!ret) {
		memcpy(p, wire.v[wire.out % FIFO], f->x.period);
		free(wire.v[wire.out % FIFO]);
		if (wire.at[wire.out % FIFO] > fake_clock) {
			f->began += wire.at[wire.out % FIFO] - fake_clock;
			fake_clock = wire.at[wire.out % FIFO];
		}
		wire.out++;
		pthread_cond_broadcast(&wire.change);
	}
	pthread_mutex_unlock(&wire.lock);
	return !ret;
}

static bool move_period(struct session *s)
{
	struct fake_stream *f = &s->cyclic;
	uint8_t *p = s->buf[f->x.buffer].p + f->done % f->x.periods * f->x.period;
	bool loop = s->config.endpoint == DMACTL_EP_LOOPBACK;

	if (nth(f->done, "omit")) {
		f->bytes += f->x.period;
		return true;
	}
	if (f->x.direction == 1) {
		if (loop)
			on_the_wire(f, p, next_end(f));
		else
			fake_sink_take(s->ch->stable, p, f->x.period);
		return true;
	}
	if (loop) {
		if (!off_the_wire(f, p))
			return false;
	} else {
		source(f, p);
		if (nth(f->done, "skip"))
			source(f, p);
	}
	if (nth(f->done, "corrupt"))
		p[f->x.period / 2] ^= 0x40;
	return true;
}

static void end(struct session *s, uint32_t result, uint32_t flags)
{
	struct dmactl_completion c = {
		.flags = DMACTL_COMP_F_STREAM | flags,
		.channel = s->cyclic.x.channel,
		.seq = s->cyclic.callbacks,
		.result = result,
		.t3 = fake_clock,
	};

	s->cyclic.ended = true;
	put_event(s, &c);
}

/* The engine works until now. */
static void work(struct session *s)
{
	struct fake_stream *f = &s->cyclic;
	uint64_t at;

	while (f->on && !silent(f) && next_end(f) <= fake_clock) {
		at = next_end(f);
		if (!move_period(s)) {
			f->ended = true;
			return;
		}
		f->done++;
		after_period(s, at);
		if (fake_fault("leave") && f->done == (uint64_t)fake_fault("leave")) {
			s->gone = true;
			if (fake_is("takesmemory"))
				fake_buf_gone(&s->buf[f->x.buffer], true);
			end(s, DMACTL_RES_ABORTED, 0);
		}
	}
}

static int start(struct session *s, struct dmactl_stream *x)
{
	uint64_t most = number("most", 1024);

	fake_log("start periods %u period %llu flags %u direction %u\n", x->periods,
		 (unsigned long long)x->period, x->flags, x->direction);
	if (x->periods > most)
		return -ENOBUFS;
	if (s->cyclic.on)
		return -EBUSY;
	s->nr_queue = 0;
	s->cyclic = (struct fake_stream){ .on = true, .x = *x, .began = fake_clock };
	return 0;
}

static int stop(struct session *s, struct dmactl_stream *x)
{
	struct fake_stream *f = &s->cyclic;

	fake_log("stop flags %u\n", x->flags);
	fake_log("done %llu\n", (unsigned long long)f->done);
	x->callbacks = f->callbacks;
	x->dropped = f->dropped;
	x->state = DMACTL_STREAM_STOPPED;
	if (!f->ended || !s->gone)
		end(s, DMACTL_RES_OK,
		    fake_is("nostop") ? DMACTL_COMP_F_QUARANTINED :
		    fake_is("nosync") ? DMACTL_COMP_F_UNSYNCED :
					0);
	f->on = false;
	return 0;
}

static int act(struct session *s, struct dmactl_stream *x)
{
	struct fake_stream *f = &s->cyclic;

	switch (x->action) {
	case DMACTL_STREAM_STOP:
		return stop(s, x);
	case DMACTL_STREAM_PAUSE:
		fake_log("pause\n");
		f->paused = true;
		f->paused_at = fake_clock;
		return 0;
	case DMACTL_STREAM_RESUME:
		fake_log("resume\n");
		f->began += fake_clock - f->paused_at;
		f->paused = false;
		return 0;
	default:
		return 0;
	}
}

int fake_stream_call(int fd, struct dmactl_stream *x)
{
	struct session *s = fake_session(fd);
	int ret;

	if (fake_fault("shout"))
		return -(int)fake_fault("shout");
	if (x->action == DMACTL_STREAM_START)
		return start(s, x);
	if (x->action == DMACTL_STREAM_POSITION)
		fake_clock += (uint64_t)fake_fault("drag") + 10;
	work(s);
	if (s->gone)
		return -ENODEV;
	if (!s->cyclic.on)
		return -ENODATA;
	x->stamp = fake_clock;
	x->position = (s->cyclic.x.period * s->cyclic.x.periods - residue(s, fake_clock)) %
		      (s->cyclic.x.period * s->cyclic.x.periods);
	ret = act(s, x);
	return ret;
}

/* The clock goes on to the next event, or as long as one wants to wait. */
int fake_stream_reap(int fd, struct dmactl_reap *r)
{
	struct session *s = fake_session(fd);
	struct fake_stream *f = &s->cyclic;
	uint64_t until = fake_clock + r->timeout_ns;
	struct dmactl_completion *out = (void *)(uintptr_t)r->comps;
	uint32_t n;

	if (fake_fault("reap"))
		return -(int)fake_fault("reap");
	fake_interrupted();
	usleep(1000 * (useconds_t)fake_fault("nap"));
	fake_clock += (uint64_t)fake_fault("flood");
	work(s);
	while (r->min && !s->nr_queue && f->on && fake_clock < until) {
		if (silent(f) || next_end(f) > until)
			fake_clock = until;
		else if (next_end(f) > fake_clock)
			fake_clock = next_end(f);
		work(s);
	}
	n = s->nr_queue < r->max ? s->nr_queue : r->max;
	r->taken = n;
	if (!n)
		return !r->min ? 0 : !f->on ? -ENODATA : s->gone ? -ENODEV : -ETIME;
	memcpy(out, s->queue, n * sizeof(*out));
	memmove(s->queue, s->queue + n, (s->nr_queue - n) * sizeof(*out));
	s->nr_queue -= n;
	fake_clock += 1000;
	return 0;
}
