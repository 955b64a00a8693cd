// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine: operations on memory, done by the CPU through the kernel's own mapping.
 *
 * DMA addresses are followed as physical ones, which is true on directly mapped devices only
 * (a bounce slot and the encryption bit included). dmasim_engine_check() refuses all else.
 */
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/highmem.h>
#include <linux/string.h>

#include "sim.h"

bool dmasim_is_memory(phys_addr_t phys, size_t len)
{
	return pfn_valid(PHYS_PFN(phys)) && pfn_valid(PHYS_PFN(phys + len - 1));
}

/* How much of @len one mapping reaches: all of it unless pages must be mapped one by one. */
size_t dmasim_reach(phys_addr_t phys, size_t len)
{
	if (!IS_ENABLED(CONFIG_HIGHMEM))
		return len;
	return min_t(size_t, len, PAGE_SIZE - offset_in_page(phys));
}

void *dmasim_map(phys_addr_t phys)
{
	return kmap_local_page(pfn_to_page(PHYS_PFN(phys))) + offset_in_page(phys);
}

/* The piece with byte @at of the operation, or of its frame; @in is how far into it that is. */
const struct dmasim_piece *dmasim_piece_at(const struct dmasim_desc *d, size_t at, size_t *in)
{
	const struct dmasim_piece *p = d->piece;

	while (at >= p->len)
		at -= p++->len;
	*in = at;
	return p;
}

/* The defect "corrupt": is the byte among those at @to, the first of which is number @at? */
void dmasim_spoil(const struct dmasim_desc *d, size_t at, u8 *to, size_t len)
{
	if (unlikely(d->defects & BIT(DMASIM_CORRUPT)) && d->spoil_at - at < len)
		to[d->spoil_at - at] ^= d->spoil_xor;
}

static enum dmaengine_tx_result dmasim_copy(struct dmasim_chan *c, struct dmasim_desc *d,
					    dma_addr_t to, dma_addr_t from, size_t left)
{
	phys_addr_t dst = dma_to_phys(c->sim->dma.dev, to);
	phys_addr_t src = dma_to_phys(c->sim->dma.dev, from);

	if (!dmasim_is_memory(src, left))
		return DMA_TRANS_READ_FAILED;
	if (!dmasim_is_memory(dst, left))
		return DMA_TRANS_WRITE_FAILED;

	while (left) {
		size_t n = dmasim_reach(dst, dmasim_reach(src, left));
		void *out = dmasim_map(dst);
		void *in = dmasim_map(src);

		memcpy(out, in, n);
		kunmap_local(in);
		dmasim_spoil(d, d->done, out, n);
		kunmap_local(out);
		dst += n;
		src += n;
		left -= n;
		d->done += n;
	}
	return DMA_TRANS_NOERROR;
}

static enum dmaengine_tx_result dmasim_fill(struct dmasim_chan *c, struct dmasim_desc *d,
					    dma_addr_t to, size_t left)
{
	phys_addr_t dst = dma_to_phys(c->sim->dma.dev, to);

	if (!dmasim_is_memory(dst, left))
		return DMA_TRANS_WRITE_FAILED;

	while (left) {
		size_t n = dmasim_reach(dst, left);
		void *out = dmasim_map(dst);

		memset(out, d->value, n);
		dmasim_spoil(d, d->done, out, n);
		kunmap_local(out);
		dst += n;
		left -= n;
		d->done += n;
	}
	return DMA_TRANS_NOERROR;
}

enum dmaengine_tx_result dmasim_work_memcpy(struct dmasim_chan *c, struct dmasim_desc *d,
					    size_t to)
{
	if (unlikely(d->done == to))
		return DMA_TRANS_NOERROR;
	return dmasim_copy(c, d, d->dst + d->done, d->src + d->done, to - d->done);
}

enum dmaengine_tx_result dmasim_work_memset(struct dmasim_chan *c, struct dmasim_desc *d,
					    size_t to)
{
	if (unlikely(d->done == to))
		return DMA_TRANS_NOERROR;
	return dmasim_fill(c, d, d->dst + d->done, to - d->done);
}

enum dmaengine_tx_result dmasim_work_memset_sg(struct dmasim_chan *c, struct dmasim_desc *d,
					       size_t to)
{
	enum dmaengine_tx_result result = DMA_TRANS_NOERROR;
	const struct dmasim_piece *p;
	size_t in;

	for (p = dmasim_piece_at(d, d->done, &in); d->done < to && !result; p++, in = 0)
		result = dmasim_fill(c, d, p->addr + in, min(p->len - in, to - d->done));
	return result;
}

enum dmaengine_tx_result dmasim_work_interleaved(struct dmasim_chan *c, struct dmasim_desc *d,
						 size_t to)
{
	enum dmaengine_tx_result result = DMA_TRANS_NOERROR;
	size_t frame = d->done / d->frame, in;
	const struct dmasim_piece *p = dmasim_piece_at(d, d->done % d->frame, &in);

	while (d->done < to && !result) {
		dma_addr_t dst = d->dst + frame * d->dst_step + p->dst + in;
		dma_addr_t src = d->src + frame * d->src_step + p->addr + in;

		result = dmasim_copy(c, d, dst, src, min(p->len - in, to - d->done));
		in = 0;
		if (++p == d->piece + d->pieces) {
			p = d->piece;
			frame++;
		}
	}
	return result;
}

/* The last word: does the device see what the CPU wrote, and the CPU what the device wrote? */
static int dmasim_engine_try(struct device *dev)
{
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;
	phys_addr_t phys;
	int err = -EOPNOTSUPP;
	u8 *p;

	if (!page)
		return -ENOMEM;

	memset(page_address(page), 0x5a, PAGE_SIZE);
	addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	if (dma_mapping_error(dev, addr))
		goto out;

	phys = dma_to_phys(dev, addr);
	if (dmasim_is_memory(phys, PAGE_SIZE)) {
		p = dmasim_map(phys);
		err = memchr_inv(p, 0x5a, PAGE_SIZE) ? -EOPNOTSUPP : 0;
		memset(p, 0xa5, PAGE_SIZE);
		kunmap_local(p);
	}
	dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	if (memchr_inv(page_address(page), 0xa5, PAGE_SIZE))
		err = -EOPNOTSUPP;
out:
	__free_page(page);
	return err;
}

/* Is the claim at the top of this file true for @dev? The DMA mask must have been set. */
int dmasim_engine_check(struct device *dev)
{
	int err;

	if (get_dma_ops(dev) || device_iommu_mapped(dev))
		return dev_err_probe(dev, -EOPNOTSUPP,
				     "DMA addresses are translated here, dma-sim cannot follow them\n");
	if (!dev_is_dma_coherent(dev))
		return dev_err_probe(dev, -EOPNOTSUPP,
				     "DMA is not coherent here, dma-sim would lose data\n");

	err = dmasim_engine_try(dev);
	if (err == -EOPNOTSUPP)
		return dev_err_probe(dev, err,
				     "DMA addresses do not lead to the memory that was mapped\n");
	return err;
}
