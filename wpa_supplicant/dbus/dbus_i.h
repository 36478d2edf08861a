/* Inside of the D-Bus side: rows of the object types, and what they share. Objects:
 * the daemon (root.c), interfaces (if_*.c), networks (network.c), BSSs (bss.c), WPS (wps.c). */
#ifndef WPA_SUPPLICANT_DBUS_DBUS_I_H
#define WPA_SUPPLICANT_DBUS_DBUS_I_H

#include "bus/bus.h"
#include "wpa_supplicant/dbus/dbus.h"
#include "wpa_supplicant/supplicant_i.h"

#define WPAS_BUS_NAME "fi.w1.wpa_supplicant1"
#define WPAS_BUS_PATH "/fi/w1/wpa_supplicant1"
#define WPAS_BUS_IF WPAS_BUS_NAME ".Interface"
#define WPAS_BUS_WPS WPAS_BUS_IF ".WPS"
#define WPAS_BUS_NETWORK WPAS_BUS_NAME ".Network"
#define WPAS_BUS_BSS WPAS_BUS_NAME ".BSS"
#define WPAS_BUS_STATION WPAS_BUS_NAME ".Station"
#define WPAS_PATH_CAP 128

/* Errors of ours. */
#define WPAS_E(name) WPAS_BUS_NAME "." name

struct wpas_dbus {
	struct supplicant *s;
	struct bus *bus;
	struct bus_object *root;
	unsigned next_if;
	struct bus_property *if_properties; /* fixed ones and one per global key; ends empty */
	struct wpas_dbus_names *key_names;
	struct bus_interface if_rows;
	const struct bus_interface *if_interfaces[3];
};

struct wpas_dbus_multi_ap {
	bool backhaul, four_addr;
	unsigned profile, vlan;
};
#define WPAS_AUTH_MODE_CAP 64
/* wpas_dbus_start() without waiting for the bus: tests answer calls without one. */
int wpas_dbus_new(struct supplicant *s);

/* An interface as clients see it; w->dbus. */
struct wpas_dbus_if {
	struct wpas_if *w;
	struct bus_object *object;
	struct bus_client *probe_client; /* wants Probe Requests; NULL: nobody */
	/* As told last. */
	enum wpas_state state;
	char bss[WPAS_PATH_CAP], network[WPAS_PATH_CAP], auth_mode[WPAS_AUTH_MODE_CAP];
	struct wpas_dbus_multi_ap multi_ap;
	struct drv_sta_info signal; /* at the last event about it */
	bool signal_known;
};

/* A network or a BSS: ctx of its object. */
struct wpas_dbus_item {
	struct wpas_if *w;
	struct wpas_network *n;
	struct wpas_bss *b;
};
/* The object P/Interfaces/<n>/<folder>/<id>, and the signal of the interface that tells of it, with
 * the properties of the first of `interfaces`. NULL on failure (logged), or without D-Bus. */
struct bus_object *wpas_dbus_item_add(struct wpas_if *w, const char *folder, unsigned id,
	const struct bus_interface *const *interfaces, const struct wpas_dbus_item *item,
	const char *signal);
/* Takes the object away and tells so; nothing when *o is NULL. */
void wpas_dbus_item_remove(struct wpas_if *w, struct bus_object **o, const char *signal);
/* A signal of the interface whose argument is a path. */
void wpas_dbus_tell_path(struct wpas_if *w, const char *signal, const char *path);
/* A path a client gave: the item, or NULL with the error: not below this interface's folder
 * InvalidArgs, unknown NetworkUnknown. */
struct wpas_network *wpas_dbus_network_of(
	struct wpas_if *w, struct bus_call *call, const char *path);
/* Sets the keys of an a{sv}, with the effects of SET_NETWORK; `dict` stands at it. 0, or -EINVAL
 * with the error set (those before the bad one are set). */
int wpas_dbus_network_apply(
	struct wpas_if *w, struct wpas_network *n, DBusMessageIter *dict, struct bus_call *call);

/* Object path, "/" without one. */
const char *wpas_dbus_path(const struct bus_object *o);

/* W.InvalidArgs with the two texts of the reference. */
void wpas_dbus_bad_args(struct bus_call *call, const char *detail);

/* station.c: the value of Stations; SubscribeProbeReq, UnsubscribeProbeReq. */
void wpas_dbus_put_stations(struct wpas_if *w, struct bus_out *out);
void wpas_dbus_subscribe_probes(void *ctx, struct bus_call *call);
void wpas_dbus_unsubscribe_probes(void *ctx, struct bus_call *call);

/* The rows. */
extern const struct bus_interface wpas_dbus_root_rows, wpas_dbus_wps_rows, wpas_dbus_network_rows,
	wpas_dbus_bss_rows, wpas_dbus_station_rows;
extern const struct bus_method wpas_dbus_if_methods[];
extern const struct bus_property wpas_dbus_if_fixed_properties[];
extern const struct bus_signal wpas_dbus_if_signals[];

/* global_keys.c: fills d->if_properties. 0 or -ENOMEM. */
int wpas_dbus_make_if_properties(struct wpas_dbus *d);
void wpas_dbus_free_if_properties(struct wpas_dbus *d);
/* Value of a key in the syntax of the file, however long; the caller's to wipe and free. NULL: not
 * set, empty, or no memory. */
char *wpas_dbus_key_text(const struct cfg_key *key, const void *obj);
/* Appends it as a text, empty when there is none. */
void wpas_dbus_put_key(struct bus_out *out, const struct cfg_key *key, const void *obj);

#endif
