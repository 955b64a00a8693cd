/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small test harness: every case is a child process of its own group with a time limit, the
 * output is TAP. A suite is one C file that holds TEST() cases; main() is in harness.c.
 *
 * Everything that begins with CHECK ends the case when it does not hold. SKIP() ends it as skipped.
 */
#ifndef DMACTL_TESTS_HARNESS_H
#define DMACTL_TESTS_HARNESS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* For what hangs: no host is so slow. Times the environment's TEST_SLOW. */
#define CASE_LIMIT_S	120
#define PART_LIMIT_S	90	/* of test_isolated() in a case */
#define POISON		0xcc

typedef unsigned char u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MS		1000000ULL	/* in nanoseconds */
#define SEC		1000000000ULL

/* 1: the suite needs neither module (a suite may define it) */
extern int suite_plain;

void test_register(const char *name, void (*fn)(void));
void test_fail(const char *file, int line, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 3, 4)));
void test_skip(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
void test_eq(const char *file, int line, const char *what, long long got, long long want);

/* Runs @fn in a child of its own group: 0 passed, 1 failed, 75 late (IN_TIME), 77 skipped. */
int test_isolated(void (*fn)(void), unsigned int limit_s);

#define TEST_CAT2(a, b)	a##b
#define TEST_CAT(a, b)	TEST_CAT2(a, b)
#define TEST_DEFINE(name, fn, reg)						\
	static void fn(void);							\
	static void __attribute__((constructor)) reg(void)			\
	{									\
		test_register(name, fn);					\
	}									\
	static void fn(void)
#define TEST(name) TEST_DEFINE(name, TEST_CAT(case_, __LINE__), TEST_CAT(register_, __LINE__))

#define SKIP(...)	test_skip(__VA_ARGS__)
#define FAIL(...)	test_fail(__FILE__, __LINE__, __VA_ARGS__)
#define CHECK(cond)								\
	do {									\
		if (!(cond))							\
			test_fail(__FILE__, __LINE__, "not so: %s", #cond);	\
	} while (0)
#define CHECK_EQ(got, want) test_eq(__FILE__, __LINE__, #got, (long long)(got), (long long)(want))
#define CHECK_STR(got, want)							\
	do {									\
		const char *got_ = (got), *want_ = (want);			\
		if (strcmp(got_, want_))					\
			test_fail(__FILE__, __LINE__, "%s is '%s', not '%s'", #got, got_, want_); \
	} while (0)
/* Two structures are the same byte for byte. */
#define CHECK_SAME(a, b)							\
	do {									\
		_Static_assert(sizeof(a) == sizeof(b), "sizes");		\
		if (memcmp(&(a), &(b), sizeof(a)))				\
			test_fail(__FILE__, __LINE__, "%s was changed", #a);	\
	} while (0)

/*
 * Waits until @cond holds; for things that follow an action, not for anything that is measured. A
 * host that stands still in between has not looked often enough to say that it did not happen.
 */
#define CHECK_SOON(cond)							\
	do {									\
		u64 end_ = clock_ns() + 10 * slow() * SEC;			\
		unsigned int looks_ = 0;					\
		while (!(cond)) {						\
			if (++looks_ > 200 && clock_ns() > end_)		\
				test_fail(__FILE__, __LINE__, "did not happen: %s", #cond); \
			sleep_ms(5);						\
		}								\
	} while (0)

/*
 * For what holds only when the host is in time, because something with a time limit is under way.
 * When it does not, the whole case is run again with twice the times that it takes by paced(), and
 * fails when it does not at the longest of them.
 */
#define IN_TIME(cond)								\
	do {									\
		if (!(cond))							\
			test_late(__FILE__, __LINE__, #cond);			\
	} while (0)
void test_late(const char *file, int line, const char *what) __attribute__((noreturn));
unsigned int pace(void);	/* 1, 2, 4, 8, 16 */
u64 paced(u64 ns);

u64 clock_ns(void);
void sleep_ms(unsigned int ms);
unsigned int slow(void);	/* TEST_SLOW, at least 1 */
void signal_ends_calls(int sig);	/* and does nothing else */
void alarm_every(unsigned int ms);	/* SIGALRM, which does so; 0: no more */
/* There are other threads of this process, and all of them wait in a call that a signal ends. */
bool others_wait(void);

/* The memory from @p on is @len times @value. */
bool all_bytes(const void *p, u8 value, size_t len);
void check_bytes(const char *file, int line, const void *p, u8 value, size_t len);
#define CHECK_BYTES(p, value, len) check_bytes(__FILE__, __LINE__, p, value, len)
void check_memory(const char *file, int line, const void *got, const void *want, size_t len);
#define CHECK_MEM(got, want, len) check_memory(__FILE__, __LINE__, got, want, len)

/* Runs a program and waits for it: its exit status, 128 + signal, or -1. */
int run_program(const char *const argv[]);
int read_file(const char *path, char *text, size_t room);	/* length or -errno */
int write_file(const char *path, const char *text);		/* 0 or -errno */

int module_unload(const char *name);		/* 0 or -errno; does not wait */
int module_load(const char *name, const char *param);		/* 0 or -1 */
bool module_loaded(const char *name);
void modules_up(void);		/* both loaded, or the case fails */

#endif
