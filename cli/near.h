/* SPDX-License-Identifier: GPL-2.0 */
/* The word that was probably meant. */
#ifndef DMACTL_NEAR_H
#define DMACTL_NEAR_H

#include <stddef.h>

/* Letters to change, add or leave out between two words. */
size_t near_distance(const char *a, const char *b);
/* Whether a word at this distance may be a slip of one of that length. */
size_t near_limit(const char *word);

#endif
