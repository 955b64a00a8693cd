// SPDX-License-Identifier: GPL-2.0
/*
 * The bare loop: prep, submit, issue and callback on one channel, as tight as a driver that does
 * nothing else would write them. Buffers are mapped once, a context per slot is made beforehand,
 * one counter tells the completions; no lock and no allocation per operation; the caller sleeps
 * only while a whole batch does not fit and is woken once per batch.
 */
#include <linux/dma-mapping.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include "limit.h"

/* One of depth; used again only after its completion was counted. */
struct limit_slot {
	struct limit_run *run;
	struct limit_sample *sample;	/* of the operation in flight */
	dma_addr_t src, dst;
	u8 *src_cpu, *dst_cpu;
};

struct limit_area {
	u8 *cpu;
	dma_addr_t dma;
	size_t bytes;
};

static void limit_callback(void *param, const struct dmaengine_result *res)
{
	struct limit_slot *slot = param;
	struct limit_run *run = slot->run;
	u32 done = run->done + 1;

	if (slot->sample)
		slot->sample->t3 = ktime_get_ns();
	if (unlikely(res && res->result != DMA_TRANS_NOERROR))
		run->errors++;
	/* Pairs with set_current_state() in limit_wait(): either sees the other's write. */
	smp_store_mb(run->done, done);
	if (done == READ_ONCE(run->wake_at))
		wake_up_process(run->task);
}

/* Sleeps until @target operations are complete. Only a deadly signal ends it earlier. */
static int limit_wait(struct limit_run *run, u32 target)
{
	int err = 0;

	if (READ_ONCE(run->done) >= target)
		return 0;
	WRITE_ONCE(run->wake_at, target);
	for (;;) {
		set_current_state(TASK_KILLABLE);
		if (READ_ONCE(run->done) >= target)
			break;
		if (fatal_signal_pending(current)) {
			err = -EINTR;
			break;
		}
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return err;
}

/* Between prep and submit the provider may hold a lock: nothing is done there but a stamp. */
static __always_inline int limit_one(struct limit_run *run, struct limit_slot *slot,
				     struct limit_sample *sample)
{
	struct dma_async_tx_descriptor *tx;

	slot->sample = sample;
	if (sample)
		sample->t0 = ktime_get_ns();
	tx = dmaengine_prep_dma_memcpy(run->chan, slot->dst, slot->src, run->args.size,
				       DMA_PREP_INTERRUPT | DMA_CTRL_ACK);
	if (unlikely(!tx))
		return -ENOBUFS;
	tx->callback_result = limit_callback;
	tx->callback_param = slot;
	if (sample)
		sample->t1 = ktime_get_ns();
	return dma_submit_error(dmaengine_submit(tx)) ? -EIO : 0;
}

static void limit_stamp_issue(struct limit_sample *sample, u32 nr)
{
	u64 now = ktime_get_ns();

	while (nr--)
		sample++->t2 = now;
}

static __always_inline int limit_loop(struct limit_run *run, u32 count, bool stamps)
{
	u32 depth = run->args.depth, nr, i, slot = 0, n = 0;
	struct limit_sample *sample = stamps ? run->samples : NULL;
	int err = 0;

	run->submitted = 0;
	run->done = 0;
	run->wake_at = 0;
	while (n < count && !err) {
		nr = min(run->args.batch, count - n);
		if (n + nr > depth) {
			err = limit_wait(run, n + nr - depth);
			if (err)
				return err;
		}
		for (i = 0; i < nr; i++) {
			err = limit_one(run, &run->slots[slot], sample ? sample + i : NULL);
			if (err)
				break;
			if (++slot == depth)
				slot = 0;
		}
		if (sample) {
			limit_stamp_issue(sample, i);
			sample += i;
		}
		dma_async_issue_pending(run->chan);
		n += i;
		run->submitted = n;
	}
	return limit_wait(run, n) ?: err;
}

static int limit_measure(struct limit_run *run)
{
	u64 start;
	int err;

	run->task = current;
	err = limit_loop(run, run->args.warmup, false);
	if (err)
		return err;
	start = ktime_get_ns();
	if (run->args.stamps)
		err = limit_loop(run, run->args.count, true);
	else
		err = limit_loop(run, run->args.count, false);
	run->elapsed = ktime_get_ns() - start;
	return err;
}

static void limit_unmap(struct limit_run *run)
{
	struct limit_area *area;

	for (area = run->areas; area < run->areas + run->nr_areas; area++)
		if (area->dma != DMA_MAPPING_ERROR)
			dma_unmap_single(run->dev, area->dma, area->bytes, DMA_BIDIRECTIONAL);
}

static int limit_add_area(struct limit_run *run, size_t bytes)
{
	struct limit_area *area = &run->areas[run->nr_areas];

	area->cpu = alloc_pages_exact(bytes, GFP_KERNEL | __GFP_ZERO);
	if (!area->cpu)
		return -ENOMEM;
	area->bytes = bytes;
	area->dma = dma_map_single(run->dev, area->cpu, bytes, DMA_BIDIRECTIONAL);
	run->nr_areas++;
	if (dma_mapping_error(run->dev, area->dma)) {
		area->dma = DMA_MAPPING_ERROR;
		return -EIO;
	}
	return 0;
}

static u8 limit_byte(u32 slot, u32 i)
{
	return slot * 7 + i * 13 + (i >> 8) + 1;
}

/* Small operations lie close together, as in an array: all of them in few pages. */
static int limit_fill_slots(struct limit_run *run)
{
	size_t stride = ALIGN(run->args.size, SMP_CACHE_BYTES);
	u32 per_area = min_t(u32, LIMIT_SIZE_MAX / stride, run->args.depth);
	struct limit_area *src = NULL, *dst = NULL;
	struct limit_slot *slot;
	u32 i, k;
	int err;

	for (i = 0; i < run->args.depth; i++) {
		size_t at = (i % per_area) * stride;

		if (!at) {
			src = &run->areas[run->nr_areas];
			dst = src + 1;
			err = limit_add_area(run, per_area * stride);
			err = err ?: limit_add_area(run, per_area * stride);
			if (err)
				return err;
		}
		slot = &run->slots[i];
		*slot = (struct limit_slot){
			.run = run,
			.src = src->dma + at,
			.dst = dst->dma + at,
			.src_cpu = src->cpu + at,
			.dst_cpu = dst->cpu + at,
		};
		for (k = 0; k < run->args.size; k++)
			slot->src_cpu[k] = limit_byte(i, k);
	}
	for (i = 0; i < run->nr_areas; i++)
		dma_sync_single_for_device(run->dev, run->areas[i].dma, run->areas[i].bytes,
					   DMA_BIDIRECTIONAL);
	return 0;
}

static int limit_setup(struct limit_run *run)
{
	run->slots = kvcalloc(run->args.depth, sizeof(*run->slots), GFP_KERNEL);
	run->areas = kvcalloc(2 * run->args.depth, sizeof(*run->areas), GFP_KERNEL);
	if (!run->slots || !run->areas)
		return -ENOMEM;
	if (run->args.stamps) {
		run->samples = kvcalloc(run->args.count, sizeof(*run->samples), GFP_KERNEL);
		if (!run->samples)
			return -ENOMEM;
	}
	return limit_fill_slots(run);
}

/* After unmapping: counts the bytes that are wrong, in the slots that were used. */
static void limit_verify(struct limit_run *run)
{
	u32 used = min(run->args.depth, max(run->args.count, run->args.warmup));
	u32 i, k;

	for (i = 0; i < used; i++)
		for (k = 0; k < run->args.size; k++)
			run->wrong += run->slots[i].dst_cpu[k] != limit_byte(i, k);
}

/* By its name. */
bool limit_filter(struct dma_chan *chan, void *param)
{
	return !strcmp(dma_chan_name(chan), param);
}

static int limit_request(struct limit_run *run)
{
	dma_cap_mask_t mask;

	dma_cap_zero(mask);
	dma_cap_set(DMA_MEMCPY, mask);
	run->chan = dma_request_channel(mask, limit_filter, run->args.channel);
	if (!run->chan)
		return -EBUSY;
	run->dev = dmaengine_get_dma_device(run->chan);
	/* A slot is used again in the order of submission. */
	if (dma_has_cap(DMA_COMPLETION_NO_ORDER, run->chan->device->cap_mask)) {
		dma_release_channel(run->chan);
		return -EOPNOTSUPP;
	}
	return 0;
}

/* Return: false when the engine may still write, and all must stay as it is. */
static bool limit_stop(struct limit_run *run)
{
	if (run->done == run->submitted)
		return true;
	if (!run->chan->device->device_synchronize)
		return false;
	return !dmaengine_terminate_sync(run->chan);
}

void limit_free(struct limit_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_areas; i++)
		free_pages_exact(run->areas[i].cpu, run->areas[i].bytes);
	kvfree(run->areas);
	kvfree(run->samples);
	kvfree(run->slots);
	kfree(run);
}

int limit_run_all(struct limit_run *run)
{
	int err;

	err = limit_request(run);
	if (err) {
		limit_free(run);
		return err;
	}
	err = limit_setup(run);
	if (!err) {
		err = limit_measure(run);
		if (err && !limit_stop(run)) {
			__module_get(THIS_MODULE);
			return err;
		}
	}
	limit_unmap(run);
	if (!err && run->args.verify)
		limit_verify(run);
	/* Ends the callbacks too, which look at @run once more after they have counted. */
	dma_release_channel(run->chan);
	if (err)
		limit_free(run);
	return err;
}
