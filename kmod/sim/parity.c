// SPDX-License-Identifier: GPL-2.0-only
/*
 * xor and pq, made or checked: P is the xor of the sources, Q the xor of coefficient times source
 * in GF(2^8) over x^8 + x^4 + x^3 + x^2 + 1 (0x11d). xor is a pq without Q; xor_val checks that the
 * first source is the P of the others.
 */
#include <linux/dma-direct.h>
#include <linux/highmem.h>
#include <linux/string.h>

#include "sim.h"

#define DMASIM_RAID6		0x1d		/* 0x11d without the bit that falls out */
#define DMASIM_AES		0x1b		/* the defect "polynomial" */

/* All sources are read before anything is written, because a destination may be one of them. */
struct dmasim_block {
	u64 word[16];
};

/* Eight bytes at once. */
static u64 dmasim_gf_mul(u64 x, u8 coef, u64 polynomial)
{
	u64 product = 0;

	for (; coef; coef >>= 1) {
		if (coef & 1)
			product ^= x;
		x = ((x & 0x7f7f7f7f7f7f7f7fULL) << 1) ^
		    ((x >> 7 & 0x0101010101010101ULL) * polynomial);
	}
	return product;
}

static void dmasim_block_read(const struct dmasim_dev *sim, struct dmasim_block *b,
			      dma_addr_t addr, size_t len)
{
	phys_addr_t src = dma_to_phys(sim->dma.dev, addr);
	size_t at, n;

	for (at = 0; at < len; at += n) {
		void *in = dmasim_map(src + at);

		n = dmasim_reach(src + at, len - at);
		memcpy((void *)b + at, in, n);
		kunmap_local(in);
	}
}

static void dmasim_block_write(const struct dmasim_dev *sim, const struct dmasim_block *b,
			       dma_addr_t addr, size_t len)
{
	phys_addr_t dst = dma_to_phys(sim->dma.dev, addr);
	size_t at, n;

	for (at = 0; at < len; at += n) {
		void *out = dmasim_map(dst + at);

		n = dmasim_reach(dst + at, len - at);
		memcpy(out, (const void *)b + at, n);
		kunmap_local(out);
	}
}

/* P and Q of the next @len bytes. */
static void dmasim_block_sum(const struct dmasim_dev *sim, const struct dmasim_desc *d,
			     struct dmasim_block *p, struct dmasim_block *q, size_t len)
{
	u64 polynomial = d->defects & BIT(DMASIM_POLYNOMIAL) ? DMASIM_AES : DMASIM_RAID6;
	struct dmasim_block in = { };
	unsigned int i, w;

	memset(p, 0, sizeof(*p));
	memset(q, 0, sizeof(*q));
	if (d->more && d->p)
		dmasim_block_read(sim, p, d->dst + d->done, len);
	if (d->more && d->q)
		dmasim_block_read(sim, q, d->dst2 + d->done, len);

	for (i = 0; i < d->pieces; i++) {
		u8 coef = d->defects & BIT(DMASIM_COEFFICIENT) ? 1 : d->piece[i].coef;

		dmasim_block_read(sim, &in, d->piece[i].addr + d->done, len);
		if (unlikely(d->defects & BIT(DMASIM_COPIES))) {
			*p = in;
			*q = in;
			return;
		}
		for (w = 0; w < DIV_ROUND_UP(len, sizeof(u64)); w++) {
			p->word[w] ^= in.word[w];
			if (d->q)
				q->word[w] ^= dmasim_gf_mul(in.word[w], coef, polynomial);
		}
	}
}

static void dmasim_block_check(const struct dmasim_dev *sim, struct dmasim_desc *d,
			       const struct dmasim_block *p, const struct dmasim_block *q,
			       size_t len)
{
	struct dmasim_block found;

	if (d->p) {
		dmasim_block_read(sim, &found, d->dst + d->done, len);
		if (memcmp(&found, p, len))
			*d->sums |= SUM_CHECK_P_RESULT;
	}
	if (d->q) {
		dmasim_block_read(sim, &found, d->dst2 + d->done, len);
		if (memcmp(&found, q, len))
			*d->sums |= SUM_CHECK_Q_RESULT;
	}
}

static void dmasim_block_store(const struct dmasim_dev *sim, struct dmasim_desc *d,
			       struct dmasim_block *p, struct dmasim_block *q, size_t len)
{
	/* Either may be the wrong one. */
	bool spoil_q = d->q && (!d->p || d->spoil_at & 1);

	dmasim_spoil(d, d->done, (u8 *)(spoil_q ? q : p), len);
	if (d->p)
		dmasim_block_write(sim, p, d->dst + d->done, len);
	if (d->q)
		dmasim_block_write(sim, q, d->dst2 + d->done, len);
}

/* Can all of @len bytes be reached? */
static enum dmaengine_tx_result dmasim_parity_check(const struct dmasim_dev *sim,
						    const struct dmasim_desc *d, size_t len)
{
	enum dmaengine_tx_result bad = d->sums ? DMA_TRANS_READ_FAILED : DMA_TRANS_WRITE_FAILED;
	struct device *dev = sim->dma.dev;
	unsigned int i;

	for (i = 0; i < d->pieces; i++)
		if (!dmasim_is_memory(dma_to_phys(dev, d->piece[i].addr + d->done), len))
			return DMA_TRANS_READ_FAILED;
	if (d->p && !dmasim_is_memory(dma_to_phys(dev, d->dst + d->done), len))
		return bad;
	if (d->q && !dmasim_is_memory(dma_to_phys(dev, d->dst2 + d->done), len))
		return bad;
	return DMA_TRANS_NOERROR;
}

enum dmaengine_tx_result dmasim_work_parity(struct dmasim_chan *c, struct dmasim_desc *d,
					    size_t to)
{
	enum dmaengine_tx_result result = DMA_TRANS_NOERROR;
	struct dmasim_block p, q;

	if (d->done < to)
		result = dmasim_parity_check(c->sim, d, to - d->done);
	while (d->done < to && !result) {
		size_t n = min(sizeof(p), to - d->done);

		dmasim_block_sum(c->sim, d, &p, &q, n);
		if (d->sums)
			dmasim_block_check(c->sim, d, &p, &q, n);
		else
			dmasim_block_store(c->sim, d, &p, &q, n);
		d->done += n;
	}
	return result;
}
