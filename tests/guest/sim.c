// SPDX-License-Identifier: GPL-2.0
/* Simulated devices: make, turn knobs, remove. */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"
#include "sim.h"

static const char *const off_when_leaving[] = {
	"stall", "lost_interrupt", "late", "error", "prep_null", "refuse", "corrupt",
};

static char *scratch(void)
{
	static char text[16][160];
	static unsigned int next;

	return text[next++ % 16];
}

int sim_write(const struct sim *s, const char *attr, const char *value)
{
	char path[160];

	snprintf(path, sizeof(path), SIM_ROOT "/%s/%s", s->name, attr);
	return write_file(path, value);
}

void sim_set(const struct sim *s, const char *attr, const char *value)
{
	int err = sim_write(s, attr, value);

	if (err)
		FAIL("%s: %s=%s: %s", s->name, attr, value, strerror(-err));
}

struct sim sim_make(const char *name, ...)
{
	char path[160], pair[96], *eq;
	const char *arg;
	struct sim s = { 0 };
	va_list ap;
	int n;

	snprintf(s.name, sizeof(s.name), "%s", name);
	CHECK(!strncmp(name, "t-", 2));
	snprintf(path, sizeof(path), SIM_ROOT "/%s", name);
	if (mkdir(path, 0755))
		FAIL("mkdir %s: %s", path, strerror(errno));
	va_start(ap, name);
	while ((arg = va_arg(ap, const char *))) {
		snprintf(pair, sizeof(pair), "%s", arg);
		eq = strchr(pair, '=');
		CHECK(eq);
		*eq = 0;
		sim_set(&s, pair, eq + 1);
	}
	va_end(ap);
	sim_set(&s, "live", "1");
	snprintf(path, sizeof(path), SIM_ROOT "/%s/dev_name", name);
	n = read_file(path, s.dev, sizeof(s.dev));
	CHECK(n > 0);
	s.dev[strcspn(s.dev, "\n")] = 0;
	CHECK(s.dev[0]);
	return s;
}

int sim_rmdir(const struct sim *s)
{
	char path[160];

	snprintf(path, sizeof(path), SIM_ROOT "/%s", s->name);
	return rmdir(path) ? -errno : 0;
}

int sim_unbind(const struct sim *s)
{
	return write_file(SIM_DRIVER "/unbind", s->dev);
}

void sim_remove_all(void)
{
	DIR *dir = opendir(SIM_ROOT);
	struct dirent *e;
	unsigned int i;

	while (dir && (e = readdir(dir))) {
		struct sim s = { 0 };

		if (strncmp(e->d_name, "t-", 2))
			continue;
		snprintf(s.name, sizeof(s.name), "%.31s", e->d_name);
		for (i = 0; i < ARRAY_SIZE(off_when_leaving); i++)
			sim_write(&s, off_when_leaving[i], "off");
		if (sim_rmdir(&s))
			FAIL("rmdir of simulated device %s: %s", s.name, strerror(errno));
		rewinddir(dir);
	}
	if (dir)
		closedir(dir);
}

unsigned long long sim_injected(const struct sim *s, const char *defect)
{
	char path[160], text[1024], want[32], *at;
	size_t len;

	snprintf(path, sizeof(path), SIM_ROOT "/%s/injected", s->name);
	CHECK(read_file(path, text, sizeof(text)) > 0);
	len = (size_t)snprintf(want, sizeof(want), "%s ", defect);
	for (at = text; strncmp(at, want, len); at++) {
		at = strchr(at, '\n');
		CHECK(at);
	}
	return strtoull(at + len, NULL, 10);
}

const char *attr_of(const char *name, unsigned long long value)
{
	char *text = scratch();

	snprintf(text, 160, "%s=%llu", name, value);
	return text;
}

const char *sim_chan(const struct sim *s, unsigned int n)
{
	char *text = scratch();

	snprintf(text, 160, "%s/%u", s->dev, n);
	return text;
}

const char *sim_sysfs_chan(const struct sim *s, unsigned int n)
{
	char path[160], tail[16], *text = scratch();
	struct dirent *e;
	size_t len;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s/dma", s->dev);
	snprintf(tail, sizeof(tail), "chan%u", n);
	len = strlen(tail);
	dir = opendir(path);
	if (!dir)
		FAIL("%s: %s", path, strerror(errno));
	text[0] = 0;
	while ((e = readdir(dir))) {
		size_t have = strlen(e->d_name);

		if (have > len && !strcmp(e->d_name + have - len, tail))
			snprintf(text, 160, "%s", e->d_name);
	}
	closedir(dir);
	CHECK(text[0]);
	return text;
}
