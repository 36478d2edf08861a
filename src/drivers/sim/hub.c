#include "drivers/sim/hub_i.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utils/log.h"

#define ETH_HLEN 14
#define LEARNED_MAX 4096
#define LEARNED_LIFE (300 * USEC_PER_SEC)

struct hub_entry {
	uint8_t addr[MAC_LEN];
	struct hub_port *port;
	uint64_t seen;
	UT_hash_handle hh;
};

struct sim_host {
	struct hub_port port;
};

struct sim_hub *hub_find(struct sim_air *air, const char *name)
{
	struct sim_hub *hub;
	HASH_FIND_STR(air->hubs, name, hub);
	return hub;
}

struct sim_hub *hub_get(struct sim_air *air, const char *name)
{
	struct sim_hub *hub = hub_find(air, name);
	int err = -ENOMEM;

	if (hub)
		return hub;
	hub = calloc(1, sizeof(*hub));
	if (!hub)
		return NULL;
	hub->air = air;
	snprintf(hub->name, sizeof(hub->name), "%s", name);
	LIST_INIT(&hub->ports);
	if (air_has_sockets(air)) {
		hub->socket = hub_socket_new(hub, &err);
		if (!hub->socket) {
			log_msg(LOG_ERR, "sim: cannot make %s/%s.eth: %s", air->name, name,
				strerror(-err));
			free(hub);
			return NULL;
		}
	}
	HASH_ADD_STR(air->hubs, name, hub);
	return hub;
}

static void forget(struct sim_hub *hub, const struct hub_port *port)
{
	struct hub_entry *e, *next;
	HASH_ITER (hh, hub->learned, e, next)
		if (!port || e->port == port) {
			HASH_DELETE(hh, hub->learned, e);
			free(e);
		}
}

void hub_free(struct sim_hub *hub)
{
	if (!hub)
		return;
	hub_socket_free(hub->socket);
	while (!LIST_EMPTY(&hub->ports))
		hub_unplug(LIST_FIRST(&hub->ports));
	forget(hub, NULL);
	HASH_DELETE(hh, hub->air->hubs, hub);
	free(hub);
}

void hub_free_all(struct sim_air *air)
{
	struct sim_hub *hub, *next;
	HASH_ITER (hh, air->hubs, hub, next)
		hub_free(hub);
}

void hub_plug(struct sim_hub *hub, struct hub_port *port)
{
	hub_unplug(port);
	port->hub = hub;
	LIST_INSERT_HEAD(&hub->ports, port, link);
}

void hub_unplug(struct hub_port *port)
{
	if (!port->hub)
		return;
	forget(port->hub, port);
	LIST_REMOVE(port, link);
	port->hub = NULL;
}

static struct hub_entry *lookup(struct sim_hub *hub, const uint8_t *addr)
{
	struct hub_entry *e;
	HASH_FIND(hh, hub->learned, addr, MAC_LEN, e);
	return e;
}

static void learn(struct sim_hub *hub, struct hub_port *port, const uint8_t *addr)
{
	struct hub_entry *e = lookup(hub, addr);

	if (mac_is_group(addr))
		return;
	if (!e) {
		if (HASH_COUNT(hub->learned) >= LEARNED_MAX)
			forget(hub, NULL);
		e = calloc(1, sizeof(*e));
		if (!e)
			return;
		mac_copy(e->addr, addr);
		HASH_ADD(hh, hub->learned, addr, MAC_LEN, e);
	}
	e->port = port;
	e->seen = timers_now(hub->air->timers);
}

void hub_input(struct hub_port *from, const uint8_t *frame, size_t len)
{
	struct sim_hub *hub = from->hub;
	struct hub_port *port, *next;

	if (!hub || len < ETH_HLEN)
		return;
	learn(hub, from, frame + MAC_LEN);
	struct hub_entry *to = mac_is_group(frame) ? NULL : lookup(hub, frame);
	if (to && timers_now(hub->air->timers) - to->seen < LEARNED_LIFE) {
		if (to->port != from)
			to->port->deliver(to->port->ctx, frame, len);
		return;
	}
	for (port = LIST_FIRST(&hub->ports); port; port = next) {
		next = LIST_NEXT(port, link);
		if (port != from)
			port->deliver(port->ctx, frame, len);
	}
}

struct sim_host *sim_host_attach(struct sim_air *air, const char *name, sim_host_fn fn, void *ctx)
{
	struct sim_hub *hub = hub_find(air, name);
	struct sim_host *h = hub ? calloc(1, sizeof(*h)) : NULL;
	if (!h)
		return NULL;
	h->port.deliver = fn;
	h->port.ctx = ctx;
	hub_plug(hub, &h->port);
	return h;
}

void sim_host_detach(struct sim_host *h)
{
	if (!h)
		return;
	hub_unplug(&h->port);
	free(h);
}

int sim_host_send(struct sim_host *h, const uint8_t *frame, size_t len)
{
	if (len < ETH_HLEN || len > AIR_MAX_FRAME - 64)
		return -EINVAL;
	hub_input(&h->port, frame, len);
	return 0;
}
