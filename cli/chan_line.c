// SPDX-License-Identifier: GPL-2.0
/* Request lines, NODE:LINE. Which channel one leads to is only known once it is claimed. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "chan.h"
#include "parse.h"

bool chan_like_line(const char *spec)
{
	return strchr(spec, ':') && !strchr(spec, '/') && strncmp(spec, "driver:", 7) &&
	       strncmp(spec, "sim:", 4);
}

const struct line *chan_line(const struct chan_table *t, const char *spec)
{
	const struct line *l = t->lines.v;

	for (size_t i = 0; i < t->lines.n; i++)
		if (!strcmp(l[i].name, spec))
			return &l[i];
	return NULL;
}

static const struct channel *by_stable(const struct chan_table *t, const char *stable)
{
	const struct channel *c = t->channels.v;

	for (size_t i = 0; i < t->channels.n; i++)
		if (!strcmp(c[i].stable, stable))
			return &c[i];
	return NULL;
}

static int busy(struct ctx *ctx, const struct chan_table *t, const struct line *l, const char *spec)
{
	const struct channel *c = l && l->stable[0] ? by_stable(t, l->stable) : NULL;
	char text[256] = "";

	if (c)
		chan_holder(ctx->b, c, text, sizeof(text));
	if (text[0])
		return err_set(&ctx->err, EXIT_UNAVAILABLE, "%s is %s", spec, text);
	return err_set(&ctx->err, EXIT_UNAVAILABLE,
		       "%s is in use: a dmactl session holds its channel (dmactl list)", spec);
}

static int refused(struct ctx *ctx, const struct chan_table *t, const char *spec, int ret)
{
	const struct line *l = chan_line(t, spec);
	struct err *e = &ctx->err;

	switch (ret) {
	case -EBUSY:
		return busy(ctx, t, l, spec);
	case -EAGAIN:
		return err_set(
			e, EXIT_UNAVAILABLE,
			l ? "%s: its provider is not there yet: no driver has probed the DMA "
			    "controller that its node names" :
			    "%s: its provider is not there yet, or its node was unbound from "
			    "the driver dmactl-line",
			spec);
	case -ENODEV:
		return err_set(e, EXIT_UNAVAILABLE,
			       "%s is leaving: its node or its provider is being unbound", spec);
	case -ENXIO:
		return err_set(
			e, EXIT_UNAVAILABLE,
			"%s: its provider gives no channel for it: another driver holds that, "
			"or the controller has no such request",
			spec);
	case -ENOENT:
		if (chan_meant(ctx, t, spec))
			return -1;
		return err_set(
			e, EXIT_UNAVAILABLE,
			"there is no channel %s: no node of the device tree has this request "
			"line (NODE:LINE; dmactl list shows those that there are)",
			spec);
	default:
		return err_set(e, EXIT_UNAVAILABLE, "%s could not be claimed: %s", spec,
			       strerror(-ret));
	}
}

const struct channel *chan_by_line(struct ctx *ctx, const struct chan_table *t, const char *spec)
{
	struct dmactl_claim claim = { 0 };
	const struct line *l = chan_line(t, spec);
	const struct channel *c;
	struct dmactl_info info;
	int fd, ret;

	if (!strcmp(t->via->line, spec))
		return t->via;
	fd = strlen(spec) < sizeof(claim.name) ? module_session(ctx, &info) : -1;
	if (fd < 0) {
		if (strlen(spec) >= sizeof(claim.name))
			refused(ctx, t, spec, -ENOENT);
		return NULL;
	}
	strcpy(claim.name, spec);
	ret = ctx->b->claim(fd, &claim);
	ctx->b->close(fd);
	c = ret ? NULL : by_stable(t, claim.name);
	if (!c) {
		refused(ctx, t, spec, ret ? ret : -EAGAIN);
		return NULL;
	}
	*t->via = *c;
	strcpy(t->via->line, spec);
	t->via->line_width = l ? l->width : 0;
	t->via->line_burst = l ? l->burst : 0;
	return t->via;
}

const struct channel *chan_show_line(struct ctx *ctx, const struct chan_table *t, const char *spec)
{
	const struct line *l = chan_line(t, spec);
	const struct channel *c = l && l->stable[0] ? by_stable(t, l->stable) : NULL;

	return c ? c : chan_by_line(ctx, t, spec);
}

/* What CLAIM gave, if not what it gave when it was asked. */
static void claimed(struct ctx *ctx, struct channel *c, const char *stable)
{
	struct err before = ctx->err;
	const struct channel *now;
	struct channel was = *c;
	struct chan_table t;

	if (!strcmp(c->stable, stable) || chan_table_load(ctx, &t)) {
		ctx->err = before;
		return;
	}
	now = by_stable(&t, stable);
	if (now) {
		*c = *now;
		memcpy(c->line, was.line, sizeof(c->line));
		c->line_width = was.line_width;
		c->line_burst = was.line_burst;
	}
	chan_table_free(&t);
}

int chan_claim(struct ctx *ctx, int session, struct channel *c, struct dmactl_claim *claim)
{
	int ret;

	memcpy(claim->name, c->line[0] ? c->line : c->stable, sizeof(claim->name));
	ret = ctx->b->claim(session, claim);
	if (!ret)
		claimed(ctx, c, claim->name);
	return ret;
}

uint64_t chan_line_burst(const struct vec *chosen)
{
	const struct channel *c = chosen->v;
	uint64_t most = 1;

	for (size_t i = 0; i < chosen->n; i++)
		if (c[i].line_burst > most)
			most = c[i].line_burst;
	return most;
}

int chan_line_width(struct ctx *ctx, const struct vec *chosen, const char *option,
		    const struct numlist *sizes, uint64_t *width)
{
	const struct channel *c = chosen->v;

	*width = 0;
	for (size_t i = 0; i < chosen->n; i++) {
		if (!c[i].line[0])
			continue;
		if (*width && *width != c[i].line_width)
			return err_set(
				&ctx->err, EXIT_USAGE,
				"--endpoint line: the lines differ in width, %u bytes of %s: "
				"--width, or one -c",
				c[i].line_width, c[i].line);
		*width = c[i].line_width;
	}
	/* That it was not taken by its line is told where it is configured. */
	*width = *width ? *width : 4;
	for (size_t i = 0; i < sizes->n; i++)
		if (sizes->v[i] % *width)
			return err_set(&ctx->err, EXIT_USAGE,
				       "%s: %" PRIu64 " bytes are no multiple of the line's width, "
				       "%" PRIu64 " bytes, unless --width says otherwise",
				       option, sizes->v[i], *width);
	return 0;
}
