// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which device a buffer is mapped for. One at a time: two live mappings of a cache line are a bug.
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/sched/mm.h>

#include "dmactl_int.h"

DEFINE_MUTEX(dmactl_map_lock);	/* see dmactl_int.h */
static LIST_HEAD(dmactl_mapped);	/* buffers with a device; dmactl_map_lock */

/**
 * dmactl_chunk() - the chunk of an offset, also in a CPU that runs ahead of the check of the range
 * @b:      buffer; a dma-buf is mapped, and stays so since the caller's use counts
 * @offset: inside the buffer
 */
unsigned int dmactl_chunk(const struct dmactl_buf *b, u64 offset)
{
	unsigned int low = 0, high = b->nr - 1, middle;

	if (!b->starts)
		return array_index_nospec((unsigned long)(offset >> b->shift), b->nr);
	while (low < high) {
		middle = (low + high + 1) / 2;
		if (b->starts[middle] <= offset)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

static u64 dmactl_chunk_bytes(const struct dmactl_buf *b, unsigned int i)
{
	return min(b->bytes - ((u64)i << b->shift), 1ULL << b->shift);
}

/* Enter a buffer that has a device into the list; the caller gives its reference to the device. */
void dmactl_map_adopt(struct dmactl_buf *b)
{
	lockdep_assert_held(&dmactl_map_lock);
	list_add_tail(&b->node, &dmactl_mapped);
}

static void dmactl_disown(struct dmactl_buf *b)
{
	list_del_init(&b->node);
	put_device(b->dev);
	b->dev = NULL;
}

/**
 * dmactl_buf_unmap() - end the mapping of a buffer, and a coherent buffer's memory with it
 * @b: buffer that no engine can reach any more
 */
void dmactl_buf_unmap(struct dmactl_buf *b)
{
	unsigned int i;

	lockdep_assert_held(&dmactl_map_lock);
	if (!b->dev)
		return;
	if (b->kind == DMACTL_BUF_DMABUF) {
		dmactl_dmabuf_unmap(b);
	} else if (b->kind == DMACTL_BUF_COHERENT) {
		dma_free_coherent(b->dev, b->bytes, b->vaddr, b->dma[0]);
		b->vaddr = NULL;
	} else {
		for (i = 0; i < b->nr; i++)
			dma_unmap_page(b->dev, b->dma[i], dmactl_chunk_bytes(b, i),
				       DMA_BIDIRECTIONAL);
	}
	dmactl_disown(b);
}

static int dmactl_buf_map(struct dmactl_buf *b, struct device *dev)
{
	unsigned int i;
	int err;

	if (b->kind == DMACTL_BUF_DMABUF) {
		err = dmactl_dmabuf_map(b, dev);
		if (err)
			return err;
		goto out;
	}
	for (i = 0; i < b->nr; i++) {
		b->dma[i] = dma_map_page(dev, b->pages[i], 0, dmactl_chunk_bytes(b, i),
					 DMA_BIDIRECTIONAL);
		if (dma_mapping_error(dev, b->dma[i]))
			goto err_unmap;
	}
out:
	b->dev = get_device(dev);
	dmactl_map_adopt(b);
	return 0;

err_unmap:
	while (i--)
		dma_unmap_page(dev, b->dma[i], dmactl_chunk_bytes(b, i), DMA_BIDIRECTIONAL);
	return -EIO;
}

/**
 * dmactl_buf_own() - use a buffer as a whole: see to it that it is mapped for a device
 * @b:   buffer, counted by the caller
 * @dev: device
 *
 * Return: 0, until dmactl_buf_disuse(); -EBUSY in flight for another device, or lent; -EIO cannot
 * be mapped for this one; -EINVAL it cannot belong to this device; -ENODEV its memory went with its
 * provider.
 */
int dmactl_buf_own(struct dmactl_buf *b, struct device *dev)
{
	int err = 0;

	if (b->kind == DMACTL_BUF_SAMPLES)
		return -EINVAL;
	if (b->kind == DMACTL_BUF_DMABUF)
		err = dmactl_dmabuf_wait(b);
	if (err)
		return err;
	mutex_lock(&dmactl_map_lock);
	if (b->dead || b->leaked) {
		err = -ENODEV;
	} else if (b->dev != dev && b->kind == DMACTL_BUF_COHERENT) {
		err = -EINVAL;
	} else if (b->borrower || (b->dev != dev && atomic_read(&b->uses))) {
		err = -EBUSY;
	} else if (b->dev != dev) {
		dmactl_buf_unmap(b);
		err = dmactl_buf_map(b, dev);
	}
	if (!err)
		atomic_inc(&b->uses);
	mutex_unlock(&dmactl_map_lock);
	return err;
}

/**
 * dmactl_buf_lend() - use a buffer in parts, which the channel maps itself, for each operation
 * @b: buffer, counted by the caller
 * @c: the channel
 *
 * Return: 0, until dmactl_buf_disuse(); -EBUSY in flight as a whole, or lent to another channel;
 * -EINVAL not of pages; -ENODEV an engine that is gone may still write to it.
 */
int dmactl_buf_lend(struct dmactl_buf *b, struct dmactl_chan *c)
{
	int err = 0;

	if (b->kind != DMACTL_BUF_PAGES && b->kind != DMACTL_BUF_USER)
		return -EINVAL;
	mutex_lock(&dmactl_map_lock);
	if (b->leaked) {
		err = -ENODEV;
	} else if (b->borrower != c && atomic_read(&b->uses)) {
		err = -EBUSY;
	} else {
		dmactl_buf_unmap(b);
		WRITE_ONCE(b->borrower, c);
		atomic_inc(&b->uses);
	}
	mutex_unlock(&dmactl_map_lock);
	return err;
}

/* May it be used once the operation that is held for others runs? Until then it may move. */
int dmactl_buf_later(struct dmactl_buf *b, struct device *dev)
{
	if (b->kind == DMACTL_BUF_SAMPLES || (b->kind == DMACTL_BUF_COHERENT && b->dev != dev))
		return -EINVAL;
	return 0;
}

/* One use less, of any kind. */
void dmactl_buf_disuse(struct dmactl_buf *b)
{
	if (!READ_ONCE(b->borrower)) {
		atomic_dec(&b->uses);
		return;
	}
	mutex_lock(&dmactl_map_lock);
	if (atomic_dec_and_test(&b->uses))
		WRITE_ONCE(b->borrower, NULL);
	mutex_unlock(&dmactl_map_lock);
}

static dma_addr_t dmactl_map_part(struct device *dev, const struct dmactl_buf *b, u64 offset,
				  u64 len, enum dma_data_direction direction)
{
	u64 in = offset & ((1ULL << b->shift) - 1);

	return dma_map_page(dev, b->pages[dmactl_chunk(b, offset)] + (in >> PAGE_SHIFT),
			    offset_in_page(in), len, direction);
}

/**
 * dmactl_req_map() - map what a request needs, for this use alone
 * @req: request of a lent buffer, one contiguous piece
 *
 * The destination is bidirectional, so that what shares a cache line with its ends survives.
 *
 * Return: 0, or -EIO.
 */
int dmactl_req_map(struct dmactl_req *req)
{
	struct device *dev = req->chan->dmadev;
	const struct dmactl_xfer *x = req->x;

	if (!x->dst_buf)
		return 0;
	req->dst = dmactl_map_part(dev, x->dst_buf, x->dst_off, x->len, DMA_BIDIRECTIONAL);
	if (dma_mapping_error(dev, req->dst))
		return -EIO;
	if (!x->src_buf)
		return 0;
	req->src = dmactl_map_part(dev, x->src_buf, x->src_off, x->len, DMA_TO_DEVICE);
	if (!dma_mapping_error(dev, req->src))
		return 0;
	dma_unmap_page(dev, req->dst, x->len, DMA_BIDIRECTIONAL);
	return -EIO;
}

void dmactl_req_unmap(struct dmactl_req *req)
{
	struct device *dev = req->chan->dmadev;
	const struct dmactl_xfer *x = req->x;

	if (x->dst_buf)
		dma_unmap_page(dev, req->dst, x->len, DMA_BIDIRECTIONAL);
	if (x->src_buf)
		dma_unmap_page(dev, req->src, x->len, DMA_TO_DEVICE);
}

/*
 * Take a dead coherent buffer's pages from whoever has mapped them. An mmap() under way may have
 * seen the buffer alive and not yet be in the file's tree: it holds its mmap_lock, so we wait for
 * it; and an exit or munmap() that unmaps at the same time, under the lock shared, would find x86's
 * record of cache modes gone and complain. The one address space that may map is s->mm.
 */
static void dmactl_buf_zap(struct dmactl_buf *b)
{
	struct dmactl_session *s = b->session;
	struct mm_struct *mm = READ_ONCE(s->mm);

	if (mm)
		mmap_write_lock(mm);
	unmap_mapping_range(s->inode->i_mapping, (loff_t)b->id << DMACTL_BUF_SHIFT, b->bytes, 1);
	if (mm)
		mmap_write_unlock(mm);
}

/* A buffer that the device owns, counted; @wait: there is one, but it is just being freed. */
static struct dmactl_buf *dmactl_owned_by(struct device *dev, bool *wait)
{
	struct dmactl_buf *b;

	lockdep_assert_held(&dmactl_map_lock);
	*wait = false;
	list_for_each_entry(b, &dmactl_mapped, node) {
		if (b->dev != dev || atomic_read(&b->stuck))
			continue;
		if (refcount_inc_not_zero(&b->ref))
			return b;
		*wait = true;
	}
	return NULL;
}

/**
 * dmactl_unmap_device() - unmap everything that is mapped for a device
 * @dev: device that is about to go; nothing is in flight on it but what is marked stuck
 *
 * Coherent memory is freed, its mappings give SIGBUS from now on. Pages stay usable.
 */
void dmactl_unmap_device(struct device *dev)
{
	struct dmactl_buf *b;
	bool wait;

	mutex_lock(&dmactl_map_lock);
	while ((b = dmactl_owned_by(dev, &wait)) || wait) {
		if (b && b->kind == DMACTL_BUF_COHERENT) {
			b->dead = true;
			mutex_unlock(&dmactl_map_lock);
			dmactl_buf_zap(b);
			mutex_lock(&dmactl_map_lock);
		}
		if (b)
			dmactl_buf_unmap(b);
		mutex_unlock(&dmactl_map_lock);
		if (b)
			dmactl_buf_put(b);
		else
			cond_resched();
		mutex_lock(&dmactl_map_lock);
	}
	mutex_unlock(&dmactl_map_lock);
}

static u64 dmactl_chunk_start(const struct dmactl_buf *b, unsigned int i)
{
	return b->starts ? b->starts[i] : (u64)i << b->shift;
}

static u64 dmactl_left_in(const struct dmactl_buf *b, unsigned int chunk, u64 offset)
{
	return (chunk + 1 < b->nr ? dmactl_chunk_start(b, chunk + 1) : b->bytes) - offset;
}

/* Bytes from an offset to the end of its chunk. */
u64 dmactl_chunk_left(const struct dmactl_buf *b, u64 offset)
{
	return dmactl_left_in(b, dmactl_chunk(b, offset), offset);
}

/* The same, and the bus address of the offset in @addr. */
u64 dmactl_buf_piece(const struct dmactl_buf *b, u64 offset, dma_addr_t *addr)
{
	unsigned int i = dmactl_chunk(b, offset);

	*addr = b->dma[i] + (offset - dmactl_chunk_start(b, i));
	return dmactl_left_in(b, i, offset);
}

/* The bus address of an offset. */
dma_addr_t dmactl_buf_addr(const struct dmactl_buf *b, u64 offset)
{
	dma_addr_t addr;

	dmactl_buf_piece(b, offset, &addr);
	return addr;
}

static void dmactl_buf_sync(struct dmactl_buf *b, u32 direction, u64 offset, u64 len)
{
	while (len) {
		dma_addr_t addr;
		u64 part = min(len, dmactl_buf_piece(b, offset, &addr));

		if (direction == DMACTL_SYNC_CPU)
			dma_sync_single_for_cpu(b->dev, addr, part, DMA_BIDIRECTIONAL);
		else
			dma_sync_single_for_device(b->dev, addr, part, DMA_BIDIRECTIONAL);
		offset += part;
		len -= part;
	}
}

int dmactl_ioc_buf_sync(struct dmactl_session *s, void __user *arg)
{
	struct dmactl_buf_sync sync;
	struct dmactl_buf *b;
	int err;

	err = dmactl_copy_in(&sync, sizeof(sync), sizeof(sync), arg);
	if (err)
		return err;
	if (sync.reserved || !sync.len ||
	    (sync.direction != DMACTL_SYNC_CPU && sync.direction != DMACTL_SYNC_DEVICE))
		return -EINVAL;
	b = dmactl_buf_get(s, sync.buffer);
	if (!b)
		return -ENOENT;
	if (sync.offset > b->bytes || sync.len > b->bytes - sync.offset) {
		err = -ERANGE;
		goto out;
	}
	mutex_lock(&dmactl_map_lock);
	if (b->dead || b->leaked)
		err = -ENODEV;
	else if (b->kind == DMACTL_BUF_DMABUF)
		;	/* below: its exporter waits for all who use it */
	else if (b->kind != DMACTL_BUF_COHERENT && b->dev)
		dmactl_buf_sync(b, sync.direction, sync.offset, sync.len);
	mutex_unlock(&dmactl_map_lock);
	if (!err && b->kind == DMACTL_BUF_DMABUF)
		err = dmactl_dmabuf_sync(b, sync.direction);
out:
	dmactl_buf_put(b);
	return err;
}

struct dmactl_stuck {
	u64 mark;
	u64 bytes;
};

static void dmactl_stuck_buf(struct dmactl_buf *b, void *arg)
{
	struct dmactl_stuck *stuck = arg;

	if (b->mark == stuck->mark)
		return;
	b->mark = stuck->mark;
	stuck->bytes += b->bytes;
}

/**
 * dmactl_stuck_bytes() - memory that a channel which was given up may still write
 * @c: channel, locked
 */
u64 dmactl_stuck_bytes(struct dmactl_chan *c)
{
	static u64 marks;	/* dmactl_map_lock: each buffer counts once */
	struct dmactl_stuck stuck = { };
	unsigned int i;

	lockdep_assert_held(&c->lock);
	mutex_lock(&dmactl_map_lock);
	stuck.mark = ++marks;
	for (i = 0; i < c->nr_pool; i++)
		if (c->pool[i]->state == REQ_ABANDONED)
			dmactl_xfer_bufs(c->pool[i]->x, dmactl_stuck_buf, &stuck);
	if (c->reg)
		dmactl_stuck_buf(c->reg, &stuck);
	mutex_unlock(&dmactl_map_lock);
	return stuck.bytes;
}

/* The provider goes while its engine may write: this memory is never used, unmapped or freed. */
void dmactl_buf_leak(struct dmactl_buf *b, void *arg)
{
	mutex_lock(&dmactl_map_lock);
	b->leaked = true;
	if (b->dev)
		dmactl_disown(b);
	mutex_unlock(&dmactl_map_lock);
}
