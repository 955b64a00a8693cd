// SPDX-License-Identifier: GPL-2.0
/* What the CPU makes of the same work in the same buffers: the line that an engine has to pass. */
#include <string.h>

#include "stop.h"
#include "worker.h"

#define LONGEST_NS 50000000ULL
#define PASS_NS	   1000000ULL	/* between two looks at the clock, about */
#define MOST_OPS   (1ULL << 19) /* enough for any clock */
#define MOST_BYTES (1ULL << 28)

static void work(const struct worker *w, size_t slot)
{
	const struct slot *v = &w->slots.v[slot];

	if (w->o->opcode == DMACTL_OP_MEMSET)
		memset(v->dst->p, (int)w->o->value, v->len);
	else
		memcpy(v->dst->p, v->src->p, v->len);
	/* It must not see that nobody reads what was written. */
	__asm__ volatile("" : : "r"(v->dst->p) : "memory");
}

static uint64_t pass(const struct worker *w, uint64_t from, uint64_t n)
{
	uint64_t begin = w->ctx->b->now();

	for (uint64_t i = 0; i < n; i++)
		work(w, (size_t)((from + i) % w->slots.n));
	return w->ctx->b->now() - begin;
}

int worker_cpu_line(struct worker *w)
{
	uint64_t most = w->o->time_ns && w->o->time_ns < LONGEST_NS ? w->o->time_ns : LONGEST_NS;
	uint64_t enough = MOST_BYTES / w->r->cell.size;
	uint64_t done = 0, span = 0, n = w->slots.n, ns, cpu;
	struct result *r = w->cpu_line;

	if (slots_sync(&w->slots, DMACTL_SYNC_CPU, &w->err))
		return -1;
	/* As warm as the engine's: each buffer once before it counts. */
	pass(w, 0, w->slots.n);
	cpu = w->ctx->b->cpu_time();
	enough = enough > MOST_OPS ? MOST_OPS : enough ? enough : 1;
	if (w->o->count && w->o->count < enough)
		enough = w->o->count;
	while (span < most && !stop_asked && done < enough) {
		if (n > enough - done)
			n = enough - done;
		ns = pass(w, done, n);
		done += n;
		span += ns;
		if (ns < PASS_NS / 2)
			n *= 2;
	}
	r->cpu_ns = w->ctx->b->cpu_time() - cpu;
	r->operations = done;
	r->done = done;
	r->bytes = done * r->cell.size;
	r->elapsed_ns = span;
	return slots_sync(&w->slots, DMACTL_SYNC_DEVICE, &w->err);
}
