// SPDX-License-Identifier: GPL-2.0
#include <math.h>

#include "pace.h"
#include "splitmix.h"

/* In (0, 1], in steps of 2^-53. */
static double uniform(struct pace *p)
{
	return ((double)(splitmix(&p->seed) >> 11) + 1) / 9007199254740992.0;
}

void pace_init(struct pace *p, uint64_t rate, bool poisson, uint64_t seed)
{
	*p = (struct pace){ .poisson = poisson, .seed = seed };
	if (rate)
		p->gap_ns = 1e9 / (double)rate;
}

void pace_begin(struct pace *p, uint64_t now)
{
	p->begin = now;
}

uint64_t pace_due(const struct pace *p)
{
	return p->begin + (uint64_t)p->next;
}

void pace_next(struct pace *p)
{
	p->next += p->poisson ? -log(uniform(p)) * p->gap_ns : p->gap_ns;
}

uint64_t pace_end(struct pace *p, uint64_t now)
{
	double ahead = p->next - (double)(now - p->begin);

	p->next = ahead > 0 ? ahead : 0;
	return ahead > 0 ? 0 : (uint64_t)(-ahead / p->gap_ns);
}
