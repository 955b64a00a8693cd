// SPDX-License-Identifier: GPL-2.0
/* Defaults of the measuring options, and what can only be judged when all of them are read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "opts.h"
#include "out.h"

#define TIME_MAX (30 * 86400 * 1000000000ULL) /* far from the end of 63 bits */

void mopts_init(struct mopts *o, struct ctx *ctx, unsigned int opcode)
{
	*o = (struct mopts){
		.ctx = ctx,
		.opcode = opcode,
		.value = opcode == DMACTL_OP_MEMSET ? 0xa5 : 0,
		.sources = opcode == DMACTL_OP_XOR || opcode == DMACTL_OP_PQ ? 4 : 0,
		.segments = opcode == DMACTL_OP_SLAVE_SG,
		.latency = true,
		.kind = { DMACTL_BUF_PAGES, DMACTL_BUF_PAGES },
		.node = { DMACTL_NONE, DMACTL_NONE },
		.verify = VERIFY_SAMPLE,
		.seed = 1,
		.timeout_ns = 5000000000ULL,
		.repeat = 1,
		.warmup = { true, 100000000 },
	};
}

static void defaults(struct mopts *o)
{
	const char *env = getenv("DMACTL_CHANNEL");
	const char **p;

	if (!o->has_size)
		parse_list(o->opcode == DMACTL_OP_INTERRUPT ? "0" : "4K", parse_size, &o->size);
	if (!o->has_depth)
		parse_list("1", parse_count, &o->depth);
	if (!o->has_batch)
		parse_list("1", parse_count, &o->batch);
	if (!o->has_count && !o->has_time && !o->input)
		o->time_ns = 1000000000;
	if (!o->channels.n) {
		p = vec_add(&o->channels, sizeof(*p));
		if (p)
			*p = env && *env ? env : "any";
	}
	if (o->opcode == DMACTL_OP_INTERRUPT)
		o->verify = VERIFY_NONE;
	else if (o->input && o->verify == VERIFY_SAMPLE)
		o->verify = VERIFY_FULL; /* each piece is its buffer's last use */
}

static uint64_t least(const struct numlist *l)
{
	uint64_t v = UINT64_MAX;

	for (size_t i = 0; i < l->n; i++)
		v = l->v[i] < v ? l->v[i] : v;
	return v;
}

static uint64_t most(const struct numlist *l)
{
	uint64_t v = 0;

	for (size_t i = 0; i < l->n; i++)
		v = l->v[i] > v ? l->v[i] : v;
	return v;
}

static void check_cells(const struct mopts *o, const struct argp_state *st)
{
	if (o->opcode == DMACTL_OP_INTERRUPT) {
		if (o->has_size)
			opt_error(st, "-s: interrupt moves nothing, it has no size");
	} else if (!least(&o->size)) {
		opt_error(st, "-s: 0 is no size: an operation moves at least 1 byte");
	}
	if (!least(&o->depth))
		opt_error(st, "-q: 0 is no depth: at least 1 operation is in flight");
	if (!least(&o->batch))
		opt_error(st, "-b: 0 is no batch: a submit call takes at least 1 operation");
	if (most(&o->batch) > least(&o->depth))
		opt_error(st,
			  "-b: a batch of %llu is larger than a depth of %llu: it would never "
			  "fit",
			  (unsigned long long)most(&o->batch),
			  (unsigned long long)least(&o->depth));
	if (o->buffers && o->buffers < most(&o->depth))
		opt_error(st,
			  "--buffers: %llu are fewer than a depth of %llu: operations in "
			  "flight would share a destination",
			  (unsigned long long)o->buffers, (unsigned long long)most(&o->depth));
}

static void check_files(const struct mopts *o, const struct argp_state *st)
{
	bool one = o->size.n == 1 && o->depth.n == 1 && o->batch.n == 1 && o->repeat == 1;

	if (o->input && o->opcode != DMACTL_OP_MEMCPY)
		opt_error(st, "--input: only memcpy has a source");
	if (o->input && (o->has_count || o->has_time))
		opt_error(st, "--input sends the file once: -n and -t cannot bound it");
	if (o->save && o->opcode == DMACTL_OP_INTERRUPT)
		opt_error(st, "--save: interrupt has no destination");
	if (o->save && (!one || o->channels.n > 1))
		opt_error(st, "--save needs one channel, one size, one depth, one batch and no "
			      "--repeat");
}

/* Operations then start by the clock, which only user space can keep to. */
static void open_loop(struct mopts *o, const struct argp_state *st)
{
	if (o->has_mode && !o->submit)
		opt_error(st, "--rate: operations are started one by one: only with -m submit");
	if (o->input || mopts_pair(o))
		opt_error(st, "--rate: %s is as fast as it goes",
			  o->input ? "--input" : "--endpoint loopback");
	if (!o->latency)
		opt_error(st, "--rate needs the stamps that --no-latency leaves out");
	if (most(&o->batch) > 1)
		opt_error(st, "-b: with --rate each operation is submitted when it is due");
	o->submit = true;
}

void mopts_finish(struct mopts *o, const struct argp_state *st)
{
	defaults(o);
	if (o->rate)
		open_loop(o, st);
	if (o->submit && o->poll)
		opt_error(st, "-p: completions are polled in the kernel: only with -m run");
	if (o->submit && o->map_each)
		opt_error(st, "--map each: only with -m run");
	if (o->map_each && (o->kind[SRC] != DMACTL_BUF_PAGES || o->kind[DST] != DMACTL_BUF_PAGES))
		opt_error(st, "--map each: a %s buffer is mapped for good: only with -B pages",
			  o->kind[SRC] == DMACTL_BUF_COHERENT ||
					  o->kind[DST] == DMACTL_BUF_COHERENT ?
				  "coherent" :
				  "user or dma-buf");
	if (o->timeout_ns > TIME_MAX || o->time_ns > TIME_MAX ||
	    (o->warmup.is_time && o->warmup.value > TIME_MAX))
		opt_error(st, "-t, -T and -w: at most 30 days");
	if (o->plot && !out_human(o->ctx))
		argp_error(st, "--plot is drawn below the table: not with JSON on standard output");
	if (o->plot && !o->latency && o->size.n * o->depth.n * o->batch.n == 1)
		argp_error(st, "--plot draws the latencies that --no-latency leaves out");
	if (!o->latency && o->samples)
		opt_error(st, "--samples needs the stamps that --no-latency leaves out");
	for (int i = 0; i < 2; i++) {
		if (o->align && o->offset[i] >= o->align)
			opt_error(st, "--offset: %llu is not below the alignment %llu",
				  (unsigned long long)o->offset[i], (unsigned long long)o->align);
		if (o->offset[i] >= 1 << 20)
			opt_error(st, "--offset: at most 1M - 1");
		if (o->node[i] > DMACTL_NONE)
			opt_error(st, "--node: there is no such node");
	}
	if (o->align > 1 << 20)
		opt_error(st, "--align: at most 1M");
	mopts_finish_own(o, st);
	check_cells(o, st);
	check_files(o, st);
}

void mopts_free(struct mopts *o)
{
	free(o->size.v);
	free(o->depth.v);
	free(o->batch.v);
	free(o->cpus.v);
	vec_free(&o->channels);
	vec_free(&o->limits);
	vec_free(&o->labels);
	free(o->dma_buf[SRC]);
	free(o->dma_buf[DST]);
}
