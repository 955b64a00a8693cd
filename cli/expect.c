// SPDX-License-Identifier: GPL-2.0
/* What belongs into the slots, computed by the CPU from the seed alone. */
#include <string.h>

#include "data.h"
#include "gf.h"
#include "pattern.h"

#define SOURCE_SEED 0x736f75726365ULL /* sources differ from each other */
#define PART	    1024

void slots_source(const struct slots *s, const struct slot *v, size_t src, uint64_t from,
		  uint8_t *out, size_t len)
{
	pattern_part(out, len, s->o->seed + src * SOURCE_SEED, v->use, from);
}

/* The xor of all sources, or for @q their sum with the coefficients of Q. */
static void parity(const struct slots *s, const struct slot *v, bool q, uint64_t from, uint8_t *out,
		   size_t len)
{
	uint8_t part[PART];
	size_t n;

	memset(out, 0, len);
	for (; len; len -= n, out += n, from += n) {
		n = len < PART ? len : PART;
		for (size_t i = 0; i < s->o->sources; i++) {
			slots_source(s, v, i, from, part, n);
			gf_mul_add(out, part, q ? gf_coef((unsigned int)i) : 1, n);
		}
	}
}

static void interleaved(const struct slots *s, const struct slot *v, uint64_t from, uint8_t *out,
			size_t len)
{
	uint64_t chunk = s->frames.chunk, in;
	size_t n;

	for (; len; len -= n, out += n, from += n) {
		in = from % chunk;
		n = len < chunk - in ? len : (size_t)(chunk - in);
		slots_source(s, v, 0, from / chunk * (chunk + s->frames.src_gap) + in, out, n);
	}
}

void slots_stream(uint64_t from, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++, from++)
		out[i] = (uint8_t)((uint32_t)(from / 4) >> (8 * (from % 4)));
}

/* What the peripheral gives. */
static void received(const struct slots *s, const struct slot *v, uint64_t from, uint8_t *out,
		     size_t len)
{
	switch (s->o->endpoint) {
	case DMACTL_EP_SOURCE:
		slots_stream(v->stream * s->size + from, out, len);
		break;
	case DMACTL_EP_BUFFER:
		for (size_t i = 0; i < len; i++)
			out[i] = s->reg[(from + i) % s->o->width];
		break;
	default: /* a loopback: what the other channel's slot of this number sends */
		slots_source(s, v, 0, from, out, len);
	}
}

bool slots_is_q(const struct slots *s, size_t dst)
{
	return (s->o->opcode == DMACTL_OP_PQ || s->o->opcode == DMACTL_OP_PQ_VAL) &&
	       (dst == 1 || s->o->no_p);
}

void slots_expect(const struct slots *s, const struct slot *v, size_t dst, uint64_t from,
		  uint8_t *out, size_t len)
{
	switch (s->o->opcode) {
	case DMACTL_OP_MEMSET:
	case DMACTL_OP_MEMSET_SG:
		memset(out, (int)s->o->value, len);
		break;
	case DMACTL_OP_XOR:
	case DMACTL_OP_XOR_VAL:
	case DMACTL_OP_PQ:
	case DMACTL_OP_PQ_VAL:
		parity(s, v, slots_is_q(s, dst), from, out, len);
		break;
	case DMACTL_OP_INTERLEAVED:
		interleaved(s, v, from, out, len);
		break;
	case DMACTL_OP_SLAVE_SG:
		received(s, v, from, out, len);
		break;
	default:
		if (v->data)
			memcpy(out, v->data + from, len);
		else
			slots_source(s, v, 0, from, out, len);
	}
}

bool slots_stretch(const struct slots *s, const struct slot *v, size_t dst, uint64_t i,
		   struct stretch *out)
{
	const struct place *p = &v->dst[dst];

	if (s->o->opcode == DMACTL_OP_INTERLEAVED) {
		*out = (struct stretch){
			.at = i * (s->frames.chunk + s->frames.dst_gap),
			.data = i * s->frames.chunk,
			.len = s->frames.chunk,
		};
		return i < s->frames.frames;
	}
	/* Of a file's last piece the place is longer than the data. */
	*out = (struct stretch){ .data = p->base, .len = v->data ? v->len : p->len };
	return !i;
}
