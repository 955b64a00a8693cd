// SPDX-License-Identifier: GPL-2.0
/* Calls of the netlink family. */
#define _GNU_SOURCE
#include <sys/socket.h>
#include <unistd.h>

#include "border.h"
#include "nl.h"

u16 family;
u32 group;

enum how { HOW_WHOLE, HOW_LEAVE, HOW_SLOW, HOW_SMALL };

static int nl_socket(struct actor *a)
{
	int one = 1;

	if (a->nl >= 0)
		return 0;
	a->nl = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (a->nl < 0)
		return -errno;
	setsockopt(a->nl, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(a->nl, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	return 0;
}

/* The answer is read to its end: 0, or what the error message says. */
static int answer(struct actor *a, bool small)
{
	static __thread u8 data[32768];
	struct timeval limit = { .tv_usec = 200000 };

	setsockopt(a->nl, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	for (;;) {
		ssize_t n = recv(a->nl, data, small ? 64 : sizeof(data), 0);
		const struct nlmsghdr *h = (const void *)data;

		if (n < 0)
			return -errno;
		for (; NLMSG_OK(h, (u32)n); h = NLMSG_NEXT(h, n)) {
			const int *err = (const void *)((const u8 *)h + NLMSG_HDRLEN);

			if (h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE)
				return *err;
		}
	}
}

static int request(struct actor *a, const struct block *b, u8 cmd, u16 flags, u32 attrs_len,
		   const void *attrs)
{
	struct {
		struct nlmsghdr h;
		struct genlmsghdr g;
		u8 attrs[256];
	} m = {
		.h = { .nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN + attrs_len,
		       .nlmsg_type = family,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags,
		       .nlmsg_seq = 1 },
		.g = { .cmd = cmd, .version = 1 },
	};
	u64 how = arg_value(b, "how") % 4;

	if (attrs_len)
		memcpy(m.attrs, attrs, attrs_len);
	if (arg_value(b, "version"))
		m.g.version = (u8)arg_value(b, "version");
	if (send(a->nl, &m, m.h.nlmsg_len, 0) < 0)
		return -errno;
	if (how == HOW_LEAVE) { /* in the middle of a dump */
		close(a->nl);
		a->nl = -1;
		return 0;
	}
	if (how == HOW_SLOW)
		usleep(3000);
	return answer(a, how == HOW_SMALL);
}

static int raw(struct actor *a, const struct block *b)
{
	u8 attrs[256];
	u64 len = arg_value(b, "len") % 128;
	u32 n = nl_put(attrs, (u16)arg_value(b, "type"), "dma-sim.0/0\0\0\0\0", 12);

	memset(attrs + n, 0x41, sizeof(attrs) - n);
	/* A length that the attribute does not have; or some bytes behind it. */
	if (len & 1)
		((struct nlattr *)attrs)->nla_len = (u16)len;
	return request(a, b, (u8)arg_value(b, "cmd"), (u16)arg_value(b, "flags"),
		       (u32)(len & 2 ? len : n), attrs);
}

int act_netlink(struct actor *a, const struct block *b)
{
	char name[DMACTL_NAME_MAX + 8];
	u8 attrs[128];
	int err = nl_socket(a);
	u32 len;

	if (err)
		return err;
	switch (b->shape) {
	case S_NL_CHANNEL:
		expand_text(arg_text(b, "name"), name, sizeof(name));
		len = nl_put(attrs, DMACTL_A_CHANNEL_NAME, name, (u32)strlen(name) + 1);
		return request(a, b, DMACTL_CMD_CHANNEL_GET, 0, len, attrs);
	case S_NL_CHANNELS:
		return request(a, b, DMACTL_CMD_CHANNEL_GET, NLM_F_DUMP, 0, NULL);
	case S_NL_SESSIONS:
		return request(a, b, DMACTL_CMD_SESSION_GET, NLM_F_DUMP, 0, NULL);
	case S_NL_QUARANTINE:
		return request(a, b, DMACTL_CMD_QUARANTINE_GET, NLM_F_DUMP, 0, NULL);
	case S_NL_JOIN:
		return setsockopt(a->nl, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
				  sizeof(group)) ?
			       -errno :
			       0;
	default:
		return raw(a, b);
	}
}
