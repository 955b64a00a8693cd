// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "points.h"
#include "text.h"

static void time_of(int64_t ns)
{
	if (ns >= 0)
		printf(" time=\"%.6f\"", (double)ns / 1e9);
}

static void head(const char *name, const struct points *n, int64_t ns)
{
	xml_attribute("name", name);
	printf(" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\"",
	       n->n[POINT_OK] + n->n[POINT_FAILED] + n->n[POINT_SKIPPED], n->n[POINT_FAILED],
	       n->n[POINT_SKIPPED]);
	time_of(ns);
	printf(">\n");
}

void junit_begin(const char *name, const struct points *n, int64_t ns)
{
	printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	head(name, n, ns);
}

void junit_suite(const char *name, const struct points *n, int64_t ns)
{
	printf("  <testsuite");
	head(name, n, ns);
	printf("    <properties>\n");
}

void junit_property(const char *name, const char *value)
{
	printf("      <property");
	xml_attribute("name", name);
	xml_attribute("value", value);
	printf("/>\n");
}

void junit_cases(void)
{
	printf("    </properties>\n");
}

void junit_case(const char *class, const char *name, enum point p, const char *text,
		const char *type, int64_t ns)
{
	printf("    <testcase");
	xml_attribute("classname", class);
	xml_attribute("name", name);
	time_of(ns);
	if (p == POINT_OK) {
		printf("/>\n");
		return;
	}
	printf(">\n      <%s", p == POINT_FAILED ? "failure" : "skipped");
	xml_attribute("message", text);
	if (p == POINT_FAILED)
		xml_attribute("type", type);
	printf("/>\n    </testcase>\n");
}

void junit_suite_end(void)
{
	printf("  </testsuite>\n");
}

void junit_end(void)
{
	printf("</testsuites>\n");
}
