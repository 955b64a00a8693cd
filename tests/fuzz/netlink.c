// SPDX-License-Identifier: GPL-2.0
/*
 * Whatever a module, be it newer or broken, sends as its answers: the tool takes it, or says that
 * it cannot, and prints no byte that a terminal acts on and no JSON that is none.
 *
 * The first byte selects a command line, the others make what is received; of a byte
 *   0x00 to 0x3f    is the type of an attribute; the next one is its length, then comes its payload
 *   0x40 to 0x7f    as well, but it claims to be longer by the byte after its length
 *   0x80 to 0xbf    begins a message: the low bits say of which kind
 *   0xc0 to 0xff    ends a datagram
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json.h>
#include <linux/netlink.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "backend_kernel.h"
#include "program.h"

#define FAMILY	24
#define ROOM	8192

static const uint8_t *in, *in_end;

static uint8_t next(void)
{
	return in < in_end ? *in++ : 0;
}

static struct nlmsghdr *begin(uint8_t *at, uint8_t kind)
{
	static const uint16_t types[] = { FAMILY, FAMILY, NLMSG_DONE, NLMSG_ERROR,
					  FAMILY, FAMILY, NLMSG_NOOP, NLMSG_OVERRUN };
	struct nlmsghdr *h = (struct nlmsghdr *)at;

	memset(h, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	h->nlmsg_len = NLMSG_HDRLEN + (kind & 16 ? 0 : GENL_HDRLEN);
	h->nlmsg_type = types[kind & 7];
	h->nlmsg_flags = (kind & 7 ? NLM_F_MULTI : 0) | (kind & 8 ? NLM_F_DUMP_INTR : 0);
	return h;
}

static size_t datagram(uint8_t *buf)
{
	struct nlmsghdr *h = begin(buf, 1);
	struct nlattr *a;
	uint8_t c, len;

	while (in < in_end && (uint8_t *)h + h->nlmsg_len < buf + ROOM - 1024) {
		c = next();
		if (c >= 0xc0)
			break;
		if (c >= 0x80) {
			h = begin((uint8_t *)h + NLMSG_ALIGN(h->nlmsg_len), c & 0x3f);
			continue;
		}
		len = next();
		a = (struct nlattr *)((uint8_t *)h + NLMSG_ALIGN(h->nlmsg_len));
		a->nla_type = c & 0x3f;
		a->nla_len = (uint16_t)(NLA_HDRLEN + len + (c & 0x40 ? next() : 0));
		memset(a + 1, 0, NLA_ALIGN(len));
		for (uint8_t i = 0; i < len; i++)
			((uint8_t *)(a + 1))[i] = next();
		h->nlmsg_len = (uint32_t)((uint8_t *)(a + 1) + NLA_ALIGN(len) - (uint8_t *)h);
	}
	return (size_t)((uint8_t *)h + NLMSG_ALIGN(h->nlmsg_len) - buf);
}

static int receive(struct nl_sock *sk, struct sockaddr_nl *from, unsigned char **out,
		   struct ucred **creds)
{
	uint8_t *buf = in < in_end ? malloc(ROOM) : NULL;
	size_t n;

	(void)sk;
	*creds = NULL;
	*from = (struct sockaddr_nl){ .nl_family = AF_NETLINK };
	if (!buf)
		return 0;
	n = datagram(buf);
	*out = realloc(buf, n);	/* so that what is read past the end is seen */
	return (int)n;
}

/* In backend_nl.c these are in place of libnl's and the C library's. */
int fuzz_genl_connect(struct nl_sock *sk)
{
	nl_socket_disable_seq_check(sk);
	return 0;
}

int fuzz_genl_ctrl_resolve(struct nl_sock *sk, const char *name)
{
	(void)sk;
	(void)name;
	return FAMILY;
}

int fuzz_genl_ctrl_resolve_grp(struct nl_sock *sk, const char *family, const char *group)
{
	(void)sk;
	(void)family;
	(void)group;
	return 5;
}

int fuzz_genl_send_simple(struct nl_sock *sk, int family, int cmd, int version, int flags)
{
	(void)sk;
	(void)family;
	(void)cmd;
	(void)version;
	(void)flags;
	return 0;
}

int fuzz_nl_socket_set_buffer_size(struct nl_sock *sk, int rx, int tx)
{
	(void)sk;
	(void)rx;
	(void)tx;
	return 0;
}

int fuzz_nl_socket_set_nonblocking(const struct nl_sock *sk)
{
	(void)sk;
	return 0;
}

int fuzz_nl_socket_add_membership(struct nl_sock *sk, int group)
{
	(void)sk;
	(void)group;
	return 0;
}

int fuzz_nl_recvmsgs(struct nl_sock *sk, struct nl_cb *cb)
{
	nl_cb_overwrite_recv(cb, receive);
	return nl_recvmsgs(sk, cb);
}

int fuzz_ppoll(struct pollfd *p, nfds_t n, const struct timespec *ts, const sigset_t *set)
{
	(void)p;
	(void)n;
	(void)ts;
	(void)set;
	errno = EIO;
	return in < in_end ? 1 : -1;
}

/* The length of the UTF-8 character at @s that a terminal shows, 0 when it is none. */
static size_t shown(const uint8_t *s, size_t n)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;

	if (s[0] < 0x80)
		return (s[0] >= ' ' && s[0] < 0x7f) || s[0] == '\n' || s[0] == '\t';
	if (s[0] < 0xc2 || s[0] > 0xf4 || n < len || (s[0] == 0xc2 && s[1] < 0xa0))
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static void judge(const char *text, size_t size, bool document)
{
	struct json_object *o;

	for (size_t i = 0, len; i < size; i += len) {
		len = shown((const uint8_t *)text + i, size - i);
		if (!len)
			abort();
	}
	if (!document || !size)
		return;
	o = json_tokener_parse(text);
	if (!o)
		abort();
	json_object_put(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const lines[][4] = {
		{ "list" },
		{ "list", "-j" },
		{ "info", "a" },
		{ "info", "any", "-j" },
		{ "doctor" },
		{ "doctor", "-j" },
		{ "monitor" },
		{ "monitor", "-j" },
		{ "memcpy", "-c", "*", "-j" },
		{ "sg", "-d", "mem-to-dev" },
		{ "top", "-n", "2" },
	};
	static struct backend b;
	FILE *real = stdout;
	char *text = NULL;
	size_t len = 0;
	unsigned int line;
	int n = 0;

	if (!size)
		return 0;
	line = data[0] % (sizeof(lines) / sizeof(lines[0]));
	in = data + 1;
	in_end = data + size;
	b = fuzz_machine;
	b.connect = net_connect;
	b.disconnect = net_disconnect;
	b.channels = net_channels;
	b.sessions = net_sessions;
	b.quarantines = net_quarantines;
	b.lines = net_lines;
	b.events_open = net_events_open;
	b.events_next = net_events_next;
	while (n < 4 && lines[line][n])
		n++;
	stdout = open_memstream(&text, &len);
	if (!stdout)
		abort();
	fuzz_program(&b, lines[line], n);
	fclose(stdout);
	stdout = real;
	judge(text, len, n > 1 && !strcmp(lines[line][n - 1], "-j") && line != 7);
	free(text);
	net_disconnect();
	return 0;
}
