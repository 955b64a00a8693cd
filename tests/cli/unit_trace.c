// SPDX-License-Identifier: GPL-2.0
/* Lines of the kernel's trace: what is one of the module's, and what only looks like it. */
#include <errno.h>
#include <string.h>

#include "tap.h"
#include "trace.h"

#define HEAD "          dmactl-55      [000] .n...     0.399438: dmactl_"

static const char *const good[] = {
	HEAD "claim: session=1 channel=dma0chan3 stable=dma-sim.0/3",
	HEAD "release: session=1 channel=dma0chan3 count=2",
	HEAD "submit: session=1 channel=dma0chan3 nr=5 seq=6 op=1 bytes=4096 t0=399421184",
	HEAD "issue: session=1 channel=dma0chan3 count=4",
	HEAD "callback: session=1 channel=dma0chan3 nr=5 result=0",
	HEAD "period: session=1 channel=dma0chan3 nr=5 seq=2 result=3 t3=399421185",
	HEAD "reap: session=1 channel=dma0chan3 nr=5 seq=6 result=4 t=11,12,13,14",
	HEAD "stop: session=1 channel=dma0chan3 count=1",
	HEAD "quarantine: session=1 channel=dma0chan3 count=1",
};

static const char *const bad[] = {
	"",
	"# tracer: nop",
	"CPU:0 [LOST ]",
	"CPU:0 [LOST 5 EVENTS] ",
	"CPU:0 [LOST -5 EVENTS]",
	"CPU: [LOST EVENTS]",
	" dmactl-5 [000] ..... 0.399438: sched_switch: prev=1",
	HEAD "clai: session=1 channel=dma0chan3 stable=x",
	HEAD "claim: session=1 channel=dma0chan3 stable=",
	HEAD "claims: session=1 channel=dma0chan3 stable=x",
	HEAD "release: session=1 channel=dma0chan3 count=2 ",
	HEAD "release: session=1 channel=dma0chan3 count=2x",
	HEAD "release:  session=1 channel=dma0chan3 count=2",
	HEAD "release: session=-1 channel=dma0chan3 count=2",
	HEAD "release: session=1 channel=dma0chan count=2",
	HEAD "release: session=1 channel=dma0 count=2",
	HEAD "release: channel=dma0chan3 session=1 count=2",
	HEAD "release: session=1 channel=dma0chan3 count=18446744073709551616",
	HEAD "release: session=1 channel=dma0chan3 count=99999999999999999999999999",
	HEAD "reap: session=1 channel=dma0chan3 nr=5 seq=6 result=4 t=11,12,13",
	HEAD "reap: session=1 channel=dma0chan3 nr=5 seq=6 result=4 t=11,12,13,14,15",
	HEAD "reap: session=1 channel=dma0chan3 nr=5 seq=6 result=4 t=11,,13,14",
	HEAD "submit: channel=dma-sim.0/0 seq=0 opcode=0 len=4096",
	" x-1 [000] ..... 0.39943: dmactl_issue: session=1 channel=dma0chan3 count=4",
	" x-1 [000] ..... 0.3994380: dmactl_issue: session=1 channel=dma0chan3 count=4",
	" x-1 [000] ..... 399438: dmactl_issue: session=1 channel=dma0chan3 count=4",
	" x-1 [000] ..... .399438: dmactl_issue: session=1 channel=dma0chan3 count=4",
	" x-1 [000] .....a0.399438: dmactl_issue: session=1 channel=dma0chan3 count=4",
	" x-1 [000] ..... 18446744073709.399438: dmactl_issue: session=1 channel=dma0chan3 count=4",
	"0.399438: dmactl_issue: session=1 channel=dma0chan3 count=4",
	": dmactl_issue: session=1 channel=dma0chan3 count=4",
};

static void test_good(void)
{
	static const uint64_t stamps[] = { 11, 12, 13, 14 };
	struct trace_event e[NR(good)] = { 0 };
	unsigned int taken = 0, same = 0;

	for (size_t i = 0; i < NR(good); i++) {
		taken += !trace_parse(good[i], &e[i]);
		same += e[i].session == 1 && e[i].device == 0 && e[i].channel == 3 &&
			e[i].time == 399438000 && e[i].kind == TRACE_CLAIM + i;
	}
	ok(taken == NR(good), "a line of each tracepoint is taken");
	ok(same == NR(good), "... with its kind, its time, its session and its channel");
	ok(!strcmp(e[0].stable, "dma-sim.0/3"), "a claim has the name of its channel");
	ok(e[1].count == 2 && e[3].count == 4, "release and issue have a number");
	ok(e[2].nr == 5 && e[2].seq == 6 && e[2].op == 1 && e[2].bytes == 4096,
	   "a submit has all that is known of the operation");
	ok(e[5].seq == 2 && e[5].result == 3 && e[5].t[3] == 399421185,
	   "a period has its number, its result and its stamp");
	ok(e[2].t[0] == 399421184 && !e[2].t[3], "... and its first stamp");
	ok(e[6].result == 4 && !memcmp(e[6].t, stamps, sizeof(stamps)),
	   "a reap has its result and all four stamps");
}

static void test_bad(void)
{
	struct trace_event e = { .nr = 77 };

	for (size_t i = 0; i < NR(bad); i++)
		ok(trace_parse(bad[i], &e) == -EINVAL, "refused: %.120s", bad[i]);
}

/* Whatever is cut off, or put in the place of a character, no line becomes another right one. */
static void test_damaged(void)
{
	char line[256];
	struct trace_event e;
	unsigned int cut = 0, changed = 0;
	size_t n, begin;

	for (size_t i = 0; i < NR(good); i++) {
		n = strlen(good[i]);
		begin = (size_t)(strstr(good[i], "dmactl_") - good[i]);
		for (size_t k = 0; k < n; k++) {
			memcpy(line, good[i], n + 1);
			line[k] = '\0';
			/* Without its last digits a number is one, and a name a name. */
			cut += !trace_parse(line, &e) && e.kind != TRACE_CLAIM &&
			       !strchr("0123456789", good[i][k]);
			memcpy(line, good[i], n + 1);
			line[k] = '~';
			changed += k >= begin && !trace_parse(line, &e) &&
				   !(e.kind == TRACE_CLAIM && k > begin + 44);
		}
	}
	ok(!cut, "no line that is cut off is taken");
	ok(!changed, "no line with a wrong character is taken");
}

static void test_lost(void)
{
	struct trace_event e = { .kind = TRACE_REAP };

	ok(!trace_parse("CPU:3 [LOST 125 EVENTS]", &e) && e.kind == TRACE_LOST && e.count == 125,
	   "the kernel's note of lost events is taken, with their number");
	ok(!trace_parse("CPU:12 [LOST EVENTS]", &e) && e.kind == TRACE_LOST && !e.count,
	   "... and without, where it is not known");
}

static void test_foreign(void)
{
	struct trace_event e;

	ok(!trace_parse(" 9.9: dmactl_re-7 [000] ..... 1.000002: dmactl_stop: session=1 "
			"channel=dma1chan0 count=1",
			&e) &&
		   e.kind == TRACE_STOP && e.time == 1000002000,
	   "the name of a program cannot pass for an event");
	ok(!trace_parse(" <idle>-0 [003] d.h1. 99999999.000001: dmactl_stop: session=1 "
			"channel=dma1chan0 count=1",
			&e) &&
		   e.time == 99999999000001000,
	   "three years after the boot a time is right");
}

int main(void)
{
	test_good();
	test_bad();
	test_damaged();
	test_lost();
	test_foreign();
	return tap_done();
}
