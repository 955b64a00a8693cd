// SPDX-License-Identifier: GPL-2.0
/* What bench makes of results: medians' break-even; when operations of an open loop start. */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "pace.h"
#include "tap.h"

static const uint64_t sizes[] = { 4096, 64, 1024 }, depths[] = { 1, 8 }, batches[] = { 1 };

struct stand {
	struct bench b;
	struct unit u, *list[1];
	struct measure_cmd cmd;
};

static void make(struct stand *s)
{
	struct bench_row *r;

	*s = (struct stand){ .cmd = { .name = "memcpy" } };
	s->list[0] = &s->u;
	s->b.units = (struct vec){ s->list, 1 };
	s->u.cmd = &s->cmd;
	s->u.o.size = (struct numlist){ (uint64_t *)sizes, 3 };
	s->u.o.depth = (struct numlist){ (uint64_t *)depths, 2 };
	s->u.o.batch = (struct numlist){ (uint64_t *)batches, 1 };
	s->u.j.nr_workers = 1;
	for (int i = 0; i < 6; i++) {
		r = vec_add(&s->u.rows, sizeof(*r));
		r->cell = (struct cell){ sizes[i / 2], depths[i % 2], 1, 0 };
	}
}

static void unmake(struct stand *s)
{
	struct bench_row *r = s->u.rows.v;

	for (size_t i = 0; i < s->u.rows.n; i++) {
		free(r[i].rates.v);
		free(r[i].ops.v);
		free(r[i].cpu.v);
	}
	free(r);
}

static void took(struct stand *s, uint64_t size, uint64_t depth, uint64_t rate, bool cpu)
{
	struct channel ch = { 0 };
	struct result r = {
		.ch = &ch,
		.cell = { size, depth, 1, 1 },
		.valid = true,
		.operations = 1,
		.bytes = rate,
		.elapsed_ns = 1000000000,
	};

	bench_take(&s->u.j, &r, cpu);
}

/* The size of the break-even at a depth: -1 none. */
static int64_t even(const struct stand *s, size_t depth)
{
	struct json_object *list = bench_break_even(&s->b);
	struct json_object *one = json_object_array_get_idx(list, depth);
	struct json_object *size = json_object_object_get(one, "size");
	int64_t v = size ? json_object_get_int64(size) : -1;

	json_object_put(list);
	return v;
}

static void break_even(void)
{
	struct stand s;

	make(&s);
	for (int i = 0; i < 3; i++)
		took(&s, sizes[i], 1, 100, true);
	/* The median counts: one repeat far off changes nothing. */
	for (int i = 0; i < 2; i++) {
		took(&s, 64, 1, 10, false);
		took(&s, 1024, 1, 200, false);
		took(&s, 4096, 1, 300, false);
		took(&s, 64, 8, 200, false);
		took(&s, 1024, 8, 100, false);
		took(&s, 4096, 8, 50, false);
	}
	took(&s, 64, 1, 100000, false);
	took(&s, 4096, 1, 1, false);
	ok(even(&s, 0) == 1024, "the smallest size from which on the engine is faster");
	ok(even(&s, 1) == -1, "not where it is slower at a larger size");
	took(&s, 4096, 8, 101, false);
	took(&s, 4096, 8, 101, false);
	took(&s, 4096, 8, 101, false);
	ok(even(&s, 1) == 4096, "as fast as the CPU is not faster");
	unmake(&s);
}

static void pace(void)
{
	struct pace p;
	uint64_t before = 0, gaps = 0, least = UINT64_MAX;

	pace_init(&p, 1000, false, 1);
	pace_begin(&p, 5000);
	ok(pace_due(&p) == 5000, "the first operation starts at once");
	pace_next(&p);
	ok(pace_due(&p) == 1005000, "the next one after the gap");
	ok(pace_end(&p, 805000) == 0, "a window that ends before has missed none");
	pace_begin(&p, 9000000);
	ok(pace_due(&p) == 9200000, "the rest of the gap is waited for in the next window");
	ok(pace_end(&p, 12700000) == 3, "those that were due and have not started are missed");
	pace_begin(&p, 20000000);
	ok(pace_due(&p) == 20000000, "... and not made up for");
	pace_init(&p, 1000000, true, 7);
	pace_begin(&p, 0);
	for (int i = 0; i < 100000; i++) {
		pace_next(&p);
		gaps += pace_due(&p) - before;
		least = pace_due(&p) - before < least ? pace_due(&p) - before : least;
		before = pace_due(&p);
	}
	ok(gaps > 98000000 && gaps < 102000000 && least < 2,
	   "poisson: the mean is kept, gaps differ");
}

int main(void)
{
	break_even();
	pace();
	return tap_done();
}
