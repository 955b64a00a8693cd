// SPDX-License-Identifier: GPL-2.0
/* Mappings of buffers: bounds, fork, splitting, outliving the id and the session. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dm.h"

#define PAGE	4096UL

struct area {
	int fd;
	u32 chan;
	struct dmactl_buf_create b;
};

static const u32 kinds[] = { DMACTL_BUF_PAGES, DMACTL_BUF_COHERENT, DMACTL_BUF_SAMPLES };

static struct area make(u32 kind, u64 bytes)
{
	struct area a = { .fd = dm_open(), .chan = DMACTL_NONE };

	if (kind == DMACTL_BUF_COHERENT) {
		static struct sim sim;

		if (!sim.dev[0])
			sim = sim_make("t-map", "channels=8", NULL);
		a.chan = dm_claim(a.fd, sim_chan(&sim, 0));
	}
	a.b = dm_buf_arg(kind, a.chan, bytes);
	CHECK_EQ(dm_ioctl(a.fd, DMACTL_IOC_BUF_CREATE, &a.b), 0);
	return a;
}

static void *map(const struct area *a, u64 from, u64 bytes)
{
	return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, a->fd,
		    (off_t)(a->b.offset + from));
}

/* The signal that ends a child that runs @fn(@p), or 0. */
static int signal_of(void (*fn)(u8 *p), u8 *p)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		fn(p);
		_exit(0);
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void touch(u8 *p)
{
	*(volatile u8 *)p = 1;
}

TEST("a mapping may be a part of the buffer, at its right place")
{
	size_t k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct area a = make(kinds[k], 16 * PAGE);
		u8 *all = map(&a, 0, 16 * PAGE), *part = map(&a, 5 * PAGE, 3 * PAGE);
		u8 *odd = map(&a, 15 * PAGE, 1);

		CHECK(all != MAP_FAILED && part != MAP_FAILED && odd != MAP_FAILED);
		fill_pattern(all, 16 * PAGE, 3);
		CHECK_MEM(part, all + 5 * PAGE, 3 * PAGE);
		CHECK_MEM(odd, all + 15 * PAGE, PAGE);
		part[PAGE] ^= 0xff;
		CHECK_EQ(all[6 * PAGE], part[PAGE]);
		close(a.fd);
		munmap(all, 16 * PAGE);
		munmap(part, 3 * PAGE);
		munmap(odd, PAGE);
		sim_remove_all();
	}
}

TEST("a mapping beyond the buffer is refused")
{
	size_t k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct area a = make(kinds[k], 3 * PAGE);

		CHECK(map(&a, 0, 4 * PAGE) == MAP_FAILED);
		CHECK(map(&a, 0, 3 * PAGE + 1) == MAP_FAILED);
		CHECK(map(&a, PAGE, 3 * PAGE) == MAP_FAILED);
		CHECK(map(&a, 3 * PAGE, PAGE) == MAP_FAILED);
		CHECK(map(&a, 1ULL << 40, PAGE) == MAP_FAILED);
		CHECK(map(&a, 0, 1ULL << 40) == MAP_FAILED);
		CHECK(map(&a, 0x7fffffffff000ULL, PAGE) == MAP_FAILED);
		CHECK_EQ(dm_buf_destroy(a.fd, a.b.buffer), 0);
		CHECK(map(&a, 0, PAGE) == MAP_FAILED);
		CHECK_EQ(close(a.fd), 0);
	}
}

TEST("a private mapping is refused")
{
	struct area a = make(DMACTL_BUF_PAGES, 2 * PAGE);

	CHECK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, a.fd, (off_t)a.b.offset) ==
	      MAP_FAILED);
	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, a.fd, (off_t)a.b.offset) == MAP_FAILED);
}

TEST("another session's buffer cannot be mapped")
{
	struct area a = make(DMACTL_BUF_PAGES, PAGE);
	int other = dm_open();

	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, other, (off_t)a.b.offset) == MAP_FAILED);
}

TEST("a mapping cannot be made longer")
{
	struct area a = make(DMACTL_BUF_PAGES, 8 * PAGE);
	u8 *p = map(&a, 0, 2 * PAGE);

	CHECK(p != MAP_FAILED);
	CHECK(mremap(p, 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED);
	CHECK(mremap(p, 2 * PAGE, 100 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED);
	touch(p + 2 * PAGE - 1);
}

TEST("a moved mapping shows the same memory")
{
	struct area a = make(DMACTL_BUF_PAGES, 4 * PAGE);
	u8 *p = map(&a, 0, 4 * PAGE), *to, *q = map(&a, 0, 4 * PAGE);

	CHECK(p != MAP_FAILED && q != MAP_FAILED);
	to = mmap(NULL, 4 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fill_pattern(p, 4 * PAGE, 9);
	p = mremap(p, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	if (p == MAP_FAILED)
		return;		/* refusing is right as well */
	CHECK(p == to);
	CHECK_MEM(p, q, 4 * PAGE);
	CHECK_EQ(dm_buf_destroy(a.fd, a.b.buffer), 0);
	CHECK_EQ(munmap(q, 4 * PAGE), 0);
	touch(p);
	CHECK_EQ(munmap(p, 4 * PAGE), 0);
}

TEST("a child does not inherit the mapping")
{
	size_t k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct area a = make(kinds[k], PAGE);
		u8 *p = map(&a, 0, PAGE);

		CHECK(p != MAP_FAILED);
		touch(p);
		CHECK_EQ(signal_of(touch, p), SIGSEGV);
		touch(p);
		CHECK_EQ(close(a.fd), 0);
		CHECK_EQ(munmap(p, PAGE), 0);
	}
}

TEST("a mapping that madvise gives to the child does no harm")
{
	struct area a = make(DMACTL_BUF_PAGES, 2 * PAGE);
	u8 *p = map(&a, 0, 2 * PAGE);
	int status;
	pid_t pid;

	CHECK(p != MAP_FAILED);
	if (madvise(p, 2 * PAGE, MADV_DOFORK)) {
		CHECK_EQ(signal_of(touch, p), SIGSEGV);
		return;
	}
	pid = fork();
	if (!pid) {
		sleep_ms(50);
		touch(p);
		munmap(p, PAGE);
		touch(p + PAGE);
		_exit(0);
	}
	CHECK_EQ(dm_buf_destroy(a.fd, a.b.buffer), 0);
	CHECK_EQ(munmap(p, 2 * PAGE), 0);
	CHECK_EQ(close(a.fd), 0);
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK(!WIFSIGNALED(status) || WTERMSIG(status) == SIGSEGV);
}

TEST("a mapping is not dumped, not inherited and not extended, as smaps says")
{
	struct area a = make(DMACTL_BUF_PAGES, PAGE);
	u8 *p = map(&a, 0, PAGE);
	static char text[1 << 18];
	char start[32], *at;

	CHECK(p != MAP_FAILED);
	if (read_file("/proc/self/smaps", text, sizeof(text)) <= 0)
		SKIP("this kernel has no smaps");
	snprintf(start, sizeof(start), "%lx-", (unsigned long)p);
	at = strstr(text, start);
	CHECK(at);
	at = strstr(at, "VmFlags:");
	CHECK(at);
	*strchr(at, '\n') = 0;
	CHECK(strstr(at, " dc") && strstr(at, " de") && strstr(at, " dd"));
}

TEST("a mapping that is cut in the middle stays whole at both ends")
{
	size_t k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct area a = make(kinds[k], 9 * PAGE);
		u8 *p = map(&a, 0, 9 * PAGE);

		CHECK(p != MAP_FAILED);
		fill_pattern(p, 9 * PAGE, 5);
		CHECK_EQ(munmap(p + 3 * PAGE, 3 * PAGE), 0);
		CHECK_EQ(signal_of(touch, p + 4 * PAGE), SIGSEGV);
		CHECK_EQ(dm_buf_destroy(a.fd, a.b.buffer), 0);
		CHECK_EQ(munmap(p, PAGE), 0);
		touch(p + PAGE);
		touch(p + 9 * PAGE - 1);
		CHECK_EQ(close(a.fd), 0);
		touch(p + 2 * PAGE);
		CHECK_EQ(munmap(p + 8 * PAGE, PAGE), 0);
		CHECK_EQ(munmap(p + PAGE, 2 * PAGE), 0);
		touch(p + 6 * PAGE);
		CHECK_EQ(munmap(p + 6 * PAGE, 2 * PAGE), 0);
	}
}

TEST("a mapping outlives the id and the session, and keeps its data")
{
	size_t k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct area a = make(kinds[k], 4 * PAGE);
		u8 *p = map(&a, 0, 4 * PAGE), *want = malloc(4 * PAGE), *p2;
		int fd = dm_open(), i;

		CHECK(p != MAP_FAILED);
		fill_pattern(p, 4 * PAGE, 11);
		memcpy(want, p, 4 * PAGE);
		CHECK_EQ(dm_buf_destroy(a.fd, a.b.buffer), 0);
		CHECK_EQ(close(a.fd), 0);
		/* Whoever gets memory now must not get this. */
		for (i = 0; i < 16; i++) {
			dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, 4 * PAGE, (void **)&p2);
			memset(p2, 0xee, 4 * PAGE);
		}
		CHECK_MEM(p, want, 4 * PAGE);
		CHECK_EQ(munmap(p, 4 * PAGE), 0);
		CHECK_EQ(close(fd), 0);
	}
}

TEST("a mapping ends with the process that holds it, in any order")
{
	int i;

	for (i = 0; i < 20; i++) {
		int status;
		pid_t pid = fork();

		if (!pid) {
			struct area a =
				make(i % 2 ? DMACTL_BUF_COHERENT : DMACTL_BUF_PAGES, 64 * PAGE);
			u8 *p = map(&a, 0, 64 * PAGE);

			memset(p, i, 64 * PAGE);
			if (i & 2)
				close(a.fd);
			if (i & 4)
				munmap(p + 8 * PAGE, PAGE);
			raise(SIGKILL);
		}
		CHECK_EQ(waitpid(pid, &status, 0), pid);
		CHECK_EQ(WTERMSIG(status), SIGKILL);
		sim_remove_all();
	}
}

TEST("a mapping may be the target of read and the source of write")
{
	struct area a = make(DMACTL_BUF_PAGES, 4 * PAGE);
	u8 *p = map(&a, 0, 4 * PAGE), back[512];
	int pipes[2];
	struct iovec iov = { p, 2 * PAGE };

	CHECK(p != MAP_FAILED);
	fill_pattern(p, 4 * PAGE, 21);
	CHECK_EQ(pipe(pipes), 0);
	CHECK_EQ(write(pipes[1], p + 100, 512), 512);
	CHECK_EQ(read(pipes[0], back, 512), 512);
	CHECK_MEM(back, p + 100, 512);
	CHECK_EQ(write(pipes[1], back, 512), 512);
	CHECK_EQ(read(pipes[0], p + 8000, 512), 512);
	CHECK_MEM(p + 8000, back, 512);
	/* Pages that a pipe holds on to, or a refusal; then the buffer goes first. */
	if (vmsplice(pipes[1], &iov, 1, 0) > 0)
		CHECK(read(pipes[0], back, 256) == 256);
	CHECK_EQ(munmap(p, 4 * PAGE), 0);
	CHECK_EQ(close(a.fd), 0);
	while (fcntl(pipes[0], F_SETFL, O_NONBLOCK) == 0 && read(pipes[0], back, 512) > 0)
		;
}

TEST("RELEASE of the channel is EBUSY while a coherent buffer of it is mapped")
{
	struct area a = make(DMACTL_BUF_COHERENT, 2 * PAGE);
	u8 *p = map(&a, 0, 2 * PAGE);

	CHECK(p != MAP_FAILED);
	CHECK_EQ(dm_buf_destroy(a.fd, a.b.buffer), 0);
	CHECK_EQ(dm_release(a.fd, a.chan), -EBUSY);
	touch(p);
	CHECK_EQ(munmap(p, 2 * PAGE), 0);
	CHECK_SOON(dm_release(a.fd, a.chan) == 0);
}
