/* Line editing with libedit, one key at a time so that the event loop never waits for a line. */
#include "ctrl/cli/edit.h"

#include <histedit.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "utils/bytes.h"

#define HISTORY_LINES 100
#define CANDIDATES_MAX 256

struct rich {
	struct edit edit;
	struct edit_user user;
	struct eloop *loop;
	struct eloop_fd *watch;
	EditLine *el;
	History *history;
	char *history_file;
	const char *prompt;
};

/* What completion found. */
struct candidates {
	char *text[CANDIDATES_MAX];
	int count;
};

static const char *prompt_of(EditLine *el)
{
	struct rich *r = NULL;
	el_get(el, EL_CLIENTDATA, &r);
	return r ? r->prompt : "";
}

static void collect(void *ctx, const char *candidate)
{
	struct candidates *c = ctx;
	if (c->count < CANDIDATES_MAX && (c->text[c->count] = strdup(candidate)))
		c->count++;
}

static size_t common_length(const struct candidates *c)
{
	size_t n = strlen(c->text[0]);
	for (int i = 1; i < c->count; i++) {
		size_t k = 0;
		while (k < n && c->text[i][k] == c->text[0][k])
			k++;
		n = k;
	}
	return n;
}

/* Puts in what all candidates share; lists them when that is nothing new. */
static unsigned char apply(EditLine *el, struct candidates *c, size_t typed)
{
	size_t common = common_length(c);
	bool lists = c->count > 1 && common <= typed;

	if (lists) {
		putchar('\n');
		for (int i = 0; i < c->count; i++)
			printf("%s%s", c->text[i], i + 1 < c->count ? "  " : "\n");
		fflush(stdout);
		return CC_REDISPLAY;
	}
	c->text[0][common] = '\0';
	if (typed)
		el_deletestr(el, (int)typed); /* as typed may differ in case */
	el_insertstr(el, c->text[0]);
	if (c->count == 1)
		el_insertstr(el, " ");
	return CC_REFRESH;
}

static unsigned char on_tab(EditLine *el, int ch)
{
	struct rich *r = NULL;
	struct candidates c = {.count = 0};
	const LineInfo *info = el_line(el);
	size_t at = (size_t)(info->cursor - info->buffer);

	el_get(el, EL_CLIENTDATA, &r);
	_cleanup_(freep) char *line = strndup(info->buffer, at);
	if (!r || !line)
		return CC_ERROR;
	size_t begin = r->user.complete(r->user.ctx, line, at, collect, &c);
	unsigned char result = c.count ? apply(el, &c, at - begin) : CC_ERROR;
	for (int i = 0; i < c.count; i++)
		free(c.text[i]);
	return result;
}

static void hide(struct edit *e)
{
	/* to the line's begin, and wipe it */
	fputs("\r\033[K", stdout);
}

static void show(struct edit *e)
{
	struct rich *r = container_of(e, struct rich, edit);
	fflush(stdout);
	el_set(r->el, EL_REFRESH);
}

static void remember(struct rich *r, const char *line)
{
	HistEvent ev;
	if (line[0] && r->user.keep(r->user.ctx, line))
		history(r->history, &ev, H_ENTER, line);
}

static void run_line(struct rich *r, const char *typed, int n)
{
	char *line = strndup(typed, (size_t)n);
	if (!line)
		return;
	line[strcspn(line, "\r\n")] = '\0';
	remember(r, line);
	/* commands print: the terminal works normally meanwhile */
	el_set(r->el, EL_UNBUFFERED, 0);
	r->user.line(r->user.ctx, line);
	str_wipe_free(line);
	if (!eloop_stopping(r->loop))
		el_set(r->el, EL_UNBUFFERED, 1);
}

static bool hung_up(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	return poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR);
}

static void on_key(int fd, void *ctx)
{
	struct rich *r = ctx;
	int n = 0;
	const char *line = el_gets(r->el, &n);

	/* An empty line comes back like the end of input (NULL, -1), but ^D as itself. */
	if ((line && n == 1 && line[0] == '\004') || hung_up(fd))
		r->user.end(r->user.ctx);
	else if (line && n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
		run_line(r, line, n);
}

static void save_history(const struct rich *r)
{
	HistEvent ev;
	mode_t old = umask(077);
	if (r->history_file)
		history(r->history, &ev, H_SAVE, r->history_file);
	umask(old);
}

static void close_rich(struct edit *e)
{
	struct rich *r = container_of(e, struct rich, edit);
	eloop_del_fd(r->watch);
	if (r->history)
		save_history(r);
	if (r->el) {
		el_set(r->el, EL_UNBUFFERED, 0);
		el_end(r->el);
		putchar('\n');
	}
	if (r->history)
		history_end(r->history);
	free(r->history_file);
	free(r);
}

static bool open_editor(struct rich *r, const char *name)
{
	HistEvent ev;

	r->el = el_init(name, stdin, stdout, stderr);
	r->history = history_init();
	if (!r->el || !r->history)
		return false;
	history(r->history, &ev, H_SETSIZE, HISTORY_LINES);
	history(r->history, &ev, H_SETUNIQUE, 1);
	if (r->history_file)
		history(r->history, &ev, H_LOAD, r->history_file);
	el_set(r->el, EL_CLIENTDATA, r);
	el_set(r->el, EL_PROMPT, prompt_of);
	el_set(r->el, EL_EDITOR, "emacs");
	el_set(r->el, EL_HIST, history, r->history);
	el_set(r->el, EL_ADDFN, "cli-complete", "Complete the word", on_tab);
	el_set(r->el, EL_BIND, "^I", "cli-complete", NULL);
	el_set(r->el, EL_BIND, "^R", "em-inc-search-prev", NULL);
	el_source(r->el, NULL); /* ~/.editrc */
	el_set(r->el, EL_UNBUFFERED, 1);
	return true;
}

struct edit *edit_open(struct eloop *l, const char *name, const char *prompt,
	const char *history_file, const struct edit_user *user)
{
	static const struct edit_ops ops = {close_rich, hide, show};

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return edit_open_plain(l, prompt, user);
	struct rich *r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	r->edit.ops = &ops;
	r->user = *user;
	r->loop = l;
	r->prompt = prompt;
	r->history_file = history_file ? strdup(history_file) : NULL;
	r->watch = open_editor(r, name) ? eloop_add_fd(l, STDIN_FILENO, on_key, r) : NULL;
	if (!r->watch) {
		close_rich(&r->edit);
		return edit_open_plain(l, prompt, user);
	}
	return &r->edit;
}
