/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints along the life of a claim and of a request.
 *
 * A channel is two numbers, of dma3chan1, so that no event but a claim copies a name. A request is
 * told by its session, its channel and its running number there. Stamps are those that user space
 * gets, 0 where none was taken.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dmactl

#if !defined(_DMACTL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _DMACTL_TRACE_H

#include <linux/tracepoint.h>

#include "dmactl_int.h"

/* Whose event it is. */
#define CHAN_FIELDS							\
	__field(int, session)						\
	__field(unsigned int, device)					\
	__field(unsigned int, channel)
#define CHAN_ASSIGN(c)							\
	do {								\
		const struct dmactl_chan *chan_ = (c);			\
									\
		__entry->session = chan_->session->id;			\
		__entry->device = chan_->hw->device_nr;			\
		__entry->channel = chan_->hw->channel_nr;		\
	} while (0)
#define CHAN_FMT	"session=%d channel=dma%uchan%u"
#define CHAN_ARGS	__entry->session, __entry->device, __entry->channel

TRACE_EVENT(dmactl_claim,
	TP_PROTO(const struct dmactl_chan *c),
	TP_ARGS(c),
	TP_STRUCT__entry(
		CHAN_FIELDS
		__string(stable, c->hw->stable)
	),
	TP_fast_assign(
		CHAN_ASSIGN(c);
		dmactl_assign_str(stable, c->hw->stable);
	),
	TP_printk(CHAN_FMT " stable=%s", CHAN_ARGS, __get_str(stable))
);

DECLARE_EVENT_CLASS(dmactl_count,
	TP_PROTO(const struct dmactl_chan *c, unsigned int count),
	TP_ARGS(c, count),
	TP_STRUCT__entry(
		CHAN_FIELDS
		__field(unsigned int, count)
	),
	TP_fast_assign(
		CHAN_ASSIGN(c);
		__entry->count = count;
	),
	TP_printk(CHAN_FMT " count=%u", CHAN_ARGS, __entry->count)
);

/* count: callbacks still owed; operations in flight after the kick; those that are stopped */
DEFINE_EVENT(dmactl_count, dmactl_release,
	TP_PROTO(const struct dmactl_chan *c, unsigned int count), TP_ARGS(c, count));
DEFINE_EVENT(dmactl_count, dmactl_issue,
	TP_PROTO(const struct dmactl_chan *c, unsigned int count), TP_ARGS(c, count));
DEFINE_EVENT(dmactl_count, dmactl_stop,
	TP_PROTO(const struct dmactl_chan *c, unsigned int count), TP_ARGS(c, count));
DEFINE_EVENT(dmactl_count, dmactl_quarantine,
	TP_PROTO(const struct dmactl_chan *c, unsigned int count), TP_ARGS(c, count));

TRACE_EVENT(dmactl_submit,
	TP_PROTO(const struct dmactl_req *req),
	TP_ARGS(req),
	TP_STRUCT__entry(
		CHAN_FIELDS
		__field(u32, opcode)
		__field(u64, nr)
		__field(u64, seq)
		__field(u64, bytes)
		__field(u64, t0)
	),
	TP_fast_assign(
		CHAN_ASSIGN(req->chan);
		__entry->opcode = req->x->opcode;
		__entry->nr = req->ordinal;
		__entry->seq = req->seq;
		__entry->bytes = req->x->len;
		__entry->t0 = req->timed ? req->t0 : 0;
	),
	TP_printk(CHAN_FMT " nr=%llu seq=%llu op=%u bytes=%llu t0=%llu",
		  CHAN_ARGS, __entry->nr, __entry->seq, __entry->opcode, __entry->bytes,
		  __entry->t0)
);

TRACE_EVENT(dmactl_callback,
	TP_PROTO(const struct dmactl_req *req, unsigned int result),
	TP_ARGS(req, result),
	TP_STRUCT__entry(
		CHAN_FIELDS
		__field(unsigned int, result)
		__field(u64, nr)
	),
	TP_fast_assign(
		CHAN_ASSIGN(req->chan);
		__entry->result = result;
		__entry->nr = req->ordinal;
	),
	TP_printk(CHAN_FMT " nr=%llu result=%u", CHAN_ARGS, __entry->nr, __entry->result)
);

/* seq: number of the callback in its stream */
TRACE_EVENT(dmactl_period,
	TP_PROTO(const struct dmactl_req *req, u64 seq, unsigned int result, u64 t3),
	TP_ARGS(req, seq, result, t3),
	TP_STRUCT__entry(
		CHAN_FIELDS
		__field(unsigned int, result)
		__field(u64, nr)
		__field(u64, seq)
		__field(u64, t3)
	),
	TP_fast_assign(
		CHAN_ASSIGN(req->chan);
		__entry->result = result;
		__entry->nr = req->ordinal;
		__entry->seq = seq;
		__entry->t3 = t3;
	),
	TP_printk(CHAN_FMT " nr=%llu seq=%llu result=%u t3=%llu",
		  CHAN_ARGS, __entry->nr, __entry->seq, __entry->result, __entry->t3)
);

/* By user space, or by the RUN, whose requests have their verdict only when they have failed. */
TRACE_EVENT(dmactl_reap,
	TP_PROTO(const struct dmactl_req *req),
	TP_ARGS(req),
	TP_STRUCT__entry(
		CHAN_FIELDS
		__field(unsigned int, result)
		__field(u64, nr)
		__field(u64, seq)
		__field(u64, t0)
		__field(u64, t1)
		__field(u64, t2)
		__field(u64, t3)
	),
	TP_fast_assign(
		bool run = req->x != &req->xfer;

		CHAN_ASSIGN(req->chan);
		__entry->result = run ? dmactl_result(req->error) : req->verdict;
		__entry->nr = req->ordinal;
		__entry->seq = req->seq;
		__entry->t0 = req->timed ? req->t0 : 0;
		__entry->t1 = req->timed ? req->t1 : 0;
		__entry->t2 = req->timed ? req->t2 : 0;
		__entry->t3 = !req->timed ? 0 : !run && req->stopped ? req->stopped : req->t3;
	),
	TP_printk(CHAN_FMT " nr=%llu seq=%llu result=%u t=%llu,%llu,%llu,%llu",
		  CHAN_ARGS, __entry->nr, __entry->seq, __entry->result, __entry->t0,
		  __entry->t1, __entry->t2, __entry->t3)
);

#endif /* _DMACTL_TRACE_H */

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
