// SPDX-License-Identifier: GPL-2.0
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "fake.h"
#include "opts.h"
#include "program.h"

#define EVENTS	6

static const char chain_text[] = "buf a 4K fill=random\nbuf b 4K\nmemcpy b <- a\nexpect b == a\n";
static jmp_buf back;
static int status, events, input = -1;

/* Words that are turned away come back from the middle of argp: its memory is lost then. */
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

/*
 * What the Makefile puts in place of the C library's in each object of the program: what ends it,
 * what reaches a file, what changes this process.
 */
void fuzz_exit(int code)
{
	status = code;
	longjmp(back, 1);
}

int fuzz_atexit(void (*f)(void))
{
	(void)f;
	return 0;
}

error_t fuzz_argp_parse(const struct argp *argp, int argc, char **argv, unsigned int flags,
			int *index, void *in)
{
	if (argp_parse(argp, argc, argv, flags | ARGP_NO_EXIT, index, in))
		fuzz_exit(argp_err_exit_status);
	return 0;
}

static void sentence(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) <= 0)
		abort();
	free(text);
}

void fuzz_argp_error(const struct argp_state *st, const char *fmt, ...)
{
	va_list ap;

	(void)st;
	va_start(ap, fmt);
	sentence(fmt, ap);
	va_end(ap);
	fuzz_exit(argp_err_exit_status);
}

void fuzz_argp_failure(const struct argp_state *st, int code, int errnum, const char *fmt, ...)
{
	va_list ap;

	(void)st;
	(void)errnum;
	va_start(ap, fmt);
	sentence(fmt, ap);
	va_end(ap);
	fuzz_exit(code);
}

void fuzz_argp_state_help(const struct argp_state *st, FILE *f, unsigned int flags)
{
	argp_state_help(st, f, flags);
	if (flags & ARGP_HELP_EXIT_OK)
		fuzz_exit(0);
	if (flags & ARGP_HELP_EXIT_ERR)
		fuzz_exit(argp_err_exit_status);
}

/* The fake machine is told nothing here. */
long fake_word(const char *env, const char *word)
{
	(void)env;
	(void)word;
	return -1;
}

static bool there(const char *path)
{
	const char *name = strrchr(path, '/');

	return !strncmp(name ? name + 1 : path, "in", 2);
}

int fuzz_open(const char *path, int flags, ...)
{
	if ((flags & O_ACCMODE) != O_RDONLY)
		return open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (there(path))
		return dup(input);
	errno = ENOENT;
	return -1;
}

FILE *fuzz_fopen(const char *path, const char *mode)
{
	if (mode[0] != 'r')
		return fopen("/dev/null", mode);
	if (there(path))
		return fmemopen((void *)chain_text, sizeof(chain_text) - 1, "r");
	errno = ENOENT;
	return NULL;
}

int fuzz_stat(const char *path, struct stat *st)
{
	size_t n = strlen(path);

	if (there(path))
		return fstat(input, st);
	if (n && (path[n - 1] == '/' || path[n - 1] == '.'))
		return stat(".", st);
	errno = ENOENT;
	return -1;
}

ssize_t fuzz_readlink(const char *path, char *buf, size_t size)
{
	(void)path;
	(void)buf;
	(void)size;
	errno = EINVAL;
	return -1;
}

int fuzz_link(const char *from, const char *to)
{
	(void)from;
	return there(to) ? (errno = EEXIST, -1) : 0;
}

int fuzz_rename(const char *from, const char *to)
{
	(void)from;
	(void)to;
	return 0;
}

int fuzz_unlink(const char *path)
{
	(void)path;
	return 0;
}

sighandler_t fuzz_signal(int sig, sighandler_t f)
{
	(void)sig;
	return f;
}

int fuzz_sigaction(int sig, const struct sigaction *sa, struct sigaction *old)
{
	(void)sig;
	(void)sa;
	(void)old;
	return 0;
}

int fuzz_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	(void)how;
	(void)set;
	(void)old;
	return 0;
}

int fuzz_isatty(int fd)
{
	(void)fd;
	return 0;
}

int fuzz_timer_create(clockid_t clock, struct sigevent *ev, timer_t *timer)
{
	(void)clock;
	(void)ev;
	(void)timer;
	return -1;
}

/* The fake machine, as its parts ask for it: one that has everything. */
__thread uint64_t fake_clock = 1000000000000ULL;

bool fake_is(const char *word)
{
	return !strcmp(word, "rich") || !strcmp(word, "ring") || !strcmp(word, "long");
}

long fake_fault(const char *word)
{
	(void)word;
	return 0;
}

bool fake_interrupted(void)
{
	return false;
}

void fake_log(const char *fmt, ...)
{
	(void)fmt;
}

void fake_sink_line(unsigned int channel, unsigned long long *bytes, unsigned int *crc)
{
	*bytes = channel;
	*crc = 0;
}

static int none(void)
{
	return -EACCES;
}

static int no_module(const char *module, const char *parameter)
{
	(void)module;
	(void)parameter;
	return -ENODEV;
}

static int some_events(uint64_t timeout_ns, struct event *out)
{
	int ret = fake_events_next(timeout_ns, out);

	return ret || events++ < EVENTS ? ret : -EIO;
}

static int some_waits(uint64_t ns, int fd)
{
	(void)fd;
	fake_clock += ns;
	return events++ < EVENTS ? 0 : -EIO;
}

/* Whatever is made in configfs is forgotten. */
static int take_text(const char *path, const char *text)
{
	return strlen(path) < 8 || !text[0] ? -EINVAL : 0;
}

static int take_path(const char *path)
{
	return strstr(path, "/default") ? -EEXIST : 0;
}

static uint64_t now(void)
{
	return fake_clock += 10;
}

static time_t wall(void)
{
	return 1767225600; /* 2026-01-01 */
}

static int sysname(struct utsname *u)
{
	*u = (struct utsname){ "Linux", "bench1", "6.12.0-test", "#1 SMP", "x86_64", "" };
	return 0;
}

static const char *hypervisor(void)
{
	return "";
}

const struct backend fuzz_machine = {
	.open = none,
	.connect = fake_connect,
	.disconnect = fake_disconnect,
	.channels = fake_channels,
	.sessions = fake_sessions,
	.quarantines = fake_quarantines,
	.lines = fake_lines,
	.events_open = fake_events_open,
	.events_next = some_events,
	.read_file = fake_read_file,
	.write_file = take_text,
	.list_dir = fake_list_dir,
	.make_dir = take_path,
	.remove_dir = take_path,
	.access = fake_access,
	.modprobe = no_module,
	.privileged = fake_privileged,
	.now = now,
	.cpu_time = now,
	.wait = some_waits,
	.wall = wall,
	.sysname = sysname,
	.hypervisor = hypervisor,
};

int fuzz_words(const uint8_t *data, size_t size, char *words[WORDS])
{
	int n = 0;

	for (size_t i = 0, len; i < size && n < WORDS; i += len + 1) {
		for (len = 0; i + len < size && data[i + len] && data[i + len] != '\n'; len++)
			;
		words[n++] = strndup((const char *)data + i, len);
	}
	return n;
}

void fuzz_program(const struct backend *b, const char *const *words, int n)
{
	static const int codes[] = { 0, 1, 2, 3, 64, 77, 130 };
	char **argv = calloc((size_t)n + 2, sizeof(*argv));

	if (input < 0) {
		input = memfd_create("input", MFD_CLOEXEC);
		if (input < 0 || ftruncate(input, 4096))
			abort();
	}
	events = 0;
	opt_source(NULL);
	argv[0] = (char *)"dmactl";
	memcpy(argv + 1, words, (size_t)n * sizeof(*argv));
	if (!setjmp(back))
		status = dmactl_main(b, n + 1, argv);
	free(argv);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (status == codes[i])
			return;
	abort();
}
