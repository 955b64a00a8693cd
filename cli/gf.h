/* SPDX-License-Identifier: GPL-2.0 */
/* GF(2^8) as RAID-6 and dmaengine use it: x^8 + x^4 + x^3 + x^2 + 1 (0x11d), generator {02}. */
#ifndef DMACTL_GF_H
#define DMACTL_GF_H

#include <stddef.h>
#include <stdint.h>

uint8_t gf_mul(uint8_t a, uint8_t b);
/* {02}^i, the coefficient of source i in Q. */
uint8_t gf_coef(unsigned int i);
/* P: to ^= from. */
void gf_add(uint8_t *to, const uint8_t *from, size_t len);
/* Q: to ^= coef * from. */
void gf_mul_add(uint8_t *to, const uint8_t *from, uint8_t coef, size_t len);

#endif
