// SPDX-License-Identifier: GPL-2.0
/* The cases, in the order in which they are done. Their names are stable. */
#include <fnmatch.h>

#include "check_rig.h"
#include "check_slave.h"

#define P_BAD DMACTL_COMP_F_XOR_BAD
#define Q_BAD DMACTL_COMP_F_Q_BAD
#define BOTH (P_BAD | Q_BAD)

/* clang-format off */
/* What every operation on memory has. */
#define MEMORY(name, op) \
	{ name ".lengths", op, check_lengths, "every length from 1 to 257", 0 }, \
	{ name ".sizes", op, check_sizes, "around cache lines, pages, powers of two", 0 }, \
	{ name ".offsets", op, check_offsets, "every offset from 0 to 63, on either side", 0 }, \
	{ name ".segment", op, check_segment, "around what one descriptor moves", 0 }, \
	{ name ".mapping", op, check_mapping, "around what one mapping has", 0 }, \
	{ name ".pieces", op, check_pieces, "across the end of contiguous memory", 0 }, \
	{ name ".coherent", op, check_kind, "coherent buffers", DMACTL_BUF_COHERENT }, \
	{ name ".user", op, check_kind, "pinned memory of the caller", DMACTL_BUF_USER }

/* What every operation has. */
#define ANY(name, op) \
	{ name ".depth", op, check_depth, "as many in flight as there may be", 0 }, \
	{ name ".batch", op, check_batch, "batches, with one kick and with many", 0 }, \
	{ name ".run", op, check_how, "repeated in the kernel", BY_RUN }, \
	{ name ".poll", op, check_how, "completions by polling", BY_POLL }, \
	{ name ".residue", op, check_residue, "nothing is left of what ended well", 0 }

const struct check_case check_cases[] = {
	{ "channel.rate", NO_OPERATION, check_rate, "how often the rest is tried", 0 },

	MEMORY("memcpy", DMACTL_OP_MEMCPY),
	ANY("memcpy", DMACTL_OP_MEMCPY),

	MEMORY("memset", DMACTL_OP_MEMSET),
	{ "memset.values", DMACTL_OP_MEMSET, check_values, "each value of a byte", 0 },
	ANY("memset", DMACTL_OP_MEMSET),

	{ "interrupt.many", DMACTL_OP_INTERRUPT, check_nothing, "each completes once", 0 },
	{ "interrupt.depth", DMACTL_OP_INTERRUPT, check_depth, "as many in flight as there may be",
	  0 },
	{ "interrupt.run", DMACTL_OP_INTERRUPT, check_how, "repeated in the kernel", BY_RUN },
	{ "interrupt.poll", DMACTL_OP_INTERRUPT, check_how, "completions by polling", BY_POLL },

	{ "xor.known", DMACTL_OP_XOR, check_known, "answers computed elsewhere", 0 },
	{ "xor.sources", DMACTL_OP_XOR, check_sources, "every number of sources", 0 },
	{ "xor.sources-max", DMACTL_OP_XOR, check_sources, "the largest number", UINT64_MAX },
	MEMORY("xor", DMACTL_OP_XOR),
	ANY("xor", DMACTL_OP_XOR),

	{ "xor-val.right", DMACTL_OP_XOR_VAL, check_parity, "right parity", 0 },
	{ "xor-val.wrong", DMACTL_OP_XOR_VAL, check_parity, "a wrong byte anywhere", P_BAD },
	{ "xor-val.sources", DMACTL_OP_XOR_VAL, check_sources, "every number of sources", 0 },
	MEMORY("xor-val", DMACTL_OP_XOR_VAL),
	ANY("xor-val", DMACTL_OP_XOR_VAL),

	{ "pq.known", DMACTL_OP_PQ, check_known, "answers computed elsewhere", 0 },
	{ "pq.sources", DMACTL_OP_PQ, check_sources, "every number of sources", 0 },
	{ "pq.sources-1", DMACTL_OP_PQ, check_sources, "a single source", 1 },
	{ "pq.sources-max", DMACTL_OP_PQ, check_sources, "the largest number", UINT64_MAX },
	{ "pq.coefficients", DMACTL_OP_PQ, check_coefficients, "{02}^0 to {02}^254", 0 },
	{ "pq.no-p", DMACTL_OP_PQ, check_half, "only Q", DMACTL_OP_F_NO_P },
	{ "pq.no-q", DMACTL_OP_PQ, check_half, "only P", DMACTL_OP_F_NO_Q },
	{ "pq.continue", DMACTL_OP_PQ, check_continue, "more sources than one operation takes", 0 },
	MEMORY("pq", DMACTL_OP_PQ),
	ANY("pq", DMACTL_OP_PQ),

	{ "pq-val.right", DMACTL_OP_PQ_VAL, check_parity, "right P and Q", 0 },
	{ "pq-val.wrong-p", DMACTL_OP_PQ_VAL, check_parity, "a wrong byte of P anywhere", P_BAD },
	{ "pq-val.wrong-q", DMACTL_OP_PQ_VAL, check_parity, "a wrong byte of Q anywhere", Q_BAD },
	{ "pq-val.wrong-both", DMACTL_OP_PQ_VAL, check_parity, "of both", BOTH },
	{ "pq-val.no-p", DMACTL_OP_PQ_VAL, check_half, "only Q", DMACTL_OP_F_NO_P },
	{ "pq-val.no-q", DMACTL_OP_PQ_VAL, check_half, "only P", DMACTL_OP_F_NO_Q },
	{ "pq-val.sources", DMACTL_OP_PQ_VAL, check_sources, "every number of sources", 0 },
	MEMORY("pq-val", DMACTL_OP_PQ_VAL),
	ANY("pq-val", DMACTL_OP_PQ_VAL),

	{ "memset-sg.segments", DMACTL_OP_MEMSET_SG, check_segments, "1 to 256 segments", 0 },
	{ "memset-sg.values", DMACTL_OP_MEMSET_SG, check_values, "each value of a byte", 0 },
	MEMORY("memset-sg", DMACTL_OP_MEMSET_SG),
	ANY("memset-sg", DMACTL_OP_MEMSET_SG),

	{ "interleaved.frames", DMACTL_OP_INTERLEAVED, check_frames, "frames, chunks, gaps", 0 },
	MEMORY("interleaved", DMACTL_OP_INTERLEAVED),
	ANY("interleaved", DMACTL_OP_INTERLEAVED),

	{ "slave.source", DMACTL_OP_SLAVE_SG, check_slave, "from dma-sim's source", SLAVE_SOURCE },
	{ "slave.sink", DMACTL_OP_SLAVE_SG, check_slave, "to dma-sim's sink", SLAVE_SINK },
	{ "slave.mem-to-mem", DMACTL_OP_SLAVE_SG, check_slave, "to dma-sim's sink", SLAVE_TO_SINK },
	{ "slave.dev-to-dev", DMACTL_OP_SLAVE_SG, check_slave, "from source to sink",
	  SLAVE_THROUGH },
	{ "slave.loopback", DMACTL_OP_SLAVE_SG, check_slave, "through dma-sim's FIFO",
	  SLAVE_LOOPBACK },
	{ "slave.read", DMACTL_OP_SLAVE_SG, check_slave, "from a buffer used as a register",
	  SLAVE_READ },
	{ "slave.write", DMACTL_OP_SLAVE_SG, check_slave, "to a buffer used as a register",
	  SLAVE_WRITE },
	{ "slave.read-widths", DMACTL_OP_SLAVE_SG, check_slave_widths, "each width, reading",
	  SLAVE_SOURCE },
	{ "slave.write-widths", DMACTL_OP_SLAVE_SG, check_slave_widths, "each width, writing",
	  SLAVE_SINK },
	{ "slave.residue", DMACTL_OP_SLAVE_SG, check_slave_residue,
	  "nothing is left of what ended well", SLAVE_SOURCE },

	{ "ring.laps", NO_OPERATION, check_laps, "5,000 operations, each verified", 0 },
	{ "ring.mixed", NO_OPERATION, check_mixed, "all kinds of operations in one queue", 0 },
	{ "channel.siblings", NO_OPERATION, check_siblings, "other channels at the same time", 0 },
	{ "channel.cancel", NO_OPERATION, check_cancel, "given back with work in flight", 0 },
	{ "channel.descriptors", NO_OPERATION, check_descriptors, "prep gave what there is", 0 },
};

/* clang-format on */
const size_t nr_check_cases = sizeof(check_cases) / sizeof(check_cases[0]);

bool check_wants(const struct check_opts *o, const char *name)
{
	const char *const *globs = o->only.v;

	for (size_t i = 0; i < o->only.n; i++)
		if (!fnmatch(globs[i], name, 0))
			return true;
	return !o->only.n;
}

bool check_suits(const struct check_case *k, uint64_t operations)
{
	const uint64_t memory = (1ULL << DMACTL_OP_SLAVE_SG) - 1;

	return operations & (k->opcode == NO_OPERATION ? memory : 1ULL << k->opcode);
}
