/* Simulated air: what tests and the in-process harness use besides driver.h.
 *
 * The driver `sim` puts interfaces on an air. Over a directory of sockets (parameter `dir=PATH`)
 * any process joins by itself; an in-process air made here is reached by driver parameter
 * `air=inproc:NAME` from every daemon on the same event loop. All of it runs on the clock of that
 * loop. doc/driver-sim.md has the details. */
#ifndef DRIVERS_SIM_SIM_H
#define DRIVERS_SIM_SIM_H

#include "drivers/driver.h"

struct sim_air;
struct sim_host;

extern const struct driver driver_sim;

/* An in-process air, found by its name from drivers on this loop. NULL: no memory, or the name is
 * taken. Free it after the drivers on it and before the loop. */
struct sim_air *sim_air_new(struct eloop *loop, const char *name);
void sim_air_free(struct sim_air *air);
/* The air a driver instance is on. */
struct sim_air *sim_air_of(struct drv *d);

/* Each transmission attempt is lost with this probability (0..1); unicast frames are tried 8 times.
 * Same seed, same losses. */
void sim_air_set_loss(struct sim_air *air, double probability, uint32_t seed);

/* Asked for each transmission attempt of a whole 802.11 frame; true loses it. NULL switches it off.
 */
typedef bool (*sim_filter_fn)(void *ctx, const uint8_t *frame, size_t len);
void sim_air_set_filter(struct sim_air *air, sim_filter_fn fn, void *ctx);

struct sim_frame_info {
	uint64_t time_us; /* of the loop's clock */
	unsigned freq;
	int signal_dbm;
	bool ack_wanted, acked;
	unsigned tries;
	const char *ifname; /* who sent it */
};
/* Sees every frame on an in-process air once it is off it (unheard beacons are not even sent). NULL
 * switches it off. */
typedef void (*sim_monitor_fn)(
	void *ctx, const struct sim_frame_info *info, const uint8_t *frame, size_t len);
void sim_air_set_monitor(struct sim_air *air, sim_monitor_fn fn, void *ctx);

/* Level at which everybody hears frames of the interface with this address. -ENOENT when it is not
 * on this (in-process) air. */
int sim_air_set_signal(struct sim_air *air, const uint8_t addr[MAC_LEN], int dbm);

/* A host attached to a netdev (by interface name) or to a simulated bridge (by its name): gets the
 * Ethernet frames that come out there. NULL when there is no such netdev or bridge. Detach before
 * the driver goes. */
typedef void (*sim_host_fn)(void *ctx, const uint8_t *frame, size_t len);
struct sim_host *sim_host_attach(struct sim_air *air, const char *name, sim_host_fn fn, void *ctx);
void sim_host_detach(struct sim_host *h);
/* Ethernet frame (14-byte header first) from this host. Returns 0 or -EINVAL (length). */
int sim_host_send(struct sim_host *h, const uint8_t *frame, size_t len);

/* Why received frames were thrown away, by interface. */
struct sim_drops {
	unsigned no_key, bad_key, replay, unprotected, unauthorized, class3, not_4addr, malformed;
};
void sim_if_drops(const struct drv_if *i, struct sim_drops *out);

#endif
