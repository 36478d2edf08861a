/* AP core: one radio with its BSSs on a driver. A library: hostapd uses it, the station daemon's AP mode will.
 *
 * The daemon owns configuration, control sockets and logging of events; the core owns netdevs, beacons, stations, keys, WPS. */
#ifndef AP_AP_H
#define AP_AP_H

#include "ap/ap_config.h"
#include "drivers/driver.h"
#include "utils/eloop.h"

struct ap_radio;
struct ap_bss;
struct ap_sta;

enum ap_state {
	AP_UNINITIALIZED,
	AP_DISABLED,
	AP_COUNTRY_UPDATE,
	AP_ENABLED,
};
const char *ap_state_text(enum ap_state s); /* as in STATUS */

struct ap_ops {
	/* A control event of this BSS, text as in the reference. flag: 0, or AP_MONITOR_PROBE for opt-in monitors. */
	void (*event)(void *ctx, struct ap_bss *bss, enum log_level level, unsigned flag, const char *text);
	/* The radio reached ENABLED, or setup failed late (country). */
	void (*setup_done)(void *ctx, struct ap_radio *radio, bool ok);
};
#define AP_MONITOR_PROBE 1u

/* The configuration structs are borrowed: the daemon keeps them alive and changes them only by the documented calls. */
struct ap_radio *ap_radio_new(struct eloop *loop, const struct driver *driver, const struct ap_radio_config *cfg,
	const struct ap_ops *ops, void *ctx);
void ap_radio_free(struct ap_radio *r); /* disables first */
/* The first BSS added is the radio's main one. user: the daemon's own pointer, see ap_bss_user(). */
struct ap_bss *ap_bss_add(struct ap_radio *r, const struct ap_bss_config *cfg, void *user);
void ap_bss_remove(struct ap_bss *b); /* stops it; stations are deauthenticated */
void *ap_bss_user(const struct ap_bss *b);

/* Bring up: driver, channel, BSSs. Synchronous failure: negative errno and `reason` one sentence naming the cause. May complete later
 * (country) through ops->setup_done. */
int ap_radio_enable(struct ap_radio *r, struct strbuf *reason);
/* Stations deauthenticated (reason 3), driver closed; the configuration stays. */
void ap_radio_disable(struct ap_radio *r);
enum ap_state ap_radio_state(const struct ap_radio *r);
/* Starts one BSS added while the radio is ENABLED. */
int ap_bss_start(struct ap_bss *b, struct strbuf *reason);
/* Applies a changed configuration: stations deauthenticated (reason 2), keys, beacon, WPS rebuilt. */
int ap_bss_reload(struct ap_bss *b, struct strbuf *reason);
int ap_bss_reload_psk(struct ap_bss *b);
int ap_bss_update_beacon(struct ap_bss *b);
int ap_radio_stop_beaconing(struct ap_radio *r);

#endif
