/* Lines without editing: input that is no terminal, and builds without libedit. */
#include "ctrl/cli/edit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "utils/bytes.h"

#define LINE_MAX_LEN 8192

struct plain {
	struct edit edit;
	struct edit_user user;
	struct eloop *loop;
	struct eloop_fd *watch;
	struct timer turn; /* instead of the watch: epoll does not take regular files */
	const char *prompt;
	bool too_long;
	size_t len;
	char buf[LINE_MAX_LEN];
};

static void show(struct edit *e)
{
	const struct plain *p = container_of(e, struct plain, edit);
	printf("%s", p->prompt);
	fflush(stdout);
}

static void hide(struct edit *e)
{
	printf("\r");
}

static void close_plain(struct edit *e)
{
	struct plain *p = container_of(e, struct plain, edit);
	eloop_del_fd(p->watch);
	timer_stop(&p->turn);
	wipe(p->buf, sizeof(p->buf));
	free(p);
}

/* Hands out one line of the buffer; returns false when there is none. */
static bool take_line(struct plain *p)
{
	char *nl = memchr(p->buf, '\n', p->len);
	if (!nl)
		return false;
	char line[LINE_MAX_LEN];
	size_t n = (size_t)(nl - p->buf);
	memcpy(line, p->buf, n);
	line[n] = '\0';
	p->len -= n + 1;
	memmove(p->buf, nl + 1, p->len);
	if (p->too_long)
		printf("Line too long, ignored\n");
	else
		p->user.line(p->user.ctx, line);
	p->too_long = false;
	wipe(line, n);
	return true;
}

static void on_input(int fd, void *ctx)
{
	struct plain *p = ctx;
	ssize_t n = read(fd, p->buf + p->len, sizeof(p->buf) - 1 - p->len);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		p->user.end(p->user.ctx);
		return;
	}
	p->len += (size_t)n;
	while (!eloop_stopping(p->loop) && take_line(p))
		show(&p->edit);
	if (p->len == sizeof(p->buf) - 1) {
		p->too_long = true;
		p->len = 0;
	}
}

static void on_turn(struct timer *t, void *ctx)
{
	struct plain *p = ctx;
	on_input(STDIN_FILENO, p);
	if (!eloop_stopping(p->loop))
		timer_start(eloop_timers(p->loop), t, 0, on_turn, p);
}

struct edit *edit_open_plain(struct eloop *l, const char *prompt, const struct edit_user *user)
{
	static const struct edit_ops ops = {close_plain, hide, show};
	struct plain *p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->edit.ops = &ops;
	p->loop = l;
	p->user = *user;
	p->prompt = prompt;
	p->watch = eloop_add_fd(l, STDIN_FILENO, on_input, p);
	if (!p->watch)
		timer_start(eloop_timers(l), &p->turn, 0, on_turn, p);
	show(&p->edit);
	return &p->edit;
}
