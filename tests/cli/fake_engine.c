// SPDX-License-Identifier: GPL-2.0
/* The fake's engine: data is really moved, time is only counted. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_node.h"

#define PREP_NS	  100
#define SUBMIT_NS 50
#define ENGINE_NS 1000
#define WAKE_NS	  200

static uint32_t stop_flags(const struct session *s)
{
	if (!(s->ch->traits & DMACTL_TRAIT_TERMINATE))
		return DMACTL_COMP_F_QUARANTINED;
	return s->ch->traits & DMACTL_TRAIT_SYNCHRONIZE ? 0 : DMACTL_COMP_F_UNSYNCED;
}

static void stamp(struct session *s, const struct dmactl_op *op, struct dmactl_sample *t)
{
	uint64_t slow = fake_befallen(s) ? (uint64_t)fake_fault("slow") : 0;
	uint64_t busy = ENGINE_NS + op->len / 4 + slow;

	t->t0 = fake_clock;
	t->t1 = t->t0 + PREP_NS;
	t->t2 = fake_is("early") ? 0 : t->t1 + SUBMIT_NS;
	fake_clock = t->t1 + SUBMIT_NS;
	t->t3 = (s->engine_free > fake_clock ? s->engine_free : fake_clock) + busy;
	s->engine_free = t->t3;
	if (fake_fault("negative"))
		t->t3 = t->t1 - 1;
}

/* Sources that one operation may have: P and Q that are gone on from count as some. */
static uint32_t most_sources(const struct session *s, const struct dmactl_op *op)
{
	long pq = fake_word("DMACTL_FAKE", "pq");
	uint32_t most = pq >= 0 ? (uint32_t)pq : s->ch->max_pq, cost;

	if (op->opcode == DMACTL_OP_XOR || op->opcode == DMACTL_OP_XOR_VAL)
		return s->ch->max_xor;
	if (op->opcode != DMACTL_OP_PQ && op->opcode != DMACTL_OP_PQ_VAL)
		return 256;
	cost = !(op->flags & DMACTL_OP_F_CONTINUE) ? 0 : op->flags & DMACTL_OP_F_NO_P ? 1 : 3;
	return most > cost ? most - cost : 0;
}

static int refused(const struct session *s, const struct dmactl_op *op, uint32_t *why)
{
	long w = fake_fault("why"), most = fake_fault("above");

	if (most && op->len > (uint64_t)most)
		w = DMACTL_WHY_SPLIT;
	if (!w && !fake_fault("run") && op->nr_vec > most_sources(s, op)) {
		*why = DMACTL_WHY_SOURCES;
		return -E2BIG;
	}
	if (!w && !fake_fault("run"))
		return 0;
	*why = (uint32_t)w;
	return -(fake_fault("run") ? (int)fake_fault("run") : EINVAL);
}

static void stopped(struct session *s, struct dmactl_run *r, uint64_t in_flight)
{
	uint32_t f = stop_flags(s);

	r->timed_out = 1;
	r->aborted = in_flight;
	r->first_result = DMACTL_RES_TIMED_OUT;
	r->outcome = DMACTL_RUN_O_STOPPED;
	r->outcome |= f & DMACTL_COMP_F_QUARANTINED ? DMACTL_RUN_O_QUARANTINED : 0;
	r->outcome |= f & DMACTL_COMP_F_UNSYNCED ? DMACTL_RUN_O_UNSYNCED : 0;
	r->outcome |= fake_fault("lost") ? DMACTL_RUN_O_INTERRUPT_LOST : 0;
	fake_clock += r->timeout_ns;
}

/* True when the channel takes no further operation. */
static bool ends(struct session *s, struct dmactl_run *r)
{
	if (fake_from(s, "stall")) {
		stopped(s, r, r->depth - 1);
	} else if (fake_from(s, "gone")) {
		r->outcome |= DMACTL_RUN_O_GONE;
		r->aborted = r->depth - 1;
	} else if (fake_from(s, "unmapped")) {
		r->outcome |= DMACTL_RUN_O_MAP;
	} else if (fake_from(s, "prep")) {
		r->outcome |= DMACTL_RUN_O_PREP;
		fake_clock += r->timeout_ns;
	} else {
		return false;
	}
	return true;
}

static void others(void)
{
	const char *path = getenv("DMACTL_FAKE_APPEAR");
	bool dir = path && *path && path[strlen(path) - 1] == '/';
	FILE *f = path && !dir ? fopen(path, "w") : NULL;

	if (dir)
		mkdir(path, 0777);
	if (f)
		fclose(f);
	if (fake_fault("nap")) {
		fake_log("nap\n");
		usleep(1000 * (useconds_t)fake_fault("nap"));
	}
}

int fake_run(int fd, struct dmactl_run *r)
{
	struct session *s = fake_session(fd);
	const struct dmactl_op *ops = (const void *)(uintptr_t)r->ops;
	bool stamps = r->samples != DMACTL_NONE;
	struct dmactl_sample *out = stamps ? (void *)s->buf[r->samples].p : NULL;
	uint64_t done_at[256] = { 0 }, end = 0, written = 0, i;
	struct dmactl_sample t;
	uint32_t found = 0;
	int ret = refused(s, ops, &r->why);

	if (ret)
		return ret;
	if (fake_from(s, "gone"))
		return -ENODEV;
	r->start = fake_clock;
	for (i = 0; !r->count || i < r->count; i++) {
		const struct dmactl_op *op = &ops[i % r->nr_ops];

		if (done_at[i % r->depth] + WAKE_NS > fake_clock && i >= r->depth)
			fake_clock = done_at[i % r->depth] + WAKE_NS;
		if ((r->time_ns && fake_clock - r->start > r->time_ns) ||
		    (out && written == r->nr_samples) || ends(s, r))
			break;
		stamp(s, op, &t);
		done_at[i % r->depth] = t.t3;
		end = t.t3;
		if (fake_fault("abort") || fake_move(s, op, &found)) {
			r->failed++;
			continue;
		}
		r->done++;
		r->descriptors += fake_descriptors(s, op);
		if (out)
			out[written++] = t;
	}
	if (end > fake_clock)
		fake_clock = end;
	if (found)
		r->outcome |= DMACTL_RUN_O_PARITY;
	r->nr_samples = (uint32_t)written;
	r->end = fake_clock;
	others();
	if (fake_interrupted())
		r->outcome |= DMACTL_RUN_O_INTERRUPTED;
	return 0;
}

/* The operation that this one must follow, or -1. What is named must have been submitted before. */
static int producer(const struct session *s, const struct dmactl_op *op, uint32_t i, int64_t *seq)
{
	const struct dmactl_dep *d = (const void *)(uintptr_t)op->deps;

	*seq = -1;
	if (!op->nr_deps)
		return op->flags & DMACTL_OP_F_CONTINUE ? -EINVAL : 0;
	if (op->nr_deps != 1 || d->how != DMACTL_DEP_HOLD || d->relative > 1 ||
	    d->seq >= (d->relative ? i : s->seq))
		return -EINVAL;
	*seq = (int64_t)(d->relative ? s->seq + d->seq : d->seq);
	return 0;
}

static void complete(struct session *s, const struct dmactl_op *op, bool held_back)
{
	struct dmactl_completion *c = &s->queue[s->nr_queue++];
	struct dmactl_sample t;

	*c = (struct dmactl_completion){ .user_data = op->user_data, .channel = op->channel };
	stamp(s, op, &t);
	c->t0 = t.t0;
	c->t1 = t.t1;
	c->t2 = t.t2;
	c->t3 = t.t3;
	s->gone = fake_from(s, "gone");
	if (s->stopped || s->gone) {
		c->result = DMACTL_RES_ABORTED;
		c->flags = s->stopped ? stop_flags(s) : 0;
	} else if (fake_from(s, "stall")) {
		c->result = DMACTL_RES_TIMED_OUT;
		c->flags = stop_flags(s);
		if (fake_fault("lost"))
			c->flags |= DMACTL_COMP_F_INTERRUPT_LOST;
		s->stopped = true;
	} else {
		c->descriptors = fake_descriptors(s, op);
		c->result = fake_fault("abort") || held_back ? DMACTL_RES_ABORTED :
							       fake_move(s, op, &c->flags);
		c->residue = fake_nth(s, "residue") ? op->len / 2 + 1 : 0;
	}
}

static int check_all(struct session *s, struct dmactl_submit *u)
{
	const struct dmactl_op *ops = (const void *)(uintptr_t)u->ops;
	int64_t seq;
	int ret = 0;

	for (uint32_t i = 0; !ret && i < u->nr_ops; i++) {
		ret = refused(s, &ops[i], &u->why);
		if (ret || !producer(s, &ops[i], i, &seq))
			continue;
		u->why = DMACTL_WHY_DEPS;
		ret = -EINVAL;
	}
	return ret;
}

int fake_submit(int fd, struct dmactl_submit *u)
{
	struct session *s = fake_session(fd);
	const struct dmactl_op *ops = (const void *)(uintptr_t)u->ops;
	uint32_t n = u->nr_ops;
	int ret = check_all(s, u);
	int64_t seq;

	if (ret)
		return ret;
	s->submits++;
	if (fake_fault("eagain"))
		return -EAGAIN;
	if (s->gone)
		return -ENODEV;
	if (fake_from(s, "prep"))
		return -ENOBUFS;
	if (fake_fault("short") && s->submits % 3 == 0 && n > 1)
		n = 1;
	for (uint32_t i = 0; i < n; i++) {
		producer(s, &ops[i], i, &seq);
		complete(s, &ops[i], seq >= 0 && s->failed[seq & 0xffff]);
		s->failed[(s->seq + i) & 0xffff] = s->queue[s->nr_queue - 1].result;
	}
	u->first_seq = s->seq;
	u->submitted = n;
	s->seq += n;
	others();
	fake_interrupted();
	return 0;
}

int fake_reap(int fd, struct dmactl_reap *r)
{
	struct session *s = fake_session(fd);
	struct dmactl_completion *out = (void *)(uintptr_t)r->comps;
	uint32_t n = s->nr_queue < r->max ? s->nr_queue : r->max;

	if (fake_is("ring"))
		return fake_stream_reap(fd, r);
	if (fake_fault("noanswer"))
		return -ETIME;
	if (fake_fault("reap"))
		return -(int)fake_fault("reap");
	if (fake_fault("eintr") && ++s->reaps % 2)
		return -EINTR;
	if (fake_fault("one") && n > 1)
		n = 1;
	memcpy(out, s->queue, n * sizeof(*out));
	memmove(s->queue, s->queue + n, (s->nr_queue - n) * sizeof(*out));
	s->nr_queue -= n;
	r->taken = n;
	if (n && out[n - 1].t3 + WAKE_NS > fake_clock)
		fake_clock = out[n - 1].t3 + WAKE_NS;
	return n ? 0 : -ENODATA;
}
