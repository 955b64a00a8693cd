// SPDX-License-Identifier: GPL-2.0
/* What is not to be had here is said before anything is transferred. */
#include <inttypes.h>
#include <stdio.h>

#include "job.h"

static uint64_t kind_feature(uint32_t kind)
{
	switch (kind) {
	case DMACTL_BUF_COHERENT:
		return DMACTL_FEAT_COHERENT;
	case DMACTL_BUF_USER:
		return DMACTL_FEAT_USER;
	case DMACTL_BUF_DMABUF:
		return DMACTL_FEAT_DMABUF;
	default:
		return DMACTL_FEAT_PAGES;
	}
}

static int check_features(const struct mopts *o, const struct dmactl_info *info, struct err *e)
{
	if (!(info->operations & (1ULL << o->opcode)))
		return err_set(e, EXIT_UNAVAILABLE, "the loaded module cannot do %s",
			       op_name(o->opcode));
	if (!o->submit && !(info->features & DMACTL_FEAT_RUN))
		return err_set(e, EXIT_UNAVAILABLE,
			       "the loaded module cannot run operations in the kernel: -m submit "
			       "goes through user space");
	if (o->poll && !(info->features & DMACTL_FEAT_POLL))
		return err_set(e, EXIT_UNAVAILABLE, "-p: the loaded module cannot poll");
	if (o->map_each && !(info->features & DMACTL_FEAT_MAP_EACH))
		return err_set(e, EXIT_UNAVAILABLE,
			       "--map each: the loaded module maps a buffer "
			       "once only");
	if (o->opcode == DMACTL_OP_SLAVE_SG && !(info->features & DMACTL_FEAT_CONFIG))
		return err_set(e, EXIT_UNAVAILABLE,
			       "the loaded module cannot tell a channel of its "
			       "peripheral");
	for (enum side i = SRC; i <= DST; i++)
		if (!(info->features & kind_feature(o->kind[i])))
			return err_set(e, EXIT_UNAVAILABLE,
				       "-B %s: the loaded module has no such "
				       "buffers",
				       area_kind(o, i));
	return 0;
}

int job_check(struct job *j)
{
	return check_features(j->o, &j->info, &j->ctx->err);
}

static int check_align(const struct job *j, const struct worker *w, uint64_t size)
{
	unsigned int shift = slots_align_shift(j->o, &w->claim);
	uint64_t unit = shift < 63 ? 1ULL << shift : 1;
	const char *what = NULL;

	if (size % unit && !(j->o->input && size >= j->in_len))
		what = "-s";
	else if (j->o->offset[DST] % unit ||
		 (j->o->opcode != DMACTL_OP_MEMSET && j->o->opcode != DMACTL_OP_MEMSET_SG &&
		  j->o->offset[SRC] % unit))
		what = "--offset";
	else if (j->o->align && j->o->align % unit)
		what = "--align";
	if (!what)
		return 0;
	return err_set(&j->ctx->err, EXIT_UNAVAILABLE,
		       "%s: %s asks for multiples of %" PRIu64 " bytes", what, w->claim.name, unit);
}

/* Sources of one operation of the module; more are several of them, one after the other. */
static int check_sources(const struct job *j, const struct worker *w)
{
	const struct mopts *o = j->o;
	bool is_xor = o->opcode == DMACTL_OP_XOR || o->opcode == DMACTL_OP_XOR_VAL;
	uint32_t most = is_xor ? w->claim.max_xor : w->claim.max_pq;
	bool parity = o->opcode == DMACTL_OP_XOR_VAL;
	struct err *e = &j->ctx->err;

	if (!o->sources || !most || o->sources + parity <= most)
		return 0;
	if (o->opcode != DMACTL_OP_PQ)
		return err_set(e, EXIT_UNAVAILABLE,
			       "--sources: %s takes at most %u%s, not %" PRIu64, w->claim.name,
			       most - parity, parity ? " and their parity" : "", o->sources);
	if (!o->submit)
		return err_set(e, EXIT_UNAVAILABLE,
			       "--sources: %s takes at most %u in one operation, "
			       "not %" PRIu64 ": several operations need -m submit",
			       w->claim.name, most, o->sources);
	if (!(j->info.features & DMACTL_FEAT_DEPS))
		return err_set(e, EXIT_UNAVAILABLE,
			       "--sources: %s takes at most %u, not %" PRIu64
			       ", and the loaded module cannot make one operation wait for another",
			       w->claim.name, most, o->sources);
	return 0;
}

static int check_vector(const struct job *j)
{
	uint64_t nr = j->o->sources > j->o->segments ? j->o->sources : j->o->segments;

	if (j->info.max_vec && nr > j->info.max_vec)
		return err_set(&j->ctx->err, EXIT_UNAVAILABLE,
			       "--%s: %" PRIu64 " are above the "
			       "module's limit of %u",
			       j->o->sources ? "sources" : "segments", nr, j->info.max_vec);
	return 0;
}

static bool lists(const struct channel *c, unsigned int attr, uint32_t mask, uint64_t bit)
{
	return !(c->present & (1ULL << attr)) || (bit < 32 && mask & (1U << bit));
}

/* What a channel says of its peripheral's side. */
static int check_slave(const struct job *j, const struct worker *w)
{
	const struct channel *c = &w->ch;
	const struct mopts *o = j->o;
	struct err *e = &j->ctx->err;

	if (o->opcode != DMACTL_OP_SLAVE_SG)
		return 0;
	if (!lists(c, DMACTL_A_CHANNEL_DIRECTIONS, c->directions, w->direction))
		return err_set(e, EXIT_UNAVAILABLE,
			       "-d: %s does not go %s (dmactl info %s lists its "
			       "directions)",
			       c->stable, direction_name(w->direction), c->stable);
	if ((w->direction != MEM_TO_DEV &&
	     !lists(c, DMACTL_A_CHANNEL_SRC_WIDTHS, c->src_widths, o->width)) ||
	    (w->direction != DEV_TO_MEM &&
	     !lists(c, DMACTL_A_CHANNEL_DST_WIDTHS, c->dst_widths, o->width)))
		return err_set(e, EXIT_UNAVAILABLE,
			       "--width: %s does not do %" PRIu64 " bytes "
			       "(dmactl info %s lists its widths)",
			       c->stable, o->width, c->stable);
	if (c->present & (1ULL << DMACTL_A_CHANNEL_MAX_BURST) && c->max_burst &&
	    o->burst > c->max_burst)
		return err_set(e, EXIT_UNAVAILABLE,
			       "--burst: %s does at most %u accesses at a time, "
			       "not %" PRIu64,
			       c->stable, c->max_burst, o->burst);
	return 0;
}

static int check_worker(const struct job *j, const struct worker *w)
{
	struct err *e = &j->ctx->err;

	if (j->o->poll && (w->claim.traits & DMACTL_TRAIT_NO_ORDER))
		return err_set(e, EXIT_UNAVAILABLE,
			       "-p: %s completes out of order and cannot be "
			       "polled",
			       w->claim.name);
	if (check_sources(j, w) || check_slave(j, w))
		return -1;
	for (size_t i = 0; i < j->o->size.n && j->o->opcode != DMACTL_OP_INTERRUPT; i++)
		if (check_align(j, w, j->o->size.v[i]))
			return -1;
	return 0;
}

/* Of the memory that one operand takes. */
static uint64_t span(const struct mopts *o, uint64_t size)
{
	uint64_t gap = o->src_gap > o->dst_gap ? o->src_gap : o->dst_gap;

	return o->opcode == DMACTL_OP_INTERLEAVED ? size + (o->frames - 1) * gap : size;
}

/* The module counts steps, we count operations. */
static uint64_t steps(const struct job *j)
{
	uint64_t most = 1, n;

	for (size_t i = 0; j->o->opcode == DMACTL_OP_PQ && i < j->nr_workers; i++) {
		n = slots_pq_steps(j->o, j->workers[i].claim.max_pq);
		most = n > most ? n : most;
	}
	return most;
}

int job_check_cells(struct job *j)
{
	const struct mopts *o = j->o;
	struct err *e = &j->ctx->err;
	uint32_t most = j->info.max_depth < j->info.max_ops ? j->info.max_depth : j->info.max_ops;
	uint64_t per = steps(j);

	for (size_t i = 0; i < o->size.n; i++)
		if (span(o, o->size.v[i]) > j->info.max_buffer)
			return err_set(e, EXIT_UNAVAILABLE,
				       "%s: %" PRIu64
				       " bytes are above the module's limit of %" PRIu64
				       " for a buffer",
				       o->frames ? "--frames" : "-s", span(o, o->size.v[i]),
				       (uint64_t)j->info.max_buffer);
	for (size_t i = 0; i < o->depth.n; i++)
		if (o->depth.v[i] > most / per)
			return err_set(e, EXIT_UNAVAILABLE,
				       "-q: a depth of %" PRIu64
				       "%s is above the module's limit of "
				       "%u",
				       o->depth.v[i],
				       per > 1 ? ", each of several operations," : "", most);
	if (o->buffers > j->info.max_ops)
		return err_set(e, EXIT_UNAVAILABLE,
			       "--buffers: %" PRIu64 " are above the module's "
			       "limit of %u",
			       o->buffers, j->info.max_ops);
	if (check_vector(j))
		return -1;
	for (size_t i = 0; i < j->nr_workers; i++)
		if (check_worker(j, &j->workers[i]))
			return -1;
	return 0;
}

int job_skip(struct job *j, const char *what, const char *why)
{
	struct skip *s = vec_add(&j->skipped, sizeof(*s));

	if (!s)
		return err_set(&j->ctx->err, EXIT_FAILED, "out of memory");
	snprintf(s->job, sizeof(s->job), "%s", what);
	snprintf(s->why, sizeof(s->why), "%.255s", why);
	return 0;
}
