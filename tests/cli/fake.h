/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A machine without hardware, module or privilege: every command of dmactl runs on it, always with
 * the same outcome. Its clock only goes on when an engine works. The environment says what is odd:
 *
 * DMACTL_FAKE, words:
 *   nomodule loadable user noperm nonode notours abi2 abi0 samerelease noops features=MASK
 *   nonetlink brokennetlink
 *   nochannels onlysim noneusable calm siblingbusy outside nobodys dmatest rich long
 *   useless noslash noquarantines leaked left lines nolines (a module that knows of none)
 *   nodmaengine (no class of it) lpss bcm (drivers of the real ones)
 *   noconfigfs nosim simunloaded nosims ordered nullengine public badattr nolive held nodebugfs
 *   noevents lossy two (channels have events)
 *   moving (channels work from one look of top to the next) coming (channels come and go)
 *   able (simulated channels do all) oneway pq=N (sources of one) rawaddress nosink
 *   early smallpieces stat uml kvm tcg board anonymous virt qemu hyper swiotlb rt full voluntary
 *   ring (simulated channels have cyclic: fake_stream.c)
 *   notracefs notracepoints lost=N (events of the trace) abandoned (instances of tracefs)
 * DMACTL_FAULT, words; N counts a session's operations: every N-th, or all from the N-th on:
 *   corrupt=N error=N guard=N stale=N shift=N shorter=N copies=N coefficient=N polynomial=N gap=N
 *   nogap=N blame=N residue=N (every) lazy=N (does nothing) stall=N lost gone=N prep=N
 *   unmapped=N (from)
 *   interrupt=CALL again=MS early=SIGNAL
 *   above=BYTES why=REASON run=ERRNO claim=ERRNO stamps=ERRNO create=ERRNO map=ERRNO
 *   config=ERRNO dmabuf=ERRNO dmabufsync=ERRNO nomap
 *   sync=ERRNO reap=ERRNO event=ERRNO mkdir=ERRNO rmdir=ERRNO write=ERRNO enable=ERRNO
 *   unload=LOOK reload=CALLS (of top) restart=LOOK wait=ERRNO
 *   only=CHANNEL abort short one eagain eintr noanswer negative pipe (no trace_pipe) slow=NS nap=MS
 * DMACTL_FAKE_LOG: file that every write, directory, modprobe and pinning is added to
 * DMACTL_FAKE_ROOT: directory whose files are the machine's, too
 * DMACTL_FAKE_RELEASE: of its kernel
 * DMACTL_FAKE_TRACE: file that is read as the kernel's trace
 * DMACTL_FAKE_APPEAR: file, or directory/, that somebody else makes while operations run
 */
#ifndef FAKE_H
#define FAKE_H

#include "backend.h"

/* Of WORD=VALUE in an environment variable, 1 for WORD alone; -1 when it is not there. */
long fake_word(const char *env, const char *word);
bool fake_is(const char *word);		/* DMACTL_FAKE */
long fake_fault(const char *word);	/* DMACTL_FAULT, 0 when it is not there */
bool fake_interrupted(void);
void fake_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

extern __thread uint64_t fake_clock;

/* fake_node.c */
int fake_open(void);
void fake_close(int session);
int fake_info(int session, struct dmactl_info *info);
int fake_claim(int session, struct dmactl_claim *claim);
int fake_release(int session, uint32_t channel);
int fake_config(int session, struct dmactl_config *config);
int fake_buf_create(int session, struct dmactl_buf_create *create);
int fake_buf_destroy(int session, uint32_t buffer);
int fake_buf_sync(int session, struct dmactl_buf_sync *sync);
void *fake_buf_map(int session, uint64_t offset, size_t len);
void fake_buf_unmap(void *p, size_t len);
int fake_dma_buf(const char *kind, uint64_t bytes);
int fake_dma_buf_sync(int fd, bool end);

/* fake_move.c */
void fake_sink_reset(const char *stable);
void fake_sink_take(const char *stable, const uint8_t *p, uint64_t len);
void fake_sink_line(unsigned int channel, unsigned long long *bytes, unsigned int *crc);

/* fake_engine.c */
int fake_submit(int session, struct dmactl_submit *submit);
int fake_reap(int session, struct dmactl_reap *reap);
int fake_run(int session, struct dmactl_run *run);

/* fake_stream.c */
int fake_stream_call(int session, struct dmactl_stream *stream);
int fake_stream_reap(int session, struct dmactl_reap *reap);

/* fake_control.c */
const struct channel *fake_channel(const char *name);
int fake_connect(void);
void fake_disconnect(void);
int fake_channels(struct vec *out, struct err *e);
int fake_sessions(struct vec *out, struct err *e);
int fake_quarantines(struct vec *out, struct err *e);
int fake_lines(struct vec *out, struct err *e);
/* The channel that a request line leads to; NULL and a negative errno. */
const struct channel *fake_line(const char *name, int *ret);
int fake_events_open(struct err *e);
int fake_events_next(uint64_t timeout_ns, struct event *out);
int fake_modprobe(const char *module, const char *parameter);
bool fake_privileged(void);

/* fake_files.c */
int fake_read_file(const char *path, char *buf, size_t size);
int fake_write_file(const char *path, const char *text);
int fake_list_dir(const char *path, struct vec *names);
int fake_make_dir(const char *path);
int fake_remove_dir(const char *path);
int fake_access(const char *path, int mode);
int fake_open_file(const char *path);
void fake_files_add(const char *path, const char *text);

#endif
