// SPDX-License-Identifier: GPL-2.0
/* SUBMIT that is refused: each enum dmactl_why with its errno, and nothing is touched. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dm.h"

/*
 * Puts @bad between two good operations: the call fails with @err and @why, names the index, and
 * none of the three was done. Everything but the three documented fields stays as it was.
 */
static void refused_at(const char *file, int line, struct rig *r, struct dmactl_op bad, int err,
		       u32 why)
{
	struct dmactl_op op[3] = {
		op_fill(r->chan, r->dst, 0, 64, 1),
		bad,
		op_fill(r->chan, r->dst, 64, 64, 2),
	};
	struct dmactl_submit s, was;
	struct dmactl_completion c;
	int got;

	memset(r->pdst, POISON, 128);
	POISONED(s);
	s.flags = 0;
	s.op_size = sizeof(op[0]);
	s.nr_ops = 3;
	s.ops = (uintptr_t)op;
	s.kick = 1;
	s.timeout_ns = 0;
	was = s;
	got = dm_ioctl(r->fd, DMACTL_IOC_SUBMIT, &s);
	if (got != -err || s.why != why || s.bad_op != 1 || s.submitted)
		test_fail(file, line, "%s, why %u, bad_op %u, submitted %u; not %s, why %u, 1, 0",
			  strerrorname_np(-got) ?: "0", s.why, s.bad_op, s.submitted,
			  strerrorname_np(err), why);
	was.why = s.why;
	was.bad_op = s.bad_op;
	was.submitted = s.submitted;
	CHECK_SAME(s, was);
	CHECK_EQ(dm_reap(r->fd, &c, 1, 0, 0), 0);
	CHECK_EQ(dm_reap(r->fd, &c, 1, 1, SEC), -ENODATA);
	check_bytes(file, line, r->pdst, POISON, 128);
}

#define REFUSED(r, op, err, why) refused_at(__FILE__, __LINE__, r, op, err, DMACTL_WHY_##why)

static struct rig rig(const char *attr)
{
	return rig_on(sim_make("t-bad", attr, NULL), DMACTL_BUF_PAGES, RIG_BYTES);
}

TEST("an operation that the module does not know: EOPNOTSUPP, OPCODE")
{
	struct rig r = rig(NULL);
	u64 known = dm_info(r.fd).operations;
	u32 opcode;

	for (opcode = 0; opcode < 64; opcode++) {
		struct dmactl_op op = op_interrupt(r.chan);

		op.opcode = opcode;
		if (!(known >> opcode & 1) || opcode == DMACTL_OP_CYCLIC)
			REFUSED(&r, op, EOPNOTSUPP, OPCODE);
	}
	for (opcode = 64; opcode; opcode <<= 1) {
		struct dmactl_op op = op_interrupt(r.chan);

		op.opcode = opcode;
		REFUSED(&r, op, EOPNOTSUPP, OPCODE);
		op.opcode = opcode | DMACTL_OP_INTERRUPT;
		REFUSED(&r, op, EOPNOTSUPP, OPCODE);
	}
}

TEST("an unknown flag, or FENCE without its feature: EOPNOTSUPP, FLAGS")
{
	struct rig r = rig(NULL);
	struct dmactl_op op = op_copy(r.chan, r.dst, 4096, r.src, 0, 64);
	int bit;

	for (bit = 7; bit < 32; bit++) {
		op.flags = 1U << bit;
		REFUSED(&r, op, EOPNOTSUPP, FLAGS);
	}
	op.flags = DMACTL_OP_F_NO_INTERRUPT | 1U << 20;
	REFUSED(&r, op, EOPNOTSUPP, FLAGS);
	op.flags = DMACTL_OP_F_FENCE;
	if (!(dm_info(r.fd).features & DMACTL_FEAT_DEPS))
		REFUSED(&r, op, EOPNOTSUPP, FLAGS);
}

TEST("a field that the operation does not use is not zero: EINVAL, RESERVED")
{
	struct rig r = rig(NULL);
	struct dmactl_op copy = op_copy(r.chan, r.dst, 4096, r.src, 0, 64), op;
	struct dmactl_op fill = op_fill(r.chan, r.dst, 4096, 64, 9), intr = op_interrupt(r.chan);

#define WITH(base, field, v)                       \
	do {                                       \
		op = base;                         \
		op.field = (v);                    \
		REFUSED(&r, op, EINVAL, RESERVED); \
	} while (0)
	WITH(copy, reserved, 1);
	WITH(copy, reserved, 0x80000000);
	WITH(copy, dst.reserved, 1);
	WITH(copy, src.reserved, 0x80000000);
	WITH(copy, value, 1);
	WITH(copy, dst2.buffer, 1);
	WITH(copy, dst2.reserved, 1);
	WITH(copy, dst2.offset, 1ULL << 63);
	WITH(copy, direction, 1);
	WITH(copy, nr_vec, 1);
	WITH(copy, vec, (uintptr_t)&op);
	WITH(copy, template, (uintptr_t)&op);
	WITH(fill, src.buffer, 1);
	WITH(fill, src.offset, 1);
	WITH(fill, src.reserved, 1);
	WITH(fill, dst2.offset, 1);
	WITH(fill, dst.reserved, 1);
	WITH(fill, nr_vec, 1);
	WITH(intr, value, 1);
	WITH(intr, dst.buffer, 1);
	WITH(intr, dst.offset, 1);
	WITH(intr, src.offset, 1);
	WITH(intr, template, 1);
	if (!(dm_info(r.fd).features & DMACTL_FEAT_DEPS)) {
		WITH(copy, nr_deps, 1);
		WITH(copy, deps, (uintptr_t)&op);
	}
#undef WITH
}

TEST("no channel of that id: ENOENT, CHANNEL")
{
	struct rig r = rig(NULL);
	u32 second = dm_claim(r.fd, sim_chan(&r.sim, 1));

	REFUSED(&r, op_interrupt(DMACTL_NONE), ENOENT, CHANNEL);
	REFUSED(&r, op_interrupt(0x80000000), ENOENT, CHANNEL);
	REFUSED(&r, op_interrupt(12345), ENOENT, CHANNEL);
	CHECK_EQ(dm_release(r.fd, second), 0);
	REFUSED(&r, op_interrupt(second), ENOENT, CHANNEL);
}

TEST("no buffer of that id: ENOENT, BUFFER")
{
	struct rig r = rig(NULL);
	u32 gone = dm_buf(r.fd, DMACTL_BUF_PAGES, r.chan, 4096, NULL), other;
	int fd = dm_open(), i;

	for (i = 0; i < 8; i++)
		other = dm_buf(fd, DMACTL_BUF_PAGES, DMACTL_NONE, 4096, NULL);
	CHECK_EQ(dm_buf_destroy(r.fd, gone), 0);
	REFUSED(&r, op_copy(r.chan, gone, 0, r.src, 0, 64), ENOENT, BUFFER);
	REFUSED(&r, op_copy(r.chan, r.dst, 0, gone, 0, 64), ENOENT, BUFFER);
	REFUSED(&r, op_fill(r.chan, gone, 0, 64, 0), ENOENT, BUFFER);
	REFUSED(&r, op_fill(r.chan, DMACTL_NONE, 0, 64, 0), ENOENT, BUFFER);
	REFUSED(&r, op_fill(r.chan, 0x80000000, 0, 64, 0), ENOENT, BUFFER);
	REFUSED(&r, op_fill(r.chan, other, 0, 64, 0), ENOENT, BUFFER);
}

TEST("a buffer of a kind that cannot be an operand there: EINVAL, KIND")
{
	struct rig r = rig(NULL);
	struct sim other = sim_make("t-other", NULL);
	u32 chan = dm_claim(r.fd, sim_chan(&other, 0));
	u32 samples = dm_buf(r.fd, DMACTL_BUF_SAMPLES, DMACTL_NONE, 4096, NULL);
	u32 coherent = dm_buf(r.fd, DMACTL_BUF_COHERENT, chan, 4096, NULL);

	REFUSED(&r, op_copy(r.chan, samples, 0, r.src, 0, 64), EINVAL, KIND);
	REFUSED(&r, op_copy(r.chan, r.dst, 256, samples, 0, 64), EINVAL, KIND);
	REFUSED(&r, op_fill(r.chan, samples, 0, 64, 0), EINVAL, KIND);
	REFUSED(&r, op_copy(r.chan, coherent, 0, r.src, 0, 64), EINVAL, KIND);
	REFUSED(&r, op_copy(r.chan, r.dst, 256, coherent, 0, 64), EINVAL, KIND);
}

TEST("length 0, or not 0 for an interrupt: EINVAL, LENGTH")
{
	struct rig r = rig(NULL);
	struct dmactl_op op = op_interrupt(r.chan);

	REFUSED(&r, op_copy(r.chan, r.dst, 256, r.src, 0, 0), EINVAL, LENGTH);
	REFUSED(&r, op_fill(r.chan, r.dst, 256, 0, 1), EINVAL, LENGTH);
	op.len = 1;
	REFUSED(&r, op, EINVAL, LENGTH);
}

TEST("offset and length outside the buffer, overflow included: ERANGE, RANGE")
{
	static const struct {
		u64 off, len;
	} cut[] = {
		{ 0, RIG_BYTES + 1 }, { 1, RIG_BYTES },	  { RIG_BYTES, 1 },
		{ RIG_BYTES - 1, 2 }, { ~0ULL, 1 },	  { ~0ULL, 2 },
		{ 1, ~0ULL },	      { 0, ~0ULL },	  { 1ULL << 63, 1ULL << 63 },
		{ 1ULL << 32, 64 }, { ~0ULL - 63, 64 }, { 0, 1ULL << 32 },
	};
	struct rig r = rig(NULL);
	u32 big = dm_buf(r.fd, DMACTL_BUF_PAGES, r.chan, 4 * RIG_BYTES, NULL);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cut); i++) {
		u64 off = cut[i].off, len = cut[i].len;

		REFUSED(&r, op_fill(r.chan, r.dst, off, len, 0), ERANGE, RANGE);
		REFUSED(&r, op_copy(r.chan, big, 0, r.src, off, len), ERANGE, RANGE);
		REFUSED(&r, op_copy(r.chan, r.dst, off, big, 0, len), ERANGE, RANGE);
	}
}

TEST("source and destination share bytes: EINVAL, OVERLAP; neighbours are fine")
{
	struct rig r = rig(NULL);
	struct dmactl_op near[2] = {
		op_copy(r.chan, r.src, 100, r.src, 0, 100),
		op_copy(r.chan, r.src, 0, r.src, 100, 100),
	};
	struct dmactl_completion c[2];

	REFUSED(&r, op_copy(r.chan, r.src, 0, r.src, 0, 64), EINVAL, OVERLAP);
	REFUSED(&r, op_copy(r.chan, r.src, 63, r.src, 0, 64), EINVAL, OVERLAP);
	REFUSED(&r, op_copy(r.chan, r.src, 0, r.src, 63, 64), EINVAL, OVERLAP);
	REFUSED(&r, op_copy(r.chan, r.src, 1, r.src, 0, RIG_BYTES - 1), EINVAL, OVERLAP);
	dm_submit_all(r.fd, near, 2);
	dm_reap_all(r.fd, c, 2);
	check_ok(&c[0]);
	check_ok(&c[1]);
}

TEST("a value above 255: EINVAL, VALUE")
{
	struct rig r = rig(NULL);

	REFUSED(&r, op_fill(r.chan, r.dst, 256, 64, 256), EINVAL, VALUE);
	REFUSED(&r, op_fill(r.chan, r.dst, 256, 64, 0xffffffff), EINVAL, VALUE);
	REFUSED(&r, op_fill(r.chan, r.dst, 256, 64, 0x100 | 7), EINVAL, VALUE);
}

TEST("offset or length not aligned as the channel asks for: EINVAL, ALIGN")
{
	struct rig r = rig("align=3");

	REFUSED(&r, op_copy(r.chan, r.dst, 4, r.src, 0, 64), EINVAL, ALIGN);
	REFUSED(&r, op_copy(r.chan, r.dst, 0, r.src, 1, 64), EINVAL, ALIGN);
	REFUSED(&r, op_copy(r.chan, r.dst, 0, r.src, 0, 63), EINVAL, ALIGN);
	REFUSED(&r, op_copy(r.chan, r.dst, 0, r.src, 0, 4), EINVAL, ALIGN);
	REFUSED(&r, op_fill(r.chan, r.dst, 2, 64, 0), EINVAL, ALIGN);
	REFUSED(&r, op_fill(r.chan, r.dst, 0, 65, 0), EINVAL, ALIGN);
	rig_works(&r);
}

TEST("more than max_descriptors descriptors: E2BIG, SPLIT; exactly as many are fine")
{
	struct sim sim = sim_make("t-bad", "max_segment=8", "descriptors=4096", NULL);
	struct rig r = rig_on(sim, DMACTL_BUF_COHERENT, RIG_BYTES);
	u64 max = dm_info(r.fd).max_descriptors;
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, max * 8);
	struct dmactl_completion c;

	REFUSED(&r, op_copy(r.chan, r.dst, 0, r.src, 0, max * 8 + 1), E2BIG, SPLIT);
	REFUSED(&r, op_fill(r.chan, r.dst, 0, max * 8 + 1, 3), E2BIG, SPLIT);
	dm_submit_all(r.fd, &op, 1);
	dm_reap_all(r.fd, &c, 1);
	check_ok(&c);
	CHECK_EQ(c.descriptors, max);
	CHECK_MEM(r.pdst, r.psrc, max * 8);
}

TEST("a buffer in flight on another device: EBUSY, MAPPED; free again when that is done")
{
	struct sim slow_one = sim_make("t-slow", "context=inline", "stall=nth 1", NULL);
	struct rig r = rig(NULL);
	u32 other = dm_claim(r.fd, sim_chan(&slow_one, 0)), n;
	u32 spare = dm_buf(r.fd, DMACTL_BUF_PAGES, DMACTL_NONE, 4096, NULL);
	struct dmactl_op there = op_copy(other, spare, 0, r.src, 0, 64);
	struct dmactl_op here = op_copy(r.chan, r.dst, 0, r.src, 4096, 64);
	struct dmactl_submit s = { 0 };
	struct dmactl_completion c;

	for (n = 0; n < 3; n++) {
		sim_set(&slow_one, "stall", "nth 1");
		dm_submit_all(r.fd, &there, 1);
		CHECK_EQ(dm_submit(r.fd, &here, 1, &s), -EBUSY);
		CHECK_EQ(s.why, DMACTL_WHY_MAPPED);
		CHECK_EQ(s.bad_op, 0);
		CHECK_EQ(s.submitted, 0);
		sim_set(&slow_one, "stall", "off");
		dm_reap_all(r.fd, &c, 1);
		CHECK_EQ(c.result, DMACTL_RES_ABORTED);
		rig_works(&r);
	}
}

TEST("no operations, or elements below their first size: EINVAL")
{
	struct rig r = rig(NULL);
	struct dmactl_op op = op_interrupt(r.chan);
	struct dmactl_submit s, was;
	u32 size;

	CHECK_EQ(dm_submit(r.fd, &op, 0, NULL), -EINVAL);
	CHECK_EQ(dm_submit(r.fd, &op, 0xffffffff, NULL), -EINVAL);
	for (size = 0; size < sizeof(op); size += 8) {
		POISONED(s);
		s.flags = 0;
		s.op_size = size;
		s.nr_ops = 1;
		s.ops = (uintptr_t)&op;
		was = s;
		CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_SUBMIT, &s), -EINVAL);
		CHECK_EQ(s.submitted, 0);
		was.submitted = s.submitted;
		was.bad_op = s.bad_op;
		was.why = s.why;
		CHECK_SAME(s, was);
	}
}

TEST("larger elements work while their tail is zero, else E2BIG")
{
	struct rig r = rig(NULL);
	struct {
		struct dmactl_op op;
		u64 tail[3];
	} op[3] = {
		{ .op = op_fill(r.chan, r.dst, 0, 64, 1) },
		{ .op = op_fill(r.chan, r.dst, 64, 64, 2) },
		{ .op = op_fill(r.chan, r.dst, 128, 64, 3) },
	};
	struct dmactl_submit s = {
		.size = sizeof(s),
		.op_size = sizeof(op[0]),
		.nr_ops = 3,
		.ops = (uintptr_t)op,
	};
	struct dmactl_completion c[3];

	op[1].tail[2] = 1ULL << 56;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_SUBMIT, &s), -E2BIG);
	CHECK_EQ(s.submitted, 0);
	CHECK_EQ(dm_reap(r.fd, c, 1, 1, SEC), -ENODATA);
	CHECK_BYTES(r.pdst, POISON, 256);
	op[1].tail[2] = 0;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_SUBMIT, &s), 0);
	CHECK_EQ(s.submitted, 3);
	dm_reap_all(r.fd, c, 3);
	CHECK_BYTES(r.pdst, 1, 64);
	CHECK_BYTES(r.pdst + 64, 2, 64);
	CHECK_BYTES(r.pdst + 128, 3, 64);
}

TEST("elements that cannot be read give EFAULT and nothing is submitted")
{
	struct rig r = rig(NULL);
	u8 *two = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct dmactl_op *op = (void *)(two + 4096 - sizeof(*op));
	struct dmactl_submit s = { 0 };
	struct dmactl_completion c;

	CHECK_EQ(munmap(two + 4096, 4096), 0);
	*op = op_fill(r.chan, r.dst, 0, 64, 1);
	CHECK_EQ(dm_submit(r.fd, op, 2, &s), -EFAULT);
	CHECK_EQ(s.submitted, 0);
	CHECK_EQ(dm_submit(r.fd, NULL, 1, &s), -EFAULT);
	CHECK_EQ(dm_submit(r.fd, (void *)0xffff800000000000UL, 1, &s), -EFAULT);
	CHECK_EQ(dm_reap(r.fd, &c, 1, 1, SEC), -ENODATA);
	CHECK_BYTES(r.pdst, POISON, 64);
}

TEST("an unknown flag of SUBMIT gives EOPNOTSUPP")
{
	struct rig r = rig(NULL);
	struct dmactl_op op = op_fill(r.chan, r.dst, 0, 64, 1);
	int bit;

	for (bit = 0; bit < 32; bit++) {
		struct dmactl_submit s = {
			.size = sizeof(s),
			.flags = 1U << bit,
			.op_size = sizeof(op),
			.nr_ops = 1,
			.ops = (uintptr_t)&op,
		};

		CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_SUBMIT, &s), -EOPNOTSUPP);
	}
	CHECK_BYTES(r.pdst, POISON, 64);
}
