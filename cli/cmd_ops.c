// SPDX-License-Identifier: GPL-2.0
/* xor, pq, interleave, sg: the shared options, and those of their own. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "measure_cmd.h"

enum {
	OPT_SOURCES = 0x3100,
	OPT_CHECK,
	OPT_NO_P,
	OPT_NO_Q,
	OPT_FRAMES,
	OPT_CHUNK,
	OPT_SRC_GAP,
	OPT_DST_GAP,
	OPT_SEGMENTS,
	OPT_FLOW,
};

static void direction(struct argp_state *st, struct mopts *o, const char *arg)
{
	for (uint32_t i = 0; i < NR_DIRECTIONS; i++) {
		if (!strcmp(arg, direction_name(i))) {
			o->direction = i;
			o->has_direction = true;
			return;
		}
	}
	opt_error(st, "-d: '%s' is not mem-to-dev, dev-to-mem, mem-to-mem or dev-to-dev", arg);
}

static error_t sg_opt(int key, char *arg, struct argp_state *st, struct mopts *o)
{
	switch (key) {
	case 'd':
		direction(st, o, arg);
		return 0;
	case OPT_SEGMENTS:
		opt_number(st, "--segments", arg, 1, &o->segments);
		return 0;
	case OPT_FLOW:
		if (strcmp(arg, "device") && strcmp(arg, "dma"))
			opt_error(st, "--flow-control: '%s' is neither device nor dma", arg);
		o->device_flow = !strcmp(arg, "device");
		return 0;
	default:
		return opt_peripheral(key, arg, st, o);
	}
}

static error_t own_opt(int key, char *arg, struct argp_state *st)
{
	struct mopts *o = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = o;
		return 0;
	case OPT_SOURCES:
		opt_number(st, "--sources", arg, 1, &o->sources);
		return 0;
	case OPT_CHECK:
		o->check = true;
		return 0;
	case OPT_NO_P:
		o->no_p = true;
		return 0;
	case OPT_NO_Q:
		o->no_q = true;
		return 0;
	case OPT_FRAMES:
		opt_number(st, "--frames", arg, 1, &o->frames);
		return 0;
	case OPT_CHUNK:
		opt_bad(st, parse_size(arg, &o->chunk) ?: (o->chunk ? 0 : -EINVAL), "--chunk", arg,
			"a size of at least 1");
		return 0;
	case OPT_SRC_GAP:
		opt_bad(st, parse_size(arg, &o->src_gap), "--src-gap", arg, "a size");
		return 0;
	case OPT_DST_GAP:
		opt_bad(st, parse_size(arg, &o->dst_gap), "--dst-gap", arg, "a size");
		return 0;
	default:
		return sg_opt(key, arg, st, o);
	}
}

static const struct argp_child children[] = { { &measure_argp, 0, NULL, 0 }, { 0 } };

static const struct argp_option xor_options[] = {
	{ "sources", OPT_SOURCES, "N", 0, "Sources (4)", 1 },
	{ "check", OPT_CHECK, NULL, 0, "Check a parity, good and spoiled, instead", 1 },
	{ 0 },
};

const struct argp xor_argp = {
	.options = xor_options,
	.parser = own_opt,
	.children = children,
	.doc = "Xor sources into a destination, or check their parity, and measure it.",
};

static const struct argp_option pq_options[] = {
	{ "sources", OPT_SOURCES, "N", 0, "Sources (4)", 1 },
	{ "no-p", OPT_NO_P, NULL, 0, "Only Q", 1 },
	{ "no-q", OPT_NO_Q, NULL, 0, "Only P", 1 },
	{ "check", OPT_CHECK, NULL, 0, "Check P and Q, good and spoiled, instead", 1 },
	{ 0 },
};

const struct argp pq_argp = {
	.options = pq_options,
	.parser = own_opt,
	.children = children,
	.doc = "Compute P and Q of RAID-6, or check them, and measure it.\v"
	       "Q is the sum of {02}^i times source i over 0x11d. More sources than the "
	       "channel takes are done by several operations, with -m submit.",
};

static const struct argp_option interleave_options[] = {
	{ "frames", OPT_FRAMES, "N", 0, "Frames, each of one chunk", 1 },
	{ "chunk", OPT_CHUNK, "SIZE", 0, "Bytes of a chunk", 1 },
	{ "src-gap", OPT_SRC_GAP, "SIZE", 0, "Bytes between chunks of the source (0)", 1 },
	{ "dst-gap", OPT_DST_GAP, "SIZE", 0, "Bytes between chunks of the destination (0)", 1 },
	{ 0 },
};

const struct argp interleave_argp = {
	.options = interleave_options,
	.parser = own_opt,
	.children = children,
	.doc = "Copy chunks with gaps between them and measure it.",
};

static const struct argp_option sg_options[] = {
	{ "direction", 'd', "DIRECTION", 0,
	  "mem-to-dev, dev-to-mem, mem-to-mem or "
	  "dev-to-dev",
	  1 },
	{ "segments", OPT_SEGMENTS, "N", 0, "Segments of an operation (1)", 1 },
	{ "endpoint", OPT_ENDPOINT, "EP", 0,
	  "The peripheral: sink, source or loopback "
	  "(of dma-sim), buffer, line or raw:ADDRESS",
	  1 },
	{ "width", OPT_WIDTH, "BYTES", 0, "Bytes of an access to the peripheral (4)", 1 },
	{ "burst", OPT_BURST, "N", 0, "Accesses of a burst (the driver's choice)", 1 },
	{ "flow-control", OPT_FLOW, "device|dma", 0, "Who says how much is moved (dma)", 1 },
	{ 0 },
};

const struct argp sg_argp = {
	.options = sg_options,
	.parser = own_opt,
	.children = children,
	.doc = "Move segments of memory to or from a peripheral and measure it.",
};
