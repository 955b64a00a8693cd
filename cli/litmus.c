// SPDX-License-Identifier: GPL-2.0
/* dmactl litmus: shapes, each without order, with fences, and with the order kept by the module. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "litmus.h"
#include "stop.h"

const struct litmus_way litmus_ways[NR_WAYS] = {
	{ "none", "without order", "none" },
	{ "fences", "with fences", "hardware" },
	{ "emulated", "emulated", "emulated" },
};

static char *text_of(const struct litmus *l, const struct litmus_shape *s, enum way way)
{
	const char *at = s->round, *mark;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	fprintf(f, "chan x $X\n%s", s->two ? "chan y $Y\n" : "");
	fprintf(f, "order %s\n%srepeat %" PRIu64 " {\n", litmus_ways[way].order, s->bufs, l->count);
	while ((mark = strchr(at, '%'))) {
		fwrite(at, 1, (size_t)(mark - at), f);
		at = mark + 1;
		if (way == WITHOUT)
			at += strcspn(at, "\n");
	}
	fprintf(f, "%s}\n", at);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

uint64_t litmus_part(const struct channel *c)
{
	uint64_t align = c->align_copy < 7 ? 1ULL << c->align_copy : 128;

	return align > 16 ? align : 16;
}

static void tallies(const struct chain_run *r, struct verdict *v)
{
	for (unsigned int i = 0; i < r->c->nr_stmt; i++) {
		const struct run_stmt *st = &r->stmt[i];

		if (r->c->stmt[i]->kind != CHAIN_TALLY)
			continue;
		v->checks += st->runs;
		if (st->wrong && !v->wrong)
			v->first = st->first;
		v->wrong += st->wrong;
	}
}

/* -1 with ctx->err: the channel could not be had, or the module refuses; else it is in @v. */
static int one_way(struct litmus *l, const struct litmus_shape *s, enum way way, struct verdict *v)
{
	char size[32], part[32], *text = text_of(l, s, way);
	const struct chain_define defs[] = {
		{ "X", l->ch[0].stable },
		{ "Y", l->ch[1].stable },
		{ "S", size },
		{ "H", part },
	};
	struct chain_opts o = {
		.file = s->name,
		.dir = "",
		.channel = l->ch[0].stable,
		.timeout_ns = l->timeout_ns,
		.seed = l->seed,
	};
	struct chain c = { 0 };
	struct chain_run r = { .ctx = l->ctx, .o = &o, .c = &c, .session = -1 };
	struct chain_warnings w = { 0 };
	struct chain_error e;
	int ret;

	snprintf(size, sizeof(size), "%" PRIu64, l->size);
	snprintf(part, sizeof(part), "%" PRIu64, litmus_part(&l->ch[0]));
	if (!text || chain_parse(&c, text, strlen(text), defs, 4, &e) || chain_check(&c, &w, &e)) {
		ret = err_set(&l->ctx->err, EXIT_FAILED, "%s: line %u: %s", s->name,
			      text ? e.pos.line : 0, text ? e.text : "out of memory");
	} else {
		ret = chain_open(&r);
		if (!ret)
			ret = chain_execute(&r);
		if (!ret)
			tallies(&r, v);
		v->failure = r.failure;
		/* 77 says that nothing was transferred. */
		if (v->failure.exit == EXIT_UNAVAILABLE && r.begin)
			v->failure.exit = EXIT_FAILED;
		chain_close(&r);
	}
	free(w.v);
	chain_free(&c);
	free(text);
	return ret;
}

/* What the lengths of a shape's operations are multiples of. */
static uint64_t unit(const struct litmus *l, const struct litmus_shape *s)
{
	uint32_t shift = l->ch[0].align_copy;

	if (s->operations & 1ULL << DMACTL_OP_XOR && l->ch[0].align_xor > shift)
		shift = l->ch[0].align_xor;
	return shift < 32 ? 1ULL << shift : 1;
}

/* Why a shape, or one way of it, is left out here; NULL when it is not. */
static const char *left_out(const struct litmus *l, const struct litmus_shape *s, enum way way,
			    char *buf, size_t size)
{
	char lacks[160];

	if (s->operations & ~l->ch[0].operations) {
		ops_text(s->operations & ~l->ch[0].operations, ", ", lacks, sizeof(lacks));
		snprintf(buf, size, "it cannot do %s", lacks);
		return buf;
	}
	if (s->two && !l->ch[1].stable[0])
		return "there is no second channel: -c names one";
	if (s->two && way == FENCES)
		return "a fence is within one channel";
	if (s->line && litmus_part(&l->ch[0]) > 16) {
		snprintf(buf, size, "it copies only multiples of %" PRIu64 " bytes",
			 litmus_part(&l->ch[0]));
		return buf;
	}
	if (!s->line && l->size % unit(l, s)) {
		snprintf(buf, size, "it takes multiples of %" PRIu64, unit(l, s));
		return buf;
	}
	return NULL;
}

/*
 * It is kept where something else was seen without order, or where that order is always promised.
 * @bare: how it went without order, without checks when that was not tried.
 */
static void judge(const struct litmus *l, const struct litmus_shape *s, enum way way,
		  struct verdict *v, const struct verdict *bare)
{
	v->promised = s->cpu || way == EMULATED ||
		      (way == FENCES && (l->trust.fence || l->trust.in_order));
	if (v->wrong)
		v->text = "violated";
	else if (s->cpu || (way != WITHOUT && bare->wrong))
		v->text = "kept";
	else
		v->text = way == WITHOUT || !bare->checks ? "never wrong" : "cannot be told apart";
}

static void skip(struct litmus *l, const struct litmus_shape *s, bool first, enum way way,
		 const char *why)
{
	struct json_object *o = json_object_new_object();
	char job[64];

	snprintf(job, sizeof(job), "%s, %s", s->name, litmus_ways[way].text);
	js_str(o, "job", job);
	js_str(o, "why", why);
	json_object_array_add(l->skipped, o);
	if (out_human(l->ctx))
		litmus_print(s, first, way, NULL, why);
}

/* Without a check there is no verdict. */
static void no_check(struct litmus *l, const struct litmus_shape *s, bool first, enum way way,
		     const struct verdict *v)
{
	size_t n = strlen(s->name);
	const char *why = "interrupted before its first check";

	/* Without the place in the shape's text. */
	if (v->failure.exit)
		why = strncmp(v->failure.text, s->name, n) ? v->failure.text :
							     strchr(v->failure.text, ' ') + 1;
	skip(l, s, first, way, why);
}

static void failed(struct litmus *l, const struct litmus_shape *s, enum way way,
		   const struct verdict *v)
{
	fprintf(stderr, "dmactl: litmus %s, %s: %s\n", s->name, litmus_ways[way].text,
		v->failure.text);
	l->exit = exit_worst(l->exit, v->failure.exit);
}

static int one_shape(struct litmus *l, const struct litmus_shape *s)
{
	struct verdict v[NR_WAYS] = { 0 };
	char buf[256];
	const char *why;
	bool first = true;

	for (unsigned int way = 0; way < NR_WAYS && !stop_asked; way++) {
		if (l->only >= 0 && (unsigned int)l->only != way)
			continue;
		why = left_out(l, s, way, buf, sizeof(buf));
		if (why) {
			skip(l, s, first, way, why);
			first = false;
			continue;
		}
		if (one_way(l, s, way, &v[way]))
			return -1;
		if (v[way].failure.exit != EXIT_UNAVAILABLE || v[way].checks)
			l->ran++;
		if (v[way].checks) {
			judge(l, s, way, &v[way], &v[WITHOUT]);
			if (out_human(l->ctx))
				litmus_print(s, first, way, &v[way], NULL);
			out_result(&l->out, litmus_json(l, s, way, &v[way]));
		} else {
			no_check(l, s, first, way, &v[way]);
		}
		first = false;
		if (v[way].failure.exit && v[way].failure.exit != EXIT_UNAVAILABLE)
			failed(l, s, way, &v[way]);
		if (v[way].wrong && v[way].promised)
			l->exit = exit_worst(l->exit, EXIT_FAILED);
	}
	return 0;
}

/* Another channel of the same device, or the one that was named. */
static int second(struct litmus *l, const struct chan_table *t)
{
	const struct channel *c = t->channels.v;
	const char **names = l->channels.v;
	struct err e;

	if (l->channels.n > 1)
		return chan_pick(l->ctx, t, names[1], 1ULL << DMACTL_OP_MEMCPY, &l->ch[1]);
	for (size_t i = 0; i < t->channels.n; i++) {
		if (strcmp(c[i].device, l->ch[0].device) || !strcmp(c[i].stable, l->ch[0].stable) ||
		    chan_refuses(l->ctx, t, &c[i], 1ULL << DMACTL_OP_MEMCPY, &e))
			continue;
		l->ch[1] = c[i];
		break;
	}
	return 0;
}

static int choose(struct litmus *l)
{
	const char *channel = getenv("DMACTL_CHANNEL"), **names = l->channels.v;
	struct chan_table t;
	int ret;

	if (!channel || !channel[0])
		channel = "any";
	if (chan_table_load(l->ctx, &t))
		return -1;
	ret = chan_pick(l->ctx, &t, l->channels.n ? names[0] : channel, 1ULL << DMACTL_OP_MEMCPY,
			&l->ch[0]);
	if (!ret)
		ret = second(l, &t);
	chan_table_free(&t);
	if (!ret && !strcmp(l->ch[0].stable, l->ch[1].stable) &&
	    (!l->ch[0].line[0] || !l->ch[1].line[0] || !strcmp(l->ch[0].line, l->ch[1].line)))
		return err_set(&l->ctx->err, EXIT_USAGE,
			       "-c: %s is named twice: another one, or one -c", l->ch[0].stable);
	if (!ret)
		trust_of(l->ctx->b, &l->ch[0], &l->trust);
	return ret;
}

static int all_shapes(struct litmus *l)
{
	int fd;

	if (module_ensure(l->ctx))
		return -1;
	fd = module_session(l->ctx, &l->info);
	if (fd < 0)
		return -1;
	l->ctx->b->close(fd);
	if (choose(l))
		return -1;
	out_begin(&l->out, &l->info);
	if (out_human(l->ctx))
		litmus_head(l);
	for (const struct litmus_shape *s = litmus_shapes; s->name && !stop_asked; s++)
		if ((!l->shape || l->shape == s) && one_shape(l, s))
			return -1;
	if (!l->ran && !stop_asked)
		return err_set(&l->ctx->err, EXIT_UNAVAILABLE,
			       "no shape can be run on %s: its table says why of each",
			       l->ch[0].stable);
	if (stop_asked)
		l->exit = exit_worst(l->exit, EXIT_INTERRUPTED);
	return 0;
}

int litmus_main(struct litmus *l)
{
	struct ctx *ctx = l->ctx;

	stop_catch();
	if (out_open(&l->out, ctx, "litmus"))
		return -1;
	l->skipped = json_object_new_array();
	if (!all_shapes(l))
		return out_end(&l->out, l->skipped, l->exit, NULL);
	if (!l->ran)
		stop_error(&ctx->err);
	/* 77 says that nothing was transferred. */
	if (l->ran && ctx->err.exit == EXIT_UNAVAILABLE)
		ctx->err.exit = EXIT_FAILED;
	return out_finish(&l->out, -1, l->skipped, 0, NULL);
}
