// SPDX-License-Identifier: GPL-2.0
/* The loop: make a program, write it down, run it, look at what it has reached and what is left. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "border.h"

#define LOG_MAX (32 << 20) /* then a log goes on in a new file */

static struct {
	u64 seed, calls, programs, seconds;
	const char *corpus, *replay, *log, *save, *stats, *minimise;
	u32 last, room, times;
	bool blind, dry;
} opt = { .seed = 1, .room = 60, .times = 1 };

static struct corpus corpus;
static u32 base; /* entries that were loaded */
static int log_fd = -1;
static off_t log_size;
static u64 ran, cut;
static bool guided;
static char text[PROGRAM_TEXT];
static struct program current, other;

static void log_open(void)
{
	if (!opt.log)
		return;
	log_fd = open(opt.log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (log_fd < 0) {
		perror(opt.log);
		exit(2);
	}
	log_size = 0;
}

/* Written through to the host: what comes next may be the last thing this kernel does. */
static void log_program(const char *body, const char *from)
{
	char head[128];
	int n;

	if (log_fd < 0)
		return;
	if (log_size > LOG_MAX) {
		char old[512];

		snprintf(old, sizeof(old), "%s.1", opt.log);
		close(log_fd);
		rename(opt.log, old);
		log_open();
	}
	n = snprintf(head, sizeof(head), "# program %llu of seed %llu, %s\n",
		     (unsigned long long)ran, (unsigned long long)opt.seed, from);
	if (write(log_fd, head, (size_t)n) < 0 || write(log_fd, body, strlen(body)) < 0)
		perror(opt.log);
	log_size += n + (off_t)strlen(body);
	if (!opt.dry)
		sync_file_range(log_fd, 0, 0,
				SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
					SYNC_FILE_RANGE_WAIT_AFTER);
}

/* 0, or what is wrong has been said. */
static int run_text(const char *body, const char *from, u32 *found)
{
	int line = program_parse(&current, body);
	enum outcome o;

	*found = 0;
	if (line) {
		printf("fuzz-border: %s: line %d is no call\n", from, line);
		return -1;
	}
	log_program(body, from);
	ran++;
	if (opt.dry)
		return 0;
	o = program_run(&current);
	cut += o == CUT;
	*found = cover_collect();
	if (o == STUCK || world_clean()) {
		printf("fuzz-border: program %llu (%s) %s\n", (unsigned long long)ran - 1, from,
		       o == STUCK ? "cannot be ended" : "leaves something behind");
		return -1;
	}
	return 0;
}

/* A program that depends on nothing but the seed, its number and the corpus as it is. */
static const char *next_program(void)
{
	struct rng r = rng_from(opt.seed, ran + 1);
	const struct entry *e;
	u32 known = opt.blind ? base : corpus.n;

	if (!known || rng_chance(&r, 30)) {
		generate(&current, &r);
		program_print(&current, text, sizeof(text));
		return "new";
	}
	/* Half of the time one of the last that were found. */
	e = &corpus.e[rng_chance(&r, 50) ? rng_below(&r, known) :
					   known - 1 - rng_below(&r, known < 20 ? known : 20)];
	program_parse(&current, e->text);
	program_parse(&other, corpus.e[rng_below(&r, known)].text);
	mutate(&current, &other, &r);
	program_print(&current, text, sizeof(text));
	return e->name;
}

static void keep(const char *body)
{
	char name[64];

	snprintf(name, sizeof(name), "%llx-%llu.prog", (unsigned long long)opt.seed,
		 (unsigned long long)ran - 1);
	corpus_add(&corpus, body, name);
	if (opt.save)
		corpus_save(&corpus.e[corpus.n - 1], opt.save);
}

static bool enough(u64 end)
{
	if (opt.programs)
		return ran >= opt.programs;
	if (opt.calls)
		return shared->calls >= opt.calls;
	return clock_ns() >= end;
}

static void progress(void)
{
	static u64 last;

	if (clock_ns() - last < 10 * SEC)
		return;
	last = clock_ns();
	printf("# %llu programs, %llu calls, %u edges, %u programs kept\n", (unsigned long long)ran,
	       (unsigned long long)shared->calls, cover_edges(), corpus.n - base);
	fflush(stdout);
}

static int fuzz(void)
{
	u64 end = clock_ns() + opt.seconds * SEC;
	u32 i, found;

	for (i = 0; i < base; i++)
		if (run_text(corpus.e[i].text, corpus.e[i].name, &found))
			return 1;
	if (opt.replay)
		return 0;
	while (!enough(end)) {
		const char *from = next_program();

		if (run_text(text, from, &found))
			return 1;
		if (found && !opt.blind)
			keep(text);
		progress();
	}
	return 0;
}

static int shorter_first(const void *a, const void *b)
{
	size_t x = strlen(((const struct entry *)a)->text),
	       y = strlen(((const struct entry *)b)->text);

	return x < y ? -1 : x > y;
}

/* Those that add something to what shorter ones reach, as far as there is room. */
static int minimise(void)
{
	u32 i, found, kept = 0;

	qsort(corpus.e, corpus.n, sizeof(*corpus.e), shorter_first);
	for (i = 0; i < corpus.n && kept < opt.room; i++) {
		if (run_text(corpus.e[i].text, corpus.e[i].name, &found))
			return 1;
		if (!found)
			continue;
		printf("# %s: %u new\n", corpus.e[i].name, found);
		fflush(stdout);
		corpus_save(&corpus.e[i], opt.minimise);
		kept++;
	}
	printf("fuzz-border: %u of %u programs kept\n", kept, corpus.n);
	return 0;
}

static void write_stats(void)
{
	FILE *f = opt.stats ? fopen(opt.stats, "w") : NULL;
	u32 i, j;

	if (!f)
		return;
	fprintf(f, "corpus programs %u\n", base);
	for (i = 0; i < S_CALLS; i++)
		for (j = 0; j < 256; j++)
			if (shared->count[i][j])
				fprintf(f, "%s %s %llu\n", shapes[i].name,
					!j			? "ok" :
					strerrorname_np((int)j) ?:
								  "other",
					(unsigned long long)shared->count[i][j]);
	for (i = 0; i < ARRAY_SIZE(shared->why); i++)
		if (shared->why[i])
			fprintf(f, "why %u %u\n", i, shared->why[i]);
	fclose(f);
}

static void summary(void)
{
	u64 all = 0, ok = 0;
	u32 i, j;

	for (i = 0; i < S_CALLS; i++)
		for (j = 0; j < 256; j++) {
			all += shared->count[i][j];
			ok += j ? 0 : shared->count[i][j];
		}
	printf("fuzz-border: %llu programs, %llu calls, %llu %% not refused; "
	       "%llu cut off, %llu kills; ",
	       (unsigned long long)ran, (unsigned long long)shared->calls,
	       (unsigned long long)(all ? ok * 100 / all : 0), (unsigned long long)cut,
	       (unsigned long long)shared->kills);
	if (guided)
		printf("%u edges between %u places (KCOV); %u programs kept\n", cover_edges(),
		       cover_pcs(), corpus.n - base);
	else
		printf("blind, without KCOV; %u programs kept\n", corpus.n - base);
}

static const struct option options[] = {
	{ "seed", 1, NULL, 's' },  { "calls", 1, NULL, 'c' },	 { "programs", 1, NULL, 'p' },
	{ "time", 1, NULL, 't' },  { "corpus", 1, NULL, 'C' },	 { "replay", 1, NULL, 'r' },
	{ "last", 1, NULL, 'l' },  { "log", 1, NULL, 'L' },	 { "save", 1, NULL, 'S' },
	{ "stats", 1, NULL, 'T' }, { "minimise", 1, NULL, 'm' }, { "blind", 0, NULL, 'b' },
	{ "dry", 0, NULL, 'd' },   { "room", 1, NULL, 'n' },	 { "times", 1, NULL, 'x' },
	{ "trace", 0, NULL, 'v' }, { NULL, 0, NULL, 0 },
};

static const char usage[] =
	"usage: fuzz-border [OPTION...]\n"
	"  --seed N       what all programs follow from (1)\n"
	"  --calls N, --programs N, --time S   when to stop\n"
	"  --corpus DIR   programs (*.prog) to run first and to start from\n"
	"  --replay FILE  run the programs of a log, or one of a corpus, and nothing else\n"
	"  --last N       of a log the last N alone     --times N   so often\n"
	"  --log FILE     each program, before it is run\n"
	"  --save DIR     programs that reach something new\n"
	"  --minimise DIR the programs of the corpus that matter, at most --room N (60), go there\n"
	"  --stats FILE   answers by call and error\n"
	"  --blind        do not look at what is reached: programs follow from seed and corpus alone\n"
	"  --trace        say how each call ended\n"
	"  --dry          write the log and run nothing\n"
	"The calls of each thread are replayed; how threads meet is not.\n";

static u64 number(const char *arg)
{
	char *end;
	u64 n = strtoull(arg, &end, 0);

	if (*end || !*arg) {
		fprintf(stderr, "fuzz-border: %s is no number\n", arg);
		exit(2);
	}
	return n;
}

static void set_option(int c)
{
	switch (c) {
	case 's':
		opt.seed = number(optarg);
		break;
	case 'c':
		opt.calls = number(optarg);
		break;
	case 'p':
		opt.programs = number(optarg);
		break;
	case 't':
		opt.seconds = number(optarg);
		break;
	case 'C':
		opt.corpus = optarg;
		break;
	case 'r':
		opt.replay = optarg;
		break;
	case 'l':
		opt.last = (u32)number(optarg);
		break;
	case 'L':
		opt.log = optarg;
		break;
	case 'S':
		opt.save = optarg;
		break;
	case 'T':
		opt.stats = optarg;
		break;
	case 'm':
		opt.minimise = optarg;
		break;
	case 'n':
		opt.room = (u32)number(optarg);
		break;
	case 'x':
		opt.times = (u32)number(optarg);
		break;
	case 'b':
		opt.blind = true;
		break;
	case 'd':
		opt.dry = true;
		break;
	case 'v':
		tracing = true;
		break;
	default:
		fputs(usage, stderr);
		exit(2);
	}
}

static void load(void)
{
	int n = 0;

	while (opt.replay && opt.times--)
		n = corpus_load_log(&corpus, opt.replay, opt.last);
	if (!opt.replay && opt.corpus)
		n = corpus_load(&corpus, opt.corpus);
	if (n < 0) {
		fprintf(stderr, "fuzz-border: %s: %s\n", opt.replay ?: opt.corpus, strerror(-n));
		exit(2);
	}
	base = corpus.n;
}

int main(int argc, char **argv)
{
	int c, ret;
	char *name = strrchr(argv[0], '/');

	if (name && !strcmp(name, "/fuzz.t"))
		return suite_main();
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		set_option(c);
	load();
	run_setup();
	log_open();
	if (!opt.dry) {
		guided = cover_open();
		world_begin();
	}
	ret = opt.minimise ? minimise() : fuzz();
	if (!opt.dry && !ret && world_end())
		ret = 1;
	write_stats();
	summary();
	return ret;
}
