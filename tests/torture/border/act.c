// SPDX-License-Identifier: GPL-2.0
/* One call: its fields become the bytes that cross the border. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "border.h"

struct process me;
bool tracing;

static __thread sigjmp_buf back;
static __thread volatile sig_atomic_t guarding;

static void on_fault(int sig)
{
	if (guarding)
		siglongjmp(back, sig);
	gate_close(); /* it is the end of other threads as well */
	gate_open();
	signal(sig, SIG_DFL);
	raise(sig);
}

void guard_setup(void)
{
	struct sigaction sa = { .sa_handler = on_fault, .sa_flags = SA_NODEFER };

	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
}

bool guarded(void (*fn)(void *), void *arg)
{
	bool ok = false;

	guarding = 1;
	if (!sigsetjmp(back, 1)) {
		fn(arg);
		ok = true;
	}
	guarding = 0;
	return ok;
}

static u64 value_of(const struct value *v, u64 here)
{
	switch (v->kind) {
	case V_CHAN:
		return shared->chan[v->reg % CHANS] + v->num;
	case V_BUF:
		return shared->buf[v->reg % BUFS] + v->num;
	case V_OFFSET:
		return shared->offset[v->reg % BUFS] + v->num;
	case V_SEQ:
		return shared->seq[v->reg % SEQS] + v->num;
	case V_FD:
		return (u64)(int64_t)me.fd[v->reg % FDS] + v->num;
	case V_MAP:
		return (uintptr_t)me.map[v->reg % MAPS] + v->num;
	case V_MEM:
		return (uintptr_t)me.mem + v->num;
	case V_HERE:
	case V_EDGE:
		return here + v->num;
	default:
		return v->num;
	}
}

u64 arg_value(const struct block *b, const char *name)
{
	const struct arg *a = arg_find(b, name);

	return a ? value_of(&a->v, 0) : 0;
}

const char *arg_text(const struct block *b, const char *name)
{
	const struct arg *a = arg_find(b, name);

	return a ? a->v.text : "";
}

void expand_text(const char *text, char *out, size_t room)
{
	size_t n = 0;

	while (*text && n + 1 < room) {
		if (text[0] == '%' && text[1] >= '0' && text[1] < '0' + DIRS) {
			n += (size_t)snprintf(out + n, room - n, "%s", shared->dev[text[1] - '0']);
			if (n >= room)
				n = room - 1;
			text += 2;
		} else {
			out[n++] = *text == '_' ? ' ' : *text;
			text++;
		}
	}
	out[n] = 0;
}

static void put_field(u8 *at, const struct field *f, const struct value *v, u64 here)
{
	u64 n;

	if (f->kind == K_TEXT) {
		char text[DMACTL_NAME_MAX + 1];

		expand_text(v->text, text, sizeof(text));
		memcpy(at + f->offset, text, strlen(text) < f->size ? strlen(text) : f->size);
		return;
	}
	n = value_of(v, here);
	memcpy(at + f->offset, &n, f->size);
}

/* Where blocks of one shape go: behind each other, or so that the byte behind the last faults. */
static u8 *reserve(struct actor *a, size_t bytes, bool edge)
{
	u8 *at;

	if (edge)
		return a->area + AREA - bytes;
	a->used = (a->used + 7) & ~(size_t)7;
	at = a->area + a->used;
	a->used += bytes;
	return at;
}

/* Blocks of @shape that belong to block @from: those of its list, up to the next operation. */
static u32 belonging(const struct call *c, u32 from, u32 shape, u32 list[BLOCKS_MAX])
{
	u32 i, n = 0;

	for (i = from + 1; i < c->n; i++) {
		if (shape != S_OP && c->block[i].shape == S_OP)
			break;
		if (c->block[i].shape == shape)
			list[n++] = i;
	}
	return n;
}

static void put_block(struct actor *a, const struct call *c, u32 nr, u8 *at);

static u64 put_list(struct actor *a, const struct call *c, u32 from, u32 shape, bool edge)
{
	u32 list[BLOCKS_MAX], n = belonging(c, from, shape, list), i;
	size_t bytes = shapes[shape].bytes;
	u8 *at = reserve(a, bytes * n, edge);

	for (i = 0; i < n; i++)
		put_block(a, c, list[i], at + bytes * i);
	return (uintptr_t)at;
}

static u32 list_of(const char *field)
{
	if (!strcmp(field, "ops"))
		return S_OP;
	if (!strcmp(field, "vec"))
		return S_VEC;
	return !strcmp(field, "deps") ? S_DEP : S_TEMPLATE;
}

static void put_block(struct actor *a, const struct call *c, u32 nr, u8 *at)
{
	const struct block *b = &c->block[nr];
	u32 i;

	memset(at, 0, shapes[b->shape].bytes);
	for (i = 0; i < b->n; i++) {
		const struct field *f = &shapes[b->shape].field[b->arg[i].field];
		const struct value *v = &b->arg[i].v;
		u64 here = 0;

		if (f->offset == PSEUDO)
			continue;
		if (v->kind == V_HERE || v->kind == V_EDGE)
			here = put_list(a, c, nr, list_of(f->name), v->kind == V_EDGE);
		put_field(at, f, v, here);
	}
}

enum place { PLACE_OWN, PLACE_EDGE, PLACE_NULL, PLACE_KERNEL, PLACE_SHARED, PLACE_READ_ONLY };

struct placing {
	const u8 *from;
	u8 *to;
	size_t len;
};

static void place(void *arg)
{
	struct placing *p = arg;

	memcpy(p->to, p->from, p->len);
}

/* Where the structure itself lies; @at is where it was made, with room behind it. */
static u8 *place_struct(struct actor *a, const struct block *b, u8 *at)
{
	struct placing p = { .from = at, .len = shapes[b->shape].bytes };
	u64 tail = arg_value(b, "tail");

	memset(at + p.len, 0, 256);
	memcpy(at + p.len, &tail, sizeof(tail));
	switch (arg_value(b, "at")) {
	case PLACE_EDGE:
		p.to = a->area + AREA - p.len;
		break;
	case PLACE_NULL:
		return NULL;
	case PLACE_KERNEL:
		return (u8 *)0xffff888000000000UL;
	case PLACE_SHARED:
		p.to = me.mem + 8 * a->nr;
		p.len += sizeof(tail);
		break;
	case PLACE_READ_ONLY:
		return me.mem + MEM_PAGES * PAGE;
	default:
		return at;
	}
	guarded(place, &p);
	return p.to;
}

static void keep_results(const struct block *b, const u8 *at)
{
	u64 to = arg_value(b, "to");
	const struct dmactl_submit *s = (const void *)at;
	const struct dmactl_buf_create *n = (const void *)at;

	if (b->shape == S_CLAIM) {
		shared->chan[to % CHANS] = ((const struct dmactl_claim *)at)->channel;
	} else if (b->shape == S_BUF_CREATE) {
		shared->buf[to % BUFS] = n->buffer;
		shared->offset[to % BUFS] = n->offset;
	} else if (b->shape == S_SUBMIT) {
		shared->seq[to % SEQS] = s->first_seq;
	}
}

/*
 * A dma-buf that two buffers import is mapped twice, which is how dma-bufs are shared, and yet what
 * CONFIG_DMA_API_DEBUG complains of: one buffer in a program.
 */
static bool imports_again(const struct block *b)
{
	return b->shape == S_BUF_CREATE && arg_value(b, "kind") == DMACTL_BUF_DMABUF &&
	       __atomic_fetch_add(&shared->imports, 1, __ATOMIC_RELAXED);
}

static int act_ioctl(struct actor *a, const struct call *c)
{
	const struct block *b = &c->block[0];
	const struct shape *s = &shapes[b->shape];
	u64 times = arg_value(b, "times") % 16, arg;
	int fd = me.fd[arg_value(b, "fd") % FDS], ret;
	unsigned long nr = s->nr;
	u8 *at;

	if (imports_again(b))
		return -EALREADY;
	if (b->shape == S_BUF_CREATE)
		times = 0;
	a->used = 0;
	at = reserve(a, 512, false);
	if (b->shape == S_IOCTL) {
		nr = arg_value(b, "nr");
		arg = arg_find(b, "arg") && arg_find(b, "arg")->v.kind == V_HERE ?
			      (uintptr_t)at :
			      arg_value(b, "arg");
		memset(at, 0, 512);
	} else {
		put_block(a, c, 0, at);
		arg = (uintptr_t)place_struct(a, b, at);
	}
	do {
		ret = ioctl(fd, nr, arg);
		if (ret < 0)
			ret = -errno;
	} while (times-- && ret >= 0);
	if (ret >= 0 && arg == (uintptr_t)at)
		keep_results(b, at);
	if (arg == (uintptr_t)at && (b->shape == S_SUBMIT || b->shape == S_RUN)) {
		u32 why = b->shape == S_RUN ? ((struct dmactl_run *)at)->why :
					      ((struct dmactl_submit *)at)->why;

		if (why < ARRAY_SIZE(shared->why))
			__atomic_fetch_add(&shared->why[why], 1, __ATOMIC_RELAXED);
	}
	return ret;
}

void act(struct actor *a, const struct call *c)
{
	const struct block *b = &c->block[0];
	int ret, slot;

	if (shapes[b->shape].class == IS_IOCTL)
		ret = act_ioctl(a, c);
	else if (b->shape >= S_NL_CHANNEL)
		ret = act_netlink(a, b);
	else
		ret = act_system(a, b);
	slot = ret >= 0 ? 0 : -ret < 255 ? -ret : 255;
	__atomic_fetch_add(&shared->count[b->shape][slot], 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&shared->calls, 1, __ATOMIC_RELAXED);
	if (tracing)
		dprintf(STDERR_FILENO, "# %u.%u %s: %s\n", a->nr / THREADS, a->nr % THREADS,
			shapes[b->shape].name, ret < 0 ? strerrorname_np(-ret) ?: "?" : "ok");
}
