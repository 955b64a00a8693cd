// SPDX-License-Identifier: GPL-2.0
/* What a program has made so far: registers in use, and what stands in them if all went well. */
#include <stdlib.h>

#include "border.h"

static u64 number(const struct block *b, const char *name)
{
	const struct arg *a = arg_find(b, name);

	return a && a->v.kind == V_NUM ? a->v.num : 0;
}

static u32 reg_of(const struct block *b, const char *name, u32 limit)
{
	const struct arg *a = arg_find(b, name);

	return a ? (a->v.kind == V_NUM ? (u32)a->v.num : a->v.reg) % limit : 0;
}

static void at_least(u32 *have, u32 reg)
{
	if (*have <= reg)
		*have = reg + 1;
}

static void take_set(struct model *m, const struct block *b)
{
	const struct arg *name = arg_find(b, "name"), *value = arg_find(b, "value");
	u32 dir = reg_of(b, "dir", DIRS);
	u64 v;

	if (!name || !value)
		return;
	v = strtoull(value->v.text, NULL, 0);
	if (!strcmp(name->v.text, "channels"))
		m->dir[dir].channels = v < 1 || v > 64 ? 4 : (u8)v;
	else if (!strcmp(name->v.text, "align"))
		m->dir[dir].align = (u32)v & 15;
	else if (!strcmp(name->v.text, "max_segment"))
		m->dir[dir].max_segment = v;
}

static void take_claim(struct model *m, const struct block *b)
{
	const struct arg *name = arg_find(b, "name");
	u32 chan = reg_of(b, "to", CHANS);

	at_least(&m->chans, chan);
	m->chan[chan].fd = (u8)reg_of(b, "fd", FDS);
	m->chan[chan].endpoint = 0;
	if (name && name->v.text[0] == '%' && name->v.text[2] == '/') {
		m->chan[chan].dir = (u8)((name->v.text[1] - '0') & (DIRS - 1));
		m->chan[chan].number = (u8)atoi(name->v.text + 3);
	}
}

static void take_buffer(struct model *m, const struct block *b)
{
	u32 buf = reg_of(b, "to", BUFS);

	at_least(&m->bufs, buf);
	m->buf[buf].fd = (u8)reg_of(b, "fd", FDS);
	m->buf[buf].kind = (u8)number(b, "kind");
	m->buf[buf].chan = (u8)reg_of(b, "channel", CHANS);
	m->buf[buf].bytes = (number(b, "bytes") + PAGE - 1) & ~(PAGE - 1);
	if (m->buf[buf].bytes > 1 << 20)
		m->buf[buf].bytes = 1 << 20;
}

static void take_ioctl(struct model *m, const struct block *b)
{
	switch (b->shape) {
	case S_CLAIM:
		take_claim(m, b);
		break;
	case S_CONFIG:
		m->chan[reg_of(b, "channel", CHANS)].endpoint = (u8)number(b, "endpoint");
		break;
	case S_BUF_CREATE:
		take_buffer(m, b);
		break;
	case S_SUBMIT:
		at_least(&m->seqs, reg_of(b, "to", SEQS));
		break;
	default:
		break;
	}
}

void model_take(struct model *m, const struct call *c)
{
	const struct block *b = &c->block[0];
	u32 reg;

	switch (b->shape) {
	case S_MKDIR:
		reg = reg_of(b, "dir", DIRS);
		at_least(&m->dirs, reg);
		m->dir[reg].channels = 4;
		m->dir[reg].align = 0;
		m->dir[reg].max_segment = 1 << 20;
		break;
	case S_SET:
		take_set(m, b);
		break;
	case S_OPEN:
	case S_TAKE:
	case S_UDMABUF:
		at_least(&m->fds, reg_of(b, "fd", FDS));
		break;
	case S_DUP:
		at_least(&m->fds, reg_of(b, "to", FDS));
		break;
	case S_MMAP:
		reg = reg_of(b, "map", MAPS);
		at_least(&m->maps, reg);
		m->map[reg].fd = (u8)reg_of(b, "fd", FDS);
		m->map[reg].buf = (u8)reg_of(b, "offset", BUFS);
		break;
	default:
		take_ioctl(m, b);
	}
}

static void take_actor(struct model *m, u8 actor)
{
	u32 i;

	for (i = 0; i < m->actors; i++)
		if (m->actor[i] == actor)
			return;
	if (actor < FIRST)
		m->actor[m->actors++] = actor;
}

void model_of(struct model *m, const struct program *p)
{
	u32 i;

	memset(m, 0, sizeof(*m));
	for (i = 0; i < p->n; i++) {
		take_actor(m, p->call[i].actor);
		model_take(m, &p->call[i]);
	}
}
