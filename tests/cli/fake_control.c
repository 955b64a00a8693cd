// SPDX-License-Identifier: GPL-2.0
/* The fake's channels, quarantine and events. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake.h"

#define OP(x)	(1ULL << DMACTL_OP_##x)
#define BIT(x)	(1ULL << DMACTL_A_CHANNEL_##x)
#define T(x)	DMACTL_TRAIT_##x
#define EVENT(x)	(1ULL << DMACTL_A_EVENT_##x)
/* clang-format off */
#define BASE	(BIT(NAME) | BIT(STABLE) | BIT(STATE) | BIT(TRAITS) | BIT(OPERATIONS) | \
		 BIT(MAX_SEGMENT) | BIT(MASK_BITS) | BIT(ALIGN_COPY) | BIT(ALIGN_FILL) | \
		 BIT(DONE) | BIT(BYTES) | BIT(FAILED) | BIT(TIMED_OUT) | BIT(ABORTED) | \
		 BIT(RETRIES) | BIT(LATE) | BIT(CLAIMS) | BIT(USERS) | BIT(IN_FLIGHT) | NEW)
/* What the first module did not tell. */
#define NEW	(BIT(LATENCY_COUNT) | BIT(LATENCY_SUM_NS) | BIT(LATENCY_MAX_NS) | BIT(STREAMS) | \
		 BIT(PERIODS) | BIT(PERIODS_DROPPED) | BIT(SUBMITTED))

#define IOAT	.device = "0000:00:04.0", .driver = "ioatdma", .max_segment = 1 << 20, \
		.mask_bits = 64, .node = 1, .present = BASE | BIT(NODE) | BIT(MAX_XOR), \
		.operations = OP(MEMCPY) | OP(INTERRUPT) | OP(XOR), .max_xor = 8, \
		.traits = T(RELEASE)
#define PL330	.device = "12680000.dma", .driver = "dma-pl330", .max_segment = 65535, \
		.mask_bits = 32, .present = BASE | BIT(RESIDUE) | BIT(SRC_WIDTHS) | \
		BIT(DST_WIDTHS), \
		.operations = OP(MEMCPY) | OP(SLAVE_SG) | OP(CYCLIC), .residue = 1, \
		.src_widths = 0x16, .dst_widths = 0x16, .min_burst = 1, .max_burst = 16, \
		.traits = T(TERMINATE) | T(PRIVATE) | T(SLAVE) | T(PAUSE)
#define SIM	.device = "dma-sim.0", .driver = "dma-sim", .max_segment = 1 << 20, \
		.mask_bits = 64, .present = BASE, \
		.operations = OP(MEMCPY) | OP(MEMSET) | OP(INTERRUPT), \
		.traits = T(TERMINATE) | T(SYNCHRONIZE) | T(PRIVATE) | T(SIMULATED) | T(RELEASE)

static struct channel channels[] = {
	{ .name = "dma0chan0", .stable = "0000:00:04.0/0", IOAT, .done = 12, .bytes = 49152 },
	{ .name = "dma0chan1", .stable = "0000:00:04.0/1", IOAT },
	{ .name = "dma1chan0", .stable = "12680000.dma/0", PL330,
	  .state = DMACTL_CHANNEL_STATE_KERNEL, .users = 1 },
	{ .name = "dma1chan1", .stable = "12680000.dma/1", PL330 },
	{ .name = "dma1chan2", .stable = "12680000.dma/2", PL330,
	  .state = DMACTL_CHANNEL_STATE_KERNEL, .users = 1 },
	{ .name = "dma2chan0", .stable = "dma-sim.0/0", SIM },
	{ .name = "dma2chan1", .stable = "dma-sim.0/1", SIM, .state = DMACTL_CHANNEL_STATE_BUSY,
	  .session = 7, .pid = 4242, .command = "fio", .in_flight = 3, .users = 1 },
	{ .name = "dma2chan2", .stable = "dma-sim.0/2", SIM,
	  .state = DMACTL_CHANNEL_STATE_QUARANTINED, .timed_out = 1, .aborted = 3 },
	{ .name = "dma2chan3", .stable = "dma-sim.0/3", SIM, .align_copy = 4, .align_fill = 4 },
	{ .name = "dma2chan4", .stable = "dma-sim.0/4", SIM,
	  .state = DMACTL_CHANNEL_STATE_CLAIMED, .session = 8, .users = 1 },
	{ .name = "dma2chan5", .stable = "dma-sim.0/5", SIM,
	  .state = DMACTL_CHANNEL_STATE_STOPPING },
	{ .name = "dma2chan6", .stable = "dma-sim.0/6", SIM,
	  .state = DMACTL_CHANNEL_STATE_LEAVING },
};

/* clang-format on */

#define NR	(sizeof(channels) / sizeof(channels[0]))

static bool loaded;
static long looks;		/* of top: how often it asked for the channels */

/* All that a channel may have, and values that no text knows. */
static void enrich(struct channel *c)
{
	c->present |= BIT(MAX_MAPPING) | BIT(ALIGN_XOR) | BIT(ALIGN_PQ) | BIT(MAX_PQ) |
		      BIT(RESIDUE) | BIT(DIRECTIONS) | BIT(MIN_BURST) | BIT(MAX_BURST) |
		      BIT(MAX_SG_BURST);
	c->operations |= OP(PQ) | OP(XOR_VAL) | OP(PQ_VAL) | OP(MEMSET_SG) | OP(INTERLEAVED) |
			 1 << 12;
	c->traits |= T(SLAVE) | T(PAUSE) | T(RESUME) | T(REUSE) | 1U << 12;
	c->max_mapping = 1 << 30;
	c->align_xor = 64;
	c->align_pq = 5;
	c->max_pq = 16;
	c->max_sg_burst = 4;
	c->directions = 6;
	c->residue = 9;
	c->state = 9;
}

/* A simulated channel that does every operation. */
static void empower(struct channel *c)
{
	c->present |= BIT(DIRECTIONS) | BIT(SRC_WIDTHS) | BIT(DST_WIDTHS) | BIT(MAX_BURST) |
		      BIT(MAX_XOR) | BIT(MAX_PQ);
	c->operations = 0x3ff;
	c->traits |= T(SLAVE);
	c->directions = 0xf;
	c->src_widths = 0x116;
	c->dst_widths = 0x116;
	c->max_burst = 16;
	c->max_xor = 8;
	c->max_pq = 8;
}

/* One that has rings, and pauses. */
static void bend(struct channel *c)
{
	c->operations |= OP(CYCLIC);
	c->traits |= T(PAUSE) | T(RESUME);
	c->present |= BIT(RESIDUE);
	c->residue = fake_is("coarse") ? 0 : fake_is("segment") ? 1 : 2;
	if (fake_is("nopause"))
		c->traits &= ~T(PAUSE);
	if (fake_is("noresume"))
		c->traits &= ~T(RESUME);
}

static void shape(void)
{
	for (size_t i = 5; fake_is("ring") && i < NR; i++) {
		empower(&channels[i]);
		bend(&channels[i]);
	}
	for (size_t i = 5; fake_is("able") && i < NR; i++)
		empower(&channels[i]);
	if (fake_is("pl330"))
		bend(&channels[3]);
	if (fake_is("oneway"))
		channels[5].directions = 1U << 1;
	if (fake_is("rich"))
		enrich(&channels[1]);
	if (fake_is("long")) {
		strcpy(channels[3].stable, "soc:bus@40000000:dma-controller@12680000/1");
		strcpy(channels[3].driver, "a-driver-of-dma");
	}
	if (fake_is("dmatest")) {
		channels[3].traits &= ~T(SLAVE);
		channels[3].state = DMACTL_CHANNEL_STATE_KERNEL;
	}
	for (size_t i = 0; fake_is("old") && i < NR; i++)
		channels[i].present &= ~NEW;
	channels[6].present |= BIT(SESSION) | BIT(PID) | BIT(COMMAND);
	channels[8].traits |= DMACTL_TRAIT_NO_ORDER;
	channels[9].present |= BIT(SESSION);
	for (size_t i = 2; i < 5; i++) {
		if (fake_is("lpss")) {
			strcpy(channels[i].driver, "idma64");
			channels[i].operations = OP(SLAVE_SG);
		}
		if (fake_is("bcm"))
			strcpy(channels[i].driver, "bcm2835-dma");
	}
	if (fake_is("siblingbusy"))
		channels[1].state = DMACTL_CHANNEL_STATE_KERNEL;
	if (fake_is("noslash"))
		strcpy(channels[0].stable, "nowhere");
	if (fake_is("useless"))
		channels[3].operations = OP(CYCLIC);
	if (fake_is("outside"))
		channels[6].pid = 0;
	if (fake_is("nobodys")) {
		channels[6].present &= ~BIT(SESSION);
		channels[6].command[0] = '\0';
		channels[9].present |= BIT(PID);
		channels[9].pid = 99;
	}
}

const struct channel *fake_channel(const char *name)
{
	for (size_t i = 0; i < NR; i++)
		if (!strcmp(channels[i].stable, name) || !strcmp(channels[i].name, name))
			return &channels[i];
	return NULL;
}

/* Between two looks the engines work on; what has no word of its own goes on in any case. */
static void move(void)
{
	looks++;
	if (!fake_is("moving"))
		return;
	channels[6].done += 2000;
	channels[6].bytes += 2000 * 65536;
	if (!fake_is("old")) {
		channels[6].latency_count += 2000;
		channels[6].latency_sum_ns += 2000 * 52300 + 1000 * looks;
		channels[6].latency_max_ns = 81000;
		channels[8].streams = 1;
		channels[8].periods += 48;
		channels[8].periods_dropped = 2;
	}
	channels[8].state = DMACTL_CHANNEL_STATE_BUSY;
	channels[8].present |= BIT(SESSION) | BIT(PID) | BIT(COMMAND);
	channels[8].session = 9;
	channels[8].pid = 77;
	strcpy(channels[8].command, "arecord");
	channels[8].in_flight = 1;
	channels[8].operations |= OP(CYCLIC);
	channels[8].bytes += 192000;
	channels[9].state = DMACTL_CHANNEL_STATE_BUSY;
	channels[9].in_flight = 2;
	channels[9].failed = 3;
	if (fake_fault("restart") && looks == fake_fault("restart"))
		channels[6].done = channels[6].bytes = 5;
}

/* The module goes, and perhaps comes back. */
static bool unloaded(void)
{
	static long asked;

	return fake_fault("unload") && looks >= fake_fault("unload") &&
	       (!fake_fault("reload") || ++asked < fake_fault("reload"));
}

/* There from the third look on, or only until then. */
static bool away(size_t i)
{
	return fake_is("coming") && ((i == 4 && looks < 3) || (i == 11 && looks >= 3));
}

int fake_connect(void)
{
	if (unloaded())
		return -ENOENT;
	if ((fake_is("nomodule") || fake_is("loadable")) && !loaded)
		return -ENOENT;
	if (fake_is("nonetlink"))
		return -EPROTONOSUPPORT;
	shape();
	return 0;
}

void fake_disconnect(void)
{
}

int fake_modprobe(const char *module, const char *parameter)
{
	fake_log("modprobe %s%s%s\n", module, parameter ? " " : "", parameter ? parameter : "");
	if (!strcmp(module, "dma-sim")) {
		if (fake_is("nosim"))
			return -ENODEV;
		fake_files_add("/sys/kernel/config/dma-sim", NULL);
		return 0;
	}
	loaded = fake_is("loadable");
	return loaded ? 0 : -ENODEV;
}

bool fake_privileged(void)
{
	return !fake_is("user");
}

int fake_channels(struct vec *out, struct err *e)
{
	struct channel *c;

	if (fake_is("brokennetlink"))
		return err_set(e, EXIT_FAILED, "netlink: out of memory");
	move();
	if (fake_fault("unload") && looks >= fake_fault("unload"))
		if (looks == fake_fault("unload") || unloaded())
			return err_set(e, EXIT_FAILED, "netlink: Object not found");
	for (size_t i = 0; i < NR; i++) {
		if (fake_is("nochannels") || (fake_is("onlysim") && i < 5) ||
		    (fake_is("noneusable") && !channels[i].state) ||
		    (fake_is("calm") && channels[i].state) || (fake_is("left") && i == 7) ||
		    away(i))
			continue;
		c = vec_add(out, sizeof(*c));
		*c = channels[i];
	}
	return 0;
}

int fake_sessions(struct vec *out, struct err *e)
{
	struct session_info *s = vec_add(out, sizeof(*s));

	(void)e;
	*s = (struct session_info){
		.id = 7,
		.pid = 4242,
		.command = "fio",
		.channels = 1,
		.buffers = 2,
		.bytes = 131072,
		.in_flight = 3,
	};
	if (!fake_is("moving"))
		return 0;
	s = vec_add(out, sizeof(*s));
	*s = (struct session_info){ .id = 8, .channels = 1, .unreaped = 4 };
	return 0;
}

int fake_quarantines(struct vec *out, struct err *e)
{
	struct quarantine *q;

	if (fake_is("noquarantines"))
		return err_set(e, EXIT_FAILED, "netlink: no answer");
	if (fake_is("nochannels") || fake_is("calm"))
		return 0;
	q = vec_add(out, sizeof(*q));
	*q = (struct quarantine){
		.stable = "dma-sim.0/2",
		.name = "dma2chan2",
		.bytes = 73728,
		.requests = 4,
		.age_ns = 290000000,
		.leaked = fake_is("leaked"),
	};
	return 0;
}

/* Of what is behind each: a channel that is free, held, not there, or given to nobody. */
static const struct {
	struct line line;
	const char *leads;
	int ret;
} lines[] = {
	{ { "20000000.fifo:tx", "", 4, 8 }, "12680000.dma/1", 0 },
	{ { "20000000.fifo:rx", "dma-sim.0/1", 4, 8 }, NULL, -EBUSY },
	{ { "20010000.adc:data", "", 2, 0 }, NULL, -EAGAIN },
	{ { "20020000.dac:data", "", 2, 0 }, NULL, -ENXIO },
	{ { "20030000.can:rx", "", 1, 0 }, NULL, -ENODEV },
	{ { "20040000.i2s:rx", "", 4, 0 }, NULL, -EBUSY },
	{ { "20050000.uart:tx", "", 1, 0 }, "dma-sim.0/0", 0 },
	{ { "20060000.spi:tx", "", 1, 0 }, NULL, -EIO },
};

int fake_lines(struct vec *out, struct err *e)
{
	if (fake_is("nolines"))
		return err_set(e, EXIT_FAILED, "netlink: Operation not supported");
	for (size_t i = 0; fake_is("lines") && i < sizeof(lines) / sizeof(lines[0]); i++)
		*(struct line *)vec_add(out, sizeof(struct line)) = lines[i].line;
	return 0;
}

const struct channel *fake_line(const char *name, int *ret)
{
	*ret = -ENOENT;
	if (!strcmp(name, "20070000.late:tx"))
		*ret = -EAGAIN;
	for (size_t i = 0; fake_is("lines") && i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (strcmp(name, lines[i].line.name))
			continue;
		*ret = lines[i].ret;
		return lines[i].leads ? fake_channel(lines[i].leads) : NULL;
	}
	return NULL;
}

int fake_events_open(struct err *e)
{
	if (fake_is("noevents"))
		return err_set(e, EXIT_UNAVAILABLE, "the module has no events");
	return 0;
}

/* clang-format off */
static const struct event script[] = {
	{ .type = DMACTL_EVENT_TYPE_CLAIM, .session = 3, .name = "dma2chan0",
	  .stable = "dma-sim.0/0", .time_ns = 1000000001000ULL, .present = EVENT(SESSION) },
	{ .type = DMACTL_EVENT_TYPE_TIMEOUT, .session = 3, .name = "dma2chan0",
	  .stable = "dma-sim.0/0", .time_ns = 1000500000000ULL, .requests = 4,
	  .present = EVENT(SESSION) | EVENT(REQUESTS) | EVENT(BYTES) },
	{ .type = DMACTL_EVENT_TYPE_QUARANTINE, .session = 3, .name = "dma2chan0",
	  .stable = "dma-sim.0/0", .time_ns = 1000600000000ULL, .requests = 4, .bytes = 73728,
	  .present = EVENT(SESSION) | EVENT(REQUESTS) | EVENT(BYTES) },
	{ .type = DMACTL_EVENT_TYPE_CHANNEL_DEL, .stable = "dma-sim.0/0",
	  .time_ns = 1001000000000ULL },
	{ .type = 99, .stable = "dma-sim.0/0", .time_ns = 1001000500000ULL, .requests = 1,
	  .present = EVENT(REQUESTS) | EVENT(BYTES) },
	{ .type = DMACTL_EVENT_TYPE_RELEASE, .session = 4, .name = "dma1chan1",
	  .stable = "12680000.dma/1", .time_ns = 1002000000000ULL, .present = EVENT(SESSION) },
};

/* clang-format on */

int fake_events_next(uint64_t timeout_ns, struct event *out)
{
	static bool lost, interrupted;
	static size_t at;

	if (fake_fault("event"))
		return -(int)fake_fault("event");
	if (!interrupted && fake_interrupted()) {
		interrupted = true;
		return -EINTR;
	}
	if (fake_is("lossy") && !lost) {
		lost = true;
		return -ENOBUFS;
	}
	if (at >= sizeof(script) / sizeof(script[0]) - !fake_is("two")) {
		fake_clock += timeout_ns;
		return 0;
	}
	*out = script[at++];
	return 1;
}
