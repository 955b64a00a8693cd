// SPDX-License-Identifier: GPL-2.0
/* Where and with what the results were made. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "machine.h"
#include "out.h"

#define CLOCK_READS	1000

static void line(const struct backend *b, struct json_object *o, const char *key, const char *path)
{
	char text[4096];

	js_str(o, key, machine_line(b, path, text, sizeof(text)) ? text : NULL);
}

static void cpu(const struct backend *b, struct json_object *o)
{
	static const char *const keys[] = { "model name", "Processor", "cpu model", "Hardware" };
	char text[256];

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (machine_cpuinfo(b, keys[i], text, sizeof(text))) {
			js_str(o, "cpu", text);
			return;
		}
	}
	js_null(o, "cpu");
}

static void machine(const struct backend *b, struct json_object *o)
{
	static const char *const files[] = {
		"/sys/class/dmi/id/product_name",
		"/proc/device-tree/model",
	};
	char text[256];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (machine_line(b, files[i], text, sizeof(text))) {
			js_str(o, "machine", text);
			return;
		}
	}
	js_null(o, "machine");
}

/* A stamp is the kernel's read of the same clock; on UML ours is a system call, not comparable. */
static void stamp_cost(const struct backend *b, struct json_object *o, const char *platform)
{
	uint64_t least = UINT64_MAX, t;

	if (!strcmp(platform, "uml")) {
		js_null(o, "stamp_cost_ns");
		return;
	}
	for (int k = 0; k < 5; k++) {
		t = b->now();
		for (int i = 1; i < CLOCK_READS; i++)
			b->now();
		t = b->now() - t;
		least = t < least ? t : least;
	}
	js_real(o, "stamp_cost_ns", (double)least / CLOCK_READS);
}

static const char *preempt(const struct utsname *u)
{
	if (strstr(u->version, "PREEMPT_RT"))
		return "rt";
	if (strstr(u->version, "PREEMPT_DYNAMIC"))
		return "dynamic";
	return strstr(u->version, "PREEMPT") ? "full" : "none";
}

static void now(const struct backend *b, struct json_object *o)
{
	time_t t = b->wall();
	struct tm tm;
	char text[32];

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
	js_str(o, "time", text);
}

/* The loaded module's, if it is loaded and its node may be opened; no word about it if not. */
static bool ask_module(const struct backend *b, struct dmactl_info *info)
{
	int fd = b->connect() ? -1 : b->open(), ret;

	if (fd < 0)
		return false;
	memset(info, 0, sizeof(*info));
	ret = b->info(fd, info);
	b->close(fd);
	return !ret;
}

struct json_object *environment(struct ctx *ctx, const struct dmactl_info *info)
{
	const struct backend *b = ctx->b;
	const char *platform = machine_platform(b);
	struct json_object *o = json_object_new_object();
	struct dmactl_info loaded;
	struct utsname u = { 0 };

	if (!info && ask_module(b, &loaded))
		info = &loaded;
	b->sysname(&u);
	js_str(o, "dmactl", version_text);
	js_str(o, "module", info ? info->version : NULL);
	js_str(o, "kernel", u.release);
	line(b, o, "cmdline", "/proc/cmdline");
	js_str(o, "arch", u.machine);
	cpu(b, o);
	machine(b, o);
	js_str(o, "hostname", u.nodename);
	js_str(o, "platform", platform);
	line(b, o, "clocksource",
	     "/sys/devices/system/clocksource/clocksource0/current_clocksource");
	stamp_cost(b, o, platform);
	js_str(o, "preempt", preempt(&u));
	line(b, o, "governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
	now(b, o);
	return o;
}
