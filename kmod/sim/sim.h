/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dma-sim: a dmaengine provider without hardware.
 *
 * A configuration (a configfs directory) makes a platform device; its probe makes one dmasim_dev,
 * which lives until the dmaengine core has no reference left, possibly long after the unbind.
 *
 * Locks, outermost first: dmasim_conf.live_lock, the device lock of the platform device,
 * dmasim_conf.lock, the core's dma_list_mutex, dmasim_dev.lock | dmasim_chan.lock,
 * dmasim_defects.lock | dmasim_dev.wire_lock. Callbacks of clients run with no spinlock of ours
 * held.
 */
#ifndef _DMASIM_H
#define _DMASIM_H

#include <linux/configfs.h>
#include <linux/dmaengine.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kfifo.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/prandom.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "params.h"

#define DMASIM_NAME		"dma-sim"
#define DMASIM_CHANNELS_MAX	64		/* each costs a sysfs device and a tasklet */
#define DMASIM_DESCRIPTORS_MAX	4096		/* per channel; allocated while it is held */
#define DMASIM_ALIGN_MAX	12		/* a page of most architectures */
#define DMASIM_WINDOW_MAX	64
#define DMASIM_SOURCES_MAX	255		/* struct dmaengine_unmap_data has room for 256 */
#define DMASIM_PIECES_MAX	4096		/* segments or chunks of one operation */
#define DMASIM_OPERATIONS_MAX	0x7ff		/* all of enum dmasim_operation */
#define DMASIM_MASK_BITS_MAX	64
#define DMASIM_WIDTHS_MAX	0x11f		/* undefined, 1, 2, 3, 4 and 8 bytes */
#define DMASIM_BURST_MAX	0xffffff
#define DMASIM_SG_BURST_MAX	65535
#define DMASIM_DIRECTIONS_MAX	15
#define DMASIM_FIFO_MAX		1048576		/* bytes */
#define DMASIM_RATE_MAX		10000000000ULL	/* bytes per second, see dmasim_cyclic_time() */
#define DMASIM_PERIODS_MAX	65536		/* of one ring */
#define DMASIM_LATENCY_MAX	(10ULL * NSEC_PER_SEC)
#define DMASIM_LATE_MAX		(3600ULL * NSEC_PER_SEC)

enum dmasim_when {
	DMASIM_OFF,
	DMASIM_EVERY,
	DMASIM_NTH,
	DMASIM_AFTER,
};

struct dmasim_knob {
	enum dmasim_when when;
	u32 n;					/* at least 1 unless off */
	u32 seen;				/* operations since the knob was written */
};

/* How late what is late comes. Writable at any time, too. */
struct dmasim_delays {
	u64 late_ns;
	u64 jitter_ns;
};

struct dmasim_defects {
	spinlock_t lock;			/* irqsave; all below; @armed is also peeked at */
	struct dmasim_knob knob[DMASIM_DEFECTS];
	u64 hits[DMASIM_DEFECTS];		/* since the device was made */
	unsigned long armed;			/* bit per knob that is not off */
	struct dmasim_delays delay;
	struct rnd_state rnd;
};

struct dmasim_dev;
struct dmasim_chan;
struct dmasim_desc;

/*
 * An operation: works on memory, any context, no lock held. Brings dmasim_desc.done to @to; stays
 * below it, without an error, if an endpoint has no data or no room at the moment.
 */
typedef enum dmaengine_tx_result (*dmasim_work_fn)(struct dmasim_chan *c, struct dmasim_desc *d,
						   size_t to);

enum dmasim_state {
	DMASIM_QUEUED,				/* not done, perhaps in part */
	DMASIM_EXECUTED,			/* done, but earlier ones are not */
	DMASIM_OWED,				/* done, the callback is held back */
	DMASIM_ABORTED,				/* will not be done, to be reported as such */
	DMASIM_TERMINATED,			/* dropped, and yet called back once more */
};

/* A source of xor and pq; a segment; or a chunk, its addresses being relative to the frame. */
struct dmasim_piece {
	dma_addr_t addr;
	dma_addr_t dst;				/* chunk */
	u32 len;
	u8 coef;				/* source */
};

/* The configured peripheral. A register is 0 where there is none. */
struct dmasim_slave {
	enum dmasim_endpoint endpoint;
	phys_addr_t src, dst;			/* REGISTER */
	u8 src_width, dst_width;		/* bytes */
	u32 src_burst, dst_burst;		/* accesses */
};

/* A descriptor. Who holds it owns it: the client until submit, then a list of the channel. */
struct dmasim_desc {
	struct dma_async_tx_descriptor tx;
	struct llist_node free_node;		/* dmasim_chan.free, .freed, .unacked */
	struct list_head node;			/* the other lists of dmasim_chan */
	dmasim_work_fn work;			/* NULL: nothing to do */
	dma_addr_t dst;				/* pq: P */
	dma_addr_t dst2;			/* pq: Q */
	dma_addr_t src;
	size_t len;				/* bytes at a destination */
	size_t done;				/* of these */
	size_t stop;				/* what the next go brings @done to */
	ktime_t when;				/* QUEUED: of that go, 0 at once; else: callback */
	u32 period;				/* cyclic: bytes; @len is the ring. 0: not cyclic */
	u64 jitter;				/* ns that the goes of this period come late */
	u64 linger;				/* ns from terminate to the late callback */
	struct dmasim_piece *piece;		/* stays with the descriptor */
	unsigned int room;			/* for pieces */
	unsigned int pieces;			/* in use */
	size_t frame;				/* bytes of all pieces; 0 if they are sources */
	dma_addr_t src_step, dst_step;		/* interleaved: from a frame to the next */
	enum sum_check_flags *sums;		/* xor_val, pq_val: the verdict goes here */
	struct dmasim_slave slave;		/* as configured at prep; UNCONFIGURED: no slave */
	enum dma_transfer_direction direction;	/* slave */
	u32 burst;				/* bytes, what residues are rounded to */
	enum dmaengine_tx_result result;
	enum dmasim_state state;
	unsigned int defects;			/* bit per defect of this operation */
	bool drawn;				/* @defects is valid */
	bool p, q;				/* xor and pq: wanted */
	bool more;				/* pq: goes on from the P and Q that are there */
	bool repeats;				/* interleaved: until the next one takes over */
	u8 value;				/* memset */
	u8 spoil_xor;				/* corrupt, wrong residue: never 0 */
	u32 spoil_at;				/* corrupt: offset into the destination */
};

/* The cyclic transfer that a channel has begun last, and the record of it. */
struct dmasim_stream {
	dma_cookie_t cookie;			/* 0: there was none */
	ktime_t base;				/* its time begins here; shifted by each pause */
	ktime_t rest;				/* it is not served before this */
	bool owed;				/* periods have passed, the callback is put off */
	enum dmaengine_tx_result owed_result;
	u64 periods;				/* that have passed, @skipped among them */
	u64 skipped;
	u64 callbacks;
	ktime_t due, fired;			/* of the last period */
	u64 late_max, late_sum;			/* ns, of the callbacks */
};

struct dmasim_chan {
	struct dma_chan chan;
	struct dmasim_dev *sim;
	struct dmasim_desc *descs;		/* allocated while the channel is held */
	struct llist_head freed;		/* lock-free; sorted into .free and .unacked */
	wait_queue_head_t room;			/* for a free descriptor: params.prep_blocks */

	spinlock_t lock;			/* irqsave; all below */
	struct llist_node *free;		/* acknowledged, may be prepared again */
	struct llist_node *unacked;		/* done, the client has not acknowledged yet */
	struct list_head submitted;		/* not issued yet */
	struct list_head issued;		/* in the order of submission */
	struct list_head owed;			/* done, callback lost or late */
	struct list_head done;			/* callback missing; goes before issued */
	struct dmasim_desc *chosen;		/* of issued: begun, or to begin next */
	struct rnd_state rnd;			/* for the choice */
	struct dmasim_slave slave;
	ktime_t busy_until;			/* when what was begun will be done */
	dma_cookie_t active_cookie;		/* being served, 0 if none; valid while @running */
	u32 active_residue;
	u32 wakes;				/* times that the FIFO moved for this channel */
	struct dmasim_stream stream;
	unsigned int lingering;			/* TERMINATED, not called back yet */
	ktime_t paused_at;			/* valid while @paused */
	bool paused;				/* nothing is begun; peeked at */
	bool blocked;				/* @chosen waits for the FIFO */
	bool running;				/* somebody serves; only one may */
	bool abandon;				/* terminated while active; peeked at */
	bool dead;				/* the device is going: no new work */
	wait_queue_head_t idle;			/* for !running */

	u64 source_at;				/* bytes produced; these three: wire_lock */
	u64 sink_bytes;
	u32 sink_crc;

	struct tasklet_struct tasklet;
	struct hrtimer timer;			/* @chosen is due; context timer: serves */
	struct hrtimer late_timer;		/* a late callback is due */
	struct work_struct work;
};

struct dmasim_dev {
	struct dma_device dma;
	struct dmasim_params params;		/* constant */
	enum dmasim_context context;		/* constant */
	enum dmasim_order order;		/* constant */
	u64 align_mask;				/* constant */
	u64 slave_mask;				/* constant */
	bool timed;				/* constant: latency or bandwidth is modelled */
	struct dmasim_defects defects;
	spinlock_t wire_lock;			/* irqsave; the next two, all endpoints */
	struct kfifo fifo;			/* loopback */
	u64 waiting;				/* bit per channel that waits for @fifo */
	spinlock_t lock;			/* the next two */
	unsigned int held;			/* channels that a client has */
	bool closing;				/* no more clients */
	struct work_struct free_work;
	unsigned int nr_chans;
	struct dmasim_chan chans[];
};

/* A configfs directory. */
struct dmasim_conf {
	struct config_group group;
	int id;					/* the device is called dma-sim.ID */
	struct mutex live_lock;			/* making and removing the device */
	struct platform_device *pdev;		/* live_lock */
	struct mutex lock;			/* all below */
	struct dmasim_params params;		/* fixed while @sim */
	struct dmasim_knob knob[DMASIM_DEFECTS];
	struct dmasim_delays delay;
	struct dmasim_dev *sim;			/* while bound: not counted, see the unbind */
	int probe_err;
};

extern struct workqueue_struct *dmasim_wq;

#define dmasim_first(list)	list_first_entry_or_null(list, struct dmasim_desc, node)

/* Has the channel begun a cyclic transfer? Context: the caller holds the lock. */
static inline bool dmasim_is_cyclic(const struct dmasim_chan *c)
{
	return c->chosen && c->chosen->period;
}

static inline struct dmasim_chan *to_dmasim_chan(struct dma_chan *chan)
{
	return container_of(chan, struct dmasim_chan, chan);
}

static inline struct dmasim_conf *to_dmasim_conf(struct config_item *item)
{
	return container_of(to_config_group(item), struct dmasim_conf, group);
}

/* What a callback is told of a result. An abort is nothing that a driver could keep to itself. */
static inline enum dmaengine_tx_result dmasim_told(const struct dmasim_dev *sim,
						   enum dmaengine_tx_result result)
{
	return sim->params.reports || result == DMA_TRANS_ABORTED ? result : DMA_TRANS_NOERROR;
}

/* The first numbers of the generator are as alike as the seeds. */
static inline void dmasim_seed(struct rnd_state *rnd, u64 seed)
{
	int i;

	prandom_seed_state(rnd, seed);
	for (i = 0; i < 16; i++)
		prandom_u32_state(rnd);
}

/* config.c */
extern const struct dmasim_params dmasim_params_default;
extern struct configfs_attribute *dmasim_attrs[];

/* tree.c */
int dmasim_tree_init(bool with_default);
void dmasim_tree_exit(void);
bool dmasim_conf_is_live(struct dmasim_conf *conf);
int dmasim_conf_start(struct dmasim_conf *conf);
int dmasim_conf_stop(struct dmasim_conf *conf);

/* device.c */
extern struct platform_driver dmasim_driver;
int dmasim_params_check(const struct dmasim_params *p, const struct dmasim_knob *knob);
int dmasim_dev_close(struct dmasim_dev *sim);
void dmasim_dev_set_knob(struct dmasim_dev *sim, enum dmasim_defect which,
			 const struct dmasim_knob *knob);

/* chan.c */
void dmasim_chan_setup(struct dmasim_dev *sim, struct dmasim_chan *c);
void dmasim_chan_ops(struct dmasim_dev *sim);

/* prep.c */
bool dmasim_fits(struct dmasim_chan *c, u64 addresses, size_t len, u64 mask);
struct dmasim_desc *dmasim_prep(struct dmasim_chan *c, unsigned int pieces, unsigned long flags);
struct dmasim_desc *dmasim_prep_sg(struct dmasim_chan *c, struct scatterlist *sgl,
				   unsigned int nents, u32 unit, u64 mask, unsigned long flags);
void dmasim_prep_ops(struct dmasim_dev *sim);

/* queue.c */
void dmasim_desc_put(struct dmasim_chan *c, struct dmasim_desc *d);
void dmasim_discard(struct dmasim_chan *c, struct dmasim_desc *d);
void dmasim_arm_late(struct dmasim_chan *c);
bool dmasim_linger(struct dmasim_chan *c, struct dmasim_desc *d);
void dmasim_abort_one(struct dmasim_desc *d);
bool dmasim_chan_serve(struct dmasim_chan *c, unsigned long *flags);
void dmasim_chan_wake(struct dmasim_chan *c);

/* stop.c */
void dmasim_chan_settle(struct dmasim_chan *c);
void dmasim_chan_drop(struct dmasim_chan *c);
void dmasim_chan_kill(struct dmasim_chan *c);
void dmasim_chan_unstall(struct dmasim_chan *c);
void dmasim_chan_deliver_lost(struct dmasim_chan *c);
void dmasim_chan_ripen(struct dmasim_chan *c);

/* order.c */
void dmasim_order_insert(struct list_head *list, struct dmasim_desc *d);
struct dmasim_desc *dmasim_order_next(struct dmasim_chan *c);
void dmasim_order_resume(struct dmasim_chan *c, struct dmasim_desc *d);
void dmasim_order_shift(struct dmasim_chan *c, ktime_t by);
u32 dmasim_order_residue(const struct dmasim_dev *sim, const struct dmasim_desc *d);

/* context.c */
void dmasim_context_setup(struct dmasim_chan *c);
void dmasim_context_kick(struct dmasim_chan *c, unsigned long *flags);
void dmasim_context_wake(struct dmasim_chan *c, unsigned long *flags);
void dmasim_context_stop(struct dmasim_chan *c);

/* engine.c */
int dmasim_engine_check(struct device *dev);
bool dmasim_is_memory(phys_addr_t phys, size_t len);
size_t dmasim_reach(phys_addr_t phys, size_t len);
void *dmasim_map(phys_addr_t phys);
const struct dmasim_piece *dmasim_piece_at(const struct dmasim_desc *d, size_t at, size_t *in);
void dmasim_spoil(const struct dmasim_desc *d, size_t at, u8 *to, size_t len);
enum dmaengine_tx_result dmasim_work_memcpy(struct dmasim_chan *c, struct dmasim_desc *d,
					    size_t to);
enum dmaengine_tx_result dmasim_work_memset(struct dmasim_chan *c, struct dmasim_desc *d,
					    size_t to);
enum dmaengine_tx_result dmasim_work_memset_sg(struct dmasim_chan *c, struct dmasim_desc *d,
					       size_t to);
enum dmaengine_tx_result dmasim_work_interleaved(struct dmasim_chan *c, struct dmasim_desc *d,
						 size_t to);

/* parity.c */
enum dmaengine_tx_result dmasim_work_parity(struct dmasim_chan *c, struct dmasim_desc *d,
					    size_t to);

/* cyclic.c */
void dmasim_cyclic_begin(struct dmasim_chan *c, struct dmasim_desc *d);
void dmasim_cyclic_plan(struct dmasim_chan *c, struct dmasim_desc *d);
void dmasim_cyclic_go(struct dmasim_chan *c, struct dmasim_desc *d);
bool dmasim_cyclic_flush(struct dmasim_chan *c, unsigned long *flags);
void dmasim_cyclic_rest(struct dmasim_chan *c, ktime_t since);
u32 dmasim_cyclic_residue(const struct dmasim_dev *sim, const struct dmasim_desc *d);
ssize_t dmasim_stream_show(struct dmasim_dev *sim, char *page);
void dmasim_cyclic_ops(struct dmasim_dev *sim);

/* slave.c */
u32 dmasim_slave_width(const struct dmasim_slave *s, enum dma_transfer_direction direction);
bool dmasim_slave_get(struct dmasim_chan *c, enum dma_transfer_direction direction,
		      struct dmasim_slave *s);
void dmasim_slave_ready(struct dmasim_chan *c, struct dmasim_desc *d, const struct dmasim_slave *s,
			enum dma_transfer_direction direction);
void dmasim_slave_ops(struct dmasim_dev *sim);
void dmasim_slave_reset(struct dmasim_chan *c);
void dmasim_slave_drain(struct dmasim_dev *sim);
ssize_t dmasim_slave_show_sink(struct dmasim_dev *sim, char *page);

/* defect.c */
void dmasim_defects_init(struct dmasim_defects *f, const struct dmasim_conf *conf);
int dmasim_knob_parse(const char *page, struct dmasim_knob *knob);
ssize_t dmasim_knob_show(const struct dmasim_knob *knob, char *page);
void dmasim_defects_set(struct dmasim_defects *f, enum dmasim_defect which,
			const struct dmasim_knob *knob);
void dmasim_defects_set_delay(struct dmasim_defects *f, const struct dmasim_delays *delay);
ssize_t dmasim_defects_show(struct dmasim_dev *sim, char *page);
bool dmasim_defects_hit(struct dmasim_defects *f, enum dmasim_defect which);
void dmasim_defects_draw(struct dmasim_defects *f, struct dmasim_desc *d);

/* Shall this preparation, or this submission, fail? */
static inline bool dmasim_defects_call(struct dmasim_defects *f, enum dmasim_defect which)
{
	return unlikely(READ_ONCE(f->armed) & BIT(which)) && dmasim_defects_hit(f, which);
}

#endif /* _DMASIM_H */
