// SPDX-License-Identifier: GPL-2.0
/* The fake's proc, sysfs, debugfs and configfs. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake.h"

#define SIM	"/sys/kernel/config/dma-sim"
#define TRACING "/sys/kernel/tracing"

struct file {
	char path[128];
	char text[512];
	bool dir;
};

static struct file files[256];
static size_t nr;
static bool ready;

void fake_files_add(const char *path, const char *text)
{
	struct file *f = &files[nr++];

	snprintf(f->path, sizeof(f->path), "%s", path);
	snprintf(f->text, sizeof(f->text), "%s", text ? text : "");
	f->dir = !text;
}

/* clang-format off */
static const char *const attrs[][2] = {
	{ "channels", "4\n" }, { "descriptors", "1024\n" }, { "latency_ns", "0\n" },
	{ "bandwidth", "0\n" }, { "context", "softirq\n" }, { "engine", "copy\n" },
	{ "order", "fifo\n" }, { "window", "8\n" }, { "fence", "honour\n" },
	{ "seed", "1\n" }, { "operations", "2047\n" }, { "mask_bits", "64\n" },
	{ "max_segment", "4294967295\n" }, { "align", "0\n" }, { "slave_align", "0\n" },
	{ "max_xor", "8\n" }, { "max_pq", "8\n" }, { "pq_continue", "1\n" },
	{ "widths", "278\n" }, { "min_burst", "1\n" }, { "max_burst", "16\n" },
	{ "max_sg_burst", "0\n" }, { "directions", "15\n" },
	{ "fifo", "65536\n" }, { "cyclic", "1\n" }, { "max_periods", "1024\n" },
	{ "rate", "192000\n" }, { "terminate", "1\n" }, { "synchronize", "1\n" },
	{ "pause", "1\n" }, { "resume", "1\n" }, { "coalesce", "0\n" },
	{ "residue", "descriptor\n" }, { "reports", "1\n" }, { "prep_blocks", "0\n" },
	{ "public", "0\n" },
	{ "error", "off\n" }, { "prep_null", "off\n" }, { "refuse", "off\n" },
	{ "lost_interrupt", "off\n" },
	{ "stall", "off\n" }, { "late", "off\n" }, { "corrupt", "off\n" },
	{ "polynomial", "off\n" }, { "copies", "off\n" }, { "coefficient", "off\n" },
	{ "short", "off\n" }, { "stale", "off\n" }, { "wrong_residue", "off\n" },
	{ "jitter", "off\n" }, { "skip", "off\n" }, { "late_terminate", "off\n" },
	{ "late_ns", "1000000000\n" }, { "jitter_ns", "1000000\n" },
};

/* clang-format on */

static void add_sim(const char *name, const char *live, const char *dev)
{
	char path[128];

	snprintf(path, sizeof(path), SIM "/%s", name);
	fake_files_add(path, NULL);
	snprintf(path, sizeof(path), SIM "/%s/live", name);
	fake_files_add(path, live);
	snprintf(path, sizeof(path), SIM "/%s/dev_name", name);
	fake_files_add(path, dev);
	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++) {
		snprintf(path, sizeof(path), SIM "/%s/%s", name, attrs[i][0]);
		fake_files_add(path, attrs[i][1]);
	}
}

static const char *cpuinfo(void)
{
	if (fake_is("uml"))
		return "vendor_id\t: User Mode Linux\n";
	if (fake_is("board") || fake_is("virt"))
		return "processor\t: 0\nHardware\t: SMDKC210\n";
	if (fake_is("hyper"))
		return "model name\t: Test CPU\nflags\t\t: fpu hypervisor\n";
	if (fake_is("qemu"))
		return "model name\t: QEMU TCG CPU version 2.5+\n";
	return "model name\t: Test CPU @ 2.00GHz\nflags\t\t: fpu vme\n";
}

static void make_machine(void)
{
	const char *quiet = "root=/dev/sda1 quiet\n";

	fake_files_add("/proc/cmdline", fake_is("swiotlb") ? "swiotlb=65536,force\n" : quiet);
	fake_files_add("/proc/cpuinfo", cpuinfo());
	if (fake_is("virt"))
		fake_files_add("/proc/device-tree/model", "linux,dummy-virt");
	else if (fake_is("board"))
		fake_files_add("/proc/device-tree/model", "Samsung SMDKC210");
	else if (!fake_is("anonymous"))
		fake_files_add("/sys/class/dmi/id/product_name", "Test Board\n");
	if (fake_is("stat"))
		fake_files_add("/proc/stat", "");
	fake_files_add("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
	fake_files_add("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
	fake_files_add("/sys/devices/system/cpu/cpu0/cache/index0/size", "64K\n");
	fake_files_add("/proc/thread-self/sched", "se.nr_migrations  :   3\n");
}

static void make_tracing(void)
{
	if (fake_is("notracefs"))
		return;
	fake_files_add(TRACING "/instances", NULL);
	if (!fake_is("abandoned"))
		return;
	fake_files_add("/proc/11", NULL);
	fake_files_add(TRACING "/instances/dmactl-11", NULL);
	fake_files_add(TRACING "/instances/dmactl-12", NULL);
	fake_files_add(TRACING "/instances/dmactl-", NULL);
	fake_files_add(TRACING "/instances/dmactl-13x", NULL);
	fake_files_add(TRACING "/instances/others-14", NULL);
}

static void add_instance(const char *path)
{
	static const char *const names[][2] = {
		{ "", NULL },
		{ "/events/dmactl", NULL },
		{ "/events/dmactl/enable", "0" },
		{ "/trace_options", "" },
		{ "/trace_clock", "local" },
		{ "/buffer_size_kb", "1408" },
		{ "/tracing_on", "1" },
		{ "/per_cpu", NULL },
		{ "/per_cpu/cpu0", NULL },
		{ "/per_cpu/cpu1", NULL },
	};
	long lost = fake_word("DMACTL_FAKE", "lost");
	char at[128], text[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (fake_is("notracepoints") && strstr(names[i][0], "events"))
			continue;
		snprintf(at, sizeof(at), "%s%s", path, names[i][0]);
		fake_files_add(at, names[i][1]);
	}
	for (int cpu = 0; cpu < 2; cpu++) {
		snprintf(at, sizeof(at), "%s/per_cpu/cpu%d/stats", path, cpu);
		snprintf(text, sizeof(text),
			 "entries: 7\noverrun: %ld\ncommit overrun: 9\ndropped events: %d\n",
			 lost > 0 ? lost : 0, lost > 0 ? cpu : 0);
		fake_files_add(at, text);
	}
}

/* The kernel's trace is there at once, and whole. */
int fake_open_file(const char *path)
{
	const char *trace = getenv("DMACTL_FAKE_TRACE");
	int fd = fake_fault("pipe") ? -1 : open(trace ? trace : "/dev/null", O_RDONLY | O_CLOEXEC);

	fake_log("open %s\n", path);
	return fd < 0 ? -EIO : fd;
}

static struct file *find(const char *path);

static void make(void)
{
	if (ready)
		return;
	ready = true;
	make_machine();
	make_tracing();
	if (!fake_is("nodmaengine"))
		fake_files_add("/sys/class/dma", NULL);
	fake_files_add("/sys/class/dma/dma0chan0/device/iommu_group/type", "DMA-FQ\n");
	fake_files_add("/sys/class/dma/dma0chan1/device/iommu_group/type", "identity\n");
	fake_files_add("/sys/class/dma/dma1chan1/device/iommu_group/type", "DMA\n");
	if (!fake_is("nodebugfs"))
		fake_files_add("/sys/kernel/debug/dmaengine/summary",
			       "dma1 (12680000.dma): number of channels: 3\n"
			       " dma1chan0    | 13800000.serial:tx\n dma1chan2    | in-use\n");
	if (fake_is("noconfigfs"))
		return;
	fake_files_add("/sys/kernel/config", NULL);
	if (fake_is("simunloaded") || fake_is("nosim"))
		return;
	fake_files_add(SIM, NULL);
	if (fake_is("nosims"))
		return;
	add_sim("default", "1\n", "dma-sim.0\n");
	add_sim("spare", "0\n", "\n");
	if (fake_is("nullengine"))
		strcpy(find(SIM "/default/engine")->text, "null\n");
	if (fake_is("public"))
		strcpy(find(SIM "/default/public")->text, "1\n");
	if (fake_is("ordered"))
		strcpy(find(SIM "/spare/order")->text, "window\n");
	fake_files_add(SIM "/not-a-device", NULL);
}

static struct file *find(const char *path)
{
	make();
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(files[i].path, path))
			return &files[i];
	return NULL;
}

static int sinks(char *buf, size_t size)
{
	unsigned long long bytes;
	unsigned int crc;
	int n = 0;

	for (unsigned int i = 0; i < 8; i++) {
		fake_sink_line(i, &bytes, &crc);
		n += snprintf(buf + n, size - (size_t)n, "%u %llu %08x\n", i, bytes, crc);
	}
	return n;
}

/* DMACTL_FAKE_ROOT: what lies below it is there, too, and first. */
static bool made_up(const char *path, char *at, size_t size)
{
	const char *root = getenv("DMACTL_FAKE_ROOT");

	if (!root)
		return false;
	snprintf(at, size, "%s%s", root, path);
	return !access(at, F_OK);
}

static int read_made_up(const char *at, char *buf, size_t size)
{
	FILE *f = fopen(at, "r");
	size_t n = f ? fread(buf, 1, size - 1, f) : 0;

	if (!f)
		return -errno;
	fclose(f);
	buf[n] = '\0';
	return (int)n;
}

int fake_read_file(const char *path, char *buf, size_t size)
{
	const struct file *f = find(path);
	char at[512];

	if (made_up(path, at, sizeof(at)))
		return read_made_up(at, buf, size);
	if (!strcmp(path, SIM "/default/sink") && !fake_is("nosink"))
		return sinks(buf, size);
	if (!f || f->dir)
		return -ENOENT;
	if (!strcmp(path, "/proc/stat")) /* one CPU, busy as long as the clock goes */
		return snprintf(buf, size, "cpu  %llu 0 0 5 0 0 0\n",
				100 + (unsigned long long)fake_clock / 10000000);
	return snprintf(buf, size, "%s", f->text);
}

int fake_write_file(const char *path, const char *text)
{
	struct file *f = find(path);
	char dev[160];

	fake_log("write %s %s\n", path, text);
	if (!f)
		return -ENOENT;
	if (fake_is("user"))
		return -EACCES;
	if (fake_fault("write"))
		return -(int)fake_fault("write");
	if (fake_fault("enable") && strstr(path, "/enable"))
		return -(int)fake_fault("enable");
	if (fake_is("badattr") && strstr(path, "/channels"))
		return -EINVAL;
	if (strstr(path, "/live")) {
		if (fake_is("nolive"))
			return -ENODEV;
		if (fake_is("held") && !strcmp(text, "0"))
			return -EBUSY;
		snprintf(dev, sizeof(dev), "%.*s/dev_name", (int)(strlen(path) - 5), path);
		find(dev)->text[0] = '\0';
		if (!strcmp(text, "1"))
			strcpy(find(dev)->text, "dma-sim.1\n");
	}
	snprintf(f->text, sizeof(f->text), "%s\n", text);
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int fake_list_dir(const char *path, struct vec *names)
{
	size_t n = strlen(path);
	char **p, at[512];
	struct dirent *e;
	DIR *d = made_up(path, at, sizeof(at)) ? opendir(at) : NULL;

	if (!d && !find(path))
		return -ENOENT;
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		p = vec_add(names, sizeof(*p));
		*p = strdup(e->d_name);
	}
	if (d)
		closedir(d);
	for (size_t i = 0; i < nr; i++) {
		if (strncmp(files[i].path, path, n) || files[i].path[n] != '/' ||
		    strchr(files[i].path + n + 1, '/'))
			continue;
		p = vec_add(names, sizeof(*p));
		*p = strdup(files[i].path + n + 1);
	}
	if (names->n)
		qsort(names->v, names->n, sizeof(char *), compare);
	return 0;
}

int fake_make_dir(const char *path)
{
	fake_log("mkdir %s\n", path);
	if (fake_is("user"))
		return -EACCES;
	if (find(path))
		return -EEXIST;
	if (fake_fault("mkdir"))
		return -(int)fake_fault("mkdir");
	if (!strncmp(path, TRACING, strlen(TRACING)))
		add_instance(path);
	else
		add_sim(strrchr(path, '/') + 1, "0\n", "\n");
	return 0;
}

int fake_remove_dir(const char *path)
{
	fake_log("rmdir %s\n", path);
	if (fake_fault("rmdir"))
		return -(int)fake_fault("rmdir");
	return strstr(path, "/default") ? -EPERM : 0;
}

int fake_access(const char *path, int mode)
{
	char at[512];

	if (!strcmp(path, "/dev/dmactl")) {
		if (fake_is("nonode"))
			return -ENOENT;
		return fake_is("noperm") && mode != F_OK ? -EACCES : 0;
	}
	if (fake_is("user") && !strncmp(path, TRACING, strlen(TRACING)))
		return -EACCES;
	return made_up(path, at, sizeof(at)) || find(path) ? 0 : -ENOENT;
}
