// SPDX-License-Identifier: GPL-2.0
/* Checks all that is asked for, then measures step by step; each result is written at once. */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "machine.h"
#include "stop.h"

#define PROGRESS_NS 1000000000ULL

static struct unit *unit_of(const struct shot *s, size_t i)
{
	return ((struct shot_part *)s->parts.v)[i].unit;
}

static void give_up(struct unit *u, const char *why)
{
	if (u->unusable)
		return;
	u->unusable = true;
	snprintf(u->why, sizeof(u->why), "%.255s", why);
}

/* Claims what a unit needs, and checks it; 77 makes the unit unusable, all else is -1. */
static int open_unit(struct bench *b, struct unit *u)
{
	struct job *j = &u->j;
	int ret = 0;

	b->ctx->name = u->cmd->name;
	if (!j->chosen.n) {
		*j = (struct job){
			.ctx = b->ctx,
			.o = &u->o,
			.info = b->info,
			.out = &b->out,
			.take = bench_take,
			.progress = b->progress,
		};
		ret = job_check(j) ? -1 : job_choose(j);
		if (ret)
			vec_free(&j->chosen);
	}
	if (!ret)
		ret = job_open(j);
	b->ctx->name = "bench";
	if (!ret) {
		j->report.job = u->title;
		return 0;
	}
	job_close(j);
	if (b->ctx->err.exit != EXIT_UNAVAILABLE)
		return -1;
	give_up(u, b->ctx->err.text);
	return 0;
}

static void close_shot(const struct shot *s)
{
	for (size_t i = 0; s && i < s->parts.n; i++)
		job_close(&unit_of(s, i)->j);
}

/* Jobs of a group are measured together or not at all. */
static bool usable(const struct shot *s)
{
	char why[256];

	for (size_t i = 0; i < s->parts.n; i++) {
		if (!unit_of(s, i)->unusable)
			continue;
		for (size_t k = 0; k < s->parts.n; k++) {
			snprintf(why, sizeof(why), "%.100s of its group is left out",
				 unit_of(s, i)->section->name);
			give_up(unit_of(s, k), why);
		}
		return false;
	}
	return true;
}

static int open_shot(struct bench *b, const struct shot *s)
{
	for (size_t i = 0; i < s->parts.n; i++)
		if (!unit_of(s, i)->unusable && open_unit(b, unit_of(s, i))) {
			close_shot(s);
			return -1;
		}
	for (size_t i = 0; s->parts.n > 1 && i < s->parts.n; i++) {
		struct unit *u = unit_of(s, i);

		if (u->j.nr_workers <= 1)
			continue;
		close_shot(s);
		return err_set(
			&b->ctx->err, EXIT_USAGE,
			"%s:%u: [%s]: in a group each job has one channel, not %zu: make it several jobs",
			b->file.name, u->section->line, u->section->name, u->j.chosen.n);
	}
	return 0;
}

/* Every unit once, before anything is measured; -1 where nothing can be at all. */
static int check_all(struct bench *b)
{
	const struct shot *s = b->shots.v, *last = NULL;
	struct unit **u = b->units.v;
	size_t left = 0;

	for (size_t i = 0; i < b->shots.n && !stop_asked; i++) {
		bool known = true;

		for (size_t k = 0; k < s[i].parts.n; k++)
			known &= unit_of(&s[i], k)->j.chosen.n || unit_of(&s[i], k)->unusable;
		if (known)
			continue;
		if (open_shot(b, &s[i]))
			return -1;
		close_shot(&s[i]);
		last = &s[i];
	}
	for (size_t i = 0; last && i < b->shots.n; i++)
		usable(&s[i]);
	for (size_t i = 0; i < b->units.n; i++) {
		left += !u[i]->unusable;
		if (u[i]->unusable && !b->ctx->quiet)
			fprintf(stderr, "dmactl: left out: %s: %s\n", u[i]->title, u[i]->why);
	}
	if (left)
		return 0;
	return err_set(&b->ctx->err, EXIT_UNAVAILABLE, "%s: %s", u[0]->title, u[0]->why);
}

static void tell(struct bench *b, size_t step)
{
	const struct step *s = (struct step *)b->steps.v + step;
	uint64_t now = b->ctx->b->now(), left = b->planned_ns - b->past_ns;
	char text[32];

	/* As it went so far. */
	if (b->past_ns)
		left = (uint64_t)((double)left * (double)(now - b->began) / (double)b->past_ns);
	snprintf(b->progress, sizeof(b->progress), "%zu/%zu, %s left: ", step + 1, b->steps.n,
		 bench_duration(left, text, sizeof(text)));
	if (b->ctx->quiet || !isatty(STDERR_FILENO) || now - b->told < PROGRESS_NS)
		return;
	fprintf(stderr, "\r  %s%.40s\033[K", b->progress, unit_of(s->shot, 0)->title);
	fflush(stderr);
	b->told = now;
}

static void after(struct bench *b, const struct shot *s)
{
	for (size_t i = 0; i < s->parts.n; i++) {
		struct unit *u = unit_of(s, i);

		u->done++;
		b->exit = exit_worst(b->exit, u->j.exit);
		if (job_all_dead(&u->j))
			give_up(u, "nothing more is measured on this channel");
	}
}

static int measure(struct bench *b, const struct step *s)
{
	struct part *p = calloc(s->shot->parts.n, sizeof(*p));
	int ret;

	if (!p)
		return err_set(&b->ctx->err, EXIT_FAILED, "out of memory");
	b->sequence++;
	for (size_t i = 0; i < s->shot->parts.n; i++) {
		struct shot_part *at = (struct shot_part *)s->shot->parts.v + i;

		p[i].j = &at->unit->j;
		p[i].cell = ((struct bench_row *)at->unit->rows.v)[at->row].cell;
		p[i].cell.repeat = s->repeat;
		p[i].j->report.sequence = b->sequence;
	}
	ret = job_cells(p, s->shot->parts.n);
	free(p);
	return ret;
}

static bool same_units(const struct shot *a, const struct shot *b)
{
	if (!a || a->parts.n != b->parts.n)
		return false;
	for (size_t i = 0; i < a->parts.n; i++)
		if (unit_of(a, i) != unit_of(b, i))
			return false;
	return true;
}

/* A channel stays claimed as long as what comes next needs the same. */
static int all_steps(struct bench *b)
{
	const struct step *s = b->steps.v;
	const struct shot *open = NULL;
	int ret = 0;

	b->began = b->ctx->b->now();
	for (size_t i = 0; i < b->steps.n && !ret && !stop_asked; i++) {
		const struct shot *shot = s[i].shot;

		if (usable(shot)) {
			tell(b, i);
			if (!same_units(open, shot)) {
				close_shot(open);
				open = NULL;
				ret = open_shot(b, shot);
			}
			open = ret ? NULL : shot;
			if (!ret && usable(shot)) {
				ret = measure(b, &s[i]);
				after(b, shot);
			}
		}
		b->past_ns += bench_estimate(&s[i]);
	}
	close_shot(open);
	if (b->told)
		fprintf(stderr, "\r\033[K");
	return ret;
}

static int skip(struct vec *to, const char *what, const char *why)
{
	struct skip *s = vec_add(to, sizeof(*s));

	if (!s)
		return -1;
	snprintf(s->job, sizeof(s->job), "%.127s", what);
	snprintf(s->why, sizeof(s->why), "%.255s", why);
	return 0;
}

/* What was not measured, and why. */
static struct json_object *skipped(const struct bench *b)
{
	struct unit **u = b->units.v;
	struct json_object *list;
	struct vec all = { 0 };
	char why[400];

	for (size_t i = 0; i < b->units.n; i++) {
		const struct skip *s = u[i]->j.skipped.v;

		for (size_t k = 0; k < u[i]->j.skipped.n; k++)
			skip(&all, s[k].job, s[k].why);
		if (u[i]->done == u[i]->planned)
			continue;
		snprintf(why, sizeof(why), "%u of %u measurements: %s", u[i]->done, u[i]->planned,
			 u[i]->unusable ? u[i]->why :
			 stop_asked	? "interrupted" :
					  "it ended early");
		skip(&all, u[i]->title, why);
	}
	list = report_skipped(&all);
	vec_free(&all);
	return list;
}

static const char *first_error(const struct bench *b)
{
	struct unit **u = b->units.v;

	for (size_t i = 0; i < b->units.n; i++)
		if (u[i]->j.error[0])
			return u[i]->j.error;
	return NULL;
}

static bool wants_idle_window(const struct bench *b)
{
	struct unit **u = b->units.v;

	for (size_t i = 0; i < b->units.n; i++)
		if (u[i]->j.chosen.n > 1 || u[i]->o.time_ns < 500000000)
			return false;
	return true;
}

static int prepare(struct bench *b)
{
	int fd;

	if (out_open(&b->out, b->ctx, "measurement") || module_ensure(b->ctx))
		return -1;
	fd = module_session(b->ctx, &b->info);
	if (fd < 0)
		return -1;
	b->ctx->b->close(fd);
	return check_all(b);
}

/* A job that could not be measured is no success where everything is required. */
static int verdict(const struct bench *b)
{
	struct unit **u = b->units.v;
	int exit = b->exit;

	for (size_t i = 0; i < b->units.n; i++)
		if (b->ctx->require && u[i]->unusable)
			exit = exit_worst(exit, EXIT_FAILED);
	return stop_asked ? exit_worst(exit, EXIT_INTERRUPTED) : exit;
}

int bench_run(struct bench *b)
{
	struct ctx *ctx = b->ctx;
	bool began = false;
	int ret;

	stop_catch();
	ret = prepare(b);
	if (!ret) {
		if (wants_idle_window(b))
			machine_idle_window(ctx->b);
		out_begin(&b->out, &b->info);
		began = true;
		if (b->format)
			b->format->head(b);
		ret = all_steps(b);
	}
	if (ret && !b->out.results)
		stop_error(&ctx->err);
	if (began && b->format)
		b->format->end(b);
	out_flush();
	b->out.key = "break_even";
	b->out.value = bench_break_even(b);
	return out_finish(&b->out, ret, skipped(b), verdict(b), first_error(b));
}

static void free_unit(struct unit *u)
{
	struct bench_row *r = u->rows.v;

	for (size_t i = 0; i < u->rows.n; i++) {
		vec_free(&r[i].rates);
		vec_free(&r[i].ops);
		vec_free(&r[i].p50);
		vec_free(&r[i].p99);
		vec_free(&r[i].cpu);
	}
	vec_free(&u->rows);
	vec_free(&u->j.chosen);
	vec_free(&u->j.skipped);
	mopts_free(&u->o);
	for (int i = 0; i < u->argc; i++)
		free(u->argv[i]);
	free(u->argv);
	free(u->from);
	free(u);
}

void bench_free(struct bench *b)
{
	struct shot *s = b->shots.v;

	for (size_t i = 0; i < b->units.n; i++)
		free_unit(((struct unit **)b->units.v)[i]);
	for (size_t i = 0; i < b->shots.n; i++)
		vec_free(&s[i].parts);
	vec_free(&b->units);
	vec_free(&b->shots);
	vec_free(&b->steps);
	bench_file_free(&b->file);
	json_object_put(b->out.value);
}
