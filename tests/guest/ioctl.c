// SPDX-License-Identifier: GPL-2.0
/* INFO, NULL, unknown calls, and the rules that hold for every structure. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dm.h"

#define INFO_FIRST	offsetof(struct dmactl_info, max_sessions)
#define KNOWN_OPERATIONS	((1ULL << (DMACTL_OP_CYCLIC + 1)) - 1)
#define NEEDED_OPERATIONS \
	(1ULL << DMACTL_OP_MEMCPY | 1ULL << DMACTL_OP_MEMSET | 1ULL << DMACTL_OP_INTERRUPT)

static const struct call {
	const char *name;
	unsigned long nr;
	u32 size;
	u64 feature;	/* 0: always there */
	u32 first;	/* the first size that was published, where that is another one */
} calls[] = {
	{ "INFO", DMACTL_IOC_INFO, sizeof(struct dmactl_info), 0, INFO_FIRST },
	{ "CLAIM", DMACTL_IOC_CLAIM, sizeof(struct dmactl_claim), 0 },
	{ "RELEASE", DMACTL_IOC_RELEASE, sizeof(struct dmactl_release), 0 },
	{ "CONFIG", DMACTL_IOC_CONFIG, sizeof(struct dmactl_config), DMACTL_FEAT_CONFIG },
	{ "BUF_CREATE", DMACTL_IOC_BUF_CREATE, sizeof(struct dmactl_buf_create), 0 },
	{ "BUF_DESTROY", DMACTL_IOC_BUF_DESTROY, sizeof(struct dmactl_buf_destroy), 0 },
	{ "BUF_SYNC", DMACTL_IOC_BUF_SYNC, sizeof(struct dmactl_buf_sync), 0 },
	{ "SUBMIT", DMACTL_IOC_SUBMIT, sizeof(struct dmactl_submit), 0 },
	{ "REAP", DMACTL_IOC_REAP, sizeof(struct dmactl_reap), 0 },
	{ "RUN", DMACTL_IOC_RUN, sizeof(struct dmactl_run), 0 },
	{ "STREAM", DMACTL_IOC_STREAM, sizeof(struct dmactl_stream), DMACTL_FEAT_STREAM },
};

/* A call that this module does not have may say so before it looks at the argument. */
static void expect(int fd, const struct call *c, void *arg, int want)
{
	int got = dm_ioctl(fd, c->nr, arg);

	if (got == -EOPNOTSUPP && c->feature && !(dm_info(fd).features & c->feature))
		return;
	if (got != want)
		FAIL("%s: %s, not %s", c->name, strerrorname_np(-got) ?: "0",
		     strerrorname_np(-want) ?: "0");
}

/* A page that can be used and, right behind it, one that cannot. */
static u8 *page_before_hole(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	u8 *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	CHECK_EQ(munmap(p + page, page), 0);
	return p + page;
}

TEST("INFO tells a plausible module and leaves nothing out")
{
	int fd = dm_open();
	struct dmactl_info i = dm_info(fd);

	CHECK_EQ(i.size, sizeof(i));
	CHECK_EQ(i.abi, DMACTL_ABI);
	CHECK_EQ(i.operations & ~KNOWN_OPERATIONS, 0);
	CHECK_EQ(i.operations & NEEDED_OPERATIONS, NEEDED_OPERATIONS);
	CHECK_EQ(i.features & ~((DMACTL_FEAT_RATE << 1) - 1), 0);
	CHECK(i.features & DMACTL_FEAT_PAGES);
	CHECK(i.features & DMACTL_FEAT_COHERENT);
	CHECK(i.features & DMACTL_FEAT_RUN);
	CHECK(i.features & DMACTL_FEAT_POLL);
	CHECK(i.max_channels && i.max_channels < 65536);
	CHECK(i.max_buffers && i.max_buffers < 1 << 20);
	CHECK(i.max_depth && i.max_depth <= 1 << 20);
	CHECK(i.max_ops && i.max_ops <= 1 << 20);
	CHECK(i.max_buffer >= 1 << 20);
	CHECK(i.max_session >= i.max_buffer);
	CHECK(i.default_timeout_ns >= 100 * MS && i.default_timeout_ns <= 3600 * SEC);
	CHECK(i.max_descriptors && i.max_descriptors <= 1 << 20);
	CHECK(i.max_vec >= 16);
	CHECK(i.version[0] && i.version[0] != (char)POISON);
	CHECK(strnlen(i.version, sizeof(i.version)) < sizeof(i.version));
}

TEST("the node belongs to root alone")
{
	struct stat st;

	CHECK_EQ(stat(NODE, &st), 0);
	CHECK(S_ISCHR(st.st_mode));
	CHECK_EQ(st.st_mode & 07777, 0600);
	CHECK_EQ(st.st_uid, 0);
}

TEST("NULL returns 0 whatever the argument is")
{
	int fd = dm_open();

	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_NULL, NULL), 0);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_NULL, (void *)-1), 0);
}

TEST("an ioctl number that is not in the header gives ENOTTY")
{
	static const u8 known[] = {
		0, 1, 0x10, 0x11, 0x12, 0x20, 0x21, 0x22, 0x30, 0x31, 0x32, 0x40
	};
	int fd = dm_open();
	unsigned int nr;

	for (nr = 0; nr < 256; nr++) {
		if (memchr(known, (int)nr, sizeof(known)))
			continue;
		if (dm_ioctl(fd, _IO(DMACTL_IOC_TYPE, nr), NULL) != -ENOTTY)
			FAIL("number 0x%x", nr);
	}
	CHECK_EQ(dm_ioctl(fd, _IO(0xdd, 1), NULL), -ENOTTY);
	CHECK_EQ(dm_ioctl(fd, _IOWR(DMACTL_IOC_TYPE, 0, struct dmactl_info), NULL), -ENOTTY);
	CHECK_EQ(dm_ioctl(fd, 0x5401 /* TCGETS */, NULL), -ENOTTY);
	CHECK_EQ(dm_ioctl(fd, 0, NULL), -ENOTTY);
}

TEST("a structure below its first published size gives EINVAL and is not written")
{
	u8 arg[256], before[256];
	int fd = dm_open();
	size_t i;
	u32 size;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		for (size = 0; size < (calls[i].first ?: calls[i].size); size++) {
			memset(arg, POISON, sizeof(arg));
			memcpy(arg, &size, sizeof(size));
			memcpy(before, arg, sizeof(arg));
			expect(fd, &calls[i], arg, -EINVAL);
			CHECK_SAME(arg, before);
		}
	}
}

TEST("a structure of its first published size is filled that far")
{
	struct dmactl_info i;
	int fd = dm_open();

	POISONED(i);
	i.size = INFO_FIRST;
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_INFO, &i), 0);
	CHECK_EQ(i.size, INFO_FIRST);
	CHECK_EQ(i.abi, DMACTL_ABI);
	CHECK_BYTES((u8 *)&i + INFO_FIRST, POISON, sizeof(i) - INFO_FIRST);
}

TEST("a pointer that cannot be followed gives EFAULT")
{
	int fd = dm_open();
	u8 *hole = page_before_hole();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		expect(fd, &calls[i], NULL, -EFAULT);
		expect(fd, &calls[i], hole, -EFAULT);
		expect(fd, &calls[i], (void *)0xffff800000000000UL, -EFAULT);
		/* The size can be read, the rest cannot. */
		memcpy(hole - 4, &calls[i].size, 4);
		expect(fd, &calls[i], hole - 4, -EFAULT);
	}
}

TEST("a result that cannot be written back is EFAULT and undoes the call")
{
	struct sim sim = sim_make("t-fault", "channels=1", NULL);
	int fd = dm_open(), other = dm_open();
	struct dmactl_claim *c;
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(page != MAP_FAILED);
	c = page;
	*c = dm_claim_arg(sim_chan(&sim, 0), 0);
	CHECK_EQ(mprotect(page, 4096, PROT_READ), 0);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_CLAIM, c), -EFAULT);
	CHECK_SOON(dm_try_claim(other, sim_chan(&sim, 0)) == 0);

	CHECK_EQ(mprotect(page, 4096, PROT_READ | PROT_WRITE), 0);
	*(struct dmactl_buf_create *)page = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, 4096);
	CHECK_EQ(mprotect(page, 4096, PROT_READ), 0);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, page), -EFAULT);
}

TEST("a larger structure with a zero tail is the same call")
{
	struct {
		struct dmactl_info info;
		u8 tail[5000];
	} big;
	struct {
		struct dmactl_buf_create b;
		u8 tail[64];
	} buf;
	struct dmactl_info plain;
	int fd = dm_open();

	memset(&big, 0, sizeof(big));
	big.info.size = sizeof(big);
	plain = dm_info(fd);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_INFO, &big), 0);
	CHECK_BYTES(big.tail, 0, sizeof(big.tail));
	CHECK_EQ(big.info.features, plain.features);
	CHECK_STR(big.info.version, plain.version);

	memset(&buf, 0, sizeof(buf));
	buf.b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, 4096);
	buf.b.size = sizeof(buf);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &buf), 0);
	CHECK_BYTES(buf.tail, 0, sizeof(buf.tail));
	CHECK_EQ(dm_buf_destroy(fd, buf.b.buffer), 0);
}

TEST("a structure from the future, with a tail that is not zero, gives E2BIG")
{
	u8 arg[512], before[512];
	int fd = dm_open();
	size_t i, at;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		u32 size = calls[i].size + 64;

		for (at = calls[i].size; at < size; at += 21) {
			memset(arg, 0, sizeof(arg));
			memcpy(arg, &size, sizeof(size));
			arg[at] = 1;
			memcpy(before, arg, sizeof(arg));
			expect(fd, &calls[i], arg, -E2BIG);
			CHECK_SAME(arg, before);
		}
	}
}

TEST("a structure of four gigabytes is refused, not read")
{
	u32 size = 0xffffffff;
	int fd = dm_open();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		u8 *hole = page_before_hole();
		int ret;

		memset(hole - 512, 0, 512);
		memcpy(hole - 512, &size, sizeof(size));
		ret = dm_ioctl(fd, calls[i].nr, hole - 512);
		if (ret != -EFAULT)
			expect(fd, &calls[i], hole - 512, -E2BIG);
	}
}

TEST("structures at odd addresses work")
{
	struct {
		u8 pad[3];
		u8 info[sizeof(struct dmactl_info)];
	} s;
	u32 size = sizeof(struct dmactl_info), abi;
	int fd = dm_open();

	memset(&s, POISON, sizeof(s));
	memcpy(s.info, &size, sizeof(size));
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_INFO, s.info), 0);
	memcpy(&abi, s.info + 4, sizeof(abi));
	CHECK_EQ(abi, DMACTL_ABI);
	CHECK_BYTES(s.pad, POISON, sizeof(s.pad));
}

TEST("write and a mapping at an offset of no buffer are refused")
{
	int fd = dm_open();
	void *p;

	CHECK_EQ(write(fd, "x", 1), -1);
	p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(p == MAP_FAILED);
}

TEST("many sessions open and close")
{
	int fd[200];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fd); i++)
		fd[i] = dm_open();
	for (i = 0; i < ARRAY_SIZE(fd); i++)
		CHECK_EQ(dm_info(fd[i]).abi, DMACTL_ABI);
	for (i = 0; i < ARRAY_SIZE(fd); i++)
		CHECK_EQ(close(fd[i]), 0);
}
