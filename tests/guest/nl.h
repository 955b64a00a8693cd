/* SPDX-License-Identifier: GPL-2.0 */
/* The netlink family "dmactl" over a raw socket: no library between the test and the bytes. */
#ifndef DMACTL_TESTS_NL_H
#define DMACTL_TESTS_NL_H

#include <linux/dmactl_netlink.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "harness.h"

#define NL_ATTRS	64
#define NL_MSGS		1024

struct nl {
	int fd;
	u32 seq;
	u16 family;
	u32 group;	/* "events" */
};

struct nlmsg {
	u8 cmd;
	const struct nlattr *attr[NL_ATTRS];
};

struct nlreply {
	int err;		/* 0 or -errno */
	char text[256];		/* extack */
	u32 miss_type;		/* extack: the attribute that is missing */
	bool interrupted;	/* the dump says NLM_F_DUMP_INTR */
	u32 n;
	struct nlmsg msg[NL_MSGS];
};

struct nl nl_open(void);		/* family resolved; or the case fails */
int nl_try_open(struct nl *nl);		/* 0 or -errno */
/* One request and all of its answer, which stays valid until the next call but fifteen. */
struct nlreply *nl_ask(struct nl *nl, u8 cmd, u16 flags, const void *attrs, u32 len);
/* The same in two steps: who asks need not be who reads. */
void nl_send(struct nl *nl, u8 cmd, u16 flags);
struct nlreply *nl_take(struct nl *nl);
u32 nl_put(void *at, u16 type, const void *data, u32 len);	/* bytes it took, padded */

bool nl_has(const struct nlmsg *m, u32 attr);
u32 nl_u32(const struct nlmsg *m, u32 attr);
u64 nl_u64(const struct nlmsg *m, u32 attr);
const char *nl_str(const struct nlmsg *m, u32 attr);

/* channel-get of one; NULL when there is none. */
const struct nlmsg *nl_channel(struct nl *nl, const char *name);
u32 nl_channel_state(struct nl *nl, const char *name);
/* The entry of quarantine-get for that channel; NULL when there is none. */
const struct nlmsg *nl_quarantine(struct nl *nl, const char *stable);
u32 nl_quarantined(struct nl *nl);	/* entries in all */

/* Events: join the group; then wait for one of that type about that channel (NULL: any). */
void nl_listen(struct nl *nl);
const struct nlmsg *nl_event(struct nl *nl, u32 type, const char *stable, unsigned int ms);

#endif
