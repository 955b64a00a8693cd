// SPDX-License-Identifier: GPL-2.0
/* The calls of /dev/dmactl, as tests want them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dm.h"

int dm_open(void)
{
	int fd = open(NODE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		FAIL("%s: %s", NODE, strerror(errno));
	return fd;
}

int dm_ioctl(int fd, unsigned long nr, const void *arg)
{
	int ret = ioctl(fd, nr, arg);

	return ret < 0 ? -errno : ret;
}

struct dmactl_info dm_info(int fd)
{
	struct dmactl_info info;

	POISONED(info);
	CHECK_EQ(dm_ioctl(fd, DMACTL_IOC_INFO, &info), 0);
	return info;
}

struct dmactl_claim dm_claim_arg(const char *name, u64 operations)
{
	struct dmactl_claim c;

	POISONED(c);
	c.flags = 0;
	c.operations = operations;
	memset(c.name, 0, sizeof(c.name));
	strncpy(c.name, name, sizeof(c.name) - 1);
	return c;
}

int dm_try_claim(int fd, const char *name)
{
	struct dmactl_claim c = dm_claim_arg(name, 0);

	return dm_ioctl(fd, DMACTL_IOC_CLAIM, &c);
}

u32 dm_claim(int fd, const char *name)
{
	struct dmactl_claim c = dm_claim_arg(name, 0);
	int err = dm_ioctl(fd, DMACTL_IOC_CLAIM, &c);

	if (err)
		FAIL("CLAIM %s: %s", name, strerror(-err));
	return c.channel;
}

int dm_release(int fd, u32 chan)
{
	struct dmactl_release r = { .size = sizeof(r), .channel = chan };

	return dm_ioctl(fd, DMACTL_IOC_RELEASE, &r);
}

struct dmactl_buf_create dm_buf_arg(u32 kind, u32 chan, u64 bytes)
{
	struct dmactl_buf_create b;

	POISONED(b);
	b.kind = kind;
	b.flags = 0;
	b.channel = chan;
	b.bytes = bytes;
	b.address = 0;
	b.fd = 0;
	b.node = DMACTL_NONE;
	b.reserved = 0;
	return b;
}

u32 dm_buf(int fd, u32 kind, u32 chan, u64 bytes, void **map)
{
	struct dmactl_buf_create b = dm_buf_arg(kind, chan, bytes);
	int err = dm_ioctl(fd, DMACTL_IOC_BUF_CREATE, &b);

	if (err)
		FAIL("BUF_CREATE of %llu bytes, kind %u: %s", (unsigned long long)bytes, kind,
		     strerror(-err));
	if (!map)
		return b.buffer;
	*map = mmap(NULL, b.mapped, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)b.offset);
	if (*map == MAP_FAILED)
		FAIL("mmap of %llu bytes: %s", (unsigned long long)b.mapped, strerror(errno));
	return b.buffer;
}

int dm_buf_destroy(int fd, u32 buf)
{
	struct dmactl_buf_destroy d = { .size = sizeof(d), .buffer = buf };

	return dm_ioctl(fd, DMACTL_IOC_BUF_DESTROY, &d);
}

int dm_sync(int fd, u32 buf, u32 direction, u64 offset, u64 len)
{
	struct dmactl_buf_sync s = {
		.size = sizeof(s),
		.buffer = buf,
		.direction = direction,
		.offset = offset,
		.len = len,
	};

	return dm_ioctl(fd, DMACTL_IOC_BUF_SYNC, &s);
}

struct dmactl_op op_copy(u32 chan, u32 dst, u64 doff, u32 src, u64 soff, u64 len)
{
	return (struct dmactl_op){
		.opcode = DMACTL_OP_MEMCPY,
		.channel = chan,
		.len = len,
		.dst = { .buffer = dst, .offset = doff },
		.src = { .buffer = src, .offset = soff },
	};
}

struct dmactl_op op_fill(u32 chan, u32 dst, u64 doff, u64 len, u32 value)
{
	return (struct dmactl_op){
		.opcode = DMACTL_OP_MEMSET,
		.channel = chan,
		.len = len,
		.value = value,
		.dst = { .buffer = dst, .offset = doff },
	};
}

struct dmactl_op op_interrupt(u32 chan)
{
	return (struct dmactl_op){ .opcode = DMACTL_OP_INTERRUPT, .channel = chan };
}

int dm_submit(int fd, const struct dmactl_op *ops, u32 n, struct dmactl_submit *s)
{
	struct dmactl_submit own = { 0 }, *p = s ? s : &own;
	u64 timeout = p->timeout_ns;
	u32 kick = p->kick;

	POISONED(*p);
	p->flags = 0;
	p->op_size = sizeof(*ops);
	p->nr_ops = n;
	p->ops = (uintptr_t)ops;
	p->kick = kick;
	p->timeout_ns = timeout;
	return dm_ioctl(fd, DMACTL_IOC_SUBMIT, p);
}

void dm_submit_all(int fd, const struct dmactl_op *ops, u32 n)
{
	struct dmactl_submit s = { .timeout_ns = PATIENCE };

	CHECK_EQ(dm_submit(fd, ops, n, &s), 0);
	CHECK_EQ(s.submitted, n);
	CHECK_EQ(s.bad_op, n);
	CHECK_EQ(s.why, DMACTL_WHY_NONE);
}

int dm_reap(int fd, struct dmactl_completion *c, u32 max, u32 min, u64 timeout_ns)
{
	struct dmactl_reap r;
	int err;

	POISONED(r);
	r.flags = 0;
	r.comp_size = sizeof(*c);
	r.max = max;
	r.min = min;
	r.comps = (uintptr_t)c;
	r.timeout_ns = timeout_ns;
	err = dm_ioctl(fd, DMACTL_IOC_REAP, &r);
	if (err)
		return err;
	CHECK(r.taken <= max);
	return (int)r.taken;
}

void dm_reap_all(int fd, struct dmactl_completion *c, u32 n)
{
	u32 got = 0;

	while (got < n) {
		int ret = dm_reap(fd, c + got, n - got, n - got, 20 * slow() * SEC);

		if (ret <= 0)
			FAIL("%u of %u completions came, then: %s", got, n, strerror(-ret));
		got += (u32)ret;
	}
}

void check_ok(const struct dmactl_completion *c)
{
	CHECK_EQ(c->result, DMACTL_RES_OK);
	CHECK_EQ(c->flags, 0);
	CHECK_EQ(c->residue, 0);
	CHECK(c->t0);
	CHECK(c->t0 <= c->t1);
	CHECK(c->t1 <= c->t3);
	if (c->t2)
		CHECK(c->t1 <= c->t2);
	CHECK(c->t3 <= clock_ns());
}

struct dmactl_run dm_run_arg(const struct dmactl_op *ops, u32 n)
{
	struct dmactl_run r;

	POISONED(r);
	r.flags = 0;
	r.op_size = sizeof(*ops);
	r.nr_ops = n;
	r.ops = (uintptr_t)ops;
	r.count = 64;
	r.time_ns = 0;
	r.depth = 4;
	r.kick = 1;
	r.timeout_ns = PATIENCE;
	r.interval_ns = 0;
	r.samples = DMACTL_NONE;
	r.nr_samples = 0;
	return r;
}

void fill_pattern(void *p, size_t len, u32 seed)
{
	u8 *b = p;
	size_t i;

	for (i = 0; i < len; i++)
		b[i] = (u8)((i * 167 + (i >> 8) * 59 + seed * 101 + 7) ^ (seed >> 8));
}

struct rig rig_on(struct sim sim, u32 kind, u64 bytes)
{
	struct rig r = { .sim = sim, .bytes = bytes };

	r.fd = dm_open();
	r.chan = dm_claim(r.fd, sim_chan(&sim, 0));
	r.src = dm_buf(r.fd, kind, r.chan, bytes, (void **)&r.psrc);
	r.dst = dm_buf(r.fd, kind, r.chan, bytes, (void **)&r.pdst);
	CHECK(r.src != r.dst);
	fill_pattern(r.psrc, bytes, r.src);
	memset(r.pdst, POISON, bytes);
	return r;
}

void rig_close(struct rig *r)
{
	CHECK_EQ(munmap(r->psrc, r->bytes) | munmap(r->pdst, r->bytes), 0);
	CHECK_EQ(close(r->fd), 0);
}

void rig_works(struct rig *r)
{
	struct dmactl_op op = op_copy(r->chan, r->dst, 0, r->src, 0, r->bytes);
	struct dmactl_completion c;

	fill_pattern(r->psrc, r->bytes, (u32)clock_ns());
	memset(r->pdst, POISON, r->bytes);
	CHECK_EQ(dm_sync(r->fd, r->src, DMACTL_SYNC_DEVICE, 0, r->bytes), 0);
	CHECK_EQ(dm_sync(r->fd, r->dst, DMACTL_SYNC_DEVICE, 0, r->bytes), 0);
	dm_submit_all(r->fd, &op, 1);
	dm_reap_all(r->fd, &c, 1);
	check_ok(&c);
	CHECK_EQ(dm_sync(r->fd, r->dst, DMACTL_SYNC_CPU, 0, r->bytes), 0);
	CHECK_MEM(r->pdst, r->psrc, r->bytes);
}

int dm_udmabuf(u32 pages)
{
	enum { APART = 16 };
	struct udmabuf_create_list *create =
		calloc(1, sizeof(*create) + pages * sizeof(create->list[0]));
	int dev = open("/dev/udmabuf", O_RDWR | O_CLOEXEC), fd, memory;

	CHECK(create && dev >= 0);
	memory = memfd_create("dmactl", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	CHECK_EQ(fallocate(memory, 0, 0, 4096L * APART * pages), 0);
	CHECK_EQ(fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK), 0);
	for (create->count = 0; create->count < pages; create->count++)
		create->list[create->count] = (struct udmabuf_create_item){
			.memfd = (u32)memory,
			.offset = 4096UL * APART * create->count,
			.size = 4096,
		};
	fd = ioctl(dev, UDMABUF_CREATE_LIST, create);
	CHECK(fd >= 0);
	CHECK_EQ(close(dev) | close(memory), 0);
	free(create);
	return fd;
}
