// SPDX-License-Identifier: GPL-2.0
/* What is measured together, and in which order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "splitmix.h"

#define MOST_STEPS 1000000

static int no_memory(struct bench *b)
{
	return err_set(&b->ctx->err, EXIT_FAILED, "out of memory");
}

static int rows(struct bench *b, struct unit *u)
{
	const struct mopts *o = &u->o;

	for (size_t s = 0; s < o->size.n; s++) {
		for (size_t d = 0; d < o->depth.n; d++) {
			for (size_t k = 0; k < o->batch.n; k++) {
				struct bench_row *r = vec_add(&u->rows, sizeof(*r));

				if (!r)
					return no_memory(b);
				r->cell = (struct cell){ o->size.v[s], o->depth.v[d], o->batch.v[k],
							 0 };
			}
		}
	}
	return 0;
}

static int add_part(struct shot *s, struct unit *u, size_t row)
{
	struct shot_part *p = vec_add(&s->parts, sizeof(*p));

	if (!p)
		return -1;
	*p = (struct shot_part){ u, row };
	if (u->o.repeat > s->repeats)
		s->repeats = (unsigned int)u->o.repeat;
	return 0;
}

static const char *group_of(const struct unit *u)
{
	const struct bench_key *k = bench_key_find(u->section, "group");

	return k ? k->value : NULL;
}

static bool in_group(const struct bench_section *s, const char *group)
{
	const struct bench_key *k = bench_key_find(s, "group");

	return k && !strcmp(k->value, group);
}

/* The n-th row of a job, over all of its units; false when it has no more. */
static bool nth_row(const struct bench *b, const struct bench_section *s, size_t n,
		    struct unit **unit, size_t *row)
{
	struct unit **u = b->units.v;

	for (size_t i = 0; i < b->units.n; i++) {
		if (u[i]->section != s)
			continue;
		if (n < u[i]->rows.n) {
			*unit = u[i];
			*row = n;
			return true;
		}
		n -= u[i]->rows.n;
	}
	return false;
}

static size_t count_rows(const struct bench *b, const struct bench_section *s)
{
	struct unit **u = b->units.v;
	size_t n = 0;

	for (size_t i = 0; i < b->units.n; i++)
		n += u[i]->section == s ? u[i]->rows.n : 0;
	return n;
}

static int refuse(struct bench *b, const struct bench_section *s, const char *why)
{
	return err_set(&b->ctx->err, EXIT_USAGE, "%s:%u: [%s]: %s", b->file.name, s->line, s->name,
		       why);
}

/* Windows of a group are agreed on: what changes how often they agree must be the same in all. */
static int check_group(struct bench *b, const struct unit *first, const struct unit *u)
{
	if (u->o.repeat != first->o.repeat)
		return refuse(b, u->section,
			      "jobs of a group need the same repeat, such as that of [global]");
	if (u->o.steady.percent != first->o.steady.percent ||
	    u->o.steady.most_ns != first->o.steady.most_ns)
		return refuse(b, u->section,
			      "jobs of a group need the same steady, such as that of [global]");
	if (u->o.channels.n > 1)
		return refuse(b, u->section,
			      "in a group each job has one channel: make it several jobs");
	return 0;
}

/* A job with one row accompanies all rows of the others. */
static int group_shots(struct bench *b, const struct unit *first, const char *group)
{
	struct bench_section *s = b->file.jobs.v;
	struct unit **all = b->units.v, *u;
	size_t most = 1, n, row;

	for (size_t i = 0; i < b->units.n; i++) {
		if (!in_group(all[i]->section, group))
			continue;
		all[i]->o.cpu_line = false;
		if (check_group(b, first, all[i]))
			return -1;
		n = count_rows(b, all[i]->section);
		if (n > 1 && most > 1 && n != most)
			return refuse(b, all[i]->section,
				      "jobs of a group have as many measurements each, or one");
		most = n > most ? n : most;
	}
	for (size_t k = 0; k < most; k++) {
		struct shot *shot = vec_add(&b->shots, sizeof(*shot));

		for (size_t i = 0; i < b->file.jobs.n; i++) {
			if (!in_group(&s[i], group))
				continue;
			n = count_rows(b, &s[i]) == 1 ? 0 : k;
			if (!shot || (nth_row(b, &s[i], n, &u, &row) && add_part(shot, u, row)))
				return no_memory(b);
		}
	}
	return 0;
}

static bool first_of_group(const struct bench *b, size_t n, const char *group)
{
	struct unit **u = b->units.v;

	for (size_t i = 0; i < n; i++)
		if (in_group(u[i]->section, group))
			return false;
	return true;
}

static int shots(struct bench *b)
{
	struct unit **u = b->units.v;

	for (size_t i = 0; i < b->units.n; i++)
		if (rows(b, u[i]))
			return -1;
	for (size_t i = 0; i < b->units.n; i++) {
		const char *group = group_of(u[i]);

		if (group) {
			if (first_of_group(b, i, group) && group_shots(b, u[i], group))
				return -1;
			continue;
		}
		for (size_t k = 0; k < u[i]->rows.n; k++) {
			struct shot *shot = vec_add(&b->shots, sizeof(*shot));

			if (!shot || add_part(shot, u[i], k))
				return no_memory(b);
		}
	}
	return 0;
}

static void shuffle(struct step *s, size_t n, uint64_t *seed)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)(splitmix(seed) % i);
		struct step keep = s[i - 1];

		s[i - 1] = s[k];
		s[k] = keep;
	}
}

/* Whatever drifts in the course of the run falls on all of them alike: round after round. */
int bench_plan(struct bench *b)
{
	const struct shot *s;
	uint64_t seed = b->seed;
	bool any = true;

	if (shots(b))
		return -1;
	s = b->shots.v;
	for (unsigned int repeat = 1; any; repeat++) {
		size_t begin = b->steps.n;

		for (size_t i = 0; i < b->shots.n; i++) {
			struct step *step;

			if (repeat > s[i].repeats)
				continue;
			step = b->steps.n < MOST_STEPS ? vec_add(&b->steps, sizeof(*step)) : NULL;
			if (!step)
				return err_set(
					&b->ctx->err, EXIT_USAGE,
					"%s: these are more than %d measurements: fewer values or repeats",
					b->file.name, MOST_STEPS);
			*step = (struct step){ &s[i], repeat };
			b->planned_ns += bench_estimate(step);
			for (size_t k = 0; k < s[i].parts.n; k++)
				((struct shot_part *)s[i].parts.v)[k].unit->planned++;
		}
		any = b->steps.n > begin;
		if (b->shuffle)
			shuffle((struct step *)b->steps.v + begin, b->steps.n - begin, &seed);
	}
	return 0;
}

/* A count takes nobody knows how long: a second. */
uint64_t bench_estimate(const struct step *s)
{
	const struct shot_part *p = s->shot->parts.v;
	uint64_t longest = 0, ns;

	for (size_t i = 0; i < s->shot->parts.n; i++) {
		const struct mopts *o = &p[i].unit->o;

		ns = o->time_ns ? o->time_ns : 1000000000;
		ns += o->warmup.is_time ? o->warmup.value : 0;
		ns += o->cpu_line ? 50000000 : 0;
		ns += o->steady.percent > 0 ? 500000000 : 0;
		longest = ns > longest ? ns : longest;
	}
	return longest;
}
