// SPDX-License-Identifier: GPL-2.0
/* A program in its processes and threads; whatever they do, they are gone at the end. */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "border.h"

#define PATIENCE_MS 2000 /* then a program that still waits for something is killed */
#define DYING_S	    60	 /* what is killed has this long to be gone */
#define LOCKED	    (8UL << 20)

static const struct program *program;

static void on_signal(int sig)
{
	(void)sig;
}

static void *run_actor(void *arg)
{
	u32 nr = (u32)(uintptr_t)arg, own = nr == FIRST ? 0 : nr, i;
	struct actor a = { .nr = own, .nl = -1 };

	a.area =
		mmap(NULL, AREA + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (a.area == MAP_FAILED || mprotect(a.area + AREA, PAGE, PROT_NONE))
		_exit(3);
	shared->tid[own] = (pid_t)syscall(SYS_gettid);
	if (own % THREADS)
		cover_begin(own);
	for (i = 0; i < program->n; i++)
		if (program->call[i].actor == nr)
			act(&a, &program->call[i]);
	shared->tid[own] = 0;
	if (a.nl >= 0)
		close(a.nl);
	munmap(a.area, AREA + PAGE);
	return NULL;
}

static bool has_calls(u32 actor)
{
	u32 i;

	for (i = 0; i < program->n; i++)
		if (program->call[i].actor == actor)
			return true;
	return false;
}

static bool has_process(u32 nr)
{
	u32 t;

	for (t = 0; t < THREADS; t++)
		if (has_calls(nr * THREADS + t))
			return true;
	return false;
}

/* Does not return. */
static void run_process(u32 nr)
{
	pthread_t thread[THREADS];
	bool begun[THREADS] = { 0 };
	u32 t, first = nr * THREADS;

	me.nr = nr;
	shared->pid[nr] = getpid();
	for (t = 1; t < THREADS; t++)
		begun[t] = has_calls(first + t) && !pthread_create(&thread[t], NULL, run_actor,
								   (void *)(uintptr_t)(first + t));
	run_actor((void *)(uintptr_t)first);
	for (t = 1; t < THREADS; t++)
		if (begun[t])
			pthread_join(thread[t], NULL);
	shared->pid[nr] = 0;
	_exit(0);
}

static void memory_setup(void)
{
	u8 *p = mmap(NULL, (MEM_PAGES + 8) * PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	u32 i;

	if (p == MAP_FAILED)
		_exit(3);
	me.mem = p;
	mprotect(p + MEM_PAGES * PAGE, PAGE, PROT_READ);
	munmap(p + (MEM_PAGES + 1) * PAGE, 4 * PAGE);
	for (i = 0; i < FDS; i++)
		me.fd[i] = -1;
}

static void run_first(void)
{
	struct sigaction sa = { .sa_handler = on_signal }; /* calls are interrupted */
	struct rlimit limit = { LOCKED, LOCKED };
	u32 nr;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigaction(SIGUSR1, &sa, NULL);
	sigaction(SIGALRM, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	guard_setup();
	setrlimit(RLIMIT_MEMLOCK, &limit);
	memory_setup();
	cover_begin(0);
	run_actor((void *)(uintptr_t)FIRST);
	for (nr = 1; nr < PROCS; nr++) {
		if (!has_process(nr) || gate_fork())
			continue;
		cover_begin(nr * THREADS);
		run_process(nr);
	}
	run_process(0);
}

/* What is in a pass that nobody took would live into the next program. */
static void empty_inboxes(void)
{
	u32 i;

	for (i = 0; i < PROCS; i++) {
		if (inbox[i][0]) {
			close(inbox[i][0]);
			close(inbox[i][1]);
		}
		if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, inbox[i])) {
			perror("fuzz-border: socketpair");
			exit(3);
		}
	}
}

/* True when no process is left. The timer ends the wait from time to time. */
static bool all_gone(u64 end)
{
	struct itimerval tick = { { 0, 20000 }, { 0, 20000 } }, none = { 0 };
	bool gone = false;

	setitimer(ITIMER_REAL, &tick, NULL);
	while (!gone && clock_ns() < end)
		gone = waitpid(-1, NULL, 0) < 0 && errno == ECHILD;
	setitimer(ITIMER_REAL, &none, NULL);
	return gone;
}

/* Where everything that is left is, for whoever reads this. */
static void show_stacks(void)
{
	char path[320], text[4096];
	struct dirent *e;
	DIR *proc = opendir("/proc");

	while (proc && (e = readdir(proc))) {
		if (atoi(e->d_name) < 2)
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/cmdline", e->d_name);
		if (read_file(path, text, sizeof(text)) > 0 && !strstr(text, "fuzz"))
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/stack", e->d_name);
		if (read_file(path, text, sizeof(text)) > 0)
			printf("# process or kernel thread %s:\n%s", e->d_name, text);
	}
	if (proc)
		closedir(proc);
}

enum outcome program_run(const struct program *p)
{
	enum outcome o = RAN;
	pid_t pid;

	program = p;
	memset(shared->chan, 0, offsetof(struct shared, why) - offsetof(struct shared, chan));
	shared->imports = 0;
	shared->forking = 0;
	shared->killing = 0;
	empty_inboxes();
	fflush(stdout);
	pid = fork();
	if (!pid)
		run_first();
	if (pid < 0) {
		perror("fuzz-border: fork");
		exit(3);
	}
	setpgid(pid, pid);
	if (!all_gone(clock_ns() + PATIENCE_MS * MS * slow())) {
		o = CUT;
		gate_close();
		kill(-pid, SIGKILL);
		if (!all_gone(clock_ns() + DYING_S * SEC * slow())) {
			show_stacks();
			return STUCK;
		}
	}
	empty_inboxes();
	return o;
}

struct shared *shared;

void run_setup(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		exit(3);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sigaction(SIGALRM, &sa, NULL);
}
