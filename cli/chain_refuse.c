// SPDX-License-Identifier: GPL-2.0
/* What the module's refusal of an operation means to who wrote it. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "chain_run.h"

static uint64_t alignment(const struct run_step *step)
{
	const struct dmactl_claim *c = &step->chan->claim;
	const struct dmactl_config *ep = &step->chan->config;
	unsigned int shift = c->align_copy;

	/* Whole accesses; those of a line are the module's to know. */
	if (step->op.opcode == DMACTL_OP_SLAVE_SG)
		return ep->endpoint == DMACTL_EP_LINE && !ep->src_width && !ep->dst_width ?
			       step->chan->ch.line_width :
			       ep->src_width | ep->dst_width;
	if (step->op.opcode == DMACTL_OP_MEMSET)
		shift = c->align_fill;
	else if (step->op.opcode == DMACTL_OP_XOR)
		shift = c->align_xor;
	else if (step->op.opcode == DMACTL_OP_PQ)
		shift = c->align_pq;
	return shift < 64 ? 1ULL << shift : 0;
}

void chain_refused(struct chain_run *r, const struct run_step *step, int ret, uint32_t why)
{
	const char *name = step->chan->claim.name, *kind = chain_kind_name(step->stmt);
	struct chain_pos pos = step->stmt->pos;
	struct err *e = &r->failure;
	char buf[64];

	switch (why) {
	case DMACTL_WHY_ALIGN:
		chain_fail(r, e, EXIT_UNAVAILABLE, pos,
			   "%" PRIu64 " bytes, or their place, do not "
			   "suit %s: it asks for multiples of %" PRIu64 " bytes",
			   (uint64_t)step->op.len, name, alignment(step));
		break;
	case DMACTL_WHY_SPLIT:
		chain_fail(r, e, EXIT_UNAVAILABLE, pos,
			   "%" PRIu64 " bytes would take more than the "
			   "%u descriptors that one operation may have on %s: make it "
			   "several operations",
			   (uint64_t)step->op.len, r->info.max_descriptors, name);
		break;
	case DMACTL_WHY_SOURCES:
		chain_fail(r, e, EXIT_UNAVAILABLE, pos, "%s does not take %u sources", name,
			   step->stmt->op.nr_src);
		break;
	case DMACTL_WHY_DIRECTION:
		chain_fail(r, e, EXIT_UNAVAILABLE, pos,
			   "%s does not %s (dmactl info %s lists its directions)", name, kind,
			   name);
		break;
	case DMACTL_WHY_KIND:
		chain_fail(r, e, EXIT_UNAVAILABLE, pos,
			   "%s cannot use a buffer of this kind: try it without coherent, or with",
			   name);
		break;
	case DMACTL_WHY_MAP:
		chain_fail(r, e, EXIT_FAILED, pos, "a buffer could not be mapped for %s", name);
		break;
	case DMACTL_WHY_PREP:
		chain_fail(r, e, EXIT_FAILED, pos, "%s prepared no descriptor until the deadline",
			   name);
		break;
	default:
		if (ret == -ENODEV || ret == -EIO)
			chain_fail(r, e, EXIT_FAILED, pos, "%s refused the %s: %s", name, kind,
				   ret == -EIO ? "it is in quarantine" :
						 "the channel is gone, its provider was unbound");
		else
			chain_fail(r, e, EXIT_FAILED, pos, "%s refused the %s: %s (%s)", name, kind,
				   strerror(-ret), why_text(why, buf, sizeof(buf)));
	}
}
