// SPDX-License-Identifier: GPL-2.0
/* A stream's session and its ring, and what a call that was refused means to a user. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cyclic.h"
#include "guard.h"

#define EVENTS	    256	  /* taken by one call */
#define BATCH_BYTES 32768 /* copied before it is asked where the engine is */

int cyclic_open(struct cyclic *s)
{
	s->w.o = &s->o;
	s->w.direction = s->o.direction;
	if (worker_open(&s->w))
		return -1;
	if (cyclic_allowed(s, s->c) || endpoint_open(&s->w)) {
		worker_close(&s->w);
		return -1;
	}
	s->comps = calloc(EVENTS, sizeof(*s->comps));
	return s->comps ? 0 : err_set(&s->w.ctx->err, EXIT_FAILED, "out of memory");
}

void cyclic_close(struct cyclic *s)
{
	worker_close(&s->w);
	free(s->comps);
	fit_free(&s->fit);
	s->comps = NULL;
}

static int ring_failed(struct cyclic *s, int ret, uint64_t bytes)
{
	struct err *e = &s->w.err;
	bool pages = s->o.kind[DST] == DMACTL_BUF_PAGES;

	switch (ret) {
	case -ENOMEM:
		return err_set(e, EXIT_UNAVAILABLE,
			       "no %s memory for a ring of %" PRIu64
			       " bytes, or RLIMIT_MEMLOCK is used up (ulimit -l): less --period or "
			       "--periods%s",
			       pages ? "contiguous" : "coherent", bytes,
			       pages ? ", or -B coherent" :
				       ", -B pages, or more of it (cma= on the "
				       "kernel's command line)");
	case -EDQUOT:
	case -EMFILE:
	case -EINVAL:
		return err_set(e, EXIT_UNAVAILABLE,
			       "a ring of %" PRIu64 " bytes is above the module's limit: less "
			       "--period or --periods",
			       bytes);
	case -EOPNOTSUPP:
		return err_set(e, EXIT_UNAVAILABLE, "the loaded module has no %s buffers: -B %s",
			       pages ? "pages" : "coherent", pages ? "coherent" : "pages");
	case -ENODEV:
		return err_set(e, EXIT_FAILED, "the channel is gone: its provider was unbound");
	default:
		return err_set(e, EXIT_FAILED, "a ring of %" PRIu64 " bytes: %s", bytes,
			       strerror(-ret));
	}
}

/* Periods that are copied before it is asked whether they were whole. */
static uint64_t batch(const struct crow *r)
{
	uint64_t n = BATCH_BYTES / r->period, most = r->ring_periods / 4;

	n = n < most ? n : most;
	return r->direction == DEV_TO_MEM && n > 1 ? n : 1;
}

int cyclic_ring(struct cyclic *s)
{
	const struct backend *b = s->w.ctx->b;
	struct dmactl_buf_create c = {
		.kind = s->o.kind[DST],
		.channel = s->w.claim.channel,
		.bytes = s->r->period * s->r->ring_periods,
		.node = DMACTL_NONE,
	};
	size_t marks = (size_t)s->r->ring_periods + 1;
	int ret = b->buf_create(s->w.session, &c);

	if (ret)
		return ring_failed(s, ret, c.bytes);
	s->ring_id = c.buffer;
	s->ring_mapped = (size_t)c.mapped;
	s->ring = b->buf_map(s->w.session, c.offset, s->ring_mapped);
	ret = errno;
	s->batch = batch(s->r);
	s->copies = malloc((size_t)(s->batch * s->r->period));
	s->copy = s->copies;
	s->crcs = calloc(marks, sizeof(*s->crcs));
	s->sink_crcs = calloc(marks, sizeof(*s->sink_crcs));
	if (s->ring && s->copies && s->crcs && s->sink_crcs)
		return 0;
	if (s->ring)
		err_set(&s->w.err, EXIT_FAILED, "out of memory");
	else
		err_set(&s->w.err, EXIT_FAILED, "the ring could not be mapped: %s", strerror(ret));
	cyclic_ring_drop(s);
	return -1;
}

void cyclic_ring_drop(struct cyclic *s)
{
	if (s->ring)
		s->w.ctx->b->buf_unmap(s->ring, s->ring_mapped);
	if (s->ring_mapped)
		s->w.ctx->b->buf_destroy(s->w.session, s->ring_id);
	free(s->copies);
	free(s->crcs);
	free(s->sink_crcs);
	s->ring = NULL;
	s->ring_mapped = 0;
	s->copies = NULL;
	s->crcs = NULL;
	s->sink_crcs = NULL;
}

static uint8_t *slot(const struct cyclic *s, uint64_t period)
{
	return s->ring + period % s->r->ring_periods * s->r->period;
}

bool cyclic_read_ring(struct cyclic *s, uint64_t period)
{
	if (guarded_copy(s->copy, slot(s, period), (size_t)s->r->period))
		return true;
	s->why = END_PROVIDER;
	return false;
}

bool cyclic_write_ring(struct cyclic *s, uint64_t period)
{
	if (guarded_copy(slot(s, period), s->copy, (size_t)s->r->period))
		return true;
	s->why = END_PROVIDER;
	return false;
}

int cyclic_sync(struct cyclic *s, uint64_t period, uint32_t direction)
{
	struct dmactl_buf_sync y = {
		.buffer = s->ring_id,
		.direction = direction,
		.offset = period % s->r->ring_periods * s->r->period,
		.len = s->r->period,
	};
	int ret;

	if (s->o.kind[DST] != DMACTL_BUF_PAGES)
		return 0;
	ret = s->w.ctx->b->buf_sync(s->w.session, &y);
	if (ret == -ENODEV) {
		s->why = END_PROVIDER;
		return 0;
	}
	return ret ? err_set(&s->w.err, EXIT_FAILED, "a period could not be synced: %s",
			     strerror(-ret)) :
		     0;
}

static int start_refused(struct cyclic *s, int ret)
{
	const char *name = s->w.claim.name, *d = direction_name(s->o.direction);
	struct err *e = &s->w.err;

	switch (ret) {
	case -ENOBUFS:
		return err_set(e, EXIT_UNAVAILABLE,
			       "%s does not take a ring of %" PRIu64 " periods of %" PRIu64
			       " bytes: fewer --periods, or another --period",
			       name, s->r->ring_periods, s->r->period);
	case -EINVAL:
		return err_set(e, EXIT_UNAVAILABLE,
			       "%s does not go %s with periods of %" PRIu64
			       " bytes (dmactl info %s lists its directions and widths)",
			       name, d, s->r->period, name);
	case -E2BIG:
		return err_set(e, EXIT_UNAVAILABLE,
			       "a ring of %" PRIu64 " bytes is not in one piece for %s: less "
			       "--period or --periods, or -B coherent",
			       s->r->period * s->r->ring_periods, name);
	case -EOPNOTSUPP:
		return err_set(e, EXIT_UNAVAILABLE,
			       "%s cannot do cyclic (dmactl list shows what can)", name);
	case -EBUSY:
		return err_set(e, EXIT_UNAVAILABLE, "%s has something in flight: wait for its end",
			       name);
	case -EREMOTEIO:
		return err_set(e, EXIT_FAILED, "%s refused to queue the ring: see dmesg", name);
	default:
		return 0;
	}
}

int cyclic_refused(struct cyclic *s, const char *what, int ret)
{
	const char *name = s->w.claim.name;
	struct err *e = &s->w.err;

	if (!strcmp(what, "started") && start_refused(s, ret))
		return -1;
	if (ret == -ENODEV)
		return err_set(e, EXIT_FAILED, "the channel is gone: its provider was unbound");
	if (ret == -EIO)
		return err_set(e, EXIT_FAILED,
			       "%s is in quarantine, or the ring cannot be mapped for it", name);
	return err_set(e, EXIT_FAILED, "the ring on %s could not be %s: %s", name, what,
		       strerror(-ret));
}
