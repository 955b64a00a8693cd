/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fuzz-border: programs of calls that cross the border of the kernel module, as text and in memory.
 *
 * A program is a list of calls, one a line:
 *
 *	ACTOR CALL field=value ... | BLOCK field=value ...
 *
 * ACTOR is "-" for what is done first and alone, or P.T: thread T of process P. Processes are
 * forked, and threads begun, when the first part is done; each does its lines in their order.
 * Fields that are not named are zero. A value is a number, a word where the field is a text, or
 *
 *	$cN $bN $oN $qN	channel, buffer, mmap offset of that buffer, sequence number in register N
 *	$fN $mN		the number of descriptor N, the address of mapping N
 *	&N		byte N of the process's memory: 16 pages, then one to read only, then a hole
 *	@  @end		the blocks that follow; so placed that the byte after the last one faults
 *
 * and +N or -N behind it. In a text %N stands for the device of the directory N, _ for a space.
 */
#ifndef DMACTL_BORDER_H
#define DMACTL_BORDER_H

#include <linux/dmactl.h>
#include <sys/types.h>

#include "harness.h"

#define PROCS	     3
#define THREADS	     4
#define ACTORS	     (PROCS * THREADS)
#define FIRST	     ACTORS /* the actor "-" */
#define CALLS_MAX    64	    /* of a program */
#define BLOCKS_MAX   10	    /* of a call */
#define ARGS_MAX     20	    /* of a block */
#define TEXT_MAX     40	    /* bytes of a text, with the NUL */
#define PROGRAM_TEXT 32768  /* bytes of a program, at most */

#define DIRS  4 /* simulated devices */
#define FDS   8
#define CHANS 8
#define BUFS  12
#define MAPS  6
#define SEQS  4

enum value_kind {
	V_NUM,
	V_TEXT,
	V_CHAN,
	V_BUF,
	V_OFFSET,
	V_SEQ,
	V_FD,
	V_MAP,
	V_MEM,
	V_HERE,
	V_EDGE
};

struct value {
	u8 kind;
	u8 reg;
	union {
		u64 num;	  /* or what is added to the register */
		const char *text; /* V_TEXT: from intern() */
	};
};

/* What a field is for: how the generator fills it, and what it tries instead. */
enum field_kind {
	K_NUM,
	K_SIZE,
	K_FLAGS,
	K_CHAN,
	K_BUF,
	K_LEN,
	K_OFFSET,
	K_POINTER,
	K_CODE,
	K_COUNT,
	K_TIME,
	K_RESERVED,
	K_REG,
	K_TEXT,
	K_FD
};

#define PSEUDO 0x8000 /* offset of a field that is not in the structure */

struct field {
	const char *name;
	u16 offset;
	u8 size;
	u8 kind;
};

enum shape_class { IS_IOCTL, IS_CALL, IS_BLOCK };

struct shape {
	const char *name;
	unsigned long nr; /* IS_IOCTL */
	u16 bytes;
	u8 class;
	u8 nr_fields;
	const struct field *field;
};

enum shape_id {
	S_INFO,
	S_NULL,
	S_CLAIM,
	S_RELEASE,
	S_CONFIG,
	S_BUF_CREATE,
	S_BUF_DESTROY,
	S_BUF_SYNC,
	S_SUBMIT,
	S_REAP,
	S_RUN,
	S_STREAM,
	S_IOCTL,
	S_MKDIR,
	S_SET,
	S_GET,
	S_RMDIR,
	S_UNBIND,
	S_OPEN,
	S_CLOSE,
	S_DUP,
	S_PASS,
	S_TAKE,
	S_READ,
	S_POLL,
	S_MMAP,
	S_MUNMAP,
	S_TOUCH,
	S_SCRIBBLE,
	S_UDMABUF,
	S_FDINFO,
	S_FORK,
	S_KICK,
	S_KILL,
	S_TIMER,
	S_SLEEP,
	S_USER,
	S_NL_CHANNEL,
	S_NL_CHANNELS,
	S_NL_SESSIONS,
	S_NL_QUARANTINE,
	S_NL_JOIN,
	S_NL_RAW,
	S_CALLS, /* what follows is no call */
	S_OP = S_CALLS,
	S_VEC,
	S_DEP,
	S_TEMPLATE,
	SHAPES
};

extern const struct shape shapes[SHAPES];

struct arg {
	u8 field; /* index in the shape */
	struct value v;
};

struct block {
	u8 shape;
	u8 n;
	struct arg arg[ARGS_MAX];
};

struct call {
	u8 actor;
	u8 n;
	struct block block[BLOCKS_MAX]; /* the first is the call itself */
};

struct program {
	u32 n;
	struct call call[CALLS_MAX];
};

/* shape.c */
int field_find(u32 shape, const char *name); /* index or -1 */
struct arg *arg_find(const struct block *b, const char *name);
struct arg *arg_set(struct block *b, const char *name, struct value v); /* NULL: no room */
void set_num(struct block *b, const char *name, u64 num);		/* zero is not written */
void set_reg(struct block *b, const char *name, u8 kind, u32 reg);
void set_text(struct block *b, const char *name, const char *text);
struct call *call_add(struct program *p, u32 actor, u32 shape); /* NULL: no room */
struct block *block_add(struct call *c, u32 shape);

/* text.c */
const char *intern(const char *text); /* the same text, for ever */
size_t program_print(const struct program *p, char *text, size_t room);
int program_parse(struct program *p, const char *text); /* 0, or the line at fault */

/* text.c, too: everything that is decided follows from the seed */
struct rng {
	u64 state;
};

struct rng rng_from(u64 seed, u64 nr);
u64 rng_next(struct rng *r);
u32 rng_below(struct rng *r, u32 n);
bool rng_chance(struct rng *r, u32 percent);

/* model.c: what a program has made so far, as far as all of it went well */
struct model {
	u32 actors;
	u8 actor[ACTORS];
	u32 dirs, chans, bufs, fds, maps, seqs; /* registers in use, from 0 */
	struct {
		u8 channels;
		u32 align;
		u64 max_segment;
	} dir[DIRS];
	struct {
		u8 fd, dir, number, endpoint;
	} chan[CHANS];
	struct {
		u8 fd, kind, chan;
		u64 bytes;
	} buf[BUFS];
	struct {
		u8 fd, buf;
	} map[MAPS];
};

void model_of(struct model *m, const struct program *p);
void model_take(struct model *m, const struct call *c);

/* generate.c, op.c, mutate.c */
void generate(struct program *p, struct rng *r);
void generate_call(struct program *p, struct model *m, struct rng *r, u32 actor);
void generate_system(struct program *p, struct model *m, struct rng *r, u32 actor);
void generate_map(struct program *p, struct model *m, struct rng *r, u32 actor);
void generate_device(struct program *p, struct model *m, struct rng *r);
void add_op(struct call *c, struct model *m, struct rng *r, u32 fd, int chan, bool run);
void twist(struct call *c, struct rng *r); /* makes a valid call a wrong one */
void mutate(struct program *p, const struct program *other, struct rng *r);

/* run.c: a program in its processes */
struct shared {
	u64 calls; /* done */
	u64 kills;
	u32 forking, killing;	 /* see gate.c */
	u64 count[S_CALLS][256]; /* by errno; 0 is success, 255 anything else */
	u32 imports;	/* from here on: of this program */
	u64 chan[CHANS], buf[BUFS], offset[BUFS], seq[SEQS];
	char dev[DIRS][64];
	pid_t tid[ACTORS], pid[PROCS];
	u32 why[32];
};

extern struct shared *shared;

enum outcome { RAN, CUT, STUCK }; /* to its end; ended by force; cannot be ended */
enum outcome program_run(const struct program *p);
void run_setup(void);

/* gate.c: nobody is killed while he forks (User Mode Linux 6.12 does not survive that) */
pid_t gate_fork(void);
void gate_close(void);
void gate_open(void);

/* act.c, act_sys.c, act_nl.c: one call, in the process and thread that it is for */
struct actor {
	u32 nr;
	u8 *area; /* AREA bytes, then a page that faults */
	size_t used;
	int nl; /* netlink socket, -1 none */
};

#define AREA	   65536
#define PAGE	   4096UL
#define PLAIN_USER 65534
#define MEM_PAGES  16 /* that may be written, of 18 */

struct process {
	u32 nr;
	int fd[FDS];
	u8 *map[MAPS];
	size_t map_len[MAPS];
	u8 *mem;
};

extern struct process me;
extern bool tracing;	    /* say how each call ended */
extern int inbox[PROCS][2]; /* descriptors in flight */
extern u16 family;	    /* of netlink, and its group */
extern u32 group;

void act(struct actor *a, const struct call *c);
u64 arg_value(const struct block *b, const char *name);
const char *arg_text(const struct block *b, const char *name);
int act_system(struct actor *a, const struct block *b); /* 0 or more, or -errno */
int act_netlink(struct actor *a, const struct block *b);
void expand_text(const char *text, char *out, size_t room);
void directory_of(u64 nr, char *path, size_t room);
bool guarded(void (*fn)(void *), void *arg); /* false: it faulted */
void guard_setup(void);

/* cover.c: what a program has reached */
bool cover_open(void);	     /* false: no KCOV in this kernel */
void cover_begin(u32 actor); /* in the thread */
u32 cover_collect(void);     /* features that are new */
u32 cover_edges(void);
u32 cover_pcs(void);
void cover_forget(void);

/* world.c: what must hold between two programs */
void world_begin(void);
int world_clean(void); /* 0; or says what is wrong, and what of it */
int world_end(void);   /* both modules unload */

/* corpus.c */
struct entry {
	char *text;
	char name[64];
};

struct corpus {
	struct entry *e;
	u32 n, room;
};

int corpus_load(struct corpus *c, const char *dir); /* entries, or -errno */
int corpus_load_log(struct corpus *c, const char *path, u32 last);
void corpus_add(struct corpus *c, const char *text, const char *name);
int corpus_save(const struct entry *e, const char *dir);

/* suite.c */
int suite_main(void);

#endif
