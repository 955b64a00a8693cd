// SPDX-License-Identifier: GPL-2.0
/* The failures: see fail.h, and fault-injection.rst of the kernel about fail-nth. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail.h"
#include "nl.h"

#define MOST	4000 /* failures of one path: it would have no end */
#define WATCHED 4

static u32 *total; /* of all cases, which are processes */
static int nth = -1;
static struct nl nl;
static struct range {
	void *p;
	size_t len;
	u8 *was;
} watched[WATCHED], excused[WATCHED];

static void __attribute__((constructor)) share_total(void)
{
	total = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (total == MAP_FAILED)
		abort();
}

u32 fail_total(void)
{
	return *total;
}

static void range_add(struct range *r, void *p, size_t len)
{
	u32 i;

	for (i = 0; i < WATCHED && r[i].p; i++)
		;
	CHECK(i < WATCHED);
	r[i] = (struct range){ p, len, malloc(len) };
}

void fail_watch(void *p, size_t len)
{
	range_add(watched, p, len);
}

void fail_excuse(void *p, size_t len)
{
	range_add(excused, p, len);
}

static void range_forget(struct range *r)
{
	u32 i;

	for (i = 0; i < WATCHED; i++)
		free(r[i].was);
	memset(r, 0, WATCHED * sizeof(*r));
}

static void watch_begin(void)
{
	u32 i;

	for (i = 0; i < WATCHED && watched[i].p; i++)
		memcpy(watched[i].was, watched[i].p, watched[i].len);
}

static bool excusable(const u8 *p)
{
	u32 i;

	for (i = 0; i < WATCHED; i++)
		if (p >= (u8 *)excused[i].p && p < (u8 *)excused[i].p + excused[i].len)
			return true;
	return false;
}

static void watch_check(const char *name, u32 n)
{
	u32 i;
	size_t k;

	for (i = 0; i < WATCHED && watched[i].p; i++)
		for (k = 0; k < watched[i].len; k++)
			if (((u8 *)watched[i].p)[k] != watched[i].was[k] &&
			    !excusable((u8 *)watched[i].p + k))
				FAIL("%s, failure %u: byte %zu of what was passed has changed",
				     name, n, k);
}

static void knob(const char *dir, const char *file, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", dir, file);
	CHECK_EQ(write_file(path, value), 0);
}

/* Only the kernel's own debugfs can say that nothing is spared and nothing is printed. */
static void arm(void)
{
	static const char *const kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };
	size_t i;

	if (access("/sys/kernel/debug/failslab", F_OK))
		SKIP("this kernel has no fault injection");
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		knob(kinds[i], "verbose", "0");
	knob("failslab", "ignore-gfp-wait", "N");
	knob("fail_page_alloc", "ignore-gfp-wait", "N");
	knob("fail_page_alloc", "ignore-gfp-highmem", "N");
	knob("fail_page_alloc", "min-order", "0");
	if (nth < 0)
		nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	CHECK(nth >= 0);
}

static void fail_at(u32 n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	CHECK_EQ(pwrite(nth, text, (size_t)len, 0), len);
}

/* Whether the failure has happened. What is left of the count is in the way of both calls. */
static bool failed_at(void)
{
	char text[16] = "";
	ssize_t got = pread(nth, text, sizeof(text) - 1, 0);
	bool hit = got > 0 && !strcmp(text, "0\n");

	CHECK(got > 0 || errno == EFAULT);
	while (pwrite(nth, "0", 1, 0) != 1)
		CHECK_EQ(errno, EFAULT);
	return hit;
}

/*
 * The kernel's check of the DMA API switches itself off, and says so, when it gets no node for its
 * tree. It then takes one that was laid by, as each fork does for its process number.
 */
static void lay_by(void)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(0);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
}

/* All that the modules tell, as one piece of memory. */
struct picture {
	size_t len;
	u8 bytes[65536];
};

static void picture_add(struct picture *p, const struct nlreply *r, const u32 *but, size_t nr_but)
{
	u32 i, a;
	size_t k;

	CHECK_EQ(r->err, 0);
	for (i = 0; i < r->n; i++) {
		for (a = 0; a < NL_ATTRS; a++) {
			const struct nlattr *attr = r->msg[i].attr[a];

			for (k = 0; k < nr_but && but[k] != a; k++)
				;
			if (!attr || k < nr_but)
				continue;
			CHECK(p->len + attr->nla_len <= sizeof(p->bytes));
			memcpy(p->bytes + p->len, attr, attr->nla_len);
			p->len += attr->nla_len;
		}
	}
}

static void picture_take(struct picture *p)
{
	static const u32 counts[] = { DMACTL_A_CHANNEL_CLAIMS, DMACTL_A_CHANNEL_RETRIES,
				      DMACTL_A_CHANNEL_SUBMITTED };
	static const u32 age[] = { DMACTL_A_QUARANTINE_AGE_NS };

	p->len = 0;
	picture_add(p, nl_ask(&nl, DMACTL_CMD_CHANNEL_GET, NLM_F_DUMP, NULL, 0), counts,
		    ARRAY_SIZE(counts));
	picture_add(p, nl_ask(&nl, DMACTL_CMD_SESSION_GET, NLM_F_DUMP, NULL, 0), NULL, 0);
	picture_add(p, nl_ask(&nl, DMACTL_CMD_QUARANTINE_GET, NLM_F_DUMP, NULL, 0), age, 1);
}

/* What is put off to a worker may take a moment. */
static bool picture_comes_back(const struct picture *was, u32 ms)
{
	static struct picture now;
	u64 end = clock_ns() + ms * MS * slow();
	u32 looks = ms / 10; /* however long the host stands still in between */

	for (;;) {
		picture_take(&now);
		if (now.len == was->len && !memcmp(now.bytes, was->bytes, now.len))
			return true;
		if (clock_ns() > end && !looks)
			return false;
		looks -= !!looks;
		sleep_ms(2);
	}
}

static bool may_say(const struct fail_path *p, int err)
{
	return err == -ENOMEM || err == -EFAULT || err == -ENOBUFS || err == -EAGAIN ||
	       (err == -EIO && p->flags & FAIL_EIO) || p->flags & FAIL_ANY_ERROR;
}

/* True when failure @n was still in the path. */
static bool fail_once(const struct fail_path *p, u32 n)
{
	static struct picture was;
	bool seen = !(p->flags & FAIL_UNSEEN), again = true, hit, may_stay;
	int ret;

	range_forget(watched);
	range_forget(excused);
	p->begin(p->v);
	if (seen)
		picture_take(&was);
	watch_begin();
	lay_by();
	fail_at(n);
	ret = p->fire(p->v);
	hit = failed_at();
	if (ret >= 0) {
		p->end(p->v, !hit);
		return hit;
	}
	if (!hit || !may_say(p, ret))
		FAIL("%s, failure %u%s: %s", p->name, n, hit ? "" : " (not reached)",
		     strerror(-ret));
	watch_check(p->name, n);
	/* What may stay need not be waited for. */
	may_stay = p->flags & FAIL_STAYS && ret == -EFAULT;
	if (seen && !picture_comes_back(&was, may_stay ? 100 : 5000)) {
		if (!may_stay)
			FAIL("%s, failure %u (%s): something has changed", p->name, n,
			     strerror(-ret));
		again = false;
	}
	ret = again ? p->fire(p->v) : 0;
	if (ret < 0)
		FAIL("%s, after failure %u: %s", p->name, n, strerror(-ret));
	p->end(p->v, again);
	return hit;
}

u32 fail_count(int (*fire)(u32 v), u32 v)
{
	const u32 many = 1 << 20;
	char text[16] = "";

	arm();
	fail_at(many);
	fire(v);
	CHECK(pread(nth, text, sizeof(text) - 1, 0) > 0);
	failed_at();
	return many - (u32)strtoul(text, NULL, 10);
}

void fail_paths(const struct fail_path *paths, size_t nr)
{
	u32 n, sum = 0;
	size_t i;

	arm();
	for (i = 0; i < nr; i++) {
		if (!(paths[i].flags & FAIL_UNSEEN) && !nl.group)
			nl = nl_open();
		for (n = paths[i].spared + 1; fail_once(&paths[i], n); n++) {
			if (n > MOST)
				FAIL("%s has no end", paths[i].name);
			if (n == paths[i].spared + paths[i].most) {
				n++;
				break;
			}
		}
		n -= paths[i].spared + 1;
		printf("# %4u failures: %s\n", n, paths[i].name);
		sum += n;
	}
	CHECK(sum);
	*total += sum;
}

void fail_total_line(const char *what)
{
	CHECK(*total);
	printf("# %u failures in all: %s\n", *total, what);
}
