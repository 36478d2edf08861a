/* External registrar (WSC 2.0, 7.9 and WFAWLANConfig:1): finds access points by UPnP, learns or
 * writes their settings, and hands out credentials to enrollees through them. One per interface,
 * from WPS_ER_START to WPS_ER_STOP. */
#ifndef WPA_SUPPLICANT_ER_H
#define WPA_SUPPLICANT_ER_H

#include "wps/registrar.h"

struct wpas_if;
struct wps_registrar;

/* args: "[ifname=X] [IPv4 address]": the network interface (default: the station's, or its bridge)
 * and the only access point address to look at. Started already: its events are sent again.
 * Returns 0, -EINVAL or -errno (logged). */
int wpas_er_start(struct wpas_if *w, const char *args);
/* Unsubscribes and forgets everything. Not started: nothing. */
void wpas_er_stop(struct wpas_if *w);
/* At once: the interface goes away. */
void wpas_er_free(struct wpas_if *w);

/* For NFC. NULL: not started. */
struct wps_registrar *wpas_er_registrar(const struct wpas_if *w);
/* Settings the external registrar has of the access point with this UUID or MAC address (text).
 * NULL: not started, unknown, none. */
const struct wps_credential *wpas_er_settings(const struct wpas_if *w, const char *uuid_or_mac);

#endif
