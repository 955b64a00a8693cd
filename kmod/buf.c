// SPDX-License-Identifier: GPL-2.0-only
/* Buffers: their memory, their ids, and their mappings in user space. */
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "dmactl_int.h"

static void dmactl_pages_free(struct dmactl_buf *b)
{
	unsigned int i;

	for (i = 0; i < b->nr; i++) {
		u64 bytes = min(b->bytes - ((u64)i << b->shift), 1ULL << b->shift);
		struct page *page = b->pages[i];

		for (; bytes; bytes -= PAGE_SIZE)
			__free_page(page++);
	}
	kvfree(b->pages);
	b->pages = NULL;
}

/* The last reference is gone: no VMA, no request, no id. Also the constructor's way back. */
static void dmactl_buf_free(struct dmactl_buf *b)
{
	struct dmactl_session *s = b->session;

	mutex_lock(&dmactl_map_lock);
	dmactl_buf_unmap(b);
	mutex_unlock(&dmactl_map_lock);
	if (b->pages && b->kind == DMACTL_BUF_USER)
		dmactl_user_unpin(b);
	else if (b->pages)
		dmactl_pages_free(b);
	if (b->dmabuf)
		dmactl_dmabuf_put(b);
	if (b->kind == DMACTL_BUF_SAMPLES)
		vfree(b->vaddr);
	kvfree(b->dma);
	if (b->chan) {
		atomic_dec(&b->chan->nr_coherent);
		dmactl_chan_put(b->chan);
	}
	dmactl_session_uncharge(s, b->bytes);
	kfree(b);
	dmactl_session_put(s);
}

void dmactl_buf_put(struct dmactl_buf *b)
{
	if (refcount_dec_and_test(&b->ref))
		dmactl_buf_free(b);
}

struct dmactl_buf *dmactl_buf_get(struct dmactl_session *s, u32 id)
{
	struct dmactl_buf *b;

	mutex_lock(&s->lock);
	b = xa_load(&s->bufs, id);
	if (b)
		refcount_inc(&b->ref);
	mutex_unlock(&s->lock);
	return b;
}

/* Single pages of a chunk: the rest of a larger allocation goes back at once. */
static struct page *dmactl_chunk_alloc(gfp_t gfp, int node, unsigned int order, u64 bytes)
{
	struct page *page = alloc_pages_node(node, gfp, order);
	unsigned long i;

	if (!page || !order)
		return page;
	split_page(page, order);
	for (i = bytes >> PAGE_SHIFT; i < 1UL << order; i++)
		__free_page(page + i);
	return page;
}

static int dmactl_pages_try(struct dmactl_buf *b, gfp_t gfp, int node, unsigned int order)
{
	unsigned int i, j;
	u64 bytes;

	b->shift = PAGE_SHIFT + order;
	b->nr = DIV_ROUND_UP_ULL(b->bytes, 1ULL << b->shift);
	b->pages = kvcalloc(b->nr, sizeof(*b->pages), GFP_KERNEL_ACCOUNT);
	if (!b->pages)
		return -ENOMEM;
	for (i = 0; i < b->nr; i++) {
		bytes = min(b->bytes - ((u64)i << b->shift), 1ULL << b->shift);
		b->pages[i] = dmactl_chunk_alloc(gfp, node, order, bytes);
		if (!b->pages[i])
			goto err_free;
	}
	return 0;

err_free:
	while (i--)	/* only the last chunk may be short, and that one is not there */
		for (j = 0; j < 1U << order; j++)
			__free_page(b->pages[i] + j);
	kvfree(b->pages);
	b->pages = NULL;
	return -ENOMEM;
}

/* Zones for a device's mask: what it cannot reach would have to be bounced. */
static gfp_t dmactl_zone(struct device *dev)
{
	u64 mask = dev ? min_not_zero(dma_get_mask(dev), dev->bus_dma_limit) : ~0ULL;

	if (mask < DMA_BIT_MASK(32))
		return GFP_DMA;
	return mask <= DMA_BIT_MASK(32) ? GFP_DMA32 : 0;
}

/* Chunks as large as possible, all of one size, so that an offset finds its chunk by a shift. */
static int dmactl_pages_alloc(struct dmactl_buf *b, struct device *dev, int node)
{
	gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN | dmactl_zone(dev);
	int order = min(get_order(b->bytes), MAX_PAGE_ORDER);

	if (dev) {
		u64 most = max_t(u64, dma_max_mapping_size(dev), PAGE_SIZE);

		order = min_t(int, order, ilog2(most) - PAGE_SHIFT);
	}
	for (; order >= 0; order--) {
		/*
		 * A buffer that does not fit is the caller's to know, and no reason to kill
		 * anybody.
		 */
		gfp_t extra = order ? __GFP_NORETRY : __GFP_RETRY_MAYFAIL;

		if (!dmactl_pages_try(b, gfp | extra, node, order))
			break;
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	if (order < 0)
		return -ENOMEM;
	b->dma = kvcalloc(b->nr, sizeof(*b->dma), GFP_KERNEL_ACCOUNT);
	return b->dma ? 0 : -ENOMEM;
}

static int dmactl_coherent_alloc(struct dmactl_buf *b, struct dmactl_chan *c)
{
	int err = 0;

	b->shift = 63;
	b->nr = 1;
	b->dma = kvcalloc(1, sizeof(*b->dma), GFP_KERNEL_ACCOUNT);
	if (!b->dma)
		return -ENOMEM;
	if (mutex_lock_interruptible(&c->lock))
		return -EINTR;
	mutex_lock(&dmactl_map_lock);
	if (!c->dma || dmactl_leaves(c)) {
		err = -ENODEV;
	} else {
		b->vaddr = dma_alloc_coherent(c->dmadev, b->bytes, &b->dma[0],
					      GFP_KERNEL | __GFP_NOWARN);
		if (b->vaddr) {
			b->dev = get_device(c->dmadev);
			dmactl_map_adopt(b);
		} else {
			err = -ENOMEM;
		}
	}
	mutex_unlock(&dmactl_map_lock);
	mutex_unlock(&c->lock);
	return err;
}

static int dmactl_buf_fill(struct dmactl_buf *b, struct dmactl_chan *c,
			   const struct dmactl_buf_create *arg)
{
	struct device *dev = c ? c->dmadev : NULL;
	int nid = arg->node != DMACTL_NONE ? arg->node : dev ? dev_to_node(dev) : NUMA_NO_NODE;

	switch (b->kind) {
	case DMACTL_BUF_PAGES:
		return dmactl_pages_alloc(b, dev, nid == NUMA_NO_NODE ? numa_mem_id() : nid);
	case DMACTL_BUF_COHERENT:
		return dmactl_coherent_alloc(b, c);
	case DMACTL_BUF_USER:
		return dmactl_user_pin(b, arg->address);
	case DMACTL_BUF_DMABUF:
		return dmactl_dmabuf_get(b, arg->fd);
	default:
		b->shift = 63;
		/* vmalloc_user() would complain to the log, and may kill for memory. */
		b->vaddr = __vmalloc(b->bytes, GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN |
				     __GFP_RETRY_MAYFAIL);
		return b->vaddr ? 0 : -ENOMEM;
	}
}

static struct dmactl_buf *dmactl_buf_new(struct dmactl_session *s, struct dmactl_chan *c,
					 const struct dmactl_buf_create *arg)
{
	struct dmactl_buf *b;
	int err;

	b = kzalloc(sizeof(*b), GFP_KERNEL_ACCOUNT);
	if (!b)
		return ERR_PTR(-ENOMEM);
	refcount_set(&b->ref, 1);
	INIT_LIST_HEAD(&b->node);
	b->kind = arg->kind;
	b->bytes = PAGE_ALIGN(arg->bytes);
	err = dmactl_session_charge(s, b->bytes);
	if (err) {
		kfree(b);
		return ERR_PTR(err);
	}
	b->session = s;
	dmactl_session_get(s);
	err = dmactl_buf_fill(b, c, arg);
	if (err) {
		dmactl_buf_free(b);
		return ERR_PTR(err);
	}
	if (b->kind == DMACTL_BUF_COHERENT) {
		b->chan = c;
		kref_get(&c->ref);
		atomic_inc(&c->nr_coherent);
	}
	return b;
}

static int dmactl_buf_create_check(const struct dmactl_buf_create *a)
{
	if (a->flags)
		return -EOPNOTSUPP;
	if (a->kind == DMACTL_BUF_DMABUF && !IS_ENABLED(CONFIG_DMA_SHARED_BUFFER))
		return -EOPNOTSUPP;
	if (a->kind < DMACTL_BUF_PAGES || a->kind > DMACTL_BUF_DMABUF)
		return -EINVAL;
	if (a->reserved || (a->address && a->kind != DMACTL_BUF_USER) ||
	    (a->fd && a->kind != DMACTL_BUF_DMABUF))
		return -EINVAL;
	if (a->kind == DMACTL_BUF_USER && (!PAGE_ALIGNED(a->address) || !PAGE_ALIGNED(a->bytes)))
		return -EINVAL;
	if (!a->bytes || a->bytes > (u64)clamp(READ_ONCE(dmactl_max_buffer_mb), 1U, 2048U) << 20)
		return -EINVAL;
	if (a->node != DMACTL_NONE && (a->kind != DMACTL_BUF_PAGES || a->node >= nr_node_ids ||
				       !node_online(a->node)))
		return -EINVAL;
	if (a->kind >= DMACTL_BUF_SAMPLES && a->channel != DMACTL_NONE)
		return -EINVAL;
	return 0;
}

/* Give a new buffer its id, which has a reference of its own; a coherent one binds its channel. */
static int dmactl_buf_publish(struct dmactl_session *s, struct dmactl_buf *b)
{
	int err;

	mutex_lock(&s->lock);
	if (b->chan && xa_load(&s->chans, b->chan->id) != b->chan)
		err = -ENOENT;	/* released meanwhile */
	else
		err = xa_alloc(&s->bufs, &b->id, b, XA_LIMIT(1, DMACTL_MAX_BUFFERS), GFP_KERNEL);
	if (!err) {
		refcount_inc(&b->ref);
		WRITE_ONCE(s->nr_bufs, s->nr_bufs + 1);
	}
	mutex_unlock(&s->lock);
	return err == -EBUSY ? -EMFILE : err;
}

/* Take a buffer's id away; its reference passes to the caller. */
static struct dmactl_buf *dmactl_buf_retire(struct dmactl_session *s, u32 id)
{
	struct dmactl_buf *b = xa_erase(&s->bufs, id);

	lockdep_assert_held(&s->lock);
	if (b)
		WRITE_ONCE(s->nr_bufs, s->nr_bufs - 1);
	return b;
}

/* Nobody learned its id, unless another thread guessed it and has destroyed it. */
static void dmactl_buf_retract(struct dmactl_session *s, struct dmactl_buf *b)
{
	bool ours;

	mutex_lock(&s->lock);
	ours = xa_load(&s->bufs, b->id) == b;
	if (ours)
		dmactl_buf_retire(s, b->id);
	mutex_unlock(&s->lock);
	if (ours)
		dmactl_buf_put(b);
}

int dmactl_ioc_buf_create(struct dmactl_session *s, void __user *uarg)
{
	struct dmactl_chan *c = NULL;
	struct dmactl_buf_create a;
	struct dmactl_buf *b;
	int err;

	err = dmactl_copy_in(&a, sizeof(a), sizeof(a), uarg);
	if (!err)
		err = dmactl_buf_create_check(&a);
	if (err)
		return err;
	if (a.channel != DMACTL_NONE || a.kind == DMACTL_BUF_COHERENT) {
		c = dmactl_chan_get(s, a.channel);
		if (!c)
			return -ENOENT;
	}
	b = dmactl_buf_new(s, c, &a);
	if (c)
		dmactl_chan_put(c);
	if (IS_ERR(b))
		return PTR_ERR(b);

	err = dmactl_buf_publish(s, b);
	if (err)
		goto out;
	a.buffer = b->id;
	a.granule = b->pages ? b->shift : 0;
	a.offset = b->kind > DMACTL_BUF_SAMPLES ? 0 : (u64)b->id << DMACTL_BUF_SHIFT;
	a.mapped = b->kind > DMACTL_BUF_SAMPLES ? 0 : b->bytes;
	err = dmactl_copy_out(uarg, &a, sizeof(a));
	if (err)
		dmactl_buf_retract(s, b);
out:
	dmactl_buf_put(b);
	return err;
}

int dmactl_ioc_buf_destroy(struct dmactl_session *s, void __user *uarg)
{
	struct dmactl_buf_destroy a;
	struct dmactl_buf *b;
	int err;

	err = dmactl_copy_in(&a, sizeof(a), sizeof(a), uarg);
	if (err)
		return err;
	mutex_lock(&s->lock);
	b = dmactl_buf_retire(s, a.buffer);
	mutex_unlock(&s->lock);
	if (!b)
		return -ENOENT;
	dmactl_buf_put(b);
	return 0;
}

static void dmactl_vma_open(struct vm_area_struct *vma)
{
	struct dmactl_buf *b = vma->vm_private_data;

	refcount_inc(&b->ref);
}

static void dmactl_vma_close(struct vm_area_struct *vma)
{
	dmactl_buf_put(vma->vm_private_data);
}

static vm_fault_t dmactl_vma_fault(struct vm_fault *vmf)
{
	struct dmactl_buf *b = vmf->vma->vm_private_data;
	u64 offset = (u64)vmf->pgoff << PAGE_SHIFT;

	offset -= (u64)b->id << DMACTL_BUF_SHIFT;
	if (b->kind == DMACTL_BUF_COHERENT || offset >= b->bytes)
		return VM_FAULT_SIGBUS;
	if (b->kind == DMACTL_BUF_SAMPLES)
		vmf->page = vmalloc_to_page(b->vaddr + offset);
	else
		vmf->page = b->pages[dmactl_chunk(b, offset)] +
			    ((offset & ((1ULL << b->shift) - 1)) >> PAGE_SHIFT);
	get_page(vmf->page);
	return 0;
}

static const struct vm_operations_struct dmactl_vm_ops = {
	.open = dmactl_vma_open,
	.close = dmactl_vma_close,
	.fault = dmactl_vma_fault,
};

/* Coherent memory may go while it is mapped; see dmactl_buf_zap() for why one mm only. */
static int dmactl_mmap_coherent(struct dmactl_session *s, struct dmactl_buf *b,
				struct vm_area_struct *vma, u64 offset)
{
	unsigned long pgoff = vma->vm_pgoff;
	int err;

	mutex_lock(&dmactl_map_lock);
	if (b->dead || b->leaked || !b->dev) {
		err = -ENODEV;
	} else if (s->mm && s->mm != vma->vm_mm) {
		err = -EACCES;
	} else {
		if (!s->mm) {
			mmgrab(vma->vm_mm);
			WRITE_ONCE(s->mm, vma->vm_mm);
		}
		vma->vm_pgoff = offset >> PAGE_SHIFT;
		err = dma_mmap_coherent(b->dev, vma, b->vaddr, b->dma[0], b->bytes);
		vma->vm_pgoff = pgoff;
	}
	mutex_unlock(&dmactl_map_lock);
	return err;
}

int dmactl_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct dmactl_session *s = file->private_data;
	u64 start = (u64)vma->vm_pgoff << PAGE_SHIFT;
	u64 offset = start & ((1ULL << DMACTL_BUF_SHIFT) - 1);
	u64 bytes = vma->vm_end - vma->vm_start;
	struct dmactl_buf *b;
	int err = 0;

	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	b = dmactl_buf_get(s, start >> DMACTL_BUF_SHIFT);
	if (!b)
		return -ENOENT;
	if (offset > b->bytes || bytes > b->bytes - offset || b->kind > DMACTL_BUF_SAMPLES) {
		err = -EINVAL;
		goto err_put;
	}
	vm_flags_set(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP);
	if (b->kind == DMACTL_BUF_COHERENT)
		err = dmactl_mmap_coherent(s, b, vma, offset);
	if (err)
		goto err_put;
	vma->vm_private_data = b;
	vma->vm_ops = &dmactl_vm_ops;
	return 0;

err_put:
	dmactl_buf_put(b);
	return err;
}
