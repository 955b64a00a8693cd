// SPDX-License-Identifier: GPL-2.0
/* The top of the program: the only table of commands, the only place that prints an error. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out.h"

static const struct cmd commands[] = {
	{ "list", "List every dmaengine channel", cmd_list },
	{ "info", "Tell everything known about one channel", cmd_info },
	{ "doctor", "Tell what is wrong here and what to do", cmd_doctor },
	{ "memcpy", "Copy memory and measure it", cmd_measure },
	{ "memset", "Fill memory and measure it", cmd_measure },
	{ "xor", "Xor memory, or check its parity, and measure it", cmd_measure },
	{ "pq", "Compute P and Q of RAID-6, or check them, and measure it", cmd_measure },
	{ "interleave", "Copy chunks with gaps between them and measure it", cmd_measure },
	{ "sg", "Move memory to or from a peripheral and measure it", cmd_measure },
	{ "cyclic", "Run a ring of periods to or from a peripheral", cmd_cyclic },
	{ "interrupt", "Complete without moving data and measure it", cmd_measure },
	{ "bench", "Measure the jobs of a file, with repeats", cmd_bench },
	{ "chain", "Run operations that depend on each other, from a file", cmd_chain },
	{ "litmus", "Find out which order an engine keeps", cmd_litmus },
	{ "check", "Try all that a channel claims to do", cmd_check },
	{ "compare", "Compare new results with earlier ones", cmd_compare },
	{ "report", "Draw what was measured, as a page or as metrics", cmd_report },
	{ "top", "Watch channels, holders and rates", cmd_top },
	{ "monitor", "Print the module's events as they come", cmd_monitor },
	{ "trace", "Show what the module does while a command runs", cmd_trace },
	{ "sim", "Make and break simulated devices", cmd_sim },
};

#define NR_COMMANDS	(sizeof(commands) / sizeof(commands[0]))

enum { OPT_VERSION = 0x6000, OPT_USAGE };

const char *const version_text = DMACTL_VERSION;

static error_t top_opt(int key, char *arg, struct argp_state *st)
{
	(void)arg;
	switch (key) {
	case 'h':
		argp_state_help(st, stdout, ARGP_HELP_STD_HELP);
		return 0;
	case OPT_USAGE:
		argp_state_help(st, stdout, ARGP_HELP_USAGE | ARGP_HELP_EXIT_OK);
		return 0;
	case OPT_VERSION:
		printf("dmactl %s\n", version_text);
		exit(0);
	default:
		return ARGP_ERR_UNKNOWN;	/* no ARGP_KEY_ARG: it stops at the command */
	}
}

/* The list of commands in the help is made of the table. */
static char *help_filter(int key, const char *text, void *input)
{
	char *buf = NULL;
	size_t size = 0;
	FILE *f;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	f = open_memstream(&buf, &size);
	if (!f)
		return (char *)text;
	fprintf(f, "Commands:\n");
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(f, "  %-10s  %s\n", commands[i].name, commands[i].help);
	fprintf(f, "\nEach has its own help: dmactl COMMAND --help. See dmactl(1).");
	fclose(f);
	return buf;
}

bool cmd_known(const char *name)
{
	for (size_t i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return true;
	return false;
}

static size_t difference(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), same = 0, longest = n > m ? n : m;

	/* Letters in common at the same place or the next one: enough for a slip. */
	for (size_t i = 0; i < n; i++)
		same += (i < m && a[i] == b[i]) || (i + 1 < m && a[i] == b[i + 1]) ||
			(i && i - 1 < m && a[i] == b[i - 1]);
	return longest - same;
}

static const struct cmd *find(struct ctx *ctx, const char *name)
{
	const struct cmd *best = commands;

	for (size_t i = 0; i < NR_COMMANDS; i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
		if (difference(name, commands[i].name) < difference(name, best->name))
			best = &commands[i];
	}
	err_set(&ctx->err, EXIT_USAGE, "there is no command '%s': did you mean %s? (dmactl --help)",
		name, best->name);
	return NULL;
}

static int run(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "help", 'h', NULL, 0, "Print this help", 1 },
		{ "version", OPT_VERSION, NULL, 0, "Print the version", 1 },
		{ "usage", OPT_USAGE, NULL, OPTION_HIDDEN, NULL, 1 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = top_opt,
		.args_doc = "COMMAND [OPTION...]",
		.doc = "Drive any Linux dmaengine channel, with numbers you can trust.\v ",
		.help_filter = help_filter,
	};
	const struct cmd *cmd;
	char name[64];
	int first;

	if (argc == 2 && !strcmp(argv[1], "--complete"))
		for (size_t i = 0; i < NR_COMMANDS; i++)
			printf("%s\t-\t-\t%s\n", commands[i].name, commands[i].help);
	options_parse(&argp, argc, argv, ARGP_IN_ORDER, &first, NULL);
	if (first >= argc)
		return err_set(&ctx->err, EXIT_USAGE, "which command? (dmactl --help lists them)");
	cmd = find(ctx, argv[first]);
	if (!cmd)
		return -1;
	ctx->name = cmd->name;
	/* Its own argp then prints a right usage line. */
	snprintf(name, sizeof(name), "dmactl %s", cmd->name);
	argv[first] = name;
	return cmd->run(ctx, argc - first, argv + first);
}

/*
 * No file that is opened later may become a standard stream: what is printed would go into it.
 * Whoever uses one that was closed is to see an error, but for messages.
 */
static int open_streams(void)
{
	static const int modes[] = { O_WRONLY, O_RDONLY, O_RDWR };

	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
			return -1;
	return 0;
}

/* At exit, so that it is true of a help text as well. */
static void check_stdout(void)
{
	int why = out_flush();

	if (!why)
		return;
	fprintf(stderr, "dmactl: standard output: %s\n", strerror(why));
	_exit(EXIT_FAILED);
}

int dmactl_main(const struct backend *b, int argc, char **argv)
{
	struct ctx ctx = { .b = b };
	const char *require = getenv("DMACTL_REQUIRE");
	int exit;

	if (open_streams() || atexit(check_stdout)) {
		perror("dmactl: standard streams");
		return EXIT_FAILED;
	}
	ctx.require = require && !strcmp(require, "1");
	exit = run(&ctx, argc, argv);
	if (exit < 0) {
		fprintf(stderr, "dmactl: %s\n", ctx.err.text);
		out_failure(&ctx);
		exit = ctx.err.exit;
	}
	b->disconnect();
	return cmd_exit(&ctx, exit);
}
