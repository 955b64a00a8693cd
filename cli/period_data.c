// SPDX-License-Identifier: GPL-2.0
/* The pace of callbacks, and what the words of a period say. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "period.h"

int fit_add(struct fit *f, uint64_t k, uint64_t at)
{
	void *v;

	if (f->n == FIT_MOST)
		return 0;
	if (f->n == f->room) {
		v = reallocarray(f->v, f->room ? 2 * f->room : 256, sizeof(*f->v));
		if (!v)
			return -ENOMEM;
		f->v = v;
		f->room = f->room ? 2 * f->room : 256;
	}
	f->v[f->n++] = (struct fit_point){ k, at };
	return 0;
}

bool fit_solve(const struct fit *f, double *period_ns, struct hist *off)
{
	double k0, at0, sk = 0, st = 0, skk = 0, skt = 0, n = (double)f->n, k, at, base;

	if (f->n < 3)
		return false;
	/* From the middle, so that doubles are exact enough. */
	k0 = (double)f->v[f->n / 2].k;
	at0 = (double)f->v[f->n / 2].at;
	for (size_t i = 0; i < f->n; i++) {
		k = (double)f->v[i].k - k0;
		at = (double)f->v[i].at - at0;
		sk += k;
		st += at;
		skk += k * k;
		skt += k * at;
	}
	if (n * skk - sk * sk <= 0)
		return false;
	*period_ns = (n * skt - sk * st) / (n * skk - sk * sk);
	base = (st - *period_ns * sk) / n;
	for (size_t i = 0; i < f->n; i++) {
		k = (double)f->v[i].k - k0;
		at = (double)f->v[i].at - at0;
		if (hist_add(off, (uint64_t)llround(fabs(at - base - k * *period_ns))))
			return false;
	}
	return true;
}

void fit_free(struct fit *f)
{
	free(f->v);
	*f = (struct fit){ 0 };
}

static uint32_t word_at(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

void count_fill(uint8_t *p, uint64_t len, uint32_t first)
{
	for (uint64_t i = 0; i < len; i++)
		p[i] = (uint8_t)((first + (uint32_t)(i / 4)) >> 8 * (i % 4));
}

static enum counted wrong_at(const uint8_t *p, uint64_t at, uint32_t want, struct count_check *c)
{
	unsigned int i = 0;

	while (p[at + i] == (uint8_t)(want >> 8 * i))
		i++;
	c->offset = at + i;
	c->expected = (uint8_t)(want >> 8 * i);
	c->found = p[at + i];
	return COUNTED_WRONG;
}

/*
 * From word @at on it is of another round: a later one, because the copy was resumed late; or the
 * one before, because the engine is there; and so on, but a word alone is a wrong one.
 */
static enum counted torn_at(const uint8_t *p, uint64_t at, uint64_t len, uint64_t ring,
			    uint32_t base, const struct count_check *c)
{
	int32_t by = 0, last, round = (int32_t)(ring / 4), least = 0;
	uint64_t from = 0, tears = 0;

	for (uint64_t i = at; i < len / 4; i++) {
		last = by;
		by = (int32_t)(word_at(p + 4 * i) - base - (uint32_t)i);
		if (by == last)
			continue;
		if (by % round || (tears++ && i == from + 1))
			return COUNTED_WRONG;
		from = i;
		least = by < least ? by : least;
	}
	if (!least || c->ahead + least >= 0)
		return COUNTED_TORN;
	return tears == 1 && !c->ahead ? COUNTED_EARLY : COUNTED_WRONG;
}

enum counted count_words(const uint8_t *p, uint64_t len, uint64_t ring, uint32_t first,
			 struct count_check *c)
{
	uint32_t base = word_at(p);

	c->ahead = (int32_t)(base - first);
	for (uint64_t i = 1; i < len / 4; i++) {
		uint32_t want = base + (uint32_t)i, is = word_at(p + 4 * i);

		if (is == want)
			continue;
		/* The first word may be the wrong one. */
		if (i == 1 && c->ahead && is == first + 1) {
			c->ahead = 0;
			return wrong_at(p, 0, first, c);
		}
		wrong_at(p, 4 * i, want, c);
		return torn_at(p, i, len, ring, base, c);
	}
	if (c->ahead % (int64_t)(len / 4))
		return wrong_at(p, 0, first, c);
	return COUNTED;
}
