// SPDX-License-Identifier: GPL-2.0
/* Options of single measuring commands: what only shows when all of them are read. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "opts.h"

static const char *const directions[NR_DIRECTIONS] = {
	"mem-to-mem",
	"mem-to-dev",
	"dev-to-mem",
	"dev-to-dev",
};

static const char *const endpoints[] = {
	[DMACTL_EP_SOURCE] = "source",	   [DMACTL_EP_SINK] = "sink",
	[DMACTL_EP_LOOPBACK] = "loopback", [DMACTL_EP_LINE] = "line",
	[DMACTL_EP_BUFFER] = "buffer",	   [DMACTL_EP_RAW] = "raw",
};

const char *direction_name(uint32_t direction)
{
	return direction < NR_DIRECTIONS ? directions[direction] : "unknown";
}

const char *endpoint_name(uint32_t endpoint)
{
	return endpoint && endpoint <= DMACTL_EP_RAW ? endpoints[endpoint] : "unknown";
}

static void opt_endpoint(struct argp_state *st, struct mopts *o, const char *arg)
{
	if (!strncmp(arg, "raw:", 4) && !parse_number(arg + 4, &o->address)) {
		o->endpoint = DMACTL_EP_RAW;
		return;
	}
	for (uint32_t i = DMACTL_EP_SOURCE; i < DMACTL_EP_RAW; i++) {
		if (!strcmp(arg, endpoint_name(i))) {
			o->endpoint = i;
			return;
		}
	}
	opt_error(st,
		  "--endpoint: '%s' is not buffer, source, sink, loopback, line or "
		  "raw:ADDRESS",
		  arg);
}

void opt_number(struct argp_state *st, const char *option, const char *arg, uint64_t least,
		uint64_t *out)
{
	int ret = parse_count(arg, out);

	if (!ret && (*out < least || *out > UINT32_MAX))
		ret = *out < least ? -EINVAL : -ERANGE;
	opt_bad(st, ret, option, arg, least ? "a number of at least 1" : "a number");
}

error_t opt_peripheral(int key, char *arg, struct argp_state *st, struct mopts *o)
{
	switch (key) {
	case OPT_ENDPOINT:
		opt_endpoint(st, o, arg);
		return 0;
	case OPT_WIDTH:
		opt_number(st, "--width", arg, 1, &o->width);
		return 0;
	case OPT_BURST:
		opt_number(st, "--burst", arg, 1, &o->burst);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

bool mopts_pair(const struct mopts *o)
{
	return o->endpoint == DMACTL_EP_LOOPBACK &&
	       (o->direction == MEM_TO_DEV || o->direction == DEV_TO_MEM);
}

static void check_parity(struct mopts *o, const struct argp_state *st)
{
	bool pq = o->opcode == DMACTL_OP_PQ;

	if (o->no_p && o->no_q)
		opt_error(st, "--no-p and --no-q: neither P nor Q is left");
	if (o->sources < (pq ? 1 : 2))
		opt_error(st, "--sources: %s", pq ? "pq takes at least 1" : "xor takes at least 2");
	if (o->check)
		o->opcode = pq ? DMACTL_OP_PQ_VAL : DMACTL_OP_XOR_VAL;
}

static void check_frames(struct mopts *o, const struct argp_state *st)
{
	uint64_t gap = o->src_gap > o->dst_gap ? o->src_gap : o->dst_gap, step, span;

	if (!o->frames || !o->chunk)
		opt_error(st, "interleave needs --frames and --chunk");
	if (o->has_size)
		opt_error(st, "-s: the size of interleave is --frames times --chunk");
	if (__builtin_add_overflow(o->chunk, gap, &step) ||
	    __builtin_mul_overflow(o->frames, step, &span) || span > INT64_MAX)
		opt_error(st, "--frames: so many frames of that size are more than 63 bits");
	o->size.v[0] = o->frames * o->chunk;
}

int mopts_segments(const struct mopts *o, struct err *e)
{
	for (size_t i = 0; i < o->size.n; i++)
		if (o->size.v[i] < o->segments * o->width)
			return err_set(e, EXIT_USAGE,
				       "-s: %" PRIu64 " bytes are too few for %" PRIu64
				       " segments of at least %" PRIu64,
				       o->size.v[i], o->segments, o->width);
	return 0;
}

static void check_segments(const struct mopts *o, const struct argp_state *st)
{
	struct err e;

	if (mopts_segments(o, &e))
		opt_error(st, "%s", e.text);
}

static void check_endpoint(struct mopts *o, const struct argp_state *st)
{
	bool gives = o->direction == DEV_TO_MEM || o->direction == DEV_TO_DEV;
	bool takes = o->direction != DEV_TO_MEM;

	if (!o->endpoint)
		o->endpoint = gives ? DMACTL_EP_SOURCE : DMACTL_EP_SINK;
	if (o->endpoint == DMACTL_EP_SOURCE && !gives)
		opt_error(st, "--endpoint source: it only gives, -d dev-to-mem");
	if (o->endpoint == DMACTL_EP_SINK && !takes)
		opt_error(st, "--endpoint sink: it only takes, -d mem-to-dev");
	if (o->endpoint == DMACTL_EP_LOOPBACK && !mopts_pair(o))
		opt_error(st, "--endpoint loopback: one channel sends and one receives, -d "
			      "mem-to-dev or dev-to-mem");
}

static void check_slave(struct mopts *o, const struct argp_state *st)
{
	if (!o->has_direction)
		opt_error(st, "sg needs a direction: -d mem-to-dev, dev-to-mem, mem-to-mem or "
			      "dev-to-dev");
	check_endpoint(o, st);
	/* That of a line is known with its channel. */
	if (!o->width && o->endpoint != DMACTL_EP_LINE)
		o->width = 4;
	if (o->direction == DEV_TO_DEV && o->segments != 1)
		opt_error(st, "--segments: from device to device there is no memory to cut");
	if (o->width > 64)
		opt_error(st, "--width: at most 64 bytes");
	for (size_t i = 0; i < o->size.n; i++)
		if (o->width && o->size.v[i] % o->width)
			opt_error(st, "-s: %llu bytes are no multiple of the width %llu",
				  (unsigned long long)o->size.v[i], (unsigned long long)o->width);
	check_segments(o, st);
}

void mopts_finish_own(struct mopts *o, const struct argp_state *st)
{
	if (o->map_each && o->opcode > DMACTL_OP_INTERRUPT)
		opt_error(st, "--map each: only memcpy, memset without segments, and interrupt");
	switch (o->opcode) {
	case DMACTL_OP_XOR:
	case DMACTL_OP_PQ:
		check_parity(o, st);
		break;
	case DMACTL_OP_INTERLEAVED:
		check_frames(o, st);
		break;
	case DMACTL_OP_MEMSET_SG:
		check_segments(o, st);
		break;
	case DMACTL_OP_SLAVE_SG:
		check_slave(o, st);
		break;
	default:
		break;
	}
	if (o->save &&
	    (o->check || (o->opcode == DMACTL_OP_SLAVE_SG && o->direction != DEV_TO_MEM)))
		opt_error(st, "--save: there is no destination in memory");
}
