// SPDX-License-Identifier: GPL-2.0
/* SUBMIT that goes well: data, stamps, numbers; queues and rings that fill; engines that fail. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "dm.h"
#include "nl.h"

static const char *const contexts[] = {
	"context=inline",
	"context=softirq",
	"context=timer",
	"context=thread",
};

TEST("memcpy moves exactly the bytes asked for, in every context and kind of buffer")
{
	static const struct {
		u64 doff, soff, len;
	} cut[] = {
		{ 0, 0, 1 },	    { 1, 2, 3 },      { 4095, 1, 2 },
		{ 17, 4090, 4097 }, { 64, 0, 65408 }, { 0, 0, 65536 },
	};
	u32 kind;
	size_t c, i;

	for (c = 0; c < ARRAY_SIZE(contexts); c++) {
		struct sim sim = sim_make("t-copy", contexts[c], NULL);

		for (kind = DMACTL_BUF_PAGES; kind <= DMACTL_BUF_COHERENT; kind++) {
			struct rig r = rig_on(sim, kind, RIG_BYTES);

			for (i = 0; i < ARRAY_SIZE(cut); i++) {
				struct dmactl_op op = op_copy(r.chan, r.dst, cut[i].doff, r.src,
							      cut[i].soff, cut[i].len);
				struct dmactl_completion done;

				memset(r.pdst, POISON, r.bytes);
				CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_DEVICE, 0, r.bytes), 0);
				dm_submit_all(r.fd, &op, 1);
				dm_reap_all(r.fd, &done, 1);
				check_ok(&done);
				CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_CPU, 0, r.bytes), 0);
				CHECK_BYTES(r.pdst, POISON, cut[i].doff);
				CHECK_MEM(r.pdst + cut[i].doff, r.psrc + cut[i].soff, cut[i].len);
				CHECK_BYTES(r.pdst + cut[i].doff + cut[i].len, POISON,
					    r.bytes - cut[i].doff - cut[i].len);
			}
			rig_close(&r);
		}
		sim_remove_all();
	}
}

TEST("memset writes exactly the bytes asked for, with every value")
{
	struct rig r = rig_on(sim_make("t-fill", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_completion c;
	u32 value;

	for (value = 0; value < 256; value++) {
		struct dmactl_op op = op_fill(r.chan, r.dst, value, 1000 + value, value);

		memset(r.pdst, POISON, r.bytes);
		CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_DEVICE, 0, r.bytes), 0);
		dm_submit_all(r.fd, &op, 1);
		dm_reap_all(r.fd, &c, 1);
		check_ok(&c);
		CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_CPU, 0, r.bytes), 0);
		CHECK_BYTES(r.pdst, POISON, value);
		CHECK_BYTES(r.pdst + value, value, 1000 + value);
		CHECK_BYTES(r.pdst + 1000 + 2 * value, POISON, r.bytes - 1000 - 2 * value);
	}
}

TEST("a completion tells the operation: user_data, number, channel, descriptors, stamps")
{
	struct rig r = rig_on(sim_make("t-tell", "latency_ns=1000000", NULL), DMACTL_BUF_COHERENT,
			      RIG_BYTES);
	struct dmactl_op op[3] = {
		op_copy(r.chan, r.dst, 0, r.src, 0, 4096),
		op_interrupt(r.chan),
		op_fill(r.chan, r.dst, 8192, 4096, 5),
	};
	struct dmactl_completion c[3];
	struct dmactl_submit s = { 0 };
	u64 before = clock_ns();
	int i;

	for (i = 0; i < 3; i++)
		op[i].user_data = ~0ULL - (u64)i;
	op[2].flags = DMACTL_OP_F_NO_INTERRUPT;
	CHECK_EQ(dm_submit(r.fd, op, 3, &s), 0);
	CHECK_EQ(s.submitted, 3);
	dm_reap_all(r.fd, c, 3);
	for (i = 0; i < 3; i++) {
		check_ok(&c[i]);
		CHECK_EQ(c[i].user_data, op[i].user_data);
		CHECK_EQ(c[i].seq, s.first_seq + (u64)i);
		CHECK_EQ(c[i].channel, r.chan);
		CHECK_EQ(c[i].descriptors, 1);
		CHECK(c[i].t0 >= before);
		CHECK(c[i].t2 && c[i].t2 <= c[i].t3);
		CHECK(c[i].t3 - c[i].t2 >= MS * 9 / 10);
	}
	/* In one call: prepared one after the other, kicked together. */
	CHECK(c[0].t1 <= c[1].t0 && c[1].t1 <= c[2].t0);
	CHECK(c[2].t1 <= c[0].t2);
}

TEST("sequence numbers go on over calls and channels without a gap")
{
	struct sim sim = sim_make("t-seq", "channels=2", NULL);
	int fd = dm_open(), i;
	u32 chan[2] = { dm_claim(fd, sim_chan(&sim, 0)), dm_claim(fd, sim_chan(&sim, 1)) };
	u64 next = 0;

	for (i = 0; i < 40; i++) {
		struct dmactl_op op[5], bad = op_interrupt(DMACTL_NONE);
		struct dmactl_submit s = { 0 };
		struct dmactl_completion c[5];
		u32 n = 1 + (u32)i % 5, j;

		for (j = 0; j < n; j++)
			op[j] = op_interrupt(chan[(i + j) % 2]);
		CHECK_EQ(dm_submit(fd, &bad, 1, NULL), -ENOENT);
		CHECK_EQ(dm_submit(fd, op, n, &s), 0);
		if (i)
			CHECK_EQ(s.first_seq, next);
		next = s.first_seq + n;
		dm_reap_all(fd, c, n);
	}
}

TEST("every kick value gives the same result")
{
	static const u32 kick[] = { 0, 1, 2, 3, 7, 8, 9, 1000, 0xffffffff };
	struct rig r = rig_on(sim_make("t-kick", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	size_t k;
	int i;

	for (k = 0; k < ARRAY_SIZE(kick); k++) {
		struct dmactl_submit s = { .kick = kick[k] };
		struct dmactl_completion c[8];
		struct dmactl_op op[8];

		memset(r.pdst, POISON, r.bytes);
		CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_DEVICE, 0, r.bytes), 0);
		for (i = 0; i < 8; i++)
			op[i] = op_copy(r.chan, r.dst, 8192 * i, r.src, 8192 * i, 8192);
		CHECK_EQ(dm_submit(r.fd, op, 8, &s), 0);
		CHECK_EQ(s.submitted, 8);
		dm_reap_all(r.fd, c, 8);
		for (i = 0; i < 8; i++)
			check_ok(&c[i]);
		CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_CPU, 0, r.bytes), 0);
		CHECK_MEM(r.pdst, r.psrc, r.bytes);
	}
}

TEST("one call may use several channels of several devices")
{
	struct sim a = sim_make("t-a", "channels=2", NULL), b = sim_make("t-b", NULL);
	struct rig r = rig_on(a, DMACTL_BUF_PAGES, RIG_BYTES);
	u32 chan[2] = { dm_claim(r.fd, sim_chan(&a, 1)), dm_claim(r.fd, sim_chan(&b, 0)) };
	u32 src = dm_buf(r.fd, DMACTL_BUF_PAGES, chan[1], 4096, NULL);
	u32 dst = dm_buf(r.fd, DMACTL_BUF_PAGES, chan[1], 4096, NULL);
	struct dmactl_op op[3] = {
		op_copy(r.chan, r.dst, 0, r.src, 0, 4096),
		op_copy(chan[1], dst, 0, src, 0, 4096),
		op_copy(chan[0], r.dst, 4096, r.src, 4096, 4096),
	};
	struct dmactl_completion c[3];
	u32 seen = 0;
	int i;

	dm_submit_all(r.fd, op, 3);
	dm_reap_all(r.fd, c, 3);
	for (i = 0; i < 3; i++) {
		check_ok(&c[i]);
		seen |= 1U << (c[i].channel == r.chan ? 0 : c[i].channel == chan[0] ? 1 : 2);
	}
	CHECK_EQ(seen, 7);
	CHECK_MEM(r.pdst, r.psrc, 8192);
}

TEST("max_ops operations fit in one call, one more gives EINVAL")
{
	struct rig r = rig_on(sim_make("t-max", "descriptors=4096", NULL), DMACTL_BUF_PAGES, 4096);
	struct dmactl_info info = dm_info(r.fd);
	u32 max = info.max_ops, n = max < info.max_depth ? max : info.max_depth, i;
	struct dmactl_op *op = calloc(max + 1, sizeof(*op));
	struct dmactl_completion *c = calloc(max, sizeof(*c));
	struct dmactl_submit s = { 0 };

	for (i = 0; i <= max; i++)
		op[i] = op_interrupt(r.chan);
	CHECK_EQ(dm_submit(r.fd, op, max + 1, &s), -EINVAL);
	CHECK_EQ(s.submitted, 0);
	CHECK_EQ(dm_reap(r.fd, c, 1, 0, 0), 0);
	CHECK_EQ(dm_submit(r.fd, op, max, &s), 0);
	CHECK_EQ(s.submitted, n);
	dm_reap_all(r.fd, c, n);
	CHECK_EQ(dm_reap(r.fd, c, 1, 1, SEC), -ENODATA);
}

TEST("a full queue gives a short count, then EAGAIN, and takes more after REAP")
{
	struct rig r = rig_on(sim_make("t-full", "descriptors=4096", NULL), DMACTL_BUF_PAGES, 4096);
	u32 depth = dm_info(r.fd).max_depth, i, room = depth;
	struct dmactl_op op[16];
	struct dmactl_completion *c = calloc(depth, sizeof(*c));
	struct dmactl_submit s = { 0 };

	if (depth > 65536)
		SKIP("max_depth is %u", depth);
	for (i = 0; i < 16; i++)
		op[i] = op_interrupt(r.chan);
	for (; room > 10; room -= s.submitted) {
		u32 n = room - 10 < 16 ? room - 10 : 16;

		CHECK_EQ(dm_submit(r.fd, op, n, &s), 0);
		CHECK_EQ(s.submitted, n);
	}
	CHECK_EQ(dm_submit(r.fd, op, 16, &s), 0);
	CHECK_EQ(s.submitted, 10);
	CHECK_EQ(s.bad_op, 10);
	CHECK_EQ(s.why, DMACTL_WHY_DEPTH);
	CHECK_EQ(dm_submit(r.fd, op, 16, &s), -EAGAIN);
	CHECK_EQ(s.submitted, 0);
	CHECK_EQ(s.bad_op, 0);
	CHECK_EQ(s.why, DMACTL_WHY_DEPTH);
	dm_reap_all(r.fd, c, 3);
	CHECK_EQ(dm_submit(r.fd, op, 16, &s), 0);
	CHECK_EQ(s.submitted, 3);
	dm_reap_all(r.fd, c, depth);
	CHECK_EQ(dm_reap(r.fd, c, 1, 1, SEC), -ENODATA);
}

TEST("a descriptor ring that is full is waited for")
{
	struct rig r = rig_on(sim_make("t-ring", "descriptors=4", "latency_ns=2000000", NULL),
			      DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_completion c[16];
	struct dmactl_op op[16];
	int i;

	for (i = 0; i < 16; i++)
		op[i] = op_copy(r.chan, r.dst, 4096 * i, r.src, 4096 * i, 4096);
	dm_submit_all(r.fd, op, 16);
	dm_reap_all(r.fd, c, 16);
	for (i = 0; i < 16; i++)
		check_ok(&c[i]);
	CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_CPU, 0, r.bytes), 0);
	CHECK_MEM(r.pdst, r.psrc, r.bytes);
}

TEST("a ring that stays full until the deadline gives a short count, the rest is not touched")
{
	struct rig r = rig_on(sim_make("t-ring", "descriptors=4", "stall=nth 1", NULL),
			      DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_submit s = { .timeout_ns = 200 * MS };
	struct dmactl_completion c[4];
	struct dmactl_op op[8];
	int i;

	for (i = 0; i < 8; i++)
		op[i] = op_copy(r.chan, r.dst, 4096 * i, r.src, 4096 * i, 4096);
	CHECK_EQ(dm_submit(r.fd, op, 8, &s), 0);
	CHECK_EQ(s.submitted, 4);
	CHECK_EQ(s.bad_op, 4);
	CHECK(s.why != DMACTL_WHY_NONE);
	dm_reap_all(r.fd, c, 4);
	CHECK_EQ(c[0].result, DMACTL_RES_TIMED_OUT);
	for (i = 1; i < 4; i++)
		CHECK_EQ(c[i].result, DMACTL_RES_ABORTED);
	CHECK_EQ(dm_reap(r.fd, c, 1, 1, SEC), -ENODATA);
	CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_CPU, 0, r.bytes), 0);
	CHECK_BYTES(r.pdst + 4 * 4096, POISON, 4 * 4096);
	rig_works(&r);
}

TEST("prep that gives nothing now and then is tried again and counted")
{
	struct rig r =
		rig_on(sim_make("t-prep", "prep_null=every 3", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_completion c[16];
	struct dmactl_op op[16];
	struct nl nl = nl_open();
	int i;

	for (i = 0; i < 16; i++)
		op[i] = op_copy(r.chan, r.dst, 4096 * i, r.src, 4096 * i, 4096);
	dm_submit_all(r.fd, op, 16);
	dm_reap_all(r.fd, c, 16);
	for (i = 0; i < 16; i++)
		check_ok(&c[i]);
	CHECK(nl_u64(nl_channel(&nl, sim_chan(&r.sim, 0)), DMACTL_A_CHANNEL_RETRIES) >= 5);
	CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_CPU, 0, r.bytes), 0);
	CHECK_MEM(r.pdst, r.psrc, r.bytes);
}

TEST("prep that never gives anything ends in ENOBUFS, and the channel works afterwards")
{
	struct rig r =
		rig_on(sim_make("t-prep", "prep_null=every 1", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 4096);
	struct dmactl_submit s = { .timeout_ns = 100 * MS };
	struct dmactl_completion c;

	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), -ENOBUFS);
	CHECK_EQ(s.submitted, 0);
	CHECK_EQ(s.bad_op, 0);
	CHECK_EQ(s.why, DMACTL_WHY_PREP);
	CHECK_EQ(dm_reap(r.fd, &c, 1, 1, SEC), -ENODATA);
	sim_set(&r.sim, "prep_null", "off");
	rig_works(&r);
}

TEST("a signal before the first operation was submitted gives EINTR")
{
	struct rig r =
		rig_on(sim_make("t-prep", "prep_null=every 1", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 4096);
	struct dmactl_submit s = { .timeout_ns = PATIENCE };

	alarm_every(100);
	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), -EINTR);
	alarm_every(0);
	CHECK_EQ(s.submitted, 0);
	sim_set(&r.sim, "prep_null", "off");
	rig_works(&r);
}

TEST("what completed before, and was not taken, does not shorten the time of what comes after")
{
	struct rig r = rig_on(sim_make("t-late", attr_of("bandwidth", 1000000 / pace()), NULL),
			      DMACTL_BUF_PAGES, 1 << 19);
	struct dmactl_op first = op_copy(r.chan, r.dst, 0, r.src, 0, 64);
	struct dmactl_op second = op_copy(r.chan, r.dst, 4096, r.src, 4096, 300000);
	struct dmactl_submit s = { .timeout_ns = paced(400 * MS) };
	struct dmactl_completion c[2];

	CHECK_EQ(dm_submit(r.fd, &first, 1, &s), 0);
	sleep_ms(200 * pace());
	CHECK_EQ(dm_submit(r.fd, &second, 1, &s), 0);	/* takes 0.3 s */
	dm_reap_all(r.fd, c, 2);
	IN_TIME(c[0].result == DMACTL_RES_OK && c[1].result == DMACTL_RES_OK);
	check_ok(&c[0]);
	check_ok(&c[1]);
}

TEST("the longest time-out is a long one, also when a shorter one is already set")
{
	struct rig r = rig_on(sim_make("t-long", attr_of("latency_ns", paced(200 * MS)), NULL),
			      DMACTL_BUF_PAGES, RIG_BYTES);
	struct dmactl_op op = op_copy(r.chan, r.dst, 0, r.src, 0, 64);
	struct dmactl_submit s = { .timeout_ns = paced(300 * MS) };
	struct dmactl_completion c[2];

	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), 0);
	s.timeout_ns = ~0ULL;
	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), 0);
	dm_reap_all(r.fd, c, 2);
	IN_TIME(c[0].result == DMACTL_RES_OK);
	check_ok(&c[0]);
	check_ok(&c[1]);
}

TEST("an operation above the segment limit is split and moved whole")
{
	struct rig r = rig_on(sim_make("t-split", "max_segment=4096", NULL), DMACTL_BUF_COHERENT,
			      RIG_BYTES);
	struct dmactl_op op[3] = {
		op_copy(r.chan, r.dst, 1, r.src, 3, 10000),
		op_fill(r.chan, r.dst, 20000, 8192, 77),
		op_copy(r.chan, r.dst, 30000, r.src, 0, 4096),
	};
	struct dmactl_completion c[3];

	dm_submit_all(r.fd, op, 3);
	dm_reap_all(r.fd, c, 3);
	check_ok(&c[0]);
	CHECK_EQ(c[0].descriptors, 3);
	CHECK_EQ(c[1].descriptors, 2);
	CHECK_EQ(c[2].descriptors, 1);
	CHECK_EQ(c[1].result, DMACTL_RES_OK);
	CHECK_BYTES(r.pdst, POISON, 1);
	CHECK_MEM(r.pdst + 1, r.psrc + 3, 10000);
	CHECK_BYTES(r.pdst + 10001, POISON, 9999);
	CHECK_BYTES(r.pdst + 20000, 77, 8192);
	CHECK_MEM(r.pdst + 30000, r.psrc, 4096);
}

TEST("a buffer whose pages are scattered is moved whole")
{
	struct rig r =
		rig_on(sim_make("t-split", "descriptors=4096", NULL), DMACTL_BUF_PAGES, 4 << 20);

	rig_works(&r);
}

TEST("the error of one descriptor is the error of the operation, others go well")
{
	struct rig r = rig_on(sim_make("t-split", "max_segment=4096", "error=nth 3", NULL),
			      DMACTL_BUF_COHERENT, RIG_BYTES);
	struct dmactl_op op[2] = {
		op_copy(r.chan, r.dst, 0, r.src, 0, 5 * 4096),
		op_copy(r.chan, r.dst, 32768, r.src, 32768, 2 * 4096),
	};
	struct dmactl_completion c[2];

	dm_submit_all(r.fd, op, 2);
	dm_reap_all(r.fd, c, 2);
	CHECK(c[0].result == DMACTL_RES_WRITE_FAILED || c[0].result == DMACTL_RES_READ_FAILED);
	CHECK_BYTES(r.pdst + 2 * 4096, POISON, 4096);
	check_ok(&c[1]);
	CHECK_MEM(r.pdst + 32768, r.psrc + 32768, 2 * 4096);
}

TEST("error results are told for the right operations and counted, their bytes are not")
{
	struct rig r =
		rig_on(sim_make("t-error", "error=every 3", NULL), DMACTL_BUF_PAGES, RIG_BYTES);
	struct nl nl = nl_open();
	const struct nlmsg *m;
	struct dmactl_completion c[9];
	struct dmactl_op op[9];
	int i;

	for (i = 0; i < 9; i++)
		op[i] = op_copy(r.chan, r.dst, 4096 * i, r.src, 4096 * i, 4096);
	dm_submit_all(r.fd, op, 9);
	dm_reap_all(r.fd, c, 9);
	CHECK_EQ(dm_sync(r.fd, r.dst, DMACTL_SYNC_CPU, 0, r.bytes), 0);
	for (i = 0; i < 9; i++) {
		if (i % 3 != 2) {
			check_ok(&c[i]);
			CHECK_MEM(r.pdst + 4096 * i, r.psrc + 4096 * i, 4096);
			continue;
		}
		CHECK(c[i].result == DMACTL_RES_WRITE_FAILED ||
		      c[i].result == DMACTL_RES_READ_FAILED);
		CHECK_BYTES(r.pdst + 4096 * i, POISON, 4096);
	}
	m = nl_channel(&nl, sim_chan(&r.sim, 0));
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_DONE), 6);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_BYTES), 6 * 4096);
	CHECK_EQ(nl_u64(m, DMACTL_A_CHANNEL_FAILED), 3);
}
