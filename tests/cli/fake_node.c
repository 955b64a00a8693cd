// SPDX-License-Identifier: GPL-2.0
/* The fake's node: sessions, channels, peripherals, buffers. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fake_node.h"
#include "guard.h"

#define SESSIONS 16
#define FIRST_FD 100
/* PAGES COHERENT USER DMABUF RUN POLL DEPS CONFIG STREAM */
#define ALL_FEATURES 0x3bf

static struct session sessions[SESSIONS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct session *fake_session(int fd)
{
	return &sessions[fd - FIRST_FD];
}

int fake_open(void)
{
	int fd = -EMFILE;

	if (fake_is("noperm"))
		return -EACCES;
	if (fake_is("nonode"))
		return -ENOENT;
	pthread_mutex_lock(&lock);
	for (int i = 0; i < SESSIONS && fd < 0; i++) {
		if (sessions[i].used)
			continue;
		memset(&sessions[i], 0, sizeof(sessions[i]));
		sessions[i].used = true;
		fd = FIRST_FD + i;
	}
	pthread_mutex_unlock(&lock);
	return fd;
}

/* The memory behind a buffer is gone: SIGBUS. And there again, so that it can be freed. */
void fake_buf_gone(struct buffer *b, bool gone)
{
	int fd = gone ? memfd_create("gone", MFD_CLOEXEC) : -1;
	uint64_t len = (b->bytes + 4095) / 4096 * 4096;

	mmap(b->p, len, PROT_READ | PROT_WRITE,
	     MAP_FIXED | (gone ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS), fd, 0);
	if (fd >= 0)
		close(fd);
	b->gone = gone;
}

static void drop(struct buffer *b)
{
	if (b->gone)
		fake_buf_gone(b, false);
	if (b->kind != DMACTL_BUF_USER && b->kind != DMACTL_BUF_DMABUF)
		free(b->p);
	else if (b->kind == DMACTL_BUF_DMABUF && b->p)
		munmap(b->p, b->bytes);
	b->p = NULL;
}

void fake_close(int fd)
{
	struct session *s = fake_session(fd);

	for (uint32_t i = 0; i < s->nr_buf; i++)
		drop(&s->buf[i]);
	s->used = false;
}

int fake_info(int fd, struct dmactl_info *info)
{
	long features = fake_word("DMACTL_FAKE", "features");

	(void)fd;
	if (fake_is("notours"))
		return -ENOTTY;
	info->abi = fake_is("abi2") ? 2 : fake_is("abi0") ? 0 : DMACTL_ABI;
	info->features = features >= 0 ? (uint64_t)features : ALL_FEATURES;
	info->operations = fake_is("noops") ? 0 : 0x3ff;
	info->max_channels = 64;
	info->max_buffers = BUFFERS;
	info->max_depth = 256;
	info->max_ops = 512;
	info->max_buffer = 64 << 20;
	info->max_session = 256 << 20;
	info->default_timeout_ns = 5000000000ULL;
	info->max_descriptors = 4096;
	info->max_vec = 256;
	strcpy(info->version, fake_is("samerelease") ? "0.0.7" : "1.0-fake");
	return 0;
}

int fake_claim(int fd, struct dmactl_claim *c)
{
	struct session *s = fake_session(fd);
	long pq = fake_word("DMACTL_FAKE", "pq");
	int ret;

	if (fake_fault("claim"))
		return -(int)fake_fault("claim");
	s->ch = fake_channel(c->name);
	s->line = !s->ch;
	if (s->line)
		s->ch = fake_line(c->name, &ret);
	if (!s->ch)
		return ret;
	if (s->line)
		memcpy(c->name, s->ch->stable, sizeof(c->name));
	s->stopped = false;
	c->operations = s->ch->operations;
	c->channel = 5;
	c->traits = s->ch->traits;
	c->max_segment = s->ch->max_segment;
	c->node = DMACTL_NONE;
	c->align_copy = (uint8_t)s->ch->align_copy;
	c->align_fill = (uint8_t)s->ch->align_fill;
	c->max_xor = s->ch->max_xor;
	c->max_pq = pq >= 0 ? (uint32_t)pq : s->ch->max_pq;
	return 0;
}

int fake_release(int fd, uint32_t channel)
{
	(void)channel;
	fake_session(fd)->ch = NULL;
	return 0;
}

int fake_config(int fd, struct dmactl_config *c)
{
	struct session *s = fake_session(fd);

	if (fake_fault("config"))
		return -(int)fake_fault("config");
	fake_log("config endpoint %u src %u x %u dst %u x %u flags %u address %#llx\n", c->endpoint,
		 c->src_width, c->src_burst, c->dst_width, c->dst_burst, c->flags,
		 (unsigned long long)c->address);
	if (c->endpoint <= DMACTL_EP_LOOPBACK && !(s->ch->traits & DMACTL_TRAIT_SIMULATED))
		return -EOPNOTSUPP;
	if (c->endpoint == DMACTL_EP_LINE && !s->line)
		return -EOPNOTSUPP;
	if (s->line && c->dst_burst > 8)
		return -EPERM;
	if (c->endpoint == DMACTL_EP_RAW && !fake_is("rawaddress"))
		return -EPERM;
	if (c->endpoint == DMACTL_EP_BUFFER && !(s->ch->traits & DMACTL_TRAIT_SIMULATED) &&
	    !fake_is("pl330"))
		return -EPERM;
	s->config = *c;
	s->stream = 0;
	fake_sink_reset(s->ch->stable);
	return 0;
}

/* Memory that somebody else has made. */
static int import(struct buffer *b, const struct dmactl_buf_create *c)
{
	void *p = (void *)(uintptr_t)c->address;

	if (c->kind == DMACTL_BUF_DMABUF)
		p = mmap(NULL, c->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd, 0);
	if (p == MAP_FAILED || (uintptr_t)p % 4096 || c->bytes % 4096)
		return -EINVAL;
	b->p = p;
	return 0;
}

int fake_buf_create(int fd, struct dmactl_buf_create *c)
{
	struct session *s = fake_session(fd);
	struct buffer *b = &s->buf[s->nr_buf];
	uint64_t page = 4096;
	int ret;

	/* The first one holds the stamps. */
	if (fake_fault("create") && c->kind != DMACTL_BUF_SAMPLES)
		return -(int)fake_fault("create");
	if (fake_fault("stamps") && c->kind == DMACTL_BUF_SAMPLES)
		return -(int)fake_fault("stamps");
	if (s->nr_buf == BUFFERS)
		return -EMFILE;
	*b = (struct buffer){ .bytes = c->bytes, .kind = c->kind };
	if (c->kind == DMACTL_BUF_USER || c->kind == DMACTL_BUF_DMABUF) {
		ret = import(b, c);
		if (ret)
			return ret;
	} else {
		c->mapped = (c->bytes + page - 1) / page * page;
		b->p = aligned_alloc(page, c->mapped);
		memset(b->p, 0, c->mapped);
	}
	c->granule = fake_is("smallpieces") ? 12 : 20;
	c->offset = (uint64_t)s->nr_buf << 32;
	c->buffer = s->nr_buf++;
	return 0;
}

int fake_buf_destroy(int fd, uint32_t buffer)
{
	drop(&fake_session(fd)->buf[buffer]);
	return 0;
}

int fake_buf_sync(int fd, struct dmactl_buf_sync *y)
{
	struct session *s = fake_session(fd);
	struct buffer *b = &s->buf[y->buffer];

	if (fake_fault("sync"))
		return -(int)fake_fault("sync");
	if (b->gone)
		return -ENODEV;
	if (fake_fault("vanish") && ++s->syncs == fake_fault("vanish"))
		fake_buf_gone(b, true);
	return b->p && y->len ? 0 : -ENOENT;
}

void *fake_buf_map(int fd, uint64_t offset, size_t len)
{
	void *p = fake_session(fd)->buf[offset >> 32].p;

	if (fake_fault("map")) {
		errno = (int)fake_fault("map");
		return NULL;
	}
	guard_watch(p, len);
	return p;
}

void fake_buf_unmap(void *p, size_t len)
{
	guard_forget(p);
	(void)len;
}

int fake_dma_buf(const char *kind, uint64_t bytes)
{
	int fd;

	fake_log("dma-buf %s\n", kind);
	if (fake_fault("dmabuf"))
		return -(int)fake_fault("dmabuf");
	if (strcmp(kind, "udmabuf") && strcmp(kind, "heap/system"))
		return -ENOENT;
	if (fake_fault("nomap"))
		return open("/dev/null", O_RDWR | O_CLOEXEC);
	fd = memfd_create("fake", MFD_CLOEXEC);
	if (fd >= 0 && ftruncate(fd, (off_t)bytes))
		return -errno;
	return fd;
}

int fake_dma_buf_sync(int fd, bool end)
{
	fake_log("dma-buf %s\n", end ? "end" : "start");
	return lseek(fd, 0, SEEK_END) > 0 ? -(int)fake_fault("dmabufsync") : -EBADF;
}
