// SPDX-License-Identifier: GPL-2.0
/* One cell on all channels: a thread each, progress meanwhile, results at the end. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job_cell.h"
#include "limit.h"
#include "stop.h"

static void *thread(void *arg)
{
	struct worker *w = arg;
	int ret = 0;

	if (w->cpu >= 0)
		ret = w->ctx->b->pin((unsigned int)w->cpu);
	if (ret) {
		w->failed = true;
		err_set(&w->err, EXIT_UNAVAILABLE,
			"-C: CPU %d cannot be used: %s (nproc --all tells how many there are)",
			w->cpu, strerror(-ret));
		team_leave(w->team);
		return NULL;
	}
	worker_cell(w);
	return NULL;
}

static void progress(const struct job *j, const struct cell *cell, struct team *team)
{
	bool show = isatty(STDERR_FILENO) && !j->ctx->quiet;
	unsigned int seconds = 0;
	const char *before = j->progress ? j->progress : "";
	char size[32];
	uint64_t done;

	while (team_wait(team, 1000, &done)) {
		if (!show)
			continue;
		fprintf(stderr,
			"\r  %ssize %s, depth %" PRIu64 ": %" PRIu64 " operations, %u s%s\033[K",
			before, size_text(cell->size, size, sizeof(size)), cell->depth, done,
			++seconds, stop_asked ? ", ending" : "");
		fflush(stderr);
	}
	if (seconds)
		fprintf(stderr, "\r\033[K");
}

/* All SIGINTs are to come to this thread: it passes them on. */
static void start_all(struct part *p)
{
	sigset_t set, old;
	int ret;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	for (size_t i = 0; i < p->j->nr_workers; i++) {
		struct worker *w = &p->j->workers[i];

		if (w->dead)
			continue;
		ret = pthread_create(&p->threads[i], NULL, thread, w);
		if (ret) {
			/* The others wait for it on the barrier: it leaves as a failed one. */
			w->failed = true;
			err_set(&w->err, EXIT_FAILED, "no thread for %s: %s", w->ch.stable,
				strerror(ret));
			p->threads[i] = pthread_self();
			team_leave(w->team);
			continue;
		}
		/* What one end of a loopback has agreed to do, the other waits for. */
		if (!mopts_pair(p->j->o))
			stop_add(p->threads[i]);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void merge(struct result *all, const struct result *r)
{
	all->operations += r->operations;
	all->failed += r->failed;
	all->timed_out += r->timed_out;
	all->aborted += r->aborted;
	all->retries += r->retries;
	all->warm_failed += r->warm_failed;
	all->bytes += r->bytes;
	all->cpu_ns += r->cpu_ns;
	all->early += r->early;
	all->negative |= r->negative;
	all->covered += r->covered;
	all->last_values += r->last_values;
	if (r->mismatches && !all->mismatches)
		all->first = r->first;
	all->mismatches += r->mismatches;
	all->done += r->done;
	all->descriptors += r->descriptors;
	all->parity_good += r->parity_good;
	all->parity_bad += r->parity_bad;
	all->parity_wrong += r->parity_wrong;
	all->parity_failed += r->parity_failed;
	all->interrupted |= r->interrupted;
	for (int i = 0; i < NR_STAGES; i++)
		hist_merge(&all->stage[i], &r->stage[i]);
	hist_merge(&all->device_early, &r->device_early);
	if (r->failure[0])
		snprintf(all->failure, sizeof(all->failure), "a channel failed");
}

static const char *metric_text(enum metric m, double v, char *buf, size_t size)
{
	if (m == M_THROUGHPUT)
		snprintf(buf, size, "%.3f GB/s", v / 1e9);
	else if (m == M_OPS)
		snprintf(buf, size, "%.0f op/s", v);
	else
		time_text(v, buf, size);
	return buf;
}

static void judge_limits(struct job *j, struct result *r, const char *name)
{
	const struct limit *l = j->o->limits.v;
	char text[sizeof(r->limit)], was[32];
	int exit, worst = EXIT_OK;
	double v;

	for (size_t i = 0; i < j->o->limits.n; i++) {
		if (!result_metric(r, l[i].stage, l[i].metric, &v)) {
			snprintf(text, sizeof(text),
				 "limit %s cannot be judged: there are too few samples or no valid "
				 "result",
				 l[i].text);
			exit = EXIT_UNJUDGED;
		} else if (!limit_met(&l[i], v)) {
			snprintf(text, sizeof(text), "limit %s is not met: it is %s", l[i].text,
				 metric_text(l[i].metric, v, was, sizeof(was)));
			exit = EXIT_WORSE;
		} else {
			continue;
		}
		fprintf(stderr, "dmactl: %s: %s\n", name, text);
		if (exit_worst(worst, exit) != worst)
			strcpy(r->limit, text);
		worst = exit_worst(worst, exit);
		r->exit = exit_worst(r->exit, exit);
	}
}

static void add_plot(struct job *j, const struct result *r, size_t channel)
{
	bool ops = j->o->opcode == DMACTL_OP_INTERRUPT;
	struct plot_point at = {
		r->ch ? channel : SIZE_MAX, r->cell.size, r->cell.depth, r->cell.batch, 0, 0
	};
	double bytes_s, ops_s;

	if (!result_throughput(r, &bytes_s, &ops_s))
		bytes_s = ops_s = -1;
	plot_add(&j->plot, &at, ops ? ops_s : bytes_s);
	if (r->ch && r->valid)
		plot_samples(&j->plot, result_stage(r, ST_TOTAL));
}

static void publish(struct job *j, struct result *r, size_t channel)
{
	const char *name = r->ch ? r->ch->stable : "all channels";

	result_judge(r);
	judge_limits(j, r, name);
	if (j->take)
		j->take(j, r, false);
	else if (out_human(j->ctx))
		report_row(&j->report, r, channel);
	if (out_wanted(j->ctx))
		out_result(j->out, report_json(&j->report, r, channel));
	if (!j->take && out_human(j->ctx) && j->report.nr_cells == 1 && j->nr_workers == 1)
		report_single(&j->report, r);
	if (j->o->plot)
		add_plot(j, r, channel);
	out_flush();
	if (r->failure[0] && r->ch)
		fprintf(stderr, "dmactl: %s: %s\n", name, r->failure);
	j->exit = exit_worst(j->exit, r->exit);
}

/* 77 promises that nothing was transferred. */
static bool moved(const struct job *j)
{
	for (size_t i = 0; i < j->nr_workers; i++)
		if (j->workers[i].moved)
			return true;
	return false;
}

const char *cell_text(const struct cell *cell, char *buf, size_t len)
{
	char size[32];

	snprintf(buf, len, "size %s, depth %" PRIu64 ", batch %" PRIu64 ", repeat %u",
		 size_text(cell->size, size, sizeof(size)), cell->depth, cell->batch, cell->repeat);
	return buf;
}

/* A cell that could not be measured at all on a channel. */
static int refused(struct job *j, struct worker *w, const struct cell *cell)
{
	char what[128], size[32];

	snprintf(what, sizeof(what), "%s, size %s, depth %" PRIu64, w->ch.stable,
		 size_text(cell->size, size, sizeof(size)), cell->depth);
	fprintf(stderr, "dmactl: %s: %s\n", what, w->err.text);
	if (!j->error[0])
		snprintf(j->error, sizeof(j->error), "%s: %.800s", what, w->err.text);
	w->r->exit = w->err.exit == EXIT_UNAVAILABLE && moved(j) ? EXIT_FAILED : w->err.exit;
	snprintf(w->r->failure, sizeof(w->r->failure), "%.500s", w->err.text);
	if (j->take)
		j->take(j, w->r, false);
	j->exit = exit_worst(j->exit, w->r->exit);
	w->dead |= w->err.exit == EXIT_FAILED;
	return job_skip(j, what, w->err.text);
}

/* What is measured on some channels only is no result of all. */
static void leave_out(struct result *all, const struct worker *w)
{
	size_t n = strlen(all->absent);

	snprintf(all->absent + n, sizeof(all->absent) - n, "%s%s", n ? ", " : "", w->ch.stable);
}

static int skip_dead(struct job *j, const struct worker *w, const struct cell *cell)
{
	char what[192], text[96];

	snprintf(what, sizeof(what), "%s, %s", w->ch.stable, cell_text(cell, text, sizeof(text)));
	return job_skip(j, what, "nothing more is measured on this channel");
}

static void publish_cpu(struct job *j, struct result *r, size_t channel)
{
	if (!r->operations)
		return;
	result_judge(r);
	if (j->take)
		j->take(j, r, true);
	if (out_wanted(j->ctx))
		out_result(j->out, report_cpu_json(&j->report, r, channel));
}

static int results(struct part *p, uint64_t elapsed_ns)
{
	const struct cell *cell = &p->cell;
	struct job *j = p->j;
	struct result *r = p->r;
	struct result all = { .cell = *cell, .machine_ns = -1, .migrations = -1, .cpu = -1 };
	size_t measured = 0;
	int ret = 0;

	for (size_t i = 0; i < j->nr_workers && !ret; i++) {
		if (!r[i].ch || j->workers[i].failed)
			leave_out(&all, &j->workers[i]);
		if (!r[i].ch) {
			ret = skip_dead(j, &j->workers[i], cell);
			continue;
		}
		if (j->workers[i].failed) {
			ret = refused(j, &j->workers[i], cell);
			continue;
		}
		publish(j, &r[i], i);
		if (j->workers[i].cpu_line)
			publish_cpu(j, &p->cpu_line, i);
		merge(&all, &r[i]);
		measured++;
	}
	all.elapsed_ns = elapsed_ns;
	if (measured && j->nr_workers > 1 && !ret)
		publish(j, &all, 0);
	result_free(&all);
	return ret;
}

/* Of one channel only, and where neither depth nor batch has changed: the CPU knows of neither. */
static bool wants_cpu_line(const struct part *p)
{
	const struct mopts *o = p->j->o;

	return o->cpu_line && p->cell.depth == o->depth.v[0] && p->cell.batch == o->batch.v[0];
}

/* Room for its results; how many channels take part, or -1 with ctx->err. */
static int begin(struct part *p, struct team *team)
{
	struct job *j = p->j;
	int alive = 0;

	p->r = calloc(j->nr_workers, sizeof(*p->r));
	p->threads = calloc(j->nr_workers, sizeof(*p->threads));
	if (!p->r || !p->threads)
		return err_set(&j->ctx->err, EXIT_FAILED, "out of memory");
	p->cpu_line = (struct result){ .cell = p->cell, .machine_ns = -1, .migrations = -1 };
	for (size_t i = 0; i < j->nr_workers; i++) {
		struct worker *w = &j->workers[i];

		w->cpu_line = NULL;
		if (w->dead)
			continue;
		p->r[i] = (struct result){
			.ch = &w->ch, .cell = p->cell, .cpu = w->cpu, .migrations = -1
		};
		w->r = &p->r[i];
		w->team = team;
		w->failed = false;
		if (!alive++ && wants_cpu_line(p)) {
			p->cpu_line.ch = &w->ch;
			p->cpu_line.cpu = w->cpu;
			w->cpu_line = &p->cpu_line;
			team->cpu_line = true;
		}
	}
	return alive;
}

static void join(struct part *p)
{
	for (size_t i = 0; i < p->j->nr_workers; i++)
		if (p->r[i].ch && !pthread_equal(p->threads[i], pthread_self()))
			pthread_join(p->threads[i], NULL);
}

static void end(struct part *p)
{
	for (size_t i = 0; p->r && i < p->j->nr_workers; i++)
		result_free(&p->r[i]);
	free(p->r);
	free(p->threads);
}

int job_cells(struct part *p, size_t n)
{
	struct team team;
	int ret = 0, alive;

	team_init(&team, 0);
	for (size_t i = 0; i < n && !ret; i++) {
		alive = begin(&p[i], &team);
		team.members += alive < 0 ? 0 : (unsigned int)alive;
		ret = alive < 0 ? -1 : 0;
	}
	if (!ret) {
		for (size_t i = 0; i < n; i++)
			start_all(&p[i]);
		progress(p->j, &p->cell, &team);
		stop_clear();
		for (size_t i = 0; i < n; i++)
			join(&p[i]);
	}
	for (size_t i = 0; i < n && !ret; i++)
		ret = results(&p[i], team.elapsed_ns);
	for (size_t i = 0; i < n; i++)
		end(&p[i]);
	team_destroy(&team);
	return ret;
}

int job_cell(struct job *j, const struct cell *cell)
{
	struct part p = { .j = j, .cell = *cell };

	return job_cells(&p, 1);
}
