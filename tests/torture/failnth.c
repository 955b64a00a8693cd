// SPDX-License-Identifier: GPL-2.0
/* Every allocation, and every copy from and to the caller, fails once: /dev/dmactl. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fail.h"
#include "kinds.h"
#include "ring.h"

#define FEW    "descriptors=24", "channels=2" /* each descriptor is an allocation of its own */
#define BYTES  (4 * 4096U)
#define COPIES 4

static struct {
	struct sim sim;	 /* one for all of a case */
	struct stream t; /* what is made afresh each time; t.r is the rig */
	int fd;
	unsigned long nr; /* the ioctl */
	void *arg;
	union {
		struct dmactl_info info;
		struct dmactl_claim claim;
		struct dmactl_release release;
		struct dmactl_config config;
		struct dmactl_buf_create buf;
		struct dmactl_buf_destroy destroy;
		struct dmactl_buf_sync sync;
		struct dmactl_submit submit;
		struct dmactl_run run;
		struct dmactl_reap reap;
		struct dmactl_stream stream;
	} a;
	struct kind kind;
	struct dmactl_op ops[COPIES];
	struct dmactl_dep deps[COPIES];
	struct dmactl_completion comps[COPIES];
	u8 *user; /* memory of our own */
	void *map;
} w;

#define RIG (w.t.r)

static void ioctl_is(unsigned long nr, size_t len)
{
	w.nr = nr;
	w.arg = &w.a;
	fail_watch(&w.a, len);
}

static int fire_ioctl(u32 v)
{
	(void)v;
	return dm_ioctl(RIG.fd, w.nr, w.arg);
}

static void begin_rig(u32 v)
{
	(void)v;
	RIG = rig_on(w.sim, DMACTL_BUF_PAGES, BYTES);
}

static void end_rig(u32 v, bool whole)
{
	(void)v;
	(void)whole;
	rig_close(&RIG);
}

static void begin_none(u32 v)
{
	(void)v;
}

static int fire_open(u32 v)
{
	(void)v;
	w.fd = open(NODE, O_RDWR | O_CLOEXEC);
	return w.fd < 0 ? -errno : 0;
}

static void end_open(u32 v, bool whole)
{
	(void)v;
	(void)whole;
	CHECK_EQ(close(w.fd), 0);
}

static void begin_session(u32 v)
{
	(void)v;
	RIG = (struct rig){ .fd = dm_open() };
}

static void end_session(u32 v, bool whole)
{
	(void)v;
	(void)whole;
	CHECK_EQ(close(RIG.fd), 0);
}

static void begin_info(u32 v)
{
	begin_session(v);
	POISONED(w.a.info);
	ioctl_is(DMACTL_IOC_INFO, sizeof(w.a.info));
}

static void begin_claim(u32 v)
{
	begin_session(v);
	w.a.claim = dm_claim_arg(sim_chan(&w.sim, 0), 0);
	ioctl_is(DMACTL_IOC_CLAIM, sizeof(w.a.claim));
}

static void begin_release(u32 v)
{
	begin_session(v);
	w.a.release = (struct dmactl_release){
		.size = sizeof(w.a.release),
		.channel = dm_claim(RIG.fd, sim_chan(&w.sim, 0)),
	};
	ioctl_is(DMACTL_IOC_RELEASE, sizeof(w.a.release));
}

static void begin_config(u32 endpoint)
{
	begin_rig(0);
	w.a.config = (struct dmactl_config){
		.size = sizeof(w.a.config),
		.channel = RIG.chan,
		.endpoint = endpoint,
		.src_width = 4,
		.dst_width = 4,
		.buffer = endpoint == DMACTL_EP_BUFFER ? RIG.dst : 0,
	};
	ioctl_is(DMACTL_IOC_CONFIG, sizeof(w.a.config));
}

static int fire_close(u32 v)
{
	(void)v;
	return close(RIG.fd) ? -errno : 0;
}

static void begin_close(u32 unmapped)
{
	begin_rig(0);
	dm_buf(RIG.fd, DMACTL_BUF_COHERENT, RIG.chan, 4096, NULL);
	if (unmapped)
		CHECK_EQ(munmap(RIG.psrc, BYTES) | munmap(RIG.pdst, BYTES), 0);
}

static void end_close(u32 unmapped, bool whole)
{
	(void)whole;
	if (!unmapped)
		CHECK_EQ(munmap(RIG.psrc, BYTES) | munmap(RIG.pdst, BYTES), 0);
}

TEST("open, close, INFO, CLAIM, RELEASE, CONFIG, fdinfo")
{
	static const struct fail_path paths[] = {
		{ "open", 0, 0, begin_none, fire_open, end_open },
		{ "INFO", 0, 0, begin_info, fire_ioctl, end_session },
		{ "CLAIM", 0, 0, begin_claim, fire_ioctl, end_session },
		{ "RELEASE", 0, 0, begin_release, fire_ioctl, end_session },
		{ "CONFIG source", 0, DMACTL_EP_SOURCE, begin_config, fire_ioctl, end_rig },
		{ "CONFIG buffer", 0, DMACTL_EP_BUFFER, begin_config, fire_ioctl, end_rig },
		{ "close", FAIL_UNSEEN, 1, begin_close, fire_close, end_close },
		{ "close, then munmap", FAIL_UNSEEN, 0, begin_close, fire_close, end_close },
	};

	w.sim = sim_make("t-fail", FEW, NULL);
	fail_paths(paths, ARRAY_SIZE(paths));
}

static void *anonymous(void)
{
	void *p = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	memset(p, POISON, BYTES);
	return p;
}

static u64 buf_bytes;

static void begin_buf(u32 kind)
{
	bool of_chan = kind == DMACTL_BUF_PAGES || kind == DMACTL_BUF_COHERENT;

	begin_rig(0);
	w.a.buf = dm_buf_arg(kind, of_chan ? RIG.chan : DMACTL_NONE, buf_bytes);
	w.user = kind == DMACTL_BUF_USER ? anonymous() : NULL;
	w.a.buf.address = (uintptr_t)w.user;
	if (kind == DMACTL_BUF_DMABUF)
		w.a.buf.fd = dm_udmabuf(BYTES / 4096);
	ioctl_is(DMACTL_IOC_BUF_CREATE, sizeof(w.a.buf));
}

static void end_buf(u32 kind, bool whole)
{
	CHECK(w.a.buf.buffer != RIG.src && w.a.buf.buffer != RIG.dst);
	CHECK_EQ(dm_buf_destroy(RIG.fd, w.a.buf.buffer), 0);
	if (kind == DMACTL_BUF_DMABUF)
		CHECK_EQ(close(w.a.buf.fd), 0);
	if (w.user)
		CHECK_EQ(munmap(w.user, BYTES), 0);
	end_rig(kind, whole);
}

static void begin_destroy(u32 v)
{
	begin_rig(v);
	w.a.destroy = (struct dmactl_buf_destroy){ sizeof(w.a.destroy), RIG.src };
	ioctl_is(DMACTL_IOC_BUF_DESTROY, sizeof(w.a.destroy));
}

static void begin_sync(u32 direction)
{
	begin_rig(0);
	rig_works(&RIG);
	w.a.sync = (struct dmactl_buf_sync){
		.size = sizeof(w.a.sync),
		.buffer = RIG.src,
		.direction = direction,
		.len = BYTES,
	};
	ioctl_is(DMACTL_IOC_BUF_SYNC, sizeof(w.a.sync));
}

TEST("BUF_CREATE of each kind, BUF_DESTROY, BUF_SYNC")
{
	static const struct fail_path paths[] = {
		{ "BUF_CREATE pages", 0, DMACTL_BUF_PAGES, begin_buf, fire_ioctl, end_buf },
		{ "BUF_CREATE coherent", 0, DMACTL_BUF_COHERENT, begin_buf, fire_ioctl, end_buf },
		{ "BUF_CREATE samples", 0, DMACTL_BUF_SAMPLES, begin_buf, fire_ioctl, end_buf },
		{ "BUF_CREATE user", 0, DMACTL_BUF_USER, begin_buf, fire_ioctl, end_buf },
		{ "BUF_CREATE dma-buf", 0, DMACTL_BUF_DMABUF, begin_buf, fire_ioctl, end_buf },
		{ "BUF_DESTROY", 0, 0, begin_destroy, fire_ioctl, end_rig },
		{ "BUF_SYNC", 0, DMACTL_SYNC_CPU, begin_sync, fire_ioctl, end_rig },
		{ "BUF_SYNC", 0, DMACTL_SYNC_DEVICE, begin_sync, fire_ioctl, end_rig },
	};

	w.sim = sim_make("t-fail", FEW, NULL);
	buf_bytes = BYTES;
	fail_paths(paths, ARRAY_SIZE(paths));
	buf_bytes = 3 << 20;
	fail_paths(paths, 1);
}

static void begin_mmap(u32 kind)
{
	begin_rig(0);
	w.a.buf = dm_buf_arg(kind, kind == DMACTL_BUF_SAMPLES ? DMACTL_NONE : RIG.chan, BYTES);
	CHECK_EQ(dm_ioctl(RIG.fd, DMACTL_IOC_BUF_CREATE, &w.a.buf), 0);
}

static int fire_mmap(u32 v)
{
	(void)v;
	w.map = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, RIG.fd,
		     (off_t)w.a.buf.offset);
	return w.map == MAP_FAILED ? -errno : 0;
}

static void end_mmap(u32 v, bool whole)
{
	CHECK_BYTES(w.map, 0, BYTES);
	memset(w.map, POISON, BYTES);
	CHECK_EQ(munmap(w.map, BYTES), 0);
	end_rig(v, whole);
}

/* Far from everything else, so that page tables are missing as well. */
static void begin_fault(u32 kind)
{
	const size_t far = 8 << 20;
	u8 *area;

	begin_mmap(kind);
	area = mmap(NULL, 2 * far, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(area != MAP_FAILED);
	CHECK_EQ(munmap(area, 2 * far), 0);
	area = (u8 *)(((uintptr_t)area + far - 1) & ~(far - 1));
	w.map = mmap(area, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE, RIG.fd,
		     (off_t)w.a.buf.offset);
	CHECK(w.map == area);
}

/* The kernel tries again what had no memory: nobody is told. */
static int fire_fault(u32 v)
{
	(void)v;
	return *(volatile u8 *)w.map;
}

static int fire_munmap(u32 v)
{
	(void)v;
	return munmap(w.map, BYTES) ? -errno : 0;
}

TEST("mmap of each kind, page faults, munmap")
{
	static const struct fail_path paths[] = {
		{ "mmap pages", 0, DMACTL_BUF_PAGES, begin_mmap, fire_mmap, end_mmap },
		{ "mmap coherent", 0, DMACTL_BUF_COHERENT, begin_mmap, fire_mmap, end_mmap },
		{ "mmap samples", 0, DMACTL_BUF_SAMPLES, begin_mmap, fire_mmap, end_mmap },
		{ "page fault", 0, DMACTL_BUF_PAGES, begin_fault, fire_fault, end_mmap },
		{ "munmap", 0, DMACTL_BUF_PAGES, begin_fault, fire_munmap, end_rig },
	};

	w.sim = sim_make("t-fail", FEW, NULL);
	fail_paths(paths, ARRAY_SIZE(paths));
}

static void submit_is(const struct dmactl_op *ops, u32 n)
{
	POISONED(w.a.submit);
	w.a.submit.flags = 0;
	w.a.submit.op_size = sizeof(*ops);
	w.a.submit.nr_ops = n;
	w.a.submit.ops = (uintptr_t)ops;
	w.a.submit.kick = 0;
	w.a.submit.timeout_ns = 0;
	ioctl_is(DMACTL_IOC_SUBMIT, sizeof(w.a.submit));
	fail_excuse(&w.a.submit.submitted, 4);
	fail_excuse(&w.a.submit.bad_op, 8);
}

/* Those that were submitted come back, well unless one that they are held for was not. */
static void end_submit(u32 v, bool whole)
{
	u32 n = w.a.submit.submitted, i;

	if (!whole && n > w.a.submit.nr_ops) /* the answer did not come */
		n = 0;
	if (whole)
		CHECK_EQ(n, w.a.submit.nr_ops);
	dm_reap_all(RIG.fd, w.comps, n);
	for (i = 0; i < n; i++)
		CHECK_EQ(w.comps[i].result, DMACTL_RES_OK);
	end_rig(v, whole);
}

static void begin_submit(u32 opcode)
{
	begin_rig(0);
	CHECK_EQ(ring_config(&RIG, DMACTL_EP_SOURCE), 0);
	kind_make(&w.kind, &RIG, opcode);
	submit_is(&w.kind.op, 1);
}

static void submit_kinds(u32 from, u32 to)
{
	struct fail_path p = {
		.flags = FAIL_STAYS,
		.begin = begin_submit,
		.fire = fire_ioctl,
		.end = end_submit,
	};
	char name[64];

	w.sim = sim_make("t-fail", FEW, NULL);
	for (p.v = from; p.v < to; p.v++) {
		snprintf(name, sizeof(name), "SUBMIT %s", kind_names[p.v]);
		p.name = name;
		fail_paths(&p, 1);
	}
}

TEST("SUBMIT of memcpy, memset, interrupt")
{
	submit_kinds(0, DMACTL_OP_XOR);
}

TEST("SUBMIT of xor and xor_val")
{
	submit_kinds(DMACTL_OP_XOR, DMACTL_OP_PQ);
}

TEST("SUBMIT of pq and pq_val")
{
	submit_kinds(DMACTL_OP_PQ, DMACTL_OP_MEMSET_SG);
}

TEST("SUBMIT of memset_sg, interleaved, slave_sg")
{
	submit_kinds(DMACTL_OP_MEMSET_SG, KINDS);
}

/* Each relies on, or is held for, the one before it; every other one on another channel. */
static void begin_chain(u32 how)
{
	u32 i, second;

	begin_rig(0);
	second = dm_claim(RIG.fd, sim_chan(&w.sim, 1));
	for (i = 0; i < COPIES; i++) {
		w.ops[i] = op_copy(RIG.chan, RIG.dst, i * AREA, i ? RIG.dst : RIG.src,
				   i ? (i - 1) * AREA : 0, AREA);
		w.ops[i].flags = DMACTL_OP_F_FENCE;
		w.deps[i] = (struct dmactl_dep){ i - 1, how & ~4U, 1 };
		w.ops[i].deps = i ? (uintptr_t)&w.deps[i] : 0;
		w.ops[i].nr_deps = !!i;
		if (how & 4 && i & 1)
			w.ops[i].channel = second;
	}
	submit_is(w.ops, COPIES);
}

/* One from memory of our own, whose pages lie anywhere, and one from a dma-buf. */
static void begin_foreign(u32 v)
{
	begin_buf(v ? DMACTL_BUF_DMABUF : DMACTL_BUF_USER);
	fire_ioctl(0);
	w.ops[0] = op_copy(RIG.chan, RIG.dst, 0, w.a.buf.buffer, 0, BYTES);
	if (v)
		CHECK_EQ(close(w.a.buf.fd), 0);
	submit_is(w.ops, 1);
}

static void end_foreign(u32 v, bool whole)
{
	u8 *mine = w.user;

	end_submit(v, whole);
	if (mine)
		CHECK_EQ(munmap(mine, BYTES), 0);
}

static void begin_coherent(u32 v)
{
	u32 buf;

	begin_rig(v);
	buf = dm_buf(RIG.fd, DMACTL_BUF_COHERENT, RIG.chan, BYTES, NULL);
	w.ops[0] = op_copy(RIG.chan, RIG.dst, 0, buf, 0, BYTES);
	submit_is(w.ops, 1);
}

static void scattered(const struct fail_path *paths, size_t nr)
{
	buf_bytes = BYTES;
	w.sim = sim_make("t-fail", FEW, "max_segment=4096", NULL);
	fail_paths(paths, nr);
}

TEST("SUBMIT of chains")
{
	static const struct fail_path paths[] = {
		{ "SUBMIT relying", FAIL_STAYS, DMACTL_DEP_RELY, begin_chain, fire_ioctl,
		  end_submit },
		{ "SUBMIT held", FAIL_STAYS, DMACTL_DEP_HOLD, begin_chain, fire_ioctl, end_submit },
		{ "SUBMIT held, two channels", FAIL_STAYS, DMACTL_DEP_HOLD | 4, begin_chain,
		  fire_ioctl, end_submit },
	};

	scattered(paths, ARRAY_SIZE(paths));
}

TEST("SUBMIT of what takes many descriptors")
{
	static const struct fail_path paths[] = {
		{ "SUBMIT user memory", FAIL_STAYS, 0, begin_foreign, fire_ioctl, end_foreign },
		{ "SUBMIT dma-buf", FAIL_STAYS | FAIL_EIO, 1, begin_foreign, fire_ioctl,
		  end_foreign },
		{ "SUBMIT coherent", FAIL_STAYS, 0, begin_coherent, fire_ioctl, end_submit },
	};

	scattered(paths, ARRAY_SIZE(paths));
}

TEST("how many there were")
{
	fail_total_line("/dev/dmactl");
}
