// SPDX-License-Identifier: GPL-2.0
/* The rig: its channel, claimed and given back, and its memory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check_rig.h"

#define ARENA (1ULL << 20) /* bytes of each side, unless a case needs more */
#define MOST  (64ULL << 20)

static int claim(struct rig *r)
{
	int ret;

	r->claim = (struct dmactl_claim){ .operations = 0 };
	ret = chan_claim(r->ctx, r->session, &r->ch, &r->claim);
	r->claimed = !ret;
	r->owner.channel = r->claim.channel;
	return ret;
}

static int check_align(struct rig *r)
{
	for (uint32_t op = 0; op < DMACTL_OP_CYCLIC; op++)
		if (r->o->align && rig_has(r, op) && op != DMACTL_OP_SLAVE_SG &&
		    r->o->align % rig_unit(r, op))
			return err_set(&r->ctx->err, EXIT_UNAVAILABLE,
				       "--align: the driver of %s asks for more with %s, and the "
				       "module keeps to that: a multiple of %" PRIu64,
				       r->ch.stable, op_name(op), rig_unit(r, op));
	return 0;
}

int rig_open(struct rig *r, struct check *c, const struct channel *ch)
{
	int ret;

	*r = (struct rig){
		.check = c,
		.ctx = c->ctx,
		.b = c->ctx->b,
		.o = c->o,
		.ch = *ch,
		.session = -1,
	};
	mopts_init(&r->memory, c->ctx, DMACTL_OP_MEMCPY);
	r->trials = calloc(MAX_TRIALS, sizeof(*r->trials));
	r->spots = calloc(MAX_SPOTS, sizeof(*r->spots));
	r->vecs = calloc(MAX_SPOTS, sizeof(*r->vecs));
	r->ops = calloc(MAX_STEPS, sizeof(*r->ops));
	r->deps = calloc(MAX_STEPS, sizeof(*r->deps));
	r->seqs = calloc(MAX_STEPS, sizeof(*r->seqs));
	r->comps = calloc(MAX_STEPS, sizeof(*r->comps));
	if (!r->trials || !r->spots || !r->vecs || !r->ops || !r->deps || !r->seqs || !r->comps) {
		err_set(&c->ctx->err, EXIT_FAILED, "out of memory");
		goto fail;
	}
	r->session = module_session(c->ctx, &c->info);
	if (r->session < 0)
		goto fail;
	r->owner = (struct owner){ r->b, r->session, 0, &r->memory };
	ret = claim(r);
	if (ret)
		chan_claim_failed(r->ch.stable, ret, &c->ctx->err);
	if (!ret && !check_align(r))
		return 0;
fail:
	rig_close(r);
	return -1;
}

static void drop_arena(struct rig *r, enum side side)
{
	struct arena *a = &r->arena[side];

	if (a->a.p)
		area_drop(&r->owner, &a->a);
	free(a->shadow);
	*a = (struct arena){ 0 };
}

static void drop_memory(struct rig *r)
{
	drop_arena(r, SRC);
	drop_arena(r, DST);
	if (r->reg_area.p)
		area_drop(&r->owner, &r->reg_area);
	r->reg_area = (struct area){ 0 };
}

void rig_close(struct rig *r)
{
	if (r->session >= 0) {
		drop_memory(r);
		/* Closing the session releases the channel. */
		r->b->close(r->session);
	}
	free(r->trials);
	free(r->spots);
	free(r->vecs);
	free(r->ops);
	free(r->deps);
	free(r->seqs);
	free(r->comps);
	*r = (struct rig){ .session = -1 };
}

int rig_again(struct rig *r)
{
	int ret = 0;

	drop_memory(r);
	if (r->claimed)
		ret = r->b->release(r->session, r->claim.channel);
	r->claimed = false;
	if (!ret)
		ret = claim(r);
	if (!ret)
		return 0;
	r->dead = true;
	snprintf(r->why_dead, sizeof(r->why_dead),
		 ret == -EBUSY ? "the channel is in quarantine: its engine could not be stopped" :
		 ret == -ENODEV || ret == -ENOENT ?
				 "the channel is gone: its provider was unbound" :
				 "the channel could not be claimed again: %s",
		 strerror(-ret));
	return -1;
}

int rig_arena(struct rig *r, enum side side, uint64_t bytes)
{
	struct arena *a = &r->arena[side];
	uint64_t want = bytes > ARENA ? bytes : ARENA;
	struct err e;

	if (a->a.p && a->a.bytes >= bytes)
		return 0;
	drop_arena(r, side);
	if (want > r->check->info.max_buffer)
		want = bytes;
	if (want > MOST)
		return rig_skip(r, "it would take %llu bytes of memory", (unsigned long long)want);
	a->shadow = malloc(want);
	if (!a->shadow)
		return rig_skip(r, "there is no memory of %llu bytes", (unsigned long long)want);
	if (!area_make(&r->owner, side, want, &a->a, &e))
		return 0;
	a->a.p = NULL;
	if (e.exit == EXIT_UNAVAILABLE)
		return rig_skip(r, "there is no buffer of %llu bytes (%s) for it",
				(unsigned long long)want, area_kind(&r->memory, side));
	return rig_fail(r, "%.500s", e.text);
}

void rig_kind(struct rig *r, uint32_t kind)
{
	if (r->memory.kind[SRC] == kind)
		return;
	drop_arena(r, SRC);
	drop_arena(r, DST);
	r->memory.kind[SRC] = kind;
	r->memory.kind[DST] = kind;
}

int rig_gone(struct rig *r)
{
	r->dead = true;
	snprintf(r->why_dead, sizeof(r->why_dead), "the channel is gone: its provider was unbound");
	return rig_fail(r, "%s", r->why_dead);
}

int rig_sync(struct rig *r, enum side side, uint32_t direction)
{
	struct arena *a = &r->arena[side];
	struct dmactl_buf_sync y = {
		.buffer = a->a.id,
		.direction = direction,
		.len = a->used,
	};
	int ret;

	if (!a->used)
		return 0;
	ret = r->b->buf_sync(r->session, &y);
	if (ret == -ENODEV)
		return rig_gone(r);
	return ret ? rig_fail(r, "a buffer could not be synced: %s", strerror(-ret)) : 0;
}

bool rig_has(const struct rig *r, uint32_t opcode)
{
	return r->claim.operations & r->check->info.operations & 1ULL << opcode;
}

/* The module reads what cannot be a shift as bytes, see dmactl(4). */
static uint64_t shift_bytes(unsigned int shift)
{
	uint64_t bytes = 1;

	if (shift <= 12)
		return 1ULL << shift;
	while (bytes < shift)
		bytes *= 2;
	return bytes;
}

/* What is a multiple of @width, too: 3 bytes, as FIFOs have them, are no power of two. */
static uint64_t common(uint64_t unit, uint32_t width)
{
	if (!width || !(unit % width))
		return unit;
	return width % unit ? unit * width : width;
}

/* A register's width, and no less than what the same engine asks for when it copies. */
static uint64_t slave_unit(const struct rig *r)
{
	uint64_t unit = common(shift_bytes(r->claim.align_copy), r->config.src_width);

	return common(unit, r->config.dst_width);
}

static uint64_t channel_unit(const struct rig *r, uint32_t opcode)
{
	switch (opcode) {
	case DMACTL_OP_MEMSET:
	case DMACTL_OP_MEMSET_SG:
		return shift_bytes(r->claim.align_fill);
	case DMACTL_OP_XOR:
	case DMACTL_OP_XOR_VAL:
		return shift_bytes(r->claim.align_xor);
	case DMACTL_OP_PQ:
	case DMACTL_OP_PQ_VAL:
		return shift_bytes(r->claim.align_pq);
	case DMACTL_OP_SLAVE_SG:
		return slave_unit(r);
	default:
		return shift_bytes(r->claim.align_copy);
	}
}

uint64_t rig_unit(const struct rig *r, uint32_t opcode)
{
	uint64_t unit = channel_unit(r, opcode);

	/* Less than the channel's own was refused at the start. */
	return r->o->align > unit ? r->o->align : unit;
}

uint64_t rig_count(const struct rig *r, uint64_t want, uint64_t least, uint64_t len,
		   unsigned int seconds)
{
	double one = (double)r->op_ns + r->byte_ns * (double)len, fit;

	if (!r->op_ns)
		return want < 64 ? want : 64;
	fit = one >= 1 ? 1e9 * seconds / one : (double)want;
	if (fit >= (double)want)
		return want;
	return fit > (double)least ? (uint64_t)fit : least;
}
