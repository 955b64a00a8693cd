// SPDX-License-Identifier: GPL-2.0
/* dmactl sim profiles: the controllers that a device can be like, and where that was read. */
#include <stdio.h>
#include <string.h>

#include "chain_report.h"
#include "chan_json.h"
#include "near.h"
#include "report.h"
#include "sim_cmd.h"
#include "sim_profile.h"

#define OPTION_COLUMN 32
#define COLUMNS	      80

struct profiles_args {
	struct ctx *ctx;
	const struct profile *one; /* or NULL: all */
};

const struct profile *profile_find(const char *name)
{
	for (const struct profile *p = profiles; p->name; p++)
		if (!strcmp(name, p->name))
			return p;
	return NULL;
}

const char *profile_names(char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (const struct profile *p = profiles; p->name && n < size; p++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s", n ? ", " : "", p->name);
	return buf;
}

const char *profile_nearest(const char *name)
{
	const struct profile *best = profiles;

	for (const struct profile *p = profiles; p->name; p++)
		if (near_distance(name, p->name) < near_distance(name, best->name))
			best = p;
	return best->name;
}

void profile_put(struct argp_state *st, const struct profile *p, struct sim_attrs *a)
{
	for (const struct setting *s = p->set; s->key; s++)
		sim_attr_put(st, a, s->key, s->value);
}

static void fill_slave(struct channel *c, const struct sim_attrs *a)
{
	static const int told[] = { DMACTL_A_CHANNEL_SRC_WIDTHS, DMACTL_A_CHANNEL_DST_WIDTHS,
				    DMACTL_A_CHANNEL_DIRECTIONS, DMACTL_A_CHANNEL_MIN_BURST,
				    DMACTL_A_CHANNEL_MAX_BURST,	 DMACTL_A_CHANNEL_MAX_SG_BURST,
				    DMACTL_A_CHANNEL_RESIDUE };

	if (!c->directions)
		return;
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		c->present |= 1ULL << told[i];
	c->src_widths = (uint32_t)sim_attr_number(a, SIM_WIDTHS);
	c->dst_widths = c->src_widths;
	c->min_burst = (uint32_t)sim_attr_number(a, SIM_MIN_BURST);
	c->max_burst = (uint32_t)sim_attr_number(a, SIM_MAX_BURST);
	c->max_sg_burst = (uint32_t)sim_attr_number(a, SIM_MAX_SG_BURST);
	while (strcmp(residue_name(c->residue), sim_attr_get(a, SIM_RESIDUE)))
		c->residue++;
}

static void fill_operations(struct channel *c, const struct sim_attrs *a)
{
	uint64_t repeat = 1ULL << (DMACTL_OP_SLAVE_SG + 1);

	c->operations = sim_attr_number(a, SIM_OPERATIONS) & (repeat - 1);
	c->directions = (uint32_t)sim_attr_number(a, SIM_DIRECTIONS);
	if (!c->directions)
		c->operations &= ~(1ULL << DMACTL_OP_SLAVE_SG);
	if (c->directions && sim_attr_number(a, SIM_NO_CYCLIC))
		c->operations |= 1ULL << DMACTL_OP_CYCLIC;
}

static void fill_traits(struct channel *c, const struct sim_attrs *a)
{
	static const struct {
		int key;
		uint32_t trait;
	} switches[] = {
		{ SIM_NO_TERMINATE, DMACTL_TRAIT_TERMINATE },
		{ SIM_NO_SYNCHRONIZE, DMACTL_TRAIT_SYNCHRONIZE },
		{ SIM_NO_PAUSE, DMACTL_TRAIT_PAUSE },
		{ SIM_NO_RESUME, DMACTL_TRAIT_RESUME },
	};

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		if (sim_attr_number(a, switches[i].key))
			c->traits |= switches[i].trait;
	if (!strcmp(sim_attr_get(a, SIM_ORDER), "window"))
		c->traits |= DMACTL_TRAIT_NO_ORDER;
	if (c->directions)
		c->traits |= DMACTL_TRAIT_SLAVE;
}

static void fill_limits(struct channel *c, const struct sim_attrs *a)
{
	uint64_t xors = 1ULL << DMACTL_OP_XOR | 1ULL << DMACTL_OP_XOR_VAL;
	uint64_t pqs = 1ULL << DMACTL_OP_PQ | 1ULL << DMACTL_OP_PQ_VAL;
	uint32_t align = (uint32_t)sim_attr_number(a, SIM_ALIGN);

	c->present |= 1ULL << DMACTL_A_CHANNEL_MAX_SEGMENT | 1ULL << DMACTL_A_CHANNEL_MASK_BITS |
		      1ULL << DMACTL_A_CHANNEL_ALIGN_COPY | 1ULL << DMACTL_A_CHANNEL_ALIGN_FILL |
		      1ULL << DMACTL_A_CHANNEL_ALIGN_XOR | 1ULL << DMACTL_A_CHANNEL_ALIGN_PQ |
		      1ULL << DMACTL_A_CHANNEL_MAX_XOR | 1ULL << DMACTL_A_CHANNEL_MAX_PQ;
	c->max_segment = sim_attr_number(a, SIM_MAX_SEGMENT);
	c->mask_bits = (uint32_t)sim_attr_number(a, SIM_MASK_BITS);
	c->align_copy = align;
	if (c->operations & (1ULL << DMACTL_OP_MEMSET | 1ULL << DMACTL_OP_MEMSET_SG))
		c->align_fill = align;
	if (c->operations & xors) {
		c->align_xor = align;
		c->max_xor = (uint32_t)sim_attr_number(a, SIM_MAX_XOR);
	}
	if (c->operations & pqs) {
		c->align_pq = align;
		c->max_pq = (uint32_t)sim_attr_number(a, SIM_MAX_PQ);
	}
}

/* What dmactl info will tell of its channels, as far as the table decides. */
static void channel_of(const struct profile *p, struct channel *c)
{
	struct sim_attrs a = { 0 };

	memset(c, 0, sizeof(*c));
	profile_put(NULL, p, &a);
	fill_operations(c, &a);
	fill_traits(c, &a);
	fill_limits(c, &a);
	fill_slave(c, &a);
}

static void list_text(void)
{
	char ops[128], size[32];
	struct channel c;

	printf("%-13s %-14s %10s  %s\n", "PROFILE", "STOP", "SEGMENT", "OPERATIONS");
	for (const struct profile *p = profiles; p->name; p++) {
		channel_of(p, &c);
		ops_text(c.operations, " ", ops, sizeof(ops));
		printf("%-13s %-14s %10s  %s\n", p->name, chan_stop_class(&c),
		       size_text(c.max_segment, size, sizeof(size)), ops);
	}
}

/* The rest of a line that has begun and is at OPTION_COLUMN. */
static void rest_text(const char *text)
{
	size_t n, at = OPTION_COLUMN;

	for (; *text; text += n + (text[n] == ' ')) {
		n = strcspn(text, " ");
		if (at > OPTION_COLUMN && at + 1 + n > COLUMNS) {
			printf("\n%*s", OPTION_COLUMN, "");
			at = OPTION_COLUMN;
		}
		printf("%s%.*s", at > OPTION_COLUMN ? " " : "", (int)n, text);
		at += n + (at > OPTION_COLUMN);
	}
	printf("\n");
}

static void notes_text(const char *const *notes)
{
	char text[200];

	for (; *notes; notes++) {
		snprintf(text, sizeof(text), "- %s", *notes);
		chain_wrapped(text, 2);
	}
}

static void one_text(const struct profile *p)
{
	char option[96];
	int n;

	printf("%s: %s, driver %s\nread from Linux " PROFILE_LINUX ", drivers/dma\n\n", p->name,
	       p->what, p->driver);
	for (const struct setting *s = p->set; s->key; s++) {
		n = snprintf(option, sizeof(option), "  --%s %s", sim_attr_option(s->key),
			     s->value ? s->value : "");
		printf("%-*s", OPTION_COLUMN, option);
		if (n >= OPTION_COLUMN)
			printf("\n%*s", OPTION_COLUMN, "");
		rest_text(s->where);
	}
	printf("\nnot as there:\n");
	notes_text(p->notes);
	notes_text(profile_notes);
}

static struct json_object *words(const char *const *list, struct json_object *to)
{
	for (; *list; list++)
		json_object_array_add(to, json_object_new_string(*list));
	return to;
}

static struct json_object *settings_json(const struct profile *p)
{
	struct json_object *list = json_object_new_array();

	for (const struct setting *s = p->set; s->key; s++) {
		struct json_object *o = json_object_new_object();

		js_str(o, "option", sim_attr_option(s->key));
		js_str(o, "value", s->value);
		js_str(o, "source", s->where);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *profile_json(const struct profile *p)
{
	struct json_object *o = json_object_new_object();
	struct channel c;

	channel_of(p, &c);
	js_str(o, "profile", p->name);
	js_str(o, "driver", p->driver);
	js_str(o, "controller", p->what);
	js_str(o, "linux", PROFILE_LINUX);
	chan_json_abilities(o, &c);
	chan_json_limits(o, &c);
	json_object_object_add(o, "settings", settings_json(p));
	json_object_object_add(o, "notes",
			       words(profile_notes, words(p->notes, json_object_new_array())));
	return o;
}

static error_t profiles_opt(int key, char *arg, struct argp_state *st)
{
	struct profiles_args *a = st->input;
	char names[256];

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = a->ctx;
		return 0;
	case ARGP_KEY_ARG:
		if (a->one)
			argp_error(st, "profiles takes one PROFILE, '%s' is a second", arg);
		a->one = profile_find(arg);
		if (!a->one)
			argp_error(st, "there is no profile '%s', but %s; do you mean %s?", arg,
				   profile_names(names, sizeof(names)), profile_nearest(arg));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int sim_profiles(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.parser = profiles_opt,
		.children = children,
		.args_doc = "[PROFILE]",
		.doc = "List the controllers that a device can be like, or tell all of one.",
	};
	struct profiles_args a = { .ctx = ctx };
	struct json_object *list;

	cmd_parse(&argp, argc, argv, &a);
	if (!out_human(ctx)) {
		list = json_object_new_array();
		for (const struct profile *p = profiles; p->name; p++)
			if (!a.one || p == a.one)
				json_object_array_add(list, profile_json(p));
		return out_document(ctx, "profiles", NULL, list, EXIT_OK);
	}
	if (a.one)
		one_text(a.one);
	else
		list_text();
	return EXIT_OK;
}
