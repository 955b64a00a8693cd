// SPDX-License-Identifier: GPL-2.0
/*
 * A provider on QEMU's PCI device for teaching, edu: real DMA through whatever the machine has
 * between a device and memory. The device moves bytes between memory and a buffer of its own,
 * 100 ms after it was told to; a copy is one way in and one way out. Its registers: QEMU's
 * docs/specs/edu.rst.
 */
#include <linux/delay.h>
#include <linux/dma-map-ops.h>
#include <linux/dmaengine.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

#include "dmaengine.h"
#include "virt-dma.h"

#define EDU_VENDOR     0x1234
#define EDU_DEVICE     0x11e8
#define EDU_IRQ_STATUS 0x24
#define EDU_IRQ_ACK    0x64
#define EDU_SRC	       0x80
#define EDU_DST	       0x88
#define EDU_COUNT      0x90
#define EDU_CMD	       0x98
#define EDU_CMD_START  BIT(0) /* reads as 1 while it moves */
#define EDU_CMD_OUT    BIT(1) /* from its buffer to memory */
#define EDU_CMD_IRQ    BIT(2)
#define EDU_BUFFER     0x40000
#define EDU_BYTES      2048 /* of 4096: QEMU 7.2 refuses what reaches the last one */
#define EDU_MASK_BITS  28

struct edu_desc {
	struct virt_dma_desc vd;
	dma_addr_t dst, src;
	size_t len;
};

struct edu {
	struct dma_device dma;
	struct virt_dma_chan vc; /* its lock: of all below, too */
	void __iomem *regs;
	struct edu_desc *now; /* the device is at it; NULL: idle, or it was terminated */
	bool out;	      /* it is on its way out */
};

static bool translate;
module_param(translate, bool, 0644);
MODULE_PARM_DESC(translate, "put the devices that dma-sim makes behind the IOMMU, too");

static struct edu *to_edu(struct dma_chan *chan)
{
	return container_of(chan, struct edu, vc.chan);
}

static bool edu_busy(struct edu *edu)
{
	return readl(edu->regs + EDU_CMD) & EDU_CMD_START;
}

static void edu_move(struct edu *edu, bool out)
{
	struct edu_desc *d = edu->now;

	edu->out = out;
	writeq(out ? EDU_BUFFER : d->src, edu->regs + EDU_SRC);
	writeq(out ? d->dst : EDU_BUFFER, edu->regs + EDU_DST);
	writeq(d->len, edu->regs + EDU_COUNT);
	writeq(EDU_CMD_START | EDU_CMD_IRQ | (out ? EDU_CMD_OUT : 0), edu->regs + EDU_CMD);
}

/* What was terminated may still move: its interrupt starts the next one then. */
static void edu_next(struct edu *edu)
{
	struct virt_dma_desc *vd = vchan_next_desc(&edu->vc);

	if (edu->now || !vd || edu_busy(edu))
		return;
	list_del(&vd->node);
	edu->now = container_of(vd, struct edu_desc, vd);
	edu_move(edu, false);
}

static void edu_moved(struct edu *edu)
{
	if (edu->now && !edu->out) {
		edu_move(edu, true);
		return;
	}
	if (edu->now)
		vchan_cookie_complete(&edu->now->vd);
	edu->now = NULL;
	edu_next(edu);
}

static irqreturn_t edu_interrupt(int irq, void *arg)
{
	struct edu *edu = arg;
	u32 status = readl(edu->regs + EDU_IRQ_STATUS);

	if (!status)
		return IRQ_NONE;
	writel(status, edu->regs + EDU_IRQ_ACK);
	spin_lock(&edu->vc.lock);
	/* Else it was of what has been terminated, and the next one has begun since. */
	if (!edu_busy(edu))
		edu_moved(edu);
	spin_unlock(&edu->vc.lock);
	return IRQ_HANDLED;
}

static void edu_desc_free(struct virt_dma_desc *vd)
{
	kfree(container_of(vd, struct edu_desc, vd));
}

static struct dma_async_tx_descriptor *edu_prep(struct dma_chan *chan, dma_addr_t dst,
						dma_addr_t src, size_t len, unsigned long flags)
{
	struct edu_desc *d;

	if (!len || len > EDU_BYTES)
		return NULL;
	d = kzalloc(sizeof(*d), GFP_NOWAIT);
	if (!d)
		return NULL;
	d->dst = dst;
	d->src = src;
	d->len = len;
	return vchan_tx_prep(&to_edu(chan)->vc, &d->vd, flags);
}

static void edu_issue_pending(struct dma_chan *chan)
{
	struct edu *edu = to_edu(chan);
	unsigned long flags;

	spin_lock_irqsave(&edu->vc.lock, flags);
	if (vchan_issue_pending(&edu->vc))
		edu_next(edu);
	spin_unlock_irqrestore(&edu->vc.lock, flags);
}

static int edu_terminate_all(struct dma_chan *chan)
{
	struct edu *edu = to_edu(chan);
	unsigned long flags;
	LIST_HEAD(head);

	spin_lock_irqsave(&edu->vc.lock, flags);
	if (edu->now)
		vchan_terminate_vdesc(&edu->now->vd);
	edu->now = NULL;
	vchan_get_all_descriptors(&edu->vc, &head);
	spin_unlock_irqrestore(&edu->vc.lock, flags);
	vchan_dma_desc_free_list(&edu->vc, &head);
	return 0;
}

/* The device itself cannot be stopped: it is over when its move is. */
static void edu_synchronize(struct dma_chan *chan)
{
	struct edu *edu = to_edu(chan);

	while (edu_busy(edu))
		msleep(20);
	vchan_synchronize(&edu->vc);
}

static void edu_free_chan(struct dma_chan *chan)
{
	vchan_free_chan_resources(to_virt_chan(chan));
}

static void edu_init_dma(struct edu *edu, struct device *dev)
{
	struct dma_device *dma = &edu->dma;

	dma->dev = dev;
	INIT_LIST_HEAD(&dma->channels);
	dma_cap_set(DMA_MEMCPY, dma->cap_mask);
	dma_cap_set(DMA_PRIVATE, dma->cap_mask);
	dma->device_prep_dma_memcpy = edu_prep;
	dma->device_issue_pending = edu_issue_pending;
	dma->device_tx_status = dma_cookie_status;
	dma->device_terminate_all = edu_terminate_all;
	dma->device_synchronize = edu_synchronize;
	dma->device_free_chan_resources = edu_free_chan;
	edu->vc.desc_free = edu_desc_free;
	vchan_init(&edu->vc, dma);
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct device *dev = &pdev->dev;
	struct edu *edu;
	int err;

	edu = devm_kzalloc(dev, sizeof(*edu), GFP_KERNEL);
	if (!edu)
		return -ENOMEM;
	err = pcim_enable_device(pdev);
	if (!err)
		err = pcim_iomap_regions(pdev, BIT(0), "edu");
	if (!err)
		err = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(EDU_MASK_BITS));
	if (err)
		return err;
	edu->regs = pcim_iomap_table(pdev)[0];
	dma_set_max_seg_size(dev, EDU_BYTES);
	pci_set_drvdata(pdev, edu);
	pci_set_master(pdev);
	err = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI);
	if (err < 0)
		return err;
	edu_init_dma(edu, dev);
	err = request_irq(pci_irq_vector(pdev, 0), edu_interrupt, 0, "edu", edu);
	if (err)
		goto err_vectors;
	err = dma_async_device_register(&edu->dma);
	if (err)
		goto err_irq;
	return 0;

err_irq:
	free_irq(pci_irq_vector(pdev, 0), edu);
err_vectors:
	pci_free_irq_vectors(pdev);
	return err;
}

static void edu_remove(struct pci_dev *pdev)
{
	struct edu *edu = pci_get_drvdata(pdev);

	dma_async_device_unregister(&edu->dma);
	free_irq(pci_irq_vector(pdev, 0), edu);
	tasklet_kill(&edu->vc.task);
	pci_free_irq_vectors(pdev);
}

/* No firmware can describe a device that is made later. */
static int edu_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	struct pci_dev *pdev;

	if (!translate || action != BUS_NOTIFY_ADD_DEVICE || strncmp(dev_name(data), "dma-sim.", 8))
		return NOTIFY_DONE;
	pdev = pci_get_device(EDU_VENDOR, EDU_DEVICE, NULL);
	if (!pdev)
		return NOTIFY_DONE;
	set_dma_ops(data, get_dma_ops(&pdev->dev));
	pci_dev_put(pdev);
	return NOTIFY_OK;
}

static struct notifier_block edu_notifier = {
	.notifier_call = edu_notify,
};

static const struct pci_device_id edu_ids[] = { { PCI_DEVICE(EDU_VENDOR, EDU_DEVICE) }, {} };
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = "edu",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};

static int __init edu_init(void)
{
	int err = bus_register_notifier(&platform_bus_type, &edu_notifier);

	if (err)
		return err;
	err = pci_register_driver(&edu_driver);
	if (err)
		bus_unregister_notifier(&platform_bus_type, &edu_notifier);
	return err;
}
module_init(edu_init);

static void __exit edu_exit(void)
{
	pci_unregister_driver(&edu_driver);
	bus_unregister_notifier(&platform_bus_type, &edu_notifier);
}
module_exit(edu_exit);

MODULE_DESCRIPTION("dmaengine provider on QEMU's edu device");
MODULE_LICENSE("GPL");
