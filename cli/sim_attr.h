/* SPDX-License-Identifier: GPL-2.0 */
/* The attributes of a simulated device that are fixed while it is live, and their options. */
#ifndef DMACTL_SIM_ATTR_H
#define DMACTL_SIM_ATTR_H

#include <argp.h>
#include <stdint.h>

/* The key of the option that takes back a word without a value. */
#define SIM_BACK(key)	((key) + 0x200)

/* Keys of the options, an attribute each. */
enum sim_attr {
	SIM_CHANNELS = 0x4000,
	SIM_DESCRIPTORS,
	SIM_LATENCY,
	SIM_BANDWIDTH,
	SIM_CONTEXT,
	SIM_ENGINE,
	SIM_ORDER,
	SIM_FENCE,
	SIM_SEED,
	SIM_OPERATIONS,
	SIM_MASK_BITS,
	SIM_MAX_SEGMENT,
	SIM_ALIGN,
	SIM_SLAVE_ALIGN,
	SIM_MAX_XOR,
	SIM_MAX_PQ,
	SIM_NO_CONTINUE,
	SIM_WIDTHS,
	SIM_MIN_BURST,
	SIM_MAX_BURST,
	SIM_MAX_SG_BURST,
	SIM_DIRECTIONS,
	SIM_FIFO,
	SIM_NO_CYCLIC,
	SIM_MAX_PERIODS,
	SIM_RATE,
	SIM_NO_TERMINATE,
	SIM_NO_SYNCHRONIZE,
	SIM_NO_PAUSE,
	SIM_NO_RESUME,
	SIM_COALESCE,
	SIM_RESIDUE,
	SIM_NO_REPORTS,
	SIM_PREP_BLOCKS,
	SIM_PUBLIC,
	SIM_WINDOW,		/* a part of --order */
	SIM_END,
	SIM_CONTINUE = SIM_BACK(SIM_NO_CONTINUE),
	SIM_CYCLIC = SIM_BACK(SIM_NO_CYCLIC),
	SIM_TERMINATE = SIM_BACK(SIM_NO_TERMINATE),
	SIM_SYNCHRONIZE = SIM_BACK(SIM_NO_SYNCHRONIZE),
	SIM_PAUSE = SIM_BACK(SIM_NO_PAUSE),
	SIM_RESUME = SIM_BACK(SIM_NO_RESUME),
	SIM_NO_COALESCE = SIM_BACK(SIM_COALESCE),
	SIM_REPORTS = SIM_BACK(SIM_NO_REPORTS),
	SIM_NO_PREP_BLOCKS = SIM_BACK(SIM_PREP_BLOCKS),
};

#define NR_SIM_ATTRS	(SIM_END - SIM_CHANNELS)

/* As dma-sim's files take them, "" for the default there; index: key - SIM_CHANNELS. */
struct sim_attrs {
	char value[NR_SIM_ATTRS][32];
};

/* Parses all of the options into a struct sim_attrs, its input. */
extern const struct argp sim_attr_argp;

/* The option of @key with @arg (NULL if it takes none) was given: wrong usage if it is bad. */
void sim_attr_put(struct argp_state *st, struct sim_attrs *a, int key, const char *arg);

static inline const char *sim_attr_get(const struct sim_attrs *a, int key)
{
	return a->value[key - SIM_CHANNELS];
}

/* A number, or mask of bits, that has a default in dma-sim. */
uint64_t sim_attr_number(const struct sim_attrs *a, int key);

const char *sim_attr_file(int key);	/* the name of the attribute */
const char *sim_attr_option(int key);	/* of the option, without -- */

#endif
