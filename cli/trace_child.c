// SPDX-License-Identifier: GPL-2.0
/*
 * The command that is traced. Signals are the command's: it ends as it does without a trace, and
 * the trace ends with it. One from the terminal has reached it already, any other is passed on.
 */
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace.h"

extern char **environ;

static const int ends[] = { SIGINT, SIGTERM, SIGHUP };

#define NR_ENDS (sizeof(ends) / sizeof(ends[0]))

int child_prepare(struct child *c, struct err *e)
{
	sigset_t set;

	*c = (struct child){ .signals = -1 };
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < NR_ENDS; i++)
		sigaddset(&set, ends[i]);
	sigprocmask(SIG_BLOCK, &set, &c->before);
	c->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (c->signals >= 0)
		return 0;
	return err_set(e, EXIT_FAILED, "signals cannot be waited for: %s", strerror(errno));
}

/* Before there is anybody to pass it on to. */
static bool asked_to_end(void)
{
	sigset_t pending;
	bool asked = false;

	sigpending(&pending);
	for (size_t i = 0; i < NR_ENDS; i++)
		asked |= sigismember(&pending, ends[i]) == 1;
	return asked;
}

/* One of dmactl's own is run by this program, whose name takes the place of what was before. */
static int spawn(struct child *c, char **command, posix_spawnattr_t *attr)
{
	if (!cmd_known(command[0]))
		return posix_spawnp(&c->pid, command[0], NULL, attr, command, environ);
	command[-1] = (char *)"dmactl";
	return posix_spawn(&c->pid, "/proc/self/exe", NULL, attr, command - 1, environ);
}

int child_start(struct child *c, char **command, struct err *e)
{
	posix_spawnattr_t attr;
	int ret;

	if (asked_to_end())
		return err_set(e, EXIT_INTERRUPTED, "interrupted before anything was done");
	ret = posix_spawnattr_init(&attr);
	if (!ret) {
		posix_spawnattr_setsigmask(&attr, &c->before);
		posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
		ret = spawn(c, command, &attr);
		posix_spawnattr_destroy(&attr);
	}
	if (!ret)
		return 0;
	return err_set(e, EXIT_USAGE, "'%s' cannot be run: %s%s", command[0], strerror(ret),
		       cmd_known(command[0]) ? "" : ", and dmactl has no command of that name");
}

static void look(struct child *c)
{
	int status;

	if (waitpid(c->pid, &status, WNOHANG) != c->pid)
		return;
	c->gone = true;
	c->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void child_signals(struct child *c)
{
	struct signalfd_siginfo s;

	while (read(c->signals, &s, sizeof(s)) == sizeof(s)) {
		if (s.ssi_signo == SIGCHLD)
			look(c);
		else if (s.ssi_code <= 0 && !c->gone) /* not by the kernel */
			kill(c->pid, (int)s.ssi_signo);
	}
}
