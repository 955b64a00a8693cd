/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers that look random and are the same for the same seed. */
#ifndef DMACTL_SPLITMIX_H
#define DMACTL_SPLITMIX_H

#include <stdint.h>

static inline uint64_t splitmix(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

#endif
