/* Interactive mode: a prompt, events as they come, and a connection that is made again when the
 * daemon comes back. */
#include "ctrl/cli/cli_i.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctrl/cli/edit.h"
#include "utils/version.h"

#define RETRY USEC_PER_SEC
#define EVENT_MAX 4096

static void on_retry(struct timer *t, void *ctx);
static void on_ping(struct timer *t, void *ctx);

/* A line that comes while the user types. */
static void notice(struct cli *c, const char *text)
{
	edit_hide(c->edit);
	printf("%s\n", text);
	fflush(stdout);
	edit_show(c->edit);
}

static void lost(struct cli *c)
{
	char text[128];
	cli_disconnect(c);
	snprintf(text, sizeof(text), "Connection to %s lost - trying to reconnect",
		c->program->daemon);
	notice(c, text);
	timer_start(eloop_timers(c->loop), &c->retry, RETRY, on_retry, c);
}

static void on_event(int fd, void *ctx)
{
	struct cli *c = ctx;
	char event[EVENT_MAX];
	int n;

	while (c->events && (n = ctrl_client_recv(c->events, event, sizeof(event))) != 0) {
		if (n < 0) {
			lost(c);
			return;
		}
		char *copy = strdup(event); /* finding the text may cut the prefix */
		bool hidden = copy && c->program->hides_event &&
			      c->program->hides_event(cli_event_text(copy));
		free(copy);
		if (!hidden)
			notice(c, event);
	}
}

static void connected(struct cli *c, bool announce)
{
	char text[128];

	c->events_watch = eloop_add_fd(c->loop, ctrl_client_fd(c->events), on_event, c);
	timer_start(eloop_timers(c->loop), &c->ping, c->ping_seconds * USEC_PER_SEC, on_ping, c);
	if (announce && c->was_connected) {
		snprintf(text, sizeof(text), "Connection to %s re-established", c->program->daemon);
		notice(c, text);
	} else if (announce) {
		notice(c, "Connection established.");
	}
	c->was_connected = true;
}

static bool try_connect(struct cli *c)
{
	return cli_choose_interface(c) == 0 && cli_connect(c, true) == 0;
}

static void on_retry(struct timer *t, void *ctx)
{
	struct cli *c = ctx;
	if (try_connect(c))
		connected(c, true);
	else
		timer_start(eloop_timers(c->loop), t, RETRY, on_retry, c);
}

static void on_ping(struct timer *t, void *ctx)
{
	struct cli *c = ctx;
	if (!c->commands)
		return;
	if (!cli_ping(c)) {
		lost(c);
		return;
	}
	timer_start(eloop_timers(c->loop), t, c->ping_seconds * USEC_PER_SEC, on_ping, c);
}

static void on_line(void *ctx, char *line)
{
	struct cli *c = ctx;
	char *argv[CLI_ARGS_MAX + 1];
	int argc = cli_split(line, argv, CLI_ARGS_MAX);

	if (argc > 0)
		cli_execute(c, argc, argv);
	fflush(stdout);
}

static void on_end(void *ctx)
{
	struct cli *c = ctx;
	eloop_stop(c->loop);
}

static void on_signal(int signo, void *ctx)
{
	struct cli *c = ctx;
	eloop_stop(c->loop);
}

static bool keeps(void *ctx, const char *line)
{
	struct cli *c = ctx;
	return cli_keeps_in_history(c->program, line);
}

static size_t complete(void *ctx, const char *line, size_t at,
	void (*add)(void *add_ctx, const char *candidate), void *add_ctx)
{
	return cli_complete(ctx, line, at, add, add_ctx);
}

int cli_switch_interface(struct cli *c)
{
	cli_disconnect(c);
	timer_stop(&c->retry);
	c->was_connected = false;
	if (try_connect(c)) {
		connected(c, false);
		printf("Connected to interface '%s'.\n", c->interface);
		return CLI_EXIT_OK;
	}
	printf("Could not connect to interface '%s' - re-trying\n", c->interface);
	timer_start(eloop_timers(c->loop), &c->retry, RETRY, on_retry, c);
	return CLI_EXIT_ERROR;
}

static void first_connection(struct cli *c)
{
	if (try_connect(c)) {
		connected(c, false);
		return;
	}
	printf("Could not connect to %s: %s - re-trying\n", c->program->daemon,
		c->global	     ? c->global
			: c->interface ? c->interface
				       : c->dir);
	timer_start(eloop_timers(c->loop), &c->retry, RETRY, on_retry, c);
}

static char *history_path(const struct cli_program *p)
{
	const char *home = getenv("HOME");
	char *path = NULL;
	if (!home || asprintf(&path, "%s/%s", home, p->history) < 0)
		return NULL;
	return path;
}

int cli_interact(struct cli *c)
{
	const struct edit_user user = {c, on_line, on_end, keeps, complete};
	_cleanup_(freep) char *history = history_path(c->program);

	c->loop = eloop_new(ELOOP_REAL);
	if (!c->loop)
		return CLI_EXIT_ERROR;
	c->interactive = true;
	eloop_add_signal(c->loop, SIGINT, on_signal, c);
	eloop_add_signal(c->loop, SIGTERM, on_signal, c);
	printf("%s v%s\n%s\n\nType 'license' for the license, 'help' for the commands.\n\n",
		c->program->name, VERSION_TEXT, COPYRIGHT_TEXT);
	first_connection(c);
	printf("\nInteractive mode\n\n");
	fflush(stdout);
	c->edit = edit_open(c->loop, c->program->name, "> ", history, &user);
	if (c->edit)
		eloop_run(c->loop);
	edit_close(c->edit);
	c->edit = NULL;
	cli_disconnect(c);
	eloop_free(c->loop);
	return CLI_EXIT_OK;
}
