/* SPDX-License-Identifier: GPL-2.0 */
/* The commands that measure operations. */
#ifndef DMACTL_MEASURE_CMD_H
#define DMACTL_MEASURE_CMD_H

#include "job.h"

struct measure_cmd {
	const char *name;
	unsigned int opcode;
	const struct argp *argp;	/* its input is a struct mopts */
};

extern const struct argp xor_argp, pq_argp, interleave_argp, sg_argp;

const struct measure_cmd *measure_cmd(size_t i);	/* NULL when there are no more */
const struct measure_cmd *measure_cmd_find(const char *name);

#endif
