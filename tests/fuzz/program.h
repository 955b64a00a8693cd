/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The whole program, called again and again: where it would end it comes back, and its files are
 * never those of this machine.
 */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include "backend.h"

#define WORDS	24

/* The tests' fake machine, whose module nobody here may open. */
extern const struct backend fuzz_machine;

/* @text is cut at each newline and NUL. Aborts when the exit code is none of the program's. */
void fuzz_program(const struct backend *b, const char *const *words, int n);
int fuzz_words(const uint8_t *data, size_t size, char *words[WORDS]);

#endif
