// SPDX-License-Identifier: GPL-2.0
/* The screen: ncurses, which is loaded only here, so that no other command pays for it. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "stop.h"
#include "top.h"

#if defined(DMACTL_STATIC) || !__has_include(<curses.h>)

int top_screen(struct ctx *ctx, struct top_view *v, uint64_t count)
{
	(void)v;
	(void)count;
	err_set(&ctx->err, EXIT_UNAVAILABLE,
		"this dmactl was built without a screen (it is static, or ncurses was missing)");
	return TOP_NO_SCREEN;
}

#else

#define NCURSES_NOMACROS
#include <curses.h>
#include <dlfcn.h>

static struct {
	__typeof__(newterm) *newterm;
	__typeof__(delscreen) *delscreen;
	__typeof__(endwin) *endwin;
	__typeof__(cbreak) *cbreak;
	__typeof__(noecho) *noecho;
	__typeof__(curs_set) *curs_set;
	__typeof__(set_escdelay) *set_escdelay;
	__typeof__(newwin) *newwin;
	__typeof__(delwin) *delwin;
	__typeof__(keypad) *keypad;
	__typeof__(nodelay) *nodelay;
	__typeof__(clearok) *clearok;
	__typeof__(getmaxx) *getmaxx;
	__typeof__(getmaxy) *getmaxy;
	__typeof__(wgetch) *wgetch;
	__typeof__(werase) *werase;
	__typeof__(wmove) *wmove;
	__typeof__(waddnstr) *waddnstr;
	__typeof__(wattrset) *wattrset;
	__typeof__(wrefresh) *wrefresh;
} nc;

#define SYMBOL(name)            \
	{                       \
#name, &nc.name \
	}

static const struct {
	const char *name;
	void *to; /* a pointer to a function */
} symbols[] = {
	SYMBOL(newterm), SYMBOL(delscreen), SYMBOL(endwin),	  SYMBOL(cbreak),
	SYMBOL(noecho),	 SYMBOL(curs_set),  SYMBOL(set_escdelay), SYMBOL(newwin),
	SYMBOL(delwin),	 SYMBOL(keypad),    SYMBOL(nodelay),	  SYMBOL(clearok),
	SYMBOL(getmaxx), SYMBOL(getmaxy),   SYMBOL(wgetch),	  SYMBOL(werase),
	SYMBOL(wmove),	 SYMBOL(waddnstr),  SYMBOL(wattrset),	  SYMBOL(wrefresh),
};

#define NAME(major)	 "libncursesw.so." #major
#define NARROW(major)	 "libncurses.so." #major
#define CALL(macro, ...) macro(__VA_ARGS__)

/* It stays loaded: it frees nothing, and its handlers of signals are not all taken back. */
static int load(struct ctx *ctx)
{
	/* The version whose header this was built with: another is another ABI. */
	static const char wide[] = CALL(NAME, NCURSES_VERSION_MAJOR);
	void *lib = dlopen(wide, RTLD_NOW);

	if (!lib)
		lib = dlopen(CALL(NARROW, NCURSES_VERSION_MAJOR), RTLD_NOW);
	if (!lib)
		return err_set(&ctx->err, EXIT_UNAVAILABLE,
			       "the screen needs ncurses: %s cannot be loaded (Debian's package is "
			       "libncursesw%d)",
			       wide, NCURSES_VERSION_MAJOR);
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		void **to = symbols[i].to;

		*to = dlsym(lib, symbols[i].name);
		if (!*to)
			return err_set(&ctx->err, EXIT_UNAVAILABLE,
				       "the screen needs ncurses: %s has no %s", wide,
				       symbols[i].name);
	}
	return 0;
}

struct screen {
	struct ctx *ctx;
	struct top_view *v;
	struct top_sample sample;
	SCREEN *s;
	WINDOW *w;
	bool failed; /* the last look: ctx->err says why */
};

/* ncurses knows the new size; a window of all of it is simplest made anew. */
static bool make_window(struct screen *s)
{
	if (s->w)
		nc.delwin(s->w);
	s->w = nc.newwin(0, 0, 0, 0);
	if (!s->w)
		return false;
	nc.keypad(s->w, true);
	nc.nodelay(s->w, true);
	nc.clearok(s->w, true);
	return true;
}

static void put(struct screen *s, int y, attr_t how, const char *line)
{
	int width = nc.getmaxx(s->w);

	/* The last place of the last line scrolls where a terminal has it so. */
	if (y < 0 || y >= nc.getmaxy(s->w) || nc.wmove(s->w, y, 0) == ERR)
		return;
	nc.wattrset(s->w, (int)how);
	nc.waddnstr(s->w, line, width - (y == nc.getmaxy(s->w) - 1));
	nc.wattrset(s->w, (int)A_NORMAL);
}

static void put_rows(struct screen *s, const struct vec *picked)
{
	const struct top_row *const *r = picked->v;
	int width = nc.getmaxx(s->w), high = nc.getmaxy(s->w);
	size_t name = top_name_width(s->v, picked, width), most;
	char line[TOP_LINE];

	s->v->page = high > TOP_HEADS + 3 ? (size_t)high - TOP_HEADS - 2 : 1;
	s->v->rows = picked->n;
	most = picked->n > s->v->page ? picked->n - s->v->page : 0;
	if (s->v->first > most)
		s->v->first = most;
	top_titles(s->v, name, width, line);
	put(s, TOP_HEADS, A_REVERSE, line);
	for (size_t i = 0; i < s->v->page && s->v->first + i < picked->n; i++) {
		const struct top_row *row = r[s->v->first + i];

		top_line(s->v, row, name, width, line);
		put(s, TOP_HEADS + 1 + (int)i, row->kept || row->still_ns ? A_BOLD : A_NORMAL,
		    line);
	}
}

static const char *empty(const struct screen *s)
{
	if (s->failed)
		return s->ctx->err.text;
	if (!s->sample.channels)
		return "there is no channel: no dmaengine provider has probed here";
	return "no channel is like that: / changes the text, i shows those that are idle too";
}

static int draw(struct screen *s)
{
	struct vec picked = { 0 };
	char line[TOP_LINE];
	int last = nc.getmaxy(s->w) - 1;

	if (top_pick(&s->sample, s->v, &picked))
		return err_set(&s->ctx->err, EXIT_FAILED, "out of memory");
	nc.werase(s->w);
	if (s->v->help) {
		for (int i = 0; top_help[i]; i++)
			put(s, i, A_NORMAL, top_help[i]);
	} else {
		for (int i = 0; i < TOP_HEADS && !s->failed; i++) {
			top_head(&s->sample, i, nc.getmaxx(s->w), line);
			put(s, i, A_BOLD, line);
		}
		put_rows(s, &picked);
		if (!picked.n)
			put(s, TOP_HEADS + 1, A_NORMAL, empty(s));
	}
	top_status(s->v, line);
	put(s, last, A_BOLD, line);
	nc.wrefresh(s->w);
	vec_free(&picked);
	return 0;
}

static int translate(int key)
{
	static const int keys[][2] = {
		{ KEY_LEFT, TOP_LEFT },	    { KEY_RIGHT, TOP_RIGHT },
		{ KEY_UP, TOP_UP },	    { KEY_DOWN, TOP_DOWN },
		{ KEY_HOME, TOP_HOME },	    { KEY_END, TOP_END },
		{ KEY_PPAGE, TOP_PAGE_UP }, { KEY_NPAGE, TOP_PAGE_DOWN },
		{ KEY_ENTER, '\n' },	    { KEY_BACKSPACE, TOP_BACKSPACE },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (key == keys[i][0])
			return keys[i][1];
	return key < KEY_MIN ? key : 0;
}

/* All that came; the number of them, or -1. */
static int take_keys(struct screen *s)
{
	int key, n = 0;

	while ((key = nc.wgetch(s->w)) != ERR) {
		n++;
		if (key != KEY_RESIZE)
			top_key(s->v, translate(key));
		else if (!make_window(s))
			return err_set(&s->ctx->err, EXIT_FAILED, "out of memory");
	}
	return n;
}

static void look(struct screen *s)
{
	s->failed = top_look(s->ctx, &s->sample);
	if (s->failed)
		top_sample_free(&s->sample);
}

static int follow(struct screen *s, uint64_t count)
{
	const struct backend *b = s->ctx->b;
	uint64_t looked = b->now(), seen = 0, now;
	unsigned int nothing = 0;
	int ret;

	look(s);
	while (!s->v->quit && !stop_asked) {
		now = b->now();
		if (!s->v->paused && now - looked >= s->v->delay_ns) {
			look(s);
			looked = now;
			seen++;
		}
		if (draw(s))
			return -1;
		if (count && seen >= count)
			break;
		now = b->now() - looked;
		if (s->v->paused)
			ret = b->wait(TOP_MOST, STDIN_FILENO);
		else
			ret = b->wait(now < s->v->delay_ns ? s->v->delay_ns - now : 0,
				      STDIN_FILENO);
		if (ret < 0 && ret != -EINTR)
			return err_set(&s->ctx->err, EXIT_FAILED, "keys cannot be waited for: %s",
				       strerror(-ret));
		if (take_keys(s) > 0)
			nothing = 0;
		else if (!s->w)
			return -1;
		else if (ret > 0 && ++nothing > 3)
			return err_set(&s->ctx->err, EXIT_FAILED, "the terminal has gone");
	}
	return stop_asked ? EXIT_INTERRUPTED : EXIT_OK;
}

int top_screen(struct ctx *ctx, struct top_view *v, uint64_t count)
{
	struct screen s = { .ctx = ctx, .v = v };
	int ret;

	if (load(ctx))
		return TOP_NO_SCREEN;
	s.s = nc.newterm(NULL, stdout, stdin);
	if (!s.s) {
		err_set(&ctx->err, EXIT_UNAVAILABLE,
			"ncurses knows no such terminal (the variable TERM says which it is)");
		return TOP_NO_SCREEN;
	}
	nc.cbreak();
	nc.noecho();
	nc.curs_set(0);
	nc.set_escdelay(25);
	ret = make_window(&s) ? follow(&s, count) :
				err_set(&ctx->err, EXIT_FAILED, "out of memory");
	if (s.w)
		nc.delwin(s.w);
	nc.endwin();
	nc.delscreen(s.s);
	top_sample_free(&s.sample);
	return ret;
}

#endif
