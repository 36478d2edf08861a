/* AP settings that came by WPS: to configuration lines, to the configuration in memory and in the
 * file, and a reload. */
#ifndef HOSTAPD_WPS_SETTINGS_H
#define HOSTAPD_WPS_SETTINGS_H

#include "hostapd/conf.h"
#include "wps/wps.h"

/* The lines of the configuration language one BSS gets. Holds secrets: wipe. */
#define WPS_LINES_MAX 10
#define WPS_VALUE_MAX 160 /* an SSID with every byte escaped */
struct wps_lines {
	struct {
		const char *key;
		char value[WPS_VALUE_MAX];
	} line[WPS_LINES_MAX];
	size_t count;
};

/* Brings settings to what this access point offers: TKIP and WPA never stand alone. Returns 0, or
 * -EINVAL when they cannot be used; *why is then one clause. */
int wps_settings_normalise(struct wps_credential *c, const char **why);
/* c normalised. add_sae: WPA2-PSK with a passphrase also enables SAE. */
void wps_settings_lines(const struct wps_credential *c, bool add_sae, struct wps_lines *out);

/* Stores them in BSS n. Returns 0, or -EINVAL and nothing is stored (but when memory is short). */
int wps_settings_store(
	struct hostapd_conf *c, size_t n, const struct wps_lines *lines, struct cfg_error *err);

/* The text of a configuration file with these settings in it. lines[n]: for its n-th BSS, NULL =
 * that section stays. Each block stands at the top of its section; what it replaces there becomes a
 * comment, an earlier block disappears; everything else stays as it is. Returns 0 or -ENOMEM. */
int wps_settings_rewrite(const struct bytes *text, const struct wps_lines *const *lines,
	size_t count, struct bytes *out);

#endif
