/* W.Interface: methods and signals. */
#include "wpa_supplicant/dbus/dbus_i.h"

static void disconnect(void *ctx, struct bus_call *call)
{
	const struct wpas_dbus_if *i = ctx;
	struct wpas_if *w = i->w;

	if (!w->conn.net) {
		bus_fail(call, WPAS_E("NotConnected"), "This interface is not connected");
		return;
	}
	w->conn.user_disconnected = true;
	wpas_scan_cancel(w);
	wpas_leave(w, REASON_DEAUTH_LEAVING);
}

const struct bus_method wpas_dbus_if_methods[] = {
	{"Disconnect", "", "", disconnect, "Leaves the network, until Reassociate or a choice."},
	{0}};

const struct bus_signal wpas_dbus_if_signals[] = {
	{"ScanDone", "success:b", "A scan ended; its results are in the BSS objects.", false},
	{"PropertiesChanged", "properties:a{sv}", "Deprecated form.", false}, {0}};

/* --- signals --- */

void wpas_dbus_scan_done(struct wpas_if *w, bool success)
{
	struct bus_message m;

	if (w->dbus && bus_signal_begin(w->dbus->object, WPAS_BUS_IF, "ScanDone", &m)) {
		bus_put_bool(&m.out, success);
		bus_signal_send(&m);
	}
	wpas_dbus_changed(w, "Scanning");
}

void wpas_dbus_eap_status(struct wpas_if *w, const char *status, const char *parameter)
{
}

void wpas_dbus_psk_mismatch(struct wpas_if *w)
{
}
