// SPDX-License-Identifier: GPL-2.0
/*
 * No address of the kernel or of the bus comes out, and no memory that was somebody else's. What
 * comes out is searched for values that are where the kernel has its own, and for the physical
 * pages of our buffers, which are their bus addresses here.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nl.h"
#include "ring.h"

#define PAGE		4096ULL
#define MB		(1ULL << 20)
#define MARK_TEXT	"dmactl-secret-begins"

static struct {
	u64 low, high;		/* the kernel's addresses, where they are not the upper half */
	u64 mod_low, mod_high;	/* and the modules' */
	u64 page[512];		/* physical, of our buffers */
	u32 nr_page;
	u32 words, tokens, files;	/* that were looked at */
} secret;

/* User mode Linux has its kernel among the small addresses, with all memory behind it. */
static void learn_kernel(void)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	char line[256], module[64];
	u64 first = 0, at, memory = 0;

	CHECK(f);
	while (fgets(line, sizeof(line), f)) {
		at = strtoull(line, NULL, 16);
		if (at >= 16 * MB && !first)	/* below are offsets in the area of a CPU */
			first = at;
		if (sscanf(line, "%*x %*c %*s [%63[^]]]", module) != 1 ||
		    (strcmp(module, "dmactl") && strcmp(module, "dma_sim")))
			continue;
		if (!secret.mod_low || at < secret.mod_low)
			secret.mod_low = at;
		if (at > secret.mod_high)
			secret.mod_high = at;
	}
	fclose(f);
	CHECK(first && secret.mod_high);
	if (first >> 47)
		return;
	f = fopen("/proc/meminfo", "r");
	CHECK(f && fscanf(f, "MemTotal: %llu", (unsigned long long *)&memory) == 1);
	fclose(f);
	secret.low = first & ~(16 * MB - 1);
	secret.high = secret.low + memory * 1024 + 64 * MB;
	/* No stamp may look like an address. */
	while (clock_ns() < secret.high || clock_ns() < secret.mod_high)
		sleep_ms(20);
}

static void learn_pages(const void *p, u64 bytes)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	u64 entry, at;

	if (fd < 0)
		return;
	for (at = 0; at < bytes; at += PAGE) {
		(void)*((volatile const u8 *)p + at);
		CHECK_EQ(pread(fd, &entry, 8, (off_t)(((uintptr_t)p + at) / PAGE * 8)), 8);
		entry &= (1ULL << 55) - 1;
		/* A round number is a size as well. */
		if (entry * PAGE < 16 * MB || !(entry & (entry - 1)))
			continue;
		CHECK(secret.nr_page < ARRAY_SIZE(secret.page));
		secret.page[secret.nr_page++] = entry;
	}
	close(fd);
}

static bool is_address(u64 v)
{
	u32 i, low = (u32)v;

	if (v >> 32 == 0xffffffff) {
		if (low >= 0x80000000 && low < 0xfff00000)
			return true;
	} else if (v >> 47 == 0x1ffff) {
		return true;
	}
	if ((v >= secret.low && v < secret.high) || (v >= secret.mod_low && v <= secret.mod_high))
		return true;
	for (i = 0; i < secret.nr_page; i++)
		if (v / PAGE == secret.page[i])
			return true;
	return false;
}

static void scan(const char *what, const void *at, size_t len)
{
	size_t i;
	u64 v;

	for (i = 0; i + 8 <= len; i += 8) {
		memcpy(&v, (const u8 *)at + i, 8);
		secret.words++;
		if (is_address(v))
			FAIL("%s, byte %zu: %#llx", what, i, (unsigned long long)v);
	}
}

/* A run of digits: decimal, or hexadecimal if it has 0x, a letter, or the width of a pointer. */
static void scan_token(const char *what, const char *at, size_t len, bool prefix)
{
	char text[24];
	bool hex = prefix || len == 16 || strspn(at, "0123456789") < len;

	if (len < 8 || len > 20)
		return;
	memcpy(text, at, len);
	text[len] = 0;
	secret.tokens++;
	if (is_address(strtoull(text, NULL, hex ? 16 : 10)))
		FAIL("%s: %s", what, text);
}

static void scan_text(const char *what, const char *text)
{
	const char *p = text;

	while (*p) {
		bool prefix = p[0] == '0' && p[1] == 'x';
		size_t len = strspn(prefix ? p + 2 : p, "0123456789abcdefABCDEF");

		p += prefix ? 2 : 0;
		if (len && !isalnum((u8)p[len]))
			scan_token(what, p, len, prefix);
		p += len;
		/* To the next word. */
		while (isalnum((u8)*p))
			p++;
		while (*p && !isalnum((u8)*p))
			p++;
	}
}

static void scan_file(const char *path)
{
	static char text[1 << 20];

	if (read_file(path, text, sizeof(text)) <= 0)
		return;
	secret.files++;
	scan_text(path, text);
}

static void scan_msg(const struct nlmsg *m)
{
	u32 i;

	for (i = 1; i < NL_ATTRS; i++) {
		const struct nlattr *a = m->attr[i];
		const u8 *data = (const u8 *)(a + 1);
		u32 small;

		if (!a || (m->cmd == DMACTL_CMD_QUARANTINE_GET && i == DMACTL_A_QUARANTINE_AGE_NS))
			continue;
		if (a->nla_len == NLA_HDRLEN + 4) {
			memcpy(&small, data, 4);
			if (is_address(small))
				FAIL("netlink %u, attribute %u: %#x", m->cmd, i, small);
		}
		scan("netlink", data, a->nla_len - NLA_HDRLEN);
		if (a->nla_len > NLA_HDRLEN && !data[a->nla_len - NLA_HDRLEN - 1])
			scan_text("netlink", (const char *)data);
	}
}

static void scan_netlink(struct nl *nl)
{
	u8 cmd;
	u32 i;

	for (cmd = DMACTL_CMD_CHANNEL_GET; cmd <= DMACTL_CMD_QUARANTINE_GET; cmd++) {
		struct nlreply *r = nl_ask(nl, cmd, NLM_F_DUMP, NULL, 0);

		CHECK_EQ(r->err, 0);
		for (i = 0; i < r->n; i++)
			scan_msg(&r->msg[i]);
	}
}

/* A stream's lines have two times at their end, as long as the host stood still: no stamps. */
static void scan_streams(const char *path)
{
	static char text[4096];
	char *line, *save = NULL;
	int i;

	CHECK(read_file(path, text, sizeof(text)) >= 0);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		for (i = 0; i < 2 && strrchr(line, ' '); i++)
			*strrchr(line, ' ') = 0;
		scan_text(path, line);
	}
	secret.files++;
}

static int scan_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	/* The kernel's own, for root alone: where it has put the parts of a module. */
	if (strstr(path, "/sections/") || strstr(path, "/notes/"))
		return 0;
	if (!strcmp(path + ftw->base, "streams"))
		scan_streams(path);
	else if (type == FTW_F && st->st_mode & 0444)
		scan_file(path);
	return 0;
}

static int scan_if_ours(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	if (strstr(path, "dmactl") || strstr(path, "dma-sim") || strstr(path, "dmaengine"))
		return scan_entry(path, st, type, ftw);
	return 0;
}

static void call(int fd, unsigned long nr, void *arg, u32 size, const char *what, __u64 *pointer)
{
	CHECK_EQ(dm_ioctl(fd, nr, arg), 0);
	if (pointer)	/* ours, from user space */
		*pointer = 0;
	scan(what, arg, size);
}

#define CALL(fd, name, arg, pointer) \
	call(fd, DMACTL_IOC_##name, &(arg), sizeof(arg), #name, pointer)

/* A buffer, whose pages are secret, mapped. */
static u32 make(int fd, u32 kind, u32 chan, u64 bytes, u8 **map)
{
	struct dmactl_buf_create b = dm_buf_arg(kind, chan, bytes);

	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &b), 0);
	*map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)b.offset);
	CHECK(*map != MAP_FAILED);
	learn_pages(*map, bytes);
	scan("BUF_CREATE", &b, sizeof(b));
	scan("a new buffer", *map, bytes);
	return b.buffer;
}

/* A bit of everything on one channel, each structure searched as it comes back. */
static int use_all(const struct sim *sim)
{
	struct dmactl_claim claim = dm_claim_arg(sim_chan(sim, 0), 0);
	int fd = dm_open();
	struct dmactl_info info = dm_info(fd);
	struct dmactl_completion c[8];
	struct dmactl_op op[3];
	struct dmactl_run run;
	struct dmactl_config config;
	struct dmactl_submit submit = { .size = sizeof(submit) };
	struct dmactl_reap reap = { .size = sizeof(reap) };
	u32 src, dst, coherent, samples;
	u8 *p[4];

	scan("INFO", &info, sizeof(info));
	CALL(fd, CLAIM, claim, NULL);
	src = make(fd, DMACTL_BUF_PAGES, DMACTL_NONE, RIG_BYTES, &p[0]);
	dst = make(fd, DMACTL_BUF_PAGES, claim.channel, RIG_BYTES, &p[1]);
	coherent = make(fd, DMACTL_BUF_COHERENT, claim.channel, 2 * PAGE, &p[2]);
	samples = make(fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, PAGE, &p[3]);
	op[0] = op_copy(claim.channel, dst, 0, src, 0, RIG_BYTES);
	op[1] = op_fill(claim.channel, coherent, 0, 2 * PAGE, 0x11);
	op[2] = op_interrupt(claim.channel);
	submit.op_size = sizeof(op[0]);
	submit.nr_ops = 3;
	submit.ops = (uintptr_t)op;
	CALL(fd, SUBMIT, submit, &submit.ops);
	reap.comp_size = sizeof(c[0]);
	reap.max = reap.min = 2;
	reap.comps = (uintptr_t)c;
	CALL(fd, REAP, reap, &reap.comps);
	scan("completions of REAP", c, 2 * sizeof(c[0]));
	CHECK_EQ(read(fd, c, sizeof(c)), sizeof(c[0]));
	scan("completions of read", c, sizeof(c[0]));
	run = dm_run_arg(op, 1);
	run.samples = samples;
	run.nr_samples = 64;
	CALL(fd, RUN, run, &run.ops);
	scan("samples", p[3], PAGE);
	config = (struct dmactl_config){
		.size = sizeof(config),
		.channel = claim.channel,
		.endpoint = DMACTL_EP_BUFFER,
		.src_width = 4,
		.dst_width = 4,
		.buffer = src,
		.address = 64,
	};
	CALL(fd, CONFIG, config, NULL);
	return fd;
}

static void use_stream(const struct stream *t)
{
	struct dmactl_stream a = ring_arg(t, 2), b = { .size = sizeof(b), .channel = t->r.chan };
	struct dmactl_completion c;

	learn_pages(t->p, RING);
	CALL(t->r.fd, STREAM, a, NULL);
	CHECK_EQ(dm_reap(t->r.fd, &c, 1, 1, 20 * SEC), 1);
	scan("an event", &c, sizeof(c));
	b.action = DMACTL_STREAM_POSITION;
	CALL(t->r.fd, STREAM, b, NULL);
	b = (struct dmactl_stream){ .size = sizeof(b), .channel = t->r.chan };
	b.action = DMACTL_STREAM_STOP;
	CALL(t->r.fd, STREAM, b, NULL);
}

/* A session whose operation the engine does not let go. */
static int quarantined(const struct sim *sim)
{
	struct dmactl_submit s = { .timeout_ns = 50 * MS };
	struct dmactl_completion c;
	struct dmactl_op op;
	int fd = dm_open();
	u32 buf;
	u8 *p;

	op = op_fill(dm_claim(fd, sim_chan(sim, 0)), 0, 0, PAGE, 1);
	buf = make(fd, DMACTL_BUF_PAGES, DMACTL_NONE, PAGE, &p);
	op.dst.buffer = buf;
	CHECK_EQ(dm_submit(fd, &op, 1, &s), 0);
	dm_reap_all(fd, &c, 1);
	CHECK(c.flags & DMACTL_COMP_F_QUARANTINED);
	scan("a completion in quarantine", &c, sizeof(c));
	return fd;
}

static void scan_log(void)
{
	static char log[1 << 20];
	int n = klogctl(3, log, sizeof(log) - 1);
	char *at = NULL, *next = log;

	CHECK(n > 0);
	log[n] = 0;
	while ((next = strstr(next, MARK_TEXT)))
		at = next++;
	if (!at)
		FAIL("the log has %d bytes, and not the mark", n);
	scan_text("the kernel's log", at);
}

static const char *tracing(void)
{
	if (!access("/sys/kernel/tracing/events", F_OK))
		return "/sys/kernel/tracing";
	return "/sys/kernel/debug/tracing";
}

static int scan_format(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	static char text[8192];
	char *p = text;

	(void)st;
	if (type != FTW_F || strcmp(path + ftw->base, "format"))
		return 0;
	CHECK(read_file(path, text, sizeof(text)) > 0);
	while ((p = strstr(p, "field:"))) {
		p[strcspn(p, ";")] = 0;
		if (strchr(p, '*') || strstr(p, "addr") || strstr(p, "phys"))
			FAIL("%s has a %s", path, p);
		p += strlen(p) + 1;
	}
	secret.files++;
	return 0;
}

TEST("no structure, attribute, file, log line or trace has an address, whatever is done")
{
	struct sim sim = sim_make("t-secret", NULL),
		   stuck = sim_make("t-stuck", "stall=nth 1", "terminate=0", NULL);
	struct stream ring = RING_ON(DMACTL_EP_SOURCE, FAST);
	struct nl nl = nl_open();
	char path[160];
	int fd[2], i;

	learn_kernel();
	CHECK_EQ(write_file("/dev/kmsg", MARK_TEXT "\n"), 0);
	snprintf(path, sizeof(path), "%s/events/dmactl/enable", tracing());
	CHECK_EQ(write_file(path, "1"), 0);
	fd[0] = use_all(&sim);
	fd[1] = quarantined(&stuck);
	use_stream(&ring);
	CHECK_EQ(write_file(path, "0"), 0);
	CHECK(secret.nr_page || access("/proc/self/pagemap", F_OK));

	scan_netlink(&nl);
	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd[i]);
		scan_file(path);
	}
	snprintf(path, sizeof(path), "%s/trace", tracing());
	scan_file(path);
	snprintf(path, sizeof(path), "%s/events/dmactl", tracing());
	nftw(path, scan_format, 8, FTW_PHYS);
	CHECK(secret.files >= 3 + 9);
	nftw("/sys/module/dmactl", scan_entry, 8, FTW_PHYS);
	nftw("/sys/module/dma_sim", scan_entry, 8, FTW_PHYS);
	nftw("/sys/devices", scan_if_ours, 8, FTW_PHYS);
	nftw(SIM_ROOT, scan_entry, 8, FTW_PHYS);
	nftw("/sys/kernel/debug", scan_if_ours, 8, FTW_PHYS);
	scan_log();
	CHECK(secret.files > 60);
	CHECK(secret.words > 500);
	CHECK(secret.tokens > 20);
	sim_set(&stuck, "stall", "off");
}

/* Leaves much free memory with a pattern in it. */
static void dirty_memory(void)
{
	static u8 pattern[1 << 20];
	int fd = memfd_create("dirty", 0), i;

	CHECK(fd >= 0);
	memset(pattern, 0xa5, sizeof(pattern));
	for (i = 0; i < 128; i++)
		CHECK_EQ(write(fd, pattern, sizeof(pattern)), sizeof(pattern));
	CHECK_EQ(close(fd), 0);
}

static void check_zero(int fd, u32 kind, u32 chan, u64 bytes)
{
	void *p;

	dm_buf(fd, kind, chan, bytes, &p);
	CHECK_BYTES(p, 0, bytes);
}

TEST("buffers of all kinds are zero, whatever was in the memory that they are made of")
{
	struct sim sim = sim_make("t-zero", NULL);
	int fd = dm_open(), i;
	u32 chan = dm_claim(fd, sim_chan(&sim, 0));
	u64 size;

	for (i = 0; i < 2; i++) {
		dirty_memory();
		for (size = PAGE; size <= 8 * MB; size *= 8) {
			check_zero(fd, DMACTL_BUF_PAGES, DMACTL_NONE, size);
			check_zero(fd, DMACTL_BUF_PAGES, chan, size + PAGE);
			check_zero(fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, size);
			if (size <= MB)
				check_zero(fd, DMACTL_BUF_COHERENT, chan, size);
		}
	}
}
