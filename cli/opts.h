/* SPDX-License-Identifier: GPL-2.0 */
/* The options that measuring commands share. */
#ifndef DMACTL_OPTS_H
#define DMACTL_OPTS_H

#include "cmd.h"
#include "parse.h"

enum verify { VERIFY_NONE, VERIFY_SAMPLE, VERIFY_FULL };

enum side { SRC, DST };

/* As dmaengine numbers them. */
enum direction { MEM_TO_MEM, MEM_TO_DEV, DEV_TO_MEM, DEV_TO_DEV, NR_DIRECTIONS };

/* When a warm-up has become steady; its width is 0 where nobody asked. */
struct steady {
	double percent;
	uint64_t most_ns;
};

struct mopts {
	struct ctx *ctx;
	unsigned int opcode;		/* enum dmactl_opcode */
	struct vec channels;		/* const char * */
	struct numlist size, depth, batch, cpus;
	bool has_size, has_depth, has_batch, has_mode;
	bool has_count, has_time;
	uint64_t count, time_ns;	/* 0 of the one that does not bound */
	bool submit, poll, irq_batch, map_each, cold, latency;
	bool plot;
	uint32_t kind[2];		/* enum dmactl_buf_kind */
	uint64_t node[2];		/* DMACTL_NONE without */
	uint64_t align;			/* bytes, 0: by itself */
	uint64_t offset[2];
	uint64_t buffers;		/* pairs, 0: as many as the depth */
	enum verify verify;
	uint64_t seed, value, timeout_ns, repeat;
	struct warmup warmup;
	const char *input, *save, *samples;
	struct vec limits;		/* struct limit */
	struct vec labels;		/* const char *, "K=V" */
	uint64_t rate;			/* operations per second, 0: closed loop */
	bool poisson;			/* or evenly spaced */
	struct steady steady;
	bool cpu_line;			/* bench: the CPU does the same on the same buffers */
	char *dma_buf[2];		/* dmabuf:..., of a DMACTL_BUF_DMABUF */

	/* Of single commands. */
	uint64_t sources;  /* xor, pq */
	uint64_t segments; /* memset, sg; 0: no segments */
	bool check;	   /* xor, pq: the operation that checks the parity */
	bool no_p, no_q;
	uint64_t frames, chunk, src_gap, dst_gap; /* interleave */
	bool has_direction;
	uint32_t direction; /* enum direction */
	uint32_t endpoint;  /* enum dmactl_endpoint, 0: the direction's own */
	uint64_t address;   /* DMACTL_EP_RAW */
	uint64_t width, burst;
	bool device_flow;
};

extern const struct argp measure_argp;	/* its input is the mopts */

void mopts_init(struct mopts *o, struct ctx *ctx, unsigned int opcode);
/* What only shows when all is read. Exits with 64, as argp_error() does. */
void mopts_finish(struct mopts *o, const struct argp_state *state);
void mopts_free(struct mopts *o);

/* Its part about the options of single commands. */
void mopts_finish_own(struct mopts *o, const struct argp_state *state);

/* Options of several commands, without a letter. */
enum {
	OPT_SEED = 0x2100,
	OPT_INPUT,
	OPT_SAVE,
	OPT_LABEL,
	OPT_ENDPOINT,
	OPT_WIDTH,
	OPT_BURST,
	OPT_PLOT,
};

/* -c -n -t -T -p -C --seed --input --save --label; --endpoint --width --burst. Else unknown. */
error_t opt_shared(int key, char *arg, struct argp_state *st, struct mopts *o);
error_t opt_peripheral(int key, char *arg, struct argp_state *st, struct mopts *o);

/* What is wrong with an option, as argp_error() says it. Exits with 64. */
void opt_error(const struct argp_state *st, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
/* Options that are not from the command line: @where tells from where the last one is. */
void opt_source(const char *(*where)(const struct argp_state *st));

/* A bad value: exits with 64 and a sentence. @ret is the parser's. */
void opt_bad(struct argp_state *st, int ret, const char *option, const char *arg, const char *want);
void opt_number(struct argp_state *st, const char *option, const char *arg, uint64_t least,
		uint64_t *out);
/* Two channels, of which one sends what the other receives. */
bool mopts_pair(const struct mopts *o);
/* -1: a size has less than an access for each segment. */
int mopts_segments(const struct mopts *o, struct err *e);
const char *direction_name(uint32_t direction);
const char *endpoint_name(uint32_t endpoint);

#endif
