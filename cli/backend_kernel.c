// SPDX-License-Identifier: GPL-2.0
/* The real backend: /dev/dmactl, and the table that joins it with netlink and the system. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backend_kernel.h"
#include "guard.h"

#define NODE	"/dev/dmactl"

static int node_open(void)
{
	int fd = open(NODE, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static void node_close(int session)
{
	close(session);
}

static int call(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) < 0 ? -errno : 0;
}

static int node_info(int fd, struct dmactl_info *info)
{
	info->size = sizeof(*info);
	return call(fd, DMACTL_IOC_INFO, info);
}

static int node_claim(int fd, struct dmactl_claim *claim)
{
	claim->size = sizeof(*claim);
	return call(fd, DMACTL_IOC_CLAIM, claim);
}

static int node_release(int fd, uint32_t channel)
{
	struct dmactl_release r = { .size = sizeof(r), .channel = channel };

	return call(fd, DMACTL_IOC_RELEASE, &r);
}

static int node_config(int fd, struct dmactl_config *config)
{
	config->size = sizeof(*config);
	return call(fd, DMACTL_IOC_CONFIG, config);
}

static int node_buf_create(int fd, struct dmactl_buf_create *create)
{
	create->size = sizeof(*create);
	return call(fd, DMACTL_IOC_BUF_CREATE, create);
}

static int node_buf_destroy(int fd, uint32_t buffer)
{
	struct dmactl_buf_destroy d = { .size = sizeof(d), .buffer = buffer };

	return call(fd, DMACTL_IOC_BUF_DESTROY, &d);
}

static int node_buf_sync(int fd, struct dmactl_buf_sync *sync)
{
	sync->size = sizeof(*sync);
	return call(fd, DMACTL_IOC_BUF_SYNC, sync);
}

static void *node_buf_map(int fd, uint64_t offset, size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);

	if (p == MAP_FAILED)
		return NULL;
	guard_watch(p, len);
	return p;
}

static void node_buf_unmap(void *p, size_t len)
{
	guard_forget(p);
	munmap(p, len);
}

static int node_submit(int fd, struct dmactl_submit *submit)
{
	submit->size = sizeof(*submit);
	submit->op_size = sizeof(struct dmactl_op);
	return call(fd, DMACTL_IOC_SUBMIT, submit);
}

static int node_reap(int fd, struct dmactl_reap *reap)
{
	reap->size = sizeof(*reap);
	reap->comp_size = sizeof(struct dmactl_completion);
	return call(fd, DMACTL_IOC_REAP, reap);
}

static int node_run(int fd, struct dmactl_run *run)
{
	run->size = sizeof(*run);
	run->op_size = sizeof(struct dmactl_op);
	return call(fd, DMACTL_IOC_RUN, run);
}

static int node_stream(int fd, struct dmactl_stream *stream)
{
	stream->size = sizeof(*stream);
	return call(fd, DMACTL_IOC_STREAM, stream);
}

const struct backend backend_kernel = {
	.open = node_open,
	.close = node_close,
	.info = node_info,
	.claim = node_claim,
	.release = node_release,
	.config = node_config,
	.buf_create = node_buf_create,
	.buf_destroy = node_buf_destroy,
	.buf_sync = node_buf_sync,
	.buf_map = node_buf_map,
	.buf_unmap = node_buf_unmap,
	.submit = node_submit,
	.reap = node_reap,
	.run = node_run,
	.stream = node_stream,
	.connect = net_connect,
	.disconnect = net_disconnect,
	.channels = net_channels,
	.sessions = net_sessions,
	.quarantines = net_quarantines,
	.lines = net_lines,
	.events_open = net_events_open,
	.events_next = net_events_next,
	.read_file = sys_read_file,
	.write_file = sys_write_file,
	.list_dir = sys_list_dir,
	.make_dir = sys_make_dir,
	.remove_dir = sys_remove_dir,
	.open_file = sys_open_file,
	.access = sys_access,
	.dma_buf = sys_dma_buf,
	.dma_buf_sync = sys_dma_buf_sync,
	.modprobe = sys_modprobe,
	.privileged = sys_privileged,
	.now = sys_now,
	.cpu_time = sys_cpu_time,
	.wall = sys_wall,
	.pin = sys_pin,
	.wait = sys_wait,
	.sysname = sys_sysname,
	.hypervisor = sys_hypervisor,
};
