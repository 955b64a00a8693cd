// SPDX-License-Identifier: GPL-2.0
#include "ring.h"

int ring_config(const struct rig *r, u32 endpoint)
{
	struct dmactl_config a = {
		.size = sizeof(a),
		.channel = r->chan,
		.endpoint = endpoint,
		.src_width = 4,
		.dst_width = 4,
		.address = endpoint == DMACTL_EP_RAW ? 1ULL << 50 : 0,
	};

	return dm_ioctl(r->fd, DMACTL_IOC_CONFIG, &a);
}

struct stream ring_on(struct sim sim, u32 endpoint)
{
	struct stream t = { .r = rig_on(sim, DMACTL_BUF_PAGES, RIG_BYTES) };
	void *p;

	CHECK_EQ(ring_config(&t.r, endpoint), 0);
	t.ring = dm_buf(t.r.fd, DMACTL_BUF_COHERENT, t.r.chan, RING, &p);
	t.p = p;
	return t;
}

struct dmactl_stream ring_arg(const struct stream *t, u32 direction)
{
	return (struct dmactl_stream){
		.size = sizeof(struct dmactl_stream),
		.channel = t->r.chan,
		.action = DMACTL_STREAM_START,
		.direction = direction,
		.buffer = t->ring,
		.periods = PERIODS,
		.period = PERIOD,
		.user_data = MARK,
	};
}

void ring_passes(const struct stream *t, u64 callbacks)
{
	struct dmactl_stream a;

	CHECK_SOON(!ring_act(t, DMACTL_STREAM_POSITION, &a) && a.callbacks >= callbacks);
}

int ring_act_flags(const struct stream *t, u32 action, u32 flags, struct dmactl_stream *a)
{
	struct dmactl_stream here;

	a = a ?: &here;
	*a = (struct dmactl_stream){
		.size = sizeof(*a),
		.channel = t->r.chan,
		.action = action,
		.flags = flags,
	};
	return dm_ioctl(t->r.fd, DMACTL_IOC_STREAM, a);
}

int ring_act(const struct stream *t, u32 action, struct dmactl_stream *a)
{
	return ring_act_flags(t, action, 0, a);
}

void ring_start(const struct stream *t, u32 direction)
{
	struct dmactl_stream a = ring_arg(t, direction);

	CHECK_EQ(dm_ioctl(t->r.fd, DMACTL_IOC_STREAM, &a), 0);
	CHECK_EQ(a.state, DMACTL_STREAM_RUNNING);
}

void check_event(const struct stream *t, const struct dmactl_completion *c, u64 seq)
{
	CHECK_EQ(c->flags, DMACTL_COMP_F_PERIOD);
	CHECK_EQ(c->seq, seq);
	CHECK_EQ(c->channel, t->r.chan);
	CHECK_EQ(c->user_data, MARK);
	CHECK_EQ(c->result, DMACTL_RES_OK);
	CHECK_EQ(c->descriptors, 0);
	CHECK(!c->t0 && !c->t1 && !c->t2 && c->t3);
	CHECK(c->residue && c->residue <= RING);
}

struct dmactl_completion ring_drain(const struct stream *t, u64 seq)
{
	struct dmactl_completion c;

	for (;; seq++) {
		dm_reap_all(t->r.fd, &c, 1);
		if (c.flags & DMACTL_COMP_F_STREAM)
			break;
		check_event(t, &c, seq);
	}
	CHECK_EQ(c.seq, seq - 1);
	CHECK_EQ(c.channel, t->r.chan);
	CHECK_EQ(c.user_data, MARK);
	CHECK(c.t0 && c.t0 <= c.t1 && c.t1 <= c.t2 && c.t2 <= c.t3);
	CHECK_EQ(dm_reap(t->r.fd, &c, 1, 1, SEC), -ENODATA);
	return c;
}

void ring_stop(const struct stream *t, u64 next)
{
	struct dmactl_stream a;
	struct dmactl_completion c;

	CHECK_EQ(ring_act(t, DMACTL_STREAM_STOP, &a), 0);
	CHECK_EQ(a.state, DMACTL_STREAM_STOPPED);
	c = ring_drain(t, next);
	CHECK_EQ(c.result, DMACTL_RES_OK);
	CHECK_EQ(c.flags, DMACTL_COMP_F_STREAM);
	CHECK_EQ(c.seq, a.callbacks);
}
