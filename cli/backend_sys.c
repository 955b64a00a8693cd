// SPDX-License-Identifier: GPL-2.0
/* The real backend: files, modules, clocks, CPUs. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "backend_kernel.h"

extern char **environ;

int sys_read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0)
		return -errno;
	while (len < size - 1 && (n = read(fd, buf + len, size - 1 - len)) > 0)
		len += (size_t)n;
	n = n < 0 ? -errno : (ssize_t)len;
	close(fd);
	buf[len] = '\0';
	return (int)n;
}

int sys_write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	/* One write: an attribute of configfs takes its value whole. */
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int sys_list_dir(const char *path, struct vec *names)
{
	DIR *d = opendir(path);
	struct dirent *de;
	char **p;

	if (!d)
		return -errno;
	while ((de = readdir(d))) {
		if (de->d_name[0] == '.')
			continue;
		p = vec_add(names, sizeof(*p));
		if (p)
			*p = strdup(de->d_name);
		if (!p || !*p) {
			if (p)
				names->n--;
			closedir(d);
			vec_free_names(names);
			return -ENOMEM;
		}
	}
	closedir(d);
	if (names->n)
		qsort(names->v, names->n, sizeof(char *), by_name);
	return 0;
}

int sys_make_dir(const char *path)
{
	return mkdir(path, 0755) ? -errno : 0;
}

int sys_remove_dir(const char *path)
{
	return rmdir(path) ? -errno : 0;
}

int sys_open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int sys_access(const char *path, int mode)
{
	return access(path, mode) ? -errno : 0;
}

/* modprobe's own complaints are left out: the caller says one sentence. */
int sys_modprobe(const char *module, const char *parameter)
{
	char *const argv[] = { "modprobe", "-q", (char *)module, (char *)parameter, NULL };
	static const char path[] = "/sbin:/usr/sbin:/usr/local/sbin:/bin:/usr/bin";
	posix_spawn_file_actions_t fa;
	char full[64], list[sizeof(path)], *rest = list, *dir;
	int status, ret = ENOENT;
	pid_t pid;

	strcpy(list, path);
	if (posix_spawn_file_actions_init(&fa))
		return -ENOMEM;
	posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY, 0);
	/* PATH is tried first: a user's sudo or a test machine may have its own. */
	ret = posix_spawnp(&pid, "modprobe", &fa, NULL, argv, environ);
	while (ret && (dir = strsep(&rest, ":"))) {
		strcpy(full, dir);
		strcat(full, "/modprobe");
		ret = posix_spawn(&pid, full, &fa, NULL, argv, environ);
	}
	posix_spawn_file_actions_destroy(&fa);
	if (ret)
		return -ret;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -ENODEV;
}

bool sys_privileged(void)
{
	return geteuid() == 0;
}

static uint64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

uint64_t sys_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t sys_cpu_time(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

time_t sys_wall(void)
{
	return time(NULL);
}

int sys_pin(unsigned int cpu)
{
	cpu_set_t set;

	if (cpu >= CPU_SETSIZE)
		return -EINVAL;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

int sys_wait(uint64_t ns, int fd)
{
	struct timespec ts = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	sigset_t none;
	int ret;

	sigemptyset(&none);
	ret = ppoll(&p, 1, &ts, &none);
	return ret < 0 ? -errno : ret;
}

int sys_sysname(struct utsname *name)
{
	return uname(name) ? -errno : 0;
}

const char *sys_hypervisor(void)
{
	static char sig[13];
#if defined(__x86_64__) || defined(__i386__)
	unsigned int a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1U << 31)))
		return "";
	__cpuid(0x40000000, a, b, c, d);
	memcpy(sig, &b, 4);
	memcpy(sig + 4, &c, 4);
	memcpy(sig + 8, &d, 4);
#endif
	return sig;
}
