// SPDX-License-Identifier: GPL-2.0
/* The bare stream: a cyclic transfer whose callback counts, and nothing else. */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/ktime.h>
#include "limit.h"
#include "../../kmod/sim/peripheral.h"

static void limit_period(void *param)
{
	struct limit_run *run = param;

	WRITE_ONCE(run->done, run->done + 1);
}

static int limit_cyclic_request(struct limit_run *run)
{
	static struct dmasim_peripheral source = {
		.magic = DMASIM_PERIPHERAL_MAGIC,
		.endpoint = 1,
	};
	struct dma_slave_config config = {
		.peripheral_config = &source,
		.peripheral_size = sizeof(source),
		.src_addr_width = DMA_SLAVE_BUSWIDTH_4_BYTES,
	};
	dma_cap_mask_t mask;

	dma_cap_zero(mask);
	dma_cap_set(DMA_CYCLIC, mask);
	run->chan = dma_request_channel(mask, limit_filter, run->args.channel);
	if (!run->chan)
		return -EBUSY;
	run->dev = dmaengine_get_dma_device(run->chan);
	return dmaengine_slave_config(run->chan, &config);
}

static int limit_cyclic_measure(struct limit_run *run, dma_addr_t ring)
{
	struct dma_async_tx_descriptor *tx;
	u64 start;

	tx = dmaengine_prep_dma_cyclic(run->chan, ring, run->args.size * run->args.periods,
				       run->args.size, DMA_DEV_TO_MEM,
				       DMA_PREP_INTERRUPT | DMA_CTRL_ACK);
	if (!tx)
		return -ENOBUFS;
	tx->callback = limit_period;
	tx->callback_param = run;
	if (dma_submit_error(dmaengine_submit(tx)))
		return -EIO;
	start = ktime_get_ns();
	dma_async_issue_pending(run->chan);
	msleep_interruptible(run->args.time_ms);
	run->elapsed = ktime_get_ns() - start;
	return dmaengine_terminate_sync(run->chan);
}

/**
 * limit_run_cyclic() - claim the channel, count periods from the simulated source, give it back
 * @run: args are set, all else is zero
 *
 * Return: 0, and the count stays in @run until limit_free(). On an error @run is gone.
 */
int limit_run_cyclic(struct limit_run *run)
{
	size_t bytes = run->args.size * run->args.periods;
	dma_addr_t dma;
	void *ring;
	int err;

	err = limit_cyclic_request(run);
	if (err)
		goto out;
	ring = dma_alloc_coherent(run->dev, bytes, &dma, GFP_KERNEL);
	if (!ring) {
		err = -ENOMEM;
		goto out;
	}
	err = limit_cyclic_measure(run, dma);
	/* An engine that did not stop keeps the ring. */
	if (!err || err == -ENOBUFS || err == -EIO)
		dma_free_coherent(run->dev, bytes, ring, dma);
out:
	if (run->chan)
		dma_release_channel(run->chan);
	if (err)
		limit_free(run);
	return err;
}
