/* Hubs: the Ethernet side of netdevs. Each netdev has one of its own name, where hosts attach; a
 * netdev put into a bridge plugs into the hub of the bridge's name instead. A hub learns addresses
 * like a bridge. In a socket air it is also the socket DIR/NAME.eth: whoever sends a datagram to it
 * (an Ethernet frame, or nothing) is a host from then on. */
#ifndef DRIVERS_SIM_HUB_I_H
#define DRIVERS_SIM_HUB_I_H

#include <sys/queue.h>
#include <uthash.h>

#include "drivers/sim/air_i.h"

#define HUB_NAME_LEN 32

struct sim_hub;
struct hub_port {
	struct sim_hub *hub; /* NULL = not plugged in */
	sim_host_fn deliver;
	void *ctx;
	LIST_ENTRY(hub_port) link;
};

struct hub_socket;
struct sim_hub {
	struct sim_air *air;
	char name[HUB_NAME_LEN];
	LIST_HEAD(, hub_port) ports;
	struct hub_entry *learned; /* hash by address */
	struct hub_socket *socket;
	UT_hash_handle hh;
};

struct sim_hub *hub_find(struct sim_air *air, const char *name);
/* Finds or makes it. NULL: no memory, or the socket's name is in use by another process (logged).
 */
struct sim_hub *hub_get(struct sim_air *air, const char *name);
void hub_free(struct sim_hub *hub); /* unplugs all ports; NULL is fine */
void hub_free_all(struct sim_air *air);

void hub_plug(struct sim_hub *hub, struct hub_port *port); /* leaves the hub it was in */
void hub_unplug(struct hub_port *port);
/* An Ethernet frame comes in through this port. */
void hub_input(struct hub_port *from, const uint8_t *frame, size_t len);

/* hub_socket.c: NULL with *err set on failure. */
struct hub_socket *hub_socket_new(struct sim_hub *hub, int *err);
void hub_socket_free(struct hub_socket *s);
bool air_has_sockets(const struct sim_air *air);

#endif
