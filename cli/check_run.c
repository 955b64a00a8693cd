// SPDX-License-Identifier: GPL-2.0
/* All cases on one channel, and where their findings go. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check_rig.h"
#include "stop.h"

/* Each of these has cost the time-out. */
#define TIMEOUTS_HERE 2 /* of one operation */
#define TIMEOUTS      8 /* in all */

void check_add(struct check *c, struct finding *f)
{
	struct finding *to = vec_add(&c->findings, sizeof(*to));

	f->channel = c->at;
	if (f->verdict != V_NOTE) {
		c->number++;
		c->number_here++;
	}
	c->count[f->verdict]++;
	c->count_here[f->verdict]++;
	if (f->verdict == V_FAILED)
		c->exit = exit_worst(c->exit, EXIT_FAILED);
	if (to)
		*to = *f;
	c->o->format->finding(c, f);
	check_json(c, f);
	out_flush();
}

/* At most once a second, and only where somebody looks. */
static void progress(const struct rig *r, bool end)
{
	static uint64_t shown;
	static bool there;
	uint64_t now = r->b->now();

	if (r->ctx->quiet || !isatty(STDERR_FILENO))
		return;
	if (there) {
		fprintf(stderr, "\r\033[K");
		there = false;
	}
	if (!end && now - shown >= 1000000000) {
		fprintf(stderr, "\r  %s, %zu of %zu%s", r->now->name, r->check->number_here + 1,
			r->check->planned_here, stop_asked ? ", ending" : "");
		there = true;
		shown = now;
	}
	fflush(stderr);
}

/* Why a case cannot be tried any more, or NULL. */
static const char *hopeless(const struct rig *r, char *buf, size_t size)
{
	uint32_t op = r->now->opcode;

	if (stop_asked)
		return "interrupted";
	if (r->dead)
		return r->why_dead;
	if (r->all_timeouts >= TIMEOUTS)
		return "the channel has timed out too often";
	if (op == NO_OPERATION || r->timeouts[op] < TIMEOUTS_HERE)
		return NULL;
	snprintf(buf, size, "%s has timed out too often", op_name(op));
	return buf;
}

static void one_case(struct rig *r, const struct check_case *k)
{
	uint64_t begin = r->b->now();
	char text[80];
	const char *why;

	r->now = k;
	r->f = (struct finding){ .name = k->name, .opcode = k->opcode };
	r->how = BY_SUBMIT;
	r->depth = 16;
	r->batch = 8;
	r->kick = 1;
	r->config = (struct dmactl_config){ 0 };
	r->before = NULL;
	r->after = NULL;
	rig_kind(r, DMACTL_BUF_PAGES);
	progress(r, false);
	why = hopeless(r, text, sizeof(text));
	if (why)
		rig_skip(r, "%s", why);
	else
		k->run(r);
	rig_forget(r);
	progress(r, true);
	r->f.elapsed_ns = r->b->now() - begin;
}

/* The rate decides how often the others are tried: it is wanted even when nobody asks for it. */
static bool silent(const struct check *c, const struct check_case *k)
{
	return k == check_cases && !check_wants(c->o, k->name);
}

int check_channel(struct check *c)
{
	struct rig r;

	if (rig_open(&r, c, c->ch))
		return -1;
	for (size_t i = 0; i < nr_check_cases; i++) {
		const struct check_case *k = &check_cases[i];

		if (!check_suits(k, c->ch->operations & c->info.operations) ||
		    (i && !check_wants(c->o, k->name)))
			continue;
		one_case(&r, k);
		if (!silent(c, k))
			check_add(c, &r.f);
	}
	check_habits(&r);
	rig_close(&r);
	return 0;
}
