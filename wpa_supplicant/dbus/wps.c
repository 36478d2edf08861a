/* W.Interface.WPS. */
#include "wpa_supplicant/dbus/dbus_i.h"

static void cancel(void *ctx, struct bus_call *call)
{
	const struct wpas_dbus_if *i = ctx;
	wpas_wps_cancel(i->w);
}

static const struct bus_method methods[] = {
	{"Cancel", "", "", cancel, "Ends the run, if there is one."}, {0}};
static const struct bus_signal signals[] = {
	{"PropertiesChanged", "properties:a{sv}", "Deprecated form.", false}, {0}};
const struct bus_interface wpas_dbus_wps_rows = {
	.name = WPAS_BUS_WPS, .methods = methods, .signals = signals};

void wpas_dbus_wps_event(struct wpas_if *w, const struct wps_event *ev)
{
}

void wpas_dbus_wps_timeout(struct wpas_if *w)
{
}

void wpas_dbus_wps_overlap(struct wpas_if *w)
{
}
