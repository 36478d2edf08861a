/* Connections to the daemon. */
#include "ctrl/cli/cli_i.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void closedirp(DIR **d)
{
	if (*d)
		closedir(*d);
}

static bool is_socket(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	return snprintf(path, sizeof(path), "%s/%s", dir, name) < (int)sizeof(path) &&
	       stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

int cli_each_socket(const struct cli *c, bool (*fn)(void *ctx, const char *name), void *ctx)
{
	const char *skip = c->program->skip_prefix;
	_cleanup_(closedirp) DIR *d = opendir(c->dir);
	const struct dirent *e;

	if (!d)
		return -errno;
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.' || (skip && str_starts(e->d_name, skip, NULL)))
			continue;
		if (is_socket(c->dir, e->d_name) && fn(ctx, e->d_name))
			break;
	}
	return 0;
}

static bool take_first(void *ctx, const char *name)
{
	struct cli *c = ctx;
	return str_replace(&c->interface, name) == 0;
}

int cli_choose_interface(struct cli *c)
{
	if (c->interface || c->global)
		return 0;
	int err = cli_each_socket(c, take_first, c);
	if (err == 0 && !c->interface)
		err = -ENOENT;
	if (err < 0)
		return err;
	printf("Selected interface '%s'\n", c->interface);
	return 0;
}

void cli_socket_path(const struct cli *c, char *out, size_t cap)
{
	if (c->global)
		snprintf(out, cap, "%s", c->global);
	else
		snprintf(out, cap, "%s/%s", c->dir, c->interface ? c->interface : "");
}

static int open_client(const struct cli *c, struct ctrl_client **client)
{
	char path[PATH_MAX];
	cli_socket_path(c, path, sizeof(path));
	*client = ctrl_client_open(path, c->own_dir);
	return *client ? 0 : -errno;
}

int cli_connect(struct cli *c, bool with_events)
{
	cli_disconnect(c);
	int err = open_client(c, &c->commands);
	if (err == 0 && with_events)
		err = open_client(c, &c->events);
	if (err == 0 && with_events)
		err = ctrl_client_attach(c->events);
	if (err < 0)
		cli_disconnect(c);
	return err;
}

void cli_disconnect(struct cli *c)
{
	eloop_del_fd(c->events_watch);
	c->events_watch = NULL;
	ctrl_client_close(c->events);
	ctrl_client_close(c->commands);
	c->events = c->commands = NULL;
}

bool cli_ping(struct cli *c)
{
	char reply[64];
	return cli_request(c, "PING", reply, sizeof(reply)) > 0 && str_starts(reply, "PONG", NULL);
}

int cli_request(struct cli *c, const char *cmd, char *reply, size_t cap)
{
	if (!c->commands)
		return -ENOTCONN;
	char *routed = NULL;
	int len = c->route ? asprintf(&routed, "IFNAME=%s %s", c->route, cmd) : (int)strlen(cmd);
	if (len < 0)
		return -ENOMEM;
	int n = ctrl_client_request(c->commands, routed ? routed : cmd, (size_t)len, reply, cap,
		CLI_TIMEOUT_MS, NULL, NULL);
	str_wipe_free(routed);
	return n;
}

int cli_send(struct cli *c, const char *cmd)
{
	_cleanup_(freep) char *reply = malloc(CLI_REPLY_MAX);
	if (!reply)
		return CLI_EXIT_ERROR;
	int n = cli_request(c, cmd, reply, CLI_REPLY_MAX);
	if (n == -ENOTCONN && !c->commands) {
		printf("Not connected to %s - command dropped.\n", c->program->daemon);
		return CLI_EXIT_ERROR;
	}
	if (n == -ETIMEDOUT) {
		printf("'%s' command timed out.\n", cmd);
		return CLI_EXIT_TIMEOUT;
	}
	if (n < 0) {
		printf("'%s' command failed.\n", cmd);
		return CLI_EXIT_ERROR;
	}
	fwrite(reply, 1, (size_t)n, stdout);
	if (c->interactive && n > 0 && reply[n - 1] != '\n')
		putchar('\n');
	wipe(reply, (size_t)n);
	return CLI_EXIT_OK;
}

char *cli_event_text(char *event)
{
	if (str_starts(event, "IFNAME=", NULL)) {
		char *space = strchr(event, ' ');
		if (space)
			event = space + 1;
	}
	if (event[0] == '<') {
		char *end = strchr(event, '>');
		if (end)
			event = end + 1;
	}
	return event;
}

const char *cli_dir(const struct cli *c)
{
	return c->dir;
}

const char *cli_interface(const struct cli *c)
{
	return c->global ? NULL : c->interface;
}

const char *cli_global(const struct cli *c)
{
	return c->global;
}
