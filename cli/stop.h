/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ctrl-C: the first one ends the measurement and keeps its results, a second one kills, but for one
 * that comes within half a second: that is the same.
 */
#ifndef DMACTL_STOP_H
#define DMACTL_STOP_H

#include <pthread.h>
#include <signal.h>

#include "err.h"

extern volatile sig_atomic_t stop_asked;

void stop_catch(void);		/* once: from here on SIGINT and SIGTERM are caught */
/* After a call that failed before anything was done: 130 where that was meant to. Always -1. */
int stop_error(struct err *e);
/* Threads that the signal is passed on to, so that it ends their calls. */
void stop_add(pthread_t thread);
void stop_clear(void);

#endif
