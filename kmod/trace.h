/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints along the life of a claim and of a request. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dmactl

#if !defined(_DMACTL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _DMACTL_TRACE_H

#include <linux/tracepoint.h>

#include "compat.h"

TRACE_EVENT(dmactl_claim,
	TP_PROTO(int session, const char *channel),
	TP_ARGS(session, channel),
	TP_STRUCT__entry(
		__field(int, session)
		__string(channel, channel)
	),
	TP_fast_assign(
		__entry->session = session;
		dmactl_assign_str(channel, channel);
	),
	TP_printk("session=%d channel=%s", __entry->session, __get_str(channel))
);

TRACE_EVENT(dmactl_release,
	TP_PROTO(int session, const char *channel, unsigned int owed),
	TP_ARGS(session, channel, owed),
	TP_STRUCT__entry(
		__field(int, session)
		__string(channel, channel)
		__field(unsigned int, owed)
	),
	TP_fast_assign(
		__entry->session = session;
		dmactl_assign_str(channel, channel);
		__entry->owed = owed;
	),
	TP_printk("session=%d channel=%s owed=%u", __entry->session, __get_str(channel),
		  __entry->owed)
);

TRACE_EVENT(dmactl_submit,
	TP_PROTO(const char *channel, u64 seq, u32 opcode, u64 len),
	TP_ARGS(channel, seq, opcode, len),
	TP_STRUCT__entry(
		__string(channel, channel)
		__field(u64, seq)
		__field(u32, opcode)
		__field(u64, len)
	),
	TP_fast_assign(
		dmactl_assign_str(channel, channel);
		__entry->seq = seq;
		__entry->opcode = opcode;
		__entry->len = len;
	),
	TP_printk("channel=%s seq=%llu opcode=%u len=%llu", __get_str(channel), __entry->seq,
		  __entry->opcode, __entry->len)
);

DECLARE_EVENT_CLASS(dmactl_result,
	TP_PROTO(const char *channel, u64 seq, u32 result),
	TP_ARGS(channel, seq, result),
	TP_STRUCT__entry(
		__string(channel, channel)
		__field(u64, seq)
		__field(u32, result)
	),
	TP_fast_assign(
		dmactl_assign_str(channel, channel);
		__entry->seq = seq;
		__entry->result = result;
	),
	TP_printk("channel=%s seq=%llu result=%u", __get_str(channel), __entry->seq,
		  __entry->result)
);

DEFINE_EVENT(dmactl_result, dmactl_callback,
	TP_PROTO(const char *channel, u64 seq, u32 result), TP_ARGS(channel, seq, result));
/* seq: number of the callback in its stream */
DEFINE_EVENT(dmactl_result, dmactl_period,
	TP_PROTO(const char *channel, u64 seq, u32 result), TP_ARGS(channel, seq, result));
DEFINE_EVENT(dmactl_result, dmactl_reap,
	TP_PROTO(const char *channel, u64 seq, u32 result), TP_ARGS(channel, seq, result));

DECLARE_EVENT_CLASS(dmactl_count,
	TP_PROTO(const char *channel, unsigned int count),
	TP_ARGS(channel, count),
	TP_STRUCT__entry(
		__string(channel, channel)
		__field(unsigned int, count)
	),
	TP_fast_assign(
		dmactl_assign_str(channel, channel);
		__entry->count = count;
	),
	TP_printk("channel=%s count=%u", __get_str(channel), __entry->count)
);

/* count: operations in flight after the kick; operations stopped; callbacks that are now owed */
DEFINE_EVENT(dmactl_count, dmactl_issue,
	TP_PROTO(const char *channel, unsigned int count), TP_ARGS(channel, count));
DEFINE_EVENT(dmactl_count, dmactl_stop,
	TP_PROTO(const char *channel, unsigned int count), TP_ARGS(channel, count));
DEFINE_EVENT(dmactl_count, dmactl_quarantine,
	TP_PROTO(const char *channel, unsigned int count), TP_ARGS(channel, count));

#endif /* _DMACTL_TRACE_H */

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
