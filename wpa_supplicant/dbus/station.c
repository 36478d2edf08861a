/* W.Station: stations of the access point this interface is in AP mode. */
#include "wpa_supplicant/dbus/dbus_i.h"

void wpas_dbus_sta_authorized(struct wpas_if *w, const struct ap_sta *s, bool on)
{
}

void wpas_dbus_probe_req(struct wpas_if *w, const struct drv_event *ev)
{
}
