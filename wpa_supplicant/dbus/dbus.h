/* fi.w1.wpa_supplicant1: what the daemon tells its D-Bus side. Without -u, or in a build without
 * D-Bus, each of these does nothing. */
#ifndef WPA_SUPPLICANT_DBUS_DBUS_H
#define WPA_SUPPLICANT_DBUS_DBUS_H

#include <stdbool.h>

struct supplicant;
struct wpas_if;
struct wpas_bss;
struct wpas_network;
struct wps_event;
struct drv_sta_info;
struct wps_credential;
struct ap_sta;
struct drv_event;

/* Joins the system bus and owns the name; blocks until that is done. 0 or -errno (logged;
 * -ENOTSUP: not built). */
int wpas_dbus_start(struct supplicant *s);
void wpas_dbus_stop(struct supplicant *s); /* every interface is gone */

/* After the interface works, with the networks of its files; before it goes. */
void wpas_dbus_if_added(struct wpas_if *w);
void wpas_dbus_if_removed(struct wpas_if *w);
/* A property of the interface has another value. */
void wpas_dbus_changed(struct wpas_if *w, const char *property);
/* Tells now what changed: what comes next is to be seen apart. */
void wpas_dbus_flush(struct wpas_if *w);
/* State, BSS, network or key management may be others than before. */
void wpas_dbus_link(struct wpas_if *w);
void wpas_dbus_scan_done(struct wpas_if *w, bool success);
void wpas_dbus_eap_status(struct wpas_if *w, const char *status, const char *parameter);
void wpas_dbus_psk_mismatch(struct wpas_if *w);
/* The strength of the link crossed the threshold a user set. */
void wpas_dbus_signal_changed(struct wpas_if *w, const struct drv_sta_info *info);
/* A secret is missing; wpas_secret_reply() brings it. */
void wpas_dbus_network_request(
	struct wpas_if *w, struct wpas_network *n, const char *field, const char *text);
void wpas_dbus_blob(struct wpas_if *w, const char *name, bool added); /* or removed */

void wpas_dbus_bss_added(struct wpas_if *w, struct wpas_bss *b);
void wpas_dbus_bss_removed(struct wpas_if *w, struct wpas_bss *b);
/* Seen again by a scan. changes: WPAS_BSS_… of bss.h. */
void wpas_dbus_bss_seen(struct wpas_if *w, struct wpas_bss *b, unsigned changes);

void wpas_dbus_network_added(struct wpas_if *w, struct wpas_network *n);
void wpas_dbus_network_removed(struct wpas_if *w, struct wpas_network *n); /* before it is freed */
void wpas_dbus_network_selected(struct wpas_if *w, struct wpas_network *n);
void wpas_dbus_network_enabled(struct wpas_if *w, struct wpas_network *n); /* or disabled */

/* What a WPS run reports. Credentials: only those that are for other programs, too. */
void wpas_dbus_wps_credential(struct wpas_if *w, const struct wps_credential *c);
void wpas_dbus_wps_success(struct wpas_if *w);
void wpas_dbus_wps_fail(
	struct wpas_if *w, unsigned msg, unsigned config_error, unsigned error_indication);
void wpas_dbus_wps_overlap(struct wpas_if *w);
/* Onboarding, or a backhaul link, that its access point or our radio does not allow. */
void wpas_dbus_multi_ap_failed(struct wpas_if *w, const char *why);
void wpas_dbus_wps_m2d(struct wpas_if *w, const struct wps_event *ev);

/* AP mode: a station's port was opened or is closed again; a Probe Request. */
void wpas_dbus_sta_authorized(struct wpas_if *w, const struct ap_sta *s, bool on);
void wpas_dbus_probe_req(struct wpas_if *w, const struct drv_event *ev);

#endif
