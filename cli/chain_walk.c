// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain_walk.h"

#define SAMPLE	3	/* first rounds of a repeat, and 2 last ones */

/* A label's operations in two rounds of a repeat that follow each other. */
struct chain_seen {
	uint64_t round;			/* that @now belongs to */
	uint64_t now, before;		/* numbers, 0: none */
};

static int room(struct chain_walk *w)
{
	const struct chain *c = w->c;
	size_t chans = c->nr_chan + 1, deps = 2;

	for (unsigned int i = 0; i < c->nr_stmt; i++)
		if (c->stmt[i]->kind == CHAIN_OP && c->stmt[i]->op.nr_after + 2UL > deps)
			deps = c->stmt[i]->op.nr_after + 2UL;
	w->latest = calloc(c->nr_label + 1UL, sizeof(*w->latest));
	w->round = calloc(c->nr_repeat + 1UL, sizeof(*w->round));
	w->seen = calloc(c->nr_slot + 1UL, sizeof(*w->seen));
	w->kept = calloc(chans, sizeof(*w->kept));
	w->none = calloc(chans, sizeof(*w->none));
	w->dep = calloc(deps, sizeof(*w->dep));
	if (w->latest && w->round && w->seen && w->kept && w->none && w->dep)
		return 0;
	return chain_bad(w->e, (struct chain_pos){ 1, 1 }, "out of memory");
}

static void no_room(struct chain_walk *w)
{
	free(w->latest);
	free(w->round);
	free(w->seen);
	free(w->kept);
	free(w->none);
	free(w->dep);
}

static unsigned int chan_of(const struct chain_walk *w, const struct chain_stmt *s)
{
	return s->op.chan == CHAIN_NONE ? w->c->nr_chan : s->op.chan;
}

static uint64_t previous(const struct chain_walk *w, const struct chain_after *a)
{
	const struct chain_seen *seen = &w->seen[a->slot];
	uint64_t round = w->round[w->c->slot[a->slot].repeat];

	if (seen->round == round)
		return seen->before;
	return seen->round + 1 == round ? seen->now : 0;
}

static void note(struct chain_walk *w, unsigned int label)
{
	for (unsigned int i = 0; i < w->c->nr_slot; i++) {
		struct chain_seen *seen = &w->seen[i];
		uint64_t round = w->round[w->c->slot[i].repeat];

		if (w->c->slot[i].label != label)
			continue;
		if (seen->round != round) {
			seen->before = seen->round + 1 == round ? seen->now : 0;
			seen->round = round;
		}
		seen->now = w->nr_ops;
	}
	w->latest[label] = w->nr_ops;
}

static int one_op(struct chain_walk *w, const struct chain_stmt *s)
{
	unsigned int chan = chan_of(w, s), n = 0;
	int ret;

	w->nr_ops++;
	if (w->kept[chan].producer)
		w->dep[n++] = w->kept[chan];
	if (w->none[chan].producer)
		w->dep[n++] = w->none[chan];
	for (unsigned int i = 0; i < s->op.nr_after; i++) {
		const struct chain_after *a = &s->op.after[i];
		uint64_t producer = a->prev ? previous(w, a) : w->latest[a->label];

		if (producer)
			w->dep[n++] = (struct chain_dep){
				.producer = producer,
				.stmt = w->c->label[a->label],
				.prev = a->prev,
				.order = ORDER_EMULATED,
			};
	}
	ret = w->op(w, s, w->dep, n);
	w->last = s;
	if (s->op.label_nr != CHAIN_NONE)
		note(w, s->op.label_nr);
	return ret;
}

/*
 * The producer of a kept fence comes after that of the one before, so that it stands for both. One
 * of order none stands for nothing.
 */
static int one_fence(struct chain_walk *w, const struct chain_stmt *s)
{
	struct chain_dep dep = {
		.producer = w->nr_ops,
		.stmt = w->last,
		.fence = s,
		.order = s->order,
	};
	unsigned int chan;

	if (!w->last)
		return 0;
	chan = chan_of(w, w->last);
	if (s->order == ORDER_NONE) {
		w->none[chan] = dep;
	} else {
		w->kept[chan] = dep;
		w->none[chan].producer = 0;
	}
	return w->fence ? w->fence(w, s, &dep) : 0;
}

static int block(struct chain_walk *w, const struct chain_stmt *s);

static int rounds(struct chain_walk *w, const struct chain_stmt *s)
{
	const struct chain_repeat *r = &s->repeat;
	uint64_t n, i;
	int ret = 0;

	if (chain_number(r->count, w->loops, "the number of rounds", 0, INT64_MAX, &n, w->e))
		return -1;
	w->round[r->nr]++;		/* the last round of another time is not the one before */
	for (i = 0; i < n && !ret; i++) {
		if (w->sample && i == SAMPLE && n > SAMPLE + 2)
			i = n - 2;
		w->round[r->nr]++;
		w->loops[r->depth] = (int64_t)i;
		ret = w->other(w, s);
		if (!ret)
			ret = block(w, r->body);
	}
	return ret;
}

static int block(struct chain_walk *w, const struct chain_stmt *s)
{
	int ret = 0;

	for (; s && !ret; s = s->next) {
		if (w->most && w->steps++ >= w->most)
			return 1;
		if (s->kind == CHAIN_OP)
			ret = one_op(w, s);
		else if (s->kind == CHAIN_FENCE)
			ret = one_fence(w, s);
		else if (s->kind == CHAIN_REPEAT)
			ret = rounds(w, s);
		else
			ret = w->other(w, s);
	}
	return ret;
}

int chain_walk(struct chain_walk *w)
{
	int ret = room(w);

	if (!ret)
		ret = block(w, w->c->body);
	no_room(w);
	return ret;
}

const char *chain_rounds(const int64_t *loops, const struct chain_stmt *s, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (const struct chain_stmt *r = s->up; r && n + 1 < size; r = r->up)
		n += (size_t)snprintf(buf + n, size - n, "%s%s%s%" PRId64, n ? ", " : " (",
				      r->repeat.as.text ? r->repeat.as.text : "round",
				      r->repeat.as.text ? " = " : " ", loops[r->repeat.depth]);
	if (n && n + 1 < size)
		snprintf(buf + n, size - n, ")");
	return buf;
}

int chain_bad_round(struct chain_walk *w, const struct chain_stmt *s)
{
	char rounds[80];
	size_t n = strlen(w->e->text);

	chain_rounds(w->loops, s, rounds, sizeof(rounds));
	snprintf(w->e->text + n, sizeof(w->e->text) - n, "%s", rounds);
	return -1;
}
