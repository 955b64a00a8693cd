/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rig that cases work on: one channel, memory for sources and for destinations, and trials that
 * are done together. A trial is an operation with data of its own and a place of its own. What an
 * engine writes outside of the destinations, into sources, or not at all, is found.
 */
#ifndef DMACTL_CHECK_RIG_H
#define DMACTL_CHECK_RIG_H

#include "area.h"
#include "check.h"

#define GUARD	      64   /* bytes at least between destinations */
#define MAX_TRIALS    1024 /* done together */
#define MAX_SPOTS     8192 /* of all of them */
#define MAX_STEPS     (2 * MAX_TRIALS)
#define MAX_SOURCES   256
#define NR_OPERATIONS 16 /* enum dmactl_opcode, and one for the channel */

/* How trials are done. */
enum how { BY_SUBMIT, BY_RUN, BY_POLL };

/* Sources with known bytes, whose sums others have computed. */
struct known {
	uint8_t n, src[8], p, q;
};

/* An operand, or a segment of one. */
struct spot {
	struct dmactl_operand at;
	uint64_t len;  /* from the first to the last byte */
	uint64_t base; /* its first byte in the data of the operation */
};

struct trial {
	/* What to do. */
	uint32_t opcode, flags, value, direction;
	uint64_t len; /* of the operation, as the module counts it */
	size_t n;     /* sources, or segments */
	uint64_t frames, src_gap, dst_gap;
	uint64_t off[2];    /* bytes past the alignment, of source and destination */
	uint64_t cross;	    /* not 0: a piece of memory ends after so many bytes */
	unsigned int first; /* pq: source 0 has the coefficient {02}^first */
	size_t steps;	    /* pq: operations that go on from each other, 0: one */
	const struct known *known;
	uint32_t spoil;	   /* *_VAL: DMACTL_COMP_F_* of the parity that is wrong */
	uint64_t spoil_at; /* in which byte */

	/* Where, and with which data. */
	struct spot *src, *dst;
	size_t nr_src, nr_dst;
	struct dmactl_interleave template;
	uint64_t use, stream;

	/* What became of it. */
	bool ended, loose; /* loose: nobody knows what its destination has */
	uint32_t result, comp_flags;
};

struct arena {
	struct area a;	 /* a.p NULL: there is none */
	uint8_t *shadow; /* what is to be there after the trials */
	uint64_t used;
};

/* Why trials could not be done. */
struct trouble {
	int ret; /* of a call that refused, 0: none did */
	uint32_t why;
	size_t op; /* index of the operation at fault */
	bool no_prep, gone, no_answer, stuck;
};

/* Descriptors. That prep gives none is right when the ring is full, and only then. */
struct prep {
	uint64_t before;   /* the channel's counter of retries before the trials at hand */
	bool counts;	   /* there is such a counter */
	uint64_t retries;  /* in the trials at hand */
	uint64_t per_op;   /* descriptors of one operation, at most, in these trials */
	uint32_t at_once;  /* operations of one call, prepared before the engine was told */
	uint64_t given;	   /* so many it has given at once, so large the ring is at least */
	uint64_t asked;	   /* operations that were prepared, in all */
	uint64_t excused;  /* retries for which the ring may have been full */
	/* The one of them with the fewest in use. */
	uint64_t used, times;
	char what[160];
};

struct rig {
	struct check *check;
	struct ctx *ctx;
	const struct backend *b;
	const struct check_opts *o;
	struct channel ch;
	struct dmactl_claim claim;
	int session;
	bool claimed;
	struct mopts memory; /* kinds of the buffers */
	struct owner owner;
	struct arena arena[2]; /* SRC, DST */

	struct trial *trials;
	size_t nr;
	struct spot *spots;
	size_t nr_spots;
	struct dmactl_vec *vecs; /* [MAX_SPOTS] */
	size_t nr_vecs;
	struct dmactl_op *ops; /* [MAX_STEPS] */
	size_t nr_ops;
	struct dmactl_dep *deps;
	uint64_t *seqs;
	struct dmactl_completion *comps;

	/* How the next ones are done; each case begins with the defaults. */
	enum how how;
	uint32_t depth, batch, kick;

	/* Slave operations. */
	struct dmactl_config config;
	uint64_t stream;
	uint8_t reg[64];
	struct area reg_area;
	int (*before)(struct rig *r); /* the trials are laid out, nothing is submitted yet */
	int (*after)(struct rig *r);  /* all ended well */

	struct trouble trouble;
	uint64_t uses, go_ns, residue_max;
	uint64_t timeout_ns;
	bool parity; /* BY_RUN: one found its parity wrong */

	/* About the channel, as far as the cases have seen it. */
	uint64_t op_ns; /* of a short one, while others are in flight; 0: not known */
	double byte_ns;
	unsigned int timeouts[NR_OPERATIONS], all_timeouts;
	bool dead, early;
	bool sibling; /* in a thread of its own */
	struct prep prep;
	char why_dead[200];
	struct finding residue[NR_OPERATIONS]; /* the first that was wrong */

	const struct check_case *now;
	struct finding f; /* of the case */
};

/* check_rig.c: a channel and its memory. -1 with ctx->err. */
int rig_open(struct rig *r, struct check *c, const struct channel *ch);
void rig_close(struct rig *r);
/* Gives the channel back and takes it again; a channel that is not to be had again is dead. */
int rig_again(struct rig *r);
/* Room for so many bytes, of the kinds in r->memory. The case ends with -1. */
int rig_arena(struct rig *r, enum side side, uint64_t bytes);
/* Other kinds of buffers from now on. */
void rig_kind(struct rig *r, uint32_t kind);
/* A verdict as those below: for this case and all after it. */
int rig_gone(struct rig *r);
int rig_sync(struct rig *r, enum side side, uint32_t direction);
/* Bytes of which lengths and offsets of an operation must be multiples. */
uint64_t rig_unit(const struct rig *r, uint32_t opcode);
bool rig_has(const struct rig *r, uint32_t opcode);
/* Of @want operations of @len bytes as many as take so many seconds, but not fewer than @least. */
uint64_t rig_count(const struct rig *r, uint64_t want, uint64_t least, uint64_t len,
		   unsigned int seconds);

/* check_say.c: verdicts. They return -1, so that a case may say: return rig_skip(...). */
int rig_fail(struct rig *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int rig_skip(struct rig *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What there is to say of a case that is all right; returns 0. */
int rig_say(struct rig *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The operation in words: "xor of 4 sources, 257 bytes". */
const char *trial_text(const struct trial *t, char *buf, size_t size);
/* The channel was stopped in one of three ways. */
const char *stop_text(uint32_t comp_flags);
/* A call that was refused. */
int rig_refused(struct rig *r);

/* check_place.c: one more trial; those before it are done first when there is no room. */
int rig_try(struct rig *r, const struct trial *want);
/* Does all trials that are there, and checks them. 0, or -1: the case is over. */
int rig_go(struct rig *r);
void rig_forget(struct rig *r);

/* check_go.c: the calls. What became of each is in the trials and in r->trouble. */
int rig_build(struct rig *r);
void rig_do(struct rig *r);
/* Submits without taking completions; how many, or -1 with r->trouble. */
int rig_submit(struct rig *r, size_t from, uint32_t n);
/* Takes completions; how many, or -1 with r->trouble. */
int rig_reap(struct rig *r);

/* check_prep.c: around rig_do(). -1 with the verdict when prep gave none without a reason. */
void prep_begin(struct rig *r);
int prep_judge(struct rig *r);

/* check_data.c: what belongs where. */
void data_source(const struct rig *r, const struct trial *t, size_t i, uint64_t from, uint8_t *out,
		 uint64_t len);
/* Byte @from of what belongs into destination @i. */
void data_expect(const struct rig *r, const struct trial *t, size_t i, uint64_t from, uint8_t *out,
		 uint64_t len);
int data_fill(struct rig *r);
/* Compares all memory with what it should have; -1 with the verdict. */
int data_check(struct rig *r);
/* Whether destination @i is Q. */
bool data_is_q(const struct trial *t, size_t i);
/* From byte @from of the data on: where it begins in destination @i, and how long it is there. */
uint64_t data_run(const struct trial *t, size_t i, uint64_t from, uint64_t *at);

/* check_guess.c: what wrong data looks like, whose first wrong byte is @at; "": like nothing. */
const char *data_guess(const struct rig *r, const struct trial *t, size_t i, uint64_t at);

/* check_form.c: an operation like any other of its kind, of @len bytes (a chunk, a segment). */
struct trial form(const struct rig *r, uint32_t opcode, uint64_t len);

/* Cases. */
int check_rate(struct rig *r);
int check_lengths(struct rig *r);
int check_sizes(struct rig *r);
int check_offsets(struct rig *r);
int check_segment(struct rig *r);
int check_mapping(struct rig *r);
int check_pieces(struct rig *r);
int check_depth(struct rig *r);
int check_batch(struct rig *r);
int check_how(struct rig *r);
int check_kind(struct rig *r);
int check_residue(struct rig *r);
int check_values(struct rig *r);
int check_segments(struct rig *r);
int check_frames(struct rig *r);
int check_nothing(struct rig *r);
int check_sources(struct rig *r);
int check_known(struct rig *r);
int check_half(struct rig *r);
int check_continue(struct rig *r);
int check_coefficients(struct rig *r);
int check_parity(struct rig *r);
int check_laps(struct rig *r);
int check_mixed(struct rig *r);
int check_cancel(struct rig *r);
int check_siblings(struct rig *r);
int check_descriptors(struct rig *r);
int check_slave(struct rig *r);
int check_slave_widths(struct rig *r);
int check_slave_residue(struct rig *r);

/* check_habits.c: notes about the channel. */
void check_habits(struct rig *r);

#endif
