// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "chan.h"
#include "data.h"
#include "pattern.h"
#include "quirk.h"
#include "simfs.h"
#include "worker.h"

#define REGISTER_SEED 0x726567ULL
#define BLOCK	      4096

static bool slave(const struct worker *w)
{
	return w->o->opcode == DMACTL_OP_SLAVE_SG || w->o->opcode == DMACTL_OP_CYCLIC;
}

/* The channel lists this width and this burst: they are not what is refused. */
static bool listed(const struct worker *w)
{
	uint32_t bit = w->o->width < 32 ? 1U << w->o->width : 0;
	const struct channel *c = &w->ch;

	if (w->direction != MEM_TO_DEV && c->src_widths && !(c->src_widths & bit))
		return false;
	if (w->direction != DEV_TO_MEM && c->dst_widths && !(c->dst_widths & bit))
		return false;
	return bit && (!c->max_burst || w->o->burst <= c->max_burst);
}

static int refused(const struct worker *w, int ret, struct err *e)
{
	const char *name = w->claim.name, *ep = endpoint_name(w->o->endpoint);
	bool sim = w->claim.traits & DMACTL_TRAIT_SIMULATED;

	switch (ret) {
	case -EINVAL:
		if (w->o->endpoint == DMACTL_EP_RAW && listed(w))
			return err_set(e, EXIT_UNAVAILABLE,
				       "--endpoint raw: %s does not take the address 0x%" PRIx64,
				       name, w->o->address);
		return err_set(e, EXIT_UNAVAILABLE,
			       "--endpoint %s: %s does not do a width of %" PRIu64
			       " bytes with bursts of %" PRIu64 " (dmactl info %s lists "
			       "them)",
			       ep, name, w->o->width, w->o->burst, name);
	case -EPERM:
		if (w->o->endpoint == DMACTL_EP_RAW)
			return err_set(e, EXIT_UNAVAILABLE,
				       "--endpoint raw: an address needs "
				       "CAP_SYS_RAWIO, the module's parameter raw_address=1, and a "
				       "kernel that is not locked down");
		if (w->ch.line[0])
			return err_set(e, EXIT_UNAVAILABLE,
				       "--endpoint %s: the node of %s allows accesses of %" PRIu32
				       " bytes and its own burst%s%s: more is for root with the "
				       "module's parameter raw_address=1",
				       ep, w->ch.line, w->ch.line_width,
				       w->o->device_flow ? ", and no --flow-control device" : "",
				       quirk_config(w->ch.driver, w->o->endpoint) ?
					       ", and a buffer only where it says "
					       "dmactl,bus-address, which this driver wants" :
					       "");
		if (sim)
			return err_set(e, EXIT_UNAVAILABLE,
				       "--endpoint %s: %s sees memory at other addresses than the "
				       "CPU does (swiotlb=force): which of them a driver takes for "
				       "a register is not known; --endpoint source, sink or "
				       "loopback",
				       ep, name);
		return err_set(e, EXIT_UNAVAILABLE,
			       "--endpoint %s: %s may drive some live peripheral: this is for "
			       "dma-sim, or for root with the module's parameter raw_address=1",
			       ep, name);
	case -EOPNOTSUPP:
		if (w->o->endpoint <= DMACTL_EP_LOOPBACK && !sim)
			return err_set(e, EXIT_UNAVAILABLE,
				       "--endpoint %s: only dma-sim has one, "
				       "and %s is of %s: buffer, line or raw:ADDRESS",
				       ep, name, w->ch.driver);
		if (w->o->endpoint == DMACTL_EP_LINE)
			return err_set(e, EXIT_UNAVAILABLE,
				       "--endpoint line: %s was not taken by its request line: "
				       "-c NODE:LINE does (dmactl list shows the lines)",
				       name);
		return err_set(e, EXIT_UNAVAILABLE, "%s cannot be told of a peripheral", name);
	case -ENODEV:
		return err_set(e, EXIT_FAILED, "the channel is gone: its provider was unbound");
	default:
		return err_set(e, EXIT_FAILED, "%s could not be told of its peripheral: %s", name,
			       strerror(-ret));
	}
}

static int configure(struct worker *w, struct err *e)
{
	uint32_t width = (uint32_t)w->o->width, burst = (uint32_t)w->o->burst;
	struct dmactl_config c = {
		.channel = w->claim.channel,
		.endpoint = w->o->endpoint,
		.flags = quirk_config(w->ch.driver, w->o->endpoint),
	};
	int ret;

	if (w->o->device_flow)
		c.flags |= DMACTL_CONFIG_F_DEVICE_FLOW;
	if (w->direction != MEM_TO_DEV) {
		c.src_width = width;
		c.src_burst = burst;
	}
	if (w->direction != DEV_TO_MEM) {
		c.dst_width = width;
		c.dst_burst = burst;
	}
	if (c.endpoint == DMACTL_EP_BUFFER)
		c.buffer = w->ep.reg;
	if (c.endpoint == DMACTL_EP_RAW)
		c.address = w->o->address;
	ret = w->ctx->b->config(w->session, &c);
	return ret ? refused(w, ret, e) : 0;
}

static int make_register(struct worker *w, struct err *e)
{
	struct dmactl_buf_create c = {
		.kind = DMACTL_BUF_PAGES,
		.channel = w->claim.channel,
		.node = DMACTL_NONE,
		.bytes = w->o->width > 4096 ? w->o->width : 4096,
	};
	int ret = w->ctx->b->buf_create(w->session, &c);

	if (ret)
		return err_set(e, EXIT_UNAVAILABLE, "no memory for the register: %s",
			       strerror(-ret));
	w->ep.reg = c.buffer;
	w->ep.reg_mapped = (size_t)c.mapped;
	w->ep.reg_p = w->ctx->b->buf_map(w->session, c.offset, w->ep.reg_mapped);
	return w->ep.reg_p ? 0 :
			     err_set(e, EXIT_FAILED, "the register could not be mapped: %s",
				     strerror(errno));
}

/* dma-sim's source ends in its sink where both are devices. */
static bool ends_in_sink(const struct worker *w)
{
	return w->o->endpoint == DMACTL_EP_SINK ||
	       (w->o->endpoint == DMACTL_EP_SOURCE && w->direction == DEV_TO_DEV);
}

static void find_sink(struct worker *w)
{
	struct vec sims = { 0 };

	w->ep.number = (unsigned int)strtoul(strrchr(w->ch.stable, '/') + 1, NULL, 10);
	simfs_list(w->ctx->b, &sims);
	for (size_t i = 0; i < sims.n; i++) {
		const struct sim *sim = (const struct sim *)sims.v + i;

		if (!strcmp(sim->dev_name, w->ch.device))
			snprintf(w->ep.sink, sizeof(w->ep.sink), SIMFS_ROOT "/%s/sink", sim->name);
	}
	vec_free(&sims);
}

int endpoint_open(struct worker *w)
{
	w->ep.reg = DMACTL_NONE;
	if (!slave(w))
		return 0;
	if (ends_in_sink(w))
		find_sink(w);
	if (w->o->endpoint == DMACTL_EP_BUFFER && make_register(w, &w->ctx->err))
		return -1;
	return configure(w, &w->ctx->err);
}

void endpoint_close(struct worker *w)
{
	if (w->ep.reg_p)
		w->ctx->b->buf_unmap(w->ep.reg_p, w->ep.reg_mapped);
	w->ep.reg_p = NULL;
}

static int sync_register(struct worker *w, uint32_t direction)
{
	struct dmactl_buf_sync y = {
		.buffer = w->ep.reg,
		.direction = direction,
		.len = w->o->width,
	};
	int ret = w->ctx->b->buf_sync(w->session, &y);

	return ret ? err_set(&w->err, EXIT_FAILED, "the register could not be synced: %s",
			     strerror(-ret)) :
		     0;
}

int endpoint_reset(struct worker *w)
{
	if (!slave(w))
		return 0;
	if (w->o->endpoint == DMACTL_EP_BUFFER) {
		if (sync_register(w, DMACTL_SYNC_CPU))
			return -1;
		pattern_fill(w->slots.reg, sizeof(w->slots.reg), w->o->seed + REGISTER_SEED,
			     ++w->ep.resets);
		memcpy(w->ep.reg_p, w->slots.reg, w->o->width);
		if (sync_register(w, DMACTL_SYNC_DEVICE))
			return -1;
	}
	return configure(w, &w->err);
}

/* "CHANNEL BYTES CRC" a line. */
bool endpoint_sink(const struct worker *w, uint64_t *bytes, uint32_t *crc)
{
	char text[4096], *line, *rest = text;
	unsigned long long n;
	unsigned int channel, sum;

	if (!w->ep.sink[0] || w->ctx->b->read_file(w->ep.sink, text, sizeof(text)) < 0)
		return false;
	while ((line = strsep(&rest, "\n"))) {
		if (sscanf(line, "%u %llu %x", &channel, &n, &sum) != 3 || channel != w->ep.number)
			continue;
		*bytes = n;
		*crc = sum;
		return true;
	}
	return false;
}

static int verify_sink(struct worker *w, size_t n)
{
	struct result *r = w->r;
	uint64_t bytes, got;
	uint32_t crc = 0, sum;
	uint8_t block[BLOCK];

	if (!endpoint_sink(w, &got, &sum))
		return 0;
	for (uint64_t at = 0, len; at < n * w->slots.size; at += len) {
		uint64_t in = at % w->slots.size;

		len = w->slots.size - in < BLOCK ? w->slots.size - in : BLOCK;
		if (w->direction == DEV_TO_DEV)
			slots_stream(at, block, len);
		else
			slots_source(&w->slots, &w->slots.v[at / w->slots.size], 0, in, block, len);
		crc = crc32_z(crc, block, len);
	}
	bytes = n * w->slots.size;
	r->covered += n;
	if ((got == bytes && sum == crc) || r->mismatches++)
		return 0;
	snprintf(r->wrong, sizeof(r->wrong),
		 "the sink took %" PRIu64 " bytes with checksum 0x%08x "
		 "instead of %" PRIu64 " with 0x%08x",
		 got, sum, bytes, crc);
	return 0;
}

static size_t differs(const uint8_t *a, const uint8_t *b, size_t n)
{
	size_t i = 0;

	while (i < n && a[i] == b[i])
		i++;
	return i;
}

/* Read and written at once it keeps its value, whatever was done: that can only be found wrong. */
static void verify_both_ends(struct worker *w)
{
	const uint8_t *is = w->ep.reg_p, *was = w->slots.reg;
	size_t at = differs(is, was, w->o->width);
	struct result *r = w->r;

	if (at < w->o->width && !r->mismatches++)
		snprintf(r->wrong, sizeof(r->wrong),
			 "the register is both ends, and yet it changed: at offset %zu, expected "
			 "0x%02x, found 0x%02x",
			 at, was[at], is[at]);
}

/* The register has what the last operation wrote last: of any slot where the order is not kept. */
static void verify_written(struct worker *w, size_t n, uint64_t base)
{
	size_t width = w->o->width, first = w->claim.traits & DMACTL_TRAIT_NO_ORDER ? 0 : n - 1;
	uint8_t want[sizeof(w->slots.reg)];
	struct result *r = w->r;
	size_t at = 0;

	if (w->slots.size == width)
		r->covered++;
	else
		r->last_values++;
	for (size_t i = first; i < n && at < width; i++) {
		slots_source(&w->slots, &w->slots.v[i], 0, w->slots.size - width, want, width);
		at = differs(w->ep.reg_p, want, width);
	}
	if (at == width || r->mismatches++)
		return;
	r->first = (struct first_wrong){
		.operation = base + n - 1,
		.offset = (int64_t)at,
		.expected = want[at],
		.found = w->ep.reg_p[at],
		.of = "register",
	};
}

static int verify_register(struct worker *w, size_t n, uint64_t base)
{
	if (sync_register(w, DMACTL_SYNC_CPU))
		return -1;
	if (w->direction == DEV_TO_DEV)
		verify_both_ends(w);
	else
		verify_written(w, n, base);
	return sync_register(w, DMACTL_SYNC_DEVICE);
}

int endpoint_verify(struct worker *w, const struct window *win, size_t n, uint64_t base)
{
	bool all = n && win->done == n;

	/* Of operations that failed nobody knows what they sent. */
	if (!slave(w) || !all)
		return 0;
	if (w->o->endpoint == DMACTL_EP_BUFFER && w->direction != DEV_TO_MEM)
		return verify_register(w, n, base);
	if (ends_in_sink(w) && (n == 1 || !(w->claim.traits & DMACTL_TRAIT_NO_ORDER)))
		return verify_sink(w, n);
	return 0;
}
