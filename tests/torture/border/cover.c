// SPDX-License-Identifier: GPL-2.0
/* What is new: pairs of places in the modules (KCOV), and answers that no call had before. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/kcov.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "border.h"

#define ENTRIES 32768 /* places of one thread of one program; more are lost */
#define SLOTS	(1U << 19)

static int kcov[ACTORS];
static unsigned long *trace[ACTORS];
static u8 seen_edge[SLOTS / 8], seen_pc[SLOTS / 8];
static u8 seen_answer[S_CALLS][256], seen_why[32];
static u32 edges, pcs;

bool cover_open(void)
{
	u32 i;

	for (i = 0; i < ACTORS; i++) {
		kcov[i] = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
		if (kcov[i] < 0 || ioctl(kcov[i], KCOV_INIT_TRACE, (unsigned long)ENTRIES))
			return false;
		trace[i] = mmap(NULL, ENTRIES * sizeof(*trace[0]), PROT_READ | PROT_WRITE,
				MAP_SHARED, kcov[i], 0);
		if (trace[i] == MAP_FAILED) {
			trace[i] = NULL;
			return false;
		}
	}
	return true;
}

void cover_begin(u32 actor)
{
	if (!trace[actor])
		return;
	__atomic_store_n(trace[actor], 0, __ATOMIC_RELAXED);
	ioctl(kcov[actor], KCOV_ENABLE, KCOV_TRACE_PC);
}

static bool fresh(u8 *seen, u64 what)
{
	u32 bit = (u32)((what * 0x9e3779b97f4a7c15ULL) >> 45); /* of SLOTS */
	u8 mask = (u8)(1 << (bit & 7));

	if (seen[bit / 8] & mask)
		return false;
	seen[bit / 8] |= mask;
	return true;
}

static u32 collect_trace(unsigned long *t)
{
	u64 n = __atomic_load_n(t, __ATOMIC_RELAXED), i, last = 0;
	u32 found = 0;

	for (i = 1; i <= n && i < ENTRIES; i++) {
		found += fresh(seen_edge, t[i] ^ (last << 1));
		pcs += fresh(seen_pc, t[i]);
		last = t[i];
	}
	__atomic_store_n(t, 0, __ATOMIC_RELAXED);
	edges += found;
	return found;
}

u32 cover_collect(void)
{
	u32 i, j, found = 0;

	for (i = 0; i < ACTORS; i++)
		if (trace[i])
			found += collect_trace(trace[i]);
	for (i = 0; i < S_CALLS; i++)
		for (j = 0; j < 256; j++)
			if (shared->count[i][j] && !seen_answer[i][j]) {
				seen_answer[i][j] = 1;
				found++;
			}
	for (i = 0; i < ARRAY_SIZE(seen_why); i++)
		if (shared->why[i] && !seen_why[i]) {
			seen_why[i] = 1;
			found++;
		}
	return found;
}

u32 cover_edges(void)
{
	return edges;
}

u32 cover_pcs(void)
{
	return pcs;
}

void cover_forget(void)
{
	memset(seen_edge, 0, sizeof(seen_edge));
	memset(seen_pc, 0, sizeof(seen_pc));
	memset(seen_answer, 0, sizeof(seen_answer));
	memset(seen_why, 0, sizeof(seen_why));
	memset(shared->count, 0, sizeof(shared->count));
	memset(shared->why, 0, sizeof(shared->why));
	edges = 0;
	pcs = 0;
}
