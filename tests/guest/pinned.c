// SPDX-License-Identifier: GPL-2.0
/* Buffers of the caller's own memory, and of dma-bufs. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/dma-heap.h>
#include <linux/udmabuf.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dm.h"

#define BYTES (16 * 4096)

static struct dmactl_buf_create user_arg(void *p, u64 bytes)
{
	struct dmactl_buf_create a = dm_buf_arg(DMACTL_BUF_USER, DMACTL_NONE, bytes);

	a.address = (uintptr_t)p;
	return a;
}

static u32 user_buf(int fd, void *p, u64 bytes)
{
	struct dmactl_buf_create a = user_arg(p, bytes);

	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), 0);
	CHECK_EQ(a.mapped, 0);
	return a.buffer;
}

static void *anonymous(u64 bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

static void copy_and_check(struct rig *r, u32 dst, u8 *pdst)
{
	struct dmactl_op op = op_copy(r->chan, dst, 100, r->src, 37, BYTES - 200);
	struct dmactl_completion c;

	CHECK_EQ(dm_sync(r->fd, dst, DMACTL_SYNC_CPU, 0, BYTES), 0);
	memset(pdst, POISON, BYTES);
	CHECK_EQ(dm_sync(r->fd, dst, DMACTL_SYNC_DEVICE, 0, BYTES), 0);
	dm_submit_all(r->fd, &op, 1);
	dm_reap_all(r->fd, &c, 1);
	check_ok(&c);
	CHECK_EQ(dm_sync(r->fd, dst, DMACTL_SYNC_CPU, 0, BYTES), 0);
	CHECK_MEM(pdst + 100, r->psrc + 37, BYTES - 200);
	CHECK_BYTES(pdst, POISON, 100);
	CHECK_BYTES(pdst + BYTES - 100, POISON, 100);
	CHECK(c.descriptors >= 1);
}

TEST("the caller's own pages are written where they are, split where they are not contiguous")
{
	struct rig r = rig_on(sim_make("t-user", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	u8 *p = anonymous(BYTES);
	u32 buf = user_buf(r.fd, p, BYTES);

	copy_and_check(&r, buf, p);
	/* It stays what it was for the process after the buffer is gone. */
	CHECK_EQ(dm_buf_destroy(r.fd, buf), 0);
	CHECK_MEM(p + 100, r.psrc + 37, BYTES - 200);
	memset(p, 1, BYTES);
	CHECK_EQ(munmap(p, BYTES), 0);
}

TEST("memory that is unmapped stays pinned for the engine")
{
	struct rig r = rig_on(sim_make("t-user", "latency_ns=200000000", NULL), DMACTL_BUF_PAGES,
			      RIG_BYTES);
	u8 *p = anonymous(BYTES);
	u32 buf = user_buf(r.fd, p, BYTES);
	struct dmactl_op op = op_copy(r.chan, buf, 0, r.src, 0, BYTES);
	struct dmactl_op back = op_copy(r.chan, r.dst, 0, buf, 0, BYTES);
	struct dmactl_completion c;

	memset(p, POISON, BYTES);
	dm_submit_all(r.fd, &op, 1);
	CHECK_EQ(munmap(p, BYTES), 0);
	dm_reap_all(r.fd, &c, 1);
	check_ok(&c);
	dm_submit_all(r.fd, &back, 1);
	CHECK_EQ(dm_buf_destroy(r.fd, buf), 0);
	dm_reap_all(r.fd, &c, 1);
	check_ok(&c);
	CHECK_MEM(r.pdst, r.psrc, BYTES);
}

TEST("memory that cannot be pinned is refused, and nothing is left of it")
{
	int fd = dm_open();
	u8 *p = anonymous(BYTES),
	   *ro = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct dmactl_buf_create a;

	a = user_arg(p + 1, 4096);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), -EINVAL);
	a = user_arg(p, 4095);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), -EINVAL);
	a = user_arg(NULL, 4096);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), -EFAULT);
	a = user_arg((void *)(uintptr_t)-4096, 4096);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), -EFAULT);
	a = user_arg(ro, 4096);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), -EFAULT);
	CHECK_EQ(munmap(p + 8192, 4096), 0);
	a = user_arg(p, BYTES);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), -EFAULT);
	a = dm_buf_arg(DMACTL_BUF_USER, 1, 4096);
	a.address = (uintptr_t)p;
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), -EINVAL);
	a = dm_buf_arg(DMACTL_BUF_PAGES, DMACTL_NONE, 4096);
	a.address = 4096;
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), -EINVAL);
	CHECK_EQ(dm_try_claim(fd, "nothing"), -ENOENT);
}

/* Both could be mapped for a device at a time, which the DMA API forbids. */
TEST("a page is in one buffer at a time, of whatever session")
{
	int mem = memfd_create("twice", MFD_CLOEXEC), one = dm_open(), other = dm_open();
	struct dmactl_buf_create a;
	u8 *p, *again;
	u32 first;

	CHECK_EQ(ftruncate(mem, BYTES), 0);
	p = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, mem, 0);
	again = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, mem, 0);
	CHECK(p != MAP_FAILED && again != MAP_FAILED);
	first = user_buf(one, p, 8192);
	a = user_arg(p + 4096, 8192);
	CHECK_EQ(dm_ioctl(one, DMACTL_IOC_BUF_CREATE, &a), -EBUSY);
	a = user_arg(again, 4096);
	CHECK_EQ(dm_ioctl(other, DMACTL_IOC_BUF_CREATE, &a), -EBUSY);
	/* What was refused has taken nothing, and what is given up is free again. */
	user_buf(other, p + 8192, 8192);
	CHECK_EQ(dm_buf_destroy(one, first), 0);
	user_buf(other, again, 8192);
	CHECK_EQ(mmap(p + 6 * 4096, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, mem,
		      7 * 4096) == MAP_FAILED,
		 0);
	a = user_arg(p + 6 * 4096, 8192); /* the same page twice in one */
	CHECK_EQ(dm_ioctl(one, DMACTL_IOC_BUF_CREATE, &a), -EBUSY);
}

TEST("neither kind can be mapped through the session")
{
	struct rig r = rig_on(sim_make("t-user", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	u8 *p = anonymous(BYTES);
	u32 buf = user_buf(r.fd, p, BYTES);

	errno = 0;
	CHECK(mmap(NULL, 4096, PROT_READ, MAP_SHARED, r.fd, (off_t)buf << 32) == MAP_FAILED);
	CHECK_EQ(errno, EINVAL);
}

/* A dma-buf over a memfd. */
static int make_udmabuf(int session, u8 **p)
{
	struct udmabuf_create create = { .size = BYTES };
	int dev = open("/dev/udmabuf", O_RDWR), mem, fd;

	if (!(dm_info(session).features & DMACTL_FEAT_DMABUF))
		SKIP("this kernel has no dma-bufs");
	if (dev < 0)
		SKIP("this kernel has no udmabuf");
	mem = memfd_create("t", MFD_ALLOW_SEALING);
	CHECK(mem >= 0);
	CHECK_EQ(ftruncate(mem, BYTES), 0);
	CHECK_EQ(fcntl(mem, F_ADD_SEALS, F_SEAL_SHRINK), 0);
	*p = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, mem, 0);
	CHECK(*p != MAP_FAILED);
	create.memfd = (u32)mem;
	fd = ioctl(dev, UDMABUF_CREATE, &create);
	CHECK(fd >= 0);
	close(dev);
	close(mem);
	return fd;
}

TEST("a dma-buf is written through its own attachment, and goes when nobody names it")
{
	struct rig r = rig_on(sim_make("t-dmabuf", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_buf_create a = dm_buf_arg(DMACTL_BUF_DMABUF, DMACTL_NONE, BYTES);
	struct sim two = sim_make("t-dmabuf2", NULL);
	u32 first = r.chan;
	u8 *p;

	a.fd = make_udmabuf(r.fd, &p);
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_BUF_CREATE, &a), 0);
	close(a.fd);
	copy_and_check(&r, a.buffer, p);
	/* To another device: attached anew. */
	r.chan = dm_claim(r.fd, sim_chan(&two, 0));
	CHECK(r.chan != first);
	copy_and_check(&r, a.buffer, p);
	CHECK_EQ(sim_unbind(&two), 0);
	r.chan = first;
	copy_and_check(&r, a.buffer, p);
	CHECK_EQ(dm_buf_destroy(r.fd, a.buffer), 0);
}

TEST("a descriptor that is no dma-buf, or a dma-buf that is smaller, is refused")
{
	struct dmactl_buf_create a = dm_buf_arg(DMACTL_BUF_DMABUF, DMACTL_NONE, BYTES);
	int fd = dm_open();
	u8 *p;

	if (!(dm_info(fd).features & DMACTL_FEAT_DMABUF))
		SKIP("this kernel has no dma-bufs");
	a.fd = -1;
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), -EBADF);
	a.fd = fd;
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), -EINVAL);
	a.fd = make_udmabuf(fd, &p);
	a.bytes = BYTES + 1;
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), -ERANGE);
}

TEST("a dma-buf that is only for reading is refused")
{
	struct dmactl_buf_create a = dm_buf_arg(DMACTL_BUF_DMABUF, DMACTL_NONE, BYTES);
	struct dma_heap_allocation_data heap = { .len = BYTES, .fd_flags = O_RDONLY };
	int fd = dm_open(), dev = open("/dev/dma_heap/system", O_RDONLY);

	if (dev < 0)
		SKIP("this kernel has no /dev/dma_heap/system");
	CHECK_EQ(ioctl(dev, DMA_HEAP_IOCTL_ALLOC, &heap), 0);
	a.fd = (int)heap.fd;
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), -EACCES);
	heap.fd_flags = O_RDWR;
	heap.fd = 0;
	CHECK_EQ(ioctl(dev, DMA_HEAP_IOCTL_ALLOC, &heap), 0);
	a.fd = (int)heap.fd;
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), 0);
}

/* Whether the page is to be kept, in the kernel's eyes: KPF_DIRTY; or the case is skipped. */
static bool page_dirty(const void *p)
{
	int map = open("/proc/self/pagemap", O_RDONLY), flags = open("/proc/kpageflags", O_RDONLY);
	u64 entry, bits;

	if (map < 0 || flags < 0)
		SKIP("this kernel does not tell about its pages");
	CHECK_EQ(pread(map, &entry, 8, (off_t)((uintptr_t)p / 4096 * 8)), 8);
	CHECK(entry >> 63);
	CHECK_EQ(pread(flags, &bits, 8, (off_t)((entry & ((1ULL << 55) - 1)) * 8)), 8);
	close(map);
	close(flags);
	return bits & 1 << 4;
}

TEST("what an engine has written is dirty when it is unpinned, and so not dropped")
{
	struct rig r = rig_on(sim_make("t-dirty", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	u8 *p = anonymous(BYTES);
	u32 buf = user_buf(r.fd, p, BYTES);

	copy_and_check(&r, buf, p);
	/* From here on the kernel may drop what was not written since. */
	CHECK_EQ(madvise(p, BYTES, MADV_FREE), 0);
	CHECK(!page_dirty(p) && !page_dirty(p + BYTES - 4096));
	CHECK_EQ(dm_buf_destroy(r.fd, buf), 0);
	CHECK_SOON(page_dirty(p));
	CHECK(page_dirty(p + BYTES - 4096));
	CHECK_MEM(p + 100, r.psrc + 37, BYTES - 200);
}

TEST("shared memory that an engine has written is the file's, whoever reads it and when")
{
	struct rig r = rig_on(sim_make("t-shmem", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	int mem = memfd_create("t", 0);
	static u8 got[BYTES];
	u32 buf;
	u8 *p;

	CHECK(mem >= 0);
	CHECK_EQ(ftruncate(mem, BYTES), 0);
	p = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, mem, 0);
	CHECK(p != MAP_FAILED);
	buf = user_buf(r.fd, p, BYTES);
	copy_and_check(&r, buf, p);
	CHECK_EQ(munmap(p, BYTES), 0);
	CHECK_EQ(pread(mem, got, BYTES, 0), BYTES);
	CHECK_MEM(got + 100, r.psrc + 37, BYTES - 200);
	CHECK_EQ(dm_buf_destroy(r.fd, buf), 0);
	CHECK_EQ(fsync(mem), 0);
	CHECK_EQ(pread(mem, got, BYTES, 0), BYTES);
	CHECK_MEM(got + 100, r.psrc + 37, BYTES - 200);
}

/* A file that is on another disk than memory: the host's, where there is one. */
static int host_file(void)
{
	char path[] = "/run/dmactl-t/tmp/dmactl-test.XXXXXX";
	int fd;

	if (!access("/sys/kernel/debug/kmemleak", F_OK))
		SKIP("to mount hostfs leaks its path, and this kernel would say so");
	mkdir("/run/dmactl-t", 0700);
	if (mount("none", "/run/dmactl-t", "hostfs", 0, "/"))
		SKIP("no file system here that writes back");
	fd = mkstemp(path);
	if (fd >= 0)
		CHECK_EQ(unlink(path), 0);
	CHECK_EQ(umount2("/run/dmactl-t", MNT_DETACH), 0);
	CHECK(fd >= 0);
	return fd;
}

TEST("a file that has to be written back is not pinned; a private copy of it is")
{
	int fd = dm_open(), file = host_file();
	struct dmactl_buf_create a;
	u8 *shared, *own, byte = 1;

	CHECK_EQ(ftruncate(file, BYTES), 0);
	shared = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	own = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
	CHECK(shared != MAP_FAILED && own != MAP_FAILED);
	a = user_arg(shared, BYTES);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), -EFAULT);
	a = user_arg(own, BYTES);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &a), 0);
	own[0] = 99;
	CHECK_EQ(pread(file, &byte, 1, 0), 1);
	CHECK_EQ(byte, 0);
}
