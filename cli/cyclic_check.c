// SPDX-License-Identifier: GPL-2.0
/* Options of cyclic that contradict each other (64), and what a channel does not have (77). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cyclic.h"

#define TIME_MAX (30 * 86400 * 1000000000ULL)

static bool goes(const struct copts *c, uint32_t direction)
{
	for (size_t i = 0; i < c->directions.n; i++)
		if (((const uint32_t *)c->directions.v)[i] == direction)
			return true;
	return false;
}

static void defaults(struct copts *c, const struct argp_state *st)
{
	const char *env = getenv("DMACTL_CHANNEL");
	struct mopts *o = &c->m;
	const char **p;

	if (!c->has_period)
		parse_list("4K", parse_size, &c->period);
	if (!o->has_count && !o->has_time && !o->input)
		o->time_ns = 1000000000;
	if (!o->channels.n) {
		p = vec_add(&o->channels, sizeof(*p));
		if (p)
			*p = env && *env ? env : "any";
	}
	if (!c->directions.n)
		argp_error(st, "cyclic needs a direction: -d mem-to-dev or -d dev-to-mem");
	if (c->directions.n > 1 && c->directions.n != o->channels.n)
		argp_error(st,
			   "-d: %zu directions for %zu channel%s: give one for all, or one for "
			   "each -c (a channel has one stream at a time)",
			   c->directions.n, o->channels.n, o->channels.n == 1 ? "" : "s");
}

static void check_endpoint(const struct copts *c, const struct argp_state *st)
{
	if (c->m.endpoint == DMACTL_EP_SOURCE && goes(c, MEM_TO_DEV))
		argp_error(st, "--endpoint source: it only gives, -d dev-to-mem");
	if (c->m.endpoint == DMACTL_EP_SINK && goes(c, DEV_TO_MEM))
		argp_error(st, "--endpoint sink: it only takes, -d mem-to-dev");
}

static void check_period(const struct copts *c, const struct argp_state *st)
{
	/* That of a line is known with its channel. */
	uint64_t width = c->m.width ? c->m.width : 1, v;

	if (width > 64)
		argp_error(st, "--width: at most 64 bytes");
	for (size_t i = 0; i < c->period.n; i++) {
		v = c->period.v[i];
		if (!v)
			argp_error(st,
				   "--period: 0 is no period: at least one access of the "
				   "width, %" PRIu64 " bytes",
				   width);
		if (v % width)
			argp_error(st,
				   "--period: %" PRIu64
				   " bytes are no multiple of the width %" PRIu64 ": %" PRIu64
				   " would be, or another --width",
				   v, width, (v / width + 1) * width);
		if (c->m.endpoint == DMACTL_EP_LOOPBACK && v < STAMP_BYTES)
			argp_error(st,
				   "--period: %" PRIu64 " bytes: in a loopback each period carries "
				   "%d bytes of stamps, so at least that",
				   v, STAMP_BYTES);
		if (v > INT64_MAX / c->periods)
			argp_error(st, "--period: a ring of that size is more than 63 bits");
	}
}

static void check_files(const struct copts *c, const struct argp_state *st)
{
	const struct mopts *o = &c->m;

	if (o->input && !goes(c, MEM_TO_DEV))
		argp_error(st, "--input: dev-to-mem sends nothing: -d mem-to-dev, or --save");
	if (o->save && !goes(c, DEV_TO_MEM))
		argp_error(st, "--save: nothing comes from mem-to-dev: -d dev-to-mem, or --input");
	if ((o->input || o->save) && (c->period.n > 1 || c->find_min))
		argp_error(st, "%s needs one period", o->input ? "--input" : "--save");
	if (o->save && !strcmp(o->save, "-") && (o->ctx->json || o->ctx->jsonl))
		argp_error(st,
			   "--save -: standard output is taken by %s: -o FILE has the JSON as "
			   "well",
			   o->ctx->json ? "-j" : "--jsonl");
	if (o->input && o->endpoint == DMACTL_EP_LOOPBACK)
		argp_error(st, "--input: in a loopback the tool makes the data");
}

static void check_time(const struct copts *c, const struct argp_state *st)
{
	const struct mopts *o = &c->m;

	if (o->timeout_ns > TIME_MAX || o->time_ns > TIME_MAX || c->pause_at > TIME_MAX ||
	    c->pause_for > TIME_MAX)
		argp_error(st, "-t, -T and --pause: at most 30 days");
	if (o->has_count && o->count <= c->restart)
		argp_error(st,
			   "--restart: %" PRIu64 " times between %" PRIu64 " periods: more -n, or "
			   "fewer",
			   c->restart, o->count);
	if (c->find_min && (c->period.n > 1 || c->restart || c->has_pause))
		argp_error(st, "--find-min-period begins at one period, and neither pauses nor "
			       "restarts");
	if (c->restart && o->input)
		argp_error(st, "--restart: what the ring still holds is not sent again, so --input "
			       "would have gaps");
}

void copts_finish(struct copts *c, const struct argp_state *st)
{
	defaults(c, st);
	if (c->m.plot && !out_human(c->m.ctx))
		argp_error(st, "--plot is drawn below the table: not with JSON on standard output");
	if (c->periods < 2)
		argp_error(st, "--periods: 1 is no ring, it takes at least 2: with one, what the "
			       "engine writes is what you read");
	check_endpoint(c, st);
	if (!c->m.width && c->m.endpoint != DMACTL_EP_LINE)
		c->m.width = 4;
	check_period(c, st);
	check_files(c, st);
	check_time(c, st);
}

static bool told(const struct channel *ch, unsigned int attr)
{
	return ch->present & (1ULL << attr);
}

static int allowed_bus(struct cyclic *s, const struct copts *c)
{
	const struct channel *ch = &s->w.ch;
	bool in = s->o.direction == DEV_TO_MEM;
	unsigned int attr = in ? DMACTL_A_CHANNEL_SRC_WIDTHS : DMACTL_A_CHANNEL_DST_WIDTHS;
	uint32_t widths = in ? ch->src_widths : ch->dst_widths;
	struct err *e = &s->w.ctx->err;

	if (told(ch, DMACTL_A_CHANNEL_DIRECTIONS) && !(ch->directions & 1U << s->o.direction))
		return err_set(e, EXIT_UNAVAILABLE,
			       "-d: %s does not go %s (dmactl info %s lists its directions)",
			       ch->stable, direction_name(s->o.direction), ch->stable);
	if (told(ch, attr) && (c->m.width > 31 || !(widths & 1U << c->m.width)))
		return err_set(e, EXIT_UNAVAILABLE,
			       "--width: %s does not do %" PRIu64
			       " bytes (dmactl info %s lists its widths)",
			       ch->stable, c->m.width, ch->stable);
	if (told(ch, DMACTL_A_CHANNEL_MAX_BURST) && ch->max_burst && c->m.burst > ch->max_burst)
		return err_set(e, EXIT_UNAVAILABLE,
			       "--burst: %s does at most %u accesses at a time, not %" PRIu64,
			       ch->stable, ch->max_burst, c->m.burst);
	return 0;
}

/* The most that a ring of the row may have. */
static int allowed_size(struct cyclic *s, const struct copts *c)
{
	for (size_t i = 0; i < c->period.n; i++)
		if (c->period.v[i] * c->periods > s->info->max_buffer)
			return err_set(&s->w.ctx->err, EXIT_UNAVAILABLE,
				       "--period, --periods: a ring of %" PRIu64
				       " bytes is above the module's limit of %" PRIu64
				       " for a buffer",
				       c->period.v[i] * c->periods, (uint64_t)s->info->max_buffer);
	return 0;
}

int cyclic_allowed(struct cyclic *s, const struct copts *c)
{
	uint32_t traits = s->w.claim.traits;
	const char *name = s->w.claim.name;
	struct err *e = &s->w.ctx->err;

	/* Residue of a whole descriptor: the ring. */
	s->coarse = !told(&s->w.ch, DMACTL_A_CHANNEL_RESIDUE) || !s->w.ch.residue;
	if (c->has_pause && !(traits & DMACTL_TRAIT_PAUSE))
		return err_set(e, EXIT_UNAVAILABLE, "--pause: %s cannot pause", name);
	if (c->has_pause && !(traits & DMACTL_TRAIT_RESUME))
		return err_set(e, EXIT_UNAVAILABLE, "--pause: %s can pause, but not resume", name);
	if (c->m.poll && s->coarse)
		return err_set(
			e, EXIT_UNAVAILABLE,
			"-p: %s does not tell its position (residue granularity descriptor), "
			"so there is nothing to poll",
			name);
	return allowed_bus(s, c) || allowed_size(s, c) ? -1 : 0;
}
