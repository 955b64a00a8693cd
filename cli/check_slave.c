// SPDX-License-Identifier: GPL-2.0
/* Slave operations, with a peripheral of dma-sim, or a buffer that stands for a register. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "check_rig.h"
#include "check_slave.h"
#include "pattern.h"
#include "quirk.h"
#include "simfs.h"

#define REGISTER_SEED 0x726567ULL
#define MAX_WIDTH     64
#define BLOCK	      1024

static const struct slave_way {
	uint32_t endpoint, direction;
	const char *what;
} ways[] = {
	[SLAVE_SOURCE] = { DMACTL_EP_SOURCE, DEV_TO_MEM, "from dma-sim's source" },
	[SLAVE_SINK] = { DMACTL_EP_SINK, MEM_TO_DEV, "to dma-sim's sink" },
	[SLAVE_TO_SINK] = { DMACTL_EP_SINK, MEM_TO_MEM, "to dma-sim's sink" },
	[SLAVE_THROUGH] = { DMACTL_EP_SOURCE, DEV_TO_DEV, "from dma-sim's source to its sink" },
	[SLAVE_LOOPBACK] = { DMACTL_EP_LOOPBACK, MEM_TO_DEV, "through dma-sim's FIFO and back" },
	[SLAVE_READ] = { DMACTL_EP_BUFFER, DEV_TO_MEM, "from a buffer used as a register" },
	[SLAVE_WRITE] = { DMACTL_EP_BUFFER, MEM_TO_DEV, "to a buffer used as a register" },
};

/* The name of the simulated device, "" for a real one. */
static void sim_name(const struct rig *r, char *name, size_t size)
{
	struct vec sims = { 0 };
	const struct sim *sim;

	name[0] = '\0';
	simfs_list(r->b, &sims);
	sim = sims.v;
	for (size_t i = 0; i < sims.n; i++)
		if (!strcmp(sim[i].dev_name, r->ch.device))
			snprintf(name, size, "%s", sim[i].name);
	vec_free(&sims);
}

/* "CHANNEL BYTES CRC" a line. */
static bool read_sink(const struct rig *r, uint64_t *bytes, uint32_t *crc)
{
	unsigned int number = (unsigned int)strtoul(strrchr(r->ch.stable, '/') + 1, NULL, 10), nr;
	char name[SIM_NAME_MAX], path[192], text[4096], *line, *rest = text;
	unsigned long long n;
	unsigned int sum;

	sim_name(r, name, sizeof(name));
	snprintf(path, sizeof(path), SIMFS_ROOT "/%s/sink", name);
	if (!name[0] || r->b->read_file(path, text, sizeof(text)) < 0)
		return false;
	while ((line = strsep(&rest, "\n"))) {
		if (sscanf(line, "%u %llu %x", &nr, &n, &sum) != 3 || nr != number)
			continue;
		*bytes = n;
		*crc = sum;
		return true;
	}
	return false;
}

static int config_failed(struct rig *r, int ret)
{
	switch (ret) {
	case -EPERM:
		return rig_skip(r,
				"a buffer as register is for dma-sim, or for whoever may use raw "
				"addresses (module parameter raw_address), and for devices that "
				"see memory where the CPU does");
	case -EOPNOTSUPP:
		return rig_skip(r, "the channel cannot be told of a peripheral");
	default:
		return rig_fail(r, "the channel, told of a peripheral of width %u, says: %s",
				r->config.src_width, strerror(-ret));
	}
}

static int make_register(struct rig *r)
{
	struct err e;

	if (r->reg_area.p)
		return 0;
	if (!area_make(&r->owner, SRC, MAX_WIDTH, &r->reg_area, &e))
		return 0;
	r->reg_area.p = NULL;
	return rig_skip(r, "there is no buffer for the register");
}

static int sync_register(struct rig *r, uint32_t direction)
{
	struct err e;

	return area_sync(&r->owner, &r->reg_area, direction, &e) ? rig_fail(r, "%.500s", e.text) :
								   0;
}

/* Streams begin anew, the register has new data. */
static int configure(struct rig *r)
{
	int ret;

	if (r->config.endpoint == DMACTL_EP_BUFFER) {
		if (make_register(r) || sync_register(r, DMACTL_SYNC_CPU))
			return -1;
		pattern_fill(r->reg, sizeof(r->reg), r->o->seed + REGISTER_SEED, ++r->uses);
		memcpy(r->reg_area.p, r->reg, sizeof(r->reg));
		if (sync_register(r, DMACTL_SYNC_DEVICE))
			return -1;
		r->config.buffer = r->reg_area.id;
	}
	r->config.channel = r->claim.channel;
	r->config.flags = quirk_config(r->ch.driver, r->config.endpoint);
	ret = r->b->config(r->session, &r->config);
	return ret ? config_failed(r, ret) : 0;
}

/* The register was told of first, the data that it gives is known only now. */
static int before(struct rig *r)
{
	if (configure(r))
		return -1;
	return r->config.endpoint == DMACTL_EP_BUFFER ? data_fill(r) : 0;
}

static int check_register(struct rig *r)
{
	const struct trial *t = &r->trials[r->nr - 1];
	uint8_t want[MAX_WIDTH];
	uint32_t width = r->config.dst_width;
	char text[160];

	if (t->direction != MEM_TO_DEV)
		return 0;
	if (sync_register(r, DMACTL_SYNC_CPU))
		return -1;
	pattern_part(want, width, r->o->seed, t->use, t->len - width);
	for (uint32_t i = 0; i < width; i++) {
		if (r->reg_area.p[i] == want[i])
			continue;
		r->f.wrong = (struct wrong){ true, t->len, i, want[i], r->reg_area.p[i] };
		return rig_fail(r, "%s: byte %u of the register expected 0x%02x, found 0x%02x",
				trial_text(t, text, sizeof(text)), i, want[i], r->reg_area.p[i]);
	}
	return 0;
}

static int check_sink(struct rig *r)
{
	uint64_t bytes = 0, got = 0;
	uint32_t crc = 0, sum = 0;
	uint8_t block[BLOCK];
	char text[160];

	for (size_t k = 0; k < r->nr; k++) {
		const struct trial *t = &r->trials[k];

		for (uint64_t at = 0, n; at < t->len; at += n) {
			n = t->len - at < BLOCK ? t->len - at : BLOCK;
			if (t->direction == DEV_TO_DEV)
				slave_stream(t->stream + at, block, n);
			else
				pattern_part(block, n, r->o->seed, t->use, at);
			crc = crc32_z(crc, block, n);
		}
		bytes += t->len;
	}
	if (!read_sink(r, &got, &sum))
		return rig_skip(r, "what the sink took cannot be read (is configfs mounted?)");
	if (got == bytes && sum == crc)
		return 0;
	return rig_fail(r,
			"%s: the sink took %" PRIu64
			" bytes with checksum 0x%08x instead of %" PRIu64 " with 0x%08x",
			trial_text(&r->trials[0], text, sizeof(text)), got, sum, bytes, crc);
}

static int after(struct rig *r)
{
	const struct trial *t = &r->trials[0];

	if (r->config.endpoint == DMACTL_EP_BUFFER)
		return check_register(r);
	if (t->direction == DEV_TO_MEM || r->config.endpoint == DMACTL_EP_LOOPBACK)
		return 0;
	return check_sink(r);
}

void slave_stream(uint64_t from, uint8_t *out, uint64_t len)
{
	for (uint64_t k = 0; k < len; k++, from++)
		out[k] = (uint8_t)((uint32_t)(from / 4) >> (8 * (from % 4)));
}

static uint32_t listed(const struct rig *r, uint32_t direction)
{
	switch (direction) {
	case DEV_TO_MEM:
		return r->ch.src_widths;
	case DEV_TO_DEV:
		return r->ch.src_widths & r->ch.dst_widths;
	default:
		return r->ch.dst_widths;
	}
}

/* Wider than its node says no line goes. */
static uint32_t widths(const struct rig *r, uint32_t direction)
{
	uint32_t all = listed(r, direction);

	return r->ch.line[0] && r->ch.line_width < 31 ? all & ((2U << r->ch.line_width) - 1) : all;
}

static uint32_t usual_width(const struct rig *r, uint32_t direction)
{
	uint32_t all = widths(r, direction);

	if (r->ch.line[0])
		return r->ch.line_width;
	if (!all || all & 1U << 4)
		return 4;
	for (uint32_t w = 1; w < 32; w++)
		if (all & 1U << w)
			return w;
	return 4;
}

/* What a case of this way needs; @width 0: the usual one. */
static int begin(struct rig *r, const struct slave_way *way, uint32_t width)
{
	bool loop = way->endpoint == DMACTL_EP_LOOPBACK;
	uint32_t told = 1U << DMACTL_A_CHANNEL_DIRECTIONS;

	if (way->endpoint < DMACTL_EP_LINE && !(r->claim.traits & DMACTL_TRAIT_SIMULATED))
		return rig_skip(r, "only dma-sim has such a peripheral");
	if (!(r->check->info.features & DMACTL_FEAT_CONFIG))
		return rig_skip(r, "the module knows no peripherals");
	if (r->ch.present & told && !(r->ch.directions & 1U << way->direction))
		return rig_skip(r, "the channel does not go %s", direction_name(way->direction));
	if (loop && r->ch.present & told && !(r->ch.directions & 1U << DEV_TO_MEM))
		return rig_skip(r, "the channel does not go %s", direction_name(DEV_TO_MEM));
	if (!width)
		width = usual_width(r, way->direction);
	r->config = (struct dmactl_config){ .endpoint = way->endpoint };
	if (way->direction != DEV_TO_MEM || loop)
		r->config.dst_width = width;
	if (way->direction == DEV_TO_MEM || way->direction == DEV_TO_DEV || loop)
		r->config.src_width = width;
	if (rig_unit(r, DMACTL_OP_SLAVE_SG) > r->claim.max_segment)
		return rig_skip(r, "one descriptor moves less than a register has");
	r->before = before;
	r->after = after;
	return 0;
}

/* What a loopback's FIFO holds. */
static uint64_t fifo_bytes(const struct rig *r)
{
	char name[SIM_NAME_MAX], text[32];

	sim_name(r, name, sizeof(name));
	if (!name[0])
		return 4096;
	simfs_get(r->b, name, "fifo", text, sizeof(text));
	return text[0] ? strtoull(text, NULL, 10) : 4096;
}

static int try_slave(struct rig *r, const struct slave_way *way, uint64_t n, uint64_t len)
{
	struct trial t = {
		.opcode = DMACTL_OP_SLAVE_SG,
		.direction = way->direction,
		.n = n,
		.len = len,
	};

	if (way->direction == DEV_TO_DEV) {
		t.n = 1;
		/* There is no memory that could be split. */
		if (len > r->claim.max_segment)
			return 0;
	}
	/* A register keeps but what was written last, so each operation is looked at alone. */
	if (way == &ways[SLAVE_WRITE] && r->nr && rig_go(r))
		return -1;
	if (way != &ways[SLAVE_LOOPBACK])
		return rig_try(r, &t);
	if (len > fifo_bytes(r))
		return 0;
	/* Both ends on one channel: what is sent fits into the FIFO, then it is received. */
	if (r->nr + 2 > MAX_TRIALS / 2 && rig_go(r))
		return -1;
	t.use = ++r->uses;
	if (rig_try(r, &t))
		return -1;
	t.direction = DEV_TO_MEM;
	return rig_try(r, &t);
}

int check_slave(struct rig *r)
{
	static const uint64_t units[] = { 1,  2,  3,   4,   5,	 15,   16,   17,  63,
					  64, 65, 255, 256, 257, 1023, 1024, 1025 };
	static const uint64_t segments[] = { 1, 2, 3, 8, 17 };
	const struct slave_way *way = &ways[r->now->arg];
	uint64_t unit;

	if (begin(r, way, 0))
		return -1;
	unit = rig_unit(r, DMACTL_OP_SLAVE_SG);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		for (size_t k = 0; k < sizeof(segments) / sizeof(segments[0]); k++) {
			/* All numbers of segments with some of the lengths. */
			if (segments[k] > units[i] || (k && (i + k) % 3))
				continue;
			if (try_slave(r, way, segments[k], units[i] * unit))
				return -1;
		}
	}
	if (rig_go(r))
		return -1;
	if (!r->f.operations)
		return rig_skip(r, "%" PRIu64 " bytes are more than the FIFO holds", unit);
	return way->direction == DEV_TO_DEV ? rig_say(r, "%s", way->what) :
					      rig_say(r, "%s, 1 to 17 segments", way->what);
}

int check_slave_widths(struct rig *r)
{
	const struct slave_way *way = r->claim.traits & DMACTL_TRAIT_SIMULATED ?
					      &ways[r->now->arg] :
				      r->now->arg == SLAVE_SOURCE ? &ways[SLAVE_READ] :
								    &ways[SLAVE_WRITE];
	uint32_t all = widths(r, way->direction);
	char text[96] = "";
	size_t n = 0;

	if (!all)
		return rig_skip(r, "the channel lists no widths");
	for (uint32_t w = 1; w < 32; w++) {
		if (!(all & 1U << w))
			continue;
		/* The widths that registers have; a FIFO's 3 bytes are no power of two. */
		if (begin(r, way, w))
			return -1;
		for (uint64_t i = 1; i <= 9; i++)
			if (try_slave(r, way, 1, i * 7 * rig_unit(r, DMACTL_OP_SLAVE_SG)))
				return -1;
		if (rig_go(r))
			return -1;
		n += (size_t)snprintf(text + n, n < sizeof(text) ? sizeof(text) - n : 0, "%s%u",
				      n ? ", " : "", w);
		n = n < sizeof(text) ? n : sizeof(text) - 1;
	}
	return rig_say(r, "%s, widths %s", way->what, text);
}

int check_slave_residue(struct rig *r)
{
	const struct finding *f = &r->residue[DMACTL_OP_SLAVE_SG];

	if (check_slave_widths(r))
		return -1;
	if (f->text[0])
		return rig_fail(r, "%s", f->text);
	return rig_say(r, "nothing is left of what ended well");
}
