/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of the real backend: a file each for netlink, the node, dma-bufs, and the rest. */
#ifndef DMACTL_BACKEND_KERNEL_H
#define DMACTL_BACKEND_KERNEL_H

#include "backend.h"

int net_connect(void);
void net_disconnect(void);
int net_channels(struct vec *out, struct err *e);
int net_sessions(struct vec *out, struct err *e);
int net_quarantines(struct vec *out, struct err *e);
int net_lines(struct vec *out, struct err *e);
int net_events_open(struct err *e);
int net_events_next(uint64_t timeout_ns, struct event *out);

int sys_dma_buf(const char *kind, uint64_t bytes);
int sys_dma_buf_sync(int fd, bool end);

int sys_read_file(const char *path, char *buf, size_t size);
int sys_write_file(const char *path, const char *text);
int sys_list_dir(const char *path, struct vec *names);
int sys_make_dir(const char *path);
int sys_remove_dir(const char *path);
int sys_access(const char *path, int mode);
int sys_open_file(const char *path);
int sys_modprobe(const char *module, const char *parameter);
bool sys_privileged(void);
uint64_t sys_now(void);
uint64_t sys_cpu_time(void);
time_t sys_wall(void);
int sys_pin(unsigned int cpu);
int sys_wait(uint64_t ns, int fd);
int sys_sysname(struct utsname *name);
const char *sys_hypervisor(void);

#endif
