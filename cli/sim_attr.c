// SPDX-License-Identifier: GPL-2.0
/* Options of dmactl sim create: checked here, so that a mistake is told by its option. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chan.h"
#include "cmd.h"
#include "parse.h"
#include "sim_attr.h"

#define AT(key) ((key)-SIM_CHANNELS)

/* In the order of the keys, then what takes one of them back, which a profile may have set. */
static const struct argp_option options[] = {
	{ "channels", SIM_CHANNELS, "N", 0, "Channels, 1 to 64 (4)", 1 },
	{ "descriptors", SIM_DESCRIPTORS, "N", 0, "Descriptors of a channel, 1 to 4096 (1024)", 1 },
	{ "latency", SIM_LATENCY, "TIME", 0, "Time that an operation takes at least (0ns)", 1 },
	{ "bandwidth", SIM_BANDWIDTH, "SIZE", 0, "Bytes per second (without limit)", 1 },
	{ "context", SIM_CONTEXT, "KIND", 0,
	  "Where it completes: softirq, timer, thread or inline "
	  "(softirq)",
	  1 },
	{ "engine", SIM_ENGINE, "copy|null", 0, "Move data, or only complete (copy)", 1 },
	{ "order", SIM_ORDER, "ORDER", 0,
	  "What may overtake: fifo, nothing; window=N, any of the "
	  "first N, 2 to 64; execute=N, likewise, but completed in order (fifo)",
	  1 },
	{ "fence", SIM_FENCE, "honour|ignore", 0, "Whether a fence stops that (honour)", 1 },
	{ "seed", SIM_SEED, "N", 0, "Seed of all that is random (1)", 1 },
	{ "operations", SIM_OPERATIONS, "LIST", 0,
	  "Of memcpy, memset, interrupt, xor, xor-val, pq, pq-val, memset-sg, interleaved, "
	  "slave-sg and repeat, or none (all)",
	  1 },
	{ "mask-bits", SIM_MASK_BITS, "N", 0, "Bits of a DMA address, 32 to 64 (64)", 1 },
	{ "max-segment", SIM_MAX_SEGMENT, "SIZE", 0, "Bytes of one descriptor (4G - 1)", 1 },
	{ "align", SIM_ALIGN, "SIZE", 0, "What it aligns to, a power of two up to 4K (1)", 1 },
	{ "slave-align", SIM_SLAVE_ALIGN, "SIZE", 0,
	  "The same, of segments and periods of slave operations (1)", 1 },
	{ "max-xor", SIM_MAX_XOR, "N", 0, "Sources of one xor, 2 to 255 (8)", 1 },
	{ "max-pq", SIM_MAX_PQ, "N", 0, "Sources of one pq, 2 to 255 (8)", 1 },
	{ "no-continue", SIM_NO_CONTINUE, NULL, 0, "Going on from P and Q takes up sources", 1 },
	{ "widths", SIM_WIDTHS, "LIST", 0,
	  "Bytes of a register's access, of 1, 2, 3, 4 and 8, and 0 for those left open; or "
	  "none: it tells none, and takes all (1,2,4,8)",
	  1 },
	{ "min-burst", SIM_MIN_BURST, "N", 0, "Accesses of the least burst that it tells (1)", 1 },
	{ "max-burst", SIM_MAX_BURST, "N", 0,
	  "Accesses of one burst, up to 16777215; 0: it tells none (16)", 1 },
	{ "max-sg-burst", SIM_MAX_SG_BURST, "N", 0,
	  "Segments that it tells to take at once, up to 65535; 0: it tells none (0)", 1 },
	{ "directions", SIM_DIRECTIONS, "LIST", 0,
	  "Of sg: mem-to-mem, mem-to-dev, dev-to-mem, "
	  "dev-to-dev, or none (all)",
	  1 },
	{ "fifo", SIM_FIFO, "SIZE", 0, "Bytes that loopback holds, up to 1M (64K)", 1 },
	{ "no-cyclic", SIM_NO_CYCLIC, NULL, 0, "It has no cyclic transfers", 1 },
	{ "max-periods", SIM_MAX_PERIODS, "N", 0, "Periods of a cyclic, 1 to 65536 (1024)", 1 },
	{ "rate", SIM_RATE, "SIZE", 0, "Bytes per second of a cyclic, 0: what it can (192000)", 1 },
	{ "no-terminate", SIM_NO_TERMINATE, NULL, 0, "It cannot be stopped", 1 },
	{ "no-synchronize", SIM_NO_SYNCHRONIZE, NULL, 0, "It cannot tell that it has stopped", 1 },
	{ "no-pause", SIM_NO_PAUSE, NULL, 0, "It cannot pause", 1 },
	{ "no-resume", SIM_NO_RESUME, NULL, 0, "It cannot go on after a pause", 1 },
	{ "coalesce", SIM_COALESCE, NULL, 0, "One callback for all periods that are due", 1 },
	{ "residue", SIM_RESIDUE, "KIND", 0,
	  "How finely it knows what is left: descriptor, segment "
	  "or burst (descriptor)",
	  1 },
	{ "no-reports", SIM_NO_REPORTS, NULL, 0, "Callbacks do not tell of failures", 1 },
	{ "prep-blocks", SIM_PREP_BLOCKS, NULL, 0, "prep sleeps while no descriptor is free", 1 },
	{ "public", SIM_PUBLIC, NULL, 0, "async_tx (md-raid) may take it: in test guests only", 1 },
	{ NULL, 0, NULL, 0, "To have again what a profile has not:", 2 },
	{ "continue", SIM_CONTINUE, NULL, 0, "Undo --no-continue", 2 },
	{ "cyclic", SIM_CYCLIC, NULL, 0, "Undo --no-cyclic", 2 },
	{ "terminate", SIM_TERMINATE, NULL, 0, "Undo --no-terminate", 2 },
	{ "synchronize", SIM_SYNCHRONIZE, NULL, 0, "Undo --no-synchronize", 2 },
	{ "pause", SIM_PAUSE, NULL, 0, "Undo --no-pause", 2 },
	{ "resume", SIM_RESUME, NULL, 0, "Undo --no-resume", 2 },
	{ "no-coalesce", SIM_NO_COALESCE, NULL, 0, "Undo --coalesce", 2 },
	{ "reports", SIM_REPORTS, NULL, 0, "Undo --no-reports", 2 },
	{ "no-prep-blocks", SIM_NO_PREP_BLOCKS, NULL, 0, "Undo --prep-blocks", 2 },
	{ 0 },
};

static const char *const contexts[] = { "softirq", "timer", "thread", "inline", NULL };
static const char *const engines[] = { "copy", "null", NULL };
static const char *const fences[] = { "honour", "ignore", NULL };
static const char *const residues[] = { "descriptor", "segment", "burst", NULL };

/* How the value of an option becomes that of an attribute: by one of @parse, @words and @set. */
struct rule {
	const char *attr, *want;
	parse_fn parse;
	uint64_t least, most;
	const char *const *words;
	const char *set, *back; /* the option has no value; that of its opposite */
};

/* clang-format off */
static const struct rule rules[NR_SIM_ATTRS] = {
	[AT(SIM_CHANNELS)] = { "channels", "a number from 1 to 64", parse_number, 1, 64 },
	[AT(SIM_DESCRIPTORS)] = { "descriptors", "a number from 1 to 4096", parse_number, 1, 4096 },
	[AT(SIM_LATENCY)] = { "latency_ns", "a time up to 10s: a number with ns, us, ms or s",
			      parse_time, 0, 10000000000ULL },
	[AT(SIM_BANDWIDTH)] = { "bandwidth", "a size per second", parse_size, 0, UINT64_MAX },
	[AT(SIM_CONTEXT)] = { "context", "softirq, timer, thread or inline", .words = contexts },
	[AT(SIM_ENGINE)] = { "engine", "copy or null", .words = engines },
	[AT(SIM_ORDER)] = { "order" },
	[AT(SIM_FENCE)] = { "fence", "honour or ignore", .words = fences },
	[AT(SIM_SEED)] = { "seed", "a number", parse_number, 0, UINT64_MAX },
	[AT(SIM_OPERATIONS)] = { "operations" },
	[AT(SIM_MASK_BITS)] = { "mask_bits", "a number from 32 to 64", parse_number, 32, 64 },
	[AT(SIM_MAX_SEGMENT)] = { "max_segment", "a size from 1 to 4G - 1", parse_size, 1,
				  UINT32_MAX },
	[AT(SIM_ALIGN)] = { "align" },
	[AT(SIM_SLAVE_ALIGN)] = { "slave_align" },
	[AT(SIM_MAX_XOR)] = { "max_xor", "a number from 2 to 255", parse_number, 2, 255 },
	[AT(SIM_MAX_PQ)] = { "max_pq", "a number from 2 to 255", parse_number, 2, 255 },
	[AT(SIM_NO_CONTINUE)] = { "pq_continue", .set = "0", "1" },
	[AT(SIM_WIDTHS)] = { "widths" },
	[AT(SIM_MIN_BURST)] = { "min_burst", "a number up to 16777215", parse_number, 0, 0xffffff },
	[AT(SIM_MAX_BURST)] = { "max_burst", "a number up to 16777215", parse_number, 0, 0xffffff },
	[AT(SIM_MAX_SG_BURST)] = { "max_sg_burst", "a number up to 65535", parse_number, 0, 65535 },
	[AT(SIM_DIRECTIONS)] = { "directions" },
	[AT(SIM_FIFO)] = { "fifo", "a size from 4 to 1M", parse_size, 4, 1 << 20 },
	[AT(SIM_NO_CYCLIC)] = { "cyclic", .set = "0", "1" },
	[AT(SIM_MAX_PERIODS)] = { "max_periods", "a number from 1 to 65536", parse_number, 1,
				  65536 },
	[AT(SIM_RATE)] = { "rate", "a size per second up to 10000000000", parse_size, 0,
			   10000000000ULL },
	[AT(SIM_NO_TERMINATE)] = { "terminate", .set = "0", "1" },
	[AT(SIM_NO_SYNCHRONIZE)] = { "synchronize", .set = "0", "1" },
	[AT(SIM_NO_PAUSE)] = { "pause", .set = "0", "1" },
	[AT(SIM_NO_RESUME)] = { "resume", .set = "0", "1" },
	[AT(SIM_COALESCE)] = { "coalesce", .set = "1", "0" },
	[AT(SIM_RESIDUE)] = { "residue", "descriptor, segment or burst", .words = residues },
	[AT(SIM_NO_REPORTS)] = { "reports", .set = "0", "1" },
	[AT(SIM_PREP_BLOCKS)] = { "prep_blocks", .set = "1", "0" },
	[AT(SIM_PUBLIC)] = { "public", .set = "1" },
	[AT(SIM_WINDOW)] = { "window" },
};

/* clang-format on */

/* A value on its way: whose option it is of, for what is wrong with it. */
struct put {
	struct argp_state *st;
	struct sim_attrs *a;
	int key;
};

static void put_number(const struct put *p, int key, uint64_t v)
{
	char *to = p->a->value[AT(key)];

	snprintf(to, sizeof(p->a->value[0]), "%" PRIu64, v);
}

static void put_word(const struct put *p, const char *word)
{
	snprintf(p->a->value[AT(p->key)], sizeof(p->a->value[0]), "%s", word);
}

static void by_rule(const struct put *p, const char *arg)
{
	const struct rule *r = &rules[AT(p->key)];
	uint64_t v;

	for (const char *const *w = r->words; w && *w; w++) {
		if (!strcmp(arg, *w)) {
			put_word(p, arg);
			return;
		}
	}
	if (!r->parse || r->parse(arg, &v) || v < r->least || v > r->most)
		argp_error(p->st, "--%s: '%s' is not %s", sim_attr_option(p->key), arg, r->want);
	put_number(p, p->key, v);
}

static void order(const struct put *p, const char *arg)
{
	size_t n = strcspn(arg, "=");
	uint64_t window = 0;
	bool any = (n == 6 && !strncmp(arg, "window", n)) ||
		   (n == 7 && !strncmp(arg, "execute", n));

	if (strcmp(arg, "fifo") &&
	    (!any || (arg[n] && (parse_number(arg + n + 1, &window) || window < 2 || window > 64))))
		argp_error(p->st,
			   "--order: '%s' is not fifo, window=N or execute=N with N from 2 to "
			   "64",
			   arg);
	snprintf(p->a->value[AT(SIM_ORDER)], sizeof(p->a->value[0]), "%.*s", (int)n, arg);
	if (window)
		put_number(p, SIM_WINDOW, window);
}

static void align(const struct put *p, const char *arg)
{
	uint64_t v;

	if (parse_size(arg, &v) || !v || v > 4096 || (v & (v - 1)))
		argp_error(p->st, "--%s: '%s' is not a power of two up to 4K",
			   sim_attr_option(p->key), arg);
	put_number(p, p->key, (uint64_t)__builtin_ctzll(v));
}

static void widths(const struct put *p, const char *arg)
{
	struct numlist list = { 0 };
	uint64_t mask = 0;

	if (!strcmp(arg, "none")) {
		put_number(p, SIM_WIDTHS, 0);
		return;
	}
	if (parse_list(arg, parse_number, &list))
		list.n = 0;
	for (size_t i = 0; i < list.n; i++)
		mask |= 1ULL << (list.v[i] <= 8 ? list.v[i] : 63);
	free(list.v);
	if (!mask || mask & ~0x11fULL)
		argp_error(p->st, "--widths: '%s' is not none or a list of 0, 1, 2, 3, 4 and 8",
			   arg);
	put_number(p, SIM_WIDTHS, mask);
}

/* A mask of the words of a list. Return: false if one of it is none of them, or is there twice. */
static bool words_mask(const char *arg, const char *const *words, uint64_t *mask)
{
	const char *p = strcmp(arg, "none") ? arg : NULL;
	size_t n, i;

	for (*mask = 0; p; p = p[n] ? p + n + 1 : NULL) {
		n = strcspn(p, ",");
		for (i = 0; words[i] && (strlen(words[i]) != n || strncmp(p, words[i], n)); i++)
			;
		if (!words[i] || *mask & 1ULL << i)
			return false;
		*mask |= 1ULL << i;
	}
	return true;
}

static void directions(const struct put *p, const char *arg)
{
	static const char *const words[] = { "mem-to-mem", "mem-to-dev", "dev-to-mem", "dev-to-dev",
					     NULL };
	uint64_t mask;

	if (!words_mask(arg, words, &mask))
		argp_error(p->st,
			   "--directions: '%s' is not none or a list of mem-to-mem, mem-to-dev, "
			   "dev-to-mem and dev-to-dev",
			   arg);
	put_number(p, SIM_DIRECTIONS, mask);
}

static void operations(const struct put *p, const char *arg)
{
	const char *words[DMACTL_OP_SLAVE_SG + 3] = { NULL };
	uint64_t mask;

	for (unsigned int i = 0; i <= DMACTL_OP_SLAVE_SG; i++)
		words[i] = op_name(i);
	words[DMACTL_OP_SLAVE_SG + 1] = "repeat";
	if (!words_mask(arg, words, &mask))
		argp_error(p->st,
			   "--operations: '%s' is not none or a list of memcpy, memset, interrupt, "
			   "xor, xor-val, pq, pq-val, memset-sg, interleaved, slave-sg and repeat",
			   arg);
	put_number(p, SIM_OPERATIONS, mask);
}

void sim_attr_put(struct argp_state *st, struct sim_attrs *a, int key, const char *arg)
{
	bool back = key >= SIM_BACK(SIM_CHANNELS);
	struct put p = { st, a, back ? key - SIM_BACK(0) : key };
	const struct rule *r = &rules[AT(p.key)];

	if (r->set)
		put_word(&p, back ? r->back : r->set);
	else if (p.key == SIM_ORDER)
		order(&p, arg);
	else if (p.key == SIM_ALIGN || p.key == SIM_SLAVE_ALIGN)
		align(&p, arg);
	else if (p.key == SIM_WIDTHS)
		widths(&p, arg);
	else if (p.key == SIM_DIRECTIONS)
		directions(&p, arg);
	else if (p.key == SIM_OPERATIONS)
		operations(&p, arg);
	else
		by_rule(&p, arg);
}

uint64_t sim_attr_number(const struct sim_attrs *a, int key)
{
	return strtoull(sim_attr_get(a, key), NULL, 10);
}

const char *sim_attr_file(int key)
{
	return rules[AT(key)].attr;
}

const char *sim_attr_option(int key)
{
	for (const struct argp_option *o = options; o->name || o->doc; o++)
		if (o->key == key)
			return o->name;
	return "order";
}

static error_t parse_attr(int key, char *arg, struct argp_state *st)
{
	if ((key < SIM_CHANNELS || key >= SIM_END) &&
	    (key < SIM_BACK(SIM_CHANNELS) || key >= SIM_BACK(SIM_END)))
		return ARGP_ERR_UNKNOWN;
	sim_attr_put(st, st->input, key, arg);
	return 0;
}

const struct argp sim_attr_argp = { .options = options, .parser = parse_attr };
