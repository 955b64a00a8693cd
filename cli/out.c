// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"

#define STYLE (JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE)

bool out_wanted(const struct ctx *ctx)
{
	return ctx->json || ctx->jsonl || ctx->output;
}

bool out_human(const struct ctx *ctx)
{
	return !ctx->json && !ctx->jsonl;
}

int out_flush(void)
{
	static int first; /* stdio keeps no more than that it failed */

	if ((fflush(stdout) || ferror(stdout)) && !first)
		first = errno ? errno : EIO;
	return first;
}

int out_open(struct out *o, struct ctx *ctx, const char *kind)
{
	*o = (struct out){ .ctx = ctx, .kind = kind };
	if (!ctx->output)
		return 0;
	return outfile_open(&o->file, "-o", ctx->output, ctx->force, &ctx->err);
}

static void each_stream(struct out *o, void (*write)(struct out *, FILE *, bool, void *), void *arg)
{
	if (o->ctx->json || o->ctx->jsonl) {
		write(o, stdout, o->ctx->jsonl, arg);
		out_flush();
	}
	if (o->file.f) {
		write(o, o->file.f, false, arg);
		outfile_flush(&o->file);
	}
}

static void write_begin(struct out *o, FILE *f, bool lines, void *env)
{
	const char *text = json_object_to_json_string_ext(env, STYLE);

	if (lines)
		fprintf(f, "{ \"schema\": \"dmactl/1\", \"kind\": \"%s\", \"environment\": %s }\n",
			o->kind, text);
	else
		fprintf(f,
			"{ \"schema\": \"dmactl/1\", \"kind\": \"%s\",\n  \"environment\": %s,\n"
			"  \"results\": [",
			o->kind, text);
}

void out_begin(struct out *o, const struct dmactl_info *info)
{
	struct json_object *env;

	if (!out_wanted(o->ctx))
		return;
	env = environment(o->ctx, info);
	each_stream(o, write_begin, env);
	json_object_put(env);
	o->begun = true;
	o->ctx->document = true;
}

static void write_result(struct out *o, FILE *f, bool lines, void *result)
{
	const char *text = json_object_to_json_string_ext(result, STYLE);

	if (lines)
		fprintf(f, "%s\n", text);
	else
		fprintf(f, "%s\n    %s", o->results ? "," : "", text);
}

void out_result(struct out *o, struct json_object *result)
{
	if (o->begun)
		each_stream(o, write_result, result);
	o->results++;
	json_object_put(result);
}

struct ending {
	struct json_object *skipped;
	int exit;
	const char *error;
};

static void write_end(struct out *o, FILE *f, bool lines, void *arg)
{
	const struct ending *e = arg;
	struct json_object *error = e->error ? json_object_new_string(e->error) : NULL;

	if (lines)
		fprintf(f, "{ ");
	else
		fprintf(f, "%s],\n  ", o->results ? "\n  " : "");
	if (o->key)
		fprintf(f, "\"%s\": %s,%s", o->key, json_object_to_json_string_ext(o->value, STYLE),
			lines ? " " : "\n  ");
	if (lines)
		fprintf(f, "\"skipped\": %s, \"exit_code\": %d, \"error\": %s }\n",
			json_object_to_json_string_ext(e->skipped, STYLE), e->exit,
			json_object_to_json_string_ext(error, STYLE));
	else
		fprintf(f, "\"skipped\": %s,\n  \"exit_code\": %d,\n  \"error\": %s }\n",
			json_object_to_json_string_ext(e->skipped, STYLE), e->exit,
			json_object_to_json_string_ext(error, STYLE));
	json_object_put(error);
}

void out_cancel(struct out *o)
{
	outfile_drop(&o->file);
}

int out_end(struct out *o, struct json_object *skipped, int exit, const char *error)
{
	struct ending e = {
		skipped ? skipped : json_object_new_array(),
		cmd_exit(o->ctx, exit),
		error,
	};

	if (o->begun)
		each_stream(o, write_end, &e);
	o->begun = false;
	json_object_put(e.skipped);
	return outfile_keep(&o->file, &o->ctx->err) ? -1 : exit;
}

void out_fail(struct out *o, struct json_object *skipped)
{
	struct err e = o->ctx->err; /* went wrong first: a file may follow */

	if (out_end(o, skipped, e.exit, e.text) >= 0)
		return;
	e.exit = exit_worst(e.exit, o->ctx->err.exit);
	if (strlen(e.text) + strlen(o->ctx->err.text) + 3 < sizeof(e.text)) {
		strcat(e.text, "; ");
		strcat(e.text, o->ctx->err.text);
	}
	o->ctx->err = e;
}

int out_finish(struct out *o, int ret, struct json_object *skipped, int exit, const char *error)
{
	if (!ret)
		return out_end(o, skipped, exit, error);
	if (!o->begun && o->ctx->err.exit != EXIT_USAGE)
		out_begin(o, NULL);
	if (o->begun) {
		out_fail(o, skipped);
	} else {
		json_object_put(skipped);
		out_cancel(o);
	}
	return -1;
}

int out_document(struct ctx *ctx, const char *kind, const struct dmactl_info *info,
		 struct json_object *results, int exit)
{
	struct out o = { .ctx = ctx, .kind = kind };

	out_begin(&o, info);
	for (size_t i = 0; i < json_object_array_length(results); i++)
		out_result(&o, json_object_get(json_object_array_get_idx(results, i)));
	json_object_put(results);
	return out_end(&o, NULL, exit, NULL);
}

/* As measuring commands: nothing after wrong usage. One line, for monitor's readers. */
void out_failure(struct ctx *ctx)
{
	struct json_object *o;

	if (out_human(ctx) || ctx->document || ctx->err.exit == EXIT_USAGE)
		return;
	o = json_object_new_object();
	js_str(o, "schema", "dmactl/1");
	js_str(o, "kind", ctx->name);
	json_object_object_add(o, "environment", environment(ctx, NULL));
	json_object_object_add(o, "results", json_object_new_array());
	json_object_object_add(o, "skipped", json_object_new_array());
	js_int(o, "exit_code", cmd_exit(ctx, ctx->err.exit));
	js_str(o, "error", ctx->err.text);
	printf("%s\n", json_object_to_json_string_ext(o, STYLE));
	json_object_put(o);
}

void js_str(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, value ? json_object_new_string(value) : NULL);
}

void js_int(struct json_object *o, const char *key, int64_t value)
{
	json_object_object_add(o, key, json_object_new_int64(value));
}

void js_u64(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

void js_bool(struct json_object *o, const char *key, bool value)
{
	json_object_object_add(o, key, json_object_new_boolean(value));
}

void js_real(struct json_object *o, const char *key, double value)
{
	char text[64];

	snprintf(text, sizeof(text), "%.3f", value);
	json_object_object_add(o, key, json_object_new_double_s(value, text));
}

void js_null(struct json_object *o, const char *key)
{
	json_object_object_add(o, key, NULL);
}
