/* SPDX-License-Identifier: GPL-2.0 */
/* A seeded choice from a product: every pair of values of two dimensions, all of some triples. */
#ifndef DMACTL_TESTS_COVER_H
#define DMACTL_TESTS_COVER_H

#include "harness.h"

#define DIMS_MAX   8
#define VALUES_MAX 16

struct cover {
	u32 dims;
	u32 size[DIMS_MAX];
	/* Not everything goes with everything. */
	bool (*possible)(const u8 *cell);
	u32 seed;
	u8 (*cells)[DIMS_MAX];
	u32 nr;
	u32 pairs; /* possible ones, all of which are in */
};

/* All triples of the first three dimensions, and all pairs of all; with @all the whole product. */
void cover_make(struct cover *c, bool all);

#endif
