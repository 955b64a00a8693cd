// SPDX-License-Identifier: GPL-2.0
/* Generic netlink by hand. */
#define _GNU_SOURCE
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nl.h"

#define ROOM		65536
#define PAYLOAD(a)	((const void *)((const u8 *)(a) + NLA_HDRLEN))
#define ATTR_LEN(a)	((u32)((a)->nla_len - NLA_HDRLEN))

static void parse_attrs(const void *at, size_t len, const struct nlattr *attr[NL_ATTRS])
{
	const u8 *p = at;

	memset(attr, 0, NL_ATTRS * sizeof(attr[0]));
	while (len >= NLA_HDRLEN) {
		const struct nlattr *a = (const void *)p;
		u32 type = a->nla_type & NLA_TYPE_MASK;
		size_t step = NLA_ALIGN(a->nla_len);

		if (a->nla_len < NLA_HDRLEN || a->nla_len > len)
			FAIL("an attribute is %u bytes long, %zu are left", a->nla_len, len);
		if (type < NL_ATTRS)
			attr[type] = a;
		p += step;
		len -= step < len ? step : len;
	}
}

u32 nl_put(void *at, u16 type, const void *data, u32 len)
{
	struct nlattr *a = at;

	memset(at, 0, NLA_ALIGN(NLA_HDRLEN + len));
	a->nla_type = type;
	a->nla_len = (u16)(NLA_HDRLEN + len);
	if (len)
		memcpy((u8 *)at + NLA_HDRLEN, data, len);
	return NLA_ALIGN(NLA_HDRLEN + len);
}

static void take_extack(const struct nlmsghdr *h, size_t skip, struct nlreply *r)
{
	const struct nlattr *attr[NL_ATTRS];

	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS) || h->nlmsg_len < NLMSG_HDRLEN + skip)
		return;
	parse_attrs((const u8 *)h + NLMSG_HDRLEN + skip, h->nlmsg_len - NLMSG_HDRLEN - skip, attr);
	if (attr[NLMSGERR_ATTR_MSG])
		snprintf(r->text, sizeof(r->text), "%s",
			 (const char *)PAYLOAD(attr[NLMSGERR_ATTR_MSG]));
	if (attr[NLMSGERR_ATTR_MISS_TYPE])
		r->miss_type = *(const u32 *)PAYLOAD(attr[NLMSGERR_ATTR_MISS_TYPE]);
}

/* True when @h was the last message of the answer. */
static bool take_message(const struct nlmsghdr *h, struct nlreply *r)
{
	const struct nlmsgerr *e = (const void *)((const u8 *)h + NLMSG_HDRLEN);
	const struct genlmsghdr *g = (const void *)e;

	if (h->nlmsg_flags & NLM_F_DUMP_INTR)
		r->interrupted = true;
	if (h->nlmsg_type == NLMSG_ERROR) {
		size_t echoed = h->nlmsg_flags & NLM_F_CAPPED ? 0 :
				e->error		      ? e->msg.nlmsg_len - NLMSG_HDRLEN :
								0;

		r->err = e->error;
		take_extack(h, sizeof(*e) + NLMSG_ALIGN(echoed), r);
		return true;
	}
	if (h->nlmsg_type == NLMSG_DONE) {
		r->err = *(const int *)e;
		take_extack(h, sizeof(int), r);
		return true;
	}
	CHECK(r->n < NL_MSGS);
	r->msg[r->n].cmd = g->cmd;
	parse_attrs((const u8 *)g + GENL_HDRLEN, h->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN,
		    r->msg[r->n].attr);
	r->n++;
	return false;
}

static void send_request(struct nl *nl, u16 type, u8 cmd, u16 flags, const void *attrs, u32 len)
{
	struct {
		struct nlmsghdr h;
		struct genlmsghdr g;
		u8 attrs[4096];
	} m = {
		.h = {
			.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN + len, .nlmsg_type = type,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags, .nlmsg_seq = ++nl->seq,
		},
		.g = { .cmd = cmd, .version = 1 },
	};

	CHECK(len <= sizeof(m.attrs));
	if (len)
		memcpy(m.attrs, attrs, len);
	CHECK_EQ(send(nl->fd, &m, m.h.nlmsg_len, 0), m.h.nlmsg_len);
}

/* Memory that stays for a while: a case is a short-lived process. */
static void *lasting(size_t bytes)
{
	void *p = calloc(1, bytes);

	CHECK(p);
	return p;
}

struct nlreply *nl_take(struct nl *nl)
{
	static struct nlreply *ring[16];
	static u32 next;
	struct nlreply **slot = &ring[next++ % 16], *r;
	bool done = false;

	if (!*slot)
		*slot = lasting(sizeof(**slot));
	r = *slot;
	memset(r, 0, offsetof(struct nlreply, msg));
	while (!done) {
		u8 *data = lasting(ROOM);
		ssize_t n = recv(nl->fd, data, ROOM, 0);
		const struct nlmsghdr *h = (const void *)data;

		if (n < 0)
			FAIL("netlink recv: %s", strerror(errno));
		data = realloc(data, (size_t)n ?: 1);
		h = (const void *)data;
		for (; !done && NLMSG_OK(h, (u32)n); h = NLMSG_NEXT(h, n))
			if (h->nlmsg_seq == nl->seq)
				done = take_message(h, r);
	}
	return r;
}

static struct nlreply *ask(struct nl *nl, u16 type, u8 cmd, u16 flags, const void *attrs, u32 len)
{
	send_request(nl, type, cmd, flags, attrs, len);
	return nl_take(nl);
}

void nl_send(struct nl *nl, u8 cmd, u16 flags)
{
	send_request(nl, nl->family, cmd, flags, NULL, 0);
}

struct nlreply *nl_ask(struct nl *nl, u8 cmd, u16 flags, const void *attrs, u32 len)
{
	return ask(nl, nl->family, cmd, flags, attrs, len);
}

static void find_group(struct nl *nl, const struct nlattr *groups)
{
	const u8 *p = PAYLOAD(groups), *end = p + ATTR_LEN(groups);

	while (p + NLA_HDRLEN <= end) {
		const struct nlattr *one = (const void *)p, *attr[NL_ATTRS];

		parse_attrs(PAYLOAD(one), ATTR_LEN(one), attr);
		if (attr[CTRL_ATTR_MCAST_GRP_NAME] && attr[CTRL_ATTR_MCAST_GRP_ID] &&
		    !strcmp(PAYLOAD(attr[CTRL_ATTR_MCAST_GRP_NAME]), DMACTL_MCGRP_EVENTS))
			nl->group = *(const u32 *)PAYLOAD(attr[CTRL_ATTR_MCAST_GRP_ID]);
		p += NLA_ALIGN(one->nla_len);
	}
}

int nl_try_open(struct nl *nl)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	struct nlreply *r;
	u8 attrs[64];
	int one = 1, big = 4 << 20;
	u32 len;

	memset(nl, 0, sizeof(*nl));
	nl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (nl->fd < 0)
		return -errno;
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	if (setsockopt(nl->fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big)))
		setsockopt(nl->fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof(big));
	if (bind(nl->fd, (struct sockaddr *)&any, sizeof(any)))
		return -errno;
	len = nl_put(attrs, CTRL_ATTR_FAMILY_NAME, DMACTL_FAMILY_NAME, sizeof(DMACTL_FAMILY_NAME));
	r = ask(nl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0, attrs, len);
	if (r->err)
		return r->err;
	CHECK_EQ(r->n, 1);
	CHECK(r->msg[0].attr[CTRL_ATTR_FAMILY_ID]);
	nl->family = *(const u16 *)PAYLOAD(r->msg[0].attr[CTRL_ATTR_FAMILY_ID]);
	if (r->msg[0].attr[CTRL_ATTR_MCAST_GROUPS])
		find_group(nl, r->msg[0].attr[CTRL_ATTR_MCAST_GROUPS]);
	return 0;
}

struct nl nl_open(void)
{
	struct nl nl;
	int err = nl_try_open(&nl);

	if (err)
		FAIL("netlink family dmactl: %s", strerror(-err));
	CHECK(nl.group);
	return nl;
}

bool nl_has(const struct nlmsg *m, u32 attr)
{
	return m->attr[attr];
}

static const void *typed(const struct nlmsg *m, u32 attr, u32 len)
{
	if (!m->attr[attr])
		FAIL("attribute %u is missing", attr);
	CHECK_EQ(ATTR_LEN(m->attr[attr]), len);
	return PAYLOAD(m->attr[attr]);
}

u32 nl_u32(const struct nlmsg *m, u32 attr)
{
	return *(const u32 *)typed(m, attr, 4);
}

u64 nl_u64(const struct nlmsg *m, u32 attr)
{
	u64 v;

	memcpy(&v, typed(m, attr, 8), sizeof(v));
	return v;
}

const char *nl_str(const struct nlmsg *m, u32 attr)
{
	const char *text;

	if (!m->attr[attr])
		FAIL("attribute %u is missing", attr);
	text = PAYLOAD(m->attr[attr]);
	CHECK_EQ(strnlen(text, ATTR_LEN(m->attr[attr])), ATTR_LEN(m->attr[attr]) - 1);
	return text;
}

const struct nlmsg *nl_channel(struct nl *nl, const char *name)
{
	u8 attrs[128];
	u32 len = nl_put(attrs, DMACTL_A_CHANNEL_NAME, name, (u32)strlen(name) + 1);
	struct nlreply *r = nl_ask(nl, DMACTL_CMD_CHANNEL_GET, 0, attrs, len);

	if (r->err == -ENOENT)
		return NULL;
	CHECK_EQ(r->err, 0);
	CHECK_EQ(r->n, 1);
	return &r->msg[0];
}

u32 nl_channel_state(struct nl *nl, const char *name)
{
	const struct nlmsg *m = nl_channel(nl, name);

	if (!m)
		FAIL("netlink does not know the channel %s", name);
	return nl_u32(m, DMACTL_A_CHANNEL_STATE);
}

const struct nlmsg *nl_quarantine(struct nl *nl, const char *stable)
{
	struct nlreply *r = nl_ask(nl, DMACTL_CMD_QUARANTINE_GET, NLM_F_DUMP, NULL, 0);
	u32 i;

	CHECK_EQ(r->err, 0);
	for (i = 0; i < r->n; i++)
		if (!strcmp(nl_str(&r->msg[i], DMACTL_A_QUARANTINE_STABLE), stable))
			return &r->msg[i];
	return NULL;
}

u32 nl_quarantined(struct nl *nl)
{
	struct nlreply *r = nl_ask(nl, DMACTL_CMD_QUARANTINE_GET, NLM_F_DUMP, NULL, 0);

	CHECK_EQ(r->err, 0);
	return r->n;
}

void nl_listen(struct nl *nl)
{
	CHECK_EQ(setsockopt(nl->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &nl->group,
			    sizeof(nl->group)),
		 0);
}

static const struct nlmsg *match_event(const u8 *data, ssize_t n, u32 type, const char *stable)
{
	const struct nlmsghdr *h = (const void *)data;
	struct nlreply *r = lasting(sizeof(*r));
	u32 i;

	for (; NLMSG_OK(h, (u32)n); h = NLMSG_NEXT(h, n))
		take_message(h, r);
	for (i = 0; i < r->n; i++) {
		const struct nlmsg *m = &r->msg[i];

		if (m->cmd == DMACTL_CMD_EVENT && nl_u32(m, DMACTL_A_EVENT_TYPE) == type &&
		    (!stable || (nl_has(m, DMACTL_A_EVENT_STABLE) &&
				 !strcmp(nl_str(m, DMACTL_A_EVENT_STABLE), stable))))
			return m;
	}
	free(r);
	return NULL;
}

const struct nlmsg *nl_event(struct nl *nl, u32 type, const char *stable, unsigned int ms)
{
	u64 end = clock_ns() + ms * MS * slow();

	for (;;) {
		struct pollfd p = { .fd = nl->fd, .events = POLLIN };
		bool last = clock_ns() > end;
		const struct nlmsg *m;
		u8 *data;
		ssize_t n;

		/* What came in time is found, however late it is looked for. */
		if (poll(&p, 1, last ? 0 : 50) <= 0) {
			if (last)
				return NULL;
			continue;
		}
		data = lasting(ROOM);
		n = recv(nl->fd, data, ROOM, MSG_DONTWAIT);
		if (n < 0)
			FAIL("netlink event: %s", strerror(errno));
		m = match_event(data, n, type, stable);
		if (m)
			return m;
		free(data);
	}
}
