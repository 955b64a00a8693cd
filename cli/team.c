// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <time.h>

#include "team.h"

void team_init(struct team *t, unsigned int members)
{
	pthread_condattr_t attr;

	memset(t, 0, sizeof(*t));
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->turn, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&t->left_cond, &attr);
	pthread_condattr_destroy(&attr);
	t->members = members;
	t->window_ns = UINT64_MAX;
}

void team_destroy(struct team *t)
{
	pthread_cond_destroy(&t->left_cond);
	pthread_cond_destroy(&t->turn);
	pthread_mutex_destroy(&t->lock);
}

/* Called with the lock held, when every member that is left has arrived. */
static void next_round(struct team *t)
{
	t->elapsed_ns += t->last - t->first;
	t->first = t->last = 0;
	t->arrived = 0;
	t->generation++;
	t->granted_ns = t->window_ns;
	t->window_ns = UINT64_MAX;
	pthread_cond_broadcast(&t->turn);
}

uint64_t team_begin(struct team *t, uint64_t propose_ns)
{
	uint64_t generation, granted;

	pthread_mutex_lock(&t->lock);
	generation = t->generation;
	if (propose_ns < t->window_ns)
		t->window_ns = propose_ns;
	if (++t->arrived == t->members)
		next_round(t);
	while (generation == t->generation)
		pthread_cond_wait(&t->turn, &t->lock);
	granted = t->granted_ns;
	pthread_mutex_unlock(&t->lock);
	return granted;
}

void team_span(struct team *t, uint64_t first, uint64_t last, uint64_t ops)
{
	pthread_mutex_lock(&t->lock);
	if (last > first) {
		if (!t->last || first < t->first)
			t->first = first;
		if (last > t->last)
			t->last = last;
	}
	t->done_ops += ops;
	pthread_mutex_unlock(&t->lock);
}

void team_leave(struct team *t)
{
	pthread_mutex_lock(&t->lock);
	t->members--;
	if (t->arrived == t->members)
		next_round(t);
	pthread_cond_signal(&t->left_cond);
	pthread_mutex_unlock(&t->lock);
}

unsigned int team_wait(struct team *t, unsigned int ms, uint64_t *done_ops)
{
	struct timespec until;
	unsigned int members;
	int ret = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&t->lock);
	while (t->members && !ret)
		ret = pthread_cond_timedwait(&t->left_cond, &t->lock, &until);
	members = t->members;
	*done_ops = t->done_ops;
	pthread_mutex_unlock(&t->lock);
	return members;
}
