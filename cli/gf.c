// SPDX-License-Identifier: GPL-2.0
#include "gf.h"

/* Times {02}: what leaves at the top comes back as the polynomial without its x^8. */
static uint8_t times2(uint8_t a)
{
	return (uint8_t)((a << 1) ^ (a & 0x80 ? 0x1d : 0));
}

uint8_t gf_mul(uint8_t a, uint8_t b)
{
	uint8_t sum = 0;

	for (; b; b >>= 1, a = times2(a))
		if (b & 1)
			sum ^= a;
	return sum;
}

uint8_t gf_coef(unsigned int i)
{
	uint8_t c = 1;

	/* {02} generates all 255 elements that are not zero. */
	for (i %= 255; i; i--)
		c = times2(c);
	return c;
}

void gf_add(uint8_t *to, const uint8_t *from, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] ^= from[i];
}

void gf_mul_add(uint8_t *to, const uint8_t *from, uint8_t coef, size_t len)
{
	uint8_t row[256];

	if (coef == 1) {
		gf_add(to, from, len);
		return;
	}
	for (unsigned int v = 0; v < sizeof(row); v++)
		row[v] = gf_mul(coef, (uint8_t)v);
	for (size_t i = 0; i < len; i++)
		to[i] ^= row[from[i]];
}
