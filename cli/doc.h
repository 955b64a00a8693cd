/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Documents that were written before: what -j, --jsonl and -o leave, be it whole or the
 * FILE.partial of a run that did not end. A file may hold several, one after the other.
 */
#ifndef DMACTL_DOC_H
#define DMACTL_DOC_H

#include <json.h>
#include <stdbool.h>
#include <stddef.h>

#include "backend.h"
#include "err.h"

struct doc {
	char *name;		  /* of its file; "standard input" */
	struct json_object *root; /* what the rest lies in */
	const char *kind;
	struct json_object *environment; /* an object, NULL where it is null */
	struct json_object *results;	 /* an array of objects */
	bool whole;			 /* it has its end; if not, results may be missing */
	int exit;			 /* 0 to 255, -1: not told */
};

/* Adds what the file holds, at least one, to @docs (struct doc). -1 with @e (64), nothing added. */
int doc_read(struct vec *docs, const char *path, struct err *e); /* "-": standard input */
int doc_parse(struct vec *docs, const char *name, const char *text, size_t len, struct err *e);
void docs_free(struct vec *docs);

/* Members of a cell that older versions do not tell: adds to @what those that are not as usual. */
void doc_add_later(struct json_object *what, struct json_object *result);
bool doc_lacks_later(struct json_object *result);

#endif
