/* SPDX-License-Identifier: GPL-2.0 */
/* A byte from process to process, and a descriptor with it. */
#ifndef DMACTL_TESTS_PASS_H
#define DMACTL_TESTS_PASS_H

int pass_send(int sock, int fd, int flags); /* 0 or -errno; @fd -1: the byte alone */
int pass_take(int sock, int flags);	    /* the descriptor, -ENOMSG when it was alone, -errno */

#endif
