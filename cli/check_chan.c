// SPDX-License-Identifier: GPL-2.0
/* Cases about the channel itself: giving it back with work in flight, and its siblings. */
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_rig.h"
#include "stop.h"

#define MAX_SIBLINGS  4
#define QUARANTINE_NS 2000000000ULL /* a healthy engine has called back by then */

static uint32_t data_operation(const struct rig *r)
{
	static const uint32_t order[] = {
		DMACTL_OP_MEMCPY, DMACTL_OP_XOR,	 DMACTL_OP_PQ,
		DMACTL_OP_MEMSET, DMACTL_OP_INTERLEAVED, DMACTL_OP_MEMSET_SG,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (rig_has(r, order[i]))
			return order[i];
	return NO_OPERATION;
}

static int try_some(struct rig *r, uint32_t opcode, uint64_t n, uint64_t len)
{
	uint64_t unit = rig_unit(r, opcode);

	for (uint64_t i = 0; i < n; i++) {
		struct trial t = form(r, opcode, len < unit ? unit : len / unit * unit);

		if (rig_try(r, &t))
			return -1;
	}
	return 0;
}

/* Submits all of it and takes no completion. */
static size_t submit_all(struct rig *r)
{
	size_t sent = 0;
	int n;

	while (sent < r->nr_ops && (n = rig_submit(r, sent, (uint32_t)(r->nr_ops - sent))) > 0)
		sent += (size_t)n;
	return sent;
}

/* A quarantine that the late callback ends. */
static int claim_at_last(struct rig *r)
{
	uint64_t begin = r->b->now();

	while (rig_again(r)) {
		if (r->b->now() - begin > QUARANTINE_NS || stop_asked)
			return -1;
		r->dead = false;
		usleep(20000);
	}
	return 0;
}

/* What became of work that was in flight; the trials that were stopped are nobody's to judge. */
static int stopped_work(struct rig *r, size_t sent, size_t *aborted, uint32_t *flags)
{
	size_t taken = 0;
	char text[160];
	int n;

	while (taken < sent) {
		n = rig_reap(r);
		if (n < 0)
			return rig_fail(r,
					"only %zu of %zu operations that were in flight when the "
					"channel was given back were ever reported",
					taken, sent);
		taken += (size_t)n;
	}
	*aborted = 0;
	for (size_t k = 0; k < r->nr; k++) {
		struct trial *t = &r->trials[k];

		t->loose = k >= sent || t->result == DMACTL_RES_ABORTED;
		*aborted += t->loose && k < sent;
		*flags |= k < sent ? t->comp_flags : 0;
		if (t->result && !t->loose)
			return rig_fail(r,
					"%s, in flight when the channel was given back, ended "
					"neither well nor as aborted",
					trial_text(t, text, sizeof(text)));
	}
	/* An engine that cannot be stopped may still be writing. */
	return *flags & DMACTL_COMP_F_QUARANTINED ? 0 : data_check(r);
}

static int release_in_flight(struct rig *r, uint32_t opcode, size_t *aborted, uint32_t *flags)
{
	uint64_t n = rig_count(r, 256, 8, 4096, 1);
	size_t sent;
	int ret = -1;

	if (try_some(r, opcode, n, 2048))
		return -1;
	rig_build(r);
	r->trouble = (struct trouble){ 0 };
	if (data_fill(r))
		goto out;
	sent = submit_all(r);
	if (r->trouble.ret || r->trouble.no_prep || r->trouble.gone) {
		rig_fail(r, "operations that were to be in flight could not be submitted");
		goto out;
	}
	if (r->b->release(r->session, r->claim.channel)) {
		rig_fail(r, "the channel could not be given back");
		goto out;
	}
	r->claimed = false;
	ret = stopped_work(r, sent, aborted, flags);
	r->f.operations += sent;
out:
	rig_forget(r);
	return ret;
}

int check_cancel(struct rig *r)
{
	uint32_t opcode = data_operation(r), flags = 0;
	size_t aborted = 0;
	int ret;

	if (opcode == NO_OPERATION)
		return rig_skip(r, "the channel has no operation on memory");
	ret = release_in_flight(r, opcode, &aborted, &flags);
	if (claim_at_last(r))
		return ret ? -1 : rig_fail(r, "given back with work in flight: %s", r->why_dead);
	if (ret || try_some(r, opcode, 32, 1024) || rig_go(r))
		return -1;
	if (!aborted)
		return rig_say(r,
			       "given back with work under way, all of it was done; then it works");
	return rig_say(r, "%zu in flight: %s; taken again it works", aborted, stop_text(flags));
}

struct sibling {
	struct rig rig;
	pthread_t thread;
	bool open, threaded;
	uint64_t n;
	int ret;
};

static void *work(void *arg)
{
	struct sibling *s = arg;

	s->rig.depth = 16;
	s->rig.batch = 4;
	s->ret = try_some(&s->rig, data_operation(&s->rig), s->n, 700) || rig_go(&s->rig) ? -1 : 0;
	return NULL;
}

/* The free channels of the same device that can do it; the first is the one being checked. */
static size_t find_siblings(struct rig *r, struct channel *out)
{
	struct chan_table t;
	const struct channel *c;
	struct err e;
	size_t n = 0;

	if (chan_table_load(r->ctx, &t))
		return 0;
	c = t.channels.v;
	for (size_t i = 0; i < t.channels.n && n < MAX_SIBLINGS; i++)
		if (!strcmp(c[i].device, r->ch.device) && strcmp(c[i].stable, r->ch.stable) &&
		    c[i].operations & 1ULL << data_operation(r) &&
		    !chan_refusal(r->ctx, &t, &c[i], data_operation(r), &e))
			out[n++] = c[i];
	chan_table_free(&t);
	return n;
}

static size_t open_siblings(struct rig *r, struct sibling *s, uint64_t n)
{
	struct channel found[MAX_SIBLINGS];
	size_t nr = find_siblings(r, found), open = 0;

	for (size_t i = 0; i < nr; i++) {
		if (rig_open(&s[open].rig, r->check, &found[i]))
			continue;
		s[open].rig.now = r->now;
		s[open].rig.sibling = true;
		s[open].rig.op_ns = r->op_ns;
		s[open].rig.byte_ns = r->byte_ns;
		s[open].n = n;
		s[open++].open = true;
	}
	return open;
}

/* A thread each, all at once with the channel itself. */
static void run_siblings(struct rig *r, struct sibling *s, size_t n, int *ret)
{
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	for (size_t i = 0; i < n; i++)
		s[i].threaded = !pthread_create(&s[i].thread, NULL, work, &s[i]);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	r->depth = 16;
	r->batch = 4;
	*ret = try_some(r, data_operation(r), s->n, 700) || rig_go(r) ? -1 : 0;
	for (size_t i = 0; i < n; i++)
		if (s[i].threaded)
			pthread_join(s[i].thread, NULL);
}

int check_siblings(struct rig *r)
{
	uint64_t n = rig_count(r, 1000, 16, 700, 2);
	struct sibling *s;
	size_t nr;
	int ret = -1;

	if (data_operation(r) == NO_OPERATION)
		return rig_skip(r, "the channel has no operation on memory");
	s = calloc(MAX_SIBLINGS, sizeof(*s));
	if (!s)
		return rig_skip(r, "out of memory");
	nr = open_siblings(r, s, n);
	if (!nr) {
		rig_skip(r, "no other channel of the device is free");
		goto out;
	}
	run_siblings(r, s, nr, &ret);
	for (size_t i = 0; i < nr; i++) {
		r->f.operations += s[i].rig.f.operations;
		if (ret || !s[i].ret)
			continue;
		ret = -1;
		r->f.verdict = s[i].rig.f.verdict;
		r->f.wrong = s[i].rig.f.wrong;
		snprintf(r->f.text, sizeof(r->f.text), "on %s meanwhile: %.700s",
			 s[i].rig.ch.stable, s[i].rig.f.text);
	}
	if (!ret)
		rig_say(r, "%zu channels of the device at once", nr + 1);
	for (size_t i = 0; i < nr; i++)
		rig_close(&s[i].rig);
out:
	free(s);
	return ret;
}
