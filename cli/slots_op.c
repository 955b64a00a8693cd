// SPDX-License-Identifier: GPL-2.0
/* The operations of slots, as the module takes them. */
#include <string.h>

#include "slots.h"

/*
 * Sources of step @step of a pq. What goes on from the P and Q that are there needs room for them
 * among its sources: three with both or P alone, one without P (see dma_maxpq()); a channel that
 * needs none for that does with as few.
 */
static size_t pq_sources(const struct mopts *o, size_t max_pq, size_t step)
{
	size_t cost = o->no_p ? 1 : 3;

	if (!max_pq || (!step && o->sources <= max_pq))
		return o->sources;
	if (!step)
		return max_pq;
	return max_pq > cost ? max_pq - cost : 1;
}

size_t slots_pq_steps(const struct mopts *o, size_t max_pq)
{
	size_t done = 0, steps = 0;

	while (done < o->sources)
		done += pq_sources(o, max_pq, steps++);
	return steps;
}

/* P and Q are written by PQ and read by PQ_VAL. */
static void parity_operands(const struct slots *s, const struct slot *v, struct dmactl_op *op)
{
	const struct place *p = s->nr_dst ? v->dst : v->src + s->o->sources;

	if (s->o->no_p)
		op->flags |= DMACTL_OP_F_NO_P;
	else
		op->dst = p++->at;
	if (s->o->no_q)
		op->flags |= DMACTL_OP_F_NO_Q;
	else
		op->dst2 = p->at;
}

static void pq_ops(const struct slots *s, const struct slot *v, struct dmactl_op *ops)
{
	size_t first = 0, n, left;

	for (size_t i = 0; i < s->nr_steps; i++, first += n) {
		n = s->nr_steps > 1 ? pq_sources(s->o, s->claim->max_pq, i) : s->nr_vec;
		left = s->nr_vec - first;
		if (n > left)
			n = left;
		parity_operands(s, v, &ops[i]);
		if (i)
			ops[i].flags |= DMACTL_OP_F_CONTINUE;
		ops[i].vec = (uintptr_t)&v->vec[first];
		ops[i].nr_vec = (uint32_t)n;
	}
}

static void one_op(const struct slots *s, const struct slot *v, struct dmactl_op *op)
{
	switch (op->opcode) {
	case DMACTL_OP_MEMCPY:
	case DMACTL_OP_INTERLEAVED:
		op->dst = v->dst->at;
		op->src = v->src->at;
		if (op->opcode == DMACTL_OP_INTERLEAVED)
			op->template = (uintptr_t)&s->frames;
		break;
	case DMACTL_OP_MEMSET:
	case DMACTL_OP_XOR:
		op->dst = v->dst->at;
		break;
	case DMACTL_OP_SLAVE_SG:
		op->direction = s->direction;
		break;
	case DMACTL_OP_PQ:
	case DMACTL_OP_PQ_VAL:
		pq_ops(s, v, op);
		return;
	default:
		break;
	}
	if (op->opcode == DMACTL_OP_MEMSET || op->opcode == DMACTL_OP_MEMSET_SG)
		op->value = (uint32_t)s->o->value;
	op->nr_vec = (uint32_t)s->nr_vec;
	op->vec = s->nr_vec ? (uintptr_t)v->vec : 0;
}

void slots_ops(const struct slots *s, size_t slot, struct dmactl_op *ops)
{
	const struct slot *v = &s->v[slot];

	memset(ops, 0, s->nr_steps * sizeof(*ops));
	for (size_t i = 0; i < s->nr_steps; i++) {
		ops[i].opcode = s->o->opcode;
		ops[i].channel = s->claim->channel;
		ops[i].user_data = slot * s->nr_steps + i;
		if (s->o->opcode != DMACTL_OP_INTERRUPT)
			ops[i].len = v->len;
	}
	if (s->o->opcode != DMACTL_OP_INTERRUPT)
		one_op(s, v, ops);
}
