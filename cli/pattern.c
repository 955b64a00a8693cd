// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "pattern.h"

/* splitmix64's finalizer: every input bit reaches every output bit. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

static uint64_t base(uint64_t seed, uint64_t use)
{
	return mix(mix(seed + 0x9e3779b97f4a7c15ULL) + use);
}

/* Eight bytes, the same on either byte order. */
static void word(uint64_t b, uint64_t i, uint8_t out[8])
{
	uint64_t w = mix(b + i * 0x9e3779b97f4a7c15ULL);

	for (int k = 0; k < 8; k++)
		out[k] = (uint8_t)(w >> (8 * k));
}

void pattern_part(uint8_t *p, size_t len, uint64_t seed, uint64_t use, uint64_t from)
{
	uint64_t b = base(seed, use);
	size_t in = from % 8, n;
	uint8_t w[8];

	for (uint64_t i = from / 8; len; i++, p += n, len -= n, in = 0) {
		n = 8 - in < len ? 8 - in : len;
		word(b, i, w);
		if (n == 8)
			memcpy(p, w, 8);
		else
			memcpy(p, w + in, n);
	}
}

void pattern_fill(uint8_t *p, size_t len, uint64_t seed, uint64_t use)
{
	pattern_part(p, len, seed, use, 0);
}

size_t pattern_check(const uint8_t *p, size_t len, uint64_t seed, uint64_t use, uint8_t *expected)
{
	uint64_t b = base(seed, use);
	uint8_t w[8];

	for (size_t i = 0; i < len; i += 8) {
		size_t n = len - i < 8 ? len - i : 8;

		word(b, i / 8, w);
		if (!memcmp(p + i, w, n))
			continue;
		for (size_t k = 0; k < n; k++) {
			if (p[i + k] != w[k]) {
				*expected = w[k];
				return i + k;
			}
		}
	}
	return len;
}

void pattern_invert(uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)~p[i];
}
