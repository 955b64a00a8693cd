/* SPDX-License-Identifier: GPL-2.0-only */
/* An operation: as it came from user space, and checked. Included by dmactl_int.h only. */
#ifndef _DMACTL_OP_H
#define _DMACTL_OP_H

struct dmactl_buf;
struct dmactl_chan;
struct dmactl_req;

/**
 * struct dmactl_entry - an operation as it came from user space; all of it belongs to the call
 * @op:   the operation, in the call's memory
 * @args: what it points to (owned), NULL where it points to nothing
 * @chan: its channel (counted), where a run of one channel begins
 * @req:  SUBMIT: its request, from the moment it was given a sequence number
 * @verdict: what became of it, enum dmactl_result; the request may be in use again; cq_lock
 */
struct dmactl_entry {
	const struct dmactl_op *op;
	struct dmactl_args {
		struct dmactl_vec *vec;
		struct dmactl_dep *deps;
		struct dmactl_interleave template;
	} *args;
	struct dmactl_chan *chan;
	struct dmactl_req *req;
	u32 verdict;
};

/* Memory of a call for its operations. */
struct dmactl_scratch {
	u32 room;
	u32 nr;				/* set in @e */
	struct dmactl_op *ops;		/* behind @e: as user space has them */
	struct dmactl_entry e[];
};

/* A range of a buffer (counted) that an operation names; @buf NULL where it has none. */
struct dmactl_place {
	struct dmactl_buf *buf;
	u64 offset;
	u64 len;
};

/**
 * struct dmactl_more - operands beyond a source and a destination; shared by copies of an operation
 * @ref:     those copies
 * @nr:      places: destinations first (XOR one; PQ, PQ_VAL P and Q), then sources; or segments
 * @nents:   entries of @sgl
 * @sgl:     MEMSET_SG, SLAVE_SG: the segments, as the device sees them
 * @sums:    *_VAL in several descriptors: the engine's verdicts
 * @addr:    bus addresses of a piece; scratch of whoever prepares, the channel's lock
 * @coef:    PQ: coefficients of the sources
 * @template: INTERLEAVED
 * @place:   the places
 */
struct dmactl_more {
	refcount_t ref;
	unsigned int nr;
	unsigned int nents;
	struct scatterlist *sgl;
	enum sum_check_flags *sums;
	dma_addr_t *addr;
	u8 *coef;
	struct dmactl_interleave template;
	struct dmactl_place place[];
};

/* How an operation uses its buffers. */
enum dmactl_use {
	USE_OWNED,	/* mapped as a whole for the channel's device */
	USE_LENT,	/* the channel maps what it needs, each time */
	USE_LATER,	/* not yet: only checked, and counted */
};

/* A piece of an operation, for one descriptor. */
struct dmactl_part {
	u64 done;		/* bytes before it */
	unsigned int index;	/* of the descriptor */
	dma_addr_t dst, src;
	size_t len;
};

/**
 * struct dmactl_xfer - a checked operation: what to prepare
 * @opcode:  enum dmactl_opcode
 * @value:   memset's byte
 * @direction: SLAVE_SG: enum dma_transfer_direction
 * @how:     enum dmactl_use
 * @each:    map before and unmap after each use
 * @plain:   the usual case, told by one look: one descriptor of one callback, mapped beforehand,
 *           nothing to be done afterwards
 * @nr_desc: descriptors it takes
 * @flags:   enum dma_ctrl_flags for prep
 * @len:     bytes at the destination
 * @dst:     bus address of the destination: one descriptor, mapped beforehand; a stream
 * @src:     likewise of the source
 * @dst_off: else: offset in @dst_buf
 * @src_off: else: offset in @src_buf
 * @dst_buf: (counted) or NULL
 * @src_buf: (counted) or NULL
 * @more:    other operands, or NULL
 */
struct dmactl_xfer {
	u8 opcode;
	u8 value;
	u8 direction;
	u8 how : 2;
	u8 each : 1;
	u8 plain : 1;
	u16 nr_desc;
	u16 flags;
	u64 len;
	union {
		struct {
			dma_addr_t dst;
			dma_addr_t src;
		};
		struct {
			u64 dst_off;
			u64 src_off;
		};
	};
	struct dmactl_buf *dst_buf;
	struct dmactl_buf *src_buf;
	struct dmactl_more *more;
};

/* The kernel's flags for prep have room, and so has the number of descriptors. */
static_assert(DMA_PREP_LOAD_EOT <= U16_MAX);

/* An operation that is held: as it came, and (counted) the buffers that it named then. */
struct dmactl_later {
	struct dmactl_op op;
	struct dmactl_entry e;
	struct dmactl_xfer names;
};

#endif /* _DMACTL_OP_H */
