// SPDX-License-Identifier: GPL-2.0
/* Trials as the module takes them: SUBMIT and REAP, or RUN. */
#include <errno.h>
#include <string.h>

#include "check_rig.h"
#include "gf.h"
#include "stop.h"

#define REAP_GRACE_NS 10000000000ULL /* past the module's own deadline */
#define SLOW_FACTOR   20	     /* times what an operation should take is no time-out yet */

static struct dmactl_vec *vec_of(struct rig *r, const struct trial *t)
{
	bool pq = t->opcode == DMACTL_OP_PQ || t->opcode == DMACTL_OP_PQ_VAL;
	bool segments = t->opcode == DMACTL_OP_MEMSET_SG || t->opcode == DMACTL_OP_SLAVE_SG;
	size_t n = t->opcode == DMACTL_OP_XOR_VAL ? t->n + 1 : t->n;
	struct dmactl_vec *v = r->vecs + r->nr_vecs;

	for (size_t i = 0; i < n; i++) {
		const struct spot *s = t->nr_src ? &t->src[i] : &t->dst[i];

		if (!t->nr_src && !t->nr_dst) {
			v[i] = (struct dmactl_vec){ .buffer = DMACTL_NONE, .len = t->len };
			continue;
		}
		v[i] = (struct dmactl_vec){
			.buffer = s->at.buffer,
			.offset = s->at.offset,
			.len = segments ? s->len : 0,
			.coef = pq ? gf_coef(t->first + (unsigned int)i) : 0,
		};
	}
	r->nr_vecs += n;
	return v;
}

static void parity_operands(const struct trial *t, struct dmactl_op *op)
{
	const struct spot *s = t->nr_dst ? t->dst : t->src + t->n;

	if (!(t->flags & DMACTL_OP_F_NO_P))
		op->dst = s++->at;
	if (!(t->flags & DMACTL_OP_F_NO_Q))
		op->dst2 = s->at;
}

/* Sources are shared out among the steps, of which each but the first goes on from P and Q. */
static void steps(struct rig *r, const struct trial *t, const struct dmactl_op *whole)
{
	size_t n = t->steps ? t->steps : 1, first = 0, some;

	for (size_t i = 0; i < n; i++, first += some) {
		struct dmactl_op *op = &r->ops[r->nr_ops++];

		*op = *whole;
		some = t->n / n + (i < t->n % n);
		if (n == 1)
			continue;
		op->vec += first * sizeof(struct dmactl_vec);
		op->nr_vec = (uint32_t)some;
		if (i)
			op->flags |= DMACTL_OP_F_CONTINUE;
	}
}

int rig_build(struct rig *r)
{
	r->nr_ops = 0;
	r->nr_vecs = 0;
	for (size_t k = 0; k < r->nr; k++) {
		struct trial *t = &r->trials[k];
		struct dmactl_op op = {
			.opcode = t->opcode,
			.flags = t->flags,
			.channel = r->claim.channel,
			.value = t->value,
			.user_data = k,
			.len = t->len,
		};

		if (t->n) {
			op.nr_vec = (uint32_t)(t->opcode == DMACTL_OP_XOR_VAL ? t->n + 1 : t->n);
			op.vec = (uintptr_t)vec_of(r, t);
		}
		if (t->opcode == DMACTL_OP_SLAVE_SG)
			op.direction = t->direction;
		else if (t->opcode == DMACTL_OP_PQ || t->opcode == DMACTL_OP_PQ_VAL)
			parity_operands(t, &op);
		else if (t->nr_dst && t->opcode != DMACTL_OP_MEMSET_SG)
			op.dst = t->dst->at;
		if (t->opcode == DMACTL_OP_MEMCPY || t->opcode == DMACTL_OP_INTERLEAVED)
			op.src = t->src->at;
		if (t->opcode == DMACTL_OP_INTERLEAVED)
			op.template = (uintptr_t)&t->template;
		steps(r, t, &op);
	}
	return 0;
}

/* Nothing is slow that only does what its rate says. */
static uint64_t patience(struct rig *r)
{
	uint64_t most = 0;
	double ns;

	for (size_t k = 0; k < r->nr; k++)
		if (r->trials[k].len > most)
			most = r->trials[k].len;
	ns = SLOW_FACTOR * ((double)r->op_ns + r->byte_ns * (double)most);
	r->timeout_ns = ns > (double)r->o->timeout_ns ? (uint64_t)ns : r->o->timeout_ns;
	return r->timeout_ns;
}

/* A step is held until the one before it is complete, which may be of an earlier call. */
static void depend(struct rig *r, size_t from, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct dmactl_op *op = &r->ops[from + i];
		struct dmactl_dep *d = &r->deps[from + i];

		if (!(op->flags & DMACTL_OP_F_CONTINUE))
			continue;
		*d = (struct dmactl_dep){ .how = DMACTL_DEP_HOLD, .relative = i > 0 };
		d->seq = i ? i - 1 : r->seqs[from - 1];
		op->deps = (uintptr_t)d;
		op->nr_deps = 1;
	}
}

int rig_submit(struct rig *r, size_t from, uint32_t n)
{
	struct dmactl_submit s = {
		.ops = (uintptr_t)&r->ops[from],
		.nr_ops = n,
		.kick = r->kick,
		.timeout_ns = patience(r),
	};
	int ret;

	depend(r, from, n);
	ret = r->b->submit(r->session, &s);
	if (ret == -EINTR || ret == -EAGAIN)
		return 0;
	r->trouble.no_prep = ret == -ENOBUFS;
	r->trouble.gone = ret == -ENODEV;
	if (ret && ret != -ENOBUFS && ret != -ENODEV) {
		r->trouble.ret = ret;
		r->trouble.why = s.why;
	}
	if (ret) {
		r->trouble.op = from + s.bad_op;
		return -1;
	}
	for (uint32_t i = 0; i < s.submitted; i++)
		r->seqs[from + i] = s.first_seq + i;
	if (!r->kick && s.submitted > r->prep.at_once)
		r->prep.at_once = s.submitted;
	return (int)s.submitted;
}

static void take(struct rig *r, const struct dmactl_completion *c)
{
	struct trial *t = &r->trials[c->user_data % MAX_TRIALS];
	struct finding *f = &r->residue[t->opcode];
	char text[160];

	t->ended = true;
	t->comp_flags |= c->flags;
	if (c->descriptors > r->prep.per_op)
		r->prep.per_op = c->descriptors;
	if (!t->result)
		t->result = c->result;
	if (c->result == DMACTL_RES_TIMED_OUT)
		r->trouble.stuck = true;
	if (c->result == DMACTL_RES_OK && (!c->t2 || c->t2 > c->t3))
		r->early = true;
	if (!c->residue || (c->result && c->residue <= t->len) || f->text[0])
		return;
	snprintf(f->text, sizeof(f->text),
		 "%s ended %s, and the driver says that %llu bytes of it "
		 "were not moved",
		 trial_text(t, text, sizeof(text)), c->result ? "badly" : "well",
		 (unsigned long long)c->residue);
}

int rig_reap(struct rig *r)
{
	struct dmactl_reap reap = {
		.comps = (uintptr_t)r->comps,
		.max = MAX_STEPS,
		.min = 1,
		.timeout_ns = 2 * patience(r) + REAP_GRACE_NS,
	};
	int ret;

	do {
		ret = r->b->reap(r->session, &reap);
	} while (ret == -EINTR);
	if (ret) {
		r->trouble.no_answer = true;
		return -1;
	}
	for (uint32_t i = 0; i < reap.taken; i++)
		take(r, &r->comps[i]);
	return (int)reap.taken;
}

static bool in_trouble(const struct rig *r)
{
	const struct trouble *t = &r->trouble;

	return t->ret || t->no_prep || t->gone || t->stuck || stop_asked;
}

static void by_submit(struct rig *r)
{
	size_t sent = 0, taken = 0, left;
	int n;

	while (taken < sent || (sent < r->nr_ops && !in_trouble(r))) {
		while (sent < r->nr_ops && sent - taken < r->depth && !in_trouble(r)) {
			left = r->nr_ops - sent;
			if (left > r->depth - (sent - taken))
				left = r->depth - (sent - taken);
			n = rig_submit(r, sent, (uint32_t)(left < r->batch ? left : r->batch));
			if (n <= 0)
				break;
			sent += (size_t)n;
		}
		if (taken == sent) {
			/* Nothing is in flight, and yet it takes nothing. */
			if (!in_trouble(r))
				r->trouble.no_prep = true;
			return;
		}
		n = rig_reap(r);
		if (n < 0)
			return;
		taken += (size_t)n;
	}
}

/* RUN tells of one operation that went wrong, and how many did. */
static void run_outcome(struct rig *r, const struct dmactl_run *run)
{
	static const struct {
		uint32_t outcome, flag;
	} flags[] = {
		{ DMACTL_RUN_O_QUARANTINED, DMACTL_COMP_F_QUARANTINED },
		{ DMACTL_RUN_O_UNSYNCED, DMACTL_COMP_F_UNSYNCED },
		{ DMACTL_RUN_O_INTERRUPT_LOST, DMACTL_COMP_F_INTERRUPT_LOST },
	};
	struct trial *bad = run->bad_op < r->nr ? &r->trials[run->bad_op] : &r->trials[0];

	r->trouble.no_prep = run->outcome & (DMACTL_RUN_O_PREP | DMACTL_RUN_O_MAP);
	r->trouble.gone = run->outcome & DMACTL_RUN_O_GONE;
	r->trouble.stuck = run->timed_out;
	r->parity = run->outcome & DMACTL_RUN_O_PARITY;
	r->prep.retries = run->retries;
	if (run->done)
		r->prep.per_op = (run->descriptors + run->done - 1) / run->done;
	for (size_t k = 0; k < r->nr; k++)
		r->trials[k].ended = run->done + run->failed == r->nr;
	if (!run->failed && !run->timed_out && !run->aborted)
		return;
	bad->ended = true;
	bad->result = run->first_result ? run->first_result : DMACTL_RES_ABORTED;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (run->outcome & flags[i].outcome)
			bad->comp_flags |= flags[i].flag;
}

static void by_run(struct rig *r)
{
	uint32_t depth = r->depth < r->nr_ops ? r->depth : (uint32_t)r->nr_ops;
	struct dmactl_run run = {
		.flags = r->how == BY_POLL ? DMACTL_RUN_F_POLL : 0,
		.ops = (uintptr_t)r->ops,
		.nr_ops = (uint32_t)r->nr_ops,
		.count = r->nr_ops,
		.depth = depth,
		.kick = r->kick && r->kick < depth ? r->kick : depth,
		.timeout_ns = patience(r),
		.samples = DMACTL_NONE,
	};
	int ret = r->b->run(r->session, &run);

	if (ret == -EINTR)
		return;
	if (ret == -ENODEV) {
		r->trouble.gone = true;
	} else if (ret) {
		r->trouble.ret = ret;
		r->trouble.why = run.why;
		r->trouble.op = run.bad_op;
	} else {
		run_outcome(r, &run);
	}
}

void rig_do(struct rig *r)
{
	uint64_t begin = r->b->now();

	r->trouble = (struct trouble){ 0 };
	r->parity = false;
	if (r->how == BY_SUBMIT)
		by_submit(r);
	else
		by_run(r);
	r->go_ns = r->b->now() - begin;
}
