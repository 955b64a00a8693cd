/* SPDX-License-Identifier: GPL-2.0 */
/* One operation of each kind, over the two buffers of a rig. */
#ifndef DMACTL_TESTS_KINDS_H
#define DMACTL_TESTS_KINDS_H

#include "dm.h"

#define KINDS 10    /* opcodes from 0 on that SUBMIT and RUN take */
#define AREA  4096U /* of one operand */

struct kind {
	struct dmactl_vec vec[4];
	struct dmactl_interleave template;
	struct dmactl_op op;
};

extern const char *const kind_names[KINDS + 1]; /* and CYCLIC */

/* May point to itself: is not to be copied. Areas 0 and 1 of dst are written. */
void kind_make(struct kind *k, const struct rig *r, u32 opcode);
bool kind_writes(u32 opcode); /* to memory of the caller */

#endif
