// SPDX-License-Identifier: GPL-2.0
/*
 * Above the fake's engine: operations that depend on each other, several channels of a session, and
 * an engine that completes out of order. Only where DMACTL_FAKE has the word deps; then also:
 *
 *   window=N (any of the first N that the channel was given is next) ignorefence seed=N
 *   liar (says honour)
 *   depth=N (not reaped, of one channel) maxops=N (of a call) nodeps (feature)
 * DMACTL_FAULT: fail=SEQ (the operation with that number) deny=REASON errno=N at=N (that operation
 *   of a call is refused) second (not in the first call)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_node.h"
#include "fake_order.h"

#define CHANNELS	64
#define FIRST_ID	5
#define FDS		32

enum state { HELD, ISSUED, DONE, REAPED };

struct item {
	struct dmactl_op op;
	struct dmactl_vec *vec;
	struct dmactl_interleave rows;
	struct dmactl_dep *dep;		/* by sequence number */
	uint64_t issued;		/* when the engine got it */
	enum state state;
	struct dmactl_completion comp;
};

static struct order {
	struct item **item;		/* by sequence number - 1 */
	uint64_t n, low, issues;	/* low: all before it have been reaped */
	const struct channel *chan[CHANNELS];
	struct dmactl_config config[CHANNELS];
	uint64_t out[CHANNELS];		/* not reaped */
	uint32_t nr_chan;
	uint64_t random;
} orders[FDS];

static struct order *order(int fd)
{
	return &orders[fd % FDS];
}

static bool active(void)
{
	return fake_is("deps");
}

static uint64_t number(const char *word, uint64_t otherwise)
{
	long v = fake_word("DMACTL_FAKE", word);

	return v < 0 ? otherwise : (uint64_t)v;
}

int fake_order_open(void)
{
	int fd = fake_open();

	if (fd >= 0)
		order(fd)->random = 88172645463325252ULL + number("seed", 0);
	return fd;
}

void fake_order_close(int fd)
{
	struct order *o = order(fd);

	for (uint64_t i = 0; i < o->n; i++) {
		free(o->item[i]->vec);
		free(o->item[i]->dep);
		free(o->item[i]);
	}
	free(o->item);
	memset(o, 0, sizeof(*o));
	fake_close(fd);
}

int fake_order_info(int fd, struct dmactl_info *info)
{
	int ret = fake_info(fd, info);

	if (!active())
		return ret;
	info->max_ops = (uint32_t)number("maxops", info->max_ops);
	info->max_depth = (uint32_t)number("depth", info->max_depth);
	if (fake_is("nodeps"))
		info->features &= ~DMACTL_FEAT_DEPS;
	return ret;
}

int fake_order_claim(int fd, struct dmactl_claim *c)
{
	struct order *o = order(fd);
	int ret = fake_claim(fd, c);

	if (ret || !active())
		return ret;
	for (uint32_t i = 0; i < o->nr_chan; i++)
		if (o->chan[i] == fake_session(fd)->ch)
			return -EBUSY;
	o->chan[o->nr_chan] = fake_session(fd)->ch;
	c->channel = FIRST_ID + o->nr_chan++;
	snprintf(c->name, sizeof(c->name), "%s", fake_session(fd)->ch->stable);
	return 0;
}

/* The session's current channel is the one at hand. */
static void turn(int fd, uint32_t id)
{
	fake_session(fd)->ch = order(fd)->chan[id - FIRST_ID];
	fake_session(fd)->config = order(fd)->config[id - FIRST_ID];
}

int fake_order_config(int fd, struct dmactl_config *c)
{
	int ret;

	if (!active())
		return fake_config(fd, c);
	turn(fd, c->channel);
	ret = fake_config(fd, c);
	if (!ret)
		order(fd)->config[c->channel - FIRST_ID] = *c;
	return ret;
}

int fake_order_channels(struct vec *out, struct err *e)
{
	int ret = fake_channels(out, e);
	struct channel *c = out->v;

	/* What a session here has claimed is not free any more. */
	for (size_t i = 0; !ret && active() && i < out->n; i++)
		for (int fd = 0; fd < FDS; fd++)
			for (uint32_t k = 0; k < orders[fd].nr_chan; k++)
				if (!strcmp(orders[fd].chan[k]->stable, c[i].stable))
					c[i].state = DMACTL_CHANNEL_STATE_CLAIMED;
	return ret;
}

int fake_order_read_file(const char *path, char *buf, size_t size)
{
	const char *text = NULL;

	if (active() && strstr(path, "/dma-sim/") && strstr(path, "/order"))
		text = fake_is("window") ? "window\n" : "fifo\n";
	if (active() && strstr(path, "/dma-sim/") && strstr(path, "/fence"))
		text = fake_is("ignorefence") && !fake_is("liar") ? "ignore\n" : "honour\n";
	if (!text)
		return fake_read_file(path, buf, size);
	return snprintf(buf, size, "%s", text);
}

static bool uses(const struct item *i, uint32_t buf)
{
	if (i->op.len && i->op.opcode != DMACTL_OP_SLAVE_SG &&
	    (i->op.dst.buffer == buf || i->op.src.buffer == buf || i->op.dst2.buffer == buf))
		return true;
	for (uint32_t k = 0; k < i->op.nr_vec; k++)
		if (i->vec[k].buffer == buf)
			return true;
	return false;
}

/* Whether a buffer of @it is with the engine of another device. */
static bool elsewhere(const struct order *o, const struct item *it)
{
	const char *device = o->chan[it->op.channel - FIRST_ID]->device;

	for (uint64_t i = o->low; i < o->n; i++) {
		const struct item *other = o->item[i];

		if (other->state != ISSUED ||
		    !strcmp(o->chan[other->op.channel - FIRST_ID]->device, device))
			continue;
		for (uint32_t b = 0; b < 64; b++)
			if (uses(it, b) && uses(other, b))
				return true;
	}
	return false;
}

static bool bad(const struct item *i)
{
	return i->comp.result != DMACTL_RES_OK;
}

static void finish(struct order *o, struct item *it, uint32_t result);

/* All producers that it HOLDs for are complete: to the engine, or never. */
static void try_issue(struct order *o, struct item *it)
{
	bool doomed = false;

	for (uint32_t k = 0; k < it->op.nr_deps; k++) {
		const struct item *p = o->item[it->dep[k].seq - 1];

		if (it->dep[k].how != DMACTL_DEP_HOLD)
			continue;
		if (p->state != DONE && p->state != REAPED)
			return;
		doomed |= bad(p);
	}
	if (doomed) {
		finish(o, it, DMACTL_RES_ABORTED);
	} else if (elsewhere(o, it)) {
		finish(o, it, DMACTL_RES_FAILED);
	} else {
		it->state = ISSUED;
		it->issued = ++o->issues;
	}
}

static void finish(struct order *o, struct item *it, uint32_t result)
{
	it->comp.result = result;
	it->state = DONE;
	for (uint64_t i = it->comp.seq; i < o->n; i++) {
		struct item *d = o->item[i];

		for (uint32_t k = 0; d->state == HELD && k < d->op.nr_deps; k++)
			if (d->dep[k].seq == it->comp.seq && d->dep[k].how == DMACTL_DEP_HOLD)
				try_issue(o, d);
	}
}

static int check(struct order *o, const struct dmactl_op *ops, uint32_t i, uint32_t *why)
{
	const struct dmactl_dep *d = (const void *)(uintptr_t)ops[i].deps;

	*why = DMACTL_WHY_DEPS;
	for (uint32_t k = 0; k < ops[i].nr_deps; k++, d++) {
		if (d->relative ? d->seq >= i : !d->seq || d->seq > o->n)
			return -EINVAL;
		if (d->how == DMACTL_DEP_RELY && d->relative &&
		    ops[d->seq].channel != ops[i].channel)
			return -EINVAL;
		if (d->how != DMACTL_DEP_RELY && d->how != DMACTL_DEP_HOLD)
			return -EINVAL;
	}
	*why = DMACTL_WHY_NONE;
	return 0;
}

static struct item *copy(const struct order *o, const struct dmactl_op *op, uint64_t first)
{
	struct item *it = calloc(1, sizeof(*it));

	it->op = *op;
	it->vec = calloc(op->nr_vec + 1UL, sizeof(*it->vec));
	it->dep = calloc(op->nr_deps + 1UL, sizeof(*it->dep));
	if (op->nr_vec)
		memcpy(it->vec, (const void *)(uintptr_t)op->vec, op->nr_vec * sizeof(*it->vec));
	if (op->nr_deps)
		memcpy(it->dep, (const void *)(uintptr_t)op->deps, op->nr_deps * sizeof(*it->dep));
	if (op->template)
		it->rows = *(const struct dmactl_interleave *)(uintptr_t)op->template;
	it->op.vec = op->nr_vec ? (uintptr_t)it->vec : 0;
	it->op.template = op->template ? (uintptr_t)&it->rows : 0;
	for (uint32_t k = 0; k < op->nr_deps; k++)
		if (it->dep[k].relative)
			it->dep[k].seq += first;
	it->comp.seq = o->n + 1;
	it->comp.user_data = op->user_data;
	it->comp.channel = op->channel;
	return it;
}

/* What the fault deny= says about the operation at= of this call. */
static int refused(const struct order *o, struct dmactl_submit *u)
{
	uint32_t at = (uint32_t)fake_fault("at");

	if (!fake_fault("deny") || at >= u->nr_ops || (fake_fault("second") && !o->n))
		return 0;
	u->why = (uint32_t)fake_fault("deny");
	u->bad_op = at;
	return -(fake_fault("errno") ? (int)fake_fault("errno") : EINVAL);
}

int fake_order_submit(int fd, struct dmactl_submit *u)
{
	struct order *o = order(fd);
	const struct dmactl_op *ops = (const void *)(uintptr_t)u->ops;
	uint64_t first = o->n + 1;
	uint32_t i;
	int ret = 0;

	if (!active())
		return fake_submit(fd, u);
	u->submitted = 0;
	u->bad_op = u->nr_ops;
	if (fake_fault("eagain"))
		return -EAGAIN;
	if (u->nr_ops > number("maxops", 512))
		return -EINVAL;
	ret = refused(o, u);
	for (i = 0; !ret && i < u->nr_ops; i++) {
		ret = check(o, ops, i, &u->why);
		if (ret)
			u->bad_op = i;
	}
	if (ret)
		return ret;
	fake_log("submit %u\n", u->nr_ops);
	for (i = 0; i < u->nr_ops; i++) {
		struct item *it;
		bool holds = false;

		if (o->out[ops[i].channel - FIRST_ID] == number("depth", 256) ||
		    (fake_fault("short") && i == 3))
			break;
		it = copy(o, &ops[i], first);
		for (uint32_t k = 0; k < it->op.nr_deps; k++)
			holds |= it->dep[k].how == DMACTL_DEP_HOLD;
		if (!holds && elsewhere(o, it)) {
			u->why = DMACTL_WHY_MAPPED;
			u->bad_op = i;
			ret = i ? 0 : -EBUSY;
			free(it->vec);
			free(it->dep);
			free(it);
			break;
		}
		o->item = reallocarray(o->item, o->n + 1, sizeof(struct item *));
		o->item[o->n++] = it;
		o->out[ops[i].channel - FIRST_ID]++;
		try_issue(o, it);
	}
	u->first_seq = first;
	u->submitted = i;
	if (!i && !ret)
		return -EAGAIN;
	return ret;
}

/* The one that the engines do next; NULL: none is left. */
static struct item *next_item(struct order *o)
{
	struct item *can[64];
	uint64_t window = number("window", 1), seen[CHANNELS] = { 0 }, n = 0, looked = 0, least;
	bool fenced[CHANNELS] = { false };
	struct item *it;

	for (uint64_t last = 0; n < 64 && looked < window * o->nr_chan; last = least, looked++) {
		it = NULL;
		least = UINT64_MAX;
		for (uint64_t i = o->low; i < o->n; i++) {
			if (o->item[i]->state != ISSUED || o->item[i]->issued <= last ||
			    o->item[i]->issued >= least)
				continue;
			it = o->item[i];
			least = it->issued;
		}
		if (!it)
			break;
		if (seen[it->op.channel - FIRST_ID]++ < window &&
		    !fenced[it->op.channel - FIRST_ID])
			can[n++] = it;
		fenced[it->op.channel - FIRST_ID] |= it->op.flags & DMACTL_OP_F_FENCE &&
						     !fake_is("ignorefence");
	}
	o->random ^= o->random << 13;
	o->random ^= o->random >> 7;
	o->random ^= o->random << 17;
	return n ? can[o->random % n] : NULL;
}

static void execute(int fd, struct item *it)
{
	struct order *o = order(fd);
	struct dmactl_op op = it->op;
	struct dmactl_completion c = { 0 };
	struct dmactl_submit u = { .ops = (uintptr_t)&op, .nr_ops = 1 };
	struct dmactl_reap r = { .comps = (uintptr_t)&c, .max = 1 };
	uint32_t result;

	turn(fd, op.channel);
	op.nr_deps = 0;
	op.deps = 0;
	if ((uint64_t)fake_fault("fail") == it->comp.seq)
		result = DMACTL_RES_WRITE_FAILED;
	else if (fake_submit(fd, &u))
		result = DMACTL_RES_ABORTED;
	else
		result = fake_reap(fd, &r) ? DMACTL_RES_FAILED : c.result;
	for (uint32_t k = 0; k < it->op.nr_deps; k++)
		if (result == DMACTL_RES_OK && it->dep[k].how == DMACTL_DEP_RELY &&
		    bad(o->item[it->dep[k].seq - 1]))
			result = DMACTL_RES_INPUT_FAILED;
	it->comp.flags = c.flags;
	it->comp.t0 = c.t0;
	it->comp.t1 = c.t1;
	it->comp.t2 = c.t2;
	it->comp.t3 = c.t3;
	finish(o, it, result);
}

int fake_order_reap(int fd, struct dmactl_reap *r)
{
	struct order *o = order(fd);
	struct dmactl_completion *out = (void *)(uintptr_t)r->comps;
	struct item *it;
	bool left = false;

	if (!active())
		return fake_reap(fd, r);
	if (fake_fault("noanswer"))
		return -ETIME;
	if (fake_fault("reap"))
		return -(int)fake_fault("reap");
	r->taken = 0;
	for (uint32_t i = 0; r->min && i < r->max && (it = next_item(o)); i++)
		execute(fd, it);
	for (uint64_t i = o->low; i < o->n && r->taken < r->max; i++) {
		it = o->item[i];
		left |= it->state != REAPED;
		if (it->state != DONE)
			continue;
		out[r->taken++] = it->comp;
		it->state = REAPED;
		o->out[it->op.channel - FIRST_ID]--;
	}
	while (o->low < o->n && o->item[o->low]->state == REAPED)
		o->low++;
	return r->taken || !r->min ? 0 : left ? -ETIME : -ENODATA;
}
