/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Test data. Each byte depends on the seed, on which use of a buffer it belongs to, and on its
 * offset, so that stale, swapped and shifted data differ from what is expected. A poisoned byte is
 * the complement of the expected one: an untouched byte is always found.
 */
#ifndef DMACTL_PATTERN_H
#define DMACTL_PATTERN_H

#include <stddef.h>
#include <stdint.h>

void pattern_fill(uint8_t *p, size_t len, uint64_t seed, uint64_t use);
/* The same pattern from byte @from on. */
void pattern_part(uint8_t *p, size_t len, uint64_t seed, uint64_t use, uint64_t from);
/* Offset of the first byte that differs from the pattern, or len. @expected is set then. */
size_t pattern_check(const uint8_t *p, size_t len, uint64_t seed, uint64_t use, uint8_t *expected);
void pattern_invert(uint8_t *p, size_t len);

#endif
