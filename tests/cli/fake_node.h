/* SPDX-License-Identifier: GPL-2.0 */
/* Within the fake's node and engine: fake_node.c, fake_move.c, fake_engine.c. */
#ifndef FAKE_NODE_H
#define FAKE_NODE_H

#include "fake.h"

#define BUFFERS 4096
#define MAX_PQ	8

struct buffer {
	uint8_t *p;
	uint64_t bytes;
	uint32_t kind;
	bool gone;
};

/* What befalls the operation under way. */
struct odd {
	bool polynomial, copies, coefficient, shorter, corrupt, no_gap, gap, shift, blame;
};

/* A ring under way: fake_stream.c. */
struct fake_stream {
	bool on, ended, paused;
	struct dmactl_stream x;	/* of its START */
	uint64_t began, paused_at;
	uint64_t done, bytes;	/* periods; given by the source */
	uint64_t callbacks, dropped, behind;
};

struct session {
	bool used;
	const struct channel *ch;
	bool line; /* claimed by its request line */
	struct dmactl_config config;
	struct buffer buf[BUFFERS];
	uint32_t nr_buf;
	uint64_t stream;      /* endpoint source: bytes given since CONFIG */
	uint64_t engine_free; /* when the engine has done all that it was given */
	uint64_t ops;	      /* of the session, for the faults */
	struct odd odd;
	uint64_t seq;		 /* of the next operation of SUBMIT */
	uint8_t failed[1 << 16]; /* by sequence number, of late */
	struct dmactl_completion queue[2048];
	uint32_t nr_queue;
	uint32_t submits, reaps, syncs; /* calls */
	bool stopped, gone;
	struct fake_stream cyclic;
};

struct session *fake_session(int fd);
void fake_buf_gone(struct buffer *b, bool gone);
/* Every N-th operation of this channel has the fault; all from the N-th on. */
bool fake_nth(const struct session *s, const char *fault);
bool fake_from(const struct session *s, const char *fault);
bool fake_befallen(const struct session *s);
/* Moves the data, spoiled as asked: enum dmactl_result, and what a *_VAL operation found. */
uint32_t fake_move(struct session *s, const struct dmactl_op *op, uint32_t *flags);
uint32_t fake_descriptors(const struct session *s, const struct dmactl_op *op);
/* Why an operation is refused: a negative errno and enum dmactl_why, or 0. */
int fake_refused(struct session *s, const struct dmactl_op *op, uint32_t *why);

#endif
