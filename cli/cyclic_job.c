// SPDX-License-Identifier: GPL-2.0
/* cyclic from options to exit code. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cyclic_job.h"
#include "machine.h"
#include "stop.h"

static uint32_t way_of(const struct copts *c, size_t i)
{
	return ((const uint32_t *)c->directions.v)[c->directions.n > 1 ? i : 0];
}

static size_t goes(const struct cjob *j, uint32_t way)
{
	size_t n = 0;

	for (size_t i = 0; i < j->ways.n; i++)
		n += ((const uint32_t *)j->ways.v)[i] == way;
	return n;
}

static int check_chosen(struct cjob *j)
{
	const struct mopts *o = &j->c->m;
	struct err *e = &j->ctx->err;

	if (o->input && goes(j, MEM_TO_DEV) > 1)
		return err_set(e, EXIT_USAGE, "--input is for one channel, not %zu: one -c for it",
			       goes(j, MEM_TO_DEV));
	if (o->save && goes(j, DEV_TO_MEM) > 1)
		return err_set(e, EXIT_USAGE, "--save is for one channel, not %zu: one -c for it",
			       goes(j, DEV_TO_MEM));
	if (o->cpus.n && o->cpus.n < j->chosen.n)
		return err_set(e, EXIT_USAGE, "-C: %zu CPUs for %zu channels: one for each",
			       o->cpus.n, j->chosen.n);
	if (o->endpoint == DMACTL_EP_LOOPBACK &&
	    (goes(j, MEM_TO_DEV) != 1 || goes(j, DEV_TO_MEM) != 1))
		return err_set(e, EXIT_USAGE,
			       "--endpoint loopback takes two channels: -c A -d mem-to-dev -c B -d "
			       "dev-to-mem");
	if (o->endpoint == DMACTL_EP_LOOPBACK && j->chosen.n == 2) {
		const struct channel *ch = j->chosen.v;

		if (strcmp(ch[0].device, ch[1].device))
			return err_set(
				e, EXIT_UNAVAILABLE,
				"--endpoint loopback: %s and %s are not of one device: two of one are "
				"needed",
				ch[0].stable, ch[1].stable);
	}
	return 0;
}

/* Of a line the module wants whole bursts. */
static int line_unit(struct cjob *j)
{
	const struct numlist *periods = &j->c->period;
	struct mopts *o = &j->c->m;

	if (!o->width && chan_line_width(j->ctx, &j->chosen, "--period", periods, &o->width))
		return -1;
	j->unit = o->width * (o->burst ? o->burst : chan_line_burst(&j->chosen));
	for (size_t i = 0; j->unit && i < periods->n; i++)
		if (periods->v[i] % j->unit)
			return err_set(&j->ctx->err, EXIT_USAGE,
				       "--period: %" PRIu64 " bytes are no multiple of the line's "
				       "bursts, %" PRIu64 " bytes, unless --burst says otherwise",
				       periods->v[i], j->unit);
	return 0;
}

static int choose(struct cjob *j)
{
	const struct mopts *o = &j->c->m;
	struct chan_table t;
	uint32_t *way;
	int ret = 0;

	if (chan_table_load(j->ctx, &t))
		return -1;
	for (size_t i = 0; !ret && i < o->channels.n; i++) {
		ret = chan_take(j->ctx, &t, ((const char **)o->channels.v)[i], DMACTL_OP_CYCLIC,
				&j->chosen, &j->skipped);
		while (!ret && j->ways.n < j->chosen.n) {
			way = vec_add(&j->ways, sizeof(*way));
			if (!way)
				ret = err_set(&j->ctx->err, EXIT_FAILED, "out of memory");
			else
				*way = way_of(j->c, i);
		}
	}
	chan_table_free(&t);
	for (size_t i = 0; !ret && !j->ctx->quiet && i < j->skipped.n; i++)
		fprintf(stderr, "dmactl: left out: %s\n", ((struct skip *)j->skipped.v)[i].why);
	j->unit = o->width;
	if (!ret && o->endpoint == DMACTL_EP_LINE && line_unit(j))
		return -1;
	return ret ? ret : check_chosen(j);
}

static int open_all(struct cjob *j)
{
	const struct channel *ch = j->chosen.v;
	const uint32_t *way = j->ways.v;

	j->s = calloc(j->chosen.n, sizeof(*j->s));
	j->channels = calloc(j->chosen.n, sizeof(*j->channels));
	if (!j->s || !j->channels)
		return err_set(&j->ctx->err, EXIT_FAILED, "out of memory");
	for (size_t i = 0; i < j->chosen.n; i++) {
		struct cyclic *s = &j->s[i];

		s->c = j->c;
		s->o = j->c->m;
		s->o.direction = way[i];
		if (!s->o.endpoint)
			s->o.endpoint = way[i] == DEV_TO_MEM ? DMACTL_EP_SOURCE : DMACTL_EP_SINK;
		s->info = &j->info;
		s->in = way[i] == MEM_TO_DEV ? j->in : -1;
		s->out = way[i] == DEV_TO_MEM ? j->save.fd : -1;
		s->w = (struct worker){
			.ctx = j->ctx,
			.info = &j->info,
			.ch = ch[i],
			.session = -1,
			.cpu = j->c->m.cpus.n ? (int)j->c->m.cpus.v[i] : -1,
		};
		j->nr++;
		if (cyclic_open(s))
			return -1;
		report_channel_init(j->ctx->b, &s->w.ch, &j->channels[i]);
	}
	return 0;
}

static int prepare(struct cjob *j)
{
	const struct mopts *o = &j->c->m;
	int fd;

	if (cyclic_open_input(j->ctx, o->input, &j->in) ||
	    out_open(&j->out, j->ctx, "measurement") || module_ensure(j->ctx))
		return -1;
	fd = module_session(j->ctx, &j->info);
	if (fd < 0)
		return -1;
	j->ctx->b->close(fd);
	if (!(j->info.features & DMACTL_FEAT_STREAM))
		return err_set(&j->ctx->err, EXIT_UNAVAILABLE,
			       "the loaded module has no cyclic streams: a newer one does");
	if (!(j->info.features & DMACTL_FEAT_CONFIG))
		return err_set(&j->ctx->err, EXIT_UNAVAILABLE,
			       "the loaded module cannot tell a channel of its peripheral: a newer "
			       "one can");
	/* Opening a pipe may wait for its reader: last, but before a channel is held. */
	if (choose(j))
		return -1;
	return cyclic_open_save(j->ctx, &j->save, o->save);
}

static int draw(struct cjob *j)
{
	if (plot_swept(&j->plot))
		plot_sweep(&j->plot, j->rep.f, "period", false);
	else
		plot_histogram(j->rep.f, "intervals", &j->plot.all);
	fflush(j->rep.f);
	return j->plot.no_memory ? err_set(&j->ctx->err, EXIT_FAILED, "out of memory") : 0;
}

static int run(struct cjob *j)
{
	struct ctx *ctx = j->ctx;
	bool to_pipe = j->c->m.save && !strcmp(j->c->m.save, "-");

	if (open_all(j))
		return -1;
	j->rep = (struct crep){
		.ctx = ctx,
		.c = j->c,
		.s = j->s,
		.nr = j->nr,
		.platform = machine_platform(ctx->b),
		.channels = j->channels,
		.f = to_pipe ? stderr : stdout,
		.single = j->nr == 1 && j->c->period.n == 1 && !j->c->find_min,
	};
	out_begin(&j->out, &j->info);
	if (to_pipe || out_human(ctx))
		cyclic_head(&j->rep);
	if (cyclic_rows(j) || (j->c->m.plot && draw(j)))
		return -1;
	if (stop_asked)
		j->exit = exit_worst(j->exit, EXIT_INTERRUPTED);
	return 0;
}

static void free_all(struct cjob *j)
{
	plot_free(&j->plot);
	free(j->s);
	free(j->channels);
	vec_free(&j->chosen);
	vec_free(&j->ways);
	vec_free(&j->skipped);
}

int cyclic_main(struct ctx *ctx, struct copts *c)
{
	struct cjob j = { .ctx = ctx, .c = c, .in = -1, .save = { .fd = -1 } };
	struct err first;
	int ret = prepare(&j);

	/* Any signal may end the opening of a FIFO, but no document that was begun. */
	stop_catch();
	if (!ret)
		ret = run(&j);
	for (size_t i = 0; i < j.nr; i++)
		cyclic_close(&j.s[i]);
	first = ctx->err;
	if (cyclic_close_save(ctx, &j.save) && !ret)
		ret = -1;
	else if (ret)
		ctx->err = first;
	if (ret && !j.out.begun && ctx->err.exit != EXIT_USAGE)
		out_begin(&j.out, NULL);
	if (!ret)
		ret = out_end(&j.out, report_skipped(&j.skipped), j.exit, NULL);
	else if (!j.out.results)
		out_cancel(&j.out);
	if (ret < 0 && j.out.begun)
		out_end(&j.out, report_skipped(&j.skipped), ctx->err.exit, ctx->err.text);
	free_all(&j);
	return ret;
}
