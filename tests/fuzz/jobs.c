// SPDX-License-Identifier: GPL-2.0
/* Any text is jobs, or has a mistake that is told with its line. */
#include "bench.h"
#include "fuzz_text.h"

static void sane(const struct bench_file *f, const struct bench_section *s)
{
	const struct bench_key *k = s->keys.v;
	char where[64];

	for (size_t i = 0; i < s->keys.n; i++) {
		expect(k[i].key && k[i].value && bench_key_find(s, k[i].key) == &k[i]);
		bench_where(f, &k[i], where, sizeof(where));
		expect(!strncmp(where, k[i].line ? "in:" : "--set", k[i].line ? 3 : 5));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct bench_file f;
	struct err e = { 0 };
	struct bench_section *s;

	/* fmemopen() takes no empty text. */
	if (!text || !*text) {
		free(text);
		return 0;
	}
	if (bench_file_parse(&f, "in", text, &e)) {
		expect(e.exit == EXIT_USAGE && !strncmp(e.text, "in:", 3));
	} else {
		expect(f.jobs.n);
		/* Whatever it is called, or whatever it says, one more key goes in. */
		if (bench_file_set(&f, text, &e))
			expect(e.exit == EXIT_USAGE && !strncmp(e.text, "--set", 5));
		expect(!bench_file_set(&f, "size=4K", &e) && !bench_file_inherit(&f, &e));
		s = f.jobs.v;
		for (size_t i = 0; i < f.jobs.n; i++) {
			sane(&f, &s[i]);
			expect(!strcmp(bench_key_find(&s[i], "size")->value, "4K"));
		}
	}
	bench_file_free(&f);
	free(text);
	return 0;
}
