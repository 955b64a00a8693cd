// SPDX-License-Identifier: GPL-2.0
/* Lines of trace_pipe, as the module's trace.h prints them. Everything is checked. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"

#define PREFIX ": dmactl_"

static const struct {
	const char *name;
	enum trace_kind kind;
	const char *fields; /* in their order; a letter is a field of the table below */
} forms[] = {
	{ "claim", TRACE_CLAIM, "scN" },	   { "release", TRACE_RELEASE, "scC" },
	{ "submit", TRACE_SUBMIT, "scnqob0" },	   { "issue", TRACE_ISSUE, "scC" },
	{ "callback", TRACE_CALLBACK, "scnr" },	   { "period", TRACE_PERIOD, "scnqr3" },
	{ "reap", TRACE_REAP, "scnqrt" },	   { "stop", TRACE_STOP, "scC" },
	{ "quarantine", TRACE_QUARANTINE, "scC" },
};

static const struct {
	char letter;
	const char *key;
	size_t offset;
} numbers[] = {
	{ 's', "session=", offsetof(struct trace_event, session) },
	{ 'n', "nr=", offsetof(struct trace_event, nr) },
	{ 'q', "seq=", offsetof(struct trace_event, seq) },
	{ 'o', "op=", offsetof(struct trace_event, op) },
	{ 'b', "bytes=", offsetof(struct trace_event, bytes) },
	{ 'r', "result=", offsetof(struct trace_event, result) },
	{ 'C', "count=", offsetof(struct trace_event, count) },
	{ '0', "t0=", offsetof(struct trace_event, t[0]) },
	{ '3', "t3=", offsetof(struct trace_event, t[3]) },
};

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* Takes what is expected. */
static bool word(const char **p, const char *expected)
{
	size_t n = strlen(expected);

	if (strncmp(*p, expected, n))
		return false;
	*p += n;
	return true;
}

static bool number(const char **p, uint64_t *out)
{
	const char *begin = *p;
	uint64_t v = 0, digit;

	for (; **p >= '0' && **p <= '9'; ++*p) {
		digit = (uint64_t)(**p - '0');
		if (v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*out = v;
	return *p > begin;
}

static bool channel(const char **p, struct trace_event *e)
{
	return word(p, "channel=dma") && number(p, &e->device) && word(p, "chan") &&
	       number(p, &e->channel);
}

static bool stamps(const char **p, struct trace_event *e)
{
	bool good = word(p, "t=");

	for (int i = 0; i < 4 && good; i++)
		good = (!i || word(p, ",")) && number(p, &e->t[i]);
	return good;
}

/* To the end of the line. */
static bool stable(const char **p, struct trace_event *e)
{
	size_t n;

	if (!word(p, "stable="))
		return false;
	n = strlen(*p);
	if (!n || n >= sizeof(e->stable))
		return false;
	memcpy(e->stable, *p, n + 1);
	*p += n;
	return true;
}

static bool field(const char **p, struct trace_event *e, char letter)
{
	if (letter == 'c')
		return channel(p, e);
	if (letter == 't')
		return stamps(p, e);
	if (letter == 'N')
		return stable(p, e);
	for (size_t i = 0; i < NR(numbers); i++)
		if (numbers[i].letter == letter)
			return word(p, numbers[i].key) &&
			       number(p, (uint64_t *)((char *)e + numbers[i].offset));
	return false;
}

/* Seconds and six digits of their fraction, which end at @end; a blank is before them. */
static bool time_before(const char *line, const char *end, uint64_t *ns)
{
	const char *p = end;
	uint64_t s, us;

	while (p > line && p[-1] != ' ')
		p--;
	if (p == line || !number(&p, &s) || !word(&p, ".") || end - p != 6 || !number(&p, &us) ||
	    p != end || s > UINT64_MAX / 1000000000 - 1)
		return false;
	*ns = s * 1000000000 + us * 1000;
	return true;
}

static int lost(const char *line, struct trace_event *e)
{
	const char *p = line;
	uint64_t n;

	if (!word(&p, "CPU:") || !number(&p, &n) || !word(&p, " [LOST "))
		return -EINVAL;
	if (number(&p, &e->count) && !word(&p, " "))
		return -EINVAL;
	return word(&p, "EVENTS]") && !*p ? 0 : -EINVAL;
}

/* The last place where an event's name may begin: before it is a program's, which is free. */
static const char *find_name(const char *line)
{
	const char *at = NULL, *next = line;

	while ((next = strstr(next, PREFIX)))
		at = next++;
	return at;
}

int trace_parse(const char *line, struct trace_event *out)
{
	struct trace_event e = { .kind = TRACE_LOST };
	const char *at = find_name(line), *p;
	size_t i, n;

	if (!at) {
		*out = e;
		return lost(line, out);
	}
	p = at + strlen(PREFIX);
	n = strcspn(p, ":");
	for (i = 0; i < NR(forms); i++)
		if (strlen(forms[i].name) == n && !strncmp(forms[i].name, p, n))
			break;
	if (i == NR(forms) || p[n] != ':' || !time_before(line, at, &e.time))
		return -EINVAL;
	e.kind = forms[i].kind;
	p += n + 1;
	for (const char *f = forms[i].fields; *f; f++)
		if (!word(&p, " ") || !field(&p, &e, *f))
			return -EINVAL;
	if (*p)
		return -EINVAL;
	*out = e;
	return 0;
}
