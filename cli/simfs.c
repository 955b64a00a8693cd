// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "simfs.h"

static void attr_path(char *buf, size_t size, const char *sim, const char *attr)
{
	snprintf(buf, size, SIMFS_ROOT "/%s/%s", sim, attr);
}

void simfs_get(const struct backend *b, const char *sim, const char *attr, char *buf, size_t size)
{
	char path[256];

	attr_path(path, sizeof(path), sim, attr);
	if (b->read_file(path, buf, size) < 0)
		buf[0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
}

int simfs_set(const struct backend *b, const char *sim, const char *attr, const char *value)
{
	char path[256];

	attr_path(path, sizeof(path), sim, attr);
	return b->write_file(path, value);
}

void simfs_list(const struct backend *b, struct vec *out)
{
	struct vec names = { 0 };
	char live[8];

	if (b->list_dir(SIMFS_ROOT, &names))
		return;
	for (size_t i = 0; i < names.n; i++) {
		const char *name = ((char **)names.v)[i];
		struct sim *s;

		simfs_get(b, name, "live", live, sizeof(live));
		if (!live[0])
			continue;
		s = vec_add(out, sizeof(*s));
		if (!s)
			break;
		snprintf(s->name, sizeof(s->name), "%s", name);
		s->live = !strcmp(live, "1");
		simfs_get(b, name, "dev_name", s->dev_name, sizeof(s->dev_name));
	}
	vec_free_names(&names);
}
