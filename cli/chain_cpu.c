// SPDX-License-Identifier: GPL-2.0
/* What the CPU does with buffers: fill, expect, tally, save. Nothing is on its way meanwhile. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "chain_run.h"
#include "gf.h"
#include "outfile.h"
#include "pattern.h"

#define PATTERN_SEED	0x7061747465726eULL

static int sync_span(struct chain_run *r, const struct chain_span *s, uint32_t direction)
{
	struct dmactl_buf_sync y = {
		.buffer = r->buf[s->buf].id,
		.direction = direction,
		.offset = s->from,
		.len = s->len,
	};
	int ret = r->ctx->b->buf_sync(r->session, &y);

	if (!ret)
		return 0;
	if (!r->failure.exit)
		err_set(&r->failure, EXIT_FAILED,
			ret == -ENODEV ? "the channel is gone: its provider was unbound (%s)" :
					 "a buffer could not be synced: %s",
			strerror(-ret));
	r->over = true;
	return -1;
}

static uint8_t *at(const struct chain_run *r, const struct chain_span *s)
{
	return r->buf[s->buf].p + s->from;
}

static int fill_file(struct chain_run *r, const struct chain_data *d, const int64_t *loops,
		     const struct chain_span *to)
{
	char *path = chain_path(r->o, d->path, loops);
	FILE *f = path ? fopen(path, "re") : NULL;
	size_t n = f ? fread(at(r, to), 1, to->len, f) : 0;
	int ret = 0;

	if (!f)
		ret = chain_fail(r, &r->failure, EXIT_FAILED, d->pos, "%s: %s",
				 path ? path : d->path, strerror(errno));
	else if (n < to->len)
		ret = chain_fail(r, &r->failure, EXIT_FAILED, d->pos,
				 "%s has only %zu bytes, %" PRIu64 " are to be filled", path, n,
				 to->len);
	if (f)
		fclose(f);
	free(path);
	r->over |= ret;
	return ret;
}

int chain_cpu_fill(struct chain_run *r, const struct chain_data *d, const int64_t *loops,
		   const struct chain_span *to, uint8_t byte)
{
	const char *name = r->c->buf[to->buf]->buf.name.text;
	uint8_t *p = at(r, to);
	int ret = 0;

	if (sync_span(r, to, DMACTL_SYNC_CPU))
		return -1;
	switch (d->fill) {
	case FILL_FILE:
		ret = fill_file(r, d, loops, to);
		break;
	case FILL_RANDOM:
		pattern_fill(p, to->len, r->o->seed, ++r->fills);
		break;
	case FILL_PATTERN:
		pattern_fill(p, to->len, PATTERN_SEED,
			     crc32_z(0, (const uint8_t *)name, strlen(name)));
		break;
	default:
		memset(p, d->fill == FILL_BYTE ? byte : 0, to->len);
	}
	return sync_span(r, to, DMACTL_SYNC_DEVICE) ? -1 : ret;
}

static void reference(const struct chain_run *r, const struct chain_check *k, uint8_t *out)
{
	const struct chain_args *a = &r->args;

	memset(out, k->test == TEST_BYTE ? (int)a->number : 0, a->dst.len);
	for (unsigned int i = 0; i < a->nr_src; i++) {
		if (k->test == TEST_Q)
			gf_mul_add(out, at(r, &a->src[i]), gf_coef(i), a->dst.len);
		else
			gf_add(out, at(r, &a->src[i]), a->dst.len);
	}
}

/* False when it is not as expected; @w says how. */
static bool right(const struct chain_run *r, const struct chain_check *k, uint8_t *expected,
		  struct run_wrong *w)
{
	const struct chain_args *a = &r->args;
	const uint8_t *p = at(r, &a->dst);

	if (k->test == TEST_CRC32) {
		w->expected = a->number;
		w->found = crc32_z(0, p, a->dst.len);
		return w->found == w->expected;
	}
	reference(r, k, expected);
	if (!memcmp(p, expected, a->dst.len))
		return true;
	for (uint64_t i = a->dst.len; i--;) {
		if (p[i] == expected[i])
			continue;
		w->bytes++;
		w->offset = a->dst.from + i;
		w->expected = expected[i];
		w->found = p[i];
	}
	return false;
}

static void fail_check(struct chain_run *r, const struct chain_stmt *s, const struct run_wrong *w)
{
	const char *name = s->check.a.name.text;

	r->over = true;
	if (r->failure.exit)
		return;
	if (s->check.test == TEST_CRC32)
		chain_fail(r, &r->failure, EXIT_FAILED, s->pos,
			   "not as expected: the CRC of %s at "
			   "offset %" PRIu64 " should be 0x%08x and is 0x%08x%s",
			   name, r->args.dst.from, w->expected, w->found, w->rounds);
	else
		chain_fail(r, &r->failure, EXIT_FAILED, s->pos,
			   "not as expected: %s at offset %" PRIu64
			   " should be 0x%02x and is 0x%02x (%" PRIu64 " of %" PRIu64
			   " bytes are wrong)%s",
			   name, w->offset, w->expected, w->found, w->bytes, r->args.dst.len,
			   w->rounds);
}

int chain_cpu_check(struct chain_run *r, struct chain_walk *w, const struct chain_stmt *s)
{
	struct run_stmt *st = &r->stmt[s->index];
	const struct chain_args *a = &r->args;
	struct run_wrong wrong = { .offset = a->dst.from };
	uint8_t *expected = malloc(a->dst.len);
	bool good;

	if (!expected) {
		r->over = true;
		return err_set(&r->failure, EXIT_FAILED, "out of memory");
	}
	good = !sync_span(r, &a->dst, DMACTL_SYNC_CPU);
	for (unsigned int i = 0; i < a->nr_src && good; i++)
		good = !sync_span(r, &a->src[i], DMACTL_SYNC_CPU);
	if (!good) {
		free(expected);
		return -1;
	}
	chain_rounds(w->loops, s, wrong.rounds, sizeof(wrong.rounds));
	good = right(r, &s->check, expected, &wrong);
	free(expected);
	/* What went away meanwhile was no data. */
	if (sync_span(r, &a->dst, DMACTL_SYNC_DEVICE))
		return -1;
	for (unsigned int i = 0; i < a->nr_src; i++)
		if (sync_span(r, &a->src[i], DMACTL_SYNC_DEVICE))
			return -1;
	if (!good && !st->wrong++)
		st->first = wrong;
	r->wrong |= !good;
	if (!good && s->kind == CHAIN_EXPECT)
		fail_check(r, s, &wrong);
	return r->over;
}

/* A repeat may save into its own file again: that there was none is checked at the start. */
int chain_cpu_save(struct chain_run *r, const struct chain_stmt *s, const int64_t *loops,
		   const struct chain_span *from)
{
	char *path = chain_path(r->o, s->move.data.path, loops);
	struct outfile f = { 0 };
	struct err why;
	int ret, gone = 0;

	if (!path)
		err_set(&why, EXIT_FAILED, "out of memory");
	if (sync_span(r, from, DMACTL_SYNC_CPU)) {
		free(path);
		return -1;
	}
	ret = path ? outfile_open(&f, NULL, path, true, &why) : -1;
	if (!ret) {
		fwrite(at(r, from), 1, from->len, f.f);
		outfile_flush(&f);
		gone = sync_span(r, from, DMACTL_SYNC_DEVICE);
		if (gone)
			outfile_drop(&f);
		else
			ret = outfile_keep(&f, &why);
	}
	if (ret) {
		chain_fail(r, &r->failure, EXIT_FAILED, s->pos, "%s", why.text);
		r->over = true;
	}
	free(path);
	return gone || ret ? -1 : 0;
}
