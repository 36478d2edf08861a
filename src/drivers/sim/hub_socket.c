/* The socket side of a hub: hosts are peers that sent it a datagram. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drivers/sim/hub_i.h"
#include "drivers/sim/socket_i.h"

#define PEERS_MAX 16

struct peer {
	struct hub_port port; /* plugged in while in use */
	struct hub_socket *socket;
	struct sockaddr_un addr;
	bool gone; /* did not take a frame; unplugged at the next chance */
};

struct hub_socket {
	struct sim_hub *hub;
	int fd;
	struct eloop_fd *watch;
	struct peer peers[PEERS_MAX];
};

static void to_peer(void *ctx, const uint8_t *frame, size_t len)
{
	struct peer *p = ctx;
	int err = socket_send(p->socket->fd, &p->addr, frame, len);
	/* Not unplugged here: the hub is walking over its ports. */
	p->gone = err == -ECONNREFUSED || err == -ENOENT;
}

static struct peer *peer_of(struct hub_socket *s, const struct sockaddr_un *from)
{
	struct peer *empty = NULL;

	for (size_t i = 0; i < PEERS_MAX; i++) {
		struct peer *p = &s->peers[i];
		if (p->gone)
			hub_unplug(&p->port);
		if (p->port.hub && strcmp(p->addr.sun_path, from->sun_path) == 0)
			return p;
		if (!p->port.hub && !empty)
			empty = p;
	}
	if (!empty || !from->sun_path[0])
		return NULL;
	*empty = (struct peer){.socket = s, .addr = *from};
	empty->port.deliver = to_peer;
	empty->port.ctx = empty;
	hub_plug(s->hub, &empty->port);
	return empty;
}

static void on_readable(int fd, void *ctx)
{
	struct hub_socket *s = ctx;
	uint8_t buf[AIR_MAX_FRAME - 64];
	struct sockaddr_un from = {0};
	socklen_t from_len = sizeof(from);
	ssize_t n = recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&from, &from_len);

	if (n < 0)
		return;
	struct peer *p = peer_of(s, &from);
	if (p && n > 0)
		hub_input(&p->port, buf, (size_t)n);
}

struct hub_socket *hub_socket_new(struct sim_hub *hub, int *err)
{
	struct hub_socket *s = calloc(1, sizeof(*s));
	char name[HUB_NAME_LEN + 8];

	*err = -ENOMEM;
	if (!s)
		return NULL;
	s->hub = hub;
	snprintf(name, sizeof(name), "%s.eth", hub->name);
	s->fd = socket_bind(hub->air->name, name);
	if (s->fd < 0) {
		*err = s->fd;
		free(s);
		return NULL;
	}
	s->watch = eloop_add_fd(hub->air->loop, s->fd, on_readable, s);
	if (!s->watch) {
		hub_socket_free(s);
		return NULL;
	}
	return s;
}

void hub_socket_free(struct hub_socket *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < PEERS_MAX; i++)
		hub_unplug(&s->peers[i].port);
	eloop_del_fd(s->watch);
	socket_unbind(s->fd);
	free(s);
}
