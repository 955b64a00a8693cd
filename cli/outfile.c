// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outfile.h"

#define LINKS	40 /* as many as the kernel follows */

static const char *before(const char *option)
{
	return option ? option : "";
}

static const char *colon(const char *option)
{
	return option ? ": " : "";
}

/* Where a link leads to, be it there or not; NULL with errno. */
static char *resolve(const char *name)
{
	char *path = strdup(name), *next, *slash, to[PATH_MAX];
	ssize_t n;

	for (int i = 0; path && i < LINKS; i++) {
		n = readlink(path, to, sizeof(to) - 1);
		if (n < 0)
			return path;
		to[n] = '\0';
		slash = strrchr(path, '/');
		if (to[0] == '/' || !slash)
			next = strdup(to);
		else if (asprintf(&next, "%.*s%s", (int)(slash + 1 - path), path, to) < 0)
			next = NULL;
		free(path);
		path = next;
	}
	errno = path ? ELOOP : ENOMEM;
	free(path);
	return NULL;
}

static bool is_node(const char *name, struct stat *st)
{
	return !stat(name, st) && !S_ISREG(st->st_mode);
}

int outfile_check(const char *option, const char *name, bool force, struct err *e)
{
	struct stat st;

	if (!name[0])
		return err_set(e, EXIT_USAGE, "%s%s'' is no name of a file: at least a letter",
			       before(option), colon(option));
	if (stat(name, &st))
		return 0;
	if (S_ISDIR(st.st_mode))
		return err_set(e, EXIT_USAGE, "%s%s%s is a directory: the name of a file is needed",
			       before(option), colon(option), name);
	if (!force)
		return err_set(e, EXIT_USAGE, "%s%s%s exists already: --force %s it",
			       before(option), colon(option), name,
			       S_ISREG(st.st_mode) ? "replaces" : "writes to");
	return 0;
}

/* The directory of a path, and what follows it. */
static const char *split(const char *path, struct stat *dir)
{
	const char *slash = strrchr(path, '/');
	char *name = slash ? strndup(path, (size_t)(slash + 1 - path)) : strdup(".");
	int ret = name ? stat(name, dir) : -1;

	free(name);
	return ret ? NULL : slash ? slash + 1 : path;
}

/* @b is @a, or where @a grows. */
static bool meets(const char *a, const char *b)
{
	size_t n = strlen(a);

	return !strncmp(a, b, n) && (!b[n] || !strcmp(b + n, ".partial"));
}

bool outfile_clash(const char *a, const char *b)
{
	struct stat dir_a, dir_b;
	const char *last_a, *last_b;
	char *path_a, *path_b;
	bool clash;

	/* A terminal, say, may well take both. */
	if (is_node(a, &dir_a) && S_ISCHR(dir_a.st_mode))
		return false;
	path_a = resolve(a);
	path_b = resolve(b);
	last_a = path_a ? split(path_a, &dir_a) : NULL;
	last_b = path_b ? split(path_b, &dir_b) : NULL;
	clash = last_a && last_b && dir_a.st_dev == dir_b.st_dev && dir_a.st_ino == dir_b.st_ino &&
		(meets(last_a, last_b) || meets(last_b, last_a));
	free(path_a);
	free(path_b);
	return clash;
}

static int open_node(struct outfile *o)
{
	int fd = open(o->name, O_WRONLY | O_NOCTTY | O_CLOEXEC);

	o->f = fd < 0 ? NULL : fdopen(fd, "w");
	if (fd >= 0 && !o->f)
		close(fd);
	return o->f ? 0 : -1;
}

static int open_partial(struct outfile *o)
{
	o->path = resolve(o->name);
	if (!o->path)
		return -1;
	if (asprintf(&o->partial, "%s.partial", o->path) < 0) {
		o->partial = NULL;
		errno = ENOMEM;
		return -1;
	}
	o->f = fopen(o->partial, "we");
	return o->f ? 0 : -1;
}

static void forget(struct outfile *o)
{
	free(o->path);
	free(o->partial);
	*o = (struct outfile){ 0 };
}

int outfile_open(struct outfile *o, const char *option, const char *name, bool force, struct err *e)
{
	struct stat st;
	int ret;

	*o = (struct outfile){ .option = option, .name = name, .force = force };
	if (outfile_check(option, name, force, e))
		return -1;
	ret = is_node(name, &st) ? open_node(o) : open_partial(o);
	if (!ret)
		return 0;
	err_set(e, EXIT_USAGE, "%s%s%s cannot be written: %s", before(option), colon(option),
		o->partial ? o->partial : name, strerror(errno));
	forget(o);
	return -1;
}

/* link() refuses what appeared meanwhile; where it does not exist the check must do. */
static int give_name(const struct outfile *o, struct err *e)
{
	if (!o->force && !link(o->partial, o->path)) {
		unlink(o->partial);
		return 0;
	}
	if (!o->force && errno == EEXIST)
		return err_set(e, EXIT_FAILED, "%s%s%s appeared meanwhile: the results are in %s",
			       before(o->option), colon(o->option), o->name, o->partial);
	if (!rename(o->partial, o->path))
		return 0;
	return err_set(e, EXIT_FAILED, "%s%s%s could not be written: %s; the results are in %s",
		       before(o->option), colon(o->option), o->name, strerror(errno), o->partial);
}

void outfile_flush(struct outfile *o)
{
	if ((fflush(o->f) || ferror(o->f)) && !o->error)
		o->error = errno ? errno : EIO;
}

int outfile_keep(struct outfile *o, struct err *e)
{
	const char *in = o->partial ? "; what there is is in " : "";
	int ret;

	if (!o->f)
		return 0;
	outfile_flush(o);
	if (fclose(o->f) && !o->error)
		o->error = errno;
	if (o->error)
		ret = err_set(e, EXIT_FAILED, "%s%s%s could not be written: %s%s%s",
			      before(o->option), colon(o->option), o->name, strerror(o->error), in,
			      o->partial ? o->partial : "");
	else
		ret = o->partial ? give_name(o, e) : 0;
	forget(o);
	return ret;
}

void outfile_drop(struct outfile *o)
{
	if (!o->f)
		return;
	fclose(o->f);
	if (o->partial)
		unlink(o->partial);
	forget(o);
}
