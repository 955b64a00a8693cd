// SPDX-License-Identifier: GPL-2.0
/* The harness: registers cases, runs each in a child, prints TAP. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"
#include "sim.h"

#define CASES_MAX	128
#define NOTE_MAX	256
#define LATE		75
#define PACE_LAST	16

static struct {
	const char *name;
	void (*fn)(void);
} cases[CASES_MAX];
static int nr_cases;
static char *note;	/* shared with the children: why a case was skipped */
static unsigned int paces = 1;

int suite_plain __attribute__((weak)) = 0;

void test_register(const char *name, void (*fn)(void))
{
	if (nr_cases == CASES_MAX)
		abort();
	cases[nr_cases].name = name;
	cases[nr_cases++].fn = fn;
}

void test_fail(const char *file, int line, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	dprintf(STDOUT_FILENO, "# %s:%d: %s\n", file, line, text);
	_exit(1);
}

void test_skip(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(note, NOTE_MAX, fmt, ap);
	va_end(ap);
	_exit(77);
}

void test_late(const char *file, int line, const char *what)
{
	if (paces >= PACE_LAST)
		test_fail(file, line, "not so, with %u times the time: %s", paces, what);
	dprintf(STDOUT_FILENO, "# %s:%d: again, with more time: %s\n", file, line, what);
	_exit(LATE);
}

unsigned int pace(void)
{
	return paces;
}

u64 paced(u64 ns)
{
	return ns * paces;
}

static const char *value_text(long long v, char *text, size_t room)
{
	if (v < 0 && v > -200)
		snprintf(text, room, "%lld (%s)", v, strerrorname_np((int)-v) ?: "?");
	else
		snprintf(text, room, "%lld (0x%llx)", v, v);
	return text;
}

void test_eq(const char *file, int line, const char *what, long long got, long long want)
{
	char a[64], b[64];

	if (got != want)
		test_fail(file, line, "%s is %s, not %s", what, value_text(got, a, sizeof(a)),
			  value_text(want, b, sizeof(b)));
}

u64 clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * SEC + (u64)ts.tv_nsec;
}

void sleep_ms(unsigned int ms)
{
	struct timespec ts = { ms / 1000, (long)(ms % 1000) * 1000000 };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

unsigned int slow(void)
{
	const char *text = getenv("TEST_SLOW");
	int n = text ? atoi(text) : 1;

	return n > 1 ? (unsigned int)n : 1;
}

static void on_signal(int sig)
{
	(void)sig;
}

void signal_ends_calls(int sig)
{
	struct sigaction sa = { .sa_handler = on_signal };

	CHECK_EQ(sigaction(sig, &sa, NULL), 0);
}

void alarm_every(unsigned int ms)
{
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };
	struct itimerval it = { tv, tv };

	signal_ends_calls(SIGALRM);
	CHECK_EQ(setitimer(ITIMER_REAL, &it, NULL), 0);
}

/* Of a thread of this process: R, S, D, ...; 0 when it has ended. */
static char thread_state(const char *tid)
{
	char path[320], text[512], *at;

	snprintf(path, sizeof(path), "/proc/self/task/%s/stat", tid);
	if (read_file(path, text, sizeof(text)) <= 0)
		return 0;
	at = strrchr(text, ')');
	return at && at[1] ? at[2] : 0;
}

bool others_wait(void)
{
	DIR *dir = opendir("/proc/self/task");
	unsigned int waiting = 0, others = 0;
	struct dirent *e;

	CHECK(dir);
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.' || atoi(e->d_name) == gettid())
			continue;
		others++;
		waiting += thread_state(e->d_name) == 'S';
	}
	closedir(dir);
	return others && waiting == others;
}

bool all_bytes(const void *p, u8 value, size_t len)
{
	const u8 *b = p;

	return !len || (b[0] == value && !memcmp(b, b + 1, len - 1));
}

void check_bytes(const char *file, int line, const void *p, u8 value, size_t len)
{
	const u8 *b = p;
	size_t i;

	for (i = 0; i < len; i++)
		if (b[i] != value)
			test_fail(file, line, "byte %zu of %zu is 0x%02x, not 0x%02x", i, len, b[i],
				  value);
}

void check_memory(const char *file, int line, const void *got, const void *want, size_t len)
{
	const u8 *g = got, *w = want;
	size_t i;

	for (i = 0; i < len; i++)
		if (g[i] != w[i])
			test_fail(file, line, "byte %zu of %zu is 0x%02x, not 0x%02x", i, len, g[i],
				  w[i]);
}

int run_program(const char *const argv[])
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -1;
	if (!pid) {
		dup2(STDOUT_FILENO, STDERR_FILENO);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int read_file(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;
	size_t got = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, text + got, room - 1 - got)) > 0)
		got += (size_t)n;
	err = n < 0 ? -errno : (int)got;
	text[got] = 0;
	close(fd);
	return err;
}

int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;
	int err;

	if (fd < 0)
		return -errno;
	n = write(fd, text, strlen(text));
	err = n < 0 ? -errno : 0;
	close(fd);
	return err;
}

int module_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

int module_load(const char *name, const char *param)
{
	const char *const argv[] = { "modprobe", name, param, NULL };

	return run_program(argv) ? -1 : 0;
}

bool module_loaded(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", name);
	return !access(path, F_OK);
}

void modules_up(void)
{
	if (!module_loaded("dmactl") && module_load("dmactl", NULL))
		FAIL("modprobe dmactl failed");
	if (!module_loaded("dma_sim") && module_load("dma-sim", "default=0"))
		FAIL("modprobe dma-sim failed");
	CHECK_SOON(!access("/dev/dmactl", F_OK));
}

/* Where the threads of a case that hangs are, for whoever reads the log. */
static void show_stacks(pid_t pid)
{
	char path[320], text[2048];
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && (e = readdir(dir))) {
		char *line, *save = NULL;

		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%s/stack", pid, e->d_name);
		if (read_file(path, text, sizeof(text)) <= 0)
			continue;
		printf("# thread %s\n", e->d_name);
		for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
			printf("#   %s\n", line);
	}
	if (dir)
		closedir(dir);
}

/* Reaps whatever ends until @pid (or, with 0, the last child) has: true when that is so. */
static bool reap_until(pid_t pid, int *status, u64 end)
{
	for (;;) {
		int st;
		pid_t got = waitpid(-1, &st, WNOHANG);

		if (got > 0 && got == pid) {
			*status = st;
			return true;
		}
		if (got > 0)
			continue;
		if (got < 0 && errno == ECHILD)
			return !pid;
		if (clock_ns() > end)
			return false;
		sleep_ms(1);
	}
}

int test_isolated(void (*fn)(void), unsigned int limit_s)
{
	int status = 0, dummy;
	bool ended;
	pid_t pid;

	fflush(stdout);
	note[0] = 0;
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fn();
		fflush(stdout);
		_exit(0);
	}
	setpgid(pid, pid);
	ended = reap_until(pid, &status, clock_ns() + limit_s * SEC);
	if (!ended) {
		printf("# not done after %u s\n", limit_s);
		show_stacks(pid);
	}
	kill(-pid, SIGKILL);
	if (!ended && !reap_until(pid, &status, clock_ns() + 10 * SEC))
		printf("# cannot even be killed\n");
	if (!reap_until(0, &dummy, clock_ns() + 10 * SEC))
		printf("# a process that it began cannot be killed\n");
	if (!ended)
		return 1;
	if (WIFSIGNALED(status)) {
		printf("# ended by signal %d\n", WTERMSIG(status));
		return 1;
	}
	if (WEXITSTATUS(status) == LATE || WEXITSTATUS(status) == 77)
		return WEXITSTATUS(status);
	return !!WEXITSTATUS(status);
}

static void print_result(int nr, const char *name, int result)
{
	if (result == 77)
		printf("ok %d - %s # SKIP %s\n", nr, name, note);
	else
		printf("%s %d - %s\n", result ? "not ok" : "ok", nr, name);
	fflush(stdout);
}

/* A case, until it was in time; without the simulated devices that it leaves. */
static int run_case(void (*fn)(void))
{
	int result;

	for (paces = 1;; paces *= 2) {
		result = test_isolated(fn, CASE_LIMIT_S * slow());
		if (!suite_plain && test_isolated(sim_remove_all, CASE_LIMIT_S * slow()))
			printf("# the simulated devices of this case cannot be removed\n");
		if (result != LATE)
			return result;
	}
}

/* The last case of each suite: what was left behind would keep a module in use. */
static void everything_given_back(void)
{
	CHECK_SOON(!module_loaded("dmactl") || !module_unload("dmactl"));
	CHECK_SOON(!module_loaded("dma_sim") || !module_unload("dma_sim"));
}

/* A program that takes the helpers but is no suite has its own. */
int __attribute__((weak)) main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	bool had_dmactl, had_sim;
	int i, failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGPIPE, SIG_IGN);
	note = mmap(NULL, NOTE_MAX, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (note == MAP_FAILED)
		return 1;
	had_dmactl = module_loaded("dmactl");
	had_sim = module_loaded("dma_sim");
	printf("1..%d\n", nr_cases + !suite_plain);
	if (!suite_plain && test_isolated(modules_up, 60)) {
		printf("Bail out! the modules cannot be loaded\n");
		return 1;
	}
	for (i = 0; i < nr_cases; i++) {
		int result;

		if (only && !strstr(cases[i].name, only))
			continue;
		result = run_case(cases[i].fn);
		print_result(i + 1, cases[i].name, result);
		failed += result == 1;
	}
	if (suite_plain)
		return !!failed;
	i = test_isolated(everything_given_back, CASE_LIMIT_S * slow());
	print_result(nr_cases + 1, "nothing is left behind: both modules unload", i);
	if (had_dmactl)
		module_load("dmactl", NULL);
	if (had_sim)
		module_load("dma-sim", NULL);
	return failed || i;
}
