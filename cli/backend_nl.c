// SPDX-License-Identifier: GPL-2.0
/* The real backend: the generic netlink family. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "backend_kernel.h"

#define DUMP_TRIES	5	/* a dump that the kernel calls inconsistent is taken again */

enum kind { K_STR, K_U32, K_U64, K_FLAG };

struct field {
	int attr;
	enum kind kind;
	size_t at;
};

#define F(A, K, S, M)                       \
	{                                   \
		A, K, offsetof(struct S, M) \
	}

static const struct field channel_fields[] = {
	F(DMACTL_A_CHANNEL_NAME, K_STR, channel, name),
	F(DMACTL_A_CHANNEL_STABLE, K_STR, channel, stable),
	F(DMACTL_A_CHANNEL_DEVICE, K_STR, channel, device),
	F(DMACTL_A_CHANNEL_DRIVER, K_STR, channel, driver),
	F(DMACTL_A_CHANNEL_STATE, K_U32, channel, state),
	F(DMACTL_A_CHANNEL_TRAITS, K_U32, channel, traits),
	F(DMACTL_A_CHANNEL_OPERATIONS, K_U64, channel, operations),
	F(DMACTL_A_CHANNEL_USERS, K_U32, channel, users),
	F(DMACTL_A_CHANNEL_NODE, K_U32, channel, node),
	F(DMACTL_A_CHANNEL_MAX_SEGMENT, K_U64, channel, max_segment),
	F(DMACTL_A_CHANNEL_MAX_MAPPING, K_U64, channel, max_mapping),
	F(DMACTL_A_CHANNEL_MASK_BITS, K_U32, channel, mask_bits),
	F(DMACTL_A_CHANNEL_ALIGN_COPY, K_U32, channel, align_copy),
	F(DMACTL_A_CHANNEL_ALIGN_FILL, K_U32, channel, align_fill),
	F(DMACTL_A_CHANNEL_ALIGN_XOR, K_U32, channel, align_xor),
	F(DMACTL_A_CHANNEL_ALIGN_PQ, K_U32, channel, align_pq),
	F(DMACTL_A_CHANNEL_MAX_XOR, K_U32, channel, max_xor),
	F(DMACTL_A_CHANNEL_MAX_PQ, K_U32, channel, max_pq),
	F(DMACTL_A_CHANNEL_SRC_WIDTHS, K_U32, channel, src_widths),
	F(DMACTL_A_CHANNEL_DST_WIDTHS, K_U32, channel, dst_widths),
	F(DMACTL_A_CHANNEL_DIRECTIONS, K_U32, channel, directions),
	F(DMACTL_A_CHANNEL_MIN_BURST, K_U32, channel, min_burst),
	F(DMACTL_A_CHANNEL_MAX_BURST, K_U32, channel, max_burst),
	F(DMACTL_A_CHANNEL_MAX_SG_BURST, K_U32, channel, max_sg_burst),
	F(DMACTL_A_CHANNEL_RESIDUE, K_U32, channel, residue),
	F(DMACTL_A_CHANNEL_SESSION, K_U32, channel, session),
	F(DMACTL_A_CHANNEL_PID, K_U32, channel, pid),
	F(DMACTL_A_CHANNEL_COMMAND, K_STR, channel, command),
	F(DMACTL_A_CHANNEL_IN_FLIGHT, K_U32, channel, in_flight),
	F(DMACTL_A_CHANNEL_DONE, K_U64, channel, done),
	F(DMACTL_A_CHANNEL_BYTES, K_U64, channel, bytes),
	F(DMACTL_A_CHANNEL_FAILED, K_U64, channel, failed),
	F(DMACTL_A_CHANNEL_TIMED_OUT, K_U64, channel, timed_out),
	F(DMACTL_A_CHANNEL_ABORTED, K_U64, channel, aborted),
	F(DMACTL_A_CHANNEL_RETRIES, K_U64, channel, retries),
	F(DMACTL_A_CHANNEL_LATE, K_U64, channel, late),
	F(DMACTL_A_CHANNEL_CLAIMS, K_U64, channel, claims),
	F(DMACTL_A_CHANNEL_LATENCY_COUNT, K_U64, channel, latency_count),
	F(DMACTL_A_CHANNEL_LATENCY_SUM_NS, K_U64, channel, latency_sum_ns),
	F(DMACTL_A_CHANNEL_LATENCY_MAX_NS, K_U64, channel, latency_max_ns),
	F(DMACTL_A_CHANNEL_STREAMS, K_U32, channel, streams),
	F(DMACTL_A_CHANNEL_PERIODS, K_U64, channel, periods),
	F(DMACTL_A_CHANNEL_PERIODS_DROPPED, K_U64, channel, periods_dropped),
	F(DMACTL_A_CHANNEL_SUBMITTED, K_U64, channel, submitted),
	{ 0, 0, 0 },
};

static const struct field session_fields[] = {
	F(DMACTL_A_SESSION_ID, K_U32, session_info, id),
	F(DMACTL_A_SESSION_PID, K_U32, session_info, pid),
	F(DMACTL_A_SESSION_COMMAND, K_STR, session_info, command),
	F(DMACTL_A_SESSION_CHANNELS, K_U32, session_info, channels),
	F(DMACTL_A_SESSION_BUFFERS, K_U32, session_info, buffers),
	F(DMACTL_A_SESSION_BYTES, K_U64, session_info, bytes),
	F(DMACTL_A_SESSION_IN_FLIGHT, K_U32, session_info, in_flight),
	F(DMACTL_A_SESSION_UNREAPED, K_U32, session_info, unreaped),
	{ 0, 0, 0 },
};

static const struct field quarantine_fields[] = {
	F(DMACTL_A_QUARANTINE_STABLE, K_STR, quarantine, stable),
	F(DMACTL_A_QUARANTINE_NAME, K_STR, quarantine, name),
	F(DMACTL_A_QUARANTINE_SESSION, K_U32, quarantine, session),
	F(DMACTL_A_QUARANTINE_REQUESTS, K_U32, quarantine, requests),
	F(DMACTL_A_QUARANTINE_BYTES, K_U64, quarantine, bytes),
	F(DMACTL_A_QUARANTINE_AGE_NS, K_U64, quarantine, age_ns),
	F(DMACTL_A_QUARANTINE_LEAKED, K_FLAG, quarantine, leaked),
	{ 0, 0, 0 },
};

static const struct field event_fields[] = {
	F(DMACTL_A_EVENT_TYPE, K_U32, event, type),
	F(DMACTL_A_EVENT_TIME_NS, K_U64, event, time_ns),
	F(DMACTL_A_EVENT_NAME, K_STR, event, name),
	F(DMACTL_A_EVENT_STABLE, K_STR, event, stable),
	F(DMACTL_A_EVENT_SESSION, K_U32, event, session),
	F(DMACTL_A_EVENT_REQUESTS, K_U32, event, requests),
	F(DMACTL_A_EVENT_BYTES, K_U64, event, bytes),
	{ 0, 0, 0 },
};

static const struct field line_fields[] = {
	F(DMACTL_A_LINE_NAME, K_STR, line, name),
	F(DMACTL_A_LINE_WIDTH, K_U32, line, width),
	F(DMACTL_A_LINE_BURST, K_U32, line, burst),
	F(DMACTL_A_LINE_STABLE, K_STR, line, stable),
	{ 0, 0, 0 },
};

static struct nl_sock *sock, *events;
static int family;

struct dump {
	const struct field *fields;
	struct vec *out;
	size_t size;		/* of one element */
	bool inconsistent;
	int ret;
};

/* Any process may call itself what a terminal would act on and JSON cannot hold. */
static void copy_text(char *s, const struct nlattr *attr)
{
	nla_strlcpy(s, attr, DMACTL_NAME_MAX);
	for (; *s; s++)
		if (*s < ' ' || *s > '~')
			*s = '?';
}

/* Copies the attributes that came, of known length; returns the mask of them. */
static uint64_t take_fields(struct nlmsghdr *nlh, const struct field *f, void *to)
{
	struct nlattr *attr;
	uint64_t present = 0;

	for (; f->attr; f++) {
		char *p = (char *)to + f->at;

		attr = nlmsg_find_attr(nlh, GENL_HDRLEN, f->attr);
		if (!attr)
			continue;
		if (f->kind == K_STR)
			copy_text(p, attr);
		else if (f->kind == K_U32 && nla_len(attr) == sizeof(uint32_t))
			*(uint32_t *)p = nla_get_u32(attr);
		else if (f->kind == K_U64 && nla_len(attr) == sizeof(uint64_t))
			*(uint64_t *)p = nla_get_u64(attr);
		else if (f->kind == K_FLAG)
			*(bool *)p = true;
		else
			continue;
		present |= 1ULL << f->attr;
	}
	return present;
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct dump *d = arg;
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	void *p;
	uint64_t present;

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		d->inconsistent = true;
	p = vec_add(d->out, d->size);
	if (!p) {
		d->ret = -ENOMEM;
		return NL_STOP;
	}
	present = take_fields(nlh, d->fields, p);
	/* Only these two keep it; it is their first member. */
	if (d->fields == channel_fields || d->fields == event_fields)
		*(uint64_t *)p = present;
	return NL_OK;
}

static int on_intr(struct nl_msg *msg, void *arg)
{
	struct dump *d = arg;

	(void)msg;
	d->inconsistent = true;
	return NL_OK;
}

/* Events have no sequence numbers of ours. */
static int on_any(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

static int dump_once(int cmd, struct dump *d)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int ret;

	if (!cb)
		return -ENOMEM;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, d);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_intr, d);
	ret = genl_send_simple(sock, family, cmd, DMACTL_FAMILY_VERSION, NLM_F_DUMP);
	if (ret >= 0)
		ret = nl_recvmsgs(sock, cb);
	nl_cb_put(cb);
	return ret < 0 ? ret : d->ret;
}

static int dump(int cmd, const struct field *fields, size_t size, struct vec *out, struct err *e)
{
	struct dump d;
	int ret;

	for (int i = 0; i < DUMP_TRIES; i++) {
		vec_free(out);
		d = (struct dump){ .fields = fields, .out = out, .size = size };
		ret = dump_once(cmd, &d);
		if (ret < 0) {
			vec_free(out);
			return err_set(e, EXIT_FAILED, "netlink: %s",
				       ret == -ENOMEM ? "out of memory" : nl_geterror(ret));
		}
		if (!d.inconsistent)
			break;
	}
	return 0;
}

int net_channels(struct vec *out, struct err *e)
{
	return dump(DMACTL_CMD_CHANNEL_GET, channel_fields, sizeof(struct channel), out, e);
}

int net_sessions(struct vec *out, struct err *e)
{
	return dump(DMACTL_CMD_SESSION_GET, session_fields, sizeof(struct session_info), out, e);
}

int net_quarantines(struct vec *out, struct err *e)
{
	return dump(DMACTL_CMD_QUARANTINE_GET, quarantine_fields, sizeof(struct quarantine), out,
		    e);
}

int net_lines(struct vec *out, struct err *e)
{
	return dump(DMACTL_CMD_LINE_GET, line_fields, sizeof(struct line), out, e);
}

int net_connect(void)
{
	int ret;

	if (sock)
		return 0;
	sock = nl_socket_alloc();
	if (!sock)
		return -ENOMEM;
	ret = genl_connect(sock);
	if (ret < 0) {
		net_disconnect();
		return -EPROTONOSUPPORT;
	}
	family = genl_ctrl_resolve(sock, DMACTL_FAMILY_NAME);
	if (family < 0) {
		net_disconnect();
		return -ENOENT;
	}
	return 0;
}

void net_disconnect(void)
{
	nl_socket_free(sock);
	nl_socket_free(events);
	sock = NULL;
	events = NULL;
}

int net_events_open(struct err *e)
{
	int group = genl_ctrl_resolve_grp(sock, DMACTL_FAMILY_NAME, DMACTL_MCGRP_EVENTS);

	if (group < 0)
		return err_set(e, EXIT_UNAVAILABLE,
			       "the module dmactl has no events: it is another version, install "
			       "both from one release");
	events = nl_socket_alloc();
	if (!events || genl_connect(events) < 0)
		return err_set(e, EXIT_FAILED, "netlink: no socket for events");
	nl_socket_disable_seq_check(events);
	nl_socket_set_buffer_size(events, 1 << 20, 0);
	nl_socket_set_nonblocking(events);
	if (nl_socket_add_membership(events, group) < 0)
		return err_set(e, EXIT_FAILED, "netlink: cannot join the group of the events");
	return 0;
}

int net_events_next(uint64_t timeout_ns, struct event *out)
{
	static struct vec pending;
	static size_t next;
	struct pollfd p = { .fd = nl_socket_get_fd(events), .events = POLLIN };
	struct dump d = { .fields = event_fields, .out = &pending, .size = sizeof(*out) };
	struct timespec ts = { (time_t)(timeout_ns / 1000000000), (long)(timeout_ns % 1000000000) };
	struct nl_cb *cb;
	int ret;

	if (next == pending.n) {
		vec_free(&pending);
		next = 0;
		ret = ppoll(&p, 1, &ts, NULL);
		if (ret <= 0)
			return ret < 0 ? -errno : 0;
		cb = nl_cb_alloc(NL_CB_DEFAULT);
		if (!cb)
			return -ENOMEM;
		nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, &d);
		nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_any, NULL);
		ret = nl_recvmsgs(events, cb);
		nl_cb_put(cb);
		if (ret == -NLE_NOMEM)
			return -ENOBUFS;	/* the kernel dropped some */
		if (next == pending.n)
			return 0;
	}
	*out = ((struct event *)pending.v)[next++];
	return 1;
}
