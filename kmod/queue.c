// SPDX-License-Identifier: GPL-2.0-only
/* Where callbacks put requests, and who sleeps until some are there. */
#include "dmactl_int.h"

void dmactl_queue_init(struct dmactl_queue *q)
{
	init_llist_head(&q->done);
	atomic_set(&q->missing, 0);
	atomic_set(&q->wakes, 0);
	init_waitqueue_head(&q->wait);
}

/**
 * dmactl_queue_want() - ask to be woken after some completions
 * @q:  queue
 * @nr: how many; with several sleepers the least of their wishes holds, then all look again
 * @wakes: sleep until dmactl_queue_woken() of this
 *
 * Return: false when something is there already: do not sleep.
 */
bool dmactl_queue_want(struct dmactl_queue *q, int nr, int *wakes)
{
	int old;

	*wakes = atomic_read_acquire(&q->wakes);	/* before the look at what others miss */
	old = atomic_read(&q->missing);
	/* A callback may count down meanwhile: what others miss then must not become more. */
	while ((old <= 0 || nr < old) && !atomic_try_cmpxchg(&q->missing, &old, nr))
		;
	smp_mb();	/* pairs with try_cmpxchg() in dmactl_complete() */
	return llist_empty(&q->done);
}

/* Context: any. All who sleep look again; who has asked, but does not sleep yet, will not. */
void dmactl_queue_wake(struct dmactl_queue *q)
{
	atomic_set(&q->missing, 0);
	smp_mb__before_atomic();	/* or a wish made after the wake-up could be undone */
	atomic_inc(&q->wakes);
	wake_up_all(&q->wait);
}

bool dmactl_queue_woken(struct dmactl_queue *q, int wakes)
{
	return atomic_read(&q->wakes) != wakes;
}
