// SPDX-License-Identifier: GPL-2.0
/* What is wrong here, and what to do about it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chan_json.h"
#include "doctor.h"
#include "report.h"

#define USUAL_OPS \
	((1ULL << DMACTL_OP_MEMCPY) | (1ULL << DMACTL_OP_MEMSET) | (1ULL << DMACTL_OP_INTERRUPT))

enum { OPT_FOR = 0x3f00 };

static const char *const grades[] = { "ok", "note", "problem", "stuck" };

/* As the commands call them, or as list does. */
static uint64_t operation_named(const char *name)
{
	static const struct {
		const char *command;
		unsigned int op;
	} commands[] = {
		{ "interleave", DMACTL_OP_INTERLEAVED },
		{ "sg", DMACTL_OP_SLAVE_SG },
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(name, commands[i].command))
			return 1ULL << commands[i].op;
	for (unsigned int op = 0; op <= DMACTL_OP_CYCLIC; op++)
		if (!strcmp(name, op_name(op)))
			return 1ULL << op;
	return 0;
}

static error_t doctor_opt(int key, char *arg, struct argp_state *st)
{
	struct doctor *d = st->input;

	switch (key) {
	case ARGP_KEY_INIT:
		st->child_inputs[0] = d->ctx;
		return 0;
	case OPT_FOR:
		d->operation = arg;
		d->operations = operation_named(arg);
		if (!d->operations)
			argp_error(st,
				   "--for: '%s' is no operation: memcpy, memset, xor, pq, "
				   "interleave, sg, cyclic, interrupt, or another that dmactl "
				   "list shows",
				   arg);
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

void doctor_find(struct doctor *d, enum grade grade, const char *means, const char *todo,
		 const char *fmt, ...)
{
	struct finding *f = vec_add(&d->findings, sizeof(*f));
	va_list ap;

	if (!f)
		return;
	f->grade = grade;
	f->reason = d->reason;
	va_start(ap, fmt);
	vsnprintf(f->what, sizeof(f->what), fmt, ap);
	va_end(ap);
	snprintf(f->means, sizeof(f->means), "%s", means);
	snprintf(f->todo, sizeof(f->todo), "%s", todo);
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
		js_str(o, "reason", f[i].reason);
		js_str(o, "what", f[i].what);
		js_str(o, "means", f[i].means[0] ? f[i].means : NULL);
		js_str(o, "todo", f[i].todo[0] ? f[i].todo : NULL);
		json_object_array_add(list, o);
	}
	return out_document(d->ctx, "doctor", d->open ? &d->info : NULL, list, exit);
}

/* Wrapped to 80 columns, later lines indented. */
static void print_wrapped(const char *lead, const char *text, size_t len)
{
	int indent = (int)strlen(lead), at = printf("%s", lead), n;
	const char *end = text + len;

	while (text < end) {
		n = (int)strcspn(text, "\n ");
		if (at > indent && at + 1 + n > 80) {
			printf("\n%*s", indent, "");
			at = indent;
		}
		at += printf("%s%.*s", at > indent ? " " : "", n, text);
		text += n + (text[n] != '\0');
	}
	printf("\n");
}

/* Commands have lines of their own, so that they can be copied. */
static void print_todo(const char *todo)
{
	const char *lead = "         -> ";

	for (size_t n; *todo; todo += n + (todo[n] == '\n'), lead = "            ") {
		n = strcspn(todo, "\n");
		print_wrapped(lead, todo, n);
	}
}

static void print_text(const struct doctor *d)
{
	static const char *const marks[] = { "ok       ", "note     ", "PROBLEM  ", "STUCK    " };
	const struct finding *f = d->findings.v;

	for (size_t i = 0; i < d->findings.n; i++) {
		print_wrapped(marks[f[i].grade], f[i].what, strlen(f[i].what));
		if (f[i].means[0])
			print_wrapped("         ", f[i].means, strlen(f[i].means));
		print_todo(f[i].todo);
	}
}

int cmd_doctor(struct ctx *ctx, int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp_plain, 0, NULL, 0 }, { 0 } };
	static const struct argp_option options[] = {
		{ "for", OPT_FOR, "OPERATION", 0, "Tell whether OPERATION can be done, and why not",
		  1 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = doctor_opt,
		.children = children,
		.args_doc = "[CHANNEL]",
		.doc = "Tell what is wrong here and what to do.\v"
		       "Exits 0 when a channel is usable, 77 when none is, 1 when one is stuck.",
	};
	struct doctor d = { .ctx = ctx, .operations = USUAL_OPS };
	char *config;
	int exit;

	cmd_parse(&argp, argc, argv, &d);
	ctx->b->sysname(&d.u);
	config = doctor_config_read(&d);
	doctor_look(&d);
	exit = grade_exit(&d);
	if (!out_human(ctx))
		exit = print_json(&d, exit);
	else
		print_text(&d);
	if (d.table)
		chan_table_free(&d.t);
	vec_free(&d.findings);
	free(config);
	return exit;
}
