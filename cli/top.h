/* SPDX-License-Identifier: GPL-2.0 */
/* A live view: what two looks at the module's counters tell, in rows. */
#ifndef DMACTL_TOP_H
#define DMACTL_TOP_H

#include <json.h>

#include "cmd.h"

#define TOP_LINE    256
#define TOP_LEAST   10000000ULL	     /* ns between two looks */
#define TOP_MOST    3600000000000ULL /* an hour */
#define TOP_DEFAULT 1000000000ULL

enum top_column {
	TOP_CHANNEL,
	TOP_STATE,
	TOP_OPS,
	TOP_BYTES,
	TOP_FLIGHT,
	TOP_LATENCY,
	TOP_MAX,
	TOP_LOST,
	TOP_BAD,
	TOP_HOLDER,
	TOP_COLUMNS,
};

/* A channel, or (@gone) what a provider that has gone left behind. */
struct top_row {
	struct channel c;
	bool rated;	   /* counted from one look to the next: @ops and @bytes are known */
	double ops, bytes; /* per second */
	bool stream;	   /* a ring of periods runs */
	double periods;	   /* per second */
	bool ticks;	   /* the ring has counted some since its session has the channel */
	bool timed;	   /* operations with stamps have ended since: @latency is their mean */
	double latency;	   /* ns */
	uint64_t still_ns; /* for so long nothing ended, though something is in flight */
	bool kept, gone, leaked;
	uint32_t owed; /* callbacks, while @kept */
	uint64_t kept_bytes, age_ns;
};

struct top_sample {
	uint64_t time_ns, interval_ns; /* @interval_ns: since the look before, 0 at the first */
	struct vec rows;	       /* struct top_row */
	struct vec sessions;	       /* struct session_info */
	size_t channels, held, quarantined;
	uint64_t session_bytes;	   /* buffers of all sessions */
	uint64_t owed, kept_bytes; /* all callbacks and memory in quarantine */
	double ops, bytes;	   /* of all channels */
	size_t streams;
	uint64_t lost; /* periods, of all channels and all time */
};

/* What is shown of it, and how. */
struct top_view {
	enum top_column sort;
	bool reverse, busy;
	char filter[64];
	uint64_t delay_ns;

	/* Of the screen. */
	bool paused, help, typing, quit;
	char before[64]; /* the filter, should typing be given up */
	size_t first;	 /* row at the top */
	size_t page;	 /* rows that have room */
	size_t rows;	 /* rows that there are */
};

/* Keys that are no character. */
enum {
	TOP_LEFT = 0x1000,
	TOP_RIGHT,
	TOP_UP,
	TOP_DOWN,
	TOP_HOME,
	TOP_END,
	TOP_PAGE_UP,
	TOP_PAGE_DOWN,
	TOP_BACKSPACE,
	TOP_ESCAPE = 27,
};

/*
 * top_sample.c, pure. The rows of a sample from what the module told, then rates by the one before
 * (NULL without). -ENOMEM.
 */
int top_sample_make(struct top_sample *s, const struct vec *channels,
		    const struct vec *quarantines);
void top_sample_rate(const struct top_sample *before, struct top_sample *now);
void top_sample_free(struct top_sample *s);
/* The rows that are shown, in order: pointers into @s, to be freed with vec_free(). */
int top_pick(const struct top_sample *s, const struct top_view *v, struct vec *out);
/* Operations that did not end well, and periods that were lost, of all time. */
uint64_t top_bad(const struct channel *c);
/* What ends a second: operations, or periods where it streams. */
double top_ends(const struct top_row *r);
/* In the loop of a RUN, whose operations are counted at its end. */
bool top_runs(const struct channel *c);
/* An operation takes so long (mean), or (@least) longer than that; 0: nothing tells. */
double top_takes(const struct top_row *r, bool *least);

/* top_text.c: lines without an end of line, as wide as @width allows. */
const char *top_column_name(enum top_column column);
bool top_column_find(const char *name, enum top_column *out);
size_t top_name_width(const struct top_view *v, const struct vec *picked, int width);
#define TOP_HEADS 2
void top_head(const struct top_sample *s, int nr, int width, char line[TOP_LINE]);
void top_titles(const struct top_view *v, size_t name, int width, char line[TOP_LINE]);
void top_line(const struct top_view *v, const struct top_row *r, size_t name, int width,
	      char line[TOP_LINE]);
const char *top_state(const struct top_row *r);

/* top_json.c: all of a sample that is shown. */
struct json_object *top_json(const struct top_sample *s, const struct vec *picked);

/* top_keys.c, pure: what a key does to the view. */
void top_key(struct top_view *v, int key);
extern const char *const top_help[]; /* lines, NULL at the end */
/* The last line of the screen. */
void top_status(const struct top_view *v, char line[TOP_LINE]);

/*
 * top_look.c: a look at the module, compared with the one before, which it takes the place of. -1
 * with ctx->err: *@s is the one before then.
 */
int top_look(struct ctx *ctx, struct top_sample *s);

/* top_screen.c: until a key ends it. TOP_NO_SCREEN with ctx->err: there can be none here. */
#define TOP_NO_SCREEN (-2)
int top_screen(struct ctx *ctx, struct top_view *v, uint64_t count);

#endif
