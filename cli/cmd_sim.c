// SPDX-License-Identifier: GPL-2.0
/* Simulated devices: dma-sim's configfs tree by command. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "out.h"
#include "parse.h"
#include "sim_cmd.h"

static const struct {
	const char *name, *help;
	int (*run)(struct ctx *ctx, int argc, char **argv);
} verbs[] = {
	{ "create", "Make a device", sim_create },
	{ "destroy", "Remove a device", sim_destroy },
	{ "list", "List the devices", sim_list },
	{ "profiles", "List the controllers that a device can be like", sim_profiles },
	{ "fault", "Set a defect of a device, or end it", sim_fault },
};

#define NR_VERBS (sizeof(verbs) / sizeof(verbs[0]))

struct sim_args {
	struct ctx *ctx;
	int verb;
};

static error_t sim_opt(int key, char *arg, struct argp_state *st)
{
	struct sim_args *a = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = a->ctx;
		return 0;
	case ARGP_KEY_ARG:
		for (size_t i = 0; i < NR_VERBS; i++)
			if (!strcmp(arg, verbs[i].name))
				a->verb = (int)i;
		if (a->verb < 0)
			argp_error(st, "'%s' is none of create, destroy, list, profiles and fault",
				   arg);
		return 0;
	case ARGP_KEY_END:
		if (a->verb < 0)
			argp_error(st, "which of create, destroy, list, profiles and fault?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int cmd_sim(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.parser = sim_opt,
		.children = children,
		.args_doc = "create NAME\ndestroy NAME\nlist\nprofiles [PROFILE]\nfault NAME KIND",
		.doc = "Make and break simulated devices (as root).\v"
		       "Each has its own help: dmactl sim create --help",
	};
	struct sim_args a = { ctx, -1 };
	char name[64];
	int verb = 1;

	/* What follows the verb is the verb's; none of the options before it takes a value. */
	while (verb < argc - 1 && argv[verb][0] == '-')
		verb++;
	cmd_parse(&argp, argc < 2 ? argc : verb + 1, argv, &a);
	snprintf(name, sizeof(name), "dmactl sim %s", verbs[a.verb].name);
	argv[verb] = name;
	return verbs[a.verb].run(ctx, argc - verb, argv + verb);
}

int sim_need(struct ctx *ctx)
{
	const struct backend *b = ctx->b;

	if (!b->access(SIMFS_ROOT, F_OK))
		return 0;
	if (b->privileged() && !b->modprobe("dma-sim", "default=0") && !b->access(SIMFS_ROOT, F_OK))
		return 0;
	if (!b->privileged())
		return err_set(&ctx->err, EXIT_UNAVAILABLE,
			       "the module dma-sim is not loaded: load "
			       "it as root with modprobe dma-sim");
	if (b->access("/sys/kernel/config", F_OK))
		return err_set(&ctx->err, EXIT_UNAVAILABLE,
			       "configfs is not there: modprobe "
			       "configfs, then mount -t configfs none /sys/kernel/config");
	return err_set(&ctx->err, EXIT_UNAVAILABLE,
		       "dma-sim does not appear in configfs: modprobe "
		       "dma-sim, and mount -t configfs none /sys/kernel/config");
}

int sim_refused(struct ctx *ctx, int ret, const char *what, const char *name)
{
	if (ret == -EACCES || ret == -EPERM)
		return err_set(&ctx->err, EXIT_UNAVAILABLE, "no permission to %s %s: run as root",
			       what, name);
	return err_set(&ctx->err, EXIT_FAILED, "could not %s %s: %s", what, name, strerror(-ret));
}

bool sim_good_name(const char *name)
{
	size_t n = strlen(name);

	return n && n < SIM_NAME_MAX && name[0] != '.' && !strchr(name, '/') &&
	       !strpbrk(name, "*?[]: ");
}
