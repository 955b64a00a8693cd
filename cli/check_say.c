// SPDX-License-Identifier: GPL-2.0
/* Verdicts, and operations and calls in words. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "check_rig.h"

static void set(struct rig *r, enum verdict v, const char *fmt, va_list ap)
{
	r->f.verdict = v;
	vsnprintf(r->f.text, sizeof(r->f.text), fmt, ap);
}

int rig_fail(struct rig *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(r, V_FAILED, fmt, ap);
	va_end(ap);
	return -1;
}

int rig_skip(struct rig *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(r, V_SKIPPED, fmt, ap);
	va_end(ap);
	return -1;
}

int rig_say(struct rig *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(r, V_OK, fmt, ap);
	va_end(ap);
	return 0;
}

static const char *bytes_text(uint64_t n, char *buf, size_t size)
{
	snprintf(buf, size, "%" PRIu64 " byte%s", n, n == 1 ? "" : "s");
	return buf;
}

const char *trial_text(const struct trial *t, char *buf, size_t size)
{
	static const char *const directions[] = {
		"to a register",
		"to its peripheral",
		"from its peripheral",
		"from peripheral to peripheral",
	};
	const char *name = op_name(t->opcode);
	char len[40];

	bytes_text(t->opcode == DMACTL_OP_INTERLEAVED ? t->template.chunk : t->len, len,
		   sizeof(len));
	switch (t->opcode) {
	case DMACTL_OP_INTERRUPT:
		snprintf(buf, size, "interrupt");
		break;
	case DMACTL_OP_XOR:
	case DMACTL_OP_XOR_VAL:
	case DMACTL_OP_PQ:
	case DMACTL_OP_PQ_VAL:
		snprintf(buf, size, "%s%s%s of %zu source%s, %s", name,
			 t->flags & DMACTL_OP_F_NO_P ? " without P" :
			 t->flags & DMACTL_OP_F_NO_Q ? " without Q" :
						       "",
			 t->steps > 1 ? " with CONTINUE" : "", t->n, t->n == 1 ? "" : "s", len);
		break;
	case DMACTL_OP_MEMSET_SG:
		snprintf(buf, size, "%s of %zu segment%s, %s", name, t->n, t->n == 1 ? "" : "s",
			 len);
		break;
	case DMACTL_OP_INTERLEAVED:
		snprintf(buf, size, "%s copy of %" PRIu64 " x %s", name, t->frames, len);
		break;
	case DMACTL_OP_SLAVE_SG:
		snprintf(buf, size, "%s of %s %s", name, len, directions[t->direction & 3]);
		break;
	default:
		snprintf(buf, size, "%s of %s", name, len);
	}
	return buf;
}

const char *stop_text(uint32_t comp_flags)
{
	if (comp_flags & DMACTL_COMP_F_QUARANTINED)
		return "it cannot be stopped and is in quarantine";
	if (comp_flags & DMACTL_COMP_F_UNSYNCED)
		return "it was stopped, not synchronized, as its driver cannot do that";
	return "it was stopped";
}

int rig_refused(struct rig *r)
{
	const struct trouble *t = &r->trouble;
	char text[160], buf[64];
	const char *why = t->why ? why_text(t->why, buf, sizeof(buf)) : strerror(-t->ret);

	if (t->op < r->nr_ops)
		trial_text(&r->trials[r->ops[t->op].user_data], text, sizeof(text));
	else
		snprintf(text, sizeof(text), "an operation");
	return rig_fail(r, "%s is refused: %s%s", text, why,
			t->why == DMACTL_WHY_ALIGN ? " (--align)" : "");
}
