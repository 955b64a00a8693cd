/* SPDX-License-Identifier: GPL-2.0-only */
/* What a simulated device is configured with, and the words of that. */
#ifndef _DMASIM_PARAMS_H
#define _DMASIM_PARAMS_H

#include <linux/bits.h>
#include <linux/types.h>

/* Who does the work and calls the callbacks. */
enum dmasim_context {
	DMASIM_INLINE,				/* the caller of issue_pending */
	DMASIM_SOFTIRQ,				/* a tasklet per channel */
	DMASIM_TIMER,				/* an hrtimer per channel, in its softirq */
	DMASIM_THREAD,				/* a work item per channel */
};

enum dmasim_engine {
	DMASIM_COPY,
	DMASIM_NULL,				/* completes without touching memory */
};

enum dmasim_order {
	DMASIM_FIFO,
	DMASIM_WINDOW,				/* executed and complete in any order */
	DMASIM_EXECUTE,				/* complete in that of submission */
};

enum dmasim_fence {
	DMASIM_HONOUR,
	DMASIM_IGNORE,
};

/* Bits of params.operations; cyclic has a switch of its own. */
enum dmasim_operation {
	DMASIM_OP_MEMCPY,
	DMASIM_OP_MEMSET,
	DMASIM_OP_INTERRUPT,
	DMASIM_OP_XOR,
	DMASIM_OP_XOR_VAL,
	DMASIM_OP_PQ,
	DMASIM_OP_PQ_VAL,
	DMASIM_OP_MEMSET_SG,
	DMASIM_OP_INTERLEAVED,
	DMASIM_OP_SLAVE_SG,
	DMASIM_OP_REPEAT,			/* of interleaved */
};

/* What is at the other end of slave operations. */
enum dmasim_endpoint {
	DMASIM_UNCONFIGURED,
	DMASIM_SOURCE,				/* these three as in struct dmasim_peripheral */
	DMASIM_SINK,
	DMASIM_LOOPBACK,
	DMASIM_REGISTER,			/* memory stands for it */
};

enum dmasim_defect {
	DMASIM_ERROR,
	DMASIM_PREP_NULL,
	DMASIM_REFUSE,				/* tx_submit gives an error */
	DMASIM_LOST_INTERRUPT,
	DMASIM_STALL,
	DMASIM_LATE,
	DMASIM_CORRUPT,
	DMASIM_POLYNOMIAL,			/* Q over 0x11b */
	DMASIM_COPIES,				/* P and Q are copies of the first source */
	DMASIM_COEFFICIENT,			/* all are taken for 1 */
	DMASIM_SHORT,				/* the last byte is left out */
	DMASIM_STALE,				/* nothing is done */
	DMASIM_WRONG_RESIDUE,
	DMASIM_JITTER,
	DMASIM_SKIP,				/* a period is lost */
	DMASIM_LATE_TERMINATE,			/* a callback comes after terminate_all */
	DMASIM_DEFECTS,
};

/* Those that spoil data, for which there must be an engine that moves some. */
#define DMASIM_DATA_DEFECTS	(BIT(DMASIM_CORRUPT) | BIT(DMASIM_POLYNOMIAL) | \
				 BIT(DMASIM_COPIES) | BIT(DMASIM_COEFFICIENT) | \
				 BIT(DMASIM_SHORT) | BIT(DMASIM_STALE))

/* Those of a period of a cyclic transfer only. */
#define DMASIM_PERIOD_DEFECTS	(BIT(DMASIM_JITTER) | BIT(DMASIM_SKIP) | \
				 BIT(DMASIM_LATE_TERMINATE))

/* What can be set only while the device is not live. All u64, so that one function parses all. */
struct dmasim_params {
	u64 channels;
	u64 descriptors;			/* per channel */
	u64 context;				/* enum dmasim_context */
	u64 engine;				/* enum dmasim_engine */
	u64 latency_ns;
	u64 bandwidth;				/* bytes per second and channel; 0: unlimited */
	u64 order;				/* enum dmasim_order */
	u64 window;				/* operations */
	u64 fence;				/* enum dmasim_fence */
	u64 seed;
	u64 operations;				/* bit per enum dmasim_operation */
	u64 mask_bits;				/* of a DMA address */
	u64 max_segment;			/* bytes */
	u64 align;				/* log2 of bytes; operations on memory */
	u64 slave_align;			/* likewise, of segments and periods */
	u64 max_xor;				/* sources */
	u64 max_pq;				/* sources */
	u64 pq_continue;			/* goes on from P and Q without using up sources */
	u64 widths;				/* bit per bytes; 0: lists none, takes all */
	u64 min_burst;				/* accesses; these three: 0 is not told */
	u64 max_burst;
	u64 max_sg_burst;			/* segments */
	u64 directions;				/* bit per enum dma_transfer_direction */
	u64 fifo;				/* bytes */
	u64 cyclic;
	u64 max_periods;
	u64 rate;				/* bytes per second of a cyclic; 0: unlimited */
	u64 public;
	u64 terminate;
	u64 synchronize;
	u64 pause;
	u64 resume;
	u64 coalesce;				/* one callback for all periods that are due */
	u64 residue;				/* enum dma_residue_granularity */
	u64 reports;				/* callbacks tell of failures */
	u64 prep_blocks;			/* prep sleeps while no descriptor is free */
	u64 forgets;				/* unbind gives no callbacks */
};

#endif /* _DMASIM_PARAMS_H */
