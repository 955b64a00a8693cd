// SPDX-License-Identifier: GPL-2.0
/* --input and --save of a stream: files, pipes, standard input and output. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cyclic_job.h"

int cyclic_open_input(struct ctx *ctx, const char *path, int *fd)
{
	struct stat st;

	if (!path)
		return 0;
	*fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (*fd < 0)
		return err_set(&ctx->err, EXIT_USAGE, "--input: %s: %s", path, strerror(errno));
	if (fstat(*fd, &st))
		return 0;
	if (S_ISDIR(st.st_mode))
		return err_set(&ctx->err, EXIT_USAGE,
			       "--input: %s is a directory: a file or a pipe is needed", path);
	return S_ISREG(st.st_mode) && !st.st_size ?
		       err_set(&ctx->err, EXIT_USAGE, "--input: %s is empty: nothing to send",
			       path) :
		       0;
}

/* A pipe or a device is written to as it is, a file grows under another name. */
int cyclic_open_save(struct ctx *ctx, struct savefile *f, const char *path)
{
	const char *to = path;
	struct stat st;
	bool there;

	if (!path)
		return 0;
	/* A reader that has gone is an end like others. */
	signal(SIGPIPE, SIG_IGN);
	if (!strcmp(path, "-")) {
		f->fd = STDOUT_FILENO;
		return 0;
	}
	there = !stat(path, &st);
	f->file = !there || S_ISREG(st.st_mode);
	f->path = path;
	if (there && f->file && !ctx->force)
		return err_set(&ctx->err, EXIT_USAGE,
			       "--save: %s exists already: --force replaces it", path);
	if (f->file) {
		if (asprintf(&f->partial, "%s.partial", path) < 0) {
			f->partial = NULL;
			return err_set(&ctx->err, EXIT_FAILED, "out of memory");
		}
		to = f->partial;
	}
	f->fd = open(to, O_WRONLY | O_CLOEXEC | (f->file ? O_CREAT | O_TRUNC : 0), 0666);
	return f->fd < 0 ? err_set(&ctx->err, EXIT_USAGE, "--save: %s cannot be written: %s", to,
				   strerror(errno)) :
			   0;
}

/* What was saved is kept, however the stream ended. */
int cyclic_close_save(struct ctx *ctx, struct savefile *f)
{
	bool some = f->fd >= 0 && f->file && lseek(f->fd, 0, SEEK_CUR) > 0;
	int ret = 0;

	if (f->fd >= 0 && f->fd != STDOUT_FILENO && close(f->fd))
		ret = -1;
	if (f->partial && some)
		ret |= rename(f->partial, f->path);
	else if (f->partial)
		unlink(f->partial);
	free(f->partial);
	f->partial = NULL;
	f->fd = -1;
	return ret ? err_set(&ctx->err, EXIT_FAILED, "--save: %s could not be kept: %s", f->path,
			     strerror(errno)) :
		     0;
}
