/* SPDX-License-Identifier: GPL-2.0 */
/* Operations that share bytes although nothing says which one is first. */
#ifndef DMACTL_CHAIN_OVERLAP_H
#define DMACTL_CHAIN_OVERLAP_H

#include "chain.h"

/*
 * Goes through some rounds of each repeat, and checks the places of every statement on the way. A
 * warning for each operation that shares bytes with an earlier one, one of the two writing them.
 */
int chain_overlap(struct chain *c, struct chain_warnings *w, struct chain_error *e);

#endif
