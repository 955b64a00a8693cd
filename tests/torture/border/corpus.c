// SPDX-License-Identifier: GPL-2.0
/* Programs that are kept: from a directory, from a log, and back into a directory. */
#include <dirent.h>
#include <stdlib.h>

#include "border.h"

void corpus_add(struct corpus *c, const char *text, const char *name)
{
	struct entry *e;

	if (c->n == c->room) {
		c->room = c->room ? c->room * 2 : 64;
		c->e = realloc(c->e, c->room * sizeof(*c->e));
		if (!c->e)
			abort();
	}
	e = &c->e[c->n++];
	e->text = strdup(text);
	snprintf(e->name, sizeof(e->name), "%s", name);
}

static char *whole_file(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t room = 1 << 16, n = 0, got;
	char *text = NULL;

	if (!f)
		return NULL;
	do {
		room *= 2;
		text = realloc(text, room);
		if (!text)
			abort();
		got = fread(text + n, 1, room - n - 1, f);
		n += got;
	} while (got);
	text[n] = 0;
	fclose(f);
	return text;
}

static int is_program(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && !strcmp(e->d_name + n - 5, ".prog");
}

int corpus_load(struct corpus *c, const char *dir)
{
	struct dirent **list;
	int i, n = scandir(dir, &list, is_program, alphasort);
	char path[512], *text;

	if (n < 0)
		return -errno;
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		text = whole_file(path);
		if (text)
			corpus_add(c, text, list[i]->d_name);
		free(text);
		free(list[i]);
	}
	free(list);
	return n;
}

/* Programs of a log begin with a line "# program"; only the @last of them if that is not 0. */
int corpus_load_log(struct corpus *c, const char *path, u32 last)
{
	char *text = whole_file(path), *at, *next, name[64];
	u32 n = 0, skip;

	if (!text)
		return -errno;
	for (at = text; (at = strstr(at, "# program")); at++)
		n++;
	skip = last && n > last ? n - last : 0;
	at = strstr(text, "# program");
	if (!at)
		at = text; /* one program, as in the corpus */
	for (n = 0; at; at = next, n++) {
		next = strstr(at + 1, "# program");
		if (next)
			next[-1] = 0;
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, "\n") & 63, at);
		if (n >= skip)
			corpus_add(c, at, name);
	}
	free(text);
	return (int)n;
}

int corpus_save(const struct entry *e, const char *dir)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, e->name);
	f = fopen(path, "w");
	if (!f)
		return -errno;
	if (e->text[0] != '#')
		fprintf(f, "# %s-License-Identifier: GPL-2.0\n", "SPDX");
	fputs(e->text, f);
	return fclose(f) ? -errno : 0;
}
