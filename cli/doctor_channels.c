// SPDX-License-Identifier: GPL-2.0
/* Which channels can be used, and who has the others. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "report.h"

#define SLAVE_OPS ((1ULL << DMACTL_OP_SLAVE_SG) | (1ULL << DMACTL_OP_CYCLIC))

/* Of the channel that was asked for, if one was; it may have left with its provider. */
static bool concerns(const struct doctor *d, const struct channel *asked,
		     const struct quarantine *q)
{
	if (asked)
		return !strcmp(asked->stable, q->stable);
	return !d->channel || !strcmp(d->channel, q->stable) || !strcmp(d->channel, q->name);
}

void doctor_quarantine(struct doctor *d)
{
	const struct channel *asked = NULL;
	struct vec q = { 0 };
	const struct quarantine *v;
	char age[32], size[32];

	if (d->channel)
		asked = chan_show(d->ctx, &d->t, d->channel);
	if (d->ctx->b->quarantines(&q, &d->ctx->err)) {
		doctor_find(d, G_PROBLEM, "", "see dmesg", "%s", d->ctx->err.text);
		return;
	}
	v = q.v;
	for (size_t i = 0; i < q.n; i++) {
		if (!concerns(d, asked, &v[i]))
			continue;
		time_text((double)v[i].age_ns, age, sizeof(age));
		size_text(v[i].bytes, size, sizeof(size));
		if (v[i].leaked)
			doctor_find(d, G_STUCK, "", "only a reboot gives it back",
				    "%s: its provider went while the engine could not be stopped: "
				    "%s of memory is lost for good",
				    v[i].stable, size);
		else
			doctor_find(
				d, G_STUCK, "",
				"it comes back with the callback; else unbind its driver "
				"or reboot; for a simulated one: dmactl sim fault NAME stall --off",
				"%s is in quarantine for %s: %u callback%s owed, %s of memory kept",
				v[i].stable, age, v[i].requests, v[i].requests == 1 ? "" : "s",
				size);
	}
	vec_free(&q);
}

/* One of the operations that are wanted; if not, why the last of them is refused. */
static bool usable(struct doctor *d, const struct channel *c, struct err *e)
{
	for (unsigned int op = 0; op < 64; op++)
		if (d->operations & c->operations & (1ULL << op) &&
		    !chan_refusal(d->ctx, &d->t, c, op, e))
			return true;
	return false;
}

static void find_lacking(struct doctor *d, const struct channel *c)
{
	char has[160];

	d->reason = "operation";
	ops_text(c->operations, ", ", has, sizeof(has));
	if (d->operation)
		doctor_find(d, G_NOTE, "",
			    "take another channel (dmactl list shows what each does), or a "
			    "simulated one: -c sim:any",
			    "%s does no %s: its driver offers %s", c->stable, d->operation, has);
	else if (c->operations && !(c->operations & ~SLAVE_OPS))
		doctor_find(d, G_NOTE,
			    !strcmp(c->driver, "idma64") ?
				    "the DMA engine of an Intel LPSS serves the I2C, SPI and UART "
				    "controller that it is part of: its driver copies no memory" :
				    "it serves peripherals and copies no memory",
			    "take another channel; dmactl sg and cyclic are for such ones",
			    "%s does none of memcpy, memset and interrupt", c->stable);
	else
		doctor_find(d, G_NOTE, "", "take another channel",
			    "%s does none of memcpy, memset and interrupt", c->stable);
	d->reason = "channel";
}

static void look_at(struct doctor *d, const struct channel *c)
{
	struct err e = { 0 };

	if (usable(d, c, &e)) {
		d->usable++;
		d->real += !chan_simulated(c);
		if (d->channel)
			doctor_find(d, G_OK, "", "", "%s can be used%s", c->stable,
				    chan_simulated(c) ? " (it is SIMULATED)" : "");
	} else if (c->state == DMACTL_CHANNEL_STATE_QUARANTINED) {
		return; /* found above */
	} else if (!e.text[0]) {
		find_lacking(d, c);
	} else {
		d->reason = "held";
		doctor_find(d, G_NOTE, "",
			    c->state == DMACTL_CHANNEL_STATE_STOPPING ?
				    "try again in a moment" :
			    c->state == DMACTL_CHANNEL_STATE_LEAVING ?
				    "take another channel" :
				    "take another channel, or end its user",
			    "%s", e.text);
		d->reason = "channel";
	}
}

static void sum_up(struct doctor *d)
{
	uint64_t all = 0;
	const struct channel *c = d->t.channels.v;

	for (size_t i = 0; i < d->t.channels.n; i++)
		all |= c[i].operations;
	if (!d->t.channels.n) {
		d->reason = "no-provider";
		doctor_find(d, G_PROBLEM, "",
			    "load the driver of your controller, or modprobe dma-sim for a "
			    "simulated one",
			    "no dmaengine provider has probed: there is no channel");
	} else if (d->operation && !(all & d->operations)) {
		d->reason = "operation";
		doctor_find(d, G_PROBLEM,
			    "what a channel does is settled by the hardware and its driver: no "
			    "option brings it",
			    "modprobe dma-sim, and take sim:any, which does all operations",
			    "no channel here does %s", d->operation);
	} else if (d->usable) {
		doctor_find(d, G_OK, "", "", "%u of %zu channels can be used, %u of them real",
			    d->usable, d->t.channels.n, d->real);
	} else {
		doctor_find(d, G_PROBLEM, "", "see the notes above",
			    "none of %zu channels can be used", d->t.channels.n);
	}
}

void doctor_channels(struct doctor *d)
{
	const struct channel *c = d->t.channels.v;

	if (d->channel) {
		c = chan_show(d->ctx, &d->t, d->channel);
		if (c)
			look_at(d, c);
		else
			doctor_find(d, G_PROBLEM, "", "", "%s", d->ctx->err.text);
		return;
	}
	for (size_t i = 0; i < d->t.channels.n; i++)
		look_at(d, &c[i]);
	sum_up(d);
}

/* The one that was asked for, or each. */
static const struct channel *asked_for(struct doctor *d, size_t i)
{
	struct err e = d->ctx->err;
	const struct channel *c;

	if (!d->channel)
		return i < d->t.channels.n ? (const struct channel *)d->t.channels.v + i : NULL;
	c = i ? NULL : chan_show(d->ctx, &d->t, d->channel);
	d->ctx->err = e;
	return c;
}

void doctor_public(struct doctor *d)
{
	const struct channel *c, *first = NULL;
	struct err e = { 0 };
	unsigned int nr = 0;

	for (size_t i = 0; (c = asked_for(d, i)); i++) {
		if (c->traits & DMACTL_TRAIT_PRIVATE || !usable(d, c, &e))
			continue;
		if (!nr++)
			first = c;
	}
	if (nr > 1)
		doctor_find(d, G_NOTE, "",
			    "release what you claim when done; claim none that md-raid needs",
			    "%s and %u other%s are public: claiming one takes its device from "
			    "async_tx (md-raid)",
			    first->stable, nr - 1, nr > 2 ? "s" : "");
	else if (nr)
		doctor_find(d, G_NOTE, "",
			    "release it when done; do not claim it while md-raid needs it",
			    "%s is public: claiming it takes its device from async_tx (md-raid)",
			    first->stable);
}

/* "md0 md3", the arrays with parity; "" without. */
static void parity_arrays(const struct backend *b, char *buf, size_t size)
{
	char text[8192], *line, *rest = text;
	size_t n = 0;

	buf[0] = '\0';
	if (b->read_file("/proc/mdstat", text, sizeof(text)) < 0)
		return;
	while ((line = strsep(&rest, "\n")) && n < size) {
		if (strncmp(line, "md", 2) || !strstr(line, " : active") ||
		    (!strstr(line, " raid4 ") && !strstr(line, " raid5 ") &&
		     !strstr(line, " raid6 ")))
			continue;
		n += (size_t)snprintf(buf + n, size - n, "%s%.*s", n ? " " : "",
				      (int)strcspn(line, " "), line);
	}
}

/* async_tx takes the channels of all public devices as it is loaded, arrays or not. */
void doctor_async_tx(struct doctor *d)
{
	char arrays[128], todo[400];
	const struct channel *c;

	if (d->ctx->b->access("/sys/module/async_tx", F_OK))
		return;
	for (size_t i = 0; (c = asked_for(d, i)); i++)
		if (!(c->traits & DMACTL_TRAIT_PRIVATE) && c->state == DMACTL_CHANNEL_STATE_KERNEL)
			break;
	if (!c)
		return;
	parity_arrays(d->ctx->b, arrays, sizeof(arrays));
	if (arrays[0])
		snprintf(todo, sizeof(todo),
			 "take another device; or, as root, stop the arrays that can be spared "
			 "(mdadm --stop of %s), then modprobe -r raid456",
			 arrays);
	else
		snprintf(todo, sizeof(todo), "no array needs it: as root, modprobe -r raid456");
	doctor_find(d, G_NOTE,
		    "it holds every public channel from the moment it is loaded, and the kernel "
		    "gives no other channel of such a device away: one holder blocks them all",
		    todo, "async_tx is loaded (md-raid: %s), and %s is in use",
		    arrays[0] ? arrays : "no array with parity", c->stable);
}

/* What is claimed by name was asked of no request line. */
void doctor_request_line(struct doctor *d)
{
	const struct channel *c;
	struct err e = { 0 };

	if (!d->operation || !(d->operations & SLAVE_OPS))
		return;
	for (size_t i = 0; (c = asked_for(d, i)); i++) {
		if (chan_simulated(c) || c->line[0] || !usable(d, c, &e))
			continue;
		doctor_find(
			d, G_NOTE,
			"a channel that is claimed by its name is connected to no peripheral, "
			"and its own line may be some live peripheral's",
			"as root: modprobe -r dmactl; modprobe dmactl raw_address=1; then "
			"--endpoint buffer or raw:ADDRESS; or try it with -c sim:any --endpoint "
			"loopback",
			"%s has no request line", c->stable);
	}
}
