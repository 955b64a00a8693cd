// SPDX-License-Identifier: GPL-2.0-only
/* Buffers whose memory is somebody else's: the caller's own, pinned, and dma-bufs. */
#include <linux/dma-buf.h>
#include <linux/dma-resv.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "dmactl_int.h"

/*
 * The buffer of each page that is pinned, by frame number. A page of two buffers, of whatever
 * sessions, could be mapped twice at a time, which the DMA API does not allow.
 */
static DEFINE_XARRAY(dmactl_pinned);

static void dmactl_user_leave(struct dmactl_buf *b, unsigned int nr)
{
	while (nr--)
		xa_erase(&dmactl_pinned, page_to_pfn(b->pages[nr]));
}

static int dmactl_user_enter(struct dmactl_buf *b)
{
	unsigned int i;
	int err;

	for (i = 0; i < b->nr; i++) {
		err = xa_insert(&dmactl_pinned, page_to_pfn(b->pages[i]), b, GFP_KERNEL_ACCOUNT);
		if (err) {
			dmactl_user_leave(b, i);
			return err;
		}
	}
	return 0;
}

/**
 * dmactl_user_pin() - pin the caller's memory
 * @b:       new buffer, with its bytes
 * @address: where it begins, page aligned
 *
 * Return: 0; -EFAULT not all of it is mapped, and writable; -EBUSY some of it is in a buffer
 * already; -ENOMEM.
 */
int dmactl_user_pin(struct dmactl_buf *b, u64 address)
{
	int got = 0, err;

	if (address != (unsigned long)address)
		return -EFAULT;
	b->shift = PAGE_SHIFT;
	b->nr = b->bytes >> PAGE_SHIFT;
	b->pages = kvcalloc(b->nr, sizeof(*b->pages), GFP_KERNEL_ACCOUNT);
	b->dma = kvcalloc(b->nr, sizeof(*b->dma), GFP_KERNEL_ACCOUNT);
	if (!b->pages || !b->dma) {
		got = -ENOMEM;
		goto err_free;
	}
	got = pin_user_pages_fast(address, b->nr, FOLL_WRITE | FOLL_LONGTERM, b->pages);
	err = got == b->nr ? dmactl_user_enter(b) : 0;
	if (got == b->nr && !err)
		return 0;
	if (err) {
		unpin_user_pages(b->pages, got);
		got = err;
	}

err_free:
	if (got > 0)
		unpin_user_pages(b->pages, got);
	kvfree(b->pages);
	b->pages = NULL;
	/* Some of it, or (EOVERFLOW) it goes round the end. */
	return got < 0 && got != -EOVERFLOW ? got : -EFAULT;
}

void dmactl_user_unpin(struct dmactl_buf *b)
{
	dmactl_user_leave(b, b->nr);
	unpin_user_pages_dirty_lock(b->pages, b->nr, true);
	kvfree(b->pages);
	b->pages = NULL;
}

#if IS_ENABLED(CONFIG_DMA_SHARED_BUFFER)

/**
 * dmactl_dmabuf_get() - import a dma-buf
 * @b:  new buffer, with its bytes
 * @fd: of the dma-buf
 *
 * Return: 0; -EBADF, -EINVAL no descriptor, or not of a dma-buf; -ERANGE it is smaller; -EACCES it
 * is only for reading.
 */
int dmactl_dmabuf_get(struct dmactl_buf *b, int fd)
{
	struct dma_buf *d = dma_buf_get(fd);
	int err;

	if (IS_ERR(d))
		return PTR_ERR(d);
	if (d->size < b->bytes || !(d->file->f_mode & FMODE_WRITE)) {
		err = d->size < b->bytes ? -ERANGE : -EACCES;
		dma_buf_put(d);
		return err;
	}
	b->dmabuf = d;
	return 0;
}

void dmactl_dmabuf_put(struct dmactl_buf *b)
{
	dma_buf_put(b->dmabuf);
}

/* Where each piece begins, as the device sees it, and its bus address. */
static int dmactl_dmabuf_pieces(struct dmactl_buf *b)
{
	struct scatterlist *sg;
	u64 at = 0;
	int i;

	b->nr = b->sgt->nents;
	b->starts = kvcalloc(b->nr + 1, sizeof(*b->starts), GFP_KERNEL_ACCOUNT);
	b->dma = kvcalloc(b->nr, sizeof(*b->dma), GFP_KERNEL_ACCOUNT);
	if (!b->starts || !b->dma)
		return -ENOMEM;
	for_each_sgtable_dma_sg(b->sgt, sg, i) {
		b->starts[i] = at;
		b->dma[i] = sg_dma_address(sg);
		at += sg_dma_len(sg);
	}
	b->starts[b->nr] = at;
	return at < b->bytes ? -EIO : 0;
}

static void dmactl_dmabuf_forget(struct dmactl_buf *b)
{
	kvfree(b->starts);
	kvfree(b->dma);
	b->starts = NULL;
	b->dma = NULL;
	b->nr = 0;
}

void dmactl_dmabuf_unmap(struct dmactl_buf *b)
{
	lockdep_assert_held(&dmactl_map_lock);
	dmactl_dmabuf_forget(b);
	dma_buf_unmap_attachment_unlocked(b->attach, b->sgt, DMA_BIDIRECTIONAL);
	dma_buf_detach(b->dmabuf, b->attach);
	b->attach = NULL;
}

/* One attachment at a time, as buffers have one device. */
int dmactl_dmabuf_map(struct dmactl_buf *b, struct device *dev)
{
	int err;

	lockdep_assert_held(&dmactl_map_lock);
	b->attach = dma_buf_attach(b->dmabuf, dev);
	if (IS_ERR(b->attach)) {
		b->attach = NULL;
		return -EIO;
	}
	b->sgt = dma_buf_map_attachment_unlocked(b->attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(b->sgt)) {
		dma_buf_detach(b->dmabuf, b->attach);
		b->attach = NULL;
		return -EIO;
	}
	err = dmactl_dmabuf_pieces(b);
	if (err)
		dmactl_dmabuf_unmap(b);
	return err;
}

/* Who else has work in flight on it goes first. Return: 0; -EINTR; -EBUSY not in time. */
int dmactl_dmabuf_wait(struct dmactl_buf *b)
{
	long left = dma_resv_wait_timeout(b->dmabuf->resv, dma_resv_usage_rw(true), true,
					  nsecs_to_jiffies(DMACTL_TIMEOUT_NS));

	if (left > 0)
		return 0;
	return left ? -EINTR : -EBUSY;
}

int dmactl_dmabuf_sync(struct dmactl_buf *b, u32 direction)
{
	if (direction == DMACTL_SYNC_CPU)
		return dma_buf_begin_cpu_access(b->dmabuf, DMA_BIDIRECTIONAL);
	return dma_buf_end_cpu_access(b->dmabuf, DMA_BIDIRECTIONAL);
}

DMACTL_IMPORT_DMA_BUF;

#else

int dmactl_dmabuf_get(struct dmactl_buf *b, int fd)
{
	return -EOPNOTSUPP;
}

void dmactl_dmabuf_put(struct dmactl_buf *b)
{
}

void dmactl_dmabuf_unmap(struct dmactl_buf *b)
{
}

int dmactl_dmabuf_map(struct dmactl_buf *b, struct device *dev)
{
	return -EIO;
}

int dmactl_dmabuf_wait(struct dmactl_buf *b)
{
	return 0;
}

int dmactl_dmabuf_sync(struct dmactl_buf *b, u32 direction)
{
	return 0;
}

#endif
