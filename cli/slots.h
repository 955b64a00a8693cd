/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The buffers of one cell. A slot is what one operation uses at a time: its sources, its
 * destinations, its vector; operations use the slots in turn. Guard bytes surround each
 * destination.
 */
#ifndef DMACTL_SLOTS_H
#define DMACTL_SLOTS_H

#include "area.h"
#include "result.h"

#define GUARD 64 /* bytes on each side of a destination */

/* Where one operand, or one segment of it, lies. */
struct place {
	struct dmactl_operand at;
	uint8_t *p;
	uint64_t len;  /* bytes from the first to the last, gaps included */
	uint64_t base; /* where its data begin in those of the operation */
};

/* Submit mode: an operation that takes several steps, see slots_ops(). */
struct steps {
	struct dmactl_sample stamps;
	uint32_t result, flags, descriptors;
};

struct slot {
	struct place *src, *dst; /* [nr_src], [nr_dst] */
	struct dmactl_vec *vec;	 /* [nr_vec] */
	uint64_t len;		 /* of the operation */
	uint64_t use;		 /* which data it has now */
	uint64_t stream;	 /* endpoint source: its operation's number in the stream */
	uint32_t parity;	 /* *_VAL: the DMACTL_COMP_F_* that are to be found */
	const uint8_t *data;	 /* the data when it comes from a file */
	uint64_t due;		 /* --rate: when its operation was to start */
	bool failed;		 /* its last operation did not end well: nothing to check */
	struct steps steps;
};

struct slots {
	struct owner own;
	const struct mopts *o;
	const struct dmactl_claim *claim;
	enum direction direction; /* SLAVE_SG: this channel's, mem-to-mem for all else */
	uint64_t size, align;
	size_t n;
	size_t nr_src, nr_dst, nr_vec; /* of a slot */
	size_t nr_steps;	       /* operations of the module that one of ours takes */
	struct slot *v;
	struct place *places;
	struct dmactl_vec *vecs;
	struct dmactl_interleave frames;
	struct vec areas; /* struct area */
	uint64_t uses;
	uint8_t reg[64]; /* endpoint buffer: what the register holds for dev-to-mem */
};

struct slots_for {
	const struct mopts *o;
	const struct dmactl_claim *claim;
	int session;
	enum direction direction;
};

/* log2 of the alignment that the channel asks for with this opcode. */
unsigned int slots_align_shift(const struct mopts *o, const struct dmactl_claim *claim);
int slots_make(struct slots *s, const struct slots_for *want, uint64_t size, size_t n,
	       struct err *e);
void slots_free(struct slots *s);
/* New data for the first @n, their destinations poisoned, all of it the device's again. */
int slots_prepare(struct slots *s, size_t n, struct err *e);
/* The same, with data from a file: @n pieces of @len bytes in all. */
int slots_load(struct slots *s, const uint8_t *data, uint64_t len, size_t n, struct err *e);
/* *_VAL: spoils the parity of the first @n, each round elsewhere. Rounds there are to tell: */
size_t slots_spoil_rounds(const struct slots *s);
int slots_spoil(struct slots *s, size_t n, size_t round, struct err *e);
/*
 * Checks the first @n. @excused operations among them failed, it is not known which: so many wrong
 * slots are no mismatch, untouched ones first. @base is the operation number of slot 0.
 */
int slots_verify(struct slots *s, size_t n, uint64_t excused, uint64_t base, struct result *r,
		 struct err *e);
/* Gives all buffers to the CPU or the device. */
int slots_sync(struct slots *s, uint32_t direction, struct err *e);
/* Operations that the module needs for one pq on a channel that takes @max_pq sources. */
size_t slots_pq_steps(const struct mopts *o, size_t max_pq);
/* The operations of one slot, nr_steps of them. Their dependencies are left to the submitter. */
void slots_ops(const struct slots *s, size_t slot, struct dmactl_op *ops);

/* The bytes that belong at @from of an operation's data at destination @dst (PQ: 0 P, 1 Q). */
void slots_expect(const struct slots *s, const struct slot *v, size_t dst, uint64_t from,
		  uint8_t *out, size_t len);

/* A run of bytes of one destination that an operation writes; what lies between runs is a gap. */
struct stretch {
	uint64_t at;   /* in the place */
	uint64_t data; /* in the operation's data */
	uint64_t len;
};

/* The @i-th of destination @dst; false when there are no more. */
bool slots_stretch(const struct slots *s, const struct slot *v, size_t dst, uint64_t i,
		   struct stretch *out);

#endif
