// SPDX-License-Identifier: GPL-2.0
/* What sets a series apart from the others, and no more than that. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "report.h"

/* Their values speak for themselves. */
static const char *const plain[] = {
	"job",	"channel", "channel_stable", "direction",  "endpoint",
	"mode", "cache",   "buffer",	     "completion", "flow_control",
};

static bool is_plain(const char *key)
{
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (!strcmp(plain[i], key))
			return true;
	return false;
}

/* Are they the same in all series that are shown beside @s? The CPU's have no say. */
static bool varies(const struct page *p, const struct pseries *s, const char *key)
{
	const struct pseries *o = p->series.v;

	for (size_t i = 0; i < p->series.n; i++) {
		if (o[i].cpu || o[i].stream != s->stream || strcmp(o[i].command, s->command))
			continue;
		if (!json_object_equal(page_get(o[i].what, key), page_get(s->what, key)))
			return true;
	}
	return false;
}

static void labels(FILE *f, struct json_object *v)
{
	const char *space = "";

	json_object_object_foreach(v, key, value) {
		const char *text = json_object_get_string(value);

		fprintf(f, "%s%s=%s", space, key, text ? text : "");
		space = " ";
	}
}

static void value(FILE *f, const char *key, struct json_object *v)
{
	if (json_object_is_type(v, json_type_object))
		labels(f, v);
	else if (is_plain(key))
		fputs(json_object_get_string(v), f);
	else
		fprintf(f, "%s %s", key, json_object_get_string(v));
}

static const char *channel(const struct pseries *s)
{
	struct json_object *v = page_get(s->what, "channel_stable");

	if (!v)
		v = page_get(s->what, "channel");
	return v ? json_object_get_string(v) : "no channel";
}

static char *make_name(const struct page *p, const struct pseries *s)
{
	const struct pfile *files = p->files.v;
	char *name = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&name, &size);
	const char *comma = "";

	if (!f)
		return NULL;
	if (s->cpu)
		fprintf(f, "CPU");
	if (p->files.n > 1) {
		fprintf(f, "%s%s", s->cpu ? " " : "", files[s->file].label);
		comma = ", ";
	}
	json_object_object_foreach(s->what, key, v) {
		if (!v || !strcmp(key, "file") || !strcmp(key, "command") || !varies(p, s, key))
			continue;
		/* What the CPU lacks is no difference. */
		if (s->cpu && strncmp(key, "channel", 7) && strcmp(key, "labels"))
			continue;
		fputs(s->cpu && !comma[0] ? " " : comma, f);
		value(f, key, v);
		comma = ", ";
	}
	if (!comma[0] && !s->cpu)
		fputs(channel(s), f);
	if (fclose(f)) {
		free(name);
		return NULL;
	}
	return name;
}

void page_names(struct page *p)
{
	struct pseries *s = p->series.v;

	for (size_t i = 0; i < p->series.n; i++) {
		s[i].name = make_name(p, &s[i]);
		p->no_memory |= !s[i].name;
	}
}

char *page_cell_text(const struct page *p, const struct pseries *s, uint64_t size, uint64_t depth)
{
	const struct pfile *files = p->files.v;
	char bytes[32], *text;
	int n;

	n = asprintf(&text, "%s: %s%s on %s, %s %s, %s %" PRIu64, files[s->file].label,
		     s->cpu ? "cpu-" : "", s->command, channel(s), s->stream ? "period" : "size",
		     size_text(size, bytes, sizeof(bytes)), s->stream ? "ring" : "depth", depth);
	return n < 0 ? NULL : text;
}
