// SPDX-License-Identifier: GPL-2.0
/* Any text is documents or has one mistake that is told; and so has each part of it. */
#include "doc.h"
#include "fuzz_text.h"

static void sane(const struct doc *d)
{
	expect(!strcmp(d->name, "in") && d->kind && d->exit >= -1 && d->exit <= 255);
	expect(!d->environment || json_object_is_type(d->environment, json_type_object));
	expect(json_object_is_type(d->results, json_type_array));
	for (size_t i = 0; i < json_object_array_length(d->results); i++)
		expect(json_object_is_type(json_object_array_get_idx(d->results, i),
					   json_type_object));
}

static void read_all(const uint8_t *data, size_t size)
{
	char *text = malloc(size ? size : 1);
	struct vec docs = { 0 };
	struct err e = { 0 };

	expect(text);
	memcpy(text, data, size);
	if (doc_parse(&docs, "in", text, size, &e)) {
		expect(!docs.n && e.exit == EXIT_USAGE && !strncmp(e.text, "in", 2));
		expect(strnlen(e.text, sizeof(e.text)) < sizeof(e.text));
	} else {
		expect(docs.n);
	}
	for (size_t i = 0; i < docs.n; i++)
		sane((const struct doc *)docs.v + i);
	docs_free(&docs);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_all(data, size);
	/* Where a run may have broken off. */
	if (size)
		read_all(data, data[size / 2] % size);
	return 0;
}
