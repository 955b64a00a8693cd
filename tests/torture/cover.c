// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "cover.h"

#define TRIES 24 /* random completions, of which the best is taken */

static u8 seen[DIMS_MAX][VALUES_MAX][DIMS_MAX][VALUES_MAX];

static u32 rnd(struct cover *c, u32 below)
{
	c->seed = c->seed * 1664525 + 1013904223;
	return (c->seed >> 8) % below;
}

static void cell_add(struct cover *c, const u8 *cell)
{
	u32 i, k;

	c->cells = realloc(c->cells, (c->nr + 1) * sizeof(*c->cells));
	CHECK(c->cells);
	memcpy(c->cells[c->nr++], cell, DIMS_MAX);
	for (i = 0; i < c->dims; i++)
		for (k = i + 1; k < c->dims; k++) {
			c->pairs += !seen[i][cell[i]][k][cell[k]];
			seen[i][cell[i]][k][cell[k]] = 1;
		}
}

static u32 gain(const struct cover *c, const u8 *cell)
{
	u32 i, k, n = 0;

	for (i = 0; i < c->dims; i++)
		for (k = i + 1; k < c->dims; k++)
			n += !seen[i][cell[i]][k][cell[k]];
	return n;
}

/* The rest of @cell, whose dimensions in @fixed are given; false: nothing possible was found. */
static bool cell_complete(struct cover *c, u8 *cell, u32 fixed)
{
	u8 best[DIMS_MAX], now[DIMS_MAX] = { 0 };
	u32 t, i, n, most = 0;
	bool found = false;

	for (t = 0; t < TRIES; t++) {
		for (i = 0; i < c->dims; i++)
			now[i] = fixed & 1U << i ? cell[i] : (u8)rnd(c, c->size[i]);
		if (!c->possible(now))
			continue;
		n = gain(c, now);
		if (found && n <= most)
			continue;
		memcpy(best, now, sizeof(best));
		most = n;
		found = true;
	}
	if (found)
		memcpy(cell, best, sizeof(best));
	return found;
}

static void triples(struct cover *c)
{
	u8 cell[DIMS_MAX] = { 0 };
	u32 x, y, z;

	for (x = 0; x < c->size[0]; x++)
		for (y = 0; y < c->size[1]; y++)
			for (z = 0; z < c->size[2]; z++) {
				cell[0] = (u8)x;
				cell[1] = (u8)y;
				cell[2] = (u8)z;
				CHECK(cell_complete(c, cell, 7));
				cell_add(c, cell);
			}
}

static void pairs(struct cover *c)
{
	u8 cell[DIMS_MAX] = { 0 };
	u32 i, k, x, y;

	for (i = 0; i < c->dims; i++)
		for (k = i + 1; k < c->dims; k++)
			for (x = 0; x < c->size[i]; x++)
				for (y = 0; y < c->size[k]; y++) {
					cell[i] = (u8)x;
					cell[k] = (u8)y;
					if (!seen[i][x][k][y] &&
					    cell_complete(c, cell, 1U << i | 1U << k))
						cell_add(c, cell);
				}
}

static void product(struct cover *c)
{
	u8 cell[DIMS_MAX] = { 0 };
	u32 i = 0;

	while (i < c->dims) {
		if (c->possible(cell))
			cell_add(c, cell);
		for (i = 0; i < c->dims && ++cell[i] == c->size[i]; i++)
			cell[i] = 0;
	}
}

void cover_make(struct cover *c, bool all)
{
	memset(seen, 0, sizeof(seen));
	c->nr = 0;
	c->pairs = 0;
	if (all) {
		product(c);
	} else {
		triples(c);
		pairs(c);
	}
}
