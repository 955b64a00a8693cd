// SPDX-License-Identifier: GPL-2.0
/* Documents that are read again, whole and torn. */
#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "tap.h"

/* As -o writes it, with all that could be taken for an end of something. */
#define HEAD                                                                                 \
	"{ \"schema\": \"dmactl/1\", \"kind\": \"measurement\",\n"                           \
	"  \"environment\": { \"cpu\": \"a \\\"]}\", \"more\": { \"x\": [ 1, [ 2 ] ] } },\n" \
	"  \"results\": ["
#define FIRST  "\n    { \"size\": 1, \"why\": \"]}\", \"h\": [ [ 1, 2 ], [ 3, 4 ] ], \"o\": { } }"
#define SECOND ",\n    { \"size\": 2 }"
#define TAIL                                                                \
	"\n  ],\n  \"skipped\": [ { \"job\": \"j\", \"why\": \"{[\" } ],\n" \
	"  \"exit_code\": 2,\n  \"error\": null }\n"
#define LINES                                                                        \
	"{ \"schema\": \"dmactl/1\", \"kind\": \"cyclic\", \"environment\": { } }\n" \
	"{ \"size\": 1 }\n{ \"size\": 2 }\n{ \"size\": 3 }\n"
#define END "{ \"skipped\": [ ], \"exit_code\": 0, \"error\": null }\n"

static struct vec docs;
static struct err e;

static const struct doc *doc(size_t i)
{
	return (const struct doc *)docs.v + i;
}

static size_t results(size_t i)
{
	return json_object_array_length(doc(i)->results);
}

static int parse(const char *text, size_t len)
{
	/* Its own memory, so that a byte too far is seen. */
	char *copy = malloc(len + !len);
	int ret;

	docs_free(&docs);
	e = (struct err){ 0 };
	memcpy(copy, text, len);
	ret = doc_parse(&docs, "file", copy, len, &e);
	free(copy);
	return ret;
}

static int size_of(size_t d, size_t i)
{
	struct json_object *r = json_object_array_get_idx(doc(d)->results, i), *v;

	return json_object_object_get_ex(r, "size", &v) ? json_object_get_int(v) : -1;
}

static void test_whole(void)
{
	static const char text[] = HEAD FIRST SECOND TAIL;
	struct json_object *v = NULL;

	ok(!parse(text, strlen(text)) && docs.n == 1, "a document is one");
	ok(!strcmp(doc(0)->kind, "measurement") && !strcmp(doc(0)->name, "file"),
	   "its kind and its file");
	ok(doc(0)->exit == 2 && doc(0)->whole, "its exit code, and that it is whole");
	json_object_object_get_ex(doc(0)->environment, "cpu", &v);
	ok(!strcmp(json_object_get_string(v), "a \"]}"), "its environment");
	ok(results(0) == 2 && size_of(0, 0) == 1 && size_of(0, 1) == 2, "its results, in order");
}

static void test_lines(void)
{
	static const char text[] = LINES END, no_end[] = LINES;

	ok(!parse(text, strlen(text)) && docs.n == 1 && results(0) == 3 && size_of(0, 2) == 3,
	   "lines are a document");
	ok(doc(0)->whole && doc(0)->exit == 0 && !strcmp(doc(0)->kind, "cyclic"), "with its end");
	ok(!parse(no_end, strlen(no_end)) && results(0) == 3, "without it they are there");
	ok(!doc(0)->whole && doc(0)->exit == -1, "but not whole");
}

static void test_several(void)
{
	static const char text[] = LINES END HEAD TAIL LINES LINES HEAD FIRST TAIL;
	static const size_t counts[] = { 3, 0, 3, 3, 1 };
	bool right = true;

	ok(!parse(text, strlen(text)) && docs.n == 5, "several in a file");
	for (size_t i = 0; i < 5; i++)
		right &= results(i) == counts[i];
	ok(right, "each has its own results");
	ok(doc(0)->whole && doc(1)->whole && !doc(2)->whole && !doc(3)->whole && doc(4)->whole,
	   "and those that broke off are known");
}

/* How many results there must be of the first @n bytes. */
static size_t expected(size_t n)
{
	return (n >= strlen(HEAD FIRST)) + (n >= strlen(HEAD FIRST SECOND));
}

static void test_torn(void)
{
	static const char text[] = HEAD FIRST SECOND TAIL, lines[] = LINES;
	size_t line = strlen("{ \"size\": 1 }\n"), head = strlen(lines) - 3 * line;
	bool right = true, refused = true, right_lines = true;

	for (size_t n = 1; n < strlen(text) - 1; n++) {
		if (n < strlen(HEAD))
			refused &= parse(text, n) == -1 && e.exit == EXIT_USAGE;
		else
			right &= !parse(text, n) && docs.n == 1 && results(0) == expected(n) &&
				 !doc(0)->whole;
	}
	ok(refused, "torn before its results a document is refused");
	ok(right, "torn anywhere behind that, those that were whole are there");
	for (size_t n = head; n < strlen(lines); n++)
		right_lines &= !parse(lines, n) && results(0) == (n - head + 1) / line;
	ok(right_lines, "and so are lines");
	parse(HEAD, strlen(HEAD) - 1);
	ok(strstr(e.text, "file, line 3, byte 129: it ends before the first result"),
	   "the sentence tells where: %s", e.text);
}

static void refused(const char *text, const char *sentence)
{
	bool good = parse(text, strlen(text)) == -1 && e.exit == EXIT_USAGE && !docs.n;

	good &= !strncmp(e.text, "file", 4) && strstr(e.text, sentence) &&
		strstr(e.text, "expected a document that dmactl wrote with -j, --jsonl or -o");
	ok(good, "refused: %s", e.text);
}

static void test_refused(void)
{
	refused("", "is empty");
	refused("\t\n", "is empty");
	refused("hello", "line 1, byte 0: ");
	refused(LINES "\n\n{ size: 3 }", "line 7, byte ");
	refused("{ \"event\": \"claim\" }", "line 1, byte 0: an object without a schema");
	refused(LINES END "{ \"size\": 3 }", "line 6, byte ");
	refused(LINES "7 ", "a value that is no object");
	refused("null ", "a value that is no object");
	refused("{ \"schema\": \"dmactl/2\", \"kind\": \"m\" }", "is 'dmactl/2', not 'dmactl/1'");
	refused("{ \"schema\": \"dmactl/1\" }", "a document without a kind");
	refused("{ \"schema\": \"dmactl/1\", \"kind\": \"m\", \"results\": 7 }",
		"no list of objects");
	refused("{ \"schema\": \"dmactl/1\", \"kind\": \"m\", \"results\": [ 7 ] }",
		"no list of objects");
	refused(HEAD FIRST " @", "line 4, byte ");
}

static void test_files(void)
{
	bool good = doc_read(&docs, "/nonexistent/x", &e) == -1 && e.exit == EXIT_USAGE;

	ok(good && strstr(e.text, "/nonexistent/x: No such file"), "no file: %s", e.text);
	good = doc_read(&docs, "/", &e) == -1 && e.exit == EXIT_USAGE;
	ok(good && strstr(e.text, "/: Is a dir"), "a directory: %s", e.text);
}

int main(void)
{
	test_whole();
	test_lines();
	test_several();
	test_torn();
	test_refused();
	test_files();
	docs_free(&docs);
	return tap_done();
}
