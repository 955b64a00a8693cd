/* SPDX-License-Identifier: GPL-2.0-only */
/* What each file offers to the others. Included by dmactl_int.h only. */
#ifndef _DMACTL_CALLS_H
#define _DMACTL_CALLS_H

/* main.c */
extern struct workqueue_struct *dmactl_wq;
extern unsigned int dmactl_max_buffer_mb;
extern unsigned int dmactl_max_session_mb;
extern unsigned int dmactl_max_sessions;
extern bool dmactl_raw_address;

/* registry.c */
extern struct mutex dmactl_reg_lock;
extern struct list_head dmactl_hws;
extern struct list_head dmactl_sessions;
extern struct list_head dmactl_quarantine;
struct dmactl_hw *dmactl_hw_find(const char *name);
void dmactl_hw_put(struct dmactl_hw *hw);
bool dmactl_hw_public_sibling(struct dmactl_hw *hw);
int dmactl_registry_init(void);
int dmactl_registry_start(void);
void dmactl_registry_stop(void);

/* provider.c */
u64 dmactl_dma_ops(struct dma_chan *dma);
u32 dmactl_dma_traits(struct dma_chan *dma);
bool dmactl_dma_results(struct dma_chan *dma);
unsigned int dmactl_align_bytes(unsigned int shift);
u64 dmactl_max_segment(struct device *dev);
int dmactl_watch_bus(dmactl_const_bus *bus);
void dmactl_unwatch_buses(void);

static inline int dmactl_dma_users(const struct dma_chan *dma)
{
	/* The core counts under a lock of its own: it may be old when we look at it. */
	return data_race(dma->client_count);
}

/* session.c */
struct dmactl_session *dmactl_session_create(struct file *file);
void dmactl_session_close(struct dmactl_session *s);
void dmactl_session_get(struct dmactl_session *s);
void dmactl_session_put(struct dmactl_session *s);
int dmactl_session_charge(struct dmactl_session *s, u64 bytes);
void dmactl_session_uncharge(struct dmactl_session *s, u64 bytes);
unsigned int dmactl_session_inflight(struct dmactl_session *s);
bool dmactl_session_streams(struct dmactl_session *s);
void dmactl_session_fdinfo(struct seq_file *m, struct file *file);

/* cdev.c */
struct poll_table_struct;
int dmactl_copy_in(void *dst, size_t ksize, size_t min, const void __user *src);
int dmactl_copy_out(void __user *dst, const void *src, size_t ksize);
int dmactl_cdev_register(void);
void dmactl_cdev_unregister(void);

/* buf.c */
int dmactl_ioc_buf_create(struct dmactl_session *s, void __user *arg);
int dmactl_ioc_buf_destroy(struct dmactl_session *s, void __user *arg);
struct dmactl_buf *dmactl_buf_get(struct dmactl_session *s, u32 id);
void dmactl_buf_put(struct dmactl_buf *b);
int dmactl_mmap(struct file *file, struct vm_area_struct *vma);

/* pin.c */
int dmactl_user_pin(struct dmactl_buf *b, u64 address);
void dmactl_user_unpin(struct dmactl_buf *b);
int dmactl_dmabuf_get(struct dmactl_buf *b, int fd);
void dmactl_dmabuf_put(struct dmactl_buf *b);
int dmactl_dmabuf_map(struct dmactl_buf *b, struct device *dev);
void dmactl_dmabuf_unmap(struct dmactl_buf *b);
int dmactl_dmabuf_wait(struct dmactl_buf *b);
int dmactl_dmabuf_sync(struct dmactl_buf *b, u32 direction);

/* map.c */
extern struct mutex dmactl_map_lock;
void dmactl_buf_unmap(struct dmactl_buf *b);
int dmactl_buf_own(struct dmactl_buf *b, struct device *dev);
int dmactl_buf_lend(struct dmactl_buf *b, struct dmactl_chan *c);
int dmactl_buf_later(struct dmactl_buf *b, struct device *dev);
void dmactl_buf_disuse(struct dmactl_buf *b);
int dmactl_req_map(struct dmactl_req *req);
void dmactl_req_unmap(struct dmactl_req *req);
void dmactl_map_adopt(struct dmactl_buf *b);
void dmactl_unmap_device(struct device *dev);
unsigned int dmactl_chunk(const struct dmactl_buf *b, u64 offset);
u64 dmactl_chunk_left(const struct dmactl_buf *b, u64 offset);
u64 dmactl_buf_piece(const struct dmactl_buf *b, u64 offset, dma_addr_t *addr);
dma_addr_t dmactl_buf_addr(const struct dmactl_buf *b, u64 offset);
u64 dmactl_stuck_bytes(struct dmactl_chan *c);
void dmactl_buf_leak(struct dmactl_buf *b, void *arg);
int dmactl_ioc_buf_sync(struct dmactl_session *s, void __user *arg);

/* chan.c */
int dmactl_ioc_claim(struct dmactl_session *s, void __user *arg);
int dmactl_ioc_release(struct dmactl_session *s, void __user *arg);
struct dmactl_chan *dmactl_chan_get(struct dmactl_session *s, u32 id);
void dmactl_chan_put(struct dmactl_chan *c);
void dmactl_chan_close(struct dmactl_chan *c);
void dmactl_chan_give_back(struct dmactl_chan *c);
void dmactl_chan_unclaim(struct dmactl_chan *c);
int dmactl_chan_request(struct dmactl_chan *c);
int dmactl_req_alloc(struct dmactl_chan *c, struct list_head *list, unsigned int nr);
void dmactl_req_free(struct dmactl_req *req);

/* line.c; its provider is being unbound, or the node whose line it was claimed by. */
static inline bool dmactl_leaves(const struct dmactl_chan *c)
{
	return READ_ONCE(c->hw->leaving) || (c->line && READ_ONCE(c->line->leaving));
}

static inline bool dmactl_is_multiple(u64 bytes, u32 unit)
{
	u32 rest;

	div_u64_rem(bytes, unit, &rest);
	return !rest;
}

/* op.c */
#define DMACTL_NO_RUN		0xffffffffU
#define DMACTL_CHECK_ONLY	0xfffffffeU

int dmactl_bad(u32 *why, enum dmactl_why reason, int err);
bool dmactl_is_val(u8 opcode);
bool dmactl_uses_vec(u32 opcode);
bool dmactl_uses_template(u32 opcode);
unsigned int dmactl_align_shift(const struct dma_device *d, u8 opcode);
int dmactl_use(struct dmactl_chan *c, u32 id, u64 offset, u64 len, enum dmactl_use how,
	       struct dmactl_buf **out, u32 *why);
int dmactl_op_parse(struct dmactl_chan *c, const struct dmactl_entry *e, u32 run,
		    struct dmactl_xfer *x, u32 *why);

/* xfer.c */
u64 dmactl_part_limit(const struct dmactl_chan *c, const struct dmactl_xfer *x);
int dmactl_xfer_count(struct dmactl_chan *c, struct dmactl_xfer *x, bool single, u32 *why);
void dmactl_xfer_next(const struct dmactl_chan *c, const struct dmactl_xfer *x,
		      struct dmactl_part *part);
void dmactl_xfer_bufs(const struct dmactl_xfer *x, void (*fn)(struct dmactl_buf *b, void *arg),
		      void *arg);
void dmactl_xfer_copy(struct dmactl_xfer *to, const struct dmactl_xfer *from);
void dmactl_xfer_put(struct dmactl_xfer *x);
void dmactl_xfer_stuck(const struct dmactl_xfer *x, int add);

/* entry.c */
struct dmactl_scratch *dmactl_scratch_get(struct dmactl_session *s, u32 nr);
void dmactl_scratch_put(struct dmactl_session *s, struct dmactl_scratch *x);
int dmactl_scratch_fill(struct dmactl_scratch *x, u32 nr, u64 from, size_t size, u32 *bad,
			u32 *why);
void dmactl_entry_free(struct dmactl_entry *e);
int dmactl_args_keep(struct dmactl_entry *e);

/* vec.c */
int dmactl_more_parse(struct dmactl_chan *c, const struct dmactl_entry *e, struct dmactl_xfer *x,
		      u32 *why);
int dmactl_more_sums(struct dmactl_xfer *x);
u32 dmactl_more_parity(const struct dmactl_req *req);
u64 dmactl_more_part(const struct dmactl_xfer *x, u64 done, u64 limit);
void dmactl_more_put(struct dmactl_more *m);
struct dma_async_tx_descriptor *dmactl_prep_more(struct dma_chan *dma, struct dmactl_req *req,
						 const struct dmactl_part *part,
						 unsigned long flags);

/* endpoint.c */
int dmactl_ioc_config(struct dmactl_session *s, void __user *arg);
void dmactl_endpoint_apply(struct dmactl_chan *c);
void dmactl_endpoint_drop(struct dmactl_chan *c);

/* hold.c */
int dmactl_deps_check(struct dmactl_session *s, struct dmactl_entry *e, unsigned int i, u32 *why);
int dmactl_deps_room(struct dmactl_req *req, const struct dmactl_entry *e);
bool dmactl_holds(const struct dmactl_entry *e);
int dmactl_later(struct dmactl_chan *c, const struct dmactl_entry *e, struct dmactl_req *req,
		 u32 *why);
int dmactl_later_parse(struct dmactl_chan *c, struct dmactl_req *req, u32 *why);
void dmactl_later_free(struct dmactl_req *req);
bool dmactl_hold(struct dmactl_session *s, struct dmactl_entry *e, unsigned int i, u64 first_seq);
void dmactl_hold_release(struct dmactl_req *req);
void dmactl_hold_kick(struct dmactl_session *s);
void dmactl_hold_work(struct work_struct *work);
void dmactl_harvest_work(struct work_struct *work);
void dmactl_prep_begin(struct dmactl_chan *c);
void dmactl_prep_end(struct dmactl_chan *c);
void dmactl_prep_poke(struct dmactl_chan *c);

/* engine.c */
struct dmactl_submitter {
	struct dmactl_chan *chan;
	bool stamps;		/* take t0, t1, t2 */
	bool poll;		/* no callback, no interrupt */
	bool half;		/* the engine has a part of it: no signal but a deadly one */
	u64 timeout;		/* ns; when prep has given nothing for this long, give up */
	u64 retries;
	struct dmactl_req *batch;	/* chain, submitted since the last kick, newest first */
	/* Kick, and wait for own completions; 0, or why not. */
	int (*wait)(struct dmactl_submitter *sub);
};

void dmactl_callback(void *param, const struct dmaengine_result *res);
void dmactl_callback_only(void *param);
void dmactl_complete(struct dmactl_req *req);
int dmactl_submit_one(struct dmactl_submitter *sub, struct dmactl_req *req);
int dmactl_chan_enter(struct dmactl_chan *c);

/* submit.c */
int dmactl_ioc_submit(struct dmactl_session *s, void __user *arg);
void dmactl_req_begin(struct dmactl_req *req, u64 user_data);
int dmactl_submit_wait(struct dmactl_submitter *sub);
void dmactl_submit_kick(struct dmactl_submitter *sub);
void dmactl_submit_settle(struct dmactl_chan *c);
void dmactl_submit_refused(struct dmactl_req *req);

/* queue.c */
void dmactl_queue_init(struct dmactl_queue *q);
bool dmactl_queue_want(struct dmactl_queue *q, int nr, int *wakes);
bool dmactl_queue_woken(struct dmactl_queue *q, int wakes);
void dmactl_queue_wake(struct dmactl_queue *q);

/* One more is there: wake the sleepers if it was the last that they miss. Context: any. */
static inline void dmactl_queue_tell(struct dmactl_queue *q)
{
	if (atomic_read(&q->missing) > 0 && atomic_dec_return(&q->missing) <= 0)
		dmactl_queue_wake(q);
}

/* reap.c */
void dmactl_harvest(struct dmactl_session *s);
void dmactl_harvest_late(struct dmactl_chan *c);
u8 dmactl_result(int error);
void dmactl_count_stamped(struct dmactl_counters *count, u64 nr, u64 ns, u64 longest);
void dmactl_report(struct dmactl_req *req);
void dmactl_unlist(struct dmactl_req *req);
int dmactl_ioc_reap(struct dmactl_session *s, void __user *arg);
ssize_t dmactl_read(struct file *file, char __user *buf, size_t count, loff_t *pos);
__poll_t dmactl_poll(struct file *file, struct poll_table_struct *wait);

/* run.c */
int dmactl_ioc_run(struct dmactl_session *s, void __user *arg);

/* stream.c */
int dmactl_ioc_stream(struct dmactl_session *s, void __user *arg);

/* period.c */
int dmactl_events_make(struct dmactl_session *s);
bool dmactl_events_any(const struct dmactl_session *s);
unsigned int dmactl_events_before(struct dmactl_session *s, const struct dmactl_req *end);
unsigned int dmactl_events_peek(struct dmactl_session *s, struct dmactl_completion *d,
				unsigned int max);
void dmactl_events_drop(struct dmactl_session *s, unsigned int n);
u32 dmactl_stream_residue(struct dmactl_req *req);
void dmactl_stream_counts(struct dmactl_req *req, u64 *calls, u64 *dropped);
void dmactl_stream_end(struct dmactl_req *req);
void dmactl_period(struct dmactl_req *req, const struct dmaengine_result *res);

/* stop.c */
enum dmactl_stop_result {
	STOP_CLEAN,		/* stopped and known to have stopped */
	STOP_UNSYNCED,		/* stopped, the provider cannot synchronize: channel given back */
	STOP_QUARANTINED,	/* cannot be stopped: callbacks are owed */
};

enum dmactl_stop_result dmactl_stop(struct dmactl_chan *c);
void dmactl_chan_reopen(struct dmactl_chan *c);
bool dmactl_interrupt_lost(struct dmactl_chan *c, const struct dmactl_req *oldest);
struct dmactl_req *dmactl_oldest(struct dmactl_chan *c);
void dmactl_abandon(struct dmactl_chan *c, struct dmactl_req *req);
void dmactl_stop_submitted(struct dmactl_chan *c, bool timed_out);
int dmactl_with_engine(struct dmactl_chan *c);
u64 dmactl_timeout(u64 ns);
void dmactl_deadline_start(struct dmactl_chan *c);
void dmactl_deadline_arm(struct dmactl_chan *c);
void dmactl_deadline_work(struct work_struct *work);

/* quarantine.c */
void dmactl_quarantine_enter(struct dmactl_chan *c);
void dmactl_quarantine_poll(struct dmactl_chan *c);
void dmactl_detach(struct dmactl_chan *c, bool last);
void dmactl_reclaim_work(struct work_struct *work);

/* netlink.c */
void dmactl_lists_changed(void);
void dmactl_event(u32 type, const struct dmactl_hw *hw, const struct dmactl_session *s,
		  u32 requests, u64 bytes);
int dmactl_netlink_register(void);
void dmactl_netlink_unregister(void);

#endif /* _DMACTL_CALLS_H */
