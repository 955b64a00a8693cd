// SPDX-License-Identifier: GPL-2.0
/* Buffers: pages and coherent ones of the module, memory of our own, dma-bufs of other drivers. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "area.h"

static uint64_t page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

const char *area_kind(const struct mopts *o, enum side side)
{
	switch (o->kind[side]) {
	case DMACTL_BUF_COHERENT:
		return "coherent";
	case DMACTL_BUF_USER:
		return "user";
	case DMACTL_BUF_DMABUF:
		return o->dma_buf[side];
	default:
		return "pages";
	}
}

static int create_failed(const struct owner *own, enum side side, int ret, uint64_t bytes,
			 struct err *e)
{
	const struct mopts *o = own->o;
	bool node = o->node[SRC] != DMACTL_NONE || o->node[DST] != DMACTL_NONE;

	switch (ret) {
	case -ENOMEM:
		return err_set(e, EXIT_UNAVAILABLE,
			       "no memory for a buffer of %" PRIu64 " bytes, or RLIMIT_MEMLOCK is "
			       "used up (ulimit -l): less -s, -q or --buffers, or more of either",
			       bytes);
	case -EDQUOT:
	case -EMFILE:
		return err_set(e, EXIT_UNAVAILABLE,
			       "a buffer of %" PRIu64 " bytes more: a session may not have so %s: "
			       "less -s, -q or --buffers",
			       bytes, ret == -EDQUOT ? "much memory" : "many buffers");
	case -EINVAL:
		return err_set(e, EXIT_UNAVAILABLE,
			       "the module refuses a buffer of %" PRIu64 " bytes%s: it is above "
			       "its limit%s",
			       bytes, node ? " on that node" : "",
			       node ? ", or there is no such node" : "");
	case -EOPNOTSUPP:
		return err_set(e, EXIT_UNAVAILABLE,
			       "-B %s: this module has no buffers of that kind: try another",
			       area_kind(o, side));
	case -ENODEV:
		return err_set(e, EXIT_FAILED, "the channel is gone: its provider was unbound");
	default:
		return err_set(e, EXIT_FAILED, "a buffer of %" PRIu64 " bytes%s%s: %s", bytes,
			       o->dma_buf[side] ? " of " : "",
			       o->dma_buf[side] ? o->dma_buf[side] : "", strerror(-ret));
	}
}

/* Memory of this process. Whole pages: the module pins no less. */
static int user_memory(struct area *a, struct err *e)
{
	void *p = mmap(NULL, a->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return err_set(e, EXIT_UNAVAILABLE,
			       "no memory for a buffer of %" PRIu64
			       " bytes: less -s, -q or --buffers",
			       a->bytes);
	a->p = p;
	return 0;
}

/* What backends call it: without "dmabuf:". */
static const char *exporter(const struct mopts *o, enum side side)
{
	return strchr(o->dma_buf[side], ':') + 1;
}

static int dma_buf_failed(const struct mopts *o, enum side side, int ret, uint64_t bytes,
			  struct err *e)
{
	const char *kind = exporter(o, side);
	const char *prefix = strncmp(kind, "heap/", 5) ? "" : "dma_";

	switch (ret) {
	case -ENOENT:
		return err_set(e, EXIT_UNAVAILABLE,
			       "-B %s: there is no /dev/%s%s here: try another KIND",
			       o->dma_buf[side], prefix, kind);
	case -EACCES:
	case -EPERM:
		return err_set(e, EXIT_UNAVAILABLE,
			       "-B %s: no permission to open /dev/%s%s: run as root, or give your "
			       "group the node",
			       o->dma_buf[side], prefix, kind);
	default:
		return err_set(e, EXIT_UNAVAILABLE,
			       "-B %s: it gives no buffer of %" PRIu64 " bytes: %s",
			       o->dma_buf[side], bytes, strerror(-ret));
	}
}

static int dma_buf(const struct owner *own, enum side side, struct area *a, struct err *e)
{
	int fd = own->b->dma_buf(exporter(own->o, side), a->mapped), ret;
	void *p;

	if (fd < 0)
		return dma_buf_failed(own->o, side, fd, a->bytes, e);
	p = mmap(NULL, a->mapped, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ret = errno;
	a->fd = fd;
	if (p != MAP_FAILED) {
		a->p = p;
		return 0;
	}
	close(fd);
	return err_set(e, EXIT_UNAVAILABLE, "-B %s: its buffers cannot be mapped: %s",
		       own->o->dma_buf[side], strerror(ret));
}

static void own_memory_drop(struct area *a)
{
	munmap(a->p, a->mapped);
	if (a->fd >= 0)
		close(a->fd);
}

/* The memory is there first, the module is told of it then. */
static int make_own(const struct owner *own, enum side side, struct area *a, struct err *e)
{
	struct dmactl_buf_create c = {
		.kind = a->kind,
		.channel = DMACTL_NONE,
		.node = DMACTL_NONE,
	};
	int ret;

	a->mapped = (a->bytes + page_size() - 1) / page_size() * page_size();
	a->piece = page_size();
	ret = a->kind == DMACTL_BUF_USER ? user_memory(a, e) : dma_buf(own, side, a, e);
	if (ret)
		return ret;
	c.bytes = a->mapped;
	if (a->kind == DMACTL_BUF_USER)
		c.address = (uintptr_t)a->p;
	else
		c.fd = a->fd;
	ret = own->b->buf_create(own->session, &c);
	if (ret) {
		own_memory_drop(a);
		return create_failed(own, side, ret, a->bytes, e);
	}
	a->id = c.buffer;
	return 0;
}

int area_make(const struct owner *own, enum side side, uint64_t bytes, struct area *a,
	      struct err *e)
{
	struct dmactl_buf_create c = {
		.kind = own->o->kind[side],
		.channel = own->channel,
		.bytes = bytes,
		.node = (uint32_t)own->o->node[side],
	};
	int ret;

	*a = (struct area){ .kind = c.kind, .bytes = bytes, .fd = -1 };
	if (c.kind == DMACTL_BUF_USER || c.kind == DMACTL_BUF_DMABUF)
		return make_own(own, side, a, e);
	if (c.kind == DMACTL_BUF_COHERENT)
		c.node = DMACTL_NONE;
	ret = own->b->buf_create(own->session, &c);
	if (ret)
		return create_failed(own, side, ret, bytes, e);
	a->id = c.buffer;
	a->mapped = c.mapped;
	a->piece = c.kind == DMACTL_BUF_PAGES ? 1ULL << c.granule : UINT64_MAX / 4;
	a->p = own->b->buf_map(own->session, c.offset, c.mapped);
	if (a->p)
		return 0;
	ret = errno;
	own->b->buf_destroy(own->session, a->id);
	return err_set(e, EXIT_FAILED, "a buffer could not be mapped: %s", strerror(ret));
}

void area_drop(const struct owner *own, struct area *a)
{
	bool ours = a->kind == DMACTL_BUF_USER || a->kind == DMACTL_BUF_DMABUF;

	if (!ours)
		own->b->buf_unmap(a->p, a->mapped);
	own->b->buf_destroy(own->session, a->id);
	if (ours)
		own_memory_drop(a);
}

int area_sync(const struct owner *own, const struct area *a, uint32_t direction, struct err *e)
{
	struct dmactl_buf_sync y = { .buffer = a->id, .direction = direction, .len = a->bytes };
	int ret = own->b->buf_sync(own->session, &y);

	/* The CPU's side of a dma-buf is its exporter's to prepare. */
	if (!ret && a->fd >= 0)
		ret = own->b->dma_buf_sync(a->fd, direction == DMACTL_SYNC_DEVICE);
	if (ret == -ENODEV)
		return err_set(e, EXIT_FAILED, "the channel is gone: its provider was unbound");
	return ret ? err_set(e, EXIT_FAILED, "a buffer could not be synced: %s", strerror(-ret)) :
		     0;
}
