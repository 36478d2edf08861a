/* W.Interface: strength and counters of the link. */
#include "wpa_supplicant/dbus/if_i.h"

#define NOISE_UNKNOWN 9999

static void put_counters(struct bus_dict *d, const struct drv_sta_info *i)
{
	bus_dict_u64(d, "rx-bytes", i->rx_bytes);
	bus_dict_u64(d, "tx-bytes", i->tx_bytes);
	bus_dict_u32(d, "rx-packets", (uint32_t)i->rx_packets);
	bus_dict_u32(d, "tx-packets", (uint32_t)i->tx_packets);
	bus_dict_u32(d, "inactive-time", i->inactive_ms);
	bus_dict_u32(d, "retries", (uint32_t)i->tx_retries);
	bus_dict_u32(d, "retries-failed", (uint32_t)i->tx_failed);
}

static void put_link(struct bus_out *out, const struct drv_sta_info *i)
{
	char width[WPAS_WIDTH_CAP];
	struct bus_dict d;

	bus_dict_open(out, &d);
	bus_dict_i32(&d, "rssi", i->signal_dbm);
	bus_dict_u32(&d, "linkspeed", i->has_rates ? i->tx_rate / 10 : 0);
	bus_dict_i32(&d, "noise", NOISE_UNKNOWN);
	bus_dict_u32(&d, "frequency", i->freq);
	if (i->width)
		bus_dict_str(&d, "width", wpas_width_text(i, width));
	if (i->has_signal && i->avg_signal_dbm)
		bus_dict_i32(&d, "avg-rssi", i->avg_signal_dbm);
	put_counters(&d, i);
	if (i->has_rates) {
		bus_dict_u32(&d, "linkrxspeed", i->rx_rate * 100);
		bus_dict_u32(&d, "linktxspeed", i->tx_rate * 100);
	}
	if (i->has_beacon_signal)
		bus_dict_i32(&d, "avg-beacon-rssi", i->beacon_signal_dbm);
	bus_dict_close(&d);
}

/* The dictionary comes inside of a variant, other than introspection says: clients know it so. */
void wpas_dbus_signal_poll(void *ctx, struct bus_call *call)
{
	const struct wpas_if *w = wpas_dbus_if_of(ctx);
	struct drv_sta_info i;
	struct bus_out value;

	if (!wpas_link_info(w, &i)) {
		bus_fail(call, BUS_ERROR_FAILED, "Failed to read signal");
		return;
	}
	if (!i.freq)
		i.freq = w->conn.bss->freq;
	bus_open(bus_reply(call), &value, DBUS_TYPE_VARIANT, "a{sv}");
	put_link(&value, &i);
	bus_close(bus_reply(call), &value);
}

int wpas_dbus_get_signal_change(void *ctx, const struct bus_property *p, struct bus_out *out)
{
	const struct wpas_dbus_if *i = ctx;
	struct bus_dict d;

	if (i->signal_known) {
		put_link(out, &i->signal);
		return 0;
	}
	bus_dict_open(out, &d);
	bus_dict_close(&d);
	return 0;
}

void wpas_dbus_signal_changed(struct wpas_if *w, const struct drv_sta_info *info)
{
	struct wpas_dbus_if *i = w->dbus;

	if (!i)
		return;
	i->signal = *info;
	if (!i->signal.freq && w->conn.bss)
		i->signal.freq = w->conn.bss->freq;
	i->signal_known = true;
	wpas_dbus_changed(w, "SignalChange");
}
