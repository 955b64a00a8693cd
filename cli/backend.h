/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one seam between the commands and the machine. backend_kernel.c is the real one; the tests
 * link the same commands against a fake. A call returns 0 (or what its comment says) or a negative
 * errno.
 * The calls on a session may be made from its own thread, all others from the main thread only,
 * except now, cpu_time, pin, read_file and those of dma-bufs.
 */
#ifndef DMACTL_BACKEND_H
#define DMACTL_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/utsname.h>
#include <time.h>

#include <linux/dmactl.h>
#include <linux/dmactl_netlink.h>

#include "err.h"

/* What netlink tells of a channel; @present has bit (1 << DMACTL_A_CHANNEL_x) for each one told. */
struct channel {
	uint64_t present;
	char name[DMACTL_NAME_MAX], stable[DMACTL_NAME_MAX];
	char device[DMACTL_NAME_MAX], driver[DMACTL_NAME_MAX], command[DMACTL_NAME_MAX];
	uint64_t operations, max_segment, max_mapping;
	uint64_t done, bytes, failed, timed_out, aborted, retries, late, claims;
	uint64_t latency_count, latency_sum_ns, latency_max_ns, periods, periods_dropped, submitted;
	uint32_t state, traits, users, node, mask_bits;
	uint32_t align_copy, align_fill, align_xor, align_pq, max_xor, max_pq;
	uint32_t src_widths, dst_widths, directions, min_burst, max_burst, max_sg_burst, residue;
	uint32_t session, pid, in_flight, streams;
	/* Of the tool: the request line that it is claimed by, "" its name; its register's. */
	char line[DMACTL_NAME_MAX];
	uint32_t line_width, line_burst;
};

/* A request line of the device tree. */
struct line {
	char name[DMACTL_NAME_MAX];	/* NODE:LINE */
	char stable[DMACTL_NAME_MAX];	/* the channel that it was claimed with, "" none */
	uint32_t width, burst;
};

struct session_info {
	uint64_t bytes;
	uint32_t id, pid, channels, buffers, in_flight, unreaped;
	char command[DMACTL_NAME_MAX];
};

struct quarantine {
	char stable[DMACTL_NAME_MAX], name[DMACTL_NAME_MAX];
	uint64_t bytes, age_ns;
	uint32_t session, requests;
	bool leaked;
};

struct event {
	uint64_t present;		/* bit (1 << DMACTL_A_EVENT_x) */
	uint64_t time_ns, bytes;
	uint32_t type, session, requests;
	char name[DMACTL_NAME_MAX], stable[DMACTL_NAME_MAX];
};

/* A growing array: @v holds @n elements of the size that the caller asks for. */
struct vec {
	void *v;
	size_t n;
};

struct backend {
	/* /dev/dmactl. A structure's size member is filled in by the backend. */
	int (*open)(void);			/* a session's descriptor */
	void (*close)(int session);
	int (*info)(int session, struct dmactl_info *info);
	int (*claim)(int session, struct dmactl_claim *claim);
	int (*release)(int session, uint32_t channel);
	int (*config)(int session, struct dmactl_config *config);
	int (*buf_create)(int session, struct dmactl_buf_create *create);
	int (*buf_destroy)(int session, uint32_t buffer);
	int (*buf_sync)(int session, struct dmactl_buf_sync *sync);
	void *(*buf_map)(int session, uint64_t offset, size_t len);	/* NULL and errno */
	void (*buf_unmap)(void *p, size_t len);
	int (*submit)(int session, struct dmactl_submit *submit);
	int (*reap)(int session, struct dmactl_reap *reap);
	int (*run)(int session, struct dmactl_run *run);
	int (*stream)(int session, struct dmactl_stream *stream);

	/* Netlink. ENOENT of connect: there is no such family. */
	int (*connect)(void);
	void (*disconnect)(void);
	int (*channels)(struct vec *out, struct err *e);	/* struct channel */
	int (*sessions)(struct vec *out, struct err *e);	/* struct session_info */
	int (*quarantines)(struct vec *out, struct err *e);	/* struct quarantine */
	int (*lines)(struct vec *out, struct err *e);		/* struct line */
	int (*events_open)(struct err *e);
	int (*events_next)(uint64_t timeout_ns, struct event *out);	/* 1, or 0: nothing came */

	/* Files of proc, sysfs, configfs and debugfs, by their absolute path. */
	int (*read_file)(const char *path, char *buf, size_t size);	/* length without the NUL */
	int (*write_file)(const char *path, const char *text);
	int (*list_dir)(const char *path, struct vec *names);	/* char *, sorted, allocated */
	int (*make_dir)(const char *path);
	int (*remove_dir)(const char *path);
	int (*access)(const char *path, int mode);

	/* To be read as it grows: a descriptor that can be polled and does not block. */
	int (*open_file)(const char *path);

	/* dma-bufs: the descriptor of one of "heap/NAME" or "udmabuf"; around CPU accesses. */
	int (*dma_buf)(const char *kind, uint64_t bytes);
	int (*dma_buf_sync)(int fd, bool end);

	/* The rest of the machine. */
	int (*modprobe)(const char *module, const char *parameter);	/* parameter may be NULL */
	bool (*privileged)(void);
	uint64_t (*now)(void);			/* CLOCK_MONOTONIC, the clock of the stamps */
	uint64_t (*cpu_time)(void);		/* of the calling thread */
	time_t (*wall)(void);
	int (*pin)(unsigned int cpu);		/* the calling thread */
	/* For so long (0), or until @fd, if it is one, can be read (1). Every signal ends it. */
	int (*wait)(uint64_t ns, int fd);
	int (*sysname)(struct utsname *name);
	const char *(*hypervisor)(void);	/* signature of cpuid, "" where there is none */
};

extern const struct backend backend_kernel;

/* Room for one more element of @size bytes at the end, zeroed; NULL without memory. */
void *vec_add(struct vec *v, size_t size);
void vec_free(struct vec *v);
void vec_free_names(struct vec *v);

/* why.c: what the module says of an operation that it refuses (enum dmactl_why). */
const char *why_text(uint32_t why, char *buf, size_t size);

#endif
