// SPDX-License-Identifier: GPL-2.0
/*
 * A process that is killed in the middle of a fork leaves a memory map that is whole only in part.
 * When User Mode Linux 6.12 takes that down it panics (flush_tlb_mm() walks over it and does not
 * know the mark where the copy ended). That is not ours to find each time: who kills waits.
 */
#define _GNU_SOURCE
#include <unistd.h>

#include "border.h"

#define LIMIT (10 * SEC) /* who takes longer has died of something else */

pid_t gate_fork(void)
{
	u64 end = clock_ns() + LIMIT;
	pid_t pid;

	__atomic_fetch_add(&shared->forking, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&shared->killing, __ATOMIC_SEQ_CST) && clock_ns() < end) {
		__atomic_fetch_sub(&shared->forking, 1, __ATOMIC_SEQ_CST);
		usleep(1000);
		__atomic_fetch_add(&shared->forking, 1, __ATOMIC_SEQ_CST);
	}
	pid = fork();
	if (pid)
		__atomic_fetch_sub(&shared->forking, 1, __ATOMIC_SEQ_CST);
	return pid;
}

void gate_close(void)
{
	u64 end = clock_ns() + LIMIT;

	__atomic_fetch_add(&shared->killing, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&shared->forking, __ATOMIC_SEQ_CST) && clock_ns() < end)
		usleep(1000);
}

void gate_open(void)
{
	__atomic_fetch_sub(&shared->killing, 1, __ATOMIC_SEQ_CST);
}
