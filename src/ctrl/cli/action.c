/* Action mode (-a): runs a program for events, until the daemon goes away. */
#include "ctrl/cli/cli_i.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVENT_MAX 4096
#define RETRY USEC_PER_SEC

extern char **environ;

static void on_ping(struct timer *t, void *ctx);
static void on_retry(struct timer *t, void *ctx);

void cli_run_action(struct cli *c, const struct cli_action *a)
{
	char *argv[CLI_ACTION_WORDS + 3] = {c->action_file};
	posix_spawnattr_t attr;
	sigset_t none;
	pid_t pid;

	argv[1] = c->global ? "global" : c->interface;
	for (int i = 0; i < a->count; i++)
		argv[2 + i] = a->words[i];
	sigemptyset(&none); /* our own signals wait in the event loop, the program's must not */
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	int err = posix_spawnp(&pid, c->action_file, NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	if (err) {
		fprintf(stderr, "%s: cannot run it: %s\n", c->action_file, strerror(err));
		return;
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void stop(struct cli *c, int status)
{
	c->exit_status = status;
	eloop_stop(c->loop);
}

/* The daemon went away. */
static void gone(struct cli *c)
{
	cli_disconnect(c);
	if (c->reconnect)
		timer_start(eloop_timers(c->loop), &c->retry, RETRY, on_retry, c);
	else
		stop(c, CLI_EXIT_OK); /* scripts restart us; it was no mistake of ours */
}

static void handle(struct cli *c, char *event)
{
	struct cli_action action = {.count = 0};
	char *text = cli_event_text(event);

	if (c->program->ends_with && str_starts(text, c->program->ends_with, NULL)) {
		printf("%s is terminating - stop monitoring\n", c->program->daemon);
		cli_disconnect(c);
		if (c->reconnect)
			timer_start(eloop_timers(c->loop), &c->retry, RETRY, on_retry, c);
		else
			stop(c, CLI_EXIT_OK);
		return;
	}
	if (c->program->action(c, text, &action))
		cli_run_action(c, &action);
}

static void on_event(int fd, void *ctx)
{
	struct cli *c = ctx;
	char event[EVENT_MAX];
	int n;

	while (c->events && (n = ctrl_client_recv(c->events, event, sizeof(event))) != 0) {
		if (n < 0) {
			gone(c);
			return;
		}
		handle(c, event);
	}
}

static void on_ping(struct timer *t, void *ctx)
{
	struct cli *c = ctx;
	if (!c->commands)
		return;
	if (!cli_ping(c)) {
		printf("%s did not reply to PING command - %s\n", c->program->daemon,
			c->reconnect ? "reconnecting" : "exiting");
		fflush(stdout);
		gone(c);
		return;
	}
	timer_start(eloop_timers(c->loop), t, c->ping_seconds * USEC_PER_SEC, on_ping, c);
}

static bool begin(struct cli *c)
{
	c->events_watch = eloop_add_fd(c->loop, ctrl_client_fd(c->events), on_event, c);
	if (!c->events_watch)
		return false;
	timer_start(eloop_timers(c->loop), &c->ping, c->ping_seconds * USEC_PER_SEC, on_ping, c);
	if (c->program->action_begin)
		c->program->action_begin(c);
	return true;
}

static void on_retry(struct timer *t, void *ctx)
{
	struct cli *c = ctx;
	if (cli_connect(c, true) < 0 || !begin(c))
		timer_start(eloop_timers(c->loop), t, RETRY, on_retry, c);
}

static void on_signal(int signo, void *ctx)
{
	stop(ctx, CLI_EXIT_OK);
}

static int write_pid(const char *path)
{
	FILE *f = fopen(path, "we");
	if (!f)
		return -errno;
	fprintf(f, "%d\n", (int)getpid());
	return fclose(f) == 0 ? 0 : -errno;
}

/* Goes to the background when asked to; the connection is there already. */
static int detach(struct cli *c)
{
	fflush(stdout);
	if (c->background && daemon(0, 0) < 0) {
		perror("cannot go to the background");
		return -errno;
	}
	int err = c->pid_file ? write_pid(c->pid_file) : 0;
	if (err < 0)
		fprintf(stderr, "%s: cannot write the process id: %s\n", c->pid_file,
			strerror(-err));
	return err;
}

static int run_loop(struct cli *c)
{
	c->loop = eloop_new(ELOOP_REAL);
	if (!c->loop)
		return CLI_EXIT_ERROR;
	eloop_add_signal(c->loop, SIGINT, on_signal, c);
	eloop_add_signal(c->loop, SIGTERM, on_signal, c);
	if (begin(c))
		eloop_run(c->loop);
	else
		c->exit_status = CLI_EXIT_ERROR;
	cli_disconnect(c);
	eloop_free(c->loop);
	return c->exit_status;
}

int cli_act(struct cli *c)
{
	int err = cli_choose_interface(c);
	if (err == 0)
		err = cli_connect(c, true);
	if (err < 0) {
		c->program->connect_failed(c, err);
		return CLI_EXIT_ERROR;
	}
	int status = detach(c) < 0 ? CLI_EXIT_ERROR : run_loop(c);
	cli_disconnect(c);
	if (c->pid_file)
		unlink(c->pid_file);
	return status;
}
