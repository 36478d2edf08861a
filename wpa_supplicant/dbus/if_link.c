/* W.Interface: orders for the link. */
#include <errno.h>

#include "wpa_supplicant/dbus/if_i.h"

static void answer(struct bus_call *call, int err)
{
	if (err == -ENOTCONN)
		bus_fail(call, WPAS_E("NotConnected"), "This interface is not connected");
	else if (err == -ENETDOWN)
		bus_fail(call, WPAS_E("InterfaceDisabled"), "This interface is disabled");
	else if (err == -ENOENT)
		wpas_dbus_bad_args(call, "Target BSS not found");
}

void wpas_dbus_disconnect(void *ctx, struct bus_call *call)
{
	struct wpas_if *w = wpas_dbus_if_of(ctx);

	if (!w->conn.net && !w->conn.attempted)
		answer(call, -ENOTCONN);
	else
		wpas_order_disconnect(w);
}

void wpas_dbus_reassociate(void *ctx, struct bus_call *call)
{
	answer(call, wpas_order_reassociate(wpas_dbus_if_of(ctx)));
}

void wpas_dbus_reconnect(void *ctx, struct bus_call *call)
{
	answer(call, wpas_order_reconnect(wpas_dbus_if_of(ctx)));
}

void wpas_dbus_reattach(void *ctx, struct bus_call *call)
{
	answer(call, wpas_order_reattach(wpas_dbus_if_of(ctx)));
}

void wpas_dbus_roam(void *ctx, struct bus_call *call)
{
	const char *text = "";
	uint8_t bssid[MAC_LEN];

	bus_get_str(bus_args(call), &text);
	if (mac_parse_all(text, bssid) < 0)
		wpas_dbus_bad_args(call, "Invalid hardware address format");
	else
		answer(call, wpas_order_roam(wpas_dbus_if_of(ctx), bssid));
}

void wpas_dbus_logoff(void *ctx, struct bus_call *call)
{
	wpas_order_logon(wpas_dbus_if_of(ctx), false);
}

void wpas_dbus_logon(void *ctx, struct bus_call *call)
{
	wpas_order_logon(wpas_dbus_if_of(ctx), true);
}

/* --- signals --- */

void wpas_dbus_tell_str(struct wpas_if *w, const char *signal, const char *text)
{
	struct bus_message m;

	if (!w->dbus || !bus_signal_begin(w->dbus->object, WPAS_BUS_IF, signal, &m))
		return;
	bus_put_str(&m.out, text);
	bus_signal_send(&m);
}

void wpas_dbus_eap_status(struct wpas_if *w, const char *status, const char *parameter)
{
	struct bus_message m;

	if (!w->dbus || !bus_signal_begin(w->dbus->object, WPAS_BUS_IF, "EAP", &m))
		return;
	bus_put_str(&m.out, status);
	bus_put_str(&m.out, parameter);
	bus_signal_send(&m);
}

void wpas_dbus_psk_mismatch(struct wpas_if *w)
{
	struct bus_message m;

	if (w->dbus && bus_signal_begin(w->dbus->object, WPAS_BUS_IF, "PskMismatch", &m))
		bus_signal_send(&m);
}
