// SPDX-License-Identifier: GPL-2.0
/* The real backend: dma-bufs from a DMA heap, or from udmabuf out of memory of our own. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/udmabuf.h>

#include "backend_kernel.h"

static int from_heap(const char *path, uint64_t bytes)
{
	struct dma_heap_allocation_data d = { .len = bytes, .fd_flags = O_RDWR | O_CLOEXEC };
	int heap = open(path, O_RDONLY | O_CLOEXEC), ret;

	if (heap < 0)
		return -errno;
	ret = ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &d) < 0 ? -errno : (int)d.fd;
	close(heap);
	return ret;
}

static int from_memfd(int dev, int memfd, uint64_t bytes)
{
	struct udmabuf_create c = {
		.memfd = (uint32_t)memfd,
		.flags = UDMABUF_FLAGS_CLOEXEC,
		.size = bytes,
	};
	int fd;

	/* What cannot shrink may be pinned. */
	if (ftruncate(memfd, (off_t)bytes) || fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK))
		return -errno;
	fd = ioctl(dev, UDMABUF_CREATE, &c);
	return fd < 0 ? -errno : fd;
}

static int from_udmabuf(uint64_t bytes)
{
	int dev = open("/dev/udmabuf", O_RDWR | O_CLOEXEC), memfd, ret;

	if (dev < 0)
		return -errno;
	memfd = memfd_create("dmactl", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	ret = memfd < 0 ? -errno : from_memfd(dev, memfd, bytes);
	if (memfd >= 0)
		close(memfd);
	close(dev);
	return ret;
}

int sys_dma_buf(const char *kind, uint64_t bytes)
{
	char path[300];

	if (!strcmp(kind, "udmabuf"))
		return from_udmabuf(bytes);
	snprintf(path, sizeof(path), "/dev/dma_%s", kind);
	return from_heap(path, bytes);
}

int sys_dma_buf_sync(int fd, bool end)
{
	struct dma_buf_sync y = {
		.flags = DMA_BUF_SYNC_RW | (end ? DMA_BUF_SYNC_END : DMA_BUF_SYNC_START),
	};
	int ret;

	do {
		ret = ioctl(fd, DMA_BUF_IOCTL_SYNC, &y) < 0 ? -errno : 0;
	} while (ret == -EINTR || ret == -EAGAIN);
	return ret;
}
