// SPDX-License-Identifier: GPL-2.0
#include "kinds.h"

const char *const kind_names[KINDS + 1] = {
	"memcpy", "memset",    "interrupt",   "xor",	  "xor_val", "pq",
	"pq_val", "memset_sg", "interleaved", "slave_sg", "cyclic",
};

static void vector(struct kind *k, u32 buffer, u32 n, u64 len)
{
	u32 i;

	k->op.vec = (uintptr_t)k->vec;
	k->op.nr_vec = n;
	for (i = 0; i < n; i++)
		k->vec[i] = (struct dmactl_vec){ .buffer = buffer, .offset = i * AREA, .len = len };
}

/* Two equal sources: their xor is zero. */
static void sources(struct kind *k, const struct rig *r)
{
	vector(k, r->src, 2, 0);
	k->vec[1].offset = k->op.opcode == DMACTL_OP_XOR_VAL ? 0 : AREA;
	if (k->op.opcode != DMACTL_OP_PQ && k->op.opcode != DMACTL_OP_PQ_VAL)
		return;
	k->vec[0].coef = 1;
	k->vec[1].coef = 2;
	k->op.dst2 = (struct dmactl_operand){ .buffer = r->dst, .offset = AREA };
}

void kind_make(struct kind *k, const struct rig *r, u32 opcode)
{
	struct dmactl_op *op = &k->op;

	memset(k, 0, sizeof(*k));
	op->opcode = opcode;
	op->channel = r->chan;
	op->len = opcode == DMACTL_OP_INTERRUPT ? 0 : AREA;
	switch (opcode) {
	case DMACTL_OP_INTERLEAVED:
		op->template = (uintptr_t)&k->template;
		k->template = (struct dmactl_interleave){ 4, AREA / 4, 64, 128 };
		op->src.buffer = r->src;
		op->dst.buffer = r->dst;
		break;
	case DMACTL_OP_MEMCPY:
		op->src.buffer = r->src;
		op->dst.buffer = r->dst;
		break;
	case DMACTL_OP_MEMSET:
		op->value = 0x5a;
		op->dst.buffer = r->dst;
		break;
	case DMACTL_OP_XOR:
	case DMACTL_OP_PQ:
	case DMACTL_OP_PQ_VAL:
		op->dst.buffer = r->dst;
		sources(k, r);
		break;
	case DMACTL_OP_XOR_VAL:
		sources(k, r);
		break;
	case DMACTL_OP_MEMSET_SG:
		op->value = 0x5a;
		vector(k, r->dst, 2, AREA / 2);
		break;
	case DMACTL_OP_SLAVE_SG:
		op->direction = 2;
		vector(k, r->dst, 2, AREA / 2);
		break;
	}
}

bool kind_writes(u32 opcode)
{
	return opcode != DMACTL_OP_INTERRUPT && opcode != DMACTL_OP_XOR_VAL &&
	       opcode != DMACTL_OP_PQ_VAL;
}
