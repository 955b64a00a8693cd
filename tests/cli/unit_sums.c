// SPDX-License-Identifier: GPL-2.0
/* The field of RAID-6, against known answers and a second way to compute them. */
#include <string.h>

#include "gf.h"
#include "tap.h"

/* Multiply as polynomials over GF(2), then divide by the one of RAID-6. */
static uint8_t schoolbook(uint8_t a, uint8_t b)
{
	unsigned int product = 0;

	for (int i = 0; i < 8; i++)
		if (b & 1 << i)
			product ^= (unsigned int)a << i;
	for (int i = 14; i >= 8; i--)
		if (product & 1U << i)
			product ^= 0x11dU << (i - 8);
	return (uint8_t)product;
}

static void test_products(void)
{
	bool right = true, inverse = true;

	for (unsigned int a = 0; a < 256; a++) {
		unsigned int ones = 0;

		for (unsigned int b = 0; b < 256; b++) {
			uint8_t product = gf_mul((uint8_t)a, (uint8_t)b);

			right &= product == schoolbook((uint8_t)a, (uint8_t)b);
			ones += product == 1;
		}
		inverse &= ones == (a ? 1 : 0);
	}
	ok(right, "all 65536 products are those of long multiplication and division by 0x11d");
	ok(inverse, "every element but zero has one inverse");
	ok(gf_mul(0x02, 0x8e) == 1, "that of {02} is {8e}");
	ok(gf_mul(0x80, 2) == 0x1d, "{80} times {02} is {1d}: with 0x11b it would be {1b}");
}

/* The powers of {02} as tables of RAID-6 and of QR codes print them. */
static void test_powers(void)
{
	static const uint8_t table[] = {
		0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1d, 0x3a, 0x74, 0xe8,
		0xcd, 0x87, 0x13, 0x26, 0x4c, 0x98, 0x2d, 0x5a, 0xb4, 0x75, 0xea, 0xc9,
		0x8f, 0x03, 0x06, 0x0c, 0x18, 0x30, 0x60, 0xc0, 0x9d, 0x27, 0x4e, 0x9c,
		0x25, 0x4a, 0x94, 0x35, 0x6a, 0xd4, 0xb5, 0x77, 0xee, 0xc1, 0x9f, 0x23,
	};
	bool seen[256] = { false }, right = true, all = true;

	for (unsigned int i = 0; i < NR(table); i++)
		right &= gf_coef(i) == table[i];
	ok(right, "the first 48 powers of {02} are the published ones");
	ok(gf_coef(254) == 0x8e && gf_coef(255) == 1, "{02}^254 is {8e}, and {02}^255 is 1");
	for (unsigned int i = 0; i < 255; i++)
		seen[gf_coef(i)] = true;
	for (unsigned int i = 1; i < 256; i++)
		all &= seen[i];
	ok(all && !seen[0], "{02} generates every element but zero");
}

/* Six "disks" of one byte, worked out by hand: Q = 01*1 ^ 02*2 ^ 04*4 ^ 08*8 ^ 10*10 ^ 20*20. */
static void test_sums(void)
{
	static const uint8_t disk[] = { 0x01, 0x02, 0x04, 0x08, 0x10, 0x20 };
	uint8_t p = 0, q = 0, horner = 0, block[300], sum[300], want[300];
	bool right = true;

	for (unsigned int i = 0; i < NR(disk); i++) {
		gf_add(&p, &disk[i], 1);
		gf_mul_add(&q, &disk[i], gf_coef(i), 1);
	}
	ok(p == 0x3f, "P of six disks");
	ok(q == (0x01 ^ 0x04 ^ 0x10 ^ 0x40 ^ 0x1d ^ 0x74), "Q of six disks");
	memset(sum, 0, sizeof(sum));
	memset(want, 0, sizeof(want));
	for (int i = 19; i >= 0; i--) {
		for (size_t k = 0; k < sizeof(block); k++)
			block[k] = (uint8_t)tap_random();
		gf_mul_add(sum, block, gf_coef((unsigned int)i), sizeof(block));
		/* Horner's rule, as the kernel's raid6 does it: the last disk first. */
		for (size_t k = 0; k < sizeof(block); k++)
			want[k] = schoolbook(want[k], 2) ^ block[k];
		right &= i || !memcmp(sum, want, sizeof(sum));
	}
	ok(right, "Q of 20 disks by coefficients and by Horner's rule");
	for (unsigned int i = 0; i < 3; i++)
		horner ^= schoolbook(0x5a, gf_coef(i));
	q = 0;
	for (unsigned int i = 0; i < 3; i++)
		gf_mul_add(&q, (const uint8_t *)"\x5a", gf_coef(i), 1);
	ok(q == horner && q != 0x5a, "equal disks do not make Q a copy");
}

int main(void)
{
	test_products();
	test_powers();
	test_sums();
	return tap_done();
}
