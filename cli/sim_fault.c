// SPDX-License-Identifier: GPL-2.0
/* dmactl sim destroy and fault. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"
#include "sim_cmd.h"

enum { O_EVERY = 0x5000, O_NTH, O_AFTER, O_OFF, O_DELAY, O_DESTROY_FORCE };

struct fault_args {
	struct ctx *ctx;
	const char *name, *kind;
	char value[32]; /* "" none was given */
	char delay[32];
	bool force;
};

/* Users write them with - for _. */
const char *const sim_kinds[] = {
	"error",	 "prep_null",  "refuse", "lost_interrupt", "stall", "late",
	"corrupt",	 "polynomial", "copies", "coefficient",	   "short", "stale",
	"wrong_residue", "jitter",     "skip",	 "late_terminate", NULL,
};

#define KINDS                                                                          \
	"error, prep-null, refuse, lost-interrupt, stall, late, corrupt, polynomial, " \
	"copies, coefficient, short, stale, wrong-residue, jitter, skip"

static const char *find_kind(const char *arg)
{
	char text[32];

	snprintf(text, sizeof(text), "%s", arg);
	for (char *p = text; *p; p++)
		if (*p == '-')
			*p = '_';
	for (const char *const *k = sim_kinds; *k; k++)
		if (!strcmp(text, *k))
			return *k;
	return NULL;
}

/* The attribute that --delay sets, or NULL. */
static const char *delay_of(const char *kind)
{
	if (!strcmp(kind, "jitter"))
		return "jitter_ns";
	return strcmp(kind, "late") && strcmp(kind, "late_terminate") ? NULL : "late_ns";
}

static void set_value(struct argp_state *st, const char *how, const char *arg)
{
	struct fault_args *a = st->input;
	uint64_t n = 0;

	if (a->value[0])
		argp_error(st, "only one of --every, --nth, --after and --off");
	if (arg && (parse_number(arg, &n) || !n || n > UINT32_MAX))
		argp_error(st, "--%s: '%s' is not a number of at least 1", how, arg);
	if (arg)
		snprintf(a->value, sizeof(a->value), "%s %" PRIu64, how, n);
	else
		snprintf(a->value, sizeof(a->value), "%s", how);
}

static void fault_arg(struct argp_state *st, const char *arg)
{
	struct fault_args *a = st->input;

	if (!a->name && !sim_good_name(arg))
		argp_error(st, "'%s' is no name of a device (dmactl sim list)", arg);
	if (!a->name) {
		a->name = arg;
		return;
	}
	if (a->kind)
		argp_error(st, "'%s' is too much: NAME KIND", arg);
	a->kind = find_kind(arg);
	if (!a->kind)
		argp_error(st, "'%s' is no defect: " KINDS ", late-terminate", arg);
}

static error_t fault_opt(int key, char *arg, struct argp_state *st)
{
	struct fault_args *a = st->input;
	uint64_t ns;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = a->ctx;
		return 0;
	case O_EVERY:
		set_value(st, "every", arg);
		return 0;
	case O_NTH:
		set_value(st, "nth", arg);
		return 0;
	case O_AFTER:
		set_value(st, "after", arg);
		return 0;
	case O_OFF:
		set_value(st, "off", NULL);
		return 0;
	case O_DELAY:
		if (parse_time(arg, &ns))
			argp_error(st, "--delay: '%s' is not a time with ns, us, ms, s or min",
				   arg);
		snprintf(a->delay, sizeof(a->delay), "%" PRIu64, ns);
		return 0;
	case ARGP_KEY_ARG:
		fault_arg(st, arg);
		return 0;
	case ARGP_KEY_END:
		if (!a->kind)
			argp_error(st, "NAME and KIND are needed");
		if (a->delay[0] && !delay_of(a->kind))
			argp_error(st, "--delay belongs to late, late-terminate and jitter");
		if (!a->value[0])
			strcpy(a->value, "every 1");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int known(struct ctx *ctx, const char *name)
{
	char live[8];

	if (sim_need(ctx))
		return -1;
	simfs_get(ctx->b, name, "live", live, sizeof(live));
	return live[0] ? 0 :
			 err_set(&ctx->err, EXIT_UNAVAILABLE,
				 "there is no simulated device %s "
				 "(dmactl sim list)",
				 name);
}

static int fault_refused(struct ctx *ctx, const struct fault_args *a, int ret)
{
	char engine[16], public[8];

	simfs_get(ctx->b, a->name, "engine", engine, sizeof(engine));
	simfs_get(ctx->b, a->name, "public", public, sizeof(public));
	if (ret == -EINVAL && !strcmp(engine, "null"))
		return err_set(&ctx->err, EXIT_FAILED,
			       "the engine of %s is null: it moves no data that %s could spoil",
			       a->name, a->kind);
	if (ret == -EBUSY && !strcmp(public, "1"))
		return err_set(&ctx->err, EXIT_FAILED,
			       "%s is public, async_tx may rely on it: it can have no defect",
			       a->name);
	return sim_refused(ctx, ret, "set a defect of", a->name);
}

int sim_fault(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "every", O_EVERY, "N", 0, "Every N-th operation has it (1)", 1 },
		{ "nth", O_NTH, "N", 0, "The N-th operation from now on has it, once", 1 },
		{ "after", O_AFTER, "N", 0, "Every operation after the N-th from now on has it",
		  1 },
		{ "off", O_OFF, NULL, 0, "No further operation has it; what is stuck ends", 1 },
		{ "delay", O_DELAY, "TIME", 0,
		  "late: how late the callback is; late-terminate, jitter: at most (1s, jitter 1ms)",
		  1 },
		{ 0 },
	};
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = fault_opt,
		.children = children,
		.args_doc = "NAME KIND",
		.doc = "Set a defect of a simulated device, or end it.\v"
		       "KIND is " KINDS " or late-terminate.",
	};
	struct fault_args a = { .ctx = ctx };
	int ret = 0;

	cmd_parse(&argp, argc, argv, &a);
	if (known(ctx, a.name))
		return -1;
	if (a.delay[0])
		ret = simfs_set(ctx->b, a.name, delay_of(a.kind), a.delay);
	if (!ret)
		ret = simfs_set(ctx->b, a.name, a.kind, a.value);
	return ret ? fault_refused(ctx, &a, ret) : EXIT_OK;
}

static error_t destroy_opt(int key, char *arg, struct argp_state *st)
{
	struct fault_args *a = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = a->ctx;
		return 0;
	case O_DESTROY_FORCE:
		a->force = true;
		return 0;
	case ARGP_KEY_ARG:
		if (a->name || !sim_good_name(arg))
			argp_error(st,
				   a->name ? "one NAME, '%s' is a second" :
					     "'%s' is no name of a device (dmactl sim list)",
				   arg);
		a->name = arg;
		return 0;
	case ARGP_KEY_END:
		if (!a->name)
			argp_error(st, "which NAME?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int sim_destroy(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "force", O_DESTROY_FORCE, NULL, 0, "Unbind it even while a channel is held", 1 },
		{ 0 },
	};
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = destroy_opt,
		.children = children,
		.args_doc = "NAME",
		.doc = "Remove a simulated device.",
	};
	struct fault_args a = { .ctx = ctx };
	char path[256];
	bool own;
	int ret = 0;

	cmd_parse(&argp, argc, argv, &a);
	if (known(ctx, a.name))
		return -1;
	own = !strcmp(a.name, "default");
	if (!a.force)
		ret = simfs_set(ctx->b, a.name, "live", "0");
	snprintf(path, sizeof(path), SIMFS_ROOT "/%s", a.name);
	if (!ret)
		ret = ctx->b->remove_dir(path);
	/* The module's own device has a directory that stays. */
	if (ret == -EPERM && own)
		ret = a.force ? simfs_set(ctx->b, a.name, "live", "0") : 0;
	if (ret == -EBUSY)
		return err_set(&ctx->err, EXIT_FAILED, "a channel of %s is held (dmactl list): %s",
			       a.name,
			       own ? "end its user first" : "--force unbinds it nevertheless");
	return ret ? sim_refused(ctx, ret, "remove", a.name) : EXIT_OK;
}
