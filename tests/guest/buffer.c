// SPDX-License-Identifier: GPL-2.0
/* BUF_CREATE, BUF_DESTROY, BUF_SYNC: results, limits and every errno. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dm.h"

#define PAGE	4096ULL
#define KIND_CHAN(k, chan)	((k) == DMACTL_BUF_COHERENT ? (chan) : DMACTL_NONE)

/* BUF_CREATE of @b that must fail with @err and write nothing. */
#define REFUSED(fd, b, err)							\
	do {									\
		struct dmactl_buf_create was_ = (b);				\
		CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &(b)), -(err));	\
		CHECK_SAME(b, was_);						\
	} while (0)

static const u32 kinds[] = { DMACTL_BUF_PAGES, DMACTL_BUF_COHERENT, DMACTL_BUF_SAMPLES };

TEST("every kind of buffer is whole pages, zero, writable and shared by its mappings")
{
	static const u64 sizes[] = { 1, 4095, 4096, 4097, 65536, 100001, 1 << 20 };
	struct sim sim = sim_make("t-buf", NULL);
	int fd = dm_open();
	u32 chan = dm_claim(fd, sim_chan(&sim, 0));
	size_t k, i;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			struct dmactl_buf_create b =
				dm_buf_arg(kinds[k], KIND_CHAN(kinds[k], chan), sizes[i]);
			u8 *p, *q;

			CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &b), 0);
			CHECK(b.buffer != DMACTL_NONE);
			CHECK_EQ(b.mapped, (sizes[i] + PAGE - 1) & ~(PAGE - 1));
			CHECK_EQ(b.offset % PAGE, 0);
			if (kinds[k] == DMACTL_BUF_PAGES)
				CHECK(b.granule >= 12 && b.granule < 40);
			p = mmap(NULL, b.mapped, PROT_READ | PROT_WRITE, MAP_SHARED, fd, b.offset);
			q = mmap(NULL, b.mapped, PROT_READ, MAP_SHARED, fd, b.offset);
			CHECK(p != MAP_FAILED && q != MAP_FAILED);
			CHECK_BYTES(p, 0, b.mapped);
			fill_pattern(p, b.mapped, (u32)i);
			CHECK_MEM(q, p, b.mapped);
			CHECK_EQ(munmap(p, b.mapped) | munmap(q, b.mapped), 0);
			CHECK_EQ(dm_buf_destroy(fd, b.buffer), 0);
		}
	}
}

TEST("memory that comes back is zero again")
{
	struct sim sim = sim_make("t-buf", NULL);
	int fd = dm_open(), i;
	u32 chan = dm_claim(fd, sim_chan(&sim, 0));
	size_t k;

	for (i = 0; i < 30; i++) {
		for (k = 0; k < ARRAY_SIZE(kinds); k++) {
			void *p;
			u32 buf = dm_buf(fd, kinds[k], KIND_CHAN(kinds[k], chan), 65536, &p);

			CHECK_BYTES(p, 0, 65536);
			memset(p, 0xa5, 65536);
			CHECK_EQ(munmap(p, 65536), 0);
			CHECK_EQ(dm_buf_destroy(fd, buf), 0);
		}
	}
}

TEST("a pages buffer may ask for the limits of a channel and for a node")
{
	struct sim sim = sim_make("t-buf", NULL);
	int fd = dm_open();
	struct dmactl_buf_create b =
		dm_buf_arg(DMACTL_BUF_PAGES, dm_claim(fd, sim_chan(&sim, 0)), PAGE);

	b.node = 0;
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &b), 0);
}

TEST("a kind that does not exist gives EINVAL, one without its feature bit EOPNOTSUPP")
{
	static const u32 bad[] = { 0, 6, 7, 255, 0x10001, DMACTL_NONE };
	int fd = dm_open();
	struct dmactl_info info = dm_info(fd);
	struct dmactl_buf_create b;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		b = dm_buf_arg(bad[i], DMACTL_NONE, PAGE);
		REFUSED(fd, b, EINVAL);
	}
	if (!(info.features & DMACTL_FEAT_USER)) {
		b = dm_buf_arg(DMACTL_BUF_USER, DMACTL_NONE, PAGE);
		b.address = (uintptr_t)&b & ~(PAGE - 1);
		REFUSED(fd, b, EOPNOTSUPP);
	}
	if (!(info.features & DMACTL_FEAT_DMABUF)) {
		b = dm_buf_arg(DMACTL_BUF_DMABUF, DMACTL_NONE, PAGE);
		b.fd = fd;
		REFUSED(fd, b, EOPNOTSUPP);
	}
}

TEST("sizes of 0, max_buffer + 1 and 2^64 - 1 give EINVAL")
{
	int fd = dm_open();
	u64 max = dm_info(fd).max_buffer;
	u64 bad[] = { 0, max + 1, 1ULL << 63, ~0ULL, ~0ULL - PAGE + 2 };
	struct dmactl_buf_create b;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, bad[i]);
		REFUSED(fd, b, EINVAL);
		b = dm_buf_arg(DMACTL_BUF_SAMPLES, DMACTL_NONE, bad[i]);
		REFUSED(fd, b, EINVAL);
	}
}

TEST("fields and flags that a buffer does not use must be zero")
{
	int fd = dm_open(), bit;
	struct dmactl_buf_create b;

	for (bit = 0; bit < 32; bit++) {
		b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, PAGE);
		b.flags = 1U << bit;
		REFUSED(fd, b, EOPNOTSUPP);
	}
	b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, PAGE);
	b.reserved = 1ULL << 63;
	REFUSED(fd, b, EINVAL);
	b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, PAGE);
	b.address = PAGE;
	REFUSED(fd, b, EINVAL);
	b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, PAGE);
	b.fd = 1;
	REFUSED(fd, b, EINVAL);
	b = dm_buf_arg(DMACTL_BUF_SAMPLES, DMACTL_NONE, PAGE);
	b.address = PAGE;
	REFUSED(fd, b, EINVAL);
}

TEST("a node that does not exist gives EINVAL")
{
	static const u32 bad[] = { 1000000, 0x7fffffff, 0x80000000, DMACTL_NONE - 1 };
	int fd = dm_open();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct dmactl_buf_create b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, PAGE);

		b.node = bad[i];
		REFUSED(fd, b, EINVAL);
	}
}

TEST("a channel that is not this session's gives ENOENT")
{
	struct sim sim = sim_make("t-buf", NULL);
	int fd = dm_open(), other = dm_open();
	u32 chan = dm_claim(other, sim_chan(&sim, 0));
	struct dmactl_buf_create b;

	b = dm_buf_arg(DMACTL_BUF_COHERENT, chan, PAGE);
	REFUSED(fd, b, ENOENT);
	b = dm_buf_arg(DMACTL_BUF_COHERENT, DMACTL_NONE, PAGE);
	REFUSED(fd, b, ENOENT);
	b = dm_buf_arg(DMACTL_BUF_PAGES, chan, PAGE);
	REFUSED(fd, b, ENOENT);
	b = dm_buf_arg(DMACTL_BUF_COHERENT, chan + 1, PAGE);
	REFUSED(other, b, ENOENT);
}

TEST("one buffer more than max_buffers gives EMFILE")
{
	int fd = dm_open();
	u32 max = dm_info(fd).max_buffers, i, *id;
	struct dmactl_buf_create b;

	if (max > 16384)
		SKIP("max_buffers is %u", max);
	id = calloc(max, sizeof(*id));
	for (i = 0; i < max; i++)
		id[i] = dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, 1, NULL);
	b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, 1);
	REFUSED(fd, b, EMFILE);
	CHECK_EQ(dm_buf_destroy(fd, id[max / 2]), 0);
	dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, 1, NULL);
	REFUSED(fd, b, EMFILE);
}

TEST("BUF_DESTROY of an id that is none gives ENOENT")
{
	int fd = dm_open(), other = dm_open();
	u32 buf = dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, PAGE, NULL);

	CHECK_EQ(dm_buf_destroy(fd, DMACTL_NONE), -ENOENT);
	CHECK_EQ(dm_buf_destroy(fd, buf + 1), -ENOENT);
	CHECK_EQ(dm_buf_destroy(fd, 0x80000000), -ENOENT);
	CHECK_EQ(dm_buf_destroy(other, buf), -ENOENT);
	CHECK_EQ(dm_buf_destroy(fd, buf), 0);
	CHECK_EQ(dm_buf_destroy(fd, buf), -ENOENT);
}

TEST("BUF_SYNC accepts each kind in both directions, whole or in part")
{
	struct sim sim = sim_make("t-buf", NULL);
	int fd = dm_open();
	u32 chan = dm_claim(fd, sim_chan(&sim, 0)), dir;
	size_t k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		u32 buf = dm_buf(fd, kinds[k], KIND_CHAN(kinds[k], chan), 65536, NULL);

		for (dir = DMACTL_SYNC_CPU; dir <= DMACTL_SYNC_DEVICE; dir++) {
			CHECK_EQ(dm_sync(fd, buf, dir, 0, 65536), 0);
			CHECK_EQ(dm_sync(fd, buf, dir, 4095, 4098), 0);
			CHECK_EQ(dm_sync(fd, buf, dir, 65535, 1), 0);
		}
	}
}

TEST("BUF_SYNC refuses bad ids, directions, ranges and reserved fields")
{
	struct dmactl_buf_sync s = { .size = sizeof(s), .direction = 1, .reserved = 1, .len = 1 };
	int fd = dm_open();
	u32 buf = dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, 65536, NULL);

	CHECK_EQ(dm_sync(fd, buf + 1, 1, 0, 1), -ENOENT);
	CHECK_EQ(dm_sync(fd, DMACTL_NONE, 1, 0, 1), -ENOENT);
	CHECK_EQ(dm_sync(fd, buf, 0, 0, 1), -EINVAL);
	CHECK_EQ(dm_sync(fd, buf, 3, 0, 1), -EINVAL);
	CHECK_EQ(dm_sync(fd, buf, 0xffffffff, 0, 1), -EINVAL);
	CHECK_EQ(dm_sync(fd, buf, 1, 0, 65537), -ERANGE);
	CHECK_EQ(dm_sync(fd, buf, 1, 65536, 1), -ERANGE);
	CHECK_EQ(dm_sync(fd, buf, 1, 1, ~0ULL), -ERANGE);
	CHECK_EQ(dm_sync(fd, buf, 1, ~0ULL, 2), -ERANGE);
	CHECK_EQ(dm_sync(fd, buf, 1, ~0ULL, 1), -ERANGE);
	CHECK(dm_sync(fd, buf, 1, 0, 0) < 0);
	s.buffer = buf;
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_SYNC, &s), -EINVAL);
}

/* From here on a user without rights, 64 KiB of RLIMIT_MEMLOCK, on a node that lets him in. */
static int open_as_user(void)
{
	struct rlimit lim = { 65536, 65536 };

	CHECK_EQ(chmod(NODE, 0666), 0);
	CHECK_EQ(setrlimit(RLIMIT_MEMLOCK, &lim), 0);
	CHECK_EQ(setresgid(65534, 65534, 65534), 0);
	CHECK_EQ(setresuid(65534, 65534, 65534), 0);
	return dm_open();
}

static void node_as_before(void)
{
	CHECK_EQ(chmod(NODE, 0600), 0);
}

static void memlock_of_a_user(void)
{
	int fd = open_as_user();
	struct dmactl_buf_create b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, 65537);
	u32 buf;

	REFUSED(fd, b, ENOMEM);
	buf = dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, 65536, NULL);
	b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, 1);
	REFUSED(fd, b, ENOMEM);
	b = dm_buf_arg(DMACTL_BUF_SAMPLES, DMACTL_NONE, 1);
	REFUSED(fd, b, ENOMEM);
	CHECK_EQ(dm_buf_destroy(fd, buf), 0);
	CHECK_SOON(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &b) == 0);
}

TEST("the opener's RLIMIT_MEMLOCK holds, and what is destroyed is given back")
{
	int result = test_isolated(memlock_of_a_user, PART_LIMIT_S * slow());

	node_as_before();
	CHECK_EQ(result, 0);
}

static void memlock_of_two_sessions(void)
{
	int fd = open_as_user(), second = dm_open();
	struct dmactl_buf_create b = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, 32769);
	void *map;

	dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, 32768, &map);
	REFUSED(second, b, ENOMEM);
	/* What is still mapped is still charged, session or not. */
	CHECK_EQ(close(fd), 0);
	sleep_ms(100);
	REFUSED(second, b, ENOMEM);
	CHECK_EQ(munmap(map, 32768), 0);
	CHECK_SOON(dm_ioctl(second, DMACTL_IOC_BUF_CREATE, &b) == 0);
}

TEST("two sessions of one user share his RLIMIT_MEMLOCK")
{
	int result = test_isolated(memlock_of_two_sessions, PART_LIMIT_S * slow());

	node_as_before();
	CHECK_EQ(result, 0);
}

static void refused_to_a_user(void)
{
	CHECK_EQ(setresuid(65534, 65534, 65534), 0);
	CHECK_EQ(open(NODE, O_RDWR), -1);
	CHECK_EQ(errno, EACCES);
}

TEST("a user without rights cannot open the node")
{
	CHECK_EQ(test_isolated(refused_to_a_user, PART_LIMIT_S * slow()), 0);
}
