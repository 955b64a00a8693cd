/* SPDX-License-Identifier: GPL-2.0 */
/* Known controllers as options of a simulated device. */
#ifndef DMACTL_SIM_PROFILE_H
#define DMACTL_SIM_PROFILE_H

#include "sim_attr.h"

#define PROFILE_LINUX	"6.12.117"	/* what @where and @notes were read from */

struct setting {
	int key;			/* enum sim_attr; 0 ends them */
	const char *value;		/* NULL: the option takes none */
	const char *where;		/* FILE:LINE below drivers/dma, and what is there */
};

struct profile {
	const char *name;
	const char *driver;		/* as dmactl list shows it */
	const char *what;
	const struct setting *set;
	const char *const *notes;	/* what dma-sim does not do as this; NULL ends them */
};

extern const struct profile profiles[];		/* by name; a NULL name ends them */
extern const char *const profile_notes[];	/* what is true of all; NULL ends them */

/* sim_profiles.c */
const struct profile *profile_find(const char *name);
/* All names, with commas; and the one that was probably meant. */
const char *profile_names(char *buf, size_t size);
const char *profile_nearest(const char *name);
/* Puts all of its settings; @st is for a mistake in the table. */
void profile_put(struct argp_state *st, const struct profile *p, struct sim_attrs *a);

#endif
