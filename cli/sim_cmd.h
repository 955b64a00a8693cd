/* SPDX-License-Identifier: GPL-2.0 */
/* The verbs of dmactl sim. */
#ifndef DMACTL_SIM_CMD_H
#define DMACTL_SIM_CMD_H

#include "cmd.h"
#include "simfs.h"

int sim_create(struct ctx *ctx, int argc, char **argv);
int sim_destroy(struct ctx *ctx, int argc, char **argv);
int sim_list(struct ctx *ctx, int argc, char **argv);
int sim_profiles(struct ctx *ctx, int argc, char **argv);
int sim_fault(struct ctx *ctx, int argc, char **argv);

/* The defects, by attribute; NULL ends them. */
extern const char *const sim_kinds[];

/* dma-sim's tree is there, loaded if it can be; -1 with ctx->err. */
int sim_need(struct ctx *ctx);
/* A sentence for a file operation that failed: -1. */
int sim_refused(struct ctx *ctx, int ret, const char *what, const char *name);
bool sim_good_name(const char *name);

#endif
