// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "stop.h"

#define THREADS	1024
#define SAME_NS 500000000 /* within it a second signal is the same: timeout(1) sends two */

volatile sig_atomic_t stop_asked;
static pthread_t threads[THREADS];
static volatile sig_atomic_t nr_threads;

static timer_t timer;
static bool has_timer;

/* From now on once more kills, also while an engine is waited for. */
static void kill_next(void)
{
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
}

/* In a thread of its own: that of the handler may be in a call that only a fatal signal ends. */
static void on_timer(union sigval v)
{
	(void)v;
	kill_next();
}

static void on_signal(int sig)
{
	const struct itimerspec same = { .it_value.tv_nsec = SAME_NS };
	bool first = !stop_asked;

	(void)sig;
	stop_asked = 1;
	for (int i = 0; i < nr_threads; i++)
		pthread_kill(threads[i], SIGUSR1);
	if (first && (!has_timer || timer_settime(timer, 0, &same, NULL)))
		kill_next();
}

static void on_wake(int sig)
{
	(void)sig;
}

void stop_catch(void)
{
	struct sigevent ev = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_timer };
	struct sigaction sa = { .sa_handler = on_signal };

	has_timer = !timer_create(CLOCK_MONOTONIC, &ev, &timer);
	sigemptyset(&sa.sa_mask);
	sigaddset(&sa.sa_mask, SIGINT);
	sigaddset(&sa.sa_mask, SIGTERM);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sa.sa_handler = on_wake;
	sigaction(SIGUSR1, &sa, NULL);
}

int stop_error(struct err *e)
{
	if (stop_asked && e->exit != EXIT_USAGE)
		err_set(e, EXIT_INTERRUPTED, "interrupted before anything was done");
	return -1;
}

/* Called with SIGINT and SIGTERM blocked in every thread but the first. */
void stop_add(pthread_t thread)
{
	if (nr_threads < THREADS) {
		threads[nr_threads] = thread;
		nr_threads++;
	}
}

void stop_clear(void)
{
	nr_threads = 0;
}
