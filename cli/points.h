/* SPDX-License-Identifier: GPL-2.0 */
/* Points of a test report on standard output, as the kernel's KTAP and as JUnit's XML. */
#ifndef DMACTL_POINTS_H
#define DMACTL_POINTS_H

#include <stddef.h>
#include <stdint.h>

enum point { POINT_OK, POINT_FAILED, POINT_SKIPPED, NR_POINTS };

struct points {
	size_t n[NR_POINTS];
};

/* KTAP: a subtest for each of what has points, numbers from 1. A note comes before its point. */
void ktap_begin(size_t subtests);
void ktap_subtest(const char *name, size_t planned);
void ktap_note(const char *of, const char *text);
void ktap_point(size_t number, enum point p, const char *name, const char *why_skipped);
void ktap_subtest_end(size_t number, const char *name, const struct points *n);
void ktap_end(const struct points *n);

/* JUnit: times in ns, below 0 where there is none. A suite has properties, then cases. */
void junit_begin(const char *name, const struct points *n, int64_t ns);
void junit_suite(const char *name, const struct points *n, int64_t ns);
void junit_property(const char *name, const char *value);
void junit_cases(void);
/* @text: of what is not ok; @type: of a failure. */
void junit_case(const char *class, const char *name, enum point p, const char *text,
		const char *type, int64_t ns);
void junit_suite_end(void);
void junit_end(void);

#endif
