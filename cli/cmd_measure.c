// SPDX-License-Identifier: GPL-2.0
/* memcpy, memset, interrupt, and what they have of their own; all that measure operations. */
#include <stdlib.h>
#include <string.h>

#include "measure_cmd.h"

enum { OPT_VALUE = 0x3000, OPT_SEGMENTS };

static error_t pass_on(int key, char *arg, struct argp_state *st)
{
	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	st->child_inputs[0] = st->input;
	return 0;
}

static error_t memset_opt(int key, char *arg, struct argp_state *st)
{
	struct mopts *o = st->input;

	if (key == ARGP_KEY_INIT)
		return pass_on(key, arg, st);
	if (key == OPT_SEGMENTS) {
		if (parse_count(arg, &o->segments) || !o->segments)
			opt_error(st, "--segments: '%s' is not a number of at least 1", arg);
		o->opcode = DMACTL_OP_MEMSET_SG;
		o->width = 1;
		return 0;
	}
	if (key != OPT_VALUE)
		return ARGP_ERR_UNKNOWN;
	if (parse_number(arg, &o->value) || o->value > 255)
		opt_error(st, "--value: '%s' is not a byte, 0 to 255 or 0x00 to 0xff", arg);
	return 0;
}

static const struct argp_child children[] = { { &measure_argp, 0, NULL, 0 }, { 0 } };

static const struct argp memcpy_argp = {
	.parser = pass_on,
	.children = children,
	.doc = "Copy memory to memory and measure it.\v"
	       "SIZE: bytes; K, M, G are powers of 1024. COUNT: k, M are powers of 1000. "
	       "TIME: ns, us, ms, s or min. LIST: 64,4K,1M. SWEEP: 64:1M:*4 or 4K:64K:+4K.",
};

static const struct argp_option memset_options[] = {
	{ "value", OPT_VALUE, "BYTE", 0, "The byte to write (0xa5)", 1 },
	{ "segments", OPT_SEGMENTS, "N", 0, "Fill N segments in one operation", 1 },
	{ 0 },
};

static const struct argp memset_argp = {
	.options = memset_options,
	.parser = memset_opt,
	.children = children,
	.doc = "Fill memory with a byte and measure it.",
};

static const struct argp interrupt_argp = {
	.parser = pass_on,
	.children = children,
	.doc = "Complete without moving anything: what an operation costs at least.",
};

static const struct measure_cmd commands[] = {
	{ "memcpy", DMACTL_OP_MEMCPY, &memcpy_argp },
	{ "memset", DMACTL_OP_MEMSET, &memset_argp },
	{ "xor", DMACTL_OP_XOR, &xor_argp },
	{ "pq", DMACTL_OP_PQ, &pq_argp },
	{ "interleave", DMACTL_OP_INTERLEAVED, &interleave_argp },
	{ "sg", DMACTL_OP_SLAVE_SG, &sg_argp },
	{ "interrupt", DMACTL_OP_INTERRUPT, &interrupt_argp },
};

const struct measure_cmd *measure_cmd(size_t i)
{
	return i < sizeof(commands) / sizeof(commands[0]) ? &commands[i] : NULL;
}

const struct measure_cmd *measure_cmd_find(const char *name)
{
	const struct measure_cmd *c;

	for (size_t i = 0; (c = measure_cmd(i)); i++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

int cmd_measure(struct ctx *ctx, int argc, char **argv)
{
	const struct measure_cmd *c = measure_cmd_find(ctx->name);
	struct mopts o;
	int ret;

	if (!c)
		return err_set(&ctx->err, EXIT_USAGE, "%s measures nothing", ctx->name);
	mopts_init(&o, ctx, c->opcode);
	cmd_parse(c->argp, argc, argv, &o);
	ret = job_main(ctx, &o);
	mopts_free(&o);
	return ret;
}
