// SPDX-License-Identifier: GPL-2.0
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "guard.h"

#define RANGES 1024 /* of more than that, the rest is as it would be without */

static struct {
	uintptr_t from, to;
} ranges[RANGES];
static pthread_mutex_t ranges_lock = PTHREAD_MUTEX_INITIALIZER; /* of those who write */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A signal of a fault comes to the thread that made it. */
static __thread sigjmp_buf way_out;
static __thread volatile sig_atomic_t armed;

static bool put_zeros(uintptr_t at)
{
	for (size_t i = 0; i < RANGES; i++) {
		uintptr_t from = __atomic_load_n(&ranges[i].from, __ATOMIC_ACQUIRE);

		if (from && at >= from && at < ranges[i].to)
			return mmap((void *)from, ranges[i].to - from, PROT_READ | PROT_WRITE,
				    MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
	}
	return false;
}

static void on_bus(int sig, siginfo_t *info, void *context)
{
	(void)context;
	if (armed)
		siglongjmp(way_out, 1);
	if (!put_zeros((uintptr_t)info->si_addr))
		signal(sig, SIG_DFL);
}

static void catch_bus(void)
{
	/* Not blocked within: the way out does not unblock it. */
	struct sigaction sa = { .sa_sigaction = on_bus, .sa_flags = SA_NODEFER | SA_SIGINFO };

	sigemptyset(&sa.sa_mask);
	sigaction(SIGBUS, &sa, NULL);
}

void guard_watch(void *p, size_t len)
{
	pthread_once(&once, catch_bus);
	pthread_mutex_lock(&ranges_lock);
	for (size_t i = 0; i < RANGES; i++) {
		if (ranges[i].from)
			continue;
		ranges[i].to = (uintptr_t)p + len;
		__atomic_store_n(&ranges[i].from, (uintptr_t)p, __ATOMIC_RELEASE);
		break;
	}
	pthread_mutex_unlock(&ranges_lock);
}

void guard_forget(void *p)
{
	pthread_mutex_lock(&ranges_lock);
	for (size_t i = 0; i < RANGES; i++)
		if (ranges[i].from == (uintptr_t)p)
			__atomic_store_n(&ranges[i].from, 0, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&ranges_lock);
}

bool guarded_copy(void *to, const void *from, size_t len)
{
	if (sigsetjmp(way_out, 0)) {
		armed = 0;
		return false;
	}
	armed = 1;
	memcpy(to, from, len);
	armed = 0;
	return true;
}
