// SPDX-License-Identifier: GPL-2.0
/* What a call that was refused means to a user. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "chan.h"
#include "worker.h"

static int align_refused(struct worker *w)
{
	unsigned int shift = slots_align_shift(w->o, &w->claim);

	return err_set(&w->err, EXIT_UNAVAILABLE,
		       "%" PRIu64
		       " bytes, or their place, do not suit %s: it asks for multiples of "
		       "%llu bytes (-s, --align, --offset)",
		       w->r->cell.size, w->claim.name, shift < 64 ? 1ULL << shift : 0);
}

static int split_refused(struct worker *w)
{
	if (w->o->map_each)
		return err_set(&w->err, EXIT_UNAVAILABLE,
			       "--map each: %" PRIu64 " bytes do not fit into one descriptor of %s",
			       w->r->cell.size, w->claim.name);
	if (w->o->check && !w->o->submit)
		return err_set(&w->err, EXIT_UNAVAILABLE,
			       "--check: %" PRIu64
			       " bytes take several descriptors on %s, each with "
			       "its own answer: this needs -m submit",
			       w->r->cell.size, w->claim.name);
	return err_set(&w->err, EXIT_UNAVAILABLE,
		       "%" PRIu64
		       " bytes would take more than the %u descriptors that one operation "
		       "may have on %s",
		       w->r->cell.size, w->info->max_descriptors, w->claim.name);
}

static int number_refused(struct worker *w, int ret)
{
	const struct mopts *o = w->o;

	if (o->segments)
		return err_set(&w->err, EXIT_UNAVAILABLE,
			       "--segments: %s does not take %" PRIu64 " segments", w->claim.name,
			       o->segments);
	if (ret == -E2BIG && w->slots.nr_steps > 1)
		return err_set(&w->err, EXIT_UNAVAILABLE,
			       "--sources: %s cannot go on from P and Q "
			       "that are there: it takes at most %u sources",
			       w->claim.name, w->claim.max_pq);
	return err_set(&w->err, EXIT_UNAVAILABLE, "--sources: %s takes %s than %" PRIu64 "%s",
		       w->claim.name, ret == -E2BIG ? "fewer" : "more", o->sources,
		       o->check ? " and their parity" : "");
}

/* Reasons that only operations with segments, sources or a peripheral give; 0: another one. */
static int own_refused(struct worker *w, int ret, uint32_t why)
{
	struct err *e = &w->err;
	const char *name = w->claim.name;

	switch (why) {
	case DMACTL_WHY_SOURCES:
		return number_refused(w, ret);
	case DMACTL_WHY_SEGMENT:
		return err_set(e, EXIT_UNAVAILABLE,
			       "--segments: %s does not take segments like "
			       "these",
			       name);
	case DMACTL_WHY_DIRECTION:
		return err_set(e, EXIT_UNAVAILABLE,
			       "-d: %s does not go %s (dmactl info %s lists its "
			       "directions)",
			       name, direction_name(w->direction), name);
	case DMACTL_WHY_ENDPOINT:
		return err_set(e, EXIT_FAILED, "%s has forgotten its peripheral", name);
	case DMACTL_WHY_TEMPLATE:
		return err_set(e, EXIT_UNAVAILABLE,
			       "--frames, --chunk: the module does not take "
			       "such frames");
	case DMACTL_WHY_KIND:
		return err_set(e, EXIT_UNAVAILABLE, "-B %s%s%s: %s cannot use such buffers",
			       area_kind(w->o, SRC), w->o->kind[SRC] == w->o->kind[DST] ? "" : ",",
			       w->o->kind[SRC] == w->o->kind[DST] ? "" : area_kind(w->o, DST),
			       w->ctx->name);
	default:
		return 0;
	}
}

int window_refused(struct worker *w, int ret, uint32_t why)
{
	struct err *e = &w->err;
	char buf[64];

	if (own_refused(w, ret, why))
		return -1;
	switch (why) {
	case DMACTL_WHY_ALIGN:
		return align_refused(w);
	case DMACTL_WHY_SPLIT:
		return split_refused(w);
	case DMACTL_WHY_LACKS:
	case DMACTL_WHY_OPCODE:
		return err_set(e, EXIT_UNAVAILABLE, "%s cannot do %s", w->claim.name, w->ctx->name);
	case DMACTL_WHY_MAP:
		return err_set(e, EXIT_FAILED, "a buffer could not be mapped for %s",
			       w->claim.name);
	case DMACTL_WHY_PREP:
		return err_set(e, EXIT_FAILED, "%s prepared no descriptor until the deadline",
			       w->claim.name);
	default:
		break;
	}
	if (ret == -EIO)
		return err_set(e, EXIT_FAILED, "%s is in quarantine", w->claim.name);
	if (ret == -ENOMEM)
		return err_set(e, EXIT_UNAVAILABLE,
			       "no memory in the kernel for a depth of %" PRIu64, w->r->cell.depth);
	return err_set(e, EXIT_FAILED, "%s refused the operations: %s (%s)", w->claim.name,
		       strerror(-ret), why_text(why, buf, sizeof(buf)));
}
