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

/* The interface of this name on an in-process air; NULL when there is none. */
struct drv_if *sim_if_find(struct sim_air *air, const char *ifname);

/* --- firmware (driver parameter offload=, doc/driver-sim.md) ---
 *
 * A radio with offload= has firmware that runs handshakes by itself. A test makes it behave like
 * this or that hardware, injects events, and reads what the daemon asked of it. On interfaces
 * without firmware these functions do nothing, return NULL or -EOPNOTSUPP. */

/* How the firmware behaves; a change counts from now on. All zero: as the kernel documents it. */
struct sim_fw_knobs {
	/* Handshakes of DRV_CAP_PSK_OFFLOAD and DRV_CAP_1X_OFFLOAD. */
	bool port_never;        /* no DRV_EV_PORT_AUTHORIZED */
	bool port_foreign;      /* one for another BSSID comes first */
	unsigned port_delay_ms; /* the event comes that late; the port opens at once */
	bool handshake_first;   /* the handshake before CONNECT or ROAM: one that fails is status 16
				 */
	bool port_unreported;   /* sta_info does not tell the flag */
	/* Towards the daemon. */
	bool withhold_eapol; /* no EAPOL frame reaches it */
	/* Roams. */
	bool roam_assoc_only;     /* the firmware only associates: authorized = 0 */
	bool no_roam_event;       /* no DRV_EV_ROAM */
	bool no_roam_auth;        /* sync: no DRV_EV_ROAM_AUTH */
	bool roam_auth_first;     /* sync: before DRV_EV_ROAM */
	bool roam_auth_twice;     /* sync */
	bool roam_auth_foreign;   /* sync: one for another BSSID comes before it */
	unsigned second_delay_ms; /* sync: time between the two */
	bool hide_keys, hide_counter;
	unsigned counter_ahead; /* the counter told is that much too high */
	/* Capabilities (enum drv_cap_flags) that refresh_caps finds missing. */
	unsigned lost_caps;
};
/* Writable. NULL: no firmware. */
struct sim_fw_knobs *sim_fw_knobs(struct drv_if *i);

/* What the daemon asks of the radio. */
enum sim_fw_ask {
	SIM_FW_CONNECT,       /* addr, pmk, flag: offload_1x, hint */
	SIM_FW_SET_PMK,       /* addr, pmk */
	SIM_FW_SYNC_PMK,      /* pmk */
	SIM_FW_ALLOW_ROAMING, /* flag */
	SIM_FW_PMKSA_SET,     /* addr, pmkid, pmk, lifetime, threshold */
	SIM_FW_PMKSA_DEL,     /* addr, pmkid */
	SIM_FW_PMKSA_FLUSH,
	SIM_FW_SET_REKEY, /* kck, kek, replay, akm */
	SIM_FW_REFRESH_CAPS,
	SIM_FW_KEY_NEW,    /* addr (zero: group key), index, key */
	SIM_FW_KEY_DEL,    /* addr, index */
	SIM_FW_AUTHORIZED, /* addr, flag */
	SIM_FW_SEND_EAPOL, /* addr */
	SIM_FW_AP_START,   /* pmk */
	SIM_FW_ASKS
};
struct sim_fw_secret {
	uint8_t data[64];
	size_t len;
};
struct sim_fw_record {
	enum sim_fw_ask what;
	int result;       /* 0 or -errno */
	uint64_t time_us; /* of the loop's clock */
	uint8_t addr[MAC_LEN], pmkid[16];
	struct sim_fw_secret pmk, kck, kek, key;
	uint64_t replay;
	unsigned akm, lifetime, threshold, index, cipher;
	bool flag, hint;
};
/* The nth request of this kind (0 first), NULL: fewer. Valid until the next request. */
const struct sim_fw_record *sim_fw_asked(const struct drv_if *i, enum sim_fw_ask what, unsigned n);
unsigned sim_fw_count(const struct drv_if *i, enum sim_fw_ask what);
void sim_fw_log_clear(struct drv_if *i);
/* The next request of this kind fails with this negative errno. */
void sim_fw_fail_next(struct drv_if *i, enum sim_fw_ask what, int err);

/* The firmware of a station goes to this BSS of the network it is in: looks for it, authenticates,
 * reassociates, and runs the handshake if it has what that needs. 0: under way. -ENOTCONN, -EBUSY
 * (scanning or connecting), -EPERM (allow_roaming said no), -EALREADY (it is there). */
int sim_fw_roam(struct drv_if *i, const uint8_t bssid[MAC_LEN]);
/* While the host sleeps, the firmware answers group handshakes with the data of set_rekey (or
 * of its own last handshake) and reports them with DRV_EV_REKEYED. -ENOKEY: has none. */
int sim_fw_sleep(struct drv_if *i, bool asleep);
/* Key Replay Counter and keys of the firmware's own pairwise key; false when it has none. */
struct rsn_supp_keys;
bool sim_fw_keys(const struct drv_if *i, struct rsn_supp_keys *out);
/* An event as if the driver had made it; copied. */
void sim_fw_emit(struct drv_if *i, const struct drv_event *ev);

#endif
