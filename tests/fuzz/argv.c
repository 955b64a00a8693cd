// SPDX-License-Identifier: GPL-2.0
/* Whatever the words of its command line are, the program ends, with an exit code of its own. */
#include <stdlib.h>

#include "program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *words[WORDS];
	int n = fuzz_words(data, size, words);

	fuzz_program(&fuzz_machine, (const char *const *)words, n);
	while (n)
		free(words[--n]);
	return 0;
}
