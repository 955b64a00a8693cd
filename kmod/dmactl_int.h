/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dmactl's private structures: who owns each field, and which lock guards it.
 *
 * Objects and what keeps them:
 *   hw       a provider's channel. The registry (while registered) and every claim of it.
 *   line     a request line of a consumer node. The list (while the node is bound), its claim.
 *   session  an open of the node. The file, every claim, and the worker while it is queued.
 *   chan     a claim. The session's table, calls under way, its worker while it is queued, its
 *            completions that were not taken, and (quarantine) the callbacks owed.
 *   buf      The session's table, each VMA, each request or RUN element that names it, and a
 *            channel whose register it stands for.
 *   req      one operation. Its channel's pool; owned by exactly one of: the free list, the
 *            submitter (until submitted, or held for another), the engine (until the callback has
 *            put it on a queue), the queue of completions. An abandoned request is owned by the
 *            engine and listed in the queue of completions at the same time, and is free when both
 *            have let go.
 *
 * Locks, outermost first:
 *   chan->lock      whoever submits to or stops the channel; sleeps in provider calls
 *   line_lock       (global) a line's provider stays while its channel is asked for
 *   session->lock   tables of channels and buffers
 *   session->cq_lock  states of requests, free lists, the queue of completions
 *   map_lock        (global) device mappings of buffers
 *   reg_lock        (global) registry of channels, list of sessions, quarantine
 *   dmactl_events.lock  spinlock: the callbacks of streams
 * mmap_lock may be held when session->lock or map_lock is taken, and user space can stall whoever
 * touches its pages: nothing copies to or from user space under any of these.
 *
 * The callback takes none of the mutexes: it stamps, stores, puts the request on a lockless list (a
 * stream's: an event into its session's ring), and wakes. It may run inside our own calls of the
 * provider, in any context. It runs under rcu_read_lock, so that the last thing it touches
 * (channel, session, module text) may go after synchronize_rcu().
 */
#ifndef _DMACTL_INT_H
#define _DMACTL_INT_H

#include <linux/completion.h>
#include <linux/dmaengine.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <linux/dmactl.h>
#include <linux/dmactl_netlink.h>

#include "compat.h"
#include "dmactl_op.h"
#include "line.h"
#include "sim/peripheral.h"

struct dma_buf;
struct dma_buf_attachment;
struct seq_file;
struct vm_area_struct;

#define DMACTL_VERSION		"0.1"
#define DMACTL_MAX_CHANNELS	64	/* one session; more than any controller has */
#define DMACTL_MAX_BUFFERS	4095	/* 12 bits above a 32-bit offset, for mmap on 32 bits */
#define DMACTL_MAX_DEPTH	1024	/* requests of a channel: 256 KiB */
#define DMACTL_MAX_EVENTS	8192	/* of all streams of a session: 320 KiB; a power of 2 */
#define DMACTL_MAX_OPS		1024	/* of one call */
#define DMACTL_MAX_VEC		256	/* sources, segments or dependencies of one operation */
#define DMACTL_MAX_DESCRIPTORS	4096	/* one operation's: 16 MiB in single pages */
#define DMACTL_TIMEOUT_NS	(5ULL * NSEC_PER_SEC)
#define DMACTL_TIMEOUT_MAX_NS	(86400ULL * NSEC_PER_SEC)
#define DMACTL_GRACE_MS		200	/* for engines that cannot be stopped, before giving up */
#define DMACTL_SETTLE_MS	20	/* between terminate and release without synchronize */
#define DMACTL_BUF_SHIFT	32	/* mmap offset of a buffer is its id << 32 */

/*
 * Counters of a channel, since the module saw it first; @longest: since it was claimed last. Those
 * that carried all stamps: @stamped operations took @latency ns in all. Of streams: @periods that
 * were called back, and @dropped, those of them that nobody had room for.
 */
struct dmactl_counters {
	atomic64_t done, bytes, failed, timed_out, aborted, retries, late, claims;
	atomic64_t stamped, latency, longest, periods, dropped;
};

/**
 * struct dmactl_hw - a provider's channel, from add to removal
 * @node:    in the registry; reg_lock
 * @ref:     registry, claims
 * @dma:     the channel; valid while registered, and as long as it is requested by us
 * @dev:     the provider's device (counted)
 * @device_nr: the first number of its sysfs name; constant
 * @channel_nr: the second one; constant
 * @name:    sysfs name
 * @stable:  DEVICE/N
 * @ops:     mask of operations; constant
 * @leaving: its provider is being unbound; set once, under reg_lock, read anywhere
 * @gone:    it is no longer registered; set once, under reg_lock
 * @claim:   the claim that holds it, is about to take it or gives it back; reg_lock
 * @count:   counters; atomic
 */
struct dmactl_hw {
	struct list_head node;
	struct kref ref;
	struct dma_chan *dma;
	struct device *dev;
	unsigned int device_nr;
	unsigned int channel_nr;
	char name[DMACTL_NAME_MAX];
	char stable[DMACTL_NAME_MAX];
	u64 ops;
	bool leaving;
	bool gone;
	struct dmactl_chan *claim;
	struct dmactl_counters count;
};

/**
 * struct dmactl_queue - where callbacks put requests
 * @done:    requests; any callback adds, the one harvester takes all
 * @missing: completions until a sleeper wants to be woken, 0 or less: nobody sleeps; atomic
 * @wakes:   times that the sleepers were woken; atomic
 * @wait:    sleepers
 */
struct dmactl_queue {
	struct llist_head done;
	atomic_t missing;
	atomic_t wakes;
	wait_queue_head_t wait;
};

/**
 * struct dmactl_session - an open of the node
 * @ref:     the file, every claim
 * @id:      number for people, from an ida
 * @lock:    guards @chans and @bufs as tables
 * @chans:   claims by id
 * @bufs:    buffers by id
 * @nr_bufs: buffers in the table; written under @lock, read anywhere
 * @bytes:   of all buffers alive, destroyed ones that are still in use too; atomic
 * @queue:   completions of SUBMIT as they come
 * @cq_lock: guards @cq, @nr_cq, states and free lists of requests of all channels
 * @reap_lock: one reader at a time, also while it copies; outermost, and nothing else takes it
 * @cq:      requests complete and not yet reaped, oldest first
 * @nr_cq:   their number
 * @nr_ends: ends of streams among them; cq_lock
 * @turn:    the next reader takes operations, if there are any, before events; reap_lock
 * @seq:     last sequence number given out; atomic
 * @events:  periods of streams that were not taken (owned); set once
 * @harvest: takes completions that others are held for; has a reference while queued
 * @inode:   gives the file a mapping of its own, so that zapping touches only this session
 * @scratch: room for SUBMIT's operations, taken and put back by xchg
 * @mm:      the only address space that may map coherent buffers (counted); map_lock
 * @cred:    of the opener (counted): its user pays for memory
 * @unlimited: opener had CAP_IPC_LOCK
 * @memlock: pages the opener's RLIMIT_MEMLOCK allowed at open
 * @pid:     of the opener (counted)
 * @comm:    of the opener
 * @node:    in the list of sessions; reg_lock
 */
struct dmactl_session {
	struct kref ref;
	int id;
	struct mutex lock;		/* see above */
	struct xarray chans;
	struct xarray bufs;
	unsigned int nr_bufs;
	atomic64_t bytes;
	struct dmactl_queue queue;
	struct mutex cq_lock;		/* see above */
	struct mutex reap_lock;		/* see above */
	struct list_head cq;
	unsigned int nr_cq;
	unsigned int nr_ends;
	bool turn;
	atomic64_t seq;
	struct dmactl_events *events;
	struct work_struct harvest;
	struct dmactl_scratch *scratch;
	struct inode *inode;
	struct mm_struct *mm;
	const struct cred *cred;
	bool unlimited;
	unsigned long memlock;
	struct pid *pid;
	char comm[TASK_COMM_LEN];
	struct list_head node;
};

/**
 * struct dmactl_buf - a buffer; all but the mapping is constant from creation on
 * @ref:     table, each VMA, each request or RUN element that names it
 * @uses:    requests and RUN elements that name it; raised under map_lock, or where one copies
 *           another
 * @session: (counted)
 * @id:      in the session's table
 * @kind:    enum dmactl_buf_kind
 * @bytes:   whole pages
 * @shift:   log2 of the bytes of a chunk; DMABUF: chunks differ
 * @nr:      chunks
 * @pages:   PAGES, USER: first page of each chunk
 * @vaddr:   COHERENT, SAMPLES: kernel address
 * @dmabuf:  DMABUF: (counted)
 * @attach:  DMABUF: of @dev; map_lock
 * @sgt:     DMABUF: of @attach; map_lock
 * @starts:  DMABUF: where each piece begins, and the end, while mapped; map_lock
 * @chan:    COHERENT: its channel (counted)
 * @dev:     device that owns the mapping (counted), NULL none; map_lock
 * @dma:     bus address of each chunk while mapped; map_lock
 * @borrower: channel whose RUN maps what it needs itself, each time (not counted: while @uses);
 *            map_lock
 * @dead:    COHERENT: the memory went with its provider; map_lock
 * @leaked:  its provider went while an engine may still write: never free, never unmap; map_lock
 * @stuck:   abandoned requests that name it: not to be unmapped; atomic
 * @mark:    when it was last counted; map_lock
 * @node:    in the list of mapped buffers; map_lock
 */
struct dmactl_buf {
	refcount_t ref;
	atomic_t uses;
	struct dmactl_session *session;
	u32 id;
	u32 kind;
	u64 bytes;
	unsigned int shift;
	unsigned int nr;
	struct page **pages;
	void *vaddr;
	struct dma_buf *dmabuf;
	struct dma_buf_attachment *attach;
	struct sg_table *sgt;
	u64 *starts;
	struct dmactl_chan *chan;
	struct device *dev;
	dma_addr_t *dma;
	struct dmactl_chan *borrower;
	bool dead;
	bool leaked;
	atomic_t stuck;
	u64 mark;
	struct list_head node;
};

/* A request that another one waits for, or relies on; in the latter's array. cq_lock */
struct dmactl_edge {
	struct hlist_node node;		/* in the producer's list; unhashed once it is complete */
	struct dmactl_req *dependent;
	u32 how;			/* DMACTL_DEP_* */
};

enum dmactl_req_state {
	REQ_FREE,	/* on the free list, or with the submitter */
	REQ_HELD,	/* until what it depends on is complete; on no list */
	REQ_READY,	/* that is so: in the channel's list, or with its worker */
	REQ_FLYING,	/* with the engine, or on a queue and not harvested */
	REQ_DONE,	/* harvested */
	REQ_ABANDONED,	/* reported as timed out or aborted; the engine may still have it */
};

/**
 * struct dmactl_req - one operation on its way
 * @done:    in a queue; the callback
 * @list:    free list or completions; cq_lock
 * @next:    chain of the submitter: kicked together, idle in a RUN, polled in turn; chan->lock
 * @chan:    its channel; constant
 * @x:       what to do: &@xfer, or an element of a RUN; tells the queue that the callback puts it
 *           on, dmactl_req_queue(); constant while flying
 * @state:   enum dmactl_req_state; cq_lock (RUN: chan->lock)
 * @listed:  it is in the completions (abandoned and not yet reaped); cq_lock
 * @timed:   the callback takes stamp @t3; constant while flying
 * @dst:     bus address while mapped for this use alone, no stream; submitter, harvester
 * @src:     the same of the source
 * @called:  REPEAT: enum dmactl_called; cmpxchg. Stream: NEVER or QUEUED; dmactl_events.lock
 * @calls:   stream: its callbacks; dmactl_events.lock
 * @dropped: stream: those without an event; dmactl_events.lock
 * @mark:    stream: events of the session that precede its end; cq_lock
 * @sum:     *_VAL: the engine's verdict
 * @edges:   its dependencies (owned); cq_lock
 * @nr_edges: their number
 * @out:     edges of those that depend on it, the newest first; cq_lock
 * @later:   held, and its buffers are another device's until then: to be parsed again (owned);
 *           cq_lock
 * @entry:   of the SUBMIT that has not returned yet, which wants to know the verdict; cq_lock
 * @waits:   operations it is held for; cq_lock
 * @doomed:  one of those failed: it never runs; cq_lock
 * @input_failed: an operation that it relies on failed; cq_lock
 * @watched: somebody is held for it: the callback wakes the worker; written under cq_lock
 * @pending: descriptors without callback; atomic, only used when there are several
 * @error:   first error of a descriptor, enum dmaengine_tx_result; callbacks
 * @residue: sum over descriptors; callbacks
 * @verdict: enum dmactl_result; cq_lock
 * @flags:   DMACTL_COMP_F_*; cq_lock
 * @cookie:  of the last descriptor; submitter, a stream's callback reads it
 * @ordinal: running number in its channel, tells whether the submitter has let go; submitter
 * @seq:     sequence number in the session
 * @user_data: from user space
 * @t0:      submitter
 * @t1:      submitter
 * @t2:      submitter
 * @t3:      callback
 * @stopped: stamp of the stop that settled its fate, 0 when the callback did; cq_lock
 * @xfer:    SUBMIT: the operation itself
 */
struct dmactl_req {
	struct llist_node done;
	struct dmactl_req *next;
	struct dmactl_chan *chan;
	const struct dmactl_xfer *x;
	int error;
	u32 residue;
	int called;
	dma_cookie_t cookie;
	u8 state;
	u8 flags;
	bool timed;
	bool watched;
	atomic_t pending;
	u64 ordinal;
	u64 stopped;
	u64 t0, t1, t2, t3;
	u8 verdict;
	bool listed;
	bool doomed;
	bool input_failed;
	u16 nr_edges;
	u16 waits;
	u32 mark;
	enum sum_check_flags sum;
	union {
		struct {
			dma_addr_t dst;
			dma_addr_t src;
		};
		struct {
			u64 calls;
			u64 dropped;
		};
	};
	struct list_head list;
	struct hlist_head out;
	struct dmactl_edge *edges;
	struct dmactl_later *later;
	struct dmactl_entry *entry;
	u64 seq;
	u64 user_data;
	struct dmactl_xfer xfer;
};

/* DMACTL_MAX_DEPTH of them belong to a channel, and depth many are in use all the time. */
static_assert(sizeof(struct dmactl_req) <= 256);

/* A repeated operation calls back each time; it ends with an error, or by another's LOAD_EOT. */
enum dmactl_called {
	CALLED_NEVER,
	CALLED_QUEUED,	/* its callback has put it on the queue */
	CALLED_REPEATS,	/* harvested, and it goes on */
	CALLED_REPLACED,	/* by LOAD_EOT: what it still calls means nothing */
};

enum dmactl_chan_state {
	CHAN_READY,
	CHAN_STOPPING,
	CHAN_QUARANTINED,	/* callbacks are owed by an engine that cannot be stopped */
	CHAN_GONE,		/* its provider has left, or took the channel away */
};

/**
 * struct dmactl_chan - a claimed channel
 * @ref:      table, calls under way, coherent buffers, callbacks owed, completions listed
 * @session:  (counted)
 * @hw:       (counted); constant from the first @dma on
 * @line:     request line that it was claimed by (counted), or NULL; constant
 * @dma:      the channel; NULL once released; lock, peeked at under reg_lock
 * @dmadev:   device to map for (counted); constant from the first @dma on
 * @id:       in the session's table
 * @callback: of a driver that tells no results, else NULL; constant from the first @dma on
 * @callback_result: of one that does
 * @ops:      mask of operations; constant from the first @dma on
 * @lock:     taken by whoever submits or stops
 * @state:    enum dmactl_chan_state; written under lock, read anywhere
 * @running:  a RUN is under way; written under lock, read anywhere
 * @closed:   released by its session: give the channel back when the last callback came; set once
 * @owed:     callbacks that an unstoppable engine owes; cq_lock
 * @lost:     and its provider has gone: they stay owed for ever; set once, under cq_lock
 * @nr_listed: its requests in the session's completions, which hold one reference together; cq_lock
 * @nr_coherent: coherent buffers alive that need the channel; atomic
 * @queue:    completions of RUN
 * @pool:     all requests; grown under cq_lock
 * @nr_pool:  their number; cq_lock
 * @free:     unused requests; cq_lock
 * @limbo:    reaped before their submitter had let go; cq_lock
 * @worn:     replaced while repeated, and may call back once more: used only when no other is left;
 *            cq_lock
 * @names:    buffers of the held operation that is being parsed, or NULL; lock
 * @before:   operation of the same call before the one that is being parsed, or NULL; lock
 * @ready:    held requests whose time has come; cq_lock
 * @hold:     the worker that submits them; has a reference while queued
 * @inflight: submitted or held, and not harvested; atomic, written under lock or cq_lock
 * @held:     of those, the held ones; atomic, written under cq_lock
 * @repeating: the repeated operation that runs until another takes its place; cq_lock
 * @stream:   the cyclic transfer that runs; set under lock, cleared under cq_lock and
 *            dmactl_events.lock (or under lock, where it did not start), read anywhere
 * @period:   bytes of its period; lock, constant while it runs
 * @paused:   it was told to pause; lock
 * @endpoint: enum dmactl_endpoint, 0 none: what CONFIG set; lock
 * @slave:    the same for the provider; lock
 * @peripheral: what @slave points to for dma-sim; lock
 * @reg:      buffer that stands for the peripheral's register (counted, in use); lock
 * @prep_lock: guards @preparing
 * @preparing: who may sleep in the provider's prep
 * @poked:    it was told to come back; under prep_lock
 * @starving: prep gave nothing, and its caller waits for a descriptor; lock, read anywhere
 * @ordinal:  running number of the last submitted request; lock, peeked at under reg_lock
 * @settled:  requests up to this number are no longer touched by a submitter; lock, read anywhere
 * @progress: stamp of the last completion, or of the submission that ended idleness
 * @pieces:   counts descriptors of operations that have more to come; callbacks, some may be missed
 * @pieces_seen: the deadline's last look at it; lock
 * @timeout:  ns without completion until the channel is stopped; lock
 * @kept:     elements of a RUN that ended in quarantine; lock
 * @nr_kept:  their number
 * @polled:   those have no callback: ask the provider now and then; lock
 * @deadline: stops the channel when nothing completes
 * @reclaim:  takes late callbacks, ends quarantine
 * @quarantine: in the list of quarantined claims; reg_lock
 * @since:    stamp of that; reg_lock
 * @kept_bytes: bytes of buffers it then kept; reg_lock
 */
struct dmactl_chan {
	struct kref ref;
	struct dmactl_session *session;
	struct dmactl_hw *hw;
	struct dmactl_line *line;
	struct dma_chan *dma;
	struct device *dmadev;
	u32 id;
	dma_async_tx_callback callback;
	dma_async_tx_callback_result callback_result;
	u64 ops;
	struct mutex lock;		/* see above */
	int state;
	bool running;
	bool closed;
	unsigned int owed;
	bool lost;
	unsigned int nr_listed;
	atomic_t nr_coherent;
	struct dmactl_queue queue;
	struct dmactl_req **pool;
	unsigned int nr_pool;
	struct list_head free;
	struct list_head limbo;
	struct list_head worn;
	const struct dmactl_xfer *names;
	const struct dmactl_xfer *before;
	struct list_head ready;
	struct work_struct hold;
	atomic_t inflight;
	atomic_t held;
	struct dmactl_req *repeating;
	struct dmactl_req *stream;
	u32 period;
	bool paused;
	u32 endpoint;
	struct dma_slave_config slave;
	struct dmasim_peripheral peripheral;
	struct dmactl_buf *reg;
	spinlock_t prep_lock;		/* see above */
	struct task_struct *preparing;
	bool poked;
	bool starving;
	u64 ordinal;
	u64 settled;
	atomic64_t progress;
	unsigned int pieces;
	unsigned int pieces_seen;
	u64 timeout;
	struct dmactl_xfer *kept;
	unsigned int nr_kept;
	bool polled;
	struct delayed_work deadline;
	struct work_struct reclaim;
	struct list_head quarantine;
	u64 since;
	u64 kept_bytes;
};

#include "dmactl_calls.h"

#endif /* _DMACTL_INT_H */
