/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * dmactl - drive any dmaengine channel from user space: the interface of /dev/dmactl
 *
 * One open of the node is one session. A session claims channels, owns buffers, and has one
 * completion queue. Closing the last reference to the file (descriptors and mappings) undoes
 * everything. Sessions know nothing of each other. All calls may be made from several threads.
 *
 * Rules that hold for every call:
 *
 *  - Every structure begins with @size, which the caller sets to sizeof() of the structure that it
 *    was built with. A module that knows a shorter one accepts a longer one as long as the bytes
 *    that it does not know are zero (else E2BIG); missing bytes read as zero. A @size below the
 *    first published size of the structure is EINVAL. Arrays carry their element size the same way.
 *  - Reserved fields and reserved bits of flags must be zero: EINVAL for a field, EOPNOTSUPP for a
 *    flag or an operation that is unknown, or whose feature bit is not set in dmactl_info.
 *  - All members lie at the same offset for 32-bit and 64-bit callers. Pointers are passed in 64
 *    bits.
 *  - No address of any kind, physical, bus or kernel, is ever returned.
 *  - Lengths and offsets are bytes. Times are nanoseconds; stamps are CLOCK_MONOTONIC.
 *  - An unknown ioctl number is ENOTTY, a pointer that cannot be followed is EFAULT. SUBMIT, REAP,
 *    RUN and STREAM answer last: where only the answer cannot be written, all else has been done.
 *  - Where a call fails, nothing has changed unless the call's text says otherwise.
 */
#ifndef _UAPI_LINUX_DMACTL_H
#define _UAPI_LINUX_DMACTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define DMACTL_ABI		1	/* version of this interface, in dmactl_info.abi */
#define DMACTL_NAME_MAX		64	/* bytes of a channel's name, with the final NUL */
#define DMACTL_VERSION_MAX	32	/* bytes of a version, with the final NUL */
#define DMACTL_NONE		0xffffffffU	/* "no channel", "no buffer", "no node" */

/* Numbers carry no size (the structure does), so that a structure may grow: see iommufd(7). */
#define DMACTL_IOC_TYPE		0xdc
#define DMACTL_IOC_INFO		_IO(DMACTL_IOC_TYPE, 0x00)	/* struct dmactl_info */
#define DMACTL_IOC_NULL		_IO(DMACTL_IOC_TYPE, 0x01)	/* no argument: returns 0 */
#define DMACTL_IOC_CLAIM	_IO(DMACTL_IOC_TYPE, 0x10)	/* struct dmactl_claim */
#define DMACTL_IOC_RELEASE	_IO(DMACTL_IOC_TYPE, 0x11)	/* struct dmactl_release */
#define DMACTL_IOC_CONFIG	_IO(DMACTL_IOC_TYPE, 0x12)	/* struct dmactl_config */
#define DMACTL_IOC_BUF_CREATE	_IO(DMACTL_IOC_TYPE, 0x20)	/* struct dmactl_buf_create */
#define DMACTL_IOC_BUF_DESTROY	_IO(DMACTL_IOC_TYPE, 0x21)	/* struct dmactl_buf_destroy */
#define DMACTL_IOC_BUF_SYNC	_IO(DMACTL_IOC_TYPE, 0x22)	/* struct dmactl_buf_sync */
#define DMACTL_IOC_SUBMIT	_IO(DMACTL_IOC_TYPE, 0x30)	/* struct dmactl_submit */
#define DMACTL_IOC_REAP		_IO(DMACTL_IOC_TYPE, 0x31)	/* struct dmactl_reap */
#define DMACTL_IOC_RUN		_IO(DMACTL_IOC_TYPE, 0x32)	/* struct dmactl_run */
#define DMACTL_IOC_STREAM	_IO(DMACTL_IOC_TYPE, 0x40)	/* struct dmactl_stream */

/**
 * enum dmactl_opcode - what an operation does
 * @DMACTL_OP_MEMCPY:      copy len bytes from src to dst
 * @DMACTL_OP_MEMSET:      write the byte value len times to dst
 * @DMACTL_OP_INTERRUPT:   move nothing, only complete
 * @DMACTL_OP_XOR:         dst = xor of the sources in vector
 * @DMACTL_OP_XOR_VAL:     check that the sources in vector xor to zero
 * @DMACTL_OP_PQ:          P and Q of RAID-6 over the sources in vector
 * @DMACTL_OP_PQ_VAL:      check P and Q
 * @DMACTL_OP_MEMSET_SG:   memset over the segments in vector
 * @DMACTL_OP_INTERLEAVED: copy frames of chunks with gaps, as template says
 * @DMACTL_OP_SLAVE_SG:    between the segments in vector and the configured endpoint
 * @DMACTL_OP_CYCLIC:      a ring of periods; only in a claim's mask and in STREAM
 *
 * Bit (1 << opcode) stands for the operation in every mask of operations.
 */
enum dmactl_opcode {
	DMACTL_OP_MEMCPY = 0,
	DMACTL_OP_MEMSET = 1,
	DMACTL_OP_INTERRUPT = 2,
	DMACTL_OP_XOR = 3,
	DMACTL_OP_XOR_VAL = 4,
	DMACTL_OP_PQ = 5,
	DMACTL_OP_PQ_VAL = 6,
	DMACTL_OP_MEMSET_SG = 7,
	DMACTL_OP_INTERLEAVED = 8,
	DMACTL_OP_SLAVE_SG = 9,
	DMACTL_OP_CYCLIC = 10,
};

/* dmactl_info.features: what this module can do */
#define DMACTL_FEAT_PAGES	(1ULL << 0)	/* buffers: pages of the kernel */
#define DMACTL_FEAT_COHERENT	(1ULL << 1)	/* buffers: coherent memory of one channel */
#define DMACTL_FEAT_USER	(1ULL << 2)	/* buffers: pinned memory of the caller */
#define DMACTL_FEAT_DMABUF	(1ULL << 3)	/* buffers: an imported dma-buf */
#define DMACTL_FEAT_RUN		(1ULL << 4)	/* RUN */
#define DMACTL_FEAT_POLL	(1ULL << 5)	/* RUN with DMACTL_RUN_F_POLL */
#define DMACTL_FEAT_MAP_EACH	(1ULL << 6)	/* RUN with DMACTL_RUN_F_MAP_EACH */
#define DMACTL_FEAT_DEPS	(1ULL << 7)	/* FENCE and dependencies between operations */
#define DMACTL_FEAT_CONFIG	(1ULL << 8)	/* CONFIG and slave operations */
#define DMACTL_FEAT_STREAM	(1ULL << 9)	/* STREAM */
#define DMACTL_FEAT_RATE	(1ULL << 10)	/* RUN with interval_ns (open loop) */

/**
 * struct dmactl_info - versions, features and limits of the module
 * @size:          in, sizeof(struct dmactl_info)
 * @abi:           out, DMACTL_ABI of the module
 * @features:      out, DMACTL_FEAT_* bits
 * @operations:    out, mask of the operations that SUBMIT and RUN accept
 * @max_channels:  out, channels a session may claim
 * @max_buffers:   out, buffers a session may have
 * @max_depth:     out, operations of one channel that may be in flight or not yet reaped
 * @max_ops:       out, elements of one SUBMIT or RUN
 * @max_buffer:    out, bytes of one buffer
 * @max_session:   out, bytes of all buffers of a session; the opener's RLIMIT_MEMLOCK holds as well
 * @default_timeout_ns: out, what a timeout_ns of 0 means
 * @max_descriptors: out, descriptors that one operation may be split into
 * @max_vec:       out, elements of one operation's vector
 * @version:       out, version text of the module, NUL-terminated
 * @max_sessions:  out, sessions that the opener may have at a time; one more is EMFILE
 * @reserved:      out, 0
 */
struct dmactl_info {
	__u32 size;
	__u32 abi;
	__aligned_u64 features;
	__aligned_u64 operations;
	__u32 max_channels;
	__u32 max_buffers;
	__u32 max_depth;
	__u32 max_ops;
	__aligned_u64 max_buffer;
	__aligned_u64 max_session;
	__aligned_u64 default_timeout_ns;
	__u32 max_descriptors;
	__u32 max_vec;
	char version[DMACTL_VERSION_MAX];
	__u32 max_sessions;
	__u32 reserved;
};

/* dmactl_claim.traits and DMACTL_A_CHANNEL_TRAITS of netlink: facts about a channel */
#define DMACTL_TRAIT_TERMINATE	(1U << 0)	/* device_terminate_all: work can be stopped */
#define DMACTL_TRAIT_SYNCHRONIZE (1U << 1)	/* device_synchronize: and known to have stopped */
#define DMACTL_TRAIT_PAUSE	(1U << 2)
#define DMACTL_TRAIT_RESUME	(1U << 3)
#define DMACTL_TRAIT_NO_ORDER	(1U << 4)	/* DMA_COMPLETION_NO_ORDER: cannot be polled */
#define DMACTL_TRAIT_PRIVATE	(1U << 5)	/* DMA_PRIVATE: not for async_tx (md-raid) */
#define DMACTL_TRAIT_SIMULATED	(1U << 6)	/* dma-sim: no hardware */
#define DMACTL_TRAIT_SLAVE	(1U << 7)	/* has slave capabilities */
#define DMACTL_TRAIT_REUSE	(1U << 8)	/* descriptor reuse */
#define DMACTL_TRAIT_RELEASE	(1U << 9)	/* device_release: safe to unbind while held */

/**
 * struct dmactl_claim - take a channel for this session alone
 * @size:        in, sizeof(struct dmactl_claim)
 * @flags:       in, 0
 * @operations:  in, mask of operations the channel must have; out, mask of all that it has
 * @name:        in, sysfs name (dma0chan0), DEVICE/N (12680000.dma/0), or NODE:LINE, a request line
 *               of a node "dmactl,client" of the device tree; out, the DEVICE/N form
 * @channel:     out, the channel's id in this session
 * @traits:      out, DMACTL_TRAIT_* bits
 * @max_segment: out, bytes one descriptor may move; longer operations are split
 * @max_mapping: out, bytes one mapping of the device may have
 * @node:        out, NUMA node of the device, DMACTL_NONE when it has none
 * @align_copy:  out, log2 of the alignment that memcpy asks for (copy_align as the driver gives it)
 * @align_fill:  out, the same for memset
 * @align_xor:   out, the same for xor
 * @align_pq:    out, the same for pq
 * @max_xor:     out, sources of one xor
 * @max_pq:      out, sources of one pq
 *
 * The whole device becomes DMA_PRIVATE while one of its channels is claimed: public users
 * (async_tx, md-raid) no longer get channels of it.
 *
 * Errors: ENOENT no such channel; EBUSY the channel, or (on a public device) a sibling, is in use,
 * or it is in quarantine; EOPNOTSUPP it lacks one of @operations (@operations tells what it has);
 * ENODEV its provider is leaving; ENXIO the provider could not set the channel up, or gives none
 * for the line (one that is held, either); EAGAIN the line's provider is not there yet, or its node
 * is not bound; EMFILE dmactl_info.max_channels.
 */
struct dmactl_claim {
	__u32 size;
	__u32 flags;
	__aligned_u64 operations;
	char name[DMACTL_NAME_MAX];
	__u32 channel;
	__u32 traits;
	__aligned_u64 max_segment;
	__aligned_u64 max_mapping;
	__u32 node;
	__u8 align_copy;
	__u8 align_fill;
	__u8 align_xor;
	__u8 align_pq;
	__u32 max_xor;
	__u32 max_pq;
};

/**
 * struct dmactl_release - give a channel back
 * @size:    in, sizeof(struct dmactl_release)
 * @channel: in, id from CLAIM
 *
 * What is in flight is stopped first, as on a time-out, and completes as ABORTED. A channel that
 * cannot be stopped goes into quarantine with everything that the engine may still write; the id is
 * gone in any case.
 *
 * Errors: ENOENT no such id; EBUSY a coherent buffer of the channel exists, or a RUN is under way.
 */
struct dmactl_release {
	__u32 size;
	__u32 channel;
};

/* dmactl_config.endpoint */
enum dmactl_endpoint {
	DMACTL_EP_SOURCE = 1,	/* dma-sim: produces a counter pattern */
	DMACTL_EP_SINK = 2,	/* dma-sim: sums what it takes */
	DMACTL_EP_LOOPBACK = 3,	/* dma-sim: a FIFO */
	DMACTL_EP_LINE = 4,	/* the request line's own device, from the consumer node */
	DMACTL_EP_BUFFER = 5,	/* a buffer stands for the register */
	DMACTL_EP_RAW = 6,	/* a raw address; see dmactl(4) */
};

/**
 * struct dmactl_config - the peripheral's side of slave and cyclic operations (dma_slave_config)
 * @size:      in, sizeof(struct dmactl_config)
 * @channel:   in, id from CLAIM
 * @endpoint:  in, enum dmactl_endpoint
 * @flags:     in, DMACTL_CONFIG_F_*
 * @src_width: in, bytes of one register access when the peripheral is the source, 0 unused
 * @dst_width: in, the same when it is the destination
 * @src_burst: in, accesses of one burst, 0 the driver's choice
 * @dst_burst: in, the same when it is the destination
 * @buffer:    in, DMACTL_EP_BUFFER: the buffer
 * @reserved:  in, 0
 * @address:   in, DMACTL_EP_BUFFER: offset in the buffer; DMACTL_EP_RAW: physical address
 *
 * Of DMACTL_EP_LINE a width or burst of 0 is what the node says, and the register is the node's.
 *
 * Needs DMACTL_FEAT_CONFIG. Errors: ENOENT channel or buffer; EINVAL width or burst the channel
 * does not list, or a register that is none; ERANGE outside the buffer; EBUSY in flight; EPERM the
 * endpoint is not allowed to the caller on this channel; EOPNOTSUPP the channel has no peripheral's
 * side, or not this one; EIO the buffer cannot be mapped; ENODEV the provider has gone; EINTR; or
 * what the provider says.
 */
struct dmactl_config {
	__u32 size;
	__u32 channel;
	__u32 endpoint;
	__u32 flags;
	__u32 src_width;
	__u32 dst_width;
	__u32 src_burst;
	__u32 dst_burst;
	__u32 buffer;
	__u32 reserved;
	__aligned_u64 address;
};

#define DMACTL_CONFIG_F_DEVICE_FLOW	(1U << 0)	/* the peripheral controls the flow */
#define DMACTL_CONFIG_F_BUS_ADDRESS	(1U << 1)	/* EP_BUFFER: the driver wants that */

/* dmactl_buf_create.kind */
enum dmactl_buf_kind {
	DMACTL_BUF_PAGES = 1,	/* kernel pages, streaming DMA, owned by one device at a time */
	DMACTL_BUF_COHERENT = 2, /* dma_alloc_coherent() for one channel's device */
	DMACTL_BUF_SAMPLES = 3,	/* where RUN puts stamps; never touched by an engine */
	DMACTL_BUF_USER = 4,	/* memory of the caller, pinned */
	DMACTL_BUF_DMABUF = 5,	/* a dma-buf */
};

/**
 * struct dmactl_buf_create - make a buffer
 * @size:    in, sizeof(struct dmactl_buf_create)
 * @kind:    in, enum dmactl_buf_kind
 * @flags:   in, 0
 * @channel: in, COHERENT: the channel; PAGES: the channel whose mask and mapping limit the pages
 *           should satisfy, or DMACTL_NONE; else DMACTL_NONE
 * @bytes:   in, 1 to dmactl_info.max_buffer; rounded up to whole pages
 * @address: in, USER: address of the memory; else 0
 * @fd:      in, DMABUF: the descriptor; else 0
 * @node:    in, NUMA node for PAGES, DMACTL_NONE for the device's own or any
 * @buffer:  out, the buffer's id in this session
 * @granule: out, PAGES, USER: log2 of the length and alignment of the pieces that are contiguous in
 *           memory
 * @offset:  out, what to pass to mmap(2) as its offset, together with @bytes
 * @mapped:  out, bytes that mmap(2) accepts (whole pages)
 * @reserved: in, 0
 *
 * The memory is zero. It may be mapped with mmap(2), shared, from @offset, whole or in part; the
 * mapping is not inherited by fork(2) and not dumped. A buffer lives until BUF_DESTROY and until
 * nothing that is in flight names it and nothing maps it.
 *
 * Errors: EINVAL kind, bytes, node; ENOENT no such channel; EMFILE max_buffers; EDQUOT max_session;
 * ENOMEM no memory, or RLIMIT_MEMLOCK of the opener; EOPNOTSUPP feature bit not set; USER: EFAULT
 * not all of it is mapped and writable, EBUSY some of it is in a buffer already, of this session or
 * another; DMABUF: EBADF, EINVAL no descriptor, or not of a dma-buf, ERANGE it is smaller, EACCES
 * it is only for reading.
 */
struct dmactl_buf_create {
	__u32 size;
	__u32 kind;
	__u32 flags;
	__u32 channel;
	__aligned_u64 bytes;
	__aligned_u64 address;
	__s32 fd;
	__u32 node;
	__u32 buffer;
	__u32 granule;
	__aligned_u64 offset;
	__aligned_u64 mapped;
	__aligned_u64 reserved;
};

/**
 * struct dmactl_buf_destroy - give up a buffer's id
 * @size:   in, sizeof(struct dmactl_buf_destroy)
 * @buffer: in, id from BUF_CREATE
 *
 * The memory itself goes when the last operation in flight and the last mapping are gone.
 * Errors: ENOENT no such id.
 */
struct dmactl_buf_destroy {
	__u32 size;
	__u32 buffer;
};

/* dmactl_buf_sync.direction */
#define DMACTL_SYNC_CPU		1	/* before the CPU reads or writes */
#define DMACTL_SYNC_DEVICE	2	/* after it wrote, before the next operation */

/**
 * struct dmactl_buf_sync - hand a part of a streaming buffer to the CPU or to the device
 * @size:      in, sizeof(struct dmactl_buf_sync)
 * @buffer:    in, id from BUF_CREATE
 * @direction: in, DMACTL_SYNC_CPU or DMACTL_SYNC_DEVICE
 * @reserved:  in, 0
 * @offset:    in, bytes
 * @len:       in, bytes, at least 1
 *
 * Does nothing for a buffer that needs no such care (coherent, samples, not mapped by any device).
 * For a dma-buf, whole, it is what DMA_BUF_IOCTL_SYNC does: SYNC_CPU begins an access, SYNC_DEVICE
 * ends one that was begun.
 * Errors: ENOENT no such id; EINVAL direction; ERANGE outside the buffer; ENODEV its provider has
 * gone.
 */
struct dmactl_buf_sync {
	__u32 size;
	__u32 buffer;
	__u32 direction;
	__u32 reserved;
	__aligned_u64 offset;
	__aligned_u64 len;
};

/**
 * struct dmactl_operand - a place in a buffer
 * @buffer:   id from BUF_CREATE
 * @reserved: 0
 * @offset:   bytes from the buffer's start
 */
struct dmactl_operand {
	__u32 buffer;
	__u32 reserved;
	__aligned_u64 offset;
};

/**
 * struct dmactl_vec - an element of an operation's vector
 * @buffer: id from BUF_CREATE; DMACTL_NONE for SLAVE_SG from device to device
 * @coef:   PQ, PQ_VAL: the source's coefficient, 0 to 255; else 0
 * @offset: bytes from the buffer's start
 * @len:    MEMSET_SG and SLAVE_SG: bytes of the segment, at least 1; else 0 (the operation's len
 *          holds)
 */
struct dmactl_vec {
	__u32 buffer;
	__u32 coef;
	__aligned_u64 offset;
	__aligned_u64 len;
};

/* dmactl_dep.how */
#define DMACTL_DEP_RELY	1	/* the caller knows that the channel keeps the order */
#define DMACTL_DEP_HOLD	2	/* the module submits when the producer is complete */

/**
 * struct dmactl_dep - "after that operation"
 * @seq:      sequence number (see dmactl_submit.first_seq); or, with @relative, index in the call
 * @how:      DMACTL_DEP_RELY or DMACTL_DEP_HOLD; across devices always HOLD
 * @relative: 0 or 1
 */
struct dmactl_dep {
	__aligned_u64 seq;
	__u32 how;
	__u32 relative;
};

/**
 * struct dmactl_interleave - the template of an INTERLEAVED operation (dma_interleaved_template)
 * @frames:     frames, at least 1
 * @chunk:      bytes of one chunk
 * @src_gap:    bytes between two source chunks
 * @dst_gap:    bytes between two destination chunks
 */
struct dmactl_interleave {
	__aligned_u64 frames;
	__aligned_u64 chunk;
	__aligned_u64 src_gap;
	__aligned_u64 dst_gap;
};

/* dmactl_op.flags */
#define DMACTL_OP_F_NO_INTERRUPT (1U << 0)	/* leave DMA_PREP_INTERRUPT out */
#define DMACTL_OP_F_FENCE	(1U << 1)	/* DMA_PREP_FENCE: later ones need my result */
#define DMACTL_OP_F_NO_P	(1U << 2)	/* DMA_PREP_PQ_DISABLE_P */
#define DMACTL_OP_F_NO_Q	(1U << 3)	/* DMA_PREP_PQ_DISABLE_Q */
#define DMACTL_OP_F_CONTINUE	(1U << 4)	/* DMA_PREP_CONTINUE */
#define DMACTL_OP_F_REPEAT	(1U << 5)	/* DMA_PREP_REPEAT, INTERLEAVED only */
#define DMACTL_OP_F_LOAD_EOT	(1U << 6)	/* DMA_PREP_LOAD_EOT, INTERLEAVED only */

/**
 * struct dmactl_op - one operation
 * @opcode:    enum dmactl_opcode
 * @flags:     DMACTL_OP_F_*
 * @channel:   id from CLAIM
 * @value:     MEMSET, MEMSET_SG: the byte, 0 to 255; else 0
 * @user_data: comes back in the completion
 * @len:       bytes at the destination, at least 1; 0 for INTERRUPT. MEMSET_SG, SLAVE_SG: the sum
 *             of the segments; INTERLEAVED: frames x chunk; XOR_VAL, PQ_VAL: bytes of each source
 * @dst:       destination (PQ, PQ_VAL: P); MEMCPY, MEMSET, XOR, PQ, PQ_VAL, INTERLEAVED; else zero
 * @dst2:      PQ, PQ_VAL: Q; else zero. With NO_P @dst, with NO_Q @dst2 is zero
 * @src:       MEMCPY, INTERLEAVED: source; else zero
 * @direction: SLAVE_SG: enum dma_transfer_direction (0 mem-to-mem ... 3 dev-to-dev); else 0
 * @nr_vec:    elements at @vec: sources or segments; else 0
 * @vec:       user address of struct dmactl_vec[@nr_vec]
 * @template:  INTERLEAVED: user address of a struct dmactl_interleave; else 0
 * @deps:      user address of struct dmactl_dep[@nr_deps]
 * @nr_deps:   dependencies; 0 unless DMACTL_FEAT_DEPS
 * @reserved:  0
 *
 * Source and destination of one operation must not share a byte, nor P and Q, nor two segments that
 * are written. XOR takes 2 to max_xor sources, XOR_VAL 2 to max_xor (the parity is one of them), PQ
 * and PQ_VAL 1 to max_pq; what the flags cost (see dma_maxpq()) comes off. CONTINUE goes on from
 * the P and Q that are there. The *_VAL operations end OK and tell by DMACTL_COMP_F_XOR_BAD and
 * DMACTL_COMP_F_Q_BAD. A dependency that HOLDs keeps the operation in the module until its producer
 * is complete: it is ABORTED, and never runs, when that did not end OK; one that RELYs is reported
 * as INPUT_FAILED then.
 */
struct dmactl_op {
	__u32 opcode;
	__u32 flags;
	__u32 channel;
	__u32 value;
	__aligned_u64 user_data;
	__aligned_u64 len;
	struct dmactl_operand dst;
	struct dmactl_operand dst2;
	struct dmactl_operand src;
	__u32 direction;
	__u32 nr_vec;
	__aligned_u64 vec;
	__aligned_u64 template;
	__aligned_u64 deps;
	__u32 nr_deps;
	__u32 reserved;
};

/**
 * enum dmactl_why - why an operation was refused, beside the errno
 * @DMACTL_WHY_NONE:      no operation is at fault
 * @DMACTL_WHY_OPCODE:    EOPNOTSUPP, the module does not know the operation
 * @DMACTL_WHY_FLAGS:     EOPNOTSUPP, unknown flag
 * @DMACTL_WHY_RESERVED:  EINVAL, a field that the operation does not use is not zero
 * @DMACTL_WHY_CHANNEL:   ENOENT, no channel of that id
 * @DMACTL_WHY_LACKS:     EOPNOTSUPP, the channel does not have the operation
 * @DMACTL_WHY_BUFFER:    ENOENT, no buffer of that id
 * @DMACTL_WHY_KIND:      EINVAL, a buffer of that kind cannot be an operand on that channel
 * @DMACTL_WHY_LENGTH:    EINVAL, length 0, or not 0 where nothing is moved
 * @DMACTL_WHY_RANGE:     ERANGE, offset + length outside the buffer
 * @DMACTL_WHY_OVERLAP:   EINVAL, source and destination share bytes
 * @DMACTL_WHY_VALUE:     EINVAL, value above 255
 * @DMACTL_WHY_ALIGN:     EINVAL, offset or length not aligned as the channel asks for
 * @DMACTL_WHY_SPLIT:     E2BIG, would need more than dmactl_info.max_descriptors descriptors
 * @DMACTL_WHY_MAPPED:    EBUSY, the buffer is in flight on another device
 * @DMACTL_WHY_MAP:       EIO, the buffer could not be mapped for the device
 * @DMACTL_WHY_STATE:     EBUSY, the channel is stopping, runs a RUN or a stream; EIO, it is in
 *                        quarantine; ENODEV, it is gone
 * @DMACTL_WHY_DEPTH:     EAGAIN, dmactl_info.max_depth operations are in flight or not reaped
 * @DMACTL_WHY_PREP:      ENOBUFS, the provider did not prepare a descriptor until the deadline
 * @DMACTL_WHY_DEPS:      EINVAL, a dependency on a later or unknown operation, or RELY across
 *                        channels; E2BIG, more than dmactl_info.max_vec
 * @DMACTL_WHY_SOURCES:   E2BIG, more sources or segments than the channel (or dmactl_info.max_vec)
 *                        takes; EINVAL, fewer than the operation needs
 * @DMACTL_WHY_SEGMENT:   EINVAL, a segment of length 0, or len is not the sum of the segments
 * @DMACTL_WHY_DIRECTION: EINVAL, a direction that the channel does not list
 * @DMACTL_WHY_ENDPOINT:  ENOTCONN, the channel was not given an endpoint by CONFIG
 * @DMACTL_WHY_TEMPLATE:  EINVAL, frames or chunk 0, or len is not frames x chunk; ERANGE, it
 *                        overflows
 */
enum dmactl_why {
	DMACTL_WHY_NONE = 0,
	DMACTL_WHY_OPCODE = 1,
	DMACTL_WHY_FLAGS = 2,
	DMACTL_WHY_RESERVED = 3,
	DMACTL_WHY_CHANNEL = 4,
	DMACTL_WHY_LACKS = 5,
	DMACTL_WHY_BUFFER = 6,
	DMACTL_WHY_KIND = 7,
	DMACTL_WHY_LENGTH = 8,
	DMACTL_WHY_RANGE = 9,
	DMACTL_WHY_OVERLAP = 10,
	DMACTL_WHY_VALUE = 11,
	DMACTL_WHY_ALIGN = 12,
	DMACTL_WHY_SPLIT = 13,
	DMACTL_WHY_MAPPED = 14,
	DMACTL_WHY_MAP = 15,
	DMACTL_WHY_STATE = 16,
	DMACTL_WHY_DEPTH = 17,
	DMACTL_WHY_PREP = 18,
	DMACTL_WHY_DEPS = 19,
	DMACTL_WHY_SOURCES = 20,
	DMACTL_WHY_SEGMENT = 21,
	DMACTL_WHY_DIRECTION = 22,
	DMACTL_WHY_ENDPOINT = 23,
	DMACTL_WHY_TEMPLATE = 24,
};

/**
 * struct dmactl_submit - start operations
 * @size:       in, sizeof(struct dmactl_submit)
 * @flags:      in, 0
 * @op_size:    in, sizeof(struct dmactl_op)
 * @nr_ops:     in, elements at @ops, 1 to dmactl_info.max_ops
 * @ops:        in, user address of struct dmactl_op[@nr_ops]
 * @kick:       in, call issue_pending after every @kick operations of a channel, 0: once at the end
 * @submitted:  out, operations submitted: ops[0] to ops[@submitted - 1]
 * @timeout_ns: in, the channel is stopped when something is in flight and nothing has completed on
 *              it for this long; 0 for dmactl_info.default_timeout_ns, at most a day (more means a
 *              day). The last SUBMIT's value holds.
 * @first_seq:  out, sequence number of ops[0]; ops[i] has @first_seq + i
 * @bad_op:     out, index of the operation that was refused or not submitted, else @nr_ops
 * @why:        out, enum dmactl_why
 *
 * All operations are checked first; if one is bad nothing is submitted (@bad_op, @why). Later ones
 * may still be left out: the queue is full (EAGAIN if not even one was submitted), or the provider
 * did not prepare a descriptor until the deadline (ENOBUFS likewise). Then the call returns 0,
 * @submitted is short, and what was not submitted was not touched. An operation the provider
 * accepted but refused to queue (an error for a cookie) counts as submitted and completes at once
 * as FAILED.
 * @submitted, @bad_op and @why are written on errors too.
 *
 * Errors: EINVAL nr_ops, op_size; those of enum dmactl_why; EINTR a signal came before the first
 * operation was submitted.
 */
struct dmactl_submit {
	__u32 size;
	__u32 flags;
	__u32 op_size;
	__u32 nr_ops;
	__aligned_u64 ops;
	__u32 kick;
	__u32 submitted;
	__aligned_u64 timeout_ns;
	__aligned_u64 first_seq;
	__u32 bad_op;
	__u32 why;
};

/* dmactl_completion.result */
enum dmactl_result {
	DMACTL_RES_OK = 0,
	DMACTL_RES_READ_FAILED = 1,	/* DMA_TRANS_READ_FAILED */
	DMACTL_RES_WRITE_FAILED = 2,	/* DMA_TRANS_WRITE_FAILED */
	DMACTL_RES_ABORTED = 3,		/* DMA_TRANS_ABORTED, or the channel was stopped under it */
	DMACTL_RES_TIMED_OUT = 4,	/* the oldest in flight when the channel's time ran out */
	DMACTL_RES_FAILED = 5,		/* the provider refused it (cookie) or answers DMA_ERROR */
	DMACTL_RES_INPUT_FAILED = 6,	/* it ran, but an operation that it relies on had failed */
};

/* dmactl_completion.flags */
#define DMACTL_COMP_F_INTERRUPT_LOST (1U << 0)	/* TIMED_OUT, yet the provider calls it complete */
#define DMACTL_COMP_F_UNSYNCED	(1U << 1)	/* stopped by a provider that cannot synchronize */
#define DMACTL_COMP_F_QUARANTINED (1U << 2)	/* could not be stopped: its memory is kept */
#define DMACTL_COMP_F_XOR_BAD	(1U << 3)	/* *_VAL: P is wrong */
#define DMACTL_COMP_F_Q_BAD	(1U << 4)	/* *_VAL: Q is wrong */
#define DMACTL_COMP_F_PERIOD	(1U << 5)	/* a callback of a stream, not an operation */
#define DMACTL_COMP_F_STREAM	(1U << 6)	/* the end of a stream */

/**
 * struct dmactl_completion - an operation that is complete (or a period that has passed)
 * @user_data: from the operation
 * @seq:       the operation's sequence number in the session; PERIOD: the callback's number in its
 *             stream; STREAM: callbacks it had
 * @channel:   id from CLAIM (may be released already)
 * @result:    enum dmactl_result
 * @flags:     DMACTL_COMP_F_*
 * @descriptors: descriptors it took
 * @residue:   bytes not moved, as the provider says; 0 where it does not
 * @t0:        before prep
 * @t1:        before tx_submit
 * @t2:        before issue_pending; 0, or later than @t3, when it completed before that
 * @t3:        callback entered; TIMED_OUT, ABORTED by a stop: when the channel was stopped
 */
struct dmactl_completion {
	__aligned_u64 user_data;
	__aligned_u64 seq;
	__u32 channel;
	__u32 result;
	__u32 flags;
	__u32 descriptors;
	__aligned_u64 residue;
	__aligned_u64 t0;
	__aligned_u64 t1;
	__aligned_u64 t2;
	__aligned_u64 t3;
};

/**
 * struct dmactl_reap - take completions
 * @size:       in, sizeof(struct dmactl_reap)
 * @flags:      in, 0
 * @comp_size:  in, sizeof(struct dmactl_completion)
 * @max:        in, room at @comps, at least 1
 * @min:        in, wait until this many have been taken, at most @max; 0: do not wait
 * @taken:      out, completions written
 * @comps:      in, user address of struct dmactl_completion[@max]
 * @timeout_ns: in, stop waiting after this long; 0 waits without limit
 *
 * poll(2) says POLLIN when there is something to take, POLLHUP when every channel is gone.
 * read(2) takes completions as well: as many whole struct dmactl_completion as fit, at least one,
 * waiting unless O_NONBLOCK (EAGAIN).
 *
 * Errors: EINVAL max, min, comp_size; EINTR a signal came and nothing was taken: call again; ETIME
 * nothing was taken in time; ENODATA @min is not 0, nothing was taken and nothing is in flight;
 * ENODEV likewise, and the providers of all channels have left. What EFAULT kept from being written
 * is taken by a later call.
 */
struct dmactl_reap {
	__u32 size;
	__u32 flags;
	__u32 comp_size;
	__u32 max;
	__u32 min;
	__u32 taken;
	__aligned_u64 comps;
	__aligned_u64 timeout_ns;
};

/**
 * struct dmactl_sample - the stamps of one operation, as RUN writes them
 * @t0: before prep
 * @t1: before tx_submit
 * @t2: before issue_pending; 0, or later than @t3, when it completed before that
 * @t3: callback entered; polled: the poll saw it
 *
 * Only operations that ended OK leave a sample.
 */
struct dmactl_sample {
	__aligned_u64 t0;
	__aligned_u64 t1;
	__aligned_u64 t2;
	__aligned_u64 t3;
};

/* dmactl_run.flags, in */
#define DMACTL_RUN_F_POLL	(1U << 0)	/* no callback: ask the provider until complete */
#define DMACTL_RUN_F_IRQ_BATCH	(1U << 1)	/* DMA_PREP_INTERRUPT on each kick's last only */
#define DMACTL_RUN_F_MAP_EACH	(1U << 2)	/* map and unmap around each operation */
/* dmactl_run.outcome, out */
#define DMACTL_RUN_O_INTERRUPTED (1U << 0)	/* a signal ended it early */
#define DMACTL_RUN_O_STOPPED	(1U << 1)	/* the channel was stopped: time-out */
#define DMACTL_RUN_O_GONE	(1U << 2)	/* the provider went away */
#define DMACTL_RUN_O_QUARANTINED (1U << 3)	/* it could not be stopped */
#define DMACTL_RUN_O_UNSYNCED	(1U << 4)	/* stopped by a provider that cannot synchronize */
#define DMACTL_RUN_O_INTERRUPT_LOST (1U << 5)	/* the provider calls the oldest one complete */
#define DMACTL_RUN_O_PREP	(1U << 6)	/* no descriptor until the deadline */
#define DMACTL_RUN_O_MAP	(1U << 7)	/* MAP_EACH: an operation could not be mapped */
#define DMACTL_RUN_O_PARITY	(1U << 8)	/* an XOR_VAL or PQ_VAL found wrong parity */

/**
 * struct dmactl_run - repeat a list of operations at a depth, without user space in between
 * @size:       in, sizeof(struct dmactl_run)
 * @flags:      in, DMACTL_RUN_F_*
 * @op_size:    in, sizeof(struct dmactl_op)
 * @nr_ops:     in, elements at @ops, 1 to dmactl_info.max_ops; all of one channel, without
 *              dependencies
 * @ops:        in, user address of struct dmactl_op[@nr_ops]; done in turn, again and again
 * @count:      in, operations to do, 0: until @time_ns
 * @time_ns:    in, start no operation later than this, 0: until @count
 * @depth:      in, operations in flight, 1 to dmactl_info.max_depth
 * @kick:       in, issue_pending after every @kick operations, 1 to @depth
 * @timeout_ns: in, as in dmactl_submit
 * @interval_ns: in, open loop: start one operation every so often; 0: closed loop (FEAT_RATE)
 * @samples:    in, id of a SAMPLES buffer, or DMACTL_NONE for no stamps
 * @nr_samples: in, samples to write at most, from the buffer's start; a RUN ends when they are used
 *              up; out, samples written
 * @outcome:    out, DMACTL_RUN_O_*
 * @why:        out, enum dmactl_why when the call fails
 * @bad_op:     out, index of the element at fault when the call fails; else the element of the
 *              first operation that did not end OK, or @nr_ops
 * @first_result: out, enum dmactl_result of that operation
 * @done:       out, operations that ended OK
 * @failed:     out, ended with an error (READ_FAILED, WRITE_FAILED, FAILED, ABORTED by the
 *              provider)
 * @timed_out:  out, 0 or 1
 * @aborted:    out, in flight when the channel was stopped
 * @retries:    out, times that prep gave no descriptor
 * @descriptors: out, descriptors used by the operations that ended OK
 * @start:      out, stamp just before the first prep
 * @end:        out, stamp just after the last completion was seen
 * @bytes:      out, bytes at the destinations of the operations that ended OK
 *
 * With MAP_EACH the elements' buffers must be idle PAGES or USER buffers (EBUSY), @nr_ops at least
 * @depth, no element may need more than one descriptor (E2BIG) or share a cache line with the
 * destination of another (EINVAL), and mapping belongs to the stage before tx_submit.
 *
 * The channel must have nothing in flight (EBUSY) and takes nothing else meanwhile. A call that was
 * begun returns 0 whatever happened to the operations. A signal ends it: what is in flight is
 * waited for, unless the signal kills: then the channel is stopped.
 */
struct dmactl_run {
	__u32 size;
	__u32 flags;
	__u32 op_size;
	__u32 nr_ops;
	__aligned_u64 ops;
	__aligned_u64 count;
	__aligned_u64 time_ns;
	__u32 depth;
	__u32 kick;
	__aligned_u64 timeout_ns;
	__aligned_u64 interval_ns;
	__u32 samples;
	__u32 nr_samples;
	__u32 outcome;
	__u32 why;
	__u32 bad_op;
	__u32 first_result;
	__aligned_u64 done;
	__aligned_u64 failed;
	__aligned_u64 timed_out;
	__aligned_u64 aborted;
	__aligned_u64 retries;
	__aligned_u64 descriptors;
	__aligned_u64 start;
	__aligned_u64 end;
	__aligned_u64 bytes;
};

/* dmactl_stream.action */
enum dmactl_stream_action {
	DMACTL_STREAM_START = 1,
	DMACTL_STREAM_STOP = 2,
	DMACTL_STREAM_PAUSE = 3,
	DMACTL_STREAM_RESUME = 4,
	DMACTL_STREAM_POSITION = 5,
};

/**
 * struct dmactl_stream - a cyclic transfer: a ring of periods, round and round until it is stopped
 * @size:      in, sizeof(struct dmactl_stream)
 * @channel:   in, id from CLAIM, its peripheral set by CONFIG
 * @action:    in, enum dmactl_stream_action
 * @direction: in, START: enum dma_transfer_direction, 1 mem-to-dev or 2 dev-to-mem; else 0
 * @buffer:    in, START: holds the ring, which must be contiguous for the device; else 0
 * @periods:   in, START: periods of the ring, at least 2; else 0
 * @offset:    in, START: where in @buffer the ring begins; else 0
 * @period:    in, START: bytes of a period, a multiple of the width that CONFIG set; else 0
 * @flags:     in, START: DMACTL_STREAM_F_NO_INTERRUPT; STOP: DMACTL_STREAM_F_REOPEN
 * @why:       out, enum dmactl_why when START fails
 * @user_data: in, START: comes back in every completion of the stream; else 0
 * @position:  out, bytes from the ring's start to where the engine is, as the provider's residue
 *             tells; STOP: just before it was stopped
 * @callbacks: out, period callbacks of the provider since START; STOP: all of them
 * @dropped:   out, of these, those without an event, because nobody took the events before
 * @stamp:     out, when @position was asked for
 * @state:     out, enum dmactl_stream_state
 * @reserved:  in, 0
 *
 * A stream is prepared once and needs nothing from then on. A channel has at most one, and takes
 * nothing else meanwhile. There is no deadline: a peripheral may be silent for ever.
 *
 * Every callback of the provider puts an event among the completions, with DMACTL_COMP_F_PERIOD:
 * @seq is the number of the callback, from 1, @t3 when it was entered, @residue what the provider
 * answered in it (bytes from the engine to the ring's end), @result that of the callback. Some
 * providers call back once for several periods; the difference of two residues tells, unless it
 * was a whole round. Events of all streams share one queue of 8192, which takes turns with that of
 * operations. What finds it full is dropped: @seq jumps.
 *
 * The end of a stream is a completion too, after its last event and before whatever its channel
 * does next, with DMACTL_COMP_F_STREAM: @seq is the number of callbacks, @t0 to @t2 are of START,
 * @t3 is when it was stopped. @result is OK after STOP or RELEASE; ABORTED when its provider has
 * left or ended it. What DMACTL_COMP_F_UNSYNCED and DMACTL_COMP_F_QUARANTINED say of operations
 * holds for streams; an engine that cannot be stopped keeps the ring until its provider leaves.
 *
 * STOP and START again begin at the ring's start: an engine cannot be rewound.
 *
 * Needs DMACTL_FEAT_STREAM. Errors: ENOENT channel or buffer; EINVAL action, fewer than 2 periods,
 * period 0 or no multiple of the width, a direction that the channel does not list, a kind of
 * buffer that cannot be a ring, or a field that the action does not use; ERANGE outside the buffer;
 * E2BIG not contiguous for the device; ENOTCONN no endpoint; EOPNOTSUPP the channel has no CYCLIC,
 * cannot PAUSE or RESUME, or the module cannot; EBUSY a stream runs, or something is in flight;
 * ENODATA there is no stream; ENOBUFS the provider does not take a ring of this shape; EREMOTEIO it
 * refused to queue it; EIO the channel is in quarantine, or the ring cannot be mapped; ENODEV the
 * provider has gone; ENOMEM; EINTR; or what the provider says to PAUSE and RESUME.
 */
struct dmactl_stream {
	__u32 size;
	__u32 channel;
	__u32 action;
	__u32 direction;
	__u32 buffer;
	__u32 periods;
	__aligned_u64 offset;
	__aligned_u64 period;
	__u32 flags;
	__u32 why;
	__aligned_u64 user_data;
	__aligned_u64 position;
	__aligned_u64 callbacks;
	__aligned_u64 dropped;
	__aligned_u64 stamp;
	__u32 state;
	__u32 reserved;
};

/* dmactl_stream.flags */
#define DMACTL_STREAM_F_NO_INTERRUPT	(1U << 0)	/* no callbacks: ask for the position */
#define DMACTL_STREAM_F_REOPEN	(1U << 1)	/* give the channel back and take it again */

/* dmactl_stream.state */
enum dmactl_stream_state {
	DMACTL_STREAM_RUNNING = 1,
	DMACTL_STREAM_PAUSED = 2,
	DMACTL_STREAM_STOPPED = 3,
};

#endif /* _UAPI_LINUX_DMACTL_H */
