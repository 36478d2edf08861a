#include "ctrl/client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "utils/bytes.h"
#include "utils/text.h"

#define OWN_NAMES 1000
#define ATTACH_TIMEOUT_MS 10000

struct ctrl_client {
	int fd;
	struct sockaddr_un own;
};

/* A name with our process id that nobody listens on was left by a dead process of the same id. */
static bool is_stale(const struct sockaddr_un *a)
{
	_cleanup_(closep) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return fd >= 0 && connect(fd, (const struct sockaddr *)a, sizeof(*a)) < 0 &&
	       errno == ECONNREFUSED;
}

/* Returns 0 or -errno. */
static int bind_to(int fd, const struct sockaddr_un *a)
{
	return bind(fd, (const struct sockaddr *)a, sizeof(*a)) < 0 ? -errno : 0;
}

static int bind_own(struct ctrl_client *c, const char *dir)
{
	struct sockaddr_un *a = &c->own;
	int ret = -EADDRINUSE;
	a->sun_family = AF_UNIX;

	for (int n = 1; ret == -EADDRINUSE && n < OWN_NAMES; n++) {
		int len = snprintf(a->sun_path, sizeof(a->sun_path), "%s/wpa_ctrl_%ld-%d", dir,
			(long)getpid(), n);
		if (len >= (int)sizeof(a->sun_path)) {
			ret = -ENAMETOOLONG;
			break;
		}
		ret = bind_to(c->fd, a);
		if (ret == -EADDRINUSE && is_stale(a) && unlink(a->sun_path) == 0)
			ret = bind_to(c->fd, a);
	}
	if (ret < 0)
		a->sun_path[0] = '\0'; /* not ours to unlink */
	return ret;
}

static int connect_to(int fd, const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	const char *name = path;
	size_t abstract = str_starts(path, "@abstract:", &name) ? 1 : 0;
	size_t len = strlen(name);

	if (len + 1 + abstract > sizeof(a.sun_path))
		return -ENAMETOOLONG;
	memcpy(a.sun_path + abstract, name, len);
	/* An abstract name is the whole array, padding included: daemons bind it so. */
	return connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ? -errno : 0;
}

struct ctrl_client *ctrl_client_open(const char *path, const char *own_dir)
{
	struct ctrl_client *c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = c->fd < 0 ? -errno : bind_own(c, own_dir ? own_dir : "/tmp");
	if (err == 0)
		err = connect_to(c->fd, path);
	if (err == 0)
		return c;
	ctrl_client_close(c);
	errno = -err;
	return NULL;
}

void ctrl_client_close(struct ctrl_client *c)
{
	if (!c)
		return;
	if (c->own.sun_path[0])
		unlink(c->own.sun_path);
	closep(&c->fd);
	free(c);
}

int ctrl_client_fd(const struct ctrl_client *c)
{
	return c->fd;
}

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for the event until the deadline: 0, -ETIMEDOUT, -errno. */
static int wait_for(int fd, short events, int64_t deadline)
{
	for (;;) {
		int64_t left = deadline - now_ms();
		struct pollfd p = {.fd = fd, .events = events};
		int n = poll(&p, 1, left > 0 ? (int)left : 0);
		if (n > 0)
			return 0;
		if (n == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

static int send_until(int fd, const char *cmd, size_t len, int64_t deadline)
{
	for (;;) {
		if (send(fd, cmd, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
			return 0;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		int ret = wait_for(fd, POLLOUT, deadline); /* the daemon's queue is full */
		if (ret < 0)
			return ret;
	}
}

static bool is_event(const char *text)
{
	return text[0] == '<' || str_starts(text, "IFNAME=", NULL);
}

int ctrl_client_recv(struct ctrl_client *c, char *text, size_t cap)
{
	ssize_t n;
	do {
		n = recv(c->fd, text, cap - 1, MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		text[0] = '\0';
		return errno == EAGAIN ? 0 : -errno;
	}
	text[n] = '\0';
	return (int)n;
}

int ctrl_client_request(struct ctrl_client *c, const char *cmd, size_t len, char *reply, size_t cap,
	int timeout_ms, void (*on_event)(void *ctx, const char *text), void *ctx)
{
	int64_t deadline = now_ms() + timeout_ms;
	int ret = send_until(c->fd, cmd, len, deadline);

	while (ret == 0) {
		ret = wait_for(c->fd, POLLIN, deadline);
		if (ret < 0)
			break;
		int n = ctrl_client_recv(c, reply, cap);
		if (n < 0 || !is_event(reply))
			return n;
		if (on_event)
			on_event(ctx, reply);
	}
	return ret;
}

static int simple_request(struct ctrl_client *c, const char *cmd)
{
	char reply[64];
	int n = ctrl_client_request(
		c, cmd, strlen(cmd), reply, sizeof(reply), ATTACH_TIMEOUT_MS, NULL, NULL);
	if (n < 0)
		return n;
	return strcmp(reply, "OK\n") == 0 ? 0 : -EPROTO;
}

int ctrl_client_attach(struct ctrl_client *c)
{
	return simple_request(c, "ATTACH");
}

int ctrl_client_detach(struct ctrl_client *c)
{
	return simple_request(c, "DETACH");
}
