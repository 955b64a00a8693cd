// SPDX-License-Identifier: GPL-2.0
/* Stamps of a window: into the histograms, and raw into a file. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report.h"
#include "worker.h"

/* A block of the --samples file: this header, then @count records of five stamps. */
struct raw_header {
	char magic[8];
	uint32_t version, record; /* record: bytes of one */
	char channel[DMACTL_NAME_MAX];
	uint64_t size;
	uint32_t depth, batch, repeat, count;
};

static int raw_write(struct worker *w, const struct window *win)
{
	const struct cell *c = &w->r->cell;
	struct raw_header h = {
		.magic = "dmactl-s",
		.version = 1,
		.record = 5 * sizeof(uint64_t),
		.size = c->size,
		.depth = (uint32_t)c->depth,
		.batch = (uint32_t)c->batch,
		.repeat = c->repeat,
		.count = win->nr_samples,
	};
	uint64_t rec[5];

	snprintf(h.channel, sizeof(h.channel), "%s", w->claim.name);
	/* Several channels write to one file: a block is not to be torn. */
	flockfile(w->raw);
	fwrite(&h, sizeof(h), 1, w->raw);
	for (uint32_t i = 0; i < win->nr_samples; i++) {
		memcpy(rec, &w->samples[i], sizeof(w->samples[i]));
		rec[4] = w->taken_at ? w->taken_at[i] : 0;
		fwrite(rec, sizeof(rec), 1, w->raw);
	}
	funlockfile(w->raw);
	return ferror(w->raw) ? err_set(&w->err, EXIT_FAILED, "--samples: %s could not be written",
					w->o->samples) :
				0;
}

/* Where the callback came before issue_pending there is no stage "submit" to tell apart. */
static bool is_early(const struct dmactl_sample *s)
{
	return !s->t2 || s->t3 < s->t2;
}

/* @due: of an open loop, else t0. */
static int add_stamps(struct result *r, const struct dmactl_sample *s, uint64_t t4, uint64_t due)
{
	bool early = is_early(s);
	int ret;

	if (s->t1 < s->t0 || s->t3 < s->t1 || (!early && s->t2 < s->t1) || (t4 && t4 < s->t3) ||
	    s->t0 < due) {
		r->negative = true;
		return 0;
	}
	r->early += early;
	ret = hist_add(&r->stage[ST_TOTAL], s->t3 - due);
	ret |= hist_add(&r->stage[ST_PREPARE], s->t1 - s->t0);
	ret |= hist_add(&r->device_early, s->t3 - s->t1);
	if (!early) {
		ret |= hist_add(&r->stage[ST_SUBMIT], s->t2 - s->t1);
		ret |= hist_add(&r->stage[ST_DEVICE], s->t3 - s->t2);
	}
	if (t4)
		ret |= hist_add(&r->stage[ST_WAKEUP], t4 - s->t3);
	return ret;
}

int worker_stamps(struct worker *w, const struct window *win)
{
	for (uint32_t i = 0; i < win->nr_samples; i++)
		if (add_stamps(w->r, &w->samples[i], w->o->submit ? w->taken_at[i] : 0,
			       w->due_at ? w->due_at[i] : w->samples[i].t0) ||
		    (w->due_at && hist_add(&w->r->stage[ST_LATE], w->samples[i].t0 - w->due_at[i])))
			return err_set(&w->err, EXIT_FAILED, "out of memory");
	return w->raw && win->nr_samples ? raw_write(w, win) : 0;
}

static void seconds_text(uint64_t ns, char *buf, size_t size)
{
	if (ns < 1000000000)
		time_text((double)ns, buf, size);
	else if (ns % 1000000000)
		snprintf(buf, size, "%.3g s", (double)ns / 1e9);
	else
		snprintf(buf, size, "%" PRIu64 " s", ns / 1000000000);
}

/* For another reason than a time-out: its sentence, or false. */
static bool ended_otherwise(struct result *r, uint32_t outcome, const char *after)
{
	/* Stopped, but for none of the others: the completions of SUBMIT do not name this one. */
	bool gone = outcome & DMACTL_RUN_O_GONE ||
		    !(outcome & (DMACTL_RUN_O_STOPPED | DMACTL_RUN_O_PREP | DMACTL_RUN_O_MAP));

	if (gone)
		snprintf(r->failure, sizeof(r->failure),
			 "the channel is gone: its provider was unbound");
	else if (outcome & DMACTL_RUN_O_PREP)
		snprintf(r->failure, sizeof(r->failure),
			 "the provider prepared no descriptor for %s", after);
	else if (outcome & DMACTL_RUN_O_MAP)
		snprintf(r->failure, sizeof(r->failure),
			 "a buffer could not be mapped for an operation");
	else
		return false;
	return true;
}

void worker_stopped(struct worker *w, const struct window *win)
{
	const char *how = "it was stopped and can be used again";
	char after[32], lost[96] = "", more[64] = "";

	seconds_text(w->timeout_ns, after, sizeof(after));
	if (ended_otherwise(w->r, win->outcome, after))
		return;
	if (win->outcome & DMACTL_RUN_O_QUARANTINED)
		how = "it cannot be stopped and is in quarantine, its memory is kept until the "
		      "callback comes (see dmactl doctor)";
	else if (win->outcome & DMACTL_RUN_O_UNSYNCED)
		how = "it was stopped, not synchronized, as its driver cannot do that";
	if (win->outcome & DMACTL_RUN_O_INTERRUPT_LOST)
		snprintf(lost, sizeof(lost),
			 "; the engine says that it is complete: the interrupt "
			 "was lost");
	if (win->aborted)
		snprintf(more, sizeof(more), "; %" PRIu64 " more in flight aborted", win->aborted);
	snprintf(w->r->failure, sizeof(w->r->failure),
		 "timed out: nothing completed for %s%s; %s%s", after, lost, how, more);
}
