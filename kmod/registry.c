// SPDX-License-Identifier: GPL-2.0-only
/*
 * All channels of the machine, held ones included.
 *
 * dmaengine exports neither its list nor its class. A filter for a channel request sees a free
 * channel, and so its class; an interface on the class is then told of every channel, now and
 * later, and of each removal, synchronously.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "dmactl_int.h"

DEFINE_MUTEX(dmactl_reg_lock);	/* see dmactl_int.h */
LIST_HEAD(dmactl_hws);
LIST_HEAD(dmactl_sessions);
LIST_HEAD(dmactl_quarantine);

/* Guards the start, and @dmactl_interface.class: NULL until the class is known. */
static DEFINE_MUTEX(dmactl_start_lock);
static bool dmactl_stopped;	/* dmactl_start_lock */

static void dmactl_hw_free(struct kref *ref)
{
	struct dmactl_hw *hw = container_of(ref, struct dmactl_hw, ref);

	put_device(hw->dev);
	kfree(hw);
}

void dmactl_hw_put(struct dmactl_hw *hw)
{
	kref_put(&hw->ref, dmactl_hw_free);
}

/**
 * dmactl_hw_find() - a channel by its sysfs name or DEVICE/N
 * @name: the name
 *
 * Return: the channel, counted; NULL when there is none.
 */
struct dmactl_hw *dmactl_hw_find(const char *name)
{
	struct dmactl_hw *hw, *found = NULL;

	mutex_lock(&dmactl_reg_lock);
	list_for_each_entry(hw, &dmactl_hws, node) {
		if (strcmp(name, hw->name) && strcmp(name, hw->stable))
			continue;
		kref_get(&hw->ref);
		found = hw;
		break;
	}
	mutex_unlock(&dmactl_reg_lock);
	return found;
}

/**
 * dmactl_hw_public_sibling() - why a free channel is refused
 * @hw: the channel, registered
 *
 * Return: true when the device is public and another of its channels is in use: the core then gives
 * none of them away.
 */
bool dmactl_hw_public_sibling(struct dmactl_hw *hw)
{
	struct dma_device *engine = hw->dma->device;
	struct dmactl_hw *other;
	bool used = false;

	lockdep_assert_held(&dmactl_reg_lock);
	if (dma_has_cap(DMA_PRIVATE, engine->cap_mask))
		return false;
	list_for_each_entry(other, &dmactl_hws, node)
		used |= other->dma->device == engine && dmactl_dma_users(other->dma);
	return used;
}

/* DEVICE/N; the K-th further engine of the same device is DEVICE+K/N. */
static void dmactl_hw_name(struct dmactl_hw *hw)
{
	struct dma_device *engine = hw->dma->device;
	struct dmactl_hw *other;
	int nth = 0, last = -1;

	lockdep_assert_held(&dmactl_reg_lock);
	list_for_each_entry(other, &dmactl_hws, node) {
		int id = other->dma->device->dev_id;

		if (other->dev != hw->dev || id >= engine->dev_id || id == last)
			continue;
		last = id;
		nth++;
	}
	if (nth)
		snprintf(hw->stable, sizeof(hw->stable), "%.50s+%d/%d", dev_name(hw->dev), nth,
			 hw->dma->chan_id);
	else
		snprintf(hw->stable, sizeof(hw->stable), "%.53s/%d", dev_name(hw->dev),
			 hw->dma->chan_id);
}

DMACTL_CLASS_ADD(dmactl_class_add)
{
	struct dma_chan *dma = container_of(dev, struct dma_chan_dev, device)->chan;
	struct dmactl_hw *hw;

	if (!dma)	/* just being unregistered */
		return -ENODEV;
	/* Nobody asks again: a channel that is missed would be missed for good. */
	hw = kzalloc(sizeof(*hw), GFP_KERNEL | __GFP_NOFAIL);
	kref_init(&hw->ref);
	hw->dma = dma;
	hw->dev = get_device(dma->device->dev);
	hw->ops = dmactl_dma_ops(dma);
	hw->device_nr = dma->device->dev_id;
	hw->channel_nr = dma->chan_id;
	strscpy(hw->name, dev_name(dev), sizeof(hw->name));

	mutex_lock(&dmactl_reg_lock);
	dmactl_hw_name(hw);
	list_add_tail(&hw->node, &dmactl_hws);
	dmactl_lists_changed();
	mutex_unlock(&dmactl_reg_lock);
	dmactl_event(DMACTL_EVENT_TYPE_CHANNEL_ADD, hw, NULL, 0, 0);
	return 0;
}

/*
 * The provider unregisters the channel, its device still being there: the last moment to give the
 * channel back, and to unmap memory.
 */
static void dmactl_hw_remove(struct dmactl_hw *hw)
{
	struct device *dmadev = dmaengine_get_dma_device(hw->dma);
	struct dmactl_hw *other;
	struct dmactl_chan *c;
	bool last = true;

	mutex_lock(&dmactl_reg_lock);
	WRITE_ONCE(hw->leaving, true);
	mutex_unlock(&dmactl_reg_lock);
	dmactl_lines_settle();
	mutex_lock(&dmactl_reg_lock);
	hw->gone = true;
	list_del(&hw->node);
	dmactl_lists_changed();
	list_for_each_entry(other, &dmactl_hws, node)
		last &= other->dev != hw->dev;
	c = hw->claim;
	if (c)
		kref_get(&c->ref);
	mutex_unlock(&dmactl_reg_lock);

	if (c) {
		dmactl_detach(c, true);
		dmactl_chan_put(c);
	}
	if (last)
		dmactl_unmap_device(hw->dev);
	if (dmadev != hw->dev)
		dmactl_unmap_device(dmadev);
	dmactl_event(DMACTL_EVENT_TYPE_CHANNEL_DEL, hw, NULL, 0, 0);
	dmactl_hw_put(hw);
}

DMACTL_CLASS_REMOVE(dmactl_class_remove)
{
	struct dmactl_hw *hw, *found = NULL;

	mutex_lock(&dmactl_reg_lock);
	list_for_each_entry(hw, &dmactl_hws, node)
		if (&hw->dma->dev->device == dev)
			found = hw;
	mutex_unlock(&dmactl_reg_lock);
	/* Class callbacks exclude each other: nobody else removes it meanwhile. */
	if (found)
		dmactl_hw_remove(found);
}

static struct class_interface dmactl_interface = {
	.add_dev = dmactl_class_add,
	.remove_dev = dmactl_class_remove,
};

static bool dmactl_class_filter(struct dma_chan *dma, void *param)
{
	dmactl_const_class **class = param;

	*class = dma->dev->device.class;
	return false;
}

/**
 * dmactl_registry_start() - begin to follow the channels, once there is one to be seen
 *
 * Called at load and again before each look at the registry. Takes the class's lock: the caller
 * holds none of ours.
 *
 * Return: 0, also while the machine has no free channel; -ENOMEM.
 */
int dmactl_registry_start(void)
{
	dmactl_const_class *class = NULL;
	dma_cap_mask_t mask;
	int err = 0;

	mutex_lock(&dmactl_start_lock);
	if (!dmactl_interface.class && !dmactl_stopped) {
		dma_cap_zero(mask);
		dma_request_channel(mask, dmactl_class_filter, &class);
		if (class) {
			dmactl_interface.class = class;
			err = class_interface_register(&dmactl_interface);
			if (err)
				dmactl_interface.class = NULL;
		}
	}
	mutex_unlock(&dmactl_start_lock);
	return err;
}

/* While the machine has no channel at all there is nothing to hang on: look once a second. */
static void dmactl_start_work(struct work_struct *work)
{
	dmactl_registry_start();
	if (!READ_ONCE(dmactl_interface.class))
		queue_delayed_work(dmactl_wq, to_delayed_work(work), HZ);
}

static DECLARE_DEFERRABLE_WORK(dmactl_start_later, dmactl_start_work);

int dmactl_registry_init(void)
{
	int err = dmactl_registry_start();

	if (!err && !dmactl_interface.class)
		queue_delayed_work(dmactl_wq, &dmactl_start_later, HZ);
	return err;
}

/* No session is left, and so no claim: the module could not be unloaded otherwise. */
void dmactl_registry_stop(void)
{
	cancel_delayed_work_sync(&dmactl_start_later);
	mutex_lock(&dmactl_start_lock);
	dmactl_stopped = true;
	mutex_unlock(&dmactl_start_lock);
	if (dmactl_interface.class)
		class_interface_unregister(&dmactl_interface);
	dmactl_unwatch_buses();
}
