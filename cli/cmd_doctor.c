// SPDX-License-Identifier: GPL-2.0
/* What is wrong here, and what to do about it. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "chan_json.h"
#include "report.h"
#include "simfs.h"

#define NODE	"/dev/dmactl"

enum grade { G_OK, G_NOTE, G_PROBLEM, G_STUCK };

struct finding {
	enum grade grade;
	char what[400];
	char todo[300];		/* "" where there is nothing to do */
};

struct doctor {
	struct ctx *ctx;
	const char *channel;
	struct vec findings;
	struct chan_table t;
	struct dmactl_info info;
	bool loaded, open, table;
	unsigned int usable, real;
};

static const char *const grades[] = { "ok", "note", "problem", "stuck" };

static error_t doctor_opt(int key, char *arg, struct argp_state *st)
{
	struct doctor *d = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = d->ctx;
		return 0;
	case ARGP_KEY_ARG:
		if (d->channel)
			argp_error(st, "doctor takes one channel, '%s' is a second", arg);
		d->channel = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void __attribute__((format(printf, 4, 5)))
find(struct doctor *d, enum grade grade, const char *todo, const char *fmt, ...)
{
	struct finding *f = vec_add(&d->findings, sizeof(*f));
	va_list ap;

	if (!f)
		return;
	f->grade = grade;
	va_start(ap, fmt);
	vsnprintf(f->what, sizeof(f->what), fmt, ap);
	va_end(ap);
	snprintf(f->todo, sizeof(f->todo), "%s", todo);
}

/* What to do is the cure's to say: the sentence itself sends people here. */
static void find_no_module(struct doctor *d)
{
	struct ctx *ctx = d->ctx;

	if (ctx->b->connect() != -ENOENT)
		find(d, G_PROBLEM, "boot a kernel with CONFIG_NET", "%s", ctx->err.text);
	else
		find(d, G_PROBLEM,
		     ctx->b->privileged() ?
			     "build it for the running kernel (make kmod; make install), then modprobe "
			     "dmactl; on a kernel with Secure Boot it must be signed" :
			     "as root: modprobe dmactl",
		     "%.*s", (int)strcspn(ctx->err.text, ":"), ctx->err.text);
}

static const char *node_cure(const struct backend *b)
{
	if (b->access(NODE, F_OK))
		return "mount -t devtmpfs none /dev, or let udev make the node";
	if (b->access(NODE, R_OK | W_OK))
		return "run as root, or give your group the node";
	return "install the tool and the module from one release, then load the module anew";
}

static void check_module(struct doctor *d)
{
	struct ctx *ctx = d->ctx;
	int fd;

	d->loaded = !module_ensure(ctx);
	if (!d->loaded) {
		find_no_module(d);
		return;
	}
	fd = module_session(ctx, &d->info);
	if (fd < 0) {
		find(d, G_PROBLEM, node_cure(ctx->b), "%s", ctx->err.text);
		return;
	}
	ctx->b->close(fd);
	d->open = true;
	find(d, G_OK, "", "the module dmactl %s is loaded and " NODE " can be opened",
	     d->info.version);
}

/* Of the channel that was asked for, if one was; it may have left with its provider. */
static bool concerns(const struct doctor *d, const struct channel *asked,
		     const struct quarantine *q)
{
	if (asked)
		return !strcmp(asked->stable, q->stable);
	return !d->channel || !strcmp(d->channel, q->stable) || !strcmp(d->channel, q->name);
}

static void check_quarantine(struct doctor *d)
{
	const struct channel *asked = NULL;
	struct vec q = { 0 };
	const struct quarantine *v;
	char age[32], size[32];

	if (d->channel)
		asked = chan_show(d->ctx, &d->t, d->channel);
	if (d->ctx->b->quarantines(&q, &d->ctx->err)) {
		find(d, G_PROBLEM, "see dmesg", "%s", d->ctx->err.text);
		return;
	}
	v = q.v;
	for (size_t i = 0; i < q.n; i++) {
		if (!concerns(d, asked, &v[i]))
			continue;
		time_text((double)v[i].age_ns, age, sizeof(age));
		size_text(v[i].bytes, size, sizeof(size));
		if (v[i].leaked)
			find(d, G_STUCK, "only a reboot gives it back",
			     "%s: its provider went while the engine could not be stopped: %s of "
			     "memory is lost for good",
			     v[i].stable, size);
		else
			find(d, G_STUCK,
			     "it comes back with the callback; else unbind its driver "
			     "or reboot; for a simulated one: dmactl sim fault NAME stall --off",
			     "%s is in quarantine for %s: %u callback%s owed, %s of memory kept",
			     v[i].stable, age, v[i].requests, v[i].requests == 1 ? "" : "s", size);
	}
	vec_free(&q);
}

static void check_channel(struct doctor *d, const struct channel *c)
{
	static const unsigned int ops[] = {
		DMACTL_OP_MEMCPY,
		DMACTL_OP_MEMSET,
		DMACTL_OP_INTERRUPT,
	};
	struct err e = { 0 };
	bool usable = false;

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]) && !usable; i++)
		usable = chan_has(c, ops[i]) && !chan_refusal(d->ctx, &d->t, c, ops[i], &e);
	d->usable += usable;
	d->real += usable && !chan_simulated(c);
	if (usable) {
		if (d->channel)
			find(d, G_OK, "", "%s can be used%s", c->stable,
			     chan_simulated(c) ? " (it is SIMULATED)" : "");
		if (!(c->traits & DMACTL_TRAIT_PRIVATE))
			find(d, G_NOTE,
			     "release it when done; do not claim it while md-raid needs "
			     "it",
			     "%s is public: claiming it takes its device from async_tx "
			     "(md-raid)",
			     c->stable);
		return;
	}
	if (c->state == DMACTL_CHANNEL_STATE_QUARANTINED)
		return;		/* found above */
	if (!e.text[0])
		find(d, G_NOTE, "take another channel",
		     "%s does none of memcpy, memset and interrupt", c->stable);
	else
		find(d, G_NOTE,
		     c->state == DMACTL_CHANNEL_STATE_STOPPING ?
			     "try again in a moment" :
		     c->state == DMACTL_CHANNEL_STATE_LEAVING ?
			     "take another channel" :
			     "take another channel, or end its user",
		     "%s", e.text);
}

static void check_channels(struct doctor *d)
{
	const struct channel *c;

	if (chan_table_load(d->ctx, &d->t)) {
		find(d, G_PROBLEM, "see dmesg", "%s", d->ctx->err.text);
		return;
	}
	d->table = true;
	check_quarantine(d);
	if (d->channel) {
		c = chan_show(d->ctx, &d->t, d->channel);
		if (c)
			check_channel(d, c);
		else
			find(d, G_PROBLEM, "", "%s", d->ctx->err.text);
		return;
	}
	c = d->t.channels.v;
	for (size_t i = 0; i < d->t.channels.n; i++)
		check_channel(d, &c[i]);
	if (!d->t.channels.n)
		find(d, G_PROBLEM,
		     "load the driver of your controller, or modprobe dma-sim for a "
		     "simulated one",
		     "no dmaengine provider has probed: there is no channel");
	else if (d->usable)
		find(d, G_OK, "", "%u of %zu channels can be used, %u of them real", d->usable,
		     d->t.channels.n, d->real);
	else
		find(d, G_PROBLEM, "see the notes above", "none of %zu channels can be used",
		     d->t.channels.n);
}

static void check_surroundings(struct doctor *d)
{
	const struct backend *b = d->ctx->b;

	if (b->access("/sys/kernel/config", F_OK))
		find(d, G_NOTE,
		     "as root: modprobe configfs; mount -t configfs none "
		     "/sys/kernel/config",
		     "configfs is not there: dma-sim's devices cannot be "
		     "configured");
	else if (d->loaded && b->access(SIMFS_ROOT, F_OK))
		find(d, G_NOTE, "as root: modprobe dma-sim, when you want simulated channels",
		     "dma-sim is not loaded, or configfs is not mounted");
	if (b->privileged() && b->access("/sys/kernel/debug/dmaengine/summary", R_OK))
		find(d, G_NOTE, "mount -t debugfs none /sys/kernel/debug",
		     "debugfs has no dmaengine/summary: kernel users of channels cannot be named");
}

static int grade_exit(const struct doctor *d)
{
	const struct finding *f = d->findings.v;

	for (size_t i = 0; i < d->findings.n; i++)
		if (f[i].grade == G_STUCK)
			return EXIT_FAILED;
	return d->open && d->usable ? EXIT_OK : EXIT_UNAVAILABLE;
}

static int print_json(struct doctor *d, int exit)
{
	struct json_object *list = json_object_new_array(), *o;
	const struct finding *f = d->findings.v;

	for (size_t i = 0; i < d->findings.n; i++) {
		o = json_object_new_object();
		js_str(o, "grade", grades[f[i].grade]);
		js_str(o, "what", f[i].what);
		js_str(o, "todo", f[i].todo[0] ? f[i].todo : NULL);
		json_object_array_add(list, o);
	}
	return out_document(d->ctx, "doctor", d->open ? &d->info : NULL, list, exit);
}

/* Wrapped to 80 columns, later lines indented. */
static void print_wrapped(const char *lead, const char *text)
{
	int indent = (int)strlen(lead), at = printf("%s", lead), n;

	while (*text) {
		n = (int)strcspn(text, " ");
		if (at > indent && at + 1 + n > 80) {
			printf("\n%*s", indent, "");
			at = indent;
		}
		at += printf("%s%.*s", at > indent ? " " : "", n, text);
		text += n + (text[n] == ' ');
	}
	printf("\n");
}

static void print_text(const struct doctor *d)
{
	static const char *const marks[] = { "ok       ", "note     ", "PROBLEM  ", "STUCK    " };
	const struct finding *f = d->findings.v;

	for (size_t i = 0; i < d->findings.n; i++) {
		print_wrapped(marks[f[i].grade], f[i].what);
		if (f[i].todo[0])
			print_wrapped("         -> ", f[i].todo);
	}
}

int cmd_doctor(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		.parser = doctor_opt,
		.children = children,
		.args_doc = "[CHANNEL]",
		.doc = "Tell what is wrong here and what to do.\v"
		       "Exits 0 when a channel is usable, 77 when none is, 1 when one is stuck.",
	};
	struct doctor d = { .ctx = ctx };
	int exit;

	cmd_parse(&argp, argc, argv, &d);
	check_module(&d);
	if (d.loaded)
		check_channels(&d);
	check_surroundings(&d);
	exit = grade_exit(&d);
	if (!out_human(ctx))
		exit = print_json(&d, exit);
	else
		print_text(&d);
	if (d.table)
		chan_table_free(&d.t);
	vec_free(&d.findings);
	return exit;
}
