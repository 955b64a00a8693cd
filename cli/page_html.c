// SPDX-License-Identifier: GPL-2.0
/* The page: one file that needs nothing else, on a phone, on a screen and on paper. */
#include <stdlib.h>
#include <string.h>

#include "page_html.h"
#include "text.h"

/* Nothing is fetched and nothing runs, whatever a text may hold. */
static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
	"'unsafe-inline'\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<meta name=\"color-scheme\" content=\"light dark\">\n"
	"<meta name=\"generator\" content=\"dmactl\">\n<title>dmactl report</title>\n<style>\n"
	":root{--ink:#1c1c1e;--paper:#fff;--soft:#f3f4f6;--line:#d5d8dd;--dim:#5c6370;"
	"--loud:#fff1d6;--loud-line:#d55e00}\n"
	"@media (prefers-color-scheme:dark){:root{--ink:#e6e6e8;--paper:#17181b;--soft:#24262b;"
	"--line:#3a3d44;--dim:#a5abb6;--loud:#46300d;--loud-line:#e69f00}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0;color:var(--ink);background:var(--paper);"
	"font:16px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}\n"
	"main{max-width:1240px;margin:0 auto;padding:1rem}\n"
	"h1{font-size:1.5rem;margin:.2rem 0}\nh2{font-size:1.2rem;margin:2rem 0 .6rem;"
	"border-bottom:2px solid var(--line);padding-bottom:.2rem}\n"
	"h1,h2,p,li,td,th{overflow-wrap:anywhere}\nnav{display:flex;flex-wrap:wrap;gap:.3rem 1rem}\n"
	"a{color:inherit}\n.dim{color:var(--dim)}\n"
	".loud{background:var(--loud);border-left:6px solid var(--loud-line);padding:.6rem .9rem;"
	"margin:.8rem 0;font-weight:600}\n"
	".scroll{overflow:auto;max-height:28rem;border:1px solid var(--line);margin-bottom:1rem}\n"
	"table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums}\n"
	"table.data{width:100%}\ntbody th{white-space:nowrap;overflow-wrap:normal}\n"
	"th,td{padding:.25rem .6rem;text-align:left;vertical-align:baseline;"
	"border-bottom:1px solid var(--line)}\n"
	"td{min-width:7rem}table.data td{min-width:0}table.data td.of{min-width:9rem}\n"
	"table.data th,td.n{white-space:nowrap;overflow-wrap:normal}\n"
	"thead th{position:sticky;top:0;background:var(--soft)}\n"
	".n{text-align:right}\ntd small{display:block;color:var(--dim);font-size:.74rem}\n"
	".same{color:var(--dim)}\n"
	".pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,370px),1fr));"
	"gap:1rem;align-items:start}\n"
	"figure{margin:0;background:#fff;border:1px solid var(--line);break-inside:avoid}\n"
	"figure svg{display:block;width:100%;height:auto;color:#000}\n"
	"@media print{:root{--ink:#000;--paper:#fff;--soft:#eee;--line:#bbb;--dim:#444;"
	"--loud:#fff;--loud-line:#d55e00}body{font-size:10pt}main{max-width:none;padding:0}"
	"nav{display:none}.scroll{overflow:visible;max-height:none;border:0}"
	"table.data td,table.data th{padding:.1rem .25rem;font-size:7pt}table.data td.of{min-width:3cm}"
	"td small{font-size:6pt;white-space:normal}"
	"thead th{position:static}tr{break-inside:avoid}h2{break-after:avoid}"
	".pictures{grid-template-columns:1fr 1fr;gap:.4rem}}\n"
	"</style>\n</head>\n<body>\n<main>\n";

static const struct section {
	const char *id, *title, *text;
} sections[] = {
	{ "throughput", "Throughput",
	  "Medians over repeats; the bars reach from the smallest to the largest. A grey line, where "
	  "there is one, is the CPU doing the same work." },
	{ "heat", "Throughput by size and depth", "Medians over repeats." },
	{ "latency", "Latency",
	  "From the preparation of an operation to its completion, at that depth: solid the median, "
	  "dotted the 99th percentile; the bars are the range over repeats." },
	{ "distribution", "Distribution of latency",
	  "All repeats together. A percentile is told where at least ten samples lie above it." },
	{ "stages", "Where the time goes",
	  "prepare: making and mapping the descriptor; submit: until the engine was kicked; device: "
	  "queue, transfer, interrupt; wakeup: until user space had it." },
	{ "streams", "Streams", "How evenly the periods of a ring came." },
};

#define NR_SECTIONS (sizeof(sections) / sizeof(sections[0]))

static const char *environment(const struct pfile *f, const char *key, char *buf, size_t size)
{
	struct json_object *v = page_get(f->environment, key);

	snprintf(buf, size, "%s", v ? json_object_get_string(v) : "");
	return buf;
}

static bool of_file(const struct page *p, size_t file, bool simulated)
{
	const struct pseries *s = p->series.v;

	for (size_t i = 0; i < p->series.n; i++)
		if (s[i].file == file && s[i].simulated == simulated && !s[i].cpu)
			return true;
	return false;
}

/* What nobody may overlook: these are no numbers of hardware. "" where they are. */
static char *warning(const struct page *p, size_t i)
{
	const struct pfile *file = (const struct pfile *)p->files.v + i;
	bool simulated = of_file(p, i, true), hardware;
	char platform[64], *text;

	environment(file, "platform", platform, sizeof(platform));
	hardware = !strcmp(platform, "hardware");
	if (asprintf(&text, "%s%s%s%s",
		     !simulated		  ? "" :
		     of_file(p, i, false) ? "Some channels are SIMULATED" :
					    "SIMULATED channels",
		     simulated && !hardware ? ", " : "",
		     hardware	  ? "" :
		     !platform[0] ? "measured on an unknown platform" :
				    "measured on no hardware but on ",
		     hardware			   ? "" :
		     !strcmp(platform, "vm")	   ? "a virtual machine (vm)" :
		     !strcmp(platform, "uml")	   ? "user-mode Linux (uml)" :
		     !strcmp(platform, "emulated") ? "an emulated machine" :
						     platform) < 0)
		return NULL;
	return text;
}

/* Once for neighbours of which the same is to be said. */
static void warn(const struct page *p, FILE *f)
{
	const struct pfile *file = p->files.v;
	char *text, *next;
	size_t i = 0, to;

	while (i < p->files.n) {
		text = warning(p, i);
		for (to = i + 1; to < p->files.n; to++) {
			next = warning(p, to);
			if (!text || !next || strcmp(text, next)) {
				free(next);
				break;
			}
			free(next);
		}
		if (text && text[0]) {
			fprintf(f, "<p class=\"loud\">");
			for (size_t k = i; k < to && p->files.n > 1; k++) {
				markup_text(f, file[k].label);
				fputs(k + 1 < to ? ", " : ": ", f);
			}
			markup_text(f, text);
			fprintf(f, ".</p>\n");
		}
		free(text);
		i = to;
	}
}

static void contents(const struct page *p, FILE *f)
{
	const struct picture *pic = p->pictures.v;

	fprintf(f,
		"<nav><a href=\"#environment\">Environment</a> <a href=\"#summary\">Summary</a>");
	for (size_t s = 0; s < NR_SECTIONS; s++) {
		for (size_t i = 0; i < p->pictures.n; i++) {
			if (strcmp(pic[i].section, sections[s].id))
				continue;
			fprintf(f, " <a href=\"#%s\">%s</a>", sections[s].id, sections[s].title);
			break;
		}
	}
	if (p->notes.n)
		fprintf(f, " <a href=\"#notes\">Notes</a>");
	fprintf(f, "</nav>\n");
}

static void environment_row(const struct page *p, FILE *f, const char *key)
{
	const struct pfile *file = p->files.v;
	char text[512], first[512];
	bool same = true;

	environment(&file[0], key, first, sizeof(first));
	if (p->files.n == 1 && !first[0])
		return;
	for (size_t i = 1; i < p->files.n; i++)
		same &= !strcmp(environment(&file[i], key, text, sizeof(text)), first);
	fprintf(f, "<tr%s><th>", p->files.n > 1 && same ? " class=\"same\"" : "");
	markup_text(f, key);
	fprintf(f, "</th>");
	for (size_t i = 0; i < p->files.n; i++) {
		fprintf(f, "<td>");
		markup_text(f, environment(&file[i], key, text, sizeof(text)));
		fprintf(f, "</td>");
	}
	fprintf(f, "</tr>\n");
}

static void environments(const struct page *p, FILE *f)
{
	static const char *const keys[] = {
		"platform", "machine",	"hostname",    "time",		"kernel",
		"cmdline",  "arch",	"cpu",	       "dmactl",	"module",
		"preempt",  "governor", "clocksource", "stamp_cost_ns",
	};
	const struct pfile *file = p->files.v;

	fprintf(f, "<h2 id=\"environment\">Environment</h2>\n<div class=\"scroll\"><table>\n");
	if (p->files.n > 1) {
		fprintf(f, "<thead><tr><th></th>");
		for (size_t i = 0; i < p->files.n; i++) {
			fprintf(f, "<th>");
			markup_text(f, file[i].label);
			fprintf(f, "</th>");
		}
		fprintf(f, "</tr></thead>\n");
	}
	fprintf(f, "<tbody>\n");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		environment_row(p, f, keys[i]);
	fprintf(f, "</tbody></table></div>\n");
}

static void pictures(const struct page *p, FILE *f, const struct section *s)
{
	const struct picture *pic = p->pictures.v;
	bool any = false;

	for (size_t i = 0; i < p->pictures.n; i++) {
		if (strcmp(pic[i].section, s->id))
			continue;
		if (!any)
			fprintf(f,
				"<h2 id=\"%s\">%s</h2>\n<p class=\"dim\">%s</p>\n"
				"<div class=\"pictures\">\n",
				s->id, s->title, s->text);
		any = true;
		fprintf(f, "<figure>");
		page_svg(&pic[i], i + 1, f);
		fprintf(f, "</figure>\n");
	}
	if (any)
		fprintf(f, "</div>\n");
}

static void notes(const struct page *p, FILE *f)
{
	const struct pnote *n = p->notes.v;

	if (!p->notes.n)
		return;
	fprintf(f, "<h2 id=\"notes\">Notes</h2>\n<p>What is not valid is not drawn. What failed in "
		   "part is told here as well.</p>\n<ul>\n");
	for (size_t i = 0; i < p->notes.n; i++) {
		fprintf(f, "<li>");
		markup_text(f, n[i].of);
		fprintf(f, ": <strong>");
		markup_text(f, n[i].why);
		fprintf(f, "</strong></li>\n");
	}
	fprintf(f, "</ul>\n");
}

void page_html(const struct page *p, FILE *f)
{
	const struct pfile *file = p->files.v;

	fputs(head, f);
	fprintf(f, "<h1>dmactl report</h1>\n<p>");
	for (size_t i = 0; i < p->files.n; i++) {
		fputs(i ? ", " : "", f);
		markup_text(f, file[i].label);
	}
	fprintf(f, "</p>\n");
	warn(p, f);
	if (p->notes.n)
		fprintf(f,
			"<p class=\"loud\">%zu result%s failed, invalid or missing: see <a "
			"href=\"#notes\">the notes</a>.</p>\n",
			p->notes.n, p->notes.n == 1 ? " is" : "s are");
	contents(p, f);
	environments(p, f);
	page_tables(p, f);
	for (size_t s = 0; s < NR_SECTIONS; s++)
		pictures(p, f, &sections[s]);
	notes(p, f);
	fprintf(f, "<p class=\"dim\">Made by dmactl %s.</p>\n</main>\n</body>\n</html>\n",
		version_text);
}
