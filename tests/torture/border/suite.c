// SPDX-License-Identifier: GPL-2.0
/* The suite fuzz.t: the corpus and a fixed number of calls of a fixed seed, and what came of it. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "border.h"

#define SEED  "20261128"
#define CALLS "2500" /* with those of the corpus: a minute or so in a debug kernel */

static char dir[32] = "/tmp/fuzz-border.XXXXXX";
static char stats[1 << 16], said[1 << 14];
static int points, bad;

static void point(bool ok, const char *what)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++points, what);
	bad += !ok;
}

static void show(const char *text)
{
	const char *line;

	for (line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
		printf("# %.*s\n", (int)strcspn(line, "\n"), line);
}

/* Runs ourselves, by the name that is no suite: the exit status. Files are in @dir. */
static int fuzz(const char *out, const char *const args[])
{
	const char *argv[32] = { "fuzz-border" };
	char path[128];
	int n = 1, status;
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", dir, out);
	while (*args)
		argv[n++] = *args++;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (chdir(dir) || !freopen(path, "w", stdout))
			_exit(2);
		dup2(STDOUT_FILENO, STDERR_FILENO);
		execv("/proc/self/exe", (char *const *)argv);
		_exit(2);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	if (read_file(path, said, sizeof(said)) < 0)
		said[0] = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#define FUZZ(out, ...) fuzz(out, (const char *const[]){ __VA_ARGS__, NULL })

/* How often @call (NULL: any) gave @answer. */
static u64 times(const char *call, const char *answer)
{
	char what[32], how[32], *line = stats;
	unsigned long long n;
	u64 sum = 0;

	for (; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (sscanf(line, "%31s %31s %llu", what, how, &n) == 3 &&
		    (!call || !strcmp(call, what)) && (!answer || !strcmp(answer, how)))
			sum += n;
	return sum;
}

static void every_call_succeeded(void)
{
	u32 i, missing = 0;

	for (i = 0; i < S_CALLS; i++) {
		/* Made to fail, like numbers that do not exist; or the kernel's own. */
		if (i == S_IOCTL || i == S_NL_RAW || (i >= S_OPEN && i <= S_USER) ||
		    times(shapes[i].name, "ok"))
			continue;
		printf("# %s never succeeded\n", shapes[i].name);
		missing++;
	}
	point(!missing, "every ioctl, netlink command and call of the simulator succeeded");
}

/* Those that do not hang on who is faster. */
static void every_error_was_seen(void)
{
	static const char *const errors[] = {
		"EINVAL", "EFAULT", "E2BIG", "ENOENT", "EBUSY", "EOPNOTSUPP", "ENOTTY",
	};
	u32 i, missing = 0;

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		u64 n = 0;
		u32 c;

		for (c = 0; c <= S_STREAM; c++)
			n += times(shapes[c].name, errors[i]);
		n += times("IOCTL", errors[i]);
		if (!n) {
			printf("# %s was never seen\n", errors[i]);
			missing++;
		}
	}
	point(!missing, "seven classes of errors of the ioctls were seen");
}

static void enough_was_accepted(void)
{
	u64 all = 0, ok = 0;
	char text[128];
	u32 c;

	for (c = 0; c <= S_STREAM; c++) {
		all += times(shapes[c].name, NULL);
		ok += times(shapes[c].name, "ok");
	}
	snprintf(text, sizeof(text), "%llu ioctls were made, %llu of them not refused",
		 (unsigned long long)all, (unsigned long long)ok);
	point(all && ok * 100 / all >= 25, text);
}

/* Blind, so that programs follow from the seed alone: made and run is as made alone. */
static bool same_programs(void)
{
	static char a[1 << 20], b[1 << 20];
	char one[64], two[64];
	int n;

	snprintf(one, sizeof(one), "%s/one", dir);
	snprintf(two, sizeof(two), "%s/two", dir);
	if (FUZZ("said", "--blind", "--seed", SEED, "--programs", "12", "--log", "one") ||
	    FUZZ("said", "--blind", "--dry", "--seed", SEED, "--programs", "12", "--log", "two"))
		return false;
	n = read_file(one, a, sizeof(a));
	return n > 1000 && read_file(two, b, sizeof(b)) == n && !memcmp(a, b, (size_t)n);
}

static bool other_programs(void)
{
	static char a[1 << 20], b[1 << 20];
	char one[64], two[64];

	snprintf(one, sizeof(one), "%s/two", dir);
	snprintf(two, sizeof(two), "%s/three", dir);
	if (FUZZ("said", "--blind", "--dry", "--seed", "1", "--programs", "12", "--log", "three"))
		return false;
	return read_file(one, a, sizeof(a)) > 0 && read_file(two, b, sizeof(b)) > 0 &&
	       strcmp(strchr(a, '\n'), strchr(b, '\n'));
}

int suite_main(void)
{
	const char *out = getenv("VM_OUT");
	char log[128], path[128];
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!mkdtemp(dir))
		return 1;
	snprintf(log, sizeof(log), "%s/fuzz.log", out && !access(out, W_OK) ? out : dir);
	point(same_programs(), "a seed makes the same programs again");
	if (bad)
		show(said);
	point(other_programs(), "another seed makes others");
	status = FUZZ("said", "--corpus", CORPUS, "--seed", SEED, "--calls", CALLS, "--log", log,
		      "--stats", "stats");
	point(!status,
	      "all of it ran, and nothing is left: no session, charge, device; both modules unload");
	show(said);
	snprintf(path, sizeof(path), "%s/stats", dir);
	if (read_file(path, stats, sizeof(stats)) < 0)
		stats[0] = 0;
	point(times("corpus", "programs") >= 20, "the corpus of the tree was part of it");
	enough_was_accepted();
	every_call_succeeded();
	every_error_was_seen();
	printf("1..%d\n", points);
	return !!bad;
}
