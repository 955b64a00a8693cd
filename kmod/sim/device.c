// SPDX-License-Identifier: GPL-2.0-only
/* A simulated controller: from the probe of its platform device to the last reference. */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "sim.h"

/* Settings that make no sense together. */
int dmasim_params_check(const struct dmasim_params *p, const struct dmasim_knob *knob)
{
	int i;

	/* Nothing could wait: issue_pending may be called with interrupts off. */
	if (p->context == DMASIM_INLINE && (p->latency_ns || p->bandwidth))
		return -EINVAL;
	if (p->widths & ~(u64)DMASIM_WIDTHS_MAX)
		return -EINVAL;
	/* async_tx waits by cookie, prepares with spinlocks held and trusts in fences. */
	if (p->public && (p->order == DMASIM_WINDOW || p->fence == DMASIM_IGNORE || p->prep_blocks))
		return -EINVAL;
	for (i = 0; p->engine == DMASIM_NULL && i < DMASIM_DEFECTS; i++)
		if (DMASIM_DATA_DEFECTS & BIT(i) && knob[i].when != DMASIM_OFF)
			return -EINVAL;
	return 0;
}

static bool dmasim_refuse(struct dma_chan *chan, void *param)
{
	return false;
}

static void dmasim_dev_put(struct dmasim_dev *sim)
{
	put_device(sim->dma.dev);
	kfifo_free(&sim->fifo);
	kvfree(sim);
}

static void dmasim_dev_free(struct work_struct *work)
{
	struct dmasim_dev *sim = container_of(work, struct dmasim_dev, free_work);

	/*
	 * dma_release_channel() still reads the channel after device_release, under the core's
	 * mutex. A request that takes nothing waits for that mutex.
	 */
	__dma_request_channel(NULL, dmasim_refuse, NULL, NULL);
	dmasim_dev_put(sim);
}

static void dmasim_dev_release(struct dma_device *dma)
{
	struct dmasim_dev *sim = container_of(dma, struct dmasim_dev, dma);

	queue_work(dmasim_wq, &sim->free_work);
}

static struct dmasim_dev *dmasim_dev_alloc(struct device *dev, const struct dmasim_conf *conf)
{
	const struct dmasim_params *p = &conf->params;
	struct dmasim_dev *sim;
	unsigned int i;

	sim = kvzalloc(struct_size(sim, chans, p->channels), GFP_KERNEL);
	if (!sim)
		return NULL;
	if (kfifo_alloc(&sim->fifo, p->fifo, GFP_KERNEL)) {
		kvfree(sim);
		return NULL;
	}

	sim->params = *p;
	sim->context = p->context;
	sim->order = p->order;
	sim->align_mask = BIT_ULL(p->align) - 1;
	sim->slave_mask = BIT_ULL(p->slave_align) - 1;
	sim->timed = p->latency_ns || p->bandwidth;
	sim->nr_chans = p->channels;
	spin_lock_init(&sim->wire_lock);
	spin_lock_init(&sim->lock);
	INIT_WORK(&sim->free_work, dmasim_dev_free);
	dmasim_defects_init(&sim->defects, conf);

	sim->dma.dev = get_device(dev);
	sim->dma.device_release = dmasim_dev_release;
	INIT_LIST_HEAD(&sim->dma.channels);
	dmasim_chan_ops(sim);
	dmasim_prep_ops(sim);
	dmasim_slave_ops(sim);
	if (!p->public)
		dma_cap_set(DMA_PRIVATE, sim->dma.cap_mask);
	for (i = 0; i < sim->nr_chans; i++)
		dmasim_chan_setup(sim, &sim->chans[i]);
	return sim;
}

/* Context: the caller holds @conf->lock. */
static int dmasim_dev_make(struct device *dev, struct dmasim_conf *conf)
{
	struct dmasim_dev *sim;
	int err;

	err = dmasim_params_check(&conf->params, conf->knob);
	if (err)
		return err;

#if defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE) || defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU) || \
	defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU_ALL)
	/* The engine is the CPU and works through its caches, whatever the bus is like. */
	dev->dma_coherent = true;
#endif
	err = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(conf->params.mask_bits));
	if (err)
		return err;
	dma_set_max_seg_size(dev, conf->params.max_segment);
	err = dmasim_engine_check(dev);
	if (err)
		return err;

	sim = dmasim_dev_alloc(dev, conf);
	if (!sim)
		return -ENOMEM;
	err = dma_async_device_register(&sim->dma);
	if (err) {
		dmasim_dev_put(sim);
		return err;
	}
	conf->sim = sim;
	return 0;
}

/* Refuses new clients. Return: -EBUSY, and nothing changed, if there is one. */
int dmasim_dev_close(struct dmasim_dev *sim)
{
	int err = 0;

	spin_lock(&sim->lock);
	if (sim->held)
		err = -EBUSY;
	else
		sim->closing = true;
	spin_unlock(&sim->lock);
	return err;
}

/* Context: process; the caller holds dmasim_conf.lock, which keeps @sim. */
void dmasim_dev_set_knob(struct dmasim_dev *sim, enum dmasim_defect which,
			 const struct dmasim_knob *knob)
{
	unsigned int i;

	dmasim_defects_set(&sim->defects, which, knob);
	if (knob->when != DMASIM_OFF)
		return;
	for (i = 0; i < sim->nr_chans; i++) {
		if (which == DMASIM_STALL)
			dmasim_chan_unstall(&sim->chans[i]);
		else if (which == DMASIM_LOST_INTERRUPT)
			dmasim_chan_deliver_lost(&sim->chans[i]);
	}
}

/*
 * Unbind, by rmdir or by hand, perhaps with channels held and work in flight:
 * 1. the configuration no longer reaches the device;
 * 2. no new client;
 * 3. each channel: no new work, everything in flight is called back, nothing runs any more;
 * 4. the core forgets the device. The memory stays until the last channel is released: clients
 *    may go on calling, and find an empty queue that takes nothing.
 */
static void dmasim_unbind(void *data)
{
	struct dmasim_conf *conf = data;
	struct dmasim_dev *sim;
	unsigned int i;

	mutex_lock(&conf->lock);
	sim = conf->sim;
	conf->sim = NULL;
	mutex_unlock(&conf->lock);
	if (!sim)
		return;

	spin_lock(&sim->lock);
	sim->closing = true;
	spin_unlock(&sim->lock);

	for (i = 0; i < sim->nr_chans; i++)
		dmasim_chan_kill(&sim->chans[i]);

	dma_async_device_unregister(&sim->dma);
}

static int dmasim_probe(struct platform_device *pdev)
{
	struct dmasim_conf *conf;
	int err;

	/* A driver_override could lead any device here. */
	if (strcmp(pdev->name, DMASIM_NAME) || !dev_get_platdata(&pdev->dev))
		return -ENODEV;
	conf = *(struct dmasim_conf **)dev_get_platdata(&pdev->dev);

	/* Before the device exists, because a failure here runs it, and it takes the lock. */
	err = devm_add_action_or_reset(&pdev->dev, dmasim_unbind, conf);
	if (err)
		return err;

	mutex_lock(&conf->lock);
	err = dmasim_dev_make(&pdev->dev, conf);
	conf->probe_err = err;
	mutex_unlock(&conf->lock);
	return err;
}

struct platform_driver dmasim_driver = {
	.probe = dmasim_probe,
	.driver = {
		.name = DMASIM_NAME,
		/* The write to "live" returns what the probe returned. */
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
	},
};
