// SPDX-License-Identifier: GPL-2.0
/* What the fake's engine does to memory, and how a lazy or broken one does it. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fake_node.h"

#define SINKS 8

/* The peripherals of all sessions: the loopback's FIFO, and what each channel's sink took. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t more;
	uint8_t fifo[1 << 20];
	size_t in, out;
	uint64_t bytes[SINKS];
	uint32_t crc[SINKS];
} wire = { .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER };

static unsigned int channel_number(const char *stable)
{
	return (unsigned int)atoi(strrchr(stable, '/') + 1) % SINKS;
}

void fake_sink_reset(const char *stable)
{
	pthread_mutex_lock(&wire.lock);
	wire.bytes[channel_number(stable)] = 0;
	wire.crc[channel_number(stable)] = ~0U;
	pthread_mutex_unlock(&wire.lock);
}

void fake_sink_take(const char *stable, const uint8_t *p, uint64_t len)
{
	unsigned int n = channel_number(stable);

	pthread_mutex_lock(&wire.lock);
	wire.bytes[n] += len;
	for (uint64_t k = 0; k < len; k++) {
		wire.crc[n] ^= p[k];
		for (int i = 0; i < 8; i++)
			wire.crc[n] = wire.crc[n] >> 1 ^ (wire.crc[n] & 1 ? 0xedb88320 : 0);
	}
	pthread_mutex_unlock(&wire.lock);
}

void fake_sink_line(unsigned int channel, unsigned long long *bytes, unsigned int *crc)
{
	*bytes = wire.bytes[channel];
	*crc = ~wire.crc[channel];
}

bool fake_befallen(const struct session *s)
{
	long only = fake_word("DMACTL_FAULT", "only");

	return only < 0 || atol(strrchr(s->ch->stable, '/') + 1) == only;
}

bool fake_nth(const struct session *s, const char *fault)
{
	long n = fake_fault(fault);

	return n && fake_befallen(s) && s->ops % (uint64_t)n == 0;
}

bool fake_from(const struct session *s, const char *fault)
{
	long n = fake_fault(fault);

	return n && fake_befallen(s) && s->ops + 1 >= (uint64_t)n;
}

static const struct dmactl_vec *vec(const struct dmactl_op *op)
{
	return (const void *)(uintptr_t)op->vec;
}

static uint8_t *at(struct session *s, const struct dmactl_operand *o)
{
	return s->buf[o->buffer].p + o->offset;
}

static uint8_t *element(struct session *s, const struct dmactl_op *op, uint32_t i)
{
	return s->buf[vec(op)[i].buffer].p + vec(op)[i].offset;
}

/* Schoolbook: multiply as polynomials, then divide. */
static uint8_t multiply(uint8_t a, uint8_t b, unsigned int polynomial)
{
	unsigned int product = 0;

	for (int i = 0; i < 8; i++)
		if (b & 1 << i)
			product ^= (unsigned int)a << i;
	for (int i = 15; i >= 8; i--)
		if (product & 1U << i)
			product ^= polynomial << (i - 8);
	return (uint8_t)product;
}

/* Adds what each source gives to the sum: for Q with its coefficient. */
static void sum_up(struct session *s, const struct dmactl_op *op, bool q, uint8_t *sum,
		   uint64_t len)
{
	unsigned int polynomial = s->odd.polynomial ? 0x11b : 0x11d;
	uint8_t row[256], coef;

	if (s->odd.copies) {
		memcpy(sum, element(s, op, 0), len);
		return;
	}
	for (uint32_t i = 0; i < op->nr_vec; i++) {
		coef = !q || s->odd.coefficient ? 1 : (uint8_t)vec(op)[i].coef;
		for (unsigned int v = 0; v < 256; v++)
			row[v] = multiply(coef, (uint8_t)v, polynomial);
		for (uint64_t k = 0; k < len; k++)
			sum[k] ^= row[element(s, op, i)[k]];
	}
}

static void parity_into(struct session *s, const struct dmactl_op *op, bool q, uint8_t *to)
{
	uint64_t len = op->len - s->odd.shorter;
	uint8_t *sum = calloc(1, op->len);

	if (op->flags & DMACTL_OP_F_CONTINUE)
		memcpy(sum, to, len);
	sum_up(s, op, q, sum, len);
	memcpy(to, sum, len);
	free(sum);
}

static void parity(struct session *s, const struct dmactl_op *op)
{
	if (!(op->flags & DMACTL_OP_F_NO_P))
		parity_into(s, op, false, at(s, &op->dst));
	if (op->opcode == DMACTL_OP_PQ && !(op->flags & DMACTL_OP_F_NO_Q))
		parity_into(s, op, true, at(s, &op->dst2));
}

/* Whether a parity (of a xor: nothing) differs from what the sources give. */
static bool differs(struct session *s, const struct dmactl_op *op, bool q, const uint8_t *from)
{
	uint64_t len = op->len - s->odd.shorter;
	uint8_t *sum = calloc(1, op->len);
	bool differs = false;

	sum_up(s, op, q, sum, len);
	for (uint64_t k = 0; k < len; k++)
		differs |= sum[k] != (from ? from[k] : 0);
	free(sum);
	return differs;
}

static uint32_t check_parity(struct session *s, const struct dmactl_op *op)
{
	bool pq = op->opcode == DMACTL_OP_PQ_VAL;
	uint32_t found = 0;

	if (!(op->flags & DMACTL_OP_F_NO_P) && differs(s, op, false, pq ? at(s, &op->dst) : NULL))
		found |= DMACTL_COMP_F_XOR_BAD;
	if (pq && !(op->flags & DMACTL_OP_F_NO_Q) && differs(s, op, true, at(s, &op->dst2)))
		found |= DMACTL_COMP_F_Q_BAD;
	/* It confuses P with Q. */
	if (pq && s->odd.blame)
		found = (found & DMACTL_COMP_F_XOR_BAD ? DMACTL_COMP_F_Q_BAD : 0) |
			(found & DMACTL_COMP_F_Q_BAD ? DMACTL_COMP_F_XOR_BAD : 0);
	return found ^ (s->odd.corrupt ? DMACTL_COMP_F_XOR_BAD : 0);
}

static void frames(struct session *s, const struct dmactl_op *op)
{
	const struct dmactl_interleave *t = (const void *)(uintptr_t)op->template;
	uint8_t *dst = at(s, &op->dst), *src = at(s, &op->src);
	uint64_t sgap = t->src_gap, dgap = t->dst_gap;

	if (s->odd.no_gap) {
		sgap = 0;
		dgap = 0;
	}
	for (uint64_t i = 0; i < t->frames; i++) {
		memcpy(dst + i * (t->chunk + dgap), src + i * (t->chunk + sgap),
		       t->chunk - (s->odd.shorter && i == t->frames - 1));
		if (s->odd.gap && i < t->frames - 1 && dgap)
			dst[i * (t->chunk + dgap) + t->chunk + dgap - 1] ^= 1;
	}
}

static void segments(struct session *s, const struct dmactl_op *op)
{
	for (uint32_t i = 0; i < op->nr_vec; i++)
		memset(element(s, op, i), (int)op->value,
		       vec(op)[i].len - (s->odd.shorter && i == op->nr_vec - 1));
}

/* The peripheral takes a byte. */
static void give(struct session *s, const struct dmactl_op *op, uint64_t k, uint8_t byte)
{
	unsigned int n = channel_number(s->ch->stable);
	const struct dmactl_config *c = &s->config;

	if (c->endpoint == DMACTL_EP_BUFFER) {
		s->buf[c->buffer].p[k % c->dst_width] = byte;
		return;
	}
	pthread_mutex_lock(&wire.lock);
	if (c->endpoint == DMACTL_EP_LOOPBACK) {
		wire.fifo[wire.in++ % sizeof(wire.fifo)] = byte;
		pthread_cond_broadcast(&wire.more);
	} else {
		wire.bytes[n]++;
		wire.crc[n] ^= byte;
		for (int i = 0; i < 8; i++)
			wire.crc[n] = wire.crc[n] >> 1 ^ (wire.crc[n] & 1 ? 0xedb88320 : 0);
	}
	pthread_mutex_unlock(&wire.lock);
	(void)op;
}

/* The peripheral gives a byte; a FIFO that stays empty gives none. */
static int take(struct session *s, uint64_t k, uint8_t *byte)
{
	const struct dmactl_config *c = &s->config;
	struct timespec until;
	int ret = 0;

	if (c->endpoint == DMACTL_EP_BUFFER) {
		*byte = s->buf[c->buffer].p[k % c->src_width];
		return 0;
	}
	if (c->endpoint != DMACTL_EP_LOOPBACK) {
		*byte = (uint8_t)((uint32_t)(s->stream / 4) >> (8 * (s->stream % 4)));
		s->stream++;
		return 0;
	}
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 5;
	pthread_mutex_lock(&wire.lock);
	while (wire.in == wire.out && !ret)
		ret = pthread_cond_timedwait(&wire.more, &wire.lock, &until);
	if (!ret)
		*byte = wire.fifo[wire.out++ % sizeof(wire.fifo)];
	pthread_mutex_unlock(&wire.lock);
	return ret;
}

static uint32_t slave(struct session *s, const struct dmactl_op *op)
{
	uint64_t done = 0, len;

	for (uint32_t i = 0; i < op->nr_vec; i++) {
		len = vec(op)[i].len - (s->odd.shorter && i == op->nr_vec - 1);
		for (uint64_t k = 0; k < len; k++, done++) {
			uint8_t byte = 0, *p = op->direction == 3 ? &byte : element(s, op, i) + k;

			if (op->direction >= 2 && take(s, done, p))
				return DMACTL_RES_READ_FAILED;
			if (op->direction != 2)
				give(s, op, done, *p ^ (s->odd.corrupt && done == 3));
		}
	}
	return DMACTL_RES_OK;
}

/* The first destination of an operation, NULL where none is in memory. */
static uint8_t *first_destination(struct session *s, const struct dmactl_op *op, uint64_t *len)
{
	*len = op->len;
	switch (op->opcode) {
	case DMACTL_OP_XOR_VAL:
	case DMACTL_OP_PQ_VAL:
		return NULL;
	case DMACTL_OP_SLAVE_SG:
	case DMACTL_OP_MEMSET_SG:
		*len = vec(op)[0].len;
		return op->direction == 2 || op->opcode == DMACTL_OP_MEMSET_SG ? element(s, op, 0) :
										 NULL;
	case DMACTL_OP_PQ:
		return at(s, op->flags & DMACTL_OP_F_NO_P ? &op->dst2 : &op->dst);
	case DMACTL_OP_INTERLEAVED:
		*len += (((const struct dmactl_interleave *)(uintptr_t)op->template)->frames - 1) *
			((const struct dmactl_interleave *)(uintptr_t)op->template)->dst_gap;
		return at(s, &op->dst);
	default:
		return at(s, &op->dst);
	}
}

static uint32_t perform(struct session *s, const struct dmactl_op *op, uint32_t *flags)
{
	switch (op->opcode) {
	case DMACTL_OP_MEMSET:
		memset(at(s, &op->dst), (int)op->value, op->len - s->odd.shorter);
		break;
	case DMACTL_OP_MEMSET_SG:
		segments(s, op);
		break;
	case DMACTL_OP_XOR:
	case DMACTL_OP_PQ:
		parity(s, op);
		break;
	case DMACTL_OP_XOR_VAL:
	case DMACTL_OP_PQ_VAL:
		*flags |= check_parity(s, op);
		break;
	case DMACTL_OP_INTERLEAVED:
		frames(s, op);
		break;
	case DMACTL_OP_SLAVE_SG:
		return slave(s, op);
	default:
		if (s->odd.shift)
			memcpy(at(s, &op->dst) + 1, at(s, &op->src), op->len - 1);
		else
			memcpy(at(s, &op->dst), at(s, &op->src), op->len - s->odd.shorter);
	}
	return DMACTL_RES_OK;
}

uint32_t fake_move(struct session *s, const struct dmactl_op *op, uint32_t *flags)
{
	uint32_t result;
	uint64_t len;
	uint8_t *dst;

	s->ops++;
	s->odd = (struct odd){
		.polynomial = fake_nth(s, "polynomial"),
		.copies = fake_nth(s, "copies"),
		.coefficient = fake_nth(s, "coefficient"),
		.shorter = fake_nth(s, "shorter"),
		.corrupt = fake_nth(s, "corrupt"),
		.no_gap = fake_nth(s, "nogap"),
		.gap = fake_nth(s, "gap"),
		.shift = fake_nth(s, "shift"),
		.blame = fake_nth(s, "blame"),
	};
	if (fake_nth(s, "error"))
		return DMACTL_RES_WRITE_FAILED;
	if (op->opcode == DMACTL_OP_INTERRUPT || fake_nth(s, "stale") ||
	    (fake_fault("lazy") && s->ops >= (uint64_t)fake_fault("lazy")))
		return DMACTL_RES_OK;
	result = perform(s, op, flags);
	dst = first_destination(s, op, &len);
	if (dst && s->odd.corrupt)
		dst[len / 2] ^= 0x40;
	if (dst && fake_nth(s, "guard"))
		dst[len + 3] ^= 0xff;
	return result;
}

/* Memory of others comes in pages. */
uint32_t fake_descriptors(const struct session *s, const struct dmactl_op *op)
{
	uint32_t buffer = op->nr_vec ? vec(op)->buffer : op->dst.buffer;
	uint64_t piece = s->ch->max_segment;

	if (op->opcode != DMACTL_OP_INTERRUPT && buffer < s->nr_buf &&
	    (s->buf[buffer].kind == DMACTL_BUF_USER || s->buf[buffer].kind == DMACTL_BUF_DMABUF))
		piece = 4096;
	return op->len > piece ? (uint32_t)((op->len + piece - 1) / piece) : 1;
}
