// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "near.h"

size_t near_distance(const char *a, const char *b)
{
	size_t n = strlen(b), row[256], last, keep;

	if (n >= 256)
		return n;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		last = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			keep = row[j];
			row[j] = last + (a[i - 1] != b[j - 1]);
			if (keep + 1 < row[j])
				row[j] = keep + 1;
			if (row[j - 1] + 1 < row[j])
				row[j] = row[j - 1] + 1;
			last = keep;
		}
	}
	return row[n];
}

size_t near_limit(const char *word)
{
	return strlen(word) / 2 + 1;
}
