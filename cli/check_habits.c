// SPDX-License-Identifier: GPL-2.0
/* Habits of the driver: worth knowing, never a failure. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check_rig.h"

static void __attribute__((format(printf, 3, 4)))
note(struct rig *r, const char *name, const char *fmt, ...)
{
	struct finding f = { .name = name, .opcode = NO_OPERATION, .verdict = V_NOTE };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f.text, sizeof(f.text), fmt, ap);
	va_end(ap);
	check_add(r->check, &f);
}

static void note_stop(struct rig *r)
{
	uint32_t traits = r->claim.traits;

	if (!(traits & DMACTL_TRAIT_TERMINATE))
		note(r, "habit.no-terminate",
		     "(c) it cannot be stopped: a time-out puts it and its "
		     "memory into quarantine until the callback comes");
	else if (!(traits & DMACTL_TRAIT_SYNCHRONIZE))
		note(r, "habit.no-synchronize",
		     "(b) it is stopped, not synchronized: its driver "
		     "cannot tell when the last callback is over");
	else
		note(r, "habit.stops", "(a) it can be stopped, and is known to have stopped then");
}

static void note_units(struct rig *r)
{
	static const uint32_t ops[] = {
		DMACTL_OP_MEMCPY,
		DMACTL_OP_MEMSET,
		DMACTL_OP_XOR,
		DMACTL_OP_PQ,
	};
	char text[160];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (rig_has(r, ops[i]) && rig_unit(r, ops[i]) > 1 && n < sizeof(text))
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %llu",
					      n ? ", " : "", op_name(ops[i]),
					      (unsigned long long)rig_unit(r, ops[i]));
	if (n)
		note(r, "habit.alignment", "lengths and offsets are multiples of so many bytes: %s",
		     text);
}

void check_habits(struct rig *r)
{
	uint32_t traits = r->claim.traits;

	note_stop(r);
	if (traits & DMACTL_TRAIT_NO_ORDER)
		note(r, "habit.out-of-order", "it completes out of order, and cannot be polled");
	if (traits & DMACTL_TRAIT_SLAVE && r->ch.present & 1ULL << DMACTL_A_CHANNEL_RESIDUE &&
	    !r->ch.residue)
		note(r, "habit.coarse-residue",
		     "its residue tells but whole descriptors: no position "
		     "within one");
	if (r->early)
		note(r, "habit.early", "operations complete before issue_pending is called");
	if (r->prep.excused)
		note(r, "habit.no-descriptor",
		     "prep gave none %llu times while many were in use, as a full ring does: it "
		     "was tried again",
		     (unsigned long long)r->prep.excused);
	note_units(r);
	/* Claiming it has made it private. */
	if (!(r->ch.traits & DMACTL_TRAIT_PRIVATE))
		note(r, "habit.public",
		     "its device is public: claiming a channel takes it from "
		     "async_tx (md-raid)");
	if (!(traits & DMACTL_TRAIT_RELEASE))
		note(r, "habit.no-release",
		     "its driver has no device_release: do not unbind it while "
		     "a channel is held");
}
