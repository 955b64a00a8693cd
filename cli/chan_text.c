// SPDX-License-Identifier: GPL-2.0
/* Channels in words: operations, states, holders, and why one cannot be taken. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chan.h"

static const char *const ops[] = {
	"memcpy", "memset",    "interrupt",   "xor",	  "xor-val", "pq",
	"pq-val", "memset-sg", "interleaved", "slave-sg", "cyclic",
};

#define NR_OPS	(sizeof(ops) / sizeof(ops[0]))

const char *op_name(unsigned int opcode)
{
	return opcode < NR_OPS ? ops[opcode] : "unknown";
}

void ops_text(uint64_t mask, const char *separator, char *buf, size_t size)
{
	size_t n = 0;

	snprintf(buf, size, "nothing");
	for (unsigned int i = 0; i < NR_OPS && n < size; i++)
		if (mask & (1ULL << i))
			n += (size_t)snprintf(buf + n, size - n, "%s%s", n ? separator : "",
					      ops[i]);
}

bool chan_simulated(const struct channel *c)
{
	return c->traits & DMACTL_TRAIT_SIMULATED;
}

bool chan_has(const struct channel *c, unsigned int operation)
{
	return c->operations & (1ULL << operation);
}

const char *chan_state_name(uint32_t state)
{
	static const char *const names[] = {
		"free", "kernel", "claimed", "busy", "stopping", "quarantined", "leaving",
	};

	return state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

/* The name that the kernel's own debugfs table has for the user of a channel, "" without. */
static void kernel_user(const struct backend *b, const struct channel *c, char *buf, size_t size)
{
	static const char path[] = "/sys/kernel/debug/dmaengine/summary";
	char *text = malloc(1 << 16), *line, *rest, *bar, *name;

	buf[0] = '\0';
	rest = text;
	if (!text || b->read_file(path, text, 1 << 16) < 0)
		rest = NULL;
	while (rest && (line = strsep(&rest, "\n"))) {
		bar = strchr(line, '|');
		name = line + strspn(line, " ");
		if (!bar || strncmp(name, c->name, strlen(c->name)) ||
		    strcspn(name, " |") != strlen(c->name))
			continue;
		bar += 1 + strspn(bar + 1, " ");
		if (strcmp(bar, "in-use"))
			snprintf(buf, size, "%s", bar);
		break;
	}
	free(text);
}

static const char *likely_user(const struct channel *c)
{
	if (!(c->traits & DMACTL_TRAIT_PRIVATE))
		return "async_tx, that is md-raid, or another public user";
	if (c->traits & DMACTL_TRAIT_SLAVE)
		return "the driver of a peripheral";
	return "dmatest, or a driver that asked for it alone";
}

static void session_holder(const struct channel *c, char *buf, size_t size)
{
	int n;

	if (!(c->present & (1ULL << DMACTL_A_CHANNEL_SESSION))) {
		snprintf(buf, size, "held by a dmactl session");
		return;
	}
	n = snprintf(buf, size, "held by dmactl session %u", c->session);
	if (n < 0 || (size_t)n >= size)
		return;
	if (!(c->present & (1ULL << DMACTL_A_CHANNEL_PID)))
		snprintf(buf + n, size - (size_t)n, " of another user");
	else if (!c->pid)
		snprintf(buf + n, size - (size_t)n, " of a process outside this pid namespace");
	else
		snprintf(buf + n, size - (size_t)n, " (pid %u, %s)", c->pid,
			 c->command[0] ? c->command : "unknown command");
}

void chan_holder(const struct backend *b, const struct channel *c, char *buf, size_t size)
{
	char name[128];

	buf[0] = '\0';
	switch (c->state) {
	case DMACTL_CHANNEL_STATE_KERNEL:
		kernel_user(b, c, name, sizeof(name));
		if (name[0])
			snprintf(buf, size, "in use by the kernel: %s", name);
		else
			snprintf(buf, size, "in use by the kernel (likely %s)", likely_user(c));
		break;
	case DMACTL_CHANNEL_STATE_CLAIMED:
	case DMACTL_CHANNEL_STATE_BUSY:
		session_holder(c, buf, size);
		break;
	case DMACTL_CHANNEL_STATE_STOPPING:
		snprintf(buf, size, "being stopped after a time-out or a release");
		break;
	case DMACTL_CHANNEL_STATE_QUARANTINED:
		snprintf(buf, size,
			 "in quarantine: its engine could not be stopped, its memory is "
			 "kept until the callback comes");
		break;
	case DMACTL_CHANNEL_STATE_LEAVING:
		snprintf(buf, size, "leaving: its provider is being unbound");
		break;
	case DMACTL_CHANNEL_STATE_FREE:
		break;
	default:
		snprintf(buf, size, "in a state that this dmactl does not know (%u)", c->state);
	}
}

/* A public device gives no channel away while one of its others is in public use. */
static const struct channel *busy_sibling(const struct chan_table *t, const struct channel *c)
{
	const struct channel *o = t->channels.v;

	if (c->traits & DMACTL_TRAIT_PRIVATE)
		return NULL;
	for (size_t i = 0; i < t->channels.n; i++)
		if (!strcmp(o[i].device, c->device) && o[i].state == DMACTL_CHANNEL_STATE_KERNEL)
			return o + i;
	return NULL;
}

int chan_refusal(struct ctx *ctx, const struct chan_table *t, const struct channel *c,
		 unsigned int operation, struct err *e)
{
	return chan_refuses(ctx, t, c, 1ULL << operation, e);
}

int chan_refuses(struct ctx *ctx, const struct chan_table *t, const struct channel *c,
		 uint64_t operations, struct err *e)
{
	const struct channel *sibling;
	char text[512], lacks[160];

	if (operations & ~c->operations) {
		ops_text(c->operations, ", ", text, sizeof(text));
		ops_text(operations & ~c->operations, ", ", lacks, sizeof(lacks));
		return err_set(e, EXIT_UNAVAILABLE, "%s cannot do %s: it has %s", c->stable, lacks,
			       text);
	}
	chan_holder(ctx->b, c, text, sizeof(text));
	if (text[0])
		return err_set(e,
			       c->state == DMACTL_CHANNEL_STATE_QUARANTINED ? EXIT_FAILED :
									      EXIT_UNAVAILABLE,
			       "%s is %s", c->stable, text);
	sibling = busy_sibling(t, c);
	if (!sibling)
		return 0;
	chan_holder(ctx->b, sibling, text, sizeof(text));
	return err_set(e, EXIT_UNAVAILABLE,
		       "%s is free, but its device is public and %s of it is %s: the kernel gives "
		       "no other channel of such a device away",
		       c->stable, sibling->stable, text);
}

int chan_claim_failed(const char *name, int ret, struct err *e)
{
	switch (ret) {
	case -EBUSY:
		return err_set(e, EXIT_UNAVAILABLE,
			       "%s is in use: it, or another channel of its device, was taken this "
			       "moment",
			       name);
	case -ENOENT:
		return err_set(e, EXIT_UNAVAILABLE,
			       "there is no channel %s any more: its provider has left (dmactl "
			       "list)",
			       name);
	case -ENODEV:
		return err_set(e, EXIT_UNAVAILABLE, "%s is leaving: its provider is being unbound",
			       name);
	case -ENXIO:
		return err_set(e, EXIT_UNAVAILABLE, "the provider could not set %s up: see dmesg",
			       name);
	case -EPERM:
	case -EACCES:
		return err_set(e, EXIT_UNAVAILABLE, "no permission to claim %s: run as root", name);
	default:
		return err_set(e, EXIT_UNAVAILABLE, "%s could not be claimed: %s", name,
			       strerror(-ret));
	}
}
