// SPDX-License-Identifier: GPL-2.0
/* Wrong data often looks like something: like what, for whoever has to mend the driver. */
#include <string.h>

#include "check_rig.h"
#include "gf.h"

#define PART 256

enum look { COPY, AES, ONES, NR_LOOKS };

/* In the field of AES, whose polynomial 0x11b is one bit away from RAID-6's. */
static uint8_t aes_mul(uint8_t a, uint8_t b)
{
	uint8_t sum = 0;

	for (; b; b >>= 1, a = (uint8_t)((a << 1) ^ (a & 0x80 ? 0x1b : 0)))
		if (b & 1)
			sum ^= a;
	return sum;
}

/* What an engine with that mistake writes. */
static void make(const struct rig *r, const struct trial *t, bool q, enum look look, uint64_t from,
		 uint8_t *out, uint64_t len)
{
	uint8_t part[PART], coef;

	memset(out, 0, len);
	for (size_t i = 0; i < (look == COPY ? 1 : t->n); i++) {
		data_source(r, t, i, from, part, len);
		coef = look == AES && q ? gf_coef(t->first + (unsigned int)i) : 1;
		for (uint64_t k = 0; k < len; k++)
			out[k] ^= aes_mul(coef, part[k]);
	}
}

static bool looks(const struct rig *r, const struct trial *t, size_t dst, enum look look)
{
	const uint8_t *found = r->arena[DST].a.p + t->dst[dst].at.offset;
	uint64_t len = t->dst[dst].len, n;
	uint8_t out[PART];

	for (uint64_t from = 0; from < len; from += n) {
		n = len - from < PART ? len - from : PART;
		make(r, t, data_is_q(t, dst), look, from, out, n);
		if (memcmp(out, found + from, n))
			return false;
	}
	return true;
}

/* Bytes at the end that nobody has written. */
static uint64_t untouched(const struct rig *r, const struct trial *t, size_t dst, uint64_t *all)
{
	const uint8_t *found = r->arena[DST].a.p + t->dst[dst].at.offset;
	const uint8_t *want = r->arena[DST].shadow + t->dst[dst].at.offset;
	uint64_t n = 0, from = 0, at, len;

	for (*all = 0; (len = data_run(t, dst, from, &at)); from += len) {
		for (uint64_t k = at; k < at + len; k++)
			n = (found[k] ^ want[k]) == 0xff ? n + 1 : 0;
		*all += len;
	}
	return n;
}

static bool all_else_right(const struct rig *r, const struct trial *t, size_t dst, uint64_t last)
{
	const struct arena *a = &r->arena[DST];
	uint64_t start = t->dst[dst].at.offset;

	return !memcmp(a->a.p + start, a->shadow + start, t->dst[dst].len - last);
}

const char *data_guess(const struct rig *r, const struct trial *t, size_t dst, uint64_t at)
{
	bool parity = t->opcode == DMACTL_OP_XOR || t->opcode == DMACTL_OP_PQ;
	uint64_t all, last = untouched(r, t, dst, &all), there = t->dst[dst].at.offset + at;

	if (last == all)
		return ": it was not written at all";
	if (last == 1 && at + 1 == t->dst[dst].len)
		return ": the last byte was not written";
	if (last > 1 && t->opcode != DMACTL_OP_INTERLEAVED && all_else_right(r, t, dst, last))
		return ": its end was not written";
	if ((r->arena[DST].a.p[there] ^ r->arena[DST].shadow[there]) == 0xff)
		return ": this byte was not written";
	if (!parity || t->known || t->steps > 1)
		return "";
	if (t->n > 1 && looks(r, t, dst, COPY))
		return ": it is a copy of source 0";
	if (data_is_q(t, dst) && looks(r, t, dst, ONES))
		return ": all coefficients were taken as 1";
	if (data_is_q(t, dst) && looks(r, t, dst, AES))
		return ": the polynomial was 0x11b, not 0x11d";
	return "";
}
