// SPDX-License-Identifier: GPL-2.0
/*
 * A provider that gives no descriptor is asked again, by the module, for the sake of full rings.
 * Here it is told whether the ring can have been full: not with nothing in flight, and not with
 * less than half of what the channel has given at once in use. (Half, as what is complete may be
 * taken back only after its callback.)
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check_rig.h"

/* How often prep gave none on this channel, ever. False where that is not known. */
static bool counter(const struct rig *r, uint64_t *out)
{
	struct vec all = { 0 };
	const struct channel *c;
	bool found = false;
	struct err e;

	/* One thread at a time may ask. */
	if (r->sibling || !(r->ch.present & 1ULL << DMACTL_A_CHANNEL_RETRIES) ||
	    r->b->channels(&all, &e))
		return false;
	c = all.v;
	for (size_t i = 0; i < all.n; i++) {
		if (strcmp(c[i].stable, r->ch.stable))
			continue;
		*out = c[i].retries;
		found = true;
	}
	vec_free(&all);
	return found;
}

void prep_begin(struct rig *r)
{
	struct prep *p = &r->prep;

	p->retries = 0;
	p->per_op = 1;
	p->at_once = 0;
	p->counts = counter(r, &p->before);
}

/* Whether a ring that has given so many at once may be full with @used in use at most. */
static bool full(const struct prep *p, uint64_t used)
{
	return used > 1 && 2 * used > p->given;
}

static int without_reason(struct rig *r, const char *what, uint64_t times, uint64_t used)
{
	char few[96] = "nothing was in flight";

	if (used > 1)
		snprintf(few, sizeof(few),
			 "at most %" PRIu64 " were in use, and it gives %" PRIu64 " at once", used,
			 r->prep.given);
	return rig_fail(r, "%s: prep gave no descriptor %" PRIu64 " time%s although %s", what,
			times, times == 1 ? "" : "s", few);
}

int prep_judge(struct rig *r)
{
	struct prep *p = &r->prep;
	uint64_t depth = r->depth < r->nr_ops ? r->depth : r->nr_ops, used = depth * p->per_op, now;
	char text[160];

	if (p->counts && counter(r, &now))
		p->retries = now - p->before;
	p->asked += r->nr_ops;
	if (!p->retries) {
		/* The engine has not begun to do them by then. */
		if (p->counts && !r->early && p->at_once > p->given)
			p->given = p->at_once;
		return 0;
	}
	trial_text(&r->trials[0], text, sizeof(text));
	if (!full(p, used))
		return without_reason(r, text, p->retries, used);
	p->excused += p->retries;
	if (!p->used || used < p->used) {
		p->used = used;
		p->times = p->retries;
		snprintf(p->what, sizeof(p->what), "%s", text);
	}
	return 0;
}

/* What was excused as long as it was not known how large the ring is. */
int check_descriptors(struct rig *r)
{
	const struct prep *p = &r->prep;

	if (!p->counts)
		return rig_skip(r, "nobody counts how often prep gave none");
	if (!p->asked)
		return rig_skip(r, "no operation ended well");
	r->f.operations = p->asked;
	if (p->excused && !full(p, p->used))
		return without_reason(r, p->what, p->times, p->used);
	return rig_say(r, "%" PRIu64 " at once, none refused while few were in use", p->given);
}
