// SPDX-License-Identifier: GPL-2.0
/* --check: what the *_VAL operations said of good and of spoiled parity. */
#include <stdio.h>

#include "worker.h"

void parity_account(struct worker *w, const struct window *win, bool spoiled)
{
	struct result *r = w->r;

	r->parity_good += win->good;
	r->parity_bad += win->bad;
	if (win->wrong && !r->parity_wrong)
		snprintf(r->wrong, sizeof(r->wrong),
			 spoiled ? "spoiled parity was called good, or "
				   "another than the spoiled one wrong" :
				   "good parity was called wrong");
	r->parity_wrong += win->wrong;
	r->mismatches += win->wrong;
}

/* Each slot with each kind of spoiled parity. RUN has one answer for all: there one at a time. */
int parity_trials(struct worker *w, size_t n)
{
	size_t runs = w->o->submit ? 1 : n;

	for (size_t round = 0; round < slots_spoil_rounds(&w->slots); round++) {
		if (slots_spoil(&w->slots, n, round, &w->err))
			return -1;
		for (size_t i = 0; i < runs; i++) {
			struct window win = {
				.count = w->o->submit ? n : 1,
				.alone = !w->o->submit,
				.at = i,
			};

			if (worker_run_window(w, &win))
				return -1;
			parity_account(w, &win, true);
			w->r->parity_failed += win.failed;
			if (worker_ended(w, &win))
				return 0;
		}
	}
	return 0;
}
