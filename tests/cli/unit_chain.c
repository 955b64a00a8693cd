// SPDX-License-Identifier: GPL-2.0
/* The chain language in its parts: words, expressions, places, the order of a walk, its memory. */
#include <stdlib.h>
#include <string.h>

#include "chain_lex.h"
#include "chain_walk.h"
#include "quirk.h"
#include "tap.h"

/* Kinds and texts of all words, with blanks between them. */
static void words_are(const char *text, const char *want)
{
	struct chain_lex l = { .text = text, .len = strlen(text), .pos = { 1, 1 } };
	struct chain_token t;
	char got[512] = "";
	size_t n = 0;

	do {
		chain_lex_next(&l, &t);
		if (t.kind == TOK_VAR)
			n += (size_t)snprintf(got + n, sizeof(got) - n, "$%.*s|%.*s ", (int)t.n,
					      t.s, (int)t.nr_otherwise,
					      t.otherwise ? t.otherwise : "");
		else
			n += (size_t)snprintf(got + n, sizeof(got) - n, "%.*s%s ", (int)t.n, t.s,
					      t.kind == TOK_WORD   ? "w" :
					      t.kind == TOK_NUMBER ? "n" :
					      t.kind == TOK_BAD	   ? "!" :
								     "");
	} while (t.kind != TOK_END && n < sizeof(got) - 64);
	ok(!strcmp(got, want), "words of '%s'", text);
	if (strcmp(got, want))
		printf("# got '%s'\n", got);
}

static void place_is(const char *text, int word, unsigned int line, unsigned int column)
{
	struct chain_lex l = { .text = text, .len = strlen(text), .pos = { 1, 1 } };
	struct chain_token t;

	for (int i = 0; i <= word; i++)
		chain_lex_next(&l, &t);
	ok(t.pos.line == line && t.pos.column == column,
	   "word %d of a text is in line %u, column %u", word, line, column);
}

static void test_words(void)
{
	words_are("", " ");
	words_are("memcpy a<-b", "memcpyw aw <- bw  ");
	words_are("a[4K..0x1F+$i*2]", "aw [ 4Kn .. 0x1Fn + $i| * 2n ]  ");
	words_are("# all of it", " ");
	words_are("a # b", "aw  ");
	words_are("a\\\n b \\x", "aw bw \\! xw  ");
	words_are("a\\\r\nb", "aw bw  ");
	words_are("a;b", "aw ; bw  ");
	words_are("${N} ${N:-4K} ${N:-} $_a1", "$N| $N|4K $N| $_a1|  ");
	words_are("$ ${ ${1} $1 ${a", "$! $! { $! { 1n } $! 1n $! { aw  ");
	words_are("a==b =c <d .e ~", "aw == bw = cw <! dw .! ew ~!  ");
	words_are("{}()[],:+-*@\"", "{ } ( ) [ ] , : + - * @ \"  ");
	words_are("\x80 \x01", "\x80! \x01!  ");
	place_is("a b", 1, 1, 3);
	place_is("a\n\tb", 2, 2, 2);
	place_is("# x\n\n  b", 2, 3, 3);
	place_is("a \\\n  b", 1, 2, 3);
}

/* The size that "buf a TEXT" gives, 0 for a mistake. */
static uint64_t size_of(const char *expr, const struct chain_define *defs, size_t n)
{
	struct chain_warnings w = { 0 };
	struct chain_error e;
	struct chain c;
	char text[256];
	uint64_t bytes = 0;

	snprintf(text, sizeof(text), "buf a %s", expr);
	if (!chain_parse(&c, text, strlen(text), defs, n, &e) && !chain_check(&c, &w, &e))
		bytes = c.buf[0]->buf.bytes;
	free(w.v);
	chain_free(&c);
	return bytes;
}

static void test_expressions(void)
{
	static const struct {
		const char *text;
		uint64_t value;
	} list[] = {
		{ "7", 7 },
		{ "4K", 4096 },
		{ "1M", 1 << 20 },
		{ "2GiB", 2ULL << 30 },
		{ "0x20", 32 },
		{ "1 + 2 * 3", 7 },
		{ "(1 + 2) * 3", 9 },
		{ "10 - 3 - 2", 5 },
		{ "10 - (3 - 2)", 9 },
		{ "2 * 3 * 4", 24 },
		{ "1+1-1+1-1", 1 },
		{ "4K*4-1", 16383 },
		{ "((((5))))", 5 },
		{ "$N", 4096 },
		{ "$N * ${M:-3}", 12288 },
		{ "${M:-4K}", 4096 },
		{ "${N:-1}", 4096 },
		{ "$T", 8 },
		{ "1 -", 0 },
		{ "+ 1", 0 },
		{ "* 2", 0 },
		{ "1 2", 0 },
		{ "(1", 0 },
		{ "1)", 0 },
		{ "3 - 4", 0 },
		{ "$M", 0 },
		{ "0x", 0 },
		{ "1.5", 0 },
		{ "4K4", 0 },
		{ "0x7fffffffffffffff + 1", 0 },
		{ "0x8000000000000000", 0 },
		{ "99T", 0 },
		{ "4294967296 * 4294967296", 0 },
		{ "1M * 1M", 1ULL << 40 },
		{ "1M * 1M + 1", 0 },
	};
	static const struct chain_define defs[] = { { "N", "1" }, { "N", "4K" }, { "T", "0x8" } };

	for (size_t i = 0; i < NR(list); i++)
		ok(size_of(list[i].text, defs, NR(defs)) == list[i].value, "%s is %llu",
		   list[i].text, (unsigned long long)list[i].value);
}

static void place_of(const char *place, uint64_t from, uint64_t len)
{
	static const int64_t loops[CHAIN_LOOPS];
	struct chain_warnings w = { 0 };
	struct chain_span span = { 0 };
	struct chain_error e;
	struct chain c;
	char text[256];
	bool good;

	snprintf(text, sizeof(text), "buf a 64K\nmemset %s <- 1", place);
	good = !chain_parse(&c, text, strlen(text), NULL, 0, &e) && !chain_check(&c, &w, &e) &&
	       !chain_span(&c, &c.stmt[1]->op.dst, loops, &span, &e);
	ok(good && span.from == from && span.len == len, "%s is %llu bytes from %llu", place,
	   (unsigned long long)len, (unsigned long long)from);
	free(w.v);
	chain_free(&c);
}

static void test_places(void)
{
	place_of("a", 0, 65536);
	place_of("a[0+1]", 0, 1);
	place_of("a[4K+1K]", 4096, 1024);
	place_of("a[1 + 2 + 3]", 3, 3);
	place_of("a[8K - 64 + 64]", 8128, 64);
	place_of("a[4K + 8K - 1K]", 4096, 7168);
	place_of("a[(1 + 2) * 4 + (3 + 4)]", 12, 7);
	place_of("a[4K..8K]", 4096, 4096);
	place_of("a[4K + 1 .. 4K + 3]", 4097, 2);
	place_of("a[1+2+3..16]", 6, 10);
	place_of("a[64K-1..64K]", 65535, 1);
}

/* Who follows whom, as "number<producer" with the kind and a blank after each. */
struct trace {
	char text[512];
	size_t n;
};

static int trace_op(struct chain_walk *w, const struct chain_stmt *s, const struct chain_dep *dep,
		    unsigned int nr_dep)
{
	struct trace *t = w->arg;

	(void)s;
	for (unsigned int i = 0; i < nr_dep; i++)
		t->n += (size_t)snprintf(t->text + t->n, sizeof(t->text) - t->n, "%llu%s%llu%s ",
					 (unsigned long long)w->nr_ops,
					 dep[i].fence ? "~" :
					 dep[i].prev  ? "^" :
							"<",
					 (unsigned long long)dep[i].producer,
					 dep[i].order == ORDER_NONE ? "-" : "");
	return 0;
}

static int trace_other(struct chain_walk *w, const struct chain_stmt *s)
{
	(void)w;
	(void)s;
	return 0;
}

static void order_is(const char *text, const char *want)
{
	struct chain_warnings w = { 0 };
	struct trace t = { "", 0 };
	struct chain_error e = { 0 };
	struct chain c;
	struct chain_walk walk = {
		.c = &c,
		.arg = &t,
		.op = trace_op,
		.other = trace_other,
		.e = &e,
	};
	bool good = !chain_parse(&c, text, strlen(text), NULL, 0, &e) && !chain_check(&c, &w, &e) &&
		    !chain_walk(&walk);

	ok(good && !strcmp(t.text, want), "order of: %.60s", text);
	if (!good || strcmp(t.text, want))
		printf("# got '%s' (%u:%u %s)\n", t.text, e.pos.line, e.pos.column, e.text);
	free(w.v);
	chain_free(&c);
}

static void test_walk(void)
{
#define I "interrupt;"
	order_is(I I I, "");
	order_is(I "fence;" I I, "2~1 3~1 ");
	order_is(I I "fence;" I "fence;" I I, "3~2 4~3 5~3 ");
	order_is(I "fence; fence;" I, "2~1 ");
	order_is("order none;" I "fence;" I "fence;" I, "2~1- 3~2- ");
	order_is(I "fence; order none;" I "fence;" I, "2~1 3~1 3~2- ");
	order_is("A:" I "B:" I "interrupt after A; interrupt after A, B", "3<1 4<1 4<2 ");
	order_is("repeat 3 { A:" I "interrupt after A }", "2<1 4<3 6<5 ");
	order_is("repeat 3 { A: interrupt after A@prev }", "2^1 3^2 ");
	order_is("repeat 3 { A: interrupt after B@prev; B: interrupt after A }",
		 "2<1 3^2 4<3 5^4 6<5 ");
	order_is("repeat 3 { A: interrupt\n interrupt after A@prev }", "4^1 6^3 ");
	order_is("repeat 2 { repeat 2 { A: interrupt after A@prev } }", "2^1 4^3 ");
	order_is("repeat 2 { A: interrupt after A@prev\n repeat 2 { interrupt after A@prev } }",
		 "4^1 5^1 6^1 ");
	order_is("repeat 3 { repeat 2 { A: interrupt\n } interrupt after A@prev }", "6^2 9^5 ");
	order_is("repeat 0 { A: interrupt\n }\n interrupt after A", "");
	order_is("repeat 3 { interrupt\n fence }", "2~1 3~2 ");
	order_is("chan x any; chan y any; on x interrupt; fence; on y interrupt; on x interrupt",
		 "3~1 ");
	order_is("repeat 2 as i { repeat $i { interrupt\n fence } }", "");
	order_is("repeat 3 as i { repeat $i { interrupt\n fence } }", "2~1 3~2 ");
}

static void test_sample(void)
{
	static const char text[] = "repeat 1k { repeat 5 { interrupt\n} }";
	struct chain_warnings w = { 0 };
	struct trace t = { "", 0 };
	struct chain_error e;
	struct chain c;
	struct chain_walk walk = {
		.c = &c,
		.arg = &t,
		.op = trace_op,
		.other = trace_other,
		.e = &e,
		.sample = true,
	};
	bool good = !chain_parse(&c, text, sizeof(text) - 1, NULL, 0, &e) &&
		    !chain_check(&c, &w, &e);

	ok(good && !chain_walk(&walk) && walk.nr_ops == 25, "a sample has 5 rounds of each repeat");
	walk.nr_ops = 0;
	walk.steps = 0;
	walk.most = 20;
	ok(chain_walk(&walk) == 1 && walk.nr_ops < 20, "and ends when it gets too long");
	free(w.v);
	chain_free(&c);
}

static void test_memory(void)
{
	struct chain c = { 0 };
	uint64_t *v = NULL;
	unsigned int n = 0;
	bool good = true;

	for (uint64_t i = 0; i < 100000; i++) {
		uint64_t *p = chain_push(&c, &v, &n, sizeof(*v));

		good &= p == &v[i] && !*p;
		*p = i;
	}
	for (uint64_t i = 0; i < n; i++)
		good &= v[i] == i;
	ok(good && n == 100000, "an array grows and keeps what it has");
	good = true;
	for (size_t size = 1; size < 100000; size = 3 * size + 1) {
		char *p = chain_alloc(&c, size);

		good &= p && !((uintptr_t)p & 15) && !p[0] && !p[size - 1];
		memset(p, 0xff, size);
	}
	ok(good, "memory is aligned and zero");
	chain_free(&c);
	ok(!c.memory, "and goes at once");
}

static void test_quirks(void)
{
	unsigned int n = 0, bad = 0;

	for (const struct quirk *q = quirks; q->driver; q++, n++) {
		bad += !q->source || !strchr(q->source, ':') || !q->what || strlen(q->what) > 127;
		for (const struct quirk *o = quirks; o < q; o++)
			bad += !strcmp(o->driver, q->driver);
	}
	ok(n > 15 && !bad, "each of %u drivers has one row, with its source", n);
	ok(quirk_has("ioatdma", QUIRK_FENCE) && !quirk_has("ioatdma", QUIRK_IN_ORDER),
	   "ioat honours the fence, and needs it");
	ok(!quirk_has("idxd", QUIRK_FENCE | QUIRK_IN_ORDER), "idxd keeps no order");
	ok(!quirk_has("dma-pl330", QUIRK_FENCE | QUIRK_IN_ORDER), "pl330 is trusted for nothing");
	ok(quirk_has("dma-pl330", QUIRK_RELEASE), "and stays cyclic until it is released");
	ok(!quirk_has("another", ~0U), "nor is a driver without a row");
}

int main(void)
{
	test_words();
	test_expressions();
	test_places();
	test_walk();
	test_sample();
	test_memory();
	test_quirks();
	return tap_done();
}
