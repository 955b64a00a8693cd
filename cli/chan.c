// SPDX-License-Identifier: GPL-2.0
/* Channels by name: aliases, globs, any, near names. */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "chan.h"
#include "near.h"
#include "simfs.h"

/* Besides its sysfs and stable name: driver:NAME/N and sim:NAME/N. */
struct alias {
	size_t channel; /* index */
	char text[2 * DMACTL_NAME_MAX + 16];
};

static const struct channel *channel_at(const struct chan_table *t, size_t i)
{
	return (const struct channel *)t->channels.v + i;
}

/* DEVICE/N: by device, then by number. */
static int by_stable(const void *a, const void *b)
{
	const struct channel *x = a, *y = b;

	return strverscmp(x->stable, y->stable);
}

static int add_alias(struct chan_table *t, size_t channel, const char *prefix, const char *name,
		     const char *number)
{
	struct alias *a = vec_add(&t->aliases, sizeof(*a));

	if (!a)
		return -1;
	a->channel = channel;
	snprintf(a->text, sizeof(a->text), "%s%s%s", prefix, name, number);
	return 0;
}

static int add_driver_alias(struct chan_table *t, size_t channel)
{
	const struct channel *c = channel_at(t, channel);
	unsigned int n = 0;
	char number[16];

	for (size_t i = 0; i < channel; i++)
		n += !strcmp(channel_at(t, i)->driver, c->driver);
	snprintf(number, sizeof(number), "/%u", n);
	return add_alias(t, channel, "driver:", c->driver, number);
}

static int add_sim_aliases(struct ctx *ctx, struct chan_table *t)
{
	struct vec sims = { 0 };
	int ret = 0;

	simfs_list(ctx->b, &sims);
	for (size_t s = 0; !ret && s < sims.n; s++) {
		const struct sim *sim = (const struct sim *)sims.v + s;

		for (size_t i = 0; !ret && sim->dev_name[0] && i < t->channels.n; i++) {
			const struct channel *c = channel_at(t, i);

			if (!strcmp(c->device, sim->dev_name))
				ret = add_alias(t, i, "sim:", sim->name, strrchr(c->stable, '/'));
		}
	}
	vec_free(&sims);
	return ret;
}

int chan_table_load(struct ctx *ctx, struct chan_table *t)
{
	struct err ignored = { 0 };
	int ret = 0;

	memset(t, 0, sizeof(*t));
	if (ctx->b->channels(&t->channels, &ctx->err))
		return -1;
	/* An older module knows of none. */
	ctx->b->lines(&t->lines, &ignored);
	t->via = calloc(1, sizeof(*t->via));
	ret = !t->via;
	if (t->channels.n)
		qsort(t->channels.v, t->channels.n, sizeof(struct channel), by_stable);
	for (size_t i = 0; !ret && i < t->channels.n; i++) {
		const struct channel *c = channel_at(t, i);

		ret = !strrchr(c->stable, '/');
		if (ret)
			continue;
		ret = add_alias(t, i, "", c->stable, "") || add_alias(t, i, "", c->name, "") ||
		      add_driver_alias(t, i);
	}
	if (!ret)
		ret = add_sim_aliases(ctx, t);
	if (!ret)
		return 0;
	chan_table_free(t);
	return err_set(&ctx->err, EXIT_FAILED,
		       "the list of channels could not be read (see dmesg)");
}

void chan_table_free(struct chan_table *t)
{
	vec_free(&t->channels);
	vec_free(&t->aliases);
	vec_free(&t->lines);
	free(t->via);
	t->via = NULL;
}

static void nearer(const char *spec, const char *name, size_t *least, const char **best)
{
	size_t d = near_distance(spec, name);

	if (d >= *least)
		return;
	*least = d;
	*best = name;
}

bool chan_meant(struct ctx *ctx, const struct chan_table *t, const char *spec)
{
	const struct alias *a = t->aliases.v;
	const struct line *l = t->lines.v;
	size_t least = near_limit(spec);
	const char *best = NULL;

	for (size_t i = 0; i < t->aliases.n; i++)
		nearer(spec, a[i].text, &least, &best);
	for (size_t i = 0; i < t->lines.n; i++)
		nearer(spec, l[i].name, &least, &best);
	if (best)
		err_set(&ctx->err, EXIT_UNAVAILABLE, "there is no channel %s: did you mean %s?",
			spec, best);
	return best;
}

static int not_found(struct ctx *ctx, const struct chan_table *t, const char *spec)
{
	/* The module knows whether its node only waits for a driver. */
	if (chan_like_line(spec)) {
		chan_by_line(ctx, t, spec);
		return -1;
	}
	if (!t->channels.n)
		return err_set(&ctx->err, EXIT_UNAVAILABLE,
			       "there is no channel %s: no dmaengine provider has probed here "
			       "(modprobe dma-sim makes a simulated one)",
			       spec);
	if (chan_meant(ctx, t, spec))
		return -1;
	if (!strncmp(spec, "sim:", 4))
		return err_set(
			&ctx->err, EXIT_UNAVAILABLE,
			"there is no channel %s: dmactl sim list shows the simulated devices "
			"(configfs must be mounted)",
			spec);
	return err_set(&ctx->err, EXIT_UNAVAILABLE,
		       "there is no channel %s: dmactl list shows what there is", spec);
}

static const struct channel *exact(const struct chan_table *t, const char *spec)
{
	const struct alias *a = t->aliases.v;

	for (size_t i = 0; i < t->aliases.n; i++)
		if (!strcmp(a[i].text, spec))
			return channel_at(t, a[i].channel);
	return NULL;
}

const struct channel *chan_find(struct ctx *ctx, const struct chan_table *t, const char *spec)
{
	const struct channel *c = exact(t, spec);

	if (!c && chan_line(t, spec))
		return chan_by_line(ctx, t, spec);
	if (!c)
		not_found(ctx, t, spec);
	return c;
}

static int take(struct ctx *ctx, struct vec *out, const struct channel *c)
{
	struct channel *to;

	for (size_t i = 0; i < out->n; i++) {
		const struct channel *o = (const struct channel *)out->v + i;

		/* A provider may name one channel for two lines: it gives each another one. */
		if (!strcmp(o->stable, c->stable) &&
		    (!o->line[0] || !c->line[0] || !strcmp(o->line, c->line)))
			return 0;
	}
	to = vec_add(out, sizeof(*to));
	if (!to)
		return err_set(&ctx->err, EXIT_FAILED, "out of memory");
	*to = *c;
	return 0;
}

static bool matches(const struct chan_table *t, size_t channel, const char *glob)
{
	const struct alias *a = t->aliases.v;

	for (size_t i = 0; i < t->aliases.n; i++)
		if (a[i].channel == channel && !fnmatch(glob, a[i].text, 0))
			return true;
	return false;
}

static void purpose_text(uint64_t operations, char *buf, size_t size)
{
	if (operations)
		ops_text(operations, ", ", buf, size);
	else
		snprintf(buf, size, "any operation");
}

/* All that match and are free; those that are not are told. */
static int take_glob(struct ctx *ctx, const struct chan_table *t, const char *glob,
		     uint64_t operations, struct vec *out, struct vec *skipped)
{
	char text[160];
	struct err e;
	struct skip *s;
	size_t matched = 0, before = out->n;

	for (size_t i = 0; i < t->channels.n; i++) {
		const struct channel *c = channel_at(t, i);

		if (!matches(t, i, glob))
			continue;
		matched++;
		if (!chan_refuses(ctx, t, c, operations, &e)) {
			if (take(ctx, out, c))
				return -1;
			continue;
		}
		s = vec_add(skipped, sizeof(*s));
		if (!s)
			return err_set(&ctx->err, EXIT_FAILED, "out of memory");
		snprintf(s->job, sizeof(s->job), "%s", c->stable);
		snprintf(s->why, sizeof(s->why), "%.255s", e.text);
	}
	if (!matched)
		return err_set(&ctx->err, EXIT_UNAVAILABLE,
			       "no channel matches %s: dmactl list shows what there is", glob);
	if (out->n > before)
		return 0;
	purpose_text(operations, text, sizeof(text));
	return err_set(&ctx->err, EXIT_UNAVAILABLE,
		       "%s matches %zu channel%s, but none can be taken for %s: %s", glob, matched,
		       matched == 1 ? "" : "s", text, e.text);
}

/* any, sim:any, driver:NAME and sim:NAME stand for the first free one of several. */
static bool is_first(const char *spec)
{
	if (!strcmp(spec, "any") || !strcmp(spec, "sim:any"))
		return true;
	return (!strncmp(spec, "driver:", 7) || !strncmp(spec, "sim:", 4)) && !strchr(spec, '/');
}

static bool stands_for(const struct chan_table *t, const char *spec, size_t channel)
{
	bool sim = chan_simulated(channel_at(t, channel));
	char glob[2 * DMACTL_NAME_MAX + 32];

	if (!strcmp(spec, "any"))
		return !sim;
	if (!strcmp(spec, "sim:any"))
		return sim;
	snprintf(glob, sizeof(glob), "%s/*", spec);
	return matches(t, channel, glob);
}

/* There is none that such a name could stand for. */
static int none_stands(struct ctx *ctx, const struct chan_table *t, const char *spec)
{
	size_t sims = 0;

	for (size_t i = 0; i < t->channels.n; i++)
		sims += chan_simulated(channel_at(t, i));
	if (!strcmp(spec, "sim:any"))
		return err_set(&ctx->err, EXIT_UNAVAILABLE,
			       "there is no simulated channel: modprobe dma-sim, or dmactl sim "
			       "create");
	if (!strcmp(spec, "any"))
		return err_set(
			&ctx->err, EXIT_UNAVAILABLE, "there is no real channel here%s",
			sims ? ": sim:any takes a simulated one" :
			       " and no simulated one either: modprobe dma-sim, or dmactl sim "
			       "create");
	return not_found(ctx, t, spec);
}

static int take_first(struct ctx *ctx, const struct chan_table *t, const char *spec,
		      uint64_t operations, struct vec *out)
{
	struct err e = { 0 };
	char text[160];
	size_t able = 0;

	for (size_t i = 0; i < t->channels.n; i++) {
		const struct channel *c = channel_at(t, i);

		if (!stands_for(t, spec, i))
			continue;
		if (!chan_refuses(ctx, t, c, operations, &e))
			return take(ctx, out, c);
		able++;
	}
	if (!able)
		return none_stands(ctx, t, spec);
	purpose_text(operations, text, sizeof(text));
	return err_set(&ctx->err, EXIT_UNAVAILABLE,
		       "none of the %zu channel%s that %s stands for can be taken for %s: %s", able,
		       able == 1 ? "" : "s", spec, text, e.text);
}

const struct channel *chan_show(struct ctx *ctx, const struct chan_table *t, const char *spec)
{
	const struct channel *c = exact(t, spec);
	struct err e;

	if (!c && chan_line(t, spec))
		return chan_show_line(ctx, t, spec);
	if (!c && strpbrk(spec, "*?[")) {
		err_set(&ctx->err, EXIT_USAGE,
			"'%s' is a pattern, and one channel is wanted: dmactl list shows what "
			"there is",
			spec);
		return NULL;
	}
	if (c || !is_first(spec))
		return chan_find(ctx, t, spec);
	for (size_t i = 0; i < t->channels.n; i++) {
		if (!stands_for(t, spec, i))
			continue;
		if (!chan_refuses(ctx, t, channel_at(t, i), 0, &e))
			return channel_at(t, i);
		c = c ? c : channel_at(t, i);
	}
	if (!c)
		none_stands(ctx, t, spec);
	return c;
}

static int take_spec(struct ctx *ctx, const struct chan_table *t, const char *spec,
		     uint64_t operations, struct vec *out, struct vec *skipped)
{
	const struct channel *c = exact(t, spec);

	if (!c && chan_line(t, spec)) {
		c = chan_by_line(ctx, t, spec);
		if (!c)
			return -1;
	}
	if (!c && strpbrk(spec, "*?["))
		return take_glob(ctx, t, spec, operations, out, skipped);
	if (!c && is_first(spec))
		return take_first(ctx, t, spec, operations, out);
	if (!c)
		return not_found(ctx, t, spec);
	if (chan_refuses(ctx, t, c, operations, &ctx->err))
		return -1;
	return take(ctx, out, c);
}

int chan_take(struct ctx *ctx, const struct chan_table *t, const char *spec, unsigned int operation,
	      struct vec *out, struct vec *skipped)
{
	return take_spec(ctx, t, spec, 1ULL << operation, out, skipped);
}

int chan_take_any(struct ctx *ctx, const struct chan_table *t, const char *spec, struct vec *out,
		  struct vec *skipped)
{
	return take_spec(ctx, t, spec, 0, out, skipped);
}

int chan_pick(struct ctx *ctx, const struct chan_table *t, const char *spec, uint64_t operations,
	      struct channel *out)
{
	struct vec found = { 0 }, skipped = { 0 };
	int ret = take_spec(ctx, t, spec, operations, &found, &skipped);

	if (!ret && found.v)
		*out = *(struct channel *)found.v;
	vec_free(&found);
	vec_free(&skipped);
	return ret;
}
