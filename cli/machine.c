// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"

#define IDLE_WINDOW_NS	100000000
#define LEAST_TICKS	20	/* busy time below so many ticks is noise */

static double idle_rate = -1;

static uint64_t tick_ns(void)
{
	long hz = sysconf(_SC_CLK_TCK);

	return 1000000000ULL / (uint64_t)(hz > 0 ? hz : 100);
}

static uint64_t busy_ns(const struct backend *b)
{
	unsigned long long user, nice, system, idle, iowait, irq, softirq;
	char text[512];

	if (b->read_file("/proc/stat", text, sizeof(text)) < 0 ||
	    sscanf(text, "cpu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system, &idle,
		   &iowait, &irq, &softirq) != 7)
		return 0;
	return (user + nice + system + irq + softirq) * tick_ns();
}

void machine_idle_window(const struct backend *b)
{
	struct timespec ts = { 0, IDLE_WINDOW_NS };
	uint64_t busy = busy_ns(b), begin = b->now();

	if (!busy)
		return;
	nanosleep(&ts, NULL);
	begin = b->now() - begin;
	if (begin)
		idle_rate = (double)(busy_ns(b) - busy) / (double)begin;
}

uint64_t machine_busy(const struct backend *b)
{
	return idle_rate < 0 ? 0 : busy_ns(b);
}

double machine_idle_rate(void)
{
	return idle_rate;
}

double machine_least(void)
{
	return LEAST_TICKS * (double)tick_ns();
}

int64_t machine_migrations(const struct backend *b)
{
	char text[8192], *p;

	if (b->read_file("/proc/thread-self/sched", text, sizeof(text)) < 0)
		return -1;
	p = strstr(text, "nr_migrations");
	p = p ? strchr(p, ':') : NULL;
	return p ? strtoll(p + 1, NULL, 10) : -1;
}

static size_t last_level(const struct backend *b)
{
	char path[96], text[32], *end;
	size_t most = 0, v;

	for (int i = 0; i < 8; i++) {
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu0/cache/index%d/size", i);
		if (!machine_line(b, path, text, sizeof(text)))
			continue;
		v = strtoul(text, &end, 10);
		v *= *end == 'M' ? 1 << 20 : 1 << 10;
		most = v > most ? v : most;
	}
	return most ? most : 32 << 20;
}

/* Not the engine's lines in particular: twice the largest cache is written once over. */
void machine_evict(const struct backend *b)
{
	size_t len = 2 * last_level(b);
	volatile char *mem = malloc(len);

	for (size_t i = 0; mem && i < len; i += 32)
		mem[i] = 1;
	free((void *)mem);
}

bool machine_line(const struct backend *b, const char *path, char *buf, size_t size)
{
	if (b->read_file(path, buf, size) <= 0)
		return false;
	buf[strcspn(buf, "\n")] = '\0';
	return buf[0];
}

bool machine_cpuinfo(const struct backend *b, const char *key, char *buf, size_t size)
{
	char text[8192], *rest = text, *line, *colon;
	size_t n = strlen(key);

	if (b->read_file("/proc/cpuinfo", text, sizeof(text)) < 0)
		return false;
	while ((line = strsep(&rest, "\n"))) {
		colon = strchr(line, ':');
		if (!colon || strncmp(line, key, n) || line[n + strspn(line + n, " \t")] != ':')
			continue;
		snprintf(buf, size, "%s", colon + 1 + strspn(colon + 1, " \t"));
		return buf[0];
	}
	return false;
}

static bool is_qemu(const struct backend *b)
{
	static const char *const files[] = {
		"/sys/class/dmi/id/sys_vendor",
		"/sys/class/dmi/id/product_name",
		"/proc/device-tree/compatible",
		"/proc/device-tree/model",
	};
	char text[256];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (machine_line(b, files[i], text, sizeof(text)) &&
		    (strcasestr(text, "qemu") || strstr(text, "dummy-virt")))
			return true;
	return false;
}

/* DMACTL_PLATFORM is for machines that look like real boards and are not: QEMU's own boards. */
const char *machine_platform(const struct backend *b)
{
	static const char *const all[] = { "hardware", "vm", "emulated", "uml" };
	const char *env = getenv("DMACTL_PLATFORM"), *sig = b->hypervisor();
	char text[1024];

	for (size_t i = 0; env && i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcmp(env, all[i]))
			return all[i];
	if (machine_cpuinfo(b, "vendor_id", text, sizeof(text)) && strstr(text, "User Mode Linux"))
		return "uml";
	if (!strncmp(sig, "TCGTCG", 6))
		return "emulated";
	if (machine_cpuinfo(b, "model name", text, sizeof(text)) && strstr(text, "QEMU TCG"))
		return "emulated";
	if (sig[0])
		return "vm";
	if (machine_cpuinfo(b, "flags", text, sizeof(text)) && strstr(text, " hypervisor"))
		return "vm";
	return is_qemu(b) ? "emulated" : "hardware";
}

bool machine_bounces(const struct backend *b)
{
	char text[4096], *value;

	if (!machine_line(b, "/proc/cmdline", text, sizeof(text)))
		return false;
	value = strstr(text, "swiotlb=");
	if (!value)
		return false;
	value[strcspn(value, " ")] = '\0';
	return strstr(value, "force") && !strstr(value, "noforce");
}
