// SPDX-License-Identifier: GPL-2.0
/*
 * An instance of the kernel's tracing with the module's events alone: what others trace is not
 * disturbed, and their settings do not reach it. It is gone with the tool, or with the next one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace.h"

#define NAME "dmactl-"

static int put(const struct tracefs *fs, const char *file, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", fs->dir, file);
	return fs->b->write_file(path, text);
}

static int no_permission(struct err *e)
{
	return err_set(
		e, EXIT_UNAVAILABLE,
		"no permission to trace the kernel: run dmactl trace as root, where the kernel "
		"is not locked down");
}

static int find_root(struct tracefs *fs, struct err *e)
{
	static const char *const roots[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	char path[256];
	int ret;

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		snprintf(path, sizeof(path), "%s/instances", roots[i]);
		ret = fs->b->access(path, F_OK);
		if (ret == -EACCES || ret == -EPERM)
			return no_permission(e);
		if (ret)
			continue;
		snprintf(fs->dir, sizeof(fs->dir), "%s", roots[i]);
		return 0;
	}
	if (!fs->b->privileged())
		return no_permission(e);
	return err_set(e, EXIT_UNAVAILABLE,
		       "the kernel's tracing is not there: mount -t tracefs tracefs "
		       "/sys/kernel/tracing (a kernel without CONFIG_EVENT_TRACING has none)");
}

/* Of tools that were killed. One that is in use cannot be removed. */
static void sweep(const struct tracefs *fs)
{
	struct vec names = { 0 };
	char path[256], proc[64], *end;
	long pid;

	snprintf(path, sizeof(path), "%s/instances", fs->dir);
	if (fs->b->list_dir(path, &names))
		return;
	for (size_t i = 0; i < names.n; i++) {
		const char *name = ((char **)names.v)[i];

		if (strncmp(name, NAME, strlen(NAME)))
			continue;
		pid = strtol(name + strlen(NAME), &end, 10);
		snprintf(proc, sizeof(proc), "/proc/%ld", pid);
		if (*end || pid <= 0 || fs->b->access(proc, F_OK) != -ENOENT)
			continue;
		snprintf(path, sizeof(path), "%s/instances/" NAME "%ld", fs->dir, pid);
		fs->b->remove_dir(path);
	}
	vec_free_names(&names);
}

static int make(struct tracefs *fs, struct err *e)
{
	char dir[sizeof(fs->dir)];
	int ret;

	if (snprintf(dir, sizeof(dir), "%s/instances/" NAME "%d", fs->dir, (int)getpid()) >=
	    (int)sizeof(dir))
		return -1;
	ret = fs->b->make_dir(dir);
	fs->dir[0] = '\0';
	if (ret == -EACCES || ret == -EPERM)
		return no_permission(e);
	if (ret)
		return err_set(e, EXIT_UNAVAILABLE,
			       "the kernel makes no instance of its tracing (%s): %s", dir,
			       strerror(-ret));
	snprintf(fs->dir, sizeof(fs->dir), "%s", dir);
	return 0;
}

/*
 * What the text looks like; options come from the kernel's own buffer, and some are new. Names of
 * programs are not needed, and would have the kernel follow every switch between tasks.
 */
static void set_options(struct tracefs *fs)
{
	static const char *const options[] = {
		"context-info",
		"noraw",
		"nohex",
		"nobin",
		"nofields",
		"noverbose",
		"norecord-cmd",
		"nostacktrace",
		"nolatency-format",
		"nouserstacktrace",
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		put(fs, "trace_options", options[i]);
}

static int set(struct tracefs *fs, uint64_t buffer, struct err *e)
{
	char text[32], path[256];
	int ret;

	snprintf(path, sizeof(path), "%s/events/dmactl", fs->dir);
	if (fs->b->access(path, F_OK))
		return err_set(
			e, EXIT_UNAVAILABLE,
			"the module dmactl has no tracepoints here: build it for a kernel with "
			"CONFIG_TRACEPOINTS and CONFIG_EVENT_TRACING");
	set_options(fs);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)(buffer + 1023) / 1024);
	ret = put(fs, "buffer_size_kb", text);
	if (ret)
		return err_set(
			e, EXIT_UNAVAILABLE,
			"the kernel gives no buffers of %s KiB for each CPU (%s): give a smaller "
			"--buffer",
			text, strerror(-ret));
	ret = put(fs, "trace_clock", "mono");
	ret = ret ? ret : put(fs, "events/dmactl/enable", "1");
	if (ret)
		return err_set(e, EXIT_UNAVAILABLE,
			       "the module's tracepoints cannot be enabled: %s", strerror(-ret));
	snprintf(path, sizeof(path), "%s/trace_pipe", fs->dir);
	fs->pipe = fs->b->open_file(path);
	if (fs->pipe >= 0)
		return 0;
	return err_set(e, EXIT_UNAVAILABLE, "%s cannot be read: %s", path, strerror(-fs->pipe));
}

int tracefs_open(struct tracefs *fs, struct ctx *ctx, uint64_t buffer)
{
	struct err ignored;

	*fs = (struct tracefs){ .b = ctx->b, .pipe = -1 };
	if (find_root(fs, &ctx->err))
		return -1;
	sweep(fs);
	if (make(fs, &ctx->err))
		return -1;
	if (!set(fs, buffer, &ctx->err))
		return 0;
	tracefs_close(fs, &ignored);
	return -1;
}

void tracefs_stop(struct tracefs *fs)
{
	put(fs, "tracing_on", "0");
}

/* The number after "KEY: ". */
static uint64_t stat_of(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

uint64_t tracefs_lost(struct tracefs *fs)
{
	struct vec cpus = { 0 };
	char path[512], text[1024];
	uint64_t lost = 0;

	snprintf(path, sizeof(path), "%s/per_cpu", fs->dir);
	if (fs->b->list_dir(path, &cpus))
		return 0;
	for (size_t i = 0; i < cpus.n; i++) {
		snprintf(path, sizeof(path), "%s/per_cpu/%s/stats", fs->dir, ((char **)cpus.v)[i]);
		if (fs->b->read_file(path, text, sizeof(text)) > 0)
			lost += stat_of(text, "\noverrun: ") + stat_of(text, "\ndropped events: ");
	}
	vec_free_names(&cpus);
	return lost;
}

int tracefs_close(struct tracefs *fs, struct err *e)
{
	int ret;

	if (fs->pipe >= 0)
		close(fs->pipe);
	fs->pipe = -1;
	ret = fs->dir[0] ? fs->b->remove_dir(fs->dir) : 0;
	if (ret)
		return err_set(e, EXIT_FAILED, "%s is left behind: %s", fs->dir, strerror(-ret));
	fs->dir[0] = '\0';
	return 0;
}
