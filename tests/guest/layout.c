// SPDX-License-Identifier: GPL-2.0
/*
 * The published interface as literals: a size, offset or number that moves breaks programs that
 * exist. The compiler checks it, here and for the other ABIs that the Makefile names. When a line
 * fails, the header is wrong, not the line. A structure that grew gets a new size and new lines.
 */
#include <linux/dmactl.h>
#include <linux/dmactl_netlink.h>
#include <stddef.h>

#define SIZE(s, n) _Static_assert(sizeof(struct dmactl_##s) == (n), "size of " #s)
#define AT(s, f, n) _Static_assert(offsetof(struct dmactl_##s, f) == (n), #s "." #f)
#define NUMBER(c, n) _Static_assert((c) == (n), #c)

SIZE(info, 112);
AT(info, size, 0);
AT(info, abi, 4);
AT(info, features, 8);
AT(info, operations, 16);
AT(info, max_channels, 24);
AT(info, max_buffers, 28);
AT(info, max_depth, 32);
AT(info, max_ops, 36);
AT(info, max_buffer, 40);
AT(info, max_session, 48);
AT(info, default_timeout_ns, 56);
AT(info, max_descriptors, 64);
AT(info, max_vec, 68);
AT(info, version, 72);
AT(info, max_sessions, 104);
AT(info, reserved, 108);

SIZE(claim, 120);
AT(claim, size, 0);
AT(claim, flags, 4);
AT(claim, operations, 8);
AT(claim, name, 16);
AT(claim, channel, 80);
AT(claim, traits, 84);
AT(claim, max_segment, 88);
AT(claim, max_mapping, 96);
AT(claim, node, 104);
AT(claim, align_copy, 108);
AT(claim, align_fill, 109);
AT(claim, align_xor, 110);
AT(claim, align_pq, 111);
AT(claim, max_xor, 112);
AT(claim, max_pq, 116);

SIZE(release, 8);
AT(release, size, 0);
AT(release, channel, 4);

SIZE(config, 48);
AT(config, size, 0);
AT(config, channel, 4);
AT(config, endpoint, 8);
AT(config, flags, 12);
AT(config, src_width, 16);
AT(config, dst_width, 20);
AT(config, src_burst, 24);
AT(config, dst_burst, 28);
AT(config, buffer, 32);
AT(config, reserved, 36);
AT(config, address, 40);

SIZE(buf_create, 72);
AT(buf_create, size, 0);
AT(buf_create, kind, 4);
AT(buf_create, flags, 8);
AT(buf_create, channel, 12);
AT(buf_create, bytes, 16);
AT(buf_create, address, 24);
AT(buf_create, fd, 32);
AT(buf_create, node, 36);
AT(buf_create, buffer, 40);
AT(buf_create, granule, 44);
AT(buf_create, offset, 48);
AT(buf_create, mapped, 56);
AT(buf_create, reserved, 64);

SIZE(buf_destroy, 8);
AT(buf_destroy, size, 0);
AT(buf_destroy, buffer, 4);

SIZE(buf_sync, 32);
AT(buf_sync, size, 0);
AT(buf_sync, buffer, 4);
AT(buf_sync, direction, 8);
AT(buf_sync, reserved, 12);
AT(buf_sync, offset, 16);
AT(buf_sync, len, 24);

SIZE(operand, 16);
AT(operand, buffer, 0);
AT(operand, reserved, 4);
AT(operand, offset, 8);

SIZE(vec, 24);
AT(vec, buffer, 0);
AT(vec, coef, 4);
AT(vec, offset, 8);
AT(vec, len, 16);

SIZE(dep, 16);
AT(dep, seq, 0);
AT(dep, how, 8);
AT(dep, relative, 12);

SIZE(interleave, 32);
AT(interleave, frames, 0);
AT(interleave, chunk, 8);
AT(interleave, src_gap, 16);
AT(interleave, dst_gap, 24);

SIZE(op, 120);
AT(op, opcode, 0);
AT(op, flags, 4);
AT(op, channel, 8);
AT(op, value, 12);
AT(op, user_data, 16);
AT(op, len, 24);
AT(op, dst, 32);
AT(op, dst2, 48);
AT(op, src, 64);
AT(op, direction, 80);
AT(op, nr_vec, 84);
AT(op, vec, 88);
AT(op, template, 96);
AT(op, deps, 104);
AT(op, nr_deps, 112);
AT(op, reserved, 116);

SIZE(submit, 56);
AT(submit, size, 0);
AT(submit, flags, 4);
AT(submit, op_size, 8);
AT(submit, nr_ops, 12);
AT(submit, ops, 16);
AT(submit, kick, 24);
AT(submit, submitted, 28);
AT(submit, timeout_ns, 32);
AT(submit, first_seq, 40);
AT(submit, bad_op, 48);
AT(submit, why, 52);

SIZE(completion, 72);
AT(completion, user_data, 0);
AT(completion, seq, 8);
AT(completion, channel, 16);
AT(completion, result, 20);
AT(completion, flags, 24);
AT(completion, descriptors, 28);
AT(completion, residue, 32);
AT(completion, t0, 40);
AT(completion, t1, 48);
AT(completion, t2, 56);
AT(completion, t3, 64);

SIZE(reap, 40);
AT(reap, size, 0);
AT(reap, flags, 4);
AT(reap, comp_size, 8);
AT(reap, max, 12);
AT(reap, min, 16);
AT(reap, taken, 20);
AT(reap, comps, 24);
AT(reap, timeout_ns, 32);

SIZE(sample, 32);
AT(sample, t0, 0);
AT(sample, t1, 8);
AT(sample, t2, 16);
AT(sample, t3, 24);

SIZE(run, 160);
AT(run, size, 0);
AT(run, flags, 4);
AT(run, op_size, 8);
AT(run, nr_ops, 12);
AT(run, ops, 16);
AT(run, count, 24);
AT(run, time_ns, 32);
AT(run, depth, 40);
AT(run, kick, 44);
AT(run, timeout_ns, 48);
AT(run, interval_ns, 56);
AT(run, samples, 64);
AT(run, nr_samples, 68);
AT(run, outcome, 72);
AT(run, why, 76);
AT(run, bad_op, 80);
AT(run, first_result, 84);
AT(run, done, 88);
AT(run, failed, 96);
AT(run, timed_out, 104);
AT(run, aborted, 112);
AT(run, retries, 120);
AT(run, descriptors, 128);
AT(run, start, 136);
AT(run, end, 144);
AT(run, bytes, 152);

SIZE(stream, 96);
AT(stream, size, 0);
AT(stream, channel, 4);
AT(stream, action, 8);
AT(stream, direction, 12);
AT(stream, buffer, 16);
AT(stream, periods, 20);
AT(stream, offset, 24);
AT(stream, period, 32);
AT(stream, flags, 40);
AT(stream, why, 44);
AT(stream, user_data, 48);
AT(stream, position, 56);
AT(stream, callbacks, 64);
AT(stream, dropped, 72);
AT(stream, stamp, 80);
AT(stream, state, 88);
AT(stream, reserved, 92);

NUMBER(DMACTL_IOC_INFO, 0xdc00);
NUMBER(DMACTL_IOC_NULL, 0xdc01);
NUMBER(DMACTL_IOC_CLAIM, 0xdc10);
NUMBER(DMACTL_IOC_RELEASE, 0xdc11);
NUMBER(DMACTL_IOC_CONFIG, 0xdc12);
NUMBER(DMACTL_IOC_BUF_CREATE, 0xdc20);
NUMBER(DMACTL_IOC_BUF_DESTROY, 0xdc21);
NUMBER(DMACTL_IOC_BUF_SYNC, 0xdc22);
NUMBER(DMACTL_IOC_SUBMIT, 0xdc30);
NUMBER(DMACTL_IOC_REAP, 0xdc31);
NUMBER(DMACTL_IOC_RUN, 0xdc32);
NUMBER(DMACTL_IOC_STREAM, 0xdc40);

NUMBER(DMACTL_OP_MEMCPY, 0);
NUMBER(DMACTL_OP_MEMSET, 1);
NUMBER(DMACTL_OP_INTERRUPT, 2);
NUMBER(DMACTL_OP_XOR, 3);
NUMBER(DMACTL_OP_XOR_VAL, 4);
NUMBER(DMACTL_OP_PQ, 5);
NUMBER(DMACTL_OP_PQ_VAL, 6);
NUMBER(DMACTL_OP_MEMSET_SG, 7);
NUMBER(DMACTL_OP_INTERLEAVED, 8);
NUMBER(DMACTL_OP_SLAVE_SG, 9);
NUMBER(DMACTL_OP_CYCLIC, 10);
NUMBER(DMACTL_EP_SOURCE, 1);
NUMBER(DMACTL_EP_SINK, 2);
NUMBER(DMACTL_EP_LOOPBACK, 3);
NUMBER(DMACTL_EP_LINE, 4);
NUMBER(DMACTL_EP_BUFFER, 5);
NUMBER(DMACTL_EP_RAW, 6);
NUMBER(DMACTL_BUF_PAGES, 1);
NUMBER(DMACTL_BUF_COHERENT, 2);
NUMBER(DMACTL_BUF_SAMPLES, 3);
NUMBER(DMACTL_BUF_USER, 4);
NUMBER(DMACTL_BUF_DMABUF, 5);
NUMBER(DMACTL_WHY_NONE, 0);
NUMBER(DMACTL_WHY_OPCODE, 1);
NUMBER(DMACTL_WHY_FLAGS, 2);
NUMBER(DMACTL_WHY_RESERVED, 3);
NUMBER(DMACTL_WHY_CHANNEL, 4);
NUMBER(DMACTL_WHY_LACKS, 5);
NUMBER(DMACTL_WHY_BUFFER, 6);
NUMBER(DMACTL_WHY_KIND, 7);
NUMBER(DMACTL_WHY_LENGTH, 8);
NUMBER(DMACTL_WHY_RANGE, 9);
NUMBER(DMACTL_WHY_OVERLAP, 10);
NUMBER(DMACTL_WHY_VALUE, 11);
NUMBER(DMACTL_WHY_ALIGN, 12);
NUMBER(DMACTL_WHY_SPLIT, 13);
NUMBER(DMACTL_WHY_MAPPED, 14);
NUMBER(DMACTL_WHY_MAP, 15);
NUMBER(DMACTL_WHY_STATE, 16);
NUMBER(DMACTL_WHY_DEPTH, 17);
NUMBER(DMACTL_WHY_PREP, 18);
NUMBER(DMACTL_WHY_DEPS, 19);
NUMBER(DMACTL_WHY_SOURCES, 20);
NUMBER(DMACTL_WHY_SEGMENT, 21);
NUMBER(DMACTL_WHY_DIRECTION, 22);
NUMBER(DMACTL_WHY_ENDPOINT, 23);
NUMBER(DMACTL_WHY_TEMPLATE, 24);
NUMBER(DMACTL_RES_OK, 0);
NUMBER(DMACTL_RES_READ_FAILED, 1);
NUMBER(DMACTL_RES_WRITE_FAILED, 2);
NUMBER(DMACTL_RES_ABORTED, 3);
NUMBER(DMACTL_RES_TIMED_OUT, 4);
NUMBER(DMACTL_RES_FAILED, 5);
NUMBER(DMACTL_RES_INPUT_FAILED, 6);
NUMBER(DMACTL_STREAM_START, 1);
NUMBER(DMACTL_STREAM_STOP, 2);
NUMBER(DMACTL_STREAM_PAUSE, 3);
NUMBER(DMACTL_STREAM_RESUME, 4);
NUMBER(DMACTL_STREAM_POSITION, 5);
NUMBER(DMACTL_STREAM_RUNNING, 1);
NUMBER(DMACTL_STREAM_PAUSED, 2);
NUMBER(DMACTL_STREAM_STOPPED, 3);

NUMBER(DMACTL_FEAT_PAGES, 0x1);
NUMBER(DMACTL_FEAT_COHERENT, 0x2);
NUMBER(DMACTL_FEAT_USER, 0x4);
NUMBER(DMACTL_FEAT_DMABUF, 0x8);
NUMBER(DMACTL_FEAT_RUN, 0x10);
NUMBER(DMACTL_FEAT_POLL, 0x20);
NUMBER(DMACTL_FEAT_MAP_EACH, 0x40);
NUMBER(DMACTL_FEAT_DEPS, 0x80);
NUMBER(DMACTL_FEAT_CONFIG, 0x100);
NUMBER(DMACTL_FEAT_STREAM, 0x200);
NUMBER(DMACTL_FEAT_RATE, 0x400);
NUMBER(DMACTL_TRAIT_TERMINATE, 0x1);
NUMBER(DMACTL_TRAIT_SYNCHRONIZE, 0x2);
NUMBER(DMACTL_TRAIT_PAUSE, 0x4);
NUMBER(DMACTL_TRAIT_RESUME, 0x8);
NUMBER(DMACTL_TRAIT_NO_ORDER, 0x10);
NUMBER(DMACTL_TRAIT_PRIVATE, 0x20);
NUMBER(DMACTL_TRAIT_SIMULATED, 0x40);
NUMBER(DMACTL_TRAIT_SLAVE, 0x80);
NUMBER(DMACTL_TRAIT_REUSE, 0x100);
NUMBER(DMACTL_TRAIT_RELEASE, 0x200);
NUMBER(DMACTL_CONFIG_F_DEVICE_FLOW, 0x1);
NUMBER(DMACTL_CONFIG_F_BUS_ADDRESS, 0x2);
NUMBER(DMACTL_OP_F_NO_INTERRUPT, 0x1);
NUMBER(DMACTL_OP_F_FENCE, 0x2);
NUMBER(DMACTL_OP_F_NO_P, 0x4);
NUMBER(DMACTL_OP_F_NO_Q, 0x8);
NUMBER(DMACTL_OP_F_CONTINUE, 0x10);
NUMBER(DMACTL_OP_F_REPEAT, 0x20);
NUMBER(DMACTL_OP_F_LOAD_EOT, 0x40);
NUMBER(DMACTL_COMP_F_INTERRUPT_LOST, 0x1);
NUMBER(DMACTL_COMP_F_UNSYNCED, 0x2);
NUMBER(DMACTL_COMP_F_QUARANTINED, 0x4);
NUMBER(DMACTL_COMP_F_XOR_BAD, 0x8);
NUMBER(DMACTL_COMP_F_Q_BAD, 0x10);
NUMBER(DMACTL_COMP_F_PERIOD, 0x20);
NUMBER(DMACTL_COMP_F_STREAM, 0x40);
NUMBER(DMACTL_RUN_F_POLL, 0x1);
NUMBER(DMACTL_RUN_F_IRQ_BATCH, 0x2);
NUMBER(DMACTL_RUN_F_MAP_EACH, 0x4);
NUMBER(DMACTL_RUN_O_INTERRUPTED, 0x1);
NUMBER(DMACTL_RUN_O_STOPPED, 0x2);
NUMBER(DMACTL_RUN_O_GONE, 0x4);
NUMBER(DMACTL_RUN_O_QUARANTINED, 0x8);
NUMBER(DMACTL_RUN_O_UNSYNCED, 0x10);
NUMBER(DMACTL_RUN_O_INTERRUPT_LOST, 0x20);
NUMBER(DMACTL_RUN_O_PREP, 0x40);
NUMBER(DMACTL_RUN_O_MAP, 0x80);
NUMBER(DMACTL_RUN_O_PARITY, 0x100);
NUMBER(DMACTL_STREAM_F_NO_INTERRUPT, 0x1);
NUMBER(DMACTL_STREAM_F_REOPEN, 0x2);
NUMBER(DMACTL_ABI, 1);
NUMBER(DMACTL_NAME_MAX, 64);
NUMBER(DMACTL_VERSION_MAX, 32);
NUMBER(DMACTL_NONE, 0xffffffff);
NUMBER(DMACTL_DEP_RELY, 1);
NUMBER(DMACTL_DEP_HOLD, 2);
NUMBER(DMACTL_SYNC_CPU, 1);
NUMBER(DMACTL_SYNC_DEVICE, 2);

NUMBER(DMACTL_CHANNEL_STATE_FREE, 0);
NUMBER(DMACTL_CHANNEL_STATE_KERNEL, 1);
NUMBER(DMACTL_CHANNEL_STATE_CLAIMED, 2);
NUMBER(DMACTL_CHANNEL_STATE_BUSY, 3);
NUMBER(DMACTL_CHANNEL_STATE_STOPPING, 4);
NUMBER(DMACTL_CHANNEL_STATE_QUARANTINED, 5);
NUMBER(DMACTL_CHANNEL_STATE_LEAVING, 6);
NUMBER(DMACTL_EVENT_TYPE_CHANNEL_ADD, 0);
NUMBER(DMACTL_EVENT_TYPE_CHANNEL_DEL, 1);
NUMBER(DMACTL_EVENT_TYPE_CLAIM, 2);
NUMBER(DMACTL_EVENT_TYPE_RELEASE, 3);
NUMBER(DMACTL_EVENT_TYPE_TIMEOUT, 4);
NUMBER(DMACTL_EVENT_TYPE_QUARANTINE, 5);
NUMBER(DMACTL_EVENT_TYPE_RECLAIM, 6);
NUMBER(DMACTL_EVENT_TYPE_LEAK, 7);
NUMBER(DMACTL_A_CHANNEL_PAD, 1);
NUMBER(DMACTL_A_CHANNEL_NAME, 2);
NUMBER(DMACTL_A_CHANNEL_STABLE, 3);
NUMBER(DMACTL_A_CHANNEL_DEVICE, 4);
NUMBER(DMACTL_A_CHANNEL_DRIVER, 5);
NUMBER(DMACTL_A_CHANNEL_STATE, 6);
NUMBER(DMACTL_A_CHANNEL_TRAITS, 7);
NUMBER(DMACTL_A_CHANNEL_OPERATIONS, 8);
NUMBER(DMACTL_A_CHANNEL_USERS, 9);
NUMBER(DMACTL_A_CHANNEL_NODE, 10);
NUMBER(DMACTL_A_CHANNEL_MAX_SEGMENT, 11);
NUMBER(DMACTL_A_CHANNEL_MAX_MAPPING, 12);
NUMBER(DMACTL_A_CHANNEL_MASK_BITS, 13);
NUMBER(DMACTL_A_CHANNEL_ALIGN_COPY, 14);
NUMBER(DMACTL_A_CHANNEL_ALIGN_FILL, 15);
NUMBER(DMACTL_A_CHANNEL_ALIGN_XOR, 16);
NUMBER(DMACTL_A_CHANNEL_ALIGN_PQ, 17);
NUMBER(DMACTL_A_CHANNEL_MAX_XOR, 18);
NUMBER(DMACTL_A_CHANNEL_MAX_PQ, 19);
NUMBER(DMACTL_A_CHANNEL_SRC_WIDTHS, 20);
NUMBER(DMACTL_A_CHANNEL_DST_WIDTHS, 21);
NUMBER(DMACTL_A_CHANNEL_DIRECTIONS, 22);
NUMBER(DMACTL_A_CHANNEL_MIN_BURST, 23);
NUMBER(DMACTL_A_CHANNEL_MAX_BURST, 24);
NUMBER(DMACTL_A_CHANNEL_MAX_SG_BURST, 25);
NUMBER(DMACTL_A_CHANNEL_RESIDUE, 26);
NUMBER(DMACTL_A_CHANNEL_SESSION, 27);
NUMBER(DMACTL_A_CHANNEL_PID, 28);
NUMBER(DMACTL_A_CHANNEL_COMMAND, 29);
NUMBER(DMACTL_A_CHANNEL_IN_FLIGHT, 30);
NUMBER(DMACTL_A_CHANNEL_DONE, 31);
NUMBER(DMACTL_A_CHANNEL_BYTES, 32);
NUMBER(DMACTL_A_CHANNEL_FAILED, 33);
NUMBER(DMACTL_A_CHANNEL_TIMED_OUT, 34);
NUMBER(DMACTL_A_CHANNEL_ABORTED, 35);
NUMBER(DMACTL_A_CHANNEL_RETRIES, 36);
NUMBER(DMACTL_A_CHANNEL_LATE, 37);
NUMBER(DMACTL_A_CHANNEL_CLAIMS, 38);
NUMBER(DMACTL_A_SESSION_ID, 1);
NUMBER(DMACTL_A_SESSION_PID, 2);
NUMBER(DMACTL_A_SESSION_COMMAND, 3);
NUMBER(DMACTL_A_SESSION_CHANNELS, 4);
NUMBER(DMACTL_A_SESSION_BUFFERS, 5);
NUMBER(DMACTL_A_SESSION_BYTES, 6);
NUMBER(DMACTL_A_SESSION_IN_FLIGHT, 7);
NUMBER(DMACTL_A_SESSION_UNREAPED, 8);
NUMBER(DMACTL_A_SESSION_PAD, 9);
NUMBER(DMACTL_A_QUARANTINE_STABLE, 1);
NUMBER(DMACTL_A_QUARANTINE_NAME, 2);
NUMBER(DMACTL_A_QUARANTINE_SESSION, 3);
NUMBER(DMACTL_A_QUARANTINE_REQUESTS, 4);
NUMBER(DMACTL_A_QUARANTINE_BYTES, 5);
NUMBER(DMACTL_A_QUARANTINE_AGE_NS, 6);
NUMBER(DMACTL_A_QUARANTINE_LEAKED, 7);
NUMBER(DMACTL_A_QUARANTINE_PAD, 8);
NUMBER(DMACTL_A_EVENT_TYPE, 1);
NUMBER(DMACTL_A_EVENT_TIME_NS, 2);
NUMBER(DMACTL_A_EVENT_NAME, 3);
NUMBER(DMACTL_A_EVENT_STABLE, 4);
NUMBER(DMACTL_A_EVENT_SESSION, 5);
NUMBER(DMACTL_A_EVENT_REQUESTS, 6);
NUMBER(DMACTL_A_EVENT_BYTES, 7);
NUMBER(DMACTL_A_EVENT_PAD, 8);
NUMBER(DMACTL_CMD_CHANNEL_GET, 1);
NUMBER(DMACTL_CMD_SESSION_GET, 2);
NUMBER(DMACTL_CMD_QUARANTINE_GET, 3);
NUMBER(DMACTL_CMD_EVENT, 4);

#ifndef LAYOUT_ONLY
#include "harness.h"

int suite_plain = 1;

TEST("sizes, offsets and numbers are as published")
{
	/* Compiling proved all but the names. */
	CHECK_STR(DMACTL_FAMILY_NAME, "dmactl");
	CHECK_STR(DMACTL_MCGRP_EVENTS, "events");
	CHECK_EQ(DMACTL_FAMILY_VERSION, 1);
}
#endif
