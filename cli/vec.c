// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "backend.h"

void *vec_add(struct vec *v, size_t size)
{
	char *p = v->v;

	/* There is room up to the next power of two. */
	if (!(v->n & (v->n - 1))) {
		p = reallocarray(p, v->n ? 2 * v->n : 1, size);
		if (!p)
			return NULL;
		v->v = p;
	}
	p += v->n++ * size;
	memset(p, 0, size);
	return p;
}

void vec_free(struct vec *v)
{
	free(v->v);
	*v = (struct vec){ 0 };
}

void vec_free_names(struct vec *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(((char **)v->v)[i]);
	vec_free(v);
}
