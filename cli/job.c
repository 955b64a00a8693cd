// SPDX-License-Identifier: GPL-2.0
/* A measuring command from options to exit code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "input.h"
#include "job_cell.h"
#include "machine.h"
#include "stop.h"

static int check_pair(struct job *j)
{
	const struct channel *c = j->chosen.v;

	if (j->chosen.n != 2)
		return err_set(&j->ctx->err, EXIT_USAGE,
			       "--endpoint loopback needs two channels, "
			       "the second for what comes back, not %zu",
			       j->chosen.n);
	if (strcmp(c[0].device, c[1].device))
		return err_set(&j->ctx->err, EXIT_UNAVAILABLE,
			       "--endpoint loopback: %s and %s are "
			       "not of one device: two of one are needed",
			       c[0].stable, c[1].stable);
	return 0;
}

int job_choose(struct job *j)
{
	struct ctx *ctx = j->ctx;
	struct chan_table t;
	int ret = 0;

	if (chan_table_load(ctx, &t))
		return -1;
	for (size_t i = 0; !ret && i < j->o->channels.n; i++)
		ret = chan_take(ctx, &t, ((const char **)j->o->channels.v)[i], j->o->opcode,
				&j->chosen, &j->skipped);
	chan_table_free(&t);
	for (size_t i = 0; !ret && !ctx->quiet && i < j->skipped.n; i++)
		fprintf(stderr, "dmactl: left out: %s\n", ((struct skip *)j->skipped.v)[i].why);
	if (!ret && j->o->endpoint == DMACTL_EP_LINE && !j->o->width &&
	    (chan_line_width(ctx, &j->chosen, "-s", &j->o->size, &j->o->width) ||
	     mopts_segments(j->o, &ctx->err)))
		return -1;
	if (!ret && j->o->save && j->chosen.n > 1)
		return err_set(&ctx->err, EXIT_USAGE, "--save needs one channel, not %zu: one -c",
			       j->chosen.n);
	if (!ret && mopts_pair(j->o) && check_pair(j))
		return -1;
	if (!ret && j->o->cpus.n && j->o->cpus.n < j->chosen.n)
		return err_set(&ctx->err, EXIT_USAGE, "-C: %zu CPUs for %zu channels: one for each",
			       j->o->cpus.n, j->chosen.n);
	return ret;
}

static int open_workers(struct job *j)
{
	const struct channel *c = j->chosen.v;

	j->workers = calloc(j->chosen.n, sizeof(*j->workers));
	if (!j->workers)
		return err_set(&j->ctx->err, EXIT_FAILED, "out of memory");
	for (size_t i = 0; i < j->chosen.n; i++) {
		struct worker *w = &j->workers[i];

		*w = (struct worker){
			.ctx = j->ctx,
			.o = j->o,
			.info = &j->info,
			.ch = c[i],
			.session = -1,
			.in = j->in,
			.in_len = j->in_len,
			.save = j->save.f,
			.raw = j->raw.f,
			.cpu = j->o->cpus.n ? (int)j->o->cpus.v[i] : -1,
			/* The second of a pair goes the other way. */
			.direction = i && mopts_pair(j->o) ?
					     MEM_TO_DEV + DEV_TO_MEM - j->o->direction :
					     j->o->direction,
		};
		if (worker_open(w))
			return -1;
		j->nr_workers++;
	}
	return 0;
}

static int names_differ(struct job *j)
{
	struct {
		const char *option, *name;
	} f[] = {
		{ "-o", j->ctx->output },
		{ "--save", j->o->save },
		{ "--samples", j->o->samples },
	};

	for (int i = 0; i < 3; i++)
		for (int k = i + 1; k < 3; k++)
			if (f[i].name && f[k].name && outfile_clash(f[i].name, f[k].name))
				return err_set(&j->ctx->err, EXIT_USAGE,
					       "%s %s and %s %s: they need a file each",
					       f[i].option, f[i].name, f[k].option, f[k].name);
	return 0;
}

/* Everything that a wrong name can make fail, before a channel is taken. */
static int open_files(struct job *j)
{
	struct ctx *ctx = j->ctx;
	const struct mopts *o = j->o;
	struct err *e = &ctx->err;

	if (o->input && input_open(o->input, &j->in, &j->in_len, e))
		return -1;
	if (names_differ(j))
		return -1;
	if (o->save && outfile_open(&j->save, "--save", o->save, ctx->force, e))
		return -1;
	if (o->samples && outfile_open(&j->raw, "--samples", o->samples, ctx->force, e))
		return -1;
	return out_open(j->out, ctx, "measurement");
}

static int close_file(struct job *j, struct outfile *f, bool keep)
{
	if (keep)
		return outfile_keep(f, &j->ctx->err);
	outfile_drop(f);
	return 0;
}

/* Data are kept when they are whole and right, stamps as far as there are any. */
static int close_files(struct job *j, bool good)
{
	bool some = j->raw.f && (!j->raw.partial || ftell(j->raw.f) > 0);
	int ret = close_file(j, &j->save, good);

	ret |= close_file(j, &j->raw, some);
	if (j->in)
		munmap((void *)j->in, (size_t)j->in_len);
	return ret;
}

static int make_report(struct job *j)
{
	struct report *rep = &j->report;

	*rep = (struct report){
		.ctx = j->ctx,
		.command = j->ctx->name,
		.o = j->o,
		.nr_channels = j->nr_workers,
		.nr_cells = j->o->size.n * j->o->depth.n * j->o->batch.n * j->o->repeat,
		.platform = machine_platform(j->ctx->b),
		.channels = calloc(j->nr_workers, sizeof(*rep->channels)),
	};
	if (!rep->channels)
		return err_set(&j->ctx->err, EXIT_FAILED, "out of memory");
	for (size_t i = 0; i < j->nr_workers; i++)
		report_channel_init(j->ctx->b, &j->workers[i].ch, &rep->channels[i]);
	for (size_t i = 0; i < j->o->batch.n; i++)
		rep->show_batch |= j->o->batch.v[i] > 1;
	return 0;
}

bool job_all_dead(const struct job *j)
{
	for (size_t i = 0; i < j->nr_workers; i++)
		if (!j->workers[i].dead)
			return false;
	return true;
}

static int one_cell(struct job *j, const struct cell *cell)
{
	char what[96];

	if (!stop_asked && !job_all_dead(j))
		return job_cell(j, cell);
	cell_text(cell, what, sizeof(what));
	return job_skip(j, what, stop_asked ? "interrupted" : "no channel is left to measure");
}

static int all_cells(struct job *j)
{
	const struct mopts *o = j->o;
	struct cell c;

	for (size_t s = 0; s < o->size.n; s++) {
		for (size_t d = 0; d < o->depth.n; d++) {
			for (size_t b = 0; b < o->batch.n; b++) {
				c = (struct cell){ o->size.v[s], o->depth.v[d], o->batch.v[b], 0 };
				while (c.repeat++ < o->repeat)
					if (one_cell(j, &c))
						return -1;
			}
		}
	}
	return 0;
}

int job_open(struct job *j)
{
	if (open_workers(j) || job_check_cells(j) || make_report(j))
		return -1;
	for (size_t i = 0; i < j->nr_workers; i++)
		if (endpoint_open(&j->workers[i]))
			return -1;
	return 0;
}

void job_close(struct job *j)
{
	for (size_t i = 0; i < j->nr_workers; i++)
		worker_close(&j->workers[i]);
	free(j->workers);
	free(j->report.channels);
	j->workers = NULL;
	j->report.channels = NULL;
	j->nr_workers = 0;
}

static int draw(struct job *j)
{
	if (plot_swept(&j->plot))
		plot_sweep(&j->plot, stdout, "size", j->o->opcode == DMACTL_OP_INTERRUPT);
	else
		plot_histogram(stdout, "latencies", &j->plot.all);
	out_flush();
	return j->plot.no_memory ? err_set(&j->ctx->err, EXIT_FAILED, "out of memory") : 0;
}

static int run(struct job *j)
{
	struct ctx *ctx = j->ctx;

	if (job_open(j))
		return -1;
	/* With several channels nobody could say whose time it was. */
	if (j->nr_workers == 1 && j->o->time_ns >= 500000000)
		machine_idle_window(ctx->b);
	out_begin(j->out, &j->info);
	if (out_human(ctx))
		report_head(&j->report);
	if (all_cells(j) || (j->o->plot && draw(j)))
		return -1;
	if (stop_asked)
		j->exit = exit_worst(j->exit, EXIT_INTERRUPTED);
	return 0;
}

static int prepare(struct job *j)
{
	int fd;

	if (open_files(j) || module_ensure(j->ctx))
		return -1;
	fd = module_session(j->ctx, &j->info);
	if (fd < 0)
		return -1;
	j->ctx->b->close(fd);
	return job_check(j) || job_choose(j) ? -1 : 0;
}

int job_main(struct ctx *ctx, struct mopts *o)
{
	struct out out = { .ctx = ctx, .kind = "measurement" };
	struct job j = { .ctx = ctx, .o = o, .out = &out };
	int ret;

	stop_catch();
	ret = prepare(&j);
	if (!ret)
		ret = run(&j);
	if (ret && !out.results)
		stop_error(&ctx->err);
	job_close(&j);
	if (!ret)
		ret = close_files(&j, j.exit == EXIT_OK);
	else
		close_files(&j, false);
	ret = out_finish(&out, ret, report_skipped(&j.skipped), j.exit,
			 j.error[0] ? j.error : NULL);
	plot_free(&j.plot);
	vec_free(&j.chosen);
	vec_free(&j.skipped);
	return ret;
}
