/* W.Station: stations of the access point this interface is in AP mode; and the Probe Requests one
 * client may subscribe to. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/ieee80211.h"
#include "wpa_supplicant/ap.h"
#include "wpa_supplicant/dbus/dbus_i.h"

struct station {
	struct wpas_if *w;
	uint8_t addr[MAC_LEN];
};

/* --- properties --- */

static int get_address(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct station *s = ctx;
	bus_put_bytes(out, s->addr, MAC_LEN);
	return 0;
}

static const struct ap_sta *sta_of(void *ctx)
{
	const struct station *s = ctx;
	return s->w->ap ? ap_sta_find(wpas_ap_bss(s->w), s->addr) : NULL;
}

static int get_aid(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct ap_sta *s = sta_of(ctx);

	if (!s)
		return -ENOENT;
	bus_put_u16(out, ap_sta_aid(s));
	return 0;
}

static int get_capab(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct ap_sta *s = sta_of(ctx);

	if (!s)
		return -ENOENT;
	bus_put_u16(out, ap_sta_capab(s));
	return 0;
}

/* arg: where in struct drv_sta_info the counter is. */
static int get_counter(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct station *s = ctx;
	const struct wpas_if *w = s->w;
	struct drv_sta_info info = {0};
	const size_t *offset = p->arg;

	if (!w->drv || !w->ops->sta_info || w->ops->sta_info(w->drv, s->addr, &info) < 0)
		memset(&info, 0, sizeof(info));
	bus_put_u64(out, *(const uint64_t *)((const char *)&info + *offset));
	return 0;
}

static const size_t rx_packets = offsetof(struct drv_sta_info, rx_packets),
		    tx_packets = offsetof(struct drv_sta_info, tx_packets),
		    rx_bytes = offsetof(struct drv_sta_info, rx_bytes),
		    tx_bytes = offsetof(struct drv_sta_info, tx_bytes);

static const struct bus_property properties[] = {
	{"Address", "ay", get_address, NULL, 0, NULL, "MAC address."},
	{"AID", "q", get_aid, NULL, 0, NULL, "Association ID."},
	{"Capabilities", "q", get_capab, NULL, 0, NULL, "Capability Information."},
	{"RxPackets", "t", get_counter, NULL, 0, &rx_packets, "Received from the station."},
	{"TxPackets", "t", get_counter, NULL, 0, &tx_packets, "Sent to the station."},
	{"RxBytes", "t", get_counter, NULL, 0, &rx_bytes, "Received from the station."},
	{"TxBytes", "t", get_counter, NULL, 0, &tx_bytes, "Sent to the station."}, {0}};
const struct bus_interface wpas_dbus_station_rows = {
	.name = WPAS_BUS_STATION, .properties = properties};
static const struct bus_interface *const interfaces[] = {&wpas_dbus_station_rows, NULL};

/* --- objects --- */

static const char *path_of(
	const struct wpas_if *w, const uint8_t addr[MAC_LEN], char path[WPAS_PATH_CAP])
{
	snprintf(path, WPAS_PATH_CAP, "%s/Stations/%02x%02x%02x%02x%02x%02x",
		bus_object_path(w->dbus->object), MAC2STR(addr));
	return path;
}

static struct bus_object *object_of(const struct wpas_if *w, const uint8_t addr[MAC_LEN])
{
	char path[WPAS_PATH_CAP];
	return bus_object_find(w->s->dbus->bus, path_of(w, addr, path));
}

void wpas_dbus_put_stations(struct wpas_if *w, struct bus_out *out)
{
	const struct ap_sta *s = w->ap ? ap_sta_first(wpas_ap_bss(w)) : NULL;
	struct bus_out paths;

	bus_open(out, &paths, DBUS_TYPE_ARRAY, "o");
	for (; s; s = ap_sta_next(s)) {
		const struct bus_object *o = object_of(w, ap_sta_addr(s));
		if (o)
			bus_put_path(&paths, bus_object_path(o));
	}
	bus_close(out, &paths);
}

static void add_station(struct wpas_if *w, const uint8_t addr[MAC_LEN])
{
	struct station *s = calloc(1, sizeof(*s));
	char path[WPAS_PATH_CAP];
	struct bus_message m;

	if (!s)
		return;
	s->w = w;
	mac_copy(s->addr, addr);
	struct bus_object *o =
		bus_object_new(w->s->dbus->bus, path_of(w, addr, path), interfaces, s);
	if (!o) {
		free(s);
		return;
	}
	if (!bus_signal_begin(w->dbus->object, WPAS_BUS_IF, "StationAdded", &m))
		return;
	bus_put_path(&m.out, path);
	bus_put_properties(o, WPAS_BUS_STATION, &m.out);
	bus_signal_send(&m);
}

static void remove_station(struct wpas_if *w, struct bus_object *o)
{
	struct station *s = bus_object_ctx(o);
	char path[WPAS_PATH_CAP];

	path_of(w, s->addr, path);
	bus_object_free(o);
	free(s);
	wpas_dbus_tell_path(w, "StationRemoved", path);
}

static void tell_authorized(struct wpas_if *w, const uint8_t addr[MAC_LEN], const char *signal)
{
	char text[18];
	struct bus_message m;

	if (!bus_signal_begin(w->dbus->object, WPAS_BUS_IF, signal, &m))
		return;
	snprintf(text, sizeof(text), MACSTR, MAC2STR(addr));
	bus_put_str(&m.out, text);
	bus_signal_send(&m);
}

void wpas_dbus_sta_authorized(struct wpas_if *w, const struct ap_sta *s, bool on)
{
	if (!w->dbus)
		return;
	const uint8_t *addr = ap_sta_addr(s);
	struct bus_object *o = object_of(w, addr);
	if (on && !o)
		add_station(w, addr);
	else if (!on && o)
		remove_station(w, o);
	tell_authorized(w, addr, on ? "StaAuthorized" : "StaDeauthorized");
	wpas_dbus_changed(w, "Stations");
}

/* --- Probe Requests --- */

static void on_subscriber_left(void *ctx)
{
	struct wpas_dbus_if *i = ctx;
	i->probe_client = NULL;
}

void wpas_dbus_subscribe_probes(void *ctx, struct bus_call *call)
{
	struct wpas_dbus_if *i = ctx;

	if (i->probe_client) {
		bus_fail(call, WPAS_E("SubscriptionInUse"),
			"Another application is already subscribed");
		return;
	}
	i->probe_client =
		bus_client_watch(i->w->s->dbus->bus, bus_sender(call), on_subscriber_left, i);
	if (!i->probe_client)
		bus_fail(call, DBUS_ERROR_NO_MEMORY, "no memory");
}

void wpas_dbus_unsubscribe_probes(void *ctx, struct bus_call *call)
{
	struct wpas_dbus_if *i = ctx;

	if (!i->probe_client) {
		bus_fail(call, WPAS_E("NoSubscription"), "Not subscribed");
		return;
	}
	if (strcmp(bus_client_name(i->probe_client), bus_sender(call)) != 0) {
		bus_fail(call, WPAS_E("SubscriptionNotYou"), "Cannot unsubscribe others");
		return;
	}
	bus_client_unwatch(i->probe_client);
	i->probe_client = NULL;
}

void wpas_dbus_probe_req(struct wpas_if *w, const struct drv_event *ev)
{
	struct wpas_dbus_if *i = w->dbus;
	struct reader r = reader_of(ev->mgmt.frame, ev->mgmt.len);
	struct mgmt_hdr h;
	struct bus_message m;
	struct bus_dict d;

	if (!i || !i->probe_client || !mgmt_parse(&r, &h) ||
		!bus_signal_begin(i->object, WPAS_BUS_IF, "ProbeRequest", &m))
		return;
	struct reader ies = reader_rest(&r);
	bus_dict_open(&m.out, &d);
	bus_dict_bytes(&d, "addr", h.sa, MAC_LEN);
	bus_dict_bytes(&d, "dst", h.da, MAC_LEN);
	bus_dict_bytes(&d, "bssid", h.bssid, MAC_LEN);
	if (reader_left(&ies))
		bus_dict_bytes(&d, "ies", ies.p, reader_left(&ies));
	if (ev->mgmt.signal_dbm)
		bus_dict_i32(&d, "signal", ev->mgmt.signal_dbm);
	bus_dict_close(&d);
	bus_signal_to(&m, bus_client_name(i->probe_client));
	bus_signal_send(&m);
}
