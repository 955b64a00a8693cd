// SPDX-License-Identifier: GPL-2.0
/* What calls there are and what fields they have. */
#include "border.h"

#define F(s, m, k)                                                                         \
	{                                                                                  \
#m, offsetof(struct dmactl_##s, m), sizeof(((struct dmactl_##s *)0)->m), k \
	}
/* How the structure is placed (enum place), bytes behind it, how often the call is made. */
#define COMMON                                                                                  \
	{ "fd", PSEUDO, 1, K_FD }, { "to", PSEUDO, 1, K_REG }, { "at", PSEUDO, 1, K_RESERVED }, \
		{ "tail", PSEUDO, 1, K_RESERVED },                                              \
	{                                                                                       \
		"times", PSEUDO, 1, K_REG                                                       \
	}
#define P(name, kind)                 \
	{                             \
		name, PSEUDO, 8, kind \
	}

static const struct field info_fields[] = { COMMON, F(info, size, K_SIZE) };

static const struct field null_fields[] = { COMMON };

static const struct field claim_fields[] = {
	COMMON,
	F(claim, size, K_SIZE),
	F(claim, flags, K_FLAGS),
	F(claim, operations, K_FLAGS),
	F(claim, name, K_TEXT),
};

static const struct field release_fields[] = {
	COMMON,
	F(release, size, K_SIZE),
	F(release, channel, K_CHAN),
};

static const struct field config_fields[] = {
	COMMON,
	F(config, size, K_SIZE),
	F(config, channel, K_CHAN),
	F(config, endpoint, K_CODE),
	F(config, flags, K_FLAGS),
	F(config, src_width, K_CODE),
	F(config, dst_width, K_CODE),
	F(config, src_burst, K_COUNT),
	F(config, dst_burst, K_COUNT),
	F(config, buffer, K_BUF),
	F(config, reserved, K_RESERVED),
	F(config, address, K_OFFSET),
};

static const struct field buf_create_fields[] = {
	COMMON,
	F(buf_create, size, K_SIZE),
	F(buf_create, kind, K_CODE),
	F(buf_create, flags, K_FLAGS),
	F(buf_create, channel, K_CHAN),
	F(buf_create, bytes, K_LEN),
	F(buf_create, address, K_POINTER),
	{ "dmabuf", offsetof(struct dmactl_buf_create, fd), 4, K_NUM },
	F(buf_create, node, K_CODE),
	F(buf_create, reserved, K_RESERVED),
};

static const struct field buf_destroy_fields[] = {
	COMMON,
	F(buf_destroy, size, K_SIZE),
	F(buf_destroy, buffer, K_BUF),
};

static const struct field buf_sync_fields[] = {
	COMMON,
	F(buf_sync, size, K_SIZE),
	F(buf_sync, buffer, K_BUF),
	F(buf_sync, direction, K_CODE),
	F(buf_sync, reserved, K_RESERVED),
	F(buf_sync, offset, K_OFFSET),
	F(buf_sync, len, K_LEN),
};

static const struct field submit_fields[] = {
	COMMON,
	F(submit, size, K_SIZE),
	F(submit, flags, K_FLAGS),
	F(submit, op_size, K_SIZE),
	F(submit, nr_ops, K_COUNT),
	F(submit, ops, K_POINTER),
	F(submit, kick, K_COUNT),
	F(submit, timeout_ns, K_TIME),
};

static const struct field reap_fields[] = {
	COMMON,
	F(reap, size, K_SIZE),
	F(reap, flags, K_FLAGS),
	F(reap, comp_size, K_SIZE),
	F(reap, max, K_COUNT),
	F(reap, min, K_COUNT),
	F(reap, comps, K_POINTER),
	F(reap, timeout_ns, K_TIME),
};

static const struct field run_fields[] = {
	COMMON,
	F(run, size, K_SIZE),
	F(run, flags, K_FLAGS),
	F(run, op_size, K_SIZE),
	F(run, nr_ops, K_COUNT),
	F(run, ops, K_POINTER),
	F(run, count, K_COUNT),
	F(run, time_ns, K_TIME),
	F(run, depth, K_COUNT),
	F(run, kick, K_COUNT),
	F(run, timeout_ns, K_TIME),
	F(run, interval_ns, K_TIME),
	F(run, samples, K_BUF),
	F(run, nr_samples, K_COUNT),
};

static const struct field stream_fields[] = {
	COMMON,
	F(stream, size, K_SIZE),
	F(stream, channel, K_CHAN),
	F(stream, action, K_CODE),
	F(stream, direction, K_CODE),
	F(stream, buffer, K_BUF),
	F(stream, periods, K_COUNT),
	F(stream, offset, K_OFFSET),
	F(stream, period, K_LEN),
	F(stream, flags, K_FLAGS),
	F(stream, user_data, K_NUM),
	F(stream, reserved, K_RESERVED),
};

static const struct field ioctl_fields[] = { COMMON, P("nr", K_NUM), P("arg", K_POINTER) };

static const struct field op_fields[] = {
	F(op, opcode, K_CODE),	     F(op, flags, K_FLAGS),	      F(op, channel, K_CHAN),
	F(op, value, K_NUM),	     F(op, user_data, K_NUM),	      F(op, len, K_LEN),
	F(op, dst.buffer, K_BUF),    F(op, dst.reserved, K_RESERVED), F(op, dst.offset, K_OFFSET),
	F(op, dst2.buffer, K_BUF),   F(op, dst2.offset, K_OFFSET),    F(op, src.buffer, K_BUF),
	F(op, src.offset, K_OFFSET), F(op, direction, K_CODE),	      F(op, nr_vec, K_COUNT),
	F(op, vec, K_POINTER),	     F(op, template, K_POINTER),      F(op, deps, K_POINTER),
	F(op, nr_deps, K_COUNT),     F(op, reserved, K_RESERVED),
};

static const struct field vec_fields[] = {
	F(vec, buffer, K_BUF),
	F(vec, coef, K_NUM),
	F(vec, offset, K_OFFSET),
	F(vec, len, K_LEN),
};

static const struct field dep_fields[] = {
	F(dep, seq, K_NUM),
	F(dep, how, K_CODE),
	F(dep, relative, K_CODE),
};

static const struct field template_fields[] = {
	F(interleave, frames, K_COUNT),
	F(interleave, chunk, K_LEN),
	F(interleave, src_gap, K_LEN),
	F(interleave, dst_gap, K_LEN),
};

static const struct field dir_fields[] = {
	P("dir", K_REG),
	P("name", K_TEXT),
	P("value", K_TEXT),
};

static const struct field fd_fields[] = {
	P("fd", K_FD),	 P("to", K_REG),	  P("flags", K_FLAGS),
	P("len", K_LEN), P("address", K_POINTER), P("timeout", K_NUM),
};

static const struct field map_fields[] = {
	P("fd", K_FD),	    P("map", K_REG),	 P("offset", K_OFFSET), P("len", K_LEN),
	P("prot", K_FLAGS), P("flags", K_FLAGS), P("how", K_CODE),	P("buf", K_REG),
};

static const struct field time_fields[] = {
	P("us", K_NUM),
	P("to", K_REG),
	P("how", K_CODE),
	P("fd", K_FD),
};

static const struct field nl_fields[] = {
	P("name", K_TEXT), P("cmd", K_CODE), P("flags", K_FLAGS),      P("type", K_CODE),
	P("len", K_LEN),   P("how", K_CODE), P("version", K_RESERVED),
};

#define IOCTL(nm, low)                                                                \
	[S_##nm] = { #nm,      DMACTL_IOC_##nm,		 sizeof(struct dmactl_##low), \
		     IS_IOCTL, ARRAY_SIZE(low##_fields), low##_fields }
#define CALL(nm, text, fields) [S_##nm] = { text, 0, 0, IS_CALL, ARRAY_SIZE(fields), fields }
#define BLOCK(nm, text, st, fields) \
	[S_##nm] = { text, 0, sizeof(struct dmactl_##st), IS_BLOCK, ARRAY_SIZE(fields), fields }

const struct shape shapes[SHAPES] = {
	IOCTL(INFO, info),
	IOCTL(CLAIM, claim),
	IOCTL(RELEASE, release),
	IOCTL(CONFIG, config),
	IOCTL(BUF_CREATE, buf_create),
	IOCTL(BUF_DESTROY, buf_destroy),
	IOCTL(BUF_SYNC, buf_sync),
	IOCTL(SUBMIT, submit),
	IOCTL(REAP, reap),
	IOCTL(RUN, run),
	IOCTL(STREAM, stream),
	[S_NULL] = { "NULL", DMACTL_IOC_NULL, 0, IS_IOCTL, ARRAY_SIZE(null_fields), null_fields },
	[S_IOCTL] = { "IOCTL", 0, 0, IS_IOCTL, ARRAY_SIZE(ioctl_fields), ioctl_fields },
	CALL(MKDIR, "mkdir", dir_fields),
	CALL(SET, "set", dir_fields),
	CALL(GET, "get", dir_fields),
	CALL(RMDIR, "rmdir", dir_fields),
	CALL(UNBIND, "unbind", dir_fields),
	CALL(OPEN, "open", fd_fields),
	CALL(CLOSE, "close", fd_fields),
	CALL(DUP, "dup", fd_fields),
	CALL(PASS, "pass", fd_fields),
	CALL(TAKE, "take", fd_fields),
	CALL(READ, "read", fd_fields),
	CALL(POLL, "poll", fd_fields),
	CALL(MMAP, "mmap", map_fields),
	CALL(MUNMAP, "munmap", map_fields),
	CALL(TOUCH, "touch", map_fields),
	CALL(SCRIBBLE, "scribble", map_fields),
	CALL(UDMABUF, "udmabuf", fd_fields),
	CALL(FDINFO, "fdinfo", fd_fields),
	CALL(FORK, "fork", time_fields),
	CALL(KICK, "kick", time_fields),
	CALL(KILL, "kill", time_fields),
	CALL(TIMER, "timer", time_fields),
	CALL(SLEEP, "sleep", time_fields),
	CALL(USER, "user", time_fields),
	CALL(NL_CHANNEL, "nl-channel", nl_fields),
	CALL(NL_CHANNELS, "nl-channels", nl_fields),
	CALL(NL_SESSIONS, "nl-sessions", nl_fields),
	CALL(NL_QUARANTINE, "nl-quarantine", nl_fields),
	CALL(NL_JOIN, "nl-join", nl_fields),
	CALL(NL_RAW, "nl-raw", nl_fields),
	BLOCK(OP, "op", op, op_fields),
	BLOCK(VEC, "vec", vec, vec_fields),
	BLOCK(DEP, "dep", dep, dep_fields),
	BLOCK(TEMPLATE, "template", interleave, template_fields),
};

int field_find(u32 shape, const char *name)
{
	int i;

	for (i = 0; i < shapes[shape].nr_fields; i++)
		if (!strcmp(shapes[shape].field[i].name, name))
			return i;
	return -1;
}

struct arg *arg_find(const struct block *b, const char *name)
{
	u32 i;

	for (i = 0; i < b->n; i++)
		if (!strcmp(shapes[b->shape].field[b->arg[i].field].name, name))
			return (struct arg *)&b->arg[i];
	return NULL;
}

struct arg *arg_set(struct block *b, const char *name, struct value v)
{
	struct arg *a = arg_find(b, name);
	int field = field_find(b->shape, name);

	if (!a) {
		if (b->n == ARGS_MAX || field < 0)
			return NULL;
		a = &b->arg[b->n++];
	}
	a->field = (u8)field;
	a->v = v;
	return a;
}

void set_num(struct block *b, const char *name, u64 num)
{
	if (num || arg_find(b, name))
		arg_set(b, name, (struct value){ .kind = V_NUM, .num = num });
}

void set_reg(struct block *b, const char *name, u8 kind, u32 reg)
{
	arg_set(b, name, (struct value){ .kind = kind, .reg = (u8)reg });
}

void set_text(struct block *b, const char *name, const char *text)
{
	arg_set(b, name, (struct value){ .kind = V_TEXT, .text = intern(text) });
}

struct call *call_add(struct program *p, u32 actor, u32 shape)
{
	struct call *c;

	if (p->n == CALLS_MAX)
		return NULL;
	c = &p->call[p->n++];
	c->actor = (u8)actor;
	c->n = 1;
	c->block[0].shape = (u8)shape;
	c->block[0].n = 0;
	return c;
}

struct block *block_add(struct call *c, u32 shape)
{
	struct block *b;

	if (c->n == BLOCKS_MAX)
		return NULL;
	b = &c->block[c->n++];
	b->shape = (u8)shape;
	b->n = 0;
	return b;
}
