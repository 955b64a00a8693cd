/* SPDX-License-Identifier: GPL-2.0 */
/* Where JSON goes: standard output, a file, or both; one document or a line a result. */
#ifndef DMACTL_OUT_H
#define DMACTL_OUT_H

#include <json.h>

#include "cmd.h"
#include "outfile.h"

struct out {
	struct ctx *ctx;
	const char *kind;
	struct outfile file;	/* -o */
	unsigned int results;
	bool begun;
	const char *key;	/* one more of the document, NULL without */
	struct json_object *value;
};

/* Refuses a file that cannot be. Nothing is written yet. */
int out_open(struct out *o, struct ctx *ctx, const char *kind);
/* The environment; without @info the module is asked. Nothing happens unless JSON was asked for. */
void out_begin(struct out *o, const struct dmactl_info *info);
void out_result(struct out *o, struct json_object *result);	/* takes it */
/* The end; @skipped (or NULL) is taken. Renames the file. The exit code, or -1 with ctx->err. */
int out_end(struct out *o, struct json_object *skipped, int exit, const char *error);
/* The end with ctx->err; @skipped as above. */
void out_fail(struct out *o, struct json_object *skipped);
/* Gives up the file: after wrong usage. */
void out_cancel(struct out *o);
/* The end of a command that @ret tells of, 0 or -1 with ctx->err, whether or not it was begun. */
int out_finish(struct out *o, int ret, struct json_object *skipped, int exit, const char *error);

/* A whole document in a line for ctx->err, where JSON was asked for and none was begun. */
void out_failure(struct ctx *ctx);

/*
 * Standard output as far as it is written: 0, or the errno of the first time that it failed. The
 * program's end tells of it.
 */
int out_flush(void);

/* Is any JSON wanted at all? */
bool out_wanted(const struct ctx *ctx);
/* Is standard output for a human? */
bool out_human(const struct ctx *ctx);

/* A whole document of a command that does not measure. */
int out_document(struct ctx *ctx, const char *kind, const struct dmactl_info *info,
		 struct json_object *results, int exit);

/* Shorthands; a NULL string is null. */
void js_str(struct json_object *o, const char *key, const char *value);
void js_int(struct json_object *o, const char *key, int64_t value);
void js_u64(struct json_object *o, const char *key, uint64_t value);
void js_bool(struct json_object *o, const char *key, bool value);
void js_real(struct json_object *o, const char *key, double value);	/* three decimals */
void js_null(struct json_object *o, const char *key);

/* env.c */
struct json_object *environment(struct ctx *ctx, const struct dmactl_info *info);

#endif
