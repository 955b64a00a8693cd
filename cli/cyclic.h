/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dmactl cyclic: rings that run until they are stopped. A row is one size of period on all
 * channels; a leg is what lies between a START and its STOP.
 */
#ifndef DMACTL_CYCLIC_H
#define DMACTL_CYCLIC_H

#include "job.h"
#include "period.h"

#define STAMP_BYTES 16 /* of a loopback's period: its number, and when it was written */

struct copts {
	struct mopts m;	       /* what it shares with the measuring commands */
	struct vec directions; /* uint32_t, enum direction */
	struct numlist period;
	bool has_period;
	uint64_t periods, allow_lost, restart;
	bool has_pause, find_min;
	uint64_t pause_at, pause_for;
};

enum ended {
	END_NOT,
	END_COUNT,
	END_TIME,
	END_INPUT,
	END_PIPE,
	END_INTERRUPT,
	END_SAVE,
	END_TIMEOUT,
	END_PROVIDER,
	END_ERROR,
};

enum stopped { STOPPED_NOT, STOPPED_SYNC, STOPPED_UNSYNC, STOPPED_REOPEN, STOPPED_QUARANTINE };

/* Of one channel in one row. */
struct crow {
	const struct channel *ch; /* NULL: all channels together */
	uint32_t direction;	  /* enum direction */
	uint64_t period, ring_periods;
	uint64_t periods;    /* that went through with the data that they should have */
	bool exact;	     /* of what was lost */
	bool coarse, polled; /* coarse: the channel does not tell its position */
	uint64_t callbacks, overruns, underruns, skipped, repeated, jumps, dropped, errors;
	int64_t coalesced;
	uint64_t checked, mismatches;
	struct {
		uint64_t period;
		struct count_check c;
	} first;	 /* wrong byte */
	char wrong[160]; /* where no byte can be named */
	struct hist interval, jitter, wakeup, end_to_end;
	bool has_jitter;
	double fitted_ns;
	uint64_t cpu_ns, elapsed_ns, bytes, saved, padded, position;
	uint32_t crc;
	uint64_t restarts, pauses;
	enum ended ended;
	enum stopped stopped;
	bool interrupted, valid;
	bool only_lost;	    /* nothing else is wrong */
	bool smallest_told; /* --find-min-period: of the last row */
	uint64_t smallest;  /* 0: none */
	char note[160], failure[512];
	int exit;
};

/* One channel. */
struct cyclic {
	struct worker w; /* session, claim, peripheral */
	struct mopts o;	 /* with its own direction and endpoint */
	const struct copts *c;
	const struct dmactl_info *info;
	struct team *team;
	int in, out;		       /* --input, --save; -1 without */
	bool coarse, numbered, looped; /* position; what the data itself tells */

	uint32_t ring_id;
	uint8_t *ring, *copies;
	uint8_t *copy;	/* of one period, the first or another one of copies */
	uint64_t batch; /* so many there are */
	size_t ring_mapped;
	struct dmactl_completion *comps;

	struct crow *r;
	struct track t; /* all from here on: of the leg */
	struct fit fit;
	uint64_t next;			      /* period to read, or to write */
	int64_t last_number;		      /* that was delivered, -1: none yet */
	int64_t early;			      /* period that was looked at too early, -1 */
	uint64_t olds;			      /* in a row that seem to have been left out */
	uint64_t seen;			      /* of the ring: where the engine was before a copy */
	uint64_t margin, periods_then;	      /* of the last overrun; delivered by then */
	uint64_t overruns_then, skipped_then; /* counts at that time */
	int64_t shift;			      /* of the data's number against ours */
	uint64_t first_number;		      /* of the leg's first chunk, counted over all legs */
	uint64_t chunks;		      /* mem-to-dev: handed to the ring */
	uint64_t data_end;		      /* the period after the last chunk, once drained */
	uint64_t stale;			      /* underruns */
	uint64_t rounds;		      /* of the track that the data have explained */
	bool sure;			      /* so have they what was lost last */
	bool told;			      /* so have they after it was stopped */
	bool surprised;			      /* they told of rounds at some time */
	uint64_t late_to;		      /* the period that an underrun went on at */
	uint32_t *crcs, *sink_crcs;	      /* after each of the last chunks */
	uint32_t last_crc;		      /* of the data as they are without padding */
	size_t last_len;
	bool have_chunk, drained;	  /* one is in copy; the data are at an end */
	uint64_t began, last_news;	  /* START; a period, or what excuses that there was none */
	uint64_t until_ns, until_periods; /* where the leg ends, 0: nowhere */
	uint64_t paused_ns;
	uint64_t handled_before; /* by the row's earlier legs */
	uint64_t polled_k;
	bool fresh;	 /* the first number is what it is */
	bool torn_save;	 /* interrupted within a period */
	enum ended why;
	bool over; /* its end was among the completions */
	uint32_t end_flags, end_result;
	uint64_t end_callbacks;
	uint64_t last_at; /* of the last callback, 0: none yet */
	bool was_paused;
	uint64_t told_periods, told_lost; /* for the line of progress */
	bool failed;			  /* the row could not be run */
	bool dead;			  /* no further row */
	bool moved;
};

/* cyclic_opts.c */
extern const struct argp cyclic_argp; /* its input is the copts */
void copts_init(struct copts *c, struct ctx *ctx);
void copts_free(struct copts *c);
/* cyclic_check.c: what only shows when all of them are read; exits with 64. */
void copts_finish(struct copts *c, const struct argp_state *st);
/* What is not to be had of this channel: 77. */
int cyclic_allowed(struct cyclic *s, const struct copts *c);

/* cyclic_open.c */
int cyclic_open(struct cyclic *s); /* session, claim, peripheral; -1 with ctx->err */
void cyclic_close(struct cyclic *s);
int cyclic_ring(struct cyclic *s); /* of the row; -1 with w.err */
void cyclic_ring_drop(struct cyclic *s);
/* A period between the ring and copy; false: its provider has taken the ring away. */
bool cyclic_read_ring(struct cyclic *s, uint64_t period);
bool cyclic_write_ring(struct cyclic *s, uint64_t period);
int cyclic_sync(struct cyclic *s, uint64_t period, uint32_t direction);
int cyclic_refused(struct cyclic *s, const char *what, int ret); /* a STREAM; sets w.err */

/* cyclic_run.c: one row of one channel, in its thread. */
void cyclic_row(struct cyclic *s);
uint64_t cyclic_time(const struct cyclic *s, uint64_t at); /* of the clock, pauses taken out */
/* Where the engine is now: periods completed. Sets why when it is gone. */
uint64_t cyclic_look(struct cyclic *s);
int cyclic_take(struct cyclic *s, bool wait);	 /* events; -1 with w.err */
bool cyclic_full(const struct cyclic *s);	 /* all is done */
bool cyclic_ends(struct cyclic *s);		 /* asked to, all is done, or nothing came */
uint64_t cyclic_handled(const struct cyclic *s); /* periods of the leg that are accounted for */

/* cyclic_stop.c */
int cyclic_start(struct cyclic *s);
int cyclic_stop(struct cyclic *s);
int cyclic_pause(struct cyclic *s);
void cyclic_say_end(struct cyclic *s);

/* cyclic_drain.c: dev-to-mem; cyclic_feed.c: mem-to-dev. Work up to what is known. */
int cyclic_drain(struct cyclic *s);
void cyclic_drain_rest(struct cyclic *s, uint64_t after); /* when it has been stopped */
int cyclic_fill(struct cyclic *s);			/* before it is started */
int cyclic_feed(struct cyclic *s);
void cyclic_feed_rest(struct cyclic *s, uint64_t k);

/* cyclic_data.c */
int cyclic_fetch(struct cyclic *s); /* the next chunk into copy; sets drained at the end */
int cyclic_save(struct cyclic *s, const uint8_t *p, size_t len);
bool cyclic_poison(struct cyclic *s); /* dev-to-mem, before it is started; false: see why */
/* What the period in copy says of itself. */
enum judged { JUDGED_GOOD, JUDGED_TORN, JUDGED_OLD, JUDGED_EARLY };

enum judged cyclic_judge(struct cyclic *s, uint64_t period);
bool cyclic_is_there(const struct cyclic *s); /* numbered: it is the one due, or a later one */

/* cyclic_job.c: the command. */
int cyclic_main(struct ctx *ctx, struct copts *c);

/* cyclic_text.c, cyclic_json.c */
struct crep {
	struct ctx *ctx;
	const struct copts *c;
	const struct cyclic *s; /* [nr] */
	size_t nr;
	const char *platform;
	const struct report_channel *channels;
	FILE *f;     /* of the table */
	bool single; /* one row, one channel */
};

const char *ended_name(enum ended e);
const char *stopped_name(enum stopped s);
uint64_t crow_lost(const struct crow *r);
bool crow_cpu_known(const struct crep *rep, const struct crow *r);
void crow_judge(struct crow *r, const struct copts *c);
void crow_free(struct crow *r);
void cyclic_head(const struct crep *rep);
void cyclic_text(const struct crep *rep, const struct crow *r, size_t channel);
void cyclic_summary(const struct crep *rep, const struct crow *r);
void cyclic_end_to_end(const struct crep *rep, const struct crow *r);
struct json_object *cyclic_json(const struct crep *rep, const struct crow *r, size_t channel);

#endif
