/* A build without D-Bus. */
#include <errno.h>

#include "utils/log.h"
#include "wpa_supplicant/dbus/dbus.h"

int wpas_dbus_start(struct supplicant *s)
{
	log_msg(LOG_ERR, "-u: this program was built without D-Bus (CONFIG_DBUS=n)");
	return -ENOTSUP;
}

void wpas_dbus_stop(struct supplicant *s)
{
}

void wpas_dbus_if_added(struct wpas_if *w)
{
}

void wpas_dbus_if_removed(struct wpas_if *w)
{
}

void wpas_dbus_changed(struct wpas_if *w, const char *property)
{
}

void wpas_dbus_flush(struct wpas_if *w)
{
}

void wpas_dbus_link(struct wpas_if *w)
{
}

void wpas_dbus_scan_done(struct wpas_if *w, bool success)
{
}

void wpas_dbus_eap_status(struct wpas_if *w, const char *status, const char *parameter)
{
}

void wpas_dbus_psk_mismatch(struct wpas_if *w)
{
}

void wpas_dbus_signal_changed(struct wpas_if *w, const struct drv_sta_info *info)
{
}

void wpas_dbus_network_request(
	struct wpas_if *w, struct wpas_network *n, const char *field, const char *text)
{
}

void wpas_dbus_blob(struct wpas_if *w, const char *name, bool added)
{
}

void wpas_dbus_bss_added(struct wpas_if *w, struct wpas_bss *b)
{
}

void wpas_dbus_bss_removed(struct wpas_if *w, struct wpas_bss *b)
{
}

void wpas_dbus_bss_seen(struct wpas_if *w, struct wpas_bss *b, unsigned changes)
{
}

void wpas_dbus_network_added(struct wpas_if *w, struct wpas_network *n)
{
}

void wpas_dbus_network_removed(struct wpas_if *w, struct wpas_network *n)
{
}

void wpas_dbus_network_selected(struct wpas_if *w, struct wpas_network *n)
{
}

void wpas_dbus_network_enabled(struct wpas_if *w, struct wpas_network *n)
{
}

void wpas_dbus_wps_credential(struct wpas_if *w, const struct wps_credential *c)
{
}

void wpas_dbus_wps_success(struct wpas_if *w)
{
}

void wpas_dbus_wps_fail(
	struct wpas_if *w, unsigned msg, unsigned config_error, unsigned error_indication)
{
}

void wpas_dbus_wps_overlap(struct wpas_if *w)
{
}

void wpas_dbus_multi_ap_failed(struct wpas_if *w, const char *why)
{
}

void wpas_dbus_wps_m2d(struct wpas_if *w, const struct wps_event *ev)
{
}

void wpas_dbus_sta_authorized(struct wpas_if *w, const struct ap_sta *s, bool on)
{
}

void wpas_dbus_probe_req(struct wpas_if *w, const struct drv_event *ev)
{
}
