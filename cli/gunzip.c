// SPDX-License-Identifier: GPL-2.0
/* RFC 1951 and 1952, bit by bit: a kernel's configuration takes milliseconds. */
#include <stdbool.h>
#include <string.h>

#include "crc32.h"
#include "gunzip.h"

#define BITS	  15 /* of the longest code */
#define LITERALS  288
#define DISTANCES 30
#define STOP	  256 /* the symbol that ends a block; those of lengths follow */
#define LONGEST	  28  /* the last of these */

struct stream {
	const uint8_t *in;
	uint8_t *out;
	size_t len, at;	  /* of @in */
	size_t size, got; /* of @out */
	uint32_t held;	  /* bits that are taken from @in and not yet used */
	unsigned int nr;  /* of them */
	bool bad;	  /* wrong, or at an end: from then on all bits are 0 */
};

/* Canonical: how many codes there are of each length, and their symbols in order. */
struct code {
	uint16_t count[BITS + 1], symbol[LITERALS];
};

static unsigned int bits(struct stream *s, unsigned int nr)
{
	unsigned int v;

	while (s->nr < nr) {
		if (s->at == s->len)
			s->bad = true;
		s->held |= (s->bad ? 0U : s->in[s->at++]) << s->nr;
		s->nr += 8;
	}
	v = s->held & ((1U << nr) - 1);
	s->held >>= nr;
	s->nr -= nr;
	return v;
}

/* Of more lengths than there can be codes nothing can be read. */
static bool make_code(struct code *c, const uint8_t *lengths, unsigned int nr)
{
	uint16_t at[BITS + 1] = { 0 };
	int left = 1;

	memset(c, 0, sizeof(*c));
	for (unsigned int i = 0; i < nr; i++)
		c->count[lengths[i]]++;
	c->count[0] = 0;
	for (unsigned int l = 1; l <= BITS; l++) {
		left = 2 * left - c->count[l];
		if (left < 0)
			return false;
		at[l] = (uint16_t)(at[l - 1] + c->count[l - 1]);
	}
	for (unsigned int i = 0; i < nr; i++)
		if (lengths[i])
			c->symbol[at[lengths[i]]++] = (uint16_t)i;
	return true;
}

static unsigned int symbol(struct stream *s, const struct code *c)
{
	unsigned int code = 0, first = 0, index = 0;

	for (unsigned int l = 1; l <= BITS && !s->bad; l++) {
		code |= bits(s, 1);
		if (code - first < c->count[l])
			return c->symbol[index + code - first];
		index += c->count[l];
		first = (first + c->count[l]) << 1;
		code <<= 1;
	}
	s->bad = true;
	return STOP;
}

static void put(struct stream *s, uint8_t byte)
{
	if (s->got == s->size)
		s->bad = true;
	else
		s->out[s->got++] = byte;
}

/* Lengths from 3 and distances from 1: each row of codes has one more bit behind it. */
static void copy(struct stream *s, unsigned int n, const struct code *distances)
{
	unsigned int extra = n < 8 ? 0 : n / 4 - 1, len, dist;

	len = n == LONGEST ? 258 : n < 8 ? n + 3 : ((4 + n % 4) << extra) + 3 + bits(s, extra);
	dist = symbol(s, distances);
	if (dist >= DISTANCES) {
		s->bad = true;
		return;
	}
	extra = dist < 4 ? 0 : dist / 2 - 1;
	dist = dist < 4 ? dist + 1 : ((2 + dist % 2) << extra) + 1 + bits(s, extra);
	if (dist > s->got)
		s->bad = true;
	while (len-- && !s->bad)
		put(s, s->out[s->got - dist]);
}

static void packed(struct stream *s, const struct code *literals, const struct code *distances)
{
	unsigned int sym;

	while (!s->bad && (sym = symbol(s, literals)) != STOP) {
		if (sym < STOP)
			put(s, (uint8_t)sym);
		else if (sym - STOP - 1 > LONGEST)
			s->bad = true;
		else
			copy(s, sym - STOP - 1, distances);
	}
}

static void stored(struct stream *s)
{
	unsigned int len, not ;

	s->held = s->nr = 0;
	len = bits(s, 16);
	not = bits(s, 16);
	if (len != (not ^0xffff))
		s->bad = true;
	while (len-- && !s->bad)
		put(s, (uint8_t)bits(s, 8));
}

static void fixed(struct stream *s)
{
	struct code literals, distances;
	uint8_t lengths[LITERALS];

	for (unsigned int i = 0; i < LITERALS; i++)
		lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	make_code(&literals, lengths, LITERALS);
	memset(lengths, 5, DISTANCES);
	make_code(&distances, lengths, DISTANCES);
	packed(s, &literals, &distances);
}

/* Lengths of codes, themselves in a code: 16 repeats the last one, 17 and 18 a zero. */
static bool read_lengths(struct stream *s, const struct code *c, uint8_t *lengths, unsigned int nr)
{
	unsigned int i = 0, sym, times;
	uint8_t value;

	while (i < nr && !s->bad) {
		sym = symbol(s, c);
		if (sym > 18 || (sym == 16 && !i))
			return false;
		times = sym < 16  ? 1 :
			sym == 16 ? 3 + bits(s, 2) :
			sym == 17 ? 3 + bits(s, 3) :
				    11 + bits(s, 7);
		value = sym < 16 ? (uint8_t)sym : sym == 16 ? lengths[i - 1] : 0;
		if (times > nr - i)
			return false;
		memset(lengths + i, value, times);
		i += times;
	}
	return !s->bad;
}

static void dynamic(struct stream *s)
{
	static const uint8_t order[] = { 16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
					 11, 4,	 12, 3, 13, 2, 14, 1, 15 };
	unsigned int nl = bits(s, 5) + 257, nd = bits(s, 5) + 1, nc = bits(s, 4) + 4;
	uint8_t lengths[LITERALS + 32] = { 0 };
	struct code c, distances;

	for (unsigned int i = 0; i < nc; i++)
		lengths[order[i]] = (uint8_t)bits(s, 3);
	if (nl > 286 || nd > DISTANCES || !make_code(&c, lengths, 19) ||
	    !read_lengths(s, &c, lengths, nl + nd) || !make_code(&c, lengths, nl) ||
	    !make_code(&distances, lengths + nl, nd)) {
		s->bad = true;
		return;
	}
	packed(s, &c, &distances);
}

static void inflate(struct stream *s)
{
	unsigned int last, kind;

	do {
		last = bits(s, 1);
		kind = bits(s, 2);
		if (kind == 0)
			stored(s);
		else if (kind == 1)
			fixed(s);
		else if (kind == 2)
			dynamic(s);
		else
			s->bad = true;
	} while (!last && !s->bad);
}

static bool skip_string(struct stream *s)
{
	while (!s->bad)
		if (!bits(s, 8))
			return true;
	return false;
}

/* Time, system and level say nothing; a name or a comment may follow. */
static bool header(struct stream *s)
{
	unsigned int flags, extra;

	if (bits(s, 8) != 0x1f || bits(s, 8) != 0x8b || bits(s, 8) != 8)
		return false;
	flags = bits(s, 8);
	for (int i = 0; i < 6; i++)
		bits(s, 8);
	extra = flags & 4 ? bits(s, 16) : 0;
	while (extra-- && !s->bad)
		bits(s, 8);
	if (flags & 8 && !skip_string(s))
		return false;
	if (flags & 16 && !skip_string(s))
		return false;
	if (flags & 2)
		bits(s, 16);
	return !s->bad && flags < 32;
}

long gunzip(const void *from, size_t len, void *to, size_t size)
{
	struct stream s = { .in = from, .out = to, .len = len, .size = size };
	uint32_t crc, total;

	if (!header(&s))
		return -1;
	inflate(&s);
	s.held = s.nr = 0;
	crc = bits(&s, 16);
	crc |= bits(&s, 16) << 16;
	total = bits(&s, 16);
	total |= bits(&s, 16) << 16;
	if (s.bad || total != s.got || crc != crc32(0, to, s.got))
		return -1;
	return (long)s.got;
}
