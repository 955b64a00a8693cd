/* SPDX-License-Identifier: GPL-2.0 */
/* --input and --save: a file through the engine. */
#ifndef DMACTL_INPUT_H
#define DMACTL_INPUT_H

#include "worker.h"

/* Maps the file; -1 with e. */
int input_open(const char *path, const uint8_t **data, uint64_t *len, struct err *e);
/* All of the file once, in the worker's thread. */
int input_measure(struct worker *w);
/* The destinations of the first @n slots to --save. */
int input_save(struct worker *w, size_t n);

#endif
