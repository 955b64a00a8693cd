// SPDX-License-Identifier: GPL-2.0
/* gnuplot as a program: commands on its standard input, pictures from its standard output. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "page.h"

/* All that comes until the end. */
static int read_all(int fd, char **out, size_t *len)
{
	FILE *f = open_memstream(out, len);
	char buf[65536];
	ssize_t n;

	if (!f)
		return -ENOMEM;
	while ((n = read(fd, buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			fwrite(buf, 1, (size_t)n, f);
	return fclose(f) || n ? -EIO : 0;
}

/* The first line that it complained with. */
static void complaint(int fd, char *buf, size_t size)
{
	ssize_t n = pread(fd, buf, size - 1, 0);
	char *line;

	buf[n > 0 ? n : 0] = '\0';
	line = strstr(buf, "line ");
	if (line)
		memmove(buf, line, strlen(line) + 1);
	buf[strcspn(buf, "\n")] = '\0';
	for (char *c = buf; *c; c++)
		if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
			*c = '?';
}

static int start(pid_t *pid, int in, int out, int err)
{
	char *argv[] = { (char *)"gnuplot", (char *)"--default-settings", (char *)"-", NULL };
	/* Numbers with a point, and no settings but ours. */
	char *environment[] = { (char *)"LC_ALL=C.UTF-8", NULL };
	posix_spawn_file_actions_t files;
	int ret;

	ret = posix_spawn_file_actions_init(&files);
	if (ret)
		return ret;
	ret = posix_spawn_file_actions_adddup2(&files, in, 0)	       ?:
		      posix_spawn_file_actions_adddup2(&files, out, 1) ?:
		      posix_spawn_file_actions_adddup2(&files, err, 2) ?:
		      posix_spawnp(pid, argv[0], &files, NULL, argv, environment);
	posix_spawn_file_actions_destroy(&files);
	return ret;
}

static int cannot(struct err *e, int why)
{
	if (why == ENOENT)
		return err_set(e, EXIT_UNAVAILABLE,
			       "gnuplot draws the pictures and is not in PATH: install the package "
			       "gnuplot-nox");
	return err_set(e, EXIT_FAILED, "gnuplot could not be run: %s", strerror(why));
}

/* @in and @err are files: nobody waits for the other while both write. */
static int talk(int in, int err, char **out, size_t *out_len, struct err *e)
{
	char text[512];
	int pipes[2], ret, status = -1;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC))
		return cannot(e, errno);
	ret = start(&pid, in, pipes[1], err);
	close(pipes[1]);
	if (ret) {
		close(pipes[0]);
		return cannot(e, ret);
	}
	ret = read_all(pipes[0], out, out_len);
	close(pipes[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!ret && WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	complaint(err, text, sizeof(text));
	return err_set(e, EXIT_FAILED, "gnuplot failed%s%s", text[0] ? ": " : "", text);
}

static int file_of(const char *text, size_t len)
{
	int fd = memfd_create("gnuplot", MFD_CLOEXEC);
	ssize_t n;

	while (fd >= 0 && len) {
		n = write(fd, text, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			close(fd);
			return -1;
		}
		text += n;
		len -= (size_t)n;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

int gnuplot_run(const char *commands, size_t len, char **out, size_t *out_len, struct err *e)
{
	int in = file_of(commands, len), err = file_of("", 0), ret;

	if (in < 0 || err < 0)
		ret = cannot(e, errno);
	else
		ret = talk(in, err, out, out_len, e);
	if (in >= 0)
		close(in);
	if (err >= 0)
		close(err);
	return ret;
}
