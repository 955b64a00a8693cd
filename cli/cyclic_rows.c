// SPDX-License-Identifier: GPL-2.0
/* Rows: a thread for each channel, progress meanwhile, results at the end. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cyclic_job.h"
#include "stop.h"

static void *thread(void *arg)
{
	struct cyclic *s = arg;
	int ret = 0;

	if (s->w.cpu >= 0)
		ret = s->w.ctx->b->pin((unsigned int)s->w.cpu);
	if (!ret) {
		cyclic_row(s);
		return NULL;
	}
	s->failed = true;
	err_set(&s->w.err, EXIT_UNAVAILABLE,
		"-C: CPU %d cannot be used: %s (nproc --all tells how many there are)", s->w.cpu,
		strerror(-ret));
	team_leave(s->team);
	return NULL;
}

static void progress(const struct cjob *j, struct team *team)
{
	bool show = isatty(STDERR_FILENO) && !j->ctx->quiet;
	uint64_t done, periods, lost;
	unsigned int seconds = 0;

	while (team_wait(team, 1000, &done)) {
		if (!show)
			continue;
		periods = 0;
		lost = 0;
		for (size_t i = 0; i < j->nr; i++) {
			const struct cyclic *s = &j->s[i];

			periods += __atomic_load_n(&s->told_periods, __ATOMIC_RELAXED);
			lost += __atomic_load_n(&s->told_lost, __ATOMIC_RELAXED);
		}
		fprintf(stderr, "\r  %" PRIu64 " periods, %" PRIu64 " lost, %u s%s\033[K", periods,
			lost, ++seconds, stop_asked ? ", ending" : "");
		fflush(stderr);
	}
	if (seconds && show)
		fprintf(stderr, "\r\033[K");
}

static void start_all(struct cjob *j, pthread_t *threads)
{
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	for (size_t i = 0; i < j->nr; i++) {
		struct cyclic *s = &j->s[i];
		int ret;

		if (s->dead)
			continue;
		ret = pthread_create(&threads[i], NULL, thread, s);
		if (!ret) {
			stop_add(threads[i]);
			continue;
		}
		s->failed = true;
		err_set(&s->w.err, EXIT_FAILED, "no thread for %s: %s", s->w.ch.stable,
			strerror(ret));
		threads[i] = pthread_self();
		team_leave(s->team);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static int skip(struct cjob *j, const char *what, const char *why)
{
	struct skip *s = vec_add(&j->skipped, sizeof(*s));

	if (!s)
		return err_set(&j->ctx->err, EXIT_FAILED, "out of memory");
	snprintf(s->job, sizeof(s->job), "%s", what);
	snprintf(s->why, sizeof(s->why), "%.255s", why);
	return 0;
}

static bool moved(const struct cjob *j)
{
	for (size_t i = 0; i < j->nr; i++)
		if (j->s[i].moved)
			return true;
	return false;
}

/* 77 promises that nothing was transferred. In a search it only says how far one can go. */
static int refused(struct cjob *j, struct cyclic *s, uint64_t period)
{
	bool unavailable = s->w.err.exit == EXIT_UNAVAILABLE;
	char what[128], size[32];

	snprintf(what, sizeof(what), "%s, period %s", s->w.ch.stable,
		 size_text(period, size, sizeof(size)));
	fprintf(stderr, "dmactl: %s: %s\n", what, s->w.err.text);
	if (!(j->c->find_min && unavailable && moved(j)))
		j->exit =
			exit_worst(j->exit, unavailable && moved(j) ? EXIT_FAILED : s->w.err.exit);
	return skip(j, what, s->w.err.text);
}

static void add_plot(struct cjob *j, const struct crow *r, size_t channel)
{
	struct plot_point at = { r->ch ? channel : SIZE_MAX, r->period, 0, 0, 0, 0 };

	plot_add(&j->plot, &at,
		 r->valid && r->elapsed_ns ? (double)r->bytes * 1e9 / (double)r->elapsed_ns : -1);
	if (r->ch && r->valid)
		plot_samples(&j->plot, &r->interval);
}

static void publish(struct cjob *j, struct crow *r, size_t channel)
{
	const char *name = r->ch ? r->ch->stable : "all channels";
	bool text = j->rep.f == stderr || out_human(j->ctx);

	if (text)
		cyclic_text(&j->rep, r, channel);
	if (out_wanted(j->ctx))
		out_result(&j->out, cyclic_json(&j->rep, r, channel));
	if (text && j->rep.single && r->ch)
		cyclic_summary(&j->rep, r);
	if (j->c->m.plot)
		add_plot(j, r, channel);
	fflush(j->rep.f);
	if (r->note[0] && !j->ctx->quiet)
		fprintf(stderr, "dmactl: %s: %s\n", name, r->note);
	/* What a search finds lost is what it looks for. */
	if (j->c->find_min && r->only_lost && j->smallest)
		return;
	if (r->failure[0] && r->ch)
		fprintf(stderr, "dmactl: %s: %s\n", name, r->failure);
	j->exit = exit_worst(j->exit, r->exit);
}

static void merge(struct crow *all, const struct crow *r)
{
	all->periods += r->periods;
	all->exact &= r->exact;
	all->coarse |= r->coarse;
	all->callbacks += r->callbacks;
	all->coalesced += r->coalesced;
	all->overruns += r->overruns;
	all->underruns += r->underruns;
	all->skipped += r->skipped;
	all->repeated += r->repeated;
	all->jumps += r->jumps;
	all->dropped += r->dropped;
	all->errors += r->errors;
	all->checked += r->checked;
	all->mismatches += r->mismatches;
	all->bytes += r->bytes;
	all->interrupted |= r->interrupted;
	all->valid &= r->valid;
	all->exit = exit_worst(all->exit, r->exit);
	if (r->elapsed_ns > all->elapsed_ns)
		all->elapsed_ns = r->elapsed_ns;
	if (r->mismatches && !all->wrong[0])
		snprintf(all->wrong, sizeof(all->wrong), "on one of the channels");
	if (r->failure[0])
		snprintf(all->failure, sizeof(all->failure), "a channel failed");
}

/* Results of a row; @clean: nothing was lost, and nothing went wrong. */
static int results(struct cjob *j, struct crow *r, uint64_t period, bool *clean)
{
	struct crow all = {
		.period = period, .ring_periods = j->c->periods, .exact = true, .valid = true
	};
	bool last;
	int ret = 0;

	for (size_t i = 0; i < j->nr; i++) {
		if (!r[i].ch || j->s[i].failed)
			*clean = false;
		if (!r[i].ch || j->s[i].failed)
			continue;
		crow_judge(&r[i], j->c);
		*clean &= !r[i].exit && !crow_lost(&r[i]) && r[i].periods;
	}
	last = !*clean || stop_asked || period / 2 < j->least;
	for (size_t i = 0; i < j->nr && !ret; i++) {
		if (!r[i].ch)
			continue;
		if (j->s[i].failed) {
			ret = refused(j, &j->s[i], period);
			continue;
		}
		r[i].smallest_told = j->c->find_min && last;
		r[i].smallest = *clean ? period : j->smallest;
		publish(j, &r[i], i);
		merge(&all, &r[i]);
	}
	if (j->nr > 1 && all.periods && !ret)
		publish(j, &all, 0);
	for (size_t i = 0; i < j->nr && j->nr > 1 && j->c->period.n == 1; i++)
		if (j->rep.f == stderr || out_human(j->ctx))
			cyclic_end_to_end(&j->rep, &r[i]);
	return ret;
}

static bool alive(const struct cjob *j)
{
	for (size_t i = 0; i < j->nr; i++)
		if (!j->s[i].dead)
			return true;
	return false;
}

static int row(struct cjob *j, uint64_t period, bool *clean)
{
	struct crow *r = calloc(j->nr, sizeof(*r));
	pthread_t *threads = calloc(j->nr, sizeof(*threads));
	unsigned int members = 0;
	struct team team;
	int ret = -1;

	if (!r || !threads) {
		err_set(&j->ctx->err, EXIT_FAILED, "out of memory");
		goto out;
	}
	for (size_t i = 0; i < j->nr; i++)
		members += !j->s[i].dead;
	team_init(&team, members);
	for (size_t i = 0; i < j->nr; i++) {
		struct cyclic *s = &j->s[i];

		if (s->dead)
			continue;
		r[i] = (struct crow){ .ch = &s->w.ch,
				      .direction = s->o.direction,
				      .period = period,
				      .ring_periods = j->c->periods };
		s->r = &r[i];
		s->team = &team;
		s->failed = false;
	}
	start_all(j, threads);
	progress(j, &team);
	stop_clear();
	for (size_t i = 0; i < j->nr; i++)
		if (r[i].ch && !pthread_equal(threads[i], pthread_self()))
			pthread_join(threads[i], NULL);
	team_destroy(&team);
	ret = results(j, r, period, clean);
	for (size_t i = 0; i < j->nr; i++)
		crow_free(&r[i]);
out:
	free(r);
	free(threads);
	return ret;
}

/* Down to where something is lost, or one can go no further. */
static int search(struct cjob *j)
{
	uint64_t period = j->c->period.v[0], half;
	char text[32];
	bool clean;

	for (;;) {
		clean = true;
		if (row(j, period, &clean))
			return -1;
		if (clean)
			j->smallest = period;
		half = period / 2 / j->unit * j->unit;
		if (!clean || stop_asked || half < j->least)
			break;
		period = half;
	}
	if (!j->smallest && !stop_asked)
		j->exit = exit_worst(j->exit, EXIT_FAILED);
	if (j->rep.f == stderr || out_human(j->ctx)) {
		if (j->smallest)
			fprintf(j->rep.f, "\nsmallest period without loss: %s bytes%s\n",
				size_text(j->smallest, text, sizeof(text)),
				clean && !stop_asked ? ", the least that can be tried" : "");
		else
			fprintf(j->rep.f, "\neven the period of %s bytes loses\n",
				size_text(period, text, sizeof(text)));
	}
	return 0;
}

int cyclic_rows(struct cjob *j)
{
	char what[64], text[32];
	bool clean = true;

	j->least = j->c->m.endpoint == DMACTL_EP_LOOPBACK ? STAMP_BYTES : j->unit;
	if (j->c->find_min)
		return search(j);
	for (size_t i = 0; i < j->c->period.n; i++) {
		uint64_t period = j->c->period.v[i];

		if (!stop_asked && alive(j)) {
			if (row(j, period, &clean))
				return -1;
			continue;
		}
		snprintf(what, sizeof(what), "period %s", size_text(period, text, sizeof(text)));
		if (skip(j, what, stop_asked ? "interrupted" : "no channel is left"))
			return -1;
	}
	return 0;
}
