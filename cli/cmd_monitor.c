// SPDX-License-Identifier: GPL-2.0
/* Events of the module, as they come. */
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "chan.h"
#include "out.h"
#include "parse.h"
#include "report.h"
#include "stop.h"

struct monitor_args {
	struct ctx *ctx;
	uint64_t count, time_ns; /* 0: without end */
	uint32_t types;		 /* bit (1 << DMACTL_EVENT_TYPE_x), 0: all */
	struct vec channels;	 /* const char *, names and globs; none: all */
};

static const char *const names[] = {
	"channel-add", "channel-del", "claim",	 "release",
	"timeout",     "quarantine",  "reclaim", "leak",
};

#define NR_NAMES (sizeof(names) / sizeof(names[0]))

static const struct argp_option options[] = {
	{ "count", 'n', "COUNT", 0, "End after so many events", 1 },
	{ "time", 't', "TIME", 0, "End after so long", 1 },
	{ "channel", 'c', "CHANNEL", 0,
	  "Only events of this channel, or of those that a glob matches; may be repeated", 1 },
	{ "event", 'e', "KIND[,KIND]", 0, "Only these kinds of events; may be repeated", 1 },
	{ 0 },
};

static void add_types(struct argp_state *st, struct monitor_args *a, const char *arg)
{
	for (const char *p = arg; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL) {
		size_t n = strcspn(p, ","), i = 0;

		while (i < NR_NAMES && (strlen(names[i]) != n || strncmp(names[i], p, n)))
			i++;
		if (i == NR_NAMES)
			argp_error(st,
				   "-e: '%.*s' is not channel-add, channel-del, claim, release, "
				   "timeout, quarantine, reclaim or leak",
				   (int)n, p);
		a->types |= 1U << i;
	}
}

static void add_channel(struct argp_state *st, struct monitor_args *a, const char *arg)
{
	const char **p;

	if (!strcmp(arg, "any") || !strcmp(arg, "sim:any"))
		argp_error(st,
			   "-c: '%s' is any free channel: expected a name, or a glob of names such "
			   "as 'dma-sim.0/*'",
			   arg);
	p = vec_add(&a->channels, sizeof(*p));
	if (!p)
		argp_failure(st, EXIT_FAILED, 0, "out of memory");
	else
		*p = arg;
}

static error_t monitor_opt(int key, char *arg, struct argp_state *st)
{
	struct monitor_args *a = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = a->ctx;
		return 0;
	case 'n':
		if (parse_count(arg, &a->count) || !a->count)
			argp_error(st, "-n: '%s' is not a count of at least 1", arg);
		return 0;
	case 't':
		if (parse_seconds(arg, &a->time_ns) || !a->time_ns)
			argp_error(st,
				   "-t: '%s' is not a time: a number with ns, us, ms, s or min "
				   "(seconds without one)",
				   arg);
		return 0;
	case 'c':
		add_channel(st, a, arg);
		return 0;
	case 'e':
		add_types(st, a, arg);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(st, "monitor takes no argument: '%s'", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const char *event_name(uint32_t type)
{
	return type < NR_NAMES ? names[type] : "unknown";
}

static bool told(const struct event *e, int attr)
{
	return e->present & (1ULL << attr);
}

static void print_text(const struct event *e)
{
	char size[32];

	printf("%" PRIu64 ".%06" PRIu64 "  %-11s  %s", e->time_ns / 1000000000,
	       e->time_ns / 1000 % 1000000, event_name(e->type), e->stable);
	if (e->name[0])
		printf(" (%s)", e->name);
	if (told(e, DMACTL_A_EVENT_SESSION))
		printf(", session %u", e->session);
	if (told(e, DMACTL_A_EVENT_REQUESTS) && e->requests)
		printf(", %u operation%s", e->requests, e->requests == 1 ? "" : "s");
	if (told(e, DMACTL_A_EVENT_BYTES) && e->bytes)
		printf(", %s", size_text(e->bytes, size, sizeof(size)));
	printf("\n");
}

static void number(struct json_object *o, const char *key, bool is_told, uint64_t v)
{
	if (is_told)
		js_u64(o, key, v);
	else
		js_null(o, key);
}

static void print_json(const struct event *e)
{
	struct json_object *o = json_object_new_object();

	js_str(o, "event", event_name(e->type));
	js_u64(o, "time_ns", e->time_ns);
	js_str(o, "channel", e->name[0] ? e->name : NULL);
	js_str(o, "channel_stable", e->stable[0] ? e->stable : NULL);
	number(o, "session", told(e, DMACTL_A_EVENT_SESSION), e->session);
	number(o, "requests", told(e, DMACTL_A_EVENT_REQUESTS), e->requests);
	number(o, "bytes", told(e, DMACTL_A_EVENT_BYTES), e->bytes);
	printf("%s\n", json_object_to_json_string_ext(o, JSON_C_TO_STRING_SPACED |
								 JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}

#define A_WHILE 1000000000 /* Ctrl-C just before the wait is seen after it */

/* How long an event is waited for: not at all in the end, when only what is there is taken. */
static uint64_t patience(struct ctx *ctx, const struct monitor_args *a, uint64_t begin)
{
	uint64_t gone = ctx->b->now() - begin;

	if (stop_asked || (a->time_ns && gone >= a->time_ns))
		return 0;
	return a->time_ns && a->time_ns - gone < A_WHILE ? a->time_ns - gone : A_WHILE;
}

static bool names_one(const char *glob, const char *name, const char *stable)
{
	return (name[0] && !fnmatch(glob, name, 0)) || !fnmatch(glob, stable, 0);
}

static bool wanted(const struct monitor_args *a, const struct event *e)
{
	const char *const *channels = a->channels.v;

	if (a->types && (e->type >= NR_NAMES || !(a->types & (1U << e->type))))
		return false;
	for (size_t i = 0; i < a->channels.n; i++)
		if (names_one(channels[i], e->name, e->stable))
			return true;
	return !a->channels.n;
}

/* Whether there is one that @spec names. One of another kind of name gets its stable name. */
static int resolve_one(struct ctx *ctx, const struct chan_table *t, const char **spec)
{
	const struct channel *c = t->channels.v;
	const struct line *l = chan_line(t, *spec);

	if (l && !l->stable[0])
		return err_set(
			&ctx->err, EXIT_UNAVAILABLE,
			"-c %s: a line leads to no channel until it is claimed: watch all of "
			"them, without -c",
			*spec);
	if (l) {
		*spec = l->stable;
		return 1;
	}
	if (!strncmp(*spec, "driver:", 7) || !strncmp(*spec, "sim:", 4)) {
		c = chan_find(ctx, t, *spec);
		if (!c)
			return -1;
		*spec = c->stable;
		return 1;
	}
	for (size_t i = 0; i < t->channels.n; i++)
		if (names_one(*spec, c[i].name, c[i].stable))
			return 1;
	return 0;
}

/* The names last as long as @t does. */
static int resolve(struct ctx *ctx, const struct monitor_args *a, struct chan_table *t)
{
	const char **channels = a->channels.v;
	int ret;

	if (!a->channels.n)
		return 0;
	if (chan_table_load(ctx, t))
		return -1;
	for (size_t i = 0; i < a->channels.n; i++) {
		ret = resolve_one(ctx, t, &channels[i]);
		if (ret < 0)
			return -1;
		if (!ret && !ctx->quiet)
			fprintf(stderr, "dmactl: there is no channel %s now: it may come\n",
				channels[i]);
	}
	return 0;
}

static int follow(struct ctx *ctx, const struct monitor_args *a)
{
	uint64_t begin = ctx->b->now(), seen = 0, left;
	struct event e;
	int ret;

	while (!a->count || seen < a->count) {
		left = patience(ctx, a, begin);
		ret = ctx->b->events_next(left, &e);
		if (ret == -ENOBUFS) {
			fprintf(stderr, "dmactl: events came faster than they were taken: some are "
					"lost\n");
			continue;
		}
		if (ret < 0 && ret != -EINTR)
			return err_set(&ctx->err, EXIT_FAILED, "events could not be read: %s",
				       strerror(-ret));
		if (!ret && !left)
			break;
		if (ret <= 0 || !wanted(a, &e))
			continue;
		if (!out_human(ctx))
			print_json(&e);
		else
			print_text(&e);
		if (out_flush())
			break;
		seen++;
	}
	return stop_asked ? EXIT_INTERRUPTED : EXIT_OK;
}

int cmd_monitor(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = monitor_opt,
		.children = children,
		.doc = "Print the module's events as they come; with -j an object a line.",
	};
	struct monitor_args a = { .ctx = ctx };
	struct chan_table t = { 0 };
	int ret = -1;

	cmd_parse(&argp, argc, argv, &a);
	stop_catch();
	/* First the events: a channel that comes meanwhile is told. */
	if (module_ensure(ctx) || ctx->b->events_open(&ctx->err) || resolve(ctx, &a, &t)) {
		stop_error(&ctx->err);
	} else {
		if (!ctx->quiet)
			fprintf(stderr, "listening\n");
		ret = follow(ctx, &a);
	}
	chan_table_free(&t);
	vec_free(&a.channels);
	return ret;
}
