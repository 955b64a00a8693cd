// SPDX-License-Identifier: GPL-2.0
/* Medians over the repeats, as a table; where the engine overtakes the CPU. */
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "limit.h"

static void keep(struct vec *v, double value)
{
	double *p = vec_add(v, sizeof(*p));

	if (p)
		*p = value;
}

/* Of the channel, or where there are several, of all together. */
void bench_take(struct job *j, const struct result *r, bool cpu)
{
	struct unit *u = (struct unit *)((char *)j - offsetof(struct unit, j));
	struct bench_row *row = u->rows.v;
	bool several = j->nr_workers > 1;
	double bytes, ops, v;

	while (row->cell.size != r->cell.size || row->cell.depth != r->cell.depth ||
	       row->cell.batch != r->cell.batch)
		row++;
	if (!cpu)
		bench_judge(row, r, several);
	if (!result_throughput(r, &bytes, &ops) || (!cpu && several && r->ch))
		return;
	if (cpu) {
		keep(&row->cpu, bytes);
		return;
	}
	row->elapsed_ns += r->elapsed_ns;
	keep(&row->rates, bytes);
	keep(&row->ops, ops);
	if (result_metric(r, ST_TOTAL, M_P50, &v))
		keep(&row->p50, v);
	if (result_metric(r, ST_TOTAL, M_P99, &v))
		keep(&row->p99, v);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_median(const struct vec *v)
{
	double *p = v->v;

	if (!v->n)
		return NAN;
	qsort(p, v->n, sizeof(*p), ascending);
	return v->n % 2 ? p[v->n / 2] : (p[v->n / 2 - 1] + p[v->n / 2]) / 2;
}

/* The CPU was measured at the first depth and batch of each size. */
static double cpu_rate(const struct unit *u, uint64_t size)
{
	const struct bench_row *r = u->rows.v;

	for (size_t i = 0; i < u->rows.n; i++)
		if (r[i].cell.size == size && r[i].cpu.n)
			return bench_median(&r[i].cpu);
	return NAN;
}

const char *bench_duration(uint64_t ns, char *buf, size_t size)
{
	uint64_t s = (ns + 500000000) / 1000000000;

	if (s < 60)
		snprintf(buf, size, "%" PRIu64 " s", s);
	else if (s < 3600)
		snprintf(buf, size, "%" PRIu64 ":%02" PRIu64 " min", s / 60, s % 60);
	else
		snprintf(buf, size, "%" PRIu64 ":%02" PRIu64 " h", s / 3600, s / 60 % 60);
	return buf;
}

static size_t cells(const struct bench *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->units.n; i++)
		n += ((struct unit **)b->units.v)[i]->rows.n;
	return n;
}

static void head(const struct bench *b)
{
	char text[32];

	printf("%s: %zu measurements of %zu cells, about %s\n", b->file.name, b->steps.n, cells(b),
	       bench_duration(b->planned_ns, text, sizeof(text)));
	out_flush();
}

static void rate_cell(double bytes, int width)
{
	if (isnan(bytes))
		printf("%*s", width, "-");
	else
		printf("%*.*f", width,
		       bytes >= 99.95e9 ? 1 :
		       bytes >= 9.995e9 ? 2 :
					  3,
		       bytes / 1e9);
}

static void time_cell(const struct vec *v)
{
	char text[32];

	printf("%8s", v->n ? time_text(bench_median(v), text, sizeof(text)) : "-");
}

/* From the slowest repeat to the fastest, in percent of the median. */
static void range_cell(const struct vec *v)
{
	double mid = bench_median(v), *p = v->v;

	if (v->n < 2 || !(mid > 0))
		printf("%8s", "-");
	else
		printf("%7.1f%%", (p[v->n - 1] - p[0]) / mid * 100);
}

static void row(const struct unit *u, const struct bench_row *r, bool batch, bool cpu)
{
	bool sized = u->o.opcode != DMACTL_OP_INTERRUPT;
	double line = cpu_rate(u, r->cell.size), dma = bench_median(&r->rates),
	       ops = bench_median(&r->ops);
	char text[32] = "-";

	printf("%6s%6" PRIu64, sized ? size_text(r->cell.size, text, sizeof(text)) : "-",
	       r->cell.depth);
	if (batch)
		printf("%6" PRIu64, r->cell.batch);
	rate_cell(sized ? dma : NAN, 8);
	range_cell(&r->ops);
	strcpy(text, "-");
	if (!isnan(ops))
		rate_text(ops, text, sizeof(text));
	printf("%8s", text);
	time_cell(&r->p50);
	time_cell(&r->p99);
	if (cpu) {
		rate_cell(line, 9);
		if (isnan(line) || isnan(dma))
			printf("%9s", "-");
		else
			printf("%9.*f", dma / line < 9.995 ? 2 : 1, dma / line);
	}
	printf("\n");
}

/* The smallest size from which on the engine is faster; 0 where it is not at the largest. */
static uint64_t break_even(const struct unit *u, uint64_t depth, uint64_t batch)
{
	const struct bench_row *r = u->rows.v;
	uint64_t even = UINT64_MAX, behind = 0;
	double line, dma;

	for (size_t i = 0; i < u->rows.n; i++) {
		line = cpu_rate(u, r[i].cell.size);
		dma = bench_median(&r[i].rates);
		if (r[i].cell.depth == depth && r[i].cell.batch == batch && dma <= line &&
		    r[i].cell.size > behind)
			behind = r[i].cell.size;
	}
	for (size_t i = 0; i < u->rows.n; i++) {
		line = cpu_rate(u, r[i].cell.size);
		dma = bench_median(&r[i].rates);
		if (r[i].cell.depth == depth && r[i].cell.batch == batch && dma > line &&
		    r[i].cell.size > behind && r[i].cell.size < even)
			even = r[i].cell.size;
	}
	return even == UINT64_MAX ? 0 : even;
}

static bool has_cpu_line(const struct unit *u)
{
	const struct bench_row *r = u->rows.v;

	for (size_t i = 0; i < u->rows.n; i++)
		if (r[i].cpu.n)
			return true;
	return false;
}

static void even_lines(const struct unit *u)
{
	char text[32];

	for (size_t d = 0; d < u->o.depth.n; d++) {
		for (size_t k = 0; k < u->o.batch.n; k++) {
			uint64_t size = break_even(u, u->o.depth.v[d], u->o.batch.v[k]);

			printf("break-even at depth %" PRIu64, u->o.depth.v[d]);
			if (u->o.batch.n > 1)
				printf(", batch %" PRIu64, u->o.batch.v[k]);
			if (size)
				printf(": faster than the CPU from %s on\n",
				       size_text(size, text, sizeof(text)));
			else
				printf(": none, the CPU is faster\n");
		}
	}
}

static void channels(const struct unit *u)
{
	const struct channel *c = u->j.chosen.v;

	for (size_t i = 0; i < u->j.chosen.n; i++)
		printf("  %s%s%s (%s), driver %s%s\n", bold(true), c[i].stable, bold(false),
		       c[i].name, c[i].driver, chan_simulated(&c[i]) ? ", SIMULATED" : "");
}

static void unit_table(const struct unit *u)
{
	bool batch = u->o.batch.n > 1 || u->o.batch.v[0] > 1, cpu = has_cpu_line(u);
	const struct bench_row *r = u->rows.v;
	const struct bench_key *group = bench_key_find(u->section, "group");

	printf("\n%s%s%s: %s%s%s\n", bold(true), u->title, bold(false), u->cmd->name,
	       group ? ", side by side with the group " : "", group ? group->value : "");
	channels(u);
	printf("  ");
	report_how(&u->j.report);
	printf("\n%s%6s%6s", bold(true), "size", "depth");
	if (batch)
		printf("%6s", "batch");
	printf("%8s%8s%8s%8s%8s", "GB/s", "range", "op/s", "p50", "p99");
	if (cpu)
		printf("%9s%9s", "CPU", "DMA/CPU");
	printf("%s\n", bold(false));
	for (size_t i = 0; i < u->rows.n; i++)
		row(u, &r[i], batch, cpu);
	if (cpu)
		even_lines(u);
}

static void tables(const struct bench *b)
{
	struct unit **u = b->units.v;

	for (size_t i = 0; i < b->units.n; i++)
		if (u[i]->done)
			unit_table(u[i]);
}

const struct bench_printer bench_tables = { "table", head, tables };

struct json_object *bench_break_even(const struct bench *b)
{
	struct json_object *list = json_object_new_array(), *o;
	struct unit **u = b->units.v;

	for (size_t i = 0; i < b->units.n; i++) {
		for (size_t n = 0; has_cpu_line(u[i]) && n < u[i]->o.depth.n * u[i]->o.batch.n;
		     n++) {
			uint64_t depth = u[i]->o.depth.v[n / u[i]->o.batch.n];
			uint64_t batch = u[i]->o.batch.v[n % u[i]->o.batch.n];
			uint64_t size = break_even(u[i], depth, batch);

			o = json_object_new_object();
			js_str(o, "job", u[i]->title);
			js_str(o, "command", u[i]->cmd->name);
			js_u64(o, "depth", depth);
			js_u64(o, "batch", batch);
			if (size)
				js_u64(o, "size", size);
			else
				js_null(o, "size");
			json_object_array_add(list, o);
		}
	}
	return list;
}

static void print_channels(const struct unit *u)
{
	for (size_t i = 0; i < u->o.channels.n; i++)
		printf("%s%s", i ? " & " : "", ((const char **)u->o.channels.v)[i]);
}

void bench_print(const struct bench *b)
{
	struct unit **u = b->units.v;
	const struct shot *s = b->shots.v;
	char text[32];

	for (size_t i = 0; i < b->units.n; i++) {
		printf("%s: %s on ", u[i]->title, u[i]->cmd->name);
		print_channels(u[i]);
		printf("\n");
	}
	printf("\n%6s%6s%6s%8s  %s\n", "size", "depth", "batch", "repeat", "job");
	for (size_t i = 0; i < b->shots.n; i++) {
		const struct shot_part *p = s[i].parts.v;

		for (size_t k = 0; k < s[i].parts.n; k++) {
			const struct cell *c =
				&((struct bench_row *)p[k].unit->rows.v)[p[k].row].cell;

			printf("%6s%6" PRIu64 "%6" PRIu64 "%8u  %s%s\n",
			       size_text(c->size, text, sizeof(text)), c->depth, c->batch,
			       s[i].repeats, k ? "& " : "", p[k].unit->title);
		}
	}
	printf("\n%zu measurements, about %s\n", b->steps.n,
	       bench_duration(b->planned_ns, text, sizeof(text)));
}
