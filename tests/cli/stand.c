// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "stand.h"

struct machine m;

static int buf_create(int session, struct dmactl_buf_create *c)
{
	uint64_t mapped = (c->bytes + 4095) & ~4095ULL;

	(void)session;
	c->buffer = m.made;
	c->granule = m.granule;
	c->offset = m.made;
	c->mapped = mapped;
	m.bytes[m.made] = c->bytes;
	m.p[m.made] = aligned_alloc(4096, mapped);
	memset(m.p[m.made++], 0, mapped);
	return 0;
}

static int buf_destroy(int session, uint32_t buffer)
{
	(void)session;
	free(m.p[buffer]);
	m.p[buffer] = NULL;
	m.gone++;
	return 0;
}

static void *buf_map(int session, uint64_t offset, size_t len)
{
	(void)session;
	(void)len;
	return m.p[offset];
}

static void buf_unmap(void *p, size_t len)
{
	(void)p;
	(void)len;
}

static int buf_sync(int session, struct dmactl_buf_sync *y)
{
	(void)session;
	m.cpu += y->direction == DMACTL_SYNC_CPU;
	m.device += y->direction == DMACTL_SYNC_DEVICE;
	return m.p[y->buffer] && y->len == m.bytes[y->buffer] && !y->offset ? 0 : -1;
}

static const struct backend backend = {
	.buf_create = buf_create,
	.buf_destroy = buf_destroy,
	.buf_map = buf_map,
	.buf_unmap = buf_unmap,
	.buf_sync = buf_sync,
};

struct ctx ctx = { .b = &backend };
struct err e;

void stand_init(struct stand *t, unsigned int opcode)
{
	memset(t, 0, sizeof(*t));
	m.granule = 12;
	mopts_init(&t->o, &ctx, opcode);
	t->o.value = 0xa5;
	t->claim.channel = 5;
}

void stand_make(struct stand *t, uint64_t size, size_t n)
{
	const struct slots_for want = { &t->o, &t->claim, 0, t->o.direction };

	if (slots_make(&t->s, &want, size, n, &e) || slots_prepare(&t->s, n, &e))
		abort();
}

void stand_up(struct stand *t, unsigned int opcode, size_t n)
{
	stand_init(t, opcode);
	stand_make(t, SIZE, n);
}

void stand_down(struct stand *t)
{
	slots_free(&t->s);
	m.made = 0;
	m.gone = 0;
}

/* Checks all slots; what is there to know is in t->r. */
void verify(struct stand *t, uint64_t excused)
{
	memset(&t->r, 0, sizeof(t->r));
	if (slots_verify(&t->s, t->s.n, excused, 100, &t->r, &e))
		abort();
}

/* Nothing is wrong with @covered of them. */
bool all_right(const struct stand *t, uint64_t covered)
{
	return t->r.covered == covered && !t->r.mismatches;
}

/* One is wrong, this one, here. */
bool one_wrong(const struct stand *t, uint64_t slot, int64_t offset)
{
	const struct first_wrong *w = &t->r.first;

	return t->r.mismatches == 1 && w->operation == 100 + slot && w->offset == offset;
}
