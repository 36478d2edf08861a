/* The air: ports on channels, and two back-ends that carry frames between them (memory, sockets).
 *
 * A port is one interface. It hears its home channel and, while it scans or waits off-channel, one
 * more (what an AP buffers for an absent station in reality arrives at once here). Unicast frames
 * are acknowledged by the port that has the address, when it is on the channel. Callbacks come from
 * the event loop; a callback must only queue. */
#ifndef DRIVERS_SIM_AIR_I_H
#define DRIVERS_SIM_AIR_I_H

#include <net/if.h>
#include <sys/queue.h>

#include "drivers/sim/sim.h"
#include "utils/timer.h"

#define AIR_MAX_TRIES 8
#define AIR_MAX_FRAME 4096

struct air_tx {
	uint8_t *frame; /* heap, owned by whoever holds the air_tx */
	size_t len;
	unsigned freq;
	int signal_dbm;
	bool want_ack; /* unicast frames that are not no_ack */
	unsigned kind; /* the sender's own, handed back in tx_done */
	uint64_t cookie;
};

struct air_port;
struct air_port_ops {
	void (*rx)(void *ctx, const uint8_t *frame, size_t len, unsigned freq, int signal_dbm);
	/* Takes the frame. */
	void (*tx_done)(void *ctx, struct air_tx *tx, bool acked);
	/* The watched access point has not been heard for a second. */
	void (*lost)(void *ctx);
	/* Writes the beacon of this moment. */
	void (*beacon)(void *ctx, struct writer *w);
};

struct air_port {
	struct sim_air *air;
	uint64_t id; /* never used again */
	char name[IFNAMSIZ];
	uint8_t addr[MAC_LEN];
	uint8_t scan_addr[MAC_LEN]; /* also hears what is sent to this one; zero = none */
	unsigned home, off;         /* MHz, 0 = not tuned */
	uint64_t beacon_us;         /* interval, 0 = does not beacon */
	int signal_dbm;
	bool watching;
	uint8_t watched[MAC_LEN];
	struct timer loss_timer;
	const struct air_port_ops *ops;
	void *ctx;
	void *priv; /* the back-end's */
	LIST_ENTRY(air_port) link;
};

struct air_backend {
	/* -EBUSY when the name or address is taken. */
	int (*attach)(struct air_port *p);
	void (*detach)(struct air_port *p);
	/* home, off, addr, beacon_us or watched have changed. */
	void (*changed)(struct air_port *p);
	int (*send)(
		struct air_port *p, const struct air_tx *tx); /* owns tx->frame afterwards if 0 */
	void (*free)(struct sim_air *air);
};

struct sim_air {
	struct eloop *loop;
	struct timers *timers;
	char *name; /* in-process: as shared with the loop; sockets: the directory */
	const struct air_backend *be;
	void *priv;
	uint64_t next_id;
	double loss;
	uint32_t rng;
	sim_filter_fn filter;
	void *filter_ctx;
	sim_monitor_fn monitor;
	void *monitor_ctx;
	struct sim_hub *hubs; /* hash by name, see hub.c */
	LIST_HEAD(, air_port) ports;
};

/* Back-end of sockets below `dir`, created when missing. NULL with errno set. */
struct sim_air *air_socket_new(struct eloop *loop, const char *dir);
struct sim_air *air_alloc(struct eloop *loop, const char *name, const struct air_backend *be);

/* p: name, addr, ops, ctx filled in. Returns 0 or -errno. */
int air_attach(struct sim_air *air, struct air_port *p);
void air_detach(struct air_port *p);
void air_set_home(struct air_port *p, unsigned freq);
void air_set_off(struct air_port *p, unsigned freq);
int air_set_addr(struct air_port *p, const uint8_t addr[MAC_LEN]);
void air_set_beacon(struct air_port *p, uint64_t interval_us);
void air_watch(struct air_port *p, const uint8_t *bssid); /* NULL = none */
/* Takes the frame also on error. */
int air_send(struct air_port *p, struct air_tx *tx);

/* For the back-ends. */
bool air_attempt_lost(struct sim_air *air, const uint8_t *frame, size_t len);

#endif
