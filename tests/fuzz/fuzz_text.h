/* SPDX-License-Identifier: GPL-2.0 */
/* For a parser whose text is all there is. */
#ifndef FUZZ_TEXT_H
#define FUZZ_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
FILE *fuzz_fopen(const char *path, const char *mode);

FILE *fuzz_fopen(const char *path, const char *mode)
{
	(void)path;
	(void)mode;
	abort();
}

static inline void expect(bool so)
{
	if (!so)
		abort();
}

#endif
