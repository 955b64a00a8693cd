// SPDX-License-Identifier: GPL-2.0
/* The options that every command has. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"

enum { OPT_JSONL = 0x1000, OPT_FORCE, OPT_QUIET, OPT_REQUIRE, OPT_VERSION, OPT_USAGE };

static const struct argp_option plain_options[] = {
	{ NULL, 0, NULL, 0, "Output:", 90 },
	{ "json", 'j', NULL, 0, "Write JSON to standard output", 90 },
	{ "jsonl", OPT_JSONL, NULL, 0, "Write the environment, then a result a line", 90 },
	{ "quiet", OPT_QUIET, NULL, 0, "Write no progress and no notes", 90 },
	{ "require", OPT_REQUIRE, NULL, 0, "Exit 1, not 77, when something is not available", 90 },
	{ "help", 'h', NULL, 0, "Print this help", 91 },
	{ "version", OPT_VERSION, NULL, 0, "Print the version", 91 },
	{ "usage", OPT_USAGE, NULL, OPTION_HIDDEN, NULL, 91 },	/* argp's errors point to it */
	{ 0 },
};

static const struct argp_option full_options[] = {
	{ "output", 'o', "FILE", 0, "Write JSON to FILE as well", 90 },
	{ "force", OPT_FORCE, NULL, 0, "Replace existing files", 90 },
	{ 0 },
};

static error_t common_opt(int key, char *arg, struct argp_state *state)
{
	struct ctx *ctx = state->input;

	switch (key) {
	case 'j':
		ctx->json = true;
		return 0;
	case OPT_JSONL:
		ctx->jsonl = true;
		return 0;
	case 'o':
		ctx->output = arg;
		return 0;
	case OPT_FORCE:
		ctx->force = true;
		return 0;
	case OPT_QUIET:
		ctx->quiet = true;
		return 0;
	case OPT_REQUIRE:
		ctx->require = true;
		return 0;
	case OPT_VERSION:
		printf("dmactl %s\n", version_text);
		exit(0);
	case 'h':
		argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
		return 0;
	case OPT_USAGE:
		argp_state_help(state, stdout, ARGP_HELP_USAGE | ARGP_HELP_EXIT_OK);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t pass_on(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

const struct argp common_argp_plain = { .options = plain_options, .parser = common_opt };

static const struct argp_child plain_child[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };

static error_t full_opt(int key, char *arg, struct argp_state *state)
{
	return key == ARGP_KEY_INIT ? pass_on(key, arg, state) : common_opt(key, arg, state);
}

const struct argp common_argp = {
	.options = full_options,
	.parser = full_opt,
	.children = plain_child,
};

int cmd_exit(const struct ctx *ctx, int exit)
{
	return exit == EXIT_UNAVAILABLE && ctx->require ? EXIT_FAILED : exit;
}

void cmd_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	options_parse(argp, argc, argv, 0, NULL, input);
}
