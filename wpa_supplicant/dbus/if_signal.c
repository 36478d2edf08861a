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

static void put_optional(struct bus_dict *d, const struct drv_sta_info *i)
{
	if (i->known & DRV_STA_BEACONS)
		bus_dict_u64(d, "beacons", i->beacons);
	if (i->known & DRV_STA_BEACON_LOSSES)
		bus_dict_u32(d, "beacon-losses", i->beacon_losses);
	if (i->known & DRV_STA_THROUGHPUT)
		bus_dict_u32(d, "expected-throughput", i->throughput);
	if (i->known & DRV_STA_RX_DROPS)
		bus_dict_u32(d, "rx-drop-misc", (uint32_t)i->rx_drops);
}

static void put_mcs(struct bus_dict *d, const struct drv_mcs *m, bool rx)
{
	static const char *const names[][2] = {[DRV_MCS_HT] = {"tx-mcs", "rx-mcs"},
		[DRV_MCS_VHT] = {"tx-vht-mcs", "rx-vht-mcs"},
		[DRV_MCS_HE] = {"tx-he-mcs", "rx-he-mcs"}};

	if (m->kind != DRV_MCS_NONE)
		bus_dict_u32(d, names[m->kind][rx], m->mcs);
	if (m->nss)
		bus_dict_u32(d, rx ? "rx-nss" : "tx-nss", m->nss);
}

static void put_width(struct bus_dict *d, const struct drv_sta_info *i)
{
	char width[WPAS_WIDTH_CAP];

	if (!i->width)
		return;
	bus_dict_str(d, "width", wpas_width_text(i, width));
	if (i->width > 20 && i->center[0])
		bus_dict_i32(d, "center-frq1", (int32_t)i->center[0]);
	if (i->width > 20 && i->center[1])
		bus_dict_i32(d, "center-frq2", (int32_t)i->center[1]);
}

static void put_link(struct bus_out *out, const struct drv_sta_info *i)
{
	struct bus_dict d;

	bus_dict_open(out, &d);
	bus_dict_i32(&d, "rssi", i->signal_dbm);
	bus_dict_u32(&d, "linkspeed", i->has_rates ? i->tx_rate / 10 : 0);
	bus_dict_i32(&d, "noise", NOISE_UNKNOWN);
	bus_dict_u32(&d, "frequency", i->freq);
	put_width(&d, i);
	if (i->has_signal && i->avg_signal_dbm)
		bus_dict_i32(&d, "avg-rssi", i->avg_signal_dbm);
	put_counters(&d, i);
	put_optional(&d, i);
	put_mcs(&d, &i->rx_mcs, true);
	put_mcs(&d, &i->tx_mcs, false);
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
